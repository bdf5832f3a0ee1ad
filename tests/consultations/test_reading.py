"""Consultations as everybody reads them: what is open now, what comes next, who may, why not."""

from __future__ import annotations

import csv
import gzip
import html
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from coalition.base.changes import record_changed
from coalition.consultations import access
from coalition.consultations.access import When
from coalition.consultations.models import Consultation, Summary
from coalition.consultations.queries import about, open_now, state_at, with_deadlines
from coalition.consultations.reading import queries
from coalition.consultations.states import KINDS
from tests import factories
from tools.site import MOST_HTML

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
LIST = "/en/consultations/"


def at(days: float) -> datetime:
    return NOW + timedelta(days=days)


def between(of: Any, kind: str, opens: float, closes: float, **fields: Any) -> Any:
    """A phase so many days around NOW."""
    return factories.phase(of, kind, opens_at=at(opens), closes_at=at(closes), **fields)


def page(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return html.unescape(response.content.decode())


def order(client: Client, query: str = "") -> list[str]:
    """References in the order of the list."""
    response = client.get(f"{LIST}{query}")
    assert response.status_code == 200
    return [line.one.reference for line in response.context["lines"]]


# --- What may be done when


#   opens closes  what is said at NOW
MOMENTS = [
    (-1.0, 1.0, When.NOW, "Open until 11 March 2026, 13:00 (Zurich)."),
    (1.0, 2.0, When.AHEAD, "Opens on 11 March 2026, 13:00 (Zurich)."),
    (-2.0, -1.0, When.OVER, "Closed on 9 March 2026, 13:00 (Zurich)."),
    # To the second: open with its first moment, closed with its last.
    (0.0, 1.0, When.NOW, "Open until 11 March 2026, 13:00 (Zurich)."),
    (-1.0, 0.0, When.OVER, "Closed on 10 March 2026, 13:00 (Zurich)."),
]


@pytest.mark.parametrize(("opens", "closes", "when", "sentence"), MOMENTS)
def test_answer_says_whether_and_when(
    opens: float, closes: float, when: When, sentence: str
) -> None:
    one = factories.consultation("open", phases=False, zone="Europe/Zurich")
    between(one, "react", opens, closes)

    found = access.answer(one, "react", NOW)

    assert (found.when, found.sentence) == (when, sentence)
    assert found.is_open == (when == When.NOW)


def test_answer_says_that_there_is_no_such_phase() -> None:
    one = factories.consultation("open")

    assert access.answer(one, "propose").sentence == "This consultation has no such phase."


@pytest.mark.parametrize("state", ["planned", "open", "synthesis", "called_off"])
def test_answer_agrees_with_what_the_database_says_is_granted(state: str) -> None:
    one = factories.consultation(state, phases=False)
    between(one, "react", -1, 1)
    between(one, "propose", 1, 2)
    between(one, "respond", -1, 1)

    for ability in ("react", "propose", "comment", "respond"):
        granted = Consultation.objects.granting(ability, NOW).filter(pk=one.pk).exists()
        assert access.answer(one, ability, NOW).is_open == granted


def test_secretariat_responds_while_answers_are_summed_up_and_nobody_takes_part() -> None:
    one = factories.consultation("synthesis", phases=False)
    between(one, "react", -1, 1)
    between(one, "respond", -1, 1)

    assert access.answer(one, "respond", NOW).is_open
    assert access.answer(one, "react", NOW).sentence == "Nothing is taken in it as it stands now."


def test_nothing_is_open_in_what_was_called_off() -> None:
    one = factories.consultation("called_off")

    found = access.answer(one, "react")

    assert found.when == When.CALLED_OFF
    assert found.sentence == "It was called off, so nothing can be done in it any more."
    assert access.answer(one, "propose").when == When.CALLED_OFF


def test_every_ability_has_an_answer_in_arabic() -> None:
    one = factories.consultation("open")
    with translation.override("ar"):
        for ability in frozenset().union(*(kind.grants for kind in KINDS.values())):
            assert access.answer(one, ability).sentence


# --- Who may


DOORS = {
    "partners": {"for_partners": True},
    "invited": {"for_partners": False, "for_invited": True},
    "both": {"for_partners": True, "for_invited": True},
    "everyone": {"for_partners": True, "for_everyone": True},
}
# Of each door, what a visitor, somebody without a mandate, a viewer and an editor read: "own" is
# that they may for themselves, "partner" that they may for their organisation.
WHO = """
           visitor                        nobody                     viewer                     editor
partners   whether you may take part      only partners do,          only partners do,          partner
invited    Were you invited? Then         only people who are        only people who are        only people who are
both       Were you invited? Then         people who are invited do  people who are invited do  partner
everyone   Sign in with your e-mail       own                        own                        partner own
"""  # noqa: E501
CELLS = [
    (door, who, cell)
    for door, *cells in (
        [part.strip() for part in line.split("  ") if part.strip()]
        for line in WHO.strip().splitlines()[1:]
    )
    for who, cell in zip(("visitor", "nobody", "viewer", "editor"), cells, strict=True)
]


@pytest.mark.parametrize(("door", "who", "cell"), CELLS)
def test_reader_is_told_who_may_take_part(door: str, who: str, cell: str) -> None:
    one = factories.consultation("open", **DOORS[door])
    partner = factories.partner()
    person: Any = AnonymousUser() if who == "visitor" else factories.person()
    if who in ("viewer", "editor"):
        factories.mandate(partner, who, person=person)

    reader = access.reader_of(one, person)

    may = ["partner"] * bool(reader.partners) + ["own"] * reader.for_themselves
    if may:
        assert " ".join(may) == cell
        assert reader.why_not == ""
        assert reader.partners in ([], [partner])
    else:
        assert cell in reader.why_not


def test_partner_that_is_gone_answers_no_more() -> None:
    one = factories.consultation("open")
    person = factories.person()
    factories.mandate(factories.partner(state="withdrawn"), "editor", person=person)

    assert access.reader_of(one, person).partners == []


# --- How it stands by its phases, whether or not the clock ran


#   stored     phases of taking part     by its phases
STANDS = [
    ("planned", [(1, 2)], "planned"),
    ("planned", [(0, 2)], "open"),
    ("planned", [(-2, -1)], "synthesis"),
    ("open", [(-2, 1)], "open"),
    ("open", [(-2, -1), (1, 2)], "open"),
    ("open", [(-2, 0)], "synthesis"),
    ("open", [], "synthesis"),
    ("synthesis", [(-2, -1)], "synthesis"),
    ("called_off", [(-1, 1)], "called_off"),
]


@pytest.mark.parametrize(("stored", "phases", "expected"), STANDS)
def test_state_follows_the_phases_in_rows_and_in_sql_alike(
    stored: str, phases: list[tuple[int, int]], expected: str
) -> None:
    one = factories.consultation(stored, phases=False)
    for kind, (opens, closes) in zip(("react", "propose"), phases, strict=False):
        between(one, kind, opens, closes)
    between(one, "respond", -5, 5)  # not a phase in which people take part

    assert state_at(one, one.phases.all(), NOW) == expected
    assert with_deadlines(Consultation.objects.all(), NOW).get(pk=one.pk).state_now == expected


def test_open_now_gives_the_next_deadline_first() -> None:
    later = factories.consultation("open", phases=False)
    between(later, "react", -1, 9)
    sooner = factories.consultation("planned", phases=False)  # the clock did not run yet
    between(sooner, "react", -1, 3)
    between(factories.consultation("planned", phases=False), "react", 1, 2)
    between(factories.consultation("called_off", phases=False), "react", -1, 2)
    between(factories.consultation("draft", phases=False), "react", -1, 2)

    assert list(open_now(NOW)) == [sooner, later]


# --- The list


def test_list_shows_what_is_open_first_then_what_comes_then_the_rest(client: Client) -> None:
    off = factories.consultation("called_off")
    over = factories.consultation("synthesis")
    soon = factories.consultation("planned", phases=False)
    factories.phase(soon, days=(2, 4))
    later = factories.consultation("planned", phases=False)
    factories.phase(later, days=(5, 9))
    long = factories.consultation("open", phases=False)
    factories.phase(long, days=(-3, 20))
    short = factories.consultation("open", phases=False)
    factories.phase(short, days=(-1, 3))
    factories.consultation("draft")

    found = order(client)

    assert found[:4] == [short.reference, long.reference, soon.reference, later.reference]
    assert set(found[4:]) == {off.reference, over.reference}


def test_list_is_filtered_by_each_wish(client: Client) -> None:
    france, pay = factories.country("FRA"), factories.theme("employment")
    wanted = factories.consultation(
        "open",
        question={"en": "Who pays for night work?", "ar": "من يدفع أجر العمل الليلي؟"},
        place=france,
        level=factories.level("national"),
        themes=[pay],
        challenges=[factories.challenge("climate-change")],
    )
    by_theme = factories.consultation("planned", theme=pay)

    for query, expected in {
        "?state=open": {wanted},
        "?state=planned": {by_theme},
        "?theme=employment": {wanted, by_theme},
        "?challenge=climate-change": {wanted},
        "?place=FRA": {wanted},
        f"?place={france.path.split('.')[1]}": {wanted},
        "?level=national": {wanted},
        "?words=night+work": {wanted},
        "?words=الليلي": {wanted},
        f"?words={by_theme.reference.lower()}": {by_theme},
        "?words=nothing-like-it": set(),
    }.items():
        assert set(order(client, query)) == {one.reference for one in expected}, query


def test_filter_that_nothing_has_is_named_and_asks_nothing(client: Client) -> None:
    one = factories.consultation("open")

    assert order(client, "?theme=nonsense&state=draft") == [one.reference]
    assert "nonsense is not one of the available choices" in page(client, f"{LIST}?state=nonsense")


def test_file_holds_exactly_what_the_list_shows(client: Client) -> None:
    one = factories.consultation(
        "open", question={"en": "=1+1?", "fr": "Quoi ?"}, zone="Asia/Kolkata", is_example=True
    )
    factories.statement(one)
    factories.consultation("planned")
    factories.consultation("draft")

    response = client.get("/en/consultations/download.csv?state=open")
    rows = list(csv.DictReader(response.getvalue().decode("utf-8-sig").splitlines()))

    assert [row["reference"] for row in rows] == [one.reference]
    row = rows[0]
    assert row["question"] == "'=1+1?"  # harmless in a spreadsheet
    assert (row["languages"], row["state"], row["zone"]) == ("en fr", "open", "Asia/Kolkata")
    assert row["closes_next"].endswith("+00:00")
    assert row["closes_next"] in row["phases"]
    assert (row["first_proposals"], row["is_example"]) == ("1", "yes")


# --- One of them


def test_draft_is_told_to_officers_alone(client: Client) -> None:
    one = factories.consultation("draft")
    for address in (one.get_absolute_url(), f"{one.get_absolute_url()}print/"):
        page(client, address, 404)

    client.force_login(factories.officer())
    response = client.get(one.get_absolute_url())

    assert response["Location"] == f"/en/desk/consultations/{one.reference}/"


def test_page_says_what_is_open_and_until_when_in_two_zones(client: Client) -> None:
    one = factories.consultation("open", phases=False, zone="Asia/Kolkata")
    closes = (timezone.now() + timedelta(days=3)).replace(hour=12, minute=30, second=0)
    factories.phase(one, opens_at=closes - timedelta(days=9), closes_at=closes)

    text = page(client, one.get_absolute_url())

    iso = closes.astimezone(UTC).isoformat(timespec="seconds")
    assert f'Open until <time datetime="{iso}">' in text
    assert ", 18:00 (Kolkata)</time>" in text
    assert ", 12:30 (UTC)</time>" in text

    person = factories.person(zone="Europe/Paris")
    client.force_login(person)
    assert "(Paris)</time>" in page(client, one.get_absolute_url())


def test_page_of_what_was_called_off_says_when_and_why(client: Client) -> None:
    one = factories.consultation("called_off")
    officer = factories.officer(name="Ada Officer")
    steps = {"from_state": "open", "to_state": "called_off"}
    one.moves.create(verb="call_off", reason="The <b>mandate</b> ended.", by=officer, **steps)

    response = client.get(one.get_absolute_url())

    text = response.content.decode()
    assert response.status_code == 200
    assert "The &lt;b&gt;mandate&lt;/b&gt; ended." in text
    assert "Nothing: it was called off." in text
    assert "Ada Officer" not in text


def test_page_in_a_language_it_is_not_held_in_marks_the_words(client: Client) -> None:
    one = factories.consultation("open", question={"fr": "Qui paie ?"}, about={}, promise={})

    text = page(client, one.get_absolute_url().replace("/en/", "/ar/"))

    assert '<bdi lang="fr">Qui paie ?</bdi>' in text
    assert "Français" in text


def test_page_names_what_it_answers_and_thanks_those_behind_its_proposals(client: Client) -> None:
    text = factories.instrument(paragraphs=2)
    provision = text.provisions.filter(role="operative").first()
    common = factories.common_priority()
    partner = factories.partner("Bakers’ Union")
    one = factories.consultation(
        "open",
        challenges=[factories.challenge("climate-change")],
        priorities=[common],
        provisions=[provision],
    )
    first = factories.statement(one, "Pay for night work.", priority=common)
    first.credits.create(partner=partner)
    factories.statement(one, "Take up this paragraph.", provision=provision)

    shown = page(client, one.get_absolute_url())

    assert "Pay for night work." in shown
    assert f'Thanks to <a href="{partner.get_absolute_url()}"' in shown
    for thing in (common, provision, factories.challenge("climate-change")):
        assert shown.count(f'href="{thing.get_absolute_url()}"') >= 2  # on the thread and below
    assert 'href="#scope"' not in shown
    assert "2 proposals" in shown


def test_suggestion_that_no_officer_named_is_not_shown(client: Client) -> None:
    common = factories.common_priority("suggested")
    one = factories.consultation("open", priorities=[common])

    assert common.get_absolute_url() not in page(client, one.get_absolute_url())


def test_page_stays_light_with_all_that_a_consultation_may_answer(client: Client) -> None:
    text = factories.instrument(paragraphs=60)
    one = factories.consultation("open", provisions=list(text.provisions.all()))
    commons = [factories.common_priority() for _ in range(60)]
    one.priorities.set(commons)
    for number, common in enumerate(commons, start=1):
        factories.statement(one, f"Proposal {number}: " + "words of it " * 20, priority=common)

    response = client.get(one.get_absolute_url())

    assert len(gzip.compress(response.content)) <= MOST_HTML
    assert len(response.context["page"].object_list) == 25


def test_phases_are_drawn_in_time() -> None:
    one = factories.consultation("open", phases=False, zone="Pacific/Auckland")
    between(one, "propose", -9, -2)
    between(one, "react", -2, 2)
    between(one, "respond", 3, 9)

    drawn = [(step.label, step.state, step.note) for step in queries.steps(one, NOW)]

    assert drawn == [
        ("Propose", "done", "2 March 2026 – 9 March 2026"),
        ("React", "now", "9 March 2026 – 13 March 2026"),
        ("Respond", "ahead", "14 March 2026 – 20 March 2026"),
    ]


def test_thread_names_three_and_leads_to_the_others(client: Client) -> None:
    text = factories.instrument(paragraphs=5)
    one = factories.consultation("open", text=text, provisions=list(text.provisions.all()))
    answered = one.provisions.count() + 1

    shown = page(client, one.get_absolute_url())

    above = shown[shown.index('class="record') : shown.index("<h1")]
    assert above.count("<li") == 4
    assert f'<a href="#scope">and {answered - 3} more</a>' in above
    assert 'id="scope"' in shown
    for each in one.provisions.all():
        assert f'href="{each.get_absolute_url()}"' in shown


def test_row_tells_how_much_was_said_by_how_many_and_what_came_of_it(client: Client) -> None:
    def row(of: Any) -> str:
        response = client.get(f"{LIST}?words={of.reference}")
        text = html.unescape(response.content.decode())
        return text[text.index('class="rows"') : text.index("</ul>", text.index('class="rows"'))]

    def heard(of: Any, count: int) -> None:
        first = of.statements.first()
        for _ in range(count):
            who = of.participants.create(partner=factories.partner())
            who.votes.create(statement=first, value=1)
        draft = of.participants.create(partner=factories.partner())
        draft.votes.create(statement=first, value=1, is_draft=True)
        someone = of.participants.create(pseudonym=f"{of.pk:064x}")
        someone.votes.create(statement=first, value=1)

    running = factories.consultation("open", for_everyone=True)
    over = factories.consultation("synthesis", for_everyone=True)
    secret = factories.consultation("synthesis", answers_are_public=False)
    for each in (running, over, secret):
        for _ in range(2):
            factories.statement(each)
        factories.contribution(each, state="waiting")
        heard(each, 2)

    assert "2 proposals" in row(running)
    assert "React: Open until" in row(running)
    assert "answered" not in row(running)  # while it is open nobody reads who did
    assert "2 organisations answered" in row(over)
    assert "answered" not in row(secret)  # one to four are nobody
    heard_more = secret.statements.first()
    for _ in range(3):
        who = secret.participants.create(partner=factories.partner())
        who.votes.create(statement=heard_more, value=1)
    assert "5 organisations answered" in row(secret)

    base = f'href="{over.get_absolute_url()}'
    assert f"{base}results/" not in row(over)
    Summary.objects.create(consultation=over, digest="0" * 64)
    assert f'{base}results/">Results<' in row(over)
    for state, links in {
        "responded": ("Results", "Answers"),
        "decided": ("Results", "Answers", "Decision"),
        "feedback": ("Results", "Answers", "Decision"),
        "called_off": ("Results",),
    }.items():
        Consultation.objects.filter(pk=over.pk).update(state=state)
        told = [word for word in ("Results", "Answers", "Decision") if f'">{word}<' in row(over)]
        assert told == list(links), state


def test_list_asks_no_more_for_more_rows(client: Client) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            page(client, LIST)
        return len(asked)

    def make() -> None:
        factories.statement(factories.consultation("open"))
        over = factories.consultation("synthesis")
        who = over.participants.create(partner=factories.partner())
        who.votes.create(statement=factories.statement(over), value=1)
        Summary.objects.create(consultation=over, digest="0" * 64)

    make()
    before = cost()
    for _ in range(2):
        make()
    assert cost() == before


# --- Where others name it


def test_pages_of_what_it_is_about_name_it(client: Client) -> None:
    text = factories.instrument(paragraphs=1)
    provision = text.provisions.filter(role="operative").first()
    common, place = factories.common_priority(), factories.country("FRA")
    theme, challenge = factories.theme("employment"), factories.challenge("climate-change")
    one = factories.consultation(
        "open",
        text=text,
        place=place,
        theme=theme,
        themes=[theme],
        challenges=[challenge],
        priorities=[common],
        provisions=[provision],
    )
    draft = factories.consultation("draft", text=text, place=place, theme=theme)

    for thing in (text, provision, common, place, theme, challenge):
        shown = page(client, thing.get_absolute_url())
        assert one.get_absolute_url() in shown, thing
        assert draft.get_absolute_url() not in shown
        assert list(about(thing)) == [one]


def test_front_page_names_what_is_open_with_its_deadline(client: Client) -> None:
    one = factories.consultation("open")
    factories.consultation("planned")

    response = client.get("/en/", follow=True)

    assert [line.one for line in response.context["open_now"]] == [one]
    assert "React: Open until" in response.content.decode()


def test_announced_one_is_found_in_every_language_it_is_held_in_and_followed_by_feed(
    client: Client,
) -> None:
    one = factories.consultation("open", question={"en": "Who pays?", "fr": "Qui rémunère ?"})
    draft = factories.consultation("draft", question={"en": "Secret draft?"})
    for each in (one, draft):
        record_changed(each)

    assert one.get_absolute_url() in page(client, "/en/search/?q=rémunère")
    assert one.get_absolute_url() in page(client, "/en/search/?q=pays&kind=consultation")
    assert draft.get_absolute_url() not in page(client, "/en/search/?q=secret")
    feed = page(client, "/en/feed/consultations/")
    assert one.get_absolute_url() in feed
    assert draft.get_absolute_url() not in feed
