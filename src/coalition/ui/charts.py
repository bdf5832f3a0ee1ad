"""Charts and the tile map, drawn on the server as SVG with a table of the same figures beneath.

The title says the finding; the subtitle the measure. Every text is escaped by the templates.
"""

import textwrap
import unicodedata
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.template.loader import render_to_string
from django.utils.formats import number_format
from django.utils.safestring import SafeString
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

MOST_SHADES = 5
# The tile map's grid, in pixels: a tile of 30 in a field of 32, so that a finger finds it;
# and the room a phone of 320 pixels has between its margins.
FIELD, TILE = 32, 30
NARROW_SCREEN = 288
# How many letters of a label fit on a line of a screen 320 px wide; Chinese ones are wider.
NARROW_LINE, WIDE_LETTERS_LINE = 34, 17
# Label and figures together may be a little longer, and the word for the target takes its room.
LONGEST_LINE, TARGET = 38, 8


@dataclass(frozen=True)
class Bar:
    """One bar: `value` None means that nothing is known, which is drawn as missing, not as zero.

    `code` is a partner group's code and gives the bar that group's hue. `target` is a value on the
    same scale, drawn as a line. `url` links the label in the table. `figure` and `target_figure`
    are how the two read, where that is not the number itself: "43.5 %", "withheld".
    """

    label: str
    value: int | float | None
    code: str = ""
    target: int | float | None = None
    url: str = ""
    figure: str = ""
    target_figure: str = ""


@dataclass(frozen=True)
class Series:
    """How one group grew: a value per period, from the first to the last; none is missing.

    `code` is a partner group's code and gives the line that group's hue.
    """

    label: str
    values: Sequence[int]
    code: str = ""


@dataclass(frozen=True)
class Level:
    """A value that a chart draws as a line across, and how it reads."""

    value: float
    figure: str


@dataclass(frozen=True)
class Point:
    """One period of a course over time, and how its value reads.

    `value` None is drawn as missing; `figure` then says why. `before` is the part of the value
    that stood before this period. `kind` is "reported", "estimated" or "projected". `target` is
    the period's own. `url` leads from the table to what the figure rests on.
    """

    label: str
    value: float | None
    figure: str
    kind: str = "reported"
    before: float = 0
    target: Level | None = None
    url: str = ""
    name: str = ""  # of the period in full, for the table


@dataclass(frozen=True)
class Tile:
    """One state on the tile map; columns and rows count from 0, from the map's west and north.

    `value` None is hatched: nothing is known, unless `figure` says what else it is.
    """

    code: str
    name: str
    column: int
    row: int
    value: int | float | None = None
    url: str = ""
    figure: str = ""  # how the value reads, where that is not the number itself: "withheld"


@dataclass(frozen=True)
class Shade:
    """A class of values, lowest and highest included, and its place on the scale from 1 to 5."""

    number: int
    low: int | float
    high: int | float

    def __str__(self) -> str:
        low, high = _number(self.low), _number(self.high)
        return low if low == high else f"{low}–{high}"


def shades(values: Iterable[int | float]) -> list[Shade]:
    """At most five classes with about as many values in each; equal values stay together.

    The limits are values that occur. Fewer classes are spread over the same scale, so that the
    highest is always the darkest.
    """
    counts = sorted(Counter(values).items())
    most = min(MOST_SHADES, len(counts))
    waiting = sum(count for _value, count in counts)
    classes: list[tuple[int | float, int | float]] = []
    low, held = None, 0
    for place, (value, count) in enumerate(counts):
        low = value if low is None else low
        held += count
        open_classes = most - len(classes)
        values_left = len(counts) - place - 1
        is_full = held * open_classes >= waiting and open_classes > 1
        if is_full or values_left < open_classes or values_left == 0:
            classes.append((low, value))
            waiting -= held
            low, held = None, 0
    step = (MOST_SHADES - 1) / (len(classes) - 1) if len(classes) > 1 else 0
    first = 1 if len(classes) > 1 else MOST_SHADES
    return [Shade(round(first + i * step), low, high) for i, (low, high) in enumerate(classes)]


def shade_of(value: int | float, scale: Sequence[Shade]) -> int:
    """The shade of a value that was among those the scale was made from; 0 stays hollow."""
    if value == 0:
        return 0
    return next(shade.number for shade in scale if shade.low <= value <= shade.high)


def bars(
    rows: Sequence[Bar], *, title: str, subtitle: str, unit: str, source: str, whole: float = 0
) -> SafeString:
    """Horizontal bars from zero, each with its label and value written on it. The longest takes all
    the room, unless `whole` says what does: with shares that is 100.

    Raises ValueError for a negative value: a bar from zero cannot show it.
    """
    shown = [number for row in rows for number in (row.value, row.target) if number is not None]
    if any(number < 0 for number in shown):
        raise ValueError(f"Bars start at zero, and this chart has a value below it: {title}")
    longest = max([*shown, whole], default=0) or 1
    return render_to_string(
        "ui/charts/bars.html",
        frame(title, subtitle, unit, source)
        | {"has_targets": any(row.target is not None for row in rows)}
        | _layout(rows, longest),
    )


def _layout(rows: Sequence[Bar], longest: float) -> dict[str, object]:
    """Where each text and bar goes: across in per cent of the width, down in lines of text.

    So the text keeps its size on every screen, and grows with the reader's own font size. In a
    language written from right to left the bars grow from the right.
    """
    mirrored = get_language_bidi()
    drawn, top = [], 0.0
    for row in rows:
        lines = _lines(row.label)
        value = row.figure or _number(row.value)
        aim = "" if row.target is None else row.target_figure or _number(row.target)
        # What does not fit beside the label stands below it, and the target below a long value.
        room = LONGEST_LINE - bool(aim) * TARGET
        if lines[-1] and len(f"{lines[-1]} {value} {aim}") > room:
            lines.append("")
        of_value = len(lines) - 1
        if aim and len(f"{value} {aim}") > room:
            lines.append("")
        bar_top = top + 1.35 * len(lines) + 0.15
        length = 100 * (row.value or 0) / longest
        target = None if row.target is None else 100 * row.target / longest
        drawn.append(
            {
                "bar": row,
                "lines": [
                    {
                        "text": line,
                        "y": f"{top + 1.35 * i + 1.05:.2f}em",
                        "has_value": i == of_value,
                        "has_aim": bool(aim) and i == len(lines) - 1,
                    }
                    for i, line in enumerate(lines)
                ],
                "value": value,
                "target": aim or None,
                "y": f"{bar_top:.2f}em",
                "x": f"{100 - length if mirrored else 0:.2f}%",
                "length": f"{length:.2f}%",
                "target_x": ""
                if target is None
                else f"{100 - target if mirrored else target:.2f}%",
                "target_y": (f"{bar_top - 0.15:.2f}em", f"{bar_top + 0.85:.2f}em"),
            }
        )
        top = bar_top + 1.5
    return {
        "rows": drawn,
        "height": f"{max(top - 0.6, 0):.2f}em",
        "start": "100%" if mirrored else "0",
    }


def growth(
    series: Sequence[Series],
    periods: Sequence[str],
    *,
    title: str,
    subtitle: str,
    unit: str,
    source: str,
) -> SafeString:
    """One small line per group over the same periods and on the same scale, from zero; the last
    value stands beside each name, and the table has them all.

    Time runs in the direction of reading. Raises ValueError where a series has not one value per
    period, or one below zero.
    """
    if any(len(each.values) != len(periods) for each in series):
        raise ValueError(f"Each series needs one value per period: {title}")
    if any(value < 0 for each in series for value in each.values):
        raise ValueError(f"The lines start at zero, and this chart has a value below it: {title}")
    highest = max((value for each in series for value in each.values), default=0) or 1
    mirrored = get_language_bidi()
    rows, top = [], 0.0
    for each in series:
        rows.append(
            {
                "series": each,
                "value": _number(each.values[-1] if each.values else 0),
                "values": [_number(value) for value in each.values],
                "text_y": f"{top + 1.05:.2f}em",
                "y": f"{top + 1.45:.2f}em",
                "path": _area(each.values, highest, mirrored),
            }
        )
        top += 4.2
    return render_to_string(
        "ui/charts/growth.html",
        frame(title, subtitle, unit, source)
        | {
            "rows": rows,
            "table": [
                (period, [row["values"][i] for row in rows]) for i, period in enumerate(periods)
            ],
            "first": periods[0] if periods else "",
            "last": periods[-1] if periods else "",
            "height": f"{top + 1.1:.2f}em",
            "axis_y": f"{top - 0.4:.2f}em",
            "start": "100%" if mirrored else "0",
            "end": "0" if mirrored else "100%",
        },
    )


# The picture of a course: the height of its ground in lines of text, and how many per cent of the
# width a letter takes on a screen 320 px wide.
GROUND, LETTER = 8.0, 2.9


def course(
    points: Sequence[Point],
    *,
    title: str,
    subtitle: str,
    unit: str,
    source: str,
    target: Level | None = None,
    start: Level | None = None,
    key: str = "",
) -> SafeString:
    """Columns from zero, one a period, after one for the start, with the target as a line.

    A period without a value is an empty dashed box, an estimate is light, a projection has a
    dashed edge. All values are written where all fit on a narrow screen, else the last alone; the
    table has them all. Time runs in the direction of reading. `key` tells courses of one page apart
    that say the same. Raises ValueError for a value below zero.
    """
    drawn = [Point(_("start"), start.value, start.figure, "start")] if start else []
    drawn += points
    levels = [target, *(point.target for point in points)]
    known = [point.value for point in drawn if point.value is not None]
    known += [level.value for level in levels if level is not None]
    if any(value < 0 for value in known):
        raise ValueError(f"Columns start at zero, and this chart has a value below it: {title}")
    columns = _columns(drawn, max(known, default=0) or 1)
    return render_to_string(
        "ui/charts/course.html",
        frame(title, subtitle, unit, source, key)
        | {
            "columns": columns,
            "points": points,
            "start": start,
            "target": target,
            "line": _line_of(target, columns, max(known, default=0) or 1),
            "height": f"{GROUND + 3.2:.2f}em",
            "floor": f"{GROUND + 1.6:.2f}em",
            "axis_y": f"{GROUND + 2.8:.2f}em",
            "has_targets": any(point.target for point in points),
            "kinds": {point.kind for point in points if point.value is not None},
            "edge": "100%" if get_language_bidi() else "0",
        },
    )


def _columns(points: Sequence[Point], highest: float) -> list[dict[str, object]]:
    """Where each column stands: across in per cent, down in lines of text."""
    slot = 100 / max(len(points), 1)
    width = min(slot * 0.7, 16)
    known = [at for at, point in enumerate(points) if point.value is not None]
    reached = [at for at in known if points[at].kind != "projected"]
    last = max(reached or known, default=-1)
    all_values = all(len(points[at].figure) * LETTER <= slot for at in known)
    all_labels = all(len(point.label) * LETTER <= slot for point in points if point.kind != "start")
    aimed = [at for at, point in enumerate(points) if point.target]
    made = []
    for at, point in enumerate(points):
        middle = slot * (at + 0.5)
        top, low = (_down((point.value or 0) / highest), _down(point.before / highest))
        is_labelled = all_labels or at in (0, len(points) - 1)
        is_missing = point.value is None
        fits = len(point.figure) * LETTER <= slot
        aim_y = _down(point.target.value / highest) if point.target else 0
        made.append(
            {
                "point": point,
                "x": f"{_across(middle) - width / 2:.2f}%",
                "width": f"{width:.2f}%",
                "y": f"{top:.2f}em",
                "height": f"{max(low - top, 0):.2f}em",
                "before_y": f"{low:.2f}em",
                "before_height": f"{_down(0) - low:.2f}em",
                "missing_y": f"{_down(0) - 1:.2f}em",
                "value": _written(point.figure, middle, top - (1.3 if is_missing else 0.35))
                if at == last or (point.figure and (fits if is_missing else all_values))
                else None,
                "label": _written(point.label, middle, 0) if is_labelled else None,
                "aim_y": f"{aim_y:.2f}em" if point.target else "",
                "aim_words": _written(
                    _("target %(figure)s") % {"figure": point.target.figure}, middle, aim_y - 0.35
                )
                if point.target and at == aimed[-1] and (is_missing or abs(top - aim_y) > 1.2)
                else None,
                "aim": (
                    f"{_across(middle - slot * 0.45):.2f}%",
                    f"{_across(middle + slot * 0.45):.2f}%",
                ),
                "top": top,
                "start": middle - width / 2,
            }
        )
    return made


def _written(text: str, middle: float, y: float) -> dict[str, str]:
    """A text centred on its column, or held inside the picture where it would stand out of it."""
    half = len(text) * LETTER / 2
    at, anchor = middle, "middle"
    if middle - half < 0:
        at, anchor = 0.0, "start"
    elif middle + half > 100:
        at, anchor = 100.0, "end"
    return {"text": text, "x": f"{_across(at):.2f}%", "anchor": anchor, "y": f"{y:.2f}em"}


def _line_of(
    target: Level | None, columns: Sequence[dict[str, object]], highest: float
) -> dict[str, str] | None:
    """The target's line, and its words above it, or below where a value is written above."""
    if target is None:
        return None
    y = _down(target.value / highest)
    words = _("target %(figure)s") % {"figure": target.figure}
    end = len(words) * LETTER
    above = any(
        each["value"] and each["start"] < end and abs(each["top"] - y) < 1.2  # type: ignore[operator]
        for each in columns
    )
    return {
        "y": f"{y:.2f}em",
        "text": words,
        "text_y": f"{y + 1.15 if above else y - 0.35:.2f}em",
    }


def _down(part: float) -> float:
    """How far down a height between 0 and 1 lies, in lines of text; a line is left for words."""
    return 1.6 + GROUND * (1 - part)


def _across(along: float) -> float:
    """How far from the left what lies so far along the direction of reading is."""
    return 100 - along if get_language_bidi() else along


def _area(values: Sequence[int], highest: int, mirrored: bool) -> str:
    """The ground under a line in a box of 100 by 20, as the path of an SVG."""
    step = 100 / max(len(values) - 1, 1)
    points = [
        (100 - step * i if mirrored else step * i, 20 - 20 * value / highest)
        for i, value in enumerate(values)
    ]
    if len(points) == 1:  # one period: a level line
        points.append((0.0 if mirrored else 100.0, points[0][1]))
    if not points:
        return ""
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f"M{points[0][0]:.1f},20 L{line} L{points[-1][0]:.1f},20Z"


def _lines(label: str) -> list[str]:
    """SVG text does not wrap by itself."""
    is_wide = any(unicodedata.east_asian_width(letter) in "WF" for letter in label)
    return textwrap.wrap(label, WIDE_LETTERS_LINE if is_wide else NARROW_LINE) or [""]


def tile_map(
    tiles: Sequence[Tile], *, title: str, subtitle: str, source: str, unit: str
) -> SafeString:
    """A map of equal tiles: the code inside, the value as one of at most five shades.

    Zero is hollow and what is not known is hatched. The map is not mirrored in languages written
    from right to left: west stays west.
    """
    scale = shades(tile.value for tile in tiles if tile.value)
    tiles = sorted(tiles, key=lambda tile: (tile.row, tile.column))
    told = sorted(
        (tile for tile in tiles if tile.value is not None or tile.figure),
        key=lambda tile: (tile.value is None, -(tile.value or 0), tile.name),
    )
    unknown = [tile for tile in tiles if tile.value is None]
    return render_to_string(
        "ui/charts/tiles.html",
        frame(title, subtitle, unit, source)
        | {
            "width": FIELD * (1 + max((tile.column for tile in tiles), default=0)),
            "height": FIELD * (1 + max((tile.row for tile in tiles), default=0)),
            "side": TILE,
            "middle": TILE // 2,
            "baseline": TILE // 2 + 4,
            # Grouped by row, and the table by value: 193 tiles must stay small on a poor line.
            "rows": [
                (row * FIELD, [_placed(tile, scale) for tile in in_row])
                for row, in_row in groupby(tiles, key=lambda tile: tile.row)
            ],
            "values": [
                (figure, [tile.name for tile in alike])
                for figure, alike in groupby(told, key=_read)
            ],
            "scale": scale,
            "has_zero": any(tile.value == 0 for tile in tiles),
            "has_unknown": bool(unknown),
            "has_withheld": any(tile.figure for tile in unknown),
            "is_wide": any(FIELD * (tile.column + 1) > NARROW_SCREEN for tile in tiles),
            "has_links": any(tile.url for tile in tiles),
        },
    )


def _placed(tile: Tile, scale: Sequence[Shade]) -> dict[str, object]:
    return {
        "tile": tile,
        "x": tile.column * FIELD,
        "value": _read(tile),
        "shade": "unknown" if tile.value is None else f"s{shade_of(tile.value, scale)}",
    }


def _read(tile: Tile) -> str:
    return tile.figure or _number(tile.value)


def frame(title: str, subtitle: str, unit: str, source: str, key: str = "") -> dict[str, object]:
    """What every chart has; its id follows from its title, so that a page stays the same page, and
    from a key where several charts of one page may have the same title."""
    return {
        "id": f"chart-{zlib.crc32((title + key).encode()):x}",
        "title": title,
        "subtitle": subtitle,
        "unit": unit,
        "source": source,
    }


def _number(value: int | float | None) -> str:
    if value is None:
        return _("no data")
    return number_format(value, use_l10n=True, force_grouping=True)
