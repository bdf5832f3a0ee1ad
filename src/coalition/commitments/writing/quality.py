"""What a promise still lacks."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from coalition.commitments.models import Commitment
from coalition.results.frameworks.queries import missing as goals_missing

NEEDED: Mapping[str, str | Promise] = {
    "promise": _("the promise in one sentence"),
    "for_whom": _("for whom it is"),
    "level": _("the level"),
    "ends_on": _("the day it ends"),
}


NEEDED_LISTS: Mapping[str, str | Promise] = {
    "resources": _("the resources"),
    "places": _("at least one place"),
    "themes": _("at least one theme"),
    "deliveries": _("at least one paragraph it delivers on"),
}


def missing(commitment: Commitment) -> list[str | Promise]:
    """What the commitment still lacks before it can be submitted, in words."""
    lacks = [words for name, words in NEEDED.items() if not getattr(commitment, name)]
    lacks += [
        words for name, words in NEEDED_LISTS.items() if not getattr(commitment, name).exists()
    ]
    return [*lacks, *goals_missing(commitment.framework)]
