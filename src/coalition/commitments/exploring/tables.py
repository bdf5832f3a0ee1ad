"""Commitments as rows of files: exactly what the list shows, with all that is public of each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db.models import Prefetch

from coalition.analysis.figures import decimal_of
from coalition.commitments.models import (
    Claim,
    Commitment,
    CommitmentQuerySet,
    Delivery,
    Part,
    Resource,
)
from coalition.commitments.queries import for_lists
from coalition.results.reading.first import first_standing
from coalition.results.totals.queries import plain
from coalition.themes.models import Challenge, Theme

COLUMNS = (
    *("reference", "state", "title", "language", "promise", "for_whom", "in_line_with"),
    *("partner", "partner_name", "partner_group", "partner_country", "parts", "level"),
    *("places", "themes", "challenges", "delivers_on", "contributes_to", "starts_on", "ends_on"),
    *("money", "other_resources", "needs_help", "help_wanted", "framework", "reports"),
    *("indicator", "unit", "target", "reached", "published_at", "closed_at", "is_example", "url"),
)
ROWS_AT_ONCE = 500
# A file has codes: to take the names of each row apart in all languages takes as long as the rest.
NOT_WRITTEN = ("level__names", "partner__group__names", "partner__country__names")


def records(commitments: CommitmentQuerySet) -> Iterator[dict[str, Any]]:
    """Each commitment by column; what there may be several of is a list. Read in batches, in the
    order given."""
    parts = Part.objects.confirmed().select_related("partner")
    deliveries = Delivery.objects.select_related("provision__instrument").only(
        "commitment", "provision__eid", "provision__instrument__code"
    )
    claims = Claim.objects.confirmed().select_related("intervention")
    claims = claims.only("commitment", "intervention__reference")
    whole = (
        for_lists(commitments)
        .select_related("partner__country")
        .defer(*NOT_WRITTEN)
        .prefetch_related(
            Prefetch("themes", Theme.objects.only("code")),
            Prefetch("challenges", Challenge.objects.only("code")),
            Prefetch("parts", parts, to_attr="confirmed_parts"),
            Prefetch("deliveries", deliveries),
            Prefetch("claims", claims, to_attr="confirmed_claims"),
            Prefetch("resources", Resource.objects.select_related("unit")),
        )
    )
    for one in whole.iterator(chunk_size=ROWS_AT_ONCE):
        yield _record(one)


def rows(commitments: CommitmentQuerySet) -> Iterator[list[Any]]:
    """The same as plain cells, for spreadsheets."""
    for record in records(commitments):
        yield [_cell(record[column]) for column in COLUMNS]


def _record(one: Commitment) -> dict[str, Any]:
    resources = list(one.resources.all())
    standing = first_standing(one.framework)
    unit = standing.indicator.unit if standing else None
    return {
        "reference": one.reference,
        "state": one.state,
        "title": one.title,
        "language": one.language,
        "promise": one.promise,
        "for_whom": one.for_whom,
        "in_line_with": one.in_line_with,
        "partner": one.partner.reference,
        "partner_name": one.partner.name,
        "partner_group": one.partner.group.code,
        "partner_country": one.partner.country.code if one.partner.country else "",
        "parts": [
            {
                "partner": each.partner.reference,
                "name": each.partner.name,
                "role": each.role,
                "what": each.what,
            }
            for each in one.confirmed_parts  # type: ignore[attr-defined]
        ],
        "level": one.level.code if one.level else "",
        "places": [each.code for each in one.places.all()],
        "themes": [each.code for each in one.themes.all()],
        "challenges": [each.code for each in one.challenges.all()],
        "delivers_on": [
            f"{each.provision.instrument.code}/{each.provision.eid}"
            for each in one.deliveries.all()
        ],
        "contributes_to": sorted(
            {each.intervention.reference for each in one.confirmed_claims}  # type: ignore[attr-defined]
        ),
        "starts_on": one.starts_on.isoformat() if one.starts_on else "",
        "ends_on": one.ends_on.isoformat() if one.ends_on else "",
        "money": _money(resources),
        "other_resources": [
            {"kind": each.kind, "words": each.words} for each in resources if not each.unit
        ],
        "needs_help": one.needs_help,
        "help_wanted": one.help_wanted,
        "framework": one.framework.reference,
        "reports": one.framework.light,
        "indicator": standing.indicator.title if standing else "",
        "unit": unit.code if unit else "",
        "target": plain(standing.main("aim"), standing.indicator) if standing else "",
        "reached": plain(standing.main("now"), standing.indicator) if standing else "",
        "published_at": one.published_at.isoformat() if one.published_at else "",
        "closed_at": one.closed_at.isoformat() if one.closed_at else "",
        "is_example": one.is_example,
        "url": f"{settings.SITE_URL}{one.get_absolute_url()}",
    }


def _money(resources: list[Resource]) -> list[dict[str, Any]]:
    """What is promised of each currency in each year; currencies are never added."""
    sums: dict[tuple[str, int, int], int] = {}
    for each in resources:
        if each.unit and each.amount is not None and each.year is not None:
            of = (each.unit.code, each.unit.decimals, each.year)
            sums[of] = sums.get(of, 0) + each.amount
    return [
        {"currency": code, "year": year, "amount": str(decimal_of(amount, decimals))}
        for (code, decimals, year), amount in sorted(sums.items())
    ]


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return int(value)
    if not isinstance(value, list):
        return value
    if value and isinstance(value[0], dict):
        return "; ".join(
            " ".join(str(part) for part in each.values() if part != "") for each in value
        )
    return " ".join(value)
