"""The fairest lottery over panels, held to what listing all panels gives where that is possible."""

from __future__ import annotations

import csv
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from benchmarks.computations.lot import (
    example_small_20,
    generated,
    peer_chances,
    quota_example,
)
from coalition.analysis.lot import feasibility
from coalition.analysis.lot.chances import fairest
from coalition.analysis.lot.division import fairest_division
from coalition.analysis.lot.feasibility import Infeasible, a_panel, smallest_changes
from coalition.analysis.lot.panels import Panels, Undecided, solver
from coalition.analysis.lot.pools import TICKETS, Pool, Problem, Quota

pytestmark = pytest.mark.any_database

VALUES = {"gender": ("f", "m", "x"), "region": ("north", "south"), "age": ("old", "young")}


def problem(people: str, quotas: list[tuple[str, str, int, int]], size: int) -> Problem:
    """ "f north, f south": one person after another, with a gender, a region and perhaps an age."""
    rows = [person.split() for person in people.split(", ")] if people else []
    features = list(VALUES)[: len(rows[0]) if rows else 2]
    pool = Pool.of([str(at) for at in range(len(rows))], features, rows)
    return Problem(pool, tuple(Quota(*quota) for quota in quotas), size)


@st.composite
def problems(draw: Any) -> Problem:
    """Of three features, since with two every division of seats is a lottery of whole panels."""
    one = st.tuples(*(st.sampled_from(values) for values in VALUES.values()))
    people = draw(st.lists(one, min_size=1, max_size=9))
    quotas = []
    for feature, values in VALUES.items():
        for value in sorted(draw(st.sets(st.sampled_from(values)))):
            least = draw(st.integers(0, 2))
            quotas.append((feature, value, least, least + draw(st.integers(0, 2))))
    text = ", ".join(" ".join(person) for person in people)
    return problem(text, quotas, draw(st.integers(1, 4)))


# --- By listing everything -------------------------------------------------------------------


def every_panel(given: Problem) -> np.ndarray:
    ranges = [range(min(given.size, size) + 1) for size in given.types.sizes.tolist()]
    found = [x for x in product(*ranges) if given.allows(np.array(x, dtype=np.int64))]
    return np.array(found, dtype=np.int64).reshape(len(found), len(ranges))


def leximin_by_listing(given: Problem) -> np.ndarray:
    """Chance by type: raise all that can be raised; who cannot (asked one by one) is settled."""
    panels = every_panel(given)
    chances = panels / given.types.sizes
    settled = dict.fromkeys(np.flatnonzero(panels.sum(axis=0) == 0).tolist(), 0.0)
    while still := [at for at in range(chances.shape[1]) if at not in settled]:
        level = highest(chances, settled, still)
        for at in still:
            others = settled | {other: level for other in still if other != at}
            if highest(chances, others, [at]) <= level + 1e-7:
                settled[at] = level
    return np.array([settled[at] for at in range(chances.shape[1])])


def highest(chances: np.ndarray, floors: dict[int, float], raised: list[int]) -> float:
    """How high can all of these be at once, if the others keep their floors?"""
    low = [at for at in floors if at not in raised]
    rows = np.hstack([-chances.T, np.zeros((chances.shape[1], 1))])
    rows[raised, -1] = 1.0
    tops = [1e-10 - floors[at] for at in low] + [0.0] * len(raised)
    goal, one = np.zeros(len(chances) + 1), np.ones((1, len(chances) + 1))
    goal[-1], one[0, -1] = -1.0, 0.0
    return -float(linprog(goal, rows[low + raised], tops, one, [1.0]).fun)


@given(problems())
@settings(max_examples=60, deadline=None)
def test_it_is_what_listing_all_panels_gives(given: Problem) -> None:
    panels = every_panel(given)

    if not len(panels):
        with pytest.raises(Infeasible):
            fairest(given)
        return
    lottery = fairest(given)

    expected = leximin_by_listing(given)
    assert lottery.by_type == pytest.approx(expected, abs=2e-6)
    never = np.flatnonzero(panels.sum(axis=0) == 0)
    assert lottery.certificate.unreachable == tuple(never.tolist())
    lowest = np.delete(expected, never).min()
    assert lottery.certificate.bound == pytest.approx(lowest, abs=2e-6)
    assert lottery.certificate.reached == pytest.approx(lowest, abs=2e-6)


@given(problems())
@settings(max_examples=40, deadline=None)
def test_every_panel_meets_the_quotas_and_chances_fill_it(given: Problem) -> None:
    try:
        lottery = fairest(given)
    except Infeasible:
        return

    assert all(given.allows(panel) for panel in lottery.panels)
    assert lottery.tickets.sum() == TICKETS
    assert lottery.tickets.min() > 0
    assert len({panel.tobytes() for panel in lottery.panels}) == len(lottery.panels)
    assert lottery.chances.sum() == pytest.approx(given.size, abs=1e-9)
    assert lottery.chances.max() <= 1 + 1e-12
    assert lottery.certificate.reached <= lottery.certificate.bound + 1e-9


@given(problems(), st.randoms(use_true_random=False))
@settings(max_examples=30, deadline=None)
def test_the_order_of_people_quotas_and_features_does_not_matter(given: Problem, by: Any) -> None:
    pool = given.pool
    order, columns, quotas = list(range(len(pool.ids))), [0, 1, 2], list(given.quotas)
    for each in (order, columns, quotas):
        by.shuffle(each)
    texts = [[pool.labels[at][row[at]] for at in columns] for row in pool.values.tolist()]
    shuffled = Pool.of(
        [pool.ids[at] for at in order],
        [pool.features[at] for at in columns],
        [texts[at] for at in order],
    )
    other = Problem(shuffled, tuple(quotas), given.size)

    refusals = [refusal(given), refusal(other)]

    assert refusals[0] == refusals[1]
    if refusals[0]:
        return
    lottery, again = fairest(given), fairest(other)
    assert np.array_equal(again.panels, lottery.panels)
    assert np.array_equal(again.tickets, lottery.tickets)
    by_id = dict(zip(pool.ids, lottery.chances.tolist(), strict=True))
    assert [by_id[one] for one in shuffled.ids] == again.chances.tolist()


def refusal(given: Problem) -> str:
    try:
        a_panel(given)
    except Infeasible as refused:
        return str(refused)
    return ""


# --- Quotas that cannot be met ---------------------------------------------------------------


@given(problems())
@settings(max_examples=60, deadline=None)
def test_the_smallest_change_is_smallest_and_mends(given: Problem) -> None:
    if len(given.pool.ids) < given.size:
        return
    ranges = [range(size + 1) for size in given.types.sizes.tolist()]
    all_ways = [np.array(x) for x in product(*ranges) if sum(x) == given.size]

    def missing(panel: np.ndarray) -> tuple[int, int]:
        held = given.counted @ panel
        off = [max(0, q.least - h, h - q.most) for q, h in zip(given.ordered, held, strict=True)]
        return int(sum(off)), sum(map(bool, off))

    changes = smallest_changes(given)

    assert changes is not None
    seats = sum(c.quota.least - c.least + c.most - c.quota.most for c in changes)
    assert (seats, len(changes)) == min(missing(panel) for panel in all_ways)
    mended = {(c.quota.feature, c.quota.value): c for c in changes}
    quotas = [
        Quota(q.feature, q.value, c.least, c.most) if (c := mended.get((q.feature, q.value))) else q
        for q in given.quotas
    ]
    assert Problem(given.pool, tuple(quotas), given.size).allows(
        a_panel(Problem(given.pool, tuple(quotas), given.size))
    )


def test_of_changes_by_as_many_seats_the_one_of_fewest_quotas_is_proposed() -> None:
    """Two seats are missing. One more each of p and q would do, whose names come first; two more
    of s touch a single quota."""
    rows = [["p"], ["p"], ["q"], ["q"], ["s"], ["s"], ["s"]]
    pool = Pool.of([str(at) for at in range(7)], ["kind"], rows)
    quotas = tuple(
        Quota("kind", value, 0, most) for value, most in zip("pqrs", (1, 1, 0, 1), strict=True)
    )

    changes = smallest_changes(Problem(pool, quotas, 5))

    assert changes is not None
    assert [str(change) for change in changes] == ["kind: s: at most 3 instead of 1"]


def test_a_refusal_says_what_would_mend_it() -> None:
    people = "f north, f north, m north, m north, m south"
    cases = [
        (
            [("gender", "f", 3, 3)],
            "No panel of 3 drawn from this pool meets all quotas. The smallest change that makes "
            "one possible: gender: f: at least 2 instead of 3.",
        ),
        (
            [("region", "south", 0, 3), ("gender", "m", 0, 0)],
            "No panel of 3 drawn from this pool meets all quotas. The smallest change that makes "
            "one possible: gender: m: at most 1 instead of 0.",
        ),
        # Of two that are equally small the name that comes first gives way.
        (
            [("region", "south", 0, 0), ("gender", "f", 0, 0)],
            "No panel of 3 drawn from this pool meets all quotas. The smallest change that makes "
            "one possible: gender: f: at most 1 instead of 0.",
        ),
        # Nobody has the value at all.
        (
            [("region", "west", 1, 2)],
            "No panel of 3 drawn from this pool meets all quotas. The smallest change that makes "
            "one possible: region: west: at least 0 instead of 1.",
        ),
        # It goes no further than it may.
        (
            [("gender", "f", 3, 3, 3, 3)],
            "No panel of 3 drawn from this pool meets all quotas, not even with every quota "
            "widened as far as its floor and its ceiling allow.",
        ),
    ]
    for quotas, expected in cases:
        with pytest.raises(Infeasible) as refused:
            fairest(problem(people, quotas, 3))  # type: ignore[arg-type]
        assert str(refused.value) == expected

    with pytest.raises(Infeasible, match="The pool holds 0 people; a panel of 2 cannot be drawn"):
        fairest(problem("", [], 2))


def test_a_problem_that_contradicts_itself_is_refused() -> None:
    cases = [
        ([("hobby", "chess", 0, 1)], 1, "The pool has no feature “hobby”."),
        ([("gender", "f", 2, 1)], 1, "The quota for gender: f is no range: 2–1."),
        ([("gender", "f", -1, 1)], 1, "The quota for gender: f is no range: -1–1."),
        ([("gender", "f", 0, 1), ("gender", "f", 0, 2)], 1, "There are two quotas for gender: f."),
        ([], 0, "A panel has at least one member."),
    ]
    for quotas, size, expected in cases:
        with pytest.raises(ValueError, match=expected):
            problem("f north", quotas, size)
    with pytest.raises(ValueError, match="an id that nobody else has"):
        Pool.of(["a", "a"], ["gender"], [["f"], ["m"]])
    with pytest.raises(ValueError, match="one value of each feature"):
        Pool.of(["a"], ["gender", "region"], [["f"]])


# --- Traps -----------------------------------------------------------------------------------


def test_odd_pools() -> None:
    alone = fairest(problem("f north", [], 1))
    assert (alone.chances.tolist(), alone.certificate.gap) == ([1.0], 0.0)

    everybody = fairest(problem("f north, m south, x north", [("gender", "f", 0, 3)], 3))
    assert everybody.chances.tolist() == [1.0, 1.0, 1.0]

    # All the same: a panel of one type, and everybody the same chance.
    alike = fairest(problem(", ".join(["f north"] * 8), [("gender", "f", 0, 9)], 2))
    assert alike.chances.tolist() == [0.25] * 8
    assert len(alike.panels) == 1

    # Nobody outside the quotas' reach drags the others down.
    barred = fairest(problem("f north, m north, m south, m south", [("gender", "f", 0, 0)], 1))
    assert barred.certificate.unreachable == (0,)
    assert barred.chances.tolist() == pytest.approx([0, 1 / 3, 1 / 3, 1 / 3], abs=2e-9)
    assert barred.certificate.reached == pytest.approx(1 / 3, abs=2e-9)

    # Bounds far beyond the pool and the panel ask for nothing.
    wide = fairest(problem("f north, m south", [("gender", "f", 0, 10**9)], 1))
    assert wide.chances.tolist() == [0.5, 0.5]


def test_where_seats_cannot_be_divided_whole_panels_are_what_counts() -> None:
    """Three features of two values, of each at most one seat of two: of four people no two may sit
    together, except with the fifth. Half seats would let each pair up; whole ones do not."""
    rows = [list("001"), list("010"), list("100"), list("111")]
    pool = Pool.of(list("abcd"), list("PQR"), rows)
    quotas = tuple(Quota(feature, value, 1, 1) for feature in "PQR" for value in "01")
    given = Problem(pool, quotas, 2)

    assert fairest_division(given).tolist() == pytest.approx([0.5] * 4)
    with pytest.raises(Infeasible) as refused:
        fairest(given)
    assert len(refused.value.changes) == 2


def test_a_type_that_only_divided_seats_could_reach_is_told() -> None:
    rows = [list("001"), list("010"), list("100"), list("111"), list("000")]
    pool = Pool.of(list("abcde"), list("PQR"), rows)
    quotas = tuple(Quota(feature, value, 1, 1) for feature in "PQR" for value in "01")

    lottery = fairest(Problem(pool, quotas, 2))

    # Only d and e together have one of each; a, b and c have half a seat each were they divisible.
    assert lottery.chances.tolist() == [0.0, 0.0, 0.0, 1.0, 1.0]
    assert len(lottery.certificate.unreachable) == 3
    assert (fairest_division(Problem(pool, quotas, 2)) > 0).all()


def test_the_worked_example() -> None:
    """Six people, a panel of two, one from north and one from south, at least one of them a woman.
    North has f f m, south has f m m. Everybody can have one third: the seat of the north falls to
    each of its three alike, and so does the south's."""
    people = "f north, f north, m north, f south, m south, m south"
    quotas = [("region", "north", 1, 1), ("region", "south", 1, 1), ("gender", "f", 1, 2)]

    lottery = fairest(problem(people, quotas, 2))

    assert lottery.chances.tolist() == pytest.approx([1 / 3] * 6, abs=2e-9)
    assert lottery.certificate.bound == pytest.approx(1 / 3, abs=1e-9)
    assert lottery.certificate.gap < 1e-8


def test_leximin_goes_on_after_the_lowest() -> None:
    """One woman must sit and there are four: a quarter each, while one of two men sits. A third
    seat is open to none but the person of the other gender, who always sits."""
    people = ", ".join(["f north"] * 4 + ["m north"] * 2 + ["x south"])
    quotas = [("gender", "f", 1, 1), ("gender", "m", 1, 1), ("gender", "x", 1, 1)]

    lottery = fairest(problem(people, quotas, 3))

    assert lottery.chances.tolist() == pytest.approx([0.25] * 4 + [0.5] * 2 + [1.0], abs=2e-9)


def test_where_whole_panels_give_less_than_divided_seats_it_is_still_the_fairest() -> None:
    """By hand: at most one of b and d may sit (f1), c or d must (f0), and not only a, b, c (f2). So
    the panels of three are ace, acd, ade, cde and, the only one with b, bce. b and d share one
    chance: half each. While b sits a cannot, so a has what is left, half, and only if cde is never
    drawn; c and e then sit with b and with half of the rest, three quarters. Were seats divisible,
    a, c and e could have two thirds each."""
    rows = [list("001"), list("011"), list("101"), list("110"), list("000")]
    pool = Pool.of(list("abcde"), ["f0", "f1", "f2"], rows)
    bounds = [("f0", "1", 1, 2), ("f1", "0", 1, 2), ("f1", "1", 0, 1), ("f2", "0", 1, 2)]
    given = Problem(pool, tuple(Quota(*each) for each in [*bounds, ("f2", "1", 1, 2)]), 3)

    lottery = fairest(given)

    assert lottery.chances.tolist() == pytest.approx([0.5, 0.5, 0.75, 0.5, 0.75], abs=1e-7)
    drawn = sorted(
        "".join(pool.ids[at] for at in np.flatnonzero(p[given.types.of])) for p in lottery.panels
    )
    assert drawn == ["acd", "ade", "bce"]
    assert lottery.certificate.bound == pytest.approx(0.5, abs=1e-7)
    assert lottery.certificate.kept == pytest.approx(0.75, abs=1e-7)
    divided = fairest_division(given)[given.types.of]
    assert divided.tolist() == pytest.approx([2 / 3, 0.5, 2 / 3, 0.5, 2 / 3])


def test_the_bound_is_that_of_whole_panels_where_divided_seats_promise_more() -> None:
    """By hand, with one of f1, and of f2 and f3 at least one: a and e, who are alike, can sit with
    d alone, and without them b sits with c, d or f. Drawn half the time, a and e have a quarter
    each, and c and f share the other half; more for either pair is less for the other. Were seats
    divisible, everybody could have a third."""
    rows = [list("000"), list("011"), list("110"), list("111"), list("000"), list("101")]
    pool = Pool.of(list("abcdef"), ["f1", "f2", "f3"], rows)
    bounds = [("f1", "1", 1, 1), ("f2", "1", 1, 2), ("f3", "1", 1, 2)]
    given = Problem(pool, tuple(Quota(*each) for each in bounds), 2)

    lottery = fairest(given)

    assert lottery.chances.tolist() == pytest.approx([0.25, 0.5, 0.25, 0.5, 0.25, 0.25], abs=1e-7)
    assert lottery.certificate.bound == pytest.approx(0.25, abs=1e-7)
    assert lottery.certificate.gap < 1e-6
    assert (fairest_division(given) / given.types.sizes).tolist() == pytest.approx([1 / 3] * 5)


@pytest.mark.parametrize("limit", ["NODES", "SECONDS"])
def test_a_search_that_is_given_up_says_so(monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    monkeypatch.setattr(f"coalition.analysis.lot.panels.{limit}", 0)

    with pytest.raises(Undecided, match="given up after"):
        a_panel(generated("tight", people=60, size=12))


def test_a_change_that_is_not_proved_to_be_the_smallest_is_not_called_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With hundreds of quotas that contradict each other the proof could take hours."""
    given = problem("f north, m north, m south", [("gender", "f", 2, 2)], 2)
    monkeypatch.setattr("coalition.analysis.lot.feasibility.SECONDS", 0.0)

    with pytest.raises(Undecided):
        smallest_changes(given)

    mended = feasibility.Change(given.quotas[0], 1, 2)
    monkeypatch.setattr(feasibility, "_widened", lambda _problem: ((mended,), False))
    with pytest.raises(Infeasible, match=r"A change \(there may be a smaller one\) that makes one"):
        a_panel(given)


def test_a_pool_of_too_many_types_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty thousand people of eleven thousand types would be searched for hours."""
    monkeypatch.setattr("coalition.analysis.lot.chances.MOST_TYPES", 2)
    pool = problem(
        "f north, m north, m south", [("gender", "f", 0, 2), ("region", "north", 0, 2)], 2
    )

    with pytest.raises(Undecided, match="3 kinds of people, too many"):
        fairest(pool)


def test_a_solver_that_gives_up_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def hasty(program: Any, **options: Any) -> Any:
        return solver(program, time_limit=0.0, **options)

    monkeypatch.setattr("coalition.analysis.lot.chances.solver", hasty)

    with pytest.raises(Undecided, match=r"could not be computed.* Please widen"):
        fairest(generated("tight", people=60, size=12))


def test_a_limit_of_rounds_is_told_by_the_certificate() -> None:
    """Stopped at once it is still a lottery over panels that meet the quotas, and says its gap."""
    given = generated("tight", people=60, size=12)

    hurried, whole = fairest(given, rounds=1), fairest(given)

    assert all(given.allows(panel) for panel in hurried.panels)
    assert hurried.certificate.reached == pytest.approx(hurried.chances.min())
    assert hurried.certificate.reached <= whole.certificate.reached + 1e-9
    assert whole.certificate.gap < 1e-6


def test_a_near_panel_is_a_panel_and_never_beats_the_best() -> None:
    given = generated("tight", people=120, size=20)
    panels, chance = Panels(given), np.random.default_rng(5)
    for _ in range(5):
        weights = chance.normal(size=len(given.types.sizes))
        near, best = panels.near(weights), panels.best(weights)
        assert best is not None
        assert near is not None
        assert given.allows(near)
        assert given.allows(best[0])
        assert weights @ near <= weights @ best[0] + 1e-6 <= best[1] + 2e-6


# --- Beside the peer, and on real data -------------------------------------------------------


@pytest.mark.long
@pytest.mark.parametrize(("kind", "people", "size"), [("even", 24, 6), ("tight", 20, 6)])
def test_chances_agree_with_the_peer(kind: str, people: int, size: int) -> None:
    given = generated(kind, people, size)

    ours = fairest(given)

    theirs = peer_chances(given, "leximin")
    assert np.sort(ours.chances) == pytest.approx(np.sort(list(theirs.values())), abs=2e-3)


@pytest.mark.realdata
def test_everybody_of_the_small_example_has_ten_per_cent(data_dir: Path) -> None:
    with (data_dir / "sortition/example_small_20/respondents.csv").open(encoding="utf-8") as lines:
        people = sum(1 for _ in csv.DictReader(lines))

    lottery = fairest(example_small_20(data_dir))

    assert people == 200
    assert lottery.chances.tolist() == pytest.approx([0.1] * people, abs=1e-8)
    assert lottery.certificate.gap < 1e-7


@pytest.mark.realdata
@pytest.mark.long
def test_chances_of_the_quota_example_are_those_of_the_peer(data_dir: Path) -> None:
    given = quota_example(data_dir)

    ours = fairest(given)

    theirs = np.array([*peer_chances(given, "leximin").values()])
    assert ours.certificate.reached == pytest.approx(theirs[theirs > 1e-6].min(), abs=1e-4)
    # The peer's leximin is a different one from run to run, at times; nothing can be fairer than
    # the division of seats, and ours is that one.
    divided = (fairest_division(given) / given.types.sizes)[given.types.of]
    assert ours.chances == pytest.approx(divided, abs=1e-6)
