"""People are invited by their address, and partners by name. Each is told by one letter, once
everybody can read the consultation.

An invitation says who may come, never who came. The caller has asked the permission (`rules.py`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.accounts.mailboxes import mailbox_of
from coalition.accounts.models import User
from coalition.base import audit, states
from coalition.base.errors import NotAllowed, Refused
from coalition.base.text import clean_line
from coalition.consultations.inviting.telling import tell_invited
from coalition.consultations.models import Consultation, Follower, Invitation
from coalition.consultations.queries import state_at
from coalition.consultations.states import AHEAD, State
from coalition.partners.models import Partner

MOST_AT_ONCE = 2_000  # addresses in one list
MOST_NAMED = 5  # lines that a refusal quotes
AT_ONCE = 500  # rows in one statement


# --- Partners --------------------------------------------------------------------------------


@transaction.atomic
def invite_partners(consultation: Consultation, partners: Iterable[Partner], *, by: User) -> int:
    """Ask these partners to answer; returns how many were not invited before.

    Each of their people who may write for them gets one letter once it is announced, however often
    this is called; where there are many, the clock goes on with the letters. A partner that cannot
    answer, since it has left or is suspended, is left out. Raises NotAllowed where organisations do
    not answer, or do no longer.
    """
    consultation = states.lock(consultation)
    _refuse_when_over(consultation)
    if not consultation.for_partners:
        raise NotAllowed(_("Organisations do not answer this consultation."))
    wanted = {one.pk for one in partners}
    held = consultation.invitations.filter(partner__isnull=False)
    new = wanted - set(held.values_list("partner", flat=True))
    count = 0
    for start in range(0, len(new), AT_ONCE):
        batch = sorted(new)[start : start + AT_ONCE]
        made = Invitation.objects.bulk_create(
            Invitation(consultation=consultation, partner=one, by=by)
            for one in Partner.objects.public().filter(pk__in=batch).order_by("pk")
        )
        count += len(made)
    if count:
        tell_invited(consultation)
        audit.record("consultations.invite_partners", consultation, by=by)
    return count


# --- People ----------------------------------------------------------------------------------


@transaction.atomic
def invite_people(
    consultation: Consultation, addresses: Collection[str], *, language: str, by: User
) -> int:
    """Ask the people at these addresses to take part; returns how many were not invited before.

    Whoever is invited at another spelling of the address (`mailbox_of`) is invited already. Those
    of whom we know an account are written to in its language, others in `language`. Raises Refused,
    with the lines, where something is no address: then nobody is invited; NotAllowed where people
    are not invited to it, or no longer.
    """
    consultation = states.lock(consultation)
    _refuse_when_over(consultation)
    if not (consultation.for_invited or consultation.for_everyone):
        raise NotAllowed(_("People are not invited to this consultation: partners alone answer."))
    if language not in consultation.languages:
        raise Refused(_("Choose one of the languages in which the consultation is held."))
    wanted = {mailbox_of(address): address for address in reversed(_checked(addresses))}
    if not wanted:
        raise Refused(_("Write at least one e-mail address."))
    held = set(consultation.invitations.exclude(mailbox="").values_list("mailbox", flat=True))
    new = [(mailbox, wanted[mailbox]) for mailbox in reversed(wanted) if mailbox not in held]
    Invitation.objects.bulk_create(
        (
            Invitation(
                consultation=consultation,
                address=address,
                mailbox=mailbox,
                language=language,
                by=by,
            )
            for mailbox, address in new
        ),
        batch_size=AT_ONCE,
    )
    if new:
        tell_invited(consultation)
        audit.record("consultations.invite_people", consultation, by=by)
    return len(new)


@transaction.atomic
def take_back(invitation: Invitation, *, by: User) -> None:
    """Take an invitation back. Whoever was let in by it alone cannot answer any more; what they
    answered already stands, since nobody knows what it was. A partner may answer all the same."""
    consultation = states.lock(invitation.consultation)
    _refuse_when_over(consultation)
    gone, _kinds = consultation.invitations.filter(pk=invitation.pk).delete()
    if not gone:
        raise Refused(_("This invitation was taken back already."))
    audit.record("consultations.take_back_invitation", consultation, by=by)


def _checked(addresses: Collection[str]) -> list[str]:
    """The addresses in lower case, in their order. Raises Refused naming those that are none."""
    field = Invitation._meta.get_field("address")
    found, wrong = [], []
    for line in addresses:
        address = clean_line(line, limit=len(line)).lower()
        if not address:
            continue
        try:
            field.clean(address, None)
        except ValidationError:
            wrong.append(address[:80])
        else:
            found.append(address)
    if wrong:
        listed = str(_(", ")).join(f"“{one}”" for one in wrong[:MOST_NAMED])
        more = len(wrong) - MOST_NAMED
        if more > 0:
            listed = _("%(listed)s and %(count)d more") % {"listed": listed, "count": more}
        raise Refused(_("No e-mail address, so nobody was invited yet: %s.") % listed)
    if len(found) > MOST_AT_ONCE:
        raise Refused(
            _("These are %(count)d addresses. At most %(most)d are taken at once.")
            % {"count": len(found), "most": MOST_AT_ONCE}
        )
    return found


def _refuse_when_over(consultation: Consultation) -> None:
    """Invitations are made in a draft, and until the last phase in which people take part ends."""
    now = state_at(consultation, consultation.phases.all(), timezone.now())
    if now not in (State.DRAFT, *AHEAD):
        raise NotAllowed(_("People take part in it no more, so nobody is invited any more."))


# --- Followers -------------------------------------------------------------------------------


def follow(consultation: Consultation, person: User) -> None:
    """Write to this person when the answers are published and when it is decided. It tells that
    they are interested, not that they took part, and leaves no event. A second time does nothing.

    Raises NotAllowed where nothing comes of it any more.
    """
    if not consultation.is_public or consultation.state in (State.FEEDBACK, State.CALLED_OFF):
        raise NotAllowed(_("Nothing more comes of this consultation, so there is nothing to tell."))
    Follower.objects.get_or_create(consultation=consultation, person=person)


def unfollow(consultation: Consultation, person: User) -> None:
    """Write to this person no more. A second time does nothing."""
    consultation.followers.filter(person=person).delete()
