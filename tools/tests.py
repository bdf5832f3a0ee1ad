"""All tests: `python -m tools.tests [arguments for pytest]`.

Unit tests on SQLite, those that touch a database once more on a PostgreSQL of our own, then the
journeys in a real browser. `make pages` looks at every page.
"""

from __future__ import annotations

import sys
import tempfile

from tools import chromium, debian, private_postgres
from tools.steps import Step, clean_environment, python, run_all

NO_TESTS = 5  # pytest's exit code where nothing was chosen


def main(arguments: list[str]) -> int:
    with tempfile.TemporaryDirectory(prefix="coalition-home-") as home:

        def pytest(*options: str, **variables: str) -> int:
            environment = clean_environment(COALITION_HOME=home, **variables)
            status = python("-m", "pytest", *options, *arguments, environment=environment)()
            # Words such as "-k mailroom" may well choose nothing in one of the three.
            return 0 if status == NO_TESTS and arguments else status

        def on_sqlite() -> int:
            return pytest("-n", "2", "-m", "not browser and not pages")

        def on_postgres() -> int:
            with private_postgres.cluster() as url:
                chosen = "not browser and not pages and not any_database"
                return pytest("-n", "2", "-m", chosen, DATABASE_URL=url)

        def in_browser() -> int:
            return pytest("-n", "2", "-m", "browser", COALITION_CHROMIUM=chromium.find())

        return run_all(
            {
                "unit tests on SQLite": on_sqlite,
                "unit tests on PostgreSQL": with_sentence(on_postgres),
                "journeys in a browser": with_sentence(in_browser),
            }
        )


def with_sentence(step: Step) -> Step:
    """What cannot be had is an error with the mend, never a silent skip."""

    def run() -> int:
        try:
            return step()
        except debian.Missing as missing:
            print(missing, flush=True)
            return 1

    return run


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
