"""A person gives points on a phone without scripts, an organisation signs its ballot, and everybody
reads what comes first."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone, translation
from django.utils.translation import gettext

from coalition.consultations.models import Ballot, Consultation, Summary
from coalition.consultations.prioritising.results import outcome
from tests import factories

pytestmark = pytest.mark.browser

SCREENS = pytest.mark.parametrize(
    ("language", "width", "scripts"), [("en", 1280, True), ("ar", 320, False)], ids=["en", "ar"]
)


def asked(**method: Any) -> Any:
    """An open consultation of everybody with three proposals, in which priorities are set."""
    one = factories.consultation("open", phases=False, for_everyone=True)
    factories.phase(one, "prioritise", **method)
    for number in range(1, 4):
        factories.statement(one, f"Begin with rest ({number}).")
    return one


def fits(someone: Any, width: int) -> None:
    assert someone.page.evaluate("document.documentElement.scrollWidth") <= width


@SCREENS
def test_a_person_gives_points_and_reads_what_came_first(
    reader: Any, language: str, width: int, scripts: bool
) -> None:
    one = asked(by="points", points=10)
    reading = reader(language, width, java_script_enabled=scripts)
    reading.is_signed_in(factories.person(language=language))

    reading.goes_to(f"/consultations/{one.reference}/")
    reading.presses("main a[href$='/prioritise/']")
    fits(reading, width)
    reading.page.fill("main input[name='choice-1']", "9")
    reading.page.fill("main input[name='choice-3']", "4")
    reading.presses("main form[method='post'] button")
    assert reading.page.locator("main [role='alert']").count() == 1
    assert reading.page.input_value("main input[name='choice-1']") == "9"  # as it was typed
    assert not Ballot.objects.exists()
    reading.page.fill("main input[name='choice-1']", "6")
    reading.presses("main form[method='post'] button")
    fits(reading, width)
    assert sorted(Ballot.objects.get().choices.values()) == [4, 6]

    for number in range(4):
        row = one.participants.create(pseudonym=f"{number:064x}")
        row.ballots.create(choices={str(one.statements.get(number=1).pk): 10})
    one.phases.update(closes_at=timezone.now() - timedelta(hours=1))
    Consultation.objects.filter(pk=one.pk).update(state="synthesis")
    Summary.objects.create(consultation=one, value={"priorities": outcome(one)}, digest="0" * 64)
    reading.goes_to(f"/consultations/{one.reference}/first/people/")
    fits(reading, width)
    with translation.override(language):
        assert gettext("What comes first") in reading.page.inner_text("main h1")
    assert "(1)" in reading.page.locator("main tbody tr").first.inner_text()


@SCREENS
def test_an_organisation_ranks_and_its_signatory_signs(
    reader: Any, language: str, width: int, scripts: bool
) -> None:
    one, partner = asked(by="ranking"), factories.partner("Bakers")
    door = f"main a[href$='/for/{partner.reference}/prioritise/']"
    writing = reader(language, width, java_script_enabled=scripts)
    writing.is_signed_in(factories.mandate(partner, "editor").person)
    writing.goes_to(f"/consultations/{one.reference}/")
    writing.presses(door)
    fits(writing, width)
    writing.page.select_option("main select[name='choice-2']", "1")
    writing.page.select_option("main select[name='choice-1']", "2")
    writing.presses("main form[method='post'] button")
    assert writing.page.locator("main form[action$='/sign/']").count() == 0
    assert not Ballot.objects.counting().exists()

    signing = reader(language, width, java_script_enabled=scripts)
    signing.is_signed_in(factories.mandate(partner, "signatory").person)
    signing.goes_to(f"/consultations/{one.reference}/")
    signing.presses(door)
    signing.sends("/prioritise/sign/")
    fits(signing, width)
    assert sorted(Ballot.objects.get().choices.values()) == [1, 2]
    assert Ballot.objects.counting().exists()
