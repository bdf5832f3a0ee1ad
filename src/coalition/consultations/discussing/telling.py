"""What became of what an organisation said of a text, told to its people. Persons are not written
to: nobody knows who they are."""

from __future__ import annotations

from coalition.base.states import Move
from coalition.consultations.crediting import writers_of
from coalition.consultations.models import Remark
from coalition.mailroom.actions import tell
from coalition.partners.states import JOINED


def tell_author(remark: Remark, step: Move) -> int:
    """Write once about this step to each person who may write for the organisation; returns to how
    many. Two queries, and those of each letter; none where a person said it."""
    partner = remark.author.partner
    if partner is None or partner.state not in JOINED:
        return 0
    people = writers_of([partner.pk]).get(partner.pk, [])
    for person in people:
        tell(
            person,
            event=f"consultations.{step.verb}_remark:{remark.pk}:{step.pk}",
            template="consultations/mail/remark.txt",
            context={
                "consultation": remark.consultation,
                "partner": partner,
                "remark": remark,
                "is_shown": step.verb == "accept",
                "reason": step.reason,
            },
        )
    return len(people)
