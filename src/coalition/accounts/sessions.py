"""Sessions in the database, each with its person, asked for only by keys that can be one."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from coalition.accounts.devices import device_in_words
from coalition.accounts.models import RoleGrant, Session, User

# How often a session that is in use notes that it is.
SEEN_EVERY = timedelta(minutes=15)


class SessionStore(DatabaseSessions):
    # As read from the database; its `on_duty` says whether the person holds a role now.
    row: Any = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def _get_session_from_db(self) -> Any:
        """Says in the same query whether a second factor is asked of its person."""
        holds_role = Exists(RoleGrant.objects.filter(user=OuterRef("person")))
        on_duty = ExpressionWrapper(
            Q(holds_role) | Q(person__is_superuser=True), output_field=BooleanField()
        )
        running = Session.objects.filter(session_key=self.session_key)
        self.row = running.filter(expire_date__gt=timezone.now()).annotate(on_duty=on_duty).first()
        if self.row is None:
            self._session_key = None
        return self.row

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        made: Session = super().create_model_instance(data)
        made.person_id = data.get(SESSION_KEY)
        made.device = data.get("device", "")
        if "began_at" in data:
            made.began_at = datetime.fromisoformat(data["began_at"])
        return made

    async def acreate_model_instance(self, data: dict[str, Any]) -> Session:
        raise NotImplementedError("Sessions are written by synchronous code alone.")

    def _validate_session_key(self, key: str | None) -> bool:
        """The key is a cookie, so it may hold anything; no database takes a zero character."""
        return bool(key) and super()._validate_session_key(key) and key.isascii() and key.isalnum()


def begin(request: HttpRequest) -> None:
    """Note in a session that just signed in from where and since when it runs."""
    request.session["device"] = device_in_words(request.headers.get("User-Agent", ""))
    request.session["began_at"] = timezone.now().isoformat()


def note_use(request: HttpRequest) -> None:
    """Note that the session is in use, a few times an hour."""
    row, now = request.session.row, timezone.now()
    if row is not None and row.person_id and now - row.seen_at > SEEN_EVERY:
        Session.objects.filter(pk=row.pk).update(seen_at=now)


def running(user: User) -> list[Session]:
    """The person's sessions that have not ended, the last used one first."""
    found = Session.objects.filter(person=user, expire_date__gt=timezone.now())
    return list(found.order_by("-seen_at", "-began_at"))


def handle_of(session: Session) -> str:
    """What a page calls a session by: its key itself would let in whoever reads it there."""
    return salted_hmac("coalition.accounts.sessions", session.session_key).hexdigest()[:32]


def end(sessions: list[Session]) -> None:
    """Sign out the browsers of these sessions."""
    Session.objects.filter(pk__in=[session.pk for session in sessions]).delete()
