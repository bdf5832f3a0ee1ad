"""The personal data of this room: contacts of accession requests, and mandates.

The reasons that people write into a request's history stay: they are the organisation's record.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from coalition.base.privacy import BLANK, FILE, KEEP, Clock, Personal
from coalition.partners.models import NameKind
from coalition.partners.states import AccessionState


def ended(mandate: Any) -> date:
    """The day from which the mandate holds no more: today, or the day it began if that is later."""
    today = max(mandate.since, timezone.now().date())
    return min(mandate.until, today) if mandate.until else today


def noted(mandate: Any) -> datetime:
    """When the end of the mandate was noted: now at the latest."""
    return mandate.ended_at or timezone.now()


DRAFT = Q(state=AccessionState.DRAFT)
OF_DRAFT = Q(request__state=AccessionState.DRAFT)

PERSONAL = [
    # Files first, so that none is left when its request goes.
    Personal(
        "partners.CaseDocument",
        {"file": FILE, "name": KEEP, "reason": KEEP, "added_at": KEEP},
        address=("request__contact_email",),
        only=OF_DRAFT,
        deletes_row=True,
        clocks=(
            Clock("cases", "request__closed_at"),
            Clock("drafts", "request__opened_at", only=OF_DRAFT),
        ),
    ),
    # What an organisation said of itself is its record, and so is who was in charge, for a while.
    Personal(
        "partners.CaseAnswer",
        {"text": KEEP, "answered_at": KEEP},
        deletes_row=True,
        clocks=(Clock("cases", "request__closed_at"),),
    ),
    Personal(
        "partners.KnownName",
        {"name": KEEP, "role": KEEP},
        deletes_row=True,
        clocks=(Clock("cases", "request__closed_at", only=Q(kind=NameKind.OFFICER)),),
    ),
    Personal(
        "partners.ToConfirm",
        {"contact_name": KEEP, "contact_email": KEEP, "sent_to": KEEP, "reason": KEEP},
        address=("contact_email", "sent_to"),
        deletes_row=True,
        clocks=(Clock("letters", "asked_at"),),
    ),
    # What was never sent goes as a whole.
    Personal(
        "partners.AccessionRequest",
        {},
        address=("contact_email",),
        only=DRAFT,
        deletes_row=True,
        clocks=(Clock("drafts", "opened_at", only=DRAFT),),
    ),
    Personal(
        "partners.AccessionRequest",
        {
            "reference": KEEP,
            "organisation": KEEP,
            "message": KEEP,  # a link; the message is treated in its own room
            "contact_name": BLANK,
            "contact_email": BLANK,
        },
        address=("contact_email",),
        only=~DRAFT,  # those are gone by now
        clocks=(Clock("cases", "closed_at"),),
    ),
    Personal(
        "partners.Suggestion",
        {"field": KEEP, "value": KEEP, "why": KEEP, "quote": KEEP},
        address=("value", "request__contact_email", "request__message__from_address"),
        deletes_row=True,
        clocks=(Clock("cases", "request__closed_at"),),
    ),
    Personal(
        "partners.Mandate",
        {"partner": KEEP, "role": KEEP, "since": KEEP, "until": ended, "ended_at": noted},
        person=("person",),
    ),
    # What officers noted among themselves goes when the case's own time is over.
    Personal(
        "partners.CaseNote",
        {"at": KEEP, "text": KEEP},
        address=("request__contact_email",),
        deletes_row=True,
        clocks=(Clock("cases", "request__closed_at"),),
    ),
    Personal(
        "partners.SavedView",
        {"owner": KEEP, "name": KEEP, "query": KEEP},
        person=("owner",),
        deletes_row=True,
    ),
    # A letter with a key in it: it goes when the letter goes.
    Personal(
        "partners.Invitation",
        {
            "partner": KEEP,
            "email": KEEP,
            "name": KEEP,
            "role": KEEP,
            "made_at": KEEP,
            "answer": KEEP,
            "answered_at": KEEP,
        },
        person=("answered_by",),
        address=("email",),
        deletes_row=True,
        clocks=(Clock("letters", "expires_at"),),
    ),
    # A list holds names and addresses of focal points; it goes with its use, or after a while.
    Personal("partners.RosterImport", {"file": FILE}, clocks=(Clock("imports", "made_at"),)),
    # A seat that the person holds for themselves; whose body it is, is the coalition's record.
    Personal(
        "partners.Seat",
        {"body": KEEP, "role": KEEP, "since": KEEP, "until": KEEP},
        person=("person",),
    ),
    Personal(
        "partners.ActionPoint",
        {"reference": KEEP, "words": KEEP, "due_on": KEEP, "state": KEEP},
        person=("owner", "verifier"),
    ),
    # What officers said of their own interests, and how they know what they found, goes when the
    # case's own time is over; that they decided, and how, stays.
    Personal(
        "partners.ConflictDeclaration",
        {"has_conflict": KEEP, "words": BLANK, "at": KEEP},
        person=("officer",),
        clocks=(Clock("cases", "verification__decided_at"),),
    ),
    Personal(
        "partners.VettingAnswer",
        {"note": BLANK},
        clocks=(Clock("cases", "verification__decided_at"),),
    ),
    # What was found under the name of somebody who applied for an organisation. A partner keeps
    # what was decided on its request.
    Personal(
        "partners.Match",
        {
            "kind": KEEP,
            "name": KEEP,
            "key": KEEP,
            "listed_name": KEEP,
            "reasons": KEEP,
            "state": KEEP,
        },
        address=("request__contact_email",),
        only=Q(kind="focal_point"),
        deletes_row=True,
        clocks=(Clock("cases", "request__closed_at", only=Q(request__partner=None)),),
    ),
    # Those who are no longer on a list, and whom nobody of ours was ever held to be like.
    Personal(
        "partners.ListEntry",
        {"nationalities": KEEP, "birth_dates": KEEP, "designations": KEEP, "comments": KEEP},
        deletes_row=True,
        clocks=(Clock("delisted", "delisted_at", only=Q(matches=None)),),
    ),
    Personal(
        "partners.Flag",
        {"words": KEEP, "raised_at": KEEP, "state": KEEP},
        person=("raised_by",),
    ),
]
