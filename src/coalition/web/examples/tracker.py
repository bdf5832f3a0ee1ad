"""Example partners stand behind declarations, one steps back; Example people follow paragraphs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.utils import timezone

from coalition.accounts.models import User
from coalition.instruments.actions import endorse, follow, withdraw_adherence
from coalition.instruments.models import Adherence, Following, Instrument
from coalition.partners.models import Partner

# What a few of them say with it, in their language.
RESERVATIONS = {
    "en": "Example: we read the paragraphs on wages together with the law of our country.",
    "ar": "مثال: نقرأ الفقرات المتعلقة بالأجور في ضوء قانون بلدنا.",
    "es": "Ejemplo: leemos los párrafos sobre salarios a la luz de la ley de nuestro país.",
    "fr": "Exemple : nous lisons les paragraphes sur les salaires à la lumière de notre loi.",
    "ru": "Пример: мы читаем пункты о заработной плате в свете закона нашей страны.",
    "zh": "示例：我们根据本国法律理解有关工资的段落。",
}
REASON = "Example: our members asked us to look at the text again first."


def build(made: Sequence[Partner]) -> None:
    """One in three stands behind the first text that partners deliver on, some of them with a
    reservation; their people follow it, or a paragraph of it."""
    text = Instrument.objects.filter(provisions__deliveries__gt=0).order_by("position").first()
    if text is None:
        return
    paragraphs = list(text.provisions.filter(deliveries__gt=0).distinct().order_by("position"))
    today = timezone.localdate()
    standing = made[::3]
    for number, partner in enumerate(standing):
        person = signer(partner)
        endorse(
            text,
            partner,
            kind="joined" if number % 5 == 4 else "endorsed",
            on=today - timedelta(days=number + 1),
            words=RESERVATIONS.get(partner.name_language, "") if number % 4 == 1 else "",
            language=partner.name_language,
            by=person,
        )
        follow(paragraphs[number % len(paragraphs)] if number % 2 else text, by=person)
    if standing:
        last = standing[-1]
        withdraw_adherence(text, last, reason=REASON, language="en", by=signer(last))


def signer(partner: Partner) -> User:
    return User.objects.get(mandates__partner=partner)


def remove() -> int:
    """What they said and follow goes with them; returns how many rows went."""
    gone = Following.objects.filter(person__is_example=True).delete()[0]
    return gone + Adherence.objects.filter(is_example=True).delete()[0]
