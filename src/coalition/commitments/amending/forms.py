"""What people say when they propose an amendment, or decide on one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coalition.base.forms import CleanText
from coalition.commitments.amending.queries import Outcome, Question
from coalition.commitments.writing.ground import Values
from coalition.commitments.writing.plain import DATES, LONGEST, MANY_LINES
from coalition.commitments.writing.showing import language_of
from coalition.ui.forms import DateInput


class ProposeForm(CleanText, forms.Form):
    """Why something shall be changed."""

    why = forms.CharField(
        label=gettext_lazy("Why shall it be changed?"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "Everybody reads it beside the new edition, so write it in the language of the "
            "commitment."
        ),
    )


class ReasonForm(CleanText, forms.Form):
    """Why an amendment is sent back."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class ApplyForm(CleanText, forms.Form):
    """Take it over: as it was looked at, with an answer to each question where both sides changed
    the same."""

    seal = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, outcome: Outcome, **kwargs: Any) -> None:
        super().__init__(*args, initial={"seal": outcome.seal}, **kwargs)
        self.questions = dict(enumerate(outcome.questions, start=1))
        for number, question in self.questions.items():
            self.fields[f"choice-{number}"] = forms.ChoiceField(
                label=_("%(label)s: which counts?") % {"label": question.label},
                choices=_choices(question),
                widget=forms.RadioSelect,
                error_messages={"required": _("Please choose which wording counts.")},
            )
            if question.is_free:
                self.fields[f"third-{number}"] = forms.CharField(
                    label=_("%(label)s, in other words") % {"label": question.label},
                    max_length=LONGEST,
                    required=False,
                    widget=_widget(question.field),
                )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for number in self.questions:
            if cleaned.get(f"choice-{number}") == "third" and not cleaned.get(f"third-{number}"):
                self.add_error(f"third-{number}", _("Please write what it shall say."))
        return cleaned

    @property
    def answers(self) -> Values:
        """What stands for each conflict, by row and field."""
        found: Values = {}
        for number, question in self.questions.items():
            choice = self.cleaned_data[f"choice-{number}"]
            texts = question.answer(choice, self.cleaned_data.get(f"third-{number}", ""))
            for row, said in texts.items():
                found.setdefault(row, {}).update(said)
        return found


def _widget(field: str) -> forms.Widget:
    if field in DATES:
        return DateInput()
    return forms.Textarea(attrs={"rows": 3}) if field in MANY_LINES else forms.TextInput()


def _choices(question: Question) -> list[tuple[str, str]]:
    found = [
        ("mine", _choice(_("As proposed:"), question.mine)),
        ("theirs", _choice(_("As it stands now:"), question.theirs)),
    ]
    return [*found, ("third", _("In other words, written below"))] if question.is_free else found


def _choice(words: str, text: str) -> SafeString:
    """A text to choose, marked with its language where it has one."""
    if not text:
        return format_html("{} <em>{}</em>", words, _("nothing; it is taken out"))
    if language := language_of(text):
        return format_html('{} <bdi lang="{}">{}</bdi>', words, language, text)
    return format_html("{} <bdi>{}</bdi>", words, text)
