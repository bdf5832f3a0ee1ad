"""People who vote in a closed loop: each reads a page, presses a button, and goes where it leads.

They behave as browsers behind a proxy do: a connection for each request, pages compressed, the
token of the form that stands on the page. Every tenth presses each button twice. Nobody thinks:
whoever has an answer asks again at once.
"""

from __future__ import annotations

import asyncio
import random
import re
import time
import zlib
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

FORM = re.compile(r'<form method="post" action="([^"]+/(\d+)/vote/)">')
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
VALUES = (1, -1, 0)
TWICE = 10  # one in so many people presses every button twice
PATIENCE = 60.0  # seconds until a request counts as not answered
REST = 0.2  # seconds until somebody whose page did not come loads it again


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Sequence[tuple[str, str]]
    text: str

    @property
    def location(self) -> str:
        return next((value for name, value in self.headers if name == "location"), "")


@dataclass
class Said:
    """What somebody said to one statement: the last value that was confirmed, and what was sent
    after it and not answered."""

    confirmed: int | None = None
    unanswered: set[int] = field(default_factory=set)

    @property
    def as_json(self) -> dict[str, Any]:
        last = set() if self.confirmed is None else {self.confirmed}
        return {
            "confirmed": self.confirmed is not None,
            "may_be": sorted(last | self.unanswered),
        }


@dataclass
class Person:
    place: int
    cookies: dict[str, str]
    said: dict[str, Said] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """Their own network address, as a proxy hands it on."""
        return f"10.{self.place >> 16 & 255}.{self.place >> 8 & 255}.{self.place & 255}"


class Crowd:
    """All of them; what they met is counted while they go on."""

    def __init__(self, url: str, made: dict[str, Any], seed: int) -> None:
        parts = urlsplit(url)
        self.host, self.port = parts.hostname or "", parts.port or 80
        self.begin, self.page, self.statements = made["begin"], made["page"], made["statements"]
        self.people = [
            Person(place, {made["cookie"]: session})
            for place, session in enumerate(made["sessions"])
        ]
        self.dice = random.Random(seed)
        self.begin_anew()

    def begin_anew(self) -> None:
        """Count anew; what was said is kept."""
        self.votes: list[float] = []  # seconds until a vote was confirmed
        self.pages: list[float] = []  # seconds until a page was there
        self.errors: Counter[str] = Counter()
        self.cut = 0  # requests that the end of the server cut off, or that found none
        self.is_down = False
        self.seconds = 0.0

    async def vote(self, seconds: float, then: Callable[[], Awaitable[None]] | None = None) -> None:
        """All go on for so long; and while something else happens, and for so long again. What
        they began by then they end, and that counts too."""
        begun = time.monotonic()
        self.until = float("inf")
        loops = [self._take_part(person) for person in self.people]
        await asyncio.gather(*loops, self._end(seconds, then))
        self.seconds = time.monotonic() - begun

    async def _end(self, seconds: float, then: Callable[[], Awaitable[None]] | None) -> None:
        await asyncio.sleep(seconds)
        if then:
            await then()
            await asyncio.sleep(seconds)
        self.until = 0.0

    @property
    def journal(self) -> dict[str, dict[str, Any]]:
        """By a person's place and a statement's number."""
        return {
            str(person.place): {number: said.as_json for number, said in person.said.items()}
            for person in self.people
        }

    # --- One of them ---------------------------------------------------------------------------

    async def _take_part(self, person: Person) -> None:
        path = self.begin
        while time.monotonic() < self.until:
            try:
                path = await self._step(person, path)
            except (OSError, asyncio.IncompleteReadError, TimeoutError) as trouble:
                if self.is_down:
                    self.cut += 1
                else:
                    self.errors[type(trouble).__name__] += 1
                path = self.begin
                await asyncio.sleep(REST)

    async def _step(self, person: Person, path: str) -> str:
        """Read a page; where it has the three buttons, press one. Gives the page after it."""
        begun = time.monotonic()
        page = await self._ask(person, "GET", path)
        if page.status == 302:
            return page.location
        if page.status != 200:
            self.errors[f"page {page.status}"] += 1
            await asyncio.sleep(REST)
            return self.begin
        self.pages.append(time.monotonic() - begun)
        form, token = FORM.search(page.text), TOKEN.search(page.text)
        if form is None or token is None:  # all are answered: one changes one's mind
            return self.page.format(self.dice.randint(1, self.statements))
        value = self.dice.choice(VALUES)
        data = {"csrfmiddlewaretoken": token[1], "value": value}
        return await self._press(person, form[1], form[2], data)

    async def _press(self, person: Person, path: str, number: str, data: dict[str, Any]) -> str:
        value, begun = data["value"], time.monotonic()
        said = person.said.setdefault(number, Said())
        said.unanswered.add(value)
        times = 2 if person.place % TWICE == 0 else 1
        asked = [self._ask(person, "POST", path, data) for _ in range(times)]
        answers = await asyncio.gather(*asked, return_exceptions=True)
        after, trouble = self.begin, None
        for answer in answers:
            if isinstance(answer, BaseException):
                trouble = answer
            elif answer.status == 302:
                self.votes.append(time.monotonic() - begun)
                said.confirmed, said.unanswered = value, set()
                after = answer.location
            else:
                self.errors[f"vote {answer.status}"] += 1
        if trouble is not None:
            raise trouble
        return after

    async def _ask(
        self, person: Person, method: str, path: str, data: dict[str, Any] | None = None
    ) -> Answer:
        async with asyncio.timeout(PATIENCE):
            reader, writer = await asyncio.open_connection(self.host, self.port)
            try:
                writer.write(self._request(person, method, path, data))
                await writer.drain()
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                answer = _answer(head, await reader.read())
            finally:
                writer.close()
        for name, value in answer.headers:
            if name == "set-cookie":
                cookie, _, held = value.partition(";")[0].partition("=")
                person.cookies[cookie] = held
        return answer

    def _request(
        self, person: Person, method: str, path: str, data: dict[str, Any] | None
    ) -> bytes:
        body = urlencode(data).encode() if data else b""
        lines = [
            f"{method} {path} HTTP/1.1",
            f"Host: {self.host}:{self.port}",
            "Connection: close",
            "Accept-Encoding: gzip",
            f"X-Forwarded-For: {person.address}",
            "Cookie: " + "; ".join(f"{name}={value}" for name, value in person.cookies.items()),
        ]
        if data:
            lines += [
                "Content-Type: application/x-www-form-urlencoded",
                f"Content-Length: {len(body)}",
            ]
        return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def _answer(head: str, body: bytes) -> Answer:
    """Raises IncompleteReadError where the server was cut off before its end."""
    first, *lines = head.rstrip().split("\r\n")
    pairs = (line.partition(": ") for line in lines)
    headers = [(name.lower(), value) for name, _, value in pairs]
    held = dict(headers)
    if (length := held.get("content-length")) and len(body) < int(length):
        raise asyncio.IncompleteReadError(body, int(length))
    if held.get("content-encoding") == "gzip":
        body = zlib.decompress(body, wbits=31)
    return Answer(int(first.split()[1]), headers, body.decode("utf-8", "replace"))
