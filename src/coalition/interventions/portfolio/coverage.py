"""What the interventions that run serve, and what none of them does: themes by region, challenges
by partner group, and common priorities."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from coalition.interventions.models import Intervention, Role
from coalition.interventions.states import RUNNING
from coalition.partners.models import CommonPriority, PartnerGroup
from coalition.places.models import Place, PlaceKind
from coalition.themes.models import Challenge, Theme

MOST_NAMED = 30  # common priorities that nobody serves; there may be hundreds


@dataclass(frozen=True)
class Matrix:
    """How many interventions serve both the row and the column."""

    title: str
    corner: str
    columns: Sequence[Any]
    rows: list[tuple[Any, list[tuple[Any, int]]]]  # each row with its columns and their counts


@dataclass(frozen=True)
class Coverage:
    matrices: list[Matrix]
    unserved: list[tuple[str, list[Any]]]  # what it is, and those that nothing serves
    running: int


def coverage_of(interventions: QuerySet[Intervention]) -> Coverage:
    """What of the coalition's themes, challenges, groups, regions and common priorities those that
    run serve. A place counts in the region in which it lies, the whole world by itself; a group is
    served where one of its partners confirmed a role. Eleven queries, however many."""
    running = interventions.filter(state__in=RUNNING).order_by().values("pk")
    themes = list(Theme.objects.filter(retired_on=None))
    challenges = list(Challenge.objects.filter(retired_on=None))
    groups = list(PartnerGroup.objects.filter(retired_on=None))
    kinds = (PlaceKind.WORLD, PlaceKind.REGION)
    regions = list(Place.objects.filter(kind__in=kinds).order_by("path"))
    by_theme, by_challenge = _linked(running, "themes"), _linked(running, "challenges")
    by_region = _by_region(running, regions)
    by_group = _by_group(running)
    return Coverage(
        matrices=[
            Matrix(
                _("Themes by region"),
                _("Theme"),
                regions,
                _crossed(themes, by_theme, regions, by_region),
            ),
            Matrix(
                _("Challenges by partner group"),
                _("Challenge"),
                groups,
                _crossed(challenges, by_challenge, groups, by_group),
            ),
        ],
        unserved=[
            (_("Challenges"), _without(challenges, by_challenge)),
            (_("Themes"), _without(themes, by_theme)),
            *_priorities(running),
            (_("Partner groups"), _without(groups, by_group)),
            (_("Regions"), _without([r for r in regions if r.kind != PlaceKind.WORLD], by_region)),
        ],
        running=running.count(),
    )


def _priorities(running: Any) -> list[tuple[str, list[Any]]]:
    """The common priorities that nothing serves; no line where there are none at all."""
    public = CommonPriority.objects.public()
    if not public.exists():
        return []
    served = Intervention.priorities.through.objects.filter(intervention__in=running)
    unserved = public.exclude(pk__in=served.values("commonpriority")).select_related("theme")
    return [(_("Common priorities"), list(unserved[:MOST_NAMED]))]


Held = dict[int, set[int]]  # the interventions, by what they serve


def _linked(running: Any, relation: str) -> Held:
    through = getattr(Intervention, relation).through.objects.filter(intervention__in=running)
    name = getattr(Intervention, relation).field.m2m_reverse_field_name()
    return _by(through.values_list(f"{name}_id", "intervention_id"))


def _by_region(running: Any, regions: Sequence[Place]) -> Held:
    through = Intervention.places.through.objects.filter(intervention__in=running)
    found: Held = defaultdict(set)
    # The longest path first: a region before the world, in which it lies.
    inner = sorted(regions, key=lambda one: -len(one.path))
    for path, intervention in through.values_list("place__path", "intervention_id"):
        for region in inner:
            if path.startswith(region.path):
                found[region.pk].add(intervention)
                break
    return found


def _by_group(running: Any) -> Held:
    roles = Role.objects.confirmed().filter(intervention__in=running).order_by()
    return _by(roles.values_list("partner__group", "intervention").distinct())


def _by(rows: Iterable[tuple[int, int]]) -> Held:
    found: Held = defaultdict(set)
    for served, intervention in rows:
        found[served].add(intervention)
    return found


def _crossed(
    rows: Sequence[Any], by_row: Held, columns: Sequence[Any], by_column: Held
) -> list[tuple[Any, list[tuple[Any, int]]]]:
    return [
        (
            row,
            [
                (one, len(by_row.get(row.pk, set()) & by_column.get(one.pk, set())))
                for one in columns
            ],
        )
        for row in rows
    ]


def _without(entries: Sequence[Any], served: Held) -> list[Any]:
    return [one for one in entries if not served.get(one.pk)]
