"""What is done with requests to join; every verb is a transaction of its own.

A verb takes the record as the caller knows it, reads it afresh under a lock, and returns what it
made of it. Of two officers who decide at once the second reads what the first has decided.
"""

from coalition.partners.accession.correspondence import (
    add_note,
    guess_threads,
    take_reply,
    write,
)
from coalition.partners.accession.deciding import (
    accept,
    acknowledge,
    answer,
    ask,
    complete,
    decline,
    open_by_hand,
    recommend,
    reopen,
    send_back,
    set_aside,
    vet,
    withdraw,
)
from coalition.partners.accession.duplicates import dismiss
from coalition.partners.accession.merging import merge
from coalition.partners.accession.opening import open_from_message, take_message

__all__ = [
    "accept",
    "acknowledge",
    "add_note",
    "answer",
    "ask",
    "complete",
    "decline",
    "dismiss",
    "guess_threads",
    "merge",
    "open_by_hand",
    "open_from_message",
    "recommend",
    "reopen",
    "send_back",
    "set_aside",
    "take_message",
    "take_reply",
    "vet",
    "withdraw",
    "write",
]
