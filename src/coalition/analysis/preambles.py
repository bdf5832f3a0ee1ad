"""A preamble in pieces: who speaks, the recitals, and the words that enact."""

from __future__ import annotations

import re

from coalition.analysis.documents import Role

# Words that begin a recital. They stand with a capital letter after a stop, a comma or "and",
# or run into the word before them where a copy lost its line ends.
_BEGINNINGS = (
    "Acknowledging|Acting|Affirming|Again|Agreeing|Also|Anxious|Appreciating|Aware|Bearing|"
    "Being|Believing|Calling|Carrying|Commending|Concerned|Concluding|Condemning|Conscious|"
    "Considering|Convinced|Declaring|Deeply|Deploring|Desiring|Desirous|Determined|Emphasi[sz]ing|"
    "Encouraged|Endeavouring|Expressing|Finding|Firmly|Fully|Further|Gravely|Guided|"
    "Having|Highlighting|Hoping|In view|Inspired|Intending|Keeping|Mindful|Moved|"
    "Noting|Observing|Pursuant|Reaffirming|Reali[sz]ing|Recalling|Recogni[sz]ing|Referring|"
    "Reiterating|Resolved|Seeking|Seriously|Sharing|Stressing|Supporting|Taking|Underlining|"
    "Underscoring|Understanding|Undertaking|Welcoming|Whereas|Wishing|"
    "Alarmed|Cognizant|Distressed|Equally|Given|Gratified|Pledging|Strongly|Thus"
)
_ENACTS = (
    r"adopts,? (?:this|the\b|on this)|approves? (?:this|the following)|"
    r"ha(?:ve|s) (?:therefore )?(?:agreed|decided|resolved to combine|accepted|concluded)\b|"
    r"hereby (?:agree|adopt)|do hereby|agrees? (?:as follows|to the following|upon|on the)|"
    r"(?:Now,? )?therefore,? (?:the general assembly|proclaims|agree)"
)
_RECITAL = re.compile(
    r"(?:(?<=[,;:.])|(?<=[,;:.] and)|(?<=[,;:.] And)|(?<=[a-z]))\s*"
    rf"(?=(?:And )?(?:{_BEGINNINGS})\b|And whereas\b)"
)
_GLUED = re.compile(rf"(?<=[a-z]{{2}})(?=(?:{_BEGINNINGS})\b)")
_ENACTING = re.compile(rf"(?<=[,;:.)\da-z])\s*(?=\b(?i:{_ENACTS}))")
_SPEAKS = re.compile(rf"(?:{_BEGINNINGS})\b|And\b")
_TITLE = re.compile(r"\*?(?:PREAMBLE|Preamble)\*?[.:]?\s*")
ENACTS = re.compile(rf"(?i:{_ENACTS})")


def split_preamble(words: str) -> list[tuple[Role, str]]:
    """Who speaks (FORMULA), the recitals (PREAMBULAR) and what enacts (ADOPTING), in their order.

    Every word of `words` is in one piece, but for the title "Preamble". A preamble in which
    nothing tells recitals apart is one recital.
    """
    words = _GLUED.sub(" ", _TITLE.sub("", words, count=1)).strip()
    *before, last = _divided(words) or [""]
    pieces = [(_role(piece, place), piece) for place, piece in enumerate(before)]
    enacting = _ENACTING.search(last)
    if enacting:
        recital, enacts = last[: enacting.start()].strip(), last[enacting.end() :].strip()
        if recital:
            pieces.append((_role(recital, len(before)), recital))
        pieces.append((Role.ADOPTING, enacts))
    elif last:
        pieces.append((_role(last, len(before)), last))
    return pieces


def _divided(words: str) -> list[str]:
    """The words at every beginning of a recital; "and" stays with the recital it ends."""
    found: list[str] = []
    begin = 0
    for match in _RECITAL.finditer(words):
        if match.start() == 0 or words[begin : match.start()].count("(") > words[
            begin : match.start()
        ].count(")"):
            continue
        if words[match.start() - 1].isalnum() and not words[: match.start()].endswith(
            (" and", " And")
        ):
            continue
        found.append(words[begin : match.start()].strip())
        begin = match.end()
    found.append(words[begin:].strip())
    return [each for each in found if each]


def _role(words: str, place: int) -> Role:
    if ENACTS.match(words):
        return Role.ADOPTING
    if place == 0 and not _SPEAKS.match(words) and len(words) < LONGEST_FORMULA:
        return Role.FORMULA
    return Role.PREAMBULAR


# "The Governments signatory hereto, being Members of the Council of Europe," and the like.
LONGEST_FORMULA = 400
