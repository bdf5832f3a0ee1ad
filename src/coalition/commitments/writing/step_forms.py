"""What the screens of a commitment have in common: plain values in, plain values out.

A step form judges nothing itself, so that drafts, amendments and lists are held to the same rules
(`plain.check`). What is wrong, and what somebody else saved meanwhile, is told beside its field.
"""

from __future__ import annotations

from collections.abc import Iterable

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from coalition.analysis.merging import Conflict
from coalition.commitments.models import Commitment
from coalition.commitments.writing.ground import (
    WORDS,
    WORDS_ROW,
    Table,
    Values,
    ground,
    kind_of,
)
from coalition.commitments.writing.plain import LONGEST, YES, Problem
from coalition.commitments.writing.showing import label_of, language_of, shown


class StepForm(forms.Form):
    """Some of the fields of a commitment's plain values, each under a name of its own.

    `values` are what is shown, or what the form was opened with where `data` came back. `wanted`
    is the code or symbol of the text whose paragraphs are chosen.
    """

    stay = gettext_lazy("Save")  # what the button says that does not lead on

    def __init__(
        self,
        commitment: Commitment,
        values: Table,
        data: QueryDict | None = None,
        *,
        wanted: str = "",
    ) -> None:
        super().__init__()
        self.commitment = commitment
        self.given: Values = {row: dict(texts) for row, texts in values.items()}
        self.posted = data
        self.wanted = wanted
        self.set_up()
        for name, (row, field) in self.places.items():
            text = self.given.get(row, {}).get(field, "")
            self.fields[name].initial = text or self.fields[name].initial

    def set_up(self) -> None:
        """Add what depends on the commitment."""

    @property
    def places(self) -> dict[str, tuple[str, str]]:
        """Row and field of each form field that is one text; all others are read by `read`."""
        return {name: (WORDS_ROW, name) for name in self.fields if name in WORDS}

    def values(self) -> Values:
        """The values with what was typed; what did not come back stays as it was."""
        values = {row: dict(texts) for row, texts in self.given.items()}
        if self.posted is None:
            return values
        for name, (row, field) in self.places.items():
            text = self._text(name, self.posted)
            if text is not None:
                values.setdefault(row, {})[field] = text
        self.read(values, self.posted)
        return {row: texts for row, texts in values.items() if any(texts.values())}

    def read(self, values: Values, data: QueryDict) -> None:
        """Bring the rows that came back into the values."""

    def _text(self, name: str, data: QueryDict) -> str | None:
        """What came back of a field; None where it was not among what was sent."""
        if isinstance(self.fields[name].widget, forms.CheckboxInput):
            return YES if data.get(name) else ""
        text = data.get(name)
        return None if text is None else text[:LONGEST]

    def name_of_field(self, row: str, field: str) -> str | None:
        """The form's own name for a field of the values; None where it does not show it."""
        found = (name for name, place in self.places.items() if place == (row, field))
        return next(found, None)

    def tell(self, problems: Iterable[Problem], conflicts: Iterable[Conflict]) -> None:
        """Show what is wrong, and what somebody else saved meanwhile, each beside its field."""
        self._errors, self.cleaned_data = ErrorDict(), {}
        for problem in problems:
            self._tell(problem.row, problem.field, problem.sentence)
        conflicts = list(conflicts)
        grounds = ground(self.given, {one.row: {} for one in conflicts})
        for one in conflicts:
            words = self.given.get(WORDS_ROW, {}) if one.row != WORDS_ROW else {}
            theirs = {WORDS_ROW: words, one.row: {one.field: one.theirs}}
            if one.row == WORDS_ROW:
                language = self.given.get(WORDS_ROW, {}).get("language", "")
                theirs[WORDS_ROW] = {"language": language, one.field: one.theirs}
            said = _meanwhile(shown(one.row, one.field, theirs, grounds))
            self._tell(one.row, one.field, said, label=label_of(one.row, one.field, grounds))

    def _tell(self, row: str, field: str, sentence: str, label: str = "") -> None:
        name = self.name_of_field(row, field)
        if name is None and label:
            sentence = format_html("{} – {}", label, sentence)
        self.add_error(name or NON_FIELD_ERRORS, [sentence])

    def rows_of(self, kind: str) -> list[str]:
        """The rows of a kind that it was given."""
        return [row for row in self.given if kind_of(row) == kind]


def _meanwhile(theirs: str) -> SafeString | str:
    counts = _("What stands here when you save again counts.")
    if not theirs:
        return " ".join([_("Somebody else took this out meanwhile."), counts])
    language = language_of(theirs) or get_language()
    saved = _("Somebody else saved this meanwhile:")
    return format_html('{} “<bdi lang="{}">{}</bdi>”. {}', saved, language, theirs, counts)
