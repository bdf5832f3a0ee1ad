"""What is wrong with an activity although it has the form of the standard: said by element, and
how to mend it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal

from coalition.analysis.iati.activities import Activity
from coalition.analysis.iati.parts import Money
from coalition.analysis.iati.results import Indicator
from coalition.interventions.models import PaymentKind
from coalition.results.models import MOST

FIRST, LAST = date(1900, 1, 1), date(2200, 1, 1)
WHOLE = Decimal(100)
LONGEST_IDENTIFIER = 200
MOST_AMOUNTS = 30_000  # of one activity, by their numbers
EXACT = Context(prec=100)
COUNTED = ("1", "2")  # codelist IndicatorMeasure: units and percentages have figures
PARENT, CHILD = "1", "2"


@dataclass(frozen=True)
class Currencies:
    """The currencies that are known here, with their decimals, by their codes in capitals."""

    decimals: Mapping[str, int]


def problems(one: Activity, known: Currencies) -> Iterator[str]:
    """Sentences, each naming the element."""
    yield from identifier_problems("<iati-identifier>", one.identifier)
    if not any(each.text.strip() for each in one.title):
        yield "<title> is empty. Give the activity a title."
    yield from _days(one)
    yield from _shares(one)
    yield from _amounts(one, known)
    if max(len(one.budgets), len(one.transactions)) > MOST_AMOUNTS:
        yield f"<transaction>: of one activity {MOST_AMOUNTS:,} are kept at most. Sum them up."
    for number, result in enumerate(one.results, 1):
        where = f"<result> {number}"
        if not result.indicators:
            yield f"{where} has no <indicator>. Say how it is measured."
        for at, indicator in enumerate(result.indicators, 1):
            yield from _figures(indicator, f"{where}, <indicator> {at}")


def parents(activities: Iterable[Activity]) -> dict[str, str]:
    """Of which activity each is a part, by identifiers, as the file tells it from either side."""
    said: dict[str, str] = {}
    implied: dict[str, str] = {}
    for one in activities:
        own = one.identifier.strip()
        for each in one.related:
            if (ref := each.ref.strip()) and each.type == PARENT:
                said.setdefault(own, ref)
            elif ref and each.type == CHILD:
                implied.setdefault(ref, own)
    return implied | said


def circles(told: Mapping[str, str], held: Mapping[str, str]) -> dict[str, str]:
    """Of identifiers whose chain of parents leads back to them, why. `told` are the parents that
    the file tells, `held` those of activities that are here already. Each is looked at once."""
    above = {**told, **held}
    seen: set[str] = set()
    found = {}
    for start in above:
        chain: dict[str, None] = {}
        at: str | None = start
        while at is not None and at not in seen:
            seen.add(at)
            chain[at] = None
            at = above.get(at)
        if at in chain:
            steps = list(chain)
            for each in steps[steps.index(at) :]:
                found[each] = (
                    "<related-activity> leads from parent to parent back to itself. An activity "
                    "is part of a wider one, never of itself: take one of them out."
                )
    return found


def identifier_problems(element: str, identifier: str) -> Iterator[str]:
    """Whether one can be kept and found again."""
    if not identifier.strip():
        yield f"{element} is empty. Each needs an identifier that lasts."
    elif len(identifier.strip()) > LONGEST_IDENTIFIER:
        yield f"{element} has more than {LONGEST_IDENTIFIER} characters, and cannot be kept."


def _days(one: Activity) -> Iterator[str]:
    days = [("<activity-date>", each.day) for each in one.dates]
    days += [("<transaction>/<transaction-date>", each.day) for each in one.transactions]
    amounts = [each.value for each in (*one.budgets, *one.transactions)]
    days += [("<value>", each.value_date) for each in amounts if each is not None]
    for budget in one.budgets:
        days += [("<budget>", budget.period_start), ("<budget>", budget.period_end)]
        if budget.period_start and budget.period_end and budget.period_end < budget.period_start:
            yield "<budget> ends before it begins. Correct one of its two days."
    for result in one.results:
        for indicator in result.indicators:
            for each in indicator.baselines:
                days += [("<baseline>", each.day)]
                if each.year is not None and not FIRST.year <= each.year < LAST.year:
                    yield f"<baseline> says {each.year}, which is hardly meant. Correct its year."
            for period in indicator.periods:
                days += [("<period>", period.start), ("<period>", period.end)]
                if period.start and period.end and period.end < period.start:
                    yield "<period> ends before it begins. Correct one of its two days."
    for element, day in days:
        yield from day_problems(element, day)
    planned = {each.type: each.day for each in one.dates if each.day}
    for start, end in (("1", "3"), ("2", "4")):
        if start in planned and end in planned and planned[end] < planned[start]:
            yield f"<activity-date> of type {end} lies before that of type {start}. Correct one."


def day_problems(element: str, day: date | None) -> Iterator[str]:
    if day is not None and not FIRST <= day < LAST:
        yield f"{element} says {day.isoformat()}, which is hardly meant. Days are from 1900 on."


def _shares(one: Activity) -> Iterator[str]:
    lists = {
        "<recipient-country> and <recipient-region>": [
            each.percentage for each in (*one.countries, *one.regions)
        ],
        "<sector>": [each.percentage for each in one.sectors],
    }
    for element, shares in lists.items():
        given = [each for each in shares if each is not None]
        if any(not 0 <= each <= WHOLE for each in given):
            yield f"{element}: a percentage is from 0 to 100."
    # Sectors are counted for each vocabulary by itself.
    by_vocabulary: dict[str, Decimal] = {}
    for sector in one.sectors:
        if sector.percentage is not None and sector.percentage.is_finite():
            key = sector.vocabulary or "1"
            by_vocabulary[key] = by_vocabulary.get(key, Decimal(0)) + sector.percentage
    regions: dict[str, Decimal] = {}
    countries = sum((each.percentage or Decimal(0) for each in one.countries), Decimal(0))
    for region in one.regions:
        key = region.vocabulary or "1"
        regions[key] = regions.get(key, Decimal(0)) + (region.percentage or Decimal(0))
    # Rounded shares may come to a little more.
    over = WHOLE + Decimal("0.5")
    if any(share > over for share in by_vocabulary.values()):
        yield "<sector>: the percentages of one vocabulary are over 100 together. Lower one."
    if countries + max(regions.values(), default=Decimal(0)) > over:
        yield (
            "<recipient-country> and <recipient-region>: the percentages are over 100 together. "
            "Lower one."
        )


def _amounts(one: Activity, known: Currencies) -> Iterator[str]:
    rows = [("<budget>", each.value) for each in one.budgets]
    rows += [("<transaction>", each.value) for each in one.transactions]
    for number, payment in enumerate(one.transactions, 1):
        if payment.type not in PaymentKind.values:
            yield f"<transaction> {number}: “{payment.type[:10]}” is no type of a transaction."
    for element, value in rows:
        if value is None or value.amount is None:
            yield f"{element} has no amount. Write it as a plain number in <value>."
            continue
        if sentence := refused(value, one.currency, known):
            yield f"{element}: {sentence}"


def refused(value: Money, default: str, known: Currencies) -> str:
    """Why an amount cannot be kept, or an empty text."""
    code = (value.currency or default).strip().upper()
    if not code:
        return "the amount names no currency, and neither does the activity."
    if code not in known.decimals:
        return f"“{code[:10]}” is no currency that is known here. Ask the secretariat to add it."
    assert value.amount is not None
    try:
        whole_of(value.amount, known.decimals[code])
    except ValueError as error:
        return str(error)
    return ""


def whole_of(amount: Decimal, decimals: int) -> int:
    """An amount as a whole number of its unit's smallest part. Raises ValueError with a sentence
    where it has more decimals than its unit, or is too large to be kept."""
    if not amount.is_finite() or amount.adjusted() > 18 or abs(amount) * 10**decimals > MOST:
        raise ValueError("the amount is too large to be kept.")
    if int(amount.as_tuple().exponent) < -60:
        raise ValueError("the amount has too many decimals.")
    scaled = amount.scaleb(decimals, EXACT)
    if scaled != scaled.to_integral_value(context=EXACT):
        raise ValueError(f"the amount has more than {decimals} decimals, which this unit has.")
    return int(scaled)


def _figures(one: Indicator, where: str) -> Iterator[str]:
    if one.measure not in COUNTED:
        return
    texts = [each.value for each in one.baselines]
    for period in one.periods:
        texts += [each.value for each in (*period.targets, *period.actuals)]
    for text in texts:
        if text.strip() and number_of(text) is None:
            yield f"{where}: “{text[:40]}” is no plain number, which its measure asks for."


def number_of(text: str) -> Decimal | None:
    """The number that a value is; None where it is none, or one that nobody can mean."""
    text = text.strip()
    if not text or len(text) > 60 or not text.isascii():
        return None
    try:
        found = Decimal(text)
    except ArithmeticError:
        return None
    return found if found.is_finite() and abs(found.adjusted()) <= 18 else None
