"""Two Example conventions with their parties: Example States in every status that there is."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone

from coalition.base.reference import Source
from coalition.instruments.consent.actions import derive, record_action, strike_action
from coalition.instruments.models import (
    BindingRule,
    Category,
    ConsentAction,
    ConsentTable,
    Instrument,
    InstrumentKind,
    Party,
    PartyKind,
    Provision,
    ProvisionRole,
)

SOURCE = "example-register"
# Codes that ISO 3166 leaves to users, so that none is ever a country's.
STATES = {
    "XAA": {"en": "Example State A", "ar": "الدولة المثال أ"},
    "XAB": {"en": "Example State B", "ar": "الدولة المثال ب"},
    "XAC": {"en": "Example State C", "ar": "الدولة المثال ج"},
    "XAD": {"en": "Example State D", "ar": "الدولة المثال د"},
    "XAE": {"en": "Example State E", "ar": "الدولة المثال هـ"},
    "XAF": {"en": "Example State F", "ar": "الدولة المثال و"},
    "XAG": {"en": "Example State G", "ar": "الدولة المثال ز"},
    "XAH": {"en": "Example State H", "ar": "الدولة المثال ح"},
}
TERRITORY = {"en": "Example Territory of State A", "ar": "إقليم مثال تابع للدولة أ"}
UNION = {"en": "Example Union", "ar": "الاتحاد المثال"}


def build(officer: Any) -> None:
    """Make the Example conventions, their parties and their acts, each by the usual action."""
    source = Source.objects.get_or_create(
        code=SOURCE,
        defaults={
            "title": "Example: register of conventions, made up to show how the platform works",
            "seen_on": timezone.localdate(),
        },
    )[0]
    parties = {code: _party(code, names) for code, names in STATES.items()}
    parties["XBA"] = _party("XBA", TERRITORY, PartyKind.TERRITORY, state=parties["XAA"])
    parties["XEU"] = _party("XEU", UNION, PartyKind.ORGANISATION)

    def act(code: str, kind: str, on: date, **told: Any) -> ConsentAction:
        return record_action(wages, parties[code], kind, on=on, source=source, by=officer, **told)

    wages = _convention(
        source,
        "example-convention-1",
        {"en": "Example Convention on fair wages", "ar": "اتفاقية مثال بشأن الأجور العادلة"},
        category=Category.FUNDAMENTAL,
        symbol="EX-1",
        adopted_on=date(1998, 6, 18),
    )
    BindingRule.objects.create(
        instrument=wages,
        first_parties=2,
        first_months=12,
        later_months=12,
        denounced_months=12,
        articles="art. 8 and 9 of the Example text",
        source=source,
    )
    act("XAA", "ratification", date(1999, 3, 1))
    mistake = act("XAB", "ratification", date(1999, 5, 10))
    strike_action(mistake, why="Entered under the year before; see the act below.", by=officer)
    act("XAB", "ratification", date(2000, 5, 10))
    act("XAC", "accession", date(2004, 2, 2))
    act("XAC", "denunciation", date(2018, 9, 14))
    act("XAD", "signature", date(1998, 11, 30))
    act("XAE", "acceptance", timezone.localdate() - timedelta(days=90))
    doubted = act("XAG", "ratification", date(2001, 1, 8))
    act("XAH", "succession", date(2006, 6, 3))
    act(
        "XAH",
        "declaration",
        date(2006, 6, 3),
        words="L’âge minimum est fixé à quinze ans (exemple).",
        language="fr",
    )
    act(
        "XAB",
        "reservation",
        date(2000, 5, 10),
        words="Article 4 does not apply to family workshops (Example).",
    )
    act("XBA", "acceptance", date(2003, 4, 4))
    act("XEU", "formal_confirmation", date(2012, 12, 12))
    # A source that says “not in force”, and not why: so it is unknown, and told.
    ConsentAction.objects.filter(pk=doubted.pk).update(source_status="Not in force")
    _hold(wages, source)

    charter = _convention(
        source,
        "example-convention-2",
        {"en": "Example Charter of social rights", "ar": "ميثاق مثال للحقوق الاجتماعية"},
        kind=InstrumentKind.CHARTER,
        category=Category.TECHNICAL,
        symbol="EX-2",
        adopted_on=date(2009, 10, 1),
    )
    articles = [
        Provision.objects.create(
            instrument=charter,
            eid=f"art_{number}",
            number=str(number),
            role=ProvisionRole.OPERATIVE,
            position=number,
            gist={"en": gist},
        )
        for number, gist in enumerate(
            ["Example: the right to work", "Example: hours of rest", "Example: protection"], 1
        )
    ]
    for code, day, chosen in (
        ("XAA", date(2010, 7, 1), articles),
        ("XAC", date(2013, 3, 1), articles[:1]),
        ("XAF", date(2015, 1, 1), articles[1:]),
    ):
        record_action(
            charter,
            parties[code],
            "ratification",
            on=day,
            effective_on=day + timedelta(days=30),
            provisions=chosen,
            source=source,
            by=officer,
        )
    record_action(
        charter, parties["XAD"], "ratification", on=date(2016, 5, 5), source=source, by=officer
    )
    _hold(charter, source)


def _party(code: str, names: dict[str, str], kind: str = PartyKind.STATE, **more: Any) -> Party:
    return Party.objects.create(code=code, names=names, kind=kind, is_example=True, **more)


def _convention(source: Source, code: str, names: dict[str, str], **more: Any) -> Instrument:
    given = {"kind": InstrumentKind.CONVENTION, "position": 1100, **more}
    return Instrument.objects.create(
        code=code, names=names, ours=["ar"], source=source, is_example=True, **given
    )


def _hold(instrument: Instrument, source: Source) -> None:
    """The table of its parties is held as of today, and every status derived from it."""
    acts = ConsentAction.objects.filter(instrument=instrument, struck_at=None)
    ConsentTable.objects.create(
        instrument=instrument,
        as_of=timezone.localdate(),
        source=source,
        rows=acts.count(),
        digest="0" * 64,
        is_example=True,
    )
    derive(instrument)


def remove() -> int:
    """Remove the Example conventions, parties and acts; returns how many rows went. A convention
    that somebody tried out on a real record stays, with its mark."""
    gone = ConsentTable.objects.filter(is_example=True).delete()[0]
    gone += ConsentAction.objects.filter(is_example=True).delete()[0]
    territories = Party.objects.filter(is_example=True, state__isnull=False)
    mine = Instrument.objects.filter(is_example=True, code__startswith="example-convention-")
    for rows in (
        territories,
        Party.objects.filter(is_example=True),
        Provision.objects.filter(instrument__in=mine),
        mine,
        Source.objects.filter(code=SOURCE),
    ):
        with suppress(ProtectedError), transaction.atomic():
            gone += rows.delete()[0]
    return gone
