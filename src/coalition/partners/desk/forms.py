"""The forms of the board: its filters, what is done with chosen rows, the name of a view."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coalition.partners.choices import countries, read_places, rows_of
from coalition.partners.desk.queries import EVERY_CASE, KINDS, WAITS_FOR
from coalition.partners.models import AccessionRequest, Partner, PartnerGroup
from coalition.partners.states import OPEN, AccessionState
from coalition.ui.forms import DateInput, Select

LONGEST_WORDS = 100


class BoardFilter(forms.Form):
    stage = forms.ChoiceField(label=gettext_lazy("Stage"), required=False)
    waits = forms.ChoiceField(
        label=gettext_lazy("Waits for"),
        choices=[("", gettext_lazy("anybody")), *WAITS_FOR.items()],
        required=False,
    )
    assigned = forms.ChoiceField(label=gettext_lazy("Looked after by"), required=False)
    group = forms.ChoiceField(label=gettext_lazy("Partner group"), required=False)
    country = forms.ChoiceField(label=gettext_lazy("Country"), required=False, widget=Select)
    words = forms.CharField(label=gettext_lazy("Words"), required=False, max_length=LONGEST_WORDS)
    sort = forms.ChoiceField(
        label=gettext_lazy("Order"),
        choices=[
            ("", gettext_lazy("Longest wait first")),
            ("due", gettext_lazy("Service target first")),
            ("newest", gettext_lazy("Newest first")),
            ("name", gettext_lazy("By name")),
        ],
        required=False,
    )
    over = forms.BooleanField(label=gettext_lazy("Only what is over target"), required=False)
    put_off = forms.BooleanField(label=gettext_lazy("Only what is put off"), required=False)

    def __init__(self, data: Any, *, officers: Iterable[Any]) -> None:
        super().__init__(data)
        closed = [state for state in AccessionState if state not in OPEN]
        self.fields["stage"].choices = [
            ("", _("All that waits")),
            (_("Requests"), [(state, state.label) for state in OPEN]),
            (_("Also"), list(KINDS.items())),
            (
                _("Not waiting"),
                [*((state, state.label) for state in closed), (EVERY_CASE, _("Every request"))],
            ),
        ]
        self.fields["assigned"].choices = [
            ("", _("anybody")),
            ("me", _("me")),
            ("nobody", _("nobody yet")),
            *((str(one.pk), str(one)) for one in officers),
        ]
        groups = rows_of(PartnerGroup.objects.all(), empty=_("All groups"))
        self.fields["group"].choices = groups.choices
        asking = AccessionRequest.objects.exclude(country=None).order_by()
        seated = Partner.objects.public().exclude(country=None).order_by()
        codes = asking.values("country__code").union(seated.values("country__code"))
        known = {row["country__code"] for row in codes}
        self.fields["country"].choices = countries(
            read_places(), among=known, empty=_("All countries")
        ).choices

    def chosen(self) -> dict[str, Any]:
        """The filters in use that make sense; the others are left out."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class BulkForm(forms.Form):
    """What is done with the rows that were ticked."""

    officer = forms.ChoiceField(label=gettext_lazy("Give to"), required=False)
    until = forms.DateField(label=gettext_lazy("Put off until"), required=False, widget=DateInput)

    def __init__(self, *args: Any, officers: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(*args, auto_id="bulk-%s", **kwargs)
        self.fields["officer"].choices = [
            ("", _("nobody")),
            *((str(one.pk), str(one)) for one in officers),
        ]


class ViewForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name of the view"), max_length=80)
    is_shared = forms.BooleanField(label=gettext_lazy("Show it to all officers"), required=False)
    query = forms.CharField(widget=forms.HiddenInput, required=False, max_length=500)
