"""Who may do what with a framework and what hangs on it. What may be seen is a queryset's matter.

What each role of a mandate grants stands in `partners.rules.ABILITIES`: whoever may edit writes a
report, and who may sign hands it in.
"""

from __future__ import annotations

from typing import Any

import rules

from coalition.accounts.rules import is_officer
from coalition.partners.rules import may


def of_reporter(ability: str) -> Any:
    """A current mandate, with this ability, of the organisation that reports, unless it said no to
    that."""
    holds = may(ability)

    def of(person: Any, framework: Any) -> bool:
        if framework is None or not holds(person, framework.reporter):
            return False
        return framework.is_public or not framework.owner.is_refused

    return rules.predicate(of, name=f"of_reporter_{ability}")


@rules.predicate
def is_reviewer(person: Any) -> bool:
    """Does the person hold the role of an independent reviewer?"""
    return bool(person.is_authenticated and person.has_role("reviewer"))


rules.add_perm("results.view_workspace", of_reporter("view"))
rules.add_perm("results.edit", of_reporter("edit"))
rules.add_perm("results.sign", of_reporter("sign"))
# Nobody decides on figures of an organisation they speak for, in whatever role.
rules.add_perm("results.moderate", is_officer & ~of_reporter("view"))
rules.add_perm("results.assess", is_reviewer & ~of_reporter("view"))
# A second person of the organisation, or the secretariat; never who brought the proof.
rules.add_perm("results.check_proof", of_reporter("edit") | is_officer)
rules.add_perm("results.keep_rates", is_officer)
