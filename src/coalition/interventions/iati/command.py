"""`coalition import iati`: named in settings.IMPORTS, as the command stands in an earlier room."""

from __future__ import annotations

import argparse
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from coalition.base.commands import PlainCommand
from coalition.base.errors import Refused
from coalition.interventions.iati.fetching import fetched
from coalition.interventions.iati.importing import import_file
from coalition.interventions.iati.reports import NEW, WRONG, Options, Report
from coalition.partners.models import Partner

SHOWN = 50


def add(verbs: Any, command: PlainCommand) -> None:
    """The verb with its options, of a command that says what was done."""
    iati = verbs.add_parser(
        "iati",
        help="Take in key interventions from an IATI file of others.",
        description=(
            "Reads activities or organisations of versions 2.01 to 2.03 from a file, or from an "
            "address of a host that is listed in COALITION_IATI_HOSTS. New activities become "
            "interventions, whose partners are asked to confirm their roles; of those that are "
            "here already new figures and amounts are attached. Of organisations that are "
            "partners the identifier is kept, and what the file tells is given out again. All of "
            "it is done or nothing; a second run changes nothing."
        ),
    )
    iati.add_argument("file", metavar="FILE|URL", help="An IATI file, or an https address.")
    iati.add_argument(
        "--dry-run", action="store_true", help="Say what would be done, and do nothing."
    )
    iati.add_argument(
        "--lead",
        default="",
        metavar="PARTNER",
        help="Who leads activities in which no partner is named, by its reference.",
    )
    iati.add_argument(
        "--match",
        action="append",
        default=[],
        metavar="IDENTIFIER=PARTNER",
        help=(
            "Which partner an organisation of the file is, by its identifier or else its name. "
            "May be given several times; identifiers are kept."
        ),
    )
    iati.add_argument(
        "--leave-out", action="store_true", help="Leave out the records that cannot be taken."
    )
    iati.add_argument(
        "--most",
        type=_positive,
        default=SHOWN,
        metavar="N",
        help=f"How many records and organisations are told at most ({SHOWN} without it).",
    )
    iati.set_defaults(run=partial(run, command))


def run(command: PlainCommand, options: dict[str, Any]) -> None:
    """Take a file in, and tell what became of each activity."""
    chosen = Options(
        lead=_partner(options["lead"]) if options["lead"] else None,
        chosen=dict(map(_chosen, options["match"])),
        is_dry=options["dry_run"],
        leave_out=options["leave_out"],
    )
    with ExitStack() as stack:
        named = options["file"]
        path = Path(named)
        if "://" in named:
            path = stack.enter_context(fetched(named, settings.IATI_HOSTS))
        report = import_file(path, named if "://" in named else path.name, chosen, by=None)
    for sentence in told(report, options["most"]):
        command.say(sentence)
    if report.counts[WRONG] and not chosen.leave_out:
        raise CommandError(f"Nothing was taken in: {report.counts[WRONG]} cannot be taken.")
    if chosen.is_dry:
        command.say("Nothing was changed: this was a trial.")


def told(report: Report, most: int) -> list[str]:
    """What became of the activities and of the organisations that the file names, and the sum."""
    lines = [one for one in report.lines if one.outcome != NEW or one.sentences]
    sentences = [
        " ".join((f"Line {one.line}, {one.identifier or 'none'}: {one.outcome}.", *one.sentences))
        for one in lines[:most]
    ]
    sentences += [f"… and {len(lines) - most} more."] if len(lines) > most else []
    strangers = [who for who, match in report.organisations.items() if match.partner is None]
    for who in strangers[:most]:
        likely = report.organisations[who].likely
        hint = " or ".join(f"{each.reference} ({each.name})" for each in likely)
        sentences.append(
            f"No partner: {who.name or 'no name'} ({who.identifier or 'no identifier'})."
            + (f" Perhaps {hint}?" if hint else "")
        )
    more = len(strangers) - most
    sentences += [f"… and {more} more that are no partners."] if more > 0 else []
    found = [(who, one) for who, one in report.organisations.items() if one.partner is not None]
    for who, match in found[:most]:
        reference = match.partner.reference if match.partner else ""
        sentences.append(f"{reference}: {who.name or who.identifier} {match.why}.")
    more = len(found) - most
    sentences += [f"… and {more} more that are partners."] if more > 0 else []
    counts = ", ".join(f"{count} {outcome}" for outcome, count in report.counts.items())
    return [*sentences, f"{len(report.lines)} {report.of}: {counts}."]


def _chosen(text: str) -> tuple[str, Partner]:
    identifier, equals, reference = text.rpartition("=")
    if not equals or not identifier.strip():
        raise Refused(f"“{text[:80]}” is no match. Write --match IDENTIFIER=PAR-2026-0042.")
    return identifier.strip(), _partner(reference)


def _partner(reference: str) -> Partner:
    found = Partner.objects.public().filter(reference=reference.strip().upper()).first()
    if found is None:
        raise Refused(f"There is no partner “{reference[:40]}”, or it is no partner any more.")
    return found


def _positive(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text[:9]) < 1:
        raise argparse.ArgumentTypeError(f"“{text[:40]}” is not a whole number from 1 on.")
    return int(text[:9])
