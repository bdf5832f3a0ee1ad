"""What a partner says of itself."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from coalition.base.errors import NotAllowed, Refused
from coalition.partners.people.views import partner_of
from coalition.partners.profile import actions
from coalition.partners.profile.forms import ProfileForm


@login_required
def profile_edit(request: HttpRequest, reference: str) -> HttpResponse:
    partner = partner_of(request, reference, "partners.edit_profile")
    is_officer = request.user.is_officer
    form = ProfileForm(request.POST or None, instance=partner, for_officer=is_officer)
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_profile(partner, form.cleaned_data, by=request.user)
        except (NotAllowed, Refused) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved. The public page shows it now."))
            return redirect(partner)
    return render(request, "partners/profile_edit.html", {"partner": partner, "form": form})
