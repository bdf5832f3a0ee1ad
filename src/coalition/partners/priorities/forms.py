"""The priorities of a partner, ranked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms.formsets import ORDERING_FIELD_NAME, BaseFormSet
from django.utils.translation import get_language, gettext_lazy

from coalition.partners.choices import LANGUAGES, RowField, Rows, grouped, read_places, rows_of
from coalition.partners.priorities.actions import MOST_PRIORITIES
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
        form.fields["DELETE"].label = gettext_lazy("Take this priority out")


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
