"""Evidence is added, taken back and checked by a second person; it follows an unchanged figure."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import IO, Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.validators import URLValidator
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.accounts.models import User
from coalition.base import audit, states, uploads
from coalition.base.errors import NotAllowed, Refused
from coalition.base.text import clean_line, clean_text
from coalition.mailroom.parts import clean_name
from coalition.results.models import (
    CheckedAs,
    Dispute,
    Evidence,
    EvidenceKind,
    Fact,
    FactState,
    Overlap,
)
from coalition.results.owners import passport_changed
from coalition.results.proof.pictures import without_metadata
from coalition.results.proof.queries import takes_proof
from coalition.results.states import ReportState

MOST = 20  # proofs of one figure that stand
is_web_address = URLValidator(schemes=["http", "https"])


def add_evidence(
    fact: Fact,
    *,
    kind: str,
    title: str,
    language: str,
    by: User,
    file: IO[bytes] | None = None,
    file_name: str = "",
    url: str = "",
    quote: str = "",
    where: str = "",
) -> Evidence:
    """Add a proof to a figure: a `file` called `file_name`, a link (`url`), or a `quote` with its
    place in the source (`where`) and perhaps the source's address.

    A file is kept under what its bytes are, pictures without what cameras write into them; the
    same file, link or quotation twice is one proof. Raises Refused for what cannot be taken and
    NotAllowed where the figure takes no proof now.
    """
    given = _cleaned(kind, title=title, url=url, quote=quote, where=where)
    content = b""
    if kind == EvidenceKind.FILE:
        sniffed, content = _read(file, file_name)
        name = clean_name(file_name) or f"file{sniffed.suffix}"
        given |= {
            "file_name": name[:200],
            "media_type": sniffed.media_type,
            "size": sniffed.size,
            "sha256": sniffed.sha256,
        }
    storage = Evidence._meta.get_field("file").storage
    kept = ""
    try:
        with transaction.atomic():
            fact = _locked(fact)
            held = Evidence.objects.held().filter(fact=fact)
            if known := held.filter(**_same(kind, given)).first():
                return known
            if held.count() >= MOST:
                raise NotAllowed(
                    _("A figure holds at most %(most)d proofs. Please take one back first.")
                    % {"most": MOST}
                )
            if content:
                path = f"evidence/{fact.pk}/{given['sha256']}{sniffed.suffix}"
                kept = storage.save(path, ContentFile(content))
            made = Evidence.objects.create(
                fact=fact, kind=kind, language=language, by=by, file=kept, **given
            )
            audit.record("results.add_evidence", made, by=by, refs=[fact])
            return made
    except BaseException:
        if kept:
            storage.delete(kept)
        raise


def _cleaned(kind: str, *, title: str, url: str, quote: str, where: str) -> dict[str, Any]:
    title = clean_line(title, limit=200)
    if not title:
        raise Refused(_("Please give the proof a title: it is what readers see first."))
    url = clean_line(url, limit=500)
    if kind == EvidenceKind.LINK and not url:
        raise Refused(_("Please give the address of the page."))
    if url and kind != EvidenceKind.FILE:
        _check_address(url)
    given = {"title": title}
    if kind == EvidenceKind.LINK:
        return given | {"url": url}
    if kind == EvidenceKind.QUOTE:
        quote, where = clean_text(quote, limit=2000), clean_line(where, limit=200)
        if not quote or not where:
            raise Refused(
                _("Please give the quotation and its place in the source, such as a page.")
            )
        return given | {"quote": quote, "where": where, "url": url}
    if kind != EvidenceKind.FILE:
        raise Refused(_("A proof is a file, a link or a quotation."))
    return given


def _check_address(url: str) -> None:
    """Raises Refused for all but a web address without somebody's password in it."""
    try:
        is_web_address(url)
        is_plain = "@" not in urlsplit(url).netloc
    except (ValidationError, ValueError):
        is_plain = False
    if not is_plain:
        raise Refused(_("“%(url)s” is no address of a web page.") % {"url": url[:80]})


def _read(file: IO[bytes] | None, name: str) -> tuple[uploads.Sniffed, bytes]:
    """What the file is, and the bytes to be kept: of a picture without its metadata."""
    if file is None:
        raise Refused(_("Please choose a file."))
    sniffed = uploads.check(file, name=name)
    content = file.read()
    if sniffed.kind in uploads.IMAGES:
        content = without_metadata(content, sniffed.kind)
        # Read by its new bytes, which are the ones that readers get.
        sniffed = uploads.check(
            io.BytesIO(content), name=f"picture{sniffed.suffix}", limit=2 * uploads.MAX_BYTES
        )
    return sniffed, content


def _same(kind: str, given: dict[str, Any]) -> dict[str, Any]:
    """By what a proof is known that stands already."""
    if kind == EvidenceKind.FILE:
        return {"sha256": given["sha256"]}
    return {"kind": kind, **{name: given[name] for name in ("url", "quote") if name in given}}


def _locked(fact: Fact) -> Fact:
    """The figure read afresh and held. Raises NotAllowed where it takes no proof now."""
    fact = states.lock(fact)
    if not takes_proof(fact):
        raise NotAllowed(
            _("Proof is added while a report is written and once it is public, not to this figure.")
        )
    return fact


@transaction.atomic
def strike(evidence: Evidence, *, reason: str, by: User) -> Evidence:
    """Take a proof back, with a reason that everybody reads. It counts no more, and only those who
    work with the figure still see what it was."""
    evidence = states.lock(evidence)
    if evidence.struck_at:
        raise NotAllowed(_("This proof was taken back already."))
    reason = clean_line(reason, limit=300)
    if not reason:
        raise NotAllowed(_("Please give a reason: those concerned will read it."))
    evidence.struck_at, evidence.struck_why = timezone.now(), reason
    evidence.save(update_fields=["struck_at", "struck_why"])
    audit.record("results.strike_evidence", evidence, by=by, refs=[evidence.fact])
    passport_changed(evidence.fact)
    return evidence


@transaction.atomic
def check(evidence: Evidence, *, holds: bool, note: str = "", by: User) -> Evidence:
    """Say as a second person whether a proof holds: does it show what the figure says?

    Once: who thinks otherwise adds another proof or disputes the figure. What does not hold needs
    a note, which everybody reads. Raises NotAllowed for who added it, and where it was checked or
    taken back.
    """
    evidence = states.lock(evidence)
    if sentence := why_not_check(evidence, by):
        raise NotAllowed(sentence)
    note = clean_line(note, limit=500)
    if not holds and not note:
        raise NotAllowed(_("Please say what does not hold: those concerned will read it."))
    reporter = evidence.fact.indicator.framework.reporter
    speaks = reporter.mandates.current().filter(person=by).exists()
    evidence.checked_by, evidence.checked_at = by, timezone.now()
    evidence.checked_as = CheckedAs.ORGANISATION if speaks else CheckedAs.SECRETARIAT
    evidence.holds, evidence.check_note = holds, note
    evidence.save(update_fields=["checked_by", "checked_at", "checked_as", "holds", "check_note"])
    audit.record("results.check_evidence", evidence, by=by, refs=[evidence.fact])
    passport_changed(evidence.fact)
    return evidence


def why_not_check(evidence: Evidence, person: User) -> str:
    """Why this person cannot check the proof now, in a sentence; or ""."""
    if evidence.struck_at:
        return _("This proof was taken back already.")
    if evidence.by_id == person.pk:
        return _("You added this proof, so a second person has to check it.")
    if evidence.checked_by_id is not None:
        return _("Somebody has checked this proof already.")
    fact = evidence.fact
    if fact.state == FactState.SUPERSEDED or (
        fact.report is not None and fact.report.state == ReportState.DISCARDED
    ):
        return _("This figure counts no more.")
    return ""


def check_again(facts: Iterable[Fact | int]) -> int:
    """These figures of a report in writing were changed: what a second person found of their
    proofs was about other figures. Returns how many wait for a check again."""
    pks = [one if isinstance(one, int) else one.pk for one in facts]
    return (
        Evidence.objects.held()
        .filter(fact__in=pks)
        .exclude(checked_by=None)
        .update(checked_by=None, checked_at=None, checked_as="", holds=None, check_note="")
    )


def carry_over(pairs: Iterable[tuple[Fact, Fact]]) -> None:
    """What hangs on figures goes on to those that replace them; of each pair the second replaces
    the first. Overlaps and open disputes always, evidence where the figure is the same.

    In the transaction that replaces them. Three queries where nothing hangs on them.
    """
    pairs = list(pairs)
    replaced_by = {old.pk: new for old, new in pairs}
    _carry_overlaps(replaced_by)
    Dispute.objects.follow(pairs)
    Evidence.objects.follow(pairs)


def _carry_overlaps(replaced_by: dict[int, Fact]) -> None:
    """The same people stay the same, on either side; what the new figure says itself goes first."""
    held = Overlap.objects.filter(Q(fact__in=replaced_by) | Q(same_as__in=replaced_by))
    moved = [
        (
            one,
            getattr(replaced_by.get(one.fact_id), "pk", one.fact_id),
            getattr(replaced_by.get(one.same_as_id), "pk", one.same_as_id),
        )
        for one in held
    ]
    if not moved:
        return
    ends = [fact for _one, fact, _same_as in moved]
    said = set(Overlap.objects.filter(fact__in=ends).values_list("fact", "same_as"))
    for one, fact, same_as in moved:
        if fact != same_as and (fact, same_as) not in said:
            Overlap.objects.filter(pk=one.pk).update(fact=fact, same_as=same_as)
