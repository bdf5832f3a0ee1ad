"""Due diligence: how deep, what it would come to, who may decide, and what expires."""

from __future__ import annotations

import json
import threading
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.db import connections, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from coalition.accounts.models import RoleGrant
from coalition.base.errors import NotAllowed, Refused
from coalition.base.models import Event
from coalition.mailroom.models import Letter
from coalition.partners import actions as accession
from coalition.partners.models import (
    Depth,
    Finding,
    Flag,
    FlagCategory,
    Mandate,
    Partner,
    Verification,
    VettingPlan,
    VettingQuestion,
)
from coalition.partners.people.lifecycle import merge as merge_partners
from coalition.partners.screening import queries as screening
from coalition.partners.vetting import actions, dossier, queries
from tests import factories

pytestmark = pytest.mark.django_db

LIGHT = "IGO"  # a group whose plan asks for no screening


def case(group: str = LIGHT, **fields: Any) -> Any:
    return factories.accession_request("under_vetting", group=factories.group(group), **fields)


def partner(group: str = LIGHT, **fields: Any) -> Any:
    return factories.partner(group=factories.group(group), **fields)


def category(code: str = "financial") -> FlagCategory:
    return FlagCategory.objects.get(code=code)


def proposed(owner: Any, first: Any, second: Any) -> Verification:
    """A verification that the first officer proposed to confirm; both declared no conflict."""
    made = factories.verification(owner, declared=(first, second))
    return actions.propose(made, Finding.VERIFY, "All is there.", by=first)


def sentences(refused: Any) -> str:
    return str(refused.value)


# --- The plan --------------------------------------------------------------------------------


def test_every_group_has_a_plan_and_questions_ask_in_six_languages():
    plans = {plan.code: (plan.depth, plan.months) for plan in VettingPlan.objects.all()}
    texts = [one.names for one in VettingQuestion.objects.all()]
    texts += [one.help for one in VettingQuestion.objects.all() if one.help]

    assert plans == {
        "GOV": ("light", 36),
        "IGO": ("light", 36),
        "EMP": ("standard", 36),
        "WRK": ("standard", 36),
        "IFI": ("standard", 36),
        "BUS": ("full", 24),
        "ACA": ("standard", 36),
        "CSO": ("standard", 24),
    }
    assert {tuple(sorted(text)) for text in texts} == {("ar", "en", "es", "fr", "ru", "zh")}


def test_questions_follow_group_and_depth():
    asked = {
        code: [one.code for one in dossier.Dossier(partner(code)).questions]
        for code in ("GOV", "WRK", "BUS")
    }

    assert asked["GOV"] == ["authority", "aims", "other-risk", "observations", "excluded-listed"]
    assert {"registered", "representative", "independent", "income"} <= set(asked["WRK"])
    assert {"owners", "human-rights", "accusations"} & set(asked["WRK"]) == set()
    assert {"owners", "human-rights", "accusations", "safeguards"} <= set(asked["BUS"])


def test_a_group_without_a_plan_is_looked_into_lightly_and_says_so():
    VettingPlan.objects.all().delete()

    file = dossier.Dossier(partner("BUS"))

    assert (file.depth, file.plan.months) == (Depth.LIGHT, 24)
    assert file.why == "The coalition file has no plan for this partner group."


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 15), 36, date(2029, 1, 15)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 12, 31), 24, date(2028, 12, 31)),
    ],
)
def test_months_are_counted_by_the_calendar(day, months, expected):
    assert queries.after_months(day, months) == expected


def test_a_risk_raises_the_depth_by_one_step_until_the_decision_and_says_why():
    by, one = factories.officer(), partner()
    made = factories.verification(one, declared=(by,))

    flag = actions.raise_flag(one, category(), "A court case.", by=by, state="risk")
    raised = dossier.Dossier(one)
    actions.resolve(flag, "The court dismissed it.", by=by)
    after = dossier.Dossier(one)

    assert (raised.depth, raised.plan.depth) == (Depth.STANDARD, Depth.LIGHT)
    assert raised.why.endswith("A risk on file raises it by one step: standard.")
    assert (after.depth, after.has_risk) == (Depth.STANDARD, False)
    made.refresh_from_db()
    assert made.is_raised
    assert "excluded-tobacco" in [one.code for one in raised.unanswered]


def test_a_new_verification_begins_at_the_depth_of_the_plan_again():
    by, one = factories.officer(), partner()
    factories.verification(one, "verified", is_raised=True, depth="standard")

    begun = actions.renew(one, by=by)

    assert (begun.depth, begun.is_raised) == ("light", False)


# --- The first verdict -----------------------------------------------------------------------


def answered(**changes: str) -> Any:
    """The file of a partner on whom everything is as expected but for the changes."""
    by, one = factories.officer(), partner()
    made = factories.verification(one, declared=(by,))
    actions.answer(made, {code: (value, "") for code, value in changes.items()}, by=by)
    return dossier.Dossier(one)


def test_first_verdict_says_what_the_answers_come_to_and_why():
    aims = "Are its aims and its work in keeping with the purposes of the United Nations and of "
    excluded = (
        "The organisation, its owners or those who lead it stand on the consolidated list of the "
        "United Nations Security Council."
    )
    verdicts = {
        "as expected": answered().verdict,
        "unclear": answered(aims="unclear").verdict,
        "contrary": answered(aims="no").verdict,
        "excluded": answered(**{"excluded-listed": "yes"}).verdict,
    }

    assert {name: (one.word, one.tone) for name, one in verdicts.items()} == {
        "as expected": ("Would be verified", "good"),
        "unclear": ("Doubtful", "due"),
        "contrary": ("Would not be verified", "alert"),
        "excluded": ("Would not be verified", "alert"),
    }
    assert verdicts["unclear"].reasons == [f"“{aims}the coalition?” – Unclear"]
    assert verdicts["contrary"].reasons == [f"“{aims}the coalition?” – No"]
    assert verdicts["excluded"].reasons == [f"This excludes it: “{excluded}”"]


def test_first_verdict_cannot_be_said_while_questions_are_open():
    one = partner()
    factories.verification(one, is_answered=False)

    verdict = dossier.Dossier(one).verdict

    assert (verdict.word, verdict.reasons) == (
        "Cannot be said yet",
        ["5 questions are not answered yet."],
    )


@pytest.mark.parametrize(
    ("state", "word"),
    [
        ("observation", "Would be verified"),
        ("escalated", "Would not be verified"),
        ("red", "Would not be verified"),
        ("resolved", "Would be verified"),
    ],
)
def test_first_verdict_is_blocked_by_flags_that_were_escalated(state, word):
    one = partner("BUS")  # at the full depth a risk asks for nothing more
    factories.verification(one)
    factories.flag(one, state)
    file = dossier.Dossier(one)
    file.standing = screened()

    assert file.verdict.word == word


def screened(**fields: Any) -> Any:
    """An organisation that was screened against a list of today, without a match."""
    given = {"sentence": "No match.", "blocks": False, "list_date": timezone.now().date()}
    return screening.Standing(
        **{**given, "screened_at": timezone.now(), "is_stale": False, **fields}
    )


# --- The questionnaire -----------------------------------------------------------------------


def test_answers_are_kept_with_who_and_how_and_only_changes_are_written():
    first, second = factories.officer(), factories.officer()
    made = factories.verification(partner(), is_answered=False)

    actions.answer(made, {"aims": ("yes", " Its statute,\u202e article 2. ")}, by=first)
    again = actions.answer(made, {"aims": ("yes", "Its statute, article 2.")}, by=second)
    actions.answer(made, {"aims": ("unclear", "")}, by=second)

    assert again == []
    kept = made.answers.get()
    assert (kept.question.code, kept.value, kept.note, kept.by) == ("aims", "unclear", "", second)
    assert Event.objects.filter(verb="partners.answer_vetting").count() == 2


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"nonsense": ("yes", "")}, "“nonsense” is not asked about this organisation."),
        ({"human-rights": ("yes", "")}, "“human-rights” is not asked about this organisation."),
        ({"aims": ("perhaps", "")}, "Answer with yes, no or unclear: “aims”."),
    ],
)
def test_answers_to_what_is_not_asked_are_refused_whole(given, sentence):
    made = factories.verification(partner(), is_answered=False)

    with pytest.raises(Refused) as refusal:
        actions.answer(made, {"other-risk": ("no", ""), **given}, by=factories.officer())

    assert (sentences(refusal), made.answers.count()) == (sentence, 0)


# --- Two officers ----------------------------------------------------------------------------


def test_a_partner_is_verified_by_two_officers_until_the_day_of_the_plan():
    first, second = factories.officer(), factories.officer()
    one = partner("GOV")
    made = proposed(one, first, second)

    actions.confirm(made, "I agree.", by=second)

    one.refresh_from_db()
    made.refresh_from_db()
    until = queries.after_months(timezone.now().date(), 36)
    assert (made.state, made.depth, made.expires_on, one.verified_until) == (
        "verified",
        "light",
        until,
        until,
    )
    assert [(move.verb, move.by, move.reason) for move in made.moves.all()] == [
        ("propose", first, "All is there."),
        ("confirm", second, "I agree."),
    ]
    assert [letter.to_address for letter in Letter.objects.all()] == [second.email]


def test_a_partner_that_is_rejected_is_verified_no_longer():
    first, second = factories.officer(), factories.officer()
    one = partner(verified_until=timezone.now().date() + timedelta(days=300))
    made = factories.verification(one, declared=(first, second), is_answered=False)
    actions.propose(made, Finding.REFUSE, "It answers nobody.", by=first)

    actions.reject(made, "I agree.", by=second)

    one.refresh_from_db()
    made.refresh_from_db()
    assert (made.state, made.expires_on) == ("not_verified", None)
    assert one.verified_until == timezone.now().date()
    assert one.verification_expired


def test_proposing_to_verify_names_everything_that_is_missing():
    by = factories.officer()
    one = partner("WRK")
    made = factories.verification(one, is_answered=False, declared=(by,))

    with pytest.raises(NotAllowed) as refusal:
        actions.propose(made, Finding.VERIFY, "Looks well.", by=by)

    file = dossier.Dossier(one)
    count = len(file.questions)
    assert sentences(refusal) == (
        f"{count} questions are not answered yet. {file.standing.sentence}"
    )


def test_a_risk_raised_after_the_proposal_sends_it_back_for_the_deeper_questions():
    first, second = factories.officer(), factories.officer()
    one = partner()
    made = proposed(one, first, second)

    actions.raise_flag(one, category(), "A court case.", by=second, state="risk")

    with pytest.raises(NotAllowed, match=r"questions are not answered yet"):
        actions.confirm(made, "Fine.", by=second)
    actions.review_again(made, "A risk came up.", by=second)
    made.refresh_from_db()
    assert (made.state, made.advice) == ("in_review", "")


@pytest.mark.parametrize("state", ["escalated", "red"])
def test_what_was_escalated_blocks_the_confirmation(state):
    first, second = factories.officer(), factories.officer()
    one = partner("BUS")
    made = factories.verification(one, "proposed", declared=(first, second))
    factories.flag(one, state)

    why = queries.obstacles(one, "confirm", second)

    label = {"escalated": "Escalated", "red": "Red flag"}[state]
    assert f"{label}, not resolved: Other." in why
    assert made.state == "proposed"


def test_a_conflict_declared_after_the_proposal_undoes_it():
    first, second = factories.officer(), factories.officer()
    made = proposed(partner(), first, second)

    actions.declare_conflict(made, True, "My brother was hired there.", by=first)

    with pytest.raises(NotAllowed) as refusal:
        actions.confirm(made, "Fine.", by=second)
    assert sentences(refusal) == (
        "Who proposed this declared a conflict since: send it back to review."
    )


def test_a_declared_conflict_cannot_be_taken_back():
    by = factories.officer()
    made = factories.verification(partner())
    actions.declare_conflict(made, True, "I own shares.", by=by)

    with pytest.raises(NotAllowed, match=r"^You declared a conflict of interest on "):
        actions.declare_conflict(made, False, by=by)

    assert [(one.has_conflict, one.words) for one in made.declarations.all()] == [
        (True, "I own shares.")
    ]


def test_a_conflict_wants_words():
    made = factories.verification(partner())

    with pytest.raises(Refused, match="Please say in a few words"):
        actions.declare_conflict(made, True, " ", by=factories.officer())


# --- People × states × verbs -----------------------------------------------------------------

VERBS = {
    "answer": lambda one, by: actions.answer(one, {"aims": ("unclear", "")}, by=by),
    "declare": lambda one, by: actions.declare_conflict(one, False, by=by),
    "propose": lambda one, by: actions.propose(one, Finding.VERIFY, "Good.", by=by),
    "propose not to": lambda one, by: actions.propose(one, Finding.REFUSE, "Bad.", by=by),
    "review_again": lambda one, by: actions.review_again(one, "Look again.", by=by),
    "confirm": lambda one, by: actions.confirm(one, "Good.", by=by),
    "reject": lambda one, by: actions.reject(one, "Bad.", by=by),
    "raise_flag": lambda one, by: actions.raise_flag(one.owner, category(), "Seen.", by=by),
}
OFFICERS = {"first officer", "second officer", "officer who declared nothing"}
DECLARED = {"first officer", "second officer"}
ALLOWED = {
    ("in_review", "answer"): OFFICERS,
    ("in_review", "declare"): OFFICERS,
    ("in_review", "propose"): DECLARED,
    ("in_review", "propose not to"): DECLARED,
    ("in_review", "raise_flag"): OFFICERS,
    ("proposed", "declare"): OFFICERS,
    ("proposed", "review_again"): DECLARED,
    ("proposed", "confirm"): {"second officer"},
    ("proposed", "raise_flag"): OFFICERS,
    ("refusal proposed", "declare"): OFFICERS,
    ("refusal proposed", "review_again"): DECLARED,
    ("refusal proposed", "reject"): {"second officer"},
    ("refusal proposed", "raise_flag"): OFFICERS,
    ("verified", "raise_flag"): OFFICERS,
    ("not_verified", "raise_flag"): OFFICERS,
}


@pytest.mark.any_database
def test_people_states_and_verbs():
    one = partner()
    people: dict[str, Any] = {
        "first officer": factories.officer(),
        "second officer": factories.officer(),
        "officer who declared nothing": factories.officer(),
        "officer with a conflict": factories.officer(),
        "officer who speaks for it": factories.officer(),
        "closed account": factories.officer(is_active=False),
        "focal point": factories.person(),
        "stranger": factories.person(),
        "visitor": AnonymousUser(),
    }
    for name, role in (("focal point", "focal_point"), ("officer who speaks for it", "editor")):
        Mandate.objects.create(person=people[name], partner=one, role=role, since=date(2026, 1, 1))
    outcomes: dict[tuple[str, str], set[str]] = {}
    for state in ("in_review", "proposed", "refusal proposed", "verified", "not_verified"):
        Verification.objects.all().delete()
        advice = {"advice": "refuse"} if state == "refusal proposed" else {}
        made = factories.verification(
            one,
            "proposed" if state == "refusal proposed" else state,
            declared=(people["first officer"], people["second officer"]),
            **advice,
        )
        made.declarations.create(officer=people["officer with a conflict"], has_conflict=True)
        if "proposed" in state:
            made.moves.create(
                verb="propose",
                from_state="in_review",
                to_state="proposed",
                by=people["first officer"],
            )
        for verb, do in VERBS.items():
            for name, person in people.items():
                try:
                    with transaction.atomic():
                        do(Verification.objects.get(pk=made.pk), person)
                        outcomes.setdefault((state, verb), set()).add(name)
                        raise Undone
                except (NotAllowed, Undone):
                    pass

    assert outcomes == ALLOWED


class Undone(Exception):
    """What was tried is rolled back."""


# --- Flags -----------------------------------------------------------------------------------

FLAG_ALLOWED = {
    ("observation", "raise_risk"): {"raiser", "escalator", "other"},
    ("observation", "escalate"): {"raiser", "escalator", "other"},
    ("observation", "resolve"): {"raiser", "escalator", "other"},
    ("risk", "escalate"): {"raiser", "escalator", "other"},
    ("risk", "resolve"): {"raiser", "escalator", "other"},
    ("escalated", "confirm_red"): {"raiser", "other"},
    ("escalated", "lower"): {"raiser", "other"},
    ("escalated", "resolve"): {"raiser", "other"},
    ("red", "lower"): {"escalator", "other"},
    ("red", "resolve"): {"escalator", "other"},
}


def test_flags_are_moved_by_those_who_may_and_by_nobody_else():
    one = partner()
    people: dict[str, Any] = {
        "raiser": factories.officer(),
        "escalator": factories.officer(),
        "other": factories.officer(),
        "speaks for it": factories.officer(),
        "stranger": factories.person(),
    }
    Mandate.objects.create(person=people["speaks for it"], partner=one, since=date(2026, 1, 1))
    outcomes: dict[tuple[str, str], set[str]] = {}
    for state in ("observation", "risk", "escalated", "red", "resolved"):
        flag = factories.flag(one, state, raised_by=people["raiser"])
        if state in ("escalated", "red"):
            flag.moves.create(
                verb="escalate", from_state="risk", to_state=state, by=people["escalator"]
            )
        for verb in Flag.VERBS:
            for name, person in people.items():
                try:
                    with transaction.atomic():
                        getattr(actions, verb)(flag, "So it is.", by=person)
                        outcomes.setdefault((state, verb), set()).add(name)
                        raise Undone
                except (NotAllowed, Undone):
                    pass
        flag.delete()

    assert outcomes == FLAG_ALLOWED


def test_an_escalated_flag_is_told_to_the_other_officers_alone():
    by, other = factories.officer(), factories.officer()
    one = partner()
    flag = actions.raise_flag(one, category(), "A court case.", by=by)

    actions.escalate(flag, "Please look.", by=by)

    letter = Letter.objects.get()
    assert (letter.to_address, letter.subject) == (
        other.email,
        f"A flag waits for your decision: {one.name} ({one.reference})",
    )
    assert "court case" not in letter.text
    assert "Please look" not in letter.text


def test_a_flag_lapses_on_its_day_but_never_once_it_was_escalated():
    today = timezone.now().date()
    one = partner()
    for state in ("observation", "risk", "escalated", "red"):
        factories.flag(one, state, valid_until=today)
    factories.flag(one, "risk", valid_until=today + timedelta(days=1))

    standing = Flag.objects.of(one).standing().order_by("state")

    assert [flag.state for flag in standing] == ["escalated", "red", "risk"]
    assert [flag.state for flag in Flag.objects.of(one).order_by("state") if flag.has_lapsed] == [
        "observation",
        "risk",
    ]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"words": "  "}, "Please say what was seen, and where."),
        ({"state": "red"}, "A flag begins as an observation or as a risk; escalate it then."),
        ({"valid_until": date(2026, 1, 1)}, "A flag is valid until a day to come."),
    ],
)
def test_a_flag_that_cannot_be_is_refused(fields, sentence):
    given = {"words": "Seen.", **fields}

    with pytest.raises(Refused) as refusal:
        actions.raise_flag(
            partner(), category(), given.pop("words"), by=factories.officer(), **given
        )

    assert (sentences(refusal), Flag.objects.count()) == (sentence, 0)


# --- Renewal and expiry ----------------------------------------------------------------------


def verified(until: date, **fields: Any) -> Partner:
    one = partner(verified_until=until, **fields)
    factories.verification(one, "verified", expires_on=until, is_answered=False)
    return one


def test_a_partner_is_renewed_before_its_verification_expires():
    first, second = factories.officer(), factories.officer()
    today = timezone.now().date()
    one = verified(today + timedelta(days=20))
    before = one.verifications.get()
    Verification.objects.filter(pk=before.pk).update(
        legal_status="Treaty body", governance="A council of members."
    )

    made = actions.renew(one, by=first)

    assert actions.renew(one, by=second) == made
    assert (made.state, made.legal_status, made.governance) == (
        "in_review",
        "Treaty body",
        "A council of members.",
    )
    assert queries.register_entry(one) == before
    file = dossier.Dossier(one)
    actions.answer(made, {q.code: (q.expected, "") for q in file.questions}, by=first)
    for officer in (first, second):
        actions.declare_conflict(made, False, by=officer)
    actions.propose(made, Finding.VERIFY, "As before.", by=first)
    actions.confirm(made, "Yes.", by=second)
    one.refresh_from_db()
    assert one.verified_until == queries.after_months(today, 36)
    assert queries.register_entry(one) == made


def test_a_partner_that_left_is_not_renewed():
    one = partner(state="withdrawn")

    with pytest.raises(NotAllowed, match="nothing can be changed"):
        actions.renew(one, by=factories.officer())


def test_a_verification_ends_on_its_day():
    today = timezone.now().date()
    expired = {
        days: verified(today + timedelta(days=days)).verification_expired for days in (-1, 0, 1)
    }

    assert expired == {-1: True, 0: True, 1: False}
    assert not partner().verification_expired


def test_officers_are_reminded_once_at_sixty_thirty_and_no_days():
    officer = factories.officer()
    today = timezone.now().date()
    one = verified(today + timedelta(days=61))
    verified(today + timedelta(days=400))
    verified(today + timedelta(days=5), state="withdrawn")

    told = [actions.remind_of_renewals(today + timedelta(days=days)) for days in range(70)]

    assert [day for day, count in enumerate(told) if count] == [1, 31, 61]
    assert [actions.remind_of_renewals(today + timedelta(days=61))] == [0]
    letters = Letter.objects.filter(to_person=officer)
    assert [letter.subject for letter in letters] == ["1 verification is to be renewed"] * 3
    assert all(one.reference in letter.text for letter in letters)


def test_a_reminder_that_was_missed_is_given_late_and_only_the_latest():
    factories.officer()
    today = timezone.now().date()
    verified(today + timedelta(days=20))
    verified(today + timedelta(days=40))

    told = [actions.remind_of_renewals(today) for _ in range(2)]

    assert told == [2, 0]
    kept = Verification.objects.order_by("expires_on").values_list("reminded", flat=True)
    assert list(kept) == [30, 60]


def test_nothing_is_marked_as_told_while_there_is_no_officer():
    today = timezone.now().date()
    verified(today)
    RoleGrant.objects.all().delete()

    assert actions.remind_of_renewals(today) == 0
    assert Verification.objects.get().reminded is None


# --- At the same moment ----------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_of_two_officers_who_decide_on_a_proposal_at_once_one_wins():
    first, second, third = (factories.officer() for _ in range(3))
    one = partner()
    made = factories.verification(one, declared=(first, second, third))
    actions.propose(made, Finding.VERIFY, "Good.", by=first)
    both = threading.Barrier(2)
    outcomes: list[str] = []

    def decide(verb: str, by: Any) -> None:
        try:
            found = Verification.objects.get(pk=made.pk)
            both.wait(timeout=10)
            getattr(actions, verb)(found, "So it is.", by=by)
            outcomes.append("won")
        except NotAllowed:
            outcomes.append("refused")
        finally:
            connections.close_all()

    pairs = zip(("confirm", "review_again"), (second, third), strict=True)
    threads = [threading.Thread(target=decide, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert sorted(outcomes) == ["refused", "won"]
    assert made.moves.count() == 2


@pytest.mark.django_db(transaction=True)
def test_of_two_officers_who_begin_at_once_both_get_the_same_verification():
    first, second = factories.officer(), factories.officer()
    one = partner()
    both = threading.Barrier(2)
    begun: list[int] = []

    def begin(by: Any) -> None:
        try:
            both.wait(timeout=10)
            begun.append(actions.renew(Partner.objects.get(pk=one.pk), by=by).pk)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=begin, args=(by,)) for by in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert len(begun) == 2
    assert len(set(begun)) == 1
    assert Verification.objects.count() == 1


# --- Acceptance rests on it ------------------------------------------------------------------


def test_a_request_is_accepted_once_its_file_is_complete_and_takes_it_along():
    first, second = factories.officer(), factories.officer()
    request = factories.accession_request(group=factories.group("GOV"))
    accession.vet(request, by=first)
    factories.flag(request, raised_by=first)

    with pytest.raises(NotAllowed) as undeclared:
        accession.recommend(request, "All is there.", by=first)
    factories.declare(request, first, second)
    with pytest.raises(NotAllowed) as no_papers:
        accession.recommend(request, "All is there.", by=first)
    factories.explain_missing_papers(request)
    with pytest.raises(NotAllowed) as unanswered:
        accession.recommend(request, "All is there.", by=first)
    factories.answer_as_expected(request.verifications.get(), first)
    accession.recommend(request, "All is there.", by=first)
    made = accession.accept(request, "I agree.", by=second)

    made.refresh_from_db()
    verification = Verification.objects.get()
    assert sentences(undeclared).startswith("First declare whether you have a conflict")
    assert sentences(no_papers).startswith("Before it can be recommended, these are needed")
    assert sentences(unanswered) == "5 questions are not answered yet."
    assert (verification.state, verification.request, verification.partner) == (
        "verified",
        request,
        made,
    )
    assert made.verified_until == queries.after_months(timezone.now().date(), 36)
    assert [flag.words for flag in made.flags.all()] == ["A newspaper wrote of it."]


def test_a_request_is_declined_without_a_full_file_but_by_two():
    first, second = factories.officer(), factories.officer()
    request = factories.accession_request(group=factories.group("CSO"))
    accession.vet(request, by=first)
    factories.declare(request, first, second)

    accession.recommend(request, "It is no organisation.", by=first, advice="decline")
    accession.decline(request, "You are a single person.", by=second)

    one = Verification.objects.get()
    assert (one.state, one.advice, one.partner, one.expires_on) == (
        "not_verified",
        "refuse",
        None,
        None,
    )


def test_a_request_taken_up_again_is_looked_at_anew():
    first, second = factories.officer(), factories.officer()
    request = factories.accession_request("recommended", advice="accept")
    accession.withdraw(request, "They changed their mind.", by=first)
    accession.reopen(request, "They changed it back.", by=first)

    accession.vet(request, by=second)

    one = request.verifications.get()
    assert (one.state, one.advice) == ("in_review", "")


def test_a_flag_stops_an_acceptance_that_was_recommended():
    first, second = factories.officer(), factories.officer()
    request = factories.accession_request("recommended", advice="accept")
    factories.declare(request, first, second)
    flag = actions.raise_flag(request, category(), "A court case.", by=first)
    actions.escalate(flag, "Please look.", by=first)

    with pytest.raises(NotAllowed) as refusal:
        accession.accept(request, "I agree.", by=second)

    assert "Escalated, not resolved: Financial." in sentences(refusal)
    assert Partner.objects.count() == 0


def test_at_the_standard_depth_nobody_is_accepted_without_a_screening():
    second = factories.officer()
    request = factories.accession_request("recommended", group=factories.group("CSO"))
    factories.declare(request, second)

    with pytest.raises(NotAllowed) as refusal:
        accession.accept(request, "I agree.", by=second)

    assert sentences(refusal) == "No list was imported yet: nothing can be said."


# --- Pages -----------------------------------------------------------------------------------


def client_of(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def at(route: str, *arguments: Any) -> str:
    return reverse(f"partners:{route}", args=arguments)


def test_officers_work_through_a_renewal_on_its_page():
    first, second = factories.officer(), factories.officer(name="Second officer")
    one = partner("GOV", verified_until=timezone.now().date())
    here = at("partner_vetting", one.reference)

    client_of(first).post(at("partner_begin", one.reference))
    made = one.verifications.get()
    for officer in (first, second):
        client_of(officer).post(at("verification_declare", made.pk), {"has_conflict": "no"})
    codes = [question.code for question in dossier.Dossier(one).questions]
    expected = {code: VettingQuestion.objects.get(code=code).expected for code in codes}
    client_of(first).post(
        here,
        {
            **expected,
            "aims-note": "Its constitution.",
            "legal_status": "State",
            "governance": "A cabinet.",
            "language": "en",
        },
    )
    given = {"advice": "verify", "reason": "As before."}
    client_of(first).post(at("verification_propose", made.pk), given)
    refused = client_of(first).post(
        at("verification_confirm", made.pk), {"reason": "Yes."}, follow=True
    )
    client_of(second).post(at("verification_confirm", made.pk), {"reason": "Yes."})

    made.refresh_from_db()
    assert "You proposed this decision: another officer must take it." in refused.content.decode()
    assert (made.state, made.answers.get(question__code="aims").note) == (
        "verified",
        "Its constitution.",
    )
    entry = Client().get(at("register_entry", one.reference)).content.decode()
    assert "State" in entry
    assert "A cabinet." in entry
    assert "Its constitution." not in entry


def test_a_note_without_an_answer_is_shown_again_and_nothing_is_saved():
    made = factories.verification(partner(), is_answered=False)

    response = client_of(factories.officer()).post(
        at("partner_vetting", made.partner.reference), {"aims-note": "Hm.", "language": "en"}
    )

    assert response.status_code == 200
    assert "Please choose an answer to go with your note." in response.content.decode()
    assert made.answers.count() == 0


def test_the_file_is_closed_to_whom_it_concerns_and_says_why():
    conflicted, speaker = factories.officer(), factories.officer()
    one = partner(person=speaker)
    made = factories.verification(one)
    factories.flag(one, words="SECRET FLAG")
    actions.declare_conflict(made, True, "I own shares.", by=conflicted)
    here = at("partner_vetting", one.reference)

    answers = {
        "conflicted": client_of(conflicted).get(here),
        "speaker": client_of(speaker).get(here),
        "another": client_of(factories.officer()).get(here),
        "focal point": client_of(factories.person()).get(here),
    }

    assert {name: answer.status_code for name, answer in answers.items()} == {
        "conflicted": 403,
        "speaker": 403,
        "another": 200,
        "focal point": 404,
    }
    seen = {name for name, one in answers.items() if "SECRET FLAG" in one.content.decode()}
    assert seen == {"another"}
    assert "You declared a conflict of interest" in answers["conflicted"].content.decode()


def test_flags_are_raised_and_moved_on_the_page():
    first, second = factories.officer(), factories.officer()
    one = case()
    here = {"category": "financial", "state": "risk", "words": "A court case <b>"}

    client_of(first).post(at("request_flag", one.reference), here)
    flag = Flag.objects.get()
    client_of(first).post(at("flag_escalate", flag.pk), {"reason": "Look."})
    client_of(second).post(at("flag_confirm_red", flag.pk), {"reason": "Grave."})
    refused = client_of(first).post(
        at("flag_resolve", flag.pk), {"reason": "Not so bad."}, follow=True
    )

    flag.refresh_from_db()
    assert (flag.state, flag.request) == ("red", one)
    html = refused.content.decode()
    assert "You raised this red flag: another officer lowers or resolves it." in html
    assert "A court case &lt;b&gt;" in html


def test_what_is_decided_with_a_request_is_not_decided_on_its_file():
    second = factories.officer()
    one = factories.accession_request("recommended")
    factories.declare(one, second)
    made = one.verifications.get()

    answer = client_of(second).post(
        at("verification_confirm", made.pk), {"reason": "Yes."}, follow=True
    )

    made.refresh_from_db()
    assert "This is decided with the request to join, on its page." in answer.content.decode()
    assert made.state == "proposed"


@pytest.mark.parametrize("number", [999_999, 2**63, 10**30])
def test_a_verification_or_flag_that_is_not_there_is_not_found(number):
    client = client_of(factories.officer())

    for route in ("verification_confirm", "verification_declare", "flag_resolve"):
        assert client.post(at(route, number), {"reason": "x"}).status_code == 404


def test_the_register_says_when_a_verification_expired_and_nothing_of_the_file():
    today = timezone.now().date()
    one = verified(today - timedelta(days=1), name="Expired body")
    factories.flag(one, words="SECRET FLAG")
    gone = partner(state="withdrawn")

    html = Client().get(at("register_entry", one.reference)).content.decode()
    left = Client().get(at("register_entry", gone.reference))

    assert "Verification expired on" in html
    assert "SECRET FLAG" not in html
    assert (left.status_code, left.url) == (302, gone.get_absolute_url())


def test_verifications_lists_what_is_to_be_renewed_the_first_to_expire_first():
    today = timezone.now().date()
    late = verified(today - timedelta(days=3))
    soon = verified(today + timedelta(days=10))
    verified(today + timedelta(days=300))
    imported = factories.partner()
    factories.partner(state="withdrawn")
    actions.renew(soon, by=factories.officer())

    response = client_of(factories.officer()).get(at("verifications"))

    rows = [(one.pk, one.verification_expired, one.is_renewed) for one in response.context["page"]]
    never = (imported.pk, False, False)
    assert rows == [(late.pk, True, False), (soon.pk, False, True), never]
    assert list(queries.renewals()) == [late, soon]
    assert "Not verified yet" in response.content.decode()
    assert [one.partner for one in response.context["under_review"]] == [soon]


def test_command_lists_and_reminds(capsys):
    factories.officer()
    today = timezone.now().date()
    one = verified(today + timedelta(days=10), name="Council of Bakers")

    call_command("verifications", "due", "--days", "30")
    told = capsys.readouterr().out
    call_command("verifications", "due", "--json")
    data = json.loads(capsys.readouterr().out)
    call_command("verifications", "remind")
    call_command("verifications", "remind")

    assert told.splitlines()[0] == (
        f"{one.verified_until}  {one.reference}  Council of Bakers (to be renewed)"
    )
    assert [(row["reference"], row["is_expired"]) for row in data] == [(one.reference, False)]
    assert capsys.readouterr().out.splitlines() == [
        "The officers were told of 1 verifications.",
        "The officers were told of 0 verifications.",
    ]


# --- Flags go along --------------------------------------------------------------------------


def test_flags_go_along_when_an_organisation_is_merged_into_another():
    by = factories.officer()
    first, second = factories.accession_request(), factories.accession_request("under_vetting")
    factories.flag(first, "risk")
    gone, stays = partner("GOV", person=factories.person()), partner("GOV")
    factories.flag(gone, "red")

    accession.merge(first, second, "The same ministry.", by=by)
    merge_partners(gone, stays, "One ministry now.", by=by, people_move=False)

    assert [flag.state for flag in second.flags.all()] == ["risk"]
    assert second.verifications.get().is_raised
    assert [flag.state for flag in Flag.objects.of(stays)] == ["red"]
