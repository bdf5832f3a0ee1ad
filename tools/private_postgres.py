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
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tools import debian

PROGRAMS = ("initdb", "pg_ctl", "postgres")
# Nothing in it outlives the run, so nothing need reach the disk.
SETTINGS = """
listen_addresses = ''
unix_socket_directories = '{folder}'
fsync = off
synchronous_commit = off
full_page_writes = off
"""


@contextmanager
def cluster() -> Iterator[str]:
    """A running PostgreSQL; yields its DATABASE_URL. Raises debian.Missing with the mend."""
    programs = find() or fetch()
    # A socket's path may have 107 characters, so the folder is not made in a deep TMPDIR.
    folder = Path(tempfile.mkdtemp(prefix="coalition-pg-", dir="/tmp"))
    who = unprivileged_user()
    if who:
        os.chown(folder, who.pw_uid, who.pw_gid)
    data = folder / "data"
    log = folder / "log"
    try:
        call(who, programs / "initdb", "-D", data, "-U", "coalition", "-A", "trust", "-E", "UTF8",
             "--locale=C.UTF-8", "--no-sync")  # fmt: skip
        with (data / "postgresql.conf").open("a") as file:
            file.write(SETTINGS.format(folder=folder))
        call(who, programs / "pg_ctl", "-D", data, "-l", log, "-w", "-t", "60", "start")
        try:
            yield f"postgres://coalition@{quote(str(folder), safe='')}/postgres"
        finally:
            call(who, programs / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


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
