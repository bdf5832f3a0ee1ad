"""The officers' board, what a case lacks, and why it cannot move."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.formats import date_format
from django.utils.text import capfirst, get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy as in_history

from coalition.base import states
from coalition.partners.models import AccessionMove, AccessionRequest, Suggestion
from coalition.partners.states import OPEN, AccessionState
from coalition.ui.thread import Move

# Without these an organisation cannot be admitted.
NEEDED = ("organisation", "group", "scope", "contact_email")
# Steps in a case's history that leave its state as it is.
COMPLETE = "complete"
STEPS_IN_PLACE = {COMPLETE: in_history("history of a case", "facts looked through and saved")}


def board(person: Any, state: str = "") -> QuerySet[AccessionRequest]:
    """The cases for the officers' board, who waits longest first; `state` "" means open ones.

    Each case has `since`: when it came into its present state.
    """
    cases = AccessionRequest.objects.visible_to(person)
    cases = cases.filter(state=state) if state else cases.open()
    came = F("closed_at")
    if not state or state in OPEN:
        # The open ones are few; the decided ones pile up, and know their day themselves.
        moves = AccessionMove.objects.filter(record=OuterRef("pk"))
        last = moves.exclude(from_state=F("to_state")).order_by("-pk")
        came = Subquery(last.values("at")[:1])
    return (
        cases.select_related("group", "country")
        .prefetch_related("moves")
        .annotate(since=Coalesce(came, F("opened_at")))
        .order_by("since", "pk")
    )


def missing(case: AccessionRequest) -> list[str]:
    """The labels of the fields that must be filled before the organisation can be admitted."""
    return [
        str(case._meta.get_field(name).verbose_name) for name in NEEDED if not getattr(case, name)
    ]


def is_confirmed(case: AccessionRequest) -> bool:
    """Has an officer looked through the fields and saved them? Until then they are suggested."""
    return any(move.verb == COMPLETE for move in case.moves.all())


def obstacle(case: AccessionRequest, verb: str) -> str:
    """Why this verb cannot be applied to the case as it stands, or "".

    The page shows the sentence beside the greyed verb, and the action refuses with it.
    """
    if case.state not in OPEN:
        return _("A decision stands already: this case is “%(state)s” since %(date)s.") % {
            "state": case.get_state_display(),
            "date": date_format(case.closed_at) if case.closed_at else "–",
        }
    if verb == COMPLETE:
        return ""
    if sentence := states.refusal(case, verb):
        return sentence
    if verb == "ask" and not case.contact_email:
        return _("There is nobody to ask: first fill in the focal point's address.")
    if verb == "accept":
        if labels := missing(case):
            return _("Before it can be accepted, this must be filled in: %(fields)s.") % {
                "fields": get_text_list(labels, _("and"))
            }
        if not is_confirmed(case):
            return _(
                "What the message suggested has not been confirmed yet: look through the fields "
                "and save them."
            )
    return ""


def same_officer(case: AccessionRequest, person: Any) -> str:
    """Why this officer may not decide: a decision takes two, and this one recommended it; or ""."""
    last = case.moves.filter(verb="recommend").last()
    if last is None or person is None or last.by_id != person.pk:
        return ""
    return _("You recommended this decision: another officer must take it.")


def next_step(case: AccessionRequest) -> str:
    """What is next, in a sentence, and for whom."""
    if case.state in OPEN and case.state != AccessionState.INCOMPLETE:
        if not is_confirmed(case):
            return _("Look through what was suggested and save it.")
        if missing(case):
            return _("Fill in what is missing, or ask for it.")
    sentences = {
        AccessionState.RECEIVED: _("Begin vetting, or decide."),
        AccessionState.ACKNOWLEDGED: _("Begin vetting, or decide."),
        AccessionState.INCOMPLETE: _("The applicant was asked; vetting begins with the answer."),
        AccessionState.UNDER_VETTING: _("Recommend it, or decide."),
        AccessionState.RECOMMENDED: _("Decide."),
    }
    return sentences.get(AccessionState(case.state), _("Nothing: it is decided."))


def history(case: AccessionRequest) -> list[Move]:
    """What happened to the case, oldest first, in plain words."""
    told = [Move(case.opened_at, _("The case was opened."))]
    for move in case.moves.all():
        verb = AccessionRequest.VERBS.get(move.verb)
        done = capfirst(str(verb.done if verb else STEPS_IN_PLACE[move.verb]))
        by = str(move.by) if move.by else _("by itself")
        sentence = _("%(done)s (%(by)s)") % {"done": done, "by": by}
        told.append(Move(move.at, sentence, move.reason))
    return told


def suggestions_by_field(case: AccessionRequest) -> dict[str, list[Suggestion]]:
    """What was read in the message, by field, the likeliest first."""
    found: dict[str, list[Suggestion]] = defaultdict(list)
    for suggestion in case.suggestions.all():
        found[suggestion.field].append(suggestion)
    return dict(found)
