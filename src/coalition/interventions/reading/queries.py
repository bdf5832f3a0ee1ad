"""What the page of an intervention shows: what stopped it, what happened, its parts, its thread."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Prefetch, Q
from django.utils.translation import gettext as _

from coalition.base.names import Name
from coalition.consultations.models import Statement
from coalition.interventions import thread
from coalition.interventions.models import (
    Intervention,
    InterventionMove,
    InterventionQuerySet,
    RoleMove,
    Uptake,
)
from coalition.interventions.queries import for_page
from coalition.interventions.states import State
from coalition.partners.asking import PartState
from coalition.results.reading.queries import Summary
from coalition.results.reading.thread import below
from coalition.ui.thread import Knot, Move

MOST_PARTS = 10  # narrower interventions on a page; the list of all has the others
MOST_CLAIMS = 20
MOST_CHANGES = 20


def for_reading(found: InterventionQuerySet) -> InterventionQuerySet:
    """With everything that its own page shows of itself, in a fixed number of queries."""
    uptakes = Uptake.objects.select_related("provision__instrument")
    proposals = Statement.objects.select_related("consultation", "response")
    return for_page(found).prefetch_related(
        *("challenges", "external_records"),
        Prefetch("proposals", proposals),
        Prefetch("uptakes", uptakes),
        Prefetch("moves", InterventionMove.objects.order_by("pk")),
    )


# --- What happened -----------------------------------------------------------------------------


def stop_of(one: Any) -> Any:
    """The step by which it was suspended or cancelled, with its day and reason; None where it
    goes on."""
    if one.state not in (State.SUSPENDED, State.CANCELLED):
        return None
    return next((move for move in reversed(one.moves.all()) if move.to_state == one.state), None)


def history(one: Any) -> list[Move]:
    """All that happened since it was announced: its own steps, who joined and left; the first
    first. One query."""
    verbs = Intervention.VERBS
    told = [
        Move(move.at, str(verbs[move.verb].done).capitalize(), move.reason)
        for move in one.moves.all()
        if move.verb in verbs
    ]
    return sorted([*told, *_of_roles(one)], key=lambda move: move.date)


def _of_roles(one: Any) -> list[Move]:
    """Who joined and left since it is public; of a role nobody confirmed nothing is told."""
    if one.published_at is None:
        return []
    words = {
        "confirm": _("%(partner)s joined it: %(role)s"),
        "leave": _("%(partner)s left it: %(role)s"),
        "remove": _("%(partner)s was taken out: %(role)s"),
        "ask": _("%(partner)s was asked to confirm its role again: %(role)s"),
        "hand_over": _("%(partner)s led it until then"),
        "end": _("%(partner)s left the coalition, and so its role ended: %(role)s"),
    }
    steps = RoleMove.objects.filter(record__intervention=one, at__gt=one.published_at).filter(
        Q(verb="confirm") | Q(verb__in=words, from_state=PartState.CONFIRMED)
    )
    return [
        Move(
            step.at,
            words[step.verb]
            % {"partner": step.record.partner, "role": step.record.get_kind_display()},
        )
        for step in steps.select_related("record__partner")
    ]


def changes_of(one: Intervention) -> list[Any]:
    """What was said otherwise since it was announced, the newest first. One query."""
    return list(one.changes.all()[:MOST_CHANGES])  # type: ignore[attr-defined]


# --- Its parts ---------------------------------------------------------------------------------


def parts_of(one: Any) -> list[Intervention]:
    """The narrower interventions that are part of it, the newest first, with who leads. One
    query."""
    return list(one.national_parts.published().select_related("partner")[:MOST_PARTS])


def claims_of(one: Any) -> list[Any]:
    """The public commitments whose contribution was confirmed, reached from below: a later room
    keeps them. One query."""
    return list(one.claims.for_page().filter(commitment__is_public=True)[:MOST_CLAIMS])


# --- Its thread --------------------------------------------------------------------------------


def knots(
    one: Any, summary: Summary | None, parts: Sequence[Intervention], claims: Sequence[Any]
) -> list[Knot]:
    """The golden thread through an intervention: above it what it answers; below it its narrower
    parts, the commitments that contribute, each result with one figure, and how much proves
    them."""
    found = [*thread.above(one), thread.knot(one, "here")]
    found += [
        Knot(_("Part of it"), each.name, each.get_absolute_url(), each.get_state_display())
        for each in parts
    ]
    found += [
        Knot(
            _("Commitment"),
            Name(each.commitment.title, each.commitment.language),
            each.commitment.get_absolute_url(),
            figure=each.per_cent,
        )
        for each in claims
    ]
    return found + below(summary)
