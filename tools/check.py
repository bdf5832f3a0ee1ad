"""Everything that can be judged without running the platform: `python -m tools.check`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tools.steps import clean_environment, program, python, run_all

CODE = ["src", "tests", "tools", "benchmarks"]


def templates() -> list[str]:
    return sorted(map(str, Path("src/coalition").glob("**/templates/**/*.html")))


def main() -> int:
    here = str(Path(sys.executable).parent)
    with tempfile.TemporaryDirectory(prefix="coalition-check-") as home:
        # A database of its own, which stays empty: nothing here reads a row.
        environment = clean_environment(COALITION_HOME=home)

        def coalition(*arguments: str):
            return python("-m", "coalition", *arguments, environment=environment)

        return run_all(
            {
                "format": program(f"{here}/ruff", "format", "--check", *CODE),
                "lint": program(f"{here}/ruff", "check", *CODE),
                "types": program(f"{here}/mypy"),
                "import order": program(f"{here}/lint-imports", environment=environment),
                "settings": coalition("check", "--fail-level", "WARNING"),
                "migrations": coalition("makemigrations", "--check", "--dry-run"),
                "form of templates": program(
                    f"{here}/djade", "--check", "--target-version=5.2", *templates()
                ),
                "words and safety of templates": python("-m", "tools.check_templates"),
                "words that do not belong here": python("-m", "tools.check_words"),
                "reference pages and drawings": coalition("docs", "--check"),
                "translations": python("-m", "tools.translations", environment=environment),
            }
        )


if __name__ == "__main__":
    sys.exit(main())
