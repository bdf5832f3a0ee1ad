"""Records as IATI 2.03 files, in the order that the standard demands.

Records are written one by one (`fragment`), so that they can be kept as they are and joined into a
file later, between `head` and `tail`.

What was read is written again with nothing lost but: comments, the space between elements, the
prefixes of other namespaces; the order of elements, where it was not that of the standard; in which
of several ways a value was written (true for 1, +5 for 5, digits behind a millionth of a second, a
time zone behind a date); the order of words and elements inside elements of other namespaces.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from coalition.analysis.iati.activities import Activity
from coalition.analysis.iati.checking import BETWEEN, VERSION
from coalition.analysis.iati.organisations import Organisation
from coalition.analysis.iati.parts import FULLER, Narrative, Part, Raw, as_text
from coalition.analysis.iati.shapes import NARRATIVE, Shape, Slot, element, shape_of
from coalition.analysis.iati.standard import FORMS, XML

ACTIVITIES, ORGANISATIONS = "iati-activities", "iati-organisations"
# Characters that XML cannot hold, escaped or not.
IMPOSSIBLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
IN_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
IN_ATTRIBUTE = IN_TEXT | str.maketrans({'"': "&quot;", "\t": "&#9;", "\n": "&#10;"})


def write_activities(
    activities: Iterable[Activity], *, generated_at: datetime, linked_data: str = ""
) -> Iterator[bytes]:
    """A file of activities, piece by piece. The standard wants one at least. `linked_data`: the
    address under which activities are found as linked data. Raises ValueError where an amount is
    no finite number."""
    yield head(ACTIVITIES, generated_at=generated_at, linked_data=linked_data)
    yield from map(fragment, activities)
    yield tail(ACTIVITIES)


def write_organisations(
    organisations: Iterable[Organisation], *, generated_at: datetime
) -> Iterator[bytes]:
    """A file of organisations, likewise."""
    yield head(ORGANISATIONS, generated_at=generated_at)
    yield from map(fragment, organisations)
    yield tail(ORGANISATIONS)


def head(root: str, *, generated_at: datetime, linked_data: str = "") -> bytes:
    """How a file begins, up to its first record. `root`: ACTIVITIES or ORGANISATIONS."""
    given = {"version": VERSION, "generated-datetime": as_text(generated_at)}
    if linked_data:
        given["linked-data-default"] = linked_data
    attributes = "".join(_attribute(name, text) for name, text in given.items())
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{root}{attributes}>\n'.encode()


def fragment(record: Activity | Organisation) -> bytes:
    """One record as one element, whole in itself: UTF-8, with a line end behind it. Raises
    ValueError where an amount is no finite number."""
    name = "iati-activity" if isinstance(record, Activity) else "iati-organisation"
    text = _part(name, record, shape_of(type(record), name), "\n")
    return f"{text.removeprefix(chr(10))}\n".encode()


def tail(root: str) -> bytes:
    return f"</{root}>\n".encode()


# --- Parts -----------------------------------------------------------------------------------


def _part(name: str, part: Part, shape: Shape[Any], margin: str) -> str:
    """An element; `margin` is the line end and the blanks before it."""
    kept: dict[str, list[Raw]] = {}
    for one in part.rest:
        is_other = BETWEEN in one.name and not one.name.startswith("@")
        kept.setdefault("" if is_other else one.name or "words", []).append(one)
    begin = [margin, "<", name]
    for key, (field, _kind) in shape.attributes.items():
        value = getattr(part, field)
        if not _is_empty(value):
            kept.pop(f"@{key}", None)
            begin.append(_attribute(key, as_text(value)))
    others = [one for key in [*kept] if key.startswith("@") for one in kept.pop(key)]
    begin += [_attribute(one.name[1:], one.text, at) for at, one in enumerate(others)]
    own = _own(part, shape, kept.pop("words", ()))
    # Space is laid out between elements, and never where it would become part of a text.
    inner, end = ("", "") if own or shape.form.kind else (f"{margin} ", margin)
    inside = []
    for child in shape.order:
        if child in shape.slots:
            fuller = kept.pop(f"{FULLER}{child}", [])
            inside += _of_slot(part, shape.slots[child], fuller, inner)
        inside += [f"{inner}{_raw(one)}" for one in kept.pop(child, ())]
    inside += [f"{inner}{_raw(one)}" for each in kept.values() for one in each]
    if not own and not inside:
        return f"{''.join(begin)}/>"
    return f"{''.join(begin)}>{own}{''.join(inside)}{end if inside else ''}</{name}>"


def _own(part: Part, shape: Shape[Any], words: Iterable[Raw]) -> str:
    value = getattr(part, shape.own) if shape.own else None
    return _text("".join(one.text for one in words) if _is_empty(value) else as_text(value))


def _of_slot(part: Part, slot: Slot, fuller: list[Raw], margin: str) -> list[str]:
    """The elements of a field; `fuller` are those that say more than the field."""
    value = getattr(part, slot.field)
    once = () if _is_empty(value) and not fuller else (value,)
    if slot.shape is not None:
        many = value if slot.child.is_repeated else once
        return [_part(slot.child.name, one, slot.shape, margin) for one in many]
    said = [(_said(one, slot), one) for one in fuller]
    written = []
    for one in value if slot.child.is_repeated else once:
        at = next((at for at, each in enumerate(said) if each[0] == one), -1)
        if at >= 0:
            written.append(f"{margin}{_raw(said.pop(at)[1])}")
        elif slot.child.is_repeated or not _is_empty(one):
            written.append(_plain(slot, one, margin))
    return written


def _said(one: Raw, slot: Slot) -> object:
    """The value in an element of `rest`."""
    return slot.take(element(one, FORMS[slot.child.form]))[0]


def _plain(slot: Slot, value: Any, margin: str) -> str:
    name = slot.child.name
    if slot.key == NARRATIVE:
        shape = shape_of(Narrative, NARRATIVE)
        inside = "".join(_part(NARRATIVE, one, shape, f"{margin} ") for one in value)
        return f"{margin}<{name}>{inside}{margin}</{name}>"
    if slot.key:
        return f"{margin}<{name}{_attribute(slot.key, as_text(value))}/>"
    return f"{margin}<{name}>{_text(as_text(value))}</{name}>"


def _is_empty(value: object) -> bool:
    return value is None or value == "" or value == ()


# --- Raw elements and texts ------------------------------------------------------------------


def _raw(one: Raw) -> str:
    space, _blank, local = one.name.removeprefix(FULLER).rpartition(BETWEEN)
    name, declared = (f"e:{local}", _attribute("xmlns:e", space)) if space else (local, "")
    if f"{space}{BETWEEN}" == XML:
        name, declared = f"xml:{local}", ""
    given = [_attribute(key, text, at) for at, (key, text) in enumerate(one.attributes)]
    inside = _text(one.text) + "".join(map(_raw, one.children))
    begin = f"<{name}{declared}{''.join(given)}"
    return f"{begin}>{inside}</{name}>" if inside else f"{begin}/>"


def _attribute(name: str, text: str, at: int = 0) -> str:
    """An attribute; one of another namespace brings that along, as the prefix of its number."""
    declared = ""
    if name.startswith(XML):
        name = f"xml:{name.removeprefix(XML)}"
    elif BETWEEN in name:
        space, _blank, local = name.rpartition(BETWEEN)
        declared, name = _attribute(f"xmlns:a{at}", space), f"a{at}:{local}"
    return f'{declared} {name}="{IMPOSSIBLE.sub("", text).translate(IN_ATTRIBUTE)}"'


def _text(text: str) -> str:
    return IMPOSSIBLE.sub("", text).translate(IN_TEXT) if text else ""
