"""An officer takes lists in, from the file to what everybody reads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from openpyxl import Workbook

from coalition.commitments.models import Commitment
from coalition.instruments.models import ExternalRecord
from coalition.partners.models import Partner
from tests import factories
from tests.test_browser import RULES, complaints_of

pytestmark = pytest.mark.browser


IN_TWO_LANGUAGES = pytest.mark.parametrize(("language", "width"), [("en", 1280), ("ar", 320)])


@IN_TWO_LANGUAGES
def test_partners_are_taken_in(reader: Any, tmp_path: Path, language: str, width: int) -> None:
    officer = factories.officer(email="officer@secretariat.test", language=language)
    book = Workbook()
    for row in (
        ("Organisation", "Pays", "Type", "Since when", "E-mail"),
        ("Example Union of Bakers", "France", "WRK", "2025-03-01", "ana@bakers.test"),
        ("اتحاد الخبازين", "Maroc", "WRK", "15.04.2025", ""),
        ("Example Chamber", "Atlantis", "EMP", "2025-03-01", ""),
    ):
        book.active.append(row)
    file = tmp_path / "partners.xlsx"
    book.save(file)
    desk = reader(language, width, java_script_enabled=language == "en")
    desk.is_signed_in(officer)

    desk.goes_to("/desk/lists/")
    is_for_everyone(desk, width)
    desk.page.set_input_files("main input[type=file]", file)
    desk.sends("/desk/lists/")
    is_for_everyone(desk, width)
    desk.fills(column3="joined_on", scope="national")
    desk.sends("/columns/")
    is_for_everyone(desk, width)
    desk.sees("Atlantis")
    desk.page.check("main input[name=leave_out]")
    desk.sends("/take-in/")

    names = list(Partner.objects.order_by("reference").values_list("name", flat=True))
    assert names == ["Example Union of Bakers", "اتحاد الخبازين"]
    desk.goes_to("/partners/")
    desk.sees("Example Union of Bakers")


@IN_TWO_LANGUAGES
def test_commitments_and_a_register_of_others_are_taken_in(
    reader: Any, tmp_path: Path, language: str, width: int
) -> None:
    officer = factories.officer(email="officer@secretariat.test", language=language)
    partner = factories.partner("Example Union of Bakers", reference="PAR-2025-9000")
    for code in ("FRA", "KEN"):
        factories.country(code)
    desk = reader(language, width, java_script_enabled=language == "en")
    desk.is_signed_in(officer)

    # A register: what it would change is shown first, and nothing of it is ours.
    headings = (
        "code,party,title,fileType,language,version,status,submissionDate,encodedAbsUrl,"
        "originalFilename"
    )
    at = "https://plans.example.org/"
    register = tmp_path / "plans.csv"
    register.write_text(
        f"{headings}\n"
        f"FRA,France,France First NDC,NDC,French,1,Active,2016-10-05,{at}1.pdf,1.pdf\n"
        f"FRA,France,Letter,Addendum,English,1,Active,,{at}letter.pdf,letter.pdf\n"
    )
    desk.goes_to("/desk/")
    desk.presses("main a[href$='/desk/registers/']")
    is_for_everyone(desk, width)
    desk.fills(register="ndc", as_of="2026-08-01")
    desk.page.set_input_files("main input[type=file]", register)
    desk.sends("/preview/")
    is_for_everyone(desk, width)
    desk.sees("France First NDC")
    assert not ExternalRecord.objects.exists()
    desk.sends("/take-in/")
    desk.goes_to("/registers/ndc/?party=FRA")
    desk.presses("main a:has-text('France First NDC')")
    desk.sees("Letter")

    # Commitments: what the columns hold is guessed and mended; a row that cannot be is left out.
    listed = tmp_path / "commitments.csv"
    listed.write_text(
        "Words,Where,Partner,End date\n"
        "Rest at night,Kenya,PAR-2025-9000,2028-12-31\n"
        "Fair ovens,Atlantis,PAR-2025-9000,2028-12-31\n"
    )
    desk.goes_to("/desk/")
    desk.presses("main a[href$='/desk/commitments/lists/']")
    is_for_everyone(desk, width)
    desk.page.set_input_files("main input[type=file]", listed)
    desk.sends("/desk/commitments/lists/")
    is_for_everyone(desk, width)
    desk.fills(column0="title", column1="places")
    desk.sends("/columns/")
    is_for_everyone(desk, width)
    desk.sees("Atlantis")
    desk.page.check("main input[name=leave_out]")
    desk.sends("/take-in/")
    made = Commitment.objects.get()
    assert (made.title, made.partner, made.state) == ("Rest at night", partner, "draft")
    assert [place.code for place in made.places.all()] == ["KEN"]


def is_for_everyone(desk: Any, width: int) -> None:
    """WCAG, and no page wider than the screen."""
    if desk.language == "en":  # axe is a script, and the other reader runs none
        assert complaints_of(Axe().run(desk.page, options=RULES).response) == []
        assert desk.page.evaluate("document.documentElement.scrollWidth") <= width
