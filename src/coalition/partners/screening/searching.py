"""Names held against the lists, from an index in the memory of this process.

The index of some 4,500 names takes under a second to build and some 20 MB; a look-up takes half a
millisecond. It is built when first needed and again after an import: it is kept by the numbers
and digests of the lists it was built from.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from threading import Lock
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from coalition.analysis.naming import Index, Match, Reason
from coalition.partners.models import ListName, SanctionsList

# A list older than this clears nobody.
FRESH_DAYS = 30

_built: tuple[Any, Index[int]] | None = None
_lock = Lock()


@dataclass(frozen=True)
class Lists:
    """The lists as they are held now, together."""

    held: tuple[SanctionsList, ...]

    @property
    def date(self) -> date | None:
        """The date of the oldest: what is said of all cannot be newer."""
        return min((each.date_generated for each in self.held), default=None)

    @property
    def is_stale(self) -> bool:
        return self.date is not None and is_stale(self.date)


def is_stale(day: date) -> bool:
    """Is a list of this date too old to clear anybody?"""
    return day < timezone.now().date() - timedelta(days=FRESH_DAYS)


def current_lists() -> Lists:
    return Lists(tuple(SanctionsList.objects.current().order_by("code")))


def stale_sentence(day: date) -> str:
    return _(
        "The list is of %(day)s, more than %(count)s days old: it clears nobody. "
        "Import a newer one."
    ) % {"day": date_format(day), "count": FRESH_DAYS}


def no_match_sentence(day: date) -> str:
    """What may be said where nothing was found; never more."""
    return _("No match on the list of %(day)s.") % {"day": date_format(day)}


def index_of(lists: Lists) -> Index[int]:
    """All names that are listed now; an entry is its number in the database."""
    global _built
    key = tuple((each.pk, each.digest, each.imported_at) for each in lists.held)
    built = _built
    if built is not None and built[0] == key:
        return built[1]
    with _lock:  # two requests at once build it once
        if _built is None or _built[0] != key:
            names = ListName.objects.filter(entry__delisted_at=None).order_by("pk")
            _built = (key, Index(names.values_list("entry_id", "name")))
        return _built[1]


def search(lists: Lists, names: Iterable[str]) -> dict[str, list[Match[int]]]:
    """What each name is like, the likest first."""
    index = index_of(lists)
    return {name: index.search(name) for name in dict.fromkeys(names)}


def stored(reasons: Iterable[Reason]) -> list[list[Any]]:
    """Reasons as a row keeps them: the marked sentence and what fills it."""
    return [[reason.template, dict(reason.values)] for reason in reasons]


def in_words(reasons: Iterable[Any]) -> list[str]:
    """Kept reasons in the reader's language."""
    return [_(template) % values for template, values in reasons]
