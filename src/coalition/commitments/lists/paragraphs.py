"""Paragraphs of texts as people cite them in a cell: "Doha 23; Sevilla 14(b)"."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from coalition.analysis import citations
from coalition.base.errors import Refused
from coalition.base.lists.words import bare
from coalition.base.text import clean_line
from coalition.commitments.writing.ground import provision_row
from coalition.instruments.models import UNNAMED, CitedAs, Instrument, Provision, ProvisionRole

BETWEEN = re.compile(r"[;\n；؛]")
# Words between the name of a text and a number, in the six languages.
UNIT = re.compile(
    r"(?:\b(?:paragraphs?|paras?|pars?|articles?|arts?|points?|párrafos?|paragraphes?|"
    r"artículos?|пункты?|пп?|статьи|статья|ст)\b\.?|§+|第|段|条|款|الفقرات|الفقرة|فقرة|المادة)\s*",
    re.IGNORECASE,
)
NUMBER = r"[0-9IVXLCivxlc]+[a-z]?(?:[ .]?\([0-9A-Za-z]{1,5}\)|\.[0-9]+|(?<=\d)[a-z]\b)*"
NUMBERS = re.compile(rf"{NUMBER}(?:\s*(?:[,،、]|and|et|y|и|و|和|&|[-–])\s*{NUMBER})*")
RANGE = re.compile(r"(\d{1,4})\s*[-–]\s*(\d{1,4})")
ONE = re.compile(NUMBER)
ADDRESS = re.compile(r"([a-z0-9][a-z0-9-]*)/([a-z0-9_]+)")
LONGEST_RANGE = 40
LONGEST_NAME = 12  # words in the name of a text
MOST = 100  # paragraphs in one cell
BATCH = 400


@dataclass
class Paragraphs:
    """The paragraphs that the cells of a list cite, found together in few queries."""

    _texts: dict[str, Instrument | None] = field(default_factory=dict)  # by name, bare
    _numbers: dict[int, dict[str, list[Provision]]] = field(default_factory=dict)
    # How a row is written in a cell: "doha 23".
    names: dict[str, str] = field(default_factory=dict)

    def prepare(self, cells: Iterable[str]) -> None:
        """Look up every text that these cells may name, and its paragraphs."""
        starts = {start for cell in cells for piece in _pieces(cell) for start in _starts(piece)}
        self._texts = _named_texts() | _cited_texts(starts)
        wanted = {self._texts[bare(start)] for start in starts if bare(start) in self._texts}
        self._read([one for one in wanted if one is not None])

    def rows_of(self, cell: str) -> list[str]:
        """The rows that a cell names, in its order. Raises Refused naming the piece that cannot be
        found, and how to write it."""
        rows: dict[str, None] = {}
        current: Instrument | None = None
        for piece in _pieces(cell):
            current, rest = self._text_in(piece, current)
            for number in _each(piece, rest):
                rows[self._row(piece, current, number)] = None
        if len(rows) > MOST:
            raise Refused(_("These are more than %(most)s paragraphs.") % {"most": MOST})
        return list(rows)

    def _text_in(self, piece: str, current: Instrument | None) -> tuple[Instrument, str]:
        """The text that the piece begins with, the longest name first, and what follows."""
        if address := ADDRESS.fullmatch(piece):
            found = self._texts.get(bare(address[1]))
            if found is not None:
                return found, f"={address[2]}"
        for start in _starts(piece):
            if found := self._texts.get(bare(start)):
                return found, piece[len(start) :]
            if bare(start) in self._texts:
                raise Refused(
                    _("Several texts are called “%(text)s”. Please write the code of the text.")
                    % {"text": clean_line(start, limit=80)}
                )
        if current is not None and NUMBERS.match(UNIT.sub("", piece).strip()):
            return current, piece
        raise Refused(
            _(
                "We know no text in “%(text)s”. Please begin with its name, symbol or code and "
                "write the number after it, such as “Doha 23”."
            )
            % {"text": clean_line(piece, limit=80)}
        )

    def _row(self, piece: str, text: Instrument, number: str) -> str:
        known = self._numbers.get(text.pk, {})
        found = known.get(number if number.startswith("=") else _key(number), [])
        if len(found) == 1:
            row = provision_row(found[0])
            self.names[row] = f"{text.code} {found[0].number}"
            return row
        label = number.removeprefix("=")
        if found:
            raise Refused(
                _("“%(text)s” has several paragraphs %(number)s. Please write one of: %(all)s.")
                % {
                    "text": text.short_name,
                    "number": clean_line(label, limit=40),
                    "all": "; ".join(f"{text.code}/{one.eid}" for one in found[:6]),
                }
            )
        if not known:
            raise Refused(
                _("The paragraphs of “%(text)s” are not held here, so none can be chosen.")
                % {"text": text.short_name}
            )
        raise Refused(
            _("“%(text)s” has no paragraph %(number)s. Please look it up in the text.")
            % {"text": text.short_name, "number": clean_line(label, limit=40)}
        )

    def _read(self, texts: list[Instrument]) -> None:
        held = {one.pk: one for one in texts}
        self._numbers = {pk: defaultdict(list) for pk in held}
        rows = Provision.objects.filter(
            instrument__in=held, role__in=[ProvisionRole.OPERATIVE, ProvisionRole.POINT]
        ).only("instrument", "eid", "number")
        for one in rows.order_by("instrument", "position").iterator(chunk_size=2000):
            one.instrument = held[one.instrument_id]
            known = self._numbers[one.instrument_id]
            known[f"={one.eid}"].append(one)
            if one.number:
                known[_key(one.number)].append(one)


def _pieces(cell: str) -> list[str]:
    return [line for piece in BETWEEN.split(cell) if (line := clean_line(piece, limit=300))]


def _starts(piece: str) -> Iterator[str]:
    """What a piece may begin with as the name of a text, the longest first."""
    if address := ADDRESS.fullmatch(piece):
        yield address[1]
        return
    words = list(re.finditer(r"\S+", piece))[:LONGEST_NAME]
    for word in reversed(words):
        start = piece[: word.end()].rstrip(" ,.:–-،")
        if bare(start):
            yield start


def _each(piece: str, rest: str) -> list[str]:
    """The numbers after the name of a text, a range in full."""
    if rest.startswith("="):
        return [rest]
    plain = UNIT.sub("", rest).strip(" ,.:،")
    if not NUMBERS.fullmatch(plain):
        raise Refused(
            _(
                "Which paragraph does “%(text)s” name? Please write its number after the text, "
                "such as “Doha 23” or “Doha 18(a)”."
            )
            % {"text": clean_line(piece, limit=80)}
        )
    numbers = []
    for part in re.split(r"[,،、&]|\s(?:and|et|y|и|و|和)\s", plain):
        if between := RANGE.fullmatch(part.strip()):
            first, last = int(between[1]), int(between[2])
            if not 0 < last - first < LONGEST_RANGE:
                raise Refused(
                    _("“%(text)s” is no range of paragraphs that we can read.")
                    % {"text": clean_line(part, limit=40)}
                )
            numbers += [str(number) for number in range(first, last + 1)]
        else:
            numbers += [found.group() for found in ONE.finditer(part)]
    return numbers


def _key(number: str) -> str:
    """A number however it is written: "14 (b)", "14(b)", "14b", "14.b"."""
    return ".".join(re.findall(r"\d+|[^\W\d_]+", number.casefold()))


def _named_texts() -> dict[str, Instrument | None]:
    """The texts that the coalition names, by every name of theirs; None where several bear it."""
    found: dict[str, Instrument | None] = {}
    for one in Instrument.objects.filter(position__lt=UNNAMED).order_by("position", "pk"):
        names = {*one.names.values(), *one.short.values(), one.leaflet_name, one.symbol}
        for name in {bare(name) for name in names} - {""}:
            found[name] = None if name in found else one
        found[bare(one.code)] = one
    return found


def _cited_texts(starts: Iterable[str]) -> dict[str, Instrument | None]:
    """Any other text, by its code or symbol, or as others cite it."""
    keys: dict[str, set[str]] = defaultdict(set)
    codes: dict[str, str] = {}
    for start in starts:
        codes[start.lower()] = start
        keys[citations.key_of_symbol(start)].add(start)
        for key in citations.keys_of_name(start):
            keys[key].add(start)
    found: dict[str, Instrument | None] = {}
    for batch in _batches(keys):
        for cited in CitedAs.objects.filter(key__in=batch).select_related("instrument"):
            found |= {bare(start): cited.instrument for start in keys[cited.key]}
    for batch in _batches(codes):
        for one in Instrument.objects.filter(code__in=batch):
            found[bare(codes[one.code])] = one
    return found


def _batches(keys: Iterable[str]) -> Iterator[list[str]]:
    every = sorted(keys)
    for start in range(0, len(every), BATCH):
        yield every[start : start + BATCH]
