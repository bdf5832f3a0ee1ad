"""First proposals: from what partners share, and from paragraphs nobody has taken up."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from coalition.base.errors import NotAllowed, Refused
from coalition.base.models import Event
from coalition.consultations.actions import announce
from coalition.consultations.history import history
from coalition.consultations.models import LONGEST, Consultation, Credit, Statement
from coalition.consultations.seeding import queries
from coalition.consultations.seeding.actions import Seed, make, reword, take_back
from coalition.consultations.states import State
from coalition.mailroom.models import Letter
from tests import factories

pytestmark = pytest.mark.django_db

WORDS = "Pay night work as night work."


@pytest.fixture
def officer() -> Any:
    return factories.officer()


@pytest.fixture
def desk(officer: Any) -> Client:
    client = Client()
    client.force_login(officer)
    return client


@pytest.fixture
def shared() -> Any:
    """A common priority of two partners, each with a focal point."""
    people = [factories.person(f"{name}@partners.test") for name in ("bakers", "millers")]
    partners = [factories.partner(name, person=who) for name, who in zip("AB", people, strict=True)]
    members = [factories.priority(one, words=f"Night work, {one.name}") for one in partners]
    return factories.common_priority(members=members, names={"en": "Night work is work"})


def of(state: str, *, priorities: Any = (), provisions: Any = (), **fields: Any) -> Consultation:
    return factories.consultation(state, priorities=priorities, provisions=provisions, **fields)


def seed(source: Any, text: str = WORDS, language: str = "en") -> Seed:
    return Seed(source, text, language)


def told(one: Consultation) -> list[str]:
    return [move.sentence for move in history(one)]


def letters() -> list[str]:
    found = Letter.objects.filter(key__startswith="consultations.").order_by("to_address")
    return list(found.values_list("to_address", flat=True))


def address(one: Consultation, name: str = "first_proposals", *more: Any) -> str:
    return reverse(f"consultations:{name}", args=[one.reference, *more])


# --- Who, and when


# y: it happens; -: it is refused with a sentence.
#           draft planned open synthesis responded decided feedback called_off
TABLE = """
make        y     y       y    -         -         -       -        -
reword      y     y       -    -         -         -       -        -
take_back   y     -       -    -         -         -       -        -
"""


@pytest.mark.parametrize("row", TABLE.strip().splitlines())
def test_each_verb_happens_in_the_right_states(officer, shared, row):
    verb, *cells = row.split()
    # Of the factory's consultations the planned one is reacted to later, the open one now.
    for state, cell in zip(State.values, cells, strict=True):
        one = of(state, priorities=[shared])
        standing = factories.statement(one)
        do = {
            "make": lambda one=one: make(one, [seed(shared)], by=officer),
            "reword": lambda one=standing: reword(one, "Other words.", "en", by=officer),
            "take_back": lambda one=standing: take_back(one, by=officer),
        }[verb]
        if cell == "y":
            do()
            assert Event.objects.filter(verb__startswith=f"consultations.{verb}").exists()
            continue
        before = list(one.statements.values_list("text", flat=True))
        with pytest.raises(NotAllowed) as refusal:
            do()
        assert str(refusal.value).endswith(".")
        assert list(one.statements.values_list("text", flat=True)) == before


def test_the_pages_are_for_officers_alone(shared):
    one = of("draft", priorities=[shared])
    factories.statement(one)
    signatory = shared.members.first().priority.partner.mandates.get()
    for person in (AnonymousUser(), factories.person(), signatory.person):
        client = Client()
        if person.is_authenticated:
            client.force_login(person)
        for name, more in (("first_proposals", ()), ("proposal", (1,)), ("take_back", (1,))):
            answer = client.post(address(one, name, *more))
            assert answer.status_code == (404 if person.is_authenticated else 302)
    assert one.statements.count() == 1


# --- What can become one


def test_what_is_shared_and_what_nobody_took_up_are_offered(shared):
    text = factories.instrument(paragraphs=3)
    first, second, third = text.provisions.all()
    factories.commitment("published", provisions=[second])
    other = factories.instrument("elsewhere", paragraphs=2)
    factories.commitment("draft", provisions=[third])  # a draft takes nothing up
    suggested = factories.common_priority("suggested")
    unasked = factories.common_priority()
    one = of(
        "draft",
        priorities=[shared, suggested],
        provisions=[second, other.provisions.first()],
        text=text,
    )

    offered = queries.candidates(one)

    sources = [each.source for each in offered]
    assert sources[0] == shared
    assert set(sources[1:]) == {first, third, other.provisions.first()}
    assert unasked not in sources
    assert (offered[0].partners, list(offered[0].quotes)) == (2, ["Night work, A", "Night work, B"])
    assert offered[0].words == "Night work is work"


def test_a_paragraph_is_taken_up_by_who_takes_up_a_point_of_it():
    text = factories.instrument(paragraphs=1)
    whole = text.provisions.get()
    point, deep = (
        text.provisions.create(
            eid=f"para_1__{name}", number=name, role="point", position=n, paragraph=whole
        )
        for n, name in enumerate(("a", "i"), 2)
    )
    point.parent, deep.parent = whole, point
    point.save()
    deep.save()
    one = of("draft", provisions=[whole, point, deep])
    assert len(queries.candidates(one)) == 3

    factories.commitment("published", provisions=[deep])

    assert queries.candidates(one) == []


def test_a_paragraph_that_a_newer_version_left_out_is_not_offered():
    text = factories.worded(factories.instrument(paragraphs=2))
    kept, _left_out = text.provisions.all()
    newer = text.versions.create(
        symbol="T/2", title="Newer", digest="1" * 64, adopted_on=date(2026, 3, 2)
    )
    newer.wordings.create(provision=kept, eid=kept.eid, position=1, words="We bake bread.")

    assert [each.source for each in queries.candidates(of("draft", text=text))] == [kept]


def test_words_are_suggested_in_a_language_of_the_consultation(shared):
    one = of("draft", priorities=[shared], question={"fr": "Quoi ?"})
    assert queries.candidates(one)[0].words == ""

    shared.names = {"en": "Night work is work", "fr": "La nuit, c’est du travail"}
    shared.save()
    assert queries.candidates(one)[0].words == "La nuit, c’est du travail"
    one.question = {"en": "What?", "fr": "Quoi ?"}
    assert queries.candidates(one)[0].words == "Night work is work"
    with translation.override("fr"):  # an officer's own language first
        assert queries.candidates(one)[0].words == "La nuit, c’est du travail"
    one.question = {"fr": "Quoi ?"}

    shared.names = {"en": "x" * (LONGEST + 1), "es": "La noche"}
    shared.save()
    words = queries.candidates(one)[0].words
    assert (words, words.language) == ("", "fr")  # nothing that would have to be cut


def test_what_is_offered_costs_the_same_for_one_and_for_many(shared):
    def count(one: Consultation) -> int:
        with CaptureQueriesContext(connection) as captured:
            queries.candidates(one)
        return len(captured)

    few = of(
        "draft",
        priorities=[shared],
        text=factories.worded(factories.instrument("few", paragraphs=1)),
    )
    many = [shared, *(factories.common_priority() for _ in range(4))]
    text = factories.worded(factories.instrument("many", paragraphs=5))
    full = of("draft", priorities=many, text=text)

    assert count(few) == count(full) == 6
    assert [each.quotes[0] for each in queries.candidates(full)[5:]] == ["We bake."] * 5


# --- Making them


def test_who_shares_it_is_credited_and_told_once_it_is_public(officer, shared):
    one = of("draft", priorities=[shared])

    (made,) = make(one, [seed(shared)], by=officer)

    assert (made.number, made.text, made.priority) == (1, WORDS, shared)
    assert [credit.partner.name for credit in made.credits.order_by("pk")] == ["A", "B"]
    assert (letters(), told(one)) == ([], [])  # a draft is nobody's business

    announce(one, by=officer)
    announced = letters()
    assert announced == ["bakers@partners.test", "millers@partners.test"]
    assert WORDS in Letter.objects.get(to_address=announced[0]).text
    assert not Credit.objects.filter(told_at=None).exists()


def test_announced_it_is_told_at_once_and_each_batch_once(officer, shared):
    one = of("planned", priorities=[shared])
    make(one, [seed(shared)], by=officer)
    make(one, [seed(shared)], by=officer)
    assert letters() == ["bakers@partners.test", "millers@partners.test"]
    assert told(one) == ["1 first proposal added"]

    # What comes later is told as well; those who share only the first are not bothered again.
    again = factories.priority(shared.members.first().priority.partner, rank=2)
    more = factories.common_priority(members=[again])
    one.priorities.add(more)
    make(one, [seed(more, "Let bakers sleep.")], by=officer)
    assert letters() == ["bakers@partners.test"] * 2 + ["millers@partners.test"]


def test_of_many_the_first_are_told_at_once_and_the_rest_by_the_clock(
    officer, shared, monkeypatch, capsys
):
    monkeypatch.setattr("coalition.consultations.crediting.AT_ONCE", 1)
    third = factories.partner(person=factories.person("third@partners.test"))
    shared.members.create(priority=factories.priority(third), standing="in")
    draft = of("draft", priorities=[shared])
    make(draft, [seed(shared)], by=officer)
    make(of("planned", priorities=[shared]), [seed(shared)], by=officer)
    assert letters() == ["bakers@partners.test"]

    call_command("consultations", "keep")
    call_command("consultations", "keep")

    names = ("bakers", "millers", "third")
    assert letters() == [f"{name}@partners.test" for name in names]  # of the draft nobody
    assert capsys.readouterr().out.count("2 partners told that proposals name them.") == 1


def test_two_proposals_of_one_partner_are_one_letter(officer, shared):
    again = factories.priority(shared.members.first().priority.partner, rank=2)
    more = factories.common_priority(members=[again])
    one = of("planned", priorities=[shared, more])

    make(one, [seed(shared), seed(more, "Let bakers sleep.")], by=officer)

    letter = Letter.objects.get(to_address="bakers@partners.test")
    assert f"1. {WORDS}" in letter.text
    assert "2. Let bakers sleep." in letter.text


def test_made_twice_nothing_doubles(officer, shared):
    provision = factories.instrument(paragraphs=1).provisions.get()
    one = of("draft", priorities=[shared], provisions=[provision])
    seeds = [seed(shared), seed(shared), seed(provision, "Rest between two shifts.")]

    assert len(make(one, seeds, by=officer)) == 2
    assert make(one, seeds, by=officer) == []

    assert list(one.statements.values_list("number", flat=True)) == [1, 2]
    assert Credit.objects.count() == 2


def test_whoever_was_taken_out_or_left_is_not_credited(officer, shared):
    kept, out = shared.members.order_by("pk")
    out.standing = "out"
    out.save()
    left = factories.priority(factories.partner(state="left"))
    shared.members.create(priority=left, standing="in")
    one = of("draft", priorities=[shared])

    (made,) = make(one, [seed(shared)], by=officer)

    assert [credit.partner for credit in made.credits.all()] == [kept.priority.partner]


def test_a_paragraph_of_its_text_is_answered_from_then_on(officer):
    text = factories.instrument(paragraphs=2)
    first = text.provisions.first()
    one = of("planned", text=text)

    make(one, [seed(first)], by=officer)

    assert list(one.provisions.all()) == [first]
    assert len(told(one)) == 2  # the scope, and the proposal


@pytest.mark.parametrize(
    ("text", "language", "sentence"),
    [
        ("   ", "en", "Write the proposal in a sentence."),
        ("\u202e\u200b", "en", "Write the proposal in a sentence."),
        ("x" * (LONGEST + 1), "en", "at most 280"),
        ("x" * 10_000, "en", "10000 characters"),
        (WORDS, "fr", "languages in which the consultation is held"),
        ("Keep  BAKERIES open.", "en", "says the same as proposal 1"),
    ],
)
def test_words_that_make_no_proposal_are_refused(officer, shared, text, language, sentence):
    one = of("draft", priorities=[shared])
    factories.statement(one, "Keep bakeries open.")

    with pytest.raises(Refused, match=sentence):
        make(one, [seed(shared, text, language)], by=officer)

    assert one.statements.count() == 1


def test_nothing_ticked_is_told(officer):
    with pytest.raises(Refused, match="Tick at least one"):
        make(of("draft"), [], by=officer)


def test_what_is_taken_up_meanwhile_or_not_its_own_is_refused_whole(officer, shared):
    first, second = factories.instrument(paragraphs=2).provisions.all()
    one = of("draft", priorities=[shared], provisions=[first])
    other = factories.common_priority()
    factories.commitment("published", provisions=[first])

    for wrong, sentence in (
        (first, "paragraph 1: somebody has taken this paragraph up"),
        (second, "paragraph 2: somebody"),
        (other, "is not a common priority that this consultation answers"),
    ):
        with pytest.raises(NotAllowed, match=sentence):
            make(one, [seed(shared), seed(wrong, "Other words.")], by=officer)

    assert not Statement.objects.exists()


def test_no_consultation_begins_with_everything(officer, shared, monkeypatch):
    monkeypatch.setattr("coalition.consultations.seeding.actions.MOST_FIRST", 1)
    one = of("draft", priorities=[shared])
    factories.statement(one)

    with pytest.raises(Refused, match="at most 1 proposals"):
        make(one, [seed(shared)], by=officer)


# --- Wording them anew


def test_reworded_in_sight_of_all_until_people_answer(officer):
    one = of("planned")
    made = factories.statement(one, "Pay nights.")

    reword(made, WORDS, "en", by=officer)
    reword(made, WORDS, "en", by=officer)  # the same again tells nothing

    made.refresh_from_db()
    assert made.text == WORDS
    assert [(each.sentence, each.reason) for each in history(one)] == [
        ("Proposal 1 reworded", "Before: “Pay nights.”")
    ]
    one.phases.update(opens_at=one.announced_at)
    with pytest.raises(NotAllowed, match="People answer the proposals already"):
        reword(made, "Pay nights.", "en", by=officer)


def test_two_officers_do_not_reword_unseen(officer, desk):
    one = of("draft")
    made = factories.statement(one, "Pay nights.")
    page = desk.get(address(one, "proposal", 1))
    reword(made, WORDS, "en", by=officer)

    seen = page.context["form"]["seen"].value()
    answer = desk.post(
        address(one, "proposal", 1), {"text": "Other.", "language": "en", "seen": seen}
    )

    assert "Somebody else changed" in answer.content.decode()
    made.refresh_from_db()
    assert made.text == WORDS


def test_taken_out_of_a_draft_it_can_be_made_again(officer, shared):
    one = of("draft", priorities=[shared])
    (made,) = make(one, [seed(shared)], by=officer)

    take_back(made, by=officer)
    with pytest.raises(Refused, match="taken out meanwhile"):
        take_back(made, by=officer)

    assert [each.source for each in queries.candidates(one)] == [shared]
    assert len(make(one, [seed(shared)], by=officer)) == 1


# --- The page


def test_the_page_makes_what_is_ticked_in_the_words_written(desk, shared):
    provision = factories.instrument(paragraphs=1).provisions.get()
    one = of("draft", priorities=[shared], provisions=[provision])
    key, other = f"priority-{shared.pk}", f"provision-{provision.pk}"
    page = desk.get(address(one)).content.decode()
    assert "Night work is work" in page
    assert "What paragraph 1 is about" in page

    sent = {f"{key}-take": "on", f"{key}-text": WORDS, f"{key}-language": "en"}
    # What is not ticked is not asked for, however it was left.
    sent |= {f"{other}-text": "x" * 900, f"{other}-language": "en"}
    for _ in range(2):
        answer = desk.post(address(one), sent, follow=True)

    assert answer.status_code == 200
    assert "these are proposals already" in answer.content.decode()
    assert [(each.text, each.priority) for each in one.statements.all()] == [(WORDS, shared)]


def test_what_is_refused_keeps_what_was_typed(desk, shared):
    other = factories.common_priority()
    one = of("draft", priorities=[shared, other])
    sent = {}
    for each in (shared, other):
        sent |= {
            f"priority-{each.pk}-take": "on",
            f"priority-{each.pk}-text": f"<b>{WORDS}</b>",
            f"priority-{each.pk}-language": "en",
        }

    page = desk.post(address(one), sent).content.decode()

    assert "says the same as proposal 1" in page
    assert page.count("&lt;b&gt;Pay night work as night work.&lt;/b&gt;</textarea>") == 2
    assert "<b>Pay" not in page
    assert not one.statements.exists()


def test_over_it_says_why_nothing_can_be_added(desk, shared):
    one = of("synthesis", priorities=[shared])

    page = desk.get(address(one)).content.decode()

    assert "so no proposal can be added" in page
    assert "<textarea" not in page
