"""What a framework asks of the record that it belongs to. This room knows no owner by name.

An owner (a commitment, later a key intervention) holds a one-to-one to its framework, and
settings.RESULT_OWNERS names the accessor by which the framework reaches it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Protocol

from django.conf import settings
from django.db import models

from coalition.base.changes import record_changed
from coalition.ui.thread import Knot


class Owner(Protocol):
    """What an owner's model has: `title` is in `language`; its dates bound the periods."""

    reference: str
    title: str
    language: str
    starts_on: date | None
    ends_on: date | None
    published_at: datetime | None  # when it was promised in public
    is_editable: bool  # its words may be changed: a draft, or one that was sent back
    places: models.Manager
    # `shared_with(person)`: those that the person reads though others lead; `refused()`: those that
    # are not public, and of which who reports said no to that.
    objects: models.Manager
    is_refused: bool  # is it one of the latter?

    def get_absolute_url(self) -> str: ...

    def above_results(self) -> Iterable[Knot]:
        """The thread above its figures: what the owner answers, and the owner itself, last."""
        ...


def owners_by(path: str) -> list[str]:
    """For `select_related`: the owners of frameworks that are reached by this path."""
    return [f"{path}__{accessor}" for accessor in settings.RESULT_OWNERS]


def with_owners(frameworks: Any) -> Any:
    """The frameworks of a queryset with their owners and who reports, in the same query."""
    return frameworks.select_related("reporter__group", *settings.RESULT_OWNERS)


def passport_changed(fact: Any) -> None:
    """Readers see something else in the passport of this figure: where it is public, its owner
    says so. In the transaction of what changed it."""
    framework = fact.indicator.framework
    if framework.is_public and fact.published_at is not None:
        record_changed(framework.owner)
