"""How tests sign people in: who needs a second factor has used one, unless told otherwise."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.conf import settings
from django.test import Client

from coalition.accounts import second_factor
from coalition.accounts.models import User

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
_force_login = Client.force_login


def force_login(
    client: Client, user: User, backend: str | None = None, *, second_factor_used: bool = True
) -> None:
    """As Django's; the session counts as one in which the second factor was used."""
    _force_login(client, user, backend)
    if second_factor_used and user.needs_second_factor:
        session = client.session
        second_factor.mark(session, user)
        session.save()


def give_app(user: User) -> str:
    """Give the person an app with codes, and recovery codes; returns the app's secret."""
    TOTP.activate(user, SECRET)
    RecoveryCodes.activate(user)
    return SECRET


def code_of_app(at: float) -> str:
    """What the app shows at this time (seconds since 1970)."""
    return format_hotp_value(hotp_value(SECRET, int(at) // settings.MFA_TOTP_PERIOD))


def recovery_code(user: User) -> str:
    """One that is not used up yet; they are made where the person has none."""
    held = Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).first()
    if held is None:
        give_app(user)
        return recovery_code(user)
    return str(held.wrap().get_unused_codes()[0])


def install() -> None:
    Client.force_login = force_login  # type: ignore[method-assign]
