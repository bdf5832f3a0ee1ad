"""A person and an organisation answer a consultation, on a phone without scripts too."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from coalition.consultations.models import Vote
from coalition.consultations.states import Reaction
from tests import factories

pytestmark = pytest.mark.browser

WORDS = {"en": "Pay night work as night work.", "ar": "ادفعوا أجر العمل الليلي."}
SCREENS = pytest.mark.parametrize(
    ("language", "width", "scripts"), [("en", 1280, True), ("ar", 320, False)], ids=["en", "ar"]
)


def asked(language: str, **fields: Any) -> Any:
    """An open consultation with two statements, one of them translated into Arabic."""
    question = {"en": "What should change first?", "ar": "ما الذي يتغير أولاً؟"}
    one = factories.consultation("open", question=question, **fields)
    made = factories.statement(one, WORDS["en"])
    made.translations.create(language="ar", text=WORDS["ar"], of_text=WORDS["en"])
    factories.statement(one, "Begin with rest (2).")
    return one


def says(someone: Any, reaction: Reaction) -> None:
    someone.presses(f"main button[name='value'][value='{reaction.value}']")


def fits(someone: Any, width: int) -> None:
    assert someone.page.evaluate("document.documentElement.scrollWidth") <= width


@SCREENS
def test_a_person_signs_in_answers_all_and_changes_one(
    reader: Any, language: str, width: int, scripts: bool
) -> None:
    one = asked(language, for_everyone=True)
    person = factories.person("quill@union.test", language=language)
    reading = reader(language, width, java_script_enabled=scripts)
    reading.is_signed_in(person)

    reading.goes_to(f"/consultations/{one.reference}/")
    fits(reading, width)
    reading.presses("main a[href$='/react/next/']")
    met = set()
    for _ in range(2):
        met.add(reading.page.inner_text("main h1"))
        fits(reading, width)
        says(reading, Reaction.AGREE)
    assert met == {WORDS["en"], "Begin with rest (2)."}  # in an order of this person's own
    assert reading.page.url.endswith("/react/")
    fits(reading, width)

    reading.presses("main a[href$='/react/1/'] >> nth=-1")
    reading.sees(WORDS[language])  # in the reader's language too
    says(reading, Reaction.DISAGREE)
    with translation.override(language):
        reading.sees(str(Reaction.DISAGREE.label))
    values = Vote.objects.order_by("statement__number").values_list("value", flat=True)
    assert list(values) == [Reaction.DISAGREE, Reaction.AGREE]


@SCREENS
def test_colleagues_draft_and_the_signatory_signs(
    reader: Any, language: str, width: int, scripts: bool
) -> None:
    one, partner = asked(language), factories.partner("Bakers")
    editor = factories.mandate(partner, "editor").person
    signatory = factories.mandate(partner, "signatory").person
    door = f"main a[href$='/for/{partner.reference}/react/']"

    writing = reader(language, width, java_script_enabled=scripts)
    writing.is_signed_in(editor)
    writing.goes_to(f"/consultations/{one.reference}/")
    writing.presses(door)
    writing.presses("main a.button")
    says(writing, Reaction.AGREE)
    says(writing, Reaction.PASS)
    assert writing.page.locator("main form[action$='/sign/']").count() == 0
    fits(writing, width)
    assert Vote.objects.counting().count() == 0

    signing = reader(language, width, java_script_enabled=scripts)
    signing.is_signed_in(signatory)
    signing.goes_to(f"/consultations/{one.reference}/")
    signing.presses(door)
    fits(signing, width)
    signing.sends("/sign/")
    assert signing.page.locator("main form[action$='/sign/']").count() == 0
    assert sorted(Vote.objects.counting().values_list("value", flat=True)) == [0, 1]
    assert one.participants.get().signed_by == signatory
