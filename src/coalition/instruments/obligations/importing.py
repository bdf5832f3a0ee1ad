"""A list of supervisors' comments, taken in from a CSV or XLSX file: all of it or nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from coalition.accounts.models import User
from coalition.base.errors import Refused
from coalition.base.sheets import read
from coalition.base.text import clean_line, clean_text
from coalition.instruments.models import CommentKind, Instrument, Party, SupervisoryComment
from coalition.instruments.obligations.actions import check_years, enter_comment

NEEDED = ("country", "instruments", "kind", "adopted_year", "url")
OPTIONAL = ("body", "published_year", "gist", "language")
MOST_ROWS = 5_000
CEACR = "Committee of Experts on the Application of Conventions and Recommendations"


@dataclass
class Taken:
    """What taking in a list did, or would do."""

    made: list[SupervisoryComment] = field(default_factory=list)
    unchanged: int = 0
    wrong: list[str] = field(default_factory=list)  # a sentence a row, with its number


@transaction.atomic
def import_comments(content: bytes, *, name: str, by: User, is_dry: bool = False) -> Taken:
    """Take in every row, or none while one is wrong. Rows that are held already change nothing.

    Columns: country (ISO alpha-3), instruments (codes or symbols, with spaces between), kind
    (observation or direct_request), adopted_year, url; if wanted body, published_year, gist and
    language. Raises Refused for a file that is no such list.
    """
    sheet = read(content, name=name)
    headings = [heading.strip().lower().replace(" ", "_") for heading in sheet.headings]
    if missing := [each for each in NEEDED if each not in headings]:
        raise Refused(
            _("The list has no column “%(missing)s”. It needs these: %(needed)s.")
            % {"missing": ", ".join(missing), "needed": ", ".join(NEEDED)}
        )
    if len(sheet.rows) > MOST_ROWS:
        raise Refused(
            _("The list has %(count)d rows; at most %(most)d are taken in at once.")
            % {"count": len(sheet.rows), "most": MOST_ROWS}
        )
    taken = Taken()
    parties = {party.code: party for party in Party.objects.all()}
    for number, cells in sheet.rows:
        row = dict(zip(headings, cells, strict=False))
        try:
            values = _values(row, parties)
            held = SupervisoryComment.objects.filter(party=values["party"], url=values["url"])
            if held.exists():
                taken.unchanged += 1
            else:
                taken.made.append(enter_comment(by=by, **values))
        except Refused as refusal:
            taken.wrong.append(_("Row %(row)d: %(why)s") % {"row": number, "why": refusal})
    transaction.set_rollback(is_dry or bool(taken.wrong))
    return taken


def _values(row: dict[str, Any], parties: dict[str, Party]) -> dict[str, Any]:
    """The row as `enter_comment` takes it. Raises Refused with what is wrong."""
    text = {key: clean_line(str(row.get(key, "")), limit=500) for key in (*NEEDED, *OPTIONAL)}
    party = parties.get(text["country"].upper())
    if party is None:
        raise Refused(
            _("“%s” is the code of no party that is held. Use the ISO code of three letters.")
            % text["country"][:20]
        )
    instruments = []
    for name in text["instruments"].replace(",", " ").split():
        found = Instrument.objects.filter(Q(code__iexact=name) | Q(symbol__iexact=name)).first()
        if found is None:
            raise Refused(_("There is no instrument “%s” here.") % name[:60])
        instruments.append(found)
    kind = text["kind"].lower().replace(" ", "_")
    if kind not in CommentKind.values:
        raise Refused(
            _("“%s” is no kind of comment: write observation or direct_request.")
            % text["kind"][:40]
        )
    try:
        URLValidator(schemes=["http", "https"])(text["url"])
    except ValidationError:
        raise Refused(_("“%s” is no address of a page.") % text["url"][:80]) from None
    adopted = _year(text["adopted_year"])
    published = _year(text["published_year"]) if text["published_year"] else None
    check_years(adopted, published)
    return {
        "party": party,
        "instruments": instruments,
        "kind": kind,
        "body": text["body"][:200] or CEACR,
        "adopted_year": adopted,
        "published_year": published,
        "gist": clean_text(str(row.get("gist", "")), limit=2000),
        "language": text["language"] if text["language"] in LANGUAGES else "en",
        "url": text["url"],
    }


LANGUAGES = ("ar", "en", "es", "fr", "ru", "zh")


def _year(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) == 4):
        raise Refused(_("“%s” is no year of four digits.") % text[:20])
    return int(text)
