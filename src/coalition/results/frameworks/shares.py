"""Who contributed to a joint result, and how much of it: claimed by who reports, told to those who
are named. A contribution is claimed, not a cause."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.base import audit, states
from coalition.base.changes import record_changed
from coalition.base.errors import NotAllowed, Refused
from coalition.base.text import clean_line
from coalition.mailroom.actions import tell
from coalition.partners.models import Partner
from coalition.partners.queries import people_who
from coalition.partners.states import JOINED
from coalition.results.frameworks import actions
from coalition.results.frameworks.queries import per_cent
from coalition.results.models import WHOLE, Contribution, Framework, Indicator

SHARE_DECIMALS = 2


@transaction.atomic
def name_share(
    indicator: Indicator, partner: Partner, *, share: int, how: str, by: Any
) -> Contribution:
    """Say what part of an indicator's total a partner contributed to, in hundredths of a per cent;
    said again it replaces what was said. The people of that partner get a letter.

    Raises Refused where all shares would be more than the whole, with how much is left.
    """
    framework = _public(indicator)
    indicator = states.lock(indicator)
    how = clean_line(how, limit=300)
    if partner.state not in JOINED:
        raise Refused(
            _("%(partner)s is no active partner now, so no share can be named for it.")
            % {"partner": partner.name}
        )
    if not how:
        raise Refused(_("Say in a sentence what it contributed."))
    if share <= 0:
        raise Refused(_("A share is more than 0 per cent. To take one back, use its own button."))
    others = indicator.contributions.exclude(partner=partner)
    left = WHOLE - (others.aggregate(sum=Sum("share"))["sum"] or 0)
    if share > left:
        raise Refused(
            _(
                "All shares together make up the whole and no more: %(left)s per cent are left. "
                "Enter no more than that, or lower another share first."
            )
            % {"left": per_cent(left)}
        )
    made, _is_new = Contribution.objects.update_or_create(
        indicator=indicator,
        partner=partner,
        defaults={"share": share, "how": how, "by": by, "at": timezone.now()},
    )
    for person in people_who("edit", partner) if partner != framework.reporter else ():
        if person != by:
            tell(
                person,
                event=f"results.name_share:{made.pk}:{made.at.timestamp()}",
                template="results/frameworks/mail/share.txt",
                context={
                    "framework": framework,
                    "indicator": indicator,
                    "contribution": made,
                    "share": per_cent(share),
                },
            )
    record_changed(framework.owner)
    audit.record("results.name_share", made, by=by, refs=[indicator, partner])
    return made


@transaction.atomic
def take_back_share(contribution: Contribution, *, by: Any) -> None:
    """The share is no longer claimed."""
    framework = _public(contribution.indicator)
    states.lock(contribution.indicator)
    record_changed(framework.owner)
    refs = [contribution.indicator, contribution.partner]
    audit.record("results.take_back_share", contribution, by=by, refs=refs)
    contribution.delete()


def _public(indicator: Indicator) -> Framework:
    framework = actions.opened(indicator.framework)
    if not framework.is_public:
        raise NotAllowed(_("Shares are named once the goals are public: nothing is reached yet."))
    return framework
