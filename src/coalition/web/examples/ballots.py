"""An Example consultation in which a budget is shared out now, and the ballots that Example
organisations and Example neighbours put into it and into the one that is summed up."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from coalition.consultations import actions
from coalition.consultations.models import Consultation
from coalition.consultations.prioritising import queries
from coalition.consultations.states import PhaseKind, PrioritiseBy
from coalition.consultations.voices import Voice, participant_of, voice_of
from coalition.instruments.models import Instrument
from coalition.results.models import Unit
from coalition.web.examples.versions import CODE as DECLARATION
from coalition.web.examples.voices import neighbour, speakers

WORDS = {
    "question": {
        "en": "Example: for what should the Example fund of bakers pay first?",
        "ar": "مثال: علامَ ينبغي أن ينفق صندوق خبازي المثال أولاً؟",
    },
    "about": {
        "en": "There is more to do than the fund can pay for. Each proposal has its cost.",
        "ar": "ما ينبغي فعله أكثر مما يستطيع الصندوق دفعه. ولكل مقترح كلفته.",
    },
    "promise": {
        "en": "The Example working group on wages pays for what comes out first, and says why.",
        "ar": "يدفع فريق المثال العامل المعني بالأجور ثمن ما يأتي أولاً، ويقول السبب.",
    },
}
BUDGET = 100_000  # in whole units of the currency
# By the number of the paragraph from which each comes: its words, and what it costs.
PROPOSALS = {
    "2": ("Bread for whoever bakes it, free at the end of every shift (Example).", 30_000),
    "3": ("A warm room with beds in every street of bakeries (Example).", 45_000),
    "4": ("One page on which all bakeries tell what they pay (Example).", 12_000),
    "5": ("A meeting of all bakers every year, with travel paid (Example).", 60_000),
}
NEIGHBOURS = 8  # who choose


def build(officer: Any) -> None:
    """Announce it, and let them choose; the last organisation has not signed."""
    one = actions.draft(
        question=WORDS["question"], zone="Africa/Cairo", by=officer, is_example=True
    )
    actions.word(one, **WORDS, by=officer)
    text = Instrument.objects.get(code=DECLARATION)
    found = text.provisions.filter(number__in=PROPOSALS, became=None)
    paragraphs = list(found.order_by("position"))
    actions.set_provisions(one, paragraphs, among=paragraphs, by=officer)
    actions.set_people(
        one,
        for_partners=True,
        for_invited=False,
        for_everyone=True,
        answers_are_public=True,
        zone=one.zone,
        by=officer,
    )
    now, unit = timezone.now(), Unit.objects.get(code="usd")
    part = 10**unit.decimals
    actions.set_phase(
        one,
        PhaseKind.PRIORITISE,
        opens_at=now - timedelta(days=2),
        closes_at=now + timedelta(days=60),
        method={"by": PrioritiseBy.APPROVAL, "budget": BUDGET * part, "unit": unit},
        by=officer,
    )
    seeds = [actions.Seed(each, PROPOSALS[each.number][0], "en") for each in paragraphs]
    made = actions.make(one, seeds, by=officer)
    costs = dict(PROPOSALS.values())
    chosen = {each.pk: costs[each.text] * part for each in made}
    actions.set_ballot(one, chosen, among=list(chosen), by=officer)
    voices = choose(actions.announce(one, by=officer))
    for voice in voices[:-1]:
        _sign(voice)


def count(one: Consultation) -> None:
    """Let them choose in one that is closed next; all organisations sign."""
    for voice in choose(one):
        _sign(voice)


def choose(one: Consultation) -> list[Voice]:
    """Everybody supports two or three of what stands on the ballot, within the budget. Returns the
    organisations, whose ballots are drafts."""
    phase = queries.phase_of(one)
    assert phase is not None
    items = list(queries.on_ballot(one, phase).order_by("number"))
    organisations = speakers(one)
    people = [voice_of(one, neighbour(number)) for number in range(1, NEIGHBOURS + 1)]
    for number, voice in enumerate([*organisations, *people]):
        wanted = [items[(number * step + step) % len(items)] for step in (1, 2, 3)]
        spent, said = 0, dict[int, int]()
        for each in wanted:
            if each.pk not in said and spent + (each.cost or 0) <= (phase.budget or spent + 1):
                said[each.pk] = 1
                spent += each.cost or 0
        actions.put_ballot(voice, said, among=[each.pk for each in items])
    return organisations


def _sign(voice: Voice) -> None:
    actions.sign_ballot(voice, seen=queries.held_by(participant_of(voice)).version)
