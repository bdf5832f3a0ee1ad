"""The door by which later rooms use this one."""

from coalition.interventions.deciding.actions import (
    announce,
    cancel,
    carry_out,
    close,
    finalise,
    hold_all_of,
    kick_off,
    partner_leaves,
    resume,
    suspend,
)
from coalition.interventions.joining.actions import (
    accept_part,
    ask_whole,
    count_no_more,
    count_towards,
    leave_whole,
    refuse_part,
)
from coalition.interventions.opening.actions import discard, open_intervention
from coalition.interventions.roles.actions import ask, confirm, decline, leave, remove
from coalition.interventions.writing.actions import edit, take_up

__all__ = [
    "accept_part",
    "announce",
    "ask",
    "ask_whole",
    "cancel",
    "carry_out",
    "close",
    "confirm",
    "count_no_more",
    "count_towards",
    "decline",
    "discard",
    "edit",
    "finalise",
    "hold_all_of",
    "kick_off",
    "leave",
    "leave_whole",
    "open_intervention",
    "partner_leaves",
    "refuse_part",
    "remove",
    "resume",
    "suspend",
    "take_up",
]
