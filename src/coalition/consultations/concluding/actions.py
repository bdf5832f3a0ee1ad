"""What becomes of proposals: each is answered with its reasons, a body decides, all are told.

In this order, and no step back: responses are published all at once, a decision after them, and
both stay as they are. The caller has asked the permission (`rules.py`); whether somebody answers
their own words is asked here. When answers are due, the phase of responding tells everybody; one
that comes late is better than none, so its end stops nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.accounts.models import User
from coalition.base import audit, states
from coalition.base.changes import record_changed
from coalition.base.errors import NotAllowed, Refused
from coalition.base.text import clean_text
from coalition.consultations.concluding import queries, telling
from coalition.consultations.models import Conclusion, Consultation, Dissent, Response, Statement
from coalition.consultations.planning.clock import catch_up
from coalition.consultations.planning.queries import languages
from coalition.consultations.proposing.actions import is_own
from coalition.consultations.sealing import throw_key_away
from coalition.consultations.states import ANSWERED, Outcome, State, StatementState
from coalition.partners.models import Body, Decision, PartnerGroup

LONGEST_REASON = 4_000  # characters, in each language; and of a decision, and of a dissent


class Overtaken(Refused):
    """Somebody else wrote the same meanwhile; `stands` is what stands there now."""

    def __init__(self, stands: Any) -> None:
        self.stands = stands
        super().__init__(
            _(
                "Somebody else wrote here while you did. Read what stands there now; what stands "
                "in your form when you save again counts."
            )
        )


# --- The answer to a proposal ----------------------------------------------------------------


@transaction.atomic
def respond(
    statement: Statement,
    outcome: str,
    reason: Mapping[str, str],
    *,
    seen: str | None = None,
    by: User,
) -> Response | None:
    """Write what becomes of a proposal and why, or a part of it: a draft that officers see until
    all are published. Without outcome and reason the draft goes, and None is returned.

    `seen` is the version on which the words rest (`queries.version_of`; empty for no answer yet).
    Raises NotAllowed where answers are not written now, for a proposal that gets none and for
    one's own words; Refused for what cannot be taken; Overtaken where it is another version.
    """
    consultation = _held(statement.consultation)
    _refuse_unless(consultation, State.SYNTHESIS)
    one = Statement.objects.select_related("author__partner").get(pk=statement.pk)
    one.consultation = consultation
    if one.state != StatementState.ACCEPTED:
        raise NotAllowed(
            _("Proposal %(number)d is “%(state)s”, so it gets no answer of its own.")
            % {"number": one.number, "state": one.get_state_display()}
        )
    if is_own(one, by):
        raise NotAllowed(_("These are your own words: somebody else decides about them."))
    held = Response.objects.select_related("by").filter(statement=one).first()
    if seen is not None and seen != queries.version_of(held):
        raise Overtaken(held)
    if outcome and outcome not in Outcome.values:
        raise Refused(_("Choose what becomes of it from the list."))
    words = worded(consultation, reason)
    if held and (held.outcome, held.reason) == (outcome, words):
        return held
    refs = [consultation]
    if not outcome and not words:
        if held:
            held.delete()
            audit.record("consultations.unrespond", one, by=by, refs=refs)
        return None
    made, _is_new = Response.objects.update_or_create(
        statement=one,
        defaults={"outcome": outcome, "reason": words, "changed_at": timezone.now(), "by": by},
    )
    audit.record("consultations.respond", one, by=by, refs=refs)
    return made


@transaction.atomic
def publish_responses(consultation: Consultation, *, by: User) -> Consultation:
    """Everybody reads what becomes of every proposal, and who follows the consultation is told.
    Raises NotAllowed with the numbers of those that lack an answer, or were not even read."""
    consultation = _held(consultation)
    if not states.refusal(consultation, "publish_responses") and (
        missing := queries.lacks_of_responses(consultation)
    ):
        raise NotAllowed(" ".join(missing))
    states.move(consultation, "publish_responses", by=by)
    record_changed(consultation)
    telling.begin(consultation)
    return consultation


# --- The decision ----------------------------------------------------------------------------


@transaction.atomic
def set_conclusion(
    consultation: Consultation,
    *,
    body: Body,
    decided_on: date,
    words: Mapping[str, str],
    decision: Decision | None = None,
    takes_up: Iterable[Statement] = (),
    seen: str | None = None,
    by: User,
) -> Conclusion:
    """Write what a body decided, and which proposals it takes up: a draft that officers see until
    it is published.

    Raises NotAllowed before the responses are published and once the decision is; Refused for a
    proposal that was answered otherwise, for an Example body, for a decision of another body's
    meeting or of another day, and for words that cannot be taken; Overtaken where it is another
    version than was `seen`.
    """
    consultation = _held(consultation)
    _refuse_unless(consultation, State.RESPONDED)
    held = queries.conclusion_of(consultation)
    if seen is not None and seen != queries.version_of(held):
        raise Overtaken(held)
    chosen = list(takes_up)
    allowed = set(queries.takeable(consultation).values_list("pk", flat=True))
    if others := sorted(one.number for one in chosen if one.pk not in allowed):
        raise Refused(
            _("Proposal %(number)d was not answered as taken up, so the decision cannot name it.")
            % {"number": others[0]}
        )
    if body.is_example and not consultation.is_example:
        raise Refused(_("An Example body decides about Example consultations alone."))
    if decision is not None:
        _refuse_another_decision(decision, body, decided_on)
    given = {
        "body": body,
        "decided_on": decided_on,
        "words": worded(consultation, words),
        "decision": decision,
        "changed_at": timezone.now(),
    }
    made, _is_new = Conclusion.objects.update_or_create(consultation=consultation, defaults=given)
    made.takes_up.set(chosen)
    audit.record("consultations.set_conclusion", consultation, by=by)
    return made


@transaction.atomic
def set_dissent(
    consultation: Consultation,
    group: PartnerGroup,
    words: str,
    language: str,
    *,
    seen: str | None = None,
    by: User,
) -> Dissent | None:
    """Keep with the decision that this group did not agree, in its own words; without words there
    is none. Raises what `set_conclusion` raises, and NotAllowed before a decision is written."""
    consultation = _held(consultation)
    _refuse_unless(consultation, State.RESPONDED)
    conclusion = queries.conclusion_of(consultation)
    if conclusion is None:
        raise NotAllowed(_("Write first what was decided, and by which body."))
    held = conclusion.dissents.filter(group=group).first()
    if seen is not None and seen != queries.version_of(held):
        raise Overtaken(held)
    if language not in settings.UN_LANGUAGES:
        raise Refused(_("Choose the language from the list."))
    text = _clean(words)
    audit.record("consultations.set_dissent", consultation, by=by)
    if not text:
        conclusion.dissents.filter(group=group).delete()
        return None
    return conclusion.dissents.update_or_create(
        group=group, defaults={"words": text, "language": language}
    )[0]


@transaction.atomic
def decide(consultation: Consultation, *, by: User) -> Consultation:
    """Publish the decision with its dissent; it never changes afterwards. Raises NotAllowed before
    the responses are published, and with all that it lacks."""
    consultation = _held(consultation)
    conclusion = queries.conclusion_of(consultation)
    if not states.refusal(consultation, "decide") and (
        missing := queries.lacks_of_conclusion(consultation, conclusion)
    ):
        raise NotAllowed(" ".join(missing))
    states.move(consultation, "decide", by=by)
    Conclusion.objects.filter(consultation=consultation).update(published_at=timezone.now())
    record_changed(consultation)
    return consultation


@transaction.atomic
def feed_back(consultation: Consultation, *, by: User) -> Consultation:
    """Tell every organisation that contributed, and all who follow it, what became of what was
    said: one letter each. The tie between people and what they said is cut for good."""
    consultation = _held(consultation)
    states.move(consultation, "feed_back", by=by)
    throw_key_away(consultation)
    record_changed(consultation)
    telling.begin(consultation)
    return consultation


# --- Within a verb ---------------------------------------------------------------------------


def worded(consultation: Consultation, words: Mapping[str, str]) -> dict[str, str]:
    """Texts by language as they are kept. Raises Refused for what is too long, and for a language
    in which the consultation is not held."""
    found = {code: text for code, given in words.items() if (text := _clean(given))}
    if others := found.keys() - set(consultation.languages):
        raise Refused(
            _("The consultation is not held in %(languages)s.") % {"languages": languages(others)}
        )
    return found


def _clean(text: str) -> str:
    words = clean_text(text, limit=len(text))
    if len(words) > LONGEST_REASON:
        raise Refused(
            _("This has %(count)d characters. There is room for %(limit)d.")
            % {"count": len(words), "limit": LONGEST_REASON}
        )
    return words


def _held(consultation: Consultation) -> Consultation:
    """Read afresh and held, with its state where the clock is."""
    held: Consultation = states.lock(consultation)
    catch_up(held, timezone.now())
    return held


def _refuse_unless(consultation: Consultation, state: State) -> None:
    if consultation.state == state:
        return
    if consultation.state in ANSWERED and state == State.SYNTHESIS:
        raise NotAllowed(_("The responses are published, so they stay as they are."))
    if consultation.state in (State.DECIDED, State.FEEDBACK):
        raise NotAllowed(_("The decision is published, so it stays as it is."))
    if state == State.RESPONDED:
        raise NotAllowed(_("A decision is written once every proposal has its public answer."))
    raise NotAllowed(
        _("This consultation is “%s”: proposals are answered once it is being summed up.")
        % consultation.get_state_display()
    )


def _refuse_another_decision(decision: Decision, body: Body, day: date) -> None:
    meeting = decision.meeting
    if decision.published_at is None:
        raise Refused(_("Decision %s is not published yet.") % decision)
    if meeting.body_id != body.pk:
        raise Refused(_("Decision %s is one of another body.") % decision)
    last = meeting.local_end or meeting.local_start
    if not meeting.local_start.date() <= day <= last.date():
        raise Refused(_("Decision %s was made on another day.") % decision)
