"""What a profile still lacks, and its history in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf.locale import LANG_INFO
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from coalition.partners.models import (
    Mandate,
    Partner,
    PartnerGroup,
    Priority,
    ProfileChange,
    Scope,
    Sector,
    SizeClass,
)
from coalition.places.models import Place


@dataclass(frozen=True)
class Completeness:
    """How much of a profile is told: how many of how many parts, and which are missing."""

    told: int
    of: int
    missing: tuple[str, ...]


def completeness(partner: Partner) -> Completeness:
    """What the profile tells and what it lacks, in words. Four queries."""
    parts = [
        (_("what it does"), bool(partner.about)),
        (_("web site"), bool(partner.website)),
        (_("working languages"), bool(partner.languages)),
        (_("sectors"), partner.sectors.exists()),
        (_("where it works"), partner.works_in.exists()),
        (_("size"), bool(partner.size_class)),
        (_("logo"), bool(partner.logo)),
        (_("priorities"), Priority.objects.filter(partner=partner).exists()),
        (_("a focal point"), Mandate.objects.current().filter(partner=partner).exists()),
    ]
    missing = tuple(name for name, is_told in parts if not is_told)
    return Completeness(len(parts) - len(missing), len(parts), missing)


def language_name(code: str) -> str:
    """A language's name in the reader's language; its code where nobody told us the name."""
    if code not in LANG_INFO:
        return code
    return str(get_language_info(code)["name_translated"])


@dataclass(frozen=True)
class Changed:
    """One change as its page shows it."""

    change: ProfileChange
    before: str
    after: str


def history(changes: Iterable[ProfileChange]) -> list[Changed]:
    """Changes with codes turned into names: at most one query for each kind of code."""
    changes = list(changes)
    names = _Names(changes)
    return [Changed(one, names.of(one, one.before), names.of(one, one.after)) for one in changes]


class _Names:
    """The names behind the codes that some changes hold."""

    MODELS: dict[str, Any] = {
        "group": PartnerGroup,
        "country": Place,
        "works_in": Place,
        "sectors": Sector,
    }
    WORDS: dict[str, dict[str, Any]] = {
        "scope": dict(Scope.choices),
        "size_class": dict(SizeClass.choices),
    }

    def __init__(self, changes: list[ProfileChange]) -> None:
        wanted: dict[Any, set[str]] = {}
        for one in changes:
            if model := self.MODELS.get(one.field):
                wanted.setdefault(model, set()).update(f"{one.before} {one.after}".split())
        self.held = {
            model: {row.code: str(row.name) for row in model.objects.filter(code__in=codes)}
            for model, codes in wanted.items()
        }

    def of(self, change: ProfileChange, value: str) -> str:
        if change.field == "logo":
            return _("a logo") if value else ""
        if change.field in self.WORDS:
            return str(self.WORDS[change.field].get(value, value))
        if change.field in ("languages", "about_language", "name_language"):
            return _(", ").join(language_name(code) for code in value.split())
        if model := self.MODELS.get(change.field):
            return _(", ").join(self.held[model].get(code, code) for code in value.split())
        return value
