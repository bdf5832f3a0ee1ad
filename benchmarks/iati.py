"""A file of 200 MB of IATI activities, read and checked into plain values, beside lxml.

Recipe: the one activity of the official annotated example, again and again, each with its number
behind its identifier, between the example's own head and end, until the file has 200 MB. The peer
is a bare `lxml.etree.iterparse` that frees each activity and looks at nothing. Ours checks the form
of IATI 2.03, makes each activity a tree of plain values and hands it to a function, in two
processes; once more, that function makes an `Activity` of it, with a name for everything. All are
run in turn, each time in a process of their own.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from lxml import etree

from coalition.analysis.iati.activities import activity_of
from coalition.analysis.iati.checking import Element
from coalition.analysis.iati.reading import read
from tools.site import DATA

EXAMPLE = DATA / "iati" / "annotated" / "activity-standard-example-annotated.xml"
SIZE, TIMES, PROCESSES = 200_000_000, 3, 2
IDENTIFIER = "</iati-identifier>"


def table(example: Path = EXAMPLE) -> str:
    """The medians of both, as rows of a table."""
    with tempfile.TemporaryDirectory(prefix="coalition-bench-") as folder:
        path = Path(folder) / "large.xml"
        count = grow(example, path)
        runs = [[of(path, who) for who in ("lxml", *OURS)] for _ in range(TIMES)]
    (theirs, their_memory), (ours, memory), (named, named_memory) = (
        (statistics.median(one[0] for one in each), max(one[1] for one in each))
        for each in zip(*runs, strict=True)
    )
    lines = [
        "IATI activities of 200 MB; the recipe stands in `benchmarks/iati.py`. The peer is a bare "
        f"`iterparse` of lxml {etree.__version__} in one process, which checks nothing.",
        "",
        "| | ours | peer |",
        "|---|---:|---:|",
        f"| {count:,} activities read and checked into plain values, in two processes (promised: "
        f"a third of the peer's speed) | {ours:.1f} s | {theirs:.1f} s |",
        f"| of the peer's speed | {theirs / ours:.0%} | – |",
        f"| the same, and an `Activity` made of each | {named:.1f} s | – |",
        f"| of the peer's speed | {theirs / named:.0%} | – |",
        "| memory of all processes together, at most (promised: under 300 MB) "
        f"| {max(memory, named_memory):.0f} MB | {their_memory:.0f} MB |",
    ]
    return "\n".join(lines)


def grow(example: Path, path: Path, count: int = 0) -> int:
    """Write the file, of so many activities or of `SIZE`; how many it has."""
    text = example.read_text(encoding="utf-8")
    start = text.index("<iati-activity ")
    end = text.index("</iati-activity>") + len("</iati-activity>")
    before, _mark, behind = text[start:end].partition(IDENTIFIER)
    count = count or SIZE // len(text[start:end].encode()) + 1
    with path.open("w", encoding="utf-8") as file:
        file.write(text[:start])
        for number in range(count):
            file.write(f"{before}-{number}{IDENTIFIER}{behind}\n")
        file.write(text[end:])
    return count


def of(path: Path, who: str) -> tuple[float, float]:
    """Seconds and megabytes of one run in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.iati", who, str(path)]
    seconds, memory = json.loads(subprocess.check_output(command))
    return float(seconds), float(memory)


def children_of(record: Element) -> int:
    return len(record.children)


def identifier_of(record: Element) -> str:
    return activity_of(record).identifier


OURS = {"ours": children_of, "named": identifier_of}


def run(who: str, path: Path) -> tuple[float, float]:
    start = time.perf_counter()
    if who == "lxml":
        for _event, element in etree.iterparse(str(path), tag="iati-activity"):
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
    else:
        found = read(path, OURS[who], processes=PROCESSES)
        assert found.checked.is_valid
        assert found.checked.records == len(found.values)
    seconds = time.perf_counter() - start
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    helper = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return seconds, (own + PROCESSES * helper) / 1024


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(run(sys.argv[1], Path(sys.argv[2]))))
    else:
        print(table())
