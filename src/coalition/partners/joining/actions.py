"""What applicants do with their own request, by the link they were given.

Nobody is signed in, so history names nobody: a step of the applicant's stands there as such.
"""

from coalition.partners.joining.confirming import (
    ask_for_contact,
    ask_to_withdraw,
    confirm,
    step_of,
    used_up,
)
from coalition.partners.joining.filling_in import (
    answer,
    begin,
    note_document,
    save_answers,
    save_facts,
    save_statements,
    send,
)
from coalition.partners.joining.writing import remind, send_links, waiting_for_applicant

__all__ = [
    "answer",
    "ask_for_contact",
    "ask_to_withdraw",
    "begin",
    "confirm",
    "note_document",
    "remind",
    "save_answers",
    "save_facts",
    "save_statements",
    "send",
    "send_links",
    "step_of",
    "used_up",
    "waiting_for_applicant",
]
