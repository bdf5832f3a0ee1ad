"""Who answered, beside who could have: organisations against today's partners, people by what they
said of themselves.

Turnout is no result: it says who spoke, never what was said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.fields.json import KT
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coalition.analysis.disclosure import FEWEST_OF_GROUP, merged_small
from coalition.base.fields import LANGUAGE_NAMES
from coalition.consultations.models import (
    Consultation,
    Participant,
)
from coalition.consultations.queries import state_at
from coalition.consultations.signing import any_draft, any_sent
from coalition.consultations.states import SUMMED_UP, Channel
from coalition.partners.models import Mandate, Partner, PartnerGroup, Scope, SizeClass
from coalition.partners.rules import roles_that
from coalition.places.models import Place, PlaceKind

STEP = 5  # people are counted in fives while others may still come


@dataclass(frozen=True)
class Row:
    """One group, region, size …: how many of how many answered. Of people nobody knows how many
    could have: `expected` is None."""

    code: str
    label: str
    answered: int
    expected: int | None = None
    begun: int = 0  # have drafts, and nothing that counts yet
    parts: tuple[str, ...] = ()  # the codes of those that were put together in it

    @property
    def share(self) -> float | None:
        """Of those who could have answered, from 0 to 1."""
        return self.answered / self.expected if self.expected else None


@dataclass(frozen=True)
class Table:
    """Turnout by one thing; every organisation, or person, is in exactly one row."""

    code: str
    title: str
    rows: list[Row]


@dataclass(frozen=True)
class Turnout:
    """`organisations` and `people` are None where they do not answer this consultation.
    `is_exact` is False while people are counted in fives."""

    organisations: Row | None
    by: list[Table]
    people: Row | None
    people_by: list[Table]
    is_exact: bool


BY: Mapping[str, str | Promise] = {
    "group": gettext_lazy("By partner group"),
    "side": gettext_lazy("Constituents beside all others"),
    "region": gettext_lazy("By region"),
    "scope": gettext_lazy("By level"),
    "size": gettext_lazy("By size"),
    "language": gettext_lazy("By first working language"),
}
PEOPLE_BY: Mapping[str, str | Promise] = {
    "group": gettext_lazy("By the group in which they count themselves"),
    "region": gettext_lazy("By the region in which they are"),
    "language": gettext_lazy("By the language in which they answered"),
    "channel": gettext_lazy("By the way their answer came"),
}

# --- When it may be read ---------------------------------------------------------------------


def is_over(consultation: Consultation, now: datetime | None = None) -> bool:
    """Is nobody taking part any more, so that everybody may read who did? At most one query."""
    state = state_at(consultation, consultation.phases.all(), now or timezone.now())
    return state in SUMMED_UP


# --- Organisations ---------------------------------------------------------------------------


def answering(consultation: Consultation) -> QuerySet[Participant]:
    """The organisations with anything that counts: a signed answer or ballot, a proposal or a
    remark that was sent."""
    return consultation.participants.exclude(partner=None).filter(any_sent())


def waiting(consultation: Consultation) -> QuerySet[Participant]:
    """The organisations with something that waits for their signatory."""
    return consultation.participants.exclude(partner=None).filter(any_draft())


def expected(consultation: Consultation) -> QuerySet[Partner]:
    """The partners that could have answered, and all that did: those of today; once it is over,
    of them those that had joined before its end."""
    answered = Q(pk__in=answering(consultation).values("partner"))
    found = Q(pk__in=Partner.objects.public().values("pk"))
    if is_over(consultation):
        last = max(
            (one.closes_at for one in consultation.phases.all() if one.is_taking_part),
            default=None,
        )
        if last is not None:
            found &= Q(joined_on__lte=last.astimezone(consultation.zone_info).date())
    return Partner.objects.filter(found | answered)


def _of_organisations(consultation: Consultation) -> tuple[Row, list[Table]]:
    held = expected(consultation).order_by()
    answered = Q(pk__in=answering(consultation).values("partner"))
    began = Q(pk__in=waiting(consultation).values("partner")) & ~answered

    def counted(key: Any) -> dict[Any, tuple[int, int, int]]:
        found = held.values_list(key).annotate(
            of=Count("pk"),
            did=Count("pk", filter=answered),
            wait=Count("pk", filter=began),
        )
        return {code: (of, did, wait) for code, of, did, wait in found}

    by: dict[str, Any] = {"region": "country__path", "scope": "scope", "size": "size_class"}
    by |= {"group": "group__code", "language": KT("languages__0")}
    tables = tables_of_organisations({code: counted(key) for code, key in by.items()})
    total = _joined("", _("All partners"), tables["group"])
    shown = {code: [row for row in rows if row.expected] for code, rows in tables.items()}
    return total, [Table(code, str(BY[code]), rows) for code, rows in shown.items() if _says(rows)]


def tables_of_organisations(counts: Mapping[str, Mapping[Any, Any]]) -> dict[str, list[Row]]:
    """Every row of every table, with what was counted by its code (of how many, how many did, how
    many began); without counts, how rows are called. Two queries."""
    groups = list(PartnerGroup.objects.order_by("position", "code"))
    named = [(one.code, one.name) for one in groups]
    of_groups = _choices(named, counts.get("group", {}))
    sizes = [*SizeClass.choices, ("", _("Not known"))]
    return {
        "group": of_groups,
        "side": _sides(groups, of_groups),
        "region": _regions(counts.get("region", {})),
        "scope": _choices(Scope.choices, counts.get("scope", {})),
        "size": _choices(sizes, counts.get("size", {})),
        "language": _languages(counts.get("language", {})),
    }


def _says(rows: Sequence[Row]) -> bool:
    """Is there more to tell than that nothing is known?"""
    return any(row.code for row in rows)


def _row(code: str, label: str, counts: tuple[int, int, int] | None) -> Row:
    of, did, wait = counts or (0, 0, 0)
    return Row(code, label, did, of, wait)


def _choices(choices: Iterable[tuple[Any, Any]], counts: Mapping[Any, Any]) -> list[Row]:
    return [_row(str(code), str(label), counts.get(code)) for code, label in choices]


def _sides(groups: Sequence[PartnerGroup], rows: Sequence[Row]) -> list[Row]:
    """The constituents' groups together, and all others; nothing where there is but one side."""
    inside = [row for one, row in zip(groups, rows, strict=True) if one.is_constituent]
    beside = [row for one, row in zip(groups, rows, strict=True) if not one.is_constituent]
    if not inside or not beside:
        return []
    named = str(_(", ")).join(row.label for row in inside)
    return [
        _joined("constituents", named, inside),
        _joined("others", _("All other groups"), beside),
    ]


def _joined(code: str, label: str, rows: Sequence[Row]) -> Row:
    return Row(
        code,
        label,
        sum(row.answered for row in rows),
        sum(row.expected or 0 for row in rows),
        sum(row.begun for row in rows),
    )


def _summed(counts: Mapping[Any, Any], code_of: Callable[[Any], str]) -> dict[str, Any]:
    """The counts put together by a coarser code."""
    found: dict[str, Any] = {}
    for key, values in counts.items():
        code = code_of(key)
        held = found.get(code, (0,) * len(values))
        found[code] = tuple(a + b for a, b in zip(held, values, strict=True))
    return found


def _region_of(path: str | None) -> str:
    """The region of M49 in the path of a place ("001.150.155.FRA."); "" where it is in none."""
    parts = (path or "").split(".")
    return parts[1] if len(parts) > 2 else ""


def _regions(counts: Mapping[Any, Any]) -> list[Row]:
    found = _summed(counts, _region_of)
    named = Place.objects.filter(kind=PlaceKind.REGION).order_by("path")
    rows = [_row(one.code, str(one.name), found.get(one.code)) for one in named]
    return [*rows, _row("", _("Seated in no country that we know"), found.get(""))]


def _language_of(code: str | None) -> str:
    short = (code or "").split("-")[0].lower()
    return short if short in LANGUAGE_NAMES else ("other" if short else "")


LANGUAGES: list[tuple[str, str | Promise]] = [
    *LANGUAGE_NAMES.items(),
    ("other", gettext_lazy("Another language")),
    ("", gettext_lazy("Not known")),
]


def _languages(counts: Mapping[Any, Any]) -> list[Row]:
    return _choices(LANGUAGES, _summed(counts, _language_of))


# --- People ----------------------------------------------------------------------------------


def _of_people(consultation: Consultation, *, is_exact: bool) -> tuple[Row, list[Table]]:
    """People by what they said of themselves. Once all is over, parts of fewer than five are put
    together with the next smallest; before, all is told in fives, rounded down, since two looks
    would tell who came between them."""
    held = consultation.participants.filter(partner=None).order_by()

    def counted(key: str) -> dict[Any, tuple[int]]:
        return {code: (of,) for code, of in held.values_list(key).annotate(of=Count("pk"))}

    counts: dict[str, Mapping[Any, tuple[int]]] = {
        "group": _summed(counted("group__code"), lambda code: code or ""),
        "region": _summed(counted("place__path"), _region_of),
        "language": _summed(counted("language"), _language_of),
        "channel": counted("channel"),
    }
    total = sum(of for (of,) in counts["channel"].values())
    tables = []
    for code, rows in tables_of_people(counts).items():
        told = _told(rows) if is_exact else [_in_fives(row) for row in rows]
        tables.append(Table(code, str(PEOPLE_BY[code]), [row for row in told if row.answered]))
    told_total = total if is_exact and total >= FEWEST_OF_GROUP else total - total % STEP
    return Row("", _("People"), told_total), [one for one in tables if _says(one.rows)]


def tables_of_people(counts: Mapping[str, Mapping[Any, tuple[int]]]) -> dict[str, list[Row]]:
    """The same of people, who are counted by what they said of themselves. Two queries."""
    groups = PartnerGroup.objects.order_by("position", "code")
    regions = Place.objects.filter(kind=PlaceKind.REGION).order_by("path")
    not_said = ("", _("Did not say"))
    labels: dict[str, list[tuple[Any, Any]]] = {
        "group": [*((one.code, one.name) for one in groups), not_said],
        "region": [*((one.code, one.name) for one in regions), not_said],
        "language": list(LANGUAGES),
        "channel": list(Channel.choices),
    }
    return {
        code: [
            Row(str(key), str(label), counts.get(code, {}).get(key, (0,))[0])
            for key, label in named
        ]
        for code, named in labels.items()
    }


def _in_fives(row: Row) -> Row:
    return Row(row.code, row.label, row.answered - row.answered % STEP)


def _told(rows: Sequence[Row]) -> list[Row]:
    """The rows with small ones put together, by the rule of all that is published about people
    (`analysis.disclosure`); none where all are too few."""
    shown = merged_small([row.code or "-" for row in rows], [row.answered for row in rows])
    kept: list[Row] = []
    rest: list[Row] = []
    for row, at in zip(rows, shown.of.tolist(), strict=True):
        if at < 0:
            continue
        is_alone = shown.names[at] == (row.code or "-")
        (kept if is_alone else rest).append(row)
    if rest:
        known = all(row.expected is not None for row in rest)
        kept.append(
            Row(
                "rest",
                str(_(", ")).join(row.label for row in rest),
                sum(row.answered for row in rest),
                sum(row.expected or 0 for row in rest) if known else None,
                parts=tuple(row.code for row in rest),
            )
        )
    return kept


# --- All of it -------------------------------------------------------------------------------


def turnout(consultation: Consultation, *, for_officers: bool) -> Turnout:
    """Who answered, by all that is known of them. At most 17 queries, however many answered.

    To officers organisations are told as they are. To others too, unless the answers of
    organisations are not public: then they are told as people are.
    """
    over = is_over(consultation)
    organisations, by = None, []
    if consultation.for_partners:
        organisations, by = _of_organisations(consultation)
        if not for_officers and not consultation.answers_are_public:
            organisations, by = _as_people(organisations, by)
    people, people_by = None, []
    if consultation.for_everyone or consultation.for_invited:
        people, people_by = _of_people(consultation, is_exact=over)
    return Turnout(organisations, by, people, people_by, is_exact=over)


def _as_people(total: Row, tables: Sequence[Table]) -> tuple[Row, list[Table]]:
    """What is told of organisations whose answers are not public. The sides go where groups were
    put together: from a side, what stands together could be taken apart."""
    told = [Table(one.code, one.title, _told(one.rows)) for one in tables]
    is_joined = any(row.code == "rest" for one in told if one.code == "group" for row in one.rows)
    hidden = {"side"} if is_joined else set()
    if 0 < total.answered < FEWEST_OF_GROUP:
        total, told = Row(total.code, total.label, 0, total.expected), []
    return total, [one for one in told if one.rows and one.code not in hidden]


# --- Who is missing --------------------------------------------------------------------------


def missing(
    consultation: Consultation, wishes: Mapping[str, Any] | None = None
) -> QuerySet[Partner]:
    """The partners of today that have not answered and meet every wish of the form, by name; each
    with `is_begun` (has drafts), `has_writer` (somebody may write for it) and `invited_at`."""
    wishes = wishes or {}
    writers = Mandate.objects.current().filter(
        partner=OuterRef("pk"), role__in=roles_that("edit"), person__is_active=True
    )
    invited = consultation.invitations.filter(partner=OuterRef("pk"))
    drafts = waiting(consultation).filter(partner=OuterRef("pk"))
    found = Partner.objects.public().exclude(pk__in=answering(consultation).values("partner"))
    if words := wishes.get("words"):
        for word in words.split()[:8]:
            found = found.filter(Q(name__icontains=word) | Q(reference__iexact=word))
    if group := wishes.get("group"):
        found = found.filter(group=group)
    if region := wishes.get("region"):
        found = found.filter(country__path__startswith=region.path)
    for name in ("scope", "size"):
        if wishes.get(name):
            found = found.filter(**{{"size": "size_class"}.get(name, name): wishes[name]})
    if language := wishes.get("language"):
        own, of_a_country = Q(languages__0=language), Q(languages__0__startswith=f"{language}-")
        found = found.filter(own | of_a_country)
    found = found.annotate(
        is_begun=Exists(drafts),
        has_writer=Exists(writers),
        invited_at=Subquery(invited.values("at")[:1]),
    )
    if stands := wishes.get("stands"):
        narrowed: dict[str, Q] = {
            "begun": Q(is_begun=True),
            "silent": Q(is_begun=False),
            "silent_group": ~Q(group__in=answering(consultation).values("partner__group")),
            "not_invited": Q(invited_at=None),
            "nobody": Q(has_writer=False),
        }
        found = found.filter(narrowed[stands])
    return found.order_by("name", "pk")


def silent_groups(table: Table) -> list[Row]:
    """Of a table its rows from which nobody answered though somebody could have."""
    return [row for row in table.rows if row.expected and not row.answered]
