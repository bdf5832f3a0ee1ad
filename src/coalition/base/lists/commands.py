"""What commands that take lists in share: their arguments, and the report on standard output."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from coalition.base.errors import Refused
from coalition.base.lists.models import ListImport


def add_arguments(parser: Any) -> None:
    """FILE, --dry-run, --column, --leave-out and --alike-are-new."""
    parser.add_argument("path", type=Path, metavar="FILE", help="An .xlsx or .csv file.")
    parser.add_argument(
        "--dry-run", action="store_true", help="Say what would be done, and do nothing."
    )
    parser.add_argument(
        "--column",
        action="append",
        default=[],
        metavar="HEADING=FIELD",
        help="What a column holds, where the guess is wrong; empty FIELD leaves it unread.",
    )
    parser.add_argument(
        "--leave-out", action="store_true", help="Leave out the rows that cannot be taken."
    )
    parser.add_argument(
        "--alike-are-new",
        action="store_true",
        help="Make new records of rows that look like one that is there.",
    )


def take(
    options: dict[str, Any], import_file: Callable[..., ListImport], say: Callable[[str], None]
) -> None:
    """Open the file, have it taken in, and tell the report row by row; what is unchanged is only
    counted. Raises Refused where the file cannot be opened, and as `import_file` does."""
    path = options["path"]
    try:
        with path.open("rb") as file:
            listed = import_file(
                file,
                name=path.name,
                corrections=_corrections(options["column"]),
                leave_out=options["leave_out"],
                alike_are_new=options["alike_are_new"],
                is_dry=options["dry_run"],
            )
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror}.") from None
    for note in listed.notes:
        say(note)
    for row in listed.report:
        if row["outcome"] != "unchanged":
            say(_line(row))
    done = ", ".join(f"{listed.counts[one]} {one}" for one in listed.OUTCOMES)
    say(f"{done}." + (" Dry run: nothing was kept." if options["dry_run"] else ""))


def _corrections(given: Iterable[str]) -> dict[str, str]:
    pairs = [each.rpartition("=") for each in given]
    if any(not heading for heading, _sign, _field in pairs):
        raise Refused("Write --column HEADING=FIELD.")
    return {heading: field for heading, _sign, field in pairs}


def _line(row: dict[str, Any]) -> str:
    """A row of the report in one line."""
    changes = "; ".join(f"{field}: {old} -> {new}" for field, old, new in row["changes"])
    words = " ".join(filter(None, [row["facts"], changes, *row["sentences"]]))
    return f"Row {row['row']}, {row['outcome']}: {row['name']} {row['reference']}".rstrip() + (
        f" ({words})" if words else ""
    )
