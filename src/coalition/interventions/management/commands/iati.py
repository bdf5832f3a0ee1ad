"""`coalition iati …`: files in the format of the International Aid Transparency Initiative."""

from __future__ import annotations

import argparse
import dataclasses
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from coalition.analysis.iati.checking import VERSION, Checked
from coalition.analysis.iati.reading import read
from coalition.analysis.iati.records import nothing
from coalition.base.commands import NounCommand, add_json
from coalition.base.errors import Refused
from coalition.interventions.iati.actions import refresh_all
from coalition.interventions.iati.words import sentence
from coalition.interventions.models import Published

SHOWN = 50


class Command(NounCommand):
    help = "IATI files: whether they have the form of the standard; what is published."
    requires_system_checks: list[str] = []

    def add_verbs(self, verbs: Any) -> None:
        validate = verbs.add_parser(
            "validate",
            help="Tell whether a file has the form of IATI 2.03, and what to mend where.",
            description=(
                "Judges a file of activities or of organisations by the form of IATI 2.03, "
                "whatever version it says it has. Ends with 0 where it is valid, with 1 where it "
                "is not. A file of any size is read in little memory."
            ),
        )
        validate.add_argument("file", type=Path, metavar="FILE", help="An IATI file, in XML.")
        validate.add_argument(
            "--most",
            type=_positive,
            default=SHOWN,
            metavar="N",
            help=f"How many findings are told at most ({SHOWN} without it).",
        )
        add_json(validate)
        validate.set_defaults(run=self.validate)
        publish = verbs.add_parser(
            "publish",
            help="Make the published elements of all key interventions anew.",
            description=(
                "They are made anew by themselves whenever something changes; this is for after "
                "an upgrade, or another COALITION_IATI_IDENTIFIER. A second run changes nothing."
            ),
        )
        publish.set_defaults(run=self.publish)

    def publish(self, _options: dict[str, Any]) -> None:
        changed = 0
        for count in refresh_all():
            changed += count
            self.say(f"{changed} made anew so far …")
        held = Published.objects.count()
        self.say(f"{held} interventions are published as IATI; {changed} of them changed.")

    def validate(self, options: dict[str, Any]) -> None:
        found = judged(options["file"])
        told = found.findings[: options["most"]]
        if options["json"]:
            self.say_json(_as_json(found, told))
        else:
            for line in _remarks(found):
                self.say(line)
            for one in told:
                self.say(sentence(one))
            if found.found > len(told):
                self.say(f"… and {found.found - len(told)} more.")
        if not found.is_valid:
            raise CommandError(f"{options['file']} is not valid: {found.found} to mend.")
        if not options["json"]:
            self.say(f"{options['file']} is valid IATI {VERSION}: {found.records} records.")


def judged(path: Path) -> Checked:
    """What a file is. Raises Refused where it cannot be opened."""
    try:
        return read(path, nothing).checked
    except OSError as error:
        raise Refused(f"{path} cannot be read ({error.strerror}). Is the name right?") from error


def _remarks(found: Checked) -> list[str]:
    if not found.root or found.version == VERSION:
        return []
    said = f"it says “{found.version[:40]}”" if found.version else "it names none"
    return [f"Remark: of which version the file is, {said}; it is judged by {VERSION}."]


def _as_json(found: Checked, told: tuple[Any, ...]) -> dict[str, Any]:
    return {
        "is_valid": found.is_valid,
        "root": found.root,
        "version": found.version,
        "records": found.records,
        "remarks": _remarks(found),
        "found": found.found,
        "findings": [{**dataclasses.asdict(one), "sentence": sentence(one)} for one in told],
    }


def _positive(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text[:9]) < 1:
        raise argparse.ArgumentTypeError(f"“{text[:40]}” is not a whole number from 1 on.")
    return int(text[:9])
