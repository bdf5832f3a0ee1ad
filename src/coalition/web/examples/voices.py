"""What Example organisations and Example neighbours say in the Example consultation that is open:
proposed, read, merged, translated and answered, all by the actions that real ones use."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from coalition.accounts.actions import invite_or_get
from coalition.accounts.models import User
from coalition.consultations import actions
from coalition.consultations.models import Consultation, Participant, Statement
from coalition.consultations.states import StatementState
from coalition.consultations.voices import Voice, voice_of
from coalition.consultations.voting.queries import unsigned, version_of
from coalition.partners.models import Partner

NEIGHBOURS, GUESTS = 8, 3
# Of which partners the organisations are: some ministries, and one of each of these groups.
GOVERNMENTS, OTHER_GROUPS = 3, ("EMP", "WRK", "CSO")
# Of each in turn: the words and their language.
OF_ORGANISATIONS = (
    ("Whoever works at night is seen by a doctor once a year (Example).", "en"),
    ("Bakeries share their night shifts, so that each closes one night a week (Example).", "en"),
    ("تُقاس حرارة المخابز كل صيف وتُعلن النتائج (مثال).", "ar"),
    ("Buy our Example flour at half its price.", "en"),
)
OF_NEIGHBOURS = (
    ("Bread may be sold an hour later if the night is shorter for it (Example).", "en"),
    ("Apprentices never work alone at night (Example).", "en"),
    ("Apprentices never work at night alone (Example).", "en"),
    ("Buses run before the first shift begins (Example).", "en"),
)
# What the secretariat does not show, and why; what says the same as another; what waits.
ADVERTISING = "Example: this offers something for sale. Say what should change in bakeries."
COPY, WAITS = OF_NEIGHBOURS[2][0], OF_NEIGHBOURS[3][0]
IN_ARABIC = {
    OF_ORGANISATIONS[0][0]: "يفحص طبيب كل من يعمل ليلاً مرة في السنة (مثال).",
    OF_NEIGHBOURS[1][0]: "لا يعمل المتدربون وحدهم ليلاً أبداً (مثال).",
}
# Who agrees, disagrees and passes: what stands at the sum of a voice's and a statement's number.
PATTERN = (1, 1, -1, 1, 0, 1, -1)


def build(one: Consultation, officer: User) -> None:
    """Let them speak in this consultation, in which people propose and react now."""
    organisations = speakers(one)
    people = [voice_of(one, neighbour(number)) for number in range(1, NEIGHBOURS + 1)]
    said = [
        *zip(organisations, OF_ORGANISATIONS, strict=False),
        *zip(people, OF_NEIGHBOURS, strict=False),
    ]
    _read([actions.propose(voice, *words) for voice, words in said], officer)
    for number, voice in enumerate([*organisations, *people]):
        _answer(voice, number)
    # All partners are invited, also those who answered already, and people by their addresses.
    actions.invite_partners(one, example_partners(), by=officer)
    guests = [f"guest-{number}@guests.example.org" for number in range(1, GUESTS + 1)]
    actions.invite_people(one, guests, language="en", by=officer)
    # The last organisation has answered, and its signatory has not signed.
    for voice in organisations[:-1]:
        participant = Participant.objects.get(consultation=one, partner=voice.partner)
        actions.sign_answer(voice, seen=version_of(list(unsigned(participant))))


def example_partners() -> Any:
    """The public Example partners for which somebody can speak."""
    found = Partner.objects.public().filter(is_example=True, mandates__person__is_active=True)
    return found.distinct().order_by("pk")


def speakers(one: Consultation) -> list[Voice]:
    """Example organisations, each by whoever holds its mandate: one more than have something to
    propose, and one that answers without a signature."""
    found = list(example_partners().select_related("group"))
    first = {each.group.code: each for each in reversed(found)}
    others = [first[code] for code in OTHER_GROUPS if code in first]
    return [
        voice_of(one, User.objects.get(mandates__partner=partner), partner)
        for partner in [*found[:GOVERNMENTS], *others]
    ]


def neighbour(number: int) -> User:
    return invite_or_get(
        f"neighbour-{number}@neighbours.example.org",
        name=f"Example neighbour {number}",
        by=None,
        is_example=True,
    )


def _read(made: Sequence[Statement], officer: User) -> None:
    """The secretariat reads them, all but the last."""
    by_words = {each.text: each for each in made}
    for words, each in by_words.items():
        if words.startswith("Buy"):
            actions.refuse(each, "advertising", reason=ADVERTISING, by=officer)
        elif words == COPY:
            actions.merge(each, by_words[OF_NEIGHBOURS[1][0]], by=officer)
        elif words != WAITS:
            actions.accept(each, by=officer)
        if translation := IN_ARABIC.get(words):
            actions.translate(each, "ar", translation, by=officer)


def _answer(voice: Voice, number: int) -> None:
    """Each says something to most statements; who came later says less."""
    shown = voice.consultation.statements.shown().order_by("number")
    for each in shown[: max(4, shown.count() - number // 2)]:
        actions.vote(voice, each, PATTERN[(number * 3 + each.number) % len(PATTERN)])


def remove() -> int:
    """Remove what Example organisations said in real consultations; what was merged into it is
    shown by itself again. Returns how many rows went."""
    speaking = Participant.objects.filter(partner__is_example=True)
    theirs = Statement.objects.filter(author__in=speaking)
    Statement.objects.filter(merged_into__in=theirs).exclude(author__in=speaking).update(
        merged_into=None, state=StatementState.ACCEPTED
    )
    gone = theirs.delete()[0]
    return gone + int(speaking.delete()[0])
