"""How every form looks, and the inputs that Django leaves as plain text."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.translation import gettext as _

MINUTE = "%Y-%m-%dT%H:%M"


class Renderer(DjangoTemplates):
    """`{{ form }}` with our templates: a list of errors on top, one field template for all."""

    form_template_name = "ui/forms/form.html"
    field_template_name = "ui/forms/field.html"


class Select(forms.Select):
    """A select whose options one template draws: Django's own renders a template an option, which
    for two hundred places costs more than all the rest of a page."""

    template_name = "ui/forms/select.html"


class DateInput(forms.DateInput):
    """The browser's own calendar. It only understands ISO dates, in every language."""

    input_type = "date"

    def __init__(self, attrs: dict[str, object] | None = None) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%d")


class MinuteInput(forms.DateTimeInput):
    """The browser's own calendar and clock, which go by no zone."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format=MINUTE)


class LocalMoment(forms.CharField):
    """A day and a time as written on the wall; its zone stands elsewhere (`zones.moment_of`)."""

    widget = MinuteInput

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        if not value:
            return None
        try:
            return datetime.strptime(value[:16], MINUTE)  # noqa: DTZ007  # its zone comes later
        except ValueError:
            raise forms.ValidationError(
                _("Please write day and time like this: 2026-11-30T14:30.")
            ) from None

    def prepare_value(self, value: Any) -> Any:
        return value.strftime(MINUTE) if isinstance(value, datetime) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return (self.prepare_value(initial) or "") != (data or "")[:16]
