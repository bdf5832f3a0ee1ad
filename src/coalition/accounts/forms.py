"""The forms of sign-in and of one's own profile."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ConfirmLoginCodeForm, RequestLoginCodeForm
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from coalition.accounts.models import User
from coalition.base.forms import CleanText


class AskForCodeForm(RequestLoginCodeForm):
    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("The address at which the secretariat writes to you."),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


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


class ProfileForm(CleanText, forms.ModelForm):
    language = forms.ChoiceField(
        label=_("Language"), help_text=_("The language in which we write to you.")
    )

    class Meta:
        model = User
        fields = ["name", "language", "shows_name", "shows_email"]
        help_texts = {
            "name": _("Your organisation and the secretariat see it; others if you say so."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = settings.LANGUAGES
