"""The correspondence of a case: every letter and message, and the officers' own notes, in order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as marked

from coalition.accounts.models import User
from coalition.base import audit, states
from coalition.base.errors import NotAllowed, Refused
from coalition.base.text import clean_line, clean_text
from coalition.mailroom import actions as mail
from coalition.mailroom import threads
from coalition.mailroom.models import Authenticity, InboundMessage, Letter, Thread
from coalition.mailroom.reading import ReadMessage
from coalition.partners import lookup
from coalition.partners.accession import links
from coalition.partners.accession.queries import obstacle, refuse_if
from coalition.partners.models import AccessionRequest, CaseNote, LookupKey
from coalition.partners.queries import officers
from coalition.partners.states import AccessionState
from coalition.partners.values import LONGEST_TEXT

# What an officer can begin a letter with: files `letters/<code>.<language>.txt`.
TEMPLATES = {
    "ask_documents": marked("Ask for documents"),
    "ask_signatory": marked("Ask who may sign"),
    "reminder": marked("Remind of what was asked"),
    "thanks": marked("Thank for what was sent"),
    "takes_longer": marked("Say that vetting takes longer"),
}
REFERENCE = re.compile(r"\bACC-[0-9]{4}-[0-9]{4,9}\b", re.IGNORECASE)
MOST_GUESSES = 5
SHOWN = 30  # entries of a correspondence on a page


# --- Letters of the house


def thread_of(case: AccessionRequest) -> Thread:
    """The correspondence of a locked case; its first call opens one."""
    if case.thread is None:
        case.thread = mail.open_thread(is_example=case.is_example)
        case.save(update_fields=["thread"])
    return case.thread


def language_of(case: AccessionRequest) -> str:
    """The language in which the applicant is written to: theirs, else English."""
    return case.language if case.language in settings.UN_LANGUAGES else "en"


def worded(letter: str, case: AccessionRequest, language: str = "", **context: Any) -> list[str]:
    """Subject and text of one of the house's letters, in a language of the six."""
    language = language or language_of(case)
    with translation.override(language):
        body = render_to_string(
            f"partners/letters/{letter}.{language}.txt",
            {
                "case": case,
                "site_url": settings.SITE_URL,
                "link": links.link_for(case),
                **context,
            },
        )
    subject, _newline, text = body.strip().partition("\n")
    return [subject.strip(), text.strip() + "\n"]


def send(
    case: AccessionRequest,
    *,
    key: str,
    subject: str,
    text: str,
    language: str = "",
    to_address: str = "",
    to_person: Any = None,
    by: Any = None,
) -> Letter | None:
    """Put a letter of a case into the outbox and into its correspondence, once per `key`.

    Without an address to write to nothing is written, and None is returned.
    """
    address = to_address or case.contact_email
    if not address:
        return None
    return mail.write(
        key=key,
        to_address=address,
        to_person=to_person,
        subject=subject,
        text=text,
        language=language or language_of(case),
        thread=thread_of(case),
        written_by=by,
        is_example=case.is_example,
    )


# --- Letters on paper

# The letters that a case may need on paper, and with which of its steps each goes.
PRINTED = {
    "acknowledgement": ("received", "acknowledge", marked("Acknowledgement")),
    "information": ("ask", "ask", marked("Request for information")),
    "acceptance": ("accepted", "accept", marked("Letter of acceptance")),
    "refusal": ("declined", "decline", marked("Letter of refusal")),
}


# How a letter on paper names its reference and who signs it, by language.
ON_PAPER = {
    "ar": ("الرقم المرجعي", "الأمانة"),
    "en": ("Reference", "The secretariat"),
    "es": ("Referencia", "La secretaría"),
    "fr": ("Référence", "Le secrétariat"),
    "ru": ("Номер", "Секретариат"),
    "zh": ("编号", "秘书处"),
}


def printable(case: AccessionRequest) -> list[str]:
    """Which letters the case's steps so far call for; an acknowledgement always."""
    taken = {move.verb for move in case.moves.all()} | {"acknowledge"}
    return [name for name, (_file, verb, _label) in PRINTED.items() if verb in taken]


def printed(case: AccessionRequest, name: str, language: str) -> tuple[datetime, str, str]:
    """Date, subject and text of a letter for paper, worded as the mail was; `name` is one of
    those that are `printable`."""
    file, verb, _label = PRINTED[name]
    moves = [move for move in case.moves.all() if move.verb == verb]
    person = User.objects.filter(email__iexact=case.contact_email).first()
    subject, text = worded(
        file,
        case,
        language,
        reason=moves[-1].reason if moves else "",
        partner=case.partner,
        person=person or {"email": case.contact_email},
    )
    return moves[-1].at if moves else case.opened_at, subject, links.hidden(text)


# --- Letters and notes by officers


def correspondents(case: AccessionRequest) -> list[str]:
    """Whom an officer may write to from a case: its contact, and whoever wrote in it."""
    wrote = _messages(case).exclude(from_address="").order_by("-received_at")
    addresses = [case.contact_email, *wrote.values_list("from_address", flat=True)[:SHOWN]]
    return list(dict.fromkeys(address.lower() for address in addresses if address))


@transaction.atomic
def write(
    request: AccessionRequest,
    *,
    subject: str,
    text: str,
    by: Any,
    language: str = "",
    to_address: str = "",
    asks: bool = False,
    number: int | None = None,
) -> Letter:
    """Write to the applicant in the officer's own words; with `asks` the case then waits for the
    answer as incomplete.

    `number` is how many entries the correspondence had when the officer began to write: the same
    form sent twice writes one letter. Raises NotAllowed where nobody can be written to, or where
    the case cannot wait for an answer; Refused for an empty letter or a strange address.
    """
    case = states.lock(request)
    subject, text = clean_line(subject, limit=200), clean_text(text, limit=LONGEST_TEXT)
    if not subject or not text:
        raise Refused(_("A letter needs a subject and a text."))
    known = correspondents(case)
    address = (to_address or case.contact_email or (known[0] if known else "")).lower()
    if not address:
        raise NotAllowed(_("There is nobody to write to: first fill in the focal point's address."))
    if address not in known:
        raise Refused(_("%(address)s has no part in this case.") % {"address": address})
    digest = lookup.digest([subject, text, address, str(asks)])
    key = f"partners.write:{case.pk}:{number}:{digest}"
    if number is not None and (sent := Letter.objects.filter(key=key).first()):
        return sent
    if asks:
        refuse_if(obstacle(case, "ask"))
        states.move(case, "ask", by=by, reason=text)
    letter = send(
        case,
        key=key if number is not None else f"partners.write:{case.pk}:{audit.head()[0]}",
        subject=subject,
        text=text + "\n",
        language=language if language in settings.UN_LANGUAGES else "",
        to_address=address,
        by=by,
    )
    audit.record("partners.write", case, by=by, refs=[letter])
    return letter


def begun(case: AccessionRequest, code: str, language: str) -> tuple[str, str]:
    """Subject and text of a template, filled in for the officer to go on from.

    Raises Refused for a template or a language there is not.
    """
    if code not in TEMPLATES or language not in settings.UN_LANGUAGES:
        raise Refused(_("There is no such template."))
    subject, text = worded(f"written/{code}", case, language)
    return subject, text.strip()


@transaction.atomic
def add_note(request: AccessionRequest, text: str, *, by: Any) -> CaseNote:
    """Keep a private note on a case. Raises Refused for an empty one."""
    case = states.lock(request)
    text = clean_text(text, limit=LONGEST_TEXT)
    if not text:
        raise Refused(_("The note is empty."))
    note: CaseNote = case.notes.create(by=by, text=text)
    audit.record("partners.note", case, by=by, refs=[note])
    return note


# --- Mail that comes in


def case_of(thread: Thread) -> AccessionRequest | None:
    """The case a correspondence belongs to, wherever that was merged into since."""
    case = AccessionRequest.objects.filter(thread=threads.final(thread)).first()
    for _hop in range(links.FARTHEST):
        if case is None or case.merged_into is None:
            return case
        case = case.merged_into
    return None


@transaction.atomic
def take_reply(message: InboundMessage, read: ReadMessage, thread: Thread) -> bool:
    """File a message that came to a case's own address; did it count as an answer?

    It does where the contact, the writer of the first message, or somebody we wrote to in this
    case answers: an incomplete case goes on, and its officer (else all of them) is told. A sender
    new to the case is filed all the same, and the page says so. What is automatic, or whose
    sender its domain disowns, never counts.
    """
    found = case_of(thread)
    if found is None:
        return False
    case = states.lock(found)
    message.thread = thread_of(case)
    message.save(update_fields=["thread"])
    if read.automatic or read.forged or read.from_list:
        return False
    # What an address says counts only where nothing speaks against its being the sender's.
    counts = (
        message.authenticity != Authenticity.FAILED
        and message.from_address.lower() in known_addresses(case)
    )
    if counts and case.state == AccessionState.INCOMPLETE:
        states.move(case, "answer", by=None)
        case.snoozed_until = None
        case.save(update_fields=["snoozed_until"])
    else:
        audit.record("partners.reply", case, refs=[message])
    for officer in [case.assigned_to] if case.assigned_to else officers():
        mail.tell(
            officer,
            event=f"partners.reply:{message.pk}",
            template="partners/letters/reply.txt",
            context={"case": case, "is_known": counts},
        )
    return counts


def known_addresses(case: AccessionRequest) -> set[str]:
    """The addresses that speak for the applicant: the contact, who first wrote, and those to whom
    an officer or the house has written in this case."""
    opened_by = [case.message.from_address] if case.message else []
    written_to = (
        case.thread.letters.filter(to_person=None).values_list("to_address", flat=True).distinct()
        if case.thread
        else []
    )
    known = {case.contact_email, *opened_by, *written_to}
    return {address.lower() for address in known if address}


def guess_threads(message: InboundMessage, read: ReadMessage) -> list[tuple[Thread, str]]:
    """Where a message that waits may belong, the likeliest first, each with a sentence (marked
    for translation) that says why: at most five."""
    found: dict[int, tuple[Thread, str]] = {}
    for cases, why in _guesses(message, read):
        for case in cases.exclude(thread=None).select_related("thread")[:MOST_GUESSES]:
            found.setdefault(case.thread_id, (case.thread, why))
    return list(found.values())[:MOST_GUESSES]


def _guesses(message: InboundMessage, read: ReadMessage) -> Iterable[tuple[Any, str]]:
    cases = AccessionRequest.objects.order_by("-opened_at")
    references = [one.upper() for one in REFERENCE.findall(f"{read.subject}\n{read.text[:20_000]}")]
    if references:
        named = cases.filter(reference__in=references[:MOST_GUESSES])
        yield named, marked("It names the reference of this case.")
    address = message.from_address.lower()
    if not address:
        return
    of_contact = cases.open().filter(contact_email__iexact=address)
    yield of_contact, marked("It comes from the address of this case’s contact.")
    if domain := lookup.domain_of(address):
        keys = LookupKey.objects.filter(key=lookup.domain_key(domain))
        same_domain = cases.open().filter(pk__in=keys.values("request"))
        yield same_domain, marked("It comes from the domain of this case’s organisation.")
        of_partner = cases.filter(partner__in=keys.values("partner"))
        yield of_partner, marked("It comes from the domain of a partner; this was its request.")


# --- As the page shows it


@dataclass(frozen=True)
class Entry:
    """One piece of a correspondence. `kind` is message, letter or note."""

    kind: str
    at: datetime
    record: Any
    who: str
    text: str
    is_new_sender: bool = False


def _messages(case: AccessionRequest) -> Any:
    """All that came in: into the correspondence, and what opened the case."""
    found = Q(pk=case.message_id)
    if case.thread_id:
        found |= Q(thread=case.thread_id)
    return InboundMessage.objects.filter(found)


def _letters(case: AccessionRequest) -> Any:
    return Letter.objects.filter(thread=case.thread_id, thread__isnull=False)


def index(case: AccessionRequest, *, with_notes: bool = True) -> list[tuple[datetime, str, int]]:
    """Every piece of the correspondence as moment, kind and number, oldest first: three queries."""
    rows = [(at, "message", pk) for at, pk in _messages(case).values_list("received_at", "pk")]
    rows += [(at, "letter", pk) for at, pk in _letters(case).values_list("written_at", "pk")]
    if with_notes:
        rows += [(at, "note", pk) for at, pk in case.notes.values_list("at", "pk")]
    return sorted(rows)


def entries(
    case: AccessionRequest, rows: Sequence[tuple[datetime, str, int]], *, limit: int = 8_000
) -> list[Entry]:
    """The pieces named by some rows of the index, with the first `limit` characters of each."""
    numbers: dict[str, list[int]] = {"message": [], "letter": [], "note": []}
    for _at, kind, number in rows:
        numbers[kind].append(number)
    messages = InboundMessage.objects.in_bulk(numbers["message"])
    letters = Letter.objects.select_related("written_by").in_bulk(numbers["letter"])
    notes = CaseNote.objects.select_related("by").in_bulk(numbers["note"])
    known = known_addresses(case) if numbers["message"] else set()
    told = []
    for at, kind, number in rows:
        if kind == "message":
            one = messages[number]
            who = f"{one.from_name} <{one.from_address}>" if one.from_name else one.from_address
            is_new = one.pk != case.message_id and one.from_address.lower() not in known
            told.append(Entry(kind, at, one, who, one.text[:limit], is_new))
        elif kind == "letter":
            one = letters[number]
            by = str(one.written_by) if one.written_by else _("the platform")
            told.append(Entry(kind, at, one, by, links.hidden(one.text)[:limit]))
        else:
            one = notes[number]
            told.append(Entry(kind, at, one, str(one.by or "–"), one.text[:limit]))
    return told
