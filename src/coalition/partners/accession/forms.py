"""The forms of the officers' desk: the board's filter, a request's facts, reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coalition.base.fields import LANGUAGE_NAMES
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
from coalition.partners.models import AccessionRequest, PartnerGroup, Suggestion
from coalition.partners.states import AccessionState
from coalition.partners.values import LONGEST_REASON, REQUEST_FIELDS


class BoardFilter(forms.Form):
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        choices=[("", gettext_lazy("All that are open")), *AccessionState.choices],
        required=False,
    )


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
