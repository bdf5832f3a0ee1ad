"""What is hidden of key interventions shows nowhere, whoever asks; no question breaks a page."""

from __future__ import annotations

import random
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from urllib.parse import urlencode
from zipfile import ZipFile, is_zipfile

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import reverse

from coalition.commitments.models import Claim
from coalition.interventions import actions
from coalition.interventions.models import Activity, Budget, Intervention, Payment, Risk, Role
from coalition.interventions.states import VERBS
from coalition.results.models import Framework, Indicator, Result
from tests import factories
from tests.pages import FILES, PAGES
from tests.test_pages import build

HIDDEN = "qzhidden"  # stands in every text that these readers must not find


@pytest.fixture(scope="module")
def _built(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, Any]]:
    """One of everything, in which every hidden text says that it is hidden."""
    with django_db_blocker.unblock(), transaction.atomic():
        people = build(1)
        hide_all()
        yield people
        transaction.set_rollback(True)


def hide_all() -> None:
    drafts = Intervention.objects.filter(state="draft")
    drafts.update(title=f"{HIDDEN} title", about=f"{HIDDEN} about", for_whom=HIDDEN)
    drafts.update(source=f"{HIDDEN} source", titles={"ar": f"{HIDDEN} title"})
    goals = Framework.objects.filter(intervention__isnull=False, is_public=False)
    Claim.objects.filter(intervention__framework__in=goals).delete()  # none could be made
    Result.objects.filter(framework__in=goals).update(title=f"{HIDDEN} goal")
    Indicator.objects.filter(framework__in=goals).update(title=f"{HIDDEN} indicator")
    Claim.objects.exclude(state="confirmed").update(how=f"{HIDDEN} claim")
    Role.objects.exclude(state="confirmed").update(what=f"{HIDDEN} role")
    for kind, name in ((Budget, "words"), (Payment, "words"), (Activity, "title"), (Role, "what")):
        kind.objects.filter(intervention__in=drafts).update(**{name: f"{HIDDEN} {name}"})
    Risk.objects.filter(is_public=False).update(words=f"{HIDDEN} risk")
    Risk.objects.filter(intervention__in=drafts).update(words=f"{HIDDEN} risk")


@pytest.fixture
def people(_built: dict[str, Any], db: None) -> dict[str, Any]:
    cache.clear()  # no door counts what other tests asked
    return _built


def as_(person: Any) -> Client:
    client = Client()
    if person is not None:
        client.force_login(person)
    return client


def read(response: Any) -> str:
    """All that an answer says, also what a workbook or a packed file says."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    if is_zipfile(BytesIO(body)):
        with ZipFile(BytesIO(body)) as packed:
            body = b"\n".join(packed.read(name) for name in packed.namelist())
    elif body[:2] == b"\x1f\x8b":
        body = zlib.decompress(body, 31)
    return body.decode("utf-8", "replace")


def address_of(page: Any, people: dict[str, Any]) -> str:
    for who in ("focal point", "officer"):
        try:
            return str(page.address("en", people[who]))
        except Exception as error:
            last = error
    raise last


@pytest.mark.parametrize("who", ["visitor", "stranger"])
def test_nothing_hidden_stands_on_any_page_or_file(people, who):
    client, found, asked = as_(people[who]), [], 0
    for page in PAGES + FILES:
        with transaction.atomic():
            response = client.get(address_of(page, people))
            asked += response.status_code == 200
            if HIDDEN in read(response):
                found.append(page.title)
            transaction.set_rollback(True)

    assert found == []
    assert asked > 150


# --- No question breaks a page -------------------------------------------------------------------

VALUES = (
    *("", " ", "0", "-1", "1", "2", "99999999999999999999", "1e999", "NaN", "-0.0", "0x10", "²"),
    *("٣", "१२", "\x00", "a\x00b", "<script>alert(1)</script>", '"><b>', "=1+1", "@SUM(A1)"),
    *("2024-02-30", "0000-00-00", "9999-12-31", "0001-01-01", "2026-01-01", "31/12/2026"),
    *("نعم", "\u202eabc", "\U0001f600", "é" * 2_000, "%00", "../../etc", "'; --", "None", "null"),
    *("true", "on", "asked", "lead", "draft", "PER", "usd", "eur", "[]", "{}", "1,5", "1.234.567"),
)
ASKS = (
    *("page", "words", "state", "sort", "lead", "light", "theme", "challenge", "place", "level"),
    *("partner", "group", "priority", "sdg", "paragraph", "text", "year", "region", "role", "like"),
    *("intervention", "indicator", "kind", "stage", "limit", "offset", "unit", "dimension", "by"),
)
SAYS = (
    *("title", "about", "language", "level", "starts_on", "ends_on", "began_on", "ended_on"),
    *("places", "themes", "challenges", "priorities", "proposals", "sdgs", "source", "source_url"),
    *("why", "seen", "reason", "partner", "kind", "what", "amount", "unit", "value_on", "words"),
    *("status", "is_revised", "paid_on", "giver_name", "receiver", "receiver_name", "result"),
    *("dropped_because", "likelihood", "harm", "answer", "is_public", "closed_because", "whole"),
    *("above", "own", "share", "how", "instrument", "provisions", "text", "external_records"),
    *("in_line_with", "in_line_with_url", "for_whom", "titles", "title_ar", "about_ar", "title-ar"),
)
OPEN_DOORS = ("list", "map", "download", "download_xlsx", "download_json", "iati")
OF_ONE = ("intervention", "results", "theory", "brief", "money_csv", "workspace", "parts", "roles")
STEPS = ("words", "answers", "days", "paragraphs", "nonsense")


def questions(luck: random.Random) -> Iterator[tuple[str, str]]:
    """Addresses to be asked, as method and address, for ever."""
    ones = list(Intervention.objects.values_list("reference", flat=True))
    claims = list(Claim.objects.values_list("commitment__reference", "pk"))
    roles = list(Role.objects.values_list("intervention__reference", "pk"))
    number = (0, 1, 7, 2**31, 2**63, 10**30)
    while True:
        one = luck.choice([*ones, "INT-2025-9999"])
        yield "get", reverse(f"interventions:{luck.choice(OPEN_DOORS)}")
        yield "get", reverse(f"interventions:{luck.choice(OF_ONE)}", args=[one])
        yield "get", reverse("interventions:portfolio" + luck.choice(["", "_csv", "_xlsx"]))
        yield "get", reverse(f"interventions:{luck.choice(['desk', 'desk_csv', 'open'])}")
        yield "get", f"/api/v1/interventions{luck.choice(['', '/' + one])}"
        yield "post", reverse("interventions:open")
        yield "post", reverse("interventions:roles", args=[one])
        yield "post", reverse(f"interventions:{luck.choice(list(VERBS))}", args=[one])
        for method in ("get", "post"):
            yield method, reverse("interventions:edit", args=[one, luck.choice(STEPS)])
            kind = luck.choice(["budget", "payment", "activity", "risk"])
            yield method, reverse(f"interventions:add_{kind}", args=[one])
            yield method, reverse(f"interventions:{kind}", args=[one, luck.choice(number)])
        yield "post", reverse(f"interventions:remove_{kind}", args=[one, luck.choice(number)])
        part = luck.choice(["ask", "accept", "refuse", "leave"])
        yield "post", reverse(f"interventions:part_{part}", args=[one])
        yield "post", reverse("interventions:part_count", args=[one, luck.choice(number)])
        of, pk = luck.choice([*roles, (one, 0), (one, luck.choice(number)), luck.choice(roles)])
        verb = luck.choice(["", "_confirm", "_decline", "_leave", "_remove"])
        yield "post" if verb else "get", reverse(f"interventions:role{verb}", args=[of, pk])
        of, pk = luck.choice([*claims, (claims[0][0], luck.choice(number))])
        verb = luck.choice(["", "_confirm", "_decline", "_withdraw", "_reword"])
        yield "post" if verb else "get", reverse(f"commitments:claim{verb}", args=[of, pk])
        yield luck.choice(["get", "post"]), reverse("commitments:claim_new", args=[of])
        yield "get", reverse("commitments:claims_desk", args=[one])


def asked_of(luck: random.Random, names: tuple[str, ...], known: list[str]) -> str:
    """Some of these fields with hostile or known values, some of them twice."""
    chosen = luck.choices(names, k=luck.randrange(12))
    return urlencode([(each, luck.choice([*VALUES, *known])) for each in chosen])


def test_hostile_questions_are_answered(people):
    """Some thousand requests by everybody, each with values nobody thought of: no page breaks."""
    luck = random.Random(20_261)
    clients = [as_(person) for person in people.values()]
    known = [*Intervention.objects.values_list("reference", flat=True)[:4], *map(str, range(1, 9))]
    asked = questions(luck)
    broken, codes = [], {}
    for _ in range(2_000):
        method, path = next(asked)
        client = luck.choice(clients)
        query, body = asked_of(luck, ASKS, known), asked_of(luck, SAYS, known)
        with transaction.atomic():
            try:
                if method == "get":
                    response = client.get(f"{path}?{query}")
                else:
                    form = "application/x-www-form-urlencoded"
                    response = client.post(f"{path}?{query}", body, content_type=form)
                read(response)
                codes[response.status_code] = codes.get(response.status_code, 0) + 1
            except Exception as error:
                broken.append(f"{method} {path}?{query} {body}: {error!r}"[:900])
            transaction.set_rollback(True)

    assert broken == []
    assert max(codes) < 500, codes
    assert codes[200] > 500, codes


# --- Who said no, and who leads together ---------------------------------------------------------


def test_who_said_no_to_leading_a_draft_has_no_more_to_do_with_its_goals(db):
    person = factories.person()
    one = factories.intervention("draft", partner=factories.partner(person=person), lead="asked")
    role, client = one.roles.get(), as_(person)
    goals = reverse("results:setup", args=[one.framework.reference])
    new = reverse("results:new_result", args=[one.framework.reference])

    before = [client.get(address).status_code for address in (goals, new)]
    actions.decline(role, reason="We are too few.", by=person)
    after = [client.get(address).status_code for address in (goals, new)]
    said = client.post(new, {"title": "Not theirs", "level": "outcome"}).status_code
    actions.ask(one, role.partner, kind="lead", what="", by=factories.officer())

    assert (before, after, said) == ([200, 200], [404, 404], 404)
    assert client.get(goals).status_code == 200
    assert not one.framework.results.filter(title="Not theirs").exists()


def test_who_leads_together_reads_the_contributions_on_its_list(db):
    one, person = factories.intervention("implementation"), factories.person()
    co_lead = factories.partner(person=person)
    role = factories.role(one, "co_lead", "confirmed", partner=co_lead)
    claim = factories.claim(to=one)
    client = as_(person)

    listed = read(client.get(reverse("commitments:claims_desk", args=[one.reference])))
    answers = [client.get(claim.get_absolute_url()).status_code]
    said = client.post(
        reverse("commitments:claim_confirm", args=[claim.commitment.reference, claim.pk])
    )
    role.state = "asked"
    role.save()
    answers.append(client.get(claim.get_absolute_url()).status_code)

    assert claim.get_absolute_url() in listed
    assert (answers, said.status_code) == ([200, 404], 403)


def test_what_a_successor_said_no_to_leading_rests_until_somebody_leads_it(db):
    leaving, successor = factories.partner(), factories.partner()
    one, other = (factories.intervention("implementation", partner=leaving) for _ in range(2))
    factories.role(one, "lead", "declined", partner=successor)

    actions.partner_leaves(leaving, successor, by=factories.officer())

    found = Intervention.objects.in_bulk([one.pk, other.pk])
    assert (found[one.pk].state, found[other.pk].state) == ("suspended", "implementation")
    assert found[other.pk].roles.get(kind="lead").partner == successor
