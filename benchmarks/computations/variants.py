"""Statements made over: near-duplicates and near-misses of real statements, by a stated recipe.

From every statement of at least SHORTEST words, with a die seeded by the number of the statement
and SEED, one of each kind:

- typos: in one of every eight words of five letters and more, at least one, two neighbouring
  letters behind the first swapped, one of them doubled, one left out or one replaced by "e";
- signs: all letters small or all capital, signs at the end dropped, "!!!" behind, spaces doubled;
- order: the two halves of the words swapped;
- dropped: one word in ten left out, at least one, of those that do not deny and are no number;
- added: "I think that" or "in my opinion" or "please" put before or behind;
- mixed: typos, then order, then added.

And what is no duplicate though it shares nearly all words:

- denied: "not" put behind the first helping verb (is, are, should …), or taken away with it;
  statements without such a verb give none;
- counted: each number doubled, but for those that number a list; statements without one give none.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable

SEED = 7
SHORTEST = 6
HELPING = "is are was were should must can will would could do does has have".split()  # noqa: SIM905
KEPT = frozenset("not no never none without nothing nobody neither nor more less".split())  # noqa: SIM905

OF_A_LIST = re.compile(r"\(?\d{1,3}[.)]")
NUMBER = re.compile(r"\d+")

Made = Callable[[list[str], random.Random], list[str]]


def typos(words: list[str], die: random.Random) -> list[str]:
    long = [place for place, word in enumerate(words) if len(re.sub(r"\W", "", word)) >= 5]
    chosen = die.sample(long, min(len(long), max(1, len(words) // 8)))
    return [slipped(word, die) if at in chosen else word for at, word in enumerate(words)]


def slipped(word: str, die: random.Random) -> str:
    at = die.randrange(1, len(word) - 1)
    kind = die.randrange(4)
    if kind == 0:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return word[:at] + ("", word[at] * 2, "e")[kind - 1] + word[at + 1 :]


def signs(words: list[str], die: random.Random) -> list[str]:
    text = "  ".join(words).rstrip(".!? ")
    return [(text.upper() if die.random() < 0.5 else text.lower()) + "!!!"]


def order(words: list[str], die: random.Random) -> list[str]:
    half = len(words) // 2
    return words[half:] + words[:half]


def dropped(words: list[str], die: random.Random) -> list[str]:
    may_go = [
        place
        for place, word in enumerate(words)
        if not (re.search(r"\d|n['’]t", word) or re.sub(r"\W", "", word).lower() in KEPT)
    ]
    gone = die.sample(may_go, min(len(may_go), max(1, len(words) // 10)))
    return [word for place, word in enumerate(words) if place not in gone]


def added(words: list[str], die: random.Random) -> list[str]:
    more = die.choice([["I", "think", "that"], ["in", "my", "opinion"], ["please"]])
    return more + words if die.random() < 0.5 else words + more


def mixed(words: list[str], die: random.Random) -> list[str]:
    return added(order(typos(words, die), die), die)


def denied(words: list[str], die: random.Random) -> list[str]:
    for place, word in enumerate(words):
        if word.lower() in HELPING:
            after = words[place + 1 : place + 2]
            if after == ["not"]:
                return words[: place + 1] + words[place + 2 :]
            return [*words[: place + 1], "not", *words[place + 1 :]]
    return words


def counted(words: list[str], die: random.Random) -> list[str]:
    return [
        word if OF_A_LIST.fullmatch(word) else NUMBER.sub(lambda n: str(2 * int(n[0]) or 1), word)
        for word in words
    ]


DUPLICATES: dict[str, Made] = {
    "typos": typos,
    "signs": signs,
    "order": order,
    "dropped": dropped,
    "added": added,
    "mixed": mixed,
}
NEAR_MISSES: dict[str, Made] = {"denied": denied, "counted": counted}


def made_over(kinds: dict[str, Made], name: str, statements: list[str]) -> list[tuple[int, str]]:
    """The number of each statement that can be made over this way, and what it becomes."""
    found = []
    for number, statement in enumerate(statements):
        words = statement.split()
        if len(words) >= SHORTEST:
            become = kinds[name](words, random.Random(f"{SEED} {name} {number}"))
            if become != words:
                found.append((number, " ".join(become)))
    return found
