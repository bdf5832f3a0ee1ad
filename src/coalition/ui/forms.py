"""How every form looks, and the inputs that Django leaves as plain text."""

from django import forms
from django.forms.renderers import DjangoTemplates


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
