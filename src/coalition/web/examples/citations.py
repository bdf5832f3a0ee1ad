"""An Example convention and an Example resolution that builds on it, so that citations show."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from coalition.analysis.documents import Document, Piece, Role
from coalition.base.changes import record_changed
from coalition.base.reference import Source
from coalition.instruments.actions import import_document, keep_keys
from coalition.instruments.models import Instrument
from coalition.instruments.texts.files import words_digest

SOURCE = "example-citations"
CONVENTION = "example-night-baking"
RESOLUTION = "example-on-bread"
NAMES = {
    CONVENTION: {
        "en": "Example Night Baking Convention, 2026",
        "ar": "اتفاقية المثال بشأن الخَبز ليلاً، 2026",
    },
    RESOLUTION: {
        "en": "Example resolution on bread",
        "ar": "قرار المثال بشأن الخبز",
    },
}
ARTICLES = (
    "For the purposes of this Convention, night is the time in which bread is baked.",
    "Nobody bakes more than four nights in a row, unless Article 3 says otherwise.",
    "In the week before a feast a fifth night may be added, with the bakers' consent.",
)
PARAGRAPHS = (
    "Invites all Example bakers to join the Example Night Baking Convention, 2026;",
    "Recalls Article 2 of the Example Night Baking Convention, 2026, and the 2030 Agenda for "
    "Sustainable Development;",
    "Requests that every Example bakery says once a year what it did on paragraph 2 above.",
)


def build() -> None:
    """Make both texts, each by the usual action; the one that cites comes first."""
    source = Source.objects.get_or_create(
        code=SOURCE,
        defaults={
            "title": "Example: texts made up to show how texts build on each other",
            "seen_on": timezone.localdate(),
        },
    )[0]
    _make(RESOLUTION, "EX-R1", "resolution", "para", PARAGRAPHS, source)
    _make(CONVENTION, "EX-C9", "convention", "art", ARTICLES, source)


def remove() -> int:
    """Take both texts out; says how many records these were."""
    gone = 0
    for found in Instrument.objects.filter(code__in=NAMES, is_example=True):
        gone += found.versions.all().delete()[0]
        gone += found.provisions.all().delete()[0]
        told = Instrument(pk=found.pk, code=found.code)
        gone += found.delete()[0]
        record_changed(told)
    return gone + Source.objects.filter(code=SOURCE).delete()[0]


def _make(
    code: str, symbol: str, kind: str, unit: str, texts: tuple[str, ...], source: Source
) -> None:
    made = Instrument.objects.create(
        code=code,
        position=991,
        names=NAMES[code],
        kind=kind,
        symbol=symbol,
        adopted_on=date(2026, 4, 7),
        source=source,
        is_example=True,
    )
    keep_keys(made)
    document = Document(
        symbol=symbol,
        title=NAMES[code]["en"],
        adopted=date(2026, 4, 7),
        pieces=tuple(
            Piece(f"{unit}_{number}", str(number), Role.OPERATIVE, "", words, (), "")
            for number, words in enumerate(texts, 1)
        ),
        doubts=(),
        kind=kind,
    )
    digest = words_digest(" ".join(texts))
    import_document(document, digest=digest, file_digest=digest, announces=False)
    record_changed(made)
