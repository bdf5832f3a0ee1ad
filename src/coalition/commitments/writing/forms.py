"""The forms of a commitment: one group of questions a screen, saved as one goes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from coalition.base.fields import LANGUAGE_NAMES, RowsFormField
from coalition.base.forms import CleanText
from coalition.base.text import clean_line
from coalition.commitments.models import Commitment, Delivery
from coalition.commitments.writing import queries
from coalition.instruments.models import Instrument, Provision
from coalition.places.forms import PlacesField
from coalition.results.frameworks.checks import read_figure
from coalition.results.models import RULES_OF, Indicator, Measure, Unit
from coalition.themes.models import Challenge, Theme
from coalition.ui.forms import DateInput

LANGUAGES = [(code, LANGUAGE_NAMES[code]) for code in settings.UN_LANGUAGES]


class NameForm(CleanText, forms.Form):
    """How a draft begins."""

    title = forms.CharField(
        label=_("Title"),
        max_length=160,
        help_text=_("A few words by which people will find it."),
    )
    language = forms.ChoiceField(label=_("Language you write in"), choices=LANGUAGES)


class PromiseForm(CleanText, forms.ModelForm):
    language = forms.ChoiceField(label=_("Language you write in"), choices=LANGUAGES)

    class Meta:
        model = Commitment
        fields = ["title", "language", "promise", "for_whom", "level", "in_line_with"]
        widgets = {"promise": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "promise": _("Who will do what, by when? One sentence that a newspaper could print."),
            "for_whom": _("The people who will be better off, for example “home-based workers”."),
            "in_line_with": _("The plan or priority of the country that this is part of, by name."),
        }


class PlaceForm(forms.ModelForm):
    places = PlacesField(
        label=_("Places"),
        required=False,
        help_text=_("Countries or regions, each in a field of its own."),
    )
    themes = RowsFormField(
        label=_("Themes"),
        queryset=Theme.objects.filter(retired_on=None),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    challenges = RowsFormField(
        label=_("Challenges"),
        queryset=Challenge.objects.filter(retired_on=None),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    priorities = RowsFormField(
        label=_("Your organisation's priorities"),
        queryset=None,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    comments = RowsFormField(
        label=_("Comments of supervisors that it answers"),
        queryset=None,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Those on your country and on the places that you saved here."),
    )

    class Meta:
        model = Commitment
        fields = ["places", "themes", "challenges", "priorities", "comments"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["priorities"].queryset = self.instance.partner.priorities.select_related(
            "theme"
        )
        offered = queries.answerable_comments(self.instance).select_related("party__place")
        self.fields["comments"].queryset = offered.prefetch_related("instruments")
        self.fields["comments"].label_from_instance = queries.name_of_comment
        if not self.fields["comments"].queryset:
            del self.fields["comments"]


class MeansForm(CleanText, forms.ModelForm):
    class Meta:
        model = Commitment
        fields = ["starts_on", "ends_on"]
        widgets = {
            "starts_on": DateInput,
            "ends_on": DateInput,
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        start, end = cleaned.get("starts_on"), cleaned.get("ends_on")
        if start and end and end < start:
            self.add_error("ends_on", _("The end is before the start. Please mend one of them."))
        return cleaned


class FirstGoalForm(CleanText, forms.Form):
    """One goal that can be measured, on one screen; more of them, and all else that a goal can
    have, is set up with the results."""

    goal = forms.CharField(
        label=_("What shall change?"),
        max_length=400,
        help_text=_("One sentence, for example “Night bakers have breaks”."),
    )
    measured = forms.CharField(
        label=_("What is measured?"),
        max_length=400,
        help_text=_("What you count to know it, for example “bakers with an agreement on breaks”."),
    )
    unit = forms.ModelChoiceField(
        label=_("In which unit?"),
        queryset=Unit.objects.filter(retired_on=None),
        to_field_name="code",
        empty_label=_("In words"),
        required=False,
        help_text=_("Without a unit, write both of the next answers in words."),
    )
    target = forms.CharField(label=_("How much shall it be by the end?"), max_length=400)
    baseline = forms.CharField(label=_("How much is it today?"), max_length=400, required=False)
    source = forms.CharField(
        label=_("Where did you read that?"),
        max_length=300,
        required=False,
        help_text=_("For example “register of the labour inspection, 2026”."),
    )
    no_baseline = forms.CharField(
        label=_("If you do not know how much it is today: why?"), max_length=300, required=False
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        unit = cleaned.get("unit")
        measure = Measure.NUMBER if unit else Measure.TEXT
        indicator = Indicator(measure=measure, unit=unit, rule=RULES_OF[measure][0])
        for name in ("target", "baseline"):
            if typed := cleaned.get(name):
                read = read_figure(indicator, value=typed)
                for sentence in read.sentences:
                    self.add_error(name, sentence)
                cleaned[name] = read
        if not cleaned.get("baseline") and not cleaned.get("no_baseline"):
            self.add_error("baseline", _("Say how much it is today, or why that is not known."))
        if cleaned.get("baseline") and not cleaned.get("source"):
            self.add_error("source", _("Say where this was read, so that it can be checked."))
        return cleaned


class ParagraphsForm(forms.Form):
    """The paragraphs of one instrument, each to be ticked, with a sentence how."""

    def __init__(self, *args: Any, commitment: Commitment, instrument: Instrument, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.choices: list[Provision] = list(queries.choosable(instrument))
        self.chosen: dict[int, str] = dict(
            Delivery.objects.filter(
                commitment=commitment, provision__instrument=instrument
            ).values_list("provision_id", "how")
        )

    @property
    def rows(self) -> list[tuple[Provision, bool, str]]:
        """Each paragraph, whether it is ticked, and the sentence how."""
        return [(one, one.pk in self.chosen, self.chosen.get(one.pk, "")) for one in self.choices]

    def clean(self) -> dict[str, Any]:
        known = {str(one.pk): one.pk for one in self.choices}
        ticked = self.data.getlist("provision")
        if strangers := [one for one in ticked if one not in known]:
            raise forms.ValidationError(
                _("“%s” is no paragraph of this text. Please choose from the list.")
                % clean_line(strangers[0], limit=20)
            )
        how = {known[one]: clean_line(self.data.get(f"how-{one}", ""), limit=300) for one in ticked}
        self.chosen = how
        return {"how": how}
