"""Who may do what in this room."""

from typing import Any

import rules

from coalition.accounts.rules import is_officer
from coalition.partners.rules import may


@rules.predicate
def is_editor(person: Any) -> bool:
    return bool(person.is_authenticated and person.has_role("editor"))


rules.add_perm("instruments.supervise", is_officer)
# Who records acts of consent by hand, and strikes them.
rules.add_perm("instruments.consent", is_editor | is_officer)
# The organisation speaks: only who signs for it says that it stands behind a text.
rules.add_perm("instruments.endorse", may("sign"))
rules.add_perm("instruments.see_endorsements", may("view"))
rules.add_perm("instruments.keep_adherence", is_officer)
# Who reads texts in by hand: a PDF or Word file, corrected on one screen.
rules.add_perm("instruments.intake", is_editor | is_officer)
# Who takes in lists of registers that are not ours, and says what in them belongs together.
rules.add_perm("instruments.keep_registers", is_officer)
