"""`coalition setup NAME|FILE`: load a coalition file; safe to run twice."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from coalition.base.errors import Refused
from coalition.web import coalition_file
from coalition.web.setup import set_up


class Command(BaseCommand):
    help = "Load a coalition file: groups, themes, challenges, declarations, places, first pages."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "coalition", help="The name of a coalition of the project, or the path of a .toml file."
        )
        parser.add_argument("--quiet", action="store_true", help="Say only what went wrong.")

    def handle(self, *args: Any, **options: Any) -> None:
        _refuse_unprepared()
        try:
            report = set_up(coalition_file.find(options["coalition"]))
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        if options["quiet"]:
            return
        say = self.stdout.write
        if not report.made and not report.changed:
            say(f"Nothing to do: all {report.unchanged} entries are as in the file.")
        else:
            say(
                f"{len(report.made)} entries made, {len(report.changed)} brought up to date, "
                f"{report.unchanged} unchanged."
            )
        for line in report.changed:
            say(f"  brought up to date: {line}")
        for line in report.kept:
            say(f"  left as it is: {line}")


def _refuse_unprepared() -> None:
    """Raises CommandError where the tables are not there, or not those of this version."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise CommandError(
            "The database is not prepared for this version. First run “coalition migrate”."
        )
