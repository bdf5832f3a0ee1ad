"""The one search form: words, and filters that say how many records each would leave."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from coalition.base.text import clean_line
from coalition.catalogue.models import Kind
from coalition.catalogue.queries import FACETS
from coalition.partners.models import PartnerGroup
from coalition.places.models import Place
from coalition.themes.models import Theme
from coalition.ui.forms import Select

LONGEST = 200


def wishes_of(query: QueryDict) -> dict[str, str]:
    """The reader's filters as they came, made safe; a code that no record has finds nothing."""
    wishes = {name: clean_line(query.get(name, ""), limit=60) for name in ("kind", *FACETS)}
    return {name: value for name, value in wishes.items() if value}


def words_of(query: QueryDict) -> str:
    return clean_line(query.get("q", ""), limit=LONGEST)


class SearchForm(forms.Form):
    """Choices are only what the search found, with how many, and what is chosen already."""

    q = forms.CharField(
        label=_("Words"),
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "maxlength": LONGEST, "dir": "auto"}),
    )
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    theme = forms.ChoiceField(label=_("Theme"), required=False)
    place = forms.ChoiceField(label=_("Place"), required=False, widget=Select)
    group = forms.ChoiceField(label=_("Partner group"), required=False)

    def __init__(
        self, words: str, wishes: Mapping[str, str], counts: Mapping[str, Mapping[str, int]]
    ) -> None:
        super().__init__({"q": words, **wishes})
        present = {name: {*counts[name], *wishes.get(name, "").split()} for name in counts}
        names: dict[str, list[tuple[str, Any]]] = {
            "kind": [
                # A text of any kind: a convention is none of the declarations.
                (
                    kind.value,
                    _("Instrument or declaration") if kind is Kind.DECLARATION else kind.label,
                )
                for kind in Kind
            ],
            "theme": [(one.code, one.short_name) for one in Theme.objects.all()],
            "group": [(one.code, one.short_name) for one in PartnerGroup.objects.all()],
            "place": _places(present["place"]),
        }
        for name, entries in names.items():
            found = counts[name]
            self.fields[name].choices = [  # type: ignore[attr-defined]
                ("", _("any")),
                *(
                    (code, f"{label} ({found.get(code, 0)})")
                    for code, label in entries
                    if code in present[name]
                ),
                # A code nobody knows: it is shown as it came, and finds nothing.
                *(
                    (code, f"{code} (0)")
                    for code in present[name] - {code for code, _label in entries}
                ),
            ]


def _places(codes: set[str]) -> list[tuple[str, Any]]:
    """The world and its regions in their order, each with its countries by name."""
    places = list(Place.objects.filter(code__in=codes))
    regions = {place.path: place.name for place in places if place.kind != "country"}
    regions = dict(sorted(regions.items()))

    def order(place: Place) -> tuple[list[str], str]:
        above = [name for path, name in regions.items() if place.path.startswith(path)]
        return above, place.name

    indent = "\u2003"
    return [
        (place.code, f"{indent * (place.path.count('.') - 1)}{place.name}")
        for place in sorted(places, key=order)
    ]
