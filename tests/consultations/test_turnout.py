"""Who answered, beside who could have; who is missing; what waits."""

from __future__ import annotations

import csv
import html
import io
import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from hypothesis import given, settings
from hypothesis import strategies as st

from coalition.consultations.models import Consultation, PaperFile, Response
from coalition.consultations.summing import tally
from coalition.consultations.summing.actions import sum_up
from coalition.consultations.turnout import queries
from coalition.consultations.turnout.cockpit import tasks
from coalition.consultations.turnout.queries import Row, Table, turnout
from coalition.consultations.turnout.remembering import plain, public_turnout, remembered
from coalition.mailroom.models import Letter
from coalition.partners.models import Partner
from coalition.places.models import Place
from tests import factories

pytestmark = pytest.mark.django_db

OVER = (-20, -1)


def asked(state: str = "open", statements: int = 1, **fields: Any) -> Consultation:
    """A consultation of partners and of everybody; over once it is summed up."""
    days = OVER if state not in ("draft", "planned", "open") else (-1, 14)
    one = factories.consultation(state, phases=False, **{"for_everyone": True, **fields})
    factories.phase(one, "react", days=days)
    # Proposals of a paragraph: no partner stands behind them.
    for paragraph in factories.instrument(paragraphs=statements).provisions.all():
        factories.statement(one, provision=paragraph)
    return again(one)


def again(one: Consultation) -> Consultation:
    return Consultation.objects.prefetch_related("phases").get(pk=one.pk)


def answered(one: Consultation, partner: Any, *, is_draft: bool = False) -> Any:
    participant = one.participants.get_or_create(partner=partner)[0]
    participant.votes.create(statement=one.statements.first(), value=1, is_draft=is_draft)
    return participant


def people(one: Consultation, count: int, **fields: Any) -> None:
    start = one.participants.count()
    one.participants.model.objects.bulk_create(
        one.participants.model(consultation=one, pseudonym=f"{start + n:064x}", **fields)
        for n in range(count)
    )


def rows(found: list[Table], code: str) -> dict[str, tuple[int, int | None]]:
    table = next((one for one in found if one.code == code), Table(code, "", []))
    return {row.code: (row.answered, row.expected) for row in table.rows}


def officers(one: Consultation) -> queries.Turnout:
    return turnout(again(one), for_officers=True)


def readers(one: Consultation) -> queries.Turnout:
    return turnout(again(one), for_officers=False)


def client(person: Any = None) -> Client:
    made = Client()
    made.force_login(person or factories.officer())
    return made


# --- Organisations ---------------------------------------------------------------------------


def test_partners_are_counted_by_all_that_is_known_of_them() -> None:
    one = asked()
    workers, business = factories.group("WRK"), factories.group("BUS")
    peru, france = Place.objects.get(code="PER"), Place.objects.get(code="FRA")
    first = factories.partner(group=workers, country=peru, size_class="small", languages=["es"])
    factories.partner(group=workers, country=peru, scope="regional", languages=["es-PE", "en"])
    third = factories.partner(group=business, country=france, size_class="small", languages=[])
    factories.partner(group=business, scope="international", languages=["sw"])
    answered(one, first)
    answered(one, third)

    found = officers(one)

    assert (found.organisations.answered, found.organisations.expected) == (2, 4)
    assert rows(found.by, "group") == {"WRK": (1, 2), "BUS": (1, 2)}
    assert rows(found.by, "region") == {"019": (1, 2), "150": (1, 1), "": (0, 1)}
    assert rows(found.by, "scope") == {
        "national": (2, 2),
        "regional": (0, 1),
        "international": (0, 1),
    }
    assert rows(found.by, "size") == {"small": (2, 2), "": (0, 2)}
    assert rows(found.by, "language") == {"es": (1, 2), "other": (0, 1), "": (1, 1)}


def test_constituents_stand_beside_all_others() -> None:
    one = asked()
    for code, of in (("GOV", 2), ("EMP", 1), ("WRK", 3), ("BUS", 4)):
        for _ in range(of):
            factories.partner(group=factories.group(code))
    factories.group("BUS").__class__.objects.update(is_constituent=False)
    constituents = factories.group("BUS").__class__.objects.filter(code__in=["GOV", "EMP", "WRK"])
    constituents.update(is_constituent=True)
    answered(one, Partner.objects.filter(group__code="GOV").first())

    found = officers(one)

    assert rows(found.by, "side") == {"constituents": (1, 6), "others": (0, 4)}


def test_answered_is_what_counts_and_what_was_sent() -> None:
    """A draft, or what was taken back, is no answer; a signed vote, a signed ballot, a proposal and
    a remark that were sent each are."""
    one = asked()
    partners = [factories.partner(f"Union of {n}") for n in range(8)]
    answered(one, partners[0])
    answered(one, partners[1], is_draft=True)
    ballot = one.participants.create(partner=partners[2])
    ballot.ballots.create(choices={"1": 1})
    draft = one.participants.create(partner=partners[3])
    draft.ballots.create(choices={"1": 1}, is_draft=True)
    factories.contribution(one, partner=partners[4], state="waiting")
    factories.contribution(one, partner=partners[5], state="draft")
    factories.contribution(one, partner=partners[6], state="withdrawn")
    both = answered(one, partners[7])
    both.votes.create(statement=one.statements.first(), value=0, is_draft=True)

    found = officers(one)
    missing = queries.missing(again(one))

    assert found.organisations.answered == 4
    assert found.organisations.begun == 3
    assert [str(each) for each in missing] == [f"Union of {n}" for n in (1, 3, 5, 6)]
    assert [each.is_begun for each in missing] == [True, True, True, False]


def test_reference_is_today_while_it_is_open_and_the_last_day_afterwards() -> None:
    late, gone, there = (factories.partner() for _ in range(3))
    Partner.objects.filter(pk=late.pk).update(joined_on=timezone.now().date())
    one, over = asked(), asked("synthesis")
    for each in (one, over):
        answered(each, gone)
    Partner.objects.filter(pk=gone.pk).update(state="withdrawn")

    assert officers(one).organisations.expected == 3
    assert officers(over).organisations.expected == 2
    assert there in queries.missing(again(over))
    assert gone not in queries.missing(again(over))


def test_organisations_are_not_told_where_they_do_not_answer() -> None:
    found = officers(asked(for_partners=False))

    assert (found.organisations, found.by) == (None, [])


def test_where_answers_are_not_public_small_groups_stand_together_and_none_tells_more() -> None:
    one = asked("synthesis", answers_are_public=False)
    for code, of in (("GOV", 2), ("BUS", 4), ("WRK", 7), ("EMP", 6)):
        for _ in range(of):
            answered(one, factories.partner(group=factories.group(code)))
    groups = factories.group("BUS").__class__.objects
    groups.update(is_constituent=False)
    groups.filter(code__in=["GOV", "EMP", "WRK"]).update(is_constituent=True)

    told, known = readers(one), officers(one)

    assert rows(told.by, "group") == {"WRK": (7, 7), "EMP": (6, 6), "rest": (6, 6)}
    assert rows(told.by, "side") == {}
    assert rows(known.by, "group")["GOV"] == (2, 2)
    assert rows(known.by, "side") == {"constituents": (15, 15), "others": (4, 4)}


def test_where_answers_are_not_public_fewer_than_five_are_not_told() -> None:
    one = asked("synthesis", answers_are_public=False)
    for _ in range(4):
        answered(one, factories.partner())

    told = readers(one)

    assert (told.organisations.answered, told.by) == (0, [])


# --- People ----------------------------------------------------------------------------------


def test_people_are_told_by_what_they_said_of_themselves_in_fives_while_it_is_open() -> None:
    one, workers = asked(), factories.group("WRK")
    peru = Place.objects.get(code="PER")
    people(one, 12, group=workers, place=peru, language="es")
    people(one, 4, language="en", channel="paper")

    found = officers(one)

    assert (found.people.answered, found.is_exact) == (15, False)
    assert rows(found.people_by, "group") == {"WRK": (10, None)}
    assert rows(found.people_by, "region") == {"019": (10, None)}
    assert rows(found.people_by, "language") == {"es": (10, None)}
    assert rows(found.people_by, "channel") == {"web": (10, None)}


def test_afterwards_people_are_exact_and_few_stand_together() -> None:
    one = asked("synthesis")
    for code, of in (("WRK", 12), ("EMP", 3), ("GOV", 6)):
        people(one, of, group=factories.group(code))

    for found in (officers(one), readers(one)):
        assert (found.people.answered, found.is_exact) == (21, True)
        assert rows(found.people_by, "group") == {"WRK": (12, None), "rest": (9, None)}


def test_what_nobody_said_of_themselves_has_no_table() -> None:
    one = asked("synthesis")
    people(one, 6)
    factories.partner()

    told = readers(one)

    assert {table.code for table in told.people_by} == {"language", "channel"}
    assert "size" not in {table.code for table in told.by}


def test_fewer_than_five_people_are_nobody() -> None:
    one = asked("synthesis")
    people(one, 4)

    found = readers(one)

    assert (found.people.answered, found.people_by) == (0, [])


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 12), min_size=1, max_size=7))
def test_nothing_told_nor_left_over_is_about_one_to_four_people(sizes: list[int]) -> None:
    told = queries._told([Row(f"g{n}", f"G{n}", size) for n, size in enumerate(sizes)])

    counts, total = [row.answered for row in told], sum(sizes)
    assert all(count == 0 or count >= 5 for count in counts)
    # All together are told, or nobody is.
    assert sum(counts) in ({total} if total >= 5 or not total else {0})


# --- The pages -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "status"),
    [("draft", 404), ("planned", 404), ("open", 404), ("synthesis", 200), ("responded", 200),
     ("decided", 200), ("feedback", 200), ("called_off", 404)],
)  # fmt: skip
def test_everybody_reads_it_once_all_is_over(state: str, status: int) -> None:
    one = asked(state)
    for name in ("turnout", "turnout_csv"):
        address = reverse(f"consultations:{name}", args=[one.reference])
        assert Client().get(address).status_code == status


def test_everybody_reads_it_from_the_second_on_in_which_it_closes() -> None:
    one = asked("open")
    one.phases.update(closes_at=timezone.now())
    address = reverse("consultations:turnout", args=[one.reference])

    assert Client().get(address).status_code == 200


@pytest.mark.parametrize("are_public", [True, False])
def test_what_is_remembered_says_the_same_in_every_language(are_public: bool) -> None:
    one = asked("synthesis", answers_are_public=are_public)
    for code, count in (("WRK", 7), ("EMP", 2), ("GOV", 1), ("CSO", 6)):
        for _ in range(count):
            answered(one, factories.partner(group=factories.group(code), languages=["fr", "en"]))
        people(one, count, group=factories.group(code), place=Place.objects.get(code="PER"))
    kept = json.loads(json.dumps(plain(readers(one))))

    for language in ("en", "ar"):
        with translation.override(language):
            found = readers(one)
            assert remembered(kept) == found
            assert any(row.parts for table in found.people_by for row in table.rows)


def test_once_it_is_counted_everybody_reads_what_was_counted() -> None:
    one = asked("synthesis")
    answered(one, factories.partner())
    people(one, 12)
    with CaptureQueriesContext(connection) as before:
        public_turnout(again(one))
    digest = sum_up(one).digest
    found = readers(one)

    people(one, 5)
    factories.partner()

    with CaptureQueriesContext(connection) as after:
        assert public_turnout(again(one)) == found
    assert readers(one).people.answered == 17
    # Two of them read the consultation and its phases.
    assert len(after) <= 2 + 5 < len(before)
    page = Client().get(reverse("consultations:turnout", args=[one.reference])).content.decode()
    assert "12 people answered." in page
    assert officers(one).people.answered == 17
    lasting = one.summary.value | {"turnout": None}
    assert tally.digest_of(tally.text_of(one.reference, lasting)) == digest


def test_downloads_say_what_the_pages_say() -> None:
    one, desk = asked("synthesis"), client()
    answered(one, factories.partner(group=factories.group("WRK")))
    factories.partner(group=factories.group("WRK"))

    def lines(by: Client, name: str) -> list[dict[str, str]]:
        answer = by.get(reverse(f"consultations:{name}", args=[one.reference]))
        return list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))

    public = {(row["of"], row["by"], row["code"]): row for row in lines(Client(), "turnout_csv")}
    assert public["organisations", "group", "WRK"]["answered"] == "1"
    assert public["organisations", "group", "WRK"]["share"] == "0.5000"
    assert "waiting_for_signature" not in lines(Client(), "turnout_csv")[0]
    assert lines(desk, "turnout_desk_csv")[0]["waiting_for_signature"] == "0"


@pytest.mark.parametrize("name", ["cockpit", "turnout_desk", "missing", "papers"])
def test_desk_pages_are_officers_alone(name: str) -> None:
    one = asked()
    address = reverse(f"consultations:{name}", args=[one.reference])
    partner = factories.mandate(factories.partner(), "signatory").person

    assert Client().get(address).status_code == 302
    assert client(partner).get(address).status_code == 404
    assert client().get(address).status_code == 200


# --- Who is missing --------------------------------------------------------------------------


def test_missing_are_found_by_filter_and_invited_in_one_click() -> None:
    one, desk = asked(), client()
    workers, business = factories.group("WRK"), factories.group("BUS")
    writer = factories.person()
    factories.partner("Bakers", group=workers, person=writer)
    factories.partner("Millers", group=business, person=factories.person())
    answered(one, factories.partner("Done", group=workers))
    address = reverse("consultations:missing", args=[one.reference])
    invite = reverse("consultations:invite_missing", args=[one.reference])

    page = desk.get(f"{address}?group=WRK").content.decode()
    assert "Bakers" in page
    assert "Millers" not in page
    assert "Done" not in page
    for _ in range(2):
        answer = desk.post(f"{invite}?group=WRK")
    assert answer["Location"].endswith("?group=WRK")
    assert [each.partner.name for each in one.invitations.all()] == ["Bakers"]
    assert [letter.to_address for letter in Letter.objects.all()] == [writer.email]
    assert "Invite 1 partner that was not invited yet" in desk.get(address).content.decode()
    assert "not invited yet" not in desk.get(f"{address}?group=WRK").content.decode()


@pytest.mark.parametrize(
    ("asked_for", "found"),
    [
        ("words=bak", ["Bakers"]),
        ("region=019", ["Bakers"]),
        ("scope=regional", ["Millers"]),
        ("size=small", ["Millers"]),
        ("language=es", ["Bakers"]),
        ("stands=begun", ["Millers"]),
        ("stands=silent", ["Bakers"]),
        ("stands=nobody", ["Bakers", "Millers"]),
        ("stands=not_invited", ["Bakers"]),
        ("stands=nonsense&group=%00", ["Bakers", "Millers"]),
    ],
)
def test_missing_by_each_filter(asked_for: str, found: list[str]) -> None:
    one, desk = asked(), client()
    factories.partner("Bakers", country=Place.objects.get(code="PER"), languages=["es-PE"])
    millers = factories.partner("Millers", scope="regional", size_class="small")
    answered(one, millers, is_draft=True)
    one.invitations.create(partner=millers)

    address = reverse("consultations:missing_csv", args=[one.reference])
    answer = desk.get(f"{address}?{asked_for}").getvalue().decode("utf-8-sig")

    assert [row["name"] for row in csv.DictReader(io.StringIO(answer))] == found


def test_nobody_is_invited_to_what_is_over() -> None:
    one, desk = asked("synthesis"), client()
    factories.partner()
    desk.post(reverse("consultations:invite_missing", args=[one.reference]))

    assert not one.invitations.exists()


# --- What waits ------------------------------------------------------------------------------


def words(one: Consultation) -> list[str]:
    found = again(one)
    return [task.words for task in tasks(found, turnout(found, for_officers=True))]


def test_cockpit_says_what_waits_and_every_link_leads_somewhere() -> None:
    one, desk = asked("open", question={"en": "What?", "fr": "Quoi ?"}), client()
    factories.contribution(one, state="waiting")
    factories.phase(one, "prioritise", days=(15, 20))
    factories.phase(one, "panel", days=(-3, -1))
    officer = factories.officer()
    file = {"channel": "paper", "occasion": "Lima", "language": "en", "file_name": "a"}
    PaperFile.objects.create(consultation=one, packed=b"", by=officer, **file)
    answered(one, factories.partner(group=factories.group("WRK")), is_draft=True)

    found = again(one)
    listed = tasks(found, turnout(found, for_officers=True))

    assert [task.words for task in listed] == [
        "1 statement waits to be read.",
        "1 file of answers on paper was looked at and not taken in.",
        "Say how many seats the panel has, and by which features it is drawn.",
        "1 translation of a statement is missing, or not fresh any more.",
        "1 organisation has an answer that waits for its signatory.",
        f"Nobody has answered yet from this group: {factories.group('WRK').name}. Invite it.",
    ]
    page = desk.get(reverse("consultations:cockpit", args=[one.reference])).content.decode()
    for task in listed:
        assert task.url.replace("&", "&amp;") in page
        assert desk.get(task.url).status_code == 200


def test_cockpit_names_silent_groups_in_one_line_that_leads_to_inviting_them() -> None:
    one, desk = asked(), client()
    for code in ("WRK", "BUS"):
        factories.partner(f"Silent {code}", group=factories.group(code))
    heard = factories.group("CSO")
    answered(one, factories.partner("Heard", group=heard))
    factories.partner("Not heard", group=heard)

    page = html.unescape(
        desk.get(reverse("consultations:cockpit", args=[one.reference])).content.decode()
    )

    names = {str(factories.group(code).name) for code in ("WRK", "BUS")}
    lines = [sentence for sentence in words(one) if sentence.startswith("Nobody has answered")]
    assert len(lines) == 1
    assert lines[0].startswith("Nobody has answered yet from these groups: ")
    assert all(name in lines[0] for name in names)
    assert str(heard.name) not in lines[0]
    assert page.count(lines[0]) == 1
    assert "By partner group: nobody from " in page  # the same as a picture
    address = reverse("consultations:missing", args=[one.reference])
    assert f'href="{address}?stands=silent_group"' in page
    listed = desk.get(f"{address}?stands=silent_group").content.decode()
    assert "Silent WRK" in listed
    assert "Silent BUS" in listed
    assert "Not heard" not in listed
    answered(one, factories.partner(group=factories.group("WRK")))
    answered(one, factories.partner(group=factories.group("BUS")))
    assert not [sentence for sentence in words(one) if sentence.startswith("Nobody")]


def test_cockpit_leads_from_answers_to_the_feedback() -> None:
    one = asked("synthesis", statements=2)
    assert "2 proposals have no answer yet." in words(one)
    begun = one.statements.first()
    half = Response.objects.create(statement=begun, outcome="taken_up", reason={})
    assert [sentence for sentence in words(one) if "answer" in sentence] == [
        "1 proposal has no answer yet.",
        "1 answer to a proposal is begun and not finished.",
    ]
    half.outcome, half.reason = "", {"en": "Yes."}
    half.save()
    factories.response(one.statements.last())
    assert [sentence for sentence in words(one) if "answer" in sentence] == [
        "1 answer to a proposal is begun and not finished."
    ]
    found = tasks(again(one), turnout(again(one), for_officers=True))
    url = next(task.url for task in found if "begun" in task.words)
    assert [row.number for row, *_more in client().get(url).context["rows"]] == [begun.number]
    Response.objects.all().delete()
    for each in one.statements.all():
        Response.objects.create(statement=each, outcome="taken_up", reason={"en": "Yes."})
    assert "Every proposal has its answer: publish them." in words(one)
    for state, sentence in (
        ("responded", "Write down what was decided."),
        ("decided", "Tell everybody who took part what became of it."),
    ):
        Consultation.objects.filter(pk=one.pk).update(state=state)
        assert sentence in words(one)
    Consultation.objects.filter(pk=one.pk).update(state="called_off")
    assert words(one) == []


def test_cockpit_of_a_draft_says_what_it_lacks() -> None:
    one = asked("draft", promise={})

    assert any("what becomes of the answers" in sentence for sentence in words(one))


# --- How much is asked of the database -------------------------------------------------------


def test_no_page_asks_more_for_more() -> None:
    one, desk = asked(), client()
    names = ("turnout_desk", "missing", "cockpit", "papers")

    def counts() -> list[int]:
        found = []
        for name in names:
            with CaptureQueriesContext(connection) as asked_for:
                desk.get(reverse(f"consultations:{name}", args=[one.reference]))
            found.append(len(asked_for))
        return found

    answered(one, factories.partner())
    factories.partner()
    people(one, 10)
    before = counts()
    for _ in range(3):
        answered(one, factories.partner())
        factories.partner(country=Place.objects.get(code="PER"))
    people(one, 30, group=factories.group("WRK"))
    assert counts() == before
