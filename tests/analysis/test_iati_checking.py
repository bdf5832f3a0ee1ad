"""The form of IATI 2.03: held against the official schemas, where they are, and against the files
that the standard's makers test with."""

from __future__ import annotations

import copy
import io
import random
from pathlib import Path

import pytest
from lxml import etree

from coalition.analysis.iati.checking import DEEPEST, MOST_FINDINGS, Checked, checked
from coalition.analysis.iati.kinds import KINDS
from coalition.analysis.iati.standard import FORMS

ACTIVITY = """<iati-activity><iati-identifier>XM-EX-1</iati-identifier>
<reporting-org ref="XM-EX" type="40"><narrative>An Example body</narrative></reporting-org>
<title><narrative>Example</narrative></title>
<description><narrative>Words</narrative></description>
<participating-org role="1"/><activity-status code="2"/>
<activity-date type="1" iso-date="2026-01-01"/>{more}</iati-activity>"""


def file(more: str = "", head: str = "") -> bytes:
    body = ACTIVITY.format(more=more)
    return f'{head}<iati-activities version="2.03">\n{body}</iati-activities>'.encode()


def found(content: bytes) -> Checked:
    return checked(io.BytesIO(content))


def codes(content: bytes) -> list[tuple[str, str]]:
    return [(one.code, one.element) for one in found(content).findings]


def test_a_small_file_is_valid() -> None:
    assert found(file()) == Checked("iati-activities", "2.03", 1, (), 0)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ("<x/>", ("unknown", "iati-activity")),
        ("words", ("words", "iati-activity")),
        ('<activity-status code="2"/>', ("order", "iati-activity")),
        ('<activity-scope code="1"/><activity-scope code="1"/>', ("twice", "iati-activity")),
        ("<activity-scope/>", ("required", "activity-scope")),
        ('<activity-scope code="1" vocabulary="1"/>', ("attribute", "activity-scope")),
        ('<recipient-country code="KE" percentage="many"/>', ("value", "recipient-country")),
        ('<fss extraction-date="2026-02-30"/>', ("value", "fss")),
        ("<contact-info><email><b/></email></contact-info>", ("holds", "email")),
        ("<budget/>", ("missing", "budget")),
        ('<related-activity ref="1" type="1" xml:lang="en"/>', ("attribute", "related-activity")),
        ('<y:x xmlns:y="urn:y"/><fss extraction-date="2026-01-01"/>', ("order", "iati-activity")),
        ('<y:x xmlns:y="urn:y"><sector/></y:x>', ("required", "sector")),
    ],
)
def test_each_finding_names_the_element(more: str, told: tuple[str, str]) -> None:
    assert told in codes(file(more))


def test_line_and_likely_name_are_told() -> None:
    one = found(file('\n\n<sectors code="1"/>')).findings[0]

    assert (one.line, one.code, one.about) == (
        9,
        "unknown",
        {"child": "sectors", "near": "sector"},
    )


def test_what_is_missing_is_told_once_each() -> None:
    told = found(b'<iati-activities version="2.03"><iati-activity/></iati-activities>')

    assert [one.about["child"] for one in told.findings] == [
        *("iati-identifier", "reporting-org", "title", "description", "participating-org"),
        *("activity-status", "activity-date"),
    ]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "not_xml"),
        (b"PK\x03\x04", "not_xml"),
        (b"<iati-activities", "not_xml"),
        (file()[:-3], "not_xml"),
        (file() + b"<x/>", "not_xml"),
        (file(head='<?xml version="1.0" encoding="utf-99"?>'), "not_xml"),
        (file().replace(b"Words", b"W\xf6rter"), "not_xml"),
        (file().replace(b"Words", b"\x00"), "not_xml"),
        (file(head='<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'), "declares"),
        (file(head='<!DOCTYPE x SYSTEM "file:///etc/hostname">'), "declares"),
        (file("<y xmlns='urn:y'>" * (DEEPEST + 1)), "deep"),
        (b"<rss/>", "root"),
        (b'<iati-activities xmlns="urn:y" version="2.03"/>', "root"),
    ],
)
def test_what_cannot_be_read_on_is_told_last(content: bytes, code: str) -> None:
    assert [one.code for one in found(content).findings][-1] == code


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1", "windows-1252"])
def test_encodings_that_files_have_are_read(encoding: str) -> None:
    head = f'<?xml version="1.0" encoding="{encoding}"?>'
    text = file(head=head).decode().replace("Words", "Wörter")

    assert found(text.encode(encoding)).is_valid


def test_a_file_full_of_errors_is_counted_and_cut() -> None:
    told = found(file("<x/>" * 3_000))

    assert (told.found, len(told.findings)) == (3_000, MOST_FINDINGS)


@pytest.mark.parametrize(
    ("kind", "value", "holds"),
    [
        ("date", "2024-02-29", True),
        ("date", "2023-02-29", False),
        ("date", "12024-02-29Z", True),
        ("date", "0000-01-01", False),
        ("date", "2024-01-01+14:00", True),
        ("date", "2024-01-01+14:01", False),
        ("date", "٢٠٢٤-01-01", False),
        ("moment", "2024-01-01T24:00:00", True),
        ("moment", "2024-01-01T24:00:01", False),
        ("moment", "2024-01-01", False),
        ("decimal", "1,5", False),
        ("decimal", "-.5", True),
        ("decimal", "1e3", False),
        ("boolean", "TRUE", False),
        ("positive", "+0", False),
        ("positive", "0012", True),
        ("whole", "-0", True),
        ("whole", "-1", False),
        ("int", "2147483648", False),
        ("int", "9" * 5_000, False),
        ("language", "fr_FR", False),
        ("language", "", True),
        ("uri", "https://example.org:80/a?b#c", True),
        ("uri", "https://example.org:8a/", False),
        ("uri", "a#b#c", False),
        ("uri", "%zz", False),
        ("uri", "1a:b", False),
        ("uri", "وثيقة.pdf", True),
        ("uri", "", True),
    ],
)
def test_values_are_judged_as_xml_schema_has_them(kind: str, value: str, holds: bool) -> None:
    assert KINDS[kind](value) is holds


def test_every_form_that_is_named_is_there() -> None:
    named = {child.form for form in FORMS.values() for child in form.children}

    assert named - FORMS.keys() == set()
    assert {kind for form in FORMS.values() for kind in form.attributes.values()} <= {
        *("text", *KINDS)
    }


# --- On real data ----------------------------------------------------------------------------


@pytest.mark.realdata
def test_every_file_of_the_standard_is_judged_as_its_folder_says(data_dir: Path) -> None:
    files = sorted((data_dir / "iati" / "tests").rglob("*.xml"))
    wrong = [
        path.name
        for path in files
        if found(path.read_bytes()).is_valid != ("should-pass" in path.parts)
    ]

    assert len(files) == 211
    assert wrong == []


@pytest.mark.realdata
def test_the_annotated_examples_are_valid(data_dir: Path) -> None:
    for path in (data_dir / "iati" / "annotated").glob("*.xml"):
        assert found(path.read_bytes()).findings == ()


VALUES = [
    *("", "x", "2020-02-30", "2020-02-29", "0000-01-01", "12020-01-01", "2020-01-01T24:00:00"),
    *("2020-01-01+14:00", "2020-01-01+14:30", "0", "-1", "+1", "-0", "1.", ".", "1e3", "true"),
    *("TRUE", "http://x y", "http://[::1]/", "%zz", "http://a:b/", "a#b#c", "://", "en-", "en-GB"),
    *("fr_FR", "é", "2147483648", "9" * 40, "<x>", "mailto:a@b", "?q[1]=2", "٣", "1a:b", "a%2"),
]


class Shaker:
    """Changes files by chance, as people and programs do: what is taken out, doubled, moved."""

    def __init__(self, trees: list[etree._Element], seed: int) -> None:
        self.chance, self.trees = random.Random(seed), trees
        every = [one for tree in trees for one in tree.iter() if isinstance(one.tag, str)]
        self.names = sorted({one.tag for one in every})
        self.attributes = sorted({name for one in every for name in one.attrib})

    def changed(self) -> bytes:
        tree = copy.deepcopy(self.chance.choice(self.trees))
        for _ in range(self.chance.choice((1, 1, 2, 3))):
            self._change(tree)
        return etree.tostring(tree)

    def _change(self, tree: etree._Element) -> None:
        pick = self.chance.choice
        one = pick([each for each in tree.iter() if isinstance(each.tag, str)][1:] or [tree])
        parent = one.getparent()
        if parent is None:
            return
        at = self.chance.randrange(len(parent) + 1)
        other = etree.Element("{urn:other}x")
        changes = [
            lambda: parent.remove(one),
            lambda: parent.insert(at, copy.deepcopy(one)),
            lambda: parent.insert(at, one),
            lambda: one.set(pick(self.attributes), pick(VALUES)),
            lambda: one.attrib.pop(pick(list(one.attrib) or ["code"]), None),
            lambda: one.set(pick(list(one.attrib) or ["code"]), pick(VALUES)),
            lambda: setattr(one, "text", pick(VALUES)),
            lambda: setattr(one, "tail", pick(("words", " "))),
            lambda: setattr(one, "tag", pick(self.names)),
            lambda: one.insert(0, etree.Element(pick(self.names))),
            lambda: one.append(other),
            lambda: (one.append(other), other.append(etree.Element(pick(self.names)))),
            lambda: one.set("{urn:other}a", pick(VALUES)),
            lambda: one.set("{http://www.w3.org/XML/1998/namespace}lang", pick(VALUES)),
        ]
        pick(changes)()


@pytest.mark.realdata
@pytest.mark.parametrize("seed", range(3))
def test_shaken_files_are_judged_as_by_the_official_schemas(data_dir: Path, seed: int) -> None:
    folder = data_dir / "iati"
    schemas = {
        f"iati-{kind}": etree.XMLSchema(
            etree.parse(str(folder / "schemas" / f"iati-{kind}-schema.xsd"))
        )
        for kind in ("activities", "organisations")
    }
    good = [*folder.glob("annotated/*.xml"), *folder.glob("tests/*/should-pass/**/*.xml")]
    shaker = Shaker([etree.parse(str(path)).getroot() for path in sorted(good)], seed)
    verdicts = {True: 0, False: 0}
    for _ in range(1_200):
        content = shaker.changed()
        told, tree = found(content), etree.fromstring(content)
        if any(one.code == "order" and not one.about["before"] for one in told.findings):
            continue  # libxml2 lets elements stand behind those of other namespaces; the form not
        is_valid = schemas[tree.tag].validate(tree)
        assert told.is_valid == is_valid, (content, told.findings, schemas[tree.tag].error_log)
        verdicts[is_valid] += 1

    assert min(verdicts.values()) > 200
