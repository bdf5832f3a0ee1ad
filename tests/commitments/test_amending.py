"""What is public is changed in a copy that the other side takes over; nothing is lost on the way,
and what was said before can be read for ever."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import transaction

from coalition.base import audit, sealing
from coalition.base.errors import NotAllowed, Refused
from coalition.commitments.amending import actions, queries
from coalition.commitments.migrations._in_full import first_editions
from coalition.commitments.models import Amendment, Commitment, Edition
from coalition.commitments.states import State
from coalition.commitments.writing import plain
from coalition.commitments.writing.actions import save as save_draft
from coalition.mailroom.models import Letter
from coalition.partners.models import Mandate
from tests import factories
from tests.results.test_disputes import at_once

pytestmark = pytest.mark.django_db


def public(**fields: Any) -> Commitment:
    """A public commitment with its first edition."""
    one = factories.commitment("published", **{"title": "Wages", **fields})
    actions.first_edition(one, by=None)
    return one


def with_words(amendment: Amendment, **words: str) -> plain.Values:
    """What the amendment says, with these words in place of its own."""
    return amendment.values | {"words": amendment.values["words"] | words}


def proposed(one: Commitment, side: str = "partner", **words: str) -> Amendment:
    """Begun, written and proposed by the actions."""
    by = factories.person()
    made = actions.begin(one, side=side, by=by)
    made = actions.save(made, with_words(made, **words), made.values, by=by).amendment
    return actions.propose(made, why="It grew.", by=by)


def as_read(of: Any) -> Any:
    """The record as somebody else has it in hand."""
    return type(of).objects.get(pk=of.pk)


def apply(amendment: Amendment, *, answers: Any = None, by: Any = None) -> Amendment:
    """Taken over by somebody who looked at it just now."""
    seal = queries.outcome_of(as_read(amendment)).seal
    return actions.apply(amendment, seal=seal, answers=answers, by=by or factories.officer())


def letters() -> list[tuple[str, str]]:
    return sorted(Letter.objects.values_list("to_address", "subject"))


# --- From a copy to an edition ----------------------------------------------------------------


def test_amendment_changes_nothing_until_the_other_side_takes_it_over():
    one = public(for_whom="Bakers")
    before = plain.values_of(one)

    made = proposed(one, for_whom="Bakers and millers")
    assert plain.values_of(as_read(one)) == before
    officer = factories.officer()
    made = apply(made, by=officer)

    one.refresh_from_db()
    assert (made.state, one.for_whom) == ("applied", "Bakers and millers")
    assert list(one.editions.values_list("number", "why", "by")) == [
        (1, "", None),
        (2, "It grew.", officer.pk),
    ]
    assert [edition.words for edition in one.editions.all()] == [before, plain.values_of(one)]
    assert [(told.edition.number, told.changed) for told in queries.editions_of(one)] == [
        (2, ["For whom"]),
        (1, []),
    ]


def test_both_sides_amend_at_once_and_nothing_is_lost():
    one = public(for_whom="Bakers", in_line_with="")

    theirs = proposed(one, "secretariat", in_line_with="Plan for bakeries")
    mine = proposed(one, for_whom="Bakers and millers")
    apply(mine)
    apply(theirs)

    one.refresh_from_db()
    assert (one.for_whom, one.in_line_with) == ("Bakers and millers", "Plan for bakeries")
    assert one.editions.count() == 3


def test_what_both_changed_is_a_question_that_somebody_answers():
    one = public(for_whom="Bakers", title="Wages")
    words = {"for_whom": "Bakers and millers", "promise": "Sign in every bakery."}
    made = proposed(one, **words)
    apply(proposed(one, "secretariat", for_whom="Bakers of all ages"))
    question = queries.outcome_of(as_read(made)).questions[0]
    assert (question.label, question.mine, question.theirs) == (
        "For whom",
        "Bakers and millers",
        "Bakers of all ages",
    )

    with pytest.raises(Refused, match="Both sides changed “For whom”"):
        apply(made)
    assert plain.values_of(as_read(one))["words"]["promise"] != words["promise"]
    apply(made, answers=question.answer("third", "Bakers and millers of all ages"))

    one.refresh_from_db()
    assert (one.for_whom, one.promise) == ("Bakers and millers of all ages", words["promise"])


def test_a_row_that_one_side_took_out_and_the_other_changed_is_one_question():
    one = public(resources=["Two organisers", "A hall"])
    made = actions.begin(one, side="partner", by=factories.person())
    without = {row: texts for row, texts in made.values.items() if row != "resource|2"}
    made = actions.save(made, without, made.values, by=made.by).amendment
    one.resources.filter(number=2).update(words="Two halls")

    (question,) = queries.outcome_of(as_read(made)).questions

    assert (question.label, question.mine, question.is_free) == ("Resource 2", "", False)
    assert question.answer("mine") == {"resource|2": {"kind": "", "words": ""}}
    actions.propose(made, why="It is closed.", by=made.by)
    apply(as_read(made), answers=question.answer("mine"))
    assert list(one.resources.values_list("words", flat=True)) == ["Two organisers"]


def test_who_takes_it_over_has_seen_what_they_take_over():
    one = public()
    made = proposed(one, for_whom="Bakers and millers")
    seal = queries.outcome_of(made).seal
    apply(proposed(one, "secretariat", in_line_with="Plan for bakeries"))

    with pytest.raises(Refused, match="changed meanwhile"):
        actions.apply(made, seal=seal, by=factories.officer())


def test_two_tabs_of_one_amendment_merge_and_name_what_they_differ_in():
    one = public(for_whom="Bakers")
    made = actions.begin(one, side="partner", by=factories.person())
    base = made.values
    actions.save(made, with_words(made, for_whom="Millers", promise="First."), base, by=made.by)

    saved = actions.save(
        made, with_words(made, for_whom="Cooks", title="Fair wages"), base, by=made.by
    )

    words = saved.amendment.values["words"]
    assert (words["promise"], words["title"], words["for_whom"]) == (
        "First.",
        "Fair wages",
        "Millers",
    )
    assert [(each.field, each.mine, each.theirs) for each in saved.conflicts] == [
        ("for_whom", "Cooks", "Millers")
    ]


def test_taking_over_other_days_lays_the_periods_anew():
    one = public(starts_on=date(2026, 1, 1), ends_on=date(2090, 12, 31))
    one.framework.every = 12
    one.framework.save()

    apply(proposed(one, ends_on="2091-06-30"))

    last = one.framework.periods.order_by("ends_on").last()
    assert last.ends_on == date(2091, 6, 30)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({}, "Nothing is different"),
        ({"ends_on": ""}, "With this it would lack: the day it ends"),
        ({"ends_on": "2027-13-31"}, "write the day as"),
        ({"title": ""}, "give it a title"),
        ({"promise": "x" * 401}, "shorten this by 1 character"),
    ],
)
def test_what_cannot_be_said_is_not_proposed(words, sentence):
    one = public()
    made = factories.amendment(one, **words)
    before = plain.values_of(one)

    with pytest.raises(Refused, match=sentence):
        actions.propose(made, why="It grew.", by=made.by)
    with pytest.raises(Refused, match="say why"):
        actions.propose(made, why=" \n", by=made.by)

    made.refresh_from_db()
    assert (made.state, plain.values_of(one)) == ("draft", before)


def test_a_side_has_one_open_amendment_and_may_begin_another_once_it_is_given_up():
    one, person = public(), factories.person()
    first = actions.begin(one, side="partner", by=person)

    assert actions.begin(one, side="partner", by=person) == first
    actions.discard(first, by=person)
    assert actions.begin(one, side="partner", by=person) != first


def test_an_amendment_of_what_is_not_public_becomes_no_edition():
    one = factories.commitment("change_requested", for_whom="Bakers")

    made = proposed(one, "secretariat", for_whom="Bakers and millers")
    Commitment.objects.filter(pk=one.pk).update(promise="Written meanwhile.")
    apply(made, by=factories.person())

    one.refresh_from_db()
    assert (one.for_whom, one.promise) == ("Bakers and millers", "Written meanwhile.")
    assert Edition.objects.count() == 0


def test_those_concerned_hear_of_each_step_once():
    focal_point = factories.person("focal@union.test")
    one = public(partner=factories.partner(person=focal_point))
    officer = factories.officer(email="officer@secretariat.test")
    made = actions.begin(one, side="partner", by=focal_point)
    actions.save(made, with_words(made, for_whom="Millers"), made.values, by=focal_point)

    actions.propose(made, why="It grew.", by=focal_point)
    actions.send_back(made, reason="Which millers?", by=officer)
    actions.propose(made, why="It grew much.", by=focal_point)
    apply(made, by=officer)

    assert letters() == [
        ("focal@union.test", "The amendment was taken over: Wages"),
        ("focal@union.test", "Your amendment was sent back: Wages"),
        ("officer@secretariat.test", "A change is proposed: Wages"),
        ("officer@secretariat.test", "A change is proposed: Wages"),
    ]
    assert "Which millers?" in Letter.objects.get(subject__contains="sent back").text


def test_whoever_has_a_part_in_it_or_follows_its_new_paragraph_hears_of_the_change():
    text = factories.instrument(paragraphs=3)
    one = public(provisions=[text.provisions.first()])
    other = factories.person("other@bank.test")
    one.parts.create(partner=factories.partner(person=other), role="funding", state="confirmed")
    reader = factories.person("reader@university.test")
    new = text.provisions.order_by("pk").last()
    factories.following(reader, new)
    made = actions.begin(one, side="partner", by=factories.person())
    row = f"paragraph|{text.code}/{new.eid}"
    values = made.values | {row: {"named": "yes", "how": "By law."}}
    actions.save(made, values, made.values, by=made.by)
    actions.propose(made, why="It grew.", by=made.by)
    Letter.objects.all().delete()

    apply(made)

    assert letters() == [
        ("other@bank.test", "A commitment in which you have a part was amended: Wages"),
        ("reader@university.test", "A new commitment on what you follow: Wages"),
    ]


def test_editions_of_what_is_public_when_upgrading_say_what_it_says():
    said = [
        factories.commitment(state, starts_on=date(2026, 2, 1), challenges=[factories.challenge()])
        for state in ("published", "withdrawn", "draft")
    ]
    said[0].deliveries.update(how="By law.")
    said[0].priorities.add(factories.priority(said[0].partner))

    first_editions(apps, None)

    made = {one.commitment_id: (one.number, one.at, one.words) for one in Edition.objects.all()}
    assert made == {
        one.pk: (1, one.published_at, plain.values_of(one)) for one in said if one.published_at
    }


# --- Who may, and when ------------------------------------------------------------------------

STATES = ["draft", "proposed", "sent_back", "applied", "discarded"]
VERBS: dict[str, Callable[[Amendment, Any], Any]] = {
    "edit": lambda one, by: actions.save(one, with_words(one, title="New"), one.values, by=by),
    "propose": lambda one, by: actions.propose(one, why="It grew.", by=by),
    "discard": lambda one, by: actions.discard(one, by=by),
    "send_back": lambda one, by: actions.send_back(one, reason="Say how many.", by=by),
    "apply": lambda one, by: apply(one, by=by),
}
# y may and can, - may but not in this state, n no; first what the partner wishes, then what the
# secretariat does.
#    person      draft proposed sent_back applied discarded
TABLE = """
edit
    visitor   n n n n n   n n n n n
    stranger  n n n n n   n n n n n
    viewer    n n n n n   n n n n n
    editor    y - y - -   n n n n n
    signatory y - y - -   n n n n n
    officer   n n n n n   y - y - -
    both      y - y - -   n n n n n
    co        n n n n n   n n n n n
propose
    visitor   n n n n n   n n n n n
    stranger  n n n n n   n n n n n
    viewer    n n n n n   n n n n n
    editor    n n n n n   n n n n n
    signatory y - y - -   n n n n n
    officer   n n n n n   y - y - -
    both      y - y - -   n n n n n
    co        n n n n n   n n n n n
discard
    visitor   n n n n n   n n n n n
    stranger  n n n n n   n n n n n
    viewer    n n n n n   n n n n n
    editor    y y y - -   n n n n n
    signatory y y y - -   n n n n n
    officer   n n n n n   y y y - -
    both      y y y - -   n n n n n
    co        n n n n n   n n n n n
send_back
    visitor   n n n n n   n n n n n
    stranger  n n n n n   n n n n n
    viewer    n n n n n   n n n n n
    editor    n n n n n   n n n n n
    signatory n n n n n   - y - - -
    officer   - y - - -   n n n n n
    both      n n n n n   - y - - -
    co        n n n n n   n n n n n
apply
    visitor   n n n n n   n n n n n
    stranger  n n n n n   n n n n n
    viewer    n n n n n   n n n n n
    editor    n n n n n   n n n n n
    signatory n n n n n   - y - - -
    officer   - y - - -   n n n n n
    both      n n n n n   - y - - -
    co        n n n n n   n n n n n
see
    visitor   n n n n n   n n n n n
    stranger  n n n n n   n n n n n
    viewer    y y y y y   n y y y n
    editor    y y y y y   n y y y n
    signatory y y y y y   n y y y n
    officer   n y y y n   y y y y y
    both      y y y y y   n y y y n
    co        n y y y n   n y y y n
"""


def someone(kind: str, one: Commitment) -> Any:
    """`both` is an officer who speaks for the partner, `co` one who speaks for another in it."""
    if kind == "visitor":
        return AnonymousUser()
    person = factories.person(roles=("officer",) if kind in ("officer", "both", "co") else ())
    role = {"both": "focal_point"}.get(kind, kind)
    if kind in ("viewer", "editor", "signatory", "both"):
        Mandate.objects.create(
            person=person, partner=one.partner, role=role, since=date(2026, 1, 1)
        )
    if kind in ("stranger", "co"):
        other = factories.partner(person=person)
        if kind == "co":
            one.parts.create(partner=other, role="funding", state="confirmed")
    return person


CASES = [(side, state) for side in ("partner", "secretariat") for state in STATES]


def table() -> dict[tuple[str, str], str]:
    """The answers by verb and person, one letter a case."""
    found, verb = {}, ""
    for line in TABLE.strip().splitlines():
        if not line.startswith(" "):
            verb = line
            continue
        kind, *answers = line.split()
        found[verb, kind] = "".join(answers)
    return found


def test_people_states_and_verbs():
    one = public()
    kinds = ("visitor", "stranger", "viewer", "editor", "signatory", "officer", "both", "co")
    people = {kind: someone(kind, one) for kind in kinds}
    by = factories.person()
    found = {(verb, kind): "" for verb in (*VERBS, "see") for kind in kinds}
    for side, state in CASES:
        with transaction.atomic():
            made = factories.amendment(one, side, state, promise="Otherwise.")
            outcomes = {verb: tries(verb, made, by) for verb in VERBS}
            for kind, person in people.items():
                for verb, happens in outcomes.items():
                    may = person.has_perm(f"commitments.{verb}_amendment", made)
                    found[verb, kind] += happens if may else "n"
                found["see", kind] += "y" if made in queries.seen_by(person, one) else "n"
            transaction.set_rollback(True)

    assert found == table()


def tries(verb: str, amendment: Amendment, by: Any) -> str:
    """Does the verb happen, or is it refused? Either is taken back."""
    with transaction.atomic():
        try:
            VERBS[verb](as_read(amendment), by)
            return "y"
        except NotAllowed:
            return "-"
        finally:
            transaction.set_rollback(True)


def test_each_side_amends_in_the_states_that_are_its_own():
    asked = {}
    for state in State.values:
        one = factories.commitment(state)
        asked[state] = [not queries.why_not(one, side) for side in ("partner", "secretariat")]

    assert asked == {
        "draft": [False, False],
        "submitted": [False, True],
        "change_requested": [False, True],
        "approved": [False, False],
        "published": [True, True],
        "completed_claimed": [True, True],
        "inactive": [True, True],
        "closed": [False, False],
        "withdrawn": [False, False],
    }


def test_what_was_withdrawn_meanwhile_is_not_amended_but_can_be_given_up():
    one = public()
    made = proposed(one, for_whom="Millers")
    Commitment.objects.filter(pk=one.pk).update(state="withdrawn")
    made = as_read(made)

    with pytest.raises(NotAllowed, match="“Withdrawn”"):
        apply(made)
    assert actions.discard(made, by=made.by).state == "discarded"
    assert list(queries.proposed()) == []


# --- At the same moment -----------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_officers_and_the_partner_at_the_same_moment():
    one = public(for_whom="Bakers", in_line_with="")
    mine = proposed(one, for_whom="Bakers and millers")
    theirs = proposed(one, "secretariat", in_line_with="Plan for bakeries")
    officers = [factories.officer(), factories.officer()]
    signatory = factories.person()
    seals = {each.pk: queries.outcome_of(as_read(each)).seal for each in (mine, theirs)}

    outcomes = at_once(
        *(
            lambda by=by: actions.apply(as_read(mine), seal=seals[mine.pk], by=by)
            for by in officers
        ),
        lambda: actions.send_back(as_read(mine), reason="Which millers?", by=officers[0]),
        lambda: actions.apply(as_read(theirs), seal=seals[theirs.pk], by=signatory),
        lambda: actions.discard(as_read(theirs), by=officers[1]),
    )

    # Of each amendment one thing becomes; who looked at words that changed since looks again.
    assert set(outcomes) == {"done", "refused"}
    applied = Amendment.objects.filter(state="applied").count()
    assert one.editions.count() == 1 + applied
    assert [edition.number for edition in one.editions.all()] == list(range(1, 2 + applied))
    assert as_read(one.editions.last()).words == plain.values_of(as_read(one))
    assert list(audit.verify()) == []


@pytest.mark.django_db(transaction=True)
def test_an_amendment_is_saved_while_another_is_taken_over():
    one = public(for_whom="Bakers", in_line_with="")
    theirs = proposed(one, "secretariat", in_line_with="Plan for bakeries")
    seal = queries.outcome_of(as_read(theirs)).seal
    person = factories.person()
    mine = actions.begin(one, side="partner", by=person)

    outcomes = at_once(
        lambda: actions.apply(as_read(theirs), seal=seal, by=person),
        *(
            lambda name=name: actions.save(
                as_read(mine), with_words(mine, **{name: "Otherwise."}), mine.values, by=person
            )
            for name in ("for_whom", "promise")
        ),
    )

    assert outcomes == ["done"] * 3
    apply(actions.propose(as_read(mine), why="It grew.", by=person))
    said = plain.values_of(as_read(one))["words"]
    assert [said[name] for name in ("for_whom", "promise", "in_line_with")] == [
        "Otherwise.",
        "Otherwise.",
        "Plan for bakeries",
    ]
    assert list(audit.verify()) == []


@pytest.mark.django_db(transaction=True)
def test_a_draft_is_written_while_what_the_officer_changes_is_taken_over():
    one = factories.commitment("change_requested", for_whom="Bakers", in_line_with="")
    theirs = proposed(one, "secretariat", in_line_with="Plan for bakeries")
    seal = queries.outcome_of(as_read(theirs)).seal
    base = plain.values_of(as_read(one))
    typed = base | {"words": base["words"] | {"for_whom": "Millers"}}
    person = factories.person()

    outcomes = at_once(
        lambda: save_draft(as_read(one), typed, base, by=person),
        lambda: actions.apply(as_read(theirs), seal=seal, by=person),
    )

    if outcomes == [
        "done",
        "refused",
    ]:  # the draft came first, so the difference is looked at again
        apply(as_read(theirs), by=person)
    one = as_read(one)
    assert (one.for_whom, one.in_line_with) == ("Millers", "Plan for bakeries")


# --- Pages ------------------------------------------------------------------------------------


def at(one: Commitment, *parts: Any) -> str:
    return "/".join(
        ["/en/workspace/commitments", one.reference, "amendments", *map(str, parts), ""]
    )


def test_an_amendment_goes_through_the_pages_of_both_sides(client):
    focal_point, officer = factories.person(), factories.officer()
    one = public(for_whom="Bakers", partner=factories.partner(person=focal_point))
    client.force_login(focal_point)

    client.post(at(one, "new"))
    made = Amendment.objects.get()
    page = client.get(at(one, made.pk, "promise"))
    assert page.context["form"]["for_whom"].value() == "Bakers"
    typed = one_screen(made, for_whom="Bakers and <b>millers</b>")
    assert client.post(at(one, made.pk, "promise"), typed)["Location"] == at(one, made.pk, "place")
    assert "<del>" not in client.get(at(one, made.pk)).content.decode()
    client.post(at(one, made.pk, "propose"), {"why": "It grew."})
    assert client.get(at(one, made.pk, "promise"))["Location"] == at(one, made.pk)
    assert client.post(at(one, made.pk, "apply")).status_code == 403

    client.force_login(officer)
    page = client.get(at(one, made.pk))
    said = page.content.decode()
    assert "(put in:) </span> and &lt;b&gt;millers&lt;/b&gt;</ins>" in said
    seal = page.context["apply_form"]["seal"].value()
    client.post(at(one, made.pk, "apply"), {"seal": seal})
    one.refresh_from_db()
    assert one.for_whom == "Bakers and <b>millers</b>"
    client.logout()
    page = client.get(f"/en/commitments/{one.reference}/editions/1/")
    assert (page.status_code, dict(page.context["words"])["For whom"]) == (200, ["Bakers"])
    assert "It says something else now" in page.content.decode()
    page = client.get(f"/en/commitments/{one.reference}/editions/2/")
    assert [change.label for change in page.context["changes"]] == ["For whom"]
    assert "It grew." in page.content.decode()


def one_screen(made: Amendment, **typed: str) -> dict[str, str]:
    """What the first screen sends."""
    sealed = sealing.seal(["amendment", made.pk], made.values)
    words = made.values["words"]
    names = ("title", "language", "promise", "for_whom", "level")
    return {name: words.get(name, "") for name in names} | {"base": sealed, **typed}


def test_who_takes_it_over_is_asked_what_both_changed(client):
    one = public(for_whom="Bakers")
    made = proposed(one, for_whom="Bakers and millers")
    apply(proposed(one, "secretariat", for_whom="Bakers of all ages"))
    client.force_login(factories.officer())
    seal = queries.outcome_of(as_read(made)).seal

    page = client.post(at(one, made.pk, "apply"), {"seal": seal})
    assert page.context["apply_form"].errors == {
        "choice-1": ["Please choose which wording counts."]
    }
    page = client.post(at(one, made.pk, "apply"), {"seal": seal, "choice-1": "third"})
    assert list(page.context["apply_form"].errors) == ["third-1"]
    typed = {"seal": seal, "choice-1": "third", "third-1": "All who bake and mill"}
    client.post(at(one, made.pk, "apply"), typed | {"seal": "0" * 64})
    assert as_read(one).for_whom == "Bakers of all ages"
    client.post(at(one, made.pk, "apply"), typed)

    assert as_read(one).for_whom == "All who bake and mill"


def test_what_two_tabs_type_is_told_beside_the_field(client):
    focal_point = factories.person()
    one = public(for_whom="Bakers", partner=factories.partner(person=focal_point))
    made = actions.begin(one, side="partner", by=focal_point)
    client.force_login(focal_point)
    first, second = (one_screen(made, for_whom=words) for words in ("Millers", "Cooks"))

    client.post(at(one, made.pk, "promise"), first)
    page = client.post(at(one, made.pk, "promise"), second)

    form = page.context["form"]
    assert (form["for_whom"].value(), list(form.errors)) == ("Cooks", ["for_whom"])
    assert "Millers" in str(form.errors["for_whom"])
    again = second | {"base": page.context["base"]}
    assert client.post(at(one, made.pk, "promise"), again).status_code == 302
    assert as_read(made).values["words"]["for_whom"] == "Cooks"


def test_editions_answer_as_long_as_what_was_public(client):
    one = public()
    address = f"/en/commitments/{one.reference}/editions/{{}}/".format
    answers = {number: client.get(address(number)).status_code for number in (0, 1, 2, 10**30)}
    assert answers == {0: 404, 1: 200, 2: 404, 10**30: 404}

    one.moves.create(verb="withdraw", from_state="published", to_state="withdrawn", reason="Money.")
    Commitment.objects.filter(pk=one.pk).update(state="withdrawn")
    page = client.get(address(1))
    assert (page.status_code, "Money." in page.content.decode()) == (410, True)
    draft = factories.commitment("draft")
    assert client.get(f"/en/commitments/{draft.reference}/editions/1/").status_code == 404
