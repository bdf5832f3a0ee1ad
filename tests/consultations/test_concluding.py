"""What becomes of proposals: answered, published, decided with dissent, told to all who spoke."""

from __future__ import annotations

import csv
import io
import threading
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from coalition.base.errors import NotAllowed, Refused
from coalition.base.models import Event
from coalition.catalogue.models import Record
from coalition.consultations import actions
from coalition.consultations.concluding import queries, telling
from coalition.consultations.concluding.actions import LONGEST_REASON, Overtaken
from coalition.consultations.models import Consultation, Response, Seal, Statement, Telling
from coalition.consultations.proposing import moderating
from coalition.consultations.states import Outcome, State
from coalition.consultations.voices import Voice, take_part
from coalition.mailroom.models import Letter
from tests import factories

pytestmark = pytest.mark.django_db

WHY = {"en": "The group heard bakers and millers."}
STATES = ("draft", "planned", "open", "synthesis", "responded", "decided", "feedback", "called_off")


@pytest.fixture
def officer() -> Any:
    return factories.officer()


def asked(state: str = "synthesis", count: int = 2, **fields: Any) -> Consultation:
    """A consultation with so many proposals, answered where its state says so."""
    one = factories.consultation(state, **fields)
    for _ in range(count):
        factories.contribution(one)
    if state in ("responded", "decided", "feedback"):
        for each in one.statements.all():
            factories.response(each)
    if state in ("decided", "feedback"):
        factories.conclusion(one)
    return one


def answer_all(one: Consultation, by: Any, outcome: str = "taken_up") -> None:
    for each in one.statements.shown():
        actions.respond(each, outcome, WHY, by=by)


def concluded(one: Consultation, by: Any, **more: Any) -> Any:
    given = {"body": factories.body(), "decided_on": date(2026, 1, 2), "words": {"en": "Yes."}}
    return actions.set_conclusion(one, **{**given, **more}, by=by)


def address(one: Consultation, name: str, *more: Any) -> str:
    return reverse(f"consultations:{name}", args=[one.reference, *more])


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


# --- When, and by whom


#                    draft planned open synthesis responded decided feedback called_off
VERBS = """
respond              -     -       -    y         -         -       -        -
publish_responses    -     -       -    y         -         -       -        -
set_conclusion       -     -       -    -         y         -       -        -
set_dissent          -     -       -    -         y         -       -        -
decide               -     -       -    -         y         -       -        -
feed_back            -     -       -    -         -         y       -        -
"""


@pytest.mark.parametrize("row", VERBS.strip().splitlines())
def test_each_verb_happens_in_the_right_state_alone(officer, row):
    verb, *cells = row.split()
    for state, cell in zip(STATES, cells, strict=True):
        one = asked(state)
        if verb == "publish_responses" and cell == "y":
            answer_all(one, officer)
        if verb in ("set_dissent", "decide") and cell == "y":
            concluded(one, officer)
        group = factories.group()
        do = {
            "respond": lambda one=one: actions.respond(
                one.statements.first(), "taken_up", WHY, by=officer
            ),
            "publish_responses": lambda one=one: actions.publish_responses(one, by=officer),
            "set_conclusion": lambda one=one: concluded(one, officer),
            "set_dissent": lambda one=one, g=group: actions.set_dissent(
                one, g, "No.", "en", by=officer
            ),
            "decide": lambda one=one: actions.decide(one, by=officer),
            "feed_back": lambda one=one: actions.feed_back(one, by=officer),
        }[verb]
        before = list(Response.objects.values_list("outcome", "reason"))
        if cell == "y":
            do()
            continue
        with pytest.raises(NotAllowed) as refusal:
            do()
        assert str(refusal.value).endswith(".")
        one.refresh_from_db()
        assert one.state == state
        assert list(Response.objects.values_list("outcome", "reason")) == before


def test_the_desk_is_for_officers_and_none_answers_their_own(officer):
    partner = factories.partner("Bakers")
    one = asked(count=0)
    theirs = factories.contribution(one, partner=partner)
    editor = factories.mandate(partner, "editor").person
    pages = [
        address(one, "answers"),
        address(one, "answers_csv"),
        address(one, "answers_xlsx"),
        address(one, "answer", theirs.number),
        address(one, "conclude"),
        address(one, "choose_group"),
    ]
    verbs = [address(one, name) for name in ("publish_responses", "decide", "feed_back")]
    for person in (editor, factories.person()):
        client = signed_in(person)
        assert {client.get(page).status_code for page in pages} == {404}
        assert {client.post(page).status_code for page in verbs} == {404}
    assert Client().get(pages[0]).status_code == 302

    concerned = factories.officer()
    factories.mandate(partner, "viewer", person=concerned)
    said = {"outcome": "taken_up", "words_en": "Ours.", "seen": ""}
    signed_in(concerned).post(address(one, "answer", theirs.number), said)
    assert not Response.objects.exists()
    signed_in(officer).post(address(one, "answer", theirs.number), said)
    assert theirs.response.by == officer


def test_nobody_answers_their_own_words_as_a_person(officer):
    one = asked(count=0, for_everyone=True)
    mine = factories.contribution(one, author=take_part(Voice(one, officer)))
    with pytest.raises(NotAllowed, match="your own words"):
        actions.respond(mine, "taken_up", WHY, by=officer)
    assert actions.respond(mine, "taken_up", WHY, by=factories.officer())


@pytest.mark.parametrize("state", ["waiting", "refused", "merged", "withdrawn", "draft"])
def test_only_what_is_shown_gets_an_answer(officer, state):
    one = asked()
    more = {
        "refused": {"refused_for": "unclear"},
        "merged": {"merged_into": one.statements.first()},
    }
    other = factories.contribution(one, state=state, **more.get(state, {}))
    with pytest.raises(NotAllowed, match=f"Proposal {other.number}"):
        actions.respond(other, "taken_up", WHY, by=officer)


# --- Writing answers


def test_a_part_can_be_saved_and_taken_out_again(officer):
    one = asked(question={"en": "What?", "fr": "Quoi ?"})
    first = one.statements.first()
    made = actions.respond(first, "", {"fr": "Parce que."}, by=officer)
    assert (made.outcome, made.reason) == ("", {"fr": "Parce que."})
    assert not queries.with_answers(one).get(pk=first.pk).is_whole
    actions.respond(first, "in_part", {"fr": "Parce que.", "en": "Because."}, by=officer)
    assert queries.with_answers(one).get(pk=first.pk).is_whole
    assert actions.respond(first, "", {"en": " ", "fr": ""}, by=officer) is None
    assert not Response.objects.exists()


@pytest.mark.parametrize(
    ("outcome", "reason"),
    [
        ("perhaps", WHY),
        ("taken_up", {"en": "x" * (LONGEST_REASON + 1)}),
        ("taken_up", {"fr": "Pas dans cette langue."}),
        ("taken_up", {"xx": "No such language."}),
    ],
)
def test_what_cannot_be_taken_is_refused_with_a_sentence(officer, outcome, reason):
    one = asked()
    with pytest.raises(Refused) as refusal:
        actions.respond(one.statements.first(), outcome, reason, by=officer)
    assert str(refusal.value).endswith(".")
    assert not Response.objects.exists()


def test_two_officers_never_lose_each_others_words(officer):
    one, other = asked(), factories.officer()
    first = one.statements.first()
    page = address(one, "answer", first.number)
    before = signed_in(officer).get(page).context["form"]["seen"].value()
    actions.respond(first, "taken_up", {"en": "Theirs."}, by=other)

    client = signed_in(officer)
    mine = {"outcome": "not_taken_up", "words_en": "Mine.", "seen": before}
    answer = client.post(page, mine)
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "Theirs." in text
    assert "Mine." in text
    first.response.refresh_from_db()
    assert first.response.reason == {"en": "Theirs."}
    # What stands in the form when it is sent again counts: they have read the other now.
    again = answer.context["form"]["seen"].value()
    assert client.post(page, {**mine, "seen": again}).status_code == 302
    first.response.refresh_from_db()
    assert (first.response.reason, first.response.by) == ({"en": "Mine."}, officer)


@pytest.mark.django_db(transaction=True)
def test_at_the_same_moment_one_is_told_of_the_other(officer):
    one = asked()
    first, found, together = one.statements.first(), [], threading.Barrier(2)

    def write(words: str) -> None:
        try:
            together.wait(timeout=20)
            actions.respond(first, "taken_up", {"en": words}, seen="", by=officer)
            found.append("kept")
        except Overtaken:
            found.append("told")
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(words,)) for words in ("A.", "B.")]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(found) == ["kept", "told"]


def test_an_officer_goes_on_from_one_to_the_next_and_can_take_words_over(officer):
    one = asked(count=3)
    client = signed_in(officer)
    said = {"outcome": "taken_up", "words_en": "Because.", "seen": "", "next": "yes"}
    for number, other in ((2, 3), (3, 1)):
        answer = client.post(address(one, "answer", number), said)
        assert answer["Location"].endswith(address(one, "answer", other).removeprefix("/en"))
    page = client.get(address(one, "answer", 1) + "?like=3")
    assert page.context["form"]["words_en"].value() == "Because."
    for hostile in ("99", "x", "-1", "9" * 30):
        assert client.get(address(one, "answer", 1), {"like": hostile}).status_code == 200
    assert client.post(address(one, "answer", 1), said)["Location"].endswith("/responses/")


def test_script_in_a_reason_is_text(officer):
    one = asked(count=1)
    words = {"en": "<script>alert(1)</script>"}
    actions.respond(one.statements.get(), "taken_up", words, by=officer)
    actions.publish_responses(one, by=officer)
    for name, more in (("responses", ()), ("response", (1,))):
        text = Client().get(address(one, name, *more)).content.decode()
        assert "<script>" not in text
        assert "&lt;script&gt;" in text


# --- Publishing them


def test_publishing_names_every_proposal_that_lacks_an_answer(officer):
    one = asked(count=4, question={"en": "What?", "fr": "Quoi ?"})
    first, second, third, _fourth = one.statements.order_by("number")
    actions.respond(first, "taken_up", {"en": "Yes.", "fr": "Oui."}, by=officer)
    actions.respond(second, "taken_up", {"en": "Yes."}, by=officer)
    actions.respond(third, "", {"en": "Yes.", "fr": "Oui."}, by=officer)
    factories.contribution(one, state="waiting")
    with pytest.raises(NotAllowed) as refusal:
        actions.publish_responses(one, by=officer)
    sentence = str(refusal.value)
    assert "Proposal 5 was not read yet" in sentence
    assert "Proposal 4 has no answer yet." in sentence
    assert "proposals 2, 3 are not finished" in sentence
    assert "Français" in sentence
    one.refresh_from_db()
    assert one.state == State.SYNTHESIS
    page = signed_in(officer).get(address(one, "answers"))
    assert "Proposal 4 has no answer yet." in page.content.decode()
    assert (
        b'action="/en/desk/consultations/%s/publish-responses/"' % one.reference.encode()
        not in (page.content)
    )


def test_a_long_list_of_missing_numbers_is_cut(officer):
    one = asked(count=60)
    with pytest.raises(NotAllowed, match=r"49, 50 and 10 more have no answer"):
        actions.publish_responses(one, by=officer)


def test_nobody_sees_an_answer_before_all_are_published(officer):
    one = asked()
    words = {"en": "Nobody knows this yet."}
    for each in one.statements.all():
        actions.respond(each, "not_taken_up", words, by=officer)
    pages = [
        *(address(one, name) for name in ("responses", "responses_csv", "responses_xlsx")),
        *(address(one, "response", 1), address(one, "conclusion")),
    ]
    for client in (Client(), signed_in(officer)):
        assert {client.get(page).status_code for page in pages} == {404}
    assert "Nobody knows" not in Client().get(one.get_absolute_url()).content.decode()
    actions.publish_responses(one, by=officer)
    for page in pages[:4]:
        answer = Client().get(page)
        assert answer.status_code == 200
        assert answer.getvalue()
    assert Client().get(pages[4]).status_code == 404
    assert "Nobody knows" in Client().get(pages[0]).content.decode()
    page = Client().get(one.get_absolute_url()).content.decode()
    assert str(Outcome.NOT_TAKEN_UP.label) in page
    assert address(one, "response", 2) in page


def test_published_answers_and_proposals_stay_as_they_are(officer):
    one = asked("responded")
    first = one.statements.first()
    for verb in (
        lambda: moderating.refuse(first, "unclear", reason="No.", by=officer),
        lambda: moderating.merge(first, one.statements.last(), by=officer),
        lambda: actions.word(one, question={"en": "Else?"}, about={}, promise={}, by=officer),
        lambda: actions.make(one, [], by=officer),
        lambda: actions.call_off(one, reason="Because.", by=officer),
        lambda: actions.reopen(one, kind="react", closes_at=timezone.now(), reason="x", by=officer),
    ):
        with pytest.raises((NotAllowed, Refused)):
            verb()
    one.refresh_from_db()
    assert one.state == State.RESPONDED


# --- What readers read


def test_readers_filter_and_load_exactly_what_they_see(officer):
    one = asked(count=0, question={"en": "What?", "ar": "ماذا؟"})
    partner = factories.partner("Bakers")
    words = {"en": "Heard.", "ar": "سُمع."}
    for number, outcome in enumerate(Outcome.values):
        more = {} if number else {"partner": partner}
        actions.respond(
            factories.contribution(one, f"Words {outcome}.", **more), outcome, words, by=officer
        )
    target = one.statements.get(text="Words in_part.")
    factories.contribution(one, "Words in part too.", state="merged", merged_into=target)
    actions.publish_responses(one, by=officer)

    def found(query: str) -> list[int]:
        page = Client().get(f"{address(one, 'responses')}?{query}")
        assert page.status_code == 200
        file = (
            Client().get(f"{address(one, 'responses_csv')}?{query}").getvalue().decode("utf-8-sig")
        )
        rows = list(csv.DictReader(io.StringIO(file)))
        numbers = [each.number for each, _tone in page.context["rows"]]
        assert [int(row["number"]) for row in rows] == numbers
        return numbers

    assert found("") == [1, 2, 3]
    assert found("outcome=in_part") == [2]
    assert found("outcome=nonsense") == [1, 2, 3]
    assert found("who=organisation") == [1]
    assert found("who=person") == [2, 3]
    assert found("words=WORDS+taken") == [1, 3]
    assert found("words=%D8%B3%D9%8F%D9%85%D8%B9") == [1, 2, 3]
    assert found("page=99999999999999999999&words=%00") == [1, 2, 3]

    file = Client().get(address(one, "responses_xlsx"))
    (head, *rows) = load_workbook(io.BytesIO(file.getvalue())).active.iter_rows(values_only=True)
    assert head[-3:] == ("outcome", "reason_ar", "reason_en")
    assert [row[6] for row in rows] == Outcome.values
    assert rows[0][4] == partner.reference
    assert rows[1][5] == "4"


def test_names_of_organisations_stay_where_answers_are_not_public(officer):
    partner = factories.partner("Millers of the Valley")
    one = asked(count=0, answers_are_public=False)
    factories.contribution(one, partner=partner)
    answer_all(one, officer)
    actions.publish_responses(one, by=officer)
    for name, more in (("responses", ()), ("response", (1,)), ("responses_csv", ())):
        got = Client().get(address(one, name, *more))
        text = (got.getvalue() if got.streaming else got.content).decode()
        assert "Millers" not in text
        assert partner.reference not in text


def test_the_thread_leads_from_priority_and_paragraph_to_the_decision_and_back(officer):
    common = factories.common_priority()
    paragraph = factories.worded(factories.instrument("doha-two", paragraphs=1)).provisions.get()
    challenge = factories.challenge()
    one = factories.consultation(
        "synthesis", priorities=[common], provisions=[paragraph], challenges=[challenge]
    )
    factories.statement(one, priority=common)
    factories.statement(one, provision=paragraph)
    answer_all(one, officer)
    actions.publish_responses(one, by=officer)
    body = factories.body(names={"en": "The bakers’ table"})
    concluded(one, officer, body=body, takes_up=[one.statements.get(number=1)])
    actions.decide(one, by=officer)

    above = {1: common, 2: paragraph}
    for number, source in above.items():
        page = Client().get(address(one, "response", number)).content.decode()
        for each in (source, challenge, one):
            assert each.get_absolute_url() in page
        assert address(one, "conclusion") in page
        back = Client().get(source.get_absolute_url()).content.decode()
        assert address(one, "response", number) in back
    page = Client().get(one.get_absolute_url()).content.decode()
    assert address(one, "conclusion") in page
    conclusion = Client().get(address(one, "conclusion")).content.decode()
    assert address(one, "response", 1) in conclusion
    assert address(one, "response", 2) not in conclusion
    assert body.get_absolute_url() in conclusion
    assert address(one, "conclusion") in Client().get(body.get_absolute_url()).content.decode()


def test_what_was_merged_leads_to_the_answer_of_what_stands_for_it():
    one = asked("responded")
    second = one.statements.latest("number")
    factories.contribution(one, state="merged", merged_into=second)
    factories.contribution(one, state="withdrawn")
    found = Client().get(address(one, "response", 3))
    assert (found.status_code, found.url) == (302, address(one, "response", second.number))
    assert Client().get(address(one, "response", 4)).status_code == 404
    assert Client().get(address(one, "response", 99)).status_code == 404
    early = asked()
    factories.contribution(early, state="merged", merged_into=early.statements.first())
    assert Client().get(address(early, "response", 3)).status_code == 404


def test_people_see_what_became_of_what_they_proposed(officer):
    one = asked(count=0, for_everyone=True)
    person = factories.person()
    mine = factories.contribution(one, "My own words.", author=take_part(Voice(one, person)))
    merged = factories.contribution(
        one, "Merged words.", author=mine.author, state="merged", merged_into=mine
    )
    actions.respond(mine, "in_part", {"en": "Half of it."}, by=officer)
    page = address(one, "propose")
    assert "Half of it." not in signed_in(person).get(page).content.decode()
    actions.publish_responses(one, by=officer)
    text = signed_in(person).get(page).content.decode()
    assert text.count("Half of it.") == 2
    assert merged.text in text
    assert "Half of it." not in signed_in(factories.person()).get(page).content.decode()


# --- The decision


def test_a_decision_lacks_what_is_told(officer):
    one = asked("responded", question={"en": "What?", "fr": "Quoi ?"})
    with pytest.raises(NotAllowed, match="which body decided"):
        actions.decide(one, by=officer)
    tomorrow = timezone.now().date() + timedelta(days=2)
    concluded(one, officer, decided_on=tomorrow)
    with pytest.raises(NotAllowed) as refusal:
        actions.decide(one, by=officer)
    assert "missing in Français" in str(refusal.value)
    assert "still to come" in str(refusal.value)
    concluded(one, officer, words={"en": "Yes.", "fr": "Oui."})
    assert actions.decide(one, by=officer).state == State.DECIDED
    assert one.conclusion.published_at


def test_a_decision_takes_up_only_what_was_answered_so(officer):
    one, other = asked("responded"), asked("responded")
    first, second = one.statements.order_by("number")
    Response.objects.filter(statement=second).update(outcome="not_taken_up")
    for wrong in (second, other.statements.first()):
        with pytest.raises(Refused, match="not answered as taken up"):
            concluded(one, officer, takes_up=[wrong])
    assert list(concluded(one, officer, takes_up=[first]).takes_up.all()) == [first]


def test_a_decision_of_a_meeting_is_of_that_body_and_day(officer):
    one = asked("responded")
    decision = factories.decision(factories.meeting(factories.body()))
    day = decision.meeting.local_start.date()
    given = {"decision": decision, "body": decision.meeting.body, "decided_on": day}
    for wrong in (
        {"body": factories.body()},
        {"decided_on": day - timedelta(days=3)},
        {"decision": factories.decision(decision.meeting, published_at=None)},
    ):
        with pytest.raises(Refused) as refusal:
            concluded(one, officer, **{**given, **wrong})
        assert str(refusal.value).startswith("Decision DEC-")
    with pytest.raises(Refused, match="Example body"):
        concluded(one, officer, body=factories.body(is_example=True))
    assert concluded(one, officer, **given).decision == decision
    actions.decide(one, by=officer)
    assert decision.reference in Client().get(address(one, "conclusion")).content.decode()


def test_dissent_is_printed_with_the_decision_in_the_groups_own_words(officer):
    one = asked("responded")
    workers, others = factories.group(), factories.group("EMP")
    with pytest.raises(NotAllowed, match="Write first"):
        actions.set_dissent(one, workers, "No.", "en", by=officer)
    concluded(one, officer)
    actions.set_dissent(one, workers, "نحن لا نوافق.", "ar", by=officer)
    actions.set_dissent(one, others, "We neither.", "en", by=officer)
    actions.set_dissent(one, others, "", "en", by=officer)
    with pytest.raises(Overtaken):
        actions.set_dissent(one, workers, "Else.", "en", seen="", by=officer)
    with pytest.raises(Refused):
        actions.set_dissent(one, workers, "x" * (LONGEST_REASON + 1), "en", by=officer)
    with pytest.raises(Refused):
        actions.set_dissent(one, workers, "No.", "tlh", by=officer)
    actions.decide(one, by=officer)
    page = Client().get(address(one, "conclusion")).content.decode()
    assert "نحن لا نوافق." in page
    assert str(workers.name) in page
    assert str(others.name) not in page
    with pytest.raises(NotAllowed):
        actions.set_dissent(one, workers, "", "en", by=officer)


def test_the_decision_is_written_on_the_desk_and_its_draft_never_lost(officer):
    one = asked("responded")
    body, client = factories.body(), signed_in(officer)
    said = {
        "body": body.code,
        "decided_on": "2026-01-02",
        "words_en": "All of it.",
        "takes_up": ["1", "2"],
        "seen": "",
    }
    page = address(one, "conclude")
    for wrong in (
        {"body": "nobody"},
        {"decided_on": "yesterday"},
        {"takes_up": ["3"]},
        {"takes_up": ["9" * 30]},
        {"decision": "DEC-1999-0001"},
        {"words_en": "x" * 5_000},
    ):
        assert client.post(page, {**said, **wrong}).status_code == 200
    assert not hasattr(Consultation.objects.get(pk=one.pk), "conclusion")
    assert client.post(page, said).status_code == 302
    other = client.post(page, {**said, "words_en": "Else."})  # rests on none, and there is one
    assert "All of it." in other.content.decode()
    one.conclusion.refresh_from_db()
    assert one.conclusion.words == {"en": "All of it."}

    group = factories.group()
    chosen = client.get(address(one, "choose_group"), {"group": group.code})
    assert chosen["Location"].endswith(f"/dissent/{group.code}/")
    said = {"words": "We do not.", "language": "en", "seen": ""}
    assert client.post(address(one, "dissent", group.code), said).status_code == 302
    assert client.post(address(one, "decide")).status_code == 302
    assert client.post(address(one, "feed_back")).status_code == 302
    one.refresh_from_db()
    assert one.state == State.FEEDBACK
    assert "We do not." in Client().get(address(one, "conclusion")).content.decode()


# --- You said, we did


def spoken(count: int = 1) -> tuple[Consultation, list[Any]]:
    """A decided consultation in which so many organisations proposed something."""
    one = factories.consultation("decided")
    partners = [factories.partner(person=factories.person()) for _ in range(count)]
    for partner in partners:
        factories.response(factories.contribution(one, partner=partner))
    factories.conclusion(one)
    return one, partners


def letters() -> Any:
    return Letter.objects.filter(key__startswith="consultations.feed_back")


def test_each_contributor_gets_one_letter_about_all_that_is_theirs(officer):
    one, (partner,) = spoken()
    mine = one.statements.get()
    twin = factories.contribution(one, "Twin.", partner=partner, state="merged", merged_into=mine)
    factories.contribution(one, "Never sent.", partner=partner, state="draft")
    common = factories.common_priority()
    credited = common.members.first().priority.partner
    reader = factories.mandate(credited, "editor").person
    Response.objects.filter(statement=mine).update(reason={"en": "Heard.", "ar": "سُمع."})
    shared = factories.statement(one, priority=common)
    shared.credits.create(partner=credited)
    factories.response(shared, reason={"en": "Shared by many."})
    voted = factories.partner(person=factories.person())
    answered = one.participants.create(partner=voted, signed_at=timezone.now())
    answered.votes.create(statement=mine, value=1)
    silent = factories.partner(person=factories.person())
    one.participants.create(partner=silent).votes.create(statement=mine, value=1, is_draft=True)
    left = factories.partner(person=factories.person(), state="withdrawn")
    gone = one.participants.create(partner=left, signed_at=timezone.now())
    gone.votes.create(statement=mine, value=1)

    actions.feed_back(one, by=officer)
    told = set(letters().values_list("to_person", flat=True))
    people = {each.mandates.get().person_id for each in (partner, voted)}
    assert told == people | {reader.pk}
    text = letters().get(to_person__mandates__partner=partner).text
    for words in (mine.text, twin.text, "Heard.", "together with proposal 1"):
        assert words in text
    assert "Never sent." not in text
    assert "Shared by many." in letters().get(to_person=reader).text
    telling.tell_the_rest()
    call_command("consultations", "keep")
    assert letters().count() == 3


def test_followers_are_told_of_the_answers_and_of_the_decision_once_each(officer):
    one = asked()
    follower, partner = factories.person(language="ar"), factories.partner("Bakers")
    writer = factories.mandate(partner, "editor").person
    factories.contribution(one, partner=partner)
    for person in (follower, writer):
        one.followers.create(person=person)
    answer_all(one, officer)
    actions.publish_responses(one, by=officer)
    assert Letter.objects.filter(to_person=follower).count() == 1
    concluded(one, officer)
    actions.decide(one, by=officer)
    assert Letter.objects.filter(to_person=follower).count() == 1
    actions.feed_back(one, by=officer)
    assert Letter.objects.filter(to_person=follower).count() == 2
    # Who writes for a contributor reads it there, and not a second time.
    keys = Letter.objects.filter(to_person=writer).values_list("key", flat=True)
    assert sorted(key.split(":")[0] for key in keys) == [
        "consultations.feed_back",
        "consultations.followed",
    ]


def test_an_officer_waits_for_one_round_and_the_clock_writes_the_rest(officer, monkeypatch):
    monkeypatch.setattr(telling, "A_ROUND", 2)
    one, partners = spoken(5)
    for _ in range(3):
        one.followers.create(person=factories.person())
    actions.feed_back(one, by=officer)
    assert letters().count() == 2
    assert not Telling.objects.get().is_done
    call_command("consultations", "keep")
    assert letters().count() == len(partners)
    assert Letter.objects.filter(key__startswith="consultations.followed").count() == 3
    assert Telling.objects.get().is_done
    with CaptureQueriesContext(connection) as caught:
        telling.tell_the_rest()
    assert len(caught) == 1


def test_with_the_last_letter_the_tie_to_people_is_cut(officer):
    one, person = asked("decided", count=0, for_everyone=True), factories.person()
    mine = factories.contribution(one, "My own.", author=take_part(Voice(one, person)))
    factories.response(mine)
    page = address(one, "propose")
    assert "My own." in signed_in(person).get(page).content.decode()
    assert Seal.objects.filter(consultation=one).exists()
    actions.feed_back(one, by=officer)
    assert not Seal.objects.exists()
    assert "My own." not in signed_in(person).get(page).content.decode()
    assert Statement.objects.filter(pk=mine.pk).exists()


def test_what_is_called_off_keeps_no_tie_to_people_either(officer):
    one, person = factories.consultation("open", for_everyone=True), factories.person()
    take_part(Voice(one, person))
    actions.call_off(one, reason="No money.", by=officer)
    assert not Seal.objects.exists()
    assert one.participants.count() == 1


# --- Records of it


def test_every_step_stands_in_history_trail_and_catalogue(officer):
    one = asked(count=1)
    answer_all(one, officer)
    actions.publish_responses(one, by=officer)
    group = factories.group()
    concluded(one, officer, words={"en": "Bread for everybody at night."})
    actions.set_dissent(one, group, "Never.", "en", by=officer)
    actions.decide(one, by=officer)
    actions.feed_back(one, by=officer)
    verbs = ["publish_responses", "decide", "feed_back"]
    assert [step.verb for step in one.moves.all()] == verbs
    events = Event.objects.filter(verb__startswith="consultations.").order_by("pk")
    assert [each.verb.removeprefix("consultations.") for each in events] == [
        *("respond", "publish_responses", "set_conclusion", "set_dissent", "decide", "feed_back"),
    ]
    assert "bread for everybodi" in Record.objects.get(key=one.reference).search_text.lower()


@pytest.mark.parametrize("name", ["responses", "conclusion"])
def test_queries_do_not_grow(officer, name):
    spent = []
    for count in (1, 4):
        one = asked("decided", count=0)
        for number in range(count):
            partner = factories.partner()
            each = factories.contribution(one, partner=partner)
            factories.response(each)
            each.credits.create(partner=partner)
            one.conclusion.takes_up.add(each)
            one.conclusion.dissents.create(group=factories.group(f"G{number}"), words="No.")
        with CaptureQueriesContext(connection) as caught:
            assert Client().get(address(one, name)).status_code == 200
        spent.append(len(caught))
    assert spent[0] == spent[1]
