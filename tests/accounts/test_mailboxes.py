"""Which spellings of an address lead to one mailbox, and which addresses are thrown away."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from hypothesis import given
from hypothesis import strategies as st

from coalition.accounts.mailboxes import is_throw_away, mailbox_of


@pytest.mark.parametrize(
    ("address", "mailbox"),
    [
        ("ana@example.org", "ana@example.org"),
        ("Ana@EXAMPLE.org", "ana@example.org"),
        (" ana@example.org ", "ana@example.org"),
        ("ana@example.org.", "ana@example.org"),
        ("ana+votes@example.org", "ana@example.org"),
        ("ana+votes+more@example.org", "ana@example.org"),
        ('"ana"@example.org', "ana@example.org"),
        ('"a\\na"@example.org', "ana@example.org"),
        ("ａｎａ@example.org", "ana@example.org"),  # wide letters
        ("ana@bücher.example", "ana@xn--bcher-kva.example"),
        ("ana@xn--bcher-kva.example", "ana@xn--bcher-kva.example"),
        ("a.n.a@gmail.com", "ana@gmail.com"),
        ("A.na+2@GoogleMail.com", "ana@gmail.com"),
        ("ana@me.com", "ana@icloud.com"),
        ("ana@mac.com", "ana@icloud.com"),
        ("a-n_a.@protonmail.com", "ana@proton.me"),
        ("ana@pm.me", "ana@proton.me"),
        ("votes@ana.fastmail.com", "ana@fastmail.com"),
        ("ana+votes@fastmail.com", "ana@fastmail.com"),
        ("ana.lee+2@ya.ru", "ana.lee@yandex.ru"),
        ("ana.lee@yandex.kz", "ana.lee@yandex.ru"),
        # These are other people.
        ("a.na@example.org", "a.na@example.org"),
        ("a.na@outlook.com", "a.na@outlook.com"),
        ("ana-2@gmail.com", "ana-2@gmail.com"),
        ("a.na@icloud.com", "a.na@icloud.com"),
        ("ana@fastmail.fm", "ana@fastmail.fm"),
        ("ana@mail.example.org", "ana@mail.example.org"),
        ("ana@gmail.com.example.org", "ana@gmail.com.example.org"),
        # Nothing is left of some, so they stay.
        ("+votes@example.org", "+votes@example.org"),
        ("...@gmail.com", "...@gmail.com"),
    ],
)
def test_spellings_of_one_mailbox(address: str, mailbox: str) -> None:
    assert mailbox_of(address) == mailbox


@given(st.text(max_size=60))
def test_whatever_is_typed_has_a_mailbox_that_is_its_own(text: str) -> None:
    found = mailbox_of(text)

    assert mailbox_of(found) == found
    assert is_throw_away(text) in (True, False)


@given(
    st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=20),
    st.lists(st.integers(0, 20), max_size=8),
    st.text("ABCxyz.-_0", max_size=10),
    st.sampled_from(["gmail.com", "GMAIL.com", "googlemail.com", "googlemail.com."]),
    st.booleans(),
)
def test_no_spelling_of_a_mailbox_is_another_person(
    name: str, dots: list[int], tag: str, domain: str, is_loud: bool
) -> None:
    spelled = name
    for place in dots:
        at = min(place, len(spelled))
        spelled = f"{spelled[:at]}.{spelled[at:]}"
    spelled = f"{spelled.upper() if is_loud else spelled}+{tag}@{domain}"

    assert mailbox_of(spelled) == f"{name}@gmail.com"


@given(st.emails(), st.emails())
def test_two_mailboxes_are_told_apart(one: str, other: str) -> None:
    """Addresses that differ in more than spelling stay apart."""
    plain = [address.casefold().partition("+")[0] for address in (one, other)]
    if "+" in one + other or plain[0] == plain[1]:
        return
    domains = [address.rpartition("@")[2].casefold() for address in (one, other)]
    if domains[0] != domains[1]:
        assert mailbox_of(one).rpartition("@")[2] != mailbox_of(other).rpartition("@")[2]


@pytest.mark.parametrize(
    ("address", "is_one"),
    [
        ("ana@mailinator.com", True),
        ("ana@MAILINATOR.com", True),
        ("ana@mailinator.com.", True),
        ("ana@box.of.mailinator.com", True),
        ("ana@[192.0.2.1]", True),
        ("ana@[IPv6:2001:db8::1]", True),
        ("ana@example.org", False),
        ("ana@gmail.com", False),
        ("ana@mailinator.com.example.org", False),
        ("mailinator.com@example.org", False),
        ("ana@notmailinator.com.test", False),
        ("", False),
        ("@", False),
    ],
)
def test_addresses_that_are_thrown_away(address: str, is_one: bool) -> None:
    assert is_throw_away(address) is is_one


def test_an_installation_names_more_of_them(settings: Any) -> None:
    assert not is_throw_away("ana@away.example")
    settings.THROW_AWAY_DOMAINS = ["away.example"]
    assert is_throw_away("ana@away.example")
    assert is_throw_away("ana@box.away.example")


def test_great_providers_are_not_on_the_list() -> None:
    """A list that is too eager would shut people out."""
    for domain in ("gmail.com", "outlook.com", "yahoo.com", "icloud.com", "proton.me", "qq.com"):
        assert not is_throw_away(f"ana@{domain}")
    for domain in ("mail.ru", "163.com", "gmx.net", "orange.fr", "web.de", "ilo.org"):
        assert not is_throw_away(f"ana@{domain}")


def test_what_forms_take_and_what_servers_say_is_one_domain() -> None:
    """Forms take a domain in any script; its two ways of writing are one mailbox."""
    for address in ("ana@bücher.example", "ana@xn--bcher-kva.example"):
        try:
            validate_email(address)
        except ValidationError as error:  # pragma: no cover
            pytest.fail(str(error))
    assert mailbox_of("ana@bücher.example") == mailbox_of("ana@xn--bcher-kva.example")
