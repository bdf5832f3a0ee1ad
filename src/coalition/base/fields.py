"""Fields of forms: names in the six UN languages, one input each; several rows by their keys."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from coalition.base.text import clean_line, clean_text

LANGUAGE_NAMES = {
    "ar": "العربية",
    "en": "English",
    "es": "Español",
    "fr": "Français",
    "ru": "Русский",
    "zh": "中文",
}


class RowsFormField(forms.ModelMultipleChoiceField):
    """Several rows by their keys. One larger than any key of a database is no choice; Django asks
    the database for it all the same, and SQLite has no answer but an error."""

    def clean(self, value: Any) -> Any:
        for key in value if isinstance(value, (list, tuple)) else ():
            if len(str(key)) > 18:
                sentence = self.error_messages["invalid_choice"]
                raise ValidationError(sentence, "invalid_choice", {"value": str(key)[:20]})
        return super().clean(value)


class NamesWidget(forms.MultiWidget):
    template_name = "ui/forms/names.html"

    def __init__(self, *, long: bool = False, attrs: dict[str, Any] | None = None) -> None:
        kind = forms.Textarea if long else forms.TextInput
        widgets = {
            code: kind(
                attrs={
                    "lang": code,
                    "dir": "rtl" if code == "ar" else "ltr",
                    "aria-label": LANGUAGE_NAMES[code],
                    "placeholder": LANGUAGE_NAMES[code],
                }
                | ({"rows": 2} if long else {})
            )
            for code in settings.UN_LANGUAGES
        }
        super().__init__(widgets, attrs)

    def decompress(self, value: Any) -> list[str]:
        value = value or {}
        return [value.get(code, "") for code in settings.UN_LANGUAGES]


class NamesFormField(forms.MultiValueField):
    def __init__(self, *, long: bool = False, limit: int = 300, **kwargs: Any) -> None:
        # What JSONField would pass on, but several inputs have no use for.
        kwargs.pop("encoder", None), kwargs.pop("decoder", None)
        self.clean_part = clean_text if long else clean_line
        self.limit = limit
        fields = [forms.CharField(required=False) for _code in settings.UN_LANGUAGES]
        super().__init__(
            fields=fields, require_all_fields=False, widget=NamesWidget(long=long), **kwargs
        )

    def compress(self, values: list[str]) -> dict[str, str]:
        pairs = zip(settings.UN_LANGUAGES, values or [], strict=False)
        return {
            code: clean
            for code, text in pairs
            if (clean := self.clean_part(text, limit=self.limit))
        }

    def has_changed(self, initial: Any, data: Any) -> bool:
        # A field that did not come back is None, as one that is empty.
        return self.compress([text or "" for text in data or []]) != (initial or {})


def validate_names(value: Any) -> None:
    """A mapping of UN language codes to texts."""
    if not isinstance(value, dict) or not all(
        code in settings.UN_LANGUAGES and isinstance(text, str) for code, text in value.items()
    ):
        raise ValidationError(_("Names are texts by UN language: ar, en, es, fr, ru or zh."))


class NamesField(models.JSONField):
    """`{"en": "Academia", "ar": "…"}`; read it with `base.names.in_language`."""

    def __init__(self, *args: Any, long: bool = False, **kwargs: Any) -> None:
        self.long = long
        kwargs.setdefault("default", dict)
        kwargs.setdefault("validators", [validate_names])
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("validators", None)
        return name, path, args, kwargs

    def formfield(self, **kwargs: Any) -> Any:
        kwargs.pop("widget", None)
        limit = 2000 if self.long else 300
        return models.Field.formfield(
            self, form_class=NamesFormField, long=self.long, limit=limit, **kwargs
        )
