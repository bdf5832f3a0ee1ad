"""Which statements speak for a group, and what everybody agrees with: as Polis has it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coalition.analysis.opinions.statements import (
    Said,
    consensus,
    group_aware,
    representative,
    representativeness,
)
from coalition.analysis.opinions.votes import Counts, Votes, counts
from coalition.consultations.files.polis import read

pytestmark = pytest.mark.any_database

HELD = ("50ptpt-3gp-strict-no-meta", "below-100-ptpts", "150ptpt-3gp-no-strict-no-meta")


def tally(agrees: list[list[int]], disagrees: list[list[int]], seen: list[list[int]]) -> Counts:
    """Counts of groups × statements as they are written down."""
    return Counts(np.array(agrees), np.array(disagrees), np.array(seen))


# --- One worked example, by hand -------------------------------------------------------------


def test_five_figures_of_a_statement_by_hand():
    """Of 8 in the group 7 agree and 1 disagrees; of 10 others 3 agree and 5 disagree."""
    measures = representativeness(tally([[7], [3]], [[1], [5]], [[8], [10]]))

    agree = measures.agree
    assert agree.votes[0, 0] == 7
    assert agree.share[0, 0] == pytest.approx(8 / 10)
    # 2 √9 (8/9 − 1/2) = 6 × 7/18
    assert agree.share_test[0, 0] == pytest.approx(7 / 3)
    # (8/10) / (4/12)
    assert agree.ratio[0, 0] == pytest.approx(2.4)
    # (8/9 − 4/11) / √(12/20 × 8/20 × (1/9 + 1/11)) = 52/99 / √(0.24 × 20/99)
    assert agree.ratio_test[0, 0] == pytest.approx((52 / 99) / (0.24 * 20 / 99) ** 0.5)
    assert measures.disagree.share[0, 0] == pytest.approx(2 / 10)
    assert measures.disagree.share_test[0, 0] == pytest.approx(6 * (2 / 9 - 1 / 2))
    assert measures.disagree.ratio[0, 0] == pytest.approx((2 / 10) / (6 / 12))


def test_consensus_and_its_product_over_groups_by_hand():
    groups = tally([[7], [3]], [[1], [5]], [[8], [10]])
    everybody = tally([[10, 9]], [[6, 0]], [[18, 10]])

    found = consensus(everybody)

    # Of 18 ten agree: 2 √19 (11/19 − 1/2) = 0.69 is not enough; of 10 nine: 2 √11 (10/11 − 1/2).
    assert [(said.statement, said.votes, said.seen) for said in found.agree] == [(1, 9, 10)]
    assert found.agree[0].share == pytest.approx(10 / 12)
    assert found.agree[0].share_test == pytest.approx(2 * 11**0.5 * (10 / 11 - 0.5))
    assert found.disagree == ()
    assert group_aware(groups).agree[0] == pytest.approx(8 / 10 * 4 / 12)
    assert group_aware(groups).disagree[0] == pytest.approx(2 / 10 * 6 / 12)


# --- What is chosen --------------------------------------------------------------------------


def test_representative_statements_are_those_that_set_the_group_apart():
    """Statement 0 most agree with everywhere, 1 the first group alone, 2 the second alone."""
    measures = representativeness(
        tally([[18, 20, 0], [18, 0, 20]], [[1, 0, 20], [1, 20, 0]], [[20, 20, 20]] * 2)
    )

    first, second = representative(measures)

    assert [(said.statement, said.side) for said in first] == [(1, "agree"), (2, "disagree")]
    assert [(said.statement, said.side) for said in second] == [(2, "agree"), (1, "disagree")]
    assert first[0].best_agree
    assert first[0].agrees == 20
    assert not first[1].best_agree


def test_statement_taken_out_is_never_chosen():
    measures = representativeness(tally([[20, 9], [0, 5]], [[0, 1], [20, 5]], [[20, 10]] * 2))
    everybody = tally([[90, 80]], [[0, 0]], [[100, 100]])

    assert all(
        said.statement != 0 for group in representative(measures, left_out=[0]) for said in group
    )
    assert [said.statement for said in consensus(everybody, left_out=[0]).agree] == [1]


def test_where_nothing_is_clear_the_statement_that_sets_apart_most_stands_alone():
    """Nobody agrees with anything clearly, so it is a disagreement."""
    measures = representativeness(tally([[1, 1], [2, 2]], [[2, 3], [2, 1]], [[4, 4], [4, 4]]))

    first, _ = representative(measures)

    assert [(said.statement, said.side, said.best_agree) for said in first] == [
        (1, "disagree", False)
    ]


def test_best_agreed_gives_way_to_more_strength_only_if_its_ratio_is_above_one():
    """The first is agreed with everywhere (ratio 1): a statement that more agree with, though not
    more than elsewhere, replaces it. Of the first with a ratio above 1 more strength is asked."""
    everywhere = representativeness(tally([[18, 19], [18, 19]], [[0, 0]] * 2, [[20, 20]] * 2))
    apart = representativeness(tally([[18, 19], [2, 19]], [[0, 0]] * 2, [[20, 20]] * 2))

    assert representative(everywhere)[0][0].statement == 1
    assert representative(apart)[0][0].statement == 0


def test_best_agreed_gives_way_to_a_clearer_share_while_its_ratio_is_not_above_one():
    """Both groups answer alike, so ratios are 1. 5 of 5 are a larger share than 45 of 55, smoothed
    too (6/7, 46/57); the latter is clearer: 46/57 × 36/√56 = 3.9 above 6/7 × 6/√6 = 2.1."""
    alike = representativeness(tally([[5, 45]] * 2, [[0, 10]] * 2, [[5, 55]] * 2))

    assert representative(alike)[0][0].statement == 1


def test_ratio_of_the_one_kept_so_far_decides_not_that_of_the_next():
    """The first has a ratio of 1, so the second, which sets the group apart but which 12 of 20
    agree with, must have the clearer share to replace it, and has not."""
    measures = representativeness(tally([[18, 12], [18, 2]], [[0, 0]] * 2, [[20, 20]] * 2))

    assert [said.statement for said in representative(measures)[0] if said.best_agree] == [0]


def test_consensus_begins_where_chance_is_one_in_ten():
    """14 of 23: (30 − 24)/√24 = 1.22, and 9 of 14: (20 − 15)/√15 = 1.29. 1.2816 is asked."""
    found = consensus(tally([[14, 9]], [[0, 0]], [[23, 14]]))

    assert [said.statement for said in found.agree] == [1]


def test_five_at_most_agreed_ones_first_and_ties_by_position():
    """Eight statements of equal strength: four that a group agrees with, four it refuses."""
    agrees = [[20] * 4 + [0] * 4, [0] * 4 + [20] * 4]
    measures = representativeness(tally(agrees, agrees[::-1], [[20] * 8] * 2))

    first, second = representative(measures)

    assert [said.statement for said in first] == [0, 1, 2, 3, 4]
    assert [said.side for said in first] == ["agree"] * 4 + ["disagree"]
    # The best agreed one stands first, whatever its position.
    assert [said.statement for said in second] == [4, 0, 1, 2, 3]
    assert [said.side for said in second] == ["agree"] + ["disagree"] * 4
    assert [len(group) for group in representative(measures, most=2)] == [2, 2]


def test_best_agreed_may_set_apart_by_disagreement():
    """As Polis has it: most of the group agree, more of the others do, so the figures are those
    of disagreeing; how many agree is kept beside them."""
    first, _ = representative(representativeness(tally([[14], [20]], [[5], [0]], [[20], [20]])))

    assert [(said.side, said.best_agree, said.votes, said.agrees) for said in first] == [
        ("disagree", True, 5, 14)
    ]


# --- Numerical traps -------------------------------------------------------------------------


def test_nobody_voted():
    measures = representativeness(tally([[0], [0]], [[0], [0]], [[0], [0]]))

    assert measures.agree.share.tolist() == [[0.5], [0.5]]
    assert measures.agree.share_test.tolist() == [[1.0], [1.0]]
    assert measures.agree.ratio_test.tolist() == [[0.0], [0.0]]
    assert [[said.best_agree for said in group] for group in representative(measures)] == [
        [False],
        [False],
    ]
    assert consensus(tally([[0]], [[0]], [[0]])).agree == ()


def test_no_statement_and_no_group():
    none = Counts(*(np.zeros((2, 0), np.int64) for _ in range(3)))

    assert representative(representativeness(none)) == ((), ())
    assert representative(representativeness(Counts(*(np.zeros((0, 3), int),) * 3))) == ()


def test_everybody_agrees():
    measures = representativeness(tally([[10], [10]], [[0], [0]], [[10], [10]]))

    assert measures.agree.ratio_test[0, 0] == 0
    (said,) = representative(measures)[0]
    assert said.best_agree
    assert said.votes == 0  # by the z-values disagreeing is no less particular to the group, 0 = 0
    assert said.agrees == 10


def test_everybody_passes():
    votes = Votes.of([1, 2, 3], [7, 7, 7], [0, 0, 0])

    assert consensus(counts(votes)).agree == ()
    assert consensus(counts(votes)).disagree == ()
    assert all(
        not said.best_agree
        for group in representative(representativeness(counts(votes, [0, 0, 1])))
        for said in group
    )


def test_one_group_has_no_others():
    measures = representativeness(tally([[9]], [[1]], [[10]]))

    assert measures.agree.ratio[0, 0] == pytest.approx((10 / 12) / (1 / 2))
    assert np.isfinite(measures.agree.ratio_test).all()


def test_huge_numbers():
    many = 10**12
    measures = representativeness(tally([[many], [1]], [[0], [many]], [[many], [many]]))

    for side in (measures.agree, measures.disagree):
        for part in (side.share, side.share_test, side.ratio, side.ratio_test):
            assert np.isfinite(part).all()


# --- Invariants ------------------------------------------------------------------------------

some_votes = st.dictionaries(
    st.tuples(st.integers(0, 9), st.integers(0, 5)), st.sampled_from([1, 0, -1]), max_size=40
)


def made(entries: dict[tuple[int, int], int], order: list[int] | None = None) -> Votes:
    keys = list(entries)
    keys = keys if order is None else [keys[at] for at in order]
    return Votes.of(
        [who for who, _ in keys],
        [what for _, what in keys],
        [entries[key] for key in keys],
        all_statements=range(6),
    )


def told(votes: Votes) -> tuple[tuple[tuple[Said, ...], ...], Any]:
    found = representative(representativeness(counts(votes, votes.participants % 2, 2)))
    return found, consensus(counts(votes, groups=1))


@given(some_votes, st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_order_in_which_votes_came_changes_nothing(entries, random):
    order = list(range(len(entries)))
    random.shuffle(order)

    assert told(made(entries)) == told(made(entries, order))


@given(some_votes)
@settings(max_examples=60, deadline=None)
def test_exchanging_agree_and_disagree_exchanges_the_measures(entries):
    turned = {key: -value for key, value in entries.items()}
    here, there = (
        representativeness(counts(votes, votes.participants % 2, 2))
        for votes in (made(entries), made(turned))
    )

    np.testing.assert_array_equal(here.agree.ratio_test, there.disagree.ratio_test)
    np.testing.assert_array_equal(here.disagree.strength, there.agree.strength)
    one, other = (
        consensus(counts(made(entries), groups=1)),
        consensus(counts(made(turned), groups=1)),
    )
    assert [said.statement for said in one.agree] == [said.statement for said in other.disagree]


@given(some_votes)
@settings(max_examples=60, deadline=None)
def test_what_is_chosen_keeps_its_promises(entries):
    groups, agreed = told(made(entries))

    for group in groups:
        assert 1 <= len(group) <= 5
        assert len({said.statement for said in group}) == len(group)
        assert [said.side for said in group] == sorted(said.side for said in group)
        assert sum(said.best_agree for said in group) <= 1
    for said in agreed.agree + agreed.disagree:
        assert said.share > 0.5
        assert said.votes * 2 > said.seen


# --- Polis's own servers ---------------------------------------------------------------------


@pytest.mark.realdata
@pytest.mark.parametrize("name", HELD)
def test_exactly_as_a_server_of_polis_given_its_groups(data_dir: Path, name: str):
    folder = data_dir / "polis" / "reference_math" / name
    held = read(folder)
    server = json.loads((folder / "math-pca2.json").read_text())
    ids = held.votes.statements.tolist()
    labels = [held.groups.get(person, -1) for person in held.votes.participants.tolist()]
    left_out = [ids.index(out) for out in held.moderated_out]

    by_group = counts(held.votes, labels)
    chosen = representative(representativeness(by_group), left_out=left_out)
    agreed = consensus(counts(held.votes), left_out=left_out)
    together = group_aware(by_group).agree

    assert sorted(held.moderated_out) == sorted(server["mod-out"])
    assert len(chosen) == len(server["repness"]) == 3
    for group, said in enumerate(chosen):
        expected = server["repness"][str(group)]
        assert [in_keys_of_polis(one, ids) for one in said] == [
            {key: about(key, value) for key, value in one.items()} for one in expected
        ]
    for side in ("agree", "disagree"):
        assert [in_keys_of_polis(one, ids) for one in getattr(agreed, side)] == [
            {key: about(key, value) for key, value in one.items()}
            for one in server["consensus"][side]
        ]
    for statement, expected in server["group-aware-consensus"].items():
        assert together[ids.index(int(statement))] == pytest.approx(expected, rel=1e-12)


def about(key: str, value: Any) -> Any:
    """Whole numbers and words exactly; the server keeps `repness-test` in single precision."""
    if isinstance(value, float):
        return pytest.approx(value, rel=1e-6 if key == "repness-test" else 1e-12)
    return value


def in_keys_of_polis(said: Said, ids: list[int]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "tid": ids[said.statement],
        "n-success": said.votes,
        "n-trials": said.seen,
        "p-success": said.share,
        "p-test": said.share_test,
    }
    if said.ratio is not None:
        found |= {
            "repness": said.ratio,
            "repness-test": said.ratio_test,
            "repful-for": said.side,
        }
    if said.best_agree:
        found |= {"best-agree": True, "n-agree": said.agrees}
    return found
