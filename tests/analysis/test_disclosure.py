"""Nobody's vote is told by a small figure, neither shown nor left over by subtraction."""

from __future__ import annotations

import random
from collections import Counter
from itertools import chain, combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coalition.analysis.disclosure import NO_GROUP, OTHER_GROUPS, merged_small, publishable
from coalition.analysis.opinions.votes import Votes, counts
from tools.methods.disclosure import example

pytestmark = pytest.mark.any_database
SECRET = b"a secret of the tests"
NAMES = ("Governments", "Workers", "Employers", "Academia", "Banks", "Civil society")

few_or_many = st.sampled_from([0, 1, 2, 3, 4, 5, 6, 9, 40])


def subsets(items: list[int]) -> list[tuple[int, ...]]:
    sizes = range(len(items) + 1)
    return list(chain.from_iterable(combinations(items, size) for size in sizes))


def entries(votes: Votes) -> Counter[tuple[tuple[int, int], ...]]:
    """Each person's votes as statement and value, how often they are there."""
    rows = []
    for start, end in zip(votes.indptr, votes.indptr[1:], strict=False):
        ids = votes.statements[votes.columns[start:end]].tolist()
        rows.append(tuple(zip(ids, votes.values[start:end].tolist(), strict=True)))
    return Counter(row for row in rows if row)


@st.composite
def cast(draw: st.DrawFn) -> tuple[list[tuple[int, int, int]], dict[int, int]]:
    """Votes as (participant, statement, value), and the group of each participant."""
    people = draw(st.integers(0, 24))
    seed = draw(st.integers(0, 10**6))
    share = draw(st.sampled_from([0.1, 0.4, 1.0]))
    groups = draw(st.integers(1, 5))
    chance = random.Random(seed)
    votes = [
        (person * 7 + 3, statement, chance.choice([1, 0, -1]))
        for person in range(people)
        for statement in range(5)
        if chance.random() < share
    ]
    return votes, {person * 7 + 3: chance.randrange(-1, groups) for person in range(people)}


def made(votes: list[tuple[int, int, int]]) -> Votes:
    who, what, said = zip(*votes, strict=True) if votes else ((), (), ())
    return Votes.of(who, what, said, all_statements=range(5))


# --- Groups --------------------------------------------------------------------------------


def test_small_groups_are_merged_until_they_are_five() -> None:
    cases = [
        # Academia and Banks are four together: with them goes the smallest other, Employers.
        ([12, 9, 7, 3, 1, 0], {"Governments": 12, "Workers": 9, "Civil society": 0, "other": 11}),
        # Two small ones are enough together.
        (
            [12, 9, 7, 3, 2, 8],
            {"Governments": 12, "Workers": 9, "Employers": 7, "Civil society": 8, "other": 5},
        ),
        # Of two equal ones the first by name goes with them.
        ([6, 6, 6, 1, 0, 9], {"Governments": 6, "Workers": 6, "other": 7, "Civil society": 9}),
        # All of them are merged: a total and no more.
        ([7, 1, 0, 0, 0, 0], {"other": 8}),
        # None is small.
        ([5, 5, 0, 0, 0, 0], {"Governments": 5, "Workers": 5}),
        # Four people in all: nothing is told by group.
        ([3, 1, 0, 0, 0, 0], {}),
        ([0, 0, 0, 0, 0, 0], {}),
    ]
    for sizes, expected in cases:
        shown = merged_small(NAMES, sizes)
        found = dict(zip(shown.names, shown.sizes.tolist(), strict=True))
        told = {name.replace("other", OTHER_GROUPS): size for name, size in expected.items()}
        assert {name: size for name, size in found.items() if size} == {
            name: size for name, size in told.items() if size
        }, sizes
    assert merged_small(NAMES, [12, 9, 7, 3, 1, 0]).of.tolist() == [0, 1, 3, 3, 3, 2]
    assert merged_small(NAMES, [3, 1, 0, 0, 0, 0]).of.tolist() == [-1] * 6
    assert merged_small(NAMES[:2], [1, 2], fewest=1).names == NAMES[:2]


@given(st.lists(few_or_many, max_size=6), st.integers(2, 7))
@settings(max_examples=200, deadline=None)
def test_nothing_small_is_left_when_groups_are_taken_from_the_total(
    sizes: list[int], fewest: int
) -> None:
    names = list(NAMES[: len(sizes)])
    shown = merged_small(names, sizes, fewest)
    if not shown.names:
        assert sum(sizes) < fewest
        return
    assert shown.sizes.sum() == sum(sizes)
    for taken in subsets(shown.sizes.tolist()):
        assert not 0 < sum(taken) < fewest
        assert not 0 < sum(sizes) - sum(taken) < fewest
    for at, size in enumerate(sizes):
        assert shown.sizes[shown.of[at]] >= size
        if shown.names[shown.of[at]] != OTHER_GROUPS:
            assert shown.names[shown.of[at]] == names[at]


@given(st.permutations(range(6)), st.lists(few_or_many, min_size=6, max_size=6))
@settings(max_examples=60, deadline=None)
def test_the_order_of_groups_does_not_matter(order: list[int], sizes: list[int]) -> None:
    straight = merged_small(NAMES, sizes)
    turned = merged_small([NAMES[at] for at in order], [sizes[at] for at in order])
    assert dict(zip(straight.names, straight.sizes.tolist(), strict=True)) == dict(
        zip(turned.names, turned.sizes.tolist(), strict=True)
    )


def test_groups_that_make_no_sense_are_refused() -> None:
    with pytest.raises(ValueError, match="a name of its own"):
        merged_small(["a", "a"], [5, 6])
    with pytest.raises(ValueError, match="none is called “other groups”"):
        merged_small(["other groups", "b", "c"], [9, 3, 4])
    with pytest.raises(ValueError, match="and a size"):
        merged_small(["a", "b"], [5])
    with pytest.raises(ValueError, match="fewer than nobody"):
        merged_small(["a"], [-1])


# --- What is published ---------------------------------------------------------------------


@given(cast(), st.sampled_from([10, 50]))
@settings(max_examples=80, deadline=None)
def test_no_statement_tells_of_few_people(
    given_: tuple[list[tuple[int, int, int]], dict[int, int]], fewest_people: int
) -> None:
    cast_votes, group_of = given_
    votes = made(cast_votes)
    labels = [group_of[person] for person in votes.participants.tolist()]
    all_of_it = publishable(
        votes, labels, NAMES, secret=SECRET, fewest_people=fewest_people, fewest_of_group=5
    )

    assert all_of_it.people == len({person for person, _, _ in cast_votes})
    assert all_of_it.groups is not None
    assert all_of_it.by_group is not None
    everybody = counts(votes, groups=1)
    names = [*NAMES, NO_GROUP]
    real = dict(
        zip(names, counts(votes, np.array(labels, np.int64) % 7, 7).seen.tolist(), strict=True)
    )
    for statement in range(5):
        total = everybody.seen[0, statement]
        told = all_of_it.by_group.seen[:, statement]
        figures = [int(seen) for seen in told if seen >= 0]
        for taken in subsets(figures):
            assert not 0 < sum(taken) < 5
            assert total < 5 or not 0 < total - sum(taken) < 5
        for name, seen in zip(all_of_it.groups.names, told.tolist(), strict=True):
            assert name == OTHER_GROUPS or seen in (-1, real[name][statement])
        if all_of_it.rows is None:
            assert all_of_it.totals.seen[0, statement] == (-1 if 0 < total < 5 else total)
    for totals in (all_of_it.totals, all_of_it.by_group):
        parts = totals.agrees + totals.disagrees + totals.passes
        assert (parts[totals.told] == totals.seen[totals.told]).all()
        for figures_of_all in (totals.agrees, totals.disagrees, totals.passes):
            assert ((figures_of_all == -1) == ~totals.told).all()


@given(cast(), st.integers(0, 10**6))
@settings(max_examples=60, deadline=None)
def test_rows_are_the_same_in_an_order_that_tells_nothing(
    given_: tuple[list[tuple[int, int, int]], dict[int, int]], seed: int
) -> None:
    cast_votes, _ = given_
    votes = made(cast_votes)
    mixed = random.Random(seed).sample(cast_votes, len(cast_votes))

    rows = publishable(votes, secret=SECRET, fewest_people=0).rows
    again = publishable(made(mixed), secret=SECRET, fewest_people=0).rows

    assert rows is not None
    assert again is not None
    assert entries(rows) == entries(votes)
    assert rows.participants.tolist() == list(range(1, len(votes.participants) + 1))
    assert rows.statements.tolist() == votes.statements.tolist()
    # Nothing depends on the order in which votes came in.
    assert rows.indptr.tolist() == again.indptr.tolist()
    assert rows.values.tolist() == again.values.tolist()


def test_rows_begin_at_fifty_people() -> None:
    forty_nine = Votes.of(range(49), [1] * 49, [1] * 49)
    fifty = Votes.of(range(50), [1] * 50, [1] * 50)

    assert publishable(forty_nine, secret=SECRET).rows is None
    assert publishable(fifty, secret=SECRET).rows is not None
    # Somebody without any vote has not taken part.
    empty_one = Votes(
        np.arange(50), fifty.statements, np.minimum(np.arange(51), 49), fifty.columns[:49],
        fifty.values[:49],
    )  # fmt: skip
    assert publishable(empty_one, secret=SECRET).people == 49
    assert publishable(empty_one, secret=SECRET).rows is None
    shown = publishable(empty_one, secret=SECRET, fewest_people=49).rows
    assert shown is not None
    assert shown.votes_each.tolist() == [1] * 49


def test_the_secret_decides_the_order() -> None:
    who = list(range(60))
    votes = Votes.of(who, who, [1] * 60)  # everybody on a statement of their own

    first = publishable(votes, secret=b"one secret of many").rows
    other = publishable(votes, secret=b"another secret of them").rows

    assert first is not None
    assert other is not None
    assert sorted(first.columns.tolist()) == who
    assert first.columns.tolist() != who
    assert first.columns.tolist() != other.columns.tolist()
    with pytest.raises(ValueError, match="16 are the fewest"):
        publishable(votes, secret=b"short")


def test_people_of_no_group_are_not_left_over() -> None:
    """Two of no group would be the total less the groups."""
    labels = [0] * 6 + [1] * 9 + [-1] * 2
    votes = Votes.of(range(17), [1] * 17, [1] * 17)

    shown = publishable(votes, labels, ["Governments", "Workers"], secret=SECRET)

    assert shown.groups is not None
    assert shown.by_group is not None
    assert shown.groups.names == ("Workers", OTHER_GROUPS)
    assert shown.by_group.agrees.tolist() == [[9], [8]]


def test_a_statement_few_of_a_group_voted_on_is_not_told_by_that_group() -> None:
    """Four workers voted: they are not told; nor are employers, or workers would be left over."""
    seen = {"Governments": 12, "Employers": 6, "Workers": 4}
    who, labels = [], []
    for label, name in enumerate(seen):
        labels += [label] * 12
        who += [label * 12 + number for number in range(seen[name])]
    votes = Votes.of([*range(36), *who], [1] * 36 + [2] * len(who), [1] * 36 + [-1] * len(who))

    shown = publishable(votes, labels, list(seen), secret=SECRET)

    assert shown.by_group is not None
    assert shown.by_group.seen.tolist() == [[12, 12], [12, -1], [12, -1]]
    assert shown.by_group.disagrees.tolist() == [[0, 12], [0, -1], [0, -1]]
    assert shown.totals.seen.tolist() == [[36, 22]]


def test_traps() -> None:
    nobody = publishable(Votes.of([], [], []), [], ["Governments"], secret=SECRET)
    assert nobody.people == 0
    assert nobody.rows is None
    assert nobody.groups is not None
    assert nobody.groups.sizes.tolist() == [0]
    # One person, who passed: one vote, told nowhere.
    one = publishable(Votes.of([7], [1], [0]), [0], ["Governments"], secret=SECRET)
    assert one.totals.passes.tolist() == [[-1]]
    assert one.groups is not None
    assert one.groups.names == ()
    # A statement nobody voted on tells so.
    unseen = Votes.of(range(6), [1] * 6, [0] * 6, all_statements=[1, 2])
    assert publishable(unseen, secret=SECRET).totals.seen.tolist() == [[6, 0]]
    with pytest.raises(ValueError, match="one label"):
        publishable(unseen, [0], ["Governments"], secret=SECRET)
    with pytest.raises(ValueError, match="position of a group"):
        publishable(unseen, [1] * 6, ["Governments"], secret=SECRET)


def test_the_worked_example_of_the_page() -> None:
    """Academia and Banks are four; with Employers eleven. Four of the workers voted, so they are
    not told; with them go the six governments, since six are fewer than the nine others."""
    groups, by_group, totals = example()

    assert groups.names == ("Governments", "Workers", OTHER_GROUPS)
    assert groups.sizes.tolist() == [12, 9, 11]
    assert by_group.seen.tolist() == [[12, -1], [9, -1], [11, 9]]
    assert by_group.agrees.tolist() == [[12, -1], [9, -1], [11, 4]]
    assert by_group.disagrees.tolist() == [[0, -1], [0, -1], [0, 5]]
    assert (totals.seen.tolist(), totals.agrees.tolist()) == ([[32, 19]], [[32, 10]])
