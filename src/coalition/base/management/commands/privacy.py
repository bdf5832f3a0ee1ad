"""`coalition privacy …`: what we hold about a person, its erasure, and what is kept how long."""

from __future__ import annotations

from typing import Any

from coalition.base import audit, privacy
from coalition.base.commands import NounCommand
from coalition.base.errors import Refused

WHO = "An e-mail address, or the number of a person."


class Command(NounCommand):
    help = "Personal data: export, erasure and retention, from the registry of personal fields."

    def add_verbs(self, verbs: Any) -> None:
        export = verbs.add_parser("export", help="Print all we hold about a person, as JSON.")
        export.add_argument("person", metavar="PERSON", help=WHO)
        export.add_argument("--json", action="store_true", help="In JSON; there is no other form.")
        export.set_defaults(run=self.export)
        erase = verbs.add_parser("erase", help="Erase a person's data for good.")
        erase.add_argument("person", metavar="PERSON", help=WHO)
        erase.add_argument("--yes", action="store_true", help="Do it; without this only count.")
        erase.set_defaults(run=self.erase)
        purge = verbs.add_parser("purge", help="Erase what was kept for its full time.")
        purge.add_argument("--dry-run", action="store_true", help="Only count, change nothing.")
        purge.set_defaults(run=self.purge)

    def export(self, options: dict[str, Any]) -> None:
        subject = privacy.find(options["person"])
        exported = privacy.export(subject)
        audit.record("privacy.export", subject.ref)
        self.say_json(exported)

    def erase(self, options: dict[str, Any]) -> None:
        subject = privacy.find(options["person"])
        if not options["yes"]:
            rows = sum(len(record["rows"]) for record in privacy.export(subject)["records"])
            raise Refused(
                f"{rows} rows hold data of this person. Erasing cannot be taken back: "
                "to do it, add --yes."
            )
        refs = privacy.erase(subject, by=None)
        self.say(f"Erased. {len(refs)} rows were changed or removed:")
        for ref in refs:
            self.say(f"  {ref}")

    def purge(self, options: dict[str, Any]) -> None:
        dry_run = options["dry_run"]
        for line in privacy.purge(dry_run=dry_run):
            self.say(
                f"{line.kind} ({line.days} days, before {line.before:%Y-%m-%d %H:%M}Z), "
                f"{line.called}: {line.rows}"
            )
        self.say("Nothing was changed." if dry_run else "Done.")
