"""Measure, and write docs/computations.md: `python -m benchmarks.computations.run [NAME …]`, with
the names of modules beside this one; without any, all of them. What is not measured anew stays."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

from benchmarks.computations.timing import Row

PAGE = Path("docs/computations.md")
MODULES = ("opinions", "choosing", "seats", "lot", "likeness")
HEAD = "| | ours | peer | ours is faster by | promised |\n|---|---:|---:|---:|---|"


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in MODULES]
    if unknown:
        print(f"There is no {', '.join(unknown)} here. There are: {', '.join(MODULES)}.")
        return 1
    for name in names or MODULES:
        print(f"Measuring {name} …", flush=True)
        module = importlib.import_module(f"benchmarks.computations.{name}")
        rows = [drawn(row) for row in module.rows()]
        parts = ["\n".join([HEAD, *rows])] if rows else []
        measured = "\n\n".join([*parts, module.tables().strip()])
        write(name, measured)
        print(measured, flush=True)
    print(f"Written into {PAGE}.")
    return 0


def drawn(row: Row) -> str:
    return f"| {row.what} | {row.ours} | {row.peer} | {row.ratio} | {row.promised} |"


def write(name: str, measured: str) -> None:
    """Between the markers of this module; what people wrote around them stays."""
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(begin)
    _, _, after = rest.partition(end)
    PAGE.write_text(f"{before}{begin}\n{measured}\n{end}{after}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
