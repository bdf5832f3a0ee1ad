"""Turnout as bars with their table."""

from __future__ import annotations

from django.utils.formats import number_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from coalition.consultations.turnout.queries import Row, Table, silent_groups
from coalition.ui.charts import Bar, bars

# The codes of partner groups have hues of their own; those of other things have none.
HUED = "group"


def chart(table: Table) -> SafeString:
    """One table as bars: of those who could have answered the share that did; of people, how
    many."""
    is_share = any(row.expected is not None for row in table.rows)
    return bars(
        [_bar(row, has_hue=table.code == HUED) for row in table.rows],
        title=f"{table.title}: {_finding(table)}" if is_share else table.title,
        subtitle=_("Who answered, of all who could have") if is_share else _("People who answered"),
        unit=_("answered") if is_share else _("people"),
        source=_("this platform"),
        whole=100 if is_share else 0,
    )


def of_how_many(row: Row) -> str:
    """“12 of 40 (30%)”; of people how many they are."""
    if not row.expected:
        return _number(row.answered)
    return _("%(count)s of %(all)s (%(share)s%%)") % {
        "count": _number(row.answered),
        "all": _number(row.expected),
        "share": number_format(round(100 * row.answered / row.expected), use_l10n=True),
    }


def _bar(row: Row, *, has_hue: bool) -> Bar:
    value = row.answered if row.share is None else round(100 * row.share, 1)
    return Bar(row.label, value, code=row.code if has_hue else "", figure=of_how_many(row))


def _finding(table: Table) -> str:
    silent = silent_groups(table)
    if not silent:
        return _("somebody answered from each")
    if len(silent) == len(table.rows):
        return _("nobody has answered yet")
    named = str(_(", ")).join(row.label for row in silent[:3])
    more = len(silent) - 3
    if more > 0:
        named = _("%(listed)s and %(count)d more") % {"listed": named, "count": more}
    return _("nobody from %s") % named


def _number(value: int) -> str:
    return number_format(value, use_l10n=True, force_grouping=True)
