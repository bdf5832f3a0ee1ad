"""The axes of the map are the principal components of the imputed votes, and those of Polis."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coalition.analysis.opinions.axes import (
    MOST_STATEMENTS,
    Axes,
    _products_of_full,
    _products_of_sparse,
    axes,
    positions,
    products,
)
from coalition.analysis.opinions.votes import Votes
from coalition.consultations.files import polis

pytestmark = pytest.mark.any_database

CONVERSATIONS = (
    "50ptpt-3gp-strict-no-meta",
    "below-100-ptpts",
    "150ptpt-3gp-no-strict-no-meta",
)


def votes_of(rows: str, *, ids: list[int] | None = None) -> Votes:
    """From a picture: a line a participant, a column a statement, + 0 - and . for no vote."""
    lines = rows.split()
    cells = [
        (person if ids is None else ids[person], statement, "-0+".index(sign) - 1)
        for person, line in enumerate(lines)
        for statement, sign in enumerate(line)
        if sign != "."
    ]
    who, what, said = zip(*cells, strict=True) if cells else ((), (), ())
    return Votes.of(who, what, said, all_statements=range(len(lines[0]) if lines else 0))


def filled(votes: Votes) -> np.ndarray:
    """The matrix of votes with NaN where there is none."""
    table = np.full((len(votes.participants), len(votes.statements)), np.nan)
    table[votes.rows, votes.columns] = votes.values
    return table


def drawn(votes: Votes, out: list[int] | None = None) -> tuple[Axes, np.ndarray]:
    left_out = np.isin(votes.statements, out or [])
    found = axes(products(votes), left_out)
    return found, positions(votes, found, left_out)


pictures = st.integers(1, 6).flatmap(
    lambda width: st.lists(
        st.text("+0-.", min_size=width, max_size=width), min_size=1, max_size=9
    ).map("\n".join)
)


def test_axes_of_two_camps() -> None:
    """Worked by hand: the first two statements part the camps, on the third all agree."""
    found, placed = drawn(votes_of("+-+ +-+ -++ -++"))

    half = np.sqrt(0.5)
    assert found.means == pytest.approx([0, 0, 1])
    assert found.components[0] == pytest.approx([half, -half, 0])
    assert found.components[1] == pytest.approx([0, 0, 0])
    assert found.variance == pytest.approx([1, 0])
    assert placed[:, 0] == pytest.approx([2 * half, 2 * half, -2 * half, -2 * half])
    assert placed[:, 1] == pytest.approx([0, 0, 0, 0])


def test_few_votes_are_scaled_up() -> None:
    """One vote of three: √(3 / 1) times what the vote alone says."""
    votes = votes_of("+-+ +-+ -++ -++ +..")

    found, placed = drawn(votes)

    expected = (1 - found.means[0]) * found.components[:, 0] * np.sqrt(3)
    assert placed[4] == pytest.approx(expected, abs=1e-9)


@given(pictures)
@settings(max_examples=60, deadline=None)
def test_components_are_those_of_the_imputed_matrix(picture: str) -> None:
    votes = votes_of(picture)
    table = filled(votes)
    means = np.nan_to_num(np.nansum(table, axis=0) / np.maximum((~np.isnan(table)).sum(axis=0), 1))
    centred = np.where(np.isnan(table), 0, table - means)
    plain = np.linalg.svd(centred, compute_uv=False)[:2] ** 2

    found, placed = drawn(votes)

    assert found.means == pytest.approx(means)
    total = (centred**2).sum()
    assert found.variance.sum() * total == pytest.approx(plain.sum(), abs=1e-6)
    # Whatever turn was chosen among equal ones: the variance along each axis is its share.
    along = ((centred @ found.components.T) ** 2).sum(axis=0)
    assert along == pytest.approx(found.variance * total, abs=1e-6)
    lengths = (found.components**2).sum(axis=1)
    assert ((np.abs(lengths - 1) < 1e-9) | (lengths == 0)).all()
    assert found.components[0] @ found.components[1] == pytest.approx(0, abs=1e-9)
    counted = np.maximum(1, (~np.isnan(table)).sum(axis=1))
    scaled = centred @ found.components.T * np.sqrt(table.shape[1] / counted)[:, None]
    assert placed == pytest.approx(scaled, abs=1e-8)


@given(pictures, st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_order_of_participants_changes_nothing(picture: str, random) -> None:
    lines = picture.split()
    order = list(range(len(lines)))
    random.shuffle(order)
    first, placed = drawn(votes_of("\n".join(lines)))

    again, moved = drawn(votes_of("\n".join(lines[place] for place in order)))

    assert again.components.tolist() == first.components.tolist()
    # Who voted on nothing is no participant, so only those who did have a place.
    standing = [place for place in order if set(lines[place]) != {"."}]
    rows = {place: row for row, place in enumerate(sorted(standing))}
    assert moved.tolist() == [placed[rows[place]].tolist() for place in standing]


def test_equal_directions_are_chosen_by_statement() -> None:
    """Two statements that tell equally much and nothing of each other: any turn of the axes is
    as good; the one along the statement with the lowest id is taken."""
    found, _ = drawn(votes_of("++ +- -+ --"))

    assert found.components == pytest.approx(np.eye(2), abs=1e-12)
    assert found.variance == pytest.approx([0.5, 0.5])


def test_many_equal_directions_are_chosen_by_statement() -> None:
    """Five statements on each of which another pair differs: all five directions are equal."""
    rows = []
    for statement in range(5):
        for sign in "+-":
            rows.append("".join(sign if at == statement else "0" for at in range(5)))

    found, _ = drawn(votes_of(" ".join(rows)))

    assert found.components == pytest.approx(np.eye(5)[:2], abs=1e-9)


@pytest.mark.parametrize("people", [1, 2, 3, 40])
def test_many_statements_have_the_same_axes_as_few(people: int) -> None:
    """From 200 statements on another solver is used; with few people there is little to find."""
    random = np.random.default_rng(people)
    said = random.choice([-1, 0, 1], (people, 230))
    who, what = np.nonzero(random.random((people, 230)) < 0.7)
    votes = Votes.of(who, what, said[who, what], all_statements=range(230))
    table = filled(votes)
    counted = (~np.isnan(table)).sum(axis=0)
    means = np.where(counted > 0, np.nansum(table, axis=0) / np.maximum(counted, 1), 0)
    plain = np.linalg.svd(np.where(np.isnan(table), 0, table - means))

    found, _ = drawn(votes)

    rank = min(people - 1, 2)
    assert np.count_nonzero(found.variance) == rank
    for at in range(rank):
        along = abs(plain.Vh[at] @ found.components[at])
        assert along == pytest.approx(1, abs=1e-9)
        assert found.variance[at] == pytest.approx(plain.S[at] ** 2 / (plain.S**2).sum())


def test_equal_directions_among_many_statements_are_chosen_by_statement() -> None:
    """Each of 200 statements tells as much as any other: the axes are the first two of them."""
    width = 200
    who = np.repeat(np.arange(2 * width), width)
    what = np.tile(np.arange(width), 2 * width)
    said = np.where(what == who // 2, np.where(who % 2 == 0, 1, -1), 0)

    found, _ = drawn(Votes.of(who, what, said))

    assert found.components == pytest.approx(np.eye(width)[:2], abs=1e-9)


@pytest.mark.parametrize(
    "picture", ["+", "+++", "000 000", "+-+ +-+ +-+", ".", "0.. .0. ..0", "+.. .+. ..+"]
)
def test_where_nobody_differs_all_stand_in_one_place(picture: str) -> None:
    found, placed = drawn(votes_of(picture))

    assert not found.components.any()
    assert not found.variance.any()
    assert not placed.any()


def test_moderated_out_statement_counts_as_passed_by_all() -> None:
    with_third, placed = drawn(votes_of("+-+ +-- -++ -+-"), out=[2])
    passed, as_passed = drawn(votes_of("+-0 +-0 -+0 -+0"))

    assert with_third.components.tolist() == passed.components.tolist()
    assert placed.tolist() == as_passed.tolist()


def test_products_add_up_over_participants() -> None:
    votes = votes_of("+-.0 .--+ 0+.. ++++ -.0-")
    parts = [votes.of_rows(np.array(rows)) for rows in ([0, 3], [1, 2, 4])]

    whole, sums = products(votes), products(parts[0]) + products(parts[1])

    assert sums.votes.tolist() == whole.votes.tolist()
    assert sums.mixed.tolist() == whole.mixed.tolist()
    assert sums.seen.tolist() == whole.seen.tolist()
    assert (sums - products(parts[1])).mixed.tolist() == products(parts[0]).mixed.tolist()


@given(pictures)
@settings(max_examples=40, deadline=None)
def test_products_are_the_same_however_full_the_table(picture: str) -> None:
    votes = votes_of(picture)
    said, seen = np.nan_to_num(filled(votes)), ~np.isnan(filled(votes)) * 1

    for found in (_products_of_sparse(votes), _products_of_full(votes)):
        assert found.votes.tolist() == (said.T @ said).tolist()
        assert found.mixed.tolist() == (said.T @ seen).tolist()
        assert found.seen.tolist() == (seen.T @ seen).tolist()


def test_products_of_more_people_than_are_taken_at_a_time() -> None:
    votes = Votes.of(np.repeat(np.arange(9_000), 2), np.tile([1, 2], 9_000), [1, -1] * 9_000)

    found = products(votes)

    assert found.votes.tolist() == [[9_000, -9_000], [-9_000, 9_000]]
    assert found.mixed.tolist() == [[9_000, 9_000], [-9_000, -9_000]]
    assert found.seen.tolist() == [[9_000, 9_000], [9_000, 9_000]]


def test_too_many_statements_are_refused_in_words() -> None:
    votes = Votes.of([1], [1], [1], all_statements=range(MOST_STATEMENTS + 1))

    with pytest.raises(ValueError, match="5,001 statements, and a map is drawn of at most 5,000"):
        products(votes)


# --- Against a Polis server ------------------------------------------------------------------


def server(data_dir: Path, name: str) -> tuple[Votes, dict, list[int]]:
    folder = data_dir / "polis" / "reference_math" / name
    computed = json.loads((folder / "math-pca2.json").read_text(encoding="utf-8"))
    return polis.read(folder).votes, computed, computed["mod-out"]


def by_statement(votes: Votes, computed: dict, values: list[float]) -> np.ndarray:
    places = np.searchsorted(votes.statements, computed["tids"])
    ordered = np.empty(len(places))
    ordered[places] = values
    return ordered


def with_lost_votes(votes: Votes, computed: dict) -> Votes:
    """One participant of one conversation is missing from the votes that were handed out, though
    the server counted them. What the four votes were follows from the server's means: on each of
    four statements exactly one value makes the mean what it is."""
    missing = [
        int(person)
        for person in computed["user-vote-counts"]
        if int(person) not in votes.participants
    ]
    if not missing:
        return votes
    means = -by_statement(votes, computed, computed["pca"]["center"])
    sums = products(votes)
    said, seen = np.diagonal(sums.mixed), np.diagonal(sums.seen)
    lost = {
        int(votes.statements[at]): [
            value
            for value in (-1, 0, 1)
            if abs((said[at] + value) / (seen[at] + 1) - means[at]) < 1e-9
        ]
        for at in np.flatnonzero(np.abs(sums.means - means) > 1e-9)
        if votes.statements[at] not in computed["mod-out"]
    }
    assert len(missing) == 1
    assert len(lost) == computed["user-vote-counts"][str(missing[0])] == 4
    assert all(len(values) == 1 for values in lost.values())
    return votes.with_later(
        Votes.of(missing * 4, list(lost), [values[0] for values in lost.values()])
    )


@pytest.mark.realdata
@pytest.mark.parametrize("name", CONVERSATIONS)
def test_axes_and_places_are_those_of_the_server(data_dir: Path, name: str) -> None:
    votes, computed, out = server(data_dir, name)
    votes = with_lost_votes(votes, computed)
    # The server holds its means with the other sign, and each component may point either way.
    theirs = np.array([by_statement(votes, computed, one) for one in computed["pca"]["comps"]])

    found, placed = drawn(votes, out)

    signs = np.sign((theirs * found.components).sum(axis=1))
    assert found.means == pytest.approx(
        -by_statement(votes, computed, computed["pca"]["center"]), abs=1e-9
    )
    assert found.components * signs[:, None] == pytest.approx(theirs, abs=1e-9)
    base = computed["base-clusters"]
    alone = [at for at, people in enumerate(base["members"]) if len(people) == 1]
    rows = np.searchsorted(votes.participants, [base["members"][at][0] for at in alone])
    assert len(alone) > 20
    assert -placed[rows] * signs == pytest.approx(
        np.array([[base["x"][at], base["y"][at]] for at in alone]), abs=1e-8
    )


@pytest.mark.realdata
def test_four_lost_votes_move_the_axes_a_little(data_dir: Path) -> None:
    """Without them the second component still agrees within a hundredth, the first within three:
    the conversation has 51 participants."""
    votes, computed, out = server(data_dir, CONVERSATIONS[0])
    theirs = np.array([by_statement(votes, computed, one) for one in computed["pca"]["comps"]])

    found, _ = drawn(votes, out)

    signs = np.sign((theirs * found.components).sum(axis=1))
    apart = np.abs(found.components * signs[:, None] - theirs).max(axis=1)
    assert apart == pytest.approx([0.0234, 0.0061], abs=0.0001)
