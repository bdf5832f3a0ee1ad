"""The states of commitments, of partners' parts in them, of amendments to them, and of what they
are claimed to contribute to key interventions.

A commitment's own states follow the Our Ocean conference's tracker, a part's confirmation the
joint pledges of the Global Refugee Forum.
"""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from coalition.base.states import Verb
from coalition.partners.asking import PART_HELD, PartState, part_verbs

# --- The promise -----------------------------------------------------------------------------


class State(TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    CHANGE_REQUESTED = "change_requested", _("Change requested")
    APPROVED = "approved", _("Approved")
    PUBLISHED = "published", _("Published")
    COMPLETED_CLAIMED = "completed_claimed", _("Said to be completed")
    CLOSED = "closed", _("Closed")
    INACTIVE = "inactive", _("Inactive")
    WITHDRAWN = "withdrawn", _("Withdrawn")


# Its words may be changed at once; of what is public, by an amendment.
EDITABLE = (State.DRAFT, State.CHANGE_REQUESTED)
# Everybody sees it, and it counts. What was withdrawn answers, but counts no more.
PUBLIC = (State.PUBLISHED, State.COMPLETED_CLAIMED, State.CLOSED, State.INACTIVE)
# Reports are due, and its words can be amended.
UNDER_WAY = (State.PUBLISHED, State.COMPLETED_CLAIMED, State.INACTIVE)

# How a state looks in a list (`ui.status`).
TONES = {
    State.DRAFT: "calm",
    State.SUBMITTED: "calm",
    State.CHANGE_REQUESTED: "due",
    State.APPROVED: "calm",
    State.PUBLISHED: "good",
    State.COMPLETED_CLAIMED: "good",
    State.CLOSED: "ended",
    State.INACTIVE: "due",
    State.WITHDRAWN: "ended",
}

VERBS = {
    "submit": Verb(EDITABLE, State.SUBMITTED, _("sent to the secretariat")),
    "request_change": Verb(
        (State.SUBMITTED, State.APPROVED),
        State.CHANGE_REQUESTED,
        _("sent back for a change"),
        needs_reason=True,
    ),
    "approve": Verb((State.SUBMITTED,), State.APPROVED, _("approved")),
    "publish": Verb((State.APPROVED,), State.PUBLISHED, _("published")),
    "claim_completion": Verb(
        (State.PUBLISHED,), State.COMPLETED_CLAIMED, _("said to be completed")
    ),
    "refuse_completion": Verb(
        (State.COMPLETED_CLAIMED,),
        State.PUBLISHED,
        _("not yet found to be completed"),
        needs_reason=True,
    ),
    "close": Verb((State.COMPLETED_CLAIMED,), State.CLOSED, _("found to be completed, and closed")),
    "close_unfulfilled": Verb(
        (State.PUBLISHED, State.INACTIVE),
        State.CLOSED,
        _("closed without being fulfilled"),
        needs_reason=True,
    ),
    "mark_inactive": Verb(
        (State.PUBLISHED,), State.INACTIVE, _("marked as inactive"), needs_reason=True
    ),
    "resume": Verb((State.INACTIVE,), State.PUBLISHED, _("taken up again"), needs_reason=True),
    "withdraw": Verb(UNDER_WAY, State.WITHDRAWN, _("withdrawn"), needs_reason=True),
}

# --- A partner's part in it ------------------------------------------------------------------

# The one that leads may ask for parts and change them; partners answer until the promise ended.
PARTS_OPEN = (*EDITABLE, *UNDER_WAY)
PARTS_FIXED = (State.CLOSED, State.WITHDRAWN)

PART_VERBS = {
    **part_verbs(),
    # Of two partners, one from a part to the lead, the other from the lead to a part.
    "take_lead": Verb(PART_HELD, PartState.LEFT, _("took over the lead")),
    "hand_over": Verb(
        (PartState.DECLINED, PartState.LEFT, PartState.REMOVED),
        PartState.CONFIRMED,
        _("handed over the lead"),
    ),
}

# --- An amendment ----------------------------------------------------------------------------


class AmendmentState(TextChoices):
    DRAFT = "draft", _("Being written")
    PROPOSED = "proposed", _("Waits for the other side")
    SENT_BACK = "sent_back", _("Sent back")
    APPLIED = "applied", _("Taken over")
    DISCARDED = "discarded", _("Given up")


AMENDMENT_TONES = {
    AmendmentState.DRAFT: "calm",
    AmendmentState.PROPOSED: "due",
    AmendmentState.SENT_BACK: "alert",
    AmendmentState.APPLIED: "good",
    AmendmentState.DISCARDED: "ended",
}
# Its own side works on it.
AMENDMENT_OPEN = (AmendmentState.DRAFT, AmendmentState.SENT_BACK)
# The states of a commitment in which each side (`models.Side`) may wish it changed: the partner's
# once it is public, as it writes a draft itself; the secretariat's also while it is judged.
AMENDABLE = {
    "partner": UNDER_WAY,
    "secretariat": (State.SUBMITTED, State.CHANGE_REQUESTED, *UNDER_WAY),
}
AMENDMENT_VERBS = {
    "propose": Verb(AMENDMENT_OPEN, AmendmentState.PROPOSED, _("proposed")),
    "send_back": Verb(
        (AmendmentState.PROPOSED,), AmendmentState.SENT_BACK, _("sent back"), needs_reason=True
    ),
    "apply": Verb((AmendmentState.PROPOSED,), AmendmentState.APPLIED, _("taken over")),
    "discard": Verb(
        (*AMENDMENT_OPEN, AmendmentState.PROPOSED), AmendmentState.DISCARDED, _("given up")
    ),
}

# --- A contribution to a key intervention ----------------------------------------------------


class ClaimState(TextChoices):
    CLAIMED = "claimed", _("Waits for the one that leads the intervention")
    CONFIRMED = "confirmed", _("Confirmed")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


# It waits for an answer, or got a yes.
CLAIM_HELD = (ClaimState.CLAIMED, ClaimState.CONFIRMED)
CLAIM_TONES = {
    ClaimState.CLAIMED: "due",
    ClaimState.CONFIRMED: "good",
    ClaimState.DECLINED: "alert",
    ClaimState.WITHDRAWN: "ended",
}
CLAIM_VERBS = {
    "confirm": Verb((ClaimState.CLAIMED,), ClaimState.CONFIRMED, _("confirmed")),
    # Also of what was confirmed: whoever leads the intervention answers for its totals.
    "decline": Verb(CLAIM_HELD, ClaimState.DECLINED, _("declined"), needs_reason=True),
    "withdraw": Verb(CLAIM_HELD, ClaimState.WITHDRAWN, _("withdrawn"), needs_reason=True),
    # Also where its words changed after it was confirmed: nobody confirmed these.
    "claim": Verb(
        (ClaimState.CONFIRMED, ClaimState.DECLINED, ClaimState.WITHDRAWN),
        ClaimState.CLAIMED,
        _("claimed"),
    ),
    # Its organisation left the coalition, and nobody carries the promise on.
    "end": Verb(CLAIM_HELD, ClaimState.WITHDRAWN, _("ended with its partnership")),
}
