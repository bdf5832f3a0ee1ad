"""What becomes of each activity of a file: judged first, then kept, many at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from coalition.analysis.iati.activities import Activity
from coalition.base.changes import records_changed
from coalition.interventions.iati import soundness
from coalition.interventions.iati.attaching import attach
from coalition.interventions.iati.identifiers import coalition
from coalition.interventions.iati.matching import (
    Match,
    Organisation,
    matches,
    named_in,
    organisation_of,
)
from coalition.interventions.iati.reports import (
    CHANGED,
    NEW,
    UNCHANGED,
    WRONG,
    Line,
    Options,
    Report,
)
from coalition.interventions.iati.storing import Ground, Incoming, digest_of, store
from coalition.interventions.models import Intervention, Origin
from coalition.partners.models import Partner
from coalition.results.models import Unit, UnitKind

AT_ONCE = 200
# Who may lead what nobody is said to lead: accountable, implementing, extending, funding.
LEADS = ("2", "4", "3", "1")


def judged(found: Any, options: Options) -> Report:
    """What would become of each activity. A fixed number of queries for every `AT_ONCE`."""
    told = [each for _line, one in found.values for each in named_in(one)]
    known = matches(told, options.chosen)
    lines = list(_lines(found.values, known, options))
    return Report(found.checked.version, "activities", lines, known)


def currencies() -> soundness.Currencies:
    """Those that are known here."""
    rows = Unit.objects.filter(kind=UnitKind.MONEY).values_list("code", "decimals")
    return soundness.Currencies({code.upper(): decimals for code, decimals in rows})


def _lines(
    pairs: Sequence[tuple[int, Activity]], known: Mapping[Organisation, Match], options: Options
) -> Iterator[Line]:
    money = currencies()
    activities = [one for _line, one in pairs]
    held, digests = _held({one.identifier.strip() for one in activities})
    circles = soundness.circles(soundness.parents(activities), _parents())
    times = Counter(one.identifier.strip() for one in activities)
    for at, one in pairs:
        identifier = one.identifier.strip()
        line = Line(at, identifier[:200], one.title[0].text[:100] if one.title else "")
        line.sentences += dict.fromkeys(soundness.problems(one, money))
        line.sentences += [circles[identifier]] if identifier in circles else []
        if times[identifier] > 1:
            line.sentences.append("<iati-identifier> stands in this file more than once.")
        line.held = held.get(identifier)
        line.lead = line.held.partner if line.held else _lead(one, known, options)
        if line.lead is None:
            line.sentences.append(
                "<participating-org>: none of its organisations is a partner that could lead it. "
                "Say which is: --match IDENTIFIER=PAR-…, or who leads: --lead PAR-…."
            )
        if line.sentences:
            line.outcome = WRONG
        elif line.held is not None:
            line.outcome = CHANGED
            if digests.get(identifier) == digest_of(one):
                line.outcome = UNCHANGED
            elif identifier not in digests and _is_ours(one):
                line.outcome = UNCHANGED
                line.sentences.append("It is published here, so nothing is read back.")
        yield line


def _is_ours(one: Activity) -> bool:
    return one.reporter is not None and one.reporter.ref.strip() == coalition()


def _lead(one: Activity, known: Mapping[Organisation, Match], options: Options) -> Partner | None:
    for role in LEADS:
        for each in one.participants:
            if each.role == role:
                who = organisation_of(each.ref, each.narratives, one.language, each.type)
                if (match := known.get(who)) and match.partner:
                    return match.partner
    return options.lead


def _held(identifiers: Iterable[str]) -> tuple[dict[str, Intervention], dict[str, str]]:
    """The interventions that are here already, by identifier, and what was last told of each."""
    wanted = sorted(identifiers)
    found: dict[str, Intervention] = {}
    digests: dict[str, str] = {}
    own = f"{coalition()}-"
    for first in range(0, len(wanted), AT_ONCE):
        some = wanted[first : first + AT_ONCE]
        rows = Origin.objects.filter(identifier__in=some)
        for origin in rows.select_related("intervention__partner", "intervention__framework"):
            found[origin.identifier] = origin.intervention
            digests[origin.identifier] = origin.digest
        references = [each.removeprefix(own) for each in some if each.startswith(own)]
        if references:
            ours = Intervention.objects.published().filter(reference__in=references)
            for one in ours.select_related("partner", "framework"):
                found.setdefault(f"{own}{one.reference}", one)
    return found, digests


def _parents() -> dict[str, str]:
    """Of interventions that came from files, whose part they are, by identifiers."""
    rows = Origin.objects.filter(intervention__whole__iati_origin__isnull=False)
    pairs = rows.values_list("identifier", "intervention__whole__iati_origin__identifier")
    return dict(pairs)


# --- Keeping ---------------------------------------------------------------------------------


def keep(report: Report, values: Sequence[tuple[int, Activity]], ground: Ground) -> None:
    """Keep what was judged good, in the caller's transaction."""
    rows = zip(report.lines, (one for _line, one in values), strict=True)
    good = [(line, one) for line, one in rows if line.outcome in (NEW, CHANGED)]
    new = [Incoming(one, line.lead) for line, one in good if line.outcome == NEW and line.lead]
    made: list[Intervention] = []
    for first in range(0, len(new), AT_ONCE):
        made += store(new[first : first + AT_ONCE], ground)
    tied = _tie([one for _line, one in good])
    known = {one.pk for one in made}
    made += [one for one in tied if one.pk not in known]
    for first in range(0, len(made), AT_ONCE):
        records_changed(made[first : first + AT_ONCE])
    changed = [(line, one) for line, one in good if line.outcome == CHANGED]
    for first in range(0, len(changed), AT_ONCE):
        _attach(changed[first : first + AT_ONCE], ground)


def _attach(pairs: Sequence[tuple[Line, Activity]], ground: Ground) -> None:
    told = [(line.held, one) for line, one in pairs if line.held is not None]
    for (line, _one), done in zip(pairs, attach(told, ground), strict=True):
        line.sentences += [f"{done.count} figures and amounts are new.", *done.notes]


def _tie(activities: Iterable[Activity]) -> list[Intervention]:
    """Activities whose parents are here become parts of these, unless they are part of another.
    Returns both sides."""
    wanted = soundness.parents(activities)
    held, _digests = _held({*wanted, *wanted.values()})
    narrower: dict[int, Intervention] = {}
    wider: dict[int, Intervention] = {}
    for narrow, wide in wanted.items():
        if narrow in held and wide in held and held[narrow].whole_id is None:
            held[narrow].whole = held[wide]
            narrower[held[narrow].pk] = held[narrow]
            wider[held[wide].pk] = held[wide]
    Intervention.objects.bulk_update(narrower.values(), ["whole"], batch_size=AT_ONCE)
    return list((narrower | wider).values())
