"""`coalition text show`: a text on the terminal, for people or for programs."""

from __future__ import annotations

from typing import Any

from coalition.base.commands import NounCommand, add_json
from coalition.base.errors import Refused
from coalition.instruments.models import Instrument, Version
from coalition.instruments.texts import exporting, plain, queries
from coalition.instruments.texts.queries import find_version

FORMATS = ("text", "json", "akn")


class Command(NounCommand):
    help = "Texts that partners deliver on: declarations, statements, resolutions."

    def add_verbs(self, verbs: Any) -> None:
        show = verbs.add_parser(
            "show",
            help="Show a text, paragraph by paragraph.",
            description=(
                "Shows every paragraph with its points and footnotes. Where the wording is not "
                "held it says so, and gives the line in our own words."
            ),
        )
        show.add_argument(
            "symbol", metavar="SYMBOL", help="The symbol (A/RES/80/5) or the short code (doha)."
        )
        show.add_argument(
            "--version",
            dest="version_symbol",
            metavar="SYMBOL",
            default="",
            help="The version with this symbol (A/80/L.5), not the current one.",
        )
        show.add_argument(
            "--language", metavar="CODE", default="", help="The text in this language, such as ar."
        )
        show.add_argument(
            "--format",
            choices=FORMATS,
            default="text",
            help="For reading (text), for programs (json), or Akoma Ntoso (akn).",
        )
        add_json(show)
        show.set_defaults(run=self.show)

    def show(self, options: dict[str, Any]) -> None:
        instrument = queries.find_instrument(options["symbol"])
        version = find_version(instrument, options["version_symbol"], options["language"])
        chosen = "json" if options["json"] else options["format"]
        if chosen == "akn":
            self.say(exporting.as_akn(_held(instrument, version)).decode())
            return
        text = queries.text_of(instrument, version=version)
        if chosen == "json":
            self.say_json(plain.as_data(text))
        else:
            self.say(plain.as_plain_text(text).rstrip())


def _held(instrument: Instrument, version: Version | None) -> Version:
    """The version asked for, else the current one. Raises Refused where no wording is held."""
    held = version or queries.current_version(instrument.versions.all())
    if held is None:
        raise Refused(
            f"No wording of {instrument.symbol or instrument.code} is held, so there is nothing "
            "to write as Akoma Ntoso. Read one in first: coalition import texts PATH."
        )
    held.instrument = instrument
    return held
