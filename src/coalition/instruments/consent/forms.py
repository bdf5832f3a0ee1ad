"""What readers may ask of the pages of consent, and how an officer records an act."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.db import models
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from coalition.base.fields import LANGUAGE_NAMES
from coalition.base.forms import CleanText
from coalition.instruments.consent import pages, words
from coalition.instruments.consent.pages import Standing
from coalition.instruments.models import (
    BINDING,
    Category,
    ConsentKind,
    Instrument,
    Party,
    PartyKind,
    Provision,
    Status,
    Subject,
)
from coalition.instruments.texts.forms import InstrumentField
from coalition.places.models import Place, PlaceKind
from coalition.ui.forms import DateInput, Select

# The first conventions of the ILO are of 1919; what is later than this nobody can know.
FIRST_YEAR, LAST_YEAR = 1919, 2100
STATUSES = [("", _("All")), *((one.value, words.SHORT[one]) for one in pages.ORDER)]
GROUPS = [
    ("", _("All")),
    ("members", _("Members of the United Nations")),
    ("state", _("States")),
    ("territory", _("Territories")),
    ("organisation", _("Regional organisations")),
]


class RegionField(forms.ModelChoiceField):
    """A region or sub-region of the world."""

    widget = Select

    def __init__(self, **kwargs: Any) -> None:
        regions = Place.objects.filter(kind__in=[PlaceKind.REGION, PlaceKind.SUBREGION])
        super().__init__(
            queryset=regions,
            to_field_name="code",
            label=_("Region"),
            required=False,
            empty_label=_("All"),
            **kwargs,
        )

    def label_from_instance(self, place: Place) -> str:
        return f"– {place.name}" if place.kind == PlaceKind.SUBREGION else str(place.name)


class DayForm(CleanText, forms.Form):
    """A day, by its date or by the year at whose end it lies; today where neither is told.

    What cannot be read asks nothing, and the form says so. `year` comes from the slider alone.
    """

    on = forms.DateField(label=_("On the day"), required=False, widget=DateInput)

    def __init__(self, data: QueryDict) -> None:
        data = data.copy()
        year = data.pop("year", [""])[-1]
        if year.isdecimal() and len(year) == 4 and not data.get("on"):
            data["on"] = _end_of(int(year)).isoformat()
        super().__init__(data)
        self.is_valid()

    def clean_on(self) -> date | None:
        day = self.cleaned_data["on"]
        if day and not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise forms.ValidationError(
                _("Please give a day between %(first)d and %(last)d.")
                % {"first": FIRST_YEAR, "last": LAST_YEAR}
            )
        return day

    @cached_property
    def day(self) -> date:
        return self.asked("on") or pages.today()

    def asked(self, name: str) -> Any:
        """What a field asks for; nothing where it was mistaken."""
        return self.cleaned_data.get(name)

    def query(self, **changes: str | int) -> str:
        """The reader's question as the part of an address after "?", with changes; empty values
        are left out, and so is what could not be read."""
        told = {name: self.data.get(name, "") for name in self.cleaned_data}
        told = {name: value for name, value in (told | changes).items() if value not in ("", None)}
        return urlencode(told)


def _end_of(year: int) -> date:
    today = pages.today()
    return today if year == today.year else date(min(max(year, FIRST_YEAR), LAST_YEAR), 12, 31)


class MatrixForm(DayForm):
    """Which countries and which instruments stand in the matrix."""

    region = RegionField()
    group = forms.ChoiceField(label=_("Group of countries"), choices=GROUPS, required=False)
    category = forms.ChoiceField(
        label=_("Category"), choices=[("", _("All")), *Category.choices], required=False
    )
    subject = forms.ModelChoiceField(
        label=_("Subject"),
        queryset=Subject.objects.filter(instruments__consent_table__isnull=False).distinct(),
        to_field_name="code",
        required=False,
        empty_label=_("All"),
        widget=Select,
    )
    status = forms.ChoiceField(
        label=_("Status under one of them"), choices=STATUSES, required=False
    )
    words = forms.CharField(
        label=_("Words"),
        max_length=100,
        required=False,
        help_text=_("Of the name of a country or of an instrument."),
    )

    def instruments(self, *, examples: bool) -> list[Instrument]:
        """The columns."""
        found = pages.held_instruments(examples=examples)
        if category := self.asked("category"):
            found = found.filter(category=category)
        if subject := self.asked("subject"):
            found = found.filter(subjects=subject)
        return list(found)

    def question(self, *, examples: bool) -> tuple[list[Party], list[Instrument]]:
        """The rows and the columns. Words choose instruments where one bears them, else parties,
        and both where both do."""
        instruments = self.instruments(examples=examples)
        rows = narrowed(pages.parties(examples=examples), self.asked("region"), self.asked("group"))
        if status := self.asked("status"):
            rows = pages.parties_with(rows, status, instruments, self.day)
        parties = pages.by_name(rows)
        if asked := (self.asked("words") or "").casefold():
            named = [one for one in parties if bears(asked, one.code, one.names)]
            titled = [one for one in instruments if bears(asked, one.code, one.names, one.symbol)]
            if named or not titled:
                parties = named
            if titled:
                instruments = titled
        return parties, instruments


def bears(asked: str, code: str, names: dict[str, str], symbol: str = "") -> bool:
    """Does one of the names, the code or the symbol hold these words? They are in lower case."""
    return any(asked in each.casefold() for each in (code, symbol, *names.values()))


def narrowed(
    found: models.QuerySet[Party], region: Place | None, group: str | None
) -> models.QuerySet[Party]:
    """The parties inside a region, and of a group."""
    if region:
        found = found.filter(place__path__startswith=region.path)
    if group == "members":
        return found.filter(place__is_un_member=True)
    return found.filter(kind=group) if group in PartyKind.values else found


class PartiesForm(DayForm):
    """Which parties of one instrument are listed."""

    region = RegionField()
    status = forms.ChoiceField(label=_("Status"), choices=STATUSES, required=False)
    since = forms.DateField(
        label=_("With this status since"),
        required=False,
        widget=DateInput,
        help_text=_("This day or later."),
    )
    provision = forms.CharField(max_length=120, required=False, widget=forms.HiddenInput)
    sort = forms.ChoiceField(
        label=_("Sort by"),
        choices=[
            ("", pgettext_lazy("sort by", "Name")),
            ("newest", _("Newest first")),
            ("oldest", _("Oldest first")),
        ],
        required=False,
    )

    def chosen(self, found: list[Standing], accepting: set[int] | None) -> list[Standing]:
        """Of all standings those asked for; unless asked for, those not bound are left out."""
        if status := self.asked("status"):
            found = [one for one in found if one.status == status]
        else:
            found = [one for one in found if one.status != Status.NOT_BOUND]
        if region := self.asked("region"):
            found = [
                one
                for one in found
                if one.party.place and one.party.place.path.startswith(region.path)
            ]
        if since := self.asked("since"):
            found = [one for one in found if one.on.since and one.on.since >= since]
        if accepting is not None:
            found = [one for one in found if one.party.pk in accepting]
        if sort := self.asked("sort"):
            found = sorted(
                found, key=lambda one: one.on.since or date.max, reverse=sort == "newest"
            )
        return found


class RecordForm(DayForm):
    """Which instruments stand in a country's record."""

    status = forms.ChoiceField(label=_("Status"), choices=STATUSES, required=False)
    category = forms.ChoiceField(
        label=_("Category"), choices=[("", _("All")), *Category.choices], required=False
    )

    def chosen(self, found: list[Standing]) -> list[Standing]:
        """The standings asked for, those in force first."""
        if status := self.asked("status"):
            found = [one for one in found if one.status == status]
        if category := self.asked("category"):
            found = [one for one in found if one.instrument.category == category]
        return sorted(found, key=lambda one: pages.ORDER.index(one.status))


# --- The desk --------------------------------------------------------------------------------


class ActForm(CleanText, forms.Form):
    """One act of consent, as a source has it."""

    instrument = InstrumentField(kinds=BINDING)
    party = forms.ChoiceField(label=_("Party"), widget=Select)
    kind = forms.ChoiceField(label=_("What it did"), choices=ConsentKind.choices)
    on = forms.DateField(
        label=_("Registered on"),
        required=False,
        widget=DateInput,
        help_text=_("The day of registration or deposit."),
    )
    effective_on = forms.DateField(
        label=_("Takes effect on"),
        required=False,
        widget=DateInput,
        help_text=_("Only where the source gives this day; else it follows from the rule."),
    )
    by_instrument = InstrumentField(
        kinds=BINDING,
        label=_("Later instrument that denounces it (code or symbol)"),
        required=False,
    )
    provisions = forms.CharField(
        label=_("Provisions"),
        max_length=1000,
        required=False,
        help_text=_(
            "Only where the instrument lets a party choose: their numbers, with commas between."
        ),
    )
    words = forms.CharField(
        label=_("Words of the declaration or reservation"),
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )
    language = forms.ChoiceField(
        label=_("Language of these words"),
        choices=[(code, LANGUAGE_NAMES[code]) for code in settings.UN_LANGUAGES],
        initial=get_language,
    )
    source = forms.CharField(
        label=_("Source"),
        max_length=300,
        help_text=_("The register or document in which it stands, by its title."),
    )
    url = forms.URLField(
        label=_("Where it is written"), max_length=500, required=False, assume_scheme="https"
    )
    note = forms.CharField(
        label=_("Note"), max_length=300, required=False, help_text=_("As the source has it.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["party"].choices = pages.party_choices()

    def clean(self) -> dict[str, Any]:
        """The provisions are those of the instrument, by number or by id."""
        cleaned = super().clean() or self.cleaned_data
        named = [each.strip() for each in cleaned.get("provisions", "").split(",") if each.strip()]
        instrument = cleaned.get("instrument")
        cleaned["provisions"] = []
        if not named or instrument is None:
            return cleaned
        known = provisions_by_name(instrument)
        if strangers := [each for each in named if each.casefold() not in known]:
            self.add_error(
                "provisions",
                _("“%s” is no provision of this text. Please write numbers that it has.")
                % strangers[0][:40],
            )
        else:
            cleaned["provisions"] = [known[each.casefold()] for each in named]
        return cleaned


def provisions_by_name(instrument: Instrument) -> dict[str, Provision]:
    """An instrument's provisions by id and by number; the one that stands first bears a number."""
    found: dict[str, Provision] = {}
    for one in instrument.provisions.order_by("position"):
        found[one.eid.casefold()] = one
        if one.number:
            found.setdefault(one.number.casefold(), one)
    return found


class StrikeForm(CleanText, forms.Form):
    """Why an act is struck."""

    why = forms.CharField(
        label=_("What was wrong"),
        max_length=300,
        help_text=_("Kept beside the act, for everybody to read."),
    )
