"""`coalition docs`: draw the reference pages from the code, or tell whether they are stale."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from coalition.base.errors import Refused
from coalition.web import reference


class Command(BaseCommand):
    help = "Draw the reference pages of docs/reference: commands, states, settings."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="Change nothing; refuse where a page is stale."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            pages = reference.pages()
            folder = reference.project() / "docs" / "reference"
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        stale = [
            name
            for name, text in pages.items()
            if not (folder / name).exists() or (folder / name).read_text("utf-8") != text
        ]
        if options["check"]:
            if stale:
                raise CommandError(f"Stale: {', '.join(stale)}. “make docs” draws them anew.")
            return
        folder.mkdir(exist_ok=True)
        for name in stale:
            (folder / name).write_text(pages[name], encoding="utf-8")
            self.stdout.write(f"docs/reference/{name} written.")
