"""The forms of sign-in and of one's own profile."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter as account_adapter
from allauth.account.forms import ConfirmLoginCodeForm, RequestLoginCodeForm
from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

from coalition.accounts.mailboxes import is_throw_away, mailbox_of
from coalition.accounts.models import User
from coalition.base import zones
from coalition.base.forms import CleanText
from coalition.base.limits import HOUR, Limit, seconds_to_wait
from coalition.ui.forms import Select

# Letters to one mailbox, whichever way its address is spelled; and asked for from one network
# address, which a whole workshop may share.
PER_MAILBOX, PER_CLIENT = Limit(10, HOUR), Limit(600, HOUR)


class AskForCodeForm(RequestLoginCodeForm):
    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("The address at which the secretariat writes to you."),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def __init__(self, *args: Any, is_open: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_open = is_open
        if is_open:
            self.fields["email"].help_text = _("One that you keep: it is how you come back.")

    def clean_email(self) -> str:
        """Said before anybody looks whether there is an account, so that it tells nothing of it."""
        address: str = self.cleaned_data["email"]
        if self.is_open and is_throw_away(address):
            raise forms.ValidationError(
                _(
                    "This address belongs to a domain that gives addresses to throw away. Please "
                    "take one that you keep."
                )
            )
        wait = seconds_to_wait(
            context.request,
            *("sign-in", mailbox_of(address)),
            by_reader=PER_CLIENT,
            by_thing=PER_MAILBOX,
        )
        if wait:
            raise account_adapter().validation_error("too_many_login_attempts")
        found: str = super().clean_email()
        return found


class GiveCodeForm(ConfirmLoginCodeForm):
    code = forms.CharField(
        label=_("The code from the letter"),
        help_text=_("Eight letters. Capitals and the hyphen do not matter."),
        max_length=30,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "dir": "ltr",
            }
        ),
    )


NUMBERS = {"autocomplete": "one-time-code", "inputmode": "numeric", "dir": "ltr"}


class OnlyOnce:
    """A code of the app opens once, even while the clock would still allow it."""

    code = forms.CharField(
        label=_("The code that your app shows, or a recovery code"),
        max_length=30,
        widget=forms.TextInput(attrs=NUMBERS),
    )
    user: User
    authenticator: Authenticator

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]
        if self.authenticator.type == Authenticator.Type.TOTP:
            key = f"accounts.code:{self.user.pk}:{''.join(code.split())}"
            lives = settings.MFA_TOTP_PERIOD * (2 * settings.MFA_TOTP_TOLERANCE + 1)
            if not cache.add(key, True, timeout=lives):
                raise get_adapter().validation_error("incorrect_code")
        return code


class SecondFactorForm(OnlyOnce, AuthenticateForm):
    code = OnlyOnce.code


class AgainForm(OnlyOnce, ReauthenticateForm):
    code = OnlyOnce.code


class AppForm(ActivateTOTPForm):
    code = forms.CharField(
        label=_("The code that your app shows now"),
        max_length=30,
        widget=forms.TextInput(attrs=NUMBERS),
    )


def name_of_passkey() -> forms.CharField:
    return forms.CharField(
        label=_("A name for it"),
        help_text=_("So that you know it again, such as “my phone”."),
        max_length=60,
    )


class PasskeyForm(CleanText, AddWebAuthnForm):
    name = name_of_passkey()


class PasskeyNameForm(CleanText, EditWebAuthnForm):
    name = name_of_passkey()


class ResetForm(forms.Form):
    email = forms.EmailField(label=_("The person’s e-mail address"), max_length=254)


class ProfileForm(CleanText, forms.ModelForm):
    language = forms.ChoiceField(
        label=_("Language"), help_text=_("The language in which we write to you.")
    )
    zone = forms.ChoiceField(
        label=_("Time zone"),
        help_text=_("Deadlines are shown in it too, beside the zone they belong to."),
        choices=zones.choices,
        widget=Select,
    )

    class Meta:
        model = User
        fields = ["name", "language", "zone", "shows_name", "shows_email"]
        help_texts = {
            "name": _("Your organisation and the secretariat see it; others if you say so."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = settings.LANGUAGES
