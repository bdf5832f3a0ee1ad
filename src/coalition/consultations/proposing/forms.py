"""What is proposed and by whom, and what the secretariat does with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coalition.base.fields import LANGUAGE_NAMES
from coalition.base.forms import CleanText, Words
from coalition.consultations.access import Reader
from coalition.consultations.models import LONGEST, Consultation, Statement
from coalition.consultations.seeding.forms import WordsForm
from coalition.consultations.states import Refusal, StatementState
from coalition.partners.models import Partner

MYSELF = "myself"


class SpeakerForm(forms.Form):
    """For whom one speaks, where there is a choice."""

    speaker = forms.ChoiceField(label=_("Whom do you speak for?"), widget=forms.RadioSelect)

    def speak(self, reader: Reader, wanted: str = "") -> None:
        """Offer what the reader may be in this consultation; `wanted` is ticked at first."""
        self.partners = {one.reference: one for one in reader.partners}
        choices = [(reference, str(one)) for reference, one in self.partners.items()]
        if reader.for_themselves:
            choices.insert(0, (MYSELF, str(_("For myself; nobody learns who I am"))))
        field: Any = self.fields["speaker"]
        field.choices = choices
        if len(choices) == 1:
            field.widget = forms.HiddenInput()
            field.initial = choices[0][0]
        elif wanted in self.partners or wanted == MYSELF:
            field.initial = wanted

    @property
    def partner(self) -> Partner | None:
        """The organisation that speaks; none where a person does."""
        return self.partners.get(self.cleaned_data["speaker"])


class ProposeForm(SpeakerForm, WordsForm):
    """The words, their language, and for whom one speaks."""

    field_order = ("speaker", "text", "language")

    def __init__(
        self, consultation: Consultation, reader: Reader, data: Any = None, *, wanted: str = ""
    ) -> None:
        super().__init__(consultation, data)
        self.speak(reader, wanted)
        held: Any = self.fields["language"]
        if len(held.choices) > 1:
            own = [code for code in consultation.languages if code == consultation.title.language]
            held.initial = own[0] if own else None


# --- The desk --------------------------------------------------------------------------------

READ = [state for state in StatementState if state != StatementState.DRAFT]


class FilterForm(CleanText, forms.Form):
    words = forms.CharField(label=_("Words"), max_length=100, required=False)
    state = forms.ChoiceField(
        label=_("State"),
        choices=[("", _("All")), *((each.value, each.label) for each in READ)],
        required=False,
    )


class RefuseForm(CleanText, forms.Form):
    refused_for = forms.ChoiceField(
        label=_("Why it is not shown"), choices=Refusal.choices, widget=forms.RadioSelect
    )
    reason = Words(
        label=_("What exactly"),
        help_text=_("Who wrote it reads this. Say how it could be said otherwise."),
        max_length=1000,
        widget=forms.Textarea({"rows": 3, "dir": "auto"}),
    )


class MergeForm(forms.Form):
    into = forms.IntegerField(label=_("Number of the proposal that says the same"), min_value=1)


class TranslationForm(CleanText, forms.Form):
    language = forms.ChoiceField(label=_("Language"))
    text = Words(
        label=_("The statement in this language"),
        max_length=2 * LONGEST,
        widget=forms.Textarea({"rows": 3, "dir": "auto"}),
    )
    machine = forms.CharField(
        label=_("Machine that translated it"),
        help_text=_("Readers are told its name. Leave it empty where a person wrote this."),
        max_length=60,
        required=False,
        widget=forms.TextInput({"dir": "auto"}),
    )

    def __init__(self, statement: Statement, others: Sequence[str], *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        field: Any = self.fields["language"]
        field.choices = [(code, LANGUAGE_NAMES[code]) for code in others]
