"""The documents of a case: taken in only as what they are, given out only as attachments."""

from __future__ import annotations

import io
from typing import IO, Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Q, QuerySet, Sum
from django.http import FileResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.base import audit, states, uploads
from coalition.base.downloads import stored_file
from coalition.base.errors import NotAllowed, Refused
from coalition.base.text import clean_text
from coalition.mailroom.models import InboundMessage
from coalition.mailroom.parts import clean_name
from coalition.mailroom.reading import attachment_bytes
from coalition.partners.models import AccessionRequest, CaseDocument, WantedDocument
from coalition.partners.states import OPEN, AccessionState
from coalition.partners.values import LONGEST_REASON

MOST_FILES = 30  # of one case
MOST_MESSAGES = 50  # looked at for attachments
MOST_BYTES = 80 * 1024 * 1024
STILL_OPEN = (AccessionState.DRAFT, *OPEN)


def add_document(
    request: AccessionRequest,
    file: IO[bytes],
    *,
    name: str,
    wanted: WantedDocument | None = None,
    by: Any = None,
    message: InboundMessage | None = None,
) -> CaseDocument:
    """Keep a file with a case, under what its bytes are; the same file twice is kept once.

    `by` is the officer who adds it, None the applicant. A reason given earlier why the document
    is missing goes. Raises Refused for a file that cannot be taken, NotAllowed where the case
    is decided or holds too many.
    """
    sniffed = uploads.check(file, name=name)
    storage = CaseDocument._meta.get_field("file").storage
    kept = ""
    try:
        with transaction.atomic():
            case = locked_open(request)
            if known := case.documents.filter(wanted=wanted, sha256=sniffed.sha256).first():
                return known
            _refuse_too_many(case, sniffed.size)
            kept = storage.save(
                f"cases/{case.pk}/{sniffed.sha256}{sniffed.suffix}", ContentFile(file.read())
            )
            made: CaseDocument = case.documents.create(
                wanted=wanted,
                file=kept,
                name=clean_name(name)[:200],
                media_type=sniffed.media_type,
                size=sniffed.size,
                sha256=sniffed.sha256,
                added_by=by,
                message=message,
            )
            if wanted:
                case.documents.filter(wanted=wanted, file="").delete()
            audit.record("partners.add_document", made, by=by, refs=[case])
            return made
    except BaseException:
        if kept:
            storage.delete(kept)
        raise


@transaction.atomic
def explain_missing(
    request: AccessionRequest, wanted: WantedDocument, reason: str, *, by: Any = None
) -> CaseDocument:
    """Note why a wanted document is not there, as the applicant or, `by` an officer, for it.

    Raises Refused for an empty reason, NotAllowed where the case is decided or holds the document.
    """
    case = locked_open(request)
    reason = clean_text(reason, limit=LONGEST_REASON)
    if not reason:
        raise Refused(_("Choose a file, or say why there is none."))
    held = case.documents.filter(wanted=wanted)
    if held.exclude(file="").exists():
        raise NotAllowed(_("This document is here already."))
    document, _made = held.update_or_create(
        file="",
        defaults={
            "request": case,
            "wanted": wanted,
            "reason": reason,
            "added_at": timezone.now(),
            "added_by": by,
        },
    )
    audit.record("partners.explain_missing", document, by=by, refs=[case])
    return document


@transaction.atomic
def remove_document(request: AccessionRequest, document: CaseDocument) -> None:
    """Take a document out of a case that was not sent yet; what officers may have read stays."""
    case = locked_open(request)
    if case.state != AccessionState.DRAFT:
        raise NotAllowed(_("What was sent stays with the request. You may add another document."))
    ref, file = audit.ref(document), document.file
    if file:
        transaction.on_commit(lambda: file.storage.delete(file.name))
    document.delete()
    audit.record("partners.remove_document", case, refs=[ref])


def adopt_attachment(
    case: AccessionRequest,
    message: InboundMessage,
    sha256: str,
    wanted: WantedDocument | None,
    by: Any,
) -> CaseDocument:
    """Take an attachment of a message of this case over as one of its documents.

    Raises Refused where the message is of another case, has no such attachment, or is in
    quarantine, and where the file is of a kind that is not taken.
    """
    is_of_case = messages_of(case).filter(pk=message.pk).exists()
    described = next((one for one in message.attachments if one["sha256"] == sha256), None)
    if not is_of_case or described is None or not message.raw:
        raise Refused(_("This message of the case has no such attachment."))
    with message.raw.open("rb") as raw:
        content = attachment_bytes(raw.read(), sha256)
    if content is None:
        raise Refused(_("This message of the case has no such attachment."))
    return add_document(
        case, io.BytesIO(content), name=described["name"], wanted=wanted, by=by, message=message
    )


def messages_of(case: AccessionRequest) -> QuerySet[InboundMessage]:
    """The messages of a case: the one that opened it, and those in its correspondence."""
    mine = Q(pk=case.message_id) if case.message_id else Q(pk__in=[])
    if case.thread_id:
        mine |= Q(thread=case.thread_id)
    return InboundMessage.objects.filter(mine)


def messages_with_files(case: AccessionRequest) -> list[InboundMessage]:
    """The last messages of a case that brought files, the newest first, without their texts."""
    found = messages_of(case).exclude(attachments=[]).exclude(raw="")
    return list(found.defer("text", "why", "no_answer").order_by("-pk")[:MOST_MESSAGES])


def as_attachment(document: CaseDocument) -> FileResponse:
    """The file on its way to a disk: no browser may sniff, show or run it, and no cache keep it.

    Raises Http404 where there is only a reason, or the file is gone.
    """
    return stored_file(document.file, document.name)


def locked_open(request: AccessionRequest) -> AccessionRequest:
    """The case read afresh under its lock. Raises NotAllowed where it is decided or over."""
    case: AccessionRequest = states.lock(request)
    if case.state not in STILL_OPEN:
        raise NotAllowed(
            _("This request is “%(state)s”, so nothing can be changed.")
            % {"state": case.get_state_display()}
        )
    return case


def _refuse_too_many(case: AccessionRequest, size: int) -> None:
    files = case.documents.exclude(file="")
    total = files.aggregate(total=Sum("size"))["total"] or 0
    if files.count() >= MOST_FILES or total + size > MOST_BYTES:
        raise NotAllowed(
            _(
                "A request holds at most %(files)s files of %(megabytes)s MB in all. Please write "
                "to the secretariat if you need more."
            )
            % {"files": MOST_FILES, "megabytes": MOST_BYTES // (1024 * 1024)}
        )
