"""The file on an organisation, held while somebody works on it.

Its owner (the request or the partner) is locked first, always: a flag raised at the very moment
of a decision is either seen by it or comes after it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from coalition.base import states
from coalition.base.errors import NotAllowed
from coalition.mailroom import actions as mail
from coalition.partners.queries import officers
from coalition.partners.vetting import dossier, queries
from coalition.partners.vetting.dossier import Dossier, Owner


def held(owner: Owner, by: Any) -> Dossier:
    """The file read afresh under the lock of its owner.

    Raises NotAllowed where the file is closed: to everybody, or to this officer.
    """
    file = dossier.Dossier(states.lock(owner))
    refuse([queries.closed_request(file.owner)])
    refuse([queries.closed_to(file, by)])
    return file


def refuse(sentences: Iterable[str]) -> None:
    """Raises NotAllowed with all sentences, unless there is none."""
    if said := " ".join(filter(None, sentences)):
        raise NotAllowed(said)


def tell_others(event: str, letter: str, owner: Owner, *, by: Any, **context: Any) -> None:
    """Write to every other officer about an organisation, once for each event."""
    for officer in officers():
        if officer != by:
            mail.tell(
                officer,
                event=event,
                template=f"partners/letters/{letter}.txt",
                context={
                    "organisation": dossier.name_of(owner),
                    "reference": owner.reference,
                    "path": dossier.path_of(owner),
                    **context,
                },
            )
