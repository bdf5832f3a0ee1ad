"""The forms on the page of a request: its facts, reasons, letters, notes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coalition.base.fields import LANGUAGE_NAMES
from coalition.partners.accession.correspondence import TEMPLATES
from coalition.partners.accession.queries import suggestions_by_field
from coalition.partners.choices import (
    LANGUAGES,
    RowField,
    about_field,
    countries,
    label_of,
    read_places,
    rows_of,
    website_field,
)
from coalition.partners.models import AccessionRequest, Advice, PartnerGroup, Suggestion
from coalition.partners.values import LONGEST_REASON, LONGEST_TEXT, REQUEST_FIELDS


class RequestForm(forms.ModelForm):
    """The facts of a request. What a message suggested stands beside each field, with why."""

    website = website_field()
    about = about_field(label_of(AccessionRequest, "about"))

    class Meta:
        model = AccessionRequest
        fields = REQUEST_FIELDS

    def __init__(self, *args: Any, is_confirmed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        case = self.instance
        groups, places = rows_of(PartnerGroup.objects.all()), countries(read_places())
        self.fields["group"] = RowField(groups, label=label_of(case, "group"), required=False)
        self.fields["country"] = RowField(places, label=label_of(case, "country"), required=False)
        self.fields["language"] = forms.ChoiceField(
            label=label_of(case, "language"),
            choices=[("", _("Choose one")), *LANGUAGES],
            required=False,
        )
        self.initial |= {"group": case.group, "country": case.country}
        names: dict[str, Mapping[str, Any]] = {
            "group": groups.by_code,
            "country": places.by_code,
            "language": LANGUAGE_NAMES,
        }
        for name, suggestions in suggestions_by_field(case).items():
            if name in self.fields:
                self.fields[name].help_text = _suggested(
                    suggestions, names.get(name, {}), is_confirmed
                )
        self.order_fields(REQUEST_FIELDS)

    def _post_clean(self) -> None:
        """The instance stays as it is: the action alone changes records."""


def _suggested(
    suggestions: Sequence[Suggestion], names: Mapping[str, Any], is_confirmed: bool
) -> str:
    """What was read in the message for one field, and why, as plain text."""
    lead = _("Suggested by the message:") if is_confirmed else _("Suggested, not confirmed yet:")
    parts = [f"{names.get(one.value, one.value)}. {reasons(one)}" for one in suggestions]
    return f"{lead} {' – '.join(parts)}"


def reasons(suggestion: Suggestion) -> str:
    """Why something is suggested, the words it rests on, and what speaks against it."""
    quote = _("“%(quote)s”") % {"quote": suggestion.quote} if suggestion.quote else ""
    doubt = _(suggestion.doubt) if suggestion.doubt else ""
    return " ".join(part for part in (_(suggestion.why), quote, doubt) if part)


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("The applicant reads these words as they stand."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=LONGEST_REASON,
    )


class InternalReasonForm(ReasonForm):
    """A reason that stays with the secretariat."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("Officers read it in the history; the applicant does not."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=LONGEST_REASON,
    )


class RecommendForm(InternalReasonForm):
    advice = forms.ChoiceField(
        label=gettext_lazy("You recommend"), choices=Advice.choices, widget=forms.RadioSelect
    )
    field_order = ("advice", "reason")


class MergeForm(InternalReasonForm):
    into = forms.CharField(
        label=gettext_lazy("Into which request or partner"),
        help_text=gettext_lazy(
            "Its reference, ACC-… or PAR-…. Letters, messages and notes move there; both "
            "applicants are told."
        ),
        max_length=20,
    )
    field_order = ("into", "reason")


class TemplateForm(forms.Form):
    """Which letter to begin with, in which language."""

    template = forms.ChoiceField(
        label=gettext_lazy("Begin with"), choices=[("", gettext_lazy("An empty letter"))]
    )
    language = forms.ChoiceField(label=gettext_lazy("In"), choices=LANGUAGES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["template"].choices += [(code, _(name)) for code, name in TEMPLATES.items()]
        self.fields["template"].required = False


class LetterForm(forms.Form):
    """A letter from a case, in the officer's words."""

    to_address = forms.ChoiceField(label=gettext_lazy("To"))
    language = forms.ChoiceField(label=gettext_lazy("Language of the letter"), choices=LANGUAGES)
    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=200)
    text = forms.CharField(
        label=gettext_lazy("Text"),
        widget=forms.Textarea(attrs={"rows": 10}),
        max_length=LONGEST_TEXT,
    )
    # How many entries the correspondence had: the form sent twice writes one letter.
    number = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=10**9)

    def __init__(self, *args: Any, addresses: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, auto_id="letter-%s", **kwargs)
        self.fields["to_address"].choices = [(one, one) for one in addresses]


class NoteForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Private note"),
        help_text=gettext_lazy("Officers alone read it."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=LONGEST_TEXT,
    )
