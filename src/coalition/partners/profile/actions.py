"""A partner says of itself what it is; the secretariat changes what was decided."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from coalition.base import audit
from coalition.base.changes import record_changed
from coalition.partners.models import Partner
from coalition.partners.values import change, locked_and_active

PROFILE_FIELDS = ("website", "about", "about_language")
# What was decided with the admission changes only by the secretariat's hand.
ADMISSION_FIELDS = ("name", "name_language", "group", "scope", "country")


@transaction.atomic
def edit_profile(partner: Partner, fields: Mapping[str, Any], *, by: Any) -> Partner:
    """Change what a partner says of itself, or, where an officer does it, what it is.

    Raises Refused for unknown fields and for values that cannot be, NotAllowed after it left.
    """
    partner = locked_and_active(partner)
    is_officer = by is not None and by.is_officer
    change(partner, fields, PROFILE_FIELDS + (ADMISSION_FIELDS if is_officer else ()))
    audit.record("partners.edit_profile", partner, by=by)
    record_changed(partner)
    return partner
