"""`coalition import …`: wordings of texts, parties, registers of others, partners, sanctions."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.utils.module_loading import import_string

from coalition.base.commands import NounCommand
from coalition.base.errors import Refused
from coalition.base.lists import commands as list_commands
from coalition.instruments.consent.actions import settle_rules
from coalition.instruments.consent.days import read_day
from coalition.instruments.consent.importing import import_file as import_ratifications
from coalition.instruments.external.declared import declared
from coalition.instruments.external.importing import Line, take_in
from coalition.instruments.external.reading import open_list
from coalition.instruments.texts.importing import import_paths
from coalition.partners.actions import (
    RosterOptions,
    import_file,
    import_sanctions,
    screen_all,
)


class Command(NounCommand):
    help = "Read in data from files: all of a document or nothing of it."

    def add_verbs(self, verbs: Any) -> None:
        texts = verbs.add_parser(
            "texts",
            help="Read in the wording of declarations, resolutions, treaties and acts.",
            description=(
                "Reads files and all files of folders: documents of the General Assembly "
                "(.jsonl, .jsonl.gz), treaties (.md), the Universal Declaration (.html), Akoma "
                "Ntoso (.xml). "
                "Says in a line what it made of each, and in further lines what was doubtful. "
                "A second run changes nothing. PDF and Word files are read in through the browser."
            ),
        )
        texts.add_argument(
            "paths", nargs="+", type=Path, metavar="PATH", help="A file, or a folder of files."
        )
        texts.add_argument(
            "--symbol",
            action="append",
            default=[],
            dest="symbols",
            metavar="SYMBOL",
            help="Only this document, such as A/RES/80/5. May be given several times.",
        )
        texts.add_argument(
            "--dry-run", action="store_true", help="Say what would be done, and do nothing."
        )
        texts.set_defaults(run=self.texts)
        ratifications = verbs.add_parser(
            "ratifications",
            help="Take in who signed, ratified or denounced which instrument, from a CSV file.",
            description=(
                "Knows the tables of the International Labour Organization and of the United "
                "Nations Treaty Collection by their headings. A file instruments.csv beside the "
                "table gives the titles and the days on which the tables were taken. All of it is "
                "done or nothing, with a line for every row that cannot be taken; a second run "
                "changes nothing."
            ),
        )
        ratifications.add_argument("path", type=Path, metavar="FILE", help="A .csv file.")
        ratifications.add_argument(
            "--dry-run", action="store_true", help="Say what would be done, and do nothing."
        )
        ratifications.add_argument(
            "--good-rows", action="store_true", help="Take the good rows and list the others."
        )
        ratifications.add_argument(
            "--as-of",
            default="",
            metavar="DAY",
            help="The day on which the tables were taken, where instruments.csv has none.",
        )
        ratifications.set_defaults(run=self.ratifications)
        register = verbs.add_parser(
            "register",
            help="Take in the list of a register of others, such as climate submissions.",
            description=(
                "Reads a CSV or XLSX file by the columns that data/registers.toml declares for "
                "the register. Prints a line for every row that is new, changed, gone or cannot "
                "be taken, and for every addendum or translation that no rule could attach. All "
                "of it is done or nothing; a second run changes nothing, and what the list does "
                "not have any more is marked as gone, never deleted."
            ),
        )
        register.add_argument("path", type=Path, metavar="FILE", help="A .csv or .xlsx file.")
        register.add_argument(
            "--register", required=True, metavar="CODE", help="Whose list it is, such as ndc."
        )
        register.add_argument(
            "--dry-run", action="store_true", help="Say what would be done, and do nothing."
        )
        register.add_argument(
            "--title", default="", help="Where the list comes from, if not the usual place."
        )
        register.add_argument("--url", default="", help="Its address.")
        register.add_argument(
            "--as-of",
            default="",
            metavar="DAY",
            help="The day on which the list was taken from the register.",
        )
        register.set_defaults(run=self.register)
        partners = verbs.add_parser(
            "partners",
            help="Take in a list of partners from an XLSX or CSV file.",
            description=(
                "Columns are guessed from their headings. Prints a line for every row that is "
                "new, changes something or cannot be taken. All of it is done or nothing; a "
                "second run changes nothing."
            ),
        )
        list_commands.add_arguments(partners)
        partners.add_argument("--group", default="", help="Group of new ones, where none is given.")
        partners.add_argument(
            "--scope", default="", help="Scope of new ones: national, regional or international."
        )
        partners.add_argument(
            "--joined-on", default="", metavar="DAY", help="Day of joining of new ones, in ISO."
        )
        partners.add_argument(
            "--write", action="store_true", help="Write to the focal points of new partners."
        )
        partners.set_defaults(run=self.partners)
        sanctions = verbs.add_parser(
            "sanctions",
            help="Take in the consolidated list of sanctions of the UN Security Council.",
            description=(
                "Reads the XML as it is published. Entries that are no longer listed are retired. "
                "Then every partner and every open request is screened anew. A second run changes "
                "nothing."
            ),
        )
        sanctions.add_argument("path", type=Path, metavar="FILE", help="The XML file.")
        sanctions.add_argument(
            "--older", action="store_true", help="Go back to a list older than the one held."
        )
        sanctions.add_argument("--no-screening", action="store_true", help="Screen nobody now.")
        sanctions.set_defaults(run=self.sanctions)
        # What later rooms take in: each adds its verb, and names the function that does it.
        for path in settings.IMPORTS:
            import_string(path)(verbs, self)

    def texts(self, options: dict[str, Any]) -> None:
        run = import_paths(
            options["paths"],
            symbols=options["symbols"],
            is_dry=options["dry_run"],
            say=self.say,
            progress=self.progress,
        )
        self.say(run.summary)
        if run.made and not run.is_dry:
            settle_rules()
        if run.refused:
            raise CommandError("\n".join(run.refused))

    def ratifications(self, options: dict[str, Any]) -> None:
        report = import_ratifications(
            options["path"],
            as_of=options["as_of"],
            good_rows=options["good_rows"],
            is_dry=options["dry_run"],
        )
        for symbol in report.made:
            self.say(f"{symbol} was not known; a bare entry was made for it.")
        for sentence in report.told:
            self.say(sentence)
        for row, sentence in report.errors:
            self.say(f"Row {row}: {sentence}")
        if not report.is_kept:
            raise CommandError(report.summary)
        self.say(report.summary)

    def register(self, options: dict[str, Any]) -> None:
        path = options["path"]
        try:
            content = path.read_bytes()
        except OSError as error:
            raise Refused(f"{path} cannot be read: {error.strerror}.") from None
        report = take_in(
            open_list(content, name=path.name),
            declared(options["register"]),
            title=options["title"],
            url=options["url"],
            as_of=read_day(options["as_of"]) if options["as_of"] else None,
            is_dry=options["dry_run"],
        )
        for note in report.notes:
            self.say(note)
        for line in report.told:
            self.say(line_of_register(line))
        for one in report.waiting:
            self.say(
                f"To look up: {one.party_name}, {one.title}. {one.get_belongs_because_display()}"
            )
        done = ", ".join(f"{count} {outcome}" for outcome, count in report.counts.items())
        if not report.is_kept:
            raise CommandError(f"{done}. Nothing was kept: mend these rows.")
        self.say(
            f"{done}; {report.attached_count} attached, {len(report.waiting)} to look up."
            + (" Dry run: nothing was kept." if options["dry_run"] else "")
        )

    def progress(self, words: str) -> None:
        """How far a long run is, on one line of a terminal that overwrites itself."""
        if self.stderr.isatty():
            self.stderr.write(f"\r{words:<70}", ending="")
            self.stderr.flush()

    def partners(self, options: dict[str, Any]) -> None:
        chosen = RosterOptions.of(
            group=options["group"],
            scope=options["scope"],
            joined_on=options["joined_on"],
            writes=options["write"],
        )
        list_commands.take(options, partial(import_file, options=chosen, by=None), self.say)

    def sanctions(self, options: dict[str, Any]) -> None:
        taken = import_sanctions(options["path"], is_older_wanted=options["older"])
        held = taken.held
        if taken.is_unchanged:
            self.say(f"The list of {held.date_generated} is held already; nothing changed.")
            return
        self.say(
            f"List of {held.date_generated}: {held.individuals} persons and {held.entities} "
            f"organisations under {held.listed} names; {held.made} new, {held.changed} changed, "
            f"{held.retired} no longer listed."
        )
        if options["no_screening"]:
            return
        done = screen_all(self.say)
        self.say(
            f"{done.owners} requests and partners screened under {done.names} names; "
            f"{done.found} new matches for officers to decide."
        )


def line_of_register(line: Line) -> str:
    """A line of a register's report."""
    where = f"Row {line.row}" if line.row else "No row"
    what = ", ".join(filter(None, (line.party, line.title)))
    return f"{where}, {line.outcome}: {' '.join(filter(None, [what, *line.sentences]))}"
