"""How found words are shown."""

from collections.abc import Iterable

from django import template
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString

from coalition.analysis.searching import Piece

register = template.Library()


@register.filter
def marked(pieces: Iterable[Piece]) -> SafeString:
    """The text with the words that were looked for in `<mark>`; everything is escaped."""
    shown = (
        format_html("<mark>{}</mark>", piece.text) if piece.is_found else escape(piece.text)
        for piece in pieces
    )
    return SafeString("".join(shown))
