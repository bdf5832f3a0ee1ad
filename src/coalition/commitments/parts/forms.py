"""What the one that leads asks of others, and what they answer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coalition.base.forms import CleanText
from coalition.commitments.models import Part, PartRole
from coalition.partners.choices import NamedPartnerField
from coalition.ui.verbs import ReasonForm

LONGEST = Part._meta.get_field("what").max_length


class WordsForm(CleanText, forms.Form):
    """What a partner does in a joint commitment."""

    use_required_attribute = False

    role = forms.ChoiceField(
        label=_("What it does"), choices=PartRole.choices, widget=forms.RadioSelect
    )
    what = forms.CharField(
        label=_("In a sentence"),
        max_length=LONGEST,
        help_text=_(
            "In the language of the commitment, for example “Trains 200 trainers by 2027”. "
            "Everyone can read it once it is confirmed."
        ),
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )


class AskForm(WordsForm):
    partner = NamedPartnerField(label=_("Partner"))
    field_order = ("partner", "role", "what")


class OfferForm(WordsForm):
    """What the one that leads will do once another one leads."""

    def __init__(self, *args: Any, initial: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].label = _("What your organisation does from then on")


# What is asked for each verb.
FORMS = {
    "change": WordsForm,
    "ask_again": WordsForm,
    "remove": ReasonForm,
    "confirm": forms.Form,
    "decline": ReasonForm,
    "leave": ReasonForm,
    "offer_lead": OfferForm,
    "end_offer": forms.Form,
    "take_lead": forms.Form,
}


def form_of(verb: str, data: Any = None, **initial: str) -> forms.Form:
    """The form of a verb; several of them stand on one page, each with ids of its own."""
    return FORMS[verb](data, initial=initial, auto_id=f"{verb}-%s")
