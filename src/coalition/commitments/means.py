"""With what a commitment is carried out, as it is read: money by currency and year, and what is
given in kind. Amounts are added over years, never across currencies."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from coalition.analysis.figures import decimal_of
from coalition.commitments.models import Commitment, Resource
from coalition.results.models import Unit


@dataclass(frozen=True)
class Means:
    """A table of money with a row for each year and a column for each currency, and the rest."""

    currencies: list[Unit]
    years: list[tuple[int, list[str]]]  # amounts in the order of the currencies; "" for none
    totals: list[str]  # over all years
    said: list[Resource]  # what is said in words, of money too

    def __bool__(self) -> bool:
        return bool(self.currencies or self.said)

    @property
    def in_words(self) -> list[str]:
        """Each currency's total: "250,000 Swiss francs"."""
        return [
            _("%(figure)s %(unit)s") % {"figure": total, "unit": unit.short_name}
            for unit, total in zip(self.currencies, self.totals, strict=True)
        ]


def means_of(commitment: Commitment) -> Means:
    """What the resources of a commitment come to. One query, unless they were prefetched with
    their units."""
    resources = list(_with_units(commitment))
    amounts: dict[int, dict[int, int]] = defaultdict(dict)
    units: dict[int, Unit] = {}
    for each in resources:
        if each.amount is None or each.unit is None or each.year is None:
            continue
        units.setdefault(each.unit.pk, each.unit)
        of_year = amounts[each.year]
        of_year[each.unit.pk] = of_year.get(each.unit.pk, 0) + each.amount
    return Means(
        currencies=list(units.values()),
        years=[
            (year, [amount_of(amounts[year].get(pk), unit) for pk, unit in units.items()])
            for year in sorted(amounts)
        ],
        totals=[
            amount_of(sum(of_year.get(pk, 0) for of_year in amounts.values()), unit)
            for pk, unit in units.items()
        ],
        said=[each for each in resources if each.words],
    )


def _with_units(commitment: Commitment) -> list[Resource]:
    if "resources" in getattr(commitment, "_prefetched_objects_cache", {}):
        return list(commitment.resources.all())
    return list(commitment.resources.select_related("unit"))


def amount_of(value: int | None, unit: Unit) -> str:
    """An amount as it is read: in whole units, with decimals only where there are any. Empty where
    there is none."""
    if value is None:
        return ""
    whole = value % 10**unit.decimals == 0
    figure = decimal_of(value, unit.decimals)
    decimals = 0 if whole else unit.decimals
    return number_format(figure, decimals, use_l10n=True, force_grouping=True)
