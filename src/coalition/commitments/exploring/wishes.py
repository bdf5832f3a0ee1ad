"""What a reader looks for, as plain values: the same wishes always make the same address."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from coalition.base.text import clean_line
from coalition.commitments.models import Facet

LONGEST_VALUE = 200
LONGEST_WORDS = 100
NEWEST = "newest"
SORTS = {
    NEWEST: _("newest first"),
    "ends": _("ending soonest"),
    "title": _("by title"),
    "overdue": _("overdue reports first"),
}
REFERENCE = re.compile(r"PAR-\d{4}-\d{4,}\Z")


@dataclass(frozen=True)
class Wishes:
    """Filters by facet, words that each must occur, and an order; empty ones ask nothing.

    `typed` is what somebody wrote where a filter needs a code: a partner's name, or a place.
    """

    filters: Mapping[str, str] = field(default_factory=dict)
    words: str = ""
    sort: str = NEWEST
    typed: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, query: Mapping[str, Any] | str) -> Wishes:
        """What an address asks for. What no address of ours holds is left out; a code that no
        commitment is found under stays, and finds nothing."""
        given = QueryDict(query) if isinstance(query, str) else query
        said = {
            name: clean_line(str(given.get(name, "")), limit=LONGEST_VALUE)
            for name in (*Facet.values, "place")
        }
        filters = {name: value for name, value in said.items() if value}
        typed = {name: filters.pop(name) for name in ("place",) if name in filters}
        if not REFERENCE.match(filters.get(Facet.PARTNER, "PAR-2000-0000")):
            typed[Facet.PARTNER.value] = filters.pop(Facet.PARTNER)
        # A paragraph stands in its declaration; one of another declaration was left over.
        if provision := filters.get(Facet.PROVISION):
            code = provision.partition("/")[0]
            if filters.setdefault(Facet.DECLARATION.value, code) != code:
                del filters[Facet.PROVISION]
        sort = given.get("sort", "")
        return cls(
            filters={name: filters[name] for name in Facet.values if name in filters},
            words=clean_line(str(given.get("words", "")), limit=LONGEST_WORDS),
            sort=sort if sort in SORTS else NEWEST,
            typed=typed,
        )

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Names and values, in the one order in which addresses have them."""
        found = [*self.filters.items()]
        if self.words:
            found.append(("words", self.words))
        if self.sort != NEWEST:
            found.append(("sort", self.sort))
        return found

    @property
    def query(self) -> str:
        return urlencode(self.pairs)

    @property
    def is_narrow(self) -> bool:
        """Do they leave out anything?"""
        return bool(self.filters or self.words)

    def url(self, route: str = "commitments:explorer", **more: str) -> str:
        """The address of a page or file that shows what is wished for."""
        query = urlencode([*self.pairs, *((name, value) for name, value in more.items() if value)])
        return reverse(route) + (f"?{query}" if query else "")

    def but(self, **changes: str) -> Wishes:
        """The same wishes with others in place: empty values take filters out."""
        return Wishes.of({**dict(self.pairs), **changes})

    def without(self, name: str) -> Wishes:
        """The same wishes less one filter; with a declaration goes its paragraph."""
        if name == Facet.DECLARATION:
            return self.but(declaration="", provision="")
        return self.but(**{name: ""})
