"""A file that is read in pieces, side by side, is told as if it were read in one go."""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from coalition.analysis.iati.checking import Element
from coalition.analysis.iati.reading import Read, read
from tests.analysis.test_iati_checking import ACTIVITY, file

PIECE = 2_000


def identifier(record: Element) -> tuple[int, str]:
    one = record.first("iati-identifier")
    return record.line, str(one.value) if one else ""


def both(path: Path, content: bytes) -> tuple[Read[tuple[int, str]], Read[tuple[int, str]]]:
    """Read side by side in small pieces, and in one go."""
    path.write_bytes(content)
    return read(path, identifier, processes=2, piece=PIECE), read(path, identifier, processes=1)


def activity(number: int, chance: random.Random) -> str:
    """One in a few has something that looks like an end, or that is wrong."""
    more = chance.choice(
        [
            *("", "", "", "\n\n", "<!-- </iati-activity> -->", "<!-- ?> ]]> -->", "<?x </iati-?>"),
            *("<wrong/>", "loose", '<capital-spend percentage="much"/>'),
            '<y:x xmlns:y="urn:y"><![CDATA[</iati-activity>-->]]></y:x>',
        ]
    )
    return ACTIVITY.format(more=more).replace("XM-EX-1", f"XM-EX-{number}")


@pytest.mark.parametrize("seed", range(4))
def test_pieces_tell_what_the_whole_tells(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    head = '<?xml version="1.0"?>\n<!-- <iati-activity> -->\n<iati-activities version="2.03">\n'
    records = [activity(number, chance) + "\n" * chance.randrange(3) for number in range(60)]
    end = "<!-- done -->\n</iati-activities>\n"

    pieces, whole = both(tmp_path / "file.xml", (head + "".join(records) + end).encode())

    assert pieces == whole
    assert len(whole.values) == whole.checked.records == 60
    assert whole.checked.found > 0


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("</iati-activities>", ""),
        lambda text: text.replace("<title>", "<title", 1),
        lambda text: text.replace(' version="2.03"', "", 1),
        lambda text: text.replace("</iati-activity>", "</iati-activity><y:x xmlns:y='urn:y'/>"),
        lambda text: text.replace("</iati-activity>", "</iati-activity>words"),
        lambda text: text.replace(
            "<iati-activity>", "<y:x xmlns:y='urn:y'><iati-activity>", 1
        ).replace("</iati-activity>", "</iati-activity></y:x>", 1),
        lambda text: text.encode().decode().replace("</iati-activity>", "</iati-activity >"),
    ],
)
def test_what_a_cut_would_hide_is_read_in_one_go(tmp_path: Path, change: object) -> None:
    records = "".join(activity(number, random.Random(9)) for number in range(30))
    text = f'<iati-activities version="2.03">{records}</iati-activities>'
    assert callable(change)

    pieces, whole = both(tmp_path / "file.xml", change(text).encode())

    assert pieces == whole


def test_another_encoding_is_read_in_one_go(tmp_path: Path) -> None:
    head = '<?xml version="1.0" encoding="utf-16"?>'
    text = file(head=head).decode().replace("<iati-activity>", "<iati-activity>" + " " * 9_000)

    pieces, whole = both(tmp_path / "file.xml", text.encode("utf-16"))

    assert pieces == whole
    assert whole.checked.is_valid


def test_values_come_by_their_kinds(tmp_path: Path) -> None:
    path = tmp_path / "file.xml"
    path.write_bytes(
        file(
            '<recipient-country code="KE" percentage=" 12.50 "/><budget><period-start '
            'iso-date="2026-01-01"/><period-end iso-date="2026-12-31Z"/><value value-date="'
            '2026-01-01">\n1500.25 </value></budget><capital-spend percentage="much"/>'
        )
    )

    (record,) = read(path, lambda one: one).values
    budget = record.all("budget")[0]

    assert record.all("recipient-country")[0].attributes == {
        "code": "KE",
        "percentage": Decimal("12.50"),
    }
    assert [one.attributes.get("iso-date") for one in budget.children] == [
        *(date(2026, 1, 1), "2026-12-31Z", None),
    ]
    assert budget.children[2].value == Decimal("1500.25")
    assert record.all("capital-spend")[0].attributes == {"percentage": "much"}
    assert record.first("fss") is None
