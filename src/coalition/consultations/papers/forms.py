"""A file of answers, and where they were given."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coalition.base.fields import LANGUAGE_NAMES
from coalition.base.forms import CleanText
from coalition.consultations.models import Batch, Consultation
from coalition.consultations.papers.actions import ON_PAPER
from coalition.ui.forms import Select


class UploadForm(CleanText, forms.Form):
    channel = forms.ChoiceField(
        label=_("How they came"), choices=[(each.value, each.label) for each in ON_PAPER]
    )
    occasion = forms.CharField(
        label=_("Where and when they were given"),
        help_text=_("As everybody may read it, such as “Workshop in Lima, 3 March”. No names."),
        max_length=Batch._meta.get_field("occasion").max_length,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    language = forms.ChoiceField(
        label=_("Language in which they were given"),
        help_text=_("Of all forms on which none is chosen."),
        choices=list(LANGUAGE_NAMES.items()),
        widget=Select,
    )
    file = forms.FileField(
        label=_("File"), help_text=_("The workbook from this page, filled in; or the same as CSV.")
    )

    def __init__(self, consultation: Consultation, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].initial = next(iter(consultation.languages), "en")
