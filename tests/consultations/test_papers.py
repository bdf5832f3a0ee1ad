"""Answers on paper and from workshops: read cell by cell, taken in whole or not at all, once, and
taken back."""

from __future__ import annotations

import io
import re
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from openpyxl import Workbook, load_workbook

from coalition.base.errors import NotAllowed, Refused
from coalition.base.models import Event
from coalition.consultations.models import Batch, Consultation, PaperFile, Participant, Vote
from coalition.consultations.papers.actions import (
    MOST_PEOPLE,
    take_back,
    take_in,
    take_in_file,
    throw_away,
    upload,
)
from coalition.consultations.papers.answers import PaperAnswer, digest_of, packed, unpacked
from coalition.consultations.papers.reading import MOST_TOLD, Found, read
from coalition.consultations.papers.workbook import LISTS, TOP, template
from coalition.places.models import Place
from tests import factories

pytestmark = pytest.mark.django_db

GIVEN = {"channel": "workshop", "occasion": "Workshop in Lima", "language": "en"}


def asked(state: str = "open", statements: int = 2, **fields: Any) -> Consultation:
    one = factories.consultation(state, **{"for_everyone": True, **fields})
    for _ in range(statements):
        factories.statement(one)
    return one


def taken(one: Consultation, rows: list[PaperAnswer], by: Any = None, **given: Any) -> Batch:
    chosen = {**GIVEN, "file_name": "lima.xlsx", "digest": digest_of(rows), **given}
    return take_in(one, rows, **chosen, by=by or factories.officer())


def held() -> list[Any]:
    models = (Batch, PaperFile, Participant, Vote)
    return [list(model.objects.order_by("pk").values()) for model in models]


def sheet(*rows: list[Any], headings: list[Any] | None = None) -> bytes:
    """A workbook with these rows beneath the headings of two proposals."""
    book = Workbook()
    page = book.active
    assert page is not None
    page.append(
        headings or ["Form number", "Partner group", "Country or area", "Language", "1. A", "2. B"]
    )
    for row in rows:
        page.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def found_in(one: Consultation, *rows: list[Any], **given: Any) -> Found:
    return read(sheet(*rows, **given), name="a.xlsx", consultation=one)


def officer_client() -> Client:
    client = Client()
    client.force_login(factories.officer())
    return client


# --- Taken in --------------------------------------------------------------------------------


def test_file_is_taken_in_whole() -> None:
    one, group = asked(), factories.group("EMP")
    rows = [PaperAnswer(group, None, "es", {1: 1, 2: -1}, "7"), PaperAnswer(values={2: 0})]

    batch = taken(one, rows)

    assert (batch.people, batch.votes, batch.forms) == (2, 3, ["7"])
    people = list(batch.participants.order_by("language"))
    assert [(each.language, each.group, each.channel) for each in people] == [
        ("en", None, "workshop"),
        ("es", group, "workshop"),
    ]
    assert len({each.pseudonym for each in people}) == 2
    votes = Vote.objects.filter(participant=people[1]).order_by("statement__number")
    assert [(each.statement.number, each.value, each.is_draft) for each in votes] == [
        (1, 1, False),
        (2, -1, False),
    ]
    assert Event.objects.get(verb="consultations.take_in_papers").subject.endswith(f":{batch.pk}")


@pytest.mark.parametrize(
    ("rows", "given", "sentence"),
    [
        ([], {}, "no answer in it"),
        ([PaperAnswer()], {}, "without an answer"),
        ([PaperAnswer(values={9: 1})], {}, "Proposal 9 is not shown"),
        ([PaperAnswer(values={1: 2})], {}, r"1 \(agree\)"),
        ([PaperAnswer(values={1: 1}, language="xx")], {}, "none of the languages"),
        ([PaperAnswer(values={1: 1}, form="9" * 41)], {}, "at most 40 characters"),
        ([PaperAnswer(values={1: 1}, form="7")] * 2, {}, "Form 7 comes twice"),
        ([PaperAnswer(values={1: 1})] * (MOST_PEOPLE + 1), {}, "in parts"),
        ([PaperAnswer(values={1: 1})], {"channel": "web"}, "on paper or from a workshop"),
        ([PaperAnswer(values={1: 1})], {"channel": "<b>"}, "on paper or from a workshop"),
        ([PaperAnswer(values={1: 1})], {"occasion": " \u200b "}, "where and when"),
        ([PaperAnswer(values={1: 1})], {"language": "tlh"}, "language in which"),
    ],
)
def test_file_with_anything_wrong_leaves_nothing(
    rows: list[PaperAnswer], given: dict[str, Any], sentence: str
) -> None:
    one = asked()
    good = [] if not rows else [PaperAnswer(values={1: 1}, form="first")]

    with pytest.raises(Refused, match=sentence):
        taken(one, good + rows, **given)
    assert held() == [[], [], [], []]


def test_what_was_merged_since_is_answered_and_what_is_not_shown_is_not() -> None:
    one = asked(statements=3)
    first, second, third = one.statements.order_by("number")
    type(second).objects.filter(pk=second.pk).update(state="merged", merged_into=first)
    type(third).objects.filter(pk=third.pk).update(state="refused", refused_for="off_topic")

    taken(one, [PaperAnswer(values={2: 1})])

    assert [vote.target for vote in Vote.objects.each_once()] == [first.pk]
    with pytest.raises(Refused, match="Proposal 3"):
        taken(one, [PaperAnswer(values={3: 1})])


@pytest.mark.parametrize(
    ("state", "days", "doors", "sentence"),
    [
        ("planned", (1, 14), {}, "Opens on"),
        ("open", (-14, -1), {}, "Closed on"),
        ("synthesis", (-1, 14), {}, "as it stands now"),
        ("called_off", (-1, 14), {}, "called off"),
        ("open", (-1, 14), {"for_everyone": False}, "Only organisations answer"),
    ],
)
def test_taken_in_while_people_react_and_answer_for_themselves(
    state: str, days: tuple[int, int], doors: dict[str, Any], sentence: str
) -> None:
    one = asked(state, phases=False, **doors)
    factories.phase(one, "react", days=days)
    rows = [PaperAnswer(values={1: 1})]

    with pytest.raises(NotAllowed, match=sentence):
        taken(one, rows)
    with pytest.raises(NotAllowed, match=sentence):
        upload(one, rows, **GIVEN, file_name="a", by=factories.officer())
    assert held() == [[], [], [], []]


def test_same_answers_come_once_however_they_were_saved() -> None:
    one, other = asked(), asked()
    rows = [PaperAnswer(values={1: 1, 2: 0}, form="1"), PaperAnswer(values={2: 1}, form="2")]
    taken(one, rows)
    again = [rows[1], PaperAnswer(values={2: 0, 1: 1}, form="1")]

    with pytest.raises(Refused, match="taken in already: “Workshop in Lima”, 2 forms"):
        taken(one, again, occasion="Elsewhere")
    taken(other, again)
    assert Participant.objects.count() == 4


def test_form_comes_once_from_its_occasion() -> None:
    one = asked()
    taken(one, [PaperAnswer(values={1: 1}, form=str(n)) for n in range(1, 13)])
    longer = [PaperAnswer(values={1: 1}, form=str(n)) for n in range(1, 15)]

    with pytest.raises(Refused, match=r"already: 1, 2, 3, .* and 2 more\. Leave them out"):
        taken(one, longer, occasion="  WORKSHOP in Lima ")
    taken(one, longer, occasion="Workshop in Cusco")
    taken(one, longer[12:])
    assert Participant.objects.count() == 12 + 14 + 2


@pytest.mark.django_db(transaction=True)
def test_two_officers_at_once_take_a_file_in_once() -> None:
    one, rows = asked(), [PaperAnswer(values={1: 1}, form="1")]
    people, told = [factories.officer(), factories.officer()], []

    def run(person: Any) -> None:
        try:
            taken(one, rows, by=person)
        except Refused as refusal:
            told.append(str(refusal))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (Batch.objects.count(), Vote.objects.count(), len(told)) == (1, 1, 1)


# --- Taken back ------------------------------------------------------------------------------


def test_file_is_taken_back_whole_and_can_come_again() -> None:
    one, rows = asked(), [PaperAnswer(values={1: 1}), PaperAnswer(values={2: 1})]
    own = one.participants.create(pseudonym="f" * 64)
    own.votes.create(statement=one.statements.first(), value=-1)
    before, batch = held(), taken(one, rows)

    take_back(batch, by=factories.officer())

    assert held() == before
    assert Event.objects.filter(verb="consultations.take_back_papers").count() == 1
    with pytest.raises(NotAllowed, match="taken back already"):
        take_back(batch, by=factories.officer())
    taken(one, rows)
    assert Vote.objects.count() == 3


def test_what_is_closed_stays() -> None:
    one = asked()
    batch = taken(one, [PaperAnswer(values={1: 1})])
    later = timezone.now() + timedelta(days=15)

    with pytest.raises(NotAllowed, match="Its answers stay: Closed on"):
        take_back(batch, by=factories.officer(), now=later)
    assert Vote.objects.count() == 1


# --- A look before ---------------------------------------------------------------------------


def test_file_waits_until_somebody_looked_and_says_the_same_then() -> None:
    one = asked()
    group, place = factories.group("EMP"), Place.objects.get(code="PER")
    rows = [PaperAnswer(group, place, "es", {1: 1, 2: -1}, "7"), PaperAnswer(values={2: 0})]
    assert unpacked(packed(rows)) == rows

    file = upload(one, rows, **GIVEN, file_name="lima.xlsx", by=factories.officer())
    assert (Participant.objects.count(), Vote.objects.count()) == (0, 0)
    batch = take_in_file(file, by=factories.officer())

    assert (batch.people, batch.votes, batch.digest) == (2, 3, digest_of(rows))
    assert not PaperFile.objects.exists()
    with pytest.raises(NotAllowed, match="taken in or thrown away"):
        take_in_file(file, by=factories.officer())
    with pytest.raises(NotAllowed, match="taken in or thrown away"):
        throw_away(file, by=factories.officer())


def test_file_that_is_refused_waits_on() -> None:
    one, rows = asked(), [PaperAnswer(values={1: 1})]
    file = upload(one, rows, **GIVEN, file_name="a", by=factories.officer())
    one.statements.update(state="withdrawn")

    with pytest.raises(Refused, match="Proposal 1"):
        take_in_file(file, by=factories.officer())
    assert PaperFile.objects.count() == 1
    throw_away(file, by=factories.officer())
    assert held() == [[], [], [], []]


# --- Read ------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "ar", "zh"])
def test_template_filled_in_is_read_as_it_was_meant(language: str) -> None:
    one = asked(question={"en": "What?", "ar": "ماذا؟"})
    one.statements.filter(number=2).update(text="=1+1 is <b>not</b> a sum")
    group = factories.group("EMP")
    with translation.override(language):
        book = load_workbook(io.BytesIO(template(one)))
        page = book.worksheets[0]
        words = [[cell.value for cell in column if cell.value] for column in book[LISTS].columns]
        agree, disagree, passed = words[3]
        assert str(group.name) in words[0]
        named = {"group": str(group.name), "place": str(Place.objects.get(code="PER").name)}
    assert page.cell(TOP, 6).value == "2. =1+1 is <b>not</b> a sum"
    assert book[LISTS].sheet_state == "hidden"
    assert len(page.data_validations.dataValidation) == 4
    for row, cells in enumerate(
        [(named["group"], named["place"], "Español", agree, disagree), (None,) * 3 + (passed,)],
        start=TOP + 1,
    ):
        for column, value in enumerate(cells, start=2):
            page.cell(row, column).value = value
    file = io.BytesIO()
    book.save(file)

    found = read(file.getvalue(), name="lima.xlsx", consultation=one)

    assert found.errors == []
    assert [(row.form, row.group, row.language, row.values) for row in found.rows] == [
        ("1", group, "es", {1: 1, 2: -1}),
        ("2", None, "", {1: 0}),
    ]
    assert found.rows[0].place == Place.objects.get(code="PER")
    assert "198 rows without an answer were left out." in found.notes


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ([1, "Farmers", None, None, 1], "B2: “Farmers” is no group"),
        ([1, None, "Atlantis", None, 1], "C2: “Atlantis” is no country"),
        ([1, None, None, "Klingon", 1], "D2: “Klingon” is none of the six languages"),
        ([1, None, None, None, "maybe"], "E2: “maybe” is no answer"),
        ([1, None, None, None, 2], "E2: “2” is no answer"),
        ([1, None, None, None, True], "E2: “true” is no answer"),
        ([1, None, None, None, "<script>"], "E2: “<script>” is no answer"),
        ([None, None, None, None, 1], "A2: this form has no number"),
    ],
)
def test_what_is_wrong_is_told_with_its_cell(row: list[Any], sentence: str) -> None:
    found = found_in(asked(), row)

    assert [one for one in found.errors if one.startswith(sentence)] == found.errors != []


def test_form_twice_and_no_answer_at_all_are_errors() -> None:
    one = asked()
    twice = found_in(
        one, [7, None, None, None, 1], [8, None, None, None, 1], ["7 ", *[None] * 3, 0]
    )

    assert twice.errors == ["A4: form 7 stands in row 2 already."]
    assert found_in(one, [1], [2]).errors == ["There is no answer in the file."]


def test_columns_may_be_moved_and_answers_be_figures() -> None:
    headings = ["2", "Notes", "form NUMBER", "1. A"]
    found = found_in(asked(), ["-1", "late", "A 12", "agree"], headings=headings)

    assert [(row.form, row.values) for row in found.rows] == [("A 12", {2: -1, 1: 1})]
    assert found.notes == ["The column “Notes” was not read."]


def test_columns_that_cannot_be_are_told() -> None:
    one = asked()
    first = one.statements.get(number=1)
    type(first).objects.filter(pk=first.pk).update(state="refused", refused_for="unclear")
    headings = ["Form number", "2. B", "2 again", "99. Z", "1. A", "Language", "Language"]

    found = found_in(one, [1, 1, 1, 1, 1], headings=headings)

    assert found.errors == [
        "Proposal 2 stands in two columns, B and C.",
        "Column D is about proposal 99, and there is none.",
        "“Language” stands in two columns, F and G.",
    ]
    assert "Proposal 1 is not shown any more, so column E was not read." in found.notes


@pytest.mark.parametrize(
    ("headings", "sentence"),
    [
        (["Form number", "Agree"], "No column of a proposal"),
        (["Partner group", "1. A"], "no column “Form number”"),
        (["Form number (CON-1999-0001)", "1. A"], "belongs to CON-1999-0001, and this is CON-"),
    ],
)
def test_other_files_are_refused(headings: list[str], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        found_in(asked(), [1, 1], headings=headings)


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.xlsx", b""), ("a.xlsx", b"PK\x03\x04nothing"), ("a.exe", b"MZ"), ("a.csv", b"\xff\x00")],
)
def test_hostile_bytes_are_refused(name: str, content: bytes) -> None:
    with pytest.raises(Refused):
        read(content, name=name, consultation=asked())


def test_formulas_are_not_worked_out_and_a_thousand_errors_stay_short() -> None:
    one = asked()
    formula = found_in(one, ["=1+1", None, None, None, 1])
    many = found_in(one, *([n, None, None, None, "what"] for n in range(1000)))

    assert formula.errors == ["A2: this form has no number. Give each one of its own."]
    assert (len(many.errors), many.more_errors) == (MOST_TOLD, 1000 - MOST_TOLD)


def test_csv_is_read_too_and_many_proposals_have_their_columns() -> None:
    one = asked(statements=90)
    headings = ",".join(["Form number", *(str(n) for n in range(1, 91))])
    content = f"{headings}\n1,{','.join(['1'] * 89)},-1\n"

    found = read(content.encode(), name="a.csv", consultation=one)

    assert found.rows[0].values == {**dict.fromkeys(range(1, 90), 1), 90: -1}


# --- Pages -----------------------------------------------------------------------------------


def test_officer_takes_a_file_in_and_back_on_the_pages() -> None:
    one, client = asked(), officer_client()
    address = reverse("consultations:papers", args=[one.reference])
    file = SimpleUploadedFile("lima.xlsx", sheet([1, None, None, None, "agree"]))

    looked_at = client.post(address, {**GIVEN, "file": file})
    assert (looked_at.status_code, Vote.objects.count()) == (302, 0)
    page = client.get(looked_at["Location"]).content.decode()
    action = re.search(r'action="([^"]+/take-in/)"', page)
    assert "Take in the answers of 1 person" in page
    assert action
    assert client.post(action[1]).status_code == 302
    assert Vote.objects.count() == 1
    taken_in = client.get(address).content.decode()
    back = re.search(r'action="([^"]+/take-back/)"', taken_in)
    assert "Workshop in Lima" in taken_in
    assert back
    assert client.post(back[1]).status_code == 302
    assert not Vote.objects.exists()


def test_page_names_every_cell_that_is_wrong_and_takes_nothing() -> None:
    one, client = asked(), officer_client()
    rows = sheet([1, "Farmers", None, None, 1], [1, None, None, None, "maybe"])

    answer = client.post(
        reverse("consultations:papers", args=[one.reference]),
        {**GIVEN, "file": SimpleUploadedFile("a.xlsx", rows)},
    )

    page = answer.content.decode()
    assert answer.status_code == 400
    assert "B2: “Farmers”" in page
    assert "E3: “maybe”" in page
    assert held() == [[], [], [], []]


def test_file_of_another_consultation_is_not_found() -> None:
    one, other, client = asked(), asked(), officer_client()
    file = upload(one, [PaperAnswer(values={1: 1})], **GIVEN, file_name="a", by=factories.officer())
    batch = taken(one, [PaperAnswer(values={2: 1})])

    for name, pk in (
        ("take_papers_in", file.pk),
        ("throw_papers_away", file.pk),
        ("take_papers_back", batch.pk),
    ):
        assert (
            client.post(reverse(f"consultations:{name}", args=[other.reference, pk])).status_code
            == 404
        )
    assert (PaperFile.objects.count(), Batch.objects.count()) == (1, 1)
