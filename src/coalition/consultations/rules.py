"""Who may do what with a consultation. When it may be done, its states and phases say."""

import rules

from coalition.accounts.rules import is_officer

# The secretariat asks; partners, people and bodies answer and decide.
rules.add_perm("consultations.plan", is_officer)
rules.add_perm("consultations.view_desk", is_officer)
for verb in ("announce", "open", "close_early", "reopen", "call_off"):
    rules.add_perm(f"consultations.{verb}", is_officer)
