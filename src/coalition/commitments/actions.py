"""The door by which later rooms use this one."""

from coalition.commitments.deciding.actions import (
    approve,
    partner_leaves,
    request_change,
    submit,
    withdraw,
)
from coalition.commitments.exploring.actions import lights_changed
from coalition.commitments.writing.actions import (
    deliver_on,
    draft,
    edit,
    set_first_goal,
    set_resources,
)

__all__ = [
    "approve",
    "deliver_on",
    "draft",
    "edit",
    "lights_changed",
    "partner_leaves",
    "request_change",
    "set_first_goal",
    "set_resources",
    "submit",
    "withdraw",
]
