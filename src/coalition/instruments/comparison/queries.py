"""Two versions of a text, or of a text and the one that revises it, beside each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from time import perf_counter

from django.core.cache import cache
from django.db.models import Q

from coalition.analysis.alignment import Pairing, Why, align
from coalition.analysis.word_diff import Span, word_diff
from coalition.instruments.models import Instrument, ProvisionRole, Version, Wording
from coalition.instruments.texts.anchors import place_in
from coalition.instruments.texts.identity import Said
from coalition.instruments.texts.queries import current_version, is_same_edition
from coalition.instruments.texts.tree import HEADINGS, direction_of

# A comparison that takes longer is remembered; versions never change, so it stays true.
SLOW = 0.15  # seconds
REMEMBERED = 7 * 24 * 60 * 60  # seconds
RULE = 1  # raise it when pieces are paired by another rule
# A page of a comparison ends after so many characters, both sides counted.
A_PAGE = 16_000
MOST_ROWS = 40


class Side(list[Wording]):
    """What one of the two says: one wording, several where they were merged or split, or none."""

    @property
    def eid(self) -> str:
        return self[0].eid if self else ""

    @property
    def address(self) -> str:
        """Where it is read in its version."""
        return place_in(self[0]) if self else ""

    @property
    def label(self) -> str:
        """How it is numbered: "14.", "30 (h)", "14. + 15."."""
        return " + ".join(label for row in self if (label := label_of(row)))

    @property
    def words(self) -> str:
        return " ".join(part for row in self for part in (row.title, row.words) if part)


@dataclass(frozen=True)
class Row:
    """One provision in both: how they are paired, and what each says."""

    pairing: Pairing
    old: Side
    new: Side

    @property
    def is_heading(self) -> bool:
        return any(row.role in HEADINGS for row in (*self.new, *self.old))

    @property
    def is_same(self) -> bool:
        return self.pairing.is_same

    @cached_property
    def spans(self) -> list[Span]:
        """What was kept, taken out and put in."""
        return word_diff(self.old.words, self.new.words)

    @property
    def chars(self) -> int:
        return len(self.new.words) if self.is_same else len(self.old.words) + len(self.new.words)


@dataclass(frozen=True)
class Comparison:
    """Two versions side by side. In two languages they are paired by address, not by words."""

    old: Version
    new: Version
    rows: list[Row]

    @property
    def is_translation(self) -> bool:
        return self.old.language != self.new.language

    @property
    def old_direction(self) -> str:
        return direction_of(self.old.language)

    @property
    def new_direction(self) -> str:
        return direction_of(self.new.language)

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many rows of each kind; a paragraph can be changed, moved and renumbered at once."""
        pairings = [row.pairing for row in self.rows]
        return {
            "same": sum(each.is_same for each in pairings),
            **{
                kind: sum(getattr(each, f"is_{kind}") for each in pairings)
                for kind in (
                    "changed",
                    "moved",
                    "renumbered",
                    "merged",
                    "split",
                    "added",
                    "removed",
                )
            },
        }


def versions_of(instrument: Instrument) -> list[Version]:
    """Its versions, the one shown by default first."""
    versions = list(instrument.versions.select_related("instrument"))
    current = current_version(versions)
    return sorted(
        versions,
        key=lambda one: (
            one != current,
            not (current and is_same_edition(one, current)),
            one.language,
            -one.pk,
        ),
    )


def comparable(instrument: Instrument) -> list[Version]:
    """The versions of this text, of the one it revises, and of those that revise it."""
    near = (
        Q(instrument=instrument)
        | Q(instrument__revised_by=instrument)
        | Q(instrument__revises=instrument)
    )
    found = Version.objects.filter(near).select_related("instrument").distinct()
    return sorted(found, key=lambda one: (one.instrument_id != instrument.pk, one.pk))


def sensible_pair(
    instrument: Instrument, versions: Sequence[Version], language: str
) -> tuple[Version | None, Version | None]:
    """What a reader most likely wants to compare: the current text with the version before it in
    the same language, else with the text that it revises, else with one in another language."""
    own = [one for one in versions if one.instrument_id == instrument.pk]
    new = current_version(own, language)
    if new is None:
        return None, None
    before = [one for one in own if one.language == new.language and not is_same_edition(one, new)]
    revised = [
        one
        for one in versions
        if one.instrument_id == instrument.revises_id and one.language == new.language
    ]
    others = [one for one in versions if one != new]
    for choice in (before, revised, [one for one in others if one in own], others):
        if choice:
            return current_version(choice, new.language), new
    return None, new


def comparison_of(old: Version, new: Version) -> Comparison:
    """Both versions paired provision by provision, in the order of the new one; two queries."""
    before, after = _wordings(old), _wordings(new)
    if old.language != new.language:
        pairings = _by_address(old, before, new, after)
    else:
        pairings = _pairings(old, before, new, after)
    old_by, new_by = {row.eid: row for row in before}, {row.eid: row for row in after}
    return Comparison(
        old,
        new,
        [
            Row(
                each,
                Side(old_by[eid] for eid in each.old),
                Side(new_by[eid] for eid in each.new),
            )
            for each in pairings
        ],
    )


def in_pages(rows: Iterable[Row]) -> list[list[Row]]:
    """The rows in pages that stay light; a row is never cut."""
    pages: list[list[Row]] = [[]]
    size = 0
    for row in rows:
        if pages[-1] and (size + row.chars > A_PAGE or len(pages[-1]) >= MOST_ROWS):
            pages.append([])
            size = 0
        pages[-1].append(row)
        size += row.chars
    return pages


def label_of(row: Wording) -> str:
    """What stands before its words: "14.", "(h)"."""
    if row.role == ProvisionRole.POINT:
        return row.number
    return f"{row.number}." if row.number and " " not in row.number else row.number


def _wordings(version: Version) -> list[Wording]:
    rows = list(version.wordings.select_related("provision").order_by("position"))
    for row in rows:
        row.version = version
    return rows


def _units(rows: Sequence[Wording]) -> list[Said]:
    eids = {row.pk: row.eid for row in rows}
    return [
        Said(row.eid, row.number, row.role, eids.get(row.parent_id, ""), row.words, row.title)
        for row in rows
    ]


def _pairings(
    old: Version, before: Sequence[Wording], new: Version, after: Sequence[Wording]
) -> list[Pairing]:
    key = f"comparison:{RULE}:{old.pk}:{new.pk}:{old.digest[:12]}:{new.digest[:12]}"
    held: list[Pairing] | None = cache.get(key)
    if held is None:
        began = perf_counter()
        held = align(_units(before), _units(after))
        if perf_counter() - began > SLOW:
            cache.set(key, held, REMEMBERED)
    return held


def _by_address(
    old: Version, before: Sequence[Wording], new: Version, after: Sequence[Wording]
) -> list[Pairing]:
    """Pairs by the provision that both say, else by the address in each."""
    is_one_text = old.instrument_id == new.instrument_id
    key = (lambda row: row.provision_id) if is_one_text else (lambda row: row.eid)
    by_key = {key(row): row.eid for row in before}
    paired = [(by_key.pop(key(row), ""), row.eid) for row in after]
    left = set(by_key.values())
    place = {eid: rank for rank, (eid, _new) in enumerate(paired) if eid}
    told: list[tuple[int, int, Pairing]] = []
    for rank, (eid, own) in enumerate(paired):
        told.append((rank, 0, Pairing((eid,) if eid else (), (own,), Why.NONE)))
    last = -1
    for rank, row in enumerate(before):
        last = place.get(row.eid, last)
        if row.eid in left:
            told.append((last, rank + 1, Pairing((row.eid,), (), Why.NONE)))
    return [pairing for _place, _rank, pairing in sorted(told, key=lambda one: one[:2])]
