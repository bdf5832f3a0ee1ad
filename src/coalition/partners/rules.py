"""Who may do what with requests and partners. What a person may see is a queryset's matter."""

from __future__ import annotations

from typing import Any

import rules


@rules.predicate
def is_officer(person: Any) -> bool:
    """Does the person hold the role of a secretariat officer?"""
    return bool(person.is_authenticated and person.is_officer)


# What a mandate's role grants. The lead focal point does all of it and names the others.
ABILITIES = {
    "focal_point": frozenset({"view", "edit", "sign", "manage"}),
    "signatory": frozenset({"view", "edit", "sign"}),
    "editor": frozenset({"view", "edit"}),
    "viewer": frozenset({"view"}),
}


def roles_that(ability: str) -> list[str]:
    """The roles of a mandate that grant an ability."""
    return [role for role, granted in ABILITIES.items() if ability in granted]


def may(ability: str) -> Any:
    """Does the person hold a current mandate of this organisation that grants the ability?"""

    def holds(person: Any, partner: Any) -> bool:
        if partner is None or not person.is_authenticated or not person.is_active:
            return False
        held = partner.mandates.current().filter(person=person, role__in=roles_that(ability))
        return bool(held.exists())

    return rules.predicate(holds, name=f"may_{ability}")


@rules.predicate
def applies(person: Any, case: Any) -> bool:
    """Is the person whom this request names as its focal point?"""
    return case is not None and case.contact_email.lower() == person.email.lower()


rules.add_perm("partners.read_requests", is_officer)
rules.add_perm("partners.complete", is_officer)
rules.add_perm("partners.decide", is_officer)
# Nobody decides on a request of their own.
rules.add_perm("partners.decide_request", is_officer & ~applies)
rules.add_perm("partners.view_workspace", may("view"))
rules.add_perm("partners.edit_profile", may("edit") | is_officer)
rules.add_perm("partners.manage_people", may("manage") | is_officer)
# The organisation speaks: nobody else ranks what matters to it.
rules.add_perm("partners.set_priorities", may("edit"))
