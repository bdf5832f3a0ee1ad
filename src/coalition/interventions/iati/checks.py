"""By which name the coalition stands in IATI files: said wrongly, every file would be wrong."""

from __future__ import annotations

import re

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

# A prefix (of a registration agency, or XX), a hyphen, and what it registered: nothing that the
# standard forbids in identifiers.
IDENTIFIER = re.compile(r"[A-Za-z0-9]{2,}-[^\s/&|?\"'<>]{1,60}")
# Codelist OrganisationType of IATI 2.03.
TYPES = frozenset(map(str, (10, 11, 15, *range(21, 25), 30, 40, 60, *range(70, 74), 80, 90)))


@register()
def iati_settings_are_sound(app_configs: object, **kwargs: object) -> list[CheckMessage]:
    """COALITION_IATI_IDENTIFIER and COALITION_IATI_TYPE."""
    found: list[CheckMessage] = []
    if not IDENTIFIER.fullmatch(settings.IATI_IDENTIFIER):
        found.append(
            Error(
                f"COALITION_IATI_IDENTIFIER is “{settings.IATI_IDENTIFIER[:80]}”, which is no "
                "identifier of an organisation.",
                hint="Write it as it is registered, such as XM-EXAMPLE-123: a prefix, a hyphen, "
                "and letters or digits, without blanks, slashes or any of & | ?.",
                id="coalition.E003",
            )
        )
    if settings.IATI_TYPE not in TYPES:
        found.append(
            Error(
                f"COALITION_IATI_TYPE is “{settings.IATI_TYPE[:80]}”, which is no type of an "
                "organisation.",
                hint=f"Write one of the list OrganisationType: {', '.join(sorted(TYPES))}.",
                id="coalition.E004",
            )
        )
    return found
