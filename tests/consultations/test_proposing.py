"""What those who take part propose: read, shown, merged, translated, taken back."""

from __future__ import annotations

import html
import json
import logging
import re
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from coalition.base import audit, privacy
from coalition.base.errors import NotAllowed, Refused
from coalition.base.limits import HOUR, Limit
from coalition.base.models import Event
from coalition.catalogue.models import Record
from coalition.consultations.models import (
    Consultation,
    Participant,
    Statement,
    StatementMove,
    Vote,
)
from coalition.consultations.proposing import actions, moderating, queries
from coalition.consultations.proposing.actions import SaidAlready
from coalition.consultations.seeding.actions import Seed, make
from coalition.consultations.states import State, StatementState
from coalition.consultations.summing.actions import sum_up
from coalition.consultations.voices import Voice, take_part, voice_of
from coalition.mailroom.models import Letter
from tests import factories

pytestmark = pytest.mark.django_db

# Far enough from each other that none says nearly the same as another.
WORDS = (
    "Pay night work as night work.",
    "Every bakery publishes what it pays.",
    "Young people learn the trade for free.",
    "Inspectors visit without a letter beforehand.",
    "Flour dust is measured each month.",
    "Parents choose their own hours.",
    "Trade unions sit at the table.",
    "Migrants get papers in their language.",
    "Old ovens are replaced with public money.",
    "Delivery drivers count as staff.",
    "Nobody works two Sundays running.",
    "Insurance covers burnt hands.",
)


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


@pytest.fixture
def officer() -> Any:
    return factories.officer()


@pytest.fixture
def partner() -> Any:
    """With a signatory, an editor and a viewer."""
    made = factories.partner("Bakers")
    for role in ("signatory", "editor", "viewer"):
        factories.mandate(made, role, person=factories.person(f"{role}@bakers.test"))
    return made


def of_role(partner: Any, role: str) -> Any:
    return partner.mandates.get(role=role).person


def asked(*, days: tuple[int, int] = (-1, 14), state: str = "open", **fields: Any) -> Consultation:
    """A consultation of partners and people in which something can be proposed now."""
    one = factories.consultation(state, **{"for_everyone": True, **fields})
    factories.phase(one, "propose", days=days)
    return one


def say(one: Consultation, person: Any, text: str = WORDS[0], partner: Any = None) -> Statement:
    return actions.propose(voice_of(one, person, partner), text, "en")


def address(one: Consultation, name: str = "propose", *more: Any) -> str:
    return reverse(f"consultations:{name}", args=[one.reference, *more])


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


# --- Who, and when


# What becomes of a statement, or - where it is refused with a sentence; columns are people.
#            person    signatory  editor  viewer    stranger_for_partner
WHO = "      waiting   waiting    draft   -         -"


def test_who_proposes_and_what_becomes_of_it(partner):
    one = asked()
    cells = WHO.split()
    stranger = factories.person()
    voices = [
        (stranger, None),
        *((of_role(partner, role), partner) for role in ("signatory", "editor", "viewer")),
        (stranger, partner),
    ]
    for (person, speaks_for), cell, words in zip(voices, cells, WORDS, strict=False):
        if cell == "-":
            with pytest.raises(NotAllowed) as refusal:
                say(one, person, words, speaks_for)
            assert str(refusal.value).endswith(".")
        else:
            assert say(one, person, words, speaks_for).state == cell
    assert one.statements.count() == 3


def test_a_consultation_of_partners_takes_nothing_from_persons(partner):
    one = asked(for_everyone=False)
    with pytest.raises(NotAllowed):
        say(one, factories.person())
    assert say(one, of_role(partner, "signatory"), partner=partner)


#           planned open synthesis responded decided feedback called_off
@pytest.mark.parametrize(
    "row", ["propose y y - - - - -", "withdraw y y - - - - -", "sign y y - - - - -"]
)
def test_what_participants_do_in_the_right_states(partner, row):
    verb, *cells = row.split()
    editor, signatory = of_role(partner, "editor"), of_role(partner, "signatory")
    for state, cell in zip(list(State)[1:], cells, strict=True):
        one = asked(state=state)
        standing = factories.contribution(one, WORDS[1], partner=partner, state="draft")
        do = {
            "propose": lambda one=one: say(one, editor, partner=partner),
            "withdraw": lambda it=standing: actions.withdraw(it, by=editor),
            "sign": lambda it=standing: actions.sign(it, by=signatory),
        }[verb]
        if cell == "y":
            do()
            continue
        with pytest.raises(NotAllowed) as refusal:
            do()
        assert str(refusal.value).endswith(".")
        standing.refresh_from_db()
        assert (standing.state, one.statements.count()) == ("draft", 1)


def test_it_closes_to_the_second(monkeypatch):
    one = asked()
    phase = one.phases.get(kind="propose")
    person = factories.person()
    last = phase.closes_at - timedelta(seconds=1)
    monkeypatch.setattr(timezone, "now", lambda: last)
    assert say(one, person)
    monkeypatch.setattr(timezone, "now", lambda: phase.closes_at)
    with pytest.raises(NotAllowed, match="Closed on"):
        say(one, person, WORDS[1])


#             waiting accepted refused merged withdrawn draft
VERBS = """
accept        y       -        y       -      -         -
refuse        y       y        -       -      -         -
merge         y       y        -       -      -         -
part          -       -        -       y      -         -
"""
STATES = ("waiting", "accepted", "refused", "merged", "withdrawn", "draft")


@pytest.mark.parametrize("row", VERBS.strip().splitlines())
def test_each_verb_of_the_desk_happens_in_the_right_states(officer, partner, row):
    verb, *cells = row.split()
    for state, cell in zip(STATES, cells, strict=True):
        one = asked()
        target = factories.contribution(one, WORDS[5])
        more = {"refused": {"refused_for": "unclear"}, "merged": {"merged_into": target}}
        it = factories.contribution(one, partner=partner, state=state, **more.get(state, {}))
        do = {
            "accept": lambda it=it: moderating.accept(it, by=officer),
            "refuse": lambda it=it: moderating.refuse(it, "several", reason="Two.", by=officer),
            "merge": lambda it=it, to=target: moderating.merge(it, to, by=officer),
            "part": lambda it=it: moderating.part(it, by=officer),
        }[verb]
        if cell == "y":
            do()
            assert it.moves.get().by == officer
            assert Event.objects.filter(verb=f"consultations.{verb}", subject__endswith=f":{it.pk}")
            continue
        with pytest.raises(NotAllowed):
            do()
        it.refresh_from_db()
        assert it.state == state


def test_the_desk_is_for_officers_who_do_not_speak_for_the_author(officer, partner):
    one = asked()
    it = factories.contribution(one, partner=partner, state="waiting")
    pages = (("statements", ()), ("near_statements", ()), ("statement", (it.number,)))
    posts = [
        *((f"{verb}_statement", (it.number,)) for verb in ("accept", "refuse", "merge", "part")),
        *(("translate_statement", (it.number,)), ("accept_statements", ()), ("set_reading", ())),
    ]
    for person, status in ((of_role(partner, "signatory"), 404), (factories.person(), 404)):
        client = signed_in(person)
        assert {client.get(address(one, name, *more)).status_code for name, more in pages} == {
            status
        }
        assert {client.post(address(one, name, *more)).status_code for name, more in posts} == {404}
    assert Client().get(address(one, "statements")).status_code == 302

    concerned = factories.officer()
    factories.mandate(partner, "viewer", person=concerned)
    client = signed_in(concerned)
    assert client.get(address(one, "statement", it.number)).status_code == 200
    assert client.post(address(one, "accept_statement", it.number)).status_code == 403
    client.post(address(one, "accept_statements"), {"row": [it.number]})
    it.refresh_from_db()
    assert it.state == StatementState.WAITING
    signed_in(officer).post(address(one, "accept_statements"), {"row": [it.number, "x", "999"]})
    it.refresh_from_db()
    assert it.state == StatementState.ACCEPTED


def test_an_officer_does_not_decide_about_their_own_words(officer):
    one = asked()
    it = say(one, officer)
    with pytest.raises(NotAllowed, match="your own words"):
        moderating.accept(it, by=officer)
    assert moderating.accept(it, by=factories.officer()).state == StatementState.ACCEPTED


# --- Words


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  \n ",
        "!!! ??? 123",
        "x" * 281,
        "word " * 2_000,
        "<script>alert(1)</script>",
        "Good <img src=x onerror=alert(1)> pay",
        "Good < /b> pay <!-- hidden",
    ],
)
def test_words_that_are_refused_with_a_sentence(text):
    one, person = asked(), factories.person()
    with pytest.raises(Refused) as refusal:
        say(one, person, text)
    assert str(refusal.value).endswith(".")
    answer = signed_in(person).post(
        address(one), {"speaker": "myself", "text": text, "language": "en"}
    )
    assert answer.status_code == 200
    assert not one.statements.exists()
    assert not one.participants.exists()


def test_what_is_too_long_comes_back_whole_and_says_how_long_it_is():
    one, person = asked(), factories.person()
    client = signed_in(person)
    # A browser would cut what is pasted, and say nothing.
    boxes = re.findall(r"<textarea[^>]*>", client.get(address(one)).content.decode())
    assert boxes
    assert not [each for each in boxes if "maxlength" in each]
    typed = "Pay night work. " * 20 + "The last words."
    sent = {"speaker": "myself", "text": typed, "language": "en"}
    page = html.unescape(client.post(address(one), sent).content.decode())
    assert f"This has {len(typed)} characters, and at most 280 are taken." in page
    assert typed in page
    assert not one.statements.exists()
    # Counted as it is kept: spaces at the ends, doubled ones and marks that nobody sees are none.
    fits = "Pay night work. " + "x" * 264
    client.post(address(one), {**sent, "text": f"  {fits.replace(' ', '   ')}\u202e \r\n"})
    assert one.statements.get().text == fits


def test_what_grows_when_it_is_composed_is_refused_and_not_cut():
    one, person = asked(), factories.person()
    typed = "ab" + "\u0958" * 200  # each is kept as two characters
    page = signed_in(person).post(
        address(one), {"speaker": "myself", "text": typed, "language": "en"}
    )
    assert "This has 402 characters" in page.content.decode()
    assert not one.statements.exists()


def test_words_are_cleaned_and_in_a_language_of_the_consultation():
    one, person = asked(), factories.person()
    made = say(one, person, "Pay  night\u202e work,\nif a < b.")
    assert made.text == "Pay night work, if a < b."
    assert say(one, person, "x" * 279 + "é").text[-1] == "é"
    with pytest.raises(Refused, match="languages"):
        actions.propose(voice_of(one, person), WORDS[1], "fr")


def test_twenty_near_copies_are_refused_with_a_way_to_the_first():
    one = asked(reads_first=False)
    first, person = say(one, factories.person(), WORDS[1]), factories.person()
    for place in range(20):
        with pytest.raises(SaidAlready) as refusal:
            say(one, person, f"Every bakery publishes what it pays{'!' * (place + 2)}")
        assert refusal.value.statement == first
    assert one.statements.count() == 1
    page = signed_in(person).post(
        address(one),
        {"speaker": "myself", "text": "Each bakery publishes what it pays", "language": "en"},
    )
    assert f"{one.get_absolute_url()}#proposal-{first.number}" in page.content.decode()
    # The contrary is no copy.
    assert say(one, person, "No bakery publishes what it pays.")


@pytest.mark.parametrize("unseen", ["\u00ad", "\u034f", "\u200c", "\u200d", "\u2063", "\U000e0061"])
def test_a_copy_with_characters_that_nobody_sees_is_a_copy(unseen):
    one, person = asked(reads_first=False), factories.person()
    say(one, factories.person(), WORDS[1])
    mine = say(one, person, WORDS[2])
    with pytest.raises(SaidAlready):
        say(one, person, unseen.join(WORDS[1]))
    assert say(one, person, unseen.join(WORDS[2])) == mine


def test_ones_own_copies_with_another_number_are_refused():
    one, person = asked(), factories.person()
    say(one, person, "Raise the hourly pay of bakers by 2 francs.")
    for number in range(3, 23):
        with pytest.raises(SaidAlready):
            say(one, person, f"Raise the hourly pay of bakers by {number} francs.")
    # Somebody else may want another sum.
    assert say(one, factories.person(), "Raise the hourly pay of bakers by 4 francs.")


def test_what_others_wait_with_is_not_told(officer):
    one = asked()
    say(one, factories.person(), WORDS[1])
    assert say(one, factories.person(), WORDS[1]).state == StatementState.WAITING
    found = queries.suggestions(one)
    assert [
        [each.target.number, *(near.statement.number for near in each.others)] for each in found
    ] == [[1, 2]]


def test_the_same_sent_twice_is_one_statement(partner):
    one, person = asked(), factories.person()
    assert say(one, person) == say(one, person)
    signatory = of_role(partner, "signatory")
    assert say(one, signatory, WORDS[1], partner) == say(one, signatory, WORDS[1], partner)
    assert one.statements.count() == 2


def test_at_most_ten_of_a_person(partner):
    one, person = asked(), factories.person()
    for words in WORDS[:10]:
        say(one, person, words)
    with pytest.raises(Refused, match="10 things"):
        say(one, person, WORDS[10])
    # What is taken back counts, else the desk could be flooded.
    actions.withdraw(one.statements.first(), by=person)
    with pytest.raises(Refused):
        say(one, person, WORDS[10])
    assert say(one, of_role(partner, "signatory"), WORDS[10], partner)


def test_the_door_is_limited(monkeypatch):
    monkeypatch.setattr("coalition.consultations.proposing.views.PER_PERSON", Limit(3, HOUR))
    one = asked()
    client = signed_in(factories.person())
    given = {"speaker": "myself", "text": "", "language": "en"}
    answers = [client.post(address(one), given).status_code for _ in range(4)]
    assert answers == [200, 200, 200, 429]
    assert signed_in(factories.person()).post(address(one), given).status_code == 200


# --- Secrecy


def test_nothing_ties_a_person_to_what_they_proposed():
    one, person = asked(reads_first=False), factories.person()
    events = Event.objects.count()
    made = say(one, person)
    author = made.author
    actions.withdraw(made, by=person)
    assert Event.objects.count() == events
    step = StatementMove.objects.get(record=made)
    assert step.by is None
    for moment in (step.at, made.made_at):
        assert (moment.hour, moment.minute, moment.second, moment.microsecond) == (0, 0, 0, 0)
    assert not Letter.objects.exists()
    assert author.pseudonym
    assert str(person.pk) not in {author.group_id, author.place_id, author.signed_by_id}


def rows_of_all_tables() -> dict[str, dict[Any, dict[str, Any]]]:
    return {
        model._meta.label: {
            row.pk: {field.attname: getattr(row, field.attname) for field in model._meta.fields}
            for row in model._base_manager.all()
        }
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    }


def test_no_table_log_session_letter_or_event_ties_a_proposal_to_a_person(officer, caplog):
    """Proposed, refused, proposed, shown, merged, taken back, all on the pages."""
    caplog.set_level(logging.DEBUG)
    one = asked()
    other = factories.contribution(one, WORDS[5], partner=factories.partner())
    person = factories.person(pk=918_273_645, email="quill@union.test", name="Rosewater Quill")
    client, desk = signed_in(person), signed_in(officer)
    before = rows_of_all_tables()

    for words in WORDS[:3]:
        given = {"speaker": "myself", "text": words, "language": "en"}
        assert client.post(address(one), given).status_code == 302
    refused = {"refused_for": "off_topic", "reason": "It is about flour."}
    for number, verb, given in (
        (2, "refuse", refused),
        *((number, "accept", {}) for number in (3, 4)),
        (4, "merge", {"into": other.number}),
    ):
        assert desk.post(address(one, f"{verb}_statement", number), given).status_code == 302
    assert client.post(address(one, "withdraw_statement", 3)).status_code == 302
    page = client.get(address(one)).content.decode()

    assert all(words in page for words in (*WORDS[:3], refused["reason"]))
    after = rows_of_all_tables()
    new = {
        table: [row for key, row in rows.items() if before[table].get(key) != row]
        for table, rows in after.items()
    }
    new = {table: rows for table, rows in new.items() if rows}
    sessions, held = new.pop("sessions.Session", []), new
    # The index of searches repeats what the catalogue says.
    assert {table for table in held if not table.startswith("wagtailsearch.")} == {
        *(f"consultations.{name}" for name in ("Participant", "Seal", "Statement")),
        *("consultations.StatementMove", "base.Event", "base.Head", "catalogue.Record"),
    }
    me = Participant.objects.get(statements__number=2)
    assert {row["state"] for row in held["consultations.Statement"]} == {
        *("refused", "withdrawn", "merged")
    }
    written = json.dumps(held, default=repr).lower()
    for trace in ("918273645", "quill", "rosewater"):
        assert trace not in written
    # What the officer did has its moment and an event; what the person did has the day alone.
    assert {row["actor"] for row in held["base.Event"]} == {audit.ref(officer)}
    by_nobody = StatementMove.objects.filter(by=None)
    assert [step.verb for step in by_nobody] == ["withdraw"]
    for at in (by_nobody.get().at, *one.statements.values_list("made_at", flat=True)[1:]):
        assert (at.hour, at.minute, at.second, at.microsecond) == (0, 0, 0, 0)
    assert not Letter.objects.exists()
    told = json.dumps([Session(**row).get_decoded() for row in sessions])
    exported = json.dumps(privacy.export(person))
    for where in (told, exported, caplog.text):
        assert me.pseudonym not in where
        assert not any(words in where for words in WORDS[:3])


def test_only_who_proposed_it_takes_it_back(partner):
    one, person = asked(), factories.person()
    it = say(one, person)
    other = factories.person()
    with pytest.raises(NotAllowed):
        actions.withdraw(it, by=other)
    assert signed_in(other).post(address(one, "withdraw_statement", it.number)).status_code == 404
    mine = say(one, of_role(partner, "signatory"), WORDS[1], partner)
    with pytest.raises(NotAllowed, match="signed"):
        actions.withdraw(mine, by=of_role(partner, "editor"))
    for who in (person, of_role(partner, "signatory")):
        number = it.number if who == person else mine.number
        answer = signed_in(who).post(address(one, "withdraw_statement", number))
        assert answer.status_code == 302
    assert set(one.statements.values_list("state", flat=True)) == {"withdrawn"}


# --- Shown and not shown


@pytest.mark.parametrize("seconds", [-1, 1])
def test_nothing_is_taken_back_after_the_end_whether_or_not_the_clock_ran(seconds):
    one, person = asked(), factories.person()
    made = say(one, person)
    one.phases.update(closes_at=timezone.now() + timedelta(seconds=60 * seconds))

    if seconds > 0:
        assert actions.withdraw(made, by=person).state == StatementState.WITHDRAWN
    else:
        with pytest.raises(NotAllowed, match="summed up"):
            actions.withdraw(made, by=person)


def test_what_waits_or_is_refused_stands_on_no_public_page(officer):
    one, person = asked(), factories.person()
    it = say(one, person)
    places = (one.get_absolute_url(), f"/api/v1/consultations/{one.reference}")

    def stands() -> list[bool]:
        told = [WORDS[0] in Client().get(place).content.decode() for place in places[:1]]
        row = Record.objects.filter(key=one.reference).first()
        return [*told, bool(row and "night" in row.search_text)]

    assert stands() == [False, False]
    moderating.accept(it, by=officer)
    assert stands() == [True, True]
    moderating.refuse(it, "several", reason="Say one thing at a time.", by=officer)
    assert stands() == [False, False]
    page = signed_in(person).get(address(one)).content.decode()
    assert "Say one thing at a time." in page
    assert "It says several things at once" in page


def test_an_organisation_is_named_only_where_answers_are_public(partner):
    for is_public in (True, False):
        one = asked(answers_are_public=is_public, reads_first=False)
        say(one, of_role(partner, "signatory"), partner=partner)
        assert ("Bakers" in Client().get(one.get_absolute_url()).content.decode()) is is_public


def test_an_organisation_signs_what_was_drafted(partner):
    one = asked(reads_first=False)
    editor, signatory = of_role(partner, "editor"), of_role(partner, "signatory")
    signed_in(editor).post(
        address(one), {"speaker": partner.reference, "text": WORDS[0], "language": "en"}
    )
    it = one.statements.get()
    assert it.state == StatementState.DRAFT
    with pytest.raises(NotAllowed):
        actions.sign(it, by=editor)
    page = signed_in(signatory).get(address(one)).content.decode()
    assert address(one, "sign_statement", it.number) in page
    signed_in(signatory).post(address(one, "sign_statement", it.number))
    it.refresh_from_db()
    assert it.state == StatementState.ACCEPTED
    assert WORDS[0] in Client().get(one.get_absolute_url()).content.decode()


def test_the_organisation_is_told_once_and_persons_never(officer, partner):
    one = asked()
    ours = say(one, of_role(partner, "signatory"), partner=partner)
    theirs = say(one, factories.person(), WORDS[1])
    for it in (ours, theirs):
        moderating.accept(it, by=officer)
        moderating.refuse(it, "off_topic", reason="It is about flour.", by=officer)
    letters = Letter.objects.order_by("pk")
    assert sorted(letters.values_list("to_address", flat=True)) == [
        *["editor@bakers.test"] * 2,
        *["signatory@bakers.test"] * 2,
    ]
    last = letters.last()
    assert "It is about flour." in last.text
    assert "It is not about the question" in last.text
    assert WORDS[0] in last.text


def test_a_refusal_needs_a_reason_from_the_list_and_words(officer):
    it = factories.contribution(asked(), state="waiting")
    with pytest.raises(Refused, match="list"):
        moderating.refuse(it, "disliked", reason="No.", by=officer)
    with pytest.raises(NotAllowed, match="reason"):
        moderating.refuse(it, "unclear", reason=" ", by=officer)


def test_what_was_counted_is_answered_and_not_taken_away(officer):
    one = asked(days=(-9, -1), state="synthesis")
    one.phases.update(closes_at=timezone.now() - timedelta(days=1))
    liked, late = factories.contribution(one), factories.contribution(one)
    Statement.objects.filter(pk=late.pk).update(state="waiting")
    sum_up(one)
    with pytest.raises(NotAllowed, match="gets its answer"):
        moderating.refuse(liked, "off_topic", reason="x", by=officer)
    # What was never shown was not counted, and what harms somebody goes at any time.
    assert moderating.refuse(late, "off_topic", reason="x", by=officer).state == "refused"
    assert moderating.refuse(liked, "personal", reason="x", by=officer).state == "refused"


def test_first_proposals_stay(officer):
    one = asked()
    first = factories.statement(one)
    target = factories.contribution(one)
    with pytest.raises(NotAllowed):
        moderating.refuse(first, "unclear", reason="x", by=officer)
    with pytest.raises(NotAllowed):
        moderating.merge(first, target, by=officer)


def test_a_first_proposal_goes_into_another_one_and_everybody_reads_it(officer):
    one = asked()
    credited = [factories.partner(name) for name in ("Bakers", "Millers")]
    first, second = factories.statement(one, WORDS[0]), factories.statement(one, WORDS[1])
    for statement, partner in zip((first, second), credited, strict=True):
        statement.credits.create(partner=partner)
    contributed = factories.contribution(one, WORDS[2])
    moderating.merge(contributed, second, by=officer)

    moderating.merge(second, first, by=officer)

    contributed.refresh_from_db()
    assert contributed.merged_into == first
    assert one.statements.get(number=1).credited == credited
    page = Client().get(one.get_absolute_url()).content.decode()
    assert "Proposal 2 merged into proposal 1, which says the same" in page
    assert all(partner.get_absolute_url() in page for partner in credited)
    moderating.part(second, by=officer)
    page = Client().get(one.get_absolute_url()).content.decode()
    assert "Proposal 2 shown by itself again" in page
    assert one.statements.get(number=1).credited == credited[:1]


def test_a_first_proposal_nobody_has_seen_is_taken_out_instead(officer):
    one = asked(state="draft")
    first, second = factories.statement(one), factories.statement(one)
    with pytest.raises(NotAllowed, match="take it out"):
        moderating.merge(second, first, by=officer)


def test_contributions_are_no_first_proposals(officer):
    one = asked(state="planned", days=(-1, 10))
    it = factories.contribution(one)
    client = signed_in(officer)
    assert it.text not in client.get(address(one, "first_proposals")).content.decode()
    assert client.get(address(one, "proposal", it.number)).status_code == 404
    shared = factories.common_priority()
    one.priorities.add(shared)
    [made] = make(one, [Seed(shared, WORDS[3], "en")], by=officer)
    assert made.number == it.number + 1


# --- Merging


def vote(statement: Statement, who: Any, value: int) -> None:
    Vote.objects.create(statement=statement, participant=who, value=value)


def tally(one: Consultation) -> list[tuple[int, int, int]]:
    rows = Vote.objects.filter(statement__consultation=one).counting().each_once()
    numbers = dict(one.statements.values_list("pk", "number"))
    return sorted((numbers[each.target], each.participant_id, each.value) for each in rows)


def test_votes_on_what_is_merged_are_kept_and_counted_once(officer):
    one = asked()
    first, second, third = (factories.contribution(one) for _ in range(3))
    a, b, c = (one.participants.create(pseudonym=letter * 64) for letter in "abc")
    vote(first, a, 1)
    vote(second, a, -1)
    vote(second, b, -1)
    vote(third, b, 1)
    vote(third, c, 0)
    kept = Vote.objects.count()
    moderating.merge(third, second, by=officer)
    assert tally(one) == sorted([(1, a.pk, 1), (2, a.pk, -1), (2, b.pk, -1), (2, c.pk, 0)])
    moderating.merge(second, first, by=officer)
    assert tally(one) == sorted([(1, a.pk, 1), (1, b.pk, -1), (1, c.pk, 0)])
    third.refresh_from_db()
    assert third.merged_into == first
    moderating.part(second, by=officer)
    assert tally(one) == sorted(
        [(1, a.pk, 1), (1, b.pk, 1), (1, c.pk, 0), (2, a.pk, -1), (2, b.pk, -1)]
    )
    assert Vote.objects.count() == kept


def test_what_others_are_merged_into_stays(officer):
    one, person = asked(reads_first=False), factories.person()
    it = say(one, person)
    moderating.merge(factories.contribution(one), it, by=officer)
    with pytest.raises(NotAllowed, match="merged into it"):
        actions.withdraw(it, by=person)
    with pytest.raises(NotAllowed, match="merged into it"):
        moderating.refuse(it, "unclear", reason="x", by=officer)
    assert address(one, "withdraw_statement", it.number) not in (
        signed_in(person).get(address(one)).content.decode()
    )


def test_what_cannot_be_merged(officer):
    one, other = asked(), asked()
    it = factories.contribution(one)
    for target in (it, factories.contribution(other), factories.contribution(one, state="waiting")):
        with pytest.raises(NotAllowed):
            moderating.merge(it, target, by=officer)
    page = signed_in(officer).post(address(one, "merge_statement", it.number), {"into": 99})
    assert "No proposal with this number is shown." in page.content.decode()


def test_what_says_nearly_the_same_is_suggested_with_why(officer):
    one = asked()
    factories.contribution(one, "Every bakery publishes twice a year what it pays.")
    factories.contribution(one, "All bakeries publish twice a year what they pay!", state="waiting")
    factories.contribution(one, WORDS[0])
    factories.contribution(one, "Do not pay night work as night work.")
    for words in WORDS[2:8]:
        factories.contribution(one, words)
    client = signed_in(officer)
    page = client.get(address(one, "near_statements")).content.decode()
    assert "publish" in page
    assert len(re.findall(r"Merge \d+ into \d+", page)) == 1
    assert "Merge 2 into 1" in page
    answer = client.post(address(one, "merge_statement", 2), {"into": 1, "back": "near"})
    assert answer.url == address(one, "near_statements")
    assert one.statements.get(number=2).merged_into.number == 1
    assert "No two statements" in client.get(address(one, "near_statements")).content.decode()


# --- Translations


def test_a_translation_says_who_made_it_and_whether_it_is_fresh(officer):
    one = asked(question={"en": "What?", "fr": "Quoi ?"})
    it = factories.contribution(one)
    client = signed_in(officer)
    to = address(one, "translate_statement", it.number)
    assert client.post(to, {"language": "fr", "text": "Des mots."}).status_code == 302
    made = it.translations.get()
    assert (made.by, made.is_fresh, made.machine) == (officer, True, "")
    Statement.objects.filter(pk=it.pk).update(text="Other words.")
    page = client.get(address(one, "statement", it.number)).content.decode()
    assert "the words changed since" in page
    client.post(to, {"language": "fr", "text": "D’autres mots."})
    assert it.translations.get().text == "D’autres mots."
    client.post(to, {"language": "fr", "text": "Des mots.", "machine": "  Example  translator "})
    assert it.translations.get().machine == "Example translator"
    desk = client.get(address(one, "statement", it.number)).content.decode()
    assert "By a machine: Example translator" in desk
    for machine in ("m" * 61, "<script>"):
        with pytest.raises(Refused, match="at most 60 characters"):
            moderating.translate(it, "fr", "Des mots.", machine=machine, by=officer)
    client.post(to, {"language": "fr", "text": "D’autres mots."})
    assert it.translations.get().machine == ""  # a person wrote what stands there now
    for language, text in (
        ("en", "Words."),
        ("ar", "كلمات"),
        ("fr", "<b>x</b>"),
        ("fr", "y" * 561),
    ):
        with pytest.raises(Refused):
            moderating.translate(it, language, text, by=officer)
    assert it.translations.count() == 1


# --- Pages


def test_queries_do_not_grow_with_what_is_listed(officer, partner):
    one = asked()
    signatory = of_role(partner, "signatory")
    more = [factories.partner(person=signatory) for _ in range(2)]

    def counts() -> list[int]:
        found = []
        for person, name in (
            (signatory, "propose"),
            (officer, "statements"),
            (officer, "near_statements"),
        ):
            client = signed_in(person)
            client.get(address(one, name))
            with CaptureQueriesContext(
                connection,
            ) as run:
                assert client.get(address(one, name)).status_code == 200
            found.append(len(run))
        return found

    say(one, signatory, WORDS[0], partner)
    before = counts()
    for words, each in zip(WORDS[1:], [*more, partner], strict=False):
        say(one, signatory, words, each)
    factories.contribution(one, f"{WORDS[0]} Yes.", state="waiting")
    assert counts() == before


def test_the_desk_finds_and_downloads(officer, partner):
    one = asked()
    factories.contribution(one, WORDS[0], partner=partner, state="waiting")
    factories.contribution(one, WORDS[1])
    factories.contribution(one, WORDS[2], partner=partner, state="draft")
    client = signed_in(officer)
    page = client.get(address(one, "statements"), {"state": "waiting"}).content.decode()
    assert WORDS[0] in page
    assert WORDS[1] not in page
    file = client.get(address(one, "statements_csv"), {"words": "bakery"})
    text = b"".join(file.streaming_content).decode() if file.streaming else file.content.decode()
    assert WORDS[1] in text
    assert WORDS[0] not in text
    # What an organisation has not signed is nobody else's business.
    assert WORDS[2] not in client.get(address(one, "statements")).content.decode()
    assert client.get(address(one, "statement", 3)).status_code == 404


def test_what_waits_to_be_read_stands_first_and_alone_has_boxes(officer):
    one = asked()
    factories.contribution(one, WORDS[0])
    factories.contribution(one, WORDS[1], state="waiting")
    factories.contribution(one, WORDS[2], state="waiting")
    page = signed_in(officer).get(address(one, "statements")).content.decode()
    places = [page.index(WORDS[at]) for at in (1, 2, 0)]
    assert places == sorted(places)
    assert page.count('type="checkbox"') == 2
    # The button to show what is ticked stands with it, above all that waits for nothing.
    assert page.index("Show those that are ticked") < page.index(WORDS[0])
    file = signed_in(officer).get(address(one, "statements_csv"))
    rows = b"".join(file.streaming_content).decode() if file.streaming else file.content.decode()
    assert [rows.index(WORDS[at]) for at in (1, 2, 0)] == sorted(
        rows.index(words) for words in WORDS[:3]
    )


def test_reading_first_is_switched(officer):
    one = asked()
    client = signed_in(officer)
    client.post(address(one, "set_reading"), {"reads_first": "no"})
    one.refresh_from_db()
    assert say(one, factories.person()).state == StatementState.ACCEPTED
    client.post(address(one, "set_reading"), {"reads_first": "yes"})
    one.refresh_from_db()
    assert say(one, factories.person(), WORDS[1]).state == StatementState.WAITING


def test_a_draft_or_closed_consultation_takes_nothing_on_its_page():
    person = factories.person()
    client = signed_in(person)
    assert client.get(address(asked(state="draft"))).status_code == 404
    for one in (asked(days=(-5, -1)), asked(days=(1, 5)), asked(state=State.SYNTHESIS)):
        assert "<textarea" not in client.get(address(one)).content.decode()
        assert (
            client.post(
                address(one), {"speaker": "myself", "text": WORDS[0], "language": "en"}
            ).status_code
            == 403
        )
        assert not one.statements.exists()
    assert Client().get(address(asked())).status_code == 302
    with pytest.raises(PermissionDenied):
        actions.propose(Voice(asked(days=(1, 5)), person), WORDS[0], "en")


def test_a_participant_is_the_same_one_in_every_verb():
    one, person = asked(), factories.person()
    assert (
        say(one, person).author
        == say(one, person, WORDS[1]).author
        == take_part(Voice(one, person))
    )


# --- At once


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each of these gives that begin together, or the kind of its refusal."""
    every, outcomes = threading.Barrier(len(acts)), []

    def run(act: Callable[[], Any]) -> None:
        try:
            every.wait(timeout=20)
            outcomes.append(act())
        except (NotAllowed, Refused) as refusal:
            outcomes.append(type(refusal))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(outcomes) == len(acts)
    return outcomes


@pytest.mark.django_db(transaction=True)
def test_what_many_propose_at_once_has_each_its_number():
    one, people = asked(), [factories.person() for _ in range(6)]
    outcomes = at_once(
        *(lambda who=who, n=n: say(one, who, WORDS[n]).number for n, who in enumerate(people))
    )
    assert sorted(outcomes) == [1, 2, 3, 4, 5, 6]


@pytest.mark.django_db(transaction=True)
def test_what_is_sent_many_times_at_once_is_one_statement():
    one, person = asked(), factories.person()
    outcomes = at_once(*(lambda: say(one, person).number for _ in range(6)))
    assert outcomes == [1] * 6
    assert one.statements.count() == one.participants.count() == 1


@pytest.mark.django_db(transaction=True)
def test_no_more_than_ten_of_a_person_at_once_too():
    one, person = asked(), factories.person()
    for words in WORDS[:8]:
        say(one, person, words)
    outcomes = at_once(*(lambda n=n: say(one, person, WORDS[n]).number for n in range(8, 12)))
    assert sorted(outcomes, key=str) == [10, 9, Refused, Refused]
    assert one.statements.count() == 10


@pytest.mark.django_db(transaction=True)
def test_of_near_copies_that_come_at_once_one_is_shown():
    one, people = asked(reads_first=False), [factories.person() for _ in range(5)]
    copies = [f"Every bakery publishes what it pays{'!' * n}" for n in range(5)]
    outcomes = at_once(*(lambda n=n: say(one, people[n], copies[n]).number for n in range(5)))
    assert sorted(outcomes, key=str) == [1, *[SaidAlready] * 4]
    assert one.statements.count() == 1
