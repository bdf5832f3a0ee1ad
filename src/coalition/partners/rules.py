"""Who may do what with requests and partners. What a person may see is a queryset's matter."""

from __future__ import annotations

from typing import Any

import rules


@rules.predicate
def is_officer(person: Any) -> bool:
    """Does the person hold the role of a secretariat officer?"""
    return bool(person.is_authenticated and person.is_officer)


@rules.predicate
def speaks_for(person: Any, partner: Any) -> bool:
    """Does the person hold a current mandate of this organisation?"""
    if partner is None or not person.is_authenticated or not person.is_active:
        return False
    return bool(partner.mandates.current().filter(person=person).exists())


@rules.predicate
def applies(person: Any, case: Any) -> bool:
    """Is the person whom this request names as its focal point?"""
    return case is not None and case.contact_email.lower() == person.email.lower()


rules.add_perm("partners.read_requests", is_officer)
rules.add_perm("partners.complete", is_officer)
rules.add_perm("partners.decide", is_officer)
# Nobody decides on a request of their own.
rules.add_perm("partners.decide_request", is_officer & ~applies)
rules.add_perm("partners.edit_profile", speaks_for | is_officer)
# The organisation speaks: nobody else ranks what matters to it.
rules.add_perm("partners.set_priorities", speaks_for)
