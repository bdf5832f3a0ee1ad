"""Every door of the room: the forms as people find them on its pages, and the addresses that are
there for nobody but take something. Sent with what nobody types, each answers with a page or a
refusal, and what belongs to another consultation is not reached through it."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlencode, urljoin

import pytest
from bs4 import BeautifulSoup, Tag
from django.apps import apps
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, Resolver404, resolve, reverse
from django.utils import timezone

from coalition.base import limits
from coalition.base.limits import HOUR, Limit
from coalition.base.models import Event
from coalition.consultations import urls
from coalition.consultations.drawing import actions as drawing
from coalition.consultations.models import Consultation, Panel, Volunteer
from coalition.consultations.papers import actions as papers
from coalition.consultations.papers.answers import PaperAnswer
from tests import factories
from tests.consultations.test_hostile import BODIES, FORM, VALUES
from tests.signing_in import force_login

pytestmark = [pytest.mark.long, pytest.mark.django_db]

PEOPLE = ("stranger", "editor", "signatory", "officer")
GUESSED = (("seen", "Words"), ("reason", "Words"))
ANSWERS = (200, 302, 400, 403, 404, 405, 409, 413)
LANGUAGES = {"en": "What first?", "ar": "ما الأول؟"}
FEATURES = {"en": "Place\n- North: 1-4\n- South: 1-4", "ar": "المكان\n- الشمال: 1-4\n- الجنوب: 1-4"}
A_FIELD = ("input", "textarea", "select", "button")
TOO_OFTEN = "within an hour"

# Each door of people who are no officers: how often an hour from one network address, and by one
# person or organisation.
DOORS = {
    "about_you": (60_000, 2_000),
    "discuss_paragraph": (1_500, 300),
    "follow": (2_000, 60),
    "give_up_own_seat": (2_000, 60),
    "prioritise": (20_000, 600),
    "propose": (300, 60),
    "sign_answer": (60_000, 2_000),
    "sign_ballot": (20_000, 600),
    "sign_remark": (1_500, 300),
    "sign_statement": (300, 60),
    "take_name_out": (2_000, 60),
    "unfollow": (2_000, 60),
    "volunteer": (2_000, 60),
    "vote": (60_000, 2_000),
    "withdraw_remark": (1_500, 300),
    "withdraw_statement": (300, 60),
}
# Files of all consultations together, from one network address; and pages that say what all
# answers come to.
FILES, PAGES = 600, 6_000
PAGES_READ_ALONG = {
    *("organisation", "organisations", "panel", "prioritised", "results", "results_brief"),
    *("results_statements", "turnout"),
}


class Scene:
    """Consultations in each of which something else can be done, with people who may do it."""

    def __init__(self) -> None:
        self.partner = factories.partner()
        self.people = {
            "stranger": factories.person(),
            "editor": factories.mandate(self.partner, "editor").person,
            "signatory": factories.mandate(self.partner, "signatory").person,
            "officer": factories.officer(),
        }
        self.clients = {who: self._client(person) for who, person in self.people.items()}
        self.planned = self._asked("draft")
        factories.phase(self.planned, "prioritise", days=(1, 14))
        factories.statement(self.planned)
        self.open = self.taking_part("doors")
        self.over, self.answered = self._asked("synthesis"), self._asked("responded")
        for one in (self.over, self.answered):
            factories.contribution(one, partner=self.partner)
        factories.response(self.answered.statements.get())
        factories.conclusion(self.answered)
        self.drawable, self.drawn = self._lottery(), self._lottery()
        self._draw()
        # With what its addresses have in them: what else can be done there can be done in another.
        self.all = {
            self.planned: r"",
            self.open: r"",
            self.over: r"responses|reopen|reference>/$",
            self.answered: r"conclu|decide|feed-back|follow/$",
            self.drawable: r"panel/$|panel/draw",
            self.drawn: r"panel/$|give-up|volunteer",
        }

    def _client(self, person: Any) -> Client:
        client = Client()
        force_login(client, person)
        return client

    def _asked(self, state: str, **more: Any) -> Consultation:
        return factories.consultation(state, for_everyone=True, question=LANGUAGES, **more)

    def taking_part(self, code: str, *, paragraphs: int = 2) -> Consultation:
        """One in which everything can be done in which people take part."""
        text = factories.worded(factories.instrument(code, paragraphs=paragraphs))
        one = self._asked("open", text=text)
        for kind in ("propose", "discuss", "panel"):
            factories.phase(one, kind)
        money = {"budget": 100_000, "unit": factories.unit("usd")}
        factories.phase(one, "prioritise", days=(-1, 14), **money)
        for _ in range(2):
            factories.statement(one, is_on_ballot=True, cost=40_000)
        factories.contribution(one, state="waiting")
        factories.contribution(one, partner=self.partner, state="draft")
        speaks = one.participants.get(partner=self.partner)
        speaks.votes.create(statement=one.statements.first(), value=1, is_draft=True)
        speaks.ballots.create(choices={}, is_draft=True)
        one.followers.create(person=self.people["stranger"])
        factories.contribution(one, state="merged", merged_into=one.statements.first())
        provision = text.provisions.first()
        factories.remark(one, provision, state="waiting")
        factories.remark(one, provision, partner=self.partner, state="draft")
        officer = self.people["officer"]
        rows = [PaperAnswer(group=None, place=None, language="en", values={1: 1, 2: -1})]
        given = {"channel": "workshop", "occasion": "Lima", "language": "en"}
        papers.take_in(one, rows, **given, file_name="a.xlsx", digest="0" * 64, by=officer)
        papers.upload(one, rows * 2, **given, file_name="b.xlsx", by=officer)
        one.invitations.create(partner=factories.partner(), by=officer)
        self._prepare(one)
        return one

    def _lottery(self) -> Consultation:
        """A panel whose pool is public and whose seed is known."""
        one = self._asked("open", phases=False)
        factories.phase(one, "panel")
        panel = self._prepare(one)
        for at in range(23):
            drawing.volunteer(one, factories.person(), [at % 2])
        now = timezone.now()
        one.phases.update(opens_at=now - timedelta(2), closes_at=now - timedelta(1))
        drawing.publish_due()
        Panel.objects.filter(pk=panel.pk).update(seed_at=now - timedelta(minutes=1))
        return one

    def _prepare(self, one: Consultation) -> Panel:
        """What the panel must be like is said, and the stranger's name is in the lot."""
        panel = drawing.set_panel(
            one,
            seats=4,
            features=FEATURES,
            seed_from="Dice",
            seed_at=timezone.now() + timedelta(days=20),
            by=self.people["officer"],
        )
        drawing.volunteer(one, self.people["stranger"], [0])
        return panel

    def _draw(self) -> None:
        """The stranger sits on the panel."""
        panel = Panel.objects.get(consultation=self.drawn)
        drawing.draw(panel, seed="1 2 3", by=self.people["officer"])
        panel.volunteers.filter(person=self.people["stranger"]).update(person=factories.person())
        seat = panel.volunteers.filter(is_drawn=True)[0]
        panel.volunteers.filter(pk=seat.pk).update(person=self.people["stranger"])


def arguments(one: Consultation, partner: Any) -> dict[str, list[Any]]:
    """What may stand in an address of this consultation."""
    return {
        "reference": [one.reference],
        "partner": [partner.reference],
        "number": list(range(1, one.statements.count() + 1)) or [1],
        "pk": [
            *one.invitations.values_list("pk", flat=True),
            *one.paper_files.values_list("pk", flat=True),
            *one.batches.values_list("pk", flat=True),
            *Volunteer.objects.filter(panel__consultation=one, is_drawn=True).values_list(
                "pk", flat=True
            )[:1],
        ],
        "eid": ["para_1"],
        "kind": ["react", "prioritise"],
        "group": ["WRK"],
        "section": ["people"],
        "name": ["people"],
    }


def addresses(known: dict[str, list[Any]], *, on_desk: bool, of: str = "") -> Iterator[str]:
    """Every address that these arguments make and the pattern `of` is found in: those of the
    secretariat's desk, or the others."""
    for route in urls.urlpatterns:
        path = str(route.pattern)
        if path.startswith("desk/") != on_desk or not re.search(of, path):
            continue
        chosen: list[dict[str, Any]] = [{}]
        for name in route.pattern.converters:
            chosen = [{**held, name: value} for held in chosen for value in known[name]]
        for each in chosen:
            try:
                yield reverse(f"consultations:{route.name}", kwargs=each | route.default_args)
            except NoReverseMatch:
                yield reverse(f"consultations:{route.name}", kwargs=each)


@dataclass(frozen=True)
class Door:
    """A form as it stands on a page: where it leads, and what it would send untouched."""

    url: str
    fields: tuple[tuple[str, str], ...]

    @property
    def name(self) -> str:
        return str(resolve(self.url.partition("?")[0]).url_name)


def doors(scene: Scene, who: str) -> list[Door]:
    """Each form of the room that this person finds, once for each that has other fields; and each
    address that takes something and that no page of the scene leads this person to."""
    found: dict[Any, Door] = {}
    client = scene.clients[who]
    met: list[str] = []
    for one, of in scene.all.items():
        known = arguments(one, scene.partner)
        for url in addresses(known, on_desk=who == "officer", of=of):
            if "." in url.rpartition("/")[2]:
                continue  # a file
            cache.clear()
            page = client.get(url)
            if page.status_code == 200:
                for door in _forms(url, page.content):
                    found.setdefault((door.name, len(door.fields)), door)
            elif page.status_code == 405:
                met.append(url)
    names = {door.name for door in found.values()}
    for door in (Door(url, GUESSED) for url in met):
        if door.name not in names:
            found.setdefault((door.name, 0), door)
    return sorted(found.values(), key=lambda door: (door.name, door.fields))


def _forms(url: str, content: bytes) -> Iterator[Door]:
    for form in BeautifulSoup(content, "html.parser").select("form[method=post]"):
        target = urljoin(url, str(form.get("action") or url)).partition("#")[0]
        try:
            match = resolve(target.partition("?")[0])
        except Resolver404:
            continue
        if match.app_name == "consultations":
            fields = tuple(pair for tag in form.find_all(A_FIELD) for pair in _values(tag))
            yield Door(target, fields)


def _values(tag: Tag) -> list[tuple[str, str]]:
    name = str(tag.get("name") or "")
    if not name or name == "csrfmiddlewaretoken":
        return []
    if tag.name == "select":
        options = [str(each.get("value", "")) for each in tag.find_all("option")]
        return [(name, next((each for each in options if each), ""))]
    if tag.name == "textarea":
        return [(name, tag.get_text() or "Words")]
    return [(name, str(tag.get("value") or "Words"))]


def stored() -> list[Any]:
    """All that stands in the tables of the room, and how much has happened."""
    models = apps.get_app_config("consultations").get_models()
    rows: list[Any] = [list(each._base_manager.order_by("pk").values_list()) for each in models]
    return [*rows, Event.objects.count()]


def sent(client: Client, url: str, body: bytes, kind: str = FORM, *, is_undone: bool = True) -> int:
    """The status; a page that fails raises what went wrong. What it did is undone."""
    cache.clear()  # limits have tests of their own
    with transaction.atomic():
        status = client.generic("POST", url, body, content_type=kind).status_code
        transaction.set_rollback(is_undone)
    return status


@pytest.mark.parametrize("who", PEOPLE)
def test_nothing_breaks_a_door(who: str) -> None:
    """Not a value in one of its fields, not a body of another kind; and no other site opens it."""
    scene, dice = Scene(), random.Random(8)
    client, stranger = scene.clients[who], Client(enforce_csrf_checks=True)
    force_login(stranger, scene.people[who])
    for door in doors(scene, who):
        untouched = urlencode(door.fields).encode()
        assert sent(stranger, door.url, untouched) == 403, door.name
        for name in dict(door.fields):
            others = urlencode([pair for pair in door.fields if pair[0] != name])
            for value in dice.sample(VALUES, k=3):
                body = f"{others}&{quote(name)}={value}".encode()
                assert sent(client, door.url, body) in ANSWERS, (door.name, name, value)
        for kind in dice.sample(sorted(BODIES), k=2):
            assert sent(client, door.url, *BODIES[kind]) in ANSWERS, (door.name, kind)


@pytest.mark.parametrize("who", PEOPLE)
def test_what_is_another_consultations_is_not_reached(who: str) -> None:
    """Its keys, its numbers and its paragraphs in an address of this one; its keys in a form."""
    scene = Scene()
    client, other = scene.clients[who], scene.taking_part("other", paragraphs=9)
    theirs = arguments(other, scene.partner) | {
        "reference": [scene.open.reference],
        "eid": ["para_9"],
        "number": [77],
    }
    words = other.text.versions.get().wordings.get(eid="para_9")
    body = f"value=1&text=Words&language=en&reason=So&refused_for=several&into=77&seen={words.pk}"
    before = stored()
    for on_desk in (False, True):
        for url in addresses(theirs, on_desk=on_desk, of="number|pk|eid"):
            assert sent(client, url, body.encode(), is_undone=False) in (403, 404, 405), url
    for name, more in (("discuss_paragraph", ["para_1"]), ("prioritise", []), ("propose", [])):
        url = reverse(f"consultations:{name}", args=[scene.open.reference, *more])
        given = f"{body}&speaker=myself&instead=Other&on=77&choice-77=1&language=xx"
        sent(client, url, given.encode(), is_undone=False)
    assert stored() == before


@pytest.fixture
def knocks(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Limit]]:
    """Everybody came too often, everywhere: gives what was asked for, and the limit."""
    asked: list[tuple[str, Limit]] = []

    def refuse(name: str, limit: Limit) -> int:
        asked.append((name, limit))
        return 90

    monkeypatch.setattr(limits, "_count", refuse)
    return asked


def test_every_door_is_limited(knocks: list[tuple[str, Limit]]) -> None:
    """A new one belongs into the table. Whoever comes too often reads it, and nothing is done."""
    scene, found, before = Scene(), {}, None
    for who in PEOPLE[:-1]:
        mine = doors(scene, who)
        before = before or stored()  # what a door needs is there
        for door in mine:
            found.setdefault(door.name, ())
            knocks.clear()
            page = scene.clients[who].post(door.url, dict(door.fields), follow=True)
            if not knocks:  # not this person's: refused as always
                assert page.status_code in (403, 404), (who, door.name)
                continue
            assert TOO_OFTEN in page.content.decode(), (who, door.name)
            assert {limit.seconds for _name, limit in knocks} == {HOUR}
            found[door.name] = tuple(limit.most for _name, limit in knocks)
    assert found == DOORS
    assert stored() == before


def test_every_file_is_limited(knocks: list[tuple[str, Limit]]) -> None:
    """For readers whom nobody knows: those that are there, and those that are not yet."""
    scene, visitor, found = Scene(), Client(), set()
    for url in addresses(arguments(scene.answered, scene.partner), on_desk=False):
        name = url.rpartition("/")[2]
        if "." in name:
            knocks.clear()
            page = visitor.get(url)
            assert (page.status_code, page.headers.get("Retry-After")) == (429, "90"), url
            assert f"{TOO_OFTEN}. Please go on in 2 minutes" in page.content.decode()
            assert [limit for _name, limit in knocks] == [Limit(FILES, HOUR)]
            found.add(name)
    assert {"polis.zip", "ballots.pb", "remarks.xlsx", "pool.json"} <= found


def test_every_page_that_is_worked_out_for_everybody_is_limited(
    knocks: list[tuple[str, Limit]],
) -> None:
    """A new one belongs into the table. Whoever comes too often reads when they may go on."""
    scene, visitor, found = Scene(), Client(), set()
    for url in addresses(arguments(scene.answered, scene.partner), on_desk=False):
        if "." in url.rpartition("/")[2]:
            continue  # a file
        knocks.clear()
        page = visitor.get(url)
        if knocks:
            assert (page.status_code, page.headers.get("Retry-After")) == (429, "90"), url
            assert f"{TOO_OFTEN}. Please go on in 2 minutes" in page.content.decode()
            assert [limit for _name, limit in knocks] == [Limit(PAGES, HOUR)]
            found.add(resolve(url).url_name)
    assert found == PAGES_READ_ALONG


def test_pages_and_files_are_counted_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coalition.consultations.taking_along.PAGES_PER_CLIENT", Limit(2, HOUR))
    one = factories.consultation("responded")
    pages = [
        reverse(f"consultations:{name}", args=[one.reference])
        for name in ("results", "turnout", "panel")
    ]
    told = [Client().get(url).status_code for url in pages]
    file = Client().get(reverse("consultations:responses_csv", args=[one.reference])).status_code
    elsewhere = Client(REMOTE_ADDR="192.0.2.7").get(pages[2]).status_code
    assert (told, file, elsewhere) == ([200, 200, 429], 200, 200)


def test_files_are_counted_together_by_network_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coalition.consultations.taking_along.PER_CLIENT", Limit(2, HOUR))
    one = factories.consultation("responded")
    files = [
        reverse("consultations:list_csv"),
        reverse("consultations:remarks_csv", args=[one.reference]),
        reverse("consultations:responses_csv", args=[one.reference]),
    ]
    told = [Client().get(url).status_code for url in files]
    elsewhere = Client(REMOTE_ADDR="192.0.2.7").get(files[2]).status_code
    assert (told, elsewhere) == ([200, 200, 429], 200)
