"""`coalition panel`: a panel drawn by lot from a pool, so that anybody can draw it again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from coalition.base.commands import PlainCommand, add_json
from coalition.consultations import panels
from coalition.consultations.files import pools


class Command(PlainCommand):
    help = "Draw a panel by lot from a pool, so that quotas hold and chances are as equal as can be"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.description = (
            "Reads people and quotas (CSV), finds the lottery over whole panels that gives the "
            "least likely person the highest chance, and draws one panel by the seed. To draw in "
            "public: first --publish without a seed; then, when the seed is known to all, "
            "--lottery with it. Where quotas cannot be met together, nothing is drawn, and the "
            "smallest change that mends it is told (exit code 1)."
        )
        parser.add_argument(
            "pool", nargs="?", type=Path, metavar="POOL.csv", help="One row a person."
        )
        parser.add_argument(
            "quotas",
            nargs="?",
            type=Path,
            metavar="QUOTAS.csv",
            help="One row a value: feature,value,min,max or category,feature,min,max.",
        )
        parser.add_argument("--size", type=int, metavar="NUMBER", help="How many sit on the panel.")
        parser.add_argument(
            "--seed",
            metavar="TEXT",
            help="What decides the draw: a text that nobody knew when the lottery was published.",
        )
        parser.add_argument(
            "--id",
            default="",
            dest="id_heading",
            metavar="HEADING",
            help="The column that tells people apart, where it is not headed like one.",
        )
        parser.add_argument(
            "--numbered",
            action="store_true",
            help="Number people in the order of the file, whatever its columns.",
        )
        parser.add_argument(
            "--fewest",
            type=int,
            default=1,
            metavar="K",
            help="Hide features before the draw, until at least K people look alike (usually 5).",
        )
        parser.add_argument(
            "--publish",
            type=Path,
            metavar="FILE",
            help="Write the lottery, with people under codes, for everybody to see.",
        )
        parser.add_argument(
            "--key",
            type=Path,
            metavar="FILE",
            help="The secret that makes codes; made if there is none. Else FILE.key is used.",
        )
        parser.add_argument(
            "--lottery",
            type=Path,
            metavar="FILE",
            help="Draw from this published lottery; nothing is computed anew. With POOL.csv and "
            "--key members are named by their ids.",
        )
        parser.add_argument(
            "--gone",
            nargs="+",
            default=[],
            metavar="CODE",
            help="Members who dropped out, in this order: says who follows.",
        )
        add_json(parser)

    def run(self, options: dict[str, Any]) -> None:
        _refuse_unclear(options)
        if options["seed"] is not None:
            panels.refuse_unclear(options["seed"])
        outcome = _panel(options).drawn(options["seed"], options["gone"])
        if options["publish"] and options["seed"] is not None:
            outcome["notes"].append("The seed was known when the lottery was written: a rehearsal.")
        self.report(outcome, options["json"])

    def report(self, outcome: dict[str, Any], as_json: bool) -> None:
        if as_json:
            self.say_json(outcome)
            return
        certificate = outcome["certificate"]
        self.say(
            f"Lowest chance: {certificate['reached']:.4%}. No lottery under these quotas gives "
            f"everybody more than {certificate['upper_bound']:.4%}."
        )
        self.say(f"Digest of the lottery: {certificate['digest']}")
        for note in outcome["notes"]:
            self.say(f"Note: {note}")
        if outcome["members"] is None:
            self.say("Nothing is drawn yet: --seed draws.")
            return
        self.say(f"Drawn: ticket {certificate['ticket']} of {certificate['tickets']}")
        for member in outcome["members"]:
            self.say(f"  {member}  {outcome['chances'][member]:.4%}")
        for step in outcome["replacements"]:
            self.say(f"  {step['gone']} is followed by {step['follows'] or 'nobody'}")


def _panel(options: dict[str, Any]) -> panels.Panel:
    told_apart = {name: options[name] for name in ("id_heading", "numbered")}
    if lottery := options["lottery"]:
        panel = panels.read(lottery)
        if options["pool"]:
            key = options["key"] or panels.key_beside(lottery)
            panel = panels.named(panel, options["pool"], key, **told_apart)
        return panel
    problem = pools.problem(options["pool"], options["quotas"], options["size"], **told_apart)
    if target := options["publish"]:
        panels.refuse_to_write_over(target)
    panel = panels.computed(problem, fewest=options["fewest"])
    return panels.publish(panel, target, key=options["key"]) if target else panel


def _refuse_unclear(options: dict[str, Any]) -> None:
    """Wrong usage ends with exit code 2."""
    if options["lottery"]:
        others = ("quotas", "size", "publish")
        if any(options[name] for name in others) or options["fewest"] != 1:
            raise CommandError(
                "A published lottery has its quotas and its size: --lottery goes with neither "
                "QUOTAS.csv nor --size, --fewest or --publish.",
                returncode=2,
            )
    elif not (options["pool"] and options["quotas"] and options["size"] is not None):
        raise CommandError(
            "Give POOL.csv, QUOTAS.csv and --size, or a published lottery by --lottery.",
            returncode=2,
        )
    if options["fewest"] < 1:
        raise CommandError("--fewest is a whole number from 1.", returncode=2)
    if options["id_heading"] and options["numbered"]:
        raise CommandError("Give --id or --numbered, not both.", returncode=2)
    if options["gone"] and options["seed"] is None:
        raise CommandError("--gone needs the --seed of the draw.", returncode=2)
