"""Who may do what with a consultation. When it may be done, its states and phases say."""

from typing import Any

import rules

from coalition.accounts.rules import is_officer
from coalition.partners.rules import acts_for


@rules.predicate
def speaks_for_its_author(person: Any, statement: Any) -> bool:
    """A current mandate, in whatever role, of the organisation that proposed it."""
    author = statement.author if statement is not None else None
    return bool(author and author.partner_id and acts_for(person, author.partner_id, "view"))


# The secretariat asks; partners, people and bodies answer and decide.
rules.add_perm("consultations.plan", is_officer)
rules.add_perm("consultations.view_desk", is_officer)
for verb in ("announce", "open", "close_early", "reopen", "call_off"):
    rules.add_perm(f"consultations.{verb}", is_officer)
for verb in ("publish_responses", "decide", "feed_back"):
    rules.add_perm(f"consultations.{verb}", is_officer)
rules.add_perm("consultations.invite", is_officer)
# Nobody decides about the words of an organisation they speak for, or answers them.
rules.add_perm("consultations.respond", is_officer & ~speaks_for_its_author)
rules.add_perm("consultations.moderate", is_officer & ~speaks_for_its_author)
