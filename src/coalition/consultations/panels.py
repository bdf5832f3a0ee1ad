"""A panel by lot from files: computed or taken from a published lottery, drawn, and told.

Computing and drawing are in `analysis.lot`; here are the files, the secret key of the codes, and
plain values for people and programs.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from coalition.analysis.disclosure import FEWEST_OF_GROUP
from coalition.analysis.lot import drawing, publishing, reading
from coalition.analysis.lot.chances import fairest
from coalition.analysis.lot.coarsening import NOT_SHOWN, coarsened
from coalition.analysis.lot.feasibility import Infeasible
from coalition.analysis.lot.panels import Undecided
from coalition.analysis.lot.pools import Lottery, Problem
from coalition.analysis.lot.publishing import PublishedLottery
from coalition.base.errors import Refused
from coalition.consultations.files import pools
from coalition.consultations.files.opening import content, reason

LONGEST_KEY = 1_000
SHORTEST_KEY = 32
Made = TypeVar("Made")


@dataclass(frozen=True)
class Panel:
    """A lottery, under which id everybody is known here (by code), and notes on how it was made."""

    lottery: PublishedLottery
    names: dict[str, str]
    notes: tuple[str, ...] = ()

    def drawn(self, seed: str | None, gone: Sequence[str]) -> dict[str, Any]:
        """All that is told, in plain values; without a seed nobody is drawn. `gone` are members by
        id or code. Refused: an unclear seed, somebody who dropped out and does not sit."""
        lottery = self.lottery
        codes = {
            self.names[code]: code
            for code in sorted(self.names, key=lambda code: _in_order(self.names[code]))
        }
        chances = {person: float(lottery.chances[code]) for person, code in codes.items()}
        certificate: dict[str, Any] = {
            "upper_bound": lottery.bound,
            "reached": float(lottery.reached),
            "gap": float(max(0, 1 - lottery.reached / lottery.bound)) if lottery.bound else 0.0,
            "without_chance": [person for person, chance in chances.items() if not chance],
            "panels": len(lottery.panels),
            "tickets": lottery.tickets,
            "digest": lottery.digest,
        }
        members, replacements = None, []
        if seed is not None:
            result = _refused(drawing.drawn, lottery, seed)
            certificate |= {"seed": seed, "ticket": result.ticket, "panel": result.panel + 1}
            members = sorted((self.names[code] for code in result.members), key=_in_order)
            replacements = self._replacements(seed, [codes.get(one, one) for one in gone])
        return {
            "members": members,
            "replacements": replacements,
            "chances": chances,
            "certificate": certificate,
            "codes": codes if any(codes[one] != one for one in codes) else {},
            "notes": list(self.notes),
        }

    def _replacements(self, seed: str, gone: Sequence[str]) -> list[dict[str, Any]]:
        try:
            steps = drawing.replaced(self.lottery, seed, gone)
        except drawing.NotSitting as fault:
            raise Refused(
                f"“{self.names.get(fault.code, fault.code)}” does not sit on the panel at that "
                "moment. Please give members in the order in which they dropped out."
            ) from fault
        keys = ("feature", "value", "has", "min", "max")
        return [
            {
                "gone": self.names[step.gone],
                "follows": None if step.follows is None else self.names[step.follows],
                "differs": list(step.differs),
                "missed": [dict(zip(keys, missed, strict=True)) for missed in step.missed],
            }
            for step in steps
        ]


def refuse_unclear(seed: str) -> None:
    _refused(drawing.refuse_unclear, seed)


def _in_order(person: str) -> tuple[int, str]:
    """Numbers in the order of numbers."""
    return len(person), person


def _refused(function: Callable[..., Made], *args: Any) -> Made:
    """What the function makes; its ValueErrors are sentences for people."""
    try:
        return function(*args)
    except ValueError as fault:
        raise Refused(str(fault)) from fault


# --- Computed --------------------------------------------------------------------------------


def computed(asked: Problem, *, fewest: int = 1) -> Panel:
    """The lottery whose chances are as equal as can be, with features hidden where fewer than
    `fewest` people look alike. Everybody is named by their id.

    Refused: quotas that cannot be met, with the smallest change that mends it.
    """
    problem, notes = _coarse(asked, fewest)
    try:
        lottery = fairest(problem)
    except (Infeasible, Undecided) as reason:
        hidden = f"With --fewest {fewest}: " if fewest > 1 else ""
        raise Refused(f"{hidden}{reason}") from reason
    _refuse_hidden_without_chance(problem, lottery)
    same = {person: person for person in problem.pool.ids}
    return Panel(publishing.published(problem, lottery), same, notes)


def _coarse(asked: Problem, fewest: int) -> tuple[Problem, tuple[str, ...]]:
    if fewest <= 1:
        return asked, ()
    made = _refused(coarsened, asked, fewest)
    people = len(asked.pool.ids)
    return made.problem, tuple(
        f"{feature} is not shown of {number} of {people} people."
        for feature, number in made.hidden
        if number
    )


def _refuse_hidden_without_chance(problem: Problem, lottery: Lottery) -> None:
    values = problem.types.values
    if any(NOT_SHOWN in values[at] for at in lottery.certificate.unreachable):
        raise Refused(
            "With so many features hidden some people would have no chance at all, since quotas "
            "leave no room for those who do not show a feature. Please set the least and the "
            "greatest number of these quotas farther apart, or choose a smaller --fewest."
        )


# --- Published -------------------------------------------------------------------------------


def publish(panel: Panel, target: Path, *, key: Path | None = None) -> Panel:
    """Write the lottery into a new file, with people under codes; the key of the codes into
    another, unless there is one. The panel as it is drawn from that file.

    Refused: a file that is there already or cannot be written, a key that is none.
    """
    refuse_to_write_over(target)
    place = key or key_beside(target)
    notes = list(panel.notes)
    if place.exists():
        secret = _secret(place)
    else:
        secret = secrets.token_hex(SHORTEST_KEY)
        _write(place, f"{secret}\n".encode(), mode=0o600)
        notes.append(f"The key of the codes is in {place}. Please keep it, and keep it secret.")
    codes = publishing.coded(list(panel.names.values()), secret)
    lottery = panel.lottery.under(codes, publishing.sealed(secret))
    _write(target, lottery.content)
    if number := lottery.rare(FEWEST_OF_GROUP):
        notes.append(
            f"{number} of {len(codes)} people have a combination of features that fewer than "
            f"{FEWEST_OF_GROUP} share. Who knows one of them may find the row and its chance; "
            f"--fewest {FEWEST_OF_GROUP} hides features before the draw."
        )
    return Panel(lottery, {code: person for person, code in codes.items()}, tuple(notes))


def read(path: Path) -> Panel:
    """A published lottery, whose people are known by their codes. Refused: it is none."""
    lottery = _refused(reading.read, content(path, reading.MOST_BYTES))
    return Panel(lottery, {code: code for code, _of in lottery.people})


def named(panel: Panel, pool: Path, key: Path, **told_apart: Any) -> Panel:
    """The same, with everybody known by their id in the pool it was made from (`told_apart` as in
    `files.pools.read_pool`). Refused: it is another pool, or another key."""
    lottery = panel.lottery
    ids = pools.read_pool(pool, lottery.quotas, **told_apart).ids
    names = {person: person for person in ids}
    if lottery.seal:
        secret = _secret(key)
        if publishing.sealed(secret) != lottery.seal:
            raise Refused("The key is not the one with which this lottery was published.")
        names = {code: person for person, code in publishing.coded(ids, secret).items()}
    if names.keys() != panel.names.keys():
        raise Refused(
            f"The people of {pool} are not those of the lottery. Please give the pool as it was "
            "when the lottery was published."
        )
    return Panel(lottery, names, panel.notes)


def key_beside(lottery: Path) -> Path:
    """Where the key of a published lottery is kept, unless it is said otherwise."""
    return Path(f"{lottery}.key")


# --- Files -----------------------------------------------------------------------------------


def _secret(path: Path) -> str:
    secret = content(path, LONGEST_KEY).decode("utf-8", "replace").strip()
    if len(secret) < SHORTEST_KEY:
        raise Refused(f"{path} holds no key: it has fewer than {SHORTEST_KEY} characters.")
    return secret


def refuse_to_write_over(path: Path) -> None:
    if path.exists():
        raise Refused(f"{path} is there already. What is published is not written over.")


def _write(path: Path, content: bytes, mode: int = 0o644) -> None:
    """A new file, never over one that is there."""
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(content)
    except (OSError, ValueError) as error:
        raise Refused(f"{path} cannot be written: {reason(error)}.") from error
