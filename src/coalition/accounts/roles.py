"""Who may do what on behalf of the secretariat, as a table to read aloud.

What a person may do for an organisation does not stand here: that is a mandate (room `partners`).
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Role:
    slug: str
    name: str | Promise
    sentence: str | Promise


OFFICER = Role(
    "officer",
    _("Secretariat officer"),
    _("Admits partners, reads the mail room, and approves or sends back commitments."),
)
EDITOR = Role(
    "editor",
    _("Editor"),
    _("Writes the pages and news, and keeps the vocabularies."),
)
REVIEWER = Role(
    "reviewer",
    _("Reviewer"),
    _("Assesses independently what became of promises; speaks for none of their makers."),
)
ROLES = {role.slug: role for role in (OFFICER, EDITOR, REVIEWER)}
