"""What readers ask of the public list."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from coalition.base.forms import CleanText
from coalition.instruments.models import Instrument, Provision
from coalition.interventions.models import Kind
from coalition.interventions.reading.finding import NEWEST, SORTS, named_places
from coalition.interventions.states import State
from coalition.partners.models import CommonPriority, Partner, PartnerGroup
from coalition.places.models import Level, Place
from coalition.results.models import Light
from coalition.themes.models import Challenge, Theme
from coalition.ui.forms import Select


def one_of(label: Any, rows: QuerySet[Any], field: str = "code") -> forms.ModelChoiceField:
    """A choice that asks for nothing where it is empty."""
    return forms.ModelChoiceField(
        label=label, queryset=rows, to_field_name=field, required=False, empty_label=_("All")
    )


def narrowed_to(label: Any, rows: QuerySet[Any], field: str = "reference") -> Any:
    """What a link from the page of a record asks for: too many to be offered in a list."""
    made = one_of(label, rows, field)
    made.widget = forms.HiddenInput()
    return made


def choices(of: Any) -> list[tuple[Any, Any]]:
    return [("", _("All")), *of]


class ProvisionField(forms.Field):
    """A paragraph, as “doha/para_23”."""

    widget = forms.HiddenInput
    default_error_messages = {"unknown": _("There is no such paragraph.")}
    form_of_it = re.compile(r"([\w.\-]{1,60})/([\w.\-]{1,120})", re.ASCII)

    def to_python(self, value: Any) -> Provision | None:
        if not value:
            return None
        found = self.form_of_it.fullmatch(str(value))
        provisions = Provision.objects.select_related("instrument")
        one = found and provisions.filter(instrument__code=found[1], eid=found[2]).first()
        if not one:
            raise forms.ValidationError(self.error_messages["unknown"], code="unknown")
        return one


# Filters that pages of other records lead to; they are kept while they are in use.
NARROWING = ("partner", "priority", "declaration", "provision")


class ListForm(CleanText, forms.Form):
    """Filters of the list; a value that nothing has asks nothing, and the form says so."""

    words = forms.CharField(
        label=_("Words"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "dir": "auto"}),
    )
    stage = forms.ChoiceField(
        label=_("Stage"),
        choices=choices((one.value, one.label) for one in State if one != State.DRAFT),
        required=False,
    )
    theme = one_of(_("Theme"), Theme.objects.all())
    challenge = one_of(_("Challenge"), Challenge.objects.all())
    place = forms.ModelChoiceField(
        label=_("Place"),
        queryset=Place.objects.none(),
        to_field_name="code",
        required=False,
        empty_label=_("All"),
        widget=Select,
    )
    level = one_of(_("Level"), Level.objects.all())
    group = one_of(_("Partner group"), PartnerGroup.objects.all())
    role = forms.ChoiceField(label=_("Role"), choices=choices(Kind.choices), required=False)
    light = forms.ChoiceField(label=_("Reports"), choices=choices(Light.choices), required=False)
    sort = forms.ChoiceField(label=_("Order"), choices=list(SORTS.items()), required=False)
    partner = narrowed_to(_("Partner"), Partner.objects.shown())
    priority = narrowed_to(_("Common priority"), CommonPriority.objects.public())
    declaration = narrowed_to(_("Text"), Instrument.objects.all(), "code")
    provision = ProvisionField(label=_("Paragraph"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].queryset = named_places()  # type: ignore[attr-defined]
        for name in NARROWING:
            if not self.data.get(name):
                del self.fields[name]
        self.is_valid()

    @property
    def wishes(self) -> dict[str, Any]:
        """What is asked for, as `finding.listed` takes it."""
        found = {name: value for name, value in self.cleaned_data.items() if value}
        found.setdefault("sort", NEWEST)
        return found

    @property
    def in_use(self) -> int:
        """How many filters narrow the list."""
        return sum(name != "sort" for name in self.wishes)

    @property
    def narrowed(self) -> list[tuple[Any, Any]]:
        """The records of which the list shows only what hangs with them, each with its kind."""
        return [
            (self.fields[name].label, self.cleaned_data[name])
            for name in NARROWING
            if self.cleaned_data.get(name)
        ]
