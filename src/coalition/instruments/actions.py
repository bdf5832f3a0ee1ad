"""The door of this room: what other rooms ask it to do or to tell."""

from coalition.instruments.adherence.actions import endorse, party_of
from coalition.instruments.adherence.actions import record as record_adherence
from coalition.instruments.adherence.actions import strike as strike_adherence
from coalition.instruments.adherence.actions import withdraw as withdraw_adherence
from coalition.instruments.citations.actions import keep_keys
from coalition.instruments.consent.pages import acts_behind, consent_grid
from coalition.instruments.external.queries import choosable as choosable_records
from coalition.instruments.external.queries import registers as registers_held
from coalition.instruments.following.actions import follow, tell_followers
from coalition.instruments.obligations.loading import load_reporting_groups
from coalition.instruments.texts.actions import import_document
from coalition.instruments.texts.laying import lay_skeleton
from coalition.instruments.texts.queries import delivering_on, rank

__all__ = [
    "acts_behind",
    "choosable_records",
    "consent_grid",
    "delivering_on",
    "endorse",
    "follow",
    "import_document",
    "keep_keys",
    "lay_skeleton",
    "load_reporting_groups",
    "party_of",
    "rank",
    "record_adherence",
    "registers_held",
    "strike_adherence",
    "tell_followers",
    "withdraw_adherence",
]
