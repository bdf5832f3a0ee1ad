"""The rails of every page: who sees it, what it costs and weighs, and that nobody forgot it."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone, translation

from coalition.base.zones import end_of
from coalition.commitments.actions import file_all
from coalition.commitments.models import Commitment
from coalition.commitments.states import State
from coalition.commitments.writing import plain
from coalition.consultations.models import Consultation, Panel
from coalition.consultations.papers.answers import PaperAnswer, digest_of, packed
from coalition.consultations.states import ANSWERED, SUMMED_UP
from coalition.consultations.states import State as ConsultationState
from coalition.consultations.summing.actions import sum_up
from coalition.consultations.voices import Voice, take_part
from coalition.instruments.actions import keep_keys
from coalition.interventions.iati.actions import refresh as publish_as_iati
from coalition.interventions.models import Intervention
from coalition.interventions.states import State as InterventionState
from coalition.mailroom.models import Verdict
from coalition.partners.accession import correspondence
from coalition.partners.models import AccessionRequest, Body, CommonPriority, Mandate
from coalition.places.models import Place
from coalition.results.totals.actions import derive
from tests import factories
from tests.instruments import documents
from tests.pages import ELSEWHERE, FILES, NAMELESS, PAGES, PEOPLE, VERBS, Page
from tests.pages import body as body_of
from tools.site import MOST_HTML

ROOT = Path(__file__).resolve().parents[1]
LANGUAGES = [code for code, _ in settings.LANGUAGES]


# --- Nobody is forgotten -------------------------------------------------------------------


def routes(patterns: list[Any], namespace: str = "") -> Iterator[str]:
    """The names of all our own routes; the editors' pages are Wagtail's."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            module = getattr(pattern.urlconf_name, "__name__", "")
            if module.startswith("wagtail"):
                continue
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from routes(pattern.url_patterns, inner)
        elif isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name or pattern.pattern}"


def test_every_route_is_listed_once():
    found = set(routes(get_resolver().url_patterns)) - NAMELESS - {"account_login"}
    tables = [
        {page.route for page in PAGES},
        {page.route for page in FILES},
        set(VERBS),
        set(ELSEWHERE),
    ]

    assert found == set().union(*tables)
    assert sum(map(len, tables)) == len(set().union(*tables))


def test_sign_in_has_one_address_under_two_names():
    assert reverse("account_login") == reverse("account_request_login_code")


def test_editors_sign_in_by_the_same_door(client):
    response = client.get("/editing/login/?next=/editing/")

    assert response.status_code == 302
    assert response["Location"].split("?")[0].endswith(reverse("account_login"))


@pytest.mark.parametrize(("file", "words"), ELSEWHERE.values(), ids=ELSEWHERE)
def test_what_is_tested_elsewhere_is(file, words):
    assert words in (ROOT / file).read_text(encoding="utf-8")


def test_titles_of_pages_tell_them_apart():
    titles = [page.title for page in PAGES + FILES]

    assert len(titles) == len(set(titles))


# --- A world of n of everything ------------------------------------------------------------


@pytest.fixture(scope="module")
def _world(request: Any, django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
    """Built once for all tests of the same n; what a test itself writes is undone after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build(request.param)
        transaction.set_rollback(True)


@pytest.fixture
def world(_world: dict[str, Any], db: None) -> dict[str, Any]:
    """The four kinds of people, and n records of every kind."""
    return _world


def of(*numbers: int) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("_world", numbers, indirect=True)


def build(n: int) -> dict[str, Any]:
    people = {
        "visitor": None,
        "stranger": factories.person(),
        "focal point": factories.person(),
        "officer": factories.officer(),
    }
    partners = [factories.partner() for _ in range(n)]
    factories.partner(person=people["stranger"])
    Mandate.objects.create(person=people["focal point"], partner=partners[0], since="2026-01-15")
    instrument = factories.instrument(paragraphs=3)
    given = {
        "provisions": list(instrument.provisions.all()[:n]),
        "challenges": [factories.challenge()],
    }
    for _ in range(n):
        factories.priority(partners[0])
        for state in State.values:
            factories.commitment(state, partner=partners[0], **given)
        factories.mandate(partners[0])
        factories.mandate(partners[0], until="2026-02-01", ended_at=timezone.now())
        factories.invitation(partners[0], by=people["officer"])
    for partner in partners[1:]:
        factories.commitment("published", partner=partner, **given)
    vetted = factories.verification(partners[0], declared=(people["officer"],))
    for _ in range(n):
        factories.intake(people["officer"])
        factories.flag(partners[0])
        factories.match(partners[0])
        factories.accession_request("under_vetting")
        vetted.moves.create(
            verb="begin", from_state="not_started", to_state="in_review", by=people["officer"]
        )
        factories.verification(
            factories.partner(verified_until="2026-12-01"), "verified", is_answered=False
        )
        factories.accession_request()
        factories.accession_request("acknowledged")
        factories.everything_told(factories.draft())
        asked = factories.draft(state="incomplete")
        factories.letter(thread=asked.thread, to_address=asked.contact_email)
        waits = factories.message(verdict=Verdict.WAITING)
        factories.guess(waits, asked.thread)
        factories.failing_address(factories.letter())
    of_casework(n, partners, people)
    of_bodies(n, partners[0], people)
    of_adherence(n, instrument, partners, people)
    of_supervision(n, partners[0])
    of_versions(n)
    of_citations(n)
    of_consent(n)
    of_amendments(n, partners[0])
    of_registers(n)
    of_proof(n, partners[0], people)
    of_reading(n, partners[0], people)
    of_reports(n, partners[0], people)
    for who in ("focal point", "stranger"):
        of_schedule(n, people[who].mandates.get().partner)
    for person in ("stranger", "focal point", "officer"):
        for year in range(2026, 2026 + n):
            factories.saved_search(people[person], f"theme=employment&year={year}")
    of_parts(n, partners[0])
    of_consultations(n, instrument, people)
    of_ballots(people)
    of_remarks(n, people)
    of_papers(n, people["officer"])
    of_panels(n, people)
    of_answers(n, people)
    of_results(n)
    of_interventions(n, instrument, partners, people)
    call_command("catalogue", "rebuild", stdout=StringIO())  # the rows were put there by hand
    file_all()
    return people


def of_consultations(n: int, instrument: Any, people: dict[str, Any]) -> None:
    """n consultations in each state, with n of everything that hangs on one."""
    common = [factories.common_priority() for _ in range(n)]
    paragraphs = list(instrument.provisions.all()[:n])
    still_free = [factories.common_priority() for _ in range(n)]
    answers = {
        "priorities": [*common, *still_free],
        "provisions": paragraphs,
        "challenges": [factories.challenge()],
        "themes": [factories.theme()],
    }
    nobody_took_up = factories.worded(factories.instrument("asked-about", paragraphs=n))
    placed = {"place": factories.country(), "level": factories.level(), "text": nobody_took_up}
    for state in ConsultationState.values:
        for _ in range(n):
            given = {"theme": factories.theme(), "for_everyone": True, **placed, **answers}
            one = factories.consultation(state, **given)
            for kind in ("propose", "prioritise", "respond")[:n]:
                factories.phase(one, kind, days=(20, 30))
            for each in common:
                made = factories.statement(one, priority=each)
                made.credits.create(partner=each.members.first().priority.partner)
            for each in paragraphs:
                factories.statement(one, provision=each)
            partner = people["focal point"].mandates.get().partner
            speaks = take_part(Voice(one, people["focal point"], partner))
            person = take_part(Voice(one, people["stranger"]))
            one.invitations.create(partner=partner, by=people["officer"])
            for number in range(n):
                address = f"guest-{number}@guests.test"
                one.invitations.create(address=address, mailbox=address, by=people["officer"])
            for _ in range(n):
                said = factories.contribution(one, author=speaks)
                said.moves.create(verb="accept", from_state="waiting", to_state="accepted")
                more = {"author": person, "state": "merged", "merged_into": said}
                factories.contribution(one, **more)
                factories.contribution(one, partner=partner, state="draft")
                alike = {"author": person, "state": "waiting"}
                waiting = factories.contribution(one, f"Nearly the same {said.number}.", **alike)
                steps = {"from_state": "accepted", "to_state": "refused", "reason": "Unclear."}
                waiting.moves.create(verb="refuse", by=people["officer"], **steps)
            for each in one.statements.all():
                words = {"text": f"بالعربية {each.number}", "of_text": each.text}
                each.translations.create(language="ar", **words)
                for is_draft in (True, False):
                    speaks.votes.create(statement=each, value=1, is_draft=is_draft)
                person.votes.create(statement=each, value=0)
            for _ in range(n if state != "draft" else 0):
                steps = {"from_state": "planned", "to_state": state}
                one.moves.create(verb="open", by=people["officer"], **steps)
                words = {"question": {"en": "New?"}}
                one.changes.create(what="words", before=words, now=words, by=people["officer"])


def of_ballots(people: dict[str, Any]) -> None:
    """In each consultation priorities are set: before, now where it is open, or were, with what
    came of it. Ballots name everything that is shown."""
    for one in Consultation.objects.all():
        days = {"open": (-1, 14), "synthesis": (-9, -2)}.get(one.state, (20, 30))
        one.phases.filter(kind="prioritise").delete()
        factories.phase(one, "prioritise", days=days)
        shown = {str(key): 1 for key in one.statements.shown().values_list("pk", flat=True)}
        speaks = one.participants.get(partner=people["focal point"].mandates.get().partner)
        speaks.ballots.create(choices=shown)
        speaks.ballots.create(choices={}, is_draft=True)
        one.participants.get(partner=None).ballots.create(choices=shown)


def of_answers(n: int, people: dict[str, Any]) -> None:
    """Where results are worked on, n proposals are answered; where answers are published, all are,
    and a body decided against n groups."""
    body = Body.objects.get(**body_of(people["focal point"]))
    groups = [factories.group(code) for code in ("EMP", "WRK", "GOV")[:n]]
    for one in Consultation.objects.filter(state__in=SUMMED_UP):
        shown = list(one.statements.shown().order_by("number"))
        is_public = one.state in ANSWERED
        for each in shown if is_public else shown[:n]:
            factories.response(each, by=people["officer"])
        if is_public:
            made = factories.conclusion(one, body=body)
            made.takes_up.set(shown)
            for group in groups:
                made.dissents.create(group=group, words="We do not agree.")


def of_results(n: int) -> None:
    """What is being summed up has its results, of n more organisations and of enough people for
    rows and a map. Comes last."""
    unions = [factories.partner(f"Union that answered {number}") for number in range(n)]
    for one in Consultation.objects.filter(state=ConsultationState.SYNTHESIS):
        one.phases.filter(closes_at__gt=timezone.now()).exclude(kind="respond").delete()
        shown = list(one.statements.shown())
        for union in unions:
            answering = one.participants.create(partner=union, signed_at=timezone.now())
            for each in shown:
                answering.votes.create(statement=each, value=1)
        for number in range(60):
            code = "GOV" if number % 2 else "WRK"
            made = {"pseudonym": f"{number:064x}", "group": factories.group(code)}
            person = one.participants.create(**made)
            for place, each in enumerate(shown):
                person.votes.create(statement=each, value=1 if (number + place) % 3 else -1)
        sum_up(one)


def of_interventions(n: int, instrument: Any, partners: list[Any], people: dict[str, Any]) -> None:
    """n key interventions in each state, led by the focal point's partner, with n of everything
    that hangs on one."""
    decided = Consultation.objects.filter(state="feedback").earliest("pk").conclusion
    proposals = list(decided.takes_up.all()[:n])
    given = {
        "partner": partners[0],
        "provisions": list(instrument.provisions.all()[:n]),
        "challenges": [factories.challenge()],
        "priorities": list(CommonPriority.objects.public().order_by("pk")[:n]),
    }
    others = [factories.partner() for _ in range(n)]
    for _ in range(n):
        for state in InterventionState.values:
            one = factories.intervention(state, conclusion=decided, proposals=proposals, **given)
            for number, other in enumerate(others):
                hangs_on(one, number, other)
    whole = Intervention.objects.filter(state="implementation").earliest("pk")
    parts = Intervention.objects.filter(state="kick_off")
    Intervention.objects.filter(pk__in=parts.values("pk")).update(whole=whole)
    for one in Intervention.objects.filter(state="implementation"):
        for number in range(n):
            reported(one, number, people["officer"])
    Intervention.objects.filter(state="finalisation").update(asks_whole=whole)
    derive()
    publish_as_iati(list(Intervention.objects.all()))
    of_contributions(n, whole)


def of_contributions(n: int, to: Intervention) -> None:
    """Each public commitment is claimed to contribute to n results of one intervention."""
    results = list(to.framework.indicators.order_by("number")[:n])
    for one in Commitment.objects.filter(state="published").exclude(claims__intervention=to):
        for measured, state in zip(results, ("confirmed", "claimed", "declined"), strict=False):
            factories.claim(one, to, state, indicator=measured, share=100)


def reported(one: Intervention, number: int, by: Any) -> None:
    """A figure of everything, in a year of its own: at two places, of a group, by another partner
    that has a share; with proof and a dispute. One more result, with an indicator."""
    measured = one.framework.indicators.first()
    year = factories.period(one.framework, 2024 + number)
    fact = factories.fact(measured, 20, period=year)
    factories.fact(measured, 10, period=year, cell=factories.cell(f"sex-{number}"))
    for place in Place.objects.un_members()[2 * number : 2 * number + 2]:
        factories.fact(measured, 10, period=year, place=place)
    other = factories.partner()
    factories.fact(measured, 5, period=year, partner=other)
    shared = {"share": 100, "how": "So.", "by": by, "at": timezone.now()}
    measured.contributions.create(partner=other, **shared)
    factories.evidence(fact)
    factories.dispute(fact, "admitted")
    factories.indicator(one.framework)


def hangs_on(one: Intervention, number: int, other: Any) -> None:
    """One of everything that an intervention may have; with another partner."""
    factories.role(one, "funding", "confirmed", partner=other)
    factories.role(one, "implementing", "asked", partner=other)
    one.outsiders.create(kind="implementing", name=f"School {number}")
    one.moves.create(verb="announce", from_state="draft", to_state="pipeline")
    one.changes.create(field="title", before="Owens", after="Ovens", why="A slip.")
    measured = one.framework.indicators.first()
    claimed = factories.commitment("published", partner=other)
    one.claims.create(
        commitment=claimed, indicator=measured, share=100, how="So.", state="confirmed"
    )
    day = date(2025, 1, 1)
    money = {"number": number, "amount": 5, "unit": factories.unit("eur"), "value_on": day}
    one.budgets.create(starts_on=day, ends_on=date(2025, 12, 31), partner=one.partner, **money)
    one.payments.create(paid_on=day, partner=one.partner, **money)
    one.activities.create(
        number=number, title="Teach", starts_on=day, ends_on=day, partner=one.partner
    )
    one.risks.create(number=number, words="Floods", is_public=True)


def of_remarks(n: int, people: dict[str, Any]) -> None:
    """In open consultations n remarks of an organisation, and n of a person, on each paragraph:
    some are shown, some wait and some were refused."""
    partner = people["focal point"].mandates.get().partner
    for one in Consultation.objects.filter(state="open").select_related("text"):
        factories.phase(one, "discuss")
        authors = [one.participants.get(partner=partner), one.participants.get(partner=None)]
        for about in one.text.provisions.all():
            for author in authors * n:
                for state in ("accepted", "waiting", "refused"):
                    more = {"refused_for": "off_topic"} if state == "refused" else {}
                    words = {"instead": "We bake by day.", "author": author, "state": state}
                    said = factories.remark(one, about, **words, **more)
                    step = {"verb": "refuse", "from_state": "waiting", "to_state": state}
                    said.moves.create(**step, by=people["officer"], reason="So.")


def of_panels(n: int, people: dict[str, Any]) -> None:
    """Consultations that are planned or open get a panel; where it is open n people volunteer."""
    value = [{"name": {"en": name}, "least": 0, "most": 9} for name in ("Woman", "Man")]
    for one in Consultation.objects.filter(state__in=["planned", "open"]):
        days = (-1, 9) if one.state == "open" else (5, 9)
        factories.phase(one, "panel", days=days)
        panel = Panel.objects.create(
            consultation=one,
            seats=3,
            features=[{"name": {"en": "Gender"}, "values": value}],
            seed_from="The numbers of a national lottery",
            seed_at=timezone.now() + timedelta(days=12),
        )
        for _ in range(n if one.state == "open" else 0):
            panel.volunteers.create(person=factories.person(), values=[0])


def of_papers(n: int, officer: Any) -> None:
    """In open consultations n files of answers on paper were taken in, and n wait."""
    for one in Consultation.objects.filter(state="open"):
        group, place = factories.group("WRK"), Place.objects.get(code="PER")
        for number in range(n):
            form = PaperAnswer(group, place, "es", {1: 1}, form=str(number))
            file = {"channel": "paper", "occasion": f"Day {number}", "language": "en"}
            file |= {"file_name": "lima.xlsx", "by": officer}
            one.batches.create(digest=digest_of([form]), people=1, votes=1, **file)
            one.paper_files.create(packed=packed([form] * (number + 1)), **file)


def of_casework(n: int, partners: list[Any], people: dict[str, Any]) -> None:
    """The first request with n of everything that officers and applicants put beside it."""
    case = AccessionRequest.objects.filter(state__in=("received", "acknowledged")).first()
    thread = correspondence.thread_of(case)
    for number in range(n):
        factories.message("We wish to join.", thread=thread)
        factories.letter(thread=thread, written_by=people["officer"])
        case.notes.create(by=people["officer"], text="They called.")
        case.duplicates.create(
            other_partner=partners[number], score=90, why=[], compared=str(number)
        )
        factories.accession_request("merged", merged_into=case)
        people["officer"].saved_views.create(name=f"View {number}", query="stage=received")


def of_adherence(n: int, instrument: Any, partners: list[Any], people: dict[str, Any]) -> None:
    """n partners and n others behind the text, and n things that each person follows."""
    for number, partner in enumerate(partners):
        factories.adherence(instrument, partner=partner, words="But", kind="endorsed")
        factories.adherence(instrument, name=f"Office {number}", source=factories.source())
    for person in people.values():
        for thing in list(instrument.provisions.all()[:n]) if person else ():
            factories.following(person, thing)


def of_supervision(n: int, partner: Any) -> None:
    """n comments on a State that reports on n conventions, each answered by n promises."""
    addressed = factories.state()
    promises = Commitment.objects.filter(partner=partner, state="published")
    for number in range(n):
        convention = factories.treaty(category="fundamental")
        factories.consent(addressed, convention)
        comment = addressed.comments.create(
            reference=f"CMT-2026-{number:04d}",
            kind="observation",
            body="Committee",
            adopted_year=2024,
            url=f"https://supervisors.example.org/{number}",
        )
        comment.instruments.set([convention])
        comment.commitments.set(promises[:n])


def of_versions(n: int) -> None:
    """A text with its draft, n versions in English and the newest in Arabic too."""
    documents.draft("bread", "salt", "flour")
    for number in range(n):
        documents.version(f"G/1/Rev.{number}", "water", "bread", f"{number}", stage="revised")
    documents.version(f"G/1/Rev.{n - 1}", "ماء", "خبز", f"{n - 1}", stage="revised", language="ar")


def of_citations(n: int) -> None:
    """A text of which n paragraphs build on n paragraphs of another, and on n not held."""
    baking = factories.instrument("baking", paragraphs=n)
    baking.names, baking.kind = {"en": "Night Baking Convention, 2026"}, "convention"
    baking.save()
    keep_keys(baking)
    words = "paragraph {0} of the Night Baking Convention, 2026, and resolution 70/{0}"
    said = [words.format(number) for number in range(1, n + 1)]
    documents.version("A/RES/99/9", *said, of="")


def of_bodies(n: int, partner: Any, people: dict[str, Any]) -> None:
    """A body in which the partner sits, with n of everything, and n common priorities."""
    body = factories.body("pages", quorum_percent=10)
    seats = [factories.seat(body, partner=partner)]
    seats += [factories.seat(body) for _ in range(n)]
    file = ContentFile(b"A paper.", "paper.txt")
    for state in ("planned", "held"):
        for _ in range(n):
            meeting = factories.meeting(body, state)
            for number in range(1, n + 1):
                item = meeting.agenda.create(number=number, title=f"Item {number}")
                meeting.papers.create(
                    item=item, title="Paper", audience="public", file=file, file_name="paper.txt"
                )
            for seat in seats if state == "held" else ():
                meeting.attendance.create(seat=seat, presence="present")
            for day in (None, timezone.now()) if state == "held" else ():
                for _each in range(n):
                    decision = factories.decision(meeting, published_at=day)
                    decision.citations.create(reference=partner.reference)
                    decision.corrections.create(text="A slip.")
                    factories.action_point(
                        owner=people["focal point"],
                        owner_partner=partner,
                        body=body,
                        meeting=meeting,
                        decision=decision,
                    ).citations.create(reference=partner.reference)
            minutes = meeting.minutes.create(language="en", text="All spoke.")
            minutes.corrections.create(text="Nearly all.")
            meeting.minutes.create(language="fr", text="Oui.", published_at=timezone.now())
    for state in ("suggested", "named", "theme"):
        for _ in range(n):
            members = [factories.priority(factories.partner()) for _ in range(n + 1)]
            factories.common_priority(state, members=members)


def of_consent(n: int) -> None:
    """Conventions and who is bound by them: the first State has n acts of its own and acts for n
    territories; each names a provision that it accepts."""
    treaties = [factories.treaty() for _ in range(n)]
    states = [factories.state() for _ in range(n)]
    for made in treaties:
        article = made.provisions.create(eid="art_1", number="1", role="operative", position=1)
        for state in states:
            factories.consent(state, made).provisions.add(article)
    for day in range(1, n + 1):
        factories.consent(states[0], treaties[0], "declaration", date(2000, 1, day))
        factories.consent(factories.state(kind="territory", state=states[0]), treaties[0])


def of_parts(n: int, partner: Any) -> None:
    """n partners have a part in each promise of the partner, one of them asked; it has n parts in
    drafts of others."""
    others = [factories.partner() for _ in range(n)]
    for one in Commitment.objects.filter(partner=partner):
        for other, state in zip(others, ("confirmed", "asked", "declined"), strict=False):
            factories.part(one, state, partner=other)
    for _ in range(n):
        factories.part(factories.commitment(), partner=partner)


def of_amendments(n: int, partner: Any) -> None:
    """A public commitment with n amendments that were taken over, and one open on each side."""
    one = Commitment.objects.filter(partner=partner, state="published").first()
    for number in range(n + 1):
        words = plain.values_of(one) | {"place|FRA": {"named": "yes"}} if number else {}
        said = {"words": {"title": "Wages", "language": "en"}} | words
        made = one.editions.create(number=number + 1, words=said, why="It grew.")
        if number:
            factories.amendment(one, state="applied", edition=made)
    factories.amendment(one, state="proposed", for_whom="Bakers and millers")
    factories.amendment(one, "secretariat", for_whom="Bakers of all ages")


def of_registers(n: int) -> None:
    """n registers of others; in the first n submissions of a State, with n translations of the
    first, n promises in line with it, and n annexes of which nobody knows where they belong."""
    party = factories.state()
    promises = Commitment.objects.filter(state="published")[:n]
    for number in range(n):
        register = f"plans-{number}" if number else "plans"
        first = factories.external_record(register=register, party=party, language="en")
        for one in promises:
            one.external_records.add(first)
        for other in range(n):
            factories.external_record(party_name=f"Party {other}", status=f"Status {other}")
            told = {"party": party, "belongs_because": "version", "belongs_to": first}
            factories.external_record("translation", register=register, **told)
            factories.external_record("addendum", register=register, belongs_because="several")


def of_proof(n: int, partner: Any, people: dict[str, Any]) -> None:
    """A public figure with n proofs that wait for a check and n that were checked, the first a
    file; n disputes of figures, the first admitted. The stranger has n proofs to check too."""
    promise = Commitment.objects.filter(partner=partner, state="published").first()
    framework = promise.framework
    period = factories.period(framework, 2031)
    indicators = [factories.indicator(framework) for _ in range(n)]
    facts = [factories.fact(one, 120, period=period) for one in indicators]
    checked = {
        "checked_by": factories.officer(),
        "checked_at": timezone.now(),
        "checked_as": "secretariat",
        "holds": True,
    }
    for number in range(n):
        made = factories.evidence(facts[0], kind="file", url="", file_name="list.txt")
        made.file.save("list.txt", ContentFile(b"Trained: 120."))
        factories.evidence(facts[0], **checked)
        state = "received" if number else "admitted"
        dispute = factories.dispute(facts[number], state)
        for _ in range(n):
            dispute.moves.create(verb="confirm", from_state="unconfirmed", to_state="received")
    other = people["stranger"].mandates.get().partner
    begun = factories.commitment("draft", partner=other).framework.indicators.get()
    for _ in range(n):
        factories.evidence(begun.facts.get(role="baseline"))


def of_reading(n: int, partner: Any, people: dict[str, Any]) -> None:
    """A public framework of n years, places and indicators, broken down, with a proof, a dispute
    and an overlap of its first figure, shares, a review, and amounts in another currency. Towards
    its first indicator count n of other frameworks, and it counts towards one itself."""
    framework = Commitment.objects.filter(partner=partner, state="published").first().framework
    first = framework.indicators.first()
    others = [factories.partner() for _ in range(n)]
    places = [factories.country(code) for code in ("FRA", "KEN", "BRA")[:n]]
    usd, eur = factories.unit("usd"), factories.unit("eur")
    source = factories.source()
    for number in range(n):
        day = date(2025, 1, number + 1)
        usd.rates.create(into=eur, on=day, rate=90_000_000, source=source)
        year = factories.period(framework, 2020 + number)
        report = factories.report(year, "published")
        told = {"period": year, "report": report}
        made = factories.fact(first, 100, **told)
        factories.fact(first, 60, cell=factories.cell("sex-female"), **told)
        for place in places:
            factories.fact(first, 40, place=place, **told)
        for other in others:
            again = factories.fact(first, 20, partner=other, period=year)
            made.overlaps.create(same_as=again, count=5)
        factories.fact(first, 90, period=year, state="superseded")
        factories.evidence(made)
        factories.dispute(made, "admitted")
        first.contributions.create(
            partner=others[number], share=1000, how="Rooms", by=people["officer"], at=timezone.now()
        )
        child = factories.indicator(framework, unit=first.unit, parent=first)
        factories.fact(child, 7, period=year)
        far = factories.commitment("published", goals=False).framework
        elsewhere = factories.indicator(far, unit=first.unit, parent=first)
        factories.fact(elsewhere, 3, period=factories.period(far, 2020 + number))
        amount = factories.indicator(framework, unit=usd)
        factories.fact(amount, 700, period=year, as_of=date(2025, 6, 1))
        factories.fact(amount, 900, period=year, unit=eur, place=places[0], as_of=day)
        framework.assessments.create(
            reference=f"ASM-2025-{number:04d}",
            reviewer=people["officer"],
            state="published",
            published_at=timezone.now(),
        )
    far = factories.commitment("published", goals=False).framework
    first.parent = factories.indicator(far, unit=first.unit)
    first.save()
    derive()


def of_schedule(n: int, partner: Any) -> None:
    """n periods whose reports are overdue, and n reviews that wait for a reply."""
    framework = factories.commitment("published", partner=partner).framework
    for number in range(n):
        day = date(2011 + number, 3, 1)
        factories.period(framework, 2010 + number, due_on=day, due_at=end_of(day, "UTC"))
        framework.assessments.create(
            reference=f"ASM-2024-{framework.pk * 10 + number:04d}",
            reviewer=factories.person(roles=("reviewer",)),
            state="with_partner",
            reply_due_on=day,
        )


def of_reports(n: int, partner: Any, people: dict[str, Any]) -> None:
    """Reports in each state, each with n figures, whole and of a group, proofs and remarks; the
    published one amends another; and n periods without a report."""
    framework = Commitment.objects.filter(partner=partner, state="published").first().framework
    dimension = factories.cell("sex-female").categories.get().dimension
    indicators = [factories.indicator(framework, dimensions=[dimension]) for _ in range(n)]
    states = ("superseded", "published", *("draft", "submitted", "change_requested") * n)
    before = None
    for number, state in enumerate(states):
        year = factories.period(framework, 1970 + max(number, 1)) if number != 1 else before.period
        made = factories.report(year, state, amends=before if state == "published" else None)
        before = before or made
        made.moves.create(verb="submit", from_state="draft", to_state="submitted", by=None)
        fact_state = state if state in ("published", "superseded") else "draft"
        for indicator in indicators:
            told = {"period": year, "report": made, "state": fact_state}
            factories.evidence(factories.fact(indicator, 100 + number, **told))
            factories.fact(indicator, 60, cell=factories.cell("sex-female"), **told)
            made.remarks.create(
                row=str(indicator.number), field="value", words="Why?", by=people["officer"]
            )
        rows = {str(one.number): {"value": "7"} for one in indicators}
        made.incoming.create(origin="sheet", values=rows, by=people["focal point"])
    for number in range(n):
        factories.period(framework, 1960 + number)


def client_of(person: Any) -> Client:
    client = Client()
    if person:
        client.force_login(person)
    return client


def visit(page: Page, people: dict[str, Any], who: str, language: str = "en") -> Any:
    address = page.address(language, people["focal point"])
    response = client_of(people[who]).get(address, HTTP_ACCEPT_LANGUAGE=language)
    if response.streaming:
        content_of(response)  # read to its end, a file that is sent is closed
    return response


def content_of(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


pages = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.title)
pages_and_files = pytest.mark.parametrize("page", PAGES + FILES, ids=lambda page: page.title)


@pages_and_files
@of(1)
def test_page_answers_each_kind_of_person(page, world):
    answers = tuple(visit(page, world, who).status_code for who in PEOPLE)

    assert dict(zip(PEOPLE, answers, strict=True)) == dict(zip(PEOPLE, page.answers, strict=True))


@pytest.mark.any_database
@pages_and_files
@of(1, 3)
def test_page_costs_its_queries_whatever_the_number_of_rows(page, world):
    client = client_of(world[page.person])
    address = page.address("en", world["focal point"])
    content_of(client.get(address))  # what a process looks up once: sites, content types

    with CaptureQueriesContext(connection) as queries:
        content_of(client.get(address))

    assert len(queries) == page.queries, "\n".join(query["sql"][:200] for query in queries)


@pytest.mark.any_database
@pages
@pytest.mark.parametrize("language", LANGUAGES)
@of(3)
def test_page_speaks_its_language_is_light_and_brings_no_script(page, language, world):
    response = visit(page, world, page.person, language)

    html = response.content.decode()
    direction = "rtl" if language in settings.LANGUAGES_BIDI else "ltr"
    assert re.search(r"<html[^>]*>", html)[0] == f'<html lang="{language}" dir="{direction}">'
    scripts = re.findall(r"<script\b[^>]*", html)
    assert bool(scripts) == bool(page.script)
    # Files of our own, and data; nothing that runs stands in a page.
    assert all(re.search(r' src="/static/|type="application/json"', one) for one in scripts)
    assert re.findall(r"<style\b|\s(?:style|on[a-z]+)=|javascript:", tags_of(html)) == []
    if not page.no_budget:
        assert len(gzip.compress(response.content)) <= MOST_HTML


def tags_of(html: str) -> str:
    """Only what stands inside angle brackets, where attributes are."""
    return " ".join(re.findall(r"<[^>]*>", html))


@of(1)
@pytest.mark.parametrize(("route", "arguments"), VERBS.items(), ids=VERBS)
def test_verb_takes_only_post(route, arguments, world):
    with translation.override("en"):
        address = reverse(route, kwargs=arguments(world["focal point"]))

    answers = {who: client_of(person).get(address).status_code for who, person in world.items()}

    # Whoever may not use the verb at all may be told so first; nobody is served.
    assert set(answers.values()) <= {302, 403, 404, 405}
    assert 405 in answers.values()
