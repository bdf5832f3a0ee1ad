"""Guests come in where a consultation is open to them, with a code, and nobody votes twice."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from coalition.accounts.actions import grant_role, invite_many, invite_or_get
from coalition.accounts.models import User
from coalition.base import privacy
from coalition.base.models import Event
from coalition.consultations.inviting import actions
from coalition.consultations.models import Follower, Invitation, Vote
from coalition.mailroom.models import Letter
from tests import factories

pytestmark = pytest.mark.django_db

ADDRESS = "ana@guests.test"


@pytest.fixture(autouse=True)
def no_attempts_counted_yet(settings: Any) -> None:
    cache.clear()
    settings.EMAIL_BACKEND = "coalition.mailroom.backends.Outbox"  # as it is outside of tests


def browser() -> Client:
    return Client(headers={"accept-language": "en"})


def page_of(one: Any, language: str = "en") -> str:
    with translation.override(language):
        return reverse("consultations:react_next", args=[one.reference])


def ask(client: Client, address: str, page: str = "") -> Any:
    return client.post("/en/sign-in/", {"email": address, "next": page})


def code_for(address: str) -> str:
    letter = Letter.objects.filter(to_address__iexact=address).latest("pk")
    found = re.search(r"^[A-Z]{4}-[A-Z]{4}$", letter.text, re.MULTILINE)
    assert found, letter.text
    return found[0]


def give(client: Client, code: str, page: str = "") -> Any:
    return client.post("/en/sign-in/code/", {"code": code, "next": page})


def come(address: str, page: str) -> tuple[Client, Any]:
    client = browser()
    ask(client, address, page)
    return client, give(client, code_for(address), page)


# --- Who comes in


def test_a_guest_has_an_account_once_the_code_is_right() -> None:
    one = factories.consultation("open", for_everyone=True)
    statement = factories.statement(one)
    client, page = browser(), page_of(one)
    before = Event.objects.count()

    asked = ask(client, ADDRESS, page)
    assert asked.status_code == 302
    assert not User.objects.exists()

    given = give(client, code_for(ADDRESS), page)
    assert (given.status_code, given["Location"]) == (302, page)
    person = User.objects.get()
    assert (person.email, person.language) == (ADDRESS, "en")
    assert person.guest_since is not None
    assert not person.has_usable_password()
    assert not any((person.is_staff, person.is_officer, person.is_superuser))
    assert not person.mandates.exists()

    client.post(reverse("consultations:vote", args=[one.reference, statement.number]), {"value": 1})
    assert Vote.objects.get().value == 1
    # The way in is known; what was said there leaves nothing.
    new = Event.objects.order_by("sequence").values_list("verb", flat=True)[before:]
    assert list(new) == ["accounts.join_as_guest"]


@pytest.mark.parametrize("code", ["AAAA-AAAA", "", "-", "\x00", "ڀڀڀڀ-ڀڀڀڀ"])
def test_without_the_code_there_is_no_account(code: str) -> None:
    one = factories.consultation("open", for_everyone=True)
    client = browser()
    ask(client, ADDRESS, page_of(one))
    right = code_for(ADDRESS)

    for _ in range(3):
        give(client, code)
    give(client, right)  # too late after three attempts

    assert not User.objects.exists()
    assert "_auth_user_id" not in client.session


def test_a_code_opens_only_in_the_browser_that_asked_and_once() -> None:
    one = factories.consultation("open", for_everyone=True)
    client, other = browser(), browser()
    ask(client, ADDRESS, page_of(one))
    ask(other, "bo@guests.test", page_of(one))

    give(other, code_for(ADDRESS))
    assert not User.objects.exists()
    give(client, code_for(ADDRESS))
    assert [each.email for each in User.objects.all()] == [ADDRESS]


WAYS: dict[str, tuple[str, dict[str, Any], bool]] = {
    "open to everyone": ("open", {"for_everyone": True}, True),
    "planned for everyone": ("planned", {"for_everyone": True}, True),
    "a draft": ("draft", {"for_everyone": True}, False),
    "closed": ("synthesis", {"for_everyone": True}, False),
    "called off": ("called_off", {"for_everyone": True}, False),
    "of partners": ("open", {}, False),
    "of invited people": ("open", {"for_partners": False, "for_invited": True}, False),
}


@pytest.mark.parametrize(("state", "fields", "is_let_in"), WAYS.values(), ids=WAYS)
def test_who_is_sent_a_code(state: str, fields: dict[str, Any], is_let_in: bool) -> None:
    one = factories.consultation(state, **fields)

    answer = ask(browser(), ADDRESS, page_of(one))

    assert answer.status_code == 302  # whatever happens, the answer is the same
    assert Letter.objects.filter(to_address=ADDRESS).exists() is is_let_in


@pytest.mark.parametrize(
    "page",
    [
        "",
        "/en/",
        "/en/consultations/",
        "/en/consultations/CON-9999-9999/",
        "/en/commitments/{reference}/",
        "/en/no/such/page/{reference}/",
        "https://elsewhere.example{page}",
        "//elsewhere.example{page}",
        "javascript:alert(1)",
        "\x00",
    ],
)
def test_a_guest_comes_only_on_the_way_to_an_open_consultation(page: str) -> None:
    one = factories.consultation("open", for_everyone=True)

    answer = ask(browser(), ADDRESS, page.format(reference=one.reference, page=page_of(one)))

    assert answer.status_code == 302
    assert not Letter.objects.exists()


def test_the_page_may_be_in_another_language_than_the_sign_in() -> None:
    one = factories.consultation("open", for_everyone=True)

    ask(browser(), ADDRESS, page_of(one, "ar") + "?from=list")

    assert Letter.objects.filter(to_address=ADDRESS).exists()


def test_whoever_is_invited_comes_from_anywhere_until_it_is_taken_back() -> None:
    one = factories.consultation("open", for_partners=False, for_invited=True)
    officer = factories.officer()
    statement = factories.statement(one)
    actions.invite_people(one, ["Ana.Lee@gmail.com"], language="en", by=officer)

    client, _given = come("analee@gmail.com", "/en/")
    person = User.objects.get(email="analee@gmail.com")
    answered = client.post(
        reverse("consultations:vote", args=[one.reference, statement.number]), {"value": 1}
    )
    assert (answered.status_code, Vote.objects.count()) == (302, 1)
    assert person.guest_since is not None

    actions.take_back(Invitation.objects.get(), by=officer)
    answered = client.post(
        reverse("consultations:vote", args=[one.reference, statement.number]), {"value": -1}
    )
    assert answered.status_code == 403
    assert Vote.objects.get().value == 1
    stranger = browser()
    ask(stranger, "a.nalee@gmail.com", "/en/")
    assert not Letter.objects.filter(to_address="a.nalee@gmail.com").exists()


def test_whoever_is_invited_to_what_is_open_to_everyone_comes_from_anywhere() -> None:
    one = factories.consultation("open", for_everyone=True)
    actions.invite_people(one, [ADDRESS], language="en", by=factories.officer())

    come(ADDRESS, "/en/")

    assert User.objects.filter(email=ADDRESS).exists()


@pytest.mark.parametrize("code", ["", "-", " ", "AAAA-AAAA", "None", "null", "\x00"])
def test_no_code_is_right_for_whoever_is_not_let_in(code: str) -> None:
    factories.consultation("open")
    client = browser()
    ask(client, ADDRESS, "/en/")

    for _ in range(2):
        give(client, code)

    assert not User.objects.filter(email=ADDRESS).exists()
    assert "_auth_user_id" not in client.session


# --- Nobody learns who has an account


def walk(address: str, page: str) -> list[tuple[int, str | None, str]]:
    """Every answer from asking to the last wrong code, with the address itself blotted out."""
    client = browser()
    answers = [ask(client, address, page), client.get("/en/sign-in/code/", {"next": page})]
    answers += [give(client, "AAAA-AAAA", page) for _attempt in range(3)]
    answers.append(client.get("/en/sign-in/", {"next": page}))
    return [
        (
            each.status_code,
            each.get("Location"),
            re.sub(r'value="[A-Za-z0-9]{64}"', "", each.content.decode()).replace(address, "X"),
        )
        for each in answers
    ]


def test_known_unknown_and_closed_addresses_get_the_same_answers() -> None:
    one = factories.consultation("open", for_everyone=True)
    factories.person("known@guests.test")
    factories.person("closed@guests.test", is_active=False)
    page = page_of(one)

    known = walk("known@guests.test", page)

    assert walk("unknown@guests.test", page) == known
    assert walk("closed@guests.test", page) == known
    # A closed account is not opened by this door.
    told = Letter.objects.values_list("to_address", flat=True)
    assert set(told) == {"known@guests.test", "unknown@guests.test"}


def test_an_address_to_throw_away_is_refused_whether_or_not_it_has_an_account() -> None:
    one = factories.consultation("open", for_everyone=True)
    factories.person("known@mailinator.com")
    page = page_of(one)

    known, unknown = (
        re.sub(r'value="[A-Za-z0-9]{64}"', "", found.content.decode()).replace(name, "X")
        for name in ("known", "unknown")
        for found in [ask(browser(), f"{name}@mailinator.com", page)]
    )

    assert known == unknown
    assert "gives addresses to throw away" in " ".join(known.split())
    assert not Letter.objects.exists()
    # Elsewhere whoever has an account still signs in with it.
    ask(browser(), "known@mailinator.com")
    assert Letter.objects.count() == 1


def test_one_mailbox_gets_ten_letters_an_hour_however_it_is_spelled() -> None:
    one = factories.consultation("open", for_everyone=True)

    answers = [
        ask(browser(), f"ana+{number}@gmail.com", page_of(one)).status_code for number in range(12)
    ]

    assert answers == [302] * 10 + [200] * 2
    assert Letter.objects.count() == 10


# --- Nobody answers twice

SPELLINGS = [
    "ana.lee@gmail.com",
    "analee+2@gmail.com",
    "A.N.A.LEE@googlemail.com",
    "analee@gmail.com",
]


def test_spellings_of_one_address_have_one_vote() -> None:
    one = factories.consultation("open", for_everyone=True)
    statement = factories.statement(one)
    url = reverse("consultations:vote", args=[one.reference, statement.number])

    for number, address in enumerate(SPELLINGS):
        client, _given = come(address, page_of(one))
        client.post(url, {"value": (-1) ** number})

    assert one.participants.count() == 1
    assert [each.value for each in Vote.objects.all()] == [-1]


def test_an_account_that_was_erased_and_made_again_has_one_vote() -> None:
    one = factories.consultation("open", for_everyone=True)
    url = reverse("consultations:vote", args=[one.reference, factories.statement(one).number])
    for value in (1, -1):
        client, _given = come(ADDRESS, page_of(one))
        client.post(url, {"value": value})
        privacy.erase(User.objects.get(email=ADDRESS), by=None)

    assert [each.value for each in Vote.objects.all()] == [-1]


def test_an_address_to_throw_away_answers_for_its_organisation_and_not_for_itself() -> None:
    one = factories.consultation("open", for_everyone=True)
    partner = factories.partner()
    person = factories.person("ana@mailinator.com")
    factories.mandate(partner, "editor", person=person)
    factories.statement(one)
    client = browser()
    client.force_login(person)

    own = client.get(reverse("consultations:react", args=[one.reference]))
    theirs = client.get(reverse("consultations:react", args=[one.reference, partner.reference]))

    assert (own.status_code, theirs.status_code) == (403, 200)
    assert client.get(one.get_absolute_url()).status_code == 200


# --- What becomes of their accounts


def guest(address: str = ADDRESS, *, days: int = 0, **fields: Any) -> User:
    return factories.person(address, guest_since=timezone.now() - timedelta(days=days), **fields)


def test_whoever_is_asked_for_is_no_guest_any_more() -> None:
    found = [guest(f"guest-{number}@guests.test") for number in range(3)]

    invite_or_get(found[0].email, by=None)
    invite_many({found[1].email: ("", "en")}, by=None)
    grant_role(found[2], "reviewer", by=None)

    assert not User.objects.exclude(guest_since=None).exists()


def test_unused_accounts_of_guests_are_erased_and_others_stay() -> None:
    now, one = timezone.now(), factories.consultation("open", for_everyone=True)
    gone = guest("gone@guests.test", days=366)
    back = guest("back@guests.test", days=366, last_login=now - timedelta(days=5))
    new = guest("new@guests.test", days=364)
    of_partner = factories.person("partner@guests.test", joined_at=now - timedelta(days=999))
    for person in (gone, back, new, of_partner):
        actions.follow(one, person)

    privacy.purge(dry_run=False)
    privacy.purge(dry_run=False)

    left = User.objects.filter(erased_at=None).values_list("email", flat=True)
    assert set(left) == {back.email, new.email, of_partner.email}
    gone.refresh_from_db()
    assert (gone.name, gone.guest_since, gone.is_active) == ("", None, False)
    assert "gone" not in gone.email
    assert set(Follower.objects.values_list("person", flat=True)) == {
        back.pk,
        new.pk,
        of_partner.pk,
    }
