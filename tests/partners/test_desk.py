from __future__ import annotations

import csv
import gzip
import io
from datetime import date, timedelta

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from coalition.base.errors import NotAllowed, Refused
from coalition.mailroom.models import FailingAddress, Letter
from coalition.partners.desk import actions, queries
from coalition.partners.models import BoardMark, Duplicate, SavedView, ServiceTarget
from coalition.web.digests import write_week
from tests import factories
from tests.partners.test_views import at, page, sentences, signed_in

pytestmark = pytest.mark.django_db

NOW = timezone.now()
TODAY = NOW.date()


def ago(days: int):
    return timezone.now() - timedelta(days=days)


def shown(officer, **filters) -> list[str]:
    """The kinds and names of the board's rows, in order."""
    rows = queries.told(queries.board(officer, **filters))
    return [f"{row.kind} {row.record}".strip() for row in rows]


@pytest.fixture
def officer():
    return factories.officer()


@pytest.fixture
def everything(officer):
    """One of each that can wait, the longest wait first, and what does not wait beside it."""
    lead = factories.person()
    made = {
        "asked": factories.accession_request(
            "incomplete",
            reference="ACC-2026-9001",
            organisation="Asked",
            opened_at=ago(50),
            group=factories.group("CSO"),
        ),
        "new": factories.accession_request(
            reference="ACC-2026-9002", organisation="New", opened_at=ago(4), assigned_to=officer
        ),
        "due": factories.accession_request(
            "recommended", reference="ACC-2026-9003", organisation="Due", opened_at=ago(2)
        ),
        "lonely": factories.partner("Lonely", joined_on=TODAY - timedelta(days=40)),
        "expiring": factories.partner(
            "Expiring", person=lead, verified_until=TODAY + timedelta(days=30)
        ),
        "failing": FailingAddress.objects.create(
            address="gone@union.test", why="No such user", since=ago(20)
        ),
        "message": factories.message(subject="Lunch?", received_at=ago(3)),
    }
    factories.partner("Well", person=factories.person(), verified_until=TODAY + timedelta(days=61))
    factories.partner("Gone", state="withdrawn", verified_until=TODAY)
    factories.accession_request("declined", closed_at=ago(1))
    factories.accession_request("draft")
    factories.message(verdict="done")
    return made


ALL = [
    *("case ACC-2026-9001 Asked", "focal_point Lonely", "verification Expiring"),
    *("address gone@union.test", "case ACC-2026-9002 New", "message Lunch?"),
    "case ACC-2026-9003 Due",
]


def test_board_shows_everything_that_waits_who_waits_longest_first(officer, everything):
    assert shown(officer) == ALL
    rows = {row.key.partition(":")[0]: row for row in queries.told(queries.board(officer))}
    assert rows["verification"].days == 30
    assert rows["focal_point"].days == 40
    assert {row.waits_for for row in queries.told(queries.board(officer))} == {
        *("the applicant", "the secretariat", "a second officer", "the partner")
    }


def test_board_filters(officer, everything):
    expected = {
        ("stage", "recommended"): [ALL[6]],
        ("stage", "verification"): [ALL[2]],
        ("stage", "message"): [ALL[5]],
        ("waits", "applicant"): [ALL[0]],
        ("waits", "officer"): [ALL[6]],
        ("waits", "partner"): [ALL[1]],
        ("waits", "secretariat"): [ALL[2], ALL[3], ALL[4], ALL[5]],
        ("assigned", "me"): [ALL[4]],
        ("assigned", str(officer.pk)): [ALL[4]],
        ("assigned", "nobody"): [one for one in ALL if one != ALL[4]],
        ("group", "CSO"): [ALL[0]],
        ("country", "FRA"): [ALL[0], ALL[4], ALL[6]],
        ("words", "gone union"): [ALL[3]],
        ("words", "lonely"): [ALL[1]],
        ("words", "9002"): [ALL[4]],
        ("sort", "newest"): ALL[::-1],
    }
    for (name, value), rows in expected.items():
        assert shown(officer, **{name: value}) == rows, (name, value)
    assert shown(officer, waits="partner", group="CSO") == []
    named = shown(officer, sort="name", waits="secretariat", stage="")
    assert set(named) == {ALL[2], ALL[3], ALL[4], ALL[5]}
    assert [one for one in named if one[:4] != "addr"] == [ALL[2], ALL[5], ALL[4]]
    assert len(shown(officer, stage="cases")) == 5
    assert len(shown(officer, stage="draft")) == 1


def test_board_is_for_officers_alone(everything):
    for person in (factories.person(), factories.person(roles=("editor",))):
        kinds = {one.partition(" ")[0] for one in shown(person)}
        assert "case" not in kinds
        assert "message" not in kinds
        assert signed_in(person).get(at("board")).status_code == 404
        assert signed_in(person).get(at("board_csv")).status_code == 404
        assert signed_in(person).get(at("board_xlsx")).status_code == 404


def test_service_targets_say_how_many_days_over_in_words(officer):
    ServiceTarget.objects.update_or_create(stage="received", defaults={"days": 3})
    ServiceTarget.objects.filter(stage="recommended").delete()
    factories.accession_request(organisation="Late", opened_at=ago(5))
    factories.accession_request(organisation="Just", opened_at=ago(4))
    factories.accession_request(organisation="Timely", opened_at=ago(2))
    factories.accession_request("recommended", organisation="Endless", opened_at=ago(500))

    rows = {row.record.organisation: row.over for row in queries.told(queries.board(officer))}
    late = [row.record.organisation for row in queries.told(queries.board(officer, over=True))]
    by_target = queries.told(queries.board(officer, sort="due", stage="received"))

    assert rows == {
        "Late": "2 days over target",
        "Just": "1 day over target",
        "Timely": "",
        "Endless": "",
    }
    assert late == ["Late", "Just"]
    assert [row.record.organisation for row in by_target] == ["Late", "Just", "Timely"]


def test_the_coalition_file_gives_targets_with_their_source():
    targets = {one.stage: (one.days, one.source_id) for one in ServiceTarget.objects.all()}

    assert set(targets) == {
        *("received", "acknowledged", "incomplete", "under_vetting", "recommended"),
        *("focal_point", "address", "message"),
    }
    assert {source for _days, source in targets.values()} == {"own-proposal"}


# --- What is done with rows


def test_assign_and_snooze_whatever_stands_on_the_board(officer, everything):
    other = factories.officer()
    keys = [row.key for row in queries.told(queries.board(officer))]

    assert actions.assign(keys, other, by=officer) == 7
    assert shown(other, assigned="me") == ALL
    assert actions.assign(keys[:2], None, by=officer) == 2
    assert shown(other, assigned="me") == ALL[2:]
    assert actions.snooze(keys, TODAY + timedelta(days=1), by=officer) == 7
    assert (shown(officer), shown(officer, put_off=True)) == ([], ALL)
    # The day comes, and they are back by themselves.
    BoardMark.objects.update(snoozed_until=TODAY)
    for case in ("asked", "new", "due"):
        everything[case].refresh_from_db()
        everything[case].snoozed_until = TODAY
        everything[case].save()
    assert (shown(officer), shown(officer, put_off=True)) == (ALL, [])
    actions.snooze(keys, TODAY + timedelta(days=1), by=officer)
    assert actions.snooze(keys, None, by=officer) == 7
    assert shown(officer) == ALL


def test_what_cannot_be_done_with_rows_is_refused(officer):
    person = factories.person()
    key = f"case:{factories.accession_request().pk}"
    tomorrow = TODAY + timedelta(days=1)
    for act, sentence in (
        (lambda: actions.assign([key], person, by=officer), "Only officers look after"),
        (lambda: actions.assign([], officer, by=officer), "Choose at least one row"),
        (lambda: actions.assign(["case:x"], officer, by=officer), "The board has no such row"),
        (lambda: actions.assign(["user:1"], officer, by=officer), "The board has no such row"),
        (lambda: actions.assign([f"case:{'9' * 30}"], None, by=officer), "no such row"),
        (
            lambda: actions.assign([f"case:{n}" for n in range(201)], None, by=officer),
            "at most 200",
        ),
        (lambda: actions.snooze([key], TODAY, by=officer), "between tomorrow and a year"),
        (
            lambda: actions.snooze([key], tomorrow + timedelta(days=400), by=officer),
            "between tomorrow and a year",
        ),
    ):
        with pytest.raises(Refused, match=sentence):
            act()


def test_remind_writes_once_a_case_and_day_to_those_who_were_asked(officer):
    asked = factories.accession_request("incomplete", language="fr")
    silent = factories.accession_request("incomplete", contact_email="")
    new = factories.accession_request()
    keys = [f"case:{case.pk}" for case in (asked, silent, new)] + ["message:1", "case:987654"]

    first = actions.remind(keys, by=officer)
    again = actions.remind(keys, by=officer)

    assert (first, again) == (actions.Reminded(1, 4), actions.Reminded(0, 5))
    letter = Letter.objects.get()
    asked.refresh_from_db()
    assert (letter.to_address, letter.language, letter.thread) == (
        *(asked.contact_email, "fr"),
        asked.thread,
    )
    assert asked.reference in letter.subject


def test_everything_is_done_from_the_board_and_leads_back_to_it(officer):
    client = signed_in(officer)
    case = factories.accession_request("incomplete", organisation="Bakers")
    other = factories.officer()
    here = f"{at('board')}?stage=incomplete"
    given = {"row": f"case:{case.pk}", "next": here}

    answers = [
        client.post(at("assign"), {**given, "officer": other.pk}),
        client.post(at("remind"), given),
        client.post(at("snooze"), {**given, "until": TODAY + timedelta(days=3)}),
        client.post(at("snooze"), {**given, "until": ""}),
        client.post(at("answer", case.reference), given),
    ]
    wrong = [
        client.post(at("assign"), {**given, "officer": "1' or 1"}),
        client.post(at("snooze"), {**given, "until": "soon"}),
        client.post(at("remind"), {"next": "//evil.test"}),
    ]

    assert {answer.url for answer in answers} == {here}
    assert [sentences(answer)[-1] for answer in answers] == [
        "Noted who looks after it.",
        "1 reminder is sent.",
        "Put off: it comes back by itself on that day.",
        "Back on the board.",
        "Noted: the case goes on.",
    ]
    assert [sentences(answer)[-1] for answer in wrong] == [
        "Only officers look after what is on the board.",
        "Choose a day between tomorrow and a year from now.",
        "Choose at least one row first.",
    ]
    assert wrong[-1].url == at("board")
    case.refresh_from_db()
    assert (case.assigned_to, case.snoozed_until, case.state) == (other, None, "acknowledged")


# --- Views


def test_views_are_ones_own_or_shared(officer):
    other = factories.officer()
    actions.save_view(" Mine ", "stage=received", by=officer)
    actions.save_view("Ours", "over=on", is_shared=True, by=officer)
    actions.save_view("Mine", "stage=message", by=officer)

    assert list(queries.views_of(officer).values_list("name", "query")) == [
        ("Mine", "stage=message"),
        ("Ours", "over=on"),
    ]
    (shared,) = queries.views_of(other)
    assert shared.name == "Ours"
    with pytest.raises(NotAllowed):
        actions.forget_view(shared, by=other)
    actions.forget_view(shared, by=officer)
    assert SavedView.objects.count() == 1
    for name, query in ((" ", ""), ("Long", "x" * 501)):
        with pytest.raises(Refused):
            actions.save_view(name, query, by=officer)


def test_a_view_keeps_only_what_the_filters_know(officer):
    client = signed_in(officer)
    query = "stage=received&over=on&evil=<script>&country=XXX"

    answer = client.post(at("save_view"), {"name": "<b>Late</b>", "query": query})

    view = SavedView.objects.get()
    assert view.query == "stage=received&over=True"
    assert answer.url == f"{at('board')}?{view.query}"
    html = page(client, at("board"))
    assert "&lt;b&gt;Late&lt;/b&gt;" in html
    assert client.get(f"{at('board')}?{view.query}").status_code == 200
    assert client.post(at("forget_view", view.pk)).status_code == 302
    assert client.post(at("forget_view", view.pk)).status_code == 404
    assert client.post(at("forget_view", 10**25)).status_code == 404


# --- As a page and as files


@pytest.mark.parametrize("rows", [1, 3])
def test_board_costs_as_many_queries_for_one_row_of_each_kind_as_for_three(
    rows, officer, django_assert_num_queries
):
    for number in range(rows):
        case = factories.accession_request(assigned_to=officer)
        partner = factories.partner(verified_until=TODAY)
        FailingAddress.objects.create(address=f"a{number}@b.test", why="Gone")
        factories.message()
        Duplicate.objects.create(
            request=case, other_partner=partner, score=90, why=[], compared="x"
        )
    client = signed_in(officer)

    with django_assert_num_queries(19):
        html = page(client, at("board"))
    assert html.count('name="row"') == rows * 5


def test_board_is_a_light_page_of_fifty_rows(officer):
    for number in range(60):
        factories.accession_request(
            organisation=f"Union of the workers of trade number {number}", opened_at=ago(9)
        )
    client = signed_in(officer)

    html = page(client, at("board"))

    assert html.count('name="row"') == 50
    assert len(gzip.compress(html.encode())) < 15_000
    assert page(client, at("board"), page=2).count('name="row"') == 10
    assert page(client, at("board"), page="9" * 40, stage="x", assigned="x").count("row") > 0


def test_files_hold_exactly_what_the_filters_choose_and_no_formula(officer, everything):
    client = signed_in(officer)
    factories.accession_request(
        organisation='=HYPERLINK("http://x")', opened_at=ago(99), contact_email="=1@x.test"
    )

    answer = client.get(at("board_csv"), {"stage": "received"})
    rows = list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    book = client.get(at("board_xlsx"), {"stage": "received"})
    sheet = load_workbook(io.BytesIO(book.getvalue())).active
    every = client.get(at("board_csv"), {"stage": "cases"}).getvalue().decode()

    assert [row[1] for row in rows] == ["Name", '\'=HYPERLINK("http://x")', "New"]
    assert [cell.value for cell in sheet["B"]] == ["Name", '=HYPERLINK("http://x")', "New"]
    assert {cell.data_type for cell in sheet["B"]} == {"s"}
    assert len(every.strip().splitlines()) == 7
    assert rows[2][rows[0].index("Contact’s address")] == everything["new"].contact_email


# --- The week


def test_week_tells_officers_what_waits_and_what_was_decided_once(officer, everything):
    monday = date(2026, 11, 23)
    case = everything["due"]
    move = case.moves.create(verb="accept", from_state="recommended", to_state="accepted")
    move.at = move.at.replace(year=2026, month=11, day=20)
    move.save()

    write_week(monday)
    write_week(monday + timedelta(days=3))

    letter = Letter.objects.get(to_person=officer)
    assert letter.subject == "The secretariat’s week before 23 November 2026"
    assert "7 things wait:" in letter.text
    assert "- Incomplete: 1 (1 over target)" in letter.text
    assert "- Accepted: 1" in letter.text
    assert "List-Unsubscribe" in letter.headers
    write_week(monday + timedelta(days=7))
    assert Letter.objects.filter(to_person=officer).count() == 2
