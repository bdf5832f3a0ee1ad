"""The door by which later rooms use this one."""

from coalition.commitments.contributing.actions import claim
from coalition.commitments.contributing.actions import confirm as confirm_claim
from coalition.commitments.deciding.actions import (
    approve,
    claim_completion,
    close,
    close_unfulfilled,
    hold_all_of,
    mark_inactive,
    partner_leaves,
    publish,
    publish_due,
    refuse_completion,
    request_change,
    resume,
    submit,
    withdraw,
)
from coalition.commitments.exploring.actions import (
    file_all,
    lights_changed,
    partners_changed,
)
from coalition.commitments.writing.actions import (
    deliver_on,
    draft,
    edit,
    set_first_goal,
    set_resources,
)

__all__ = [
    "approve",
    "claim",
    "claim_completion",
    "close",
    "close_unfulfilled",
    "confirm_claim",
    "deliver_on",
    "draft",
    "edit",
    "file_all",
    "hold_all_of",
    "lights_changed",
    "mark_inactive",
    "partner_leaves",
    "partners_changed",
    "publish",
    "publish_due",
    "refuse_completion",
    "request_change",
    "resume",
    "set_first_goal",
    "set_resources",
    "submit",
    "withdraw",
]
