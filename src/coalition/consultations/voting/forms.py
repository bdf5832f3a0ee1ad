"""One vote; one signature; what a person says of themselves."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from coalition.consultations.states import Reaction
from coalition.partners.choices import RowField, countries, read_places, rows_of
from coalition.partners.models import PartnerGroup


class VoteForm(forms.Form):
    """Which of the three buttons was pressed."""

    value = forms.TypedChoiceField(choices=Reaction.choices, coerce=int)


class SignForm(forms.Form):
    """On which version of the drafts a signature rests."""

    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)


class AboutForm(forms.Form):
    """To which group a person belongs, and where they are; both may stay empty."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        nothing = _("I would rather not say")
        groups = rows_of(PartnerGroup.objects.filter(retired_on=None), nothing)
        places = countries(read_places(), empty=nothing)
        self.fields["group"] = RowField(
            groups,
            label=_("Closest to me"),
            help_text=_("The group in which you would count yourself."),
            required=False,
        )
        self.fields["place"] = RowField(places, label=_("Country or area"), required=False)
