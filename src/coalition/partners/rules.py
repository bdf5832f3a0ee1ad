"""Who may do what with requests and partners. What a person may see is a queryset's matter."""

from __future__ import annotations

from typing import Any

import rules

from coalition.accounts.rules import is_officer

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


def acts_for(person: Any, partner_id: int, ability: str) -> bool:
    """Does the person hold a current mandate of this organisation that grants the ability?"""
    if not person.is_authenticated or not person.is_active:
        return False
    held = person.mandates.current().filter(partner_id=partner_id, role__in=roles_that(ability))
    return bool(held.exists())


def may(ability: str) -> Any:
    """The same of a partner, as a predicate. Rooms whose records belong to a partner make theirs
    of `acts_for` in the same way."""

    def holds(person: Any, partner: Any) -> bool:
        return partner is not None and acts_for(person, partner.pk, ability)

    return rules.predicate(holds, name=f"may_{ability}")


@rules.predicate
def applies(person: Any, case: Any) -> bool:
    """Is the person whom this request names as its focal point?"""
    return case is not None and case.contact_email.lower() == person.email.lower()


@rules.predicate
def is_in_charge(person: Any, case: Any) -> bool:
    """Does the request name the person among those in charge of the organisation?"""
    if case is None or not person.name.strip():
        return False
    return bool(case.known_names.filter(kind="officer", name__iexact=person.name).exists())


@rules.predicate
def speaks_for_the_same(person: Any, case: Any) -> bool:
    """Does the person speak for a partner that this request is likely to be the same as?"""
    if case is None:
        return False
    same = case.duplicates.filter(dismissed_at=None).values("other_partner")
    return bool(person.mandates.current().filter(partner__in=same).exists())


@rules.predicate
def is_concerned(person: Any, owner: Any) -> bool:
    """Does the request or the partner concern the person themselves?"""
    if hasattr(owner, "mandates"):
        return bool(may("view")(person, owner))
    return any(each(person, owner) for each in (applies, is_in_charge, speaks_for_the_same))


@rules.predicate
def chairs(person: Any, body: Any) -> bool:
    """Does the person hold the chair of this body now, alone or for an organisation?"""
    if body is None or not person.is_authenticated or not person.is_active:
        return False
    return bool(body.seats.current().held_by(person).filter(role="chair").exists())


@rules.predicate
def owns_action(person: Any, point: Any) -> bool:
    """Does the person do this, alone or for the organisation that does it?"""
    if point is None or not person.is_authenticated or not person.is_active:
        return False
    return point.owner_id == person.pk or may("edit")(person, point.owner_partner)


@rules.predicate
def verifies_action(person: Any, point: Any) -> bool:
    return bool(point is not None and person.is_active and point.verifier_id == person.pk)


@rules.predicate
def chairs_body_of(person: Any, point: Any) -> bool:
    return bool(point is not None and chairs(person, point.body))


rules.add_perm("partners.read_requests", is_officer)
rules.add_perm("partners.complete", is_officer)
rules.add_perm("partners.decide", is_officer)
# Nobody decides on a request that concerns themselves.
rules.add_perm(
    "partners.decide_request", is_officer & ~applies & ~is_in_charge & ~speaks_for_the_same
)
# Nobody looks into an organisation for which they act themselves.
rules.add_perm("partners.verify", is_officer & ~may("view"))
# Nobody decides whether they, or those for whom they act, are the ones on a list.
rules.add_perm("partners.screen", is_officer & ~is_concerned)
rules.add_perm("partners.view_workspace", may("view"))
rules.add_perm("partners.edit_profile", may("edit") | is_officer)
rules.add_perm("partners.see_people", may("view") | is_officer)
rules.add_perm("partners.manage_people", may("manage") | is_officer)
rules.add_perm("partners.leave_partnership", may("manage"))
# The organisation speaks: nobody else ranks what matters to it.
rules.add_perm("partners.set_priorities", may("edit"))
# The secretariat names, merges and splits what several partners share.
rules.add_perm("partners.group_priorities", is_officer)
# Bodies, seats and quorums are the secretariat's to set up; a chair keeps the body's meetings.
rules.add_perm("partners.manage_bodies", is_officer)
rules.add_perm("partners.keep_body", is_officer | chairs)
rules.add_perm("partners.report_action", owns_action)
rules.add_perm("partners.verify_action", verifies_action)
rules.add_perm("partners.edit_action", is_officer | chairs_body_of)
