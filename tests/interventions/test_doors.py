"""How often anybody may ask for what is put together anew: one table for the whole room."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from coalition.base.limits import HOUR, Limit
from coalition.consultations import taking_along
from coalition.interventions import urls
from tests import factories

pytestmark = pytest.mark.django_db

# Which doors count, and which are open: a page that is read from a few rows.
FILES = {"download", "download_xlsx", "download_json", "money_csv"}
PAGES = {"list", "map", "results", "theory", "brief", "in_place"}
OPEN = {"intervention", "iati"}  # files of IATI have a limit of their own


def public(one: Any) -> dict[str, str]:
    """The addresses of the room that a visitor may read, by name."""
    found = {}
    for pattern in urls.urlpatterns:
        given = {"reference": one.reference} if "<reference" in str(pattern.pattern) else {}
        if "<code" in str(pattern.pattern):
            given = {"code": one.places.get().code}
        if not set(pattern.pattern.converters) - {"reference", "code"}:
            url = reverse(f"interventions:{pattern.name}", kwargs=given)
            answer = Client().get(url)
            list(answer)  # a file is closed once it was read
            if answer.status_code == 200:
                found[pattern.name] = url
    return found


def test_every_public_address_counts_or_is_known_to_be_open(monkeypatch):
    """A new one belongs into the tables above."""
    cache.clear()
    addresses = public(factories.intervention("implementation"))
    assert set(addresses) == FILES | PAGES | OPEN

    monkeypatch.setattr(taking_along, "PER_CLIENT", Limit(1, HOUR))
    monkeypatch.setattr(taking_along, "PAGES_PER_CLIENT", Limit(1, HOUR))
    cache.clear()
    codes = {}
    for name, url in sorted(addresses.items()):
        cache.clear()
        answers = [Client().get(url) for _ in range(2)]
        codes[name] = [one.status_code for one in answers]
        said = [b"".join(one).decode("utf-8", "replace") for one in answers]
        if name not in OPEN:
            assert int(answers[-1].headers["Retry-After"]) > 0
            assert reverse("interventions:list") in said[-1]

    assert {name for name, code in codes.items() if code == [200, 429]} == FILES | PAGES
    assert {name for name, code in codes.items() if code == [200, 200]} == OPEN
