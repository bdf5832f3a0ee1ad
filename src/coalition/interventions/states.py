"""The states of key interventions, and of the roles that partners have in them.

An intervention's own states are those of an activity in the IATI standard (codelist
ActivityStatus), with a kick-off between being planned and being carried out; a role is asked for
and confirmed as the parts in a joint commitment are.
"""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from coalition.base.states import Verb
from coalition.partners.asking import PartState, part_verbs

# --- The intervention ------------------------------------------------------------------------


class State(TextChoices):
    DRAFT = "draft", _("Draft")
    PIPELINE = "pipeline", _("In preparation")
    KICK_OFF = "kick_off", _("Kicked off")
    IMPLEMENTATION = "implementation", _("Being carried out")
    FINALISATION = "finalisation", _("Being completed")
    CLOSED = "closed", _("Closed")
    SUSPENDED = "suspended", _("Suspended")
    CANCELLED = "cancelled", _("Cancelled")


# Codelist ActivityStatus of IATI 2.03; a draft is not published there.
IATI_STATUS = {
    State.PIPELINE: "1",
    State.KICK_OFF: "2",
    State.IMPLEMENTATION: "2",
    State.FINALISATION: "3",
    State.CLOSED: "4",
    State.CANCELLED: "5",
    State.SUSPENDED: "6",
}
# What it shall change may still be said otherwise; from the kick-off on it is promised.
PLANNED = (State.DRAFT, State.PIPELINE)
# It runs: reports are due, money flows.
RUNNING = (State.KICK_OFF, State.IMPLEMENTATION, State.FINALISATION)
ENDED = (State.CLOSED, State.CANCELLED)
# Its partners may be asked, its work and money kept.
OPEN = (*PLANNED, *RUNNING, State.SUSPENDED)
# The stages in their order, as a line of steps shows them.
STAGES = (State.PIPELINE, *RUNNING, State.CLOSED)

# How a state looks in a list (`ui.status`).
TONES = {
    State.DRAFT: "calm",
    State.PIPELINE: "calm",
    State.KICK_OFF: "good",
    State.IMPLEMENTATION: "good",
    State.FINALISATION: "good",
    State.CLOSED: "ended",
    State.SUSPENDED: "due",
    State.CANCELLED: "ended",
}

VERBS = {
    "announce": Verb((State.DRAFT,), State.PIPELINE, _("announced")),
    "kick_off": Verb((State.PIPELINE,), State.KICK_OFF, _("kicked off")),
    "carry_out": Verb((State.KICK_OFF,), State.IMPLEMENTATION, _("being carried out")),
    "finalise": Verb((State.IMPLEMENTATION,), State.FINALISATION, _("being completed")),
    "close": Verb((State.FINALISATION,), State.CLOSED, _("found to be completed, and closed")),
    "suspend": Verb(RUNNING, State.SUSPENDED, _("suspended"), needs_reason=True),
    "resume": Verb(
        (State.SUSPENDED,), State.IMPLEMENTATION, _("taken up again"), needs_reason=True
    ),
    "cancel": Verb(
        (State.PIPELINE, *RUNNING, State.SUSPENDED),
        State.CANCELLED,
        _("cancelled"),
        needs_reason=True,
    ),
}

# --- A partner's role in it ------------------------------------------------------------------

# The roles of those who lead, alone or together.
LEADING = ("lead", "co_lead")

ROLE_VERBS = {
    **part_verbs(),
    # Of two partners, one takes over the lead from the other.
    "hand_over": Verb((PartState.CONFIRMED,), PartState.LEFT, _("handed over the lead")),
}
