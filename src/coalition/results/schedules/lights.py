"""The light: whether reports come when they are due, by one rule for all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from coalition.base import zones
from coalition.results.models import Framework, Light, Period, Report
from coalition.results.schedules.periods import months_later
from coalition.results.states import ReportState

TONES = {
    Light.REPORTED: "good",
    Light.DUE: "due",
    Light.OVERDUE: "alert",
    Light.SILENT: "ended",
}
SILENT_AFTER = 24  # months
# A report counts from the moment it is sent in, not while it is written or was sent back.
SENT_IN = (ReportState.SUBMITTED, ReportState.PUBLISHED)


class Owed(NamedTuple):
    """A period with a deadline, as the rule of the light needs it."""

    starts_on: date
    over_at: datetime  # when its last day is over
    due_at: datetime
    is_reported: bool


class Standing(NamedTuple):
    """How a framework stands: its light, since when (None: not told by its periods), and the
    next deadline that nobody has met yet."""

    light: Light
    since: datetime | None
    next_due_at: datetime | None


def standing(periods: Iterable[Owed], now: datetime) -> Standing:
    """The rule of the light, after the yearly one of the UN's platform for SDG actions, whose
    green, yellow, red and inactive count from registration; ours counts from each deadline.

    - reported: nothing is owed. Every period that has ended has a report that was sent in.
    - due: a period has ended without a report, and its deadline has not passed.
    - overdue: the deadline of a period has passed without a report.
    - silent: the deadlines of the last two periods or more have passed without a report, or that
      of the last one more than two years ago.

    A report counts from the moment it is sent in, not while it is a draft or was sent back.
    """
    periods = sorted(periods)
    missing = [one for one in periods if not one.is_reported]
    ahead = min((one.due_at for one in missing if one.due_at > now), default=None)
    missed = sorted(one.due_at for one in missing if one.due_at <= now)
    last = max((one.starts_on for one in periods if one.is_reported), default=date.min)
    in_a_row = sorted(one.due_at for one in missing if one.due_at <= now and one.starts_on > last)
    silences = in_a_row[1:2]
    if in_a_row:
        silences.append(moment_later(in_a_row[0], SILENT_AFTER))
    if silences and min(silences) <= now:
        return Standing(Light.SILENT, min(silences), ahead)
    if missed:
        return Standing(Light.OVERDUE, missed[0], ahead)
    ended = min((one.over_at for one in missing if one.over_at <= now), default=None)
    if ended is not None:
        return Standing(Light.DUE, ended, ahead)
    return Standing(Light.REPORTED, None, ahead)


def moment_later(at: datetime, months: int) -> datetime:
    """The same hour so many months later."""
    return datetime.combine(months_later(at.date(), months), at.timetz())


def light_of(framework: Framework) -> tuple[str, str]:
    """The light in a word and its tone; where no report is due (any more), these words."""
    if framework.ended_at or not framework.every:
        return _("No report is due"), "calm"
    light = Light(framework.light)
    return str(light.label), TONES[light]


def standings(frameworks: Collection[Framework], now: datetime) -> dict[int, Standing]:
    """How each stands, by its key, in one query. Of what has ended nothing was owed any more from
    that moment on; of what is not public nothing is owed."""
    rows = (
        Period.objects.filter(framework__in=frameworks, due_at__isnull=False)
        .annotate(is_reported=Exists(sent_in()))
        .values_list("framework", "starts_on", "ends_on", "due_at", "is_reported")
        .order_by()
    )
    owed: dict[int, list[Owed]] = defaultdict(list)
    zone_of = {one.pk: one.zone for one in frameworks}
    for framework, starts_on, ends_on, due_at, is_reported in rows:
        over_at = zones.end_of(ends_on, zone_of[framework])
        owed[framework].append(Owed(starts_on, over_at, due_at, is_reported))
    return {one.pk: _standing(one, owed[one.pk], now) for one in frameworks}


def _standing(framework: Framework, owed: list[Owed], now: datetime) -> Standing:
    if not framework.is_public:
        return Standing(Light.REPORTED, None, None)
    if framework.ended_at is None or framework.ended_at > now:
        return standing(owed, now)
    due = [one for one in owed if one.due_at <= framework.ended_at]
    return standing(due, framework.ended_at)


def sent_in() -> Any:
    """The reports of the outer query's period that were sent in."""
    return Report.objects.filter(period=OuterRef("pk"), state__in=SENT_IN)
