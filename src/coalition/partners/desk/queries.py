"""Everything that waits, as one list: requests, partners and mail that need somebody's hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from django.db.models import (
    Case,
    CharField,
    DateTimeField,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    Max,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Left
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from coalition.accounts.models import User
from coalition.mailroom.models import FailingAddress, InboundMessage
from coalition.partners.accession import queries as accession
from coalition.partners.models import (
    AccessionMove,
    AccessionRequest,
    BoardMark,
    Duplicate,
    Mandate,
    MandateRole,
    Partner,
    SavedView,
    ServiceTarget,
)
from coalition.partners.states import OPEN, AccessionState

# What else than a request stands on the board, and how its stage is called.
CASE = "case"
KINDS = {
    "verification": gettext_lazy("Verification expires"),
    "focal_point": gettext_lazy("No lead focal point"),
    "address": gettext_lazy("Letters come back"),
    "message": gettext_lazy("A message waits"),
}
EVERY_CASE = "cases"
# For how many days before it expires a verification is on the board.
DAYS_AHEAD = 60
MOST_WORDS = 8

SECRETARIAT, APPLICANT, OFFICER, PARTNER = "secretariat", "applicant", "officer", "partner"
WAITS_FOR = {
    SECRETARIAT: gettext_lazy("the secretariat"),
    APPLICANT: gettext_lazy("the applicant"),
    OFFICER: gettext_lazy("a second officer"),
    PARTNER: gettext_lazy("the partner"),
}
# Whose move it is at each stage; the secretariat's where nothing stands here.
WHOSE = {
    AccessionState.DRAFT: APPLICANT,
    AccessionState.INCOMPLETE: APPLICANT,
    AccessionState.RECOMMENDED: OFFICER,
    "focal_point": PARTNER,
}
COLUMNS = ("kind", "number", "stage", "since", "due", "sort_name", "assigned")
SORTS = {
    "": ("since", "kind", "number"),
    "due": ("due", "since", "kind", "number"),
    "newest": ("-since", "kind", "number"),
    "name": ("sort_name", "kind", "number"),
}


@dataclass(frozen=True)
class Waiting:
    """One row of the board: what waits, for whom, since when, and what is next."""

    kind: str
    record: Any
    stage: str
    since: datetime
    due: datetime | None
    waits_for: str
    next: str
    assigned_to: User | None
    is_confirmed: bool = True
    likeness: int = 0

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.record.pk}"

    @property
    def days(self) -> int:
        return max(0, (timezone.now().date() - self.since.date()).days)

    @property
    def days_over(self) -> int:
        """Whole days beyond the service target, 0 within it or where there is none."""
        return max(0, (timezone.now().date() - self.due.date()).days) if self.due else 0

    @property
    def over(self) -> str:
        days = self.days_over
        said = ngettext("%(days)d day over target", "%(days)d days over target", days)
        return said % {"days": days} if days else ""


# --- The list


def board(person: Any, *, sort: str = "", **chosen: Any) -> QuerySet[Any, dict[str, Any]]:
    """What waits under the filters of `_parts`, as rows of COLUMNS: one query over all kinds."""
    return _together(_parts(person, **chosen), COLUMNS).order_by(*SORTS[sort])


def count(person: Any, *, sort: str = "", **chosen: Any) -> int:
    """How many rows `board` has: counted without the days that only shown rows need."""
    return _together(_parts(person, **chosen), ["kind"]).count()


def _together(parts: list[Part], columns: Iterable[str]) -> QuerySet[Any, dict[str, Any]]:
    rows = [each.rows.order_by().values(*columns) for each in parts if each.rows is not None]
    if not rows:
        return AccessionRequest.objects.none().values("pk")
    first, *others = rows
    return first.union(*others, all=True) if others else first


def _parts(
    person: Any,
    *,
    stage: str = "",
    waits: str = "",
    assigned: str = "",
    group: str = "",
    country: str = "",
    over: bool = False,
    put_off: bool = False,
    words: str = "",
) -> list[Part]:
    """Each kind of what waits, narrowed by the filters.

    `stage` is a state of a request, one of KINDS, "cases" for every request ever, or "" for all
    that waits; `assigned` "me", "nobody" or an officer's number. What is put off until a later
    day is left out, or with `put_off` alone shown.
    """
    parts, days = [], targets()
    if stage not in KINDS:
        parts.append(_cases(person, stage, days))
    if stage in KINDS or not stage:
        makers = {
            "verification": _verifications,
            "focal_point": lambda: _focal_points(days),
            "address": lambda: _addresses(days),
            "message": lambda: _messages(person, days),
        }
        parts += [make() for kind, make in makers.items() if stage in ("", kind)]
    return [
        _narrowed(each, person, waits, assigned, group, country, over, put_off, words)
        for each in parts
    ]


@dataclass
class Part:
    """One kind of what waits: its rows, and by which fields the filters reach them."""

    kind: str
    rows: Any
    words: tuple[str, ...]
    group: str = ""
    country: str = ""


def _cases(person: Any, stage: str, days: Mapping[str, int]) -> Part:
    cases = AccessionRequest.objects.visible_to(person)
    if not stage:
        cases = cases.open()
    elif stage != EVERY_CASE:
        cases = cases.filter(state=stage)
    last = AccessionMove.objects.filter(record=OuterRef("pk")).exclude(from_state=F("to_state"))
    # The open ones are few; the decided ones pile up, and know their day themselves.
    came = Case(
        When(closed_at__isnull=False, then=F("closed_at")),
        default=Subquery(last.order_by("-pk").values("at")[:1]),
    )
    rows = cases.annotate(
        since=Coalesce(came, F("opened_at")),
        sort_name=Left(Coalesce("organisation", Value("")), 300),
        stage=F("state"),
        assigned=F("assigned_to"),
        put_off_until=F("snoozed_until"),
    )
    rows = _with_due(rows, days, OPEN)
    return Part(
        CASE,
        rows,
        ("organisation", "reference", "contact_email", "contact_name"),
        group="group__code",
        country="country__code",
    )


def _verifications() -> Part:
    """Partners whose verification has expired or will within DAYS_AHEAD."""
    today = timezone.now().date()
    partners = Partner.objects.public().filter(
        verified_until__lte=today + timedelta(days=DAYS_AHEAD)
    )
    until = Cast("verified_until", DateTimeField())
    rows = _marked("verification", partners).annotate(
        since=ExpressionWrapper(until - timedelta(days=DAYS_AHEAD), output_field=DateTimeField()),
        due=until,
        sort_name=F("name"),
    )
    return _of_partners("verification", rows)


def _focal_points(days: Mapping[str, int]) -> Part:
    """Partners for which nobody holds the lead focal point's mandate today."""
    held = Mandate.objects.filter(partner=OuterRef("pk"), role=MandateRole.FOCAL_POINT)
    ended = held.order_by().values("partner").annotate(last=Max("until")).values("last")
    partners = Partner.objects.public().exclude(Exists(held.current()))
    rows = _marked("focal_point", partners).annotate(
        since=Cast(Coalesce(Subquery(ended), F("joined_on")), DateTimeField()), sort_name=F("name")
    )
    return _of_partners("focal_point", _with_due(rows, days, ["focal_point"]))


def _of_partners(kind: str, rows: Any) -> Part:
    return Part(kind, rows, ("name", "reference"), group="group__code", country="country__code")


def _addresses(days: Mapping[str, int]) -> Part:
    rows = _marked("address", FailingAddress.objects.all()).annotate(
        sort_name=Cast("address", CharField(max_length=320))
    )
    return Part("address", _with_due(rows, days, ["address"]), ("address", "why"))


def _messages(person: Any, days: Mapping[str, int]) -> Part:
    messages = InboundMessage.objects.visible_to(person).waiting()
    rows = _marked("message", messages.annotate(since=F("received_at"), sort_name=F("subject")))
    return Part(
        "message", _with_due(rows, days, ["message"]), ("subject", "from_address", "from_name")
    )


def _marked(kind: str, rows: Any) -> Any:
    """Rows with the marks that officers set on them."""
    marks = BoardMark.objects.filter(kind=kind, number=OuterRef("pk"))
    return rows.annotate(
        stage=Value(kind, output_field=CharField()),
        assigned=Subquery(marks.values("assigned_to")[:1]),
        put_off_until=Subquery(marks.values("snoozed_until")[:1]),
    )


def _with_due(rows: Any, days: Mapping[str, int], stages: Iterable[str]) -> Any:
    """Rows with the day until which each should have moved on; none without a target."""
    whens = [
        When(stage=stage, then=F("since") + timedelta(days=days[stage]))
        for stage in stages
        if stage in days
    ]
    nothing = Value(None, output_field=DateTimeField())
    due = Case(*whens, default=nothing, output_field=DateTimeField()) if whens else nothing
    return rows.annotate(due=due)


def targets() -> dict[str, int]:
    """The service target of each stage in days, as the coalition file has them."""
    return dict(ServiceTarget.objects.values_list("stage", "days"))


def _narrowed(
    part: Part,
    person: Any,
    waits: str,
    assigned: str,
    group: str,
    country: str,
    over: bool,
    put_off: bool,
    words: str,
) -> Part:
    rows, today = part.rows, timezone.now().date()
    if (group and not part.group) or (country and not part.country):
        part.rows = None
        return part
    if waits:
        theirs = [stage for stage, whose in WHOSE.items() if whose == waits]
        others = Q(stage__in=list(WHOSE))
        rows = rows.filter(~others) if waits == SECRETARIAT else rows.filter(stage__in=theirs)
    if assigned:
        chosen = {"me": Q(assigned=person.pk), "nobody": Q(assigned=None)}
        rows = rows.filter(chosen.get(assigned) or Q(assigned=int(assigned)))
    if group:
        rows = rows.filter(**{part.group: group})
    if country:
        rows = rows.filter(**{part.country: country})
    if over:
        rows = rows.filter(due__lt=timezone.now())
    is_put_off = Q(put_off_until__gt=today)
    rows = rows.filter(is_put_off) if put_off else rows.filter(~is_put_off | Q(put_off_until=None))
    for word in words.split()[:MOST_WORDS]:
        found = Q()
        for field in part.words:
            found |= Q(**{f"{field}__icontains": word})
        rows = rows.filter(found)
    part.rows = rows.annotate(
        kind=Value(part.kind, output_field=CharField()),
        number=Cast("pk", IntegerField()),
    )
    return part


# --- Its rows, as the page and the files show them


def told(rows: Iterable[Mapping[str, Any]]) -> list[Waiting]:
    """Some rows of the board with their records: a handful of queries, however many rows."""
    rows = list(rows)
    numbers: dict[str, list[int]] = {kind: [] for kind in (CASE, *KINDS)}
    for row in rows:
        numbers[row["kind"]].append(row["number"])
    partners = Partner.objects.select_related("group", "country").in_bulk(
        {*numbers["verification"], *numbers["focal_point"]}
    )
    looked = AccessionMove.objects.filter(verb__in=(accession.COMPLETE, accession.CORRECT))
    held: dict[str, Mapping[int, Any]] = {
        CASE: AccessionRequest.objects.select_related("group", "country", "partner")
        .prefetch_related(Prefetch("moves", looked))
        .in_bulk(numbers[CASE]),
        "verification": partners,
        "focal_point": partners,
        "address": FailingAddress.objects.in_bulk(numbers["address"]),
        "message": InboundMessage.objects.defer("text").in_bulk(numbers["message"]),
    }
    people = User.objects.in_bulk({row["assigned"] for row in rows if row["assigned"]})
    alike = _likenesses(numbers[CASE])
    return [
        _waiting(row, held[row["kind"]][row["number"]], people, alike)
        for row in rows
        # Gone in this very moment: it does not wait any more.
        if row["number"] in held[row["kind"]]
    ]


def _waiting(
    row: Mapping[str, Any], record: Any, people: Mapping[int, User], alike: Mapping[int, int]
) -> Waiting:
    kind = row["kind"]
    next_steps = {
        "verification": _("Renew its verification."),
        "focal_point": _("Ask it to name a lead focal point."),
        "address": _("Find another address, then clear this one."),
        "message": _("Read it, and file it or open a request."),
    }
    is_case = kind == CASE
    return Waiting(
        kind=kind,
        record=record,
        stage=str(AccessionState(record.state).label if is_case else KINDS[kind]),
        since=row["since"],
        due=row["due"],
        waits_for=str(WAITS_FOR[WHOSE.get(row["stage"], SECRETARIAT)])
        if not is_case or record.state in (*OPEN, AccessionState.DRAFT)
        else "",
        next=accession.next_step(record) if is_case else next_steps[kind],
        assigned_to=people.get(row["assigned"]),
        is_confirmed=accession.is_confirmed(record) if is_case else True,
        likeness=alike.get(record.pk, 0) if is_case else 0,
    )


def _likenesses(cases: list[int]) -> dict[int, int]:
    """The highest likeness that waits for an answer, by request."""
    found: dict[int, int] = {}
    rows = Duplicate.objects.undecided().filter(Q(request__in=cases) | Q(other_request__in=cases))
    for one, other, score in rows.values_list("request", "other_request", "score"):
        for pk in (one, other):
            if pk is not None:
                found[pk] = max(found.get(pk, 0), score)
    return found


def in_batches(rows: QuerySet[Any, dict[str, Any]], size: int = 500) -> Iterator[Waiting]:
    """All rows, read and told batch by batch: for files of any length."""
    walk = rows.iterator(chunk_size=size)
    while batch := list(islice(walk, size)):
        yield from told(batch)


def views_of(person: Any) -> QuerySet[SavedView]:
    """The officer's own views of the board, and those that others share."""
    return SavedView.objects.filter(Q(owner=person) | Q(is_shared=True)).select_related("owner")


# --- The week


@dataclass(frozen=True)
class Week:
    """What a week's digest tells: what waits by stage, how much of it is over target, and how
    many requests were decided in the seven days before `day`, by outcome."""

    day: date
    waits: list[tuple[str, int, int]]
    decided: list[tuple[str, int]]

    @property
    def total(self) -> int:
        return sum(count for _stage, count, _over in self.waits)

    @property
    def over(self) -> int:
        return sum(over for _stage, _count, over in self.waits)


def week(officer: Any, day: date) -> Week:
    """The week that ended on the eve of `day`, as an officer's digest tells it."""
    counts: dict[str, list[int]] = {}
    now = timezone.now()
    for row in board(officer).iterator(chunk_size=2000):
        count = counts.setdefault(row["stage"], [0, 0])
        count[0] += 1
        count[1] += bool(row["due"] and row["due"] < now)
    names = {**dict(AccessionState.choices), **KINDS}
    order = [*OPEN, *KINDS]
    since = day - timedelta(days=7)
    ended = AccessionMove.objects.filter(at__date__gte=since, at__date__lt=day)
    decided: dict[str, int] = {}
    for state in ended.exclude(from_state=F("to_state")).values_list("to_state", flat=True):
        if state not in (*OPEN, AccessionState.DRAFT):
            decided[state] = decided.get(state, 0) + 1
    return Week(
        day,
        [(str(names[stage]), *counts[stage]) for stage in order if stage in counts],
        [(str(names[state]), decided[state]) for state in AccessionState if state in decided],
    )
