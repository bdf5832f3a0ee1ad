"""Equal shares and the greedy rule: the worked example of the reference page by hand, a plain
slow reckoning in fractions as the oracle, what must hold of every election, and traps."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coalition.analysis.choosing.completion import completed
from coalition.analysis.choosing.election import Election
from coalition.analysis.choosing.equal_shares import course
from coalition.analysis.choosing.explaining import Explained, explained
from coalition.analysis.choosing.prioritising import prioritised, without_group
from coalition.analysis.choosing.purses import Purses

pytestmark = pytest.mark.any_database

UTILITIES = ("cost", "cardinality")


def election(costs, budget, ballots, **more) -> Election:
    """`ballots`: of each voter the points by item; items are called a, b, c …"""
    entries = [(at, item, points) for at, one in enumerate(ballots) for item, points in one.items()]
    who, what, points = zip(*entries, strict=True) if entries else ((), (), ())
    ids = more.pop("ids", [chr(97 + at) for at in range(len(costs))])
    return Election.of(ids, costs, budget, len(ballots), (who, what), points, **more)


def approving(costs, budget, ballots, **more) -> Election:
    return election(costs, budget, [dict.fromkeys(one, 1) for one in ballots], **more)


# --- The worked example of docs/reference/prioritisation.md, reckoned by hand ----------------

CLINIC, GARDEN, LIBRARY, BUS = range(4)


@pytest.fixture
def town() -> Election:
    """Six voters and 60 to spend: a share of 10 each."""
    ballots = [[0, 1], [0, 1], [0, 1], [0, 2], [0, 2, 3], [2, 3]]
    return approving([30, 20, 15, 8], 60, ballots, ids=["clinic", "garden", "library", "bus"])


def test_town_by_equal_shares(town: Election) -> None:
    outcome = prioritised(town, utility="cost")

    # Five pay 6 each for the clinic. For the library two can give only the 4 they have left, so
    # the third pays 7. Then nobody can pay for anything.
    assert outcome.winners == ("clinic", "library")
    assert [round_.price for round_ in outcome.rounds] == [6, 7]
    assert [(round_.paying, round_.emptied) for round_ in outcome.rounds] == [(5, 0), (3, 2)]
    assert (outcome.share, outcome.spent) == (10, 45)


def test_town_completed(town: Election) -> None:
    outcome = prioritised(town, utility="cost", completion="add1")

    # With a share of 11 the bus still lacks 2; with 12 its supporters have 1 and 7, just enough.
    assert outcome.winners == ("clinic", "library", "bus")
    assert [round_.price for round_ in outcome.rounds] == [6, 5, 7]
    assert (outcome.share, outcome.spent) == (12, 53)


def test_town_by_the_greedy_rule(town: Election) -> None:
    outcome = prioritised(town, rule="greedy", utility="cost")

    assert outcome.winners == ("clinic", "garden", "bus")
    assert outcome.rounds[1].tied == ("library",)
    assert outcome.share is None


def test_town_explained(town: Election) -> None:
    items = {item.item: item for item in explained(prioritised(town, utility="cost"))}

    assert items["garden"] == Explained(
        item="garden",
        cost=20,
        support=3,
        supporters=3,
        by_group={},
        round=None,
        available=Fraction(12),  # three with 4 each
        missing=Fraction(8),
        more_supporters=None,  # the others have 3 and nothing
        carried_by=(),
    )
    assert (items["bus"].available, items["bus"].missing) == (3, 5)
    assert items["bus"].more_supporters == 2  # of those three with 4 each
    assert (items["library"].round, items["library"].available) == (2, 18)
    greedy = {item.item: item for item in explained(prioritised(town, rule="greedy"))}
    assert (greedy["library"].available, greedy["library"].missing) == (10, 5)
    assert greedy["library"].more_supporters == 1  # then it comes before the garden


def test_supporters_that_are_missing_are_counted_exactly() -> None:
    """Ten tenths are one, though floating point adds them up to less."""
    nobody = Election.of(["bench"], [1], 1, 10, ([], []))

    (bench,) = explained(prioritised(nobody))

    assert (bench.available, bench.missing, bench.more_supporters) == (0, 1, 10)


# --- A plain reckoning -----------------------------------------------------------------------


def plainly(e: Election, utility: str, share: Fraction) -> list[int]:
    """The method as the paper words it, with every purse a fraction."""
    purses = [share] * e.voters
    points = [dict(zip(e.supporters_of(i), e.points_of(i), strict=True)) for i in range(len(e.ids))]
    taken: list[int] = []
    while True:
        found = []
        for item, given_ in enumerate(points):
            cost = int(e.costs[item])
            if item in taken or not given_ or sum(purses[v] for v in given_) < cost:
                continue
            worth = {v: int(p) * e.worth(item, utility) for v, p in given_.items()}
            poor: set[int] = set()
            while True:
                rich = sum(worth[v] for v in worth if v not in poor)
                rho = (cost - sum(purses[v] for v in poor)) / Fraction(rich)
                more = {v for v in worth if v not in poor and purses[v] < rho * worth[v]}
                if not more:
                    break
                poor |= more
            found.append((rho, e.ids[item], item, worth))
        if not found:
            return taken
        rho, _, item, worth = min(found, key=lambda one: one[:2])
        taken.append(item)
        for voter, value in worth.items():
            purses[voter] -= min(purses[voter], rho * value)


def plainly_completed(e: Election, utility: str) -> list[int]:
    share, before = Fraction(e.budget, e.voters), []
    while True:
        taken = plainly(e, utility, share)
        left = e.budget - sum(int(e.costs[item]) for item in taken)
        if left < 0:
            return before
        if all(e.costs[i] > left or i in taken or not e.support[i] for i in range(len(e.ids))):
            return taken
        before, share = taken, share + e.unit


SMALL = st.integers(1, 12)


@st.composite
def elections(draw, *, most_points: int = 3, costs=SMALL) -> Election:
    items = draw(st.integers(1, 5))
    prices = draw(st.lists(costs, min_size=items, max_size=items))
    ballot = st.dictionaries(st.integers(0, items - 1), st.integers(1, most_points), max_size=items)
    ballots = draw(st.lists(ballot, min_size=1, max_size=7))
    budget = draw(st.integers(1, sum(prices) + 5))
    return election(prices, budget, ballots)


utilities = st.sampled_from(UTILITIES)
approvals = elections(most_points=1)
# Costs that differ by less than floating point can tell once they are shared out.
close_calls = elections(costs=st.integers(10**14, 10**14 + 3))


@given(elections() | approvals | close_calls, utilities)
@settings(max_examples=400, deadline=None)
def test_equal_shares_are_as_reckoned_plainly(e: Election, utility) -> None:
    share = Fraction(e.budget, e.voters)

    assert list(course(e, utility, share).taken) == plainly(e, utility, share)


@pytest.mark.parametrize("most_points", [1, 3])
def test_many_voters_are_as_reckoned_plainly(most_points) -> None:
    random = np.random.default_rng(15)
    ballots = [
        {item: int(random.integers(1, most_points + 1)) for item in random.permutation(15)[:4]}
        for _ in range(200)
    ]
    e = election([int(cost) for cost in random.integers(100, 3000, 15)], 9_000, ballots)

    for utility in UTILITIES:
        assert list(course(e, utility, Fraction(45)).taken) == plainly(e, utility, Fraction(45))


@given(elections() | approvals | close_calls, utilities)
@settings(max_examples=150, deadline=None)
def test_prices_found_afterwards_pay_each_item_exactly(e: Election, utility) -> None:
    share, everybody = Fraction(e.budget, e.voters), np.arange(e.voters)
    found = course(e, utility, share)
    figures, off = found.purses.left.copy(), Fraction(found.purses.off)

    # No figure is further from the truth than it says …
    for figure, truth in zip(figures, found.purses.exact(everybody), strict=True):
        assert abs(Fraction(float(figure)) - truth) <= off
    # … and what all give together at the price of a round is the cost of the item.
    purses = Purses(e, share)
    for item, round_ in zip(found.taken, found.rounds, strict=True):
        before = Fraction(purses.exact_sum(everybody), purses.parts)
        assert purses.pay(item, round_.price) == (round_.paying, round_.emptied)
        assert before - Fraction(purses.exact_sum(everybody), purses.parts) == round_.cost


@given(elections() | approvals, utilities)
@settings(max_examples=250, deadline=None)
def test_completion_is_as_reckoned_unit_by_unit(e: Election, utility) -> None:
    assert list(completed(e, utility, "add1").taken) == plainly_completed(e, utility)


@given(elections(costs=st.integers(1, 400)), utilities)
@settings(max_examples=25, deadline=None)
def test_completion_with_shares_of_many_units(e: Election, utility) -> None:
    assert list(completed(e, utility, "add1").taken) == plainly_completed(e, utility)


@given(elections(), utilities, st.fractions(0, 1))
@settings(max_examples=60, deadline=None)
def test_within_the_slack_nothing_changes(e: Election, utility, part: Fraction) -> None:
    share = Fraction(e.budget, e.voters)
    now = course(e, utility, share, with_slack=True)
    grown = share + Fraction(min(now.slack, 1e6)) * part * Fraction(999, 1000)

    assert course(e, utility, grown).taken == now.taken


# --- What holds of every election ------------------------------------------------------------


@given(elections(), utilities, st.sampled_from(["equal-shares", "greedy"]), st.randoms())
@settings(max_examples=60, deadline=None)
def test_order_of_voters_and_items_does_not_matter(e: Election, utility, rule, random) -> None:
    voters, items = list(range(e.voters)), list(range(len(e.ids)))
    random.shuffle(voters)
    random.shuffle(items)
    new_item = {old: new for new, old in enumerate(items)}
    of = np.repeat(np.arange(len(e.ids)), np.diff(e.indptr))
    supports = ([voters[v] for v in e.supporters], [new_item[item] for item in of])
    ids, costs = [e.ids[item] for item in items], [int(e.costs[item]) for item in items]
    shuffled = Election.of(ids, costs, e.budget, e.voters, supports, e.points)
    first = prioritised(e, rule=rule, utility=utility)
    other = prioritised(shuffled, rule=rule, utility=utility)

    assert (first.winners, first.rounds) == (other.winners, other.rounds)
    assert explained(first) == explained(other)


@given(elections(), utilities, st.sampled_from(["equal-shares", "greedy"]))
@settings(max_examples=60, deadline=None)
def test_a_copy_of_every_voter_changes_no_winner(e: Election, utility, rule) -> None:
    of = np.repeat(np.arange(len(e.ids)), np.diff(e.indptr))
    twice = (np.concatenate([e.supporters, e.supporters + e.voters]), np.concatenate([of, of]))
    points = np.concatenate([e.points, e.points])
    doubled = Election.of(e.ids, list(e.costs), e.budget, 2 * e.voters, twice, points)

    one = prioritised(e, rule=rule, utility=utility)
    assert prioritised(doubled, rule=rule, utility=utility).winners == one.winners


@given(approvals, utilities, st.data())
@settings(max_examples=60, deadline=None)
def test_added_support_never_removes_a_winner_of_greedy(e: Election, utility, data) -> None:
    outcome = prioritised(e, rule="greedy", utility=utility)
    others = [
        (v, item)
        for item in outcome.taken
        for v in range(e.voters)
        if v not in e.supporters_of(item)
    ]
    if others:
        voter, item = data.draw(st.sampled_from(others))
        more = supported(e, item, [voter])
        assert e.ids[item] in prioritised(more, rule="greedy", utility=utility).winners


@given(elections(), utilities, st.sampled_from(["none", "add1"]))
@settings(max_examples=60, deadline=None)
def test_budget_is_never_overspent_and_money_adds_up(e: Election, utility, completion) -> None:
    found = completed(e, utility, completion)
    purses = found.purses
    spent = sum(int(e.costs[item]) for item in found.taken)
    left = Fraction(purses.exact_sum(np.arange(e.voters)), purses.parts)

    assert spent <= e.budget
    assert left + spent == purses.share * e.voters
    assert all(0 <= purse <= purses.share for purse in purses.exact(np.arange(e.voters)))
    assert np.allclose(purses.left, [float(p) for p in purses.exact(np.arange(e.voters))])


@given(elections(), utilities, st.sampled_from(["equal-shares", "greedy"]))
@settings(max_examples=80, deadline=None)
def test_what_an_item_is_said_to_need_brings_it_in(e: Election, utility, rule) -> None:
    outcome = prioritised(e, rule=rule, utility=utility)
    for item in explained(outcome):
        at = e.ids.index(item.item)
        if item.round is None and item.supporters and item.cost - item.missing >= 1:
            costs = e.costs.copy()
            costs[at] = int(item.cost - item.missing)  # rounded down to a whole unit
            of = np.repeat(np.arange(len(e.ids)), np.diff(e.indptr))
            cheaper = Election.of(
                e.ids, list(costs), e.budget, e.voters, (e.supporters, of), e.points
            )
            assert item.item in prioritised(cheaper, rule=rule, utility=utility).winners
        if item.round is None and item.more_supporters and rule == "equal-shares":
            richest = np.argsort(-course(e, utility, outcome.share).purses.left, kind="stable")
            others = [v for v in richest if v not in e.supporters_of(at)]
            more = supported(e, at, others[: item.more_supporters])
            assert item.item in prioritised(more, rule=rule, utility=utility).winners


@given(approvals, utilities)
@settings(max_examples=60, deadline=None)
def test_supporters_that_greedy_is_said_to_lack_are_the_fewest(e: Election, utility) -> None:
    for item in explained(prioritised(e, rule="greedy", utility=utility)):
        at = e.ids.index(item.item)
        others = [v for v in range(e.voters) if v not in e.supporters_of(at)]
        needed = item.more_supporters
        for number in range(len(others) + 1):
            more = supported(e, at, others[:number])
            is_in = item.item in prioritised(more, rule="greedy", utility=utility).winners
            assert is_in == (needed is not None and number >= needed)


def supported(e: Election, item: int, voters) -> Election:
    """The same election with one point for the item from each of these voters."""
    of = np.repeat(np.arange(len(e.ids)), np.diff(e.indptr))
    who = np.concatenate([e.supporters, np.asarray(voters, np.int64)])
    what = np.concatenate([of, np.full(len(voters), item)])
    points = np.concatenate([e.points, np.ones(len(voters))])
    return Election.of(e.ids, list(e.costs), e.budget, e.voters, (who, what), points)


# --- Groups ----------------------------------------------------------------------------------


def grouped(ballots_of: dict[str, list[list[int]]], costs, budget) -> Election:
    ballots = [ballot for ballots in ballots_of.values() for ballot in ballots]
    of = [at for at, ballots in enumerate(ballots_of.values()) for _ in ballots]
    return approving(costs, budget, ballots, groups=list(ballots_of), group_of=of)


def test_support_is_told_by_group_unless_few_would_be_known() -> None:
    e = grouped({"GOV": [[0]] * 10 + [[1]] * 10, "WRK": [[0]] * 7 + [[1]] * 8}, [10, 10], 10)
    items = {item.item: item.by_group for item in explained(prioritised(e))}

    assert items == {"a": {"GOV": 10, "WRK": 7}, "b": {"GOV": 10, "WRK": 8}}


def test_few_supporters_of_a_group_are_withheld_with_what_would_tell_them() -> None:
    ballots = {
        "GOV": [[0]] * 18 + [[]] * 9,
        "WRK": [[0]] * 3 + [[]] * 9,
        "EMP": [[0]] * 6 + [[]] * 9,
    }
    [item] = explained(prioritised(grouped(ballots, [10], 10)))

    # 27 support it: 3 are too few to tell, and the total less the two others would tell them.
    assert item.supporters == 27
    assert item.by_group["WRK"] is None
    assert list(item.by_group.values()).count(None) == 2


def test_a_group_that_carries_an_item_is_named() -> None:
    e = grouped({"GOV": [[0]] * 6, "EMP": [[0]] * 6, "WRK": [[1]] * 12}, [6, 10], 20)
    items = {item.item: item for item in explained(prioritised(e))}

    assert items["a"].round
    assert items["a"].carried_by == ()  # six alone could pay for it
    assert items["b"].carried_by == ("WRK",)
    assert without_group(e, 2).support.tolist() == [12, 0]


def test_what_changes_without_four_people_is_not_told() -> None:
    e = grouped({"GOV": [[0]] * 20, "WRK": [[1]] * 4}, [10, 4], 24)
    items = {item.item: item for item in explained(prioritised(e))}

    assert items["b"].round
    assert items["b"].carried_by == ()
    # Nor what comes of the votes of these four alone.
    assert items["a"].round
    assert items["a"].carried_by == ()


# --- Traps -----------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", ["equal-shares", "greedy"])
@pytest.mark.parametrize("completion", ["none", "add1"])
def test_nobody_voted(rule, completion) -> None:
    outcome = prioritised(approving([5, 6], 10, []), rule=rule, completion=completion)

    assert (outcome.winners, outcome.rounds) == ((), ())
    assert [item.supporters for item in explained(outcome)] == [0, 0]


@pytest.mark.parametrize("rule", ["equal-shares", "greedy"])
@pytest.mark.parametrize("completion", ["none", "add1"])
def test_voters_who_support_nothing(rule, completion) -> None:
    outcome = prioritised(approving([5, 6], 10, [[], []]), rule=rule, completion=completion)

    assert outcome.winners == ()
    assert [item.missing for item in explained(outcome)] == [5, 6] if rule != "greedy" else [0, 0]


def test_one_voter_one_item_at_the_very_price() -> None:
    assert prioritised(approving([7], 7, [[0]])).winners == ("a",)
    assert prioritised(approving([8], 7, [[0]])).winners == ()


def test_all_the_same_is_decided_by_ids_alone() -> None:
    e = approving([10, 10, 10], 20, [[0, 1, 2]] * 4, ids=["10", "9", "2"])

    for rule in ("equal-shares", "greedy"):
        outcome = prioritised(e, rule=rule)
        assert outcome.winners == ("10", "2")  # as text, not as numbers
        assert outcome.rounds[0].tied == ("2", "9")


def test_huge_shares_are_completed_at_once() -> None:
    """A trillion steps of one unit, were they taken one by one."""
    e = approving([10**12, 3 * 10**12], 42 * 10**11, [[0], [1], []])
    outcome = prioritised(e, completion="add1")

    assert outcome.winners == ("a", "b")
    assert outcome.share == 3 * 10**12


@pytest.mark.parametrize("utility", UTILITIES)
def test_items_always_just_as_good_do_not_hold_completion_up(utility) -> None:
    """Two that are alike, and two of supporters who are alike: at any share they are tied."""
    million = 10**6
    alike = [[0, 1, 4], [0, 1], [0, 1, 2], [2], [2, 4], [3, 5], [3], [3, 5]]
    costs = [31 * million, 31 * million, 40 * million, 40 * million, 7 * million, 90 * million]
    e = approving(costs, 180 * million, alike)
    few = Election.of(e.ids, [c // million for c in costs], 180, 8, _supports(e))
    by_steps = plainly_completed(few, utility)  # in coarser steps, with the same end here
    outcome = prioritised(e, utility=utility, completion="add1")

    assert list(outcome.taken) == by_steps


def test_a_gap_that_never_closes_is_no_division_by_zero() -> None:
    """Near 2⁵³ a purse may be as good as empty for the rates, and hold something in truth."""
    costs = [811457843054409, 675232365274405, 178169279820580, 71326959537484, 104003067247297]
    ballots = [
        {0: 505183, 1: 358685, 2: 197317, 3: 37690, 4: 91509},
        {2: 728231, 3: 792985, 4: 164884},
        {3: 598336},
    ]
    e = election(costs, 2**52, ballots)

    assert prioritised(e, utility="cost", completion="add1").spent <= e.budget


def _supports(e: Election):
    return e.supporters, np.repeat(np.arange(len(e.ids)), np.diff(e.indptr))


def test_cents_are_raised_by_whole_units_of_the_currency() -> None:
    e = approving([250, 300], 550, [[0], [1]], unit=100)
    share = prioritised(e, completion="add1").share

    assert share == 275 + 100


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"costs": [0]}, "above 0"),
        ({"costs": [2**53]}, "too large"),
        ({"budget": 0}, "above 0"),
        ({"ids": ["a", "a"], "costs": [1, 1]}, "id of its own"),
        ({"supports": ([0], [1])}, "item that is not there"),
        ({"supports": ([2], [0])}, "voter who is not there"),
        ({"supports": ([0, 0], [0, 0])}, "supports an item twice"),
        ({"supports": ([0], [0, 0])}, "its points"),
        ({"points": [-1]}, "from 0"),
        ({"points": [2**53]}, "too large"),
        ({"group_of": [0, 0], "groups": []}, "one of the groups"),
    ],
)
def test_what_is_no_election_is_refused(change, sentence) -> None:
    plain = {"ids": ["a"], "costs": [5], "budget": 9, "voters": 2, "supports": ([0], [0])}

    with pytest.raises(ValueError, match=sentence):
        Election.of(**(plain | change))
