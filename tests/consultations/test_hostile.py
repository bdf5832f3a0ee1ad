"""What nobody types, sent to every door at which people vote, propose and moderate: it is answered
with a page or a refusal, and leaves nothing behind."""

from __future__ import annotations

import random
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils.http import urlencode

from coalition.base.models import Event
from coalition.consultations.models import (
    Consultation,
    Participant,
    Statement,
    StatementMove,
    Translation,
    Vote,
)
from coalition.consultations.states import StatementState
from tests import factories
from tests.signing_in import force_login

pytestmark = pytest.mark.django_db

FORM = "application/x-www-form-urlencoded"
LONG = 10_000
# As they stand in the body, percent-encoded: bytes that are no text among them.
VALUES = [
    *("", "%20", "2", "-2", "1.0", "1e0", "%2B1", "01", "٣", "١", "true", "null", "None", "NaN"),
    *("%00", "1%00", "%FF%FE", "%ED%A0%80", "%E2%80%AE", "%F0%9F%92%A9", "1%0D%0Ax", "%7B%7D"),
    *("[]", "1,1", "1;1", "1&value=2", "<script>alert(1)</script>", "'%20OR%201=1%20--"),
    *("{{ 7*7 }}", "../../etc/passwd", "9223372036854775808", "-9223372036854775809", "9" * 30),
    *("9" * 5_000, "a" * LONG, "%F0%9F%92%A9" * 300, "x%20" * 200),
]
FIELDS = (
    *("value", "seen", "text", "language", "speaker", "group", "place", "refused_for", "reason"),
    *("into", "row", "reads_first", "back"),
)
NUMBERS = ("0", "3", "77", "2147483648", "9223372036854775808", "9" * 30, "9" * 5_000)
PEOPLE = ("visitor", "stranger", "editor", "signatory", "officer")


class Scene:
    """Two open consultations in which people propose and react, with statements in every state."""

    def __init__(self) -> None:
        self.partner = factories.partner()
        self.people = {
            "visitor": None,
            "stranger": factories.person(),
            "editor": factories.mandate(self.partner, "editor").person,
            "signatory": factories.mandate(self.partner, "signatory").person,
            "officer": factories.officer(),
        }
        words = {"en": "What first?", "ar": "ما الأول؟"}
        self.one = self._asked(words)
        self.other = self._asked(words)
        for one in (self.one, self.other):
            factories.statement(one)
            author = factories.partner()
            factories.contribution(one, "Close at noon.", partner=author, state="waiting")
        # Only the other one has it.
        self.foreign = factories.contribution(
            self.other, "Open on Sundays.", partner=factories.partner(), number=77
        )

    def _asked(self, words: dict[str, str]) -> Consultation:
        made = factories.consultation("open", for_everyone=True, question=words)
        factories.phase(made, "propose")
        return made

    def client(self, who: str) -> Client:
        client = Client()
        if person := self.people[who]:
            force_login(client, person)
        return client

    def doors(self, number: str = "1") -> Iterator[str]:
        """Every address at which something is sent, of the first consultation."""
        reference, partner = self.one.reference, self.partner.reference
        for name in ("propose", "about_you", "set_reading", "accept_statements"):
            yield reverse(f"consultations:{name}", args=[reference])
        yield reverse("consultations:sign_answer", args=[reference, partner])
        numbered = [
            reverse("consultations:vote", args=[reference, 1]),
            reverse("consultations:vote", args=[reference, partner, 1]),
            reverse("consultations:translate_statement", args=[reference, 1]),
            *(
                reverse(f"consultations:{verb}_statement", args=[reference, 1])
                for verb in ("accept", "refuse", "merge", "part", "sign", "withdraw")
            ),
        ]
        yield from (each.replace("/1/", f"/{number}/") for each in numbered)


def left() -> tuple[Any, ...]:
    """All that these doors could leave."""
    votes = Vote.objects.order_by("pk").values_list("pk", "value", "is_draft")
    statements = Statement.objects.order_by("pk").values_list(
        *("pk", "state", "text", "merged_into", "refused_for")
    )
    people = Participant.objects.order_by("pk").values_list("pk", "group", "place", "signed_at")
    counts = [each.objects.count() for each in (StatementMove, Translation, Event)]
    reads_first = Consultation.objects.order_by("pk").values_list("reads_first")
    return (*map(list, (votes, statements, people, reads_first)), counts)


def sent(client: Client, door: str, body: bytes, kind: str = FORM) -> int:
    """The status; a page that fails raises what went wrong."""
    cache.clear()  # limits have tests of their own
    return client.generic("POST", door, body, content_type=kind).status_code


@pytest.mark.parametrize("who", PEOPLE)
def test_no_value_breaks_a_door(who: str) -> None:
    scene = Scene()
    client, dice = scene.client(who), random.Random(8)
    before = left()
    for door in scene.doors():
        if door.endswith(("/reading/", "/accept/", "/part/")):
            continue  # takes no value: what it does, it does
        for value in VALUES:
            own = dice.sample(FIELDS, k=4)
            body = "&".join(f"{field}={value}" for field in own)
            assert sent(client, door, body.encode()) in (200, 302, 400, 403, 404, 409), door
    now = left()
    # Words that are odd may still be words: what is proposed or given as a reason is kept as text.
    assert now[0] == before[0]
    assert now[3] == before[3]


@pytest.mark.parametrize("who", PEOPLE)
def test_no_value_of_a_vote_or_a_signature_leaves_anything(who: str) -> None:
    scene = Scene()
    client, before = scene.client(who), left()
    reference, partner = scene.one.reference, scene.partner.reference
    doors = [
        reverse("consultations:vote", args=[reference, 1]),
        reverse("consultations:vote", args=[reference, partner, 1]),
        reverse("consultations:sign_answer", args=[reference, partner]),
    ]
    for door in doors:
        for value in VALUES:
            if "&value=2" not in value:
                sent(client, door, f"value={value}&seen={value}".encode())
    assert left() == before


def refused_to(who: str, door: str, number: str) -> int:
    """Who may not speak for the organisation reads so; nothing else is there. A number that is too
    long to be read makes no address at all."""
    is_address = len(number) <= sys.int_info.default_max_str_digits
    return 403 if is_address and who != "signatory" and "/for/" in door else 404


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("who", ["stranger", "signatory", "officer"])
def test_no_number_reaches_what_is_not_there(who: str, number: str) -> None:
    scene = Scene()
    client, before = scene.client(who), left()
    for door in scene.doors(number):
        if f"/{number}/" in door:
            body = b"value=1&text=Words&language=ar&refused_for=several&reason=So&into=1"
            assert sent(client, door, body) == refused_to(who, door, number)
    assert left() == before
    assert scene.foreign.votes.count() == 0


@pytest.mark.parametrize("number", [*NUMBERS, "9" * 30 + "&row=2147483648", "-1", "1.5", "²"])
def test_officer_merges_and_ticks_nothing_that_is_not_there(number: str) -> None:
    scene = Scene()
    client, before = scene.client("officer"), left()
    reference = scene.one.reference
    merge = reverse("consultations:merge_statement", args=[reference, 2])
    tick = reverse("consultations:accept_statements", args=[reference])
    if "&" not in number:
        assert sent(client, merge, f"into={number}".encode()) == 200
    assert sent(client, tick, f"row={number}".encode()) == 302
    assert left() == before


BODIES = {
    "nothing": (b"", FORM),
    "json": (b'{"value": 1, "text": "Words"}', "application/json"),
    "broken json": (b'{"value": ', "application/json"),
    "xml": (b"<value>1</value>", "text/xml"),
    "no kind": (b"value=1", ""),
    "odd kind": (b"value=1", "\x00/\xff"),
    "unknown letters": (b"value=2", f"{FORM}; charset=klingon"),
    "utf-16": ("value=1".encode("utf-16"), f"{FORM}; charset=utf-16"),
    "utf-7": (b"value=+ADE-", f"{FORM}; charset=utf-7"),
    "no boundary": (b"--x\r\n", "multipart/form-data"),
    "cut off": (b'--x\r\nContent-Disposition: form-data; n', "multipart/form-data; boundary=x"),
    "too many fields": (b"&".join(b"a%d=1" % n for n in range(3_000)), FORM),
    "too large": (b"text=" + b"a" * 3_000_000, FORM),
    "signs": (b"=&=&&&===%%%&%zz=%zz", FORM),
}  # fmt: skip


@pytest.mark.parametrize("name", BODIES)
@pytest.mark.parametrize("who", ["stranger", "signatory", "officer"])
def test_no_body_breaks_a_door(who: str, name: str) -> None:
    scene = Scene()
    client, before = scene.client(who), left()
    body, kind = BODIES[name]
    for door in scene.doors():
        if door.endswith(("/accept/", "/part/", "/reading/", "/about-you/")):
            continue  # nothing said is an answer there
        assert sent(client, door, body, kind) in (200, 302, 400, 403, 404, 409, 413), door
    assert left() == before


def test_a_file_is_no_value() -> None:
    scene = Scene()
    client, before = scene.client("stranger"), left()
    for door in scene.doors():
        if door.endswith("/about-you/"):
            continue
        cache.clear()
        files = {
            name: SimpleUploadedFile(f"{name}.txt", b"1") for name in ("value", "text", "speaker")
        }
        assert client.post(door, files).status_code in (200, 302, 400, 403, 404, 409)
    assert left() == before


def test_of_one_field_sent_twice_one_counts() -> None:
    scene = Scene()
    door = reverse("consultations:vote", args=[scene.one.reference, 1])
    assert sent(scene.client("stranger"), door, b"value=1&value=-1") == 302
    assert list(Vote.objects.values_list("value", flat=True)) == [-1]


def test_another_site_sends_nothing_in_ones_name() -> None:
    scene = Scene()
    client = Client(enforce_csrf_checks=True)
    force_login(client, scene.people["stranger"])
    before = left()
    for door in scene.doors():
        assert sent(client, door, urlencode({"value": 1, "text": "Words"}).encode()) == 403
    assert left() == before


@pytest.mark.django_db(transaction=True)
def test_proposals_votes_and_moderation_at_once_keep_one_number_and_one_vote_each() -> None:
    """Everybody at once at every door: nothing doubles, nothing dangles, no page fails."""
    scene = Scene()
    reference, partner = scene.one.reference, scene.partner.reference
    texts = ["Night work is paid double.", "Buses run until midnight.", "Schools serve breakfast."]
    posts: list[tuple[str, str, dict[str, Any]]] = []
    for who in ("stranger", "signatory"):
        speaker = partner if who == "signatory" else "myself"
        for text in texts:
            said = {"text": text, "language": "en", "speaker": speaker}
            posts.append((who, reverse("consultations:propose", args=[reference]), said))
        own = [reference, 1] if who == "stranger" else [reference, partner, 1]
        for value in (1, -1, 0):
            posts.append((who, reverse("consultations:vote", args=own), {"value": value}))
    for verb, given in (("accept", {}), ("merge", {"into": 1}), ("merge", {"into": 3})):
        door = reverse(f"consultations:{verb}_statement", args=[reference, 2])
        posts.append(("officer", door, given))
    random.Random(5).shuffle(posts)
    statuses: list[int] = []

    def act(mine: list[tuple[str, str, dict[str, Any]]]) -> None:
        try:
            clients = {who: scene.client(who) for who, _, _ in mine}
            for who, door, given in mine:
                statuses.append(clients[who].post(door, given).status_code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=act, args=[posts[n::4] * 2]) for n in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(timeout=90)

    assert len(statuses) == 2 * len(posts)
    assert set(statuses) <= {200, 302, 403, 404, 409}
    rows = scene.one.statements.order_by("number").values_list("number", "author", "text")
    numbers = [number for number, _, _ in rows]
    assert numbers == list(range(1, len(numbers) + 1))
    # Each said each thing once; what two said who did not know of each other, an officer merges.
    assert len({(author, text) for _, author, text in rows}) == len(rows)
    keys = Vote.objects.values_list("participant", "statement", "is_draft")
    assert len(set(keys)) == len(keys) == 2
    for one in scene.one.statements.filter(state=StatementState.MERGED):
        assert one.merged_into is not None
        assert one.merged_into.state == StatementState.ACCEPTED
