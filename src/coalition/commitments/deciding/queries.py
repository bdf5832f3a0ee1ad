"""Who hears of a step, when a day begins, all that happened, and what waits on the desk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Case, Count, F, OuterRef, Prefetch, Q, Subquery, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coalition.accounts.models import User
from coalition.base import zones
from coalition.commitments.amending.queries import proposed
from coalition.commitments.deciding.offers import Offer, possible
from coalition.commitments.models import (
    AmendmentMove,
    Commitment,
    CommitmentMove,
    CommitmentQuerySet,
    Part,
    PartMove,
)
from coalition.commitments.queries import speakers, with_names
from coalition.commitments.states import (
    AMENDMENT_VERBS,
    PART_HELD,
    PART_VERBS,
    VERBS,
    PartState,
    State,
)
from coalition.partners.models import Partner
from coalition.partners.queries import people_who
from coalition.results.models import Light
from coalition.ui.thread import Move

# --- Who is concerned --------------------------------------------------------------------------


def concerned(commitment: Commitment) -> list[User]:
    """Those who may write or sign for the partner that leads, and for each that confirmed its
    part; each once."""
    people = speakers(commitment)
    for part in commitment.parts.confirmed():
        people += people_who("edit", part.partner_id)
    return list({one.pk: one for one in people}.values())


# --- The day of publication --------------------------------------------------------------------


def begins_at(commitment: Commitment, day: date) -> datetime:
    """The first moment of a day in the time zone of its deadlines, in UTC."""
    return zones.end_of(day - timedelta(days=1), commitment.framework.zone)


def why_not_on(commitment: Commitment, day: date, now: datetime) -> str:
    """Why it cannot be published on that day, in a sentence, or ""."""
    if day < zones.today_in(commitment.framework.zone, now):
        return _("%(day)s has passed. Choose a day to come, or none, to publish it at once.") % {
            "day": date_format(day)
        }
    if commitment.ends_on and day > commitment.ends_on:
        return _("It ends on %(end)s. Choose a day before that to publish it.") % {
            "end": date_format(commitment.ends_on)
        }
    return ""


def due(now: datetime) -> list[Commitment]:
    """What was approved for a day that has come where its deadlines are; the longest due first."""
    earliest = (now + timedelta(days=1)).date()  # no zone is further ahead of UTC
    approved = Commitment.objects.filter(state=State.APPROVED, publish_on__lte=earliest)
    found = approved.select_related("partner", "framework").order_by("publish_on", "pk")
    return [one for one in found if one.publish_on and begins_at(one, one.publish_on) <= now]


# --- All that happened -------------------------------------------------------------------------


def chronicle(commitment: Commitment) -> list[Move]:
    """Every step of a promise, of its partners' parts and of its amendments, with who and when, as
    officers read it; the first first. Three queries."""
    steps: list[tuple[Any, str]] = [
        (step, str(VERBS[step.verb].done).capitalize())
        for step in CommitmentMove.objects.filter(record=commitment).select_related("by")
    ]
    parts = PartMove.objects.filter(record__commitment=commitment)
    steps += [
        (
            step,
            _("Part of %(partner)s: %(step)s")
            % {"partner": step.record.partner, "step": PART_VERBS[step.verb].done},
        )
        for step in parts.select_related("by", "record__partner")
    ]
    amendments = AmendmentMove.objects.filter(record__commitment=commitment)
    steps += [
        (step, _("Amendment: %s") % AMENDMENT_VERBS[step.verb].done)
        for step in amendments.select_related("by")
    ]
    steps.sort(key=lambda each: each[0].at)
    return [Move(step.at, _told_with_who(step, words), step.reason) for step, words in steps]


def _told_with_who(step: Any, words: str) -> str:
    if step.by:
        return _("%(step)s, by %(person)s") % {"step": words, "person": step.by}
    if step.verb == "publish":
        return _("%(step)s, because its day had come") % {"step": words}
    return words


# --- The desk ----------------------------------------------------------------------------------

SILENT = Q(state=State.PUBLISHED, framework__light=Light.SILENT, framework__ended_at=None)
HEARD = Q(state=State.INACTIVE, framework__ended_at=None) & ~Q(framework__light=Light.SILENT)
# What can wait: its name, and which commitments it concerns.
KINDS: Mapping[str, tuple[str | Promise, Q]] = {
    "submitted": (gettext_lazy("To review"), Q(state=State.SUBMITTED)),
    "approved": (gettext_lazy("Approved for a day"), Q(state=State.APPROVED)),
    "claimed": (gettext_lazy("Said to be completed"), Q(state=State.COMPLETED_CLAIMED)),
    "amendment": (gettext_lazy("Amendment proposed"), Q(proposal__isnull=False)),
    "silent": (gettext_lazy("Silent"), SILENT),
    "heard": (gettext_lazy("Inactive, and heard of again"), HEARD),
}


def waiting() -> CommitmentQuerySet:
    """Those that wait for the secretariat, each with `waits_since` and the id of the amendment
    that its partner proposes (`proposal`)."""
    asked = [proposed().order_by().values("commitment")]
    asked += [
        Commitment.objects.order_by().filter(which).values("pk")
        for name, (_name, which) in KINDS.items()
        if name != "amendment"
    ]
    proposals = proposed().filter(commitment=OuterRef("pk")).order_by("pk")
    moved = CommitmentMove.objects.filter(record=OuterRef("pk"), to_state=OuterRef("state"))
    return (
        Commitment.objects.filter(pk__in=asked[0].union(*asked[1:]))
        .annotate(
            proposal=Subquery(proposals.values("pk")[:1]),
            moved_at=Subquery(moved.order_by("-pk").values("at")[:1]),
            proposed_at=Subquery(proposals.values("waits_since")[:1]),
        )
        .annotate(
            waits_since=Coalesce(
                Case(
                    When(SILENT | HEARD, then=F("framework__light_since")),
                    When(Q(state__in=WAITS_BY_STATE), then=F("moved_at")),
                    default=F("proposed_at"),
                ),
                F("changed_at"),
            )
        )
        .order_by("waits_since", "pk")
    )


WAITS_BY_STATE = (State.SUBMITTED, State.APPROVED, State.COMPLETED_CLAIMED)


def filtered(commitments: CommitmentQuerySet, wishes: Mapping[str, Any]) -> CommitmentQuerySet:
    """Those of `waiting` that meet every wish of the desk's form; an empty wish asks nothing."""
    for word in (wishes.get("words") or "").split()[:8]:
        commitments = commitments.filter(
            Q(title__icontains=word) | Q(partner__name__icontains=word) | Q(reference__iexact=word)
        )
    if kind := wishes.get("kind"):
        commitments = commitments.filter(KINDS[kind][1])
    if group := wishes.get("group"):
        commitments = commitments.filter(partner__group=group)
    if days := wishes.get("longer"):
        before = timezone.now() - timedelta(days=int(days))
        commitments = commitments.filter(waits_since__lt=before)
    return commitments


def with_rows(commitments: CommitmentQuerySet) -> CommitmentQuerySet:
    """With what a row of the desk shows, in a fixed number of queries."""
    held = Part.objects.filter(state__in=PART_HELD)
    return with_names(commitments).prefetch_related(Prefetch("parts", held, to_attr="held_parts"))


@dataclass(frozen=True)
class Row:
    """A commitment on the desk: what waits, and what may be done from there."""

    commitment: Commitment
    kinds: list[str | Promise]
    unanswered: int  # parts whose partners have not said yes or no
    is_own: bool  # the officer speaks for a partner in it, so that another has to decide
    offers: list[Offer]

    @property
    def proposal_url(self) -> str:
        pk = self.commitment.proposal  # type: ignore[attr-defined]
        return reverse("commitments:amendment", args=[self.commitment.reference, pk]) if pk else ""


def rows(commitments: Iterable[Commitment], person: Any) -> list[Row]:
    """The rows of a page of the desk; read with `with_rows`. One query more."""
    own = set(Partner.objects.spoken_for_by(person).values_list("pk", flat=True))
    found = []
    for one in commitments:
        partners = {one.partner_id, *(part.partner_id for part in one.held_parts)}  # type: ignore[attr-defined]
        is_own = bool(partners & own)
        kinds = kinds_of(one)
        found.append(
            Row(
                commitment=one,
                kinds=[KINDS[kind][0] for kind in kinds],
                unanswered=unanswered(one),
                is_own=is_own,
                offers=[] if is_own else possible(one, _verbs_of(kinds), closely=False),
            )
        )
    return found


def unanswered(one: Any) -> int:
    """How many partners were asked for a part and have not answered; read with `with_rows`."""
    return sum(part.state == PartState.ASKED for part in one.held_parts)


# From a row only what the waiting asks for; everything else on the page of the promise.
ANSWERS: Mapping[str, tuple[str, ...]] = {
    "submitted": ("approve", "request_change"),
    "approved": ("publish", "request_change"),
    "claimed": ("close", "refuse_completion"),
    "amendment": (),
    "silent": ("mark_inactive",),
    "heard": ("resume",),
}


def _verbs_of(kinds: Iterable[str]) -> list[str]:
    return [verb for kind in kinds for verb in ANSWERS[kind]]


def kinds_of(one: Commitment) -> list[str]:
    """Why it waits, of a commitment read with `waiting`."""
    silent = one.framework.light == Light.SILENT
    runs = one.framework.ended_at is None
    found = {
        "submitted": one.state == State.SUBMITTED,
        "approved": one.state == State.APPROVED,
        "claimed": one.state == State.COMPLETED_CLAIMED,
        "amendment": one.proposal is not None,  # type: ignore[attr-defined]
        "silent": one.state == State.PUBLISHED and silent and runs,
        "heard": one.state == State.INACTIVE and not silent and runs,
    }
    return [kind for kind, is_so in found.items() if is_so]


def desk_counts() -> dict[str, int]:
    """How many commitments wait to be reviewed, how many claims of completion and how many
    amendments. Two queries."""
    wait = Commitment.objects.filter(state__in=[State.SUBMITTED, State.COMPLETED_CLAIMED])
    held = dict(wait.order_by().values_list("state").annotate(Count("pk")))
    return {
        "commitments": held.get(State.SUBMITTED, 0),
        "completions": held.get(State.COMPLETED_CLAIMED, 0),
        "amendments": proposed().count(),
    }
