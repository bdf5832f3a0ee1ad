"""How a partner is asked to take part in something, and answers: the states and verbs that every
room with such a thing builds on. Nobody is named in public before their own people said yes."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from coalition.base.errors import NotAllowed
from coalition.base.states import Verb


class PartState(TextChoices):
    ASKED = "asked", _("Asked to confirm")
    CONFIRMED = "confirmed", _("Confirmed")
    DECLINED = "declined", _("Declined")
    LEFT = "left", _("Left")
    REMOVED = "removed", _("Taken out")


# Asked for it, or holding it: the partner is concerned.
PART_HELD = (PartState.ASKED, PartState.CONFIRMED)
PART_TONES = {
    PartState.ASKED: "due",
    PartState.CONFIRMED: "good",
    PartState.DECLINED: "alert",
    PartState.LEFT: "ended",
    PartState.REMOVED: "ended",
}


def part_verbs() -> dict[str, Verb]:
    """The verbs of both sides: one asks and takes out, the other confirms, declines and leaves."""
    return {
        "confirm": Verb((PartState.ASKED,), PartState.CONFIRMED, _("confirmed")),
        "decline": Verb((PartState.ASKED,), PartState.DECLINED, _("declined"), needs_reason=True),
        "leave": Verb((PartState.CONFIRMED,), PartState.LEFT, _("left"), needs_reason=True),
        "remove": Verb(PART_HELD, PartState.REMOVED, _("taken out"), needs_reason=True),
        # Also where its words changed after it was confirmed: nobody is held to what they did not
        # say.
        "ask": Verb(
            (PartState.CONFIRMED, PartState.DECLINED, PartState.LEFT, PartState.REMOVED),
            PartState.ASKED,
            _("asked to confirm"),
        ),
        # It left the coalition, or was merged into one that is concerned already.
        "end": Verb(PART_HELD, PartState.LEFT, _("ended with its partnership")),
    }


def refuse_unless_seen(seen: str, now: str) -> None:
    """NotAllowed where the version that somebody had before their eyes is not the one of now:
    nobody says yes to words they did not read."""
    if seen != now:
        raise NotAllowed(
            gettext("The words were changed while you had them before you. Please read them again.")
        )
