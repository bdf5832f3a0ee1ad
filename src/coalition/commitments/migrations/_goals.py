"""Gives each commitment its results framework, with its goal and baseline in words."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.utils import timezone

BATCH = 500
MONTHS, DAYS_TO_REPORT = 12, 60  # the schedule of a framework that was not given another


def fill(apps: Any, schema_editor: Any) -> None:
    """Every sentence becomes a goal, an indicator in words, its target and its baseline; an empty
    one becomes nothing. Public promises are asked for reports from the running period on."""
    commitments = apps.get_model("commitments", "Commitment").objects
    last = 0
    while rows := list(commitments.filter(pk__gt=last).order_by("pk")[:BATCH]):
        give_frameworks(apps, rows)
        give_goals(apps, [one for one in rows if one.goal or one.baseline])
        lay_periods(apps, [one for one in rows if one.state == "published"])
        last = rows[-1].pk
    if schema_editor.connection.vendor == "postgresql":
        # What was deferred is checked now, so that the tables may still be altered.
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def give_frameworks(apps: Any, rows: list[Any]) -> None:
    frameworks = apps.get_model("results", "Framework").objects
    withdrawals = apps.get_model("commitments", "CommitmentMove").objects.filter(
        record__in=rows, verb="withdraw"
    )
    ended = dict(withdrawals.values_list("record", "at"))
    made = frameworks.bulk_create(
        frameworks.model(
            reference=reference,
            owner_kind="commitment",
            reporter_id=one.partner_id,
            language=one.language,
            is_public=one.state in ("published", "withdrawn"),
            is_handed_in=one.state != "draft",
            ended_at=ended.get(one.pk, one.changed_at) if one.state == "withdrawn" else None,
            every=MONTHS,
            days_to_report=DAYS_TO_REPORT,
            is_example=one.is_example,
        )
        for one, reference in zip(rows, references(apps, len(rows)), strict=True)
    )
    for one, framework in zip(rows, made, strict=True):
        one.framework = framework
    type(rows[0]).objects.bulk_update(rows, ["framework"])


def references(apps: Any, count: int) -> list[str]:
    """As `base.numbers.next_references` gives them."""
    counters = apps.get_model("base", "Counter").objects
    year = timezone.now().year
    counter = counters.get_or_create(prefix="RES", year=year)[0]
    first, counter.last = counter.last + 1, counter.last + count
    counter.save(update_fields=["last"])
    return [f"RES-{year}-{number:04d}" for number in range(first, counter.last + 1)]


def give_goals(apps: Any, rows: list[Any]) -> None:
    results, indicators, facts = (
        apps.get_model("results", name).objects for name in ("Result", "Indicator", "Fact")
    )
    goals = results.bulk_create(
        results.model(framework_id=one.framework_id, level="goal", title=one.goal or one.title)
        for one in rows
    )
    measured = indicators.bulk_create(
        indicators.model(
            framework_id=one.framework_id,
            result=goal,
            number=1,
            title=goal.title,
            measure="text",
            rule="none",
        )
        for one, goal in zip(rows, goals, strict=True)
    )
    facts.bulk_create(
        facts.model(
            indicator=indicator,
            role=role,
            partner_id=one.partner_id,
            text=words,
            state="published",
            changed_at=one.changed_at,
            published_at=one.published_at or one.changed_at,
        )
        for one, indicator in zip(rows, measured, strict=True)
        for role, words in (("baseline", one.baseline), ("target", one.goal))
        if words
    )


def lay_periods(apps: Any, rows: list[Any]) -> None:
    periods = apps.get_model("results", "Period").objects
    made = []
    for one in rows:
        own = [
            periods.model(
                framework_id=one.framework_id,
                starts_on=start,
                ends_on=end,
                due_on=end + timedelta(days=DAYS_TO_REPORT),
                due_at=datetime.combine(
                    end + timedelta(days=DAYS_TO_REPORT + 1), datetime.min.time(), UTC
                ),
            )
            for start, end in running(one)
        ]
        one.framework.next_due_at = min((each.due_at for each in own), default=None)
        # From now on these periods stand, whatever becomes of the schedule.
        one.framework.light_since = timezone.now()
        made += own
    periods.bulk_create(made)
    frameworks = [one.framework for one in rows]
    apps.get_model("results", "Framework").objects.bulk_update(
        frameworks, ["next_due_at", "light_since"]
    )


def running(one: Any) -> Iterator[tuple[date, date]]:
    """The years of a promise that are not over: nobody was asked for a report before."""
    first = one.starts_on or one.published_at.date()
    number = 0
    while one.ends_on and (start := later(first, MONTHS * number)) <= one.ends_on:
        number += 1
        end = min(later(first, MONTHS * number) - timedelta(days=1), one.ends_on)
        if end >= timezone.now().date():
            yield start, end


def later(day: date, months: int) -> date:
    """So many months later, at the latest on the month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
