"""A request is worked on until it is decided; the applicant reads of every step, once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from coalition.accounts.actions import invite_or_get
from coalition.base import audit, states
from coalition.base.changes import record_changed
from coalition.base.errors import NotAllowed, Refused
from coalition.base.numbers import next_reference
from coalition.base.states import Move
from coalition.base.text import clean_text
from coalition.mailroom import actions as mail
from coalition.partners.accession.opening import open_request
from coalition.partners.accession.queries import COMPLETE, obstacle, same_officer
from coalition.partners.models import AccessionRequest, Advice, Mandate, Partner
from coalition.partners.queries import officers
from coalition.partners.states import OPEN
from coalition.partners.values import LONGEST_REASON, REQUEST_FIELDS, change


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
    _refuse_if(obstacle(case, COMPLETE))
    change(case, fields, REQUEST_FIELDS)
    # A step in the history that leaves the state as it is.
    case.moves.create(verb=COMPLETE, from_state=case.state, to_state=case.state, by=by)
    audit.record("partners.complete", case, by=by)
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
    case = _step(request, "recommend", by=by, reason=reason)
    case.advice = advice
    case.save(update_fields=["advice"])
    move = case.moves.latest("pk")
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
def decline(request: AccessionRequest, reason: str, *, by: Any) -> AccessionRequest:
    """Refuse the request; the applicant reads the reason."""
    _refuse_if(same_officer(request, by))
    return _step(request, "decline", by=by, reason=reason, letter="declined")


@transaction.atomic
def withdraw(request: AccessionRequest, reason: str, *, by: Any) -> AccessionRequest:
    """Note that the applicant no longer wishes to join, and confirm it to them."""
    return _step(request, "withdraw", by=by, reason=reason, letter="withdrawn")


@transaction.atomic
def accept(request: AccessionRequest, reason: str, *, by: Any) -> Partner:
    """Admit the organisation: a public partner, whose focal point may sign in and act for it.

    Raises NotAllowed, naming what is missing, while organisation, group, scope or the focal
    point's address are not filled in, or while no officer has confirmed what was suggested.
    """
    _refuse_if(same_officer(request, by))
    case = _step(request, "accept", by=by, reason=reason)
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
    case.partner = partner
    case.save(update_fields=["partner"])
    person = invite_or_get(
        case.contact_email,
        name=case.contact_name,
        language=case.language,
        by=by,
        is_example=case.is_example,
    )
    mandate = Mandate.objects.create(person=person, partner=partner, since=partner.joined_on)
    audit.record("partners.begin_mandate", mandate, by=by, refs=[partner, person])
    mail.tell(
        person,
        event=f"partners.accept:{case.pk}",
        template="partners/letters/accepted.txt",
        context={"case": case, "partner": partner},
    )
    record_changed(partner)
    return partner


def _step(
    request: AccessionRequest, verb: str, *, by: Any, reason: str = "", letter: str = ""
) -> AccessionRequest:
    """Apply a verb to a case under its lock, and write to the applicant, once."""
    case = states.lock(request)
    _refuse_if(obstacle(case, verb))
    move = states.move(case, verb, by=by, reason=clean_text(reason, limit=LONGEST_REASON))
    if case.state not in OPEN:
        case.closed_at = timezone.now()
        case.save(update_fields=["closed_at"])
    if letter and case.contact_email:
        _write_to_applicant(case, move, letter)
    return case


def _refuse_if(sentence: str) -> None:
    if sentence:
        raise NotAllowed(sentence)


def _write_to_applicant(case: AccessionRequest, move: Move, letter: str) -> None:
    """A letter about a step to the address of the case, in its language, else in English."""
    language = case.language if case.language in settings.UN_LANGUAGES else "en"
    with translation.override(language):
        body = render_to_string(
            f"partners/letters/{letter}.{language}.txt", {"case": case, "reason": move.reason}
        )
    subject, _newline, text = body.strip().partition("\n")
    mail.write(
        key=_event(move),
        to_address=case.contact_email,
        subject=subject,
        text=text.strip() + "\n",
        language=language,
        is_example=case.is_example,
    )


def _event(move: Move) -> str:
    """One event for each time a verb is applied: a case may be asked twice."""
    return f"partners.{move.verb}:{move.pk}"
