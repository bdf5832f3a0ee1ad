"""What an officer or a signatory says with a verb, and what an officer asks of the desk."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coalition.base.forms import CleanText
from coalition.commitments.deciding.offers import Offer
from coalition.commitments.deciding.queries import KINDS
from coalition.commitments.states import VERBS
from coalition.partners.models import PartnerGroup
from coalition.ui.forms import DateInput


class VerbForm(CleanText, forms.Form):
    """What a verb takes besides the press of its button: a reason, a day, or nothing."""

    reason = forms.CharField(
        label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"})
    )
    publish_on = forms.DateField(
        label=_("Publish on"),
        required=False,
        help_text=_("In the time zone of its deadlines. Empty: at once."),
        widget=DateInput(),
    )

    def __init__(self, verb: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not VERBS[verb].needs_reason:
            del self.fields["reason"]
        if verb != "approve":
            del self.fields["publish_on"]


def with_forms(offers: list[Offer], of: int) -> list[tuple[Offer, VerbForm]]:
    """The offers of one commitment (its id), each with its empty form; fields of several forms on
    a page do not share their ids."""
    return [(one, VerbForm(one.verb, auto_id=f"{one.verb}-{of}-%s")) for one in offers]


class DeskForm(CleanText, forms.Form):
    """What an officer may ask of the list of what waits."""

    words = forms.CharField(label=_("Words"), max_length=100, required=False)
    kind = forms.ChoiceField(
        label=_("What waits"),
        choices=[("", _("All")), *((code, name) for code, (name, _which) in KINDS.items())],
        required=False,
    )
    group = forms.ModelChoiceField(
        label=_("Partner group"),
        queryset=PartnerGroup.objects.all(),
        to_field_name="code",
        empty_label=_("All"),
        required=False,
    )
    longer = forms.ChoiceField(
        label=_("Waits longer than"),
        choices=[
            ("", _("Any time")),
            ("7", _("A week")),
            ("14", _("Two weeks")),
            ("30", _("A month")),
            ("90", _("Three months")),
        ],
        required=False,
    )
    sort = forms.ChoiceField(
        label=_("Sort by"),
        choices=[
            ("", _("Waiting longest")),
            ("newest", _("Newest first")),
            ("partner", _("Organisation")),
            ("ends", _("Ending soonest")),
        ],
        required=False,
    )

    @property
    def order(self) -> tuple[str, ...]:
        return {
            "newest": ("-waits_since", "-pk"),
            "partner": ("partner__name", "pk"),
            "ends": ("ends_on", "pk"),
        }.get(self.cleaned_data.get("sort") or "", ("waits_since", "pk"))
