"""An Example declaration as draft, as adopted, and in another language, so that they compare."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone

from coalition.analysis.documents import Document, Piece, Role
from coalition.base.changes import record_changed
from coalition.base.reference import Source
from coalition.instruments.actions import import_document
from coalition.instruments.models import Instrument, InstrumentKind
from coalition.instruments.texts.files import words_digest

CODE, SYMBOL, SOURCE = "example-declaration", "EX-D1", "example-declaration"
NAMES = {"en": "Example Declaration on fair bakeries", "ar": "إعلان مثال بشأن المخابز العادلة"}
# Each paragraph: its number, its words, its points.
Text = list[tuple[str, str, list[str]]]
DRAFT: Text = [
    ("1", "We, the Example bakers, met in the Example town to say what we owe each other.", []),
    ("2", "Bread is baked at night by people who see little of the day.", []),
    (
        "3",
        "We will pay a wage on which a family can live, and make it known to all who work for us.",
        [],
    ),
    ("4", "We will publish the wages that we pay once a year, by bakery.", []),
    ("5", "We will:", ["Let nobody bake more than five nights in a row", "Train two apprentices"]),
    ("6", "We will meet again in five years to see how far we have come.", []),
]
ADOPTED: Text = [
    ("1", "We, the Example bakers, met in the Example town to say what we owe each other.", []),
    ("2", "Bread is a right of everybody, and nobody may be hungry who works to bake it.", []),
    ("3", "Bread is baked at night by people who see little of the day.", []),
    (
        "4",
        "We will pay a wage on which a family can live, and make it known to all who work for us. "
        "We will publish the wages that we pay twice a year, by bakery.",
        [],
    ),
    ("5", "We will meet again in three years to see how far we have come.", []),
    ("6", "We will:", ["Let nobody bake more than four nights in a row", "Train two apprentices"]),
]
ARABIC: Text = [
    ("1", "نحن خبازي المثال اجتمعنا في بلدة المثال لنقول ما يدين به بعضنا لبعض.", []),
    ("2", "الخبز حق للجميع، ولا يجوز أن يجوع من يعمل على خبزه.", []),
    ("3", "يُخبز الخبز ليلاً بأيدي أناس لا يرون من النهار إلا القليل.", []),
    (
        "4",
        "سندفع أجراً يكفي لعيش أسرة، ونُعلم به كل من يعمل لدينا. "
        "وسننشر الأجور التي ندفعها مرتين في السنة، لكل مخبز.",
        [],
    ),
    ("5", "سنجتمع مرة أخرى بعد ثلاث سنوات لنرى ما أنجزناه.", []),
    ("6", "سوف:", ["لا ندع أحداً يخبز أكثر من أربع ليالٍ متتالية", "ندرب متدربَين اثنين"]),
]


def build() -> None:
    """Make the Example declaration, each version by the usual action."""
    source = Source.objects.get_or_create(
        code=SOURCE,
        defaults={
            "title": "Example: a declaration made up to show how versions are compared",
            "seen_on": timezone.localdate(),
        },
    )[0]
    made = Instrument.objects.create(
        code=CODE,
        position=990,
        names=NAMES,
        kind=InstrumentKind.DECLARATION,
        symbol=SYMBOL,
        adopted_on=date(2026, 3, 2),
        source=source,
        is_example=True,
    )
    _read(NAMES["en"], DRAFT, symbol="EX-D1/L.1", stage="draft", adopted=None)
    _read(NAMES["en"], ADOPTED)
    _read(NAMES["ar"], ARABIC, language="ar")
    record_changed(made)


def remove() -> int:
    """Take the Example declaration out with all its versions; says how many records these were.
    It stays, with its mark, where somebody tried it out on a real record."""
    found = Instrument.objects.filter(code=CODE, is_example=True).first()
    if found is None:
        return 0
    told = Instrument(pk=found.pk, code=found.code)
    gone = 0
    with suppress(ProtectedError), transaction.atomic():
        gone += found.versions.all().delete()[0]
        found.provisions.update(parent=None, paragraph=None, became=None)
        gone += found.provisions.all().delete()[0]
        gone += found.delete()[0]
        gone += Source.objects.filter(code=SOURCE).delete()[0]
    record_changed(told)
    return gone


def _read(title: str, text: Text, **fields: Any) -> None:
    pieces: list[Piece] = []
    for number, words, points in text:
        eid = f"para_{number}"
        pieces.append(Piece(eid, number, Role.OPERATIVE, "", words, (), ""))
        pieces += [
            Piece(f"{eid}__point_{letter}", letter, Role.POINT, "", point, (), eid)
            for letter, point in zip("ab", points, strict=False)
        ]
    told = {"symbol": SYMBOL, "adopted": date(2026, 3, 2), "of": SYMBOL} | fields
    document = Document(title=title, pieces=tuple(pieces), doubts=(), kind="declaration", **told)
    said = words_digest(f"{document.symbol} {' '.join(piece.words for piece in pieces)}")
    import_document(document, digest=said, file_digest=said, announces=False)
