"""Somebody without an account comes to an open consultation, signs in on the way and votes; an
officer invites people and partners."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.utils import translation

from coalition.accounts.models import User
from coalition.consultations.models import Follower, Vote
from coalition.consultations.states import Reaction
from coalition.mailroom.models import Letter
from tests import factories

pytestmark = pytest.mark.browser

SCREENS = pytest.mark.parametrize(
    ("language", "width", "scripts"), [("en", 1280, True), ("ar", 320, False)], ids=["en", "ar"]
)
QUESTION = {"en": "What should change first?", "ar": "ما الذي يتغير أولاً؟"}


@pytest.fixture(autouse=True)
def no_attempts_counted_yet(settings: Any) -> None:
    cache.clear()
    settings.EMAIL_BACKEND = "coalition.mailroom.backends.Outbox"  # as it is outside of tests


def fits(someone: Any, width: int) -> None:
    assert someone.page.evaluate("document.documentElement.scrollWidth") <= width


@SCREENS
def test_a_guest_comes_in_by_a_code_votes_and_follows(
    reader: Any, language: str, width: int, scripts: bool
) -> None:
    one = factories.consultation("open", question=QUESTION, for_everyone=True)
    factories.statement(one, "Pay night work as night work.")
    guest = reader(language, width, java_script_enabled=scripts)

    guest.goes_to(f"/consultations/{one.reference}/")
    fits(guest, width)
    guest.presses("main a[href$='/react/next/']")
    fits(guest, width)
    guest.gives_code("ana@guests.test")
    assert guest.page.url.endswith("/react/1/")
    guest.presses(f"main button[name='value'][value='{Reaction.AGREE.value}']")
    assert Vote.objects.get().value == Reaction.AGREE
    assert User.objects.get().language == language

    guest.goes_to(f"/consultations/{one.reference}/")
    guest.sends("/follow/")
    assert Follower.objects.count() == 1
    fits(guest, width)


@SCREENS
def test_an_officer_invites_and_takes_one_back(
    reader: Any, language: str, width: int, scripts: bool
) -> None:
    one = factories.consultation("open", question=QUESTION, for_invited=True)
    factories.mandate(factories.partner("Bakers"), "editor")
    officer = reader(language, width, java_script_enabled=scripts)
    officer.is_signed_in(factories.officer(language=language))

    officer.goes_to(f"/desk/consultations/{one.reference}/")
    officer.presses("main a[href$='/invitations/']")
    fits(officer, width)
    officer.sends("/invitations/partners/")
    form = "form[action$='/invitations/people/']"
    officer.page.locator(f"main details:has({form}) > summary").first.click()
    officer.page.fill(f"{form} textarea", "Ana <ana@guests.test>, bo@guests.test")
    officer.page.select_option(f"{form} select", language)
    officer.presses(f"main {form} button")
    fits(officer, width)
    officer.sees("Bakers")
    officer.sees("ana@guests.test")

    letter = Letter.objects.get(to_address="ana@guests.test")
    with translation.override(language):
        assert QUESTION[language] in letter.text
    officer.presses("main form[action$='/take-back/'] button")
    assert one.invitations.count() == 2
