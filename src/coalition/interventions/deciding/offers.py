"""The verbs of an intervention's life as pages offer them: what each does, what it still takes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coalition.base import states
from coalition.interventions.models import Intervention, Kind
from coalition.interventions.states import State
from coalition.partners.asking import PartState
from coalition.results.frameworks.queries import missing, missing_of
from coalition.results.proof.queries import proves_completion
from coalition.ui.verbs import Offer

# --- What a verb takes -------------------------------------------------------------------------


def lacks(intervention: Intervention, verb: str) -> list[str]:
    """What stands in the way of a verb that the state allows, in sentences; empty where nothing
    does."""
    ask = TAKES.get(verb)
    return ask(intervention) if ask else []


def _to_be_announced(one: Intervention) -> list[str]:
    """A lead that confirmed, words, a level, something it answers, and where it was decided."""
    wants = {
        _("a partner that confirmed to lead it"): not is_led(one),
        _("what it is about"): not one.about.strip(),
        _("its level"): one.level_id is None,
        _("a theme or a challenge"): not (one.themes.all() or one.challenges.all()),
        _("the decision it comes from, or another source"): not (
            one.conclusion_id or one.source.strip()
        ),
    }
    if found := [words for words, is_wanting in wants.items() if is_wanting]:
        return [_("Before it can be announced, please add: %s.") % ", ".join(found)]
    return []


def _to_be_kicked_off(one: Intervention) -> list[str]:
    """Its days, and a results framework that can be measured: from now on it is promised."""
    return _lacks_of_kick_off(one, missing(one.framework))


def _lacks_of_kick_off(one: Intervention, goals: Sequence[str]) -> list[str]:
    found = list(goals)
    if one.starts_on is None or one.ends_on is None:
        found.insert(0, _("the days on which it starts and ends"))
    if not is_led(one):
        found.insert(0, _("a partner that confirmed to lead it"))
    if found:
        return [_("Before the kick-off, please add: %s.") % ", ".join(found)]
    return []


def _to_be_closed(one: Intervention) -> list[str]:
    """The last published report says that it is completed, and every last figure has a proof that
    was checked by a second person."""
    return _says_completed(one) + proves_completion(one.framework)


def _says_completed(one: Intervention) -> list[str]:
    if one.framework.completed_at is not None:
        return []
    return [_("The last published report does not say that it is completed.")]


def _to_be_resumed(one: Intervention) -> list[str]:
    if is_led(one):
        return []
    return [_("No partner leads it. Ask one to lead first.")]


def is_led(one: Intervention) -> bool:
    """Did a partner confirm to lead it? Reads `roles`, which may be prefetched."""
    return any(
        role.kind == Kind.LEAD and role.state == PartState.CONFIRMED for role in one.roles.all()
    )


TAKES: Mapping[str, Callable[[Intervention], list[str]]] = {
    "announce": _to_be_announced,
    "kick_off": _to_be_kicked_off,
    "close": _to_be_closed,
    "resume": _to_be_resumed,
}


def lacks_in_lists(interventions: Sequence[Intervention]) -> dict[int, list[str]]:
    """What each lacks for its next stage, by its id, in five queries for however many. Proofs of
    the last figures are looked into where one of them shall be closed, not here."""
    prefetch_related_objects(interventions, "roles", "themes", "challenges")
    planned = [one.framework for one in interventions if one.state == State.PIPELINE]
    goals = missing_of(planned)
    found: dict[int, list[str]] = {}
    for one in interventions:
        if one.state == State.PIPELINE:
            found[one.pk] = _lacks_of_kick_off(one, goals[one.framework_id])
        elif one.state == State.FINALISATION:
            found[one.pk] = _says_completed(one)
        else:
            found[one.pk] = lacks(one, NEXT.get(State(one.state), ""))
    return found


# The verb that leads to the next stage.
NEXT = {
    State.DRAFT: "announce",
    State.PIPELINE: "kick_off",
    State.KICK_OFF: "carry_out",
    State.IMPLEMENTATION: "finalise",
    State.FINALISATION: "close",
    State.SUSPENDED: "resume",
}

# Whose turn it is, for those who wait for somebody else to begin the next stage.
READY: Mapping[str, str | Promise] = {
    "announce": gettext_lazy("Nothing is missing: the secretariat can announce it now."),
    "kick_off": gettext_lazy(
        "Nothing is missing: whoever signs for the partner that leads can kick it off now."
    ),
    "close": gettext_lazy("Nothing is missing: the secretariat can close it now."),
}


# --- As a page offers it -----------------------------------------------------------------------


# verb: words on its button, what it does, whether it weighs; in the order of a page.
WORDS: Mapping[str, tuple[str | Promise, str | Promise, bool]] = {
    "announce": (
        gettext_lazy("Announce it"),
        gettext_lazy("Everybody sees that it is being prepared, and who prepares it."),
        False,
    ),
    "kick_off": (
        gettext_lazy("Kick it off"),
        gettext_lazy("Its goals become public and fixed, and reports on them are due."),
        False,
    ),
    "carry_out": (
        gettext_lazy("Say that the work has begun"),
        gettext_lazy("Everybody sees that it is being carried out."),
        False,
    ),
    "finalise": (
        gettext_lazy("Say that the work is done"),
        gettext_lazy("Everybody sees that only the last reports and accounts are still to come."),
        False,
    ),
    "close": (
        gettext_lazy("Find it completed, and close it"),
        gettext_lazy("Everybody reads that it is completed. No report is due any more."),
        False,
    ),
    "resume": (
        gettext_lazy("Take it up again"),
        gettext_lazy("Everybody reads the reason. Reports are due again."),
        False,
    ),
    "suspend": (
        gettext_lazy("Suspend this intervention"),
        gettext_lazy("Everybody reads the reason. No report is due until it is taken up again."),
        True,
    ),
    "cancel": (
        gettext_lazy("Cancel this intervention"),
        gettext_lazy("Everybody reads the reason. The page stays; it cannot be taken up again."),
        True,
    ),
}


def possible(intervention: Intervention, *, closely: bool = True) -> list[Offer]:
    """Those that the state allows, in the order of a page. `closely` asks of each what it lacks,
    which costs queries; without it the verb's own refusal tells."""
    return [
        Offer(
            *(verb, words, help, is_grave),
            url=reverse(f"interventions:{verb}", args=[intervention.reference]),
            lacks=lacks(intervention, verb) if closely else [],
        )
        for verb, (words, help, is_grave) in WORDS.items()
        if not states.refusal(intervention, verb)
    ]


def allowed(intervention: Intervention, person: Any) -> Iterable[Offer]:
    """Those that this person may use; of a visitor nothing is asked."""
    if not person.is_authenticated:
        return []
    return [
        one
        for one in possible(intervention, closely=False)
        if person.has_perm(f"interventions.{one.verb}", intervention)
    ]
