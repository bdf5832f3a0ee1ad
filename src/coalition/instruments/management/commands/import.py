"""`coalition import …`: wordings of texts, lists of partners, lists of sanctions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.db import transaction

from coalition.base.commands import NounCommand
from coalition.base.errors import Refused
from coalition.instruments import reading
from coalition.instruments.actions import ImportReport, import_text
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
            help="Read in the wording of declarations and resolutions of the General Assembly.",
            description=(
                "Reads .jsonl or .jsonl.gz: one document a line, with symbol, title, adopted and "
                "text. Fills in the wording of the paragraphs that stand and makes the others. "
                "A second run changes nothing."
            ),
        )
        texts.add_argument("path", type=Path, metavar="PATH", help="A .jsonl or .jsonl.gz file.")
        texts.add_argument(
            "--symbol",
            action="append",
            required=True,
            dest="symbols",
            metavar="SYMBOL",
            help="Which document to read in, such as A/RES/80/5. May be given several times.",
        )
        texts.add_argument(
            "--dry-run", action="store_true", help="Say what would be done, and do nothing."
        )
        texts.set_defaults(run=self.texts)
        partners = verbs.add_parser(
            "partners",
            help="Take in a list of partners from an XLSX or CSV file.",
            description=(
                "Columns are guessed from their headings. Prints a line for every row that is "
                "new, changes something or cannot be taken. All of it is done or nothing; a "
                "second run changes nothing."
            ),
        )
        partners.add_argument("path", type=Path, metavar="FILE", help="An .xlsx or .csv file.")
        partners.add_argument(
            "--dry-run", action="store_true", help="Say what would be done, and do nothing."
        )
        partners.add_argument(
            "--column",
            action="append",
            default=[],
            metavar="HEADING=FIELD",
            help="What a column holds, where the guess is wrong; empty FIELD leaves it unread.",
        )
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
        partners.add_argument(
            "--leave-out", action="store_true", help="Leave out the rows that cannot be taken."
        )
        partners.add_argument(
            "--alike-are-new",
            action="store_true",
            help="Make new partners of rows that look like one that is there.",
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

    def texts(self, options: dict[str, Any]) -> None:
        path, is_dry = options["path"], options["dry_run"]
        digest = reading.file_digest(path)
        refused = []
        try:
            for raw in reading.documents_of(path, set(options["symbols"])):
                try:
                    with transaction.atomic():
                        report = import_text(raw, file_digest=digest)
                        transaction.set_rollback(is_dry)
                    self.say(summary(report, is_dry=is_dry))
                except Refused as refusal:
                    refused.append(str(refusal))
        except Refused as refusal:
            refused.append(str(refusal))
        if refused:
            raise CommandError("\n".join(refused))

    def partners(self, options: dict[str, Any]) -> None:
        path, is_dry = options["path"], options["dry_run"]
        pairs = [each.rpartition("=") for each in options["column"]]
        if any(not heading for heading, _sign, _field in pairs):
            raise CommandError("Write --column HEADING=FIELD.")
        try:
            chosen = RosterOptions.of(
                group=options["group"],
                scope=options["scope"],
                joined_on=options["joined_on"],
                writes=options["write"],
            )
            with path.open("rb") as file:
                roster = import_file(
                    file,
                    name=path.name,
                    corrections={heading: field for heading, _sign, field in pairs},
                    options=chosen,
                    leave_out=options["leave_out"],
                    alike_are_new=options["alike_are_new"],
                    is_dry=is_dry,
                    by=None,
                )
        except OSError as error:
            raise Refused(f"{path} cannot be read: {error.strerror}.") from None
        for note in roster.notes:
            self.say(note)
        for row in roster.report:
            if row["outcome"] != "unchanged":
                self.say(line_of(row))
        done = ", ".join(f"{roster.counts[one]} {one}" for one in roster.OUTCOMES)
        self.say(f"{done}." + (" Dry run: nothing was kept." if is_dry else ""))

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


def line_of(row: dict[str, Any]) -> str:
    """A row of the report in one line."""
    changes = "; ".join(f"{field}: {old} -> {new}" for field, old, new in row["changes"])
    words = " ".join(filter(None, [row["facts"], changes, *row["sentences"]]))
    return f"Row {row['row']}, {row['outcome']}: {row['name']} {row['reference']}".rstrip() + (
        f" ({words})" if words else ""
    )


def summary(report: ImportReport, *, is_dry: bool) -> str:
    """What was made of one document, in a line, and a line for each doubt."""
    name = f"{report.symbol} ({report.instrument.code})"
    if report.is_unchanged:
        line = f"{name}: held already with the same words; nothing changed."
    else:
        line = (
            f"{name}: {report.paragraphs} numbered paragraphs, {report.footnotes} footnotes; "
            f"{report.matched} provisions stood, {report.made} made."
        )
        if report.is_new_instrument:
            line += " The text was not known; a bare entry was made for it."
        if is_dry:
            line += " Dry run: nothing was kept."
    return "\n".join([line, *(f"  Doubtful: {doubt}" for doubt in report.doubts)])
