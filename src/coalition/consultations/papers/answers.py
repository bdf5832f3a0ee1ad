"""An answer on a form of paper, or of somebody in a workshop: one person, nobody by name."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from coalition.partners.models import PartnerGroup
from coalition.places.models import Place

LONGEST_FORM = 40  # characters of a form's number


@dataclass(frozen=True)
class PaperAnswer:
    """What one form says: its number among those of its occasion, where it has one; what the person
    said of themselves; and by the number of a statement what they answered (1, -1 or 0).

    An empty language means that of all the others.
    """

    group: PartnerGroup | None = None
    place: Place | None = None
    language: str = ""
    values: Mapping[int, int] = field(default_factory=dict)
    form: str = ""


def digest_of(rows: Iterable[PaperAnswer]) -> str:
    """SHA-256 of what these forms say, the same however their file was saved or sorted."""
    said = sorted(json.dumps(_plain(one)) for one in rows)
    return hashlib.sha256("\n".join(said).encode("utf-8")).hexdigest()


def packed(rows: Iterable[PaperAnswer]) -> bytes:
    """All of them, to be kept until the file is taken in."""
    return zlib.compress(json.dumps([_plain(one) for one in rows]).encode("utf-8"))


def unpacked(content: bytes) -> Sequence[PaperAnswer]:
    """What `packed` made. Two queries."""
    plain = json.loads(zlib.decompress(bytes(content)))
    groups = PartnerGroup.objects.in_bulk({row[1] for row in plain} - {""}, field_name="code")
    places = Place.objects.in_bulk({row[2] for row in plain} - {""}, field_name="code")
    return [
        PaperAnswer(groups.get(group), places.get(place), language, dict(values), form)
        for form, group, place, language, values in plain
    ]


def _plain(one: PaperAnswer) -> list[object]:
    return [
        one.form,
        one.group.code if one.group else "",
        one.place.code if one.place else "",
        one.language,
        sorted(one.values.items()),
    ]
