"""Where the figures of an indicator are: a map of tiles, and the places that have no tile."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from coalition.places.charts import member_map
from coalition.places.models import Place
from coalition.results.models import Indicator, Measure, Total
from coalition.results.reading.pictures import source, unit_word
from coalition.results.totals.queries import number, shown

Pairs = Sequence[tuple[Total, Total | None]]
FEW_PLACES = 2  # fewer are told in words
MOST_PLACES = 60  # of those without a tile; the indicator's own page has all


def places_drawn(indicator: Indicator, pairs: Pairs) -> str:
    """The totals by place on the tile map, withheld ones as such; "" where they are too few, or no
    number. One query."""
    tiles = [row for row, _aim in pairs if row.place.tile_column is not None]
    if len(tiles) < FEW_PLACES or indicator.measure == Measure.TEXT:
        return ""
    return member_map(
        {row.place_id: _value(row, indicator) for row in tiles if not row.hidden},
        figures={row.place_id: shown(row, indicator) for row in tiles},
        title=_("Where: %(indicator)s") % {"indicator": indicator.title},
        subtitle=_("Total by country, as reported there"),
        unit=unit_word(indicator),
        source=source(indicator),
    )


def _value(row: Total, indicator: Indicator) -> int | float:
    value = number(row, indicator)
    return int(value) if value == int(value) else float(value)


def places_told(
    indicator: Indicator, pairs: Pairs, *, is_drawn: bool
) -> list[tuple[Place, str, str]]:
    """The places that the map does not show, regions among them: each with its total and target."""
    return [
        (
            row.place,
            shown(row, indicator, with_unit=True),
            shown(aim, indicator, with_unit=True) if aim else "",
        )
        for row, aim in pairs
        if not is_drawn or row.place.tile_column is None
    ][:MOST_PLACES]
