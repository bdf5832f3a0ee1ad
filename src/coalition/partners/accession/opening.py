"""A request comes in: from a message that reads as an application, or by an officer's hand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as marked

from coalition.base import audit, states
from coalition.base.errors import NotAllowed
from coalition.base.numbers import next_reference
from coalition.base.text import clean_line
from coalition.mailroom import actions as mail
from coalition.mailroom.models import InboundMessage, Verdict
from coalition.mailroom.reading import ReadMessage
from coalition.partners.accession import duplicates, recognition
from coalition.partners.accession.correspondence import thread_of
from coalition.partners.accession.links import link_for
from coalition.partners.models import AccessionRequest, PartnerGroup, Suggestion
from coalition.partners.queries import officers
from coalition.partners.values import REQUEST_FIELDS, cleaned
from coalition.places.models import Place

FROM_SENDER = marked("The message came from there.")


@transaction.atomic
def take_message(message: InboundMessage, read: ReadMessage) -> bool:
    """Open a request for each organisation that the message says wishes to join.

    Returns False where it does not read as an application: then nothing is opened, and the
    message keeps the reason. Called again for the same message it changes nothing.
    """
    if message.requests.exists():
        return True
    found = recognition.recognise(read, countries=_names_of_countries())
    quote = [f"“{clean_line(found.quote)}”"] if found.quote else []
    message.why = "\n".join([found.why, *quote])
    message.save(update_fields=["why"])
    if not found.is_application:
        return False
    contact = _contact_of(read, found)
    cases = [
        open_request(message, [*suggestions, contact], by=None)
        for suggestions in _by_organisation(found.suggestions)
    ]
    letter = mail.acknowledge(
        message,
        reference=", ".join(case.reference for case in cases),
        language=cases[0].language or settings.LANGUAGE_CODE,
        # Where one message opens several cases, its answer stands with the first.
        thread=cases[0].thread,
        link=link_for(cases[0]),
    )
    if letter:
        for case in cases:
            states.move(case, "acknowledge", by=None)
    return True


@transaction.atomic
def open_from_message(message: InboundMessage, *, by: Any) -> AccessionRequest:
    """Open a request by hand from a message that waits in the queue.

    Nothing is read out of the message but its sender. Raises NotAllowed where a request was
    opened from it already.
    """
    message = states.lock(message)
    if first := message.requests.first():
        raise NotAllowed(
            _("A request was opened from this message already: %(reference)s.")
            % {"reference": first.reference}
        )
    sender = [
        recognition.Suggestion("contact_name", message.from_name, FROM_SENDER),
        recognition.Suggestion(
            "contact_email", message.from_address, FROM_SENDER, doubt=message.no_answer
        ),
    ]
    case = open_request(message, [one for one in sender if one.value], by=by)
    message.verdict = Verdict.CASE
    message.handled_by, message.handled_at = by, timezone.now()
    message.save(update_fields=["verdict", "handled_by", "handled_at"])
    return case


def _names_of_countries() -> dict[str, list[str]]:
    rows = Place.objects.countries().values_list("code", "names")
    return {code: list(names.values()) for code, names in rows}


def _contact_of(read: ReadMessage, found: recognition.Recognition) -> recognition.Suggestion:
    """Whose address to write to: of a forwarded message its own sender, where it names one."""
    inner = next((one for one in read.forwarded if one.from_address), None)
    if inner:
        why = marked("The forwarded message came from there.")
        return recognition.Suggestion("contact_email", inner.from_address, why)
    doubt = marked("Somebody else forwarded the message.") if read.forwarded else ""
    if found.values("on_behalf_of"):
        doubt = marked("The sender belongs to another organisation.")
    address = read.reply_to or read.from_address
    return recognition.Suggestion("contact_email", address, FROM_SENDER, doubt=doubt)


def _by_organisation(
    suggestions: Sequence[recognition.Suggestion],
) -> list[list[recognition.Suggestion]]:
    """The suggestions sorted by the organisations they speak of, one list for each of these.

    What rests on the name of one organisation is not said of another, unless nothing else is
    known of that field.
    """
    names = [one.value for one in suggestions if one.field == "organisation"]
    sorted_out = []
    for name in names:
        others = {other for other in names if other != name}
        own: list[recognition.Suggestion] = []
        for one in suggestions:
            same_field = [each for each in suggestions if each.field == one.field]
            has_own = any(name in (each.value, each.quote) for each in same_field)
            is_others = bool({one.value, one.quote} & others)
            if not (is_others and (has_own or one.field == "on_behalf_of")):
                own.append(one)
        sorted_out.append(own)
    return sorted_out


def open_request(
    message: InboundMessage | None,
    suggestions: Iterable[recognition.Suggestion],
    *,
    by: Any,
    is_example: bool = False,
) -> AccessionRequest:
    """A new request with its suggestions, filled in as far as can be; the officers are told."""
    case = AccessionRequest.objects.create(
        reference=next_reference("ACC"),
        message=message,
        is_example=message.is_example if message else is_example,
    )
    kept = Suggestion.objects.bulk_create(
        Suggestion(
            request=case,
            field=one.field,
            value=clean_line(one.value, limit=500),
            why=one.why[:500],
            quote=clean_line(one.quote, limit=500),
            doubt=one.doubt[:500],
        )
        for one in suggestions
    )
    _prefill(case, kept)
    thread = thread_of(case)
    if message and message.thread is None:
        message.thread = thread
        message.save(update_fields=["thread"])
    duplicates.look_for(case)
    audit.record("partners.open", case, by=by, refs=[message] if message else [])
    for officer in officers():
        if officer != by:
            mail.tell(
                officer,
                event=f"partners.open:{case.pk}",
                template="partners/letters/new_request.txt",
                context={"case": case},
            )
    return case


def _prefill(case: AccessionRequest, suggestions: Iterable[Suggestion]) -> None:
    """Fill each field with the likeliest suggestion that the field can hold."""
    names = [field.name for field in case._meta.fields]
    for one in suggestions:
        if one.field not in REQUEST_FIELDS or getattr(case, one.field):
            continue
        empty = getattr(case, one.field)
        setattr(case, one.field, _as_value(one))
        try:
            case.clean_fields(exclude=[name for name in names if name != one.field])
        except ValidationError:
            setattr(case, one.field, empty)
    case.save(update_fields=REQUEST_FIELDS)


def _as_value(suggestion: Suggestion) -> Any:
    """What a field holds where a suggestion has a code or a text; None for an unknown code."""
    if suggestion.field == "group":
        return PartnerGroup.objects.filter(code=suggestion.value).first()
    if suggestion.field == "country":
        return Place.objects.countries().filter(code=suggestion.value).first()
    return cleaned(AccessionRequest._meta.get_field(suggestion.field), suggestion.value)
