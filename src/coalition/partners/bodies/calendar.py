"""Meetings as an iCalendar file (RFC 5545), for the calendars of those who take part.

Moments are written in UTC, so that no calendar has to know the zone; the text names the local one.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext as _

from coalition.partners.models import Meeting
from coalition.partners.states import MeetingState

LONGEST_LINE = 75  # octets, without the line break
STATUS = {
    MeetingState.PLANNED: "CONFIRMED",
    MeetingState.HELD: "CONFIRMED",
    MeetingState.CANCELLED: "CANCELLED",
}


def calendar(meetings: Iterable[Meeting], *, name: str, host: str, site: str) -> str:
    """The whole file. `host` makes the identifiers unique in the world, `site` is put before
    the addresses of pages."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//{host}//Coalition//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{escaped(name)}",
    ]
    for meeting in meetings:
        lines += _event(meeting, host, site)
    lines.append("END:VCALENDAR")
    return "".join(f"{folded(line)}\r\n" for line in lines)


def _event(meeting: Meeting, host: str, site: str) -> list[str]:
    local = meeting.local_start
    when = _("Begins %(day)s at %(time)s, %(zone)s.") % {
        "day": local.strftime("%Y-%m-%d"),
        "time": local.strftime("%H:%M"),
        "zone": meeting.time_zone,
    }
    lines = [
        "BEGIN:VEVENT",
        f"UID:{meeting.reference}@{host}",
        f"DTSTAMP:{moment(meeting.changed_at)}",
        f"LAST-MODIFIED:{moment(meeting.changed_at)}",
        f"SEQUENCE:{meeting.revision}",
        f"DTSTART:{moment(meeting.starts_at)}",
        f"DTEND:{moment(meeting.ends_at or meeting.starts_at + timedelta(hours=1))}",
        f"SUMMARY;LANGUAGE={meeting.language}:{escaped(meeting.title)}",
        f"DESCRIPTION:{escaped(when)}",
        f"URL:{site}{meeting.get_absolute_url()}",
        f"STATUS:{STATUS[MeetingState(meeting.state)]}",
    ]
    if meeting.place:
        lines.append(f"LOCATION:{escaped(meeting.place)}")
    return [*lines, "END:VEVENT"]


def moment(at: datetime) -> str:
    """20261122T160000Z."""
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def escaped(text: str) -> str:
    """A value of type TEXT (RFC 5545, 3.3.11)."""
    for character in ("\\", ";", ","):
        text = text.replace(character, f"\\{character}")
    return text.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "")


def folded(line: str) -> str:
    """No line longer than 75 octets, and no character of several octets cut in two (3.1)."""
    parts: list[str] = []
    part, octets = "", 0
    for character in line:
        size = len(character.encode())
        # The space that begins every further line counts too.
        if octets + size > LONGEST_LINE - bool(parts):
            parts.append(part)
            part, octets = "", 0
        part += character
        octets += size
    return "\r\n ".join([*parts, part])
