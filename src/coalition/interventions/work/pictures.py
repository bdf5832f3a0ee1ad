"""Two pictures, drawn on the server as SVG: activities over time, and risks by their weight."""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import get_language_bidi

from coalition.interventions.models import Activity, Risk, Weight

# Down in lines of text: a line of words, then the two bars of an activity.
ROW, WORDS, PLAN, DONE, FOOT = 3.4, 1.1, 1.5, 2.2, 1.8
LONGEST = 36  # letters of a title that fit on a screen 320 px wide
FIELD = 60  # of the picture of risks, in pixels


@dataclass(frozen=True)
class Stretch:
    """An activity, and how far it is in words."""

    activity: Activity
    word: str


@dataclass(frozen=True)
class Scale:
    """From the first to the last day, across in per cent of the width, so that texts keep their
    size on every screen; time runs in the direction of reading."""

    first: date
    last: date
    mirrored: bool

    def at(self, day: date) -> float:
        """Where a day begins, in the direction of reading."""
        return 100 * (day - self.first).days / ((self.last - self.first).days + 1)

    def line(self, day: date) -> str:
        """Where a day begins, from the left."""
        return f"{100 - self.at(day) if self.mirrored else self.at(day):.2f}%"

    def bar(self, begins: date, ends: date) -> dict[str, str]:
        """From the one day to the end of the other."""
        start, end = self.at(begins), self.at(ends + timedelta(days=1))
        return {
            "x": f"{100 - end if self.mirrored else start:.2f}%",
            "width": f"{end - start:.2f}%",
        }


def gantt(rows: Sequence[Stretch], *, title: str, today: date) -> SafeString:
    """Of each activity what was planned (an outline) and what happened (a bar), over time, with a
    line for today."""
    scale = Scale(*_ends(rows, today), mirrored=get_language_bidi())
    height = len(rows) * ROW
    return render_to_string(
        "interventions/work/_gantt.html",
        {
            "id": f"work-{zlib.crc32(title.encode()):08x}",
            "title": title,
            "rows": [_row(row, at * ROW, scale, today) for at, row in enumerate(rows)],
            "height": f"{height + FOOT:.2f}em",
            "floor": f"{height:.2f}em",
            "foot": f"{height + 1.3:.2f}em",
            "today_x": scale.line(today),
            "start": "100%" if scale.mirrored else "0",
            "end": "0" if scale.mirrored else "100%",
            "first": date_format(scale.first, "M Y"),
            "last": date_format(scale.last, "M Y"),
            "today": date_format(today),
        },
    )


def _row(row: Stretch, top: float, scale: Scale, today: date) -> dict[str, Any]:
    one, began = row.activity, row.activity.began_on
    done = None
    if began is not None and not (one.dropped_because and one.ended_on is None):
        done = scale.bar(began, max(one.ended_on or today, began)) | {"y": f"{top + DONE:.2f}em"}
    return {
        "title": _short(f"{one.number}. {one.title}"),
        "word": row.word,
        "words_y": f"{top + WORDS:.2f}em",
        "plan": scale.bar(one.starts_on, one.ends_on) | {"y": f"{top + PLAN:.2f}em"},
        "done": done,
    }


def _ends(rows: Sequence[Stretch], today: date) -> tuple[date, date]:
    """The first and the last day of the picture; today is always in it."""
    days = [
        day
        for row in rows
        for day in (
            *(row.activity.starts_on, row.activity.ends_on),
            *(row.activity.began_on, row.activity.ended_on),
        )
        if day is not None
    ]
    return min([*days, today]), max([*days, today])


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def matrix(risks: Sequence[Risk], *, title: str) -> SafeString:
    """Nine fields, likelihood across and harm upwards; in each the numbers of its risks."""
    held: dict[tuple[int, int], list[int]] = defaultdict(list)
    for one in risks:
        held[one.likelihood, one.harm].append(one.number)
    mirrored = get_language_bidi()
    cells: list[dict[str, Any]] = []
    for likelihood in Weight:
        for harm in Weight:
            numbers = sorted(held[likelihood, harm])
            at = (3 - likelihood) if mirrored else (likelihood - 1)
            shown = [str(each) for each in numbers]
            cells.append(
                {
                    "x": at * FIELD,
                    "y": (3 - harm) * FIELD,
                    "middle": (at * FIELD + FIELD / 2, (3 - harm) * FIELD + FIELD / 2 + 4),
                    "shade": SHADES[likelihood * harm] if numbers else 0,
                    "text": ", ".join(shown[:3]) + ("…" if len(shown) > 3 else ""),
                    "likelihood": likelihood.label,
                    "harm": harm.label,
                    "numbers": ", ".join(shown),
                }
            )
    return render_to_string(
        "interventions/work/_matrix.html",
        {
            "id": f"risks-{zlib.crc32(title.encode()):08x}",
            "title": title,
            "cells": cells,
            "field": FIELD,
            "side": 3 * FIELD,
        },
    )


# By weight, the heavier the darker: see `ui/coalition.css`.
SHADES = {1: 1, 2: 1, 3: 2, 4: 3, 6: 4, 9: 5}
