"""Deadlines as people read them, who is reminded of what, and what waits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Count, Exists, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from coalition.base import zones
from coalition.partners.models import Mandate, Partner
from coalition.partners.rules import roles_that
from coalition.partners.states import JOINED
from coalition.results.models import Framework, Light, Period, Reminder, Report, Step
from coalition.results.owners import owners_by
from coalition.results.schedules.lights import sent_in

# --- A deadline, as people read it -----------------------------------------------------------


@dataclass(frozen=True)
class Deadline:
    """When a report is due: a day in the framework's zone, and the moment in which it is over."""

    day: date
    moment: datetime
    zone: str
    reader_zone: str = "UTC"

    @property
    def there(self) -> str:
        """ "1 March 2027, 24:00 (Africa/Cairo)", in the reader's language."""
        if self.moment == zones.end_of(self.day, self.zone):
            # Where a clock skips midnight, the day is over at 24:00 all the same.
            return _("%(day)s, 24:00 (%(zone)s)") % {
                "day": date_format(self.day),
                "zone": self.zone,
            }
        return _at(self.moment, self.zone)

    @property
    def here(self) -> str:
        """The same in the reader's zone; empty where their clock shows the same."""
        there, here = (self.moment.astimezone(zones.zone(z)) for z in (self.zone, self.reader_zone))
        return "" if there.utcoffset() == here.utcoffset() else _at(self.moment, self.reader_zone)

    def __str__(self) -> str:
        return f"{self.there} = {self.here}" if self.here else self.there


def _at(at: datetime, zone: str) -> str:
    """A moment as a day and an hour in a zone; midnight is 24:00 of the day before."""
    local = at.astimezone(zones.zone(zone))
    day, hour = local.date(), f"{local:%H:%M}"
    if hour == "00:00":
        day, hour = day - timedelta(days=1), "24:00"
    return _("%(day)s, %(hour)s (%(zone)s)") % {
        "day": date_format(day),
        "hour": hour,
        "zone": zone,
    }


def deadline(period: Period, reader_zone: str = "UTC") -> Deadline | None:
    """The deadline of a period that is read with its framework; None where nothing is due."""
    if period.due_on is None or period.due_at is None:
        return None
    return Deadline(period.due_on, period.due_at, period.framework.zone, reader_zone)


def zone_of(reader: Any) -> str:
    """In which zone a reader wants to see moments: visitors have not said, so UTC."""
    return str(getattr(reader, "zone", "") or "UTC")


class Laid(NamedTuple):
    """A period of the schedule, as its page lists it."""

    period: Period
    deadline: Deadline | None
    word: str
    tone: str


def laid(framework: Framework, reader: Any, now: datetime) -> list[Laid]:
    """All periods of a framework with their deadlines and what became of each; one query."""
    found = []
    rows = framework.periods.annotate(is_reported=Exists(sent_in())).order_by("starts_on")
    for one in rows:
        one.framework = framework
        if one.is_reported:
            said = _("Reported"), "good"
        elif one.due_at is None or framework.ended_at:
            said = _("Nothing is due"), "calm"
        elif one.due_at <= now:
            said = _("Overdue"), "alert"
        elif zones.end_of(one.ends_on, framework.zone) <= now:
            said = _("Due"), "due"
        elif one.starts_on <= zones.today_in(framework.zone, now):
            said = _("Has begun"), "calm"
        else:
            said = _("Lies ahead"), "calm"
        found.append(Laid(one, deadline(one, zone_of(reader)), *said))
    return found


# --- Who is reminded of what -----------------------------------------------------------------

# Days before (-) and after the day on which a report is due; days are the framework's own.
STEPS = {Step.AHEAD: -30, Step.WEEK: -7, Step.DAY: 0, Step.LATE: 7, Step.VERY_LATE: 30}
# Nobody is reminded of what is later than this: it is silence by then, or it came in at once.
LATEST = 60


def step_on(day: date, due_on: date) -> Step | None:
    """The step that counts on a day: the last one reached, so that a missed day is caught up and
    no two steps come at once."""
    days = (day - due_on).days
    reached = [step for step, of in STEPS.items() if of <= days <= LATEST]
    return reached[-1] if reached else None


def to_remind(now: datetime) -> dict[int, dict[int, Step]]:
    """Who is to be reminded of which periods, and at which step, by keys, in two queries.

    Periods of public frameworks that have not ended, on which no report was sent in; people whose
    mandate lets them report for an organisation that is still there; but for those who were
    reminded of the same at the same step.
    """
    # Wide enough for every zone; the steps decide.
    around = (
        now - timedelta(days=LATEST + 2),
        now + timedelta(days=2 - STEPS[Step.AHEAD]),
    )
    periods = Period.objects.filter(
        due_at__range=around, framework__is_public=True, framework__ended_at=None
    ).filter(~Exists(sent_in()))
    path = "partner__frameworks__periods"
    rows = (
        Mandate.objects.current()
        .filter(
            role__in=roles_that("edit"),
            partner__state__in=JOINED,
            person__is_active=True,
            person__erased_at=None,
            **{f"{path}__in": periods},
        )
        .values_list("person", path, f"{path}__due_on", "partner__frameworks__zone")
        .order_by()
        .distinct()
    )
    reminded = set(
        Reminder.objects.filter(period__due_at__range=around).values_list(
            "person", "period", "step"
        )
    )
    found: dict[int, dict[int, Step]] = defaultdict(dict)
    for person, period, due_on, zone in rows:
        step = step_on(zones.today_in(zone, now), due_on)
        if step is not None and (person, period, step.value) not in reminded:
            found[person][period] = step
    return found


def with_owners(keys: Collection[int]) -> QuerySet[Period]:
    """Periods with their frameworks, owners and who reports, in one query."""
    rows = Period.objects.filter(pk__in=keys)
    return rows.select_related("framework__reporter", *owners_by("framework"))


@dataclass
class Due:
    """What a person is asked for, as a letter or the workspace tells it."""

    period: Period
    person: Any
    now: datetime
    lines: str = ""
    report: Report | None = None  # one that is open

    @property
    def framework(self) -> Framework:
        return self.period.framework

    @property
    def owner(self) -> Any:
        return self.framework.owner

    @property
    def deadline(self) -> Deadline | None:
        return deadline(self.period, zone_of(self.person))

    @property
    def is_late(self) -> bool:
        return bool(self.period.due_at and self.period.due_at <= self.now)

    @property
    def url(self) -> str:
        """The form, prefilled."""
        return reverse("results:begin", args=[self.framework.reference, self.period.pk])


# --- For the workspace and the desk ----------------------------------------------------------

MOST_SHOWN = 20


def due_for(person: Any, *, now: datetime | None = None) -> list[Due]:
    """What the organisations that the person may edit for owe now, or within a month: the most
    urgent first, at most MOST_SHOWN. Two queries."""
    now = now or timezone.now()
    partners = Partner.objects.spoken_for_by(person, "edit").filter(state__in=JOINED)
    soon = now + timedelta(days=-STEPS[Step.AHEAD])
    wanted = (
        Period.objects.filter(
            due_at__isnull=False,
            framework__reporter__in=partners,
            framework__is_public=True,
            framework__ended_at=None,
        )
        .filter(Q(due_at__lte=soon) | Q(ends_on__lt=now.date()))
        .filter(~Exists(sent_in()))
        .order_by("due_at", "pk")
    )
    periods = list(with_owners(wanted.values("pk")).order_by("due_at", "pk")[:MOST_SHOWN])
    open_ones = {one.period_id: one for one in Report.objects.open().filter(period__in=periods)}
    return [Due(one, person, now, report=open_ones.get(one.pk)) for one in periods]


def desk_counts() -> dict[str, int]:
    """How many public frameworks owe a report, by light: due, overdue, silent. One query."""
    lights = [Light.DUE, Light.OVERDUE, Light.SILENT]
    rows = (
        Framework.objects.public()
        .filter(ended_at=None, light__in=lights)
        .values_list("light")
        .annotate(Count("pk"))
        .order_by()
    )
    return {light.value: 0 for light in lights} | dict(rows)
