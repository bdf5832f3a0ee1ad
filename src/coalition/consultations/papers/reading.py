"""Reads a file of answers: forms as rows, statements as columns. What is wrong is told cell by
cell; a file with anything wrong in it is not taken in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from openpyxl.utils import get_column_letter

from coalition.base import sheets
from coalition.base.errors import Refused
from coalition.base.lists.words import LANGUAGES, bare
from coalition.base.text import clean_line
from coalition.consultations.models import Consultation
from coalition.consultations.papers.answers import LONGEST_FORM, PaperAnswer
from coalition.consultations.papers.columns import (
    NUMBER,
    REFERENCE,
    Column,
    by_heading,
    reaction_of,
)
from coalition.consultations.papers.queries import answerable
from coalition.partners.models import PartnerGroup
from coalition.partners.roster.values import lookup_of_groups, lookup_of_places
from coalition.places.models import Place, PlaceKind

MOST_TOLD = 100  # errors; whoever mends these sees the rest then
BESIDES = 40  # columns that are no statements


@dataclass
class Found:
    """What was read of a file; where `errors` are told, the rows are not to be used."""

    rows: list[PaperAnswer] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    more_errors: int = 0
    notes: list[str] = field(default_factory=list)

    def wrong(self, sentence: str) -> None:
        if len(self.errors) < MOST_TOLD:
            self.errors.append(sentence)
        else:
            self.more_errors += 1


def read(content: bytes, *, name: str, consultation: Consultation) -> Found:
    """The answers of an XLSX or CSV file as the template has them, however its columns were moved.
    Raises Refused where it is no such file, or one of another consultation. Four queries."""
    known = set(consultation.statements.values_list("number", flat=True))
    sheet = sheets.read(content, name=name, columns=len(known) + BESIDES)
    reading = _Reading(sheet, consultation, known)
    for number, cells in sheet.rows:
        reading.take(number, cells)
    return reading.found()


class _Reading:
    def __init__(self, sheet: sheets.Sheet, consultation: Consultation, known: set[int]) -> None:
        self.headings = sheet.headings
        self.told = Found(notes=list(sheet.notes))
        self.answerable = set(answerable(consultation))
        self.known = known
        self.columns: dict[Column, int] = {}
        self.answers: dict[int, int] = {}  # the place of each statement's column, by its number
        for at, heading in enumerate(sheet.headings):
            self._take_heading(at, heading, consultation.reference)
        if not self.answers:
            raise Refused(
                _(
                    "No column of a proposal was found. The heading of each begins with the number "
                    "of the proposal, as in the file that this page gives you."
                )
            )
        if Column.FORM not in self.columns:
            raise Refused(
                _("There is no column “%s”. By it we see that no form comes twice.")
                % _("Form number")
            )
        self.groups = lookup_of_groups(PartnerGroup.objects.filter(retired_on=None))
        self.countries = lookup_of_places(Place.objects.filter(kind=PlaceKind.COUNTRY))
        self.forms: dict[str, int] = {}
        self.empty = 0

    def _take_heading(self, at: int, heading: str, reference: str) -> None:
        if match := NUMBER.match(heading):
            self._take_statement(at, int(match[1]))
            return
        if (other := REFERENCE.search(heading)) and other[0] != reference:
            raise Refused(
                _("This file belongs to %(other)s, and this is %(own)s. Please upload it there.")
                % {"other": other[0], "own": reference}
            )
        column = by_heading().get(bare(REFERENCE.sub("", heading)))
        if column is None:
            if heading:
                self.told.notes.append(
                    _("The column “%s” was not read.") % clean_line(heading, limit=60)
                )
        elif column in self.columns:
            self.told.wrong(
                _("“%(heading)s” stands in two columns, %(first)s and %(second)s.")
                % {
                    "heading": clean_line(heading, limit=60),
                    "first": get_column_letter(self.columns[column] + 1),
                    "second": get_column_letter(at + 1),
                }
            )
        else:
            self.columns[column] = at

    def _take_statement(self, at: int, number: int) -> None:
        letter = get_column_letter(at + 1)
        if number not in self.known:
            self.told.wrong(
                _("Column %(column)s is about proposal %(number)d, and there is none.")
                % {"column": letter, "number": number}
            )
        elif number not in self.answerable:
            self.told.notes.append(
                _("Proposal %(number)d is not shown any more, so column %(column)s was not read.")
                % {"column": letter, "number": number}
            )
        elif number in self.answers:
            first = get_column_letter(self.answers[number] + 1)
            self.told.wrong(
                _("Proposal %(number)d stands in two columns, %(first)s and %(second)s.")
                % {"number": number, "first": first, "second": letter}
            )
        else:
            self.answers[number] = at

    def take(self, row: int, cells: Sequence[Any]) -> None:
        values = self._values(row, cells)
        if values is None:
            return
        if not values:
            self.empty += 1
            return
        form = self._form(row, cells)
        answer = PaperAnswer(
            group=self._found(row, cells, Column.GROUP, self.groups),
            place=self._found(row, cells, Column.PLACE, self.countries),
            language=self._found(row, cells, Column.LANGUAGE, LANGUAGES) or "",
            values=values,
            form=form,
        )
        self.told.rows.append(answer)

    def found(self) -> Found:
        if self.empty:
            self.told.notes.append(
                ngettext(
                    "%d row without an answer was left out.",
                    "%d rows without an answer were left out.",
                    self.empty,
                )
                % self.empty
            )
        if not self.told.rows and not self.told.errors:
            self.told.wrong(_("There is no answer in the file."))
        return self.told

    # --- Cells of a row

    def _values(self, row: int, cells: Sequence[Any]) -> dict[int, int] | None:
        """By number what was answered; None where a cell cannot be read."""
        values: dict[int, int] = {}
        is_wrong = False
        for number, at in self.answers.items():
            text = _text(cells[at])
            if not text:
                continue
            said = reaction_of(text)
            if said is None:
                is_wrong = True
                self._wrong(
                    row, at, text, _("is no answer. Write agree, disagree or pass, or leave it.")
                )
            else:
                values[number] = said
        return None if is_wrong else values

    def _form(self, row: int, cells: Sequence[Any]) -> str:
        at = self.columns[Column.FORM]
        form = clean_line(_text(cells[at]), limit=LONGEST_FORM)
        cell = f"{get_column_letter(at + 1)}{row}"
        if not form:
            self.told.wrong(_("%s: this form has no number. Give each one of its own.") % cell)
        elif form in self.forms:
            self.told.wrong(
                _("%(cell)s: form %(form)s stands in row %(row)d already.")
                % {"cell": cell, "form": form, "row": self.forms[form]}
            )
        else:
            self.forms[form] = row
        return form

    def _found(
        self, row: int, cells: Sequence[Any], column: Column, table: dict[str, Any]
    ) -> Any | None:
        """What a cell names; None where it is empty."""
        at = self.columns.get(column)
        text = _text(cells[at]) if at is not None else ""
        if at is None or not text:
            return None
        value = table.get(bare(text))
        if value is None:
            sentences = {
                Column.GROUP: _("is no group of partners here. Choose one of the list."),
                Column.PLACE: _("is no country or area that we know. Choose one of the list."),
                Column.LANGUAGE: _("is none of the six languages. Choose one of the list."),
            }
            self._wrong(row, at, text, sentences[column])
        return value

    def _wrong(self, row: int, at: int, text: str, sentence: str) -> None:
        cell = f"{get_column_letter(at + 1)}{row}"
        self.told.wrong(f"{cell}: “{clean_line(text, limit=60)}” {sentence}")


def _text(cell: Any) -> str:
    return cell.isoformat() if isinstance(cell, date) else str(cell).strip()
