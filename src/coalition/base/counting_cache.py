"""The cache of one machine, in files, in which limits on open doors are counted."""

from __future__ import annotations

import os
import pickle
import secrets
import zlib
from glob import escape, glob
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.filebased import FileBasedCache
from django.core.files import locks

FOLDERS = 256  # by the first two digits of a file's name
TIDY_EVERY = 100  # new entries


class CountingCache(FileBasedCache):
    """Django's own, made fit to count in.

    Django's forgets five minutes later what `incr` counted, loses some of what is counted at once,
    lists all of its files whenever it writes one, and where they are many throws a third of them
    away by chance: thousands who vote would set the limits on signing in back to nothing.
    """

    def add(
        self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        if self.has_key(key, version):
            return False
        file = self._key_to_file(key, version)
        os.makedirs(os.path.dirname(file), mode=0o700, exist_ok=True)
        # Of two who begin to count at once, the second finds what the first one wrote.
        with open(os.path.join(os.path.dirname(file), "lock"), "wb") as held:
            locks.lock(held, locks.LOCK_EX)
            return bool(super().add(key, value, timeout, version))

    def set(
        self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> None:
        file = self._key_to_file(key, version)
        os.makedirs(os.path.dirname(file), mode=0o700, exist_ok=True)
        super().set(key, value, timeout, version)

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """The count after it; it ends when it would have ended. Raises ValueError where there is
        none."""
        try:
            with open(self._key_to_file(key, version), "r+b") as file:
                locks.lock(file, locks.LOCK_EX)
                if not self._is_expired(file):
                    return self._count_on(file, delta)
        except FileNotFoundError:
            pass
        raise ValueError(f"Nothing is counted under {key!r}.")

    def _count_on(self, file: Any, delta: int) -> int:
        """`file` is open, locked, and read as far as the moment at which it ends."""
        begin = file.tell()
        count: int = pickle.loads(zlib.decompress(file.read())) + delta  # noqa: S301  # our own
        file.seek(begin)
        file.write(zlib.compress(pickle.dumps(count, self.pickle_protocol)))
        file.truncate()
        return count

    def _cull(self) -> None:
        """Now and then, put one folder in order: what has ended goes. Where more is left than the
        cache is to hold, some goes that has not."""
        if secrets.randbelow(TIDY_EVERY):
            return
        folder = os.path.join(self._dir, f"{secrets.randbelow(FOLDERS):02x}")
        files = glob(f"*{self.cache_suffix}", root_dir=folder)
        left = [name for name in files if not self._has_ended(os.path.join(folder, name))]
        for name in left[self._max_entries // FOLDERS :]:
            self._delete(os.path.join(folder, name))

    def _has_ended(self, path: str) -> bool:
        try:
            with open(path, "rb") as file:
                return bool(self._is_expired(file))
        except FileNotFoundError:
            return True

    def _key_to_file(self, key: str, version: int | None = None) -> str:
        folder, name = os.path.split(super()._key_to_file(key, version))
        return os.path.join(folder, name[:2], name)

    def _list_cache_files(self) -> list[str]:
        return glob(os.path.join(escape(self._dir), "*", f"*{self.cache_suffix}"))
