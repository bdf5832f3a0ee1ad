"""Example lists of commitments: one that an officer looked at and did not take in yet, and one of
a partner's own people whose columns are still to be confirmed."""

from __future__ import annotations

import csv
import io
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Q

from coalition.accounts.models import User
from coalition.commitments.lists.actions import Options, examine, upload
from coalition.commitments.models import Commitment, CommitmentList
from coalition.commitments.states import State
from coalition.partners.models import Partner

HEAD = ("Partner", "Title", "For whom", "Places", "Themes", "Starts on", "Ends on")
ROWS = (
    ("Example lists: breaks at night", "people who bake", "Kenya", "employment", "2028-12-31"),
    ("Example lists: wages by contract", "apprentices", "Atlantis", "rights", "2028-12-31"),
    (
        "Example lists: a fund for flour",
        "small bakeries",
        "Ghana; Peru",
        "protection",
        "03/04/2028",
    ),
)


def build(officer: User) -> None:
    """Upload both through the same door as real ones, and check the officer's."""
    draft = Commitment.objects.filter(is_example=True, state=State.DRAFT).earliest("pk")
    own = draft.partner
    others = Partner.objects.filter(is_example=True, state="active").exclude(pk=own.pk)[:2]
    makers = [own, *others]
    rows = [
        (maker.reference, title, for_whom, places, themes, "2027-01-01", end)
        for maker, (title, for_whom, places, themes, end) in zip(makers, ROWS, strict=True)
    ]
    changed = (own.reference, draft.title, "everybody who bakes by night", "", "", "", "")
    listed = upload(_file(*rows, changed), name="example-commitments.csv", by=officer)
    examine(listed, columns=listed.columns, options=Options(), by=officer)
    person = own.mandates.current().earliest("pk").person
    ours = [row[1:] for row in rows]
    upload(_file(*ours, head=HEAD[1:]), name="example-own-list.csv", partner=own, by=person)


def remove() -> int:
    """Remove the lists of Example people and partners; returns how many rows went."""
    lists = CommitmentList.objects.filter(Q(is_example=True) | Q(partner__is_example=True))
    for one in lists.exclude(file="").only("file"):
        transaction.on_commit(partial(one.file.storage.delete, one.file.name))
    return lists.delete()[0]


def _file(*rows: Any, head: Any = HEAD) -> io.BytesIO:
    text = io.StringIO()
    csv.writer(text).writerows([head, *rows])
    return io.BytesIO(text.getvalue().encode())
