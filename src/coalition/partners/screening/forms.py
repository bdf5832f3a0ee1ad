"""The one thing an officer writes on a match: why."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from coalition.base.forms import CleanText
from coalition.partners.values import LONGEST_REASON


class ReasonForm(CleanText, forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_(
            "What tells them apart or shows that they are one: date of birth, nationality, "
            "address, work. Officers read it in the history; nobody else does."
        ),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
