"""Reads that join commitments with what they answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Prefetch, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from coalition.accounts.models import User
from coalition.base.names import Name
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
from coalition.partners.models import Mandate, Partner, Priority
from coalition.partners.rules import roles_that
from coalition.ui.thread import Knot

MOST_COMMENTS = 40  # offered to be answered, the newest
MOST_TEXTS = 40  # by which readers of the explorer choose, beside those of the coalition

NEEDED: Mapping[str, str | Promise] = {
    "promise": _("the promise in one sentence"),
    "for_whom": _("for whom it is"),
    "goal": _("a measurable goal"),
    "baseline": _("where things stand today, or why that is not known"),
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
    return lacks


def speakers(commitment: Commitment) -> list[User]:
    """Those who may write or sign for the organisation that makes the promise."""
    mandates = Mandate.objects.current().filter(
        partner_id=commitment.partner_id, role__in=roles_that("edit")
    )
    return list(User.objects.filter(is_active=True, mandates__in=mandates).distinct())


def for_lists(commitments: CommitmentQuerySet) -> CommitmentQuerySet:
    """With what a line in a list shows, in a fixed number of queries."""
    return commitments.select_related(
        "partner__group", "partner__country", "level"
    ).prefetch_related("themes", "places")


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
    return for_lists(commitments.select_related("promised_by")).prefetch_related(
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


def thread(commitment: Commitment) -> list[Knot]:
    """The golden thread through a commitment: above it what it answers."""
    knots = [
        Knot(str(_("Challenge")), one.short_name, one.get_absolute_url(), position="above")
        for one in commitment.challenges.all()
    ]
    knots += [
        Knot(str(_("Theme")), one.short_name, one.get_absolute_url(), position="above")
        for one in commitment.themes.all()
    ]
    knots += [
        Knot(
            str(_("Priority of %s")) % one.partner,
            Name(one.words, one.language) if one.words else one.theme.short_name,
            one.partner.get_absolute_url(),
            position="above",
        )
        for one in commitment.priorities.all()
    ]
    knots += [
        Knot(
            str(_("Paragraph")),
            str(_("%(text)s, paragraph %(number)s"))
            % {"text": one.provision.instrument.short_name, "number": one.provision.number},
            one.provision.get_absolute_url(),
            figure=one.provision.gist_text,
            position="above",
        )
        for one in commitment.deliveries.all()
    ]
    knots += [
        Knot(
            one.get_kind_display(),
            f"{one.party.name} {one.adopted_year}",
            one.get_absolute_url(),
            position="above",
        )
        for one in commitment.comments.all()
        if one.struck_at is None
    ]
    title = Name(commitment.title, commitment.language)
    knots.append(Knot(str(_("Commitment")), title, position="here"))
    return knots


ARCHIVED = (
    *("reference", "state", "language", "title", "promise", "for_whom", "goal", "baseline"),
    *("resources", "in_line_with", "starts_on", "ends_on", "published_at"),
)


def archive_of(partner: Partner) -> list[dict[str, Any]]:
    """All that a partner wrote into its commitments, those passed on to others among them, as
    plain values for its archive (settings.PARTNER_ARCHIVE)."""
    deliveries = Delivery.objects.select_related("provision__instrument")
    own = (
        Commitment.objects.filter(Q(partner=partner) | Q(promised_by=partner))
        .select_related("partner", "level")
        .prefetch_related(
            *("places", "themes", "challenges", "priorities"), Prefetch("deliveries", deliveries)
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
            "carried_on_by": one.partner.reference if one.partner_id != partner.pk else "",
        }
        for one in own
    ]
