"""Standing behind a text and stepping back: said by partners themselves, or recorded by officers
with a source. An act is a row for good; what was entered in error is struck, with a reason."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from coalition.base import audit, states
from coalition.base.errors import NotAllowed, Refused
from coalition.base.reference import Source
from coalition.base.text import clean_line, clean_text
from coalition.instruments.adherence import queries
from coalition.instruments.models import (
    Adherence,
    AdherenceKind,
    Instrument,
    Party,
    PartyKind,
)
from coalition.mailroom.actions import tell
from coalition.partners.models import Partner
from coalition.partners.values import locked_and_active
from coalition.places.models import Place

# What a partner can say here itself.
SAID_BY_PARTNERS = (AdherenceKind.ENDORSED, AdherenceKind.JOINED)
LONGEST_WORDS = 2000


@transaction.atomic
def endorse(
    instrument: Instrument,
    partner: Partner,
    *,
    kind: str = AdherenceKind.ENDORSED,
    on: date | None = None,
    words: str = "",
    language: str = "en",
    by: Any,
) -> Adherence:
    """A partner says that it stands behind a text, perhaps with a reservation in its own language.

    `on` is today unless given. Its other signers hear of it. Raises NotAllowed where the partner
    may not act now or the text is not open to this, Refused with what is wrong in what was given.
    """
    partner = locked_and_active(partner)
    if kind not in SAID_BY_PARTNERS:
        raise Refused(_("A partner endorses a text or joins it later. Choose one of the two."))
    latest = queries.latest_of(instrument, partner=partner)
    if latest and latest.stands:
        raise NotAllowed(
            _("%(partner)s stands behind this text already, since %(day)s.")
            % {"partner": partner.name, "day": _day(latest.on)}
        )
    on = on or timezone.localdate()
    if latest and latest.on and on < latest.on:
        raise Refused(
            _("%(partner)s stepped back on %(day)s; what comes later cannot be dated before that.")
            % {"partner": partner.name, "day": _day(latest.on)}
        )
    act = _keep(
        instrument,
        {"partner": partner},
        kind=kind,
        on=on,
        words=words,
        language=language,
        is_example=partner.is_example,
    )
    audit.record("instruments.endorse", act, by=by, refs=[instrument, partner])
    _tell_signers(act, "said", by=by)
    return act


@transaction.atomic
def withdraw(
    instrument: Instrument, partner: Partner, *, reason: str, language: str = "en", by: Any
) -> Adherence:
    """A partner no longer stands behind a text, from today. What it said before stays on record.

    Raises NotAllowed where it does not stand behind it now, or without a reason.
    """
    partner = locked_and_active(partner)
    latest = queries.latest_of(instrument, partner=partner)
    if latest is None or not latest.stands:
        raise NotAllowed(
            _("%(partner)s does not stand behind this text now, so there is nothing to withdraw.")
            % {"partner": partner.name}
        )
    if not clean_text(reason):
        raise NotAllowed(_("Please give a reason: those concerned will read it."))
    act = _keep(
        instrument,
        {"partner": partner},
        kind=AdherenceKind.WITHDREW,
        on=timezone.localdate(),
        words=reason,
        language=language,
        is_example=partner.is_example,
    )
    audit.record("instruments.withdraw_adherence", act, by=by, refs=[instrument, partner])
    _tell_signers(act, "said", by=by)
    return act


@transaction.atomic
def record(
    instrument: Instrument,
    who: Party | Partner | str,
    *,
    kind: str,
    on: date | None,
    source: Source,
    words: str = "",
    language: str = "en",
    name_language: str = "en",
    by: Any,
) -> Adherence:
    """An officer notes what a source says a State, an organisation or a partner did.

    `who` is a party, a partner, or the name of an organisation that is neither; `on` is empty where
    the source does not give the day. Raises Refused with a sentence where the text is not open to
    this, the day cannot be, or the same act stands already.
    """
    named: dict[str, Any]
    is_example = instrument.is_example
    if isinstance(who, Party):
        named, is_example = {"party": who}, is_example or who.is_example
    elif isinstance(who, Partner):
        who = states.lock(who)
        named, is_example = {"partner": who}, is_example or who.is_example
    else:
        named = {"name": clean_line(who, limit=300), "name_language": name_language}
        if not named["name"]:
            raise Refused(_("Say who it was: a State, a partner, or the name of an organisation."))
    act = _keep(
        instrument,
        named,
        kind=kind,
        on=on,
        words=words,
        language=language,
        source=source,
        is_example=is_example,
    )
    refs = [instrument, *(one for one in (act.party, act.partner) if one is not None)]
    audit.record("instruments.record_adherence", act, by=by, refs=refs)
    _tell_signers(act, "recorded", by=by)
    return act


@transaction.atomic
def strike(act: Adherence, *, reason: str, by: Any) -> Adherence:
    """Take back what was entered in error: it is kept, with the reason, and no longer counts.

    Raises NotAllowed without a reason, or for what was struck already.
    """
    states.lock(act.instrument)
    act = states.lock(act)
    reason = clean_line(reason)
    if not reason:
        raise NotAllowed(_("Please give a reason: those concerned will read it."))
    if act.struck_at:
        raise NotAllowed(_("This was struck already on %(day)s.") % {"day": _day(act.struck_at)})
    act.struck_at, act.struck_why, act.is_latest = timezone.now(), reason, False
    act.save(update_fields=["struck_at", "struck_why", "is_latest"])
    _settle(act)
    audit.record("instruments.strike_adherence", act, by=by, refs=[act.instrument])
    _tell_signers(act, "struck", by=by)
    return act


def party_of(place: Place) -> Party:
    """The party that a country or area is; made when it is first needed."""
    party, _made = Party.objects.get_or_create(
        code=place.code,
        defaults={"kind": PartyKind.STATE, "names": place.names, "place": place},
    )
    return party


def _keep(instrument: Instrument, who: dict[str, Any], **fields: Any) -> Adherence:
    """Write one act, checked, and let the newest one count."""
    instrument = states.lock(instrument)
    if instrument.kind in queries.NOT_ENDORSED:
        raise Refused(
            _(
                "%(text)s is not endorsed: States consent to be bound by it, or a parliament "
                "makes it."
            )
            % {"text": instrument.name}
        )
    _check_day(instrument, fields["on"])
    key = {name: value for name, value in who.items() if name != "name_language"}
    same = instrument.adherences.held().filter(**key, kind=fields["kind"], on=fields["on"])
    if same.exists():
        raise Refused(_("The same act on the same day is held already. Look at the list first."))
    fields["words"] = clean_text(fields["words"], limit=LONGEST_WORDS)
    act = Adherence.objects.create(instrument=instrument, **who, **fields, is_latest=False)
    _settle(act)
    act.refresh_from_db(fields=["is_latest"])
    return act


def _check_day(instrument: Instrument, on: date | None) -> None:
    if on is None:
        return
    if on > timezone.localdate():
        raise Refused(_("The day lies ahead. Enter it when it has come."))
    begun = min(
        (
            day
            for day in (instrument.agreed_on, instrument.begins_on, instrument.adopted_on)
            if day is not None
        ),
        default=None,
    )
    if begun and on < begun:
        raise Refused(
            _("The day lies before %(day)s, when the text was agreed on. Please look again.")
            % {"day": _day(begun)}
        )


def _settle(act: Adherence) -> None:
    """Of all acts of the same on the same text the newest one is the latest; of those whose day
    is not known the one entered last, before all others."""
    same = act.instrument.adherences.filter(
        party=act.party_id, partner=act.partner_id, name=act.name
    )
    same.filter(is_latest=True).update(is_latest=False)
    newest = max(same.held(), key=lambda one: (one.on or date.min, one.pk), default=None)
    if newest is not None:
        same.filter(pk=newest.pk).update(is_latest=True)


def _day(day: Any) -> str:
    return date_format(day) if day else _("a day that is not known")


def _tell_signers(act: Adherence, what: str, *, by: Any) -> None:
    """The people who sign for a partner hear what was said in its name; not who said it."""
    for person in queries.signers_of(act.partner) if act.partner is not None else ():
        if person != by:
            tell(
                person,
                event=f"instruments.adherence_{what}:{act.pk}",
                template="instruments/adherence/mail/told.txt",
                context={"act": act, "what": what},
            )
