"""Sessions in the database, asked for only by keys that can be one."""

from __future__ import annotations

from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions


class SessionStore(DatabaseSessions):
    def _validate_session_key(self, key: str | None) -> bool:
        """The key is a cookie, so it may hold anything; no database takes a zero character."""
        return bool(key) and super()._validate_session_key(key) and key.isascii() and key.isalnum()
