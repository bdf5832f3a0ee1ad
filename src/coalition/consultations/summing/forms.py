"""Filters of the lists of results."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coalition.base.forms import CleanText
from coalition.consultations.summing.collecting import ORGANISATIONS
from coalition.consultations.summing.queries import KIND_NAMES, LONGEST_WORDS, NAMES
from coalition.partners.models import PartnerGroup


class StatementsForm(CleanText, forms.Form):
    """Of whom, which statements; a value that nothing has asks nothing, and the form says so."""

    of = forms.ChoiceField(label=_("Answers of"), choices=list(NAMES.items()), required=False)
    result = forms.ChoiceField(
        label=_("Result"), choices=[("", _("All")), *KIND_NAMES.items()], required=False
    )
    words = forms.CharField(
        label=_("Words"),
        max_length=LONGEST_WORDS,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "dir": "auto"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_valid()

    @property
    def wishes(self) -> dict[str, str]:
        given: dict[str, str] = self.cleaned_data
        return {**given, "of": given.get("of") or ORGANISATIONS}


class OrganisationsForm(CleanText, forms.Form):
    """Which of the organisations that answered; a value that nothing has asks nothing, and the form
    says so."""

    words = forms.CharField(
        label=_("Words"),
        max_length=LONGEST_WORDS,
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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_valid()

    @property
    def wishes(self) -> dict[str, Any]:
        """What is asked for, as `organisations.answering` takes it."""
        return {name: value for name, value in self.cleaned_data.items() if value}
