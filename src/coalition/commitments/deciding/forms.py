"""What an officer or a signatory says with a verb."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from coalition.base.forms import CleanText


class ReasonForm(CleanText, forms.Form):
    """Why something is sent back or withdrawn."""

    reason = forms.CharField(
        label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
