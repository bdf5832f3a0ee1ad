"""Example promises that several partners made together: asked, confirmed, declined, offered."""

from __future__ import annotations

from coalition.accounts.models import User
from coalition.commitments.models import Commitment, Part
from coalition.commitments.parts import actions
from coalition.commitments.parts.queries import version_of
from coalition.commitments.states import State
from coalition.partners.models import Partner

# What partners are asked for, in turn, and what each answers; "" waits.
WORDS = (
    ("funding", "Pays for the rooms and the trainers (Example).", "confirm"),
    ("implementing", "Does the same in its own region (Example).", "confirm"),
    ("supporting", "Tells its members of it twice a year (Example).", ""),
    ("extending", "Passes the money on to small producers (Example).", "decline"),
)
REASON = "Example: this year’s budget is decided already; please ask again next year."


def build() -> None:
    """Two public promises and a draft with several partners; of one the lead is offered. Who
    writes that draft is asked for a part in another, so that one focal point shows every page."""
    own = Commitment.objects.filter(is_example=True, language="en").select_related("partner")
    public = list(own.filter(state=State.PUBLISHED).order_by("pk")[1:3])
    drafts = list(own.filter(state=State.DRAFT).order_by("pk")[:2])
    others = list(
        Partner.objects.public().filter(is_example=True, name_language="en").order_by("pk")[:12]
    )
    for shift, one in enumerate([*public, *drafts[:1]]):
        free = [each for each in others[shift:] if each != one.partner]
        for partner, words in zip(free, WORDS, strict=False):
            _ask(one, partner, *words)
    for one in drafts[1:]:
        _ask(one, drafts[0].partner, *WORDS[2])
    for one in public[:1]:
        part = Part.objects.confirmed().filter(commitment=one).earliest("pk")
        what = "Goes on advising whoever carries it out (Example)."
        actions.offer_lead(part, role="supporting", what=what, by=signatory(one.partner))


def _ask(one: Commitment, partner: Partner, role: str, what: str, answer: str) -> None:
    part = actions.ask(one, partner, role=role, what=what, by=signatory(one.partner))
    if answer == "confirm":
        actions.confirm(part, seen=version_of(part), by=signatory(partner))
    if answer == "decline":
        actions.decline(part, reason=REASON, by=signatory(partner))


def signatory(partner: Partner) -> User:
    return User.objects.filter(mandates__partner=partner).earliest("pk")
