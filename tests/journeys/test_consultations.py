"""A consultation from its first question to its early end, as officer and reader see it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone, translation

from coalition.consultations.models import Consultation
from coalition.consultations.states import State
from coalition.mailroom.models import Letter
from tests import factories

pytestmark = pytest.mark.browser

QUESTION = {"en": "What should change first?", "ar": "ما الذي يتغير أولاً؟"}
PROMISE = {"en": "The group answers in June.", "ar": "تجيب المجموعة في يونيو."}
PROPOSAL = {"en": "Pay night work as night work.", "ar": "ادفعوا أجر العمل الليلي."}
REASON = {"en": "All had answered.", "ar": "أجاب الجميع."}


@pytest.mark.parametrize(
    ("language", "width", "scripts"), [("en", 1280, True), ("ar", 320, False)], ids=["en", "ar"]
)
def test_a_consultation_is_planned_announced_opened_and_closed(
    reader: Any, language: str, width: int, scripts: bool
) -> None:
    officer = factories.officer(email="officer@secretariat.test", language=language)
    baker = factories.person("lead@bakers.test", language=language)
    bakers = factories.partner("Bakers", person=baker)
    millers = factories.partner("Millers")
    shared = factories.common_priority(
        members=[factories.priority(each, words="Night work") for each in (bakers, millers)],
        names={"en": "Night work is work", "ar": "العمل الليلي عمل"},
    )

    # An officer asks in two languages, says what becomes of the answers and what it takes up.
    desk = reader(language, width, java_script_enabled=scripts)
    desk.is_signed_in(officer)
    desk.goes_to("/desk/consultations/")
    desk.presses("main a[href$='/new/']")
    desk.fills(question_en=QUESTION["en"], question_ar=QUESTION["ar"], zone="Europe/Zurich")
    saves(desk)
    one = Consultation.objects.get()
    plan = f"/desk/consultations/{one.reference}/"
    assert desk.page.locator("form[action$='/announce/']").count() == 0  # it lacks something yet
    desk.presses("main a[href$='/words/']")
    desk.fills(promise_en=PROMISE["en"], promise_ar=PROMISE["ar"])
    saves(desk)
    desk.presses("main a[href$='/priorities/']")
    desk.ticks("row", str(shared.pk))
    saves(desk)

    # It begins in two days, by the clocks that the officer chose.
    now = timezone.now()
    desk.goes_to(f"{plan}phases/react/")
    desk.fills(
        opens_at=(now + timedelta(days=2)).strftime("%Y-%m-%dT09:00"),
        closes_at=(now + timedelta(days=20)).strftime("%Y-%m-%dT18:00"),
    )
    saves(desk)
    fits(desk, width)

    # What partners share becomes a proposal, in words that the officer mends.
    desk.goes_to(plan)
    desk.presses("main a[href$='/first-proposals/']")
    fits(desk, width)
    key = f"priority-{shared.pk}"
    desk.page.check(f"main input[name='{key}-take']")
    desk.fills(**{f"{key}-text": PROPOSAL[language], f"{key}-language": language})
    saves(desk)
    desk.sees(PROPOSAL[language])
    desk.sees("Bakers")

    # Nobody sees a draft, and nobody is told of it.
    visitor = reader(language, width, java_script_enabled=False)
    address = f"{visitor.site}/{language}/consultations/{one.reference}/"
    assert visitor.page.goto(address).status == 404
    assert not letters().exists()

    # Announced, everybody reads what is asked and when it begins; who shares it gets a letter.
    desk.goes_to(plan)
    desk.sends("/announce/")
    visitor.goes_to("/consultations/")
    visitor.presses(f"main a[href$='/{one.reference}/']")
    for words in (QUESTION, PROMISE, PROPOSAL):
        visitor.sees(words[language])
    visitor.sees("Bakers")
    fits(visitor, width)
    assert state_on(visitor) == "planned"
    (letter,) = letters()
    assert (letter.language, PROPOSAL[language] in letter.text) == (language, True)

    # Opened before its day, and closed before its time with a reason that everybody reads.
    desk.sends("/open/")
    visitor.page.reload()
    assert state_on(visitor) == "open"
    desk.gives_reason("/close-early/", REASON[language])
    visitor.page.reload()
    visitor.sees(REASON[language])
    assert state_on(visitor) == "synthesis"
    assert [step.verb for step in one.moves.all()] == ["announce", "open", "close_early"]
    visitor.goes_to(f"/consultations/{one.reference}/print/")
    visitor.sees(PROMISE[language])
    fits(visitor, width)


def letters() -> Any:
    return Letter.objects.filter(key__startswith="consultations.credited")


def state_on(visitor: Any) -> str:
    """The state that the page names, by its code."""
    word = visitor.page.locator("main .status").first.inner_text()
    with translation.override(visitor.language):
        return next(state.value for state in State if str(state.label) in word)


def saves(one: Any) -> None:
    """Send the form for which the page is there."""
    one.presses("main form[method='post']:not([action]) .buttons button")


def fits(one: Any, width: int) -> None:
    assert one.page.evaluate("document.documentElement.scrollWidth") <= width
