"""The filter of a text's citations."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

ON, BY = "on", "by"


class CitationFilter(forms.Form):
    side = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[(ON, _("What it builds on")), (BY, _("What builds on it"))],
    )
    held = forms.ChoiceField(
        label=_("Texts it builds on"),
        required=False,
        choices=[("", _("All")), ("yes", _("Held here")), ("no", _("Not held here"))],
    )
    paragraph = forms.CharField(
        label=_("Paragraph of this text"),
        help_text=_("Its number, such as 23 or 30 (h)."),
        required=False,
        max_length=60,
    )

    @property
    def chosen(self) -> dict[str, str]:
        """What was chosen; what cannot be read counts as not chosen."""
        self.is_valid()
        return {
            "side": self.cleaned_data.get("side") or ON,
            "held": self.cleaned_data.get("held", ""),
            "paragraph": " ".join(self.cleaned_data.get("paragraph", "").split()),
        }
