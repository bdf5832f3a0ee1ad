"""What is done with requests to join and with partners; every verb is a transaction of its own.

A verb takes the record as the caller knows it, reads it afresh under a lock, and returns what it
made of it. Of two officers who decide at once the second reads what the first has decided.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as marked

from coalition.accounts.actions import invite_or_get
from coalition.base import audit, states
from coalition.base.changes import record_changed
from coalition.base.errors import NotAllowed, Refused
from coalition.base.numbers import next_reference
from coalition.base.states import Move
from coalition.base.text import clean_line, clean_text
from coalition.mailroom import actions as mail
from coalition.mailroom.models import InboundMessage, Verdict
from coalition.mailroom.reading import ReadMessage
from coalition.partners import recognition
from coalition.partners.models import (
    AccessionRequest,
    Mandate,
    Partner,
    PartnerGroup,
    Priority,
    Suggestion,
)
from coalition.partners.queries import COMPLETE, obstacle, officers
from coalition.partners.states import OPEN, PartnerState
from coalition.places.models import Place

REQUEST_FIELDS = (
    *("organisation", "group", "scope", "country", "language", "website", "about"),
    *("contact_name", "contact_email"),
)
PROFILE_FIELDS = ("website", "about", "about_language")
# What was decided with the admission changes only by the secretariat's hand.
ADMISSION_FIELDS = ("name", "name_language", "group", "scope", "country")
MOST_PRIORITIES = 10
LONGEST_TEXT = 5_000
LONGEST_REASON = 2_000


# --- A request comes in ----------------------------------------------------------------------


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
        _open(message, [*suggestions, contact], by=None)
        for suggestions in _by_organisation(found.suggestions)
    ]
    letter = mail.acknowledge(
        message,
        reference=", ".join(case.reference for case in cases),
        language=cases[0].language or settings.LANGUAGE_CODE,
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
    case = _open(message, [one for one in sender if one.value], by=by)
    message.verdict = Verdict.CASE
    message.handled_by, message.handled_at = by, timezone.now()
    message.save(update_fields=["verdict", "handled_by", "handled_at"])
    return case


@transaction.atomic
def open_by_hand(fields: Mapping[str, Any], *, by: Any, is_example: bool = False) -> Any:
    """Open a request that came another way than by mail, with the fields an officer fills in."""
    case = _open(None, [], by=by, is_example=is_example)
    return complete(case, fields, by=by)


FROM_SENDER = marked("The message came from there.")


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


def _open(
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
    return _cleaned(AccessionRequest._meta.get_field(suggestion.field), suggestion.value)


# --- A request is worked on ------------------------------------------------------------------


@transaction.atomic
def complete(request: AccessionRequest, fields: Mapping[str, Any], *, by: Any) -> AccessionRequest:
    """Save the facts of a request as an officer confirms them; from then on none is suggested.

    `fields` maps names out of REQUEST_FIELDS to values (a PartnerGroup, a country, texts); what
    it leaves out stays. Raises Refused for values that cannot be, NotAllowed for decided cases.
    """
    case = states.lock(request)
    _refuse_if(obstacle(case, COMPLETE))
    _change(case, fields, REQUEST_FIELDS)
    # A step in the history that leaves the state as it is.
    case.moves.create(verb=COMPLETE, from_state=case.state, to_state=case.state, by=by)
    audit.record("partners.complete", case, by=by)
    return case


@transaction.atomic
def acknowledge(request: AccessionRequest, *, by: Any) -> AccessionRequest:
    """Tell the applicant that the request has arrived."""
    return _step(request, "acknowledge", by=by, letter="received")


@transaction.atomic
def ask(request: AccessionRequest, reason: str, *, by: Any) -> AccessionRequest:
    """Ask the applicant for what is missing, in the officer's words."""
    return _step(request, "ask", by=by, reason=reason, letter="ask")


@transaction.atomic
def vet(request: AccessionRequest, *, by: Any) -> AccessionRequest:
    """Begin to examine the request, and tell the applicant so."""
    return _step(request, "vet", by=by, letter="vetting")


@transaction.atomic
def recommend(request: AccessionRequest, *, by: Any) -> AccessionRequest:
    """Recommend admission; the other officers are told that a decision is due."""
    case = _step(request, "recommend", by=by)
    move = case.moves.latest("pk")
    for officer in officers():
        if officer != by:
            mail.tell(
                officer,
                event=_event(move),
                template="partners/letters/recommended.txt",
                context={"case": case},
            )
    return case


@transaction.atomic
def decline(request: AccessionRequest, reason: str, *, by: Any) -> AccessionRequest:
    """Refuse the request; the applicant reads the reason."""
    return _step(request, "decline", by=by, reason=reason, letter="declined")


@transaction.atomic
def withdraw(request: AccessionRequest, reason: str, *, by: Any) -> AccessionRequest:
    """Note that the applicant no longer wishes to join, and confirm it to them."""
    return _step(request, "withdraw", by=by, reason=reason, letter="withdrawn")


@transaction.atomic
def accept(request: AccessionRequest, *, by: Any) -> Partner:
    """Admit the organisation: a public partner, whose focal point may sign in and act for it.

    Raises NotAllowed, naming what is missing, while organisation, group, scope or the focal
    point's address are not filled in, or while no officer has confirmed what was suggested.
    """
    case = _step(request, "accept", by=by)
    language = case.language or settings.LANGUAGE_CODE
    partner = Partner.objects.create(
        reference=next_reference("PAR"),
        name=case.organisation,
        name_language=language,
        group=case.group,
        scope=case.scope,
        country=case.country,
        website=case.website,
        about=case.about,
        about_language=language,
        joined_on=timezone.now().date(),
        is_example=case.is_example,
    )
    case.partner = partner
    case.save(update_fields=["partner"])
    person = invite_or_get(
        case.contact_email,
        name=case.contact_name,
        language=case.language,
        by=by,
        is_example=case.is_example,
    )
    mandate = Mandate.objects.create(person=person, partner=partner, since=partner.joined_on)
    audit.record("partners.begin_mandate", mandate, by=by, refs=[partner, person])
    mail.tell(
        person,
        event=f"partners.accept:{case.pk}",
        template="partners/letters/accepted.txt",
        context={"case": case, "partner": partner},
    )
    record_changed(partner)
    return partner


def _step(
    request: AccessionRequest, verb: str, *, by: Any, reason: str = "", letter: str = ""
) -> AccessionRequest:
    """Apply a verb to a case under its lock, and write to the applicant, once."""
    case = states.lock(request)
    _refuse_if(obstacle(case, verb))
    move = states.move(case, verb, by=by, reason=clean_text(reason, limit=LONGEST_REASON))
    if case.state not in OPEN:
        case.closed_at = timezone.now()
        case.save(update_fields=["closed_at"])
    if letter and case.contact_email:
        _write_to_applicant(case, move, letter)
    return case


def _refuse_if(sentence: str) -> None:
    if sentence:
        raise NotAllowed(sentence)


def _write_to_applicant(case: AccessionRequest, move: Move, letter: str) -> None:
    """A letter about a step to the address of the case, in its language, else in English."""
    language = case.language if case.language in settings.UN_LANGUAGES else "en"
    with translation.override(language):
        body = render_to_string(
            f"partners/letters/{letter}.{language}.txt", {"case": case, "reason": move.reason}
        )
    subject, _newline, text = body.strip().partition("\n")
    mail.write(
        key=_event(move),
        to_address=case.contact_email,
        subject=subject,
        text=text.strip() + "\n",
        language=language,
        is_example=case.is_example,
    )


def _event(move: Move) -> str:
    """One event for each time a verb is applied: a case may be asked twice."""
    return f"partners.{move.verb}:{move.pk}"


# --- Partners --------------------------------------------------------------------------------


@transaction.atomic
def edit_profile(partner: Partner, fields: Mapping[str, Any], *, by: Any) -> Partner:
    """Change what a partner says of itself, or, where an officer does it, what it is.

    Raises Refused for unknown fields and for values that cannot be, NotAllowed after it left.
    """
    partner = _locked_and_active(partner)
    is_officer = by is not None and by.is_officer
    _change(partner, fields, PROFILE_FIELDS + (ADMISSION_FIELDS if is_officer else ()))
    audit.record("partners.edit_profile", partner, by=by)
    record_changed(partner)
    return partner


@transaction.atomic
def set_priorities(
    partner: Partner, rows: Sequence[Mapping[str, Any]], *, by: Any
) -> list[Priority]:
    """Make `rows`, in their order, the partner's priorities, ranked from 1 without gaps.

    Each row maps theme, level and place to rows, and perhaps words, language (of the words) and
    priority (the key of the priority it changes; else one of the same theme, level and place is
    taken). Priorities that commitments name keep their row. Raises Refused for rows that cannot
    be, NotAllowed where one that a commitment names would be dropped.
    """
    partner = _locked_and_active(partner)
    wanted = [_priority_fields(row) for row in rows]
    _refuse_repeats(wanted)
    free = {priority.pk: priority for priority in partner.priorities.all()}
    kept = [free.pop(row.get("priority"), None) for row in rows]
    kept = [
        priority or _take_alike(free, fields) for priority, fields in zip(kept, wanted, strict=True)
    ]
    for dropped in free.values():
        _refuse_if(_why_not_dropped(dropped))
        dropped.delete()
    # Old ranks give way first, since two priorities may not share one even for a moment.
    partner.priorities.update(rank=F("rank") + 10 * MOST_PRIORITIES)
    ranked = []
    for rank, (priority, fields) in enumerate(zip(kept, wanted, strict=True), start=1):
        priority = priority or Priority(partner=partner)
        for name, value in {**fields, "rank": rank}.items():
            setattr(priority, name, value)
        priority.save()
        ranked.append(priority)
    audit.record("partners.set_priorities", partner, by=by, refs=ranked)
    record_changed(partner)
    return ranked


def _priority_fields(row: Mapping[str, Any]) -> dict[str, Any]:
    language = row.get("language") or settings.LANGUAGE_CODE
    if language not in settings.UN_LANGUAGES:
        raise Refused(_("“%(code)s” is not one of the six languages.") % {"code": language})
    return {
        "theme": row["theme"],
        "level": row["level"],
        "place": row["place"],
        "words": clean_line(row.get("words", "")),
        "language": language,
    }


def _refuse_repeats(wanted: Sequence[Mapping[str, Any]]) -> None:
    if len(wanted) > MOST_PRIORITIES:
        raise Refused(
            _("There can be at most %(most)s priorities; these are %(count)s.")
            % {"most": MOST_PRIORITIES, "count": len(wanted)}
        )
    seen: dict[tuple[Any, ...], int] = {}
    for rank, fields in enumerate(wanted, start=1):
        alike = tuple(fields[name] for name in ("theme", "level", "place", "words"))
        if alike in seen:
            raise Refused(
                _("Priorities %(first)s and %(second)s say the same. Take one of them out.")
                % {"first": seen[alike], "second": rank}
            )
        seen[alike] = rank


def _take_alike(free: dict[int, Priority], fields: Mapping[str, Any]) -> Priority | None:
    for pk, priority in free.items():
        if all(getattr(priority, name) == fields[name] for name in ("theme", "level", "place")):
            return free.pop(pk)
    return None


def _why_not_dropped(priority: Priority) -> str:
    commitment = priority.commitments.first()
    if commitment is None:
        return ""
    return _(
        "The priority “%(priority)s” cannot be taken out: the commitment %(reference)s names it. "
        "Change the commitment first, or rank the priority last."
    ) % {"priority": priority.words or priority.theme.name, "reference": commitment.reference}


@transaction.atomic
def end_mandate(mandate: Mandate, *, by: Any) -> Mandate:
    """End a person's right to act for an organisation, from now on; the person is told."""
    mandate = _end(mandate, by=by)
    mail.tell(
        mandate.person,
        event=f"partners.end_mandate:{mandate.pk}",
        template="partners/letters/mandate_ended.txt",
        context={"partner": mandate.partner},
    )
    return mandate


@transaction.atomic
def leave(partner: Partner, reason: str, *, by: Any) -> Partner:
    """End the partnership: mandates end, the page stays with date and reason, people are told."""
    partner = _locked_and_active(partner)
    states.move(partner, "leave", by=by, reason=clean_text(reason, limit=LONGEST_REASON))
    mandates = list(partner.mandates.current().select_related("person"))
    for mandate in mandates:
        _end(mandate, by=by)
    people = {mandate.person for mandate in mandates} | set(officers())
    for person in sorted(people - {by}, key=lambda person: person.pk):
        mail.tell(
            person,
            event=f"partners.leave:{partner.pk}",
            template="partners/letters/left.txt",
            context={"partner": partner, "reason": reason},
        )
    record_changed(partner)
    return partner


def _end(mandate: Mandate, *, by: Any) -> Mandate:
    mandate = states.lock(mandate)
    today = timezone.now().date()
    if mandate.until and mandate.until <= today:
        raise NotAllowed(_("This mandate has ended already."))
    mandate.until = max(today, mandate.since)
    mandate.save(update_fields=["until"])
    audit.record("partners.end_mandate", mandate, by=by)
    return mandate


def _locked_and_active(partner: Partner) -> Partner:
    partner = states.lock(partner)
    if partner.state != PartnerState.ACTIVE:
        raise NotAllowed(
            _("%(partner)s has left the coalition, so nothing can be changed.")
            % {"partner": partner.name}
        )
    return partner


# --- Values ----------------------------------------------------------------------------------


def _change(record: Any, fields: Mapping[str, Any], allowed: Sequence[str]) -> None:
    """Clean and save some fields of a locked record. Raises Refused with what cannot be taken."""
    if unknown := sorted(set(fields) - set(allowed)):
        raise Refused(
            _("These fields cannot be changed here: %(fields)s.") % {"fields": ", ".join(unknown)}
        )
    for name, value in fields.items():
        setattr(record, name, _cleaned(record._meta.get_field(name), value))
    others = {field.name for field in record._meta.fields} - set(fields)
    try:
        record.clean_fields(exclude=others)
    except ValidationError as error:
        raise Refused(
            " ".join(
                f"{record._meta.get_field(name).verbose_name}: {' '.join(sentences)}"
                for name, sentences in error.message_dict.items()
            )
        ) from None
    record.save(update_fields=list(fields))


def _cleaned(field: Any, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if field.name == "contact_email":
        return clean_line(value).lower()
    if field.get_internal_type() == "TextField":
        return clean_text(value, limit=LONGEST_TEXT)
    return clean_line(value, limit=field.max_length)
