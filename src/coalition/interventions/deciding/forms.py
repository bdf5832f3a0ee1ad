"""What is asked for with each verb of an intervention's life."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coalition.base.forms import CleanText
from coalition.interventions.states import VERBS


class VerbForm(CleanText, forms.Form):
    """The reason, where the verb needs one."""

    use_required_attribute = False

    reason = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        help_text=_("Everybody can read it."),
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )

    def __init__(self, verb: str, data: Any = None) -> None:
        super().__init__(data, auto_id=f"{verb}-%s")
        if not VERBS[verb].needs_reason:
            del self.fields["reason"]
