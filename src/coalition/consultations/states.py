"""The states of a consultation, and what its phases let people do.

The two are apart: a state says how far the whole has come; a phase grants abilities between two
moments, and is declared as data (`KINDS`).
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import IntegerChoices, TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from coalition.base.states import Verb

# --- A consultation --------------------------------------------------------------------------


class State(TextChoices):
    DRAFT = "draft", _("Draft")
    PLANNED = "planned", _("Planned")
    OPEN = "open", _("Open")
    SYNTHESIS = "synthesis", _("Being summed up")
    RESPONDED = "responded", _("Responses published")
    DECIDED = "decided", _("Decided")
    FEEDBACK = "feedback", _("Told to all who took part")
    CALLED_OFF = "called_off", _("Called off")


# Everybody sees it from its announcement on; what was called off stays, with the reason.
PUBLIC = tuple(state for state in State if state != State.DRAFT)
# Its phases are still to come or under way.
AHEAD = (State.PLANNED, State.OPEN)
# Nobody takes part any more; results are there, or come.
SUMMED_UP = (State.SYNTHESIS, State.RESPONDED, State.DECIDED, State.FEEDBACK)
# Every proposal has its public answer.
ANSWERED = (State.RESPONDED, State.DECIDED, State.FEEDBACK)

TONES = {
    State.DRAFT: "calm",
    State.PLANNED: "calm",
    State.OPEN: "good",
    State.SYNTHESIS: "due",
    State.RESPONDED: "good",
    State.DECIDED: "good",
    State.FEEDBACK: "calm",
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
    "publish_responses": Verb((State.SYNTHESIS,), State.RESPONDED, _("responses published")),
    "decide": Verb((State.RESPONDED,), State.DECIDED, _("decided")),
    "feed_back": Verb(
        (State.DECIDED,), State.FEEDBACK, _("everybody who took part told what became of it")
    ),
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
    # The page on which one does it, and the words of the link to it; and the page on which it is
    # done for an organisation, where that is one of its own.
    own: tuple[str, str | Promise] | None = None
    for_partner: str = ""
    # The page on which one finds again what one said, and signs what was drafted for an
    # organisation that has no page of its own; and the words of the link to it.
    said: tuple[str, str | Promise] | None = None


# A new kind of phase is one entry here, and the pages for what it grants.
KINDS = {
    PhaseKind.PROPOSE: Kind(
        _("Say what should be done. Each proposal gets a reasoned answer."),
        frozenset({"propose"}),
        own=("consultations:propose", _("Propose something")),
        said=("consultations:propose", _("What you proposed")),
    ),
    PhaseKind.REACT: Kind(
        _("Agree, disagree or pass on what others propose, one statement at a time."),
        frozenset({"react"}),
        own=("consultations:react_next", _("Answer for yourself, one statement at a time")),
        for_partner="consultations:react",
        said=("consultations:react", _("Your answers")),
    ),
    PhaseKind.DISCUSS: Kind(
        _("Comment on a text paragraph by paragraph, and propose other words."),
        frozenset({"comment", "amend"}),
        own=("consultations:discuss", _("Read the text and say what you think of it")),
        said=("consultations:own_remarks", _("What you said of the text")),
    ),
    PhaseKind.PRIORITISE: Kind(
        _("Say which proposals come first."),
        frozenset({"prioritise"}),
        own=("consultations:prioritise", _("Say for yourself what comes first")),
        for_partner="consultations:prioritise",
        said=("consultations:prioritise", _("Your ballot")),
    ),
    PhaseKind.PANEL: Kind(
        _("A panel drawn by lot deliberates."),
        frozenset({"volunteer"}),
        own=("consultations:volunteer", _("Put your name in the lot")),
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


# --- A statement -----------------------------------------------------------------------------


class Origin(TextChoices):
    """Where a statement comes from."""

    PRIORITY = "priority", _("A common priority")
    PROVISION = "provision", _("A paragraph nobody has taken up")
    PARTNER = "partner", _("An organisation")
    PERSON = "person", _("A person")


class StatementState(TextChoices):
    """Where a statement begins: an organisation's as a draft, what is read first as waiting, a
    first proposal as shown."""

    DRAFT = "draft", _("Waits for the signatory")  # of an organisation alone
    WAITING = "waiting", _("Waits to be read")
    ACCEPTED = "accepted", _("Shown")
    REFUSED = "refused", _("Not shown")
    MERGED = "merged", _("Merged")
    WITHDRAWN = "withdrawn", _("Taken back")


# Whose words are still to be read; not those of what was refused or taken back.
READABLE = (StatementState.ACCEPTED, StatementState.MERGED)
STATEMENT_TONES = {
    StatementState.DRAFT: "calm",
    StatementState.WAITING: "due",
    StatementState.ACCEPTED: "good",
    StatementState.REFUSED: "ended",
    StatementState.MERGED: "calm",
    StatementState.WITHDRAWN: "ended",
}
STATEMENT_VERBS = {
    "sign": Verb((StatementState.DRAFT,), StatementState.WAITING, _("signed")),
    "accept": Verb(
        (StatementState.WAITING, StatementState.REFUSED), StatementState.ACCEPTED, _("shown")
    ),
    "refuse": Verb(
        (StatementState.WAITING, StatementState.ACCEPTED),
        StatementState.REFUSED,
        _("not shown"),
        needs_reason=True,
    ),
    "merge": Verb(
        (StatementState.WAITING, StatementState.ACCEPTED),
        StatementState.MERGED,
        _("merged into another that says the same"),
    ),
    "part": Verb((StatementState.MERGED,), StatementState.ACCEPTED, _("shown by itself again")),
    "withdraw": Verb(
        (StatementState.DRAFT, StatementState.WAITING, StatementState.ACCEPTED),
        StatementState.WITHDRAWN,
        _("taken back by who wrote it"),
    ),
}


class Refusal(TextChoices):
    """Why a statement is not shown: one of a list, so that nobody is refused for what they think.
    The words beside it say what exactly."""

    OFF_TOPIC = "off_topic", _("It is not about the question")
    SEVERAL = "several", _("It says several things at once")
    UNCLEAR = "unclear", _("It cannot be answered with yes or no")
    PERSONAL = "personal", _("It names or exposes a person")
    HATEFUL = "hateful", _("It insults or threatens")
    ADVERTISING = "advertising", _("It advertises")


# What harms somebody as long as it can be read, also after it was counted.
HARMFUL = (Refusal.PERSONAL, Refusal.HATEFUL)


# --- A remark on a text ----------------------------------------------------------------------

# A remark on a paragraph is read, shown and taken back as a statement is; nothing is merged.
REMARK_VERBS = {verb: STATEMENT_VERBS[verb] for verb in ("sign", "accept", "refuse", "withdraw")}
REMARK_STATES = [state for state in StatementState if state != StatementState.MERGED]
# It may say several things, and it is not answered with yes or no.
REMARK_REFUSALS = tuple(
    reason for reason in Refusal if reason not in (Refusal.SEVERAL, Refusal.UNCLEAR)
)

# --- An answer to it -------------------------------------------------------------------------


class Reaction(IntegerChoices):
    AGREE = 1, _("Agree")
    DISAGREE = -1, _("Disagree")
    PASS = 0, _("Pass")


REACTION_TONES = {Reaction.AGREE: "good", Reaction.DISAGREE: "ended", Reaction.PASS: "calm"}


# --- What becomes of a proposal --------------------------------------------------------------


class Outcome(TextChoices):
    """The answer to a proposal, always with its reasons."""

    TAKEN_UP = "taken_up", pgettext_lazy("a proposal", "Taken up")
    IN_PART = "in_part", pgettext_lazy("a proposal", "Taken up in part")
    NOT_TAKEN_UP = "not_taken_up", pgettext_lazy("a proposal", "Not taken up")


OUTCOME_TONES = {
    Outcome.TAKEN_UP: "good",
    Outcome.IN_PART: "due",
    Outcome.NOT_TAKEN_UP: "ended",
}

# --- Who answers -----------------------------------------------------------------------------

# Two kinds of voices, never added together: the sections of results and of files.
ORGANISATIONS, PEOPLE = "organisations", "people"


class Channel(TextChoices):
    WEB = "web", _("On these pages")
    PAPER = "paper", _("On paper")
    WORKSHOP = "workshop", _("In a workshop")
