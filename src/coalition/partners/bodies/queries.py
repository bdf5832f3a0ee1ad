"""Reads of bodies, their meetings and decisions, and of action points."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coalition.accounts.models import User
from coalition.base.errors import Refused
from coalition.base.names import Name
from coalition.partners.models import (
    ActionPoint,
    Attendance,
    Body,
    Citation,
    CommonPriority,
    Decision,
    Mandate,
    Meeting,
    Minutes,
    Paper,
    Presence,
    Seat,
)
from coalition.partners.rules import roles_that
from coalition.partners.states import ActionState, MeetingState
from coalition.ui.thread import Knot

# What may be cited: a public reference such as COM-2026-0042, or a paragraph as doha/para_23.
REFERENCE = re.compile(r"[A-Z]{3}-[0-9]{4}-[0-9]{4,9}")
PARAGRAPH = re.compile(r"[a-z0-9][a-z0-9-]{0,59}/[a-z0-9_]{1,120}")
MOST_CITED = 20


# --- Bodies and their meetings ---------------------------------------------------------------


def bodies() -> QuerySet[Body]:
    """Every body in use, with how many seats are held and how many meetings it held."""
    today = timezone.now().date()
    held = Q(seats__since=None) | Q(seats__since__lte=today)
    held &= Q(seats__until=None) | Q(seats__until__gt=today)
    return Body.objects.filter(retired_on=None).annotate(
        seats_held=Count("seats", filter=held, distinct=True),
        meetings_held=Count("meetings", filter=Q(meetings__state=MeetingState.HELD), distinct=True),
    )


def seats(body: Body) -> QuerySet[Seat]:
    """All seats of a body, the present ones first, chairs before members and observers."""
    return body.seats.select_related("partner__group", "person", "source").order_by("role", "pk")


def decisions(body: Body) -> QuerySet[Decision]:
    """What a body decided, newest first: published decisions alone."""
    found = Decision.objects.published().filter(meeting__body=body)
    return found.select_related("meeting", "item").order_by("-meeting__starts_at", "-pk")


def conclusions(body: Body) -> Any:
    """What a body decided at the end of consultations, in public, newest first."""
    found = body.conclusions.published().select_related("consultation")
    return found.order_by("-decided_on", "-pk")


@dataclass(frozen=True)
class Quorum:
    """How many seats have to be filled for a body to decide, and how many were."""

    needed: int
    present: int

    @property
    def is_met(self) -> bool:
        return self.present >= self.needed


def quorum(meeting: Meeting) -> Quorum | None:
    """The quorum of a meeting, or None where the body states none.

    Counted are the seats of chairs and members held on the day of the meeting; a share is of
    these, rounded up. Represented counts as present.
    """
    body = meeting.body
    if body.quorum_seats is None and body.quorum_percent is None:
        return None
    counting = body.seats.on(meeting.local_start.date()).deciding()
    present = Attendance.objects.filter(
        meeting=meeting, seat__in=counting, presence__in=(Presence.PRESENT, Presence.REPRESENTED)
    ).count()
    if body.quorum_seats is not None:
        return Quorum(body.quorum_seats, present)
    # Upwards, in whole numbers: two thirds of seven seats are five.
    return Quorum(-(-counting.count() * body.quorum_percent // 100), present)


def people_of(body: Body) -> list[User]:
    """Everybody who sits in a body now, alone or as one who may act for an organisation."""
    held = body.seats.current()
    mandates = Mandate.objects.current().filter(
        partner__in=held.exclude(partner=None).values("partner"), role__in=roles_that("edit")
    )
    return list(
        User.objects.filter(
            Q(pk__in=held.exclude(person=None).values("person"))
            | Q(pk__in=mandates.values("person")),
            is_active=True,
        ).order_by("pk")
    )


def meeting_with_all(person: Any) -> QuerySet[Meeting]:
    """Meetings with what their page shows to this person."""
    return Meeting.objects.select_related("body").prefetch_related(
        "agenda",
        "moves",
        Prefetch("papers", Paper.objects.visible_to(person).select_related("meeting")),
        Prefetch(
            "minutes",
            Minutes.objects.exclude(published_at=None).prefetch_related("corrections"),
            to_attr="record",
        ),
        Prefetch(
            "decisions",
            Decision.objects.published()
            .order_by("pk")
            .prefetch_related("citations", "corrections"),
            to_attr="decided",
        ),
        Prefetch(
            "attendance",
            Attendance.objects.select_related("seat__partner", "seat__person").order_by(
                "seat__role", "pk"
            ),
        ),
        Prefetch(
            "action_points",
            ActionPoint.objects.public().select_related("owner_partner", "owner"),
            to_attr="follow_up",
        ),
    )


def knots(meeting: Meeting, cited: Mapping[str, Cited]) -> list[Knot]:
    """Above: the body, and the records its decisions name; below: what has to be done."""
    found = [Knot(_("Body"), meeting.body.name, meeting.body.get_absolute_url(), position="above")]
    found += [
        Knot(reference, one.title, one.url, position="above") for reference, one in cited.items()
    ]
    found += [
        Knot(
            _("Action point"),
            Name(one.words, one.language),
            figure=str(one.get_state_display()),
        )
        for one in meeting.follow_up
    ]
    return found


# --- Cited records ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Cited:
    title: str
    url: str


def resolve(references: Iterable[str]) -> dict[str, Cited]:
    """Title and address of public records by their references; what is not public is missing.

    Records of later rooms are known to the function that settings name (RESOLVE_REFERENCE).
    """
    wanted = list(dict.fromkeys(references))
    if not wanted:
        return {}
    found = {
        reference: Cited(title, url)
        for reference, (title, url) in import_string(settings.RESOLVE_REFERENCE)(wanted).items()
    }
    kinds = {one[:4] for one in wanted}
    if "MTG-" in kinds:
        for meeting in Meeting.objects.filter(reference__in=wanted):
            found[meeting.reference] = Cited(meeting.name, meeting.get_absolute_url())
    if "DEC-" in kinds:
        published = Decision.objects.published().select_related("meeting")
        for decision in published.filter(reference__in=wanted):
            found[decision.reference] = Cited(
                Name(decision.text[:120], decision.language), decision.get_absolute_url()
            )
    if "CPR-" in kinds:
        public = CommonPriority.objects.public().select_related("theme")
        for common in public.filter(reference__in=wanted):
            found[common.reference] = Cited(common.name, common.get_absolute_url())
    return {reference: found[reference] for reference in wanted if reference in found}


def read_references(text: str) -> list[str]:
    """The references in what somebody wrote, each a public record. Raises Refused, naming the
    first that is none, or where there are more than MOST_CITED."""
    written = list(dict.fromkeys(re.split(r"[\s,;،]+", text.strip()))) if text.strip() else []
    if len(written) > MOST_CITED:
        raise Refused(_("At most %(most)s records can be named.") % {"most": MOST_CITED})
    for one in written:
        if not (REFERENCE.fullmatch(one) or PARAGRAPH.fullmatch(one)):
            raise Refused(
                _("“%(text)s” is no reference. Write them as COM-2026-0042 or doha/para_23.")
                % {"text": one[:60]}
            )
    known = resolve(written)
    for one in written:
        if one not in known:
            raise Refused(_("There is no public record %(reference)s.") % {"reference": one})
    return written


def citations_of(owners: Iterable[Any]) -> dict[str, Cited]:
    """What these decisions or action points cite, resolved at once."""
    return resolve(each.reference for one in owners for each in one.citations.all())


def cite(references: Iterable[str], **owner: Any) -> None:
    Citation.objects.filter(**owner).delete()
    Citation.objects.bulk_create(Citation(reference=one, **owner) for one in references)


# --- Action points ---------------------------------------------------------------------------

POINT_SORTS = {
    "due": (gettext_lazy("Due first"), ("due_on", "pk")),
    "newest": (gettext_lazy("Newest first"), ("-pk",)),
    "state": (gettext_lazy("State"), ("state", "due_on", "pk")),
}
OVERDUE = "overdue"


def points(
    found: QuerySet[ActionPoint],
    *,
    state: str = "",
    words: str = "",
    sort: str = "due",
) -> QuerySet[ActionPoint]:
    """Action points by state (or `overdue`) and by words that all occur in them."""
    if state == OVERDUE:
        found = found.filter(state=ActionState.OPEN, due_on__lt=timezone.now().date())
    elif state:
        found = found.filter(state=state)
    for word in words.split():
        found = found.filter(
            Q(words__icontains=word)
            | Q(reference__iexact=word)
            | Q(citations__reference__iexact=word)
        )
    return (
        found.select_related("owner", "owner_partner", "verifier", "body")
        .distinct()
        .order_by(*POINT_SORTS[sort][1])
    )


def owners(point: ActionPoint) -> list[User]:
    """The people who can do it: the owner, and those who may act for the owning organisation."""
    people = Q(pk=point.owner_id)
    if point.owner_partner_id:
        mandates = Mandate.objects.current().filter(
            partner=point.owner_partner_id, role__in=roles_that("edit")
        )
        people |= Q(pk__in=mandates.values("person"))
    return list(User.objects.filter(people, is_active=True).order_by("pk"))


def due_between(first: date, last: date) -> QuerySet[ActionPoint]:
    """Open ones that are due in these days, first and last included."""
    found = ActionPoint.objects.open().filter(due_on__range=(first, last))
    return found.select_related("owner_partner", "body").order_by("pk")
