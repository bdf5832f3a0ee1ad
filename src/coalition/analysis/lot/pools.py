"""What a panel is drawn from: people with features, quotas on values of features, and its size.

People whose features that quotas name are alike are of one *type*. Nothing that is asked of a panel
tells them apart, so it is enough to say how many of each type sit on it: its *composition*. Equal
chances within a type take nothing from anybody else (Flanigan, Gölz, Gupta, Hennig and Procaccia,
"Fair algorithms for selecting citizens' assemblies", Nature 596, 2021, section on symmetry).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from coalition.analysis.arrays import FloatArray, IntArray

TICKETS = 10**9  # a lottery's chances are whole numbers of tickets out of so many


@dataclass(frozen=True)
class Pool:
    """People who may be drawn.

    Attributes:
        ids: One for each of n people, each once.
        features: Names of f features.
        labels: Of each feature the values that there are, each once.
        values: n × f, which label of the feature each person has, as its position.
    """

    ids: tuple[str, ...]
    features: tuple[str, ...]
    labels: tuple[tuple[str, ...], ...]
    values: IntArray

    @classmethod
    def of(cls, ids: Sequence[str], features: Sequence[str], rows: Sequence[Sequence[str]]) -> Pool:
        """From a row of texts a person. ValueError: an id twice, or a row of another length."""
        if len(set(ids)) != len(ids) or len(ids) != len(rows):
            raise ValueError("Each person of a pool needs an id that nobody else has.")
        if any(len(row) != len(features) for row in rows):
            raise ValueError("Each person of a pool needs one value of each feature.")
        labels = tuple(tuple(sorted({row[at] for row in rows})) for at in range(len(features)))
        places = [{label: at for at, label in enumerate(of)} for of in labels]
        values = np.array(
            [[place[value] for place, value in zip(places, row, strict=True)] for row in rows],
            dtype=np.int64,
        ).reshape(len(ids), len(features))
        return cls(tuple(ids), tuple(features), labels, values)


@dataclass(frozen=True)
class Quota:
    """How many on the panel have this value of this feature: at least, and at most.

    If the quotas cannot be met together, a proposal to change them goes no lower than `floor` and
    no higher than `ceiling` (without one: than the panel is large).
    """

    feature: str
    value: str
    least: int
    most: int
    floor: int = 0
    ceiling: int | None = None

    def __str__(self) -> str:
        return f"{self.feature}: {self.value}"


@dataclass(frozen=True)
class Types:
    """The pool seen through its quotas.

    Attributes:
        features: Those that quotas name, in the order of their names.
        values: Of each of t types a label for each of these features; in their order.
        sizes: How many people are of each type.
        of: The type of each of n people.
    """

    features: tuple[str, ...]
    values: tuple[tuple[str, ...], ...]
    sizes: IntArray
    of: IntArray


@dataclass(frozen=True)
class Problem:
    """A pool, the quotas that a panel drawn from it must meet, and how many sit on it.

    ValueError: a quota that names no feature of the pool, one value with two quotas, bounds that
    are no range of whole numbers from 0, a panel of nobody.
    """

    pool: Pool
    quotas: tuple[Quota, ...]
    size: int

    def __post_init__(self) -> None:
        if self.size < 1:
            raise ValueError("A panel has at least one member.")
        seen: set[tuple[str, str]] = set()
        for quota in self.quotas:
            if quota.feature not in self.pool.features:
                raise ValueError(f"The pool has no feature “{quota.feature}”.")
            if (quota.feature, quota.value) in seen:
                raise ValueError(f"There are two quotas for {quota}.")
            if not 0 <= quota.least <= quota.most:
                raise ValueError(f"The quota for {quota} is no range: {quota.least}–{quota.most}.")
            seen.add((quota.feature, quota.value))

    @cached_property
    def ordered(self) -> tuple[Quota, ...]:
        """The quotas in the order of their names, so that nothing depends on another order."""
        return tuple(sorted(self.quotas, key=lambda quota: (quota.feature, quota.value)))

    @cached_property
    def types(self) -> Types:
        pool = self.pool
        named = sorted({quota.feature for quota in self.quotas})
        columns = [pool.features.index(name) for name in named]
        rows = [
            tuple(pool.labels[at][number] for at, number in zip(columns, row, strict=True))
            for row in pool.values[:, columns].tolist()
        ]
        values = tuple(sorted(set(rows)))
        place = {value: at for at, value in enumerate(values)}
        of = np.array([place[row] for row in rows], dtype=np.int64)
        return Types(tuple(named), values, np.bincount(of, minlength=len(values)), of)

    @cached_property
    def counted(self) -> IntArray:
        """Quotas (as `ordered`) × types: 1 where people of the type count for the quota."""
        types = self.types
        at = [types.features.index(quota.feature) for quota in self.ordered]
        rows = [
            [int(value[feature] == quota.value) for value in types.values]
            for feature, quota in zip(at, self.ordered, strict=True)
        ]
        return np.array(rows, dtype=np.int64).reshape(len(rows), len(types.values))

    def allows(self, composition: IntArray) -> bool:
        """Is this (how many of each type) a panel that meets all quotas?"""
        held = self.counted @ composition
        return bool(
            composition.sum() == self.size
            and (composition >= 0).all()
            and (composition <= self.types.sizes).all()
            and all(q.least <= h <= q.most for q, h in zip(self.ordered, held, strict=True))
        )


@dataclass(frozen=True)
class Certificate:
    """How good a lottery is, and how one can know.

    Attributes:
        bound: No lottery over panels that meet the quotas gives everybody (whom it can reach at
            all) a higher chance than this.
        reached: The lowest chance that this lottery gives anybody whom a panel can hold.
        kept: Of what the fairest division of seats would give if seats could be divided (see
            `division.fairest_division`), each type keeps at least this share.
        unreachable: Types that no panel can hold, as positions; proved.
    """

    bound: float
    reached: float
    kept: float
    unreachable: tuple[int, ...] = ()

    @property
    def gap(self) -> float:
        """The share of the bound that is missing; 0 is proved to be the best there is."""
        return max(0.0, 1 - self.reached / self.bound) if self.bound else 0.0


@dataclass(frozen=True)
class Lottery:
    """Panels, and how likely each of them is.

    Attributes:
        types: Of whom the panels consist.
        panels: m × t, how many of each type sit on each panel; each panel once, in their order.
        tickets: m whole numbers above 0 that add up to TICKETS: the first panel has the tickets
            from 0 on, and so on; drawing one ticket draws a panel.
        certificate: How good it is.
    """

    types: Types
    panels: IntArray
    tickets: IntArray
    certificate: Certificate

    @cached_property
    def chances(self) -> FloatArray:
        """The chance of each of n people to be drawn, 0 to 1."""
        each: FloatArray = self.by_type[self.types.of]
        return each

    @cached_property
    def by_type(self) -> FloatArray:
        """The chance of each person of each type. Sums of whole numbers, so exact until divided."""
        seats: FloatArray = (self.tickets @ self.panels) / (TICKETS * self.types.sizes)
        return seats
