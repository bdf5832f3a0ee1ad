"""What first proposals can be made of, and whether they can still be changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from coalition.base.names import Name
from coalition.consultations.models import (
    LONGEST,
    Consultation,
    Phase,
    PhaseQuerySet,
    Statement,
)
from coalition.consultations.states import AHEAD, Origin, State
from coalition.instruments.models import Provision, ProvisionRole, Version, Wording
from coalition.instruments.queries import published_commitments
from coalition.instruments.texts.queries import current_version
from coalition.partners.models import CommonPriority, CommonPriorityMember, Membership
from coalition.partners.states import JOINED

MOST_OFFERED = 50  # common priorities, and as many paragraphs, on one page
MOST_FIRST = 200  # proposals with which a consultation begins
MOST_QUOTED = 3  # partners' own words beside a common priority
QUOTED = 600  # characters of a paragraph's own words

Source = CommonPriority | Provision


@dataclass(frozen=True)
class Candidate:
    """What can become a first proposal: suggested words, and what they rest on."""

    source: Source
    words: Name  # suggested, in a language of the consultation; empty where there are none in it
    quotes: Sequence[Name]  # what partners, or the text, say in their own words
    partners: int = 0  # that share it, and will be credited

    @property
    def key(self) -> str:
        return f"{origin_of(self.source)}-{self.source.pk}"

    @property
    def title(self) -> Name:
        if isinstance(self.source, CommonPriority):
            return self.source.name
        return Name(self.source.citation, get_language() or "en")


def origin_of(source: Source) -> Origin:
    return Origin.PRIORITY if isinstance(source, CommonPriority) else Origin.PROVISION


# --- What can become one ---------------------------------------------------------------------


def takeable_priorities(consultation: Consultation) -> QuerySet[CommonPriority]:
    """Common priorities under a name that it answers and that are no proposal in it yet."""
    made = Statement.objects.filter(consultation=consultation, priority=OuterRef("pk"))
    return CommonPriority.objects.public().filter(~Exists(made), consultations=consultation)


def takeable_provisions(consultation: Consultation) -> QuerySet[Provision]:
    """Paragraphs nobody has taken up, that are no proposal in it yet: those that it answers, and
    all that stand in the text that it is on. One query beforehand where it is on one."""
    made = Statement.objects.filter(consultation=consultation, provision=OuterRef("pk"))
    answered = Consultation.provisions.through.objects.filter(
        consultation=consultation, provision=OuterRef("pk")
    )
    whole = _of_text(consultation.text_id) if consultation.text_id else Q(pk__in=[])
    return nobody_took_up().filter(Q(Exists(answered)) | whole, ~Exists(made))


def _of_text(text: int) -> Q:
    """The paragraphs that stand in the text as it is now; of one whose words are not held, all."""
    wordings = Wording.objects.filter(provision=OuterRef("pk"))
    current = current_version(Version.objects.filter(instrument=text))
    stands = Q(Exists(wordings.filter(version=current))) | ~Q(Exists(wordings))
    return Q(instrument=text, role=ProvisionRole.OPERATIVE) & stands


def nobody_took_up() -> QuerySet[Provision]:
    """Provisions on which, or inside which, no published commitment delivers."""
    delivery = Provision._meta.get_field("deliveries").related_model.objects.filter(
        commitment__in=published_commitments().order_by()
    )
    return Provision.objects.filter(
        ~Exists(delivery.filter(provision=OuterRef("pk"))),
        ~Exists(delivery.filter(provision__paragraph=OuterRef("pk"))),
        ~Exists(delivery.filter(provision__parent=OuterRef("pk"))),
    )


def candidates(consultation: Consultation) -> list[Candidate]:
    """All that can become a first proposal, with suggested words: what most partners share first,
    then paragraphs as their texts have them. Six queries."""
    return [*_of_priorities(consultation), *_of_provisions(consultation)]


def _of_priorities(consultation: Consultation) -> Iterable[Candidate]:
    partners = Count("members__priority__partner", filter=Q(members__in=_sharing()), distinct=True)
    found = takeable_priorities(consultation).select_related("theme").annotate(partners=partners)
    rows = list(found.order_by("-partners", "-pk")[:MOST_OFFERED])
    quotes, languages = _words_of(rows), _preferred(consultation)
    for one in rows:
        words = suggested(one.names, languages)
        yield Candidate(one, words, quotes.get(one.pk, ()), one.partners)


def _sharing() -> QuerySet[CommonPriorityMember]:
    """Members that count: an officer put or left them in, and their organisation is a partner."""
    return CommonPriorityMember.objects.filter(
        standing=Membership.IN, priority__partner__state__in=JOINED
    )


def sharers(priorities: Iterable[CommonPriority]) -> list[tuple[int, int]]:
    """Common priority and partner, by their ids, each pair once. One query."""
    found = _sharing().filter(common__in=list(priorities)).order_by("common", "priority__partner")
    return list(found.values_list("common", "priority__partner").distinct())


def _words_of(priorities: Sequence[CommonPriority]) -> dict[int, list[Name]]:
    """What some partners said that share it, in their own words, by the common priority's id."""
    nth = Window(RowNumber(), partition_by=[F("common")], order_by=["pk"])
    spoken = _sharing().filter(common__in=priorities).exclude(priority__words="")
    rows = spoken.annotate(nth=nth).filter(nth__lte=MOST_QUOTED).order_by("common", "nth")
    found: dict[int, list[Name]] = {}
    for common, words, language in rows.values_list(
        "common", "priority__words", "priority__language"
    ):
        found.setdefault(common, []).append(Name(words, language))
    return found


def _of_provisions(consultation: Consultation) -> Iterable[Candidate]:
    found = takeable_provisions(consultation).select_related("instrument").defer("loaded")
    rows = list(found.order_by("instrument", "position")[:MOST_OFFERED])
    languages = _preferred(consultation)
    wordings = _wordings(rows, languages[0])
    for one in rows:
        words = suggested(one.gist, languages)
        yield Candidate(one, words, wordings.get(one.pk, ()))


def _wordings(provisions: Sequence[Provision], language: str) -> dict[int, list[Name]]:
    """The beginning of what each says in the version that counts now, in this language or in the
    one held, by its id. Two queries."""
    versions: dict[int, list[Version]] = {}
    texts = {one.instrument_id for one in provisions}
    for version in Version.objects.filter(instrument__in=texts):
        versions.setdefault(version.instrument_id, []).append(version)
    current = [current_version(each, language) for each in versions.values()]
    rows = Wording.objects.filter(version__in=current, provision__in=provisions)
    return {
        one.provision_id: [Name(one.words[:QUOTED], one.version.language)]
        for one in rows.select_related("version")
        if one.words
    }


def _preferred(consultation: Consultation) -> list[str]:
    """The languages in which it is held, that of whoever asks first."""
    own = (get_language() or "").split("-")[0]
    return sorted(consultation.languages, key=lambda code: code != own)


def suggested(names: Mapping[str, str], languages: Sequence[str]) -> Name:
    """The words in the first of these languages that has them and in which they are short enough to
    be read at a glance; none where there is no such language."""
    for code in languages:
        if 0 < len(names.get(code, "")) <= LONGEST:
            return Name(names[code], code)
    return Name("", languages[0])


# --- What can still be changed ---------------------------------------------------------------


def refusal_to_add(consultation: Consultation) -> str:
    """Why no first proposal can be added now, or nothing. No query."""
    if consultation.state in (State.DRAFT, *AHEAD):
        return ""
    return _("This consultation is “%s”, so no proposal can be added.") % (
        consultation.get_state_display()
    )


def refusal_to_reword(consultation: Consultation, now: datetime | None = None) -> str:
    """Why no proposal can be reworded now, or nothing: once others may say yes or no to it, its
    words stay. One query, none for a draft."""
    if consultation.state == State.DRAFT:
        return ""
    if sentence := refusal_to_add(consultation):
        return sentence
    answering: PhaseQuerySet = Phase.objects.filter(consultation=consultation)
    answering = answering.granting("react") | answering.granting("prioritise")
    if answering.filter(opens_at__lte=now or timezone.now()).exists():
        return _("People answer the proposals already, so their words stay as they are.")
    return ""
