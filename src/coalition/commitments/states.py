"""The states of a commitment, after the Our Ocean conference's tracker."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from coalition.base.states import Verb


class State(TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    CHANGE_REQUESTED = "change_requested", _("Change requested")
    APPROVED = "approved", _("Approved")
    PUBLISHED = "published", _("Published")
    WITHDRAWN = "withdrawn", _("Withdrawn")


EDITABLE = (State.DRAFT, State.CHANGE_REQUESTED)
VERBS = {
    "submit": Verb(EDITABLE, State.SUBMITTED, _("sent to the secretariat")),
    "request_change": Verb(
        (State.SUBMITTED,), State.CHANGE_REQUESTED, _("sent back for a change"), needs_reason=True
    ),
    "approve": Verb((State.SUBMITTED,), State.APPROVED, _("approved")),
    "publish": Verb((State.APPROVED,), State.PUBLISHED, _("published")),
    "withdraw": Verb((State.PUBLISHED,), State.WITHDRAWN, _("withdrawn"), needs_reason=True),
}
