"""Reading a text in by hand: upload, correct, go back, publish, discard."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import PurePath
from typing import IO, Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from coalition.analysis.documents import Document
from coalition.analysis.marked import parse
from coalition.base import audit, states, uploads
from coalition.base.errors import NotAllowed, Refused
from coalition.base.text import clean_line
from coalition.instruments.intake.reading import read_file
from coalition.instruments.models import Instrument, Intake
from coalition.instruments.states import OPEN, IntakeState
from coalition.instruments.texts.actions import import_document
from coalition.instruments.texts.entries import one_at_a_time
from coalition.instruments.texts.files import words_digest

KINDS = ("pdf", "docx")
# What a person corrects besides the text itself.
FACTS = ("instrument", "kind", "symbol", "title", "language", "stage", "adopted_on", "source_url")


class Stale(Refused):
    """Somebody else saved the text after this person had opened it."""


def upload(file: IO[bytes], *, name: str, by: Any, instrument: Instrument | None = None) -> Intake:
    """Keep a PDF or DOCX, read it, and suggest how it is split.

    Raises NotAllowed for who may not, Refused with a sentence for a file that cannot be read, or
    that is on its way in already.
    """
    if not by.has_perm("instruments.intake"):
        raise NotAllowed(_("Only editors and officers of the secretariat read texts in."))
    sniffed = uploads.check(file, name=name, kinds=KINDS)
    # As PurePath, so that no folder of the sender's machine is shown.
    shown = clean_line(PurePath(name.replace("\\", "/")).name, limit=200)
    _refuse_held(sniffed.sha256)
    content = file.read()
    reading = read_file(content, sniffed.kind)
    facts = {name: value for name, value in reading.facts.items() if name != "title"}
    return _keep(
        Intake(
            by=by,
            file_name=shown,
            file_digest=sniffed.sha256,
            pages=reading.pages,
            marked=reading.marked,
            suggested=reading.marked,
            doubts=reading.doubts,
            instrument=instrument,
            title=clean_line(reading.facts["title"], limit=500),
            **facts,
        ),
        content,
        sniffed.suffix,
    )


def _refuse_held(digest: str) -> None:
    if held := Intake.objects.filter(file_digest=digest, state__in=OPEN).first():
        raise Refused(
            _("This file is on its way in already, as “%(title)s”. Open it in the list below.")
            % {"title": held.title or held.file_name}
        )


@transaction.atomic
def _keep(intake: Intake, content: bytes, suffix: str) -> Intake:
    one_at_a_time()
    _refuse_held(intake.file_digest)  # again: reading took its time
    intake.file.save(f"{intake.file_digest[:16]}{suffix}", ContentFile(content), save=False)
    try:
        with transaction.atomic():
            intake.save()
            audit.record("instruments.upload", intake, by=intake.by)
    except Exception:
        intake.file.storage.delete(intake.file.name)
        raise
    return intake


@transaction.atomic
def correct(intake: Intake, *, marked: str, facts: Mapping[str, Any], seen: str, by: Any) -> Intake:
    """Keep what a person made of the text, as it was typed, whatever is wrong with it.

    `seen` is the moment (ISO 8601) at which the text that was corrected had last been changed.
    Raises Stale where somebody else has changed it since, NotAllowed where it is closed.
    """
    held = _opened(intake, seen)
    marked = marked.replace("\r\n", "\n").replace("\x00", "")
    changed = [name for name in FACTS if name in facts and getattr(held, name) != facts[name]]
    if marked == held.marked and not changed:
        return held
    held.marked, held.changed_at = marked, timezone.now()
    for name in changed:
        setattr(held, name, facts[name])
    held.save(update_fields=["marked", "changed_at", *changed])
    if held.state == IntakeState.SUGGESTED:
        states.move(held, "correct", by=by)
    else:
        audit.record("instruments.correct", held, by=by)
    return held


def restore(intake: Intake, *, seen: str, by: Any) -> Intake:
    """Go back to what the machine had suggested; the facts stay as they were corrected."""
    return correct(intake, marked=intake.suggested, facts={}, seen=seen, by=by)


@transaction.atomic
def publish(intake: Intake, *, seen: str, by: Any) -> Intake:
    """Make the text a version, for good.

    Raises Refused with a sentence while something is wrong with it or the same symbol is held
    with other words, Stale where it was changed since `seen`, NotAllowed where it is closed.
    """
    held = _opened(intake, seen)
    document = document_of(held)
    report = import_document(
        document,
        digest=words_digest(held.marked),
        file_digest=held.file_digest,
        by=by,
        **({"instrument": held.instrument} if held.instrument else {}),
    )
    if report.is_unchanged or report.version is None:
        raise Refused(
            _("%(symbol)s is held already with the same words. Discard this text.")
            % {"symbol": held.symbol}
        )
    held.version, held.changed_at = report.version, timezone.now()
    held.save(update_fields=["version", "changed_at"])
    states.move(held, "publish", by=by)
    return held


@transaction.atomic
def discard(intake: Intake, reason: str, *, by: Any) -> Intake:
    """Take the text off the way in, with a reason; its file is removed, its words stay here."""
    held = states.lock(intake)
    states.move(held, "discard", by=by, reason=reason)
    held.changed_at = timezone.now()
    if held.file:
        transaction.on_commit(partial(held.file.storage.delete, held.file.name))
        held.file = ""
    held.save(update_fields=["changed_at", "file"])
    return held


def document_of(intake: Intake) -> Document:
    """The text as readers of files give it. Raises Refused while something is wrong with it."""
    marked = parse(intake.marked)
    if marked.faults:
        raise Refused(_("Something in the text has to be corrected first; it is listed below."))
    missing = [
        word
        for word, value in ((_("a symbol"), intake.symbol), (_("a title"), intake.title))
        if not value
    ]
    if missing:
        raise Refused(
            _("Before it is published the text needs %(what)s.")
            % {"what": _(" and ").join(missing)}
        )
    return Document(
        symbol=intake.symbol,
        title=intake.title,
        adopted=intake.adopted_on,
        pieces=marked.pieces,
        doubts=(),
        language=intake.language,
        stage=intake.stage,
        kind=intake.instrument.kind if intake.instrument else intake.kind,
        of=intake.instrument.symbol if intake.instrument else "",
        cited_as=(intake.symbol,),
        source_title=f"{intake.symbol}, {intake.title}"[:300],
        source_url=intake.source_url,
    )


def _opened(intake: Intake, seen: str) -> Any:
    """The text, locked, where it stands as this person has seen it and is still open."""
    held = states.lock(intake)
    if sentence := states.refusal(held, "publish"):
        raise NotAllowed(sentence)
    try:
        moment = parse_datetime(seen)
    except ValueError:
        moment = None
    if moment != held.changed_at:
        raise Stale(
            _(
                "Somebody saved this text after you had opened it. Nothing of yours is lost: it "
                "stands below as you typed it, and is not saved yet. Compare the two, then press "
                "“Look again” to put yours in the place of the other."
            )
        )
    return held
