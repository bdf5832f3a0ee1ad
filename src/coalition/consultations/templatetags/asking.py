"""What may be done when, as pages say it."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from coalition.analysis.figures import decimal_of
from coalition.consultations.access import SENTENCES, Answer
from coalition.consultations.models import Phase
from coalition.consultations.templatetags.moments import moment

register = template.Library()


@register.simple_tag
def answer(found: Answer) -> SafeString:
    """Whether something may be done, as a sentence with its moment marked up."""
    at = moment(found.at, found.zone) if found.at else ""
    return format_html(str(SENTENCES[found.when]), at=at)


@register.simple_tag(takes_context=True)
def here(context: Any, at: Any, zone: str) -> SafeString:
    """The same moment by the reader's own clocks, and for guests in UTC; nothing where these are
    the clocks of the consultation."""
    person = getattr(context.get("request"), "user", None)
    own = person.zone if person is not None and person.is_authenticated else "UTC"
    if own == zone:
        return SafeString("")
    return format_html('<span class="small">=&nbsp;{}</span>', moment(at, own))


@register.simple_tag
def budget(phase: Phase) -> str:
    """Within which budget priorities are set, in whole units with its currency: “500,000 US$”."""
    if phase.budget is None or phase.unit is None:
        return ""
    figure = decimal_of(phase.budget, phase.unit.decimals)
    decimals = 0 if figure == int(figure) else phase.unit.decimals
    said = number_format(figure, decimals, use_l10n=True, force_grouping=True)
    return f"{said} {phase.unit.short_name}"
