"""Write requirements/build.txt, base.txt, dev.txt and peers.txt anew from the .in files.

Each package comes with its hashes. uv does the choosing, from an environment of its own that is
thrown away. It does not read pip's configuration, so the index this machine uses is handed to it;
no file names a host.
"""

import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

COMPILE = [
    "pip",
    "compile",
    "--quiet",
    "--universal",
    "--python-version=3.11",
    "--generate-hashes",
    "--no-header",
    "--no-annotate",
    "--upgrade",
]


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="coalition-lock-") as folder:
        venv.create(folder, with_pip=True)
        python = Path(folder) / "bin" / "python"
        pip = [python, "-m", "pip", "--disable-pip-version-check"]
        subprocess.run([*pip, "install", "--quiet", "uv"], check=True)
        environment = os.environ | index_of(pip)
        for name in ("build", "base", "dev", "peers"):
            command = [f"requirements/{name}.in", f"--output-file=requirements/{name}.txt"]
            subprocess.run([python, "-m", "uv", *COMPILE, *command], env=environment, check=True)
            print(f"requirements/{name}.txt written.")


def index_of(pip: list[str | Path]) -> dict[str, str]:
    """The index pip is set up with, as uv's variables; nothing where pip uses its own default."""
    found = {}
    for key, variable in (("index-url", "UV_DEFAULT_INDEX"), ("cert", "SSL_CERT_FILE")):
        answer = subprocess.run(
            [*pip, "config", "get", f"global.{key}"], capture_output=True, text=True, check=False
        )
        if answer.returncode == 0:
            found[variable] = answer.stdout.strip()
    return found


if __name__ == "__main__":
    sys.exit(main())
