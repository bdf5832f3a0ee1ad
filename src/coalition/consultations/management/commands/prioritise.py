"""`coalition prioritise FILE.pb`: which projects a budget is spent on, by which rule, and why."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from coalition.analysis.choosing.explaining import Explained, explained
from coalition.analysis.choosing.prioritising import Outcome, prioritised
from coalition.base.commands import PlainCommand, add_json
from coalition.consultations.files import pabulib
from coalition.consultations.files.pabulib import Poll


class Command(PlainCommand):
    help = (
        "Decide which projects a budget is spent on, from a Pabulib file, and say of each project "
        "why it is in or out. Of equals the one whose id comes first as text is taken."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.pb", help="An election in Pabulib.")
        parser.add_argument(
            "--rule",
            choices=["equal-shares", "greedy"],
            default="equal-shares",
            help="equal-shares: every voter has the same share of the budget to spend. greedy: "
            "down the list by support, whatever still fits.",
        )
        parser.add_argument(
            "--utility",
            choices=["cost", "cardinality"],
            default="cost",
            help="What a supported project is worth to a voter: its cost, or one like any other.",
        )
        parser.add_argument(
            "--completion",
            choices=["none", "add1"],
            default="none",
            help="add1: raise the share by one unit of the currency at a time, in thought, until "
            "the budget is spent as far as it goes. The greedy rule needs none.",
        )
        parser.add_argument(
            "--by",
            default="",
            metavar="COLUMN",
            help="Tell the support apart by the values of this column of VOTES, such as sex. "
            "Figures about fewer than five people are withheld.",
        )
        add_json(parser)

    def run(self, options: dict[str, Any]) -> None:
        poll = pabulib.read(options["file"], by=options["by"])
        outcome = prioritised(
            poll.election,
            rule=options["rule"],
            utility=options["utility"],
            completion=options["completion"],
        )
        items = explained(outcome)
        if options["json"]:
            self.say_json(as_json(poll, outcome, items))
        else:
            self.say("\n".join(as_lines(poll, outcome, items)))


def as_json(poll: Poll, outcome: Outcome, items: tuple[Explained, ...]) -> dict[str, Any]:
    """Amounts are in the currency; those that are no whole number of its smallest unit, such as
    shares and prices, are rounded as numbers in JSON are."""
    names = dict(zip(poll.election.ids, poll.names, strict=True))

    def money(amount: Fraction | int | None) -> float | int | None:
        if amount is None:
            return None
        exact = Fraction(amount) / poll.election.unit
        return int(exact) if exact.denominator == 1 else float(exact)

    return {
        "title": poll.title,
        "vote_type": poll.vote_type,
        "currency": poll.currency,
        "rule": outcome.rule,
        "utility": outcome.utility,
        "completion": outcome.completion if outcome.rule == "equal-shares" else None,
        "voters": poll.election.voters,
        "budget": money(poll.election.budget),
        "spent": money(outcome.spent),
        "share": money(outcome.share),
        "winners": list(outcome.winners),
        "rounds": [
            {
                "round": number,
                "item": round_.item,
                "cost": money(round_.cost),
                "support": round_.support,
                "price": money(round_.price),
                "paying": round_.paying,
                "emptied": round_.emptied,
                "tied": list(round_.tied),
            }
            for number, round_ in enumerate(outcome.rounds, start=1)
        ],
        "items": [
            {
                "item": item.item,
                "name": names[item.item],
                "cost": money(item.cost),
                "round": item.round,
                "support": item.support,
                "supporters": item.supporters,
                "by_group": item.by_group,
                "available": money(item.available),
                "missing": money(item.missing),
                "more_supporters": item.more_supporters,
                "carried_by": list(item.carried_by),
                "why": why(poll, outcome, item),
            }
            for item in items
        ],
    }


def as_lines(poll: Poll, outcome: Outcome, items: tuple[Explained, ...]) -> list[str]:
    """What is in and what is out, each with its reason."""
    election = poll.election
    names = dict(zip(election.ids, poll.names, strict=True))
    lines = [
        f"{len(outcome.taken)} of {len(election.ids)} projects for {said(poll, outcome.spent)} of "
        f"{said(poll, election.budget)}, by {election.voters:,} voters:"
    ]
    for item in items:
        mark = f"{item.round}." if item.round else "–"
        lines.append(f"{mark:>4} {item.item}  {names[item.item]}, {said(poll, item.cost)}")
        lines.append(f"     {why(poll, outcome, item)}")
        told = [
            f"{name}: {'withheld' if count is None else f'{count:,}'}"
            for name, count in item.by_group.items()
        ]
        if told:
            lines.append(f"     Supporters by group: {', '.join(told)}.")
    return lines


def why(poll: Poll, outcome: Outcome, item: Explained) -> str:
    """One item's reason, in sentences."""
    shared = outcome.rule == "equal-shares"
    support = f"{item.supporters:,} supporters"
    if not poll.election.approvals:
        support += f" with {item.support:,} points"
    if item.round:
        round_ = outcome.rounds[item.round - 1]
        told = f"In: {support}."
        if round_.price is not None:
            each = "each" if poll.election.approvals else "for each point"
            who = "All" if round_.paying == item.supporters else f"The {round_.paying:,} with money"
            told += f" {who} paid {said(poll, round_.price)} {each}, or all that was left."
        if round_.tied:
            told += f" Just as good: {', '.join(round_.tied)}; the order of ids decided."
        if item.carried_by:
            told += f" It is in only by the votes of: {', '.join(item.carried_by)}."
        return told
    if not item.supporters:
        return "Out: nobody supports it."
    if shared:
        told = (
            f"Out: {support} had {said(poll, item.available)} left together, "
            f"{said(poll, item.missing)} too little."
        )
        if item.more_supporters is None:
            return told + " All others together could not have made up for it."
        return told + f" The support of {item.more_supporters:,} more would have been enough."
    told = (
        f"Out: {support}; when its turn came {said(poll, item.available)} was left, "
        f"{said(poll, item.missing)} too little."
    )
    if item.more_supporters is None:
        return told + " No support would have brought it in."
    if poll.election.approvals:
        return told + f" The support of {item.more_supporters:,} more would have been enough."
    return told + f" Points more that would have been enough: {item.more_supporters:,}."


def said(poll: Poll, amount: Fraction | int) -> str:
    """ "1,190.48 EUR": to the smallest unit of the currency, or to hundredths."""
    exact = Fraction(amount) / poll.election.unit
    digits = 0 if exact.denominator == 1 else 2
    return f"{float(exact):,.{digits}f} {poll.currency}".strip()
