"""Form fields in which people write the name of a place, in any of the six languages."""

from __future__ import annotations

import unicodedata
from typing import Any

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from coalition.places.models import Place

LONGEST = 120
MOST = 20


def folded(name: str) -> str:
    """A name as it is compared: without case, accents or the shape of apostrophes."""
    plain = unicodedata.normalize("NFKD", name.casefold().replace("’", "'"))
    return " ".join("".join(one for one in plain if not unicodedata.combining(one)).split())


def find_all(names: list[str]) -> tuple[list[Place], list[str]]:
    """The places of these names, and the names that nobody bears. One query."""
    by_name: dict[str, Place] = {}
    for place in Place.objects.all():
        by_name.setdefault(place.code.casefold(), place)
        for name in place.names.values():
            by_name.setdefault(folded(name), place)
    found = [by_name.get(folded(name)) for name in names]
    strangers = [name for name, place in zip(names, found, strict=True) if place is None]
    return list(dict.fromkeys(place for place in found if place)), strangers


def datalist(identifier: str) -> SafeString:
    """Names to choose from while typing, in the reader's language; works without scripts."""
    options = format_html_join(
        "", "<option>{}</option>", ((place.name,) for place in Place.objects.all())
    )
    return format_html('<datalist id="{}">{}</datalist>', identifier, options)


class PlaceInput(forms.TextInput):
    """One input with the list of names beside it."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        if isinstance(value, Place):
            value = value.name
        list_id = f"{(attrs or {}).get('id', name)}-list"
        field = super().render(name, value, {**(attrs or {}), "list": list_id}, renderer)
        return format_html("{}{}", field, datalist(list_id))


class PlaceField(forms.Field):
    """One place by name or code."""

    widget = PlaceInput

    def to_python(self, value: Any) -> Place | None:
        if value in self.empty_values:
            return None
        found, strangers = find_all([value[:LONGEST]])
        if strangers:
            raise forms.ValidationError(
                _("We do not know the place “%s”. Please choose one from the list.") % value[:60]
            )
        return found[0]

    def prepare_value(self, value: Any) -> Any:
        return value.name if isinstance(value, Place) else value


class PlacesInput(forms.Widget):
    """A few inputs of the same name, one place each, with a spare or two."""

    use_fieldset = True

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        identifier = (attrs or {}).get("id", name)
        values = [str(one) for one in value or []]
        values += [""] * max(2, 4 - len(values))
        described = (attrs or {}).get("aria-describedby", "")
        inputs = format_html_join(
            "",
            '<input type="text" name="{}" id="{}_{}" value="{}" list="{}-list" maxlength="{}"'
            ' aria-label="{}"{}>',
            (
                (
                    name,
                    identifier,
                    number,
                    one,
                    identifier,
                    LONGEST,
                    _("Place %d") % (number + 1),
                    format_html(' aria-describedby="{}"', described) if described else "",
                )
                for number, one in enumerate(values)
            ),
        )
        return format_html('<div class="places">{}</div>{}', inputs, datalist(f"{identifier}-list"))

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        values = data.getlist(name) if hasattr(data, "getlist") else data.get(name) or []
        return [one.strip() for one in values if one.strip()]

    def id_for_label(self, identifier: str, index: str | None = None) -> str:
        return f"{identifier}_0" if identifier else ""


class PlacesField(forms.Field):
    """Several places, each by name or code."""

    widget = PlacesInput

    def to_python(self, value: Any) -> list[Place]:
        if len(value or []) > MOST:
            raise forms.ValidationError(_("At most %d places, please.") % MOST)
        places, strangers = find_all([one[:LONGEST] for one in value or []])
        if strangers:
            raise forms.ValidationError(
                _("We do not know the place “%s”. Please choose one from the list.")
                % strangers[0][:60]
            )
        return places

    def prepare_value(self, value: Any) -> Any:
        return [one.name if isinstance(one, Place) else one for one in value or []]
