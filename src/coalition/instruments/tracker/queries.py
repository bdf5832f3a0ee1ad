"""A text seen by its promises: which paragraph who answers, and which nobody has taken up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Count
from django.db.models.functions import Coalesce
from django.utils.translation import get_language

from coalition.base.text import fold
from coalition.instruments.models import Instrument, Provision
from coalition.instruments.queries import commitments_on, published_commitments
from coalition.instruments.texts.queries import text_of
from coalition.instruments.texts.tree import Node, Part, Text

# A promise counts by its partner's group and its own level; either may be asked for.
Kind = tuple[str, str]


@dataclass(eq=False)
class Tracked:
    """A numbered paragraph, its points included, and the commitments that deliver on it."""

    node: Node
    part: Part
    counts: Mapping[Kind, int] = field(default_factory=dict)
    themes: frozenset[str] = frozenset()  # codes
    challenges: frozenset[str] = frozenset()

    def count(self, group: str = "", level: str = "") -> int:
        """How many published commitments, of one group or level where it is named."""
        return sum(
            count
            for (its_group, its_level), count in self.counts.items()
            if group in ("", its_group) and level in ("", its_level)
        )

    @property
    def gist(self) -> str:
        return self.node.provision.gist_text

    @cached_property
    def text(self) -> str:
        """All that can be searched: number, words and gists in every language."""
        gists = self.node.provision.gist.values()
        return fold(" ".join([self.node.number, self.node.full_words or "", *gists]))


@dataclass
class Tracker:
    """A whole text with what is promised on it."""

    text: Text
    paragraphs: list[Tracked]
    totals: Mapping[Kind, int]  # commitments on the text, each once

    def taken_up(self, group: str = "", level: str = "") -> int:
        """How many paragraphs anybody (of this group, at this level) delivers on."""
        return sum(bool(one.count(group, level)) for one in self.paragraphs)

    def commitments(self, group: str = "", level: str = "") -> int:
        return sum(
            count
            for (its_group, its_level), count in self.totals.items()
            if group in ("", its_group) and level in ("", its_level)
        )


def tracker_of(instrument: Instrument) -> Tracker:
    """The whole text, whatever is promised on it: as many queries as `text_of` makes, and four."""
    text = text_of(instrument, language=(get_language() or "en").split("-")[0])
    counts: dict[int, dict[Kind, int]] = {}
    for paragraph, group, level, count in _deliveries(instrument):
        counts.setdefault(paragraph, {})[group, level or ""] = count
    themes = _codes(instrument, "themes", "theme")
    challenges = _codes(instrument, "challenges", "challenge")
    paragraphs = [
        Tracked(
            node,
            part,
            counts.get(node.provision.pk, {}),
            frozenset(themes.get(node.provision.pk, ())),
            frozenset(challenges.get(node.provision.pk, ())),
        )
        for part in text.parts
        for node in part.paragraphs
    ]
    totals = {
        (group, level or ""): count
        for group, level, count in commitments_on(instrument)
        .order_by()
        .values_list("partner__group__code", "level__code")
        .annotate(Count("pk"))
    }
    return Tracker(text, paragraphs, totals)


def _deliveries(instrument: Instrument) -> Iterable[tuple[int, str, str | None, int]]:
    """Paragraph, group, level, how many commitments: one that names two points counts once."""
    return (
        published_commitments()
        .filter(provisions__instrument=instrument)
        .order_by()
        .values_list(
            Coalesce("provisions__paragraph", "provisions__pk"),
            "partner__group__code",
            "level__code",
        )
        .annotate(Count("pk", distinct=True))
    )


def _codes(instrument: Instrument, field_name: str, name: str) -> dict[int, set[str]]:
    """Themes or challenges of each paragraph, those of its points among them."""
    through = Provision._meta.get_field(field_name).remote_field.through.objects
    found: dict[int, set[str]] = {}
    for paragraph, code in through.filter(provision__instrument=instrument).values_list(
        Coalesce("provision__paragraph", "provision"), f"{name}__code"
    ):
        found.setdefault(paragraph, set()).add(code)
    return found


SORTS: Mapping[str, Callable[[Tracked, str, str], Any]] = {
    "": lambda one, group, level: 0,  # as the text has them
    "most": lambda one, group, level: -one.count(group, level),
    "least": lambda one, group, level: one.count(group, level),
}


def chosen(paragraphs: Sequence[Tracked], wishes: Mapping[str, Any]) -> list[Tracked]:
    """The paragraphs that meet every wish, in the order wished for. Theme, challenge, part and
    words are the paragraph's; group and level are of those who deliver."""
    group, level = wishes.get("group", ""), wishes.get("level", "")
    words = [fold(word) for word in wishes.get("words", "").split()[:8]]
    found = [
        one
        for one in paragraphs
        if wishes.get("theme", "") in ("", *one.themes)
        and wishes.get("challenge", "") in ("", *one.challenges)
        and str(wishes.get("part", "")) in ("", str(one.part.number))
        and (not wishes.get("taken") or (wishes["taken"] == "yes") is bool(one.count(group, level)))
        and all(word in one.text for word in words)
    ]
    order = SORTS[wishes.get("sort", "")]
    return sorted(found, key=lambda one: order(one, group, level))
