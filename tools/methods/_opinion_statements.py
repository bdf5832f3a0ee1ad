"""The section of the opinion map's page on what groups say, with its worked examples."""

from __future__ import annotations

from itertools import count

import numpy as np

from coalition.analysis.opinions.groups import ByGroup, by_group, in_words
from coalition.analysis.opinions.statements import (
    consensus,
    group_aware,
    representative,
    representativeness,
)
from coalition.analysis.opinions.votes import Counts, Votes
from coalition.consultations.opinion_maps import KEYS

# Answers to each statement by group of opinion: agree, disagree; the others passed. A has 8
# people and B 10.
PEOPLE = (8, 10)
GROUPS = (
    ("Buses should be free", ((7, 1), (3, 5))),
    ("Fares are fair as they are", ((0, 7), (2, 4))),
    ("Timetables should be kept", ((8, 0), (9, 0))),
)
# One statement by declared group: agree, pass, disagree.
DECLARED = {
    "employers": (2, 0, 6),
    "workers": (2, 1, 5),
    "governments": (15, 1, 4),
    "academia": (3, 0, 0),
    "media": (0, 0, 2),
}


def section() -> str:
    """Markdown below the heading of the page."""
    return "\n".join(
        [
            *_representative(),
            *_consensus(),
            *_declared(),
            *_limits(),
            *_keys(),
            *_sources(),
        ]
    )


def tally() -> Counts:
    """The counts of groups × statements of the first example."""
    agrees, disagrees = (
        np.array([[said[group][side] for _, said in GROUPS] for group in range(2)])
        for side in range(2)
    )
    return Counts(agrees, disagrees, np.array([[people] * len(GROUPS) for people in PEOPLE]))


def declared() -> ByGroup:
    """The second example: one person after the other votes as their group is told to."""
    people = count()
    votes = [
        (next(people), value, label)
        for label, answers in enumerate(DECLARED.values())
        for value, number in zip((1, 0, -1), answers, strict=True)
        for _ in range(number)
    ]
    who, said, labels = zip(*votes, strict=True)
    return by_group(Votes.of(who, [0] * len(who), said), labels, list(DECLARED))


def _representative() -> list[str]:
    counted = tally()
    measures = representativeness(counted)
    agree = measures.agree
    chosen = representative(measures)
    lines = [
        "## What each group says, and where groups agree",
        "",
        "### The statements that speak for a group",
        "",
        "For every group and statement five figures are worked out, once for agreeing and once",
        "for disagreeing. Take a statement on which *n* people of the group voted (passes among",
        "them), *x* of them agreeing, and of *N* people in all other groups *X* agreed.",
        "",
        "1. **Votes**: *x*.",
        "2. **Share**: (x + 1) / (n + 2). One imagined vote for and one against is added, so that",
        "   one vote of one is not 100 % but two thirds.",
        "3. **Share test**: 2 √(n + 1) × ((x + 1) / (n + 1) − ½). How sure it is that more than",
        "   half would agree; above 1.2816 it is called clear: by accident alone one statement in",
        "   ten would come so far.",
        "4. **Ratio**: the share divided by the share among the others, (X + 1) / (N + 2). Two",
        "   means: people of this group agree twice as often.",
        "5. **Ratio test**: how sure the difference between the two shares is. With 1 added to all",
        "   four counts: the difference of x/n and X/N, divided by",
        "   √(p (1 − p) (1/n + 1/N)), where p is the share of both together.",
        "",
        f"**Example.** Group A has {PEOPLE[0]} people, B has {PEOPLE[1]}; everybody voted, some",
        "passed.",
        "",
        "| statement | A agree | A disagree | B agree | B disagree |",
        "|---|---:|---:|---:|---:|",
    ]
    for text, ((a, b), (c, d)) in GROUPS:
        lines.append(f"| {text} | {a} | {b} | {c} | {d} |")
    lines += [
        "",
        "For A and the first statement: the share is",
        f"(7 + 1)/(8 + 2) = **{agree.share[0, 0]:.2f}**; its test 2 × √9 × (8/9 − ½) =",
        f"**{agree.share_test[0, 0]:.2f}**; among the others the share is (3 + 1)/(10 + 2) ="
        f" {agree.share[1, 0]:.2f}, so the",
        f"ratio is **{agree.ratio[0, 0]:.2f}**; its test is (8/9 − 4/11) / √(0.6 × 0.4 × (1/9 +"
        f" 1/11)) = **{agree.ratio_test[0, 0]:.2f}**.",
        "",
        "A statement speaks for a group if share test and ratio test are both clear, for the",
        "same answer. They are ranked by ratio × ratio test × share × share test, and five at",
        "most are shown, agreed ones first. One is put at the head whatever its rank: the one",
        "that the group agrees with best, so that a group is not told by its refusals alone. If",
        "none is clear, the one that sets the group apart most stands alone.",
        "",
        "| group | answer | statement | votes | ratio | ratio test | |",
        "|---|---|---|---:|---:|---:|---|",
    ]
    for name, said in zip("AB", chosen, strict=True):
        for one in said:
            note = f"agreed best ({one.agrees} agree)" if one.best_agree else ""
            test = f"{one.ratio_test:.2f}".replace("-", "−")
            lines.append(
                f"| {name} | {one.side} | {GROUPS[one.statement][0]} | {one.votes} of {one.seen} | "
                f"{one.ratio:.2f} | {test} | {note} |"
            )
    lines += [
        "",
        "Of a statement the answer is told whose ratio test is higher. So the one agreed best may",
        "stand there with “disagree”, as Polis has it too: most of the group agree, but fewer than",
        "of the others, and that is what sets the group apart.",
        "",
    ]
    return lines


def _consensus() -> list[str]:
    counted = tally()
    everybody = Counts(
        *(
            part.sum(axis=0, keepdims=True)
            for part in (counted.agrees, counted.disagrees, counted.seen)
        )
    )
    agreed = consensus(everybody)
    together = group_aware(counted)
    lines = [
        "### Consensus",
        "",
        "The consensus is that of **everybody who voted**, on the map or not: statements whose",
        "share among all is above a half, with a clear share test; ranked by share × share test,",
        "five at most for each answer. In the example:",
        "",
        "| answer | statement | votes | share | share test |",
        "|---|---|---:|---:|---:|",
    ]
    for one in (*agreed.agree, *agreed.disagree):
        lines.append(
            f"| {one.side} | {GROUPS[one.statement][0]} | {one.votes} of {one.seen} | "
            f"{one.share:.2f} | {one.share_test:.2f} |"
        )
    lines += [
        "",
        "**Across groups of opinion** the groups' shares are multiplied (Polis calls it",
        "group-aware consensus), so that a large group cannot make up for a small one:",
        "",
        "| statement | A × B, agree | A × B, disagree |",
        "|---|---:|---:|",
    ]
    for at, (text, _) in enumerate(GROUPS):
        a, b = (
            f"{part[0, at]:.2f} × {part[1, at]:.2f}"
            for part in (
                (counted.agrees + 1) / (counted.seen + 2),
                (counted.disagrees + 1) / (counted.seen + 2),
            )
        )
        agree, disagree = together.agree[at], together.disagree[at]
        lines.append(f"| {text} | {a} = **{agree:.2f}** | {b} = **{disagree:.2f}** |")
    return [*lines, ""]


def _declared() -> list[str]:
    found = declared()
    names = found.groups.names
    lines = [
        "### By declared group",
        "",
        "The same is told by groups that people belong to whatever they think, such as employers,",
        "workers and governments. Polis knows no such groups.",
        "",
        "- **Small groups.** Groups of fewer than five people are put together as “other groups”,",
        "  and where fewer than five of a group voted on a statement nothing of them is told on it",
        "  ([what may be published](disclosure.md)).",
        "- **Intervals.** Behind every share stands where it would lie if the group's other",
        "  members answered like those who voted, in 95 of 100 cases (Wilson's interval). With few",
        "  people it is wide. It says nothing of whether those who took part are like those who",
        "  did not.",
        "- **Across groups.** The product above falls with every group more, so that two",
        "  consultations cannot be compared. Here its root is taken, of as many groups as there",
        "  are: the *geometric mean* of the shares (x + 1) / (n + 2). If all groups have the same",
        "  share, it is that share, be they two or ten. Beside it stands the lowest share: no",
        "  group is below it. A group of which nobody voted counts as a half: not known.",
        "- **One group carries the result.** A warning stands where the majority of all turns, or",
        "  becomes a tie, without one group's votes (majority: more who agree than disagree, or",
        "  the other way round); and where one group cast more than half of the votes on a",
        "  statement, or, of two groups, more than three quarters: the limit is the larger of a",
        "  half and one and a half times an even share. Groups of opinion are made by how people",
        "  voted, so their shares of votes tell nothing; of them only the first is told.",
        "",
        "**Example.** One statement; in brackets the 95 % interval.",
        "",
        "| group | people | agree | disagree | pass |",
        "|---|---:|---:|---:|---:|",
    ]
    for name, (agree, passed, disagree) in DECLARED.items():
        lines.append(f"| {name} | {agree + passed + disagree} | {agree} | {disagree} | {passed} |")
    lines += ["", "| as shown | agree | disagree | (x + 1)/(n + 2) |", "|---|---:|---:|---:|"]
    for at, name in enumerate(names):
        cells = [
            f"{side.share[at, 0]:.0%} ({side.low[at, 0]:.0%} to {side.high[at, 0]:.0%})"
            for side in (found.agree, found.disagree)
        ]
        smoothed = (found.agree.votes[at, 0] + 1) / (found.seen[at, 0] + 2)
        lines.append(f"| {name} | {cells[0]} | {cells[1]} | {smoothed:.3f} |")
    score, lowest = found.agree_across.score[0], found.agree_across.lowest[0]
    group = names[int(found.agree_across.lowest_group[0])]
    lines += [
        "",
        f"Score of agreement across the {len(names)} groups: the {len(names)}th root of their"
        f" product, **{score:.2f}**;",
        f"the lowest share is **{lowest:.2f}** ({group}). Warnings:",
        "",
        *(f"- {in_words(one, names)}" for one in found.carried),
        "",
    ]
    return lines


def _limits() -> list[str]:
    return [
        "### Ties, traps and what is not promised",
        "",
        "- Statements of equal rank stand in the order of their ids. The statement agreed best is",
        "  sought in that order too, since each is compared with the best so far, and by what",
        "  depends on that one: by strength if its ratio is above 1, by share × share test if not.",
        "- Statements that were moderated out represent nobody and are in no consensus.",
        "- Where everybody in all groups gave the same answer the ratio test is 0: it sets nobody",
        "  apart.",
        "- A pass is a vote: it counts in *n*. Who did not see a statement does not.",
        "- Many statements are tested at once, so some are clear by accident; the tests rank, they",
        "  prove nothing. Groups of opinion are found from the same votes, which makes their",
        "  differences look clearer than they would among other people.",
        "- Polis keeps the ratio test in single precision: its published figures differ from these",
        "  from the seventh digit on, and nowhere else.",
        "",
    ]


def _keys() -> list[str]:
    return [
        "## What `coalition opinion-map FOLDER --json` prints",
        "",
        "Statements are named by their ids everywhere; shares go from 0 to 1. Lists by statement",
        "are in the order of `statements`. The answer is for those who may see the votes: from a",
        "participant's place one can work out what they voted ([what may be published]("
        "disclosure.md)).",
        "",
        "| key | |",
        "|---|---|",
        *(f"| `{key}` | {words} |" for key, words in KEYS.items()),
        "",
        "The command draws a map of however few took part. With `--groups FILE.csv`, a file with",
        "the columns `participant` and `group`, `by_group` tells the declared groups.",
        "",
    ]


def _sources() -> list[str]:
    return [
        "### Sources of this part",
        "",
        "- C. Small, M. Bjorkegren, T. Erkkilä, L. Shaw, C. Megill: Polis: Scaling Deliberation by",
        "  Mapping High Dimensional Opinion Spaces. Recerca 26 (2), 2021.",
        "  [doi:10.6035/recerca.5516](https://doi.org/10.6035/recerca.5516)",
        "- The source of Polis: `repness.clj`, `stats.clj` and `conversation.clj` in",
        "  [math/src/polismath/math](https://github.com/compdemocracy/polis/tree/edge/math/src/polismath/math)",
        "- E. B. Wilson: Probable inference, the law of succession, and statistical inference.",
        "  Journal of the American Statistical Association 22 (1927), 209–212.",
        "  [doi:10.2307/2276774](https://doi.org/10.2307/2276774)",
        "- R. G. Newcombe: Two-sided confidence intervals for the single proportion. Statistics in",
        "  Medicine 17 (1998), 857–872: why this interval among seven.",
        "",
    ]
