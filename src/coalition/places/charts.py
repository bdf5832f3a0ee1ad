"""The map of equal tiles, one a member state of the United Nations."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from coalition.places.models import Place
from coalition.ui.charts import Tile, tile_map


def member_map(
    values: Mapping[int, int | float],
    *,
    title: str,
    subtitle: str,
    unit: str,
    links: Mapping[str, str] | None = None,
    source: str = "",
    figures: Mapping[int, str] | None = None,
) -> str:
    """A tile map of the members; `values` by the id of the place, missing ones are no data.
    `figures` are how values read where that is not the number itself, and what stands in the place
    of a value that may not be shown.

    A tile leads to the page of its place, or where `links`, by the place's code, says. The figures
    are the platform's own unless a `source` is named.
    """
    named = figures or {}
    tiles = [
        Tile(
            code=place.code,
            name=place.name,
            column=place.tile_column or 0,
            row=place.tile_row or 0,
            value=values.get(place.pk),
            url=(links or {}).get(place.code, place.get_absolute_url())
            if place.pk in values or place.pk in named
            else "",
            figure=named.get(place.pk, ""),
        )
        for place in Place.objects.un_members()
    ]
    return tile_map(
        tiles,
        title=title,
        subtitle=subtitle,
        source=source or _("Records of this platform"),
        unit=unit,
    )
