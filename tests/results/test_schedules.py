"""Periods, deadlines, the light and the reminders."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone, translation

from coalition.base.errors import NotAllowed, Refused
from coalition.base.models import Event
from coalition.mailroom.models import Letter
from coalition.results.models import Framework, Period, Reminder
from coalition.results.schedules import actions, queries
from coalition.results.schedules.lights import Owed, standing
from coalition.results.schedules.periods import Span, between
from tests import factories

DAY = date(2026, 6, 1)
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def running(
    *, starts_on: Any = date(2026, 1, 1), ends_on: Any = date(2028, 12, 31), **fields: Any
) -> Framework:
    """The framework of a promise made in public on 1 January 2026; its periods are not laid."""
    made = datetime(2026, 1, 1, 9, tzinfo=UTC)
    promise = factories.commitment(
        "published",
        starts_on=starts_on,
        ends_on=ends_on,
        published_at=made,
        partner=fields.pop("partner", None) or factories.partner(),
    )
    given = {"every": 12, **fields}
    return factories.framework(commitment=promise, **given)


def spans(framework: Framework) -> list[str]:
    rows = framework.periods.order_by("starts_on")
    return [f"{one.starts_on} {one.ends_on} {one.due_on}" for one in rows]


# --- Periods -----------------------------------------------------------------------------------


def test_time_is_cut_into_months_that_end_with_the_whole():
    def told(first, last, every, kept=()):
        found = between([Span(*one) for one in kept], Span(first, last), every)
        return [f"{one.first:%d %b %y} {one.last:%d %b %y}" for one in found]

    assert told(date(2026, 1, 1), date(2028, 1, 15), 12) == [
        "01 Jan 26 31 Dec 26",
        "01 Jan 27 31 Dec 27",
        "01 Jan 28 15 Jan 28",
    ]
    # The 31st that a month lacks comes back in the next one, also after a period that stays.
    assert told(
        date(2026, 12, 31), date(2027, 4, 30), 1, [(date(2027, 1, 31), date(2027, 2, 27))]
    ) == [
        "31 Dec 26 30 Jan 27",
        "28 Feb 27 30 Mar 27",
        "31 Mar 27 29 Apr 27",
        "30 Apr 27 30 Apr 27",
    ]
    # Whatever stays is gone around.
    kept = [(date(2027, 3, 1), date(2027, 3, 31)), (date(2025, 12, 1), date(2026, 2, 28))]
    assert told(date(2026, 1, 1), date(2027, 4, 30), 12, kept) == [
        "01 Mar 26 28 Feb 27",
        "01 Apr 27 30 Apr 27",
    ]
    assert told(date(2026, 1, 1), date(2026, 1, 1), 36) == ["01 Jan 26 01 Jan 26"]


@pytest.mark.django_db
def test_periods_run_from_the_first_day_to_the_last_and_what_was_over_before_is_not_owed():
    made = running(starts_on=date(2024, 7, 1), ends_on=date(2027, 3, 31))
    made.zone = "Africa/Cairo"
    made.save()

    actions.lay_periods(made, now=NOW)

    assert spans(made) == [
        "2024-07-01 2025-06-30 None",
        "2025-07-01 2026-06-30 2026-08-29",
        "2026-07-01 2027-03-31 2027-05-30",
    ]
    moments = [one.due_at for one in made.periods.all()]
    assert moments[1:] == [
        datetime(2026, 8, 29, 21, tzinfo=UTC),
        datetime(2027, 5, 30, 21, tzinfo=UTC),
    ]
    made.refresh_from_db()
    assert (made.light, made.next_due_at) == ("reported", moments[1])


@pytest.mark.django_db
def test_without_a_first_day_periods_run_from_publication_and_without_a_last_there_are_none():
    made = running(starts_on=None, ends_on=date(2026, 12, 31), every=6)
    endless = running(ends_on=None)

    actions.lay_periods(made, now=datetime(2026, 1, 1, 12, tzinfo=UTC))
    actions.lay_periods(endless, now=NOW)

    assert spans(made) == ["2026-01-01 2026-06-30 2026-08-29", "2026-07-01 2026-12-31 2027-03-01"]
    assert spans(endless) == []


@pytest.mark.django_db
def test_a_draft_follows_its_schedule_but_keeps_periods_that_hold_figures():
    promise = factories.commitment(starts_on=date(2027, 1, 1), ends_on=date(2029, 12, 31))
    made = factories.framework(commitment=promise, every=12)
    person = factories.person()
    actions.lay_periods(made, now=NOW)
    held = made.periods.get(starts_on=date(2028, 1, 1))
    factories.fact(factories.indicator(made), 10, role="target", period=held)

    actions.set_schedule(made, every=18, days_to_report=30, zone="Asia/Tokyo", by=person)

    assert spans(made) == [
        "2027-01-01 2027-12-31 2028-01-30",
        "2028-01-01 2028-12-31 2029-01-30",
        "2029-01-01 2029-12-31 2030-01-30",
    ]
    held.refresh_from_db()
    assert held.due_at == datetime(2029, 1, 30, 15, tzinfo=UTC)
    assert Event.objects.filter(verb="results.set_schedule").count() == 1

    actions.set_schedule(made, every=None, days_to_report=30, zone="UTC", by=person)
    assert spans(made) == ["2028-01-01 2028-12-31 None"]


@pytest.mark.django_db
def test_a_public_schedule_cannot_be_stretched_to_escape_a_report():
    year = timezone.now().year
    made = running(
        starts_on=date(year - 1, 1, 1),
        ends_on=date(year + 4, 12, 31),
        days_to_report=30,
        light_since=timezone.now(),
    )
    made.commitment.published_at = datetime(year - 1, 1, 1, tzinfo=UTC)
    made.commitment.save()
    for begun in (year - 1, year):
        day = date(begun, 12, 31)
        due = day + timedelta(days=30)
        factories.period(made, begun, due_on=due, due_at=datetime(due.year, 1, 31, tzinfo=UTC))
    person = factories.person()
    before = spans(made)

    actions.set_schedule(made, every=24, days_to_report=366, zone="UTC", by=person)

    assert spans(made) == [
        *before,
        f"{year + 1}-01-01 {year + 2}-12-31 {year + 4}-01-01",
        f"{year + 3}-01-01 {year + 4}-12-31 {date(year + 4, 12, 31) + timedelta(days=366)}",
    ]
    for wrong, sentence in (
        ({"every": None}, "readers count on its reports"),
        ({"every": 37}, "1 to 36 months"),
        ({"days_to_report": 367}, "at most 366 days"),
        ({"zone": "Atlantis/Capital"}, "no time zone known here"),
    ):
        given = {"every": 12, "days_to_report": 30, "zone": "UTC", **wrong}
        with pytest.raises((Refused, NotAllowed), match=sentence):
            actions.set_schedule(made, **given, by=person)
    # Its owner ends this year now: the running period ends with it, and is due no later.
    made.commitment.ends_on = date(year, timezone.now().month, timezone.now().day)
    made.commitment.save()
    actions.lay_periods(made)
    last = made.periods.last()
    assert made.periods.count() == 2
    assert (last.ends_on, last.due_on <= date(year + 1, 1, 30)) == (made.commitment.ends_on, True)


@pytest.mark.django_db
def test_a_slip_in_the_dates_makes_no_thousands_of_periods():
    promise = factories.commitment(starts_on=date(1919, 1, 1), ends_on=date(2027, 12, 31))
    made = factories.framework(commitment=promise)

    with pytest.raises(Refused, match="That would be 1308 periods"):
        actions.set_schedule(made, every=1, days_to_report=60, zone="UTC", by=factories.person())
    made.refresh_from_db()
    assert (made.every, made.periods.count()) == (None, 0)


def test_a_deadline_is_told_in_its_zone_and_in_the_readers():
    def told(day, zone, reader):
        from coalition.base import zones

        one = queries.Deadline(day, zones.end_of(day, zone), zone, reader)
        return one.there, one.here

    # Cairo skips the midnight that ends this day; Havana has it twice on that one.
    assert told(date(2026, 4, 23), "Africa/Cairo", "UTC") == (
        "23 April 2026, 24:00 (Africa/Cairo)",
        "23 April 2026, 22:00 (UTC)",
    )
    assert told(date(2026, 10, 31), "America/Havana", "Europe/Paris") == (
        "31 October 2026, 24:00 (America/Havana)",
        "1 November 2026, 05:00 (Europe/Paris)",
    )
    assert told(date(2026, 6, 30), "Europe/Paris", "Africa/Johannesburg")[1] == ""
    with translation.override("ar"):
        assert "UTC" in told(date(2026, 6, 30), "Asia/Tokyo", "UTC")[1]


# --- The light ---------------------------------------------------------------------------------


def test_the_light_follows_its_rule():
    """One table: periods as (year, reported), each due on 1 March after it; and a moment."""

    def light(periods, now):
        owed = [
            Owed(
                date(year, 1, 1),
                datetime(year + 1, 1, 1, tzinfo=UTC),
                datetime(year + 1, 3, 1, tzinfo=UTC),
                is_reported,
            )
            for year, is_reported in periods
        ]
        found = standing(owed, now)
        since, ahead = (f"{one:%Y-%m-%d}" if one else "" for one in found[1:])
        return f"{found.light} {since} {ahead}".strip()

    def at(*day):
        return datetime(*day, tzinfo=UTC)

    none, first, second = (2026, False), (2026, True), (2027, True)
    cases = [
        ([], at(2030, 1, 1), "reported"),
        ([none], at(2026, 12, 31), "reported  2027-03-01"),
        ([none], at(2027, 1, 1), "due 2027-01-01 2027-03-01"),
        ([none], at(2027, 3, 1), "overdue 2027-03-01"),
        ([first], at(2027, 3, 1), "reported"),
        ([first, (2027, False)], at(2028, 2, 1), "due 2028-01-01 2028-03-01"),
        # One missed, the next one not due yet: overdue, not silent.
        ([none, (2027, False)], at(2028, 2, 29), "overdue 2027-03-01 2028-03-01"),
        ([none, (2027, False)], at(2028, 3, 1), "silent 2028-03-01"),
        # A later report breaks the silence; what was missed before is still owed.
        ([none, second], at(2028, 4, 1), "overdue 2027-03-01"),
        ([none, (2027, False), (2028, True)], at(2029, 4, 1), "overdue 2027-03-01"),
        ([first, (2027, False), (2028, False)], at(2029, 4, 1), "silent 2029-03-01"),
        # The only one, more than two years ago.
        ([none], at(2029, 2, 28), "overdue 2027-03-01"),
        ([none], at(2029, 3, 1), "silent 2029-03-01"),
    ]
    assert [light(periods, now) for periods, now, _said in cases] == [said for *_, said in cases]


@pytest.mark.django_db
def test_lights_count_reports_once_they_were_sent_in_and_the_trail_tells_real_changes_alone():
    due = {"due_on": date(2026, 3, 1), "due_at": datetime(2026, 3, 2, tzinfo=UTC)}
    lit = datetime(2026, 1, 1, tzinfo=UTC)
    found = {}
    for state in (None, "draft", "submitted", "change_requested", "published", "discarded"):
        made = factories.framework(is_public=True, every=12, light_since=lit)
        period = factories.period(made, 2025, **due)
        if state:
            factories.report(period, state)
        found[state] = made
    hidden = factories.framework(every=12)
    factories.period(hidden, 2025, **due)
    left = factories.framework(
        is_public=True, every=12, light_since=lit, ended_at=datetime(2026, 2, 1, tzinfo=UTC)
    )
    factories.period(left, 2025, **due)

    assert actions.refresh_lights(now=NOW) == 4
    assert actions.refresh_lights(now=NOW) == 0

    def light(one):
        one.refresh_from_db()
        return one.light, one.light_since

    late = ("overdue", due["due_at"])
    assert {state: light(one) for state, one in found.items()} == {
        None: late,
        "draft": late,
        "submitted": ("reported", lit),
        "change_requested": late,
        "published": ("reported", lit),
        "discarded": late,
    }
    assert light(hidden) == ("reported", None)
    assert light(left) == ("reported", lit)
    turned = Event.objects.get(verb="results.light_overdue")
    assert {turned.subject, *turned.refs} == {
        f"results.framework:{found[state].pk}"
        for state in (None, "draft", "change_requested", "discarded")
    }
    # A report that is sent in later turns its own light at once.
    factories.report(found[None].periods.get(), "submitted")
    assert actions.refresh_lights([found[None]], now=NOW) == 1
    assert light(found[None]) == ("reported", NOW)
    assert queries.desk_counts() == {"due": 0, "overdue": 3, "silent": 0}


@pytest.mark.django_db
def test_the_daily_run_follows_what_a_zone_changed_in_its_rules():
    made = running(zone="Africa/Cairo")
    actions.lay_periods(made, now=NOW)
    right = list(made.periods.values_list("due_at", flat=True))
    Period.objects.update(due_at=right[1] - timedelta(hours=1))

    actions.refresh_lights(now=NOW)

    assert list(made.periods.values_list("due_at", flat=True)) == right


# --- Reminders ---------------------------------------------------------------------------------


def lines(period: Period, language: str) -> str:
    return f"{language}: [{period.framework.reference}/1] =\n"


def steps() -> list[tuple[str, str]]:
    rows = Reminder.objects.order_by("pk").values_list("period__framework__reference", "step")
    return list(rows)


@pytest.mark.django_db
def test_each_step_is_written_once_and_a_missed_day_is_caught_up_with_the_latest_alone():
    made = running(
        partner=factories.partner(person=factories.person("focal@union.test", zone="Asia/Tokyo")),
        reference="RES-2026-0042",
        zone="America/Havana",
        ends_on=date(2026, 12, 31),
    )
    actions.lay_periods(made, now=NOW)  # due on 1 March 2027

    def run(day: date) -> int:
        # 03:30 UTC is still the day before in Havana.
        return actions.remind(
            datetime(day.year, day.month, day.day, 3, 30, tzinfo=UTC), lines=lines
        )

    days = [
        *(date(2027, 1, 30), date(2027, 1, 31), date(2027, 1, 31), date(2027, 2, 1)),
        # The week ahead was missed by two days; the day itself, and the week after it, wholly.
        *(date(2027, 2, 25), date(2027, 2, 26), date(2027, 4, 5), date(2027, 4, 6)),
        date(2027, 6, 30),
    ]
    written = [run(day) for day in days]

    assert written == [0, 1, 0, 0, 1, 0, 1, 0, 0]
    assert [step for _reference, step in steps()] == ["ahead", "week", "very_late"]
    first = Letter.objects.earliest("pk")
    thread = Reminder.objects.first().thread
    assert (first.to_address, first.thread) == ("focal@union.test", thread)
    assert first.headers["Reply-To"] == thread.address
    promise = made.commitment
    assert first.subject == f"Report due: {promise.title}"
    for words in (
        f"{promise.title} ({promise.reference})",
        "Due until: 1 March 2027, 24:00 (America/Havana)",
        "In your time: 2 March 2027, 14:00 (Asia/Tokyo)",
        f"/results/RES-2026-0042/period/{made.periods.get().pk}/report/",
        "en: [RES-2026-0042/1] =",
    ):
        assert words in first.text
    assert "Was due until:" in Letter.objects.latest("pk").text


@pytest.mark.django_db
def test_a_person_gets_one_letter_on_all_and_who_owes_nothing_none():
    person = factories.person("all@union.test", language="ar")
    partner = factories.partner(person=person)
    factories.mandate(partner, "viewer")
    signs = factories.mandate(partner, "signatory").person
    now = datetime(2027, 2, 25, 12, tzinfo=UTC)

    def owing(**fields: Any) -> Framework:
        made = running(**{"partner": partner, "ends_on": date(2026, 12, 31), **fields})
        actions.lay_periods(made, now=NOW)
        return made

    both = [owing(), owing()]
    factories.report(owing().periods.get(), "submitted")
    owing(is_public=False)
    owing(ended_at=NOW)
    gone = owing(partner=factories.partner(person=factories.person()))
    gone.reporter.state = "withdrawn"
    gone.reporter.save()

    assert actions.remind(now, lines=lines) == 2
    assert actions.remind(now, lines=lines) == 0

    assert sorted(Letter.objects.values_list("to_address", flat=True)) == sorted(
        [person.email, signs.email]
    )
    letter = Letter.objects.get(to_address=person.email)
    assert [one.commitment.reference in letter.text for one in both] == [True, True]
    assert "ar: [" in letter.text
    theirs = Reminder.objects.filter(person=person)
    assert theirs.count() == 2
    assert theirs.values("thread").distinct().count() == 1
    # Who begins to act for it later is reminded of the step that stands.
    factories.mandate(partner, "editor")
    assert actions.remind(now + timedelta(hours=1), lines=lines) == 1


@pytest.mark.django_db
def test_the_workspace_lists_what_is_owed_the_most_urgent_first(django_assert_num_queries):
    person = factories.person()
    partner = factories.partner(person=person)
    now = datetime(2027, 2, 15, 12, tzinfo=UTC)
    late = running(partner=partner, starts_on=date(2026, 1, 1), every=6)
    soon = running(partner=partner)
    ahead = running(partner=partner, every=36)
    for one in (late, soon, ahead):
        actions.lay_periods(one, now=NOW)
    begun = factories.report(soon.periods.first(), "draft")

    with django_assert_num_queries(2):
        found = queries.due_for(person, now=now)

    assert [(one.framework, one.is_late, one.report) for one in found] == [
        (late, True, None),
        (late, False, None),
        (soon, False, begun),
    ]
    assert queries.due_for(factories.mandate(partner, "viewer").person, now=now) == []


# --- The page ----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_page_is_for_those_who_report(client):
    person = factories.person()
    made = running(partner=factories.partner(person=person))
    actions.lay_periods(made)
    address = f"/en/results/{made.reference}/schedule/"
    viewer = factories.mandate(made.reporter, "viewer").person

    assert client.get(address).status_code == 302
    for who, answer in ((person, 200), (viewer, 403), (factories.officer(), 403)):
        client.force_login(who)
        assert client.get(address).status_code == answer

    client.force_login(person)
    given = {"every": "6", "days_to_report": "45", "zone": "Africa/Nairobi"}
    assert client.post(address, given).status_code == 302
    made.refresh_from_db()
    assert (made.every, made.days_to_report, made.zone) == (6, 45, "Africa/Nairobi")
    for wrong in ({"zone": "Atlantis/Capital"}, {"every": "0"}, {"every": "7"}):
        assert "Something needs mending" in client.post(address, given | wrong).content.decode()
    made.refresh_from_db()
    assert (made.every, made.zone) == (6, "Africa/Nairobi")

    draft = factories.framework(commitment=factories.commitment(partner=made.reporter), every=12)
    client.post(f"/en/results/{draft.reference}/schedule/", given | {"every": "0"})
    draft.refresh_from_db()
    assert (draft.every, draft.periods.count()) == (None, 0)


@pytest.mark.django_db
def test_the_daily_commands_turn_lights_and_write_letters(capsys):
    today = timezone.localdate()
    made = running(
        partner=factories.partner(person=factories.person("focal@union.test")),
        starts_on=today.replace(year=today.year - 1),
        light_since=timezone.now(),
    )
    factories.period(
        made, today.year - 1, due_on=today, due_at=timezone.now() + timedelta(minutes=5)
    )
    of = factories.indicator(made, "Agreements signed")

    for verb in ("lights", "lights", "remind", "remind"):
        call_command("results", verb)

    assert capsys.readouterr().out.splitlines() == [
        "1 lights changed.",
        "0 lights changed.",
        "1 letters on reports that are due.",
        "0 letters on reports that are due.",
    ]
    text = Letter.objects.get().text
    assert "Agreements signed" in text
    assert f"[{made.reference}/{of.number}] =" in text
