"""What becomes of a proposal and why, what a body decided, and what is asked of the lists."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from coalition.base.fields import LANGUAGE_NAMES, RowsFormField
from coalition.base.forms import CleanText, Words
from coalition.consultations.concluding import queries
from coalition.consultations.concluding.actions import LONGEST_REASON
from coalition.consultations.concluding.queries import MISSING, version_of
from coalition.consultations.models import Conclusion, Consultation, Dissent, Response
from coalition.consultations.states import Outcome
from coalition.partners.models import Body, Decision, PartnerGroup
from coalition.ui.forms import DateInput

WHO = [
    ("", _("All")),
    ("organisation", _("Organisations")),
    ("person", _("People")),
    ("first", _("What it began with")),
]


class OnVersion(CleanText, forms.Form):
    """A form that knows on which version of a row it rests."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def rest_on(self, row: Any) -> None:
        """What was typed shall count over what somebody else saved meanwhile."""
        self.data = self.data.copy()
        self.data["seen"] = version_of(row)


class InItsLanguages(OnVersion):
    """With one text in each language of the consultation, and in no other."""

    def __init__(
        self, consultation: Consultation, label: Any, held: dict[str, str], *args: Any, **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.texts = {code: f"words_{code}" for code in consultation.languages}
        for code, name in self.texts.items():
            several = len(self.texts) > 1
            self.fields[name] = Words(
                label=f"{label} ({LANGUAGE_NAMES[code]})" if several else label,
                max_length=LONGEST_REASON,
                required=False,
                initial=held.get(code, ""),
                widget=forms.Textarea(
                    {"rows": 5, "lang": code, "dir": "rtl" if code == "ar" else "ltr"}
                ),
            )

    @property
    def words(self) -> dict[str, str]:
        """What was written, by language."""
        return {code: self.cleaned_data[name] for code, name in self.texts.items()}


class ResponseForm(InItsLanguages):
    outcome = forms.ChoiceField(
        label=_("What becomes of it"),
        choices=Outcome.choices,
        widget=forms.RadioSelect,
        required=False,
    )
    field_order = ("outcome",)

    def __init__(
        self,
        consultation: Consultation,
        held: Response | None,
        data: Any = None,
        *,
        like: Response | None = None,
    ) -> None:
        shown = held or like
        initial = {"seen": version_of(held), "outcome": shown.outcome if shown else ""}
        words = dict(shown.reason) if shown else {}
        super().__init__(consultation, _("Because"), words, data, initial=initial)


class ConclusionForm(InItsLanguages):
    body = forms.ModelChoiceField(
        label=_("Which body decided"),
        queryset=Body.objects.none(),
        to_field_name="code",
        empty_label=_("Choose a body"),
    )
    decided_on = forms.DateField(label=_("Decided on"), widget=DateInput)
    decision = forms.CharField(
        label=_("Decision of a meeting, by its reference"),
        help_text=_("Such as DEC-2026-0001, where it was made at a meeting kept here."),
        max_length=20,
        required=False,
    )
    takes_up = RowsFormField(
        label=_("Proposals that it takes up"),
        queryset=Conclusion.objects.none(),
        to_field_name="number",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    field_order = ("body", "decided_on", "decision")

    def __init__(
        self, consultation: Consultation, held: Conclusion | None, data: Any = None
    ) -> None:
        initial: dict[str, Any] = {"seen": version_of(held)}
        if held:
            initial |= {"body": held.body, "decided_on": held.decided_on}
            initial |= {"decision": held.decision or "", "takes_up": list(held.takes_up.all())}
        words = dict(held.words) if held else {}
        super().__init__(consultation, _("What was decided"), words, data, initial=initial)
        fields: Any = self.fields
        bodies = Body.objects.filter(retired_on=None).order_by("position", "code")
        fields["body"].queryset = (
            bodies if consultation.is_example else bodies.exclude(is_example=True)
        )
        chosen = fields.pop("takes_up")
        chosen.queryset = queries.takeable(consultation)
        chosen.label_from_instance = lambda one: format_html(
            '{}. <span lang="{}" dir="auto">{}</span>', one.number, one.language, one.text
        )
        fields["takes_up"] = chosen  # after the words

    def clean_decision(self) -> Decision | None:
        reference = self.cleaned_data["decision"].upper()
        if not reference:
            return None
        published = Decision.objects.published().select_related("meeting")
        found: Decision | None = published.filter(reference=reference).first()
        if found is None:
            raise forms.ValidationError(_("No decision with this reference is published."))
        return found


class DissentForm(OnVersion):
    words = Words(
        label=_("In its own words"),
        help_text=_("As the group wrote it. Without words there is no dissent."),
        max_length=LONGEST_REASON,
        required=False,
        widget=forms.Textarea({"rows": 6, "dir": "auto"}),
    )
    language = forms.ChoiceField(label=_("Language"), choices=list(LANGUAGE_NAMES.items()))

    def __init__(self, held: Dissent | None, language: str, data: Any = None) -> None:
        initial = {"seen": version_of(held), "language": language}
        if held:
            initial |= {"words": held.words, "language": held.language}
        super().__init__(data, initial=initial)


class GroupForm(forms.Form):
    """Whose dissent is written."""

    group = forms.ModelChoiceField(
        label=_("Partner group"),
        queryset=PartnerGroup.objects.filter(retired_on=None),
        to_field_name="code",
    )


class LikeForm(forms.Form):
    """Which answer to begin with."""

    like = forms.IntegerField(label=_("Number of the other proposal"), min_value=1)


# --- What is asked of the lists ---------------------------------------------------------------


def words_field() -> forms.CharField:
    return forms.CharField(
        label=_("Words"),
        max_length=100,
        required=False,
        widget=forms.TextInput({"type": "search", "dir": "auto"}),
    )


class ListForm(CleanText, forms.Form):
    """Filters of the answers as readers see them."""

    words = words_field()
    outcome = forms.ChoiceField(
        label=_("What becomes of it"), choices=[("", _("All")), *Outcome.choices], required=False
    )
    who = forms.ChoiceField(label=_("Proposed by"), choices=WHO, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_valid()

    @property
    def wishes(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if value}


class DeskForm(ListForm):
    """The same for officers, who look for what is missing."""

    outcome = forms.ChoiceField(
        label=_("What becomes of it"),
        choices=[("", _("All")), (MISSING, _("Not fully answered yet")), *Outcome.choices],
        required=False,
    )
