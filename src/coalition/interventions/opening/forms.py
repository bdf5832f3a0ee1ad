"""How a key intervention is opened, and what an officer asks of the desk."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from coalition.base.fields import LANGUAGE_NAMES, RowsFormField
from coalition.base.forms import CleanText
from coalition.base.text import clean_line
from coalition.consultations.models import Conclusion, Statement
from coalition.interventions.models import Intervention
from coalition.interventions.states import State
from coalition.partners.choices import NamedPartnerField
from coalition.results.models import Light
from coalition.ui.forms import Select

LONGEST = Intervention._meta.get_field("title").max_length


class OpenForm(CleanText, forms.Form):
    """Which partner shall lead what; with a decision, which of its proposals are taken up."""

    use_required_attribute = False

    title = forms.CharField(
        label=_("Title"),
        max_length=LONGEST,
        help_text=_("A few words by which people will find it."),
        widget=forms.TextInput({"dir": "auto"}),
    )
    language = forms.ChoiceField(
        label=_("Language you write in"),
        choices=[(code, LANGUAGE_NAMES[code]) for code in settings.UN_LANGUAGES],
        widget=Select,
    )
    lead = NamedPartnerField(label=_("Partner that shall lead it"))

    def __init__(self, conclusion: Conclusion | None, data: Any, *, language: str) -> None:
        proposals = list(conclusion.takes_up.all()) if conclusion else []
        super().__init__(data, initial=_first_words(conclusion, proposals, language))
        if proposals:
            self.fields["proposals"] = RowsFormField(
                label=_("Proposals it takes up"),
                queryset=conclusion.takes_up.all() if conclusion else Statement.objects.none(),
                initial=[one.pk for one in proposals],
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )


def _first_words(
    conclusion: Conclusion | None, proposals: list[Statement], language: str
) -> dict[str, str]:
    """The title to begin with: the proposal, where the decision takes up one alone, else what was
    asked."""
    if conclusion is None:
        return {"language": language}
    words = proposals[0].words if len(proposals) == 1 else conclusion.consultation.title
    return {"title": clean_line(words, limit=LONGEST), "language": words.language}


class DeskForm(CleanText, forms.Form):
    """What an officer may ask of the list of interventions."""

    words = forms.CharField(label=_("Words"), max_length=100, required=False)
    state = forms.ChoiceField(
        label=_("Stage"), choices=[("", _("All")), *State.choices], required=False
    )
    lead = forms.ChoiceField(
        label=_("Lead"),
        choices=[
            ("", _("All")),
            ("confirmed", _("Confirmed by its own people")),
            ("asked", _("Not confirmed yet")),
        ],
        required=False,
    )
    light = forms.ChoiceField(
        label=_("Reports"), choices=[("", _("All")), *Light.choices], required=False
    )
    sort = forms.ChoiceField(
        label=_("Sort by"),
        choices=[
            ("", _("Changed last")),
            ("title", _("Title")),
            ("stage", _("Stage")),
            ("partner", _("Organisation")),
            ("ends", _("Ending soonest")),
        ],
        required=False,
    )
