"""Charts and map: true to the figures, legible without sight, light."""

import gzip
import itertools
import random
import re
from xml.etree import ElementTree

import pytest
from django.utils import translation

from coalition.ui.charts import (
    Bar,
    Level,
    Point,
    Series,
    Shade,
    Tile,
    bars,
    course,
    growth,
    shade_of,
    shades,
    tile_map,
)
from tests.ui.test_tags import HOSTILE, read

FRAME = {"title": "Two promise most", "subtitle": "By group", "unit": "promises", "source": "us"}


def drawing(html: str) -> ElementTree.Element:
    """The picture alone; it must be well-formed XML."""
    return ElementTree.fromstring(re.search(r"<svg.*</svg>", html, flags=re.S)[0])


def texts(html: str) -> list[str]:
    return [" ".join("".join(text.itertext()).split()) for text in drawing(html).iter("text")]


def tables(html: str) -> list[str]:
    cells = re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", html, flags=re.S)
    return [re.sub(r"<[^>]+>", "", cell).strip() for cell in cells]


# --- Shades ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([], []),
        ([7], [Shade(5, 7, 7)]),
        ([1, 9], [Shade(1, 1, 1), Shade(5, 9, 9)]),
        ([1, 1, 1, 2, 3], [Shade(1, 1, 1), Shade(3, 2, 2), Shade(5, 3, 3)]),
        (
            [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
            [Shade(1, 1, 2), Shade(2, 3, 4), Shade(3, 5, 6), Shade(4, 7, 8), Shade(5, 9, 10)],
        ),
        (
            [1] * 50 + [2, 3, 4, 5, 6],
            [Shade(1, 1, 1), Shade(2, 2, 3), Shade(3, 4, 4), Shade(4, 5, 5), Shade(5, 6, 6)],
        ),
    ],
)
def test_shades_hold_about_as_many_values_each(values, expected):
    assert shades(values) == expected


def test_shades_give_every_value_exactly_one_place():
    dice = random.Random(7)

    for _round in range(300):
        values = [dice.choice([1, 2, 3, 5, 8, 40, 1000]) for _each in range(dice.randint(1, 60))]
        scale = shades(values)

        assert len(scale) == min(5, len(set(values)))
        assert [shade.number for shade in scale] == sorted({shade.number for shade in scale})
        for value in values:
            assert [s.number for s in scale if s.low <= value <= s.high] == [shade_of(value, scale)]
        assert all(one.high < other.low for one, other in itertools.pairwise(scale))


def test_shade_writes_its_limits():
    assert [str(Shade(1, 1200, 3400)), str(Shade(1, 3, 3))] == ["1,200–3,400", "3"]


# --- Bars ------------------------------------------------------------------------------------


def test_bars_say_title_description_and_numbers():
    html = bars([Bar("Unions", 1200, "WRK"), Bar("Banks", 300, "IFI")], **FRAME)

    svg = drawing(html)
    assert svg.get("role") == "img"
    assert svg.findtext("title") == "Two promise most"
    assert svg.findtext("desc") == "By group (promises). Unions: 1,200. Banks: 300. "
    assert svg.get("aria-labelledby").split() == [svg[0].get("id"), svg[1].get("id")]
    assert texts(html) == ["Unions 1,200", "Banks 300"]
    assert tables(html) == ["Name", "promises", "Unions", "1,200", "Banks", "300"]
    assert "Source: us" in html


def test_bars_start_at_zero_and_keep_proportion():
    html = bars([Bar("a", 40), Bar("b", 10), Bar("c", 0)], **FRAME)

    drawn = [(bar.get("x"), bar.get("width")) for bar in drawing(html).iter("rect")]

    assert drawn == [("0.00%", "100.00%"), ("0.00%", "25.00%"), ("0.00%", "0.00%")]


def test_bars_of_shares_leave_room_for_what_is_missing_from_the_whole():
    html = bars([Bar("a", 60), Bar("b", 15)], **FRAME, whole=100)

    assert [bar.get("width") for bar in drawing(html).iter("rect")] == ["60.00%", "15.00%"]


def test_bars_grow_from_the_right_in_arabic():
    with translation.override("ar"):
        html = bars([Bar("a", 40), Bar("b", 10, target=30)], **FRAME)

    svg = drawing(html)
    assert [bar.get("x") for bar in svg.iter("rect")] == ["0.00%", "75.00%"]
    assert [line.get("x1") for line in svg.iter("line")] == ["25.00%"]
    assert {text.get("x") for text in svg.iter("text")} == {"100%"}


def test_bars_draw_missing_data_as_missing():
    html = bars([Bar("a", 4), Bar("b", None)], **FRAME)

    assert texts(html) == ["a 4", "b no data"]
    assert [bar.get("class") for bar in drawing(html).iter("rect")] == ["bar", "missing"]


def test_bars_draw_a_target_as_a_line_with_its_figure():
    html = bars([Bar("a", 10, target=40)], **FRAME)

    assert texts(html) == ["a 10 target 40"]
    assert [line.get("x1") for line in drawing(html).iter("line")] == ["100.00%"]
    assert tables(html) == ["Name", "promises", "Target", "a", "10", "40"]


def test_bars_break_long_labels_for_narrow_screens():
    html = bars([Bar("International and regional financial institutions", 6)], **FRAME)

    assert texts(html) == ["International and regional", "financial institutions 6"]


def test_bars_refuse_what_is_below_zero():
    with pytest.raises(ValueError, match=r"start at zero.*Two promise most"):
        bars([Bar("a", -1)], **FRAME)


def test_bars_without_rows_are_still_a_chart():
    assert drawing(bars([], **FRAME)).findtext("title") == "Two promise most"


# --- The tile map ----------------------------------------------------------------------------


def test_tile_map_says_title_codes_and_numbers():
    html = tile_map(
        [
            Tile("NOR", "Norway", 1, 0, 8, "/places/NOR/"),
            Tile("ISL", "Iceland", 0, 0, None),
            Tile("IRL", "Ireland", 0, 1, 0),
        ],
        **FRAME,
    )

    svg = drawing(html)
    assert svg.findtext("title") == "Two promise most"
    assert svg.findtext("desc").startswith("By group (promises).")
    assert texts(html) == ["ISL", "NOR", "IRL"]
    tiles = [each for each in svg.iter() if each.get("class")]
    assert [(each.tag, each.get("class"), each.findtext("title")) for each in tiles] == [
        ("g", "unknown", "Iceland: no data"),
        ("a", "s5", "Norway: 8"),
        ("g", "s0", "Ireland: 0"),
    ]
    assert tables(html) == ["promises", "Places", "8", "Norway", "0", "Ireland"]


def test_tile_map_is_one_picture_without_links_and_a_group_with_them():
    alone = tile_map([Tile("NOR", "Norway", 0, 0, 8)], **FRAME)
    linked = tile_map([Tile("NOR", "Norway", 0, 0, 8, "/places/NOR/")], **FRAME)

    assert [drawing(html).get("role") for html in (alone, linked)] == ["img", "group"]


def test_tile_map_says_what_is_withheld_and_how_a_value_reads():
    tiles = [
        Tile("FRA", "France", 0, 0, 43.5, figure="43.5%"),
        Tile("KEN", "Kenya", 1, 0, None, figure="withheld"),
        Tile("PER", "Peru", 2, 0),
    ]

    html = tile_map(tiles, **FRAME)

    assert [title.text for title in drawing(html).iter("title")][1:] == [
        *("France: 43.5%", "Kenya: withheld", "Peru: no data")
    ]
    assert tables(html) == ["promises", "Places", "43.5%", "France", "withheld", "Kenya"]
    assert "no data, or withheld" in html


def test_tile_map_is_not_mirrored():
    tiles = [Tile("NOR", "Norway", 1, 0, 8), Tile("ISL", "Iceland", 0, 0, 1)]

    def places(html: str) -> list[str | None]:
        return [each.get("transform") for each in drawing(html).iter("g") if each.get("class")]

    with translation.override("ar"):
        arabic = places(tile_map(tiles, **FRAME))
    assert arabic == places(tile_map(tiles, **FRAME)) == ["translate(0)", "translate(32)"]


def test_tile_map_writes_out_the_limits_of_its_shades():
    tiles = [Tile("A", "a", column, 0, column) for column in range(11)]

    html = tile_map([*tiles, Tile("B", "b", 0, 1, None)], **FRAME)

    limits = re.findall(r'swatch (\w+)"></span> ([^<]+)</li>', html)
    assert limits == [
        ("s0", "0"),
        ("s1", "1–2"),
        ("s2", "3–4"),
        ("s3", "5–6"),
        ("s4", "7–8"),
        ("s5", "9–10"),
        ("missing", "no data"),
    ]


def test_tile_map_of_all_members_is_light():
    dice = random.Random(193)
    letters = "abcdefghijklmnopqrstuvwxyz"
    tiles = []
    for number in range(193):
        code = "".join(dice.choices(letters.upper(), k=3))
        name = "".join(dice.choices(letters, k=dice.randint(4, 10))).title()
        value = dice.choice([0, 0, 0, 0, 1, 1, 2, 3, 5, 12])
        url = f"/en/places/{code}/" if value else ""
        tiles.append(Tile(code, name, number % 28, number // 28, value, url))

    html = tile_map(tiles, **FRAME)

    assert len(texts(html)) == 193
    # Letters drawn by lot are harder to compress than names of countries.
    assert len(gzip.compress(html.encode())) <= 6_000


@pytest.mark.parametrize(
    "html",
    [
        bars(
            [Bar(HOSTILE, 3, HOSTILE, 4, HOSTILE)],
            title=HOSTILE,
            subtitle=HOSTILE,
            unit=HOSTILE,
            source=HOSTILE,
        ),
        tile_map(
            [Tile(HOSTILE, HOSTILE, 0, 0, 3, HOSTILE), Tile(HOSTILE, HOSTILE, 1, 0)],
            title=HOSTILE,
            subtitle=HOSTILE,
            unit=HOSTILE,
            source=HOSTILE,
        ),
        course(
            [Point(HOSTILE, 3, HOSTILE, HOSTILE, url=HOSTILE, target=Level(4, HOSTILE))],
            title=HOSTILE,
            subtitle=HOSTILE,
            unit=HOSTILE,
            source=HOSTILE,
            start=Level(1, HOSTILE),
            target=Level(9, HOSTILE),
        ),
        growth(
            [Series(HOSTILE, [1, 2], HOSTILE)],
            [HOSTILE, HOSTILE],
            title=HOSTILE,
            subtitle=HOSTILE,
            unit=HOSTILE,
            source=HOSTILE,
        ),
    ],
    ids=["bars", "tile_map", "course", "growth"],
)
def test_chart_keeps_hostile_values_in_their_place(html):
    seen = read(html)

    assert {"script", "b"} & {tag for tag, _attributes in seen.elements} == set()
    assert [each for each in seen.elements if "onclick" in each[1]] == []
    assert drawing(html).findtext("title") == HOSTILE


# --- Growth


def test_growth_writes_the_last_value_and_all_of_them_in_the_table():
    html = growth(
        [Series("Governments", [1, 3], "GOV"), Series("Workers", [0, 12], "WRK")],
        ["2024", "2025"],
        **FRAME,
    )

    paths = re.findall(r'<path class="bar group-(\w+)" d="([^"]+)"', html)
    assert paths == [
        ("GOV", "M0.0,20 L0.0,18.3 100.0,15.0 L100.0,20Z"),
        ("WRK", "M0.0,20 L0.0,20.0 100.0,0.0 L100.0,20Z"),
    ]
    assert re.findall(r'<tspan class="value">(\d+)</tspan>', html) == ["3", "12"]
    assert re.findall(r'<th scope="row">(\d+)</th>', html) == ["2024", "2025"]


def test_growth_runs_in_the_direction_of_reading():
    with translation.override("ar"):
        html = growth([Series("Governments", [0, 2])], ["2024", "2025"], **FRAME)

    assert 'd="M100.0,20 L100.0,20.0 0.0,0.0 L0.0,20Z"' in html


def test_growth_refuses_a_series_that_does_not_fit():
    with pytest.raises(ValueError, match="one value per period"):
        growth([Series("Governments", [1])], ["2024", "2025"], **FRAME)
    with pytest.raises(ValueError, match="below it"):
        growth([Series("Governments", [-1])], ["2024"], **FRAME)


# --- A course over time


def test_course_writes_its_values_labels_and_target():
    html = course(
        [
            Point("2024", 110, "110"),
            Point("2025", 310, "310", before=110, name="1 Jan – 31 Dec 2025", url="/figures/2/"),
        ],
        target=Level(500, "500"),
        start=Level(0, "0"),
        **FRAME,
    )

    assert texts(html) == ["target 500", "0", "start", "110", "2024", "310", "2025"]
    assert drawing(html).findtext("desc") == (
        "By group (promises). start: 0. 2024: 110. 2025: 310. target 500"
    )
    assert tables(html) == [
        *("Period", "promises", "start", "0", "2024", "110"),
        *("1 Jan – 31 Dec 2025", "310", "Target", "500"),
    ]
    assert '<a href="/figures/2/">310</a>' in html


def test_course_starts_at_zero_and_keeps_proportion():
    html = course([Point("a", 40, "40"), Point("b", 10, "10", before=4)], **FRAME)

    drawn = [
        (bar.get("class"), bar.get("x"), bar.get("y"), bar.get("height"))
        for bar in drawing(html).iter("rect")
    ]
    assert drawn == [
        ("bar reported", "17.00%", "1.60em", "8.00em"),
        ("bar before", "67.00%", "8.80em", "0.80em"),
        ("bar reported", "67.00%", "7.60em", "1.20em"),
    ]


def test_course_draws_what_is_missing_estimated_and_projected_differently():
    points = [
        Point("2023", None, "no data"),
        Point("2024", None, "withheld"),
        Point("2025", 7, "7", "estimated"),
        Point("2026", 9, "9", "projected"),
    ]

    html = course(points, **FRAME)

    drawn = [bar.get("class") for bar in drawing(html).iter("rect")]
    assert drawn == ["missing", "missing", "bar estimated", "bar projected"]
    assert tables(html)[2:] == [
        *("2023", "no data", "2024", "withheld"),
        *("2025", "7 (estimated)", "2026", "9 (projected)"),
    ]
    assert "Light columns are estimates." in html
    assert "Columns with a dashed edge are projections; no total holds them." in html


def test_course_writes_all_values_beside_long_words_for_none_and_the_last_aim():
    points = [
        Point("1", 24, "24", target=Level(24, "24")),
        Point("2", 20, "20"),
        Point("3", 8, "8"),
    ]
    points += [Point("4", 9, "9"), Point("5", None, "withheld", target=Level(24, "24"))]

    assert texts(course(points, **FRAME)) == [
        *("target 24", "24", "1", "20", "2", "8", "3", "9", "4", "5"),
    ]


def test_course_labels_the_last_value_alone_where_not_all_fit():
    points = [Point(f"{month} 2025", 1_000_000, "1,000,000") for month in ("May", "June", "July")]
    points += [Point(f"{month} 2026", 2_000_000, "2,000,000", "projected") for month in "ABCD"]

    html = course(points, **FRAME)

    assert texts(html) == ["May 2025", "1,000,000", "D 2026"]


def test_course_draws_the_target_of_each_period():
    html = course([Point("a", 5, "5", target=Level(10, "10")), Point("b", None, "")], **FRAME)

    lines = [
        (line.get("x1"), line.get("x2"), line.get("y1")) for line in drawing(html).iter("line")
    ]
    assert lines == [("2.50%", "47.50%", "1.60em"), ("0", "100%", "9.60em")]
    assert tables(html) == ["Period", "promises", "Target", "a", "5", "10", "b", "", "–"]


def test_course_runs_in_the_direction_of_reading():
    points = [Point("2024", 1, "1"), Point("2025", 2, "2")]
    with translation.override("ar"):
        html = course(points, target=Level(4, "4"), **FRAME)

    svg = drawing(html)
    assert [bar.get("x") for bar in svg.iter("rect")] == ["67.00%", "17.00%"]
    assert next(svg.iter("text")).get("x") == "100%"


def test_course_writes_the_target_below_its_line_where_a_value_stands_above():
    html = course([Point("2024", 9, "9"), Point("2025", 2, "2")], target=Level(10, "10"), **FRAME)

    assert next(text.get("y") for text in drawing(html).iter("text")) == "2.75em"


def test_course_refuses_what_is_below_zero():
    with pytest.raises(ValueError, match=r"start at zero.*Two promise most"):
        course([Point("a", -1, "-1")], **FRAME)


def test_bars_write_figures_as_they_read_below_a_label_that_leaves_no_room():
    html = bars(
        [
            Bar("Women", None, figure="withheld"),
            Bar("Federation of bakers of the whole country", 4, figure="4.0 %", target=5),
        ],
        **FRAME,
    )

    assert texts(html) == [
        "Women withheld",
        "Federation of bakers of the whole",
        "country 4.0 % target 5",
    ]


def test_bars_write_the_target_below_a_value_that_leaves_no_room():
    spent = Bar("Spent", 4, figure="2,351.15 USD · 2,038.76 EUR", target=5, target_figure="12,000")

    assert texts(bars([spent], **FRAME)) == [
        "Spent",
        "2,351.15 USD · 2,038.76 EUR",
        "target 12,000",
    ]
