"""The forms by which a text is read in by hand."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coalition.analysis.marked import LONGEST_TEXT
from coalition.base.text import clean_line
from coalition.instruments.models import Instrument, Intake
from coalition.instruments.states import IntakeState
from coalition.ui.forms import DateInput, Select


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("A text as PDF or Word file"),
        help_text=gettext_lazy(
            "PDF or DOCX, up to 10 MB and 300 pages. Nothing is published by uploading it."
        ),
        widget=forms.FileInput(attrs={"accept": ".pdf,.docx"}),
    )


class StateFilter(forms.Form):
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[("", gettext_lazy("All")), *IntakeState.choices],
    )

    @property
    def chosen(self) -> str:
        """The state asked for; "" for all, and where it is none that we know."""
        return str(self.cleaned_data.get("state", "")) if self.is_valid() else ""


class IntakeForm(forms.ModelForm):
    """The whole screen: facts on top, then the text in one large field.

    The instrument is named by its symbol or short address, with the ones held as suggestions.
    """

    of = forms.CharField(
        label=gettext_lazy("Text it is a version of"),
        required=False,
        max_length=80,
        help_text=gettext_lazy(
            "The symbol or short address of a text that is held, such as “doha”. Leave it empty "
            "to make a new entry for this text."
        ),
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    source_url = forms.URLField(
        label=gettext_lazy("Where it was published"),
        required=False,
        max_length=500,
        assume_scheme="https",
    )
    language = forms.ChoiceField(label=gettext_lazy("Language of the text"))

    class Meta:
        model = Intake
        fields = [
            *("of", "kind", "symbol", "title", "language", "stage", "adopted_on", "source_url"),
            "marked",
        ]
        widgets = {
            "adopted_on": DateInput,
            "kind": Select,
            "title": forms.TextInput,
            "marked": forms.Textarea(
                attrs={"rows": 40, "spellcheck": "false", "maxlength": str(LONGEST_TEXT)}
            ),
        }
        help_texts = {
            "symbol": gettext_lazy("As the publisher numbers it, such as A/RES/80/5."),
            "marked": gettext_lazy("A piece on each line. The signs are explained above."),
        }
        labels = {"marked": gettext_lazy("The text, a piece on each line")}

    def __init__(self, data: Any = None, *, instance: Intake) -> None:
        super().__init__(data, instance=instance, auto_id="id_%s")
        self.initial["seen"] = instance.changed_at.isoformat()
        if instance.instrument:
            self.initial["of"] = instance.instrument.code
        self.fields["language"].choices = _languages(instance.language)
        # Typed text keeps its spaces: they say what stands inside what.
        marked = self.fields["marked"]
        marked.strip = False
        marked.required = False
        marked.widget.attrs |= {"lang": instance.language, "dir": _direction(instance.language)}
        self.chosen: Instrument | None = None

    def clean_of(self) -> str:
        named = clean_line(self.cleaned_data["of"], limit=80)
        if not named:
            return ""
        found = Instrument.objects.filter(code=named).first()
        found = found or Instrument.objects.filter(symbol__iexact=named).first()
        if found is None:
            raise forms.ValidationError(
                _(
                    "No text is held under “%(name)s”. Give its symbol or short address, or leave "
                    "the field empty for a new entry."
                ),
                params={"name": named},
            )
        self.chosen = found
        return named

    def clean_symbol(self) -> str:
        return clean_line(self.cleaned_data["symbol"], limit=60)

    def clean_title(self) -> str:
        return clean_line(self.cleaned_data["title"], limit=500)

    @property
    def facts(self) -> dict[str, Any]:
        """The facts as the action takes them."""
        held = self.cleaned_data
        names = ("kind", "symbol", "title", "language", "stage", "adopted_on", "source_url")
        return {"instrument": self.chosen, **{name: held[name] for name in names}}


def _languages(held: str) -> list[tuple[str, str]]:
    """The languages of the United Nations, and the one that this text is in."""
    names = {
        "ar": gettext_lazy("Arabic"),
        "en": gettext_lazy("English"),
        "es": gettext_lazy("Spanish"),
        "fr": gettext_lazy("French"),
        "ru": gettext_lazy("Russian"),
        "zh": gettext_lazy("Chinese"),
    }
    codes = dict.fromkeys([*settings.UN_LANGUAGES, held])
    return [(code, str(names.get(code, code))) for code in codes]


def _direction(language: str) -> str:
    return "rtl" if language in ("ar", "fa", "he", "ur") else "ltr"
