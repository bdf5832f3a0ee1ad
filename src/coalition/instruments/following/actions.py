"""Following and no longer following; telling those who do.

What a person reads is nobody's business: following leaves no trace in the audit trail.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import groupby
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from coalition.base.errors import Refused
from coalition.instruments.following import queries
from coalition.instruments.following.queries import Followed, field_of
from coalition.instruments.models import Following, Version
from coalition.mailroom.actions import tell

MOST_FOLLOWED = 1000


@transaction.atomic
def follow(thing: Followed, *, by: Any) -> Following:
    """From now on the person hears of it by mail; done twice is done once.

    Raises Refused with a sentence for who follows far too much already.
    """
    named = {field_of(thing): thing}
    held = Following.objects.filter(person=by)
    if not held.filter(**named).exists() and held.count() >= MOST_FOLLOWED:
        raise Refused(
            _("You follow %(count)d things already. Please leave one of them first.")
            % {"count": MOST_FOLLOWED}
        )
    return Following.objects.get_or_create(person=by, **named)[0]


@transaction.atomic
def unfollow(thing: Followed, *, by: Any) -> None:
    """No more letters of it to this person; done twice is done once."""
    Following.objects.filter(person=by, **{field_of(thing): thing}).delete()


@transaction.atomic
def tell_followers(record: Any, *, besides: Iterable[Any] = ()) -> int:
    """Tell of a record that was just published, a commitment or a key intervention, all who follow
    what it delivers on (`record.provisions`). The letter is the one named for its kind.

    One letter a person, whatever of it they follow; none to `besides`, who heard of it otherwise.
    Returns how many people are told.
    """
    kind = record._meta.model_name
    return _tell(
        queries.followers_of(list(record.provisions.all())),
        event=f"instruments.{kind}:{record.pk}",
        template=f"instruments/following/mail/{kind}.txt",
        context={kind: record},
        besides={person.pk for person in besides},
    )


@transaction.atomic
def tell_of_version(version: Version, *, by: Any = None) -> int:
    """Tell of a new version of a text all who follow the text or a paragraph that stands in it,
    and whether the words of their paragraphs changed. Returns how many people are told."""
    followings = list(queries.followers_of_text(version))
    changed = None
    if any(one.provision for one in followings):
        changed = queries.changed_words(version)
    for one in followings:
        if one.provision and changed is not None:
            one.is_changed = changed.get(one.provision.eid)  # type: ignore[attr-defined]
    return _tell(
        followings,
        event=f"instruments.version:{version.pk}",
        template="instruments/following/mail/version.txt",
        context={"version": version},
        besides={by.pk} if by is not None else set(),
    )


def _tell(
    followings: Iterable[Following],
    *,
    event: str,
    template: str,
    context: dict[str, Any],
    besides: Collection[int],
) -> int:
    """One letter to each person with all that they follow of it; `followings` come by person."""
    told = 0
    for person, theirs in groupby(followings, key=lambda one: one.person):
        if person.pk in besides:
            continue
        letter = tell(
            person,
            event=event,
            template=template,
            context={**context, "followings": list(theirs)},
            is_digest=True,
        )
        told += letter is not None
    return told
