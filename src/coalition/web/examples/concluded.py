"""Example consultations that came further than being summed up: one in which every proposal has its
public answer, one that is decided, one of which all who took part were told. All went through the
actions that real ones use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from coalition.accounts.models import User
from coalition.consultations import actions
from coalition.consultations.models import Conclusion, Consultation, Response, Statement
from coalition.consultations.states import Outcome, State
from coalition.consultations.voices import Voice, participant_of, voice_of
from coalition.consultations.voting.queries import unsigned, version_of
from coalition.partners.models import Body, PartnerGroup
from coalition.web.examples import ballots, panels, remarks
from coalition.web.examples.voices import PATTERN, neighbour, speakers

NEIGHBOURS, FOLLOWERS = 6, 2
CLOSED = "Example: all who were invited had answered."
# What is said of the text where one is discussed: paragraph, words, and other words in its place.
REMARKS = (
    ("6", "Say how often an apprentice is taught (Example).", "", ""),
    (
        "4",
        "Whoever looks for work reads it first (Example).",
        "by bakery",
        "by bakery, on its door",
    ),
)
# Why that with which it began is taken up.
FIRST = {
    "en": "Partners share it, and nobody who answered spoke against it (Example).",
    "fr": "Les partenaires le partagent, et personne ne s’y est opposé (exemple).",
    "ar": "يتشاركه الشركاء، ولم يعترض عليه أحد ممن أجابوا (مثال).",
}
TAKEN_UP, IN_PART, NOT_TAKEN_UP = Outcome.TAKEN_UP, Outcome.IN_PART, Outcome.NOT_TAKEN_UP


@dataclass(frozen=True)
class Said:
    """A proposal, what becomes of it, and why."""

    text: str
    outcome: str
    reason: Mapping[str, str]


@dataclass(frozen=True)
class Ended:
    """How far one came, what was asked, proposed and answered, what was decided, and which group
    did not agree."""

    state: State
    zone: str
    words: Mapping[str, Mapping[str, str]]
    said: tuple[Said, ...]
    decision: Mapping[str, str]
    dissent: tuple[str, str, str]  # the code of the group, its words, their language


TEACHING = Ended(
    State.RESPONDED,
    "Asia/Manila",
    {
        "question": {"en": "Example: how should Example bakers teach their trade?"},
        "about": {
            "en": "Fewer young people learn to bake. Say what would make them come and stay."
        },
        "promise": {
            "en": "The Example working group on wages answers every proposal, and decides how the "
            "money for teaching is spent."
        },
    },
    (
        Said(
            "Whoever learns is paid from the first day (Example).",
            TAKEN_UP,
            {"en": "Half of those who left could not live on nothing, and there is money."},
        ),
        Said(
            "Lessons begin at noon, after the ovens are cold (Example).",
            IN_PART,
            {"en": "In towns, yes. In the country the last bus leaves before a lesson ends."},
        ),
        Said(
            "Nobody under eighteen learns to bake (Example).",
            NOT_TAKEN_UP,
            {"en": "Those who spoke for the young want to begin at sixteen, by day."},
        ),
    ),
    {"en": "Whoever learns is paid from the first day. The rest is tried in two towns (Example)."},
    ("EMP", "Small bakeries cannot pay from the first day without help (Example).", "en"),
)
RESTING = Ended(
    State.DECIDED,
    "Africa/Tunis",
    {
        "question": {
            "en": "Example: on which day should all Example ovens rest?",
            "ar": "مثال: في أي يوم ينبغي أن ترتاح أفران المثال كلها؟",
        },
        "about": {
            "en": "One day a week without baking, the same for all.",
            "ar": "يوم واحد في الأسبوع بلا خبز، هو نفسه للجميع.",
        },
        "promise": {
            "en": "The Example working group on wages decides, and says why.",
            "ar": "يقرر فريق المثال العامل المعني بالأجور، ويقول السبب.",
        },
    },
    (
        Said(
            "Every town chooses its own day (Example).",
            TAKEN_UP,
            {
                "en": "Markets are held on different days, so one day for all would hurt some.",
                "ar": "تُقام الأسواق في أيام مختلفة، فيوم واحد للجميع يضر بعضهم.",
            },
        ),
        Said(
            "Pay goes on while the ovens rest (Example).",
            IN_PART,
            {
                "en": "In the first year it is paid by half: the fund cannot carry more.",
                "ar": "يُدفع نصفه في السنة الأولى، فالصندوق لا يحتمل أكثر من ذلك.",
            },
        ),
        Said(
            "Ovens rest twice a week (Example).",
            NOT_TAKEN_UP,
            {
                "en": "Most who answered fear that bread would be dearer, and we found no answer.",
                "ar": "يخشى معظم من أجابوا أن يغلو الخبز، ولم نجد لذلك حلاً.",
            },
        ),
    ),
    {
        "en": "Every town chooses the day on which its ovens rest, and half of the pay of that day "
        "comes from the fund (Example).",
        "ar": "تختار كل مدينة اليوم الذي ترتاح فيه أفرانها، ويأتي نصف أجر ذلك اليوم من الصندوق "
        "(مثال).",
    },
    ("WRK", "نريد أجر ذلك اليوم كاملاً (مثال).", "ar"),
)
TELLING = Ended(
    State.FEEDBACK,
    "Europe/Lisbon",
    {
        "question": {
            "en": "Example: what should be told about the bread one buys?",
            "fr": "Exemple : que faut-il dire du pain que l’on achète ?",
        },
        "about": {
            "en": "Who baked it, at what hour and for what pay: what would help you to choose?",
            "fr": "Qui l’a cuit, à quelle heure et pour quel salaire : qu’est-ce qui vous aiderait "
            "à choisir ?",
        },
        "promise": {
            "en": "The Example working group on wages answers everybody and decides on one sign.",
            "fr": "Le groupe de travail de l’exemple répond à chacun et décide d’un signe.",
        },
    },
    (
        Said(
            "A sign tells that night work was paid as night work (Example).",
            TAKEN_UP,
            {
                "en": "Nearly all groups agree, and it can be checked from the wage slips.",
                "fr": "Presque tous les groupes sont d’accord, et les fiches de paie le prouvent.",
            },
        ),
        Said(
            "The hour of baking stands on every loaf (Example).",
            IN_PART,
            {
                "en": "On the shelf rather than on the loaf: small bakeries cannot print labels.",
                "fr": "Sur l’étagère plutôt que sur le pain : les petites boulangeries n’impriment "
                "pas d’étiquettes.",
            },
        ),
        Said(
            "The name of the baker stands on every loaf (Example).",
            NOT_TAKEN_UP,
            {
                "en": "Bakers said that they do not want to be known to every buyer.",
                "fr": "Les boulangers ne veulent pas être connus de tous les acheteurs.",
            },
        ),
        Said(
            "Somebody from outside looks whether the sign is true (Example).",
            TAKEN_UP,
            {
                "en": "Without it nobody would believe the sign. The partners share the cost.",
                "fr": "Sinon, personne ne croirait le signe. Les partenaires partagent le coût.",
            },
        ),
    ),
    {
        "en": "From next year on a sign tells that night work was paid as night work. Somebody "
        "from outside looks at it once a year (Example).",
        "fr": "À partir de l’an prochain, un signe dit que le travail de nuit a été payé comme "
        "tel. Quelqu’un d’extérieur le vérifie une fois par an (exemple).",
    },
    ("BUS", "Les magasins auraient préféré commencer par une seule ville (exemple).", "fr"),
)
ALL = (TEACHING, RESTING, TELLING)
# Of long ago: what was decided then is carried out since.
HOMES = Ended(
    State.DECIDED,
    "Asia/Kathmandu",
    {
        "question": {
            "en": "Example: how should people who work in homes come to be insured?",
            "fr": "Exemple : comment assurer celles et ceux qui travaillent à domicile ?",
        },
        "about": {
            "en": "Many who sew, cook or care in homes have no cover. Say what keeps them from it.",
            "fr": "Beaucoup de celles et ceux qui cousent, cuisinent ou soignent à domicile n’ont "
            "aucune assurance. Dites ce qui les en empêche.",
        },
        "promise": {
            "en": "The Example working group on wages answers every proposal, and decides what "
            "partners do together.",
            "fr": "Le groupe de travail de l’exemple répond à chaque proposition et décide de ce "
            "que les partenaires font ensemble.",
        },
    },
    (
        Said(
            "Whoever works in a home can enrol at a post office, also without an employer "
            "(Example).",
            TAKEN_UP,
            {
                "en": "There is one within an hour’s walk, and staff who can read and count.",
                "fr": "Il y en a un à une heure de marche, avec du personnel qui sait compter.",
            },
        ),
        Said(
            "A card from one country is good in the next one (Example).",
            IN_PART,
            {
                "en": "We begin with cards of health cover: pensions are calculated differently.",
                "fr": "Nous commençons par la santé : les pensions se calculent autrement.",
            },
        ),
        Said(
            "Everywhere the same few questions are asked, so that we know how many there are "
            "(Example).",
            TAKEN_UP,
            {
                "en": "Without them nobody can say whether anything changed.",
                "fr": "Sans elles, personne ne peut dire si quelque chose a changé.",
            },
        ),
        Said(
            "Only those enrol whose employer pays (Example).",
            NOT_TAKEN_UP,
            {
                "en": "Most have no employer, or several.",
                "fr": "La plupart n’ont pas d’employeur, ou en ont plusieurs.",
            },
        ),
    ),
    {
        "en": "Post offices enrol whoever works in a home. Countries recognise each other’s cards, "
        "and count in the same way (Example).",
        "fr": "Les bureaux de poste inscrivent quiconque travaille à domicile. Les pays "
        "reconnaissent leurs cartes et comptent de la même façon (exemple).",
    },
    ("EMP", "Households that employ one person need help with the forms (Example).", "en"),
)


def begin(one: Consultation, officer: User) -> None:
    """Write the answer to the first proposal of one that is being summed up, not finished yet."""
    words = {"en": "Everybody counts by the hour, so figures can be compared (Example)."}
    actions.respond(one.statements.eligible().earliest("number"), TAKEN_UP, words, by=officer)


def build(one: Consultation, ended: Ended, officer: User) -> None:
    """Let people speak in a consultation that is open, and take it as far as it came."""
    _speak(one, ended, officer)
    has_panel = one.phases.filter(kind="panel").exists()
    if has_panel:
        panels.build(one, officer)
        panels.volunteer(one)
    one = actions.close_early(one, reason=CLOSED, by=officer)
    if has_panel:
        panels.draw(one, officer)
    for number in range(1, FOLLOWERS + 1):
        actions.follow(one, neighbour(number))
    actions.sum_up(one, now=timezone.now() + timedelta(minutes=2))
    one = _answer(one, ended, officer)
    _conclude(one, ended, officer)
    if ended.state != State.RESPONDED:
        one = actions.decide(one, by=officer)
    if ended.state == State.FEEDBACK:
        actions.feed_back(one, by=officer)


def _speak(one: Consultation, ended: Ended, officer: User) -> None:
    organisations = speakers(one)
    people = [voice_of(one, neighbour(number)) for number in range(1, NEIGHBOURS + 1)]
    # Organisations and people propose in turn.
    turns = [voice for pair in zip(organisations, people, strict=False) for voice in pair]
    for voice, said in zip(turns, ended.said, strict=False):
        actions.accept(actions.propose(voice, said.text, "en"), by=officer)
    if one.text:
        for voice, (number, words, old, new) in zip(organisations, REMARKS, strict=False):
            made = remarks.say(voice, number, words, "en", old, new)
            actions.accept_remark(made, by=officer)
    for number, voice in enumerate([*organisations, *people]):
        for each in one.statements.shown().order_by("number"):
            actions.vote(voice, each, PATTERN[(number * 2 + each.number) % len(PATTERN)])
    for voice in organisations:
        _sign(voice)
    if one.phases.filter(kind="prioritise").exists():
        ballots.count(one)


def _sign(voice: Voice) -> None:
    actions.sign_answer(voice, seen=version_of(list(unsigned(participant_of(voice)))))


def _answer(one: Consultation, ended: Ended, officer: User) -> Consultation:
    """What was proposed has its answer; what it began with is taken up."""
    answers = {said.text: said for said in ended.said}
    first = {code: FIRST[code] for code in one.languages}
    for each in one.statements.eligible():
        said = answers.get(each.text)
        given = (said.outcome, said.reason) if said else (TAKEN_UP, first)
        actions.respond(each, *given, by=officer)
    return actions.publish_responses(one, by=officer)


def _conclude(one: Consultation, ended: Ended, officer: User) -> None:
    """The Example working group decides, and takes up what was answered so."""
    actions.set_conclusion(
        one,
        body=Body.objects.filter(is_example=True).earliest("pk"),
        decided_on=timezone.now().astimezone(one.zone_info).date(),
        words=ended.decision,
        takes_up=one.statements.eligible().filter(response__outcome__in=[TAKEN_UP, IN_PART]),
        by=officer,
    )
    code, words, language = ended.dissent
    group = PartnerGroup.objects.get(code=code)
    actions.set_dissent(one, group, words, language, by=officer)


def remove(resting: QuerySet[Statement]) -> int:
    """Remove the Example decisions, and the answers to Example proposals and to those that rest on
    Example records; returns how many rows went."""
    gone = Conclusion.objects.filter(consultation__is_example=True).delete()[0]
    answers = Response.objects.filter(
        Q(statement__consultation__is_example=True)
        | Q(statement__author__partner__is_example=True)
        | Q(statement__in=resting)
    )
    return gone + int(answers.delete()[0])
