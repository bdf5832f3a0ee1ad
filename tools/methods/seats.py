"""The page on seats from ranked ballots."""

from __future__ import annotations

from coalition.analysis.seats.ballots import Election
from coalition.analysis.seats.counting import elected, order_of_lot
from coalition.analysis.seats.explaining import explained, in_decimals, summary
from coalition.analysis.seats.stages import Arithmetic, Result

NORTH, EAST, SOUTH, WEST = range(4)
EXAMPLE = Election(
    candidates=("North", "East", "South", "West"),
    seats=2,
    ballots=(
        (7, (NORTH, EAST)),
        (2, (NORTH, SOUTH)),
        (5, (SOUTH, WEST)),
        (3, (EAST, SOUTH)),
        (2, (WEST, EAST)),
    ),
)
SEED = "the seed"


def page() -> str:
    result = elected(EXAMPLE)
    exact = elected(EXAMPLE, arithmetic=Arithmetic.EXACT)
    lot = [EXAMPLE.candidates[one] for one in order_of_lot(EXAMPLE.candidates, SEED)]
    return f"""
# Seats from ranked ballots

## What it is for

Several seats are to be filled, say of a group that steers the work, and voters say in which order
they want the candidates. The *single transferable vote* fills the seats so that every large
enough group of voters gets its share of them, whoever its first choices are; and a vote is not
wasted on somebody who has too many votes already, or too few: it goes on to the next on the
paper.

## How it works

1. **The quota.** The number of valid papers is divided by one more than there are seats, cut to a
   whole number, and one is added. Not more candidates than there are seats can reach it.
2. **First preferences are counted.** Whoever has the quota at the end of this stage, or of any
   other, is elected.
3. **A surplus is shared.** Whoever has more votes than the quota keeps the quota; what is above
   it goes on. *All* papers of that candidate, those received later too, go to the next on each
   who is neither elected nor excluded. The value of each becomes its value so far times the
   surplus, divided by the candidate's votes, to five decimal places, the rest being cut off. Of
   several, the largest surplus goes first.
4. **If there is no surplus, the candidate with the fewest votes is excluded**, and the papers go
   on at the value they have.
5. Stages 3 and 4 are repeated until the seats are filled. As soon as no more candidates are left
   than seats, they are elected without the quota.

A paper counts for one candidate at a time, and never for more than one vote in all. Ranking more
candidates never harms those ranked before. A paper whose candidates are all elected or excluded
is *not transferable*; its value is no longer anybody's.

**Ties.** If two candidates have the same surplus, or equally few votes, their votes at the end of
the stage before decide, then of the one before that, back to the first. If they were equal at all
stages, the lot decides: candidates are put in the order of the SHA-256 digests of the seed, a
line feed and their name; the first of them is preferred. With the seed "{SEED}" the order below
would be {", ".join(lot)}; `printf 'the seed\\nNorth' | sha256sum` is the digest of North. Anybody
can redo it. The seed should be something nobody could know before the ballots were closed.

## A worked example

Four regions stand for two seats. Their voters' papers:

| papers | first | second |
|---:|---|---|
{_papers()}

{" ".join(summary(result))}

{_stages(result)}

Elected are {_elected(result)}, although South had more first preferences than East: those who put
West first wanted East next. At stage 2 each paper of North's is worth 2 ÷ 9 = 0.22222 on its way
on; nine of them make {in_decimals(9 * result.stages[1].transfers[0].votes / 7)}, and so
{in_decimals(result.stages[1].rounded_off)} of the surplus of 2 is lost to rounding. With exact
fractions East would have {exact.stages[2].votes[EAST]} votes instead of
{in_decimals(result.stages[2].votes[EAST])} at stage 3.

## What it promises, and what not

- **Proportional by what voters say**, not by lists: if the papers of *k* quotas rank the same
  candidates, in any order, before all others, at least *k* of these are elected (or all of them).
  Tests hold this for exact fractions; with five decimals a group would have to be short by less
  than what is cut off.
- Nothing depends on the order in which papers or candidates are listed.
- Votes are accounted for at every stage: candidates' votes, votes not transferable and votes lost
  to rounding add up to the valid papers.
- It does **not** promise that more support never harms: as with every method that excludes
  candidates one by one, ranking somebody higher can in rare cases cost them the seat.
- It does not promise the same winners if every paper is counted twice: the quota is cut to a
  whole number and one is added, so it does not exactly double.
- It knows no partner groups. If seats belong to groups, hold one count for each group.

## Traps

- Exact fractions (`--arithmetic exact`) are for comparing; the Scottish rules are those of five
  decimals. The digits of exact values double with every surplus, so they are for ten seats at
  most.
- If no paper ranks anybody who stands, no contested seat is filled. (By the rules to the letter
  the lot alone would fill them.)
- Where candidates are no more than seats, all are elected, and what is left over is told as
  unfilled.
- A candidate who withdrew is passed over on every paper, as if never listed.
- Ballots on which somebody leaves a place out, or ranks two equally, count up to that place. How
  many there are is told.

## The command

`coalition elect FILE.blt` counts the ballots of a BLT file and tells every stage; `--json` gives
the same to programs: `winners` by name in the order in which they were elected, `rounds` with the
votes, transfers, ties and reasons of each, the `quota`, and the order of the `lot`. `--seed` is
the seed of the lot.

## Sources

- [Scottish Local Government Elections Order
  2011](https://www.legislation.gov.uk/ssi/2011/399/schedule/1/made), schedule 1, rules 46 to 53:
  the rules followed here, known as the weighted inclusive Gregory method.
- I. D. Hill, B. A. Wichmann and D. R. Woodall, *Algorithm 123: Single Transferable Vote by Meek's
  method*, The Computer Journal 30 (1987), [277–281](https://doi.org/10.1093/comjnl/30.3.277): the
  file format.
- D. R. Woodall, *Properties of preferential election rules*, [Voting matters
  3](https://www.votingmatters.org.uk/ISSUE3/P5.HTM) (1994): Droop's proportionality, and what no
  such method can promise.
- How it compares with another program on real elections:
  [computations](../computations.md#seats-from-ranked-ballots).
"""


def _papers() -> str:
    names = EXAMPLE.candidates
    return "\n".join(
        f"| {papers} | {' | '.join(names[one] for one in ranking)} |"
        for papers, ranking in EXAMPLE.ballots
    )


def _elected(result: Result) -> str:
    return " and ".join(EXAMPLE.candidates[one] for one in result.winners)


def _stages(result: Result) -> str:
    """A table of votes, and under it what happened."""
    head = " | ".join(["stage", *EXAMPLE.candidates, "not transferable", "rounded off"])
    lines = [f"| {head} |", "|---|" + "---:|" * (len(EXAMPLE.candidates) + 2)]
    for stage in result.stages:
        figures = [*stage.votes, stage.not_transferable, stage.rounded_off]
        lines.append(f"| {stage.number} | {' | '.join(map(in_decimals, figures))} |")
    lines.append("")
    for stage, sentences in zip(result.stages, explained(result), strict=True):
        lines.append(f"{stage.number}. {' '.join(sentences)}")
    return "\n".join(lines)
