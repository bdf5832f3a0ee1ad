"""Taking in a file of others: all of it or nothing, told record by record."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.db import transaction

from coalition.analysis.iati.checking import Checked
from coalition.analysis.iati.reading import Read, read
from coalition.analysis.iati.records import Record, record_of
from coalition.analysis.iati.versions import NEWEST, READ, refused
from coalition.analysis.iati.writing import ORGANISATIONS
from coalition.base.errors import Refused
from coalition.base.numbers import next_references
from coalition.interventions.iati import matching, taking, taking_organisations
from coalition.interventions.iati.reports import WRONG, Options, Report
from coalition.interventions.iati.storing import Ground
from coalition.interventions.iati.words import sentence

FIRST_FINDINGS = 10


def import_file(path: Path, address: str, options: Options, *, by: Any) -> Report:
    """Take in a file of activities or of organisations; `address` is what it is called in
    sentences and sources. A trial does it all, and takes it back.

    Raises Refused where it cannot be opened, is of a version that is not read, has not the form of
    the standard (then with the first findings), or holds what cannot be kept.
    """
    found = _read(path)
    _refuse_other(found.checked)
    parts: Any = taking_organisations if found.checked.root == ORGANISATIONS else taking
    with transaction.atomic():
        # Of two files that are taken in at once, one waits for the other.
        next_references("INT", 0)
        report = parts.judged(found, options)
        if report.counts[WRONG] and not options.leave_out:
            return report
        matching.keep(options.chosen, report.organisations, by=by)
        version = found.checked.version.strip()
        parts.keep(report, found.values, Ground(address, version, report.organisations, by))
        report.is_kept = not options.is_dry
        transaction.set_rollback(options.is_dry)
    return report


def _read(path: Path) -> Read[Record]:
    try:
        return read(path, record_of)
    except OSError as error:
        raise Refused(f"{path} cannot be read ({error.strerror}). Is the name right?") from error


def _refuse_other(found: Checked) -> None:
    if found.root and refused(found.version):
        said = f"“{found.version[:20]}”" if found.version.strip() else "none"
        raise Refused(
            f"The file says that its version is {said}. Versions {', '.join(READ)} are read; an "
            f"older file has to be written anew by its publisher, as {NEWEST}."
        )
    if not found.is_valid:
        first = [sentence(one) for one in found.findings[:FIRST_FINDINGS]]
        more = [f"… and {found.found - len(first)} more."] if found.found > len(first) else []
        raise Refused("\n".join(["The file has not the form of IATI 2.03:", *first, *more]))
