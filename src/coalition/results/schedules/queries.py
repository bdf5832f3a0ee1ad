"""When reports are due, and the rule of the light."""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from coalition.base import zones
from coalition.partners.models import Mandate, Partner
from coalition.partners.rules import roles_that
from coalition.partners.states import JOINED
from coalition.results.models import Framework, Light, Period, Reminder, Report, Step
from coalition.results.states import ReportState

# Nobody reports so often and so long: a slip in a date shall not make thousands of rows.
MOST_PERIODS = 400


class Span(NamedTuple):
    """From a day to a day, both included."""

    first: date
    last: date


def months_later(day: date, months: int, *, as_day: int | None = None) -> date:
    """The day so many months later; a day its month lacks becomes the month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(as_day or day.day, last))


def cut(whole: Span, every: int, as_day: int) -> Iterator[Span]:
    """The time cut into periods of so many months, the last one cut at the end. `as_day` is the
    day of the month on which the first of all periods began: 31 where this one began on the 30th
    for want of it."""
    is_last_of_month = (whole.first + timedelta(days=1)).day == 1
    as_day = as_day if is_last_of_month and as_day > whole.first.day else whole.first.day
    first, count = whole.first, 0
    while first <= whole.last:
        count += 1
        following = months_later(whole.first, count * every, as_day=as_day)
        yield Span(first, min(following - timedelta(days=1), whole.last))
        first = following


def between(kept: Iterable[Span], whole: Span, every: int) -> list[Span]:
    """The periods that fill the time around those that are kept, without overlap."""
    found: list[Span] = []
    first = whole.first
    for held in sorted(kept):
        gap = Span(first, min(held.first - timedelta(days=1), whole.last))
        found += cut(gap, every, whole.first.day)
        first = max(first, held.last + timedelta(days=1))
    found += cut(Span(first, whole.last), every, whole.first.day)
    return found


def span_of(framework: Framework) -> Span | None:
    """From the owner's first day, else that of its publication, to its last; None where one of
    the two is not known, so that nothing can be due."""
    owner = framework.owner
    first, last = owner.starts_on, owner.ends_on
    if first is None and owner.published_at is not None:
        first = zones.today_in(framework.zone, owner.published_at)
    return Span(first, last) if first and last and first <= last else None


def due_on(framework: Framework, last: date, *, now: datetime) -> date | None:
    """By which day a period that ends on `last` is reported on: so many days after its end. None
    for what was over before it was promised in public: it may be reported on, but is not owed."""
    promised = framework.owner.published_at or now
    if last < zones.today_in(framework.zone, promised):
        return None
    return last + timedelta(days=framework.days_to_report)


# --- The light -------------------------------------------------------------------------------

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
    owners = [f"framework__{one}" for one in settings.RESULT_OWNERS]
    rows = Period.objects.filter(pk__in=keys)
    return rows.select_related("framework__reporter", *owners)


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
