"""Pages about 10,000 commitments with five goals each, beside what is promised of them.

Joint ones, with money in two currencies and years, places, themes, paragraphs, figures of two
years, proofs, reports and reviews: drawn by a stated hash, of which nothing is kept. Each kind of
page is asked for at several addresses in turn, the fullest among them.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Count
from django.test import Client
from django.urls import reverse

from coalition.accounts.models import User
from coalition.commitments.exploring.actions import file_all
from coalition.commitments.models import (
    Commitment,
    CommitmentMove,
    Delivery,
    Part,
    PartMove,
    Resource,
)
from coalition.instruments.models import Provision, ProvisionRole
from coalition.partners.models import Partner
from coalition.places.models import Level, Place, PlaceKind
from coalition.results.models import (
    Assessment,
    Evidence,
    Fact,
    Framework,
    Indicator,
    Light,
    Period,
    Report,
    Result,
    Unit,
)
from coalition.results.totals.actions import derive
from coalition.themes.models import Challenge, Theme

COMMITMENTS, GOALS, YEARS = 10_000, 5, (2024, 2025)
VISITS = 40
PAGE, FILTERED = 50, 120  # milliseconds at the 95th percentile: what is promised
FIRST = datetime(2024, 1, 10, tzinfo=UTC)
LIGHTS = [*[Light.REPORTED] * 5, Light.DUE, Light.DUE, Light.OVERDUE, Light.OVERDUE, Light.SILENT]
STATES = [*["published"] * 16, "closed", "completed_claimed", "inactive", "withdrawn"]
CHUNK = 2_000


def rows() -> Iterator[tuple[str, str]]:
    """The rows of the table: what was asked, and how long it took."""
    with transaction.atomic():
        fill()
        start = time.perf_counter()
        file_all()
        took = time.perf_counter() - start
        yield f"{Commitment.objects.published().count():,} commitments filed anew", f"{took:.1f} s"
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        for name, (promised, addresses) in pages().items():
            yield f"{name} (p50 / p95; promised: {promised} ms)", visits(addresses)
        transaction.set_rollback(True)


# --- What is asked for -----------------------------------------------------------------------


def pages() -> dict[str, tuple[int, Sequence[str]]]:
    """Each kind of page, with what is promised of it and where it is asked for."""
    made = Commitment.objects.filter(reference__startswith="COM-2021-").published()
    promises = list(made.order_by("pk").values_list("reference", flat=True)[:400:40])
    partners = _busiest(made, "partner__reference")
    places = ["001", "002", *_busiest(made.filter(places__kind=PlaceKind.COUNTRY), "places__code")]
    themes = _busiest(made, "themes__code")
    challenges = _busiest(made, "challenges__code")
    explorer = reverse("commitments:explorer")
    country, group = places[-1], Partner.objects.get(reference=partners[0]).group.code
    # In the order in which the explorer writes them: another is led to this one.
    one, three = f"theme={themes[0]}", f"group={group}&country={country}&theme={themes[0]}"
    asked = {
        "commitment": _at("commitments:commitment", promises),
        "commitment, one page to print": _at("commitments:sheet", promises),
        "partner": _at("partner", partners),
        "partner, one page to print": _at("partner_sheet", partners),
        "place": _at("place", places),
        "place, one page to print": _at("place_sheet", places),
        "theme": _at("theme", themes),
        "theme, one page to print": _at("theme_sheet", themes),
        "challenge": _at("challenge", challenges),
        "explorer": [explorer],
    }
    found: dict[str, tuple[int, Sequence[str]]] = {
        f"{name} among {COMMITMENTS:,} commitments": (PAGE, addresses)
        for name, addresses in asked.items()
    }
    found["explorer with one filter"] = (FILTERED, [f"{explorer}?{one}"])
    found["explorer with three filters"] = (FILTERED, [f"{explorer}?{three}"])
    return found


def _busiest(made: Any, name: str) -> list[str]:
    """The values under which most commitments are found."""
    counted = made.order_by().values(name).annotate(number=Count("pk")).order_by("-number", name)
    return [each[name] for each in counted[:5]]


def _at(route: str, keys: Sequence[str]) -> list[str]:
    return [reverse(route, args=[key]) for key in keys]


def visits(addresses: Sequence[str]) -> str:
    """Median and 95th percentile of many visits in turn, after one to each that warms up."""
    client = Client(SERVER_NAME="127.0.0.1")
    times = []
    for number in range(len(addresses) + VISITS):
        address = addresses[number % len(addresses)]
        start = time.perf_counter()
        response = client.get(address)
        took = time.perf_counter() - start
        if response.status_code != 200:
            raise SystemExit(f"{address} answers {response.status_code}.")
        if number >= len(addresses):
            times.append(took * 1000)
    return f"{statistics.median(times):.0f} / {statistics.quantiles(times, n=20)[-1]:.0f} ms"


# --- What they are asked about ---------------------------------------------------------------


def _pick(choices: Sequence[Any], number: int, turn: int = 1) -> Any:
    """One of the choices; a multiplicative hash with another factor for every turn."""
    drawn = number * (40_503, 30_011, 50_021, 60_013)[turn % 4] + 7_919 * turn
    return choices[drawn % 1_000_003 % len(choices)]


def fill() -> None:
    """So many commitments of all partners there are, each with what a full one has."""
    partners = list(Partner.objects.public().order_by("pk"))
    maker, checker = User.objects.order_by("pk")[:2]
    made = _commitments(partners)
    _links(made, partners, maker)
    _goals(made, maker, checker)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _commitments(partners: Sequence[Partner]) -> list[Commitment]:
    levels = list(Level.objects.all())
    frameworks = Framework.objects.bulk_create(
        (
            Framework(
                reference=f"RES-2021-{n:05d}",
                owner_kind="commitment",
                reporter=_pick(partners, n),
                is_public=True,
                is_handed_in=True,
                every=12,
                light=_pick(LIGHTS, n),
            )
            for n in range(COMMITMENTS)
        ),
        batch_size=CHUNK,
    )
    made = Commitment.objects.bulk_create(
        (
            Commitment(
                reference=f"COM-2021-{n:05d}",
                state=(state := _pick(STATES, n, 2)),
                partner=framework.reporter,
                framework=framework,
                title=f"Agreements on wages in {n} workplaces of the region",
                promise=f"Reach a written agreement on wages and hours in {n} workplaces, "
                "and look at it again every year together with those who work there.",
                for_whom="Those who work in small workshops, and their families",
                in_line_with="The national plan for decent work",
                level=_pick(levels, n),
                starts_on=date(2023, 1, 1),
                ends_on=date(2026, 12, 31) + timedelta(n % 1_000),
                published_at=FIRST + timedelta(hours=n),
                closed_at=FIRST + timedelta(700) if state == "closed" else None,
                needs_help=n % 4 == 0,
                help_wanted="Teachers for evening classes" if n % 4 == 0 else "",
            )
            for n, framework in enumerate(frameworks)
        ),
        batch_size=CHUNK,
    )
    moves = [
        CommitmentMove(
            record=one, verb=verb, from_state="approved", to_state="published", at=one.published_at
        )
        for one in made
        for verb in ("submit", "approve", "publish")
    ]
    moves += [
        CommitmentMove(
            record=one,
            verb="withdraw" if one.state == "withdrawn" else "close_unfulfilled",
            from_state="published",
            to_state=one.state,
            reason="It could not be paid for.",
        )
        for one in made
        if one.state in ("withdrawn", "closed")
    ]
    CommitmentMove.objects.bulk_create(moves, batch_size=CHUNK)
    return made


def _links(made: Sequence[Commitment], partners: Sequence[Partner], by: User) -> None:
    """Where, on what, on which paragraphs, with whom and with what."""
    countries = list(Place.objects.filter(kind=PlaceKind.COUNTRY).order_by("code"))
    themes, challenges = list(Theme.objects.all()), list(Challenge.objects.all())
    provisions = list(Provision.objects.filter(role=ProvisionRole.OPERATIVE).order_by("pk")[:400])
    _through(Commitment.places, "place", made, countries, 2)
    _through(Commitment.themes, "theme", made, themes, 2)
    _through(Commitment.challenges, "challenge", made, challenges, 2)
    Delivery.objects.bulk_create(
        (
            Delivery(commitment=one, provision=provision, how="By agreements in each workplace.")
            for n, one in enumerate(made)
            for provision in {_pick(provisions, n, turn) for turn in range(2)}
        ),
        batch_size=CHUNK,
    )
    parts = Part.objects.bulk_create(
        (
            Part(
                commitment=one,
                partner=partner,
                role="supporting",
                what="Lends its teachers",
                state="confirmed" if n % 5 else "asked",
            )
            for n, one in enumerate(made)
            if n % 3 == 0
            for partner in {_pick(partners, n, turn) for turn in (1, 2)} - {one.partner}
        ),
        batch_size=CHUNK,
    )
    PartMove.objects.bulk_create(
        (
            PartMove(record=one, verb="confirm", from_state="asked", to_state=one.state, by=by)
            for one in parts
            if one.state == "confirmed"
        ),
        batch_size=CHUNK,
    )
    money = list(Unit.objects.filter(kind="money").order_by("pk")[:2])
    means = []
    for n, one in enumerate(made):
        means.append(Resource(commitment=one, number=1, kind="people", words="Two organisers"))
        means += [
            Resource(
                commitment=one,
                number=2 + turn,
                kind="financial",
                amount=100_000 + n,
                unit=unit,
                year=2024 + turn,
            )
            for turn, unit in enumerate(money)
        ]
    Resource.objects.bulk_create(means, batch_size=CHUNK)


def _through(
    relation: Any, name: str, made: Sequence[Commitment], choices: Sequence[Any], each: int
) -> None:
    relation.through.objects.bulk_create(
        (
            relation.through(**{"commitment": one, name: choice})
            for n, one in enumerate(made)
            for choice in {_pick(choices, n, turn) for turn in range(each)}
        ),
        batch_size=CHUNK,
    )


def _goals(made: Sequence[Commitment], maker: User, checker: User) -> None:
    """Five goals each: where it began, what is wanted, what was reached in two years and proved."""
    unit = Unit.objects.filter(kind="count").order_by("pk").first()
    goals = Result.objects.bulk_create(
        (
            Result(framework_id=one.framework_id, title=f"Goal {number}", position=number)
            for one in made
            for number in range(1, GOALS + 1)
        ),
        batch_size=CHUNK,
    )
    indicators = Indicator.objects.bulk_create(
        (
            Indicator(
                framework_id=goal.framework_id,
                result=goal,
                number=goal.position,
                title=f"Workplaces with an agreement of kind {goal.position}",
                measure="number",
                unit=unit,
            )
            for goal in goals
        ),
        batch_size=CHUNK,
    )
    periods = Period.objects.bulk_create(
        (
            Period(
                framework_id=one.framework_id,
                starts_on=date(year, 1, 1),
                ends_on=date(year, 12, 31),
                due_on=date(year + 1, 3, 1),
                due_at=datetime(year + 1, 3, 2, tzinfo=FIRST.tzinfo),
            )
            for one in made
            for year in YEARS
        ),
        batch_size=CHUNK,
    )
    reporters = {one.framework_id: one.partner_id for one in made}
    reports = Report.objects.bulk_create(
        (
            Report(
                framework_id=period.framework_id,
                period=period,
                partner_id=reporters[period.framework_id],
                state="published",
                stage="in_progress",
                achieved="Agreements were signed.",
                published_at=period.due_at,
            )
            for period in periods
        ),
        batch_size=CHUNK,
    )
    of = {}
    for report in reports:
        of.setdefault(report.framework_id, []).append(report)
    Fact.objects.bulk_create(
        (
            Fact(
                indicator=one,
                partner_id=reporters[one.framework_id],
                role=role,
                report=report,
                period_id=report.period_id if report else None,
                unit=unit,
                value=value,
                state="published",
                published_at=FIRST,
                as_of=date(2025, 1, 1),
                source="The register of agreements",
            )
            for one in indicators
            for role, report, value in [
                ("baseline", None, 10 + one.number),
                ("target", None, 200 + one.number),
                *(("actual", each, 20 + one.number) for each in of[one.framework_id]),
            ]
        ),
        batch_size=CHUNK,
    )
    derive()
    proved = Fact.objects.filter(
        indicator__gte=indicators[0].pk, period__starts_on=date(YEARS[-1], 1, 1)
    )
    Evidence.objects.bulk_create(
        (
            Evidence(
                fact_id=pk,
                kind="link",
                title="Register of agreements",
                url="https://example.org/register",
                by=maker,
                **(
                    {
                        "checked_by": checker,
                        "checked_at": FIRST,
                        "checked_as": "secretariat",
                        "holds": True,
                    }
                    if pk % 2
                    else {}
                ),
            )
            for pk in proved.order_by("pk").values_list("pk", flat=True)
        ),
        batch_size=CHUNK,
    )
    Assessment.objects.bulk_create(
        (
            Assessment(
                reference=f"ASM-2021-{n:05d}",
                framework_id=one.framework_id,
                reviewer=checker,
                state="published",
                verifiable=True,
                potential="modest",
                completion="limited",
                words="Most workplaces were reached; the register is kept well.",
                published_at=FIRST,
            )
            for n, one in enumerate(made)
            if n % 10 == 0
        ),
        batch_size=CHUNK,
    )
