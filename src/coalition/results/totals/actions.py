"""Totals are made from the figures, never entered, and may be made anew at any time."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from typing import Any

from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models.functions import Abs
from django.utils.translation import gettext as _

from coalition.base import audit
from coalition.base.errors import NotAllowed, Refused
from coalition.base.reference import Source
from coalition.results.models import ExchangeRate, Fact, Indicator, Total, Unit, UnitKind
from coalition.results.totals.hiding import hide
from coalition.results.totals.statement import INSERT

MOST_AT_ONCE = 5_000  # of more indicators than that all totals are made anew

_deferred: ContextVar[set[int] | None] = ContextVar("deferred_totals", default=None)


@contextmanager
def deferred() -> Iterator[None]:
    """Totals of the indicators that thousands of verbs change in one transaction are made once,
    at the end of it, instead of after each verb. Until then they are those of before."""
    if _deferred.get() is not None:
        yield
        return
    waiting: set[int] = set()
    with transaction.atomic():
        token = _deferred.set(waiting)
        try:
            yield
        finally:
            _deferred.reset(token)
        held = sorted(waiting)
        for first in range(0, len(held), MOST_AT_ONCE):
            derive(held[first : first + MOST_AT_ONCE])


@transaction.atomic
def derive(indicators: Collection[int] | None = None) -> int:
    """Make the totals of these indicators, and of all that they count towards, anew from the
    published figures; None: of all indicators. Returns how many totals were made: none yet where
    that is `deferred`.

    One statement makes all and few, so that both come to the same figures. Small figures are
    hidden in the same transaction, baselines included.

    Raises:
        Refused: A total does not fit into 64 bits.
    """
    waiting = _deferred.get()
    if waiting is not None and indicators is not None:
        waiting.update(indicators)
        return 0
    scope = None
    if indicators is not None and len(indicators) <= MOST_AT_ONCE:
        scope = sorted(with_ancestors(indicators))
    hold(scope)
    old = Total.objects.all() if scope is None else Total.objects.filter(indicator__in=scope)
    old.delete()
    made = _insert(scope)
    hide(scope)
    return made


@transaction.atomic
def keep_rate(
    *, unit: Unit, into: Unit, on: date, rate: int, source: Source, by: Any
) -> ExchangeRate:
    """Keep how much of `into`, in hundred-millionths, one of `unit` bought on a day. A rate is
    never overwritten: figures were converted by it.

    Raises:
        NotAllowed: The person does not keep rates.
        Refused: The two are no different currencies, or the day has its rate.
    """
    if not by.has_perm("results.keep_rates"):
        raise NotAllowed(_("Exchange rates are kept by the secretariat."))
    if unit == into or {unit.kind, into.kind} != {UnitKind.MONEY}:
        raise Refused(_("Choose two different currencies."))
    try:
        with transaction.atomic():
            made = ExchangeRate.objects.create(
                unit=unit, into=into, on=on, rate=rate, source=source
            )
    except IntegrityError as error:
        raise Refused(
            _("These two currencies have a rate of that day already. It stays as it is.")
        ) from error
    audit.record("results.keep_rate", made, by=by)
    return made


def hold(indicators: Collection[int] | None) -> None:
    """Two who change figures that count towards one indicator wait for each other here. Taken
    before the figures themselves; None: of all indicators."""
    chosen = {} if indicators is None else {"pk__in": with_ancestors(indicators)}
    locked = Indicator.objects.filter(**chosen).order_by("pk").select_for_update(no_key=True)
    list(locked.values_list("pk"))


def with_ancestors(indicators: Collection[int]) -> set[int]:
    """These indicators and all that they count towards."""
    found: set[int] = set()
    ahead = set(indicators)
    while ahead:
        found |= ahead
        parents = Indicator.objects.filter(pk__in=ahead, parent__isnull=False)
        ahead = set(parents.values_list("parent", flat=True)) - found
    return found


def with_descendants(indicators: Collection[int]) -> set[int]:
    """These indicators and all that count towards them."""
    found: set[int] = set()
    ahead = set(indicators)
    while ahead:
        found |= ahead
        children = Indicator.objects.filter(parent__in=ahead)
        ahead = set(children.values_list("pk", flat=True)) - found
    return found


def _insert(indicators: Collection[int] | None) -> int:
    if indicators is not None and not indicators:  # a report in words alone
        return 0
    chosen = "1 = 1"
    if indicators is not None:
        chosen = f"top.id IN ({', '.join(['%s'] * len(indicators))})"
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(INSERT.replace("{chosen}", chosen), list(indicators or ()))
            return int(cursor.rowcount)
    except DatabaseError as error:
        # SQLite says "integer overflow", PostgreSQL "bigint out of range".
        if "overflow" in str(error) or "out of range" in str(error):
            raise Refused(_too_large(indicators)) from error
        raise


def _too_large(indicators: Collection[int] | None) -> str:
    """A sentence that names the indicator with the largest figure among those that were added."""
    facts = Fact.objects.published().filter(value__isnull=False)
    if indicators is not None:
        facts = facts.filter(indicator__in=with_descendants(indicators))
    largest = facts.select_related("indicator__framework").order_by(Abs("value").desc(), "pk")[0]
    return _(
        "The figures of indicator %(number)d of %(framework)s come to more than can be kept. "
        "Please look whether one of them has too many zeros; if they are right, choose a larger "
        "unit for this indicator, such as thousands or millions."
    ) % {
        "number": largest.indicator.number,
        "framework": largest.indicator.framework.reference,
    }
