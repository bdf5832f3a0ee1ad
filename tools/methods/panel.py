"""The reference page on panels by lot: everything on it that is a number is computed here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from coalition.analysis.lot import drawing, publishing
from coalition.analysis.lot.chances import fairest
from coalition.analysis.lot.coarsening import NOT_SHOWN, coarsened
from coalition.analysis.lot.feasibility import Infeasible, a_panel
from coalition.analysis.lot.pools import Lottery, Pool, Problem, Quota
from coalition.analysis.lot.publishing import PublishedLottery

# What anybody can run on a published lottery: `python draw.py lottery.json "the seed"`.
SNIPPET = """\
import hashlib, itertools, json, sys

content, seed = open(sys.argv[1], "rb").read(), sys.argv[2]
digest, lottery = hashlib.sha256(content).hexdigest(), json.loads(content)

def lot(asked):
    return int(hashlib.sha256(f"{seed}:{digest}:{asked}".encode()).hexdigest(), 16)

tickets = sum(number for number, panel in lottery["panels"])
numbers = (lot(f"panel:{attempt}") for attempt in itertools.count())
ticket = next(n for n in numbers if n < 2**256 - 2**256 % tickets) % tickets
held = itertools.accumulate(number for number, panel in lottery["panels"])
panel = next(one for (_, one), end in zip(lottery["panels"], held) if ticket < end)
for code, kind in sorted(lottery["people"], key=lambda one: lot(f"person:{one[0]}")):
    if kind in panel:
        panel.remove(kind)
        print(code)
"""

FEATURES = ("gender", "place")
PEOPLE = {
    "A": ("woman", "north"),
    "B": ("woman", "south"),
    **dict.fromkeys("CDEF", ("man", "north")),
    **dict.fromkeys("GH", ("man", "south")),
}
QUOTAS = (
    Quota("gender", "woman", 2, 2),
    Quota("gender", "man", 2, 2),
    Quota("place", "north", 2, 3),
    Quota("place", "south", 1, 2),
)
SIZE = 4
SEED = "3 17 22 38 41 45"


def example() -> tuple[Problem, Lottery, PublishedLottery]:
    problem = Problem(Pool.of(list(PEOPLE), FEATURES, list(PEOPLE.values())), QUOTAS, SIZE)
    lottery = fairest(problem)
    return problem, lottery, publishing.published(problem, lottery)


def page() -> str:
    problem, lottery, published = example()
    drawn = drawing.drawn(published, SEED)
    gone = next(code for code in drawn.members if PEOPLE[code] == ("man", "north"))
    (step,) = drawing.replaced(published, SEED, [gone])
    only = next(code for code in drawn.members if PEOPLE[code] == ("woman", "south"))
    (other,) = drawing.replaced(published, SEED, [only])
    return PAGE.format(
        pool=_table(("person", *FEATURES), ([code, *row] for code, row in PEOPLE.items())),
        quotas=_table(
            ("feature", "value", "at least", "at most"),
            ([q.feature, q.value, q.least, q.most] for q in QUOTAS),
        ),
        size=SIZE,
        panels=_table(
            ("panel", "seats", "tickets"),
            (
                [number, _seats(published, panel), f"{tickets:,}"]
                for number, (tickets, panel) in enumerate(published.panels, start=1)
            ),
        ),
        chances=_table(
            ("who", "chance"),
            (
                [", ".join(code for code in PEOPLE if PEOPLE[code] == values), f"{chance:.4%}"]
                for values, chance in zip(published.types, lottery.by_type.tolist(), strict=True)
            ),
        ),
        bound=f"{published.bound:.4%}",
        reached=f"{float(published.reached):.4%}",
        infeasible=_infeasible(problem),
        digest=published.digest,
        seed=SEED,
        tickets=f"{published.tickets:,}",
        ticket=f"{drawn.ticket:,}",
        panel=drawn.panel + 1,
        members=", ".join(drawn.members),
        line=", ".join(code for code, _of in drawing.in_line(published, SEED)),
        gone=gone,
        follows=step.follows,
        only=only,
        other=other.follows,
        missed="; ".join(
            f"{feature}: {value} has {has}, not {least} to {most}"
            for feature, value, has, least, most in other.missed
        )
        or "none",
        coarse=_coarse(),
        not_shown=NOT_SHOWN,
        snippet=SNIPPET,
        format=publishing.FORMAT,
    )


def _infeasible(problem: Problem) -> str:
    """What is said when three women are asked for."""
    women, *others = problem.quotas
    asked = replace(problem, quotas=(replace(women, least=3, most=3), *others))
    try:
        a_panel(asked)
    except Infeasible as sentence:
        return str(sentence)
    raise AssertionError("Three of two women cannot sit on a panel.")


def _coarse() -> str:
    """Of 16 people, one combination is rare."""
    rows = [("woman", "city")] * 9 + [("woman", "island")] + [("man", "island")] * 6
    ids = [f"{number:02}" for number in range(1, len(rows) + 1)]
    quotas = (
        Quota("gender", "woman", 2, 4),
        Quota("gender", "man", 2, 4),
        Quota("place", "city", 1, 5),
        Quota("place", "island", 1, 5),
    )
    made = coarsened(Problem(Pool.of(ids, FEATURES, rows), quotas, 6), 5).problem
    before, after = (
        Counter(rows),
        Counter(
            {
                values: int(size)
                for values, size in zip(made.types.values, made.types.sizes, strict=True)
            }
        ),
    )
    listed = [*before, *(values for values in after if values not in before)]
    people = _table(
        (*FEATURES, "people", "shown as such"),
        ([*values, before.get(values, 0) or "–", after[values] or "–"] for values in listed),
    )
    bounds = _table(
        ("feature", "value", "at least", "at most"),
        ([q.feature, q.value, q.least, q.most] for q in made.quotas),
    )
    return f"{people}\n\nThe quotas that are drawn under then:\n\n{bounds}"


def _seats(published: PublishedLottery, panel: Sequence[int]) -> str:
    return ", ".join(" from the ".join(published.types[seat]) for seat in panel)


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(str(cell) for cell in line)} |" for line in lines)


PAGE = """
# Panels by lot

A panel by lot is a group of people in which the whole is to be found again: so many women and men,
young and old, from north and south. Those who are ready to sit on it are the *pool*. *Quotas* say
how many of each kind the panel must have. Within that, only chance is to decide, and everybody is
to have as good a chance as possible. And since nobody should have to believe that chance was left
alone, anybody can do the draw again.

## What happens, step by step

1. **People of a kind.** All who are alike in everything that quotas name are of one *type*. Nothing
   that is asked of the panel tells them apart, so they have equal chances.
2. **Can it be done at all?** If no panel meets all quotas together, that is proved, and the
   smallest change of quotas that makes one possible is told: as few seats as possible, in as few
   quotas as possible.
3. **The most equal chances.** Who is rare in the pool but asked for by a quota must have a better
   chance than others: equal chances for all cannot always be had. So the *lowest* chance of anybody
   is made as high as it can be (maximin); then the next lowest, and so on (leximin). The outcome is
   not a panel but a *lottery*: a list of panels, all of which meet the quotas, each with a number
   of tickets.
4. **How good is that?** Were seats divisible, so that half a person could sit, the best lowest
   chance would be quickly known. No lottery of whole people can be better than that. This *upper
   bound* is printed beside what was *reached*: who sees two equal numbers knows that nobody could
   have done it better, without trusting the computation that found it.
5. **Publishing.** The lottery is written into a file: people under codes, of which type each is,
   the quotas, the panels with their tickets. Its digest (SHA-256) is published with it. From now on
   nothing can be changed: one other letter would be another digest.
6. **The seed.** It comes from where nobody can choose it and nobody knows it yet: the numbers of a
   national lottery on a day that is named before, for instance.
7. **The draw.** Seed and digest together give the ticket, and the ticket the panel; who of a type
   sits is decided by the same seed.

## An example to follow with a pencil

Eight people, of whom {size} are drawn:

{pool}

{quotas}

Both women must sit: they have a chance of 100 %. Two of six men sit, so were they all alike each
would have 1 in 3, and nobody can do better than that for all of them. But the woman from the south
and one from the north sit already; north and south leave room for two men from the north, or for
one from each. (Two from the south would leave the north with one seat.) If the panel with two from
the north is drawn with probability *p*, each of the four men from the north has a chance of (2*p* +
1 × (1 − *p*)) / 4, each of the two from the south (1 − *p*) / 2. Both are 1/3 if *p* is 1/3. That
is what is found, in tickets out of {tickets}:

{panels}

{chances}

Upper bound for the lowest chance: {bound}. Reached: {reached}. The last digit is what is lost
because tickets are whole.

If three women were asked for, the answer would be: “{infeasible}”

### The draw

The digest of this lottery is

```
{digest}
```

and let the seed be `{seed}`. The SHA-256 of `{seed}:`, the digest and `:panel:0`, read as a whole
number and divided by {tickets}, leaves ticket **{ticket}**. It belongs to panel **{panel}**. The
order of all people, by the SHA-256 of seed, digest and `:person:` with their code, is {line}. From
its beginning the seats of each type are filled: **{members}** sit.

### Who follows

If {gone} drops out, **{follows}** follows: of the same type, and next in line. If {only} drops out,
nobody else is of her type. Then follows who leaves the quotas missed by the fewest people; of these
who differs in the fewest features; of these who is first in line: **{other}**. Quotas missed:
{missed}. That is told, not hidden: whoever is responsible may leave the seat empty instead.

Those who sit stay. Members who drop out are named in the order in which they did, and a later one
changes nothing of what was decided before.

## Draw it again yourself

On a published lottery, with nothing installed but Python: save this as `draw.py`, and run `python
draw.py lottery.json "{seed}"`.

```python
{snippet}```

It needs no solver: the hard part, finding the panels, is in the file. Whether the panels meet the
quotas, and what everybody's chance is, can be counted there: `coalition panel --lottery
lottery.json` does it, and refuses a file in which anything contradicts anything else.

## In public, in this order

1. `coalition panel POOL.csv QUOTAS.csv --size 50 --publish lottery.json` writes the lottery, and
   beside it a secret key. Each person is told their code, privately, and can see that it is in the
   file, with the right features. The file and its digest are published, with the source and day of
   the seed.
2. Objections are heard. If anything must change, the lottery is published anew, before the seed is
   known.
3. When the seed is known to all: `coalition panel POOL.csv --lottery lottery.json --seed "{seed}"`.
   Without POOL.csv and key, anybody sees the same by codes.
4. `--gone CODE` says who follows.

Codes are made from ids and the key (HMAC-SHA256): without the key they tell nothing, not even an
order. The digest of the key (`seal`) is in the file, so that codes cannot be given out anew after
the draw without anybody noticing who is shown the key.

## Hiding what singles people out

If only one woman from the island is in the pool, everybody who knows her finds her row. With
`--fewest 5` no combination of features is shown that fewer than five people share. Features are
shown in the order in which the quotas first name them. Among those who show the same so far, who
has a rare value of the next feature shows neither it nor what comes behind; if these are fewer than
five, some of the commonest value join them.

This happens *before* the draw, which then knows no more than what is shown. Hiding only what is
printed would be a mere gesture: from hundreds of panels that all meet known quotas one could work
out what was hidden. Quotas hold all the same, whatever the hidden values are: only so many seats of
a feature go to people who do not show it, and all upper bounds of that feature are lower by that
number. Six of these 16 people are drawn:

{coarse}

The price is less equal chances, or quotas that cannot be met; both are told. Many features, narrow
quotas and a small pool leave nothing to be drawn, and no method can change that: ask for fewer
features, or publish the pool only where features are public anyway, as those of organisations are.

## What it does not promise

- **The pool is not the people.** Who did not volunteer cannot be drawn. Quotas mend only what they
  name.
- **Chances are not equal**, only as equal as the quotas allow. Everybody's is printed.
- **Someone may have no chance.** If no panel can hold a person, that is proved and told
  (`without_chance`); it is mended by wider quotas alone.
- **Another machine may find another lottery**, as good as this one: several can be. That is why the
  lottery is published, not the way in which it was found. From the file on, everything is the same
  everywhere and always.
- **The upper bound in the file is a claim** until somebody computes it again from the published
  pool; the chances are facts that can be counted.
- **The seed must be out of everybody's hands.** Who can choose among many seeds can choose the
  panel. Name its source, its day, and what holds if it fails, before.
- **Hidden is not unknown.** Who knows that someone's features are rare may still guess; five who
  look alike may also be alike in what is not shown.

## Ties and traps

- Equal lotteries have equal files: people stand in the order of codes, types, quotas and panels in
  theirs, whatever the order of the files they came from. A pool without ids is numbered by its
  rows; there the order of rows is what people are called.
- A ticket is never favoured because the number of tickets does not divide the number of hashes: a
  hash beyond the last whole round is put aside and the next one taken.
- A seed is one line without blanks around it. “3 17” and “3, 17” are two seeds: publish how it is
  written, too.
- A value in the pool that no quota names is refused, since it may be a slip of the pen. To leave it
  free, give it a quota from 0 to the size of the panel.

## Files and answers

| heading | of quotas |
|---|---|
| `feature,value,min,max` | a feature, a value, and how many of it sit at least and at most |
| `category,feature,min,max` | the same: what others call feature is the category |
| `min_flex,max_flex` | how far a proposal to change the quota may go; may be missing |

The pool has one row a person, and a column for each feature that quotas name; of other columns
nothing is taken. People are told apart by the column `id`, or one that ends in it; `--id` names
another, `--numbered` numbers them.

With `--json`: `members`; `chances` (of everybody, by id); `certificate` with `upper_bound`,
`reached`, `gap` (the share of the bound that is missing), `without_chance`, `panels`, `tickets`,
`digest`, and, once drawn, `seed`, `ticket`, `panel`; `replacements` (`gone`, `follows`, in what
they differ, which quotas are missed); `codes` (by id, where there are any: secret); `notes`. A
published file says `{format}`, and its entries are `size`, `bound`, `unreachable` (types that no
panel can hold), `seal`, `features`, `quotas`, `types`, `people` (code and type) and `panels`
(tickets and the type of each seat).

## Sources

- Flanigan, Gölz, Gupta, Hennig and Procaccia: [Fair algorithms for selecting citizens’
  assemblies](https://doi.org/10.1038/s41586-021-03788-6). Nature 596 (2021). Lotteries over panels,
  maximin and leximin.
- Flanigan, Kehne and Procaccia: [Fair sortition made
  transparent](https://openreview.net/forum?id=kwU8HhoUi4W). NeurIPS 2021. Why a lottery should be
  published as a list that one can draw from by hand.
- Eastlake: [RFC 3797, Publicly Verifiable Nominations Committee (NomCom) Random
  Selection](https://www.rfc-editor.org/rfc/rfc3797). 2004. The list first, then the seed.
- Krawczyk, Bellare and Canetti: [RFC 2104, HMAC](https://www.rfc-editor.org/rfc/rfc2104). 1997.
- Sweeney: [k-anonymity: a model for protecting privacy](https://doi.org/10.1142/S0218488502001648).
  International Journal on Uncertainty, Fuzziness and Knowledge-based Systems 10 (2002).
"""
