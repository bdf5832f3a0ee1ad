"""An independent reviewer assesses, the partner replies, both are published together.

The caller has asked the permission (`rules.py`); an action asks whether it may happen now.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from coalition.accounts.models import User
from coalition.base import audit, states
from coalition.base.changes import record_changed
from coalition.base.errors import NotAllowed, Refused
from coalition.base.numbers import next_reference
from coalition.base.text import clean_text
from coalition.mailroom.actions import tell
from coalition.results.assessments import queries
from coalition.results.models import Assessment, Framework
from coalition.results.states import AssessmentState

LONGEST_REPLY = 5000
FIELDS = ("language", "verifiable", "potential", "completion", "early_results", "words")
# What is asked only of what can be verified.
IF_VERIFIABLE = ("potential", "completion", "early_results")


@transaction.atomic
def begin(framework: Framework, *, language: str, by: User) -> Assessment:
    """Begin to assess what became of a public promise, or go on with what the reviewer began."""
    framework = states.lock(framework)
    if not framework.is_public:
        raise NotAllowed(_("Only what is public is assessed."))
    held = framework.assessments.filter(reviewer=by, state__in=queries.OPEN).first()
    if held is not None:
        return held
    made = Assessment.objects.create(
        reference=next_reference("ASM"),
        framework=framework,
        reviewer=by,
        language=language,
        is_example=framework.is_example,
    )
    audit.record("results.begin_assessment", made, by=by, refs=[framework])
    return made


@transaction.atomic
def edit(assessment: Assessment, *, fields: Mapping[str, Any], by: User) -> Assessment:
    """Change a draft. What cannot be verified is not assessed further: the rest is emptied.

    Raises NotAllowed once it was sent.
    """
    assessment = states.lock(assessment)
    if assessment.state != AssessmentState.DRAFT:
        raise NotAllowed(_("It was sent to the partner, so it is no longer changed."))
    for name in FIELDS:
        if name in fields:
            setattr(assessment, name, fields[name])
    if not assessment.verifiable:
        for name in IF_VERIFIABLE:
            setattr(assessment, name, "")
    assessment.changed_at = timezone.now()
    assessment.save(update_fields=[*FIELDS, "changed_at"])
    audit.record("results.edit_assessment", assessment, by=by)
    return assessment


@transaction.atomic
def send(assessment: Assessment, *, by: User) -> Assessment:
    """Send it to those who sign for the partner, who have so many days to reply.

    Raises NotAllowed naming what it lacks.
    """
    assessment = states.lock(assessment)
    if lacks := queries.missing(assessment):
        raise NotAllowed(_("Before it can be sent, please add: %s.") % ", ".join(lacks))
    move = states.move(assessment, "send", by=by)
    assessment.sent_at = timezone.now()
    assessment.reply_due_on = timezone.localdate() + timedelta(days=queries.days_to_reply())
    assessment.save(update_fields=["sent_at", "reply_due_on"])
    _tell_all(queries.signers(assessment), assessment, f"send:{move.pk}", besides=by)
    return assessment


@transaction.atomic
def reply(assessment: Assessment, *, words: str, language: str, by: User) -> Assessment:
    """The partner replies, in its own words; it may change them until both are published.

    Raises Refused without words, NotAllowed before it was sent and once it is published.
    """
    assessment = states.lock(assessment)
    if assessment.state != AssessmentState.WITH_PARTNER:
        raise NotAllowed(_("A reply is possible from when it was sent until it is published."))
    words = clean_text(words, limit=LONGEST_REPLY)
    if not words:
        raise Refused(_("Please write your reply: it is published beside the assessment."))
    assessment.reply, assessment.reply_language = words, language
    assessment.replied_by, assessment.replied_at = by, timezone.now()
    assessment.save(update_fields=["reply", "reply_language", "replied_by", "replied_at"])
    event = audit.record("results.reply_to_assessment", assessment, by=by)
    _tell_all([assessment.reviewer], assessment, f"reply:{event.sequence}", besides=by)
    return assessment


@transaction.atomic
def publish(assessment: Assessment, *, by: User) -> Assessment:
    """Publish it together with the reply: at once where there is one, else once the day for it
    has passed. Raises NotAllowed before."""
    assessment = states.lock(assessment)
    if sentence := why_not_yet(assessment):
        raise NotAllowed(sentence)
    # First the time, without which nothing is published; a refused move takes it back.
    assessment.published_at = timezone.now()
    assessment.save(update_fields=["published_at"])
    move = states.move(assessment, "publish", by=by)
    record_changed(assessment.framework.owner)
    _tell_all(queries.signers(assessment), assessment, f"publish:{move.pk}", besides=by)
    return assessment


def why_not_yet(assessment: Assessment) -> str:
    """Why it cannot be published yet, in a sentence; or ""."""
    due = assessment.reply_due_on
    if assessment.replied_at or due is None or due < timezone.localdate():
        return ""
    return _("The partner has until %(day)s to reply. It is published then, or with the reply.") % {
        "day": date_format(due)
    }


@transaction.atomic
def discard(assessment: Assessment, *, by: User) -> Assessment:
    """Put a draft away; what was sent stands."""
    assessment = states.lock(assessment)
    states.move(assessment, "discard", by=by)
    return assessment


def _tell_all(people: Iterable[User], assessment: Assessment, event: str, *, besides: User) -> None:
    """One letter per person about this step, in their language."""
    for person in people:
        if person != besides:
            tell(
                person,
                event=f"results.assessment_{event}",
                template=f"results/assessments/mail/{event.partition(':')[0]}.txt",
                context={"assessment": assessment, "owner": assessment.framework.owner},
            )
