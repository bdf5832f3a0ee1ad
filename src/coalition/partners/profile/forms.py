"""What a partner says of itself."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

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
from coalition.partners.models import Partner, PartnerGroup
from coalition.partners.profile.actions import ADMISSION_FIELDS, PROFILE_FIELDS


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
        self.fields["group"] = RowField(groups, label=label_of(Partner, "group"))
        self.fields["country"] = RowField(
            places, label=label_of(Partner, "country"), required=False
        )
        self.initial |= {"group": self.instance.group, "country": self.instance.country}
        self.order_fields(ADMISSION_FIELDS + PROFILE_FIELDS)

    def _post_clean(self) -> None:
        """The instance stays as it is: the action alone changes records."""
