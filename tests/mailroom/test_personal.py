"""What erasing and retention make of messages and letters."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from coalition.base import privacy
from coalition.mailroom import actions
from coalition.mailroom.models import FailingAddress, InboundMessage, Letter
from coalition.partners.models import AccessionRequest
from tests.factories import letter, officer, person, raw_mail


def test_erasing_an_address_leaves_the_row_and_nothing_of_theirs(
    db, django_capture_on_commit_callbacks
) -> None:
    mine = actions.take(raw_mail("Bread", sender="Ana <ana@bakers.test>"))
    other = actions.take(raw_mail("Wages", sender="Ben <ben@bakers.test>"))
    letter(to_address="ANA@bakers.test")
    kept = letter(to_address="ben@bakers.test")
    name = mine.raw.name

    with django_capture_on_commit_callbacks(execute=True):
        privacy.erase("ana@bakers.test", by=officer())

    mine.refresh_from_db()
    other.refresh_from_db()
    assert (mine.from_name, mine.from_address, mine.subject, mine.text) == ("", "", "", "")
    assert (mine.message_id, mine.attachments, mine.raw.name) == ("", [], "")
    assert (other.from_name, other.subject) == ("Ben", "Wages")
    assert list(Letter.objects.all()) == [kept]
    storage = other.raw.storage
    assert [storage.exists(one) for one in (name, other.raw.name)] == [False, True]


def test_erasing_an_address_takes_it_from_the_failing_ones(db) -> None:
    for address in ("ana@bakers.test", "ben@bakers.test"):
        FailingAddress.objects.create(address=address, why=f"5.1.1 <{address}>")
    privacy.erase("Ana@bakers.test", by=officer())
    assert [one.address for one in FailingAddress.objects.all()] == ["ben@bakers.test"]


def test_erasing_a_person_takes_the_letters_written_to_them(db) -> None:
    ana = person()
    letter(to_person=ana, to_address="older@bakers.test")
    privacy.erase(ana, by=officer())
    assert Letter.objects.count() == 0


def test_retention_begins_when_the_case_closes_or_else_when_the_message_came(db) -> None:
    now = timezone.now()
    long_ago, lately = now - timedelta(days=800), now - timedelta(days=100)
    messages = {}
    for what, closed in (("open", [None]), ("lately", [long_ago, lately]), ("closed", [long_ago])):
        messages[what] = actions.take(raw_mail(what))
        for moment in closed:
            AccessionRequest.objects.create(
                reference=f"{what}-{moment and moment.date()}",
                message=messages[what],
                closed_at=moment,
            )
    for what, closed in (("filed, open", None), ("filed, closed", long_ago)):
        messages[what] = actions.take(raw_mail(what))
        messages[what].thread = actions.open_thread()
        messages[what].save()
        AccessionRequest.objects.create(
            reference=what, thread=messages[what].thread, closed_at=closed
        )
    messages["no case"] = actions.take(raw_mail("no case"))
    InboundMessage.objects.update(received_at=long_ago)
    messages["new"] = actions.take(raw_mail("new"))
    letter(written_at=long_ago), letter(written_at=lately)

    privacy.purge(dry_run=False)

    blanked = InboundMessage.objects.filter(subject="").values_list("pk", flat=True)
    told = {what for what, one in messages.items() if one.pk in blanked}
    assert told == {"closed", "filed, closed", "no case"}
    assert Letter.objects.get().written_at == lately
