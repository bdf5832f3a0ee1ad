"""Who acts for an organisation: roles, invitations, hand-over, and every refusal as a sentence."""

from __future__ import annotations

import re
from datetime import date, timedelta
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from coalition.accounts.models import User
from coalition.base import privacy
from coalition.base.errors import NotAllowed, Refused
from coalition.commitments import actions as commitments
from coalition.mailroom.models import Letter
from coalition.partners.models import Invitation, Mandate, MandateRole
from coalition.partners.people import actions, invitations, queries
from tests import factories

pytestmark = pytest.mark.django_db

TODAY = timezone.now().date
DAY = timedelta(days=1)
ROLES = ("focal_point", "signatory", "editor", "viewer")


def signed_in(person: User | None) -> Client:
    client = Client()
    if person is not None:
        client.force_login(person)
    return client


def at(route: str, *args: object) -> str:
    return reverse(f"partners:{route}", args=args)


def link_in(letter: Letter) -> str:
    """The path of the link that a letter of invitation brings."""
    found = re.search(r"https?://\S+/invitations/\S+/", letter.text)
    assert found, letter.text
    return urlsplit(found[0]).path


def letters_to(address: str) -> list[str]:
    return list(
        Letter.objects.filter(to_address=address).order_by("pk").values_list("subject", flat=True)
    )


@pytest.fixture
def union():
    """A partner with its lead focal point."""
    return factories.partner("Bakers", person=factories.person("lead@bakers.test", name="Lead"))


@pytest.fixture
def lead(union):
    return union.mandates.get().person


# --- Roles × verbs ---------------------------------------------------------------------------

#                          lead signatory editor viewer former stranger officer
TABLE = """
see people                  y    y         y      y      n      n        y
edit profile                y    y         y      n      n      n        y
set priorities              y    y         y      n      n      n        n
manage people               y    n         n      n      n      n        y
leave                       y    n         n      n      n      n        n
draft                       y    y         y      n      n      n        n
edit commitment             y    y         y      n      n      n        n
submit                      y    y         n      n      n      n        n
withdraw                    y    y         n      n      n      n        n
"""
PEOPLE = ("lead", "signatory", "editor", "viewer", "former", "stranger", "officer")
PERMISSIONS = {
    "see people": "partners.see_people",
    "edit profile": "partners.edit_profile",
    "set priorities": "partners.set_priorities",
    "manage people": "partners.manage_people",
    "leave": "partners.leave_partnership",
    "draft": "commitments.draft",
    "edit commitment": "commitments.edit",
    "submit": "commitments.submit",
    "withdraw": "commitments.withdraw",
}


def test_people_by_verbs(union, lead):
    people = {
        "lead": lead,
        **{role: factories.mandate(union, role).person for role in ROLES[1:]},
        "former": factories.mandate(union, "signatory", until=TODAY()).person,
        "stranger": factories.partner(person=factories.person()).mandates.get().person,
        "officer": factories.officer(),
    }
    one = factories.commitment("draft", partner=union)

    for line in TABLE.strip().splitlines():
        verb = line[:26].strip()
        permission = PERMISSIONS[verb]
        on = one if permission.startswith("commitments.") and verb != "draft" else union
        held = {name: "y" if who.has_perm(permission, on) else "n" for name, who in people.items()}
        assert held == dict(zip(PEOPLE, line[26:].split(), strict=True)), verb


def test_every_role_stands_in_the_table():
    assert set(ROLES) == set(MandateRole.values)
    assert set(queries.ABILITY_WORDS) == set().union(*queries.ABILITIES.values())


def test_what_a_role_does_not_include_is_said_by_name(union):
    editor = signed_in(factories.mandate(union, "editor").person)
    viewer = signed_in(factories.mandate(union, "viewer").person)
    one = factories.commitment("draft", partner=union)

    answers = {
        "submit": editor.post(reverse("commitments:submit", args=[one.reference])),
        "manage": editor.post(at("invite", union.reference), {"email": "a@b.test"}),
        "edit": viewer.get(at("profile_edit", union.reference)),
        "draft": viewer.get(reverse("commitments:new", args=[union.reference])),
        "step": viewer.get(reverse("commitments:edit", args=[one.reference, "promise"])),
    }

    assert {name: answer.status_code for name, answer in answers.items()} == dict.fromkeys(
        answers, 403
    )
    assert "you are: Editor. That does not include to send" in answers["submit"].content.decode()
    assert "to say who acts for the organisation" in answers["manage"].content.decode()
    for name in ("edit", "draft", "step"):
        assert "you are: Viewer. That does not include" in answers[name].content.decode()
    one.refresh_from_db()
    assert (one.state, Invitation.objects.count()) == ("draft", 0)


def test_an_expired_mandate_acting_is_told_when_it_ended(union):
    ended = TODAY() - 3 * DAY
    former = factories.mandate(union, "signatory", until=ended).person
    one = factories.commitment("draft", partner=union)
    client = signed_in(former)
    sentence = f"Your mandate for Bakers ended on {ended.day} {ended:%B %Y}"

    for answer in (
        client.get(at("profile_edit", union.reference)),
        client.post(at("priorities", union.reference), {}),
        client.get(at("people", union.reference)),
        client.post(at("invite", union.reference), {"email": "a@b.test", "role": "editor"}),
        client.get(reverse("commitments:new", args=[union.reference])),
        client.post(reverse("commitments:submit", args=[one.reference])),
        client.get(reverse("commitments:summary", args=[one.reference])),
    ):
        assert answer.status_code == 403
        assert sentence in answer.content.decode()
    # To everybody else a draft answers like one that does not exist.
    stranger = signed_in(factories.person())
    assert stranger.post(reverse("commitments:submit", args=[one.reference])).status_code == 404


# --- Mandates --------------------------------------------------------------------------------


def test_a_partner_has_one_lead_and_a_person_one_mandate(union, lead):
    with pytest.raises(NotAllowed, match="has a lead focal point already"):
        actions.begin_mandate(factories.person(), union, by=None)
    with pytest.raises(NotAllowed, match="Lead acts for Bakers already, as: Lead focal point"):
        actions.begin_mandate(lead, union, role="editor", by=None)
    for again in ({"role": "focal_point"}, {"role": "editor", "person": lead}):
        with pytest.raises(IntegrityError), transaction.atomic():
            factories.mandate(union, **again)


def test_a_mandate_whose_day_has_passed_gives_its_place_free(union, lead):
    union.mandates.update(until=TODAY())
    person = factories.person()

    made = actions.begin_mandate(person, union, by=None)

    assert [one.person for one in union.mandates.current()] == [person]
    assert union.mandates.exclude(pk=made.pk).get().ended_at is not None
    assert letters_to(lead.email) == ["Your mandate for Bakers has ended"]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"role": "king"}, "There is no role “king”."),
        ({"role": "editor", "until": date(2020, 1, 1)}, "A mandate cannot end on 1 January 2020"),
    ],
)
def test_a_mandate_that_cannot_be_is_refused(union, given, sentence):
    with pytest.raises(Refused, match=sentence):
        actions.begin_mandate(factories.person(), union, by=None, **given)


def test_nobody_begins_to_act_for_a_partner_that_is_gone_or_with_a_closed_account(union):
    gone = factories.partner("Gone", state="withdrawn")
    closed = factories.person(is_active=False)

    with pytest.raises(NotAllowed, match="Gone is “Withdrawn”"):
        actions.begin_mandate(factories.person(), gone, by=None)
    with pytest.raises(NotAllowed, match="account is closed"):
        actions.begin_mandate(closed, union, role="editor", by=None)


def test_change_role_keeps_the_old_mandate_in_the_history(union, lead):
    mandate = factories.mandate(union, "viewer")

    made = actions.change_role(mandate, "signatory", until=TODAY() + 90 * DAY, by=lead)

    rows = union.mandates.filter(person=mandate.person).order_by("pk")
    assert [(one.role, one.until, bool(one.ended_at)) for one in rows] == [
        ("viewer", TODAY(), True),
        ("signatory", TODAY() + 90 * DAY, False),
    ]
    assert queries.mandate_of(mandate.person, union) == made
    assert letters_to(mandate.person.email) == ["Your mandate for Bakers has changed"]


def test_the_role_of_the_lead_is_handed_over_and_not_changed(union, lead):
    own, other = union.mandates.get(), factories.mandate(union, "editor")

    for mandate, role in ((own, "viewer"), (other, "focal_point")):
        with pytest.raises(NotAllowed, match="handed over"):
            actions.change_role(mandate, role, by=lead)


def test_ending_the_leads_mandate_tells_the_officers(union, lead):
    officer, other = factories.officer(), factories.officer()

    actions.end_mandate(union.mandates.get(), by=officer)
    with pytest.raises(NotAllowed, match="ended already"):
        actions.end_mandate(union.mandates.get(), by=officer)

    assert letters_to(lead.email) == ["Your mandate for Bakers has ended"]
    assert letters_to(other.email) == ["Bakers has no lead focal point"]
    assert list(queries.partners_without_lead()) == [union]


def test_partners_without_a_lead_are_those_who_have_none_that_can_be_reached(union, lead):
    never = factories.partner("Never")
    closed = factories.partner("Closed", person=factories.person(is_active=False))
    ended = factories.partner("Ended", person=factories.person())
    ended.mandates.update(until=date(2026, 3, 1))
    factories.mandate(ended, "signatory")
    factories.partner("Gone", state="withdrawn")

    found = [(one.name, one.without_since) for one in queries.partners_without_lead()]

    assert sorted(found, key=str) == sorted(
        [("Never", None), ("Closed", None), ("Ended", date(2026, 3, 1))], key=str
    )
    assert {never, closed, ended} == set(queries.partners_without_lead())


def test_erasing_a_person_gives_the_leads_place_free(union, lead):
    privacy.erase(lead, by=None)

    actions.begin_mandate(factories.person(), union, by=None)
    assert union.mandates.open().count() == 1


# --- Once a day ------------------------------------------------------------------------------


@pytest.mark.parametrize(("left", "letters"), [(31, 0), (30, 1), (8, 1), (7, 1), (1, 1)])
def test_the_end_of_a_mandate_is_told_to_lead_officers_and_person_once(union, lead, left, letters):
    officer = factories.officer()
    person = factories.mandate(union, "signatory", until=TODAY() + left * DAY).person

    for _run in range(2):
        actions.remind()

    told = [len(letters_to(one.email)) for one in (person, lead, officer)]
    assert told == [letters] * 3


def test_each_of_the_two_reminders_comes_once_though_a_day_is_left_out(union, lead):
    person = factories.mandate(union, "signatory", until=TODAY() + 40 * DAY).person

    for days in (5, 11, 12, 34, 35):  # 35, 29, 28, 6 and 5 days before the end
        actions.remind(TODAY() + days * DAY)

    assert len(letters_to(person.email)) == 2


def test_a_mandate_that_ran_out_is_noted_and_told_once(union, lead):
    officer = factories.officer()
    union.mandates.update(until=TODAY())

    for _run in range(2):
        call_command("mandate", "remind")

    assert letters_to(lead.email) == ["Your mandate for Bakers has ended"]
    assert letters_to(officer.email) == ["Bakers has no lead focal point"]
    assert union.mandates.get().ended_at is not None


# --- Invitations -----------------------------------------------------------------------------


def test_an_invitation_is_accepted_by_the_invited_person_once(union, lead):
    made = invitations.invite(union, email="New@Bakers.test", role="editor", name="New", by=lead)
    letter = Letter.objects.get(to_address="new@bakers.test")
    link = link_in(letter)
    assert not User.objects.filter(email="new@bakers.test").exists()
    assert made.token_digest not in letter.text

    # Looking uses nothing up; the account is made when the person goes on to sign in.
    visitor = Client()
    for _look in range(2):
        page = visitor.get(link)
        assert (page.status_code, "Editor" in page.content.decode()) == (200, True)
        assert page["Referrer-Policy"] == "same-origin"  # the link is told to no other site
    answer = visitor.post(f"{link}sign-in/")
    assert (
        answer["Location"]
        == f"{reverse('account_request_login_code')}?next={link.replace('/', '%2F')}"
    )
    person = User.objects.get(email="new@bakers.test")
    client = signed_in(person)
    assert client.post(f"{link}accept/")["Location"] == at("people", union.reference)

    held = union.mandates.current().get(person=person)
    made.refresh_from_db()
    assert (held.role, made.answer, made.answered_by) == ("editor", "accepted", person)
    assert letters_to(lead.email) == ["New acts for Bakers now"]
    again = client.post(f"{link}accept/")
    assert again.status_code == 403
    assert "it works only once" in again.content.decode()
    assert client.get(link).status_code == 410


def test_an_invitation_used_by_somebody_else_names_neither_address(union, lead):
    invitations.invite(union, email="new@bakers.test", role="editor", by=lead)
    link = link_in(Letter.objects.get(to_address="new@bakers.test"))
    other = factories.person("somebody@elsewhere.test")

    for method, path in (("get", link), ("post", f"{link}accept/"), ("post", f"{link}decline/")):
        answer = getattr(signed_in(other), method)(path)
        page = answer.content.decode()
        assert answer.status_code == 403
        assert "for n…@bakers.test; you are signed in as s…@elsewhere.test" in page
        assert "new@bakers.test" not in page
        assert "somebody@elsewhere.test" not in page
    assert Client().post(f"{link}accept/").status_code == 302  # to sign in first
    assert (Mandate.objects.count(), Invitation.objects.get().answer) == (1, "")


def test_what_has_become_of_an_invitation_is_said(union, lead):
    person = factories.person("new@bakers.test")
    late = {"expires_at": timezone.now() - DAY}
    cancelled = {"answer": "cancelled", "answered_at": timezone.now(), "answered_by": lead}
    declined = {"answer": "declined", "answered_at": timezone.now()}
    accepted = {"answer": "accepted", "answered_at": timezone.now(), "answered_by": person}
    sentences = {
        "valid until": late,
        "taken back on": cancelled,
        "was declined on": declined,
        "it works only once": accepted,
    }

    for number, (sentence, fields) in enumerate(sentences.items()):
        invitation = factories.invitation(
            union, by=lead, email=person.email, secret=f"s{number}", **fields
        )
        with pytest.raises(NotAllowed, match=sentence):
            invitations.accept(invitation, by=person)
        for who in (None, person):
            answer = signed_in(who).get(at("invitation", f"s{number}"))
            assert (answer.status_code, sentence in answer.content.decode()) == (410, True)
        assert signed_in(person).post(at("invitation_sign_in", f"s{number}")).status_code == 403
        invitation.delete()
    unknown = Client().get(at("invitation", "nonsense"))
    assert (unknown.status_code, "leads to no invitation" in unknown.content.decode()) == (
        404,
        True,
    )


def test_resending_ends_the_link_before(union, lead):
    made = invitations.invite(union, email="new@bakers.test", role="editor", by=lead)
    Invitation.objects.update(expires_at=timezone.now() - DAY)

    invitations.resend(made, by=lead)

    first, second = Letter.objects.filter(to_address="new@bakers.test").order_by("pk")
    assert Client().get(link_in(first)).status_code == 404
    assert Client().get(link_in(second)).status_code == 200


def test_declining_takes_the_letter_alone_and_tells_who_invited(union, lead):
    invitations.invite(union, email="new@bakers.test", role="editor", by=lead)
    link = link_in(Letter.objects.get(to_address="new@bakers.test"))

    page = Client().post(f"{link}decline/").content.decode()

    assert "was declined on" in page
    assert not User.objects.filter(email="new@bakers.test").exists()
    assert letters_to(lead.email) == ["An invitation to act for Bakers was declined"]


@pytest.mark.parametrize(
    ("given", "refusal", "sentence"),
    [
        ({"email": "nobody"}, Refused, "“nobody” is no e-mail address."),
        ({"email": "lead@bakers.test"}, NotAllowed, "acts for Bakers already"),
        ({"role": "king"}, Refused, "There is no role “king”."),
        ({"until": date(2020, 1, 1)}, Refused, "cannot end on 1 January 2020"),
        ({"email": "Waiting@bakers.test"}, NotAllowed, "invited already"),
    ],
)
def test_invitations_that_cannot_be_are_refused(union, lead, given, refusal, sentence):
    factories.invitation(union, by=lead, email="waiting@bakers.test")

    with pytest.raises(refusal, match=sentence):
        invitations.invite(
            union, **{"email": "new@bakers.test", "role": "editor", **given}, by=lead
        )

    assert (Invitation.objects.count(), Letter.objects.count()) == (1, 0)


def test_a_lead_cannot_write_to_the_whole_world(union, lead):
    for _number in range(invitations.MOST_PENDING):
        factories.invitation(union, by=lead)

    with pytest.raises(NotAllowed, match="20 invitations wait"):
        invitations.invite(union, email="new@bakers.test", role="editor", by=lead)


def test_an_invitation_ends_with_the_say_of_who_wrote_it(union, lead):
    person = factories.person("new@bakers.test")
    invitation = factories.invitation(union, by=lead, email=person.email)
    actions.end_mandate(union.mandates.get(), by=factories.officer())

    with pytest.raises(NotAllowed, match="no longer has the say"):
        invitations.accept(invitation, by=person)


# --- Hand-over and succession ----------------------------------------------------------------


def test_the_lead_and_its_successor_swap_roles_when_it_is_accepted(union, lead):
    officer = factories.officer()
    successor = factories.mandate(union, "signatory")

    invitation = invitations.hand_over(union, successor, by=lead)
    assert queries.lead_of(union).person == lead
    invitations.accept(invitation, by=successor.person)

    roles = {one.person: one.role for one in union.mandates.current()}
    assert roles == {lead: "signatory", successor.person: "focal_point"}
    told = "Bakers has a new lead focal point"
    assert [told in letters_to(one.email) for one in (lead, officer)] == [True, True]


def test_somebody_new_takes_the_lead_and_the_former_lead_stays_as_an_editor(union, lead):
    person = factories.person("new@bakers.test")

    invitations.accept(
        invitations.invite(union, email=person.email, role="focal_point", by=lead), by=person
    )

    roles = {one.person: one.role for one in union.mandates.current()}
    assert roles == {lead: "editor", person: "focal_point"}


@pytest.mark.parametrize("by_letter", [True, False])
def test_officers_replace_a_lead_who_cannot_be_reached(union, lead, by_letter):
    officer = factories.officer()
    member = factories.mandate(union, "editor")

    if by_letter:
        invitations.accept(invitations.hand_over(union, member, by=officer), by=member.person)
    else:
        actions.promote(member, by=officer)

    roles = {one.person: one.role for one in union.mandates.current()}
    assert roles == {member.person: "focal_point"}
    assert letters_to(lead.email) == ["Bakers has a new lead focal point"]


# --- The page --------------------------------------------------------------------------------


def test_the_page_shows_each_reader_what_they_may_do(union, lead):
    editor = factories.mandate(union, "editor").person
    factories.invitation(union, by=lead, email="waiting@bakers.test")
    forms = {
        "lead": ("invite/", "hand-over/", "/change/", "/end/", "/resend/", "/cancel/"),
        "editor": ("/end/",),
        "officer": ("invite/", "/change/", "/end/", "/promote/", "/resend/", "/cancel/"),
    }
    everything = set().union(*forms.values())

    for name, person in (("lead", lead), ("editor", editor), ("officer", factories.officer())):
        page = signed_in(person).get(at("people", union.reference)).content.decode()
        shown = {one for one in everything if re.search(f'action="[^"]*{one}"', page)}
        assert shown == set(forms[name]), name
        assert ("waiting@bakers.test" in page) is (name != "editor")


def test_people_are_managed_from_the_page(union, lead):
    client = signed_in(lead)
    member = factories.mandate(union, "editor")

    def post(route, *args, **data):
        return client.post(at(route, union.reference, *args), data, follow=True).content.decode()

    assert "Invited." in post("invite", email="new@bakers.test", role="viewer")
    invitation = Invitation.objects.get()
    assert "Sent again" in post("resend", invitation.pk)
    assert "Taken back" in post("cancel", invitation.pk)
    assert "Changed" in post("change", member.pk, role="signatory")
    member = union.mandates.open().get(person=member.person)
    assert "You lead until your successor accepts" in post("hand_over", successor=member.pk)
    assert "Name one successor" in post("hand_over")
    assert "Ended" in post("end", member.pk)
    assert "Choose a day to come" in post(
        "invite", email="x@bakers.test", role="viewer", until="2020-01-01"
    )


def test_everybody_may_give_up_their_own_mandate_and_nobody_elses(union, lead):
    editor, viewer = factories.mandate(union, "editor"), factories.mandate(union, "viewer")
    client = signed_in(editor.person)

    refused = client.post(at("end", union.reference, viewer.pk))
    own = client.post(at("end", union.reference, editor.pk))

    assert (refused.status_code, own.status_code) == (403, 302)
    assert set(union.mandates.current().values_list("role", flat=True)) == {"focal_point", "viewer"}


def test_verbs_of_officers_are_not_the_leads(union, lead):
    member = factories.mandate(union, "editor")
    client = signed_in(lead)

    assert client.post(at("promote", union.reference, member.pk)).status_code == 403
    as_lead = client.post(
        at("invite", union.reference), {"email": "a@b.test", "role": "focal_point"}
    )
    assert (as_lead.status_code, Invitation.objects.count()) == (400, 0)


def test_a_mandate_of_another_organisation_is_not_found(union, lead):
    other = factories.mandate(factories.partner())

    for person, route in ((lead, "change"), (lead, "end"), (factories.officer(), "promote")):
        answer = signed_in(person).post(at(route, union.reference, other.pk))
        assert answer.status_code == 404, route


# --- For whom one acts -----------------------------------------------------------------------


def test_every_page_of_a_workspace_says_for_whom_and_leads_to_the_others(union, lead):
    second = factories.partner("Millers")
    factories.mandate(second, "viewer", person=lead)
    one = factories.commitment("draft", partner=union)
    client = signed_in(lead)
    same = {
        at("profile_edit", union.reference): at("profile_edit", second.reference),
        at("priorities", union.reference): at("priorities", second.reference),
        at("people", union.reference): at("people", second.reference),
        reverse("commitments:new", args=[union.reference]): reverse(
            "commitments:new", args=[second.reference]
        ),
    }
    elsewhere = f"{reverse('workspace')}#{second.reference}"
    pages = same | {
        reverse("commitments:edit", args=[one.reference, "promise"]): elsewhere,
        reverse("commitments:paragraphs", args=[one.reference]): elsewhere,
        reverse("commitments:summary", args=[one.reference]): elsewhere,
    }

    for path, other in pages.items():
        page = client.get(path).content.decode()
        assert re.search(r"You act for <strong><bdi[^>]*>Bakers</bdi></strong> · Lead focal", page)
        assert f'<a href="{other}"><bdi lang="en">Millers</bdi></a>' in page, path
    workspace = client.get(reverse("workspace")).content.decode()
    assert "You act for it as: Lead focal point" in workspace
    assert "You act for it as: Viewer" in workspace


def test_an_officer_who_helps_is_told_that_they_do_not_act_for_it(union):
    page = signed_in(factories.officer()).get(at("profile_edit", union.reference))

    assert "You act for the secretariat, on the pages of" in page.content.decode()


def test_letters_about_commitments_go_to_those_who_write_and_sign(union, lead):
    viewer = factories.mandate(union, "viewer").person
    editor = factories.mandate(union, "editor").person
    one = factories.commitment("submitted", partner=union)

    commitments.approve(one, by=factories.officer())

    told = [bool(letters_to(person.email)) for person in (lead, editor, viewer)]
    assert told == [True, True, False]
