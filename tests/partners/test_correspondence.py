from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from coalition.base.errors import NotAllowed, Refused
from coalition.base.models import Event
from coalition.mailroom import actions as mail
from coalition.mailroom.models import InboundMessage, Letter
from coalition.mailroom.reading import ReadMessage
from coalition.partners import actions
from coalition.partners.accession import correspondence
from tests import factories
from tests.partners.test_views import at, page, sentences, signed_in

pytestmark = pytest.mark.django_db


def case_with_thread(state: str = "incomplete", **fields: object):
    made = factories.accession_request(state, **fields)
    correspondence.thread_of(made)
    return made


def reply(case, sender: str, **read: object) -> bool:
    """Somebody writes to the case's address; did it count as an answer?"""
    message = factories.message("Here they are.", from_address=sender)
    counts = actions.take_reply(
        message, ReadMessage(from_address=sender, subject="Re", **read), case.thread
    )
    message.refresh_from_db()
    case.refresh_from_db()
    assert message.thread == case.thread
    return counts


# --- Mail that comes in


def test_a_reply_of_the_contact_is_an_answer_and_its_officer_alone_is_told():
    officer, _other = factories.officer(), factories.officer()
    case = case_with_thread(
        assigned_to=officer, snoozed_until=timezone.now().date() + timedelta(days=9)
    )

    assert reply(case, case.contact_email.upper()) is True

    assert (case.state, case.snoozed_until) == ("acknowledged", None)
    assert [move.verb for move in case.moves.all()] == ["complete", "answer"]
    assert list(Letter.objects.values_list("to_address", flat=True)) == [officer.email]


def test_a_reply_without_an_officer_is_told_to_all_of_them():
    officers = {factories.officer().email, factories.officer().email}
    case = case_with_thread()

    reply(case, case.contact_email)

    assert set(Letter.objects.values_list("to_address", flat=True)) == officers


def test_who_counts_as_the_applicant():
    opened_by = factories.message(from_address="first@union.test")
    case = case_with_thread(message=opened_by)
    written_to = "president@union.test"
    factories.letter(thread=case.thread, to_address=written_to)
    outcomes = {}
    for sender, read in {
        case.contact_email: {},
        "first@union.test": {},
        written_to: {},
        "stranger@elsewhere.test": {},
        "robot@union.test": {"automatic": "It says that it was sent automatically."},
    }.items():
        case.state = "incomplete"
        case.save()
        outcomes[sender] = (reply(case, sender, **read), case.state)

    assert outcomes == {
        case.contact_email: (True, "acknowledged"),
        "first@union.test": (True, "acknowledged"),
        written_to: (True, "acknowledged"),
        "stranger@elsewhere.test": (False, "incomplete"),
        "robot@union.test": (False, "incomplete"),
    }


def test_mail_that_only_claims_to_be_the_contact_moves_nothing():
    case = case_with_thread()
    message = factories.message(from_address=case.contact_email, authenticity="failed")
    read = ReadMessage(from_address=case.contact_email)

    assert actions.take_reply(message, read, case.thread) is False
    assert reply(case, case.contact_email, automatic="It answers by itself.") is False
    assert reply(case, case.contact_email, forged="It is not what it seems.") is False

    assert case.state == "incomplete"


def test_a_reply_to_a_case_that_waits_for_nothing_is_filed_and_told():
    officer = factories.officer()
    case = case_with_thread("under_vetting")

    assert reply(case, case.contact_email) is True

    assert case.state == "under_vetting"
    assert Letter.objects.get().to_address == officer.email
    assert Event.objects.latest("sequence").verb == "partners.reply"


def test_a_new_sender_is_marked_on_the_page_until_somebody_writes_to_them():
    client = signed_in(factories.officer())
    case = case_with_thread("acknowledged")
    reply(case, "stranger@elsewhere.test")
    url = at("request", case.reference)
    mark = "From an address new to this case"

    assert mark in page(client, url)
    actions.write(
        *(case,),
        subject="Who are you?",
        text="Please say.",
        to_address="stranger@elsewhere.test",
        by=factories.officer(),
    )

    assert mark not in page(client, url)


@pytest.mark.django_db(transaction=True)
def test_a_mail_to_the_address_of_a_case_lands_in_it():
    case = case_with_thread()
    raw = factories.raw_mail(
        "Our statutes", sender=f"Ana <{case.contact_email}>", to=case.thread.address
    )

    message = mail.take(raw)

    case.refresh_from_db()
    assert (message.verdict, message.thread, case.state) == ("filed", case.thread, "acknowledged")


def test_guesses_say_why_and_the_likeliest_comes_first():
    named = case_with_thread("declined", organisation="Potters", website="")
    contact = case_with_thread(organisation="Millers", contact_email="ana@millers.test")
    domain = case_with_thread(organisation="Weavers", website="https://www.millers.test")
    factories.accession_request(organisation="No correspondence", contact_email="b@millers.test")
    free = case_with_thread(organisation="Free", contact_email="somebody@gmail.com")
    from coalition.partners import lookup

    for one in (named, contact, domain, free):
        lookup.remember([one])

    def guessed(sender: str, subject: str = "") -> list[tuple[object, str]]:
        message = factories.message(from_address=sender, subject=subject)
        read = ReadMessage(from_address=sender, subject=subject)
        return actions.guess_threads(message, read)

    assert guessed("ANA@millers.test", f"about {named.reference.lower()}") == [
        (named.thread, "It names the reference of this case."),
        (contact.thread, "It comes from the address of this case’s contact."),
        (domain.thread, "It comes from the domain of this case’s organisation."),
    ]
    assert guessed("other@gmail.com") == []
    assert guessed("") == []


# --- Letters and notes by officers


def test_write_sends_the_officers_words_from_the_case():
    officer, case = factories.officer(), case_with_thread("acknowledged", language="fr")

    letter = actions.write(case, subject=" Vos statuts ", text="Merci.\x00", by=officer)

    case.refresh_from_db()
    assert (letter.to_address, letter.subject, letter.text) == (
        *(case.contact_email, "Vos statuts", "Merci.\n"),
    )
    assert (letter.language, letter.thread, letter.written_by) == ("fr", case.thread, officer)
    assert letter.headers["Reply-To"] == case.thread.address
    assert case.state == "acknowledged"


def test_write_and_ask_waits_for_the_answer_with_one_letter():
    case = case_with_thread("acknowledged")

    for _twice in range(2):
        actions.write(case, subject="Statutes", text="Please send.", asks=True, number=3, by=None)

    case.refresh_from_db()
    assert (case.state, Letter.objects.count()) == ("incomplete", 1)
    assert case.moves.filter(verb="ask").get().reason == "Please send."


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"text": " \u200b"}, "A letter needs a subject and a text."),
        ({"subject": ""}, "A letter needs a subject and a text."),
        ({"to_address": "x@y.test"}, "x@y.test has no part in this case."),
    ],
)
def test_write_refuses_what_cannot_be_sent(given, sentence):
    case = case_with_thread()

    with pytest.raises(Refused) as refusal:
        actions.write(case, **{"subject": "S", "text": "T", **given}, by=None)

    assert (str(refusal.value), Letter.objects.count()) == (sentence, 0)


def test_write_needs_somebody_to_write_to():
    case = case_with_thread(contact_email="")

    with pytest.raises(NotAllowed, match="There is nobody to write to"):
        actions.write(case, subject="S", text="T", by=None)


def test_every_template_is_there_in_six_languages_filled_in():
    case = case_with_thread(organisation="Bakers <b> & Sons")
    for code in correspondence.TEMPLATES:
        texts = {
            language: correspondence.begun(case, code, language)
            for language in settings.UN_LANGUAGES
        }
        assert len({text for _subject, text in texts.values()}) == 6, code
        for subject, text in texts.values():
            assert case.reference in subject, code
            assert "Bakers <b> & Sons" in text, code
            assert "{" not in subject + text, code
    with pytest.raises(Refused):
        correspondence.begun(case, "../accepted", "en")
    with pytest.raises(Refused):
        correspondence.begun(case, "thanks", "tlh")


def test_letter_form_is_filled_in_edited_and_sent_once():
    client = signed_in(factories.officer())
    case = case_with_thread("acknowledged")
    url = at("request", case.reference)

    begun = client.get(url, {"template": "ask_documents", "language": "es"}).context["letter"]
    given = {
        **begun.initial,
        "to_address": case.contact_email,
        "text": "Faltan los estatutos.",
        "ask": "yes",
    }
    first = client.post(at("write", case.reference), given)
    again = client.post(at("write", case.reference), given)

    assert begun["text"].value().startswith("Gracias por la solicitud")
    assert sentences(first) == ["Sent; the case waits for the answer."]
    assert again.status_code == 302
    letter = Letter.objects.get()
    assert (letter.language, letter.text) == ("es", "Faltan los estatutos.\n")
    case.refresh_from_db()
    assert case.state == "incomplete"


def test_letter_form_with_mistakes_keeps_what_was_typed():
    client = signed_in(factories.officer())
    case = case_with_thread()

    answer = client.post(
        at("write", case.reference),
        {"to_address": "x@y.test", "subject": "", "text": "<script>kept</script>", "number": "x"},
    )

    assert answer.status_code == 200
    assert "&lt;script&gt;kept" in answer.content.decode()
    assert Letter.objects.count() == 0


def test_notes_stand_in_the_correspondence_and_reach_no_applicant():
    officer, case = factories.officer(), case_with_thread("acknowledged")
    client = signed_in(officer)

    said = sentences(client.post(at("note", case.reference), {"text": "I know them well."}))
    empty = sentences(client.post(at("note", case.reference), {"text": " "}))

    assert (said, empty[-1]) == (["Noted."], "The note is empty.")
    note = case.notes.get()
    assert (note.by, note.text) == (officer, "I know them well.")
    html = page(client, at("request", case.reference))
    assert "Private note" in html
    assert "I know them well." in html
    assert Letter.objects.count() == 0
    kinds = [kind for _at, kind, _pk in correspondence.index(case, with_notes=False)]
    assert "note" not in kinds


def test_correspondence_stands_in_order_part_by_part():
    case = case_with_thread("acknowledged")
    now = timezone.now()
    for day in range(70):
        factories.message(
            f"Message of day {day}", thread=case.thread, received_at=now - timedelta(days=90 - day)
        )
    factories.letter(thread=case.thread, text="The letter", written_at=now - timedelta(days=1))
    client = signed_in(factories.officer())
    url = at("request", case.reference)

    newest = client.get(url).context["entries"]
    first = client.get(url, {"part": 1}).context["entries"]

    assert [entry.kind for entry in newest] == ["message"] * 10 + ["letter"]
    assert [entry.text for entry in first] == [f"Message of day {day}" for day in range(30)]
    assert client.get(url, {"part": "9" * 40}).status_code == 200


def test_a_message_that_opened_two_cases_stands_in_both():
    message = factories.message("We both wish.")
    cases = [case_with_thread("acknowledged", message=message) for _ in range(2)]
    InboundMessage.objects.update(thread=cases[0].thread)

    assert [len(correspondence.index(case)) for case in cases] == [1, 1]


# --- Letters on paper


def test_letters_are_printed_in_six_languages_with_the_coalitions_own_name():
    client = signed_in(factories.officer())
    case = factories.accession_request("incomplete", organisation="Bakers", language="fr")
    case.moves.create(
        verb="ask", from_state="received", to_state="incomplete", reason="Vos statuts ?"
    )

    french = page(client, at("letter", case.reference, "information"))
    pages = {
        language: page(client, at("letter", case.reference, "acknowledgement"), language=language)
        for language in settings.UN_LANGUAGES
    }

    assert "Coalition mondiale pour la justice sociale" in french
    assert "Vos statuts ?" in french
    assert case.reference in french
    assert '<article class="sheet" lang="ar" dir="rtl">' in pages["ar"]
    assert "التحالف العالمي للعدالة الاجتماعية" in pages["ar"]
    assert len({html.partition('class="sheet"')[2] for html in pages.values()}) == 6
    assert client.get(at("letter", case.reference, "refusal")).status_code == 404
    assert client.get(at("letter", case.reference, "nonsense")).status_code == 404
