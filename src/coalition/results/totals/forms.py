"""How an officer enters an exchange rate."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.analysis.figures import NotAFigure, parse
from coalition.base.forms import CleanText
from coalition.results.models import RATE_DECIMALS, Unit, UnitKind
from coalition.ui.forms import DateInput, Select


class RateForm(CleanText, forms.Form):
    """A rate of one currency into another on a day, and who says so."""

    unit = forms.ModelChoiceField(
        Unit.objects.filter(kind=UnitKind.MONEY), label=_("One unit of"), widget=Select
    )
    rate = forms.CharField(
        label=_("Bought so much"),
        max_length=30,
        help_text=_("With a decimal point or comma, such as 1.0832. At most eight decimals."),
    )
    into = forms.ModelChoiceField(
        Unit.objects.filter(kind=UnitKind.MONEY), label=_("Of"), widget=Select
    )
    on = forms.DateField(label=_("On the day"), widget=DateInput)
    source = forms.CharField(
        label=_("Who says so"),
        max_length=300,
        help_text=_("For example the central bank and the name of its table."),
    )
    url = forms.URLField(
        label=_("Address of the source"), max_length=500, required=False, assume_scheme="https"
    )

    def clean_rate(self) -> int:
        """In hundred-millionths. A rate has no thousands, so a point or comma is the decimal."""
        text = self.cleaned_data["rate"].replace(",", ".")
        whole, point, part = text.partition(".")
        try:
            if not part.isdecimal() and point:
                raise NotAFigure("not_a_number")
            rate = parse(f"{whole}\u066b{part}" if point else whole, RATE_DECIMALS)
        except NotAFigure:
            rate = 0
        if rate <= 0:
            raise forms.ValidationError(
                _("Write how much one unit bought as a number above zero, such as 1.0832.")
            )
        return rate

    def clean_on(self) -> Any:
        day = self.cleaned_data["on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("A rate of a day that has not come yet is not known."))
        return day
