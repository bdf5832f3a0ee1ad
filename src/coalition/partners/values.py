"""How values from outside are cleaned and checked before a record takes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from coalition.base import states
from coalition.base.errors import NotAllowed, Refused
from coalition.base.text import clean_line, clean_text
from coalition.partners.models import Partner
from coalition.partners.states import JOINED

REQUEST_FIELDS = (
    *("organisation", "group", "scope", "country", "language", "website", "about"),
    *("contact_name", "contact_email"),
)
LONGEST_TEXT = 5_000
LONGEST_REASON = 2_000


def change(record: Any, fields: Mapping[str, Any], allowed: Sequence[str]) -> None:
    """Clean and save some fields of a locked record. Raises Refused with what cannot be taken."""
    if unknown := sorted(set(fields) - set(allowed)):
        raise Refused(
            _("These fields cannot be changed here: %(fields)s.") % {"fields": ", ".join(unknown)}
        )
    for name, value in fields.items():
        setattr(record, name, cleaned(record._meta.get_field(name), value))
    others = {field.name for field in record._meta.fields} - set(fields)
    try:
        record.clean_fields(exclude=others)
    except ValidationError as error:
        raise Refused(
            " ".join(
                f"{record._meta.get_field(name).verbose_name}: {' '.join(sentences)}"
                for name, sentences in error.message_dict.items()
            )
        ) from None
    record.save(update_fields=list(fields))


def cleaned(field: Any, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if field.name == "contact_email":
        return clean_line(value).lower()
    if field.get_internal_type() == "TextField":
        return clean_text(value, limit=LONGEST_TEXT)
    return clean_line(value, limit=field.max_length)


def locked_and_active(partner: Partner) -> Partner:
    """The partner read afresh under its lock. Raises NotAllowed where it is gone or suspended."""
    partner = states.lock(partner)
    refuse_unless_joined(partner)
    return partner


def refuse_unless_joined(partner: Partner) -> None:
    """Raise NotAllowed with a sentence where nobody may act for the partner now."""
    if partner.state not in JOINED:
        raise NotAllowed(
            _("%(partner)s is “%(state)s”, so nothing can be changed.")
            % {"partner": partner.name, "state": partner.get_state_display()}
        )
