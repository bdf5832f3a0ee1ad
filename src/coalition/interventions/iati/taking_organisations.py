"""What becomes of each organisation of a file: which partner it is, by which identifier it is known
from now on, and what the file tells of it, which goes out again. No partner is ever made."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from xml.sax.saxutils import escape

from django.utils import timezone

from coalition.analysis.iati import organisations as iati
from coalition.analysis.iati.writing import fragment
from coalition.base import audit
from coalition.interventions.iati import composing, soundness
from coalition.interventions.iati.actions import refresh
from coalition.interventions.iati.identifiers import of_partner
from coalition.interventions.iati.matching import Match, Organisation, matches, organisation_of
from coalition.interventions.iati.reports import (
    CHANGED,
    NEW,
    NO_PARTNER,
    UNCHANGED,
    WRONG,
    Line,
    Options,
    Report,
)
from coalition.interventions.iati.taking import currencies
from coalition.interventions.models import Intervention, OrganisationCode, Origin
from coalition.partners.models import Partner

AT_ONCE = 200


def judged(found: Any, options: Options) -> Report:
    """What would become of each organisation, in a few queries."""
    known = matches([_who(one) for _line, one in found.values], options.chosen)
    lines = list(_lines(found.values, known))
    return Report(found.checked.version, "organisations", lines, known)


def _who(one: iati.Organisation) -> Organisation:
    return organisation_of(one.identifier, one.name, one.language)


def _lines(
    pairs: Sequence[tuple[int, iati.Organisation]], known: Mapping[Organisation, Match]
) -> Iterator[Line]:
    money = currencies()
    held = _codes([one.identifier.strip() for _line, one in pairs])
    times = Counter(one.identifier.strip() for _line, one in pairs)
    seen: set[int] = set()
    for at, one in pairs:
        identifier = one.identifier.strip()
        line = Line(at, identifier[:200], one.name[0].text[:100] if one.name else "")
        line.lead = known[_who(one)].partner
        line.sentences += dict.fromkeys(problems(one, money))
        if times[identifier] > 1:
            line.sentences.append("<organisation-identifier> stands in this file more than once.")
        elif line.lead is not None and line.lead.pk in seen:
            line.sentences.append(f"{line.lead.reference} is another organisation of this file.")
        if line.lead is not None:
            seen.add(line.lead.pk)
        code = held.get(identifier)
        if line.sentences:
            line.outcome = WRONG
        elif line.lead is None:
            line.outcome = NO_PARTNER
        elif code is not None and code.came and code.partner_id == line.lead.pk:
            same = _digest(code.came) == _digest(fragment(one).decode())
            line.outcome = UNCHANGED if same else CHANGED
        yield line


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _codes(identifiers: Sequence[str]) -> dict[str, OrganisationCode]:
    found: dict[str, OrganisationCode] = {}
    for first in range(0, len(identifiers), AT_ONCE):
        some = identifiers[first : first + AT_ONCE]
        rows = OrganisationCode.objects.filter(identifier__in=some)
        found |= {one.identifier: one for one in rows}
    return found


def problems(one: iati.Organisation, known: soundness.Currencies) -> Iterator[str]:
    """What is wrong with an organisation although it has the form of the standard."""
    yield from soundness.identifier_problems("<organisation-identifier>", one.identifier)
    if not any(each.text.strip() for each in one.name):
        yield "<name> is empty. Give the organisation its name."
    amounts: dict[str, Sequence[Any]] = {
        "<total-budget>": one.total_budgets,
        "<recipient-org-budget>": one.recipient_budgets,
        "<recipient-region-budget>": one.region_budgets,
        "<recipient-country-budget>": one.country_budgets,
        "<total-expenditure>": one.expenditures,
    }
    for element, rows in amounts.items():
        for row in rows:
            yield from _amount_problems(element, row, one, known)


def _amount_problems(
    element: str, row: Any, one: iati.Organisation, known: soundness.Currencies
) -> Iterator[str]:
    start: date | None = row.period_start
    end: date | None = row.period_end
    for day in (start, end, *(each.value.value_date for each in (row, *row.lines) if each.value)):
        yield from soundness.day_problems(element, day)
    if start and end and end < start:
        yield f"{element} ends before it begins. Correct one of its two days."
    for each in (row, *row.lines):
        if each.value is None or each.value.amount is None:
            if each is row:
                yield f"{element} has no amount. Write it as a plain number in <value>."
        elif sentence := soundness.refused(each.value, one.currency, known):
            yield f"{element}: {sentence}"


def keep(report: Report, values: Sequence[tuple[int, iati.Organisation]], ground: Any) -> None:
    """Keep the identifiers and what came, in the caller's transaction. A partner without a main
    identifier gets this one: by it the partner is named in what is published from then on."""
    good = [
        (line, line.lead, one)
        for line, (_at, one) in zip(report.lines, values, strict=True)
        if line.outcome in (NEW, CHANGED) and line.lead is not None
    ]
    codes = _codes([one.identifier.strip() for _line, _partner, one in good])
    own = _told_of([partner.pk for _line, partner, _one in good])
    mains = _mains(good)
    kept = []
    for line, partner, one in good:
        code = codes.get(one.identifier.strip()) or OrganisationCode(identifier=line.identifier)
        if code.partner_id != partner.pk:
            code.partner, code.is_main = partner, False
        code.is_main = code.is_main or partner.pk not in mains
        mains.setdefault(partner.pk, line.identifier)
        if not code.is_main:
            line.sentences.append(
                f"{partner.reference} is published as {mains[partner.pk]}; what the file tells is "
                "kept, and not given out."
            )
        code.came, code.held = fragment(one).decode(), fragment(own[partner.pk][1]).decode()
        code.at = timezone.now()
        kept.append(code)
    _write(kept)
    with audit.together():
        for _line, partner, _one in good:
            audit.record("interventions.take_in_organisation", partner, by=ground.by)
    known_before = {pk: of_partner(partner) for pk, (partner, _told) in own.items()}
    _publish_anew({known_before[one.partner_id]: one for one in kept if one.is_main})


def _told_of(partners: Sequence[int]) -> dict[int, tuple[Partner, iati.Organisation]]:
    """What is held of each partner, without what came."""
    found: dict[int, tuple[Partner, iati.Organisation]] = {}
    for first in range(0, len(partners), AT_ONCE):
        rows = Partner.objects.filter(pk__in=partners[first : first + AT_ONCE])
        found |= {partner.pk: (partner, told) for partner, told in composing.told_of(rows)}
    return found


def _mains(good: Sequence[tuple[Line, Partner, iati.Organisation]]) -> dict[int, str]:
    """The main identifiers of these partners."""
    found: dict[int, str] = {}
    keys = [partner.pk for _line, partner, _one in good]
    for first in range(0, len(keys), AT_ONCE):
        rows = OrganisationCode.objects.filter(
            partner__in=keys[first : first + AT_ONCE], is_main=True
        )
        found |= dict(rows.values_list("partner", "identifier"))
    return found


def _write(codes: Sequence[OrganisationCode]) -> None:
    fields = ["partner", "is_main", "came", "held", "at"]
    OrganisationCode.objects.bulk_update(
        [one for one in codes if one.pk], fields, batch_size=AT_ONCE
    )
    OrganisationCode.objects.bulk_create([one for one in codes if not one.pk], batch_size=AT_ONCE)


def _publish_anew(mains: Mapping[str, OrganisationCode]) -> None:
    """Interventions name their partners by their main identifiers; `mains` by what each partner
    was known by before. That it is called otherwise now is no change of what came."""
    partners = [one.partner_id for one in mains.values()]
    rows: set[int] = set()
    for first in range(0, len(partners), AT_ONCE):
        some = partners[first : first + AT_ONCE]
        for path in ("roles__partner", "budgets__partner", "payments__partner"):
            rows |= set(_keys(path, some))
        rows |= set(_keys("payments__receiver", some))
    ordered = sorted(rows)
    for first in range(0, len(ordered), AT_ONCE):
        some = ordered[first : first + AT_ONCE]
        origins = list(Origin.objects.filter(intervention__in=some))
        for origin in origins:
            for before, code in mains.items():
                origin.held = origin.held.replace(_ref(before), _ref(code.identifier))
        Origin.objects.bulk_update(origins, ["held"], batch_size=AT_ONCE)
        refresh(list(Intervention.objects.filter(pk__in=some)))


def _keys(path: str, partners: Sequence[int]) -> Iterator[int]:
    rows = Intervention.objects.order_by().filter(**{f"{path}__in": partners})
    return rows.values_list("pk", flat=True).iterator()


def _ref(identifier: str) -> str:
    return f'ref="{escape(identifier, {chr(34): "&quot;"})}"'
