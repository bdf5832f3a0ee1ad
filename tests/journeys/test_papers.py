"""An officer types answers from a workshop into the workbook, invites who is missing, and everybody
reads who answered."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone, translation
from django.utils.translation import gettext
from openpyxl import load_workbook

from coalition.consultations.models import Consultation, PaperFile, Participant, Vote
from coalition.consultations.papers.workbook import TOP
from coalition.mailroom.models import Letter
from tests import factories

pytestmark = pytest.mark.browser

SCREENS = pytest.mark.parametrize(
    ("language", "width", "scripts"), [("en", 1280, True), ("ar", 320, False)], ids=["en", "ar"]
)
FIRST = 5  # the column of the first proposal


def fits(someone: Any, width: int) -> None:
    assert someone.page.evaluate("document.documentElement.scrollWidth") <= width


def filled(workbook: Path, *answers: tuple[str, str]) -> None:
    """Type these answers to two proposals, a form each."""
    book = load_workbook(workbook)
    sheet = book["answers"]
    for row, said in enumerate(answers, start=TOP + 1):
        for column, word in enumerate(said, start=FIRST):
            sheet.cell(row, column).value = word
    book.save(workbook)


@SCREENS
def test_officer_takes_in_what_a_workshop_said(
    reader: Any, tmp_path: Path, language: str, width: int, scripts: bool
) -> None:
    one = factories.consultation("open", for_everyone=True)
    for number in (1, 2):
        factories.statement(one, f"Begin with rest ({number}).")
    typing = reader(language, width, java_script_enabled=scripts)
    typing.is_signed_in(factories.officer(language=language))
    with translation.override(language):
        agree, disagree = gettext("Agree"), gettext("Disagree")

    typing.goes_to(f"/desk/consultations/{one.reference}/cockpit/")
    fits(typing, width)
    typing.presses("main a[href$='/papers/']")
    fits(typing, width)
    with typing.page.expect_download() as download:
        typing.page.click("main a[href$='template.xlsx']")
    workbook = tmp_path / "workshop.xlsx"
    download.value.save_as(workbook)

    def sends() -> None:
        typing.fills(channel="workshop", occasion="Workshop in Lima", language="es")
        typing.page.set_input_files("main input[type='file']", workbook)
        typing.presses("main form[enctype] button")
        fits(typing, width)

    filled(workbook, (agree, disagree), (agree, "perhaps"))
    sends()
    typing.sees("F6")
    typing.sees("perhaps")
    assert not PaperFile.objects.exists()

    filled(workbook, (agree, disagree), (agree, agree))
    sends()
    typing.sees("workshop.xlsx")
    assert not Vote.objects.exists()
    typing.sends("/take-in/")
    fits(typing, width)
    assert sorted(Vote.objects.values_list("value", flat=True)) == [-1, 1, 1, 1]
    assert set(Participant.objects.values_list("channel", "language")) == {("workshop", "es")}

    typing.sends("/take-back/")
    assert not Participant.objects.exists()


@SCREENS
def test_officer_invites_who_is_missing_and_everybody_reads_who_answered(
    reader: Any, language: str, width: int, scripts: bool
) -> None:
    one = factories.consultation("open")
    statement = factories.statement(
        one, provision=factories.instrument(paragraphs=1).provisions.get()
    )
    workers = factories.group("WRK")
    done = one.participants.create(partner=factories.partner("Millers", group=workers))
    done.votes.create(statement=statement, value=1)
    writer = factories.person(language=language)
    factories.partner("Bakers", group=workers, person=writer)
    with translation.override(language):
        of_all = gettext("%(count)s of %(all)s (%(share)s%%)")
    told = of_all % {"count": "1", "all": "2", "share": "50"}

    asking = reader(language, width, java_script_enabled=scripts)
    asking.is_signed_in(factories.officer(language=language))
    asking.goes_to(f"/desk/consultations/{one.reference}/turnout/")
    fits(asking, width)
    asking.sees(told)
    asking.presses("main a[href$='/missing/']")
    fits(asking, width)
    asking.sees("Bakers")
    asking.sees_not("Millers")
    asking.presses("main form[action*='/missing/invite/'] button")
    assert [letter.to_address for letter in Letter.objects.all()] == [writer.email]

    one.phases.update(closes_at=timezone.now() - timedelta(hours=1))
    Consultation.objects.filter(pk=one.pk).update(state="synthesis")
    reading = reader(language, width, java_script_enabled=scripts)
    reading.goes_to(f"/consultations/{one.reference}/")
    reading.presses("main a[href$='/turnout/']")
    fits(reading, width)
    reading.sees(told)
