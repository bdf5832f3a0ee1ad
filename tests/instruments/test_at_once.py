"""Two people do the same at the same moment: one of them is told, and it is done once."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connections

from coalition.base.errors import NotAllowed, Refused
from coalition.base.reference import Source, source_of
from coalition.instruments.consent.actions import record_stated
from coalition.instruments.intake import actions as intake
from coalition.instruments.models import (
    ConsentAction,
    Instrument,
    Intake,
    Party,
    SupervisoryComment,
    Version,
)
from coalition.instruments.obligations.actions import enter_comment
from tests import factories
from tests.instruments.documents import bread, import_text
from tests.made_files import docx

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(act: Callable[[], Any], times: int = 3) -> list[str]:
    """What becomes of it when it is done so many times at once, in alphabetical order."""
    every = threading.Barrier(times)
    outcomes: list[str] = []

    def one() -> None:
        try:
            every.wait(timeout=10)
            act()
            outcomes.append("done")
        except (NotAllowed, Refused):
            outcomes.append("refused")
        except Exception as error:
            outcomes.append(repr(error))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return sorted(outcomes)


def test_text_read_in_twice_at_once_is_one_text() -> None:
    assert at_once(lambda: import_text(bread(), file_digest="a" * 64)) == ["done"] * 3
    assert Version.objects.filter(symbol="A/RES/99/1").count() == 1
    assert Instrument.objects.filter(symbol="A/RES/99/1").count() == 1


def test_intake_published_twice_at_once_is_one_version() -> None:
    editor = factories.person(roles=("editor",))
    one = factories.intake(editor)
    Intake.objects.filter(pk=one.pk).update(symbol="BAKE/1", title="On baking")

    def publish() -> None:
        opened = Intake.objects.get(pk=one.pk)
        intake.publish(opened, seen=one.changed_at.isoformat(), by=editor)

    assert at_once(publish) == ["done", "refused", "refused"]
    assert Version.objects.filter(symbol="BAKE/1").count() == 1


def test_file_uploaded_twice_at_once_is_on_its_way_in_once() -> None:
    editor = factories.person(roles=("editor",))
    content = docx("1:0| We bake.", "1:0| We rest.")
    assert at_once(lambda: intake.upload(io.BytesIO(content), name="x.docx", by=editor)) == [
        *("done", "refused", "refused"),
    ]
    assert Intake.objects.count() == 1


def test_comment_entered_twice_at_once_is_one_comment() -> None:
    treaty, party, officer = factories.treaty(), factories.party("FRA"), factories.officer()
    fields = {
        "kind": "observation",
        "body": "Experts",
        "adopted_year": 2020,
        "published_year": 2021,
        "gist": "",
        "language": "en",
    }

    def enter() -> None:
        enter_comment(
            party=party, instruments=[treaty], by=officer, url="https://x.test/1", **fields
        )

    assert at_once(enter) == ["done", "refused", "refused"]
    assert SupervisoryComment.objects.count() == 1


def test_first_act_of_a_country_recorded_twice_at_once_is_one_act() -> None:
    treaty, officer = factories.treaty(as_of=None), factories.officer()
    told = {
        "instrument": treaty,
        "party": "KEN",
        "kind": "ratification",
        "on": date(2024, 1, 1),
        "source": "Register",
        "url": "https://x.test/",
        "words": "",
        "language": "en",
    }
    assert at_once(lambda: record_stated(told, by=officer)) == ["done", "refused", "refused"]
    assert (Party.objects.filter(code="KEN").count(), ConsentAction.objects.count()) == (1, 1)


def test_source_kept_twice_at_once_is_one_source() -> None:
    assert at_once(lambda: source_of("Register", "https://x.test/")) == ["done"] * 3
    assert Source.objects.filter(title="Register").count() == 1
