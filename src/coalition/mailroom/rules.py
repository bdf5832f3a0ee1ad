"""Who may do what in the mail room: officers of the secretariat, nobody else."""

from __future__ import annotations

from typing import Any

import rules


@rules.predicate
def is_officer(person: Any) -> bool:
    return person.is_authenticated and person.is_officer


rules.add_perm("mailroom.read", is_officer)
rules.add_perm("mailroom.handle", is_officer)
