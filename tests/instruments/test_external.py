"""Registers that are not ours: lists taken in, what belongs to what, and that nothing counts."""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from coalition.base.errors import NotAllowed, Refused
from coalition.base.models import Event
from coalition.catalogue.actions import rebuild
from coalition.catalogue.models import Kind, Record
from coalition.catalogue.queries import EVENTFUL, newest
from coalition.commitments.models import Commitment, Filing
from coalition.instruments.external import queries
from coalition.instruments.external.actions import attach_by_hand, leave_to_rules
from coalition.instruments.external.attaching import Document, attach, names
from coalition.instruments.external.declared import all_declared, declared
from coalition.instruments.external.importing import Report, take_in
from coalition.instruments.external.reading import open_list
from coalition.instruments.models import Because, ExternalRecord, Register
from tests.factories import commitment, country, officer, party, person

pytestmark = pytest.mark.django_db

HEADINGS = (
    *("code", "party", "title", "fileType", "language", "version", "status", "submissionDate"),
    *("encodedAbsUrl", "originalFilename"),
)
AT = "https://unfccc.int/sites/default/files/"
FIRST = ("FRA", "France", "France First NDC", "NDC", "French", "1", "Archived", "2016-10-05")
SECOND = ("FRA", "France", "France Second NDC", "NDC", "French", "2", "Active", "2020-12-18")
LETTER = ("FRA", "France", "Letter", "Addendum", "English", "2", "Active", "")
ENGLISH = ("FRA", "France", "France Second NDC", "Translation", "English", "2", "Active", SECOND[7])


def row(told: tuple[str, ...], file: str) -> tuple[str, ...]:
    return (*told, f"{AT}{file}", file)


ROWS = (row(FIRST, "1.pdf"), row(SECOND, "2.pdf"), row(LETTER, "l.pdf"), row(ENGLISH, "2-en.pdf"))


def listed(*rows: tuple[str, ...], headings: tuple[str, ...] = HEADINGS) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([headings, *rows])
    return text.getvalue().encode()


def taken(*rows: tuple[str, ...], **given: Any) -> Report:
    return take_in(open_list(listed(*rows), name="ndcs.csv"), declared("ndc"), **given)


def found() -> list[str]:
    """The documents of others in the catalogue, by key."""
    return sorted(Record.objects.filter(kind="external").values_list("key", flat=True))


@pytest.fixture
def france() -> Any:
    country("FRA")
    return party("FRA")


# --- A list ----------------------------------------------------------------------------------


def test_list_makes_records_with_parties_languages_kinds_and_what_belongs_together(
    france: Any,
) -> None:
    odd = ("ZZZ", "Atlantis", "Atlantis plan", "NDC", "Atlantean", "N/A", "Active", "2021-02-03")

    report = taken(*ROWS, row(odd, "a.pdf"), as_of=date(2026, 8, 1))

    assert report.counts == {
        "new": 5, "changed": 0, "back": 0, "gone": 0, "unchanged": 0, "wrong": 0
    }  # fmt: skip
    assert report.lines[-1].sentences == (
        "No such party is held; it is known by the name alone.",
        "“Atlantean” is no language that we know; it is kept as written.",
    )
    register = Register.objects.get(code="ndc")
    assert register.as_of == date(2026, 8, 1)
    second = ExternalRecord.objects.get(kind="submission", version="2")
    told = ExternalRecord.objects.order_by("pk").values_list(
        *("kind", "party__code", "language", "language_name", "version", "belongs_to"),
        "belongs_because",
    )
    assert list(told) == [
        ("submission", "FRA", "fr", "French", "1", None, ""),
        ("submission", "FRA", "fr", "French", "2", None, ""),
        ("addendum", "FRA", "en", "English", "2", second.pk, "version"),
        ("translation", "FRA", "en", "English", "2", second.pk, "version_and_day"),
        ("submission", None, "", "Atlantean", "", None, ""),
    ]
    assert Event.objects.filter(verb="instruments.import_register").count() == 1


def test_list_is_safe_to_run_twice_and_a_dry_run_keeps_nothing(france: Any) -> None:
    dry = taken(*ROWS, is_dry=True)

    assert (dry.counts["new"], Register.objects.count(), found()) == (4, 0, [])
    taken(*ROWS, as_of=date(2026, 8, 1))
    before = list(ExternalRecord.objects.values())
    again = taken(*ROWS)
    assert (again.counts["unchanged"], again.told) == (4, [])
    assert list(ExternalRecord.objects.values()) == before
    assert Register.objects.get().as_of == date(2026, 8, 1)
    assert Event.objects.filter(verb="instruments.import_register").count() == 1


def test_next_list_tells_what_changed_marks_what_is_gone_and_follows_a_file_that_was_moved(
    france: Any,
) -> None:
    taken(*ROWS)
    keys = dict(ExternalRecord.objects.values_list("file_name", "pk"))
    later = ("FRA", "France", "France Second NDC (Archived)", *SECOND[3:6], "Archived", SECOND[7])

    report = taken(ROWS[0], row(later, "2.pdf"), row(ENGLISH, "elsewhere/2-en.pdf"))

    assert [(one.row, one.outcome, one.sentences) for one in report.told] == [
        (
            *(3, "changed"),
            (
                "title: “France Second NDC” → “France Second NDC (Archived)”",
                "status: “Active” → “Archived”",
            ),
        ),
        (
            *(4, "changed"),
            (
                f"address: “{AT}2-en.pdf” → “{AT}elsewhere/2-en.pdf”",
                "file: “2-en.pdf” → “elsewhere/2-en.pdf”",
            ),
        ),
        (
            *(None, "gone"),
            ("The list does not have it any more. It is kept, and marked as gone.",),
        ),
    ]
    gone = ExternalRecord.objects.exclude(gone_at=None)
    assert [one.pk for one in gone] == [keys["l.pdf"]]
    assert found() == sorted(f"ndc/{keys[each]}" for each in ("1.pdf", "2.pdf", "2-en.pdf"))
    back = taken(ROWS[0], row(later, "2.pdf"), ROWS[2], row(ENGLISH, "elsewhere/2-en.pdf"))
    assert [(one.outcome, one.sentences) for one in back.told] == [
        ("back", ("The list has it again.",))
    ]
    assert ExternalRecord.objects.get(file_name="l.pdf").pk == keys["l.pdf"]


def test_rows_that_share_an_address_keep_their_names_when_another_comes_behind(france: Any) -> None:
    complement = (*LETTER[:2], "Complement", *LETTER[3:])
    taken(ROWS[1], row(complement, "c.pdf"))
    first = ExternalRecord.objects.get(title="Complement")
    later = (*complement[:5], "3", *complement[6:])

    report = taken(ROWS[1], row(later, "c.pdf"), row(complement, "c.pdf"))

    assert report.counts["new"] == 1
    first.refresh_from_db()
    assert (first.version, first.gone_at) == ("2", None)


BROKEN = {
    "no column": (listed(FIRST, headings=HEADINGS[:8]), "has no column “encodedAbsUrl”"),
    "a column twice": (
        listed((*ROWS[0], "x"), headings=(*HEADINGS, "title")),
        "has the column “title” twice",
    ),
    "not UTF-8": (listed(ROWS[0]) + "Côte d’Ivoire".encode("latin-1", "replace"), "not in UTF-8"),
    "a huge cell": (listed((*ROWS[0][:9], "x" * 10_000_000)), "a cell is too long"),
    "a huge file": (listed((*ROWS[0][:9], "x" * 11_000_000)), "larger than 10 MB"),
    "a program": (b"\x7fELF\x00\x01" + listed(ROWS[0]), "is no CSV file"),
    "no rows": (listed(), "Below the headings there is no row"),
}
WRONG = {
    "no title": ((*FIRST[:2], "", *FIRST[3:]), "1.pdf", "“title” is empty"),
    "a strange kind": ((*FIRST[:3], "Poem", *FIRST[4:]), "1.pdf", "“Poem” is no kind of document"),
    "a bad day": ((*FIRST[:7], "31 Brumaire"), "1.pdf", "“31 Brumaire” is no day"),
    "two days": ((*FIRST[:7], "03/04/2020"), "1.pdf", "can be read as two"),
    "a day to come": ((*FIRST[:7], "2999-01-01"), "1.pdf", "has not come yet"),
    "a long title": ((*FIRST[:2], "x" * 401, *FIRST[3:]), "1.pdf", "“title” has 401 signs"),
    "a script": (FIRST, "javascript:alert(1)", "is no address of a page"),
    "a twin": (FIRST, "2.pdf", ""),
}


def refusal(content: bytes) -> str:
    with pytest.raises(Refused) as refused:
        take_in(open_list(content, name="ndcs.csv"), declared("ndc"))
    return str(refused.value)


def test_broken_lists_are_refused_with_a_sentence_and_nothing_is_kept(france: Any) -> None:
    taken(*ROWS)
    before = list(ExternalRecord.objects.values())
    for name, (content, sentence) in BROKEN.items():
        assert sentence in refusal(content), name
    for name, (told, file, sentence) in WRONG.items():
        bad = (*told, file if ":" in file else f"{AT}{file}", file)
        if name == "a twin":
            bad, sentence = ROWS[1], "the same code, encodedAbsUrl, version, fileType as row 3"
        report = taken(*ROWS, bad)
        assert [(one.row, one.outcome) for one in report.lines] == [(6, "wrong")], name
        assert sentence in report.lines[0].sentences[0], name
    assert list(ExternalRecord.objects.values()) == before
    taken(*ROWS, as_of=date(2026, 8, 1))
    with pytest.raises(Refused, match="what is held is of 2026-08-01"):
        taken(*ROWS, as_of=date(2026, 7, 1))


def test_command_tells_every_row_and_ends_with_1_where_one_is_wrong(
    france: Any, tmp_path: Path, capsys: Any
) -> None:
    path = tmp_path / "ndcs.csv"
    path.write_bytes(listed(*ROWS))

    call_command("import", "register", str(path), "--register=ndc", "--as-of=2026-08-01")

    said = capsys.readouterr().out.splitlines()
    assert "Row 2, new: France, France First NDC" in said
    assert said[-1] == (
        "4 new, 0 changed, 0 back, 0 gone, 0 unchanged, 0 wrong; 2 attached, 0 to look up."
    )
    path.write_bytes(listed(*ROWS, ROWS[1]))
    with pytest.raises(CommandError, match=r"1 wrong\. Nothing was kept"):
        call_command("import", "register", str(path), "--register=ndc")
    with pytest.raises(CommandError, match="No register “xyz” is declared"):
        call_command("import", "register", str(path), "--register=xyz")


# --- What belongs to what --------------------------------------------------------------------


def test_rules_attach_what_is_plain_and_leave_what_is_not() -> None:
    one = Document(1, "tonga first ndc", "1", date(2016, 9, 21), "English", "1")
    two = Document(2, "tonga second ndc", "2", date(2020, 12, 9), "English", "2")
    annex = Document(3, "tonga second ndc: annex", "2", date(2020, 12, 9), "French", "3")
    new = Document(4, "tonga ndc 3.0", "", date(2025, 9, 23), "English", "4")
    cases: dict[str, tuple[Document, list[Document], int | None, Because]] = {
        "same version, same day": (
            *(Document(9, "x", "1", one.on, "French", ""), [one, two, new], 1),
            Because.VERSION_AND_DAY,
        ),
        "same version, another day": (
            *(Document(9, "x", "1", date(2017, 1, 1), "French", ""), [one, two, new], None),
            Because.NONE,
        ),
        "the version": (
            *(Document(9, "letter", "2", None, "English", ""), [one, two, new], 2),
            Because.VERSION,
        ),
        "the language of two": (
            *(Document(9, "letter", "2", None, "French", ""), [one, two, annex, new], 3),
            Because.LANGUAGE,
        ),
        "neither of two": (
            *(Document(9, "letter", "2", None, "Arabic", ""), [one, two, annex, new], None),
            Because.SEVERAL,
        ),
        "the month": (
            *(Document(9, "letter", "", None, "", "", "2025-09"), [one, two, new], 4),
            Because.MONTH,
        ),
        "the title": (
            *(Document(9, "report on tonga's ndc 3.0", "", None, "", ""), [one, two, new], 4),
            Because.TITLE,
        ),
        "another title than the version": (
            *(Document(9, "tonga second ndc review", "1", None, "", ""), [one, two, new], None),
            Because.TITLE_ELSEWHERE,
        ),
        "the file of a submission": (
            *(Document(9, "letter", "2", None, "English", "1"), [one, two, new], None),
            Because.SAME_FILE,
        ),
        "no submission": ((Document(9, "letter", "2", None, "", "")), [], None, Because.NONE),
    }
    for name, (told, submissions, to, because) in cases.items():
        found = attach(told, submissions)
        assert (found.to, found.because) == (to, because), name
    assert names("tongas second ndc review report", "Tonga Second NDC")
    assert not names("tongas second ndc review report", "Tonga NDC 3.0")
    assert not names("letter", "…")


def test_officer_says_where_it_belongs_and_the_next_list_leaves_it_so(france: Any) -> None:
    other = ("FRA", "France", "France NDC, annexes", "NDC", "French", "2", "Active", SECOND[7])
    annex = ("FRA", "France", "Tables", "Addendum", "Arabic", "2", "Active", "")
    rows = (*ROWS, row(other, "o.pdf"), row(annex, "t.pdf"))
    waiting = taken(*rows).waiting
    assert [one.title for one in waiting] == ["Letter", "Tables"]
    tables, second = waiting[1], ExternalRecord.objects.get(file_name="2.pdf")
    by = officer()

    attach_by_hand(tables, second, by=by)
    attach_by_hand(waiting[0], None, by=by)

    for _again in range(2):
        report = taken(*rows)
        assert (report.waiting, report.attached["by_hand"]) == ([], 1)
    tables.refresh_from_db()
    assert (tables.belongs_to, tables.attached_by) == (second, by)
    assert not queries.waiting().exists()
    leave_to_rules(tables, by=by)
    assert [one.title for one in queries.waiting()] == ["Tables"]
    for to, sentence in (
        (ExternalRecord.objects.get(file_name="l.pdf"), "is no submission"),
        (tables, "is no submission"),
    ):
        with pytest.raises(Refused, match=sentence):
            attach_by_hand(tables, to, by=by)
    with pytest.raises(Refused, match="submission itself"):
        attach_by_hand(second, None, by=by)
    with pytest.raises(NotAllowed):
        attach_by_hand(tables, second, by=person())
    # What a person attached it to became an addendum itself: it has to be looked up again.
    attach_by_hand(tables, second, by=by)
    turned = row((*SECOND[:3], "Addendum", *SECOND[4:]), "2.pdf")
    assert "Tables" not in [one.title for one in taken(*rows).waiting]
    taken(rows[0], turned, *rows[2:])
    tables.refresh_from_db()
    assert (tables.belongs_to.title, tables.attached_by) == ("France NDC, annexes", None)


# --- Nothing of it counts --------------------------------------------------------------------


def kinds() -> Counter[str]:
    return Counter(Record.objects.values_list("kind", flat=True))


def test_external_records_are_found_and_linked_and_never_counted(
    client: Client, france: Any
) -> None:
    before = kinds()
    taken(*ROWS)
    assert kinds() - before == Counter({"external": 4})
    one = commitment("published", title="Fair wages", needs_help=False)
    second = ExternalRecord.objects.get(file_name="2.pdf")
    draft = commitment("draft", title="Not said yet")
    for each in (one, draft):
        each.external_records.add(second)

    page = client.get(f"/en/registers/ndc/{second.pk}/").content.decode()
    assert ("Fair wages" in page, "Not said yet" in page) == (True, False)
    assert "It is not ours, and is not counted among our commitments." in page
    found = client.get("/en/search/", {"q": "France Second", "kind": "external"})
    assert f"/en/registers/ndc/{second.pk}/" in found.content.decode()
    assert Record.objects.filter(kind=Kind.EXTERNAL, facets__value="FRA").count() == 4
    assert {each.kind for each in newest(EVENTFUL, 50)}.isdisjoint({Kind.EXTERNAL})
    assert Kind.EXTERNAL not in EVENTFUL
    assert Commitment.objects.published().count() == 1
    assert set(Filing.objects.values_list("commitment", flat=True)) <= {one.pk}
    assert client.get("/api/v1/commitments").json()["count"] == 1
    assert second.title not in client.get("/feeds/").content.decode()
    rebuild()
    assert kinds()["external"] == 4
    # What is gone is found by nobody, and still answers whom a commitment sends there.
    taken(ROWS[0])
    assert Record.objects.filter(kind=Kind.EXTERNAL).count() == 1
    page = client.get(f"/en/registers/ndc/{second.pk}/").content.decode()
    assert "the register does not have it any more" in page


def test_choosable_are_the_newest_submissions_of_the_parties_of_these_places(france: Any) -> None:
    years = [row((*FIRST[:7], f"20{year}-01-01"), f"{year}.pdf") for year in range(16, 22)]
    kenya = ("KEN", "Kenya", "Kenya NDC", "NDC", "English", "1", "Active", "2020-01-01")
    country("KEN")
    taken(*years, row(LETTER, "l.pdf"), row(kenya, "k.pdf"))
    france_place = party("FRA").place

    found = queries.choosable([france_place])

    assert [one.submitted_on.year for one in found] == [2021, 2020, 2019]
    assert list(queries.choosable([])) == []


# --- Pages -----------------------------------------------------------------------------------


def test_register_is_filtered_sorted_and_downloaded_as_it_is_shown(
    client: Client, france: Any
) -> None:
    taken(*ROWS)
    for query, titles in {
        "": ["France Second NDC", "France Second NDC", "France First NDC", "Letter"],
        "?kind=addendum": ["Letter"],
        "?language=fr&sort=oldest": ["France First NDC", "France Second NDC"],
        "?words=second+ndc&kind=translation": ["France Second NDC"],
        "?status=Archived&party=FRA": ["France First NDC"],
        "?party=KEN": ["France Second NDC", "France Second NDC", "France First NDC", "Letter"],
        "?gone=yes": [],
    }.items():
        shown = client.get(f"/en/registers/ndc/{query}").context["page"]
        assert [one.title for one in shown] == titles, query
        text = client.get(f"/en/registers/ndc/records.csv{query}").getvalue().decode("utf-8-sig")
        lines = list(csv.DictReader(io.StringIO(text)))
        assert [line["title"] for line in lines] == titles, query
    held = client.get("/en/consent/FRA/").content.decode()
    assert 'href="/en/registers/ndc/?party=FRA"' in held


def test_desk_shows_what_would_change_and_then_does_that(client: Client, france: Any) -> None:
    client.force_login(officer())
    file = SimpleUploadedFile("ndcs.csv", listed(*ROWS))
    told = {"register": "ndc", "as_of": "2026-08-01", "title": "", "url": ""}

    shown = client.post("/en/desk/registers/preview/", {**told, "file": file})

    assert (shown.status_code, ExternalRecord.objects.count()) == (200, 0)
    sealed = {**shown.context["told"], "rows": shown.context["rows"]}
    forged = client.post("/en/desk/registers/take-in/", {**sealed, "rows": "x" + sealed["rows"]})
    assert (forged.status_code, ExternalRecord.objects.count()) == (302, 0)
    done = client.post("/en/desk/registers/take-in/", sealed)
    assert (done.status_code, ExternalRecord.objects.count()) == (200, 4)
    assert Register.objects.get().as_of == date(2026, 8, 1)
    assert Event.objects.latest("sequence").verb == "instruments.import_register"
    bad = SimpleUploadedFile("ndcs.csv", listed(ROWS[0], ROWS[0]))
    refused = client.post("/en/desk/registers/preview/", {**told, "file": bad})
    assert (refused.status_code, refused.context["rows"]) == (422, "")
    letter = ExternalRecord.objects.get(file_name="l.pdf")
    first = ExternalRecord.objects.get(file_name="1.pdf")
    client.post(f"/en/desk/registers/{letter.pk}/attach/", {"to": first.pk})
    letter.refresh_from_db()
    assert (letter.belongs_to, letter.belongs_because) == (first, "by_hand")
    client.post(f"/en/desk/registers/{letter.pk}/release/")
    letter.refresh_from_db()
    assert (letter.belongs_to.file_name, letter.attached_by) == ("2.pdf", None)
    strange = client.post(f"/en/desk/registers/{letter.pk}/attach/", {"to": "999999"})
    assert strange.status_code == 422


def test_api_gives_registers_and_their_documents(client: Client, france: Any) -> None:
    taken(*ROWS, as_of=date(2026, 8, 1))
    letter = ExternalRecord.objects.get(file_name="l.pdf")

    registers = client.get("/api/v1/registers").json()["results"]
    assert [(one["code"], one["documents"], one["as_of"]) for one in registers] == [
        ("ndc", 4, "2026-08-01")
    ]
    found = client.get("/api/v1/external-records?party=FRA&kind=addendum").json()["results"]
    assert [(one["id"], one["belongs_because"], one["party"]) for one in found] == [
        (letter.pk, "version", "FRA")
    ]
    one = client.get(f"/api/v1/external-records/{letter.pk}").json()["record"]
    assert one == found[0]
    for address, status in (("999999", 404), ("0", 422), ("x", 422)):
        assert client.get(f"/api/v1/external-records/{address}").status_code == status, address


# --- What is declared, and the real list -----------------------------------------------------


def test_declared_registers_are_whole_and_read_languages_as_words() -> None:
    ndc = declared("ndc")

    assert [each.code for each in all_declared()] == ["example-register", "ndc"]
    words = ("English", "Chinese", "Arabic", "français", "pt-BR", "Swahili", "Klingon", "")
    assert [ndc.language(each) for each in words] == [
        *("en", "zh", "ar", "fr", "pt-BR", "sw", "", "")
    ]
    assert ndc.month_of(f"{AT}2025-09/letter.pdf") == "2025-09"
    assert ndc.month_of(f"{AT}NDC/2022-06/letter.pdf") == ""


@pytest.mark.realdata
def test_real_register_is_taken_in_whole_and_quickly(data_dir: Path) -> None:
    content = (data_dir / "ndc_registry" / "ndcs.csv").read_bytes()

    report = take_in(open_list(content, name="ndcs.csv"), declared("ndc"), as_of=date(2026, 8, 1))

    assert (report.rows, report.counts["new"], report.is_kept) == (741, 741, True)
    assert report.attached == Counter(version_and_day=53, version=69, month=8, language=1, title=1)
    assert [(one.party_code, one.belongs_because) for one in report.waiting] == [
        *(("ARG", "same_file"), ("COL", "several"), ("ETH", "title_elsewhere")),
        *(("FRA", "none"), ("TON", "title_elsewhere")),
    ]
    assert Counter(ExternalRecord.objects.values_list("language", flat=True)) == Counter(
        {"en": 550, "es": 82, "fr": 74, "ru": 14, "ar": 14, "zh": 4, "": 3}
    )
    assert ExternalRecord.objects.filter(party_code="EU").count() > 0
    assert take_in(open_list(content, name="ndcs.csv"), declared("ndc")).told == []
    assert timezone.localdate() >= Register.objects.get().as_of
