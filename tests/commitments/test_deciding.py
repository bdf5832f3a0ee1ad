"""The life of a promise: who may do what when, what each step does, and what waits on the desk."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from coalition.base import audit
from coalition.base.errors import NotAllowed, Refused
from coalition.catalogue.models import Record
from coalition.commitments import actions
from coalition.commitments.deciding.queries import begins_at, desk_counts
from coalition.commitments.exploring.actions import changed
from coalition.commitments.models import Commitment, Filing
from coalition.commitments.states import PUBLIC, VERBS, State
from coalition.mailroom.models import Letter
from coalition.partners.models import Mandate
from coalition.results.models import Framework, Light
from coalition.results.schedules.actions import refresh_lights
from tests import factories
from tests.results.test_disputes import at_once

DB = pytest.mark.django_db

# --- People × states × verbs ---------------------------------------------------------------------

STATES = (
    *("draft", "submitted", "change_requested", "approved", "published"),
    *("completed_claimed", "closed", "inactive", "withdrawn"),
)
# y: may, and can; -: may, but not in this state; whoever is not named may not.
#
# Columns are the states above. Edit is no step of its life, but goes by state and person likewise.
TABLE = """
edit
    editor               y - y - - - - - -
    signatory            y - y - - - - - -
    focal_point          y - y - - - - - -
    officer_of_lead      y - y - - - - - -
submit
    signatory            y - y - - - - - -
    focal_point          y - y - - - - - -
    officer_of_lead      y - y - - - - - -
request_change
    officer              - y - y - - - - -
approve
    officer              - y - - - - - - -
publish
    officer              - - - y - - - - -
claim_completion
    signatory            - - - - y - - - -
    focal_point          - - - - y - - - -
    officer_of_lead      - - - - y - - - -
refuse_completion
    officer              - - - - - y - - -
close
    officer              - - - - - y - - -
close_unfulfilled
    officer              - - - - y - - y -
mark_inactive
    officer              - - - - y - - - -
resume
    signatory            - - - - - - - y -
    focal_point          - - - - - - - y -
    officer              - - - - - - - y -
    officer_of_lead      - - - - - - - y -
withdraw
    signatory            - - - - y y - y -
    focal_point          - - - - y y - y -
    officer_of_lead      - - - - y y - y -
"""
# Who: their role of the platform; the partner in the promise, and their role for it.
PEOPLE = {
    "visitor": None,
    "stranger": ((), "other", "focal_point"),
    "viewer": ((), "lead", "viewer"),
    "editor": ((), "lead", "editor"),
    "signatory": ((), "lead", "signatory"),
    "focal_point": ((), "lead", "focal_point"),
    "former_signatory": ((), "lead", "former"),
    "asked_partner": ((), "asked", "focal_point"),
    "co_partner": ((), "confirmed", "focal_point"),
    "officer": (("officer",), "", ""),
    "officer_of_lead": (("officer",), "lead", "signatory"),
    "officer_of_asked": (("officer",), "asked", "viewer"),
    "officer_of_co_partner": (("officer",), "confirmed", "viewer"),
    "officer_of_declined": (("officer",), "declined", "viewer"),
    "editor_of_pages": (("editor",), "", ""),
}
# Nobody who declined is a partner in it, so this officer decides like any other.
SAME = {"officer_of_declined": "officer"}


def table() -> dict[tuple[str, str], str]:
    found, verb = {}, ""
    for line in TABLE.strip("\n").splitlines():
        if not line.startswith(" "):
            verb = line.strip()
            continue
        person, *answers = line.split()
        found[verb, person] = "".join(answers)
    return found


def part(of: Commitment, state: str = "confirmed", **fields: Any) -> Any:
    given = {"role": "implementing", "what": "Trains the bakers", "state": state, **fields}
    return of.parts.create(partner=given.pop("partner", None) or factories.partner(), **given)


def someone(kind: str, partners: dict[str, Any]) -> Any:
    if PEOPLE[kind] is None:
        return AnonymousUser()
    roles, of, role = PEOPLE[kind]
    person = factories.person(roles=roles)
    if role == "former":
        days = {"since": date(2025, 1, 1), "until": date(2025, 6, 1)}
        Mandate.objects.create(person=person, partner=partners[of], role="signatory", **days)
    elif of:
        Mandate.objects.create(
            person=person, partner=partners[of], role=role, since=date(2026, 1, 1)
        )
    return person


def as_it_takes(verb: str, one: Commitment) -> None:
    """Nothing but the state stands in the way of the verb."""
    if verb in ("claim_completion", "close"):
        fulfilled(one)
    if verb == "mark_inactive":
        light(one, "silent")
    if verb == "close_unfulfilled":
        light(one, "silent")
        Commitment.objects.filter(pk=one.pk).update(ends_on=date(2026, 1, 31))


def light(one: Commitment, code: str) -> None:
    since = timezone.now() - timedelta(days=40)
    Framework.objects.filter(pk=one.framework_id).update(light=code, light_since=since)


def fulfilled(one: Commitment, *, proved: bool = True) -> None:
    """The last published report says so, and its figure is proved."""
    period = factories.period(one.framework, 2025)
    report = factories.report(period, "published", stage="fulfilled")
    figure = factories.fact(one.framework.indicators.get(), 30, period=period, report=report)
    if proved:
        checked = {"checked_by": factories.person(), "checked_at": timezone.now(), "holds": True}
        factories.evidence(figure, **checked)
    Framework.objects.filter(pk=one.framework_id).update(completed_at=timezone.now())


def does(verb: str, one: Commitment, by: Any) -> Commitment:
    if verb == "edit":
        return actions.edit(one, fields={"title": "Another title"}, by=by)
    said = {"reason": "So it is."} if VERBS[verb].needs_reason else {}
    return getattr(actions, verb)(one, **said, by=by)


ASKED = ("edit", *VERBS)


class Undone(Exception):
    """Takes a try back."""


def tries(verb: str, one: Commitment, by: Any) -> str:
    """ "y" where the verb leads where the states say; "-" where it is refused and nothing changes.
    Either is taken back."""
    try:
        with transaction.atomic():
            as_it_takes(verb, one)
            does(verb, Commitment.objects.get(pk=one.pk), by)
            now = Commitment.objects.get(pk=one.pk)
            if verb == "edit":
                assert (now.state, now.title) == (one.state, "Another title")
            else:
                target = State.PUBLISHED if verb == "approve" else VERBS[verb].target
                assert now.state == target
            raise Undone
    except Undone:
        return "y"
    except NotAllowed:
        return "-"


@DB
def test_verbs_are_for_the_right_people_in_the_right_states() -> None:
    expected = table()
    one = [factories.commitment(state) for state in STATES]
    may: dict[tuple[str, str], str] = {}
    for commitment in one:
        partners = {"lead": commitment.partner, "other": factories.partner()}
        for answer in ("asked", "confirmed", "declined"):
            partners[answer] = part(commitment, answer).partner
        people = {kind: someone(kind, partners) for kind in PEOPLE}
        for verb in ASKED:
            by = people["signatory" if (verb, "signatory") in expected else "officer"]
            outcome = tries(verb, commitment, by)
            for kind, person in people.items():
                if person.has_perm(f"commitments.{verb}", commitment):
                    may[verb, kind] = may.get((verb, kind), "") + outcome

    assert set(STATES) == set(State.values)
    same = {(verb, kind): expected[verb, like] for kind, like in SAME.items() for verb in ASKED
            if (verb, like) in expected}  # fmt: skip
    assert may == expected | same


# Which page answers whom: y its public page, g gone with the reason, o the one for those within.
SEEN = """
    visitor              n n n n y y y y g
    stranger             n n n n y y y y g
    viewer               o o o o y y y y g
    former_signatory     n n n n y y y y g
    asked_partner        o o o o y y y y g
    co_partner           o o o o y y y y g
    officer              n o o o y y y y g
    officer_of_declined  n o o o y y y y g
"""


@DB
def test_a_commitment_answers_each_reader_by_its_state(client: Any) -> None:
    found = []
    expected = [line.split() for line in SEEN.strip("\n").splitlines()]
    for kind, *_answers in expected:
        row = [kind]
        for state in STATES:
            one = factories.commitment(state)
            partners = {"lead": one.partner, "other": factories.partner()}
            for answer in ("asked", "confirmed", "declined"):
                partners[answer] = part(one, answer).partner
            person = someone(kind, partners)
            client.logout()
            if person.is_authenticated:
                client.force_login(person)
            status = client.get(f"/en/commitments/{one.reference}/").status_code
            row.append({200: "y", 302: "o", 404: "n", 410: "g"}[status])
        found.append(row)

    assert found == expected


# --- Until it is public --------------------------------------------------------------------------


def letters(template: str = "") -> list[tuple[str, str]]:
    return sorted(Letter.objects.values_list("to_address", "subject"))


# Where a day begins, where clocks change at midnight or a day is left out.
DAYS = [
    ("UTC", date(2027, 3, 1), datetime(2027, 3, 1, 0, 0, tzinfo=UTC)),
    ("Europe/Paris", date(2027, 3, 28), datetime(2027, 3, 27, 23, 0, tzinfo=UTC)),
    ("Europe/Paris", date(2027, 3, 29), datetime(2027, 3, 28, 22, 0, tzinfo=UTC)),
    ("Asia/Beirut", date(2027, 3, 28), datetime(2027, 3, 27, 22, 0, tzinfo=UTC)),  # 0:00 is skipped
    ("America/Havana", date(2027, 11, 7), datetime(2027, 11, 7, 4, 0, tzinfo=UTC)),  # 0:00 twice
    ("Pacific/Kiritimati", date(2027, 3, 1), datetime(2027, 2, 28, 10, 0, tzinfo=UTC)),
    ("Pacific/Pago_Pago", date(2027, 3, 1), datetime(2027, 3, 1, 11, 0, tzinfo=UTC)),
]


@DB
def test_what_is_approved_for_a_day_is_published_with_its_first_moment() -> None:
    officer = factories.officer()
    for zone, day, moment in DAYS:
        one = factories.commitment("submitted")
        Framework.objects.filter(pk=one.framework_id).update(zone=zone)
        before = moment - timedelta(seconds=1)

        one = actions.approve(one, by=officer, publish_on=day, now=moment - timedelta(days=30))

        assert begins_at(one, day) == moment, zone
        assert (one.state, one.publish_on, one.published_at) == ("approved", day, None)
        assert list(actions.publish_due(before)) == []
        assert [(held.pk, why) for held, why in actions.publish_due(moment)] == [(one.pk, "")]
        assert list(actions.publish_due(moment)) == []
        one.refresh_from_db()
        assert (one.state, one.published_at, one.is_public) == ("published", moment, True)
        assert [(step.verb, step.by) for step in one.moves.all()] == [
            ("approve", officer),
            ("publish", None),
        ]
        assert (one.framework.is_public, one.editions.count()) == (True, 1)


@DB
def test_a_day_of_publication_is_one_to_come_before_the_end() -> None:
    officer = factories.officer()
    now = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    one = factories.commitment("submitted", ends_on=date(2027, 12, 31))
    Framework.objects.filter(pk=one.framework_id).update(zone="Asia/Tokyo")  # the 23rd there

    for day, sentence in (
        (date(2026, 11, 22), "has passed. Choose a day to come"),
        (date(2028, 1, 1), "It ends on 31 December 2027. Choose a day before that"),
    ):
        with pytest.raises(Refused, match=sentence):
            actions.approve(one, by=officer, publish_on=day, now=now)
    one.refresh_from_db()
    assert (one.state, one.publish_on) == ("submitted", None)

    # The day that is running has begun: at once.
    one = actions.approve(one, by=officer, publish_on=date(2026, 11, 23), now=now)
    assert (one.state, one.publish_on, one.published_at) == ("published", None, now)


@DB
def test_the_daily_command_catches_up_and_says_what_waits(capsys: Any) -> None:
    day = timezone.now().date() - timedelta(days=3)
    focal_point = factories.person("focal@union.test")
    missed = factories.commitment(
        "approved", title="Care", publish_on=day, partner=factories.partner(person=focal_point)
    )
    suspended = factories.commitment(
        "approved", publish_on=day, partner=factories.partner(state="suspended")
    )
    lacking = factories.commitment("approved", publish_on=day, for_whom="")
    factories.commitment("approved", publish_on=day + timedelta(days=30))
    call_command("commitments", "publish")
    first = capsys.readouterr().out.splitlines()
    call_command("commitments", "publish")

    assert first == [
        f"{suspended.reference} waits: {suspended.partner.name} is “Suspended”, "
        "so nothing can be changed.",
        f"{lacking.reference} waits: Before it can be published, it needs: for whom it is.",
        "1 commitments published.",
    ]
    assert capsys.readouterr().out.splitlines()[-1] == "0 commitments published."
    assert list(Commitment.objects.published()) == [missed]
    assert letters() == [("focal@union.test", "Your commitment is public: Care")]


@DB
def test_what_was_approved_can_go_back_and_then_has_no_day() -> None:
    focal_point = factories.person("focal@union.test")
    one = factories.commitment(
        "submitted", title="Care", partner=factories.partner(person=focal_point)
    )
    day = timezone.now().date() + timedelta(days=20)
    officer = factories.officer()
    one = actions.approve(one, by=officer, publish_on=day)
    one = actions.request_change(one, reason="Who counts?", by=officer)

    assert (one.state, one.publish_on) == ("change_requested", None)
    assert list(actions.publish_due(timezone.now() + timedelta(days=40))) == []
    assert letters() == [
        ("focal@union.test", "Please change your commitment: Care"),
        ("focal@union.test", "Your commitment is approved: Care"),
    ]


# --- Until it is fulfilled -----------------------------------------------------------------------


@DB
def test_completion_is_claimed_refused_claimed_again_and_found(client: Any) -> None:
    officer = factories.officer(email="officer@secretariat.test")
    focal_point, other = factories.person("focal@union.test"), factories.person("co@union.test")
    one = factories.commitment(
        "published", title="Care", partner=factories.partner(person=focal_point)
    )
    part(one, partner=factories.partner(person=other))

    with pytest.raises(NotAllowed) as refusal:
        actions.claim_completion(one, by=focal_point)
    assert str(refusal.value) == (
        "The last published report does not say that it is fulfilled. "
        "Indicator 1, “Bakers with an agreement”: no figure was reported."
    )

    fulfilled(one, proved=False)
    with pytest.raises(NotAllowed, match="nothing proves the figure of 2025"):
        actions.claim_completion(one, by=focal_point)
    checked = {"checked_by": officer, "checked_at": timezone.now(), "holds": True}
    proof = factories.evidence(one.framework.indicators.get().facts.get(role="actual"), **checked)

    one = actions.claim_completion(one, by=focal_point)
    assert one.framework.ended_at is None  # its reports are due until an officer finds it so
    one = actions.refuse_completion(one, reason="Two bakeries are missing.", by=officer)
    assert (one.state, one.framework.ended_at) == ("published", None)
    one = actions.claim_completion(one, by=focal_point)

    # What was proved meanwhile is not proved any more: the second approver looks again.
    type(proof).objects.filter(pk=proof.pk).update(holds=False)
    with pytest.raises(NotAllowed, match="was found not to hold"):
        actions.close(one, by=officer)
    type(proof).objects.filter(pk=proof.pk).update(holds=True)
    Letter.objects.all().delete()
    one = actions.close(one, by=officer)

    one.refresh_from_db()
    assert (one.state, one.is_public) == ("closed", True)
    assert one.closed_at is not None
    assert one.framework.ended_at is not None
    assert letters() == [
        ("co@union.test", "Fulfilled, and closed: Care"),
        ("focal@union.test", "Fulfilled, and closed: Care"),
    ]
    assert list(audit.verify()) == []
    page = client.get(one.get_absolute_url()).content.decode()
    assert "Fulfilled: found to be completed by the secretariat on" in page
    assert officer.email not in page
    assert "Two bakeries are missing." in page


@DB
def test_only_what_ended_without_a_report_to_come_is_closed_as_not_fulfilled() -> None:
    officer, past = factories.officer(), date(2026, 1, 31)
    cases: dict[str, tuple[dict[str, Any], str]] = {
        "runs": ({}, "It runs until 31 December 2027."),
        "awaited": ({"ends_on": past}, "Nobody has reported on its last period yet"),
        "fulfilled": ({"ends_on": past}, "says that it is fulfilled"),
        "reported": ({"ends_on": past}, ""),
        "silent": ({"ends_on": past}, ""),
        "never_due": ({"ends_on": past}, ""),
    }
    for case, (fields, sentence) in cases.items():
        one = factories.commitment("published", **fields)
        Framework.objects.filter(pk=one.framework_id).update(
            every=None if case == "never_due" else 12,
            light="silent" if case == "silent" else "overdue",
        )
        last = factories.period(one.framework, 2026, ends_on=past)
        if case == "fulfilled":
            fulfilled(one)
        if case == "reported":
            factories.report(last, "published", stage="in_progress")
        if sentence:
            with pytest.raises(NotAllowed, match=sentence):
                actions.close_unfulfilled(one, reason="The end has passed.", by=officer)
            continue
        one = actions.close_unfulfilled(one, reason="The end has passed.", by=officer)
        assert (one.state, one.framework.ended_at is None) == ("closed", False), case


# --- When it is not heard of, or not kept --------------------------------------------------------


@DB
def test_silence_makes_inactive_and_a_report_brings_back(client: Any) -> None:
    officer = factories.officer(email="officer@secretariat.test")
    focal_point = factories.person("focal@union.test")
    one = factories.commitment(
        "published", title="Care", partner=factories.partner(person=focal_point)
    )
    for code in Light.values:
        light(one, code)
        if code != "silent":
            with pytest.raises(NotAllowed, match="Its reports are not silent"):
                actions.mark_inactive(one, reason="Nothing is heard.", by=officer)

    one = actions.mark_inactive(one, reason="Nothing is heard.", by=officer)
    assert (one.state, one.framework.ended_at) == ("inactive", None)
    page = client.get(one.get_absolute_url())
    assert page.status_code == 200
    assert "Inactive: the secretariat marked it so on" in page.content.decode()
    with pytest.raises(NotAllowed, match="Its reports are silent still"):
        actions.resume(one, reason="We go on.", by=focal_point)
    light(one, "reported")
    one = actions.resume(one, reason="We go on.", by=focal_point)

    assert one.state == "published"
    assert letters() == [
        ("focal@union.test", "Marked as inactive: Care"),
        ("officer@secretariat.test", "Taken up again: Care"),
    ]


@DB
def test_whoever_takes_over_what_nobody_carried_reports_from_then_on() -> None:
    left, successor, officer = factories.partner(), factories.partner(), factories.officer()
    states = ("submitted", "approved", "published", "completed_claimed", "inactive", "closed")
    own = {state: factories.commitment(state, partner=left, title=state) for state in states}
    running = own["published"].framework
    Framework.objects.filter(pk=running.pk).update(light_since=timezone.now())
    soon = timezone.now() + timedelta(seconds=1)
    fell_due = factories.period(running, 2025, due_on=soon.date(), due_at=soon)

    actions.partner_leaves(left, None, officer)
    after = {state: Commitment.objects.get(pk=one.pk) for state, one in own.items()}
    assert {
        state: (one.state, one.framework.ended_at is not None) for state, one in after.items()
    } == {
        "submitted": ("change_requested", False),
        "approved": ("change_requested", False),
        "published": ("published", True),
        "completed_claimed": ("completed_claimed", True),
        "inactive": ("inactive", True),
        "closed": ("closed", True),
    }

    Framework.objects.filter(pk=running.pk).update(ended_at=soon - timedelta(hours=1))
    type(fell_due).objects.filter(pk=fell_due.pk).update(due_at=soon - timedelta(minutes=1))
    actions.partner_leaves(left, successor, officer)
    after = {state: Commitment.objects.get(pk=one.pk) for state, one in own.items()}
    assert {one.partner for one in after.values()} == {successor}
    assert {state for state, one in after.items() if one.framework.ended_at} == {"closed"}
    fell_due.refresh_from_db()
    assert fell_due.due_at is None  # nobody was asked for it
    assert after["published"].framework.light == "reported"


@DB
def test_what_ends_gives_up_what_somebody_wished_to_change() -> None:
    for verb, state in (("close", "completed_claimed"), ("withdraw", "published")):
        one = factories.commitment(state)
        as_it_takes(verb, one)
        wish = one.amendments.create(side="partner", state="proposed", by=factories.person())

        does(verb, one, factories.officer())

        wish.refresh_from_db()
        assert wish.state == "discarded"


@DB
def test_what_is_public_in_any_state_stays_in_every_list_and_what_is_not_in_none(
    client: Any,
) -> None:
    maker = factories.partner("Bakers of Lyon")
    every = {state: factories.commitment(state, partner=maker, title=f"As {state}")
             for state in STATES}  # fmt: skip
    for state in ("published", "completed_claimed", "closed", "inactive", "withdrawn"):
        changed(every[state])
    delivered = every["published"].deliveries.get().provision
    pages = ["/en/commitments/", maker.get_absolute_url(), delivered.get_absolute_url()]

    for address in pages:
        page = client.get(address).content.decode()
        assert [state for state in STATES if f"As {state}<" in page] == [*PUBLIC], address
    found = client.get("/api/v1/commitments").json()["results"]
    assert sorted(one["state"] for one in found) == sorted(PUBLIC)
    held = Record.objects.filter(kind="commitment").values_list("key", flat=True)
    assert sorted(held) == sorted(every[state].reference for state in PUBLIC)
    # Of what is closed no report is due: it has no light by which it could be found.
    lit = Filing.objects.filter(facet="light").values_list("commitment__state", flat=True)
    assert "closed" not in lit


# --- At once -------------------------------------------------------------------------------------


def as_read(one: Commitment) -> Commitment:
    """The record as somebody else has it in hand."""
    return Commitment.objects.get(pk=one.pk)


@pytest.mark.django_db(transaction=True)
def test_two_who_act_at_once_do_it_once_and_nobody_waits_for_the_other() -> None:
    officers = [factories.officer(), factories.officer()]
    signatory = factories.person()
    sent, read = factories.commitment(), factories.commitment("submitted")
    day = timezone.now().date()
    come = factories.commitment("approved", publish_on=day)
    left, silent = factories.commitment("published"), factories.commitment("published")
    for one, verb in ((left, "close"), (silent, "mark_inactive")):
        as_it_takes(verb, one)
    Commitment.objects.filter(pk=left.pk).update(state="completed_claimed")
    for year in (2022, 2023):
        due_at = datetime(year + 1, 3, 1, tzinfo=UTC)
        factories.period(silent.framework, year, due_on=date(year + 1, 2, 28), due_at=due_at)
    rounds: list[tuple[Commitment, list[Callable[[], Any]], set[str]]] = [
        (  # two tabs
            sent,
            [lambda: actions.submit(as_read(sent), by=signatory) for _tab in range(2)],
            {"submitted"},
        ),
        (  # two officers
            read,
            [
                lambda: actions.approve(as_read(read), by=officers[0]),
                lambda: actions.request_change(as_read(read), reason="Who?", by=officers[1]),
            ],
            {"published", "change_requested"},
        ),
        (  # the clock twice, and an officer who does not wait for it
            come,
            [
                lambda: [refuse_if(not list(actions.publish_due()))],
                lambda: [refuse_if(not list(actions.publish_due()))],
                lambda: actions.publish(as_read(come), by=officers[0]),
            ],
            {"published"},
        ),
        (  # the partner takes it back while the officer closes it
            left,
            [
                lambda: actions.withdraw(as_read(left), reason="No money.", by=signatory),
                lambda: actions.close(as_read(left), by=officers[0]),
            ],
            {"withdrawn", "closed"},
        ),
        (
            silent,
            [
                lambda: actions.mark_inactive(as_read(silent), reason="Silent.", by=officers[0]),
                lambda: actions.mark_inactive(as_read(silent), reason="Silent.", by=officers[1]),
                lambda: refresh_lights([silent.framework]),
            ],
            {"inactive"},
        ),
    ]
    for one, acts, ends in rounds:
        outcomes = at_once(*acts)

        assert set(outcomes) <= {"done", "refused"}, outcomes
        one = as_read(one)
        assert one.state in ends
        decided = [step.verb for step in one.moves.all() if step.verb != "approve"]
        assert len(decided) == 1, decided
        assert one.editions.count() == (decided == ["publish"])
        assert (one.framework.ended_at is not None) == (one.state in ("withdrawn", "closed"))
    assert list(audit.verify()) == []


def refuse_if(nothing_was_due: bool) -> None:
    if nothing_was_due:
        raise NotAllowed


# --- The desk ------------------------------------------------------------------------------------


def one_of_each() -> dict[str, Commitment]:
    """One for each reason to wait, and some that do not wait."""
    found = {
        "submitted": factories.commitment("submitted", title="Sent"),
        "approved": factories.commitment(
            "approved", title="Set", publish_on=timezone.now().date() + timedelta(days=9)
        ),
        "claimed": factories.commitment("completed_claimed", title="Claimed"),
        "amendment": factories.commitment("published", title="Amended"),
        "silent": factories.commitment("published", title="Silent"),
        "heard": factories.commitment("inactive", title="Heard"),
    }
    light(found["silent"], "silent")
    light(found["heard"], "due")
    for state in ("draft", "change_requested", "published", "closed", "withdrawn"):
        light(factories.commitment(state, title="Quiet"), "reported")
    light(factories.commitment("inactive", title="Quiet"), "silent")
    wish = found["amendment"].amendments.create(
        side="partner", state="proposed", by=factories.person(), why="More bakeries."
    )
    wish.moves.create(verb="propose", from_state="draft", to_state="proposed", by=wish.by)
    other = found["claimed"].amendments.create(
        side="secretariat", state="proposed", by=factories.person()
    )
    other.moves.create(verb="propose", from_state="draft", to_state="proposed", by=other.by)
    return found


def desk(client: Any, query: str = "") -> list[str]:
    response = client.get(f"/en/desk/commitments/{query}")
    assert response.status_code == 200
    return [row.commitment.title for row, _offers in response.context["rows"]]


@DB
def test_the_desk_lists_what_waits_by_what_whose_and_since_when(client: Any) -> None:
    found = one_of_each()
    Commitment.objects.filter(pk=found["submitted"].pk).update(
        changed_at=timezone.now() - timedelta(days=20)
    )
    client.force_login(factories.officer())

    assert sorted(desk(client)) == ["Amended", "Claimed", "Heard", "Sent", "Set", "Silent"]
    for kind, one in found.items():
        assert desk(client, f"?kind={kind}") == [one.title]
    assert sorted(desk(client, "?longer=14")) == ["Heard", "Sent", "Silent"]
    assert desk(client, "?longer=90") == []
    assert desk(client, "?group=GOV") == []
    assert desk(client, "?words=sil") == ["Silent"]
    assert desk(client, "?sort=newest")[-1] in ("Heard", "Silent")
    assert len(desk(client, "?kind=nonsense&page=99&longer=x")) == 6
    assert desk_counts() == {"commitments": 1, "completions": 1, "amendments": 1}

    rows = list(csv.DictReader(io.StringIO(
        b"".join(client.get("/en/desk/commitments/download.csv?kind=claimed").streaming_content)
        .decode("utf-8-sig")
    )))  # fmt: skip
    assert [(row["title"], row["waits_for"], row["state"]) for row in rows] == [
        ("Claimed", "claimed", "completed_claimed")
    ]


@DB
def test_what_waits_is_decided_from_its_row_and_one_comes_back_to_the_list(client: Any) -> None:
    found = one_of_each()
    client.force_login(factories.officer())
    here = "/en/desk/commitments/?kind=submitted"
    rows = client.get("/en/desk/commitments/").context["rows"]
    offered = {row.commitment.title: [offer.verb for offer, _form in of] for row, of in rows}
    assert offered == {
        "Sent": ["approve", "request_change"],
        "Set": ["publish", "request_change"],
        "Claimed": ["close", "refuse_completion"],
        "Amended": [],
        "Silent": ["mark_inactive"],
        "Heard": ["resume"],
    }
    said = {"reason": "So it is.", "next": here, "publish_on": ""}
    for kind, verb, state in (
        ("submitted", "approve", "published"),
        ("approved", "request_change", "change_requested"),
        ("claimed", "refuse_completion", "published"),
        ("silent", "mark_inactive", "inactive"),
        ("heard", "resume", "published"),
    ):
        address = reverse(f"commitments:{verb}", args=[found[kind].reference])
        response = client.post(address, said)
        assert (response.status_code, response["Location"]) == (302, here)
        found[kind].refresh_from_db()
        assert found[kind].state == state
    # No way out of the site.
    address = reverse("commitments:withdraw", args=[found["submitted"].reference])
    outside = client.post(address, {**said, "next": "//evil.test/"})
    assert outside.status_code == 403


@DB
def test_an_officer_of_a_partner_in_it_reads_that_another_decides(client: Any) -> None:
    one = factories.commitment("submitted")
    of_part = part(one, "asked").partner
    person = factories.officer()
    Mandate.objects.create(person=person, partner=of_part, role="viewer", since=date(2026, 1, 1))
    client.force_login(person)

    rows = client.get("/en/desk/commitments/").context["rows"]
    assert [(row.is_own, row.unanswered, offers) for row, offers in rows] == [(True, 1, [])]
    review = client.get(f"/en/desk/commitments/{one.reference}/").content.decode()
    assert "so another officer has to decide" in review
    assert "Parts that have not been answered" in review
    address = reverse("commitments:approve", args=[one.reference])
    assert client.post(address).status_code == 403
    assert Commitment.objects.get(pk=one.pk).state == "submitted"


@DB
def test_the_review_tells_who_did_what_and_what_a_verb_still_takes(client: Any) -> None:
    focal_point = factories.person("focal@union.test", name="Ada Baker")
    officer = factories.officer(name="Otto Office")
    one = factories.commitment(partner=factories.partner(person=focal_point))
    actions.submit(one, by=focal_point)
    actions.approve(one, by=officer)
    client.force_login(officer)

    response = client.get(f"/en/desk/commitments/{one.reference}/")

    told = [move.sentence for move in response.context["history"]]
    assert told == [
        "Sent to the secretariat, by Ada Baker",
        "Approved, by Otto Office",
        "Published, by Otto Office",
    ]
    offers = {offer.verb: offer.lacks for offer, _form in response.context["offers"]}
    assert offers == {
        "mark_inactive": [
            "Its reports are not silent: only a promise of which nothing is heard is inactive."
        ],
        "close_unfulfilled": ["It runs until 31 December 2027. Until then it can still be kept."],
    }


DESK_QUERIES = 10


@DB
def test_the_desk_costs_as_many_queries_for_one_row_as_for_three(
    client: Any, django_assert_num_queries: Any
) -> None:
    client.force_login(factories.officer())
    for rows in (1, 3):
        while Commitment.objects.count() < rows:
            part(factories.commitment("submitted"), "asked")
        with django_assert_num_queries(DESK_QUERIES):
            assert len(desk(client)) == rows
