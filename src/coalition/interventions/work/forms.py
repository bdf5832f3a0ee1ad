"""What is asked of an activity and of a risk."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coalition.base.forms import CleanText
from coalition.interventions.models import Activity, Intervention, Risk, Weight
from coalition.partners.models import Partner
from coalition.results.models import Result
from coalition.ui.forms import DateInput

ONE_LINE = forms.TextInput(attrs={"dir": "auto"})


class WorkForm(CleanText, forms.Form):
    """What an activity and a risk have in common: a partner with a confirmed role."""

    use_required_attribute = False

    partner = forms.ModelChoiceField(None, required=False)

    def __init__(self, data: Any, *, intervention: Intervention, row: Any = None) -> None:
        said = {name: getattr(row, name) for name in self.base_fields} if row else None
        super().__init__(data, initial=said)
        in_it = intervention.roles.confirmed().values("partner")
        named = Partner.objects.filter(pk__in=in_it)
        if row is not None and row.partner_id:
            named = Partner.objects.filter(pk__in=[row.partner_id]) | named
        self.fields["partner"].queryset = named.order_by("name")
        self.fields["partner"].empty_label = _("Nobody in particular")


class ActivityForm(WorkForm):
    title = forms.CharField(label=gettext_lazy("What is done"), max_length=300, widget=ONE_LINE)
    result = forms.ModelChoiceField(None, label=gettext_lazy("Result it leads to"), required=False)
    starts_on = forms.DateField(label=gettext_lazy("Planned from"), widget=DateInput)
    ends_on = forms.DateField(label=gettext_lazy("Planned until"), widget=DateInput)
    began_on = forms.DateField(label=gettext_lazy("Began on"), required=False, widget=DateInput)
    ended_on = forms.DateField(label=gettext_lazy("Ended on"), required=False, widget=DateInput)
    dropped_because = forms.CharField(
        label=gettext_lazy("Given up, because"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Only where it will not be done. Everybody can read it."),
        widget=ONE_LINE,
    )
    field_order = ("title", "result", "partner")

    def __init__(self, data: Any, *, intervention: Intervention, row: Any = None) -> None:
        super().__init__(data, intervention=intervention, row=row)
        self.fields["partner"].label = _("Partner that does it")
        own = Result.objects.filter(framework=intervention.framework_id)
        self.fields["result"].queryset = own
        self.fields["result"].empty_label = _("None in particular")


class RiskForm(WorkForm):
    words = forms.CharField(
        label=gettext_lazy("What may go wrong"), max_length=300, widget=ONE_LINE
    )
    likelihood = forms.TypedChoiceField(
        label=gettext_lazy("How likely it is"),
        choices=Weight.choices,
        coerce=int,
        initial=Weight.MEDIUM,
        widget=forms.RadioSelect,
    )
    harm = forms.TypedChoiceField(
        label=gettext_lazy("How much it would harm"),
        choices=Weight.choices,
        coerce=int,
        initial=Weight.MEDIUM,
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label=gettext_lazy("What is done about it"),
        max_length=300,
        required=False,
        widget=ONE_LINE,
    )
    is_public = forms.BooleanField(
        label=gettext_lazy("Everybody may read it"),
        required=False,
        help_text=gettext_lazy(
            "Else those who take part, the secretariat and the coordinating group alone."
        ),
    )
    closed_because = forms.CharField(
        label=gettext_lazy("Past, because"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Only where it cannot happen any more."),
        widget=ONE_LINE,
    )
    field_order = ("words", "likelihood", "harm", "answer", "partner")

    def __init__(self, data: Any, *, intervention: Intervention, row: Any = None) -> None:
        super().__init__(data, intervention=intervention, row=row)
        self.fields["partner"].label = _("Partner that watches it")


# --- By kind -------------------------------------------------------------------------------------

FORMS: dict[str, type[WorkForm]] = {"activity": ActivityForm, "risk": RiskForm}
MODELS: dict[str, type[Activity | Risk]] = {"activity": Activity, "risk": Risk}
TITLES: dict[str, str | Promise] = {
    "activity": gettext_lazy("An activity"),
    "risk": gettext_lazy("A risk"),
}
