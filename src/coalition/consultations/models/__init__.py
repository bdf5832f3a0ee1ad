"""The records of this room, by topic."""

from coalition.consultations.models.ballots import Ballot, BallotQuerySet
from coalition.consultations.models.history import Change, What
from coalition.consultations.models.invitations import Follower, Invitation
from coalition.consultations.models.outcomes import (
    Conclusion,
    Dissent,
    Response,
    Summary,
    Telling,
)
from coalition.consultations.models.panels import Panel, Volunteer
from coalition.consultations.models.participants import Batch, PaperFile, Participant, Seal
from coalition.consultations.models.process import (
    Consultation,
    ConsultationMove,
    ConsultationQuerySet,
    Phase,
    PhaseQuerySet,
    granted,
)
from coalition.consultations.models.remarks import (
    LONGEST_REMARK,
    LONGEST_WORDS,
    Remark,
    RemarkMove,
    RemarkQuerySet,
)
from coalition.consultations.models.statements import (
    LONGEST,
    Credit,
    Statement,
    StatementMove,
    StatementQuerySet,
    Translation,
    Vote,
    VoteQuerySet,
)

__all__ = [
    "LONGEST",
    "LONGEST_REMARK",
    "LONGEST_WORDS",
    "Ballot",
    "BallotQuerySet",
    "Batch",
    "Change",
    "Conclusion",
    "Consultation",
    "ConsultationMove",
    "ConsultationQuerySet",
    "Credit",
    "Dissent",
    "Follower",
    "Invitation",
    "Panel",
    "PaperFile",
    "Participant",
    "Phase",
    "PhaseQuerySet",
    "Remark",
    "RemarkMove",
    "RemarkQuerySet",
    "Response",
    "Seal",
    "Statement",
    "StatementMove",
    "StatementQuerySet",
    "Summary",
    "Telling",
    "Translation",
    "Volunteer",
    "Vote",
    "VoteQuerySet",
    "What",
    "granted",
]
