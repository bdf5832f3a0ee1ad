"""Who disputes which figure, what stands beside it, and what waits for an officer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from coalition.partners.models import Partner, Term
from coalition.results.models import (
    Dispute,
    DisputeMove,
    Fact,
    FactState,
    Role,
)
from coalition.results.proof.queries import count_for_officers, waiting_for
from coalition.results.states import DisputeState

DECIDE_WITHIN = "dispute-decision"  # a term of the coalition
DAYS = 14  # where it set none
# What a correction changes: the figure itself, or what is said of where it comes from.
SAID = (
    *("value", "denominator", "text", "unit_id", "not_known"),
    *("basis", "source", "source_url", "as_of", "note"),
)


def days_to_decide() -> int:
    """Within how many days an officer decides whether a dispute is admitted."""
    held = Term.objects.filter(code=DECIDE_WITHIN, retired_on=None)
    days = held.values_list("days", flat=True).first()
    return DAYS if days is None else days


def disputable() -> QuerySet[Fact]:
    """Figures that anybody may dispute: what is said to be, is public now, and is not withheld."""
    return (
        Fact.objects.public()
        .filter(role__in=[Role.BASELINE, Role.ACTUAL], hidden="")
        .select_related(*NAMED)
    )


NAMED = (
    *("indicator__framework__reporter__group", "indicator__unit"),
    *("unit", "period", "place"),
)


# --- What readers see -------------------------------------------------------------------------


def told_of(fact: Fact) -> list[Dispute]:
    """What was ever admitted against a figure, resolved or not, the first first: with the steps of
    which readers are told, and without who sent it; for `results/_disputes.html`."""
    steps = DisputeMove.objects.filter(verb__in=["admit", "resolve"])
    return list(
        Dispute.objects.public()
        .filter(fact=fact)
        .defer("email", "token_digest")
        .order_by("pk")
        .prefetch_related(Prefetch("moves", queryset=steps, to_attr="steps"))
    )


MOST_TOLD = 10  # beside a framework or an indicator; each figure's page has all of its own


def told_beside(**wanted: Any) -> list[Dispute]:
    """What was admitted against figures that are not withheld, the newest first, with the figure:
    for the page of a framework or an indicator. Of withheld figures only the mark shows."""
    found = Dispute.objects.public().filter(fact__hidden="", **wanted)
    rows = found.select_related("fact__indicator__framework", "fact__period")
    return list(rows.defer("email", "token_digest").order_by("-pk")[:MOST_TOLD])


# --- What waits for an officer ----------------------------------------------------------------


def for_lists() -> QuerySet[Dispute]:
    """Confirmed disputes with what a line of a list shows, those due first on top."""
    return (
        Dispute.objects.exclude(state=DisputeState.UNCONFIRMED)
        .defer("email", "token_digest")
        .select_related(*(f"fact__{name}" for name in NAMED))
        .order_by("due_on", "pk")
    )


def filtered(found: QuerySet[Dispute], asked: Mapping[str, Any]) -> QuerySet[Dispute]:
    """The disputes that an officer asks for: by state, or only those overdue."""
    if state := asked.get("state"):
        found = found.filter(state=state)
    if asked.get("overdue"):
        found = found.filter(state=DisputeState.RECEIVED, due_on__lt=timezone.localdate())
    return found


def waits() -> dict[str, int]:
    """What waits for officers: disputes to decide on, and proofs to check. Two queries."""
    return {
        "disputes": Dispute.objects.filter(state=DisputeState.RECEIVED).count(),
        "proofs": count_for_officers(),
    }


def to_do(person: Any) -> dict[str, Any]:
    """What waits for a person's organisations: disputes without a reply, and how many proofs to
    check. Two queries."""
    return {"disputes": list(to_reply(person)), "proofs": waiting_for(person).count()}


def is_overdue(dispute: Dispute) -> bool:
    """Has the day passed by which an officer decides on it?"""
    return (
        dispute.state == DisputeState.RECEIVED
        and dispute.due_on is not None
        and dispute.due_on < timezone.localdate()
    )


def to_reply(person: Any) -> QuerySet[Dispute]:
    """Standing disputes of organisations for which the person signs, without a reply yet."""
    theirs = Partner.objects.spoken_for_by(person, "sign")
    return (
        Dispute.objects.standing()
        .filter(fact__indicator__framework__reporter__in=theirs, replied_at=None)
        .defer("email", "token_digest")
        .select_related(*(f"fact__{name}" for name in NAMED))
        .order_by("pk")
    )


def before_it(dispute: Dispute) -> Fact | None:
    """The figure as it was published when the dispute was sent, where that is another one now."""
    fact = dispute.fact
    was = (
        Fact.objects.in_slot_of(fact)
        .filter(published_at__lte=dispute.at)
        .exclude(state=FactState.DRAFT)
        .select_related(*NAMED)
        .order_by("-published_at", "-pk")
        .first()
    )
    return None if was is None or was.pk == fact.pk else was


def was_corrected(dispute: Dispute) -> bool:
    """Was the figure, or what is said of it, changed since the dispute was sent?"""
    if dispute.fact.state == FactState.SUPERSEDED:
        return True  # and nothing stands in its place
    was = before_it(dispute)
    return was is not None and any(
        getattr(was, name) != getattr(dispute.fact, name) for name in SAID
    )


def held_by(email: str, person: Any, fact: Fact) -> QuerySet[Dispute]:
    """Disputes of this figure by the same sender of which the last word is not spoken."""
    same = Q(email__iexact=email) if email else Q(pk__in=[])
    if person is not None:
        same |= Q(person=person)
    return Dispute.objects.filter(
        same, fact=fact, state__in=[DisputeState.RECEIVED, DisputeState.ADMITTED]
    )
