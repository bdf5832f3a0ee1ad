from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from coalition.analysis.documents import Role
from coalition.analysis.ga_documents import read_document
from coalition.analysis.ga_prints import general_assembly_document
from coalition.analysis.marked import parse, write
from coalition.analysis.pdf_pages import read_pdf
from tests.made_files import column, pdf

FIRST = column(
    *("United Nations  A/RES/99/7", "General Assembly", "Distr.: General", ""),
    *("Resolution adopted by the General Assembly", "on 1 June 2026", ""),
    *("99/7. Bread for all", "", "The General Assembly,", ""),
    *("Recalling that bread is made by people,", ""),
    *("1. Decides that bread is shared by all who", "are hungry, on every day", ""),
)
FIRST += [(90, 120, 11, "__________"), (90, 106, 8, "26-00001 (E)")]
SECOND = [(90, 800, 8, "A/RES/99/7"), (200, 800, 8, "Bread for all")]
SECOND += column("of the year;", "", "2. Meets again.", "", "7th plenary meeting", "1 June 2026")
SECOND += [(90, 40, 8, "26-00001"), (500, 40, 8, "2/2")]


def test_document_is_recognised_and_read_as_one_text():
    made = general_assembly_document(read_pdf(pdf(FIRST, SECOND)))

    assert made is not None
    assert (made.symbol, made.title, made.adopted and made.adopted.isoformat()) == (
        *("A/RES/99/7", "99/7. Bread for all", "2026-06-01"),
    )
    assert [(piece.eid, piece.words) for piece in made.pieces] == [
        ("formula_1", "The General Assembly,"),
        ("recital_1", "Recalling that bread is made by people,"),
        ("para_1", "Decides that bread is shared by all who are hungry, on every day of the year;"),
        ("para_2", "Meets again."),
    ]


def test_other_texts_are_left_to_the_general_splitter():
    assert general_assembly_document(read_pdf(pdf(column("A convention about bread.")))) is None


@pytest.mark.realdata
def test_printed_documents_agree_with_their_text(data_dir: Path):
    folder = data_dir / "un_ga_texts"
    raws = {}
    with gzip.open(folder / "docs_sessions78-79.jsonl.gz", "rt", encoding="utf-8") as file:
        for line in file:
            raw = json.loads(line)
            raws[raw["symbol"]] = raw
    compared = agreed = 0
    for name in ("A_80_L.5", "A_RES_78_230", "A_RES_79_325", "A_RES_80_1", "A_RES_80_5"):
        path = folder / "pdf_samples" / f"{name}.pdf"
        made = general_assembly_document(read_pdf(path.read_bytes()))
        assert made is not None
        assert made.symbol == path.stem.replace("_", "/")
        assert parse(write(made.pieces)).faults == ()
        if made.symbol in raws:
            wanted = read_document(raws[made.symbol])
            assert (made.title, made.adopted) == (wanted.title, wanted.adopted)
            words = {piece.eid: piece.words for piece in made.pieces}
            numbered = [
                piece
                for piece in wanted.pieces
                if piece.number and piece.role in (Role.OPERATIVE, Role.ADOPTING)
            ]
            compared += len(numbered)
            agreed += sum(words.get(piece.eid) == piece.words for piece in numbered)
    assert compared == 109
    assert agreed / compared >= 0.99
