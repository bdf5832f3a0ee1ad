"""What becomes of proposals: which get an answer and lack it, what was answered, what it led to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coalition.base.names import Name
from coalition.consultations.models import (
    Conclusion,
    Consultation,
    Dissent,
    Response,
    Statement,
    StatementQuerySet,
)
from coalition.consultations.planning.queries import languages
from coalition.consultations.reading.queries import shown
from coalition.consultations.states import ANSWERED, Origin, Outcome, State, StatementState
from coalition.instruments.thread import paragraph
from coalition.ui.thread import Knot

MOST_NUMBERS = 50  # named in a sentence
MOST_WORDS = 8  # that are looked for
TAKEN = (Outcome.TAKEN_UP, Outcome.IN_PART)
MISSING = "missing"
# Who proposed it, as readers ask for it.
WHO = {
    "organisation": (Origin.PARTNER,),
    "person": (Origin.PERSON,),
    "first": (Origin.PRIORITY, Origin.PROVISION),
}


def version_of(row: Response | Conclusion | Dissent | None) -> str:
    """What tells whether somebody else wrote it while a form was filled in; empty for none."""
    if row is None:
        return ""
    if isinstance(row, Dissent):
        return sha256(f"{row.language} {row.words}".encode()).hexdigest()
    return row.changed_at.isoformat()


# --- Proposals and their answers -------------------------------------------------------------


def with_answers(consultation: Consultation) -> StatementQuerySet:
    """The proposals that get an answer of their own, in their order, each with its answer, whether
    that is whole (`is_whole`: what becomes of it, and why, in all languages of the consultation)
    and with those that were merged into it."""
    found: Any = shown(consultation).select_related("response").order_by("number")
    rows: StatementQuerySet = found.with_wholeness(consultation.languages)
    return rows


def filtered(
    consultation: Consultation, found: StatementQuerySet, wishes: Mapping[str, Any]
) -> StatementQuerySet:
    """Those that meet every wish of a form: what becomes of them, by whom, with which words in the
    proposal or in the reason."""
    if outcome := wishes.get("outcome"):
        asked = Q(is_whole=False) if outcome == MISSING else Q(response__outcome=outcome)
        found = found.filter(asked)
    if who := wishes.get("who"):
        found = found.filter(origin__in=WHO[who])
    for word in (wishes.get("words") or "").split()[:MOST_WORDS]:
        held = Q(text__icontains=word)
        # Language by language: one of the databases keeps the whole value in escaped letters.
        for code in consultation.languages:
            held |= Q(**{f"response__reason__{code}__icontains": word})
        found = found.filter(held)
    return found


def counts(consultation: Consultation) -> dict[str, int]:
    """Of how many proposals becomes what; those without an answer under an empty text. One
    query."""
    rows = consultation.statements.eligible().order_by().values_list("response__outcome")
    found: dict[str, int] = {}
    for outcome, count in rows.annotate(of=Count("pk")):
        found[outcome or ""] = found.get(outcome or "", 0) + count
    return found


def figures(consultation: Consultation) -> list[tuple[Outcome, int]]:
    """The same as readers see it: each outcome with its number, those that none has left out."""
    found = counts(consultation)
    return [(each, found[each]) for each in Outcome if found.get(each)]


# --- What it lacks ---------------------------------------------------------------------------


def lacks_of_responses(consultation: Consultation) -> list[str]:
    """What stands in the way of publishing the answers, in sentences that name the proposals; none
    where nothing does. Two queries."""
    found = []
    waiting = consultation.statements.filter(state=StatementState.WAITING)
    if numbers := list(waiting.order_by("number").values_list("number", flat=True)):
        found.append(
            ngettext(
                "Proposal %(numbers)s was not read yet: show it, merge it or say why not.",
                "Proposals %(numbers)s were not read yet: show them, merge them or say why not.",
                len(numbers),
            )
            % {"numbers": _row(numbers)}
        )
    rows = with_answers(consultation).filter(is_whole=False).prefetch_related(None)
    missing = list(rows.select_related(None).values_list("number", "response__outcome"))
    nothing = [number for number, outcome in missing if outcome is None]
    partly = [number for number, outcome in missing if outcome is not None]
    if nothing:
        found.append(
            ngettext(
                "Proposal %(numbers)s has no answer yet.",
                "Proposals %(numbers)s have no answer yet.",
                len(nothing),
            )
            % {"numbers": _row(nothing)}
        )
    if partly:
        found.append(
            ngettext(
                "The answer to proposal %(numbers)s is not finished: say what becomes of it, and "
                "why, in %(languages)s.",
                "The answers to proposals %(numbers)s are not finished: say what becomes of them, "
                "and why, in %(languages)s.",
                len(partly),
            )
            % {"numbers": _row(partly), "languages": languages(consultation.languages)}
        )
    return found


def lacks_of_conclusion(consultation: Consultation, conclusion: Conclusion | None) -> list[str]:
    """What stands in the way of publishing the decision, in sentences. At most two queries."""
    if conclusion is None:
        return [_("Say which body decided, when and what.")]
    found = []
    if missing := [code for code in consultation.languages if not conclusion.words.get(code)]:
        found.append(
            _("What was decided is missing in %(languages)s.") % {"languages": languages(missing)}
        )
    if conclusion.decided_on > timezone.now().astimezone(consultation.zone_info).date():
        found.append(_("The day of the decision is still to come."))
    elsewhere = conclusion.takes_up.exclude(pk__in=takeable(consultation).values("pk"))
    if numbers := list(elsewhere.order_by("number").values_list("number", flat=True)):
        found.append(
            _("It takes up what was not answered as taken up: %(numbers)s.")
            % {"numbers": _row(numbers)}
        )
    return found


def takeable(consultation: Consultation) -> StatementQuerySet:
    """The proposals that a decision may take up: those answered so, at least in part."""
    found = consultation.statements.eligible().filter(response__outcome__in=TAKEN)
    rows: StatementQuerySet = found.select_related("response").order_by("number")
    return rows


def _row(numbers: Iterable[int]) -> str:
    held = list(numbers)
    words = str(_(", ")).join(str(each) for each in held[:MOST_NUMBERS])
    more = len(held) - MOST_NUMBERS
    return (
        _("%(numbers)s and %(count)d more") % {"numbers": words, "count": more}
        if more > 0
        else words
    )


# --- The decision ----------------------------------------------------------------------------


def conclusion_of(consultation: Consultation) -> Conclusion | None:
    """Its decision, published or not, with whom and what it names. One query."""
    found = Conclusion.objects.filter(consultation=consultation)
    return found.select_related("body", "decision__meeting").first()


def dissents_of(conclusion: Conclusion | None) -> list[Dissent]:
    """Which groups did not agree, in their order. One query."""
    if conclusion is None:
        return []
    order = ("group__position", "group__pk")
    return list(conclusion.dissents.select_related("group").order_by(*order))


def taken_up(conclusion: Conclusion) -> QuerySet[Statement]:
    """The proposals that it takes up, in their order, with their answers."""
    return conclusion.takes_up.select_related("response", "consultation").order_by("number")


# --- The thread of one proposal --------------------------------------------------------------


@dataclass(frozen=True)
class Told:
    """One proposal whose answer everybody reads, and the decision that came after it."""

    statement: Statement
    conclusion: Conclusion | None
    is_taken_up: bool


def told(consultation: Consultation, number: int) -> Told | None:
    """The proposal with this number and what became of it, or None where nothing is published.
    Five queries."""
    if consultation.state not in ANSWERED:
        return None
    one = with_answers(consultation).filter(number=number).first()
    if one is None:
        return None
    conclusion = None
    if consultation.state != State.RESPONDED:
        conclusion = conclusion_of(consultation)
    is_in_it = conclusion is not None and conclusion.takes_up.filter(pk=one.pk).exists()
    return Told(one, conclusion, is_in_it)


def stands_for(consultation: Consultation, number: int) -> int | None:
    """The number of the proposal into which this one was merged, or None. One query."""
    merged = consultation.statements.filter(number=number, state=StatementState.MERGED)
    return merged.values_list("merged_into__number", flat=True).first()


def knots_of(asked: Consultation, conclusion: Conclusion) -> list[Knot]:
    """From what the consultation answers to the key interventions that came of its decision. Two
    queries, and one for challenges that are not at hand."""
    found = _challenges(asked)
    found += [
        Knot(_("Common priority"), each.name, each.get_absolute_url(), position="above")
        for each in asked.priorities.public()
    ]
    found.append(Knot(_("Consultation"), asked.title, asked.get_absolute_url(), position="above"))
    found += conclusion.interventions.as_knots()  # type: ignore[attr-defined]
    return found


def _challenges(consultation: Consultation) -> list[Knot]:
    return [
        Knot(_("Challenge"), each.short_name, each.get_absolute_url(), position="above")
        for each in consultation.challenges.all()
    ]


def knots(consultation: Consultation, told: Told) -> list[Knot]:
    """From what it answers through the proposal to the decision, and to the key interventions that
    take it up."""
    one = told.statement
    found = _challenges(consultation)
    if one.priority:
        url = one.priority.get_absolute_url()
        found.append(Knot(_("Common priority"), one.priority.name, url, position="above"))
    if one.provision:
        url = one.provision.get_absolute_url()
        found.append(Knot(_("Paragraph"), paragraph(one.provision), url, position="above"))
    url = f"{consultation.get_absolute_url()}#proposals"
    found.append(Knot(_("Consultation"), consultation.title, url, position="above"))
    found.append(Knot(_("Proposal"), one.words, position="here"))
    found.append(Knot(_("Response"), one.response.get_outcome_display(), "#response"))
    if told.conclusion:
        said = _("takes it up") if told.is_taken_up else _("does not name it")
        url = told.conclusion.get_absolute_url()
        name = told.conclusion.body.name
        title = Name(_("Decision of %(body)s") % {"body": name}, name.language)
        found.append(Knot(_("Decision"), title, url, figure=said))
    found += one.interventions.as_knots()  # type: ignore[attr-defined]
    return found
