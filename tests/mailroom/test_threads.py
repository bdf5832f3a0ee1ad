"""Correspondences: what is sent to their addresses lands in them; what waits gets guesses."""

from __future__ import annotations

import re

import pytest

from coalition.base.errors import NotAllowed
from coalition.base.models import Event
from coalition.mailroom import actions
from coalition.mailroom.intake import NULL_PATH
from coalition.mailroom.models import (
    Authenticity,
    Guess,
    InboundMessage,
    Letter,
    Thread,
    Verdict,
)
from tests.factories import message, officer, person, raw_mail
from tests.mailroom import handlers

pytestmark = pytest.mark.usefixtures("own_handlers")
TO_ITS_ADDRESS = "It was sent to the address of its correspondence."
GUESSED_BY_ADDRESS = "It was sent to the address of this correspondence."


def guesses(one: InboundMessage) -> list[tuple[int, str]]:
    return list(Guess.objects.filter(message=one).values_list("thread_id", "why"))


# --- Addresses -----------------------------------------------------------------------------


def test_thread_has_an_address_that_nobody_guesses(db) -> None:
    first, second = actions.open_thread(), actions.open_thread(is_example=True)
    assert re.fullmatch(r"case\+[a-z2-7]{26}@coalition\.example", first.address)
    assert first.address != second.address
    assert (first.is_example, second.is_example) == (False, True)


@pytest.mark.parametrize(
    "how", ["To", "Cc", "Delivered_To", "envelope", "capitals", "among others", "subject to"]
)
def test_take_files_what_is_sent_to_the_address(db, how: str) -> None:
    thread = actions.open_thread()
    address = thread.address.upper() if how == "capitals" else thread.address
    fields: dict[str, str] = {"to": "secretariat@coalition.example"}
    envelope = "secretariat@coalition.example"
    if how == "envelope":
        envelope = f"a@x.test, {address}"
    elif how in ("Cc", "Delivered_To"):
        fields[how] = address
    elif how == "among others":
        fields["to"] = f"Ana <a@x.test>, Our case <{address}>, c@x.test"
    else:
        fields["to"] = address

    one = actions.take(raw_mail(**fields), envelope_to=envelope)

    assert (one.verdict, one.thread, one.why) == (Verdict.FILED, thread, TO_ITS_ADDRESS)
    assert [(m.pk, read.text, t) for m, read, t in handlers.replies] == [
        (one.pk, "We would like to know more.", thread)
    ]
    assert list(InboundMessage.objects.waiting()) == []
    assert guesses(one) == []


@pytest.mark.parametrize(
    "address",
    [
        "case+aaaaaaaaaaaaaaaaaaaaaaaaaa@coalition.example",
        "case+{token}@other.test",
        "case-{token}@coalition.example",
        "xcase+{token}@coalition.example",
        "case+{token}x@coalition.example",
    ],
)
def test_take_files_nothing_by_another_address(db, address: str) -> None:
    thread = actions.open_thread()
    one = actions.take(raw_mail(to=address.format(token=thread.token)))
    assert (one.verdict, one.thread, handlers.replies) == (Verdict.WAITING, None, [])


def test_take_follows_correspondences_that_were_merged(db) -> None:
    first, second, third = (actions.open_thread() for _ in range(3))
    actions.merge_threads(first, into=second)
    actions.merge_threads(second, into=third)
    Thread.objects.filter(pk=third.pk).update(into=first)  # a circle, which must not hang

    one = actions.take(raw_mail(to=first.address))

    assert one.thread == third


def test_merge_moves_all_that_was_written(db) -> None:
    gone, stays = actions.open_thread(), actions.open_thread()
    one = actions.take(raw_mail(to=gone.address))
    sent = actions.write(key="a", to_address="a@x.test", subject="1", text="1", thread=gone)
    waits = message()
    Guess.objects.create(message=waits, thread=gone, why="1")
    both = message()
    for thread in (gone, stays):
        Guess.objects.create(message=both, thread=thread, why="2")

    assert actions.merge_threads(gone, into=stays) == stays
    assert actions.merge_threads(gone, into=stays) == stays  # twice is once

    assert (list(stays.messages.all()), list(stays.letters.all())) == ([one], [sent])
    assert guesses(waits) == [(stays.pk, "1")]
    assert sorted(guesses(both)) == [(gone.pk, "2"), (stays.pk, "2")]
    after = actions.write(key="b", to_address="a@x.test", subject="2", text="2", thread=gone)
    assert (after.thread, after.headers["Reply-To"]) == (stays, stays.address)


def test_take_files_a_forged_message_nowhere_but_guesses(db, settings) -> None:
    thread = actions.open_thread()
    ours = raw_mail(sender="Join <join@coalition.example>", to=thread.address)
    settings.MAIL_AUTHSERV_IDS = ["mx.coalition.example"]
    disowned = raw_mail(
        to=thread.address, Authentication_Results="mx.coalition.example; dmarc=fail"
    )

    for raw in (ours, disowned):
        one = actions.take(raw)
        assert (one.verdict, one.thread) == (Verdict.FORGED, None)
        assert guesses(one) == [(thread.pk, GUESSED_BY_ADDRESS)]
    assert handlers.replies == []


def test_take_files_automatic_mail_as_such(db) -> None:
    thread = actions.open_thread()
    away = actions.take(raw_mail(to=thread.address, Auto_Submitted="auto-replied"))
    null = actions.take(raw_mail(to=thread.address), envelope_from=NULL_PATH)

    for one in (away, null):
        assert (one.verdict, one.thread) == (Verdict.FILED, thread)
        assert one.no_answer
    assert [read.automatic for _, read, _ in handlers.replies] == [
        "Its header Auto-Submitted says that a program sent it.",
        "It came without a return path, as only automatic mail does.",
    ]


# --- Guesses -------------------------------------------------------------------------------


def test_take_guesses_by_the_letter_that_is_answered(db) -> None:
    thread, other = actions.open_thread(), actions.open_thread()
    ours = [
        actions.write(key=str(n), to_address="a@x.test", subject="1", text="1", thread=t)
        for n, t in enumerate([thread, thread, other, None])
    ]
    handlers.likely += [(thread, "It names its reference."), (other, "It looks like it.")]

    answered = actions.take(raw_mail(In_Reply_To=ours[0].message_id))
    references = actions.take(raw_mail(References=f"<x@x> {ours[2].message_id} <y@y>"))
    stranger = actions.take(raw_mail(In_Reply_To="<x@x.test>"))

    why = "It answers a letter of this correspondence."
    assert guesses(answered) == [(thread.pk, why), (other.pk, "It looks like it.")]
    assert guesses(references) == [(other.pk, why), (thread.pk, "It names its reference.")]
    assert guesses(stranger) == [
        (thread.pk, "It names its reference."),
        (other.pk, "It looks like it."),
    ]
    assert {one.verdict for one in InboundMessage.objects.all()} == {Verdict.WAITING}


def test_file_message_puts_it_where_the_officer_says(db) -> None:
    thread, into, by = actions.open_thread(), actions.open_thread(), officer()
    handlers.likely.append((thread, "It looks like it."))
    one = actions.take(raw_mail())
    actions.merge_threads(thread, into=into)

    filed = actions.file_message(one, thread, by=by)

    assert (filed.verdict, filed.thread, filed.handled_by) == (Verdict.FILED, into, by)
    assert guesses(filed) == []
    assert [(m.pk, read.text, t) for m, read, t in handlers.replies] == [
        (one.pk, "We would like to know more.", into)
    ]
    event = Event.objects.latest("sequence")
    assert (event.verb, event.actor) == ("mailroom.file", f"accounts.user:{by.pk}")
    assert event.refs == [f"mailroom.thread:{into.pk}"]


def test_file_message_goes_on_without_the_file(db) -> None:
    thread, one = actions.open_thread(), message("What it said", from_address="ana@bakers.test")
    actions.file_message(one, thread, by=officer())
    ((_, read, _),) = handlers.replies
    assert (read.text, read.from_address) == ("What it said", "ana@bakers.test")


@pytest.mark.parametrize(
    ("verdict", "sentence"),
    [
        *(
            (verdict, "This message does not wait any more: nothing was changed.")
            for verdict in (Verdict.CASE, Verdict.FILED, Verdict.BOUNCE, Verdict.DONE)
        ),
        *(
            (verdict, "This message was not read yet, so it cannot be filed.")
            for verdict in (Verdict.RECEIVED, Verdict.LIMITED, Verdict.QUARANTINED)
        ),
    ],
)
def test_file_message_says_what_cannot_be_filed(db, verdict: Verdict, sentence: str) -> None:
    one = message(verdict=verdict)
    with pytest.raises(NotAllowed, match=re.escape(sentence)):
        actions.file_message(one, actions.open_thread(), by=officer())
    one.refresh_from_db()
    assert (one.verdict, one.thread) == (verdict, None)


def test_file_message_is_for_officers(db) -> None:
    one = message()
    with pytest.raises(NotAllowed, match="Only officers of the secretariat handle messages"):
        actions.file_message(one, actions.open_thread(), by=person())


# --- Letters of a correspondence -----------------------------------------------------------


def test_write_threads_the_conversation_for_its_reader_alone(db) -> None:
    thread, by = actions.open_thread(), officer()
    came = actions.take(raw_mail(to=thread.address, sender="Ana <ana@bakers.test>"))
    actions.take(raw_mail(to=thread.address, sender="eve@x.test", Message_ID="<2@x.test>"))
    other = actions.write(key="1", to_address="eve@x.test", subject="1", text="1", thread=thread)
    first = actions.write(key="2", to_address="ana@bakers.test", subject="2", text="2",
                          thread=thread, written_by=by)  # fmt: skip
    second = actions.write(key="3", to_address="Ana@Bakers.test", subject="3", text="3",
                           thread=thread)  # fmt: skip

    assert first.written_by == by
    assert first.headers == {
        "Reply-To": thread.address,
        "References": came.message_id,
        "In-Reply-To": came.message_id,
    }
    assert second.headers == {
        "Reply-To": thread.address,
        "References": f"{came.message_id} {first.message_id}",
        "In-Reply-To": came.message_id,
    }
    assert other.message_id not in str(second.headers)


def test_write_keeps_references_whole_however_many_there_are(db) -> None:
    thread = actions.open_thread()
    for number in range(40):
        made = actions.write(
            key=str(number), to_address="a@x.test", subject="1", text="1", thread=thread
        )
    ids = made.headers["References"].split()
    known = set(Letter.objects.values_list("message_id", flat=True))
    assert len(made.headers["References"]) < 900
    assert len(ids) == 10
    assert set(ids) <= known


def test_message_ids_are_by_chance_and_stay(db) -> None:
    first = actions.write(key="a", to_address="a@x.test", subject="1", text="1")
    again = actions.write(key="a", to_address="a@x.test", subject="1", text="1")
    other = actions.write(key="b", to_address="a@x.test", subject="1", text="1")
    assert re.fullmatch(r"<[0-9a-f]{32}@coalition\.example>", first.message_id)
    assert first.message_id == again.message_id != other.message_id


@pytest.mark.parametrize("language", ["ar", "en", "es", "fr", "ru", "zh"])
def test_acknowledge_names_the_link_and_is_answered_into_the_case(db, language: str) -> None:
    thread = actions.open_thread()
    one = actions.take(raw_mail(to="join@coalition.example"))

    made = actions.acknowledge(
        one,
        reference="ACC-2026-0001",
        language=language,
        thread=thread,
        link="https://coalition.example/en/case/x/",
    )

    assert (made.thread, made.headers["Reply-To"]) == (thread, thread.address)
    assert made.headers["In-Reply-To"] == one.message_id
    assert "\nhttps://coalition.example/en/case/x/\n" in made.text
    assert "join@coalition.example" not in made.text
    assert "\n\n\n" not in made.text


def test_tell_may_belong_to_a_correspondence(db) -> None:
    thread = actions.open_thread()
    words = "mailroom/mail/acknowledgement.en.txt"
    made = actions.tell(person(), event="x", template=words, context={}, thread=thread)
    assert (made.thread, made.headers["Reply-To"]) == (thread, thread.address)


def test_a_message_is_not_checked_where_nothing_is_set(db) -> None:
    one = actions.take(raw_mail())
    assert (one.authenticity, one.authenticity_why) == (Authenticity.UNCHECKED, "")
