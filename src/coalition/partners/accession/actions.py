"""What is done with requests to join; every verb is a transaction of its own.

A verb takes the record as the caller knows it, reads it afresh under a lock, and returns what it
made of it. Of two officers who decide at once the second reads what the first has decided.
"""

from coalition.partners.accession.deciding import (
    accept,
    acknowledge,
    ask,
    complete,
    decline,
    open_by_hand,
    recommend,
    vet,
    withdraw,
)
from coalition.partners.accession.opening import open_from_message, take_message

__all__ = [
    "accept",
    "acknowledge",
    "ask",
    "complete",
    "decline",
    "open_by_hand",
    "open_from_message",
    "recommend",
    "take_message",
    "vet",
    "withdraw",
]
