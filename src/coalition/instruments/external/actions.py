"""Saying what belongs to what in a register of others: by the rules, or by an officer."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.base import audit
from coalition.base.errors import NotAllowed, Refused
from coalition.instruments.external.attaching import Document, attach
from coalition.instruments.external.declared import Declared, declared
from coalition.instruments.models import Because, ExternalKind, ExternalRecord, Register

PERMISSION = "instruments.keep_registers"


@transaction.atomic
def attach_by_hand(record: ExternalRecord, to: ExternalRecord | None, *, by: Any) -> ExternalRecord:
    """An officer looked up to which submission a document belongs, or that it is to none.

    The importer then leaves that as it is. Raises NotAllowed for who may not, Refused for what
    cannot be: a submission, another register, another party.
    """
    record = _locked(record, by)
    if to is not None:
        to = ExternalRecord.objects.get(pk=to.pk)
        if to.register_id != record.register_id or whose(to) != whose(record):
            raise Refused(_("It can only belong to a submission of the same party."))
        if to.kind != ExternalKind.SUBMISSION:
            raise Refused(_("“%s” is no submission; choose one.") % to.title)
    record.belongs_to, record.belongs_because = to, Because.BY_HAND
    record.attached_by, record.attached_at = by, timezone.now()
    record.save(update_fields=["belongs_to", "belongs_because", "attached_by", "attached_at"])
    audit.record("instruments.attach_record", record, by=by, refs=[to] if to else [])
    return record


@transaction.atomic
def leave_to_rules(record: ExternalRecord, *, by: Any) -> ExternalRecord:
    """Take back what an officer said; the rules say again where the document belongs."""
    record = _locked(record, by)
    forget(record)
    register = declared(record.register.code)
    others = record.register.records.filter(kind=ExternalKind.SUBMISSION, gone_at=None)
    others = others.filter(party_code=record.party_code)
    submissions = [document(each, register) for each in others if whose(each) == whose(record)]
    found = attach(document(record, register), submissions)
    record.belongs_to_id, record.belongs_because = found.to, found.because
    record.save(update_fields=["belongs_to", "belongs_because", "attached_by", "attached_at"])
    audit.record("instruments.release_record", record, by=by)
    return record


def _locked(record: ExternalRecord, by: Any) -> ExternalRecord:
    if by is None:
        raise NotAllowed(_("Somebody has to say so."))
    refuse_strangers(by)
    Register.objects.select_for_update(no_key=True).get(pk=record.register_id)
    record = ExternalRecord.objects.select_related("register").get(pk=record.pk)
    if record.kind == ExternalKind.SUBMISSION:
        raise Refused(_("It is a submission itself, and belongs to none."))
    return record


def refuse_strangers(person: Any) -> None:
    if person is not None and not person.has_perm(PERMISSION):
        raise NotAllowed(_("Only officers of the secretariat keep the registers of others."))


def forget(record: ExternalRecord) -> None:
    """As if nobody had looked yet where it belongs."""
    record.belongs_to = record.attached_by = record.attached_at = None
    record.belongs_because = ""


def whose(one: ExternalRecord) -> tuple[str, str]:
    """The party as the register knows it: by its code, where it has none by its name."""
    return one.party_code, "" if one.party_code else one.party_name


def document(one: ExternalRecord, register: Declared) -> Document:
    return Document(
        key=one.pk,
        title=register.shortened(one.title),
        version=one.version,
        on=one.submitted_on,
        language=one.language_name,
        url=one.url,
        month=register.month_of(one.url),
    )
