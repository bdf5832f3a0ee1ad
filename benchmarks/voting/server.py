"""The platform as docs/operating.md starts it, killed without warning, and started again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path

from tools.site import free_port

PATIENCE = 60  # seconds to start in


class Server:
    """`environment` says which database and which folder; the address is its own."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self.address = f"127.0.0.1:{free_port()}"
        self.url = f"http://{self.address}"
        # Behind a proxy, that hands on the address of each reader.
        own = {"COALITION_URL": self.url, "COALITION_PROXIES": "1"}
        self.environment, self.log = environment | own, log
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns once it answers. Raises RuntimeError with its own words where it does not."""
        program = Path(sys.executable).with_name("gunicorn")
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [program, "coalition.wsgi", "--bind", self.address, "--workers=2", "--threads=4"],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # so that all its processes can be killed at once
            )
        deadline = time.monotonic() + PATIENCE
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise RuntimeError(f"The server did not start:\n{self.log.read_text()}")
            time.sleep(0.1)

    def kill(self) -> None:
        """`kill -9` of all its processes: none of them can put anything in order."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/en/", timeout=20):
                return True
        except urllib.error.HTTPError as error:
            raise RuntimeError(
                f"The front page answers {error.code}:\n{self.log.read_text()}"
            ) from error
        except OSError:
            return False
