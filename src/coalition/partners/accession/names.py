"""Names of organisations in running text, in scripts with capitals and in those without.

A name is a run of words that no punctuation and no verb breaks and that holds a word telling
what it is: union, ministry, bank. Where the run goes on too far or stops short, an officer sees
the line it was taken from and mends it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from coalition.partners.accession.words import GROUPS, WORDS, Words, fold

LONGEST_NAME = 12  # words

SCRIPTS = {  # letters of a script, and the one of the six languages written in it
    "ar": re.compile(r"[\u0620-\u064a\u066e-\u06d3]"),
    "ru": re.compile(r"[\u0400-\u052f]"),
    "zh": re.compile(r"[\u3400-\u9fff]"),
}


def script_of(text: str) -> str:
    """The language whose script fills at least a third of the letters, or "" for other scripts."""
    letters = sum(c.isalpha() for c in text)
    counts = {language: len(script.findall(text)) for language, script in SCRIPTS.items()}
    language = max(counts, key=counts.get)
    return language if counts[language] * 3 > max(letters, 1) else ""


NAME_ENDS = re.compile(r"[,;:.!?()\[\]«»\"“”„|/，。；：、！？（）《》“”؛،؟\n]+|\s[-–—]+\s")
JOIN_OF_ARABIC = "و"


def matches(patterns: Iterable[str], folded: str) -> bool:
    return any(re.search(pattern, folded) for pattern in patterns)


def group_of(name: str, words: Words) -> str:
    """The partner group whose words are in an organisation's name, or ""."""
    folded = fold(name)
    for table in (words, WORDS["en"]):
        for group in GROUPS:
            if matches(table.groups[group], folded):
                return group
    return ""


def names_in(text: str, words: Words) -> list[str]:
    """What looks like names of organisations: each holds a word such as "union" or "ministry"."""
    own = script_of(text)
    table = WORDS[own] if own else words
    if not own and words in (WORDS[script] for script in SCRIPTS):
        table = WORDS["en"]  # a Latin line in a message of another script
    find = _chinese_names if own == "zh" else _names_by_words
    names = [name for piece in NAME_ENDS.split(text) for name in find(piece.strip(), table)]
    return list(dict.fromkeys(names))


def _chinese_names(piece: str, table: Words) -> Iterator[str]:
    """Chinese names end with the word for what they are, and words are not set apart."""
    patterns = [f"(?:{p.rstrip('$')})" for group in GROUPS for p in table.groups[group]]
    for chunk in re.split("|".join(table.stops) + r"|\s", piece):
        ends = [m.end() for m in re.finditer("|".join(patterns), chunk)]
        start = 0
        for at, end in enumerate(ends):
            rest = chunk[end:]
            is_last = at + 1 == len(ends)
            join = next((word for word in table.joins if rest.startswith(word)), "")
            if not (is_last or join):
                continue
            if end - start >= 4:
                yield chunk[start:end]
            start = end + len(join)


def _names_by_words(piece: str, table: Words) -> Iterator[str]:
    """Names in scripts that set words apart: a run of words between small words and verbs."""
    run: list[str] = []
    for word in [*piece.split(), ""]:
        bare = fold(word)
        if not word or bare in table.stops or len(run) > LONGEST_NAME * 2:
            yield from _names_in_run(run, table)
            run = []
        else:
            run.append(word)


def _names_in_run(run: list[str], table: Words) -> Iterator[str]:
    """The name or names in a run of words that no verb and no punctuation breaks."""
    for at, word in enumerate(run):
        both = (run[:at], run[at + 1 :])
        if word in table.joins and all(group_of(" ".join(half), table) for half in both):
            for half in both:
                yield from _names_in_run(half, table)
            return
        arabic_and = table is WORDS["ar"] and at and word.startswith(JOIN_OF_ARABIC)
        if arabic_and and group_of(word[1:], table) and group_of(" ".join(run[:at]), table):
            yield from _names_in_run(run[:at], table)
            yield from _names_in_run([word[1:], *run[at + 1 :]], table)
            return
    name = _trimmed(run, table)
    if name and len(name.split()) <= LONGEST_NAME and group_of(name, table):
        yield name


def _trimmed(run: list[str], table: Words) -> str:
    """A run of words without the role, article or small words before and after a name."""
    run = [re.sub(r"^(?:[ldLD]['’])(?=\w)", "", word) for word in run]
    run = _without_role(run, table)
    if table is WORDS["ar"]:
        start = next((at for at, word in enumerate(run) if group_of(word, table)), len(run))
        run = run[start:]
        if run and len(run[0]) > 3 and run[0][0] in "وبل" and group_of(run[0][1:], table):
            run = [run[0][1:], *run[1:]]
        return " ".join(run)
    if table is WORDS["en"]:
        run = _capitalised_run(run, table)
    starts = [at for at, word in enumerate(run) if word[:1].isupper()]
    key = next((at for at in starts if group_of(run[at], table)), None)
    if key is not None:
        # What stands before the telling word belongs to the name while it is capitalised.
        start = key
        while start and run[start - 1][:1].isupper():
            start -= 1
        starts = [start, *(at for at in starts if at > start)]
    if not starts:
        return ""
    run = run[starts[0] :]
    while run and fold(run[0]) in table.articles:
        run = run[1:]
    while run and fold(run[-1]) in (*table.links, *table.articles, *table.joins):
        run = run[:-1]
    return " ".join(run)


def _without_role(run: list[str], table: Words) -> list[str]:
    """What stands after the role in "Secretary General of the Example Union"."""
    if not any(fold(word).startswith(role) for word in run[:3] for role in table.roles):
        return run
    for at, word in enumerate(run):
        if at and fold(word) in table.links:
            return run[at + 1 :]
    last = max(
        at for at, word in enumerate(run[:3]) if any(fold(word).startswith(r) for r in table.roles)
    )
    return run[last + 1 :]


def _capitalised_run(run: list[str], table: Words) -> list[str]:
    """English names are capitalised: the longest stretch of capitals that tells what it is."""
    stretches: list[list[str]] = [[]]
    for word in run:
        if word[:1].isupper() or word[:1].isdigit() or word in table.links:
            stretches[-1].append(word)
        else:
            stretches.append([])
    telling = [s for s in stretches if group_of(" ".join(s), table)]
    return max(telling, key=len, default=[])


def same_name(one: str, other: str) -> bool:
    """Whether two names are one: inflected alike, or one within the other."""
    stems = [[word[:5] for word in fold(name).split()] for name in (one, other)]
    return fold(one) in fold(other) or fold(other) in fold(one) or stems[0] == stems[1]
