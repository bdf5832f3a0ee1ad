from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coalition.analysis.word_diff import Change, Span, word_diff
from coalition.analysis.words import plain_words, tokens

KEPT, OUT, IN = Change.KEPT, Change.TAKEN_OUT, Change.PUT_IN
# Words of several scripts and signs, so that spans meet in every way.
WORDS = st.lists(
    st.sampled_from(["bread", "Bread", "salt", "خبز", "خُبْز", "和平", "—", ",", "  ", " ", "٣"]),
    max_size=25,
).map(" ".join)


def marked(old: str, new: str) -> str:
    signs = {KEPT: "{}", OUT: "[-{}-]", IN: "{{+{}+}}"}
    return "".join(signs[span.change].format(span.words) for span in word_diff(old, new))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("", "", ""),
        ("We bake.", "We bake.", "We bake."),
        ("", "We bake.", "{+We bake.+}"),
        ("We bake.", "", "[-We bake.-]"),
        ("We bake good bread.", "We bake bread.", "We bake [-good -]bread."),
        ("We bake bread.", "They sell salt.", "[-We bake bread-]{+They sell salt+}."),
        ("We may bake.", "We shall bake.", "We [-may-]{+shall+} bake."),
        # Vowel signs belong to their letter, and words of a right-to-left script stay whole.
        ("نخبز الخبز ليلا", "نبيع الخبز نهارا", "[-نخبز-]{+نبيع+} الخبز [-ليلا-]{+نهارا+}"),
        ("خُبْز", "خَبْز", "[-خُبْز-]{+خَبْز+}"),
        # Chinese is written without spaces: each sign is a word.
        ("我们烤面包", "他们卖面包", "[-我-]{+他+}们[-烤-]{+卖+}面包"),
    ],
)
def test_word_diff_tells_what_changed(old: str, new: str, told: str) -> None:
    assert marked(old, new) == told


@given(WORDS, WORDS)
def test_word_diff_rebuilds_both_sides(old: str, new: str) -> None:
    spans = word_diff(old, new)
    assert "".join(span.words for span in spans if span.change is not IN) == old
    assert "".join(span.words for span in spans if span.change is not OUT) == new
    assert all(span.words for span in spans)
    assert all(a.change != b.change for a, b in pairwise(spans))


@given(WORDS, WORDS)
def test_word_diff_is_the_same_the_other_way_round(old: str, new: str) -> None:
    turned = {KEPT: KEPT, OUT: IN, IN: OUT}
    there = word_diff(old, new)
    back = [Span(turned[span.change], span.words) for span in word_diff(new, old)]
    for change in Change:
        assert [s.words for s in there if s.change is change] == [
            s.words for s in back if s.change is change
        ]


@given(WORDS)
def test_word_diff_keeps_what_is_equal(words: str) -> None:
    assert word_diff(words, words) == ([Span(KEPT, words)] if words else [])


def test_word_diff_of_an_endless_text_is_still_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coalition.analysis.word_diff.MOST_PAIRS", 10)
    assert marked("one two three", "one two four") == "[-one two three-]{+one two four+}"


@given(st.text())
def test_tokens_lose_nothing(text: str) -> None:
    assert "".join(tokens(text)) == text


def test_plain_words_are_compared_without_signs_and_capitals() -> None:
    assert plain_words("The “Right”, to  work—第三条 ①") == [
        "the", "right", "to", "work", "第", "三", "条", "1",
    ]  # fmt: skip
