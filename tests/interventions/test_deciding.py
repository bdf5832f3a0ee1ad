"""The workspace of an intervention: what can be done, what it lacks, who hears of it."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from coalition.interventions import actions
from coalition.interventions.models import Intervention
from coalition.interventions.states import State
from coalition.mailroom.models import Letter
from coalition.results.models import Framework
from tests import factories

pytestmark = pytest.mark.django_db


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def at(one: Intervention, verb: str = "workspace") -> str:
    return reverse(f"interventions:{verb}", args=[one.reference])


def lead_of(one: Intervention) -> Any:
    return factories.mandate(one.partner, "signatory").person


# --- What the page offers


OFFERED: dict[str, dict[str, set[str]]] = {
    "lead": {
        "draft": set(),
        "pipeline": {"kick_off", "cancel"},
        "kick_off": {"carry_out", "suspend", "cancel"},
        "implementation": {"finalise", "suspend", "cancel"},
        "finalisation": {"suspend", "cancel"},
        "closed": set(),
        "suspended": {"resume", "cancel"},
        "cancelled": set(),
    },
    "officer": {
        "draft": {"announce"},
        "pipeline": {"cancel"},
        "kick_off": {"suspend", "cancel"},
        "implementation": {"suspend", "cancel"},
        "finalisation": {"close", "suspend", "cancel"},
        "closed": set(),
        "suspended": {"resume", "cancel"},
        "cancelled": set(),
    },
    "implementing": {},
}


@pytest.mark.parametrize("who", ["lead", "officer", "implementing"])
def test_the_page_offers_what_the_person_may_do_now(who):
    for state, _label in State.choices:
        one = factories.intervention(state)
        role = factories.role(one, "implementing", "confirmed")
        person = {
            "lead": lambda one=one: lead_of(one),
            "officer": factories.officer,
            "implementing": lambda role=role: factories.mandate(role.partner, "signatory").person,
        }[who]()

        page = signed_in(person).get(at(one)).content.decode()

        # What still lacks something has its words on the page, and no form.
        offered = {
            verb
            for verb in Intervention.VERBS
            if at(one, verb) in page or (verb == "close" and "Find it completed" in page)
        }
        assert offered == OFFERED[who].get(state, set()), state


def test_who_has_no_part_in_it_does_not_come_in():
    one = factories.intervention("pipeline")
    stranger = factories.mandate(factories.partner(), "signatory").person

    assert signed_in(stranger).get(at(one)).status_code == 403
    assert signed_in(stranger).get(at(factories.intervention("draft"))).status_code == 404
    assert Client().get(at(one)).status_code == 302


def test_what_it_lacks_is_said_to_those_who_wait_as_well():
    one = factories.intervention("draft", about="")

    for person in (lead_of(one), factories.officer()):
        page = signed_in(person).get(at(one)).content.decode()
        assert "Before it can be announced, please add: what it is about." in page


def test_who_waits_reads_whose_turn_it_is():
    draft, ready = factories.intervention("draft"), factories.intervention("pipeline")

    def page(person: Any, one: Intervention) -> str:
        return signed_in(person).get(at(one)).content.decode()

    assert "the secretariat can announce it now" in page(lead_of(draft), draft)
    assert "can kick it off now" in page(factories.officer(), ready)
    assert "Nothing is missing" not in page(lead_of(ready), ready)


def test_who_is_asked_is_led_to_the_answer():
    one = factories.intervention("draft", lead="asked")
    role = one.roles.get()

    page = signed_in(lead_of(one)).get(at(one)).content.decode()

    assert f"{role.get_absolute_url()}#answer" in page
    assert "is asked for a role: Leads. Please answer." in page


def test_reports_that_are_due_stand_on_the_page():
    one = factories.intervention("implementation", title="Skills")
    Framework.objects.filter(pk=one.framework_id).update(every=12)
    now = timezone.now()
    factories.period(one.framework, 2025, due_on=now.date(), due_at=now + timedelta(days=1))

    assert "Report</a>" in signed_in(lead_of(one)).get(at(one)).content.decode()


def test_the_history_names_roles_to_those_who_run_it_alone():
    one = factories.intervention("pipeline")
    bank = factories.partner("Example Bank")
    role = actions.ask(one, bank, kind="funding", what="", by=factories.officer())
    actions.decline(role, reason="No money.", by=factories.mandate(bank, "signatory").person)
    other = factories.role(one, "implementing", "confirmed")

    assert "No money." in signed_in(lead_of(one)).get(at(one)).content.decode()
    seen = signed_in(factories.mandate(other.partner, "signatory").person)
    assert "No money." not in seen.get(at(one)).content.decode()


# --- The verbs over HTTP


def test_from_announcing_to_being_carried_out():
    one = factories.intervention("draft")
    lead, officer = signed_in(lead_of(one)), signed_in(factories.officer())

    page = officer.post(at(one, "announce"), follow=True)
    assert "Done. Those concerned get a letter." in page.content.decode()
    lead.post(at(one, "kick_off"))
    lead.post(at(one, "carry_out"))

    one.refresh_from_db()
    assert one.state == "implementation"
    assert one.framework.is_public
    assert [move.verb for move in one.moves.order_by("pk")] == [
        *("announce", "kick_off", "carry_out"),
    ]


def test_a_reason_that_is_missing_is_asked_for_and_what_was_typed_stays():
    one = factories.intervention("implementation")
    client = signed_in(lead_of(one))

    page = client.post(at(one, "suspend"), {"reason": ""})
    assert "This field is required" in page.content.decode()
    page = client.post(at(one, "cancel"), {"reason": "x" * 1_001}).content.decode()
    assert "x" * 1_001 in page
    one.refresh_from_db()
    assert one.state == "implementation"

    client.post(at(one, "suspend"), {"reason": "Floods."})
    one.refresh_from_db()
    assert one.state == "suspended"
    assert "Floods." in client.get(at(one)).content.decode()


def test_a_verb_that_fits_no_more_says_why():
    one = factories.intervention("pipeline")

    page = signed_in(factories.officer()).post(at(one, "announce"))

    assert page.status_code == 200
    assert "In preparation" in page.content.decode()
    one.refresh_from_db()
    assert one.moves.count() == 0


def test_an_officer_who_speaks_for_a_partner_in_it_does_not_decide():
    one = factories.intervention("draft")
    own = factories.officer()
    factories.mandate(one.partner, "viewer", person=own)

    assert signed_in(own).post(at(one, "announce")).status_code == 403


# --- Who hears of it


def test_followers_of_a_paragraph_hear_that_it_is_taken_up():
    text = factories.instrument("declaration", paragraphs=2)
    taken, other = text.provisions.all()
    one = factories.intervention(
        "draft", title="Skills", titles={"ar": "مهارات"}, provisions=[taken]
    )
    follows, arabic, elsewhere = (
        factories.person(),
        factories.person(language="ar"),
        factories.person(),
    )
    for person, thing in ((follows, taken), (arabic, text), (elsewhere, other)):
        factories.following(person, thing)
    concerned = lead_of(one)
    factories.following(concerned, taken)

    actions.announce(one, by=factories.officer())

    letter = Letter.objects.get(to_person=follows)
    assert letter.subject == "A key intervention on what you follow: Skills"
    assert one.get_absolute_url() in letter.text
    assert one.partner.name in letter.text
    theirs = Letter.objects.get(to_person=arabic)
    assert theirs.language == "ar"
    assert "مهارات" in theirs.subject
    assert not Letter.objects.filter(to_person=elsewhere).exists()
    # Who takes part hears of the step itself, and not twice.
    assert "what you follow" not in Letter.objects.get(to_person=concerned).subject


# --- Drafts do not stay for ever


def test_a_draft_nobody_touched_goes_with_its_results():
    old = timezone.now() - timedelta(days=800)
    forgotten = factories.intervention("draft", changed_at=old)
    announced = factories.intervention("pipeline", changed_at=old)
    fresh = factories.intervention("draft")

    call_command("privacy", "purge", stdout=StringIO())

    assert set(Intervention.objects.all()) == {announced, fresh}
    assert not Framework.objects.filter(pk=forgotten.framework_id).exists()
