"""Who somebody is by their role, as every room asks it in its own rules."""

from __future__ import annotations

from typing import Any

import rules


@rules.predicate
def is_officer(person: Any) -> bool:
    """Does the person hold the role of a secretariat officer?"""
    return bool(person.is_authenticated and person.is_officer)
