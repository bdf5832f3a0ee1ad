"""What people and organisations say of a text, paragraph by paragraph: read, signed, taken back."""

from __future__ import annotations

import csv
import gzip
import html
import io
import re
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from coalition.analysis.word_diff import Change, word_diff
from coalition.base.errors import NotAllowed, Refused
from coalition.base.limits import HOUR, Limit
from coalition.base.models import Event
from coalition.consultations.discussing import actions, moderating, queries, views
from coalition.consultations.discussing.actions import SaidAlready
from coalition.consultations.models import Consultation, Remark, RemarkMove
from coalition.consultations.sealing import throw_key_away
from coalition.consultations.signing import tell_signatories
from coalition.consultations.states import StatementState
from coalition.consultations.voices import voice_of
from coalition.instruments.models import Instrument
from coalition.mailroom.models import Letter
from coalition.web.examples import remarks, versions
from tests import factories

pytestmark = pytest.mark.django_db

SAID = (
    "Night bakers need a doctor.",
    "Publish what every oven costs.",
    "Apprentices learn for free.",
    "Inspectors come unannounced.",
    "Measure flour dust monthly.",
    "Parents pick their hours.",
)
POINT = "para_2__point_a"


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


@pytest.fixture
def officer() -> Any:
    return factories.officer()


@pytest.fixture
def partner() -> Any:
    """With a signatory, an editor and a viewer."""
    made = factories.partner("Bakers")
    for role in ("signatory", "editor", "viewer"):
        factories.mandate(made, role, person=factories.person(f"{role}@bakers.test"))
    return made


def of_role(partner: Any, role: str) -> Any:
    return partner.mandates.get(role=role).person


def worded(text: Any, words: str = "We bake bread at night.", **fields: Any) -> Any:
    """A version in which every paragraph says this, with its number."""
    version = text.versions.create(
        **{"symbol": text.symbol, "title": text.symbol, "digest": "0" * 64, **fields}
    )
    for each in text.provisions.all():
        version.wordings.create(
            provision=each,
            words=f"{words} ({each.number})",
            **{name: getattr(each, name) for name in ("eid", "position", "number", "role")},
        )
    return version


def bread(paragraphs: int = 3, code: str = "bread") -> Any:
    """A text with so many paragraphs, a point in the second of them, and a heading of our own."""
    text = factories.instrument(code, paragraphs=paragraphs)
    second = text.provisions.get(eid="para_2")
    text.provisions.create(
        *(), eid=POINT, number="2 (a)", role="point", position=2, parent=second, paragraph=second
    )
    worded(text)
    text.provisions.create(
        eid="ours__bread", role="heading", position=0, gist={"en": "Bread, in our division"}
    )
    return text


def asked(*, days: tuple[int, int] = (-1, 14), state: str = "open", **fields: Any) -> Consultation:
    """A consultation of partners and people in which a text is discussed now."""
    text = fields.pop("text", None) or bread()
    one = factories.consultation(state, **{"for_everyone": True, "text": text, **fields})
    factories.phase(one, "discuss", days=days)
    return one


def paragraph(one: Consultation, eid: str = "para_1") -> Any:
    return one.text.provisions.get(eid=eid)


def say(
    one: Consultation,
    person: Any,
    text: str = SAID[0],
    partner: Any = None,
    *,
    eid: str = "para_1",
    instead: str = "",
) -> Remark:
    about = paragraph(one, eid)
    wording = about.wordings.last()
    voice = voice_of(one, person, partner)
    return actions.remark(voice, about, text, "en", instead=instead, wording=wording)


def address(one: Consultation, name: str = "discuss", *more: Any) -> str:
    return reverse(f"consultations:{name}", args=[one.reference, *more])


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def body(answer: Any) -> str:
    if answer.streaming:
        return b"".join(answer.streaming_content).decode()
    return answer.content.decode()


# --- Who, and when


# What becomes of a remark, or - where it is refused with a sentence; columns are people.
#        person    signatory  editor  viewer  stranger_for_partner
WHO = "  waiting   waiting    draft   -       -"


def test_who_says_something_and_what_becomes_of_it(partner):
    one, stranger = asked(), factories.person()
    voices = [
        (stranger, None),
        *((of_role(partner, role), partner) for role in ("signatory", "editor", "viewer")),
        (stranger, partner),
    ]
    for (person, speaks_for), cell, words in zip(voices, WHO.split(), SAID, strict=False):
        if cell == "-":
            with pytest.raises(NotAllowed) as refusal:
                say(one, person, words, speaks_for)
            assert str(refusal.value).endswith(".")
        else:
            assert say(one, person, words, speaks_for).state == cell
    assert one.remarks.count() == 3


def test_a_consultation_of_partners_takes_nothing_from_persons(partner):
    one = asked(for_everyone=False)
    with pytest.raises(NotAllowed):
        say(one, factories.person())
    assert say(one, of_role(partner, "signatory"), partner=partner)


def test_what_is_not_read_first_is_shown_at_once(partner):
    one = asked(reads_first=False)
    assert say(one, factories.person()).state == StatementState.ACCEPTED
    draft = say(one, of_role(partner, "editor"), SAID[1], partner)
    assert draft.state == StatementState.DRAFT
    signed = actions.sign(draft, by=of_role(partner, "signatory"))
    assert signed.state == StatementState.ACCEPTED


#           planned open synthesis called_off
@pytest.mark.parametrize("row", ["remark y y - -", "withdraw y y - -", "sign y y - -"])
def test_what_participants_do_in_the_right_states(partner, row):
    verb, *cells = row.split()
    editor, signatory = of_role(partner, "editor"), of_role(partner, "signatory")
    text = bread()
    for state, cell in zip(("planned", "open", "synthesis", "called_off"), cells, strict=True):
        one = asked(state=state, text=text)
        standing = factories.remark(one, paragraph(one), partner=partner, state="draft")
        do = {
            "remark": lambda one=one: say(one, editor, partner=partner),
            "withdraw": lambda it=standing: actions.withdraw(it, by=editor),
            "sign": lambda it=standing: actions.sign(it, by=signatory),
        }[verb]
        if cell == "y":
            do()
            continue
        with pytest.raises(NotAllowed) as refusal:
            do()
        assert str(refusal.value).endswith(".")
        standing.refresh_from_db()
        assert (standing.state, one.remarks.count()) == ("draft", 1)


def test_it_closes_to_the_second(monkeypatch):
    one, person = asked(), factories.person()
    phase = one.phases.get(kind="discuss")
    monkeypatch.setattr(timezone, "now", lambda: phase.closes_at - timedelta(seconds=1))
    assert say(one, person)
    monkeypatch.setattr(timezone, "now", lambda: phase.closes_at)
    with pytest.raises(NotAllowed, match="Closed on"):
        say(one, person, SAID[1])


@pytest.mark.parametrize(
    ("days", "sentence"), [((3, 9), "Opens on"), ((-9, -3), "Closed on"), (None, "no such phase")]
)
def test_outside_its_phase_the_page_says_when(days, sentence):
    one = asked(days=days or (-1, 14))
    if days is None:
        one.phases.filter(kind="discuss").delete()
    client = signed_in(factories.person())
    url = address(one, "discuss_paragraph", "para_1")
    page = client.get(url)
    assert page.status_code == 200
    assert sentence in body(page)
    assert 'name="text"' not in body(page)
    sent = client.post(url, {"speaker": "myself", "text": SAID[0], "language": "en"})
    assert sent.status_code == 403
    assert sentence in body(sent)
    assert not one.remarks.exists()


#        draft  waiting  accepted  refused  withdrawn
WITHDRAW = """
person   .      y        y         -        -
signatory y     y        y         -        -
editor   y      -        -         -        -
viewer   -      -        -         -        -
"""


@pytest.mark.parametrize("row", WITHDRAW.strip().splitlines())
def test_who_takes_what_back(partner, row):
    who, *cells = row.split()
    states = ("draft", "waiting", "accepted", "refused", "withdrawn")
    one, person = asked(), factories.person()
    for state, cell in zip(states, cells, strict=True):
        if cell == ".":
            continue
        if who == "person":
            it = say(one, person, eid="para_1")
            Remark.objects.filter(pk=it.pk).update(
                state=state, refused_for="off_topic" if state == "refused" else ""
            )
            it.refresh_from_db()
            by = person
        else:
            more = {"refused_for": "off_topic"} if state == "refused" else {}
            it = factories.remark(one, paragraph(one), partner=partner, state=state, **more)
            by = of_role(partner, who)
        if cell == "y":
            assert actions.withdraw(it, by=by).state == "withdrawn"
            continue
        with pytest.raises(NotAllowed):
            actions.withdraw(it, by=by)
        it.refresh_from_db()
        assert it.state == state


def test_only_the_signatory_signs(partner):
    one = asked()
    draft = say(one, of_role(partner, "editor"), partner=partner)
    for person in (of_role(partner, "editor"), of_role(partner, "viewer"), factories.person()):
        with pytest.raises(NotAllowed):
            actions.sign(draft, by=person)
    assert actions.sign(draft, by=of_role(partner, "signatory")).state == StatementState.WAITING
    with pytest.raises(NotAllowed):
        actions.sign(draft, by=of_role(partner, "signatory"))


# --- The desk


#             waiting accepted refused withdrawn draft
VERBS = """
accept        y       -        y       -         -
refuse        y       y        -       -         -
"""


@pytest.mark.parametrize("row", VERBS.strip().splitlines())
def test_each_verb_of_the_desk_happens_in_the_right_states(officer, partner, row):
    verb, *cells = row.split()
    one = asked()
    states = ("waiting", "accepted", "refused", "withdrawn", "draft")
    for state, cell in zip(states, cells, strict=True):
        more = {"refused_for": "hateful"} if state == "refused" else {}
        it = factories.remark(one, paragraph(one), partner=partner, state=state, **more)
        do = {
            "accept": lambda it=it: moderating.accept(it, by=officer),
            "refuse": lambda it=it: moderating.refuse(it, "off_topic", reason="So.", by=officer),
        }[verb]
        if cell == "y":
            do()
            assert it.moves.get().by == officer
            continue
        with pytest.raises(NotAllowed):
            do()
        it.refresh_from_db()
        assert it.state == state


def test_the_reason_is_from_the_list_and_in_words(officer):
    one = asked()
    it = factories.remark(one, paragraph(one), state="waiting")
    for reason in ("several", "unclear", "because", ""):
        with pytest.raises(Refused, match="list"):
            moderating.refuse(it, reason, reason="No.", by=officer)
    with pytest.raises(NotAllowed, match="reason"):
        moderating.refuse(it, "off_topic", reason=" ", by=officer)
    client = signed_in(officer)
    sent = client.post(
        address(one, "refuse_remark", it.number), {"refused_for": "unclear", "reason": "No."}
    )
    assert sent.status_code == 200
    it.refresh_from_db()
    assert it.state == "waiting"


def test_the_desk_is_for_officers_who_do_not_speak_for_the_author(officer, partner):
    one = asked()
    it = factories.remark(one, paragraph(one), partner=partner, state="waiting")
    pages = (("remarks_desk", ()), ("remarks_desk_csv", ()), ("remark_on_desk", (it.number,)))
    posts = (
        *((f"{verb}_remark", (it.number,)) for verb in ("accept", "refuse")),
        ("accept_remarks", ()),
    )
    for person in (of_role(partner, "signatory"), factories.person()):
        client = signed_in(person)
        assert {client.get(address(one, name, *more)).status_code for name, more in pages} == {404}
        assert {client.post(address(one, name, *more)).status_code for name, more in posts} == {404}
    assert Client().get(address(one, "remarks_desk")).status_code == 302

    concerned = factories.officer()
    factories.mandate(partner, "viewer", person=concerned)
    client = signed_in(concerned)
    assert client.get(address(one, "remark_on_desk", it.number)).status_code == 200
    assert client.post(address(one, "accept_remark", it.number)).status_code == 403
    client.post(address(one, "accept_remarks"), {"row": [it.number]})
    it.refresh_from_db()
    assert it.state == StatementState.WAITING
    signed_in(officer).post(
        address(one, "accept_remarks"), {"row": [it.number, "x", "999", "9" * 40, "٣"]}
    )
    it.refresh_from_db()
    assert it.state == StatementState.ACCEPTED


def test_an_officer_does_not_decide_about_their_own_words(officer):
    one = asked()
    it = say(one, officer)
    with pytest.raises(NotAllowed, match="your own words"):
        moderating.accept(it, by=officer)
    assert moderating.accept(it, by=factories.officer()).state == StatementState.ACCEPTED


def test_the_desk_shows_what_says_nearly_the_same_and_never_a_draft(officer, partner):
    one = asked()
    first = factories.remark(one, paragraph(one), "Bakers at night should see a doctor.")
    copy = factories.remark(
        one, paragraph(one), "Bakers at night should see a doctor!", state="waiting"
    )
    other = factories.remark(one, paragraph(one, "para_3"), "Bakers at night should see a doctor.")
    draft = factories.remark(one, paragraph(one), partner=partner, state="draft")
    assert queries.near_to(copy) == [first]
    assert queries.near_to(other) == []
    client = signed_in(officer)
    page = body(client.get(address(one, "remark_on_desk", copy.number)))
    assert first.text in page
    assert client.get(address(one, "remark_on_desk", draft.number)).status_code == 404
    assert draft.text not in body(client.get(address(one, "remarks_desk")))
    found = body(client.get(f"{address(one, 'remarks_desk')}?state=waiting&paragraph=1"))
    assert copy.text in found
    assert f"/{first.number}/" not in found
    assert copy.text in body(client.get(f"{address(one, 'remarks_desk_csv')}?state=waiting"))


# --- Words


BAD = [
    "",
    "  \n ",
    "!!! ??? 123",
    "x" * 1_001,
    "word " * 2_000,
    "<script>alert(1)</script>",
    "Good <img src=x onerror=alert(1)> pay",
]


@pytest.mark.parametrize("text", BAD)
def test_words_that_are_refused_with_a_sentence(text):
    one, person = asked(), factories.person()
    with pytest.raises(Refused) as refusal:
        say(one, person, text)
    assert str(refusal.value).endswith(".")
    url = address(one, "discuss_paragraph", "para_1")
    answer = signed_in(person).post(url, {"speaker": "myself", "text": text, "language": "en"})
    assert answer.status_code == 200
    assert not one.remarks.exists()
    assert not one.participants.exists()


def test_what_is_too_long_comes_back_whole_and_says_how_long_it_is():
    one, client = asked(), signed_in(factories.person())
    url = address(one, "discuss_paragraph", "para_1")
    # A browser would cut what is pasted, and say nothing.
    boxes = re.findall(r"<textarea[^>]*>", client.get(url).content.decode())
    assert boxes
    assert not [each for each in boxes if "maxlength" in each]
    typed, other = "We bake at night. " * 60 + "The end.", "Bread. " * 1_300 + "Done."
    sent = {"speaker": "myself", "text": typed, "language": "en", "instead": other}
    page = html.unescape(client.post(url, sent).content.decode())
    assert f"This has {len(typed)} characters, and at most 1000 are taken." in page
    assert f"This has {len(other)} characters, and at most 8000 are taken." in page
    assert typed in page
    assert other in page
    assert not one.remarks.exists()


@pytest.mark.parametrize("instead", ["x" * 8_001, "<b>We</b> bake", "123 !"])
def test_other_words_that_are_refused_with_a_sentence(instead):
    one, person = asked(), factories.person()
    with pytest.raises(Refused) as refusal:
        say(one, person, instead=instead)
    assert str(refusal.value).endswith(".")
    assert not one.remarks.exists()


def test_words_are_cleaned_and_in_a_language_of_the_consultation():
    one, person = asked(), factories.person()
    made = say(one, person, "Pay  night\u202e work,\r\nif a < b.")
    assert made.text == "Pay night work,\nif a < b."
    with pytest.raises(Refused, match="languages"):
        actions.remark(voice_of(one, person), paragraph(one), SAID[1], "fr")


def test_words_left_as_they_are_make_a_comment():
    one = asked()
    same = f"  {paragraph(one).wordings.last().words}\n"
    assert say(one, factories.person(), instead=same).instead == ""
    changed = say(one, factories.person(), instead="We bake bread by day. (1)")
    assert queries.spans_of(changed) == word_diff("We bake bread at night. (1)", changed.instead)


def test_other_words_need_the_words_that_stand_there_now():
    one, person = asked(), factories.person()
    about, old = paragraph(one), paragraph(one).wordings.last()
    voice, words = voice_of(one, person), {"instead": "We bake by day."}
    # Of another paragraph; of none.
    with pytest.raises(Refused):
        actions.remark(voice, paragraph(one, "para_2"), SAID[0], "en", wording=old, **words)
    with pytest.raises(Refused):
        actions.remark(voice, about, SAID[0], "en", **words)
    made = actions.remark(voice, about, SAID[0], "en", wording=old, **words)
    # Once the text is published in new words, the remark still stands beside those of which it was.
    newer = worded(one.text, "We bake rolls.", symbol="T/2", adopted_on=timezone.localdate())
    with pytest.raises(Refused, match="new words"):
        actions.remark(voice, about, SAID[1], "en", wording=old, instead="Other words.")
    made.refresh_from_db()
    kept = [each.words for each in queries.spans_of(made) if each.change != Change.PUT_IN]
    assert "".join(kept) == "We bake bread at night. (1)"
    assert newer.wordings.filter(provision=about).exists()


def test_other_words_in_another_language_of_the_text():
    one = asked()
    about = paragraph(one)
    french = worded(one.text, "Nous cuisons la nuit.", symbol="T/bread", language="fr")
    wording = french.wordings.get(provision=about)
    voice = voice_of(one, factories.person())
    made = actions.remark(
        *(voice, about, SAID[0], "en"), wording=wording, instead="Nous cuisons le jour. (1)"
    )
    assert (made.language, made.wording.version.language) == ("en", "fr")


def test_only_the_text_itself_is_discussed():
    one = asked()
    elsewhere = bread(code="elsewhere").provisions.get(eid="para_1")
    voice = voice_of(one, factories.person())
    for provision in (elsewhere, paragraph(one, "ours__bread")):
        with pytest.raises(NotAllowed):
            actions.remark(voice, provision, SAID[0], "en")
    client = Client()
    for eid in ("ours__bread", "para_99", "x"):
        assert client.get(address(one, "discuss_paragraph", eid)).status_code == 404
    assert client.get(address(one, "discuss_paragraph", POINT)).status_code == 200


def test_words_that_are_not_held_take_comments_alone():
    text = factories.instrument("unheld", paragraphs=2)
    one = asked(text=text)
    voice = voice_of(one, factories.person())
    assert actions.remark(voice, paragraph(one), SAID[0], "en").wording is None
    page = body(signed_in(factories.person()).get(address(one, "discuss_paragraph", "para_1")))
    assert 'name="instead"' not in page
    assert "What paragraph 1 is about" in page


# --- Copies, and too many


def test_near_copies_of_ones_own_and_of_another_person_are_refused():
    one = asked(reads_first=False)
    first, person = say(one, factories.person(), SAID[1]), factories.person()
    for place in range(20):
        with pytest.raises(SaidAlready) as refusal:
            say(one, person, f"Publish what every oven costs{'!' * (place + 2)}")
        assert refusal.value.remark == first
    assert one.remarks.count() == 1
    page = signed_in(person).post(
        address(one, "discuss_paragraph", "para_1"),
        {"speaker": "myself", "text": "Publish what each oven costs", "language": "en"},
    )
    assert address(one, "remark", first.number) in body(page)
    # The contrary, and the same of another paragraph, say something else.
    assert say(one, person, "Do not publish what every oven costs.")
    assert say(one, person, SAID[1], eid="para_3")


def test_an_organisation_stands_by_words_that_others_said_too(partner):
    one = asked(reads_first=False)
    say(one, factories.person(), instead="We bake by day.")
    signatory = of_role(partner, "signatory")
    assert say(one, signatory, partner=partner, instead="We bake by day.")
    with pytest.raises(SaidAlready):
        say(one, signatory, SAID[1], partner, instead="We bake, by day!")
    with pytest.raises(SaidAlready):
        say(one, factories.person(), SAID[1], instead="we bake by day")
    assert say(one, factories.person(), SAID[1], instead="We bake by noon.")


def test_what_others_wait_with_is_not_told():
    one = asked()
    say(one, factories.person(), SAID[1])
    assert say(one, factories.person(), SAID[1]).state == StatementState.WAITING


def test_the_same_sent_twice_is_one_remark(partner):
    one, person = asked(), factories.person()
    assert say(one, person) == say(one, person)
    signatory = of_role(partner, "signatory")
    sent = [say(one, signatory, SAID[1], partner, instead="By day.") for _ in range(2)]
    assert sent[0] == sent[1]
    assert one.remarks.count() == 2


def test_so_many_of_one_participant_and_so_many_of_a_paragraph(monkeypatch):
    one, person = asked(), factories.person()
    for words in SAID[:5]:
        say(one, person, words)
    with pytest.raises(Refused, match="5 things of this paragraph"):
        say(one, person, SAID[5])
    # What is taken back counts, else the desk could be flooded.
    actions.withdraw(one.remarks.first(), by=person)
    with pytest.raises(Refused):
        say(one, person, SAID[5])
    assert say(one, person, SAID[5], eid="para_3")
    monkeypatch.setattr(queries, "MOST_OF_PERSON", 6)
    with pytest.raises(Refused, match="6 things of this text"):
        say(one, person, SAID[0], eid="para_3")


def test_the_door_is_not_pushed_open(monkeypatch):
    monkeypatch.setattr(views, "PER_PERSON", Limit(2, HOUR))
    one, client = asked(), signed_in(factories.person())
    url = address(one, "discuss_paragraph", "para_1")
    codes = [
        client.post(url, {"speaker": "myself", "text": words, "language": "en"}).status_code
        for words in SAID[:3]
    ]
    assert codes == [302, 302, 429]
    assert one.remarks.count() == 2


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"speaker": "PAR-9999-0001", "text": SAID[0], "language": "en"},
        {"speaker": "myself", "text": SAID[0], "language": "xx"},
        {"speaker": "myself", "text": SAID[0], "language": "en", "seen": "-1"},
        {"speaker": "myself", "text": SAID[0], "language": "en", "seen": "9" * 30},
        {"speaker": "myself", "text": SAID[0], "language": "en", "seen": "987654321"},
        {"speaker": "myself", "text": "\x00", "language": "en"},
        {"speaker": ["myself"] * 50, "text": "\ud800"[:0] + "", "language": "en"},
    ],
)
def test_hostile_forms_are_answered_with_a_sentence(sent):
    one = asked()
    answer = signed_in(factories.person()).post(address(one, "discuss_paragraph", "para_1"), sent)
    assert answer.status_code == 200
    assert not one.remarks.exists()


def test_a_guest_reads_and_says_nothing():
    one, guest = asked(), Client()
    url = address(one, "discuss_paragraph", "para_1")
    page = body(guest.get(url))
    assert f"?next={url}" in page
    assert 'name="text"' not in page
    sent = guest.post(url, {"speaker": "myself", "text": SAID[0], "language": "en"})
    assert sent.status_code == 403
    assert guest.get(address(one, "own_remarks")).status_code == 302
    assert not one.remarks.exists()


# --- Nothing leads to a person


def test_a_persons_remark_leaves_no_trace_of_the_person(officer, django_user_model):
    one = asked()
    person = factories.person("quiet@person.test")
    before = Event.objects.count()
    made = say(one, person)
    actions.withdraw(made, by=person)
    assert Event.objects.count() == before
    assert not Letter.objects.exists()
    move = RemarkMove.objects.get()
    assert move.by is None
    for at in (made.made_at, move.at):
        assert (at.hour, at.minute, at.second, at.microsecond) == (0, 0, 0, 0)
    second = say(one, person, SAID[1])
    moderating.accept(second, by=officer)
    for page in (
        Client().get(address(one, "remark", second.number)),
        signed_in(officer).get(address(one, "remark_on_desk", second.number)),
        Client().get(address(one, "remarks_csv")),
    ):
        assert "quiet" not in body(page)
        assert str(second.author.pk) not in body(page)
        assert second.author.pseudonym not in body(page)
    assert not Letter.objects.exists()


def test_what_an_organisation_does_is_told(partner, officer):
    one = asked()
    made = say(one, of_role(partner, "signatory"), partner=partner, instead="We bake by day.")
    event = Event.objects.filter(verb="consultations.remark").get()
    assert event.actor == f"accounts.user:{of_role(partner, 'signatory').pk}"
    moderating.refuse(made, "off_topic", reason="It is about cakes.", by=officer)
    letters = Letter.objects.all()
    # One to each who may write for it, the viewer not.
    assert letters.count() == 2
    assert all("It is about cakes." in each.text and SAID[0] in each.text for each in letters)
    moderating.accept(made, by=officer)
    assert Letter.objects.count() == 4
    page = signed_in(of_role(partner, "editor")).get(address(one, "own_remarks"))
    assert SAID[0] in body(page)


def test_the_signatory_is_told_of_what_was_drafted_and_where_to_sign_it(partner):
    one = asked()
    say(one, of_role(partner, "editor"), partner=partner)
    later = timezone.now() + timedelta(hours=2)
    assert [tell_signatories(later), tell_signatories(later)] == [1, 0]
    letter = Letter.objects.get()
    assert letter.to_person == of_role(partner, "signatory")
    assert address(one, "own_remarks") in letter.text
    say(one, of_role(partner, "signatory"), SAID[1], partner)
    assert tell_signatories(later + timedelta(days=2)) == 0


@pytest.mark.parametrize("end", ["feedback", "called_off"])
def test_once_the_key_is_thrown_away_people_read_why_nothing_is_listed(partner, end):
    one, person = asked(reads_first=False), factories.person()
    said = say(one, person)
    say(one, of_role(partner, "signatory"), SAID[1], partner)
    nothing = "no longer found here"
    before = body(signed_in(person).get(address(one, "own_remarks")))
    assert said.text in before
    assert nothing not in before
    Consultation.objects.filter(pk=one.pk).update(state=end)
    throw_key_away(one)
    after = body(signed_in(person).get(address(one, "own_remarks")))
    assert said.text not in after
    assert nothing in after
    theirs = body(signed_in(of_role(partner, "editor")).get(address(one, "own_remarks")))
    assert SAID[1] in theirs
    assert said.text in body(Client().get(address(one, "discuss_paragraph", "para_1")))


# --- At the same moment


@pytest.mark.django_db(transaction=True)
def test_sent_at_the_same_moment_each_is_kept_once_with_a_number_of_its_own(partner):
    one, person = asked(), factories.person()
    signatory = of_role(partner, "signatory")
    sent = [
        *[(person, SAID[0], None)] * 3,
        (person, SAID[1], None),
        *[(signatory, SAID[2], partner)] * 2,
        (signatory, SAID[3], partner),
    ]
    failed: list[Exception] = []

    def send(who: Any, words: str, of: Any) -> None:
        try:
            say(Consultation.objects.get(pk=one.pk), who, words, of)
        except Exception as error:  # told in the test's own thread
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send, args=each) for each in sent]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    kept = one.remarks.order_by("number").values_list("number", "text")
    assert [number for number, _text in kept] == [1, 2, 3, 4]
    assert {text for _number, text in kept} == set(SAID[:4])
    assert one.participants.count() == 2


# --- What everybody reads


def test_organisations_stand_apart_from_people(partner):
    one = asked()
    factories.remark(one, paragraph(one), SAID[0])
    factories.remark(one, paragraph(one), SAID[1], partner=partner)
    factories.remark(one, paragraph(one, POINT), SAID[2])
    factories.remark(one, paragraph(one), SAID[3], state="waiting")
    page = body(Client().get(address(one, "discuss_paragraph", "para_1")))
    assert page.index("<h3>Organisations") < page.index(SAID[1]) < page.index("<h3>People")
    assert page.index("<h3>People") < page.index(SAID[0])
    assert SAID[2] not in page
    assert SAID[3] not in page
    # What is said of a point is said of its paragraph.
    assert SAID[2] in body(Client().get(address(one, "discuss_paragraph", "para_2")))


def test_where_answers_are_not_public_nobody_learns_who_is_an_organisation(partner):
    one = asked(answers_are_public=False)
    factories.remark(one, paragraph(one), SAID[0])
    factories.remark(one, paragraph(one), SAID[1], partner=partner)
    pages = [
        *(address(one, "discuss_paragraph", "para_1"), address(one, "remarks")),
        *(address(one, "remarks_csv"), address(one, "remark", 2), address(one, "remark", 1)),
        f"{address(one, 'remarks_csv')}?who=organisations&group={partner.group.code}",
    ]
    for url in pages:
        page = body(Client().get(url))
        assert partner.name not in page
        assert partner.reference not in page
        assert "<h3>Organisations" not in page
    rows = list(csv.DictReader(io.StringIO(body(Client().get(pages[-1])).removeprefix("\ufeff"))))
    assert [(row["number"], row["by"]) for row in rows] == [("1", ""), ("2", "")]


FILTERS = {
    "": "123 4",
    "kind=comment": "1 4",
    "kind=other_words": "2 3",
    "who=organisations": "23",
    "who=people": "1 4",
    "words=oven": "2",
    "words=rolls": "3",
    "paragraph=2": "3 4",
    "paragraph=2 (a)": "4",
    f"paragraph={POINT}": "4",
    "paragraph=para_2": "3 4",
    "group=WRK": "23",
    "group=XX&kind=odd&who=nobody": "123 4",
}


def test_filters_and_downloads_agree(partner):
    one = asked()
    by_day = {"instead": "We bake rolls by day."}
    factories.remark(one, paragraph(one), SAID[0])
    factories.remark(one, paragraph(one), SAID[1], partner=partner, instead="Other words.")
    factories.remark(one, paragraph(one, "para_2"), SAID[2], partner=partner, **by_day)
    factories.remark(one, paragraph(one, POINT), SAID[3])
    factories.remark(one, paragraph(one, POINT), SAID[4], state="refused", refused_for="hateful")
    for query, numbers in FILTERS.items():
        wanted = set(numbers.replace(" ", ""))
        page = body(Client().get(f"{address(one, 'remarks')}?{query}"))
        shown = {n for n in "12345" if f'id="remark-{n}"' in page}
        text = body(Client().get(f"{address(one, 'remarks_csv')}?{query}")).removeprefix("\ufeff")
        rows = list(csv.DictReader(io.StringIO(text)))
        book = b"".join(Client().get(f"{address(one, 'remarks_xlsx')}?{query}").streaming_content)
        sheet = load_workbook(io.BytesIO(book)).active
        in_book = [str(row[0]) for row in sheet.iter_rows(min_row=2, values_only=True)]
        assert shown == wanted == {row["number"] for row in rows} == set(in_book), query
    assert [row["by"] for row in rows] == ["organisations"] * 2 + ["people"] * 2
    assert rows[1]["words_of_the_text"] == "We bake bread at night. (2)"
    assert rows[1]["other_words"] == by_day["instead"]


def test_what_begins_like_a_formula_is_harmless_in_a_spreadsheet():
    one = asked()
    factories.remark(one, paragraph(one), "=HYPERLINK(evil)")
    assert "'=HYPERLINK" in body(Client().get(address(one, "remarks_csv")))


def test_what_is_not_shown_is_read_by_who_wrote_it_alone(officer, partner):
    one, person = asked(), factories.person()
    mine = say(one, person)
    theirs = say(one, of_role(partner, "editor"), SAID[1], partner)
    for it, readers in ((mine, [person]), (theirs, [of_role(partner, "signatory")])):
        url = address(one, "remark", it.number)
        assert Client().get(url).status_code == 404
        assert signed_in(factories.person()).get(url).status_code == 404
        assert signed_in(of_role(partner, "viewer")).get(url).status_code == 404
        assert [signed_in(each).get(url).status_code for each in readers] == [200]
    for verb in ("sign", "withdraw"):
        url = address(one, f"{verb}_remark", mine.number)
        assert signed_in(factories.person()).post(url).status_code == 404
        assert signed_in(person).get(url).status_code == 405
    moderating.refuse(mine, "off_topic", reason="It is about cakes.", by=officer)
    page = body(signed_in(person).get(address(one, "own_remarks")))
    assert "It is about cakes." in page
    assert SAID[1] not in page


def test_the_signatory_signs_on_the_page(partner):
    one = asked()
    draft = say(one, of_role(partner, "editor"), partner=partner)
    url = address(one, "sign_remark", draft.number)
    for role, sees in (("editor", False), ("signatory", True)):
        page = body(signed_in(of_role(partner, role)).get(address(one, "own_remarks")))
        assert (url in page) is sees
    signed_in(of_role(partner, "signatory")).post(url)
    draft.refresh_from_db()
    assert draft.state == StatementState.WAITING


def test_a_draft_consultation_and_one_without_a_text_show_nothing():
    draft = asked(state="draft", announced_at=None)
    bare = factories.consultation("open", for_everyone=True)
    assert Client().get(address(draft)).status_code == 404
    assert Client().get(address(bare)).status_code == 404
    assert Client().get(address(bare, "discuss_paragraph", "para_1")).status_code == 404
    assert Client().get(address(bare, "remarks")).status_code == 200


def test_the_paragraph_of_the_text_leads_to_the_discussion_while_it_is_open():
    text = bread()
    page = reverse("instruments:provision", args=[text.code, "para_1"])
    soon = asked(text=text, days=(3, 9))
    assert address(soon, "discuss_paragraph", "para_1") not in body(Client().get(page))
    now = asked(text=text)
    assert address(now, "discuss_paragraph", "para_1") in body(Client().get(page))
    shown = body(Client().get(now.get_absolute_url()))
    assert address(now) in shown


def test_the_paragraph_of_the_text_leads_to_what_was_said_of_it_and_of_its_points():
    text = bread()
    over = asked(text=text, days=(-9, -3), state="synthesis")
    factories.remark(over, paragraph(over, POINT))
    factories.remark(over, paragraph(over, "para_3"), state="waiting")
    for eid, is_told in (("para_1", False), (POINT, True), ("para_2", True), ("para_3", False)):
        page = body(Client().get(reverse("instruments:provision", args=[text.code, eid])))
        assert (address(over, "discuss_paragraph", eid) in page) == is_told
        assert "This text is discussed now" not in page


def test_what_was_said_of_a_paragraph_that_is_no_more_is_found_in_the_list():
    one = asked()
    say(one, factories.person(), eid="para_3")
    said = one.remarks.get()
    assert (
        worded(one.text, symbol="T/2", adopted_on=timezone.localdate())
        .wordings.filter(provision=paragraph(one, "para_3"))
        .delete()
    )
    gone = address(one, "discuss_paragraph", "para_3")
    assert Client().get(gone).status_code == 404
    moderating.accept(said, by=factories.officer())
    answer = Client().get(gone, follow=True)
    assert said.text in body(answer)
    assert answer.redirect_chain == [(f"{address(one, 'remarks')}?paragraph=para_3", 302)]
    assert Client().get(address(one)).status_code == 200


# --- How light it is


@pytest.mark.parametrize("name", ["discuss", "discuss_paragraph", "remarks", "own_remarks"])
def test_three_rows_cost_what_one_costs(name, partner):
    one = asked()
    person = of_role(partner, "signatory")
    client = signed_in(person)
    more = ["para_1"] if name == "discuss_paragraph" else []
    counts = []
    for rows in (1, 2):
        for place in range(rows):
            own = one.participants.get_or_create(partner=partner)[0]
            factories.remark(one, paragraph(one), author=own, instead=f"Words {place}.")
            factories.remark(one, paragraph(one), partner=factories.partner())
        client.get(address(one, name, *more))
        with CaptureQueriesContext(connection) as caught:
            assert client.get(address(one, name, *more)).status_code == 200
        counts.append(len(caught))
    assert counts[0] == counts[1]


def test_a_long_text_stays_light():
    text = factories.instrument("long", paragraphs=190)
    words = " ".join(f"Paragraph says {n} things about bread and night work." for n in range(9))
    worded(text, words)
    one = asked(text=text)
    for n in range(1, 191, 3):
        factories.remark(one, paragraph(one, f"para_{n}"))
    client = signed_in(factories.person())
    for url in (address(one), f"{address(one)}?part=2"):
        page = client.get(url)
        assert page.status_code == 200
        assert len(gzip.compress(page.content)) < 15_000
    assert client.get(f"{address(one)}?part=99").status_code == 404
    assert client.get(f"{address(one)}?part=x").status_code == 404


def test_a_page_of_long_other_words_stays_light():
    one = asked()
    about = paragraph(one)
    for place in range(20):
        rewritten = " ".join(f"w{(place * 7_919 + n) * 31 % 99_991}" for n in range(1_100))
        factories.remark(one, about, "y" * 1_000, instead=rewritten[:8_000])
    page = Client().get(address(one, "discuss_paragraph", "para_1"))
    assert len(gzip.compress(page.content)) < 15_000
    whole = body(Client().get(address(one, "remark", 1)))
    assert rewritten[:20] not in whole
    assert one.remarks.get(number=1).instead[-20:] in whole


SENTENCES = st.text("abcde.,", max_size=400).map(" ".join)


@given(SENTENCES, SENTENCES)
@pytest.mark.django_db(transaction=False)
def test_a_glimpse_shows_changes_and_no_more_than_fits(old, new):
    spans = word_diff(old, new)
    found, is_cut = queries.glimpse(spans)
    assert sum(len(each.words) for each in found) <= queries.A_GLIMPSE + len(found)
    assert [each.change for each in found] == [each.change for each in spans[: len(found)]]
    for shown, whole in zip(found, spans, strict=False):
        for piece in shown.words.split("…"):
            assert piece in whole.words
    if not is_cut:
        assert found == spans


# --- The Example


def test_the_example_shows_every_kind_of_remark_and_goes_again(officer):
    versions.build()
    text = Instrument.objects.get(code=versions.CODE)
    one = asked(text=text, question={"en": "Example?", "ar": "مثال؟"}, is_example=True)
    for name in ("Bakers", "Millers", "Cooks"):
        factories.mandate(factories.partner(name, is_example=True), "signatory")
    remarks.build(one, officer)
    states = list(one.remarks.order_by("number").values_list("state", flat=True))
    assert states == ["accepted"] * 5 + ["refused", "waiting"]
    assert one.remarks.shown().exclude(instead="").count() == 3
    page = body(Client().get(address(one)))
    assert "5 remarks" in page
    assert remarks.remove()
    assert not one.remarks.exists()
