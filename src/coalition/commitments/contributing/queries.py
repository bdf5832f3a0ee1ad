"""What commitments contribute to key interventions, as each side reads it; and what can be claimed,
or why not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from coalition.accounts.models import User
from coalition.commitments.models import Claim, ClaimMove, Commitment
from coalition.commitments.states import CLAIM_HELD, PUBLIC, UNDER_WAY, ClaimState
from coalition.interventions.models import Intervention, InterventionQuerySet
from coalition.interventions.states import ENDED, RUNNING, State
from coalition.partners.models import Partner
from coalition.partners.queries import people_who
from coalition.results.frameworks.counting import why_not as why_not_counted
from coalition.results.models import WHOLE, Indicator, Measure
from coalition.ui.thread import Move

MOST_SHOWN = 25  # interventions to choose from; words find the others
MOST_WAITING = 50  # shown at once; the next follow when these are answered
# In these states an intervention takes contributions, once its goals are public.
TAKES = (State.PIPELINE, *RUNNING)


# --- What can be claimed -----------------------------------------------------------------------


def why_not(
    commitment: Commitment, intervention: Intervention, among: Sequence[str] = UNDER_WAY
) -> str:
    """Why nothing can be claimed for this commitment in this intervention now, or an empty text.
    `among`: in which states of the commitment it can be. Reads the intervention's framework."""
    if commitment.state not in among:
        return _(
            "Contributions are claimed while a commitment is public and under way; this one is "
            "“%s”."
        ) % (commitment.get_state_display())
    if intervention.state not in TAKES:
        return _(
            "Contributions are claimed while an intervention is prepared or carried out; this one "
            "is “%s”."
        ) % (intervention.get_state_display())
    if not intervention.framework.is_public:
        return _(
            "The goals of this intervention are not public yet. They are once it is kicked off."
        )
    if commitment.is_example != intervention.is_example:
        return _("Example records and real ones are counted apart.")
    return ""


def taking(commitment: Commitment, words: str = "") -> InterventionQuerySet:
    """The interventions to which this commitment could contribute now, those first that are about
    one of its themes; `words` of their titles, or a reference, find few of many."""
    found = Intervention.objects.published().filter(
        state__in=TAKES, framework__is_public=True, is_example=commitment.is_example
    )
    for word in words.split()[:6]:
        found = found.filter(Q(title__icontains=word) | Q(reference__iexact=word))
    alike = Intervention.objects.filter(pk=OuterRef("pk"), themes__in=commitment.themes.all())
    return found.select_related("partner", "level").order_by(Exists(alike).desc(), "title", "pk")


def measured(intervention: Intervention) -> list[Indicator]:
    """The indicators of which a share can be claimed, in order, with their results; what is said
    in words has no parts. One query."""
    found = intervention.framework.indicators.exclude(measure=Measure.TEXT)
    return list(found.select_related("result", "unit", "framework", "parent").order_by("number"))


@dataclass(frozen=True)
class Own:
    """An indicator of the commitment, and why its figures cannot count there; "" where they can."""

    indicator: Indicator
    why_not: str


def own_for(commitment: Commitment, above: Indicator, besides: Claim | None = None) -> list[Own]:
    """Each indicator of the commitment, with why its figures cannot count towards `above`.
    `besides` is the claim that is being reworded: what it names already can be named again.
    Two queries, and those of the way up from `above`."""
    claims = commitment.claims.filter(state__in=CLAIM_HELD, own__isnull=False)
    if besides is not None:
        claims = claims.exclude(pk=besides.pk)
    named = set(claims.values_list("own", flat=True))
    found = commitment.framework.indicators.select_related("framework", "unit", "parent")
    return [Own(one, _why_not_own(one, above, named, besides)) for one in found.order_by("number")]


def _why_not_own(one: Indicator, above: Indicator, named: set[int], besides: Claim | None) -> str:
    if one.pk in named:
        return _(
            "“%(title)s” is named in another contribution of this commitment already. A figure "
            "counts once."
        ) % {"title": one.title}
    if besides is not None and besides.own_id == one.pk and one.parent_id == above.pk:
        return ""
    return why_not_counted(one, above)


def left_of(indicator: Indicator, commitment: Commitment) -> int:
    """How much of an indicator's total, in hundredths of a per cent, this commitment can claim at
    most: the whole without what others, and other commitments of its partner, claim."""
    others = indicator.contributions.exclude(partner=commitment.partner_id)
    taken = others.aggregate(sum=Sum("share"))["sum"] or 0
    return max(WHOLE - taken - shared_by(indicator, commitment.partner, besides=commitment), 0)


def shared_by(
    indicator: Indicator, partner: Partner | int, besides: Commitment | None = None
) -> int:
    """What the confirmed claims of a partner's commitments on an indicator come to."""
    claims = Claim.objects.confirmed().filter(indicator=indicator, commitment__partner=partner)
    if besides is not None:
        claims = claims.exclude(commitment=besides)
    return claims.aggregate(sum=Sum("share"))["sum"] or 0


# --- One claim ---------------------------------------------------------------------------------


def version_of(claim: Claim) -> str:
    """What somebody had before their eyes: another one once it was reworded. A form carries it, so
    that nobody says yes to words they did not read."""
    return claim.asked_at.isoformat()


def history(claim: Claim) -> list[Move]:
    """What happened to it, in plain words, the first first. One query."""
    return [
        Move(step.at, str(Claim.VERBS[step.verb].done).capitalize(), step.reason)
        for step in ClaimMove.objects.filter(record=claim)
    ]


def verbs_for(person: Any, claim: Claim) -> list[str]:
    """What this person may do with it as it is now. Six queries at most."""
    if claim.intervention.state in ENDED:
        return []
    verbs: list[str] = []
    is_held = claim.state in CLAIM_HELD
    if person.has_perm("commitments.answer_claim", claim):
        can = not why_not(claim.commitment, claim.intervention, among=PUBLIC)
        verbs += ["confirm"] if can and claim.state == ClaimState.CLAIMED else []
        verbs += ["decline"] if is_held else []
    if person.has_perm("commitments.change_claim", claim):
        verbs += [] if why_not(claim.commitment, claim.intervention) else ["reword"]
        verbs += ["withdraw"] if is_held and claim.commitment.state in UNDER_WAY else []
    return verbs


def deciders(claim: Claim) -> list[User]:
    """Who can answer it: those who sign for the partner that leads the intervention, and officers
    where that is the claimant itself. Two queries."""
    of_claimant = {one.pk for one in people_who("view", claim.commitment.partner_id)}
    if claim.commitment.partner_id == claim.intervention.partner_id:
        people = list(User.objects.officers())
    else:
        people = people_who("sign", claim.intervention.partner_id)
    return [one for one in people if one.pk not in of_claimant]


# --- Many of them ------------------------------------------------------------------------------


def of_commitment(commitment: Commitment) -> list[Claim]:
    """All that was claimed for it, also what ended, those that wait for an answer first. One
    query."""
    return _ordered(commitment.claims.all())


def of_intervention(intervention: Intervention) -> list[Claim]:
    """All that was claimed in it, likewise. One query."""
    return _ordered(intervention.claims.all())


def _ordered(claims: QuerySet[Claim]) -> list[Claim]:
    order = list(ClaimState)
    found = claims.select_related("commitment__partner", "intervention", "indicator", "own")
    return sorted(found, key=lambda one: (order.index(ClaimState(one.state)), one.pk))


def waiting_for(person: Any) -> Sequence[Claim]:
    """Those on which the person can answer for an organisation that leads, the longest waiting
    first. One query."""
    own = Partner.objects.spoken_for_by(person, "sign")
    found = Claim.objects.filter(state=ClaimState.CLAIMED, intervention__partner__in=own)
    found = found.exclude(commitment__partner__in=Partner.objects.spoken_for_by(person))
    found = found.exclude(intervention__state__in=ENDED)
    ordered = found.select_related("commitment__partner", "intervention", "indicator")
    return list(ordered.order_by("asked_at", "pk")[:MOST_WAITING])
