"""An Example focal point keeps a search, so that one can be looked at."""

from __future__ import annotations

from django.utils import translation

from coalition.accounts.models import User
from coalition.commitments.exploring.searches import keep
from coalition.commitments.exploring.wishes import Wishes
from coalition.commitments.models import Facet, Tally
from coalition.themes.models import Theme


def build() -> None:
    """Every Example focal point who writes a promise looks for those of one theme."""
    theme = Tally.objects.filter(facet=Facet.THEME).order_by("-number", "value").first()
    writing = User.objects.filter(is_example=True, mandates__partner__commitments__isnull=False)
    if theme is None:
        return
    for person in writing.distinct().order_by("pk"):
        with translation.override(person.language):
            name = Theme.objects.get(code=theme.value).short_name
        keep(Wishes({Facet.THEME.value: theme.value}), name=name, by_mail=True, by=person)
