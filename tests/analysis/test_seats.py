"""The single transferable vote: a count by hand, a count paper by paper, and what must hold."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coalition.analysis.seats.ballots import Election
from coalition.analysis.seats.counting import elected, order_of_lot
from coalition.analysis.seats.explaining import explained, in_decimals, summary
from coalition.analysis.seats.stages import Arithmetic, Kind, Result

pytestmark = pytest.mark.any_database

BOTH = list(Arithmetic)


def election(seats: int, papers: dict[str, int], withdrawn: str = "") -> Election:
    """Candidates are letters, papers words of them."""
    names = "".join(sorted(set("".join(papers)) | set(withdrawn)))
    ballots = tuple((n, tuple(names.index(one) for one in word)) for word, n in papers.items())
    gone = frozenset(names.index(one) for one in withdrawn)
    return Election(tuple(names), seats, ballots, gone)


def winners(result: Result) -> str:
    return "".join(result.election.candidates[one] for one in result.winners)


def votes(result: Result, stage: int) -> list[str]:
    return [in_decimals(one) for one in result.stages[stage].votes]


# --- Counted by hand -----------------------------------------------------------------------


def test_the_worked_example_of_the_page() -> None:
    """Candidates North, East, South, West for two seats; the figures are worked out by hand."""
    north, east, south, west = range(4)
    ballots = (
        (7, (north, east)),
        (2, (north, south)),
        (5, (south, west)),
        (3, (east, south)),
        (2, (west, east)),
    )
    result = elected(Election(("North", "East", "South", "West"), 2, ballots))

    assert result.quota == 7  # 19 ÷ 3 is 6.33
    assert [stage.kind for stage in result.stages] == [
        Kind.FIRST,
        Kind.SURPLUS,
        Kind.EXCLUSION,
        Kind.EXCLUSION,
    ]
    assert votes(result, 0) == ["9", "3", "5", "2"]
    # 2 ÷ 9 is 0.22222; seven papers make 1.55554, two 0.44444; 0.00002 is lost.
    assert votes(result, 1) == ["7", "4.55554", "5.44444", "2"]
    assert result.stages[1].surplus == 2
    assert result.stages[1].rounded_off == Fraction(2, 100_000)
    assert [(one.to, one.papers) for one in result.stages[1].transfers] == [(east, 7), (south, 2)]
    assert votes(result, 2) == ["7", "6.55554", "5.44444", "0"]
    assert result.stages[3].candidate == south
    assert result.stages[3].stopped == 7
    assert votes(result, 3) == ["7", "6.55554", "0", "0"]
    assert in_decimals(result.stages[3].not_transferable) == "5.44444"
    assert result.stages[0].elected == (north,)
    assert result.stages[3].filled == (east,)
    assert result.winners == (north, east)
    assert result.excluded == (west, south)
    # With fractions nothing is lost: 3 and 14/9, and 2 more.
    exact = elected(result.election, arithmetic=Arithmetic.EXACT)
    assert exact.stages[2].votes == (7, Fraction(59, 9), Fraction(49, 9), 0)
    assert exact.stages[2].rounded_off == 0


@pytest.mark.parametrize("arithmetic", BOTH)
def test_a_surplus_goes_only_to_those_who_continue(arithmetic: Arithmetic) -> None:
    """A and B have the quota at once: no paper of A's goes to B, but past B to C."""
    result = elected(election(3, {"ABC": 12, "B": 9, "C": 2, "D": 5}), arithmetic=arithmetic)

    assert result.quota == 8
    assert [stage.candidate for stage in result.stages[1:]] == [0, 1, 3]
    assert votes(result, 1)[1:3] == ["9", "6" if arithmetic is Arithmetic.EXACT else "5.99996"]
    assert winners(result) == "ABC"


def test_papers_received_with_a_surplus_are_worth_less_the_next_time() -> None:
    """Twelve papers at one half, and one at one: B has 7, one more than the quota of 6."""
    result = elected(election(3, {"ABC": 12, "BC": 1, "C": 4, "D": 5, "E": 1}))

    assert result.quota == 6
    assert votes(result, 1) == ["6", "7", "4", "5", "1"]
    # 0.5 × 1 ÷ 7 is 0.07142 and 1 ÷ 7 is 0.14285, each cut: 12 and 1 of them.
    assert votes(result, 2) == ["6", "6", "4.99989", "5", "1"]
    assert result.stages[2].rounded_off == Fraction(11, 100_000)


def test_ties_are_decided_by_the_stage_before_and_so_on_back() -> None:
    # B and C have 4 each after the transfer; at the first stage B had fewer.
    result = elected(election(1, {"A": 7, "B": 3, "C": 4, "DB": 1}))
    last = result.stages[2]
    assert last.tie is not None
    assert (last.tie.among, last.tie.chosen, last.tie.by_stage) == ((1, 2), 1, 1)
    assert winners(result) == "A"
    assert "B, C have equally few votes; stage 1 decides: B is excluded." in explained(result)[2][0]


def test_of_earlier_stages_the_latest_in_which_they_differ_decides() -> None:
    """X leads Y by 5 to 4, falls behind by 5 to 6 when P goes, and draws level when Q does."""
    papers = {"A": 10, "X": 5, "Y": 4, "PY": 2, "QX": 1, "QA": 2}
    result = elected(election(1, papers))

    a, p, q, x, y = range(5)
    assert result.excluded == (p, q, x, y)
    tie = result.stages[3].tie
    assert tie is not None
    assert (tie.among, tie.chosen, tie.by_stage) == ((x, y), x, 2)
    assert result.winners == (a,)


def test_ties_from_the_beginning_are_decided_by_a_lot_that_anybody_can_redo() -> None:
    tied = election(1, {"A": 5, "B": 3, "C": 3})
    seen = set()
    for seed in ("one", "two", "three", "four"):
        result = elected(tied, seed=seed)
        tie = result.stages[1].tie
        assert tie is not None
        assert tie.by_stage is None
        drawn = {name: hashlib.sha256(f"{seed}\n{name}".encode()).digest() for name in "BC"}
        assert "ABC"[tie.chosen] == max("BC", key=drawn.__getitem__)  # the last in it goes out
        assert result.was_decided_by_lot
        seen.add(tie.chosen)
    assert seen == {1, 2}


def test_a_surplus_shared_first_by_lot() -> None:
    result = elected(election(3, {"AC": 9, "BD": 9, "C": 1, "D": 2, "E": 3}), seed="s")
    tie = result.stages[1].tie
    assert result.quota == 7
    assert tie is not None
    assert tie.by_stage is None
    assert result.lot.index(tie.chosen) < result.lot.index(1 - tie.chosen)


# --- Traps ---------------------------------------------------------------------------------


@pytest.mark.parametrize("arithmetic", BOTH)
def test_traps(arithmetic: Arithmetic) -> None:
    def won(seats: int, papers: dict[str, int], withdrawn: str = "") -> str:
        return winners(elected(election(seats, papers, withdrawn), arithmetic=arithmetic))

    assert won(1, {"A": 1}) == "A"
    assert won(1, {"A": 1, "B": 10**15, "C": 3}) == "B"
    assert won(2, {"AB": 9}) == "AB"
    # More seats than candidates: all are elected, and a seat is left.
    more = elected(election(3, {"A": 2, "B": 1}), arithmetic=arithmetic)
    assert (winners(more), more.unfilled) == ("AB", 1)
    assert "1 seat not filled: there are no more candidates." in summary(more)
    # Who withdrew is passed over, and papers for nobody else are not valid.
    gone = elected(election(1, {"AB": 5, "A": 4, "C": 3}, withdrawn="A"), arithmetic=arithmetic)
    assert (winners(gone), gone.valid, gone.invalid, gone.quota) == ("B", 8, 4, 5)
    assert "4 papers rank nobody who stands, and are not counted." in summary(gone)


@pytest.mark.parametrize("arithmetic", BOTH)
def test_nobody_is_elected_when_nobody_voted(arithmetic: Arithmetic) -> None:
    for ballots in ((), ((5, ()),)):
        result = elected(Election(("A", "B"), 1, ballots), arithmetic=arithmetic)
        assert (result.winners, result.unfilled, result.valid) == ((), 1, 0)
        assert "1 seat not filled: no paper ranks anybody." in summary(result)
    # Without a contest no vote is needed.
    assert elected(Election(("A", "B"), 2, ())).unfilled == 0
    assert elected(Election((), 1, ())).unfilled == 1
    assert elected(Election(("A",), 1, ((1, (0,)),), frozenset([0]))).winners == ()


def test_elections_that_make_no_sense_are_refused() -> None:
    for candidates, seats, ballots, withdrawn, match in [
        (("A", "A"), 1, (), (), "name of their own"),
        (("A", ""), 1, (), (), "name of their own"),
        (("A",), 0, (), (), "at least one seat"),
        (("A",), 1, ((0, (0,)),), (), "one paper at least"),
        (("A",), 1, ((1, (0, 0)),), (), "at most once"),
        (("A",), 1, ((1, (1,)),), (), "nobody but the candidates"),
        (("A",), 1, ((1, (-1,)),), (), "nobody but the candidates"),
        (("A",), 1, (), (1,), "can have withdrawn"),
    ]:
        with pytest.raises(ValueError, match=match):
            Election(candidates, seats, ballots, frozenset(withdrawn))
    with pytest.raises(ValueError, match="at most 10 seats"):
        elected(Election(("A",), 11, ()), arithmetic=Arithmetic.EXACT)


# --- What holds of every count -------------------------------------------------------------


@st.composite
def elections(draw: st.DrawFn) -> Election:
    size = draw(st.integers(1, 6))
    seats = draw(st.integers(1, 4))
    ranking = st.permutations(range(size)).flatmap(
        lambda order: st.integers(0, size).map(lambda length: tuple(order[:length]))
    )
    papers = st.sampled_from([1, 1, 2, 3, 7, 30])
    ballots = draw(st.lists(st.tuples(papers, ranking), max_size=12))
    gone = draw(st.sampled_from([frozenset(), frozenset([0])]))
    return Election(tuple("ABCDEF"[:size]), seats, tuple(ballots), gone)


@given(elections(), st.sampled_from(BOTH))
@settings(max_examples=150, deadline=None)
def test_every_vote_is_accounted_for_at_every_stage(given_: Election, how: Arithmetic) -> None:
    result = elected(given_, arithmetic=how)

    for stage in result.stages:
        assert sum(stage.votes) + stage.not_transferable + stage.rounded_off == result.valid
        assert min(stage.votes, default=0) >= 0
        assert stage.rounded_off == 0 or how is Arithmetic.FIVE_DECIMALS
        # Less than one hundred-thousandth is lost on each paper that moves.
        assert stage.rounded_off * 100_000 <= result.valid * stage.number
        moved = sum(one.papers for one in stage.transfers) + stage.stopped
        assert moved <= result.valid + result.invalid
    standing = given_.standing
    assert set(result.winners) | set(result.excluded) <= standing
    assert not set(result.winners) & set(result.excluded)
    assert len(set(result.winners)) == len(result.winners)
    if result.valid or len(standing) <= given_.seats:
        assert len(result.winners) == min(given_.seats, len(standing))
    for winner, most in enumerate(result.stages[0].votes):
        assert most < result.quota or winner in result.winners
    assert len(explained(result)) == len(result.stages)


@given(elections(), st.sampled_from(BOTH), st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_no_order_matters(given_: Election, how: Arithmetic, chance: random.Random) -> None:
    """Not that of ballots, not that of candidates, nor how papers that say the same are bundled."""
    single = [(1, ranking) for papers, ranking in given_.ballots for _ in range(papers)]
    chance.shuffle(single)
    order = list(range(len(given_.candidates)))
    chance.shuffle(order)
    turned = Election(
        tuple(given_.candidates[at] for at in order),
        given_.seats,
        tuple((1, tuple(order.index(one) for one in ranking)) for _, ranking in single),
        frozenset(order.index(one) for one in given_.withdrawn),
    )

    straight, other = elected(given_, arithmetic=how), elected(turned, arithmetic=how)

    assert winners(straight) == winners(other)
    assert explained(straight) == explained(other)


@given(elections())
@settings(max_examples=100, deadline=None)
def test_voters_who_want_the_same_candidates_get_their_share(given_: Election) -> None:
    """Droop's proportionality (Woodall, 1994, Voting matters 3): if the papers of k quotas put the
    same candidates, in whatever order, before all others, k of these are elected, or all."""
    result = elected(given_, arithmetic=Arithmetic.EXACT)
    papers = [
        (number, [one for one in ranking if one not in given_.withdrawn])
        for number, ranking in given_.ballots
    ]
    for size in range(1, len(given_.candidates) + 1):
        for wanted in combinations(sorted(given_.standing), size):
            solid = sum(number for number, ranking in papers if set(ranking[:size]) == set(wanted))
            deserved = min(solid // result.quota, size, given_.seats)
            assert len(set(wanted) & set(result.winners)) >= deserved


@given(elections(), st.sampled_from(BOTH))
@settings(max_examples=150, deadline=None)
def test_the_count_is_that_of_a_counting_hall(given_: Election, how: Arithmetic) -> None:
    result = elected(given_, arithmetic=how)
    if result.valid:
        assert list(result.winners) == list(paper_by_paper(given_, how))


def paper_by_paper(given_: Election, how: Arithmetic) -> Iterator[int]:
    """The same rules as somebody would write them down who has all papers on a table: every paper
    for itself, every total added up anew."""
    continuing = set(given_.standing)
    papers = []
    for number, ranking in given_.ballots:
        if any(one in continuing for one in ranking):
            papers += [[Fraction(1), ranking, None] for _ in range(number)]
    quota = len(papers) // (given_.seats + 1) + 1
    lot = order_of_lot(given_.candidates, "")
    piled: set[int] = set()
    fixed: dict[int, Fraction] = {}
    history: list[dict[int, Fraction]] = []
    filled = 0

    def place(paper: list) -> None:  # type: ignore[type-arg]
        at = -1 if paper[2] is None else paper[1].index(paper[2])
        paper[2] = next((one for one in paper[1][at + 1 :] if one in continuing), "stopped")

    def total(candidate: int) -> Fraction:
        if candidate in fixed:
            return fixed[candidate]
        return sum((paper[0] for paper in papers if paper[2] == candidate), Fraction(0))

    moving = papers
    while True:
        for paper in moving:
            place(paper)
        totals = {one: total(one) for one in given_.standing}
        history.append(totals)

        def rank(one: int) -> tuple[list[Fraction], int]:
            return [-stage[one] for stage in reversed(history)], lot.index(one)

        reached = sorted((one for one in continuing if totals[one] >= quota), key=rank)
        yield from reached
        filled += len(reached)
        continuing -= set(reached)
        piled |= {one for one in reached if totals[one] > quota}
        if len(continuing) <= given_.seats - filled:
            yield from sorted(continuing, key=rank)
            return
        if filled == given_.seats:
            return
        if piled:
            chosen = min(piled, key=rank)
            piled.remove(chosen)
            moving = [paper for paper in papers if paper[2] == chosen]
            for paper in moving:
                value = paper[0] * (totals[chosen] - quota) / totals[chosen]
                cut = Fraction(int(value * 100_000), 100_000)
                paper[0] = value if how is Arithmetic.EXACT else cut
            fixed[chosen] = Fraction(quota)
        else:
            chosen = max(continuing, key=rank)
            continuing.remove(chosen)
            moving = [paper for paper in papers if paper[2] == chosen]
            fixed[chosen] = Fraction(0)


def test_decimals_are_cut_and_end_in_no_dot() -> None:
    told = [in_decimals(Fraction(*one)) for one in ((5, 1), (59, 9), (5_000_001, 10**6), (5001, 4))]

    assert told == ["5", "6.55555", "5", "1,250.25"]
