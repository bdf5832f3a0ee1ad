from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

import coalition.web
from coalition.accounts.models import User
from coalition.base.errors import NotAllowed, Refused
from coalition.base.models import Event
from coalition.mailroom import actions as mail
from coalition.mailroom.models import InboundMessage, Letter
from coalition.mailroom.reading import ReadMessage
from coalition.partners import actions
from coalition.partners.accession.queries import is_confirmed, missing, obstacle
from coalition.partners.models import AccessionRequest, Mandate, Partner, Priority
from coalition.partners.states import ACCESSION_VERBS, OPEN, AccessionState
from tests import factories

pytestmark = pytest.mark.django_db

EXAMPLES = Path(coalition.web.__file__).parent / "data" / "example_mails"
APPLICATION = ReadMessage(
    message_id="<1@union.test>",
    from_name="Focal Point",
    from_address="office@union.test",
    subject="Our application",
    text="We wish.",
    words=(
        "Dear colleagues,\n\nThe Bakers Union of Kenya would like to join the coalition for "
        "social justice as a partner.\n\nKind regards\nBakers Union of Kenya\nwww.union.test"
    ),
)
TWO = ReadMessage(
    message_id="<2@union.test>",
    from_address="office@union.test",
    subject="Two applications",
    words=(
        "Dear colleagues,\n\nThe Bakers Trade Union and the Ministry of Labour of Kenya would "
        "like to join the coalition.\n\nKind regards"
    ),
)


def letters() -> list[tuple[str, str]]:
    """Whom we wrote to, and the subject, in the order of writing."""
    return list(Letter.objects.order_by("pk").values_list("to_address", "subject"))


def fields(**changes: object) -> dict[str, object]:
    return {
        "organisation": "Bakers Union",
        "group": factories.group(),
        "scope": "national",
        "country": factories.country(),
        "language": "en",
        "website": "https://union.test",
        "about": "We bake.",
        "contact_name": "Focal point",
        "contact_email": "office@union.test",
        **changes,
    }


# --- A message comes in


def test_take_message_opens_a_request_with_what_it_suggests_and_why():
    officer = factories.officer()
    message = factories.message(from_address="office@union.test")

    assert actions.take_message(message, APPLICATION) is True

    case = AccessionRequest.objects.get()
    assert (case.state, case.message) == ("acknowledged", message)
    assert (case.organisation, case.group.code, case.country.code, case.language) == (
        "Bakers Union of Kenya",
        "WRK",
        "KEN",
        "en",
    )
    assert (case.website, case.contact_email, case.scope) == (
        "https://www.union.test",
        "office@union.test",
        "",
    )
    suggested = case.suggestions.values_list("field", flat=True)
    assert {"organisation", "group", "country", "language", "website", "contact_email"} <= set(
        suggested
    )
    assert all(one.why for one in case.suggestions.all())
    assert [to for to, _subject in letters()] == [officer.email, "office@union.test"]
    assert case.reference in letters()[1][1]
    assert [move.verb for move in case.moves.all()] == ["acknowledge"]


def test_take_message_twice_opens_one_request_and_writes_once():
    message = factories.message(from_address="office@union.test")

    assert actions.take_message(message, APPLICATION) is True
    assert actions.take_message(message, APPLICATION) is True

    assert AccessionRequest.objects.count() == 1
    assert len(letters()) == 1


def test_take_message_opens_one_request_for_each_organisation():
    message = factories.message(from_address="office@union.test")

    assert actions.take_message(message, TWO) is True

    cases = list(AccessionRequest.objects.order_by("reference"))
    assert [case.organisation for case in cases] == [
        "Bakers Trade Union",
        "Ministry of Labour of Kenya",
    ]
    assert [case.group.code for case in cases] == ["WRK", "GOV"]
    assert {case.message for case in cases} == {message}
    assert [case.state for case in cases] == ["acknowledged", "acknowledged"]
    organisations = [case.suggestions.filter(field="organisation").count() for case in cases]
    assert organisations == [1, 1]
    assert len(letters()) == 1
    text = Letter.objects.get().text
    assert all(case.reference in text for case in cases)


def test_take_message_leaves_everything_else_in_the_queue_and_says_why():
    message = factories.message()
    read = ReadMessage(from_address="a@b.test", subject="Lunch", words="Shall we have lunch today?")

    assert actions.take_message(message, read) is False

    message.refresh_from_db()
    assert message.why == "Nothing in it says that somebody wishes to join."
    assert (AccessionRequest.objects.count(), letters()) == (0, [])


def test_take_message_stays_received_where_no_answer_may_go():
    message = factories.message(
        from_address="office@union.test", no_answer="It came through a mailing list."
    )

    actions.take_message(message, APPLICATION)

    assert AccessionRequest.objects.get().state == "received"
    assert letters() == []


def test_open_from_message_keeps_hostile_values_out_of_the_fields():
    message = factories.message(
        from_name="<script>alert(1)\u202e</script>" + "x" * 270, from_address="no address@"
    )

    case = actions.open_from_message(message, by=factories.officer())

    assert case.contact_name == ("<script>alert(1)</script>" + "x" * 270)[:200]
    assert case.contact_email == ""
    assert [one.field for one in case.suggestions.all()] == ["contact_name", "contact_email"]


def test_take_message_with_a_failure_leaves_nothing_half_written(monkeypatch):
    message = factories.message(from_address="office@union.test")

    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError("The disk is full.")

    monkeypatch.setattr(mail, "acknowledge", fail)
    with pytest.raises(RuntimeError):
        actions.take_message(message, APPLICATION)

    assert (AccessionRequest.objects.count(), letters()) == (0, [])


EXPECTED = {
    "01-english-union.eml": [
        ("Example Bakers’ Union", "WRK", "KEN", "en", "focalpoint@bakers.example.org")
    ],
    "02-french-ministry.eml": [
        ("Ministère Exemple du Travail", "GOV", "SEN", "fr", "cabinet@travail.example.org")
    ],
    "03-spanish-employers-pdf.eml": [
        (
            "Federación Ejemplo de Empleadores",
            "EMP",
            "PER",
            "es",
            "secretaria@empleadores.example.org",
        )
    ],
    "04-russian-university.eml": [
        ("Примерный университет труда", "ACA", "KAZ", "ru", "rector@labour-university.example.org")
    ],
    "05-arabic-association.eml": [
        ("جمعية المثال لعاملات المنازل", "CSO", "MAR", "ar", "contact@domestic.example.org")
    ],
    "06-chinese-company.eml": [
        ("示例纺织有限公司", "BUS", "CHN", "zh", "partners@textile.example")
    ],
    "07-french-html-only.eml": [
        ("Banque Exemple de Développement", "IFI", "CIV", "fr", "partenariats@banque.example.org")
    ],
    "08-arabic-union-docx.eml": [
        ("نقابة المثال لعمال النقل", "WRK", "TUN", "ar", "relations@transport.example.org")
    ],
    "09-spanish-forwarded-inline.eml": [
        ("Sindicato Ejemplo de Panaderos", "WRK", "URY", "es", "secretaria@panaderos.example.org")
    ],
    "10-english-forwarded-attached.eml": [
        ("Example Regional Labour Commission", "IGO", "FJI", "en", "registry@erlc.example")
    ],
    "11-russian-on-behalf.eml": [
        ("Примерный профсоюз рыбаков", "WRK", "KGZ", "ru", "office@law.example")
    ],
    "12-chinese-two-organisations.eml": [
        ("示例建筑工会", "WRK", "SGP", "zh", "liaison@construction.example.org"),
        ("示例建设企业联合会", "EMP", "SGP", "zh", "liaison@construction.example.org"),
    ],
}


def test_the_example_mails_are_those_expected():
    assert sorted(file.name for file in EXAMPLES.glob("*.eml")) == sorted(EXPECTED)


@pytest.mark.django_db(transaction=True)
def test_example_mail_on_behalf_of_another_says_so_beside_the_address():
    mail.take((EXAMPLES / "11-russian-on-behalf.eml").read_bytes(), is_example=True)

    suggestions = AccessionRequest.objects.get().suggestions
    assert suggestions.get(field="on_behalf_of").value == "Примерный профсоюз рыбаков"
    assert suggestions.get(field="contact_email").doubt == (
        "The sender belongs to another organisation."
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", EXPECTED)
def test_example_mail_opens_its_requests_once(name: str):
    factories.officer()
    raw = (EXAMPLES / name).read_bytes()

    message = mail.take(raw, is_example=True)
    mail.take(raw, is_example=True)

    assert (message.verdict, InboundMessage.objects.count()) == ("case", 1)
    cases = AccessionRequest.objects.order_by("reference")
    assert [
        (
            case.organisation,
            case.group.code,
            case.country.code,
            case.language,
            case.contact_email,
        )
        for case in cases
    ] == EXPECTED[name]
    assert [case.is_example for case in cases] == [True] * len(cases)
    assert {case.state for case in cases} == {"acknowledged"}
    to_applicants = Letter.objects.filter(to_person=None)
    assert [letter.state for letter in to_applicants] == ["held"]
    assert Letter.objects.exclude(to_person=None).count() == len(cases)


def test_open_from_message_opens_once_and_tells_the_second_officer():
    first, second = factories.officer(), factories.officer()
    message = factories.message("Hello", from_address="office@union.test", from_name="Ana")

    case = actions.open_from_message(message, by=first)
    with pytest.raises(NotAllowed) as refusal:
        actions.open_from_message(message, by=second)

    assert str(refusal.value) == (
        f"A request was opened from this message already: {case.reference}."
    )
    message.refresh_from_db()
    assert (message.verdict, message.handled_by) == ("case", first)
    assert (case.contact_name, case.contact_email) == ("Ana", "office@union.test")
    assert (case.organisation, case.state) == ("", "received")
    assert [to for to, _subject in letters()] == [second.email]


def test_open_by_hand_makes_a_confirmed_request():
    officer = factories.officer()

    case = actions.open_by_hand(fields(), by=officer, is_example=True)

    assert (case.organisation, case.is_example, case.message) == ("Bakers Union", True, None)
    assert (is_confirmed(case), missing(case)) == (True, [])


# --- The facts


def test_complete_cleans_and_confirms():
    officer = factories.officer()
    case = factories.accession_request(is_confirmed=False, organisation="")

    actions.complete(
        case,
        fields(
            organisation="  Bakers\u202e   Union \x00",
            contact_email=" Office@Union.TEST ",
            about="a\r\nb",
        ),
        by=officer,
    )

    case.refresh_from_db()
    assert case.organisation == "Bakers Union"
    assert case.contact_email == "office@union.test"
    assert case.about == "a\nb"
    move = case.moves.get()
    assert (move.verb, move.by, move.from_state, move.to_state) == (
        "complete",
        officer,
        "received",
        "received",
    )
    assert Event.objects.latest("sequence").verb == "partners.complete"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"website": "javascript:alert(1)"}, "web site: Enter a valid URL."),
        ({"contact_email": "nobody"}, "focal point's address: Enter a valid email address."),
        ({"scope": "galactic"}, "scope: Value 'galactic' is not a valid choice."),
        ({"state": "accepted"}, "These fields cannot be changed here: state."),
        ({"partner": None}, "These fields cannot be changed here: partner."),
    ],
)
def test_complete_refuses_what_cannot_be(change, sentence):
    case = factories.accession_request()

    with pytest.raises(Refused) as refusal:
        actions.complete(case, change, by=factories.officer())

    assert str(refusal.value) == sentence


# --- The verbs


# What each verb does where its state allows it, and whether it writes to the applicant.
TARGETS = {
    "acknowledge": ("acknowledged", True),
    "ask": ("incomplete", True),
    "answer": ("acknowledged", False),
    "vet": ("under_vetting", True),
    "recommend": ("recommended", False),
    "send_back": ("under_vetting", False),
    "accept": ("accepted", True),
    "decline": ("declined", True),
    "withdraw": ("withdrawn", True),
    "merge": ("merged", True),
    "set_aside": ("set_aside", False),
    "reopen": ("acknowledged", True),
}
NO_REASON = ("acknowledge", "answer", "vet")
CLOSED = {state for state in AccessionState if state not in (*OPEN, "draft")}


def apply(verb: str, case: AccessionRequest, by: User, reason: str = "We need your statutes."):
    given: dict[str, object] = {} if verb in NO_REASON else {"reason": reason}
    if verb == "merge":
        given["into"] = factories.accession_request()
    factories.declare(case, by)
    return getattr(actions, verb)(case, by=by, **given)


@pytest.mark.any_database
def test_every_verb_in_every_state_moves_the_request_or_says_why_not():
    """States × verbs: what the machine allows happens with a step in the history; whatever it
    does not is refused with the very sentence that the page shows, and nothing is written."""
    officer = factories.officer()
    outcomes = {}
    for state in AccessionState:
        for verb, (target, writes) in TARGETS.items():
            closed_at = timezone.now() if state in CLOSED else None
            case = factories.accession_request(state, closed_at=closed_at)
            before = Letter.objects.count()
            if state not in ACCESSION_VERBS[verb].sources:
                with pytest.raises(NotAllowed) as refusal:
                    apply(verb, case, officer)
                case.refresh_from_db()
                assert str(refusal.value) == obstacle(case, verb), (state, verb)
                assert (case.state, Letter.objects.count()) == (state, before), (state, verb)
                outcomes[state, verb] = str(refusal.value).partition(":")[0]
                continue
            apply(verb, case, officer)
            case.refresh_from_db()
            assert case.state == target, (state, verb)
            assert (case.closed_at is not None) == (target in CLOSED), (state, verb)
            move = case.moves.latest("pk")
            assert (move.verb, move.from_state, move.to_state, move.by) == (
                *(verb, state, target),
                officer,
            )
            told = Letter.objects.filter(to_address=case.contact_email).count()
            assert told == int(writes), (state, verb)
            outcomes[state, verb] = target

    assert {one for one in outcomes.values() if one not in AccessionState.values} == {
        "A decision stands already",
        "The applicant is still filling this request in.",
        "This is not possible now",
        "This request was merged into –",
    }
    assert sum(outcome in AccessionState.values for outcome in outcomes.values()) == sum(
        len(ACCESSION_VERBS[verb].sources) for verb in TARGETS
    )


WRITES_IN = {  # the state in which each verb that writes to the applicant is tried
    **dict.fromkeys(("acknowledge", "ask", "vet", "withdraw", "merge"), "received"),
    **dict.fromkeys(("accept", "decline"), "recommended"),
    "reopen": "withdrawn",
}


@pytest.mark.parametrize("language", ["ar", "en", "es", "fr", "ru", "zh", "de", ""])
def test_verbs_write_to_the_applicant_in_their_language_once(language: str):
    for verb, state in WRITES_IN.items():
        case = factories.accession_request(
            state, language=language, organisation="Smith & Sons <b>", website=""
        )

        apply(verb, case, factories.officer())

        letter = Letter.objects.get(to_address=case.contact_email)
        spoken = language if language in {"ar", "es", "fr", "ru", "zh"} else "en"
        assert (verb, letter.language) == (verb, spoken)
        assert verb == "merge" or case.reference in letter.subject
        assert "&amp;" not in letter.subject + letter.text
        assert ("We need your statutes." in letter.text) == (
            verb in ("ask", "decline", "withdraw", "reopen")
        )
        assert ("Smith & Sons <b>" in letter.text) == (
            verb in ("vet", "accept", "decline", "withdraw", "reopen")
        )
        case.refresh_from_db()
        assert letter.thread == (case.thread.into or case.thread)


def test_a_request_asked_twice_gets_two_letters():
    officer = factories.officer()
    case = factories.accession_request()

    actions.ask(case, "Your statutes?", by=officer)
    actions.vet(case, by=officer)
    actions.ask(case, "And your address?", by=officer)

    texts = Letter.objects.order_by("pk").values_list("text", flat=True)
    assert ["statutes" in text for text in texts] == [True, False, False]
    assert ["And your address?" in text for text in texts] == [False, False, True]


def test_verbs_need_a_reason():
    for verb in TARGETS.keys() - {*NO_REASON}:
        case = factories.accession_request(ACCESSION_VERBS[verb].sources[-1])
        before = letters()

        with pytest.raises(NotAllowed) as refusal:
            apply(verb, case, factories.officer(), reason=" \n\u200b ")

        assert str(refusal.value) == "Please give a reason: those concerned will read it."
        assert letters() == before


def test_ask_needs_somebody_to_ask():
    case = factories.accession_request(contact_email="")

    with pytest.raises(NotAllowed) as refusal:
        actions.ask(case, "Who are you?", by=factories.officer())

    assert str(refusal.value) == (
        "There is nobody to ask: first fill in the focal point's address."
    )


def test_decline_without_an_address_writes_to_nobody():
    case = factories.accession_request("recommended", contact_email="")

    actions.decline(case, "Nobody answered.", by=factories.impartial(case))

    case.refresh_from_db()
    assert (case.state, letters()) == ("declined", [])


def test_recommend_tells_the_other_officers_only():
    by, other = factories.officer(), factories.officer()
    factories.officer(is_active=False)
    case = factories.accession_request("under_vetting")
    factories.declare(case, by)

    actions.recommend(case, "All is there.", by=by)

    assert [to for to, _subject in letters()] == [other.email]


# --- Admission


@pytest.mark.parametrize(
    ("lacking", "sentence"),
    [
        ({"organisation": ""}, "organisation"),
        ({"group": None}, "partner group"),
        ({"scope": ""}, "scope"),
        ({"contact_email": ""}, "focal point's address"),
        ({"scope": "", "group": None, "organisation": ""}, "organisation, partner group and scope"),
    ],
)
def test_accept_names_what_is_missing(lacking, sentence):
    case = factories.accession_request("recommended", **lacking)

    with pytest.raises(NotAllowed) as refusal:
        actions.accept(case, "Sound.", by=factories.officer())

    assert str(refusal.value) == (f"Before it can be accepted, this must be filled in: {sentence}.")
    assert (Partner.objects.count(), letters()) == (0, [])


def test_accept_wants_suggestions_confirmed_by_a_person():
    case = factories.accession_request("recommended", is_confirmed=False)

    with pytest.raises(NotAllowed) as refusal:
        actions.accept(case, "Sound.", by=factories.officer())

    assert str(refusal.value) == (
        "What the message suggested has not been confirmed yet: look through the fields and save "
        "them."
    )


def test_accept_makes_a_partner_with_a_focal_point_who_is_told_how_to_sign_in():
    case = factories.accession_request(
        "recommended",
        organisation="نقابة الخبازين",
        language="ar",
        contact_email="office@union.test",
    )

    partner = actions.accept(case, "Sound.", by=factories.impartial(case))

    case.refresh_from_db()
    assert (case.state, case.partner) == ("accepted", partner)
    assert partner.reference.startswith("PAR-")
    assert (partner.name, partner.name_language, partner.state) == (
        "نقابة الخبازين",
        "ar",
        "active",
    )
    assert (partner.group, partner.scope, partner.country) == (case.group, "national", case.country)
    person = User.objects.get(email="office@union.test")
    assert [(m.person, m.partner) for m in Mandate.objects.current()] == [(person, partner)]
    letter = Letter.objects.get(to_person=person)
    assert letter.language == "ar"
    assert "/ar/sign-in/" in letter.text
    assert f"/ar/partners/{partner.reference}/" in letter.text


def test_accept_uses_the_person_who_is_there_already():
    person = factories.person("office@union.test", language="en")
    factories.partner(person=person)

    case = factories.accession_request("recommended", contact_email="office@union.test")

    partner = actions.accept(case, "Sound.", by=factories.impartial(case))

    assert partner.mandates.get().person == person
    assert Mandate.objects.filter(person=person).count() == 2


def test_of_two_officers_the_second_reads_what_the_first_decided(caplog):
    first, second = factories.officer(), factories.officer()
    case = factories.accession_request("recommended")
    same_case = AccessionRequest.objects.get(pk=case.pk)
    factories.declare(case, first, second)

    actions.accept(case, "Sound.", by=first)
    with pytest.raises(NotAllowed) as refusal:
        actions.decline(same_case, "Not convincing.", by=second)

    same_case.refresh_from_db()
    assert str(refusal.value) == obstacle(same_case, "decline")
    assert str(refusal.value).startswith(
        "A decision stands already: this case is “Accepted” since "
    )
    assert (same_case.state, Partner.objects.count()) == ("accepted", 1)
    refused = f"“decline” was refused to accounts.user:{second.pk} on {case.reference}."
    assert caplog.messages == [refused]


# --- Partners


def row(**changes: object) -> dict[str, object]:
    return {
        "theme": factories.theme(),
        "level": factories.level(),
        "place": factories.country(),
        "words": "Wages",
        "language": "en",
        **changes,
    }


def ranks(partner: Partner) -> list[tuple[int, str]]:
    return list(partner.priorities.order_by("rank").values_list("rank", "words"))


def test_set_priorities_ranks_from_one_without_gaps():
    partner = factories.partner()
    person = factories.person()

    actions.set_priorities(partner, [row(words=f"Wish {n}") for n in range(10)], by=person)

    assert ranks(partner) == [(n + 1, f"Wish {n}") for n in range(10)]


def test_set_priorities_changes_the_order_and_keeps_the_rows():
    partner, person = factories.partner(), factories.person()
    one, two, three = actions.set_priorities(
        partner, [row(words=words) for words in ("one", "two", "three")], by=person
    )

    actions.set_priorities(
        partner,
        [row(words="three", priority=three.pk), row(words="ONE", priority=one.pk)],
        by=person,
    )

    assert list(partner.priorities.values_list("pk", "rank", "words")) == [
        (three.pk, 1, "three"),
        (one.pk, 2, "ONE"),
    ]
    assert not Priority.objects.filter(pk=two.pk).exists()


def test_set_priorities_twice_changes_nothing():
    partner, person = factories.partner(), factories.person()
    rows = [row(words="one"), row(words="two", level=factories.level("regional"))]

    first = actions.set_priorities(partner, rows, by=person)
    again = actions.set_priorities(partner, rows, by=person)

    assert [priority.pk for priority in first] == [priority.pk for priority in again]


def test_set_priorities_never_takes_another_partners_row():
    theirs = factories.priority(factories.partner())
    partner = factories.partner()

    actions.set_priorities(partner, [row(priority=theirs.pk, words="mine")], by=factories.person())

    theirs.refresh_from_db()
    assert theirs.words != "mine"
    assert partner.priorities.count() == 1


def test_set_priorities_does_not_drop_one_that_a_commitment_names():
    partner, person = factories.partner(), factories.person()
    one, _two = actions.set_priorities(partner, [row(words="one"), row(words="two")], by=person)
    commitment = factories.commitment(partner=partner)
    commitment.priorities.add(one)

    with pytest.raises(NotAllowed) as refusal:
        actions.set_priorities(
            partner, [row(words="three", level=factories.level("regional"))], by=person
        )

    assert str(refusal.value) == (
        f"The priority “one” cannot be taken out: the commitment {commitment.reference} names it. "
        "Change the commitment first, or rank the priority last."
    )
    assert ranks(partner) == [(1, "one"), (2, "two")]


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (
            lambda: [row(words=str(n)) for n in range(11)],
            "There can be at most 10 priorities; these are 11.",
        ),
        (
            lambda: [row(), row(words="b"), row()],
            "Priorities 1 and 3 say the same. Take one of them out.",
        ),
        (lambda: [row(language="tlh")], "“tlh” is not one of the six languages."),
    ],
)
def test_set_priorities_refuses_what_cannot_be(rows, sentence):
    partner = factories.partner()

    with pytest.raises(Refused) as refusal:
        actions.set_priorities(partner, rows(), by=factories.person())

    assert str(refusal.value) == sentence


def test_edit_profile_by_a_focal_point_changes_words_but_not_what_was_decided():
    person = factories.person()
    partner = factories.partner(person=person)

    actions.edit_profile(
        partner, {"about": "<script>\x00x</script>", "website": "https://union.test"}, by=person
    )
    with pytest.raises(Refused) as refusal:
        actions.edit_profile(partner, {"scope": "international"}, by=person)

    partner.refresh_from_db()
    assert (partner.about, partner.website) == ("<script>x</script>", "https://union.test")
    assert str(refusal.value) == "These fields cannot be changed here: scope."


def test_edit_profile_by_an_officer_changes_what_was_decided():
    partner = factories.partner()

    actions.edit_profile(
        partner, {"scope": "international", "country": None}, by=factories.officer()
    )

    partner.refresh_from_db()
    assert (partner.scope, partner.country) == ("international", None)


def test_end_mandate_ends_it_at_once_and_tells_the_person():
    person, officer = factories.person(), factories.officer()
    partner = factories.partner(person=person)
    mandate = partner.mandates.get()

    actions.end_mandate(mandate, by=officer)
    with pytest.raises(NotAllowed) as refusal:
        actions.end_mandate(mandate, by=officer)

    assert not partner.mandates.current().exists()
    assert [to for to, _subject in letters()] == [person.email]
    assert str(refusal.value) == "This mandate has ended already."


def test_end_mandate_that_began_today_ends_it_too():
    partner = factories.partner()
    mandate = Mandate.objects.create(
        person=factories.person(), partner=partner, since=timezone.now().date()
    )

    actions.end_mandate(mandate, by=factories.officer())

    assert not partner.mandates.current().exists()


def test_leave_ends_mandates_keeps_the_reason_and_tells_people_once():
    person, officer, other = factories.person(), factories.officer(), factories.officer()
    partner = factories.partner(person=person)

    actions.leave(partner, "We merged with another union.", by=officer)
    with pytest.raises(NotAllowed) as refusal:
        actions.leave(partner, "Again.", by=officer)

    partner.refresh_from_db()
    assert partner.state == "withdrawn"
    assert partner.moves.get().reason == "We merged with another union."
    assert not Partner.objects.spoken_for_by(person).exists()
    assert sorted(to for to, _subject in letters()) == sorted([person.email, other.email])
    assert str(refusal.value) == "This is not possible now: the record is “Withdrawn”."


def test_what_a_partner_that_left_cannot_do():
    partner = factories.partner(state="withdrawn")
    sentence = f"{partner.name} is “Withdrawn”, so nothing can be changed."

    for attempt in (
        lambda: actions.edit_profile(partner, {"about": "x"}, by=factories.person()),
        lambda: actions.set_priorities(partner, [row()], by=factories.person()),
    ):
        with pytest.raises(NotAllowed) as refusal:
            attempt()
        assert str(refusal.value) == sentence


def test_every_verb_leaves_an_event_without_names():
    officer, second = factories.officer(), factories.officer()
    before = Event.objects.count()
    case = actions.open_by_hand(fields(group=factories.group("GOV")), by=officer)
    actions.vet(case, by=officer)
    factories.look_into(case, officer, second)
    actions.recommend(case, "All is there.", by=officer)
    partner = actions.accept(case, "Sound.", by=second)
    actions.set_priorities(partner, [row()], by=officer)
    actions.edit_profile(partner, {"about": "Bread"}, by=officer)
    actions.leave(partner, "Closed.", by=officer)

    events = Event.objects.order_by("sequence")[before:]
    assert [event.verb for event in events] == [
        "partners.open",
        "partners.complete",
        "partners.begin",
        "partners.vet",
        "partners.propose",
        "partners.recommend",
        "partners.confirm",
        "partners.accept",
        "accounts.invite",
        "partners.begin_mandate",
        "partners.set_priorities",
        "partners.edit_profile",
        "partners.leave",
        "partners.end_mandate",
    ]
    assert "union.test" not in "".join(str(event.refs) + event.subject for event in events)


def test_current_mandates_are_those_that_hold_today():
    today = timezone.now().date()
    partner, day = factories.partner(), timedelta(days=1)
    for since, until in (
        (today, None),
        (today - day, today + day),
        (today - day, today),
        (today + day, None),
    ):
        factories.mandate(partner, since=since, until=until)

    assert list(partner.mandates.current().values_list("since", "until")) == [
        (today - day, today + day),
        (today, None),
    ]
