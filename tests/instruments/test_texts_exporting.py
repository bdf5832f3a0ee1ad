from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from lxml import etree

from coalition.analysis.akn_reading import KINDS, read_akn
from coalition.analysis.akn_writing import Edition, write_akn
from coalition.analysis.documents import Document, Piece
from coalition.analysis.ga_documents import read_document
from coalition.instruments.models import Citation, Instrument, InstrumentKind, Version
from coalition.instruments.texts import exporting
from coalition.instruments.texts.actions import import_document
from coalition.instruments.texts.files import Found, found_in
from tests.factories import instrument
from tests.instruments.documents import bread, import_text

NAMESPACE = {"akn": "http://docs.oasis-open.org/legaldocml/ns/akn/3.0"}


def read_again(version: Version) -> Document:
    (document,) = read_akn(exporting.as_akn(version), "export.xml")
    return document


# --- One text


@pytest.mark.django_db
def test_as_akn_gives_back_what_was_read_in() -> None:
    raw = bread()
    version = import_text(raw).version
    document = read_document(raw)
    again = read_again(version)
    assert again.pieces == document.pieces
    assert exporting.document_of(version).pieces == document.pieces
    assert (again.symbol, again.title, again.adopted, again.of) == (
        "A/RES/99/1",
        "99/1. Bread Declaration",
        date(2026, 6, 1),
        "",
    )


@pytest.mark.django_db
def test_as_akn_of_a_draft_keeps_its_own_addresses_and_names_the_lasting_ones() -> None:
    adopted = import_text(bread()).version
    draft = replace(
        read_document(bread(symbol="A/99/L.1", text=bread()["text"].replace("\n3.\n", "\n3.\n"))),
        stage="draft",
        of="A/RES/99/1",
    )
    draft = replace(draft, pieces=draft.pieces[:-1])
    version = import_document(draft, digest="d" * 64, file_digest="a" * 64).version
    again = read_again(version)
    assert (again.symbol, again.of, again.stage) == ("A/99/L.1", "A/RES/99/1", "draft")
    assert again.pieces == draft.pieces
    assert version.instrument_id == adopted.instrument_id


@pytest.mark.django_db
def test_as_akn_writes_the_lasting_address_beside_another() -> None:
    version = import_text(bread()).version
    row = version.wordings.get(eid="para_4")
    row.provision.eid = "para_9"
    row.provision.save()
    root = etree.fromstring(exporting.as_akn(version))
    found = {each.get("eId"): each.get("wId") for each in root.iterfind(".//*[@wId]")}
    assert found == {"para_4": "para_9"}


@pytest.mark.django_db
def test_as_akn_links_what_is_cited_and_held(settings: Any) -> None:
    settings.SITE_URL = "https://coalition.test"
    version = import_text(bread()).version
    salt = instrument("salt", paragraphs=2)
    row = version.wordings.get(eid="para_2")
    for begins, ends, provision, held in (
        (3, 9, salt.provisions.get(eid="para_2"), salt),
        (15, 20, None, salt),
        (24, 28, None, None),
    ):
        Citation.objects.create(
            wording=row, begins=begins, ends=ends, key="k", instrument=held, provision=provision
        )
    root = etree.fromstring(exporting.as_akn(version))
    assert [(each.get("href"), each.text) for each in root.iterfind(".//akn:ref", NAMESPACE)] == [
        ("https://coalition.test/en/instruments/salt/para_2/", row.words[3:9]),
        ("https://coalition.test/en/instruments/salt/", row.words[15:20]),
    ]
    assert read_again(version).pieces == read_document(bread()).pieces


@pytest.mark.any_database
def test_kinds_of_the_reader_are_those_of_our_instruments() -> None:
    assert set(InstrumentKind.values) == KINDS


# --- Addresses and commands


@pytest.mark.django_db
def test_texts_are_answered_by_version_in_every_format(client: Client) -> None:
    made = import_text(bread()).instrument
    draft = replace(read_document(bread(symbol="A/99/L.1")), stage="draft", of="A/RES/99/1")
    key = import_document(draft, digest="d" * 64, file_digest="a" * 64).version.pk
    base = f"/en/instruments/{made.code}/text"
    for ending, asked, name in (
        ("xml", "", f"{made.code}.xml"),
        ("xml", f"?version={key}", "a-99-l1-en.xml"),
        ("txt", f"?version={key}", "a-99-l1-en.txt"),
        ("json", f"?version={key}", "a-99-l1-en.json"),
    ):
        response = client.get(f"{base}.{ending}{asked}")
        assert response.headers["Content-Disposition"] == f'attachment; filename="{name}"'
        assert ("A/99/L.1" in response.content.decode()) is bool(asked)
    assert client.get(f"{base}.xml").headers["Content-Type"] == (
        "application/akn+xml; charset=utf-8"
    )
    data = client.get(f"{base}.json?version={key}").json()
    assert {name: value for name, value in data.items() if name != "provisions"} == {
        "symbol": "A/99/L.1",
        "title": "99/1. Bread Declaration",
        "language": "en",
        "stage": "draft",
        "version": key,
        "instrument": made.code,
    }
    for wrong in ("0", "x", "-1", "9" * 30, "²"):
        assert client.get(f"{base}.xml?version={wrong}").status_code == 404


@pytest.mark.django_db
def test_text_without_wording_is_no_akoma_ntoso(client: Client) -> None:
    instrument("bread", paragraphs=2)
    assert client.get("/en/instruments/bread/text.xml").status_code == 404
    with pytest.raises(CommandError, match="No wording of T/bread is held"):
        call_command("text", "show", "bread", "--format", "akn")


@pytest.mark.django_db
def test_text_show_gives_a_version_in_a_format() -> None:
    code = import_text(bread()).instrument.code
    draft = replace(
        read_document(bread(symbol="A/99/L.1")), stage="draft", of="A/RES/99/1", language="fr"
    )
    import_document(draft, digest="d" * 64, file_digest="a" * 64)

    def shown(*arguments: str) -> str:
        out = StringIO()
        call_command("text", "show", code, *arguments, stdout=out)
        return out.getvalue()

    assert shown().splitlines()[2] == "A/RES/99/1"
    assert shown("--version", "a/99/l.1").splitlines()[2] == "A/99/L.1"
    assert shown("--language", "fr").splitlines()[2] == "A/99/L.1"
    (again,) = read_akn(shown("--language", "fr", "--format", "akn").encode(), "x")
    assert (again.symbol, again.language) == ("A/99/L.1", "fr")
    with pytest.raises(CommandError) as error:
        shown("--version", "A/99/L.2")
    assert str(error.value) == (
        f"No version A/99/L.2 of {code} is held. Held: A/RES/99/1 (en), A/99/L.1 (fr)."
    )


# --- Reading files in


@pytest.mark.django_db
def test_import_texts_reads_akoma_ntoso_and_says_what_it_cannot(tmp_path: Path) -> None:
    (tmp_path / "bread.xml").write_bytes(
        write_akn(read_document(bread()), Edition("un/2026/bread", "Guild", "Us", date(2026, 1, 1)))
    )
    (tmp_path / "broken.xml").write_text("<akomaNtoso")
    (tmp_path / "feed.xml").write_text("<rss/>")
    for made in ("1 made with 4 numbered paragraphs, 0", "0 made with 0 numbered paragraphs, 1"):
        out = StringIO()
        with pytest.raises(CommandError) as error:
            call_command("import", "texts", str(tmp_path), stdout=out)
        assert str(error.value).startswith("broken.xml: This file is not well-formed XML (")
        said = out.getvalue()
        assert "feed.xml: This file is not Akoma Ntoso: its root is <rss> in no namespace." in said
        assert f"2 documents read: {made} held already, 1 refused; 1 other files left alone" in said
    assert Instrument.objects.get(symbol="A/RES/99/1").kind == "resolution"


# --- The real texts


@pytest.mark.realdata
def test_exports_of_the_real_texts_are_valid_and_read_again(data_dir: Path) -> None:
    schema = etree.XMLSchema(etree.parse(data_dir / "akn/schema_official/akomantoso30.xsd"))
    edition = Edition("un/2026/x", "Author not known", "Coalition", date(2026, 1, 1))
    assembly = list(_found(data_dir / "un_ga_texts"))
    drawn = random.Random(80).sample(assembly, 60)
    named = [each for each in assembly if each.symbol in ("A/RES/80/5", "A/RES/79/328")]
    others = [
        each
        for folder in ("treaty_texts", "udhr", "akn/examples")
        for each in _found(data_dir / folder)
    ]
    exported = 0
    for each in [*drawn, *named, *others]:
        try:
            document = each.read()
        except ValueError:
            continue  # what a reader refuses is tested with that reader
        xml = write_akn(document, edition)
        assert schema.validate(etree.fromstring(xml)), (each.where, schema.error_log)
        (again,) = read_akn(xml, each.where)
        assert (each.where, *map(_own, again.pieces)) == (each.where, *map(_own, document.pieces))
        exported += 1
    assert len(named) == 2
    assert exported >= 62 + 6


def _own(piece: Piece) -> Piece:
    """Without the nearest heading: it follows from the tree, and readers punctuate it otherwise."""
    return replace(piece, heading="")


def _found(folder: Path) -> list[Found]:
    return [each for each in found_in([folder]) if isinstance(each, Found)]
