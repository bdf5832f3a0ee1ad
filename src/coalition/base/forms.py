"""What every form does with text: clean it at the door."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

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


class Words(forms.CharField):
    """Words of people of which none is ever cut silently: a box takes all that is typed or pasted
    into it, and what is too long comes back whole, with how many characters it has.

    They are counted as they are kept: cleaned, a new line as one.
    """

    widget = forms.Textarea

    def __init__(self, *, max_length: int, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)
        self.error_messages["max_length"] = _(
            "This has %(show_value)d characters, and at most %(limit_value)d are taken. Nothing is "
            "lost: shorten it here and send it again."
        )

    def to_python(self, value: Any) -> str:
        words = super().to_python(value)
        # Composing can make three characters of one.
        return clean_text(words, limit=3 * len(words))

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        # A browser cuts what is pasted at `maxlength`, and says nothing.
        return {k: v for k, v in super().widget_attrs(widget).items() if k != "maxlength"}
