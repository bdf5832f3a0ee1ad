"""What a reader may ask of the list of commitments."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from coalition.base.forms import CleanText
from coalition.commitments.exploring import queries
from coalition.commitments.models import Commitment
from coalition.partners.models import PartnerGroup
from coalition.places.forms import PlaceField
from coalition.places.models import Level
from coalition.results.models import Light
from coalition.themes.models import Challenge, Theme


class ExplorerForm(CleanText, forms.Form):
    """What a reader may ask of the list of commitments."""

    words = forms.CharField(label=_("Words"), max_length=100, required=False)
    group = forms.ModelChoiceField(
        label=_("Partner group"),
        queryset=PartnerGroup.objects.all(),
        to_field_name="code",
        required=False,
    )
    place = PlaceField(label=_("Place"), required=False)
    theme = forms.ModelChoiceField(
        label=_("Theme"), queryset=Theme.objects.all(), to_field_name="code", required=False
    )
    challenge = forms.ModelChoiceField(
        label=_("Challenge"), queryset=Challenge.objects.all(), to_field_name="code", required=False
    )
    level = forms.ModelChoiceField(
        label=_("Level"), queryset=Level.objects.all(), to_field_name="code", required=False
    )
    light = forms.ChoiceField(
        label=_("Reports"), choices=[("", _("All")), *Light.choices], required=False
    )
    declaration = forms.ModelChoiceField(
        label=_("Declaration"),
        queryset=queries.answered_texts(),
        to_field_name="code",
        required=False,
    )
    sort = forms.ChoiceField(
        label=_("Sort by"),
        choices=[
            ("newest", _("Newest first")),
            ("ends", _("Ending soonest")),
            ("title", _("Title")),
        ],
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["declaration"].queryset = queries.answered_texts(
            self.data.get("declaration", "")[:60]
        )
        for field in self.fields.values():
            if isinstance(field, forms.ModelChoiceField):
                field.empty_label = _("All")

    @property
    def order(self) -> tuple[str, ...]:
        return {
            "ends": ("ends_on", "pk"),
            "title": ("title", "pk"),
        }.get(self.cleaned_data.get("sort") or "", ("-published_at", "-pk"))


def answered(commitments: QuerySet[Commitment], form: ExplorerForm) -> QuerySet[Commitment]:
    """The commitments that the form asks for, in its order; a mistaken field asks nothing."""
    form.is_valid()
    return queries.filtered(commitments, form.cleaned_data).order_by(*form.order)
