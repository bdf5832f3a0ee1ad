"""Hiding features of people whose combination is rare."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import combinations, islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coalition.analysis.lot.coarsening import NOT_SHOWN, coarsened
from coalition.analysis.lot.pools import Pool, Problem, Quota

pytestmark = pytest.mark.any_database


def a_problem(rows: list[tuple[str, ...]], quotas: list[Quota], size: int = 2) -> Problem:
    features = list(dict.fromkeys(quota.feature for quota in quotas))
    return Problem(
        Pool.of([f"p{at}" for at in range(len(rows))], features, rows), tuple(quotas), size
    )


def shown(problem: Problem) -> dict[str, tuple[str, ...]]:
    pool = problem.pool
    return {
        person: tuple(pool.labels[at][value] for at, value in enumerate(row))
        for person, row in zip(pool.ids, pool.values.tolist(), strict=True)
    }


GENDER_AND_PLACE = [
    Quota("gender", "f", 2, 6),
    Quota("gender", "m", 2, 6),
    Quota("place", "city", 1, 6),
    Quota("place", "island", 1, 6),
]


def test_only_the_one_on_the_island_and_who_joins_her_lose_their_place() -> None:
    rows = [("f", "city")] * 9 + [("f", "island")] + [("m", "island")] * 5

    made = coarsened(a_problem(rows, GENDER_AND_PLACE, size=6), 5)

    seen = shown(made.problem)
    assert seen["p9"] == ("f", NOT_SHOWN)
    assert Counter(seen.values()) == {
        ("f", "city"): 5,
        ("f", NOT_SHOWN): 5,
        ("m", "island"): 5,
    }
    assert made.hidden == (("gender", 0), ("place", 5))


def test_quotas_leave_room_for_hidden_values_whatever_they_are() -> None:
    rows = [("f", "city")] * 9 + [("f", "island")] + [("m", "island")] * 5

    made = coarsened(a_problem(rows, GENDER_AND_PLACE, size=6), 5)

    # 5 of 15 people do not show their place: 2 of 6 seats at most.
    assert made.problem.quotas == (
        Quota("gender", "f", 2, 6),
        Quota("gender", "m", 2, 6),
        Quota("place", "city", 1, 4),
        Quota("place", "island", 1, 4),
        Quota("place", NOT_SHOWN, 0, 2, ceiling=2),
    )


def test_group_is_taken_whole_where_too_few_would_be_left() -> None:
    rows = [("f", "city")] * 3 + [("f", "island")] * 2

    made = coarsened(a_problem(rows, GENDER_AND_PLACE, size=4), 3)

    assert set(shown(made.problem).values()) == {("f", NOT_SHOWN)}


def test_nothing_is_hidden_where_everybody_has_company() -> None:
    problem = a_problem([("f", "city")] * 5 + [("m", "island")] * 5, GENDER_AND_PLACE, size=4)

    made = coarsened(problem, 5)

    assert shown(made.problem) == shown(problem)
    assert made.problem.quotas == problem.quotas


def test_value_called_like_the_sign_for_hidden_is_refused() -> None:
    problem = a_problem(
        [(NOT_SHOWN,), ("a",)], [Quota("x", "a", 0, 2), Quota("x", NOT_SHOWN, 0, 2)]
    )

    with pytest.raises(ValueError, match="No value of a feature can be called “not shown”"):
        coarsened(problem, 2)


def test_pool_of_too_few_is_refused() -> None:
    with pytest.raises(ValueError, match="fewer than 5 people"):
        coarsened(a_problem([("a",)] * 4, [Quota("x", "a", 0, 2)]), 5)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_nobody_stands_alone_and_quotas_hold_for_hidden_values(data) -> None:
    """Of every panel that the coarsened quotas allow, the true values meet the true quotas."""
    fewest = data.draw(st.integers(2, 4))
    rows = data.draw(st.lists(st.tuples(*[st.sampled_from("ab")] * 2), min_size=8, max_size=16))
    size = 4
    quotas = [
        Quota(feature, value, data.draw(st.integers(0, 1)), data.draw(st.integers(2, 4)))
        for feature in FEATURES
        for value in "ab"
    ]
    problem = a_problem(rows, quotas, size)

    made = coarsened(problem, fewest).problem

    seen, truth = shown(made), shown(problem)
    assert min(Counter(seen.values()).values()) >= fewest
    for person, row in seen.items():
        pairs = zip(row, truth[person], strict=True)
        assert all(value in (true, NOT_SHOWN) for value, true in pairs)
    for panel in islice(combinations(seen, size), 300):
        if meets(panel, seen, made.quotas):
            assert meets(panel, truth, problem.quotas)


FEATURES = ("one", "two")


def meets(panel: Sequence[str], rows: dict[str, tuple[str, ...]], quotas: Sequence[Quota]) -> bool:
    return all(
        quota.least
        <= sum(rows[one][FEATURES.index(quota.feature)] == quota.value for one in panel)
        <= quota.most
        for quota in quotas
    )


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_order_of_people_changes_nothing(data) -> None:
    rows = data.draw(st.lists(st.tuples(*[st.sampled_from("ab")] * 2), min_size=4, max_size=20))
    quotas = [Quota(feature, value, 0, 9) for feature in ("one", "two") for value in "ab"]
    ids = [f"p{at}" for at in range(len(rows))]
    order = data.draw(st.permutations(range(len(rows))))

    one = coarsened(Problem(Pool.of(ids, ("one", "two"), rows), tuple(quotas), 2), 4)
    turned = Pool.of([ids[at] for at in order], ("one", "two"), [rows[at] for at in order])
    other = coarsened(Problem(turned, tuple(quotas), 2), 4)

    assert shown(one.problem) == shown(other.problem)
    assert one.hidden == other.hidden
