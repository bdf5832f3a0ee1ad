"""`coalition iati validate`: what it says, and how it ends."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from coalition.analysis.iati.checking import LONGEST_VALUE, MOST_INSIDE
from coalition.interventions.iati.words import SENTENCES, sentence
from tests.analysis.test_iati_checking import file, found

pytestmark = pytest.mark.any_database


def validated(path: Path, *more: str) -> tuple[list[str], str]:
    """The lines it says, and with what it ends."""
    out = io.StringIO()
    try:
        call_command("iati", "validate", str(path), *more, stdout=out)
    except CommandError as error:
        return out.getvalue().splitlines(), str(error)
    return out.getvalue().splitlines(), ""


def kept(folder: Path, content: bytes) -> Path:
    (folder / "file.xml").write_bytes(content)
    return folder / "file.xml"


def test_a_valid_file_ends_well(tmp_path: Path) -> None:
    path = kept(tmp_path, file())

    assert validated(path) == ([f"{path} is valid IATI 2.03: 1 records."], "")


def test_another_version_is_a_remark(tmp_path: Path) -> None:
    path = kept(tmp_path, file().replace(b"2.03", b"xx"))

    lines, end = validated(path)

    assert lines[0].startswith("Remark: of which version the file is, it says “xx”")
    assert end == ""


def test_findings_tell_line_element_and_mend(tmp_path: Path) -> None:
    path = kept(tmp_path, file('<sectors code="1"/><budget/>'))

    lines, end = validated(path, "--most", "2")

    assert lines == [
        "Line 7, <iati-activity>: <sectors> may not stand in <iati-activity>. Perhaps <sector> is "
        "meant.",
        "Line 7, <budget>: <period-start> is missing. Add it in its place in the order.",
        "… and 2 more.",
    ]
    assert end == f"{path} is not valid: 4 to mend."


def test_programs_get_json(tmp_path: Path) -> None:
    out = io.StringIO()
    path = kept(tmp_path, file('<fss extraction-date="soon"/>'))
    with pytest.raises(CommandError):
        call_command("iati", "validate", str(path), "--json", stdout=out)

    told = json.loads(out.getvalue())

    assert (told["is_valid"], told["found"], told["records"]) == (False, 1, 1)
    assert told["findings"][0]["about"] == {
        "name": "extraction-date",
        "found": "soon",
        "kind": "date",
    }


@pytest.mark.parametrize("name", ["none.xml", "."])
def test_a_file_that_cannot_be_opened_is_told(tmp_path: Path, name: str) -> None:
    _lines, end = validated(tmp_path / name)

    assert "cannot be read" in end


def test_every_finding_has_its_sentence() -> None:
    wrong = (
        '<x/>words<activity-status code="2"/><activity-scope code="1" a="1"/><activity-scope/>'
        '<recipient-country code="KE" percentage="many"/><capital-spend percentage=""/>'
        "<contact-info><email><b/></email></contact-info><budget/>"
    )
    contents = [file(wrong), b"", b"<rss/>", file(head="<!DOCTYPE x>"), file("<y:y>" * 3)]
    contents.append(file("<y xmlns='urn:y'>" * 200))
    contents.append(file("<y xmlns='urn:y'>" + "<a/>" * MOST_INSIDE))
    contents.append(file().replace(b"Words", b"w" * (3 * LONGEST_VALUE)))
    told = [one for content in contents for one in found(content).findings]

    assert {one.code for one in told} == SENTENCES.keys()
    assert all(sentence(one).startswith("Line ") for one in told)


def test_a_large_file_is_judged_in_several_processes(tmp_path: Path) -> None:
    path = kept(tmp_path, file("<!--" + "x" * 9_000_000 + "-->"))
    assert validated(path) == ([f"{path} is valid IATI 2.03: 1 records."], "")
