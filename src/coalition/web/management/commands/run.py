"""`coalition run`: prepare what is missing, then serve the site on this machine."""

from io import StringIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from coalition.base.errors import Refused
from coalition.web import coalition_file, example, running
from coalition.web.setup import set_up


class Command(BaseCommand):
    help = "Prepare the database, the coalition and the Example records, and serve the site."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-example", action="store_true", help="Without Example records.")
        parser.add_argument("--prepare-only", action="store_true", help="Do not serve.")

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = running.address()
        try:
            if not options["prepare_only"]:
                running.free_or_refuse(host, port)
            self.prepare(with_example=not options["no_example"])
            if settings.DEMO:
                self.stdout.write("Coalition is ready. Look at it")
                for line in running.ways_in():
                    self.stdout.write(line)
                self.stdout.write("Each sign-in link works once, on this machine only.")
            else:
                self.stdout.write(f"Coalition is ready: {settings.SITE_URL}/")
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        if not options["prepare_only"]:
            self.stdout.write("Stop it with Ctrl-C.")
            self.stdout.flush()
            running.serve()

    def prepare(self, *, with_example: bool) -> None:
        """Everything that is not as it should be yet; nothing where the stamp says it is."""
        stamp = settings.HOME / "prepared"
        now = running.fingerprint()
        if stamp.exists() and stamp.read_text("ascii") == now and self.database_is_there():
            return
        self.say("Preparing the database (less than a minute the first time) …")
        call_command("check", fail_level="ERROR", stdout=StringIO())
        call_command("migrate", verbosity=0, interactive=False)
        self.say("Setting up the coalition …")
        set_up(coalition_file.find("social-justice"))
        if with_example and not example.exists():
            self.say("Building the Example coalition …")
            example.build(lambda sentence: self.say(f"  {sentence}"))
        self.say("Collecting style sheets …")
        call_command("collectstatic", verbosity=0, interactive=False, clear=True)
        stamp.write_text(running.fingerprint(), "ascii")

    def database_is_there(self) -> bool:
        name = settings.DATABASES["default"]["NAME"]
        is_sqlite = settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
        return not is_sqlite or Path(name).exists()

    def say(self, sentence: str) -> None:
        self.stdout.write(sentence)
        self.stdout.flush()
