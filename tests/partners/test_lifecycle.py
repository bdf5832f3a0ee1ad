"""What becomes of a partnership: silence, suspension, leaving with respect, merging."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.core import signing
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from coalition.base.errors import NotAllowed, Refused
from coalition.catalogue.models import Record
from coalition.commitments import actions as commitments
from coalition.commitments.models import Commitment
from coalition.mailroom.models import Letter
from coalition.partners.models import Partner, Term
from coalition.partners.people import lifecycle, queries
from coalition.partners.profile.actions import edit_profile
from coalition.partners.states import PARTNER_VERBS, PartnerState
from tests import factories

pytestmark = pytest.mark.django_db

TODAY = timezone.now().date
DAY = timedelta(days=1)


def signed_in(person) -> Client:
    client = Client()
    if person is not None:
        client.force_login(person)
    return client


def at(route: str, *args: object) -> str:
    return reverse(f"partners:{route}", args=args)


def letters_to(person) -> list[str]:
    return list(
        Letter.objects.filter(to_person=person).order_by("pk").values_list("subject", flat=True)
    )


@pytest.fixture
def officer():
    return factories.officer()


@pytest.fixture
def union():
    return factories.partner("Bakers", person=factories.person("lead@bakers.test", name="Lead"))


@pytest.fixture
def lead(union):
    return union.mandates.get().person


# --- People × states × verbs -----------------------------------------------------------------

STATES = ("active", "non_communicating", "suspended", "delisted", "withdrawn", "merged")
VERBS = {
    "lapse": ("partner_lapse", {"reason": "No answer."}),
    "return": ("partner_return", {}),
    "suspend": ("partner_suspend", {"reason": "A complaint is examined."}),
    "reinstate": ("partner_reinstate", {"reason": "It is cleared."}),
    "delist": ("partner_delist", {"reason": "It did not answer."}),
    "leave": ("partner_leave", {"reason": "It closed."}),
    "merge": ("partner_merge", {"reason": "One is stronger.", "people": "move"}),
}
#           active non_communicating suspended delisted withdrawn merged
TABLE = """
lapse       y      -                 -         -        -         -
return      -      y                 -         -        -         -
suspend     y      y                 -         -        -         -
reinstate   -      -                 y         y        -         -
delist      -      y                 y         -        -         -
leave       y      y                 y         -        -         -
merge       y      y                 y         -        -         -
"""


@pytest.mark.any_database
def test_verbs_by_states_and_people(officer):
    """y: an officer may, and nobody else; -: not even an officer, who reads why."""
    successor = factories.partner("Successor", reference="PAR-2025-9999")
    people = {
        "visitor": None,
        "stranger": factories.person(),
        "lead": factories.person(),
        "editor": factories.person(roles=("editor",)),
    }
    clients = {name: signed_in(person) for name, person in people.items()}
    desk = signed_in(officer)

    for line in TABLE.strip().splitlines():
        verb, *cells = line.split()
        route, data = VERBS[verb]
        if verb == "merge":
            data = {**data, "successor": successor.reference}
        for state, cell in zip(STATES, cells, strict=True):
            one = factories.partner(state=state)
            factories.mandate(one, "focal_point", person=people["lead"])
            if verb == "lapse":
                one.moves.create(
                    verb="warn", from_state=state, to_state=state, at=timezone.now() - 31 * DAY
                )
            if state == "active":
                answers = [each.post(at(route, one.reference), data) for each in clients.values()]
                assert {answer.status_code for answer in answers} == {404}, verb
            answer = desk.post(at(route, one.reference), data)
            said = [str(each) for each in get_messages(answer.wsgi_request)][-1]
            one.refresh_from_db()
            expected = PARTNER_VERBS[verb].target if cell == "y" else state
            assert one.state == expected, (verb, state, said)
            assert ("This is not possible now" in said) is (cell == "-")


def test_every_state_and_verb_stands_in_the_table():
    assert set(STATES) == set(PartnerState.values)
    assert [line.split()[0] for line in TABLE.strip().splitlines()] == list(PARTNER_VERBS)


@pytest.mark.parametrize(
    "verb", [verb for verb, step in PARTNER_VERBS.items() if step.needs_reason]
)
def test_a_step_without_its_reason_changes_nothing_and_says_so(verb, union, officer):
    answer = signed_in(officer).post(
        at(VERBS[verb][0], union.reference), {"reason": " "}, follow=True
    )

    union.refresh_from_db()
    assert (union.state, "Reason" in answer.content.decode()) == ("active", True)


# --- Silence ---------------------------------------------------------------------------------


def test_a_partner_is_heard_of_by_sign_ins_mails_and_new_mandates(union, lead):
    by_mail, silent = factories.partner("Mail"), factories.partner("Silent")
    writer = factories.mandate(by_mail).person
    factories.mandate(silent)
    forged = factories.partner("Forged")
    factories.message(from_address=factories.mandate(forged).person.email, authenticity="failed")
    lead.last_login = timezone.now() - 2 * DAY
    lead.save()
    factories.message(from_address=writer.email.upper())

    assert lifecycle.note_contacts() == 4
    assert lifecycle.note_contacts() == 0

    heard = dict(Partner.objects.values_list("name", "heard_on"))
    assert heard == {
        "Bakers": TODAY() - 2 * DAY,
        "Mail": TODAY(),
        "Silent": silent.joined_on,
        "Forged": forged.joined_on,
    }


def test_what_was_heard_is_kept_when_sign_ins_are_forgotten(union, lead):
    lead.last_login = timezone.now() - 80 * DAY
    lead.save()
    lifecycle.note_contacts()
    lead.last_login = None  # retention of sign-ins is shorter than a silence
    lead.save()
    lifecycle.note_contacts()

    union.refresh_from_db()
    assert union.heard_on == TODAY() - 80 * DAY


def test_silent_partners_are_those_of_the_terms_days(union):
    union.heard_on = TODAY() - 366 * DAY
    union.save()
    factories.partner("Busy", heard_on=TODAY() - 364 * DAY)
    factories.partner("Lapsed", heard_on=TODAY() - 999 * DAY, state="non_communicating")

    assert queries.days_of("silence") == 365
    assert [one.name for one in queries.silent_partners()] == ["Bakers"]
    Term.objects.filter(code="silence").update(days=100)
    assert [one.name for one in queries.silent_partners()] == ["Bakers", "Busy"]


def test_a_silent_partner_is_told_before_it_is_marked(union, lead, officer):
    union.heard_on = TODAY() - 400 * DAY
    union.save()

    with pytest.raises(NotAllowed, match="Warn the partner first"):
        lifecycle.lapse(union, "No answer.", by=officer)
    warning = lifecycle.warn(union, by=officer)
    assert letters_to(lead) == ["Is Bakers still with us?"]
    with pytest.raises(NotAllowed, match="has time to answer until"):
        lifecycle.lapse(union, "No answer.", by=officer)
    with pytest.raises(NotAllowed, match="give it time"):
        lifecycle.warn(union, by=officer)
    assert queries.silent_partners().get().warned_at == warning.at
    warning.at -= 30 * DAY
    warning.save()
    lifecycle.lapse(union, "No answer.", by=officer)

    union.refresh_from_db()
    assert (union.state, union in Partner.objects.public()) == ("non_communicating", True)
    assert letters_to(lead)[-1] == "Bakers: Non-communicating"


def test_nobody_is_marked_whom_nobody_can_tell(officer):
    alone = factories.partner("Alone", heard_on=TODAY() - 400 * DAY)

    with pytest.raises(NotAllowed, match="nobody can be told"):
        lifecycle.warn(alone, by=officer)
    with pytest.raises(NotAllowed, match="Warn the partner first"):
        lifecycle.lapse(alone, "No answer.", by=officer)


def test_a_sign_of_life_after_the_warning_counts(union, officer):
    warning = lifecycle.warn(union, by=officer)
    warning.at -= 40 * DAY
    warning.save()
    union.heard_on = TODAY() - 5 * DAY
    union.save()

    with pytest.raises(NotAllowed, match="Warn the partner first"):
        lifecycle.lapse(union, "No answer.", by=officer)


def test_a_marked_partner_comes_back_by_its_own_word(union, lead):
    Partner.objects.update(state="non_communicating")
    client = signed_in(lead)

    assert "We are still here" in client.get(at("people", union.reference)).content.decode()
    client.post(at("come_back", union.reference))

    union.refresh_from_db()
    assert (union.state, union.heard_on) == ("active", TODAY())


# --- Suspended -------------------------------------------------------------------------------


def test_people_of_a_suspended_partner_look_and_do_not_act(union, lead, officer):
    one = factories.commitment("draft", partner=union)
    published = factories.commitment("published", partner=union)
    lifecycle.suspend(union, "A complaint is examined.", by=officer)
    client = signed_in(lead)
    sentence = "Bakers is “Suspended”, so nothing can be changed."

    looks = {
        at("people", union.reference): "You can look at everything here",
        reverse("commitments:summary", args=[one.reference]): one.title,
        reverse("workspace"): "Suspended",
    }
    for path, words in looks.items():
        answer = client.get(path)
        assert (answer.status_code, words in answer.content.decode()) == (200, True), path
    acts = {
        at("profile_edit", union.reference): {"about": "x"},
        at("priorities", union.reference): {},
        at("invite", union.reference): {"email": "a@b.test", "role": "editor"},
        reverse("commitments:new", args=[union.reference]): {"title": "x", "language": "en"},
    }
    for path, data in acts.items():
        answer = client.post(path, data)
        assert (answer.status_code, sentence in answer.content.decode()) == (403, True), path
    for act in (
        lambda: commitments.draft(union, title="x", language="en", by=lead),
        lambda: commitments.edit(one, fields={"title": "x"}, by=lead),
        lambda: commitments.submit(one, by=lead),
        lambda: commitments.withdraw(published, reason="x", by=lead),
        lambda: edit_profile(union, {"about": "x"}, by=lead),
    ):
        with pytest.raises(NotAllowed, match=sentence):
            act()


def test_a_suspended_partner_has_a_page_and_is_not_counted(union, lead, officer, client):
    lifecycle.suspend(union, "Words for those concerned alone.", by=officer)

    page = client.get(union.get_absolute_url())
    assert page.status_code == 200
    assert "This partner is suspended" in page.content.decode()
    assert "Words for those concerned alone." not in page.content.decode()
    assert "Bakers" not in client.get(at("directory")).content.decode()
    assert not Record.objects.filter(key=union.reference).exists()
    api = client.get(f"/api/v1/partners/{union.reference}").json()
    assert api["record"]["state"] == "suspended"
    assert client.get("/api/v1/partners").json()["results"] == []
    assert "Words for those concerned alone." in Letter.objects.get(to_person=lead).text
    lifecycle.reinstate(Partner.objects.get(), "It is cleared.", by=officer)
    assert "Bakers" in client.get(at("directory")).content.decode()


# --- Chapters --------------------------------------------------------------------------------


def test_chapters_and_parents_are_shown_both_ways(union, officer, client):
    chapter = factories.partner("Bakers of Lyon", scope="national")

    lifecycle.set_parent(chapter, union, by=officer)

    assert "Bakers of Lyon" in client.get(union.get_absolute_url()).content.decode()
    page = client.get(chapter.get_absolute_url()).content.decode()
    assert f'href="{union.get_absolute_url()}"' in page
    chapter.refresh_from_db()
    assert (chapter.parent, chapter.scope) == (union, "national")
    lifecycle.set_parent(chapter, None, by=officer)
    chapter.refresh_from_db()
    assert chapter.parent is None


def test_parents_never_turn_in_a_circle(union, officer):
    chapter, other = factories.partner("Chapter"), factories.partner("Other")
    gone = factories.partner("Gone", state="withdrawn")
    lifecycle.set_parent(chapter, union, by=officer)

    for partner, parent, sentence in (
        (union, union, "cannot be part of itself"),
        (union, chapter, "is itself part of another"),
        (union, other, "has chapters of its own"),
        (other, chapter, "is itself part of another"),
        (other, gone, "Choose an organisation that is a partner now"),
    ):
        with pytest.raises(Refused, match=sentence):
            lifecycle.set_parent(partner, parent, by=officer)


def test_officers_set_a_parent_from_the_page(union, officer):
    chapter = factories.partner("Chapter")
    desk = signed_in(officer)
    url = at("partner_parent", chapter.reference)

    desk.post(url, {"parent": union.reference.lower()})
    chapter.refresh_from_db()
    wrong = desk.post(url, {"parent": "PAR-1999-0001"}, follow=True).content.decode()

    assert chapter.parent == union
    assert "There is no partner “PAR-1999-0001”" in wrong


# --- Leaving ---------------------------------------------------------------------------------


def test_the_lead_leaves_with_a_reason_and_a_tick(union, lead):
    client = signed_in(lead)
    path = at("leave", union.reference)
    factories.commitment("published", partner=union)

    assert "1 published commitment stays there" in client.get(path).content.decode()
    unsure = client.post(path, {"reason": "We close."})
    union.refresh_from_db()
    assert (unsure.status_code, union.state) == (200, "active")
    client.post(path, {"reason": "We close.", "confirm": "on"})

    union.refresh_from_db()
    assert (union.state, union.mandates.current().count()) == ("withdrawn", 0)
    assert client.get(path).status_code == 403
    assert letters_to(lead) == ["Bakers has left the coalition"]


@pytest.mark.parametrize("role", ["signatory", "editor", "viewer"])
def test_nobody_but_the_lead_leaves_for_the_organisation(union, role):
    client = signed_in(factories.mandate(union, role).person)

    answer = client.post(at("leave", union.reference), {"reason": "x", "confirm": "on"})

    union.refresh_from_db()
    assert (answer.status_code, union.state) == (403, "active")


def test_the_page_of_a_partner_that_left_says_all_of_it(union, officer, client):
    one = factories.commitment("published", partner=union, title="Fair wages")
    waiting = factories.commitment("submitted", partner=union)
    factories.invitation(union, by=officer)

    lifecycle.leave(union, "We close our doors.", by=officer)

    answer = client.get(union.get_absolute_url())
    page = answer.content.decode()
    assert answer.status_code == 410
    for words in ("We close our doors.", "thanks it", "Fair wages", "Nobody has taken them up"):
        assert words in page
    promise = client.get(one.get_absolute_url())
    assert promise.status_code == 200
    assert "The organisation that promised this has left" in promise.content.decode()
    waiting.refresh_from_db()
    assert waiting.state == "change_requested"
    assert union.invitations.get().answer == "cancelled"
    assert client.get(f"/api/v1/partners/{union.reference}").json()["reason"] == (
        "We close our doors."
    )


def test_a_successor_that_confirms_carries_on_what_was_promised(union, lead, officer, client):
    successor = factories.partner("Millers", person=factories.person("lead@millers.test"))
    miller = successor.mandates.get().person
    published = factories.commitment("published", partner=union, title="Fair wages")
    withdrawn = factories.commitment("withdrawn", partner=union)

    lifecycle.leave(union, "We close.", by=lead, successor=successor)
    published.refresh_from_db()
    assert published.partner == union  # it was asked and has not answered
    assert "Will you carry on what Bakers promised?" in letters_to(miller)
    people = signed_in(miller).get(at("people", successor.reference)).content.decode()
    assert "asks your organisation to carry on" in people
    signed_in(miller).post(at("carry_on", successor.reference, union.reference))

    published.refresh_from_db()
    withdrawn.refresh_from_db()
    assert (published.partner, published.promised_by) == (successor, union)
    assert withdrawn.partner == union
    trace = client.get(published.get_absolute_url()).content.decode()
    assert re.search(r"Promised by.*Bakers.*carried on by.*Millers", trace)
    assert "Millers" in client.get(union.get_absolute_url()).content.decode()
    record = client.get(f"/api/v1/commitments/{published.reference}").json()["record"]
    assert (record["partner"], record["promised_by"]) == (successor.reference, union.reference)
    with pytest.raises(NotAllowed, match="answered already"):
        lifecycle.carry_on(union, by=miller)


def test_a_successor_may_say_no(union, lead, officer):
    successor = factories.partner("Millers", person=factories.person())
    one = factories.commitment("published", partner=union)
    lifecycle.leave(union, "We close.", by=lead, successor=successor)
    client = signed_in(successor.mandates.get().person)

    client.post(at("not_carry_on", successor.reference, union.reference))

    one.refresh_from_db()
    union.refresh_from_db()
    assert (one.partner, union.successor) == (union, None)
    again = client.post(at("carry_on", successor.reference, union.reference))
    assert again.status_code == 404


def test_only_the_named_successors_lead_answers(union, lead):
    successor = factories.partner("Millers", person=factories.person())
    lifecycle.leave(union, "We close.", by=lead, successor=successor)
    other = factories.partner("Other", person=factories.person())
    editor = factories.mandate(successor, "editor").person

    stranger = signed_in(other.mandates.get().person)
    assert stranger.post(at("carry_on", other.reference, union.reference)).status_code == 404
    assert stranger.post(at("carry_on", successor.reference, union.reference)).status_code == 403
    as_editor = signed_in(editor).post(at("carry_on", successor.reference, union.reference))
    assert as_editor.status_code == 403


# --- Merging ---------------------------------------------------------------------------------


@pytest.mark.parametrize("people_move", [True, False])
def test_a_merger_passes_everything_on(union, lead, officer, client, people_move):
    into = factories.partner("Food workers", person=factories.person("lead@food.test"))
    editor = factories.mandate(union, "editor").person
    both = factories.mandate(union, "signatory").person
    factories.mandate(into, "viewer", person=both)
    chapter = factories.partner("Chapter", parent=union)
    union.known_names.create(kind="former", name="Night bakers")
    union.known_names.create(kind="officer", name="A person in charge")
    wish = factories.priority(union, words="Rest at night")
    factories.priority(into, theme=factories.theme("skills"))
    one = factories.commitment("published", partner=union)
    one.priorities.add(wish)

    lifecycle.merge(union, into, "One is stronger.", by=officer, people_move=people_move)

    union.refresh_from_db()
    assert (union.state, union.successor) == ("merged", into)
    assert not union.mandates.current().exists()
    roles = {each.person: each.role for each in into.mandates.current()}
    leads = {into.mandates.get(role="focal_point").person: "focal_point", both: "viewer"}
    moved = {lead: "editor", editor: "editor"} if people_move else {}
    assert roles == leads | moved
    assert list(into.known_names.values_list("kind", "name")) == [
        ("former", "Bakers"),
        ("former", "Night bakers"),
    ]
    ranked = [(each.rank, each.words) for each in into.priorities.order_by("rank")]
    assert [rank for rank, _words in ranked] == [1, 2]
    assert ranked[1][1] == "Rest at night"
    chapter.refresh_from_db()
    one.refresh_from_db()
    assert (chapter.parent, one.partner, one.promised_by) == (into, into, union)
    answer = client.get(union.get_absolute_url())
    assert answer.status_code == 410
    assert f'href="{into.get_absolute_url()}"' in answer.content.decode()
    page = client.get(into.get_absolute_url()).content.decode()
    assert "Known before as" in page
    assert "Bakers" in page
    found = Record.objects.get(key=one.reference)
    assert (
        "Food workers" in str(found.search_text) or found.path == f"/commitments/{one.reference}/"
    )


def test_a_promise_passed_on_twice_still_names_who_made_it(union, officer):
    second, third = factories.partner("Second"), factories.partner("Third")
    one = factories.commitment("published", partner=union)

    lifecycle.merge(union, second, "x", by=officer, people_move=False)
    lifecycle.merge(second, third, "x", by=officer, people_move=False)

    one.refresh_from_db()
    assert (one.partner, one.promised_by) == (third, union)


def test_a_merger_that_cannot_be_is_refused(union, officer):
    gone = factories.partner("Gone", state="withdrawn")

    for into, sentence in ((union, "cannot succeed itself"), (gone, "Gone is “Withdrawn”")):
        with pytest.raises(Refused, match=sentence):
            lifecycle.merge(union, into, "x", by=officer, people_move=True)
    union.refresh_from_db()
    assert (union.state, union.successor, union.mandates.current().count()) == ("active", None, 1)


def test_of_two_officers_who_decide_the_second_reads_what_the_first_did(union, officer):
    stale = Partner.objects.get(pk=union.pk)
    lifecycle.suspend(union, "A complaint.", by=officer)

    with pytest.raises(NotAllowed, match="“Suspended”"):
        lifecycle.suspend(stale, "Another.", by=factories.officer())
    assert union.moves.count() == 1


# --- The archive -----------------------------------------------------------------------------


def parts_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return {name.split("/")[1]: packed.read(name) for name in packed.namelist()}


def test_the_archive_holds_all_that_the_partner_entered(union, lead):
    union.about = "=1+1"
    union.save()
    factories.priority(union, words="Rest at night")
    one = factories.commitment("draft", partner=union, title="Fair wages")
    factories.adherence(factories.instrument("doha"), partner=union, words="But")
    factories.accession_request("accepted", partner=union).documents.create(
        file="cases/x", name="statutes.pdf", size=3
    )

    parts = parts_of(signed_in(lead).get(at("own_archive", union.reference)).content)

    names = (
        *("profile", "priorities", "people", "documents", "adherence", "commitments"),
        *("parts", "roles"),
    )
    assert set(parts) == {f"{name}.{kind}" for name in names for kind in ("json", "csv")}
    held = {name: json.loads(parts[f"{name}.json"]) for name in names}
    assert (held["profile"][0]["name"], held["profile"][0]["about"]) == ("Bakers", "=1+1")
    assert held["priorities"][0]["words"] == "Rest at night"
    assert [row["email"] for row in held["people"]] == [lead.email]
    assert [row["name"] for row in held["documents"]] == ["statutes.pdf"]
    assert (held["adherence"][0]["text"], held["adherence"][0]["words"]) == ("doha", "But")
    assert held["commitments"][0]["title"] == "Fair wages"
    assert held["commitments"][0]["delivers_on"] != []
    rows = list(csv.DictReader(io.StringIO(parts["profile.csv"].decode("utf-8-sig"))))
    assert (rows[0]["about"], len(rows)) == ("'=1+1", 1)
    rows = list(csv.DictReader(io.StringIO(parts["commitments.csv"].decode("utf-8-sig"))))
    assert rows[0]["reference"] == one.reference


def test_after_leaving_the_archive_is_fetched_by_the_link_of_the_letter(union, lead, officer):
    before = lifecycle.archive_link(union, "en")
    assert Client().get(before).status_code == 404  # it has not left
    lifecycle.leave(union, "We close.", by=lead)

    text = Letter.objects.get(to_person=lead).text
    link = re.search(r"/en/archives/\S+/", text)[0]
    answer = Client().get(link)
    assert answer["Content-Disposition"] == f'attachment; filename="{union.reference}.zip"'
    assert b"We close." in parts_of(answer.content)["profile.json"]
    assert "/archives/" not in Letter.objects.get(to_person=officer).text
    assert Client().get(link[:-2] + "x/").status_code == 404


def test_the_link_to_the_archive_ends_after_thirty_days(union, lead, monkeypatch):
    lifecycle.leave(union, "We close.", by=lead)
    link = lifecycle.archive_link(union, "en")
    now = signing.time.time()

    monkeypatch.setattr(signing.time, "time", lambda: now + 29 * 86_400)
    assert Client().get(link).status_code == 200
    monkeypatch.setattr(signing.time, "time", lambda: now + 31 * 86_400)
    assert Client().get(link).status_code == 404


def test_what_left_is_counted_nowhere_and_its_promises_stay_found(union, officer, client):
    factories.commitment("published", partner=union, title="Fair wages")
    lifecycle.leave(union, "We close.", by=officer)

    assert "Bakers" not in client.get(at("directory")).content.decode()
    assert Commitment.objects.published().count() == 1
    assert "Fair wages" in client.get(reverse("commitments:explorer")).content.decode()
