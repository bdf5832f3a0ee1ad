"""One function timed in a process of its own, from arrays in memory.

`python -m benchmarks.computations.timing MODULE:NAME TIMES` calls `NAME()`, which makes the input
and gives back the function to be timed; that one is called TIMES times. What stands in the table
is the best of them. Peak memory is that of the whole process, input and imports among it.
"""

from __future__ import annotations

import importlib
import json
import resource
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Measured:
    """Seconds by the clock and of the processor, best of several; peak memory in megabytes; and
    what the function told of its result (anything JSON can hold)."""

    seconds: float
    processor: float
    megabytes: float
    result: Any = None

    def __str__(self) -> str:
        return f"{spoken(self.seconds)} ({self.megabytes:,.0f} MB)"


@dataclass(frozen=True)
class Row:
    """One line of the table: what was done, ours beside the peer's, and what is promised."""

    what: str
    ours: str
    peer: str = "–"
    ratio: str = "–"
    promised: str = "–"


def measured(prepare: str, times: int = 3) -> Measured:
    """`prepare` as "module:name". RuntimeError with all that the process said."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.computations.timing", prepare, str(times)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{prepare} failed:\n{done.stderr}")
    return Measured(**json.loads(done.stdout.splitlines()[-1]))


def beside(what: str, ours: Measured, peer: Measured, promised: str = "–") -> Row:
    """A row of two measurements by the clock, with how many times faster ours is."""
    return Row(what, str(ours), str(peer), f"{peer.seconds / ours.seconds:,.0f} ×", promised)


def spoken(seconds: float) -> str:
    """ "3.4 ms", "1.25 s", "194 s"."""
    if seconds < 1:
        return f"{1000 * seconds:.3g} ms"
    return f"{seconds:.3g} s" if seconds < 100 else f"{seconds:.0f} s"


def main(prepare: str, times: int) -> None:
    module, _, name = prepare.partition(":")
    timed = getattr(importlib.import_module(module), name)()
    seconds, processor, result = [], [], None
    for _ in range(times):
        began, used = time.perf_counter(), time.process_time()
        result = timed()
        seconds.append(time.perf_counter() - began)
        processor.append(time.process_time() - used)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told = result if isinstance(result, dict) else None
    print(json.dumps(asdict(Measured(min(seconds), min(processor), peak, told))))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
