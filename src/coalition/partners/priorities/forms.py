"""The priorities of a partner, ranked; what officers do with those that several share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms.formsets import ORDERING_FIELD_NAME, BaseFormSet
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from coalition.base.fields import NamesFormField
from coalition.base.forms import CleanText
from coalition.partners.choices import (
    LANGUAGES,
    RowField,
    Rows,
    grouped,
    read_places,
    regions,
    rows_of,
)
from coalition.partners.models import PriorityKind
from coalition.partners.priorities.actions import MOST_PRIORITIES
from coalition.partners.priorities.queries import SORTS
from coalition.partners.states import CommonPriorityState
from coalition.places.models import Level
from coalition.themes.models import Theme


class PriorityForm(forms.Form):
    """One priority; the selects of all rows share one reading of themes, levels and places."""

    priority = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1)
    words = forms.CharField(
        label=gettext_lazy("In your own words"),
        help_text=gettext_lazy("One sentence on what you want to see change."),
        required=False,
        max_length=300,
    )
    language = forms.ChoiceField(label=gettext_lazy("Language of these words"), choices=LANGUAGES)
    field_order = ("priority", "theme", "level", "place", "words", "language")

    def __init__(self, *args: Any, rows: Mapping[str, Rows], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = {
            "theme": gettext_lazy("Theme"),
            "level": gettext_lazy("Level"),
            "place": gettext_lazy("Place"),
        }
        for name, label in labels.items():
            self.fields[name] = RowField(rows[name], label=label)
        self.order_fields(self.field_order)
        self.fields["language"].initial = get_language()

    def has_changed(self) -> bool:
        """A spare row stays empty though its language is filled in beforehand."""
        return bool(set(self.changed_data) - {"language", ORDERING_FIELD_NAME})


class BasePriorities(BaseFormSet):
    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields[ORDERING_FIELD_NAME].label = gettext_lazy("Rank")
        form.fields[ORDERING_FIELD_NAME].help_text = gettext_lazy(
            "1 matters most. Change the numbers to move priorities up and down."
        )
        form.fields["DELETE"].label = gettext_lazy("Take this one out")


Priorities = forms.formset_factory(
    PriorityForm,
    formset=BasePriorities,
    extra=2,
    max_num=MOST_PRIORITIES,
    absolute_max=2 * MOST_PRIORITIES,
    validate_max=True,
    can_order=True,
    can_delete=True,
)


def priority_rows() -> dict[str, Rows]:
    """Themes, levels and places to choose among: three queries for any number of rows."""
    held = read_places()
    return {
        "theme": rows_of(Theme.objects.all()),
        "level": rows_of(Level.objects.all()),
        "place": grouped(held, held),
    }


# --- Common priorities -----------------------------------------------------------------------


class CommonFilter(forms.Form):
    """Filters of the list of common priorities; each is a code."""

    words = forms.CharField(label=gettext_lazy("Words"), required=False, max_length=100)
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=[("", gettext_lazy("Both")), *PriorityKind.choices],
        required=False,
    )
    sort = forms.ChoiceField(
        label=gettext_lazy("Order"),
        choices=[(code, label) for code, (label, _fields) in SORTS.items()],
        required=False,
    )
    field_order = ("words", "theme", "level", "region", "kind", "state", "sort")

    def __init__(self, *args: Any, for_officer: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = read_places()
        for name, label, rows in (
            ("theme", gettext_lazy("Theme"), rows_of(Theme.objects.all(), _("All themes"))),
            ("level", gettext_lazy("Level"), rows_of(Level.objects.all(), _("All levels"))),
            ("region", gettext_lazy("Region"), regions(held, empty=_("All"))),
        ):
            self.fields[name] = RowField(rows, label=label, required=False)
        if for_officer:
            self.fields["state"] = forms.ChoiceField(
                label=gettext_lazy("State"),
                choices=[("", gettext_lazy("All")), *CommonPriorityState.choices],
                required=False,
            )
        self.order_fields(self.field_order)

    def chosen(self) -> dict[str, str]:
        """The filters in use, as `queries.commons` takes them."""
        self.is_valid()
        values = {name: self.fields[name].prepare_value(v) for name, v in self.cleaned_data.items()}
        return {name: value for name, value in values.items() if value}


def reason_field(help_text: Any = "", *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=help_text,
        max_length=2000,
        required=required,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class NameForm(CleanText, forms.Form):
    names = NamesFormField(
        label=gettext_lazy("Name"),
        help_text=gettext_lazy("In one language at least. Everyone reads it."),
    )


class SplitForm(CleanText, forms.Form):
    """What is done with the members that were ticked in the list."""

    reason = reason_field()
    names = NamesFormField(
        label=gettext_lazy("Name of the new common priority"),
        help_text=gettext_lazy("Only where what you ticked shall become one of its own."),
        required=False,
    )


class AddForm(CleanText, forms.Form):
    """Priorities of one partner, put in by hand."""

    partner = forms.CharField(
        label=gettext_lazy("Reference of the partner"),
        help_text=gettext_lazy("As on its page, such as PAR-2026-0001."),
        max_length=20,
    )
    rank = forms.IntegerField(label=gettext_lazy("Rank of its priority"), min_value=1, max_value=99)


class MergeForm(CleanText, forms.Form):
    into = forms.CharField(
        label=gettext_lazy("Reference of the other common priority"),
        help_text=gettext_lazy("Such as CPR-2026-0001. It stays, and this one leads there."),
        max_length=20,
    )
    reason = reason_field()


class DissolveForm(CleanText, forms.Form):
    reason = reason_field(gettext_lazy("The same is not suggested again."))


class ThemeForm(CleanText, forms.Form):
    short = NamesFormField(label=gettext_lazy("Short name of the thematic area"), required=False)
    reason = reason_field(gettext_lazy("Everyone can read it in the history."))
