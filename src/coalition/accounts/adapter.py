"""How sign-in behaves: nobody signs up by themselves; a mandate or a role comes first."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import translate_url
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from coalition.accounts.models import User


class Adapter(DefaultAccountAdapter):
    """Our words and our language choice in the library's sign-in by e-mailed code."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "incorrect_code": _("This is not the code we sent. Please look at the letter again."),
        "too_many_login_attempts": _(
            "That was tried too often. Please wait a while and ask for a new code."
        ),
        "account_inactive": _("This account is closed."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_safe_url(self, url: str) -> bool:
        """After sign-in people are led to pages of the site they are on, and nowhere else."""
        return url_has_allowed_host_and_scheme(
            url, allowed_hosts={self.request.get_host()}, require_https=self.request.is_secure()
        )

    def format_email_subject(self, subject: str) -> str:
        return str(subject)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """In the person's language, whatever the page's."""
        person = User.objects.filter(email__iexact=email).first()
        with translation.override(person.language if person else translation.get_language()):
            super().send_mail(template_prefix, email, context)

    def post_login(self, request: HttpRequest, user: User, **options: Any) -> HttpResponse:
        """From here on the reader's language is the person's."""
        response = super().post_login(request, user, **options)
        return in_their_language(response, user)


def in_their_language(response: HttpResponse, user: User) -> HttpResponse:
    """A redirect that leads to the same page in the person's language, and remembers it."""
    if user.language in dict(settings.LANGUAGES):
        response["Location"] = translate_url(response["Location"], user.language)
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            user.language,
            secure=settings.SESSION_COOKIE_SECURE,
            samesite="Lax",
        )
    return response
