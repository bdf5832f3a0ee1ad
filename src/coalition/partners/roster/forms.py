"""The forms by which a list of partners is taken in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coalition.base.lists import forms as lists
from coalition.partners.choices import RowField, rows_of
from coalition.partners.models import PartnerGroup, RosterImport, Scope
from coalition.partners.roster.checking import Options
from coalition.partners.roster.columns import FIELDS
from coalition.ui.forms import DateInput


class UploadForm(lists.UploadForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].label = _("A list of partners")


class ColumnsForm(lists.ColumnsForm):
    """What each column of the list holds, with the guess chosen, and what stands in for gaps."""

    FIELDS = FIELDS

    scope = forms.ChoiceField(
        label=gettext_lazy("Scope, where the list says none"),
        choices=[("", gettext_lazy("None: refuse such rows")), *Scope.choices],
        required=False,
    )
    joined_on = forms.DateField(
        label=gettext_lazy("Day of joining, where the list says none"),
        required=False,
        widget=DateInput,
    )
    writes = forms.BooleanField(
        label=gettext_lazy("Write to the focal points of new partners that they can sign in now"),
        required=False,
    )

    def __init__(self, data: Any = None, *, listed: RosterImport, samples: Sequence[str]) -> None:
        initial = Options(**listed.options).kept()
        super().__init__(data, listed=listed, samples=samples, initial=initial)
        groups = rows_of(PartnerGroup.objects.all(), _("None: refuse such rows"))
        self.fields["group"] = RowField(
            groups, label=_("Partner group, where the list says none"), required=False
        )
        self.order_fields([*self.names, "group", "scope", "joined_on", "writes"])

    @property
    def chosen(self) -> Options:
        held = self.cleaned_data
        return Options(
            group=held["group"].code if held["group"] else "",
            scope=held["scope"],
            joined_on=held["joined_on"].isoformat() if held["joined_on"] else "",
            writes=held["writes"],
        )


class TakeInForm(lists.TakeInForm):
    ALIKE_ARE_NEW = gettext_lazy(
        "Those that look like a partner are other organisations; take them in as new: %(count)s"
    )
