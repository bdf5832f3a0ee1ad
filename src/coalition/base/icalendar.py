"""iCalendar files (RFC 5545), for the calendars of people and programs.

Moments are written in UTC, so that no calendar has to know a zone; days have none.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

LONGEST_LINE = 75  # octets, without the line break


@dataclass(frozen=True)
class Event:
    """One entry. `starts` and `ends` are both moments, or both days (the end exclusive)."""

    uid: str  # unique here; the host makes it unique in the world
    title: str
    starts: date | datetime
    ends: date | datetime
    changed: datetime
    path: str  # of its page
    language: str = ""
    description: str = ""
    place: str = ""
    status: str = "CONFIRMED"
    revision: int = 0

    def lines(self, host: str, site: str) -> list[str]:
        language = f";LANGUAGE={self.language}" if self.language else ""
        lines = [
            "BEGIN:VEVENT",
            f"UID:{self.uid}@{host}",
            f"DTSTAMP:{moment(self.changed)}",
            f"LAST-MODIFIED:{moment(self.changed)}",
            f"SEQUENCE:{self.revision}",
            f"DTSTART{when(self.starts)}",
            f"DTEND{when(self.ends)}",
            f"SUMMARY{language}:{escaped(self.title)}",
            f"DESCRIPTION:{escaped(self.description)}" if self.description else "",
            f"URL:{site}{self.path}",
            f"STATUS:{self.status}",
            f"LOCATION:{escaped(self.place)}" if self.place else "",
            # A day or a year is told, not taken: nobody is busy for it.
            "" if isinstance(self.starts, datetime) else "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
        return [line for line in lines if line]


def calendar_file(events: Iterable[Event], *, name: str, host: str, site: str) -> str:
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
    for event in events:
        lines += event.lines(host, site)
    lines.append("END:VCALENDAR")
    return "".join(f"{folded(line)}\r\n" for line in lines)


def when(day: date | datetime) -> str:
    """What follows DTSTART: ":20261122T160000Z" or ";VALUE=DATE:20261122"."""
    if isinstance(day, datetime):
        return f":{moment(day)}"
    return f";VALUE=DATE:{day:%Y%m%d}"


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
