"""Sign-in by e-mailed code (allauth's views in our words), one's profile, Example sign-in."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.views import ConfirmLoginCodeView, RequestLoginCodeView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from coalition.accounts import actions, demo, guests
from coalition.accounts.adapter import in_their_language
from coalition.accounts.forms import AskForCodeForm, GiveCodeForm, ProfileForm


class AskForCode(RequestLoginCodeView):
    """Asks for an address and answers every address alike, also those of guests."""

    form_class = AskForCodeForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "is_open": self.is_open}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "is_open": self.is_open}

    @cached_property
    def is_open(self) -> bool:
        """Is this the way to a page that lets in anyone?"""
        return guests.lets_in(self.get_next_url() or "")

    def form_valid(self, form: Form) -> HttpResponse:
        address = form.cleaned_data["email"]
        process = LoginCodeVerificationProcess.initiate(
            request=self.request, user=form._user, email=address
        )
        if form._user is None:
            # An unknown address that is not let in costs the same work: a letter is written and
            # taken out again. So neither the answer nor the clock tells who has an account.
            is_guest = guests.lets_in(self.get_next_url() or "", address)
            is_guest = is_guest and not guests.has_account(address)
            with transaction.atomic():
                if is_guest:
                    guests.send_code(self.request, process)
                else:
                    adapter = get_adapter(self.request)
                    code = {"code": adapter.generate_login_code(), "request": self.request}
                    adapter.send_mail("account/email/login_code", address, code)
                    transaction.set_rollback(True)
        return redirect(str(self.get_success_url()))


class GiveCode(ConfirmLoginCodeView):
    form_class = GiveCodeForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        is_open = guests.lets_in(self.get_next_url() or "")
        return {**super().get_context_data(**kwargs), "is_open": is_open}

    def _verify_form_valid(self, form: Form) -> HttpResponse:
        if self._process.user is None:
            guests.welcome(self._process)
        return super()._verify_form_valid(form)


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
