"""Which names of an organisation are screened, what was found, and how it stands."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Case, QuerySet, When
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coalition.base.text import clean_line, fold
from coalition.partners.models import (
    AccessionRequest,
    KnownName,
    Mandate,
    MandateRole,
    Match,
    Partner,
    ScreenedKind,
    Screening,
)
from coalition.partners.screening import searching
from coalition.partners.states import MatchState

Owner = AccessionRequest | Partner
# Who speaks and signs for a partner is screened with it.
SCREENED_ROLES = (MandateRole.FOCAL_POINT, MandateRole.SIGNATORY)
LONGEST_NAME = 300


# --- Names -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Screened:
    """A name that is screened, and what it is."""

    kind: str
    name: str

    @property
    def label(self) -> str:
        return ScreenedKind(self.kind).label

    @property
    def key(self) -> str:
        """The name as it is compared with itself: capitals and accents are no other name."""
        return " ".join(fold(self.name).split())[:LONGEST_NAME]


def names_of(owners: Iterable[Owner]) -> dict[Owner, list[Screened]]:
    """The names of each request or partner that are screened, each once: its own, those it is or
    was known by, of people in charge of it, and of those who speak for it."""
    owners = list(owners)
    requests = [one for one in owners if isinstance(one, AccessionRequest)]
    partners = [one for one in owners if isinstance(one, Partner)]
    found: dict[Owner, list[Screened]] = {}
    for one in requests:
        found[one] = [
            Screened(ScreenedKind.ORGANISATION, one.organisation),
            Screened(ScreenedKind.FOCAL_POINT, one.contact_name),
        ]
    for one in partners:
        found[one] = [Screened(ScreenedKind.ORGANISATION, one.name)]
    by_request, by_partner = ({one.pk: one for one in each} for each in (requests, partners))
    for known in KnownName.objects.filter(request__in=requests):
        found[by_request[known.request_id]].append(Screened(known.kind, known.name))
    for known in KnownName.objects.filter(partner__in=partners):
        found[by_partner[known.partner_id]].append(Screened(known.kind, known.name))
    speakers = Mandate.objects.current().filter(partner__in=partners, role__in=SCREENED_ROLES)
    for mandate in speakers.select_related("person"):
        spoken_for = by_partner[mandate.partner_id]
        found[spoken_for].append(Screened(ScreenedKind.FOCAL_POINT, mandate.person.name))
    return {one: _each_once(names) for one, names in found.items()}


def _each_once(names: Iterable[Screened]) -> list[Screened]:
    kept: dict[str, Screened] = {}
    for each in names:
        cleaned = Screened(each.kind, clean_line(each.name, limit=LONGEST_NAME))
        if cleaned.key:
            kept.setdefault(cleaned.key, cleaned)
    return list(kept.values())


def digest_of(names: Iterable[Screened]) -> str:
    """With another digest there are other names, and the screening no longer counts."""
    return hashlib.sha256("\n".join(sorted(each.key for each in names)).encode()).hexdigest()


# --- How it stands ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Standing:
    """`blocks`: it keeps an organisation from being verified where the depth asks for screening;
    `has_matches`: a match is undecided or confirmed, which keeps it from it at any depth;
    `has_other_names`: it was screened, but under other names than it bears now."""

    sentence: str
    blocks: bool
    list_date: date | None = None
    is_stale: bool = False
    screened_at: datetime | None = None
    has_matches: bool = False
    has_other_names: bool = False


def open_matches(owner: Owner) -> QuerySet[Match]:
    """Matches on which nobody has decided, with entries that are still listed."""
    return Match.objects.of(owner).blocking().filter(state=MatchState.OPEN)


def last_screening(owner: Owner) -> Screening | None:
    """A partner was last screened as a partner, or still as an applicant."""
    held = Screening.objects.select_related("list")
    if isinstance(owner, Partner):
        own = held.filter(partner=owner).first()
        return own or held.filter(request__partner=owner).first()
    return held.filter(request=owner).first()


def standing(owner: Owner, lists: searching.Lists | None = None) -> Standing:
    """How a request or a partner stands against the lists that were imported."""
    lists = lists or searching.current_lists()
    states = list(Match.objects.of(owner).blocking().values_list("state", flat=True))
    if lists.date is None:
        return Standing(
            _("No list was imported yet: nothing can be said."), True, has_matches=bool(states)
        )
    last = last_screening(owner)
    # With matches to decide on nobody asks about names.
    has_other_names = (
        last is not None and not states and last.names_digest != digest_of(names_of([owner])[owner])
    )
    sentence, is_settled = _sentence(owner, lists, last, states, has_other_names)
    if lists.is_stale:
        sentence = f"{sentence} {searching.stale_sentence(lists.date)}"
    return Standing(
        sentence=sentence,
        blocks=bool(states) or not is_settled or lists.is_stale,
        list_date=lists.date,
        is_stale=lists.is_stale,
        screened_at=last.at if last else None,
        has_matches=bool(states),
        has_other_names=has_other_names,
    )


def _sentence(
    owner: Owner,
    lists: searching.Lists,
    last: Screening | None,
    states: list[str],
    has_other_names: bool,
) -> tuple[str, bool]:
    """What is to be said, and whether the screening counts as it stands."""
    confirmed = states.count(MatchState.CONFIRMED)
    if confirmed:
        said = ngettext(
            "It is on a list: %(count)s match is confirmed.",
            "It is on a list: %(count)s matches are confirmed.",
            confirmed,
        )
        return said % {"count": confirmed}, False
    if states:
        said = ngettext(
            "%(count)s match on the list of %(day)s waits for a decision.",
            "%(count)s matches on the list of %(day)s wait for a decision.",
            len(states),
        )
        return said % {"count": len(states), "day": date_format(lists.date)}, False
    if last is None:
        return _("Not screened yet against the list of %(day)s.") % {
            "day": date_format(lists.date)
        }, False
    if last.list_id not in {each.pk for each in lists.held}:
        return _("Screened against an older list; not yet against that of %(day)s.") % {
            "day": date_format(lists.date)
        }, False
    if has_other_names:
        return _("Its names have changed since it was screened: screen it again."), False
    said = searching.no_match_sentence(lists.date)
    if cleared := Match.objects.of(owner).filter(state=MatchState.CLEARED).count():
        said = ngettext(
            "No undecided match on the list of %(day)s; %(count)s was found not to be the same.",
            "No undecided match on the list of %(day)s; %(count)s were found not to be the same.",
            cleared,
        ) % {"day": date_format(lists.date), "count": cleared}
    return said, True


# --- Deciding --------------------------------------------------------------------------------


def obstacle(match: Match, verb: str, lists: searching.Lists) -> str:
    """Why this match cannot be decided so now, or ""; the action refuses with the same words."""
    if match.state not in Match.VERBS[verb].sources:
        return _("It is “%(state)s” already.") % {"state": match.get_state_display()}
    if verb == "clear_match" and lists.date is not None and lists.is_stale:
        return searching.stale_sentence(lists.date)
    return ""


def path_of(owner: Owner) -> str:
    """Where officers read what was found."""
    route = "partner_screening" if isinstance(owner, Partner) else "request_screening"
    return reverse(f"partners:{route}", args=[owner.reference])


def name_of(owner: Owner) -> str:
    return owner.name if isinstance(owner, Partner) else owner.organisation or owner.reference


# --- For the pages ---------------------------------------------------------------------------

# What waits stands first, then what was decided, last what is no longer found.
_ORDER = {
    MatchState.OPEN: 0,
    MatchState.CONFIRMED: 1,
    MatchState.CLEARED: 2,
    MatchState.LAPSED: 3,
}


def matches(owner: Owner) -> QuerySet[Match]:
    """All matches of an organisation with what the lists say; undecided ones first."""
    order = Case(*(When(state=state, then=place) for state, place in _ORDER.items()))
    return (
        Match.objects.of(owner)
        .select_related("entry")
        .prefetch_related("entry__names", "moves__by")
        .order_by(order, "-score", "pk")
    )


def waiting() -> QuerySet[Match]:
    """Every undecided match, the likest first."""
    return (
        Match.objects.blocking()
        .filter(state=MatchState.OPEN)
        .select_related("entry", "request", "partner")
        .order_by("-score", "pk")
    )
