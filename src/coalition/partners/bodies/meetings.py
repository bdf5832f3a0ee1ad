"""What is done with bodies and their meetings. Only a meeting that was held decides; what is
published stays as it is, and a mistake in it is noted beside it with its day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from coalition.base import audit, states, uploads
from coalition.base.errors import NotAllowed, Refused
from coalition.base.names import in_language
from coalition.base.numbers import next_reference
from coalition.base.reference import keep_label
from coalition.base.text import clean_line, clean_text
from coalition.mailroom import actions as mail
from coalition.partners.bodies import queries
from coalition.partners.models import (
    AgendaItem,
    Attendance,
    Body,
    BodyKind,
    Correction,
    Decision,
    Meeting,
    Minutes,
    Paper,
    Presence,
    Seat,
)
from coalition.partners.states import MeetingState
from coalition.partners.values import LONGEST_REASON, change

BODY_FIELDS = (
    *("names", "remit", "meets", "composition", "known", "quorum_seats", "quorum_percent"),
)
MEETING_FIELDS = (
    *("title", "language", "starts_at", "ends_at", "time_zone", "place", "online_link"),
)
LONGEST_RECORD = 100_000  # characters of minutes
LONGEST_DECISION = 10_000
PAPER_KINDS = ("pdf", "docx", "xlsx", "odt", "ods", "txt", "csv")


# --- Bodies and seats ------------------------------------------------------------------------


@transaction.atomic
def add_group(fields: Mapping[str, Any], *, by: Any, is_example: bool = False) -> Body:
    """Set up a working group. The other bodies come from the coalition file."""
    _check_body(fields)
    names = fields["names"]
    code = slugify(in_language(names, "en"))[:50].strip("-") or "group"
    if Body.objects.filter(code=code).exists():
        code = f"{code}-{Body.objects.count() + 1}"
    last = Body.objects.order_by("-position").first()
    body = Body.objects.create(
        **{name: fields[name] for name in BODY_FIELDS if name in fields},
        code=code,
        kind=BodyKind.WORKING_GROUP,
        position=last.position + 1 if last else 1,
        is_example=is_example,
    )
    keep_label(body, since=None, source=None)
    audit.record("partners.add_body", body, by=by)
    return body


@transaction.atomic
def edit_body(body: Body, fields: Mapping[str, Any], *, by: Any) -> Body:
    """Change what is said of a body. The coalition file leaves alone what was changed here."""
    body = states.lock(body)
    _check_body(fields)
    change(body, fields, BODY_FIELDS)
    keep_label(body, since=None, source=None)
    audit.record("partners.edit_body", body, by=by)
    return body


def _check_body(fields: Mapping[str, Any]) -> None:
    if "names" in fields and not fields["names"]:
        raise Refused(_("Please give it a name in at least one language."))
    if fields.get("quorum_seats") is not None and fields.get("quorum_percent") is not None:
        raise Refused(_("State the quorum as a number of seats or as a share, not as both."))


@transaction.atomic
def give_seat(body: Body, fields: Mapping[str, Any], *, by: Any) -> Seat:
    """Give a partner, a person or a named office a seat. Raises Refused where it is nobody's, or
    the same holds one with this role at the same time."""
    body = states.lock(body)
    seat = Seat(body=body, **fields)
    if not (seat.partner or seat.person or seat.office):
        raise Refused(_("Say whose seat it is: a partner’s, a person’s or an office."))
    if seat.until and seat.since and seat.until < seat.since:
        raise Refused(_("The seat ends before it begins."))
    same = body.seats.filter(partner=seat.partner, person=seat.person, role=seat.role)
    for other in same.filter(office=seat.office):
        starts_later = other.until and seat.since and other.until <= seat.since
        ended_before = seat.until and other.since and seat.until <= other.since
        if not (starts_later or ended_before):
            raise Refused(_("%(name)s holds this seat already.") % {"name": seat.public_name})
    seat.save()
    audit.record("partners.give_seat", seat, by=by, refs=[body])
    return seat


@transaction.atomic
def end_seat(seat: Seat, *, until: date, by: Any) -> Seat:
    """End a seat: it is held until the day before `until`."""
    seat = Seat.objects.select_for_update(of=("self",), no_key=True).get(pk=seat.pk)
    if seat.until and seat.until <= until:
        raise NotAllowed(_("This seat has ended already."))
    if seat.since and until < seat.since:
        raise Refused(_("The seat ends before it begins."))
    seat.until = until
    seat.save(update_fields=["until"])
    audit.record("partners.end_seat", seat, by=by)
    return seat


# --- Meetings --------------------------------------------------------------------------------


@transaction.atomic
def plan(body: Body, fields: Mapping[str, Any], *, by: Any, is_example: bool = False) -> Meeting:
    """Call a meeting; everybody who sits in the body is told."""
    _check_times(fields["starts_at"], fields.get("ends_at"))
    meeting = Meeting.objects.create(
        reference=next_reference("MTG"),
        body=body,
        is_example=is_example or body.is_example,
        **{name: fields[name] for name in MEETING_FIELDS if name in fields},
    )
    _tell(meeting, by=by)
    audit.record("partners.plan_meeting", meeting, by=by, refs=[body])
    return meeting


@transaction.atomic
def edit_meeting(meeting: Meeting, fields: Mapping[str, Any], *, by: Any) -> Meeting:
    """Change a planned meeting; where its time or place changes, people are told."""
    meeting = _locked(meeting, MeetingState.PLANNED)
    _check_times(fields.get("starts_at", meeting.starts_at), fields.get("ends_at", meeting.ends_at))
    before = (meeting.starts_at, meeting.time_zone, meeting.place, meeting.online_link)
    change(meeting, fields, MEETING_FIELDS)
    _changed(meeting)
    if before != (meeting.starts_at, meeting.time_zone, meeting.place, meeting.online_link):
        _tell(meeting, by=by)
    audit.record("partners.edit_meeting", meeting, by=by)
    return meeting


@transaction.atomic
def hold(meeting: Meeting, *, by: Any) -> Meeting:
    """Note that a meeting was held. Raises NotAllowed before it began."""
    meeting = states.lock(meeting)
    if meeting.starts_at > timezone.now():
        raise NotAllowed(_("This meeting has not begun yet, so it cannot have been held."))
    states.move(meeting, "hold", by=by)
    _changed(meeting)
    return meeting


@transaction.atomic
def cancel(meeting: Meeting, *, reason: str, by: Any) -> Meeting:
    """Cancel a planned meeting; its page stays and says why, and people are told."""
    meeting = states.lock(meeting)
    states.move(meeting, "cancel", by=by, reason=clean_text(reason, limit=LONGEST_REASON))
    _changed(meeting)
    _tell(meeting, by=by, reason=reason)
    return meeting


def _check_times(starts_at: Any, ends_at: Any) -> None:
    if ends_at and ends_at <= starts_at:
        raise Refused(_("The meeting ends before it begins."))


def _changed(meeting: Meeting) -> None:
    meeting.revision += 1
    meeting.changed_at = timezone.now()
    meeting.save(update_fields=["revision", "changed_at"])


def _tell(meeting: Meeting, *, by: Any, reason: str = "") -> None:
    for person in queries.people_of(meeting.body):
        if person != by:
            mail.tell(
                person,
                event=f"partners.meeting:{meeting.pk}:{meeting.revision}",
                template="partners/letters/meeting.txt",
                context={"meeting": meeting, "reason": reason},
            )


def _locked(meeting: Meeting, *allowed: str) -> Meeting:
    meeting = states.lock(meeting)
    if meeting.state not in allowed:
        raise NotAllowed(states_sentence(meeting))
    return meeting


def states_sentence(meeting: Meeting) -> str:
    if meeting.state == MeetingState.PLANNED:
        return _("This meeting is still planned. First note that it was held.")
    return _("This is not possible now: the meeting is “%(state)s”.") % {
        "state": meeting.get_state_display()
    }


# --- Agenda and papers -----------------------------------------------------------------------


@transaction.atomic
def add_item(meeting: Meeting, *, title: str, words: str = "", by: Any) -> AgendaItem:
    """Put an item at the end of the agenda."""
    meeting = _locked(meeting, MeetingState.PLANNED, MeetingState.HELD)
    title = clean_line(title)
    if not title:
        raise Refused(_("Please give the item a title."))
    last = meeting.agenda.order_by("-number").first()
    item = meeting.agenda.create(
        number=last.number + 1 if last else 1, title=title, words=clean_text(words, limit=5_000)
    )
    audit.record("partners.add_item", item, by=by, refs=[meeting])
    return item


@transaction.atomic
def remove_item(item: AgendaItem, *, by: Any) -> None:
    """Take an item off the agenda of a planned meeting; those after it move up."""
    meeting = _locked(item.meeting, MeetingState.PLANNED)
    audit.record("partners.remove_item", item, by=by, refs=[meeting])
    item.delete()
    for number, other in enumerate(meeting.agenda.order_by("number"), 1):
        if other.number != number:
            other.number = number
            other.save(update_fields=["number"])


@transaction.atomic
def add_paper(
    meeting: Meeting,
    file: Any,
    *,
    title: str,
    language: str,
    audience: str,
    item: AgendaItem | None = None,
    by: Any,
) -> Paper:
    """Add a paper. Raises Refused for a file that is not what its name says, or no document."""
    meeting = _locked(meeting, MeetingState.PLANNED, MeetingState.HELD)
    if item is not None and item.meeting_id != meeting.pk:
        raise Refused(_("This item belongs to another meeting."))
    sniffed = uploads.check(file, name=file.name, kinds=PAPER_KINDS)
    name = slugify(title)[:80] or "paper"
    paper = Paper(
        meeting=meeting,
        item=item,
        title=clean_line(title) or clean_line(file.name),
        language=language,
        audience=audience,
        file_name=f"{name}{sniffed.suffix}",
        media_type=sniffed.media_type,
        size=sniffed.size,
    )
    # Stored under its own digest, never under a name from outside.
    paper.file.save(f"{sniffed.sha256[:32]}{sniffed.suffix}", file, save=False)
    paper.save()
    audit.record("partners.add_paper", paper, by=by, refs=[meeting])
    return paper


@transaction.atomic
def remove_paper(paper: Paper, *, by: Any) -> None:
    """Take back a paper, with its file, before the meeting is held."""
    _locked(paper.meeting, MeetingState.PLANNED)
    audit.record("partners.remove_paper", paper, by=by)
    storage, name = paper.file.storage, paper.file.name
    paper.delete()
    transaction.on_commit(lambda: storage.delete(name))


# --- What happened at it ---------------------------------------------------------------------


@transaction.atomic
def note_attendance(meeting: Meeting, presence: Mapping[Seat, str], *, by: Any) -> None:
    """Note who was there, seat by seat. Once a decision is published it rests on this, and the
    list is closed."""
    meeting = _locked(meeting, MeetingState.HELD)
    if meeting.decisions.published().exists():
        raise NotAllowed(_("A decision of this meeting is published, so its list is closed."))
    held = set(meeting.body.seats.on(meeting.local_start.date()).values_list("pk", flat=True))
    for seat, how in presence.items():
        if seat.pk not in held or how not in Presence.values:
            raise Refused(_("This seat was not held on the day of the meeting."))
    Attendance.objects.filter(meeting=meeting).delete()
    Attendance.objects.bulk_create(
        Attendance(meeting=meeting, seat=seat, presence=how) for seat, how in presence.items()
    )
    audit.record("partners.note_attendance", meeting, by=by)


@transaction.atomic
def write_minutes(meeting: Meeting, *, language: str, text: str, by: Any) -> Minutes:
    """Write or rewrite the draft of the minutes in a language."""
    meeting = _locked(meeting, MeetingState.HELD)
    text = clean_text(text, limit=LONGEST_RECORD)
    if not text:
        raise Refused(_("The minutes are empty."))
    minutes = meeting.minutes.filter(language=language).first()
    if minutes and minutes.published_at:
        raise NotAllowed(_published())
    minutes = minutes or Minutes(meeting=meeting, language=language)
    minutes.text = text
    minutes.save()
    audit.record("partners.write_minutes", minutes, by=by, refs=[meeting])
    return minutes


@transaction.atomic
def publish_minutes(minutes: Minutes, *, by: Any) -> Minutes:
    """Publish the minutes in their language: from now on they stay as they are."""
    _locked(minutes.meeting, MeetingState.HELD)
    minutes.refresh_from_db()
    if minutes.published_at:
        raise NotAllowed(_published())
    minutes.published_at = timezone.now()
    minutes.save(update_fields=["published_at"])
    audit.record("partners.publish_minutes", minutes, by=by, refs=[minutes.meeting])
    return minutes


@transaction.atomic
def decide(meeting: Meeting, fields: Mapping[str, Any], *, by: Any) -> Decision:
    """Draft a decision that the body took at this meeting.

    Takes item, text, language, dissent and cites (references as written). Raises NotAllowed
    unless the meeting was held and, where the body states a quorum, as many were there.
    """
    meeting = _locked(meeting, MeetingState.HELD)
    _need_quorum(meeting)
    decision = Decision(reference=next_reference("DEC"), meeting=meeting)
    return _decision_saved(decision, fields, "decide", by=by)


@transaction.atomic
def edit_decision(decision: Decision, fields: Mapping[str, Any], *, by: Any) -> Decision:
    """Change a decision that is not published yet."""
    _locked(decision.meeting, MeetingState.HELD)
    decision = Decision.objects.get(pk=decision.pk)
    if decision.published_at:
        raise NotAllowed(_published())
    return _decision_saved(decision, fields, "edit_decision", by=by)


def _decision_saved(
    decision: Decision, fields: Mapping[str, Any], verb: str, *, by: Any
) -> Decision:
    item = fields.get("item")
    if item is not None and item.meeting_id != decision.meeting_id:
        raise Refused(_("This item belongs to another meeting."))
    text = clean_text(fields["text"], limit=LONGEST_DECISION)
    if not text:
        raise Refused(_("Please write what was decided."))
    cites = queries.read_references(fields.get("cites", ""))
    decision.item = item
    decision.text = text
    decision.language = fields.get("language", "en")
    decision.dissent = clean_text(fields.get("dissent", ""), limit=LONGEST_DECISION)
    decision.save()
    queries.cite(cites, decision=decision)
    audit.record(f"partners.{verb}", decision, by=by, refs=[decision.meeting])
    return decision


@transaction.atomic
def publish_decision(decision: Decision, *, by: Any) -> Decision:
    """Publish a decision, with its dissent: from now on it stays as it is."""
    meeting = _locked(decision.meeting, MeetingState.HELD)
    _need_quorum(meeting)
    decision = Decision.objects.get(pk=decision.pk)
    if decision.published_at:
        raise NotAllowed(_published())
    decision.published_at = timezone.now()
    decision.save(update_fields=["published_at"])
    audit.record("partners.publish_decision", decision, by=by, refs=[meeting])
    return decision


@transaction.atomic
def correct(of: Minutes | Decision, *, text: str, language: str, by: Any) -> Correction:
    """Note a mistake in something published. The text stays; the note stands beside it."""
    text = clean_text(text, limit=LONGEST_DECISION)
    if not of.published_at:
        raise NotAllowed(_("This is not published yet: change the text itself."))
    if not text:
        raise Refused(_("Please write what is wrong, and what is right."))
    owner = {"minutes": of} if isinstance(of, Minutes) else {"decision": of}
    note = Correction.objects.create(**owner, text=text, language=language)
    audit.record("partners.correct", note, by=by, refs=[of])
    return note


def _published() -> str:
    return _("This is published and stays as it is. Add a correction instead.")


def _need_quorum(meeting: Meeting) -> None:
    counted = queries.quorum(meeting)
    if counted is not None and not counted.is_met:
        raise NotAllowed(
            _(
                "%(body)s decides with at least %(needed)s seats present; at this meeting "
                "%(present)s were noted as present or represented."
            )
            % {
                "body": meeting.body.name,
                "needed": counted.needed,
                "present": counted.present,
            }
        )
