"""What every topic of the room asks."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from coalition.accounts.models import User


def officers() -> QuerySet[User]:
    """Everybody who holds the role of an officer and may sign in."""
    return User.objects.officers()


def days_since(moment: datetime) -> int:
    """Whole days (UTC) between a moment and today."""
    return (timezone.now().date() - moment.date()).days
