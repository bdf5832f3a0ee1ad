"""What is asked of those who join interventions, and of those who answer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coalition.base.forms import CleanText


class ReasonForm(CleanText, forms.Form):
    """Why a part is refused, or ends."""

    use_required_attribute = False

    reason = forms.CharField(
        label=_("Reason"),
        max_length=400,
        help_text=_("Everybody can read it."),
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )


def reason_of(of: Any, data: Any = None) -> ReasonForm:
    """Several of them stand on one page, each with ids of its own."""
    return ReasonForm(data, auto_id=f"reason-{of}-%s")
