"""A General Assembly document as it is printed: recognised, and handed to the reader of such.

The reader (`ga_documents`) wants the text of pages with a mark at each page's beginning and notes
under a rule; the running heads and feet, which a PDF gives in any order, are taken out before.
"""

from __future__ import annotations

import re
from dataclasses import replace

from coalition.analysis.documents import Document
from coalition.analysis.ga_documents import read_document
from coalition.analysis.printed import FROM_RAISED, RAISED, Line, Printed

_SYMBOL = re.compile(
    r"\bA/(?:RES/\d{1,3}/\d{1,4}(?: ?[A-Z]\b)?|(?:[A-Z0-9.]+/)*L\.\d+(?:/Rev\.\d+)?)"
)
_TITLE = re.compile(r"\d{1,3}/\d{1,4}(?: ?[A-Z])?\. \S.*")
_DATE = re.compile(r"on (\d{1,2} [A-Z][a-z]+ \d{4})")
_FORMULA = re.compile(r"The General Assembly,?")
_JOB = re.compile(r"\d{2}-\d{5}(?: ?\([A-Z]\))?(?: +\d{6})?")
_PAGE = re.compile(r"\d{1,3}/\d{1,3}")
_RULE = re.compile(r"_{4,}")
INDENTED = 10  # points by which the first line of a paragraph is set in
_HEAD = 12  # first lines of a document, among which its name stands


def general_assembly_document(printed: Printed) -> Document | None:
    """The document as its own reader reads it; None where it is none of the General Assembly.

    Raises UnreadableDocument as `ga_documents.read_document` does.
    """
    first = [line for line in printed.lines if line.page == 1]
    head = "\n".join(line.words for line in first[:_HEAD])
    symbol = _SYMBOL.search(head)
    if not symbol or "United Nations" not in head or "General Assembly" not in head:
        return None
    title = _title(first)
    if not title:
        return None
    adopted = next((found[1] for line in first if (found := _DATE.fullmatch(line.words))), "")
    pages = _pages(printed, symbol[0], title)
    return read_document(
        {"symbol": symbol[0], "title": title, "adopted": adopted, "text": "\n".join(pages)}
    )


def _title(first: list[Line]) -> str:
    """The title: the line "80/5. …" of a resolution, of a draft what stands above its formula."""
    formula = next((i for i, line in enumerate(first) if _FORMULA.fullmatch(line.words)), None)
    begin = next((i for i, line in enumerate(first) if _TITLE.fullmatch(line.words)), None)
    if begin is None:
        if not formula:
            return ""
        begin = formula - 1
        while begin and not first[begin].gap:
            begin -= 1
    end = begin + 1
    while end < len(first) and not first[end].gap and end != formula:
        end += 1
    words = " ".join(line.words for line in first[begin:end])
    return "".join(c for c in words if c not in RAISED)


def _pages(printed: Printed, symbol: str, title: str) -> list[str]:
    lines: list[str] = []
    for number in range(1, (printed.pages or 1) + 1):
        body = _without_furniture(
            [line for line in printed.lines if line.page == number], symbol, title, number
        )
        if number > 1:
            lines += ["", symbol, "", "00-00000", f"{number}/{printed.pages}", ""]
            body = _begun(body)
        under_rule = False
        for line in body:
            under_rule = under_rule or _RULE.fullmatch(line.words) is not None
            if under_rule and line.words[:1] in RAISED + "*":
                lines.append("")
            lines += [""] * line.gap
            lines.append(_plain(line.words, under_rule))
    return lines


def _begun(body: list[Line]) -> list[Line]:
    """The lines of a page, the first after a gap only where a paragraph begins with it: where it
    begins further in than the others."""
    if not body:
        return body
    margin = min(line.begins for line in body)
    return [replace(body[0], gap=int(body[0].begins > margin + INDENTED)), *body[1:]]


def _plain(words: str, under_rule: bool) -> str:
    """A line with its raised numbers as the reader knows them."""
    if under_rule and words[:1] in RAISED:
        mark = re.match(f"[{RAISED}]+", words)
        assert mark is not None
        return f"{mark[0].translate(FROM_RAISED)} {words[mark.end() :].strip()}"
    return words.translate(FROM_RAISED)


def _without_furniture(lines: list[Line], symbol: str, title: str, page: int) -> list[Line]:
    """The lines of a page without its running head, job number and page mark."""
    if page > 1:
        wanted = _squeezed(title)
        while lines and len(lines[0].words) < 200:
            rest = _squeezed(lines[0].words.replace(symbol, ""))
            if rest and rest not in wanted:
                break
            lines = lines[1:]
    return [
        line
        for line in lines
        if _PAGE.sub("", _JOB.sub("", line.words)).strip() or not _JOB.search(line.words)
    ]


def _squeezed(words: str) -> str:
    return "".join(words.split()).casefold()
