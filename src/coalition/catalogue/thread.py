"""The golden thread, both ways: the public records that one hangs with.

challenge · theme · priority → consultation → proposal → decision → intervention ← commitment →
results → indicator → figure → evidence, all hung on declaration → paragraph, partner and place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, TypedDict

from django.db.models import Exists, OuterRef, Q, QuerySet

from coalition.catalogue import kinds
from coalition.catalogue.kinds import find_public, named
from coalition.commitments.models import Claim, Commitment, Delivery, Part
from coalition.consultations.models import Conclusion, Consultation, Credit, Statement
from coalition.consultations.queries import about
from coalition.instruments.models import ExternalRecord, Instrument, Provision
from coalition.interventions.models import Intervention, InterventionQuerySet, Role, Uptake
from coalition.partners.models import CommonPriority, Partner, Priority
from coalition.places.models import Place
from coalition.results.models import Evidence, Fact, Framework, Indicator
from coalition.themes.models import Challenge, Theme

__all__ = ["MOST_KNOTS", "Knot", "find_public", "thread_of"]

MOST_KNOTS = 100  # of each relation


class Knot(TypedDict):
    """One public record on the thread, as plain values; `path` is its page."""

    position: str  # above: what the record answers; here; below: what came of it
    kind: str
    key: str
    title: str
    language: str
    path: str


def thread_of(record: Any) -> list[Knot]:
    """The public records the given one hangs with: above, here, below; MOST_KNOTS a relation."""
    above, below = RELATIONS[type(record)](record)
    return [
        *(_knot("above", one) for one in _each_once(above)),
        _knot("here", record),
        *(_knot("below", one) for one in _each_once(below)),
    ]


Sides = tuple[list[Iterable[Any]], list[Iterable[Any]]]


# --- What is asked and decided -----------------------------------------------------------------


def _of_subject(name: str, one: Theme | Challenge) -> Sides:
    commitments = promises(Q(**{name: one}))
    provisions = Provision.objects.filter(**{name: one}).select_related("instrument")
    is_theme = isinstance(one, Theme)
    own = kinds.priorities().filter(theme=one) if is_theme else []
    shared = CommonPriority.objects.public().filter(theme=one) if is_theme else []
    below = [own, shared, provisions, about(one), done(Q(**{name: one})), commitments]
    return [], [*below, makers(commitments)]


def _of_priority(one: Priority) -> Sides:
    commitments = promises(Q(priorities=one))
    return [[one.theme], [one.place], [one.partner]], [commitments, answered(commitments)]


def _of_common(one: CommonPriority) -> Sides:
    asked = kinds.proposals().filter(priority=one)
    return [[one.theme], [one.place]], [about(one), asked, done(Q(priorities=one))]


def _of_consultation(one: Consultation) -> Sides:
    provisions = list(one.provisions.select_related("instrument")[:MOST_KNOTS])
    texts = {each.instrument.pk: each.instrument for each in provisions}
    if one.text:
        texts[one.text.pk] = one.text
    themes = {each.pk: each for each in one.themes.all()}
    if one.theme:
        themes[one.theme.pk] = one.theme
    credits = Credit.objects.order_by().filter(statement__consultation=one)
    credited = Partner.objects.public().filter(pk__in=credits.values("partner"))
    shared = CommonPriority.objects.public().filter(pk__in=_keys(one.priorities))
    above = [one.challenges.all(), themes.values(), shared, texts.values(), provisions]
    decided = kinds.decisions().filter(consultation=one)
    proposed = kinds.proposals().filter(consultation=one).order_by("number")
    came = done(Q(conclusion__in=decided.order_by().values("pk")))
    return above, [proposed, decided, came, credited, _seat(one.place)]


def _of_proposal(one: Statement) -> Sides:
    shared = CommonPriority.objects.public().filter(pk=one.priority_id)
    decided = kinds.decisions().filter(takes_up=one)
    above = [shared, [one.provision] if one.provision else [], [one.consultation]]
    return above, [decided, done(Q(proposals=one))]


def _of_decision(one: Conclusion) -> Sides:
    taken_up = kinds.proposals().filter(conclusions=one).order_by("number")
    return [[one.consultation], taken_up], [done(Q(conclusion=one))]


# --- What is done and promised -----------------------------------------------------------------


def _of_intervention(one: Intervention) -> Sides:
    provisions = list(one.provisions.select_related("instrument")[:MOST_KNOTS])
    texts = {each.instrument.pk: each.instrument for each in provisions}
    decided = list(kinds.decisions().filter(pk=one.conclusion_id))
    proposed = kinds.proposals().filter(interventions=one).order_by("number") if decided else []
    above = [
        *(one.challenges.all(), one.themes.all()),
        CommonPriority.objects.public().filter(pk__in=_keys(one.priorities)),
        one.external_records.filter(gone_at=None).select_related("register"),
        *(texts.values(), provisions),
        *([each.consultation for each in decided], proposed, decided),
        Intervention.objects.published().filter(national_parts=one),
    ]
    commitments = Commitment.objects.published().filter(pk__in=_claims("commitment", one))
    below = [
        Intervention.objects.published().filter(whole=one),
        *(commitments, _results_of(one), who_does([one.pk]), one.places.all()),
    ]
    return above, below


def _of_commitment(one: Commitment) -> Sides:
    provisions = list(one.provisions.select_related("instrument")[:MOST_KNOTS])
    priorities = kinds.priorities().filter(commitments=one)
    claimed = Claim.objects.confirmed().order_by().filter(commitment=one)
    above = [
        *(one.challenges.all(), one.themes.all(), priorities),
        one.external_records.filter(gone_at=None).select_related("register"),
        *({each.instrument.pk: each.instrument for each in provisions}.values(), provisions),
        Intervention.objects.published().filter(pk__in=claimed.values("intervention")),
    ]
    led_by = makers(Commitment.objects.filter(pk=one.pk))
    return above, [led_by, one.places.all(), _results_of(one)]


# --- What came of it ---------------------------------------------------------------------------


def _results_of(owner: Any) -> QuerySet[Framework]:
    return kinds.frameworks().filter(pk=owner.framework_id)


def _of_framework(one: Framework) -> Sides:
    return [[one.owner]], [kinds.indicators().filter(framework=one).order_by("number")]


def _of_indicator(one: Indicator) -> Sides:
    towards = kinds.indicators().filter(pk=one.parent_id)
    figures = kinds.figures().filter(indicator=one).order_by("-pk")
    inside = kinds.indicators().filter(parent=one).order_by("pk")
    return [[one.framework], towards], [inside, figures]


def _of_figure(one: Fact) -> Sides:
    return [[one.indicator]], [kinds.evidence().filter(fact=one)]


def _of_evidence(one: Evidence) -> Sides:
    return [[one.fact]], []


# --- Texts, partners, places -------------------------------------------------------------------


def _of_provision(one: Provision) -> Sides:
    commitments = promises(Q(provisions=one) | Q(provisions__parent=one))
    above = [one.challenges.all(), one.themes.all(), [one.instrument]]
    below = [about(one), Intervention.objects.published().taking_up(one), commitments]
    return above, [*below, makers(commitments), where(commitments)]


def _of_instrument(one: Instrument) -> Sides:
    # Nearly all promises may hang on one text: EXISTS stops at the first hundred. But most units
    # of a text have none, for which it would look through all promises in vain: those by ids.
    inside = Delivery.objects.filter(commitment=OuterRef("pk"), provision__instrument=one)
    commitments = Commitment.objects.published().filter(Exists(inside))
    kept = Delivery.objects.order_by().filter(provision__instrument=one, commitment__is_public=True)
    uptakes = Uptake.objects.order_by().filter(
        provision__instrument=one, intervention__is_public__in=[True]
    )
    taken_up = Provision.objects.filter(
        Q(pk__in=kept.values("provision")) | Q(pk__in=uptakes.values("provision"))
    ).select_related("instrument")
    came = Intervention.objects.published().on_text(one)
    return [], [about(one), taken_up, came, commitments, makers(commitments)]


def _of_external(one: ExternalRecord) -> Sides:
    commitments = promises(Q(external_records=one))
    return [], [done(Q(external_records=one)), commitments, makers(commitments)]


def _of_partner(one: Partner) -> Sides:
    priorities = kinds.priorities().filter(partner=one)
    commitments = Commitment.objects.published().of(one)
    above = [
        Theme.objects.filter(priorities__in=priorities.order_by()).distinct(),
        priorities,
        answered(commitments),
    ]
    came = Intervention.objects.published().of(one)
    return above, [came, commitments, _seat(one.country), where(commitments)]


def _of_place(one: Place) -> Sides:
    commitments = promises(Q(places__path__startswith=one.path))
    priorities = kinds.priorities().filter(place__path__startswith=one.path)
    seated = Partner.objects.public().filter(country__path__startswith=one.path)
    came = done(Q(places__path__startswith=one.path))
    return [answered(commitments)], [seated, priorities, about(one), came, commitments]


RELATIONS: Mapping[type, Callable[[Any], Sides]] = {
    Challenge: lambda one: _of_subject("challenges", one),
    Theme: lambda one: _of_subject("themes", one),
    Priority: _of_priority,
    CommonPriority: _of_common,
    Consultation: _of_consultation,
    Statement: _of_proposal,
    Conclusion: _of_decision,
    Intervention: _of_intervention,
    Commitment: _of_commitment,
    Framework: _of_framework,
    Indicator: _of_indicator,
    Fact: _of_figure,
    Evidence: _of_evidence,
    Provision: _of_provision,
    Instrument: _of_instrument,
    ExternalRecord: _of_external,
    Partner: _of_partner,
    Place: _of_place,
}


# --- The parts of this -------------------------------------------------------------------------
# Many-to-many links are followed by ids: DISTINCT over joined rows would sort all of their texts.


def promises(which: Q) -> QuerySet[Commitment]:
    found = Commitment.objects.order_by().filter(which)
    return Commitment.objects.published().filter(pk__in=found.values("pk"))


def done(which: Q) -> InterventionQuerySet:
    """The public interventions of which this is true."""
    found = Intervention.objects.order_by().filter(which)
    return Intervention.objects.published().filter(pk__in=found.values("pk"))


def answered(commitments: QuerySet[Commitment]) -> QuerySet[Provision]:
    """What these commitments deliver on."""
    deliveries = Delivery.objects.order_by().filter(commitment__in=ids_of(commitments))
    found = Provision.objects.filter(pk__in=deliveries.values("provision"))
    return found.select_related("instrument")


def ids_of(commitments: QuerySet[Commitment]) -> QuerySet[Any]:
    return commitments.order_by().values("pk")


def makers(commitments: QuerySet[Commitment]) -> QuerySet[Partner]:
    """Who leads them, and who confirmed a part in one."""
    joined = Part.objects.confirmed().order_by().filter(commitment__in=ids_of(commitments))
    return Partner.objects.public().filter(
        Q(pk__in=commitments.order_by().values("partner")) | Q(pk__in=joined.values("partner"))
    )


def who_does(interventions: Iterable[int]) -> QuerySet[Partner]:
    """Who confirmed a role in one of them."""
    roles = Role.objects.confirmed().order_by().filter(intervention__in=interventions)
    return Partner.objects.public().filter(pk__in=roles.values("partner"))


def where(commitments: QuerySet[Commitment]) -> QuerySet[Place]:
    named_in = Commitment.places.through.objects.filter(commitment__in=ids_of(commitments))
    return Place.objects.filter(pk__in=named_in.values("place"))


def _claims(side: str, intervention: Intervention) -> QuerySet[Any]:
    return Claim.objects.confirmed().order_by().filter(intervention=intervention).values(side)


def _keys(relation: Any) -> QuerySet[Any]:
    keys: QuerySet[Any] = relation.order_by().values("pk")
    return keys


def _seat(place: Place | None) -> list[Place]:
    return [place] if place else []


def _each_once(relations: Iterable[Iterable[Any]]) -> Iterator[Any]:
    seen: set[tuple[type, int]] = set()
    for relation in relations:
        records = relation[:MOST_KNOTS] if isinstance(relation, QuerySet) else relation
        for record in islice(records, MOST_KNOTS):
            if (type(record), record.pk) not in seen:
                seen.add((type(record), record.pk))
                yield record


def _knot(position: str, record: Any) -> Knot:
    kind, key, title, path = named(record)
    return Knot(
        position=position,
        kind=kind,
        key=key,
        title=str(title),
        language=title.language,
        path=path,
    )
