"""People propose, an officer reads what they proposed, and everybody sees what stands."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from coalition.consultations.models import Statement
from coalition.consultations.states import StatementState
from tests import factories

pytestmark = pytest.mark.browser

GOOD = "Every bakery publishes what it pays."
COPY = "Each bakery publishes what it pays"
OFF_TOPIC = "Our flour is the cheapest in town."
OURS = "Apprentices never work alone at night."
REASON = "Say what should change in bakeries."
SCREENS = pytest.mark.parametrize(
    ("language", "width", "scripts"), [("en", 1280, True), ("ar", 320, False)], ids=["en", "ar"]
)


def fits(someone: Any, width: int) -> None:
    assert someone.page.evaluate("document.documentElement.scrollWidth") <= width


def proposes(someone: Any, width: int, words: str, speaker: str = "") -> None:
    if speaker:
        someone.ticks("speaker", speaker)
    someone.fills(text=words)
    someone.presses("main form[method='post'] button")
    fits(someone, width)


@SCREENS
def test_what_is_proposed_is_read_refused_merged_and_seen(
    reader: Any, language: str, width: int, scripts: bool
) -> None:
    question = {"en": "What should change first?", "ar": "ما الذي يتغير أولاً؟"}
    one = factories.consultation("open", question=question, for_everyone=True, phases=False)
    factories.phase(one, "propose")
    partner = factories.partner("Bakers")
    editor = factories.mandate(partner, "editor").person
    signatory = factories.mandate(partner, "signatory").person
    page = f"/consultations/{one.reference}/"

    def person(address: str) -> Any:
        made = reader(language, width, java_script_enabled=scripts)
        made.is_signed_in(factories.person(address, language=language))
        made.goes_to(page)
        fits(made, width)
        made.presses("main a[href$='/propose/']")
        return made

    quill = person("quill@union.test")
    for words in (GOOD, OFF_TOPIC):
        proposes(quill, width, words)
    rose = person("rose@union.test")
    proposes(rose, width, COPY)
    rose.sees_not(GOOD)  # what others wait with is not told

    # For an organisation one drafts, another signs.
    writing = reader(language, width, java_script_enabled=scripts)
    writing.is_signed_in(editor)
    writing.goes_to(f"{page}propose/")
    proposes(writing, width, OURS, partner.reference)
    signing = reader(language, width, java_script_enabled=scripts)
    signing.is_signed_in(signatory)
    signing.goes_to(f"{page}propose/")
    signing.sees(OURS)
    signing.sends("/sign/")
    number = dict(Statement.objects.values_list("text", "number"))
    assert set(number) == {GOOD, OFF_TOPIC, COPY, OURS}
    assert set(Statement.objects.values_list("state", flat=True)) == {StatementState.WAITING}

    # The officer reads: two are shown, one is refused with a reason, one is merged.
    desk = f"/desk/consultations/{one.reference}/statements/"
    deciding = reader(language, width, java_script_enabled=scripts)
    deciding.is_signed_in(factories.officer(language=language))
    deciding.goes_to(desk)
    fits(deciding, width)
    for words in (GOOD, OURS):
        deciding.goes_to(f"{desk}{number[words]}/")
        deciding.sends("/accept/")
    deciding.goes_to(f"{desk}{number[OFF_TOPIC]}/")
    form = "main form[action$='/refuse/']"
    deciding.page.locator(f"main details:has({form.removeprefix('main ')}) > summary").first.click()
    fits(deciding, width)
    deciding.page.check(f"{form} input[name='refused_for'][value='advertising']")
    deciding.page.fill(f"{form} [name='reason']", REASON)
    deciding.presses(f"{form} button")
    deciding.goes_to(f"{desk}near/")
    fits(deciding, width)
    deciding.sees(COPY)
    deciding.sends("/merge/")

    states = dict(Statement.objects.values_list("text", "state"))
    assert states == {GOOD: "accepted", OURS: "accepted", OFF_TOPIC: "refused", COPY: "merged"}

    reading = reader(language, width, java_script_enabled=scripts)
    reading.goes_to(page)
    fits(reading, width)
    for words in (GOOD, OURS, "Bakers"):
        reading.sees(words)
    for words in (OFF_TOPIC, COPY):
        reading.sees_not(words)

    # Each finds what became of their own, and nobody is written to who spoke for themselves.
    quill.goes_to(f"{page}propose/")
    quill.sees(REASON)
    with translation.override(language):
        quill.sees(str(StatementState.REFUSED.label))
    rose.goes_to(f"{page}propose/")
    rose.sees(COPY)
    with translation.override(language):
        rose.sees(str(StatementState.MERGED.label))
    fits(rose, width)
    rose.sees_not(OFF_TOPIC)
