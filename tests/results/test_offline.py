"""Reports away from the web: the workbook out and in, answers by mail, and their confirmation."""

from __future__ import annotations

import csv
import io
import random
import re
import zipfile
from datetime import date
from email.message import EmailMessage
from typing import Any

import pytest
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from openpyxl import Workbook, load_workbook

from coalition.base.errors import NotAllowed, Refused
from coalition.mailroom.actions import open_thread, take
from coalition.mailroom.models import Letter, Verdict
from coalition.results.models import Incoming, Reminder, Report
from coalition.results.offline import actions, letters, queries, sheet_reading, workbook
from coalition.results.reporting import actions as reporting
from coalition.results.reporting import plain, questions
from tests import factories

pytestmark = pytest.mark.django_db

COLUMN = {name: place for place, name in enumerate(workbook.COLUMNS, start=1)}


@pytest.fixture
def report() -> Report:
    """A draft on 2026 that asks for people by sex, a percentage, money, yes or no, and words."""
    sex = factories.cell("sex-female").categories.get().dimension
    factories.cell("sex-male")
    framework = factories.framework(commitment=factories.commitment("published"))
    factories.indicator(framework, "Bakers trained", dimensions=[sex])
    factories.indicator(framework, "Bakeries inspected", measure="percentage", rule="ratio")
    factories.indicator(framework, "Spent", unit=factories.unit("usd"))
    factories.indicator(framework, "Law passed", measure="yes_no", rule="ratio")
    factories.indicator(framework, "What helped", measure="text", rule="none")
    return factories.report(factories.period(framework))


@pytest.fixture
def by(report: Report) -> Any:
    return factories.mandate(report.partner, "editor").person


def save(of: Report, by: Any, **rows: dict[str, str]) -> None:
    """Put values into a report; `r1` is row 1."""
    values = plain.values_of(of)
    new = values | {name.removeprefix("r"): texts for name, texts in rows.items()}
    reporting.save(of, new, values, by=by)


def opened(report: Report) -> Any:
    return load_workbook(io.BytesIO(workbook.make(report)))


def packed(book: Any) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def row_of(book: Any, row: str, report: Report) -> int:
    code = f"{report.framework.reference}/{row}"
    sheet = book.worksheets[0]
    return next(one for one in range(1, sheet.max_row + 1) if sheet.cell(one, 1).value == code)


def filled(report: Report, **answers: Any) -> Any:
    """The workbook with answers: `r1_value` is the figure of row 1."""
    book = opened(report)
    fill(book, report, **answers)
    return book


def fill(book: Any, report: Report, **answers: Any) -> None:
    for name, value in answers.items():
        row, _sep, column = name.removeprefix("r").partition("_")
        row = {"1w": "1||sex-female", "1m": "1||sex-male"}.get(row, row)
        book.worksheets[0].cell(row_of(book, row, report), COLUMN[column]).value = value


def brought(report: Report, content: Any, name: str = "report.xlsx", by: Any = None) -> Incoming:
    content = content if isinstance(content, bytes) else packed(content)
    return actions.take_workbook(report, content=content, name=name, by=by)


def changed(incoming: Incoming) -> dict[str, str]:
    """What would change, by row and field, with "!" before conflicts."""
    rows = queries.changes_of(incoming).rows
    return {
        one.key: f"{'!' if one.is_conflict else ''}{one.comes}"
        for one in rows
        if one.field not in ("basis", "as_of", "unit")
    }


def taken(incoming: Incoming, by: Any, *, without: tuple[str, ...] = ()) -> dict[str, Any]:
    """The report's values after all changes but these were confirmed."""
    changes = queries.changes_of(incoming)
    keys = [one.key for one in changes.rows if one.key not in without]
    saved = actions.confirm(incoming, taken=keys, seal=changes.seal, by=by)
    return plain.values_of(saved.report)


# --- The workbook -----------------------------------------------------------------------------


def test_workbook_is_filled_in_and_comes_back_whole(report, by):
    save(report, by, r1={"value": "10"}, rreport={"achieved": "=SUM(1,2) is no formula"})
    book = filled(
        report, r1_value=1450, r1w_value="٨٠٠", r2_value=45, r2_denominator=60,
        r3_value=1200.5, r3_source="=cmd|' /C calc'!A0", r4_value="yes", r5_text="The union.",
    )  # fmt: skip
    book.worksheets[1]["C2"] = "In progress"

    incoming = brought(report, book, by=by)

    assert changed(incoming) == {
        "report.stage": "in_progress",
        "1.value": "1450",
        "1||sex-female.value": "800",
        "2.value": "45",
        "2.denominator": "60",
        "3.value": "1200.5",
        "4.value": "1",
        "5.text": "The union.",
    }
    values = taken(incoming, by)
    assert values["1"]["value"] == "1450"
    assert values["report"] == {"stage": "in_progress", "achieved": "=SUM(1,2) is no formula"}


def test_workbook_holds_texts_never_formulas_and_locks_what_explains(report, by):
    save(report, by, r5={"text": "=1+1"}, r1={"value": "10", "source": "+A1", "note": "@x"})
    book = opened(report)
    sheet = book.worksheets[0]
    at = row_of(book, "1", report)

    kinds = {cell.data_type for one in book.worksheets for row in one for cell in row}
    assert kinds <= {"s", "n"}
    assert sheet.cell(row_of(book, "5", report), COLUMN["text"]).value == "=1+1"
    assert (sheet.cell(at, 2).protection.locked, sheet.cell(at, 6).protection.locked) == (
        True,
        False,
    )
    assert (sheet.protection.sheet, sheet.protection.password) == (True, None)
    assert book.worksheets[2].sheet_state == "hidden"
    with translation.override("ar"):
        arabic = opened(report)
    assert [one.sheet_view.rightToLeft for one in arabic.worksheets[:2]] == [True, True]
    # Its headings are read in whatever language they are.
    fill(arabic, report, r1_value=77)
    assert changed(brought(report, arabic)) == {"1.value": "77"}


def test_workbook_survives_what_people_do_to_it(report, by):
    """Each case: what was done, and what is read from it."""
    save(report, by, r1={"value": "10"}, r3={"value": "5.5"})
    reference = report.framework.reference

    def reordered(book):
        sheet = book.worksheets[0]
        one, three = row_of(book, "1", report), row_of(book, "3", report)
        for column in range(1, sheet.max_column + 1):
            first, third = sheet.cell(one, column).value, sheet.cell(three, column).value
            sheet.cell(one, column).value, sheet.cell(three, column).value = third, first
        fill(book, report, r1_value=11, r3_value=6)

    def deleted(book):
        book.worksheets[0].delete_rows(row_of(book, "3", report))
        fill(book, report, r1_value=11)

    def added(book):
        sheet = book.worksheets[0]
        sheet.insert_rows(row_of(book, "1", report))
        sheet.cell(row_of(book, "1", report) - 1, 2).value = "Our own remark"
        sheet.append(["", "Something of our own", "", "", "", 99])
        fill(book, report, r1_value=11)

    def merged(book):
        at = row_of(book, "1", report)
        book.worksheets[0].merge_cells(start_row=at - 1, end_row=at, start_column=6, end_column=6)

    def renamed(book):
        book.worksheets[0].title = "Données 2026"
        fill(book, report, r1_value=11)

    def moved(book):
        book.worksheets[0].insert_cols(1, 2)
        at = next(
            r for r in range(1, 30) if book.worksheets[0].cell(r, 3).value == f"{reference}/1"
        )
        book.worksheets[0].cell(at, COLUMN["value"] + 2).value = 11

    def unlabelled(book):
        sheet = book.worksheets[0]
        fill(book, report, r1_value=11)
        sheet.delete_cols(1)

    def twice(book):
        at = row_of(book, "1", report)
        fill(book, report, r1_value=11)
        book.worksheets[0].append([book.worksheets[0].cell(at, 1).value, "", "", "", "", 12])

    def formula(book):
        fill(book, report, r1_value="=5+6")

    def emptied(book):
        fill(book, report, r3_value=None)

    read = {}
    for case in (reordered, deleted, added, merged, renamed, moved, unlabelled, twice, formula,
                 emptied):  # fmt: skip
        book = opened(report)
        case(book)
        incoming = brought(report, book)
        read[case.__name__] = (changed(incoming), len(incoming.notes))
        incoming.delete()

    assert read == {
        "reordered": ({"1.value": "11", "3.value": "6"}, 0),
        "deleted": ({"1.value": "11"}, 1),
        "added": ({"1.value": "11"}, 1),
        "merged": ({}, 1),
        "renamed": ({"1.value": "11"}, 0),
        "moved": ({"1.value": "11"}, 0),
        "unlabelled": ({"1.value": "11"}, 0),
        "twice": ({}, 1),
        "formula": ({}, 1),
        "emptied": ({"3.value": ""}, 0),
    }


def test_figures_typed_as_text_are_read_and_what_is_none_is_told_by_its_cell(report):
    typed = {
        "1,450": "1450",
        "١٬٤٥٠": "1450",
        "1 450": "1450",
        "1.450": "1450",
        "1.2e3": "1200",
        1450.0: "1450",
        "12 %": "12 %",
        "a dozen": "a dozen",
        date(2026, 3, 1): "2026-03-01",
        True: "1",
    }
    read, told = {}, {}
    for number, value in enumerate(typed):
        incoming = brought(report, filled(report, r1_value=value))
        change = next(one for one in queries.changes_of(incoming).rows if one.field == "value")
        read[value] = change.comes
        told[value] = bool(change.problems or incoming.notes)
        Incoming.objects.all().delete()
        assert number < len(typed)

    assert read == typed
    assert [value for value, is_told in told.items() if is_told] == [
        "12 %",
        "a dozen",
        date(2026, 3, 1),
    ]
    note = brought(report, filled(report, r1_value="12 %")).notes[0]
    at = row_of(opened(report), "1", report)
    assert note.startswith(f"Row {at}, column F:")


def test_days_are_read_however_they_are_written(report):
    days = {
        date(2026, 12, 31): "2026-12-31",
        "31.12.2026": "2026-12-31",
        "12/31/2026": "2026-12-31",
        "2026年12月31日": "2026-12-31",
        "٣١/١٢/٢٠٢٦": "2026-12-31",
        46387: "2026-12-31",
        "1/2/2026": "1/2/2026",  # the first of February, or the second of January
        "soon": "soon",
    }
    read = {}
    for typed in days:
        incoming = brought(report, filled(report, r1_value=5, r1_as_of=typed))
        read[typed] = incoming.values["1"]["as_of"]
        assert bool(incoming.notes) == (typed in ("1/2/2026", "soon"))
        incoming.delete()

    assert read == days


def test_saved_as_csv_it_is_read_but_every_difference_is_a_choice(report, by):
    save(report, by, r1={"value": "10"})
    book = filled(report, r1_value="1,450", r2_value=45, r2_denominator=60)
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows(
        [[cell if cell is not None else "" for cell in row]
         for row in book.worksheets[0].iter_rows(values_only=True)]
    )  # fmt: skip

    incoming = brought(report, text.getvalue().encode("utf-8-sig"), "report.csv")

    assert changed(incoming) == {"1.value": "!1450", "2.value": "45", "2.denominator": "60"}
    assert "started from is lost" in " ".join(incoming.notes)


def test_without_its_hidden_sheet_or_with_a_forged_one_it_still_is_read(report, by):
    save(report, by, r1={"value": "10"})
    lost, forged = filled(report, r1_value=11), filled(report, r1_value=11)
    del lost["coalition"]
    forged["coalition"]["A1"] = signing.dumps({"framework": "x"}, salt="another")
    assert changed(brought(report, lost)) == changed(brought(report, forged)) == {"1.value": "!11"}


def test_workbooks_of_others_and_of_other_years_are_refused_by_name(report):
    other = factories.report(factories.period(report.framework, 2025))
    elsewhere = factories.framework(commitment=factories.commitment("published"))
    factories.indicator(elsewhere, "Something else")
    foreign = factories.report(factories.period(elsewhere))

    with pytest.raises(Refused, match="about 2025-01-01 – 2025-12-31"):
        brought(report, opened(other))
    with pytest.raises(Refused, match=f"belongs to {elsewhere.reference}"):
        brought(report, opened(foreign))
    without = opened(foreign)
    del without["coalition"]
    with pytest.raises(Refused, match=f"belongs to {elsewhere.reference}"):
        brought(report, without)
    assert not Incoming.objects.exists()


def test_files_that_are_no_workbook_of_ours_are_refused_with_a_sentence(report):
    whole = packed(opened(report))
    macros = io.BytesIO()
    bomb = io.BytesIO()
    with zipfile.ZipFile(macros, "w") as out, zipfile.ZipFile(io.BytesIO(whole)) as given:
        for one in given.infolist():
            out.writestr(one, given.read(one))
        out.writestr("xl/vbaProject.bin", b"x")
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as out:
        with zipfile.ZipFile(io.BytesIO(whole)) as given:
            for one in given.infolist():
                out.writestr(one, given.read(one))
        out.writestr("xl/worksheets/sheet9.xml", b"<c/>" * 3_000_000)
    bare = Workbook()
    bare.active["A1"] = "Hello"
    cases = {
        "empty": b"",
        "damaged": whole[: len(whole) // 2],
        "password": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        "macros": macros.getvalue(),
        "bomb": bomb.getvalue(),
        "bare": packed(bare),
    }
    told = {}
    for name, content in cases.items():
        with pytest.raises(Refused) as refusal:
            brought(report, content)
        told[name] = str(refusal.value).split(". ")[-1]

    assert told == {
        "empty": "Please choose the file again.",
        "damaged": "Please save it again and resend it.",
        "password": "Please save it as XLSX without a password.",
        "macros": "Please save it as XLSX, without them.",
        "bomb": "Please send a simpler one.",
        "bare": "Please fill in the workbook that the report’s page gives you.",
    }


def test_mutated_workbooks_are_read_or_refused_and_nothing_else(report):
    """Bytes of the archive are changed, and texts and attributes of its sheets."""
    save_as = {"name": "x.xlsx", "report": report, "stored": plain.values_of(report)}
    grounds = plain.ground(report)
    whole = packed(filled(report, r1_value=11, r3_value="12,5", r1_as_of=date(2026, 3, 1)))
    with zipfile.ZipFile(io.BytesIO(whole)) as given:
        members = {one.filename: given.read(one) for one in given.infolist()}
    sheets = [one for one in members if "worksheets/" in one or "sharedStrings" in one]
    words = b"9 -1 1E999 NaN inf A1 ZZ9999999 s d b e n inlineStr str 1e308 true 99999999 #REF!"
    draw, outcomes = random.Random(7), {"read": 0, "refused": 0}
    for number in range(150):
        content = bytearray(whole)
        if number % 3:
            name = draw.choice(sheets)
            part = members[name]
            for _time in range(draw.randint(1, 12)):
                places = list(re.finditer(rb'>([^<>]+)<|"([^"<>]*)"', part))
                place = draw.choice(places)
                at = 1 if place[1] is not None else 2
                new = draw.choice([*words.split(), b"", "\u0663\u066b\u0661".encode()])
                part = part[: place.start(at)] + new + part[place.end(at) :]
            made = io.BytesIO()
            with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as out:
                for member, data in members.items():
                    out.writestr(member, part if member == name else data)
            content = bytearray(made.getvalue())
        else:
            for _time in range(draw.randint(1, 20)):
                content[draw.randrange(len(content))] = draw.randrange(256)
        try:
            found = sheet_reading.read(bytes(content), **save_as)
        except Refused:
            outcomes["refused"] += 1
        else:
            plain.read(found.values, grounds)
            outcomes["read"] += 1

    assert sum(outcomes.values()) == 150
    assert min(outcomes.values()) > 20


# --- Confirming -------------------------------------------------------------------------------


def test_what_changed_on_both_sides_is_a_choice_and_the_rest_is_merged(report, by):
    save(report, by, r1={"value": "10"}, r3={"value": "5"})
    book = filled(report, r1_value=11, r2_value=45, r2_denominator=60)
    save(report, by, r1={"value": "12"}, r3={"value": "6"})

    incoming = brought(report, book, by=by)

    assert changed(incoming) == {"1.value": "!11", "2.value": "45", "2.denominator": "60"}
    values = taken(incoming, by, without=("1.value",))
    assert [values[row]["value"] for row in ("1", "2", "3")] == ["12", "45", "6"]
    with pytest.raises(NotAllowed, match="settled before"):
        actions.put_aside(incoming, by=by)


def test_the_same_file_twice_is_one_and_a_stale_page_changes_nothing(report, by):
    book = packed(filled(report, r1_value=11))
    one, two = brought(report, book, by=by), brought(report, book, by=by)
    seal = queries.changes_of(one).seal
    save(report, by, r1={"value": "13"})

    with pytest.raises(Refused, match="meanwhile"):
        actions.confirm(one, taken=["1.value"], seal=seal, by=by)
    assert one == two
    assert plain.values_of(report)["1"]["value"] == "13"
    one.refresh_from_db()
    assert one.settled_at is None


def test_a_published_report_is_amended_with_a_reason_and_one_that_is_sent_waits(report, by):
    save(report, by, r1={"value": "10"})
    incoming = brought(report, filled(report, r1_value=11), by=by)
    changes = queries.changes_of(incoming)
    Report.objects.filter(pk=report.pk).update(state="submitted")
    with pytest.raises(NotAllowed, match="Sent to the secretariat"):
        actions.confirm(incoming, taken=["1.value"], seal=changes.seal, by=by)

    now = {"state": "published", "published_at": timezone.now()}
    Report.objects.filter(pk=report.pk).update(**now)
    report.facts.update(**now)
    saved = actions.confirm(incoming, taken=["1.value"], seal=changes.seal, reason="A slip.", by=by)

    assert (saved.report.amends, saved.report.state) == (report, "draft")
    assert plain.values_of(saved.report)["1"]["value"] == "11"
    assert plain.values_of(report)["1"]["value"] == "10"


# --- Answers by mail --------------------------------------------------------------------------


def reminded(report: Report, person: Any, *others: Report) -> Any:
    """The correspondence of a reminder about these reports, with its letter."""
    thread = open_thread()
    for one in (report, *others):
        Reminder.objects.create(period=one.period, person=person, step="day", thread=thread)
    text = "\n".join(letters.lines_to_fill(one, "en") for one in (report, *others))
    factories.letter(thread=thread, to_address=person.email, to_person=person, text=text)
    return thread


def answer(thread: Any, sender: str, text: str, *files: tuple[str, bytes], **headers: str) -> Any:
    """A message to the correspondence, through the front door."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, thread.address, "Re: Report due"
    mail["Message-ID"] = f"<{next(factories.number)}@office.test>"
    mail["Date"] = "Mon, 02 Nov 2026 10:00:00 +0000"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    for name, content in files:
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return take(mail.as_bytes(), envelope_from=sender, envelope_to=thread.address)


@pytest.mark.django_db(transaction=True)
def test_an_answer_by_mail_waits_for_confirmation_and_its_sender_is_told(report, by):
    thread = reminded(report, by)
    reference = report.framework.reference
    quoted = "\n".join(f"> {line}" for line in thread.letters.get().text.splitlines())
    text = f"[{reference}/1] = 1,450 (of whom 800 sex-female)\n[{reference}/2] = 75 %\n\n{quoted}"

    message = answer(thread, by.email, text)

    incoming = Incoming.objects.get()
    assert (message.verdict, incoming.report, incoming.by) == (Verdict.FILED, report, by)
    assert changed(incoming) == {"1.value": "1450", "1||sex-female.value": "800"}
    assert not report.facts.exists()
    letter = Letter.objects.get(key=f"results.reply:{message.pk}:{by.pk}")
    assert "1450" in letter.text
    assert "Out of how many?" in letter.text
    assert reverse("results:incoming", args=[reference, report.pk, incoming.pk]) in letter.text
    assert taken(incoming, by)["1"]["value"] == "1450"


@pytest.mark.django_db(transaction=True)
def test_a_workbook_comes_back_by_mail_for_a_report_that_nobody_began(report, by):
    content = packed(filled(report, r1_value=11))
    Report.objects.all().delete()
    thread = reminded(Report(framework=report.framework, period=report.period,
                             partner=report.partner), by)  # fmt: skip

    answer(thread, by.email, "Please find it attached.", ("report.xlsx", content))

    incoming = Incoming.objects.get()
    assert (incoming.origin, incoming.report.period) == ("sheet", report.period)
    assert changed(incoming) == {"1.value": "11"}


@pytest.mark.django_db(transaction=True)
def test_only_who_may_report_is_read_and_machines_never(report, by):
    thread = reminded(report, by)
    viewer = factories.mandate(report.partner, "viewer").person
    figures = f"[{report.framework.reference}/1] = 1450"
    outcomes = {
        "stranger": answer(thread, "someone@elsewhere.test", figures).verdict,
        "viewer": answer(thread, viewer.email, figures).verdict,
        "away": answer(thread, by.email, figures, Auto_Submitted="auto-replied").verdict,
        "words": answer(thread, by.email, "May we have two more weeks?").verdict,
    }

    assert outcomes == {
        "stranger": Verdict.WAITING,
        "viewer": Verdict.WAITING,
        "away": Verdict.FILED,
        "words": Verdict.WAITING,
    }
    assert not Incoming.objects.exists()
    assert list(
        Letter.objects.filter(key__startswith="results.reply").values_list("to_person")
    ) == [(by.pk,)]


def test_the_lines_to_fill_in_are_found_again_in_every_language(report):
    rows = [one.row for one in questions.questions(report)]
    for language in ("ar", "en"):
        lines = letters.lines_to_fill(report.period, language)
        reference = report.framework.reference
        assert [line.strip() for line in lines.splitlines() if line.strip().endswith("=")] == [
            f"[{reference}/{row}] =" for row in rows
        ]
    assert Report.objects.count() == 1


# --- Pages ------------------------------------------------------------------------------------


def test_pages_lead_from_the_workbook_to_the_confirmed_report(report, by):
    factories.cell("sex-male")
    client = Client()
    client.force_login(by)
    args = [report.framework.reference, report.pk]
    sheet = client.get(reverse("results:sheet", args=args))
    book = load_workbook(io.BytesIO(sheet.content))
    fill(book, report, r1_value=11, r1_note="By hand")
    content = packed(book)
    upload = SimpleUploadedFile("report.xlsx", content)

    answered = client.post(reverse("results:upload", args=args), {"file": upload})
    page = client.get(answered["Location"])
    number = Incoming.objects.get().pk
    kept = client.get(reverse("results:incoming_file", args=[*args, number]))
    assert b"".join(kept.streaming_content) == content
    form = page.context["form"]
    assert page.status_code == 200
    assert [one.field for one in form.changes] == ["value", "basis", "as_of", "note"]
    choices = {f"change-{at}": "comes" for at in range(4)} | {"change-3": "now"}
    confirm = reverse("results:incoming_confirm", args=[*args, number])
    lacking = client.post(confirm, {"seal": form["seal"].value()})
    assert (lacking.status_code, "Please choose one of the two." in lacking.text) == (200, True)
    done = client.post(confirm, {"seal": form["seal"].value(), **choices})

    assert done.status_code == 302
    values = plain.values_of(report)
    assert (values["1"]["value"], values["1"].get("note")) == ("11", None)
    stranger = Client()
    stranger.force_login(factories.mandate(factories.partner(), "editor").person)
    assert stranger.get(answered["Location"]).status_code == 404
