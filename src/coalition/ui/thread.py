"""The golden thread as plain values: what a room's queries hand to `{% thread %}` and its kin."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import ngettext

ABOVE, HERE, BELOW = POSITIONS = ("above", "here", "below")
DONE, NOW, AHEAD = STATES = ("done", "now", "ahead")


@dataclass(frozen=True)
class Knot:
    """One record on the thread: its kind ("Challenge"), its title and one figure ("12 promises").

    `position` says where it hangs seen from the page's own record: above is what the record
    answers, here the record itself, below what came of it. A title or figure that is a Name is
    marked with its language.
    """

    kind: str
    title: str
    url: str = ""
    figure: str = ""
    position: Literal["above", "here", "below"] = BELOW

    def __post_init__(self) -> None:
        if self.position not in POSITIONS:
            raise ValueError(
                f"A knot hangs above, here or below, not {self.position!r}: {self.title}"
            )


def first_of(knots: Sequence[Knot], most: int, url: str) -> list[Knot]:
    """The first `most` knots; how many more there are, as a knot that leads to `url`, where all of
    them stand."""
    more = len(knots) - most
    if more <= 0:
        return list(knots)
    words = ngettext("and %(count)d more", "and %(count)d more", more) % {"count": more}
    return [*knots[:most], Knot("", words, url, position=knots[most].position)]


@dataclass(frozen=True)
class Step:
    """One step of a form, or one state of a history, on the thread laid flat."""

    label: str
    state: Literal["done", "now", "ahead"] = AHEAD
    url: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        if self.state not in STATES:
            raise ValueError(f"A step is done, now or ahead, not {self.state!r}: {self.label}")


@dataclass(frozen=True)
class Move:
    """One thing that happened to a record: when, a whole sentence, and the reason if one was given.

    `{% timeline %}` takes any object with these three names.
    """

    date: datetime.date | datetime.datetime
    sentence: str
    reason: str = ""


@dataclass(frozen=True)
class Cell:
    """One paragraph on the strip: its label, where it leads, how many deliver on it."""

    label: str
    url: str
    count: int
    title: str
