"""Who may do what with a commitment. When it may be done, its states say."""

from typing import Any

import rules


@rules.predicate
def is_officer(person: Any) -> bool:
    return person.is_authenticated and person.is_officer


@rules.predicate
def speaks_for_maker(person: Any, commitment: Any) -> bool:
    """A current mandate of the organisation that makes the promise."""
    return commitment is not None and _speaks_for(person, commitment.partner_id)


@rules.predicate
def speaks_for_partner(person: Any, partner: Any) -> bool:
    return partner is not None and _speaks_for(person, partner.pk)


def _speaks_for(person: Any, partner_id: int) -> bool:
    if not person.is_authenticated or not person.is_active:
        return False
    return person.mandates.current().filter(partner_id=partner_id).exists()


# Nobody decides on a promise of an organisation they speak for.
is_impartial_officer = is_officer & ~speaks_for_maker

rules.add_perm("commitments.draft", speaks_for_partner)
rules.add_perm("commitments.edit", speaks_for_maker)
rules.add_perm("commitments.submit", speaks_for_maker)
rules.add_perm("commitments.withdraw", speaks_for_maker)
rules.add_perm("commitments.request_change", is_impartial_officer)
rules.add_perm("commitments.approve", is_impartial_officer)
