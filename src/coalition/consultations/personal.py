"""The personal data of this room: drafts, which nobody is meant to keep for ever, and who changed
what."""

from __future__ import annotations

from django.db.models import Q

from coalition.base.privacy import KEEP, Clock, Personal
from coalition.consultations.states import AHEAD, State

PERSONAL = [
    Personal(
        "consultations.Consultation",
        {"reference": KEEP, "question": KEEP},
        deletes_row=True,
        clocks=(Clock("drafts", "changed_at", only=Q(state=State.DRAFT)),),
    ),
    # The history stays; who made a change stays as a row without a name.
    Personal("consultations.Change", {"at": KEEP, "what": KEEP}, person=("by",)),
    # What ties people to their votes, where nobody closed the consultation for good.
    Personal(
        "consultations.Seal",
        {},
        deletes_row=True,
        clocks=(
            Clock(
                "seals", "consultation__phases__closes_at", only=~Q(consultation__state__in=AHEAD)
            ),
        ),
    ),
    # What an organisation signed is its public word. A person's own row and votes stand behind a
    # pseudonym: nothing leads from a person to them, and so no export and no erasure does.
    Personal("consultations.Participant", {"signed_at": KEEP}, person=("signed_by",)),
    # Who took answers on paper in. A file that waits to be taken in goes, with all that it says.
    Personal("consultations.Batch", {"occasion": KEEP, "at": KEEP}, person=("by",)),
    Personal(
        "consultations.PaperFile",
        {"occasion": KEEP, "file_name": KEEP, "at": KEEP},
        person=("by",),
        deletes_row=True,
        clocks=(Clock("imports", "at"),),
    ),
    Personal("consultations.Response", {"reason": KEEP, "changed_at": KEEP}, person=("by",)),
    # Who was invited; not who came.
    Personal(
        "consultations.Invitation",
        {"address": KEEP, "mailbox": KEEP, "language": KEEP, "at": KEEP, "told_at": KEEP},
        address=("address", "mailbox"),
        only=Q(partner=None),
        deletes_row=True,
        clocks=(Clock("invitations", "consultation__phases__closes_at", only=Q(partner=None)),),
    ),
    Personal("consultations.Invitation", {}, person=("by",)),
    Personal(
        "consultations.Follower",
        {"person": KEEP, "consultation": KEEP},
        person=("person",),
        deletes_row=True,
        clocks=(Clock("guests", "person__guest_since", only=Q(person__last_login=None)),),
    ),
    Personal("consultations.Translation", {"text": KEEP, "at": KEEP}, person=("by",)),
    # Who put their name in a lot is known to the secretariat alone. The row stays without a name:
    # a draw that was made can be told by it.
    Personal(
        "consultations.Volunteer", {"values": KEEP, "at": KEEP, "code": KEEP}, person=("person",)
    ),
]
