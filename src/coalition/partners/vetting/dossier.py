"""What is on file about an organisation, and what it would come to.

The file is the same for a request to join and for a partner: an owner is one of the two.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coalition.partners.models import (
    AccessionRequest,
    ConflictDeclaration,
    Depth,
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
    REVIEWING,
    RISKS,
    FlagState,
)

Owner = AccessionRequest | Partner

DEPTHS = list(Depth)
# A coalition whose file has no plan for a group asks what it asks of all, and looks again.
MONTHS_WITHOUT_A_PLAN = 24
# From this depth on an organisation is screened against the lists before it is verified.
SCREENED_FROM = Depth.STANDARD


def is_partner(owner: Owner) -> bool:
    return isinstance(owner, Partner)


def name_of(owner: Owner) -> str:
    """How the organisation calls itself, or how its request is called."""
    return owner.name if isinstance(owner, Partner) else owner.organisation or owner.reference


def path_of(owner: Owner) -> str:
    """Where officers read the file."""
    route = "partner_vetting" if isinstance(owner, Partner) else "request_vetting"
    return reverse(f"partners:{route}", args=[owner.reference])


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
    if open_points := [*unanswered(file), *unscreened(file)]:
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


def unanswered(file: Dossier) -> list[str]:
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


def unscreened(file: Dossier) -> list[str]:
    """What keeps the screening from counting at the depths that ask for it: no list, one too old,
    or names that were not screened against it. Who was screened bears the same names still, at
    whatever depth: else a match would be passed by renaming."""
    if file.standing.has_matches or file.owner.is_example:
        return []
    is_due = file.needs_screening or file.standing.has_other_names
    return [file.standing.sentence] if is_due and file.standing.blocks else []
