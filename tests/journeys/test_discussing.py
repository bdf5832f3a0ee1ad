"""People and organisations say what they think of a text; an officer reads it; everybody sees."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from coalition.consultations.models import Remark
from tests import factories

pytestmark = pytest.mark.browser

WORDS = "We bake bread at night, and nobody sees us."
OTHER = "We bake bread by day, and everybody sees us."
SCREENS = pytest.mark.parametrize(
    ("language", "width", "scripts"), [("en", 1280, True), ("ar", 320, False)], ids=["en", "ar"]
)


def discussed() -> Any:
    """A text of two paragraphs in a consultation in which it is discussed now."""
    text = factories.instrument("bread", paragraphs=2)
    version = text.versions.create(
        symbol="EX/1", title="Bread", digest="0" * 64, adopted_on=timezone.localdate()
    )
    for each in text.provisions.all():
        fields = {name: getattr(each, name) for name in ("eid", "number", "role", "position")}
        version.wordings.create(provision=each, words=WORDS, **fields)
    question = {"en": "What should the text say?", "ar": "ماذا ينبغي أن يقول النص؟"}
    one = factories.consultation(
        "open", question=question, text=text, for_everyone=True, phases=False
    )
    factories.phase(one, "discuss")
    return one


def fits(someone: Any, width: int) -> None:
    assert someone.page.evaluate("document.documentElement.scrollWidth") <= width


@SCREENS
def test_a_text_is_discussed_from_the_first_word_to_the_page_everybody_reads(
    reader: Any, language: str, width: int, scripts: bool
) -> None:
    one = discussed()
    partner = factories.partner("Bakers")
    editor = factories.mandate(partner, "editor").person
    signatory = factories.mandate(partner, "signatory").person
    person = factories.person("quill@union.test", language=language)

    speaking = reader(language, width, java_script_enabled=scripts)
    speaking.is_signed_in(person)
    speaking.goes_to(f"/consultations/{one.reference}/")
    speaking.presses("main a[href$='/discuss/']")
    fits(speaking, width)
    speaking.presses("main a[href$='/discuss/para_2/']")
    speaking.fills(text="Nobody should bake alone.")
    speaking.presses("main form[method='post'] button")
    fits(speaking, width)

    drafting = reader(language, width, java_script_enabled=scripts)
    drafting.is_signed_in(editor)
    drafting.goes_to(f"/consultations/{one.reference}/discuss/para_1/")
    drafting.ticks("speaker", partner.reference)
    drafting.fills(text="Nights are short.", instead=OTHER)
    drafting.presses("main form[method='post'] button")
    fits(drafting, width)

    signing = reader(language, width, java_script_enabled=scripts)
    signing.is_signed_in(signatory)
    signing.goes_to(f"/consultations/{one.reference}/remarks/own/")
    fits(signing, width)
    signing.sees("Nights are short.")
    signing.sends("/sign/")

    by_words = {each.text: each for each in Remark.objects.all()}
    assert {each.state for each in by_words.values()} == {"waiting"}
    officer = factories.officer(language=language)
    deciding = reader(language, width, java_script_enabled=scripts)
    deciding.is_signed_in(officer)
    deciding.goes_to(f"/desk/consultations/{one.reference}/remarks/")
    fits(deciding, width)
    deciding.presses(f"main a[href$='/remarks/{by_words['Nights are short.'].number}/']")
    fits(deciding, width)
    deciding.sends("/accept/")
    deciding.presses(f"main a[href$='/remarks/{by_words['Nobody should bake alone.'].number}/']")
    refused = "/refuse/"
    deciding.page.locator(f"main details:has(form[action$='{refused}']) > summary").first.click()
    deciding.page.check("main input[name='refused_for'][value='off_topic']")
    deciding.page.fill("main [name='reason']", "It is about cakes.")
    deciding.presses(f"main form[action$='{refused}'] button")

    reading = reader(language, width, java_script_enabled=scripts)
    reading.goes_to(f"/consultations/{one.reference}/discuss/para_1/")
    fits(reading, width)
    reading.sees("Nights are short.")
    reading.sees("Bakers")
    assert "by day" in reading.page.inner_text("main ins >> nth=0")
    assert "at night" in reading.page.inner_text("main del >> nth=0")
    reading.goes_to(f"/consultations/{one.reference}/remarks/?kind=comment")
    reading.sees_not("Nobody should bake alone.")

    speaking.goes_to(f"/consultations/{one.reference}/remarks/own/")
    speaking.sees("It is about cakes.")
    speaking.sees_not("Nights are short.")
