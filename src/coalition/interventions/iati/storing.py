"""Activities of a file become interventions, many at a time: in few statements, whatever their
number. Everything that is told of one is kept or nothing of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils import timezone

from coalition.analysis.iati.activities import Activity
from coalition.analysis.iati.writing import fragment
from coalition.base import audit
from coalition.base.numbers import next_references
from coalition.interventions.iati import composing, measuring
from coalition.interventions.iati.fields import (
    LEVELS,
    ROLES,
    STATES,
    STEPS,
    columns,
    language_of,
    words_of,
)
from coalition.interventions.iati.matching import Match, Organisation, organisation_of
from coalition.interventions.iati.soundness import whole_of
from coalition.interventions.models import (
    Budget,
    Intervention,
    InterventionMove,
    Kind,
    Origin,
    Outsider,
    Payment,
    Role,
    RoleMove,
)
from coalition.interventions.states import ENDED, State
from coalition.partners.asking import PartState
from coalition.partners.models import Partner
from coalition.places.models import Level, Place
from coalition.results.models import Framework, Unit

BATCH = 500


@dataclass(frozen=True)
class Incoming:
    """An activity that is to be taken in, and the partner that leads it."""

    activity: Activity
    lead: Partner


@dataclass
class Ground:
    """What everything that is taken in refers to, read once."""

    address: str
    version: str
    matches: Mapping[Organisation, Match]
    by: Any
    units: dict[str, Unit] = field(default_factory=lambda: {u.code: u for u in Unit.objects.all()})
    levels: dict[str, Level] = field(
        default_factory=lambda: {each.code: each for each in Level.objects.all()}
    )
    by_iso2: dict[str, Place] = field(
        default_factory=lambda: {p.iso2: p for p in Place.objects.countries() if p.iso2}
    )
    places: dict[str, Place] = field(
        default_factory=lambda: {p.code: p for p in Place.objects.all()}
    )
    by_m49: dict[str, Place] = field(
        default_factory=lambda: {p.m49: p for p in Place.objects.all()}
    )

    def partner(self, who: Organisation) -> Partner | None:
        found = self.matches.get(who)
        return found.partner if found else None

    @property
    def source(self) -> dict[str, str]:
        is_address = self.address.startswith("https://")
        return {
            "source": f"IATI: {self.address}"[:300],
            "source_url": self.address[:500] if is_address else "",
        }


def store(incoming: Sequence[Incoming], ground: Ground) -> list[Intervention]:
    """Make an intervention of each, in the caller's transaction: asked for by roles, with money,
    results and figures, and what the file tells besides. Who leads it is asked like all others.
    The caller tells that they changed, once all that belongs together is there."""
    made = _interventions(incoming, ground)
    _steps(made, ground)
    _lists(made, incoming, ground)
    _roles(made, incoming, ground)
    _money(made, incoming, ground)
    measuring.store(
        [(one, each.activity) for one, each in zip(made, incoming, strict=True)], ground
    )
    _origins(made, incoming, ground)
    with audit.together():
        for one in made:
            audit.record("interventions.take_in", one, by=ground.by, refs=[one.partner])
    return made


def _interventions(incoming: Sequence[Incoming], ground: Ground) -> list[Intervention]:
    now = timezone.now()
    count = len(incoming)
    pairs = zip(next_references("RES", count), incoming, strict=True)
    states = [STATES.get(each.activity.status, State.PIPELINE) for each in incoming]
    frameworks = Framework.objects.bulk_create(
        (
            Framework(
                reference=reference,
                owner_kind="intervention",
                reporter=each.lead,
                language=language_of(each.activity),
                is_public=state not in (State.PIPELINE, State.CANCELLED),
                is_handed_in=True,
                every=None,  # nothing is due here: others report, and we read
                ended_at=now if state in (*ENDED, State.SUSPENDED) else None,
                is_example=each.lead.is_example,
            )
            for (reference, each), state in zip(pairs, states, strict=True)
        ),
        batch_size=BATCH,
    )
    references = next_references("INT", count)
    rows = zip(incoming, frameworks, references, states, strict=True)
    return Intervention.objects.bulk_create(
        (
            Intervention(
                reference=reference,
                state=state,
                partner=each.lead,
                framework=framework,
                level=ground.levels.get(LEVELS.get(each.activity.scope, "national")),
                published_at=now,
                closed_at=now if state in ENDED else None,
                is_example=each.lead.is_example,
                **columns(each.activity, settings.UN_LANGUAGES),
                **ground.source,
            )
            for each, framework, reference, state in rows
        ),
        batch_size=BATCH,
    )


def _steps(made: Sequence[Intervention], ground: Ground) -> None:
    """How each came to stand as it does: by which steps, and from where that is known."""
    moves = []
    for one in made:
        before = State.DRAFT.value
        for verb in STEPS[State(one.state)]:
            target = str(Intervention.VERBS[verb].target)
            moves.append(
                InterventionMove(
                    record=one,
                    verb=verb,
                    from_state=before,
                    to_state=target,
                    by=ground.by,
                    reason=ground.source["source"],
                )
            )
            before = target
    InterventionMove.objects.bulk_create(moves, batch_size=BATCH)


def _lists(made: Sequence[Intervention], incoming: Sequence[Incoming], ground: Ground) -> None:
    through = Intervention.places.through
    rows = []
    for one, each in zip(made, incoming, strict=True):
        found = [ground.by_iso2.get(place.code.upper()) for place in each.activity.countries]
        found += [
            ground.by_m49.get(region.code)
            for region in each.activity.regions
            if region.vocabulary == composing.M49
        ]
        keys = {place.pk for place in found if place is not None}
        rows += [through(intervention=one, place_id=pk) for pk in sorted(keys)]
    through.objects.bulk_create(rows, batch_size=BATCH)


# --- Who takes part --------------------------------------------------------------------------


def _roles(made: Sequence[Intervention], incoming: Sequence[Incoming], ground: Ground) -> None:
    """Partners are asked for the roles in which the file names them, and public in none before
    they confirm it; who is no partner is named as the file names it."""
    roles: dict[tuple[int, int, str], Role] = {}
    outsiders = []
    for one, each in zip(made, incoming, strict=True):
        lead = (one.pk, each.lead.pk, Kind.LEAD.value)
        roles[lead] = Role(intervention=one, partner=each.lead, kind=Kind.LEAD)
        for part in each.activity.participants:
            kind = ROLES.get(part.role, Kind.EXTENDING)
            who = organisation_of(part.ref, part.narratives, each.activity.language, part.type)
            partner = ground.partner(who)
            if partner is None:
                outsiders.append(
                    Outsider(
                        intervention=one,
                        kind=Kind.LEAD if kind == Kind.CO_LEAD else kind,
                        name=who.name or who.identifier,
                        language=who.language[:8],
                        identifier=who.identifier,
                        iati_type=who.iati_type,
                    )
                )
            elif not (kind == Kind.CO_LEAD and partner == each.lead):
                key = (one.pk, partner.pk, kind.value)
                roles[key] = Role(intervention=one, partner=partner, kind=kind)
    kept = Role.objects.bulk_create(roles.values(), batch_size=BATCH)
    asked = {"verb": "ask", "from_state": "", "to_state": PartState.ASKED, "by": ground.by}
    RoleMove.objects.bulk_create((RoleMove(record=one, **asked) for one in kept), batch_size=BATCH)
    Outsider.objects.bulk_create(outsiders, batch_size=BATCH)


# --- Money -----------------------------------------------------------------------------------


def _money(made: Sequence[Intervention], incoming: Sequence[Incoming], ground: Ground) -> None:
    budgets: list[Budget] = []
    payments: list[Payment] = []
    for one, each in zip(made, incoming, strict=True):
        budgets += budgets_of(one, each.activity, ground)
        payments += payments_of(one, each.activity, ground)
    Budget.objects.bulk_create(budgets, batch_size=BATCH)
    Payment.objects.bulk_create(payments, batch_size=BATCH)


def budgets_of(one: Intervention, activity: Activity, ground: Ground) -> Iterable[Budget]:
    for number, each in enumerate(activity.budgets, 1):
        start, end = each.period_start, each.period_end
        if start is None or end is None:
            continue
        yield Budget(
            intervention=one,
            number=number,
            starts_on=start,
            ends_on=end,
            status=each.status if each.status in ("1", "2") else "1",
            is_revised=each.type == "2",
            **_amount(each.value, activity, ground, start),
        )


def payments_of(one: Intervention, activity: Activity, ground: Ground) -> Iterable[Payment]:
    for number, each in enumerate(activity.transactions, 1):
        if each.day is None:
            continue
        words, _others = words_of(each.description, language_of(activity), 300)
        giver, giver_name = _side(each.provider, activity, ground)
        receiver, receiver_name = _side(each.receiver, activity, ground)
        yield Payment(
            intervention=one,
            number=number,
            kind=each.type,
            paid_on=each.day,
            words=words,
            partner=giver,
            giver_name=giver_name,
            receiver=receiver,
            receiver_name=receiver_name,
            **_amount(each.value, activity, ground, each.day),
        )


def _amount(value: Any, activity: Activity, ground: Ground, day: Any) -> dict[str, Any]:
    unit = ground.units[(value.currency or activity.currency).strip().lower()]
    return {
        "amount": whole_of(value.amount, unit.decimals),
        "unit": unit,
        "value_on": value.value_date or day,
        "source": ground.source["source"],
        "by": ground.by,
    }


def _side(side: Any, activity: Activity, ground: Ground) -> tuple[Partner | None, str]:
    if side is None:
        return None, ""
    who = organisation_of(side.ref, side.narratives, activity.language, side.type)
    partner = ground.partner(who)
    return (partner, "") if partner else (None, who.name or who.identifier)


# --- Where it comes from ---------------------------------------------------------------------


def _origins(made: Sequence[Intervention], incoming: Sequence[Incoming], ground: Ground) -> None:
    """The file's own words. What is held of them is noted when the element is published."""
    rows = []
    for one, each in zip(made, incoming, strict=True):
        came = fragment(each.activity)
        publisher, name = _publisher(each.activity)
        rows.append(
            Origin(
                intervention=one,
                identifier=each.activity.identifier.strip(),
                publisher=publisher,
                publisher_name=name,
                address=ground.address[:500],
                version=ground.version,
                digest=hashlib.sha256(came).hexdigest(),
                came=came.decode(),
                held="",
            )
        )
    Origin.objects.bulk_create(rows, batch_size=BATCH)


def digest_of(activity: Activity) -> str:
    return hashlib.sha256(fragment(activity)).hexdigest()


def _publisher(activity: Activity) -> tuple[str, str]:
    reporter = activity.reporter
    if reporter is None:
        return "", ""
    name = reporter.narratives[0].text if reporter.narratives else ""
    return reporter.ref.strip()[:200], " ".join(name.split())[:300]
