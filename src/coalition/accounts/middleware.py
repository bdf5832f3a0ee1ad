"""Who works for the secretariat uses a second factor before anything else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from coalition.accounts import second_factor, sessions
from coalition.base.errors import NotAllowed

# Sign-in, sign-out and everything about one's own factors and sessions.
OPEN = ("account_", "mfa_", "accounts:demo", "accounts:end_", "mailroom:unsubscribe")


class SecondFactor:
    """An officer or editor whose session has used no second factor is led to it; what they send
    meanwhile is refused with a sentence. There is no setting that turns this off."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.session.row is not None:
            sessions.note_use(request)
        return response

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        # Without a session nobody is signed in; asking whose it is would tie the answer to cookies.
        if request.session.session_key is None:
            return None
        if not request.user.is_authenticated or not self.is_missing(request):
            return None
        if request.resolver_match.view_name.startswith(OPEN):
            return None
        if request.method not in ("GET", "HEAD"):
            raise NotAllowed(
                _(
                    "This was not done: who works for the secretariat first uses a second factor. "
                    "Please open any page to do so, then come back and send it again."
                )
            )
        if second_factor.factors(request.user):
            here = urlencode({"next": request.get_full_path()})
            return redirect(f"{reverse('mfa_reauthenticate')}?{here}")
        messages.info(
            request,
            _(
                "Who works for the secretariat signs in with a second factor. Please set one up "
                "now; everything else opens after that."
            ),
        )
        return redirect("mfa_index")

    def is_missing(self, request: HttpRequest) -> bool:
        row = request.session.row
        known = row is not None and row.person_id == request.user.pk
        on_duty = row.on_duty if known else request.user.needs_second_factor
        return on_duty and not second_factor.is_done(request)
