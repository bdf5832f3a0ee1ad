"""What somebody who reads the portfolio may ask of it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coalition.base.forms import CleanText
from coalition.interventions.reading.forms import choices, one_of
from coalition.interventions.states import State
from coalition.results.models import Light
from coalition.themes.models import Challenge, Theme


class PortfolioForm(CleanText, forms.Form):
    stage = forms.ChoiceField(label=_("Stage"), choices=choices(State.choices), required=False)
    theme = one_of(_("Theme"), Theme.objects.all())
    challenge = one_of(_("Challenge"), Challenge.objects.all())
    light = forms.ChoiceField(label=_("Reports"), choices=choices(Light.choices), required=False)
    attention = forms.ChoiceField(
        label=_("Needs attention"),
        choices=choices(
            [
                ("behind", _("With indicators that are behind")),
                ("silent", _("With partners that are silent")),
                ("risk", _("With a risk that weighs 6 or more")),
            ]
        ),
        required=False,
    )
    sort = forms.ChoiceField(
        label=_("Sort by"),
        choices=[
            ("", _("Newest first")),
            ("title", _("Title")),
            ("stage", _("By stage")),
            ("paid", _("Least of the budget paid out")),
            ("behind", _("Most indicators behind")),
            ("risk", _("Weightiest risk")),
            ("silent", _("Longest silent")),
        ],
        required=False,
    )


def wishes_of(form: PortfolioForm) -> dict[str, Any]:
    """What the form asks for; a mistaken field asks nothing."""
    form.is_valid()
    return form.cleaned_data
