"""What officers read of consultations: what one lacks, the desk's list, what can be chosen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db.models import (
    Count,
    DateTimeField,
    Exists,
    IntegerField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce, Least
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.base.fields import LANGUAGE_NAMES
from coalition.consultations.models import (
    Consultation,
    ConsultationQuerySet,
    Phase,
    Statement,
)
from coalition.consultations.queries import on_theme, with_words
from coalition.consultations.states import AHEAD, TAKING_PART, PhaseKind, State
from coalition.instruments.models import UNNAMED, Instrument, Provision, ProvisionRole
from coalition.partners.models import CommonPriority

WORDS = ("question", "about", "promise")
MOST_ANSWERS = 200  # common priorities, and as many paragraphs, in one consultation
MOST_OFFERED = 300  # common priorities to tick at once; the theme narrows them


def version_of(consultation: Consultation) -> str:
    """What tells whether somebody else changed it while a form was filled in."""
    return consultation.changed_at.isoformat()


# --- What it lacks ---------------------------------------------------------------------------


def lacks(consultation: Consultation, now: datetime | None = None) -> list[str]:
    """What stands in the way of announcing it, in sentences; none where nothing does. Two
    queries."""
    now = now or timezone.now()
    found = lacks_of_words({name: getattr(consultation, name) for name in WORDS})
    phases = list(consultation.phases.all())
    taking_part = [phase for phase in phases if phase.is_taking_part]
    if not taking_part:
        found.append(_("Add a phase in which people take part."))
    elif all(phase.closes_at <= now for phase in taking_part):
        found.append(
            _("All phases in which people take part are over. Give one of them days to come.")
        )
    if consultation.text_id is None and any(one.kind == PhaseKind.DISCUSS for one in phases):
        found.append(_("Name the text that is discussed, in the scope."))
    proposed = consultation.statements.exclude(language__in=consultation.languages).order_by()
    if others := set(proposed.values_list("language", flat=True).distinct()):
        found.append(
            _("There are first proposals in %(languages)s, and the question is not.")
            % {"languages": languages(others)}
        )
    if not (consultation.for_partners or consultation.for_everyone or consultation.for_invited):
        found.append(_("Say who may take part."))
    return found


def lacks_of_words(words: Mapping[str, Mapping[str, str]]) -> list[str]:
    """What is missing in texts by field (`WORDS`) and language: the languages of the question are
    those of the consultation, and every other text has to be in each of them and in no other."""
    wanted = {code for code, text in words["question"].items() if text}
    if not wanted:
        return [_("Write the question in at least one language.")]
    found = []
    for name in ("about", "promise"):
        label = Consultation._meta.get_field(name).verbose_name
        held = {code for code, text in words[name].items() if text}
        if not held:
            if name == "promise":
                found.append(_("Say what becomes of the answers: who decides, and until when."))
            continue
        if missing := wanted - held:
            found.append(
                _("“%(text)s” is missing in %(languages)s.")
                % {"text": label, "languages": languages(missing)}
            )
        if more := held - wanted:
            found.append(
                _("“%(text)s” is written in %(languages)s, and the question is not.")
                % {"text": label, "languages": languages(more)}
            )
    return found


def languages(codes: Iterable[str]) -> str:
    """Languages by the names that they give themselves."""
    return str(_(", ")).join(
        LANGUAGE_NAMES[code] for code in settings.UN_LANGUAGES if code in codes
    )


# --- Phases ----------------------------------------------------------------------------------


def may_change_phases(state: str, kind: str) -> bool:
    """In which states a phase of this kind is added, changed or taken out at all: people take part
    until it is closed; afterwards only the work of the secretariat is left."""
    return state in (State.DRAFT, *AHEAD) or (state == State.SYNTHESIS and kind not in TAKING_PART)


@dataclass(frozen=True)
class PhaseRow:
    """A phase on the desk: where it stands, in a word and as a tone, and what can be done."""

    phase: Phase
    word: str
    tone: str
    may_change: bool
    may_remove: bool


def phase_rows(consultation: Consultation, now: datetime | None = None) -> list[PhaseRow]:
    """Its phases in their order. One query."""
    now = now or timezone.now()
    is_draft = consultation.state == State.DRAFT
    found = []
    for phase in consultation.phases.all():
        is_over, has_begun = phase.closes_at <= now, phase.opens_at <= now
        word, tone = (
            (_("over"), "ended")
            if is_over
            else (_("under way"), "good")
            if has_begun
            else (_("ahead"), "calm")
        )
        may = may_change_phases(consultation.state, phase.kind)
        found.append(
            PhaseRow(
                *(phase, word, tone),
                may_change=may and (is_draft or not is_over),
                may_remove=may and (is_draft or not has_begun),
            )
        )
    return found


# --- The desk --------------------------------------------------------------------------------

NEVER = datetime(9000, 1, 1, tzinfo=UTC)


def on_desk(now: datetime | None = None) -> ConsultationQuerySet:
    """All consultations, drafts among them, each with its next deadline (`next_at`: the next moment
    in which a phase opens or closes, or None) and how many first proposals it has. What was called
    off has no deadline any more."""
    now = now or timezone.now()
    held = Phase.objects.exclude(consultation__state=State.CALLED_OFF)
    phases = held.filter(consultation=OuterRef("pk")).order_by().values("consultation")
    opens = phases.filter(opens_at__gt=now).annotate(at=Min("opens_at")).values("at")
    closes = phases.filter(closes_at__gt=now).annotate(at=Min("closes_at")).values("at")
    first = Statement.objects.first_ones().filter(consultation=OuterRef("pk"))
    made = first.order_by().values("consultation")
    never = Value(NEVER, output_field=DateTimeField())
    return Consultation.objects.annotate(
        next_or_never=Least(Coalesce(Subquery(opens), never), Coalesce(Subquery(closes), never)),
        proposals=Coalesce(
            Subquery(made.annotate(of=Count("pk")).values("of")), 0, output_field=IntegerField()
        ),
    )


ORDERS: Mapping[str, tuple[str, ...]] = {
    "": ("next_or_never", "-pk"),
    "newest": ("-pk",),
    "changed": ("-changed_at", "-pk"),
}


def filtered(found: ConsultationQuerySet, wishes: Mapping[str, Any]) -> ConsultationQuerySet:
    """Those that meet every wish of the desk's form, in its order; an empty wish asks nothing."""
    if words := wishes.get("words"):
        found = with_words(found, words)
    if state := wishes.get("state"):
        found = found.filter(state=state)
    if theme := wishes.get("theme"):
        found = on_theme(found, theme)
    return found.order_by(*ORDERS.get(wishes.get("sort") or "", ORDERS[""]))


def next_at(consultation: Any) -> datetime | None:
    """The next deadline of one that was read with `on_desk`."""
    at = consultation.next_or_never
    return None if at >= NEVER else at


# --- What can be chosen ----------------------------------------------------------------------


def offered_priorities(consultation: Consultation, theme: Any = None) -> list[CommonPriority]:
    """Common priorities that somebody named, to be ticked: those that it answers first, then those
    of the theme where one is asked for, the newest first. One query."""
    answered = Consultation.priorities.through.objects.filter(
        consultation=consultation, commonpriority=OuterRef("pk")
    )
    found = CommonPriority.objects.public().annotate(is_answered=Exists(answered))
    if theme is not None:
        found = found.filter(Q(theme=theme) | Q(is_answered=True))
    ordered = found.select_related("theme", "level", "place").order_by("-is_answered", "-pk")
    return list(ordered[:MOST_OFFERED])


def choosable_texts(consultation: Consultation, wanted: str = "") -> list[Instrument]:
    """Texts whose paragraphs are offered: those that the coalition names, that of the scope, those
    with paragraphs that it answers, and the one whose code or symbol is wanted. One query."""
    paragraphs = Provision.objects.filter(instrument=OuterRef("pk"), role=ProvisionRole.OPERATIVE)
    asked = Q(code__iexact=wanted) | Q(symbol__iexact=wanted) if wanted else Q(pk__in=[])
    answered = Provision.objects.filter(consultations=consultation, instrument=OuterRef("pk"))
    return list(
        Instrument.objects.filter(
            Q(position__lt=UNNAMED) | Q(pk=consultation.text_id) | Q(Exists(answered)) | asked,
            Exists(paragraphs),
        )
    )


def is_named(text: Instrument, words: str) -> bool:
    """Is this the text with that code or symbol?"""
    return words.casefold() in (text.code.casefold(), text.symbol.casefold())


def choosable(text: Instrument) -> QuerySet[Provision]:
    """Its paragraphs and points in reading order."""
    return Provision.objects.filter(
        instrument=text, role__in=[ProvisionRole.OPERATIVE, ProvisionRole.POINT]
    )
