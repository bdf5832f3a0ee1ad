"""Which wishes are grouped, and why; the phrases are the reference for the thresholds."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import count

import numpy as np
import pytest
from numpy.typing import NDArray

from coalition.analysis.likeness import (
    REGION,
    SAME,
    SUBREGION,
    WORLD,
    Group,
    Lexicon,
    Wish,
    groups,
    nearness,
)

IVORY_COAST, GHANA, KENYA, FRANCE = (
    "001.002.202.011.CIV.",
    "001.002.202.011.GHA.",
    "001.002.202.014.KEN.",
    "001.150.155.FRA.",
)
pytestmark = pytest.mark.any_database
number = count(1)


def wish(words: str = "", **fields: object) -> Wish:
    made = next(number)
    defaults = {
        "id": made,
        "owner": made,
        "kind": "priority",
        "theme": "rights",
        "level": "national",
        "path": IVORY_COAST,
        "language": "en",
        "words": words,
    }
    return Wish(**{**defaults, **fields})


def words_of(found: list[Group], wishes: list[Wish]) -> list[list[str]]:
    said = {one.id: one.words for one in wishes}
    return [sorted(said[member.id] for member in group.members) for group in found]


def test_phrases_that_say_the_same_are_grouped_and_others_are_not():
    said = [
        "End child labour in cocoa farming",
        "Eliminate child labour on cocoa farms",
        "Child labour in cocoa supply chains must end",
        "A living wage for garment workers",
        "Living wages for workers in garment factories",
        "Social protection for informal workers",
        "Labour courts that decide within a year",
    ]
    wishes = [wish(words) for words in said]

    found = groups(wishes)

    assert words_of(found, wishes) == [sorted(said[:3]), sorted(said[3:5])]


@pytest.mark.parametrize(
    ("language", "one", "other", "shared"),
    [
        ("fr", "L’égalité des salaires", "Des salaires égaux, l’égalité", {"salaires"}),
        ("es", "Salario mínimo digno", "Un salario mínimo que sea digno", {"salario", "mínimo"}),
        ("ar", "حماية العمال المنزليين", "الحماية للعمال المنزليين", {"المنزليين"}),
        ("ru", "Защита домашних работников", "Защитить домашних работников", {"домашних"}),
        ("zh", "保护家政工人", "家政工人的社会保护", {"家政", "工人"}),
    ],
)
def test_words_are_compared_in_their_own_language(language, one, other, shared):
    wishes = [wish(one, language=language), wish(other, language=language)]

    (group,) = groups(wishes)

    assert group.members[0].near == SAME
    assert shared <= set(group.members[1].shared)


def test_words_in_two_languages_go_together_where_they_sound_alike_or_a_lexicon_knows_them():
    said = [
        wish("Social protection", language="en"),
        wish("Protection sociale", language="fr"),
        wish("Социальная защита", language="ru"),
        wish("Child labour", language="en"),
        wish("Travail des enfants", language="fr"),
    ]
    lexicon = Lexicon.learnt([{"en": "Social protection", "ru": "Социальная защита"}])

    (by_sound,) = groups(said)
    (by_lexicon,) = groups(said, lexicon=lexicon)

    assert by_sound.ids == {said[0].id, said[1].id}
    assert set(by_sound.members[1].shared) == {"protection", "sociale – social"}
    assert by_lexicon.ids == {said[0].id, said[1].id, said[2].id}


def test_a_model_of_language_says_that_it_was_it():
    def same_for_all(texts: Sequence[str]) -> NDArray[np.float32]:
        return np.ones((len(texts), 1), dtype=np.float32)

    said = [wish("Child labour", language="en"), wish("童工", language="zh")]

    assert groups(said) == []
    (group,) = groups(said, embedding=same_for_all)
    assert (group.members[1].likeness, group.members[1].by_meaning) == (1.0, True)


@pytest.mark.parametrize("field", ["kind", "theme", "level"])
def test_nothing_is_grouped_across_kind_theme_or_level(field):
    assert groups([wish("Child labour"), wish("Child labour", **{field: "another"})]) == []


def test_without_words_only_the_very_same_place_counts():
    here, there, farther = wish(), wish(), wish(path=GHANA)

    (group,) = groups([here, there, farther])

    assert group.ids == {here.id, there.id}
    assert [(one.near, one.likeness, one.shared) for one in group.members] == [
        (SAME, None, ()),
        (SAME, None, ()),
    ]


def test_two_wishes_of_one_organisation_are_nothing_shared():
    assert groups([wish("Child labour", owner=1), wish("Child labour", owner=1)]) == []
    assert groups([wish(owner=1), wish(owner=1)]) == []


def test_the_farther_apart_the_more_the_words_have_to_say_the_same():
    others = [wish(text) for text in ("Coal mines", "Green cities", "Pay fees", "Open borders")]
    one = "Training for young people in farming villages"
    other = "Young people learn trades and training, crafts, music"
    near = groups([wish(one), wish(other), *others])
    far = groups([wish(one), wish(other, path=FRANCE), *others])

    assert [len(group.members) for group in near] == [2]
    assert near[0].members[1].likeness == pytest.approx(0.36, abs=0.04)
    assert far == []


def test_nearness_is_read_from_the_way_down_from_the_world():
    assert [nearness(IVORY_COAST, other) for other in (IVORY_COAST, GHANA, KENYA)] == [
        SAME,
        SUBREGION,
        SUBREGION,
    ]
    assert nearness("001.002.015.EGY.", IVORY_COAST) == REGION
    assert nearness(FRANCE, IVORY_COAST) == WORLD
    assert nearness("001.", FRANCE) == WORLD


def test_group_is_a_star_and_no_chain():
    # The first is like the second and the second like the third, but the first unlike the third.
    first = wish("red green blue")
    second = wish("green blue black white")
    third = wish("black white gold")
    others = [wish(f"other{n} thing{n}") for n in range(20)]

    found = groups([first, second, third, *others])

    assert [group.ids for group in found] == [{first.id, second.id, third.id}]
    assert found[0].members[0].id == second.id


def test_outcome_does_not_depend_on_the_order():
    die = random.Random(7)
    vocabulary = [f"word{n}" for n in range(60)]
    wishes = [
        wish(
            " ".join(die.choices(vocabulary, k=die.randint(0, 6))),
            path=die.choice([IVORY_COAST, GHANA, KENYA, FRANCE]),
            owner=die.randrange(100),
        )
        for _ in range(300)
    ]
    shuffled = wishes[:]
    die.shuffle(shuffled)

    found = groups(wishes)

    assert len(found) > 5
    assert groups(shuffled) == found
    members = [member.id for group in found for member in group.members]
    assert len(members) == len(set(members))


def test_a_word_that_everybody_says_groups_nobody():
    wishes = [wish(f"workers topic{n}") for n in range(80)]

    assert groups(wishes) == []


@pytest.mark.parametrize("words", ["", " ", "the of", "!!!", "\u0301", "x" * 10_000])
def test_odd_words_break_nothing(words):
    groups([wish(words), wish(words), wish("Child labour")])


def test_nothing_among_nothing():
    assert groups([]) == []
