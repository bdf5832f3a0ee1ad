"""A request is worked on until it is decided; the applicant reads of every step, once."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from coalition.accounts.actions import invite_or_get
from coalition.base import audit, states
from coalition.base.changes import record_changed
from coalition.base.errors import NotAllowed, Refused
from coalition.base.numbers import next_reference
from coalition.base.states import Move
from coalition.base.text import clean_text
from coalition.mailroom import actions as mail
from coalition.partners import lookup
from coalition.partners.accession import correspondence, duplicates
from coalition.partners.accession.answers import Told, told
from coalition.partners.accession.opening import open_request
from coalition.partners.accession.queries import COMPLETE, obstacle, refuse_if
from coalition.partners.models import AccessionRequest, Advice, Finding, KnownName, Partner
from coalition.partners.people.actions import begin_mandate
from coalition.partners.queries import officers
from coalition.partners.states import OPEN
from coalition.partners.values import LONGEST_REASON, REQUEST_FIELDS, change
from coalition.partners.vetting import actions as vetting
from coalition.partners.vetting.queries import OF_REQUESTS

log = logging.getLogger(__name__)


@transaction.atomic
def open_by_hand(
    fields: Mapping[str, Any], *, by: Any, is_example: bool = False
) -> AccessionRequest:
    """Open a request that came another way than by mail, with the fields an officer fills in."""
    case = open_request(None, [], by=by, is_example=is_example)
    return complete(case, fields, by=by)


@transaction.atomic
def complete(request: AccessionRequest, fields: Mapping[str, Any], *, by: Any) -> AccessionRequest:
    """Save the facts of a request as an officer confirms them; from then on none is suggested.

    `fields` maps names out of REQUEST_FIELDS to values (a PartnerGroup, a country, texts); what
    it leaves out stays. Raises Refused for values that cannot be, NotAllowed for decided cases.
    """
    case = states.lock(request)
    refuse_if(obstacle(case, COMPLETE))
    change(case, fields, REQUEST_FIELDS)
    # A step in the history that leaves the state as it is.
    case.moves.create(verb=COMPLETE, from_state=case.state, to_state=case.state, by=by)
    audit.record("partners.complete", case, by=by)
    duplicates.look_for(case)
    return case


@transaction.atomic
def acknowledge(request: AccessionRequest, *, by: Any) -> AccessionRequest:
    """Tell the applicant that the request has arrived."""
    return _step(request, "acknowledge", by=by, letter="received")


@transaction.atomic
def ask(request: AccessionRequest, reason: str, *, by: Any) -> AccessionRequest:
    """Ask the applicant for what is missing, in the officer's words."""
    return _step(request, "ask", by=by, reason=reason, letter="ask")


@transaction.atomic
def vet(request: AccessionRequest, *, by: Any) -> AccessionRequest:
    """Begin to examine the request, and tell the applicant so."""
    return _step(request, "vet", by=by, letter="vetting")


@transaction.atomic
def recommend(
    request: AccessionRequest, reason: str, *, by: Any, advice: str = Advice.ACCEPT
) -> AccessionRequest:
    """Recommend to accept or to decline; the other officers are told that a decision is due."""
    if advice not in Advice.values:
        raise Refused(_("Recommend to accept or to decline."))
    case, move = _moved(request, "recommend", by=by, reason=reason, advice=advice)
    case.advice = advice
    case.save(update_fields=["advice"])
    for officer in officers():
        if officer != by:
            mail.tell(
                officer,
                event=_event(move),
                template="partners/letters/recommended.txt",
                context={"case": case},
            )
    return case


@transaction.atomic
def send_back(request: AccessionRequest, reason: str, *, by: Any) -> AccessionRequest:
    """Return a recommendation to vetting; who recommended is told why."""
    recommended = request.moves.filter(verb="recommend").last()
    case, move = _moved(request, "send_back", by=by, reason=reason)
    case.advice = ""
    case.save(update_fields=["advice"])
    if recommended and recommended.by and recommended.by != by:
        mail.tell(
            recommended.by,
            event=_event(move),
            template="partners/letters/sent_back.txt",
            context={"case": case, "reason": move.reason},
        )
    return case


@transaction.atomic
def answer(request: AccessionRequest, reason: str = "", *, by: Any) -> AccessionRequest:
    """Note that the applicant answered what was asked, in these words: the case goes on."""
    return _step(request, "answer", by=by, reason=reason)


@transaction.atomic
def set_aside(request: AccessionRequest, reason: str, *, by: Any) -> AccessionRequest:
    """Put aside what is no request to join at all; nobody is written to."""
    return _step(request, "set_aside", by=by, reason=reason)


@transaction.atomic
def reopen(request: AccessionRequest, reason: str, *, by: Any) -> AccessionRequest:
    """Take up again what was withdrawn, set aside or declined; the applicant is told."""
    case = _step(request, "reopen", by=by, reason=reason, letter="reopened")
    case.advice = ""
    case.save(update_fields=["advice"])
    duplicates.look_for(case)
    return case


@transaction.atomic
def decline(request: AccessionRequest, reason: str, *, by: Any) -> AccessionRequest:
    """Refuse the request; the applicant reads the reason."""
    return _step(request, "decline", by=by, reason=reason, letter="declined")


@transaction.atomic
def withdraw(request: AccessionRequest, reason: str, *, by: Any) -> AccessionRequest:
    """Note that the applicant no longer wishes to join, and confirm it to them."""
    return _step(request, "withdraw", by=by, reason=reason, letter="withdrawn")


@transaction.atomic
def accept(request: AccessionRequest, reason: str, *, by: Any) -> Partner:
    """Admit the organisation: a public partner, whose focal point may sign in and act for it.

    Raises NotAllowed, naming what is missing, while organisation, group, scope or the focal
    point's address are not filled in, while no officer has confirmed what was suggested, or
    where the officer recommended it or has a part in it.
    """
    case, move = _moved(request, "accept", by=by, reason=reason)
    partner = _partner_from(case)
    case.partner = partner
    case.save(update_fields=["partner"])
    vetting.admit(case, partner)
    person = invite_or_get(
        case.contact_email,
        name=case.contact_name,
        language=case.language,
        by=by,
        is_example=case.is_example,
    )
    begin_mandate(person, partner, since=partner.joined_on, by=by)
    _write_to_applicant(case, move, "accepted", to_person=person, partner=partner, person=person)
    record_changed(partner)
    return partner


def _partner_from(case: AccessionRequest) -> Partner:
    """The partner that a request makes, with the names it is known by."""
    language = case.language or settings.LANGUAGE_CODE
    partner = Partner.objects.create(
        reference=next_reference("PAR"),
        name=case.organisation,
        name_language=language,
        group=case.group,
        scope=case.scope,
        country=case.country,
        website=case.website,
        about=case.about,
        about_language=language,
        joined_on=timezone.now().date(),
        is_example=case.is_example,
    )
    KnownName.objects.bulk_create(
        KnownName(partner=partner, kind=one.kind, name=one.name, role=one.role)
        for one in case.known_names.all()
    )
    lookup.remember([partner])
    return partner


def _step(
    request: AccessionRequest, verb: str, *, by: Any, reason: str = "", letter: str = ""
) -> AccessionRequest:
    """Apply a verb to a case, and write to the applicant, once."""
    case, move = _moved(request, verb, by=by, reason=reason)
    if letter:
        _write_to_applicant(case, move, letter)
    return case


def _moved(
    request: AccessionRequest, verb: str, *, by: Any, reason: str = "", advice: str = ""
) -> tuple[AccessionRequest, Move]:
    """Apply a verb to a case under its lock; what was put off is on the board again."""
    case = states.lock(request)
    if sentence := obstacle(case, verb, by):
        who = audit.ref(by) if by else "the applicant"
        log.warning("“%s” was refused to %s on %s.", verb, who, case.reference)
        raise NotAllowed(sentence)
    _look_into(case, verb, by=by, reason=reason, advice=advice)
    move = states.move(case, verb, by=by, reason=clean_text(reason, limit=LONGEST_REASON))
    case.closed_at = None if case.state in OPEN else timezone.now()
    case.snoozed_until = None
    case.save(update_fields=["closed_at", "snoozed_until"])
    return case, move


def _look_into(case: AccessionRequest, verb: str, *, by: Any, reason: str, advice: str) -> None:
    """The verification goes the way of its request, before the request itself moves."""
    if verb == "vet":
        vetting.begin(case, by=by)
        return
    if verb == "recommend" and advice == Advice.ACCEPT:
        refuse_if(missing_papers(told(case)))
    one = case.verifications.in_review().last()
    if one is None or verb not in OF_REQUESTS:
        return
    if verb == "recommend":
        finding = Finding.VERIFY if advice == Advice.ACCEPT else Finding.REFUSE
        vetting.propose(one, finding, reason, by=by)
    else:
        getattr(vetting, OF_REQUESTS[verb])(one, reason, by=by)


def missing_papers(all_told: Told) -> str:
    """The wanted documents that are not there, and of which nobody said why; or ""."""
    labels = [str(each.label) for each in all_told.documents if each.is_missing]
    if not labels:
        return ""
    return _("Before it can be recommended, these are needed, or a reason why not: %(papers)s.") % {
        "papers": get_text_list(labels, _("and"))
    }


def _write_to_applicant(
    case: AccessionRequest, move: Move, letter: str, *, to_person: Any = None, **context: Any
) -> None:
    """A letter about a step to the address of the case, in its language, else in English."""
    subject, text = correspondence.worded(letter, case, reason=move.reason, **context)
    correspondence.send(case, key=_event(move), subject=subject, text=text, to_person=to_person)


def _event(move: Move) -> str:
    """One event for each time a verb is applied: a case may be asked twice."""
    return f"partners.{move.verb}:{move.pk}"
