from datetime import date

import pytest

from coalition.base import audit
from coalition.mailroom.models import Letter
from coalition.web.digests import write_digests
from tests import factories

pytestmark = pytest.mark.django_db


def test_digest_tells_officers_once_a_day_what_waits_and_where_the_trail_ends():
    officer = factories.officer(email="officer@secretariat.test")
    factories.person(roles=("editor",))
    factories.commitment("submitted")
    audit.record("web.test", "thing:1")
    number, digest = audit.head()

    write_digests(date(2026, 11, 22))
    write_digests(date(2026, 11, 22))

    letter = Letter.objects.get()
    assert letter.to_address == officer.email
    assert letter.subject == "The secretariat’s day: 22 November 2026"
    assert "1 commitment to review" in letter.text
    assert f"{number}:{digest}" in letter.text


def test_next_day_has_a_digest_of_its_own():
    factories.officer()

    write_digests(date(2026, 11, 22))
    write_digests(date(2026, 11, 23))

    assert Letter.objects.count() == 2
