"""What the page of a commitment shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, Q
from django.utils.translation import gettext as _

from coalition.base.names import Name
from coalition.commitments import thread
from coalition.commitments.models import (
    Commitment,
    CommitmentQuerySet,
    Delivery,
    Part,
    PartMove,
)
from coalition.commitments.queries import with_names
from coalition.commitments.states import PartState
from coalition.instruments.models import ExternalRecord, SupervisoryComment
from coalition.partners.models import Priority
from coalition.results.assessments.queries import published_of
from coalition.results.disputes.queries import told_beside
from coalition.results.models import Assessment, Dispute, Evidence, Report, Stage
from coalition.results.proof import queries as proof
from coalition.results.reading import pictures
from coalition.results.reading.queries import Standing, Summary, period_name, when
from coalition.results.reading.queries import summary as summary_of
from coalition.results.reading.thread import below
from coalition.results.states import ReportState
from coalition.ui.thread import Knot, Move

MOST_PROOFS = 6  # of a page; the results' own page has all
MOST_REPORTS = 12  # of a history


def for_page(commitments: CommitmentQuerySet) -> CommitmentQuerySet:
    """With everything a commitment's own page shows, in a fixed number of queries."""
    provisions = Delivery.objects.select_related("provision__instrument", "provision__parent")
    priorities = Priority.objects.select_related("theme", "partner")
    comments = SupervisoryComment.objects.select_related("party")
    records = ExternalRecord.objects.select_related("register")
    return with_names(commitments.select_related("promised_by")).prefetch_related(
        "challenges",
        "resources__unit",
        Prefetch("priorities", priorities),
        Prefetch("deliveries", provisions),
        Prefetch("comments", comments),
        Prefetch("external_records", records),
        "moves",
    )


# --- The thread ------------------------------------------------------------------------------


def knots(
    commitment: Commitment, summary: Summary | None, parts: Sequence[Part] = ()
) -> list[Knot]:
    """The golden thread through a commitment: above it what it answers, below it what came of it:
    who joined, each result with one figure, and how much proves them. `summary` is that of its
    framework, `parts` are those that everybody sees."""
    found = [*thread.above(commitment), thread.knot(commitment, "here")]
    found += [
        Knot(
            str(_("Partner that joined")),
            Name(one.partner.name, one.partner.name_language),
            one.partner.get_absolute_url(),
            figure=one.get_role_display(),
        )
        for one in parts
    ]
    return found + below(summary)


def results_of(one: Commitment, *, reader: Any) -> dict[str, Any]:
    """Its goals with what came of them, and the thread through it."""
    found = summary_of(one.framework, reader=reader)
    return {"summary": found, "knots": knots(one, found)}


# --- How it stands ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Account:
    """What came of a public commitment, and what others say of it."""

    summary: Summary | None
    picture: str  # its first indicators against their targets; "" where none can be drawn
    told: list[Standing]  # those that no bar can show
    proofs: list[Evidence]  # the newest
    assessments: list[Assessment]  # published ones with the partner's replies, the newest first
    disputes: list[Dispute]
    reports: list[Report]


def account_of(one: Commitment, *, reader: Any) -> Account:
    """How it stands, in four queries and those of `results.reading.queries.summary`."""
    found = summary_of(one.framework, reader=reader)
    standings = found.standings if found else []
    for each in standings:
        each.indicator.framework.reporter = one.partner
    drawn = [each for each in standings if pictures.can_be_compared(each)]
    proofs = proof.of_framework(one.framework, MOST_PROOFS)
    disputes = told_beside(fact__indicator__framework=one.framework)
    for each in (*proofs, *disputes):
        each.when = when(each.fact)  # type: ignore[union-attr]
    return Account(
        summary=found,
        picture=pictures.compared(drawn),
        told=[each for each in standings if each not in drawn],
        proofs=proofs,
        assessments=list(published_of(one.framework).select_related("reviewer")),
        disputes=disputes,
        reports=reports_of(one),
    )


def reports_of(one: Commitment) -> list[Report]:
    """Its published reports, the newest first."""
    found = Report.objects.filter(framework=one.framework_id, state=ReportState.PUBLISHED)
    reports = list(found.select_related("period").order_by("-published_at", "-pk")[:MOST_REPORTS])
    for each in reports:
        each.framework = one.framework
    return reports


# --- Its history -----------------------------------------------------------------------------

# Steps of a commitment that are everybody's to know.
PUBLIC_STEPS = (
    *("publish", "claim_completion", "refuse_completion", "close", "close_unfulfilled"),
    *("mark_inactive", "resume", "withdraw"),
)


def history(commitment: Commitment, *, all_steps: bool = False) -> list[Move]:
    """What became of it, in plain words; the public sees only from publication on."""
    verbs = Commitment.VERBS
    return [
        Move(move.at, str(verbs[move.verb].done).capitalize(), move.reason)
        for move in commitment.moves.all()
        if all_steps or move.verb in PUBLIC_STEPS
    ]


def story(one: Commitment, account: Account) -> list[Move]:
    """All that happened to a public commitment since it was published: its own steps, what was
    amended and why, who joined and left, reports and reviews; the first first. Two queries."""
    told = [*history(one), *_of_parts(one)]
    told += [
        Move(
            each.at,
            _("Amended; its words since then are edition %(number)d") % {"number": each.number},
            each.why,
        )
        for each in one.editions.filter(number__gt=1).defer("words")
    ]
    for report in account.reports:
        words = _("Reported on %(period)s") % {"period": period_name(report.period)}
        if report.stage:
            words = f"{words}: {Stage(report.stage).label}"
        told.append(Move(report.published_at, words))  # type: ignore[arg-type]
    told += [
        Move(each.published_at, _("A reviewer looked into it"))  # type: ignore[arg-type]
        for each in account.assessments
    ]
    return sorted(told, key=lambda move: move.date)


def _of_parts(one: Commitment) -> list[Move]:
    """Who joined and left since it is public; of a part nobody confirmed nothing is told."""
    words = {
        "confirm": _("%(partner)s joined it"),
        "leave": _("%(partner)s left it"),
        "remove": _("%(partner)s is no longer part of it"),
        "ask": _("%(partner)s was asked to confirm its part again"),
        "take_lead": _("%(partner)s leads it from then on"),
        "hand_over": _("%(partner)s led it until then, and goes on with a part"),
        "end": _("%(partner)s left the coalition, and so its part ended"),
    }
    steps = PartMove.objects.filter(record__commitment=one, at__gt=one.published_at).filter(
        Q(verb__in=["confirm", "hand_over"]) | Q(verb__in=words, from_state=PartState.CONFIRMED)
    )
    return [
        Move(step.at, words[step.verb] % {"partner": step.record.partner})
        for step in steps.select_related("record__partner")
    ]
