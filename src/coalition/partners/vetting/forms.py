"""The questionnaire of a verification, declarations, proposals and flags."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coalition.base.forms import CleanText
from coalition.partners.choices import LANGUAGES, RowField, Rows, label_of
from coalition.partners.models import (
    Finding,
    Flag,
    FlagCategory,
    Reply,
    Verification,
    VettingKind,
    VettingQuestion,
    VettingSubject,
)
from coalition.partners.states import FlagState
from coalition.partners.values import LONGEST_REASON
from coalition.partners.vetting.dossier import Dossier
from coalition.partners.vetting.queries import REGISTER_FIELDS
from coalition.ui.forms import DateInput, Select

WORDS = forms.Textarea(attrs={"rows": 3})


@dataclass(frozen=True)
class Asked:
    """One question as the page lays it out."""

    question: VettingQuestion
    choice: Any
    note: Any
    by: str


class QuestionnaireForm(CleanText, forms.Form):
    """Every question of the plan on one page, with what the public register shall say.

    Nothing is required: it is answered in several sittings.
    """

    def __init__(self, *args: Any, file: Dossier, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.file = file
        one = file.verification
        for question in file.questions:
            held = file.answers.get(question.code)
            self.fields[question.code] = forms.ChoiceField(
                label=question.name,
                help_text=question.help_text,
                choices=[("", _("Not answered yet")), *Reply.choices],
                required=False,
                widget=Select,
            )
            self.fields[f"{question.code}-note"] = forms.CharField(
                label=_("How it is known"), required=False, max_length=LONGEST_REASON
            )
            self.initial[question.code] = held.value if held else ""
            self.initial[f"{question.code}-note"] = held.note if held else ""
        for name in ("legal_status", "governance"):
            self.fields[name] = forms.CharField(
                label=label_of(Verification, name),
                required=False,
                max_length=Verification._meta.get_field(name).max_length,
            )
        self.fields["language"] = forms.ChoiceField(
            label=label_of(Verification, "language"), choices=LANGUAGES
        )
        for name in REGISTER_FIELDS:
            self.initial[name] = getattr(one, name)

    def sections(self) -> Iterator[tuple[str, list[Asked]]]:
        """The questions under what they are about; exclusion criteria under their own heading."""
        for heading, questions in groupby(self.file.questions, key=self._heading):
            yield heading, [self._asked(question) for question in questions]

    def _heading(self, question: VettingQuestion) -> str:
        if question.kind == VettingKind.EXCLUSION:
            return str(_("Exclusion criteria: does this apply?"))
        return str(VettingSubject(question.subject).label)

    def _asked(self, question: VettingQuestion) -> Asked:
        held = self.file.answers.get(question.code)
        return Asked(
            question,
            self[question.code],
            self[f"{question.code}-note"],
            by=str(held.by) if held else "",
        )

    def of_register(self) -> list[Any]:
        """The fields of the public register, as the page lays them out."""
        return [self[name] for name in REGISTER_FIELDS]

    def given(self) -> dict[str, tuple[str, str]]:
        """What was answered, by the question's code."""
        return {
            question.code: (value, self.cleaned_data[f"{question.code}-note"])
            for question in self.file.questions
            if (value := self.cleaned_data[question.code])
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for question in self.file.questions:
            if cleaned.get(f"{question.code}-note") and not cleaned.get(question.code):
                self.add_error(question.code, _("Please choose an answer to go with your note."))
        return cleaned

    def register(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in REGISTER_FIELDS}


class DeclarationForm(CleanText, forms.Form):
    has_conflict = forms.ChoiceField(
        label=_("Have you a conflict of interest in this verification?"),
        help_text=_(
            "Work, money, family, friendship or a seat that ties you to this organisation. A "
            "declared conflict closes the file to you and cannot be taken back."
        ),
        choices=[("no", _("No, I have none")), ("yes", _("Yes, I have one"))],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=_("Which one"), required=False, max_length=LONGEST_REASON, widget=WORDS
    )


class WhyForm(CleanText, forms.Form):
    """A reason that stays among officers."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Officers read it in the history; nobody else does."),
        max_length=LONGEST_REASON,
        widget=WORDS,
    )


class ProposalForm(WhyForm):
    advice = forms.ChoiceField(label=_("I propose"), choices=Finding.choices)
    field_order = ("advice", "reason")


class FlagForm(CleanText, forms.Form):
    state = forms.ChoiceField(
        label=_("Weight"),
        help_text=_("A risk asks for one step more of vetting; an observation is only noted."),
        choices=[
            (FlagState.OBSERVATION.value, FlagState.OBSERVATION.label),
            (FlagState.RISK.value, FlagState.RISK.label),
        ],
    )
    words = forms.CharField(label=label_of(Flag, "words"), max_length=LONGEST_REASON, widget=WORDS)
    valid_until = forms.DateField(
        label=label_of(Flag, "valid_until"), required=False, widget=DateInput
    )

    def __init__(self, *args: Any, categories: list[FlagCategory], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        by_code = {one.code: one for one in categories}
        rows = Rows([(code, one.name) for code, one in by_code.items()], by_code)
        self.fields["category"] = RowField(rows, label=label_of(Flag, "category"))
        self.order_fields(["category", "state", "words", "valid_until"])
