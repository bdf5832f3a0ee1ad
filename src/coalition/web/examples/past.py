"""What happened in the Example coalition long ago: made today, then moved to its days."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from django.db.models import DateTimeField, F, QuerySet
from django.utils import timezone

from coalition.base.changes import record_changed
from coalition.consultations.models import (
    Conclusion,
    Consultation,
    Credit,
    Participant,
    Phase,
    Response,
    Statement,
    StatementMove,
    Summary,
)
from coalition.interventions.models import Intervention, InterventionMove, Role, RoleMove
from coalition.results import actions as results
from coalition.results.models import Fact, Framework

# How many days before the first day of an intervention its steps were taken; and after its last.
BEFORE = {"announce": -60, "kick_off": 0, "carry_out": 20, "suspend": 60}
AFTER = {"finalise": 1, "report": 50, "close": 80}
ASKED, ANSWERED = -100, -80


def move_consultation_back(one: Consultation, back: timedelta) -> None:
    """All of it, from its announcement to the decision, so long ago."""
    within = {"consultation": one}
    proposed = {"statement__consultation": one}
    rows: tuple[QuerySet, ...] = (
        Consultation.objects.filter(pk=one.pk),
        one.moves.all(),
        Phase.objects.filter(**within),
        Statement.objects.filter(**within),
        StatementMove.objects.filter(record__consultation=one),
        Credit.objects.filter(**proposed),
        Participant.objects.filter(**within),
        Response.objects.filter(**proposed),
        Summary.objects.filter(**within),
        Conclusion.objects.filter(**within),
    )
    for found in rows:
        moments = [each for each in found.model._meta.fields if isinstance(each, DateTimeField)]
        found.update(**{each.name: F(each.name) - back for each in moments})
    decided = Conclusion.objects.get(**within)
    decided.decided_on -= back
    decided.save(update_fields=["decided_on"])
    record_changed(Consultation.objects.get(pk=one.pk))


def move_back(one: Intervention) -> None:
    """It was asked about, announced and kicked off around its first day; deadlines count from
    then."""
    steps = {verb: _nine(one.starts_on, days) for verb, days in BEFORE.items()}
    for verb, at in steps.items():
        InterventionMove.objects.filter(record=one, verb=verb).update(at=at)
    moves = RoleMove.objects.filter(record__intervention=one)
    moves.filter(verb="ask").update(at=_nine(one.starts_on, ASKED))
    moves.exclude(verb="ask").update(at=_nine(one.starts_on, ANSWERED))
    Role.objects.filter(intervention=one).update(asked_at=_nine(one.starts_on, ASKED))
    announced = steps["announce"]
    Intervention.objects.filter(pk=one.pk).update(
        published_at=announced, changed_at=announced, began_on=one.starts_on
    )
    facts = Fact.objects.filter(indicator__framework=one.framework_id)
    facts.update(published_at=announced, changed_at=announced)
    framework = Framework.objects.filter(pk=one.framework_id)
    framework.update(light_since=None)
    framework.exclude(ended_at=None).update(ended_at=steps["suspend"])
    results.lay_periods(framework.get())
    results.refresh_lights([framework.get()])


def move_end_back(one: Intervention) -> None:
    """It was completed on its last day, and found to be so when the last report was public."""
    for verb in ("finalise", "close"):
        at = _nine(one.ends_on, AFTER[verb])
        InterventionMove.objects.filter(record=one, verb=verb).update(at=at)
    closed = _nine(one.ends_on, AFTER["close"])
    Intervention.objects.filter(pk=one.pk).update(ended_on=one.ends_on, closed_at=closed)
    Framework.objects.filter(pk=one.framework_id).update(
        ended_at=closed, completed_at=_nine(one.ends_on, AFTER["report"])
    )


def _nine(day: date, days: int) -> datetime:
    """Nine o’clock so many days from then, but never after now."""
    return min(datetime.combine(day + timedelta(days=days), time(9), UTC), timezone.now())
