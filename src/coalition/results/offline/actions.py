"""What comes in from outside the form: kept as it came, confirmed, merged; or put aside."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as marked

from coalition.accounts.models import User
from coalition.base import audit, states
from coalition.base.errors import NotAllowed, Refused
from coalition.base.text import clean_line
from coalition.mailroom import reading
from coalition.mailroom.actions import tell
from coalition.mailroom.models import Authenticity, InboundMessage, Thread
from coalition.mailroom.reading import ReadMessage
from coalition.results.models import Incoming, Origin, Period, Report
from coalition.results.offline import queries, recognising, sheet_reading
from coalition.results.offline.letters import report_to_be
from coalition.results.reporting import actions as reporting
from coalition.results.reporting.actions import Saved
from coalition.results.reporting.plain import Values, values_of
from coalition.results.reporting.queries import published_report
from coalition.results.states import ReportState

MOST_FILES = 3  # workbooks that one message may bring
MOST_NOTES = 100


@transaction.atomic
def take_workbook(
    report: Report,
    *,
    content: bytes,
    name: str,
    by: Any,
    message: InboundMessage | None = None,
) -> Incoming:
    """Keep a workbook that came back, with what it says, to be confirmed; the same file twice is
    one. Nothing of the report changes yet.

    Raises Refused with a sentence for a file that cannot be read or belongs to another report;
    then nothing is kept.
    """
    stored = values_of(report)
    digest = hashlib.sha256(content).hexdigest()
    if known := report.incoming.filter(digest=digest).first():
        return known
    found = sheet_reading.read(content, name=name, report=report, stored=stored)
    incoming = Incoming(
        report=report,
        origin=Origin.SHEET,
        values=found.values,
        base=found.base or {},
        notes=found.notes,
        file_name=clean_line(name, limit=200),
        message=message,
    )
    incoming.file = ContentFile(content, name=f"{digest}.{name.rpartition('.')[2].lower()[:4]}")
    return _kept(incoming, digest, by)


def _kept(incoming: Incoming, digest: str, by: Any) -> Incoming:
    """The row, once for these bytes, also where two come at the same moment."""
    states.lock(incoming.report)
    if known := incoming.report.incoming.filter(digest=digest).first():
        return known
    incoming.digest, incoming.by = digest, by
    incoming.save()
    audit.record("results.incoming", incoming.report, by=by, refs=[incoming])
    return incoming


@transaction.atomic
def confirm(
    incoming: Incoming, *, taken: Collection[str], seal: str, reason: str = "", by: Any
) -> Saved:
    """Take what came in over into the report: the changes with these keys, and no others.

    `seal` says which changes the person looked at. A published report is amended by it, for which
    a reason is given. Raises Refused where the report was changed meanwhile, NotAllowed where it
    was settled before or the report can no longer be changed.
    """
    # As whoever saves the report does: its organisation first.
    states.lock(incoming.report.framework.reporter)
    report = states.lock(incoming.report)
    incoming = _waiting(incoming)
    if report.state == ReportState.PUBLISHED:
        report = reporting.amend(report, reason=reason, by=by)
    report = reporting.editable(report)
    incoming.report = report
    changes = queries.changes_of(incoming)
    if changes.seal != seal:
        raise Refused(
            _("The report was changed meanwhile. Please look at what would change once more.")
        )
    saved = reporting.save(report, changes.chosen(taken), changes.stored, by=by)
    _settle(incoming, by)
    audit.record("results.merge", report, by=by, refs=[incoming])
    return saved


@transaction.atomic
def put_aside(incoming: Incoming, *, by: Any) -> Incoming:
    """Nothing of it is taken over; what came stays kept for a while. NotAllowed where it was
    settled before."""
    states.lock(incoming.report)
    incoming = _waiting(incoming)
    _settle(incoming, by)
    audit.record("results.put_aside", incoming.report, by=by, refs=[incoming])
    return incoming


def _waiting(incoming: Incoming) -> Incoming:
    locked: Incoming = states.lock(incoming)
    if locked.settled_at is not None:
        raise NotAllowed(_("This was settled before: nothing was changed."))
    return locked


def _settle(incoming: Incoming, by: Any) -> None:
    incoming.settled_at, incoming.settled_by = timezone.now(), by
    incoming.save(update_fields=["report", "settled_at", "settled_by"])


# --- Answers by mail -------------------------------------------------------------------------

STRANGER = marked(
    "It answers a reminder of a report, but its sender may not report for that organisation."
)
NOT_SURE = marked("It answers a reminder of a report, but who sent it is not sure.")
NO_FIGURES = marked("It answers a reminder of a report, but no figure was recognised in it.")


@transaction.atomic
def take_reply(message: InboundMessage, read: ReadMessage, thread: Thread) -> str | None:
    """Read what came to the correspondence of a reminder; None where it is another's.

    The figures that are recognised, and workbooks that came along, are kept to be confirmed; their
    sender gets one letter that says what was understood and what was not. Only who may report for
    the organisation, by a message that no sign speaks against, sets this off; automatic mail never
    does. Returns the sentence with which an officer shall look at the message, or "".
    """
    periods = queries.periods_of(thread)
    if not periods:
        return None
    if read.automatic:
        return ""
    if read.forged or read.from_list or message.authenticity == Authenticity.FAILED:
        return NOT_SURE
    person = User.objects.filter(email__iexact=message.from_address, is_active=True).first()
    own = [one for one in periods if person and person.has_perm("results.edit", one.framework)]
    if person is None or not own:
        return STRANGER
    with translation.override(person.language):
        came, notes = _take_all(message, read, thread, own, person)
        _tell_understood(message, thread, person, own, came, notes)
    return "" if came else NO_FIGURES


def _take_all(
    message: InboundMessage, read: ReadMessage, thread: Thread, periods: list[Period], person: User
) -> tuple[list[Incoming], list[str]]:
    """All that came in with a message, and sentences on what was not understood."""
    came: list[Incoming] = []
    notes: list[str] = []
    for name, content in _workbooks(message):
        one = _take_attached(periods, content, name, message, person)
        if isinstance(one, Incoming):
            came.append(one)
        else:
            notes.append(one)
    reports = [_report_on(period) for period in periods]
    said = recognising.answers(read, thread, reports)
    for report, answer in zip(reports, said, strict=True):
        notes += answer.notes
        if not answer.values:
            continue
        try:
            came.append(_take_answer(report, answer, message, person))
        except NotAllowed as refusal:
            notes.append(str(refusal))
    return came, list(dict.fromkeys(notes))[:MOST_NOTES]


def _report_on(period: Period) -> Report:
    """The open report on a period, else the published one, else one that is not kept yet."""
    report = report_to_be(period)
    if report.pk is None:
        report = published_report(period) or report
    return report


def _take_answer(
    report: Report, answer: recognising.Answer, message: InboundMessage, person: User
) -> Incoming:
    if report.pk is None:
        report = reporting.begin(report.period, partner=report.partner, by=person)
    stored = values_of(report)
    values: Values = {row: dict(texts) for row, texts in stored.items()}
    for row, texts in answer.values.items():
        of_row = values.setdefault(row, {})
        if "not_known" in texts:
            for name in ("value", "denominator", "text"):
                of_row.pop(name, None)
        else:
            of_row.pop("not_known", None)
        of_row.update(texts)
    incoming = Incoming(
        report=report,
        origin=Origin.MAIL,
        values=values,
        base=stored,
        found=answer.found,
        notes=answer.notes[:MOST_NOTES],
        message=message,
    )
    return _kept(incoming, message.digest, person)


def _workbooks(message: InboundMessage) -> list[tuple[str, bytes]]:
    """The attachments that may be workbooks of ours: name and content."""
    wanted = [
        one
        for one in message.attachments
        if str(one.get("name", "")).lower().endswith((".xlsx", ".csv", ".xlsm"))
        and int(one.get("size") or 0) <= sheet_reading.MOST_BYTES
    ][:MOST_FILES]
    if not wanted or not message.raw:
        return []
    with message.raw.open("rb") as file:
        raw = file.read()
    found = [(one["name"], reading.attachment_bytes(raw, one["sha256"])) for one in wanted]
    return [(name, content) for name, content in found if content is not None]


def _take_attached(
    periods: list[Period], content: bytes, name: str, message: InboundMessage, person: User
) -> Incoming | str:
    """The workbook kept with the report that it belongs to, or why it was not."""
    refusal = ""
    for period in periods:
        try:
            with transaction.atomic():
                report = _report_on(period)
                if report.pk is None:
                    report = reporting.begin(period, partner=report.partner, by=person)
                return take_workbook(report, content=content, name=name, by=person, message=message)
        except (Refused, NotAllowed) as error:
            refusal = refusal or str(error)
    return f"{clean_line(name, limit=100)}: {refusal}"


def _tell_understood(
    message: InboundMessage,
    thread: Thread,
    person: User,
    periods: list[Period],
    came: list[Incoming],
    notes: list[str],
) -> None:
    """One letter on what was understood, unless no automatic answer may go."""
    if message.no_answer:
        return
    found = [(one, queries.changes_of(one).rows) for one in came]
    tell(
        person,
        event=f"results.reply:{message.pk}",
        template="results/offline/mail/understood.txt",
        context={"found": found, "notes": notes, "periods": periods},
        thread=thread,
    )
