"""The form of a schedule."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from coalition.base import zones
from coalition.base.forms import CleanText
from coalition.results.models import Framework
from coalition.ui.forms import Select

USUAL = {
    1: _("Every month"),
    3: _("Every three months"),
    6: _("Twice a year"),
    12: _("Once a year"),
    24: _("Every two years"),
    36: _("Every three years"),
}


def told(every: int | None) -> str:
    """How often is reported, in words."""
    if not every:
        return str(_("No reports"))
    words = USUAL.get(every)
    if words is None:
        return ngettext("Every %(count)d month", "Every %(count)d months", every) % {"count": every}
    return str(words)


class ScheduleForm(CleanText, forms.Form):
    """How often, by when, and in which zone the deadline's day ends."""

    every = forms.TypedChoiceField(
        label=_("How often you report"), coerce=lambda months: int(months) or None
    )
    days_to_report = forms.IntegerField(
        label=_("Days to report after a period ends"),
        help_text=_("Two months are usual: 60 days."),
        min_value=0,
        max_value=366,
    )
    zone = forms.ChoiceField(
        label=_("Time zone of the deadlines"),
        help_text=_("A report is due until the end of the day there."),
        choices=zones.choices,
        widget=Select,
    )

    def __init__(self, data: Any, framework: Framework, **kwargs: Any) -> None:
        initial = {
            "every": framework.every or 0,
            "days_to_report": framework.days_to_report,
            "zone": framework.zone,
        }
        super().__init__(data, initial=initial, **kwargs)
        offered = sorted({*USUAL, *([framework.every] if framework.every else [])})
        choices = [(str(each), told(each)) for each in offered]
        if not (framework.is_public and framework.every):
            choices.append(("0", told(None)))
        self.fields["every"].choices = choices
