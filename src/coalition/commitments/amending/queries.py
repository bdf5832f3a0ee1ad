"""Amendments and editions: what waits, what would change, what was said when."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby, pairwise
from typing import Any

from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from coalition.analysis.merging import Conflict
from coalition.base.errors import Refused
from coalition.commitments.models import Amendment, AmendmentMove, Commitment, Edition, Side
from coalition.commitments.rules import is_impartial_officer, of_maker
from coalition.commitments.states import (
    AMENDABLE,
    AMENDMENT_OPEN,
    EDITABLE,
    UNDER_WAY,
    AmendmentState,
)
from coalition.commitments.writing import plain
from coalition.commitments.writing.ground import (
    TEXTS,
    WORDS_ROW,
    Ground,
    Table,
    Values,
    ground,
    kind_of,
)
from coalition.commitments.writing.plain import DATES, Change
from coalition.commitments.writing.showing import LABELS, label_of, shown
from coalition.ui.thread import Move

# --- Which there are --------------------------------------------------------------------------


def proposed() -> QuerySet[Amendment]:
    """What partners propose and an officer has to decide on, each with `waits_since`, the longest
    first; with its commitment and partner, in one query."""
    waiting = Amendment.objects.filter(
        side=Side.PARTNER, state=AmendmentState.PROPOSED, commitment__state__in=UNDER_WAY
    )
    return (
        waiting.annotate(waits_since=Max("moves__at", filter=Q(moves__verb="propose")))
        .select_related("commitment__partner__group")
        .order_by("waits_since", "pk")
    )


def asked() -> QuerySet[Amendment]:
    """What the secretariat proposes and whoever signs for the partner has to decide on."""
    states = AMENDABLE["secretariat"]
    waiting = Amendment.objects.filter(side=Side.SECRETARIAT, state=AmendmentState.PROPOSED)
    return waiting.filter(commitment__state__in=states).order_by("pk")


def side_of(person: Any, commitment: Commitment) -> Side | None:
    """For which side the person acts, if any. An officer who speaks for the partner is of the
    partner's; one who speaks for another that has a part is of none."""
    if of_maker("view")(person, commitment):
        return Side.PARTNER
    return Side.SECRETARIAT if is_impartial_officer(person, commitment) else None


def seen_by(person: Any, commitment: Commitment) -> QuerySet[Amendment]:
    """The commitment's amendments that the person may read, the newest first: those of their own
    side, and of the other what was ever proposed. Officers who decide on none read along."""
    side = side_of(person, commitment)
    if side is None and not (person.is_authenticated and person.is_officer):
        return Amendment.objects.none()
    was_proposed = AmendmentMove.objects.filter(record=OuterRef("pk"), verb="propose")
    return commitment.amendments.filter(Q(side=side) | Q(Exists(was_proposed)))


def open_of(commitment: Commitment, side: Side) -> Amendment | None:
    """What the side is writing, or has proposed."""
    states = [*AMENDMENT_OPEN, AmendmentState.PROPOSED]
    return commitment.amendments.filter(side=side, state__in=states).first()


def why_not(commitment: Commitment, side: str) -> str:
    """Why the side cannot have the commitment amended now; empty where it can."""
    if commitment.state in AMENDABLE[side]:
        return ""
    if side == Side.PARTNER and commitment.state in EDITABLE:
        return _("It is not public yet, so you can change it as it is, without an amendment.")
    return _("It cannot be amended now: this commitment is “%s”.") % commitment.get_state_display()


# --- What would change ------------------------------------------------------------------------

# Where neither side's text may be right, a third can be written.
FREE = {*TEXTS, *DATES, "how", "words", "amount", "year"}


@dataclass(frozen=True)
class Question:
    """What both sides changed, differently: which counts? Where one took a whole row out that the
    other changed, it is one question about the row."""

    row: str
    label: str
    mine: str  # as people read it; empty: taken out
    theirs: str
    conflicts: tuple[Conflict, ...]

    @property
    def field(self) -> str:
        """The one field that is asked about; empty where it is the row."""
        return self.conflicts[0].field if len(self.conflicts) == 1 else ""

    @property
    def is_free(self) -> bool:
        """Can something else be written?"""
        return self.field in FREE

    def answer(self, choice: str, third: str = "") -> Values:
        """The texts that stand with this choice: "mine", "theirs" or "third"."""
        if choice == "third":
            return {self.row: {self.field: third}}
        return {self.row: {one.field: getattr(one, choice) for one in self.conflicts}}


@dataclass(frozen=True)
class Outcome:
    """What taking over an amendment makes of its commitment as it stands now: the merge of what
    was, what is proposed and what is stored. In a conflict `merged` has what is stored."""

    mine: Values
    stored: Values
    merged: Values
    conflicts: tuple[Conflict, ...]
    grounds: Ground

    @property
    def seal(self) -> str:
        """Whoever takes it over has looked at these texts and no others."""
        said = json.dumps([self.mine, self.stored], ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(said.encode()).hexdigest()

    @cached_property
    def as_proposed(self) -> Values:
        """With all that is proposed, also where it conflicts."""
        return self._with((one, one.mine) for one in self.conflicts)

    def settled(self, answers: Table) -> Values:
        """With what was chosen for each conflict, by row and field. Raises Refused where one is
        open still."""
        texts = []
        for one in self.conflicts:
            text = answers.get(one.row, {}).get(one.field)
            if text is None:
                raise Refused(
                    _("Both sides changed “%s”. Please choose which wording counts.")
                    % label_of(one.row, one.field, self.grounds)
                )
            texts.append((one, text))
        return plain.canonical(self._with(texts))

    def _with(self, texts: Iterable[tuple[Conflict, str]]) -> Values:
        values = {row: dict(held) for row, held in self.merged.items()}
        for one, text in texts:
            values.setdefault(one.row, {})[one.field] = text
        return {
            row: said
            for row, held in values.items()
            if (said := {name: text for name, text in held.items() if text})
        }

    @cached_property
    def changes(self) -> list[Change]:
        """How it would read otherwise than now."""
        return plain.changes(self.stored, self.as_proposed, self.grounds)

    @cached_property
    def questions(self) -> list[Question]:
        by_row = groupby(self.conflicts, key=lambda one: one.row)
        found: list[Question] = []
        for row, held in by_row:
            conflicts = tuple(held)
            if row != WORDS_ROW and (row not in self.mine or row not in self.stored):
                found.append(self._question(row, conflicts))
            else:
                found += [self._question(row, (one,)) for one in conflicts]
        return found

    def _question(self, row: str, conflicts: tuple[Conflict, ...]) -> Question:
        of_text = {WORDS_ROW: {"language": self.stored[WORDS_ROW]["language"]}}
        if len(conflicts) == 1 and row in self.mine and row in self.stored:
            field = conflicts[0].field
            label = label_of(row, field, self.grounds)
            mine, theirs = (
                shown(row, field, _joined(of_text, row, {field: text}), self.grounds)
                for text in (conflicts[0].mine, conflicts[0].theirs)
            )
        else:
            now = _joined(of_text, row, self.stored.get(row))
            wished = _joined(of_text, row, self.mine.get(row))
            change = plain.changes(now, wished, self.grounds)[0]
            label, mine, theirs = change.label, change.after, change.before
        return Question(row, label, mine, theirs, conflicts)


def _joined(table: Values, row: str, texts: dict[str, str] | None) -> Values:
    """The table with these texts of a row; without the row, where there are none."""
    if texts is None:
        return table
    return table | {row: table.get(row, {}) | texts}


def outcome_of(amendment: Amendment) -> Outcome:
    """What taking it over would make of its commitment now."""
    stored = plain.values_of(amendment.commitment)
    base, mine = amendment.base, amendment.values
    grounds = ground(base, mine, stored)
    merged = plain.merged(base, mine, stored, grounds)
    return Outcome(mine, stored, merged.values, merged.conflicts, grounds)


def history_of(amendment: Amendment) -> list[Move]:
    """What became of it, in plain words, the first first. One query."""
    begun = Move(amendment.made_at, _("Begun: %s") % amendment.get_side_display())
    return [begun] + [
        Move(move.at, str(Amendment.VERBS[move.verb].done).capitalize(), move.reason)
        for move in amendment.moves.all()
    ]


# --- Editions ---------------------------------------------------------------------------------

MOST_EDITIONS = 20  # told beside a commitment; each has its page, and leads to the one before


@dataclass(frozen=True)
class Told:
    """An edition as a list tells it: which words changed, by their names."""

    edition: Edition
    changed: list[str]


def editions_of(commitment: Commitment) -> list[Told]:
    """What it said from when on, the newest first, where it was ever amended. One query."""
    newest = commitment.editions.order_by("-number")[: MOST_EDITIONS + 1]
    held = list(reversed(newest))
    if len(held) < 2:
        return []
    found = [Told(now, touched(before.words, now.words)) for before, now in pairwise(held)]
    if held[0].number == 1:
        found.insert(0, Told(held[0], []))
    return found[::-1]


def touched(before: Table, after: Table) -> list[str]:
    """What differs, in few words and without asking the database: "Title", "Place"."""
    old, new = before.get(WORDS_ROW, {}), after.get(WORDS_ROW, {})
    names = [name for name in LABELS if old.get(name, "") != new.get(name, "")]
    rows = [row for row in {**before, **after} if before.get(row) != after.get(row)]
    kinds = {kind_of(row) for row in rows if row != WORDS_ROW}
    names += [name for name in LABELS if name in kinds]
    return [str(LABELS[name]) for name in names]


def around(commitment: Commitment, number: int) -> dict[int, Edition]:
    """The edition of this number, the one before and the one after, by number. One query."""
    found = commitment.editions.filter(number__range=(number - 1, number + 1))
    return {one.number: one for one in found}


def read(words: Table, grounds: Ground) -> list[tuple[str, list[str]]]:
    """All words as people read them: label after label, each with its texts."""
    said = plain.changes({}, words, grounds)
    return [
        (label, [one.after for one in held])
        for label, held in groupby(said, key=lambda one: one.label)
    ]
