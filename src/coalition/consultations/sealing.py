"""Pseudonyms: how a person's votes are found again by that person, and by nobody else.

A pseudonym is worked out from the person's mailbox, the consultation's own key (`Seal`) and the
secret of the installation. From the mailbox, so that whoever comes again under another spelling of
their address, or with a new account, finds what they said and does not say it twice. Whoever holds
a copy of the database alone cannot work it out; once the key is thrown away, nobody can. While
votes are taken, whoever holds the database and the secret could: the threat model in the docs says
so.
"""

from __future__ import annotations

import hmac
import secrets
from typing import Any

from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from coalition.accounts.mailboxes import mailbox_of
from coalition.base.errors import NotAllowed
from coalition.consultations.models import Consultation, Seal
from coalition.consultations.states import Channel

SALT = "coalition.consultations.sealing"
KEY_BYTES = 32


def pseudonym_of(consultation: Consultation, person: Any) -> str:
    """Under what this person answers here: 64 hexadecimal digits; an empty text where nobody has
    answered yet, and once the key is thrown away. One query."""
    seal = Seal.objects.filter(consultation=consultation).first()
    return _worked_out(seal, person) if seal else ""


def new_pseudonym_of(consultation: Consultation, person: Any) -> str:
    """The same of somebody who answers now; the first answer makes the key. Raises NotAllowed where
    it was thrown away: nobody could tell any more who has answered already."""
    # Asked first: whoever stands there came together with a key that we then see. Those who
    # answered on paper have pseudonyms by chance, and need no key.
    people = consultation.participants.filter(partner=None, channel=Channel.WEB)
    was_answered = people.exists()
    seal = Seal.objects.filter(consultation=consultation).first()
    if seal is None and was_answered:
        raise NotAllowed(_("It is closed for good: what people said can no longer be changed."))
    if seal is None:
        key = secrets.token_bytes(KEY_BYTES)
        seal, _made = Seal.objects.get_or_create(consultation=consultation, defaults={"key": key})
    return _worked_out(seal, person)


@transaction.atomic
def throw_key_away(consultation: Consultation) -> bool:
    """Cut the tie between people and their votes for good; tells whether there was one. The votes
    stay and count. A second time does nothing."""
    return bool(Seal.objects.filter(consultation=consultation).delete()[0])


def _worked_out(seal: Seal, person: Any) -> str:
    """HMAC-SHA256 of the person's mailbox, keyed by the consultation's key and the secret."""
    of_installation = salted_hmac(SALT, "", algorithm="sha256").digest()
    key = bytes(seal.key) + of_installation
    return hmac.digest(key, mailbox_of(person.email).encode(), "sha256").hex()
