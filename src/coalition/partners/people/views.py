"""Who may open a page of an organisation's workspace; how its partnership is ended."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from coalition.base.errors import NotAllowed
from coalition.partners.models import Partner
from coalition.partners.people import lifecycle


def partner_of(request: HttpRequest, reference: str, permission: str) -> Partner:
    """The partner, if the reader may do this for it. Raises NotAllowed with the reason if not."""
    partner = get_object_or_404(Partner, reference=reference)
    if not request.user.has_perm(permission, partner):
        raise NotAllowed(
            _("You hold no current mandate for %(partner)s, so you cannot speak for it.")
            % {"partner": partner.name}
        )
    return partner


@require_POST
def leave(request: HttpRequest, reference: str) -> HttpResponse:
    """Note that a partner left; its page stays and answers with the day and the reason."""
    if not request.user.has_perm("partners.decide"):
        raise Http404
    partner = get_object_or_404(Partner, reference=reference)
    try:
        lifecycle.leave(partner, request.POST.get("reason", ""), by=request.user)
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Noted. Its mandates have ended, and its people were told."))
    return redirect(partner)
