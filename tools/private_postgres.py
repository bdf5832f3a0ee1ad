"""Run a command against a PostgreSQL of its own: `python -m tools.private_postgres COMMAND …`.

The cluster lives in a temporary folder, listens on a Unix socket there and nowhere else, belongs
to an unprivileged user, and is gone when the command ends, also by Ctrl-C or SIGTERM.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from tools import debian

PROGRAMS = ("initdb", "pg_ctl", "postgres")
SETTINGS = """
listen_addresses = ''
unix_socket_directories = '{folder}'
"""
# Nothing in it outlives the run, so nothing need reach the disk.
FORGETFUL = """
fsync = off
synchronous_commit = off
full_page_writes = off
"""


@contextmanager
def cluster(*, is_lasting: bool = False) -> Iterator[str]:
    """A running PostgreSQL; yields its DATABASE_URL. Raises debian.Missing with the mend.

    A lasting one waits for the disk as one for the public does, and survives `crash`.
    """
    programs = find() or fetch()
    # A socket's path may have 107 characters, so the folder is not made in a deep TMPDIR.
    folder = Path(tempfile.mkdtemp(prefix="coalition-pg-", dir="/tmp"))
    who = unprivileged_user()
    if who:
        os.chown(folder, who.pw_uid, who.pw_gid)
    data = folder / "data"
    try:
        call(who, programs / "initdb", "-D", data, "-U", "coalition", "-A", "trust", "-E", "UTF8",
             "--locale=C.UTF-8", "--no-sync")  # fmt: skip
        with (data / "postgresql.conf").open("a") as file:
            file.write(SETTINGS.format(folder=folder) + ("" if is_lasting else FORGETFUL))
        _start(folder)
        try:
            yield f"postgres://coalition@{quote(str(folder), safe='')}/postgres"
        finally:
            call(who, programs / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def crash(url: str) -> None:
    """`kill -9` of all processes of a lasting cluster, and start it again: it finds what it had
    confirmed in its journal."""
    folder = Path(unquote(urlsplit(url).netloc.rpartition("@")[2]))
    lock = folder / "data" / "postmaster.pid"
    first = lock.read_text().split()[0]
    children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
    for process in (first, *children):
        with suppress(ProcessLookupError):  # it went with the first one
            os.kill(int(process), signal.SIGKILL)
    while any(_runs(process) for process in (first, *children)):
        time.sleep(0.05)
    # Where nobody asks after the dead, its number is still taken, and looks like a server's.
    for left in (lock, *folder.glob(".s.PGSQL.*")):
        left.unlink()
    _start(folder)


def _runs(process: str) -> bool:
    try:
        # "12 (postgres) S …"; Z and X: dead, and nobody has asked after it yet.
        stat = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] not in "ZX"


def _start(folder: Path) -> None:
    programs = find() or fetch()
    options = ["-D", folder / "data", "-l", folder / "log", "-w", "-t", "60"]
    call(unprivileged_user(), programs / "pg_ctl", *options, "start")


def find() -> Path | None:
    """The folder with PostgreSQL's server programs, the newest there is."""
    debians = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -int(path.parent.name)
    )
    in_path = [Path(found).resolve().parent for found in [shutil.which("initdb")] if found]
    for folder in [*debians, *in_path]:
        if all((folder / program).exists() for program in PROGRAMS):
            return folder
    return None


def fetch() -> Path:
    """Debian's packages, without the cluster that they would start for the whole machine."""
    if os.geteuid() == 0 and not Path("/etc/postgresql-common/createcluster.conf").exists():
        Path("/etc/postgresql-common").mkdir(parents=True, exist_ok=True)
        Path("/etc/postgresql-common/createcluster.conf").write_text(
            "create_main_cluster = false\n"
        )
    debian.install("postgresql", why="PostgreSQL, on which the tests run too, is not here")
    programs = find()
    if programs is None:
        raise debian.Missing("Debian's package postgresql is installed, but brought no initdb.")
    return programs


def unprivileged_user() -> pwd.struct_passwd | None:
    """Whom the server runs as: PostgreSQL refuses to run as root. None: ourselves."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise debian.Missing("PostgreSQL cannot run as root, and there is no user postgres or nobody.")


def call(who: pwd.struct_passwd | None, program: Path, *arguments: Any) -> None:
    as_user = {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []} if who else {}
    answer = subprocess.run(
        [program, *map(str, arguments)],
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,  # a pipe would be held open by the server that pg_ctl leaves
        stderr=subprocess.DEVNULL,
        check=False,
        **as_user,
    )
    if answer.returncode:
        raise debian.Missing(
            f"PostgreSQL's own program {program} {arguments[-1]} ended with {answer.returncode}. "
            f"Please look whether it works by hand."
        )


def main(command: list[str]) -> int:
    if not command:
        print(__doc__.strip().splitlines()[0], file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with cluster() as url:
            environment = os.environ | {"DATABASE_URL": url}
            return subprocess.run(command, env=environment, check=False).returncode
    except debian.Missing as missing:
        print(missing, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
