"""Filters of the directory."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coalition.partners.choices import (
    RowField,
    countries,
    label_of,
    read_places,
    regions,
    rows_of,
)
from coalition.partners.directory.queries import SORTS, first_year, places_of_partners
from coalition.partners.models import Partner, PartnerGroup, Scope
from coalition.places.models import Level
from coalition.themes.models import Theme


class DirectoryFilter(forms.Form):
    """Filters of the directory; each is a code, so that the address of a list stays the same."""

    words = forms.CharField(label=gettext_lazy("Words"), required=False, max_length=100)
    scope = forms.ChoiceField(
        label=label_of(Partner, "scope"),
        choices=[("", gettext_lazy("Every scope")), *Scope.choices],
        required=False,
    )
    sort = forms.ChoiceField(
        label=gettext_lazy("Order"),
        choices=[(code, label) for code, (label, _fields) in SORTS.items()],
        required=False,
    )
    field_order = (
        *("words", "group", "country", "region", "scope", "theme", "level", "since", "sort"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.groups = rows_of(PartnerGroup.objects.all(), _("All groups"))
        held = read_places()
        seats = set(places_of_partners().values_list("code", flat=True))
        for name, label, rows in (
            ("group", label_of(Partner, "group"), self.groups),
            ("country", label_of(Partner, "country"), countries(held, among=seats, empty=_("All"))),
            ("region", gettext_lazy("Region"), regions(held, empty=_("All"))),
            (
                "theme",
                gettext_lazy("Theme of a priority"),
                rows_of(Theme.objects.all(), _("All themes")),
            ),
            (
                "level",
                gettext_lazy("Level of a priority"),
                rows_of(Level.objects.all(), _("Every level")),
            ),
        ):
            self.fields[name] = RowField(rows, label=label, required=False)
        years = range(timezone.now().year, first_year() - 1, -1)
        self.fields["since"] = forms.ChoiceField(
            label=_("Joined since"),
            choices=[("", _("Any year")), *((str(year), str(year)) for year in years)],
            required=False,
        )
        self.order_fields(self.field_order)

    def chosen(self) -> dict[str, str]:
        """The filters in use, as `queries.directory` takes them. What is no choice is left out,
        and the form says so."""
        self.is_valid()
        values = {name: self.fields[name].prepare_value(v) for name, v in self.cleaned_data.items()}
        return {name: value for name, value in values.items() if value}
