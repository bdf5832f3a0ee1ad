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
    indicator: Indicator, partner: Partner, *, share: int, how: str, by: Any, tells: bool = True
) -> Contribution:
    """Say what part of an indicator's total a partner contributed to, in hundredths of a per cent;
    said again it replaces what was said. The people of that partner get a letter, unless who calls
    it tells them (`tells`).

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
    for person in people_who("edit", partner) if tells and partner != framework.reporter else ():
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
    audit.record("results.name_share", made, by=by, refs=[indicator, partner])
    record_changed(framework.owner)
    return made


@transaction.atomic
def take_back_share(contribution: Contribution, *, by: Any) -> None:
    """The share is no longer claimed."""
    framework = _public(contribution.indicator)
    states.lock(contribution.indicator)
    refs = [contribution.indicator, contribution.partner]
    audit.record("results.take_back_share", contribution, by=by, refs=refs)
    contribution.delete()
    record_changed(framework.owner)


@transaction.atomic
def lower_share(indicator: Indicator, partner: Partner, *, share: int, by: Any) -> None:
    """A partner claims no more than this of an indicator's total, or nothing (0), since something
    on which its share rests was withdrawn: also where all has ended, and nothing else changes. A
    share that is no larger stays."""
    framework, indicator = states.lock(indicator.framework), states.lock(indicator)
    held = indicator.contributions.filter(partner=partner, share__gt=share).first()
    if held is None:
        return
    audit.record("results.lower_share", held, by=by, refs=[indicator, partner])
    if share:
        held.share, held.at = share, timezone.now()
        held.save(update_fields=["share", "at"])
    else:
        held.delete()
    record_changed(framework.owner)


@transaction.atomic
def pass_on_share(
    indicator: Indicator, before: Partner, to: Partner, *, share: int, by: Any
) -> None:
    """So much of what one partner claims is another's from now on, which carries on what it rests
    on, also where all has ended: all shares together stay what they were."""
    framework, indicator = states.lock(indicator.framework), states.lock(indicator)
    held = indicator.contributions.filter(partner=before).first()
    moved = min(share, held.share) if held else 0
    if held is None or not moved or before == to:
        return
    words = {"how": held.how, "by": held.by, "at": timezone.now()}
    lower_share(indicator, before, share=held.share - moved, by=by)
    made, is_new = indicator.contributions.get_or_create(
        partner=to, defaults={"share": moved, **words}
    )
    if not is_new:
        made.share += moved
        made.save(update_fields=["share"])
    audit.record("results.pass_on_share", made, by=by, refs=[indicator, before, to])
    record_changed(framework.owner)


def _public(indicator: Indicator) -> Framework:
    framework = actions.opened(indicator.framework)
    if not framework.is_public:
        raise NotAllowed(_("Shares are named once the goals are public: nothing is reached yet."))
    return framework
