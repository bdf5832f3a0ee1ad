"""What officers say of a consultation, and what they ask of the desk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.base import zones
from coalition.base.errors import Refused
from coalition.base.fields import NamesFormField
from coalition.base.forms import CleanText
from coalition.consultations.models import Consultation, Phase
from coalition.consultations.models.process import LONG, SHORT
from coalition.consultations.planning.offers import Offer
from coalition.consultations.planning.queries import version_of
from coalition.consultations.states import (
    TAKING_PART,
    VERBS,
    PhaseKind,
    PrioritiseBy,
    State,
)
from coalition.instruments.texts.forms import InstrumentField
from coalition.places.forms import PlaceField
from coalition.places.models import Level
from coalition.results.models import Unit, UnitKind
from coalition.themes.models import Challenge, Theme
from coalition.ui.forms import LocalMoment, Select


def question_field() -> NamesFormField:
    return NamesFormField(
        label=_("Question"),
        help_text=_("In each language in which the consultation is held, and in no other."),
        limit=SHORT,
    )


def zone_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("Time zone of its deadlines"),
        help_text=_("The clocks of which place its phases go by."),
        choices=zones.choices,
        widget=Select,
    )


class OnVersion(CleanText, forms.Form):
    """A form that knows on which version of the consultation it rests."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def __init__(self, consultation: Consultation, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial=self.held(consultation), **kwargs)
        self.fields["seen"].initial = version_of(consultation)

    def held(self, consultation: Consultation) -> dict[str, Any]:
        """What stands there now, by field."""
        return {name: getattr(consultation, name) for name in self.base_fields if name != "seen"}

    def rest_on(self, consultation: Consultation) -> None:
        """What was typed shall count over what somebody else saved meanwhile."""
        self.data = self.data.copy()
        self.data["seen"] = version_of(consultation)


class NewForm(CleanText, forms.Form):
    question = question_field()
    zone = zone_field()


class WordsForm(OnVersion):
    question = question_field()
    about = NamesFormField(
        label=_("What it is about"),
        help_text=_("What one has to know before one answers. In the languages of the question."),
        long=True,
        limit=LONG,
        required=False,
    )
    promise = NamesFormField(
        label=_("What becomes of the answers"),
        help_text=_(
            "Who decides, until when, and what answers can still change. It has to be said before "
            "the consultation is announced."
        ),
        long=True,
        limit=LONG,
        required=False,
    )


class ScopeForm(OnVersion):
    place = PlaceField(label=_("Place"), required=False)
    level = forms.ModelChoiceField(
        label=_("Level"),
        queryset=Level.objects.all(),
        to_field_name="code",
        required=False,
        empty_label=_("None in particular"),
    )
    theme = forms.ModelChoiceField(
        label=_("Theme"),
        queryset=Theme.objects.all(),
        to_field_name="code",
        required=False,
        empty_label=_("None in particular"),
    )
    text = InstrumentField(
        label=_("Text"),
        help_text=_("Its symbol or code, such as A/RES/80/5, where a text is discussed."),
        required=False,
    )
    challenges = forms.ModelMultipleChoiceField(
        label=_("Challenges that it answers"),
        queryset=Challenge.objects.all(),
        to_field_name="code",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    themes = forms.ModelMultipleChoiceField(
        label=_("Themes that it answers"),
        queryset=Theme.objects.all(),
        to_field_name="code",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, consultation: Consultation, *args: Any, **kwargs: Any) -> None:
        super().__init__(consultation, *args, **kwargs)
        # What was retired since stays with those that have it.
        for name in ("theme", "themes", "challenges"):
            field = self.fields[name]
            held = self.initial[name]
            kept = [one.pk for one in (held if isinstance(held, list) else [held]) if one]
            field.queryset = field.queryset.filter(Q(retired_on=None) | Q(pk__in=kept))

    def held(self, consultation: Consultation) -> dict[str, Any]:
        found = super().held(consultation)
        many = {name: list(found[name].all()) for name in ("challenges", "themes")}
        text = found["text"]
        return {**found, **many, "text": text and (text.symbol or text.code)}


class PeopleForm(OnVersion):
    for_partners = forms.BooleanField(label=_("Partners, by their mandates"), required=False)
    for_invited = forms.BooleanField(label=_("People who are invited"), required=False)
    for_everyone = forms.BooleanField(
        label=_("Anyone with a confirmed e-mail address"), required=False
    )
    answers_are_public = forms.BooleanField(
        label=_("The answers of organisations are public"),
        help_text=_("Answers of people for themselves never are. It stays as it is announced."),
        required=False,
    )
    zone = zone_field()


class PhaseForm(CleanText, forms.Form):
    """A phase of one kind: when it opens and closes by the clocks of the consultation."""

    opens_at = LocalMoment(label=_("Opens"))
    closes_at = LocalMoment(
        label=_("Closes"), help_text=_("From this minute on nothing is taken any more.")
    )

    def __init__(
        self, zone: str, kind: str, phase: Phase | None, *args: Any, **kwargs: Any
    ) -> None:
        self.zone, self.kind, self.phase = zone, kind, phase
        if phase is not None:
            kwargs["initial"] = {
                "opens_at": zones.wall_of(phase.opens_at, zone),
                "closes_at": zones.wall_of(phase.closes_at, zone),
                "by": phase.by,
                "points": phase.points,
                "budget": phase.unit and phase.budget and phase.budget // 10**phase.unit.decimals,
                "unit": phase.unit,
            }
        super().__init__(*args, **kwargs)
        if kind == PhaseKind.PRIORITISE:
            self.fields |= method_fields()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for name in ("opens_at", "closes_at"):
            if name in data and name not in self.changed_data:
                # A moment may have seconds, which the field does not show.
                data[name] = getattr(self.phase, name)
            elif data.get(name):
                data[name] = in_zone(self, name, data[name], self.zone)
        return data

    @property
    def method(self) -> dict[str, Any]:
        """How priorities are set, with the budget in the smallest part of its unit."""
        if self.kind != PhaseKind.PRIORITISE:
            return {}
        given = {name: self.cleaned_data.get(name) for name in ("by", "points", "budget", "unit")}
        if given["budget"] is not None and given["unit"] is not None:
            given["budget"] *= 10 ** given["unit"].decimals
        return given


def method_fields() -> dict[str, forms.Field]:
    return {
        "by": forms.ChoiceField(
            label=_("Priorities are set by"), choices=[("", "–"), *PrioritiseBy.choices]
        ),
        "points": forms.IntegerField(
            label=_("Points to give"),
            help_text=_("Where points are given: how many each has."),
            min_value=1,
            max_value=1_000,
            required=False,
        ),
        "budget": forms.IntegerField(
            label=_("Budget"),
            help_text=_("In whole units of the currency; empty where there is none."),
            min_value=1,
            max_value=10**12,
            required=False,
        ),
        "unit": forms.ModelChoiceField(
            label=_("Currency"),
            queryset=Unit.objects.filter(kind=UnitKind.MONEY, retired_on=None),
            to_field_name="code",
            required=False,
            empty_label="–",
        ),
    }


def in_zone(form: Any, name: str, wall: Any, zone: str) -> Any:
    """The moment at which the clocks there show this, or None with a sentence at the field."""
    try:
        return zones.moment_of(wall, zone)
    except Refused as refusal:
        form.add_error(name, str(refusal))
        return None


# --- The verbs -------------------------------------------------------------------------------


class VerbForm(CleanText, forms.Form):
    """What a verb takes besides the press of its button: a reason, a phase and a moment, or
    nothing."""

    kind = forms.ChoiceField(label=_("Phase"))
    closes_at = LocalMoment(label=_("Until"))
    reason = forms.CharField(
        label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"})
    )

    def __init__(self, verb: str, consultation: Consultation, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = consultation.zone
        if not VERBS[verb].needs_reason:
            del self.fields["reason"]
        if verb != "reopen":
            del self.fields["kind"], self.fields["closes_at"]
        else:
            over = consultation.phases.filter(kind__in=TAKING_PART, closes_at__lte=timezone.now())
            self.fields["kind"].choices = [(one.kind, one.get_kind_display()) for one in over]
            self.fields["closes_at"].help_text = zones.city(self.zone)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("closes_at"):
            data["closes_at"] = in_zone(self, "closes_at", data["closes_at"], self.zone)
        return data


def with_forms(
    offers: list[Offer], consultation: Consultation, refused: Mapping[str, VerbForm]
) -> list[tuple[Offer, VerbForm]]:
    """The offers, each with its form: the one that was refused, or an empty one."""
    return [
        (one, refused.get(one.verb) or VerbForm(one.verb, consultation, auto_id=f"{one.verb}-%s"))
        for one in offers
    ]


# --- The desk --------------------------------------------------------------------------------


class DeskForm(CleanText, forms.Form):
    words = forms.CharField(label=_("Words"), max_length=100, required=False)
    state = forms.ChoiceField(
        label=_("State"), choices=[("", _("All")), *State.choices], required=False
    )
    theme = forms.ModelChoiceField(
        label=_("Theme"),
        queryset=Theme.objects.all(),
        to_field_name="code",
        required=False,
        empty_label=_("All"),
    )
    sort = forms.ChoiceField(
        label=_("Sort by"),
        choices=[
            ("", _("Next deadline")),
            ("newest", _("Newest first")),
            ("changed", _("Changed last")),
        ],
        required=False,
    )


class ThemeForm(forms.Form):
    """Which common priorities are offered."""

    theme = forms.ModelChoiceField(
        label=_("Theme"),
        queryset=Theme.objects.all(),
        to_field_name="code",
        required=False,
        empty_label=_("All"),
    )
