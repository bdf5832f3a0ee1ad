"""Sign-in by e-mailed code, as a browser meets it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse
from django.utils import translation

from coalition.accounts.models import User
from coalition.mailroom.models import Letter
from tests import factories

pytestmark = pytest.mark.django_db

ADDRESS = "weaver@union.test"


@pytest.fixture(autouse=True)
def no_attempts_counted_yet(settings: Any) -> None:
    cache.clear()
    settings.EMAIL_BACKEND = "coalition.mailroom.backends.Outbox"  # as it is outside of tests


@pytest.fixture
def client() -> Client:
    return Client(headers={"accept-language": "en"})


def url(name: str, language: str = "en") -> str:
    with translation.override(language):
        return reverse(name)


ASK, GIVE = "/en/sign-in/", "/en/sign-in/code/"


def ask(client: Client, address: str = ADDRESS, **more: str) -> Any:
    return client.post(ASK, {"email": address} | more)


def letters() -> list[Letter]:
    return list(Letter.objects.order_by("pk"))


def code_in(letter: Letter) -> str:
    return re.search(r"^[A-Z]{4}-[A-Z]{4}$", letter.text, re.MULTILINE)[0]


def sign_in(client: Client, address: str = ADDRESS, **more: str) -> Any:
    ask(client, address, **more)
    return client.post(GIVE, {"code": code_in(letters()[-1])} | more)


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_sign_in_with_the_code_leads_to_the_workspace(client: Client) -> None:
    user = factories.person(ADDRESS)

    asked = ask(client)
    given = client.post(GIVE, {"code": code_in(letters()[0])})

    assert (asked.status_code, asked["Location"]) == (302, GIVE)
    assert (given.status_code, given["Location"]) == (302, url("workspace"))
    assert client.session["_auth_user_id"] == str(user.pk)
    assert len(letters()) == 1
    assert letters()[0].to_address == ADDRESS


@pytest.mark.parametrize("typed", ["WEAVER@UNION.TEST", " weaver@union.test "])
def test_sign_in_does_not_mind_the_case_of_the_address(client: Client, typed: str) -> None:
    factories.person(ADDRESS)

    sign_in(client, typed)

    assert is_signed_in(client)


@pytest.mark.parametrize("typed", ["{lower}", "{bare}", " {code} "])
def test_the_code_may_be_typed_as_people_do(client: Client, typed: str) -> None:
    factories.person(ADDRESS)
    ask(client)
    code = code_in(letters()[0])

    client.post(
        GIVE,
        {"code": typed.format(lower=code.lower(), bare=code.replace("-", ""), code=code)},
    )

    assert is_signed_in(client)


def test_pages_of_sign_in_say_what_happens(client: Client) -> None:
    factories.person(ADDRESS)

    first = client.get(ASK)
    ask(client)
    second = client.get(GIVE)

    assert (first.status_code, second.status_code) == (200, 200)
    assert "There is no password to remember." in first.content.decode()
    assert "a letter with a code of eight letters is on its way" in " ".join(
        second.content.decode().split()
    )
    assert ADDRESS in second.content.decode()


# --- Nobody learns who has an account --------------------------------------------------------


def answer(response: Any) -> tuple[int, str | None, str]:
    """Status, target and page, without what differs in every answer."""
    page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())
    return response.status_code, response.get("Location"), page


def walk(address: str) -> list[tuple[int, str | None, str]]:
    """Every answer from asking to the last wrong code, with the address itself blotted out."""
    client = Client(headers={"accept-language": "en"})
    answers = [ask(client, address), client.get(GIVE)]
    answers += [client.post(GIVE, {"code": "AAAA-AAAA"}) for _attempt in range(3)]
    answers += [client.get(ASK), client.get(GIVE)]
    return [
        (status, target, page.replace(address, "ADDRESS"))
        for status, target, page in map(answer, answers)
    ]


def test_an_unknown_address_gets_the_same_answers() -> None:
    factories.person(ADDRESS)
    factories.person("closed@union.test", is_active=False)

    known = walk(ADDRESS)

    assert walk("nobody@union.test") == known
    assert walk("closed@union.test") == known
    assert [letter.to_address for letter in letters()] == [ADDRESS]
    assert [status for status, _target, _page in known] == [302, 200, 200, 200, 302, 200, 302]


def statements(address: str) -> list[str]:
    """What asking for a code makes the database do, without the values."""
    with CaptureQueriesContext(connection) as queries:
        ask(Client(), address)
    return [re.sub(r"'[^']*'|[0-9]+", "…", query["sql"])[:40] for query in queries]


def test_an_unknown_address_costs_the_same_work() -> None:
    """The very same statements, the letter included; only in the end it is taken back."""
    factories.person(ADDRESS)
    statements("warm.up@union.test")
    known = statements(ADDRESS)

    unknown = statements("nobody@union.test")

    assert [one for one in known if one.startswith("INSERT")] == [
        one for one in unknown if one.startswith("INSERT")
    ]
    assert abs(len(known) - len(unknown)) <= 4  # savepoints
    assert [letter.to_address for letter in letters()] == [ADDRESS]


def test_nobody_signs_up_by_asking(client: Client) -> None:
    ask(client, "nobody@union.test")

    for code in ("", "AAAA-AAAA", "----"):
        client.post(GIVE, {"code": code})

    assert not is_signed_in(client)
    assert not User.objects.filter(email="nobody@union.test").exists()
    assert letters() == []


# --- Codes are hard to guess and short-lived -------------------------------------------------


def test_three_wrong_codes_end_the_attempt(client: Client) -> None:
    factories.person(ADDRESS)
    ask(client)
    code = code_in(letters()[0])
    for _attempt in range(3):
        client.post(GIVE, {"code": "AAAA-AAAA"})

    response = client.post(GIVE, {"code": code})

    assert (response.status_code, response["Location"]) == (302, ASK)
    assert not is_signed_in(client)


def test_a_code_works_once_and_only_where_it_was_asked_for(client: Client) -> None:
    factories.person(ADDRESS)
    sign_in(client)
    code = code_in(letters()[0])
    other = Client()

    other.post(GIVE, {"code": code})
    client.post("/en/sign-out/")
    client.post(GIVE, {"code": code})

    assert (is_signed_in(client), is_signed_in(other)) == (False, False)


def test_a_code_ends_after_fifteen_minutes(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    factories.person(ADDRESS)
    ask(client)
    session = client.session
    session["account_login"]["state"]["stages"]["login_by_code"]["data"]["at"] -= 15 * 60 + 1
    session["account_login"] = dict(session["account_login"])
    session.save()

    response = client.post(GIVE, {"code": code_in(letters()[0])})

    assert response["Location"] == ASK
    assert not is_signed_in(client)


def test_five_codes_an_hour_are_enough_for_an_address() -> None:
    factories.person(ADDRESS)

    statuses = [ask(Client()).status_code for _attempt in range(6)]

    assert statuses == [302] * 5 + [200]
    assert len(letters()) == 5
    refused = ask(Client(headers={"accept-language": "en"})).content.decode()
    assert "That was tried too often." in refused


def test_twenty_codes_a_minute_are_enough_for_a_machine() -> None:
    statuses = [ask(Client(), f"a{number}@union.test").status_code for number in range(21)]

    assert statuses == [302] * 20 + [200]


def test_a_person_closed_meanwhile_does_not_get_in(client: Client) -> None:
    user = factories.person(ADDRESS)
    ask(client)
    User.objects.filter(pk=user.pk).update(is_active=False)

    response = client.post(GIVE, {"code": code_in(letters()[0])}, follow=True)

    assert not is_signed_in(client)
    assert "This account is closed" in response.content.decode()


@pytest.mark.parametrize(
    "typed",
    ["", "no address", "a@b", "x" * 300 + "@union.test", "<script>@union.test", "a\x00@union.test"],
)
def test_what_is_no_address_is_told_so(client: Client, typed: str) -> None:
    response = ask(client, typed)

    assert response.status_code == 200
    assert "Something needs mending" in response.content.decode()
    assert letters() == []


@pytest.mark.parametrize("typed", ["", "é" * 20, "<script>", "A" * 5000, "A\x00AA"])
def test_any_wrong_code_is_only_wrong(client: Client, typed: str) -> None:
    factories.person(ADDRESS)
    ask(client)

    response = client.post(GIVE, {"code": typed})

    assert response.status_code == 200
    assert "<script>" not in response.content.decode()
    assert not is_signed_in(client)


# --- Where sign-in leads ---------------------------------------------------------------------


def test_next_leads_to_a_page_of_ours(client: Client) -> None:
    factories.person(ADDRESS)

    response = sign_in(client, next="/en/profile/")

    assert response["Location"] == "/en/profile/"


@pytest.mark.parametrize(
    "target",
    [
        "https://elsewhere.test/",
        "//elsewhere.test/",
        "///elsewhere.test/",
        "/\\elsewhere.test/",
        "http://localhost:9000/",
        "http://127.0.0.1/",
        "javascript:alert(1)",
        "\x00/",
    ],
)
def test_next_never_leads_elsewhere(client: Client, target: str) -> None:
    factories.person(ADDRESS)

    asked = ask(client, next=target)
    response = client.post(GIVE, {"code": code_in(letters()[0]), "next": target})

    assert asked["Location"] == GIVE
    assert response["Location"] == url("workspace")


def test_a_page_that_needs_sign_in_sends_there_and_back(client: Client) -> None:
    factories.person(ADDRESS)

    sent = client.get("/en/profile/")
    form = client.get(sent["Location"])
    asked = client.post(form.context["request_login_code_url"], {"email": ADDRESS})
    code_page = client.get(asked["Location"])
    back = client.post(GIVE, {"code": code_in(letters()[0]), "next": "/en/profile/"})

    assert sent["Location"] == "/en/sign-in/?next=/en/profile/"
    assert asked["Location"].startswith(GIVE + "?next=")
    assert '<input type="hidden" name="next" value="/en/profile/">' in code_page.content.decode()
    assert back["Location"] == "/en/profile/"


def test_after_sign_in_the_language_is_the_persons(client: Client) -> None:
    factories.person(ADDRESS, language="ar")

    response = sign_in(client, next="/en/profile/?from=mail")

    assert response["Location"] == "/ar/profile/?from=mail"
    assert response.cookies["django_language"].value == "ar"


def test_a_language_in_which_we_do_not_speak_changes_nothing(client: Client) -> None:
    factories.person(ADDRESS, language="fr")

    response = sign_in(client)

    assert response["Location"] == url("workspace", "en")
    assert "django_language" not in response.cookies


def test_the_letter_is_in_the_persons_language(client: Client) -> None:
    factories.person(ADDRESS, language="ar")
    factories.person("other@union.test", language="en")
    with translation.override("ar"):
        subject = str(translation.gettext("Your code to sign in"))

    ask(client)
    client.post("/en/sign-out/")
    client.post("/ar/sign-in/", {"email": "other@union.test"})

    assert [letter.subject for letter in letters()] == [subject, "Your code to sign in"]
    assert "It holds for fifteen minutes." in letters()[1].text


def test_sign_in_leaves_a_fresh_session(client: Client) -> None:
    factories.person(ADDRESS)
    client.get(ASK)
    ask(client)
    before = client.session.session_key

    client.post(GIVE, {"code": code_in(letters()[0])})

    assert client.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()


# --- Leaving, and what is not there ----------------------------------------------------------


def test_sign_out_needs_a_post(client: Client) -> None:
    client.force_login(factories.person(ADDRESS))

    refused = client.get("/en/sign-out/")
    still = is_signed_in(client)
    done = client.post("/en/sign-out/", follow=True)

    assert (refused.status_code, still) == (405, True)
    assert (done.status_code, is_signed_in(client)) == (200, False)
    assert "You are signed out." in done.content.decode()


def test_sign_out_lets_one_ask_for_another_address(client: Client) -> None:
    ask(client, "mistyped@union.test")
    assert client.get(ASK)["Location"] == GIVE

    response = client.post("/en/sign-out/", {"next": ASK})

    assert response["Location"] == ASK
    assert client.get(ASK).status_code == 200


def test_sign_in_needs_our_own_form() -> None:
    strict = Client(enforce_csrf_checks=True)

    assert strict.post(ASK, {"email": ADDRESS}).status_code == 403
    assert strict.post("/en/sign-out/").status_code == 403


@pytest.mark.parametrize(
    "name",
    [
        "account_signup",
        "account_email",
        "account_change_password",
        "account_set_password",
        "account_reset_password",
        "account_reauthenticate",
        "account_confirm_email",
    ],
)
def test_pages_we_do_not_want_have_no_address(name: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(name)


def test_signed_in_people_are_led_past_sign_in(client: Client) -> None:
    client.force_login(factories.person(ADDRESS))

    assert client.get(ASK)["Location"] == url("workspace")
    assert client.get(GIVE)["Location"] == url("workspace")


@pytest.mark.parametrize("page", [ASK, GIVE, "/en/profile/"])
def test_pages_of_sign_in_are_never_stored(client: Client, page: str) -> None:
    ask(client)

    assert "no-store" in client.get(page)["Cache-Control"]


@pytest.mark.parametrize("key", ["\\000aaaaaaaaaaaa", "aaaaaaaa\\377aaaa", "a" * 5000, "é" * 20])
def test_a_cookie_that_is_no_session_is_nobodys(client: Client, key: str) -> None:
    answer = client.get("/en/workspace/", headers={"Cookie": f'sessionid="{key}"'})

    assert answer.status_code == 302
    assert answer["Location"].startswith("/en/sign-in/")
