"""The reference page of the opinion map: everything on it that is a number is computed here."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from coalition.analysis.opinions.axes import MOST_STATEMENTS
from coalition.analysis.opinions.clusters import (
    BASE_A_GROUP,
    FEWEST_GROUPS,
    MOST_BASE,
    MOST_GROUPS,
)
from coalition.analysis.opinions.mapping import (
    ENOUGH_VOTES,
    FEWEST,
    FEWEST_ON_MAP,
    PATIENCE,
    OpinionMap,
    opinion_map,
)
from coalition.analysis.opinions.votes import Votes
from tools.methods import _opinion_statements

STATEMENTS = ("Buses should be free", "Fares are fair as they are", "Timetables should be kept")
# What six people said to the three statements; a dot where they did not vote.
ANSWERS = {"A": "+-+", "B": "+--", "C": "+-.", "D": "-++", "E": "-+-", "F": "-+."}


def example() -> OpinionMap:
    cells = [
        (person, statement, 1 if sign == "+" else -1)
        for person, answers in enumerate(ANSWERS.values())
        for statement, sign in enumerate(answers)
        if sign != "."
    ]
    found = opinion_map(Votes.of(*zip(*cells, strict=True)), fewest=0)
    assert isinstance(found, OpinionMap)
    return found


def page() -> str:
    found = example()
    return "\n".join(
        [
            *_head(),
            *_steps(),
            *_answers(),
            *_axes(found),
            *_places(found),
            *_groups(found),
            _opinion_statements.section(),
            "",
            *_renewed(),
            *_limits(),
            *_sources(),
        ]
    )


def _head() -> list[str]:
    return [
        "# Opinion map",
        "",
        "People are asked whether they agree with short statements: agree, disagree or pass. "
        "The map shows who thinks alike. Each person is a point; people who answered alike stand "
        "close together, and groups of opinion become visible that nobody had declared "
        "beforehand. It helps to find what sets groups apart, and above all what they all agree "
        "with. The method is that of [Polis](https://compdemocracy.org/polis/).",
        "",
    ]


def _steps() -> list[str]:
    return [
        "## How it works",
        "",
        "1. **Votes.** Agree counts +1, disagree −1, pass 0. A pass is a vote. Of two votes by one "
        "person on one statement the later counts.",
        f"2. **Who is on the map.** Everybody with at least {ENOUGH_VOTES} votes, or with a vote "
        f"on every statement where there are fewer. If these are not {FEWEST_ON_MAP} people, "
        "those with most votes are added until they are (of equal ones those with the lowest "
        f"number). In the product there is no map of fewer than {FEWEST} people: only totals are "
        "shown.",
        "3. **Gaps.** Where somebody did not vote on a statement, the mean of all votes on it is "
        "put in, and then that mean is taken away from everybody. So a gap says nothing: it is "
        "exactly 0. Statements taken out by moderation count as if all had passed on them.",
        "4. **Two directions.** Among all ways to look at the answers, the one along which people "
        "differ most is the first axis; the second is the one along which they differ most of "
        "what is left (principal components). Each axis is a weight for every statement.",
        "5. **Places.** A person's place along an axis is the sum of their answers (less the "
        "mean), each times the weight of the statement. Who voted on few statements would stand "
        "in the middle only for that, so the place is stretched by the square root of (number of "
        "statements / number of votes).",
        f"6. **Base clusters.** People who stand close together are gathered into at most "
        f"{MOST_BASE} base clusters. Where there are fewer places than that, each place is one.",
        f"7. **Groups.** The base clusters, weighed by how many people they hold, are parted into "
        f"{FEWEST_GROUPS}, 3, … up to {MOST_GROUPS} groups (one more for every {BASE_A_GROUP} base "
        "clusters), so that they lie as close as possible to the middle of their group. For every "
        "number of groups the *silhouette* is taken: how much nearer base clusters are to their "
        "own group than to the next one, from −1 to 1. The number with the highest is shown.",
        "8. **What groups say.** See below.",
        "",
    ]


def _answers() -> list[str]:
    heads = [f"{number}. {statement}" for number, statement in enumerate(STATEMENTS, 1)]
    signs = {"+": "agree", "-": "disagree", ".": "–"}
    return [
        "## An example to follow with a pencil",
        "",
        "Six people vote on three statements; C and F do not vote on the third.",
        "",
        "| | " + " | ".join(heads) + " |",
        "|---|" + "---|" * len(heads),
        *(
            f"| {person} | " + " | ".join(signs[sign] for sign in answers) + " |"
            for person, answers in ANSWERS.items()
        ),
        "",
    ]


def _axes(found: OpinionMap) -> list[str]:
    first, second = found.axes.components
    shares = [f"{share:.0%}" for share in found.axes.variance]
    # All means are 0, so what the votes make with themselves is all the difference there is.
    total = int(np.trace(found.products.votes))
    sums = [f"{share * total:.0f}" for share in found.axes.variance]
    return [
        "Every statement has as many who agree as who disagree, so all means are 0: "
        f"{_numbers(found.axes.means)}. For each pair of statements, multiply the two answers of "
        "each person and add up. A statement with itself gives how many voted on it: "
        f"{_products(found, 0, 0)}, {_products(found, 1, 1)} and {_products(found, 2, 2)}, "
        f"together {total}. The first with the second gives {_products(found, 0, 1)}: whoever "
        "agrees with one disagrees with the other. The third with either of them gives "
        f"{_products(found, 0, 2)}.",
        "",
        "So the first two statements say one thing, turned round, and the third another. The "
        f"first axis weighs them {_numbers(first)}, the second {_numbers(second)}; the weights of "
        f"an axis squared add up to 1. The first axis holds {sums[0]} of the {total}, which is "
        f"{shares[0]} of all difference, the second {sums[1]}, which is {shares[1]}.",
        "",
    ]


def _products(found: OpinionMap, one: int, other: int) -> str:
    return str(int(found.products.votes[one, other])).replace("-", "−")


def _places(found: OpinionMap) -> list[str]:
    each = found.votes.votes_each.tolist()
    first = found.axes.components[0]
    return [
        f"A agrees with the first statement and disagrees with the second: {_number(first[0])} + "
        f"{_number(-first[1])} = {_number(found.positions[0, 0])} along the first axis, and 1 "
        f"along the second. C stands at the same place along the first, stretched by √(3 / 2) for "
        f"the vote that is missing: {_number(found.positions[2, 0])}.",
        "",
        "| | votes | first axis | second axis | group |",
        "|---|---:|---:|---:|---|",
        *(
            f"| {person} | {votes} | {_number(x)} | {_number(y)} | {group} |"
            for person, votes, (x, y), group in zip(
                ANSWERS, each, found.positions.tolist(), found.groups.tolist(), strict=True
            )
        ),
        "",
    ]


def _groups(found: OpinionMap) -> list[str]:
    clear = found.tried.silhouettes[found.shown.groups]
    away = np.linalg.norm(found.positions - found.positions[0], axis=1)
    is_own = found.groups == found.groups[0]
    own, other = away[is_own].sum() / (is_own.sum() - 1), away[~is_own].mean()
    return [
        f"Six base clusters are enough for {found.shown.groups} groups only. A, B and C are one, "
        f"D, E and F the other; the silhouette is {clear:.2f}. For A alone it is worked out like "
        f"this: the mean distance to B and C is {own:.2f}, to D, E and F {other:.2f}, so "
        f"({other:.2f} − {own:.2f}) / {other:.2f} = {(other - own) / other:.2f}.",
        "",
    ]


def _renewed() -> list[str]:
    return [
        "## When more votes come in",
        "",
        "Everything the axes are made of are sums of whole numbers over people. New votes are "
        "added to them, and so the axes and places are, to the last digit, those of a map drawn "
        "from the beginning. Three things remember, as they do in Polis, so that people find "
        "their map again: who was once on the map stays on it; base clusters start from where "
        "they were; and another number of groups is shown only when it was the best "
        f"{PATIENCE} times in a row.",
        "",
    ]


def _limits() -> list[str]:
    return [
        "## Ties, traps, and what it does not promise",
        "",
        "- **Which side is left or right means nothing.** An axis points to where the statement "
        "with its greatest weight is agreed to; of equal ones the first. If two directions tell "
        "equally much, the one nearest to a single statement is taken.",
        "- **The order of votes, people and statements changes nothing.** Starts do not depend on "
        "chance: base clusters come from splitting the widest cluster in two again and again, "
        "groups from trying every base cluster as the first. Places have nine decimals; what "
        "differs by less is equal. Of equal numbers of groups the smaller is taken; groups are "
        "numbered from 0 by falling size, of equal ones that with the earliest person first.",
        "- **Groups are a way of looking, not a fact about people.** Some grouping is always "
        "found, also where opinions pass into each other without a border. A silhouette below "
        "about 0.25 says that there is hardly any. The two axes leave out much: the share of "
        "difference they hold is given with them.",
        "- **Votes are not a sample.** Who takes part decides what is seen.",
        "- **A gap is not a pass.** A pass is a vote of 0; with means far from 0 it moves a "
        "person, a gap does not.",
        "- **Where all say the same**, everybody stands in one place and there is one group.",
        f"- **Size.** A map is drawn of at most {MOST_STATEMENTS:,} statements.",
        "",
        "How near the groups come to those that Polis published, and how fast it is, stands in "
        "[computations.md](../computations.md).",
        "",
    ]


def _sources() -> list[str]:
    return [
        "## Sources of the map",
        "",
        "- C. Small, M. Bjorkegren, T. Erkkilä, L. Shaw, C. Megill: [Polis: Scaling Deliberation "
        "by Mapping High Dimensional Opinion Spaces]"
        "(https://doi.org/10.6035/recerca.5516), Recerca 26 (2), "
        "2021; and what the source of Polis does "
        "([math/src/polismath/math](https://github.com/compdemocracy/polis)).",
        "- P. J. Rousseeuw: [Silhouettes: a graphical aid to the interpretation and validation of "
        "cluster analysis](https://doi.org/10.1016/0377-0427(87)90125-7), 1987.",
        "- S. P. Lloyd: [Least squares quantization in PCM]"
        "(https://doi.org/10.1109/TIT.1982.1056489), 1982; J. A. Hartigan: Clustering "
        "Algorithms, 1975.",
        "- T. Su, J. G. Dy: [In search of deterministic methods for initializing K-means and "
        "Gaussian mixture clustering](https://doi.org/10.3233/IDA-2007-11402), 2007.",
        "",
    ]


def _number(value: float) -> str:
    return f"{value:.2f}".replace("-", "−") if abs(value) > 0.005 else "0"


def _numbers(values: Iterable[float]) -> str:
    return ", ".join(_number(value) for value in values)
