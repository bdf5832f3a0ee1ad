"""What somebody says against a figure, what officers decide, and what the organisation replies."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from coalition.base.forms import CleanText
from coalition.partners.choices import LANGUAGES
from coalition.results.models import Outcome
from coalition.results.states import DisputeState

LONGEST = 2000


class DisputeForm(CleanText, forms.Form):
    """A dispute; who is signed in gives no address."""

    use_required_attribute = False

    reason = forms.CharField(
        label=_("What is wrong with it, and how you know"),
        max_length=LONGEST,
        help_text=_(
            "If the secretariat takes it up, everybody reads these words beside the figure, but "
            "not who wrote them. Please name no private person in them, yourself included."
        ),
        widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"}),
    )
    language = forms.ChoiceField(label=_("Language of these words"), choices=LANGUAGES)
    email = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=254,
        help_text=_(
            "We send a link there. Only once you follow it is your dispute read. Nobody but the "
            "secretariat learns the address, and it is removed a year after the last word."
        ),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "dir": "ltr"}),
    )

    def __init__(self, *args: Any, is_known: bool, **kwargs: Any) -> None:
        kwargs["initial"] = {"language": get_language(), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        if is_known:
            del self.fields["email"]


class ReasonForm(CleanText, forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )


class ResolveForm(CleanText, forms.Form):
    use_required_attribute = False

    outcome = forms.ChoiceField(
        label=_("What became of the figure"), choices=Outcome.choices, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=_("In words"),
        max_length=LONGEST,
        help_text=_("Everybody reads them."),
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )


class ReplyForm(CleanText, forms.Form):
    words = forms.CharField(
        label=_("Reply"),
        max_length=LONGEST,
        help_text=_("It stands beside the figure at once, and is not changed afterwards."),
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
    )
    language = forms.ChoiceField(label=_("Language of these words"), choices=LANGUAGES)


class DisputeFilter(CleanText, forms.Form):
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("All")),
            *((one.value, one.label) for one in DisputeState if one != "unconfirmed"),
        ],
    )
    overdue = forms.BooleanField(label=_("Only those overdue"), required=False)
