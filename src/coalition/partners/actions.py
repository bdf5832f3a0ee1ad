"""What is done with requests to join and with partners; every verb is a transaction of its own.

A verb takes the record as the caller knows it, reads it afresh under a lock, and returns what it
made of it. Of two officers who decide at once the second reads what the first has decided.
"""

from coalition.partners.accession.actions import (
    accept,
    acknowledge,
    ask,
    complete,
    decline,
    open_by_hand,
    open_from_message,
    recommend,
    take_message,
    vet,
    withdraw,
)
from coalition.partners.people.actions import end_mandate
from coalition.partners.people.lifecycle import leave
from coalition.partners.priorities.actions import set_priorities
from coalition.partners.profile.actions import edit_profile

__all__ = [
    "accept",
    "acknowledge",
    "ask",
    "complete",
    "decline",
    "edit_profile",
    "end_mandate",
    "leave",
    "open_by_hand",
    "open_from_message",
    "recommend",
    "set_priorities",
    "take_message",
    "vet",
    "withdraw",
]
