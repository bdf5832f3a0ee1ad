"""A request is filled in screen by screen, sent, corrected, and answered for."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from coalition.base import audit, states
from coalition.base.errors import NotAllowed, Refused
from coalition.base.names import in_language
from coalition.base.numbers import next_reference
from coalition.base.text import clean_line, clean_text
from coalition.mailroom import actions as mail
from coalition.partners.accession import answers, correspondence, deciding, duplicates
from coalition.partners.accession.documents import locked_open
from coalition.partners.accession.queries import CORRECT
from coalition.partners.joining.writing import send_link
from coalition.partners.models import (
    AccessionRequest,
    CaseAnswer,
    Door,
    Eligibility,
    KnownName,
    PartnerGroup,
    Question,
    QuestionKind,
)
from coalition.partners.queries import officers
from coalition.partners.states import AccessionState
from coalition.partners.values import LONGEST_REASON, LONGEST_TEXT, change

# What the applicant may change at once; the focal point's address only by letter.
FACTS = (
    *("organisation", "group", "scope", "country", "language", "website", "about"),
    "contact_name",
)
MOST_NAMES = 50
LARGEST = 10**15
NameAndRole = tuple[str, str]


# --- Filling it in


@transaction.atomic
def begin(
    *,
    organisation: str,
    group: PartnerGroup | None,
    contact_name: str,
    contact_email: str,
    language: str,
    is_example: bool = False,
) -> AccessionRequest:
    """Begin a request by the form; its focal point gets a letter with the link to go on by."""
    case = AccessionRequest.objects.create(
        reference=next_reference("ACC"),
        state=AccessionState.DRAFT,
        door=Door.FORM,
        is_example=is_example,
    )
    given = {
        "organisation": organisation,
        "group": group,
        "contact_name": contact_name,
        "contact_email": contact_email,
        "language": language,
    }
    change(case, given, tuple(given))
    correspondence.thread_of(case)
    audit.record("partners.begin", case)
    send_link(case, f"partners.link:{case.pk}:begun")
    return case


@transaction.atomic
def save_facts(request: AccessionRequest, fields: Mapping[str, Any]) -> AccessionRequest:
    """Save facts as the applicant states them; of a request that was sent, officers are told.

    `fields` maps names out of FACTS to values. Raises NotAllowed where the case is over, Refused
    for values that cannot be.
    """
    case = locked_open(request)
    changed = {name: value for name, value in fields.items() if getattr(case, name) != value}
    if changed:
        change(case, changed, FACTS)
        labels = [case._meta.get_field(name).verbose_name for name in changed]
        note(case, labels)
    return case


@transaction.atomic
def save_answers(
    request: AccessionRequest, given: Mapping[Question, str | Sequence[NameAndRole]]
) -> AccessionRequest:
    """Save answers as they stand, even half of one; an empty one is taken back.

    Questions for names get pairs of name and role, all others a text: of a choice its code, of
    yes or no these words. A number that is none is kept as it was typed, and shown as not
    understood.
    """
    case = locked_open(request)
    held = {one.question_id: one for one in case.answers.exclude(question=None)}
    changed = []
    for question, value in given.items():
        if question.kind == QuestionKind.NAMES:
            is_new = not isinstance(value, str) and _save_names(case, question, value)
        else:
            is_new = _save_text(case, question, str(value), held.get(question.pk))
        if is_new:
            changed.append(in_language(question.names, settings.LANGUAGE_CODE))
    if changed:
        note(case, changed)
    return case


def _save_text(
    case: AccessionRequest, question: Question, text: str, held: CaseAnswer | None
) -> bool:
    """Keep a text as the answer; was anything new?"""
    text = clean_text(text, limit=LONGEST_TEXT)
    if text == (held.text if held else ""):
        return False
    if not text:
        case.answers.filter(question=question).delete()
        return True
    number = _as_number(text) if question.kind == QuestionKind.NUMBER else None
    case.answers.update_or_create(
        question=question,
        defaults={"text": text, "number": number, "answered_at": timezone.now()},
    )
    return True


def _as_number(text: str) -> int | None:
    """A whole number in the digits of any script, or None."""
    digits = text.replace(" ", "").replace("\N{NO-BREAK SPACE}", "")
    try:
        number = int(digits)
    except ValueError:
        return None
    return number if abs(number) < LARGEST else None


def _save_names(case: AccessionRequest, question: Question, given: Sequence[NameAndRole]) -> bool:
    """Keep these names of one kind and no others; was anything new? What stays keeps its row, and
    with it all that was decided about it."""
    cleaned = [
        (clean_line(name, limit=300), clean_line(role, limit=200))
        for name, role in given[:MOST_NAMES]
    ]
    wanted = list(dict.fromkeys(pair for pair in cleaned if pair[0]))
    held = {(one.name, one.role): one for one in case.known_names.filter(kind=question.name_kind)}
    gone = [one.pk for pair, one in held.items() if pair not in wanted]
    KnownName.objects.filter(pk__in=gone).delete()
    new = [pair for pair in wanted if pair not in held]
    KnownName.objects.bulk_create(
        KnownName(request=case, kind=question.name_kind, name=name, role=role) for name, role in new
    )
    return bool(gone or new)


@transaction.atomic
def save_statements(
    request: AccessionRequest, asked: Collection[Eligibility], confirmed: Collection[Eligibility]
) -> AccessionRequest:
    """Note which of the statements asked the applicant confirms, each in the words it read."""
    case = locked_open(request)
    held = set(case.answers.exclude(statement=None).values_list("statement_id", flat=True))
    new = [one for one in confirmed if one.pk not in held]
    gone = [one for one in asked if one.pk in held and one not in confirmed]
    case.answers.filter(statement__in=gone).delete()
    CaseAnswer.objects.bulk_create(
        CaseAnswer(request=case, statement=one, text=one.called(case.language)) for one in new
    )
    if new or gone:
        note(case, [in_language(one.names, settings.LANGUAGE_CODE) for one in (*new, *gone)])
    return case


@transaction.atomic
def note_document(request: AccessionRequest, label: str) -> None:
    """Let officers know that the applicant of a request they have already added a document."""
    note(locked_open(request), [label])


def note(case: AccessionRequest, labels: Sequence[Any]) -> None:
    """What the applicant changed goes into the history, in the installation's language, and to
    its officer (else to all), once a day; of a draft nobody is told."""
    audit.record("partners.fill_in", case)
    if case.state == AccessionState.DRAFT:
        return
    with translation.override(settings.LANGUAGE_CODE):
        reason = ", ".join(dict.fromkeys(str(label) for label in labels))[:LONGEST_REASON]
    case.moves.create(
        verb=CORRECT, from_state=case.state, to_state=case.state, by=None, reason=reason
    )
    if case.snoozed_until:
        case.snoozed_until = None
        case.save(update_fields=["snoozed_until"])
    duplicates.look_for(case)
    _tell_officers(case, f"partners.correct:{case.pk}:{timezone.now().date()}", "corrected")


def _tell_officers(case: AccessionRequest, event: str, letter: str) -> None:
    for officer in [case.assigned_to] if case.assigned_to else officers():
        mail.tell(
            officer,
            event=event,
            template=f"partners/letters/{letter}.txt",
            context={"case": case},
        )


# --- Sending it, and what comes after


@transaction.atomic
def send(request: AccessionRequest) -> AccessionRequest:
    """Hand a draft to the secretariat: the applicant is told that it arrived, the officers that
    it is there. Raises NotAllowed, naming what is missing, while something needed is."""
    case = locked_open(request)
    if case.state == AccessionState.DRAFT and (missing := answers.missing_for_decision(case)):
        raise NotAllowed(
            _("Before it can be sent, this is needed: %(fields)s.")
            % {"fields": get_text_list(missing, _("and"))}
        )
    states.move(case, "send", by=None)
    case.opened_at = timezone.now()
    case.save(update_fields=["opened_at"])
    duplicates.look_for(case)
    _tell_officers(case, f"partners.open:{case.pk}", "sent_request")
    return deciding.acknowledge(case, by=None)


@transaction.atomic
def answer(request: AccessionRequest, message: str) -> AccessionRequest:
    """Answer what the secretariat asked; the case goes on, and its officer is told.

    Raises Refused for an empty answer, NotAllowed where nothing was asked.
    """
    message = clean_text(message, limit=LONGEST_REASON)
    if not message:
        raise Refused(_("Please write a sentence, so that the secretariat knows what changed."))
    case = deciding.answer(request, message, by=None)
    _tell_officers(case, f"partners.answer:{case.moves.latest('pk').pk}", "answered")
    return case
