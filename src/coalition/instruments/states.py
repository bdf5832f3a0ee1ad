"""The state machines of this room. The status of a consent is not one of them: it is derived."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from coalition.base.states import Verb


class IntakeState(TextChoices):
    """A text that a person reads in by hand."""

    SUGGESTED = "suggested", _("Split, to be checked")
    CORRECTED = "corrected", _("Corrected by a person")
    PUBLISHED = "published", _("Published as a version")
    DISCARDED = "discarded", _("Discarded")


OPEN = (IntakeState.SUGGESTED, IntakeState.CORRECTED)
INTAKE_VERBS = {
    "correct": Verb((IntakeState.SUGGESTED,), IntakeState.CORRECTED, _("corrected")),
    "publish": Verb(OPEN, IntakeState.PUBLISHED, _("published as a version")),
    "discard": Verb(OPEN, IntakeState.DISCARDED, _("discarded"), needs_reason=True),
}
