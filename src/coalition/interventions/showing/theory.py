"""The theory of change of an intervention, from its results framework and what is done for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coalition.analysis import theory
from coalition.analysis.theory import Drawing, Line, Piece
from coalition.interventions.models import Activity, Intervention
from coalition.results.models import Result, ResultLevel
from coalition.ui.flows import flow

LEVELS = {
    ResultLevel.IMPACT: theory.IMPACT,
    ResultLevel.OUTCOME: theory.OUTCOME,
    ResultLevel.OUTPUT: theory.OUTPUT,
    ResultLevel.GOAL: None,
}
# With more boxes what is done is drawn as a number, result by result.
MOST_BOXES = 40
# A drawing with so many boxes stands among other things; a larger one has a page of its own.
FEW_BOXES = 12


def from_the_end(results: Sequence[Result]) -> list[Result]:
    """Impact first, then outcomes, outputs; of one kind as they stand above each other in the
    drawing, so that what leads to the same stands together."""
    held = {_key(one): one for one in results}
    boxes = theory.drawn(_of_results(results)).boxes
    return [held[box.piece.key] for box in sorted(boxes, key=lambda box: (-box.column, box.y))]


def pieces_of(results: Sequence[Result], activities: Sequence[Activity]) -> list[Piece]:
    """What the theory consists of; many activities are told as a number."""
    made = _of_results(results)
    if len(results) + len(activities) <= MOST_BOXES:
        return made + [
            Piece(f"done-{one.pk}", one.title, theory.ACTIVITY, f"result-{one.result_id}")
            for one in activities
        ]
    counts = Counter(one.result_id for one in activities)
    return made + [
        Piece(
            f"done-for-{result}",
            ngettext("%(count)d activity", "%(count)d activities", count) % {"count": count},
            theory.ACTIVITY,
            f"result-{result}",
        )
        for result, count in counts.items()
    ]


def _of_results(results: Sequence[Result]) -> list[Piece]:
    return [
        Piece(_key(one), one.title, LEVELS[ResultLevel(one.level)], f"result-{one.parent_id}")
        for one in results
    ]


def _key(result: Result) -> str:
    return f"result-{result.pk}"


# --- Told --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Told:
    """A piece in the list that says the same as the drawing."""

    line: Line
    kind: str

    @property
    def closes(self) -> range:
        return range(self.line.closes)


@dataclass(frozen=True)
class Theory:
    """A theory of change as a drawing and as a list."""

    intervention: Any
    pieces: list[Piece]
    drawing: Drawing

    def __bool__(self) -> bool:
        return bool(self.pieces)

    @property
    def is_small(self) -> bool:
        return len(self.pieces) <= FEW_BOXES

    @property
    def lines(self) -> list[Told]:
        """From the end back to what is done: under each what leads to it."""
        return [Told(line, kind_of(line.piece)) for line in theory.listed(self.pieces)]

    @property
    def picture(self) -> str:
        """The drawing, with what it shows in one sentence."""
        columns: list[list[str]] = [[] for _column in {box.column for box in self.drawing.boxes}]
        for box in self.drawing.boxes:
            if (name := kind_of(box.piece)) not in columns[box.column]:
                columns[box.column].append(name)
        return flow(
            self.drawing,
            title=_("Theory of change"),
            subtitle=_("What is done, and what it is to lead to"),
            source=_("Results framework of this intervention"),
            told=_("%(boxes)d boxes and %(arrows)d arrows; the list says what leads to what.")
            % {"boxes": len(self.drawing.boxes), "arrows": len(self.drawing.arrows)},
            columns=[" · ".join(names) for names in columns],
            language=self.intervention.language,
        )


def kind_of(piece: Piece) -> str:
    """What kind of thing it is, in the reader's language."""
    words = {
        theory.ACTIVITY: _("Activity"),
        **{
            LEVELS[level]: str(level.label)
            for level in (ResultLevel.IMPACT, ResultLevel.OUTCOME, ResultLevel.OUTPUT)
        },
    }
    return words.get(piece.level, str(ResultLevel.GOAL.label))


def theory_of(
    intervention: Intervention, results: Sequence[Result], activities: Sequence[Activity]
) -> Theory:
    """From rows that were read already."""
    pieces = pieces_of(results, activities)
    return Theory(intervention, pieces, theory.drawn(pieces))
