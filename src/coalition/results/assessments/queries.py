"""What reviewers may look into next, and what they found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from coalition.accounts.models import User
from coalition.partners.models import Partner, Term
from coalition.partners.queries import people_who
from coalition.results.models import Assessment, Framework, Report
from coalition.results.owners import owners_by, with_owners
from coalition.results.states import AssessmentState, ReportState

REPLY_WITHIN = "assessment-reply"  # a term of the coalition
DAYS = 30  # where it set none
OPEN = (AssessmentState.DRAFT, AssessmentState.WITH_PARTNER)


def days_to_reply() -> int:
    """How many days a partner has to reply before an assessment may be published without it."""
    held = Term.objects.filter(code=REPLY_WITHIN, retired_on=None)
    days = held.values_list("days", flat=True).first()
    return DAYS if days is None else days


# --- For everyone ----------------------------------------------------------------------------


def published_of(framework: Framework) -> QuerySet[Assessment]:
    """What reviewers found of it, with the partner's replies, the newest first."""
    found = Assessment.objects.filter(framework=framework, state=AssessmentState.PUBLISHED)
    return found.order_by("-published_at", "-pk")


def for_page(person: Any) -> QuerySet[Assessment]:
    """Those the person may see, with all that a page tells but its moves; one query."""
    seen = Assessment.objects.visible_to(person)
    return seen.select_related("framework__reporter__group", "reviewer", *owners_by("framework"))


def reviewer_of(assessment: Assessment) -> str:
    """The reviewer's name, where they want it to be known."""
    person = assessment.reviewer
    return person.name if person.shows_name and person.name else ""


# --- For reviewers ---------------------------------------------------------------------------

# Which frameworks a reviewer may want to see.
WISHES = {
    "claimed": Q(completed_at__isnull=False),
    "never": Q(assessed_at=None),
    "reported": Q(is_reported=True),
}


def assessable(person: Any, wishes: Mapping[str, Any]) -> QuerySet[Framework]:
    """Public frameworks of organisations for which the person does not speak, the longest without
    an assessment first: those that never had one, by when they were published last."""
    own = Partner.objects.spoken_for_by(person).values("pk")
    done = Q(assessments__state=AssessmentState.PUBLISHED)
    reported = Report.objects.filter(framework=OuterRef("pk"), state=ReportState.PUBLISHED)
    found = (
        with_owners(Framework.objects.public())
        .exclude(reporter__in=own)
        .annotate(
            assessed_at=Max("assessments__published_at", filter=done),
            is_reported=Exists(reported),
        )
    )
    if words := wishes.get("words"):
        for word in words.split()[:8]:
            titles = [Q(**{f"{one}__title__icontains": word}) for one in settings.RESULT_OWNERS]
            named = Q(reporter__name__icontains=word) | Q(reference__iexact=word)
            for title in titles:
                named |= title
            found = found.filter(named)
    if group := wishes.get("group"):
        found = found.filter(reporter__group=group)
    if which := wishes.get("which"):
        found = found.filter(WISHES[which])
    return found.order_by(F("assessed_at").asc(nulls_first=True), "pk")


def own_open(person: Any) -> QuerySet[Assessment]:
    """What a reviewer has in hand: drafts, and what waits for a reply, the first due first."""
    found = Assessment.objects.filter(reviewer=person, state__in=OPEN)
    return found.select_related("framework__reporter", *owners_by("framework")).order_by(
        F("reply_due_on").asc(nulls_first=True), "pk"
    )


def missing(assessment: Assessment) -> list[str]:
    """What it lacks before it can be sent to the partner, in words."""
    if assessment.verifiable is None:
        return [_("whether it can be verified")]
    lacks = []
    if assessment.verifiable and not assessment.potential:
        lacks.append(_("its potential for results"))
    if assessment.verifiable and not assessment.completion:
        lacks.append(_("how much of it was done"))
    if not assessment.words:
        lacks.append(_("what you found, in words"))
    return lacks


# --- For the partner -------------------------------------------------------------------------


def signers(assessment: Assessment) -> list[User]:
    """Those who may reply in the organisation's name."""
    return people_who("sign", assessment.framework.reporter_id)


def waiting_for_reply(person: Any) -> QuerySet[Assessment]:
    """What waits for a reply of the organisations for which the person may sign; for the
    workspace."""
    partners = Partner.objects.spoken_for_by(person, "sign")
    found = Assessment.objects.filter(
        state=AssessmentState.WITH_PARTNER, replied_at=None, framework__reporter__in=partners
    )
    return found.select_related("framework__reporter", *owners_by("framework")).order_by(
        "reply_due_on", "pk"
    )
