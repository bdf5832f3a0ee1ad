"""The verbs of a promise's life as pages offer them: what each does, and what it still takes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coalition.base import states, zones
from coalition.commitments.models import Commitment
from coalition.commitments.writing.quality import missing
from coalition.results.models import Light
from coalition.results.proof.queries import proves_completion
from coalition.results.states import ReportState
from coalition.ui.verbs import Offer

# --- What a verb takes -------------------------------------------------------------------------


def lacks(commitment: Commitment, verb: str) -> list[str]:
    """What stands in the way of a verb that the state allows, in sentences; empty where nothing
    does."""
    ask = TAKES.get(verb)
    return ask(commitment) if ask else []


def _to_be_sent(commitment: Commitment) -> list[str]:
    if found := missing(commitment):
        words = ", ".join(str(one) for one in found)
        return [_("Before it can be sent, please add: %s.") % words]
    return []


def _to_be_public(commitment: Commitment) -> list[str]:
    if found := missing(commitment):
        words = ", ".join(str(one) for one in found)
        return [_("Before it can be published, it needs: %s.") % words]
    return []


def _to_be_fulfilled(commitment: Commitment) -> list[str]:
    """The last published report says so, and every last figure has a proof that was checked."""
    found = []
    if commitment.framework.completed_at is None:
        found.append(_("The last published report does not say that it is fulfilled."))
    return found + proves_completion(commitment.framework)


def _to_be_given_up(commitment: Commitment) -> list[str]:
    """Its end has passed, and either a report on its last period says that it is not fulfilled, or
    none will come: it is silent, or none was ever due."""
    framework = commitment.framework
    today = zones.today_in(framework.zone, timezone.now())
    if commitment.ends_on and commitment.ends_on >= today:
        return [
            _("It runs until %s. Until then it can still be kept.")
            % date_format(commitment.ends_on)
        ]
    if framework.completed_at is not None:
        return [_("The last published report says that it is fulfilled.")]
    if framework.light == Light.SILENT or not framework.every or framework.ended_at:
        return []
    last = framework.periods.order_by("starts_on").last()
    if last is not None and last.reports.filter(state=ReportState.PUBLISHED).exists():
        return []
    return [_("Nobody has reported on its last period yet, and a report can still come.")]


def _to_be_inactive(commitment: Commitment) -> list[str]:
    if commitment.framework.light == Light.SILENT:
        return []
    return [_("Its reports are not silent: only a promise of which nothing is heard is inactive.")]


def _to_be_resumed(commitment: Commitment) -> list[str]:
    if commitment.framework.light != Light.SILENT:
        return []
    return [_("Its reports are silent still. Send a report first: that ends the silence.")]


TAKES: Mapping[str, Callable[[Commitment], list[str]]] = {
    "submit": _to_be_sent,
    "approve": _to_be_public,
    "publish": _to_be_public,
    "claim_completion": _to_be_fulfilled,
    "close": _to_be_fulfilled,
    "close_unfulfilled": _to_be_given_up,
    "mark_inactive": _to_be_inactive,
    "resume": _to_be_resumed,
}


# --- As a page offers it -----------------------------------------------------------------------


# verb: words on its button, what it does, whether it weighs; in the order of a page.
WORDS: Mapping[str, tuple[str | Promise, str | Promise, bool]] = {
    "approve": (
        gettext_lazy("Approve and publish"),
        gettext_lazy("Everybody sees it at once, or from the day that you choose."),
        False,
    ),
    "publish": (
        gettext_lazy("Publish it now"),
        gettext_lazy("Without waiting for its day."),
        False,
    ),
    "close": (
        gettext_lazy("Find it completed, and close it"),
        gettext_lazy("Everybody reads that it is fulfilled. No report is due any more."),
        False,
    ),
    "claim_completion": (
        gettext_lazy("Say that it is completed"),
        gettext_lazy("The secretariat looks at the proof, and closes it or says what is missing."),
        False,
    ),
    "resume": (
        gettext_lazy("Take it up again"),
        gettext_lazy("Everybody reads the reason."),
        False,
    ),
    "request_change": (
        gettext_lazy("Send it back"),
        gettext_lazy("The organisation reads the reason, changes it and sends it again."),
        False,
    ),
    "refuse_completion": (
        gettext_lazy("Not completed yet"),
        gettext_lazy("It goes on as before. Everybody reads the reason."),
        False,
    ),
    "mark_inactive": (
        gettext_lazy("Mark it as inactive"),
        gettext_lazy(
            "Everybody reads the reason. Its reports stay due, and one can bring it back."
        ),
        True,
    ),
    "close_unfulfilled": (
        gettext_lazy("Close it as not fulfilled"),
        gettext_lazy("Everybody reads the reason. No report is due any more."),
        True,
    ),
    "withdraw": (
        gettext_lazy("Withdraw this commitment"),
        gettext_lazy("Everyone can read it. The page stays, with the day and this reason."),
        True,
    ),
}
OF_PARTNER = ("claim_completion", "resume", "withdraw")
OF_SECRETARIAT = tuple(verb for verb in WORDS if verb not in ("claim_completion", "withdraw"))


def possible(commitment: Commitment, verbs: Iterable[str], *, closely: bool = True) -> list[Offer]:
    """Those of the verbs that the state allows, in the order of a page. `closely` asks of each
    what it lacks, which costs queries; without it the verb's own refusal tells."""
    wanted = set(verbs)
    return [
        Offer(
            *(verb, words, help, is_grave),
            url=reverse(f"commitments:{verb}", args=[commitment.reference]),
            lacks=lacks(commitment, verb) if closely else [],
        )
        for verb, (words, help, is_grave) in WORDS.items()
        if verb in wanted and not states.refusal(commitment, verb)
    ]


def allowed(commitment: Commitment, verbs: Iterable[str], person: Any) -> list[Offer]:
    """Those that this person may use; of a visitor nothing is asked."""
    if not person.is_authenticated:
        return []
    fitting = [verb for verb in verbs if not states.refusal(commitment, verb)]
    return possible(
        commitment, [verb for verb in fitting if person.has_perm(f"commitments.{verb}", commitment)]
    )
