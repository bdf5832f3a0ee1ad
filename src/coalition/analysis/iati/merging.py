"""What somebody changed in a record that came from a file, with all that the file told besides.

Three versions of a record meet: as it came, what was held of it then, and what is held now. What
did not change since goes out as it came, with everything that is not held."""

from __future__ import annotations

import dataclasses
from typing import TypeVar

from coalition.analysis.iati.parts import Part

P = TypeVar("P", bound=Part)
# Of these a file may have one alone, whatever is held of it.
FIXED = frozenset(("identifier", "reporter"))


def merged(came: P, held_then: P, held_now: P) -> P:
    """`held_now` with everything of `came` that nobody changed since. Of a list in which some
    items changed, the others go out as they came, where each of those that came was held, or all
    that were held say the same as what came."""
    values = {}
    for field in dataclasses.fields(came):
        was, then, now = (getattr(one, field.name) for one in (came, held_then, held_now))
        if field.name in FIXED or then == now:
            values[field.name] = was
        elif isinstance(now, tuple) and len(was) == len(then):
            values[field.name] = tuple(_as_they_came(was, then, now))
        elif isinstance(now, tuple) and all(item in was for item in then):
            values[field.name] = _with_what_is_not_held(was, then, now)
        else:
            values[field.name] = now
    return dataclasses.replace(came, **values)


def _with_what_is_not_held(
    was: tuple[Part, ...], then: tuple[Part, ...], now: tuple[Part, ...]
) -> tuple[Part, ...]:
    """Of a list of which some items are held, and as they came: the others stay beside these."""
    stay = [item for item in was if item not in then or item in now]
    return (*stay, *(item for item in now if item not in stay))


def _as_they_came(
    was: tuple[Part, ...], then: tuple[Part, ...], now: tuple[Part, ...]
) -> list[Part]:
    left = list(zip(then, was, strict=True))
    found = []
    for item in now:
        at = next((at for at, (held, _came) in enumerate(left) if held == item), None)
        found.append(item if at is None else left.pop(at)[1])
    return found
