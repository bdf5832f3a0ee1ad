"""Opportunities beside priorities, and what several partners share: suggested, then decided."""

from __future__ import annotations

from io import StringIO
from typing import Any

import numpy as np
import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils.translation import override

from coalition.analysis import likeness
from coalition.base import audit
from coalition.base.errors import NotAllowed, Refused
from coalition.base.models import Label
from coalition.catalogue.models import Record
from coalition.partners.actions import set_priorities
from coalition.partners.models import (
    CommonPriority,
    CommonPriorityMember,
    Priority,
    PriorityKind,
)
from coalition.partners.priorities import common as actions
from coalition.partners.priorities import queries
from coalition.partners.priorities.suggesting import suggest
from coalition.themes.models import Theme
from tests import factories

pytestmark = pytest.mark.django_db

COCOA = (
    "End child labour in cocoa farming",
    "Eliminate child labour on cocoa farms",
    "Child labour in cocoa must end",
)


@pytest.fixture
def officer() -> Any:
    return factories.officer()


def wish(words: str, partner: Any = None, **fields: Any) -> Priority:
    return factories.priority(partner or factories.partner(), words=words, **fields)


def standing(common: CommonPriority) -> dict[str, str]:
    return {one.priority.words: one.standing for one in common.members.select_related("priority")}


def only() -> CommonPriority:
    return CommonPriority.objects.get()


# --- Opportunities ---------------------------------------------------------------------------


def test_opportunities_have_ranks_of_their_own_and_are_no_priorities():
    person = factories.person()
    partner = factories.partner(person=person)
    row = {"theme": factories.theme(), "level": factories.level(), "place": factories.country()}

    set_priorities(partner, [row | {"words": "Fair pay"}], by=person)
    set_priorities(
        partner,
        [row | {"words": "A new law"}, row | {"words": "A fund"}],
        by=person,
        kind=PriorityKind.OPPORTUNITY,
    )
    set_priorities(partner, [row | {"words": "Fairer pay"}], by=person)

    assert [one.words for one in partner.priorities.all()] == ["Fairer pay"]
    found = Priority.every.filter(partner=partner).order_by("kind", "rank")
    assert [(one.kind, one.rank, one.words) for one in found] == [
        ("opportunity", 1, "A new law"),
        ("opportunity", 2, "A fund"),
        ("priority", 1, "Fairer pay"),
    ]


def test_opportunities_are_ranked_in_their_form_and_named_on_the_page(client):
    person = factories.person()
    partner = factories.partner(person=person)
    client.force_login(person)
    data = {
        "form-TOTAL_FORMS": "1",
        "form-INITIAL_FORMS": "0",
        "form-0-theme": factories.theme().code,
        "form-0-level": factories.level().code,
        "form-0-place": factories.country().code,
        "form-0-words": "A new law on wages",
        "form-0-language": "en",
        "form-0-ORDER": "1",
    }

    response = client.post(f"/en/workspace/{partner.reference}/opportunities/", data)

    assert response.status_code == 302
    assert partner.priorities.count() == 0
    page = client.get(partner.get_absolute_url()).content.decode()
    assert "Opportunity 1" in page
    assert "A new law on wages" in page


# --- What the platform suggests --------------------------------------------------------------


def test_suggestion_groups_what_is_alike_and_says_why():
    partners = [factories.partner() for _ in range(4)]
    for words, partner in zip([*COCOA, "Fair courts"], partners, strict=True):
        wish(words, partner)

    done = suggest()

    common = only()
    assert (done.compared, done.made, done.for_named) == (4, 1, 0)
    assert (common.state, common.made_by_platform, common.names) == ("suggested", True, {})
    assert standing(common) == dict.fromkeys(COCOA, "suggested")
    reasons = {one.priority.words: queries.reason(one) for one in common.members.all()}
    assert sum("stands in the middle" in why for why in reasons.values()) == 1
    assert sum("words in common" in why and "cocoa" in why for why in reasons.values()) == 2
    assert list(audit.verify()) == []


def test_names_of_the_platform_are_the_lexicon_between_languages():
    names = {"en": "Child labour", "ru": "Детский труд", "zh": "童工"}
    Theme.objects.filter(pk=factories.theme().pk).update(names=names)
    one, other = wish("Child labour"), wish("Детский труд", language="ru")

    assert suggest().made == 1

    assert standing(only()) == {one.words: "suggested", other.words: "suggested"}
    member = only().members.exclude(why__words=[]).get()
    assert "child" in queries.reason(member)
    assert "детский" in queries.reason(member)


def test_model_of_language_is_asked_only_where_it_is_wanted(settings, monkeypatch):
    installed = installed_model(monkeypatch)
    wish("Fair pay")
    wish("Decent wages")

    assert suggest().made == 0
    settings.EMBEDDINGS = True
    assert suggest().made == 1

    found = only().members.exclude(why={"near": "place", "likeness": 100, "words": []}).get()
    assert "a model of language finds them alike (100 %)" in queries.reason(found)
    installed.clear()
    with pytest.raises(Refused, match="COALITION_EMBEDDINGS off"):
        suggest()


def installed_model(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Stands in for the optional extra, which no test installs: all texts mean the same to it."""
    there = ["model"]

    def installed() -> likeness.Embedding:
        if not there:
            raise likeness.NoModel("Turn COALITION_EMBEDDINGS off.")
        return lambda texts: np.ones((len(texts), 1), dtype=np.float32)

    monkeypatch.setattr(likeness, "installed", installed)
    return there


def test_second_run_changes_nothing():
    for words in (*COCOA, "", ""):
        wish(words)
    suggest()
    before = list(CommonPriorityMember.objects.order_by("pk").values())

    done = suggest()

    assert (done.made, done.changed, done.unchanged, done.given_up) == (0, 0, 2, 0)
    assert list(CommonPriorityMember.objects.order_by("pk").values()) == before


def test_suggestion_follows_the_priorities():
    wishes = [wish(words) for words in COCOA]
    suggest()
    Priority.every.filter(pk=wishes[2].pk).update(words="Fair courts")
    new = wish("No child labour in cocoa")

    done = suggest()

    assert (done.made, done.changed, done.given_up) == (0, 1, 0)
    assert set(standing(only())) == {COCOA[0], COCOA[1], new.words}
    Priority.every.exclude(pk=wishes[0].pk).delete()
    assert suggest().given_up == 1
    assert only().state == "dissolved"
    assert only().moves.get().by is None


def test_who_left_and_examples_are_not_grouped_with_partners():
    wish(COCOA[0])
    wish(COCOA[1], factories.partner(state="withdrawn"))
    wish(COCOA[2], factories.partner(is_example=True))

    assert suggest().made == 0
    wish(COCOA[1], factories.partner(is_example=True))
    assert suggest().made == 1
    assert only().is_example


def test_priorities_and_opportunities_are_grouped_apart():
    for words in COCOA[:2]:
        wish(words)
        wish(words, kind="opportunity", rank=1)

    suggest()

    assert sorted(CommonPriority.objects.values_list("kind", flat=True)) == [
        "opportunity",
        "priority",
    ]


def test_place_of_a_group_is_the_smallest_that_holds_all():
    for words, code in zip(COCOA[:2], ("CIV", "GHA"), strict=True):
        wish(words, place=factories.country(code))

    suggest()

    common = only()
    assert common.place.path == "001.002.202.011."
    common.members.create(priority=wish("Else", place=factories.country("EGY")), standing="in")
    assert queries.common_place(common).code == "002"
    common.members.create(priority=wish("Far", place=factories.country("FRA")), standing="in")
    assert queries.common_place(common).kind == "world"


# --- What officers decide stays --------------------------------------------------------------


def test_nothing_suggested_is_public(client, officer):
    for words in COCOA:
        wish(words)
    suggest()
    common = only()

    listing = client.get("/en/priorities/common/").content.decode()

    assert common.reference not in listing
    assert client.get(common.get_absolute_url()).status_code == 404
    assert client.get("/en/desk/priorities/").status_code == 404
    actions.name(common, {"en": "Cocoa without child labour"}, by=officer)
    assert "Cocoa without child labour" in client.get("/en/priorities/common/").content.decode()
    page = client.get(common.get_absolute_url()).content.decode()
    for words in (*COCOA, "words in common", "Shared by 3 partners"):
        assert words in page


def test_named_group_keeps_its_members_and_is_suggested_more(officer):
    wishes = [wish(words) for words in COCOA[:2]]
    suggest()
    common = actions.name(only(), {"en": "Cocoa"}, by=officer)
    Priority.every.filter(pk=wishes[1].pk).update(words="Now something else")
    wish(COCOA[2])

    done = suggest()

    assert done.for_named == 1
    assert standing(common) == {
        COCOA[0]: "in",
        "Now something else": "in",
        COCOA[2]: "suggested",
    }
    changed = common.members.get(priority=wishes[1])
    assert changed.has_changed_since
    new = common.members.get(standing="suggested")
    actions.accept(common, [new.pk], by=officer)
    assert suggest().for_named == 0
    assert standing(common)[COCOA[2]] == "in"


@pytest.mark.parametrize("is_named", [False, True])
def test_what_an_officer_took_out_is_not_suggested_there_again(officer, is_named):
    wishes = [wish(words) for words in COCOA]
    suggest()
    common = only()
    if is_named:
        actions.name(common, {"en": "Cocoa"}, by=officer)
    out = common.members.get(priority=wishes[2])

    actions.take_out(common, [out.pk], reason="It is about tea.", by=officer)
    for _run in range(2):
        suggest()

    assert only() == common
    assert standing(common)[COCOA[2]] == "out"


def test_what_an_officer_dissolved_is_not_suggested_again(officer):
    for words in COCOA:
        wish(words)
    suggest()

    actions.dissolve(only(), reason="These have little in common.", by=officer)

    assert (suggest().made, suggest().made) == (0, 0)
    assert only().state == "dissolved"


def test_a_suggestion_from_which_nearly_all_were_taken_is_not_made_anew(officer):
    for words in COCOA:
        wish(words)
    suggest()
    common = only()
    out = [one.pk for one in common.members.all()[1:]]
    actions.take_out(common, out, reason="No.", by=officer)

    for _run in range(2):
        done = suggest()
        assert (done.made, done.given_up) == (0, 0)


def test_split_makes_a_common_priority_of_its_own(officer):
    wishes = [wish(words) for words in (*COCOA, "Another")]
    common = factories.common_priority(members=wishes)
    chosen = [one.pk for one in common.members.filter(priority__in=wishes[2:])]

    part = actions.split(common, chosen, {"en": "Apart"}, reason="Two matters.", by=officer)

    assert (part.state, part.name) == ("named", "Apart")
    assert set(standing(part).items()) == {(COCOA[2], "in"), ("Another", "in")}
    assert standing(common) == {
        COCOA[0]: "in",
        COCOA[1]: "in",
        COCOA[2]: "out",
        "Another": "out",
    }
    assert common.moves.get().reason == f"{part.reference}. Two matters."


def test_merge_puts_all_into_the_one_that_stays(officer):
    one, other = factories.common_priority(), factories.common_priority()
    suggested = factories.common_priority("suggested")

    actions.merge(one, other, reason="The same.", by=officer)
    actions.merge(suggested, other, reason="The same again.", by=officer)

    assert set(standing(other).values()) == {"in"}
    assert other.members.count() == 6
    one.refresh_from_db()
    assert (one.state, one.merged_into) == ("dissolved", other)
    assert [move.verb for move in other.moves.all()] == ["merge", "merge"]
    with pytest.raises(NotAllowed, match="nothing can be changed"):
        actions.merge(one, other, reason="Once more.", by=officer)
    with pytest.raises(Refused, match="the same"):
        actions.merge(other, other, reason="Itself.", by=officer)
    with pytest.raises(Refused, match="has no name yet"):
        actions.merge(other, factories.common_priority("suggested"), reason="No.", by=officer)


def test_a_priority_belongs_to_one_common_priority(officer):
    mine = wish("Mine")
    factories.common_priority(members=[mine, wish("Theirs")])
    other = factories.common_priority()

    with pytest.raises(Refused, match="Take it out there first"):
        actions.add(other, [mine], by=officer)
    with pytest.raises(IntegrityError), transaction.atomic():
        other.members.create(priority=mine, standing="in")
    with pytest.raises(Refused, match="grouped apart"):
        actions.add(other, [wish("An opening", kind="opportunity")], by=officer)
    actions.add(other, [wish("Free")], by=officer)
    assert standing(other)["Free"] == "in"
    assert queries.reason(other.members.get(priority__words="Free")) == "An officer put it here."


def test_states_and_verbs_of_a_common_priority(officer):
    verbs = {
        "name": lambda one: actions.name(one, {"en": "Name"}, by=officer),
        "accept": lambda one: actions.accept(one, _members(one, "suggested"), by=officer),
        "add": lambda one: actions.add(one, [wish("One more")], by=officer),
        "take out": lambda one: actions.take_out(one, _members(one), reason="R", by=officer),
        "split": lambda one: actions.split(one, _members(one), {"en": "P"}, reason="R", by=officer),
        "merge": lambda one: actions.merge(
            one, factories.common_priority(), reason="R", by=officer
        ),
        "dissolve": lambda one: actions.dissolve(one, reason="R", by=officer),
        "make theme": lambda one: actions.make_theme(one, short={}, reason="R", by=officer),
    }
    allowed: dict[str, set[str]] = {}
    for state in ("suggested", "named", "theme", "dissolved"):
        allowed[state] = set()
        for verb, act in verbs.items():
            one = factories.common_priority(state)
            try:
                with transaction.atomic():
                    act(one)
            except (NotAllowed, Refused):
                continue
            allowed[state].add(verb)

    assert allowed == {
        "suggested": set(verbs) - {"make theme"},
        "named": set(verbs) - {"accept"},  # nothing is suggested for it
        "theme": set(),
        "dissolved": set(),
    }
    with pytest.raises(NotAllowed, match="reason"):
        actions.dissolve(factories.common_priority(), reason=" ", by=officer)


def _members(common: CommonPriority, standing: str = "") -> list[int]:
    found = common.members.filter(standing=standing) if standing else common.members.all()
    return list(found.values_list("pk", flat=True))


def test_common_priority_becomes_a_thematic_area_with_its_history(client, officer):
    names = {"en": "Cocoa without child labour", "fr": "Un cacao sans enfants au travail"}
    common = factories.common_priority(names=names)
    last = Theme.objects.order_by("-position").first()

    theme = actions.make_theme(common, short={"en": "Cocoa"}, reason="All want it.", by=officer)

    assert (theme.position, theme.number) == (last.position + 1, last.number + 1)
    assert (theme.names, theme.short, theme.source_id) == (names, {"en": "Cocoa"}, "own-decision")
    assert Label.objects.get(kind="themes.theme", code=theme.code).names == names
    assert Record.objects.filter(kind="theme", key=theme.code).exists()
    page = client.get(theme.get_absolute_url()).content.decode()
    assert f'href="{common.get_absolute_url()}"' in page
    page = client.get(common.get_absolute_url()).content.decode()
    assert f'href="{theme.get_absolute_url()}"' in page
    assert "All want it." in page
    second = factories.common_priority(names=names)
    assert actions.make_theme(second, short={}, reason="R", by=officer).code != theme.code


# --- Who shares it ---------------------------------------------------------------------------


def test_shares_count_partners_once_by_group_and_region():
    france, kenya = factories.country("FRA"), factories.country("KEN")
    union = factories.partner(country=france)
    members = [
        wish("One", union),
        wish("Two", union),
        wish("Three", factories.partner(country=kenya, group=factories.group("GOV"))),
        wish("Four", factories.partner(group=factories.group("IGO"))),
        wish("Left", factories.partner(country=france, state="withdrawn")),
    ]
    common = factories.common_priority(members=members)
    common.members.create(priority=wish("Suggested"), standing="suggested")

    shares = queries.shares(common)

    assert shares.partners == 3
    assert {code: count for code, _name, count in shares.groups if count} == {
        "GOV": 1,
        "IGO": 1,
        "WRK": 1,
    }
    assert {code: count for code, _name, count in shares.regions} == {"150": 1, "002": 1, "": 1}
    listed = queries.commons(CommonPriority.objects.public()).get()
    assert listed.partners == 3


def test_list_is_filtered_sorted_and_downloaded(client):
    theme = factories.theme("rights")
    members = [wish(f"Pay {n}", theme=theme) for n in range(3)]
    factories.common_priority(members=members, names={"en": "=Rights at work"})
    factories.common_priority(names={"en": "Jobs for all", "ar": "عمل للجميع"})
    factories.common_priority("suggested")

    def shown(query: str) -> list[str]:
        response = client.get(f"/en/priorities/common.csv{query}")
        text = b"".join(response.streaming_content).decode()
        return [line.split(",")[1] for line in text.splitlines()[1:]]

    assert shown("") == ["'=Rights at work", "Jobs for all"]
    assert shown("?sort=newest") == ["Jobs for all", "'=Rights at work"]
    assert shown("?theme=rights") == ["'=Rights at work"]
    assert shown("?words=pay") == ["'=Rights at work"]
    assert shown("?words=للجميع") == ["Jobs for all"]
    assert shown("?kind=opportunity") == []
    assert shown("?theme=nonsense&sort=worse") == ["'=Rights at work", "Jobs for all"]


def test_partner_page_names_the_common_priorities_it_shares(client):
    partner = factories.partner()
    common = factories.common_priority(members=[wish("Mine", partner), wish("Theirs")])
    factories.common_priority("suggested", members=[wish("Other", partner), wish("Others")])

    page = client.get(partner.get_absolute_url()).content.decode()

    assert page.count("/priorities/common/CPR-") == 1
    assert str(common.name) in page


# --- Through the pages -----------------------------------------------------------------------


def test_officer_names_splits_and_dissolves_through_the_page(client, officer):
    for words in (*COCOA, "Cocoa farms without child labour"):
        wish(words)
    suggest()
    common = only()
    root = f"/en/desk/priorities/{common.reference}/"
    client.force_login(officer)
    assert client.get("/en/desk/priorities/").content.decode().count(common.reference) >= 1

    empty = client.post(f"{root}name/", {})
    assert empty.status_code == 422
    client.post(f"{root}name/", {"names_en": "Cocoa", "names_ar": "الكاكاو"})
    refused = client.post(f"{root}take-out/", {"reason": "None ticked."})
    assert "choose at least one" in refused.content.decode()
    pk = common.members.first().pk
    client.post(f"{root}take-out/", {"reason": "Not this.", "member": [pk, "x", "9" * 30]})
    refused = client.post(f"{root}merge/", {"into": "CPR-1999-0001", "reason": "R"})
    assert "There is no common priority CPR-1999-0001." in refused.content.decode()
    other = wish("By hand")
    client.post(f"{root}add/", {"partner": other.partner.reference, "rank": 1})
    client.post(f"{root}make-theme/", {"reason": "All want it."})

    common.refresh_from_db()
    assert (common.state, common.names["ar"]) == ("theme", "الكاكاو")
    assert sorted(standing(common).values()) == ["in", "in", "in", "in", "out"]
    assert client.post(f"{root}dissolve/", {"reason": "R"}).status_code == 422


def test_verbs_are_hidden_from_others(client):
    common = factories.common_priority()
    client.force_login(factories.person())
    for verb in ("name", "accept", "add", "take-out", "split", "merge", "dissolve", "make-theme"):
        address = f"/en/desk/priorities/{common.reference}/{verb}/"
        assert client.post(address, {"reason": "R"}).status_code == 404


def test_page_reads_in_arabic(client):
    common = factories.common_priority(names={"en": "Cocoa", "ar": "الكاكاو"})

    with override("ar"):
        page = client.get(common.get_absolute_url()).content.decode()

    assert "الكاكاو" in page


def test_command_tells_what_it_did():
    for words in COCOA:
        wish(words)
    out = StringIO()

    call_command("priorities", "suggest", stdout=out)

    assert out.getvalue().splitlines() == [
        "3 priorities and opportunities are compared.",
        "1 groups of similar ones were found.",
        "1 groups suggested, 0 changed, 0 as before, 0 given up; "
        "0 priorities suggested for named ones.",
    ]
