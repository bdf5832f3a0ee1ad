"""Reading a table of parties from a CSV file: what each row says, or why it cannot be taken.

Two shapes are known, by their headings: tables of ratifications of the International Labour
Organization (one consent a row, with status, declaration and note) and tables of the United
Nations (signature and consent a row). Files named *instruments*.csv beside the table give the
titles and the days on which the tables were taken.
"""

from __future__ import annotations

import csv
import hashlib
import re
from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import zip_longest
from pathlib import Path

from coalition.base.errors import Refused
from coalition.base.text import clean_line, clean_text
from coalition.instruments.consent.days import read_day
from coalition.instruments.models import ConsentKind

LARGEST_FILE = 50_000_000  # bytes; the real ones take 0.2 million
LONGEST_FIELD = 130_000  # as long as a cell of a CSV file can be
SYMBOL = re.compile(r"[A-Za-z0-9][A-Za-z0-9./\- ]{0,59}\Z")
ORGANISATIONS = {"european union": "EU", "european community": "EU"}
# ISO 3166-3: codes of States that no longer exist, with their names.
FORMER = {
    "ANT": "the Netherlands Antilles",
    "BUR": "Burma",
    "BYS": "the Byelorussian SSR",
    "CSK": "Czechoslovakia",
    "DDR": "the German Democratic Republic",
    "SCG": "Serbia and Montenegro",
    "SUN": "the Soviet Union",
    "TMP": "East Timor",
    "VDR": "the Democratic Republic of Viet-Nam",
    "YMD": "Democratic Yemen",
    "YUG": "Yugoslavia",
    "ZAR": "Zaire",
}
DENOUNCED = re.compile(r"Denounced on (.+?)\.?\Z")
REPLACED = re.compile(r"Automatic Denunciation on (.+?) by convention (\S+?)\.?\Z")
TO_COME = re.compile(r"The \w+ will enter into force for .+ on (\d.+?)\.?\Z")
KINDS = {
    "ratification": ConsentKind.RATIFICATION,
    "accession": ConsentKind.ACCESSION,
    "acceptance": ConsentKind.ACCEPTANCE,
    "approval": ConsentKind.APPROVAL,
    "succession": ConsentKind.SUCCESSION,
    "definitive signature": ConsentKind.DEFINITIVE_SIGNATURE,
    "formal confirmation": ConsentKind.FORMAL_CONFIRMATION,
}
STATUSES = {"in force": "In Force", "not in force": "Not in force"}


@dataclass(frozen=True)
class Shape:
    """A known kind of table: its headings, and of whom it is."""

    name: str
    headings: frozenset[str]
    source: str  # code, title and address of its source
    title: str
    url: str


ILO = Shape(
    "ilo",
    frozenset({"instrument", "iso3", "country", "ratification_date", "status"}),
    "normlex-ratifications",
    "International Labour Organization, NORMLEX: tables of ratifications",
    "https://normlex.ilo.org/",
)
UN = Shape(
    "un",
    frozenset(
        {"instrument", "iso3", "participant", "signature_date", "consent_date", "consent_type"}
    ),
    "untc-status",
    "United Nations Treaty Collection: status of treaties",
    "https://treaties.un.org/",
)


@dataclass(frozen=True)
class Draft:
    """One act that a row tells, before it is kept."""

    row: int
    symbol: str
    party: str
    kind: ConsentKind
    on: date | None = None
    effective_on: date | None = None
    words: str = ""
    note: str = ""
    source_status: str = ""
    by_symbol: str = ""

    @property
    def key(self) -> tuple[str, str, str, date | None, date | None]:
        """What makes it the same act: kind and day, as the database has it."""
        effect = None if self.on else self.effective_on
        return (self.symbol, self.party, self.kind.value, self.on, effect)


@dataclass
class Table:
    """All parties of one instrument as the file has them."""

    symbol: str
    as_of: date
    title: str = ""
    rows: int = 0
    drafts: list[Draft] = field(default_factory=list)
    digest: str = ""
    refused: list[int] = field(default_factory=list)  # rows that were not taken


@dataclass
class Reading:
    """A whole file: its tables by symbol, and a sentence for each row that cannot be taken."""

    shape: Shape
    tables: dict[str, Table]
    errors: list[tuple[int, str]]
    rows: int
    titles: dict[str, str]  # of every instrument that the files beside it name


@dataclass(frozen=True)
class Known:
    """What the rows are checked against: codes of countries, and when instruments were adopted."""

    countries: frozenset[str]
    adopted: dict[str, date]
    today: date


def read_table(path: Path, known: Known, *, as_of: date | None = None) -> Reading:
    """Read a file of tables. Raises Refused where it is no such file at all.

    `as_of` stands for the days on which the tables were taken, where no file beside it names
    them. Rows are counted from the line of the headings, which is row 1, as spreadsheets do.
    """
    headings, lines = _lines(path)
    shape = next((one for one in (ILO, UN) if one.headings <= set(headings)), None)
    if shape is None:
        raise Refused(
            f"{path.name} is no table of parties that is known. Its first line must name the "
            f"columns {', '.join(sorted(ILO.headings))}, or {', '.join(sorted(UN.headings))}."
        )
    titles, taken = _beside(path)
    reading = Reading(shape, {}, [], 0, titles)
    first_seen: dict[object, int] = {}
    digests: dict[str, list[str]] = {}
    for row, line in lines:
        reading.rows += 1
        symbol = line.get("instrument", "")
        if not SYMBOL.match(symbol):
            reading.errors.append((row, "No instrument is named. Write its symbol, such as C087."))
            continue
        table = reading.tables.setdefault(
            symbol, Table(symbol, date.min, clean_line(titles.get(symbol, ""), limit=500))
        )
        table.rows += 1
        digests.setdefault(symbol, []).append("\x1f".join(line.values()))
        try:
            drafts = list(_ilo(row, line, known) if shape is ILO else _un(row, line, known))
            _check(drafts, known, first_seen)
        except Refused as refusal:
            reading.errors.append((row, str(refusal)))
            table.refused.append(row)
            continue
        table.drafts += drafts
    latest = max((day for table in reading.tables.values() for day in _days(table)), default=None)
    for table in reading.tables.values():
        table.as_of = taken.get(table.symbol) or as_of or _end_of_month(latest, known.today)
        table.digest = hashlib.sha256("\n".join(sorted(digests[table.symbol])).encode()).hexdigest()
        _not_after(table, reading)
    reading.errors.sort()
    return reading


def _end_of_month(day: date | None, today: date) -> date:
    """A table of no known day was taken after the last act in its file: the month's last day."""
    if day is None:
        return today
    return min(day.replace(day=monthrange(day.year, day.month)[1]), today)


def _days(table: Table) -> Iterator[date]:
    return (draft.on for draft in table.drafts if draft.on)


def _not_after(table: Table, reading: Reading) -> None:
    """Refuse the rows that tell of what came after their table was taken."""
    late = {draft.row for draft in table.drafts if draft.on and draft.on > table.as_of}
    for row in sorted(late):
        reading.errors.append(
            (
                row,
                f"{table.symbol}: the day lies after the {table.as_of}, on which the table was "
                "taken. Correct the day, or the day of the table in instruments.csv.",
            )
        )
    table.refused += sorted(late)
    table.drafts = [draft for draft in table.drafts if draft.row not in late]


# --- The file --------------------------------------------------------------------------------


def _lines(path: Path) -> tuple[list[str], Iterable[tuple[int, dict[str, str]]]]:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise Refused(f"{path.name} is larger than {LARGEST_FILE // 1_000_000} MB. Split it.")
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError as error:
        raise Refused(
            f"{path.name} is not UTF-8 text (byte {error.start + 1}). Save it as CSV in UTF-8."
        ) from None
    if "\0" in text:
        raise Refused(f"{path.name} is no text file. Save the table as CSV in UTF-8.")
    try:
        rows = list(csv.reader(text.splitlines(keepends=True), strict=True))
    except csv.Error as error:
        raise Refused(f"{path.name} is no CSV file: {error}. Save the table as CSV.") from None
    if not rows:
        raise Refused(f"{path.name} is empty.")
    headings = [each.strip().lower() for each in rows[0]]
    for number, row in enumerate(rows[1:], 2):
        if any(each.strip() for each in row[len(headings) :]):
            raise Refused(
                f"{path.name}, row {number} has more cells than the first line has headings. "
                "Put text with commas between quotation marks."
            )
    return headings, [
        (
            number,
            {
                name: clean_text(value, limit=LONGEST_FIELD).strip()
                for name, value in zip_longest(headings, row[: len(headings)], fillvalue="")
            },
        )
        for number, row in enumerate(rows[1:], 2)
        if any(each.strip() for each in row)
    ]


def _beside(path: Path) -> tuple[dict[str, str], dict[str, date]]:
    """Titles of instruments, and when their tables were taken, from the files beside the table."""
    titles: dict[str, str] = {}
    taken: dict[str, date] = {}
    for file in sorted(path.parent.glob("*instruments*.csv"), reverse=True):
        headings, lines = _lines(file)
        if file == path or not {"instrument", "title"} <= set(headings):
            continue
        for row, line in lines:
            titles.setdefault(line["instrument"], without_chapter(line["title"]))
            if words := line.get("retrieved_on_or_before", ""):
                try:
                    taken.setdefault(line["instrument"], read_day(words))
                except Refused as refusal:
                    raise Refused(f"{file.name}, row {row}: {refusal}") from None
    return {symbol: title for symbol, title in titles.items() if title}, taken


def without_chapter(title: str) -> str:
    """A title without the number of its chapter in a collection: "11. c ", "8. "."""
    return re.sub(r"\A\d{1,3}\. (?:[a-z]{1,2} )?", "", title.strip())


# --- Rows --------------------------------------------------------------------------------------


def _ilo(row: int, line: dict[str, str], known: Known) -> Iterator[Draft]:
    symbol, party = line["instrument"], _party(line, line["country"], known)
    status = STATUSES.get(line["status"].lower())
    if status is None:
        raise Refused(f"“{line['status'][:40]}” is no status. Write In Force or Not in force.")
    note = clean_line(line.get("note", ""), limit=300)
    consent = Draft(
        row,
        symbol,
        party,
        ConsentKind.RATIFICATION,
        on=read_day(line["ratification_date"]),
        source_status=status,
        note=note,
    )
    if words := line.get("declaration"):
        yield replace(consent, kind=ConsentKind.DECLARATION, words=words, note="", source_status="")
    leave = replace(consent, source_status="", kind=ConsentKind.DENUNCIATION)
    if match := TO_COME.match(note):
        yield replace(consent, effective_on=read_day(match[1]))
        return
    yield consent
    if match := DENOUNCED.match(note):
        yield replace(leave, on=read_day(match[1]))
    elif match := REPLACED.match(note):
        yield replace(
            leave,
            kind=ConsentKind.AUTOMATIC_DENUNCIATION,
            on=None,
            effective_on=read_day(match[1]),
            by_symbol=match[2],
        )
    elif note:
        raise Refused(
            f"The note “{note[:80]}” is not understood. Known are “Denounced on DAY”, “Automatic "
            "Denunciation on DAY by convention C000” and “The Convention will enter into force "
            "for PARTY on DAY”."
        )


def _un(row: int, line: dict[str, str], known: Known) -> Iterator[Draft]:
    symbol, party = line["instrument"], _party(line, line["participant"], known)
    signed, consented = line["signature_date"], line["consent_date"]
    if not signed and not consented:
        raise Refused("The row has no day at all: neither of a signature nor of a consent.")
    if signed:
        yield Draft(row, symbol, party, ConsentKind.SIGNATURE, on=read_day(signed))
    kind = KINDS.get(line["consent_type"].lower().replace("_", " "))
    if consented:
        if kind is None:
            raise Refused(
                f"“{line['consent_type'][:40]}” is no kind of consent. Write one of "
                f"{', '.join(KINDS)}."
            )
        yield Draft(row, symbol, party, kind, on=read_day(consented))
    elif line["consent_type"]:
        raise Refused(f"The row names the {line['consent_type'][:40]}, and not its day.")


def _party(line: dict[str, str], name: str, known: Known) -> str:
    code = line["iso3"].upper()
    if not code:
        code = ORGANISATIONS.get(name.lower(), "")
        if not code:
            raise Refused(
                f"“{name[:60]}” has no code. Write the three letters of ISO 3166 into iso3, "
                "such as FRA."
            )
        return code
    if code in known.countries:
        return code
    if code in FORMER:
        raise Refused(
            f"{code} is {FORMER[code]}, which no longer exists; it is no party today. Leave the "
            "row out, or name the State that succeeded it, if it consented itself."
        )
    raise Refused(f"“{code[:12]}” ({name[:60]}) is no code of ISO 3166. Write three letters: FRA.")


def _check(drafts: list[Draft], known: Known, first_seen: dict[object, int]) -> None:
    """What no row may say, of itself or of what a row before it said."""
    consented = [each.on for each in drafts if each.kind in KINDS.values() and each.on]
    for each in drafts:
        if each.on and each.on > known.today:
            raise Refused(f"The day {each.on} has not come yet. Correct the day.")
        adopted = known.adopted.get(each.symbol)
        if adopted and each.on and each.on < adopted:
            raise Refused(
                f"{each.symbol} was adopted on {adopted}; nobody could consent to it on "
                f"{each.on}. Correct the day."
            )
        is_leaving = each.kind in (ConsentKind.DENUNCIATION, ConsentKind.AUTOMATIC_DENUNCIATION)
        day = each.on or each.effective_on
        if is_leaving and consented and day and day <= consented[0]:
            raise Refused(
                f"The denunciation of {day} comes before the consent of {consented[0]} that it "
                "would end. Correct one of the two days."
            )
    if drafts:
        _once(drafts, first_seen)


def _once(drafts: list[Draft], first_seen: dict[object, int]) -> None:
    """Refuse a party's second row under one instrument, but for a return after leaving."""
    pair = (drafts[0].symbol, drafts[0].party)
    earlier = first_seen.get(pair)
    if earlier and (pair, "left") not in first_seen:
        raise Refused(
            f"Row {earlier} tells of {pair[1]} under {pair[0]} already, and not that it left. "
            "Keep the one that is right."
        )
    first_seen.setdefault(pair, drafts[0].row)
    if any(
        each.kind in (ConsentKind.DENUNCIATION, ConsentKind.AUTOMATIC_DENUNCIATION)
        for each in drafts
    ):
        first_seen[(pair, "left")] = drafts[0].row
    else:
        first_seen.pop((pair, "left"), None)
