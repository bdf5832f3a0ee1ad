"""What a case lacks, why it cannot move, and what happened to it."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.utils.formats import date_format
from django.utils.text import capfirst, get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.utils.translation import pgettext_lazy as in_history

from coalition.base import states
from coalition.base.errors import NotAllowed
from coalition.partners.models import AccessionRequest, Advice, Finding, Suggestion
from coalition.partners.states import OPEN, AccessionState
from coalition.partners.vetting import dossier
from coalition.partners.vetting import queries as vetting
from coalition.ui.thread import Move

# Without these an organisation cannot be admitted.
NEEDED = ("organisation", "group", "scope", "contact_email")
# What may not be done to a request that concerns the officer themselves.
JUDGEMENTS = ("recommend", "send_back", "accept", "decline", "set_aside", "reopen", "merge")
# Two officers agree on a decision, or there is none.
OPPOSITE = {"accept": Advice.DECLINE, "decline": Advice.ACCEPT}
# What is next where nothing is missing.
NEXT_STEPS = {
    AccessionState.DRAFT: gettext_lazy("The applicant fills it in."),
    AccessionState.RECEIVED: gettext_lazy("Begin vetting."),
    AccessionState.ACKNOWLEDGED: gettext_lazy("Begin vetting."),
    AccessionState.INCOMPLETE: gettext_lazy(
        "The applicant was asked; vetting begins with the answer."
    ),
    AccessionState.UNDER_VETTING: gettext_lazy("Finish vetting, and recommend a decision."),
    AccessionState.RECOMMENDED: gettext_lazy("A second officer decides."),
}
DECIDED = gettext_lazy("Nothing: it is decided.")
# Steps in a case's history that leave its state as it is.
COMPLETE = "complete"
CORRECT = "correct"
STEPS_IN_PLACE = {
    COMPLETE: in_history("history of a case", "facts looked through and saved"),
    CORRECT: in_history("history of a case", "corrected by the applicant"),
}
# Where nobody who is signed in took these steps, the applicant did.
BY_APPLICANT = ("send", "answer", "withdraw", CORRECT)


def missing(case: AccessionRequest) -> list[str]:
    """The labels of the fields that must be filled before the organisation can be admitted."""
    return [
        str(case._meta.get_field(name).verbose_name) for name in NEEDED if not getattr(case, name)
    ]


def is_confirmed(case: AccessionRequest) -> bool:
    """Has an officer looked through the fields and saved them, and has the applicant corrected
    nothing since? Until then they are suggested."""
    looked = [move.verb for move in case.moves.all() if move.verb in (COMPLETE, CORRECT)]
    return bool(looked) and looked[-1] == COMPLETE


def obstacle(case: AccessionRequest, verb: str, person: Any = None) -> str:
    """Why this verb cannot be applied to the case as it stands, by this person, or "".

    The page shows the sentence beside the greyed verb, and the action refuses with it.
    """
    return (
        _of_state(case, verb)
        or _of_facts(case, verb)
        or _of_person(case, verb, person)
        or _of_vetting(case, verb, person)
    )


def _of_state(case: AccessionRequest, verb: str) -> str:
    if case.state == AccessionState.MERGED:
        into = case.merged_into or case.same_as
        return _("This request was merged into %(other)s: go on there.") % {
            "other": into.reference if into else "–"
        }
    if case.state == AccessionState.DRAFT and verb != "withdraw":
        return _("The applicant is still filling this request in.")
    if case.state not in OPEN and case.state != AccessionState.DRAFT:
        if verb == "reopen" and case.state in AccessionRequest.VERBS["reopen"].sources:
            return ""
        return _("A decision stands already: this case is “%(state)s” since %(date)s.") % {
            "state": case.get_state_display(),
            "date": date_format(case.closed_at) if case.closed_at else "–",
        }
    return "" if verb == COMPLETE else states.refusal(case, verb)


def _of_facts(case: AccessionRequest, verb: str) -> str:
    if verb == "ask" and not case.contact_email:
        return _("There is nobody to ask: first fill in the focal point's address.")
    if verb in OPPOSITE and case.advice == OPPOSITE[verb]:
        return _(
            "The opposite was recommended: send it back to vetting, so that two officers agree."
        )
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


def _of_person(case: AccessionRequest, verb: str, person: Any) -> str:
    if person is None:
        return ""
    if verb in JUDGEMENTS and concerns(case, person):
        return _("This request concerns you yourself: another officer must decide on it.")
    return same_officer(case, person) if verb in OPPOSITE else ""


def _of_vetting(case: AccessionRequest, verb: str, person: Any) -> str:
    """What the file of due diligence has against it; read once for each case in hand."""
    if verb not in (*vetting.OF_REQUESTS, *JUDGEMENTS):
        return ""
    file = _dossier(case)
    if verb not in vetting.OF_REQUESTS:
        return vetting.closed_to(file, person)
    return " ".join(vetting.obstacles(case, verb, person, file=file))


def _dossier(case: AccessionRequest) -> dossier.Dossier:
    held: dossier.Dossier = case.__dict__.setdefault("dossier", dossier.Dossier(case))
    return held


def blocks(case: AccessionRequest, person: Any) -> list[str]:
    """What keeps this person from the next decision on the case, each reason a sentence: what a
    recommendation to accept lacks, or what speaks against taking the decision recommended."""
    if case.state == AccessionState.UNDER_VETTING:
        if first := _of_person(case, "recommend", person):
            return [first]
        file = _dossier(case)
        lacks = vetting.obstacles(case, "recommend", person, advice=Finding.VERIFY, file=file)
        return [*lacks, *dossier.blocking(file)]
    if case.state == AccessionState.RECOMMENDED:
        sentence = obstacle(case, case.advice or Advice.ACCEPT, person)
        return [sentence] if sentence else []
    return []


def concerns(case: AccessionRequest, person: Any) -> bool:
    """Does the request concern the officer themselves? Asked once for each case in hand."""
    held = case.__dict__.setdefault("concerned", {})
    if person.pk not in held:
        held[person.pk] = not person.has_perm("partners.decide_request", case)
    return bool(held[person.pk])


def refuse_if(sentence: str) -> None:
    """Raises NotAllowed with the sentence, unless it is empty."""
    if sentence:
        raise NotAllowed(sentence)


def same_officer(case: AccessionRequest, person: Any) -> str:
    """Why this officer may not decide: a decision takes two, and this one recommended it; or ""."""
    moves = list(case.moves.all())
    recommended = [number for number, one in enumerate(moves) if one.verb == "recommend"]
    last = recommended[-1] if recommended else None
    if last is None or person is None:
        return ""
    if moves[last].by_id == person.pk:
        return _("You recommended this decision: another officer must take it.")
    # Else one officer alone would decide on facts that the first has never seen.
    if any(one.verb == COMPLETE and one.by_id == person.pk for one in moves[last:]):
        return _(
            "You saved the facts after the recommendation: another officer must decide on them, "
            "or send it back to vetting."
        )
    return ""


def next_step(case: AccessionRequest) -> str:
    """What is next, in a sentence, and for whom."""
    if case.state in OPEN and case.state != AccessionState.INCOMPLETE:
        if not is_confirmed(case):
            return _("Look through what was suggested and save it.")
        if missing(case):
            return _("Fill in what is missing, or ask for it.")
    return str(NEXT_STEPS.get(AccessionState(case.state), DECIDED))


def history(case: AccessionRequest) -> list[Move]:
    """What happened to the case, oldest first, in plain words."""
    told = [Move(case.opened_at, _("The case was opened."))]
    for move in case.moves.all():
        verb = AccessionRequest.VERBS.get(move.verb)
        done = capfirst(str(verb.done if verb else STEPS_IN_PLACE.get(move.verb, move.verb)))
        itself = _("the applicant") if move.verb in BY_APPLICANT else _("by itself")
        by = str(move.by) if move.by else itself
        sentence = _("%(done)s (%(by)s)") % {"done": done, "by": by}
        told.append(Move(move.at, sentence, move.reason))
    return told


def suggestions_by_field(case: AccessionRequest) -> dict[str, list[Suggestion]]:
    """What was read in the message, by field, the likeliest first."""
    found: dict[str, list[Suggestion]] = defaultdict(list)
    for suggestion in case.suggestions.all():
        found[suggestion.field].append(suggestion)
    return dict(found)
