from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client

from coalition.accounts.actions import grant_role
from coalition.accounts.models import User
from coalition.base.reference import Source
from coalition.catalogue.models import Record
from coalition.instruments.models import Instrument, Subject
from tests.factories import instrument, person

pytestmark = pytest.mark.django_db

EDITING = f"/{settings.EDITING_PATH}snippets/instruments"


@pytest.fixture
def editor(client: Client) -> Client:
    granted = person()
    grant_role(granted, "editor", by=None)
    client.force_login(User.objects.get(pk=granted.pk))
    return client


def test_editor_finds_instruments_by_words_and_kind(editor: Client) -> None:
    instrument("salt")
    for query, shown in (("", True), ("?q=salt", True), ("?q=bread", False), ("?kind=act", False)):
        response = editor.get(f"{EDITING}/instrument/{query}")
        assert response.status_code == 200
        assert ("Declaration salt" in response.content.decode()) is shown, query


def test_editor_corrects_the_facts_of_an_instrument_and_they_are_found(editor: Client) -> None:
    made = instrument("salt")
    other = Instrument.objects.get(code="doha")
    work = Subject.objects.create(code="salt-work", names={"en": "Salt work"})
    form = editor.get(f"{EDITING}/instrument/edit/{made.pk}/").context["form"]
    assert {"category", "standing", "subjects", "themes", "revises"} <= form.fields.keys()
    empty = {
        f"{name}_{code}": ""
        for name in ("names", "short", "adopting_body", "place", "known")
        for code in settings.UN_LANGUAGES
    }
    sent = empty | {
        "position": 1000,
        "code": "pepper",
        "source": Source.objects.first().pk,
        "names_en": "Salt Convention",
        "kind": "convention",
        "category": "technical",
        "standing": "outdated",
        "subjects": [work.pk],
        "revises": other.pk,
        "symbol": "C900",
    }
    response = editor.post(f"{EDITING}/instrument/edit/{made.pk}/", sent)
    assert response.status_code == 302, response.context["form"].errors
    made.refresh_from_db()
    assert (made.kind, made.category, made.standing) == ("convention", "technical", "outdated")
    assert (list(made.subjects.all()), made.revises, made.code) == ([work], other, "salt")
    assert Record.objects.filter(kind="declaration", titles__en="Salt Convention").exists()


def test_editor_adds_a_subject(editor: Client) -> None:
    sent = {"code": "salt-work", "position": 1, "names_en": "Salt work"}
    sent["source"] = Source.objects.first().pk
    response = editor.post(f"{EDITING}/subject/add/", sent)
    assert response.status_code == 302, response.context["form"].errors
    assert Subject.objects.get(code="salt-work").names["en"] == "Salt work"
