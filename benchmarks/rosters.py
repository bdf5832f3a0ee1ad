"""Believable lists of partners and of commitments for measuring: the same for every run, with what
lists have."""

from __future__ import annotations

import csv
import io
import random
import tempfile
from pathlib import Path

from openpyxl import Workbook

from coalition.commitments.lists.actions import import_file
from coalition.partners.models import Partner, RosterImport
from coalition.partners.roster import actions
from coalition.partners.roster.checking import Options

SEED = 20261122
HEADINGS = (
    *("Organization", "Acronym", "Category", "Country", "Scope", "Member since", "Website"),
    *("Focal point", "E-mail", "Description"),
)
# What such organisations are called: whose they are, what they work on; places come from the row.
KINDS = {
    "WRK": ("Trade Union", "Federation of Workers", "Syndicat national", "Sindicato", "Профсоюз"),
    "EMP": ("Employers' Association", "Chamber of Employers", "Fédération des entreprises"),
    "GOV": ("Ministry of Labour", "Ministère du Travail", "Ministerio de Trabajo", "وزارة العمل"),
    "ACA": ("Institute of Social Studies", "University", "Universidad", "大学"),
    "CSO": ("Network", "Foundation", "Asociación", "Association", "منظمة"),
    "BUS": ("Holding", "Manufacturing Company", "Textiles", "Coopérative"),
}
FIELDS = (
    *("Bakers", "Teachers", "Nurses", "Seafarers", "Garment Makers", "Miners", "Farm Workers"),
    *("Journalists", "Builders", "Domestic Workers", "Rail", "Energy", "Public Services", "Care"),
    *("Fishing", "Forestry", "Tourism", "Banking", "Post", "Chemicals", "Ports", "Aviation"),
)
COUNTRIES = (
    *("FRA", "Kenya", "Brazil", "IN", "Germany", "Égypte", "México", "ZAF", "日本", "Канада"),
    *("Indonesia", "Nigeria", "Perú", "Viet Nam", "Italy", "Côte d’Ivoire", "المغرب", "PHL"),
)
PLACES = (
    *("North", "South", "Coast", "Highland", "River", "Lake", "Valley", "Capital", "Harbour"),
    *("Plain", "Delta", "Island", "Forest", "Mountain", "Desert", "Border", "Central", "Old Town"),
)


def rows(count: int) -> list[list[str]]:
    """So many different organisations, the same for every run."""
    chance = random.Random(SEED)
    made, seen = [], set()
    while len(made) < count:
        group = chance.choice(list(KINDS))
        number = len(made) + 1
        kind, field = chance.choice(KINDS[group]), chance.choice(FIELDS)
        name = f"{kind} {field} {chance.choice(PLACES)} {chance.choice(PLACES)} {number // 7}"
        country = chance.choice(COUNTRIES)
        if (name, country) in seen:
            continue
        seen.add((name, country))
        day = f"20{chance.randint(10, 25)}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}"
        made.append(
            [
                *(name, f"AB{number}" if number % 3 else "", group, country, "national", day),
                *(f"www.partner{number}.test", f"Focal point {number}"),
                *(f"focal{number}@partner{number}.test", f"Speaks for {field}. " * 8),
            ]
        )
    return made


def workbook(count: int) -> Path:
    """The list as an XLSX file in a temporary folder."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Partners")
    sheet.append(HEADINGS)
    for row in rows(count):
        sheet.append(row)
    file = Path(tempfile.mkdtemp(prefix="coalition-list-")) / "partners.xlsx"
    book.save(file)
    return file


def preview(file: Path, *, unchanged: int = 0) -> RosterImport:
    """Upload the list and check it with the guessed columns."""
    with file.open("rb") as content:
        roster = actions.upload(content, name=file.name, by=None)
    roster = actions.examine(roster, columns=roster.columns, options=Options(), by=None)
    if roster.counts["refused"] or roster.counts["unchanged"] != unchanged:
        raise SystemExit(f"The list made for measuring is not read as it is: {roster.counts}")
    return roster


def take_in(roster: RosterImport, count: int) -> None:
    done = actions.take_in(roster, alike_are_new=True, by=None)
    if done.counts["new"] + done.counts["alike"] != count:
        raise SystemExit(f"Not all of the list was taken in: {done.counts}")


# --- Commitments -----------------------------------------------------------------------------

COMMITMENT = {
    "Partner": "",
    "Your own number": "",
    "Title": "",
    "Language": "en",
    "Promise": "We agree on wages and hours with everybody who works there, in writing.",
    "For whom": "Those who work in small workshops",
    "Level": "national",
    "Places": "Kenya; Ghana",
    "Themes": "employment; rights",
    "Challenges": "climate-change",
    "Paragraphs": "Doha 3; 23",
    "How": "By agreements in each workplace.",
    "Starts on": "2026-01-01",
    "Ends on": "2028-12-31",
    "In line with": "The national plan",
    "Resources": "people: two advisers",
    "Amount": "1200000",
    "Currency": "EUR",
    "Year": "2026",
    "Help wanted": "Interpreters",
    "Goal": "Workers have it in writing",
    "Indicator": "workers with an agreement",
    "Unit": "people",
    "Target": "1200",
    "Baseline": "300",
    "Source": "Register, 2025",
}


def commitments_taken_in(count: int) -> None:
    """A list of so many new commitments of all partners, with everything a list can say of one:
    checked and taken in. Raises SystemExit where not all of it is read as it is."""
    partners = list(Partner.objects.public().order_by("pk").values_list("reference", flat=True))
    out = io.StringIO()
    writer = csv.DictWriter(out, COMMITMENT)
    writer.writeheader()
    for number in range(count):
        drawn = number * 7_919 % 100_003
        writer.writerow(
            COMMITMENT
            | {
                "Partner": partners[number % len(partners)],
                "Your own number": f"N-{number}",
                "Title": f"{number} agreements on {FIELDS[drawn % len(FIELDS)]} by {drawn}",
            }
        )
    done = import_file(
        io.BytesIO(out.getvalue().encode()),
        name="list.csv",
        partner=None,
        corrections={},
        alike_are_new=True,
        by=None,
    )
    if done.counts["new"] + done.counts["alike"] != count:
        raise SystemExit(f"Not all of the list was taken in: {done.counts}")
