"""A panel by lot: features before names, the pool before the seed, and a draw that anybody can do
again."""

from __future__ import annotations

import hashlib
import html
import json
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from coalition.base import privacy
from coalition.base.errors import NotAllowed, Refused
from coalition.base.limits import HOUR, Limit
from coalition.base.models import Event
from coalition.consultations.drawing import actions, features, queries, views
from coalition.consultations.history import history
from coalition.consultations.models import Consultation, Panel, Volunteer
from coalition.mailroom.models import Letter
from tests import factories

pytestmark = pytest.mark.django_db

ASKED = "Gender\n- Woman: 2–3\n- Man: 2–3\nPlace\n- North: 1-4\n- South: 1-4"


def asked(days: tuple[int, int] = (-1, 3), **fields: Any) -> Consultation:
    """A consultation of everybody in which names are taken for a panel."""
    one = factories.consultation("open", for_everyone=True, phases=False, **fields)
    factories.phase(one, "panel", days=days)
    return one


def prepared(one: Consultation, **given: Any) -> Panel:
    fields: dict[str, Any] = {
        "seats": 5,
        "features": {"en": ASKED},
        "seed_from": "The numbers of a national lottery",
        "seed_at": timezone.now() + timedelta(days=9),
        "by": factories.officer(),
    }
    return actions.set_panel(one, **{**fields, **given})


def with_people(panel: Panel, count: int = 40) -> Panel:
    for at in range(count):
        actions.volunteer(panel.consultation, factories.person(), [at % 2, at // 2 % 2])
    return panel


def over(panel: Panel) -> Panel:
    """Names are no longer taken."""
    now = timezone.now()
    panel.consultation.phases.update(opens_at=now - timedelta(2), closes_at=now - timedelta(1))
    panel.refresh_from_db()
    return panel


def published(count: int = 40) -> Panel:
    over(with_people(prepared(asked()), count))
    return actions.publish_due()[0]


def drawn(panel: Panel, seed: str = "3 17 22 38 41 45") -> Panel:
    assert panel.seed_at
    return actions.draw(panel, seed=seed, by=factories.officer(), now=panel.seed_at)


# --- What is asked of it ---------------------------------------------------------------------


def test_features_are_read_in_every_language() -> None:
    read = features.read(
        {"en": ASKED, "fr": "Sexe\n- Femme\n- Homme\nLieu\n- Nord\n- Sud"}, ["en", "fr"]
    )

    assert [one["name"] for one in read] == [
        {"en": "Gender", "fr": "Sexe"},
        {"en": "Place", "fr": "Lieu"},
    ]
    assert read[0]["values"][1] == {"name": {"en": "Man", "fr": "Homme"}, "least": 2, "most": 3}


def test_features_are_written_as_they_are_read() -> None:
    read = features.read({"en": ASKED}, ["en"])

    assert features.read({"en": features.written(read, "en")}, ["en"]) == read


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "name one feature at least"),
        ("- Woman: 2-3", "begin with the name of a feature"),
        ("Gender\n- Woman: 2-3", "from 2 to 20 values"),
        ("Gender\n- Woman: 3-2\n- Man: 1-2", "the least and the greatest number"),
        ("Gender\n- Woman\n- Man: 1-2", "the least and the greatest number"),
        ("Gender\n- Woman: 1-2\n- woman: 1-2", "the same value twice"),
        ("Gender\n- A: 1-2\n- B: 1-2\ngender\n- A: 1-2\n- B: 1-2", "named twice"),
        ("Gender\n- Not shown: 1-2\n- B: 1-2", "choose another name"),
        ("G" * 90 + "\n- A: 1-2\n- B: 1-2", "too long"),
    ],
)
def test_features_that_make_no_sense_are_refused(text: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        features.read({"en": text}, ["en"])


@given(st.text(max_size=300))
@settings(max_examples=200, deadline=None)
def test_whatever_is_written_is_read_or_refused(text: str) -> None:
    try:
        read = features.read({"en": text}, ["en"])
    except Refused:
        return
    assert all(len(one["values"]) >= 2 for one in read)


def test_other_languages_have_the_same_shape() -> None:
    with pytest.raises(Refused, match="as many features and values"):
        features.read({"en": ASKED, "fr": "Sexe\n- Femme\n- Homme"}, ["en", "fr"])


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"seats": 1}, "from 2 to 500"),
        ({"seats": 9}, "from 4 to 6 seats, not 9"),
        ({"seed_from": ""}, "where the seed comes from"),
        ({"seed_at": timezone.now()}, "Choose a later moment"),
    ],
)
def test_a_senseless_panel_is_refused(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        prepared(asked(), **change)


def test_features_stand_once_somebody_put_their_name_in_and_quotas_may_change() -> None:
    panel = with_people(prepared(asked()), 1)

    with pytest.raises(NotAllowed, match="features and values may not"):
        prepared(panel.consultation, features={"en": ASKED.replace("Man", "Men")})
    changed = prepared(panel.consultation, features={"en": ASKED.replace("2–3", "1–4")})

    assert changed.features[0]["values"][0]["least"] == 1


def test_what_is_asked_otherwise_of_a_prepared_panel_stands_in_the_public_history() -> None:
    seed_at = timezone.now() + timedelta(days=9)
    panel = with_people(prepared(asked(), seed_at=seed_at), 1)
    one = panel.consultation
    prepared(one, seed_at=seed_at)  # the same again
    assert not one.changes.exists()

    eased = {"en": ASKED.replace("2–3", "1–4", 1)}
    later = seed_at + timedelta(days=1)
    prepared(one, features=eased, seats=6, seed_from="Dice", seed_at=later)

    change = one.changes.get()
    assert (change.what, change.before["seats"], change.now["seats"]) == ("panel", 5, 6)
    told = [step.sentence for step in history(one)][-1]
    feature, value = panel.features[0]["name"]["en"], panel.features[0]["values"][0]["name"]["en"]
    assert told.split("; ")[:3] == [
        "Seats of the panel: 6 instead of 5",
        f"“{feature}: {value}” on the panel: 1–4 instead of 2–3",
        "The seed comes from “Dice” instead of “The numbers of a national lottery”",
    ]
    assert told.split("; ")[3].startswith("The seed is known on ")
    page = html.unescape(Client().get(one.get_absolute_url()).content.decode())
    assert "Seats of the panel: 6 instead of 5" in page


def test_other_features_of_a_panel_and_a_draft_in_the_history() -> None:
    panel = prepared(asked())
    one = panel.consultation
    prepared(one, features={"en": ASKED.replace("Man", "Men")})
    told = [step.sentence for step in history(one)][-1]
    assert "What the panel must be like was said anew" in told
    draft = factories.consultation("draft", phases=False)
    factories.phase(draft, "panel", days=(1, 3))
    prepared(draft)
    prepared(draft, seed_from="Dice")
    assert not draft.changes.exists()


def test_without_its_phase_there_is_no_panel() -> None:
    with pytest.raises(NotAllowed, match="no phase for a panel"):
        prepared(factories.consultation("open"))


# --- Putting one's name in -------------------------------------------------------------------


def test_a_name_is_put_in_once_and_taken_out() -> None:
    panel, person = prepared(asked()), factories.person()
    actions.volunteer(panel.consultation, person, [0, 1])
    actions.volunteer(panel.consultation, person, [1, 1])

    assert list(panel.volunteers.values_list("person", "values")) == [(person.pk, [1, 1])]
    assert actions.take_back(panel.consultation, person)
    assert not actions.take_back(panel.consultation, person)
    assert not panel.volunteers.exists()


def test_spellings_of_one_address_are_one_name_in_the_lot() -> None:
    panel = prepared(asked())
    addresses = ("ana.lee@gmail.com", "analee+2@gmail.com", "a.nalee@googlemail.com")
    people = [factories.person(address) for address in addresses]
    for at, person in enumerate(people):
        actions.volunteer(panel.consultation, person, [at % 2, 1])
    actions.volunteer(panel.consultation, factories.person("lee@gmail.com"), [0, 0])

    held = panel.volunteers.order_by("pk").values_list("person__email", "values")
    assert list(held) == [("a.nalee@googlemail.com", [0, 1]), ("lee@gmail.com", [0, 0])]
    assert not actions.take_back(panel.consultation, people[0])
    assert actions.take_back(panel.consultation, people[2])


def test_an_account_that_was_erased_and_made_again_has_one_name_in_the_pool() -> None:
    panel = with_people(prepared(asked()))
    for _ in range(3):
        person = factories.person("ana@guests.test")
        actions.volunteer(panel.consultation, person, [0, 0])
        privacy.erase(person, by=None)
    actions.volunteer(panel.consultation, factories.person("ana@guests.test"), [0, 0])
    over(panel)

    (made,) = actions.publish_due()

    assert made.volunteers.exclude(code="").count() == 41
    assert len(queries.lottery_of(made).people) == 41


@pytest.mark.parametrize("values", [[], [0], [0, 2], [-1, 0], [0, 0, 0]])
def test_values_that_are_none_are_refused(values: list[int]) -> None:
    panel = prepared(asked())

    with pytest.raises(Refused, match="Choose one value"):
        actions.volunteer(panel.consultation, factories.person(), values)


@pytest.mark.parametrize("days", [(1, 3), (-3, -1)])
def test_names_are_taken_while_the_phase_runs(days: tuple[int, int]) -> None:
    panel = prepared(asked(days))

    with pytest.raises(NotAllowed):
        actions.volunteer(panel.consultation, factories.person(), [0, 0])
    with pytest.raises(NotAllowed):
        actions.take_back(panel.consultation, factories.person())


def test_only_those_who_may_take_part_put_their_name_in() -> None:
    panel = prepared(asked())
    Consultation.objects.filter(pk=panel.consultation_id).update(for_everyone=False)

    with pytest.raises(NotAllowed, match="only partners"):
        actions.volunteer(panel.consultation, factories.person(), [0, 0])


# --- The pool --------------------------------------------------------------------------------


def test_the_pool_is_published_by_the_clock_under_codes_with_its_digest() -> None:
    panel = published()
    codes = set(panel.volunteers.values_list("code", flat=True))

    assert panel.published_at
    assert panel.digest == hashlib.sha256(panel.pool.encode()).hexdigest()
    assert codes == {code for code, _of in json.loads(panel.pool)["people"]}
    assert len(codes) == 40
    assert not any(
        one.person.email in panel.pool for one in panel.volunteers.select_related("person")
    )
    assert actions.publish_due() == []
    assert Event.objects.filter(verb="consultations.publish_pool").count() == 1


def test_before_its_phase_is_over_no_pool_is_published() -> None:
    with_people(prepared(asked()), 10)

    assert actions.publish_due() == []


def test_no_row_of_the_pool_shows_what_fewer_than_five_share() -> None:
    panel = prepared(asked())
    with_people(panel, 40)
    for _ in range(2):  # the only two men of the south
        Volunteer.objects.filter(values=[1, 1]).first()
    Volunteer.objects.filter(panel=panel, values=[1, 1]).exclude(
        pk__in=list(
            Volunteer.objects.filter(panel=panel, values=[1, 1]).values_list("pk", flat=True)[:2]
        )
    ).delete()
    over(panel)

    made = actions.publish_due()[0]
    assert made.published_at, made.trouble
    lottery = json.loads(made.pool)
    of = [kind for _code, kind in lottery["people"]]
    assert min(of.count(kind) for kind in set(of)) >= 5


@pytest.mark.parametrize(
    ("change", "why", "sentence"),
    [
        ({"people": 3}, "few", "Only 3 people"),
        (
            {
                "features": ASKED.replace("- Woman: 2–3", "- Woman: 4–5").replace("2–3", "1–1"),
                "values": 1,
            },
            "quotas",
            "smallest change",
        ),
    ],
)
def test_a_pool_that_cannot_be_drawn_from_says_why_and_is_tried_again(
    change: dict[str, Any], why: str, sentence: str
) -> None:
    panel = prepared(asked(), features={"en": change.get("features", ASKED)})
    for at in range(change.get("people", 20)):
        value = change.get("values", at % 2)
        actions.volunteer(panel.consultation, factories.person(), [value, at % 2])
    over(panel)
    panel = actions.publish_due()[0]

    assert panel.trouble["why"] == why
    assert not panel.published_at
    assert sentence in queries.trouble(panel)
    assert actions.publish_due() == []  # until something is changed
    prepared(panel.consultation, seats=4, features={"en": ASKED.replace("2–3", "0–5")})
    tried = actions.publish_due()[0]
    assert bool(tried.published_at) == (why == "quotas")


def test_a_pool_is_never_published_after_its_seed_is_known() -> None:
    panel = over(with_people(prepared(asked()), 20))

    made = actions.publish(panel, now=panel.seed_at)
    assert not made.published_at
    assert "Name a later one" in queries.trouble(made)


def test_nobody_comes_or_goes_once_the_pool_is_published_also_not_in_a_phase_opened_again() -> None:
    panel = published()
    member = panel.volunteers.select_related("person").first()
    assert member is not None
    now = timezone.now()
    panel.consultation.phases.update(closes_at=now + timedelta(days=1))
    for person in (member.person, factories.person()):
        with pytest.raises(NotAllowed, match="The pool is published"):
            actions.volunteer(panel.consultation, person, [0, 0])
    with pytest.raises(NotAllowed, match="The pool is published"):
        actions.take_back(panel.consultation, member.person)
    assert panel.volunteers.count() == 40


def test_what_is_changed_while_the_pool_is_searched_waits_for_the_next_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    panel = over(with_people(prepared(asked())))
    search = actions._lottery

    def slow(*given: Any) -> Any:
        prepared(panel.consultation, seats=6, features={"en": ASKED.replace("2–3", "3–3")})
        return search(*given)

    monkeypatch.setattr(actions, "_lottery", slow)
    assert actions.publish(panel).published_at is None
    monkeypatch.setattr(actions, "_lottery", search)
    (made,) = actions.publish_due()
    assert queries.lottery_of(made).size == 6


def test_what_is_published_does_not_change() -> None:
    panel = published()

    with pytest.raises(NotAllowed, match="published"):
        prepared(panel.consultation)


# --- The draw --------------------------------------------------------------------------------


def test_the_panel_meets_the_quotas_and_everybody_is_told() -> None:
    panel = drawn(published())
    shown = queries.shown(panel)

    assert len(shown.members) == 5
    assert not any(line.is_missed for line in shown.lines)
    assert Letter.objects.count() == 40
    with pytest.raises(NotAllowed, match="already"):
        drawn(panel)


def test_the_fifteen_lines_of_the_reference_page_draw_the_same(tmp_path: Path) -> None:
    panel = drawn(published())
    page = Path("docs/reference/panel.md").read_text(encoding="utf-8")
    program = re.search(r"```python\n(.*?)```", page, re.DOTALL)
    assert program
    (tmp_path / "draw.py").write_text(program[1])
    reply = Client().get(reverse("consultations:pool", args=[panel.consultation.reference]))
    (tmp_path / "lottery.json").write_bytes(reply.content)
    done = subprocess.run(
        [sys.executable, "draw.py", "lottery.json", panel.seed],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )

    assert sorted(done.stdout.split()) == queries.shown(panel).members


@pytest.mark.parametrize("seed", [" 1 2 3", "1\n2", ""])
def test_an_unclear_seed_is_refused(seed: str) -> None:
    with pytest.raises(Refused, match="unclear"):
        drawn(published(), seed)


def test_nothing_is_drawn_before_pool_and_seed() -> None:
    panel = published()
    officer = factories.officer()

    with pytest.raises(NotAllowed, match="not known yet"):
        actions.draw(panel, seed="1", by=officer)
    other = prepared(asked())
    with pytest.raises(NotAllowed, match="published first"):
        actions.draw(other, seed="1", by=officer, now=other.seed_at)


def test_whoever_gives_up_a_seat_is_followed_by_the_same_draw() -> None:
    panel = drawn(published())
    member = panel.volunteers.filter(is_drawn=True).select_related("panel__consultation").first()
    assert member
    follower = actions.give_up(member, by=member.person)

    assert follower
    assert follower.values == member.values
    assert queries.shown(panel).members.count(member.code) == 0
    assert len(queries.shown(panel).members) == 5
    assert Letter.objects.filter(to_person=follower.person).count() == 2
    with pytest.raises(NotAllowed, match="no seat"):
        actions.give_up(member, by=member.person)


# --- Pages -----------------------------------------------------------------------------------


def test_pages_of_a_panel_from_the_first_name_to_the_draw() -> None:
    one, officer = asked(), factories.officer()
    reference = one.reference
    desk, me = client_of(officer), factories.person()
    mine = client_of(me)

    def address(name, *args) -> str:
        return reverse(f"consultations:{name}", args=[reference, *args])

    reply = desk.post(
        address("prepare_panel"),
        {
            "seats": "5",
            "features_en": ASKED,
            "seed_from": "A lottery",
            "seed_at_0": "2030-01-01",
            "seed_at_1": "12:00",
            "seed_at": "2030-01-01T12:00",
        },
    )
    assert reply.status_code == 302, reply.content.decode()
    assert mine.post(address("volunteer"), {"feature_0": "0", "feature_1": "7"}).status_code == 200
    assert mine.post(address("volunteer"), {"feature_0": "0", "feature_1": "1"}).status_code == 302
    panel = Panel.objects.get(consultation=one)
    with_people(panel, 19)
    over(panel)
    actions.publish_due()
    Panel.objects.update(seed_at=timezone.now() - timedelta(minutes=1))
    assert desk.post(address("draw_panel"), {"seed": "1 2 3"}).status_code == 302
    page = Client().get(address("panel")).content.decode()

    panel.refresh_from_db()
    member = panel.volunteers.filter(is_drawn=True).first()
    stranger = client_of(factories.person())
    assert member
    assert stranger.post(address("give_up_seat", member.pk)).status_code == 404
    assert stranger.post(address("give_up_own_seat")).status_code == 404
    assert stranger.post(address("draw_panel"), {"seed": "9"}).status_code == 404
    assert desk.post(address("give_up_seat", member.pk)).status_code == 302
    sitting = panel.volunteers.filter(is_drawn=True).select_related("person")
    assert member not in sitting
    assert client_of(sitting[0].person).post(address("give_up_own_seat")).status_code == 302
    assert mine.post(address("take_name_out")).status_code == 403  # names are no longer taken
    assert panel.digest in page
    assert "1 2 3" in page
    assert me.email not in page
    assert client_of(factories.person()).get(address("prepare_panel")).status_code == 404
    assert mine.get(address("volunteer")).status_code == 200


def test_the_door_of_the_lot_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "PER_PERSON", Limit(2, HOUR))
    panel = prepared(asked())
    one = panel.consultation
    door = reverse("consultations:volunteer", args=[one.reference])
    out = reverse("consultations:take_name_out", args=[one.reference])
    client = client_of(factories.person())

    sent = [client.post(door, {"feature_0": "0", "feature_1": "1"}) for _ in range(3)]
    held = client.post(out, follow=True).content.decode()

    assert [each.status_code for each in sent] == [302, 302, 429]
    assert "within an hour" in sent[2].content.decode()
    assert "within an hour" in held
    assert panel.volunteers.count() == 1


def test_where_nothing_is_drawn_the_page_for_names_says_that_alone() -> None:
    one = factories.consultation("open")
    mine = client_of(factories.person())
    said = mine.get(reverse("consultations:volunteer", args=[one.reference])).content.decode()
    assert "This consultation has no such phase." in said
    assert "Please come again." not in said


def client_of(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client
