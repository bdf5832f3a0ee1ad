"""Ranked ballots in BLT files (Hill, Wichmann and Woodall, 1987, Algorithm 123, section 3.1), with
what later programs added to the format.

    4 2                 four candidates, two seats
    -2                  candidate 2 withdrew; there may be several, here or on lines of their own
    3 1 3 4 0           three papers that rank candidates 1, 3 and 4; closed by 0
    0                   no more ballots
    "Adam Example"      names of the candidates, in quotation marks or not; a party may follow
    …
    "Title"             of the election; it may be left out

A ballot stands on one line. `#` begins a comment; where names stand nowhere else, they are taken
from comments such as `# ALTERNATIVE NAME 1: Adam Example`, which some counting machines wrote. A
place left out (`-`) and places shared (`2=3`)
are read: a paper counts up to the first of them, since from there on it is not clear whom it ranks
next. What else is unusual is refused: better no result than one of misread ballots.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from coalition.analysis.seats.ballots import Ballot, Election, merged
from coalition.base.errors import Refused
from coalition.base.text import clean_line
from coalition.consultations.files.opening import content, quoted

MOST_BYTES = 32_000_000
MOST_CANDIDATES = 1_000
MOST_PAPERS = 1_000_000_000
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
QUOTES = str.maketrans("“”„«»", '"""""')
QUOTED = r'"(?:[^"]|"")*+"(?=\s|$)'
NAMES = re.compile(rf"(?P<names>{QUOTED}(?:\s+{QUOTED})*)(?:\s+#.*)?")
NAME_IN_COMMENT = re.compile(r"\s*# ALTERNATIVE NAME (?P<number>\d+):(?P<name>.*)")

Line = tuple[int, str]


@dataclass(frozen=True)
class BallotFile:
    """What was read, and sentences on how, where it was not plain."""

    election: Election
    notes: tuple[str, ...]


def read(path: Path) -> BallotFile:
    """Refused: the file is missing, too large, no text, or no BLT; by line, with the mend."""
    return _Reader(path, _text(path)).file()


def _text(path: Path) -> str:
    """UTF-8 or marked UTF-16; what is neither is taken for Windows-1252, as older programs wrote
    it, whose digits and quotation marks are the same."""
    raw = content(path, MOST_BYTES)
    for encoding in ("utf-16",) if raw.startswith(UTF_16) else ("utf-8-sig", "cp1252"):
        try:
            text = raw.decode(encoding)
        except UnicodeError:
            continue
        if "\0" not in text:
            return text
    raise Refused(f"{path.name} is not text. A BLT file is plain text; save it as UTF-8.")


class _Reader:
    """The lines that hold anything, each with its number, consumed from the top."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        lines = enumerate(re.split(r"\r\n|\r|\n", text), start=1)
        self.lines: Iterator[Line] = ((number, line) for number, line in lines if line.strip())
        self.cut: Counter[str] = Counter()  # papers that count only up to such a place
        self.size = 0

    def file(self) -> BallotFile:
        self.size, seats = self._heading()
        withdrawn, ballots = self._ballots()
        names, title = self._names()
        election = Election(names, seats, merged(ballots), frozenset(withdrawn), title)
        return BallotFile(election, tuple(self._notes()))

    def _heading(self) -> tuple[int, int]:
        for number, tokens in self._numbers():
            if len(tokens) != 2 or not all(_is_whole(token) for token in tokens):
                self._refuse(number, "it should hold two numbers, of candidates and of seats")
            size, seats = map(int, tokens)
            if not 1 <= size <= MOST_CANDIDATES:
                self._refuse(number, f"there must be 1 to {MOST_CANDIDATES:,} candidates")
            if not 1 <= seats <= size:
                self._refuse(number, "there must be at least one seat, and a candidate for each")
            return size, seats
        raise Refused(
            f"{self.path.name} is empty. Its first line holds the numbers of candidates and seats."
        )

    def _ballots(self) -> tuple[set[int], list[Ballot]]:
        withdrawn: set[int] = set()
        ballots: list[Ballot] = []
        papers = 0
        for number, tokens in self._numbers():
            if tokens == ["0"]:
                return withdrawn, ballots
            if tokens[0].startswith("-") and not ballots:
                withdrawn.update(self._candidate(number, token[1:]) for token in tokens)
                continue
            ballots.append(self._ballot(number, tokens))
            papers += ballots[-1][0]
            if papers > MOST_PAPERS:
                self._refuse(number, f"more than {MOST_PAPERS:,} papers cannot be counted")
        raise Refused(
            f"{self.path.name} is cut short: a line with 0 alone must close the ballots, followed "
            "by the names of the candidates."
        )

    def _ballot(self, number: int, tokens: list[str]) -> Ballot:
        papers, *places = tokens
        if not _is_whole(papers) or int(papers) < 1:
            self._refuse(number, f"{quoted(papers)} should be how many papers say this, from 1 on")
        if not places or places[-1] != "0":
            self._refuse(number, "the ballot is not closed; it must end with 0 on the same line")
        ranking: list[int] = []
        met: set[int] = set()
        unclear = ""
        for place in places[:-1]:
            if place == "-":
                unclear = unclear or "leave a place out"
                continue
            shared = [self._candidate(number, token) for token in place.split("=")]
            for candidate in shared:
                if candidate in met:
                    self._refuse(number, f"candidate {candidate + 1} is ranked twice; take one out")
                met.add(candidate)
            if len(shared) > 1:
                unclear = unclear or "rank several candidates equally"
            if not unclear:
                ranking += shared
        if unclear:
            self.cut[unclear] += int(papers)
        return int(papers), tuple(ranking)

    def _candidate(self, number: int, token: str) -> int:
        """Their position, from 0."""
        if not _is_whole(token) or not 1 <= int(token) <= self.size:
            self._refuse(number, f"{quoted(token)} is no candidate; they are 1 to {self.size}")
        return int(token) - 1

    def _names(self) -> tuple[tuple[str, ...], str]:
        by_line: list[tuple[int, list[str]]] = []
        in_comments: dict[int, tuple[int, str]] = {}
        for number, line in self.lines:
            if not line.lstrip().startswith("#"):
                by_line.append((number, _named(line)))
            elif (match := NAME_IN_COMMENT.match(line)) and _is_whole(match["number"]):
                in_comments.setdefault(int(match["number"]), (number, clean_line(match["name"])))
        found = self._one_by_one(by_line)
        if len(found) < self.size and in_comments.keys() >= set(range(1, self.size + 1)):
            found = [in_comments[at + 1] for at in range(self.size)] + found
        if len(found) < self.size:
            raise Refused(
                f"{self.path.name} names {len(found)} of {self.size} candidates. Add the missing "
                "names at the end, one a line."
            )
        for number, name in found[: self.size]:
            if not name:
                self._refuse(number, "the candidate has no name; give one in quotation marks")
        names = [name for _number, name in found[: self.size]]
        times = Counter(names)  # results are told by name: those of the same get their number
        names = [f"{name} ({at})" if times[name] > 1 else name for at, name in enumerate(names, 1)]
        if len(set(names)) < len(names):
            self._refuse(found[0][0], "candidates have the same name; tell them apart by it")
        # What follows the title (a source, a remark) is not read.
        return tuple(names), found[self.size][1] if len(found) > self.size else ""

    def _one_by_one(self, by_line: list[tuple[int, list[str]]]) -> list[tuple[int, str]]:
        """Names one after the other. Several on a line are as many candidates; but where each
        candidate has a line with several, they are a name and what goes with it, like a party."""
        found = [(number, name) for number, names in by_line for name in names]
        lines = by_line[: self.size]
        if len(found) <= self.size + 1 or len(lines) < self.size:
            return found
        several = [len(names) > 1 for _number, names in lines]
        if any(several) and not all(several):
            self._refuse(
                lines[several.index(True)][0],
                "it is not clear whether this names one candidate or several; give each a line of "
                "their own, with one pair of quotation marks",
            )
        return [
            (number, " ".join([names[0], *(f'"{more}"' for more in names[1:] if more)]))
            for number, names in by_line
        ]

    def _numbers(self) -> Iterator[tuple[int, list[str]]]:
        for number, line in self.lines:
            if tokens := line.partition("#")[0].split():
                yield number, tokens

    def _notes(self) -> Iterator[str]:
        for unclear, papers in sorted(self.cut.items()):
            yield f"{papers:,} papers {unclear}: they count up to that place."

    def _refuse(self, number: int, what: str) -> NoReturn:
        raise Refused(f"Line {number} of {self.path.name}: {what}.")


def _is_whole(token: str) -> bool:
    return token.isascii() and token.isdigit() and len(token) <= 12


def _named(line: str) -> list[str]:
    """The names on a line: one, or several in quotation marks, where two marks stand for one."""
    line = line.strip()
    plain = line.translate(QUOTES)
    if match := NAMES.fullmatch(plain):
        names = re.findall(QUOTED, match["names"])
        names = [clean_line(name[1:-1].replace('""', '"')) for name in names]
        # A spreadsheet that saved the line put the whole of it in quotation marks once more.
        is_wrapped = len(names) == 1 and NAMES.fullmatch(names[0])
        return _named(names[0]) if is_wrapped else names
    if len(line) > 1 and plain[0] == plain[-1] == '"':
        line = line[1:-1]
    return [clean_line(line)]
