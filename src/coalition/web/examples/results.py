"""What Example commitments want to reach, and what was reported on them over the last years.

Days are counted from the day on which the Example coalition is built, so that every light burns:
reported, due, overdue and silent.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

from django.utils import timezone

from coalition.accounts.actions import grant_role, invite_or_get
from coalition.accounts.models import User
from coalition.analysis.figures import parse
from coalition.commitments.models import Commitment, CommitmentMove
from coalition.partners.models import Partner
from coalition.results import actions as results
from coalition.results.models import (
    Assessment,
    Category,
    Dimension,
    Fact,
    Framework,
    Indicator,
    Measure,
    Period,
    Report,
    ReportMove,
    Role,
    Rule,
    Unit,
)
from coalition.results.schedules.periods import months_later
from coalition.results.states import ReportState

SEED = 2026
ZONES = ("Africa/Nairobi", "Asia/Kolkata", "America/Lima")


@dataclass(frozen=True)
class Course:
    """How the years of a commitment went: in how many months from now it began, how many years it
    takes, on how many of them a report is public, and what became of the next report."""

    began: int
    years: int
    reported: int = 0
    next: str = ""  # "draft", "sent", "sent_back"
    is_done: bool = False
    has_yearly_targets: bool = False


# In turn; they go with the fates of commitments (web.example.FATES).
COURSES = (
    Course(-33, 5, reported=2, has_yearly_targets=True),
    Course(-24, 4, reported=1, next="draft"),  # due
    Course(-27, 4, reported=1, next="sent_back"),  # overdue
    Course(-39, 3, reported=1),  # silent, and over
    Course(-28, 2, reported=2, is_done=True),
    Course(-24, 3, reported=1, next="sent", has_yearly_targets=True),
    Course(-2, 3),
    Course(0, 2),
    Course(0, 3),
    Course(1, 2),
    Course(-45, 6, reported=3),
    Course(1, 3),
)
# The one with figures of every kind: two years are public, the third report is being written.
SHOWN = "A first job, and what became of it"
COURSE_OF_SHOWN = Course(-36, 5, reported=2, next="draft", has_yearly_targets=True)
REVIEWER = "reviewer@university.example.org"


def course_of(commitment: Commitment) -> Course:
    if commitment.title == SHOWN:
        return COURSE_OF_SHOWN
    return COURSES[int(commitment.reference[-4:]) % len(COURSES)]


def days_of(commitment: Commitment) -> dict[str, date]:
    """From when to when, by its course: whole months."""
    course = course_of(commitment)
    first = months_later(timezone.now().date().replace(day=1), course.began)
    return {
        "starts_on": first,
        "ends_on": months_later(first, 12 * course.years) - timedelta(days=1),
    }


# --- Goals -------------------------------------------------------------------------------------


def set_goals(commitment: Commitment, text: dict[str, Any], number: str, zone: str) -> None:
    """Write the goals of an Example commitment, which has its days: indicators with baselines,
    targets for the end, and some of the first one for each year."""
    person = User.objects.get(mandates__partner=commitment.partner)
    framework = commitment.framework
    if zone != "UTC":
        results.set_schedule(framework, every=12, days_to_report=60, zone=zone, by=person)
    goal = results.add_result(framework, title=text["goal"], by=person)
    for position, told in enumerate(text["indicators"]):
        made = results.add_indicator(
            goal,
            title=told["measured"],
            measure=told.get("measure", Measure.NUMBER),
            unit=Unit.objects.get(code=told["unit"]) if "unit" in told else None,
            rule=told.get("rule", ""),
            direction=told.get("direction", "up"),
            lowest=told.get("lowest"),
            highest=told.get("highest"),
            dimensions=Dimension.objects.filter(code__in=told.get("by", ())),
            means_of_verification="Example records of the organisation",
            by=person,
        )
        if "baseline" in told:
            results.set_baseline(
                made,
                **entered(made, told["baseline"]),
                as_of=min(commitment.starts_on, timezone.now().date()) - timedelta(days=30),
                source="Example records of the organisation",
                by=person,
            )
        else:
            results.say_no_baseline(made, because=told["no_baseline"], by=person)
        target = entered(made, told["target"].replace("{n}", number))
        results.set_target(made, **target, by=person)
        if position == 0 and course_of(commitment).has_yearly_targets:
            set_yearly_targets(made, target["value"], person)


def set_yearly_targets(indicator: Indicator, whole: int, person: User) -> None:
    """What is wanted in each year: its part of the whole, or what shall have been reached by
    then."""
    periods = list(indicator.framework.periods.all())
    for number, period in enumerate(periods, 1):
        until = whole * number // len(periods)
        before = whole * (number - 1) // len(periods)
        value = until - before if indicator.rule == Rule.SUM else until
        results.set_target(indicator, period, value=value, by=person)


def entered(indicator: Indicator, figure: str) -> dict[str, Any]:
    """A figure as our list of promises writes it: "12.50", "9/10", or words."""
    if indicator.measure == Measure.TEXT:
        return {"text": figure}
    decimals = indicator.unit.decimals if indicator.unit else 0
    value, _slash, whole = figure.partition("/")
    given: dict[str, Any] = {"value": parse(value, decimals)}
    return given | ({"denominator": parse(whole, decimals)} if whole else {})


# --- The years that went by --------------------------------------------------------------------


def build(officer: User) -> int:
    """Publish what was reported over the years; returns how many reports there are."""
    public = Commitment.objects.filter(is_example=True, is_public=True).order_by("pk")
    for commitment in public.select_related("framework", "partner"):
        course = course_of(commitment)
        if course.began < 0:
            move_back(commitment)
        if course.reported:
            report_all(commitment, course, officer)
        results.refresh_lights([commitment.framework])
    discuss(officer)
    assess()
    return Report.objects.filter(is_example=True).count()


def move_back(commitment: Commitment) -> None:
    """It was published two weeks before it began, and its deadlines count from then."""
    day = commitment.starts_on - timedelta(days=14)
    at = datetime.combine(day, time(9), UTC)
    commitment.published_at = commitment.changed_at = at
    commitment.save(update_fields=["published_at", "changed_at"])
    CommitmentMove.objects.filter(record=commitment).update(at=at)
    facts = Fact.objects.filter(indicator__framework=commitment.framework)
    facts.update(published_at=at, changed_at=at)
    framework = commitment.framework
    Framework.objects.filter(pk=framework.pk).update(light_since=None)
    results.lay_periods(framework)


def report_all(commitment: Commitment, course: Course, officer: User) -> None:
    person = User.objects.get(mandates__partner=commitment.partner)
    die = random.Random(f"{SEED} {commitment.reference[-4:]}")  # noqa: S311
    periods = list(commitment.framework.periods.all())
    share = 0.0
    for number, period in enumerate(periods[: course.reported + bool(course.next)]):
        period.framework = commitment.framework
        before, share = share, min(share + die.uniform(0.7, 1.2) / len(periods), 0.98)
        is_last = course.is_done and number == course.reported - 1
        share = 1.0 if is_last else share
        is_open = number >= course.reported
        made = write(period, before, share, person, die, is_done=is_last)
        if is_open and course.next == "draft":
            continue
        if is_last:
            prove(made, person, officer)
        made = results.submit(made, by=person)
        if is_open and course.next == "sent_back":
            ask_back(made, officer)
        elif not is_open:
            made = results.publish(made, by=officer)
            date_back(made)
    if commitment.title == SHOWN:
        amend_first(commitment.framework, person)


def write(
    period: Period, before: float, share: float, person: User, die: random.Random, *, is_done: bool
) -> Report:
    """Begin the report on a period and fill it in; `share` of the way was gone by its end."""
    framework = period.framework
    made = results.begin(period, partner=framework.reporter, by=person)
    words = WORDS[framework.language]
    values = {
        "report": {
            "stage": "fulfilled" if is_done else "in_progress",
            "achieved": words[0],
            "barriers": words[1],
            "next_steps": "" if is_done else words[2],
        }
    }
    indicators = framework.indicators.select_related("unit").prefetch_related("facts")
    for indicator in indicators:
        values |= figures(indicator, period, before, share, die)
    results.save(made, values, {}, by=person)
    return made


def figures(
    indicator: Indicator, period: Period, before: float, share: float, die: random.Random
) -> dict[str, dict[str, str]]:
    """The rows of a report on one indicator: the whole, and the groups it is broken down by."""
    row = str(indicator.number)
    rest = {
        "source": f"Example register, {period.ends_on.year}",
        "as_of": period.ends_on.isoformat(),
        "basis": "estimated" if die.random() < 0.2 else "reported",
    }
    if indicator.measure == Measure.TEXT:
        return {row: {"text": WORDS[indicator.framework.language][0], **rest}}
    held = indicator.facts.all()
    target = next(one for one in held if one.role == Role.TARGET and one.period_id is None)
    start = next((one.value for one in held if one.role == Role.BASELINE), None) or 0
    if indicator.measure == Measure.PERCENTAGE:
        if before == 0:
            return {row: {"not_known": "The first survey comes next year", **rest}}
        whole = die.randint(40, 90)
        top = int(whole * share * target.value / target.denominator)
        return {row: {"value": str(top), "denominator": str(whole), **rest}}
    if indicator.measure == Measure.YES_NO:
        return {row: {"value": str(int(share > 0.6)), **rest}}
    if indicator.rule == Rule.SUM:
        value = max(round(target.value * share) - round(target.value * before), 1)
    else:
        value = start + round((target.value - start) * share)
    decimals = indicator.unit.decimals if indicator.measure == Measure.NUMBER else 0
    if indicator.unit and indicator.unit.kind == "money" and before:
        # From the second year on it was spent in the other currency.
        rest["unit"] = {"usd": "eur", "eur": "usd"}[indicator.unit.code]
    rows = {row: {"value": f"{Decimal(value).scaleb(-decimals):f}", **rest}}
    for dimension in indicator.dimensions.all():
        categories = Category.objects.filter(dimension=dimension, retired_on=None)
        rows |= {
            f"{row}||{category.code}": {"value": str(part)}
            for category, part in zip(categories, parts(value, len(categories)), strict=True)
        }
    return rows


def parts(value: int, count: int) -> list[int]:
    """A figure by groups: about half, most of the rest, and so on; the last are few or none."""
    left, found = value, []
    for _group in range(count - 1):
        found.append(-(-left * 11 // 20))
        left -= found[-1]
    return [*found, left]


def prove(report: Report, person: User, officer: User) -> None:
    """Every figure of the whole has a proof, and a second person found that it holds."""
    for fact in report.facts.filter(cell=None):
        proof = results.add_evidence(
            fact,
            kind="link",
            title="Example register, read by everybody",
            language="en",
            url=f"https://example.org/register/{report.framework.reference.lower()}",
            by=person,
        )
        results.check_evidence(proof, holds=True, by=officer)


def amend_first(framework: Framework, person: User) -> None:
    """The first report is amended, and the new version waits for the secretariat."""
    first = framework.reports.filter(state=ReportState.PUBLISHED).earliest("pk")
    reason = "Example: three names stood in the register twice."
    made = results.amend(first, reason=reason, by=person)
    results.submit(made, by=person)


def ask_back(report: Report, officer: User) -> None:
    results.remark(
        report,
        row=str(report.framework.indicators.first().number),
        field="source",
        words="Example: which page of the register is this?",
        by=officer,
    )
    results.request_change(report, reason="Example: please look at one remark.", by=officer)


def date_back(report: Report) -> None:
    """It was sent forty days after the period, and published ten days later."""
    sent = datetime.combine(report.period.ends_on + timedelta(days=40), time(10), UTC)
    sent = min(sent, timezone.now() - timedelta(days=1))
    public = min(sent + timedelta(days=10), timezone.now())
    Report.objects.filter(pk=report.pk).update(
        submitted_at=sent, published_at=public, changed_at=sent
    )
    moves = ReportMove.objects.filter(record=report)
    moves.filter(verb="submit").update(at=sent)
    moves.filter(verb="publish").update(at=public)
    report.facts.update(published_at=public, changed_at=sent)


# What was achieved, what stood in the way, what comes next.
WORDS = {
    "en": (
        "Example: the work went on in every place, and those whom it is for were asked twice.",
        "Example: two places began later than planned.",
        "Example: the last places follow in spring.",
    ),
    "ar": (
        "مثال: استمر العمل في جميع الأماكن، وسُئل المعنيون به مرتين.",
        "مثال: بدأ العمل في مكانين متأخراً عن الموعد المقرر.",
        "مثال: تلتحق الأماكن الأخيرة في الربيع.",
    ),
    "es": (
        "Ejemplo: el trabajo siguió en todos los lugares y se preguntó dos veces a las personas.",
        "Ejemplo: dos lugares empezaron más tarde de lo previsto.",
        "Ejemplo: los últimos lugares siguen en primavera.",
    ),
    "fr": (
        "Exemple : le travail a continué partout, et les personnes concernées ont été consultées.",
        "Exemple : deux lieux ont commencé plus tard que prévu.",
        "Exemple : les derniers lieux suivront au printemps.",
    ),
    "ru": (
        "Пример: работа шла во всех местах, людей опросили дважды.",
        "Пример: в двух местах начали позже, чем намечено.",
        "Пример: последние места присоединятся весной.",
    ),
    "zh": (
        "示例：各地的工作都在继续，并两次征求了有关人员的意见。",
        "示例：两个地方开始得比计划晚。",
        "示例：其余地方将于春季跟进。",
    ),
}


# --- What is said of the figures ---------------------------------------------------------------


def discuss(officer: User) -> None:
    """Proofs of every kind and state, a dispute with a reply and one that waits, shares of a joint
    result, and people who were counted twice."""
    shown = Fact.objects.public().actual().filter(hidden="", cell=None, value__gt=9)
    shown = shown.filter(
        indicator__framework__is_example=True,
        indicator__measure=Measure.NUMBER,
        indicator__rule=Rule.SUM,
    ).select_related("indicator__framework__reporter", "period")
    ours = list(
        shown.filter(indicator__framework__commitment__title=SHOWN, unit__kind="count").order_by(
            "period__starts_on"
        )
    )
    others = shown.exclude(indicator__framework__commitment__title=SHOWN).order_by("pk")
    theirs = {one.indicator.framework_id: one for one in others}
    if len(ours) < 2 or len(theirs) < 2:
        return
    first, second = list(theirs.values())[:2]
    bring_proofs(ours, officer)
    dispute_two(ours[0], first, officer)
    share(ours[0], second.indicator.framework.reporter)
    results.declare_overlap(
        ours[1],
        ours[0],
        count=ours[1].value // 10,
        why="Example: their names stand in the registers of both years.",
        by=speaker(ours[0]),
    )


def speaker(fact: Fact) -> User:
    return User.objects.get(mandates__partner=fact.indicator.framework.reporter)


def bring_proofs(facts: list[Fact], officer: User) -> None:
    """A file that holds, a quotation that does not, and a link that nobody has checked yet."""
    first, last, person = facts[0], facts[-1], speaker(facts[0])
    common = {"language": "en", "by": person}
    table = b"group,number\nExample group A,12\nExample group B,9\n"
    file = results.add_evidence(
        first,
        kind="file",
        title="Example table from the register",
        file=BytesIO(table),
        file_name="example-register.csv",
        **common,
    )
    results.check_evidence(file, holds=True, by=officer)
    quote = results.add_evidence(
        first,
        kind="quote",
        title="Example yearly report of the organisation",
        quote="Example: most of those who were invited came.",
        where="page 4",
        **common,
    )
    note = "Example: the page gives no number."
    results.check_evidence(quote, holds=False, note=note, by=officer)
    results.add_evidence(
        last,
        kind="link",
        title="Example register, read by everybody",
        url="https://example.org/register/newest",
        **common,
    )


def dispute_two(first: Fact, second: Fact, officer: User) -> None:
    """Of one figure a dispute was admitted, and the organisation replied; another one waits."""
    admitted = results.dispute(
        first,
        reason="Example: our members were counted although they only asked for a leaflet.",
        language="en",
        by=speaker(second),
    )
    admitted = results.admit_dispute(
        admitted, reason="Example: the register does not tell the two apart.", by=officer
    )
    results.reply_to_dispute(
        admitted,
        words="Example: we are going through the register again, name by name.",
        language="en",
        by=speaker(first),
    )
    results.dispute(
        second,
        reason="Example: two of the places in this figure began a year later.",
        language="en",
        by=speaker(first),
    )


def share(fact: Fact, other: Partner) -> None:
    """Most of a joint result is its own; another organisation claims a part."""
    indicator, person = fact.indicator, speaker(fact)
    for partner, part, how in (
        (indicator.framework.reporter, 6_500, "Example: ran the work in all places."),
        (other, 2_500, "Example: lent its trainers and rooms."),
    ):
        results.name_share(indicator, partner, share=part, how=how, by=person)


# --- What a reviewer found ---------------------------------------------------------------------


def assess() -> None:
    """One assessment is public with its reply, one waits for a reply, one is being written."""
    reviewer = invite_or_get(
        REVIEWER, name="Reviewer, Example university", language="en", by=None, is_example=True
    )
    grant_role(reviewer, "reviewer", by=None)
    found = Framework.objects.public().filter(is_example=True)
    done = found.exclude(completed_at=None).order_by("pk").first()
    shown = found.filter(commitment__title=SHOWN).first()
    begun = found.filter(completed_at=None).exclude(commitment__title=SHOWN).order_by("pk").first()
    if done is not None:
        made = assess_one(done, "complete", reviewer)
        made = results.reply_to_assessment(
            made,
            words="Example: we thank the reviewer, and publish the register each year from now on.",
            language="en",
            by=User.objects.get(mandates__partner=done.reporter),
        )
        results.publish_assessment(made, by=reviewer)
    if shown is not None:
        assess_one(shown, "substantial", reviewer)
    if begun is not None:
        results.begin_assessment(begun, language="en", by=reviewer)


def assess_one(framework: Framework, completion: str, reviewer: User) -> Assessment:
    made = results.begin_assessment(framework, language="en", by=reviewer)
    fields = {
        "verifiable": True,
        "potential": "substantial",
        "completion": completion,
        "early_results": "Example: those whom it is for say that they see a difference.",
        "words": "Example: the register was read on the spot, and ten people were asked.",
    }
    made = results.edit_assessment(made, fields=fields, by=reviewer)
    return results.send_assessment(made, by=reviewer)


def remove() -> int:
    """Remove what hangs on Example frameworks, and these, once their commitments are gone;
    returns how many rows went."""
    within = {"indicator__framework__is_example": True}
    gone = Fact.objects.filter(**within).delete()[0]
    reports = Report.objects.filter(is_example=True)
    while newest := reports.filter(amended_by=None):
        gone += newest.delete()[0]
    gone += Period.objects.filter(framework__is_example=True).delete()[0]
    return gone + Framework.objects.filter(is_example=True).delete()[0]
