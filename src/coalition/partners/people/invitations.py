"""A person is asked by letter to act for an organisation, and answers by a link that works once."""

from __future__ import annotations

import hashlib
import secrets
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from coalition.accounts.actions import invite_or_get
from coalition.accounts.models import User
from coalition.base import audit, states
from coalition.base.errors import NotAllowed, Refused
from coalition.base.text import clean_line
from coalition.mailroom import actions as mail
from coalition.partners.models import Answer, Invitation, Mandate, MandateRole, Partner
from coalition.partners.models.people import INVITATION_DAYS
from coalition.partners.people.actions import LEAD, begin_mandate, close_ended, take_lead
from coalition.partners.people.queries import lead_of, may_still_invite
from coalition.partners.values import locked_and_active

# Nobody needs more at a time; a lead whose account was taken over shall not write to the world.
MOST_PENDING = 20


@transaction.atomic
def invite(
    partner: Partner,
    *,
    email: str,
    role: str,
    name: str = "",
    language: str = "",
    until: date | None = None,
    by: User,
) -> Invitation:
    """Ask the person at this address to act for the partner; the letter brings the link.

    To be the lead is a hand-over: the lead of today stays until it is accepted. Raises Refused for
    what is no address, role or day; NotAllowed where the person is invited or acts already in
    this role, too many invitations wait, or the partner is gone.
    """
    partner = locked_and_active(partner)
    email = clean_line(email).lower()
    try:
        Invitation._meta.get_field("email").clean(email, None)
    except ValidationError:
        raise Refused(_("“%(text)s” is no e-mail address.") % {"text": email[:80]}) from None
    if role not in MandateRole.values:
        raise Refused(_("There is no role “%(role)s”.") % {"role": role[:20]})
    if until is not None and until <= timezone.now().date():
        raise Refused(
            _("A mandate cannot end on %(until)s: it would have ended before it began.")
            % {"until": date_format(until)}
        )
    close_ended(partner)
    _refuse_if_held(partner, email, role)
    waiting = partner.invitations.pending()
    if waiting.filter(email__iexact=email).exists():
        raise NotAllowed(
            _("This address is invited already. Send that invitation again, or cancel it first.")
        )
    if waiting.count() >= MOST_PENDING:
        raise NotAllowed(
            _("%(count)s invitations wait for an answer. Cancel some before you write new ones.")
            % {"count": MOST_PENDING}
        )
    known = User.objects.filter(email__iexact=email).first()
    secret, digest = _new_secret()
    invitation = partner.invitations.create(
        email=email,
        name=clean_line(name, limit=200),
        language=known.language if known else (language or by.language),
        role=role,
        until=until,
        by=by,
        token_digest=digest,
    )
    audit.record("partners.invite", invitation, by=by, refs=[partner])
    _write(invitation, secret)
    return invitation


def hand_over(partner: Partner, successor: Mandate, *, by: User) -> Invitation:
    """The lead asks somebody who acts for the partner already to take the lead."""
    person = successor.person
    return invite(partner, email=person.email, name=person.name, role=LEAD, by=by)


@transaction.atomic
def resend(invitation: Invitation, *, by: User) -> Invitation:
    """Write again, with a new link and two weeks more; the link before works no longer."""
    locked_and_active(invitation.partner)
    invitation = _locked_pending(invitation)
    secret, invitation.token_digest = _new_secret()
    invitation.expires_at = timezone.now() + timedelta(days=INVITATION_DAYS)
    invitation.by = by
    invitation.save(update_fields=["token_digest", "expires_at", "by"])
    audit.record("partners.resend_invitation", invitation, by=by)
    _write(invitation, secret)
    return invitation


@transaction.atomic
def cancel(invitation: Invitation, *, by: Any) -> Invitation:
    """Take an invitation back; its link says so."""
    return _answer(_locked_pending(invitation), Answer.CANCELLED, by=by)


@transaction.atomic
def decline(invitation: Invitation, *, by: User | None) -> Invitation:
    """The invited person says no; whoever holds the letter may, signed in or not."""
    invitation = _locked_pending(invitation)
    if by is not None:
        refuse_stranger(invitation, by)
    invitation = _answer(invitation, Answer.DECLINED, by=by)
    mail.tell(
        invitation.by,
        event=f"partners.decline_invitation:{invitation.pk}",
        template="partners/letters/invitation_declined.txt",
        context={"invitation": invitation, "partner": invitation.partner},
    )
    return invitation


@transaction.atomic
def accept(invitation: Invitation, *, by: User) -> Mandate:
    """The invited person, signed in at the address of the letter, takes up the mandate, once.

    A hand-over swaps the roles of the lead and the successor where the lead itself asked for it;
    where the secretariat did, the former lead's mandate ends. Raises NotAllowed, with the reason,
    for an invitation that was used, cancelled or has expired, for somebody else, and where
    whoever invited no longer has the say.
    """
    partner = locked_and_active(invitation.partner)
    invitation = _locked_pending(invitation)
    refuse_stranger(invitation, by)
    if sentence := obstacle(invitation):
        raise NotAllowed(sentence)
    if not may_still_invite(invitation.by, partner):
        raise NotAllowed(
            _(
                "Whoever wrote this invitation no longer has the say over who acts for "
                "%(partner)s. Ask its lead focal point, or the secretariat, for a new one."
            )
            % {"partner": partner.name}
        )
    _answer(invitation, Answer.ACCEPTED, by=by)
    if invitation.is_hand_over:
        lead = lead_of(partner)
        by_the_lead = lead is not None and lead.person_id == invitation.by_id
        return take_lead(partner, by, until=invitation.until, by=by, former_lead_stays=by_the_lead)
    made = begin_mandate(by, partner, role=invitation.role, until=invitation.until, by=by)
    mail.tell(
        invitation.by,
        event=f"partners.accept_invitation:{invitation.pk}",
        template="partners/letters/invitation_accepted.txt",
        context={"mandate": made, "partner": partner},
    )
    return made


@transaction.atomic
def open_account(invitation: Invitation) -> User:
    """The account by which the invited person signs in, made when they follow the link and not
    before. Raises NotAllowed where the invitation can no longer be used."""
    if sentence := obstacle(invitation):
        raise NotAllowed(sentence)
    return invite_or_get(
        invitation.email,
        name=invitation.name,
        language=invitation.language,
        by=invitation.by,
        is_example=invitation.partner.is_example,
    )


def found_by(secret: str) -> Invitation | None:
    """The invitation that a link leads to, whatever has become of it."""
    found = Invitation.objects.filter(token_digest=_digest(secret))
    return found.select_related("partner", "by").first()


def unknown() -> str:
    return _(
        "This link leads to no invitation. If you got a newer letter, use the link in that one."
    )


def obstacle(invitation: Invitation) -> str:
    """Why the invitation cannot be used any more, or an empty text."""
    if invitation.answer:
        sentence = {
            Answer.ACCEPTED: _("This invitation was accepted on %(day)s; it works only once."),
            Answer.DECLINED: _("This invitation was declined on %(day)s."),
            Answer.CANCELLED: _("This invitation was taken back on %(day)s."),
        }[Answer(invitation.answer)]
        return sentence % {"day": date_format(invitation.answered_at)}
    if invitation.is_expired:
        return _(
            "This invitation was valid until %(day)s. Ask whoever invited you to send it again."
        ) % {"day": date_format(invitation.expires_at)}
    return ""


def is_for(invitation: Invitation, person: User) -> bool:
    return person.email.lower() == invitation.email.lower()


def refuse_stranger(invitation: Invitation, person: User) -> None:
    """Raise NotAllowed for somebody else than the invited, naming neither of the two in full."""
    if not is_for(invitation, person):
        raise NotAllowed(
            _(
                "This invitation is for %(invited)s; you are signed in as %(person)s. Sign out, "
                "and open the link again."
            )
            % {"invited": masked(invitation.email), "person": masked(person.email)}
        )


def masked(address: str) -> str:
    """An address that only those who know it recognise: `m…@union.org`."""
    name, _at, domain = address.rpartition("@")
    return f"{name[:1]}…@{domain}"


def _answer(invitation: Invitation, answer: Answer, *, by: Any) -> Invitation:
    invitation.answer = answer
    invitation.answered_at = timezone.now()
    invitation.answered_by = by
    invitation.save(update_fields=["answer", "answered_at", "answered_by"])
    audit.record(f"partners.invitation_{answer.value}", invitation, by=by)
    return invitation


def _locked_pending(invitation: Invitation) -> Invitation:
    """The invitation read afresh under its lock. Raises NotAllowed where it was answered."""
    invitation = states.lock(invitation)
    if invitation.answer:
        raise NotAllowed(obstacle(invitation))
    return invitation


def _refuse_if_held(partner: Partner, email: str, role: str) -> None:
    held = partner.mandates.open().filter(person__email__iexact=email).first()
    if held is not None and (role != LEAD or held.is_lead):
        raise NotAllowed(
            _("%(person)s acts for %(partner)s already, as: %(role)s. Change the role instead.")
            % {"person": email, "partner": partner.name, "role": held.get_role_display()}
        )


def _new_secret() -> tuple[str, str]:
    secret = secrets.token_urlsafe(32)
    return secret, _digest(secret)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _write(invitation: Invitation, secret: str) -> None:
    """The letter with the link, in the language of the invited person if the platform speaks it."""
    spoken = dict(settings.LANGUAGES)
    language = invitation.language if invitation.language in spoken else settings.LANGUAGE_CODE
    lead = lead_of(invitation.partner)
    with translation.override(language):
        body = render_to_string(
            "partners/letters/invitation.txt",
            {
                "invitation": invitation,
                "partner": invitation.partner,
                "by_the_secretariat": lead is None or lead.person_id != invitation.by_id,
                "secret": secret,
                "site_url": settings.SITE_URL,
            },
        )
    subject, _newline, text = body.strip().partition("\n")
    mail.write(
        key=f"partners.invite:{invitation.pk}:{invitation.token_digest[:16]}",
        to_address=invitation.email,
        to_person=User.objects.filter(email__iexact=invitation.email).first(),
        subject=subject,
        text=text.strip() + "\n",
        language=language,
        is_example=invitation.partner.is_example,
    )
