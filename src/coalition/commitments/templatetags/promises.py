"""Tags for pages that show commitments: their state, how their reports stand."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.context import Context
from django.urls import reverse

from coalition.commitments.deciding.forms import with_forms
from coalition.commitments.deciding.offers import OF_PARTNER, allowed
from coalition.commitments.means import means_of
from coalition.commitments.models import Claim, Commitment, Part
from coalition.commitments.states import CLAIM_TONES, TONES, ClaimState, PartState, State
from coalition.partners.asking import PART_TONES
from coalition.results.reading.first import first_standing
from coalition.results.reading.queries import light_of

register = template.Library()


@register.inclusion_tag("commitments/_state.html")
def state_of(commitment: Commitment) -> dict[str, Any]:
    """Its state in a word, with its tone."""
    return {"state": commitment.get_state_display(), "tone": TONES[State(commitment.state)]}


@register.inclusion_tag("commitments/_state.html")
def state_of_part(part: Part) -> dict[str, Any]:
    """The state of a partner's part in a word, with its tone."""
    return {"state": part.get_state_display(), "tone": PART_TONES[PartState(part.state)]}


@register.inclusion_tag("commitments/_state.html")
def state_of_claim(claim: Claim) -> dict[str, Any]:
    """The state of a contribution to a key intervention in a word, with its tone."""
    return {"state": claim.get_state_display(), "tone": CLAIM_TONES[ClaimState(claim.state)]}


@register.simple_tag
def last_step(commitment: Commitment) -> Any:
    """The step by which it came to stand as it does: who is named by role alone. None where it has
    no history. Reads `moves`, once."""
    steps = [one for one in commitment.moves.all() if one.to_state == commitment.state]
    return steps[-1] if steps else None


@register.inclusion_tag("commitments/_resources.html")
def resources_of(commitment: Commitment) -> dict[str, Any]:
    """With what it is carried out: money by currency and year, and what is said in words."""
    return {"means": means_of(commitment), "language": commitment.language}


@register.inclusion_tag("results/reading/_progress.html")
def progress(commitment: Any) -> dict[str, Any]:
    """The light of a commitment's reports and its first figure; read with `queries.for_lists`."""
    return {
        "light": light_of(commitment.framework),
        "standing": first_standing(commitment.framework),
        "language": commitment.framework.language,
    }


@register.simple_tag(takes_context=True)
def work_on(context: Context, commitment: Commitment) -> str:
    """Where the reader works on a public commitment, for a partner in it or for the secretariat;
    empty for visitors, of whom nothing is asked, and for all others."""
    person = context["request"].user
    if not person.is_authenticated:
        return ""
    if person.has_perm("commitments.view_workspace", commitment):
        return reverse("commitments:summary", args=[commitment.reference])
    return reverse("commitments:review", args=[commitment.reference]) if person.is_officer else ""


@register.inclusion_tag("commitments/deciding/_offers.html", takes_context=True)
def offered(context: Context, commitment: Commitment) -> dict[str, Any]:
    """What the reader may do with a public commitment for the partner that leads it, with what it
    still takes; nothing for visitors, of whom nothing is asked."""
    request = context["request"]
    found = allowed(commitment, OF_PARTNER, request.user)
    return {"offers": with_forms(found, commitment.pk), "next": request.path}


@register.inclusion_tag("commitments/reading/_behind.html", takes_context=True)
def behind(context: Context, commitment: Commitment) -> dict[str, Any]:
    """The way to the pages on which one works on a public commitment, for those to whom they are
    open. Of visitors nothing is asked."""
    person = context["request"].user
    return {
        "commitment": commitment,
        "on_desk": person.is_authenticated and person.is_officer,
        "in_workspace": person.has_perm("commitments.view_workspace", commitment),
    }
