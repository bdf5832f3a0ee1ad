"""Example commitments that contribute to an Example key intervention: confirmed, and waiting."""

from __future__ import annotations

from coalition.accounts.models import User
from coalition.commitments.contributing import actions
from coalition.commitments.contributing.queries import version_of
from coalition.commitments.models import Claim, Commitment
from coalition.commitments.states import State
from coalition.interventions.models import Intervention
from coalition.results.states import ReportState
from coalition.web.examples.parts import signatory
from coalition.web.examples.results import prove

# Who promised, the share of the first result in hundredths of a per cent, how, and whether it is
# confirmed. Figures count where the promise measures the same.
CLAIMS = (
    ("0043", 1_500, "Example: enrols those who assemble at home for it.", True),
    ("0014", 2_000, "Example: enrols those who sew for the markets of the region.", True),
    ("0013", 1_000, "Example: trains those who enrol others.", False),
)


def build(one: Intervention, officer: User) -> None:
    """Each claims its share, with its figures where they can count; who leads confirms, and an
    officer what who leads claims itself. The last figures of what is confirmed are proved."""
    above = one.framework.indicators.get(number=1)
    for end, share, how, is_confirmed in CLAIMS:
        commitment = (
            Commitment.objects.filter(partner__reference__endswith=end, state=State.PUBLISHED)
            .filter(is_example=True)
            .select_related("partner", "framework")
            .latest("pk")
        )
        own = commitment.framework.indicators.filter(
            title=above.title, unit=above.unit, rule=above.rule
        ).first()
        person = signatory(commitment.partner)
        made = actions.claim(commitment, above, own=own, share=share, how=how, by=person)
        if is_confirmed:
            is_own = commitment.partner == one.partner
            by = officer if is_own else signatory(one.partner)
            made = Claim.objects.select_related(
                "commitment__partner", "intervention__partner", "indicator", "own"
            ).get(pk=made.pk)
            actions.confirm(made, seen=version_of(made), by=by)
            published = commitment.framework.reports.filter(state=ReportState.PUBLISHED)
            prove(published.latest("period__starts_on"), person, officer)
