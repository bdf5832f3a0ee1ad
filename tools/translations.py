"""Are all texts translated? `python -m tools.translations`; `--update` brings the files up to date.

The texts are gathered anew from the code with GNU gettext, in a copy, and compared with the
committed file of each language. Nothing is guessed from similar texts: what changed is new.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

from tools import debian

PACKAGE = Path("src/coalition").resolve()
LANGUAGES = ["ar"]  # English is the language of the code
SHOWN = 30
GATHER = """
import django
from django.core.management import call_command
from django.core.management.commands import makemessages
django.setup()
makemessages.Command.msgmerge_options += ["--no-fuzzy-matching"]
makemessages.Command.xgettext_options += ["--keyword=marked", "--keyword=in_history:1c,2"]
call_command(makemessages.Command(), locale={languages!r}, add_location="file", verbosity=0)
"""


def gather(folder: Path) -> dict[str, Path]:
    """Each language's file, brought up to date in a copy of the package inside `folder`."""
    if not shutil.which("xgettext"):
        debian.install("gettext", why="GNU gettext, which gathers the texts, is not here")
    leave_out = shutil.ignore_patterns("__pycache__", "*.mo", "migrations")
    copy = shutil.copytree(PACKAGE, folder / "coalition", ignore=leave_out)
    (copy / "locale").mkdir(exist_ok=True)
    # makemessages writes into the folder `locale` of where it is started, and walks down from it.
    subprocess.run(
        [sys.executable, "-c", GATHER.format(languages=LANGUAGES)],
        cwd=copy,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "coalition.settings"},
        check=True,
    )
    return {code: copy / "locale" / code / "LC_MESSAGES" / "django.po" for code in LANGUAGES}


def committed(code: str) -> Path:
    return PACKAGE / "locale" / code / "LC_MESSAGES" / "django.po"


def keep(code: str, fresh: Path) -> None:
    """Commit to the texts alone, sorted: a changed line of code is then no changed translation."""
    file = polib.pofile(str(fresh))
    entries = sorted((entry for entry in file if not entry.obsolete), key=lambda e: e.msgid)
    file[:] = entries
    for entry in entries:
        entry.occurrences = []
    file.metadata["POT-Creation-Date"] = ""
    committed(code).parent.mkdir(parents=True, exist_ok=True)
    file.save(str(committed(code)))


def complaints(code: str, fresh: Path) -> list[str]:
    """What is wrong with a language, a sentence each: texts without translation, wrong ones."""
    entries = [entry for entry in polib.pofile(str(fresh)) if not entry.obsolete]
    doubtful = [entry for entry in entries if entry.fuzzy]
    missing = [entry for entry in entries if not entry.translated() and not entry.fuzzy]
    done = len(entries) - len(missing) - len(doubtful)
    print(f"{code}: {done} of {len(entries)} texts translated.")
    lines = [f"{place(entry)}: not translated: {entry.msgid!r}" for entry in missing]
    lines += [f"{place(entry)}: marked fuzzy: {entry.msgid!r}" for entry in doubtful]
    wrong = subprocess.run(
        ["msgfmt", "--check-format", f"--output-file={os.devnull}", fresh],
        capture_output=True,
        text=True,
        check=False,
    )
    if wrong.returncode:
        lines += wrong.stderr.replace(str(fresh), str(committed(code))).splitlines()
    return lines


def place(entry: polib.POEntry) -> str:
    return entry.occurrences[0][0] if entry.occurrences else "?"


def main(arguments: list[str]) -> int:
    with tempfile.TemporaryDirectory(prefix="coalition-texts-") as folder:
        try:
            fresh = gather(Path(folder))
        except debian.Missing as missing:
            print(missing, file=sys.stderr)
            return 1
        if arguments == ["--update"]:
            for code, file in fresh.items():
                keep(code, file)
                print(f"{committed(code).relative_to(Path.cwd())} is up to date.")
            return 0
        lines = [line for code, file in fresh.items() for line in complaints(code, file)]
    print(*lines[:SHOWN], sep="\n", end="\n" if lines else "")
    if len(lines) > SHOWN:
        print(f"… and {len(lines) - SHOWN} more.")
    if lines:
        print("“make messages” brings the files up to date; the rest is a translator's work.")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
