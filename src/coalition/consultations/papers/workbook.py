"""The file in which answers on paper are typed: a row a form, a column a statement, with lists to
choose from."""

from __future__ import annotations

import io
from collections.abc import Sequence

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from coalition.base.fields import LANGUAGE_NAMES
from coalition.consultations.models import Consultation
from coalition.consultations.papers.columns import HEADINGS, Column
from coalition.consultations.states import Reaction
from coalition.partners.models import PartnerGroup
from coalition.places.models import Place, PlaceKind

LISTS = "lists"  # the hidden sheet of what can be chosen
FORMS = 200  # rows that stand ready; more can be added beneath
TOP = 4  # the row of the headings
HEAD = PatternFill("solid", fgColor="E3EEEC")
WRAPPED = Alignment(wrap_text=True, vertical="top")
WIDTHS = (16, 28, 28, 16)  # of the columns before the answers
WIDTH = 22  # of an answer, whose heading is a whole statement


def template(consultation: Consultation) -> bytes:
    """An empty file for the statements that are shown now, in the reader's language. Three
    queries."""
    statements = list(consultation.statements.shown().order_by("number"))
    book = Workbook()
    sheet = book.active
    sheet.title = "answers"
    sheet.sheet_view.rightToLeft = get_language() in settings.LANGUAGES_BIDI
    _put(sheet, 1, 1, str(consultation.title)).font = Font(bold=True, size=14)
    _put(
        sheet,
        2,
        1,
        _(
            "One row for each form: its number, what the person said of themselves if they did, "
            "and agree, disagree or pass below each proposal; what was left empty stays empty. No "
            "names."
        ),
    )
    headings = [str(heading) for heading in HEADINGS.values()]
    # By its reference the file is known again.
    headings[0] = f"{headings[0]} ({consultation.reference})"
    headings += [f"{one.number}. {one.text}" for one in statements]
    for column, heading in enumerate(headings, start=1):
        cell = _put(sheet, TOP, column, heading)
        cell.font, cell.fill, cell.alignment = Font(bold=True), HEAD, WRAPPED
        width = WIDTHS[column - 1] if column <= len(WIDTHS) else WIDTH
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.row_dimensions[TOP].height = 150
    sheet.freeze_panes = sheet.cell(TOP + 1, 2)
    for form in range(1, FORMS + 1):
        sheet.cell(TOP + form, 1).value = form
    _offer(book, sheet, len(headings))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _offer(book: Workbook, sheet: Worksheet, last: int) -> None:
    """Lists to choose from; what is typed instead is read too, and told where it is wrong."""
    lists = book.create_sheet(LISTS)
    lists.sheet_state = "hidden"
    groups = PartnerGroup.objects.filter(retired_on=None).order_by("position", "code")
    countries = Place.objects.filter(kind=PlaceKind.COUNTRY)
    first = len(WIDTHS) + 1
    names = list(HEADINGS)
    for at, (left, right, words) in enumerate(
        [
            *(
                (names.index(column) + 1, names.index(column) + 1, listed)
                for column, listed in (
                    (Column.GROUP, [str(one.name) for one in groups]),
                    (Column.PLACE, sorted(str(one.name) for one in countries)),
                    (Column.LANGUAGE, list(LANGUAGE_NAMES.values())),
                )
            ),
            (first, last, [str(label) for label in Reaction.labels]),
        ],
        start=1,
    ):
        if right >= left:
            _offer_one(lists, sheet, at, words, left, right)


def _offer_one(
    lists: Worksheet, sheet: Worksheet, at: int, words: Sequence[str], left: int, right: int
) -> None:
    for row, word in enumerate(words, start=1):
        _put(lists, row, at, word)
    letter = get_column_letter(at)
    rule = DataValidation(
        "list",
        formula1=f"{LISTS}!${letter}$1:${letter}${max(len(words), 1)}",
        allow_blank=True,
        showErrorMessage=False,
    )
    sheet.add_data_validation(rule)
    cells = f"{get_column_letter(left)}{TOP + 1}:{get_column_letter(right)}{TOP + FORMS}"
    rule.add(cells)


def _put(sheet: Worksheet, row: int, column: int, text: str):  # type: ignore[no-untyped-def]
    """A text that stays a text, also where it begins like a formula."""
    cell = sheet.cell(row, column)
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", text) or None
    if cell.value:
        cell.data_type = "s"
    return cell
