"""`coalition import texts`: wordings of declarations and resolutions, from files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.db import transaction

from coalition.base.commands import NounCommand
from coalition.base.errors import Refused
from coalition.instruments import reading
from coalition.instruments.actions import ImportReport, import_text


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
