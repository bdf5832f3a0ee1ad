from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from coalition.analysis.documents import Document, Piece, Role
from coalition.base.errors import Refused
from coalition.base.models import Event
from coalition.base.reference import Report
from coalition.instruments.models import Instrument, Provision, Version, Wording
from coalition.instruments.texts import reading
from coalition.instruments.texts.actions import cited_numbers, import_document
from coalition.instruments.texts.laying import lay_skeleton
from coalition.instruments.texts.ordering import merged
from coalition.instruments.texts.queries import text_of
from tests.factories import commitment, instrument
from tests.instruments.documents import BREAD, bread, import_text, paragraph, skeleton

pytestmark = pytest.mark.django_db
DIGEST = "a" * 64


def bread_instrument() -> Instrument:
    made = instrument("bread")
    made.symbol = "A/RES/99/1"
    made.save()
    return made


def lay(of: Instrument, **fields: Any) -> Report:
    report = Report()
    lay_skeleton(of, skeleton(**fields), report)
    return report


def rows(of: Instrument) -> list[tuple[str, str, str, str]]:
    return [
        (row.eid, row.number, row.role, row.parent.eid if row.parent else "")
        for row in of.provisions.select_related("parent").order_by("position")
    ]


SKELETON_ROWS = [
    ("ours__chp_1", "", "heading", ""),
    ("para_1", "1", "operative", "ours__chp_1"),
    ("para_2", "2", "operative", "ours__chp_1"),
    ("ours__chp_2", "", "heading", ""),
    ("para_3", "3", "operative", "ours__chp_2"),
    ("para_3__point_a", "3 (a)", "point", "para_3"),
    ("para_3__point_b", "3 (b)", "point", "para_3"),
    ("para_4", "4", "operative", "ours__chp_2"),
]
WHOLE_ROWS = [
    ("resolution__formula_1", "", "formula", ""),
    ("resolution__clause_1", "", "adopting", ""),
    ("annex_1__title", "", "annex_title", ""),
    *SKELETON_ROWS[:4],
    ("chp_1", "", "heading", ""),
    *SKELETON_ROWS[4:7],
    ("para_3__point_b__point_i", "3 (b) (i)", "point", "para_3__point_b"),
    ("para_3__point_b__point_ii", "3 (b) (ii)", "point", "para_3__point_b"),
    SKELETON_ROWS[7],
]


# --- The skeleton


def test_lay_skeleton_makes_parts_paragraphs_and_points() -> None:
    made = bread_instrument()
    report = lay(made)
    assert rows(made) == SKELETON_ROWS
    second = made.provisions.get(eid="para_2")
    assert [theme.code for theme in second.themes.all()] == ["employment"]
    assert [challenge.code for challenge in second.challenges.all()] == ["climate-change"]
    assert report.made == [f"provision bread {row[0]}" for row in SKELETON_ROWS]


def test_lay_skeleton_changes_nothing_when_laid_again() -> None:
    made = bread_instrument()
    lay(made)
    before = list(Provision.objects.filter(instrument=made).values())
    report = lay(made)
    assert (report.made, report.changed, report.kept, report.unchanged) == ([], [], [], 8)
    assert list(Provision.objects.filter(instrument=made).values()) == before


def test_lay_skeleton_follows_the_file_but_never_over_an_edit() -> None:
    made = bread_instrument()
    lay(made)
    edited = made.provisions.get(eid="para_1")
    edited.gist = {"en": "Edited here"}
    edited.save()
    report = lay(
        made,
        paragraph=[
            paragraph("1", gist={"en": "Now of the file"}),
            paragraph("2", gist={"en": "Second"}, themes=["protection"]),
            *skeleton()["paragraph"][2:],
        ],
    )
    assert report.changed == ["provision bread para_2: challenges, gist, themes"]
    assert report.kept == [
        "provision bread para_1, gist: here “{'en': 'Edited here'}”; "
        "the file says “{'en': 'Now of the file'}”"
    ]
    assert made.provisions.get(eid="para_1").gist == {"en": "Edited here"}
    second = made.provisions.get(eid="para_2")
    assert second.gist == {"en": "Second"}
    assert [theme.code for theme in second.themes.all()] == ["protection"]
    assert not second.challenges.exists()


def test_lay_skeleton_lists_what_left_the_file_and_keeps_it() -> None:
    made = bread_instrument()
    lay(made)
    parts = [skeleton()["part"][0]]
    report = lay(made, part=parts, paragraph=skeleton()["paragraph"][:2])
    assert report.kept == [
        f"provision bread {eid}: no longer in the file; left as it is"
        for eid in ("ours__chp_2", "para_3", "para_3__point_a", "para_3__point_b", "para_4")
    ]
    assert rows(made) == SKELETON_ROWS


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        (
            {"paragraph": [paragraph("1"), paragraph("2"), paragraph("2")]},
            "The skeleton of bread has paragraph 2 twice. Take one out or correct its number.",
        ),
        (
            {"part": [], "paragraph": [paragraph("1"), paragraph("2", eid="para_1")]},
            "The skeleton of bread has the id para_1 twice, the second time at “2”. "
            "Every paragraph and point needs its own.",
        ),
        (
            {"part": [], "paragraph": [paragraph("1", themes=["bakery"])]},
            "The skeleton of bread, paragraph 1: there is no thematic area “bakery”. Known: ",
        ),
        (
            {"part": [], "paragraph": [paragraph("1", challenges=["hunger"])]},
            "The skeleton of bread, paragraph 1: there is no challenge “hunger”. Known: ",
        ),
        (
            {"paragraph": [paragraph("1"), paragraph("2")]},
            "Part chp_2 of the skeleton of bread names paragraph 3, which is not there. "
            "Correct it.",
        ),
        (
            {"part": [skeleton()["part"][0], skeleton()["part"][1] | {"first": 2}]},
            "Part chp_2 of the skeleton of bread takes in paragraph 2, as chp_1 does. "
            "A paragraph belongs to one part.",
        ),
        (
            {"part": [skeleton()["part"][0] | {"first": 2, "last": 1}]},
            "Part chp_1 of the skeleton of bread ends before it begins. "
            "Write its first paragraph first.",
        ),
    ],
)
def test_lay_skeleton_refuses_a_wrong_one_whole(fields: dict[str, Any], sentence: str) -> None:
    made = bread_instrument()
    with pytest.raises(Refused) as refusal:
        lay(made, **fields)
    assert str(refusal.value)[: len(sentence)] == sentence
    assert not made.provisions.exists()


def test_lay_skeleton_takes_few_queries_whatever_the_number_of_paragraphs() -> None:
    counts = []
    for size in (3, 60):
        made = instrument(f"of-{size}")
        paragraphs = [paragraph(str(n), themes=["employment"]) for n in range(1, size + 1)]
        for _time in ("first", "again"):
            with CaptureQueriesContext(connection) as queries:
                lay(made, part=[], paragraph=paragraphs)
            counts.append(len(queries))
    assert counts[:2] == counts[2:]


# --- The wording


def test_import_text_fills_in_the_wording_of_a_skeleton() -> None:
    made = bread_instrument()
    lay(made)
    report = import_text(bread(), file_digest=DIGEST)
    assert rows(made) == WHOLE_ROWS
    assert (report.paragraphs, report.footnotes, report.matched, report.made) == (4, 2, 6, 6)
    assert (report.is_unchanged, report.is_new_instrument, report.doubts) == (False, False, [])
    words = {w.provision.eid: w for w in Wording.objects.filter(provision__instrument=made)}
    assert words["para_1"].words == (
        "We, the bakers of all towns, have met to share what we know about bread, and to say what "
        "we owe to those who bake it at night."
    )
    assert words["para_1"].footnotes == [
        {"mark": "1", "words": "On flour, see the Book of Flour, chap. II."}
    ]
    assert words["para_3__point_b__point_ii"].footnotes == [
        {"mark": "2", "words": "Book of Sleep, p. 7."}
    ]
    assert [words[eid].heading for eid in ("para_1", "para_3", "para_4")] == [
        "",
        "What we will do",
        "What we will do",
    ]
    version = Version.objects.get(symbol="A/RES/99/1")
    assert (version.instrument, version.title) == (made, "99/1. Bread Declaration")
    assert f"{version.adopted_on}" == "2026-06-01"


def test_import_text_and_lay_skeleton_meet_whichever_comes_first() -> None:
    made = bread_instrument()
    import_text(bread(), file_digest=DIGEST)
    report = lay(made)
    assert rows(made) == WHOLE_ROWS
    assert report.kept == []
    assert made.provisions.get(eid="para_2").gist == {"en": "Gist of 2"}
    assert lay(made).unchanged == 8


def test_import_text_is_one_event_with_the_digest_of_its_file() -> None:
    made = bread_instrument()
    import_text(bread(), file_digest=DIGEST)
    version = made.versions.get()
    event = Event.objects.get(verb="instruments.import")
    assert event.subject == f"instruments.version:{version.pk}"
    assert event.refs == [f"instruments.instrument:{made.pk}", f"sha256:{DIGEST}"]
    assert event.actor == "system:0"


def test_import_text_changes_nothing_for_the_same_words() -> None:
    made = bread_instrument()
    import_text(bread(), file_digest=DIGEST)
    before = [list(model.objects.values()) for model in (Provision, Version, Wording, Event)]
    again = import_text(bread(text=BREAD.replace("\n", "\r\n")), file_digest="b" * 64)
    assert again.is_unchanged
    assert again.instrument == made
    after = [list(model.objects.values()) for model in (Provision, Version, Wording, Event)]
    assert after == before


def test_import_text_refuses_other_words_under_the_same_symbol() -> None:
    bread_instrument()
    import_text(bread(), file_digest=DIGEST)
    before = list(Wording.objects.values())
    with pytest.raises(Refused) as refusal:
        import_text(bread(text=BREAD.replace("wage", "salary")), file_digest=DIGEST)
    assert str(refusal.value).startswith("A/RES/99/1 is held with other words, read in on ")
    assert list(Wording.objects.values()) == before


def test_import_text_never_removes_a_provision_or_what_hangs_on_it() -> None:
    made = bread_instrument()
    lay(made, part=[], paragraph=[*skeleton()["paragraph"], paragraph("5")])
    promise = commitment("published", provisions=[made.provisions.get(eid="para_5")])
    report = import_text(bread(), file_digest=DIGEST)
    assert report.doubts == [
        "Paragraph 5 (para_5) stands here but not in A/RES/99/1; it was left as it is."
    ]
    assert promise.provisions.get().eid == "para_5"
    assert rows(made)[-1] == ("para_5", "5", "operative", "")


def test_import_text_makes_a_bare_entry_for_an_unknown_symbol() -> None:
    report = import_text(bread(), file_digest=DIGEST)
    made = Instrument.objects.get(symbol="A/RES/99/1")
    assert report.is_new_instrument
    assert (made.code, made.kind, made.names) == (
        "a-res-99-1",
        "resolution",
        {"en": "Bread Declaration"},
    )
    assert made.url == made.source.url == "https://docs.un.org/en/A/RES/99/1"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"text": ""}, "A/RES/99/1 has no text."),
        ({"text": None}, "A/RES/99/1 has no text, or one that is not text."),
        ({"text": "Hello"}, "A/RES/99/1: no line of the first page says “The General Assembly”"),
        ({"text": BREAD.replace("\n4.\n", "\n3.\n")}, "A/RES/99/1 has paragraph 3 twice"),
        ({"symbol": ""}, "A document has no symbol"),
        ({"symbol": "A/" + "9" * 70}, "'A/99999999999"),
        ({"symbol": "A/RES\u202e/1"}, "'A/RES\\u202e/1' is no symbol of a document"),
    ],
)
def test_import_text_refuses_what_is_no_document_and_keeps_nothing(
    fields: dict[str, Any], sentence: str
) -> None:
    before = (Instrument.objects.count(), Provision.objects.count(), Event.objects.count())
    with pytest.raises(Refused) as refusal:
        import_text(bread(**fields), file_digest=DIGEST)
    assert str(refusal.value)[: len(sentence)] == sentence
    assert (Instrument.objects.count(), Provision.objects.count(), Event.objects.count()) == before
    assert not Version.objects.exists()


def test_import_text_refuses_a_symbol_whose_address_is_taken() -> None:
    instrument("a-res-99-1")
    with pytest.raises(Refused) as refusal:
        import_text(bread(), file_digest=DIGEST)
    assert str(refusal.value).startswith("A/RES/99/1: its short address “a-res-99-1” is taken")


@pytest.mark.parametrize(
    ("piece", "sentence"),
    [
        (("para_1", "9" * 61, "Bake."), "The number of para_1, “9999"),
        (("para_1", "1", "Bake\x00 bread."), "G/1 holds characters that are none"),
        (("para_1", "1", "Bake\ud800 bread."), "G/1 holds characters that are none"),
    ],
)
def test_import_document_refuses_what_no_database_takes(
    piece: tuple[str, str, str], sentence: str
) -> None:
    eid, number, words = piece
    text = Document(
        "G/1", "Bread", None, (Piece(eid, number, Role.OPERATIVE, "", words, (), ""),), ()
    )
    with pytest.raises(Refused) as refusal:
        import_document(text, digest=DIGEST, file_digest=DIGEST)
    assert str(refusal.value)[: len(sentence)] == sentence
    assert not Instrument.objects.filter(symbol="G/1").exists()


def test_import_document_takes_out_marks_that_turn_what_follows() -> None:
    piece = Piece("para_1", "1", Role.OPERATIVE, "", "Bake \u202ebread\u202c.", (), "")
    text = Document("G/1", "Bread", None, (piece,), ())
    import_document(text, digest=DIGEST, file_digest=DIGEST)
    assert Wording.objects.get(eid="para_1").words == "Bake bread."


# --- Order and numbers


@pytest.mark.parametrize(
    ("standing", "spine", "headings", "order"),
    [
        ([], ["a", "b"], [], ["a", "b"]),
        (["x", "b"], ["a", "b"], [], ["a", "x", "b"]),
        (["x", "b"], ["h", "b"], ["h"], ["x", "h", "b"]),
        (["x", "y", "b"], ["g", "h", "b"], ["g", "h"], ["x", "y", "g", "h", "b"]),
        (["a", "x"], ["a", "b"], [], ["a", "b", "x"]),
    ],
)
def test_merged_puts_what_stands_before_its_next(
    standing: list[str], spine: list[str], headings: list[str], order: list[str]
) -> None:
    assert merged(standing, spine, headings) == order
    assert merged(order, spine, []) == order


def test_cited_numbers_of_bullets_count_them() -> None:
    from coalition.analysis.documents import Piece, Role

    pieces = [
        Piece("para_7", "7", Role.OPERATIVE, "", "", (), ""),
        Piece("para_7__point_1", "•", Role.POINT, "", "", (), "para_7"),
        Piece("para_7__point_2", "•", Role.POINT, "", "", (), "para_7"),
    ]
    assert list(cited_numbers(pieces).values()) == ["7", "7 •1", "7 •2"]


# --- The real texts


def real(data_dir: Path, symbol: str) -> dict[str, Any]:
    path = data_dir / "un_ga_texts" / "docs_sessions78-79.jsonl.gz"
    return next(reading.documents_of(path, {symbol}))


@pytest.mark.realdata
def test_import_text_of_doha_meets_its_skeleton(data_dir: Path) -> None:
    doha = Instrument.objects.get(code="doha")
    skeleton_gists = dict(doha.provisions.values_list("eid", "gist"))
    with CaptureQueriesContext(connection) as queries:
        report = import_text(real(data_dir, "A/RES/80/5"), file_digest=DIGEST)
    written = [
        query["sql"].split('"')[1]
        for query in queries
        if query["sql"].startswith(("INSERT", "UPDATE")) and "instruments_" in query["sql"][:40]
    ]
    tables = [
        "instruments_provision",
        "instruments_version",
        "instruments_wording",
        "instruments_citedas",
        "instruments_citation",
    ]
    assert list(dict.fromkeys(written)) == tables
    assert len(written) <= 11  # 171 provisions, moved, made and worded by the hundred
    assert (report.paragraphs, report.matched, report.made) == (44, 166, 5)
    assert report.doubts == []
    text = text_of(doha)
    assert [node.provision.number for node in text.paragraphs] == [str(n) for n in range(1, 45)]
    apart = [node.eid for node in text.parts[0].nodes]
    assert apart == ["resolution__formula_1", "resolution__clause_1", "annex_1__title"]
    marks = [note["mark"] for node in text.paragraphs for note in node.footnotes]
    assert marks == [str(n) for n in range(1, 16)]
    words = " ".join(node.full_words or "" for node in text.paragraphs)
    assert "25-17700" not in words
    assert "____" not in words
    point = text.by_eid["para_30__point_h"]
    assert "noting the work of the Global Coalition for Social Justice" in point.words
    assert {eid: gist for eid, gist in doha.provisions.values_list("eid", "gist") if gist} == (
        skeleton_gists
    )


@pytest.mark.realdata
def test_import_text_of_doha_a_second_time_changes_nothing(data_dir: Path) -> None:
    raw = real(data_dir, "A/RES/80/5")
    import_text(raw, file_digest=DIGEST)
    before = [list(model.objects.values()) for model in (Provision, Version, Wording, Event)]
    assert import_text(raw, file_digest=DIGEST).is_unchanged
    after = [list(model.objects.values()) for model in (Provision, Version, Wording, Event)]
    assert after == before


@pytest.mark.realdata
def test_import_text_of_sevilla_without_a_skeleton(data_dir: Path) -> None:
    report = import_text(real(data_dir, "A/RES/79/323"), file_digest=DIGEST)
    assert (report.instrument.code, report.is_new_instrument) == ("sevilla", False)
    assert report.paragraphs == 66
    text = text_of(report.instrument)
    assert [node.provision.number for node in text.paragraphs] == [str(n) for n in range(1, 67)]
    marks = {int(note["mark"]) for node in text.paragraphs for note in node.footnotes}
    assert marks == set(range(1, 20))
    assert text.by_eid["resolution__para_2"].role == "adopting"
