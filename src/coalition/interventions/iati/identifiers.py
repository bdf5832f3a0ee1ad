"""By which identifiers interventions and partners are known in IATI. Once published an identifier
stays: others point to it."""

from __future__ import annotations

import re

from django.conf import settings

from coalition.interventions.models import Intervention
from coalition.partners.models import Partner

# What an identifier may not hold (the standard's rule for identifiers).
UNFIT = re.compile(r"[/&|?\s]+")


def of_intervention(intervention: Intervention) -> str:
    """That of the file from which it was read, else one within the coalition's own; read with
    `iati_origin`."""
    origin = getattr(intervention, "iati_origin", None)
    return origin.identifier if origin else f"{coalition()}-{intervention.reference}"


def of_partner(partner: Partner) -> str:
    """The one that an officer named as its main one, else one within the coalition's own; read
    with `iati_codes`."""
    named = [one.identifier for one in partner.iati_codes.all() if one.is_main]
    return named[0] if named else f"{coalition()}-{partner.reference}"


def coalition() -> str:
    return UNFIT.sub("-", settings.IATI_IDENTIFIER)
