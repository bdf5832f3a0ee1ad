"""What a partner says of itself, how that changed, and its logo."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from coalition.base.errors import NotAllowed, Refused
from coalition.partners.models import Partner
from coalition.partners.people.views import partner_of
from coalition.partners.profile import actions, queries
from coalition.partners.profile.forms import ProfileForm

CHANGES_A_PAGE = 50


@login_required
def profile_edit(request: HttpRequest, reference: str) -> HttpResponse:
    partner = partner_of(request, reference, "partners.edit_profile")
    is_officer = request.user.is_officer
    form = ProfileForm(
        request.POST or None, request.FILES or None, partner=partner, for_officer=is_officer
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_profile(partner, form.values(), by=request.user)
        except (NotAllowed, Refused) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved. The public page shows it now."))
            return redirect(partner)
    context = {"partner": partner, "form": form, "completeness": queries.completeness(partner)}
    return render(request, "partners/profile_edit.html", context)


@require_safe
@login_required
def profile_history(request: HttpRequest, reference: str) -> HttpResponse:
    """Every change of the profile, the newest first: what it was, what it became, who did it."""
    partner = partner_of(request, reference, "partners.edit_profile")
    changes = partner.profile_changes.select_related("by")
    page = Paginator(changes, CHANGES_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "partner": partner,
        "page": page,
        "changes": queries.history(page),
        # From which lists it was taken in or changed: file and row.
        "lists": partner.moves.filter(verb="import").order_by("-pk")[:10],
    }
    return render(request, "partners/profile/history.html", context)


@require_safe
def logo(request: HttpRequest, reference: str) -> FileResponse:
    """The logo as we drew it, of a partner that is listed."""
    partner = get_object_or_404(Partner.objects.public(), reference=reference)
    if not partner.logo or not partner.logo.storage.exists(partner.logo.name):
        raise Http404
    return FileResponse(
        partner.logo.open("rb"),
        content_type="image/png",
        headers={"Cache-Control": "public, max-age=86400", "X-Content-Type-Options": "nosniff"},
    )
