"""Which provision a piece of a new version is: one that stood, moved or changed, or a new one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from coalition.analysis.alignment import Pairing, align
from coalition.analysis.documents import Document, Piece
from coalition.instruments.models import Instrument, Provision, Version, Wording
from coalition.instruments.texts.queries import current_version


@dataclass(frozen=True)
class Said:
    """A wording that is held, as `analysis.alignment` reads it; `eid` is the lasting one."""

    eid: str
    number: str
    role: str
    parent: str
    words: str
    title: str


@dataclass
class Identities:
    """`lasting` tells the lasting address of every piece of a document, by its own eid there;
    `became` where the matter of provisions went that were merged, both by lasting address."""

    lasting: dict[str, str] = field(default_factory=dict)
    became: dict[str, str] = field(default_factory=dict)


def identities(
    instrument: Instrument,
    document: Document,
    standing: Mapping[str, Provision],
    *,
    leads: bool,
) -> Identities:
    """Which provision each piece of the document is.

    A version of the same edition in another language is matched by its own eids, one in the
    same language by what it says (`leads` tells that the document is the newer of the two). What
    is matched by neither keeps its own eid; where another provision has that, with a number added
    (para_14-2).
    """
    versions = list(instrument.versions.all())
    found = Identities()
    same_language = [each for each in versions if each.language == document.language]
    if twin := _same_edition(document, versions):
        by_own = {said.own: said.eid for said in _wordings(twin)}
        found.lasting = {
            piece.eid: by_own[piece.eid] for piece in document.pieces if piece.eid in by_own
        }
    elif current := current_version(same_language, document.language):
        _by_words(found, document, current, leads=leads)
        _by_earlier_words(found, document, same_language)
    _by_own_eid(found, document.pieces, standing, _worded(instrument) if versions else ())
    if not leads:  # a piece of an older version that was merged into one of today's
        found.became = {
            found.lasting[old]: new for old, new in found.became.items() if old in found.lasting
        }
    found.became = {old: new for old, new in found.became.items() if old != new}
    return found


def _same_edition(document: Document, versions: Iterable[Version]) -> Version | None:
    """The same text in another language: of one symbol, or of one stage and day."""
    return next(
        (
            each
            for each in versions
            if each.language != document.language
            and (
                each.symbol == document.symbol
                or (
                    document.adopted is not None
                    and (each.stage, each.adopted_on) == (document.stage, document.adopted)
                )
            )
        ),
        None,
    )


@dataclass(frozen=True)
class Held(Said):
    own: str = ""  # its eid in that version


def _wordings(version: Version) -> list[Held]:
    rows = list(version.wordings.select_related("provision").order_by("position"))
    lasting = {row.pk: row.provision.eid for row in rows}
    return [
        Held(
            row.provision.eid,
            row.number,
            row.role,
            lasting.get(row.parent_id, ""),
            row.words,
            row.title,
            row.eid,
        )
        for row in rows
    ]


def _by_words(found: Identities, document: Document, current: Version, *, leads: bool) -> None:
    """Pair the pieces with what the current version says; remember what was merged."""
    held = _wordings(current)
    # Nothing is told twice by its lasting and its own eid: inside a version both are unique.
    if leads:
        for pairing in align(held, document.pieces):
            if pairing.old and pairing.new:
                found.lasting[pairing.new[0]] = pairing.old[0]
                found.became |= dict.fromkeys(pairing.old[1:], pairing.old[0])
    else:
        for pairing in align(document.pieces, held):
            if pairing.old and pairing.new:
                found.lasting[pairing.old[0]] = pairing.new[0]
                found.became |= dict.fromkeys(pairing.old[1:], pairing.new[0])


def _by_earlier_words(found: Identities, document: Document, versions: Sequence[Version]) -> None:
    """A piece may be one that the current version had left out, and an earlier one had."""
    if len(versions) < 2:
        return
    taken = set(found.lasting.values())
    last: dict[str, Held] = {}
    for version in sorted(versions, key=lambda each: each.pk):
        last |= {said.eid: said for said in _wordings(version)}
    earlier = [said for eid, said in last.items() if eid not in taken]
    left = [piece for piece in document.pieces if piece.eid not in found.lasting]
    pairings: list[Pairing] = align(earlier, left) if earlier and left else []
    for pairing in pairings:
        if pairing.old and pairing.new:
            found.lasting[pairing.new[0]] = pairing.old[0]


def _worded(instrument: Instrument) -> set[str]:
    """Provisions that some version words: their address belongs to that matter for good."""
    return set(
        Wording.objects.filter(version__instrument=instrument)
        .order_by()
        .values_list("provision__eid", flat=True)
        .distinct()
    )


def _by_own_eid(
    found: Identities,
    pieces: Sequence[Piece],
    standing: Mapping[str, Provision],
    worded: Collection[str],
) -> None:
    """What is left keeps its own eid, or one made of it where another provision has that."""
    taken = set(found.lasting.values()) | set(worded)
    own = {piece.eid for piece in pieces if piece.eid not in found.lasting}
    for piece in pieces:
        if piece.eid in found.lasting:
            continue
        eid = piece.eid
        above = found.lasting.get(piece.parent, piece.parent)
        if piece.parent and eid.startswith(f"{piece.parent}__"):
            eid = above + eid.removeprefix(piece.parent)  # under the address of what it is in
        free, number = eid, 1
        while free in taken or (free != piece.eid and (free in own or free in standing)):
            number += 1
            free = f"{eid}-{number}"
        found.lasting[piece.eid] = free
        taken.add(free)
