"""What the front page shows beyond the editors' sentences: figures, map and newest records."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from coalition.catalogue.models import Record
from coalition.commitments.models import Commitment, Delivery
from coalition.consultations.queries import open_now
from coalition.consultations.reading.queries import for_lines, line_of
from coalition.instruments.models import Provision, ProvisionRole
from coalition.instruments.texts.library import coalition_texts
from coalition.interventions.models import Intervention
from coalition.partners.models import Partner, PartnerGroup
from coalition.partners.states import JOINED
from coalition.places.charts import member_map
from coalition.ui.charts import Bar, bars

NEWEST = ("commitment", "intervention", "consultation", "partner", "news")
OPEN_SHOWN = 3  # consultations at the door; all stand in their list


def home() -> dict[str, Any]:
    """Who is in, what is promised, what nobody has taken up yet, and what is new."""
    # Of all texts the share would say nothing: most bind States and ask nothing of partners.
    paragraphs = Provision.objects.filter(
        role=ProvisionRole.OPERATIVE, instrument__in=coalition_texts().order_by().values("pk")
    )
    delivered = Delivery.objects.filter(commitment__is_public=True)
    taken_up = paragraphs.filter(
        Q(pk__in=delivered.values("provision")) | Q(pk__in=delivered.values("provision__parent"))
    )
    return {
        "join_address": settings.JOIN_ADDRESS,
        "partner_count": Partner.objects.public().count(),
        "commitment_count": Commitment.objects.published().count(),
        "intervention_count": Intervention.objects.published().count(),
        "country_count": Partner.objects.public().aggregate(n=Count("country", distinct=True))["n"],
        "paragraph_count": paragraphs.count(),
        "taken_up_count": taken_up.count(),
        "groups": group_bars(),
        "map": partner_map(),
        "open_now": [line_of(one) for one in for_lines(open_now())[:OPEN_SHOWN]],
        "newest": Record.objects.filter(kind__in=NEWEST)[:5],
    }


def group_bars() -> str:
    """Partners by group, as bars."""
    groups = PartnerGroup.objects.filter(retired_on=None).annotate(
        partners=Count("partner", filter=Q(partner__state__in=JOINED))
    )
    rows = [Bar(group.short_name, group.partners, code=group.code) for group in groups]
    return bars(
        rows,
        title=_("Who is in it"),
        subtitle=_("Partners by group"),
        unit=_("partners"),
        source=_("Records of this platform"),
    )


def partner_map() -> str:
    """Where partners are seated: a tile a member state of the United Nations."""
    seated = dict(
        Partner.objects.public()
        .exclude(country=None)
        .values_list("country")
        .annotate(Count("pk"))
        .order_by()
    )
    return member_map(
        seated,
        title=_("Where partners are seated"),
        subtitle=_("Partners by country; one tile a member state of the United Nations"),
        unit=_("partners"),
    )
