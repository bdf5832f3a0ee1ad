"""The web door to joining: the form, the applicant's link, documents, and what may go wrong."""

from __future__ import annotations

import io
import re
import time
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from coalition.base import privacy, uploads
from coalition.base.errors import NotAllowed, Refused
from coalition.base.text import mixed_words
from coalition.mailroom.models import Letter
from coalition.partners.accession import answers, correspondence, documents, links
from coalition.partners.accession import queries as accession
from coalition.partners.joining import actions, confirming, queries
from coalition.partners.models import (
    AccessionRequest,
    CaseAnswer,
    CaseDocument,
    KnownName,
    Question,
    WantedDocument,
)
from coalition.partners.states import AccessionState
from coalition.web import coalition_file
from tests import factories

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
BEGUN = {
    "organisation": "Bakers’ Union",
    "group": "WRK",
    "contact_name": "Focal point",
    "contact_email": "Union@Bakers.test",
    "language": "en",
}


def url(route: str, case: Any, *more: Any) -> str:
    return reverse(f"partners:{route}", args=[links.token_for(case), *more])


def fresh(case: Any) -> AccessionRequest:
    return AccessionRequest.objects.get(pk=case.pk)


def letters(address: str) -> list[Letter]:
    return list(Letter.objects.filter(to_address__iexact=address).order_by("pk"))


def confirm_link(letter: Letter) -> str:
    """The path of the single-use link in a letter."""
    return re.search(r"https?://[^/]+(/\S+/join/confirm/\S+)", letter.text)[1]


def opened_by(text: str) -> AccessionRequest | None:
    """The case that the first link in a text opens. (Links name the second they were made in.)"""
    return links.case_of(re.search(r"/join/request/([^/\s]+)/", text)[1])


def asked(code: str) -> Question:
    return Question.objects.get(code=code)


def wanted(code: str) -> WantedDocument:
    return WantedDocument.objects.get(code=code)


def pdf(name: str = "statutes.pdf", more: bytes = b"") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PDF + more)


# --- The form ------------------------------------------------------------------------------


def test_begin_opens_a_draft_and_sends_its_link_to_the_focal_point(client):
    factories.officer()

    response = client.post(reverse("partners:begin"), BEGUN)

    case = AccessionRequest.objects.get()
    assert (case.state, case.door, case.contact_email) == ("draft", "form", "union@bakers.test")
    assert opened_by(response["Location"]) == case
    assert response["Location"].endswith("/organisation/")
    [letter] = Letter.objects.all()  # of a draft no officer hears
    assert letter.to_address == "union@bakers.test"
    assert opened_by(letter.text) == case
    assert letter.thread == case.thread


def test_begin_without_an_address_keeps_nothing_and_says_what_is_needed(client):
    response = client.post(reverse("partners:begin"), {**BEGUN, "contact_email": "nobody"})

    assert response.status_code == 200
    assert 'href="#id_contact_email"' in response.content.decode()
    assert not AccessionRequest.objects.exists()


def test_form_leads_from_screen_to_screen_to_the_secretariat(client):
    officer = factories.officer()
    client.post(reverse("partners:begin"), BEGUN)
    case = AccessionRequest.objects.get()
    screens = {
        "organisation": {
            "organisation": "Bakers’ Union",
            "group": "WRK",
            "scope": "national",
            "country": "KEN",
            "website": "bakers.test",
        },
        "about": {"about": "Bread.", "contact_name": "Focal point", "language": "en"},
        "identity": {
            "legal-status": "registered-union",
            "registration-number": "7",
            "founded": "1 998",
            "mandate": "For bakers.",
            "acronym": "BU",
            "other-names": "نقابة الخبازين\nSyndicat des boulangers",
            "former-names": "",
            "working-languages": "English",
        },
        "governance": {
            "governing-body": "A congress.",
            "people-in-charge": "Ada Baker; chair\nBen Miller؛ treasurer",
            "membership": "Two thousand.",
        },
        "means": {"parent-organisation": "", "funding": "Dues."},
        "purpose": {"why": "Rest at night.", "contribution": "Experience."},
    }
    passed = []
    for step, given in screens.items():
        response = client.post(url("fill_in", case, step), given)
        assert response.status_code == 302, response.content.decode()
        passed.append(response["Location"].rstrip("/").rpartition("/")[2])
    assert passed == ["about", "identity", "governance", "means", "purpose", "documents"]
    for code in ("letter", "registration", "statutes"):
        given = {"wanted": code, f"{code}-reason": "It is being printed."}
        assert client.post(url("add_document", case), given).status_code == 302
    told = answers.told(fresh(case))
    ticked = {one.statement.code: "on" for one in told.statements}
    client.post(url("fill_in", case, "statements"), ticked)

    assert "Ada Baker" in client.get(url("fill_in", case, "summary")).content.decode()
    response = client.post(url("send_application", case))

    case = fresh(case)
    assert opened_by(response["Location"]) == case
    assert [move.verb for move in case.moves.all()] == ["send", "acknowledge"]
    assert case.website == "https://bakers.test"
    assert case.answers.get(question=asked("founded")).number == 1998
    assert list(case.known_names.values_list("kind", "name", "role")) == [
        ("acronym", "BU", ""),
        ("alias", "نقابة الخبازين", ""),
        ("alias", "Syndicat des boulangers", ""),
        ("officer", "Ada Baker", "chair"),
        ("officer", "Ben Miller", "treasurer"),
    ]
    assert answers.missing_for_decision(case) == []
    subjects = [letter.subject for letter in letters("union@bakers.test")]
    assert len(subjects) == 2  # the link, and that it arrived
    assert opened_by(letters("union@bakers.test")[-1].text) == case
    assert len(letters(officer.email)) == 1


def test_half_a_screen_is_kept(client):
    case = factories.draft()

    response = client.post(url("fill_in", case, "identity"), {"mandate": "For bakers."})

    assert response.status_code == 302
    assert list(case.answers.values_list("question__code", "text")) == [("mandate", "For bakers.")]


def test_mistake_is_shown_with_what_was_typed_and_the_rest_is_kept(client):
    case = factories.draft()

    response = client.post(
        url("fill_in", case, "organisation"),
        {"organisation": "Bakers", "group": "WRK", "scope": "national", "website": "no site"},
    )

    page = response.content.decode()
    assert 'href="#id_website"' in page
    assert 'value="no site"' in page
    assert (fresh(case).organisation, fresh(case).website) == ("Bakers", "")


def test_number_that_is_none_is_kept_as_typed_and_named_as_missing(client):
    case = factories.everything_told(factories.draft())

    client.post(url("fill_in", case, "identity"), {"founded": "about 1950", "mandate": "Bread"})

    assert case.answers.get(question=asked("founded")).number is None
    assert "Year founded" in answers.missing_for_decision(case)
    assert "about 1950" in client.get(url("fill_in", case, "identity")).content.decode()


def test_names_that_stay_keep_their_rows():
    case = factories.draft()
    question = asked("people-in-charge")
    actions.save_answers(case, {question: [("Ada", "chair"), ("Ben", "")]})
    ada = case.known_names.get(name="Ada")

    actions.save_answers(case, {question: [("Cem", ""), ("Ada", "chair"), ("Ada", "chair")]})

    assert list(case.known_names.values_list("name", flat=True)) == ["Ada", "Cem"]
    assert case.known_names.get(name="Ada") == ada


def test_send_is_refused_while_something_needed_is_missing(client):
    case = factories.everything_told(factories.draft())
    case.answers.filter(question=asked("why")).delete()

    response = client.post(url("send_application", case), follow=True)

    assert "Why it wishes to join" in response.content.decode()
    assert fresh(case).state == "draft"
    assert not case.moves.exists()


def test_each_group_is_asked_its_own():
    questions, papers, statements = {}, {}, {}
    for code in ("GOV", "WRK", "BUS"):
        told = answers.told(factories.draft(code))
        questions[code] = {one.question.code for _section, said in told.sections for one in said}
        papers[code] = {one.wanted.code for one in told.documents}
        statements[code] = {one.statement.code for one in told.statements}

    assert questions["GOV"] - questions["WRK"] == {
        "accession-act",
        "accession-act-reference",
        "signatory",
    }
    assert questions["WRK"] - questions["BUS"] == {"membership"}
    assert questions["BUS"] - questions["WRK"] == {"integrity-rules"}
    assert papers["GOV"] == {"letter", "accession-act"}
    assert statements["BUS"] - statements["WRK"] == {"rights-at-work"}


def test_retired_question_is_not_asked_and_its_answer_is_kept():
    case = factories.everything_told(factories.draft())
    asked("why").save()
    Question.objects.filter(code="why").update(retired_on=timezone.now().date())

    told = answers.told(case)

    assert "why" not in {one.question.code for _section, said in told.sections for one in said}
    assert case.answers.filter(question__code="why").exists()


def test_what_was_told_is_read_in_six_queries():
    for told in (False, True):
        case = factories.draft()
        if told:
            factories.everything_told(case)
        case = AccessionRequest.objects.select_related("group").get(pk=case.pk)
        with CaptureQueriesContext(connection) as captured:
            answers.told(case)
        assert len(captured) == 6


def test_questions_come_in_the_applicants_language_marked_as_such(client):
    case = factories.draft(language="es")
    with translation.override("ar"):
        address = url("fill_in", case, "identity")

    page = client.get(address).content.decode()

    assert '<span lang="es" dir="ltr">Año de fundación</span>' in page
    assert 'dir="rtl"' in re.search(r"<html[^>]*>", page)[0]


def test_page_says_that_it_is_no_official_form(client):
    assert "This is no official form." in client.get(reverse("partners:join")).content.decode()


# --- Links ---------------------------------------------------------------------------------


class Old(signing.TimestampSigner):
    """Signs as of some days ago."""

    days = 366

    def timestamp(self) -> str:
        return signing.b62_encode(int(time.time()) - self.days * 86_400)


def test_link_that_is_wrong_old_or_ended_opens_nothing_and_offers_a_new_one(client):
    case = factories.draft()
    token = links.token_for(case)
    old = Old(salt=links.SALT).sign_object([case.pk, 1], serializer=signing.JSONSerializer)
    strange = signing.dumps({"a": 1}, salt=links.SALT)
    assert client.get(reverse("partners:application", args=[token])).status_code == 302
    case.link_number = 2
    case.save()

    found = {}
    tried = {"ended": token, "old": old, "tampered": token[:-1] + "_", "none": "x", "odd": strange}
    for name, each in tried.items():
        response = client.get(reverse("partners:fill_in", args=[each, "summary"]))
        found[name] = response.status_code
        assert "Send a new link" in response.content.decode()
        assert case.organisation not in response.content.decode()

    assert found == {"ended": 410, "old": 410, "tampered": 404, "none": 404, "odd": 404}


def test_link_of_a_merged_case_leads_to_the_one_it_was_merged_into():
    same = {"contact_email": "ana@bakers.test"}
    last = factories.draft(state="received", **same)
    between = factories.draft(state="merged", merged_into=last, contact_email="Ana@Bakers.test")
    first = factories.draft(state="merged", merged_into=between, **same)

    assert links.case_of(links.token_for(first)) == last


def test_link_of_another_focal_point_opens_nothing_of_the_case_merged_into(client):
    real = factories.draft(state="incomplete", organisation="Bakers", about="We bake.")
    copied = factories.draft(state="received", organisation="Bakers", about="We copy.")
    copied.state, copied.merged_into = "merged", real
    copied.save()

    shown = client.get(url("application", copied)).content.decode()
    answers = {
        name: client.post(url(f"{name}_application", copied), data, follow=True).status_code
        for name, data in (
            ("answer", {"message": "Here I am."}),
            ("withdraw", {"reason": "We no longer wish to."}),
        )
    }
    client.post(url("change_contact", copied), {"contact_name": "X", "contact_email": "x@y.test"})

    assert (real.reference in shown, "We bake." in shown) == (False, False)
    assert answers == {"answer": 200, "withdraw": 200}
    real.refresh_from_db()
    assert (real.state, real.moves.count(), real.to_confirm.count()) == ("incomplete", 0, 0)
    assert (copied.to_confirm.count(), Letter.objects.count()) == (0, 0)


def test_pages_behind_a_link_are_kept_by_nobody(client):
    case = factories.draft()

    for address in (url("fill_in", case, "about"), reverse("partners:application", args=["no"])):
        response = client.get(address)
        assert response["Cache-Control"] == "private, no-store"
        assert response["X-Robots-Tag"] == "noindex, nofollow"
        assert response["Referrer-Policy"] == "same-origin"


def test_new_link_goes_to_the_focal_point_and_the_answer_tells_nobody(client):
    case = factories.draft(contact_email="union@bakers.test")
    address = reverse("partners:lost_link")

    known = client.post(address, {"email": "Union@bakers.test"}, follow=True).content.decode()
    unknown = client.post(address, {"email": "nobody@bakers.test"}, follow=True).content.decode()

    def plain(page: str) -> str:
        return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)

    assert plain(known) == plain(unknown)
    [letter] = Letter.objects.all()
    assert letter.to_address == case.contact_email
    assert opened_by(letter.text) == case


def test_officers_read_letters_without_the_applicants_secret():
    case = factories.draft()
    text = f"Here: {links.link_for(case)} and more"

    assert links.hidden(text) == "Here: http://127.0.0.1:8000/en/join/request/… and more"


# --- Steps that a letter confirms ----------------------------------------------------------


def test_withdrawal_counts_once_the_focal_point_confirms_it(client):
    case = factories.draft(state="acknowledged")

    client.post(url("withdraw_application", case), {"reason": "We are closing."})

    assert fresh(case).state == "acknowledged"
    [letter] = letters(case.contact_email)
    assert "We are closing." in letter.text
    # Who only has the case's link does not come by the link of the letter.
    assert "/confirm/" not in client.get(url("application", case)).content.decode()
    assert client.get(confirm_link(letter)).status_code == 200
    assert fresh(case).state == "acknowledged"  # looking at it uses nothing up

    assert client.post(confirm_link(letter)).status_code == 200

    assert fresh(case).state == "withdrawn"
    assert fresh(case).moves.last().reason == "We are closing."
    again = client.post(confirm_link(letter))
    assert again.status_code == 410
    assert "was used on" in again.content.decode()


def test_another_focal_point_is_named_by_letter_and_old_links_end(client):
    case = factories.draft(state="received", contact_email="old@bakers.test")
    before = url("application", case)

    given = {"contact_name": "New", "contact_email": "new@bakers.test"}
    client.post(url("change_contact", case), given)
    other = actions.ask_to_withdraw(fresh(case), "No more.")
    [letter, _withdrawal] = letters("old@bakers.test")
    client.post(confirm_link(letter))

    case = fresh(case)
    assert (case.contact_name, case.contact_email) == ("New", "new@bakers.test")
    assert client.get(before).status_code == 410
    [to_new] = letters("new@bakers.test")
    assert opened_by(to_new.text) == case
    # What the former focal point was asked is void, too.
    with pytest.raises(NotAllowed, match="another focal point"):
        actions.confirm(other)


def test_step_is_confirmed_once_even_by_two_at_once():
    case = factories.draft(state="received")
    step = actions.ask_to_withdraw(case, "No more.")
    actions.confirm(step)

    with pytest.raises(NotAllowed, match="already"):
        actions.confirm(step)  # as the second of two browser tabs knows it


def test_confirming_link_that_is_wrong_confirms_nothing(client):
    case = factories.draft(state="received")
    step = actions.ask_to_withdraw(case, "No more.")
    old = Old(salt=confirming.CONFIRM_SALT)
    old.days = 8
    for token in ("x", links.token_for(case), old.sign(signing.dumps(step.pk))):
        assert client.post(reverse("partners:confirm", args=[token])).status_code == 410
    assert fresh(case).state == "received"


# --- The applicant's page ------------------------------------------------------------------


def test_page_says_stage_who_acts_and_what_is_missing(client):
    case = factories.draft(state="incomplete", organisation="Bakers")
    correspondence.send(case, key="k", subject="Your statutes", text="Please send them.")
    factories.letter(thread=case.thread, to_address="other@x.test", subject="To somebody else")

    page = client.get(url("application", case)).content.decode()

    assert "You: the secretariat asked for something" in page
    assert "Your statutes" in page
    assert "To somebody else" not in page
    assert "Statutes or founding text" in page
    assert 'aria-current="step"' in page


def test_case_from_mail_shows_what_was_read_and_why(client):
    case = factories.draft(
        state="acknowledged", door="mail", suggestions={"organisation": "Bakers’ Union"}
    )

    page = client.get(url("fill_in", case, "organisation")).content.decode()

    assert "Suggested: Bakers’ Union. The signature names it. Please confirm or correct it." in page
    assert (
        "We read these facts in your message"
        in client.get(url("application", case)).content.decode()
    )


def test_correction_stands_in_the_history_and_must_be_looked_through(client):
    officer = factories.officer()
    case = factories.draft(state="acknowledged", is_confirmed=True, website="")
    assert accession.is_confirmed(case)

    given = {"organisation": case.organisation, "group": "WRK", "scope": "national"}
    for website in ("https://one.test", "https://two.test"):
        client.post(url("fill_in", case, "organisation"), {**given, "website": website})

    case = fresh(case)
    assert [(move.verb, move.reason) for move in case.moves.all()] == [
        ("complete", ""),
        ("correct", "country, web site"),
        ("correct", "web site"),
    ]
    assert not accession.is_confirmed(case)
    assert "Corrected by the applicant (the applicant)" in [
        one.sentence for one in accession.history(case)
    ]
    assert len(letters(officer.email)) == 1  # once a day


def test_saving_without_a_change_leaves_no_trace(client):
    case = factories.draft(state="acknowledged")

    client.post(url("fill_in", case, "about"), {"contact_name": "Focal point", "language": "en"})

    assert not case.moves.exists()


def test_answer_lets_the_case_go_on_and_is_shown(client):
    officer = factories.officer()
    case = factories.draft(state="incomplete", assigned_to=officer)

    assert client.post(url("answer_application", case), {"message": " "}).status_code == 200
    client.post(url("answer_application", case), {"message": "They are here now."})

    case = fresh(case)
    assert case.state == "acknowledged"
    assert case.moves.last().reason == "They are here now."
    assert "They are here now." in client.get(url("application", case)).content.decode()
    assert [one.subject for one in letters(officer.email)] == [
        f"The applicant answered: {case.organisation} ({case.reference})"
    ]


ALWAYS = {"draft", "received", "acknowledged", "incomplete", "under_vetting", "recommended"}
MAY = {
    "save_facts": ALWAYS,
    "save_answers": ALWAYS,
    "save_statements": ALWAYS,
    "add_document": ALWAYS,
    "remove_document": {"draft"},
    "send": {"draft"},
    "answer": {"incomplete"},
    "ask_to_withdraw": ALWAYS,
    "ask_for_contact": ALWAYS,
    "confirm": ALWAYS,
}


@pytest.mark.any_database
def test_what_an_applicant_may_do_in_which_state():
    statement = answers.told(factories.draft()).statements[0].statement
    verbs = {
        "save_facts": lambda case: actions.save_facts(case, {"about": "Other words"}),
        "save_answers": lambda case: actions.save_answers(case, {asked("why"): "Because."}),
        "save_statements": lambda case: actions.save_statements(case, [statement], []),
        "add_document": lambda case: documents.add_document(case, io.BytesIO(PDF), name="a.pdf"),
        "remove_document": lambda case: documents.remove_document(case, case.documents.first()),
        "send": actions.send,
        "answer": lambda case: actions.answer(case, "Here."),
        "ask_to_withdraw": lambda case: actions.ask_to_withdraw(case, "No more."),
        "ask_for_contact": lambda case: actions.ask_for_contact(case, name="N", email="n@x.test"),
        "confirm": lambda case: actions.confirm(
            case.to_confirm.create(kind="withdraw", reason="No.", sent_to=case.contact_email)
        ),
    }
    found: dict[str, set[str]] = {verb: set() for verb in verbs}
    for state in AccessionState.values:
        for verb, act in verbs.items():
            case = factories.everything_told(factories.draft(is_confirmed=True))
            AccessionRequest.objects.filter(pk=case.pk).update(
                state=state, closed_at=None if state in ALWAYS else timezone.now()
            )
            case = fresh(case)
            try:
                act(case)
            except NotAllowed:
                assert fresh(case).state == state
            else:
                found[verb].add(state)

    assert found == MAY


def test_usual_time_is_told_from_the_last_decisions_or_not_at_all():
    now = timezone.now()
    for days in range(1, 5):
        opened = now - timedelta(days=days)
        factories.accession_request("accepted", opened_at=opened, closed_at=now)
    factories.accession_request(
        "accepted", opened_at=now - timedelta(days=900), closed_at=now, is_example=True
    )
    assert (queries.usual_time().half, queries.usual_time().cases) == (None, 4)

    for days in range(5, 11):
        opened = now - timedelta(days=days)
        factories.accession_request("declined", opened_at=opened, closed_at=now)

    usual = queries.usual_time()
    assert (usual.cases, usual.half, usual.most) == (10, 6, 8)


# --- Documents -----------------------------------------------------------------------------


def test_document_is_kept_and_given_out_only_to_be_saved(client):
    case = factories.draft()
    officer, stranger = factories.officer(), factories.person()

    client.post(url("add_document", case), {"wanted": "statutes", "statutes-file": pdf()})

    document = CaseDocument.objects.get()
    assert (document.wanted, document.media_type) == (wanted("statutes"), "application/pdf")
    desk = reverse("partners:case_document", args=[case.reference, document.pk])
    own = url("application_document", case, document.pk)
    for person, address in ((None, own), (officer, desk)):
        client.logout()
        if person:
            client.force_login(person)
        response = client.get(address)
        assert b"".join(response.streaming_content) == PDF
        assert response["Content-Type"] == "application/octet-stream"
        assert response["Content-Disposition"] == 'attachment; filename="statutes.pdf"'
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Cache-Control"] == "private, no-store"
    client.force_login(stranger)
    other = factories.draft()
    assert client.get(desk).status_code == 404
    assert client.get(url("application_document", other, document.pk)).status_code == 404


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("statutes.exe", b"MZ\x90\x00" + b"\x00" * 60),
        ("statutes.pdf", b"MZ\x90\x00" + b"\x00" * 60),
        ("statutes.pdf", b"<html><script>alert(1)</script></html>"),
        ("statutes.pdf", b""),
    ],
    ids=["program", "mislabelled", "page", "empty"],
)
def test_file_that_is_not_what_it_says_is_refused_in_words(client, name, content):
    case = factories.draft()
    file = SimpleUploadedFile(name, content)

    response = client.post(url("add_document", case), {"wanted": "statutes", "statutes-file": file})

    assert response.status_code == 200
    assert 'href="#id_statutes-file"' in response.content.decode()
    assert not CaseDocument.objects.exists()


def test_file_that_is_too_large_is_refused_before_it_is_read(client):
    case = factories.draft()
    file = pdf(more=b" " * uploads.MAX_BYTES)

    response = client.post(url("add_document", case), {"wanted": "statutes", "statutes-file": file})

    assert response.status_code in (200, 413)
    assert "larger than 10 MB" in response.content.decode()
    far = client.post(
        url("add_document", case), b"x", content_type="text/plain", CONTENT_LENGTH="99999999"
    )
    assert far.status_code == 413
    assert not CaseDocument.objects.exists()


def test_upload_without_the_forms_own_token_is_refused():
    from django.test import Client

    case = factories.draft()

    response = Client(enforce_csrf_checks=True).post(
        url("add_document", case), {"wanted": "statutes", "statutes-file": pdf()}
    )

    assert response.status_code == 403
    assert not CaseDocument.objects.exists()


def test_same_file_twice_is_one_document_and_a_case_holds_only_so_many(monkeypatch):
    case = factories.draft()
    first = documents.add_document(case, io.BytesIO(PDF), name="a.pdf", wanted=wanted("letter"))
    again = documents.add_document(case, io.BytesIO(PDF), name="b.pdf", wanted=wanted("letter"))
    assert first == again

    monkeypatch.setattr(documents, "MOST_FILES", 1)
    with pytest.raises(NotAllowed, match="at most 1 files"):
        documents.add_document(case, io.BytesIO(PDF + b" "), name="c.pdf")
    monkeypatch.setattr(documents, "MOST_FILES", 30)
    monkeypatch.setattr(documents, "MOST_BYTES", len(PDF))
    with pytest.raises(NotAllowed):
        documents.add_document(case, io.BytesIO(PDF + b" "), name="c.pdf")


def test_reason_gives_way_to_the_document_and_not_the_other_way_round():
    case = factories.draft()
    letter = wanted("letter")
    documents.explain_missing(case, letter, "It is being signed.")
    documents.explain_missing(case, letter, "It is being sealed.")
    assert [one.reason for one in case.documents.all()] == ["It is being sealed."]

    documents.add_document(case, io.BytesIO(PDF), name="a.pdf", wanted=letter)

    assert [one.reason for one in case.documents.all()] == [""]
    with pytest.raises(NotAllowed, match="here already"):
        documents.explain_missing(case, letter, "No.")
    with pytest.raises(Refused):
        documents.explain_missing(case, wanted("statutes"), "  ")


def test_document_added_to_a_request_that_was_sent_is_told(client):
    officer = factories.officer()
    case = factories.draft(state="acknowledged")

    client.post(url("add_document", case), {"wanted": "statutes", "statutes-file": pdf()})

    assert case.moves.get().reason == "Statutes or founding text"
    assert len(letters(officer.email)) == 1


def test_officer_takes_an_attachment_of_the_case_over():
    officer = factories.officer()
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@bakers.test", "case@coalition.example", "Here"
    mail.set_content("The statutes.")
    mail.add_attachment(PDF, maintype="application", subtype="pdf", filename="statutes.pdf")
    case = factories.draft(state="received")
    message = stored(mail.as_bytes(), case.thread)
    [attached] = message.attachments

    document = documents.adopt_attachment(
        case, message, attached["sha256"], wanted("statutes"), officer
    )

    assert (document.name, document.added_by, document.message) == (
        "statutes.pdf",
        officer,
        message,
    )
    with document.file.open("rb") as file:
        assert file.read() == PDF
    for other, digest in ((factories.draft(), attached["sha256"]), (case, "0" * 64)):
        with pytest.raises(Refused):
            documents.adopt_attachment(other, message, digest, None, officer)


def test_officer_takes_over_from_the_page_of_attachments(client):
    mail = EmailMessage()
    mail.set_content("The statutes.")
    mail.add_attachment(PDF, maintype="application", subtype="pdf", filename="statutes.pdf")
    mail.add_attachment(
        b"MZ" + b"\x00" * 80, maintype="application", subtype="pdf", filename="b.pdf"
    )
    case = factories.draft(state="received")
    message = stored(mail.as_bytes(), case.thread)
    client.force_login(factories.officer())
    page = reverse("partners:attachments", args=[case.reference])
    assert "statutes.pdf" in client.get(page).content.decode()

    for one in message.attachments:
        given = {"message": message.pk, "sha256": one["sha256"], "wanted": "statutes"}
        client.post(reverse("partners:adopt", args=[case.reference]), given)

    assert [(one.name, one.wanted) for one in case.documents.all()] == [
        ("statutes.pdf", wanted("statutes"))
    ]
    assert "Taken over already" in client.get(page).content.decode()


def stored(raw: bytes, thread: Any) -> Any:
    """A message with its file and its attachments, as the mail room keeps it."""
    from dataclasses import asdict

    from django.core.files.base import ContentFile

    from coalition.mailroom import reading

    read = reading.read(raw, own_domains=frozenset(), own_addresses=frozenset())
    attachments = [asdict(one) for one in read.attachments]
    message = factories.message("The statutes.", thread=thread, attachments=attachments)
    message.raw.save("a.eml", ContentFile(raw))
    return message


# --- Abuse, and what becomes of drafts -----------------------------------------------------


def test_doors_are_limited_by_address_and_say_when_to_try_again(client):
    doors = (
        ("partners:begin", BEGUN),
        ("partners:lost_link", {"email": "union@bakers.test"}),
    )
    for route, given in doors:
        answered = [client.post(reverse(route), given).status_code for _ in range(6)]
        assert answered == [302] * 5 + [429], route
    response = client.post(reverse("partners:begin"), BEGUN)
    assert int(response["Retry-After"]) > 0
    assert "too often" in response.content.decode()
    assert AccessionRequest.objects.count() == 5


def test_one_reader_begins_only_so_many(client):
    answered = [
        client.post(
            reverse("partners:begin"), {**BEGUN, "contact_email": f"a{number}@bakers.test"}
        ).status_code
        for number in range(21)
    ]

    assert answered == [302] * 20 + [429]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Global Wоrkers Union", ["Wоrkers"]),  # a Cyrillic о
        ("Рabotnik Союз", ["Рabotnik"]),
        ("Ελλάς Hellas", []),
        ("Профсоюз Bakers-Пекари 2", []),
        ("株式会社ABC製作所", []),
        ("نقابة Bakers", []),
        ("Ｂakers", []),  # a full-width letter is a Latin one
    ],
)
def test_words_that_mix_look_alike_scripts_are_found(text, found):
    assert mixed_words(text) == found


def test_officers_are_warned_of_a_name_that_imitates_another():
    case = factories.draft(organisation="Global Wоrkers Union")
    KnownName.objects.create(request=case, kind="officer", name="Ivan Petrov")

    [sentence] = answers.told(case).doubts

    assert "“Wоrkers”" in sentence
    assert answers.told(factories.draft(organisation="Bakers")).doubts == ()


def test_draft_that_is_never_sent_goes_with_its_files(django_capture_on_commit_callbacks):
    kept = factories.draft(state="received")
    case = factories.everything_told(factories.draft())
    document = documents.add_document(case, io.BytesIO(PDF), name="a.pdf")
    later = timezone.now() + timedelta(days=privacy.days_kept("drafts") + 1)

    with django_capture_on_commit_callbacks(execute=True):
        privacy.purge(dry_run=False, now=later)

    assert list(AccessionRequest.objects.filter(door="form")) == [kept]
    assert not CaseAnswer.objects.filter(request=case.pk).exists()
    assert not document.file.storage.exists(document.file.name)


def test_applicants_are_reminded_once_of_what_waits_for_them():
    long_ago = timezone.now() - timedelta(days=20)
    waiting = factories.draft(opened_at=long_ago)
    factories.draft()  # begun today
    factories.draft(state="received", opened_at=long_ago)  # waits for the secretariat

    assert list(actions.waiting_for_applicant()) == [waiting]
    for _day in range(2):
        call_command("joining", "remind", verbosity=0)

    [letter] = Letter.objects.all()
    assert letter.to_address == waiting.contact_email
    assert opened_by(letter.text) == waiting


# --- Letters and the coalition file --------------------------------------------------------


def test_letters_are_worded_in_six_languages():
    case = factories.draft(state="received")
    step = actions.ask_to_withdraw(case, "No more.")
    for name in ("resume", "received", "reminder", "confirm_withdraw", "confirm_contact"):
        subjects = set()
        for language in ("ar", "en", "es", "fr", "ru", "zh"):
            subject, text = correspondence.worded(
                name, case, language, step=step, confirm_link="https://x.test/c"
            )
            assert case.reference in subject
            if name.startswith("confirm"):
                assert "https://x.test/c" in text
            else:
                assert opened_by(text) == case
            subjects.add(subject)
        assert len(subjects) == 6


def test_every_question_stands_in_six_languages_with_its_source():
    for model in (Question, WantedDocument, answers.Eligibility):
        for entry in model.objects.select_related("source"):
            assert len(entry.names) == 6, entry.code
            assert entry.source is not None
            if model is not answers.Eligibility:
                assert len(entry.help) == 6, entry.code


def test_question_that_nobody_could_answer_is_not_saved_in_the_browser_either():
    for fields, wrong in (
        ({"kind": "choice"}, "kind"),
        ({"kind": "names"}, "name_kind"),
        ({"kind": "text", "name_kind": "alias"}, "name_kind"),
    ):
        with pytest.raises(ValidationError) as refusal:
            Question(code="extra", section="purpose", **fields).clean()
        assert list(refusal.value.message_dict) == [wrong]


@pytest.mark.parametrize(
    ("mistake", "sentence"),
    [
        ({"kind": "choice"}, "needs choices"),
        ({"kind": "names"}, "needs name_kind"),
        ({"section": "cellar"}, "is not known"),
        ({"groups": ["XXX"]}, "the partner group “XXX” is not in the file"),
        ({"source": "nowhere"}, "the source “nowhere” is not in the file"),
        ({"code": "why"}, "stands twice"),
    ],
    ids=["choices", "names", "section", "group", "source", "twice"],
)
def test_question_that_is_wrong_is_refused_in_words(tmp_path, mistake, sentence):
    entry = {"code": "extra", "section": "purpose", "kind": "text", "source": "leaflet", **mistake}
    names = ", ".join(f'{code} = "?"' for code in ("ar", "en", "es", "fr", "ru", "zh"))
    lines = ["", "[[question]]", f"names = {{ {names} }}"]
    for key, value in entry.items():
        lines.append(f"{key} = {value!r}" if isinstance(value, list) else f'{key} = "{value}"')
    built_in = coalition_file.BUILT_IN / "social-justice.toml"
    for skeleton in coalition_file.BUILT_IN.glob("*skeleton*.toml"):
        (tmp_path / skeleton.name).write_bytes(skeleton.read_bytes())
    file = tmp_path / "wrong.toml"
    file.write_text(built_in.read_text("utf-8") + "\n".join(lines) + "\n", "utf-8")

    with pytest.raises(Refused, match=re.escape(sentence)):
        coalition_file.read(file)
