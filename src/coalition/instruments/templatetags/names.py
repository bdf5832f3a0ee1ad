"""Names and lines that may be in another language than the page."""

from __future__ import annotations

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from coalition.base.names import Name

register = template.Library()


@register.simple_tag
def named(name: Name) -> SafeString:
    """The name, marked with its language where the page is in another."""
    if name.language == get_language():
        return conditional_escape(name)
    return format_html('<span lang="{}" dir="auto">{}</span>', name.language, name)
