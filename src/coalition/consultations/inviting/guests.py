"""Who may sign in as a guest: anyone on the way to a consultation that is open to everyone, and who
is invited to one. They get a way in, and no role, once the code from the letter is right."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.db.models import Q
from django.urls import Resolver404, resolve
from django.utils import translation

from coalition.accounts.mailboxes import mailbox_of
from coalition.consultations.models import Consultation, Invitation
from coalition.consultations.states import AHEAD


def lets_in(page: str, address: str) -> bool:
    """May somebody without an account sign in with this address, on the way to this page? With an
    empty address: does the page let in anyone at all? At most two queries."""
    reference = _reference(page)
    held = Consultation.objects.filter(reference=reference, state__in=AHEAD, for_everyone=True)
    if reference and held.exists():
        return True
    to_people = Q(consultation__for_invited=True) | Q(consultation__for_everyone=True)
    invited = Invitation.objects.filter(
        to_people, mailbox=mailbox_of(address), consultation__state__in=AHEAD
    )
    return bool(address) and invited.exists()


def _reference(page: str) -> str:
    """The consultation whose page this is; an empty text where it is another one."""
    path = urlsplit(page).path
    language = translation.get_language_from_path(path) or translation.get_language()
    try:
        with translation.override(language):
            found = resolve(path)
    except Resolver404:
        return ""
    if found.app_name != "consultations":
        return ""
    return str(found.kwargs.get("reference", ""))
