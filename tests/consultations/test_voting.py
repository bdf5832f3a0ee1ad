"""People and organisations answer statements: whose vote counts, when, and that nobody learns what
a person said."""

from __future__ import annotations

import hashlib
import hmac
import html
import json
import logging
import re
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.models import Session
from django.db import connections, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from coalition.base import audit, privacy
from coalition.base.errors import NotAllowed, Refused
from coalition.base.models import Event
from coalition.consultations.models import (
    Consultation,
    Participant,
    Phase,
    Seal,
    Statement,
    Vote,
)
from coalition.consultations.sealing import (
    new_pseudonym_of,
    pseudonym_of,
    throw_key_away,
)
from coalition.consultations.states import StatementState
from coalition.consultations.voices import Voice, participant_of, take_part, voice_of
from coalition.consultations.voting import queries, views
from coalition.consultations.voting.actions import describe, sign, vote
from tests import factories

pytestmark = pytest.mark.django_db

AGREE, DISAGREE, PASS = 1, -1, 0


def asked(state: str = "open", statements: int = 1, **fields: Any) -> Consultation:
    """A consultation of everybody and of partners, with statements."""
    one = factories.consultation(state, **{"for_everyone": True, **fields})
    for _ in range(statements):
        factories.statement(one)
    return one


def alone(one: Consultation, person: Any = None) -> Voice:
    return voice_of(one, person or factories.person())


def of_partner(one: Consultation, role: str = "focal_point", partner: Any = None) -> Voice:
    partner = partner or factories.partner()
    return voice_of(one, factories.mandate(partner, role).person, partner)


def seen(voice: Voice) -> str:
    """The version of the drafts that a signatory has before them."""
    found = participant_of(voice)
    return queries.version_of(queries.unsigned(found) if found else [])


def said(one: Consultation) -> list[tuple[int, bool]]:
    """All votes in a consultation: their value, and whether they wait for a signature. Sorted."""
    votes = Vote.objects.filter(statement__consultation=one)
    return sorted(votes.values_list("value", "is_draft"))


def client_of(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


# --- People × states × verbs

# What is done by whom while a consultation is in a state: y where it happens, - where it is refused
# with a sentence and leaves nothing. A consultation of partners and of everybody; all its people
# but the visitor are signed in.
PEOPLE = ("visitor", "stranger", "viewer", "editor", "signatory", "officer")
TABLE = """
          draft planned before open after synthesis responded decided feedback called_off  who
own         -     -      -      y    -      -         -        -        -       -   {everybody}
partners    -     -      -      y    -      -         -        -        -       -   editor signatory
sign        -     -      -      y    -      -         -        -        -       -   signatory
""".replace("{everybody}", "stranger viewer editor signatory officer")
STATES: dict[str, tuple[str, tuple[int, int]]] = {
    "draft": ("draft", (1, 14)),
    "planned": ("planned", (1, 14)),
    "before": ("open", (1, 14)),  # another phase runs
    "open": ("open", (-1, 14)),
    "after": ("open", (-14, -1)),  # the clock has not run yet
    **{state: (state, (-1, 14)) for state in ("synthesis", "responded", "decided", "feedback")},
    "called_off": ("called_off", (-1, 14)),
}


def cells() -> Iterator[Any]:
    _head, *lines = TABLE.strip().splitlines()
    for line in lines:
        verb, *rest = line.split()
        marks, who = rest[: len(STATES)], rest[len(STATES) :]
        for state, mark in zip(STATES, marks, strict=True):
            yield pytest.param(verb, state, who if mark == "y" else [], id=f"{verb}-{state}")


@pytest.mark.parametrize(("verb", "state", "may"), list(cells()))
def test_who_answers_in_which_state(verb: str, state: str, may: list[str]) -> None:
    kept, days = STATES[state]
    one = asked(kept, phases=False)
    factories.phase(one, "react", days=days)
    factories.phase(one, "propose", days=(-1, 14))
    partner, statement = factories.partner(), one.statements.get()
    signatory = factories.mandate(partner, "signatory").person
    people = {
        "visitor": AnonymousUser(),
        "stranger": factories.mandate(factories.partner(), "signatory").person,
        "viewer": factories.mandate(partner, "viewer").person,
        "editor": factories.mandate(partner, "editor").person,
        "signatory": signatory,
        "officer": factories.officer(),
    }
    if verb == "sign":
        drafter = one.participants.create(partner=partner)
        drafter.votes.create(statement=statement, value=AGREE, is_draft=True)

    def act(who: str) -> None:
        if verb == "own":
            vote(voice_of(one, people[who]), statement, AGREE)
        elif verb == "partners":
            vote(voice_of(one, people[who], partner), statement, AGREE)
        else:
            voice = voice_of(one, people[who], partner)
            sign(voice, seen=seen(voice))

    def happens(who: str) -> bool:
        """Did it? What is refused says why, and leaves all as it was."""
        with transaction.atomic():
            before, why = votes(), ""
            try:
                act(who)
            except NotAllowed as refusal:
                why = str(refusal)
            after = votes()
            transaction.set_rollback(True)
        assert (before == after) == bool(why)
        return not why

    def votes() -> list[Any]:
        return list(Vote.objects.order_by("pk").values())

    assert [who for who in PEOPLE if happens(who)] == may


@pytest.mark.parametrize(
    ("doors", "sentence"),
    [
        ({"for_everyone": False}, "you answer for your organisation, not for yourself"),
        ({"for_everyone": False, "for_partners": False, "for_invited": True}, "invited"),
    ],
)
def test_whoever_may_not_answer_for_themselves_reads_why(doors: Any, sentence: str) -> None:
    one = asked(**doors)
    person = factories.mandate(factories.partner(), "editor").person

    with pytest.raises(NotAllowed, match=sentence):
        voice_of(one, person)


def test_nobody_answers_for_an_organisation_that_is_not_theirs_or_is_not_asked() -> None:
    one, partner = asked(), factories.partner("Bakers of the North")
    editor = factories.mandate(factories.partner(), "focal_point").person
    ended = factories.mandate(partner, "editor", until="2026-02-01").person

    for person in (editor, ended, AnonymousUser()):
        with pytest.raises(NotAllowed, match="no mandate to write for Bakers of the North"):
            voice_of(one, person, partner)
    Consultation.objects.update(for_partners=False)
    with pytest.raises(NotAllowed, match="Organisations do not answer this consultation"):
        of_partner(Consultation.objects.get())


def test_suspended_organisation_does_not_answer() -> None:
    one, partner = asked(), factories.partner()
    person = factories.mandate(partner, "focal_point").person
    type(partner).objects.filter(pk=partner.pk).update(state="suspended")

    with pytest.raises(NotAllowed):
        voice_of(one, person, partner)
    address = reverse("consultations:react", args=[one.reference, partner.reference])
    assert client_of(person).get(address).status_code == 404


# --- One vote that counts


def test_the_last_vote_stands_whatever_is_sent_again() -> None:
    one = asked()
    voice, statement = alone(one), one.statements.get()

    for value in (AGREE, AGREE, DISAGREE, PASS, PASS):
        vote(voice, statement, value)
        assert said(one) == [(value, False)]

    assert Participant.objects.count() == Seal.objects.count() == 1


def test_two_people_and_an_organisation_are_three_voices() -> None:
    one = asked()
    statement, partner = one.statements.get(), factories.partner()
    of_both = factories.mandate(partner, "focal_point").person

    vote(alone(one), statement, AGREE)
    vote(alone(one, of_both), statement, DISAGREE)
    vote(voice_of(one, of_both, partner), statement, AGREE)

    assert said(one) == [(DISAGREE, False), (AGREE, False), (AGREE, True)]
    assert Vote.objects.counting().count() == 2


#          seconds  taken
MOMENTS = [(-0.001, False), (0, True), (9.999, True), (10, False)]


@pytest.mark.parametrize(("seconds", "is_taken"), MOMENTS)
def test_phase_decides_to_the_second(seconds: float, is_taken: bool) -> None:
    one = asked(phases=False)
    opens = timezone.now().replace(microsecond=0) - timedelta(days=1)
    factories.phase(one, "react", opens_at=opens, closes_at=opens + timedelta(seconds=10))
    now = opens + timedelta(seconds=seconds)

    if is_taken:
        vote(alone(one), one.statements.get(), AGREE, now=now)
    else:
        with pytest.raises(NotAllowed, match=r"^(Opens|Closed) on "):
            vote(alone(one), one.statements.get(), AGREE, now=now)

    assert len(said(one)) == is_taken
    assert Participant.objects.count() == Seal.objects.count() == is_taken


def test_page_that_was_opened_before_the_close_is_refused_after_it() -> None:
    one = Consultation.objects.prefetch_related("phases").get(pk=asked().pk)
    voice, statement = alone(one), one.statements.get()
    assert one.phases.all()[0].is_under_way()

    one.phases.all().update(closes_at=timezone.now())

    with pytest.raises(NotAllowed, match=r"^Closed on "):
        vote(voice, statement, AGREE)


@pytest.mark.parametrize(
    ("state", "more"),
    [
        (StatementState.WAITING, {}),
        (StatementState.REFUSED, {"refused_for": "off_topic"}),
        (StatementState.MERGED, {}),
        (StatementState.WITHDRAWN, {}),
    ],
)
def test_what_is_not_shown_takes_no_vote(state: str, more: dict[str, Any]) -> None:
    one = asked(statements=2)
    hidden, other = one.statements.order_by("number")
    if state == StatementState.MERGED:
        more = {"merged_into": other}
    one.statements.filter(pk=hidden.pk).update(state=state, **more)

    with pytest.raises(NotAllowed, match="not shown"):
        vote(alone(one), hidden, AGREE)
    assert said(one) == []


def test_statement_of_another_consultation_takes_no_vote() -> None:
    one, other = asked(), asked()

    with pytest.raises(NotAllowed, match="not shown"):
        vote(alone(one), other.statements.get(), AGREE)


@pytest.mark.parametrize("value", [2, -2, 99])
def test_there_are_three_answers_and_no_other(value: int) -> None:
    one = asked()

    with pytest.raises(Refused, match="one of the three"):
        vote(alone(one), one.statements.get(), value)
    assert said(one) == []


# --- An organisation drafts and signs


def test_what_colleagues_draft_counts_once_it_is_signed() -> None:
    one, partner = asked(statements=2), factories.partner()
    first, second = one.statements.order_by("number")
    editor, signatory = of_partner(one, "editor", partner), of_partner(one, "signatory", partner)

    vote(editor, first, AGREE)
    vote(signatory, first, DISAGREE)  # the last one stands
    vote(editor, second, PASS)
    assert said(one) == [(DISAGREE, True), (PASS, True)]

    signed = sign(signatory, seen=seen(signatory))
    assert said(one) == [(DISAGREE, False), (PASS, False)]
    assert (signed.signed_by, signed.signed_at is not None) == (signatory.person, True)

    vote(editor, first, AGREE)  # counts only once it is signed again
    assert said(one) == [(DISAGREE, False), (PASS, False), (AGREE, True)]
    sign(signatory, seen=seen(signatory))
    assert said(one) == [(PASS, False), (AGREE, False)]
    assert Participant.objects.count() == 1


def test_signature_leaves_an_event_and_drafts_leave_none() -> None:
    one = asked()
    voice = of_partner(one)
    count = Event.objects.count()

    vote(voice, one.statements.get(), AGREE)
    assert Event.objects.count() == count
    made = sign(voice, seen=seen(voice))

    event = Event.objects.latest("sequence")
    assert (event.verb, event.subject, event.actor) == (
        *("consultations.sign_answer", audit.ref(made)),
        audit.ref(voice.person),
    )
    assert event.refs == [audit.ref(one), audit.ref(voice.partner)]


def test_signature_rests_on_what_the_signatory_saw() -> None:
    one, partner = asked(), factories.partner()
    editor, signatory = of_partner(one, "editor", partner), of_partner(one, "signatory", partner)
    vote(editor, one.statements.get(), AGREE)
    opened = seen(signatory)
    vote(editor, one.statements.get(), DISAGREE)

    with pytest.raises(Refused, match="A colleague changed an answer"):
        sign(signatory, seen=opened)
    assert said(one) == [(DISAGREE, True)]


def test_what_says_the_same_as_the_signed_answer_waits_for_nothing() -> None:
    one = asked()
    voice, statement = of_partner(one), one.statements.get()
    vote(voice, statement, AGREE)
    sign(voice, seen=seen(voice))

    vote(voice, statement, DISAGREE)
    vote(voice, statement, AGREE)

    assert said(one) == [(AGREE, False)]
    with pytest.raises(Refused, match="nothing to sign"):
        sign(voice, seen=seen(voice))


def test_draft_on_what_is_hidden_meanwhile_is_not_signed_and_not_lost() -> None:
    one = asked(statements=2)
    hidden, other = one.statements.order_by("number")
    voice = of_partner(one)
    vote(voice, hidden, AGREE)
    vote(voice, other, AGREE)
    one.statements.filter(pk=hidden.pk).update(state="withdrawn")

    sign(voice, seen=seen(voice))

    votes = Vote.objects.values_list("statement", "is_draft")
    assert set(votes) == {(hidden.pk, True), (other.pk, False)}


def test_editor_does_not_sign() -> None:
    one, partner = asked(), factories.partner("Bakers")
    editor = of_partner(one, "editor", partner)
    vote(editor, one.statements.get(), AGREE)

    with pytest.raises(NotAllowed, match="Only a signatory of Bakers"):
        sign(editor, seen=seen(editor))
    with pytest.raises(NotAllowed):  # nobody signs for themselves
        sign(alone(one), seen="")


# --- Behind a pseudonym


def test_pseudonym_is_of_one_person_in_one_consultation() -> None:
    person, other = factories.person(), factories.person()
    here, there = asked(), asked()
    found = [new_pseudonym_of(one, who) for one in (here, there) for who in (person, other)]

    assert len(set(found)) == 4
    assert all(re.fullmatch("[0-9a-f]{64}", one) for one in found)
    assert pseudonym_of(here, person) == found[0]


def test_pseudonym_takes_the_key_and_the_secret_of_the_installation(settings) -> None:
    one, person = asked(), factories.person()
    found, key = new_pseudonym_of(one, person), bytes(Seal.objects.get().key)

    # Whoever holds the database alone tries every person, and finds nobody.
    for tried in (str(person.pk).encode(), person.email.encode()):
        assert hmac.digest(key, tried, "sha256").hex() != found
        assert hashlib.sha256(key + tried).hexdigest() != found
    settings.SECRET_KEY = "another"
    assert pseudonym_of(one, person) != found


def test_once_the_key_is_thrown_away_nobody_is_found_and_nobody_votes_again() -> None:
    one, person = asked(), factories.person()
    statement = one.statements.get()
    vote(alone(one, person), statement, AGREE)

    assert throw_key_away(one)
    assert not throw_key_away(one)

    assert participant_of(alone(one, person)) is None
    for who in (person, None):
        with pytest.raises(NotAllowed, match="closed for good"):
            vote(alone(one, who), statement, DISAGREE)
    assert said(one) == [(AGREE, False)]


@pytest.mark.parametrize(
    ("state", "days", "is_kept"),
    [("synthesis", 366, False), ("synthesis", 364, True), ("open", 366, True)],
)
def test_a_key_that_nobody_throws_away_goes_by_the_clock(
    state: str, days: int, is_kept: bool
) -> None:
    one, person = asked(), factories.person()
    vote(alone(one, person), one.statements.get(), AGREE)
    one.phases.update(
        opens_at=timezone.now() - timedelta(days=days + 9),
        closes_at=timezone.now() - timedelta(days=days),
    )
    Consultation.objects.filter(pk=one.pk).update(state=state)

    privacy.purge(dry_run=False)

    assert Seal.objects.filter(consultation=one).exists() is is_kept
    assert said(one) == [(AGREE, False)]


def everything() -> dict[str, dict[Any, dict[str, Any]]]:
    """Every row of every table of the installation, by table and key."""
    return {
        model._meta.label: {row["pk"]: row for row in _rows(model)}
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    }


def _rows(model: Any) -> list[dict[str, Any]]:
    names = [field.attname for field in model._meta.local_concrete_fields]
    return [
        {"pk": row.pk, **{name: getattr(row, name) for name in names}}
        for row in model._base_manager.all()
    ]


def test_no_table_log_session_or_event_ties_a_vote_to_a_person(caplog) -> None:
    caplog.set_level(logging.DEBUG)
    one = asked(statements=2)
    person = factories.person(pk=918_273_645, email="quill@union.test", name="Rosewater Quill")
    client = client_of(person)
    addresses = [
        reverse("consultations:vote", args=[one.reference, number]) for number in (1, 2, 1)
    ]
    before, trail = everything(), audit.head()

    for address, value in zip(addresses, (AGREE, DISAGREE, DISAGREE), strict=True):
        assert client.post(address, {"value": value}).status_code == 302
    for name in ("react", "react_next"):
        client.get(reverse(f"consultations:{name}", args=[one.reference]))
    after = everything()

    new = {
        table: [row for key, row in rows.items() if before[table].get(key) != row]
        for table, rows in after.items()
    }
    new = {table: rows for table, rows in new.items() if rows}
    assert set(new) == {f"consultations.{name}" for name in ("Participant", "Seal", "Vote")}
    assert {table: len(rows) for table, rows in new.items()} == {
        "consultations.Participant": 1,
        "consultations.Seal": 1,
        "consultations.Vote": 2,
    }
    # Nothing of the person, and no moment, stands in what was written.
    written = json.dumps(new, default=repr)
    for trace in ("918273645", "quill", "Rosewater", "datetime"):
        assert trace.lower() not in written.lower()
    assert audit.head() == trail
    # And nothing of the votes stands where the person is: their session, what is logged, what is
    # exported about them.
    me = Participant.objects.get()
    sessions = json.dumps([row.get_decoded() for row in Session.objects.all()])
    exported = json.dumps(privacy.export(person))
    for where in (sessions, exported, caplog.text):
        assert me.pseudonym not in where
        assert "Participant" not in where
    assert "disagree" not in (sessions + exported).lower()
    assert client.session.get("_messages", "[]") in ("[]", "")
    assert "_messages" not in json.dumps(dict(client.cookies))
    links = [
        f"{model._meta.label}.{field.name}"
        for model in (Participant, Vote, Seal)
        for field in model._meta.local_concrete_fields
        if field.related_model is type(person)
    ]
    assert links == ["consultations.Participant.signed_by"]  # of an organisation alone
    assert me.signed_by is None


def test_numbers_of_rows_do_not_tell_who_came_first() -> None:
    one = asked(statements=2)
    for _ in range(12):
        voice = alone(one)
        for statement in one.statements.all():
            vote(voice, statement, AGREE)

    for model in (Participant, Vote):
        numbers = list(model.objects.order_by("pk").values_list("pk", flat=True))
        assert min(numbers[1:]) > 1_000_000
        assert len({numbers[i + 1] - numbers[i] for i in range(len(numbers) - 1)}) > 5


# --- Pages


def text(response: Any) -> str:
    return html.unescape(response.content.decode())


def test_somebody_answers_all_statements_one_after_the_other() -> None:
    one = asked(statements=3)
    client = client_of(factories.person())
    door = reverse("consultations:react_next", args=[one.reference])
    assert door in text(client.get(one.get_absolute_url()))

    address = client.get(door).url
    met = []
    for turn in range(3):
        page = client.get(address)
        met.append(page.context["statement"].number)
        assert f"{turn} of 3 answered" in text(page)
        answer = client.post(page.context["vote_url"], {"value": AGREE})
        assert answer.status_code == 302
        address = answer.url

    assert sorted(met) == [1, 2, 3]
    assert address == reverse("consultations:react", args=[one.reference])
    last = text(client.get(address))
    assert "Thank you: you have answered all 3 statements." in last
    assert last.count("<strong>Agree</strong>") == 3


def test_everybody_begins_elsewhere_and_always_in_the_same_place() -> None:
    one = asked(statements=12)
    people = [factories.person() for _ in range(12)]

    def order(person: Any) -> list[int]:
        found = queries.in_own_order(one.statements.shown(), alone(one, person))
        return list(found.values_list("number", flat=True))

    orders = [order(person) for person in people]
    assert all(sorted(each) == list(range(1, 13)) for each in orders)
    assert orders == [order(person) for person in people]
    assert len({each[0] for each in orders}) > 3
    colleagues = factories.partner()
    first, second = (of_partner(one, "editor", colleagues) for _ in range(2))
    assert queries.next_number(first, None) == queries.next_number(second, None)


def test_after_the_last_answer_one_is_thanked_and_led_on_to_what_else_is_open() -> None:
    one = asked(statements=2, text=factories.instrument(paragraphs=1))
    factories.phase(one, "propose", days=(-2, 9))
    factories.phase(one, "discuss", days=(-2, 9))
    factories.phase(one, "prioritise", days=(3, 9))
    person = factories.person()
    partner = factories.partner("Bakers")
    factories.mandate(partner, "editor", person=person)
    client = Client()
    client.force_login(person)

    for voice, more in ((alone(one, person), ""), (voice_of(one, person, partner), "?for=")):
        reading = voice.url_of("react")
        propose, discuss = (
            reverse(f"consultations:{name}", args=[one.reference])
            for name in ("propose", "discuss")
        )
        assert "What else you can do now" not in client.get(reading).content.decode()
        for each in one.statements.all():
            answered = client.post(voice.url_of("vote", number=each.number), {"value": "1"})
        assert answered["Location"] == reading
        done = html.unescape(client.get(reading).content.decode())
        assert "Thank you: you have answered all 2 statements." in done
        whose = f"?for={partner.reference}" if more else ""
        assert f'href="{propose}{whose}"' in done
        assert f'href="{discuss}' in done
        # What is not open yet, and what was done just now, is no way on.
        assert reverse("consultations:prioritise", args=[one.reference]) not in done
        assert voice.url_of("react_next") not in done

    Phase.objects.filter(kind="prioritise").update(opens_at=timezone.now())
    for voice in (alone(one, person), voice_of(one, person, partner)):
        on = html.unescape(client.get(voice.url_of("react")).content.decode())
        assert f'href="{voice.url_of("prioritise")}"' in on


def test_own_answer_is_shown_and_can_be_changed() -> None:
    one = asked(statements=2)
    client = client_of(factories.person())
    address = reverse("consultations:react_to", args=[one.reference, 1])
    verb = reverse("consultations:vote", args=[one.reference, 1])
    onward = reverse("consultations:react_next", args=[one.reference])
    for words in ("Your answer so far", onward):  # the next one is this one still
        assert words not in text(client.get(address))

    client.post(verb, {"value": DISAGREE})
    assert "<strong>Disagree</strong>" in text(client.get(address))
    assert onward in text(client.get(address))
    client.post(verb, {"value": PASS})
    assert "<strong>Pass</strong>" in text(client.get(address))
    assert said(one) == [(PASS, False)]


def test_nobody_reads_what_others_said() -> None:
    one = asked(statements=1)
    for _ in range(3):
        vote(alone(one), one.statements.get(), DISAGREE)
    client = client_of(factories.person())

    for name, arguments in (("react", []), ("react_to", [1])):
        page = text(client.get(reverse(f"consultations:{name}", args=[one.reference, *arguments])))
        assert "<strong>Disagree" not in page
        assert "0 of 1 answered" in page


def test_refusals_are_told_on_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    one = asked()
    client = client_of(factories.person())
    address = reverse("consultations:vote", args=[one.reference, 1])

    for value in ("", "2", "agree", "1; drop table"):
        answer = client.post(address, {"value": value})
        assert (answer.status_code, "one of the three" in text(answer)) == (400, True)
    missing = reverse("consultations:vote", args=[one.reference, 10**20])
    assert client.post(missing, {"value": AGREE}).status_code == 404
    monkeypatch.setattr(views, "PER_VOICE", views.Limit(0, 3600))
    answer = client.post(address, {"value": AGREE})
    assert (answer.status_code, "within an hour" in text(answer)) == (429, True)
    one.phases.update(closes_at=timezone.now())
    monkeypatch.setattr(views, "PER_VOICE", views.Limit(9, 3600))
    answer = client.post(address, {"value": AGREE})
    assert (answer.status_code, "Closed on" in text(answer)) == (403, True)
    assert said(one) == []
    shown = text(client.get(reverse("consultations:react_to", args=[one.reference, 1])))
    assert "Closed on" in shown
    assert 'name="value"' not in shown


def test_what_was_merged_leads_to_the_other_and_what_is_hidden_is_not_there() -> None:
    one = asked(statements=3)
    gone, other, withdrawn = one.statements.order_by("number")
    one.statements.filter(pk=gone.pk).update(state="merged", merged_into=other)
    one.statements.filter(pk=withdrawn.pk).update(state="withdrawn")
    client = client_of(factories.person())

    def at(number: int) -> Any:
        return client.get(reverse("consultations:react_to", args=[one.reference, number]))

    assert at(1).url == reverse("consultations:react_to", args=[one.reference, 2])
    assert at(3).status_code == 404
    assert "0 of 1 answered" in text(at(2))
    answer = client.post(reverse("consultations:vote", args=[one.reference, 1]), {"value": AGREE})
    assert (answer.status_code, "not shown" in text(answer)) == (403, True)


def test_whose_proposal_was_merged_is_led_to_what_stands_for_it() -> None:
    one = asked(statements=1)
    person, other = factories.person(), one.statements.get()
    me = take_part(voice_of(one, person))
    merged = {"author": me, "state": "merged", "merged_into": other}
    mine = factories.contribution(one, "Nights are paid like days & more.", **merged)
    page = reverse("consultations:react", args=[one.reference])

    def told(who: Any) -> str:
        return text(client_of(who).get(page))

    assert "Nights are paid like days & more." in told(person)
    link = f'<a href="{page}{other.number}/">It says the same as proposal {other.number}, '
    assert link in told(person)
    assert "Nights are paid" not in told(factories.person())
    Statement.objects.filter(pk=mine.pk).update(state="accepted", merged_into=None)
    assert "It says the same as" not in told(person)


def test_statement_is_in_its_own_language_with_its_translation() -> None:
    one = asked(statements=0, question={"en": "What first?", "ar": "ماذا أولاً؟"})
    statement = factories.statement(one, "Pay night work.")
    made = statement.translations.create(
        language="ar", text="ادفعوا أجر الليل.", machine="Baker 2", of_text="Pay night work."
    )
    client = client_of(factories.person())
    arabic = f"/ar/consultations/{one.reference}/react/1/"

    page = text(client.get(arabic))
    assert '<h1 lang="en" dir="auto">Pay night work.</h1>' in page
    assert '<p lang="ar" dir="auto">ادفعوا أجر الليل.</p>' in page
    assert "<bdi>Baker 2</bdi>" in page
    assert client.get(arabic).context["translation"].is_fresh
    made.of_text = "Pay work."
    made.save()
    assert not client.get(arabic).context["translation"].is_fresh
    assert "Baker 2" not in text(client.get(arabic.replace("/ar/", "/en/")))


def test_statement_with_markup_is_shown_as_text() -> None:
    one = asked(statements=0)
    factories.statement(one, "<script>alert(1)</script> \u202e & bread")
    client = client_of(factories.person())

    for name, arguments in (("react", []), ("react_to", [1])):
        response = client.get(reverse(f"consultations:{name}", args=[one.reference, *arguments]))
        assert b"<script>alert" not in response.content
        assert b"&lt;script&gt;" in response.content


def test_organisation_answers_on_pages_and_its_signatory_signs() -> None:
    one, partner = asked(statements=2, for_everyone=False), factories.partner("Bakers")
    editor = client_of(factories.mandate(partner, "editor").person)
    signatory = client_of(factories.mandate(partner, "signatory").person)
    kwargs = {"reference": one.reference, "partner": partner.reference}
    address = reverse("consultations:react", kwargs=kwargs)
    assert address in text(editor.get(one.get_absolute_url()))

    first = reverse("consultations:vote", kwargs={**kwargs, "number": 1})
    assert editor.post(first, {"value": AGREE}).status_code == 302
    page = text(editor.get(address))
    assert "1 answer is not signed yet." in page
    assert "It takes somebody who signs for your organisation." in page
    sign_url = reverse("consultations:sign_answer", kwargs=kwargs)
    assert sign_url not in page

    opened = signatory.get(address).context["sign_form"].initial["seen"]
    editor.post(first, {"value": PASS})
    late = signatory.post(sign_url, {"seen": opened})
    assert (late.status_code, "A colleague changed" in text(late)) == (409, True)
    again = late.context["sign_form"].initial["seen"]
    assert editor.post(sign_url, {"seen": again}).status_code == 403
    assert signatory.post(sign_url, {"seen": again}).url == address
    assert said(one) == [(PASS, False)]
    assert "Nothing waits for a signature." in text(editor.get(address))
    assert signatory.post(sign_url, {"seen": again}).status_code == 409
    stranger = client_of(factories.person())
    for url in (first, sign_url):
        assert stranger.post(url, {"value": AGREE}).status_code == 403
    assert stranger.get(address).status_code == 403


def test_what_people_say_of_themselves_stands_with_their_answers_and_can_be_taken_back() -> None:
    one = asked()
    person, place, group = factories.person(), factories.country("KEN"), factories.group("WRK")
    client = client_of(person)
    address = reverse("consultations:about_you", args=[one.reference])
    assert address in text(client.get(reverse("consultations:react", args=[one.reference])))
    client.post(reverse("consultations:vote", args=[one.reference, 1]), {"value": AGREE})
    count = Event.objects.count()

    assert client.post(address, {"group": group.code, "place": place.code}).status_code == 302
    me = Participant.objects.get()
    assert (me.group, me.place, me.votes.count()) == (group, place, 1)
    assert client.get(address).context["form"]["place"].initial == place
    assert client.post(address, {"group": "none such"}).status_code == 200
    client.post(address, {})
    me = Participant.objects.get()
    assert (me.group, me.place) == (None, None)
    assert Event.objects.count() == count
    with pytest.raises(NotAllowed, match="this is known"):
        describe(of_partner(one), group=group, place=place)
    one.phases.update(closes_at=timezone.now())
    assert client.post(address, {"group": group.code}).status_code == 403
    assert Participant.objects.get().group is None


def test_the_door_of_what_one_says_of_oneself_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    one, client = asked(), client_of(factories.person())
    monkeypatch.setattr(views, "PER_VOICE", views.Limit(2, 3600))
    address = reverse("consultations:about_you", args=[one.reference])
    assert [client.post(address).status_code for _ in range(3)] == [302, 302, 429]


def test_guest_signs_in_on_the_way_and_a_draft_is_not_there() -> None:
    one, draft = asked(), asked("draft")
    door = reverse("consultations:react_next", args=[one.reference])

    guest = Client()
    assert door in text(guest.get(one.get_absolute_url()))
    assert guest.get(door).url.endswith(f"?next={door}")
    hidden = reverse("consultations:react", args=[draft.reference])
    assert client_of(factories.officer()).get(hidden).status_code == 404


def test_doors_are_open_to_those_who_may_alone() -> None:
    one = asked(for_everyone=False)
    partner = factories.partner()

    def doors(person: Any) -> list[str]:
        page = text(client_of(person).get(one.get_absolute_url()))
        return re.findall(rf'"/en/consultations/{one.reference}/([^"]*react[^"]*)"', page)

    assert doors(factories.person()) == []
    assert doors(factories.mandate(partner, "viewer").person) == []
    editor = factories.mandate(partner, "editor").person
    assert doors(editor) == [f"for/{partner.reference}/react/"]
    one.phases.update(closes_at=timezone.now())
    assert doors(editor) == [f"for/{partner.reference}/react/"]  # where its answers stand
    assert doors(factories.person()) == []


def test_what_one_said_is_found_again_until_the_tie_is_cut() -> None:
    one, partner = asked(statements=2), factories.partner("Bakers")
    person, signatory = factories.person(), factories.mandate(partner, "signatory").person
    first, second = one.statements.order_by("number")
    vote(alone(one, person), first, DISAGREE)
    theirs = voice_of(one, signatory, partner)
    vote(theirs, second, AGREE)
    sign(theirs, seen=seen(theirs))
    vote(theirs, first, PASS)  # a draft that nobody signed

    def ends(state: str) -> None:
        one.phases.update(opens_at=timezone.now() - timedelta(days=9), closes_at=timezone.now())
        Consultation.objects.filter(pk=one.pk).update(state=state)

    def answers(who: Any, *arguments: Any) -> list[str | None]:
        page = client_of(who).get(reverse("consultations:react", args=[one.reference, *arguments]))
        return [
            said.name if said is not None else None
            for _statement, said, _url in page.context["rows"]
        ]

    own, ours = "react/", f"for/{partner.reference}/react/"
    for state in ("open", "synthesis", "responded", "decided"):
        ends(state)
        for who, pages in ((person, [own]), (signatory, [own, ours])):
            page = text(client_of(who).get(one.get_absolute_url()))
            assert [at for at in pages if f"{one.reference}/{at}" not in page] == [], state
        assert answers(person) == ["DISAGREE", None]
        assert answers(signatory, partner.reference) == ["PASS", "AGREE"]
        page = text(client_of(person).get(reverse("consultations:react", args=[one.reference])))
        assert "1 of 2 answered" in page
        assert "Not answered" in page
        assert "<form method" not in page.split("<main")[1].split("</main>")[0]
    throw_key_away(one)
    ends("feedback")
    page = text(client_of(person).get(reverse("consultations:react", args=[one.reference])))
    assert "The tie between people and what they said is cut for good" in page
    assert "of 2 answered" not in page
    assert "Not answered" not in page
    assert answers(person) == [None, None]
    assert answers(signatory, partner.reference) == ["PASS", "AGREE"]
    assert f"{one.reference}/{own}" not in text(Client().get(one.get_absolute_url()))


# --- At once


def at_once(*acts: Callable[[], Any]) -> list[str]:
    """What becomes of acts that begin together, in alphabetical order."""
    every, outcomes = threading.Barrier(len(acts)), []

    def one(act: Callable[[], Any]) -> None:
        try:
            every.wait(timeout=20)
            act()
            outcomes.append("done")
        except (NotAllowed, Refused):
            outcomes.append("refused")
        except Exception as error:
            outcomes.append(repr(error))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return sorted(outcomes)


@pytest.mark.django_db(transaction=True)
def test_same_vote_sent_many_times_at_once_is_one() -> None:
    one = asked()
    voice, statement = alone(one), one.statements.get()
    values = (AGREE, DISAGREE, PASS, AGREE, DISAGREE, PASS)

    outcomes = at_once(*(lambda value=value: vote(voice, statement, value) for value in values))

    assert outcomes == ["done"] * 6
    assert len(said(one)) == 1
    assert Participant.objects.count() == Seal.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_first_answers_of_many_at_once_share_one_key() -> None:
    one = asked()
    voices, statement = [alone(one) for _ in range(6)], one.statements.get()

    outcomes = at_once(*(lambda voice=voice: vote(voice, statement, AGREE) for voice in voices))

    assert outcomes == ["done"] * 6
    assert said(one) == [(AGREE, False)] * 6
    assert Seal.objects.count() == 1
    assert all(participant_of(voice) is not None for voice in voices)


@pytest.mark.django_db(transaction=True)
def test_colleagues_and_their_signatory_at_once_lose_nothing() -> None:
    one, partner = asked(statements=3), factories.partner()
    editor, signatory = of_partner(one, "editor", partner), of_partner(one, "signatory", partner)
    statements = list(one.statements.order_by("number"))
    vote(editor, statements[0], AGREE)
    opened = seen(signatory)

    outcomes = at_once(
        lambda: sign(signatory, seen=opened),
        lambda: sign(signatory, seen=opened),
        lambda: vote(editor, statements[1], DISAGREE),
        lambda: vote(editor, statements[2], PASS),
    )

    # One signature at most: the other, or both, find that something changed or nothing is left.
    assert outcomes in (["done"] * 3 + ["refused"], ["done"] * 2 + ["refused"] * 2)
    latest = {
        statement.number: participant_vote(one, partner, statement) for statement in statements
    }
    assert latest == {1: AGREE, 2: DISAGREE, 3: PASS}
    if participant_of(signatory).votes.filter(is_draft=True).exists():
        sign(signatory, seen=seen(signatory))
    assert said(one) == [(DISAGREE, False), (PASS, False), (AGREE, False)]


def participant_vote(one: Consultation, partner: Any, statement: Any) -> int:
    votes = Vote.objects.filter(participant__partner=partner, statement=statement)
    return votes.order_by("-is_draft").first().value
