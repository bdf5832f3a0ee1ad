"""The map whole: who is on it, what does not change it, and what it is after more votes."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score

from coalition.analysis.opinions.mapping import (
    FEWEST,
    OpinionMap,
    Shown,
    TotalsOnly,
    included,
    opinion_map,
    renewed,
)
from coalition.analysis.opinions.votes import Votes
from coalition.consultations.files import polis
from tools.methods import opinion_map as opinion_map_page

pytestmark = pytest.mark.any_database

Triples = list[tuple[int, int, int]]
triples = st.lists(
    st.tuples(st.integers(0, 12), st.integers(0, 8), st.sampled_from([1, 1, -1, 0])),
    min_size=1,
    max_size=90,
)
SAME = ("positions", "groups", "included", "out")


def votes_of(entries: Triples) -> Votes:
    who, what, said = zip(*entries, strict=True)
    return Votes.of(who, what, said)


def mapped(votes: Votes, **options) -> OpinionMap:
    found = opinion_map(votes, **{"fewest": 0} | options)
    assert isinstance(found, OpinionMap)
    return found


def camps(people: int, statements: int = 12, seed: int = 3) -> Triples:
    """Votes of three camps, see `camp_of`, each with its own lean on every statement; one vote in
    three is missing and one in ten is contrary."""
    random = np.random.default_rng(seed)
    leans = random.choice([-1, 1], (3, statements))
    return [
        (person, statement, int(leans[camp, statement]) * (-1 if random.random() < 0.1 else 1))
        for person, camp in enumerate(camp_of(people))
        for statement in range(statements)
        if random.random() < 2 / 3
    ]


def camp_of(people: int) -> list[int]:
    """Half of them, then three tenths, then two."""
    return [0 if at < 0.5 * people else 1 if at < 0.8 * people else 2 for at in range(people)]


# --- Who is on the map -----------------------------------------------------------------------


def test_seven_votes_put_one_on_the_map() -> None:
    entries = [(person, at, 1) for person in range(40) for at in range(6 + person % 2)]
    entries.append((0, 8, 0))  # a pass is a vote, and here the seventh

    on_map = included(votes_of(entries))

    assert np.flatnonzero(on_map).tolist() == [0, *range(1, 40, 2)]


def test_with_few_on_the_map_the_busiest_are_added_up_to_fifteen() -> None:
    """Ten have all eight votes; of those with fewer the five with most come in, lower ids first."""
    entries = [(person, at, 1) for person in range(10) for at in range(8)]
    entries += [(person, at, 1) for person in range(10, 20) for at in range(1 + person % 3)]

    on_map = included(votes_of(entries))

    # 11, 14 and 17 have three votes, then 10, 13, 16, 19 have two: the first two of them.
    assert np.flatnonzero(on_map).tolist() == [*range(10), 10, 11, 13, 14, 17]


def test_a_vote_on_every_statement_is_enough() -> None:
    entries = [(person, at, 1) for person in range(30) for at in range(3)] + [(99, 0, 1)]

    on_map = included(votes_of(entries))

    assert on_map.tolist() == [True] * 30 + [False]


def test_below_fifty_there_are_totals_only() -> None:
    entries = [(person, at, 1 - at % 3) for person in range(FEWEST - 1) for at in range(8)]
    one_more = [*entries, *((1000, at, 1) for at in range(8))]

    few, enough = opinion_map(votes_of(entries)), opinion_map(votes_of(one_more))

    assert isinstance(few, TotalsOnly)
    assert (few.participants, few.included, few.fewest) == (49, 49, 50)
    assert few.totals.agrees.tolist() == [[49, 0, 0, 49, 0, 0, 49, 0]]
    assert few.totals.disagrees.tolist() == [[0, 0, 49, 0, 0, 49, 0, 0]]
    assert few.totals.seen.tolist() == [[49] * 8]
    assert isinstance(enough, OpinionMap)


def test_those_with_few_votes_do_not_count_towards_fifty() -> None:
    entries = [(person, at, 1) for person in range(49) for at in range(8)]
    entries += [(100 + person, 0, -1) for person in range(300)]

    found = opinion_map(votes_of(entries))

    assert isinstance(found, TotalsOnly)
    assert (found.participants, found.included) == (349, 49)


@pytest.mark.parametrize("statements", [[], [1], [1, 2, 3]])
def test_nobody_voted(statements: list[int]) -> None:
    found = opinion_map(Votes.of([], [], [], all_statements=statements), fewest=0)

    assert isinstance(found, TotalsOnly)
    assert found.totals.seen.tolist() == [[0] * len(statements)]


# --- What a map holds ------------------------------------------------------------------------


def test_camps_are_found_and_numbered_by_size() -> None:
    found = mapped(votes_of(camps(100)))

    on_map = found.groups[found.included]
    truth = np.array(camp_of(100))[found.included]
    assert found.shown == Shown(3, 3, 1)
    assert np.bincount(on_map).tolist() == found.clusters.sizes.tolist()
    assert found.clusters.sizes.tolist() == sorted(found.clusters.sizes, reverse=True)
    assert adjusted_rand_score(truth, on_map) > 0.8


@given(triples)
@settings(max_examples=30, deadline=None)
def test_counts_of_groups_and_of_all(entries: Triples) -> None:
    found = mapped(votes_of(entries))

    assert set(found.groups[found.included].tolist()) == set(range(found.shown.groups))
    assert (found.groups[~found.included] == -1).all()
    last = {(who, what): said for who, what, said in entries}
    for at, statement in enumerate(found.votes.statements.tolist()):
        said = [vote for (_, what), vote in last.items() if what == statement]
        assert found.totals.seen[0, at] == len(said)
        assert found.totals.agrees[0, at] == said.count(1)
        people = found.votes.participants.tolist()
        for group in range(found.shown.groups):
            own = [
                vote
                for (who, what), vote in last.items()
                if what == statement and found.groups[people.index(who)] == group
            ]
            assert found.by_group.disagrees[group, at] == own.count(-1)
            assert found.by_group.seen[group, at] == len(own)
    assert np.isfinite(found.positions).all()
    assert np.isfinite(found.group_aware.agree).all()


@given(triples, st.randoms(use_true_random=False))
@settings(max_examples=30, deadline=None)
def test_order_of_votes_changes_nothing(entries: Triples, random) -> None:
    once = list({(who, what): (who, what, said) for who, what, said in entries}.values())
    mixed = random.sample(once, len(once))

    first, again = mapped(votes_of(once)), mapped(votes_of(mixed))

    for name in SAME:
        assert getattr(first, name).tolist() == getattr(again, name).tolist()
    assert first.representative == again.representative
    assert first.consensus == again.consensus


@given(triples)
@settings(max_examples=30, deadline=None)
def test_names_of_people_and_statements_change_nothing(entries: Triples) -> None:
    """Other ids in the same order; nothing is read out of the numbers themselves."""
    renamed = [(who * 1_000_003 - 5, what * 7 + 10**9, said) for who, what, said in entries]

    first, again = mapped(votes_of(entries)), mapped(votes_of(renamed))

    for name in SAME:
        assert getattr(first, name).tolist() == getattr(again, name).tolist()
    assert first.representative == again.representative


@given(triples, st.sets(st.integers(0, 8)))
@settings(max_examples=30, deadline=None)
def test_a_statement_moderated_out_is_never_shown_and_moves_nobody(
    entries: Triples, out: set[int]
) -> None:
    votes = votes_of(entries)
    turned = votes_of([(who, what, -said if what in out else said) for who, what, said in entries])

    first, again = mapped(votes, moderated_out=out), mapped(turned, moderated_out=out)

    assert first.positions.tolist() == again.positions.tolist()
    assert first.groups.tolist() == again.groups.tolist()
    shown = [one.statement for group in first.representative for one in group]
    shown += [one.statement for one in (*first.consensus.agree, *first.consensus.disagree)]
    assert not {int(votes.statements[at]) for at in shown} & out


@pytest.mark.parametrize("said", [1, 0, -1])
@pytest.mark.parametrize("statements", [1, 9])
def test_all_say_the_same(said: int, statements: int) -> None:
    entries = [(person, at, said) for person in range(60) for at in range(statements)]

    found = mapped(votes_of(entries))

    assert found.shown.groups == 1
    assert found.clusters.sizes.tolist() == [60]
    assert not found.positions.any()
    assert len(found.consensus.agree) == (min(5, statements) if said == 1 else 0)
    assert len(found.consensus.disagree) == (min(5, statements) if said == -1 else 0)


def test_one_person_alone() -> None:
    found = mapped(votes_of([(5, 1, 1), (5, 2, -1)]))

    assert found.groups.tolist() == [0]
    assert found.shown.groups == 1


def test_who_passed_everywhere_is_on_the_map_and_in_a_group() -> None:
    entries = camps(60) + [(1000, at, 0) for at in range(12)]

    found = mapped(votes_of(entries))

    assert found.included[-1]
    assert found.groups[-1] >= 0
    assert np.isfinite(found.positions[-1]).all()


def test_a_copy_of_every_voter_leaves_places_and_groups() -> None:
    entries = camps(60)
    twice = entries + [(who + 1000, what, said) for who, what, said in entries]

    first, again = mapped(votes_of(entries)), mapped(votes_of(twice))

    assert again.positions[:60] == pytest.approx(first.positions, abs=1e-8)
    assert again.positions[60:].tolist() == again.positions[:60].tolist()
    assert again.groups[:60].tolist() == first.groups.tolist()
    assert again.groups[60:].tolist() == first.groups.tolist()


def test_worked_example_of_the_reference_page() -> None:
    """Six people, three statements, worked with a pencil. The products of statements are 6 and 6,
    −6 between the first two, and 4 for the third: so the sums of squares along the axes are 12
    and 4 of 16, with weights (√½, −√½, 0) and (0, 0, 1)."""
    answers = ("+-+", "+--", "+-.", "-++", "-+-", "-+.")
    assert tuple(opinion_map_page.ANSWERS.values()) == answers
    half = 0.5**0.5

    found = opinion_map_page.example()

    assert found.axes.means.tolist() == [0, 0, 0]
    assert found.products.votes.tolist() == [[6, -6, 0], [-6, 6, 0], [0, 0, 4]]
    assert found.axes.components[0] == pytest.approx([half, -half, 0])
    assert found.axes.components[1] == pytest.approx([0, 0, 1])
    assert found.axes.variance == pytest.approx([0.75, 0.25])
    # √2 ≈ 1.41 along the first axis; √2 · √(3/2) = √3 ≈ 1.73 with one vote missing.
    right, far = 2**0.5, 3**0.5
    assert found.positions == pytest.approx(
        np.array([[right, 1], [right, -1], [far, 0], [-right, 1], [-right, -1], [-far, 0]])
    )
    assert found.groups.tolist() == [0, 0, 0, 1, 1, 1]
    # A: to B 2, to C 1.0492, mean 1.5246; to D 2.8284, E 3.4641, F 3.3015, mean 3.1980: 0.5233.
    # C: to A and B 1.0492; to D and E 3.3015, to F 3.4641, mean 3.3557: 0.6873.
    assert found.tried.silhouettes == {2: pytest.approx((4 * 0.5233 + 2 * 0.6873) / 6, abs=1e-4)}
    page = opinion_map_page.page()
    assert "| C | 2 | 1.73 | 0 | 0 |" in page
    assert "the silhouette is 0.58" in page
    assert "to B and C is 1.52, to D, E and F 3.20, so (3.20 − 1.52) / 3.20 = 0.52." in page
    assert "holds 12 of the 16, which is 75% of all difference, the second 4, which is 25%" in page
    assert "0.71, −0.71, 0, the second 0, 0, 1.00" in page


# --- After more votes ------------------------------------------------------------------------


@given(triples, triples)
@settings(max_examples=30, deadline=None)
def test_renewed_is_what_a_fresh_map_would_be(first: Triples, later: Triples) -> None:
    before = mapped(votes_of(first))

    after, fresh = renewed(before, votes_of(later)), mapped(votes_of(first + later))

    assert after.votes.values.tolist() == fresh.votes.values.tolist()
    assert after.axes.components.tolist() == fresh.axes.components.tolist()
    assert after.positions.tolist() == fresh.positions.tolist()
    assert after.totals.seen.tolist() == fresh.totals.seen.tolist()
    assert after.products.mixed.tolist() == fresh.products.mixed.tolist()
    # What has a history: nobody leaves the map, and the number of groups waits.
    assert not (fresh.included & ~after.included).any()
    was = before.votes.participants[before.included]
    assert np.isin(was, after.votes.participants[after.included]).all()
    if (
        after.included.tolist() == fresh.included.tolist()
        and after.shown.groups == fresh.shown.groups
    ):
        assert after.groups.tolist() == fresh.groups.tolist()


def test_renewed_of_many_people_keeps_groups_but_for_a_few() -> None:
    entries, later = camps(1500, statements=30), camps(40, statements=31, seed=8)

    after = renewed(mapped(votes_of(entries)), votes_of(later))
    fresh = mapped(votes_of(entries + later))

    assert after.positions.tolist() == fresh.positions.tolist()
    assert len(after.base.centres) == len(fresh.base.centres) == 100
    assert after.shown.groups == fresh.shown.groups == 3
    assert (after.groups == fresh.groups).mean() > 0.99


def test_who_was_on_the_map_stays_there() -> None:
    """Twenty voted on all of three statements, which was enough; then there are eight."""
    first = [
        (person, at, 1 if (person + at) % 2 else -1) for person in range(20) for at in range(3)
    ]
    later = [(0, at, 1) for at in range(3, 8)]

    after = renewed(mapped(votes_of(first)), votes_of(later))

    assert after.included.sum() == 20
    assert mapped(votes_of(first + later)).included.sum() == 15  # as few as there must be


def test_moderation_may_change_with_a_renewal() -> None:
    entries = camps(60)
    before = mapped(votes_of(entries), moderated_out=[1])
    later = votes_of([(3, 2, 0)])

    kept, changed = renewed(before, later), renewed(before, later, moderated_out=[0, 5])

    fresh = mapped(votes_of([*entries, (3, 2, 0)]), moderated_out=[0, 5])
    assert np.flatnonzero(kept.out).tolist() == [1]
    assert changed.positions.tolist() == fresh.positions.tolist()


def test_another_number_of_groups_is_shown_after_four_times() -> None:
    shown = Shown(2, 2)
    numbers = []
    for best in (3, 3, 2, 3, 3, 3, 3, 4):
        shown = shown.then(best, (2, 3, 4))
        numbers.append(shown.groups)

    assert numbers == [2, 2, 2, 2, 2, 2, 3, 3]
    assert shown.then(2, (2,)).groups == 2  # three can no longer be formed


# --- On real conversations -------------------------------------------------------------------


@pytest.mark.realdata
@pytest.mark.parametrize(
    ("name", "at_least"),
    [
        ("15-per-hour-seattle", 0.85),
        ("brexit-consensus", 0.85),
        ("canadian-electoral-reform", 0.95),
        ("scoop-hivemind.taxes", 0.9),
    ],
)
def test_groups_are_nearly_those_that_were_published(
    data_dir: Path, name: str, at_least: float
) -> None:
    """In the other three the published groups came about otherwise: docs/computations.md."""
    told = polis.read(data_dir / "polis" / "openData" / name)
    found = mapped(told.votes, moderated_out=told.moderated_out)
    assert told.groups is not None
    people = found.votes.participants[found.included].tolist()
    both = [person for person in people if person in told.groups]

    ours = dict(zip(people, found.groups[found.included].tolist(), strict=True))

    assert len(both) > 100
    published = [told.groups[person] for person in both]
    assert adjusted_rand_score(published, [ours[person] for person in both]) > at_least


@pytest.mark.realdata
def test_who_is_on_the_map_is_as_the_server_had_it(data_dir: Path) -> None:
    """But for those who came on it when there were fewer statements than seven, or people than
    fifteen: who is on the map stays on it."""
    folder = data_dir / "polis" / "reference_math"
    for name in sorted(path.name for path in folder.iterdir()):
        computed = json.loads((folder / name / "math-pca2.json").read_text(encoding="utf-8"))
        votes = polis.read(folder / name).votes
        theirs = set(computed["in-conv"])

        ours = set(votes.participants[included(votes)].tolist())

        assert ours <= theirs
        assert len(theirs - ours) <= 5
