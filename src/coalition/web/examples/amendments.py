"""Example commitments that were amended, or that somebody wishes to amend."""

from __future__ import annotations

from coalition.accounts.models import User
from coalition.commitments.amending import actions, queries
from coalition.commitments.models import Amendment, Commitment, Side
from coalition.commitments.states import State

# What each changes, in words that any commitment can say, by the language that it is written in.
WORDS = {
    "en": {
        "for_whom": "{before}, and those who come new to the work",
        "in_line_with": "Example national plan for decent work",
        "why": "Example: those who come new to the work asked to be named.",
        "why_plan": "Example: the plan was adopted after this was written.",
    },
    "ar": {
        "for_whom": "{before}، ومن يلتحق حديثاً بالعمل",
        "in_line_with": "خطة مثال وطنية للعمل اللائق",
        "why": "مثال: طلب الملتحقون حديثاً بالعمل أن يُذكروا.",
        "why_plan": "مثال: اعتُمدت الخطة بعد كتابة هذا.",
    },
}


def build(officer: User) -> None:
    """The newest public one was amended, so that it has two editions, and its partner wishes to
    amend it again; of two others the secretariat proposes a change, and is still writing one."""
    public = Commitment.objects.filter(is_example=True, state=State.PUBLISHED, language__in=WORDS)
    amended, other, third = public.select_related("partner").order_by("-pk")[:3]
    person = _signatory(amended)
    amendment = _proposed(amended, Side.PARTNER, "for_whom", person)
    actions.apply(amendment, seal=queries.outcome_of(amendment).seal, by=officer)
    _proposed(amended, Side.PARTNER, "in_line_with", person)
    _proposed(other, Side.SECRETARIAT, "in_line_with", officer)
    actions.begin(third, side=Side.SECRETARIAT, by=officer)


def _proposed(one: Commitment, side: Side, field: str, by: User) -> Amendment:
    """Begun, written and proposed."""
    said = WORDS[one.language]
    made = actions.begin(one, side=side, by=by)
    words = made.values["words"]
    text = said[field].replace("{before}", words.get(field, ""))
    values = made.values | {"words": words | {field: text[:300]}}
    made = actions.save(made, values, made.values, by=by).amendment
    why = said["why" if field == "for_whom" else "why_plan"]
    return actions.propose(made, why=why, by=by)


def _signatory(one: Commitment) -> User:
    return User.objects.get(mandates__partner=one.partner)
