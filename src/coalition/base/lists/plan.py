"""What taking in a list would do, row by row: the shape of every such report."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, TypeVar

# What may become of a row, in the order in which it is told.
OUTCOMES = ("new", "changed", "unchanged", "alike", "refused")
NEW, CHANGED, UNCHANGED, ALIKE, REFUSED = OUTCOMES
BATCH = 500


@dataclass
class Line:
    """One row of a list: what would become of it, and why."""

    number: int
    name: str
    outcome: str = NEW
    # Field to (old, new), as texts.
    changes: dict[str, tuple[str, str]] = field(default_factory=dict)
    # Why it is refused, what it looks like, what is left out.
    sentences: list[str] = field(default_factory=list)
    # Field to value, as records take them.
    values: dict[str, Any] = field(default_factory=dict)

    # Fields whose values no report repeats.
    PRIVATE: ClassVar[tuple[str, ...]] = ()

    @property
    def reference(self) -> str:
        """Of the record that the row is about, where we know it."""
        return ""

    def facts(self) -> str:
        """What a new record would be, in a few codes."""
        return ""

    def refuse(self, sentence: str) -> None:
        self.outcome = REFUSED
        self.sentences.append(sentence)

    def told(self) -> dict[str, Any]:
        """The line as the report keeps it: no personal data."""
        return {
            "row": self.number,
            "outcome": self.outcome,
            "name": self.name,
            "reference": self.reference,
            "changes": [
                [name, *(("", "") if name in self.PRIVATE else pair)]
                for name, pair in self.changes.items()
            ],
            "facts": self.facts(),
            "sentences": self.sentences,
        }


L = TypeVar("L", bound=Line)


@dataclass
class Plan(Generic[L]):
    lines: Sequence[L]

    @property
    def counts(self) -> dict[str, int]:
        found = Counter(line.outcome for line in self.lines)
        return {outcome: found[outcome] for outcome in OUTCOMES}

    @property
    def digest(self) -> str:
        """Of all that would be written: another one, where anything it depends on has changed."""
        told = [
            [
                *(line.number, line.outcome, line.name, line.reference),
                *(sorted(line.changes.items()), line.facts(), line.sentences),
            ]
            for line in self.lines
        ]
        return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()

    def of(self, *outcomes: str) -> list[L]:
        return [line for line in self.lines if line.outcome in outcomes]


def batches(keys: Iterable[Any]) -> Iterator[list[Any]]:
    held = list(keys)
    for start in range(0, len(held), BATCH):
        yield held[start : start + BATCH]
