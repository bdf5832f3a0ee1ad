"""What leads to what, drawn: legible without sight, in both directions, whatever the words."""

import re
from xml.etree import ElementTree

from django.utils import translation

from coalition.analysis.theory import Piece, drawn
from coalition.ui.flows import flow
from tests.ui.test_tags import HOSTILE

PIECES = [Piece("a", "Teach", 0, "b"), Piece("b", "Bakers know ovens", 1)]


def drawing(*, words: str = "One leads to another.", pieces: list[Piece] = PIECES) -> str:
    return flow(
        drawn(pieces),
        title="How bread gets better",
        subtitle="What is done and what comes of it",
        source="us",
        told=words,
        columns=["Done", "Changed"],
        language="fr",
    )


def test_drawing_says_title_description_columns_and_words() -> None:
    html = drawing()

    svg = ElementTree.fromstring(re.search(r"<svg.*</svg>", html, flags=re.S)[0])
    words = ["".join(text.itertext()) for text in svg.iter("text")]
    assert svg.find("title").text == "How bread gets better"
    assert svg.find("desc").text == "One leads to another."
    assert words == ["Done", "Changed", "Teach", "Bakers know ovens"]
    assert [group.get("class") for group in svg.findall("g[@lang='fr']/g")] == ["done", None]
    assert "Source: us" in html


def test_arrow_ends_at_its_box_in_both_directions() -> None:
    for language, sign in (("en", 1), ("ar", -1)):
        with translation.override(language):
            html = drawing()
        boxes = [
            (int(x), int(width))
            for x, width in re.findall(r"<rect x=\"(-?\d+)\" y=\"\d+\" width=\"(\d+)\"", html)
        ]
        (points,) = re.findall(r"points=\"([^\"]+)\"", html)
        start, *_bends, end = (int(point.split(",")[0]) for point in points.split())
        (first, width), (second, _width) = boxes
        assert (second - first) * sign > 0
        assert (start, end) == ((first + width, second) if sign > 0 else (first, second + width))


def test_hostile_words_stay_words() -> None:
    html = drawing(words=HOSTILE, pieces=[Piece("a", HOSTILE, 0), Piece("b", "B", 1)])

    assert "<script" not in html
    ElementTree.fromstring(re.search(r"<svg.*</svg>", html, flags=re.S)[0])


def test_nothing_is_still_a_drawing() -> None:
    assert "<svg" in flow(
        drawn([]), title="T", subtitle="", source="us", told="", columns=[], language="en"
    )
