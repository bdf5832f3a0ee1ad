"""What words cite: each way of writing it, its key, its place, and what is left alone."""

from __future__ import annotations

import gzip
import json
import re
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coalition.analysis import citations
from coalition.analysis.citations import SELF, find, key_of_symbol, keys_of_name, official_address

CHARTER = "name:charter of the united nations"


def cited(words: str, speaker: str = "ga", article: str = "") -> list[tuple[str, str, str]]:
    """Each citation as its words, its key and its number."""
    return [
        (words[one.begins : one.ends], one.key, one.number)
        for one in find(words, speaker=speaker, article=article)
    ]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (
            "Recalling its resolutions 66/288 of 27 July 2012 and 70/1 of 25 September 2015,",
            [("resolutions 66/288", "ga:66/288", ""), ("70/1", "ga:70/1", "")],
        ),
        (
            "its resolution 79/226, entitled “Review of resolution 70/1”",
            [("resolution 79/226", "ga:79/226", "")],
        ),
        (
            "General Assembly resolution 217 A (III) and resolution 1514 (XV)",
            [
                ("General Assembly resolution 217 A (III)", "ga:217a(iii)", ""),
                ("resolution 1514 (XV)", "ga:1514(xv)", ""),
            ],
        ),
        (
            "resolutions 75/253 A and B",
            [("resolutions 75/253 A", "ga:75/253a", ""), ("B", "ga:75/253b", "")],
        ),
        (
            "Security Council resolutions 1325 (2000) and 2250 (2015)",
            [
                ("Security Council resolutions 1325 (2000)", "sc:1325", ""),
                ("2250 (2015)", "sc:2250", ""),
            ],
        ),
        (
            "the Human Rights Council, in its resolution 17/4 of 16 June 2011",
            [("resolution 17/4", "hrc:17/4", "")],
        ),
        (
            "Economic and Social Council resolution 2019/15",
            [("Economic and Social Council resolution 2019/15", "ecosoc:2019/15", "")],
        ),
        ("its decision 78/560 of 13 August 2024", [("decision 78/560", "ga-decision:78/560", "")]),
        ("as in document A/RES/70/1.", [("A/RES/70/1", "ga:70/1", "")]),
        ("the draft A/80/L.5, as revised", [("A/80/L.5", "symbol:a/80/l.5", "")]),
        (
            "its resolutions 70/1 of 25 September 2015 on war, 71/2 of 4 October 2016 on bees",
            [("resolutions 70/1", "ga:70/1", ""), ("71/2", "ga:71/2", "")],
        ),
    ],
)
def test_numbers_are_found_with_the_body_whose_they_are(
    words: str, expected: list[tuple[str, str, str]]
) -> None:
    assert cited(words) == expected


@pytest.mark.parametrize(
    "words",
    [
        "United Nations Environment Assembly resolution 5/14 of 2 March 2022",
        "Economic Commission for Africa resolution 2023/7 of 21 March 2023",
        "resolution 72/7 of 19 May 2016 of the Economic and Social Commission for Asia",
        "decision 15/4 of the Conference of the Parties",
        "the resolution of 70 disputes by 1 August",
        "a share of 70/1 in all",
        "EC-91/S/3, dated 28 June 2019",
        "under the item entitled “Implementation of the Convention on Biological Diversity”",
        "Amendment to the Paris Agreement",
        "the Comprehensive Nuclear-Test-Ban Treaty Organization",
        "Connect 2030 Agenda for Global Telecommunication/Information and Communication Technology",
        "the Convention, the Declaration and the Programme of Action",
    ],
)
def test_what_does_not_say_which_text_it_is_is_left_alone(words: str) -> None:
    assert cited(words) == []


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (
            "the Right to Organise and Collective Bargaining Convention, 1949 (No. 98), and",
            [
                (
                    "Right to Organise and Collective Bargaining Convention, 1949 (No. 98)",
                    "ilo:98",
                    "",
                )
            ],
        ),
        (
            "Recalling the Safety Provisions (Building) Convention (Revised), 1937, and",
            [
                (
                    "Safety Provisions (Building) Convention (Revised), 1937",
                    "name:safety provisions (building) convention (revised), 1937",
                    "",
                )
            ],
        ),
        (
            "Conventions Nos. 87 and 98",
            [("Conventions Nos. 87", "ilo:87", ""), ("98", "ilo:98", "")],
        ),
        ("Council of Europe Convention No. 108", []),
        (
            "the Protocol of 2014 to the Forced Labour Convention, 1930 (No. 29)",
            [
                (
                    "Protocol of 2014 to the Forced Labour Convention, 1930 (No. 29)",
                    "ilo-p:29",
                    "",
                )
            ],
        ),
        (
            "the Social Protection Floors Recommendation, 2012 (No. 202)",
            [("Social Protection Floors Recommendation, 2012 (No. 202)", "ilo-r:202", "")],
        ),
        (
            "the 2030 Agenda, the Universal Declaration of Human Rights",
            [
                ("2030 Agenda", "ga:70/1", ""),
                ("Universal Declaration of Human Rights", "ga:217a(iii)", ""),
            ],
        ),
        (
            "Reaffirming the Doha Political Declaration",
            [("Doha Political Declaration", "ga:80/5", "")],
        ),
        (
            "the Doha Political Declaration, adopted at the Fifth United Nations Conference on the "
            "Least Developed Countries",
            [
                (
                    "Doha Political Declaration",
                    "name:doha political declaration of the conference on the least developed "
                    "countries",
                    "",
                )
            ],
        ),
    ],
)
def test_titles_and_names_are_found(words: str, expected: list[tuple[str, str, str]]) -> None:
    assert cited(words) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (
            "paragraph 23 of the Doha Political Declaration",
            [("paragraph 23 of the Doha Political Declaration", "ga:80/5", "23")],
        ),
        (
            "paragraphs 17 and 30 (h) of its resolution 70/1",
            [
                ("paragraphs 17", "ga:70/1", "17"),
                ("30 (h) of its resolution 70/1", "ga:70/1", "30 (h)"),
            ],
        ),
        ("resolution 72/239, paragraph 5,", [("resolution 72/239", "ga:72/239", "")]),
        ("resolution 72/239, paragraph 5", [("resolution 72/239, paragraph 5", "ga:72/239", "5")]),
        (
            "article 4, paragraph 19, of the Paris Agreement",
            [
                (
                    "article 4, paragraph 19, of the Paris Agreement",
                    "name:paris agreement",
                    "4 (19)",
                )
            ],
        ),
        (
            "Article 19 of the Constitution of the International Labour Organisation",
            [
                (
                    "Article 19 of the Constitution of the International Labour Organisation",
                    "name:constitution of the international labour organization",
                    "19",
                )
            ],
        ),
        (
            "Article 73 e of the Charter",
            [("Article 73 e of the Charter", CHARTER, "73 (e)")],
        ),
        (
            "paragraphs 4, 7 and 9 to 12 above",
            [
                ("paragraphs 4", SELF, "4"),
                ("7", SELF, "7"),
                ("9 to 12 above", SELF, "9"),
            ],
        ),
    ],
)
def test_places_are_read_with_the_text_they_are_of(
    words: str, expected: list[tuple[str, str, str]]
) -> None:
    assert cited(words) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("under Article 5 or 6.", [("Article 5 or 6", "5")]),
        ("article 5 of this Convention", [("article 5 of this Convention", "5")]),
        ("paragraph 1 of this article", [("paragraph 1 of this article", "7 (1)")]),
        ("paragraph 2 of Article VI", [("paragraph 2 of Article VI", "VI (2)")]),
        ("Article 3, paragraphs 1 and 3, of the Charter", []),
        ("Article 5 of the Penal Code", []),
    ],
)
def test_a_treaty_cites_itself(words: str, expected: list[tuple[str, str]]) -> None:
    found = [(text, number) for text, _key, number in cited(words, "treaty", "7")]
    if words == "under Article 5 or 6.":
        expected = [("Article 5", "5"), ("6", "6")]
    assert found == expected


def test_a_resolution_without_its_body_is_nobodys_in_a_treaty() -> None:
    assert cited("resolution 46/119", "treaty") == []
    assert cited("General Assembly resolution 46/119", "treaty") == [
        ("General Assembly resolution 46/119", "ga:46/119", "")
    ]


def test_keys_of_symbols_and_names_are_those_of_citations() -> None:
    assert [
        key_of_symbol(each)
        for each in (
            "A/RES/70/1",
            "A/RES/217 A (III)",
            "S/RES/1325 (2000)",
            "C098",
            "R202",
            "A/80/L.5",
        )
    ] == ["ga:70/1", "ga:217a(iii)", "sc:1325", "ilo:98", "ilo-r:202", "symbol:a/80/l.5"]
    assert keys_of_name("Minimum Age Convention, 1973 (No. 138)") == [
        "ilo:138",
        "name:minimum age convention, 1973",
    ]
    assert keys_of_name("Universal Declaration of Human Rights") == ["ga:217a(iii)"]
    assert keys_of_name("Protocol") == []


def test_official_addresses_are_given_where_the_key_tells_them() -> None:
    assert [
        official_address(each)
        for each in ("ga:70/1", "ga:1514(xv)", "symbol:a/78/298", "sc:1325", "ilo:98", "name:x y")
    ] == [
        "https://docs.un.org/en/A/RES/70/1",
        "https://docs.un.org/en/A/RES/1514(XV)",
        "https://docs.un.org/en/A/78/298",
        "",
        "",
        "",
    ]


@given(st.text(max_size=300), st.sampled_from(["", "ga", "treaty"]))
def test_citations_of_any_words_lie_inside_them_and_apart(words: str, speaker: str) -> None:
    words += " resolution 70/1 İİ Paris Agreement " + words
    done = 0
    for one in find(words, speaker=speaker, article="3"):
        assert done <= one.begins < one.ends <= len(words)
        assert one.key
        done = one.ends


def test_long_hostile_words_take_no_time() -> None:
    for words in (
        "Of The " * 20_000 + "Convention, 1949",
        "paragraphs " + "1, " * 50_000,
        "resolutions " + "70/1, " * 20_000,
        "(A" * 20_000 + ") Convention, 1949 (No. 98)",
    ):
        find(words, speaker="ga")


@pytest.mark.realdata
def test_names_of_resolutions_stand_beside_them_in_the_documents(data_dir: Path) -> None:
    """The list of names is fact: each name with a resolution's key is seen with its number."""
    path = data_dir / "un_ga_texts" / "docs_sessions78-79.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as file:
        pages = [" ".join(json.loads(line)["text"].split()) for line in file]
    texts = [(page, page.lower().replace("’", "'")) for page in pages]
    lines = (
        resources.files("coalition.analysis").joinpath("data/cited_names.txt").read_text("utf-8")
    )
    unseen = []
    for key, names in re.findall(r"^ga:(\S+): (.+)$", lines, re.M):
        number = re.compile(
            r"\b" + re.sub(r"([a-z]?)\(", r" ?\1 ?\\(", key).replace(")", r"\)"), re.I
        )
        unseen += [
            name
            for name in names.split("; ")
            if not any(name.lower() in low and number.search(page) for page, low in texts)
        ]
    assert unseen == []
    assert citations.name_of("ga:70/1") == "2030 Agenda for Sustainable Development"
