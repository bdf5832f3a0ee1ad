"""What is on file about an organisation, what it would come to, and what stands in the way.

The file is the same for a request to join and for a partner: an owner is one of the two.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coalition.base import states
from coalition.partners.models import (
    AccessionRequest,
    ConflictDeclaration,
    Depth,
    Finding,
    Flag,
    Partner,
    PartnerGroup,
    Reply,
    Verification,
    VettingAnswer,
    VettingKind,
    VettingPlan,
    VettingQuestion,
)
from coalition.partners.screening import queries as screening
from coalition.partners.states import (
    BLOCKING_FLAGS,
    JOINED,
    OPEN,
    REVIEWING,
    RISKS,
    FlagState,
    PartnerState,
    VerificationState,
)
from coalition.ui.thread import Move

Owner = AccessionRequest | Partner

DEPTHS = list(Depth)
# A coalition whose file has no plan for a group asks what it asks of all, and looks again.
MONTHS_WITHOUT_A_PLAN = 24
# From this depth on an organisation is screened against the lists before it is verified.
SCREENED_FROM = Depth.STANDARD
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


def is_partner(owner: Owner) -> bool:
    return isinstance(owner, Partner)


def name_of(owner: Owner) -> str:
    """How the organisation calls itself, or how its request is called."""
    return owner.name if isinstance(owner, Partner) else owner.organisation or owner.reference


def path_of(owner: Owner) -> str:
    """Where officers read the file."""
    route = "partner_vetting" if isinstance(owner, Partner) else "request_vetting"
    return reverse(f"partners:{route}", args=[owner.reference])


# --- How deep --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Plan:
    """How deep a group is looked into, for how many months that holds, and why."""

    depth: Depth
    months: int
    why: str


def plan_of(group: PartnerGroup | None) -> Plan:
    """The coalition file's plan for a group; where it has none, the light depth."""
    plan = VettingPlan.objects.filter(code=group.code, retired_on=None).first() if group else None
    if group is None or plan is None:
        why = _("The coalition file has no plan for this partner group.")
        return Plan(Depth.LIGHT, MONTHS_WITHOUT_A_PLAN, why)
    depth = Depth(plan.depth)
    why = _("The plan for “%(group)s”: %(depth)s, above all %(about)s.") % {
        "group": group.name,
        "depth": depth.label,
        "about": plan.name,
    }
    return Plan(depth, plan.months, why)


def raised(depth: Depth) -> Depth:
    """One step deeper; the last step stays."""
    return DEPTHS[min(DEPTHS.index(depth) + 1, len(DEPTHS) - 1)]


# --- What is on file -------------------------------------------------------------------------


class Dossier:
    """All that is on file about one organisation; each part is read once, when it is first asked
    for, and what follows from the parts is computed."""

    def __init__(self, owner: Owner) -> None:
        self.owner = owner
        self._concerned: dict[int, bool] = {}

    @cached_property
    def plan(self) -> Plan:
        return plan_of(self.owner.group)

    @cached_property
    def verification(self) -> Verification | None:
        """The latest one."""
        held = Verification.objects.of(self.owner).prefetch_related("moves__by")
        return held.order_by("-pk").first()

    @cached_property
    def answers(self) -> dict[str, VettingAnswer]:
        """By the question's code."""
        if self.verification is None:
            return {}
        given = self.verification.answers
        return {one.question.code: one for one in given.select_related("question", "by")}

    @cached_property
    def declarations(self) -> list[ConflictDeclaration]:
        if self.verification is None:
            return []
        return list(self.verification.declarations.select_related("officer"))

    @cached_property
    def flags(self) -> list[Flag]:
        """Every flag, resolved or not, the newest first."""
        raised = Flag.objects.of(self.owner).prefetch_related("moves__by")
        return list(raised.select_related("category", "raised_by", "request", "partner"))

    @cached_property
    def asked(self) -> list[VettingQuestion]:
        return list(VettingQuestion.objects.filter(retired_on=None))

    @property
    def is_reviewed(self) -> bool:
        """Is a verification under way?"""
        return self.verification is not None and self.verification.state in REVIEWING

    @cached_property
    def standing_flags(self) -> list[Flag]:
        return [
            flag for flag in self.flags if flag.state != FlagState.RESOLVED and not flag.has_lapsed
        ]

    @cached_property
    def has_risk(self) -> bool:
        return any(flag.state in RISKS for flag in self.standing_flags)

    @property
    def is_raised(self) -> bool:
        """Does a risk ask for one step more than the plan? It does until the decision, even where
        the risk was resolved meanwhile."""
        was_raised = self.verification is not None and self.verification.is_raised
        return was_raised or (self.has_risk and not self.is_decided)

    @property
    def is_decided(self) -> bool:
        return self.verification is not None and not self.is_reviewed

    @property
    def depth_due(self) -> Depth:
        """The depth that plan and flags ask for today."""
        was_raised = self.is_reviewed and self.is_raised
        return raised(self.plan.depth) if self.has_risk or was_raised else self.plan.depth

    @property
    def depth(self) -> Depth:
        """While it is reviewed, plan and flags say it; a decided one keeps its own."""
        if self.verification is not None and self.is_decided:
            return Depth(self.verification.depth)
        return self.depth_due

    @property
    def why(self) -> str:
        """Why it is looked into so deep."""
        if not self.is_raised:
            return self.plan.why
        return _("%(plan)s A risk on file raises it by one step: %(depth)s.") % {
            "plan": self.plan.why,
            "depth": self.depth.label,
        }

    @property
    def questions(self) -> list[VettingQuestion]:
        """What is asked at this depth of this group, in the order of the coalition file."""
        code = self.owner.group.code if self.owner.group else ""
        reach = DEPTHS.index(self.depth)
        return [
            one
            for one in self.asked
            if DEPTHS.index(Depth(one.depth)) <= reach and (not one.groups or code in one.groups)
        ]

    @property
    def unanswered(self) -> list[VettingQuestion]:
        return [one for one in self.questions if one.code not in self.answers]

    @property
    def needs_screening(self) -> bool:
        """Does the depth ask for a screening? What is made up as an example needs none: nobody of
        that name exists. A match blocks at every depth."""
        is_deep = DEPTHS.index(self.depth) >= DEPTHS.index(SCREENED_FROM)
        return is_deep and not self.owner.is_example

    @cached_property
    def standing(self) -> screening.Standing:
        """How it stands against the lists."""
        return screening.standing(self.owner)

    def concerns(self, person: Any) -> bool:
        """Does it concern the officer themselves, who applies, leads or speaks there?"""
        is_partner = isinstance(self.owner, Partner)
        permission = "partners.verify" if is_partner else "partners.decide_request"
        if person.pk not in self._concerned:
            self._concerned[person.pk] = not person.has_perm(permission, self.owner)
        return self._concerned[person.pk]

    def declared(self, person: Any) -> ConflictDeclaration | None:
        """What the officer declared; a conflict that was declared once stands."""
        own = [one for one in self.declarations if one.officer_id == person.pk]
        return max(own, key=lambda one: one.has_conflict, default=None)

    @cached_property
    def verdict(self) -> Verdict:
        return first_verdict(self)


# --- The first verdict -----------------------------------------------------------------------


@dataclass(frozen=True)
class Verdict:
    """What the file would come to, as a suggestion with its reasons; officers decide."""

    word: str
    tone: str
    reasons: list[str]


def first_verdict(file: Dossier) -> Verdict:
    """Verified only if every answer is the expected one and nothing blocks: the rule of the UN
    Partner Portal (yes, yes, yes, no, no; a red flag or an undecided match blocks)."""
    against = blocking(file)
    doubts = []
    for question in file.questions:
        answer = file.answers.get(question.code)
        if answer is None or answer.value == question.expected:
            continue
        is_unclear = answer.value == Reply.UNCLEAR
        (doubts if is_unclear else against).append(_as_reason(question, answer))
    if against:
        return Verdict(_("Would not be verified"), "alert", [*against, *doubts])
    if doubts:
        return Verdict(_("Doubtful"), "due", doubts)
    if open_points := [*_unanswered(file), *_unscreened(file)]:
        return Verdict(_("Cannot be said yet"), "calm", open_points)
    return Verdict(
        _("Would be verified"), "good", [_("Every answer is the expected one; nothing blocks.")]
    )


def _as_reason(question: VettingQuestion, answer: VettingAnswer) -> str:
    if question.kind == VettingKind.EXCLUSION:
        if answer.value == Reply.UNCLEAR:
            return _("It is unclear whether this excludes it: “%(criterion)s”") % {
                "criterion": question.name
            }
        return _("This excludes it: “%(criterion)s”") % {"criterion": question.name}
    return _("“%(question)s” – %(answer)s") % {
        "question": question.name,
        "answer": answer.get_value_display(),
    }


def _unanswered(file: Dossier) -> list[str]:
    count = len(file.unanswered)
    if not count:
        return []
    return [
        ngettext(
            "%(count)s question is not answered yet.",
            "%(count)s questions are not answered yet.",
            count,
        )
        % {"count": count}
    ]


def blocking(file: Dossier) -> list[str]:
    """What blocks acceptance whatever the answers: flags and matches that nobody settled."""
    return [*_blocking_flags(file), *_blocking_matches(file)]


def _blocking_flags(file: Dossier) -> list[str]:
    """Red flags, and escalated ones on which nobody decided yet."""
    return [
        _("%(state)s, not resolved: %(category)s.")
        % {"state": flag.get_state_display(), "category": flag.category.name}
        for flag in file.standing_flags
        if flag.state in BLOCKING_FLAGS
    ]


def _blocking_matches(file: Dossier) -> list[str]:
    """A match on a list that is undecided or confirmed, whatever the depth."""
    return [file.standing.sentence] if file.standing.has_matches else []


def _unscreened(file: Dossier) -> list[str]:
    """What keeps the screening from counting at the depths that ask for it: no list, one too old,
    or names that were not screened against it. Who was screened bears the same names still, at
    whatever depth: else a match would be passed by renaming."""
    if file.standing.has_matches or file.owner.is_example:
        return []
    is_due = file.needs_screening or file.standing.has_other_names
    return [file.standing.sentence] if is_due and file.standing.blocks else []


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
        found = [*_unanswered(file), *_unscreened(file)]
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
