"""A text as plain values and as plain words, for programs and for reading without a browser."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext

from coalition.base.names import in_language
from coalition.instruments.texts.tree import Text


def as_data(text: Text) -> dict[str, Any]:
    """The text as plain values: what it is, and each provision with its full wording.

    `words` is None where the wording is not held; `heading` is the printed heading a provision
    stands under, or the name of our part where no wording is held. Without any wording `stage`
    and `version` are None.
    """
    provisions = []
    own = ""
    for top in text.nodes:
        if top.provision.is_our_division:
            own = in_language(top.provision.gist, "en")
            if text.version:  # the text itself has no such heading
                continue
        provisions += [
            {
                "eid": node.wording.eid if node.wording else node.eid,
                "number": node.number,
                "role": node.role,
                "heading": node.wording.heading if node.wording else own,
                "words": node.full_words,
                "footnotes": node.footnotes,
            }
            for node in top.walk()
        ]
    version = text.version
    name = in_language(text.instrument.names, "en")
    return {
        "symbol": version.symbol if version else text.instrument.symbol,
        "title": version.title if version else name,
        "language": version.language if version else name.language,
        "stage": version.stage if version else None,
        "version": version.pk if version else None,
        "instrument": text.instrument.code,
        "provisions": provisions,
    }


def as_plain_text(text: Text) -> str:
    """The text for reading without a browser; paragraphs without wording say so to the reader."""
    title = text.version.title if text.version else in_language(text.instrument.names)
    symbol = text.version.symbol if text.version else text.instrument.symbol
    not_held, ours = gettext("wording not held"), gettext("in our words")
    blocks = [title, "\n".join(filter(None, [symbol, text.instrument.url]))]
    for top in text.nodes:
        if top.provision.is_our_division:
            if not text.version:
                blocks.append(in_language(top.provision.gist))
            continue
        lines = [f"{top.label} {top.full_words or not_held}".strip()]
        if top.wording is None and (gist := in_language(top.provision.gist)):
            lines.append(f"({ours}: {gist})")
        lines += [f"[{note['mark']}] {note['words']}" for note in top.footnotes]
        blocks.append("\n".join(lines))
    if not text.nodes:
        blocks.append(gettext("No paragraph of this text is held."))
    return "\n\n".join(blocks) + "\n"
