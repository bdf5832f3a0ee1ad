"""Records of IATI of all kinds, for Hypothesis: made by the form of the standard."""

from __future__ import annotations

import string
from datetime import timedelta, timezone
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from coalition.analysis.iati.parts import Narrative, Raw
from coalition.analysis.iati.shapes import NARRATIVE, Shape, Slot, shape_of
from coalition.analysis.iati.standard import FORMS

SIGNS = st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff")
TEXTS = st.text(SIGNS | st.sampled_from("\t\n\r <>&\"']"), min_size=1, max_size=12)
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
AMOUNTS = st.decimals(-(10**12), 10**12, allow_nan=False, places=4) | st.sampled_from(
    [Decimal("1E+9"), Decimal("1E-9"), Decimal("-0.0"), Decimal(300)]
)
# What a field of each kind may hold.
OF_KIND: dict[str, st.SearchStrategy[Any]] = {
    "date": st.dates(),
    "moment": st.datetimes(timezones=st.none() | ZONES),
    "decimal": AMOUNTS,
    "boolean": st.booleans(),
    "int": st.integers(-(2**31), 2**31 - 1),
    "positive": st.integers(1, 9999),
    "whole": st.integers(0, 9999),
    "language": st.sampled_from(["en", "fr", "ar", "pt-BR"]),
    "uri": st.sampled_from(["https://example.org/a?b=1&c=2", "mailto:desk@example.org", "وثيقة"]),
    "name": st.text(string.ascii_letters, min_size=1, max_size=8),
}
ATTRIBUTES = (("urn:example mark", "1"), ("plain", "<2>"))
OTHERS = st.lists(
    TEXTS.map(lambda text: Raw("urn:example thing", ATTRIBUTES, text, (Raw("urn:2 inner"),))),
    max_size=1,
)
MARKS = st.lists(TEXTS.map(lambda text: Raw("@urn:example mark", text=text)), max_size=1)


def value(kind: str) -> st.SearchStrategy[Any]:
    return OF_KIND.get(kind, TEXTS)


@st.composite
def parts(draw: st.DrawFn, shape: Shape[Any]) -> Any:
    """Parts that are valid, by their form: all that is needed, and a few of what is not."""
    form = shape.form
    needed: dict[str, st.SearchStrategy[Any]] = {}
    free: dict[str, st.SearchStrategy[Any]] = {}
    for key, (field, _type) in shape.attributes.items():
        (needed if key in form.required else free)[field] = value(form.attributes[key])
    if shape.own:
        needed[shape.own] = value(form.kind)
    for slot in shape.slots.values():
        (needed if slot.child.is_required else free)[slot.field] = of_slot(slot)
    some = draw(st.sets(st.sampled_from(sorted(free)), max_size=8)) if free else set()
    marks = draw(MARKS) if form.takes_other_attributes else []
    others = draw(OTHERS) if not form.kind and form.others_at >= 0 else []
    drawn = {field: draw(each) for field, each in needed.items()}
    drawn |= {field: draw(free[field]) for field in sorted(some)}
    return shape.of(**drawn, rest=(*marks, *others))


def of_slot(slot: Slot) -> st.SearchStrategy[Any]:
    form = FORMS[slot.child.form]
    if slot.key == NARRATIVE:
        some = parts(shape_of(Narrative, NARRATIVE))
        return st.lists(some, min_size=1, max_size=2).map(tuple)
    if slot.shape is not None:
        some = parts(slot.shape)
    else:
        some = value(form.attributes[slot.key] if slot.key else form.kind)
    return st.lists(some, min_size=1, max_size=2).map(tuple) if slot.child.is_repeated else some
