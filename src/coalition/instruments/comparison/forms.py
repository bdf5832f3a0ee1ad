"""Which two versions are compared, and how much of them is shown."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from coalition.base.fields import LANGUAGE_NAMES
from coalition.instruments.models import Version
from coalition.ui.forms import Select


class ComparisonForm(forms.Form):
    old = forms.TypedChoiceField(label=_("The earlier text"), coerce=int, widget=Select)
    new = forms.TypedChoiceField(label=_("The later text"), coerce=int, widget=Select)
    only = forms.ChoiceField(
        label=_("Which paragraphs"),
        required=False,
        choices=[("", _("All")), ("changed", _("Only what changed"))],
    )

    def __init__(self, data: object, *, versions: Sequence[Version]) -> None:
        super().__init__(data)
        choices = [(one.pk, name_of(one)) for one in versions]
        self.fields["old"].choices = choices
        self.fields["new"].choices = choices


def name_of(version: Version) -> str:
    """A version in a line: its symbol, stage, language and date."""
    language = LANGUAGE_NAMES.get(version.language, version.language)
    parts = [version.symbol, version.get_stage_display(), language]
    if version.adopted_on:
        parts.append(str(version.adopted_on.year))
    return " · ".join(map(str, parts))
