"""Pages that gather rooms: what they show, to whom, at which cost."""

import pytest
from django.urls import reverse

from coalition.accounts.actions import grant_role
from coalition.commitments.actions import file_all
from coalition.web.models import HomePage
from tests import factories

pytestmark = pytest.mark.django_db


def test_partner_page_shows_what_it_promised_and_hides_drafts(client):
    partner = factories.partner("Bakers' Union")
    shown = factories.commitment("published", partner=partner, title="Wages for all")
    factories.commitment("draft", partner=partner, title="Secret plan")

    page = client.get(partner.get_absolute_url()).content.decode()

    assert shown.title in page
    assert "Secret plan" not in page


@pytest.mark.parametrize(
    ("shows_name", "shows_email", "seen"),
    [
        (False, False, set()),
        (True, False, {"name"}),
        (True, True, {"name", "email"}),
        (False, True, set()),
    ],
)
def test_focal_point_is_named_only_if_they_say_so(client, shows_name, shows_email, seen):
    person = factories.person(
        "quiet@union.test", name="A quiet person", shows_name=shows_name, shows_email=shows_email
    )
    partner = factories.partner(person=person)

    page = client.get(partner.get_absolute_url()).content.decode()

    marks = {"name": "A quiet person", "email": "quiet@union.test"}
    assert {key for key, mark in marks.items() if mark in page} == seen


@pytest.mark.parametrize("shows_email", [False, True])
def test_focal_point_without_a_name_keeps_their_address(client, shows_email):
    person = factories.person("quiet@union.test", name="", shows_name=True, shows_email=shows_email)
    partner = factories.partner(person=person)

    page = client.get(partner.get_absolute_url()).content.decode()

    assert ("quiet@union.test" in page) is shows_email


def test_partner_that_left_answers_with_day_and_reason(client):
    partner = factories.partner(state="withdrawn")
    partner.moves.create(
        verb="leave", from_state="active", to_state="withdrawn", reason="We merged with another."
    )

    answer = client.get(partner.get_absolute_url())

    assert answer.status_code == 410
    assert "We merged with another." in answer.content.decode()


@pytest.mark.parametrize(
    ("person", "workspace", "desk"),
    [("visitor", 302, 302), ("focal_point", 200, 404), ("officer", 200, 200), ("editor", 200, 404)],
)
def test_workspace_and_desk_are_for_those_they_serve(client, person, workspace, desk):
    people = {
        "focal_point": lambda: factories.partner(person=factories.person()).mandates.get().person,
        "officer": factories.officer,
        "editor": lambda: factories.person(roles=("editor",)),
    }
    if person != "visitor":
        client.force_login(people[person]())

    assert client.get(reverse("workspace")).status_code == workspace
    assert client.get(reverse("desk")).status_code == desk


def test_workspace_shows_only_own_organisations(client):
    person = factories.person()
    own = factories.partner("Own union", person=person)
    factories.commitment(partner=own, title="Our draft")
    other = factories.partner("Other union", person=factories.person())
    factories.commitment(partner=other, title="Their draft")
    client.force_login(person)

    page = client.get(reverse("workspace")).content.decode()

    assert "Our draft" in page
    assert "Other union" not in page
    assert "Their draft" not in page


def test_place_counts_what_is_promised_inside_it(client):
    kenya = factories.country("KEN")
    factories.commitment("published", places=[kenya], title="In Kenya")
    factories.commitment("published", places=[factories.country("FRA")], title="In France")

    africa = client.get("/en/places/002/").content.decode()

    assert "In Kenya" in africa
    assert "In France" not in africa


def test_pages_show_joint_promises_and_count_what_ended(client):
    guild = factories.partner("Guild")
    theme = factories.theme("rights")
    joined = factories.commitment("published", title="Decent pay", themes=[theme])
    factories.part(joined, "confirmed", partner=guild)
    failed = factories.commitment("closed", partner=guild, title="Night work", themes=[theme])
    failed.moves.create(
        verb="close_unfulfilled", from_state="published", to_state="closed", reason="No money."
    )
    factories.commitment("withdrawn", partner=guild, title="Taken back", themes=[theme])
    file_all()

    for address in (
        guild.get_absolute_url(),
        f"/en/partners/{guild.reference}/sheet/",
        "/en/themes/rights/",
        "/en/themes/rights/print/",
        "/en/places/FRA/print/",
        "/en/places/001/print/",
    ):
        answer = client.get(address)
        found, page = answer.context["balance"], answer.content.decode()
        assert (found.total, found.unfulfilled, found.withdrawn) == (2, 1, 1), address
        for words in ("Decent pay", "Night work", "closed without being fulfilled"):
            assert words in page, (address, words)
        assert "Taken back" not in page, address


def test_unknown_things_are_404_and_never_500(client):
    for path in (
        *("partners/PAR-2026-9999/", "partners/%00/", "places/XXX/", "themes/nothing/"),
        *("challenges/nothing/", "commitments/10%5E30/", "commitments/" + "9" * 300 + "/"),
    ):
        assert client.get(f"/en/{path}").status_code == 404, path


def test_page_of_a_huge_number_is_the_last_page(client):
    factories.commitment("published", title="The only one")
    file_all()

    answer = client.get("/en/commitments/", {"page": str(10**30)})

    assert answer.status_code == 200
    assert "The only one" in answer.content.decode()


@pytest.mark.parametrize("address", ["", "pages/{home}/", "pages/{home}/add_subpage/"])
def test_editing_pages_open_to_editors(client, address):
    editor = factories.person()
    grant_role(editor, "editor", by=None)
    client.force_login(editor)

    answer = client.get("/editing/" + address.format(home=HomePage.objects.first().pk))

    assert answer.status_code == 200


def test_pages_of_a_person_are_kept_by_no_cache(client):
    assert "Cache-Control" not in client.get("/en/partners/").headers

    client.force_login(factories.officer())

    for address in ("/en/desk/", "/en/mailroom/", "/en/workspace/", "/en/partners/"):
        assert client.get(address).headers["Cache-Control"] == "private, no-store"
    assert "public" in client.get("/api/v1/themes").headers["Cache-Control"]
