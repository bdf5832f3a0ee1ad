"""How parts of records stand in elements: the fields of a class matched with a form of the
standard, once. Reading follows it here, writing in `writing.py`."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Generic, TypeVar, get_args, get_origin, get_type_hints

from coalition.analysis.iati.checking import SPACE, Element
from coalition.analysis.iati.kinds import DATE, FREE, Value, plain
from coalition.analysis.iati.parts import FULLER, ITSELF, Narrative, Part, Raw, as_text
from coalition.analysis.iati.standard import FORMS, XML, Child, Form

P = TypeVar("P", bound=Part)
# What a value of a kind is in a field; all others are texts.
TYPES: dict[str, type] = {
    "date": date,
    "moment": datetime,
    "decimal": Decimal,
    "boolean": bool,
    "int": int,
    "positive": int,
    "whole": int,
}
NARRATIVE, WORDS = "narrative", "words"
# The value of an element, None where it has none; and whether that is all the element says.
Taken = tuple[object, bool]
NOWHERE = ("", type(None))  # the field of an attribute that has none, and its type


@dataclass(frozen=True, slots=True)
class Slot:
    """A child element, its field, and how its value is taken: a part (then it has a `shape`), or a
    plain value, which is the text of the element, or its attribute `key`, or narratives."""

    child: Child
    field: str
    take: Callable[[Element], Taken]
    key: str = ""
    shape: Shape[Any] | None = None


class Shape(Generic[P]):
    """A class of parts in a form."""

    def __init__(self, of: type[P], form: Form) -> None:
        self.of, self.form = of, form
        self.own, self.own_type = "", TYPES.get(form.kind, str)
        self.attributes: dict[str, tuple[str, type]] = {}
        self.slots: dict[str, Slot] = {}
        hints = get_type_hints(of, include_extras=True)
        for one in dataclasses.fields(of):
            if one.name != "rest":
                self._match(one.name, hints[one.name])
        # The order in which children are written; "" stands for those of other namespaces.
        order = [(child.place, child.name) for child in form.children]
        self.order = [name for _place, name in sorted([*order, (form.others_at, "")])]

    def _match(self, field: str, hint: Any) -> None:
        name = field.replace("_", "-")
        if get_origin(hint) is Annotated:
            hint, name = get_args(hint)
        key = name.replace("xml:", XML)
        if name == ITSELF:
            self.own = field
        elif key in self.form.attributes:
            self.attributes[key] = field, TYPES.get(self.form.attributes[key], str)
        else:
            self.slots[name] = _slot(self.form.by_name[name], field, hint)

    def part(self, one: Element) -> P:
        """What an element says, in fields; what has no field, in `rest`."""
        values: dict[str, Any] = {}
        rest: list[Raw] = []
        if one.attributes:
            self._take_attributes(one.attributes, values, rest)
        if self.own and one.value.__class__ is self.own_type:
            values[self.own] = one.value
        elif one.value != "":
            text = as_text(one.value)
            rest.append(Raw("", text=text if self.form.kind else text.strip(SPACE)))
        if one.children:
            self._take_children(one.children, values, rest)
        if rest:
            values["rest"] = tuple(rest)
        # Not by way of `__init__`, which is many times slower; what is missing, the class has.
        made = object.__new__(self.of)
        object.__setattr__(made, "__dict__", values)
        return made

    def _take_attributes(
        self, attributes: dict[str, Value], values: dict[str, Any], rest: list[Raw]
    ) -> None:
        fields = self.attributes
        for name, value in attributes.items():
            field, kind = fields.get(name, NOWHERE)
            fits = value if value.__class__ is kind else _mended(value, kind)
            if fits is None or fits == "":
                rest.append(Raw(f"@{name}", text=as_text(value)))
            else:
                values[field] = fits

    def _take_children(
        self, children: list[Element], values: dict[str, Any], rest: list[Raw]
    ) -> None:
        slots = self.slots
        many: list[str] = []
        for child in children:
            slot = slots.get(child.name)
            if slot is None:
                rest.append(raw(child))
                continue
            field, is_repeated = slot.field, slot.child.is_repeated
            if slot.shape is None:
                value, is_all = slot.take(child)
            else:
                value, is_all = slot.shape.part(child), True
            if value is None or (field in values and not is_repeated):
                rest.append(raw(child))
            elif not is_repeated:
                values[field] = value
                if not is_all or value == "" or value == ():
                    rest.append(raw(child, FULLER))
            else:
                if field in values:
                    values[field].append(value)
                else:
                    values[field] = [value]
                    many.append(field)
                if not is_all:
                    rest.append(raw(child, FULLER))
        for field in many:
            values[field] = tuple(values[field])


_SHAPES: dict[tuple[type, str], Shape[Any]] = {}


def shape_of(of: type[P], form: str) -> Shape[P]:
    """The shape of a class in a form of this name; matched once."""
    if (of, form) not in _SHAPES:
        _SHAPES[of, form] = Shape(of, FORMS[form])
    return _SHAPES[of, form]


def _slot(child: Child, field: str, hint: Any) -> Slot:
    form = FORMS[child.form]
    held = hint
    while get_origin(held) is not None or isinstance(held, types.UnionType):
        held = get_args(held)[0]
    if held is Narrative and form.name == WORDS:
        return Slot(child, field, _words(shape_of(Narrative, NARRATIVE)), NARRATIVE)
    if issubclass(held, Part):
        shape = shape_of(held, form.name)
        return Slot(child, field, lambda one: (shape.part(one), True), shape=shape)
    if form.kind:
        return Slot(child, field, _value(TYPES.get(form.kind, str)))
    ((key, kind),) = form.attributes.items()
    return Slot(child, field, _attribute(key, TYPES.get(kind, str)), key)


# --- Elements that are a plain value ---------------------------------------------------------


def _words(shape: Shape[Narrative]) -> Callable[[Element], Taken]:
    part = shape.part

    def take(one: Element) -> Taken:
        found = tuple([part(child) for child in one.children if child.name == NARRATIVE])
        return found, len(found) == len(one.children) and not one.attributes and not one.value

    return take


def _value(kind: type) -> Callable[[Element], Taken]:
    def take(one: Element) -> Taken:
        value = one.value if one.value.__class__ is kind else _mended(one.value, kind)
        return value, not one.attributes and not one.children

    return take


def _attribute(key: str, kind: type) -> Callable[[Element], Taken]:
    def take(one: Element) -> Taken:
        value: object = one.attributes.get(key)
        if value.__class__ is not kind:
            value = _mended(value, kind)
        return value, len(one.attributes) == 1 and not one.children and not one.value

    return take


def _mended(value: object, kind: type) -> object:
    """A date without the time zone behind it, which says nothing of a day; None for anything
    else that is not of its kind."""
    if kind is date and isinstance(value, str) and DATE.fullmatch(value):
        try:
            return date.fromisoformat(value[:10])
        except ValueError:
            return None
    return None


# --- Raw elements ----------------------------------------------------------------------------


def raw(one: Element, mark: str = "") -> Raw:
    """An element as texts."""
    return Raw(
        mark + one.name,
        tuple((name, as_text(value)) for name, value in one.attributes.items()),
        as_text(one.value),
        tuple(map(raw, one.children)),
    )


def element(one: Raw, form: Form | None = None) -> Element:
    """A raw element with its values by their kinds again; `form`: that which it has."""
    kinds = form.attributes if form else {}
    attributes = {name: _typed(text, kinds.get(name, "")) for name, text in one.attributes}
    made = Element(one.name, form, attributes, 0)
    made.value = _typed(one.text, form.kind if form else "")
    for child in one.children:
        known = form.by_name.get(child.name) if form else None
        made.children.append(element(child, FORMS[known.form] if known else None))
    return made


def _typed(text: str, kind: str) -> Any:
    found = plain(kind, text) if kind and kind not in FREE else None
    return text if found is None else found
