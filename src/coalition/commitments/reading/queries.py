"""What the page of a commitment shows."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coalition.base.names import Name
from coalition.commitments import thread
from coalition.commitments.models import Commitment, CommitmentQuerySet, Delivery
from coalition.commitments.queries import with_names
from coalition.instruments.models import (
    SupervisoryComment,
)
from coalition.partners.models import Priority
from coalition.results.reading.queries import Summary
from coalition.results.reading.queries import summary as summary_of
from coalition.ui.thread import Knot, Move


def for_page(commitments: CommitmentQuerySet) -> CommitmentQuerySet:
    """With everything a commitment's own page shows, in a fixed number of queries."""
    provisions = Delivery.objects.select_related("provision__instrument", "provision__parent")
    priorities = Priority.objects.select_related("theme", "partner")
    comments = SupervisoryComment.objects.select_related("party")
    return with_names(commitments.select_related("promised_by")).prefetch_related(
        "challenges",
        "resources__unit",
        Prefetch("priorities", priorities),
        Prefetch("deliveries", provisions),
        Prefetch("comments", comments),
        "moves",
    )


def knots(commitment: Commitment, summary: Summary | None) -> list[Knot]:
    """The golden thread through a commitment: above it what it answers, below it what came of it:
    each result with one figure, and how much proves them. `summary` is that of its framework."""
    found = [*thread.above(commitment), thread.knot(commitment, "here")]
    if summary is None:
        return found
    language = summary.framework.language
    found += [
        Knot(
            str(each.indicator.result.get_level_display()),
            Name(each.indicator.title, language),
            each.get_absolute_url(),
            figure=each.sentence,
        )
        for each in summary.standings
    ]
    if summary.evidence:
        words = ngettext(
            "%(count)d piece of evidence", "%(count)d pieces of evidence", summary.evidence
        )
        found.append(
            Knot(
                str(_("Evidence")),
                words % {"count": summary.evidence},
                summary.framework.get_absolute_url(),
            )
        )
    return found


def results_of(one: Commitment, *, reader: Any) -> dict[str, Any]:
    """Its goals with what came of them, and the thread through it."""
    found = summary_of(one.framework, reader=reader)
    return {"summary": found, "knots": knots(one, found)}


def history(commitment: Commitment, *, all_steps: bool = False) -> list[Move]:
    """What happened to it, in plain words; the public sees only from publication on."""
    verbs = Commitment.VERBS
    return [
        Move(move.at, str(verbs[move.verb].done).capitalize(), move.reason)
        for move in commitment.moves.all()
        if all_steps or move.verb in ("publish", "withdraw")
    ]
