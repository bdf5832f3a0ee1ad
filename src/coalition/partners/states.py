"""The states of an accession request and of a partner (UN Global Compact, UN Partner Portal)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from coalition.base.states import Verb


class AccessionState(TextChoices):
    RECEIVED = "received", _("Received")
    ACKNOWLEDGED = "acknowledged", _("Acknowledged")
    INCOMPLETE = "incomplete", _("Incomplete")
    UNDER_VETTING = "under_vetting", _("Under vetting")
    RECOMMENDED = "recommended", _("Recommended")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


_A = AccessionState
OPEN = (_A.RECEIVED, _A.ACKNOWLEDGED, _A.INCOMPLETE, _A.UNDER_VETTING, _A.RECOMMENDED)
ACCESSION_VERBS = {
    "acknowledge": Verb((_A.RECEIVED,), _A.ACKNOWLEDGED, _("acknowledged")),
    "ask": Verb(
        (_A.RECEIVED, _A.ACKNOWLEDGED, _A.UNDER_VETTING),
        _A.INCOMPLETE,
        _("asked for what is missing"),
        needs_reason=True,
    ),
    "vet": Verb(
        (_A.RECEIVED, _A.ACKNOWLEDGED, _A.INCOMPLETE), _A.UNDER_VETTING, _("vetting began")
    ),
    "recommend": Verb((_A.UNDER_VETTING,), _A.RECOMMENDED, _("recommended")),
    "accept": Verb(
        (_A.ACKNOWLEDGED, _A.RECEIVED, _A.UNDER_VETTING, _A.RECOMMENDED), _A.ACCEPTED, _("accepted")
    ),
    "decline": Verb(OPEN, _A.DECLINED, _("declined"), needs_reason=True),
    "withdraw": Verb(OPEN, _A.WITHDRAWN, _("withdrawn"), needs_reason=True),
}


class PartnerState(TextChoices):
    ACTIVE = "active", _("Active")
    WITHDRAWN = "withdrawn", _("Withdrawn")


PARTNER_VERBS = {
    "leave": Verb(
        (PartnerState.ACTIVE,), PartnerState.WITHDRAWN, _("left the coalition"), needs_reason=True
    ),
}
