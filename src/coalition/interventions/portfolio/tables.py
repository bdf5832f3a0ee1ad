"""The portfolio as rows of a file: exactly what the page shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings

from coalition.analysis.figures import decimal_of
from coalition.interventions.portfolio.queries import Standing

COLUMNS = (
    *("intervention", "title", "language", "state", "level", "lead", "lead_name"),
    *("starts_on", "ends_on", "money", "reached", "on_the_way", "behind", "no_figure"),
    *("weightiest_risk", "risk_weight", "reports", "reports_since", "silent", "is_example", "url"),
)


def rows(standings: Iterable[Standing]) -> Iterator[list[Any]]:
    """Amounts as plain decimals, budget and paid out by currency; moments in UTC."""
    for row in standings:
        one, progress = row.intervention, row.progress
        light = one.framework
        yield [
            one.reference,
            one.title,
            one.language,
            one.state,
            one.level.code if one.level else "",
            one.partner.reference,
            one.partner.name,
            one.starts_on.isoformat() if one.starts_on else "",
            one.ends_on.isoformat() if one.ends_on else "",
            "; ".join(
                f"{line.unit.code.upper()} {decimal_of(line.sums.budget, line.unit.decimals)}"
                f" / {decimal_of(line.sums.paid, line.unit.decimals)}"
                for line in row.money
            ),
            *(progress.reached, progress.on_the_way, progress.behind, progress.no_figure),
            row.risk.words if row.risk else "",
            row.risk.weight if row.risk else "",
            light.light if light.every and not light.ended_at else "",
            light.light_since.isoformat() if light.light_since else "",
            "; ".join(
                f"{each.partner.reference} {each.partner.name}, {each.since:%Y-%m-%d}"
                for each in row.silent
            ),
            int(one.is_example),
            f"{settings.SITE_URL}{one.get_absolute_url()}",
        ]
