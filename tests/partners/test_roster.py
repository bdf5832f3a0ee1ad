"""Lists of partners: read from files, checked, taken in whole or not at all, taken out again."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from openpyxl import Workbook, load_workbook

from coalition.accounts.models import User
from coalition.base import audit, privacy
from coalition.base import sheets as reading
from coalition.base.errors import NotAllowed, Refused
from coalition.base.lists.days import day_of
from coalition.base.models import Event
from coalition.catalogue.models import Record
from coalition.mailroom.models import Letter
from coalition.partners import lookup
from coalition.partners.models import (
    KnownName,
    LookupKey,
    Mandate,
    Partner,
    PartnerMove,
    ProfileChange,
    RosterImport,
)
from coalition.partners.roster import actions, exporting
from coalition.partners.roster.checking import Options
from coalition.partners.roster.columns import FIELDS
from coalition.partners.roster.values import mixed_word
from coalition.places.models import Place
from tests import factories

HEAD = "Name,Partner group,Country,Scope,Joined on"
ROW = "Union of Bakers,WRK,FRA,national,2025-03-01"


def csv_of(*lines: str) -> bytes:
    return "\n".join(lines).encode()


def xlsx_of(*rows: tuple[Any, ...]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def upload(content: bytes, name: str = "list.csv", by: Any = None) -> RosterImport:
    return actions.upload(ContentFile(content), name=name, by=by)


def checked(content: bytes, name: str = "list.csv", by: Any = None, **options: Any) -> RosterImport:
    roster = upload(content, name, by)
    return actions.examine(roster, columns=roster.columns, options=Options(**options), by=by)


def outcomes(roster: RosterImport) -> list[str]:
    return [row["outcome"] for row in roster.report]


def stored() -> list[str]:
    """The names of lists that are kept."""
    private = storages["private"]
    return private.listdir("rosters")[1] if private.exists("rosters") else []


def sentence(roster: RosterImport, row: int = 0) -> str:
    return " ".join(roster.report[row]["sentences"])


def france() -> Place:
    return Place.objects.get(code="FRA")


def bakers(**fields: Any) -> Partner:
    """The partner that ROW is about, with the values it says."""
    made = factories.partner(
        "Union of Bakers", country=france(), joined_on=date(2025, 3, 1), **fields
    )
    lookup.remember([made])
    return made


# --- Reading -----------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_csv_is_read_in_the_writings_and_with_the_signs_people_use(encoding, sign):
    text = sign.join(["Nom", "Pays"]) + "\r\n" + sign.join(["Fédération des œuvres", "Bénin"])

    sheet = reading.read(text.encode(encoding), name="liste.csv")

    assert sheet.headings == ["Nom", "Pays"]
    assert sheet.rows == [(2, ["Fédération des œuvres", "Bénin"])]
    told = {"cp1252": "Windows-1252", "utf-16": "UTF-16"}.get(encoding, "UTF-8")
    between = {",": "commas", ";": "semicolons", "\t": "tabs"}[sign]
    assert sheet.notes == [f"Read as {told}, with {between} between the columns."]


def test_csv_holds_quotes_and_lines_within_cells():
    content = csv_of("Name,About", '"Union, of ""Bakers""","Two\nlines"')

    sheet = reading.read(content, name="list.csv")

    assert sheet.rows == [(2, ['Union, of "Bakers"', "Two\nlines"])]


def test_workbook_is_read_below_a_title_with_its_days():
    content = xlsx_of(
        ("Partners of the coalition",),
        (),
        ("Name", "Joined on", "Number"),
        ("Union", date(2025, 3, 1), 7.0),
        (None, None, None),
        ("Other", None, 2.5),
    )

    sheet = reading.read(content, name="list.xlsx")

    assert sheet.headings == ["Name", "Joined on", "Number"]
    assert sheet.rows == [(4, ["Union", date(2025, 3, 1), "7"]), (6, ["Other", "", "2.5"])]


def test_formulas_are_read_as_saved_values_and_told():
    content = xlsx_of(
        ("Name", "Country"), ('=HYPERLINK("http://x.test","Union")', "FRA"), ("B", "DE")
    )

    sheet = reading.read(content, name="list.xlsx")

    assert sheet.rows == [(2, ["", "FRA"]), (3, ["B", "DE"])]
    assert sheet.notes == [
        "1 cell holds a formula. It was not worked out: the value that was saved with it was read."
    ]


def sheet_of(xml: str) -> bytes:
    """A workbook with this sheet in it, as nobody's program would write it."""
    made = io.BytesIO(xlsx_of(("Name", "Country"), ("Union", "FRA")))
    changed = io.BytesIO()
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            is_sheet = member == "xl/worksheets/sheet1.xml"
            new.writestr(member, xml if is_sheet else old.read(member))
    return changed.getvalue()


def sheet_xml(rows: str, size: str = "A1:B2") -> str:
    names = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return (
        f'<worksheet xmlns="{names}"><dimension ref="{size}"/><sheetData>{rows}</sheetData>'
        "</worksheet>"
    )


def text_cells(number: int, *texts: str) -> str:
    cells = "".join(
        f'<c r="{column}{number}" t="inlineStr"><is><t>{text}</t></is></c>'
        for column, text in zip("ABCDEFG", texts, strict=False)
    )
    return f'<row r="{number}">{cells}</row>'


def test_a_million_empty_rows_are_not_walked_through():
    rows = text_cells(1, "Name", "Country") + text_cells(2, "Union", "FRA")
    empty = "".join(f'<row r="{number}"/>' for number in range(3, 1_048_576))
    content = sheet_of(
        sheet_xml(rows + empty + text_cells(1_048_576, "Last", "FRA"), "A1:XFD1048576")
    )

    sheet = reading.read(content, name="list.xlsx")

    assert sheet.rows == [(2, ["Union", "FRA"])]
    assert sheet.notes == ["After row 2 came 5000 empty rows; what follows was not read."]


@pytest.mark.parametrize("number", [1_048_576, 2_000_000_000])
def test_a_row_far_below_is_no_long_walk(number):
    rows = text_cells(1, "Name", "Country") + text_cells(2, "Union", "FRA")

    sheet = reading.read(sheet_of(sheet_xml(rows + text_cells(number, "A", "B"))), name="l.xlsx")

    assert sheet.rows == [(2, ["Union", "FRA"])]


def zip_bomb() -> bytes:
    made = io.BytesIO(xlsx_of(("Name", "Country"), ("Union", "FRA")))
    changed = io.BytesIO()
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            new.writestr(member, old.read(member))
        new.writestr("xl/sharedStrings2.xml", b"0" * 150_000_000)
    return changed.getvalue()


ENTITIES = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    + sheet_xml(text_cells(1, "Name", "Country") + text_cells(2, "&b;", "FRA"))
)
HOSTILE = {
    "empty": (lambda: b"", "list.csv", "is empty"),
    "another kind": (lambda: b"%PDF-1.7", "list.pdf", "cannot be taken"),
    "mislabelled": (lambda: b"MZ\x90\x00\x03", "list.xlsx", "is no XLSX file"),
    "a workbook called csv": (
        lambda: xlsx_of(("A", "B"), ("1", "2")),
        "list.csv",
        "is no CSV file",
    ),
    "a zip bomb": (zip_bomb, "list.xlsx", "would unpack to something huge"),
    "an entity bomb": (lambda: sheet_of(ENTITIES), "list.xlsx", "damaged"),
    "broken markup": (lambda: sheet_of("<worksheet"), "list.xlsx", "damaged|no row with headings"),
    "no rows": (lambda: csv_of("Name,Country"), "list.csv", "there is no row"),
    "no headings": (lambda: csv_of(*["x"] * 40), "list.csv", "No row with headings"),
    "a cell of 10 MB": (
        lambda: csv_of("Name,Country", "x" * 9_000_000 + ",FRA"),
        "list.csv",
        "a cell is too long",
    ),
    "too large": (lambda: b"x" * (10 * 1024 * 1024 + 1), "list.csv", "larger than 10 MB"),
    "too many rows": (
        lambda: csv_of("Name,Country", *(f"Union {n},FRA" for n in range(20_001))),
        "list.csv",
        "more than 20,000 rows",
    ),
}


@pytest.mark.parametrize(("make", "name", "told"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_files_are_refused_with_a_sentence(make, name, told):
    with pytest.raises(Refused, match=f"(?i){told}"):
        reading.read(make(), name=name)


def test_a_huge_cell_of_a_workbook_is_cut_short_of_harm():
    rows = text_cells(1, "Name", "Country") + text_cells(2, "x" * 10_000_000, "FRA")
    book = sheet_of(sheet_xml(rows + text_cells(3, *(f"y{n}" * 400_000 for n in range(2)))))

    with pytest.raises(Refused, match="unpack to something huge"):
        reading.read(book, name="list.xlsx")


def test_what_was_read_is_kept_as_it_was():
    sheet = reading.Sheet(["A", "B"], [(2, ["x", date(2025, 1, 2)]), (9, ["", "ü"])], ["Note."])

    assert reading.Sheet.unpacked(sheet.packed()) == sheet


# --- Columns -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headings", "fields"),
    [
        (
            "Organization name|Country|Partner Type|Date of accession",
            "name country group joined_on",
        ),
        ("Nom de l'organisation|Pays|Catégorie|Date d'adhésion", "name country group joined_on"),
        ("Nombre|País|Grupo|Fecha de adhesión|Sitio web", "name country group joined_on website"),
        ("Название|Страна|Группа|Дата вступления|Сайт", "name country group joined_on website"),
        ("机构名称|国家|类别|加入日期|网址", "name country group joined_on website"),
        ("اسم المنظمة|البلد|الفئة|تاريخ الانضمام|الموقع", "name country group joined_on website"),
        ("NAME |country:|Focal Point|E-Mail", "name country contact_name contact_email"),
    ],
)
def test_columns_are_guessed_in_six_languages(headings, fields):
    assert [each.field for each in FIELDS.guess(headings.split("|"))] == fields.split()


def test_a_guess_says_how_sure_it_is_and_no_field_is_guessed_twice():
    found = FIELDS.guess(["Name", "Name of partner (full)", "Colour", "Web page address", ""])

    assert [each.field for each in found] == ["name", "", "", "website", ""]
    assert found[0].confidence == 1.0
    assert 0.75 <= found[3].confidence < 1.0


@pytest.mark.parametrize("language", ["en", "ar"])
def test_headings_of_our_own_downloads_are_known(language):
    with translation.override(language):
        headings = [str(FIELDS[code].label) for code in exporting.READ]

    assert [each.field for each in FIELDS.guess(headings)] == list(exporting.READ)


# --- Values ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        *("2026-01-05", "2026/1/5", "5.1.2026", "05.01.2026", "5 January 2026", "5th Jan 2026"),
        *("January 5, 2026", "5 janvier 2026", "5 de enero de 2026", "5 января 2026 г."),
        *("2026年1月5日", "5 يناير 2026", "٥ يناير ٢٠٢٦", "2026-01-05T00:00:00", " 2026-01-05 "),
    ],
)
def test_a_day_is_read_from_clear_forms(text):
    assert day_of(text) == date(2026, 1, 5)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("03/04/2026", "two different days.*2026-03-04 or 2026-04-03"),
        *(
            (text, "no day that we can read")
            for text in ("2026", "2026-02-30", "soon", "", "45000")
        ),
        *((text, "no day that we can read") for text in ("0001-01-01", "32.1.2026", "5 Foo 2026")),
    ],
)
def test_a_day_that_is_none_or_two_is_refused(text, told):
    with pytest.raises(Refused, match=told):
        day_of(text)


@pytest.mark.parametrize(("text", "day"), [("25/03/2026", 25), ("03/25/2026", 25), ("3/3/2026", 3)])
def test_a_day_with_slashes_is_read_where_only_one_is_meant(text, day):
    assert day_of(text) == date(2026, 3, day)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Uniоn of Bakers", "Uniоn"),  # a Cyrillic o
        ("Союз пекарей", ""),
        ("Union Союз", ""),
        ("Ένωση Bakers", ""),
        ("Βakers", "Βakers"),  # a Greek B
        ("面包师 Union 3M", ""),
    ],
)
def test_words_of_mixed_letters_are_found(text, word):
    assert mixed_word(text) == word


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("country", "code"),
    [
        *(("FRA", "FRA"), ("fr", "FRA"), ("250", "FRA"), ("France", "FRA"), ("Франция", "FRA")),
        *(("فرنسا", "FRA"), ("法国", "FRA"), ("Francia", "FRA"), ("Iran", "IRN"), ("UK", "GBR")),
        *(("United States", "USA"), ("Côte d'Ivoire", "CIV"), ("Türkiye", "TUR")),
    ],
)
def test_countries_are_known_by_code_and_name(country, code):
    roster = checked(csv_of(HEAD, f"Union,WRK,{country},national,2025-03-01"))

    assert outcomes(roster) == ["new"], sentence(roster)
    assert f" · {code} · " in roster.report[0]["facts"]


# --- What a list would do ----------------------------------------------------------------------

REFUSALS = {
    "no group": ("Union,Circus,FRA,national,2025-03-01", "is no partner group"),
    "no country": ("Union,WRK,Atlantis,national,2025-03-01", "is no country"),
    "no scope": ("Union,WRK,FRA,galactic,2025-03-01", "is none of: national"),
    "two days": ("Union,WRK,FRA,national,03/04/2025", "two different days"),
    "a day ahead": ("Union,WRK,FRA,national,2999-01-01", "lies ahead"),
    "no name": (",WRK,FRA,national,2025-03-01", "The row has no name."),
    "signs for a name": ("***,WRK,FRA,national,2025-03-01", "is no name"),
    "a long name": (f"{'U' * 301},WRK,FRA,national,2025-03-01", "longer than 300 letters"),
    "a homograph": ("Uniоn of Bakers,WRK,FRA,national,2025-03-01", "two scripts that look alike"),
    "no seat": ("Union,WRK,,national,2025-03-01", "needs its country"),
    "no day": ("Union,WRK,FRA,national,", "lacks: Joined on"),
}


@pytest.mark.django_db
@pytest.mark.parametrize(("row", "told"), REFUSALS.values(), ids=REFUSALS)
def test_a_row_that_cannot_be_taken_says_why(row, told):
    roster = checked(csv_of(HEAD, row))

    assert outcomes(roster) == ["refused"]
    assert told in sentence(roster)


@pytest.mark.django_db
def test_rows_are_new_changed_unchanged_alike_or_refused():
    bakers()
    other = factories.partner("Union of Nurses", country=france(), joined_on=date(2025, 3, 1))
    lookup.remember([other])
    rows = (
        ROW,
        "Union of Nurses,WRK,FRA,regional,2025-03-01",
        "Nurses Union,WRK,FRA,national,2025-03-01",
        "Union of Bakers,WRK,DEU,national,2025-03-01",
        "UNION OF BAKERS ,WRK,France,national,2025-03-01",
        "Chamber,EMP,FRA,national,2025-03-01",
    )

    roster = checked(csv_of(HEAD, *rows))

    assert outcomes(roster) == ["unchanged", "changed", "alike", "new", "refused", "new"]
    assert roster.report[1]["changes"] == [["scope", "national", "regional"]]
    assert f"It looks like Union of Nurses ({other.reference})" in sentence(roster, 2)
    assert "Row 2 is about the same organisation." in sentence(roster, 4)
    assert roster.counts == {"new": 2, "changed": 1, "unchanged": 1, "alike": 1, "refused": 1}
    assert Partner.objects.count() == 2  # nothing was written


@pytest.mark.django_db
def test_one_name_in_two_countries_is_two_organisations():
    lookup.remember([factories.partner("Ministry of Labour", country=france())])

    roster = checked(csv_of(HEAD, "Ministry of Labour,GOV,KEN,national,2025-03-01"))

    assert outcomes(roster) == ["new"]


@pytest.mark.django_db
def test_the_same_web_site_and_a_similar_name_are_pointed_out():
    made = factories.partner("Bakers Union France", country=france(), website="https://bakers.test")
    lookup.remember([made])
    row = "Union nationale des bakers de France,WRK,FRA,national,2025-03-01,www.bakers.test"

    roster = checked(csv_of(f"{HEAD},Web site", row))

    assert outcomes(roster) == ["alike"]


@pytest.mark.django_db
def test_a_reference_renames_and_an_unknown_one_is_refused():
    made = bakers()
    rows = (f"{made.reference},Bakers and Millers", "PAR-1999-0001,Union of Cooks")

    roster = checked(csv_of("Reference,Name", *rows))

    assert outcomes(roster) == ["changed", "refused"]
    assert roster.report[0]["changes"] == [["name", "Union of Bakers", "Bakers and Millers"]]


@pytest.mark.django_db
def test_empty_cells_change_nothing():
    made = bakers(website="https://bakers.test", about="Bread.")

    roster = checked(csv_of("Reference,Name,Web site,About", f"{made.reference},Union of Bakers,,"))

    assert outcomes(roster) == ["unchanged"]


@pytest.mark.django_db
def test_who_is_gone_is_not_changed_by_a_list():
    bakers(state="withdrawn")

    roster = checked(csv_of(HEAD, ROW.replace("national", "regional")))

    assert outcomes(roster) == ["refused"]
    assert "is “Withdrawn”, so nothing can be changed" in sentence(roster)


@pytest.mark.django_db
def test_options_stand_in_for_what_the_list_leaves_out():
    options = {"group": "WRK", "scope": "national", "joined_on": "2025-03-01"}

    roster = checked(csv_of("Name,Country", "Union of Bakers,France"), **options)

    assert outcomes(roster) == ["new"]
    assert roster.report[0]["facts"] == "WRK · FRA · national · 2025-03-01"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("columns", "told"),
    [
        (["name", "name"], "cannot both hold: Name"),
        (["country", "group"], "must hold the name"),
        (["name"], "do not fit this file"),
        (["name", "colour"], "do not fit this file"),
    ],
)
def test_columns_that_make_no_list_are_refused(columns, told):
    roster = upload(csv_of("Name,Country", "Union,FRA"))

    with pytest.raises(Refused, match=told):
        actions.examine(roster, columns=columns, options=Options(), by=None)


@pytest.mark.django_db
def test_nobody_becomes_a_part_of_itself():
    rows = ("A,WRK,FRA,national,2025-03-01,B", "B,WRK,FRA,national,2025-03-01,A")

    roster = checked(csv_of(f"{HEAD},Part of", *rows))

    assert "refused" in outcomes(roster)
    assert "a part of itself" in sentence(roster) + sentence(roster, 1)


# --- Taking it in ------------------------------------------------------------------------------

LONG_HEAD = f"{HEAD},Short form,Web site,About,Part of,Focal point,E-mail"
LONG_ROWS = (
    "Federation,WRK,FRA,national,2025-03-01,FED,www.fed.test,Speaks.,,Ana,Ana@Fed.test",
    "Union of Bakers,WRK,FRA,national,2025-03-01,UB,,,Federation,Ben,ben@bakers.test",
    "Союз пекарей,WRK,RUS,national,2025-03-01,,,,,,",
)


@pytest.mark.django_db
def test_a_list_makes_partners_with_all_that_belongs_to_them(
    django_capture_on_commit_callbacks,
):
    officer = factories.officer()
    roster = checked(csv_of(LONG_HEAD, *LONG_ROWS), by=officer)

    with django_capture_on_commit_callbacks(execute=True):
        roster = actions.take_in(roster, by=officer)

    federation, union, russian = Partner.objects.order_by("reference")
    assert (federation.name, federation.website, federation.about) == (
        "Federation",
        "https://www.fed.test",
        "Speaks.",
    )
    assert union.parent == federation
    assert (russian.name_language, russian.country.code) == ("ru", "RUS")
    assert (federation.state, federation.verified_until) == ("active", None)
    assert [one.name for one in KnownName.objects.order_by("pk")] == ["FED", "UB"]
    mandate = federation.mandates.get()
    assert (mandate.person.email, mandate.person.name) == ("ana@fed.test", "Ana")
    assert (mandate.role, mandate.since) == ("focal_point", timezone.now().date())
    assert not mandate.person.has_usable_password()
    assert [move.reason for move in PartnerMove.objects.order_by("pk")] == [
        "list.csv, 2",
        "list.csv, 3",
        "list.csv, 4",
    ]
    assert set(Record.objects.filter(kind="partner").values_list("key", flat=True)) == {
        one.reference for one in (federation, union, russian)
    }
    assert LookupKey.objects.filter(partner=union, key__startswith="name:").exists()
    assert not Letter.objects.exists()  # nobody asked for letters
    assert roster.state == "applied"
    assert stored() == []  # the file is gone
    assert Event.objects.filter(verb="partners.import").count() == 1
    assert list(audit.verify()) == []


@pytest.mark.django_db
def test_letters_go_where_they_were_asked_for():
    officer = factories.officer()
    roster = checked(csv_of(LONG_HEAD, *LONG_ROWS), by=officer, writes=True)

    actions.take_in(roster, by=officer)

    assert sorted(Letter.objects.values_list("to_address", flat=True)) == [
        "ana@fed.test",
        "ben@bakers.test",
    ]


@pytest.mark.django_db
def test_taking_the_same_list_in_twice_changes_nothing():
    content = csv_of(LONG_HEAD, *LONG_ROWS)
    actions.take_in(checked(content), by=None)
    before = [*Partner.objects.values(), *Mandate.objects.values(), *User.objects.values()]

    again = checked(content)

    assert again.counts == {"new": 0, "changed": 0, "unchanged": 3, "alike": 0, "refused": 0}
    with pytest.raises(NotAllowed, match="There is nothing to do"):
        actions.take_in(again, by=None)
    after = [*Partner.objects.values(), *Mandate.objects.values(), *User.objects.values()]
    assert before == after


@pytest.mark.django_db
def test_changes_stay_in_the_history_of_the_partner():
    officer, made = factories.officer(), bakers()
    actions.take_in(
        checked(csv_of(HEAD, ROW.replace("national", "regional")), by=officer), by=officer
    )

    made.refresh_from_db()
    change = ProfileChange.objects.get()
    assert made.scope == "regional"
    assert (change.partner, change.field, change.before, change.after, change.by) == (
        made,
        "scope",
        "national",
        "regional",
        officer,
    )


@pytest.mark.django_db
def test_what_changed_since_the_check_is_noticed_and_nothing_done():
    made = bakers()
    roster = checked(
        csv_of(HEAD, ROW.replace("national", "regional"), "Other,EMP,DEU,national,2025-01-01")
    )
    Partner.objects.filter(pk=made.pk).update(scope="international")

    with pytest.raises(actions.Changed, match=r"nothing was done\. The report below is new"):
        actions.take_in(roster, by=None)

    made.refresh_from_db()
    roster.refresh_from_db()
    assert (made.scope, Partner.objects.count()) == ("international", 1)
    assert roster.report[0]["changes"] == [["scope", "international", "regional"]]
    actions.take_in(roster, by=None)  # now that the officer has seen it
    made.refresh_from_db()
    assert (made.scope, Partner.objects.count()) == ("regional", 2)


@pytest.mark.django_db
def test_refused_rows_hold_up_all_unless_they_are_left_out():
    roster = checked(csv_of(HEAD, ROW, "Union,Circus,FRA,national,2025-03-01"))

    with pytest.raises(NotAllowed, match="Mend the file"):
        actions.take_in(roster, by=None)
    before = Partner.objects.count()
    actions.take_in(roster, leave_out=True, by=None)

    assert (before, Partner.objects.count()) == (0, 1)


@pytest.mark.django_db
def test_what_looks_like_a_partner_waits_for_an_officers_word():
    bakers()
    roster = checked(csv_of(HEAD, "Bakers Union,WRK,FRA,national,2025-03-01"))

    with pytest.raises(NotAllowed, match="look like partners"):
        actions.take_in(roster, by=None)
    before = Partner.objects.count()
    actions.take_in(roster, alike_are_new=True, by=None)

    assert (before, Partner.objects.count()) == (1, 2)


@pytest.mark.django_db
def test_an_error_half_way_leaves_nothing_behind(monkeypatch):
    roster = checked(csv_of(LONG_HEAD, *LONG_ROWS))
    monkeypatch.setattr(actions, "records_changed", lambda partners: 1 / 0)
    events = Event.objects.count()

    with pytest.raises(ZeroDivisionError):
        actions.take_in(roster, by=None)

    roster.refresh_from_db()
    assert roster.state == "checked"
    assert not Partner.objects.exists()
    assert not Mandate.objects.exists()
    assert Event.objects.count() == events


@pytest.mark.django_db
def test_a_closed_list_stays_closed():
    roster = checked(csv_of(HEAD, ROW))
    actions.take_in(roster, by=None)

    for verb in (actions.take_in, actions.cancel):
        with pytest.raises(NotAllowed, match="closed already"):
            verb(roster, by=None)
    with pytest.raises(NotAllowed, match="closed already"):
        actions.examine(roster, columns=roster.columns, options=Options(), by=None)


@pytest.mark.django_db
def test_a_lead_focal_point_is_not_replaced_by_a_list():
    lead = factories.person("lead@bakers.test")
    made = bakers(person=lead)

    roster = checked(csv_of(f"{HEAD},E-mail", f"{ROW},other@bakers.test"))

    assert outcomes(roster) == ["unchanged"]
    assert "a hand-over is theirs to begin" in sentence(roster)
    assert made.mandates.count() == 1


@pytest.mark.django_db
def test_a_partner_without_a_lead_gets_the_one_of_the_list():
    made = bakers()

    actions.take_in(checked(csv_of(f"{HEAD},E-mail", f"{ROW},new@bakers.test")), by=None)

    assert made.mandates.get().person.email == "new@bakers.test"


@pytest.mark.django_db
def test_a_closed_account_is_made_nobodys_focal_point():
    factories.person("closed@bakers.test", is_active=False)

    roster = checked(csv_of(f"{HEAD},E-mail", f"{ROW},closed@bakers.test"))

    assert outcomes(roster) == ["refused"]


@pytest.mark.django_db
def test_the_report_holds_no_address_of_a_focal_point():
    bakers()

    roster = checked(csv_of(f"{HEAD},E-mail", f"{ROW},new@bakers.test"))

    assert outcomes(roster) == ["changed"]
    assert "new@bakers.test" not in str(roster.report)


@pytest.mark.django_db
def test_a_list_that_nobody_took_in_goes_after_a_while(django_capture_on_commit_callbacks):
    roster = upload(csv_of(HEAD, ROW))
    RosterImport.objects.update(made_at=timezone.now() - timedelta(days=31))

    with django_capture_on_commit_callbacks(execute=True):
        privacy.purge(dry_run=False)

    roster.refresh_from_db()
    assert not roster.file
    assert stored() == []
    with pytest.raises(NotAllowed, match="upload it again"):
        actions.examine(roster, columns=roster.columns, options=Options(), by=None)


@pytest.mark.django_db
def test_many_rows_cost_few_queries():
    def queries(count: int) -> int:
        rows = (f"Union {n} of {count},WRK,FRA,national,2025-03-01" for n in range(count))
        roster = checked(csv_of(HEAD, *rows))
        with CaptureQueriesContext(connection) as captured:
            actions.take_in(roster, alike_are_new=True, by=None)
        return len(captured)

    few, many = queries(3), queries(60)

    assert many - few <= 3  # sets that do not fit into one statement of SQLite


# --- By command --------------------------------------------------------------------------------


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "list.csv"
    path.write_bytes(csv_of(HEAD, ROW))
    return str(path)


@pytest.mark.django_db
def test_command_says_what_it_would_do(file, capsys):
    call_command("import", "partners", file, "--dry-run")

    told = capsys.readouterr().out
    assert "Row 2, new: Union of Bakers (WRK · FRA · national · 2025-03-01)" in told
    assert "1 new, 0 changed, 0 unchanged, 0 alike, 0 refused. Dry run: nothing was kept." in told
    assert not Partner.objects.exists()
    assert not RosterImport.objects.exists()
    assert stored() == []


@pytest.mark.django_db
def test_command_takes_a_list_in_once(file, capsys):
    call_command("import", "partners", file)
    call_command("import", "partners", file)

    assert Partner.objects.count() == 1
    assert "0 new, 0 changed, 1 unchanged, 0 alike, 0 refused." in capsys.readouterr().out


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--column", "Colour=name"], "has no heading “Colour”"),
        (["--column", "=name"], "Write --column HEADING=FIELD"),
        (["--group", "Circus"], "is no partner group"),
        (["--joined-on", "soon"], "is no day that we can read"),
        (["--column", "Name="], "must hold the name"),
    ],
)
def test_command_refuses_with_a_sentence(file, arguments, told):
    with pytest.raises(CommandError, match=told):
        call_command("import", "partners", file, *arguments)

    assert not RosterImport.objects.exists()
    assert stored() == []


@pytest.mark.django_db
def test_command_refuses_a_file_that_is_not_there():
    with pytest.raises(CommandError, match=r"/nowhere/list\.csv cannot be read"):
        call_command("import", "partners", "/nowhere/list.csv")


# --- Taking out --------------------------------------------------------------------------------


def everything() -> None:
    """Partners with all that an export says of them."""
    lead = factories.person("lead@bakers.test", name="=Lead")
    made = bakers(person=lead, about="- Bread\n+ cake", website="https://bakers.test/x?a=1")
    made.known_names.create(kind="acronym", name="UB")
    chapter = factories.partner("=Union", country=france(), parent=made, name_language="fr")
    factories.partner("Union of Bakers", country=Place.objects.get(code="KEN"), state="withdrawn")
    factories.partner("World Bakers", scope="international")
    assert chapter.parent == made


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_taken_out_and_in_again_nothing_changes(client: Client, kind: str, language: str):
    everything()
    client.force_login(factories.officer())
    with translation.override(language):
        path = reverse(f"partners:roster_{kind}")

    content = b"".join(client.get(path).streaming_content)
    roster = checked(content, f"all.{kind}")

    assert roster.counts == {"new": 0, "changed": 0, "unchanged": 4, "alike": 0, "refused": 0}


@pytest.mark.django_db
def test_nothing_taken_out_is_a_formula(client: Client):
    everything()
    client.force_login(factories.officer())

    text = b"".join(client.get("/en/desk/lists/all-partners.csv").streaming_content).decode()
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    book = b"".join(client.get("/en/desk/lists/all-partners.xlsx").streaming_content)
    kinds = {cell.data_type for row in load_workbook(io.BytesIO(book)).active for cell in row}

    assert [cell for cell in cells if cell[:1] in ("=", "+", "-", "@")] == []
    assert "f" not in kinds


@pytest.mark.django_db
def test_the_empty_list_can_be_filled_in_and_read(client: Client):
    client.force_login(factories.officer())
    content = b"".join(client.get("/en/desk/lists/partners-to-fill-in.xlsx").streaming_content)
    book = load_workbook(io.BytesIO(content))
    names = [cell.value for cell in book.worksheets[0][1]]
    book.worksheets[0].append(
        ["", "Union of Bakers", "UB", "WRK", "national", "FRA", date(2025, 3, 1)]
    )
    file = io.BytesIO()
    book.save(file)

    roster = checked(file.getvalue(), "filled.xlsx")

    assert names[:3] == ["Reference", "Name", "Short form"]
    assert [sheet.title for sheet in book.worksheets] == ["Partners", "Notes", "Codes"]
    assert outcomes(roster) == ["new"], sentence(roster)


# --- On the pages ------------------------------------------------------------------------------


def send(client: Client, content: bytes, name: str = "list.csv") -> Any:
    return client.post("/en/desk/lists/", {"file": ContentFile(content, name=name)})


@pytest.mark.django_db
def test_an_officer_takes_a_list_in_page_by_page(client: Client):
    officer = factories.officer()
    client.force_login(officer)
    sent = send(client, csv_of("Who,Group,Country,Since", "Union of Bakers,WRK,France,2025-03-01"))
    form = client.get(sent["Location"]).content.decode()
    roster = RosterImport.objects.get()
    columns = {"column0": "name", "column1": "group", "column2": "country", "column3": "joined_on"}

    looked = client.post(sent["Location"], columns | {"scope": "national"})
    report = client.get(looked["Location"]).content.decode()
    done = client.post(f"/en/desk/lists/{roster.pk}/take-in/", follow=True).content.decode()

    assert "The heading tells nothing that we know." in form
    assert "Guessed from the heading, which we know. France" in form
    assert "WRK · FRA · national · 2025-03-01" in report
    assert "Done: 1 new partners, 0 changed." in done
    assert Partner.objects.get().name == "Union of Bakers"


@pytest.mark.django_db
def test_an_upload_that_cannot_be_read_says_so(client: Client):
    client.force_login(factories.officer())

    page = send(client, b"%PDF-1.7 not a list", "list.xlsx")

    assert page.status_code == 200
    assert "is no XLSX file" in page.content.decode()
    assert not RosterImport.objects.exists()


@pytest.mark.django_db
def test_the_report_is_paged_filtered_and_downloaded(client: Client):
    client.force_login(factories.officer())
    rows = [f"Union {n},WRK,Atlantis,national,2025-03-01" for n in range(60)]
    roster = checked(csv_of(HEAD, ROW, *rows))

    page = client.get(f"/en/desk/lists/{roster.pk}/").content.decode()
    new = client.get(f"/en/desk/lists/{roster.pk}/?outcome=new").content.decode()
    odd = client.get(f"/en/desk/lists/{roster.pk}/?outcome=x&page=99").content.decode()
    file = client.get(f"/en/desk/lists/{roster.pk}/report.csv")
    lines = list(csv.reader(io.StringIO(b"".join(file.streaming_content).decode("utf-8-sig"))))

    assert page.count("<tr>") == 51
    assert new.count("<tr>") == 2
    assert odd.count("<tr>") == 12
    assert len(lines) == 62
    assert lines[2][:3] == ["3", "Cannot be taken", "Union 0"]


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_pages_of_a_list_cost_their_queries_whatever_its_rows(client: Client, count: int):
    client.force_login(factories.officer())
    rows = [f"Union {n},WRK,FRA,national,2025-03-01" for n in range(count)]
    base = f"/en/desk/lists/{checked(csv_of(HEAD, *rows)).pk}/"

    costs = {}
    for path in (base, f"{base}columns/", f"{base}report.csv"):
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        costs[path.removeprefix(base)] = len(queries)

    assert costs == {"": 4, "columns/": 5, "report.csv": 4}


@pytest.mark.django_db
def test_a_list_is_cancelled(client: Client, django_capture_on_commit_callbacks):
    client.force_login(factories.officer())
    roster = upload(csv_of(HEAD, ROW))

    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"/en/desk/lists/{roster.pk}/cancel/")

    roster.refresh_from_db()
    assert (roster.state, roster.file.name) == ("cancelled", "")
    assert stored() == []
    assert client.get(f"/en/desk/lists/{roster.pk}/columns/").status_code == 302


@pytest.mark.django_db
def test_refused_rows_are_left_out_by_a_tick(client: Client):
    client.force_login(factories.officer())
    roster = checked(csv_of(HEAD, ROW, "Union,Circus,FRA,national,2025-03-01"))

    client.post(f"/en/desk/lists/{roster.pk}/take-in/")
    before = Partner.objects.count()
    client.post(f"/en/desk/lists/{roster.pk}/take-in/", {"leave_out": "on"})

    assert (before, Partner.objects.count()) == (0, 1)


@pytest.mark.django_db
def test_lists_are_for_officers_alone(client: Client):
    roster = checked(csv_of(HEAD, ROW))
    base = f"/en/desk/lists/{roster.pk}/"
    reads = [
        *("/en/desk/lists/", base, f"{base}columns/", f"{base}report.csv"),
        *("/en/desk/lists/all-partners.csv", "/en/desk/lists/all-partners.xlsx"),
        "/en/desk/lists/partners-to-fill-in.xlsx",
    ]
    verbs = [f"{base}take-in/", f"{base}cancel/", "/en/desk/lists/", f"{base}columns/"]
    answers = {}
    for who, person in {
        "visitor": None,
        "focal point": factories.person(),
        "editor": factories.person(roles=("editor",)),
    }.items():
        client = Client()
        if person:
            client.force_login(person)
        answers[who] = {client.get(path).status_code for path in reads}
        answers[who] |= {client.post(path).status_code for path in verbs}

    assert answers == {"visitor": {404}, "focal point": {404}, "editor": {404}}
    assert not Partner.objects.exists()
