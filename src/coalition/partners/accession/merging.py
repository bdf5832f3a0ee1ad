"""Two requests of one organisation become one, or one turns out to be a partner's: nothing is lost.

What moves is what people go on with: letters, messages, notes, documents, suggestions. Facts and
answers stay where they were given, and the survivor's page shows them side by side.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as marked

from coalition.base import audit, states
from coalition.base.errors import NotAllowed, Refused
from coalition.base.text import clean_text, fold
from coalition.mailroom import actions as mail
from coalition.mailroom.models import InboundMessage
from coalition.partners.accession import correspondence, duplicates
from coalition.partners.accession.queries import concerns, obstacle, refuse_if
from coalition.partners.models import AccessionRequest, Duplicate, NameKind, Partner, Suggestion
from coalition.partners.states import OPEN
from coalition.partners.values import LONGEST_REASON, REQUEST_FIELDS
from coalition.partners.vetting.actions import carry_flags

OTHER_SAID = marked("The request that was merged into this one says so.")


@transaction.atomic
def merge(
    request: AccessionRequest, into: AccessionRequest | Partner, reason: str, *, by: Any
) -> AccessionRequest:
    """Merge a request into another open one, or attach it to the partner it is the same as.

    Returns the merged request. What still comes to its address lands in the survivor, whose page
    leads to it; both applicants are told, once. Raises NotAllowed where the two cannot be one.
    """
    if into == request:
        raise Refused(_("A request cannot be merged into itself."))
    # Locked in the order of their numbers, so that two officers who merge crosswise both end.
    pair = [request, into] if isinstance(into, AccessionRequest) else [request]
    locked = {one.pk: states.lock(one) for one in sorted(pair, key=lambda one: one.pk)}
    case = locked[request.pk]
    refuse_if(obstacle(case, "merge", by))
    move = states.move(case, "merge", by=by, reason=clean_text(reason, limit=LONGEST_REASON))
    if isinstance(into, AccessionRequest):
        survivor = locked[into.pk]
        if concerns(survivor, by):
            raise NotAllowed(
                _("%(reference)s concerns you yourself: another officer must merge the two.")
                % {"reference": survivor.reference}
            )
        if survivor.state not in OPEN:
            raise NotAllowed(
                _(
                    "%(reference)s is “%(state)s”: merge into a request that is open, or into the "
                    "partner it became."
                )
                % {"reference": survivor.reference, "state": survivor.get_state_display()}
            )
        case.merged_into = survivor
    else:
        case.same_as = into
        survivor = AccessionRequest.objects.filter(partner=into).first()
    case.closed_at, case.snoozed_until = timezone.now(), None
    case.save(update_fields=["merged_into", "same_as", "closed_at", "snoozed_until"])
    if survivor:
        _move_correspondence(case, survivor)
        _move_the_rest(case, survivor)
    carry_flags(case, into)
    duplicates_of_gone = Duplicate.objects.undecided().of(case)
    duplicates_of_gone.delete()
    _tell(case, survivor, into, move.pk)
    audit.record("partners.merged", case, by=by, refs=[into])
    return case


def _move_correspondence(case: AccessionRequest, survivor: AccessionRequest) -> None:
    """All letters and messages stand in one thread; the old address leads to it for good."""
    InboundMessage.objects.filter(pk=case.message_id, thread=None).update(
        thread=correspondence.thread_of(survivor)
    )
    mail.merge_threads(correspondence.thread_of(case), into=correspondence.thread_of(survivor))


def _move_the_rest(case: AccessionRequest, survivor: AccessionRequest) -> None:
    case.notes.update(request=survivor)
    held = {(one.kind, one.name) for one in survivor.known_names.all()}
    for one in case.known_names.all():
        if (one.kind, one.name) not in held:
            one.request = survivor
            one.save(update_fields=["request"])
    _keep_name(case, survivor)
    _move_answers(case, survivor)
    if survivor.state in OPEN:
        case.suggestions.update(request=survivor)
        _suggest_facts(case, survivor)
        if survivor.assigned_to is None and case.assigned_to:
            survivor.assigned_to = case.assigned_to
            survivor.save(update_fields=["assigned_to"])
        duplicates.look_for(survivor)


def _keep_name(case: AccessionRequest, survivor: AccessionRequest) -> None:
    """The name under which it asked is one of the survivor's from now on: it is screened too, so
    that a merger takes nobody past a match on a list."""
    name = case.organisation
    others = survivor.known_names.exclude(kind=NameKind.OFFICER).values_list("name", flat=True)
    if name and fold(name) not in {fold(each) for each in (survivor.organisation, *others)}:
        survivor.known_names.create(kind=NameKind.ALIAS, name=name)


def _move_answers(case: AccessionRequest, survivor: AccessionRequest) -> None:
    """Answers and documents that the survivor has none of move to it; where both have one the
    merged request keeps its own, and the survivor's page shows it beside."""
    answered = set(survivor.answers.values_list("question", "statement"))
    for answer in case.answers.all():
        if (answer.question_id, answer.statement_id) not in answered:
            answer.request = survivor
            answer.save(update_fields=["request"])
    held = set(survivor.documents.values_list("wanted", "sha256"))
    for document in case.documents.all():
        if (document.wanted_id, document.sha256) not in held:
            document.request = survivor
            document.save(update_fields=["request"])


def _suggest_facts(case: AccessionRequest, survivor: AccessionRequest) -> None:
    """Facts that the two tell differently are suggested beside the survivor's own."""
    for name in REQUEST_FIELDS:
        value = getattr(case, name)
        if not value or value == getattr(survivor, name):
            continue
        Suggestion.objects.create(
            request=survivor,
            field=name,
            value=str(getattr(value, "code", value))[:500],
            why=OTHER_SAID,
            quote=case.reference,
        )


def _tell(
    case: AccessionRequest, survivor: AccessionRequest | None, into: Any, number: int
) -> None:
    """Write to the applicants of both, each once and in their own language."""
    told = set()
    for one in (case, survivor):
        address = one.contact_email.lower() if one else ""
        if not address or address in told:
            continue
        told.add(address)
        letter = "joined_already" if isinstance(into, Partner) else "merged"
        subject, text = correspondence.worded(
            letter, one, merged=case, survivor=survivor, partner=into
        )
        # Into the thread that is read from now on.
        home = survivor or case
        correspondence.send(
            home,
            key=f"partners.merge:{number}:{one.pk}",
            subject=subject,
            text=text,
            language=correspondence.language_of(one),
            to_address=address,
        )
