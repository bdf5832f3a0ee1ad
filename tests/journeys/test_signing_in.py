"""An officer's second factors in a real browser: an app, a passkey, and the sessions."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

from coalition.mailroom.models import Letter
from tests import factories
from tests.journeys.conftest import Reader

pytestmark = pytest.mark.browser


def gives_mailed_code(reader: Reader, address: str) -> None:
    reader.goes_to("/sign-in/")
    reader.fills(email=address)
    reader.presses("main form button")
    letter = Letter.objects.filter(to_address=address, text__contains="-").latest("pk")
    code = re.search(r"^\s*([A-Z]{4}-[A-Z]{4})\s*$", letter.text, re.MULTILINE)
    assert code
    reader.fills(code=code[1])
    reader.presses("main form button")


def code_of(secret: str, steps: int = 0) -> str:
    """What the app shows; a code of the step after it is taken too, and opens as often: once."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


@pytest.mark.parametrize(("language", "width", "scripts"), [("en", 1280, True), ("ar", 320, False)])
def test_an_officer_sets_up_an_app_signs_in_with_it_and_ends_another_session(
    reader: Any, language: str, width: int, scripts: bool
) -> None:
    officer = factories.officer(email="officer@secretariat.test", language=language)
    here = reader(language, width, java_script_enabled=scripts)

    # Whatever the officer opens, the security page comes first.
    gives_mailed_code(here, officer.email)
    here.goes_to("/desk/")
    assert here.page.url.endswith("/account/security/")
    here.presses("main a[href$='/account/app/']")
    secret = here.page.inner_text("main code").replace(" ", "")
    here.fills(code=code_of(secret))
    here.presses("main form[action$='/account/app/'] button")
    codes = here.page.locator("main .codes li").all_inner_texts()
    assert len(codes) == 10
    here.goes_to("/desk/")
    assert here.page.url.endswith("/desk/")

    # Another browser: mailed code, then a code of the app, then the desk.
    there = reader(language, width, java_script_enabled=scripts)
    gives_mailed_code(there, officer.email)
    assert there.page.url.endswith("/sign-in/second/")
    there.fills(code=code_of(secret, 1))
    there.presses("main form[action$='/sign-in/second/'] button")
    there.goes_to("/desk/")
    assert there.page.url.endswith("/desk/")

    # The officer reads of it, and signs that browser out.
    here.goes_to("/account/security/")
    here.presses("main form[action$='/end/'] button")
    there.page.goto(f"{there.site}/{language}/desk/")
    assert "/desk/" not in there.page.url.split("?")[0]


def test_an_officer_adds_a_passkey_and_signs_in_with_it(reader: Any) -> None:
    officer = factories.officer(email="officer@secretariat.test")
    here = reader()
    # A passkey belongs to a name; browsers take plain http only from this one.
    here.site = here.site.replace("127.0.0.1", "localhost")
    device = here.page.context.new_cdp_session(here.page)
    device.send("WebAuthn.enable")
    device.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    complaints: list[str] = []
    here.page.on("console", lambda message: complaints.append(f"{message.type}: {message.text}"))

    gives_mailed_code(here, officer.email)
    here.goes_to("/account/passkeys/add/")
    here.fills(name="My computer")
    here.presses("#add-passkey")
    assert here.page.url.endswith("/account/codes/")
    here.goes_to("/account/security/")
    here.sees("My computer")

    here.presses("header form[action$='/sign-out/'] button")
    gives_mailed_code(here, officer.email)
    assert here.page.url.endswith("/sign-in/second/")
    here.presses("#use-passkey")
    here.goes_to("/desk/")
    assert here.page.url.endswith("/desk/")
    assert complaints == []
