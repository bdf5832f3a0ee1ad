"""The verbs of this room, for other rooms, commands and examples; each topic has its own."""

from coalition.consultations.planning.actions import (
    announce,
    call_off,
    close_early,
    discard,
    draft,
    keep,
    open_early,
    remove_phase,
    reopen,
    set_people,
    set_phase,
    set_priorities,
    set_provisions,
    set_scope,
    word,
)
from coalition.consultations.seeding.actions import Seed, make, reword, take_back

__all__ = [
    "Seed",
    "announce",
    "call_off",
    "close_early",
    "discard",
    "draft",
    "keep",
    "make",
    "open_early",
    "remove_phase",
    "reopen",
    "reword",
    "set_people",
    "set_phase",
    "set_priorities",
    "set_provisions",
    "set_scope",
    "take_back",
    "word",
]
