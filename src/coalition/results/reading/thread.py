"""Results on the golden thread: what came of the record to which they belong, as plain values."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coalition.base.names import Name
from coalition.results.reading.queries import Summary
from coalition.ui.thread import Knot


def below(summary: Summary | None) -> list[Knot]:
    """Each result with one figure, and how much proves them; none where the reader may see none."""
    if summary is None:
        return []
    knots = [
        Knot(
            str(one.indicator.result.get_level_display()),
            Name(one.indicator.title, summary.framework.language),
            one.get_absolute_url(),
            figure=one.sentence,
        )
        for one in summary.standings
    ]
    if summary.evidence:
        words = ngettext(
            "%(count)d piece of evidence", "%(count)d pieces of evidence", summary.evidence
        ) % {"count": summary.evidence}
        knots.append(Knot(_("Evidence"), words, summary.framework.get_absolute_url()))
    return knots
