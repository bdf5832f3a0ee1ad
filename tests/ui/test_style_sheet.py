"""The one style sheet: light, the same for every direction of text, legible in both schemes."""

import gzip
import re
from pathlib import Path

import pytest

import coalition
from coalition import ui

SHEET = Path(ui.__file__).parent / "static" / "ui" / "coalition.css"
CSS = re.sub(r"/\*.*?\*/", "", SHEET.read_text(encoding="utf-8"), flags=re.S)
DARK = "@media screen and (prefers-color-scheme: dark)"


def colours(start: str) -> dict[str, str]:
    """The colours of the first block of custom properties after `start`."""
    block = re.search(r":root\s*{(.*?)}", CSS[CSS.index(start) :], flags=re.S)
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6});", block[1]))


SCHEMES = {"light": colours(":root"), "dark": colours(DARK)}
SCHEMES["print"] = SCHEMES["light"] | colours("@media print")

TEXT = [
    *[
        (text, ground)
        for text in ("ink", "soft", "accent", "signal")
        for ground in ("paper", "shade")
    ],
    ("on-accent", "accent"),
    *[("on-scale-light", f"scale-{number}") for number in (1, 2, 3)],
    *[("on-scale-dark", f"scale-{number}") for number in (4, 5)],
]
HUES = ["black", "orange", "sky", "green", "yellow", "blue", "red", "purple"]
MARKS = [(mark, "paper") for mark in ("edge", "accent", "signal", *(f"hue-{hue}" for hue in HUES))]


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_reckoned_as_wcag_does():
    assert contrast("#000000", "#ffffff") == 21
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48


@pytest.mark.parametrize("scheme", SCHEMES)
def test_text_stands_out_from_its_ground(scheme):
    palette = SCHEMES[scheme]

    too_weak = [pair for pair in TEXT if contrast(palette[pair[0]], palette[pair[1]]) < 4.5]

    assert too_weak == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_marks_stand_out_from_the_paper(scheme):
    palette = SCHEMES[scheme]

    too_weak = [pair for pair in MARKS if contrast(palette[pair[0]], palette[pair[1]]) < 3]

    assert too_weak == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_shades_go_one_way_and_differ(scheme):
    steps = [luminance(SCHEMES[scheme][f"scale-{number}"]) for number in (1, 2, 3, 4, 5)]

    assert steps == sorted(steps, reverse=scheme != "dark")
    palette = SCHEMES[scheme]
    near = [contrast(palette[f"scale-{n}"], palette[f"scale-{n + 1}"]) for n in (1, 2, 3, 4)]
    assert min(near) > 1.25


def test_schemes_name_the_same_colours():
    assert SCHEMES["light"].keys() == SCHEMES["dark"].keys()


def test_colours_stand_only_in_the_custom_properties():
    outside = re.sub(r":root\s*{.*?}", "", CSS, flags=re.S)

    assert re.findall(r"#[0-9a-f]{3,8}\b|\brgb|\bhsl", outside.replace("#menu", "")) == []


def test_partner_groups_have_eight_different_hues():
    used = re.findall(r"\.group-([A-Z]{3}) { --hue: var\(--hue-(\w+)\); }", CSS)

    assert sorted(code for code, _hue in used) == [
        "ACA",
        "BUS",
        "CSO",
        "EMP",
        "GOV",
        "IFI",
        "IGO",
        "WRK",
    ]
    assert sorted(hue for _code, hue in used) == sorted(HUES)


def test_sheet_is_small():
    assert len(gzip.compress(SHEET.read_bytes())) <= 12_000


def test_sheet_knows_no_left_and_no_right():
    declarations = re.findall(r"([\w-]+)\s*:\s*([^;{}]+)[;}]", re.sub(r"@media[^{]+{", "", CSS))
    assert len(declarations) > 400  # the sheet was read

    physical = [
        (name, value)
        for name, value in declarations
        if re.search(r"(^|-)(left|right|top|bottom)(-|$)|^(min-|max-)?(width|height)$", name)
        or re.search(r"\b(left|right)\b", value)
        or is_lopsided(name, value)
    ]

    assert physical == []


def is_lopsided(name: str, value: str) -> bool:
    """Whether a shorthand of four values gives left and right different ones."""
    parts = re.sub(r"\([^)]*\)", "()", value).split()
    return name in {"margin", "padding", "inset"} and len(parts) == 4 and parts[1] != parts[3]


# The sign-in library's scripts, by which a browser is asked for a passkey, and the data they read.
ABOUT_PASSKEYS = {"_passkey_scripts.html", "_use_passkey.html", "add_form.html"}


def test_templates_hold_no_style_and_no_script():
    templates = sorted(Path(coalition.__file__).parent.glob("*/templates/**/*.html"))
    assert SHEET.parents[2] / "templates" / "ui" / "base.html" in templates

    guilty = [
        template.name
        for template in templates
        if re.search(
            r"<script|<style|\sstyle=|\son\w+=",
            re.sub(r"{%.*?%}", "", template.read_text(encoding="utf-8")),
        )
    ]

    assert set(guilty) == {*ABOUT_PASSKEYS, "_saving.html"}
