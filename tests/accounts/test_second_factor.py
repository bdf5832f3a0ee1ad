"""Second factors: who must have one, how they are set up, used, lost and reset; sessions."""

from __future__ import annotations

import re
import time
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from coalition.accounts import actions, devices, second_factor
from coalition.accounts.models import KnownDevice, Session, User
from coalition.base import privacy
from coalition.base.errors import NotAllowed
from coalition.base.models import Event
from coalition.mailroom.models import Letter
from tests import factories
from tests.signing_in import SECRET, code_of_app, give_app, recovery_code

pytestmark = pytest.mark.django_db

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1"
)
SECOND, AGAIN, SECURITY = "/en/sign-in/second/", "/en/sign-in/again/", "/en/account/security/"
ADD_APP, CODES, NEW_CODES = "/en/account/app/", "/en/account/codes/", "/en/account/codes/new/"
REMOVE_APP = "/en/account/app/remove/"


@pytest.fixture
def client() -> Client:
    return browser()


def browser(user_agent: str = FIREFOX) -> Client:
    return Client(headers={"accept-language": "en", "user-agent": user_agent})


def give_mailed_code(client: Client, user: User) -> Any:
    client.post("/en/sign-in/", {"email": user.email})
    letter = Letter.objects.filter(to_address=user.email).latest("pk")
    code = re.search(r"^[A-Z]{4}-[A-Z]{4}$", letter.text, re.MULTILINE)
    assert code
    return client.post("/en/sign-in/code/", {"code": code[0]})


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def half_signed_in(user: User) -> Client:
    """The session of an officer who has used no second factor in it."""
    client = browser()
    client.force_login(user, second_factor_used=False)
    return client


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


# --- Who must ----------------------------------------------------------------------------------


def test_an_officer_without_a_factor_is_led_to_set_one_up(client: Client) -> None:
    officer = factories.officer()

    signed_in = give_mailed_code(client, officer)
    led = client.get(signed_in["Location"])
    page = client.get(led["Location"])

    assert (led.status_code, led["Location"]) == (302, SECURITY)
    assert "signs in with a second factor" in text_of(page)
    assert "Nothing else opens before." in text_of(page)


OPENED = {"/en/account/security/", "/en/account/app/", "/en/account/passkeys/add/"}


@pytest.mark.parametrize("roles", [("officer",), ("editor",)])
def test_without_a_second_factor_only_these_pages_open(roles: tuple[str, ...]) -> None:
    client = half_signed_in(factories.person(roles=roles))
    paths = [
        *("/en/", "/en/workspace/", "/en/desk/", "/en/profile/", "/en/partners/", "/editing/"),
        *("/en/partners.csv", "/api/v1/partners", "/en/desk/people/", *sorted(OPENED)),
    ]

    answers = {path: client.get(path).status_code for path in paths}

    assert {path for path, status in answers.items() if status == 200} == OPENED
    assert {status for path, status in answers.items() if path not in OPENED} == {302}


def test_what_is_sent_without_a_second_factor_is_refused_with_a_sentence() -> None:
    officer = factories.officer()
    client = half_signed_in(officer)

    refused = client.post("/en/profile/", {"name": "Other", "language": "en"})

    officer.refresh_from_db()
    assert refused.status_code == 403
    assert "first uses a second factor" in text_of(refused)
    assert officer.name == "Officer"


def test_signing_out_is_always_possible() -> None:
    client = half_signed_in(factories.officer())

    client.post("/en/sign-out/")

    assert not is_signed_in(client)


def test_others_need_none(client: Client) -> None:
    person = factories.person()

    response = client.get(give_mailed_code(client, person)["Location"])

    assert response.status_code == 200


def test_a_role_given_meanwhile_asks_for_it_at_the_next_click(client: Client) -> None:
    person = factories.person()
    client.force_login(person)
    before = client.get("/en/workspace/").status_code

    actions.grant_role(person, "officer", by=None)

    assert (before, client.get("/en/workspace/")["Location"]) == (200, SECURITY)


def test_the_question_costs_no_query_of_its_own() -> None:
    person = factories.person()
    client = browser()
    client.force_login(person)
    client.get("/en/profile/")

    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        client.get("/en/profile/")

    assert len(queries) == 2  # the session, which says so, and the person


# --- Signing in with it ------------------------------------------------------------------------


def test_after_the_mailed_code_the_second_factor_is_asked_for(client: Client) -> None:
    officer = factories.officer()
    give_app(officer)

    asked = give_mailed_code(client, officer)
    before = is_signed_in(client)
    given = client.post(SECOND, {"code": code_of_app(time.time())})

    assert (asked["Location"], before) == (SECOND, False)
    assert given["Location"] == "/en/workspace/"
    assert client.get("/en/desk/").status_code == 200


def test_others_who_have_one_are_asked_too(client: Client) -> None:
    person = factories.person()
    give_app(person)

    assert give_mailed_code(client, person)["Location"] == SECOND
    assert not is_signed_in(client)


@pytest.mark.parametrize("typed", ["", "000000", "é", "x" * 5000, "1\x002"])
def test_a_wrong_second_factor_does_not_open(client: Client, typed: str) -> None:
    officer = factories.officer()
    give_app(officer)
    give_mailed_code(client, officer)

    response = client.post(SECOND, {"code": typed})

    assert response.status_code == 200
    assert not is_signed_in(client)


def test_second_factors_cannot_be_tried_for_long(client: Client) -> None:
    officer = factories.officer()
    give_app(officer)
    give_mailed_code(client, officer)
    for _attempt in range(5):
        client.post(SECOND, {"code": "000000"})

    response = client.post(SECOND, {"code": code_of_app(time.time())})

    assert not is_signed_in(client)
    assert "That was tried too often." in text_of(response)


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_a_code_of_the_app_opens_only_once(client: Client, steps: int) -> None:
    """Also the code before and after, for which a clock that is a little off is forgiven."""
    officer = factories.officer()
    give_app(officer)
    code = code_of_app(time.time() + 30 * steps)
    give_mailed_code(client, officer)
    client.post(SECOND, {"code": code})
    other = browser()
    give_mailed_code(other, officer)
    # The library's own memory of used codes is shorter than a code lives.
    cache.delete(f"allauth.mfa.totp.used?user={officer.pk}&code={code}")

    other.post(SECOND, {"code": code})

    assert (is_signed_in(client), is_signed_in(other)) == (True, False)


def test_a_recovery_code_opens_once(client: Client) -> None:
    officer = factories.officer()
    code = recovery_code(officer)
    give_mailed_code(client, officer)
    client.post(SECOND, {"code": code})
    other = browser()
    give_mailed_code(other, officer)

    other.post(SECOND, {"code": code})

    assert (is_signed_in(client), is_signed_in(other)) == (True, False)


def test_a_session_from_before_there_was_a_factor_is_asked_for_it() -> None:
    officer = factories.officer()
    client = half_signed_in(officer)
    give_app(officer)

    led = client.get("/en/desk/?page=2")
    given = client.post(led["Location"], {"code": recovery_code(officer)})

    assert led["Location"] == AGAIN + "?next=%2Fen%2Fdesk%2F%3Fpage%3D2"
    assert given["Location"] == "/en/desk/?page=2"
    assert client.get("/en/desk/").status_code == 200


def test_the_mark_of_one_person_opens_nothing_for_another() -> None:
    first, second = factories.officer(), factories.officer()
    client = half_signed_in(second)
    session = client.session
    second_factor.mark(session, first)
    session.save()

    assert client.get("/en/desk/").status_code == 302


# --- Setting up and removing -------------------------------------------------------------------


def set_up_app(client: Client) -> Any:
    client.get(ADD_APP)
    secret = client.session["mfa.totp.secret"]
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

    return client.post(
        ADD_APP, {"code": format_hotp_value(hotp_value(secret, int(time.time()) // 30))}
    )


def test_an_officer_sets_up_an_app_and_is_let_in() -> None:
    officer = factories.officer()
    client = half_signed_in(officer)

    page = client.get(ADD_APP)
    done = set_up_app(client)
    codes = client.get(done["Location"])

    assert 'src="data:image/svg+xml;base64,' in page.content.decode()
    assert done["Location"] == CODES
    shown = re.findall(r"<li><code>(\d{8})</code>", codes.content.decode())
    assert len(set(shown)) == 10
    assert client.get("/en/desk/").status_code == 200
    assert [letter.subject for letter in Letter.objects.filter(to_person=officer)] == [
        "Your second factors were changed"
    ]
    assert Event.objects.filter(verb="accounts.add_app").count() == 1


def test_a_wrong_first_code_sets_nothing_up() -> None:
    officer = factories.officer()
    client = half_signed_in(officer)
    client.get(ADD_APP)

    client.post(ADD_APP, {"code": "000000"})

    assert not Authenticator.objects.exists()
    assert client.get("/en/desk/").status_code == 302


def test_the_secret_cannot_be_read_from_the_database_alone() -> None:
    client = half_signed_in(factories.officer())
    client.get(ADD_APP)
    secret = client.session["mfa.totp.secret"]
    set_up_app(client)

    assert secret not in str(list(Authenticator.objects.values_list("data", flat=True)))
    give_app(person := factories.person())
    held = Authenticator.objects.get(user=person, type="totp")
    held.data = {"secret": held.data["secret"]}
    assert held.wrap().validate_code(code_of_app(time.time()))
    assert SECRET not in held.data["secret"]


def test_recovery_codes_are_shown_once() -> None:
    client = half_signed_in(factories.officer())
    set_up_app(client)
    first = client.get(CODES).content.decode()

    second = client.get(CODES).content.decode()

    assert 'download="recovery-codes.txt"' in first
    assert "cannot be shown again" in second
    assert re.findall(r"\d{8}", re.sub(r"<head>.*</head>", "", second, flags=re.DOTALL)) == []


def test_new_recovery_codes_end_the_old_ones() -> None:
    officer = factories.officer()
    client = half_signed_in(officer)
    set_up_app(client)
    old = recovery_code(officer)

    client.post(NEW_CODES)

    codes = Authenticator.objects.get(user=officer, type="recovery_codes").wrap()
    assert old not in codes.get_unused_codes()
    assert Event.objects.filter(verb="accounts.renew_codes").count() == 1


def test_changing_factors_asks_for_the_factor_again_after_a_while() -> None:
    officer = factories.officer()
    give_app(officer)
    client = browser()
    client.force_login(officer)
    session = client.session
    session[second_factor.MARK] |= {"at": time.time() - second_factor.RECENT_SECONDS - 1}
    session.save()

    asked = {path: client.get(path)["Location"] for path in (REMOVE_APP, NEW_CODES, CODES)}

    assert {target.split("?")[0] for target in asked.values()} == {AGAIN}


def test_an_officer_keeps_a_last_factor() -> None:
    officer = factories.officer()
    give_app(officer)
    client = browser()
    client.force_login(officer)

    page = client.post(REMOVE_APP)

    assert "Please add another one first." in text_of(page)
    assert Authenticator.objects.filter(user=officer, type="totp").exists()


def test_others_may_remove_theirs() -> None:
    person = factories.person()
    give_app(person)
    client = browser()
    client.force_login(person)
    session = client.session
    second_factor.mark(session, person)
    session.save()

    client.post(REMOVE_APP)

    assert not Authenticator.objects.filter(user=person).exists()
    assert Event.objects.filter(verb="accounts.remove_app").count() == 1


def passkey(user: User, name: str = "My phone") -> Authenticator:
    """The row of a passkey; what a real one does, the browser shows in tests/journeys."""
    return Authenticator.objects.create(
        user=user, type="webauthn", data={"name": name, "credential": {}}
    )


def test_a_passkey_is_renamed_and_removed() -> None:
    officer = factories.officer()
    give_app(officer)
    key = passkey(officer)
    client = browser()
    client.force_login(officer)

    client.post(reverse("mfa_edit_webauthn", args=[key.pk]), {"name": "The other phone"})
    named = client.get(SECURITY)
    client.post(reverse("mfa_remove_webauthn", args=[key.pk]))

    assert "The other phone" in text_of(named)
    assert not Authenticator.objects.filter(pk=key.pk).exists()
    assert Event.objects.filter(verb="accounts.remove_passkey").count() == 1


def test_the_last_passkey_of_an_officer_stays() -> None:
    officer = factories.officer()
    key = passkey(officer)
    client = browser()
    client.force_login(officer)

    refused = client.post(reverse("mfa_remove_webauthn", args=[key.pk]))

    assert refused.status_code == 403
    assert Authenticator.objects.filter(pk=key.pk).exists()


def test_nobody_touches_another_persons_passkey() -> None:
    key = passkey(factories.officer())
    client = browser()
    client.force_login(factories.officer())
    paths = [reverse(name, args=[key.pk]) for name in ("mfa_edit_webauthn", "mfa_remove_webauthn")]

    assert [client.post(path, {"name": "Mine"}).status_code for path in paths] == [404, 404]


def test_only_pages_that_ask_for_a_passkey_allow_a_script(monkeypatch: Any) -> None:
    officer = factories.officer()
    give_app(officer)
    client = browser()
    client.force_login(officer)
    paths = ["/en/account/passkeys/add/", SECURITY, ADD_APP, AGAIN, "/en/"]

    policies = {path: client.get(path).headers["Content-Security-Policy"] for path in paths}

    allowed = {path for path, policy in policies.items() if "script-src" in policy}
    assert allowed == {"/en/account/passkeys/add/"}
    assert "script-src 'self'" in policies["/en/account/passkeys/add/"]
    assert "unsafe" not in "".join(policies.values())
    assert client.get("/en/sign-in/again/passkey/")["Location"] == AGAIN  # there is none to use


# --- Lost --------------------------------------------------------------------------------------


def test_a_colleague_resets_a_lost_factor() -> None:
    officer, lost = factories.officer(), factories.officer()
    give_app(lost)
    theirs = browser()
    theirs.force_login(lost)
    client = browser()
    client.force_login(officer)

    done = client.post("/en/desk/people/reset/", {"email": lost.email.upper()})

    assert done["Location"] == "/en/desk/people/"
    assert not Authenticator.objects.filter(user=lost).exists()
    assert theirs.get("/en/desk/").status_code == 302
    assert not is_signed_in(theirs)
    assert Letter.objects.get(to_person=lost).subject == "Your second factor was reset"
    event = Event.objects.get(verb="accounts.reset_second_factor")
    assert (event.actor, event.subject) == (
        f"accounts.user:{officer.pk}",
        f"accounts.user:{lost.pk}",
    )


def test_nobody_resets_their_own() -> None:
    officer = factories.officer()
    give_app(officer)

    with pytest.raises(NotAllowed, match="Please ask another officer"):
        actions.reset_second_factor(officer, by=officer)

    assert Authenticator.objects.filter(user=officer).exists()


def test_only_officers_reset() -> None:
    lost, stranger = factories.officer(), factories.person()
    give_app(lost)
    client = browser()
    client.force_login(stranger)

    answers = [
        client.get("/en/desk/people/").status_code,
        client.post("/en/desk/people/reset/", {"email": lost.email}).status_code,
    ]
    with pytest.raises(NotAllowed, match="Only an officer"):
        actions.reset_second_factor(lost, by=stranger)

    assert answers == [404, 404]
    assert Authenticator.objects.filter(user=lost).exists()


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("nobody@union.test", "Nobody signs in with this address."),
        ("", "This field is required."),
        ("no address", "Enter a valid email address."),
    ],
)
def test_what_cannot_be_reset_is_told_so(client: Client, address: str, sentence: str) -> None:
    client.force_login(factories.officer())

    page = client.post("/en/desk/people/reset/", {"email": address})

    assert page.status_code == 200
    assert sentence in text_of(page)


def test_the_server_resets_by_command(capsys: Any) -> None:
    officer = factories.officer()
    give_app(officer)

    call_command("person", "reset", officer.email)

    assert "signs in anew" in capsys.readouterr().out
    assert not Authenticator.objects.filter(user=officer).exists()
    with pytest.raises(CommandError, match="has no second factor"):
        call_command("person", "reset", officer.email)


# --- Sessions ----------------------------------------------------------------------------------


def test_sessions_are_listed_and_ended_one_by_one() -> None:
    person = factories.person()
    here, there = browser(FIREFOX), browser(SAFARI)
    give_mailed_code(here, person)
    give_mailed_code(there, person)

    page = here.get(SECURITY).content.decode()
    handles = re.findall(r"/en/account/sessions/([0-9a-f]{32})/end/", page)
    ended = here.post(f"/en/account/sessions/{handles[0]}/end/")

    assert "Firefox · Windows" in page
    assert "Safari · iPhone" in page
    assert len(handles) == 1  # the one that looks is not among those it can end
    assert ended["Location"] == SECURITY
    assert (is_signed_in(here), is_signed_in(there)) == (True, False)
    assert Event.objects.filter(verb="accounts.end_sessions").count() == 1


def test_no_page_shows_the_key_of_a_session() -> None:
    person = factories.person()
    here, there = browser(), browser()
    for client in (here, there):
        client.force_login(person)

    page = here.get(SECURITY).content.decode()

    keys = Session.objects.values_list("session_key", flat=True)
    assert len(keys) == 2
    assert [key for key in keys if key in page] == []


def test_all_other_sessions_end_at_once() -> None:
    person, bystander = factories.person(), browser()
    clients = [browser() for _each in range(3)]
    for client in clients:
        client.force_login(person)
    bystander.force_login(factories.person())

    clients[0].post("/en/account/sessions/end/")

    assert [is_signed_in(client) for client in clients] == [True, False, False]
    assert is_signed_in(bystander)


def test_nobody_ends_the_sessions_of_others() -> None:
    person, stranger = factories.person(), factories.person()
    theirs, client = browser(), browser()
    theirs.force_login(person)
    client.force_login(stranger)
    from coalition.accounts import sessions

    handle = sessions.handle_of(sessions.running(person)[0])

    assert client.post(f"/en/account/sessions/{handle}/end/").status_code == 404
    assert is_signed_in(theirs)


def test_a_session_in_use_notes_it_a_few_times_an_hour() -> None:
    client = browser()
    client.force_login(factories.person())
    client.get("/en/")
    long_ago = timezone.now() - timedelta(hours=2)
    before = Session.objects.get().seen_at
    client.get("/en/")
    same = Session.objects.get().seen_at
    Session.objects.update(seen_at=long_ago)

    client.get("/en/")

    assert before == same
    assert Session.objects.get().seen_at > timezone.now() - timedelta(minutes=1)


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (FIREFOX, "Firefox · Windows"),
        (SAFARI, "Safari · iPhone"),
        (
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit Chrome/140 Safari/537 Edg/140",
            "Edge · Linux",
        ),
        (
            "Mozilla/5.0 (Linux; Android 15) AppleWebKit Chrome/140 Mobile Safari",
            "Chrome · Android",
        ),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 15_0) Version/18 Safari/605", "Safari · macOS"),
        ("curl/8.0", ""),
        ("", ""),
    ],
)
def test_devices_are_told_in_words(user_agent: str, words: str) -> None:
    assert devices.device_in_words(user_agent) == words


# --- A new device ------------------------------------------------------------------------------


def new_device_letters(person: User) -> list[Letter]:
    found = Letter.objects.filter(to_person=person, subject="You signed in from a new device")
    return list(found)


def test_the_first_device_is_no_news_and_the_second_is() -> None:
    person = factories.person()
    here = browser(FIREFOX)
    give_mailed_code(here, person)
    first = len(new_device_letters(person))
    here.post("/en/sign-out/")
    give_mailed_code(here, person)
    same = len(new_device_letters(person))

    give_mailed_code(browser(SAFARI), person)

    letters = new_device_letters(person)
    assert (first, same, len(letters)) == (0, 0, 1)
    assert "Safari · iPhone" in letters[0].text
    assert SECURITY in letters[0].text


def test_a_device_is_known_by_a_digest_alone() -> None:
    person = factories.person()
    client = browser()
    give_mailed_code(client, person)
    value = client.cookies["device"].value

    device = KnownDevice.objects.get()

    assert len(value) == 43
    assert value not in device.digest
    assert client.cookies["device"]["httponly"]


def test_one_browser_for_two_people_is_new_to_each() -> None:
    first, second = factories.person(), factories.person()
    client = browser()
    for person in (first, second):
        give_mailed_code(client, person)
        client.post("/en/sign-out/")

    assert sorted(KnownDevice.objects.values_list("user", flat=True)) == [first.pk, second.pk]
    assert new_device_letters(first) + new_device_letters(second) == []


def test_letters_about_new_devices_are_bounded(rf: Any) -> None:
    person = factories.person()
    from django.http import HttpResponse

    for _each in range(12):
        request = rf.get("/", headers={"user-agent": SAFARI})
        devices.recognise(request, HttpResponse(), person)

    assert len(new_device_letters(person)) == devices.LETTERS_A_DAY
    assert person.devices.count() == 12


@pytest.mark.parametrize("value", ["", "x", "é" * 43, "a" * 4000, "\x00" * 43])
def test_a_strange_device_cookie_is_a_new_device(rf: Any, value: str) -> None:
    from django.http import HttpResponse

    person, response = factories.person(), HttpResponse()
    request = rf.get("/")
    request.COOKIES["device"] = value

    devices.recognise(request, response, person)

    assert re.fullmatch(r"[\w-]{43}", response.cookies["device"].value)


def test_devices_that_are_not_used_are_forgotten() -> None:
    person = factories.person()
    person.devices.create(digest="a" * 64, last_at=timezone.now() - timedelta(days=366))
    person.devices.create(digest="b" * 64)

    privacy.purge(dry_run=False)

    assert [device.digest for device in person.devices.all()] == ["b" * 64]


def test_erasing_a_person_takes_factors_devices_and_sessions() -> None:
    person = factories.person()
    give_app(person)
    client = browser()
    give_mailed_code(client, person)
    client.post(SECOND, {"code": recovery_code(person)})

    actions.erase(person, by=None)

    assert not Authenticator.objects.filter(user=person).exists()
    assert not person.devices.exists()
    assert not Session.objects.exists()
