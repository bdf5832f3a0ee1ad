"""Names and lines that may be in another language than the page."""

from __future__ import annotations

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from coalition.base.fields import LANGUAGE_NAMES
from coalition.base.names import Name
from coalition.instruments.texts.tree import direction_of

register = template.Library()


@register.simple_tag
def named(name: Name) -> SafeString:
    """The name, marked with its language where the page is in another."""
    if name.language == get_language():
        return conditional_escape(name)
    return format_html('<span lang="{}" dir="auto">{}</span>', name.language, name)


@register.simple_tag
def language_name(code: str) -> SafeString:
    """A language's name in that language, marked as such; its code where the name is not known."""
    if code not in LANGUAGE_NAMES:
        return format_html('<span dir="ltr">{}</span>', code)
    return format_html('<span lang="{}" dir="auto">{}</span>', code, LANGUAGE_NAMES[code])


@register.filter
def direction(language: str) -> str:
    """The way a language is written: "rtl" or "ltr"."""
    return direction_of(language)
