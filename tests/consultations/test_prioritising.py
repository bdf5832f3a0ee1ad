"""What stands on the ballot, ballots by approval, points and ranking, the lists that come of them,
and that a ballot is kept whole or not at all."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connections, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coalition.analysis.choosing.election import LARGEST
from coalition.base import audit
from coalition.base.errors import NotAllowed, Refused
from coalition.base.models import Event
from coalition.consultations.files import pabulib
from coalition.consultations.history import history
from coalition.consultations.models import Ballot, Consultation, Participant, Summary
from coalition.consultations.planning.phasing import set_phase
from coalition.consultations.prioritising import exporting, queries, words
from coalition.consultations.prioritising.actions import broken, put, set_ballot, sign
from coalition.consultations.prioritising.results import OF_PURSES, outcome
from coalition.consultations.proposing import moderating
from coalition.consultations.sealing import throw_key_away
from coalition.consultations.states import StatementState
from coalition.consultations.voices import Voice, participant_of, voice_of
from tests import factories

pytestmark = pytest.mark.django_db

METHODS: dict[str, dict[str, Any]] = {
    "approval": {"by": "approval"},
    "points": {"by": "points", "points": 10},
    "ranking": {"by": "ranking"},
}
BUDGET = 100_000  # in the smallest part: 1,000 whole units


def asked(by: str = "approval", statements: int = 4, *, budget: bool = False, **fields: Any) -> Any:
    """An open consultation of everybody and of partners, in which priorities are set now; with a
    budget each proposal costs 300, the last one 600."""
    days = fields.pop("days", (-1, 14))
    one = factories.consultation("open", phases=False, for_everyone=True, **fields)
    more = {"budget": BUDGET, "unit": factories.unit("usd")} if budget else {}
    factories.phase(one, "prioritise", days=days, **METHODS[by], **more)
    for number in range(1, statements + 1):
        cost = (60_000 if number == statements else 30_000) if budget else None
        factories.statement(one, f"Begin with this ({number}).", cost=cost)
    return one


def keys(one: Any) -> list[int]:
    return list(one.statements.order_by("number").values_list("pk", flat=True))


def alone(one: Any, person: Any = None) -> Voice:
    return voice_of(one, person or factories.person())


def of_partner(one: Any, role: str = "signatory", partner: Any = None) -> Voice:
    partner = partner or factories.partner()
    return voice_of(one, factories.mandate(partner, role).person, partner)


def choose(voice: Voice, *values: int, **more: Any) -> Participant:
    """Put in a whole ballot: what is said of each statement, by number."""
    found = keys(voice.consultation)
    said = {key: value for key, value in zip(found, values, strict=False) if value}
    return put(voice, said, among=found, **more)


def seen(voice: Voice) -> str:
    return queries.held_by(participant_of(voice)).version


def said(voice: Voice) -> list[int]:
    """What stands on its ballot, by number."""
    choices = queries.held_by(participant_of(voice)).choices
    return [choices.get(key, 0) for key in keys(voice.consultation)]


def signed(voice: Voice) -> None:
    sign(voice, seen=seen(voice))


def client_of(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


# --- People × states × verbs

PEOPLE = ("visitor", "stranger", "viewer", "editor", "signatory", "officer")
TABLE = """
             draft planned before open after synthesis called_off   who
own            -     -      -      y    -      -         -          stranger viewer editor signatory officer
partners       -     -      -      y    -      -         -          editor signatory
sign           -     -      -      y    -      -         -          signatory
"""  # noqa: E501
STATES: dict[str, tuple[str, tuple[int, int]]] = {
    "draft": ("draft", (1, 14)),
    "planned": ("planned", (1, 14)),
    "before": ("open", (1, 14)),
    "open": ("open", (-1, 14)),
    "after": ("open", (-14, -1)),
    "synthesis": ("synthesis", (-1, 14)),
    "called_off": ("called_off", (-1, 14)),
}


def cells() -> Iterator[Any]:
    _head, *lines = TABLE.strip().splitlines()
    for line in lines:
        verb, *rest = line.split()
        marks, who = rest[: len(STATES)], rest[len(STATES) :]
        for state, mark in zip(STATES, marks, strict=True):
            yield pytest.param(verb, state, who if mark == "y" else [], id=f"{verb}-{state}")


@pytest.mark.parametrize(("verb", "state", "may"), list(cells()))
def test_who_puts_in_a_ballot_in_which_state(verb: str, state: str, may: list[str]) -> None:
    kept, days = STATES[state]
    one = asked(days=days)
    Consultation.objects.filter(pk=one.pk).update(state=kept)
    one = Consultation.objects.get(pk=one.pk)
    partner = factories.partner()
    people = {
        "visitor": AnonymousUser(),
        "stranger": factories.mandate(factories.partner(), "signatory").person,
        "viewer": factories.mandate(partner, "viewer").person,
        "editor": factories.mandate(partner, "editor").person,
        "signatory": factories.mandate(partner, "signatory").person,
        "officer": factories.officer(),
    }
    if verb == "sign":
        drafter = one.participants.create(partner=partner)
        drafter.ballots.create(choices={str(keys(one)[0]): 1}, is_draft=True)

    def act(who: str) -> None:
        if verb == "own":
            choose(voice_of(one, people[who]), 1)
        elif verb == "partners":
            choose(voice_of(one, people[who], partner), 1)
        else:
            signed(voice_of(one, people[who], partner))

    def happens(who: str) -> bool:
        with transaction.atomic():
            before, why = ballots(), ""
            try:
                act(who)
            except NotAllowed as refusal:
                why = str(refusal)
            after = ballots()
            transaction.set_rollback(True)
        assert (before == after) == bool(why)
        return not why

    def ballots() -> list[Any]:
        return list(Ballot.objects.order_by("pk").values())

    assert [who for who in PEOPLE if happens(who)] == may


# --- What a ballot may say

#        method     budget  ballot            sentence, where it is refused
RULES = [
    ("approval", False, (1, 1, 1, 1), ""),
    ("approval", False, (2,), "no place above 1"),
    ("approval", True, (1, 1, 1), ""),
    ("approval", True, (1, 0, 0, 1), ""),
    ("approval", True, (1, 1, 0, 1), "costs 1,200 .*, and the budget is 1,000 "),
    ("points", False, (10,), ""),
    ("points", False, (4, 3, 2, 1), ""),
    ("points", False, (4, 3, 2, 2), "You gave 11 points; there are 10"),
    ("points", True, (1, 1, 1, 1), "costs 1,500 .*, and the budget is 1,000 "),
    ("ranking", False, (2, 1, 4, 3), ""),
    ("ranking", False, (1, 0, 4), ""),  # places may stay empty
    ("ranking", False, (5,), "no place above 4"),
    ("ranking", False, (1, 2, 2), "Proposals 2 and 3 both stand at place 2"),
    ("ranking", True, (1, 2, 0, 3), "costs 1,200 .*, and the budget is 1,000 "),
    ("points", False, (-1,), "whole numbers from 1"),
]


@pytest.mark.parametrize(("by", "budget", "ballot", "sentence"), RULES)
def test_what_breaks_a_rule_changes_nothing(
    by: str, budget: bool, ballot: tuple[int, ...], sentence: str
) -> None:
    one = asked(by, budget=budget)
    voice = alone(one)
    choose(voice, 0, 0, 1)
    before = list(Ballot.objects.values())

    if sentence:
        with pytest.raises(Refused, match=sentence):
            choose(voice, *ballot)
        assert list(Ballot.objects.values()) == before
    else:
        choose(voice, *ballot)
        assert said(voice) == [*ballot, 0, 0, 0][:4]
    assert Ballot.objects.count() == 1


def test_true_is_no_number() -> None:
    one = asked("points")
    with pytest.raises(Refused):
        put(alone(one), {keys(one)[0]: True}, among=keys(one))


def test_what_does_not_stand_on_the_ballot_is_refused() -> None:
    one, other = asked(), asked()
    hidden = one.statements.get(number=2)
    type(hidden).objects.filter(pk=hidden.pk).update(
        state=StatementState.REFUSED, refused_for="off_topic"
    )

    for key in (hidden.pk, keys(other)[0], 10**15):
        with pytest.raises(Refused, match="stands on the ballot no more"):
            put(alone(one), {key: 1}, among=[key])
    assert not Ballot.objects.exists()


def test_page_by_page_the_whole_is_kept_or_nothing() -> None:
    one = asked("points")
    voice, found = alone(one), keys(one)

    put(voice, {found[0]: 6}, among=found[:2])
    put(voice, {found[2]: 4}, among=found[2:])
    assert said(voice) == [6, 0, 4, 0]
    with pytest.raises(Refused, match="You gave 11 points"):
        put(voice, {found[0]: 5, found[1]: 2}, among=found[:2])
    assert said(voice) == [6, 0, 4, 0]
    put(voice, {found[1]: 3}, among=found[:2])
    assert said(voice) == [0, 3, 4, 0]


def test_an_empty_ballot_is_taken_back() -> None:
    one = asked()
    voice = alone(one)
    choose(voice, 1)

    choose(voice)

    assert not Ballot.objects.exists()


def test_one_ballot_a_voice_whatever_is_sent_again() -> None:
    one = asked()
    person, partner = factories.person(), factories.partner()
    factories.mandate(partner, "signatory", person=person)
    for _ in range(3):
        choose(alone(one, person), 1, 1)
        choose(voice_of(one, person, partner), 0, 1)

    assert sorted(Ballot.objects.values_list("is_draft", flat=True)) == [False, True]


@pytest.mark.parametrize(("seconds", "is_taken"), [(-0.001, False), (0, True), (10, False)])
def test_phase_decides_to_the_second(seconds: float, is_taken: bool) -> None:
    one = asked()
    opens = timezone.now().replace(microsecond=0) - timedelta(days=1)
    one.phases.update(opens_at=opens, closes_at=opens + timedelta(seconds=10))
    now = opens + timedelta(seconds=seconds)

    if is_taken:
        choose(alone(one), 1, now=now)
    else:
        with pytest.raises(NotAllowed, match=r"^(Opens|Closed) on "):
            choose(alone(one), 1, now=now)
    assert Ballot.objects.count() == is_taken


def test_a_persons_ballot_leaves_no_event() -> None:
    one, person = asked(), factories.person()
    before = Event.objects.count()

    choose(alone(one, person), 1)

    assert Event.objects.count() == before
    ballot = Ballot.objects.select_related("participant").get()
    assert ballot.participant.signed_by is None
    assert ballot.participant.partner is None
    fields = {field.name for field in (*Ballot._meta.fields, *Participant._meta.fields)}
    assert not fields & {"at", "made_at", "changed_at", "person", "user"}


# --- Organisations


def test_draft_counts_once_it_is_signed_and_what_is_changed_waits_again() -> None:
    one, partner = asked(), factories.partner()
    editor, signatory = of_partner(one, "editor", partner), of_partner(one, partner=partner)

    choose(editor, 1, 1)
    assert not Ballot.objects.counting().exists()
    with pytest.raises(NotAllowed, match="Only a signatory"):
        signed(editor)
    signed(signatory)
    assert list(Ballot.objects.counting().values_list("choices", flat=True)) == [
        {str(key): 1 for key in keys(one)[:2]}
    ]
    event = Event.objects.get(verb="consultations.sign_ballot")
    assert event.actor == audit.ref(signatory.person)
    assert not list(audit.verify())

    choose(editor, 0, 1)
    assert Ballot.objects.count() == 2
    choose(editor, 1, 1)  # as it is signed: nothing waits
    assert Ballot.objects.get().is_draft is False
    with pytest.raises(Refused, match="nothing to sign"):
        signed(signatory)


def test_signature_rests_on_what_was_seen() -> None:
    one, partner = asked(), factories.partner()
    editor, signatory = of_partner(one, "editor", partner), of_partner(one, partner=partner)
    choose(editor, 1)
    before = seen(signatory)
    choose(editor, 0, 1)

    with pytest.raises(Refused, match="A colleague changed this ballot"):
        sign(signatory, seen=before)
    with pytest.raises(Refused, match="A colleague changed this ballot"):
        choose(signatory, 0, 0, 1, seen=before)
    assert said(signatory) == [0, 1, 0, 0]


def test_emptied_and_signed_takes_the_ballot_back() -> None:
    one = asked()
    voice = of_partner(one)
    choose(voice, 1)
    signed(voice)

    choose(voice)
    assert Ballot.objects.counting().count() == 1
    signed(voice)

    assert not Ballot.objects.exists()


# --- What stands on it


def test_all_that_is_shown_stands_there_until_some_are_chosen() -> None:
    one = asked(days=(1, 14))
    phase, found = queries.phase_of(one), keys(one)
    assert phase is not None
    assert [row.pk for row in queries.on_ballot(one, phase)] == found
    officer = factories.officer()

    set_ballot(one, {found[1]: None, found[2]: None}, among=found, by=officer)
    set_ballot(one, {found[3]: None}, among=found[2:], by=officer)  # another page

    assert [row.pk for row in queries.on_ballot(one, phase)] == [found[1], found[3]]
    assert "2 proposals stand on the ballot" in str(history(one)[-1])
    assert Event.objects.filter(verb="consultations.set_ballot").count() == 2
    set_ballot(one, {found[3]: None}, among=found[2:], by=officer)  # the same again
    assert Event.objects.filter(verb="consultations.set_ballot").count() == 2


@pytest.mark.parametrize(
    ("cost", "sentence"),
    [(None, "Say what proposal 1 costs"), (0, "Say what"), (-5, "Say what"), (BUDGET + 1, "whole")],
)
def test_within_a_budget_each_needs_its_cost(cost: int | None, sentence: str) -> None:
    one = asked(budget=True, days=(1, 14))
    found = keys(one)

    with pytest.raises(Refused, match=sentence):
        set_ballot(one, {found[0]: cost}, among=found, by=factories.officer())

    assert not one.statements.filter(is_on_ballot=True).exists()


def test_what_has_no_cost_does_not_stand_within_a_budget() -> None:
    one = asked(budget=True, days=(1, 14))
    found, officer = keys(one), factories.officer()
    phase = queries.phase_of(one)
    assert phase is not None

    set_ballot(one, {found[0]: BUDGET}, among=found, by=officer)
    assert [row.pk for row in queries.on_ballot(one, phase)] == found[:1]
    set_ballot(one, {}, among=found, by=officer)
    assert not queries.on_ballot(one, phase)


@pytest.mark.parametrize(
    ("state", "days", "sentence"),
    [
        ("open", (-1, 14), "Priorities are being set"),
        ("open", (-3, -1), "Priorities are being set"),
        ("synthesis", (1, 14), "takes nothing any more"),
        ("called_off", (1, 14), "takes nothing any more"),
    ],
)
def test_ballot_stays_once_priorities_are_set(state: str, days: Any, sentence: str) -> None:
    one = asked(days=days)
    factories.phase(one, "react", days=(-1, 30))
    Consultation.objects.filter(pk=one.pk).update(state=state)

    with pytest.raises(NotAllowed, match=sentence):
        set_ballot(one, {keys(one)[0]: None}, among=keys(one), by=factories.officer())


@pytest.mark.parametrize("budget", [True, False])
def test_empty_ballot_can_still_be_filled_while_people_would_choose(budget: bool) -> None:
    one = asked(budget=budget, days=(1, 14))
    found, officer = keys(one), factories.officer()
    set_ballot(one, {found[0]: BUDGET if budget else None}, among=found, by=officer)
    one.phases.update(opens_at=timezone.now() - timedelta(days=1))
    one = Consultation.objects.get(pk=one.pk)
    one.statements.filter(pk=found[0]).update(state=StatementState.REFUSED, refused_for="off_topic")
    with pytest.raises(Refused, match="stands on the ballot no more"):
        choose(alone(one), 0, 1)

    set_ballot(one, {found[1]: BUDGET if budget else None}, among=found, by=officer)

    choose(alone(one), 0, 1)
    with pytest.raises(NotAllowed, match="stays as it is"):
        set_ballot(one, {found[2]: BUDGET if budget else None}, among=found, by=officer)


def test_none_chosen_means_all_that_is_shown() -> None:
    """Also where one was chosen that is not shown any more."""
    one = asked(days=(1, 14))
    found, officer = keys(one), factories.officer()
    set_ballot(one, {found[0]: None, found[1]: None}, among=found, by=officer)
    one.statements.filter(pk=found[0]).update(state=StatementState.REFUSED, refused_for="off_topic")

    set_ballot(one, {}, among=found, by=officer)

    phase = queries.phase_of(one)
    assert phase is not None
    assert [row.pk for row in queries.on_ballot(one, phase)] == found[1:]


def test_costs_are_said_again_in_another_currency() -> None:
    one = asked(budget=True, days=(1, 14))
    phase, officer = queries.phase_of(one), factories.officer()
    assert phase is not None
    method = {"by": "approval", "budget": 90_000, "unit": factories.unit("usd")}
    moments = {"opens_at": phase.opens_at, "closes_at": phase.closes_at}

    set_phase(one, "prioritise", **moments, method=method, by=officer)
    assert one.statements.filter(cost=None).count() == 0
    method["unit"] = factories.unit("eur")
    set_phase(one, "prioritise", **moments, method=method, by=officer)

    assert one.statements.filter(cost=None).count() == 4


def test_money_beyond_exact_numbers_is_refused() -> None:
    one = asked(days=(1, 14))
    phase, officer = queries.phase_of(one), factories.officer()
    assert phase is not None
    moments = {"opens_at": phase.opens_at, "closes_at": phase.closes_at}
    method = {"by": "approval", "budget": LARGEST, "unit": factories.unit("usd")}
    with pytest.raises(Refused, match="a ledger can hold"):
        set_phase(one, "prioritise", **moments, method=method, by=officer)
    method["budget"] = LARGEST - 1
    set_phase(one, "prioritise", **moments, method=method, by=officer)
    found = keys(one)

    set_ballot(one, {found[0]: LARGEST - 1}, among=found, by=officer)
    with pytest.raises(Refused, match="too large"):
        set_ballot(one, {found[1]: 1}, among=found[1:2], by=officer)


# --- What comes of it


def test_by_support_with_equals_at_one_place() -> None:
    one = asked()
    for ballot in ((1, 0, 1), (1, 0, 0, 1), (0, 0, 1, 1), (1,), (0, 0, 1)):
        choose(alone(one), *ballot)

    people = outcome(one)["people"]

    assert [(row["number"], row["support"], row["place"]) for row in people["items"]] == [
        (1, 3, 1),
        (3, 3, 1),
        (4, 2, 3),
        (2, 0, 4),
    ]
    assert people["voices"] == 5


def test_ranking_counts_places_and_closes_up() -> None:
    one = asked("ranking")
    for _ in range(4):
        choose(alone(one), 1, 2)
    choose(alone(one), 0, 4, 1)

    rows = {row["number"]: row for row in outcome(one)["people"]["items"]}

    # A first place counts 4 points, the second 3: of the last ballot the fourth is its second.
    assert [rows[number]["support"] for number in (1, 2, 3, 4)] == [16, 15, 4, 0]


def test_budget_is_shared_out_equally() -> None:
    """Six of ten want the first two, the others the last: by support alone it would get nothing."""
    one = asked(statements=3, budget=True)
    one.statements.filter(number__in=(1, 2)).update(cost=30_000)
    one.statements.filter(number=3).update(cost=40_000)
    for _ in range(12):
        choose(alone(one), 1, 1)
    for _ in range(8):
        choose(alone(one), 0, 0, 1)

    value = outcome(one)
    rows = {row["number"]: row for row in value["people"]["items"]}

    assert value["rule"] == "equal_shares"
    assert value["people"]["spent"] == 100_000
    assert {number for number, row in rows.items() if row["round"]} == {1, 2, 3}
    assert rows[3]["price"] == 5_000
    assert rows[1]["price"] == 2_500


def test_why_something_is_out() -> None:
    one = asked(statements=3, budget=True)  # 300, 300, 600
    for _ in range(9):
        choose(alone(one), 1, 1)
    for _ in range(5):
        choose(alone(one), 0, 0, 1)

    value = outcome(one)
    section = words.section(one, value, "people")
    out = next(row for row in section.rows if row.statement.number == 3)

    assert not out.is_in
    assert out.place == "–"
    assert "Its supporters had" in out.why
    assert "too little" in out.why
    assert "14 ballots count." in section.sentences
    with translation.override("ar"):
        assert words.section(one, value, "people").rows


@pytest.mark.parametrize("others", [9, 1])
def test_purses_of_few_do_not_tell_what_else_they_chose(others: int) -> None:
    """Somebody who alone supports a proposal, perhaps their own, has less left for it the more they
    support of what is in."""
    told = []
    for also in (0, 1):
        one = asked(statements=3, budget=True)  # 300, 300, 600
        choose(alone(one), also, 0, 1)
        for _ in range(others):
            choose(alone(one), 1, 1)
        for _ in range(3):
            choose(alone(one), 1)
        value = outcome(one)
        item = next(row for row in value["people"]["items"] if row["number"] == 3)
        told.append({name: item[name] for name in OF_PURSES if name in item})
        section = words.section(one, value, "people")
        row = next(row for row in section.rows if row.statement.number == 3)
        assert "Fewer than five support it." in row.why
    assert told[0] == told[1]
    assert set(told[0].values()) == {None}


def test_votes_on_what_was_merged_count_for_the_other() -> None:
    one = asked("points")
    for _ in range(5):
        choose(alone(one), 3, 4)
    first, second = one.statements.filter(number__in=(1, 2)).order_by("number")
    type(first).objects.filter(pk=second.pk).update(state=StatementState.MERGED, merged_into=first)

    rows = {row["number"]: row["support"] for row in outcome(one)["people"]["items"]}

    assert rows == {1: 35, 3: 0, 4: 0}


def test_what_was_merged_is_changed_with_the_other() -> None:
    """Whoever saves again keeps what they said of a proposal that was merged meanwhile."""
    one = asked("points")
    voice = alone(one)
    choose(voice, 3, 4, 2)
    first, second, third, _fourth = one.statements.order_by("number")
    moderating.merge(second, first, by=factories.officer())

    put(voice, {third.pk: 3}, among=[third.pk])

    assert queries.held_by(participant_of(voice)).choices == {first.pk: 7, third.pk: 3}
    with pytest.raises(Refused, match="You gave 11 points"):
        put(voice, {third.pk: 4}, among=[third.pk])
    page = client_of(voice.person).get(address(one)).content.decode()
    assert 'name="choice-1" value="7"' in page


@pytest.mark.parametrize("by", list(METHODS))
def test_carried_over_says_nothing_twice(by: str) -> None:
    said_of = {1: 1, 2: 3, 3: 2} if by != "approval" else {1: 1, 2: 1, 3: 1}

    assert queries.carried_over(by, said_of, {}) == said_of
    assert (
        queries.carried_over(by, said_of, {2: 3})
        == {
            "approval": {1: 1, 3: 1},
            "points": {1: 1, 3: 5},
            "ranking": {1: 1, 3: 2},
        }[by]
    )
    assert (
        queries.carried_over(by, said_of, {1: 9, 2: 9})
        == {
            "approval": {9: 1, 3: 1},
            "points": {9: 4, 3: 2},
            "ranking": {9: 1, 3: 2},
        }[by]
    )


def test_what_stands_for_a_proposal_takes_its_place_on_the_ballot() -> None:
    one = asked(budget=True, days=(1, 14))
    found, officer = keys(one), factories.officer()
    set_ballot(one, {found[0]: 25_000, found[2]: 10_000}, among=found, by=officer)
    into, _second, third, fourth = one.statements.order_by("number")

    moderating.merge(third, fourth, by=officer)

    phase = queries.phase_of(one)
    assert phase is not None
    standing = queries.on_ballot(one, phase).order_by("number")
    assert list(standing.values_list("number", "cost")) == [(1, 25_000), (4, 10_000)]
    moderating.merge(fourth, into, by=officer)
    assert list(standing.all().values_list("number", "cost")) == [(1, 25_000)]


def test_organisations_and_people_are_never_mixed_and_drafts_do_not_count() -> None:
    one = asked()
    for _ in range(5):
        choose(alone(one), 1)
    voice = of_partner(one)
    choose(voice, 0, 1)
    assert outcome(one)["organisations"]["voices"] == 0
    signed(voice)

    value = outcome(one)

    assert value["organisations"]["voices"] == 1
    assert value["people"]["voices"] == 5
    assert value["organisations"]["items"][0]["number"] == 2
    assert value["organisations"]["items"][0]["by_group"] == {voice.partner.group.code: 1}
    assert json.loads(json.dumps(value)) == value


@pytest.mark.parametrize("budget", [False, True])
def test_of_one_to_four_people_nothing_is_told(budget: bool) -> None:
    one = asked(budget=budget, answers_are_public=False)
    for _ in range(4):
        choose(alone(one), 1)
        voice = of_partner(one)
        choose(voice, 1)
        signed(voice)

    value = outcome(one)

    nothing = {"voices": None, "is_told": False}
    assert value["people"] == value["organisations"] == nothing
    sentences = words.section(one, value, "people").sentences
    assert sentences == ["Fewer than five put in a ballot: nothing is told of what they chose."]


def test_groups_of_few_people_are_not_told_nor_left_over() -> None:
    one = asked()
    groups = {code: factories.group(code) for code in ("WRK", "EMP", "GOV")}
    for code, count in (("WRK", 8), ("EMP", 6), ("GOV", 1)):
        for _ in range(count):
            participant = choose(alone(one), 1)
            Participant.objects.filter(pk=participant.pk).update(group=groups[code])
    choose(alone(one), 1)  # names no group

    people = outcome(one)["people"]
    by_group = people["items"][0]["by_group"]

    assert by_group["GOV"] is None
    assert by_group["no group"] is None
    told = sum(size["voices"] for size in people["groups"])
    assert told == people["voices"] == 16
    assert all(size["voices"] >= 5 for size in people["groups"])


ballots_of = st.lists(
    st.dictionaries(st.integers(0, 3), st.integers(1, 3), max_size=3), min_size=5, max_size=12
)


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(ballots=ballots_of, budget=st.booleans())
def test_arithmetic_of_points_holds_for_any_ballots(
    ballots: list[dict[int, int]], budget: bool
) -> None:
    """Support adds up, what is in fits, and the order in which ballots came decides nothing."""
    with transaction.atomic():
        one = asked("points", budget=budget)
        found = keys(one)
        for number, ballot in enumerate(ballots):
            row = one.participants.create(pseudonym=f"{number:064x}")
            row.ballots.create(choices={str(found[at]): n for at, n in ballot.items()})

        value = outcome(one)
        items = value["people"]["items"]
        assert sum(row["support"] for row in items) == sum(sum(b.values()) for b in ballots)
        assert sorted(row["number"] for row in items) == [1, 2, 3, 4]
        if budget:
            paid = [row for row in items if row["round"]]
            assert sum(row["cost"] for row in paid) == value["people"]["spent"] <= BUDGET
            assert all((row["missing"] or 0) >= 0 for row in items if not row["round"])
        Ballot.objects.all().delete()
        for number, ballot in enumerate(reversed(ballots)):
            row = one.participants.get(pseudonym=f"{number:064x}")
            row.ballots.create(choices={str(found[at]): n for at, n in ballot.items()})
        assert outcome(one) == value
        transaction.set_rollback(True)


def test_consultation_without_priorities_has_no_list() -> None:
    assert outcome(factories.consultation("synthesis")) is None


# --- Files


def published(one: Any) -> dict[str, Any]:
    """Its results, kept as they are when all is over."""
    one.phases.update(closes_at=timezone.now() - timedelta(hours=1))
    Consultation.objects.filter(pk=one.pk).update(state="synthesis")
    value = outcome(one)
    Summary.objects.create(consultation=one, value={"priorities": value}, digest="0" * 64)
    return value


@pytest.mark.parametrize("by", list(METHODS))
@pytest.mark.parametrize("budget", [False, True])
def test_ballots_load_in_other_software(by: str, budget: bool, tmp_path: Path) -> None:
    from pabutools.election import parse_pabulib
    from pabutools.rules import method_of_equal_shares  # noqa: F401

    one = asked(by, budget=budget)
    for number in range(50):
        choose(alone(one), *[(1, 0, 0, 0), (0, 1, 2, 0), (1, 2, 0, 0)][number % 3]) if (
            by != "approval"
        ) else choose(alone(one), *[(1, 0, 0, 0), (0, 1, 1, 0), (1, 0, 1, 0)][number % 3])
    published(one)
    url = reverse("consultations:ballots_pb", args=[one.reference, "people"])
    answer = Client().get(url)
    path = tmp_path / "people.pb"
    path.write_bytes(b"".join(answer.streaming_content))

    instance, profile = parse_pabulib(str(path))
    poll = pabulib.read(path)

    assert len(instance) == 4
    assert len(profile) == 50
    assert poll.election.voters == 50
    rows = {row["number"]: row for row in outcome(one)["people"]["items"]}
    assert {
        int(id): int(n) for id, n in zip(poll.election.ids, poll.election.support, strict=False)
    } == {number: row["support"] for number, row in rows.items()}
    if budget:
        assert float(instance.budget_limit) == 1_000
        assert poll.official == {str(n) for n, row in rows.items() if row["round"]}


def test_file_of_ballots_stays_what_was_counted_whatever_is_merged_later() -> None:
    one = asked()
    for _ in range(50):
        choose(alone(one), 1, 1)
    published(one)
    url = reverse("consultations:ballots_pb", args=[one.reference, "people"])
    before = b"".join(Client().get(url).streaming_content)
    first, second = one.statements.filter(number__in=(1, 2)).order_by("number")
    moderating.merge(second, first, by=factories.officer())

    assert b"".join(Client().get(url).streaming_content) == before


def test_ballots_of_fewer_than_fifty_people_stay_in_the_house() -> None:
    one = asked()
    for _ in range(49):
        choose(alone(one), 1)
    published(one)

    url = reverse("consultations:ballots_pb", args=[one.reference, "people"])
    assert Client().get(url).status_code == 404
    choose_one_more = one.participants.create(pseudonym="f" * 64)
    choose_one_more.ballots.create(choices={str(keys(one)[0]): 1})
    Summary.objects.all().delete()
    published(one)
    assert Client().get(url).status_code == 200


@pytest.mark.parametrize("is_public", [True, False])
def test_ballots_of_organisations_are_told_by_name_where_they_are_public(is_public: bool) -> None:
    one = asked(answers_are_public=is_public)
    voice = of_partner(one, partner=factories.partner("=Bakers; of “the North”"))
    choose(voice, 1, 1)
    signed(voice)
    published(one)

    url = reverse("consultations:ballots_pb", args=[one.reference, "organisations"])
    answer = Client().get(url)

    assert answer.status_code == (200 if is_public else 404)
    if is_public:
        text = b"".join(answer.streaming_content).decode()
        assert voice.partner.reference in text
        assert '"' in text
        assert "1,2" in text


def test_lists_are_read_once_results_are_published() -> None:
    one = asked()
    for _ in range(5):
        choose(alone(one), 0, 1)
    addresses = [
        reverse(f"consultations:{name}", args=[one.reference, "people"])
        for name in ("prioritised", "prioritised_csv")
    ]
    for person in (AnonymousUser(), factories.officer()):
        client = Client() if person.is_anonymous else client_of(person)
        assert [client.get(each).status_code for each in addresses] == [404, 404]
    published(one)

    page, table = (Client().get(each) for each in addresses)

    assert b"5 support it" in page.content
    lines = b"".join(table.streaming_content).decode().splitlines()
    assert lines[1].startswith("2,Begin with this (2).,en,1,1,,,5,5")
    assert Client().get(addresses[0].replace("people", "else")).status_code == 404


# --- Pages


def address(one: Any, partner: Any = None) -> str:
    args = [one.reference, partner.reference] if partner else [one.reference]
    return reverse("consultations:prioritise", args=args)


@pytest.mark.parametrize("by", list(METHODS))
def test_person_saves_a_ballot_on_its_page(by: str) -> None:
    one, person = asked(by), factories.person()
    client = client_of(person)
    data = {"on": ["1", "2", "3", "4"], "choice-2": "1", "choice-3": "" if by != "points" else "4"}

    answer = client.post(address(one), data, follow=True)

    assert answer.status_code == 200
    expected = [0, 1, 4 if by == "points" else 0, 0]
    assert said(alone(one, person)) == expected
    again = client.get(address(one)).content.decode()
    assert {
        "approval": 'name="choice-2" value="1" checked',
        "points": 'name="choice-3" value="4"',
        "ranking": "<option selected>1</option>",
    }[by] in again


HOSTILE: list[dict[str, Any]] = [
    {},
    {"on": "1", "choice-1": "9" * 400},
    {"on": "1", "choice-1": "-1"},
    {"on": "1", "choice-1": "<script>alert(1)</script>"},
    {"on": "1", "choice-1": "\x00"},
    {"on": "1", "choice-1": "1e3"},
    {"on": "1", "choice-1": "11"},
    {"on": ["x", "-1", "9" * 30, "٣", ""], "choice-1": "1"},
    {"on": ["1"] * 500, "choice-1": "99"},
    {"on": "1", "choice-1": "99", "page": "9" * 40, "words": "<b>" * 90, "go": "../x"},
]


@pytest.mark.parametrize("data", HOSTILE)
def test_hostile_ballots_are_answered_with_a_page(data: dict[str, Any]) -> None:
    one, person = asked("points"), factories.person()

    answer = client_of(person).post(address(one), data)

    assert answer.status_code in (302, 409)
    assert b"<script>alert" not in answer.content
    if answer.status_code == 302:
        assert answer["Location"].startswith(address(one))
    assert not Ballot.objects.exists()


def test_refused_page_keeps_what_was_typed() -> None:
    one = asked("points")

    answer = client_of(factories.person()).post(
        address(one), {"on": ["1", "2"], "choice-1": "8", "choice-2": "7"}
    )

    text = answer.content.decode()
    assert answer.status_code == 409
    assert "You gave 15 points; there are 10 to give." in text
    assert 'name="choice-1" value="8"' in text
    assert 'name="choice-2" value="7"' in text


def test_points_in_other_digits_are_points() -> None:
    one, person = asked("points"), factories.person()

    client_of(person).post(address(one), {"on": "1", "choice-1": "٧"})

    assert said(alone(one, person)) == [7, 0, 0, 0]


def test_long_ballot_has_pages_and_a_search_and_stays_light() -> None:
    one = asked("ranking", statements=0)
    factories.statement(one, "Night buses run before the first shift begins.")
    first, person = one.statements.get(), factories.person()
    choose(alone(one, person), 1)
    one.statements.bulk_create(
        type(first)(
            consultation=one,
            number=number,
            origin="person",
            author=one.participants.create(pseudonym=f"{number:064x}"),
            text=f"Proposal {number * 7919}: {'rest wages hours heat safety '[number % 7 :] * 6}",
        )
        for number in range(2, 201)
    )
    client = client_of(person)
    page = client.get(address(one)).content
    assert page.count(b'name="on"') == 50
    assert b"Save and go on to the next page" in page
    assert len(gzip.compress(page)) < 15_000

    found = client.get(address(one) + "?words=night+buses").content.decode()
    assert found.count('name="on"') == 1
    answer = client.post(address(one), {"on": "1", "choice-1": "1", "words": "night buses"})
    assert "words=night" in answer["Location"]
    mine = client.get(address(one) + "?mine=on").content.decode()
    assert mine.count('name="on"') == 1
    assert "<option selected>1</option>" in mine
    answer = client.post(address(one), {"on": "1", "choice-1": "1", "mine": "on"})
    assert answer["Location"].endswith("?mine=on")
    nothing = client.get(address(one) + "?mine=on&words=wages").content
    assert b"Nothing was found on the ballot." in nothing
    answer = client.post(address(one), {"on": "7", "choice-7": "2", "go": "3"})
    assert answer["Location"].endswith("?page=3")
    answer = client.post(address(one), {"on": "9", "choice-9": "2", "page": "3"})
    assert answer.status_code == 409
    assert "Proposals 7 and 9 both stand at place 2" in answer.content.decode()


def test_page_counts_its_queries_whatever_is_on_it() -> None:
    counts = []
    for statements in (1, 30):
        one = asked("points", statements=statements)
        client = client_of(factories.person())
        client.post(address(one), {"on": "1", "choice-1": "3"})
        client.get(address(one))
        with connections["default"].execute_wrapper(counter := Counter()):
            client.get(address(one))
        counts.append(counter.count)
    assert counts[0] == counts[1]


class Counter:
    count = 0

    def __call__(self, execute: Any, *args: Any) -> Any:
        self.count += 1
        return execute(*args)


def test_page_says_what_one_chose_when_all_is_over() -> None:
    one, person = asked("points"), factories.person()
    choose(alone(one, person), 0, 7)
    one.phases.update(closes_at=timezone.now() - timedelta(hours=1))
    Consultation.objects.filter(pk=one.pk).update(state="synthesis")

    page = client_of(person).get(address(one)).content.decode()
    assert "7 points" in page
    assert "1 proposal is on your ballot." in page
    assert "in any way you like" not in page
    assert "until the end" not in page
    assert "<button>Save" not in page
    throw_key_away(one)
    Consultation.objects.filter(pk=one.pk).update(state="feedback")

    page = client_of(person).get(address(one)).content.decode()
    assert "Nothing leads from you to your ballot any more" in page
    assert "on your ballot." not in page


def test_signatory_signs_on_the_page() -> None:
    one, partner = asked(), factories.partner()
    editor = factories.mandate(partner, "editor").person
    signatory = factories.mandate(partner, "signatory").person
    sent = {"on": ["1"], "choice-1": "1"}
    assert client_of(editor).post(address(one, partner), sent).status_code == 409
    sent["seen"] = queries.Held().version
    assert client_of(editor).post(address(one, partner), sent).status_code == 302
    assert b"/prioritise/sign/" not in client_of(editor).get(address(one, partner)).content
    client = client_of(signatory)
    assert b"/prioritise/sign/" in client.get(address(one, partner)).content
    url = reverse("consultations:sign_ballot", args=[one.reference, partner.reference])

    assert client.post(url, {"seen": "x"}).status_code == 409
    held = queries.held_by(one.participants.get(partner=partner))
    assert client.post(url, {"seen": held.version}).status_code == 302
    assert Ballot.objects.counting().count() == 1


def test_officer_chooses_on_the_desk() -> None:
    one = asked(budget=True, days=(1, 14))
    one.statements.update(cost=None)
    client = client_of(factories.officer())
    url = reverse("consultations:ballot", args=[one.reference])
    assert "each proposal on it needs its cost" in client.get(url).content.decode()

    answer = client.post(url, {"on": ["1", "2"], "row": ["1", "2"], "cost-1": "250"})
    assert answer.status_code == 409
    assert "Say what proposal 2 costs" in answer.content.decode()
    answer = client.post(url, {"on": ["1", "2"], "row": "1", "cost-1": "abc"})
    assert answer.status_code == 409
    assert "whole units" in answer.content.decode()
    answer = client.post(url, {"on": ["1", "2"], "row": "1", "cost-1": "250"})

    assert answer.status_code == 302
    assert one.statements.get(is_on_ballot=True).cost == 25_000
    assert client_of(factories.person()).get(url).status_code == 404


# --- At the same moment


@pytest.mark.django_db(transaction=True)
def test_two_tabs_leave_one_whole_ballot() -> None:
    one, person = asked("points"), factories.person()
    found = keys(one)
    refused: list[str] = []

    def send(at: int) -> None:
        try:
            put(alone(one, person), {found[at]: 6}, among=[found[at]])
        except Refused as refusal:
            refused.append(str(refusal))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send, args=[at]) for at in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Ballot.objects.count() == 1
    assert sum(said(alone(one, person))) == 6
    assert len(refused) == 3


def test_rules_read_a_ballot_the_same_in_any_order() -> None:
    one = asked("ranking")
    phase = queries.phase_of(one)
    assert phase is not None
    standing = {key: (number, None) for number, key in enumerate(keys(one), start=1)}
    whole = dict.fromkeys(keys(one)[:2], 1)
    assert broken(phase, standing, whole) == broken(phase, standing, dict(reversed(whole.items())))


def test_export_says_who_may_read_it() -> None:
    one = asked()
    value = outcome(one)
    assert not exporting.is_published(one, value, "people")
    assert not exporting.is_published(one, value, "organisations")
