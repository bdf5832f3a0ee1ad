"""Lists of commitments: read from files, checked, taken in whole or not at all."""

from __future__ import annotations

import io
import random
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
from django.utils import translation
from openpyxl import Workbook, load_workbook

from coalition.base import sheets
from coalition.base.errors import NotAllowed, Refused
from coalition.base.models import Event
from coalition.commitments.lists import actions, exporting
from coalition.commitments.lists.columns import FIELDS
from coalition.commitments.lists.lines import Options
from coalition.commitments.lists.paragraphs import Paragraphs
from coalition.commitments.models import Amendment, Commitment, CommitmentList, Part
from coalition.commitments.writing.plain import values_of
from coalition.partners import lookup
from tests import factories

HEAD = "Partner,Title,Places,Ends on"
WHOLE = {
    "Your own number": "HR-7",
    "Partner": "Union of Bakers",
    "Title": "Breaks at night",
    "Language": "French",
    "Promise": "We agree on breaks.",
    "For whom": "Night bakers",
    "Level": "nacional",
    "Places": "France; KEN, 日本",
    "Themes": "Inequalities, discrimination and exclusion; employment",
    "Challenges": "climate-change",
    "Paragraphs": "Doha 3; 2",
    "How": "It names breaks.",
    "Starts on": "1 January 2026",
    "Ends on": "31.12.2028",
    "In line with": "Plan for night work",
    "Resources": "people: two advisers; a hall",
    "Amount": "1 200 000; 500000.50",
    "Currency": "EUR; US dollar",
    "Year": "2026",
    "Help wanted": "Interpreters",
    "Goal": "Bakers have breaks",
    "Indicator": "bakers with an agreement",
    "Unit": "personnes",
    "Target": "1.200",
    "Baseline": "٣٠٠",
    "Source": "Register, 2025",
    "Co-partners": "PAR-2025-9001 (funding): pays the hall",
}


def csv_of(*lines: str) -> bytes:
    return "\n".join(lines).encode()


def xlsx_of(*rows: Any) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def whole(**changed: str) -> bytes:
    cells = WHOLE | changed
    return xlsx_of(cells, cells.values())


def bakers(**fields: Any) -> Any:
    """The partner, and the text, that the rows name."""
    made = factories.partner("Union of Bakers", reference="PAR-2025-9000", **fields)
    lookup.remember([made])
    return made


def checked(
    content: bytes, name: str = "", *, by: Any = None, partner: Any = None, **options: Any
) -> CommitmentList:
    name = name or ("list.xlsx" if content.startswith(b"PK") else "list.csv")
    listed = actions.upload(ContentFile(content), name=name, partner=partner, by=by)
    return actions.examine(listed, columns=listed.columns, options=Options(**options), by=by)


def taken(content: bytes, *, by: Any, leave_out: bool = False, **options: Any) -> CommitmentList:
    return actions.take_in(checked(content, by=by, **options), leave_out=leave_out, by=by)


def outcomes(listed: CommitmentList) -> list[str]:
    return [row["outcome"] for row in listed.report]


def sentences(listed: CommitmentList) -> list[str]:
    return [sentence for row in listed.report for sentence in row["sentences"]]


# --- What the columns hold -------------------------------------------------------------------


@pytest.mark.parametrize(
    "headings",
    [
        "Partner|Title|Places|Starts on|Ends on|Amount|Currency|Target",
        "Partenaire|Titre|Lieux|Date de début|Date de fin|Montant|Devise|Cible",
        "Socio|Título|Lugares|Fecha de inicio|Fecha final|Monto|Moneda|Valor objetivo",
        "Партнер|Название|Места|Дата начала|Дата окончания|Сумма|Валюта|Целевое значение",
        "合作伙伴|标题|地点|开始日期|结束日期|金额|货币|目标值",
        "الشريك|العنوان|الأماكن|تاريخ البدء|تاريخ الانتهاء|المبلغ|العملة|المستهدف",
    ],
)
def test_headings_are_known_in_six_languages(headings: str):
    guesses = [each.field for each in FIELDS.guess(headings.split("|"))]

    assert guesses == [
        *("partner", "title", "places", "starts_on", "ends_on"),
        *("amount", "currency", "target"),
    ]


def test_no_heading_means_two_things():
    every = [heading for field in FIELDS.values() for heading in field.headings]

    assert sorted(every) == sorted(set(every))


@pytest.mark.django_db
def test_paragraphs_are_found_as_people_cite_them():
    factories.instrument("night-pact", paragraphs=9)
    cells = {
        "doha 3": ["doha/para_3"],
        "Doha, paragraph 18 (a)": ["doha/para_18__point_a"],
        "Doha 18a; 23": ["doha/para_18__point_a", "doha/para_23"],
        "多哈 第3段": ["doha/para_3"],
        "الدوحة الفقرة 3": ["doha/para_3"],
        "A/RES/80/5 paras. 2, 4 and 6-8": [f"doha/para_{n}" for n in (2, 4, 6, 7, 8)],
        "night-pact/para_9": ["night-pact/para_9"],
        "T/night-pact 1\nDoha 1": ["night-pact/para_1", "doha/para_1"],
        "Doha Political Declaration 2": ["doha/para_2"],
    }
    found = Paragraphs()
    found.prepare(cells)
    refused = {
        "Doha 999": "has no paragraph 999",
        "Doha": "Which paragraph",
        "Atlantis 3": "We know no text",
        "23": "We know no text",
        "Doha 8-3": "no range of paragraphs",
        "Hamburg 1": "are not held here",
        "(((": "We know no text",
    }
    found.prepare([*cells, *refused])

    assert {cell: found.rows_of(cell) for cell in cells} == {
        cell: [f"paragraph|{key}" for key in keys] for cell, keys in cells.items()
    }
    for cell, sentence in refused.items():
        with pytest.raises(Refused, match=sentence):
            found.rows_of(cell)


# --- Taken in --------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_row_becomes_a_draft_that_says_all_of_it():
    officer, maker = factories.officer(), bakers()
    payer = factories.partner("Bank", reference="PAR-2025-9001")

    listed = taken(whole(), by=officer)

    made = Commitment.objects.get()
    assert (made.partner, made.state, made.list_key) == (maker, "draft", "HR-7")
    assert values_of(made) == {
        "words": {
            "title": "Breaks at night",
            "language": "fr",
            "promise": "We agree on breaks.",
            "for_whom": "Night bakers",
            "in_line_with": "Plan for night work",
            "level": "national",
            "starts_on": "2026-01-01",
            "ends_on": "2028-12-31",
            "needs_help": "yes",
            "help_wanted": "Interpreters",
        },
        **{
            row: {"named": "yes"}
            for row in (
                *("place|FRA", "place|KEN", "place|JPN"),
                *("theme|inequalities", "theme|employment", "challenge|climate-change"),
            )
        },
        "paragraph|doha/para_2": {"named": "yes", "how": "It names breaks."},
        "paragraph|doha/para_3": {"named": "yes", "how": "It names breaks."},
        "resource|1": {"kind": "financial", "amount": "1200000", "unit": "eur", "year": "2026"},
        "resource|2": {"kind": "financial", "amount": "500000.5", "unit": "usd", "year": "2026"},
        "resource|3": {"kind": "people", "words": "two advisers"},
        "resource|4": {"kind": "other", "words": "a hall"},
    }
    indicator = made.framework.indicators.get()
    figures = {one.role: (one.value, one.source) for one in indicator.facts.all()}
    assert (indicator.result.title, indicator.unit.code) == ("Bakers have breaks", "people")
    assert figures == {"target": (1200, ""), "baseline": (300, "Register, 2025")}
    assert list(Part.objects.values_list("partner", "role", "what", "state")) == [
        (payer.pk, "funding", "pays the hall", "asked")
    ]
    assert (listed.state, listed.counts["submitted"]) == ("applied", 0)


@pytest.mark.django_db
def test_the_same_list_twice_changes_nothing():
    officer = factories.officer()
    bakers()
    factories.partner("Bank", reference="PAR-2025-9001")
    by_title = csv_of(HEAD, "PAR-2025-9000,Wages,Kenya,2027-12-31")
    taken(whole(), by=officer)
    taken(by_title, by=officer)
    events = Event.objects.filter(verb="commitments.draft").count()

    again = [checked(whole(), by=officer), checked(by_title, by=officer)]

    assert [outcomes(one) for one in again] == [["unchanged"], ["unchanged"]]
    assert (events, Commitment.objects.count()) == (2, 2)
    for one in again:
        with pytest.raises(NotAllowed, match="nothing to do"):
            actions.take_in(one, by=officer)


@pytest.mark.django_db
def test_a_draft_is_changed_where_a_cell_says_so_and_nowhere_else():
    author, maker = factories.person(), bakers()
    factories.partner("Bank", reference="PAR-2025-9001")
    taken(whole(), by=factories.officer())
    before = values_of(Commitment.objects.get())
    cells = {"Own number": "HR-7", "Partner": "PAR-2025-9000", "Title": "Breaks by night"}
    cells |= {"Places": "Kenya", "Promise": "", "Amount": "7", "Currency": "CHF", "Year": "2027"}
    cells |= {"Target": "1 300"}

    listed = taken(xlsx_of(cells, cells.values()), by=author, partner=maker)

    made = Commitment.objects.get()
    money = {"kind": "financial", "amount": "7", "unit": "chf", "year": "2027"}
    gone = ("place|FRA", "place|JPN", "resource|1", "resource|2")
    assert values_of(made) == {
        **{row: texts for row, texts in before.items() if row not in gone},
        "words": before["words"] | {"title": "Breaks by night"},
        "resource|5": money,
    }
    assert made.framework.indicators.get().facts.published().get(role="target").value == 1300
    assert listed.report[0]["changes"] == [
        ["title", "Breaks at night", "Breaks by night"],
        ["places", "FRA; JPN; KEN", "KEN"],
        ["amount", "1200000 eur 2026; 500000.5 usd 2026", "7 chf 2027"],
        ["target", "1200", "1300"],
    ]


@pytest.mark.django_db
def test_each_fault_names_its_cell_and_how_to_mend_it():
    bakers()
    factories.partner("Bank", reference="PAR-2025-9001")
    faults = {
        "Partner": ("Nobody", "“Partner” (B2): There is no partner “Nobody”"),
        "Title": ("", "“Title” (C2): The row is new and has no title."),
        "Language": ("Klingon", "“Language” (D2): “Klingon” is none of the six languages."),
        "For whom": ("x" * 301, "“For whom” (F2): Please shorten this by 1 character."),
        "Level": ("cosmic", "“Level” (G2): “cosmic” is none of"),
        "Places": ("Kenya, Atlantis", "“Places” (H2): “Atlantis” is no country or region"),
        "Themes": ("cheese", "“Themes” (I2): “cheese” is no theme"),
        "Paragraphs": ("Doha 999", "“Paragraphs” (K2): “Doha” has no paragraph 999."),
        "How": ("one\ntwo\nthree", "“How” (L2): There are 2 paragraphs, but 3 lines."),
        "Starts on": ("03/04/2026", "“Starts on” (M2): “03/04/2026” can be read as two"),
        "Ends on": ("2020-01-01", "“Ends on” (N2): The end is before the start."),
        "Resources": ("money: 5", "“Resources” (P2): Money has columns of its own"),
        "Amount": ("much; 5", "“Amount” (Q2): “much” is no number."),
        "Currency": ("shells", "“Currency” (R2): Please choose the currency"),
        "Year": ("2026; 2027; 2028", "“Amount” (Q2): There are 2 amounts, but 3"),
        "Unit": ("cubits", "“Unit” (W2): “cubits” is no unit"),
        "Target": ("", "“Target” (X2): The first goal needs this too: Target."),
        "Source": ("", "“Source” (Z2): Say where this was read"),
        "Co-partners": ("Bank: pays", "“Co-partners” (AA2): “Bank: pays” does not say who"),
    }
    told = {name: sentences(checked(whole(**{name: cell}))) for name, (cell, _s) in faults.items()}

    for name, (_cell, sentence) in faults.items():
        assert [one.startswith(sentence) for one in told[name]] == [True], (name, told[name])


@pytest.mark.django_db
def test_a_column_decides_in_which_order_its_days_are_written():
    bakers()
    rows = [f"Union of Bakers,Wages {day},Kenya,{day}" for day in ("03/04/2026", "25/12/2026")]

    sure, unsure = checked(csv_of(HEAD, *rows)), checked(csv_of(HEAD, rows[0]))

    ends = [row["facts"].rpartition(" ")[2] for row in sure.report]
    assert ends == ["2026-04-03", "2026-12-25"]
    assert outcomes(unsure) == ["refused"]


@pytest.mark.django_db
def test_public_ones_are_changed_by_an_amendment_of_whoever_takes_the_list_in():
    officer, maker = factories.officer(), bakers()
    held = factories.commitment("published", partner=maker, title="Wages")
    content = csv_of(HEAD, f"{maker.reference},Wages,Kenya,2028-12-31")

    by_nobody = checked(content)
    taken(content, by=officer)
    again = checked(content, by=officer)

    held.refresh_from_db()
    amendment = Amendment.objects.get()
    assert outcomes(by_nobody) == ["refused"]
    assert "is changed by an amendment" in sentences(by_nobody)[0]
    assert (amendment.side, amendment.state, str(held.ends_on)) == (
        "secretariat",
        "draft",
        "2027-12-31",
    )
    assert amendment.values["words"]["ends_on"] == "2028-12-31"
    assert "place|KEN" in amendment.values
    assert outcomes(again) == ["unchanged"]


@pytest.mark.django_db
def test_a_list_of_others_tells_nothing_of_a_draft_but_that_it_is_there():
    maker = bakers(person=(author := factories.person()))
    secret = {"promise": "Secret promise", "help_wanted": "Secret help"}
    by_key = factories.commitment(partner=maker, title="Secret title", list_key="7", **secret)
    by_title = factories.commitment(partner=maker, title="Night wages", **secret)
    before = [values_of(one) for one in (by_key, by_title)]
    rows = (
        f"{maker.reference},,Kenya,2028-12-31,7,",
        f"{maker.reference},Wages,Kenya,2028-12-31,7,",
        f"{maker.reference},Night wages,Kenya,2028-12-31,,",
        f"{maker.reference},Night wage,Kenya,2028-12-31,,",
        f"{maker.reference},Any,Kenya,2028-12-31,,{by_title.reference}",
    )
    head = f"{HEAD},Own number,Reference"

    def told(by: Any) -> tuple[list[str], str]:
        reports = [checked(csv_of(head, row), by=by).report for row in rows]
        return [one["outcome"] for (one,) in reports], str(reports)

    outcomes_of, words = told(factories.officer())
    by_nobody, _words = told(None)
    own, own_words = told(author)

    assert outcomes_of == by_nobody == ["refused", "refused", "refused", "new", "refused"]
    assert ("Secret" in words, "2027" in words) == (False, False)
    assert words.count("is writing one with this number itself.") == 2
    assert words.count("is writing one with this title itself.") == 1
    assert f"has no commitment {by_title.reference}." in words
    assert own == ["changed", "changed", "changed", "alike", "changed"]
    assert "Secret title" in own_words
    assert [values_of(one) for one in (by_key, by_title)] == before


@pytest.mark.django_db
def test_in_which_states_a_row_is_taken():
    officer, maker = factories.officer(), bakers()
    states = ("draft", "change_requested", "submitted", "approved", "published", "closed")
    for state in states:
        factories.commitment(state, partner=maker, title=f"State {state}")
    factories.commitment("withdrawn", partner=maker, title="State withdrawn", list_key="W")
    rows = [f"{maker.reference},State {state},Kenya,2028-12-31," for state in states]
    rows.append(f"{maker.reference},State withdrawn,Kenya,2028-12-31,W")

    listed = checked(csv_of(f"{HEAD},Own number", *rows), by=officer)
    amended = [row["row"] for row in listed.report if "amendment is begun" in str(row["sentences"])]

    assert amended == [3, 4, 6]
    assert dict(zip([*states, "withdrawn"], outcomes(listed), strict=True)) == {
        "draft": "refused",
        "change_requested": "changed",
        "submitted": "changed",
        "approved": "refused",
        "published": "changed",
        "closed": "refused",
        "withdrawn": "refused",
    }


@pytest.mark.django_db
def test_rows_that_need_a_word_hold_up_all_others():
    officer, maker = factories.officer(), bakers()
    factories.commitment("published", partner=maker, title="Fair wages for bakers")
    alike = csv_of(HEAD, f"{maker.reference},Fair wages for baker,Kenya,2028-12-31")
    torn = csv_of(
        HEAD,
        f"{maker.reference},Hours,Kenya,2028-12-31",
        f"{maker.reference},Breaks,Atlantis,2028-12-31",
        f"{maker.reference},hours,Kenya,2028-12-31",
    )

    with pytest.raises(NotAllowed, match="look like commitments"):
        taken(alike, by=officer)
    with pytest.raises(NotAllowed, match="cannot be taken"):
        taken(torn, by=officer)
    before = Commitment.objects.count()
    listed = taken(torn, by=officer, leave_out=True)

    assert outcomes(listed) == ["new", "refused", "refused"]
    assert "Row 2 is about the same commitment." in sentences(listed)
    assert (before, Commitment.objects.count()) == (1, 2)
    actions.take_in(checked(alike, by=officer), alike_are_new=True, by=officer)
    assert Commitment.objects.count() == 3


@pytest.mark.django_db
def test_an_error_half_way_leaves_nothing_behind(monkeypatch):
    officer = factories.officer()
    bakers()
    rows = (f"Union of Bakers,Number {n},Kenya,2028-12-31" for n in range(3))
    listed = checked(csv_of(HEAD, *rows), by=officer)
    events, put, met = Event.objects.count(), actions.plain.put, []

    def failing(*given: Any, **known: Any) -> Any:
        met.append(given)
        return put(*given, **known) if len(met) < 3 else 1 / 0

    monkeypatch.setattr(actions.plain, "put", failing)
    with pytest.raises(ZeroDivisionError):
        actions.take_in(listed, by=officer)

    listed.refresh_from_db()
    assert (listed.state, len(met), Event.objects.count()) == ("checked", 3, events)
    assert not Commitment.objects.exists()


@pytest.mark.django_db
def test_what_changed_since_the_check_is_noticed_and_nothing_done():
    officer, maker = factories.officer(), bakers()
    held = factories.commitment(partner=maker, title="Wages")
    content = csv_of(HEAD, f"{maker.reference},Wages,France,2028-12-31")
    listed = checked(content, by=officer, partner=maker)
    Commitment.objects.filter(pk=held.pk).update(ends_on="2029-01-01")

    with pytest.raises(actions.Changed, match="nothing was done"):
        actions.take_in(listed, by=officer)

    held.refresh_from_db()
    listed.refresh_from_db()
    assert str(held.ends_on) == "2029-01-01"
    assert listed.report[0]["changes"] == [["ends_on", "2029-01-01", "2028-12-31"]]


@pytest.mark.django_db
def test_only_what_lacks_nothing_is_handed_in_and_nothing_is_published():
    officer = factories.officer()
    bakers()
    factories.partner("Bank", reference="PAR-2025-9001")
    bare = {**WHOLE, "Your own number": "HR-8", "Title": "Bare", "Goal": "", "Indicator": ""}
    bare |= dict.fromkeys(("Unit", "Target", "Baseline", "Source"), "")

    listed = taken(xlsx_of(WHOLE, WHOLE.values(), bare.values()), by=officer, submits=True)

    states = dict(Commitment.objects.values_list("list_key", "state"))
    assert states == {"HR-7": "submitted", "HR-8": "draft"}
    assert listed.counts["submitted"] == 1


@pytest.mark.django_db
def test_a_partners_list_is_of_that_partner_alone():
    maker, other = bakers(), factories.partner("Bank", reference="PAR-2025-9001")
    author = factories.person()
    content = csv_of("Partner,Title", f"{maker.reference},Ours", f"{other.reference},Theirs")

    listed = checked(content, partner=maker, by=author)

    assert outcomes(listed) == ["new", "refused"]
    assert sentences(listed) == [
        "“Partner” (A3): This is another organisation than Union of Bakers, whose list it is."
    ]


@pytest.mark.django_db
def test_a_preview_costs_the_same_for_one_row_and_for_three():
    officer, maker = factories.officer(), bakers()
    costs = []
    for count in (1, 3):
        titles = [f"Number {n} of {count}" for n in range(count)]
        for title in titles:
            factories.commitment(partner=maker, title=title)
        rows = [f"Union of Bakers,{title},Kenya,2028-12-31" for title in titles]
        file = ContentFile(csv_of(HEAD, *rows))
        listed = actions.upload(file, name="l.csv", partner=maker, by=officer)
        with CaptureQueriesContext(connection) as queries:
            actions.examine(listed, columns=listed.columns, options=Options(), by=officer)
        costs.append(len(queries))

    assert costs == [41, 41]


@pytest.mark.django_db
def test_what_one_more_row_costs():
    officer = factories.officer()
    bakers()
    factories.partner("Bank", reference="PAR-2025-9001")
    costs = []
    for count in (2, 4):
        rows = [
            WHOLE | {"Your own number": f"{count}-{n}", "Title": f"{n} of {count}, {n * 7919}"}
            for n in range(count)
        ]
        listed = checked(xlsx_of(WHOLE, *(row.values() for row in rows)), by=officer)
        with CaptureQueriesContext(connection) as queries:
            actions.take_in(listed, alike_are_new=True, by=officer)
        sent = [one["sql"] for one in queries if "SAVEPOINT" not in one["sql"]]
        costs.append(len(sent))

    assert (costs[1] - costs[0]) / 2 == 32


# --- Hostile files ---------------------------------------------------------------------------


@pytest.mark.any_database
@pytest.mark.django_db
def test_mutated_workbooks_are_read_or_refused_with_a_sentence():
    bakers()
    chance = random.Random(2026)
    files = [whole(), csv_of(",".join(WHOLE), ",".join(f'"{cell}"' for cell in WHOLE.values()))]
    told: list[str] = []
    read: list[str] = []
    for number in range(150):
        content = bytearray(files[number % 2])
        for _turn in range(chance.choice((1, 4, 30))):
            at = chance.randrange(len(content))
            match chance.randrange(3):
                case 0:
                    content[at] = chance.randrange(256)
                case 1:
                    del content[at : at + chance.randrange(1, 60)]
                case _:
                    content[at:at] = chance.randbytes(chance.randrange(1, 40))
        try:
            listed = checked(bytes(content), name="x.csv" if number % 2 else "x.xlsx")
        except Refused as refusal:
            told.append(str(refusal))
        else:
            read += outcomes(listed)

    assert all(told)
    assert set(read) <= {"new", "refused", "unchanged"}
    assert (len(told) > 20, len(read) > 20) == (True, True)


@pytest.mark.django_db
def test_strange_cells_are_refused_and_nothing_else():
    bakers()
    strange = ["=1+1", "\u202eevil", "a" * 32_000, "9" * 400, "٪", "((((", "0", "-1", "𝟛", "1e999"]
    strange += ["<script>", "; ; ;", "/", "doha/", "doha/para_" + "9" * 200, "\x00", "|", "words|x"]
    names = list(WHOLE)
    rows = [[one if name != "Partner" else "Union of Bakers" for name in names] for one in strange]

    listed = checked(xlsx_of(names, *(map(clean, row) for row in rows)))

    assert set(outcomes(listed)) == {"refused"}


def clean(cell: str) -> str:
    """What a workbook can hold at all."""
    return cell.replace("\x00", "")


# --- The empty list --------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_empty_list_can_be_filled_in_and_read(language: str):
    bakers()
    with translation.override(language):
        content = b"".join(exporting.template(None).streaming_content)
        example = checked(content)
        book = load_workbook(io.BytesIO(content))
        book.worksheets[0]["B2"], book.worksheets[0]["C2"] = "A-1", "PAR-2025-9000"
        file = io.BytesIO()
        book.save(file)
        filled = checked(file.getvalue())

    assert [sheets.read(content, name="x.xlsx").headings[0]] == [example.headings[0]]
    assert filled.columns == list(FIELDS)
    assert (outcomes(example), outcomes(filled)) == (["unchanged"], ["new"]), sentences(filled)


# --- By command ------------------------------------------------------------------------------


@pytest.mark.django_db
def test_command_tells_takes_in_once_and_refuses_with_a_sentence(tmp_path, capsys):
    maker = bakers()
    path = tmp_path / "list.csv"
    path.write_bytes(csv_of("Title,Places,Ends on", "Wages,Kenya,2028-12-31"))
    run = ["commitments", "import", str(path), "--partner", maker.reference]

    call_command(*run, "--dry-run")
    dry, held = capsys.readouterr().out, Commitment.objects.count()
    call_command(*run)
    call_command(*run)

    assert "Row 2, new: Wages (PAR-2025-9000 · KEN · 2028-12-31)" in dry
    assert (held, Commitment.objects.count()) == (0, 1)
    assert "0 new, 0 changed, 1 unchanged, 0 alike, 0 refused." in capsys.readouterr().out
    refusals = {
        ("--partner", "PAR-1999-1"): "There is no partner PAR-1999-1",
        ("--column", "Colour=title"): "has no heading “Colour”",
        ("--column", "Title="): "One column must hold the title",
    }
    for arguments, sentence in refusals.items():
        with pytest.raises(CommandError, match=sentence):
            call_command(*run, *arguments)
    private = storages["private"]
    assert not private.exists("commitment-lists") or not private.listdir("commitment-lists")[1]


# --- On the pages ----------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["officer", "focal point"])
def test_a_list_is_taken_in_page_by_page(client: Client, who: str):
    person = factories.officer() if who == "officer" else factories.person()
    maker = bakers(person=None if who == "officer" else person)
    client.force_login(person)
    start = "/en/desk/commitments/lists/"
    start = start if who == "officer" else f"/en/workspace/{maker.reference}/commitments/lists/"
    file = ContentFile(csv_of("Words,Where", "Wages,Kenya"), name="list.csv")

    sent = client.post(start, {"file": file})
    form = client.get(sent["Location"]).content.decode()
    columns = {"column0": "title", "column1": "places"}
    chosen = {"partner": maker.reference} if who == "officer" else {"submits": "on"}
    looked = client.post(sent["Location"], columns | chosen)
    report = client.get(looked["Location"]).content.decode()
    table = client.get(f"{looked['Location']}report.csv")
    done = client.post(f"{looked['Location']}take-in/", follow=True).content.decode()

    assert "The heading tells nothing that we know. Wages" in form
    assert f"{maker.reference} · KEN" in report
    assert b"Wages" in b"".join(table.streaming_content)
    assert "Done: 1 new commitments, 0 changed." in done
    assert Commitment.objects.get().state == "draft"


@pytest.mark.django_db
def test_whose_lists_are_seen_by_whom():
    maker = bakers(person=(focal := factories.person()))
    other = factories.partner("Bank", person=(stranger := factories.person()))
    content = csv_of("Title,Partner", f"Wages,{maker.reference}")
    desks, owns = checked(content), checked(content, partner=maker)
    officer = factories.officer()
    own = reverse("commitments:own_lists", args=[maker.reference])
    pages = {
        "desk": [reverse("commitments:lists"), reverse("commitments:list_template"), desks],
        "own": [own, f"{own}commitments-to-fill-in.xlsx", owns],
    }
    answers = {}
    for name, person in {"officer": officer, "focal": focal, "stranger": stranger}.items():
        client = Client()
        client.force_login(person)
        for whose, (door, template, listed) in pages.items():
            base = listed.get_absolute_url()
            reads = [door, template, base, f"{base}columns/", f"{base}report.csv"]
            codes = [client.get(path).status_code for path in reads]
            if 404 in codes or 403 in codes:
                posts = (door, f"{base}take-in/", f"{base}cancel/", f"{base}columns/")
                codes += [client.post(path).status_code for path in posts]
            answers[name, whose] = sorted(set(codes))

    assert other.pk != maker.pk
    assert answers == {
        ("officer", "desk"): [200],
        ("officer", "own"): [404],
        ("focal", "desk"): [404],
        ("focal", "own"): [200],
        ("stranger", "desk"): [404],
        ("stranger", "own"): [404],
    }
    assert CommitmentList.objects.filter(state="checked").count() == 2
