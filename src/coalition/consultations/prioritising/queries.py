"""What stands on the ballot, and what a voice has put on its own. Never what others chose."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from coalition.consultations.models import (
    Ballot,
    Consultation,
    Participant,
    Phase,
    Statement,
    StatementQuerySet,
)
from coalition.consultations.queries import MOST_WORDS
from coalition.consultations.states import PhaseKind, PrioritiseBy, StatementState

MOST_RANKED = 10  # places that a ranking fills; as many choices on a phone

Choices = Mapping[int, int]  # by the key of a statement: 1, its points, or its rank from 1


def phase_of(consultation: Consultation) -> Phase | None:
    """In which priorities are set here, if ever. No query where the phases are prefetched."""
    phases = consultation.phases.all()
    return next((one for one in phases if one.kind == PhaseKind.PRIORITISE), None)


# --- What stands on it -----------------------------------------------------------------------


def on_ballot(consultation: Consultation, phase: Phase) -> StatementQuerySet:
    """The statements between which one chooses: of those shown the ones that the secretariat chose,
    or all of them where it chose none; within a budget only those whose cost is known.

    Where none was chosen, what is shown while people choose is added. What was chosen and is not
    shown any more stands there no more.
    """
    shown = consultation.statements.shown()
    if consultation.statements.filter(is_on_ballot=True).exists():
        shown = shown.filter(is_on_ballot=True)
    return shown.filter(cost__isnull=False) if phase.budget is not None else shown


def with_words(statements: QuerySet[Statement], words: str) -> QuerySet[Statement]:
    """Those that hold every word, as they were written or in a translation."""
    for word in words.split()[:MOST_WORDS]:
        translated = Statement.objects.filter(translations__text__icontains=word)
        statements = statements.filter(Q(text__icontains=word) | Q(pk__in=translated.values("pk")))
    return statements


def places(number: int) -> int:
    """How many places a ranking of so many statements has."""
    return min(number, MOST_RANKED)


# --- What was chosen -------------------------------------------------------------------------


@dataclass(frozen=True)
class Held:
    """The ballot of one voice: what counts, and what an organisation would sign next."""

    counting: Ballot | None = None
    draft: Ballot | None = None

    @property
    def choices(self) -> dict[int, int]:
        """As it stands now: an organisation's draft before what is signed."""
        ballot = self.draft or self.counting
        return {int(key): value for key, value in ballot.choices.items()} if ballot else {}

    @property
    def version(self) -> str:
        """A digest of it: whoever saves or signs rests on what they saw."""
        counting, draft = (one.choices if one else None for one in (self.counting, self.draft))
        text = json.dumps([counting, draft], sort_keys=True)
        return hashlib.sha256(text.encode("ascii")).hexdigest()


def held_by(participant: Participant | None) -> Held:
    """One query, or none where nothing was ever answered."""
    if participant is None:
        return Held()
    found = {ballot.is_draft: ballot for ballot in participant.ballots.all()}
    return Held(found.get(False), found.get(True))


def stands_for(consultation: Consultation) -> dict[int, int]:
    """Of each statement that was merged the one that stands for it, by their keys. One query."""
    merged = consultation.statements.filter(state=StatementState.MERGED)
    return dict(merged.values_list("pk", "merged_into"))


def carried_over(by: str, choices: Choices, stands_for: Mapping[int, int]) -> dict[int, int]:
    """What was said of a statement that was merged since is said of the one that stands for it:
    points are added up, and of two ranks the better one counts."""
    found: dict[int, int] = {}
    for key, value in choices.items():
        of = stands_for.get(key, key)
        if by == PrioritiseBy.POINTS:
            found[of] = found.get(of, 0) + value
        else:
            found[of] = min(found.get(of, value), value)
    return found


def said_now(
    consultation: Consultation, phase: Phase, held: Held, standing: Collection[int]
) -> dict[int, int]:
    """What the ballot says of what is `standing` there now (keys). One query, where something of it
    was merged or is shown no more; else none."""
    if all(key in standing for key in held.choices):
        return held.choices
    found = carried_over(phase.by, held.choices, stands_for(consultation))
    return {key: value for key, value in found.items() if key in standing}


@dataclass(frozen=True)
class Standing:
    """How far a ballot is: what it names of what stands there, and what of points or of the budget
    is left."""

    named: int
    total: int
    left: int | None = None  # points
    cost: int = 0


def standing(phase: Phase, costs: Mapping[int, int | None], choices: Choices) -> Standing:
    """`costs`: of all that stands on the ballot, by key."""
    named = [key for key in choices if key in costs]
    left = None
    if phase.by == PrioritiseBy.POINTS:
        left = (phase.points or 0) - sum(choices[key] for key in named)
    return Standing(len(named), len(costs), left, sum(costs[key] or 0 for key in named))


def purpose_of(phase: Phase, number: int) -> str:
    """What one does on the ballot, in a sentence."""
    if phase.by == PrioritiseBy.POINTS:
        return _("Give points to what matters most to you: %d in all, in any way you like.") % (
            phase.points or 0
        )
    if phase.by == PrioritiseBy.RANKING:
        return _("Put 1 beside what comes first for you, 2 beside what comes next, up to %d.") % (
            places(number)
        )
    return _("Tick everything that you support.")
