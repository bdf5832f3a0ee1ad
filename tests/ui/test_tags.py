"""The components: what they say, and that no value gets out of its place."""

import datetime
from html.parser import HTMLParser

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import engines
from django.test import RequestFactory
from django.utils import translation

from coalition.ui.templatetags.ui import LONGEST_FILTER
from coalition.ui.thread import Cell, Knot, Move, Step

HOSTILE = """"'><script>alert(1)</script><b onclick=x>&"""


class Reader(HTMLParser):
    """Collects the elements and the text of a piece of HTML, as a browser would see them."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader


def words(html: str) -> str:
    return " ".join(read(html).text.split())


def render(source: str, path: str = "/", **context: object) -> str:
    return engines["django"].from_string(source).render(context, RequestFactory().get(path))


class FilterForm(forms.Form):
    q = forms.CharField(label=HOSTILE, required=False, help_text=HOSTILE)


# Every component with hostile values wherever a value goes.
COMPONENTS = {
    "thread": "{% thread knots %}",
    "thread_flat": "{% thread_flat steps x %}",
    "timeline": "{% timeline moves %}",
    "strip": "{% strip cells x %}",
    "status": "{% status x 'good' %}",
    "group_badge": "{% group_badge x x %}",
    "level_badge": "{% level_badge x x %}",
    "figure": "{% figure x x x x %}",
    "facts": "{% facts %}{% fact x %}{{ x }}{% endfact %}{% endfacts %}",
    "empty": "{% empty x %}",
    "note": "{% note %}{{ x }}{% endnote %}",
    "fold": "{% fold x %}{{ x }}{% endfold %}",
    "margin": "{% margin %}{{ x }}{% endmargin %}",
    "table": "{% table x %}<tbody><tr><td>{{ x }}</td></tr></tbody>{% endtable %}",
    "filters": "{% filters form x x %}",
}


@pytest.mark.parametrize("name", COMPONENTS)
def test_component_keeps_hostile_values_in_their_place(name):
    day = datetime.date(2026, 3, 2)

    html = render(
        COMPONENTS[name],
        x=HOSTILE,
        knots=[Knot(HOSTILE, HOSTILE, HOSTILE, HOSTILE, "above"), Knot(HOSTILE, HOSTILE)],
        steps=[Step(HOSTILE, "now", HOSTILE, HOSTILE)],
        moves=[Move(day, HOSTILE, HOSTILE)],
        cells=[Cell(HOSTILE, HOSTILE, 2, HOSTILE)],
        form=FilterForm({"q": HOSTILE}),
    )

    seen = read(html)
    assert {"script", "b"} & {tag for tag, _attributes in seen.elements} == set()
    assert [each for each in seen.elements if "onclick" in each[1]] == []
    assert HOSTILE in seen.text  # shown as it was written


def test_group_badge_takes_only_a_code_as_its_class():
    html = render("{% group_badge code 'Somebody' %}", code="GOV evil")

    assert html == '<span class="group group-GOVevil">Somebody</span>'


def test_thread_hangs_knots_in_reading_order():
    knots = [
        Knot("Result", "Agreements", "/r/", "12 of 30", "below"),
        Knot("Commitment", "A living wage", position="here"),
        Knot("Provision", "Paragraph 23", "/p/", "4 commitments", "above"),
    ]

    html = render("{% thread knots %}", knots=knots)

    assert words(html) == (
        "What this answers Provision Paragraph 23 4 commitments "
        "You are here Commitment A living wage "
        "What came of it Result Agreements 12 of 30"
    )
    assert [each["href"] for tag, each in read(html).elements if tag == "a"] == ["/p/", "/r/"]


def test_thread_shows_one_part_alone():
    knots = [Knot("Provision", "Paragraph 23", position="above"), Knot("Result", "Agreements")]

    assert words(render("{% thread knots 'below' %}", knots=knots)) == (
        "What came of it Result Agreements"
    )


def test_thread_without_knots_is_nothing():
    assert render("{% thread knots %}", knots=[]).strip() == ""


def test_knot_refuses_a_place_that_is_not_on_the_thread():
    with pytest.raises(ValueError, match="above, here or below, not 'beside': A living wage"):
        Knot("Commitment", "A living wage", position="beside")


def test_step_refuses_an_unknown_state():
    with pytest.raises(ValueError, match="done, now or ahead, not 'soon': Summary"):
        Step("Summary", "soon")


def test_thread_flat_says_how_far_one_is():
    html = render("{% thread_flat steps %}", steps=[Step("One", "done", "/1/"), Step("Two", "now")])

    assert words(html) == "One done Two now"
    current = [each for _tag, each in read(html).elements if each.get("aria-current") == "step"]
    assert len(current) == 1


def test_timeline_gives_date_sentence_and_reason():
    moves = [Move(datetime.date(2026, 3, 9), "An officer sent it back.", "Until when?")]

    html = render("{% timeline moves %}", moves=moves)

    assert words(html) == "9 March 2026 An officer sent it back. Until when?"
    assert ("time", {"datetime": "2026-03-09"}) in read(html).elements


def test_strip_is_hollow_where_nobody_delivers():
    cells = [Cell("1", "?p=1", 0, "Paragraph 1: nobody"), Cell("2", "?p=2", 3, "Paragraph 2: 3")]

    links = [
        each for tag, each in read(render("{% strip cells %}", cells=cells)).elements if tag == "a"
    ]

    assert [(each["class"], each["aria-label"]) for each in links] == [
        ("s0", "Paragraph 1: nobody"),
        ("s5", "Paragraph 2: 3"),
    ]


def test_status_says_its_word_with_a_glyph_of_its_tone():
    assert render("{% status 'Overdue' 'alert' %}") == (
        '<span class="status alert"><span aria-hidden="true">▲</span> Overdue</span>'
    )


@pytest.mark.parametrize("source", ["{% status 'x' 'loud' %}", "{% note 'loud' %}x{% endnote %}"])
def test_unknown_tone_is_refused_with_the_known_ones(source):
    with pytest.raises(ValueError, match="'loud' is not one of: calm, good, due, alert, ended"):
        render(source)


def test_level_badge_has_the_outline_of_its_level():
    assert render("{% level_badge 'regional' 'Regional' %}") == (
        '<span class="level level-regional">Regional</span>'
    )


def test_figure_groups_numbers_and_leaves_text():
    assert words(render("{% figure 1204 'partners' %}")) == "1,204 partners"
    assert words(render("{% figure '62%' 'taken up' %}")) == "62% taken up"


def test_fact_with_nothing_to_say_is_left_out():
    html = render(
        "{% facts %}{% fact 'A' %} {% endfact %}{% fact 'B' %}b{% endfact %}{% endfacts %}"
    )

    assert html == '<dl class="facts"><div><dt>B</dt><dd>b</dd></div></dl>'


def test_empty_stands_in_a_loop_without_rows():
    html = render(
        "{% for each in rows %}{{ each }}{% empty %}{% empty 'Nobody yet.' %}{% endfor %}"
    )

    assert html == '<p class="empty">Nobody yet.</p>'


def test_table_scrolls_in_a_named_region():
    html = render("{% table 'Who waits' %}<tbody></tbody>{% endtable %}")

    assert read(html).elements[0] == (
        "div",
        {"class": "table", "role": "region", "tabindex": "0", "aria-label": "Who waits"},
    )


def test_components_speak_the_readers_language():
    with translation.override("ar"):
        assert words(render("{% example_mark %}")) == "مثال"


# --- Pagination ------------------------------------------------------------------------------


def pages(path: str, number: int, rows: int = 200) -> list[str | None]:
    """The addresses that the pagination of this page links to, in order."""
    page = Paginator(range(rows), 10).get_page(number)
    html = render("{% pagination page %}", path, page=page)
    return [each["href"] for tag, each in read(html).elements if tag == "a"]


@pytest.mark.parametrize(
    ("number", "linked"),
    [
        (1, [2, 1, 2, 20]),
        (2, [1, 3, 1, 2, 3, 20]),
        (7, [6, 8, 1, 6, 7, 8, 20]),
        (20, [19, 1, 19, 20]),
    ],
)
def test_pagination_links_to_existing_pages_only(number, linked):
    assert pages("/", number) == [f"?page={each}" for each in linked]


def test_pagination_of_three_pages_has_no_gap():
    page = Paginator(range(30), 10).get_page(2)

    assert words(render("{% pagination page %}", page=page)) == "Previous Next 1 2 3"


@pytest.mark.parametrize("rows", [0, 1, 10])
def test_pagination_of_one_page_is_nothing(rows):
    assert pages("/", 1, rows=rows) == []


def test_pagination_keeps_the_filters():
    links = pages("/?q=bread+%26+wage&group=GOV&group=WRK&page=99999999999999999999", 1)

    assert links[0] == "?q=bread+%26+wage&group=GOV&group=WRK&page=2"


def test_pagination_does_not_repeat_a_filter_without_end():
    long = "x" * (LONGEST_FILTER + 1)

    assert pages(f"/?q={long}&{long}=1&group=GOV", 1)[0] == "?group=GOV&page=2"


def test_pagination_keeps_hostile_filters_in_their_place():
    html = render(
        "{% pagination page %}",
        "/?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
        page=Paginator(range(30), 10).get_page(1),
    )

    assert "script" not in [tag for tag, _attributes in read(html).elements]


def test_filters_offer_to_clear_only_what_is_set():
    def links(form: forms.Form) -> list[str | None]:
        html = render("{% filters form '/partners/' %}", form=form)
        return [each["href"] for tag, each in read(html).elements if tag == "a"]

    assert links(FilterForm()) == []
    assert links(FilterForm({"q": ""})) == []
    assert links(FilterForm({"q": "bread"})) == ["/partners/"]
