"""People are invited by their address and partners by name, once each; readers follow."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from coalition.base import privacy
from coalition.base.errors import NotAllowed, Refused
from coalition.base.models import Event
from coalition.consultations.access import reader_of
from coalition.consultations.inviting import actions, forms, queries, telling
from coalition.consultations.models import Consultation, Follower, Invitation, Participant
from coalition.consultations.planning.actions import announce, call_off
from coalition.consultations.planning.queries import lacks
from coalition.consultations.voices import voice_of
from coalition.mailroom.models import Letter
from tests import factories

pytestmark = pytest.mark.django_db


def invited_only(state: str = "open", **fields: Any) -> Consultation:
    return factories.consultation(state, **{"for_partners": False, "for_invited": True, **fields})


def partners_with_writers(count: int) -> list[Any]:
    made = [factories.partner() for _ in range(count)]
    for each in made:
        factories.mandate(each, "editor")
    return made


def letters() -> list[str]:
    found = Letter.objects.filter(key__startswith="consultations.invited:")
    return sorted(found.values_list("to_address", flat=True))


def client_of(person: Any) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(person)
    return client


# --- Partners


def test_partners_are_invited_once_and_told_once() -> None:
    one, officer = factories.consultation("open"), factories.officer()
    partners = partners_with_writers(3)
    factories.mandate(partners[0], "viewer")  # may look on, and is not written to

    assert actions.invite_partners(one, partners[:2], by=officer) == 2
    assert actions.invite_partners(one, partners, by=officer) == 1
    assert actions.invite_partners(one, partners, by=officer) == 0

    assert one.invitations.filter(told_at__isnull=False).count() == 3
    assert len(letters()) == 3
    letter = Letter.objects.filter(key__startswith="consultations.invited:").first()
    assert str(one.title) in letter.subject
    assert one.get_absolute_url() in letter.text
    assert "signatory" in letter.text


def test_a_partner_that_is_gone_is_left_out() -> None:
    one, partners = factories.consultation("open"), partners_with_writers(2)
    partners[0].state = "suspended"
    partners[0].save(update_fields=["state"])

    assert actions.invite_partners(one, partners, by=factories.officer()) == 1
    assert one.invitations.get().partner == partners[1]


def test_one_that_left_before_its_letter_was_written_gets_none() -> None:
    one, partners = factories.consultation("draft"), partners_with_writers(1)
    actions.invite_partners(one, partners, by=factories.officer())
    partners[0].state = "withdrawn"
    partners[0].save(update_fields=["state"])

    announce(one, by=factories.officer())
    assert telling.tell_the_rest() == 1
    assert letters() == []


def test_nobody_is_told_of_a_draft_and_all_are_once_it_is_announced() -> None:
    one, officer = factories.consultation("draft", for_everyone=True), factories.officer()
    actions.invite_partners(one, partners_with_writers(1), by=officer)
    actions.invite_people(one, ["ana@guests.test"], language="en", by=officer)
    telling.tell_the_rest()
    assert letters() == []

    announce(one, by=officer)
    call_command("consultations", "keep")
    call_command("consultations", "keep")

    assert len(letters()) == 2


def test_many_are_told_by_the_clock(monkeypatch: Any) -> None:
    monkeypatch.setattr(telling, "AT_ONCE", 2)
    one = factories.consultation("open")

    assert actions.invite_partners(one, partners_with_writers(5), by=factories.officer()) == 5
    assert len(letters()) == 2
    assert telling.tell_the_rest() == 3
    assert telling.tell_the_rest() == 0
    assert len(letters()) == 5


def test_of_what_is_over_nobody_is_told(monkeypatch: Any) -> None:
    monkeypatch.setattr(telling, "AT_ONCE", 1)
    one, officer = factories.consultation("open"), factories.officer()
    actions.invite_partners(one, partners_with_writers(2), by=officer)
    one.phases.update(closes_at=timezone.now() - timedelta(seconds=1))

    assert telling.tell_the_rest() == 0
    assert len(letters()) == 1


@pytest.mark.parametrize("count", [3, 30])
def test_partners_are_invited_in_few_queries(count: int, django_assert_num_queries: Any) -> None:
    one, officer = factories.consultation("draft"), factories.officer()
    partners = [factories.partner() for _ in range(count)]

    with django_assert_num_queries(16):
        assert actions.invite_partners(one, partners, by=officer) == count


# --- People


def test_people_are_invited_once_whichever_way_they_are_spelled() -> None:
    one, officer = invited_only(), factories.officer()
    listed = ["Ana.Lee@gmail.com", "analee+1@googlemail.com", "bo@guests.test", "BO@guests.test"]

    assert actions.invite_people(one, listed, language="en", by=officer) == 2
    assert actions.invite_people(one, ["analee@gmail.com"], language="en", by=officer) == 0

    # Written to as the first line has it.
    assert letters() == ["ana.lee@gmail.com", "bo@guests.test"]


def test_whoever_has_an_account_is_written_to_in_their_language() -> None:
    one = invited_only(question={"en": "What?", "ar": "ماذا؟"})
    person = factories.person("ana@guests.test", language="ar")

    actions.invite_people(
        one, ["Ana@guests.test", "bo@guests.test"], language="en", by=factories.officer()
    )

    found = Letter.objects.filter(key__startswith="consultations.invited:").order_by("to_address")
    assert [(each.language, each.to_person) for each in found] == [("ar", person), ("en", None)]
    assert "ماذا؟" in found[0].text


@pytest.mark.parametrize(
    "listed",
    [
        ["no address"],
        ["ana@guests.test", "bo"],
        ["@"],
        ["ana@guests.test\nBcc: all@guests.test"],
        ["<script>@guests.test"],
        ["a" * 300 + "@guests.test"],
        [f"{number}@" for number in range(9)],
        [],
        ["", "  "],
        [f"ana{number}@guests.test" for number in range(actions.MOST_AT_ONCE + 1)],
    ],
    ids=lambda listed: f"{len(listed)}-{str(listed)[:20]}",
)
def test_a_list_that_holds_something_else_invites_nobody(listed: list[str]) -> None:
    one = invited_only()

    with pytest.raises(Refused) as refusal:
        actions.invite_people(one, listed, language="en", by=factories.officer())

    assert not one.invitations.exists()
    assert len(str(refusal.value)) < 600


def test_a_refusal_names_the_first_lines_and_counts_the_others() -> None:
    with pytest.raises(Refused, match="“0@”, “1@”, “2@”, “3@”, “4@” and 4 more"):
        actions.invite_people(
            invited_only(), [f"{n}@" for n in range(9)], language="en", by=factories.officer()
        )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ana@x.test", ["ana@x.test"]),
        ("ana@x.test, bo@x.test;cy@x.test\ndi@x.test", ["ana@x.test", "bo@x.test"]),
        ("ana@x.test bo@x.test", ["ana@x.test", "bo@x.test"]),
        ("Ana Lee <ana@x.test>, “Bo” <bo@x.test>", ["ana@x.test", "bo@x.test"]),
        ("\n\n ana@x.test \n", ["ana@x.test"]),
        ("Ana Lee", ["Ana", "Lee"]),
    ],
)
def test_a_pasted_list_is_read_as_mail_programs_write_it(text: str, found: list[str]) -> None:
    assert forms.addresses_in(text)[:2] == found


# --- When, and to what

STATES: dict[str, bool] = {
    "draft": True,
    "planned": True,
    "open": True,
    "synthesis": False,
    "responded": False,
    "called_off": False,
}


@pytest.mark.parametrize(("state", "may"), STATES.items())
def test_when_people_and_partners_are_invited(state: str, may: bool) -> None:
    one, officer = factories.consultation(state, for_everyone=True), factories.officer()
    held = one.invitations.create(address="bo@guests.test", mailbox="bo@guests.test")
    for act in (
        lambda: actions.invite_partners(one, partners_with_writers(1), by=officer),
        lambda: actions.invite_people(one, ["ana@guests.test"], language="en", by=officer),
        lambda: actions.take_back(held, by=officer),
    ):
        if may:
            act()
        else:
            with pytest.raises(NotAllowed):
                act()
    assert one.invitations.count() == (2 if may else 1)


def test_it_counts_that_the_phases_are_over_not_that_the_clock_ran() -> None:
    one = factories.consultation("open")
    one.phases.update(closes_at=timezone.now())

    with pytest.raises(NotAllowed, match="no more"):
        actions.invite_partners(one, partners_with_writers(1), by=factories.officer())


def test_only_those_who_may_take_part_are_invited() -> None:
    of_partners, officer = factories.consultation("open"), factories.officer()
    with pytest.raises(NotAllowed, match="partners alone"):
        actions.invite_people(of_partners, ["ana@guests.test"], language="en", by=officer)
    with pytest.raises(NotAllowed, match="Organisations do not answer"):
        actions.invite_partners(invited_only(), partners_with_writers(1), by=officer)
    with pytest.raises(Refused, match="languages"):
        actions.invite_people(invited_only(), ["ana@guests.test"], language="fr", by=officer)


def test_a_consultation_of_invited_people_alone_can_be_announced() -> None:
    one = invited_only("draft")

    assert lacks(one) == []
    announce(one, by=factories.officer())


def test_invitations_leave_events_without_any_address() -> None:
    one, officer, before = invited_only(), factories.officer(), Event.objects.count()
    actions.invite_people(one, ["ana@guests.test"], language="en", by=officer)
    actions.take_back(one.invitations.get(), by=officer)

    new = list(Event.objects.order_by("sequence")[before:])
    assert [each.verb for each in new] == [
        "consultations.invite_people",
        "consultations.take_back_invitation",
    ]
    assert {each.subject for each in new} == {f"consultations.consultation:{one.pk}"}


# --- Who may take part then

PEOPLE: dict[str, tuple[dict[str, bool], str, bool]] = {
    "invited": ({"for_invited": True}, "ana@guests.test", True),
    "invited, in capitals": ({"for_invited": True}, "ANA@guests.test", True),
    "invited, with a tag": ({"for_invited": True}, "ana+1@guests.test", True),
    "somebody else": ({"for_invited": True}, "bo@guests.test", False),
    "invited where it is not for invited people any more": ({}, "ana@guests.test", False),
    "anyone where it is for everyone": ({"for_everyone": True}, "bo@guests.test", True),
}


@pytest.mark.parametrize(("fields", "address", "may"), PEOPLE.values(), ids=PEOPLE)
def test_who_may_answer_for_themselves(fields: dict[str, bool], address: str, may: bool) -> None:
    one = factories.consultation("open", **fields)
    one.invitations.create(address="ana@guests.test", mailbox="ana@guests.test")
    person = factories.person(address)

    assert reader_of(one, person).for_themselves is may
    if may:
        assert voice_of(one, person).partner is None
    else:
        with pytest.raises(NotAllowed):
            voice_of(one, person)
    person.is_active = False
    assert not reader_of(one, person).for_themselves


def test_an_invitation_to_one_lets_in_nowhere_else() -> None:
    one, other = invited_only(), invited_only()
    one.invitations.create(address="ana@guests.test", mailbox="ana@guests.test")

    assert not reader_of(other, factories.person("ana@guests.test")).for_themselves


@pytest.mark.parametrize(
    ("fields", "guests", "known"),
    [
        ({"for_invited": True, "for_partners": False}, "Were you invited", "If you were"),
        ({"for_invited": True}, "Were you invited", "If you were invited"),
        ({"for_everyone": True}, "Sign in with your e-mail", ""),
    ],
)
def test_whoever_may_not_reads_why(fields: dict[str, bool], guests: str, known: str) -> None:
    one = factories.consultation("open", **fields)

    assert guests in reader_of(one, AnonymousUser()).why_not
    assert known in reader_of(one, factories.person()).why_not


def test_an_address_to_throw_away_reads_why() -> None:
    one = factories.consultation("open", for_everyone=True)

    assert "throw away" in reader_of(one, factories.person("ana@mailinator.com")).why_not


# --- The desk


def desk_of(one: Consultation, name: str = "invitations", **more: Any) -> str:
    return reverse(f"consultations:{name}", kwargs={"reference": one.reference, **more})


def test_the_desk_invites_takes_back_and_downloads() -> None:
    one, client = factories.consultation("open", for_invited=True), client_of(factories.officer())
    partners = partners_with_writers(2)
    Participant.objects.create(consultation=one, partner=partners[0])

    client.post(desk_of(one, "invite_partners"), {"group": ""})
    listed = "Ana <ana@guests.test>, bo@guests.test"
    answer = client.post(
        desk_of(one, "invite_people"), {"addresses": listed, "language": "en"}, follow=True
    )

    page = answer.content.decode()
    assert "2 invited by letter." in page
    assert {each.partner or each.address for each in one.invitations.all()} == {
        partners[1],
        "ana@guests.test",
        "bo@guests.test",
    }
    rows = list(
        csv.DictReader(
            io.StringIO(client.get(desk_of(one, "invitations_csv")).getvalue().decode("utf-8-sig"))
        )
    )
    assert [row["kind"] for row in rows] == ["person", "person", "partner"]
    found = client.get(desk_of(one) + "?kind=people&words=bo").content.decode()
    assert "bo@guests.test" in found
    assert "ana@guests.test" not in found

    held = one.invitations.get(address="bo@guests.test")
    client.post(desk_of(one, "take_back_invitation", pk=held.pk))
    again = client.post(desk_of(one, "take_back_invitation", pk=held.pk))
    assert again.status_code == 404
    assert one.invitations.count() == 2


def test_what_is_refused_keeps_what_was_typed() -> None:
    one, client = invited_only(), client_of(factories.officer())

    answer = client.post(
        desk_of(one, "invite_people"), {"addresses": "ana@guests.test\nbo", "language": "en"}
    )

    page = answer.content.decode()
    assert "“bo”" in page
    assert "ana@guests.test" in page
    assert not one.invitations.exists()


def test_where_nobody_is_missing_none_is_asked_for() -> None:
    one, client = factories.consultation("open"), client_of(factories.officer())
    action = desk_of(one, "invite_partners")
    factories.partner()

    assert action in client.get(desk_of(one)).content.decode()
    client.post(action, {"group": ""})
    assert action not in client.get(desk_of(one)).content.decode()
    again = client.post(action, {"group": ""}, follow=True).content.decode()
    assert "invited already" in again
    assert one.invitations.count() == 1


@pytest.mark.parametrize(("language", "first"), [("en", "en"), ("ar", "ar"), ("fr", "ar")])
def test_the_letter_is_in_the_language_of_the_officer_to_begin_with(
    language: str, first: str
) -> None:
    one = invited_only(question={"ar": "ماذا؟", "en": "What?"})
    with translation.override(language):
        assert forms.PeopleForm(one)["language"].initial == first


def test_a_group_alone_is_invited() -> None:
    one, client = factories.consultation("open"), client_of(factories.officer())
    ours, theirs = (
        factories.partner(group=factories.group("WRK")),
        factories.partner(group=factories.group("EMP")),
    )

    client.post(desk_of(one, "invite_partners"), {"group": ours.group.pk})

    assert [each.partner for each in one.invitations.all()] == [ours]
    assert set(queries.missing(one)) == {theirs}


@pytest.mark.parametrize("name", ["invite_people", "invite_partners", "invitations"])
def test_nobody_else_has_that_desk(name: str) -> None:
    one = factories.consultation("open", for_invited=True)
    method = "get" if name == "invitations" else "post"

    for person in (
        factories.person(),
        factories.mandate(factories.partner(), "focal_point").person,
    ):
        assert getattr(client_of(person), method)(desk_of(one, name)).status_code == 404
    assert not one.invitations.exists()


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"addresses": "\x00", "language": "en"},
        {"addresses": "ana@guests.test", "language": "xx"},
        {"addresses": "ana@guests.test" * 40_000, "language": "en"},
        {"group": "999999999999999999999"},
        {"group": "'; drop"},
    ],
)
def test_hostile_forms_invite_nobody(data: dict[str, str]) -> None:
    one, client = factories.consultation("open", for_invited=True), client_of(factories.officer())
    factories.partner()

    name = "invite_partners" if "group" in data else "invite_people"
    assert client.post(desk_of(one, name), data).status_code == 200
    assert not one.invitations.exists()


# --- Followers


def test_readers_follow_and_stop_without_leaving_an_event() -> None:
    one, person = factories.consultation("open"), factories.person()
    client, before = client_of(person), Event.objects.count()
    follow, unfollow = desk_of(one, "follow"), desk_of(one, "unfollow")

    assert follow in client.get(one.get_absolute_url()).content.decode()
    for _ in range(2):
        assert client.post(follow).status_code == 302
    assert Follower.objects.get().person == person
    assert unfollow in client.get(one.get_absolute_url()).content.decode()
    for _ in range(2):
        assert client.post(unfollow).status_code == 302
    assert not Follower.objects.exists()
    assert Event.objects.count() == before
    assert Client().post(follow).status_code == 302
    assert not Follower.objects.exists()


@pytest.mark.parametrize(
    ("state", "fields", "is_open"),
    [
        ("open", {"for_everyone": True}, True),
        ("open", {}, False),
        ("synthesis", {"for_everyone": True}, False),
    ],
)
def test_guests_are_called_in_only_where_they_are_let_in(
    state: str, fields: dict[str, Any], is_open: bool
) -> None:
    one = factories.consultation(state, **fields)

    page = Client(headers={"accept-language": "en"}).get(one.get_absolute_url()).content.decode()

    assert ("Sign in to be told" in page) is is_open
    assert ("If you have an account" in page) is not is_open


def test_what_nothing_comes_of_is_not_followed() -> None:
    one, client = factories.consultation("open"), client_of(factories.person())
    call_off(one, reason="Not enough time for it.", by=factories.officer())

    assert client.post(desk_of(one, "follow")).status_code == 403
    assert "/follow/" not in client.get(one.get_absolute_url()).content.decode()
    draft = factories.consultation("draft")
    assert client.post(desk_of(draft, "follow")).status_code == 404
    assert not Follower.objects.exists()


def test_erasing_a_person_takes_their_invitation_and_following_along() -> None:
    one, person = invited_only(), factories.person("ana@guests.test")
    actions.invite_people(one, ["ana@guests.test"], language="en", by=factories.officer())
    actions.follow(one, person)

    privacy.erase(person, by=None)

    assert not Invitation.objects.exists()
    assert not Follower.objects.exists()
