"""Who may do what in the mail room: officers of the secretariat, nobody else."""

from __future__ import annotations

import rules

from coalition.accounts.rules import is_officer

rules.add_perm("mailroom.read", is_officer)
rules.add_perm("mailroom.handle", is_officer)
