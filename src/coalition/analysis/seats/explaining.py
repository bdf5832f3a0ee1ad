"""A count in plain sentences: what happened at each stage, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from coalition.analysis.seats.stages import Kind, Result, Stage, Tie


def explained(result: Result) -> tuple[tuple[str, ...], ...]:
    """For each stage its sentences."""
    return tuple(tuple(_sentences(result, stage)) for stage in result.stages)


def summary(result: Result) -> tuple[str, ...]:
    """What holds for the count as a whole."""
    election = result.election
    said = [
        f"{result.valid:,} valid papers for {election.seats} {_of(election.seats, 'seat')}: the "
        f"quota is {result.valid:,} ÷ {election.seats + 1}, cut to a whole number, and one more: "
        f"{result.quota:,}."
    ]
    if result.invalid:
        said.append(f"{result.invalid:,} papers rank nobody who stands, and are not counted.")
    if result.unfilled:
        why = "no paper ranks anybody" if election.standing else "nobody stands"
        if result.winners:
            why = "there are no more candidates"
        said.append(f"{result.unfilled} {_of(result.unfilled, 'seat')} not filled: {why}.")
    return tuple(said)


def cut(votes: Fraction) -> Fraction:
    """To five decimal places, what remains being ignored."""
    return Fraction(votes * 100_000 // 1, 100_000)


def in_decimals(votes: Fraction) -> str:
    """Five decimal places at most, cut, not rounded, without zeros at their end."""
    whole, rest = divmod(cut(votes), 1)
    decimals = f"{int(rest * 100_000):05d}".rstrip("0")
    return f"{whole:,}.{decimals}" if decimals else f"{whole:,}"


def _sentences(result: Result, stage: Stage) -> Iterator[str]:
    names = result.election.candidates
    if stage.tie:
        yield _tie(names, stage.tie, stage.kind)
    if stage.candidate is None:
        yield "First preferences are counted."
    elif stage.kind is Kind.SURPLUS:
        name, surplus = names[stage.candidate], stage.surplus
        yield (
            f"{name} has {in_decimals(surplus)} votes above the quota. All papers go on to the "
            "next continuing candidate on each, at their value times "
            f"{in_decimals(surplus)} ÷ {in_decimals(surplus + result.quota)}."
        )
    else:
        yield (
            f"{names[stage.candidate]} has the fewest votes and is excluded. The papers go on to "
            "the next continuing candidate on each, at the value they have."
        )
    if stage.candidate is not None and stage.transfers:
        went = ", ".join(f"{names[one.to]} {in_decimals(one.votes)}" for one in stage.transfers)
        yield f"Votes received: {went}."
    if stage.stopped and stage.candidate is not None:
        yield f"{stage.stopped:,} {_of(stage.stopped, 'paper')} rank nobody else who continues."
    if stage.elected:
        yield f"Elected with the quota: {_listed(names, stage.elected)}."
    if stage.filled:
        yield (
            "Elected because no more candidates are left than seats: "
            f"{_listed(names, stage.filled)}."
        )


def _tie(names: Sequence[str], tie: Tie, kind: Kind) -> str:
    what = "have the same surplus" if kind is Kind.SURPLUS else "have equally few votes"
    turn = "goes first" if kind is Kind.SURPLUS else "is excluded"
    how = "the lot decides" if tie.by_stage is None else f"stage {tie.by_stage} decides"
    return f"{_listed(names, tie.among)} {what}; {how}: {names[tie.chosen]} {turn}."


def _listed(names: Sequence[str], candidates: Sequence[int]) -> str:
    return ", ".join(names[candidate] for candidate in candidates)


def _of(number: int, noun: str) -> str:
    return noun if number == 1 else f"{noun}s"
