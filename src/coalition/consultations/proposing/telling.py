"""What became of what an organisation proposed, told to its people. Persons are not written to:
nobody knows who they are."""

from __future__ import annotations

from coalition.base.states import Move
from coalition.consultations.crediting import writers_of
from coalition.consultations.models import Statement
from coalition.mailroom.actions import tell
from coalition.partners.states import JOINED


def tell_author(statement: Statement, step: Move) -> int:
    """Write once about this step to each person who may write for the organisation; returns to how
    many. Two queries, and those of each letter; none where a person proposed it, or nobody."""
    author = statement.author
    if author is None or author.partner is None or author.partner.state not in JOINED:
        return 0
    people = writers_of([author.partner.pk]).get(author.partner.pk, [])
    for person in people:
        tell(
            person,
            event=f"consultations.{step.verb}:{statement.pk}:{step.pk}",
            template="consultations/mail/statement.txt",
            context={
                "consultation": statement.consultation,
                "partner": author.partner,
                "statement": statement,
                "verb": step.verb,
                "reason": step.reason,
            },
        )
    return len(people)
