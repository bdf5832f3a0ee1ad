"""What a column of a list holds: guessed from its heading, confirmed by a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from rapidfuzz import fuzz

from coalition.base.errors import Refused
from coalition.base.lists.words import bare

# Below this a heading is left for a person to say.
SURE_ENOUGH = 0.75


@dataclass(frozen=True)
class Field:
    """Something a list can say of a record: how we call it, what the template explains of it,
    and the headings under which people keep it, in the six languages."""

    code: str
    label: str | Promise
    note: str | Promise
    headings: tuple[str, ...]


@dataclass(frozen=True)
class Guess:
    """What a column may hold, and how sure the heading makes us, 0 … 1; no field below
    SURE_ENOUGH, or where another column says it better."""

    field: str
    confidence: float


class Fields(dict[str, Field]):
    """All that a list of one kind can say, by code, in the order of its template."""

    def __init__(self, *fields: Field) -> None:
        super().__init__((field.code, field) for field in fields)

    @cached_property
    def known(self) -> dict[str, str]:
        """Every heading that we know, bare, with its field: also our own, in each language of
        ours."""
        known = {bare(heading): field.code for field in self.values() for heading in field.headings}
        for language, _name in settings.LANGUAGES:
            with translation.override(language):
                known |= {bare(str(field.label)): field.code for field in self.values()}
        return known

    def guess(self, headings: Sequence[str]) -> list[Guess]:
        """A guess for each heading; no field is guessed for two columns, the surer one has it."""
        found = [self._guess(heading) for heading in headings]
        best: dict[str, int] = {}
        for at, (code, confidence) in enumerate(found):
            if code and (code not in best or confidence > found[best[code]][1]):
                best[code] = at
        return [
            Guess(code, round(confidence, 2)) if best.get(code) == at else Guess("", 0.0)
            for at, (code, confidence) in enumerate(found)
        ]

    def _guess(self, heading: str) -> tuple[str, float]:
        plain, known = bare(heading), self.known
        if not plain:
            return "", 0.0
        if plain in self or plain in known:
            return (plain if plain in self else known[plain]), 1.0
        alike, nearest = max((fuzz.token_sort_ratio(plain, one) / 100, one) for one in known)
        inside = [one for one in known if len(one) > 3 and one in plain]
        if inside and alike < 0.9:
            # "Name of the organization (official)" holds a heading that we know: the longest
            # counts.
            nearest, alike = max(inside, key=len), 0.8
        return (known[nearest], alike) if alike >= SURE_ENOUGH else ("", alike)

    def check(self, headings: Sequence[str], columns: Sequence[str]) -> None:
        """Raises Refused where these cannot be the columns under these headings."""
        twice = [code for code, count in Counter(filter(None, columns)).items() if count > 1]
        if len(columns) != len(headings) or any(code and code not in self for code in columns):
            raise Refused(_("The columns do not fit this file. Please choose them again."))
        if twice:
            raise Refused(
                _("Two columns cannot both hold: %(field)s.") % {"field": self[twice[0]].label}
            )
