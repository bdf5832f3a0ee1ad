"""How many commitments stand how: of a partner, in a place, on a theme. Nothing is left out: what
was closed without being fulfilled and what was withdrawn is counted too, and said to be so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, QuerySet, Sum
from django.utils.http import urlencode
from django.utils.translation import ngettext

from coalition.commitments.means import amount_of
from coalition.commitments.models import (
    Commitment,
    CommitmentMove,
    CommitmentQuerySet,
    Facet,
    Filing,
    Resource,
    ResourceKind,
    Tally,
)
from coalition.commitments.states import PUBLIC, TONES, State
from coalition.partners.models import PartnerGroup
from coalition.results.models import Light, Unit
from coalition.results.schedules.lights import TONES as LIGHT_TONES

SHOWN = (Facet.STATE, Facet.LIGHT, Facet.GROUP)
# Above so many, going through all that is filed is quicker than looking up each of them.
MANY = 1_000


@dataclass(frozen=True)
class Share:
    """So many of them, in a word, and how the list of just these is asked for."""

    word: str
    number: int
    query: str
    tone: str = "calm"
    code: str = ""


@dataclass
class Balance:
    """What is promised, and how it stands. `query` asks for all of them in the explorer."""

    query: str
    total: int = 0
    is_many: bool = False
    fulfilled: int = 0  # closed, found to be completed
    unfulfilled: int = 0  # closed without being fulfilled
    withdrawn: int = 0
    states: list[Share] = field(default_factory=list)
    lights: list[Share] = field(default_factory=list)
    # Of those who lead and of those who joined: one promise may count in several groups.
    groups: list[Share] = field(default_factory=list)
    # One sentence a currency; they are never added.
    money: list[str] = field(default_factory=list)


def balance_of(members: CommitmentQuerySet, facet: str = "", value: str = "") -> Balance:
    """What is filed under this value, counted; without one all public commitments, of which the
    numbers are kept. `members` are the same in every state, so that those withdrawn are found.
    Six queries, five without a value."""
    wish = {facet: value} if facet else {}
    made = Balance(urlencode(wish))
    counted, made.is_many = _kept(facet, value)
    public: QuerySet[Any] = Commitment.objects.published().order_by().values("pk")
    if facet:
        public = Filing.objects.filter(facet=facet, value=value).values("commitment")
        counted = _counted(_among(Filing.objects.filter(facet__in=SHOWN), public, made.is_many))
    made.states = list(_shares(Facet.STATE, counted, State, TONES, wish, PUBLIC))
    made.lights = list(_shares(Facet.LIGHT, counted, Light, LIGHT_TONES, wish, tuple(Light)))
    made.groups = [
        Share(
            str(group.short_name),
            counted[Facet.GROUP, group.code],
            urlencode({**wish, Facet.GROUP.value: group.code}),
            code=group.code,
        )
        for group in PartnerGroup.objects.all()
        if (Facet.GROUP, group.code) in counted
    ]
    made.total = sum(one.number for one in made.states)
    _count_ended(made, members)
    made.money = list(_money(public, made.is_many))
    return made


def newest(members: CommitmentQuerySet, facet: str, value: str, *, is_many: bool) -> Any:
    """The keys of the public ones, the newest first."""
    public = members.published()
    if is_many and facet:
        # Gone through in their order, of so many the first few are soon found; few are sorted.
        filed = Filing.objects.filter(facet=facet, value=value, commitment=OuterRef("pk"))
        public = Commitment.objects.published().filter(Exists(filed))
    return public.order_by("-published_at", "-pk").values_list("pk", flat=True)


Counts = Mapping[tuple[str, str], int]


def _kept(facet: str, value: str) -> tuple[Counts, bool]:
    """The kept numbers: all that are shown, or the one of this value; and whether it is large."""
    rows = Tally.objects.filter(facet=facet, value=value)
    if not facet:
        rows = Tally.objects.filter(facet__in=SHOWN)
    kept = {(of, each): number for of, each, number in rows.values_list("facet", "value", "number")}
    return kept, not facet or kept.get((facet, value), 0) > MANY


def _counted(rows: QuerySet[Filing]) -> Counts:
    counted = rows.order_by().values_list("facet", "value").annotate(number=Count("*"))
    return {(facet, value): number for facet, value, number in counted}


def _among(rows: QuerySet[Any], public: QuerySet[Any], is_many: bool) -> QuerySet[Any]:
    """Those rows that belong to one of these commitments."""
    if is_many:
        # Not the bare column: SQLite would look up each of the commitments.
        return rows.annotate(of=F("commitment") + 0).filter(of__in=public)
    return rows.filter(commitment__in=public)


def _shares(
    facet: Facet,
    counted: Counts,
    words: type[State] | type[Light],
    tones: Mapping[Any, str],
    wish: Mapping[str, str],
    shown: tuple[Any, ...],
) -> Iterator[Share]:
    for each in shown:
        if number := counted.get((facet, each)):
            query = urlencode({**wish, facet.value: each.value})
            yield Share(str(words(each).label), number, query, tones[each])


def _count_ended(made: Balance, members: CommitmentQuerySet) -> None:
    """What became of those that were closed, and how many were withdrawn."""
    failed = CommitmentMove.objects.filter(record=OuterRef("pk"), verb="close_unfulfilled")
    ended = members.filter(state__in=[State.CLOSED, State.WITHDRAWN]).order_by()
    rows = ended.values_list("state", Exists(failed)).annotate(Count("pk"))
    for state, is_failed, number in rows:
        if state == State.WITHDRAWN:
            made.withdrawn += number
        elif is_failed:
            made.unfulfilled = number
        else:
            made.fulfilled = number


def _money(public: QuerySet[Any], is_many: bool) -> Iterator[str]:
    """What is promised in each currency, and in how many commitments."""
    promised = Resource.objects.filter(kind=ResourceKind.FINANCIAL)
    sums = (
        _among(promised, public, is_many)
        .order_by()
        .values_list("unit")
        .annotate(Sum("amount"), Count("commitment", distinct=True))
    )
    by_unit = {unit: (amount, number) for unit, amount, number in sums}
    for unit in Unit.objects.filter(pk__in=by_unit):
        amount, number = by_unit[unit.pk]
        words = ngettext(
            "%(amount)s %(currency)s in %(count)d commitment",
            "%(amount)s %(currency)s in %(count)d commitments",
            number,
        )
        yield words % {
            "amount": amount_of(amount, unit),
            "currency": unit.short_name,
            "count": number,
        }
