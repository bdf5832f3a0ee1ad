"""Example consultations, one in each state, from one in preparation to one of which all were told.

Each went through the desk's own actions; their days are counted from the day they are made.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from coalition.base import zones
from coalition.base.changes import record_changed
from coalition.consultations import actions
from coalition.consultations.models import Consultation, Credit, Statement
from coalition.consultations.states import State, StatementState
from coalition.instruments.models import Instrument
from coalition.partners.models import CommonPriority
from coalition.places.models import Level, Place, PlaceKind
from coalition.themes.models import Challenge, Theme
from coalition.web.examples import (
    ballots,
    concluded,
    counted,
    panels,
    papers,
    past,
    remarks,
    voices,
)
from coalition.web.examples.versions import CODE as DECLARATION

OPEN = {
    "question": {
        "en": "Example: what should change first in bakeries that work at night?",
        "ar": "مثال: ما الذي ينبغي تغييره أولاً في المخابز التي تعمل ليلاً؟",
    },
    "about": {
        "en": "The Example bakers promised fair pay and rest. Not all of it has been taken up. Say "
        "what you would begin with, and what you think of what others propose.",
        "ar": "وعد خبازو المثال بأجر عادل وبالراحة، ولم يُشرع في كل ذلك بعد. قولوا بمَ تبدؤون، وما "
        "رأيكم في ما يقترحه غيركم.",
    },
    "promise": {
        "en": "The Example working group on wages reads everything, and answers every proposal "
        "with its reasons within six weeks. It can still change all of its plan for next year.",
        "ar": "يقرأ فريق المثال العامل المعني بالأجور كل شيء، ويجيب عن كل مقترح مع ذكر الأسباب في "
        "غضون ستة أسابيع. ولا يزال بإمكانه تغيير خطته للعام المقبل كلها.",
    },
}
PLANNED = {
    "question": {
        "en": "Example: which words of the Example declaration should be clearer?",
        "fr": "Exemple : quels mots de la déclaration d’exemple faut-il préciser ?",
    },
    "about": {
        "en": "Partners read the declaration paragraph by paragraph before it is revised.",
        "fr": "Les partenaires lisent la déclaration paragraphe par paragraphe avant sa révision.",
    },
    "promise": {
        "en": "The Example bakers decide on the new words at their next meeting, and say why.",
        "fr": "Les boulangers de l’exemple décident des nouveaux mots à leur prochaine réunion, et "
        "disent pourquoi.",
    },
}
SYNTHESIS = {
    "question": {
        "en": "Example: how should Example partners tell each other what they pay?",
        "es": "Ejemplo: ¿cómo deberían contarse los socios del ejemplo lo que pagan?",
    },
    "about": {
        "en": "Wages can be compared only where everybody counts them in the same way.",
        "es": "Los salarios solo se comparan si todos los cuentan de la misma manera.",
    },
    "promise": {
        "en": "The Example working group on wages picks one way, and tells what it left out.",
        "es": "El grupo de trabajo del ejemplo elige una manera, y dice qué ha dejado fuera.",
    },
}
CALLED_OFF = {
    "question": {"en": "Example: should the Example fair of bread move to the spring?"},
    "about": {},
    "promise": {"en": "Whoever holds the fair decides."},
}
DRAFT = {
    "question": {"en": "Example: what do young bakers need in their first year?"},
    "about": {},
    "promise": {},
}
# What paragraphs of the Example declaration become, by their numbers.
PROPOSALS = {
    "4": "Every bakery publishes twice a year what it pays (Example).",
    "5": "Look together every three years at how far we have come (Example).",
}
# A common priority that has no name in English, in the words of the secretariat.
SHARED = "What most Example partners share comes first (Example)."
CLEARER = "5"  # the one with which the planned consultation begins
CLOSED = "Example: all who were invited had answered."
LONG_AGO = timedelta(days=3 * 365 + 90)
GONE = "Example: the fair was given up, so there is nothing to decide."

# Day and hour by the consultation's own clocks, counted from today: when a phase opens and closes.
Days = Mapping[str, tuple[int, int]]


def build(officer: Any) -> None:
    """Make them, after the Example declaration and the common priorities stand."""
    text = Instrument.objects.get(code=DECLARATION)
    world = Place.objects.get(kind=PlaceKind.WORLD)
    shared = CommonPriority.objects.public().filter(is_example=True)
    ballots.build(officer)
    _open(officer, text, world, list(shared))

    planned = _draft(PLANNED, "Africa/Nairobi", officer)
    _about(planned, officer, text=text)
    _phases(planned, {"discuss": (20, 50), "panel": (25, 45), "respond": (51, 90)}, officer)
    actions.set_people(planned, **_people(planned, answers_are_public=False), by=officer)
    clearer = text.provisions.get(number=CLEARER, became=None)
    actions.make(planned, [actions.Seed(clearer, PROPOSALS[CLEARER], "en")], by=officer)
    panels.build(planned, officer)
    actions.announce(planned, by=officer)

    summed_up = _draft(SYNTHESIS, "America/Bogota", officer)
    _about(summed_up, officer, place=world, challenges=Challenge.objects.all()[:1])
    days: Days = {
        "propose": (-10, 5),
        "react": (-10, 5),
        "prioritise": (-10, 5),
        "respond": (6, 60),
    }
    _phases(summed_up, days, officer)
    actions.set_people(summed_up, **_people(summed_up, for_everyone=True), by=officer)
    summed_up = actions.announce(summed_up, by=officer)
    counted.build(summed_up, officer)
    ballots.count(summed_up)
    counted.sum_up(actions.close_early(summed_up, reason=CLOSED, by=officer))
    concluded.begin(summed_up, officer)
    for ended in concluded.ALL:
        concluded.build(_asked(ended, officer, text, world, list(shared)), ended, officer)

    called_off = _draft(CALLED_OFF, "Europe/Zurich", officer)
    _phases(called_off, {"react": (30, 60)}, officer)
    actions.announce(called_off, by=officer)
    actions.call_off(called_off, reason=GONE, by=officer)

    draft = _draft(DRAFT, "Europe/Zurich", officer)
    actions.set_priorities(draft, shared, among=shared, by=officer)

    long_ago = _asked(concluded.HOMES, officer, text, world, list(shared))
    concluded.build(long_ago, concluded.HOMES, officer)
    past.move_consultation_back(long_ago, LONG_AGO)


def _open(
    officer: Any, text: Instrument, world: Place, shared: list[CommonPriority]
) -> Consultation:
    """Open to all, with first proposals from what is shared and from two paragraphs."""
    one = _draft(OPEN, "Europe/Zurich", officer)
    themes = [each.theme for each in shared] or list(Theme.objects.all()[:1])
    _about(
        one,
        officer,
        place=world,
        level=Level.objects.get(code="international"),
        theme=themes[0],
        text=text,
        themes=themes,
        challenges=Challenge.objects.all()[:2],
    )
    actions.set_priorities(one, shared, among=shared, by=officer)
    paragraphs = list(text.provisions.filter(number__in=PROPOSALS, became=None))
    actions.set_provisions(one, paragraphs, among=paragraphs, by=officer)
    actions.set_people(one, **_people(one, for_everyone=True), by=officer)
    days: Days = {
        "propose": (-3, 60),
        "react": (-3, 90),
        "discuss": (-3, 75),
        "prioritise": (90, 110),
        "respond": (111, 150),
    }
    _phases(one, days, officer)
    seeds = [_seed(each) for each in shared]
    seeds += [actions.Seed(each, PROPOSALS[each.number], "en") for each in paragraphs]
    actions.make(one, seeds, by=officer)
    announced = actions.announce(one, by=officer)
    voices.build(announced, officer)
    remarks.build(announced, officer)
    papers.build(announced, officer)
    return announced


def _seed(shared: CommonPriority) -> actions.Seed:
    """The priority as a proposal, in its English name where it has one."""
    named = f"{shared.names['en']}."[:280] if "en" in shared.names else SHARED
    return actions.Seed(shared, named, "en")


def _asked(
    ended: concluded.Ended,
    officer: Any,
    text: Instrument,
    world: Place,
    shared: list[CommonPriority],
) -> Consultation:
    """Open to all until it is closed; the one that came furthest had phases of every kind. It and
    the one of long ago began with what is shared."""
    one = _draft(ended.words, ended.zone, officer)
    is_whole, is_shared = ended.state == State.FEEDBACK, ended is concluded.HOMES
    kinds = ("propose", "react", *(("discuss", "prioritise", "panel") if is_whole else ()))
    about: dict[str, Any] = {"text": text} if is_whole else {}
    if is_whole or is_shared:
        about["themes"] = [each.theme for each in shared]
    _about(one, officer, place=world, challenges=Challenge.objects.all()[:1], **about)
    if is_whole or is_shared:
        actions.set_priorities(one, shared[:1], among=shared, by=officer)
        seeds = [_seed(each) if is_shared else actions.Seed(each, SHARED, "en") for each in shared]
        actions.make(one, seeds[:1], by=officer)
    days: Days = {**dict.fromkeys(kinds, (-10, 5)), "respond": (6, 60)}
    _phases(one, days, officer)
    actions.set_people(one, **_people(one, for_everyone=True), by=officer)
    return actions.announce(one, by=officer)


def _draft(words: Mapping[str, Mapping[str, str]], zone: str, officer: Any) -> Consultation:
    one = actions.draft(question=words["question"], zone=zone, by=officer, is_example=True)
    return actions.word(one, **words, by=officer)


def _about(one: Consultation, officer: Any, **named: Any) -> None:
    nothing = {"place": None, "level": None, "theme": None, "text": None}
    actions.set_scope(one, **{**nothing, "challenges": (), "themes": (), **named}, by=officer)


def _people(one: Consultation, **named: Any) -> dict[str, Any]:
    names = ("for_partners", "for_invited", "for_everyone", "answers_are_public", "zone")
    return {**{name: getattr(one, name) for name in names}, **named}


def _phases(one: Consultation, days: Days, officer: Any) -> None:
    """From nine in the morning to six in the evening, by the clocks of the consultation."""
    today = zones.today_in(one.zone, timezone.now())
    for kind, (first, last) in days.items():
        opens, closes = (
            zones.moment_of(
                datetime.combine(
                    today + timedelta(days=day), datetime.min.time().replace(hour=hour)
                ),
                one.zone,
            )
            for day, hour in ((first, 9), (last, 18))
        )
        method = {"by": "approval"} if kind == "prioritise" else None
        actions.set_phase(one, kind, opens_at=opens, closes_at=closes, method=method, by=officer)


def remove() -> int:
    """Remove the Example consultations, and from real ones what rests on Example records; returns
    how many rows went."""
    resting = Statement.objects.filter(
        Q(priority__is_example=True) | Q(provision__instrument__is_example=True)
    )
    gone = concluded.remove(resting)
    gone += Consultation.objects.filter(is_example=True).delete()[0]
    speaking = Q(statements__author__partner__is_example=True)
    touched = Consultation.objects.filter(
        Q(statements__in=resting)
        | speaking
        | Q(statements__credits__partner__is_example=True)
        | Q(remarks__author__partner__is_example=True)
        | Q(text__is_example=True)
    )
    real = list(touched.distinct())
    gone += remarks.remove()
    gone += voices.remove()
    Statement.objects.filter(merged_into__in=resting).update(
        merged_into=None, state=StatementState.ACCEPTED
    )
    gone += resting.delete()[0]
    gone += Credit.objects.filter(partner__is_example=True).delete()[0]
    Consultation.objects.filter(text__is_example=True).update(text=None)
    for one in real:
        if one.is_public:
            record_changed(Consultation.objects.get(pk=one.pk))
    return gone
