"""Forms of bodies, seats, meetings and action points."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from coalition.accounts.models import User
from coalition.base.errors import Refused
from coalition.base.fields import NamesFormField
from coalition.base.forms import CleanText
from coalition.base.zones import moment_of
from coalition.partners.bodies.meetings import LONGEST_DECISION, LONGEST_RECORD
from coalition.partners.bodies.queries import OVERDUE, POINT_SORTS
from coalition.partners.choices import LANGUAGES
from coalition.partners.models import Audience, Meeting, Partner, Presence, Seat, SeatRole
from coalition.partners.states import ActionState
from coalition.ui.forms import DateInput, LocalMoment, Select

AREAS = (
    *("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian"),
    "Pacific",
)


def zones() -> list[Any]:
    """The named zones of the tz database by area, UTC first."""
    groups: dict[str, list[tuple[str, str]]] = {area: [] for area in AREAS}
    for name in sorted(available_timezones()):
        area, _slash, place = name.partition("/")
        if area in groups:
            groups[area].append((name, place.replace("_", " ")))
    return [("UTC", "UTC"), *((area, places) for area, places in groups.items() if places)]


def language_field(label: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=LANGUAGES, initial=get_language)


def text_field(label: Any, limit: int, rows: int, **kwargs: Any) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=limit, widget=area, **kwargs)


# --- Bodies ----------------------------------------------------------------------------------


class BodyForm(CleanText, forms.Form):
    names = NamesFormField(label=gettext_lazy("Name"))
    remit = NamesFormField(
        label=gettext_lazy("What it is for"), long=True, limit=2000, required=False
    )
    meets = NamesFormField(label=gettext_lazy("How often it meets"), required=False)
    composition = NamesFormField(
        label=gettext_lazy("Who belongs to it"), long=True, limit=2000, required=False
    )
    known = NamesFormField(
        label=gettext_lazy("What is known and what is not"),
        long=True,
        limit=2000,
        required=False,
    )
    quorum_seats = forms.IntegerField(
        label=gettext_lazy("Quorum: number of seats"),
        help_text=gettext_lazy("Leave both empty where no rule states a quorum."),
        min_value=1,
        max_value=10_000,
        required=False,
    )
    quorum_percent = forms.IntegerField(
        label=gettext_lazy("Quorum: share of the seats, in per cent"),
        min_value=1,
        max_value=100,
        required=False,
    )


class SeatForm(CleanText, forms.Form):
    """Whose seat it is: at least one of partner, person and office."""

    partner = forms.CharField(
        label=gettext_lazy("Reference of the partner"),
        help_text=gettext_lazy("As on its page, such as PAR-2026-0001."),
        max_length=20,
        required=False,
    )
    person = forms.EmailField(
        label=gettext_lazy("Address of the person"),
        help_text=gettext_lazy("The address with which they sign in here."),
        required=False,
    )
    office = NamesFormField(
        label=gettext_lazy("Office"),
        help_text=gettext_lazy("A post rather than a name, such as “Minister of Labour”."),
        required=False,
    )
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=SeatRole.choices)
    since = forms.DateField(label=gettext_lazy("From"), widget=DateInput, required=False)
    until = forms.DateField(
        label=gettext_lazy("Until"),
        help_text=gettext_lazy("The first day on which it is no longer held."),
        widget=DateInput,
        required=False,
    )

    def clean_partner(self) -> Partner | None:
        return partner_of(self.cleaned_data["partner"])

    def clean_person(self) -> User | None:
        return person_of(self.cleaned_data["person"])


class EndSeatForm(forms.Form):
    until = forms.DateField(
        label=gettext_lazy("Until"),
        help_text=gettext_lazy("The first day on which it is no longer held."),
        widget=DateInput,
    )


def partner_of(reference: str) -> Partner | None:
    if not reference:
        return None
    found = Partner.objects.public().filter(reference=reference.strip().upper()).first()
    if found is None:
        raise forms.ValidationError(
            _("There is no partner %(reference)s.") % {"reference": reference}
        )
    return found


def person_of(address: str) -> User | None:
    if not address:
        return None
    found = User.objects.filter(email__iexact=address, is_active=True).first()
    if found is None:
        raise forms.ValidationError(
            _("Nobody signs in here with %(address)s. Invite them first.") % {"address": address}
        )
    return found


# --- Meetings --------------------------------------------------------------------------------


class MeetingForm(CleanText, forms.Form):
    title = forms.CharField(label=gettext_lazy("Title"), max_length=300)
    starts_at = LocalMoment(label=gettext_lazy("Begins"))
    ends_at = LocalMoment(label=gettext_lazy("Ends"), required=False)
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        help_text=gettext_lazy("The clocks of which place these times go by."),
        widget=Select,
    )
    place = forms.CharField(label=gettext_lazy("Place"), max_length=300, required=False)
    online_link = forms.URLField(
        label=gettext_lazy("Link to take part online"),
        help_text=gettext_lazy("Shown only to those who sit in the body."),
        max_length=500,
        required=False,
        assume_scheme="https",
    )

    def __init__(self, *args: Any, meeting: Meeting | None = None, **kwargs: Any) -> None:
        if meeting is not None:
            kwargs["initial"] = {
                name: getattr(meeting, name)
                for name in ("title", "language", "time_zone", "place", "online_link")
            } | {"starts_at": meeting.local_start, "ends_at": meeting.local_end}
        super().__init__(*args, **kwargs)
        self.fields["language"] = language_field(_("Language of the title"))
        self.fields["time_zone"].choices = zones()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        zone = data.get("time_zone")
        for name in ("starts_at", "ends_at"):
            if zone and data.get(name):
                data[name] = self._in_zone(name, data[name], zone)
        return data

    def _in_zone(self, name: str, wall: datetime, zone: str) -> datetime | None:
        try:
            return moment_of(wall, zone)
        except Refused as refusal:
            self.add_error(name, str(refusal))
            return None


class ItemForm(CleanText, forms.Form):
    title = forms.CharField(label=gettext_lazy("Title"), max_length=300)
    words = text_field(gettext_lazy("What it is about"), 5_000, 3, required=False)


class OfMeeting(CleanText, forms.Form):
    """A form with a choice among the items of a meeting's agenda."""

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = {str(one.pk): one for one in meeting.agenda.all()}
        choices = [
            ("", _("None in particular")),
            *((pk, str(one)) for pk, one in self.items.items()),
        ]
        self.fields["item"] = forms.ChoiceField(
            label=_("Item of the agenda"), choices=choices, required=False, widget=Select
        )

    def clean_item(self) -> Any:
        return self.items.get(self.cleaned_data["item"])


class PaperForm(OfMeeting):
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("PDF, text or office document without macros, 10 MB at most."),
    )
    title = forms.CharField(label=gettext_lazy("Title"), max_length=300)
    audience = forms.ChoiceField(
        label=gettext_lazy("Who may read it"),
        choices=Audience.choices,
        initial=Audience.MEMBERS,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"] = language_field(_("Language"))


class AttendanceForm(forms.Form):
    """One choice a seat that was held on the day of the meeting."""

    def __init__(self, *args: Any, meeting: Meeting, seats: list[Seat], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = {one.seat_id: one.presence for one in meeting.attendance.all()}
        self.seats = {f"seat_{seat.pk}": seat for seat in seats}
        for name, seat in self.seats.items():
            self.fields[name] = forms.ChoiceField(
                label=f"{seat.public_name} ({seat.get_role_display()})",
                choices=[("", _("not noted")), *Presence.choices],
                initial=held.get(seat.pk, ""),
                required=False,
                widget=Select,
            )

    def presence(self) -> dict[Seat, str]:
        return {self.seats[name]: value for name, value in self.cleaned_data.items() if value}


class MinutesForm(CleanText, forms.Form):
    text = text_field(gettext_lazy("Minutes"), LONGEST_RECORD, 12)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"] = language_field(_("Language"))


CITES_HELP = gettext_lazy("Such as COM-2026-0042 or doha/para_23; separate several by spaces.")


class DecisionForm(OfMeeting):
    text = text_field(gettext_lazy("What was decided"), LONGEST_DECISION, 5)
    dissent = text_field(
        gettext_lazy("Dissent"),
        LONGEST_DECISION,
        3,
        required=False,
        help_text=gettext_lazy("Who was of another view, and why. It is published with it."),
    )
    cites = forms.CharField(
        label=gettext_lazy("Records it is about"),
        help_text=CITES_HELP,
        max_length=1000,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"] = language_field(_("Language"))


class CorrectionForm(CleanText, forms.Form):
    text = text_field(gettext_lazy("What is wrong, and what is right"), LONGEST_DECISION, 3)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"] = language_field(_("Language"))


class ReasonForm(CleanText, forms.Form):
    reason = text_field(gettext_lazy("Reason"), 2_000, 2)


# --- Action points ---------------------------------------------------------------------------


class PointForm(CleanText, forms.Form):
    words = forms.CharField(label=gettext_lazy("What is to be done"), max_length=500)
    owner = forms.EmailField(
        label=gettext_lazy("Address of the person who does it"), required=False
    )
    owner_partner = forms.CharField(
        label=gettext_lazy("Reference of the partner that does it"),
        help_text=gettext_lazy("A person, a partner, or both."),
        max_length=20,
        required=False,
    )
    due_on = forms.DateField(label=gettext_lazy("Due on"), widget=DateInput)
    verifier = forms.EmailField(
        label=gettext_lazy("Address of the person who verifies it"),
        help_text=gettext_lazy("Another person than the one who does it."),
    )
    cites = forms.CharField(
        label=gettext_lazy("Records it is about"),
        help_text=CITES_HELP,
        max_length=1000,
        required=False,
    )

    def __init__(
        self, *args: Any, decisions: Any = (), with_decision: bool = True, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"] = language_field(_("Language of the words"))
        self.decisions = {one.reference: one for one in decisions}
        if with_decision and self.decisions:
            choices = [("", _("None in particular")), *((one, one) for one in self.decisions)]
            self.fields["decision"] = forms.ChoiceField(
                label=_("Follows from the decision"), choices=choices, required=False
            )

    def clean_owner(self) -> User | None:
        return person_of(self.cleaned_data["owner"])

    def clean_owner_partner(self) -> Partner | None:
        return partner_of(self.cleaned_data["owner_partner"])

    def clean_verifier(self) -> User | None:
        return person_of(self.cleaned_data["verifier"])

    def clean_decision(self) -> Any:
        return self.decisions.get(self.cleaned_data["decision"])


class DoneForm(CleanText, forms.Form):
    reason = text_field(gettext_lazy("How it was done"), 2_000, 2)


class PointFilter(forms.Form):
    words = forms.CharField(label=gettext_lazy("Words"), required=False, max_length=100)
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        choices=[
            ("", gettext_lazy("All")),
            (OVERDUE, gettext_lazy("Overdue")),
            *ActionState.choices,
        ],
        required=False,
    )
    sort = forms.ChoiceField(
        label=gettext_lazy("Order"),
        choices=[(code, label) for code, (label, _fields) in POINT_SORTS.items()],
        required=False,
    )

    def chosen(self) -> dict[str, str]:
        """The filters in use, as `queries.points` takes them."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}
