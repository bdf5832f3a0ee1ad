from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from coalition.partners.models import AccessionRequest, Mandate, Partner
from tests import factories

pytestmark = pytest.mark.django_db

OFFICERS = {"officer"}
SPEAKERS = {"focal point"}
# Permission on a partner (or on nothing) -> who has it.
ALLOWED = {
    "partners.read_requests": OFFICERS,
    "partners.complete": OFFICERS,
    "partners.decide": OFFICERS,
    "partners.edit_profile": OFFICERS | SPEAKERS,
    "partners.set_priorities": SPEAKERS,
}


@pytest.fixture
def partner() -> Partner:
    return factories.partner()


@pytest.fixture
def people(partner: Partner) -> dict[str, object]:
    """Everybody who might knock at a door of this room."""
    yesterday = timezone.now().date() - timedelta(days=1)
    made = {
        "visitor": AnonymousUser(),
        "person without a mandate": factories.person(),
        "focal point": factories.person(),
        "focal point of another partner": factories.person(),
        "focal point of an ended mandate": factories.person(),
        "focal point of a mandate to come": factories.person(),
        "closed account": factories.person(is_active=False),
        "editor": factories.person(roles=("editor",)),
        "officer": factories.officer(),
        "officer with a closed account": factories.officer(is_active=False),
    }
    began = date(2026, 1, 15)
    Mandate.objects.create(person=made["focal point"], partner=partner, since=began)
    # A partner has one lead; what these have in common with it, a signatory may do too.
    Mandate.objects.create(
        person=made["closed account"], partner=partner, since=began, role="signatory"
    )
    Mandate.objects.create(
        person=made["focal point of an ended mandate"],
        partner=partner,
        since=began,
        until=yesterday,
        ended_at=timezone.now(),
    )
    Mandate.objects.create(
        person=made["focal point of a mandate to come"],
        partner=partner,
        since=yesterday + timedelta(days=2),
        role="signatory",
    )
    Mandate.objects.create(
        person=made["focal point of another partner"], partner=factories.partner(), since=began
    )
    return made


@pytest.mark.parametrize("permission", ALLOWED)
def test_permission_is_held_by_those_named_and_by_nobody_else(permission, people, partner):
    on = partner if permission in ("partners.edit_profile", "partners.set_priorities") else None

    holders = {name for name, person in people.items() if person.has_perm(permission, on)}

    assert holders == ALLOWED[permission]


def test_officers_decide_on_every_request_but_their_own(people):
    case = factories.accession_request(contact_email=people["officer"].email.upper())
    people["another officer"] = factories.officer()

    holders = {
        name for name, who in people.items() if who.has_perm("partners.decide_request", case)
    }

    assert holders == {"another officer"}


@pytest.mark.parametrize("permission", ["partners.edit_profile", "partners.set_priorities"])
def test_permission_on_no_partner_is_not_that_of_a_focal_point(permission, people):
    holders = {name for name, person in people.items() if person.has_perm(permission, None)}

    assert holders == ALLOWED[permission] & OFFICERS


@pytest.mark.parametrize("state", ["received", "recommended", "accepted", "declined", "withdrawn"])
def test_requests_are_visible_to_officers_in_every_state_and_to_nobody_else(state, people):
    case = factories.accession_request(state)

    seen_by = {
        name
        for name, person in people.items()
        if AccessionRequest.objects.visible_to(person).filter(pk=case.pk).exists()
    }

    assert seen_by == OFFICERS


def test_partner_is_spoken_for_by_its_focal_point_alone(people, partner):
    speakers = {
        name
        for name, person in people.items()
        if Partner.objects.spoken_for_by(person).filter(pk=partner.pk).exists()
    }

    assert speakers == {"focal point"}
