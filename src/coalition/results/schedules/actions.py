"""Laying out periods and their deadlines, keeping the lights, reminding people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.accounts.models import User
from coalition.base import audit, states, zones
from coalition.base.changes import lights_changed
from coalition.base.errors import NotAllowed, Refused
from coalition.mailroom.actions import open_thread, tell
from coalition.results.models import Fact, Framework, Indicator, Period, Reminder, Report, Step
from coalition.results.schedules import lights, periods, queries
from coalition.results.schedules.lights import Standing
from coalition.results.schedules.periods import Span
from coalition.results.totals.actions import derive


@transaction.atomic
def set_schedule(
    framework: Framework, *, every: int | None, days_to_report: int, zone: str, by: Any
) -> Framework:
    """Say how often is reported (`every` so many months; None: never), within how many days after
    a period ends, and in which zone the deadline's day ends; and lay the periods accordingly.

    Of a public framework the periods that have begun stay as they are, with their deadlines.
    Raises Refused with a sentence for what cannot be, NotAllowed once the framework has ended or
    where readers of a public one would be left without any report.
    """
    framework = states.lock(framework)
    if framework.ended_at:
        raise NotAllowed(_("No report is due any more, so there is no schedule to change."))
    if framework.is_public and framework.every and not every:
        raise NotAllowed(
            _("It is public, and readers count on its reports. Choose how often you report.")
        )
    if every is not None and not 1 <= every <= 36:
        raise Refused(_("Between two reports lie 1 to 36 months."))
    if not 0 <= days_to_report <= 366:
        raise Refused(_("After a period ends you have at most 366 days to report."))
    if zone not in zones.names():
        raise Refused(_("“%(zone)s” is no time zone known here.") % {"zone": zone[:64]})
    framework.every, framework.days_to_report, framework.zone = every, days_to_report, zone
    framework.save(update_fields=["every", "days_to_report", "zone"])
    lay_periods(framework)
    audit.record("results.set_schedule", framework, by=by)
    if framework.is_public:
        lights_changed([framework.pk])  # perhaps nothing was due before, so that none was shown
    framework.refresh_from_db()
    return framework


@transaction.atomic
def lay_periods(framework: Framework, *, now: datetime | None = None) -> list[Period]:
    """Make the periods of a framework and their deadlines, from its schedule and the days of its
    owner. Called whenever one of these changes, and on publication.

    What people hold on to stays: periods with a report, a figure or a reminder, and, once it has
    been public, all that have begun; time before them is not asked about any more. The others are
    laid anew around them; none overlap, and the last one ends with the owner. Figures of other
    frameworks that count towards this one follow its periods. Returns all periods, in order.
    Raises Refused where there would be far too many.
    """
    now = now or timezone.now()
    framework = states.lock(framework)
    if framework.ended_at:
        return list(framework.periods.all())
    today = zones.today_in(framework.zone, now)
    # Its light was lit before: its periods have been public for a while.
    stands = framework.is_public and framework.light_since is not None
    whole = periods.span_of(framework)

    held = list(framework.periods.annotate(is_held=_is_held()))
    kept = [one for one in held if one.is_held or (stands and one.starts_on <= today)]
    free = {one.starts_on: one for one in held if one not in kept}
    for one in kept:
        has_begun = stands and one.starts_on <= today
        if has_begun and whole and not one.is_held and one.starts_on <= whole.last < one.ends_on:
            # Its owner ends earlier now, and so does what is reported on; never later.
            one.ends_on = whole.last
            sooner = periods.due_on(framework, max(one.ends_on, today), now=now)
            one.due_on = min(one.due_on, sooner) if one.due_on and sooner else one.due_on
        elif not has_begun:
            # Of a framework without a schedule nothing is due.
            one.due_on = None
            if framework.every:
                one.due_on = periods.due_on(framework, one.ends_on, now=now)
    wanted: list[Span] = []
    if whole and framework.every:
        if stands:
            whole = Span(max(whole.first, held[0].starts_on if held else today), whole.last)
        spans = [Span(one.starts_on, one.ends_on) for one in kept]
        wanted = periods.between(spans, whole, framework.every)
    if len(wanted) > periods.MOST_PERIODS:
        raise Refused(
            _("That would be %(count)d periods. Report less often, or look at the dates again.")
            % {"count": len(wanted)}
        )
    laid = []
    for span in wanted:
        one = free.pop(span.first, None) or Period(framework=framework, starts_on=span.first)
        one.ends_on, one.due_on = span.last, periods.due_on(framework, span.last, now=now)
        laid.append(one)
    Period.objects.filter(pk__in=[one.pk for one in free.values()]).delete()
    for one in [*kept, *laid]:
        # A deadline that has passed stays the moment it was.
        if not (stands and one.due_at and one.due_at <= now):
            one.due_at = zones.end_of(one.due_on, framework.zone) if one.due_on else None
    Period.objects.bulk_update(
        [one for one in [*kept, *laid] if one.pk], ["ends_on", "due_on", "due_at"]
    )
    Period.objects.bulk_create(one for one in laid if one.pk is None)
    _derive_from_others(framework)
    refresh_lights([framework], now=now)
    return list(framework.periods.order_by("starts_on"))


def _derive_from_others(framework: Framework) -> None:
    """Figures of other frameworks are of the periods within which theirs lie, and these are others
    now. Before the end of the trail is taken, for which whoever derives totals waits."""
    below = Indicator.objects.exclude(framework=framework).filter(parent__framework=framework)
    if fed := set(below.values_list("parent", flat=True)):
        derive(fed)


def _is_held() -> Q:
    """Does anything hang on the period that people hold on to?"""
    return Q(
        Exists(Report.objects.filter(period=OuterRef("pk")))
        | Exists(Fact.objects.filter(period=OuterRef("pk")))
        | Exists(Reminder.objects.filter(period=OuterRef("pk")))
    )


# --- Lights ----------------------------------------------------------------------------------

BATCH = 500


def refresh_lights(
    frameworks: Collection[Framework] | None = None, *, now: datetime | None = None
) -> int:
    """Bring light, its day and the next deadline of these frameworks (None: of all) up to date.

    Called after each move of a report, and daily for all. Returns how many lights changed; the
    trail has an event for these alone. The rule is `lights.standing`.
    """
    now = now or timezone.now()
    if frameworks is not None:
        keys = [one.pk for one in frameworks]
        with transaction.atomic():
            return _refresh(list(Framework.objects.filter(pk__in=keys).order_by("pk")), now)
    last, changed = 0, 0
    while batch := list(Framework.objects.filter(pk__gt=last).order_by("pk")[:BATCH]):
        changed += _refresh_batch(batch, now)
        last = batch[-1].pk
    return changed


@transaction.atomic
def _refresh_batch(batch: list[Framework], now: datetime) -> int:
    """The lights of some of all, once their deadlines have followed what zones changed in their
    rules. Whoever has a framework in hand refreshes it themselves, so those are left out: nobody
    waits here while they hold the end of the trail."""
    audit.hold()
    own = Framework.objects.select_for_update(no_key=True, skip_locked=True)
    frameworks = list(own.filter(pk__in=[one.pk for one in batch]).order_by("pk"))
    zone_of = {one.pk: one.zone for one in frameworks}
    moved = []
    for one in Period.objects.filter(framework__in=zone_of, due_at__gt=now):
        if (due_at := zones.end_of(one.due_on, zone_of[one.framework_id])) != one.due_at:
            one.due_at = due_at
            moved.append(one)
    Period.objects.bulk_update(moved, ["due_at"])
    return _refresh(frameworks, now)


def _refresh(frameworks: list[Framework], now: datetime) -> int:
    stands = lights.standings(frameworks, now)
    changed: dict[Standing, list[int]] = defaultdict(list)
    turned: dict[str, list[Framework]] = defaultdict(list)
    for one in frameworks:
        found = stands[one.pk]
        is_other = one.light != found.light
        since = found.since or (one.light_since if not is_other else None) or now
        new = found._replace(since=since if one.is_public else None)
        if new != (one.light, one.light_since, one.next_due_at):
            changed[new].append(one.pk)
        if is_other:
            turned[found.light.value].append(one)
    # Many share their days, so that few updates do.
    for (light, since, next_due_at), keys in changed.items():
        Framework.objects.filter(pk__in=keys).update(
            light=light, light_since=since, next_due_at=next_due_at
        )
    for light, ones in sorted(turned.items()):
        audit.record(f"results.light_{light}", ones[0], refs=ones[1:])
    if turned:
        lights_changed([one.pk for ones in turned.values() for one in ones])
    return sum(map(len, turned.values()))


# --- Reminders -------------------------------------------------------------------------------

# People whose letters are prepared together.
PEOPLE = 100


def remind(now: datetime | None = None, *, lines: Callable[[Period, str], str]) -> int:
    """Write to those who may report on what is due: one letter a person, whatever is due.

    The steps are `queries.STEPS`; a missed day is caught up with the latest step alone. Answers
    land in a correspondence of the letter's own (`Reminder.thread`). `lines` gives, for a period
    and a language, the figures asked for, as text that can be filled in by answering. Run twice
    it writes nothing the second time. Returns how many letters were written.
    """
    now = now or timezone.now()
    wanted = queries.to_remind(now)
    people = sorted(wanted)
    written = 0
    for start in range(0, len(people), PEOPLE):
        batch = {person: wanted[person] for person in people[start : start + PEOPLE]}
        written += _remind_some(batch, now, lines)
    return written


def _remind_some(
    wanted: dict[int, dict[int, Step]], now: datetime, lines: Callable[[Period, str], str]
) -> int:
    """Letters to some people, each with its reminders or not at all."""
    people = User.objects.in_bulk(wanted)
    keys = {period for steps in wanted.values() for period in steps}
    held = {one.pk: one for one in queries.with_owners(keys)}
    texts: dict[tuple[int, str], str] = {}
    written = 0
    for key, steps in wanted.items():
        person = people[key]
        due = [queries.Due(held[pk], person, now) for pk in steps]
        for one in due:
            of = (one.period.pk, person.language)
            if of not in texts:
                texts[of] = lines(one.period, person.language)
            one.lines = texts[of]
        try:
            with transaction.atomic():
                written += _remind_one(person, due, steps)
        except IntegrityError:
            continue  # another run reminded them of it at this moment
    return written


def _remind_one(person: User, due: list[queries.Due], steps: dict[int, Step]) -> bool:
    thread = open_thread(is_example=person.is_example)
    made = Reminder.objects.bulk_create(
        Reminder(period_id=period, person=person, step=step, thread=thread)
        for period, step in steps.items()
    )
    letter = tell(
        person,
        event=f"results.remind:{made[0].period_id}:{made[0].step}",
        template="results/schedules/mail/remind.txt",
        context={"due": sorted(due, key=lambda one: one.period.due_at)},
        thread=thread,
    )
    return letter is not None
