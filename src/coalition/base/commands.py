"""How commands are written: `coalition NOUN VERB …` one class a noun, one method a verb; others
one class with `run`."""

from __future__ import annotations

import argparse
import json
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError, CommandParser

from coalition.base.errors import Refused


class PlainCommand(BaseCommand):
    """A command without verbs. Refusals end with exit code 1 and their sentence."""

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self.run(options)
        except (Refused, PermissionDenied) as refusal:
            raise CommandError(str(refusal)) from refusal

    def run(self, options: dict[str, Any]) -> None:
        raise NotImplementedError

    def say(self, sentence: str) -> None:
        self.stdout.write(sentence)

    def say_json(self, value: Any) -> None:
        """For programs: one JSON value, nothing else, on standard output."""
        self.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False))


class NounCommand(PlainCommand):
    """A command with verbs. Subclasses add parsers in `add_verbs`, each naming its method with
    `set_defaults(run=self.method)`."""

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(metavar="VERB", required=True, title="verbs")
        self.add_verbs(verbs)

    def add_verbs(self, verbs: Any) -> None:
        raise NotImplementedError

    def run(self, options: dict[str, Any]) -> None:
        verb = options.pop("run")
        verb(options)


def add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="Answer in JSON, for programs.")
