"""What readers ask of the public list."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coalition.base.forms import CleanText
from coalition.consultations.reading.queries import named_places
from coalition.consultations.states import PUBLIC
from coalition.places.models import Level, Place
from coalition.themes.models import Challenge, Theme
from coalition.ui.forms import Select


def one_of(label: Any, rows: Any) -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        label=label, queryset=rows, to_field_name="code", required=False, empty_label=_("All")
    )


class ListForm(CleanText, forms.Form):
    """Filters of the list; a value that nothing has asks nothing, and the form says so."""

    words = forms.CharField(
        label=_("Words"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "dir": "auto"}),
    )
    state = forms.ChoiceField(
        label=_("State"),
        choices=[("", _("All")), *((state.value, state.label) for state in PUBLIC)],
        required=False,
    )
    theme = one_of(_("Theme"), Theme.objects.all())
    challenge = one_of(_("Challenge"), Challenge.objects.all())
    place = forms.ModelChoiceField(
        label=_("Place"),
        queryset=Place.objects.none(),
        to_field_name="code",
        required=False,
        empty_label=_("All"),
        widget=Select,
    )
    level = one_of(_("Level"), Level.objects.all())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].queryset = named_places()  # type: ignore[attr-defined]
        self.is_valid()

    @property
    def wishes(self) -> dict[str, Any]:
        """What is asked for, as `queries.listed` takes it."""
        return {name: value for name, value in self.cleaned_data.items() if value}
