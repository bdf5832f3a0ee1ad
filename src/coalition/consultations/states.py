"""The states of a consultation, and what its phases let people do.

The two are apart: a state says how far the whole has come; a phase grants abilities between two
moments, and is declared as data (`KINDS`).
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from coalition.base.states import Verb

# --- A consultation --------------------------------------------------------------------------


class State(TextChoices):
    DRAFT = "draft", _("Draft")
    PLANNED = "planned", _("Planned")
    OPEN = "open", _("Open")
    SYNTHESIS = "synthesis", _("Being summed up")
    CALLED_OFF = "called_off", _("Called off")


# Everybody sees it from its announcement on; what was called off stays, with the reason.
PUBLIC = tuple(state for state in State if state != State.DRAFT)
# Its phases are still to come or under way.
AHEAD = (State.PLANNED, State.OPEN)

TONES = {
    State.DRAFT: "calm",
    State.PLANNED: "calm",
    State.OPEN: "good",
    State.SYNTHESIS: "due",
    State.CALLED_OFF: "ended",
}

VERBS = {
    "announce": Verb((State.DRAFT,), State.PLANNED, _("announced")),
    # Both happen by the clock, with the first phase and after the last one in which people take
    # part; an officer may open it earlier, or close it before its time with a reason.
    "open": Verb((State.PLANNED,), State.OPEN, _("opened")),
    "close": Verb((State.OPEN,), State.SYNTHESIS, _("closed for contributions")),
    "close_early": Verb(
        (State.OPEN,), State.SYNTHESIS, _("closed before its time"), needs_reason=True
    ),
    "reopen": Verb((State.SYNTHESIS,), State.OPEN, _("opened again"), needs_reason=True),
    "call_off": Verb(
        (State.PLANNED, State.OPEN, State.SYNTHESIS),
        State.CALLED_OFF,
        _("called off"),
        needs_reason=True,
    ),
}

# --- Its phases ------------------------------------------------------------------------------


class PhaseKind(TextChoices):
    PROPOSE = "propose", _("Propose")
    REACT = "react", _("React")
    DISCUSS = "discuss", _("Discuss a text")
    PRIORITISE = "prioritise", _("Set priorities")
    PANEL = "panel", _("Panel by lot")
    RESPOND = "respond", _("Respond")


@dataclass(frozen=True)
class Kind:
    """What a phase of this kind is for, in a sentence to readers, and what it lets whom do."""

    purpose: str | Promise
    grants: frozenset[str]
    # People take part in it. The others are work of the secretariat and the deciding body.
    is_taking_part: bool = True


# A new kind of phase is one entry here, and the pages for what it grants.
KINDS = {
    PhaseKind.PROPOSE: Kind(
        _("Say what should be done. Each proposal gets a reasoned answer."),
        frozenset({"propose"}),
    ),
    PhaseKind.REACT: Kind(
        _("Agree, disagree or pass on what others propose, one statement at a time."),
        frozenset({"react"}),
    ),
    PhaseKind.DISCUSS: Kind(
        _("Comment on a text paragraph by paragraph, and propose other words."),
        frozenset({"comment", "amend"}),
    ),
    PhaseKind.PRIORITISE: Kind(
        _("Say which proposals come first."),
        frozenset({"prioritise"}),
    ),
    PhaseKind.PANEL: Kind(
        _("A panel drawn by lot deliberates."),
        frozenset({"volunteer"}),
    ),
    PhaseKind.RESPOND: Kind(
        _("The secretariat answers every proposal with its reasons."),
        frozenset({"respond"}),
        is_taking_part=False,
    ),
}
TAKING_PART = tuple(kind for kind in PhaseKind if KINDS[kind].is_taking_part)


class PrioritiseBy(TextChoices):
    APPROVAL = "approval", _("Choosing all one supports")
    POINTS = "points", _("Giving points")
    RANKING = "ranking", _("Ranking")


# --- Who said so -----------------------------------------------------------------------------


class Origin(TextChoices):
    """Where a first proposal comes from."""

    PRIORITY = "priority", _("A common priority")
    PROVISION = "provision", _("A paragraph nobody has taken up")
