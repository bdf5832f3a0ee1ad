"""Two officers look into an organisation: one proposes, another decides, both with reasons."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.base import audit, states
from coalition.base.changes import record_changed
from coalition.base.errors import NotAllowed, Refused
from coalition.base.states import Move
from coalition.base.text import clean_line, clean_text
from coalition.partners.models import (
    AccessionRequest,
    Finding,
    Flag,
    Partner,
    Reply,
    Verification,
    VettingAnswer,
)
from coalition.partners.screening import actions as screening
from coalition.partners.screening import searching
from coalition.partners.states import JOINED, PartnerState, VerificationState
from coalition.partners.values import LONGEST_REASON
from coalition.partners.vetting import queries
from coalition.partners.vetting.dossier import Dossier, Owner
from coalition.partners.vetting.holding import held, refuse, tell_others
from coalition.partners.vetting.queries import REGISTER_FIELDS


@transaction.atomic
def begin(owner: Owner, *, by: Any) -> Verification:
    """Begin to look into an organisation, or go on with the verification that is under way.

    The depth follows from the plan of its group and from risks on file; its names are screened
    where there is a list. Raises NotAllowed while
    the group is not known, or where the organisation concerns the officer themselves.
    """
    file = held(owner, by)
    if file.verification is not None and file.is_reviewed:
        is_proposed = file.verification.state == VerificationState.PROPOSED
        if is_proposed and not isinstance(file.owner, Partner):
            # Its request was withdrawn after a recommendation, and is taken up again.
            _back_to_review(file.verification, _("It is looked at anew."), by=by)
        return file.verification
    refuse(queries.obstacles(file.owner, "begin", by, file=file))
    is_partner = isinstance(file.owner, Partner)
    verification = Verification.objects.create(
        partner=file.owner if is_partner else None,
        request=None if is_partner else file.owner,
        depth=file.depth_due,
        is_raised=file.has_risk,
    )
    states.move(verification, "begin", by=by)
    if searching.current_lists().held:
        screening.screen(file.owner, by=by)
    return verification


@transaction.atomic
def renew(partner: Partner, *, by: Any) -> Verification:
    """Look into a partner anew, before its verification expires or after. Its words in the
    register are taken over, to be looked through. Raises NotAllowed where it is gone."""
    partner = states.lock(partner)
    if partner.state not in (*JOINED, PartnerState.SUSPENDED):
        raise NotAllowed(
            _("%(partner)s is “%(state)s”, so nothing can be changed.")
            % {"partner": partner.name, "state": partner.get_state_display()}
        )
    before = queries.register_entry(partner)
    verification = begin(partner, by=by)
    if before is not None and not verification.legal_status and not verification.governance:
        for name in REGISTER_FIELDS:
            setattr(verification, name, getattr(before, name))
        verification.save(update_fields=REGISTER_FIELDS)
    return verification


@transaction.atomic
def answer(
    verification: Verification, given: Mapping[str, tuple[str, str]], *, by: Any
) -> list[VettingAnswer]:
    """Note what was found: `given` maps codes of questions to an answer (yes, no, unclear) and
    how it is known. Returns the answers that are new or changed.

    Raises Refused for what is not asked or is no answer, NotAllowed once a decision is proposed.
    """
    file = _in_review(verification, by)
    asked = {question.code: question for question in file.questions}
    changed = []
    for code, (value, note) in given.items():
        if code not in asked:
            raise Refused(_("“%(code)s” is not asked about this organisation.") % {"code": code})
        if value not in Reply.values:
            raise Refused(_("Answer with yes, no or unclear: “%(code)s”.") % {"code": code})
        note = clean_text(note, limit=LONGEST_REASON)
        held = file.answers.get(code)
        if held is not None and (held.value, held.note) == (value, note):
            continue
        changed.append(
            VettingAnswer(
                verification=file.verification,
                question=asked[code],
                value=value,
                note=note,
                by=by,
                at=timezone.now(),
            )
        )
    VettingAnswer.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["verification", "question"],
        update_fields=["value", "note", "by", "at"],
    )
    if changed:
        audit.record("partners.answer_vetting", verification, by=by)
    return changed


@transaction.atomic
def word_register(verification: Verification, fields: Mapping[str, str], *, by: Any) -> None:
    """Say what the public register shall show: `legal_status`, `governance` (one sentence, as
    the organisation gave it) and the `language` of both."""
    file = _in_review(verification, by)
    one = file.verification
    assert one is not None  # it is in review
    words = {name: fields[name] for name in REGISTER_FIELDS if name in fields}
    for name, value in words.items():
        setattr(one, name, clean_line(value, limit=one._meta.get_field(name).max_length))
    one.save(update_fields=list(words))
    audit.record("partners.word_register", one, by=by)


@transaction.atomic
def declare_conflict(
    verification: Verification, has_conflict: bool, words: str = "", *, by: Any
) -> None:
    """An officer declares whether they have a conflict of interest; who has one says which.

    A declared conflict closes the file to the officer and cannot be taken back.
    """
    file = held(verification.owner, by)
    _must_be(file, verification)
    if not file.is_reviewed:
        raise NotAllowed(_("A decision stands already: nothing more is declared."))
    words = clean_text(words, limit=LONGEST_REASON)
    if has_conflict and not words:
        raise Refused(_("Please say in a few words what the conflict of interest is."))
    verification.declarations.get_or_create(
        officer=by, has_conflict=has_conflict, defaults={"words": words}
    )
    audit.record("partners.declare_conflict", verification, by=by)


@transaction.atomic
def propose(verification: Verification, advice: str, reason: str, *, by: Any) -> Verification:
    """The first officer's proposal: to verify (`Finding.VERIFY`) or not to.

    Raises NotAllowed, with every reason, while questions are unanswered or the screening that the
    depth asks for is missing, where it is proposed to verify.
    """
    if advice not in Finding.values:
        raise Refused(_("Propose to verify or not to verify."))
    file = held(verification.owner, by)
    one = _must_be(file, verification)
    refuse(queries.obstacles(file.owner, "propose", by, advice=advice, file=file))
    move = _step(one, "propose", by=by, reason=reason)
    one.advice, one.depth, one.is_raised = advice, file.depth, file.is_raised
    one.save(update_fields=["advice", "depth", "is_raised"])
    # Of a request the other officers hear by the recommendation.
    if isinstance(file.owner, Partner):
        tell_others(f"partners.propose:{move.pk}", "verification_proposed", file.owner, by=by)
    return one


@transaction.atomic
def review_again(verification: Verification, reason: str, *, by: Any) -> Verification:
    """Send a proposal back to review."""
    file = held(verification.owner, by)
    one = _must_be(file, verification)
    refuse(queries.obstacles(file.owner, "review_again", by, file=file))
    _back_to_review(one, reason, by=by)
    return one


@transaction.atomic
def confirm(verification: Verification, reason: str, *, by: Any) -> Verification:
    """The second officer's word that the organisation is verified, until the plan's day.

    Raises NotAllowed, with every reason: for the officer who proposed it, without a declaration,
    while a red or escalated flag stands or a match on a list is open, or where the screening that
    the depth asks for is missing or rests on a list that is too old.
    """
    file = held(verification.owner, by)
    one = _must_be(file, verification)
    refuse(queries.obstacles(file.owner, "confirm", by, file=file))
    today = timezone.now().date()
    one.depth, one.is_raised, one.decided_at = file.depth, file.is_raised, timezone.now()
    one.expires_on = queries.after_months(today, file.plan.months)
    one.save(update_fields=["depth", "is_raised", "decided_at", "expires_on"])
    _step(one, "confirm", by=by, reason=reason)
    if isinstance(file.owner, Partner):
        _set_verified_until(file.owner, one.expires_on)
    return one


@transaction.atomic
def reject(verification: Verification, reason: str, *, by: Any) -> Verification:
    """The second officer's word that the organisation is not verified. A partner's verification
    ends with this day; whether it is suspended is another decision."""
    file = held(verification.owner, by)
    one = _must_be(file, verification)
    refuse(queries.obstacles(file.owner, "reject", by, file=file))
    one.decided_at = timezone.now()
    one.save(update_fields=["decided_at"])
    _step(one, "reject", by=by, reason=reason)
    if isinstance(file.owner, Partner) and file.owner.verified_until is not None:
        today = timezone.now().date()
        _set_verified_until(file.owner, min(file.owner.verified_until, today))
    return one


@transaction.atomic
def admit(request: AccessionRequest, partner: Partner) -> None:
    """What is on file about an applicant is on file about the partner it became, which is
    verified for as long as its request was."""
    Flag.objects.of(request).update(partner=partner)
    verifications = Verification.objects.of(request)
    verifications.update(partner=partner)
    held = verifications.exclude(expires_on=None).order_by("-pk").first()
    if held is not None:
        _set_verified_until(partner, held.expires_on)


def _set_verified_until(partner: Partner, day: date | None) -> None:
    partner.verified_until = day
    partner.save(update_fields=["verified_until"])
    record_changed(partner)


def _back_to_review(one: Verification, reason: str, *, by: Any) -> None:
    _step(one, "review_again", by=by, reason=reason)
    one.advice = ""
    one.save(update_fields=["advice"])


def _step(one: Verification, verb: str, *, by: Any, reason: str) -> Move:
    return states.move(one, verb, by=by, reason=clean_text(reason, limit=LONGEST_REASON))


def _must_be(file: Dossier, verification: Verification) -> Verification:
    """The verification as the file has it, where it is the one under way."""
    if file.verification is None or file.verification.pk != verification.pk:
        raise NotAllowed(_("This verification is over: a later one took its place."))
    return file.verification


def _in_review(verification: Verification, by: Any) -> Dossier:
    """The file of a verification of which no decision is proposed yet, held."""
    file = held(verification.owner, by)
    one = _must_be(file, verification)
    if sentence := states.refusal(one, "propose"):
        raise NotAllowed(sentence)
    return file
