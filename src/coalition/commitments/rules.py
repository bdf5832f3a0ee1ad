"""Who may do what with a commitment. When it may be done, its states say.

What each role of a mandate grants stands in `partners.rules.ABILITIES`: whoever may edit writes a
promise, and who may sign hands it in and takes it back.
"""

from typing import Any

import rules

from coalition.partners.rules import roles_that


@rules.predicate
def is_officer(person: Any) -> bool:
    return person.is_authenticated and person.is_officer


def of_maker(ability: str) -> Any:
    """A current mandate, with this ability, of the organisation that makes the promise."""

    def holds(person: Any, commitment: Any) -> bool:
        return commitment is not None and _holds(person, commitment.partner_id, ability)

    return rules.predicate(holds, name=f"of_maker_{ability}")


@rules.predicate
def may_write_for_partner(person: Any, partner: Any) -> bool:
    return partner is not None and _holds(person, partner.pk, "edit")


def _holds(person: Any, partner_id: int, ability: str) -> bool:
    if not person.is_authenticated or not person.is_active:
        return False
    mandates = person.mandates.current().filter(partner_id=partner_id)
    return mandates.filter(role__in=roles_that(ability)).exists()


# Nobody decides on a promise of an organisation they speak for, in whatever role.
is_impartial_officer = is_officer & ~of_maker("view")

rules.add_perm("commitments.draft", may_write_for_partner)
rules.add_perm("commitments.view_workspace", of_maker("view"))
rules.add_perm("commitments.edit", of_maker("edit"))
rules.add_perm("commitments.submit", of_maker("sign"))
rules.add_perm("commitments.withdraw", of_maker("sign"))
rules.add_perm("commitments.request_change", is_impartial_officer)
rules.add_perm("commitments.approve", is_impartial_officer)
