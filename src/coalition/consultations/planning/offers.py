"""The verbs of a consultation's life as the desk offers them: what each does, and what it takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from coalition.base import states
from coalition.consultations.models import Consultation
from coalition.consultations.planning.queries import lacks
from coalition.ui.verbs import Offer

# verb: words on its button, what it does, whether it weighs; in the order of the page.
WORDS: Mapping[str, tuple[str | Promise, str | Promise, bool]] = {
    "announce": (
        _("Announce it"),
        _("Everybody sees it from now on. It opens by itself with its first phase."),
        False,
    ),
    "open": (
        _("Open it now"),
        _("Its first phase begins at once instead of on its day. Everybody reads that."),
        False,
    ),
    "reopen": (
        _("Open it again"),
        _("One phase runs again, until a moment to come. Everybody reads the reason."),
        False,
    ),
    "close_early": (
        _("Close it before its time"),
        _(
            "Phases under way end now, and those still to come do not take place. Everybody reads "
            "the reason."
        ),
        True,
    ),
    "call_off": (
        _("Call it off"),
        _("Nothing can be done in it any more. The page stays, with the reason. This is final."),
        True,
    ),
}


def offered(consultation: Consultation, person: Any) -> list[Offer]:
    """The verbs that its state allows and that this person may use."""
    return [
        Offer(
            *(verb, words, help, is_grave),
            url=reverse(f"consultations:{verb}", args=[consultation.reference]),
            lacks=lacks(consultation) if verb == "announce" else [],
        )
        for verb, (words, help, is_grave) in WORDS.items()
        if not states.refusal(consultation, verb)
        and person.has_perm(f"consultations.{verb}", consultation)
    ]
