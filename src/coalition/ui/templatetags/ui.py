"""The components, as template tags. The page `ui:components` shows each with sample values.

Every value is escaped, unless it is the content of a block tag, which the template escaped already.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from django import template
from django.forms import Form
from django.http import QueryDict
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from coalition.ui.charts import shade_of, shades
from coalition.ui.thread import POSITIONS, Cell, Knot, Move, Step

register = template.Library()

# One shape for each tone, so that the tone is seen without its colour.
GLYPHS = {"calm": "○", "good": "●", "due": "◐", "alert": "▲", "ended": "■"}
LEVELS = {"national", "regional", "international"}
# A filter longer than this is no filter of ours; repeating it in every link would swell the page.
LONGEST_FILTER = 200


def _code(text: object) -> str:
    """A code of the domain as one safe CSS class: letters, digits and hyphens only."""
    return re.sub(r"[^A-Za-z0-9-]", "", str(text))


def _tone(tone: str) -> str:
    if tone not in GLYPHS:
        raise ValueError(f"The tone {tone!r} is not one of: {', '.join(GLYPHS)}.")
    return tone


# --- The thread ------------------------------------------------------------------------------


@register.inclusion_tag("ui/components/thread.html")
def thread(knots: Iterable[Knot], part: str = "") -> dict[str, Any]:
    """The thread as a vertical line with knots; without knots, nothing.

    In an `<article class="record">` the line runs down the whole record: write
    `{% thread knots "above" %}` before its heading and `{% thread knots "below" %}` at its end.
    Without `part` all knots come at once, above, here and below in this order.
    """
    if part and part not in POSITIONS:
        raise ValueError(f"A part of the thread is above, here or below, not {part!r}.")
    words = {
        "above": _("What this answers"),
        "here": _("You are here"),
        "below": _("What came of it"),
    }
    knots = list(knots)
    parts = [
        (position, words[position], [knot for knot in knots if knot.position == position])
        for position in ([part] if part else POSITIONS)
    ]
    return {"parts": [each for each in parts if each[2]]}


@register.inclusion_tag("ui/components/thread_flat.html")
def thread_flat(steps: Iterable[Step], label: str = "") -> dict[str, Any]:
    """The thread laid flat: the steps of a form, or the way of a record through its states."""
    words = {"done": _("done"), "now": _("now"), "ahead": _("still to come")}
    return {
        "label": label or _("Steps"),
        "steps": [(step, words[step.state]) for step in steps],
    }


@register.inclusion_tag("ui/components/timeline.html")
def timeline(moves: Iterable[Move]) -> dict[str, Any]:
    """A history: objects with `date`, `sentence` and `reason`, in the order given."""
    return {"moves": list(moves)}


@register.inclusion_tag("ui/components/strip.html")
def strip(cells: Sequence[Cell], label: str = "") -> dict[str, Any]:
    """A text as a strip, one cell per paragraph: hollow where nobody delivers, else five shades."""
    scale = shades(cell.count for cell in cells if cell.count)
    return {
        "label": label or _("Paragraphs"),
        "cells": [(cell, shade_of(cell.count, scale)) for cell in cells],
        "scale": scale,
        "has_hollow": any(not cell.count for cell in cells),
    }


# --- Words with a mark -----------------------------------------------------------------------


@register.simple_tag
def status(word: str, tone: str = "calm") -> SafeString:
    """A state in a word, with a glyph and a colour: calm, good, due, alert or ended."""
    return format_html(
        '<span class="status {}"><span aria-hidden="true">{}</span> {}</span>',
        _tone(tone),
        GLYPHS[tone],
        word,
    )


@register.simple_tag
def group_badge(code: str, name: str = "") -> SafeString:
    """A partner group: its name (else its code) beside a bar in the group's hue."""
    return format_html('<span class="group group-{}">{}</span>', _code(code), name or code)


@register.simple_tag
def level_badge(level: str, name: str = "") -> SafeString:
    """A level: national has a solid outline, regional a dashed, international a double one."""
    known = level if level in LEVELS else "other"
    return format_html('<span class="level level-{}">{}</span>', known, name or level)


@register.simple_tag
def example_mark() -> SafeString:
    """Says that a record is made up, to show how the platform works."""
    return format_html(
        '<span class="example" title="{}">{}</span>',
        _("Made up, to show how the platform works"),
        _("Example"),
    )


# --- Figures and facts -----------------------------------------------------------------------


@register.inclusion_tag("ui/components/figure.html")
def figure(number: int | float | str, label: str, url: str = "", note: str = "") -> dict[str, Any]:
    """The figure that says how something stands, large, with its label and perhaps a note.

    Numbers are grouped in the reader's way; text (such as "62%") stays as it is.
    """
    if isinstance(number, int | float):
        number = number_format(number, use_l10n=True, force_grouping=True)
    return {"number": number, "label": label, "url": url, "note": note}


@register.simple_block_tag
def facts(content: SafeString) -> SafeString:
    """A list of facts; inside it, one `{% fact label %}…{% endfact %}` each."""
    return format_html('<dl class="facts">{}</dl>', content)


@register.simple_block_tag
def fact(content: SafeString, label: str) -> SafeString:
    """One fact, its label and what is said; a fact with nothing to say is left out."""
    if not content.strip():
        return SafeString("")
    return format_html("<div><dt>{}</dt><dd>{}</dd></div>", label, content)


# --- Asides and folds ------------------------------------------------------------------------


@register.simple_tag
def empty(text: str) -> SafeString:
    """A sentence in the place of a list that has no rows; it says what the reader may do."""
    return format_html('<p class="empty">{}</p>', text)


@register.simple_block_tag
def note(content: SafeString, tone: str = "calm") -> SafeString:
    """A passage set apart by a line in the colour of its tone."""
    return format_html('<div class="note {}">{}</div>', _tone(tone), content)


@register.simple_block_tag
def fold(content: SafeString, summary: str, opened: bool = False) -> SafeString:
    """A passage one fold away, behind its summary."""
    return format_html(
        '<details class="fold"{}><summary>{}</summary>{}</details>',
        SafeString(" open") if opened else "",
        summary,
        content,
    )


@register.simple_block_tag
def margin(content: SafeString) -> SafeString:
    """A note in the margin on wide screens, in the text on narrow ones."""
    return format_html('<div class="margin" role="note">{}</div>', content)


# --- Lists and tables ------------------------------------------------------------------------


@register.simple_block_tag
def table(content: SafeString, label: str, stack: bool = False) -> SafeString:
    """A table with a caption around `<thead>` and `<tbody>`; wide ones scroll by themselves.

    With `stack=True` each row becomes a small list of facts on a phone: give every `<td>` a
    `data-label`. Cells with numbers have the class `number`.
    """
    return format_html(
        '<div class="table{}" role="region" tabindex="0" aria-label="{}">'
        "<table><caption>{}</caption>{}</table></div>",
        " stack" if stack else "",
        label,
        label,
        content,
    )


@register.simple_tag(takes_context=True)
def pagination(context: Context, page: Any) -> SafeString:
    """Links to the pages around this one, and to the first and the last; filters are kept.

    `page` is Django's Page or anything that has its `number` and `paginator.num_pages`.
    A single page needs no links.
    """
    last = page.paginator.num_pages
    if last <= 1:
        return SafeString("")
    near = {1, last, *range(max(1, page.number - 1), min(last, page.number + 1) + 1)}
    kept = _filters(context["request"].GET)
    links: list[tuple[int, str]] = []
    for number in sorted(near):
        if links and number > links[-1][0] + 1:
            links.append((number - 1, ""))  # a gap
        links.append((number, _with_page(kept, number)))
    return render_to_string(
        "ui/components/pagination.html",
        {
            "current": page.number,
            "last": last,
            "links": links,
            "previous": _with_page(kept, page.number - 1) if page.number > 1 else "",
            "next": _with_page(kept, page.number + 1) if page.number < last else "",
        },
    )


def _filters(query: QueryDict) -> QueryDict:
    """The reader's filters: what the address asks for, unless it is absurdly long."""
    kept = QueryDict(mutable=True)
    for name, values in query.lists():
        if len(name) <= LONGEST_FILTER:
            kept.setlist(name, [value for value in values if len(value) <= LONGEST_FILTER])
    return kept


def _with_page(query: QueryDict, number: int) -> str:
    query = query.copy()
    query["page"] = str(number)
    return f"?{query.urlencode()}"


@register.inclusion_tag("ui/components/filters.html")
def filters(form: Form, url: str, button: str = "") -> dict[str, Any]:
    """A form that filters the list at `url`, with a link that clears the filters in use."""
    return {
        "form": form,
        "url": url,
        "button": button or _("Show"),
        "is_used": any(form.data.values()),
    }
