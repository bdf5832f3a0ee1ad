"""Whether somebody may do something with a commitment, as every page asks it."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from coalition.base.errors import NotAllowed
from coalition.commitments.models import Commitment, Part
from coalition.partners.models import Partner
from coalition.partners.people.queries import why_not

# What a mandate's role must grant, so that a refusal can name it.
ABILITIES = {
    "commitments.draft": "edit",
    "commitments.edit": "edit",
    "commitments.view_workspace": "view",
    "commitments.submit": "sign",
    "commitments.withdraw": "sign",
    "commitments.claim_completion": "sign",
    "commitments.resume": "sign",
    "commitments.view_parts": "view",
    "commitments.ask_part": "sign",
    "commitments.view_part": "view",
    "commitments.change_part": "edit",
    "commitments.manage_part": "sign",
    "commitments.answer_part": "sign",
    "commitments.end_offer": "sign",
    "commitments.view_claims": "view",
    "commitments.claim": "sign",
}


def own(request: HttpRequest, reference: str, permission: str) -> Commitment:
    """The commitment if this person may do that; 404 where it is hidden, else a refusal. Who acts
    or acted for the maker reads why not: a role that does not include it, a mandate that ended."""
    one = get_object_or_404(Commitment.objects.select_related("partner"), reference=reference)
    if request.user.has_perm(permission, one):
        return one
    if ability := ABILITIES.get(permission):
        refuse_with_reason(request, one.partner, ability)
    visible = Commitment.objects.visible_to(request.user)
    # A published promise is no secret, the screens on which it was written are.
    if permission == "commitments.edit" or not visible.filter(pk=one.pk).exists():
        raise Http404
    raise PermissionDenied(
        _("This is for those who act for the organisation, or for the secretariat.")
    )


def part_of(request: HttpRequest, reference: str, pk: int, permission: str) -> Part:
    """A partner's part in a commitment, likewise. Who said no to a promise that is not public has
    no more to do with it, and finds nothing."""
    visible = Commitment.objects.visible_to(request.user)
    found = Part.objects.filter(commitment__in=visible, commitment__reference=reference)
    part = get_object_or_404(
        found.select_related("commitment__partner", "commitment__framework", "partner__group"),
        pk=pk,
    )
    if not request.user.has_perm(permission, part):
        asked = permission == "commitments.answer_part"
        side = part.partner if asked else part.commitment.partner
        refuse_with_reason(request, side, ABILITIES[permission])
        raise PermissionDenied(_("This is for those who act for a partner in this commitment."))
    return part


def refuse_with_reason(request: HttpRequest, partner: Partner, ability: str) -> None:
    """Raise NotAllowed for somebody to whom the reason can be told."""
    if sentence := why_not(request.user, partner, ability):
        raise NotAllowed(sentence)
