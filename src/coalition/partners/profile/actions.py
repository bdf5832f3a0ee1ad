"""A partner says of itself what it is; the secretariat changes what was decided.

Every change of a field is kept as it was and as it became.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from coalition.base import audit
from coalition.base.changes import record_changed
from coalition.partners import lookup
from coalition.partners.models import Partner, ProfileChange
from coalition.partners.profile.logos import redraw
from coalition.partners.values import change, locked_and_active

TEXT_FIELDS = ("website", "about", "about_language", "languages", "size_class")
SET_FIELDS = ("sectors", "works_in")
# What was decided with the admission changes only by the secretariat's hand.
ADMISSION_FIELDS = ("name", "name_language", "group", "scope", "country")


@transaction.atomic
def edit_profile(partner: Partner, fields: Mapping[str, Any], *, by: Any) -> Partner:
    """Change what a partner says of itself, or, where an officer does it, what it is.

    `fields` maps names of fields to values: texts, `languages` to a list of codes, `sectors` and
    `works_in` to lists of rows, `logo` to an uploaded file, False (take it away) or None (leave
    it). Raises Refused for unknown fields and for values that cannot be, NotAllowed after it
    left. Each field that changes leaves a row in the partner's history.
    """
    partner = locked_and_active(partner)
    is_officer = by is not None and by.is_officer
    before = as_text(partner)
    plain = {name: value for name, value in fields.items() if name not in (*SET_FIELDS, "logo")}
    change(partner, plain, TEXT_FIELDS + (ADMISSION_FIELDS if is_officer else ()))
    for name in SET_FIELDS:
        if name in fields:
            getattr(partner, name).set(fields[name])
    if fields.get("logo") is not None:
        _change_logo(partner, fields["logo"])
    after = as_text(partner)
    changes = [
        ProfileChange(partner=partner, by=by, field=name, before=before[name], after=after[name])
        for name in after
        if before[name] != after[name]
    ]
    if changes:
        lookup.remember([partner])
        ProfileChange.objects.bulk_create(changes)
        audit.record("partners.edit_profile", partner, by=by)
        record_changed(partner)
    return partner


def as_text(partner: Partner) -> dict[str, str]:
    """The fields of the profile as history keeps them: texts as they are, rows as their codes."""
    told = {
        name: str(getattr(partner, name) or "")
        for name in ("name", "name_language", "scope", "website", "about", "about_language")
    }
    told |= {
        "group": partner.group.code,
        "country": partner.country.code if partner.country else "",
        "size_class": partner.size_class,
        "languages": " ".join(partner.languages),
        "logo": partner.logo.name if partner.logo else "",
    }
    for name in SET_FIELDS:
        told[name] = " ".join(getattr(partner, name).values_list("code", flat=True))
    return told


def _change_logo(partner: Partner, file: Any) -> None:
    """A new logo gets a new name, so that no browser shows the old one from its memory."""
    old = partner.logo.name
    storage = partner.logo.storage
    if file:
        partner.logo.save(f"{partner.reference}-{uuid.uuid4().hex[:8]}.png", redraw(file))
    else:
        partner.logo = ""
        partner.save(update_fields=["logo"])
    if old:
        transaction.on_commit(lambda: storage.delete(old))
