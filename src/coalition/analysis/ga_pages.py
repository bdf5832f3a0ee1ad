"""Printed pages of a UN General Assembly document, freed of their furniture.

The text comes page after page as a PDF gives it: running heads, job numbers and page marks
between the lines, footnotes under a rule at the foot of each page, and their marks set in the
running text as if they were numbers in it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from coalition.analysis.documents import Footnote, UnreadableDocument

MOST_NOTES_ON_A_PAGE = 200
MOST_PAGES = 1_000
LONGEST_JUMP = 20  # of footnote marks; a greater one is the number of something else
MOST_NOTES = 5_000
MOST_CANDIDATES = 5_000  # on a page, for the places of its notes
ONE_MORE_NOTE_PLACED = 20
# A note's mark becomes one private character, so that it travels with the words it stands in.
FIRST_MARK = 0xF0000
MARK = re.compile(f"[{chr(FIRST_MARK)}-{chr(0xFFFFD)}]")

_PAGE = re.compile(r"(\d{1,3})/(\d{1,3})")
_JOB = re.compile(r"\d{2}-\d{5}(?: ?\([A-Z]\))?(?: +\d{6})?")
_FURNITURE = re.compile(
    r"(?:\d{2}-\d{5}(?: ?\([A-Z]\))?(?: +\d{6})?|\*\d{7}\*|Please recycle.*|Distr\.: .*)"
)
_RULE = re.compile(r"_{4,}")
_FORMULA = re.compile(r"The General Assembly,?")
_TITLE = re.compile(r"\d{1,3}/\d{1,4}(?: ?[A-Z])?\. \S.*")
_LABEL = re.compile(r"\d{1,3}\.(?: |$)|\([a-z]{1,4}\)")
_NOTE = re.compile(r"(\d{1,3}|\*{1,3}|[a-z])\s+(\S.*)")
_DIGITS = re.compile(r"\d+")
_WHOLE_NUMBER = re.compile(r"(?:\d{4}|/\d+|[A-Z]\.\d+)[.,]$")
_NUMBER_GOES_ON = re.compile(r"(?:/|[A-Z]\.|[A-Z]-|Agenda\s)$")
_NO_YEAR_FOLLOWS = re.compile(r"(?:[IVX]/|COVID-)$")
_WORD_BEFORE = re.compile(r"[\w’'-]+[,;:]?$")
_WORD_AFTER = re.compile(r"\s+([\w’'-]+)")
_HEAD_LINES = 9


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Words after which a number standing alone is a number of the text.
_NUMBER_FOLLOWS = _words("""
    a about above all and annex annexes approximately are art article articles as at between but
    by chap chapter decision document for from goal goals in is it its least no nearly of on or
    over p page pages para paragraph paragraphs part principle regulation report resolution
    resolutions rule rules sect section sections session some supplement target targets than the
    their these to under until vol with within year
""")
# Words before which a number standing alone is a number of the text.
_NUMBER_PRECEDES = _words("""
    january february march april may june july august september october november december per
    million billion trillion days weeks months years hours members countries states goals
    sustainable articles
""")


@dataclass(frozen=True)
class Body:
    """Lines of the text proper: "" is a gap, notes are called by private characters."""

    lines: tuple[str, ...]
    footnotes: tuple[Footnote, ...]
    doubts: tuple[str, ...]

    def footnote(self, mark: str) -> Footnote:
        """The note that a private character in the lines calls."""
        return self.footnotes[ord(mark) - FIRST_MARK]


def read_pages(text: str, *, symbol: str, title: str) -> Body:
    """The text from its first clause on, without furniture, notes apart.

    Raises UnreadableDocument where no beginning can be found.
    """
    lines = [_tidy(line) for line in text.replace("\r\n", "\n").replace("\f", "\n").split("\n")]
    doubts: list[str] = []
    pages = _pages(lines, symbol=symbol, title=title)
    if len(pages) > MOST_PAGES:
        raise UnreadableDocument(f"{symbol} has {len(pages)} pages. Give one document at a time.")
    pages[0] = pages[0][_beginning(pages[0], symbol=symbol, title=title) :]
    pages = _this_document_only(pages, symbol=symbol, doubts=doubts)

    footnotes: list[Footnote] = []
    running: list[str] = []
    for number, page in enumerate(pages, start=1):
        page = [line for line in page if not _FURNITURE.fullmatch(line)]
        page, notes = _cut_notes(page, after=footnotes)
        if len(notes) > MOST_NOTES_ON_A_PAGE or len(footnotes) > MOST_NOTES:
            raise UnreadableDocument(
                f"{symbol}: page {number} carries {len(notes)} footnotes after"
                f" {len(footnotes)} before it, more than any printed document does."
                " Check that this is the text of a General Assembly document."
            )
        words, unsure = _set_marks("\n".join(page), notes, known=footnotes)
        footnotes.extend(notes)
        doubts.extend(f"On page {number} of {symbol}, {doubt}" for doubt in unsure)
        page = _trimmed_end(words.split("\n"))
        if running and _opens_with_heading(page) and running[-1].endswith((".", ";", ":")):
            running.append("")  # the gap above a heading is lost where it begins a page
        running.extend(page)
    return Body(tuple(running), tuple(footnotes), tuple(doubts))


def _tidy(line: str) -> str:
    """One line with plain hyphens and spaces, without characters that do not print."""
    line = line.replace("\u2011", "-").replace("\u00ad", "")
    if not line.isprintable():
        line = "".join(_printed(character) for character in line)
    return line.strip()


def _printed(character: str) -> str:
    if character.isprintable():
        return character
    return " " if character.isspace() or character < " " else ""


def _pages(lines: list[str], *, symbol: str, title: str) -> list[list[str]]:
    """Cut at the running heads, each recognised by its page mark ("2/18").

    The mark stands by the job number and under the symbol or title; where one of these is
    missing it must at least count up. (In print, a mark is wrong now and then.)
    """
    known_head = _squeezed(title)
    pages: list[list[str]] = []
    start, total = 0, ""
    for index, line in enumerate(lines):
        mark = _PAGE.fullmatch(line) if index >= start else None
        if not mark or total not in ("", mark[2]):
            continue
        first = last = index
        if index and _JOB.fullmatch(lines[index - 1]):
            first -= 1
        elif index + 1 < len(lines) and _JOB.fullmatch(lines[index + 1]):
            last += 1
        by_job = first != last
        top = first
        while top > start and first - top <= 3 and not lines[top - 1]:
            top -= 1
        while top > start and lines[top - 1] and first - top <= _HEAD_LINES:
            top -= 1
        head = [row for row in lines[top:first] if row]
        named = bool(head) and (symbol in head or _squeezed(" ".join(head)) in known_head)
        counts_up = int(mark[1]) == len(pages) + 2
        if by_job + named + counts_up < 2:
            continue
        pages.append(_trimmed_end(lines[start : top if named else first]))
        start = last + 1
        # One gap belongs to the head; a second one is a gap in the text.
        if start < len(lines) and not lines[start]:
            start += 1
        total = mark[2]
    pages.append(_trimmed_end(lines[start:]))
    return pages


def _squeezed(text: str) -> str:
    return "".join(text.split()).casefold()


def _trimmed_end(lines: list[str]) -> list[str]:
    end = len(lines)
    while end and not lines[end - 1]:
        end -= 1
    return lines[:end]


def _beginning(page: list[str], *, symbol: str, title: str) -> int:
    """Where the front matter ends: at "The General Assembly", or else after the title."""
    for index, line in enumerate(page):
        if _FORMULA.fullmatch(line):
            return index
    wanted = _squeezed(title)
    for index, line in enumerate(page):
        if not _TITLE.fullmatch(line):
            continue
        for end in range(index + 1, min(index + 10, len(page)) + 1):
            if wanted and _squeezed(" ".join(page[index:end])).endswith(wanted):
                return end
    raise UnreadableDocument(
        f"{symbol}: no line of the first page says “The General Assembly”, and its title is not"
        " found either, so nobody can tell where the text begins. Check that this is a resolution"
        " or draft resolution of the General Assembly."
    )


def _this_document_only(
    pages: list[list[str]], *, symbol: str, doubts: list[str]
) -> list[list[str]]:
    """Stop where the first page of another document begins."""
    for number, page in enumerate(pages):
        for index, line in enumerate(page):
            other = line == "United Nations" and any(
                row.startswith(("A/", "Distr.:")) for row in page[index + 1 : index + 5]
            )
            if other:
                doubts.append(
                    f"Another document seems to begin on page {number + 1} of {symbol};"
                    " it was left out with all that follows."
                )
                return [*pages[:number], _trimmed_end(page[:index])]
    return pages


def _cut_notes(page: list[str], *, after: list[Footnote]) -> tuple[list[str], list[Footnote]]:
    """The page without what stands under its rule, and the notes found there."""
    rule = next((i for i, line in enumerate(page) if _RULE.fullmatch(line)), None)
    if rule is None:
        return page, []
    notes: list[tuple[str, list[str]]] = []
    last = next((int(note.mark) for note in reversed(after) if note.mark.isdigit()), 0)
    gap = True
    for line in page[rule + 1 :]:
        start = _NOTE.fullmatch(line) if gap else None
        if start and _is_next_note(start[1], last, notes):
            last = int(start[1]) if start[1].isdigit() else last
            notes.append((start[1], [start[2]]))
        elif line and notes and not _RULE.fullmatch(line):
            notes[-1][1].append(line)
        elif line and not _RULE.fullmatch(line):
            notes.append(("", [line]))
        gap = not line
    return (
        _trimmed_end(page[:rule]),
        [Footnote(mark, join_lines(words)) for mark, words in notes],
    )


def _is_next_note(mark: str, last: int, notes: list[tuple[str, list[str]]]) -> bool:
    if mark.isdigit():
        return last < int(mark) <= last + LONGEST_JUMP
    return all(mark != before for before, _ in notes)


def _opens_with_heading(page: list[str]) -> bool:
    """Whether the page begins with a few words that no stop ends."""
    for index, line in enumerate(page[:5]):
        if not line or _LABEL.match(line):
            return 0 < index < 5 and page[0][:1].isupper() and page[index - 1][-1].isalnum()
    return False


def _set_marks(
    words: str, notes: list[Footnote], *, known: list[Footnote]
) -> tuple[str, list[str]]:
    """Put the private character of each note where its mark stands in the words of a page.

    Marks run upwards through a page, so the likeliest rising chain of numbers wins. Also
    returns what is doubtful about it. A note without a place is hung on the last words.
    """
    wanted = {note.mark: len(known) + i for i, note in enumerate(notes)}
    earlier = {note.mark: i for i, note in enumerate(known) if note.mark.isdigit()}
    chain = _likeliest_chain(_candidates(words, {mark for mark in wanted if mark.isdigit()}))
    doubts = [
        f"footnote {mark} was read out of “{words[max(0, start - 12) : end].strip()}”."
        for start, end, mark, likelihood in chain
        if likelihood <= DOUBTFUL
    ]
    places = {start: (end, wanted[mark]) for start, end, mark, _ in chain}
    # A mark may call its note a second time; only where nothing but a mark can stand.
    every = {**wanted, **earlier}
    for start, end, mark, likelihood in _candidates(words, {m for m in every if m.isdigit()}):
        if likelihood >= SURE:
            places.setdefault(start, (end, every[mark]))
    for note in notes:
        if note.mark.startswith("*") and (at := words.find(note.mark)) >= 0:
            places[at] = (at + len(note.mark), wanted[note.mark])

    parts: list[str] = []
    done = 0
    for start, (end, index) in sorted(places.items()):
        if start < done:
            continue
        between = words[done:start].rstrip(" ")
        parts += ["" if parts and between == "," else between, chr(FIRST_MARK + index)]
        done = end
    parts.append(words[done:])
    placed = {index for _, index in places.values()}
    for note in notes:
        if wanted[note.mark] not in placed:
            parts.append(chr(FIRST_MARK + wanted[note.mark]))
            doubts.append(
                f"the place of footnote {note.mark or 'without a mark'} was not found; the note"
                " hangs on the last words of the page."
            )
    return "".join(parts), doubts


SURE = 10
DOUBTFUL = 2
LONGEST_NUMBER = 7  # with a mark glued to it
Candidate = tuple[int, int, str, int]  # start, end, mark, likelihood


def _candidates(words: str, marks: set[str]) -> list[Candidate]:
    """Every place where one of these marks may stand, with how likely it is to be one."""
    found: list[Candidate] = []
    for run in _DIGITS.finditer(words) if marks else ():
        start, end = run.span()
        if end - start > LONGEST_NUMBER:
            continue
        if run[0] in marks and (likelihood := _likelihood(words, start, end, marks)):
            found.append((start, end, run[0], likelihood))
        # A mark may touch the number before it: "2024–203412", "resolution 76/17918".
        for cut in range(1, end - start):
            mark = run[0][cut:]
            likelihood = _likelihood_glued(words, start, start + cut, end, marks)
            if mark in marks and likelihood:
                found.append((start + cut, end, mark, likelihood))
    return found


def _ends(words: str, end: int, marks: set[str]) -> bool:
    """Whether what follows lets a mark end here, rather than a number go on."""
    after = words[end : end + 4]
    if not after or after[0].isspace():
        return True
    if after[0] in ".," and after[1:2].isdigit():
        return after[0] == "," and after[1:].rstrip(" \n.,;:") in marks
    return not (after[0].isalnum() or after[0] in "/-–%(°")


def _likelihood_glued(words: str, start: int, cut: int, end: int, marks: set[str]) -> int:
    if not _ends(words, end, marks):
        return 0
    before = words[max(0, start - 8) : start]
    if cut - start == 4 and words.startswith(("19", "20"), start):
        return 6
    if end - start == 4 and words.startswith(("19", "20"), start):
        return DOUBTFUL if _NO_YEAR_FOLLOWS.search(before) else 0
    if not _NUMBER_GOES_ON.search(before):
        return 0
    # No session adopts a thousand resolutions: "59/3009" is resolution 59/300, note 9.
    return DOUBTFUL + (end - start > 3)


def _likelihood(words: str, start: int, end: int, marks: set[str]) -> int:
    """0: a number of the text; SURE: nothing else than a mark."""
    before = words[max(0, start - 40) : start]
    if not before:
        return 0
    last = before[-1]
    if not _ends(words, end, marks):
        # "the Paris Agreement,38and"
        runs_on = words[end : end + 1].islower() and (last.isspace() or last == ",")
        touches = words[end : end + 1].islower() and last.islower()
        return 3 if touches or (runs_on and last == ",") else 1 if runs_on else 0
    if last.isalpha():
        return SURE if last.islower() and before[-2:-1].isalpha() else 3
    if last in ",.;:":
        if before[-2:-1].isdigit():
            thousands = last == "," and end - start == 3 and not _WHOLE_NUMBER.search(before)
            decimals = last == "." and not _WHOLE_NUMBER.search(before)
            return 0 if thousands or decimals else 7
        return SURE if before[-2:-1].isalpha() or before[-2:-1] in "”)" else 5
    if last in ")”’]":
        return 8
    if not last.isspace() or (last == "\n" and words.startswith(".", end)):
        return 0  # the latter is the number of a paragraph
    follows = _WORD_AFTER.match(words, end, end + 40)
    if follows and follows[1].casefold() in _NUMBER_PRECEDES:
        return 1
    earlier = before.rstrip()
    word = _WORD_BEFORE.search(earlier)
    if word and word[0].casefold() in _NUMBER_FOLLOWS:
        return 1
    doubled = 2 if before.endswith("  ") or words[end : end + 2] == "  " else 0
    if earlier.endswith((",", ";", ".", "”", ")", "’")):
        return 6 + doubled
    if word and word[0][-1:].isalpha():
        return (5 if word[0][:1].isupper() else 4) + doubled
    return (4 if _WHOLE_NUMBER.search(f"{earlier}.") else DOUBTFUL) + doubled


def _likeliest_chain(candidates: list[Candidate]) -> list[Candidate]:
    """The places, marks rising with them, that are the most and the likeliest together."""
    best: dict[int, tuple[int, tuple[Candidate, ...]]] = {}
    for candidate in candidates[:MOST_CANDIDATES]:
        mark = int(candidate[2])
        before = [chain for lower, chain in best.items() if lower < mark]
        value, chain = max(before, key=_value, default=(0, ()))
        value += candidate[3] + ONE_MORE_NOTE_PLACED
        if value > best.get(mark, (0, ()))[0]:
            best[mark] = (value, (*chain, candidate))
    return list(max(best.values(), key=_value, default=(0, ()))[1])


def _value(chain: tuple[int, tuple[Candidate, ...]]) -> int:
    return chain[0]


def join_lines(lines: list[str]) -> str:
    """Printed lines as one, spaces single; what broke at its hyphen, dash or stroke is whole.

    Only compound words are broken in these documents, so the hyphen stays.
    """
    parts: list[str] = []
    for line in lines:
        if parts and not _broken(parts[-1], line):
            parts.append(" ")
        parts.append(line)
    return " ".join("".join(parts).split())


def _broken(line: str, following: str) -> bool:
    """Whether a word or a number runs on from this line to the following one."""
    if not line[-2:-1].isalnum():
        return False
    if line.endswith("-"):
        # "short- and long-term", broken after its first hyphen
        return following.split(" ", 1)[0] not in ("and", "or", "to")
    if line.endswith("–"):
        return line[-2].isdigit() and following[:1].isdigit()
    return line.endswith("/")
