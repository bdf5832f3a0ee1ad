from __future__ import annotations

import csv
import re
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from coalition.base.errors import Refused
from coalition.base.models import Event
from coalition.instruments.consent import known_rules, queries
from coalition.instruments.consent.days import read_day
from coalition.instruments.models import (
    ConsentAction,
    ConsentTable,
    Instrument,
    Party,
    Period,
)
from tests import factories as make

ILO = "instrument,iso3,country,ratification_date,status,declaration,note,country_raw"
UN = (
    "instrument,iso3,participant,signature_date,consent_date,consent_type,raw_signature,raw_consent"
)
TITLES = "instrument,title,rows,retrieved_on_or_before,source_id"


def written(folder: Path, *rows: str, heading: str = ILO, titles: tuple[str, ...] = ()) -> str:
    """A table as a file; with titles also the file that stands beside it."""
    path = folder / "table.csv"
    path.write_text("\n".join([heading, *rows]) + "\n", encoding="utf-8")
    if titles:
        beside = "\n".join([TITLES, *titles]) + "\n"
        (folder / "instruments.csv").write_text(beside, encoding="utf-8")
    return str(path)


def taken(path: str, *options: str) -> list[str]:
    out = StringIO()
    call_command("import", "ratifications", path, *options, stdout=out)
    return out.getvalue().splitlines()


def refused(path: str, *options: str) -> list[str]:
    """What the command says before and with its refusal."""
    out = StringIO()
    with pytest.raises(CommandError) as error:
        call_command("import", "ratifications", path, *options, stdout=out)
    assert error.value.returncode == 1
    return [*out.getvalue().splitlines(), str(error.value)]


def acts() -> list[tuple[str, str, str, str]]:
    rows = ConsentAction.objects.filter(struck_at=None).select_related("instrument", "party")
    return sorted(
        (row.instrument.symbol, row.party.code, row.kind, str(row.on or row.effective_on))
        for row in rows
    )


# --- Days --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        "2006-09-06",
        "6 September 2006",
        "6 Sep 2006",
        "06.09.2006",
        "2006/09/06",
        "06  sept 2006",
    ],
)
def test_a_day_is_read_in_five_notations(words: str) -> None:
    assert read_day(words) == date(2006, 9, 6)


def test_a_day_with_strokes_is_read_only_where_it_can_be_one_day() -> None:
    assert read_day("13/04/2006") == read_day("04/13/2006") == date(2006, 4, 13)
    assert read_day("04/04/2006") == date(2006, 4, 4)
    for words, sentence in {
        "03/04/2006": "can be read as two days",
        "31 February 2006": "no such day",
        "6 Foo 2006": "Foo is no month",
        "6 Ju 2006": "no day",
        "06/09/06": "is no day",
        "": "is no day",
    }.items():
        with pytest.raises(Refused, match=sentence):
            read_day(words)


# --- Tables ------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_table_is_taken_in_whole_and_the_second_time_changes_nothing(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "C087,FRA,France,1951-06-28,In Force,,,France",
        "C087,NOR,Norway,4 Jul 1949,In Force,Excluding Part II,,Norway",
        "C107,MEX,Mexico,01.06.1959,Not in force,,"
        "Automatic Denunciation on 05 Sep 1991 by convention C169,Mexico",
        "C107,PRT,Portugal,1960/11/22,Not in force,,Denounced on 07 Oct 2009,Portugal",
        "C107,CHN,China,2022-08-12,Not in force,,"
        "The Convention will enter into force for China on 12 Aug 2023.,China",
        titles=(
            'C087,"Freedom of Association Convention, 1948 (No. 87)",2,,X-1',
            'C107,"11. c Indigenous Convention, 1957 (No. 107)",3,2023-05-11,X-2',
        ),
    )

    assert taken(path)[-4:] == [
        "C087 was not known; a bare entry was made for it.",
        "C107 was not known; a bare entry was made for it.",
        "C169 was not known; a bare entry was made for it.",
        "5 rows of 2 tables: 8 acts new, 0 changed, 0 unchanged.",
    ]
    assert acts() == [
        ("C087", "FRA", "ratification", "1951-06-28"),
        ("C087", "NOR", "declaration", "1949-07-04"),
        ("C087", "NOR", "ratification", "1949-07-04"),
        ("C107", "CHN", "ratification", "2022-08-12"),
        ("C107", "MEX", "automatic_denunciation", "1991-09-05"),
        ("C107", "MEX", "ratification", "1959-06-01"),
        ("C107", "PRT", "denunciation", "2009-10-07"),
        ("C107", "PRT", "ratification", "1960-11-22"),
    ]
    # No file says when the table of C087 was taken: after the last act in the whole file.
    tables = ConsentTable.objects.values_list("instrument__symbol", "as_of", "rows")
    assert set(tables) == {("C087", date(2022, 8, 31), 2), ("C107", date(2023, 5, 11), 3)}
    names = Instrument.objects.filter(symbol__in=["C107", "C169"]).values_list("kind", flat=True)
    assert list(names) == ["convention", "convention"]
    assert ConsentAction.objects.get(kind="declaration").words == "Excluding Part II"
    mexico = ConsentAction.objects.get(kind="automatic_denunciation")
    assert mexico.by_instrument
    assert mexico.by_instrument.symbol == "C169"
    statuses = {
        party.code: on.status
        for party, on in queries.parties_of(mexico.instrument, date(2023, 5, 11))
    }
    assert statuses == {"CHN": "pending", "MEX": "denounced", "PRT": "denounced"}

    events = Event.objects.count()
    assert taken(path) == ["5 rows of 2 tables: 0 acts new, 0 changed, 8 unchanged."]
    assert Event.objects.count() == events
    assert len(acts()) == 8


@pytest.mark.django_db
def test_the_other_shape_has_signatures_many_kinds_and_the_european_union(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "TOB,,European Union,2003-06-16,2005-06-30,formal confirmation,,",
        "TOB,USA,United States,2004-05-10,,,,",
        "TOB,MNE,Montenegro,,2006-10-23,succession,,",
        "TOB,FRA,France,2003-06-16,2004-10-19,approval,,",
        heading=UN,
        titles=('TOB,"8. Framework Convention on Tobacco Control",4,2023-05-11,X',),
    )

    taken(path)

    assert acts() == [
        ("TOB", "EU", "formal_confirmation", "2005-06-30"),
        ("TOB", "EU", "signature", "2003-06-16"),
        ("TOB", "FRA", "approval", "2004-10-19"),
        ("TOB", "FRA", "signature", "2003-06-16"),
        ("TOB", "MNE", "succession", "2006-10-23"),
        ("TOB", "USA", "signature", "2004-05-10"),
    ]
    assert Instrument.objects.get(symbol="TOB").names == {
        "en": "Framework Convention on Tobacco Control"
    }
    union = Party.objects.get(code="EU")
    assert (union.kind, union.place) == ("organisation", None)
    # Whoever is a member of the United Nations can be told to be missing.
    assert Party.objects.filter(place__is_un_member=True).count() == 193


WRONG = {
    "C087,FRA,France,03/04/1951,In Force,,,": "“03/04/1951” can be read as two days",
    "C087,YUG,Yugoslavia,1951-01-01,In Force,,,": "YUG is Yugoslavia, which no longer exists",
    "C087,XXQ,Nowhere,1951-01-01,In Force,,,": "“XXQ” (Nowhere) is no code of ISO 3166",
    "C087,,Nowhere,1951-01-01,In Force,,,": "“Nowhere” has no code",
    "C087,GHA,Ghana,2951-01-01,In Force,,,": "has not come yet",
    "C087,GBR,United Kingdom,1951-01-01,Perhaps,,,": "“Perhaps” is no status",
    "C087,ITA,Italy,1951-01-01,In Force,,Left in 1960,": "is not understood",
    "C087,ESP,Spain,1977-04-20,Not in force,,Denounced on 1 May 1976,": "comes before the consent",
    "C087,DEU,Germany,1947-01-01,In Force,,,": "was adopted on 1948-07-09",
    "C087,NOR,Norway,1950-01-01,In Force,,,": "Row 2 tells of NOR under C087 already",
    ",SWE,Sweden,1949-11-25,In Force,,,": "No instrument is named",
}
GOOD = "C087,NOR,Norway,1949-07-04,In Force,,,Norway"


@pytest.mark.django_db
def test_every_wrong_row_is_told_and_nothing_is_kept(tmp_path: Path) -> None:
    make.treaty("c087x", symbol="C087", adopted_on=date(1948, 7, 9), as_of=None)
    path = written(tmp_path, GOOD, *WRONG)

    said = refused(path)

    for number, (line, words) in enumerate(zip(said, WRONG.values(), strict=False), 3):
        assert line.startswith(f"Row {number}: ")
        assert words in line
    assert said[-1] == (
        "Nothing was kept: 11 of 12 rows cannot be taken. Mend them, or take the others with "
        "--good-rows."
    )
    assert acts() == []


@pytest.mark.django_db
def test_good_rows_are_taken_and_who_is_missing_is_then_unknown(tmp_path: Path) -> None:
    make.treaty("c087x", symbol="C087", adopted_on=date(1948, 7, 9), as_of=None)
    path = written(tmp_path, GOOD, *WRONG)

    said = taken(path, "--good-rows")

    assert said[0] == (
        "C087: 10 rows were left out, so its table does not count as held; who is missing from "
        "it is unknown, not “not bound”."
    )
    assert said[-1] == "12 rows of 1 tables: 1 acts new, 0 changed, 0 unchanged, 11 rows left out."
    assert acts() == [("C087", "NOR", "ratification", "1949-07-04")]
    assert not ConsentTable.objects.filter(instrument__symbol="C087").exists()


@pytest.mark.django_db
def test_a_dry_run_keeps_nothing(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD)

    assert taken(path, "--dry-run")[-1] == (
        "1 rows of 1 tables: 1 acts new, 0 changed, 0 unchanged. Dry run: nothing was kept."
    )
    assert acts() == []
    assert not Instrument.objects.filter(symbol="C087").exists()


@pytest.mark.django_db
def test_a_newer_table_adds_acts_and_tells_what_it_changes(tmp_path: Path) -> None:
    first = (
        GOOD,
        "C087,FRA,France,1951-06-28,In Force,,,",
        "C087,GHA,Ghana,1965-06-02,In Force,,,",
    )
    taken(written(tmp_path, *first), "--as-of", "2023-05-11")
    make.consent(make.state("SWE"), Instrument.objects.get(symbol="C087"), on=date(1949, 11, 25))
    second = (
        GOOD.replace("In Force", "Not in force").replace(",,,", ",,Denounced on 1 May 2000,"),
        "C087,FRA,France,1951-06-29,In Force,,,",
        "C087,ITA,Italy,1958-05-13,In Force,,,",
    )

    said = taken(written(tmp_path, *second), "--as-of", "2024-05-11")

    assert said == [
        "C087, FRA, ratification of 1951-06-28: now of 1951-06-29.",
        "C087, GHA, ratification of 1965-06-02: no longer in the table; left as it is.",
        "C087, NOR, ratification of 1949-07-04: note: nothing -> “Denounced on 1 May 2000”; "
        "source_status: “In Force” -> “Not in force”.",
        "3 rows of 1 tables: 3 acts new, 1 changed, 0 unchanged.",
    ]
    assert acts() == [
        ("C087", "FRA", "ratification", "1951-06-29"),
        ("C087", "GHA", "ratification", "1965-06-02"),
        ("C087", "ITA", "ratification", "1958-05-13"),
        ("C087", "NOR", "denunciation", "2000-05-01"),
        ("C087", "NOR", "ratification", "1949-07-04"),
        ("C087", "SWE", "ratification", "1949-11-25"),
    ]
    assert ConsentTable.objects.get().as_of == date(2024, 5, 11)
    assert (
        "one of 2024-05-11 is held"
        in refused(written(tmp_path, *first), "--as-of", "2023-05-11")[0]
    )


@pytest.mark.django_db
def test_a_file_that_is_no_table_is_refused_with_a_sentence(tmp_path: Path) -> None:
    files = {
        b"": "is empty",
        b"a,b\n1,2\n": "no table of parties that is known",
        b"\xff\xfe\x00": "is not UTF-8 text",
        b'instrument,"iso3\n': "is no CSV file",
        b"instrument\0": "is no text file",
        f"{ILO}\nC087,FRA,France,1951-06-28,In Force,a, b, c, d".encode(): "row 2 has more cells",
        f"{ILO}\nC087,FRA".encode(): "Nothing was kept: 1 of 1 rows",
    }
    for content, words in files.items():
        path = tmp_path / "table.csv"
        path.write_bytes(content)
        assert words in refused(str(path))[-1]
    assert "cannot be read" in refused(str(tmp_path / "none.csv"))[-1]


# --- The real tables -----------------------------------------------------------------------------


@pytest.mark.realdata
@pytest.mark.django_db
def test_the_real_tables_give_the_status_that_their_source_has(data_dir: Path) -> None:
    file = data_dir / "ilo_ratifications" / "ratifications.csv"

    assert taken(str(file))[-1] == "1871 rows of 15 tables: 2119 acts new, 0 changed, 0 unchanged."
    treaties = data_dir / "un_treaties" / "treaty_status.csv"
    assert taken(str(treaties))[-1].startswith("2311 rows of 15 tables: 3648 acts new, 0 changed")

    held = {one.symbol: one for one in queries.held_instruments()}
    derived = {
        (symbol, party.code): on
        for symbol, one in held.items()
        for party, on in queries.parties_of(one, one.consent_table.as_of)
    }
    with file.open(encoding="utf-8", newline="") as lines:
        rows = {(row["instrument"], row["iso3"]): row["status"] for row in csv.DictReader(lines)}
    assert len(rows) == 1871
    different = {
        pair: derived[pair].why
        for pair, status in rows.items()
        if derived[pair].status == "unknown"
        or (derived[pair].status == "in_force") != (status == "In Force")
    }
    assert different == dict.fromkeys(
        [("C001", code) for code in ("AUT", "FRA", "ITA", "LVA")], "reason_not_held"
    )
    # Days that anyone can look up: of the conventions, and of three parties.
    assert {symbol: str(queries.entry_of(held[symbol])) for symbol in ENTRIES} == ENTRIES
    days = {
        (symbol, code, day): queries.status_of(
            held[symbol], Party.objects.get(code=code), date.fromisoformat(day)
        ).status
        for symbol, code, day in (
            ("C087", "FRA", "1950-01-01"),
            ("C087", "FRA", "1951-07-01"),
            ("C087", "FRA", "1952-07-01"),
            ("C095", "GBR", "1984-01-01"),
            ("C095", "GBR", "1984-09-16"),
            ("PALERMO-TIP", "EU", "2006-10-05"),
            ("PALERMO-TIP", "EU", "2006-10-06"),
        )
    }
    assert list(days.values()) == [
        "not_bound",
        "pending",
        "in_force",
        "in_force",
        "denounced",
        "pending",
        "in_force",
    ]
    assert Period.objects.filter(status="unknown").exclude(why="rule_not_held").count() == 4


ENTRIES = {
    "C029": "1932-05-01",
    "C087": "1950-07-04",
    "C098": "1951-07-18",
    "C100": "1953-05-23",
    "C138": "1976-06-19",
    "C182": "2000-11-19",
    "CEDAW": "1981-09-03",
    "CRC": "1990-09-02",
    "ICESCR": "1976-01-03",
    "UNFCCC": "1994-03-21",
    "PALERMO-TIP": "2003-12-25",
    "FCTC": "2005-02-27",
}

# --- The rules, against the articles they were read in -------------------------------------------

NUMBERS = {
    "0 days": r"at the date|on the day|on the date|the date of|deposit of|first day of the month",
    "1 month": r"one month",
    "2 months": r"third month following",
    "3 months": r"three months",
    "6 months": r"six months",
    "12 months": r"(?:twelve|12) mon(?:ths|hts)|one year|end of one year",
    "30 days": r"thirtieth day",
    "60 days": r"sixty days",
    "90 days": r"ninety days|ninetieth day|90th day",
}
ORDINALS = {
    1: "each|first",
    2: "two|second",
    3: "three|third",
    4: "four",
    5: "five|fifth",
    6: "six|sixth",
    7: "seven",
    8: "eight|eighth",
    10: "ten|tenth|10",
    12: "twelve",
    14: "fourteen",
    15: "fifteenth",
    16: "sixteenth",
    20: "twenty|twentieth",
    27: "twenty-seventh",
    30: "thirtieth|30",
    35: "thirty-fifth",
    40: "fortieth",
    50: "fiftieth",
    55: "55",
}


def articles(text: str) -> dict[str, str]:
    """The articles of a held text by number, each in one line; later languages left out."""
    found: dict[str, str] = {}
    for part in re.split(r"^#+ *(?=Artic|Artik|ARTIC|Section)", text, flags=re.MULTILINE)[1:]:
        words = " ".join(part.split())
        head = re.match(r"(?:Article|ARTICLE|Artikel|Section) (\w+)", words)
        # One convention heads an English article in Dutch; where both stand, English does first.
        if head and (head[1] not in found or "into" not in found[head[1]]):
            found.setdefault(head[1], words)
    return found


@pytest.mark.realdata
def test_every_rule_stands_in_the_articles_it_names(data_dir: Path) -> None:
    known, _general = known_rules._known()
    seen = set()
    for facts in known.values():
        if facts["symbol"] in seen or facts["symbol"] in {"IFAD", "ECSS-P"}:
            continue  # of one the articles bear no numbers, of the other they are of a section
        seen.add(facts["symbol"])
        text = (data_dir / "treaty_texts" / facts["text"]).read_text(encoding="utf-8")
        found = articles(text)
        cited = re.findall(r"\b(\d+|[IVXK]+)\b", facts["articles"])
        assert cited, facts["symbol"]
        assert set(cited) <= found.keys(), facts["symbol"]
        words = " ".join(found[number] for number in cited)
        parties, first = facts.get("first", (None, None))
        for delay in filter(None, (first, facts["later"], facts.get("denounced"))):
            assert re.search(NUMBERS[delay], words), (facts["symbol"], delay)
        if parties:
            assert re.search(rf"\b(?:{ORDINALS[parties]})\b", words), (facts["symbol"], parties)
        if facts.get("from_next_month"):
            assert "first day of the" in words, facts["symbol"]
    assert len(seen) == 46 + 73


@pytest.mark.django_db
def test_a_table_of_no_treaty_or_under_a_second_name_is_refused(tmp_path: Path) -> None:
    make.instrument("test-declaration")
    treaty = make.treaty("bread-c1", as_of=None)
    treaty.symbol = "BC1"
    treaty.save(update_fields=["symbol"])
    path = written(
        tmp_path,
        "test-declaration,FRA,France,1 Jan 2020,In Force,,,France",
        "BC1,FRA,France,1 Jan 2020,In Force,,,France",
        "bread-c1,NOR,Norway,1 Jan 2020,In Force,,,Norway",
    )
    assert refused(path) == [
        "Row 2: test-declaration is no treaty here; nobody consents to be bound by it.",
        "Row 4: bread-c1 and BC1 are names of one instrument. Write one of them.",
        "Nothing was kept: 2 of 3 rows cannot be taken. Mend them, or take the others with "
        "--good-rows.",
    ]
    taken(path, "--good-rows")
    assert acts() == [("BC1", "FRA", "ratification", "2020-01-01")]
