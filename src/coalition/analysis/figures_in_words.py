"""Which of the figures that were asked for an answer by mail gives, and where it says so.

An answer may stand behind the code of a question or below it, in a numbered list, behind the
question's own words, or in a sentence that speaks of what was asked; above, below or between the
lines of the letter that it answers. What that letter says itself (last time's figures, targets)
is never taken for an answer. Everything found is a suggestion with its place and its reason;
nothing is guessed where two readings are possible, and what was left out is told.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum

from coalition.analysis import number_words
from coalition.analysis.number_words import IS_HAN, TABLES, Number, Pair, alternatives
from coalition.analysis.searching import telling_words

LANGUAGES = ("ar", "en", "es", "fr", "ru", "zh")
WORD = re.compile(r"[^\W\d_]+")
MOST_TEXT = 40_000  # characters that are looked at
MOST_SENTENCE = 800  # and of one sentence, or one answer
MOST_FIGURES = 20  # that one sentence may hold; more are a table
LONGEST_SNIPPET = 200
LONG_PIECE = 25  # characters that nobody writes by chance as the letter has them


@dataclass(frozen=True)
class Asked:
    """A figure that was asked for.

    Args:
        key: Names it, and stands in letters as its code: "RES-2026-0042/3".
        measure: "number", "percentage", "scale", "yes_no" or "text".
        title: What is measured, in the words of the letter.
        language: Of the title.
        units: What is counted, under every name it has: "people", "personnes".
        currency: ISO 4217, lower case, where it is money.
        decimals: Of the unit.
        about: Names of the part that it is about: "women", "femmes"; empty for the whole.
        whole: The key of the figure that it is a part of.
        past: What was reported last time and what is aimed at, as plain decimals.
    """

    key: str
    measure: str
    title: str
    language: str = "en"
    units: tuple[str, ...] = ()
    currency: str = ""
    decimals: int = 0
    about: tuple[str, ...] = ()
    whole: str = ""
    lowest: int | None = None
    highest: int | None = None

    @property
    def number(self) -> str:
        return self.key.rpartition("/")[2].partition("|")[0]


class Why(Enum):
    """How an answer was found, the surest first."""

    CODE = "code"
    NUMBER = "number"
    LABEL = "label"
    WORDS = "words"
    ONLY = "only"


class LeftOut(Enum):
    """Why something that may be an answer was not taken."""

    TWO = "two"  # two figures for one question
    WHICH = "which"  # no question that it clearly answers
    NO_WHOLE = "no_whole"  # a percentage without what it is a part of
    RANGE = "range"  # from … to …
    NO_FIGURE = "no_figure"  # an answer without a figure
    OUTSIDE = "outside"  # no step of the scale, more decimals than the unit has
    AMBIGUOUS = "ambiguous"  # "1.234" where both readings are possible


@dataclass(frozen=True)
class Suggestion:
    """An answer to a question. `fields` are plain texts: value, denominator, text, not_known,
    basis ("estimated"), unit (a currency other than the one asked for)."""

    key: str
    fields: dict[str, str]
    snippet: str
    why: Why

    @property
    def value(self) -> str:
        return self.fields.get("value", "")


@dataclass(frozen=True)
class Unclear:
    """Something that was left out. `key` is the question that it may have answered, or ""."""

    snippet: str
    why: LeftOut
    key: str = ""


@dataclass
class Reading:
    """What an answer gives: at most one suggestion a question, and what was left out."""

    suggestions: list[Suggestion] = field(default_factory=list)
    unclear: list[Unclear] = field(default_factory=list)


# --- The tables ------------------------------------------------------------------------------


def _words(name: str) -> str:
    return f"(?:{alternatives(name)})"


YES, NO = (set(alternatives(name).split("|")) for name in ("yes", "no"))
NOT_KNOWN = re.compile(
    rf"^\W*{_words('not_known')}(?:[\s,;:.—–-]+(?P<why>.*))?$", re.IGNORECASE | re.DOTALL
)
PAST_BEFORE = re.compile(
    rf"{_words('past_before')}"
    r"(?:[\s:：,（(«“\"—–]|the|of|was|were|is|el|la|eran|est|était|for|от|было|за|с|на|在|为|是|的|年"
    r"|هو|كان|ب|ال){0,8}(?:\d{4}[\s:：,]*)?$"
)
NOT_FAR = r"^[^.;:,)）。；，،\d]"
PAST_AFTER = re.compile(
    rf"{NOT_FAR}{{0,24}}?\b{_words('past_after')}\b"
    rf"|{NOT_FAR}{{0,12}}?{_words('past_after_arabic')}"
)
ABOUT = re.compile(rf"{_words('estimate_before')}\s*$")
ABOUT_AFTER = re.compile(rf"^\s?\S{{0,12}}\s?{_words('estimate_after')}")
CLAUSE = re.compile(r"[;。；؛!?！？\n]|\.(?=\s|$)|(?<!\d)[,，،](?!\d)|[,，،](?=\s)|[()（）]")
SENTENCE = re.compile(r"[。！？!?؟\n]|(?<!\b[a-zа-я])\.(?=\s|$)|[;；؛]")
CLOSING = re.compile(rf"^\W*{_words('closing')}\b.{{0,60}}$", re.IGNORECASE)
PARTS = [set(line.split("|")) for line in TABLES["parts"].splitlines() if line]
SAME = [line.replace("|", " ") for line in TABLES["same"].splitlines() if line]


# --- Reading ---------------------------------------------------------------------------------


def recognise(words: str, asked: Sequence[Asked], *, language: str = "", sent: str = "") -> Reading:
    """The figures that an answer gives to what was asked.

    Args:
        words: The whole text of the answer, with what it quotes.
        asked: The questions; several reports may be asked for in one letter.
        language: In which the answer is, where that is known; "" reads words of all languages.
        sent: The letters that it may quote: what stands in them is not the writer's own, with or
            without marks of quotation.
    """
    return _Reader(asked, language, sent).read(number_words.MARKS.sub("", words)[:MOST_TEXT])


@dataclass
class _Line:
    text: str
    is_own: bool


@dataclass(frozen=True)
class _Answer:
    """What stands behind a code, a number or a label."""

    asked: Asked
    text: str
    why: Why


class _Reader:
    def __init__(self, asked: Sequence[Asked], language: str, sent: str) -> None:
        self.asked = list(asked)
        self.wholes = [one for one in asked if not one.whole]
        self.by_key = {each.key.casefold(): each for each in asked}
        self.letter = number_words.MARKS.sub("", sent)
        self.sent = _squeezed(self.letter)
        spoken = [language] if language else [*LANGUAGES]
        self.languages = list(dict.fromkeys([*spoken, *(one.language for one in asked)]))
        self.stems = {each.key: _stems_of(each) for each in self.wholes}
        # What several questions speak of tells them apart the less.
        counts = Counter(stem for stems in self.stems.values() for stem in stems)
        self.weight = {stem: 1 / count for stem, count in counts.items()}
        self.found: dict[str, Suggestion] = {}
        self.clashes: set[str] = set()
        self.unclear: list[Unclear] = []

    def read(self, text: str) -> Reading:
        answers, rest = self._answers(_lines_of(text, self.letter))
        for answer in answers:
            self._take_answer(answer)
        self._take_prose("\n".join(line for line in rest if line.strip()))
        kept = [self.found[one.key] for one in self.asked if one.key in self.found]
        return Reading([one for one in kept if one.key not in self.clashes], self.unclear)

    # --- Answers that name their question

    def _answers(self, lines: list[_Line]) -> tuple[list[_Answer], list[str]]:
        """Answers behind codes, numbers and labels; and the writer's other lines."""
        answers: list[_Answer] = []
        rest: list[str] = []
        open_: _Answer | None = None
        for line in lines:
            coded = self._coded(line)
            if coded is not None:
                answers += [open_] if open_ else []
                open_ = coded
            elif not line.is_own:
                # A line of the letter ends an answer; blank lines do not.
                if line.text.strip() and open_ is not None and open_.text:
                    answers.append(open_)
                    open_ = None
            elif open_ is not None and not open_.text:
                open_ = _Answer(open_.asked, line.text.strip(), open_.why)
            elif (named := self._named(line.text)) is not None:
                answers += [open_] if open_ else []
                answers.append(named)
                open_ = None
            elif (
                open_ is not None and open_.asked.measure == "text" and not CLOSING.match(line.text)
            ):
                open_ = _Answer(open_.asked, f"{open_.text}\n{line.text}".strip(), open_.why)
            else:
                answers += [open_] if open_ else []
                open_ = None
                rest.append(line.text)
        answers += [open_] if open_ else []
        return [one for one in answers if one.text], _until_closing(rest)

    def _coded(self, line: _Line) -> _Answer | None:
        """A line with a code of ours, and what the writer put behind it."""
        plain = number_words.plain(line.text)
        for match in CODE.finditer(plain):
            asked = self.by_key.get(match[1].rstrip("|").casefold())
            if asked is None:
                continue
            rest = line.text[match.end() :]
            if not line.is_own and _squeezed(line.text) in self.sent and self.sent:
                rest = ""
            elif "=" in rest:
                rest = rest.rpartition("=")[2]
            elif label := _label_before(rest):
                rest = rest[label:]
            following = CODE.search(number_words.plain(rest))
            rest = rest[: following.start()] if following else rest
            return _Answer(
                asked, rest.strip(" \t=:：–-—") if rest.strip(" =:：–—-") else "", Why.CODE
            )
        return None

    def _named(self, line: str) -> _Answer | None:
        """An answer that begins with the number of its question, or with its words."""
        plain = number_words.plain(line)
        if match := NUMBERED.match(plain):
            wholes = [one for one in self.wholes if one.number == match[1]]
            rest = line[match.end() :].strip()
            other = self._best(plain[match.end() :])
            if len(wholes) == 1 and rest and other in (None, wholes[0]):
                label = _label_before(rest) if other else 0
                return _Answer(wholes[0], rest[label:].strip(), Why.NUMBER)
        if label := _label_before(line):
            named = self._titled(line[:label].rstrip(" :：=\t-–—"))
            if named is not None and line[label:].strip():
                return _Answer(named, line[label:].strip(), Why.LABEL)
        return None

    def _titled(self, words: str) -> Asked | None:
        """The question whose words these are, nearly all of them."""
        stems = _stems(words, self.languages)
        if not stems:
            return None
        scores: list[tuple[float, Asked]] = []
        for one in self.wholes:
            own = _stems(one.title, [one.language])
            common = len(own & stems)
            if own and common / len(own) >= 0.6 and common / len(stems) >= 0.4:
                scores.append((common / len(own | stems), one))
        scores.sort(key=lambda each: -each[0])
        if not scores or (len(scores) > 1 and scores[0][0] == scores[1][0]):
            return None
        return scores[0][1]

    def _take_answer(self, answer: _Answer) -> None:
        asked, text = answer.asked, answer.text
        if known := NOT_KNOWN.match(text):
            why = " ".join((known["why"] or text).split())
            self._suggest(asked, {"not_known": why[:300]}, text, answer.why)
        elif asked.measure == "text":
            self._suggest(asked, {"text": text}, text, answer.why)
        elif asked.measure == "yes_no":
            self._take_yes_or_no(answer)
        else:
            plain = number_words.plain(text[:MOST_SENTENCE])
            found = number_words.numbers(plain)[:MOST_FIGURES]
            taken = self._figure_of(asked, plain, found, answer)
            if taken is None and not found:
                self._leave(text, LeftOut.NO_FIGURE, asked.key)
            # What the answer says of its parts: "1,450, of whom 800 women".
            self._take_parts(asked, plain, text, found, taken)

    def _take_yes_or_no(self, answer: _Answer) -> None:
        said = yes_or_no(answer.text)
        if said is None:
            self._leave(answer.text, LeftOut.NO_FIGURE, answer.asked.key)
        else:
            self._suggest(answer.asked, {"value": str(int(said))}, answer.text, answer.why)

    def _figure_of(
        self, asked: Asked, plain: str, found: list[Number], answer: _Answer
    ) -> Number | None:
        """Suggest what the answer gives as the figure of the whole; the figure, if any."""
        own = [one for one in found if not self._is_past(plain, one)]
        parts = [one for one in self.asked if one.whole == asked.key]
        own = [one for one in own if not any(_is_about(plain, one, part) for part in parts)] or own
        if asked.measure == "percentage":
            pairs = [one for one in number_words.pairs(plain, found) if one.part in own]
            if len(pairs) == 1:
                return self._suggest_pair(asked, pairs[0], plain, answer.text, answer.why)
            if own:
                why = LeftOut.NO_WHOLE if len(pairs) == 0 else LeftOut.TWO
                self._leave(answer.text, why, asked.key)
            return None
        own = [one for one in own if not one.is_percent] if asked.measure != "scale" else own
        if not own:
            if found:
                self._leave(answer.text, LeftOut.NO_FIGURE, asked.key)
            return None
        if own[0].is_range:
            self._leave(answer.text, LeftOut.RANGE, asked.key)
            return None
        units = [one for one in own if _has_unit(plain, one, asked)]
        same_money = [one for one in own if asked.currency and one.currency == asked.currency]
        leading = [one for one in own if not plain[: one.start].strip(" =:~≈<>(")]
        undated = [one for one in own if not one.may_be_year]
        for choice in (same_money, leading, units, undated, own):
            if len({one.value for one in choice}) == 1:
                return self._suggest_number(asked, choice[0], plain, answer.text, answer.why)
        self._leave(answer.text, LeftOut.TWO, asked.key)
        return None

    # --- Parts: women, men, regions

    def _take_parts(
        self, asked: Asked, plain: str, text: str, found: list[Number], taken: Number | None
    ) -> None:
        for part in self.asked:
            if part.whole != asked.key or part.measure != asked.measure:
                continue
            near = [
                one
                for one in found
                if one is not taken
                and not one.is_percent
                and not one.is_range
                and not self._is_past(plain, one)
                and _is_about(plain, one, part)
            ]
            if len({one.value for one in near}) == 1 and part.measure == "number":
                self._suggest_number(part, near[0], plain, text, Why.WORDS)

    # --- Prose

    def _take_prose(self, text: str) -> None:
        for sentence in _cut(text, SENTENCE):
            plain = number_words.plain(sentence[:MOST_SENTENCE])
            found = number_words.numbers(plain)[:MOST_FIGURES]
            # A year only stands for figures where it counts something.
            found = [one for one in found if not (one.may_be_year and not self._counts(plain, one))]
            if found:
                self._take_sentence(plain, sentence, found)

    def _counts(self, plain: str, number: Number) -> bool:
        return any(_has_unit(plain, number, one) for one in self.asked) and not (
            number_words.IN_YEAR.search(plain, 0, number.start)
        )

    def _take_sentence(self, plain: str, sentence: str, found: list[Number]) -> None:
        pairs = {one.part.start: one for one in number_words.pairs(plain, found)}
        wholes_of_pairs = {one.whole.start for one in pairs.values()}
        parts = [one for one in self.asked if one.whole]
        taken: dict[str, Number] = {}
        for number in found:
            if (
                number.start in wholes_of_pairs
                or self._is_past(plain, number)
                or number_words.DURATION.match(plain, number.end)
                or any(_is_about(plain, number, one) for one in parts)
            ):
                continue
            pair = pairs.get(number.start)
            clause = _clause_around(plain, number)
            best = self._best(clause, number=number, plain=plain, is_pair=pair is not None)
            if best is None and not number.is_percent:
                self._leave(sentence, LeftOut.WHICH)
            elif best is not None and self._take_found(best, number, pair, plain, sentence):
                taken[best.key] = number
        for key in list(taken) or self._only_broken_down():
            self._take_parts(self.by_key[key.casefold()], plain, sentence, found, taken.get(key))

    def _take_found(
        self, asked: Asked, number: Number, pair: Pair | None, plain: str, sentence: str
    ) -> Number | None:
        why = Why.WORDS if len(self.wholes) > 1 else Why.ONLY
        if pair is not None and asked.measure == "percentage":
            return self._suggest_pair(asked, pair, plain, sentence, why)
        if _fits(asked, number, is_pair=False) and not number.is_range:
            return self._suggest_number(asked, number, plain, sentence, why)
        if asked.key not in self.found:
            fault = LeftOut.RANGE if number.is_range else LeftOut.WHICH
            fault = LeftOut.NO_WHOLE if asked.measure == "percentage" else fault
            self._leave(sentence, fault, asked.key)
        return None

    def _only_broken_down(self) -> list[str]:
        """The one question that asks for parts, where it is one alone."""
        keys = {one.whole for one in self.asked if one.whole}
        return list(keys) if len(keys) == 1 else []

    def _best(
        self, clause: str, *, number: Number | None = None, plain: str = "", is_pair: bool = False
    ) -> Asked | None:
        """The question of a whole that a clause speaks of, where it is one question alone: the one
        most of whose words it has, the rarer among the questions the better; with a figure, the
        words of the sentence around count a little too, and so does what is counted."""
        near, wide = self._words_in(clause), self._words_in(plain)
        scores: list[tuple[float, int]] = []
        for place, one in enumerate(self.wholes):
            score = 2 * self._weight(one, near) + 0.5 * self._weight(one, wide)
            if number is not None and _fits(one, number, is_pair=is_pair):
                score += 3 * bool(one.currency) or float(_has_unit(plain, number, one))
            scores.append((score, place))
        scores.sort(reverse=True)
        if not scores or scores[0][0] < (1.5 if number is None else 2.5):
            return None
        if len(scores) > 1 and scores[0][0] < scores[1][0] + 0.5:
            return None
        return self.wholes[scores[0][1]]

    def _words_in(self, text: str) -> list[set[str]]:
        """The stems of each word, of all languages that it may be of."""
        return [_stems(word, self.languages) for word in dict.fromkeys(WORD.findall(text))]

    def _weight(self, asked: Asked, words: list[set[str]]) -> float:
        own = self.stems[asked.key]
        return sum(max((self.weight[stem] for stem in own & stems), default=0.0) for stems in words)

    # --- Suggesting

    def _is_past(self, plain: str, number: Number) -> bool:
        """Is it a figure of another time, or one that is aimed at?"""
        before = plain[max(0, number.start - 60) : number.start]
        if (match := PAST_BEFORE.search(before)) and _stands_apart(before, match):
            return True
        return bool(PAST_AFTER.search(plain[number.end : number.end + 60]))

    def _suggest_number(
        self, asked: Asked, number: Number, plain: str, text: str, why: Why
    ) -> Number | None:
        value, fault = _value(asked, number)
        if fault is not None:
            self._leave(text, fault, asked.key)
            return None
        fields = {"value": value}
        if asked.currency and number.currency and number.currency != asked.currency:
            fields["unit"] = number.currency
        elif not asked.currency and number.currency:
            self._leave(text, LeftOut.OUTSIDE, asked.key)
            return None
        if _is_estimate(plain, number):
            fields["basis"] = "estimated"
        self._suggest(asked, fields, text, why)
        return number

    def _suggest_pair(
        self, asked: Asked, pair: Pair, plain: str, text: str, why: Why
    ) -> Number | None:
        part, fault = _value(asked, pair.part)
        whole, other_fault = _value(asked, pair.whole)
        if fault or other_fault:
            self._leave(text, fault or other_fault or LeftOut.OUTSIDE, asked.key)
            return None
        fields = {"value": part, "denominator": whole}
        if _is_estimate(plain, pair.part):
            fields["basis"] = "estimated"
        self._suggest(asked, fields, text, why)
        return pair.part

    def _suggest(self, asked: Asked, fields: dict[str, str], text: str, why: Why) -> None:
        held = self.found.get(asked.key)
        order = list(Why)
        if held is not None and order.index(held.why) < order.index(why):
            return  # behind a code it counts, whatever is told around it
        if held is not None and held.why == why and held.fields != fields:
            self.clashes.add(asked.key)
            self._leave(f"{held.snippet} … {_snippet(text)}", LeftOut.TWO, asked.key)
            return
        if held is None or held.why != why:
            self.clashes.discard(asked.key)
            self.found[asked.key] = Suggestion(asked.key, fields, _snippet(text), why)

    def _leave(self, text: str, why: LeftOut, key: str = "") -> None:
        one = Unclear(_snippet(text), why, key)
        if one not in self.unclear:
            self.unclear.append(one)


# --- Lines: whose they are -------------------------------------------------------------------

CODE = re.compile(r"\[?\b([a-z]{2,6}-\d{4}-\d{1,6}/\d{1,5}(?:\|[\w.|-]*)?)\]?", re.IGNORECASE)
NUMBERED = re.compile(
    r"^\W*(?:(?:question|indicator|indicateur|indicador|показатель|вопрос|المؤشر|السؤال|指标|问题"
    r"|no\.|n[°º]|№|#)\s*)?(\d{1,3})\s*(?:、\s*|(?:\.-|\.\)|[.):=\]–—-])(?:\s+|(?=[^\d\s])))(?=\S)"
)
QUOTE = re.compile(r"^((?:\s*[>|])+)\s?")
INTRODUCTION = re.compile(rf"{_words('wrote')}.{{0,12}}[:：]\s*$", re.IGNORECASE)
BREAK = re.compile(
    rf"^[\s>*_=-]*(?:-{{2,}}\s*)?{_words('older')}[\s*_=-]*$|^_{{10,}}\s*$", re.IGNORECASE
)
HEADER = re.compile(rf"^\**{_words('header')}\**\s*[:：]", re.IGNORECASE)


def _lines_of(text: str, sent: str) -> list[_Line]:
    """The lines, and which are the writer's own.

    Not own are lines with marks of quotation, those below the heading of an older message, and
    every line that stands in the letter itself. Where that letter is known, other lines below a
    heading are answers written into it.
    """
    sent_lines = {_squeezed(line) for line in sent.split("\n")}
    sent = _squeezed(sent)
    lines: list[_Line] = []
    is_below = False
    raw = text.split("\n")
    for at, line in enumerate(raw):
        marks = QUOTE.match(line)
        depth = len(re.findall(r"[>|]", marks[1])) if marks else 0
        body = line[marks.end() :] if marks else line
        headers = sum(bool(HEADER.match(one.strip())) for one in raw[at : at + 4])
        if BREAK.match(body) or (HEADER.match(body.strip()) and headers >= 2):
            is_below = True
        is_ours = _stands_in(_squeezed(body), sent, sent_lines)
        is_introduction = bool(INTRODUCTION.search(body)) or (
            body.rstrip().endswith((":", "：")) and at + 1 < len(raw) and _is_quote_soon(raw, at)
        )
        is_own = not (depth or is_ours or is_introduction)
        if is_below and not (sent and is_own and not HEADER.match(body.strip())):
            is_own = False
        if depth == 1 and CODE.search(body) and not is_ours:
            is_own = bool(re.search(r"=\s*\S", body))  # typed into the quoted line itself
        elif depth > 1 and CODE.search(body):
            body = ""  # an older answer, quoted
        lines.append(_Line(body, is_own))
    return lines


def _stands_in(line: str, sent: str, sent_lines: set[str]) -> bool:
    """Is this a line of the letter, or a piece of one that a mail program broke? A short piece
    may as well be the writer's own: a figure that is also the target."""
    return bool(line) and (line in sent_lines or (len(line) >= LONG_PIECE and line in sent))


def _is_quote_soon(lines: list[str], at: int) -> bool:
    following = [one for one in lines[at + 1 : at + 3] if one.strip()]
    return bool(following and QUOTE.match(following[0]) and re.search(r"\d", lines[at]))


def _squeezed(text: str) -> str:
    return " ".join(text.split())


def _until_closing(lines: list[str]) -> list[str]:
    """Without the signature: what follows "-- " or the last greeting."""
    for at, line in enumerate(lines):
        if line.rstrip() == "--" or (CLOSING.match(line) and not re.search(r"\d", line)):
            return lines[:at]
    return lines


def _label_before(text: str) -> int:
    """Where what follows a label begins ("Young people trained: "), or 0."""
    match = re.match(r"^[^:：=\n]{3,250}[:：=]\s*", text)
    if not match or re.search(r"https?$", match[0].rstrip(": ")):
        return 0
    return match.end()


# --- Words -----------------------------------------------------------------------------------

NO_LETTER = r"(?![a-zà-öø-ÿа-я])"
NO_LETTER_BEFORE = r"(?<![a-zà-öø-ÿа-я])"
EVERY_PART = "|".join(sorted((re.escape(one) for group in PARTS for one in group), key=len)[::-1])
# Between the name of a part and its figure, and between a figure and the name of its part.
BETWEEN = r"\s?(?:有|为|共|are|were|is|son|sont|было|:|：|=|-|–)?\s?"
BEHIND = r"[\s(]{0,2}(?:[^\W\d]+[\s-])??(?:of them |were |are |d'entre |были |de |و)?(?:ال)?"


def _stems(text: str, languages: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for language in languages:
        found |= set(telling_words(re.sub(r"\d+", " ", text), language))
    return found


def _with_synonyms(words: set[str], groups: list[set[str]]) -> set[str]:
    return words.union(*(group for group in groups if group & words))


def _group(words: str) -> set[str]:
    return set().union(*(_stems(words, [language]) for language in LANGUAGES))


_SYNONYMS = [_group(words) for words in SAME]


def _stems_of(asked: Asked) -> set[str]:
    stems = _stems(asked.title, [asked.language])
    for name in asked.units:
        stems |= _stems(name, LANGUAGES)
    return _with_synonyms(stems, _SYNONYMS)


def _words_about(asked: Asked) -> tuple[str, ...]:
    """The names of a part, with other words for the same."""
    names = {name.casefold() for name in asked.about}
    for words in PARTS:
        if any(words & set(name.split()) for name in names):
            names |= words
    return tuple(sorted(names, key=len, reverse=True))


def _is_about(plain: str, number: Number, part: Asked) -> bool:
    """Does a word for the part stand right before the figure, or else right behind it?"""
    if not part.about:
        return False
    names = "|".join(re.escape(name) for name in _words_about(part))
    ahead = plain[max(0, number.start - 40) : number.start]
    if label := re.search(rf"{NO_LETTER_BEFORE}({names}|{EVERY_PART}){BETWEEN}$", ahead):
        return bool(re.fullmatch(names, label[1]))
    return bool(re.search(rf"^{BEHIND}(?:{names}){NO_LETTER}", plain[number.end : number.end + 40]))


def _has_unit(plain: str, number: Number, asked: Asked) -> bool:
    """Does what is counted stand among the next words?"""
    if asked.currency:
        return number.currency == asked.currency
    after = re.split(r"[.,;:()。，；、،\d]", plain[number.end : number.end + 60])[0]
    words = _stems(after, LANGUAGES)
    own: set[str] = set()
    for name in (*asked.units, asked.title):
        own |= _stems(name, LANGUAGES)
    return bool(words & _with_synonyms(own, _SYNONYMS))


def _stands_apart(before: str, match: re.Match[str]) -> bool:
    """Is the word found a word of its own?"""
    start = match.start()
    if not start or "\u4e00" <= match[0][0] <= "\u9fff":
        return True
    return not before[start - 1].isalpha() or before[start - 1] in "وبل"


def _is_estimate(plain: str, number: Number) -> bool:
    before = plain[max(0, number.start - 24) : number.start]
    match = ABOUT.search(before)
    is_before = bool(match and _stands_apart(before, match))
    return is_before or bool(ABOUT_AFTER.search(plain[number.end : number.end + 40]))


def _fits(asked: Asked, number: Number, *, is_pair: bool) -> bool:
    """May this figure answer that question at all?"""
    if asked.measure == "percentage":
        return is_pair
    if asked.measure not in ("number", "scale") or number.is_percent:
        return False
    return bool(asked.currency) == bool(number.currency)


def _value(asked: Asked, number: Number) -> tuple[str, LeftOut | None]:
    """The figure as a plain decimal in the unit asked for, or why it is none."""
    value = number.value
    if number.other is not None and (
        asked.decimals >= 3 or (asked.decimals and not asked.currency)
    ):
        return "", LeftOut.AMBIGUOUS
    rounded = value.quantize(Decimal(1).scaleb(-asked.decimals)) if value < 10**20 else value
    if rounded != value or value >= 10**17:
        return "", LeftOut.OUTSIDE
    if asked.measure == "scale" and not (
        asked.lowest is not None
        and asked.highest is not None
        and asked.lowest <= value <= asked.highest
    ):
        return "", LeftOut.OUTSIDE
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text), None


HAN_STARTS = [("还没", False), ("尚未", False), ("没", False), ("未", False), ("不", False)]
HAN_STARTS += [("否", False), ("是", True), ("已", True), ("有", True)]


def yes_or_no(text: str) -> bool | None:
    """What an answer to a question of yes or no says, by its first words."""
    plain = " ".join(number_words.plain(number_words.MARKS.sub("", text)).split())
    first = re.split(r"[\s,.;:!،。，；—–-]+", plain, maxsplit=1)[0]
    said = re.split(r"[,.;:!،。，；—–(]", plain, maxsplit=1)[0].strip()
    if IS_HAN.match(said) and said not in YES | NO:
        # "已通过", "还没有": the first characters say it.
        return next((is_yes for start, is_yes in HAN_STARTS if said.startswith(start)), None)
    if said in NO or any(said.startswith(f"{word} ") for word in NO if " " in word):
        return False
    if said in YES or first in YES:
        return True
    if first in NO or said == "0":
        return False
    return True if said == "1" else None


def _cut(text: str, at: re.Pattern[str]) -> Iterator[str]:
    start = 0
    for match in at.finditer(text):
        yield text[start : match.end()]
        start = match.end()
    yield text[start:]


def _clause_around(plain: str, number: Number) -> str:
    """The words around a figure, up to the next sign."""
    cuts = [match.span() for match in CLAUSE.finditer(plain)]
    start = max((end for _begin, end in cuts if end <= number.start), default=0)
    end = min((begin for begin, _end in cuts if begin >= number.end), default=len(plain))
    return plain[start:end]


def _snippet(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_SNIPPET else f"{line[: LONGEST_SNIPPET - 1]}…"
