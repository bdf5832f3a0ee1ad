"""Votes are kept sparse; the latest counts, and nothing depends on the order of the others."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coalition.analysis.opinions.votes import Votes, counts

pytestmark = pytest.mark.any_database

ids = st.integers(-4, 4) | st.sampled_from([10**12, -(10**12)])
triples = st.lists(st.tuples(ids, ids, st.sampled_from([1, 0, -1])), max_size=30)
Triples = list[tuple[int, int, int]]


def votes_of(entries: Triples) -> Votes:
    who, what, said = zip(*entries, strict=True) if entries else ((), (), ())
    return Votes.of(who, what, said)


def stored(votes: Votes) -> dict[tuple[int, int], int]:
    people, statements = votes.participants[votes.rows], votes.statements[votes.columns]
    cells = zip(people.tolist(), statements.tolist(), strict=True)
    return dict(zip(cells, votes.values.tolist(), strict=True))


@given(triples)
@settings(max_examples=60, deadline=None)
def test_the_latest_vote_counts(entries: Triples) -> None:
    votes = votes_of(entries)

    assert stored(votes) == {(who, what): said for who, what, said in entries}
    assert list(stored(votes)) == sorted(stored(votes))
    assert votes.participants.tolist() == sorted({who for who, _, _ in entries})
    assert votes.statements.tolist() == sorted({what for _, what, _ in entries})


@given(triples, triples)
@settings(max_examples=60, deadline=None)
def test_later_votes_are_as_if_given_at_once(first: Triples, later: Triples) -> None:
    joined, at_once = votes_of(first).with_later(votes_of(later)), votes_of(first + later)

    assert stored(joined) == stored(at_once)
    for name in ("participants", "statements", "indptr", "columns", "values"):
        assert getattr(joined, name).tolist() == getattr(at_once, name).tolist()


@given(triples, st.data())
@settings(max_examples=40, deadline=None)
def test_rows_of_some(entries: Triples, data: st.DataObject) -> None:
    votes = votes_of(entries)
    people = votes.participants.tolist()
    kept = sorted(data.draw(st.sets(st.sampled_from(people)))) if people else []

    some = votes.of_rows(np.searchsorted(votes.participants, np.array(kept, np.int64)))

    assert stored(some) == {cell: said for cell, said in stored(votes).items() if cell[0] in kept}
    assert some.statements.tolist() == votes.statements.tolist()


@given(triples)
@settings(max_examples=40, deadline=None)
def test_counts_by_group(entries: Triples) -> None:
    votes = votes_of(entries)
    labels = [index % 3 - 1 for index in range(len(votes.participants))]

    tally = counts(votes, labels, 2)

    of = dict(zip(votes.participants.tolist(), labels, strict=True))
    for group in (0, 1):
        for at, statement in enumerate(votes.statements.tolist()):
            said = [
                vote
                for (who, what), vote in stored(votes).items()
                if of[who] == group and what == statement
            ]
            assert tally.agrees[group, at] == said.count(1)
            assert tally.disagrees[group, at] == said.count(-1)
            assert tally.seen[group, at] == len(said)


def test_named_statements_are_there_without_votes_and_others_left_out() -> None:
    votes = Votes.of([7, 7, 8], [1, 5, 5], [1, -1, 1], all_statements=[3, 1])

    assert votes.statements.tolist() == [1, 3]
    assert stored(votes) == {(7, 1): 1}
    assert votes.votes_each.tolist() == [1]


@pytest.mark.parametrize(
    ("arrays", "sentence"),
    [
        (([1], [1, 2], [1]), "Each vote needs a participant, a statement and a value"),
        (([1], [1], [2]), "A vote is"),
        (([1], [1], np.array([257])), "A vote is"),
        (([1], [1], [0.5]), "A vote is"),
        (([1], [1], [float("nan")]), "A vote is"),
    ],
)
def test_what_is_no_vote_is_refused(arrays, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        Votes.of(*arrays)


@pytest.mark.parametrize("ids", [[1.5, 2.0], [float("nan"), 1.0], [2**80, 1], ["1", "2"]])
def test_ids_that_are_no_whole_numbers_are_refused(ids: list[object]) -> None:
    with pytest.raises(ValueError, match="Ids are whole numbers"):
        Votes.of(np.array(ids), [1, 1], [1, 1])
    with pytest.raises(ValueError, match="Ids are whole numbers"):
        Votes.of([1, 2], np.array(ids), [1, 1])
