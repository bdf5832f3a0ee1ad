"""How a key intervention reads in the API: which are asked for, and their plain values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db.models import Prefetch, QuerySet

from coalition.analysis.figures import decimal_of
from coalition.api.schemas import InterventionFilters
from coalition.api.shapes import absolute
from coalition.commitments import goals
from coalition.commitments.models import Claim
from coalition.instruments.models import ExternalRecord, Instrument, Provision
from coalition.interventions.models import Intervention, Kind
from coalition.interventions.money.queries import Part, added, parts_of
from coalition.interventions.reading.finding import listed
from coalition.interventions.reading.tables import decision_of, whole
from coalition.partners.models import CommonPriority, Partner, PartnerGroup
from coalition.places.models import Level, Place
from coalition.results.models import Unit
from coalition.themes.models import Challenge, Theme

# --- Which -------------------------------------------------------------------------------------

NAMED_BY: dict[str, tuple[Any, str]] = {
    "theme": (Theme.objects, "code"),
    "challenge": (Challenge.objects, "code"),
    "place": (Place.objects, "code"),
    "level": (Level.objects, "code"),
    "group": (PartnerGroup.objects, "code"),
    "partner": (Partner.objects, "reference"),
    "priority": (CommonPriority.objects, "reference"),
    "declaration": (Instrument.objects, "code"),
}


def asked_for(wanted: InterventionFilters) -> QuerySet[Intervention]:
    """The public ones that meet every filter, the newest first; none where a filter names nothing
    that is held. A query for each filter in use."""
    wishes: dict[str, Any] = {}
    for name, (rows, field) in NAMED_BY.items():
        if key := getattr(wanted, name):
            wishes[name] = rows.filter(**{field: key}).first()
    if wanted.provision:
        units = Provision.objects.filter(eid=wanted.provision)
        wishes["provision"] = units.filter(instrument=wishes.get("declaration")).first()
    if None in wishes.values():
        return Intervention.objects.none()
    for name in ("stage", "role"):
        if one := getattr(wanted, name):
            wishes[name] = one.value
    keys = listed(wishes).values_list("pk", flat=True)
    return with_all().filter(pk__in=keys.order_by()).order_by("-published_at", "-pk")


def with_all() -> QuerySet[Intervention]:
    """With all that `intervention` says of each, in a fixed number of queries."""
    claims = Claim.objects.for_page().filter(commitment__is_public=True)
    records = ExternalRecord.objects.select_related("register")
    return whole().prefetch_related(
        *goals.to_read(goals.targets()),
        Prefetch("claims", claims),
        Prefetch("external_records", records),
        Prefetch("national_parts", Intervention.objects.published(), to_attr="parts"),
    )


# --- One of them -------------------------------------------------------------------------------


def intervention(one: Any) -> dict[str, Any]:
    same = (
        *("reference", "state", "language", "title", "titles", "about", "abouts", "for_whom"),
        *("starts_on", "ends_on", "began_on", "ended_on", "sdgs", "source", "source_url"),
        *("in_line_with", "in_line_with_url", "published_at", "closed_at", "is_example"),
    )
    is_promised = one.framework.is_public
    return {name: getattr(one, name) for name in same} | {
        "partner": one.partner.reference,
        "partner_name": one.partner.name,
        "roles": [role(each) for each in one.confirmed],
        "outsiders": [
            {"name": each.name, "language": each.language, "role": each.kind}
            for each in one.outsiders.all()
        ],
        "level": one.level.code if one.level else None,
        **{
            name: [each.code for each in getattr(one, name).all()]
            for name in ("places", "themes", "challenges")
        },
        "common_priorities": [each.reference for each in one.priorities.all()],
        "decision": decision_of(one) or None,
        "proposals": [
            f"{each.consultation.reference}/{each.number}" for each in one.proposals.all()
        ],
        "takes_up": [taken_up(each) for each in one.uptakes.all()],
        "external_records": [
            {
                "register_code": each.register.code,
                "key": each.key,
                "kind": each.kind,
                "title": each.title,
                "language": each.title_language,
                "url": absolute(each.get_absolute_url()),
            }
            for each in one.external_records.all()
        ],
        "part_of": one.whole.reference if one.whole and one.whole.is_public else None,
        "parts": [each.reference for each in one.parts],
        "framework": one.framework.reference if is_promised else None,
        "reports": one.framework.light if is_promised else None,
        "goals": goals.of(one.framework) if is_promised else [],
        "contributions": [contribution(each) for each in one.claims.all()],
        "url": absolute(one.get_absolute_url()),
    }


def role(one: Any) -> dict[str, Any]:
    return {
        "partner": one.partner.reference,
        "partner_name": one.partner.name,
        "group": one.partner.group.code,
        "role": Kind(one.kind).value,
        "what": one.what,
    }


def taken_up(one: Any) -> dict[str, Any]:
    return {
        "declaration": one.provision.instrument.code,
        "eid": one.provision.eid,
        "number": one.provision.number,
        "how": one.how,
    }


def contribution(one: Claim) -> dict[str, Any]:
    return {
        "commitment": one.commitment.reference,
        "title": one.commitment.title,
        "language": one.commitment.language,
        "partner": one.commitment.partner.reference,
        "indicator": one.indicator.number,
        "share": str(decimal_of(one.share, 2)),
        "how": one.how,
    }


def with_money(page: Sequence[Intervention]) -> list[dict[str, Any]]:
    """Their values with what each costs and paid, by currency and year. Three queries."""
    parts = parts_of(Intervention.objects.filter(pk__in=[one.pk for one in page]))
    units = Unit.objects.in_bulk({each.unit for each in parts})
    found: dict[int, dict[tuple[str, int], list[Part]]] = defaultdict(lambda: defaultdict(list))
    for each in parts:
        if any(each.sums):
            found[each.intervention][units[each.unit].code, each.year].append(each)
    return [intervention(one) | {"money": _years(found[one.pk], units)} for one in page]


def _years(
    by_year: dict[tuple[str, int], list[Part]], units: dict[int, Unit]
) -> list[dict[str, Any]]:
    return [
        {
            "currency": code,
            "year": year,
            **{
                name: str(decimal_of(value, units[own[0].unit].decimals))
                for name, value in added(own)._asdict().items()
            },
        }
        for (code, year), own in sorted(by_year.items())
    ]
