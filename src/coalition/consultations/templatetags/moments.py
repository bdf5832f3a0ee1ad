"""Moments on pages: for people by the clocks of the consultation, for programs in UTC."""

from __future__ import annotations

from datetime import UTC, datetime

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from coalition.consultations.moments import told

register = template.Library()


@register.simple_tag
def moment(at: datetime, zone: str) -> SafeString:
    """A deadline: `{% moment phase.closes_at consultation.zone %}`."""
    return format_html(
        '<time datetime="{}">{}</time>',
        at.astimezone(UTC).isoformat(timespec="seconds"),
        told(at, zone),
    )
