"""Example key interventions: one in each stage, opened by what an Example consultation decided.

Every step was taken by whoever takes it, as with real ones. Days are counted from the day of the
build; what lies in the past is moved there afterwards (`past`).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.db.models import Q
from django.utils import timezone

from coalition.accounts.models import User
from coalition.base.changes import record_changed
from coalition.consultations.models import Conclusion
from coalition.instruments.models import Instrument, Provision, ProvisionRole
from coalition.interventions import actions
from coalition.interventions.joining import actions as joining
from coalition.interventions.models import (
    Activity,
    Budget,
    Intervention,
    Kind,
    Payment,
    Risk,
    Role,
    Uptake,
)
from coalition.interventions.money import actions as money
from coalition.interventions.roles.queries import version_of
from coalition.interventions.states import State
from coalition.interventions.work import actions as work
from coalition.partners.models import Partner
from coalition.places.models import Level, Place
from coalition.results import actions as results
from coalition.results.models import Dimension, Indicator, Measure, Result, Unit
from coalition.results.schedules.periods import months_later
from coalition.themes.models import Challenge, Theme
from coalition.web.examples import claims, concluded, past, reported
from coalition.web.examples.results import entered

Text = Mapping[str, Any]

TEXTS = Path(__file__).parent.parent / "data" / "example" / "interventions.toml"
# Which decision each of them comes from: by the question that was asked.
DECISIONS = {"homes": concluded.HOMES, "resting": concluded.RESTING}
DECLINED = "Example: our people are bound elsewhere this year."
# How far each stage is gone, by the verbs that lead there.
STEPS = {
    State.DRAFT: (),
    State.PIPELINE: ("announce",),
    State.IMPLEMENTATION: ("announce", "kick_off", "carry_out"),
    State.SUSPENDED: ("announce", "kick_off", "carry_out", "suspend"),
    State.CLOSED: ("announce", "kick_off", "carry_out"),
}
SOURCE = "Example budget of the intervention"


def build(officer: User, second: User) -> None:
    """Open them, bring each as far as it came, and let figures count from one in another."""
    made = {}
    for text in tomllib.loads(TEXTS.read_text("utf-8"))["intervention"]:
        one = _write(text, officer)
        _ask(one, text)
        _aim(one, text)
        _plan(one, text)
        _bring(one, text, officer)
        made[text["key"]] = _fresh(one)
    _report(made, officer, second)
    claims.build(made["asia"], officer)
    _join(made["nepal"], made["asia"])
    reported.dispute_one(made["nepal"], by=person_of(made["asia"].partner), officer=officer)
    for one in Intervention.objects.filter(is_example=True, is_public=True):
        record_changed(one)


def partner(end: str) -> Partner:
    return Partner.objects.get(is_example=True, reference__endswith=end)


def person_of(of: Partner) -> User:
    return User.objects.filter(mandates__partner=of).earliest("pk")


def _fresh(one: Intervention) -> Intervention:
    return Intervention.objects.select_related("partner", "framework").get(pk=one.pk)


# --- Words and roles ---------------------------------------------------------------------------


def _write(text: Text, officer: User) -> Intervention:
    """Opened by an officer from the decision, confirmed and written by whoever leads it."""
    lead = partner(text["lead"])
    asked = DECISIONS[text["decision"]].words["question"]["en"]
    decided = Conclusion.objects.published().get(
        consultation__is_example=True, consultation__question__en=asked
    )
    proposals = decided.takes_up.order_by("number")
    one = actions.open_intervention(
        lead,
        title=text["title"],
        language=text["language"],
        conclusion=decided,
        proposals=[each for at, each in enumerate(proposals, 1) if at in text["proposals"]],
        by=officer,
    )
    _confirm(one.roles.get(kind=Kind.LEAD), lead)
    first, last = days_of(text)
    fields: dict[str, Any] = {
        **{name: text.get(name, {}) for name in ("titles", "abouts")},
        **{name: text.get(name, "") for name in ("about", "for_whom", "in_line_with")},
        "level": Level.objects.get(code=text["level"]),
        "starts_on": first,
        "ends_on": last,
        "sdgs": text.get("sdgs", []),
        "places": Place.objects.filter(code__in=text["places"]),
        "themes": Theme.objects.filter(code__in=text["themes"]),
        "challenges": Challenge.objects.filter(code__in=text["challenges"]),
    }
    one = actions.edit(one, fields=fields, by=person_of(lead))
    provisions = _provisions(text)
    for instrument in {each.instrument for each in provisions}:
        how = {each.pk: text["how"] for each in provisions if each.instrument == instrument}
        one = actions.take_up(one, instrument, how=how, by=person_of(lead))
    return one


def days_of(text: Text) -> tuple[date, date]:
    """From when to when: whole months."""
    first = months_later(timezone.now().date().replace(day=1), text["began"])
    return first, months_later(first, 12 * text["years"]) - timedelta(days=1)


def _provisions(text: Text) -> list[Provision]:
    """Those that it names, else the first two on its theme."""
    if "text" in text:
        named = Instrument.objects.get(code=text["text"]).provisions
        found = named.filter(number__in=text["paragraphs"], became=None)
    else:
        found = Provision.objects.filter(
            themes__code=text["themes"][0], role=ProvisionRole.OPERATIVE
        ).order_by("pk")[:2]
    return list(found.select_related("instrument"))


def _ask(one: Intervention, text: Text) -> None:
    """Each is asked by who leads, and answers for itself; "" waits."""
    for kind, end, what, answer in text["roles"]:
        asked = partner(end)
        role = actions.ask(one, asked, kind=kind, what=what, by=person_of(one.partner))
        if answer == "confirm":
            _confirm(role, asked)
        if answer == "decline":
            actions.decline(role, reason=DECLINED, by=person_of(asked))


def _confirm(role: Role, of: Partner) -> None:
    role = Role.objects.select_related("intervention__partner", "partner").get(pk=role.pk)
    actions.confirm(role, seen=version_of(role), by=person_of(of))


# --- What it wants to reach, and with what -----------------------------------------------------


def _aim(one: Intervention, text: Text) -> None:
    """Its results, one below the other, with indicators, baselines and targets."""
    person, made = person_of(one.partner), []
    for told in text["results"]:
        parent = made[told["parent"]] if "parent" in told else None
        title, level = told["title"], told["level"]
        result = results.add_result(
            _fresh(one).framework, title=title, level=level, parent=parent, by=person
        )
        made.append(result)
        for measured in told.get("indicators", ()):
            _measure(result, measured, one, person)


def _measure(result: Result, told: Text, one: Intervention, person: User) -> Indicator:
    indicator = results.add_indicator(
        result,
        title=told["title"],
        measure=told.get("measure", Measure.NUMBER),
        unit=Unit.objects.get(code=told["unit"]),
        rule=told.get("rule", ""),
        direction=told.get("direction", "up"),
        dimensions=Dimension.objects.filter(code__in=told.get("by", ())),
        means_of_verification="Example register",
        by=person,
    )
    if "baseline" in told:
        as_of = min(one.starts_on, timezone.localdate()) - timedelta(days=30)
        baseline = entered(indicator, told["baseline"])
        results.set_baseline(
            indicator, **baseline, as_of=as_of, source="Example register", by=person
        )
    else:
        results.say_no_baseline(indicator, because="Example: nobody asked before", by=person)
    results.set_target(indicator, **entered(indicator, told["target"]), by=person)
    periods = indicator.framework.periods.all()
    for period, value in zip(periods, told.get("yearly", ()), strict=False):
        results.set_target(indicator, period, **entered(indicator, value), by=person)
    return indicator


def _plan(one: Intervention, text: Text) -> None:
    """Its money, its work, and what may go wrong."""
    person = person_of(one.partner)
    for told in text.get("budgets", ()):
        first = months_later(one.starts_on, 12 * told["year"])
        fields = {
            **_amount(told),
            "starts_on": first,
            "ends_on": months_later(first, 12) - timedelta(days=1),
            "status": "2" if told["year"] < 2 else "1",
            "partner": partner(told["partner"]) if "partner" in told else None,
            "words": told["words"],
        }
        money.add_budget(one, fields=fields, by=person)
    for told in text.get("payments", ()):
        fields = {
            **_amount(told),
            "kind": told.get("kind", "3"),
            "paid_on": months_later(one.starts_on, told["month"]),
            "partner": partner(told["from"]),
            "receiver": partner(told["to"]) if "to" in told else None,
        }
        money.add_payment(one, fields=fields, by=person)
    goals = list(one.framework.results.order_by("position"))
    for told in text.get("activities", ()):
        work.add_activity(one, fields=_activity(one, told, goals), by=person)
    for told in text.get("risks", ()):
        fields = {
            "words": told["words"],
            "likelihood": told["likelihood"],
            "harm": told["harm"],
            "answer": told.get("answer", ""),
            "partner": partner(told["partner"]) if "partner" in told else None,
            "is_public": told.get("public", False),
            "closed_because": told.get("past", ""),
        }
        work.add_risk(one, fields=fields, by=person)


def _amount(told: Text) -> dict[str, Any]:
    unit = Unit.objects.get(code=told["unit"])
    return {"amount": told["amount"] * 10**unit.decimals, "unit": unit, "source": SOURCE}


def _activity(one: Intervention, told: Text, goals: list[Result]) -> dict[str, Any]:
    """Planned for whole months; begun and ended in others, where it was."""
    first = months_later(one.starts_on, told["from"])
    return {
        "title": told["title"],
        "result": goals[told["result"]],
        "partner": partner(told["partner"]),
        "starts_on": first,
        "ends_on": months_later(first, told["months"]) - timedelta(days=1),
        "began_on": months_later(one.starts_on, told["began"]) if "began" in told else None,
        "ended_on": months_later(one.starts_on, told["ended"]) if "ended" in told else None,
        "dropped_because": told.get("dropped", ""),
    }


# --- The way it went ---------------------------------------------------------------------------


def _bring(one: Intervention, text: Text, officer: User) -> None:
    """As far as its stage, but for the end: reports come before."""
    lead = person_of(one.partner)
    for verb in STEPS[text["stage"]]:
        reason = {"reason": text["because"]} if verb == "suspend" else {}
        by = officer if verb == "announce" else lead
        one = getattr(actions, verb)(_fresh(one), **reason, by=by)
    if text["began"] < 0:
        past.move_back(one)


def _report(made: Mapping[str, Intervention], officer: User, second: User) -> None:
    """Two years of figures; what is done is found to be so by the other officer."""
    for text in tomllib.loads(TEXTS.read_text("utf-8"))["intervention"]:
        one = made[text["key"]]
        reported.report_all(one, text, officer)
        if text["stage"] == State.CLOSED:
            actions.finalise(_fresh(one), by=person_of(one.partner))
            actions.close(_fresh(one), by=second)
            past.move_end_back(_fresh(one))


def _join(narrower: Intervention, wider: Intervention) -> None:
    """The national one is part of the regional one, and its first figures count there."""
    joining.ask_whole(_fresh(narrower), _fresh(wider), by=person_of(narrower.partner))
    joining.accept_part(_fresh(narrower), by=person_of(wider.partner))
    own, above = (each.framework.indicators.get(number=1) for each in (narrower, wider))
    joining.count_towards(own, above, by=person_of(narrower.partner))


# --- Away with them ----------------------------------------------------------------------------


def remove() -> int:
    """Remove them, and from real ones what rests on Example records; returns how many rows went.
    Their frameworks go with those of commitments (`results.remove`)."""
    examples = Intervention.objects.filter(Q(is_example=True) | Q(partner__is_example=True))
    real = Intervention.objects.exclude(pk__in=examples.values("pk"))
    Intervention.objects.filter(whole__in=examples).update(whole=None)
    real.filter(conclusion__consultation__is_example=True).update(conclusion=None)
    named = Q(partner__is_example=True)
    for model in (Budget, Activity, Risk):
        model._default_manager.filter(named, intervention__in=real).update(partner=None)
    gone = 0
    for found in (
        Payment.objects.filter(named | Q(receiver__is_example=True)),
        Role.objects.filter(named),
        Uptake.objects.filter(provision__instrument__is_example=True),
        examples,
    ):
        gone += found.delete()[0]
    return gone
