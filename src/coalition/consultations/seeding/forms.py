"""The words of a first proposal: suggested and taken, or reworded later."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coalition.base.fields import LANGUAGE_NAMES
from coalition.base.forms import CleanText, Words
from coalition.consultations.models import LONGEST, Consultation, Statement
from coalition.consultations.planning.queries import version_of
from coalition.consultations.seeding.queries import Candidate


class WordsForm(CleanText, forms.Form):
    """The words and their language; where the consultation has one only, it is not asked for."""

    text = Words(label=_("The proposal"), max_length=LONGEST, widget=forms.Textarea({"rows": 3}))
    language = forms.ChoiceField(label=_("Language"))

    def __init__(self, consultation: Consultation, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        codes = consultation.languages
        field: Any = self.fields["language"]
        field.choices = [(code, LANGUAGE_NAMES[code]) for code in codes]
        if len(codes) == 1:
            field.widget = forms.HiddenInput()
            field.initial = codes[0]
        words = self.fields["text"]
        words.widget.attrs["dir"] = "auto"
        words.help_text = (
            _("One thing to which others can say yes or no, in at most %d characters.") % LONGEST
        )


class CandidateForm(WordsForm):
    """One that can become a proposal, with a box to tick; unticked, its words are not asked."""

    take = forms.BooleanField(label=_("Make it a proposal"), required=False)
    field_order = ("take", "text", "language")

    def __init__(self, consultation: Consultation, candidate: Candidate, data: Any = None) -> None:
        initial = {"text": candidate.words, "language": candidate.words.language}
        super().__init__(consultation, data, prefix=candidate.key, initial=initial)
        self.candidate = candidate
        if data is not None and not self["take"].data:
            for name in ("text", "language"):
                self.fields[name].required = False
                self.fields[name].validators = []


class RewordForm(WordsForm):
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def __init__(self, statement: Statement, data: Any = None) -> None:
        consultation = statement.consultation
        initial = {
            "text": statement.text,
            "language": statement.language,
            "seen": version_of(consultation),
        }
        super().__init__(consultation, data, initial=initial)
