"""Choices among rows that are read once for a whole page, and fields that several forms share."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coalition.base.fields import LANGUAGE_NAMES
from coalition.base.text import clean_line, fold
from coalition.partners.models import KnownName, NameKind, Partner
from coalition.partners.values import LONGEST_TEXT
from coalition.places.models import Place, PlaceKind
from coalition.ui.forms import Select

LANGUAGES = [(code, LANGUAGE_NAMES[code]) for code in settings.UN_LANGUAGES]
MOST_NAMED = 8  # partners that a refusal names


@dataclass(frozen=True)
class Rows:
    """Rows to choose among by their codes: read once, used by as many selects as a page has."""

    choices: list[Any]
    by_code: dict[str, Any]


def rows_of(entries: Iterable[Any], empty: str = "") -> Rows:
    """The entries in their own order, after a first choice that chooses none."""
    by_code = {entry.code: entry for entry in entries}
    return Rows(
        [("", empty or _("Choose one")), *((c, e.name) for c, e in by_code.items())], by_code
    )


def read_places() -> list[Place]:
    """The world, regions and countries, as the selects need them: one query."""
    return list(Place.objects.only("code", "kind", "names", "path").order_by("path"))


def countries(
    held: Sequence[Place], *, among: Container[str] | None = None, empty: str = ""
) -> Rows:
    """Countries and areas by region; `among` keeps only those with these codes."""
    is_wanted = [
        one
        for one in held
        if one.kind == PlaceKind.COUNTRY and (among is None or one.code in among)
    ]
    return grouped(is_wanted, held, empty)


def regions(held: Sequence[Place], *, empty: str = "") -> Rows:
    """Regions and, beneath each, its sub-regions."""
    kinds = (PlaceKind.REGION, PlaceKind.SUBREGION)
    return grouped([one for one in held if one.kind in kinds], held, empty)


def grouped(listed: Sequence[Place], held: Sequence[Place], empty: str = "") -> Rows:
    """Places under the name of the region they lie in: larger ones first, then in the order of
    the names in the reader's language."""
    names = {place.path: str(place.name) for place in held}
    groups: dict[str, list[tuple[int, str, str, str]]] = {}
    for place in listed:
        codes = place.path.split(".")
        # What lies in no region (the world itself, Antarctica) stands with the world.
        in_region = codes[2:] != [""] or place.kind == PlaceKind.REGION
        group = names.get(".".join(codes[: 2 if in_region else 1]) + ".", str(place.name))
        size = 9 if place.kind == PlaceKind.COUNTRY else len(codes)
        groups.setdefault(group, []).append((size, fold(place.name), str(place.name), place.code))
    choices = [
        (group, [(code, name) for _size, _folded, name, code in sorted(places)])
        for group, places in groups.items()
    ]
    by_code = {place.code: place for place in listed}
    return Rows([("", empty or _("Choose one")), *choices], by_code)


class RowField(forms.ChoiceField):
    """A choice among rows by code; cleans to the row itself, or to None where none is chosen."""

    widget = Select

    def __init__(self, rows: Rows, **kwargs: Any) -> None:
        self.rows = rows
        super().__init__(choices=rows.choices, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return getattr(value, "code", value)

    def clean(self, value: Any) -> Any:
        return self.rows.by_code.get(super().clean(value))


class NamedPartnerField(forms.CharField):
    """A partner of today by its reference or full name. A part of a name is not enough, lest
    another one be meant: the refusal names those, also among ten thousand. Cleans to the partner,
    or to None where none is given."""

    def __init__(self, **kwargs: Any) -> None:
        given = {
            "max_length": 300,
            "help_text": gettext_lazy(
                "Its reference such as PAR-2026-0042, or its full name. If you write a part of "
                "the name, we show you whom you could mean."
            ),
            "widget": forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
        }
        super().__init__(**{**given, **kwargs})

    def clean(self, value: Any) -> Partner | None:
        words = clean_line(super().clean(value))
        active = Partner.objects.public()
        found = active.filter(Q(reference__iexact=words) | Q(name__iexact=words))[:2]
        if not words or len(found) == 1:
            return found[0] if words else None
        near = partners_called(words)
        if not near:
            raise forms.ValidationError(
                _("There is no partner called “%(name)s”. Try fewer words, or its reference.")
                % {"name": words}
            )
        named = "; ".join(f"{one.name} ({one.reference})" for one in near[:MOST_NAMED])
        if len(near) > MOST_NAMED:
            named += "; …"
        raise forms.ValidationError(
            _("Which one do you mean? Write its reference: %(partners)s") % {"partners": named}
        )


def partners_called(words: str) -> list[Partner]:
    """A few partners of today in whose names all these words occur, by name; one more than is
    named where there are more."""
    active = Partner.objects.public()
    # People in charge are screened under their names, and found by nobody.
    also_called = KnownName.objects.exclude(partner=None).exclude(kind=NameKind.OFFICER)
    for word in words.split():
        named = also_called.filter(name__icontains=word).values("partner")
        active = active.filter(Q(name__icontains=word) | Q(pk__in=named))
    return list(active[: MOST_NAMED + 1])


def label_of(model: Any, name: str) -> str:
    return capfirst(model._meta.get_field(name).verbose_name)


def website_field() -> forms.URLField:
    return forms.URLField(
        label=label_of(Partner, "website"), required=False, max_length=300, assume_scheme="https"
    )


def about_field(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label, required=False, max_length=LONGEST_TEXT, widget=forms.Textarea
    )
