from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coalition.analysis.binding import (
    NO_RULE,
    Act,
    Action,
    Delay,
    Derived,
    Period,
    Rule,
    Status,
    Why,
    after,
    derive,
    on_day,
)

TWELVE = Rule(Delay(12), 2, Delay(12), denounced=Delay(12))
ENTERED = Rule(Delay(12), in_force_on=date(1950, 7, 4), denounced=Delay(12))


def act(kind: str, on: str = "", *, party: int = 1, key: int = 0, **fields: object) -> Action:
    day = date.fromisoformat(on) if on else None
    return Action(key, party, Act(kind), day, **fields)  # type: ignore[arg-type]


def told(derived: Derived, party: int = 1) -> list[tuple[str, str, str]]:
    """The periods of one party as words: status, since, why."""
    return [
        (one.status.value, one.since.isoformat(), one.why.value)
        for one in derived.periods
        if one.party == party
    ]


# --- Months ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "delay", "next_month", "end"),
    [
        ("1951-06-28", Delay(12), False, "1952-06-28"),
        ("1952-02-29", Delay(12), False, "1953-02-28"),
        ("2023-01-31", Delay(1), False, "2023-02-28"),
        ("2023-01-31", Delay(3), False, "2023-04-30"),
        ("2023-12-31", Delay(2), False, "2024-02-29"),
        ("1981-08-04", Delay(0, 30), False, "1981-09-03"),
        ("1928-01-01", Delay(0, 90), False, "1928-03-31"),
        ("2020-05-09", Delay(), False, "2020-05-09"),
        ("2023-01-31", Delay(1), True, "2023-03-01"),
        ("2023-12-05", Delay(), True, "2024-01-01"),
        ("2023-11-30", Delay(1), True, "2024-01-01"),
    ],
)
def test_a_delay_ends_by_the_calendar(start: str, delay: Delay, next_month: bool, end: str) -> None:
    day = after(date.fromisoformat(start), delay, from_next_month=next_month)

    assert day.isoformat() == end


# --- One party -------------------------------------------------------------------------------


def test_the_first_parties_are_bound_together_and_later_ones_after_their_own_delay() -> None:
    derived = derive(
        TWELVE,
        [
            act("consent", "1949-07-04", party=1),
            act("consent", "1949-11-25", party=2),
            act("consent", "1950-11-20", party=3),
        ],
    )

    assert derived.entry == date(1950, 11, 25)
    assert told(derived, 1) == [("pending", "1949-07-04", ""), ("in_force", "1950-11-25", "")]
    assert told(derived, 3) == [("pending", "1950-11-20", ""), ("in_force", "1951-11-20", "")]


def test_too_few_parties_wait_and_say_why() -> None:
    derived = derive(TWELVE, [act("consent", "1949-07-04")])

    assert derived.entry is None
    assert told(derived) == [("pending", "1949-07-04", "entry_not_reached")]


def test_an_organisation_does_not_count_for_the_first_entry_and_is_bound_like_others() -> None:
    derived = derive(
        TWELVE,
        [
            act("consent", "2000-01-01", party=1, counts=False),
            act("consent", "2001-01-01", party=2),
            act("consent", "2002-01-01", party=3),
        ],
    )

    assert derived.entry == date(2003, 1, 1)
    assert told(derived, 1) == [("pending", "2000-01-01", ""), ("in_force", "2003-01-01", "")]


def test_who_left_before_does_not_count_for_the_first_entry() -> None:
    derived = derive(
        TWELVE,
        [
            act("consent", "2000-01-01", party=1),
            act("denunciation", "2000-06-01", party=1),
            act("consent", "2002-01-01", party=2),
            act("consent", "2005-01-01", party=3),
        ],
    )

    assert derived.entry == date(2006, 1, 1)
    assert told(derived, 1) == [("pending", "2000-01-01", ""), ("denounced", "2001-06-01", "")]


def test_a_signature_alone_does_not_bind() -> None:
    derived = derive(ENTERED, [act("signature", "1999-01-01"), act("consent", "2001-01-01")])

    assert told(derived) == [
        ("signed", "1999-01-01", ""),
        ("pending", "2001-01-01", ""),
        ("in_force", "2002-01-01", ""),
    ]


def test_a_denunciation_takes_effect_after_its_delay_or_on_the_day_that_is_given() -> None:
    registered = derive(ENTERED, [act("consent", "1951-09-24"), act("denunciation", "1983-09-16")])
    given_day = derive(
        ENTERED,
        [
            act("consent", "1959-05-04"),
            act("denunciation", effective_on=date(1994, 4, 2)),
        ],
    )

    assert told(registered)[-1] == ("denounced", "1984-09-16", "")
    assert told(given_day)[-1] == ("denounced", "1994-04-02", "")


def test_who_leaves_and_returns_is_bound_anew_without_a_gap_where_there_is_none() -> None:
    gone = [act("consent", "1960-01-01"), act("denunciation", "1970-01-01", key=1)]

    later = derive(ENTERED, [*gone, act("consent", "1980-01-01", key=2)])
    at_once = derive(ENTERED, [*gone, act("consent", "1970-01-01", key=2)])
    meanwhile = derive(ENTERED, [*gone, act("consent", "1970-07-01", key=2)])

    assert told(later) == [
        ("pending", "1960-01-01", ""),
        ("in_force", "1961-01-01", ""),
        ("denounced", "1971-01-01", ""),
        ("pending", "1980-01-01", ""),
        ("in_force", "1981-01-01", ""),
    ]
    assert told(at_once) == [("pending", "1960-01-01", ""), ("in_force", "1961-01-01", "")]
    assert told(meanwhile) == [
        ("pending", "1960-01-01", ""),
        ("in_force", "1961-01-01", ""),
        ("pending", "1971-01-01", ""),
        ("in_force", "1971-07-01", ""),
    ]


def test_a_succession_binds_from_its_registration_and_says_so() -> None:
    derived = derive(ENTERED, [act("succession", "1993-05-28")])

    assert told(derived) == [("in_force", "1993-05-28", "succession")]


def test_an_effect_that_the_source_gives_needs_no_rule() -> None:
    derived = derive(NO_RULE, [act("consent", "2022-08-12", effective_on=date(2023, 8, 12))])

    assert told(derived) == [("pending", "2022-08-12", ""), ("in_force", "2023-08-12", "")]


def test_what_is_not_held_makes_the_status_unknown_and_not_something_else() -> None:
    no_delay = Rule(Delay(12), in_force_on=date(1950, 7, 4))
    leaving = [act("consent", "1960-01-01"), act("denunciation", "1970-01-01", key=1)]

    assert told(derive(NO_RULE, [act("signature", "1950-01-01"), *leaving])) == [
        ("signed", "1950-01-01", ""),
        ("unknown", "1960-01-01", "rule_not_held"),
    ]
    assert told(derive(no_delay, leaving)) == [
        ("pending", "1960-01-01", ""),
        ("in_force", "1961-01-01", ""),
        ("unknown", "1970-01-01", "delay_not_held"),
    ]


def test_a_source_that_says_otherwise_without_a_reason_makes_the_status_unknown() -> None:
    says_not = act("consent", "1924-06-12", says_in_force=False, as_of=date(2023, 5, 11))
    rule = Rule(Delay(12), in_force_on=date(1922, 6, 13), denounced=Delay(12))
    too_soon = act("consent", "2023-01-01", says_in_force=True, as_of=date(2023, 5, 11))

    assert told(derive(rule, [says_not])) == [("unknown", "1924-06-12", "reason_not_held")]
    assert told(derive(rule, [says_not, act("denunciation", "1990-01-01")])) == [
        ("pending", "1924-06-12", ""),
        ("in_force", "1925-06-12", ""),
        ("denounced", "1991-01-01", ""),
    ]
    assert told(derive(rule, [too_soon])) == [("unknown", "2023-01-01", "source_differs")]


def test_acts_that_can_change_nothing_change_nothing() -> None:
    derived = derive(
        ENTERED,
        [
            act("denunciation", "1955-01-01", key=1),
            act("consent", "1960-01-01", key=2),
            act("consent", "1965-01-01", key=3),
            act("signature", "1966-01-01", key=4),
        ],
    )

    assert [(one.status.value, one.action) for one in derived.periods] == [
        ("pending", 2),
        ("in_force", 2),
    ]


def test_an_act_without_any_day_is_refused() -> None:
    with pytest.raises(ValueError, match="Act 7 has no day"):
        Action(7, 1, Act.CONSENT)


# --- Against a slow and obvious way ------------------------------------------------------------

START = date(2000, 1, 1)
DAYS = 160
days = st.integers(0, 90).map(lambda number: START + timedelta(number))
delays = st.builds(Delay, st.integers(0, 1), st.integers(0, 20))
rules = st.builds(
    Rule,
    later=st.one_of(st.none(), delays),
    first_parties=st.one_of(st.none(), st.integers(1, 3)),
    first=delays,
    in_force_on=st.one_of(st.none(), st.none(), days),
    denounced=st.one_of(st.none(), delays),
    from_next_month=st.booleans(),
)
acts_of_many = st.lists(
    st.tuples(
        st.integers(1, 4),
        st.sampled_from(list(Act)),
        days,
        st.one_of(st.none(), st.none(), st.integers(0, 40)),
    ),
    max_size=14,
).map(
    lambda rows: [
        Action(key, party, kind, on, on + timedelta(later) if later is not None else None)
        for key, (party, kind, on, later) in enumerate(rows)
    ]
)


def end_of(rule: Rule, action: Action, delay: Delay | None) -> date | None:
    if action.effective_on or delay is None:
        return action.effective_on
    return after(action.day, delay, from_next_month=rule.from_next_month)


def stays(rule: Rule, acts: Sequence[Action], party: int, until: date) -> list[list[Action | None]]:
    """Consents of a party known by a day, each with the denunciation that answers it."""
    found: list[list[Action | None]] = []
    known = [one for one in acts if one.party == party and one.day <= until]
    for one in sorted(known, key=lambda a: (a.day, a.act is not Act.DENUNCIATION, a.key)):
        if one.act is Act.DENUNCIATION:
            if found and found[-1][1] is None:
                found[-1][1] = one
        elif one.act is not Act.SIGNATURE and (not found or found[-1][1] is not None):
            found.append([one, None])
    return found


def slow_entry(rule: Rule, acts: Sequence[Action]) -> date | None:
    """Walk day by day and count who stands by a consent that is not yet withdrawn."""
    if rule.in_force_on:
        return rule.in_force_on
    if rule.first_parties is None or rule.first is None:
        return None
    for number in range(DAYS):
        day = START + timedelta(number)
        standing = 0
        for party in {one.party for one in acts}:
            for consent, leave in stays(rule, acts, party, date.max):
                assert consent
                ends = end_of(rule, leave, rule.denounced) if leave else None
                gone = ends is not None and ends <= day
                standing += consent.day <= day and not gone
        if standing >= rule.first_parties:
            return after(day, rule.first, from_next_month=rule.from_next_month)
    return None


def slow_status(
    rule: Rule, entry: date | None, acts: Sequence[Action], party: int, day: date
) -> tuple[Status, Why]:
    """Where a party stands on one day, told from its acts alone, one case after the other."""
    cases = []
    has_entry = rule.in_force_on or (rule.first_parties is not None and rule.first is not None)
    for consent, leave in stays(rule, acts, party, date.max):
        assert consent
        if day < consent.day:
            continue
        ends = end_of(rule, leave, rule.denounced) if leave else None
        if ends and ends <= day:
            cases.append((Status.DENOUNCED, Why.PLAIN))
        elif not consent.effective_on and (rule.later is None or not has_entry):
            cases.append((Status.UNKNOWN, Why.RULE_NOT_HELD))
        elif leave and ends is None and leave.day <= day:
            cases.append((Status.UNKNOWN, Why.DELAY_NOT_HELD))
        elif not consent.effective_on and entry is None:
            cases.append((Status.PENDING, Why.ENTRY_NOT_REACHED))
        else:
            own = (
                consent.day if consent.act is Act.SUCCESSION else end_of(rule, consent, rule.later)
            )
            binds = consent.effective_on or max(filter(None, [entry, own]))
            if day < binds:
                cases.append((Status.PENDING, Why.PLAIN))
            else:
                is_heir = consent.act is Act.SUCCESSION
                cases.append((Status.IN_FORCE, Why.SUCCESSION if is_heir else Why.PLAIN))
    for case in reversed(cases):
        if case[0] is Status.IN_FORCE:
            return case
    if cases:
        return cases[-1]
    signed = any(one.act is Act.SIGNATURE and one.party == party and one.day <= day for one in acts)
    return (Status.SIGNED if signed else Status.NOT_BOUND), Why.PLAIN


@settings(max_examples=150, deadline=None)
@given(rules, acts_of_many)
def test_every_status_is_that_of_the_slow_way(rule: Rule, acts: list[Action]) -> None:
    derived = derive(rule, acts)

    assert derived.entry == slow_entry(rule, acts)
    for party in {one.party for one in acts}:
        periods = [one for one in derived.periods if one.party == party]
        for number in range(0, DAYS, 3):
            day = START + timedelta(number)
            here = on_day(periods, day)
            found = (here.status, here.why) if here else (Status.NOT_BOUND, Why.PLAIN)
            assert found == slow_status(rule, derived.entry, acts, party, day)


@settings(max_examples=150, deadline=None)
@given(rules, acts_of_many)
def test_periods_follow_each_other_without_gap_or_overlap(rule: Rule, acts: list[Action]) -> None:
    derived = derive(rule, acts)
    by_party: dict[int, list[Period]] = {}
    for one in derived.periods:
        by_party.setdefault(one.party, []).append(one)

    for periods in by_party.values():
        for one, following in pairwise(periods):
            assert one.until == following.since
            assert one.since < following.since
            assert (one.status, one.why) != (following.status, following.why)
        assert periods[-1].until is None
        assert Status.NOT_BOUND not in {one.status for one in periods}
        assert {one.action for one in periods} <= {one.key for one in acts}


@settings(max_examples=100, deadline=None)
@given(rules, acts_of_many)
def test_the_order_in_which_acts_are_told_does_not_matter(rule: Rule, acts: list[Action]) -> None:
    assert derive(rule, acts) == derive(rule, acts[::-1])


@settings(max_examples=100, deadline=None)
@given(acts_of_many, st.integers(5, 60))
def test_nobody_is_bound_before_the_instrument_is_or_sooner_by_a_longer_delay(
    acts: list[Action], longer: int
) -> None:
    plain = [one for one in acts if one.effective_on is None]
    short = derive(Rule(Delay(0, 5), 2, Delay(0, 5), denounced=Delay(0, 5)), plain)
    long_ = derive(Rule(Delay(0, longer), 2, Delay(0, 5), denounced=Delay(0, 5)), plain)

    def first(derived: Derived, party: int) -> date:
        return min(
            (
                one.since
                for one in derived.periods
                if one.party == party and one.status is Status.IN_FORCE
            ),
            default=date.max,
        )

    assert short.entry == long_.entry
    for party in {one.party for one in plain}:
        assert first(short, party) <= first(long_, party)
        if first(short, party) < date.max:
            assert short.entry is not None
            assert first(short, party) >= short.entry
