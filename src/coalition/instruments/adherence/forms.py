"""Forms of adherence: the filter, what a partner says, what an officer records."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coalition.base.fields import LANGUAGE_NAMES
from coalition.base.forms import CleanText
from coalition.instruments.adherence import actions, queries
from coalition.instruments.models import AdherenceKind, Party, PartyKind
from coalition.instruments.texts.forms import InstrumentField
from coalition.partners.choices import RowField, countries, read_places, rows_of
from coalition.partners.models import Partner, PartnerGroup
from coalition.ui.forms import DateInput, Select

LANGUAGES = [(code, LANGUAGE_NAMES[code]) for code in settings.UN_LANGUAGES]


class ActsFilter(CleanText, forms.Form):
    """The filter of a text's page of adherence."""

    words = forms.CharField(label=gettext_lazy("Name"), required=False, max_length=100)
    kind = forms.ChoiceField(
        label=gettext_lazy("What it did"),
        required=False,
        choices=[("", gettext_lazy("Anything")), *AdherenceKind.choices],
    )
    who = forms.ChoiceField(
        label=gettext_lazy("Who"),
        required=False,
        choices=[
            ("", gettext_lazy("Everybody")),
            *((code, label) for code, (label, _fields) in queries.WHO.items()),
        ],
    )
    acts = forms.ChoiceField(
        label=gettext_lazy("Which acts"),
        required=False,
        choices=[
            ("", gettext_lazy("The latest of each")),
            ("all", gettext_lazy("All, earlier ones too")),
        ],
    )
    sort = forms.ChoiceField(
        label=gettext_lazy("Order"),
        required=False,
        choices=[("", gettext_lazy("Newest first")), ("oldest", gettext_lazy("Oldest first"))],
    )
    reservation = forms.BooleanField(
        label=gettext_lazy("With a reservation or a reason"), required=False
    )
    field_order = ("words", "who", "group", "kind", "acts", "sort", "reservation")

    def __init__(self, data: Any, groups: list[PartnerGroup]) -> None:
        super().__init__(data)
        self.fields["group"] = RowField(
            rows_of(groups, _("All groups")), label=_("Partner group"), required=False
        )
        self.order_fields(self.field_order)

    def chosen(self) -> dict[str, Any]:
        """The wishes in use; what is no choice is left out, and the form says so."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class EndorseForm(CleanText, forms.Form):
    """What a partner says of a text, by one who signs for it."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What it does"),
        choices=[
            (AdherenceKind.ENDORSED, gettext_lazy("It endorses the text")),
            (AdherenceKind.JOINED, gettext_lazy("It joined those behind it at a later day")),
        ],
    )
    on = forms.DateField(
        label=gettext_lazy("On"),
        widget=DateInput,
        help_text=gettext_lazy("Today, or the day on which your organisation decided it."),
    )
    words = forms.CharField(
        label=gettext_lazy("Reservation"),
        required=False,
        max_length=actions.LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "What your organisation does not stand behind, or understands in its own way. "
            "Everyone reads it in the language in which you write it."
        ),
    )
    language = forms.ChoiceField(label=gettext_lazy("Language you write in"), choices=LANGUAGES)
    confirmed = forms.BooleanField(
        label=gettext_lazy("I am entitled to say this for my organisation"),
        help_text=gettext_lazy("It is public at once, with the name of the organisation."),
    )

    def __init__(self, data: Any, partners: list[Partner], **initial: Any) -> None:
        super().__init__(data, initial=initial)
        self.partners = {one.reference: one for one in partners}
        if len(partners) > 1:
            choices = [(one.reference, one.name) for one in partners]
            self.fields["partner"] = forms.ChoiceField(label=_("Organisation"), choices=choices)
            self.order_fields(["partner"])

    @property
    def partner(self) -> Partner:
        """For which organisation: the one chosen, else the only one."""
        chosen = self.cleaned_data.get("partner")
        return self.partners[chosen] if chosen else next(iter(self.partners.values()))


class WithdrawForm(CleanText, forms.Form):
    """Why a partner no longer stands behind a text."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=actions.LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Everyone can read it, beside what was said before."),
    )
    language = forms.ChoiceField(label=gettext_lazy("Language you write in"), choices=LANGUAGES)


class StrikeForm(CleanText, forms.Form):
    reason = forms.CharField(label=gettext_lazy("Why it is an error"), max_length=300)


class RecordForm(CleanText, forms.Form):
    """What a source says somebody did, as an officer records it."""

    text = InstrumentField(
        label=gettext_lazy("Text"),
        help_text=gettext_lazy("Its symbol or its short address, such as A/RES/80/5 or doha."),
    )
    party = forms.ChoiceField(
        label=gettext_lazy("State or regional organisation"), required=False, widget=Select
    )
    partner = forms.CharField(
        label=gettext_lazy("or a partner"),
        required=False,
        max_length=20,
        help_text=gettext_lazy("Its reference, such as PAR-2026-0012."),
    )
    name = forms.CharField(
        label=gettext_lazy("or another organisation, by its name"), required=False, max_length=300
    )
    kind = forms.ChoiceField(label=gettext_lazy("What it did"), choices=AdherenceKind.choices)
    on = forms.DateField(
        label=gettext_lazy("On"),
        required=False,
        widget=DateInput,
        help_text=gettext_lazy("Empty where the source does not give the day."),
    )
    words = forms.CharField(
        label=gettext_lazy("Reservation or reason"),
        required=False,
        max_length=actions.LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    language = forms.ChoiceField(label=gettext_lazy("Language it is written in"), choices=LANGUAGES)
    source = forms.CharField(
        label=gettext_lazy("Source"),
        max_length=300,
        help_text=gettext_lazy("Who published it, when, and what it is."),
    )
    url = forms.URLField(
        label=gettext_lazy("Address of the source"),
        required=False,
        max_length=500,
        assume_scheme="https",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = countries(read_places(), empty="–")
        others = Party.objects.exclude(kind=PartyKind.STATE).filter(is_example=False)
        self.others = rows_of(others)
        choices = [*self.places.choices]
        if self.others.by_code:
            choices.append((_("Regional organisations"), self.others.choices[1:]))
        self.fields["party"].choices = choices  # type: ignore[attr-defined]

    def clean_partner(self) -> Partner | None:
        reference = self.cleaned_data["partner"].upper()
        if not reference:
            return None
        found = Partner.objects.filter(reference=reference).first()
        if found is None:
            raise forms.ValidationError(
                _("There is no partner with the reference “%(reference)s”. Copy it from its page.")
                % {"reference": reference}
            )
        return found

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        given = [name for name in ("party", "partner", "name") if cleaned.get(name)]
        if len(given) != 1 and "partner" not in self.errors:
            raise forms.ValidationError(
                _("Name exactly one: a State, or a partner, or another organisation.")
            )
        return cleaned

    @property
    def who(self) -> Party | Partner | str:
        """Whom the officer named, as `actions.record` takes it."""
        cleaned = self.cleaned_data
        if cleaned["partner"]:
            return cleaned["partner"]
        if code := cleaned["party"]:
            place = self.places.by_code.get(code)
            return actions.party_of(place) if place else self.others.by_code[code]
        return str(cleaned["name"])
