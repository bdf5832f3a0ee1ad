"""What is asked of somebody who claims a contribution, and of somebody who answers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coalition.base.forms import CleanText
from coalition.commitments.contributing.queries import Own
from coalition.commitments.models import Claim
from coalition.results.frameworks.forms import read_share
from coalition.results.models import Indicator
from coalition.ui.verbs import ReasonForm


class ClaimForm(CleanText, forms.Form):
    """Whose figures count there, how large the share is, and how it contributes. `fitting` are the
    commitment's indicators; only those whose figures can count are offered."""

    use_required_attribute = False

    own = forms.ChoiceField(
        label=_("Which of your figures count towards it?"),
        required=False,
        help_text=_(
            "They are added to the intervention's total as you report them. A figure counts "
            "towards one result alone, so that no total counts it twice."
        ),
        widget=forms.RadioSelect,
    )
    share = forms.CharField(
        label=_("Share in per cent"),
        max_length=20,
        help_text=_("Up to two decimals. All shares together make 100 at most."),
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    how = forms.CharField(
        label=_("How it contributes, in a sentence"),
        max_length=Claim._meta.get_field("how").max_length,
        help_text=_("In the language of the commitment. Everyone can read it once confirmed."),
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )

    def __init__(self, data: Any, *, fitting: Iterable[Own], initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        self.offered = {str(one.indicator.pk): one.indicator for one in fitting if not one.why_not}
        self.fields["own"].choices = [
            ("", _("None: our figures are not added")),
            *((key, one.title) for key, one in self.offered.items()),
        ]

    def clean_own(self) -> Indicator | None:
        return self.offered.get(self.cleaned_data["own"])

    def clean_share(self) -> int:
        return read_share(self.cleaned_data["share"])


# What is asked for each verb, but for rewording, which is `ClaimForm`.
FORMS = {"confirm": forms.Form, "decline": ReasonForm, "withdraw": ReasonForm}


def form_of(verb: str, data: Any = None) -> forms.Form:
    """The form of a verb; several of them stand on one page, each with ids of its own."""
    return FORMS[verb](data, auto_id=f"{verb}-%s")
