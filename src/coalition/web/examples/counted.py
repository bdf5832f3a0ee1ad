"""What Example organisations and sixty people of an Example workshop said in the Example
consultation that is summed up, and its results: by the actions that real ones use."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from coalition.accounts.models import User
from coalition.consultations import actions
from coalition.consultations.models import Consultation, Participant
from coalition.consultations.papers.actions import take_in
from coalition.consultations.papers.answers import PaperAnswer, digest_of
from coalition.consultations.states import Channel
from coalition.consultations.voices import voice_of
from coalition.consultations.voting.queries import unsigned, version_of
from coalition.partners.models import Partner, PartnerGroup

# Of each statement: its words, and what the two camps say to it.
STATEMENTS = (
    ("Pay is told by the hour, before tax (Example).", 1, 1),
    ("Bonuses are told apart from pay (Example).", 1, 1),
    ("Only averages are told, never a single wage (Example).", -1, 1),
    ("The pay of women and of men is told side by side (Example).", 1, 1),
    ("Figures are told every month (Example).", -1, -1),
    ("Every partner tells its lowest wage (Example).", 1, -1),
    ("Partners of fewer than ten people need not tell anything (Example).", -1, 1),
    ("Somebody from outside checks the figures (Example).", 1, -1),
    ("Night work is told apart (Example).", 1, 1),
)
IN_SPANISH = {
    STATEMENTS[0][0]: "El salario se comunica por hora, antes de impuestos (ejemplo).",
    STATEMENTS[2][0]: "Solo se comunican promedios, nunca un salario concreto (ejemplo).",
}
PEOPLE, OCCASION = 60, "Example workshop of bakers"
# The groups of partners of which each camp comes, by their codes.
CAMPS = (("WRK", "CSO", "ACA"), ("EMP", "BUS", "GOV"))
OF_EACH_GROUP = 3  # organisations


def build(one: Consultation, officer: User) -> None:
    """Let them speak in this consultation, in which people propose and react now."""
    voices = [
        voice_of(one, User.objects.get(mandates__partner=partner), partner)
        for partner in _of_each_group()
    ]
    made = [
        actions.propose(voices[at % len(voices)], words, "en")
        for at, (words, *_camps) in enumerate(STATEMENTS)
    ]
    for each in made:
        actions.accept(each, by=officer)
        if translation := IN_SPANISH.get(each.text):
            actions.translate(each, "es", translation, by=officer)
    numbers = {each.number: at for at, each in enumerate(made)}
    for voice in voices:
        assert voice.partner is not None
        camp = int(voice.partner.group.code in CAMPS[1])
        for each in made:
            actions.vote(voice, each, said(voice.partner.pk, camp, numbers[each.number]))
        participant = Participant.objects.get(consultation=one, partner=voice.partner)
        actions.sign_answer(voice, seen=version_of(list(unsigned(participant))))
    rows = _forms(numbers)
    take_in(
        one,
        rows,
        channel=Channel.WORKSHOP,
        occasion=OCCASION,
        language="es",
        file_name="example-workshop.xlsx",
        digest=digest_of(rows),
        by=officer,
    )


def sum_up(one: Consultation) -> None:
    """Its results, of a moment when the clock would make them."""
    actions.sum_up(one, now=timezone.now() + timedelta(minutes=2))


def said(number: int, camp: int, statement: int) -> int:
    """What somebody of a camp says to a statement: mostly what the camp does."""
    if (number + statement) % 13 == 0:
        return 0
    opinion = STATEMENTS[statement][1 + camp]
    return -opinion if (number * 7 + statement * 5) % 11 == 0 else opinion


def _of_each_group() -> list[Partner]:
    """As many partners of each group of the two camps."""
    found = Partner.objects.public().filter(is_example=True, mandates__person__is_active=True)
    ordered = list(found.distinct().select_related("group").order_by("pk"))
    return [
        partner
        for code in (*CAMPS[1], *CAMPS[0])
        for partner in [each for each in ordered if each.group.code == code][:OF_EACH_GROUP]
    ]


def _forms(numbers: dict[int, int]) -> list[PaperAnswer]:
    groups = {each.code: each for each in PartnerGroup.objects.all()}
    made = []
    for number in range(1, PEOPLE + 1):
        camp = number % 2
        codes = CAMPS[camp]
        made.append(
            PaperAnswer(
                group=groups.get(codes[number // 2 % len(codes)]),
                form=str(number),
                values={each: said(number, camp, at) for each, at in numbers.items()},
            )
        )
    return made
