"""Reads that join commitments with what they answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from coalition.accounts.models import User
from coalition.base.names import Name
from coalition.commitments import goals, thread
from coalition.commitments.models import Commitment, CommitmentQuerySet, Delivery
from coalition.commitments.states import State
from coalition.instruments.models import (
    UNNAMED,
    Instrument,
    Party,
    Provision,
    ProvisionRole,
    SupervisoryComment,
)
from coalition.partners.models import Partner, Priority
from coalition.partners.queries import people_who
from coalition.results.frameworks.queries import missing as goals_missing
from coalition.results.models import Fact, FactState, Indicator, Role, Rule, Total
from coalition.results.reading.queries import Standing, Summary
from coalition.ui.thread import Knot

MOST_COMMENTS = 40  # offered to be answered, the newest
MOST_TEXTS = 40  # by which readers of the explorer choose, beside those of the coalition

NEEDED: Mapping[str, str | Promise] = {
    "promise": _("the promise in one sentence"),
    "for_whom": _("for whom it is"),
    "resources": _("the resources"),
    "level": _("the level"),
    "ends_on": _("the day it ends"),
}
NEEDED_LISTS: Mapping[str, str | Promise] = {
    "places": _("at least one place"),
    "themes": _("at least one theme"),
    "deliveries": _("at least one paragraph it delivers on"),
}


def missing(commitment: Commitment) -> list[str | Promise]:
    """What the commitment still lacks before it can be submitted, in words."""
    lacks = [words for name, words in NEEDED.items() if not getattr(commitment, name)]
    lacks += [
        words for name, words in NEEDED_LISTS.items() if not getattr(commitment, name).exists()
    ]
    return [*lacks, *goals_missing(commitment.framework)]


def speakers(commitment: Commitment) -> list[User]:
    """Those who may write or sign for the organisation that makes the promise."""
    return people_who("edit", commitment.partner_id)


def for_lists(commitments: CommitmentQuerySet) -> CommitmentQuerySet:
    """With what a line in a list shows, in a fixed number of queries."""
    return with_names(commitments).prefetch_related(
        Prefetch("framework__indicators", first_figures(), to_attr="first_figures")
    )


def with_names(commitments: CommitmentQuerySet) -> CommitmentQuerySet:
    """With its partner, light, level, places and themes, in a fixed number of queries."""
    return commitments.select_related(
        "partner__group", "partner__country", "level", "framework"
    ).prefetch_related("themes", "places")


def first_figures() -> QuerySet[Indicator]:
    """The first indicator of each framework, with what was reached of what is wanted: over all
    periods, places and partners, in its own unit."""
    earlier = Indicator.objects.filter(
        framework=OuterRef("framework"), number__lt=OuterRef("number")
    )
    whole = Total.objects.filter(
        indicator=OuterRef("pk"), period=None, place=None, partner=None, cell=None
    ).filter(Q(unit=OuterRef("unit")) | Q(unit=None))
    reached, wanted = whole.filter(role=Role.ACTUAL), whole.filter(role=Role.TARGET)
    return (
        Indicator.objects.filter(~Exists(earlier))
        .annotate(
            reached_value=Subquery(reached.values("value")[:1]),
            reached_of=Subquery(reached.values("denominator")[:1]),
            wanted_value=Subquery(wanted.values("value")[:1]),
            wanted_of=Subquery(wanted.values("denominator")[:1]),
        )
        .select_related("unit")
    )


def by_ids(ids: Iterable[int]) -> list[Commitment]:
    """The published ones of one page in this order. Sorting is done on ids alone: sorting whole
    rows with all they are joined to makes a far page slow."""
    ids = list(ids)
    held = for_lists(Commitment.objects.published()).in_bulk(ids)
    return [held[pk] for pk in ids if pk in held]


def waiting() -> CommitmentQuerySet:
    """Those that wait for the secretariat, each with `waits_since`, the longest first."""
    return (
        Commitment.objects.filter(state=State.SUBMITTED)
        .annotate(waits_since=Max("moves__at", filter=Q(moves__verb="submit")))
        .order_by("waits_since", "pk")
    )


def for_page(commitments: CommitmentQuerySet) -> CommitmentQuerySet:
    """With everything a commitment's own page shows, in a fixed number of queries."""
    provisions = Delivery.objects.select_related("provision__instrument", "provision__parent")
    priorities = Priority.objects.select_related("theme", "partner")
    comments = SupervisoryComment.objects.select_related("party")
    return with_names(commitments.select_related("promised_by")).prefetch_related(
        "challenges",
        Prefetch("priorities", priorities),
        Prefetch("deliveries", provisions),
        Prefetch("comments", comments),
        "moves",
    )


def filtered(commitments: CommitmentQuerySet, wishes: Mapping[str, Any]) -> CommitmentQuerySet:
    """Those that meet every wish of the explorer's form; an empty wish asks nothing."""
    if words := wishes.get("words"):
        for word in words.split()[:8]:
            commitments = commitments.filter(
                Q(title__icontains=word)
                | Q(promise__icontains=word)
                | Q(partner__name__icontains=word)
                | Q(reference__iexact=word)
            )
    if group := wishes.get("group"):
        commitments = commitments.filter(partner__group=group)
    if theme := wishes.get("theme"):
        commitments = commitments.filter(themes=theme)
    if challenge := wishes.get("challenge"):
        commitments = commitments.filter(challenges=challenge)
    if level := wishes.get("level"):
        commitments = commitments.filter(level=level)
    if declaration := wishes.get("declaration"):
        on_it = Delivery.objects.filter(provision__instrument=declaration)
        commitments = commitments.filter(pk__in=on_it.values("commitment"))
    if light := wishes.get("light"):
        commitments = commitments.filter(framework__light=light)
    if place := wishes.get("place"):
        within = Commitment.places.through.objects.filter(place__path__startswith=place.path)
        commitments = commitments.filter(pk__in=within.values("commitment"))
    return commitments


def choosable_texts(commitment: Commitment, wanted: str = "") -> Any:
    """The texts whose paragraphs are offered: those that the coalition names, those chosen
    already, and the one whose code or symbol is wanted. Each has a paragraph to choose."""
    chosen = Delivery.objects.filter(commitment=commitment, provision__instrument=OuterRef("pk"))
    paragraphs = Provision.objects.filter(instrument=OuterRef("pk"), role=ProvisionRole.OPERATIVE)
    asked = Q(code__iexact=wanted) | Q(symbol__iexact=wanted) if wanted else Q(pk__in=[])
    return Instrument.objects.filter(
        Q(position__lt=UNNAMED) | Exists(chosen) | asked, Exists(paragraphs)
    )


def answered_texts(wanted: str = "") -> Any:
    """The texts by which readers can choose: those that the coalition names, the others on which
    most published promises deliver, and the one whose code is wanted."""
    most = (
        Delivery.objects.filter(commitment__state=State.PUBLISHED)
        .values("provision__instrument")
        .annotate(number=Count("pk"))
        .order_by("-number", "provision__instrument")
        .values("provision__instrument")[:MOST_TEXTS]
    )
    return Instrument.objects.filter(Q(position__lt=UNNAMED) | Q(pk__in=most) | Q(code=wanted))


def answerable_comments(commitment: Commitment) -> Any:
    """Comments of supervisors that the commitment may answer: on parties among its places or on
    its partner's country, the newest, and those chosen already."""
    about = Q(place__in=commitment.places.order_by())
    if commitment.partner.country_id:
        about |= Q(place=commitment.partner.country_id)
    parties = Party.objects.filter(about)
    newest = (
        SupervisoryComment.objects.filter(party__in=parties, struck_at=None)
        .order_by("-adopted_year", "-pk")
        .values_list("pk", flat=True)[:MOST_COMMENTS]
    )
    return SupervisoryComment.objects.filter(
        Q(pk__in=list(newest)) | Q(commitments=commitment)
    ).distinct()


def choosable(instrument: Instrument) -> Any:
    """Its paragraphs and points in reading order, with the heading each stands under."""
    return Provision.objects.filter(
        instrument=instrument, role__in=[ProvisionRole.OPERATIVE, ProvisionRole.POINT]
    ).select_related("parent")


def name_of_comment(comment: SupervisoryComment) -> str:
    """How a comment reads in a list to choose from."""
    about = ", ".join(str(one.short_name) for one in comment.instruments.all())
    return f"{comment.get_kind_display()} {comment.adopted_year}, {comment.party.name}: {about}"


def first_standing(commitment: Commitment) -> Standing | None:
    """Where its first indicator stands; read with `for_lists`. None where it has no figure that
    is one number."""
    first = next(iter(getattr(commitment.framework, "first_figures", [])), None)
    if first is None or first.rule == Rule.NONE:
        return None
    first.framework = commitment.framework
    return Standing(
        first,
        now=_total(first, first.reached_value, first.reached_of),
        aim=_total(first, first.wanted_value, first.wanted_of),
    )


def _total(indicator: Indicator, value: int | None, denominator: int | None) -> list[Any]:
    if value is None:
        return []
    return [Total(indicator=indicator, unit=indicator.unit, value=value, denominator=denominator)]


def knots(commitment: Commitment, summary: Summary | None) -> list[Knot]:
    """The golden thread through a commitment: above it what it answers, below it what came of it:
    each result with one figure, and how much proves them. `summary` is that of its framework."""
    found = [*thread.above(commitment), thread.knot(commitment, "here")]
    if summary is None:
        return found
    language = summary.framework.language
    found += [
        Knot(
            str(each.indicator.result.get_level_display()),
            Name(each.indicator.title, language),
            each.get_absolute_url(),
            figure=each.sentence,
        )
        for each in summary.standings
    ]
    if summary.evidence:
        words = ngettext(
            "%(count)d piece of evidence", "%(count)d pieces of evidence", summary.evidence
        )
        found.append(
            Knot(
                str(_("Evidence")),
                words % {"count": summary.evidence},
                summary.framework.get_absolute_url(),
            )
        )
    return found


ARCHIVED = (
    *("reference", "state", "language", "title", "promise", "for_whom", "resources"),
    *("in_line_with", "starts_on", "ends_on", "published_at"),
)


def archive_of(partner: Partner) -> list[dict[str, Any]]:
    """All that a partner wrote into its commitments, those passed on to others among them, as
    plain values for its archive (settings.PARTNER_ARCHIVE)."""
    deliveries = Delivery.objects.select_related("provision__instrument")
    facts = Fact.objects.exclude(state=FactState.SUPERSEDED)
    facts = facts.select_related("period", "place", "cell", "partner")
    own = (
        Commitment.objects.filter(Q(partner=partner) | Q(promised_by=partner))
        .select_related("partner", "level", "framework")
        .prefetch_related(
            *("places", "themes", "challenges", "priorities"),
            Prefetch("deliveries", deliveries),
            *goals.to_read(facts),
        )
        .order_by("pk")
    )
    return [
        {
            **{name: getattr(one, name) for name in ARCHIVED},
            "level": one.level.code if one.level else "",
            "places": [each.code for each in one.places.all()],
            "themes": [each.code for each in one.themes.all()],
            "challenges": [each.code for each in one.challenges.all()],
            "priorities": [each.words for each in one.priorities.all() if each.words],
            "delivers_on": [
                f"{each.provision.instrument.code}/{each.provision.eid}"
                + (f": {each.how}" if each.how else "")
                for each in one.deliveries.all()
            ],
            "goals": goals.of(one.framework),
            "figures": [
                goals.entry(each, indicator)
                for goal in one.framework.results.all()
                for indicator in goal.indicators.all()
                for each in indicator.facts.all()
            ],
            "carried_on_by": one.partner.reference if one.partner_id != partner.pk else "",
        }
        for one in own
    ]
