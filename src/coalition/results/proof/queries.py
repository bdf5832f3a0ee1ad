"""What proves figures, what waits for a second person, and what a claim of completion lacks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from coalition.partners.models import Partner
from coalition.results.models import (
    Evidence,
    EvidenceQuerySet,
    Fact,
    FactState,
    Framework,
    Indicator,
    Report,
    Role,
)
from coalition.results.states import REPORT_OPEN, ReportState

# What officers check: of reports that were sent in or are public, and baselines handed in.
OPEN_TO_OFFICERS = Q(fact__report__state__in=[ReportState.SUBMITTED, ReportState.PUBLISHED]) | Q(
    fact__report=None, fact__indicator__framework__is_handed_in=True
)
PROVED = (Role.BASELINE, Role.ACTUAL)  # a target is a promise: nothing proves it yet


def takes_proof(fact: Fact) -> bool:
    """Can evidence be added to this figure now: while its report is open, and once it is public?"""
    if fact.role not in PROVED:
        return False
    if fact.state == FactState.DRAFT:
        return fact.report is not None and fact.report.state in REPORT_OPEN
    return fact.state == FactState.PUBLISHED


def of_figures(facts: Iterable[Fact | int], person: Any) -> Mapping[int, list[Evidence]]:
    """The proofs of figures that the person may see, by the figure's id, the first one first; for
    `results/_evidence.html`. One query for a visitor.

    Those taken back are among them, so that nobody hides what was found of them: readers are told
    when and why, not what it was.
    """
    pks = [one if isinstance(one, int) else one.pk for one in facts]
    visible = Evidence.objects.visible_to(person).filter(fact__in=pks)
    found: dict[int, list[Evidence]] = defaultdict(list)
    shown = Q(pk__in=visible.values("pk")) | Q(
        struck_at__isnull=False, fact__hidden="", fact__published_at__isnull=False
    )
    for one in Evidence.objects.filter(shown, fact__in=pks).order_by("pk"):
        found[one.fact_id].append(one)
    return found


def of_framework(framework: Framework, most: int) -> list[Evidence]:
    """The newest proofs of its public figures that are not withheld, each with what it proves; one
    query."""
    found = (
        Evidence.objects.held()
        .filter(fact__indicator__framework=framework)
        .filter(fact__state=FactState.PUBLISHED, fact__hidden="")
        .select_related("fact__indicator__framework", "fact__period")
    )
    return list(found.order_by("-pk")[:most])


def seen_by(person: Any) -> QuerySet[Fact]:
    """Figures with what names them: those that `Fact.visible_to` shows, and to officers also
    those of reports that were sent in."""
    seen = Q(pk__in=Fact.objects.visible_to(person).values("pk"))
    if person.is_authenticated and person.is_officer:
        seen |= Q(report__state__in=[ReportState.SUBMITTED, ReportState.CHANGE_REQUESTED])
        seen |= Q(report__state__in=[ReportState.PUBLISHED, ReportState.SUPERSEDED])
        seen |= Q(report=None, indicator__framework__is_handed_in=True)
    return Fact.objects.filter(seen).select_related(
        *("indicator__framework__reporter", "indicator__unit", "unit", "period", "place", "report")
    )


def all_of(fact: Fact, person: Any) -> QuerySet[Evidence]:
    """Every proof of a figure that the person may see, with those taken back, the first first."""
    found = Evidence.objects.visible_to(person).filter(fact=fact)
    return found.select_related("fact__report").order_by("pk")


# --- What waits for a second person -----------------------------------------------------------


def waiting_for(person: Any) -> QuerySet[Evidence]:
    """Proofs that this person may check and nobody has, the oldest first: those of their own
    organisations; officers also those of every report that was sent in or is public."""
    if not person.is_authenticated:
        return Evidence.objects.none()
    theirs = Partner.objects.spoken_for_by(person, "edit")
    may_check = Q(fact__indicator__framework__reporter__in=theirs)
    if person.is_officer:
        may_check |= OPEN_TO_OFFICERS
    return (
        _unchecked()
        .filter(may_check)
        .exclude(by=person)
        .select_related("fact__indicator__framework__reporter", "fact__period", "fact__unit")
        .select_related("fact__indicator__unit")
        .order_by("at", "pk")
    )


def count_for_officers() -> int:
    """How many proofs wait that officers may check."""
    return _unchecked().filter(OPEN_TO_OFFICERS).count()


def _unchecked() -> EvidenceQuerySet:
    """Proofs that nobody has checked, of figures that count now or may soon."""
    return (
        Evidence.objects.held()
        .filter(checked_by=None, fact__state__in=[FactState.DRAFT, FactState.PUBLISHED])
        .exclude(fact__report__state=ReportState.DISCARDED)
    )


# --- Completion -------------------------------------------------------------------------------


def proves_completion(framework: Framework, report: Report | None = None) -> list[str]:
    """What a claim that everything is done still lacks, in sentences; empty where it is proved.

    Of each indicator the last figure, of the latest period that has one, needs at least one proof
    that a second person found to hold. With `report` its figures count before they are public.
    An indicator that only adds up others is proved by them; where these are of other frameworks, by
    a proof of at least one of their figures.
    """
    counted = Q(state=FactState.PUBLISHED)
    if report is not None:
        counted |= Q(report=report)
    rows = (
        Fact.objects.filter(counted, indicator__framework=framework, role=Role.ACTUAL, cell=None)
        .exclude(period=None)
        .annotate(ends_on=F("period__ends_on"))
        .select_related("period")
        .order_by("-ends_on", "-pk")
    )
    last: dict[int, list[Any]] = {}
    for fact in rows:
        held = last.setdefault(fact.indicator_id, [fact])
        if held[0].ends_on == fact.ends_on and held[0] is not fact:
            held.append(fact)
    proofs: dict[int, list[Evidence]] = defaultdict(list)
    figures = [fact.pk for held in last.values() for fact in held]
    for one in Evidence.objects.held().filter(fact__in=figures).select_related("fact"):
        proofs[one.fact.indicator_id].append(one)
    adds_up = _proved_by_others(framework)
    sentences = []
    for indicator in framework.indicators.order_by("number", "pk"):
        held = last.get(indicator.pk, [])
        if not held and indicator.pk in adds_up:
            continue
        if lack := _lack(held, proofs[indicator.pk]):
            named = {"number": indicator.number, "title": indicator.title}
            sentences.append(_("Indicator %(number)d, “%(title)s”: ") % named + lack)
    return sentences


def _proved_by_others(framework: Framework) -> set[int]:
    """The indicators towards which others count: of this framework, which are looked at themselves,
    or of other ones with a figure of which a second person found a proof to hold."""
    children = Indicator.objects.filter(parent__framework=framework)
    rows = list(children.values_list("pk", "parent", "framework"))
    found = {above for _pk, above, of in rows if of == framework.pk}
    above_of = {pk: above for pk, above, of in rows if of != framework.pk}
    ahead = set(above_of)
    while ahead:
        below = Indicator.objects.filter(parent__in=ahead).exclude(pk__in=above_of)
        new = dict(below.values_list("pk", "parent"))
        above_of.update({pk: above_of[above] for pk, above in new.items()})
        ahead = set(new)
    if above_of:
        proved = Evidence.objects.checked().filter(
            fact__indicator__in=above_of, fact__state=FactState.PUBLISHED, fact__role=Role.ACTUAL
        )
        found |= {above_of[pk] for pk in proved.values_list("fact__indicator", flat=True)}
    return found


def _lack(held: list[Fact], proofs: list[Evidence]) -> str:
    """What the last figure of an indicator lacks to be proved, or ""."""
    if not held:
        return _("no figure was reported.")
    if all(fact.value is None and not fact.text for fact in held):
        return _("the last figure is “not known”, and that proves nothing.")
    named = {"period": held[0].period}
    if not proofs:
        return _("nothing proves the figure of %(period)s.") % named
    if any(one.holds for one in proofs):
        return ""
    if any(one.holds is None for one in proofs):
        return _("no second person has checked the proof of %(period)s yet.") % named
    return _("the proof of %(period)s was found not to hold.") % named
