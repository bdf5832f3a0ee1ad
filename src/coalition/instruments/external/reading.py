"""Reading the list of a register of others: what each row says, or why it cannot be taken."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import py3langid
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.base.errors import Refused
from coalition.base.sheets import Sheet, read
from coalition.base.text import clean_line, fold
from coalition.instruments.consent.days import read_day
from coalition.instruments.external.declared import NEEDED, Declared
from coalition.instruments.models import ExternalRecord

IS_ADDRESS = URLValidator(schemes=["http", "https"])
LONGEST_KEY = 80
# By so much (in logarithms of likelihood) a title has to read more like the language of its
# document than like that of the register's titles; below it names of countries decide.
CLEARLY = 15


@dataclass(frozen=True)
class Draft:
    """One row that can be taken: the fields of its record."""

    row: int
    key: str
    values: dict[str, Any]

    @property
    def told(self) -> tuple[str, str]:
        """What it is called in a report: whose, and the title."""
        return self.values["party_name"], self.values["title"]


@dataclass
class Reading:
    """A list as it was read. `errors` are (row, sentence), `notes` sentences on the whole."""

    rows: int
    drafts: list[Draft] = field(default_factory=list)
    errors: list[tuple[int, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def open_list(content: bytes, *, name: str) -> Sheet:
    """The rows of a CSV file in UTF-8 or of a workbook. Raises Refused for anything else: a
    register in another writing would be kept with other letters than it has."""
    if not content.startswith((b"PK", b"\xff\xfe", b"\xfe\xff")):
        try:
            content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            raise Refused(
                _("Line %(line)d of the file is not in UTF-8. Save it as UTF-8 and send it again.")
                % {"line": line}
            ) from None
    return read(content, name=name)


def read_list(sheet: Sheet, register: Declared) -> Reading:
    """Every row as a draft or an error. Raises Refused where the list is not this register's."""
    headings = _headings(sheet, register)
    reading = Reading(rows=len(sheet.rows), notes=list(sheet.notes))
    if strange := [each for each in headings if each not in register.headings]:
        reading.notes.append(_("Columns that are not read: %s.") % ", ".join(strange))
    read_rows = []
    for number, cells in sheet.rows:
        row = {name: _text(cell) for name, cell in zip(headings, cells, strict=True)}
        try:
            read_rows.append((number, row, _values(row, register)))
        except Refused as refusal:
            reading.errors.append((number, str(refusal)))
    keys = dict(_keys([(number, row) for number, row, _each in read_rows], register, reading))
    reading.drafts = [
        Draft(number, keys[number], values) for number, _row, values in read_rows if number in keys
    ]
    reading.errors.sort()
    return reading


def _headings(sheet: Sheet, register: Declared) -> list[str]:
    """The headings as the declaration writes them."""
    own = {fold(each): each for each in register.headings}
    headings = [own.get(fold(each), each) for each in sheet.headings]
    if missing := [each for each in register.headings if each not in headings]:
        raise Refused(
            _("The list has no column “%(missing)s”. The register “%(code)s” needs these: %(all)s.")
            % {
                "missing": "”, “".join(missing),
                "code": register.code,
                "all": ", ".join(register.headings),
            }
        )
    twice = [each for each in register.headings if headings.count(each) > 1]
    if twice:
        raise Refused(_("The list has the column “%s” twice. Take one of the two out.") % twice[0])
    return headings


def _text(cell: Any) -> str:
    return cell.isoformat() if isinstance(cell, date) else clean_line(cell, limit=len(cell))


def _values(row: dict[str, str], register: Declared) -> dict[str, Any]:
    """The fields of the record. Raises Refused with what is wrong, and how to mend it."""
    values: dict[str, Any] = {
        name: "" if row[heading] in register.nothing else row[heading]
        for name, heading in register.columns.items()
    }
    for name in NEEDED:
        if not values[name]:
            raise Refused(
                _("The column “%s” is empty. Every row needs it.") % register.columns[name]
            )
    for name, value in values.items():
        longest = ExternalRecord._meta.get_field(name).max_length
        # The register's word for a kind becomes ours, and a day is no text.
        if name not in ("kind", "submitted_on", "language") and len(value) > longest:
            raise Refused(
                _("“%(column)s” has %(count)d signs; at most %(most)d are kept. Shorten it.")
                % {"column": register.columns[name], "count": len(value), "most": longest}
            )
    values["kind"] = _kind(values["kind"], register)
    values["submitted_on"] = _day(values.get("submitted_on", ""))
    if url := values.get("url"):
        _check_address(url)
    values["party_code"] = register.parties.get(code := values.get("party_code", ""), code)
    words = values.get("language", "")
    if len(words) > ExternalRecord._meta.get_field("language_name").max_length:
        raise Refused(_("“%s…” is too long for the name of a language.") % words[:40])
    values["language_name"], values["language"] = words, register.language(words)
    values["title_language"] = _language_of_title(values, register)
    return values


def _kind(word: str, register: Declared) -> str:
    kinds = {fold(each): kind for each, kind in register.kinds.items()}
    if fold(word) not in kinds:
        raise Refused(
            _("“%(word)s” is no kind of document of this register. It has: %(all)s.")
            % {"word": word[:60], "all": ", ".join(register.kinds)}
        )
    return kinds[fold(word)]


def _day(words: str) -> date | None:
    if not words:
        return None
    try:
        day = read_day(words)
    except Refused:
        raise Refused(
            _("“%s” is no day, or can be read as two. Write it as 2006-09-06.") % words[:40]
        ) from None
    if day > timezone.localdate():
        raise Refused(_("%s has not come yet. Correct the day.") % day.isoformat())
    return day


def _check_address(url: str) -> None:
    try:
        IS_ADDRESS(url)
    except ValidationError:
        raise Refused(
            _("“%s” is no address of a page. It has to begin with https:// or http://.") % url[:80]
        ) from None


def _language_of_title(values: dict[str, Any], register: Declared) -> str:
    """That of the register's titles, unless the title clearly reads as that of its document.

    The party's name is left out: “Côte d'Ivoire First NDC” is not French.
    """
    usual, own = register.title_language, values["language"].partition("-")[0]
    title = fold(values["title"]).replace(fold(values["party_name"]), " ")
    likely = dict(py3langid.rank(title)) if own and own != usual else {}
    if own not in likely or usual not in likely:
        return usual
    return own if likely[own] - likely[usual] > CLEARLY else usual


def _keys(
    rows: list[tuple[int, dict[str, str]]], register: Declared, reading: Reading
) -> Iterator[tuple[int, str]]:
    """What names each row from one list to the next, by its number.

    Where several rows share it, the first by the columns that tell them apart has it, the others
    have it with a number: so each keeps its own when another one comes behind it. Rows that
    nothing tells apart are errors.
    """
    sharing: dict[tuple[str, ...], list[tuple[tuple[str, ...], int]]] = defaultdict(list)
    for number, row in rows:
        apart = tuple(row[each] for each in register.told_apart)
        sharing[tuple(row[each] for each in register.key)].append((apart, number))
    for cells, found in sharing.items():
        key = cells[0] if len(cells) == 1 and len(cells[0]) <= LONGEST_KEY else ""
        key = key or hashlib.sha256("\n".join(cells).encode()).hexdigest()[:32]
        if not any(cells):
            for _apart, number in found:
                reading.errors.append(
                    (number, _("Nothing names this row: “%s” is empty.") % register.key[0])
                )
            continue
        seen: dict[tuple[str, ...], int] = {}
        for apart, number in sorted(found):
            if apart in seen:
                reading.errors.append(
                    (
                        number,
                        _("It has the same %(columns)s as row %(row)d. Take one of the two out.")
                        % {
                            "columns": ", ".join((*register.key, *register.told_apart)),
                            "row": seen[apart],
                        },
                    )
                )
                continue
            yield number, key if not seen else f"{key}-{len(seen) + 1}"
            seen[apart] = number
