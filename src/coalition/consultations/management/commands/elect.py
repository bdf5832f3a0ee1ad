"""`coalition elect FILE.blt`: who fills the seats, from ranked ballots, stage by stage."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from coalition.analysis.seats.counting import MOST_SEATS_EXACTLY, elected
from coalition.analysis.seats.explaining import cut, explained, in_decimals, summary
from coalition.analysis.seats.stages import Arithmetic, Result, Stage, Tie
from coalition.base.commands import PlainCommand, add_json
from coalition.base.errors import Refused
from coalition.consultations.files import blt


class Command(PlainCommand):
    help = (
        "Fill seats from ranked ballots by the single transferable vote, as councillors are "
        "elected in Scotland, with every stage of the count explained."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.blt", help="Ballots in a BLT file.")
        parser.add_argument(
            "--arithmetic",
            choices=[one.value for one in Arithmetic],
            default=Arithmetic.FIVE_DECIMALS.value,
            help="Values of papers to five decimal places, cut, as in the Scottish rules "
            "(default), or as exact fractions, for at most 10 seats.",
        )
        parser.add_argument(
            "--seed",
            default="",
            help="Any text: it decides ties that the votes of no stage decide. Take one that "
            "nobody could know before the ballots were closed.",
        )
        add_json(parser)

    def run(self, options: dict[str, Any]) -> None:
        read = blt.read(options["file"])
        if any("\ud800" <= letter <= "\udfff" for letter in options["seed"]):
            raise Refused("The seed is not text in UTF-8. Take letters and digits.")
        arithmetic = Arithmetic(options["arithmetic"])
        seats = read.election.seats
        if arithmetic is Arithmetic.EXACT and seats > MOST_SEATS_EXACTLY:
            raise Refused(
                f"Exact fractions are for at most {MOST_SEATS_EXACTLY} seats; these are "
                f"{seats}. Count with five decimals."
            )
        result = elected(read.election, arithmetic=arithmetic, seed=options["seed"])
        if options["json"]:
            self.say_json(as_json(result, read.notes))
        else:
            self.say("\n".join(as_lines(result, read.notes)))


def as_lines(result: Result, notes: tuple[str, ...]) -> list[str]:
    """Winners first, then how it came to that."""
    names = result.election.candidates
    lines = [result.election.title] if result.election.title else []
    lines += [f"Elected {place}: {names[one]}" for place, one in enumerate(result.winners, 1)]
    lines += ["", *notes, *summary(result)]
    for stage, sentences in zip(result.stages, explained(result), strict=True):
        lines += ["", f"Stage {stage.number}", *(f"  {sentence}" for sentence in sentences)]
        most_first = sorted(range(len(names)), key=lambda one: (-stage.votes[one], names[one]))
        lines += [
            f"  {in_decimals(stage.votes[one]):>16}  {names[one]}"
            for one in most_first
            if stage.votes[one]
        ]
        lines.append(f"  {in_decimals(stage.not_transferable):>16}  not transferable")
    return lines


def as_json(result: Result, notes: tuple[str, ...]) -> dict[str, Any]:
    """For programs. Candidates are told by name; votes in decimals, cut to five places."""
    election, names = result.election, result.election.candidates
    return {
        "title": election.title,
        "seats": election.seats,
        "winners": [names[one] for one in result.winners],
        "unfilled": result.unfilled,
        "candidates": [
            {
                "number": at + 1,
                "name": name,
                "outcome": "withdrawn"
                if at in election.withdrawn
                else "elected"
                if at in result.winners
                else "not elected",
            }
            for at, name in enumerate(names)
        ],
        "papers": {"valid": result.valid, "invalid": result.invalid},
        "quota": result.quota,
        "arithmetic": result.arithmetic.value,
        "lot": {
            "seed": result.seed,
            "decided": result.was_decided_by_lot,
            "order": [names[one] for one in result.lot],
        },
        "rounds": [
            _round(result, stage, sentences)
            for stage, sentences in zip(result.stages, explained(result), strict=True)
        ],
        "summary": list(summary(result)),
        "notes": list(notes),
    }


def _round(result: Result, stage: Stage, sentences: tuple[str, ...]) -> dict[str, Any]:
    names = result.election.candidates
    return {
        "round": stage.number,
        "kind": stage.kind.value,
        "candidate": None if stage.candidate is None else names[stage.candidate],
        "elected": [names[one] for one in (*stage.elected, *stage.filled)],
        "without_quota": [names[one] for one in stage.filled],
        "excluded": names[stage.candidate]
        if stage.kind.value == "exclusion" and stage.candidate is not None
        else None,
        "surplus": _decimals(stage.surplus),
        "transfers": [
            {"to": names[one.to], "papers": one.papers, "votes": _decimals(one.votes)}
            for one in stage.transfers
        ],
        "votes": {name: _decimals(votes) for name, votes in zip(names, stage.votes, strict=True)},
        "not_transferable": _decimals(stage.not_transferable),
        "rounded_off": _decimals(stage.rounded_off),
        "tie": None if stage.tie is None else _tie(names, stage.tie),
        "why": list(sentences),
    }


def _tie(names: tuple[str, ...], tie: Tie) -> dict[str, Any]:
    return {
        "among": [names[one] for one in tie.among],
        "chosen": names[tie.chosen],
        "decided_by": "lot" if tie.by_stage is None else f"round {tie.by_stage}",
    }


def _decimals(votes: Fraction) -> float:
    return float(cut(votes))
