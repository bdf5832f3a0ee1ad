"""Whose voice somebody raises in a consultation: their own, or that of an organisation.

The two are never mixed. An organisation is named; a person is known by a pseudonym alone
(`sealing`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from coalition.base.errors import NotAllowed
from coalition.consultations.access import TO_ANSWER, TO_SIGN, answer, may_come, reader_of
from coalition.consultations.models import Consultation, Participant
from coalition.consultations.sealing import new_pseudonym_of, pseudonym_of
from coalition.partners.models import Partner

# How long it may take from hearing somebody until what they said is about to be stored. Answers are
# counted `summing.actions.AFTER` the last moment, so as much again is left to store it.
SLOW = timedelta(seconds=30)


@dataclass(frozen=True)
class Voice:
    """A person who may answer: for an organisation, or for themselves where none is named."""

    consultation: Consultation
    person: Any
    partner: Partner | None = None

    @property
    def may_sign(self) -> bool:
        """Do they sign for the organisation? One query."""
        return self.partner is not None and _speaks(self.person, self.partner, TO_SIGN)

    @property
    def key(self) -> str:
        """By which its uses of a door are counted, those of colleagues together."""
        whose = self.partner.reference if self.partner else f"person:{self.person.pk}"
        return f"{self.consultation.reference}:{whose}"

    def url_of(self, name: str, **more: Any) -> str:
        """A page of this voice: beneath its consultation, and beneath the organisation that
        speaks."""
        kwargs: dict[str, Any] = {"reference": self.consultation.reference, **more}
        if self.partner is not None:
            kwargs["partner"] = self.partner.reference
        return reverse(f"consultations:{name}", kwargs=kwargs)


def voice_of(consultation: Consultation, person: Any, partner: Partner | None = None) -> Voice:
    """Raises NotAllowed with a sentence where this person may not speak so in this consultation.

    When they may, the phases say (`heard`). At most one query where they may.
    """
    if partner is None and may_come(consultation, person):
        return Voice(consultation, person)
    if partner is not None and consultation.for_partners:
        if _speaks(person, partner, TO_ANSWER):
            return Voice(consultation, person, partner)
        raise NotAllowed(_("You hold no mandate to write for %s.") % partner)
    found = reader_of(consultation, person)
    if partner is not None:
        raise NotAllowed(_("Organisations do not answer this consultation."))
    raise NotAllowed(found.why_not or _("Here you answer for your organisation, not for yourself."))


def _speaks(person: Any, partner: Partner, ability: str) -> bool:
    held = Partner.objects.public().spoken_for_by(person, ability)
    return held.filter(pk=partner.pk).exists()


def heard(
    voice: Voice,
    ability: str,
    now: datetime | None = None,
    *,
    afresh: Consultation | None = None,
) -> AbstractContextManager[None]:
    """Raises NotAllowed unless this may be done now, with when it may or might; see `access`.

    The state and the phases are read afresh: an officer may have closed it since. Two queries; one
    where the caller has just read the consultation (`afresh`).

    Gives a transaction to keep in what is said: what was held up in it for longer than `SLOW` is
    asked about again before it is stored, so that nothing is taken that no count waits for. Whoever
    holds the consultation meanwhile needs none: a count waits for them.
    """
    begun = timezone.now()
    afresh = afresh or Consultation.objects.get(pk=voice.consultation.pk)
    if not (found := answer(afresh, ability, now)).is_open:
        raise NotAllowed(found.sentence)
    return _kept(voice, ability, begun, now or begun)


@contextmanager
def _kept(voice: Voice, ability: str, begun: datetime, now: datetime) -> Iterator[None]:
    with transaction.atomic():
        yield
        gone = timezone.now() - begun
        if gone > SLOW:
            heard(voice, ability, now + gone)


def participant_of(voice: Voice) -> Participant | None:
    """Their row here, where they have answered already. At most two queries."""
    held = voice.consultation.participants
    if voice.partner is not None:
        return held.filter(partner=voice.partner).first()
    pseudonym = pseudonym_of(voice.consultation, voice.person)
    return held.filter(pseudonym=pseudonym).first() if pseudonym else None


def take_part(voice: Voice) -> Participant:
    """Their row here, made with their first answer; one row, whatever is sent at once."""
    held = voice.consultation.participants
    if voice.partner is not None:
        key: dict[str, Any] = {"partner": voice.partner}
    else:
        key = {"pseudonym": new_pseudonym_of(voice.consultation, voice.person)}
    language = (get_language() or settings.LANGUAGE_CODE).split("-")[0]
    return held.get_or_create(**key, defaults={"language": language})[0]
