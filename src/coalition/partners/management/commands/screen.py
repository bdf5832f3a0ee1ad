"""`coalition screen NAME`: names held against the lists; `coalition screen all`: everybody anew."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from coalition.analysis.naming import Match
from coalition.base.commands import NounCommand, add_json
from coalition.base.errors import Refused
from coalition.base.text import clean_line
from coalition.partners.models import ListEntry
from coalition.partners.screening import lists, searching
from coalition.partners.screening.actions import screen_all

ALL = "all"
LONGEST_FILE = 50_000_000  # bytes
MOST_NAMES = 1_000_000
SHOWN = 300  # letters of a name that is repeated in an answer

Search = Callable[[str], list[Match[str]]]


class Command(BaseCommand):
    help = (
        "Hold names against the imported lists of sanctions; with “all”, every partner and every "
        "open request anew."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.formatter_class = argparse.RawDescriptionHelpFormatter
        parser.add_argument(
            "names",
            nargs="*",
            metavar="NAME",
            help="A name of a person or an organisation, in any script; several may be given. "
            "“all” alone screens every partner and every open request anew.",
        )
        parser.add_argument(
            "--file",
            type=Path,
            metavar="FILE",
            help="Names from a text file, one a line, in UTF-8.",
        )
        parser.add_argument(
            "--list",
            type=Path,
            dest="list_file",
            metavar="FILE",
            help="Search in this file of the UN Security Council's list instead of what was "
            "imported; nothing is kept.",
        )
        add_json(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["names"] == [ALL] and not options["file"] and not options["list_file"]:
                self.everybody(options["json"])
            else:
                self.names(options)
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal

    def everybody(self, is_json: bool) -> None:
        done = screen_all() if is_json else screen_all(self.stdout.write)
        if is_json:
            NounCommand.say_json(self, vars(done))
            return
        self.stdout.write(
            f"{done.owners} requests and partners screened under {done.names} names; "
            f"{done.found} new matches for officers to decide."
        )

    def names(self, options: dict[str, Any]) -> None:
        names = [*options["names"], *(names_in(options["file"]) if options["file"] else [])]
        if not names:
            raise CommandError("Give a name, or a file of names with --file.", returncode=2)
        day, search = against(options["list_file"])
        stale = searching.stale_sentence(day) if searching.is_stale(day) else ""
        nothing = " ".join(filter(None, [searching.no_match_sentence(day), stale]))
        answers = [
            answer(name, found, day, stale if found else nothing, is_stale=bool(stale))
            for name in names
            for found in [search(name)]
        ]
        if options["json"]:
            is_one = len(answers) == 1 and not options["file"]
            NounCommand.say_json(self, answers[0] if is_one else answers)
            return
        for each in answers:
            self.stdout.write(as_text(each))


def against(file: Path | None) -> tuple[date, Search]:
    """The date of what is searched, and how: a file, or the lists that were imported."""
    if file is not None:
        given = lists.read(file)
        return given.date_generated, given.index().search
    held = searching.current_lists()
    if held.date is None:
        raise Refused(
            "No list was imported yet. Import one first (coalition import sanctions FILE), or name "
            "a file with --list."
        )
    references = dict(ListEntry.objects.listed().values_list("pk", "reference"))
    index = searching.index_of(held)

    def search(name: str) -> list[Match[str]]:
        return [
            Match(references[found.entry], found.name, found.score, found.reasons)
            for found in index.search(name)
        ]

    return held.date, search


def names_in(file: Path) -> list[str]:
    """The lines of a text file that hold something."""
    try:
        if file.stat().st_size > LONGEST_FILE:
            raise Refused(f"{file.name} is larger than {LONGEST_FILE // 1_000_000} MB.")
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise Refused(f"There is no file {file}.") from None
    except UnicodeDecodeError:
        raise Refused(f"{file.name} is no text in UTF-8. Save it as such.") from None
    except OSError as error:
        raise Refused(f"{file} cannot be read: {error.strerror}.") from None
    names = [line.strip() for line in text.splitlines() if line.strip()]
    if len(names) > MOST_NAMES:
        raise Refused(f"{file.name} holds more than {MOST_NAMES:,} names.")
    return names


def answer(
    name: str, found: list[Match[str]], day: date, sentence: str, *, is_stale: bool
) -> dict[str, Any]:
    """What was found under one name, as programs read it; each answer stands by itself."""
    return {
        "name": clean_line(name[: SHOWN * 4], limit=SHOWN),
        "list_date": day.isoformat(),
        "stale": is_stale,
        "sentence": sentence,
        "matches": [
            {
                "entry": match.entry,
                "name": match.name,
                "score": match.score,
                "reasons": searching.in_words(searching.stored(match.reasons)),
            }
            for match in found
        ],
    }


def as_text(told: dict[str, Any]) -> str:
    lines = [f"{told['name'] or '(no letters)'}:"]
    for match in told["matches"]:
        lines.append(f"  {match['entry']}  {match['name']}  ({match['score']:.2f})")
        lines += [f"      {reason}" for reason in match["reasons"]]
    if told["matches"]:
        count = len(told["matches"])
        entries = "1 entry" if count == 1 else f"{count} entries"
        lines.append(f"  Like {entries} of the list of {told['list_date']}; a person decides.")
    if told["sentence"]:
        lines.append(f"  {told['sentence']}")
    return "\n".join(lines)
