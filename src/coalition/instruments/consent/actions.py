"""Keeping acts of consent, one at a time or whole tables, and deriving every status from them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from coalition.analysis import binding
from coalition.base import audit
from coalition.base.changes import record_changed
from coalition.base.errors import NotAllowed, Refused
from coalition.base.reference import Source, source_of
from coalition.base.text import clean_line, clean_text
from coalition.instruments.consent import queries
from coalition.instruments.consent.known_rules import apply_rule
from coalition.instruments.models import (
    BINDING,
    CONSENTS,
    DENUNCIATIONS,
    ConsentAction,
    ConsentKind,
    Instrument,
    Party,
    Period,
    Provision,
)

PERMISSION = "instruments.consent"


# --- Deriving --------------------------------------------------------------------------------


@transaction.atomic
def derive(instrument: Instrument) -> int:
    """Make all periods of an instrument's parties anew; returns how many there are.

    Idempotent: what follows from the same acts and the same rule is the same. Others wait
    meanwhile, so that two who record an act at once both count.
    """
    Instrument.objects.select_for_update(no_key=True).get(pk=instrument.pk)
    rule = queries.rule_for(apply_rule(instrument))
    derived = binding.derive(rule, queries.as_acts(queries.whole(instrument)))
    Period.objects.filter(instrument=instrument).delete()
    Period.objects.bulk_create(
        [
            Period(
                instrument=instrument,
                party_id=one.party,
                status=one.status.value,
                since=one.since,
                until=one.until,
                action_id=one.action,
                why=one.why.value,
            )
            for one in derived.periods
        ],
        batch_size=1_000,
    )
    return len(derived.periods)


def rebuild() -> tuple[int, int]:
    """Derive every instrument that has acts, and give known rules to all; (instruments, periods).

    Each instrument in a transaction of its own, so that nobody waits long.
    """
    concerned = set(ConsentAction.objects.values_list("instrument", flat=True).distinct())
    concerned |= set(Period.objects.values_list("instrument", flat=True).distinct())
    periods = 0
    for instrument in Instrument.objects.order_by("pk").iterator():
        if instrument.pk in concerned:
            periods += derive(instrument)
        elif instrument.is_binding:
            apply_rule(instrument)
    return len(concerned), periods


def settle_rules() -> None:
    """Give the rules that are known to binding instruments that have none yet, or the general one:
    after texts were read in. Statuses that rest on a rule follow it."""
    waiting = Instrument.objects.filter(kind__in=BINDING).filter(
        Q(rule=None) | Q(rule__is_general=True)
    )
    for instrument in waiting.select_related("rule").order_by("pk"):
        before = getattr(instrument, "rule", None)
        rule = apply_rule(instrument)
        if rule is None or (before and rule.is_general):
            continue
        if instrument.consents.exists():
            derive(instrument)


# --- One act ---------------------------------------------------------------------------------


@transaction.atomic
def record_action(
    instrument: Instrument,
    party: Party,
    kind: str,
    *,
    by: Any,
    source: Source,
    on: date | None = None,
    effective_on: date | None = None,
    provisions: Collection[Provision] = (),
    by_instrument: Instrument | None = None,
    words: str = "",
    language: str = "en",
    url: str = "",
    note: str = "",
) -> ConsentAction:
    """Keep one act of a party as a source has it, and derive the instrument's statuses anew.

    Raises NotAllowed for who may not, Refused with a sentence for what cannot be: a day to come,
    a consent before the adoption, a denunciation of what never was consented to, the same act
    twice, provisions of another instrument.
    """
    _may(by)
    Instrument.objects.select_for_update(no_key=True).get(pk=instrument.pk)
    held = list(
        ConsentAction.objects.filter(instrument=instrument, party=party, struck_at=None)
        .select_related("party")
        .prefetch_related("provisions")
    )
    _refuse_impossible(instrument, party, ConsentKind(kind), on, effective_on, held)
    if strange := [each for each in provisions if each.instrument_id != instrument.pk]:
        raise Refused(
            _("%(eid)s is no provision of %(instrument)s. Choose among its own.")
            % {"eid": strange[0].eid, "instrument": instrument.name}
        )
    action = ConsentAction.objects.create(
        instrument=instrument,
        party=party,
        kind=kind,
        on=on,
        effective_on=effective_on,
        by_instrument=by_instrument,
        words=clean_text(words),
        language=language,
        source=source,
        url=url,
        as_of=timezone.localdate(),
        note=clean_line(note, limit=300),
        is_example=instrument.is_example,
    )
    action.provisions.set(provisions)
    derive(instrument)
    record_changed(instrument)
    audit.record("instruments.record_consent", action, by=by, refs=[instrument, party])
    return action


@transaction.atomic
def record_stated(told: dict[str, Any], *, by: Any) -> ConsentAction:
    """Record an act as a form states it. All of it or nothing: a country that was no party yet
    becomes one with its first act."""
    party = queries.find_party(told["party"])
    if party.pk is None:
        defaults = {"names": party.names, "place": party.place}
        party = Party.objects.get_or_create(code=party.code, defaults=defaults)[0]
    given = {name: told[name] for name in told if name not in ("instrument", "party", "source")}
    source = source_of(told["source"], told["url"])
    return record_action(told["instrument"], party, source=source, by=by, **given)


@transaction.atomic
def strike_action(action: ConsentAction, *, by: Any, why: str) -> ConsentAction:
    """Take an act back as an error of entry: it is kept with its reason, and counts no longer.

    Raises Refused without a reason, for one that was struck already, and for a consent while a
    denunciation of it still stands.
    """
    _may(by)
    instrument = Instrument.objects.select_for_update(no_key=True).get(pk=action.instrument_id)
    action = ConsentAction.objects.select_related("party").get(pk=action.pk)
    why = clean_line(why, limit=300)
    if not why:
        raise Refused(_("Say why this act is struck; the reason is kept with it."))
    if action.struck_at:
        raise Refused(_("This act has been struck already."))
    if action.kind in CONSENTS:
        rest = ConsentAction.objects.filter(
            instrument=instrument, party=action.party_id, struck_at=None
        ).exclude(pk=action.pk)
        kinds = set(rest.values_list("kind", flat=True))
        if kinds & set(DENUNCIATIONS) and not kinds & set(CONSENTS):
            raise Refused(
                _("A denunciation of what this act began still stands. Strike that one first.")
            )
    action.struck_at, action.struck_why = timezone.now(), why
    action.save(update_fields=["struck_at", "struck_why"])
    derive(instrument)
    record_changed(instrument)
    audit.record("instruments.strike_consent", action, by=by, refs=[instrument, action.party])
    return action


def _may(person: Any) -> None:
    if person is None or not person.has_perm(PERMISSION):
        raise NotAllowed(_("Only editors and officers of the secretariat record acts of consent."))


def _refuse_impossible(
    instrument: Instrument,
    party: Party,
    kind: ConsentKind,
    on: date | None,
    effective_on: date | None,
    held: list[ConsentAction],
) -> None:
    if not instrument.is_binding:
        raise Refused(
            _("%(instrument)s is not a treaty; nobody consents to be bound by it.")
            % {"instrument": instrument.name}
        )
    day = on or effective_on
    if day is None:
        raise Refused(_("Give the day of registration, or the day on which it takes effect."))
    if on and on > timezone.localdate():
        raise Refused(_("The day of registration has not come yet. Correct the day."))
    if on and effective_on and effective_on < on and kind != ConsentKind.SUCCESSION:
        raise Refused(_("It cannot take effect before it was registered. Correct one of the days."))
    adopted = instrument.adopted_on
    if adopted and day < adopted:
        raise Refused(
            _("The text was adopted on %(adopted)s; an act of %(day)s is not possible.")
            % {"adopted": date_format(adopted), "day": date_format(day)}
        )
    same = [each for each in held if each.kind == kind and (each.on or each.effective_on) == day]
    if same:
        raise Refused(
            _("This act is held already, from %(source)s.") % {"source": same[0].source.title}
        )
    if kind in DENUNCIATIONS:
        before = [
            each.on or each.effective_on
            for each in held
            if each.kind in CONSENTS and (each.on or each.effective_on) < day
        ]
        if not before:
            raise Refused(
                _("%(party)s had not consented before %(day)s, so there is nothing to denounce.")
                % {"party": party.name, "day": date_format(day)}
            )
