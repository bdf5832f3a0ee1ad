"""What waits in a consultation, for officers: how many, since when, and where it is done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, Min, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coalition.consultations.models import Conclusion, Consultation, Panel, Translation
from coalition.consultations.planning.queries import PhaseRow, lacks, phase_rows
from coalition.consultations.queries import state_at
from coalition.consultations.states import AHEAD, PhaseKind, State, StatementState
from coalition.consultations.turnout.queries import (
    Turnout,
    is_over,
    missing,
    silent_groups,
)

# The state is told beside each: what is late stands out by its word too.
DUE, CALM = "due", "calm"


@dataclass(frozen=True)
class Task:
    """Something that waits: in a sentence, since which day where it is known, and where to go."""

    words: str
    url: str
    since: date | None = None
    tone: str = DUE


def deadlines(consultation: Consultation) -> list[PhaseRow]:
    """Its phases and how each stands. At most one query."""
    return phase_rows(consultation)


def tasks(consultation: Consultation, found: Turnout, now: datetime | None = None) -> list[Task]:
    """All that waits now, what holds up others first. At most 12 queries, whatever waits."""
    now = now or timezone.now()
    if consultation.state == State.CALLED_OFF:
        return []
    return [
        *_before_announcement(consultation),
        *_to_read(consultation),
        *_papers(consultation),
        *_panel(consultation, now),
        *_ballot(consultation),
        *_afterwards(consultation, now),
        *_translations(consultation),
        *_silence(consultation, found, now),
    ]


def _before_announcement(one: Consultation) -> Iterator[Task]:
    if one.state == State.DRAFT:
        for sentence in lacks(one):
            yield Task(sentence, _at("plan", one))


def _to_read(one: Consultation) -> Iterator[Task]:
    waits = {"count": Count("pk"), "since": Min("made_at")}
    statements = one.statements.filter(state=StatementState.WAITING).aggregate(**waits)
    remarks = one.remarks.filter(state=StatementState.WAITING).aggregate(**waits)
    if count := statements["count"]:
        words = ngettext("%d statement waits to be read.", "%d statements wait to be read.", count)
        url = f"{_at('statements', one)}?state={StatementState.WAITING}"
        yield Task(words % count, url, statements["since"].date())
    if count := remarks["count"]:
        words = ngettext(
            "%d remark on the text waits to be read.",
            "%d remarks on the text wait to be read.",
            count,
        )
        url = f"{_at('remarks_desk', one)}?state={StatementState.WAITING}"
        yield Task(words % count, url, remarks["since"].date())


def _papers(one: Consultation) -> Iterator[Task]:
    found = one.paper_files.aggregate(count=Count("pk"), since=Min("at"))
    if count := found["count"]:
        words = ngettext(
            "%d file of answers on paper was looked at and not taken in.",
            "%d files of answers on paper were looked at and not taken in.",
            count,
        )
        yield Task(words % count, _at("papers", one), found["since"].date())


def _panel(one: Consultation, now: datetime) -> Iterator[Task]:
    phase = _phase(one, PhaseKind.PANEL)
    if phase is None:
        return
    panel = Panel.objects.filter(consultation=one).defer("pool", "secret").first()
    url = _at("prepare_panel", one)
    if panel is None:
        yield Task(_("Say how many seats the panel has, and by which features it is drawn."), url)
    elif panel.published_at is None and phase.closes_at <= now:
        words = _("Publish the pool from which the panel is drawn.")
        yield Task(words, url, phase.closes_at.date())
    elif panel.drawn_at is None and panel.seed_at is not None and panel.seed_at <= now:
        yield Task(_("The seed is known: draw the panel."), url, panel.seed_at.date())


def _ballot(one: Consultation) -> Iterator[Task]:
    phase = _phase(one, PhaseKind.PRIORITISE)
    if phase is None or phase.budget is None or one.state not in (State.DRAFT, *AHEAD):
        return
    chosen = one.statements.shown().filter(is_on_ballot=True)
    found = chosen.aggregate(count=Count("pk"), without=Count("pk", filter=Q(cost=None)))
    if not found["count"]:
        words = _("Say which proposals stand on the ballot, and what each costs.")
        yield Task(words, _at("ballot", one))
    elif count := found["without"]:
        words = ngettext(
            "%d proposal on the ballot has no cost yet.",
            "%d proposals on the ballot have no cost yet.",
            count,
        )
        yield Task(words % count, _at("ballot", one))


def _afterwards(one: Consultation, now: datetime) -> Iterator[Task]:
    """Answers, conclusion, feedback: one after the other."""
    state = state_at(one, one.phases.all(), now)
    if state == State.SYNTHESIS:
        yield from _answers(one)
    elif state == State.RESPONDED:
        is_written = Conclusion.objects.filter(consultation=one).exists()
        yield Task(
            _("Publish what was decided.") if is_written else _("Write down what was decided."),
            _at("conclude", one),
        )
    elif state == State.DECIDED:
        yield Task(_("Tell everybody who took part what became of it."), _at("conclude", one))


def _answers(one: Consultation) -> Iterator[Task]:
    """The answers to proposals: those that are missing, those of which a part is, or all there."""
    url, since = _at("answers", one), _ended_on(one)
    unfinished = one.statements.eligible().with_wholeness(one.languages).filter(is_whole=False)
    found = unfinished.aggregate(
        missing=Count("pk", filter=Q(response=None)),
        begun=Count("pk", filter=Q(response__isnull=False)),
    )
    if count := found["missing"]:
        words = ngettext(
            "%d proposal has no answer yet.", "%d proposals have no answer yet.", count
        )
        yield Task(words % count, url, since)
    if count := found["begun"]:
        words = ngettext(
            "%d answer to a proposal is begun and not finished.",
            "%d answers to proposals are begun and not finished.",
            count,
        )
        yield Task(words % count, f"{url}?outcome=missing", since)
    if not any(found.values()):
        yield Task(_("Every proposal has its answer: publish them."), url)


def _translations(one: Consultation) -> Iterator[Task]:
    others = len(one.languages) - 1
    if not others:
        return
    shown = one.statements.shown().filter(language__in=one.languages)
    fresh = Translation.objects.filter(
        statement__in=shown, language__in=one.languages, of_text=F("statement__text")
    ).exclude(language=F("statement__language"))
    if (count := others * shown.count() - fresh.count()) > 0:
        words = ngettext(
            "%d translation of a statement is missing, or not fresh any more.",
            "%d translations of statements are missing, or not fresh any more.",
            count,
        )
        yield Task(words % count, _at("statements", one), tone=CALM)


def _silence(one: Consultation, found: Turnout, now: datetime) -> Iterator[Task]:
    """Who could still answer and has not."""
    if not one.for_partners or is_over(one, now) or one.state not in AHEAD:
        return
    url = _at("missing", one)
    if count := missing(one, {"stands": "begun"}).count():
        words = ngettext(
            "%d organisation has an answer that waits for its signatory.",
            "%d organisations have answers that wait for their signatories.",
            count,
        )
        yield Task(words % count, f"{url}?stands=begun", tone=CALM)
    by_group = [table for table in found.by if table.code == "group"]
    silent = [row for table in by_group for row in silent_groups(table)]
    if silent:
        words = ngettext(
            "Nobody has answered yet from this group: %s. Invite it.",
            "Nobody has answered yet from these groups: %s. Invite them.",
            len(silent),
        )
        named = str(_(", ")).join(row.label for row in silent)
        yield Task(words % named, f"{url}?stands=silent_group", tone=CALM)


def _phase(one: Consultation, kind: str) -> Any:
    return next((phase for phase in one.phases.all() if phase.kind == kind), None)


def _ended_on(one: Consultation) -> date | None:
    ends = [phase.closes_at for phase in one.phases.all() if phase.is_taking_part]
    return max(ends).date() if ends else None


def _at(name: str, one: Consultation) -> str:
    return reverse(f"consultations:{name}", args=[one.reference])
