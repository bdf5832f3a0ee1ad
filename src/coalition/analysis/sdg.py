"""The goals and targets of the 2030 Agenda for Sustainable Development, by their numbers.

Source: General Assembly resolution 70/1 of 25 September 2015, which adopted 17 goals with 169
targets; those on means of implementation are counted by letters, but for goal 17.
"""

from __future__ import annotations

# Of each goal: how many targets have numbers, and how many letters.
_TARGETS = {
    1: (5, 2),
    2: (5, 3),
    3: (9, 4),
    4: (7, 3),
    5: (6, 3),
    6: (6, 2),
    7: (3, 2),
    8: (10, 2),
    9: (5, 3),
    10: (7, 3),
    11: (7, 3),
    12: (8, 3),
    13: (3, 2),
    14: (7, 3),
    15: (9, 3),
    16: (10, 2),
    17: (19, 0),
}
GOALS = tuple(str(number) for number in _TARGETS)
TARGETS = tuple(
    f"{goal}.{each}"
    for goal, (numbers, letters) in _TARGETS.items()
    for each in (*range(1, numbers + 1), *"abcd"[:letters])
)
CODES = frozenset((*GOALS, *TARGETS))


def order(code: str) -> tuple[int, int, str]:
    """By which codes are sorted: goal by goal, numbers before letters."""
    goal, _, target = code.partition(".")
    return int(goal), int(target) if target.isdigit() else 99 if target else 0, target


def codes_in(text: str) -> tuple[list[str], list[str]]:
    """The codes that a text names, in their order and each once ("8.5, 1.3"), and its words that
    are none."""
    words = [word.strip(".").lower() for word in text.replace(",", " ").replace(";", " ").split()]
    known = sorted({word for word in words if word in CODES}, key=order)
    return known, [word for word in words if word and word not in CODES]
