"""What a panel must be like; of which value of each feature one is; the seed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from coalition.base import zones
from coalition.base.fields import LANGUAGE_NAMES
from coalition.base.names import in_language
from coalition.consultations.drawing import features
from coalition.consultations.drawing.actions import MOST_SEATS
from coalition.consultations.models import Consultation, Panel
from coalition.consultations.planning.forms import in_zone
from coalition.ui.forms import LocalMoment


class PanelForm(forms.Form):
    """Seats; what is asked of the panel, in each language; the seed."""

    def __init__(
        self, consultation: Consultation, panel: Panel | None, *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.consultation = consultation
        self.fields["seats"] = forms.IntegerField(
            label=_("Seats"), min_value=2, max_value=MOST_SEATS, initial=panel and panel.seats
        )
        for at, code in enumerate(consultation.languages):
            self.fields[f"features_{code}"] = forms.CharField(
                label=_("What it must be like (%s)") % LANGUAGE_NAMES[code],
                help_text=_(
                    "A feature on a line, and below it its values with the least and the greatest "
                    "number of seats, such as “- Woman: 10–15”."
                )
                if not at
                else _("The same in the same order."),
                max_length=8_000,
                widget=forms.Textarea(
                    attrs={"rows": 10, "lang": code, "dir": "rtl" if code == "ar" else "ltr"}
                ),
                initial=features.written(panel.features, code) if panel else "",
            )
        self.fields["seed_from"] = forms.CharField(
            label=_("Where the seed comes from"),
            help_text=_(
                "Something that nobody can choose and everybody can look up, such as the numbers "
                "of a national lottery on a day to come; and what holds if it fails."
            ),
            max_length=500,
            initial=panel.seed_from if panel else "",
        )
        zone = consultation.zone
        self.fields["seed_at"] = LocalMoment(
            label=_("When the seed is known"),
            help_text=zones.city(zone),
            initial=zones.wall_of(panel.seed_at, zone) if panel and panel.seed_at else None,
        )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("seed_at"):
            data["seed_at"] = in_zone(self, "seed_at", data["seed_at"], self.consultation.zone)
        return data

    @property
    def asked(self) -> dict[str, Any]:
        """What `actions.set_panel` takes."""
        given = self.cleaned_data
        texts = {code: given[f"features_{code}"] for code in self.consultation.languages}
        return {
            "seats": given["seats"],
            "features": texts,
            "seed_from": given["seed_from"],
            "seed_at": given["seed_at"],
        }


class VolunteerForm(forms.Form):
    """One value of each feature."""

    def __init__(self, panel: Panel, held: list[int] | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.count = len(panel.features)
        for at, feature in enumerate(panel.features):
            choices = [
                (place, str(in_language(value["name"])))
                for place, value in enumerate(feature["values"])
            ]
            self.fields[f"feature_{at}"] = forms.TypedChoiceField(
                label=str(in_language(feature["name"])),
                choices=choices,
                coerce=int,
                widget=forms.RadioSelect,
                initial=held[at] if held and at < len(held) else None,
            )

    @property
    def values(self) -> list[int]:
        return [self.cleaned_data[f"feature_{at}"] for at in range(self.count)]


class SeedForm(forms.Form):
    seed = forms.CharField(max_length=500)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seed"].label = _("Seed")
        self.fields["seed"].help_text = _("Exactly as it was published, on one line.")
