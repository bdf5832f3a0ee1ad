from __future__ import annotations

from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coalition.analysis.alignment import Pairing, Why, align
from coalition.analysis.documents import Piece, Role

SAYINGS = {
    "bread": "Bread shall be baked at night by those who are paid a living wage for it",
    "salt": "Salt may be sold on every market day in all towns without a further licence",
    "water": "Everyone has the right to clean water from a public well near the dwelling",
    "ovens": "Ovens are inspected twice a year by persons whom the guild has appointed",
    "flour": "Millers keep flour dry and tell the buyer from which harvest the grain came",
}


def piece(eid: str, words: str, **fields: str) -> Piece:
    number = eid.rpartition("_")[2]
    role = Role(fields.get("role", "operative"))
    parent, title = fields.get("parent", ""), fields.get("title", "")
    return Piece(eid, number, role, "", words, (), parent, title)


def text(*names: str) -> list[Piece]:
    """Paragraphs numbered from 1: "bread", "bread+salt" for both in one, "-" for no words."""
    return [
        piece(f"para_{place}", ". ".join(SAYINGS.get(name, name) for name in names_.split("+")))
        for place, names_ in enumerate(names, 1)
    ]


def told(pairings: list[Pairing]) -> list[str]:
    """Each pairing as "1→2 moved renumbered"."""
    kinds = ("changed", "moved", "renumbered", "merged", "split", "added", "removed")
    return [
        " ".join(
            [
                "+".join(eid.rpartition("_")[2] for eid in each.old)
                + "→"
                + "+".join(eid.rpartition("_")[2] for eid in each.new),
                *(kind for kind in kinds if getattr(each, f"is_{kind}")),
            ]
        )
        for each in pairings
    ]


NEARLY = SAYINGS["bread"].replace("at night", "by day")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (["bread", "salt"], ["bread", "salt"], ["1→1", "2→2"]),
        (["bread", "salt"], [NEARLY, "salt"], ["1→1 changed", "2→2"]),
        (
            ["bread", "salt"],
            ["water", "bread", "salt"],
            ["→1 added", "1→2 renumbered", "2→3 renumbered"],
        ),
        (["bread", "salt", "water"], ["bread", "water"], ["1→1", "2→ removed", "3→2 renumbered"]),
        # Of two that changed places one moved: the fewest are said to have moved.
        (
            ["bread", "salt", "water"],
            ["water", "bread", "salt"],
            ["3→1 moved renumbered", "1→2 renumbered", "2→3 renumbered"],
        ),
        (
            ["salt", "bread", "water", "ovens"],
            ["salt", "water", "ovens", NEARLY],
            ["1→1", "3→2 renumbered", "4→3 renumbered", "2→4 changed moved renumbered"],
        ),
        (
            ["bread", "salt", "water"],
            ["bread+salt", "water"],
            ["1+2→1 changed merged", "3→2 renumbered"],
        ),
        (
            ["bread", "salt+water", "ovens"],
            ["bread", "salt", "water", "ovens"],
            ["1→1", "2→2+3 changed split", "3→4 renumbered"],
        ),
        (["bread"], ["flour"], ["→1 added", "1→ removed"]),
        ([], ["bread"], ["→1 added"]),
        (["bread"], [], ["1→ removed"]),
        ([], [], []),
    ],
)
def test_align_tells_what_became_of_each(
    old: list[str], new: list[str], expected: list[str]
) -> None:
    found = align(text(*old), text(*new))
    assert sorted(told(found)) == sorted(expected)


def test_align_stands_in_the_order_of_the_new_text_with_what_went_where_it_stood() -> None:
    found = align(text("bread", "salt", "water", "flour"), text("flour", "bread", "water", "ovens"))
    assert told(found) == [
        "4→1 moved renumbered",
        "1→2 renumbered",
        "2→ removed",
        "3→3",
        "→4 added",
    ]


def test_align_prefers_the_same_address_where_several_say_the_same() -> None:
    same = "Adopted by all."
    old = [piece("para_1", same), piece("para_2", same), piece("para_3", SAYINGS["salt"])]
    new = [piece("para_2", same), piece("para_3", SAYINGS["salt"])]
    assert told(align(old, new)) == ["1→ removed", "2→2", "3→3"]


def test_align_follows_points_under_a_paragraph_that_moved() -> None:
    def laid(*order: str) -> list[Piece]:
        made = []
        for place, name in enumerate(order, 1):
            made.append(piece(f"para_{place}", SAYINGS[name]))
            made += [
                piece(
                    f"para_{place}__point_{letter}",
                    f"{letter} of {SAYINGS[name]}",
                    parent=f"para_{place}",
                    role="point",
                )
                for letter in "ab"
            ]
        return made

    found = align(laid("bread", "salt", "water"), laid("salt", "water", "bread"))
    assert [(each.old[0][5:], each.new[0][5:], each.is_moved) for each in found] == [
        ("2", "1", False),
        ("2__point_a", "1__point_a", False),
        ("2__point_b", "1__point_b", False),
        ("3", "2", False),
        ("3__point_a", "2__point_a", False),
        ("3__point_b", "2__point_b", False),
        ("1", "3", True),
        ("1__point_a", "3__point_a", False),  # it stands where it stood, inside its paragraph
        ("1__point_b", "3__point_b", False),
    ]


def test_align_pairs_an_article_without_words_by_what_stands_inside() -> None:
    old = [
        piece("art_3", ""),
        piece("art_3__para_1", SAYINGS["salt"], parent="art_3"),
        piece("art_3__para_2", SAYINGS["bread"], parent="art_3"),
    ]
    new = [
        piece("art_3", SAYINGS["water"]),
        piece("art_5", ""),
        piece("art_5__para_1", SAYINGS["salt"], parent="art_5"),
        piece("art_5__para_2", SAYINGS["bread"], parent="art_5"),
    ]
    found = {each.old: (each.new, each.why) for each in align(old, new) if each.old}
    assert found[("art_3",)] == (("art_5",), Why.INSIDE)


def test_align_takes_an_article_under_the_same_heading_for_the_same_though_rewritten() -> None:
    old = [
        piece("art_8", "Employed women have the right to leave before birth and", title="Mothers")
    ]
    new = [
        piece(
            "art_9",
            "Employed women have the right to benefits paid out of public funds, and may not be "
            "dismissed until a year has passed since they came back to their work",
            title="Mothers",
        )
    ]
    (found,) = align(old, new)
    assert (found.old, found.new, found.why) == (("art_8",), ("art_9",), Why.HEADING)


def test_align_never_takes_a_heading_for_a_paragraph() -> None:
    old = [piece("chp_1", "The right to bread and salt", role="heading")]
    new = [piece("para_1", "The right to bread and salt")]
    assert told(align(old, new)) == ["1→ removed", "→1 added"]


def test_align_says_how_much_two_have_in_common() -> None:
    (found,) = align([piece("para_1", "We bake good bread at night")],
                     [piece("para_1", "We bake bread at night")])  # fmt: skip
    assert (found.shared, round(found.score, 2), found.why) == (5, 0.91, Why.LIKE_WORDS)


NAMES = st.lists(st.sampled_from([*SAYINGS, "bread+salt", NEARLY, "Yes.", ""]), max_size=9)


@settings(max_examples=60)
@given(NAMES, NAMES)
def test_align_tells_of_every_piece_once(old: list[str], new: list[str]) -> None:
    before, after = text(*old), text(*new)
    found = align(before, after)
    assert sorted(eid for each in found for eid in each.old) == sorted(p.eid for p in before)
    assert sorted(eid for each in found for eid in each.new) == sorted(p.eid for p in after)
    assert align(before, after) == found


@given(NAMES)
def test_align_finds_nothing_changed_in_the_same_text(names: list[str]) -> None:
    assert all(each.is_same for each in align(text(*names), text(*names)))


@pytest.mark.realdata
def test_align_knows_the_european_social_charter_in_the_revised_one(data_dir: Path) -> None:
    folder = data_dir / "treaty_texts" / "social_human_rights"
    old, new = articles(folder / "BWBV0001021.md"), articles(folder / "BWBV0001800.md")
    began = perf_counter()
    found = {each.old[0]: each for each in align(old, new) if each.old and each.new}
    assert perf_counter() - began < 2
    assert {one: found[one].new[0] for one in found} == {
        **{f"art_{number}": f"art_{number}" for number in range(1, 20)},
        "art_20": "art_A",
        "art_30": "art_F",
        "art_31": "art_G",
        "art_32": "art_H",
        "art_34": "art_L",
        "art_35": "art_K",
        "art_37": "art_M",
    }
    assert {one for one in found if found[one].is_renumbered} == {
        "art_20", "art_30", "art_31", "art_32", "art_34", "art_35", "art_37",
    }  # fmt: skip
    assert found["art_15"].why == found["art_17"].why == Why.HEADING  # rewritten


def articles(path: Path) -> list[Piece]:
    """The articles of a treaty's authentic text, without parts and appendix."""
    found: dict[str, Piece] = {}
    for block in path.read_text(encoding="utf-8").split("\n### ")[1:]:
        heading, _, words = block.partition("\n")
        first, _, rest = " ".join(heading.split()).partition(" ")
        number = rest.split(" ")[0].strip(",.–-")
        if first == "Article" and "paragraph" not in rest:
            eid = f"art_{number}"
            found.setdefault(eid, Piece(eid, number, Role.OPERATIVE, "", " ".join(words.split()),
                                        (), "", ""))  # fmt: skip
    return list(found.values())
