"""One's own name, language, and what others may see."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from coalition.accounts.models import User
from coalition.base.models import Event
from tests import factories

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def save(client: Client, **values: Any) -> Any:
    return client.post(
        "/en/profile/", {"name": "Focal point", "language": "en", "zone": "UTC"} | values
    )


def profile_events() -> list[tuple[str, str]]:
    return list(Event.objects.filter(verb="accounts.profile").values_list("actor", "subject"))


def test_profile_shows_what_is_kept() -> None:
    user = factories.person("weaver@union.test", name="Weaver", shows_name=True)

    response = signed_in(user).get("/en/profile/")

    page = response.content.decode()
    assert response.status_code == 200
    assert 'value="Weaver"' in page
    assert "weaver@union.test" in page
    assert response.context["form"].initial["shows_name"] is True


def test_profile_keeps_what_is_sent_and_records_it() -> None:
    user = factories.person()

    response = save(signed_in(user), name="Weaver", language="ar", shows_email="on")

    user.refresh_from_db()
    assert (user.name, user.language, user.shows_name, user.shows_email) == (
        "Weaver",
        "ar",
        False,
        True,
    )
    assert profile_events() == [(f"accounts.user:{user.pk}",) * 2]
    assert response["Location"] == "/ar/profile/"


def test_profile_without_a_change_records_nothing() -> None:
    user = factories.person()

    save(signed_in(user))

    assert profile_events() == []


def test_profile_cleans_the_name() -> None:
    user = factories.person()

    save(signed_in(user), name="  Wea\u202ever\n of  cloth ")

    user.refresh_from_db()
    assert user.name == "Weaver of cloth"


@pytest.mark.parametrize(
    "values", [{"language": "xx"}, {"language": ""}, {"language": "fr"}, {"name": "x" * 201}]
)
def test_profile_refuses_what_it_cannot_keep(values: dict[str, str]) -> None:
    user = factories.person(name="Weaver")

    response = save(signed_in(user), **values)

    user.refresh_from_db()
    assert response.status_code == 200
    assert "Something needs mending" in response.content.decode()
    assert (user.name, user.language, profile_events()) == ("Weaver", "en", [])


def test_profile_escapes_the_name() -> None:
    user = factories.person()
    client = signed_in(user)

    save(client, name="<script>alert(1)</script>")

    assert "<script>" not in client.get("/en/profile/").content.decode()


def test_profile_changes_nothing_but_the_four_fields() -> None:
    user = factories.person("weaver@union.test")

    save(
        signed_in(user),
        email="other@union.test",
        is_superuser="on",
        is_active="",
        is_example="on",
        pk="1",
    )

    user.refresh_from_db()
    assert (user.email, user.is_superuser, user.is_active, user.is_example) == (
        "weaver@union.test",
        False,
        True,
        False,
    )


@pytest.mark.parametrize("method", ["get", "post"])
def test_profile_is_for_people_who_signed_in(method: str) -> None:
    response = getattr(Client(), method)("/en/profile/")

    assert response["Location"] == "/en/sign-in/?next=/en/profile/"


def test_profile_marks_an_example_person() -> None:
    user = factories.person(is_example=True)

    assert 'class="example"' in signed_in(user).get("/en/profile/").content.decode()
