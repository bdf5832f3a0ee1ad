"""What the words of a text cite: resolutions, conventions, declarations, their paragraphs.

Four things are found: numbers ("resolution 70/1", "A/RES/70/1"), titles of ILO instruments
("Minimum Age Convention, 1973 (No. 138)"), names of well-known texts (data/cited_names.txt), and
places in the text itself ("paragraph 4 above"). Each gets a key, the same for every way of
writing it; the paragraph or article before or after it is read with it. What could be the text
of several bodies and does not say whose, is left alone: a missing link harms less than a wrong
one. Names in the quoted title of something else ("entitled “…”") are no citations.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources

SELF = "self:"  # the key of a citation inside its own text
LONGEST_KEY = 200


@dataclass(frozen=True)
class Found:
    """A citation: characters `begins` to `ends` of the words, the key, the provision cited.

    `number` is as provisions are cited: "23", "30 (h)", "4 (19)" for article 4, paragraph 19.
    """

    begins: int
    ends: int
    key: str
    number: str = ""

    @property
    def is_self(self) -> bool:
        return self.key == SELF


def find(words: str, *, speaker: str = "", article: str = "") -> list[Found]:
    """The citations in `words`, in order, none overlapping another.

    `speaker` is "ga" where "its resolution 70/1" is the General Assembly's, "treaty" where
    "Article 5" alone is one of the text itself. `article` is the number of the article that the
    words stand in, for "paragraph 1 of this article".
    """
    if not _TRIGGER.search(words):
        return []
    taken = _Taken(words)
    finders = [_titles(words), _numbered(words, speaker), _symbols(words), _names(words)]
    if speaker == "ga":
        finders.append(_dated(words))
    named = [one for each in finders for one in each if taken.take(one)]
    placed = [each for one in named for each in _with_place(words, one)]
    for one in placed:
        taken.mark(one.begins, one.ends)
    own = [one for one in _own(words, speaker, article) if taken.take(one)]
    return list(_apart([*placed, *own]))


def key_of_symbol(symbol: str) -> str:
    """The key of a document by its symbol: "ga:70/1", "sc:1325", else "symbol:a/80/l.5"."""
    if match := _GA_SYMBOL.fullmatch(symbol.strip()):
        return _ga(match[1])
    if match := _SC_SYMBOL.fullmatch(symbol.strip()):
        return f"sc:{match[1]}"
    if match := _ILO_CODE.fullmatch(symbol.strip()):
        return _ILO_KEYS[match[1]] + str(int(match[2]))
    return f"symbol:{symbol.strip().lower()}"[:LONGEST_KEY]


def keys_of_name(name: str) -> list[str]:
    """The keys under which a text of this name is cited; empty for a name too short to tell."""
    name = " ".join(name.split())
    keys = []
    if number := _TITLE_NUMBER.search(name):
        kind = "ilo-r:" if "Recommendation" in name[: number.start()] else "ilo:"
        keys.append(f"{kind}{number[1]}")
        name = name[: number.start()].strip()
    folded = _folded(name).strip(" .,;")
    if known := _known_names()[1].get(folded):
        keys.append(known)
    elif len(folded) >= 8 and " " in folded:
        keys.append(f"name:{folded}"[:LONGEST_KEY])
    return keys


def name_of(key: str) -> str:
    """The full name of the text of this key, where it is a well-known one; else empty."""
    return _known_names()[2].get(key, "")


def official_address(key: str) -> str:
    """Where the United Nations publish the document of this key; empty where the key cannot say."""
    kind, _colon, rest = key.partition(":")
    if kind == "symbol" and rest.startswith(("a/", "s/", "e/")):
        return f"https://docs.un.org/en/{rest.upper()}"
    if kind == "ga" and re.fullmatch(r"(s-|es-)?\d+/\d+[a-z]?", rest):
        return f"https://docs.un.org/en/A/RES/{rest.upper()}"
    if kind == "ga" and (match := re.fullmatch(r"(\d+)[a-z]?(\([ivxlc]+\))", rest)):
        # In the early sessions one document held the parts A, B, C of a resolution.
        return f"https://docs.un.org/en/A/RES/{match[1]}{match[2].upper()}"
    return ""


# --- Numbers of resolutions and decisions --------------------------------------------------------

_DATE = r"(?: of (?:\d{1,2} \w+ )?(?P<year>\d{4}))?"
_NUMBER = (
    r"(?P<old>(?:ES-|S-)?\d{1,4}(?: [A-Z])? \((?:ES-|S-)?[IVXLC]+\))"
    r"|(?P<sc>\d{1,4} \((?:19|20)\d\d\))"
    r"|(?P<yearly>(?:19|20)\d\d/\d{1,3})"
    r"|(?P<new>(?:ES-|S-)?\d{1,2}/\d{1,3}(?: [A-Z](?![\w’'-]))?)"
)
_ITEM = re.compile(rf"(?:{_NUMBER})(?![\w/])(?!\.\d){_DATE}")
_LETTER = re.compile(r"(?:,? and |, )(?P<letter>[A-Z])(?![\w’'-])" + _DATE)
_HEAD = re.compile(r"\b(?P<kind>[Rr]esolution|[Dd]ecision)s? (?=\d|E?S-)")
_SUBJECT = r"[A-Z][\w’-]*(?: (?:and|of) (?:the )?[A-Z][\w’-]*)*"
_BODY_BEFORE = re.compile(
    r"(?P<body>(?:[A-Z][\w’'-]*,? (?:(?:of|on|for|the|to|and) )*)*"
    r"(?:Council|Assembly|Commission|Committee|Conference|Board|Organization|Union|Authority|"
    rf"Parties|Governors)(?:’s)?(?: (?:for|on) (?:the )?{_SUBJECT})?) (?P<apart>in its )?$"
)
_BODY_AFTER = re.compile(
    r",? (?:adopted by|of) (?:the )?(?P<body>(?:[A-Z][\w’'-]*,? ?(?:(?:of|on|for|the|to|and) )*)+)"
)
_MENTIONED = re.compile(
    r"General Assembly|Human Rights Council|Economic and Social Council|Security Council"
    r"|Commission on Human Rights|Environment Assembly|Health Assembly|Conference of the"
    r"|Governing (?:Council|Body)|Commission on \w+"
)
_BODIES = {
    "General Assembly": "ga",
    "Assembly": "ga",
    "Security Council": "sc",
    "Economic and Social Council": "ecosoc",
    "Human Rights Council": "hrc",
    "Commission on Human Rights": "chr",
}


def _numbered(words: str, speaker: str) -> Iterator[Found]:
    for head in _HEAD.finditer(words):
        items: list[re.Match[str]] = []
        place = head.end()
        while item := _next_item(words, place, bool(items)):
            items.append(item)
            place = item.end()
        if not items:
            continue
        body, begins = _body(words, head, items[-1].end())
        decision = "-decision" if head["kind"].lower() == "decision" else ""
        last = ""
        for number, item in enumerate(items):
            key = _key(words, head, item, body, decision, speaker, last)
            last = key or last
            span = item.span("letter") if "letter" in item.re.groupindex else _number_span(item)
            if key:
                yield Found(span[0] if number else begins, span[1], key)


# A number with its date says by itself that it is the Assembly's: the session fits the year. It
# is so found in a list whose every number is followed by a few words on its subject.
_DATED = re.compile(
    r"(?<![\w/.-])(?P<number>(?P<session>\d\d)/(?P<rest>\d{1,3})(?: [A-Z])?) of \d{1,2} "
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December) "
    r"(?P<year>\d{4})\b"
)


def _dated(words: str) -> Iterator[Found]:
    for match in _DATED.finditer(words):
        session = int(match["session"])
        fits = session > 30 and int(match["year"]) - 1945 in (session, session + 1)
        if fits and int(match["rest"]) < 400:
            yield Found(*match.span("number"), _ga(match["number"]))


def _next_item(words: str, place: int, is_later: bool) -> re.Match[str] | None:
    """The number at `place`, or after a comma or "and" where it is not the first of its list."""
    if not is_later:
        return _ITEM.match(words, place)
    if letter := _LETTER.match(words, place):
        return letter
    between = _BETWEEN.match(words, place)
    return _ITEM.match(words, between.end()) if between else None


_BETWEEN = re.compile(r"(?:,? and |,? as well as |, | or )(?:in )?(?:section [IVXL]+ of )?")


def _number_span(item: re.Match[str]) -> tuple[int, int]:
    kind = next(name for name in ("old", "sc", "yearly", "new") if item[name])
    return item.span(kind)


def _body(words: str, head: re.Match[str], ends: int) -> tuple[str, int]:
    """Whose resolutions these are, as the words beside them say: a key, "other" or ""; and where
    the citation begins."""
    before = words[max(0, head.start() - 100) : head.start()]
    if match := _BODY_BEFORE.search(before):
        name = match["body"].removesuffix("’s")
        if name.endswith((" and Assembly", " and Council")):
            name = name.rpartition(" ")[2]
        for known, key in _BODIES.items():
            if name == known or (" " in known and name.endswith(known)):
                words_between = len(before) - match.end("body") + len(known)
                return key, head.start() - (0 if match["apart"] else words_between)
        return ("council" if name == "Council" else "other"), head.start()
    if match := _BODY_AFTER.match(words, ends):
        name = match["body"].strip(" ,")
        for known, key in _BODIES.items():
            if " " in known and name.startswith(known):
                return key, head.start()
        if re.search(r"Council|Assembly|Commission|Committee|Conference|Parties|Meeting", name):
            return "other", head.start()
    return "", head.start()


def _key(
    words: str,
    head: re.Match[str],
    item: re.Match[str],
    body: str,
    decision: str,
    speaker: str,
    last: str,
) -> str:
    """The key of one number, empty where the words do not say whose it is."""
    if "letter" in item.re.groupindex:  # "and B": of the number before it
        stem = re.fullmatch(r"(ga(?:-decision)?:.*\d)[a-z]", last)
        return f"{stem[1]}{item['letter'].lower()}" if stem else ""
    if body == "other":
        return ""
    if item["sc"]:
        number = item["sc"].split()[0]
        return f"sc:{number}" if body in ("", "sc", "council") and not decision else ""
    if item["old"]:
        if body == "ecosoc":
            return f"ecosoc{decision}:{_squeezed(item['old'])}"
        return f"ga:{_squeezed(item['old'])}" if body in ("", "ga") and not decision else ""
    if item["yearly"]:
        kind = {"": "ecosoc", "council": "ecosoc", "ecosoc": "ecosoc", "chr": "chr"}.get(body)
        if not body and _spoken_of(words, head.start()) == "chr":
            kind = "chr"
        return f"{kind}{decision}:{item['yearly']}" if kind else ""
    number = _squeezed(item["new"])
    if decision:
        is_ga = body in ("", "ga") and int(re.findall(r"\d+", number)[1]) >= 400
        return f"ga-decision:{number}" if is_ga else ""
    if body in ("hrc", "council") or _is_of_human_rights_council(words, head, item, body):
        return f"hrc:{number}"
    if body not in ("", "ga") or (not body and speaker != "ga"):
        return ""
    session = int(re.sub(r"\D", "", number.split("/")[0]))
    year = int(item["year"] or 0)
    is_special = number.startswith(("s-", "es-"))
    fits = session > 30 and (not year or year - 1945 in (session, session + 1))
    return f"ga:{number}" if is_special or fits else ""


def _is_of_human_rights_council(
    words: str, head: re.Match[str], item: re.Match[str], body: str
) -> bool:
    """Does "its resolution 17/4 of 16 June 2011" speak of the Human Rights Council?"""
    if body or _spoken_of(words, head.start()) != "hrc":
        return False
    session, year = int(re.sub(r"\D", "", item["new"].split("/")[0])), int(item["year"] or 0)
    return session < 65 and (not year or abs(2006 + (session - 1) / 3 - year) < 1.5)


def _spoken_of(words: str, place: int) -> str:
    """The body named last before this place in the words."""
    named = _MENTIONED.findall(words, 0, place)
    return _BODIES.get(named[-1], "other") if named else ""


def _ga(number: str) -> str:
    return f"ga:{_squeezed(number)}"


def _squeezed(number: str) -> str:
    return re.sub(r"\s+", "", number).lower()


# --- Symbols of documents ------------------------------------------------------------------------

_GA_SYMBOL = re.compile(r"A/RES/((?:ES-|S-)?\d+/\d+ ?[A-Z]?|\d+ ?[A-Z]? ?\([IVXLC]+\))")
_SC_SYMBOL = re.compile(r"S/RES/(\d+)(?: ?\(\d{4}\))?")
_ILO_CODE = re.compile(r"(C|R|P)(\d{3})")
_ILO_KEYS = {"C": "ilo:", "R": "ilo-r:", "P": "ilo-p:"}
_SYMBOL = re.compile(
    r"(?<![\w/.-])(?:A|S|E)/(?:[A-Z][A-Za-z]*(?:\.\d+)?/)?\d[\w./-]*(?:\(\d{4}\)|\([IVXLC]+\))?"
    r"|(?<![\w/.-])(?:A/RES|S/RES)/(?:ES-|S-)?\d+(?:/\d+[A-Z]?| ?[A-Z]? ?\(\w+\))"
)


def _symbols(words: str) -> Iterator[Found]:
    for match in _SYMBOL.finditer(words):
        text = match[0].rstrip("./-")
        yield Found(match.start(), match.start() + len(text), key_of_symbol(text))


# --- Titles of ILO instruments -------------------------------------------------------------------

_TITLE_NUMBER = re.compile(r"\(No\. ?(\d{1,3})\)\s*$")
_ILO_TITLE = re.compile(
    r"\b(?P<kind>Convention|Recommendation)(?: \(Revised\))?"
    r"(?:,? (?P<year>(?:19|20)\d\d)(?:,? \(No\. ?(?P<number>\d{1,3})\))?"
    r"|,? \(No\. ?(?P<undated>\d{1,3})\)(?:, (?:19|20)\d\d)?)(?![\w–])"
)
_ILO_NUMBERS = re.compile(
    r"\b(?P<kind>Convention|Recommendation)s? Nos?\.? ?(?P<numbers>\d{1,3}(?:(?:, | and )\d{1,3})*)"
    r"(?![\w/])"
)
_WORD = r"[A-Z][\w’'-]*"
_JOINTS = r"(?:of the|to the|from the|of|and|for|to|in|with|on|as)"
_TITLE_BEFORE = re.compile(rf"{_WORD}(?:,? (?:{_JOINTS} )*(?:{_WORD}|\([A-Z][^()]{{1,60}}\)))* $")
_NOT_OF_A_TITLE = re.compile(
    r"^(?:(?:Recalling|Noting|Having|Considering|Of|In|Under|And|ILO|International Labour "
    r"Organi[sz]ation(?:[’']s)?|International Labour Conference of the|Members(?: and)?"
    r"|Articles?) )+"
)
_ILO_PROTOCOL = re.compile(r"Protocol (?:of \d{4} )?to the $")


def _titles(words: str) -> Iterator[Found]:
    for match in _ILO_TITLE.finditer(words):
        before = words[max(0, match.start() - 160) : match.start()]
        title = _TITLE_BEFORE.search(before)
        if title is None:
            continue
        cut = _NOT_OF_A_TITLE.match(title[0])
        begins = match.start() - (len(before) - title.start()) + (cut.end() if cut else 0)
        if begins >= match.start():
            continue
        number = match["number"] or match["undated"]
        prefix = "ilo:" if match["kind"] == "Convention" else "ilo-r:"
        if protocol := _ILO_PROTOCOL.search(words[max(0, begins - 30) : begins]):
            if number:
                begins = max(0, begins - 30) + protocol.start()
                yield Found(begins, match.end(), f"ilo-p:{number}")
        elif number:
            yield Found(begins, match.end(), f"{prefix}{number}")
        else:
            name = _folded(words[begins : match.end()])
            yield Found(begins, match.end(), f"name:{name}"[:LONGEST_KEY])
    for match in _ILO_NUMBERS.finditer(words):
        if words[: match.start()].endswith(("Council of Europe ", "Hague ", "Geneva ")):
            continue
        prefix = "ilo:" if match["kind"] == "Convention" else "ilo-r:"
        begins = match.start()
        for number in re.finditer(r"\d+", match["numbers"]):
            ends = match.start("numbers") + number.end()
            yield Found(begins, ends, f"{prefix}{number[0]}")
            begins = ends + len(re.match(r"(?:, | and )?", words[ends:])[0])  # type: ignore[index]


# --- Names of well-known texts -------------------------------------------------------------------

_FOLDS = str.maketrans("’‘“”–\u2011\u00a0", "''\"\"-- ")
_CAPITAL = re.compile(r"(?<![\w’'-])(?:[A-Z]|\d(?=\d{3} ))\w*")
# Two texts of one name: which one is meant, if words of this kind stand beside it.
_NAMESAKES = {
    "doha political declaration": (
        re.compile(r"Conference on the Least Developed Countries|Doha Programme of Action"),
        "name:doha political declaration of the conference on the least developed countries",
    )
}
# What makes of a name the name of something else: a protocol to it, an office for it.
_OF_ANOTHER = re.compile(
    r"(?:Protocols?(?: of \d{4})? (?:\w+ )?(?:to|supplementing)|Amendments? to|"
    r"[Pp]rotocol (?:of \d{4} )?relating to) (?:the )?$"
)
_ANOTHER = re.compile(r" (?:Organization|Office|Fund|Secretariat|Implementation and Compliance)\b")


def _folded(words: str) -> str:
    folded = words.lower()
    return (folded if len(folded) == len(words) else words).translate(_FOLDS)


@cache
def _known_names() -> tuple[dict[str, list[tuple[str, str]]], dict[str, str], dict[str, str]]:
    """Names by their first word, longest first, each with its key; keys by name; names by key.

    A key is empty for what is no citation.
    """
    keys: dict[str, str] = {}
    full: dict[str, str] = {}
    text = resources.files("coalition.analysis").joinpath("data/cited_names.txt").read_text("utf-8")
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        key, colon, names = line.partition(": ")
        if not colon or not re.fullmatch(r"-|ga:\S+", key):
            key, names = "", line
        every = [_folded(name) for name in names.split("; ")]
        key = "" if key == "-" else key or f"name:{every[0]}"[:LONGEST_KEY]
        keys |= dict.fromkeys(every, key)
        full[key] = names.split("; ")[0]
    by_first: dict[str, list[tuple[str, str]]] = {}
    for name in sorted(keys, key=len, reverse=True):
        first = re.match(r"\w+", name)
        by_first.setdefault(first[0] if first else name, []).append((name, keys[name]))
    return by_first, {name: key for name, key in keys.items() if key}, full


def _names(words: str) -> Iterator[Found]:
    folded = _folded(words)
    by_first = _known_names()[0]
    done = 0
    for start in _CAPITAL.finditer(words):
        begins = start.start()
        if begins < done or (candidates := by_first.get(folded[begins : start.end()])) is None:
            continue
        for name, key in candidates:
            ends = begins + len(name)
            if folded.startswith(name, begins) and not folded[ends : ends + 1].isalnum():
                done = ends
                if name in _NAMESAKES and _NAMESAKES[name][0].search(words):
                    key = _NAMESAKES[name][1]
                if key and not _names_another(words, begins, ends):
                    yield Found(begins, ends, key)
                break


def _names_another(words: str, begins: int, ends: int) -> bool:
    before = words[max(0, begins - 60) : begins]
    return bool(_OF_ANOTHER.search(before) or _ANOTHER.match(words, ends))


# --- Paragraphs and articles ---------------------------------------------------------------------

_LABEL = (
    r"(?:\d{1,3}(?:\.\d{1,3})?(?: bis)?(?: [a-e](?= of the Charter|$))?|[IVX]{1,6}(?!\w))"
    r"(?: ?\([a-z0-9]{1,4}\))*"
)
_LABELS = rf"{_LABEL}(?:(?:,? and |, | or | to ){_LABEL})*"
_UNIT = r"(?:[Oo]perative |[Ss]ub)?[Pp]aragraphs?|[Aa]rticles?"
_PLACE = rf"\b(?P<unit>{_UNIT}) (?P<labels>{_LABELS})(?:, paragraphs? (?P<inner>{_LABELS}))?,?"
_PLACE_BEFORE = re.compile(
    rf"{_PLACE} (?:of|in|to|under) (?:article (?P<outer>{_LABEL}) of )?"
    r"(?:the |its |both )?(?:annex to )?(?:General Assembly )?$"
)
_PLACE_AFTER = re.compile(
    rf"(?: of \d{{1,2}} \w+ \d{{4}})?, paragraph (?P<labels>{_LABEL})(?![\w,])"
    r"(?! (?:of|above|below|thereof|to|and)\b)"
)
# One of several places, or a stretch of them, which is cited by its first.
_LABEL_OF = re.compile(rf"(?P<first>{_LABEL})(?: to {_LABEL})?")


def _with_place(words: str, one: Found) -> Iterator[Found]:
    """The citation with the paragraph or article cited; one for each where several are."""
    start = max(0, one.begins - 160)
    match = _PLACE_BEFORE.search(words[start : one.begins])
    if match is None:
        after = _PLACE_AFTER.match(words, one.ends)
        if after:
            yield replace(one, ends=after.end("labels"), number=_number(after["labels"]))
        else:
            yield one
        return
    if match["outer"]:  # paragraph 2 of article 5 of …
        number = f"{_number(match['outer'])} {_bracketed(match['labels'])}"
        yield Found(start + match.start(), one.ends, one.key, number)
        return
    yield from _each(match, start, one)


def _each(match: re.Match[str], start: int, one: Found) -> Iterator[Found]:
    """A citation for each of the places named, the last one with the name of the text."""
    named = match.groupdict()
    inner = named.get("inner") or named.get("within")
    labels = list(_LABEL_OF.finditer(match["labels"]))[: 1 if inner else None]
    begins = start + match.start()
    for place, label in enumerate(labels, 1):
        is_last = place == len(labels)
        ends = one.ends if is_last else start + match.start("labels") + label.end()
        number = _number(label["first"])
        if inner and (within := _LABEL_OF.match(inner)):
            number += f" {_bracketed(within['first'])}"
        yield Found(begins, ends, one.key, number)
        if not is_last:
            begins = start + match.start("labels") + labels[place].start()


def _number(label: str) -> str:
    """A label as provisions are numbered: "4(d)" is "4 (d)", "73 e" is "73 (e)"."""
    label = re.sub(r" ([a-e])$", r" (\1)", label)
    return re.sub(r" ?\(", " (", label)


def _bracketed(label: str) -> str:
    """A label inside an article: "2 (b)" is "(2) (b)"."""
    head, _space, rest = _number(label).partition(" ")
    return f"({head}) {rest}".strip()


_SELF_NOUN = (
    r"(?:resolution|decision|declaration|Declaration|Convention|Protocol|Charter|Covenant|"
    r"Agreement|Constitution|Statute|Treaty|Code)"
)
# "paragraph 2 of" before an article.
_WITHIN = rf"(?:\b(?:[Ss]ub-?)?[Pp]aragraphs? (?P<within>{_LABELS}) of (?:the )?)?"
_SELF_PLACE = re.compile(
    rf"{_WITHIN}{_PLACE}(?P<tail> (?:above|below)\b| of (?:the present|this) {_SELF_NOUN}\b"
    r"| of (?:the present|this) (?P<article>[Aa]rticle)\b)"
)
# Alone, and not of a law or another text. What was read is not given back to make it fit.
_BARE_ARTICLE = re.compile(
    rf"{_WITHIN}\b(?P<unit>Articles?|articles?) "
    rf"(?>(?P<labels>{_LABELS})(?:, paragraphs? (?P<inner>{_LABELS}))?)(?![\w(])"
    r"(?!,? (?:[a-z]+\) (?:and [a-z]+\) )?)?(?:\w+ )?(?:of|in|to|under) "
    r"(?:the |that |its |an? |said )*(?:[A-Z]|law|same|said|revised))"
)
_CHARTER_KEY = "name:charter of the united nations"
_CHARTER = re.compile(rf"\b(?P<unit>Articles?) (?P<labels>{_LABELS}) of the Charter\b(?! of)")


def _own(words: str, speaker: str, article: str) -> Iterator[Found]:
    """Citations of places in the text itself; and in resolutions "Article 73 e of the Charter"."""
    for match in _SELF_PLACE.finditer(words):
        one = Found(match.start(), match.end(), SELF)
        is_near = match["article"] or match["tail"] in (" above", " below")
        if article and is_near and "paragraph" in match["unit"].lower():
            for each in _each(match, 0, one):
                yield replace(each, number=f"{article} {_bracketed(each.number)}")
        elif not match["article"]:
            yield from _each(match, 0, one)
    if speaker == "treaty":
        for match in _BARE_ARTICLE.finditer(words):
            yield from _each(match, 0, Found(match.start(), match.end(), SELF))
    if speaker == "ga":
        for match in _CHARTER.finditer(words):
            yield from _each(match, 0, Found(match.start(), match.end(), _CHARTER_KEY))


# --- Spans ---------------------------------------------------------------------------------------

_QUOTED = re.compile(r"\bentitled “[^”]*”")
_TRIGGER = re.compile(
    r"\d|Convention|Covenant|Protocol|Declaration|Charter|Agreement|Treaty|Statute|Pact|Compact"
    r"|Consensus|Agenda|Programme|Plan|Platform|Commitment|Principles|Rules|Framework"
    r"|Pathway|Accord|Instrument|Constitution|Strategy|Mauritius"
)


class _Taken:
    """Which characters of the words a citation covers already; quoted titles from the start."""

    def __init__(self, words: str) -> None:
        self.covered = bytearray(len(words))
        for match in _QUOTED.finditer(words):
            self.mark(*match.span())

    def mark(self, begins: int, ends: int) -> None:
        self.covered[begins:ends] = b"\1" * (ends - begins)

    def take(self, one: Found) -> bool:
        """Is the citation free? Then it is taken."""
        if any(self.covered[one.begins : one.ends]):
            return False
        self.mark(one.begins, one.ends)
        return True


def _apart(found: list[Found]) -> Iterator[Found]:
    """The citations in order, without those that overlap a longer one or one before them."""
    done = 0
    for one in sorted(found, key=lambda one: (one.begins, -one.ends)):
        if one.begins >= done:
            done = one.ends
            yield one
