"""Meetings as entries of a calendar, for those who take part."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _

from coalition.base.icalendar import Event
from coalition.partners.models import Meeting
from coalition.partners.states import MeetingState

STATUS = {
    MeetingState.PLANNED: "CONFIRMED",
    MeetingState.HELD: "CONFIRMED",
    MeetingState.CANCELLED: "CANCELLED",
}


def entry(meeting: Meeting) -> Event:
    """The meeting as a calendar shows it; the text names the local time."""
    local = meeting.local_start
    return Event(
        uid=meeting.reference,
        title=meeting.title,
        starts=meeting.starts_at,
        ends=meeting.ends_at or meeting.starts_at + timedelta(hours=1),
        changed=meeting.changed_at,
        path=meeting.get_absolute_url(),
        language=meeting.language,
        description=_("Begins %(day)s at %(time)s, %(zone)s.")
        % {
            "day": local.strftime("%Y-%m-%d"),
            "time": local.strftime("%H:%M"),
            "zone": meeting.time_zone,
        },
        place=meeting.place,
        status=STATUS[MeetingState(meeting.state)],
        revision=meeting.revision,
    )
