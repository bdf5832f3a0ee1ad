"""What every form does with text: clean it at the door."""

from __future__ import annotations

from typing import Any

from django import forms

from coalition.base.text import clean_line, clean_text


class CleanText:
    """A mixin for forms: every text is NFC, without control or direction-turning characters."""

    fields: dict[str, forms.Field]

    def _clean_fields(self) -> None:
        super()._clean_fields()  # type: ignore[misc]
        for name, value in self.cleaned_data.items():  # type: ignore[attr-defined]
            if isinstance(value, str):
                self.cleaned_data[name] = self._cleaned(name, value)  # type: ignore[attr-defined]

    def _cleaned(self, name: str, value: str) -> str:
        field: Any = self.fields[name]
        limit = getattr(field, "max_length", None) or 20_000
        many_lines = isinstance(field.widget, forms.Textarea)
        return (clean_text if many_lines else clean_line)(value, limit=limit)
