"""Bodies, their meetings and decisions, and the action points that follow from them."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from coalition.base import audit
from coalition.base.errors import NotAllowed, Refused
from coalition.base.icalendar import calendar_file, escaped, folded
from coalition.mailroom.models import Letter
from coalition.partners.bodies import actions, queries
from coalition.partners.bodies.calendar import entry
from coalition.partners.bodies.forms import MeetingForm
from coalition.partners.models import (
    ActionPoint,
    Body,
    Decision,
    Meeting,
    Paper,
    Seat,
)
from tests import factories

pytestmark = pytest.mark.django_db
TODAY = timezone.now().date


@pytest.fixture
def officer() -> Any:
    return factories.officer()


def told(person: Any) -> list[str]:
    return list(
        Letter.objects.filter(to_person=person).order_by("pk").values_list("subject", flat=True)
    )


# --- What the coalition file says ------------------------------------------------------------


def test_seeded_bodies_have_sources_and_nothing_invented():
    bodies = {body.code: body for body in Body.objects.select_related("source")}

    assert set(bodies) == {"forum", "coordinating-group", "secretariat"}
    assert {body.kind for body in bodies.values()} == {
        "forum",
        "coordinating_group",
        "secretariat",
    }
    assert all(body.source_id == "coalition-about" for body in bodies.values())
    assert all(set(body.names) == {"ar", "en", "es", "fr", "ru", "zh"} for body in bodies.values())
    assert not any(body.quorum_seats or body.quorum_percent for body in bodies.values())
    seats = Seat.objects.all()
    assert {(seat.body.code, seat.code, seat.role) for seat in seats} == {
        ("coordinating-group", "ilo-director-general", "chair"),
        ("coordinating-group", "brazil", "chair"),
        ("coordinating-group", "india", "member"),
    }
    assert all(seat.source_id and seat.office and not seat.person_id for seat in seats)


def test_page_of_a_body_without_a_quorum_says_so(client):
    page = client.get("/en/bodies/coordinating-group/").content.decode()

    assert "None is stated, so none is checked." in page
    assert "Director-General of the International Labour Organization" in page
    assert "vice-chair" in page


# --- Seats -----------------------------------------------------------------------------------


def test_seat_is_held_from_its_first_day_to_the_day_before_its_end(officer):
    body = factories.body()
    today = TODAY()
    seat = factories.seat(body, since=today, until=today + timedelta(days=1))

    assert list(body.seats.on(today - timedelta(days=1))) == []
    assert list(body.seats.current()) == [seat]
    assert list(body.seats.on(today + timedelta(days=1))) == []


def test_seat_cannot_be_given_twice_at_the_same_time(officer):
    body, partner = factories.body(), factories.partner()
    fields = {"partner": partner, "role": "member", "since": date(2026, 1, 1)}
    seat = actions.give_seat(body, fields, by=officer)

    with pytest.raises(Refused, match="holds this seat already"):
        actions.give_seat(body, {**fields, "since": date(2026, 2, 1)}, by=officer)
    actions.end_seat(seat, until=date(2026, 3, 1), by=officer)
    actions.give_seat(body, {**fields, "since": date(2026, 3, 1)}, by=officer)

    assert body.seats.count() == 2
    with pytest.raises(NotAllowed, match="ended already"):
        actions.end_seat(seat, until=date(2026, 4, 1), by=officer)
    with pytest.raises(Refused, match="Say whose seat it is"):
        actions.give_seat(body, {"role": "member"}, by=officer)


def test_seat_of_a_person_never_shows_a_hidden_name(client):
    hidden = factories.person(name="Hidden Rosewater")
    shown = factories.person(name="Shown Quill", shows_name=True)
    body = factories.body()
    for person in (hidden, shown):
        factories.seat(body, person=person)

    page = client.get(body.get_absolute_url()).content.decode()

    assert "Hidden" not in page
    assert hidden.email not in page
    assert "Shown Quill" in page


# --- Meetings: who may do what ---------------------------------------------------------------


def test_people_states_and_verbs_of_a_meeting():
    """What each may do with a meeting in each state: rows are people and states, all in one."""
    body = factories.body()
    chair_partner = factories.partner()
    people = {
        "visitor": AnonymousUser(),
        "stranger": factories.person(),
        "member": factories.person(),
        "chair": factories.person(),
        "chair’s viewer": factories.person(),
        "officer": factories.officer(),
    }
    factories.seat(body, person=people["member"])
    factories.seat(body, partner=chair_partner, role="chair")
    for who, role in (("chair", "focal_point"), ("chair’s viewer", "viewer")):
        chair_partner.mandates.create(person=people[who], role=role, since=date(2026, 1, 1))
    may = {
        permission: {who for who, person in people.items() if person.has_perm(permission, body)}
        for permission in ("partners.keep_body", "partners.manage_bodies")
    }

    assert may == {
        "partners.keep_body": {"chair", "officer"},
        "partners.manage_bodies": {"officer"},
    }
    officer = people["officer"]
    verbs = {
        "edit": lambda one: actions.edit_meeting(one, {"place": "Geneva"}, by=officer),
        "hold": lambda one: actions.hold(one, by=officer),
        "cancel": lambda one: actions.cancel(one, reason="Nobody can come.", by=officer),
        "add an item": lambda one: actions.add_item(one, title="Pay", by=officer),
        "note who came": lambda one: actions.note_attendance(one, {}, by=officer),
        "write minutes": lambda one: actions.write_minutes(
            one, language="en", text="It was so.", by=officer
        ),
        "decide": lambda one: actions.decide(one, {"text": "So be it."}, by=officer),
    }
    allowed: dict[str, set[str]] = {}
    for state in ("planned", "held", "cancelled"):
        allowed[state] = set()
        for verb, act in verbs.items():
            one = factories.meeting(body, state, starts_at=timezone.now() - timedelta(hours=1))
            try:
                with transaction.atomic():
                    act(one)
            except NotAllowed:
                continue
            allowed[state].add(verb)

    assert allowed == {
        "planned": {"edit", "hold", "cancel", "add an item"},
        "held": {"add an item", "note who came", "write minutes", "decide"},
        "cancelled": set(),
    }


def test_meeting_cannot_have_been_held_before_it_begins(officer):
    meeting = factories.meeting(factories.body(), "planned")

    with pytest.raises(NotAllowed, match="has not begun yet"):
        actions.hold(meeting, by=officer)


def test_meeting_is_told_to_those_who_sit_in_the_body_and_told_again_when_it_moves(officer):
    member, focal = factories.person(), factories.person()
    body = factories.body()
    factories.seat(body, person=member)
    factories.seat(body, partner=factories.partner(person=focal))
    factories.seat(body, person=factories.person(), until=date(2026, 2, 1))
    starts = timezone.now() + timedelta(days=3)

    meeting = actions.plan(body, {"title": "Pay", "starts_at": starts}, by=officer)
    actions.edit_meeting(meeting, {"title": "Pay and prices"}, by=officer)
    actions.edit_meeting(meeting, {"place": "Nairobi"}, by=officer)
    actions.cancel(meeting, reason="A storm.", by=officer)

    assert Letter.objects.count() == 6
    for person in (member, focal):
        assert told(person) == [
            "Meeting: Pay",
            "Changed: Pay and prices",
            "Cancelled: Pay and prices",
        ]
    assert "A storm." in Letter.objects.filter(to_person=member).order_by("pk").last().text


def test_moment_is_read_by_the_clocks_of_its_zone():
    def read(starts: str, zone: str) -> MeetingForm:
        data = {"title": "Pay", "starts_at": starts, "time_zone": zone, "language": "en"}
        return MeetingForm(data)

    zurich = read("2026-07-01T09:30", "Europe/Zurich")
    assert zurich.is_valid()
    assert zurich.cleaned_data["starts_at"] == datetime(2026, 7, 1, 7, 30, tzinfo=UTC)
    skipped = read("2026-03-29T02:30", "Europe/Zurich")
    assert skipped.errors == {"starts_at": ["The clocks there skip this time on that day."]}
    assert "starts_at" in read("yesterday", "Europe/Zurich").errors
    assert "time_zone" in read("2026-07-01T09:30", "Europe/Nowhere").errors


# --- Decisions -------------------------------------------------------------------------------


def test_quorum_is_checked_only_where_one_is_stated(officer):
    free = factories.meeting(factories.body())
    actions.decide(free, {"text": "Nobody noted who came."}, by=officer)
    body = factories.body(quorum_percent=60)
    seats = [factories.seat(body) for _ in range(5)]
    factories.seat(body, role="observer")
    meeting = factories.meeting(body)
    actions.note_attendance(meeting, {seats[0]: "present", seats[1]: "represented"}, by=officer)

    with pytest.raises(NotAllowed, match=r"at least 3 seats present; at this meeting 2 were"):
        actions.decide(meeting, {"text": "Too few."}, by=officer)
    presence = {seats[0]: "present", seats[1]: "represented", seats[2]: "present"}
    actions.note_attendance(meeting, presence, by=officer)

    assert actions.decide(meeting, {"text": "Enough."}, by=officer).reference.startswith("DEC-")


@pytest.mark.parametrize(
    ("quorum", "seats", "needed"),
    [({"quorum_percent": 67}, 7, 5), ({"quorum_percent": 50}, 4, 2), ({"quorum_seats": 9}, 4, 9)],
)
def test_quorum_counts_chairs_and_members_and_rounds_up(quorum, seats, needed):
    body = factories.body(**quorum)
    for number in range(seats):
        factories.seat(body, role="member" if number else "chair")
    observer = factories.seat(body, role="observer")
    meeting = factories.meeting(body)
    meeting.attendance.create(seat=observer, presence="present")

    assert queries.quorum(meeting) == queries.Quorum(needed, 0)


def test_published_decision_and_minutes_stay_as_they_are(officer, client):
    meeting = factories.meeting(factories.body())
    seat = factories.seat(meeting.body)
    decision = actions.decide(
        meeting, {"text": "We meet in May.", "dissent": "One said June."}, by=officer
    )
    decision = actions.edit_decision(
        decision, {"text": "We meet in April.", "dissent": "One said June."}, by=officer
    )
    minutes = actions.write_minutes(meeting, language="en", text="The chair spoke.", by=officer)
    page = client.get(meeting.get_absolute_url()).content.decode()
    assert "April" not in page
    assert "The chair spoke" not in page
    with pytest.raises(NotAllowed, match="not published yet"):
        actions.correct(decision, text="May, not April.", language="en", by=officer)

    actions.publish_decision(decision, by=officer)
    minutes = actions.publish_minutes(minutes, by=officer)

    for act in (
        lambda: actions.edit_decision(decision, {"text": "June."}, by=officer),
        lambda: actions.publish_decision(decision, by=officer),
        lambda: actions.write_minutes(meeting, language="en", text="Other.", by=officer),
        lambda: actions.publish_minutes(minutes, by=officer),
        lambda: actions.note_attendance(meeting, {seat: "present"}, by=officer),
    ):
        with pytest.raises(NotAllowed):
            act()
    decision.refresh_from_db()
    actions.correct(decision, text="April 2027 is meant.", language="en", by=officer)
    actions.correct(minutes, text="The vice-chair spoke.", language="en", by=officer)
    page = client.get(meeting.get_absolute_url()).content.decode()
    for words in ("We meet in April.", "One said June.", "April 2027 is meant.", "The vice-chair"):
        assert words in page
    assert list(audit.verify()) == []


def test_decision_cites_public_records_alone(officer):
    meeting = factories.meeting(factories.body())
    commitment = factories.commitment("published")
    draft = factories.commitment("draft")
    from coalition.catalogue.actions import record_changed

    record_changed(commitment)
    earlier = factories.decision(meeting)
    cites = f"{commitment.reference}, {earlier.reference} {meeting.reference}"

    decision = actions.decide(meeting, {"text": "Yes.", "cites": cites}, by=officer)

    assert [each.reference for each in decision.citations.all()] == [
        commitment.reference,
        earlier.reference,
        meeting.reference,
    ]
    refusals = {
        draft.reference: "There is no public record",
        "DEC-1999-0001": "There is no public record",
        "../etc": "is no reference",
        "<b>": "is no reference",
        " ".join(f"COM-2026-{n:04d}" for n in range(30)): "At most 20",
    }
    for written, sentence in refusals.items():
        with pytest.raises(Refused, match=sentence):
            actions.decide(meeting, {"text": "No.", "cites": written}, by=officer)
    assert Decision.objects.count() == 2


def test_decisions_csv_holds_published_ones_alone(client):
    meeting = factories.meeting(factories.body())
    factories.decision(meeting, text="=1+1 is decided")
    factories.decision(meeting, text="A draft", published_at=None)

    response = client.get(f"/en/bodies/{meeting.body.code}/decisions.csv")

    text = b"".join(response.streaming_content).decode()
    assert "'=1+1 is decided" in text
    assert "A draft" not in text


# --- Papers ----------------------------------------------------------------------------------


def paper_file(name: str = "paper.txt", content: bytes = b"What the item is about.") -> Any:
    return SimpleUploadedFile(name, content)


def add_paper(meeting: Meeting, officer: Any, audience: str, file: Any = None) -> Paper:
    return actions.add_paper(
        meeting,
        file or paper_file(),
        title="The state of pay",
        language="en",
        audience=audience,
        by=officer,
    )


def test_paper_is_given_to_those_it_is_for(officer, client):
    meeting = factories.meeting(factories.body(), "planned")
    member = factories.person()
    factories.seat(meeting.body, person=member)
    papers = {audience: add_paper(meeting, officer, audience) for audience in ("public", "members")}
    people = {"visitor": None, "stranger": factories.person(), "member": member, "officer": officer}

    answers = {}
    for who, person in people.items():
        client.logout()
        if person:
            client.force_login(person)
        page = client.get(meeting.get_absolute_url()).content.decode()
        responses = [client.get(one.get_absolute_url()) for one in papers.values()]
        answers[who] = tuple(response.status_code for response in responses)
        read = [b"".join(one.streaming_content) for one in responses if one.streaming]
        assert set(read) == {b"What the item is about."}
        assert page.count("The state of pay") == answers[who].count(200)

    assert answers == {
        "visitor": (200, 404),
        "stranger": (200, 404),
        "member": (200, 200),
        "officer": (200, 200),
    }
    response = client.get(papers["public"].get_absolute_url())
    assert response["Content-Disposition"] == 'attachment; filename="the-state-of-pay.txt"'
    assert len(b"".join(response.streaming_content)) == 23


def test_paper_that_is_no_document_is_refused(officer):
    meeting = factories.meeting(factories.body(), "planned")
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * 30_000_000)
    for file in (
        paper_file("paper.exe", b"MZ\x90\x00"),
        paper_file("paper.pdf", b"MZ\x90\x00"),
        paper_file("paper.docx", bomb.getvalue()),
        paper_file("paper.png", b"\x89PNG\r\n\x1a\n"),
    ):
        with pytest.raises(Refused):
            add_paper(meeting, officer, "public", file)

    assert Paper.objects.count() == 0


def test_agenda_closes_up_when_an_item_goes(officer):
    meeting = factories.meeting(factories.body(), "planned")
    items = [actions.add_item(meeting, title=title, by=officer) for title in ("A", "B", "C")]

    actions.remove_item(items[1], by=officer)

    assert list(meeting.agenda.values_list("number", "title")) == [(1, "A"), (2, "C")]


# --- Calendar --------------------------------------------------------------------------------


def test_calendar_says_when_in_utc_and_folds_long_lines():
    body = factories.body()
    title = "الأجور; wages, and \\ more: " + "很长的标题" * 12
    meeting = factories.meeting(
        body,
        "planned",
        title=title,
        starts_at=datetime(2026, 12, 1, 8, 0, tzinfo=UTC),
        ends_at=datetime(2026, 12, 1, 10, 30, tzinfo=UTC),
        time_zone="Africa/Nairobi",
        place="Nairobi\nKenya",
        revision=2,
    )
    with override("en"):
        text = calendar_file(
            [entry(meeting)], name="Group", host="coalition.test", site="https://x.test"
        )

    assert text.endswith("END:VEVENT\r\nEND:VCALENDAR\r\n")
    lines = text.split("\r\n")
    assert max(len(line.encode()) for line in lines) <= 75
    unfolded = text.replace("\r\n ", "").split("\r\n")
    summary = title.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    for line in (
        f"UID:{meeting.reference}@coalition.test",
        "DTSTART:20261201T080000Z",
        "DTEND:20261201T103000Z",
        "SEQUENCE:2",
        f"SUMMARY;LANGUAGE=en:{summary}",
        "DESCRIPTION:Begins 2026-12-01 at 11:00\\, Africa/Nairobi.",
        "LOCATION:Nairobi\\nKenya",
        "STATUS:CONFIRMED",
    ):
        assert line in unfolded


@pytest.mark.parametrize("text", ["", "a" * 75, "a" * 76, "é" * 100, "𝒳" * 60, "中" * 51])
def test_folding_loses_nothing_and_cuts_no_character(text):
    line = folded(text)

    assert line.replace("\r\n ", "") == text
    assert all(len(part.encode()) <= 75 for part in line.split("\r\n"))


def test_escaping_is_that_of_texts_in_calendars():
    assert escaped("a\\b;c,d\ne\r\nf\rg") == "a\\\\b\\;c\\,d\\ne\\nfg"


# --- Action points ---------------------------------------------------------------------------


def test_action_point_goes_from_owner_to_another_person_and_back(officer):
    owner, verifier = factories.person(), factories.person()
    point = actions.agree(
        {"words": "Send the list", "owner": owner, "verifier": verifier, "due_on": TODAY()},
        by=officer,
    )

    actions.report_done(point, words="Sent to all.", by=owner)
    actions.send_back(point, reason="Two are missing.", by=verifier)
    actions.report_done(point, words="Sent to the two.", by=owner)
    point = actions.verify(point, by=verifier)

    assert point.state == "verified"
    assert [move.verb for move in point.moves.all()] == [
        "report_done",
        "return",
        "report_done",
        "verify",
    ]
    assert told(owner) == [
        f"Action point {point.reference}",
        f"Not done yet: {point.reference}",
        f"Verified: {point.reference}",
    ]
    assert told(verifier) == [
        f"Action point {point.reference}",
        f"To be verified: {point.reference}",
        f"To be verified: {point.reference}",
    ]


def test_nobody_verifies_what_they_did_themselves(officer):
    person = factories.person()
    partner = factories.partner(person=person)
    fields = {"words": "Send it", "verifier": person, "due_on": TODAY()}

    with pytest.raises(Refused, match="Another person"):
        actions.agree(fields | {"owner": person}, by=officer)
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.action_point(owner=person, verifier=person)
    point = actions.agree(fields | {"owner_partner": partner}, by=officer)
    with pytest.raises(NotAllowed, match="in a word how"):
        actions.report_done(point, words=" ", by=person)
    actions.report_done(point, words="Done.", by=person)

    with pytest.raises(NotAllowed, match="another person has to verify"):
        actions.verify(point, by=person)


def test_action_points_are_seen_by_those_they_concern_and_by_nobody_else():
    body, partner = factories.body(), factories.partner()
    people = {
        "owner": factories.person(),
        "verifier": factories.person(),
        "viewer of the owning partner": factories.person(),
        "member of the body": factories.person(),
        "former member": factories.person(),
        "stranger": factories.person(),
        "officer": factories.officer(),
        "visitor": AnonymousUser(),
    }
    partner.mandates.create(
        person=people["viewer of the owning partner"], role="viewer", since=date(2026, 1, 1)
    )
    factories.seat(body, person=people["member of the body"])
    factories.seat(body, person=people["former member"], until=date(2026, 2, 1))
    point = factories.action_point(
        owner=people["owner"], owner_partner=partner, verifier=people["verifier"], body=body
    )
    factories.action_point()

    seen = {
        who
        for who, person in people.items()
        if point in ActionPoint.objects.visible_to(person).distinct()
    }

    assert seen == set(people) - {"former member", "stranger", "visitor"}
    may_report = {
        who for who, person in people.items() if person.has_perm("partners.report_action", point)
    }
    may_verify = {
        who for who, person in people.items() if person.has_perm("partners.verify_action", point)
    }
    may_edit = {
        who for who, person in people.items() if person.has_perm("partners.edit_action", point)
    }
    assert (may_report, may_verify, may_edit) == ({"owner"}, {"verifier"}, {"officer"})


def test_public_reads_action_points_of_published_decisions_alone(client):
    meeting = factories.meeting(factories.body())
    published = factories.decision(meeting)
    draft = factories.decision(meeting, published_at=None)
    for words, decision in (("Shown", published), ("Kept back", draft), ("Internal", None)):
        factories.action_point(
            words=words, meeting=meeting, decision=decision, owner=factories.person(name="Quill")
        )

    page = client.get(meeting.get_absolute_url()).content.decode()

    assert [words in page for words in ("Shown", "Kept back", "Internal", "Quill")] == [
        True,
        False,
        False,
        False,
    ]


def test_reminders_go_out_once_a_week_before_and_once_after(officer):
    owner = factories.person()
    day = date(2026, 12, 10)
    due = {
        "Later": 8,
        "In a week": 7,
        "Today": 0,
        "Late": -1,
        "Long ago": -60,
    }
    for words, days in due.items():
        factories.action_point(words=words, owner=owner, due_on=day + timedelta(days=days))
    factories.action_point("done", owner=owner, due_on=day)

    for _run in range(2):
        actions.remind(day)

    texts = Letter.objects.filter(to_person=owner).order_by("pk").values_list("subject", "text")
    assert [(subject.split(":")[0], text.split("\n")[0]) for subject, text in texts] == [
        ("Due on 17 December 2026", "In a week"),
        ("Due on 10 December 2026", "Today"),
        ("Overdue", "Late"),
    ]


def test_list_of_a_person_holds_own_and_organisations_points_with_filters(client):
    person = factories.person()
    partner = factories.partner(person=person)
    factories.action_point(words="Mine", owner=person)
    factories.action_point(words="Ours", owner_partner=partner)
    factories.action_point(words="Late", owner=person, due_on=date(2026, 1, 1))
    factories.action_point("done", words="For me to verify", verifier=person)
    factories.action_point(words="Somebody’s")
    client.force_login(person)

    def shown(query: str) -> set[str]:
        page = client.get(f"/en/workspace/actions/{query}").content.decode()
        words = ("Mine", "Ours", "Late", "For me to verify", "Somebody’s")
        return {each for each in words if f">{each}</a>" in page}

    assert shown("") == {"Mine", "Ours", "Late", "For me to verify"}
    assert shown("?state=overdue") == {"Late"}
    assert shown("?words=our") == {"Ours"}
    assert shown("?state=nonsense&sort=worse") == {"Mine", "Ours", "Late", "For me to verify"}
    download = client.get("/en/workspace/actions.csv?state=overdue")
    assert b"".join(download.streaming_content).count(b"Late") == 1


# --- Through the pages -----------------------------------------------------------------------


def test_officer_keeps_a_meeting_from_call_to_published_decision(client, officer):
    client.force_login(officer)
    names = {"names_en": "Pay group", "quorum_percent": "50"}
    client.post("/en/desk/bodies/new/", names)
    body = Body.objects.get(kind="working_group")
    partner = factories.partner()
    seats = f"/en/desk/bodies/{body.code}/seats/"
    client.post(seats, {"partner": partner.reference, "role": "chair"})
    page = client.post(seats, {"person": "nobody@nowhere.test", "role": "member"})
    assert "Nobody signs in here with nobody@nowhere.test." in page.content.decode()
    data = {
        "title": "First meeting",
        "language": "en",
        "starts_at": "2026-01-10T09:00",
        "time_zone": "Asia/Manila",
    }
    client.post(f"/en/bodies/{body.code}/meetings/new/", data)
    meeting = Meeting.objects.get()
    assert meeting.starts_at == datetime(2026, 1, 10, 1, 0, tzinfo=UTC)
    root = f"/en/meetings/{meeting.reference}/"
    client.post(f"{root}items/", {"title": "Pay"})
    item = meeting.agenda.get()
    client.post(
        f"{root}papers/",
        {"title": "Facts", "language": "en", "audience": "public", "file": paper_file()},
    )
    client.post(f"{root}hold/")
    # The seat was given without a first day, so it was held then.
    seat = body.seats.get()
    page = client.post(
        f"{root}decisions/", {"text": "We agree.", "language": "en", "item": item.pk}
    )
    assert page.status_code == 422
    assert "decides with at least 1 seats present" in page.content.decode()
    assert "We agree." in page.content.decode()  # nothing typed is lost
    client.post(f"{root}attendance/", {f"seat_{seat.pk}": "present"})
    client.post(f"{root}decisions/", {"text": "We agree.", "language": "en", "item": item.pk})
    decision = meeting.decisions.get()
    client.post(f"/en/decisions/{decision.reference}/edit/", {"text": "Yes.", "language": "en"})
    client.post(f"/en/decisions/{decision.reference}/publish/")
    client.post(f"{root}minutes/", {"text": "All spoke.", "language": "fr"})
    client.post(f"{root}minutes/fr/publish/")
    client.post(f"{root}corrections/", {"of": "fr", "text": "Nearly all.", "language": "fr"})
    verifier = factories.person()
    client.post(
        f"{root}actions/",
        {
            "words": "Tell all",
            "language": "en",
            "owner_partner": partner.reference,
            "verifier": verifier.email,
            "due_on": "2027-01-01",
            "decision": decision.reference,
            "cites": partner.reference,
        },
    )
    client.logout()

    page = client.get(root).content.decode()

    assert "There is no public record" not in page
    for words in (
        "Yes.",
        "All spoke.",
        "Nearly all.",
        "Facts",
        partner.name,
        "10 January 2026, 09:00",
    ):
        assert words in page, words


def test_pages_of_keeping_are_hidden_from_others(client, officer):
    meeting = factories.meeting(factories.body())
    decision = factories.decision(meeting, published_at=None)
    client.force_login(factories.person())
    addresses = [
        "/en/desk/bodies/new/",
        f"/en/desk/bodies/{meeting.body.code}/edit/",
        f"/en/desk/bodies/{meeting.body.code}/seats/",
        f"/en/bodies/{meeting.body.code}/meetings/new/",
        f"/en/meetings/{meeting.reference}/keep/",
        f"/en/meetings/{meeting.reference}/edit/",
        f"/en/decisions/{decision.reference}/edit/",
        f"/en/bodies/{meeting.body.code}/actions/",
        f"/en/actions/{factories.action_point().reference}/",
    ]

    assert {client.get(address).status_code for address in addresses} == {404}
    assert client.post(f"/en/decisions/{decision.reference}/publish/").status_code == 404


def test_chair_keeps_the_meetings_of_the_body_but_not_its_seats(client):
    chair = factories.person()
    meeting = factories.meeting(factories.body())
    factories.seat(meeting.body, person=chair, role="chair")
    client.force_login(chair)

    keep = client.get(reverse("partners:meeting_keep", args=[meeting.reference]))
    seats = client.get(reverse("partners:seats", args=[meeting.body.code]))

    assert (keep.status_code, seats.status_code) == (200, 404)


def test_owner_and_verifier_act_through_the_page(client):
    point = factories.action_point()
    root = f"/en/actions/{point.reference}/"
    client.force_login(point.owner)
    empty = client.post(f"{root}done/", {"reason": ""})
    assert empty.status_code == 422
    client.post(f"{root}done/", {"reason": "Sent."})
    assert client.post(f"{root}verify/").status_code == 403
    client.force_login(point.verifier)
    client.post(f"{root}verify/")

    point.refresh_from_db()
    assert point.state == "verified"
