"""Roles of partners in an intervention: who asks, who answers when, what everybody then reads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.test import Client
from django.urls import reverse

from coalition.base.errors import NotAllowed, Refused
from coalition.interventions import actions
from coalition.interventions.models import Kind, Role
from coalition.interventions.roles.queries import version_of
from coalition.interventions.states import State
from coalition.mailroom.models import Letter
from coalition.partners.asking import PartState
from tests import factories

pytestmark = pytest.mark.django_db


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def at(role: Role, verb: str = "") -> str:
    name = f"interventions:role{verb and '_'}{verb}"
    return reverse(name, args=[role.intervention.reference, role.pk])


def signatory(partner: Any, **fields: Any) -> Any:
    return factories.mandate(partner, "signatory", person=factories.person(**fields)).person


# --- People × states × verbs

PEOPLE = (
    *("visitor", "stranger", "officer", "lead_editor", "lead", "co_lead", "editor", "signatory"),
)
VERBS: dict[str, Callable[[Role, Any], Any]] = {
    "ask": lambda role, by: actions.ask(
        role.intervention, role.partner, kind=role.kind, what="Trains trainers.", by=by
    ),
    "remove": lambda role, by: actions.remove(role, reason="It closed.", by=by),
    "confirm": lambda role, by: actions.confirm(role, seen=version_of(role), by=by),
    "decline": lambda role, by: actions.decline(role, reason="No money.", by=by),
    "leave": lambda role, by: actions.leave(role, reason="No money.", by=by),
}
# y: it happens; -: it is refused with a sentence. Who is not named may not do it in any state.
#        asked confirmed declined left removed
TABLE = """
ask      -     y         y        y    y        officer lead
remove   y     y         -        -    -        officer lead
confirm  y     -         -        -    -        signatory
decline  y     -         -        -    -        signatory
leave    -     y         -        -    -        signatory
"""
# The same where the intervention is in another state, of a role that is in the first state above
# in which it happens.
# draft pipeline kick_off implementation finalisation closed suspended cancelled
WHILE = """
ask      y y y y y - y -
remove   y y y y y - y -
confirm  y y y y y - y -
decline  y y y y y - y -
leave    y y y y y - y -
"""
PERMISSIONS = {
    "remove": "manage_role",
    **dict.fromkeys(("confirm", "decline", "leave"), "answer_role"),
}


def rows(table: str) -> list[tuple[str, list[str]]]:
    return [(verb, rest) for verb, *rest in map(str.split, table.strip().splitlines())]


def people(role: Role) -> dict[str, Any]:
    one = role.intervention
    co_lead = factories.role(one, "co_lead", "confirmed").partner
    return {
        "visitor": AnonymousUser(),
        "stranger": signatory(factories.partner()),
        "officer": factories.officer(),
        "lead_editor": factories.mandate(one.partner, "editor").person,
        "lead": signatory(one.partner),
        "co_lead": signatory(co_lead),
        "editor": factories.mandate(role.partner, "editor").person,
        "signatory": signatory(role.partner),
    }


def tried(verb: str, pk: int, by: Any) -> str:
    """y where it happens; it is taken back."""
    with transaction.atomic():
        role = Role.objects.select_related("intervention__partner", "partner").get(pk=pk)
        try:
            VERBS[verb](role, by)
        except (NotAllowed, Refused):
            return "-"
        finally:
            transaction.set_rollback(True)
        return "y"


@pytest.mark.parametrize(("verb", "rest"), rows(TABLE), ids=VERBS)
def test_who_may_do_what_with_a_role_in_which_state(verb, rest):
    role = factories.role(factories.intervention("pipeline"), "implementing")
    held = people(role)
    permission = f"interventions.{PERMISSIONS.get(verb, 'ask_role')}"
    about = role.intervention if verb == "ask" else role

    assert {name for name in PEOPLE if held[name].has_perm(permission, about)} == set(rest[5:])
    for state, answer in zip(PartState.values, rest[:5], strict=True):
        Role.objects.filter(pk=role.pk).update(state=state)
        assert tried(verb, role.pk, held["officer"]) == answer, state


@pytest.mark.parametrize(("verb", "rest"), rows(WHILE), ids=VERBS)
def test_of_what_ended_no_role_changes(verb, rest):
    first = "confirmed" if verb in ("leave", "ask") else "asked"
    for state, answer in zip(State.values, rest, strict=True):
        role = factories.role(factories.intervention(state), "implementing", first)

        assert tried(verb, role.pk, factories.officer()) == answer, state


def test_verbs_over_http_ask_the_same_permissions():
    role = factories.role(factories.intervention("pipeline"), "implementing")
    held = people(role)
    answers = {
        "stranger": 404,  # a role that is not confirmed is nobody else's business
        "co_lead": 404,
        "editor": 403,
        "signatory": 302,
    }
    for name, status in answers.items():
        with transaction.atomic():
            response = signed_in(held[name]).post(at(role, "confirm"), {"seen": version_of(role)})
            assert response.status_code == status, name
            transaction.set_rollback(True)


# --- Asking


def test_a_lead_asks_a_partner_by_name_and_it_confirms_by_its_letter():
    one = factories.intervention("pipeline", title="Skills for bakers")
    lead, bank = signatory(one.partner), factories.partner("Example Bank")
    asked = signatory(bank)

    page = signed_in(lead).post(
        reverse("interventions:roles", args=[one.reference]),
        {"partner": "Example Bank", "kind": "funding", "what": "Pays for the ovens."},
        follow=True,
    )

    assert "Example Bank is asked, and gets a letter." in page.content.decode()
    letter = Letter.objects.get(to_person=asked)
    role = one.roles.get(partner=bank)
    assert role.get_absolute_url() in letter.text
    assert "Pays for the ovens." in letter.text
    client = signed_in(asked)
    assert "Skills for bakers" in client.get("/en/workspace/").content.decode()
    page = client.get(at(role)).content.decode()
    assert "Confirm this role" in page
    client.post(at(role, "confirm"), {"seen": version_of(role)})
    role.refresh_from_db()
    assert role.state == "confirmed"
    assert Letter.objects.filter(to_person=lead, subject__contains="takes part").exists()


def test_an_officer_asks_for_a_draft_that_nobody_leads():
    one = factories.intervention("draft", lead="asked")

    response = signed_in(factories.officer()).post(
        reverse("interventions:roles", args=[one.reference]),
        {"partner": factories.partner("Example Union").reference, "kind": "champion", "what": ""},
    )

    assert response.status_code == 302
    assert one.roles.filter(kind="champion", state="asked").exists()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"partner": "Nobody"}, "There is no partner called “Nobody”"),
        ({"partner": "Gone Partner"}, "There is no partner called “Gone Partner”"),
        ({"kind": "owner"}, "Select a valid choice"),
        ({"partner": "", "what": "Kept as typed."}, "Kept as typed."),
    ],
)
def test_what_cannot_be_asked_is_said_and_what_was_typed_stays(typed, sentence):
    one = factories.intervention("pipeline")
    factories.partner("Gone Partner", state="withdrawn")
    factories.partner("Example Bank")
    given = {"partner": "Example Bank", "kind": "funding", "what": "", **typed}

    page = signed_in(signatory(one.partner)).post(
        reverse("interventions:roles", args=[one.reference]), given
    )

    assert page.status_code == 200
    assert sentence in page.content.decode()
    assert one.roles.count() == 1


def test_a_partner_that_is_gone_or_suspended_cannot_be_asked():
    one = factories.intervention("pipeline")
    for state in ("withdrawn", "suspended"):
        gone = factories.partner(state=state)

        with pytest.raises(NotAllowed, match="nothing can be changed"):
            actions.ask(one, gone, kind=Kind.FUNDING, what="", by=factories.officer())


def test_who_sees_which_roles():
    """Those asked for are seen by both sides and by officers; the reason of a no as well."""
    one = factories.intervention("pipeline")
    confirmed = factories.role(one, "co_lead", "confirmed")
    asked = factories.role(one, "funding")
    declined = factories.role(one, "funding", "declined")
    url = reverse("interventions:roles", args=[one.reference])

    def seen_by(person: Any) -> set[int]:
        page = signed_in(person).get(url).content.decode()
        return {role.pk for role in (confirmed, asked, declined) if at(role) in page}

    assert seen_by(factories.officer()) == {confirmed.pk, asked.pk, declined.pk}
    assert seen_by(signatory(one.partner)) == {confirmed.pk, asked.pk, declined.pk}
    assert seen_by(signatory(confirmed.partner)) == {confirmed.pk}
    assert seen_by(signatory(asked.partner)) == {confirmed.pk, asked.pk}
    assert signed_in(signatory(declined.partner)).get(url).status_code == 403


# --- Answering


def test_who_declines_says_why_and_the_other_side_reads_it():
    role = factories.role(factories.intervention("draft"), "funding")
    lead, asked = signatory(role.intervention.partner), signatory(role.partner)
    client = signed_in(asked)

    page = client.post(at(role, "decline"), {"reason": ""})
    assert page.status_code == 200
    assert "This field is required" in page.content.decode()
    response = client.post(at(role, "decline"), {"reason": "No money this year."})

    assert response.url == "/en/workspace/"  # a draft is no business of theirs any more
    assert client.get(at(role)).status_code == 404
    assert "No money this year." in Letter.objects.get(to_person=lead).text
    assert "No money this year." in signed_in(lead).get(at(role)).content.decode()


def test_words_that_changed_meanwhile_are_read_again():
    role = factories.role(factories.intervention("pipeline"), "funding")
    client = signed_in(signatory(role.partner))
    seen = version_of(role)
    actions.edit(
        role.intervention, fields={"about": "Otherwise."}, why="Clearer.", by=factories.officer()
    )

    page = client.post(at(role, "confirm"), {"seen": seen})

    assert "Please read them again." in page.content.decode()
    role.refresh_from_db()
    assert role.state == "asked"


def test_two_leads_are_never_both_confirmed():
    one = factories.intervention("implementation")
    heirs = [
        actions.ask(one, factories.partner(), kind=Kind.LEAD, what="", by=factories.officer())
        for _ in range(2)
    ]
    for role in heirs:
        fresh = Role.objects.get(pk=role.pk)
        signed_in(signatory(fresh.partner)).post(at(fresh, "confirm"), {"seen": version_of(fresh)})

        assert one.roles.filter(kind="lead", state="confirmed").get() == role
    one.refresh_from_db()
    assert one.partner == heirs[1].partner
    assert one.framework.reporter == heirs[1].partner


def test_who_leads_reads_why_it_cannot_just_leave():
    one = factories.intervention("implementation")
    role = one.roles.get()
    client = signed_in(signatory(one.partner))

    page = client.get(at(role)).content.decode()
    assert "Who leads cannot just leave" in page
    assert at(role, "leave") not in page
    refused = client.post(at(role, "leave"), {"reason": "Enough."})

    assert "Ask another one to lead" in refused.content.decode()
    role.refresh_from_db()
    assert role.state == "confirmed"


# --- Letters


def test_letters_are_in_the_reader_s_language():
    one = factories.intervention("pipeline", title="Skills", titles={"ar": "مهارات"}, language="en")
    bank = factories.partner("Example Bank")
    readers = {code: signatory(bank, language=code) for code in ("en", "ar")}

    actions.ask(one, bank, kind=Kind.FUNDING, what="Pays.", by=factories.officer())

    letters = {code: Letter.objects.get(to_person=who) for code, who in readers.items()}
    assert {code: letter.language for code, letter in letters.items()} == {"en": "en", "ar": "ar"}
    assert "Skills" in letters["en"].subject
    assert "مهارات" in letters["ar"].subject
    assert "/ar/workspace/interventions/" in letters["ar"].text


@pytest.mark.parametrize(
    ("verb", "told", "words"),
    [
        ("confirm", "lead", "takes part"),
        ("decline", "lead", "declined"),
        ("leave", "lead", "left"),
        ("remove", "bank", "No role any more"),
    ],
)
def test_each_answer_is_a_letter_to_the_other_side(verb, told, words):
    one = factories.intervention("pipeline", title="Skills")
    bank = factories.partner("Example Bank")
    state = "confirmed" if verb == "leave" else "asked"
    role = factories.role(one, "funding", state, partner=bank)
    people = {"lead": signatory(one.partner), "bank": signatory(bank)}

    VERBS[verb](role, people["bank" if told == "lead" else "lead"])

    letter = Letter.objects.get()
    assert letter.to_person == people[told]
    assert words in letter.subject
    assert "Skills" in letter.subject
    assert role.get_absolute_url() in letter.text


# --- In the workspace


def test_the_workspace_shows_what_waits_and_what_is_one_s_own():
    asked = factories.role(factories.intervention("draft", title="Skills"), "funding")
    person = signatory(asked.partner)
    factories.role(
        factories.intervention("pipeline", title="Care"),
        "implementing",
        "confirmed",
        partner=asked.partner,
    )

    page = signed_in(person).get("/en/workspace/").content.decode()

    assert "Roles asked of your organisation" in page
    assert at(asked) in page
    assert "Care" in page
    assert (
        "Roles asked"
        not in signed_in(signatory(factories.partner())).get("/en/workspace/").content.decode()
    )
