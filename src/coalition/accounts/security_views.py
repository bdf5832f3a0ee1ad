"""The pages of one's second factors and sessions: the sign-in library's views in our words.

Every one works without a script but those on which a browser is asked for a passkey: it can only
be asked by script. These alone allow the library's own, and say what to do without.
"""

from __future__ import annotations

import base64
from typing import Any

from allauth.mfa.base.views import AuthenticateView, ReauthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.utils import is_mfa_enabled
from allauth.mfa.webauthn.views import (
    AddWebAuthnView,
    EditWebAuthnView,
    ReauthenticateWebAuthnView,
    RemoveWebAuthnView,
)
from csp.constants import SELF
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from coalition.accounts import actions, second_factor, sessions
from coalition.accounts.forms import ResetForm
from coalition.accounts.models import User
from coalition.base.errors import NotAllowed

SECURITY = reverse_lazy("mfa_index")


class AsksForPasskey:
    """A page with the library's script, which asks the browser for a passkey."""

    request: HttpRequest

    def render_to_response(self, context: dict[str, Any], **options: Any) -> HttpResponse:
        response: HttpResponse = super().render_to_response(context, **options)  # type: ignore[misc]
        if "js_data" in context:
            response._csp_update = {"script-src": [SELF]}  # type: ignore[attr-defined]
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        host = self.request.get_host()
        # A passkey belongs to a name, never to a number; so browsers refuse at 127.0.0.1.
        is_number = host.rpartition(":")[0].replace(".", "").isdecimal() or host.startswith("[")
        return super().get_context_data(**kwargs) | {"host_is_number": is_number}  # type: ignore[misc]


# --- Signing in ------------------------------------------------------------------------------


class GiveSecondFactor(AsksForPasskey, AuthenticateView):
    """After the code from the letter: a code of the app, a recovery code, or a passkey."""

    def _build_forms(self) -> Form | None:
        posted: Form | None = super()._build_forms()
        if not is_mfa_enabled(self.stage.login.user, [Authenticator.Type.WEBAUTHN]):
            self.webauthn_form = None
        return posted

    def form_valid(self, form: Form) -> HttpResponse:
        second_factor.mark(self.request.session, self.stage.login.user)
        return super().form_valid(form)


class Again(ReauthenticateView):
    """Asked again before factors are changed, and of a session that began before there was one."""

    def form_valid(self, form: Form) -> HttpResponse:
        second_factor.mark(self.request.session, self.request.user)
        return super().form_valid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        has_passkey = is_mfa_enabled(self.request.user, [Authenticator.Type.WEBAUTHN])
        return super().get_context_data(**kwargs) | {"has_passkey": has_passkey}


class AgainByPasskey(AsksForPasskey, ReauthenticateWebAuthnView):
    def form_valid(self, form: Form) -> HttpResponse:
        second_factor.mark(self.request.session, self.request.user)
        return super().form_valid(form)


# --- Factors ---------------------------------------------------------------------------------


@method_decorator(never_cache, name="dispatch")
@method_decorator(login_required, name="dispatch")
class AddApp(ActivateTOTPView):
    """The code as a picture and as text; the app's first number proves that it was kept."""

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        actions.note_factor_change(self.request.user, "add_app")
        second_factor.mark(self.request.session, self.request.user)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        secret = context["form"].secret
        # In fours, so that it can be typed.
        return context | {"secret": " ".join(secret[n : n + 4] for n in range(0, len(secret), 4))}


@method_decorator(login_required, name="dispatch")
class RemoveApp(DeactivateTOTPView):
    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        actions.note_factor_change(self.request.user, "remove_app")
        return response


@method_decorator(never_cache, name="dispatch")
@method_decorator(login_required, name="dispatch")
class Codes(ViewRecoveryCodesView):
    """Recovery codes, shown once, with a file of them to keep."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        text = "\n".join(context["unused_codes"]) + "\n"
        # In the page itself, for there is no second time to ask for them.
        file = f"data:text/plain;base64,{base64.b64encode(text.encode()).decode()}"
        return context | {"file": file}


@method_decorator(login_required, name="dispatch")
class RenewCodes(GenerateRecoveryCodesView):
    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        actions.note_factor_change(self.request.user, "renew_codes")
        return response


@method_decorator(never_cache, name="dispatch")
@method_decorator(login_required, name="dispatch")
class AddPasskey(AsksForPasskey, AddWebAuthnView):
    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        actions.note_factor_change(self.request.user, "add_passkey")
        second_factor.mark(self.request.session, self.request.user)
        return response


@method_decorator(login_required, name="dispatch")
class RenamePasskey(EditWebAuthnView):
    success_url = SECURITY


@method_decorator(login_required, name="dispatch")
class RemovePasskey(RemoveWebAuthnView):
    success_url = SECURITY

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        if not second_factor.may_remove(self.get_object()):
            raise NotAllowed(
                _("Who works for the secretariat keeps a second factor. Please add another first.")
            )
        response = super().form_valid(form)
        actions.note_factor_change(self.request.user, "remove_passkey")
        return response


# --- One page for all, and the sessions --------------------------------------------------------


@never_cache
@login_required
@require_safe
def security(request: HttpRequest) -> HttpResponse:
    kinds = Authenticator.Type
    held = list(Authenticator.objects.filter(user=request.user).order_by("created_at", "pk"))
    codes = [one.wrap() for one in held if one.type == kinds.RECOVERY_CODES]
    context = {
        "app": next((one for one in held if one.type == kinds.TOTP), None),
        "passkeys": [one for one in held if one.type == kinds.WEBAUTHN],
        "codes_left": len(codes[0].get_unused_codes()) if codes else None,
        "has_factor": any(one.type != kinds.RECOVERY_CODES for one in held),
        "sessions": [
            (one, sessions.handle_of(one), one.session_key == request.session.session_key)
            for one in sessions.running(request.user)
        ],
    }
    return render(request, "accounts/security.html", context)


@require_POST
@login_required
def end_session(request: HttpRequest, handle: str) -> HttpResponse:
    """Sign one other browser out; the one that asks uses the sign-out of every page."""
    ended = [one for one in others(request) if sessions.handle_of(one) == handle]
    if not ended:
        raise Http404
    actions.end_sessions(request.user, ended)
    messages.success(request, _("Signed out there."))
    return redirect(SECURITY)


@require_POST
@login_required
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    actions.end_sessions(request.user, others(request))
    messages.success(request, _("You are signed out everywhere else."))
    return redirect(SECURITY)


def others(request: HttpRequest) -> list[Any]:
    here = request.session.session_key
    return [one for one in sessions.running(request.user) if one.session_key != here]


# --- The colleagues --------------------------------------------------------------------------


@never_cache
@login_required
@require_safe
def colleagues(request: HttpRequest) -> HttpResponse:
    """Who works for the secretariat, who has a second factor, and how a lost one is reset."""
    return _colleagues(request, ResetForm())


@require_POST
@login_required
def reset_second_factor(request: HttpRequest) -> HttpResponse:
    if not request.user.is_officer:
        raise Http404
    form = ResetForm(request.POST)
    if not form.is_valid():
        return _colleagues(request, form)
    person = User.objects.filter(email__iexact=form.cleaned_data["email"]).first()
    try:
        if person is None:
            raise NotAllowed(_("Nobody signs in with this address."))
        actions.reset_second_factor(person, by=request.user)
    except NotAllowed as refusal:
        form.add_error(None, str(refusal))
        return _colleagues(request, form)
    messages.success(
        request,
        _("Done. %(person)s is signed out everywhere and was told.") % {"person": person},
    )
    return redirect("accounts:colleagues")


def _colleagues(request: HttpRequest, form: ResetForm) -> HttpResponse:
    if not request.user.is_officer:
        raise Http404
    people = User.objects.filter(is_active=True, roles__isnull=False).distinct().order_by("email")
    safe = set(
        Authenticator.objects.filter(user__in=people)
        .exclude(type=Authenticator.Type.RECOVERY_CODES)
        .values_list("user", flat=True)
    )
    rows = [(person, person.pk in safe) for person in people.prefetch_related("roles")]
    return render(request, "accounts/colleagues.html", {"rows": rows, "form": form})
