"""The state machines of this room. Light and totals are no states: they are derived."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from coalition.base.states import Verb


class ReportState(TextChoices):
    """A report on one period; after the Our Ocean conference's tracker."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Sent to the secretariat")
    CHANGE_REQUESTED = "change_requested", _("Sent back for a change")
    PUBLISHED = "published", _("Published")
    SUPERSEDED = "superseded", _("Replaced by an amended report")
    DISCARDED = "discarded", _("Discarded")


REPORT_EDITABLE = (ReportState.DRAFT, ReportState.CHANGE_REQUESTED)
REPORT_OPEN = (*REPORT_EDITABLE, ReportState.SUBMITTED)
REPORT_VERBS = {
    "submit": Verb(REPORT_EDITABLE, ReportState.SUBMITTED, _("sent to the secretariat")),
    "request_change": Verb(
        (ReportState.SUBMITTED,),
        ReportState.CHANGE_REQUESTED,
        _("sent back for a change"),
        needs_reason=True,
    ),
    "publish": Verb((ReportState.SUBMITTED,), ReportState.PUBLISHED, _("published")),
    "supersede": Verb(
        (ReportState.PUBLISHED,), ReportState.SUPERSEDED, _("replaced by an amended report")
    ),
    "discard": Verb(REPORT_EDITABLE, ReportState.DISCARDED, _("discarded")),
}


class AssessmentState(TextChoices):
    """A review by somebody who is not the partner, published together with the partner's reply;
    after the Open Government Partnership's reviewers and the ILO's supervisors."""

    DRAFT = "draft", _("Draft")
    WITH_PARTNER = "with_partner", _("With the partner for a reply")
    PUBLISHED = "published", _("Published")
    DISCARDED = "discarded", _("Discarded")


ASSESSMENT_VERBS = {
    "send": Verb(
        (AssessmentState.DRAFT,), AssessmentState.WITH_PARTNER, _("sent to the partner for a reply")
    ),
    "publish": Verb((AssessmentState.WITH_PARTNER,), AssessmentState.PUBLISHED, _("published")),
    "discard": Verb((AssessmentState.DRAFT,), AssessmentState.DISCARDED, _("discarded")),
}


class DisputeState(TextChoices):
    """Somebody says that a public figure is wrong."""

    UNCONFIRMED = "unconfirmed", _("Waits for its sender to confirm the address")
    RECEIVED = "received", _("Waits for a decision")
    ADMITTED = "admitted", _("Admitted: the figure is disputed")
    REFUSED = "refused", _("Refused")
    RESOLVED = "resolved", _("Resolved")


# Until the last word is spoken: what follows its figure when that is replaced.
DISPUTE_OPEN = (DisputeState.UNCONFIRMED, DisputeState.RECEIVED, DisputeState.ADMITTED)
DISPUTE_VERBS = {
    "confirm": Verb((DisputeState.UNCONFIRMED,), DisputeState.RECEIVED, _("confirmed")),
    "admit": Verb(
        (DisputeState.RECEIVED,), DisputeState.ADMITTED, _("admitted"), needs_reason=True
    ),
    "refuse": Verb((DisputeState.RECEIVED,), DisputeState.REFUSED, _("refused"), needs_reason=True),
    "resolve": Verb(
        (DisputeState.ADMITTED,), DisputeState.RESOLVED, _("resolved"), needs_reason=True
    ),
}
