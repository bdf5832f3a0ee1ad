"""The page on prioritisation: equal shares and the greedy rule."""

from __future__ import annotations

from coalition.analysis.choosing.election import Election
from coalition.analysis.choosing.explaining import explained
from coalition.analysis.choosing.prioritising import Outcome, prioritised

IDS = ("clinic", "garden", "library", "bus")
BALLOTS = ((0, 1), (0, 1), (0, 1), (0, 2), (0, 2, 3), (2, 3))
TOWN = Election.of(
    IDS,
    [30, 20, 15, 8],
    60,
    len(BALLOTS),
    (
        [voter for voter, ballot in enumerate(BALLOTS) for _ in ballot],
        [item for ballot in BALLOTS for item in ballot],
    ),
)


def page() -> str:
    plain = prioritised(TOWN)
    whole = prioritised(TOWN, completion="add1")
    greedy = prioritised(TOWN, rule="greedy")
    reasons = {item.item: item for item in explained(plain)}
    turned_down = {item.item: item for item in explained(greedy)}
    return f"""
# Prioritisation: what a budget is spent on

## What it is for

There are more proposals than money. Each has a cost; people say which they support, by ticking
them, by giving points or by ranking them. Two rules say which are taken. Both say of every
proposal why it is in or out.

## The method of equal shares

1. **The budget is shared out equally** among all who voted. Nobody's share pays for what he or she
   does not support.
2. A proposal **can be paid** if its supporters have enough left together. They pay alike; only
   who has less left than that pays all of it, and the others pay the rest, again alike. What one
   of those pays who pay in full is its *price*. With points people pay in proportion to
   them, and the price is that of one point.
3. Of the proposals that can be paid, the one is taken that **costs its supporters least for what
   it is worth to them**: with utility *cost* a proposal is worth its cost (so that the price
   is divided by the cost: what many support comes first), with utility *cardinality* each
   proposal is worth the same (what is cheap for each comes first). Points multiply that.
4. Steps 2 and 3 are repeated until nothing can be paid any more.

So every group of voters decides on its part of the budget: one third of the people who want the
same things get about a third of the money for them. A rule that takes what has most votes
may leave them nothing.

**Completion.** Money remains when supporters of what is left cannot pay. With *add-one* everything
is begun anew with one unit of the currency more in each share, in thought only, again and again.
It ends when no other supported proposal fits into the budget, or when the next unit would spend
more than there is: then what was taken before that unit stands.

## The greedy rule

Down the list of proposals by support, each is taken if it still fits. With utility *cost* the
list is by support alone, with *cardinality* by support for each unit of cost. It is easily
understood, and most cities use it; half of the voters may decide on the whole budget.

## An example

{TOWN.voters} voters have {TOWN.budget} to spend: {plain.share} each. Ticked are the proposals each
supports.

{_ballots()}

**Equal shares**, utility cost:

{_rounds(plain)}

First each proposal is looked at as if all could pay: five for the clinic, three for the garden and
the library, two for the bus. The clinic comes first, and leaves five people with 4. The garden
now lacks money. For the library two can give only 4, so the third pays the rest.
{len(plain.taken)} proposals are taken for {plain.spent}. What is out:

{_needs(reasons)}

**Completed by add-one**: with a share of 11 the bus still lacks 2, and with {whole.share} it can be
paid. Nothing else fits into what then is left of {TOWN.budget}.

{_rounds(whole)}

**The greedy rule**, utility cost, takes {_listed(greedy.winners)}. The garden and the library
have equal support, and the garden comes first by its id. When the library's turn comes
{turned_down["library"].available} is left: {turned_down["library"].missing} too little. With
{turned_down["library"].more_supporters} supporter more it would have come before the garden.

## Ties

Of proposals that are equally good the one is taken whose id comes first as text (so “10” before
“9”), and the round names the others. So neither the order of the ballots nor that of the
proposals matters. Whoever gives out ids should draw them by lot, or fix another order, before
the vote.

## What is said of each proposal

- *available*: what its supporters had left together when it was taken, or in the end; with the
  greedy rule what was left of the budget when its turn came.
- *missing*: how much it costs above that. Had it cost as much less, it would be in.
- *more_supporters*: how many more of the voters would have been enough, namely of those who have
  most left in the end. Fewer may do if they have spent their money on something else: then
  everything takes another course.
- *by_group*: supporters by group, where groups are known. A figure is withheld if it, or the rest
  of the group, is one to four people, or if it would tell such a figure.
- *carried_by*: groups without whose votes, the budget being the same, it would be out; not told
  where the group, or all others together, are fewer than five.

After completion all this is about the raised share.

## What it does not promise

- Equal shares without completion may leave much of the budget unspent, and with it some.
- More support can harm a proposal under equal shares: supporters may then spend their money on
  something else earlier. It never does under the greedy rule.
- With completion a copy of every voter can change the outcome, since a unit in every share is then
  twice as much money.
- A proposal that costs nothing is refused: it needs no vote. What nobody supports is never taken.

## How exactly it is reckoned

Costs are whole numbers of the smallest unit of the money, and prices fractions. Floating-point
numbers decide only what they can decide beyond doubt; what is as close as their roundings is
decided in fractions. So the outcome is the same on every machine.

## From a Pabulib file

`coalition prioritise FILE.pb` reads approvals (`approval`, `choose-1`), points (`cumulative`,
`scoring`) and rankings (`ordinal`). Of a ranking the first counts as many points as places
could be filled, the next one fewer, and so on. Other kinds of votes are refused.
[How it does beside its peer](../computations.md#prioritisation) is measured.

## Sources

- Dominik Peters, Grzegorz Pierczyński, Piotr Skowron:
  [Proportional Participatory Budgeting with Additive Utilities](https://arxiv.org/abs/2008.13276)
  (2021), section 3: the method.
- [equalshares.net](https://equalshares.net/): the method explained, completion by add-one, and
  where it was used.
- Simon Rey, Jan Maly:
  [The (Computational) Social Choice Take on Indivisible Participatory Budgeting](https://arxiv.org/abs/2303.00621)
  (2023): the greedy rule, and a survey of others.
- Piotr Faliszewski and others:
  [Participatory Budgeting: Data, Tools and Analysis](https://arxiv.org/abs/2305.11035) (2023):
  the format of the files.
"""


def _ballots() -> str:
    head = " | ".join(f"{id} ({cost})" for id, cost in zip(IDS, TOWN.costs, strict=True))
    lines = [f"| voter | {head} |", "|---|" + ":-:|" * len(IDS)]
    for voter, ballot in enumerate(BALLOTS, start=1):
        ticks = " | ".join("✓" if item in ballot else " " for item in range(len(IDS)))
        lines.append(f"| {voter} | {ticks} |")
    return "\n".join(lines)


def _rounds(outcome: Outcome) -> str:
    lines = [
        "| round | taken | price | supporters who pay | emptied purses | price ÷ cost |",
        "|---:|---|---:|---:|---:|---:|",
    ]
    for number, one in enumerate(outcome.rounds, start=1):
        assert one.price is not None
        lines.append(
            f"| {number} | {one.item} | {one.price} | {one.paying} | {one.emptied} | "
            f"{float(one.price / one.cost):.3f} |"
        )
    return "\n".join(lines)


def _needs(reasons: dict) -> str:
    lines = [
        "| out | cost | its supporters have left | missing | more supporters |",
        "|---|---:|---:|---:|---|",
    ]
    for one in reasons.values():
        if one.round is None:
            more = one.more_supporters or "no number is enough"
            lines.append(f"| {one.item} | {one.cost} | {one.available} | {one.missing} | {more} |")
    return "\n".join(lines)


def _listed(names: tuple[str, ...]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"
