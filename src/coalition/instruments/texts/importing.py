"""Reading in many texts at once: every document whole or not at all, a line on each."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import islice
from pathlib import Path

from django.db import transaction

from coalition.analysis.documents import UnreadableDocument
from coalition.base.changes import records_changed
from coalition.base.errors import Refused
from coalition.instruments.texts import reading
from coalition.instruments.texts.actions import ImportReport, import_document
from coalition.instruments.texts.files import Found, LeftAlone, found_in

# Documents kept in one transaction: each is whole in itself, and disks wait less often.
AT_ONCE = 40


@dataclass
class Run:
    """What reading in many texts did."""

    is_dry: bool
    read: int = 0
    made: int = 0
    unchanged: int = 0
    left_alone: int = 0
    paragraphs: int = 0
    doubts: int = 0
    refused: list[str] = field(default_factory=list)
    # Symbols of drafts, each with that of the text that became of it, of all that was looked at.
    adopted_from: dict[str, str] = field(default_factory=dict)

    @property
    def summary(self) -> str:
        words = (
            f"{self.read} documents read: {self.made} made with {self.paragraphs} numbered "
            f"paragraphs, {self.unchanged} held already, {len(self.refused)} refused; "
            f"{self.left_alone} other files left alone."
        )
        return words + (" Dry run: nothing was kept." if self.is_dry else "")


def import_paths(
    paths: Sequence[Path],
    *,
    symbols: Collection[str] = (),
    is_dry: bool = False,
    say: Callable[[str], None] = print,
    progress: Callable[[str], None] = lambda words: None,
) -> Run:
    """Read in every text of these files and folders; with `symbols` only those documents.

    What cannot be read is refused with a sentence and hinders no other; the sentences are in
    `refused` of the run that is returned. Raises Refused where a path cannot be opened.
    """
    run = Run(is_dry)
    wanted = set(symbols)
    for batch in _batches(_in_order(_chosen(paths, wanted, run, say), run.adopted_from), AT_ONCE):
        with transaction.atomic():
            changed = []
            for found, of in batch:
                run.read += 1
                report = _one(found, of, run, say)
                if report and not report.is_unchanged:
                    changed.append(report.instrument)
            records_changed(list(dict.fromkeys(changed)))
            transaction.set_rollback(is_dry)
        progress(f"{run.read} documents read …")
    return run


def _chosen(
    paths: Sequence[Path], wanted: set[str], run: Run, say: Callable[[str], None]
) -> Iterator[Found]:
    """What is to be read in, of all that is there; says what is not."""
    missing, present = set(wanted), set()
    try:
        for each in found_in(paths):
            if isinstance(each, LeftAlone) and each.is_broken:
                run.refused.append(each.why)
                continue
            if isinstance(each, LeftAlone):
                run.left_alone += 1
                say(f"{each.path.name}: {each.why}")
                continue
            run.adopted_from |= dict.fromkeys(each.drafts, each.symbol)
            if not wanted or each.symbol in wanted:
                missing.discard(each.symbol)
                yield each
            else:
                present.add(each.symbol[:100])
    except Refused as refusal:
        run.refused.append(str(refusal))
    for symbol in sorted(missing):
        hint = reading.near(symbol, present) or "Check the symbol, such as A/RES/80/5."
        names = ", ".join(path.name for path in paths)
        run.refused.append(f"{names} has no document “{symbol}”. {hint}")


def _in_order(
    every: Iterable[Found], adopted_from: Mapping[str, str]
) -> Iterator[tuple[Found, str]]:
    """Each text with the symbol of what it is a draft of; drafts after what became of them."""
    waiting = []
    for found in every:
        if "/L." in found.symbol:
            waiting.append(found)
        else:
            yield found, ""
    for found in waiting:
        yield found, adopted_from.get(found.symbol, "")


def _batches(every: Iterable[tuple[Found, str]], size: int) -> Iterator[list[tuple[Found, str]]]:
    rest = iter(every)
    while batch := list(islice(rest, size)):
        yield batch


def _one(found: Found, of: str, run: Run, say: Callable[[str], None]) -> ImportReport | None:
    """Read in one text; what hinders it goes into `run.refused`."""
    try:
        document = found.read()
        if of and not document.of:
            document = replace(document, of=of)
        with transaction.atomic():
            report = import_document(
                document,
                digest=found.digest,
                file_digest=_file_digest(found.path),
                announces=False,
            )
    except (UnreadableDocument, Refused) as refusal:
        run.refused.append(f"{found.where}: {refusal}")
        return None
    run.unchanged += report.is_unchanged
    run.made += not report.is_unchanged
    run.doubts += len(report.doubts)
    if not report.is_unchanged:
        run.paragraphs += report.paragraphs
    say(line_of(report))
    return report


_file_digest = cache(reading.file_digest)


def line_of(report: ImportReport) -> str:
    """What was made of one document, in a line, and a line for each doubt."""
    name = f"{report.symbol} ({report.instrument.code})"
    if report.is_unchanged:
        line = f"{name}: held already with the same words; nothing changed."
    else:
        line = (
            f"{name}: {report.paragraphs} numbered paragraphs, {report.footnotes} footnotes; "
            f"{report.matched} provisions stood, {report.made} made."
        )
        if report.is_new_instrument:
            line += " The text was not known; a bare entry was made for it."
    return "\n".join([line, *(f"  Doubtful: {doubt}" for doubt in report.doubts)])
