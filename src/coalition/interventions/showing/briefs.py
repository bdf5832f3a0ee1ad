"""What stands on two printed pages, of an intervention and of a place: bounded, whatever there is.

Papers are handed on, so they hold what everybody may know, whoever prints them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Case, Exists, F, OuterRef, Q, When

from coalition.interventions.models import Activity, Intervention, Risk, Role
from coalition.interventions.money.queries import Currency, money_of
from coalition.interventions.queries import Doing, for_lists, who_does_what
from coalition.interventions.showing import queries
from coalition.interventions.showing.queries import Proof
from coalition.interventions.showing.theory import Theory, kind_of, theory_of
from coalition.interventions.states import OPEN, TONES
from coalition.partners.asking import PartState
from coalition.places.models import Place
from coalition.results.models import Framework, Indicator, Total
from coalition.results.models import Role as Kind
from coalition.results.reading.pictures import finding_of
from coalition.results.reading.queries import BY_ROLE, Standing, standings

# How many of each stand on two pages.
MOST_NAMES, MOST_INDICATORS, MOST_CURRENCIES = 4, 8, 3
MOST_RISKS, MOST_NEXT, MOST_PLACES = 3, 4, 12
# A drawing that is higher, in pixels, takes the room of all else; then it is told in words.
HIGHEST = 360


@dataclass(frozen=True)
class Cut:
    """The first rows of some, and how many more there are."""

    rows: list[Any]
    more: int

    def __bool__(self) -> bool:
        return bool(self.rows)


def cut(rows: Iterable[Any], most: int) -> Cut:
    held = list(rows)
    return Cut(held[:most], max(len(held) - most, 0))


# --- An intervention ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Brief:
    """An intervention on two pages."""

    doings: list[tuple[str, Cut]]
    places: Cut
    answers: Cut  # names of challenges, themes and priorities
    paragraphs: Cut
    framework: Framework | None
    finding: str
    standings: Cut
    proof: Proof | None
    theory: Theory | None
    currencies: list[Currency]
    risks: Cut
    next: Cut  # activities that are still to be done
    due_on: date | None  # the day until which the next report is owed

    @property
    def drawing(self) -> str:
        """The theory of change where it is low enough, else ""."""
        is_low = self.theory and self.theory.drawing.height <= HIGHEST
        return self.theory.picture if self.theory and is_low else ""

    @property
    def in_words(self) -> list[tuple[str, Cut]]:
        """The same in words, from the end back: the first of each kind."""
        found: dict[str, list[str]] = defaultdict(list)
        for box in reversed(self.theory.drawing.boxes if self.theory else ()):
            found[kind_of(box.piece)].append(box.piece.words)
        return [(kind, cut(words, MOST_NAMES)) for kind, words in found.items()]


def of_intervention(one: Any) -> Brief:
    """What stands in its brief; read with `queries.for_showing`. A fixed number of queries."""
    framework = queries.framework_of(one, AnonymousUser())
    found = queries.results_of(one, framework) if framework else None
    activities = found.activities if found else list(one.activities.filter(dropped_because=""))
    risks = Risk.objects.filter(is_public=True, intervention=one).open()
    return Brief(
        doings=[_named(each) for each in who_does_what(one)],
        places=cut(one.places.all(), MOST_PLACES),
        answers=cut(
            [
                each.name
                for each in (*one.challenges.all(), *one.themes.all(), *one.priorities.all())
            ],
            MOST_NAMES,
        ),
        paragraphs=cut(one.uptakes.select_related("provision__instrument"), MOST_NAMES),
        framework=framework,
        finding=finding_of(found.standings) if found and found.standings else "",
        standings=cut(found.standings if found else (), MOST_INDICATORS),
        proof=found.proof if found else None,
        theory=_small_enough(one, found) if found else None,
        currencies=money_of(one).currencies[:MOST_CURRENCIES],
        risks=cut(risks, MOST_RISKS),
        next=cut(_still_to_do(one, activities), MOST_NEXT),
        due_on=_due_on(framework) if framework and one.state in OPEN else None,
    )


def _named(doing: Doing) -> tuple[str, Cut]:
    return doing.label, cut(doing.names, MOST_NAMES)


def _small_enough(one: Intervention, found: queries.Results) -> Theory:
    """With what is done, or without it where the drawing would be too high."""
    whole = theory_of(one, found.results, found.activities)
    return whole if whole.drawing.height <= HIGHEST else theory_of(one, found.results, ())


def _still_to_do(one: Intervention, activities: Sequence[Activity]) -> list[Activity]:
    if one.state not in OPEN:
        return []
    waiting = (each for each in activities if each.ended_on is None)
    return sorted(waiting, key=lambda each: (each.ends_on, each.number))


def _due_on(framework: Framework) -> date | None:
    periods = framework.periods.filter(due_at=framework.next_due_at, due_at__isnull=False)
    return periods.values_list("due_on", flat=True).first()


# --- A place -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Working:
    """An intervention as a country's brief tells it."""

    one: Intervention
    tone: str
    is_wider: bool  # it works in a region that holds the place, or in the whole world
    standings: Cut  # what it came to at this place
    roles: Cut  # of partners seated there


@dataclass(frozen=True)
class PlaceBrief:
    """What key interventions do in a place, on two pages."""

    working: Cut
    running: int
    commitments: int


MOST_WORKING, MOST_AT_PLACE, MOST_ROLES = 8, 3, 4


def of_place(place: Place) -> PlaceBrief:
    """The interventions that work in a place, inside it, or in what holds it: those that go on
    first, and of these those that name it. A fixed number of queries."""
    around = [code for code in place.path.split(".") if code]
    inside = Place.objects.filter(path__startswith=place.path).values("pk")
    named = Place.objects.filter(Q(code__in=around) | Q(pk__in=inside)).values("pk")
    through = Intervention.places.through.objects
    found = for_lists(Intervention.objects.published()).filter(
        pk__in=through.filter(place__in=named).values("intervention")
    )
    ranked = found.annotate(
        goes_on=Case(When(state__in=OPEN, then=1), default=0),
        is_near=Exists(through.filter(place__in=inside, intervention=OuterRef("pk"))),
    )
    shown = list(ranked.order_by("-goes_on", "-is_near", "-published_at", "-pk")[:MOST_WORKING])
    at_place = _standings_at(place, shown)
    roles = _roles_from(place, shown)
    working = [
        Working(
            one,
            TONES[one.state],
            not one.is_near,
            cut(at_place[one.framework_id], MOST_AT_PLACE),
            cut(roles[one.pk], MOST_ROLES),
        )
        for one in shown
    ]
    return PlaceBrief(
        Cut(working, found.count() - len(shown)),
        found.filter(state__in=OPEN).count(),
        _promised_in(place),
    )


def _standings_at(place: Place, found: Sequence[Any]) -> dict[int, list[Standing]]:
    """By framework, what was reached at the place. Where an intervention works there alone, all it
    reached was reached there. Six queries at most."""
    public = {one.framework_id: one for one in found if one.framework.is_public}
    alone = {
        key for key, one in public.items() if [each.pk for each in one.places.all()] == [place.pk]
    }
    made: dict[int, list[Standing]] = defaultdict(list)
    own = Indicator.objects.filter(framework__in=alone).select_related("unit", "framework")
    for standing in standings(list(own.order_by("result__position", "number"))):
        if standing.now:
            made[standing.indicator.framework_id].append(standing)
    rows = (
        Total.objects.filter(place=place, period=None, partner=None, cell=None)
        .filter(indicator__framework__in=public.keys() - alone)
        .filter(Q(unit=F("indicator__unit")) | Q(unit=None, indicator__unit=None))
        .select_related("indicator__unit", "indicator__framework", "unit")
        .order_by("indicator__result__position", "indicator__number", "pk")
    )
    there: dict[int, Standing] = {}
    for row in rows:
        held = there.setdefault(row.indicator_id, Standing(row.indicator))
        getattr(held, BY_ROLE[Kind(row.role)]).append(row)
    for standing in there.values():
        if standing.now:
            made[standing.indicator.framework_id].append(standing)
    return made


def _roles_from(place: Place, found: Sequence[Intervention]) -> dict[int, list[Role]]:
    """By intervention, the confirmed roles of partners seated in the place. One query."""
    roles = Role.objects.filter(
        intervention__in=found,
        state=PartState.CONFIRMED,
        partner__country__path__startswith=place.path,
    )
    made: dict[int, list[Role]] = defaultdict(list)
    for role in roles.select_related("partner__group").order_by("pk"):
        made[role.intervention_id].append(role)
    return made


def _promised_in(place: Any) -> int:
    """How many public commitments are carried out there; a later room keeps them."""
    promises = place.commitments.model.objects.published()
    inside = promises.filter(places__path__startswith=place.path)
    return int(inside.values("pk").distinct().count())
