"""Who disputes which figure, what stands beside it, and what waits for an officer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import F, Prefetch, Q, QuerySet
from django.utils import timezone

from coalition.accounts.models import User
from coalition.partners.models import Mandate, Partner, Term
from coalition.partners.rules import roles_that
from coalition.results.models import (
    Dispute,
    DisputeMove,
    Fact,
    FactState,
    Indicator,
    Role,
    Rule,
    Total,
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


def standing_of(facts: Iterable[Fact | int]) -> Mapping[int, list[Dispute]]:
    """The disputes that mark these figures, by the figure's id; for `results/_disputes.html` and
    exports. Two queries where there are any, one where there are none."""
    pks = [one if isinstance(one, int) else one.pk for one in facts]
    found: dict[int, list[Dispute]] = defaultdict(list)
    for one in _told(Dispute.objects.public().standing().filter(fact__in=pks)):
        found[one.fact_id].append(one)
    return found


def history_of(fact: Fact) -> list[Dispute]:
    """What was ever admitted against a figure, resolved or not, the first first."""
    return list(_told(Dispute.objects.public().filter(fact=fact)))


def _told(disputes: QuerySet[Dispute]) -> QuerySet[Dispute]:
    """With the steps of which readers are told, and without who sent them."""
    steps = DisputeMove.objects.filter(verb__in=["admit", "resolve"])
    return (
        disputes.defer("email", "token_digest")
        .order_by("pk")
        .prefetch_related(Prefetch("moves", queryset=steps, to_attr="steps"))
    )


def disputed_totals(totals: Sequence[Total]) -> set[int]:
    """The ids of those totals that count a disputed figure; one query where no figure of their
    frameworks is disputed."""
    indicators = {one.indicator_id for one in totals}
    frameworks = Indicator.objects.filter(pk__in=indicators).values("framework")
    marked = list(
        Fact.objects.published()
        .filter(is_disputed=True, indicator__framework__in=frameworks)
        .annotate(ends_on=F("period__ends_on"))
    )
    if not marked:
        return set()
    rows = Indicator.objects.filter(framework__in=frameworks)
    parents = dict(rows.values_list("pk", "parent"))
    rules = dict(rows.values_list("pk", "rule"))
    latest = _latest(marked, parents)
    found = set()
    for fact in marked:
        counts_in = _with_ancestors(fact.indicator_id, parents)
        for total in totals:
            if total.indicator_id in counts_in and _counts(total, fact):
                over_all = total.period_id is None and rules[total.indicator_id] == Rule.LATEST
                last = latest.get((total.indicator_id, total.role, total.cell_id))
                if not over_all or last is None or fact.ends_on == last:
                    found.add(total.pk)
    return found


def _counts(total: Total, fact: Fact) -> bool:
    """Is the figure within what the total is of?"""
    return (
        (total.role, total.cell_id, total.unit_id) == (fact.role, fact.cell_id, fact.unit_id)
        and total.period_id in (None, fact.period_id)
        and total.place_id in (None, fact.place_id)
        and total.partner_id in (None, fact.partner_id)
    )


def _with_ancestors(indicator: int, parents: Mapping[int, int | None]) -> set[int]:
    found: set[int] = set()
    at: int | None = indicator
    while at is not None and at not in found:
        found.add(at)
        at = parents.get(at)
    return found


def _latest(
    marked: Iterable[Fact], parents: Mapping[int, int | None]
) -> dict[tuple[int, str, int | None], Any]:
    """When the latest period ends of which a total over all periods by the rule “latest” is."""
    above = {pk for fact in marked for pk in _with_ancestors(fact.indicator_id, parents)}
    rows = (
        Total.objects.filter(indicator__in=above, indicator__rule=Rule.LATEST)
        .filter(period__isnull=False, place=None, partner=None)
        .values_list("indicator", "role", "cell", "period__ends_on")
        .order_by("period__ends_on")
    )
    return {(indicator, role, cell): ends_on for indicator, role, cell, ends_on in rows}


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
    slot = {
        name: getattr(fact, name)
        for name in ("indicator_id", "role", "partner_id", "period_id", "place_id", "cell_id")
    }
    was = (
        Fact.objects.filter(**slot, published_at__lte=dispute.at)
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


def speakers(partner: Partner) -> list[User]:
    """Those who may write or sign for the organisation."""
    mandates = Mandate.objects.current().filter(partner=partner, role__in=roles_that("edit"))
    return list(User.objects.filter(is_active=True, mandates__in=mandates).distinct())


def held_by(email: str, person: Any, fact: Fact) -> QuerySet[Dispute]:
    """Disputes of this figure by the same sender of which the last word is not spoken."""
    same = Q(email__iexact=email) if email else Q(pk__in=[])
    if person is not None:
        same |= Q(person=person)
    return Dispute.objects.filter(
        same, fact=fact, state__in=[DisputeState.RECEIVED, DisputeState.ADMITTED]
    )
