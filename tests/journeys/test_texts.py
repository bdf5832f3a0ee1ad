"""An editor splits a PDF, corrects what the machine got wrong, publishes it; a visitor reads it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from coalition.instruments.models import Intake
from tests import factories, made_files

pytestmark = pytest.mark.browser

BREAD = made_files.column(
    *("EX/2026/7", "", "Example Declaration on Bread", ""),
    *("Recalling that bread is made by people,", ""),
    *("1. We bake for all who are hungry, and we", "", "pay those who bake at night.", ""),
    *("2. We meet again.", ""),
)


@pytest.mark.parametrize(
    ("language", "width", "scripts"), [("en", 1280, True), ("ar", 320, False)], ids=["en", "ar"]
)
def test_editor_corrects_a_split_and_a_visitor_reads_the_text(
    reader: Any, tmp_path: Path, language: str, width: int, scripts: bool
) -> None:
    file = tmp_path / "bread.pdf"
    file.write_bytes(made_files.pdf(BREAD))
    editor = factories.person("editor@secretariat.test", roles=("editor",), language=language)
    desk = reader(language, width, java_script_enabled=scripts)
    desk.is_signed_in(editor)

    # From the workspace to the list, and with the file to the screen.
    desk.goes_to("/workspace/")
    desk.presses("main a[href$='/desk/texts/']")
    desk.page.set_input_files("main input[type='file']", file)
    desk.presses("main form[action$='/new/'] button")
    one = Intake.objects.get()
    suggested = desk.page.input_value("main [name='marked']")
    assert suggested.count("\n") == 4

    # A gap in print had cut the first paragraph in two: the editor joins the lines.
    joined = suggested.replace("and we\npay", "and we pay")
    assert joined != suggested
    desk.fills(marked=f"{joined}1. Twice.\n", adopted_on="2026-06-01")
    desk.sends("/correct/", "button:not([formaction])")
    desk.sees("5")  # the line of the number that stands twice
    assert desk.page.locator("main .note.alert li").count() == 1

    # Looked at again without the fault, published, and confirmed.
    desk.fills(marked=joined)
    desk.presses("main button[formaction$='/publish/']")
    desk.sees("EX/2026/7")
    desk.sends("/publish/")
    one.refresh_from_db()
    assert (one.state, one.version.adopted_on.isoformat()) == ("published", "2026-06-01")

    visitor = reader(language, width, java_script_enabled=scripts)
    visitor.goes_to(f"/instruments/{one.version.instrument.code}/para_1/")
    visitor.sees("We bake for all who are hungry, and we pay those who bake at night.")


@pytest.mark.realdata
def test_editor_publishes_a_printed_resolution(reader: Any, data_dir: Path) -> None:
    editor = factories.person("editor@secretariat.test", roles=("editor",))
    desk = reader("ar", 1280)
    desk.is_signed_in(editor)
    desk.goes_to("/desk/texts/")
    folder = data_dir / "un_ga_texts" / "pdf_samples"
    desk.page.set_input_files("main input[type='file']", folder / "A_RES_80_1.pdf")
    desk.presses("main form[action$='/new/'] button")
    desk.presses("main button[formaction$='/publish/']")
    desk.sends("/publish/")

    visitor = reader("en", 320)
    visitor.goes_to("/instruments/a-res-80-1/para_3/")
    visitor.sees("these procedures shall apply only during the eightieth session")
