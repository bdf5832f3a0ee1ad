"""Which partners the organisations of a file are: by an identifier that an officer confirmed, or
by their very name. What is only likely is suggested, never taken."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from coalition.analysis import naming
from coalition.analysis.iati.activities import Activity, Participant
from coalition.analysis.iati.parts import Words
from coalition.base import audit
from coalition.base.errors import Refused
from coalition.interventions.iati.identifiers import coalition
from coalition.interventions.models import OrganisationCode
from coalition.partners import lookup
from coalition.partners.models import LookupKey, Partner
from coalition.partners.states import JOINED

AT_ONCE = 400
MOST_LIKELY = 3
MOST_LOOKED_AT = 50  # partners that share a word
LIKE = 0.6  # of 1: worth a suggestion, which somebody decides


@dataclass(frozen=True)
class Organisation:
    """One that a file names: by its identifier, its name, or both."""

    identifier: str
    name: str
    language: str
    iati_type: str = ""


@dataclass(frozen=True)
class Match:
    """The partner that an organisation is, how that is known, or who it may be."""

    partner: Partner | None
    why: str
    likely: tuple[Partner, ...] = ()


def organisation_of(ref: str, names: Words, language: str, iati_type: str = "") -> Organisation:
    first = names[0] if names else None
    return Organisation(
        identifier=ref.strip()[:200],
        name=" ".join((first.text if first else "").split())[:300],
        language=(first.language if first else "") or language or "en",
        iati_type=iati_type.strip()[:10],
    )


def named_in(one: Activity) -> Iterable[Organisation]:
    """All organisations that an activity names."""
    parts: list[Participant] = list(one.participants)
    for each in parts:
        yield organisation_of(each.ref, each.narratives, one.language, each.type)
    for payment in one.transactions:
        for side in (payment.provider, payment.receiver):
            if side is not None:
                yield organisation_of(side.ref, side.narratives, one.language, side.type)


def matches(
    organisations: Iterable[Organisation], chosen: Mapping[str, Partner]
) -> dict[Organisation, Match]:
    """Each with its match; `chosen` are the partners that somebody named for identifiers. A few
    queries, whatever their number."""
    wanted = list(dict.fromkeys(organisations))
    codes = _by_code(one.identifier for one in wanted)
    names = [one.name for one in wanted if one.name]
    known: dict[str, list[Partner]] = {}
    for first in range(0, len(names), AT_ONCE):
        known |= lookup.known_as(names[first : first + AT_ONCE])
    found = {one: _match(one, chosen, codes, known.get(one.name, [])) for one in wanted}
    strangers = [one for one, match in found.items() if not match.partner and not match.likely]
    near = _near([one.name for one in strangers if one.name])
    return found | {one: Match(None, "", near.get(one.name, ())) for one in strangers}


def _match(
    one: Organisation,
    chosen: Mapping[str, Partner],
    codes: Mapping[str, Partner],
    bearers: list[Partner],
) -> Match:
    if found := chosen.get(one.identifier) or chosen.get(one.name):
        return Match(found, "as you said")
    if one.identifier and (held := codes.get(one.identifier)):
        # Who left is named as a stranger, and takes part in nothing new.
        return Match(held, "by its identifier") if held.state in JOINED else Match(None, "")
    joined = [each for each in bearers if each.state in JOINED]
    if len(joined) == 1 and len(bearers) == 1:
        return Match(joined[0], "by its name")
    return Match(None, "", tuple(joined[:MOST_LIKELY]))


def _near(names: Iterable[str]) -> dict[str, tuple[Partner, ...]]:
    """Partners of a name like it, the likest first; by names that share a word's key."""
    keys = {name: {f"name:{key}"[:120] for key in naming.keys(name)} for name in names}
    wanted = sorted(set().union(*keys.values())) if keys else []
    holders: dict[str, list[int]] = {}
    for first in range(0, len(wanted), AT_ONCE):
        rows = LookupKey.objects.filter(
            key__in=wanted[first : first + AT_ONCE], partner__state__in=JOINED
        )
        for key, pk in rows.order_by("partner").values_list("key", "partner"):
            holders.setdefault(key, []).append(pk)
    likely = {
        name: {pk for key in of for pk in holders.get(key, ())[:MOST_LOOKED_AT]}
        for name, of in keys.items()
    }
    held = Partner.objects.in_bulk(sorted(set().union(*likely.values()))) if likely else {}
    return {name: _likest(name, [held[pk] for pk in sorted(of)]) for name, of in likely.items()}


def _likest(name: str, partners: Iterable[Partner]) -> tuple[Partner, ...]:
    ranked = [(naming.likeness(name, each.name).score, each) for each in partners]
    good = sorted((one for one in ranked if one[0] >= LIKE), key=lambda one: (-one[0], one[1].pk))
    return tuple(each for _score, each in good[:MOST_LIKELY])


def keep(chosen: Mapping[str, Partner], told: Iterable[Organisation], *, by: Any) -> None:
    """Keep the matches that somebody named, so that they need not be named again. What stood for
    another partner stands for this one now. Raises Refused for one that the file does not name."""
    named = {one.identifier for one in told} - {""}
    names = {one.name for one in told}
    if unknown := sorted(one for one in chosen if one not in named | names):
        raise Refused(
            f"The file names no organisation “{unknown[0][:100]}”. Write it as it stands there."
        )
    for identifier in sorted(named & chosen.keys()):
        partner = chosen[identifier]
        code = OrganisationCode.objects.filter(identifier=identifier).first()
        if code is None:
            code = OrganisationCode(identifier=identifier)
        elif code.partner_id == partner.pk:
            continue
        code.partner, code.is_main = partner, False
        code.save()
        audit.record("interventions.match", partner, by=by)


def _by_code(identifiers: Iterable[str]) -> dict[str, Partner]:
    """By the identifiers that were confirmed, and by our own (`XX-…-PAR-2026-0001`)."""
    wanted = sorted({one for one in identifiers if one})
    found: dict[str, Partner] = {}
    own = f"{coalition()}-"
    for first in range(0, len(wanted), AT_ONCE):
        some = wanted[first : first + AT_ONCE]
        rows = OrganisationCode.objects.filter(identifier__in=some).select_related("partner")
        found |= {row.identifier: row.partner for row in rows}
        references = [one.removeprefix(own) for one in some if one.startswith(own)]
        for partner in Partner.objects.filter(reference__in=references):
            found.setdefault(f"{own}{partner.reference}", partner)
    return found
