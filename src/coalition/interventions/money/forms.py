"""What is asked of a budget and of a payment."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coalition.analysis.figures import NotAFigure, parse
from coalition.base.forms import CleanText
from coalition.interventions.models import Budget, BudgetStatus, Intervention, Payment, PaymentKind
from coalition.interventions.money.actions import YEARS
from coalition.interventions.money.queries import partners_to_name
from coalition.results.frameworks.checks import WHY_NOT
from coalition.results.models import Unit, UnitKind
from coalition.ui.forms import DateInput

ONE_LINE = forms.TextInput(attrs={"dir": "auto"})


class CurrencyField(forms.ModelChoiceField):
    """A currency by its code, of those in use."""

    def __init__(self) -> None:
        units = Unit.objects.filter(kind=UnitKind.MONEY, retired_on=None).order_by("code")
        label = gettext_lazy("Currency")
        super().__init__(units, label=label, to_field_name="code", empty_label=_("Choose one"))

    def label_from_instance(self, obj: Unit) -> str:
        return f"{obj.code.upper()} – {obj.name}"

    def prepare_value(self, value: Any) -> Any:
        return getattr(value, "code", value)


class MoneyForm(CleanText, forms.Form):
    """What a budget and a payment have in common."""

    use_required_attribute = False

    unit = CurrencyField()
    amount = forms.CharField(
        label=gettext_lazy("Amount"),
        max_length=40,
        help_text=gettext_lazy("In whole units of the currency, such as 250000."),
        widget=forms.TextInput(attrs={"inputmode": "decimal", "dir": "ltr"}),
    )
    partner = forms.ModelChoiceField(None, label=gettext_lazy("Partner"), required=False)
    words = forms.CharField(
        label=gettext_lazy("In words"), max_length=300, required=False, widget=ONE_LINE
    )
    source = forms.CharField(
        label=gettext_lazy("Source"),
        max_length=300,
        help_text=gettext_lazy("Where the figure comes from, such as the name of a budget."),
        widget=ONE_LINE,
    )
    value_on = forms.DateField(
        label=gettext_lazy("As of"),
        required=False,
        help_text=gettext_lazy("Of which day the figure is. If empty: the first day above."),
        widget=DateInput,
    )

    def __init__(self, data: Any, *, intervention: Intervention, like: Any = None) -> None:
        super().__init__(data, initial=self.said(like) if like else None)
        named = partners_to_name(intervention).order_by("name")
        for name in ("partner", "receiver"):
            if name in self.fields:
                self.fields[name].queryset = named
                self.fields[name].empty_label = _("Another one, or nobody in particular")

    @classmethod
    def said(cls, row: Budget | Payment) -> dict[str, Any]:
        """What a row says, as the form is filled with it."""
        said = {name: getattr(row, name, None) for name in cls.base_fields}
        return {**said, "amount": row.amount_in_full}

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        unit, typed = given.get("unit"), given.get("amount")
        if unit and typed:
            try:
                given["amount"] = parse(typed, unit.decimals)
            except NotAFigure as problem:
                words = {"text": typed[:40], "decimals": unit.decimals}
                self.add_error("amount", str(WHY_NOT[problem.reason]) % words)
        return given


class BudgetForm(MoneyForm):
    year = forms.IntegerField(
        label=gettext_lazy("Year"),
        required=False,
        help_text=gettext_lazy("In four digits, such as 2027."),
    )
    starts_on = forms.DateField(
        label=gettext_lazy("From"),
        required=False,
        help_text=gettext_lazy("Only where it is no calendar year: its first and its last day."),
        widget=DateInput,
    )
    ends_on = forms.DateField(label=gettext_lazy("Until"), required=False, widget=DateInput)
    status = forms.ChoiceField(
        label=gettext_lazy("How firm it is"),
        choices=BudgetStatus.choices,
        initial=BudgetStatus.INDICATIVE,
        widget=forms.RadioSelect,
    )
    is_revised = forms.BooleanField(
        label=gettext_lazy("It takes the place of an earlier budget"),
        required=False,
        help_text=gettext_lazy("Of the earlier one of this partner, currency and period."),
    )
    field_order = ("year", "starts_on", "ends_on", "unit", "amount", "partner", "status")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["partner"].label = _("Partner that brings it")

    @classmethod
    def said(cls, row: Any) -> dict[str, Any]:
        said = super().said(row)
        is_a_year = (row.starts_on, row.ends_on) == days_of(row.starts_on.year)
        left_out = {"starts_on": None, "ends_on": None} if is_a_year else {}
        return {**said, "year": row.starts_on.year if is_a_year else None, **left_out}

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        year = given.pop("year", None)
        if (
            given.get("starts_on")
            or given.get("ends_on")
            or {"starts_on", "ends_on"} & set(self.errors)
        ):
            return given
        if year not in YEARS and "year" not in self.errors:
            self.add_error("year", _("Please write the year in four digits, such as 2027."))
        elif year in YEARS:
            given["starts_on"], given["ends_on"] = days_of(year)
        return given


def days_of(year: int) -> tuple[date, date]:
    """The first and the last day of a calendar year."""
    return date(year, 1, 1), date(year, 12, 31)


class PaymentForm(MoneyForm):
    kind = forms.ChoiceField(
        label=gettext_lazy("What happened"),
        choices=PaymentKind.choices,
        initial=PaymentKind.DISBURSED,
        help_text=gettext_lazy(
            "Beside the budget stands what was paid out to a partner, and what was spent. Say the "
            "same money once: where it was paid out to a partner, not again where that spends it."
        ),
    )
    paid_on = forms.DateField(label=gettext_lazy("On"), widget=DateInput)
    giver_name = forms.CharField(
        label=gettext_lazy("Or another one who gave it"),
        max_length=300,
        required=False,
        widget=ONE_LINE,
    )
    receiver = forms.ModelChoiceField(
        None, label=gettext_lazy("Partner that received it"), required=False
    )
    receiver_name = forms.CharField(
        label=gettext_lazy("Or another one who received it"),
        max_length=300,
        required=False,
        widget=ONE_LINE,
    )
    field_order = (
        *("kind", "paid_on", "unit", "amount", "partner", "giver_name"),
        *("receiver", "receiver_name"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["partner"].label = _("Partner that gave it")


class StrikeForm(CleanText, forms.Form):
    """Why an amount is struck out."""

    use_required_attribute = False

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=300,
        help_text=gettext_lazy("Everybody can read it."),
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )


# --- By kind -------------------------------------------------------------------------------------

FORMS: dict[str, type[MoneyForm]] = {"budget": BudgetForm, "payment": PaymentForm}
MODELS: dict[str, type[Budget | Payment]] = {"budget": Budget, "payment": Payment}
TITLES: dict[str, str | Promise] = {
    "budget": gettext_lazy("A budget"),
    "payment": gettext_lazy("A payment"),
}
