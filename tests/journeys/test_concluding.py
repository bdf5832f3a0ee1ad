"""What becomes of proposals: an officer answers, readers follow it, a member of the coordinating
group sees what they decide upon and what was decided."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone, translation

from coalition.consultations import actions
from coalition.consultations.states import Outcome, Reaction, State
from coalition.consultations.voices import participant_of, voice_of
from coalition.consultations.voting.queries import unsigned, version_of
from coalition.mailroom.models import Letter
from coalition.partners.models import Body
from tests import factories

pytestmark = pytest.mark.browser

QUESTION = {"en": "What should change first?", "ar": "ما الذي يتغير أولاً؟"}
BECAUSE = {"en": "There is money for it.", "ar": "المال متوافر لذلك."}
NOT_NOW = {"en": "There is no money for it.", "ar": "لا مال متوافر لذلك."}
DECIDED = {"en": "Night work is paid as night work.", "ar": "يُدفع أجر العمل الليلي."}
DISSENT = {"en": "We would have begun with rest.", "ar": "كنا نود أن نبدأ بالراحة."}


@pytest.mark.parametrize(
    ("language", "width", "scripts"), [("en", 1280, True), ("ar", 320, False)], ids=["en", "ar"]
)
def test_every_proposal_is_answered_then_a_body_decides_and_all_are_told(
    reader: Any, language: str, width: int, scripts: bool
) -> None:
    officer = factories.officer(email="officer@secretariat.test", language=language)
    baker = factories.mandate(factories.partner("Bakers"), "signatory").person
    bakers = baker.mandates.get().partner
    group = Body.objects.get(code="coordinating-group")
    member = factories.person("member@group.test", language=language)
    factories.seat(group, person=member)
    one = closed(officer, baker, bakers)
    options = {"java_script_enabled": scripts}

    # An officer cannot publish before each proposal has its answer, and writes one after the other.
    desk = reader(language, width, **options)
    desk.is_signed_in(officer)
    desk.goes_to(f"/desk/consultations/{one.reference}/")
    desk.presses("main a[href$='/responses/']")
    assert desk.page.locator("form[action$='/publish-responses/']").count() == 0
    fits(desk, width)
    desk.presses("main a[href$='/responses/1/']")
    fits(desk, width)
    answers(desk, Outcome.TAKEN_UP, BECAUSE, "button[name='next']")
    assert desk.page.url.endswith("/responses/2/")
    answers(desk, Outcome.NOT_TAKEN_UP, NOT_NOW, "button:not([name='next'])")

    # Until all are published nobody reads any.
    visitor = reader(language, width, java_script_enabled=False)
    address = f"{visitor.site}/{language}/consultations/{one.reference}/responses/"
    assert visitor.page.goto(address).status == 404
    desk.sends("/publish-responses/")
    visitor.goes_to(f"/consultations/{one.reference}/")
    visitor.presses("main a[href$='/responses/']")
    visitor.sees(BECAUSE[language])
    visitor.sees(NOT_NOW[language])
    fits(visitor, width)
    with translation.override(language):
        visitor.fills(outcome=Outcome.NOT_TAKEN_UP.value)
        visitor.presses("main form button")
        visitor.sees(NOT_NOW[language])
        visitor.sees_not(BECAUSE[language])

    # The group reads one page on what was said, and decides.
    deciding = reader(language, width, java_script_enabled=False)
    deciding.is_signed_in(member)
    deciding.goes_to(f"/consultations/{one.reference}/results/print/")
    deciding.sees(QUESTION[language])
    fits(deciding, width)

    # The officer writes the decision down, and that a group did not agree.
    desk.goes_to(f"/desk/consultations/{one.reference}/conclusion/")
    desk.fills(body=group.code, decided_on=timezone.now().date().isoformat())
    desk.fills(words_en=DECIDED["en"], words_ar=DECIDED["ar"])
    desk.ticks("takes_up", "1")
    desk.presses("main form:has([name='body']) button")
    desk.fills(group=bakers.group.code)
    desk.presses("main form[action$='/dissent/'] button")
    desk.fills(words=DISSENT[language], language=language)
    desk.presses("main form:has([name='words']) button")
    fits(desk, width)
    desk.sends("/decide/")
    desk.sends("/feed-back/")
    one.refresh_from_db()
    assert one.state == State.FEEDBACK

    # Members see what they decided with the dissent, and the thread of each proposal.
    deciding.goes_to(f"/consultations/{one.reference}/conclusion/")
    deciding.sees(DECIDED[language])
    deciding.sees(DISSENT[language])
    fits(deciding, width)
    deciding.presses("main a[href$='/responses/1/']")
    deciding.sees(BECAUSE[language])
    deciding.presses("main a[href$='/conclusion/']")
    deciding.goes_to(f"/bodies/{group.code}/")
    deciding.sees(DECIDED[language])

    # Who proposed it reads in one letter what became of it.
    text = Letter.objects.get(key__startswith="consultations.feed_back", to_person=baker).text
    assert BECAUSE["en"] in text
    assert DECIDED["en"] in text


def closed(officer: Any, baker: Any, bakers: Any) -> Any:
    """A consultation that is being summed up: an organisation proposed two things, one of them
    agreed to."""
    one = factories.consultation("open", question=QUESTION)
    one.about, one.promise = {}, QUESTION
    one.save()
    first, _second = (factories.contribution(one, partner=bakers) for _ in range(2))
    voice = voice_of(one, baker, bakers)
    actions.vote(voice, first, Reaction.AGREE)
    actions.sign_answer(voice, seen=version_of(list(unsigned(participant_of(voice)))))
    one = actions.close_early(one, reason="All had answered.", by=officer)
    actions.sum_up(one, now=timezone.now() + timedelta(minutes=2))
    return one


def answers(someone: Any, outcome: Outcome, words: dict[str, str], button: str) -> None:
    someone.ticks("outcome", outcome.value)
    someone.fills(words_en=words["en"], words_ar=words["ar"])
    someone.presses(f"main form:has([name='outcome']) {button}")


def fits(someone: Any, width: int) -> None:
    assert someone.page.evaluate("document.documentElement.scrollWidth") <= width
