"""The first step of every verb: the commitment is held, after the partner that leads it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from coalition.base import states
from coalition.base.errors import NotAllowed
from coalition.commitments.models import Commitment
from coalition.partners.values import refuse_unless_joined


def held(commitment: Commitment, *, also_gone: bool = False) -> Commitment:
    """The commitment read afresh and locked until the transaction ends, after its partner.

    Raises NotAllowed where the partner is gone or suspended, unless an officer has to settle that
    too (`also_gone`), and where another one leads by now: nobody asked whether this person may act
    for that one, or decide on it.
    """
    lead = states.lock(commitment.partner)
    if not also_gone:
        refuse_unless_joined(lead)
    fresh: Commitment = states.lock(commitment)
    refuse_unless_led_by(fresh, lead.pk)
    fresh.partner = lead
    return fresh


def refuse_unless_led_by(commitment: Commitment, lead: int) -> None:
    """NotAllowed where another partner leads a held commitment than the one that was asked for."""
    if commitment.partner_id != lead:
        raise NotAllowed(_("Another partner leads this commitment by now. Please look again."))
