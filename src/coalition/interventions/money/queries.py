"""What an intervention costs and what was paid: totals by currency, year and partner.

Amounts are whole numbers of a currency's smallest part. They are added in the database, exactly,
and never across currencies; what was struck out or replaced counts no more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Count, Exists, Q, QuerySet, Sum
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from coalition.analysis.figures import decimal_of, percentage
from coalition.interventions.models import PAID, Budget, Intervention, Payment
from coalition.partners.asking import PartState
from coalition.partners.models import Partner
from coalition.results.models import Unit
from coalition.ui.charts import Bar, bars


def partners_to_name(intervention: Intervention) -> QuerySet[Partner]:
    """Those that may be named with money: they confirmed a role, also where it ended since."""
    said_yes = intervention.roles.filter(state__in=(PartState.CONFIRMED, PartState.LEFT))
    return Partner.objects.filter(pk__in=said_yes.values("partner"))


# --- Sums ----------------------------------------------------------------------------------------


class Sums(NamedTuple):
    """What stands in the budget, and what of it was paid out."""

    budget: int
    paid: int

    @property
    def share(self) -> str:
        """How many per cent of the budget were paid out, as read; "" where nothing is planned."""
        if not self.budget:
            return ""
        figure = percentage(self.paid, self.budget, 1)
        return _("%(figure)s%%") % {"figure": number_format(figure, 1, force_grouping=True)}


@dataclass(frozen=True)
class Part:
    """A sum of one intervention, currency, partner (None: others) and year."""

    intervention: int
    unit: int
    partner: int | None
    year: int
    sums: Sums
    struck: int  # how many amounts were struck out of it


def parts_of(interventions: QuerySet[Intervention]) -> list[Part]:
    """The sums of these interventions, each by currency, partner and year. A budget is of the year
    of its first day, a payment of the day on which it was paid. Two queries, however many."""
    found: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0, 0, 0])
    stands = Q(struck_at=None)
    rows: Iterable[tuple[int, Any, str, Q]] = (
        (0, Budget.objects.all(), "starts_on__year", stands & ~Exists(Budget.replacing())),
        (1, Payment.objects.filter(kind__in=PAID), "paid_on__year", stands),
    )
    for at, amounts, year, counts in rows:
        keys = ("intervention", "unit", "partner", year)
        grouped = (
            amounts.filter(intervention__in=interventions)
            .order_by()
            .values_list(*keys)
            .annotate(
                standing=Sum("amount", filter=counts),
                struck=Count("pk", filter=Q(struck_at__isnull=False)),
            )
        )
        for *key, amount, struck in grouped:
            sums = found[tuple(key)]
            sums[at] += int(amount or 0)
            sums[2] += struck
    return [Part(*key, Sums(budget, paid), struck) for key, (budget, paid, struck) in found.items()]


def added(parts: Iterable[Part]) -> Sums:
    """All of them together; of one currency only."""
    parts = list(parts)
    return Sums(sum(one.sums.budget for one in parts), sum(one.sums.paid for one in parts))


# --- Of one intervention, as it is read ----------------------------------------------------------


def told(value: int, unit: Unit) -> str:
    """An amount as it is read: in whole units, with decimals only where there are any."""
    is_whole = value % 10**unit.decimals == 0
    decimals = 0 if is_whole else unit.decimals
    return number_format(decimal_of(value, unit.decimals), decimals, force_grouping=True)


@dataclass(frozen=True)
class Line:
    """A line of a table: a year, or a partner (None: others), and its sums as they are read."""

    of: Any
    sums: Sums
    unit: Unit

    @property
    def budget(self) -> str:
        return told(self.sums.budget, self.unit)

    @property
    def paid(self) -> str:
        return told(self.sums.paid, self.unit)

    @property
    def share(self) -> str:
        return self.sums.share


@dataclass(frozen=True)
class Currency:
    """All that an intervention has of one currency."""

    unit: Unit
    whole: Line
    years: list[Line]
    partners: list[Line]

    @property
    def chart(self) -> str:
        """Two bars a year, the budget above what was paid out, on one scale."""
        rows = [
            Bar(words % {"year": each.of}, value, figure=figure)
            for each in self.years
            for words, value, figure in (
                (_("%(year)s, budget"), each.sums.budget, each.budget),
                (_("%(year)s, paid out"), each.sums.paid, each.paid),
            )
        ]
        words = {
            "share": self.whole.share,
            "currency": self.unit.short_name,
            "paid": self.whole.paid,
        }
        title = (
            _("Paid out: %(share)s of the budget in %(currency)s")
            if self.whole.share
            else _("Paid out without a budget: %(paid)s %(currency)s")
        )
        return bars(
            rows,
            title=title % words,
            subtitle=_("Budget and what was paid out, by year"),
            unit=str(self.unit.short_name),
            source=_("those who lead this intervention"),
        )


@dataclass(frozen=True)
class Money:
    """The money of one intervention: false where nothing was ever said."""

    currencies: list[Currency] = field(default_factory=list)
    struck: int = 0

    def __bool__(self) -> bool:
        return bool(self.currencies or self.struck)


def money_of(intervention: Intervention) -> Money:
    """What it costs and what was paid, by currency, with years and partners. Four queries, two
    where there is nothing."""
    told_of = parts_of(Intervention.objects.filter(pk=intervention.pk))
    struck = sum(one.struck for one in told_of)
    parts = [one for one in told_of if any(one.sums)]
    if not parts:
        return Money(struck=struck)
    units = Unit.objects.in_bulk({one.unit for one in parts})
    partners = Partner.objects.in_bulk({one.partner for one in parts} - {None})
    made = []
    for unit in sorted(units.values(), key=lambda one: one.code):
        own = [one for one in parts if one.unit == unit.pk]
        years = sorted({one.year for one in own})
        named = {one.partner for one in own}
        made.append(
            Currency(
                unit,
                Line(None, added(own), unit),
                [Line(each, added(p for p in own if p.year == each), unit) for each in years],
                sorted(
                    (
                        Line(partners.get(pk), added(p for p in own if p.partner == pk), unit)
                        for pk in named
                    ),
                    key=lambda line: (-line.sums.budget, -line.sums.paid, str(line.of)),
                ),
            )
        )
    return Money(made, struck)


def rows_of(intervention: Intervention) -> tuple[list[Budget], list[Payment]]:
    """All its budgets and payments, also those struck out, with what names them. Two queries."""
    budgets = list(intervention.budgets.select_related("unit", "partner"))
    payments = list(intervention.payments.select_related("unit", "partner", "receiver"))
    for one in [*budgets, *payments]:
        one.amount_told = told(one.amount, one.unit)
    return budgets, payments


# --- As a file -----------------------------------------------------------------------------------

COLUMNS = (
    *("intervention", "what", "number", "kind", "status", "is_revised", "currency", "amount"),
    *("from", "until", "value_on", "partner", "partner_name", "receiver", "receiver_name"),
    *("in_words", "language", "source", "said_at", "struck_at", "struck_because"),
    *("is_example", "url"),
)


def lines_of(intervention: Intervention) -> Iterator[list[Any]]:
    """Each amount with its passport: when and whence it is, and why it was struck out."""
    budgets, payments = rows_of(intervention)
    url = f"{settings.SITE_URL}{intervention.get_absolute_url()}"
    for one in [*budgets, *payments]:
        one.intervention = intervention
        yield [*_cells(one), int(intervention.is_example), url]


def _cells(one: Budget | Payment) -> list[Any]:
    """What a budget and a payment have in common, around what each has of its own."""
    if isinstance(one, Budget):
        own = ["", one.get_status_display(), int(one.is_revised)]
        days, receiver, names = (one.starts_on, one.ends_on), None, ("", "")
    else:
        own = [one.get_kind_display(), "", ""]
        days, receiver = (one.paid_on, one.paid_on), one.receiver
        names = (one.giver_name, one.receiver_name)
    who = [
        cell
        for partner, name in zip((one.partner, receiver), names, strict=True)
        for cell in (partner.reference if partner else "", partner.name if partner else name)
    ]
    return [
        one.intervention.reference,
        one._meta.verbose_name,
        one.number,
        *own,
        one.unit.code.upper(),
        one.amount_in_full,
        *(day.isoformat() for day in (*days, one.value_on)),
        *who,
        one.words,
        one.intervention.language,
        one.source,
        one.at.isoformat(),
        one.struck_at.isoformat() if one.struck_at else "",
        one.struck_because,
    ]
