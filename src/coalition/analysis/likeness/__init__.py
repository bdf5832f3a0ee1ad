"""How like short texts are across spellings and languages, from 0 to 1, and why.

    likeness(Text("Fair wages", "en"), Text("Fair wage for all", "en"))     two texts, with why
    likenesses(ones, others)                                  each with each, as an array
    near_duplicates(texts)                                    statements that say nearly the same
    groups(wishes)                                            wishes of organisations that are alike

Words go with words of the same stem, with slips of spelling, with words that sound alike in
another language or script, and with what a `Lexicon` learnt from names in several languages. A
model of language (`installed`) may be asked beside them; nothing asks for it by itself.
"""

from coalition.analysis.likeness.comparing import Likeness, Shared, likeness, likenesses
from coalition.analysis.likeness.contraries import Contrary, contrary
from coalition.analysis.likeness.duplicates import THRESHOLD, Duplicate, near_duplicates
from coalition.analysis.likeness.lexicon import Lexicon
from coalition.analysis.likeness.links import How
from coalition.analysis.likeness.meaning import Embedding, NoModel, installed
from coalition.analysis.likeness.reading import Text
from coalition.analysis.likeness.wishes import (
    NEARNESS,
    REGION,
    SAME,
    SUBREGION,
    WORLD,
    Group,
    Member,
    Wish,
    groups,
    nearness,
)

__all__ = [
    "NEARNESS",
    "REGION",
    "SAME",
    "SUBREGION",
    "THRESHOLD",
    "WORLD",
    "Contrary",
    "Duplicate",
    "Embedding",
    "Group",
    "How",
    "Lexicon",
    "Likeness",
    "Member",
    "NoModel",
    "Shared",
    "Text",
    "Wish",
    "contrary",
    "groups",
    "installed",
    "likeness",
    "likenesses",
    "near_duplicates",
    "nearness",
]
