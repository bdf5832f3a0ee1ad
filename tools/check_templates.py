"""Read every template for what a reviewer would miss: `python -m tools.check_templates`.

Refused: `blocktranslate` without `trimmed` (its line breaks end up in the translators' texts),
inline style and script (the policy of the site would not run them), and words for people that
are not marked for translation. The last is a heuristic: letters left over once every tag of
Django is taken away, outside the attributes that only machines read, and quoted words handed to
a component without `_("…")`. Plain text letters (.txt) may break lines as they like.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from django.template.base import Lexer, Token, TokenType

WORD = re.compile(r"[^\W\d_]{2,}")
HANDLER = re.compile(r"on[a-z]+")
READ_ALOUD = {"title", "alt", "placeholder", "aria-label", "aria-description", "label", "summary"}
# Names and marks that are the same in every language.
SAME_EVERYWHERE = {
    *(
        "Akoma Ntoso",
        "API",
        "Atom",
        "CC BY",
        "CSV",
        "HTML",
        "JSON",
        "OpenAPI",
        "TOML",
        "RFC",
        "UTC",
        "XLSX",
    ),
}
# The files with scripts of libraries: one asks a browser for a passkey, one saves a report.
WITH_SCRIPTS = ("accounts/_passkey_scripts.html", "results/reporting/_saving.html")
# Tags whose quoted arguments are names for machines: routes, files, formats, libraries.
FOR_MACHINES = {
    *("url", "static", "include", "extends", "load", "block", "endblock", "if", "elif", "now"),
    *("csrf_token", "get_current_language", "for", "comment", "cycle", "has_perm", "regroup"),
}
MARKED = {"translate", "trans", "blocktranslate", "blocktrans"}
QUOTED = re.compile(r"""(?P<before>_\()?(?P<quote>["'])(?P<words>.*?)(?P=quote)""")


class Reader(HTMLParser):
    """Collects what a reader would see or hear, and what the policy of the site forbids."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[int, str]] = []
        self.is_in_data = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {name for name, _ in attrs}
        # Data for a script of the library: nothing of it runs, and nobody reads it.
        # Neither are the signs of a markup translated.
        self.is_in_data = ("type", "application/json") in attrs or tag == "code"
        if tag in ("script", "style") and not self.is_in_data:
            self.say(f"an inline <{tag}>" if "src" not in names else "a <script>")
        for name, value in attrs:
            if name == "style" or HANDLER.fullmatch(name):
                self.say(f"the inline attribute {name}")
            if value and value.strip().lower().startswith("javascript:"):
                self.say(f"a script in the attribute {name}")
            if name in READ_ALOUD and value and is_words(value):
                self.say(f"unmarked words in {name}: {value.strip()!r}")

    def handle_endtag(self, tag: str) -> None:
        self.is_in_data = False

    def handle_data(self, data: str) -> None:
        if is_words(data) and not self.is_in_data:
            self.say(f"unmarked words: {' '.join(data.split())!r}")

    def say(self, what: str) -> None:
        self.found.append((self.getpos()[0], what))


def is_words(text: str) -> bool:
    for same in SAME_EVERYWHERE:
        text = re.sub(rf"\b{same}\b", "", text)
    return bool(WORD.search(text))


def findings(text: str) -> Iterator[tuple[int, str]]:
    """Line and complaint, for the text of one HTML template."""
    rest: list[str] = []
    inside = ""  # the tag whose end is awaited: a marked text, or a comment
    for token in Lexer(text).tokenize():
        name = token.contents.split()[0] if token.token_type == TokenType.BLOCK else ""
        if inside:
            inside = "" if name == f"end{inside}" else inside
            rest.append(blank(token))
        elif name in ("blocktranslate", "blocktrans", "comment"):
            inside = name
            if name != "comment" and "trimmed" not in token.contents.split():
                yield token.lineno, f"{name} without trimmed"
            rest.append(blank(token))
        elif token.token_type == TokenType.TEXT:
            rest.append(token.contents)
        else:
            if name and name not in FOR_MACHINES | MARKED:
                yield from ((token.lineno, words) for words in unmarked_arguments(token))
            is_name = rest and rest[-1].endswith(("<", "</"))  # <{{ heading }}>: some element
            rest.append(("x" if is_name else "") + blank(token))
    reader = Reader()
    reader.feed("".join(rest))
    reader.close()
    yield from reader.found


def blank(token: Token) -> str:
    """Nothing of a tag but its line breaks, so that lines keep their numbers."""
    return "\n" * token.contents.count("\n")


def unmarked_arguments(token: Token) -> Iterator[str]:
    """Quoted arguments that read like words: a capital first (but no code), or several."""
    for found in QUOTED.finditer(token.contents):
        words = found["words"]
        reads_like_words = (words[:1].isupper() and not words.isupper()) or " " in words.strip()
        if reads_like_words and not found["before"] and is_words(words):
            yield f"unmarked words for {token.contents.split()[0]}: {words!r}"


def main() -> int:
    found = [
        f"{path}:{line}: {what}"
        for path in sorted(Path("src/coalition").glob("**/templates/**/*.html"))
        for line, what in findings(path.read_text(encoding="utf-8"))
        if not (what == "a <script>" and path.as_posix().endswith(WITH_SCRIPTS))
    ]
    print(*found, sep="\n", end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
