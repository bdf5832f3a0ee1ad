"""`coalition opinion-map FOLDER`: who thinks alike, and where all agree, from their votes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from coalition.analysis.opinions.groups import MOST_VOTES, TURNS, ByGroup, in_words
from coalition.analysis.opinions.mapping import OpinionMap, TotalsOnly, opinion_map
from coalition.analysis.opinions.statements import AGREE_SIDE, Said, consensus
from coalition.base.commands import PlainCommand, add_json
from coalition.consultations.files import declared, polis
from coalition.consultations.files.conversations import Conversation
from coalition.consultations.opinion_maps import as_json, grouped, left_out

LONGEST = 90  # letters of a statement on a line


class Command(PlainCommand):
    help = "Find groups of opinion and consensus in the votes of a conversation, as Polis does."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.description = (
            "Reads a conversation as Polis hands it out: comments.csv and votes.csv, or "
            "comments.json and votes.json. Prints groups of opinion with the statements that "
            "speak for them, what most of all agree and disagree with, and where one group "
            "carries a result. It draws a map of however few took part: no number of "
            "participants is asked for, unlike on the platform's pages, which show none below "
            "50. docs/reference/opinion-map.md explains the method and every key."
        )
        parser.add_argument(
            "folder", type=Path, metavar="FOLDER", help="The folder of the conversation's files."
        )
        parser.add_argument(
            "--groups",
            type=Path,
            metavar="FILE.csv",
            help="Declared groups, with columns participant and group: results by these instead "
            "of by groups of opinion. Groups of fewer than five people are put together.",
        )
        add_json(parser)

    def run(self, options: dict[str, Any]) -> None:
        held = polis.read(options["folder"])
        names = declared.read(options["groups"]) if options["groups"] else None
        drawn = opinion_map(held.votes, moderated_out=held.moderated_out, fewest=0)
        by = grouped(held, drawn, names)
        if options["json"]:
            self.say_json(as_json(held, drawn, by, declared=names is not None))
        else:
            self.say("\n".join(as_lines(held, drawn, by)))


def as_lines(
    held: Conversation, drawn: OpinionMap | TotalsOnly, by: ByGroup | None
) -> Iterator[str]:
    """What stands out: groups with what speaks for them, consensus, warnings."""
    yield from held.notes
    yield held.topic or "A conversation without a topic"
    yield (
        f"{len(held.votes.participants):,} participants cast {len(held.votes.values):,} votes on "
        f"{len(held.statements):,} statements."
    )
    if isinstance(drawn, OpinionMap):
        told = " and ".join(f"{share:.0%}" for share in drawn.axes.variance)
        yield f"{int(drawn.included.sum()):,} are on the map; its axes tell {told} of differences."
        for group, said in enumerate(drawn.representative):
            yield ""
            yield f"Group {group}: {drawn.clusters.sizes[group]:,} people"
            yield from _lines(held, said)
        agreed = drawn.consensus
    else:
        yield "There is no map: nobody voted."
        agreed = consensus(drawn.totals, left_out=left_out(held))
    for name, side in (("Most agree", agreed.agree), ("Most disagree", agreed.disagree)):
        yield ""
        yield f"{name}:" if side else f"{name}: with nothing, clearly."
        yield from _lines(held, side)
    if by and by.carried:
        yield ""
        yield from _warnings(held, by)


def _warnings(held: Conversation, by: ByGroup) -> Iterator[str]:
    """The statements whose result a group turns one by one, for the others how many there are."""
    yield "One group carries the result:"
    for group, name in enumerate(by.groups.names):
        most = sum(one.group == group and MOST_VOTES in one.reasons for one in by.carried)
        if most:
            yield f"  {name}: more than {by.limit:.0%} of the votes on {most} of the statements."
    for one in by.carried:
        if TURNS in one.reasons:
            yield f"  {in_words(one, by.groups.names)}"
            yield f"    {_short(held, one.statement)}"


def _lines(held: Conversation, said: tuple[Said, ...]) -> Iterator[str]:
    for one in said:
        # Of the statement agreed best people want to read how many agree.
        side, votes = (AGREE_SIDE, one.agrees) if one.agrees is not None else (one.side, one.votes)
        yield (
            f"  {votes / max(one.seen, 1):5.0%} {side:<9} {votes:>5} of {one.seen:<5} "
            f"{_short(held, one.statement)}"
        )


def _short(held: Conversation, at: int) -> str:
    statement = held.statements[at]
    text = " ".join(statement.text.split())
    short = text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
    return f"[{statement.id}] {short}"
