"""What stands in the way of a verification, what was flagged, what has to be renewed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from coalition.base import states
from coalition.partners.models import (
    AccessionRequest,
    Finding,
    Flag,
    Partner,
    Verification,
)
from coalition.partners.states import (
    JOINED,
    OPEN,
    FlagState,
    PartnerState,
    VerificationState,
)
from coalition.partners.vetting.dossier import (
    Dossier,
    Owner,
    blocking,
    unanswered,
    unscreened,
)
from coalition.ui.thread import Move

# How many days before a verification expires the officers are reminded.
REMINDERS = (60, 30, 0)
# What a verification says for the public register.
REGISTER_FIELDS = ("legal_status", "governance", "language")
# What a verb of a request to join does with its verification.
OF_REQUESTS = {
    "vet": "begin",
    "recommend": "propose",
    "send_back": "review_again",
    "accept": "confirm",
    "decline": "reject",
}


# --- What stands in the way ------------------------------------------------------------------


def obstacles(
    owner: Owner, verb: str, person: Any = None, *, advice: str = "", file: Dossier | None = None
) -> list[str]:
    """Why this verb cannot be applied now, by this person, each reason a sentence; [] if it can.

    `verb` is one of a verification or of a request to join (vet, recommend, send_back, accept,
    decline). `advice` narrows `propose` to what is proposed: only what speaks for an organisation
    must be complete. Without a person only the file itself is looked at.
    """
    verb = OF_REQUESTS.get(verb, verb)
    if verb not in Verification.VERBS:
        return []
    file = file or Dossier(owner)
    found = _of_file(file, verb, advice)
    if person is not None:
        found += _of_person(file, verb, person)
    return found


def _of_file(file: Dossier, verb: str, advice: str) -> list[str]:
    if verb == "begin":
        if file.owner.group is None:
            return [_("First say to which partner group it belongs: the plan depends on it.")]
        return []
    one = file.verification
    if one is None or not file.is_reviewed:
        # Only a decision rests on a verification.
        is_needed = verb in ("propose", "confirm")
        return [_("No verification is under way: begin one first.")] if is_needed else []
    if sentence := states.refusal(one, verb):
        return [sentence]
    if verb == "confirm" and one.advice == Finding.REFUSE:
        return [_("It was proposed not to verify it: send it back to review, if you disagree.")]
    if verb == "reject" and one.advice == Finding.VERIFY:
        return [_("It was proposed to verify it: send it back to review, if you disagree.")]
    if verb == "confirm" or (verb == "propose" and advice == Finding.VERIFY):
        found = [*unanswered(file), *unscreened(file)]
        if verb == "confirm":
            found += blocking(file)
        return found
    return []


def _of_person(file: Dossier, verb: str, person: Any) -> list[str]:
    if sentence := closed_to(file, person):
        return [sentence]
    if verb == "begin":
        return []
    if file.is_reviewed and file.declared(person) is None:
        return [_("First declare whether you have a conflict of interest in this verification.")]
    if verb in ("confirm", "reject") and file.verification is not None:
        proposed = _last(file.verification, "propose")
        if proposed and proposed.by_id == person.pk:
            return [_("You proposed this decision: another officer must take it.")]
        if proposed and proposed.by_id in _conflicted(file):
            return [_("Who proposed this declared a conflict since: send it back to review.")]
    return []


def _last(record: Verification | Flag, verb: str) -> Any:
    """The last time a verb was applied, or None."""
    return next((move for move in reversed(record.moves.all()) if move.verb == verb), None)


def _conflicted(file: Dossier) -> set[int]:
    return {one.officer_id for one in file.declarations if one.has_conflict}


def closed_to(file: Dossier, person: Any) -> str:
    """Why this file is closed to the officer, or ""; the platform itself has no interests."""
    if person is None:
        return ""
    own = file.declared(person)
    if own is not None and own.has_conflict:
        return _(
            "You declared a conflict of interest on %(date)s: this file is closed to you, and "
            "another officer works on it."
        ) % {"date": date_format(own.at)}
    if file.concerns(person):
        return _("This concerns you yourself: another officer works on this file.")
    return ""


def closed_request(owner: Owner) -> str:
    """Why nothing more is written into the file of a request that is decided, or ""."""
    if isinstance(owner, AccessionRequest) and owner.state not in OPEN:
        return _("This request is “%(state)s”: its file is closed.") % {
            "state": owner.get_state_display()
        }
    if isinstance(owner, Partner) and owner.state == PartnerState.MERGED:
        return _("This partner was merged into another: go on with that one’s file.")
    return ""


# --- Flags -----------------------------------------------------------------------------------


def flag_obstacle(flag: Flag, verb: str, person: Any) -> str:
    """Why this officer cannot apply the verb to the flag as it stands, or "".

    On what was escalated another officer decides than the one who escalated it, and a red flag
    is lowered or resolved by another than the one who raised it.
    """
    if sentence := states.refusal(flag, verb):
        return sentence
    if verb not in ("confirm_red", "lower", "resolve"):
        return ""
    if flag.state == FlagState.ESCALATED:
        escalated = _last(flag, "escalate")
        if escalated and escalated.by_id == person.pk:
            return _("You escalated this flag: another officer decides on it.")
    if flag.state == FlagState.RED and flag.raised_by_id == person.pk:
        return _("You raised this red flag: another officer lowers or resolves it.")
    return ""


def flag_history(flag: Flag) -> list[Move]:
    """What happened to a flag, oldest first, in plain words."""
    told = [
        Move(
            flag.raised_at,
            _("Raised (%(by)s)") % {"by": flag.raised_by or _("by itself")},
            flag.words,
        )
    ]
    return told + _told(flag.moves.all(), Flag.VERBS)


def history(verification: Verification) -> list[Move]:
    """What happened to a verification, oldest first."""
    return _told(verification.moves.all(), Verification.VERBS)


def _told(moves: Iterable[Any], verbs: dict[str, states.Verb]) -> list[Move]:
    told = []
    for move in moves:
        by = str(move.by) if move.by else _("by itself")
        done = capfirst(str(verbs[move.verb].done))
        told.append(Move(move.at, _("%(done)s (%(by)s)") % {"done": done, "by": by}, move.reason))
    return told


# --- Renewal ---------------------------------------------------------------------------------


def after_months(day: date, months: int) -> date:
    """The same day so many months on; the last of the month where that one is shorter."""
    year, month = divmod(day.month - 1 + months, 12)
    for number in (day.day, 30, 29, 28):
        try:
            return date(day.year + year, month + 1, number)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def renewals(within: int = REMINDERS[0], *, with_unverified: bool = False) -> QuerySet[Partner]:
    """Partners whose verification expired or does within so many days, the first to expire first;
    with `with_unverified` those too that never were, as after an import, at the end.

    Each has `is_renewed`: a new verification is under way.
    """
    never = Q(verified_until=None) if with_unverified else Q(pk__in=[])
    until = timezone.now().date() + timedelta(days=within)
    under_way = Verification.objects.in_review().filter(partner=OuterRef("pk"))
    return (
        Partner.objects.filter(never | Q(verified_until__lte=until), state__in=JOINED)
        .annotate(is_renewed=Exists(under_way))
        .select_related("group")
        .order_by(F("verified_until").asc(nulls_last=True), "pk")
    )


def under_review() -> QuerySet[Verification]:
    """Verifications under way, the oldest first."""
    return (
        Verification.objects.in_review()
        .filter(Q(partner__isnull=False) | Q(request__state__in=OPEN))
        .select_related("request", "partner")
        .order_by("begun_at", "pk")
    )


def to_remind(day: date) -> QuerySet[Verification]:
    """Verifications in force of which a reminder is due on a day and was not given: each at 60,
    at 30 and at 0 days, or on the first day after on which anybody looks."""
    due = Q(pk__in=[])
    for days in REMINDERS:
        not_told = Q(reminded=None) | Q(reminded__gt=days)
        due |= Q(expires_on__lte=day + timedelta(days=days)) & not_told
    return (
        Verification.objects.filter(
            due,
            state=VerificationState.VERIFIED,
            partner__state__in=JOINED,
            # The one in force: a later one has moved the partner's day.
            expires_on=F("partner__verified_until"),
        )
        .select_related("partner")
        .order_by("expires_on", "pk")
    )


def reminder(expires_on: date, day: date) -> int:
    """The reminder that is due so many days before: 60, 30 or 0."""
    left = (expires_on - day).days
    return min(days for days in REMINDERS if left <= days)


# --- What the public reads -------------------------------------------------------------------


def register_entry(partner: Partner) -> Verification | None:
    """The latest verification that holds or held: its words stand in the public register."""
    verified = Verification.objects.filter(partner=partner, state=VerificationState.VERIFIED)
    return verified.order_by("-pk").first()
