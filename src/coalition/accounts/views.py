"""Sign-in by e-mailed code (allauth's views in our words), one's profile, Example sign-in."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from allauth.account.views import ConfirmLoginCodeView, RequestLoginCodeView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from coalition.accounts import actions, demo
from coalition.accounts.adapter import in_their_language
from coalition.accounts.forms import AskForCodeForm, GiveCodeForm, ProfileForm


class AskForCode(RequestLoginCodeView):
    """Asks for an address and answers every address alike."""

    form_class = AskForCodeForm

    def form_valid(self, form: Form) -> HttpResponse:
        if form._user is None:
            # Written into the outbox and taken out again, so that the answer to an unknown
            # address costs the same work, and the clock tells nothing either.
            adapter = get_adapter(self.request)
            with transaction.atomic():
                code = {"code": adapter.generate_login_code(), "request": self.request}
                adapter.send_mail("account/email/login_code", form.cleaned_data["email"], code)
                transaction.set_rollback(True)
        return super().form_valid(form)


class GiveCode(ConfirmLoginCodeView):
    form_class = GiveCodeForm


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    form = ProfileForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        actions.change_profile(request.user, form.cleaned_data)
        messages.success(request, _("Your profile is saved."))
        return in_their_language(redirect("accounts:profile"), form.instance)
    return render(request, "accounts/profile.html", {"form": form})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def demo_sign_in(request: HttpRequest, token: str) -> HttpResponse:
    """The link shows a page with one button, so that nothing that only looks at it uses it up."""
    user = (
        demo.sign_in(token, request) if request.method == "POST" else demo.person_of(token, request)
    )
    if user is None:
        raise Http404
    if request.method == "POST":
        return in_their_language(redirect(settings.LOGIN_REDIRECT_URL), user)
    return render(request, "accounts/demo.html", {"person": user})
