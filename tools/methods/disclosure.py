"""The page on what of people's votes may be published."""

from __future__ import annotations

from collections.abc import Iterable

from coalition.analysis.disclosure import (
    FEWEST_OF_GROUP,
    FEWEST_PEOPLE,
    Groups,
    Totals,
    merged_small,
    publishable,
)
from coalition.analysis.opinions.votes import Votes

NAMES = ("Governments", "Workers", "Employers", "Academia", "Banks")
SIZES = (12, 9, 7, 3, 1)
VOTERS = (6, 4, 5, 3, 1)  # of each group on one statement
AGREED = (2, 4, 3, 1, 0)
SECRET = b"of this page's example"


def example() -> tuple[Groups, Totals, Totals]:
    """The groups of the example, and its totals by group and of all: statement 1 everybody agreed
    to, of statement 2 tells the table."""
    who: list[int] = []
    what: list[int] = []
    said: list[int] = []
    labels: list[int] = []
    for group, size in enumerate(SIZES):
        people = range(len(labels), len(labels) + size)
        labels += [group] * size
        who += people
        what += [1] * size
        said += [1] * size
        who += people[: VOTERS[group]]
        what += [2] * VOTERS[group]
        said += [1 if at < AGREED[group] else -1 for at in range(VOTERS[group])]
    shown = publishable(Votes.of(who, what, said), labels, NAMES, secret=SECRET)
    if shown.groups is None or shown.by_group is None:
        raise ValueError("The example has groups.")
    return shown.groups, shown.by_group, shown.totals


def page() -> str:
    groups, by_group, totals = example()
    sizes = dict(zip(NAMES, SIZES, strict=True))
    few = [name for name in NAMES if sizes[name] < FEWEST_OF_GROUP]
    together = sum(sizes[name] for name in few)
    added = [
        name
        for at, name in enumerate(NAMES)
        if name not in few and groups.of[at] == groups.of[NAMES.index(few[0])]
    ]
    untold = [
        name for name, told in zip(groups.names, by_group.told[:, 1], strict=True) if not told
    ]
    alone = merged_small(NAMES[:2], (3, 1))
    return f"""
# What of people's votes is published

## What it is for

Votes in a consultation are secret, and yet others must be able to check a result. This page says
what of the votes may leave the house: by fixed rules, so that nobody has to judge in the single
case whether somebody could be recognised.

## How it works

1. **Rows of single persons** are published only if at least {FEWEST_PEOPLE} people took part,
   that is, voted on one statement or more. They carry new numbers, from 1 on, in an order made
   with a secret key that is thrown away (a keyed hash of each person's number); no times; no
   group; nothing but the votes.
2. **With fewer people** there are totals for each statement only: how many agreed, disagreed and
   passed. A statement on which one to {FEWEST_OF_GROUP - 1} people voted gets none.
3. **Groups of one to {FEWEST_OF_GROUP - 1} people** are put together as "other groups". If those
   are fewer than {FEWEST_OF_GROUP} together, the next smallest group goes with them, and so on,
   until they are {FEWEST_OF_GROUP}. Of two of the same size it is the first by name. People who
   named no group count as a group of their own.
4. **On each statement** the same holds for those who voted on it: what one to
   {FEWEST_OF_GROUP - 1} people of a group said is not told, and with it the smallest other group
   goes untold until those untold are {FEWEST_OF_GROUP} voters together.
5. A group of nobody, or one of which nobody voted on a statement, is told as 0: who was not heard
   matters, and there is nobody to recognise.

Why points 3 and 4 take a further group along: all groups and their total are shown, so a single
small one that is left out is simply the total less the others. After these steps, whatever groups
one takes from the total, what is left is nobody or at least {FEWEST_OF_GROUP} people. Tests try
all combinations.

## A worked example

{sum(SIZES)} people of five groups took part. On one statement these voted, and agreed:

| group | people | voted on it | agreed |
|---|---:|---:|---:|
{_lines(zip(NAMES, SIZES, VOTERS, AGREED, strict=True))}

{" and ".join(few)} are fewer than {FEWEST_OF_GROUP} each, and {together} together. That is still
fewer than {FEWEST_OF_GROUP}; so {" and ".join(added)}, the smallest of the others, goes with
them. Then the statement: Workers were {VOTERS[1]} voters, too few to be told. Were they alone
untold, anybody could take the other groups from the total and know; so of the others the one with
the fewest voters goes with them. Untold on this statement are {" and ".join(untold)}. Published
is:

| group | people | voted on it | agreed |
|---|---:|---:|---:|
{_published(groups, by_group)}
| all | {sum(SIZES)} | {totals.seen[0, 1]} | {totals.agrees[0, 1]} |

All less those told is {totals.seen[0, 1] - sum(int(n) for n in by_group.seen[:, 1] if n > 0)}
voters, nobody knows of which group. If a consultation had only {3 + 1} participants, three of one
group and one of another, {"nothing" if not alone.names else "something"} would be told by group.
And since fewer than {FEWEST_PEOPLE} took part in this one, no rows are published.

## What it does not promise

- **Rows and totals by group together** can betray to which group a row belongs: whoever looks for
  the rows that add up to a group's totals on all statements at once may find them. What protects
  then is that every group shown has at least {FEWEST_OF_GROUP} people: a row is never narrowed to
  fewer by its group. Where that is not enough, publish one of the two.
- **Unanimity is not hidden.** If all seven of a group agree, each of the seven is known to agree.
  In an open consultation this is usually wanted; where it is not, do not publish by group.
- Whoever knows how somebody voted on several statements may recognise the row and read the rest.
  So votes on statements that give a person away must not be published; moderation comes first.
- **Who is among five** knows the figure of the other four: one's own vote can always be taken off.
- **Numbers of voters** can sometimes be narrowed down by reasoning about these rules (if five
  untold groups are five voters together, each is one); what they said cannot.
- Published rows cannot be taken back.

## Traps

- **Publish once**, when voting has ended. Of two publications the second less the first tells how
  those voted who came between, whatever the numbers on the rows.
- Take a fresh key for each publication (`secrets.token_bytes(32)`), and do not keep it. With one
  key for two consultations the order of rows would tell who is who in both.
- Do not publish the number of all votes cast beside totals by statement where some are not told:
  it would tell what is left.
- **A place on the map is a vote.** From somebody's place, the weights of the axes and the number of
  statements voted on, one can work out what was voted: of people with one to three votes in two
  conversations that were tried, nearly all. So the answer of `coalition opinion-map`, which holds
  all three by the number of each participant, is for those who may see the votes. A dot that is
  published stands for five people or more together, or for a row that is published, without number.
- A time, an internet address or the order of arrival tells who voted; none of it is in what these
  functions give back, and none may be added.

## Sources

- A. Hundepool and others, *Statistical Disclosure Control*, Wiley 2012, chapters [4 and
  5](https://doi.org/10.1002/9781118348239): the rule of minimum frequency, and why complements
  must go with it.
- L. Sweeney, *k-anonymity*, International Journal of Uncertainty, Fuzziness and Knowledge-Based
  Systems 10 (2002), [557–570](https://doi.org/10.1142/S0218488502001648); A. Machanavajjhala and
  others, *l-diversity*, ACM Transactions on Knowledge Discovery from Data 1 (2007),
  [3](https://doi.org/10.1145/1217299.1217302): on unanimity.
- H. Krawczyk, M. Bellare and R. Canetti, [RFC 2104](https://www.rfc-editor.org/rfc/rfc2104)
  (1997): the keyed hash.
"""


def _lines(rows: Iterable[Iterable[object]]) -> str:
    return "\n".join(f"| {' | '.join(map(str, row))} |" for row in rows)


def _published(groups: Groups, totals: Totals) -> str:
    def told(figure: int) -> str:
        return "not told" if figure < 0 else str(figure)

    return _lines(
        (name, size, told(seen), told(agreed))
        for name, size, seen, agreed in zip(
            groups.names, groups.sizes, totals.seen[:, 1], totals.agrees[:, 1], strict=True
        )
    )
