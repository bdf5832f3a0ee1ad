"""Searches that people keep, and the letters on what is new in them.

What a person looks for is nobody's business: keeping a search leaves no trace in the audit trail.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from coalition.accounts.models import User
from coalition.base import audit
from coalition.base.errors import Refused
from coalition.base.text import clean_line
from coalition.commitments.exploring import queries
from coalition.commitments.exploring.wishes import NEWEST, Wishes
from coalition.commitments.models import Commitment, SavedSearch
from coalition.mailroom.actions import tell

MOST_SEARCHES = 100
MOST_TOLD = 20  # of one search in one letter
SIGNER = signing.Signer(salt="coalition.commitments.searches")


@transaction.atomic
def keep(wishes: Wishes, *, name: str, by_mail: bool, by: Any) -> SavedSearch:
    """Keep what somebody looks for under a name; kept twice, it is called as the second time says.

    Raises Refused with a sentence where it cannot be kept.
    """
    name = _named(name)
    query = wishes.but(sort=NEWEST).query
    if len(query) > SavedSearch._meta.get_field("query").max_length:
        raise Refused(_("These filters are too long to be kept."))
    held = SavedSearch.objects.filter(person=by)
    if not held.filter(query=query).exists() and held.count() >= MOST_SEARCHES:
        raise Refused(
            _("You keep %(count)d searches already. Please take out one of them first.")
            % {"count": MOST_SEARCHES}
        )
    search, _made = SavedSearch.objects.get_or_create(
        person=by, query=query, defaults={"name": name, "by_mail": by_mail}
    )
    return change(search, name=name, by_mail=by_mail)


@transaction.atomic
def change(search: SavedSearch, *, name: str, by_mail: bool) -> SavedSearch:
    """Give a search another name, and say whether its owner hears of what is new. Who wishes to
    hear again hears of what comes from now on."""
    search = SavedSearch.objects.select_for_update().get(pk=search.pk)
    if by_mail and not search.by_mail:
        search.told_until = timezone.now()
    search.name, search.by_mail = _named(name), by_mail
    search.save(update_fields=["name", "by_mail", "told_until"])
    return search


@transaction.atomic
def forget(search: SavedSearch) -> None:
    search.delete()


def _named(name: str) -> str:
    if name := clean_line(name, limit=100):
        return name
    raise Refused(_("Give the search a name."))


# --- What is new ------------------------------------------------------------------------------


@dataclass
class News:
    """What came into a search: the newest, how many in all, and where it is and can be ended."""

    search: SavedSearch
    commitments: list[Commitment]
    count: int

    @property
    def more(self) -> int:
        return self.count - len(self.commitments)

    @property
    def url(self) -> str:
        return settings.SITE_URL + Wishes.of(self.search.query).url()

    @property
    def stop_url(self) -> str:
        path = reverse("commitments:search_stop", args=[SIGNER.sign(self.search.pk)])
        return settings.SITE_URL + path


def tell_what_is_new() -> int:
    """Write to those who wish to hear of what is new in their searches: one letter a person.

    Each search remembers until when it was told, in the transaction that writes the letter, so
    nothing is told twice, and a run that comes late tells all since the last one. Returns how many
    letters were written.
    """
    until = _now()
    newest = Commitment.objects.published().filter(published_at__lte=until)
    last = newest.aggregate(last=Max("published_at"))["last"]
    if last is None:
        return 0
    waiting = SavedSearch.objects.filter(by_mail=True, told_until__lt=last)
    people = waiting.order_by("person").values_list("person", flat=True).distinct()
    return sum(_tell(person, until) for person in list(people))


@transaction.atomic
def _now() -> datetime:
    """A moment up to which all that was published can be read: who publishes holds the end of the
    trail from before that moment is noted until all is saved."""
    audit.hold()
    return timezone.now()


@transaction.atomic
def _tell(key: int, until: datetime) -> bool:
    person = User.objects.get(pk=key)
    # Held, so that of two runs at once the second finds nothing left to tell.
    searches = list(
        SavedSearch.objects.select_for_update()
        .filter(person=person, by_mail=True, told_until__lt=until)
        .order_by("name", "pk")
    )
    with translation.override(person.language):
        news = [each for each in (_news(search, until) for search in searches) if each.count]
        SavedSearch.objects.filter(pk__in=[one.pk for one in searches]).update(told_until=until)
        if not news:
            return False
        letter = tell(
            person,
            event=f"commitments.searches:{news[0].search.pk}:{until.isoformat()}",
            template="commitments/exploring/mail/new.txt",
            context={"news": news},
            is_digest=True,
        )
    return letter is not None


def _news(search: SavedSearch, until: datetime) -> News:
    found = queries.found(Wishes.of(search.query)).published()
    found = found.filter(published_at__gt=search.told_until, published_at__lte=until)
    newest = queries.ordered(found, NEWEST).select_related("partner")
    return News(search, list(newest[:MOST_TOLD]), found.count())


def stop(signed: str) -> SavedSearch | None:
    """The search whose letters this link ends; None for a link that we did not write, or where
    the search is gone."""
    try:
        key = SIGNER.unsign(signed)
    except signing.BadSignature:
        return None
    return SavedSearch.objects.select_related("person").filter(pk=key).first()


@transaction.atomic
def end_letters(search: SavedSearch) -> None:
    """No more letters on it; done twice is done once."""
    SavedSearch.objects.filter(pk=search.pk).update(by_mail=False)
