from __future__ import annotations

import csv
import gzip
import re
from io import StringIO

import pytest
from django.core.cache import cache
from django.test import Client

from coalition.analysis import alignment
from coalition.instruments.comparison import queries
from coalition.instruments.models import Instrument, Version
from coalition.instruments.texts.queries import text_of
from tests.instruments.documents import SAYINGS, draft, version

pytestmark = pytest.mark.django_db
HOME = "/en/instruments/g-1/"


def main_of(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    html = response.content.decode()
    return html[html.index("<main") : html.index("</main>")]


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.fixture
def guild() -> Instrument:
    draft("bread", "salt", "water", "ovens:", "flour")
    version("G/1", "water", SAYINGS["bread"].replace("night", "day"), "salt", "ovens:", "New one.")
    return version("G/1", "ماء", "خبز", "ملح", "أفران:", "جديد.", language="ar").instrument


def keys(of: Instrument) -> dict[str, int]:
    return {f"{one.symbol} {one.language}": one.pk for one in of.versions.all()}


# --- What is compared


def test_a_draft_and_what_was_adopted_are_compared_unless_others_are_asked_for(
    guild: Instrument,
) -> None:
    every = queries.comparable(guild)
    for language in ("en", "fr"):
        old, new = queries.sensible_pair(guild, every, language)
        assert [f"{one.symbol} {one.language}" for one in (old, new)] == ["G/L.1 en", "G/1 en"]
    # Nothing else is held in Arabic, so the other language of the same text stands beside it.
    old, new = queries.sensible_pair(guild, every, "ar")
    assert [f"{one.symbol} {one.language}" for one in (old, new)] == ["G/1 en", "G/1 ar"]


def test_a_text_is_compared_with_the_one_that_it_revises(client: Client) -> None:
    before = version("H/1", "bread", "salt", of="").instrument
    after = version("G/1", "salt", "water", of="").instrument
    assert queries.sensible_pair(after, queries.comparable(after), "en")[0] is None
    after.revises = before
    after.save()
    assert [one.symbol for one in queries.comparable(after)] == ["G/1", "H/1"]
    assert [one.symbol for one in queries.comparable(before)] == ["H/1", "G/1"]
    html = words(main_of(client, f"{HOME}compare/"))
    assert "Earlier: H/1" in html
    assert "○ renumbered 2. Salt may be sold" in html


def test_the_comparison_counts_what_became_of_each(guild: Instrument) -> None:
    old, new = (guild.versions.get(symbol=s, language="en") for s in ("G/L.1", "G/1"))
    found = queries.comparison_of(old, new)
    assert found.counts == {
        "same": 3,  # the ovens and their points
        "changed": 1,
        "moved": 1,
        "renumbered": 3,
        "merged": 0,
        "split": 0,
        "added": 1,
        "removed": 1,
    }


def test_two_languages_stand_side_by_side_by_provision(client: Client, guild: Instrument) -> None:
    key = keys(guild)
    found = queries.comparison_of(*(Version.objects.get(pk=key[n]) for n in ("G/1 en", "G/1 ar")))
    assert [(row.old.words[:8], row.new.words) for row in found.rows] == [
        ("Everyone", "ماء"),
        ("Bread sh", "خبز"),
        ("Salt may", "ملح"),
        ("Ovens ar", "أفران"),
        ("A of wha", "A of what is said of أفران"),
        ("B of wha", "B of what is said of أفران"),
        ("New one.", "جديد."),
    ]
    html = main_of(client, f"{HOME}compare/?old={key['G/1 en']}&new={key['G/1 ar']}")
    assert 'lang="ar" dir="rtl"' in html
    assert "<ins" not in html
    assert "<del" not in html


def test_in_two_languages_what_only_one_has_is_said(client: Client, guild: Instrument) -> None:
    key = keys(guild)
    html = words(main_of(client, f"{HOME}compare/?old={key['G/L.1 en']}&new={key['G/1 ar']}"))
    assert "only in the first" in html  # the flour of the draft
    assert "only in the second" in html


def test_only_slow_comparisons_are_remembered(
    guild: Instrument, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = (guild.versions.get(symbol=s, language="en") for s in ("G/L.1", "G/1"))
    times = []

    def counted(*sides: object) -> list[alignment.Pairing]:
        times.append(1)
        return alignment.align(*sides)

    monkeypatch.setattr(queries, "align", counted)
    cache.clear()
    first = queries.comparison_of(old, new).counts
    assert queries.comparison_of(old, new).counts == first
    assert len(times) == 2
    monkeypatch.setattr(queries, "SLOW", 0)
    queries.comparison_of(old, new)
    assert queries.comparison_of(old, new).counts == first
    assert len(times) == 3
    assert queries.comparison_of(new, old).counts["added"] == 1  # the other way round is another


def test_pages_of_a_comparison_stay_light_and_lose_no_row(client: Client) -> None:
    long = [f"{place}. {' '.join(SAYINGS.values())} " * 6 for place in range(60)]
    draft(*long)
    version("G/1", *(words.replace("bread", "cake").replace("shall", "may") for words in long))
    seen = []
    number, pages = 0, 1
    while number < pages:
        number += 1
        response = client.get(f"{HOME}compare/?page={number}")
        assert len(gzip.compress(response.content)) < 15_000
        seen += re.findall(r'class="pair" id="(para_\d+)"', response.content.decode())
        pages = response.context["page"].paginator.num_pages
    assert seen == [f"para_{place}" for place in range(1, 61)]


# --- The pages


def test_compare_shows_what_was_taken_out_and_put_in(client: Client, guild: Instrument) -> None:
    html = main_of(client, f"{HOME}compare/")
    assert re.findall(r"<del>(?:<span[^>]*>)?(.*?)</del>", html)[0].endswith("</span>night")
    assert re.findall(r"<ins>(?:<span[^>]*>)?(.*?)</ins>", html)[0].endswith("</span>day")
    told = words(html)
    assert "(taken out:) night" in told
    assert "(put in:) day" in told
    assert "1 ◐ changed" in told
    assert "Not in the earlier text" in told
    assert "Not in the later text" in told


def test_compare_shows_only_what_changed_where_that_is_asked(
    client: Client, guild: Instrument
) -> None:
    every, changed = (
        main_of(client, f"{HOME}compare/?only={only}").count('class="pair"')
        for only in ("", "changed")
    )
    assert (every, changed) == (9, 6)  # one is the head


@pytest.mark.parametrize(
    "query", ["old=x", "old=0", "new=999999", "only=what", "old=" + "9" * 400, "page=-1", "page=x"]
)
def test_compare_answers_nonsense_with_a_page(
    client: Client, guild: Instrument, query: str
) -> None:
    assert client.get(f"{HOME}compare/?{query}").status_code == 200


def test_compare_without_a_second_version_says_so(client: Client) -> None:
    version("G/1", "bread")
    assert "no two versions" in main_of(client, f"{HOME}compare/")
    assert client.get(f"{HOME}compare/changes.csv").status_code == 404


def test_the_download_has_what_the_page_shows(client: Client, guild: Instrument) -> None:
    response = client.get(f"{HOME}compare/changes.csv?only=changed")
    body = b"".join(response.streaming_content).decode("utf-8-sig")
    lines = list(csv.DictReader(StringIO(body)))
    assert [(line["what"], line["old_eid"], line["new_eid"]) for line in lines] == [
        ("moved renumbered", "para_3", "para_1"),
        ("changed renumbered", "para_1", "para_2"),
        ("renumbered", "para_2", "para_3"),
        ("removed", "para_5", ""),
        ("added", "", "para_5"),
    ]


def test_versions_lists_all_with_the_current_one_first(client: Client, guild: Instrument) -> None:
    told = words(main_of(client, f"{HOME}versions/"))
    places = [told.index(name) for name in ("G/1 · Adopted · English", "G/1 · Adopted · العربية")]
    assert places == sorted(places)
    assert told.index("G/L.1 · Draft · English") > places[1]
    assert told.count("● the current text") == 1


def test_an_earlier_version_is_read_in_its_own_order_and_says_what_it_is(
    client: Client, guild: Instrument
) -> None:
    key = keys(guild)["G/L.1 en"]
    told = words(main_of(client, f"{HOME}versions/{key}/part/1/"))
    assert "You are reading G/L.1 , which is not the current text." in told
    assert told.index("Bread shall") < told.index("Salt may") < told.index("Everyone has")
    assert "Read this paragraph in the current text" in told
    assert client.get(f"{HOME}versions/{key}/para_4__point_a/").headers["Location"] == (
        f"{HOME}versions/{key}/part/1/#para_4__point_a"
    )
    for path in (f"versions/{key}/part/9/", "versions/999999/", f"versions/{key}/nothing/"):
        assert client.get(HOME + path).status_code == 404


def test_readers_are_shown_their_language_where_it_is_held(
    client: Client, guild: Instrument
) -> None:
    key = keys(guild)
    assert text_of(guild, language="ar").version.pk == key["G/1 ar"]
    assert text_of(guild, language="fr").version.pk == key["G/1 en"]
    for path in ("", "part/1/", "para_2/"):
        arabic = client.get(f"/ar/instruments/g-1/{path}").content.decode()
        assert f"versions/{key['G/1 en']}/" in arabic
        english = client.get(HOME + path).content.decode()
        assert f"versions/{key['G/1 ar']}/" in english
    assert (
        'id="para_1" lang="ar" dir="rtl"'
        in client.get("/ar/instruments/g-1/part/1/").content.decode()
    )
    assert "ملح" in client.get("/ar/instruments/g-1/para_2/").content.decode()


def test_the_current_version_is_read_at_the_address_of_the_text(
    client: Client, guild: Instrument
) -> None:
    key = keys(guild)["G/1 en"]
    answer = client.get(f"{HOME}versions/{key}/part/1/")
    assert (answer.status_code, answer["Location"]) == (302, f"{HOME}part/1/")


def test_downloads_are_of_the_version_asked_for(client: Client, guild: Instrument) -> None:
    key = keys(guild)["G/L.1 en"]
    told = client.get(f"{HOME}text.txt?version={key}").content.decode()
    assert "5. Millers keep flour dry" in told
    assert "Millers" not in client.get(f"{HOME}text.txt").content.decode()
    assert client.get(f"{HOME}text.json?version={key}").json()["provisions"][0]["number"] == "1"
    for wrong in ("x", "0", "²", "99999999999999999999"):
        assert client.get(f"{HOME}text.txt?version={wrong}").status_code == 404


@pytest.mark.parametrize("many", [1, 3])
def test_pages_of_versions_take_a_fixed_number_of_queries(
    client: Client, guild: Instrument, django_assert_num_queries: object, many: int
) -> None:
    for number in range(many - 1):
        version(f"G/1/Rev.{number}", "water", "bread", "salt", f"{number}", stage="revised")
    key = keys(guild)["G/L.1 en"]
    counts = {"versions/": 2, f"versions/{key}/": 5, f"versions/{key}/part/1/": 5, "compare/": 4}
    for path, count in counts.items():
        with django_assert_num_queries(count):  # type: ignore[operator]
            client.get(HOME + path)
