"""To which submission an addendum or a translation belongs: rules, each with its reason.

A register lists all its documents side by side. What belongs together is told by what each says
of itself; where that points to several submissions, to none, or to two different ones, nothing is
attached and an officer looks it up. The rules, in this order:

1.  Who has a day has it from the submission: same party, same version, same day. A register
    files translations under the day of what they translate, and no version is used twice a day.
2.  Who has no day but a version belongs to the party's one submission of this version. The
    version is the register's own statement.
3.  Where several submissions have this version: the one that the title names in full; else the
    one in the same language, since language versions are filed as submissions side by side, and
    a letter goes with the text in its own language.
4.  Who has neither day nor version belongs to the submission without a version that was made in
    the month in which the file was put there. The newest submissions have no version yet, and
    what is handed in with them is put there with them.
5.  Else to the submission that the title names in full.

Against all of these stands what contradicts them: a title that names another submission of the
party and not this one, and a file that is also the file of a submission.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from rapidfuzz import fuzz

from coalition.base.text import fold
from coalition.instruments.models import Because

# Two words are the same though one has a letter more: “Tonga” and “Tongas”.
ALIKE = 90
NOT_LETTERS = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Document:
    """What a record says of itself; the title with the register's long words made short."""

    key: int
    title: str
    version: str
    on: date | None
    language: str
    url: str
    month: str = ""  # in which its file was put there, "2025-09"; "" where not known


@dataclass(frozen=True)
class Belonging:
    """The key of the submission, None for none so far, and why."""

    to: int | None
    because: Because


def attach(one: Document, submissions: Sequence[Document]) -> Belonging:
    """Where an addendum or a translation belongs among the submissions of its own party."""
    if one.url and any(each.url == one.url for each in submissions):
        return Belonging(None, Because.SAME_FILE)
    chosen, because = _by_rule(one, submissions)
    if chosen is None:
        return Belonging(None, because)
    named = {each.key for each in submissions if names(one.title, each.title)}
    if named and chosen.key not in named:
        return Belonging(None, Because.TITLE_ELSEWHERE)
    return Belonging(chosen.key, because)


def _by_rule(one: Document, submissions: Sequence[Document]) -> tuple[Document | None, Because]:
    of_version = [each for each in submissions if each.version == one.version]
    if one.on:
        found = [each for each in of_version if each.on == one.on]
        return _one_of(one, found, Because.VERSION_AND_DAY)
    if one.version:
        return _one_of(one, of_version, Because.VERSION)
    found = [each for each in of_version if each.on and one.month == f"{each.on:%Y-%m}"]
    if found:
        return _one_of(one, found, Because.MONTH)
    named = [each for each in submissions if names(one.title, each.title)]
    return (named[0], Because.TITLE) if len(named) == 1 else (None, Because.NONE)


def _one_of(
    one: Document, found: Collection[Document], because: Because
) -> tuple[Document | None, Because]:
    """The only one found; of several the one that the title or the language tells."""
    if not found:
        return None, Because.NONE
    if len(found) == 1:
        return next(iter(found)), because
    for why, narrowed in (
        (Because.TITLE, [each for each in found if names(one.title, each.title)]),
        (Because.LANGUAGE, [each for each in found if each.language == one.language]),
    ):
        if len(narrowed) == 1:
            return narrowed[0], why
    return None, Because.SEVERAL


def names(title: str, other: str) -> bool:
    """Does the title hold every word of the other one? “Tongas Second NDC Review Report” names
    “Tonga Second NDC”, and not “Tonga NDC 3.0”."""
    here, wanted = _words(title), _words(other)
    return bool(wanted) and all(
        any(fuzz.ratio(word, each) >= ALIKE for each in here) for word in wanted
    )


def _words(title: str) -> list[str]:
    return NOT_LETTERS.sub(" ", fold(title)).split()
