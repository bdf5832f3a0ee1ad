"""The personal data of this room: what a person follows, read in, or looked up."""

from __future__ import annotations

from coalition.base.privacy import KEEP, Personal

PERSONAL = [
    Personal(
        "instruments.Following",
        {"provision": KEEP, "instrument": KEEP, "party": KEEP, "since": KEEP},
        person=("person",),
        deletes_row=True,
    ),
    # What the secretariat published stays, with the number of who read it in; no name is kept.
    Personal("instruments.Intake", {"made_at": KEEP, "file_name": KEEP}, person=("by",)),
    # Where a document of a register belongs stays, with the number of who looked it up.
    Personal("instruments.ExternalRecord", {"attached_at": KEEP}, person=("attached_by",)),
]
