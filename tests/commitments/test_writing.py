"""Writing a promise: screens that lose nothing, whoever else writes, and the guide beside them."""

import re
from datetime import date

import pytest
from django.urls import reverse

from coalition.base.errors import NotAllowed
from coalition.base.models import Event
from coalition.base.sealing import seal, unseal
from coalition.commitments import actions
from coalition.commitments.models import Commitment
from coalition.commitments.writing import plain
from coalition.commitments.writing.actions import save
from coalition.commitments.writing.quality import guide, missing
from coalition.commitments.writing.views import STEPS, steps
from coalition.results.models import Framework
from tests import factories

pytestmark = pytest.mark.django_db

SCRIPT = "<script>alert(1)</script>"


def writing(client, **fields):
    """A draft, with somebody who writes it signed in."""
    person = factories.person()
    one = factories.commitment(partner=factories.partner(person=person), **fields)
    client.force_login(person)
    return one


def address(one, step):
    return reverse("commitments:edit", args=[one.reference, step])


def opened(client, one, step):
    """What a browser holds of a screen: its fields as they would be sent."""
    page = client.get(address(one, step)).content.decode()
    fields = {
        name: [re.search(r'value="([^"]*)"', tag)[1]]
        for tag, name in re.findall(
            r'(<input type="(?:hidden|text|date)" name="([^"]+)"[^>]*>)', page
        )
        if name not in ("places", "money", "in-kind", "q") and 'value="' in tag
    }
    for name in ("places", "money", "in-kind"):
        tags = re.findall(rf'<input type="(?:hidden|text)" name="{name}"[^>]*>', page)
        fields[name] = [re.search(r'value="([^"]*)"', tag)[1] for tag in tags]
    for name, inside in re.findall(r'<select name="([^"]+)".*?>(.*?)</select>', page, re.DOTALL):
        fields[name] = re.findall(r'value="([^"]*)" selected', inside)
    for name, text in re.findall(r'<textarea name="([^"]+)"[^>]*>\s*(.*?)</textarea>', page):
        fields[name] = [text]
    for tag in re.findall(r'<input type="checkbox"[^>]*checked[^>]*>', page):
        name, value = (re.search(rf'{part}="([^"]*)"', tag)[1] for part in ("name", "value"))
        fields.setdefault(name, []).append(value)
    return fields


def test_every_screen_sent_back_as_it_came_changes_nothing(client):
    one = writing(client, needs_help=True, help_wanted="Advice", starts_on=date(2026, 1, 1))
    eur = factories.unit("eur")
    one.resources.create(number=4, kind="financial", amount=1250_50, unit=eur, year=2027)
    one.resources.create(number=5, kind="places", words="Ten places", year=2028)
    before = plain.values_of(Commitment.objects.get(pk=one.pk))

    for step in ("promise", "place", "paragraphs", "means", "help"):
        answer = client.post(address(one, step), opened(client, one, step))
        assert answer.status_code == 302, (step, answer.content.decode())

    assert plain.values_of(Commitment.objects.get(pk=one.pk)) == before
    assert not Event.objects.filter(verb="commitments.edit").exists()


def test_means_are_written_in_rows_in_any_digits(client):
    one = writing(client)
    factories.unit("eur")
    fields = opened(client, one, "means")
    money, kind = fields["money"][0], fields["in-kind"][-1]
    first = {"amount": "٢٥٠٬٠٠٠", "unit": "eur", "year": "٢٠٢٧", "words": "Own budget"}
    fields |= {f"resource-{money}-{name}": text for name, text in first.items()}
    fields |= {f"resource-{kind}-kind": "material", f"resource-{kind}-words": "A hall"}

    assert client.post(address(one, "means"), fields | {"stay": "1"}).url.endswith("/means/")

    assert [
        (each.kind, each.amount, each.unit and each.unit.code, each.year, each.words)
        for each in one.resources.all()
    ] == [
        ("people", None, None, None, "Two organisers"),
        ("financial", 25_000_000, "eur", 2027, "Own budget"),
        ("material", None, None, None, "A hall"),
    ]
    # A row that is emptied is taken out; what cannot be read stays as typed, and is not kept.
    fields = opened(client, one, "means")
    fields |= {f"resource-{money}-{name}": "" for name in ("amount", "year", "words")}
    spare = fields["money"][-1]
    fields |= {f"resource-{spare}-amount": "1,234", f"resource-{spare}-year": "27"}
    page = client.post(address(one, "means"), fields).content.decode()
    assert "“1,234” can be read in two ways." in page
    assert "Please write the year in four digits" in page
    assert 'value="1,234"' in page
    assert [each.words for each in one.resources.all()] == ["Two organisers", "A hall"]


def test_two_tabs_lose_nothing(client):
    one = writing(client, for_whom="Bakers")
    first = opened(client, one, "promise")
    second = opened(client, one, "promise")

    client.post(address(one, "promise"), first | {"title": "Bread", "for_whom": "Night bakers"})
    page = client.post(
        address(one, "promise"), second | {"promise": "Rest for all.", "for_whom": "All bakers"}
    ).content.decode()

    # What only one of them changed is kept; what both changed is shown with both texts.
    one.refresh_from_db()
    assert (one.title, one.promise, one.for_whom) == ("Bread", "Rest for all.", "Night bakers")
    assert "Somebody else saved this meanwhile:" in page
    assert '<bdi lang="en">Night bakers</bdi>' in page
    assert 'value="All bakers"' in page
    assert 'value="Bread"' in page
    # Whoever saves it again has seen both, and decides.
    base = re.search(r'name="base" value="([^"]+)"', page)[1]
    again = {"title": "Bread", "language": "en", "for_whom": "All bakers", "level": "national"}
    again |= {"promise": "Rest for all.", "base": base}
    assert client.post(address(one, "promise"), again).status_code == 302
    one.refresh_from_db()
    assert (one.title, one.for_whom) == ("Bread", "All bakers")


def test_two_people_choose_and_add_at_the_same_time(client):
    one = writing(client)
    colleague = factories.person()
    factories.unit("eur")
    rights = factories.theme("rights")
    opened_with = plain.values_of(Commitment.objects.get(pk=one.pk))
    mine = opened(client, one, "means")
    place = opened(client, one, "place")

    theirs = opened_with | {"resource|2": {"kind": "other", "words": "Flour"}}
    theirs["theme|rights"] = {"named": "yes"}
    assert save(one, theirs, opened_with, by=colleague).is_whole
    number = mine["money"][0]
    said = {"amount": "500", "unit": "eur", "year": "2027"}
    client.post(
        address(one, "means"), mine | {f"resource-{number}-{name}": t for name, t in said.items()}
    )
    client.post(address(one, "place"), place | {"places": ["France", "Kenya"]})

    assert sorted((each.number, each.kind) for each in one.resources.all()) == [
        (1, "people"),
        (2, "other"),
        (3, "financial"),
    ]
    assert {each.code for each in one.places.all()} == {"FRA", "KEN"}
    assert rights in one.themes.all()


def test_a_paragraph_that_one_takes_out_and_the_other_words_is_a_named_conflict(client):
    one = writing(client)
    row = "paragraph|test-declaration/para_1"
    opened_with = plain.values_of(Commitment.objects.get(pk=one.pk))
    mine = opened(client, one, "paragraphs")
    worded = opened_with | {row: {"named": "yes", "how": "By baking"}}
    save(one, worded, opened_with, by=factories.person())

    page = client.post(address(one, "paragraphs"), mine | {"provision": []}).content.decode()

    assert "Declaration test-declaration, paragraph 1: How" in page
    assert '<bdi lang="en">By baking</bdi>' in page
    assert one.deliveries.get().how == "By baking"


def test_without_what_it_was_opened_with_everything_typed_is_asked_about(client):
    one = writing(client)
    typed = {"title": "Mine", "language": "en", "level": "national", "base": "forged"}

    page = client.post(address(one, "promise"), typed).content.decode()

    one.refresh_from_db()
    assert one.title != "Mine"
    assert f'<bdi lang="en">{one.title}</bdi>' in page


def test_what_a_form_was_opened_with_belongs_to_one_record():
    base = {"words": {"title": "Bread"}}

    assert unseal(seal(["commitment", 1], base), ["commitment", 1]) == base
    assert unseal(seal(["commitment", 1], base), ["commitment", 2]) == {}
    assert unseal(seal(["commitment", 1], base), ["report", 1]) == {}
    assert unseal("forged", ["commitment", 1]) == {}


def test_saving_is_refused_once_it_is_sent_and_says_so(client):
    one = writing(client)
    fields = opened(client, one, "promise")
    values = plain.values_of(one)
    actions.submit(one, by=factories.person())

    answer = client.post(address(one, "promise"), fields | {"title": "Late"}, follow=True)

    assert "sent meanwhile, so what you typed last was not saved" in answer.content.decode()
    with pytest.raises(NotAllowed, match="this commitment is “Submitted”"):
        save(one, values, values, by=factories.person())
    one.refresh_from_db()
    assert one.title != "Late"


def test_days_that_make_far_too_many_periods_are_refused_beside_the_field(client):
    one = writing(client)
    Framework.objects.update(every=1)
    fields = opened(client, one, "means")

    days = {"starts_on": "2026-01-01", "ends_on": "2999-01-01"}

    answer = client.post(address(one, "means"), fields | days)

    assert list(answer.context["form"].errors) == ["ends_on"]
    one.refresh_from_db()
    assert one.ends_on.year == 2027


@pytest.mark.parametrize(
    ("step", "fields", "sentence"),
    [
        (
            "place",
            {"places": ["France", "Kenya", "Atlantis"]},
            "We do not know the place “Atlantis”.",
        ),
        ("place", {"themes": ["employment", "9" * 400]}, "is not there any more."),
        ("place", {"priorities": ["x", "-1", "9" * 20]}, "(“x”) is not there any more."),
        (
            "means",
            {"starts_on": "2028-01-01", "ends_on": "2027-01-01"},
            "The end is before the start.",
        ),
        ("means", {"ends_on": "soon"}, "Please write the day as 2026-12-31"),
        ("paragraphs", {"provision": ["para_1", "para_999"]}, "We do not know the paragraph"),
        ("paragraphs", {"provision": ["para_1", "a\x00b" * 50]}, "We do not know the paragraph"),
        ("promise", {"level": "cosmic"}, "Please choose the level from the list."),
        ("promise", {"title": " \u200b "}, "Please give it a title."),
        ("promise", {"promise": "x" * 401}, "Please shorten this by 1 character."),
    ],
)
def test_what_cannot_be_is_told_beside_its_field_and_not_kept(client, step, fields, sentence):
    one = writing(client)
    factories.priority(one.partner)
    before = plain.values_of(Commitment.objects.get(pk=one.pk))

    answer = client.post(address(one, step), opened(client, one, step) | fields)

    assert answer.status_code == 200
    page = answer.content.decode()
    assert sentence in page
    after = plain.values_of(Commitment.objects.get(pk=one.pk))
    assert {row: texts for row, texts in after.items() if row != "place|KEN"} == before


def test_script_in_every_field_is_kept_as_text_and_shown_escaped(client):
    person = factories.person()
    partner = factories.partner(person=person)
    client.force_login(person)
    new = reverse("commitments:new", args=[partner.reference])
    client.post(new, {"title": SCRIPT, "language": "en"})
    one = partner.commitments.get()
    eur = factories.unit("eur").code
    means = {"resource-1-amount": "5", "resource-1-unit": eur, "resource-1-year": "2027"}
    means |= {"resource-1-words": SCRIPT, "resource-3-words": SCRIPT, "resource-3-kind": "other"}
    for step, fields in {
        "promise": {**dict.fromkeys(("title", "promise", "for_whom"), SCRIPT), "level": "national"},
        "place": {"in_line_with": SCRIPT},
        "means": means,
        "help": {"needs_help": "on", "help_wanted": SCRIPT},
    }.items():
        answer = client.post(address(one, step), opened(client, one, step) | fields)
        assert answer.status_code == 302, step
    goal = dict.fromkeys(("goal", "measured", "target", "baseline", "source"), SCRIPT)
    assert client.post(address(one, "goals"), goal).status_code == 302

    page = client.get(reverse("commitments:summary", args=[one.reference])).content.decode()

    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 9
    assert SCRIPT not in page


def test_direction_turning_characters_are_taken_out(client):
    person = factories.person()
    partner = factories.partner(person=person)
    client.force_login(person)

    client.post(
        reverse("commitments:new", args=[partner.reference]),
        {"title": "safe\u202egnp.exe\x07", "language": "en"},
    )

    assert partner.commitments.get().title == "safegnp.exe"


# --- The guide ---------------------------------------------------------------------------------


def test_guide_names_what_is_there_and_what_is_missing():
    person = factories.person()
    full = factories.commitment(in_line_with="The plan", starts_on=date(2026, 1, 1))
    eur = factories.unit("eur")
    for number, year in ((2, 2026), (3, 2027)):
        full.resources.create(number=number, kind="financial", amount=100_00, unit=eur, year=year)
    empty = actions.draft(factories.partner(person=person), title="x", language="en", by=person)

    said = {each.code: each for each in guide(Commitment.objects.get(pk=full.pk))}
    lacks = {each.code: each.lacks for each in guide(empty)}

    assert [each.lacks + each.better for each in said.values()] == [[]] * 5
    assert said["specific"].there[1:3] == ["Bakers", said["specific"].there[2]]
    assert said["measurable"].there == ["Bakers with an agreement: from 12 people to 30 people"]
    assert said["resourced"].there == [f"200 {eur.short_name}", "Two organisers"]
    assert said["dated"].there == ["from 1 January 2026", "until 31 December 2027"]
    assert lacks == {
        "specific": [
            "the promise in one sentence",
            "for whom it is",
            "the level",
            "at least one place",
            "at least one theme",
            "at least one paragraph it delivers on",
        ],
        "measurable": ["what will be measured: at least one indicator"],
        "achievable": [],
        "resourced": ["the resources"],
        "dated": ["the day it ends"],
    }
    full.needs_help = True
    assert missing(full) == ["which help is wanted"]


@pytest.mark.parametrize("count", [1, 3])
def test_guide_costs_the_same_for_one_and_three(count, django_assert_num_queries):
    one = factories.commitment(
        provisions=factories.instrument("wages", paragraphs=3).provisions.all()[:count],
        places=[factories.country(code) for code in ("FRA", "KEN", "PER")[:count]],
        resources=["Bread"] * count,
    )
    for _number in range(count - 1):
        factories.indicator(one.framework)
    one = Commitment.objects.select_related("level", "framework").get(pk=one.pk)

    with django_assert_num_queries(9):
        guide(one)


def test_resources_stand_in_a_table_and_are_never_added_across_currencies(client):
    one = factories.commitment("published", resources=["Two organisers"])
    eur, usd = factories.unit("eur"), factories.unit("usd")
    rows = [(eur, 2026, 100_000_00), (eur, 2027, 50_000_50), (usd, 2027, 7_00), (usd, 2027, 3_00)]
    for number, (unit, year, amount) in enumerate(rows, start=2):
        one.resources.create(number=number, kind="financial", amount=amount, unit=unit, year=year)

    page = client.get(one.get_absolute_url()).content.decode()

    cells = re.findall(r"<t[hd][^>]*>(?:<[^>]+>)*([^<]*)", page[page.index("Money by year") :])
    assert cells[:12] == [
        *("Year", "EUR", "USD"),
        *("2026", "100,000", "–"),
        *("2027", "50,000.50", "10"),
        *("All years", "150,000.50", "10"),
    ]


@pytest.mark.any_database
def test_steps_say_what_is_done_by_what_is_written():
    whole = factories.commitment("draft")
    without_goals = factories.commitment("draft", goals=False)

    states = {
        name: [step.state for step in steps(one, "summary", guide(one))]
        for name, one in (("whole", whole), ("without goals", without_goals))
    }
    early = [step.state for step in steps(whole, "place", guide(whole))]

    order = ["promise", "place", "paragraphs", "means", "help", "goals", "parts", "summary"]
    assert list(STEPS) == order
    assert states["whole"] == ["done"] * 7 + ["now"]
    assert states["without goals"] == ["done"] * 5 + ["ahead", "done", "now"]
    assert early == ["done", "now", *["done"] * 5, "ahead"]
