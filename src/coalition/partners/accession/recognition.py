"""Does this message apply to join, and what does it say about who applies?

Pure: a read message and the names of countries go in, suggestions come out, each with the words
it rests on. People decide; a wrong suggestion costs an officer one correction, so that plain
rules that can be explained are worth more here than clever ones that cannot.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import py3langid
from django.utils.translation import gettext_noop as marked

from coalition.mailroom.reading import ReadMessage
from coalition.partners.accession.names import (
    SCRIPTS,
    group_of,
    matches,
    names_in,
    same_name,
    script_of,
)
from coalition.partners.accession.words import LANGUAGES, WORDS, Words, fold

LEAST_LETTERS = 40  # below this the language of a text in Latin letters is a guess
SURE_LETTERS = 200  # from this on a language outside the six is believed
SIGNATURE_LINES = 8
MOST_TEXT = 20_000  # characters looked at: an application says what it wants early


@dataclass(frozen=True)
class Suggestion:
    """A value for a field of the request, why it is suggested, and what speaks against it.

    `why` and `doubt` are sentences marked for translation; `quote` holds the words of the
    message that the suggestion rests on ("" where the sentence says all).
    """

    field: str  # organisation country group language website contact_name on_behalf_of
    value: str
    why: str
    quote: str = ""
    doubt: str = ""


@dataclass(frozen=True)
class Recognition:
    """Whether a message opens an accession request, why (or why not), and what it suggests."""

    is_application: bool
    why: str
    quote: str = ""
    suggestions: tuple[Suggestion, ...] = ()

    def values(self, field: str) -> tuple[str, ...]:
        """All values suggested for a field, the likeliest first."""
        return tuple(s.value for s in self.suggestions if s.field == field)


def recognise(
    message: ReadMessage,
    *,
    countries: Mapping[str, Sequence[str]],
    languages: Sequence[str] = LANGUAGES,
) -> Recognition:
    """Read a message as an application; `countries` maps ISO 3166 alpha-3 codes to names.

    A message is an application if a person wrote it, it says in one of the languages that
    somebody wishes to join, and it names an organisation. A forwarded message speaks before
    the one that forwards it. Quoted replies are nobody's words here.
    """
    for reason in (message.automatic, message.forged):
        if reason:
            return Recognition(False, reason)
    if message.from_list:
        return Recognition(False, marked("It came through a mailing list."))
    for inner in message.forwarded:
        found = _recognise_one(inner, countries, languages)
        if found.is_application and not (inner.automatic or inner.from_list):
            return replace(found, why=marked("A forwarded message asks to join."))
    if message.forwarded:
        message = replace(message, subject="")  # it is the subject of what was forwarded
    return _recognise_one(message, countries, languages)


# ------------------------------------------------------------------ is it an application?


def _recognise_one(
    message: ReadMessage, countries: Mapping[str, Sequence[str]], languages: Sequence[str]
) -> Recognition:
    words = message.words[:MOST_TEXT]
    wish, question = _wish([message.subject, *sentences(words)], languages)
    if not wish and question:
        return Recognition(
            False, marked("It asks about joining, and does not ask to join."), question
        )
    if not wish:
        return Recognition(False, marked("Nothing in it says that somebody wishes to join."))
    if not _names_coalition(f"{message.subject}\n{words}", languages):
        return Recognition(
            False, marked("It speaks of joining, but not of joining a coalition."), wish
        )
    language = _language(words, message.language_header, languages)
    reader = _Reader(message, words, _table(language.value if language else "", words))
    organisations = reader.organisations()
    if not organisations:
        return Recognition(
            False, marked("It asks to join, but no organisation was recognised in it."), wish
        )
    suggestions = [
        *organisations,
        *reader.countries(countries, organisations),
        *reader.groups(organisations),
        *([language] if language else []),
        *reader.website(),
        *reader.contact_name(organisations),
        *reader.on_behalf_of(organisations),
    ]
    return Recognition(
        True, marked("It asks to join and names who asks."), wish, tuple(suggestions)
    )


def sentences(text: str) -> list[str]:
    """The sentences of a text; lines broken for width are joined, blank lines end a sentence."""
    found: list[str] = []
    for paragraph in re.split(r"\n\s*\n", text):
        joined = re.sub(r"(?<=[\u3400-\u9fff，、])\n(?=[\u3400-\u9fff])", "", paragraph)
        joined = joined.replace("\n", " ")
        found += re.split(r"(?<=[.!?؟])\s+|(?<=[。！？])", joined)
    return [sentence.strip() for sentence in found if sentence.strip()]


def _wish(candidates: Iterable[str], languages: Sequence[str]) -> tuple[str, str]:
    """The first sentence that wishes to join, and the first that only asks about it."""
    question = ""
    for sentence in candidates:
        folded = fold(sentence[:2_000])
        for words in (WORDS[language] for language in languages):
            about_joining = matches(words.wish, folded)
            asks = matches(words.question, folded)
            if about_joining and not asks and not matches(words.refusal, folded):
                return sentence, question
            joins_at_all = about_joining or matches(words.coalition, folded)
            if asks and joins_at_all and not question:
                question = sentence
    return "", question


def _names_coalition(text: str, languages: Sequence[str]) -> bool:
    return any(
        re.search(word, text, re.IGNORECASE) or re.search(word, fold(text))
        for language in languages
        for word in WORDS[language].coalition
    )


# ------------------------------------------------------------------ language


def _language(text: str, header: str, languages: Sequence[str]) -> Suggestion | None:
    """The language of the text, by its script where that is telling, and by its words."""
    letters = sum(c.isalpha() for c in text)
    script = script_of(text)
    ranked = [code for code, _ in py3langid.rank(text)] if letters else []
    if letters >= SURE_LETTERS and ranked[0] not in languages:
        return None  # Persian, Ukrainian, German …: none of the languages is better than no guess
    if script in languages:
        return Suggestion("language", script, marked("The text is written in its script."))
    likeliest = next((c for c in ranked if c in languages and c not in SCRIPTS), "")
    if likeliest and letters >= LEAST_LETTERS and not script:
        return Suggestion("language", likeliest, marked("The words of the text are of it."))
    declared = re.match(r"[a-z]{2}", header.lower())
    if declared and declared[0] in languages:
        return Suggestion(
            "language",
            declared[0],
            marked("The header of the message names it."),
            header,
            marked("The text is too short to tell its language."),
        )
    return None


def _table(language: str, text: str) -> Words:
    """The words to read a text by: those of its language, its script, or English."""
    return WORDS[language or script_of(text) or "en"]


# ------------------------------------------------------------------ what the message suggests


class _Reader:
    """One message with its lines sorted: labels ("Country: …"), signature, sentences."""

    def __init__(self, message: ReadMessage, words: str, table: Words) -> None:
        self.message = message
        self.words = words
        self.table = table
        self.lines = [line.strip() for line in words.split("\n") if line.strip()]
        self.signature = self._signature()

    def _signature(self) -> list[str]:
        """The lines below the closing words, or the last short lines where there are none."""
        closings = [c for table in WORDS.values() for c in table.closings]
        for back, line in enumerate(reversed(self.lines[-SIGNATURE_LINES - 1 :])):
            folded = fold(line).strip(" ,.!-，。،")
            if not folded or any(re.fullmatch(closing, folded) for closing in closings):
                return self.lines[len(self.lines) - back :]
        paragraph = self.words.strip().rsplit("\n\n", 1)[-1].split("\n")
        is_short = len(paragraph) <= SIGNATURE_LINES and all(len(li) < 80 for li in paragraph)
        return paragraph if is_short else []

    def labelled(self, field: str) -> str:
        """What stands after a label such as "Country:" at the start of a line, or ""."""
        for line in self.lines:
            label, colon, value = re.sub("：", ":", line).partition(":")
            folded = fold(label).strip(" -*•")
            if colon and value.strip():
                for table in WORDS.values():
                    if any(re.fullmatch(pattern, folded) for pattern in table.labels[field]):
                        return value.strip()
        return ""

    def _spoken_for(self) -> list[str]:
        """Organisations that the sentences wishing to join name before what they wish to join."""
        found: list[str] = []
        for sentence in sentences(self.words):
            wish, _ = _wish([sentence], LANGUAGES)
            before = sentence
            if wish:
                coalition = "|".join(word for words in WORDS.values() for word in words.coalition)
                before = re.split(coalition, sentence, maxsplit=1, flags=re.IGNORECASE)[0]
                found += names_in(before, self.table)
            found += self._after_behalf(sentence)
        return found

    def _after_behalf(self, sentence: str) -> list[str]:
        for phrase in self.table.behalf:
            _, spoken, rest = _partition_folded(sentence, phrase)
            if spoken:
                piece = re.split(r"[.;:。；\n]", rest, maxsplit=1)[0]
                return names_in(piece, self.table)[:2]
        return []

    def organisations(self) -> list[Suggestion]:
        """Who applies, by the best place that names somebody: a label, a sentence, a signature."""
        labelled = self.labelled("organisation")
        in_signature = [name for line in self.signature for name in names_in(line, self.table)]
        from_name = self.message.from_name
        places = (
            ([labelled] if labelled else [], marked("A line of the message names it.")),
            (self._spoken_for(), marked("The sentence that asks to join names it.")),
            (in_signature, marked("The signature names it.")),
            (names_in(from_name, self.table), marked("The sender's name holds it.")),
            (names_in(self.message.subject, self.table), marked("The subject names it.")),
        )
        for names, why in places:
            distinct: list[str] = []
            for name in names:
                # The nominative of a signature is better than what a sentence inflected.
                name = next((s for s in in_signature if same_name(name, s)), name)
                if not any(same_name(name, other) for other in distinct):
                    distinct.append(name)
            if distinct:
                doubt = marked("The message names several organisations: is it one request each?")
                return [
                    Suggestion(
                        "organisation",
                        name,
                        why,
                        self._line_with(name),
                        doubt if len(distinct) > 1 else "",
                    )
                    for name in distinct
                ]
        return []

    def _line_with(self, name: str) -> str:
        return next((line for line in self.lines if name in line), "")[:300]

    def countries(
        self, names: Mapping[str, Sequence[str]], organisations: list[Suggestion]
    ) -> list[Suggestion]:
        """Where it is, by the best place that names a country."""
        places = (
            (self.labelled("country"), marked("A line of the message names it."), ""),
            ("\n".join(self.signature), marked("The signature names it."), ""),
            (
                "\n".join(s.value for s in organisations),
                marked("The organisation's name holds it."),
                "",
            ),
            (
                f"{self.message.subject}\n{self.words}",
                marked("The text names it."),
                marked("The text may mean another place than the organisation's own."),
            ),
        )
        for text, why, doubt in places:
            found = countries_in(text, names)
            if found:
                several = marked("Several countries are named there.") if len(found) > 1 else ""
                return [
                    Suggestion("country", code, why, word, several or doubt)
                    for code, word in found.items()
                ]
        return []

    def groups(self, organisations: list[Suggestion]) -> list[Suggestion]:
        """The partner group, by the organisation's name, else its domain, else its own words."""
        found: dict[str, Suggestion] = {}
        for organisation in organisations:
            group = group_of(organisation.value, self._table_of(organisation.value))
            if group:
                found.setdefault(
                    group,
                    Suggestion(
                        "group",
                        group,
                        marked("A word of the organisation's name is usual in this group."),
                        organisation.value,
                        DOUBTS.get(group, ""),
                    ),
                )
        domain = self.message.from_address.rpartition("@")[2]
        for pattern, group in DOMAINS:
            if not found and re.search(pattern, f".{domain}"):
                why = marked("The sender's domain is usual in this group.")
                found[group] = Suggestion("group", group, why, domain)
        if not found and (group := group_of(self.words, self.table)):
            why = marked("The text uses a word that is usual in this group.")
            found[group] = Suggestion("group", group, why, "", DOUBTS.get(group, ""))
        return list(found.values())

    def _table_of(self, name: str) -> Words:
        return WORDS[script_of(name)] if script_of(name) else self.table

    def website(self) -> list[Suggestion]:
        """The web address in the writer's own words, of the sender's domain before others."""
        domain = self.message.from_address.rpartition("@")[2]
        pattern = r"(?:https?://|\bwww\.)[\w.-]+\.\w{2,}(?:/[\w./~%-]*)?"
        found = [url.rstrip("./") for url in re.findall(pattern, self.words)]
        found.sort(key=lambda url: not _is_of(url, domain))
        if not found:
            return []
        url = found[0] if found[0].startswith("http") else f"https://{found[0]}"
        doubt = "" if _is_of(url, domain) else marked("It is not of the sender's domain.")
        return [Suggestion("website", url, marked("The message names it."), found[0], doubt)]

    def contact_name(self, organisations: list[Suggestion]) -> list[Suggestion]:
        """Whom to write to: a labelled line, else the sender's name without the organisation's."""
        labelled = self.labelled("contact_name")
        if labelled:
            why = marked("A line of the message names it.")
            return [Suggestion("contact_name", labelled, why, labelled)]
        pieces = [piece.strip() for piece in re.split(r"[,،，(]|\s[-–—]\s", self.message.from_name)]
        own = [piece.strip(" )") for piece in pieces if not names_in(piece, self.table)]
        name = ", ".join(
            piece for piece in own if not any(same_name(piece, o.value) for o in organisations)
        )
        if not name or "@" in name:
            return []
        return [
            Suggestion(
                "contact_name", name, marked("The sender's name says so."), self.message.from_name
            )
        ]

    def on_behalf_of(self, organisations: list[Suggestion]) -> list[Suggestion]:
        """The organisation spoken for, where the signature or the sender's name is another's."""
        own = [name for line in self.signature for name in names_in(line, self.table)]
        own += names_in(self.message.from_name, self.table)
        others = [n for n in own if not any(same_name(n, o.value) for o in organisations)]
        if not others or any(same_name(n, o.value) for n in own for o in organisations):
            return []
        why = marked("The sender belongs to another organisation.")
        doubt = marked("Ask for a sign that the organisation wants this.")
        return [Suggestion("on_behalf_of", o.value, why, others[0], doubt) for o in organisations]


DOUBTS = {
    "IFI": marked("A commercial bank would be among the businesses."),
    "BUS": marked("A cooperative may be among the civil society organisations."),
    "CSO": marked("A federation or association may be of workers or of employers."),
}
DOMAINS = (  # parts of domain names that registries keep for one kind of body
    (r"\.(?:gov|gob|gouv|govt|go)(?:\.|$)", "GOV"),
    (r"\.(?:edu|ac)(?:\.|$)", "ACA"),
    (r"\.int$", "IGO"),
)


def _partition_folded(text: str, phrase: str) -> tuple[str, str, str]:
    """`str.partition` at a phrase of whole words, whatever its case."""
    edge = "" if script_of(phrase) == "zh" or phrase.endswith("'") else r"(?!\w)"
    found = re.search(rf"(?<!\w){re.escape(phrase)}{edge}", text, re.IGNORECASE)
    if script_of(phrase) == "zh":
        found = re.search(re.escape(phrase), text)
    return (text[: found.start()], found[0], text[found.end() :]) if found else (text, "", "")


def _is_of(url: str, domain: str) -> bool:
    host = re.sub(r"^https?://", "", url).split("/")[0].removeprefix("www.")
    return bool(domain) and (
        domain == host or domain.endswith("." + host) or host.endswith("." + domain)
    )


# ------------------------------------------------------------------ countries


def countries_in(text: str, names: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """ISO code -> the word found, for each country named in the text; longer names first."""
    pattern, codes = _country_pattern(tuple((code, tuple(n)) for code, n in names.items()))
    found: dict[str, str] = {}
    for match in pattern.finditer(fold(text)):
        word = next(group for group in match.groups() if group)
        found.setdefault(codes[word], match[0].strip())
    return found


def _stem(word: str) -> str:
    """Russian names of one word change their ending: Кения, Кении, Кению."""
    return re.sub(r"[аеиоуыэюяь]$", "", word)


@lru_cache(maxsize=4)
def _country_pattern(
    names: tuple[tuple[str, tuple[str, ...]], ...],
) -> tuple[re.Pattern[str], dict[str, str]]:
    """One pattern for all names, the longest first ("Papua New Guinea" before "Guinea")."""
    codes: dict[str, str] = {}
    plain, arabic, russian, chinese = set(), set(), set(), set()
    for code, variants in names:
        for name in variants:
            folded = fold(name)
            script = script_of(folded)
            if script == "ru" and " " not in folded and len(_stem(folded)) >= 4:
                folded = _stem(folded)
                russian.add(folded)
            else:
                {"zh": chinese, "ar": arabic}.get(script, plain).add(folded)
            codes.setdefault(folded, code)
            if script == "ar" and folded.startswith("ال"):  # "to" and "the" melt into one
                arabic.add("لل" + folded[2:])
                codes.setdefault("لل" + folded[2:], code)

    def alternatives(some: set[str]) -> str:
        return "|".join(re.escape(n) for n in sorted(some, key=len, reverse=True)) or r"(?!)"

    pattern = re.compile(
        rf"\b({alternatives(plain)})\b"
        rf"|\b[وفبكل]?({alternatives(arabic)})\b"
        rf"|\b({alternatives(russian)})[аеиоуыэюяьм]{{0,2}}\b"
        rf"|({alternatives(chinese)})"
    )
    return pattern, codes
