"""What each declared group says, how far all agree, and where one of them carries a result."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coalition.analysis.opinions.groups import (
    MOST_VOTES,
    TURNS,
    Carried,
    across,
    by_group,
    in_words,
    wilson,
)
from coalition.analysis.opinions.statements import representative, representativeness
from coalition.analysis.opinions.votes import Votes
from tools.methods import _opinion_statements as page

pytestmark = pytest.mark.any_database


def votes_of(groups: dict[str, list[tuple[int, int, int]]]) -> tuple[Votes, list[int], list[str]]:
    """Votes from how many of each group agree, pass and disagree on each statement; everybody of
    a group votes on every statement or on none."""
    who, what, said, labels = [], [], [], []
    person = 0
    for label, answers in enumerate(groups.values()):
        people = max((sum(counts) for counts in answers), default=0)
        for statement, (agree, passed, disagree) in enumerate(answers):
            given = [1] * agree + [0] * passed + [-1] * disagree
            who += range(person, person + len(given))
            what += [statement] * len(given)
            said += given
        labels += [label] * people
        person += people
    return Votes.of(who, what, said), labels, list(groups)


# --- Worked example, by hand -----------------------------------------------------------------


def test_shares_scores_and_warnings_by_hand():
    """Employers 8, workers 8, governments 20 vote on one statement."""
    votes, labels, names = votes_of(
        {"employers": [(2, 0, 6)], "workers": [(2, 1, 5)], "governments": [(15, 1, 4)]}
    )

    found = by_group(votes, labels, names)

    assert found.groups.names == ("employers", "workers", "governments")
    assert found.groups.sizes.tolist() == [8, 8, 20]
    assert found.seen[:, 0].tolist() == [8, 8, 20]
    assert found.agree.share[:, 0].tolist() == [0.25, 0.25, 0.75]
    # 3/10, 3/10 and 16/22
    score = (3 / 10 * 3 / 10 * 16 / 22) ** (1 / 3)
    assert found.agree_across.score[0] == pytest.approx(score)
    assert found.agree_across.lowest[0] == pytest.approx(0.3)
    assert found.agree_across.lowest_group[0] == 0
    # 19 agree and 15 disagree; without governments 4 agree and 11 disagree.
    assert found.carried == (
        Carried(0, 2, (TURNS, MOST_VOTES), "agree", "disagree", pytest.approx(20 / 36)),
    )
    assert in_words(found.carried[0], names) == (
        "Most agree, but without governments most disagree. governments cast 56% of the votes."
    )


def test_wilson_interval_by_hand_and_against_published_figures():
    """Of 10 nine: (9 + z²/2 ± z √(9/10 + z²/4)) / (10 + z²). The four pairs are the examples of
    R. G. Newcombe, Statistics in Medicine 17 (1998), 857–872, table I, method 3."""
    z = 1.959963984540054
    low, high = wilson(9, 10)

    assert float(low) == pytest.approx(
        (9 + z * z / 2 - z * math.sqrt(0.9 + z * z / 4)) / (10 + z * z)
    )
    assert float(high) == pytest.approx(
        (9 + z * z / 2 + z * math.sqrt(0.9 + z * z / 4)) / (10 + z * z)
    )
    assert [round(float(end), 4) for end in wilson(81, 263)] == [0.2553, 0.3662]
    assert [round(float(end), 4) for end in wilson(15, 148)] == [0.0624, 0.1605]
    assert [round(float(end), 4) for end in wilson(0, 20)] == [0.0, 0.1611]
    assert [round(float(end), 4) for end in wilson(1, 29)] == [0.0061, 0.1718]


def test_wilson_traps():
    low, high = wilson([0, 0, 1, 10**12], [0, 1, 1, 10**12])

    assert low[0] == 0
    assert high[0] == 1
    assert low[1] == 0
    assert high[2] == 1
    assert 0.999999 < low[3] < 1 == high[3]


def test_examples_of_the_reference_page_by_hand():
    """What docs/reference/opinion-map.md shows, worked out here with pencil."""
    measures = representativeness(page.tally())
    first, second = representative(measures)
    found = page.declared()

    assert [(said.statement, said.side, said.votes, said.seen) for said in first] == [
        (0, "agree", 7, 8),
        (1, "disagree", 7, 8),
    ]
    # Disagreeing: (8/10) / (5/12), and (8/9 − 5/11) / √(13/20 × 7/20 × (1/9 + 1/11)).
    assert first[1].ratio == pytest.approx(8 / 10 * 12 / 5)
    assert first[1].ratio_test == pytest.approx((43 / 99) / (13 / 20 * 7 / 20 * 20 / 99) ** 0.5)
    assert [(said.statement, said.side, said.votes, said.agrees) for said in second] == [
        (2, "disagree", 0, 9)
    ]
    assert found.groups.names == ("employers", "workers", "governments", "other groups")
    assert found.agree.votes[:, 0].tolist() == [2, 2, 15, 3]
    assert found.agree_across.score[0] == pytest.approx((0.3 * 0.3 * 16 / 22 * 4 / 7) ** 0.25)
    # Of all 22 agree and 17 disagree; without governments 7 and 13.
    assert [in_words(one, found.groups.names) for one in found.carried] == [
        "Most agree, but without governments most disagree."
    ]
    text = page.section()
    assert "**0.44**" in text
    assert "| governments | 75% (53% to 89%) | 20% (8% to 42%) | 0.727 |" in text


# --- What is told ----------------------------------------------------------------------------


def test_small_groups_are_merged_and_people_of_none_are_a_group():
    """Nobody of d took part: the group is shown, since who is not heard is told too."""
    votes, labels, names = votes_of(
        {"a": [(6, 0, 0)], "b": [(3, 0, 0)], "c": [(0, 0, 2)], "d": [(0, 0, 7)]}
    )
    labels = [-1 if label == 3 else label for label in labels]

    found = by_group(votes, labels, names)

    assert found.groups.names == ("a", "d", "no group", "other groups")
    assert found.groups.sizes.tolist() == [6, 0, 7, 5]
    assert found.agree.votes[:, 0].tolist() == [6, 0, 0, 3]


def test_where_too_few_of_a_group_voted_nothing_of_it_is_told():
    """On the second statement 2 of b voted: their votes and, so that they are not what is left,
    those of the next smallest group enter no figure."""
    votes, labels, names = votes_of(
        {
            "a": [(6, 0, 0), (6, 0, 0)],
            "b": [(6, 0, 0), (0, 0, 2)],
            "c": [(9, 0, 0), (9, 0, 0)],
        }
    )

    found = by_group(votes, labels, names)

    assert found.seen.tolist() == [[6, 0], [6, 0], [9, 9]]
    assert np.isnan(found.agree.share[:2, 1]).all()
    assert found.heard.tolist() == [3, 1]
    assert found.agree_across.score[1] == pytest.approx((1 / 2 * 1 / 2 * 10 / 11) ** (1 / 3))
    everything = by_group(votes, labels, names, fewest=1)
    assert everything.seen.tolist() == [[6, 6], [6, 2], [9, 9]]


def test_representative_statements_of_declared_groups():
    votes, labels, names = votes_of(
        {"a": [(9, 0, 0), (0, 0, 9), (8, 0, 1)], "b": [(0, 0, 9), (9, 0, 0), (8, 0, 1)]}
    )

    first, second = by_group(votes, labels, names).representative
    (left, *_), _ = by_group(votes, labels, names, left_out=[0]).representative

    assert [(said.statement, said.side) for said in first] == [(0, "agree"), (1, "disagree")]
    assert [(said.statement, said.side) for said in second] == [(1, "agree"), (0, "disagree")]
    assert left.statement != 0


def test_no_warning_where_no_group_turns_the_result_or_has_most_votes():
    votes, labels, names = votes_of({"a": [(6, 0, 1)], "b": [(5, 0, 2)], "c": [(6, 1, 0)]})

    assert by_group(votes, labels, names).carried == ()


def test_warning_where_without_a_group_it_is_a_tie_but_not_on_what_was_taken_out():
    votes, labels, names = votes_of({"a": [(6, 0, 0)], "b": [(3, 0, 3)], "c": [(3, 0, 3)]})

    (warning,) = by_group(votes, labels, names).carried

    assert (warning.group, warning.reasons, warning.without) == (0, (TURNS,), "tie")
    assert in_words(warning, names) == "Most agree, but without a it is a tie."
    assert by_group(votes, labels, names, left_out=[0]).carried == ()


def test_stated_share_of_votes_decides_who_has_most():
    votes, labels, names = votes_of({"a": [(6, 0, 0)], "b": [(5, 0, 0)], "c": [(5, 0, 0)]})

    assert by_group(votes, labels, names).carried == ()
    (warning,) = by_group(votes, labels, names, limit=0.35).carried
    assert (warning.group, warning.reasons) == (0, (MOST_VOTES,))
    assert in_words(warning, names) == "a cast 38% of the votes."


@pytest.mark.parametrize(
    ("sizes", "limit", "warned"),
    [
        ([15, 5], 0.75, []),  # of two groups one always has half: 75 % is not more than 75 %
        ([16, 5], 0.75, [0]),
        ([16, 5, 0], 0.75, [0]),  # a group of nobody is none
        ([10, 5, 5], 0.5, []),
        ([11, 5, 5], 0.5, [0]),
        ([21, 5, 5, 5, 5], 0.5, [0]),
    ],
)
def test_limit_of_votes_is_higher_where_groups_are_two(sizes, limit, warned):
    """The larger of a half and one and a half times an even share."""
    votes, labels, names = votes_of({f"{at}": [(size, 0, 0)] for at, size in enumerate(sizes)})

    found = by_group(votes, labels, names)

    assert found.limit == limit
    assert [one.group for one in found.carried] == warned


def test_no_warning_where_there_is_one_group_alone():
    votes, labels, names = votes_of({"a": [(6, 0, 1)], "b": [(0, 0, 0)]})

    assert by_group(votes, labels, names).carried == ()


# --- Traps -----------------------------------------------------------------------------------


def test_nobody_and_nothing():
    none = Votes.of([], [], [], all_statements=[4, 5])

    found = by_group(none, [], ["a"])

    assert found.groups.sizes.tolist() == [0]
    assert found.carried == ()
    assert by_group(none, [], []).representative == ()
    assert by_group(none, [], []).agree_across.lowest_group.tolist() == [-1, -1]
    assert np.isnan(by_group(none, [], []).agree_across.score).all()


def test_all_groups_together_are_too_few():
    votes, labels, names = votes_of({"a": [(2, 0, 0)], "b": [(1, 0, 0)]})

    found = by_group(votes, labels, names)

    assert found.groups.names == ()
    assert found.seen.shape == (0, 1)
    assert found.carried == ()


def test_everybody_passes():
    votes, labels, names = votes_of({"a": [(0, 16, 0)], "b": [(0, 5, 0)]})

    found = by_group(votes, labels, names)

    assert found.agree.share[:, 0].tolist() == [0, 0]
    assert [(one.group, one.reasons, one.result) for one in found.carried] == [
        (0, (MOST_VOTES,), "tie")
    ]


@pytest.mark.parametrize("labels", [[0], [0, 1, 5], [0, 0, -2]])
def test_labels_that_do_not_fit_are_refused(labels):
    votes = Votes.of([1, 2, 3], [1, 1, 1], [1, 1, 1])

    with pytest.raises(ValueError, match="label"):
        by_group(votes, labels, ["a", "b"])


# --- Invariants ------------------------------------------------------------------------------

tallies = st.lists(
    st.integers(0, 30).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    min_size=1,
    max_size=8,
)


def column(pairs: list[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    table = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return table[:, :1], table[:, 1:]


@given(tallies)
@settings(max_examples=80, deadline=None)
def test_score_lies_between_the_lowest_and_the_highest_share(pairs):
    found = across(*column(pairs))
    shares = [(x + 1) / (n + 2) for x, n in pairs]

    assert found.lowest[0] == pytest.approx(min(shares))
    assert min(shares) - 1e-12 <= found.score[0] <= max(shares) + 1e-12
    assert found.score[0] ** len(pairs) == pytest.approx(math.prod(shares))


@given(st.integers(0, 30), st.integers(0, 30), st.integers(1, 12))
def test_groups_of_one_share_have_it_as_score_however_many_they_are(x, more, groups):
    found = across(*column([(x, x + more)] * groups))

    assert found.score[0] == pytest.approx((x + 1) / (x + more + 2))


@given(st.integers(0, 200), st.integers(0, 200))
def test_interval_holds_the_share_and_is_mirrored(x, more):
    n = x + more
    low, high = wilson(x, n)
    low_of_rest, high_of_rest = wilson(n - x, n)

    assert 0 <= low <= high <= 1
    assert n == 0 or low - 1e-12 <= x / n <= high + 1e-12
    assert float(low) == pytest.approx(1 - float(high_of_rest), abs=1e-12)
    assert float(high) == pytest.approx(1 - float(low_of_rest), abs=1e-12)
    wider = wilson(x, n), wilson(4 * x, 4 * n)
    assert n == 0 or wider[1][1] - wider[1][0] < wider[0][1] - wider[0][0] + 1e-12


people = st.lists(
    st.tuples(
        st.integers(-1, 3), st.lists(st.sampled_from([1, 0, -1, None]), min_size=3, max_size=3)
    ),
    min_size=1,
    max_size=30,
)


def of_people(rows) -> tuple[Votes, list[int]]:
    entries = [
        (person, statement, value)
        for person, (_, answers) in enumerate(rows)
        for statement, value in enumerate(answers)
        if value is not None
    ]
    votes = Votes.of(
        *([list(part) for part in zip(*entries, strict=True)] or [[], [], []]),
        all_statements=range(3),
    )
    labels = [rows[person][0] for person in votes.participants.tolist()]
    return votes, labels


@given(people, st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_order_of_people_changes_nothing(rows, random):
    mixed = list(rows)
    random.shuffle(mixed)
    names = ["a", "b", "c", "d"]

    one, other = (by_group(*of_people(some), names) for some in (rows, mixed))

    assert one.groups.names == other.groups.names
    assert one.carried == other.carried
    assert one.representative == other.representative
    np.testing.assert_array_equal(one.seen, other.seen)
    np.testing.assert_array_equal(one.agree_across.score, other.agree_across.score)


@given(people)
@settings(max_examples=60, deadline=None)
def test_no_figure_is_about_fewer_than_five_people(rows):
    votes, labels = of_people(rows)

    found = by_group(votes, labels, ["a", "b", "c", "d"])

    assert all(size == 0 or size >= 5 for size in found.groups.sizes.tolist())
    assert all(seen == 0 or seen >= 5 for seen in found.seen.reshape(-1).tolist())
    left = np.bincount(votes.columns, minlength=3) - found.seen.sum(axis=0)
    total = np.bincount(votes.columns, minlength=3)
    assert all(
        rest == 0 or rest >= 5 or rest == all_ for rest, all_ in zip(left, total, strict=True)
    )


@given(people)
@settings(max_examples=60, deadline=None)
def test_warnings_are_just_those_of_the_rule(rows):
    """Found again in the plain way, from everybody's votes."""
    votes, labels = of_people(rows)
    names = ["a", "b", "c", "d"]
    found = by_group(votes, labels, names, fewest=1)
    label_of = dict(enumerate(found.groups.names))
    voted = {
        names[label] if label >= 0 else "no group"
        for label, answers in rows
        if any(answer is not None for answer in answers)
    }
    limit = max(1 / 2, 3 / 2 / max(len(voted), 2))
    expected = []
    for statement in range(3):
        said = [
            (names[label] if label >= 0 else "no group", answers[statement])
            for label, answers in rows
            if answers[statement] is not None
        ]
        whole = sum(value for _, value in said)
        for group, name in label_of.items():
            rest = sum(value for other, value in said if other != name)
            number = sum(other == name for other, _ in said)
            turned = whole != 0 and np.sign(rest) != np.sign(whole)
            has_most = number > limit * len(said)
            if (turned or has_most) and len(voted) > 1:
                expected.append((statement, group, bool(turned), has_most))

    assert [
        (one.statement, one.group, TURNS in one.reasons, MOST_VOTES in one.reasons)
        for one in found.carried
    ] == expected
