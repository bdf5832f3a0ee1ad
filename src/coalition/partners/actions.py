"""What is done with requests to join and with partners; every verb is a transaction of its own.

A verb takes the record as the caller knows it, reads it afresh under a lock, and returns what it
made of it. Of two officers who decide at once the second reads what the first has decided.
"""

from coalition.partners.accession.actions import (
    accept,
    acknowledge,
    add_note,
    answer,
    ask,
    complete,
    decline,
    dismiss,
    guess_threads,
    merge,
    open_by_hand,
    open_from_message,
    recommend,
    reopen,
    send_back,
    set_aside,
    take_message,
    take_reply,
    vet,
    withdraw,
    write,
)
from coalition.partners.accession.documents import explain_missing
from coalition.partners.bodies.actions import (
    add_group,
    add_item,
    decide,
    give_seat,
    hold,
    note_attendance,
    plan,
    publish_decision,
    publish_minutes,
    write_minutes,
)
from coalition.partners.bodies.actions import agree as agree_action
from coalition.partners.bodies.actions import remind as remind_of_actions
from coalition.partners.people.actions import begin_mandate, change_role, end_mandate
from coalition.partners.people.invitations import invite
from coalition.partners.people.lifecycle import leave
from coalition.partners.priorities.actions import set_priorities
from coalition.partners.priorities.common import name as name_common
from coalition.partners.priorities.suggesting import suggest as suggest_common
from coalition.partners.profile.actions import edit_profile
from coalition.partners.roster.actions import import_file
from coalition.partners.roster.checking import Options as RosterOptions
from coalition.partners.screening.actions import (
    clear_match,
    confirm_match,
    import_sanctions,
    screen,
    screen_all,
)
from coalition.partners.vetting.actions import answer as answer_vetting
from coalition.partners.vetting.actions import (
    declare_conflict,
    raise_flag,
    remind_of_renewals,
    renew,
    word_register,
)

__all__ = [
    "RosterOptions",
    "accept",
    "acknowledge",
    "add_group",
    "add_item",
    "add_note",
    "agree_action",
    "answer",
    "answer_vetting",
    "ask",
    "begin_mandate",
    "change_role",
    "clear_match",
    "complete",
    "confirm_match",
    "decide",
    "declare_conflict",
    "decline",
    "dismiss",
    "edit_profile",
    "end_mandate",
    "explain_missing",
    "give_seat",
    "guess_threads",
    "hold",
    "import_file",
    "import_sanctions",
    "invite",
    "leave",
    "merge",
    "name_common",
    "note_attendance",
    "open_by_hand",
    "open_from_message",
    "plan",
    "publish_decision",
    "publish_minutes",
    "raise_flag",
    "recommend",
    "remind_of_actions",
    "remind_of_renewals",
    "renew",
    "reopen",
    "screen",
    "screen_all",
    "send_back",
    "set_aside",
    "set_priorities",
    "suggest_common",
    "take_message",
    "take_reply",
    "vet",
    "withdraw",
    "word_register",
    "write",
    "write_minutes",
]
