"""What a partner says of itself: fields, logo, completeness, history."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation
from PIL import Image

from coalition.base.errors import Refused
from coalition.partners.models import Partner, ProfileChange, Sector
from coalition.partners.profile import actions, queries
from coalition.partners.profile.forms import language_codes
from coalition.places.models import Place
from tests import factories

pytestmark = pytest.mark.django_db


def at(route: str, partner: Partner) -> str:
    with translation.override("en"):
        return reverse(f"partners:{route}", args=[partner.reference])


def picture(kind: str = "PNG", size: tuple[int, int] = (800, 200)) -> SimpleUploadedFile:
    content = io.BytesIO()
    Image.new("RGB", size, "teal").save(content, kind)
    return SimpleUploadedFile("logo.exe", content.getvalue())


def test_profile_form_keeps_languages_sectors_and_places():
    person = factories.person()
    partner = factories.partner("Bakers", person=person)
    client = Client()
    client.force_login(person)

    response = client.post(
        at("profile_edit", partner),
        {
            "about_language": "en",
            "languages": ["fr", "en"],
            "more_languages": "Portuguese، Kiswahili, pt",
            "sectors": ["C", "A"],
            "works_in": ["France", "Africa"],
            "size_class": "small",
        },
    )

    assert response.status_code == 302
    partner.refresh_from_db()
    assert partner.languages == ["fr", "en", "pt", "sw"]
    assert sorted(partner.sectors.values_list("code", flat=True)) == ["A", "C"]
    assert sorted(str(place.code) for place in partner.works_in.all()) == ["002", "FRA"]
    assert partner.size_class == "small"


def test_profile_form_names_the_language_it_does_not_know():
    person = factories.person()
    partner = factories.partner("Bakers", person=person)
    client = Client()
    client.force_login(person)

    response = client.post(
        at("profile_edit", partner), {"about_language": "en", "more_languages": "French, Klingon"}
    )

    assert "We do not know the language “Klingon”." in response.content.decode()
    assert ProfileChange.objects.count() == 0


@pytest.mark.parametrize(
    ("written", "code"),
    [("Portuguese", "pt"), ("português", "pt"), ("DE", "de"), ("العربية", "ar"), ("русский", "ru")],
)
def test_languages_are_known_by_code_and_by_their_own_names(written, code):
    from coalition.base.text import fold

    assert language_codes()[fold(written)] == code


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_logo_is_drawn_anew_and_small(kind):
    partner = factories.partner("Bakers")

    actions.edit_profile(partner, {"logo": picture(kind)}, by=factories.officer())
    partner.refresh_from_db()
    response = Client().get(at("logo", partner))

    with Image.open(io.BytesIO(response.getvalue())) as drawn:
        assert (drawn.format, drawn.size) == ("PNG", (360, 90))
    assert response["Content-Type"] == "image/png"
    assert response["X-Content-Type-Options"] == "nosniff"


def test_new_logo_takes_the_place_of_the_old_and_can_be_taken_away(
    django_capture_on_commit_callbacks,
):
    partner = factories.partner("Bakers")
    officer = factories.officer()
    partner = actions.edit_profile(partner, {"logo": picture()}, by=officer)
    first = partner.logo.name

    with django_capture_on_commit_callbacks(execute=True):
        partner = actions.edit_profile(partner, {"logo": picture()}, by=officer)
    second = partner.logo.name
    storage = partner.logo.storage
    assert (second != first, storage.exists(first), storage.exists(second)) == (True, False, True)

    with django_capture_on_commit_callbacks(execute=True):
        partner = actions.edit_profile(partner, {"logo": False}, by=officer)
    assert (bool(partner.logo), storage.exists(second)) == (False, False)
    assert Client().get(at("logo", partner)).status_code == 404


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"MZ\x90\x00 a program", "not a picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "not a picture"),
        (b"\x89PNG\r\n\x1a\n broken", "not a picture"),
        (b"GIF89a" + b"\x00" * 40, "not a picture"),
        (b"\x00" * 2_000_001, "larger than 2 MB"),
    ],
)
def test_logo_that_is_no_picture_is_refused_with_a_sentence(content, sentence):
    partner = factories.partner("Bakers")

    with pytest.raises(Refused, match=sentence):
        actions.edit_profile(
            partner, {"logo": SimpleUploadedFile("logo.png", content)}, by=factories.officer()
        )


def test_logo_with_too_many_pixels_is_refused_before_it_is_unpacked():
    partner = factories.partner("Bakers")

    with pytest.raises(Refused, match="too many pixels"):
        actions.edit_profile(partner, {"logo": picture(size=(6000, 6000))}, by=factories.officer())


def test_completeness_names_what_is_missing():
    person = factories.person()
    partner = factories.partner("Bakers", person=person, about="Bread", website="https://a.test")
    factories.priority(partner)

    assert queries.completeness(partner) == queries.Completeness(
        4, 9, ("working languages", "sectors", "where it works", "size", "logo")
    )


def test_every_change_is_kept_as_it_was_and_as_it_became():
    officer = factories.officer()
    partner = factories.partner("Bakers", about="Bread", country=factories.country("FRA"))
    sectors = list(Sector.objects.filter(code__in=["A", "C"]))
    africa = Place.objects.get(code="002")

    actions.edit_profile(
        partner,
        {"about": "Bread", "scope": "regional", "sectors": sectors, "works_in": [africa]},
        by=officer,
    )
    actions.edit_profile(partner, {"sectors": sectors}, by=officer)  # nothing changes

    with translation.override("en"):
        told = {
            one.change.field: (one.before, one.after)
            for one in queries.history(partner.profile_changes.all())
        }
    assert told == {
        "scope": ("National", "Regional"),
        "sectors": ("", "Agriculture, forestry and fishing, Manufacturing"),
        "works_in": ("", "Africa"),
    }
    assert {change.by for change in partner.profile_changes.all()} == {officer}


def test_sheet_puts_the_partner_on_one_page():
    partner = factories.partner("Bakers", about="Bread for all")
    factories.priority(partner, words="Fair wages")

    page = Client().get(f"/en/partners/{partner.reference}/sheet/").content.decode()

    assert [text in page for text in ("Bakers", "Bread for all", "Fair wages")] == [True] * 3
    Partner.objects.filter(pk=partner.pk).update(state="withdrawn")
    assert Client().get(f"/en/partners/{partner.reference}/sheet/").status_code == 404
