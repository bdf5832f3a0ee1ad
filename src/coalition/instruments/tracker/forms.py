"""The filter of the tracker."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coalition.base.forms import CleanText
from coalition.base.reference import Entry
from coalition.instruments.texts.tree import Part
from coalition.ui.forms import Select


class TrackerFilter(CleanText, forms.Form):
    """Each wish is a code, so that the address of a list stays the same in every language."""

    words = forms.CharField(label=gettext_lazy("Words"), required=False, max_length=100)
    taken = forms.ChoiceField(
        label=gettext_lazy("Which paragraphs"),
        required=False,
        choices=[
            ("", gettext_lazy("All")),
            ("no", gettext_lazy("Not taken up by anybody")),
            ("yes", gettext_lazy("Taken up")),
        ],
    )
    sort = forms.ChoiceField(
        label=gettext_lazy("Order"),
        required=False,
        choices=[
            ("", gettext_lazy("As in the text")),
            ("most", gettext_lazy("Most answered first")),
            ("least", gettext_lazy("Least answered first")),
        ],
    )
    table = forms.BooleanField(
        label=gettext_lazy("As a table with a column for each partner group"), required=False
    )
    field_order = (
        "words",
        "taken",
        "theme",
        "challenge",
        "group",
        "level",
        "part",
        "sort",
        "table",
    )

    def __init__(
        self,
        data: Any,
        *,
        themes: Iterable[Entry],
        challenges: Iterable[Entry],
        groups: Iterable[Entry],
        levels: Iterable[Entry],
        parts: Iterable[Part],
    ) -> None:
        super().__init__(data)
        for name, label, empty, rows in (
            ("theme", _("Theme"), _("All themes"), [(one.code, one.name) for one in themes]),
            (
                "challenge",
                _("Challenge"),
                _("All challenges"),
                [(one.code, one.name) for one in challenges],
            ),
            (
                "group",
                _("Answered by the group"),
                _("All groups"),
                [(one.code, one.name) for one in groups],
            ),
            (
                "level",
                _("At the level"),
                _("Every level"),
                [(one.code, one.name) for one in levels],
            ),
            ("part", _("Part"), _("The whole text"), [(str(p.number), p.title) for p in parts]),
        ):
            self.fields[name] = forms.ChoiceField(
                label=label, required=False, choices=[("", empty), *rows], widget=Select
            )
        self.order_fields(self.field_order)

    def chosen(self) -> dict[str, Any]:
        """The wishes in use; what is no choice is left out, and the form says so."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}
