"""Put right what can be put right by itself: format, simple lint, templates, reference pages."""

from __future__ import annotations

import sys
from pathlib import Path

from tools.check import CODE, templates
from tools.steps import program, python, run_all


def main() -> int:
    here = str(Path(sys.executable).parent)

    def format_templates() -> int:
        # djade answers 1 where it changed something: here that is what it was called for.
        program(f"{here}/djade", "--target-version=5.2", *templates())()
        return program(f"{here}/djade", "--check", "--target-version=5.2", *templates())()

    return run_all(
        {
            "lint": program(f"{here}/ruff", "check", "--fix", *CODE),
            "format": program(f"{here}/ruff", "format", *CODE),
            "form of templates": format_templates,
            "reference pages and drawings": python("-m", "coalition", "docs"),
        }
    )


if __name__ == "__main__":
    sys.exit(main())
