"""The states of a request to join, of a partner and of a verification of it.

After the UN Global Compact (steps of joining, non-communicating, delisted) and the UN Partner
Portal (verification, flags).
"""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from coalition.base.states import Verb


class AccessionState(TextChoices):
    DRAFT = "draft", _("Being filled in")
    RECEIVED = "received", _("Received")
    ACKNOWLEDGED = "acknowledged", _("Acknowledged")
    INCOMPLETE = "incomplete", _("Incomplete")
    UNDER_VETTING = "under_vetting", _("Under vetting")
    RECOMMENDED = "recommended", _("Recommended")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    SET_ASIDE = "set_aside", _("Set aside")
    MERGED = "merged", _("Merged into another request")


_A = AccessionState
OPEN = (_A.RECEIVED, _A.ACKNOWLEDGED, _A.INCOMPLETE, _A.UNDER_VETTING, _A.RECOMMENDED)
ACCESSION_VERBS = {
    "send": Verb((_A.DRAFT,), _A.RECEIVED, _("sent by the applicant")),
    "acknowledge": Verb((_A.RECEIVED,), _A.ACKNOWLEDGED, _("acknowledged")),
    "ask": Verb(
        (_A.RECEIVED, _A.ACKNOWLEDGED, _A.UNDER_VETTING),
        _A.INCOMPLETE,
        _("asked for what is missing"),
        needs_reason=True,
    ),
    "answer": Verb((_A.INCOMPLETE,), _A.ACKNOWLEDGED, _("answered by the applicant")),
    "vet": Verb(
        (_A.RECEIVED, _A.ACKNOWLEDGED, _A.INCOMPLETE), _A.UNDER_VETTING, _("vetting began")
    ),
    # Two officers, each with reasons: one recommends to accept or to decline, another decides.
    "recommend": Verb(
        (_A.UNDER_VETTING,),
        _A.RECOMMENDED,
        _("a decision was recommended"),
        needs_reason=True,
    ),
    "send_back": Verb(
        (_A.RECOMMENDED,),
        _A.UNDER_VETTING,
        _("sent back to vetting"),
        needs_reason=True,
    ),
    "accept": Verb((_A.RECOMMENDED,), _A.ACCEPTED, _("accepted"), needs_reason=True),
    "decline": Verb((_A.RECOMMENDED,), _A.DECLINED, _("declined"), needs_reason=True),
    "withdraw": Verb((_A.DRAFT, *OPEN), _A.WITHDRAWN, _("withdrawn"), needs_reason=True),
    # What is no request to join at all ends here without a letter.
    "set_aside": Verb(
        (_A.RECEIVED, _A.ACKNOWLEDGED, _A.INCOMPLETE),
        _A.SET_ASIDE,
        _("set aside"),
        needs_reason=True,
    ),
    "merge": Verb(OPEN, _A.MERGED, _("merged into another request"), needs_reason=True),
    "reopen": Verb(
        (_A.WITHDRAWN, _A.SET_ASIDE, _A.DECLINED),
        _A.ACKNOWLEDGED,
        _("opened again"),
        needs_reason=True,
    ),
}


class PartnerState(TextChoices):
    ACTIVE = "active", _("Active")
    NON_COMMUNICATING = "non_communicating", _("Non-communicating")
    SUSPENDED = "suspended", _("Suspended")
    DELISTED = "delisted", _("Delisted")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    MERGED = "merged", _("Merged into another partner")


_P = PartnerState
# Listed and counted as partners; their people may act.
JOINED = (_P.ACTIVE, _P.NON_COMMUNICATING)
# Have a page that answers; a suspended one is neither listed nor counted, and nobody acts for it.
SHOWN = (*JOINED, _P.SUSPENDED)
PARTNER_VERBS = {
    "lapse": Verb(
        (_P.ACTIVE,),
        _P.NON_COMMUNICATING,
        _("marked as non-communicating"),
        needs_reason=True,
    ),
    "return": Verb((_P.NON_COMMUNICATING,), _P.ACTIVE, _("in touch again")),
    "suspend": Verb(JOINED, _P.SUSPENDED, _("suspended"), needs_reason=True),
    "reinstate": Verb((_P.SUSPENDED, _P.DELISTED), _P.ACTIVE, _("reinstated"), needs_reason=True),
    "delist": Verb(
        (_P.NON_COMMUNICATING, _P.SUSPENDED),
        _P.DELISTED,
        _("delisted"),
        needs_reason=True,
    ),
    "leave": Verb(
        (*JOINED, _P.SUSPENDED),
        _P.WITHDRAWN,
        _("left the coalition"),
        needs_reason=True,
    ),
    "merge": Verb(
        (*JOINED, _P.SUSPENDED),
        _P.MERGED,
        _("merged into another partner"),
        needs_reason=True,
    ),
}


class VerificationState(TextChoices):
    NOT_STARTED = "not_started", _("Not started")
    IN_REVIEW = "in_review", _("In review")
    PROPOSED = "proposed", _("Decision proposed")
    VERIFIED = "verified", _("Verified")
    NOT_VERIFIED = "not_verified", _("Not verified")


_V = VerificationState
REVIEWING = (_V.NOT_STARTED, _V.IN_REVIEW, _V.PROPOSED)
VERIFICATION_VERBS = {
    "begin": Verb((_V.NOT_STARTED,), _V.IN_REVIEW, _("review began")),
    "propose": Verb((_V.IN_REVIEW,), _V.PROPOSED, _("a decision was proposed"), needs_reason=True),
    "review_again": Verb((_V.PROPOSED,), _V.IN_REVIEW, _("sent back to review"), needs_reason=True),
    "confirm": Verb((_V.PROPOSED,), _V.VERIFIED, _("verified"), needs_reason=True),
    "reject": Verb((_V.PROPOSED,), _V.NOT_VERIFIED, _("not verified"), needs_reason=True),
}


class FlagState(TextChoices):
    OBSERVATION = "observation", _("Observation")
    RISK = "risk", _("Risk")
    ESCALATED = "escalated", _("Escalated")
    RED = "red", _("Red flag")
    RESOLVED = "resolved", _("Resolved")


_F = FlagState
# What was escalated blocks until an officer decides on it; a risk makes officers look deeper.
BLOCKING_FLAGS = (_F.ESCALATED, _F.RED)
RISKS = (_F.RISK, *BLOCKING_FLAGS)
FLAG_VERBS = {
    "raise_risk": Verb((_F.OBSERVATION,), _F.RISK, _("raised to a risk"), needs_reason=True),
    "escalate": Verb(
        (_F.OBSERVATION, _F.RISK),
        _F.ESCALATED,
        _("escalated to another officer"),
        needs_reason=True,
    ),
    "confirm_red": Verb((_F.ESCALATED,), _F.RED, _("made a red flag"), needs_reason=True),
    "lower": Verb((_F.ESCALATED, _F.RED), _F.RISK, _("lowered to a risk"), needs_reason=True),
    "resolve": Verb(
        (_F.OBSERVATION, _F.RISK, _F.ESCALATED, _F.RED),
        _F.RESOLVED,
        _("resolved"),
        needs_reason=True,
    ),
}


class ActionState(TextChoices):
    OPEN = "open", _("Open")
    DONE = "done", _("Done, to be verified")
    VERIFIED = "verified", _("Verified")
    DROPPED = "dropped", _("Dropped")


_T = ActionState
ACTION_VERBS = {
    "report_done": Verb((_T.OPEN,), _T.DONE, _("reported as done")),
    "verify": Verb((_T.DONE,), _T.VERIFIED, _("verified")),
    "return": Verb((_T.DONE,), _T.OPEN, _("found not done yet"), needs_reason=True),
    "drop": Verb((_T.OPEN, _T.DONE), _T.DROPPED, _("dropped"), needs_reason=True),
}


class CommonPriorityState(TextChoices):
    SUGGESTED = "suggested", _("Suggested by the platform")
    NAMED = "named", _("Common priority")
    THEME = "theme", _("Became a thematic area")
    DISSOLVED = "dissolved", _("Dissolved")


_C = CommonPriorityState
COMMON_PRIORITY_VERBS = {
    "name": Verb((_C.SUGGESTED,), _C.NAMED, _("named as a common priority")),
    "make_theme": Verb((_C.NAMED,), _C.THEME, _("made a thematic area"), needs_reason=True),
    "dissolve": Verb((_C.SUGGESTED, _C.NAMED), _C.DISSOLVED, _("dissolved"), needs_reason=True),
}


class MeetingState(TextChoices):
    PLANNED = "planned", _("Planned")
    HELD = "held", _("Held")
    CANCELLED = "cancelled", _("Cancelled")


_M = MeetingState
MEETING_VERBS = {
    "hold": Verb((_M.PLANNED,), _M.HELD, _("noted as held")),
    "cancel": Verb((_M.PLANNED,), _M.CANCELLED, _("cancelled"), needs_reason=True),
}


class MatchState(TextChoices):
    OPEN = "open", pgettext_lazy("state of a match", "To be decided")
    CLEARED = "cleared", pgettext_lazy("state of a match", "Not the same")
    CONFIRMED = "confirmed", pgettext_lazy("state of a match", "The same: confirmed")
    LAPSED = "lapsed", pgettext_lazy("state of a match", "No longer found")


_M = MatchState
MATCH_VERBS = {
    "clear_match": Verb(
        (_M.OPEN, _M.CONFIRMED),
        _M.CLEARED,
        _("found not to be the same"),
        needs_reason=True,
    ),
    "confirm_match": Verb(
        (_M.OPEN, _M.CLEARED), _M.CONFIRMED, _("confirmed to be the same"), needs_reason=True
    ),
    # By the platform: the name was given up, the entry no longer holds a name like it, or it
    # changed after the decision and stands to be decided anew.
    "lapse_match": Verb(
        (_M.OPEN, _M.CLEARED, _M.CONFIRMED), _M.LAPSED, _("no longer found as it was")
    ),
    "find_match": Verb((_M.LAPSED,), _M.OPEN, _("found again")),
}
