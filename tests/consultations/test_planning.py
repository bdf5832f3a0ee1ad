"""Consultations are prepared, announced, changed in sight of all, opened and closed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from coalition.base import audit, privacy
from coalition.base.errors import NotAllowed, Refused
from coalition.base.models import Event
from coalition.consultations.history import history
from coalition.consultations.models import Change, Consultation, Phase
from coalition.consultations.planning import actions, queries
from coalition.consultations.states import VERBS, State
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer() -> Any:
    return factories.officer()


@pytest.fixture
def desk(officer: Any) -> Client:
    client = Client()
    client.force_login(officer)
    return client


def again(one: Consultation) -> Consultation:
    return Consultation.objects.get(pk=one.pk)


def ahead(days: float) -> Any:
    """A moment so many days from now, on a whole minute as people write it."""
    return (timezone.now() + timedelta(days=days)).replace(second=0, microsecond=0)


def told(one: Consultation) -> list[str]:
    """What everybody reads in the history."""
    return [move.sentence for move in history(one)]


def words_of(one: Consultation, **changed: Any) -> dict[str, Any]:
    return {name: changed.get(name, getattr(one, name)) for name in queries.WORDS}


def people_of(one: Consultation, **changed: Any) -> dict[str, Any]:
    names = ("for_partners", "for_invited", "for_everyone", "answers_are_public", "zone")
    return {name: changed.get(name, getattr(one, name)) for name in names}


def scope_of(one: Consultation, **changed: Any) -> dict[str, Any]:
    held = {name: getattr(one, name) for name in ("place", "level", "theme", "text")}
    many = {name: list(getattr(one, name).all()) for name in ("challenges", "themes")}
    return {**held, **many, **changed}


# --- People × states × verbs


PEOPLE = ("visitor", "stranger", "signatory", "officer", "officer_of_partner")

# y: it happens; -: it is refused with a sentence. All is for officers, and for nobody else.
#             draft planned open synthesis responded decided feedback called_off
TABLE = """
announce      y     -       -    -         -         -       -        -
open          -     y       -    -         -         -       -        -
close_early   -     -       y    -         -         -       -        -
reopen        -     -       -    y         -         -       -        -
call_off      -     y       y    y         -         -       -        -
word          y     y       y    y         -         -       -        -
set_scope     y     y       y    y         -         -       -        -
set_people    y     y       y    -         -         -       -        -
add_phase     y     y       y    -         -         -       -        -
add_answer    y     y       y    y         -         -       -        -
respond       y     y       y    y         -         -       -        -
remove_phase  y     y       -    -         -         -       -        -
discard       y     -       -    -         -         -       -        -
"""
DO: dict[str, Callable[[Consultation, Any], Any]] = {
    "announce": lambda one, by: actions.announce(one, by=by),
    "open": lambda one, by: actions.open_early(one, by=by),
    "close_early": lambda one, by: actions.close_early(one, reason="An election.", by=by),
    "reopen": lambda one, by: actions.reopen(
        one, kind="react", closes_at=ahead(3), reason="Many asked.", by=by
    ),
    "call_off": lambda one, by: actions.call_off(one, reason="Nobody decides it.", by=by),
    "word": lambda one, by: actions.word(
        one, **words_of(one, question={"en": "What comes first?"}), by=by
    ),
    "set_scope": lambda one, by: actions.set_scope(
        one, **scope_of(one, place=factories.country()), by=by
    ),
    "set_people": lambda one, by: actions.set_people(
        one, **people_of(one, for_everyone=True), by=by
    ),
    "add_phase": lambda one, by: actions.set_phase(
        one, "propose", opens_at=ahead(2), closes_at=ahead(9), by=by
    ),
    "add_answer": lambda one, by: actions.set_provisions(
        one, [given := factories.instrument(paragraphs=1).provisions.get()], among=[given], by=by
    ),
    "respond": lambda one, by: actions.set_phase(
        one, "respond", opens_at=ahead(20), closes_at=ahead(30), by=by
    ),
    "remove_phase": lambda one, by: actions.remove_phase(one, "react", by=by),
    "discard": lambda one, by: actions.discard(one, by=by),
}


def rows(table: str) -> Iterator[tuple[str, list[str]]]:
    for line in table.strip().splitlines():
        verb, *cells = line.split()
        yield verb, cells


def outcome(state: str, verb: str, by: Any) -> str:
    """What becomes of it in this state; what is refused leaves all as it was."""
    with transaction.atomic():
        one = factories.consultation(state)
        if verb == "remove_phase":
            factories.phase(one, "propose", days=(2, 20))  # another stays
        before = (Consultation.objects.values().get(), list(Phase.objects.values()))
        count = Event.objects.count()
        try:
            with transaction.atomic():
                DO[verb](again(one), by)
        except (NotAllowed, Refused) as refusal:
            after = (Consultation.objects.values().get(), list(Phase.objects.values()))
            same = before == after and count == Event.objects.count() and str(refusal)
            found = "-" if same else "refused, and yet it changed"
        else:
            found = "y" if Event.objects.count() > count else "it left no event"
        transaction.set_rollback(True)
    return found


def test_each_verb_happens_in_the_right_states(officer):
    found = {verb: [outcome(state, verb, officer) for state in State.values] for verb in DO}

    assert found == dict(rows(TABLE))


def test_every_verb_is_for_officers_alone():
    one, partner = factories.consultation("planned"), factories.partner()
    people = {
        "visitor": AnonymousUser(),
        "stranger": factories.person(),
        "signatory": factories.mandate(partner, "signatory").person,
        "officer": factories.officer(),
        "officer_of_partner": factories.officer(),
    }
    factories.mandate(partner, "viewer", person=people["officer_of_partner"])
    by_hand = set(VERBS) - {"close"}  # that one is the clock's
    for verb in (*by_hand, "plan", "view_desk"):
        may = [who for who in PEOPLE if people[who].has_perm(f"consultations.{verb}", one)]
        assert may == ["officer", "officer_of_partner"], verb

    assert not people["officer"].has_perm("consultations.close", one)


# --- From the first word to the announcement


def test_a_draft_is_seen_by_officers_alone(officer, desk, client):
    address = reverse("consultations:new")

    answer = desk.post(address, {"question_en": "What comes first?", "zone": "Europe/Zurich"})

    one = Consultation.objects.get()
    assert answer.url == reverse("consultations:plan", args=[one.reference])
    assert (one.state, one.question, one.zone) == (
        *("draft", {"en": "What comes first?"}, "Europe/Zurich"),
    )
    assert list(Consultation.objects.visible_to(AnonymousUser())) == []
    assert list(Consultation.objects.visible_to(officer)) == [one]
    assert Event.objects.latest("sequence").verb == "consultations.draft"


def test_what_lacks_is_told_in_sentences(officer):
    one = actions.draft(question={"en": "Why?", "ar": "لماذا؟"}, zone="UTC", by=officer)

    assert queries.lacks(one) == [
        "Say what becomes of the answers: who decides, and until when.",
        "Add a phase in which people take part.",
    ]
    with pytest.raises(NotAllowed, match=r"Say what becomes of the answers.*Add a phase"):
        actions.announce(one, by=officer)

    actions.word(
        again(one),
        question=one.question,
        about={"en": "Bread", "fr": "Le pain"},
        promise={"en": "The group decides."},
        by=officer,
    )
    actions.set_phase(one, "discuss", opens_at=ahead(-9), closes_at=ahead(-1), by=officer)
    assert queries.lacks(again(one)) == [
        "“what it is about” is missing in العربية.",
        "“what it is about” is written in Français, and the question is not.",
        "“what becomes of the answers” is missing in العربية.",
        "All phases in which people take part are over. Give one of them days to come.",
        "Name the text that is discussed, in the scope.",
    ]
    assert again(one).state == "draft"
    assert list(Change.objects.all()) == []


def test_first_proposals_are_in_a_language_of_the_question():
    one = factories.consultation("draft")
    factories.statement(one, language="en")
    assert queries.lacks(one) == []

    factories.statement(one, language="ru")
    assert queries.lacks(one) == ["There are first proposals in Русский, and the question is not."]


def test_a_phase_of_the_secretariat_is_none_in_which_people_take_part():
    one = factories.consultation("draft", phases=False)
    factories.phase(one, "respond", days=(1, 5))

    assert queries.lacks(one) == ["Add a phase in which people take part."]


def test_announced_it_is_public_and_its_day_is_kept(officer):
    one = factories.consultation("draft")

    announced = actions.announce(one, by=officer)

    assert announced.is_public
    one = again(one)
    assert (one.state, one.is_public) == ("planned", True)
    assert abs(one.announced_at - timezone.now()) < timedelta(minutes=1)
    assert told(one) == ["Announced"]


def test_announced_while_its_first_phase_runs_it_is_open_at_once(officer):
    one = factories.consultation("draft", phases=False)
    factories.phase(one, days=(-1, 5))

    actions.announce(one, by=officer)

    assert again(one).state == "open"
    opened = one.moves.get(verb="open")
    assert opened.by is None
    # It was not open before anybody could know of it.
    assert opened.at >= one.moves.get(verb="announce").at


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"question": {}, "zone": "UTC"}, "Write the question"),
        ({"question": {"en": ""}, "zone": "UTC"}, "Write the question"),
        ({"question": {"en": "Why?"}, "zone": "Mars/Olympus"}, "Choose the time zone"),
        ({"question": {"en": "Why?"}, "zone": "../../etc/passwd"}, "Choose the time zone"),
    ],
)
def test_a_draft_that_makes_no_sense_is_refused(officer, given, sentence):
    with pytest.raises(Refused, match=sentence):
        actions.draft(**given, by=officer)

    assert not Consultation.objects.exists()


def test_a_draft_can_be_thrown_away_and_nothing_else_can(officer, desk):
    one = factories.consultation("draft")

    desk.post(reverse("consultations:discard", args=[one.reference]))

    assert not Consultation.objects.filter(pk=one.pk).exists()
    assert not Phase.objects.exists()
    public = factories.consultation("planned")
    answer = desk.post(reverse("consultations:discard", args=[public.reference]), follow=True)
    assert "It was announced, so it stays." in answer.content.decode()
    assert Consultation.objects.get() == public


# --- Changed in sight of all


def test_words_are_mended_in_sight_of_all(officer):
    one = factories.consultation("open", question={"en": "What is frist?"})

    actions.word(one, **words_of(one, question={"en": "What is first?"}), by=officer)

    (move,) = history(one)
    assert (move.sentence, move.reason) == (
        "Question (English) mended",
        "Before: “What is frist?”",
    )
    (row,) = Change.objects.all()
    assert (row.before, row.now) == (
        {"question": {"en": "What is frist?"}},
        {"question": {"en": "What is first?"}},
    )
    assert history(one, with_names=True)[0].sentence == f"Question (English) mended, by {officer}"


def test_history_tells_what_changed_in_the_same_order_whatever_the_database_does(officer):
    one = factories.consultation("open", question={"ru": "Что?", "en": "What?", "ar": "ماذا؟"})
    texts = dict.fromkeys(one.question, "Old")
    Consultation.objects.filter(pk=one.pk).update(about=texts, promise=texts)
    new = dict.fromkeys(("ru", "ar", "en"), "New")

    actions.word(again(one), question=new, about=new, promise=new, by=officer)

    (move,) = history(one)
    assert [part.split(" (")[0] for part in move.sentence.split("; ")] == [
        *("Question",) * 3,
        *("What it is about",) * 3,
        *("What becomes of the answers",) * 3,
    ]
    assert [part.split("(")[1][:3] for part in move.sentence.split("; ")][:3] == [
        *("الع", "Eng", "Рус"),
    ]
    assert move.reason.splitlines()[:4] == [
        *("Before: “ماذا؟”", "Before: “What?”", "Before: “Что?”", "Before: “Old”"),
    ]


def test_saying_the_same_again_tells_nothing(officer):
    one = factories.consultation("open")
    phase = one.phases.get()
    moments = {"opens_at": phase.opens_at, "closes_at": phase.closes_at}

    actions.word(one, **words_of(one), by=officer)
    actions.set_scope(one, **scope_of(one), by=officer)
    actions.set_people(one, **people_of(one), by=officer)
    actions.set_phase(one, "react", **moments, by=officer)
    actions.set_provisions(one, [], among=[], by=officer)

    assert list(Change.objects.all()) == []
    assert Event.objects.filter(verb__startswith="consultations.").count() == 0


def test_a_language_can_be_added_whole_and_none_taken_away(officer):
    one = factories.consultation("planned", question={"en": "Why?", "fr": "Pourquoi ?"})
    one.about, one.promise = {}, {"en": "We decide.", "fr": "Nous décidons."}
    one.save()

    with pytest.raises(NotAllowed, match="these languages, so they stay: Français"):
        actions.word(one, question={"en": "Why?"}, about={}, promise={"en": "We."}, by=officer)
    more = {"question": {**one.question, "es": "¿Por qué?"}, "about": {}}
    with pytest.raises(NotAllowed, match="answers” is missing in Español"):
        actions.word(one, **more, promise=one.promise, by=officer)
    actions.word(one, **more, promise={**one.promise, "es": "Decidimos."}, by=officer)

    assert again(one).languages == ["en", "es", "fr"]
    assert told(one) == ["Question (Español) added; What becomes of the answers (Español) added"]


def test_two_officers_do_not_overwrite_each_other_unseen(officer, desk):
    one = factories.consultation("draft")
    address = reverse("consultations:words", args=[one.reference])
    stale = {"seen": queries.version_of(one), "question_en": "Mine?", "promise_en": "We decide."}
    actions.word(one, **words_of(one, question={"en": "Theirs?"}), by=officer)

    answer = desk.post(address, stale)

    assert "Somebody else changed this consultation" in answer.content.decode()
    assert again(one).question == {"en": "Theirs?"}
    fresh = answer.context["form"]["seen"].value()
    assert desk.post(address, {**stale, "seen": fresh}).status_code == 302
    assert again(one).question == {"en": "Mine?"}


def test_who_may_take_part_only_grows(officer):
    one = factories.consultation("planned", for_invited=True)

    with pytest.raises(NotAllowed, match="Who was told that they may take part stays in"):
        actions.set_people(one, **people_of(one, for_invited=False), by=officer)
    for change in ({"answers_are_public": False}, {"zone": "Asia/Tokyo"}):
        with pytest.raises(NotAllowed, match="were said when it was announced"):
            actions.set_people(one, **people_of(one, **change), by=officer)
    actions.set_people(one, **people_of(one, for_everyone=True), by=officer)

    assert again(one).for_everyone
    assert told(one) == ["May also take part from now on: anyone with a confirmed e-mail address"]


def test_somebody_has_to_take_part(officer):
    one = factories.consultation("draft")

    with pytest.raises(Refused, match="Say who may take part"):
        actions.set_people(one, **people_of(one, for_partners=False), by=officer)


def test_the_scope_is_changed_in_sight_of_all(officer):
    france, theme = factories.country(), factories.theme()
    one = factories.consultation("open", place=factories.country("DEU"))

    actions.set_scope(one, **scope_of(one, place=france, themes=[theme]), by=officer)

    (sentence,) = told(one)
    assert sentence == (f"Place: “France” added, “Germany” taken out; Themes: “{theme}” added")
    with translation.override("fr"):
        assert "Allemagne" in history(one)[0].sentence
    assert list(again(one).themes.all()) == [theme]


def test_a_text_that_is_discussed_stays(officer):
    text = factories.instrument(paragraphs=1)
    one = factories.consultation("open", text=text)

    factories.phase(one, "discuss")

    with pytest.raises(NotAllowed, match="discussed in a phase"):
        actions.set_scope(one, **scope_of(one, text=None), by=officer)


def test_only_the_paragraphs_of_the_page_are_changed(officer):
    first = list(factories.instrument("first", paragraphs=3).provisions.all())
    other = list(factories.instrument("other", paragraphs=1).provisions.all())
    one = factories.consultation("draft", provisions=[first[0], *other])

    actions.set_provisions(one, [first[1]], among=first, by=officer)

    assert set(one.provisions.all()) == {first[1], *other}


def test_no_consultation_answers_everything(officer, monkeypatch):
    monkeypatch.setattr("coalition.consultations.planning.changing.MOST_ANSWERS", 2)
    paragraphs = list(factories.instrument(paragraphs=3).provisions.all())
    one = factories.consultation("draft")

    with pytest.raises(Refused, match="at most 2"):
        actions.set_provisions(one, paragraphs, among=paragraphs, by=officer)

    assert one.provisions.count() == 0


# --- Phases after the announcement


def test_a_phase_that_is_over_stays_as_it_was(officer):
    one = factories.consultation("open")
    over = factories.phase(one, "propose", days=(-9, -2))

    for closes_at in (ahead(-3), ahead(5)):
        with pytest.raises(NotAllowed, match="was over on"):
            actions.set_phase(
                one, "propose", opens_at=over.opens_at, closes_at=closes_at, by=officer
            )
    with pytest.raises(NotAllowed, match="has begun cannot be taken out"):
        actions.remove_phase(one, "propose", by=officer)


def test_a_phase_under_way_can_only_be_made_longer(officer):
    one = factories.consultation("open")
    runs = one.phases.get()
    moments = {"opens_at": runs.opens_at, "closes_at": runs.closes_at}

    with pytest.raises(NotAllowed, match="can only be made longer"):
        actions.set_phase(one, "react", **{**moments, "closes_at": ahead(2)}, by=officer)
    with pytest.raises(NotAllowed, match="only its end can be moved"):
        actions.set_phase(one, "react", **{**moments, "opens_at": ahead(-5)}, by=officer)
    with pytest.raises(NotAllowed, match="cannot be taken out"):
        actions.remove_phase(one, "react", by=officer)
    actions.set_phase(one, "react", **{**moments, "closes_at": ahead(20)}, by=officer)

    assert one.phases.get().closes_at == ahead(20)
    assert [sentence.split(" on ")[0] for sentence in told(one)] == ["“React” closes"]


def test_a_phase_ahead_moves_but_not_into_the_past(officer):
    one = factories.consultation("planned")

    with pytest.raises(NotAllowed, match="has passed"):
        actions.set_phase(one, "react", opens_at=ahead(-1), closes_at=ahead(9), by=officer)
    actions.set_phase(one, "react", opens_at=ahead(2), closes_at=ahead(9), by=officer)

    (sentence,) = told(one)
    assert sentence.startswith("“React” opens on ")
    assert " instead of " in sentence
    assert one.phases.get().opens_at == ahead(2)


def test_the_last_phase_cannot_be_taken_out(officer):
    one = factories.consultation("planned")

    with pytest.raises(NotAllowed, match="call the consultation off"):
        actions.remove_phase(one, "react", by=officer)
    actions.set_phase(one, "propose", opens_at=ahead(1), closes_at=ahead(2), by=officer)
    actions.remove_phase(one, "react", by=officer)

    assert [phase.kind for phase in one.phases.all()] == ["propose"]
    assert [sentence.split(" ")[1] for sentence in told(one)] == ["added:", "taken"]


def test_a_text_is_discussed_only_where_one_is_named(officer):
    one = factories.consultation("planned")

    with pytest.raises(NotAllowed, match="Name the text"):
        actions.set_phase(one, "discuss", opens_at=ahead(1), closes_at=ahead(2), by=officer)


@pytest.mark.parametrize(
    ("method", "sentence"),
    [
        ({}, "Say how priorities are set"),
        ({"by": "shouting"}, "Say how priorities are set"),
        ({"by": "points"}, "how many points"),
        ({"by": "points", "points": 0}, "how many points"),
        ({"by": "points", "points": 1_001}, "how many points"),
        ({"by": "approval", "budget": 5}, "amount and its currency"),
        ({"by": "approval", "budget": -5, "unit": "usd"}, "above zero"),
        ({"by": "approval", "budget": 2**63, "unit": "usd"}, "above zero"),
        ({"by": "approval", "budget": 5, "unit": "people"}, "currency"),
    ],
)
def test_a_way_of_setting_priorities_that_makes_no_sense_is_refused(officer, method, sentence):
    one = factories.consultation("draft")
    if "unit" in method:
        method = {**method, "unit": factories.unit(method["unit"])}

    with pytest.raises(Refused, match=sentence):
        actions.set_phase(
            one, "prioritise", opens_at=ahead(1), closes_at=ahead(2), method=method, by=officer
        )

    assert one.phases.count() == 1


def test_a_phase_has_to_close_after_it_opens(officer):
    one = factories.consultation("draft")

    for closes_at in (ahead(1), ahead(0)):
        with pytest.raises(Refused, match="close after it opens"):
            actions.set_phase(one, "propose", opens_at=ahead(1), closes_at=closes_at, by=officer)
    with pytest.raises(Refused, match="from the list"):
        actions.set_phase(one, "vote", opens_at=ahead(1), closes_at=ahead(2), by=officer)


# --- Closed early, opened again, called off


def test_closed_early_nothing_can_be_done_and_the_reason_is_read(officer):
    one = factories.consultation("open")
    factories.phase(one, "prioritise", days=(16, 20))
    factories.phase(one, "respond", days=(21, 30))

    actions.close_early(one, reason="An election was called.", by=officer)

    assert again(one).state == "synthesis"
    assert not Consultation.objects.granting("react").exists()
    assert [phase.kind for phase in one.phases.all()] == ["react", "respond"]
    assert one.phases.get(kind="react").closes_at <= timezone.now()
    assert history(one)[0].reason == "An election was called."
    assert told(one)[0] == "Closed before its time"
    assert any("“Set priorities” taken out" in sentence for sentence in told(one))


@pytest.mark.parametrize("verb", ["close_early", "call_off"])
def test_a_reason_is_needed(officer, verb):
    one = factories.consultation("open")

    with pytest.raises(NotAllowed, match="Please give a reason"):
        getattr(actions, verb)(one, reason="  ", by=officer)

    assert again(one).state == "open"
    assert one.phases.get().closes_at > timezone.now()


def test_opened_again_one_phase_runs(officer):
    one = factories.consultation("synthesis")
    wrong = {"reason": "Many asked.", "by": officer}

    with pytest.raises(Refused, match="has passed"):
        actions.reopen(one, kind="react", closes_at=ahead(-1), **wrong)
    for kind in ("propose", "respond", "nonsense"):
        with pytest.raises(Refused, match="There is no phase"):
            actions.reopen(one, kind=kind, closes_at=ahead(2), **wrong)
    actions.reopen(one, kind="react", closes_at=ahead(2), **wrong)

    assert again(one).state == "open"
    assert Consultation.objects.granting("react").get() == one
    assert history(one)[0].reason == "Many asked."


def test_called_off_it_grants_nothing_and_stays_to_be_read(officer):
    one = factories.consultation("open")

    actions.call_off(one, reason="Nobody decides it.", by=officer)

    assert not Consultation.objects.granting("react").exists()
    assert again(one).is_public
    assert Consultation.objects.visible_to(AnonymousUser()).get() == one


def test_opened_early_the_first_phase_begins_now(officer):
    one = factories.consultation("planned")
    factories.phase(one, "propose", days=(5, 9))

    assert not Consultation.objects.granting("react").exists()
    actions.open_early(one, by=officer)

    assert again(one).state == "open"
    assert Consultation.objects.granting("react").get() == one
    assert not Consultation.objects.granting("propose").exists()
    assert told(one)[0] == "Opened"
    assert told(one)[1].startswith("“React” opens on ")


def test_a_phase_that_was_opened_early_can_be_made_longer(officer, desk):
    """It began within a minute, and the form shows minutes alone."""
    one = factories.consultation("planned")
    actions.open_early(one, by=officer)
    began = one.phases.get().opens_at
    address = reverse("consultations:phase", args=[one.reference, "react"])
    form = desk.get(address).context["form"]

    given = {"opens_at": form["opens_at"].value(), "closes_at": "2031-03-17T18:30"}
    answer = desk.post(address, given)

    assert answer.status_code == 302
    phase = one.phases.get()
    assert (phase.opens_at, phase.closes_at.year) == (began, 2031)


# --- The desk


def test_the_desk_is_for_officers(client):
    client.force_login(factories.person())

    assert client.get(reverse("consultations:desk")).status_code == 404


def test_the_desk_begins_with_the_next_deadline(desk):
    late = factories.consultation("planned", phases=False)
    factories.phase(late, days=(5, 9))
    soon = factories.consultation("open", phases=False)
    factories.phase(soon, days=(-5, 2))
    never = factories.consultation("synthesis")

    page = desk.get(reverse("consultations:desk"))

    assert [row["one"] for row in page.context["rows"]] == [soon, late, never]
    assert [row["next_at"] for row in page.context["rows"]] == [
        soon.phases.get().closes_at,
        late.phases.get().opens_at,
        None,
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?words=bread", ["bread"]),
        ("?words=خبز", ["bread"]),
        ("?words=bread+nonsense", []),
        ("?state=draft", ["draft"]),
        ("?state=nonsense", ["bread", "draft", "theme"]),
        ("?theme=employment", ["theme"]),
        ("?sort=newest", ["theme", "draft", "bread"]),
        ("?sort=%00&words=%00&theme=%00&page=-1", ["bread", "draft", "theme"]),
    ],
)
def test_the_desk_and_its_download_show_the_same(desk, query, found):
    made = {
        "bread": factories.consultation("open", question={"en": "Which bread?", "ar": "أي خبز؟"}),
        "draft": factories.consultation("draft", question={"en": "=Night?"}),
        "theme": factories.consultation("synthesis", themes=[factories.theme()]),
    }
    # By their next deadline: bread closes in two weeks, the draft opens tomorrow.
    Phase.objects.filter(consultation=made["draft"]).update(opens_at=ahead(20), closes_at=ahead(30))

    page = desk.get(reverse("consultations:desk") + query)
    csv = b"".join(desk.get(reverse("consultations:desk_csv") + query)).decode("utf-8-sig")

    names = {one.pk: name for name, one in made.items()}
    assert [names[row["one"].pk] for row in page.context["rows"]] == found
    lines = csv.splitlines()[1:]
    assert [line.split(",")[0] for line in lines] == [made[name].reference for name in found]
    if "draft" in found:
        assert "'=Night?" in csv


def test_a_phase_is_written_by_the_clocks_of_the_consultation(desk):
    one = factories.consultation("draft", zone="Asia/Kolkata", phases=False)
    address = reverse("consultations:phase", args=[one.reference, "prioritise"])
    given = {
        "opens_at": "2031-03-03T09:00",
        "closes_at": "2031-03-17T18:30",
        "by": "points",
        "points": "10",
        "budget": "5000",
        "unit": "usd",
    }

    assert desk.post(address, given).status_code == 302

    phase = one.phases.get()
    assert phase.opens_at.isoformat() == "2031-03-03T03:30:00+00:00"
    assert (phase.by, phase.points, phase.budget) == ("points", 10, 500_000)
    form = desk.get(address).context["form"]
    assert form["opens_at"].value() == "2031-03-03T09:00"
    assert form["budget"].value() == 5000
    page = desk.get(reverse("consultations:plan", args=[one.reference])).content.decode()
    assert (
        '<time datetime="2031-03-17T13:00:00+00:00">17 March 2031, 18:30 (Kolkata)</time>' in page
    )


@pytest.mark.parametrize(
    "typed", ["", "tomorrow", "2031-13-45T09:00", "0001-01-01T00:00", "9999-12-31T23:59", "\x00"]
)
def test_a_moment_that_cannot_be_read_is_told_at_its_field(desk, typed):
    one = factories.consultation("draft", zone="America/New_York", phases=False)
    address = reverse("consultations:phase", args=[one.reference, "react"])

    answer = desk.post(address, {"opens_at": typed, "closes_at": "2031-03-17T18:30"})

    assert answer.status_code == 200
    assert answer.context["form"].errors["opens_at"]
    assert not one.phases.exists()


def test_what_is_refused_keeps_what_was_typed(desk):
    one = factories.consultation("synthesis")
    given = {"kind": "react", "closes_at": "2020-01-01T10:00", "reason": "Many asked for it."}

    answer = desk.post(reverse("consultations:reopen", args=[one.reference]), given)

    page = answer.content.decode()
    assert "1 January 2020, 10:00 (UTC) has passed." in page
    assert "Many asked for it." in page
    assert again(one).state == "synthesis"


def test_a_verb_that_fits_no_more_is_told_on_top(desk):
    one = factories.consultation("planned")

    answer = desk.post(reverse("consultations:announce", args=[one.reference]))

    assert "This is not possible now: the record is “Planned”." in answer.content.decode()


def test_common_priorities_and_paragraphs_are_ticked(desk):
    named = [factories.common_priority(), factories.common_priority()]
    hidden = factories.common_priority("suggested")
    text = factories.instrument(paragraphs=3)
    one = factories.consultation("draft", priorities=[named[0]], text=text)
    paragraph = text.provisions.last()

    desk.post(
        reverse("consultations:priorities", args=[one.reference]),
        {"row": [named[1].pk, hidden.pk, "nonsense", "9" * 40]},
    )
    desk.post(
        reverse("consultations:paragraphs", args=[one.reference]) + f"?of={text.code}",
        {"row": [paragraph.pk]},
    )

    assert list(one.priorities.all()) == [named[1]]
    assert list(one.provisions.all()) == [paragraph]


# --- The command


def test_the_list_is_for_people_and_for_programs(capsys):
    one = factories.consultation("open", question={"ar": "أي خبز؟"})
    factories.consultation("draft")

    call_command("consultations", "list", "--state", "open")
    assert capsys.readouterr().out.startswith(f"{one.reference}  open  ")
    call_command("consultations", "list", "--state", "open", "--json")
    assert f'"reference": "{one.reference}"' in capsys.readouterr().out
    with pytest.raises(CommandError, match="invalid choice"):
        call_command("consultations", "list", "--state", "closed")


# --- Personal data


def test_who_made_a_change_goes_and_the_change_stays(officer):
    one = factories.consultation("open")
    actions.word(one, **words_of(one, question={"en": "New?"}), by=officer)

    exported = privacy.export(officer)
    assert [each["model"] for each in exported["records"]].count("consultations.Change") == 1
    privacy.erase(officer, by=None)

    assert told(one) == ["Question (English) mended"]
    assert list(audit.verify()) == []


def test_old_drafts_go_and_nothing_else():
    old = timezone.now() - timedelta(days=800)
    factories.consultation("draft", changed_at=old)
    kept = [
        factories.consultation("draft"),
        factories.consultation("called_off", changed_at=old),
    ]

    privacy.purge(dry_run=False)

    assert list(Consultation.objects.order_by("pk")) == kept


def test_invited_people_alone_are_enough():
    assert (
        queries.lacks(factories.consultation("draft", for_partners=False, for_invited=True)) == []
    )


def test_what_was_called_off_has_no_deadline_any_more():
    planned, off = factories.consultation("planned"), factories.consultation("called_off")

    found = {one.pk: queries.next_at(one) for one in queries.on_desk()}
    assert found[planned.pk] is not None
    assert found[off.pk] is None
