"""How sign-in behaves. There is no page to sign up: a mandate or a role comes first, or somebody
comes as a guest to where guests are let in (`guests`)."""

from __future__ import annotations

import base64
from typing import Any

import qrcode
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import translate_url
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from qrcode.image.svg import SvgPathFillImage

from coalition.accounts import devices, second_factor, sessions
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

    def is_reauthentication_required(self, *, app: str, **options: Any) -> bool:
        """Who used a second factor a moment ago is not asked for it again."""
        return not second_factor.is_recent(self.request)

    def post_login(self, request: HttpRequest, user: User, **options: Any) -> HttpResponse:
        """From here on the reader's language is the person's, and the session knows its device."""
        response = super().post_login(request, user, **options)
        sessions.begin(request)
        devices.recognise(request, response, user)
        return in_their_language(response, user)


class FactorAdapter(DefaultMFAAdapter):
    """Our words and our rules in the library's second factors."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "cannot_delete_authenticator": _(
            "Who works for the secretariat keeps a second factor. Please add another one first."
        ),
        "cannot_generate_recovery_codes": _(
            "Recovery codes belong to an app or a passkey. Please set one of them up first."
        ),
        "incorrect_code": _("This is not right. Please try again with a new code."),
    }

    def get_totp_issuer(self) -> str:
        return settings.COALITION_NAME

    def _get_site_name(self) -> str:
        return settings.COALITION_NAME

    def build_totp_svg(self, url: str) -> str:
        """On white, also where the page is dark."""
        picture = qrcode.make(url, image_factory=SvgPathFillImage)
        return picture.to_string(encoding="unicode")

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return second_factor.may_remove(authenticator)

    def generate_authenticator_name(self, user: User, type: str) -> str:
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return str(_("Passkey %(number)s")) % {"number": number}

    # Who reads the database alone cannot make the codes.

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode("ascii")).decode()


def _cipher() -> Fernet:
    """With a key that is made from the installation's own secret key."""
    key = salted_hmac("coalition.accounts.factors", b"", algorithm="sha256").digest()
    return Fernet(base64.urlsafe_b64encode(key))


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
