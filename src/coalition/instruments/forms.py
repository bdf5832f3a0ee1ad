"""The filter of a text's contents page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar

from django import forms
from django.utils.translation import gettext_lazy as _


class Counted(Protocol):
    count: int  # commitments that deliver on it


Paragraph = TypeVar("Paragraph", bound=Counted)


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

    @property
    def is_filtering(self) -> bool:
        return self.is_valid() and bool(self.cleaned_data["taken"])

    def chosen(self, paragraphs: Iterable[Paragraph]) -> list[Paragraph]:
        """The paragraphs that the filter lets through; all where it says nothing readable."""
        if not self.is_filtering:
            return list(paragraphs)
        wants_taken = self.cleaned_data["taken"] == "yes"
        return [each for each in paragraphs if bool(each.count) is wants_taken]
