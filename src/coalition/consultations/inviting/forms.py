"""Whom an officer invites, and which invitations they look for."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from coalition.base.fields import LANGUAGE_NAMES
from coalition.base.forms import CleanText
from coalition.consultations.models import Consultation
from coalition.partners.models import PartnerGroup

LONGEST_LIST = 400_000  # characters
BETWEEN = re.compile(r"[\n,;]+")
IN_BRACKETS = re.compile(r"<([^<>]*)>")


def addresses_in(text: str) -> list[str]:
    """What a pasted list holds: addresses on lines of their own or with commas, semicolons or
    spaces between them, alone or as mail programs write them, “Ana <ana@example.org>”."""
    found: list[str] = []
    for part in BETWEEN.split(text):
        named = IN_BRACKETS.findall(part)
        found += [each.strip() for each in named] if named else part.split()
    return found


class PeopleForm(CleanText, forms.Form):
    addresses = forms.CharField(
        label=_("E-mail addresses"),
        help_text=_("Paste a list: one a line, or with commas between them."),
        max_length=LONGEST_LIST,
        widget=forms.Textarea({"rows": 6, "dir": "ltr", "spellcheck": "false"}),
    )
    language = forms.ChoiceField(
        label=_("Language of the letter"),
        help_text=_("Whoever has an account is written to in their own."),
    )

    def __init__(self, consultation: Consultation, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["language"]
        field.choices = [(code, LANGUAGE_NAMES[code]) for code in consultation.languages]
        here = (get_language() or "").split("-")[0]
        field.initial = here if here in consultation.languages else field.choices[0][0]
        if len(field.choices) == 1:
            field.widget = forms.HiddenInput()

    def clean_addresses(self) -> list[str]:
        return addresses_in(self.cleaned_data["addresses"])


class PartnersForm(forms.Form):
    group = forms.ModelChoiceField(
        PartnerGroup.objects.all(), label=_("Partner group"), required=False, empty_label=_("All")
    )


class FilterForm(CleanText, forms.Form):
    words = forms.CharField(label=_("Words"), max_length=100, required=False)
    kind = forms.ChoiceField(
        label=_("Who"),
        choices=[("", _("All")), ("partners", _("Partners")), ("people", _("People"))],
        required=False,
    )
