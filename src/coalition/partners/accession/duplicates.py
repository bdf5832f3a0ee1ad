"""Who may be the same organisation: suggested with score and reasons, decided by an officer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as marked

from coalition.analysis import naming
from coalition.base import audit, states
from coalition.base.errors import NotAllowed
from coalition.partners import lookup
from coalition.partners.models import AccessionRequest, Duplicate, LookupKey, Partner
from coalition.partners.states import JOINED, OPEN

SAME_DOMAIN = marked("Both use the domain %(domain)s.")
LIKE_NAMES = marked("The names are alike: “%(one)s”, “%(other)s”.")
# A shared domain is more than a chance and less than a proof: chapters share one.
DOMAIN_SCORE = 0.75
LEAST_NAME = 0.8
LEAST_SCORE = 75  # percent
# Of two signs the second adds this part of what is still missing to certainty.
SECOND_SIGN = 0.5
MOST_CANDIDATES = 200
MOST_SUGGESTED = 10
MOST_REASONS = 4


@transaction.atomic
def look_for(case: AccessionRequest) -> list[Duplicate]:
    """Note the case's keys anew, and who among open cases and partners may be the same.

    What an officer called "not the same" stays so until a name or address of either changes.
    Returns what waits for an answer.
    """
    lookup.remember([case])
    if case.state not in OPEN:
        return []
    held = {_other_of(one, case): one for one in Duplicate.objects.of(case)}
    found = {}
    for other in candidates(case):
        score, why = likeness(case, other)
        if score >= LEAST_SCORE:
            found[(type(other), other.pk)] = (score, why, other)
    best = sorted(found.items(), key=lambda item: (-item[1][0], item[0][1]))[:MOST_SUGGESTED]
    for side, (score, why, other) in best:
        compared = lookup.digest([*_identity(case, other)])
        known = held.pop(side, None)
        if known is None:
            Duplicate.objects.create(**_sides(case, other), score=score, why=why, compared=compared)
        elif known.compared != compared:
            known.score, known.why, known.compared = score, why, compared
            known.dismissed_by = known.dismissed_at = None
            known.save()
    # No longer alike; an officer's answer is kept.
    gone = [one.pk for one in held.values() if one.dismissed_at is None]
    Duplicate.objects.filter(pk__in=gone).delete()
    return list(waiting(case))


def waiting(case: AccessionRequest) -> QuerySet[Duplicate]:
    """The likenesses of a case that nobody has answered yet, the likeliest first."""
    return (
        Duplicate.objects.undecided()
        .of(case)
        .filter(Q(other_request=None) | Q(other_request__state__in=OPEN), request__state__in=OPEN)
        .select_related("request", "other_request", "other_partner")
    )


def candidates(case: AccessionRequest) -> list[AccessionRequest | Partner]:
    """Open cases and partners that share a key with the case, those that share most first: at
    most MOST_CANDIDATES of each, found from the index of keys alone."""
    keys = list(LookupKey.objects.filter(request=case).values_list("key", flat=True))
    shared = LookupKey.objects.filter(key__in=keys)
    cases = shared.filter(request__state__in=OPEN).exclude(request=case)
    partners = shared.filter(partner__state__in=JOINED)
    return [
        *AccessionRequest.objects.filter(pk__in=_most_shared(cases, "request")).prefetch_related(
            "known_names"
        ),
        *Partner.objects.filter(pk__in=_most_shared(partners, "partner")).prefetch_related(
            "known_names"
        ),
    ]


def _most_shared(keys: QuerySet[LookupKey], side: str) -> list[int]:
    rows = keys.values(side).annotate(shared=Count("pk")).order_by("-shared", side)
    return [row[side] for row in rows[:MOST_CANDIDATES]]


def likeness(
    case: AccessionRequest, other: AccessionRequest | Partner
) -> tuple[int, list[tuple[str, dict[str, str]]]]:
    """How alike two organisations are in percent, and why: sentences marked for translation,
    each with the words that fill it."""
    scores, why = [], []
    if domains := sorted(set(lookup.domains_of(case)) & set(lookup.domains_of(other))):
        scores.append(DOMAIN_SCORE)
        why.append((SAME_DOMAIN, {"domain": domains[0]}))
    pairs = [
        (naming.likeness(mine, theirs), mine, theirs)
        for mine in lookup.names_of(case)
        for theirs in lookup.names_of(other)
    ]
    best, mine, theirs = max(pairs, key=lambda pair: pair[0].score, default=(None, "", ""))
    if best and best.score >= LEAST_NAME:
        scores.append(best.score)
        why.append((LIKE_NAMES, {"one": mine, "other": theirs}))
        why += [(reason.template, dict(reason.values)) for reason in best.reasons[:MOST_REASONS]]
    if not scores:
        return 0, []
    first, *second = sorted(scores, reverse=True)
    total = first + (1 - first) * sum(second) * SECOND_SIGN
    return round(total * 100), why


def _identity(case: AccessionRequest, other: AccessionRequest | Partner) -> Iterator[str]:
    """What was compared, on both sides in one order whichever asked."""
    for side in sorted([case, other], key=lambda one: (one._meta.label, one.pk)):
        yield from sorted({*lookup.names_of(side), *lookup.domains_of(side)})


def _sides(case: AccessionRequest, other: AccessionRequest | Partner) -> dict[str, Any]:
    if isinstance(other, Partner):
        return {"request": case, "other_partner": other}
    older, newer = sorted([case, other], key=lambda one: one.pk)
    return {"request": newer, "other_request": older}


def _other_of(one: Duplicate, case: AccessionRequest) -> tuple[type, int | None]:
    if one.other_partner_id:
        return Partner, one.other_partner_id
    other = one.request_id if one.other_request_id == case.pk else one.other_request_id
    return AccessionRequest, other


@transaction.atomic
def dismiss(duplicate: Duplicate, *, by: Any) -> Duplicate:
    """Note that the two are not the same; it is not asked again until a name of either changes."""
    duplicate = states.lock(duplicate)
    if duplicate.dismissed_at:
        raise NotAllowed(_("This was answered already."))
    duplicate.dismissed_by, duplicate.dismissed_at = by, timezone.now()
    duplicate.save(update_fields=["dismissed_by", "dismissed_at"])
    audit.record("partners.not_the_same", duplicate.request, by=by, refs=[duplicate])
    return duplicate


def reasons(duplicate: Duplicate) -> list[str]:
    """Why two may be the same, in the reader's language."""
    return [_(sentence) % words for sentence, words in duplicate.why]


def look_everywhere(progress: Any = lambda done: None) -> tuple[int, int]:
    """Write all keys anew and compare every open case: how many cases, and how many wait."""
    for model in (Partner.objects.all(), AccessionRequest.objects.all()):
        for owners in _batches(model.prefetch_related("known_names").order_by("pk")):
            lookup.remember(owners)
    cases = AccessionRequest.objects.open().order_by("pk")
    count = 0
    for owners in _batches(cases.prefetch_related("known_names")):
        for case in owners:
            look_for(case)
            count += 1
        progress(count)
    return count, Duplicate.objects.undecided().count()


def _batches(rows: QuerySet[Any], size: int = 500) -> Iterator[list[Any]]:
    last = 0
    while batch := list(rows.filter(pk__gt=last)[:size]):
        yield batch
        last = batch[-1].pk
