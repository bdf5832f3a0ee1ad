"""The forms of this room, and choices of places that are read once for a whole page."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.forms.formsets import ORDERING_FIELD_NAME, BaseFormSet
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from coalition.base.fields import LANGUAGE_NAMES
from coalition.partners.membership import ADMISSION_FIELDS, MOST_PRIORITIES, PROFILE_FIELDS
from coalition.partners.models import AccessionRequest, Partner, PartnerGroup, Scope, Suggestion
from coalition.partners.queries import SORTS, places_of_partners, suggestions_by_field
from coalition.partners.states import AccessionState
from coalition.partners.values import LONGEST_REASON, LONGEST_TEXT, REQUEST_FIELDS
from coalition.partners.words import fold
from coalition.places.models import Level, Place, PlaceKind
from coalition.themes.models import Theme
from coalition.ui.forms import Select

LANGUAGES = [(code, LANGUAGE_NAMES[code]) for code in settings.UN_LANGUAGES]


# --- Choices among rows ----------------------------------------------------------------------


@dataclass(frozen=True)
class Rows:
    """Rows to choose among by their codes: read once, used by as many selects as a page has."""

    choices: list[Any]
    by_code: dict[str, Any]


def rows_of(entries: Iterable[Any], empty: str = "") -> Rows:
    """The entries in their own order, after a first choice that chooses none."""
    by_code = {entry.code: entry for entry in entries}
    return Rows(
        [("", empty or _("Choose one")), *((c, e.name) for c, e in by_code.items())], by_code
    )


def read_places() -> list[Place]:
    """The world, regions and countries, as the selects need them: one query."""
    return list(Place.objects.only("code", "kind", "names", "path").order_by("path"))


def countries(
    held: Sequence[Place], *, among: Container[str] | None = None, empty: str = ""
) -> Rows:
    """Countries and areas by region; `among` keeps only those with these codes."""
    is_wanted = [
        one
        for one in held
        if one.kind == PlaceKind.COUNTRY and (among is None or one.code in among)
    ]
    return _grouped(is_wanted, held, empty)


def regions(held: Sequence[Place], *, empty: str = "") -> Rows:
    """Regions and, beneath each, its sub-regions."""
    kinds = (PlaceKind.REGION, PlaceKind.SUBREGION)
    return _grouped([one for one in held if one.kind in kinds], held, empty)


def _grouped(listed: Sequence[Place], held: Sequence[Place], empty: str = "") -> Rows:
    """Places under the name of the region they lie in: larger ones first, then in the order of
    the names in the reader's language."""
    names = {place.path: str(place.name) for place in held}
    groups: dict[str, list[tuple[int, str, str, str]]] = {}
    for place in listed:
        codes = place.path.split(".")
        # What lies in no region (the world itself, Antarctica) stands with the world.
        in_region = codes[2:] != [""] or place.kind == PlaceKind.REGION
        group = names.get(".".join(codes[: 2 if in_region else 1]) + ".", str(place.name))
        size = 9 if place.kind == PlaceKind.COUNTRY else len(codes)
        groups.setdefault(group, []).append((size, fold(place.name), str(place.name), place.code))
    choices = [
        (group, [(code, name) for _size, _folded, name, code in sorted(places)])
        for group, places in groups.items()
    ]
    by_code = {place.code: place for place in listed}
    return Rows([("", empty or _("Choose one")), *choices], by_code)


class RowField(forms.ChoiceField):
    """A choice among rows by code; cleans to the row itself, or to None where none is chosen."""

    widget = Select

    def __init__(self, rows: Rows, **kwargs: Any) -> None:
        self.rows = rows
        super().__init__(choices=rows.choices, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return getattr(value, "code", value)

    def clean(self, value: Any) -> Any:
        return self.rows.by_code.get(super().clean(value))


def _label(model: Any, name: str) -> str:
    return capfirst(model._meta.get_field(name).verbose_name)


def website_field() -> forms.URLField:
    return forms.URLField(
        label=_label(Partner, "website"), required=False, max_length=300, assume_scheme="https"
    )


def about_field(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label, required=False, max_length=LONGEST_TEXT, widget=forms.Textarea
    )


# --- Lists -----------------------------------------------------------------------------------


class DirectoryFilter(forms.Form):
    """Filters of the directory; each is a code, so that the address of a list stays the same."""

    words = forms.CharField(label=gettext_lazy("Words"), required=False, max_length=100)
    scope = forms.ChoiceField(
        label=_label(Partner, "scope"),
        choices=[("", gettext_lazy("Every scope")), *Scope.choices],
        required=False,
    )
    sort = forms.ChoiceField(
        label=gettext_lazy("Order"),
        choices=[(code, label) for code, (label, _fields) in SORTS.items()],
        required=False,
    )
    field_order = ("words", "group", "country", "region", "scope", "theme", "sort")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.groups = rows_of(PartnerGroup.objects.all(), _("All groups"))
        held = read_places()
        seats = set(places_of_partners().values_list("code", flat=True))
        for name, label, rows in (
            ("group", _label(Partner, "group"), self.groups),
            ("country", _label(Partner, "country"), countries(held, among=seats, empty=_("All"))),
            ("region", gettext_lazy("Region"), regions(held, empty=_("All"))),
            (
                "theme",
                gettext_lazy("Theme of a priority"),
                rows_of(Theme.objects.all(), _("All themes")),
            ),
        ):
            self.fields[name] = RowField(rows, label=label, required=False)
        self.order_fields(self.field_order)

    def chosen(self) -> dict[str, str]:
        """The filters in use, as `queries.directory` takes them. What is no choice is left out,
        and the form says so."""
        self.is_valid()
        values = {name: self.fields[name].prepare_value(v) for name, v in self.cleaned_data.items()}
        return {name: value for name, value in values.items() if value}


class BoardFilter(forms.Form):
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        choices=[("", gettext_lazy("All that are open")), *AccessionState.choices],
        required=False,
    )


# --- Requests --------------------------------------------------------------------------------


class RequestForm(forms.ModelForm):
    """The facts of a request. What a message suggested stands beside each field, with why."""

    website = website_field()
    about = about_field(_label(AccessionRequest, "about"))

    class Meta:
        model = AccessionRequest
        fields = REQUEST_FIELDS

    def __init__(self, *args: Any, is_confirmed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        case = self.instance
        groups, places = rows_of(PartnerGroup.objects.all()), countries(read_places())
        self.fields["group"] = RowField(groups, label=_label(case, "group"), required=False)
        self.fields["country"] = RowField(places, label=_label(case, "country"), required=False)
        self.fields["language"] = forms.ChoiceField(
            label=_label(case, "language"),
            choices=[("", _("Choose one")), *LANGUAGES],
            required=False,
        )
        self.initial |= {"group": case.group, "country": case.country}
        names: dict[str, Mapping[str, Any]] = {
            "group": groups.by_code,
            "country": places.by_code,
            "language": LANGUAGE_NAMES,
        }
        for name, suggestions in suggestions_by_field(case).items():
            if name in self.fields:
                self.fields[name].help_text = _suggested(
                    suggestions, names.get(name, {}), is_confirmed
                )
        self.order_fields(REQUEST_FIELDS)

    def _post_clean(self) -> None:
        """The instance stays as it is: the action alone changes records."""


def _suggested(
    suggestions: Sequence[Suggestion], names: Mapping[str, Any], is_confirmed: bool
) -> str:
    """What was read in the message for one field, and why, as plain text."""
    lead = _("Suggested by the message:") if is_confirmed else _("Suggested, not confirmed yet:")
    parts = [f"{names.get(one.value, one.value)}. {reasons(one)}" for one in suggestions]
    return f"{lead} {' – '.join(parts)}"


def reasons(suggestion: Suggestion) -> str:
    """Why something is suggested, the words it rests on, and what speaks against it."""
    quote = _("“%(quote)s”") % {"quote": suggestion.quote} if suggestion.quote else ""
    doubt = _(suggestion.doubt) if suggestion.doubt else ""
    return " ".join(part for part in (_(suggestion.why), quote, doubt) if part)


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("The applicant reads these words as they stand."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=LONGEST_REASON,
    )


# --- Partners --------------------------------------------------------------------------------


class ProfileForm(forms.ModelForm):
    """What a partner says of itself; officers also see what was decided with its admission."""

    website = website_field()
    about = about_field(gettext_lazy("What the organisation is and does"))

    class Meta:
        model = Partner
        fields = PROFILE_FIELDS + ADMISSION_FIELDS

    def __init__(self, *args: Any, for_officer: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["about_language"] = forms.ChoiceField(
            label=_("Language of this text"), choices=LANGUAGES
        )
        if not for_officer:
            for name in ADMISSION_FIELDS:
                del self.fields[name]
            return
        self.fields["name_language"] = forms.ChoiceField(
            label=_("Language of the name"), choices=LANGUAGES
        )
        groups, places = rows_of(PartnerGroup.objects.all()), countries(read_places())
        self.fields["group"] = RowField(groups, label=_label(Partner, "group"))
        self.fields["country"] = RowField(places, label=_label(Partner, "country"), required=False)
        self.initial |= {"group": self.instance.group, "country": self.instance.country}
        self.order_fields(ADMISSION_FIELDS + PROFILE_FIELDS)

    def _post_clean(self) -> None:
        """The instance stays as it is: the action alone changes records."""


class PriorityForm(forms.Form):
    """One priority; the selects of all rows share one reading of themes, levels and places."""

    priority = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1)
    words = forms.CharField(
        label=gettext_lazy("In your own words"),
        help_text=gettext_lazy("One sentence on what you want to see change."),
        required=False,
        max_length=300,
    )
    language = forms.ChoiceField(label=gettext_lazy("Language of these words"), choices=LANGUAGES)
    field_order = ("priority", "theme", "level", "place", "words", "language")

    def __init__(self, *args: Any, rows: Mapping[str, Rows], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = {
            "theme": gettext_lazy("Theme"),
            "level": gettext_lazy("Level"),
            "place": gettext_lazy("Place"),
        }
        for name, label in labels.items():
            self.fields[name] = RowField(rows[name], label=label)
        self.order_fields(self.field_order)
        self.fields["language"].initial = get_language()

    def has_changed(self) -> bool:
        """A spare row stays empty though its language is filled in beforehand."""
        return bool(set(self.changed_data) - {"language", ORDERING_FIELD_NAME})


class BasePriorities(BaseFormSet):
    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields[ORDERING_FIELD_NAME].label = gettext_lazy("Rank")
        form.fields[ORDERING_FIELD_NAME].help_text = gettext_lazy(
            "1 matters most. Change the numbers to move priorities up and down."
        )
        form.fields["DELETE"].label = gettext_lazy("Take this priority out")


Priorities = forms.formset_factory(
    PriorityForm,
    formset=BasePriorities,
    extra=2,
    max_num=MOST_PRIORITIES,
    absolute_max=2 * MOST_PRIORITIES,
    validate_max=True,
    can_order=True,
    can_delete=True,
)


def priority_rows() -> dict[str, Rows]:
    """Themes, levels and places to choose among: three queries for any number of rows."""
    held = read_places()
    return {
        "theme": rows_of(Theme.objects.all()),
        "level": rows_of(Level.objects.all()),
        "place": _grouped(held, held),
    }
