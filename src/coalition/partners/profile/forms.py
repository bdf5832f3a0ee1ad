"""What a partner says of itself."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.conf.locale import LANG_INFO
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coalition.base.fields import LANGUAGE_NAMES
from coalition.base.text import fold
from coalition.partners.choices import (
    LANGUAGES,
    RowField,
    about_field,
    countries,
    label_of,
    read_places,
    rows_of,
    website_field,
)
from coalition.partners.models import Partner, PartnerGroup, Sector, SizeClass
from coalition.partners.profile.actions import ADMISSION_FIELDS
from coalition.partners.profile.queries import language_name
from coalition.places.forms import PlacesField

MOST_LANGUAGES = 12


def language_codes() -> dict[str, str]:
    """Codes by everything a person may write for a language: its code, or its name in English,
    in itself or in the reader's language."""
    by_name: dict[str, str] = {}
    for code, info in LANG_INFO.items():
        if "fallback" in info:
            continue
        for name in (code, info["name"], info["name_local"], language_name(code)):
            by_name.setdefault(fold(name), code)
    return by_name


class ProfileForm(forms.Form):
    """What a partner says of itself; officers also see what was decided with its admission."""

    about = about_field(gettext_lazy("What the organisation is and does"))
    about_language = forms.ChoiceField(
        label=gettext_lazy("Language of this text"), choices=LANGUAGES
    )
    website = website_field()
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Working languages"),
        choices=[(code, LANGUAGE_NAMES[code]) for code in settings.UN_LANGUAGES],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    more_languages = forms.CharField(
        label=gettext_lazy("Other working languages"),
        help_text=gettext_lazy("With commas between them, such as Portuguese, Swahili."),
        required=False,
        max_length=300,
    )
    works_in = PlacesField(
        label=gettext_lazy("Where you work"),
        help_text=gettext_lazy("Countries, regions or the world: where your work reaches people."),
        required=False,
    )
    sectors = forms.MultipleChoiceField(
        label=gettext_lazy("Sectors"),
        help_text=gettext_lazy("In which you work, or whose people you represent."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    size_class = forms.ChoiceField(
        label=gettext_lazy("Size"),
        help_text=gettext_lazy("People who work for the organisation itself, paid or not."),
        choices=[("", gettext_lazy("Rather not say")), *SizeClass.choices],
        required=False,
    )
    logo = forms.FileField(
        label=gettext_lazy("Logo"),
        help_text=gettext_lazy("A PNG, JPEG or WebP picture of up to 2 MB; shown small."),
        required=False,
    )
    no_logo = forms.BooleanField(label=gettext_lazy("Take the logo away"), required=False)

    def __init__(self, *args: Any, partner: Partner, for_officer: bool, **kwargs: Any) -> None:
        self.partner = partner
        super().__init__(*args, **kwargs)
        self.sectors = {sector.code: sector for sector in Sector.objects.filter(retired_on=None)}
        self.fields["sectors"].choices = [(c, s.name) for c, s in self.sectors.items()]
        if not partner.logo:
            del self.fields["no_logo"]
        spoken = partner.languages
        self.initial = {
            **{name: getattr(partner, name) for name in ("about", "about_language", "website")},
            "size_class": partner.size_class,
            "languages": [code for code in spoken if code in settings.UN_LANGUAGES],
            "more_languages": _(", ").join(
                language_name(code) for code in spoken if code not in settings.UN_LANGUAGES
            ),
            "works_in": list(partner.works_in.all()),
            "sectors": list(partner.sectors.values_list("code", flat=True)),
        }
        if for_officer:
            self._add_admission()

    def _add_admission(self) -> None:
        partner = self.partner
        for name in ("name", "name_language", "scope"):
            self.fields[name] = Partner._meta.get_field(name).formfield()
        self.fields["name_language"] = forms.ChoiceField(
            label=_("Language of the name"), choices=LANGUAGES
        )
        for name, rows in (
            ("group", rows_of(PartnerGroup.objects.all())),
            ("country", countries(read_places())),
        ):
            self.fields[name] = RowField(
                rows, label=label_of(Partner, name), required=name == "group"
            )
        self.initial |= {name: getattr(partner, name) for name in ADMISSION_FIELDS}
        self.order_fields(ADMISSION_FIELDS)

    def clean_sectors(self) -> list[Sector]:
        return [self.sectors[code] for code in self.cleaned_data["sectors"]]

    def clean_more_languages(self) -> list[str]:
        known = language_codes()
        written = self.cleaned_data["more_languages"].replace("،", ",").replace("，", ",")
        names = [name.strip() for name in written.split(",") if name.strip()]
        if strangers := [name for name in names if fold(name) not in known]:
            raise forms.ValidationError(
                _("We do not know the language “%(name)s”. Write its name or its code, such as pt.")
                % {"name": strangers[0][:60]}
            )
        return [known[fold(name)] for name in names]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        spoken = [*cleaned.get("languages", []), *cleaned.get("more_languages", [])]
        cleaned["languages"] = list(dict.fromkeys(spoken))
        if len(cleaned["languages"]) > MOST_LANGUAGES:
            self.add_error("more_languages", _("At most %d languages, please.") % MOST_LANGUAGES)
        return cleaned

    def values(self) -> dict[str, Any]:
        """What the action takes: a logo only where one was chosen or shall go."""
        values = {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in ("more_languages", "no_logo", "logo")
        }
        values["logo"] = self.cleaned_data.get("logo")
        if values["logo"] is None and self.cleaned_data.get("no_logo"):
            values["logo"] = False
        return values
