"""What officers ask of the list of those who are missing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coalition.base.fields import LANGUAGE_NAMES
from coalition.base.forms import CleanText
from coalition.partners.models import PartnerGroup, Scope, SizeClass
from coalition.places.models import Place, PlaceKind

ALL = ("", _("All"))


class MissingForm(CleanText, forms.Form):
    """Filters; a value that nothing has asks nothing, and the form says so."""

    words = forms.CharField(
        label=_("Words"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "dir": "auto"}),
    )
    group = forms.ModelChoiceField(
        label=_("Partner group"),
        queryset=PartnerGroup.objects.order_by("position", "code"),
        to_field_name="code",
        required=False,
        empty_label=_("All"),
    )
    region = forms.ModelChoiceField(
        label=_("Region"),
        queryset=Place.objects.filter(kind=PlaceKind.REGION).order_by("path"),
        to_field_name="code",
        required=False,
        empty_label=_("All"),
    )
    scope = forms.ChoiceField(label=_("Level"), choices=[ALL, *Scope.choices], required=False)
    size = forms.ChoiceField(label=_("Size"), choices=[ALL, *SizeClass.choices], required=False)
    language = forms.ChoiceField(
        label=_("First working language"),
        choices=[ALL, *LANGUAGE_NAMES.items()],
        required=False,
    )
    stands = forms.ChoiceField(
        label=_("How far they are"),
        choices=[
            ALL,
            ("begun", _("Something waits for their signatory")),
            ("silent", _("Nothing was heard of them")),
            ("silent_group", _("Nobody of their group answered")),
            ("not_invited", _("Not invited by name")),
            ("nobody", _("Nobody may write for them")),
        ],
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_valid()

    @property
    def wishes(self) -> dict[str, Any]:
        """What is asked for, as `queries.missing` takes it."""
        return {name: value for name, value in self.cleaned_data.items() if value}
