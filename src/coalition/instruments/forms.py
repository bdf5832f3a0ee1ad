"""The filter of a text's contents page."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ParagraphFilter(forms.Form):
    taken = forms.ChoiceField(
        label=_("Which paragraphs"),
        required=False,
        choices=[
            ("", _("All")),
            ("no", _("Not taken up by anybody")),
            ("yes", _("Taken up")),
        ],
    )
