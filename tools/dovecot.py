"""A mail box of its own: Dovecot on loopback, in a temporary folder, gone when it is left."""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tools import debian

USER, PASSWORD = "join", "for-tests-alone"
SECONDS_TO_START = 20
SETTINGS = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
listen = 127.0.0.1
protocols = imap
ssl = no
auth_failure_delay = 0
first_valid_uid = 1
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
service anvil {{
  chroot =
  # Nobody waits for having mistyped a password.
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
"""
# Dovecot 2.3 and 2.4 write the rest differently.
UP_TO_2_3 = """
disable_plaintext_auth = no
mail_location = maildir:{folder}/home/Maildir
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/home
}}
"""
FROM_2_4 = """
auth_allow_cleartext = yes
mail_driver = maildir
mail_path = {folder}/home/Maildir
passdb static {{
  password = {password}
}}
userdb static {{
  fields {{
    uid = {uid}
    gid = {gid}
    home = {folder}/home
  }}
}}
"""


@dataclass(frozen=True)
class MailBox:
    """Where it listens, how to sign in, and the Maildir in which its messages lie."""

    host: str
    port: int
    user: str
    password: str
    maildir: Path


@contextmanager
def mail_box() -> Iterator[MailBox]:
    """A running Dovecot with one empty mail box. Raises debian.Missing with the mend."""
    program = find() or fetch()
    # A socket's path may have 107 characters, so the folder is not made in a deep TMPDIR.
    folder = Path(tempfile.mkdtemp(prefix="coalition-imap-", dir="/tmp"))
    who = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    box = MailBox("127.0.0.1", free_port(), USER, PASSWORD, folder / "home" / "Maildir")
    for one in ("cur", "new", "tmp"):
        (box.maildir / one).mkdir(parents=True)
    write_settings(folder, version_of(program), who, box.port)
    for path in [folder, *folder.rglob("*")]:
        os.chown(path, who.pw_uid, who.pw_gid)
    as_user = {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []}
    with (folder / "errors").open("w") as errors:
        server = subprocess.Popen(
            [program, "-F", "-c", folder / "dovecot.conf"],
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            **(as_user if os.geteuid() == 0 else {}),
        )
    try:
        wait_until_it_listens(server, box.port, folder)
        yield box
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=SECONDS_TO_START)
        shutil.rmtree(folder, ignore_errors=True)


def find() -> Path | None:
    """Dovecot's program, if its part for IMAP is here too."""
    found = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    has_imap = Path("/usr/lib/dovecot/imap").exists() or Path("/usr/libexec/dovecot/imap").exists()
    return Path(found) if found and has_imap else None


def fetch() -> Path:
    """Debian's packages, without the server that they would start for the whole machine."""
    unit = Path("/etc/systemd/system/dovecot.service")
    if os.geteuid() == 0 and unit.parent.is_dir():
        with suppress(FileExistsError):
            unit.symlink_to("/dev/null")
    debian.install("dovecot-imapd", why="Dovecot, whose mail box the tests read, is not here")
    program = find()
    if program is None:
        raise debian.Missing("Debian's package dovecot-imapd is installed, but brought no program.")
    return program


def version_of(program: Path) -> str:
    """As its settings name it: "2.4.1"; up to 2.3 they do not."""
    answer = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    return answer.stdout.split()[0].partition("-")[0]


def write_settings(folder: Path, version: str, who: pwd.struct_passwd, port: int) -> None:
    is_old = tuple(int(part) for part in version.split(".")[:2]) < (2, 4)
    named = "" if is_old else f"dovecot_config_version = {version}\n"
    named += "" if is_old else f"dovecot_storage_version = {version}\n"
    text = named + SETTINGS + (UP_TO_2_3 if is_old else FROM_2_4)
    (folder / "dovecot.conf").write_text(
        text.format(
            folder=folder,
            port=port,
            password=PASSWORD,
            user=who.pw_name,
            group=grp.getgrgid(who.pw_gid).gr_name,
            uid=who.pw_uid,
            gid=who.pw_gid,
        )
    )


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def wait_until_it_listens(server: subprocess.Popen[bytes], port: int, folder: Path) -> None:
    until = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < until and server.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
                if connection.recv(4) == b"* OK":
                    return
        except OSError:
            time.sleep(0.05)
    logs = [folder / name for name in ("errors", "log")]
    said = "\n".join(log.read_text(errors="replace")[-2000:] for log in logs if log.exists())
    raise debian.Missing(f"Dovecot does not start. It says:\n{said}")
