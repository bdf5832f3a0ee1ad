"""What is asked of a partner, and what it answers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coalition.base.forms import CleanText
from coalition.interventions.models import Kind, Role
from coalition.partners.choices import NamedPartnerField
from coalition.ui.verbs import ReasonForm


class AskForm(CleanText, forms.Form):
    """Which partner is asked for which role."""

    use_required_attribute = False

    partner = NamedPartnerField(label=_("Partner"))
    kind = forms.ChoiceField(label=_("Role"), choices=Kind.choices, widget=forms.RadioSelect)
    what = forms.CharField(
        label=_("What it does, in a sentence"),
        required=False,
        max_length=Role._meta.get_field("what").max_length,
        help_text=_(
            "In the language of the intervention. Everyone can read it once it is confirmed."
        ),
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )


# What is asked for each verb.
FORMS = {
    "confirm": forms.Form,
    "decline": ReasonForm,
    "leave": ReasonForm,
    "remove": ReasonForm,
}


def form_of(verb: str, data: Any = None) -> forms.Form:
    """The form of a verb; several of them stand on one page, each with ids of its own."""
    return FORMS[verb](data, auto_id=f"{verb}-%s")
