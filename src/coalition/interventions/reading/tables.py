"""Interventions as rows of files: exactly what the list shows, with all that is public of each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from django.conf import settings
from django.db.models import Prefetch

from coalition.analysis.figures import decimal_of
from coalition.consultations.models import Statement
from coalition.interventions.models import Intervention, InterventionQuerySet, Kind, Uptake
from coalition.interventions.money.queries import Part, added, parts_of
from coalition.interventions.queries import confirmed_roles
from coalition.partners.models import CommonPriority
from coalition.results.models import Indicator, Unit
from coalition.results.reading.first import first_indicators
from coalition.results.reading.queries import Standing, standings
from coalition.results.totals.queries import plain

OTHER_ROLES = tuple(kind for kind in Kind if kind not in (Kind.LEAD, Kind.CO_LEAD))
COLUMNS = (
    *("reference", "state", "title", "language", "titles", "about", "for_whom"),
    *("starts_on", "ends_on", "began_on", "ended_on", "published_at", "closed_at"),
    *("lead", "lead_name", "lead_group", "co_lead", *(str(kind) for kind in OTHER_ROLES)),
    *("outsiders", "level", "places", "themes", "challenges", "priorities", "sdgs"),
    *("decision", "proposals", "source", "source_url", "provisions", "in_line_with", "part_of"),
    *("budget", "paid", "framework", "reports"),
    *("indicator", "unit", "target", "reached", "figures", "as_of", "evidence", "checked"),
    *("disputed", "figure_url", "is_example", "url"),
)
ROWS_AT_ONCE = 500

Money = dict[str, list[dict[str, str]]]  # budget and paid, an amount a currency


def records(found: InterventionQuerySet) -> Iterator[dict[str, Any]]:
    """Each intervention by column; what there may be several of is a list. Read in batches, in the
    order given, each in a fixed number of queries."""
    keys = list(found.values_list("pk", flat=True))
    for start in range(0, len(keys), ROWS_AT_ONCE):
        batch = keys[start : start + ROWS_AT_ONCE]
        held = whole().in_bulk(batch)
        money, figures = money_of(batch), _first_figures(batch)
        for pk in batch:
            if pk in held:
                one = held[pk]
                standing = figures.get(one.framework_id)
                yield _record(one) | money[pk] | _passport(standing)


def rows(found: InterventionQuerySet) -> Iterator[list[Any]]:
    """The same as plain cells, for spreadsheets."""
    for record in records(found):
        yield [_cell(record[column]) for column in COLUMNS]


def whole() -> InterventionQuerySet:
    """With all that a row, or a record of the API, says of the intervention itself."""
    uptakes = Uptake.objects.select_related("provision__instrument")
    found: InterventionQuerySet = (
        Intervention.objects.published()
        .select_related("partner__group", "level", "framework", "whole", "conclusion__consultation")
        .prefetch_related(
            *("places", "themes", "challenges", "outsiders"),
            Prefetch("proposals", Statement.objects.select_related("consultation")),
            Prefetch("priorities", CommonPriority.objects.public()),
            Prefetch("uptakes", uptakes),
            Prefetch("roles", confirmed_roles(), to_attr="confirmed"),
        )
    )
    return found


def decision_of(one: Intervention) -> str:
    """The reference of the consultation at whose end it was decided; empty before that is
    public."""
    decided = one.conclusion
    return decided.consultation.reference if decided and decided.published_at else ""


# --- Money -------------------------------------------------------------------------------------


def money_of(keys: Sequence[int]) -> dict[int, Money]:
    """What each planned to spend and paid out, by currency, as exact decimals: currencies are never
    added. Three queries."""
    parts = parts_of(Intervention.objects.filter(pk__in=keys))
    units = Unit.objects.in_bulk({each.unit for each in parts})
    by_currency: dict[tuple[int, int], list[Part]] = defaultdict(list)
    for each in parts:
        by_currency[each.intervention, each.unit].append(each)
    found: dict[int, Money] = defaultdict(lambda: {"budget": [], "paid": []})
    for (pk, key), own in sorted(by_currency.items(), key=lambda each: units[each[0][1]].code):
        unit, sums = units[key], added(own)
        for name, value in sums._asdict().items():
            if value:
                amount = str(decimal_of(value, unit.decimals))
                found[pk][name].append({"currency": unit.code, "amount": amount})
    return found


# --- Its first figure, with what it rests on ---------------------------------------------------


def _first_figures(keys: Sequence[int]) -> dict[int, Standing]:
    """Where the first indicator of each stands, by its framework's key; of public ones."""
    indicators: list[Indicator] = list(
        first_indicators()
        .filter(framework__intervention__in=keys, framework__is_public=True)
        .select_related("framework", "unit")
    )
    return {one.indicator.framework_id: one for one in standings(indicators)}


def _passport(standing: Standing | None) -> dict[str, Any]:
    if standing is None:
        names = COLUMNS[COLUMNS.index("indicator") : COLUMNS.index("is_example")]
        return dict.fromkeys(names, "")
    reached, unit = standing.main("now"), standing.indicator.unit
    return {
        "indicator": standing.indicator.title,
        "unit": unit.code if unit else "",
        "target": plain(standing.main("aim"), standing.indicator),
        "reached": plain(reached, standing.indicator),
        "figures": standing.figures,
        "as_of": reached.as_of.isoformat() if reached and reached.as_of else "",
        "evidence": standing.evidence,
        "checked": standing.checked,
        "disputed": standing.disputed,
        "figure_url": f"{settings.SITE_URL}{standing.get_absolute_url()}",
    }


# --- The rest of a row -------------------------------------------------------------------------


def _record(one: Any) -> dict[str, Any]:
    same = ("reference", "state", "title", "language", "titles", "about", "for_whom")
    days = ("starts_on", "ends_on", "began_on", "ended_on", "published_at", "closed_at")
    roles = {str(kind): _partners(one, kind) for kind in (Kind.CO_LEAD, *OTHER_ROLES)}
    return {
        **{name: getattr(one, name) for name in same},
        **{name: _day(getattr(one, name)) for name in days},
        "lead": one.partner.reference,
        "lead_name": one.partner.name,
        "lead_group": one.partner.group.code,
        **roles,
        "outsiders": [{"name": each.name, "role": each.kind} for each in one.outsiders.all()],
        "level": one.level.code if one.level else "",
        **{
            name: [each.code for each in getattr(one, name).all()]
            for name in ("places", "themes", "challenges")
        },
        "priorities": [each.reference for each in one.priorities.all()],
        "sdgs": list(one.sdgs),
        "decision": decision_of(one),
        "proposals": [
            f"{each.consultation.reference}/{each.number}" for each in one.proposals.all()
        ],
        "source": one.source,
        "source_url": one.source_url,
        "provisions": [
            f"{each.provision.instrument.code}/{each.provision.eid}" for each in one.uptakes.all()
        ],
        "in_line_with": one.in_line_with,
        "part_of": one.whole.reference if one.whole and one.whole.is_public else "",
        "framework": one.framework.reference,
        "reports": one.framework.light if one.framework.is_public else "",
        "is_example": one.is_example,
        "url": f"{settings.SITE_URL}{one.get_absolute_url()}",
    }


def _partners(one: Any, kind: Kind) -> list[dict[str, str]]:
    return [
        {"partner": each.partner.reference, "name": each.partner.name, "what": each.what}
        for each in one.confirmed
        if each.kind == kind
    ]


def _day(value: Any) -> str:
    return value.isoformat() if value else ""


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, dict):
        return "; ".join(f"{code}: {words}" for code, words in sorted(value.items()))
    if not isinstance(value, list):
        return value
    if value and isinstance(value[0], dict):
        return "; ".join(
            " ".join(str(part) for part in each.values() if part != "") for each in value
        )
    return " ".join(value)
