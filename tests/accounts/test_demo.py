"""One-time links for Example people: once, soon, here, and only where that was asked for."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from time import sleep
from typing import Any

import pytest
from django.core import signing
from django.db import connection, transaction
from django.test import Client

from coalition.accounts import demo
from coalition.accounts.models import User
from coalition.base.errors import Refused
from coalition.base.models import Event
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def demo_is_on(settings: Any) -> None:
    settings.DEMO = True


def example(**fields: Any) -> User:
    return factories.person(**{"is_example": True, "name": "Focal point, Example Union"} | fields)


def path(user: User) -> str:
    return "/" + demo.demo_link(user).split("/", 3)[3]


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_the_link_signs_in_and_leads_to_the_workspace(settings: Any) -> None:
    user, client = example(), Client()

    link = demo.demo_link(user)
    response = client.post(path(user))

    assert link.startswith(f"{settings.SITE_URL}/en/demo/")
    assert (response.status_code, response["Location"]) == (302, "/en/workspace/")
    assert client.session["_auth_user_id"] == str(user.pk)
    assert Event.objects.last().verb == "accounts.demo_sign_in"


def test_the_link_speaks_the_persons_language() -> None:
    user = example(language="ar")

    assert path(user).startswith("/ar/demo/")
    assert Client().post(path(user))["Location"] == "/ar/workspace/"


@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_at_the_link_does_not_use_it_up(method: str) -> None:
    user, client = example(), Client()
    link = path(user)

    looks = [getattr(client, method)(link) for _look in range(3)]

    assert [look.status_code for look in looks] == [200, 200, 200]
    assert not is_signed_in(client)
    client.post(link)
    assert is_signed_in(client)


def test_the_page_names_the_person_and_marks_them() -> None:
    page = Client().get(path(example())).content.decode()

    assert "Focal point, Example Union" in page
    assert 'class="example"' in page


def test_the_link_works_once() -> None:
    link = path(example())
    Client().post(link)
    second = Client()

    statuses = [second.get(link).status_code, second.post(link).status_code]

    assert statuses == [404, 404]
    assert not is_signed_in(second)


def test_any_sign_in_ends_the_link() -> None:
    user = example()
    link = path(user)
    User.objects.filter(pk=user.pk).update(last_login=datetime.now(UTC))

    assert Client().post(link).status_code == 404


def test_the_link_ends_after_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    user = example()
    link = path(user)
    real = signing.time.time
    monkeypatch.setattr(signing.time, "time", lambda: real() + 24 * 3600 - 60)
    assert Client().get(link).status_code == 200

    monkeypatch.setattr(signing.time, "time", lambda: real() + 24 * 3600 + 1)

    assert Client().post(link).status_code == 404


def refused(link: str, **meta: str) -> bool:
    client = Client(**meta)
    statuses = [client.get(link).status_code, client.post(link).status_code]
    assert not is_signed_in(client)
    return statuses == [404, 404]


def test_the_link_is_refused_where_demo_is_off(settings: Any) -> None:
    link = path(example())
    settings.DEMO = False

    assert refused(link)


def test_the_link_is_refused_for_a_real_person() -> None:
    user = example()
    link = path(user)
    User.objects.filter(pk=user.pk).update(is_example=False)

    assert refused(link)


def test_the_link_is_refused_for_a_closed_account() -> None:
    user = example()
    link = path(user)
    User.objects.filter(pk=user.pk).update(is_active=False)

    assert refused(link)


@pytest.mark.parametrize("address", ["192.0.2.7", "10.0.0.1", "2001:db8::1", "", "localhost"])
def test_the_link_is_refused_from_elsewhere(address: str) -> None:
    assert refused(path(example()), REMOTE_ADDR=address)


@pytest.mark.parametrize("address", ["127.0.0.1", "127.1.2.3", "::1"])
def test_the_link_works_on_every_loopback(address: str) -> None:
    assert Client(REMOTE_ADDR=address).get(path(example())).status_code == 200


@pytest.mark.parametrize("header", demo.FORWARDED)
def test_the_link_is_refused_behind_a_proxy(header: str) -> None:
    assert refused(path(example()), **{header: "127.0.0.1"})


def forged(user: User) -> list[str]:
    good = path(user).split("/")[3]
    return [
        good[:-1] + ("A" if good[-1] != "A" else "B"),
        good.swapcase(),
        "x",
        "a:b:c",
        signing.dumps([user.pk, None], salt="another"),
        signing.dumps(user.pk, salt=demo.SALT),
        signing.dumps([user.pk], salt=demo.SALT),
        signing.dumps([None, None], salt=demo.SALT),
        signing.dumps(["x", None], salt=demo.SALT),
        signing.dumps([10**30, None], salt=demo.SALT),
        signing.dumps([user.pk, "2020-01-01"], salt=demo.SALT),
    ]


def test_a_forged_link_is_refused() -> None:
    for token in forged(example()):
        assert refused(f"/en/demo/{token}/"), token


def test_no_link_is_made_where_demo_is_off(settings: Any) -> None:
    settings.DEMO = False

    with pytest.raises(Refused, match="COALITION_DEMO"):
        demo.demo_link(example())


def test_no_link_is_made_for_a_real_person() -> None:
    with pytest.raises(Refused, match="only made for Example people"):
        demo.demo_link(factories.person())


def test_using_the_link_needs_our_own_form() -> None:
    assert Client(enforce_csrf_checks=True).post(path(example())).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_of_several_at_once_one_gets_in() -> None:
    user = example()
    link = path(user)

    def use(_number: int) -> int:
        try:
            return Client().post(link).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as threads:
        with transaction.atomic():  # while we hold the row, all of them come as far as they can
            User.objects.select_for_update().get(pk=user.pk)
            answers = [threads.submit(use, number) for number in range(3)]
            sleep(0.5)
        assert sorted(answer.result() for answer in answers) == [302, 404, 404]


def test_the_day_is_a_day() -> None:
    assert timedelta(hours=24) == demo.LIFETIME


def test_link_is_dead_where_the_site_answers_to_others(client: Client, settings: Any) -> None:
    link = path(example())
    settings.ALLOWED_HOSTS = ["testserver", "coalition.test"]

    assert client.post(link).status_code == 404
    assert not is_signed_in(client)
    with pytest.raises(Refused):
        demo.demo_link(example())
