"""An officer takes a list of partners in, from the file to the directory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from openpyxl import Workbook

from coalition.partners.models import Partner
from tests import factories
from tests.test_browser import RULES, complaints_of

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("ar", 320)])
def test_an_officer_takes_a_list_in(reader: Any, tmp_path: Path, language: str, width: int) -> None:
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


def is_for_everyone(desk: Any, width: int) -> None:
    """WCAG, and no page wider than the screen."""
    if desk.language == "en":  # axe is a script, and the other reader runs none
        assert complaints_of(Axe().run(desk.page, options=RULES).response) == []
        assert desk.page.evaluate("document.documentElement.scrollWidth") <= width
