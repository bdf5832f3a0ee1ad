"""What can hang on the golden thread: how each kind of record is found by its key, and named."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from coalition.base.names import Name
from coalition.commitments.models import Commitment
from coalition.consultations.models import Conclusion, Consultation, Statement
from coalition.consultations.states import ANSWERED
from coalition.instruments.models import ExternalRecord, Instrument, Provision
from coalition.interventions.models import Intervention
from coalition.partners.models import CommonPriority, Partner, Priority
from coalition.places.models import Place
from coalition.results.models import Evidence, Fact, Framework, Indicator
from coalition.results.owners import owners_by, with_owners
from coalition.results.reading.queries import READABLE, address, when
from coalition.results.totals.queries import shown
from coalition.themes.models import Challenge, Theme

# --- Found by its key --------------------------------------------------------------------------


def priorities() -> QuerySet[Priority]:
    """A partner's priorities are public with its page."""
    public = Priority.objects.filter(partner__in=Partner.objects.public())
    return public.select_related("partner", "theme", "place", "level")


def proposals() -> QuerySet[Statement]:
    """What is proposed in announced consultations, as everybody sees it."""
    held = Statement.objects.shown().filter(consultation__in=Consultation.objects.announced())
    return held.select_related("consultation", "priority", "provision__instrument", "response")


def decisions() -> QuerySet[Conclusion]:
    found: QuerySet[Conclusion] = Conclusion.objects.published()
    return found.select_related("consultation", "body")


def frameworks() -> QuerySet[Framework]:
    found: QuerySet[Framework] = with_owners(Framework.objects.public())
    return found


def indicators() -> QuerySet[Indicator]:
    public = Indicator.objects.filter(framework__is_public=True)
    return public.select_related("framework", "unit", *owners_by("framework"))


def figures() -> QuerySet[Fact]:
    """Those that count now; of a withheld one nobody is told more than that it is."""
    read = ("indicator__framework", "indicator__unit", "unit", "period")
    return Fact.objects.public().select_related(*read)


def evidence() -> QuerySet[Evidence]:
    """That of figures that everybody sees."""
    seen = Fact.objects.filter(
        state__in=READABLE, hidden="", indicator__framework__is_public=True
    ).order_by()
    held = Evidence.objects.held().filter(fact__in=seen.values("pk"))
    read = ("fact__indicator__framework", "fact__indicator__unit", "fact__unit", "fact__period")
    return held.select_related(*read)


def _numbered(rows: QuerySet[Any], path: str, key: str, sign: str = "/", field: str = "") -> Any:
    """By a code and a number behind it: RES-2026-0001/3. None where it has not this form."""
    found = re.fullmatch(rf"([\w.\-]{{1,120}}){re.escape(sign)}([0-9]{{1,9}})", key, re.ASCII)
    if found is None:
        return None
    return rows.filter(**{path: found[1], field or "number": int(found[2])})


def _provision(key: str) -> Any:
    code, _slash, eid = key.partition("/")
    return Provision.objects.filter(instrument__code=code, eid=eid).select_related("instrument")


def _external(key: str) -> Any:
    held = ExternalRecord.objects.filter(gone_at=None).select_related("register")
    return _numbered(held, "register__code", key, field="pk")


FOUND: Mapping[str, Callable[[str], Any]] = {
    "partner": lambda key: Partner.objects.public().filter(reference=key),
    "commitment": lambda key: Commitment.objects.published().filter(reference=key),
    "intervention": lambda key: Intervention.objects.published().filter(reference=key),
    "consultation": lambda key: Consultation.objects.announced().filter(reference=key),
    "proposal": lambda key: _numbered(proposals(), "consultation__reference", key),
    "decision": lambda key: decisions().filter(consultation__reference=key),
    "declaration": lambda key: Instrument.objects.filter(code=key),
    "provision": _provision,
    "theme": lambda key: Theme.objects.filter(code=key),
    "challenge": lambda key: Challenge.objects.filter(code=key),
    "place": lambda key: Place.objects.filter(code=key),
    "external": _external,
    "priority": lambda key: _numbered(priorities(), "partner__reference", key, ":", "rank"),
    "common_priority": lambda key: CommonPriority.objects.public().filter(reference=key),
    "results": lambda key: frameworks().filter(reference=key),
    "indicator": lambda key: _numbered(indicators(), "framework__reference", key),
    "figure": lambda key: _numbered(figures(), "indicator__framework__reference", key, field="pk"),
    "evidence": lambda key: _numbered(
        evidence(), "fact__indicator__framework__reference", key, field="pk"
    ),
}


def find_public(kind: str, key: str) -> Any:
    """The public record of this kind and key, with what its name needs, or None."""
    found = FOUND[kind](key) if kind in FOUND else None
    return found.first() if found is not None else None


# --- Named -------------------------------------------------------------------------------------

Named = tuple[str, str, Name, str]  # kind, key, title in the reader's language, page


def _own(kind: str) -> Callable[[Any], Named]:
    return lambda one: (
        kind,
        one.reference,
        Name(one.title, one.language),
        one.get_absolute_url(),
    )


def _entry(kind: str) -> Callable[[Any], Named]:
    return lambda one: (kind, one.code, one.name, one.get_absolute_url())


def _partner(one: Partner) -> Named:
    name = Name(one.name, one.name_language)
    return "partner", one.reference, name, one.get_absolute_url()


def _intervention(one: Intervention) -> Named:
    return "intervention", one.reference, one.name, one.get_absolute_url()


def _consultation(one: Consultation) -> Named:
    return "consultation", one.reference, one.title, one.get_absolute_url()


def _proposal(one: Statement) -> Named:
    answer = getattr(one, "response", None)
    asked = one.consultation
    page = (
        answer.get_absolute_url()
        if answer is not None and asked.state in ANSWERED
        else f"{asked.get_absolute_url()}#proposal-{one.number}"
    )
    return "proposal", f"{asked.reference}/{one.number}", Name(one.text, one.language), page


def _decision(one: Conclusion) -> Named:
    body = one.body.name
    title = Name(_("Decision of %(body)s") % {"body": body}, body.language)
    return "decision", one.consultation.reference, title, one.get_absolute_url()


def _named_provision(one: Provision) -> Named:
    text = one.instrument.short_name
    words = f"{text}, {one.number}" if one.number else str(text)
    key = f"{one.instrument.code}/{one.eid}"
    return "provision", key, Name(words, text.language), one.get_absolute_url()


def _priority(one: Priority) -> Named:
    own = Name(one.words, one.language) if one.words else one.theme.short_name
    key = f"{one.partner.reference}:{one.rank}"
    return "priority", key, own, one.partner.get_absolute_url()


def _common(one: CommonPriority) -> Named:
    return "common_priority", one.reference, one.name, one.get_absolute_url()


def _document(one: ExternalRecord) -> Named:
    name = Name(one.title, one.title_language)
    return "external", f"{one.register.code}/{one.pk}", name, one.get_absolute_url()


def _framework(one: Framework) -> Named:
    name = Name(one.owner.title, one.owner.language)
    return "results", one.reference, name, one.get_absolute_url()


def _indicator(one: Indicator) -> Named:
    name = Name(one.title, one.framework.language)
    return "indicator", f"{one.framework.reference}/{one.number}", name, address(one)


def _figure(one: Fact) -> Named:
    told = _("%(figure)s (%(when)s)") % {
        "figure": shown(one, one.indicator, with_unit=True),
        "when": when(one),
    }
    key = f"{one.indicator.framework.reference}/{one.pk}"
    return "figure", key, Name(told, one.indicator.framework.language), one.get_absolute_url()


def _evidence(one: Evidence) -> Named:
    key = f"{one.fact.indicator.framework.reference}/{one.pk}"
    return "evidence", key, Name(one.title, one.language), one.fact.get_absolute_url()


NAMED: Mapping[type, Callable[[Any], Named]] = {
    Partner: _partner,
    Commitment: _own("commitment"),
    Intervention: _intervention,
    Consultation: _consultation,
    Statement: _proposal,
    Conclusion: _decision,
    Instrument: _entry("declaration"),
    Provision: _named_provision,
    Theme: _entry("theme"),
    Challenge: _entry("challenge"),
    Place: _entry("place"),
    ExternalRecord: _document,
    Priority: _priority,
    CommonPriority: _common,
    Framework: _framework,
    Indicator: _indicator,
    Fact: _figure,
    Evidence: _evidence,
}


def named(record: Any) -> Named:
    """Kind, key, title in the reader's language, and page of a record."""
    return NAMED[type(record)](record)
