"""A promise from its last draft to its end: written by two at once, amended by both sides, kept,
forgotten and taken back, with a reader who looks at it all along."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from coalition.commitments.models import Amendment, Commitment
from coalition.mailroom.models import Letter
from coalition.results.models import Framework
from tests import factories

pytestmark = pytest.mark.browser

IN_TWO_LANGUAGES = pytest.mark.parametrize(
    ("language", "width", "scripts"), [("en", 320, True), ("ar", 1280, False)], ids=["en", "ar"]
)


@pytest.fixture
def at_a_screen(reader: Any, language: str, width: int, scripts: bool) -> Any:
    """A screen of this journey's language and width, with somebody signed in or nobody."""

    def sits(person: Any = None) -> Any:
        made = reader(language, width, java_script_enabled=scripts)
        if person is not None:
            made.is_signed_in(person)
        return made

    return sits


@IN_TWO_LANGUAGES
def test_two_write_the_same_screen_and_readers_find_it_on_its_day(
    at_a_screen: Any, language: str, width: int
) -> None:
    partner = factories.partner("Union of Example bakers")
    person, colleague = (
        factories.mandate(partner, role, person=factories.person(language=language)).person
        for role in ("focal_point", "editor")
    )
    officer = factories.officer(language=language)
    one = factories.commitment("submitted", partner=partner, title="Rest at night", needs_help=True)
    Commitment.objects.update(help_wanted="Advice on shift plans")
    desk, union, other, visitor = map(at_a_screen, (officer, person, colleague, None))

    # The secretariat sends it back; the focal point reads why.
    desk.goes_to(f"/desk/commitments/{one.reference}/")
    desk.gives_reason("/request-change/", "How many bakeries?")
    union.goes_to("/workspace/")
    union.presses(f"main a[href*='/commitments/{one.reference}/']")
    union.sees("How many bakeries?")

    # Two write on one screen. What differs is named, both texts are there, and one is chosen.
    for writer in (union, other):
        writer.goes_to(f"/workspace/commitments/{one.reference}/promise/")
    other.fills(promise="Rest breaks in 30 bakeries.", for_whom="Night bakers")
    other.presses("main form button[name='stay']")
    union.fills(promise="Rest breaks in 40 bakeries.", title="Rest at night for all")
    union.presses("main form button")
    union.sees("Rest breaks in 30 bakeries.")
    assert union.page.input_value("[name='promise']") == "Rest breaks in 40 bakeries."
    assert union.page.input_value("[name='for_whom']") == "Night bakers"
    union.presses("main form button")
    one.refresh_from_db()
    said = (one.title, one.promise, one.for_whom)
    assert said == ("Rest at night for all", "Rest breaks in 40 bakeries.", "Night bakers")

    # Sent again, and approved for a day: until then nobody else finds it.
    union.goes_to(f"/workspace/commitments/{one.reference}/")
    union.sends("/submit/")
    desk.goes_to(f"/desk/commitments/{one.reference}/")
    desk.page.locator("main details:has(form[action$='/approve/']) > summary").click()
    desk.fills(publish_on=(timezone.localdate() + timedelta(days=3)).isoformat())
    desk.presses("form[action$='/approve/'] button")
    call_command("commitments", "publish")
    visitor.goes_to("/commitments/")
    visitor.sees_not("Rest at night")
    Commitment.objects.update(publish_on=timezone.localdate() - timedelta(days=1))
    call_command("commitments", "publish")

    # A reader finds it by filters, on the map and in its thread, and prints it.
    visitor.goes_to("/commitments/")
    if width < 600:  # beside the list where there is room, one fold above it on a phone
        visitor.page.locator("main details.sieve > summary").click()
    visitor.fills(country="FRA", help="yes")
    visitor.presses("main form.filters button")
    visitor.sees("Rest at night for all")
    chosen = visitor.page.url
    visitor.presses("main a[href*='/commitments/map/']")
    visitor.presses("main a[href*='country=FRA']")
    visitor.presses(f"main a[href$='/commitments/{one.reference}/']")
    visitor.sees("Advice on shift plans")
    visitor.presses("main a[href*='/instruments/test-declaration/para_1/']")
    visitor.presses(f"main a[href$='/commitments/{one.reference}/']")
    visitor.presses("main a[href$='/print/']")
    visitor.sees("Rest breaks in 40 bakeries.")

    # Signed in they keep the search, and its feed has the promise.
    reader = at_a_screen(factories.person(language=language))
    reader.goes_to(chosen)
    reader.presses("main a[href*='keep=yes']")
    reader.fills(name="Bread")
    reader.sends("/keep/")
    reader.sees("Bread")
    feed = reader.page.locator("main ul a[href*='feed.atom']").get_attribute("href")
    assert "Rest at night for all" in reader.page.request.get(f"{reader.site}{feed}").text()


@IN_TWO_LANGUAGES
def test_both_sides_amend_it_and_readers_read_what_changed(at_a_screen: Any, language: str) -> None:
    person = factories.person(language=language)
    officer = factories.officer(language=language)
    partner = factories.partner("Union of Example bakers", person=person)
    one = factories.commitment("submitted", partner=partner, title="Wages")
    union, desk, visitor = map(at_a_screen, (person, officer, None))
    desk.goes_to(f"/desk/commitments/{one.reference}/")
    desk.sends("/approve/")

    # Both work on it at the same time, each in a copy of its own.
    for side, promise in ((union, "Wages in 40 bakeries."), (desk, "Fair wages in all bakeries.")):
        side.goes_to(f"/commitments/{one.reference}/")
        side.presses(f"main a[href$='commitments/{one.reference}/']")
        side.presses("main a[href$='/amendments/']")
        side.presses("main form[action$='/amendments/new/'] button")
        side.presses("main a[href$='/promise/']")
        side.fills(promise=promise)
        side.presses("main form button[name='stay']")
    visitor.goes_to(f"/commitments/{one.reference}/")
    visitor.sees("Sign a wage agreement in every bakery.")
    of_union, of_desk = Amendment.objects.order_by("pk")
    for side, amendment, why in ((union, of_union, "We grew."), (desk, of_desk, "It is clearer.")):
        side.goes_to(f"/workspace/commitments/{one.reference}/amendments/{amendment.pk}/")
        side.fills(why=why)
        side.sends("/propose/")

    # Each takes the other's over; where both changed the same, who takes it over says what counts.
    desk.goes_to(f"/desk/commitments/{one.reference}/")
    desk.presses(f"main a[href$='/amendments/{of_union.pk}/']")
    desk.sees("We grew.")
    desk.sends("/apply/")
    letter = Letter.objects.get(to_person=person, key__contains=f"amendment_propose:{of_desk.pk}")
    assert f"/amendments/{of_desk.pk}/" in letter.text
    union.goes_to("/workspace/")
    union.presses(f"main a[href$='/amendments/{of_desk.pk}/']")
    union.sees("Fair wages in all bakeries.")
    union.page.check("main input[name='choice-1'][value='third']")
    union.fills(**{"third-1": "Fair wages in 40 bakeries."})
    union.sends("/apply/")
    one.refresh_from_db()
    assert (one.promise, one.editions.count()) == ("Fair wages in 40 bakeries.", 3)

    # Everybody reads what it says, what it said first, and what was changed and why.
    visitor.goes_to(f"/commitments/{one.reference}/")
    visitor.sees("It is clearer.")
    visitor.presses("main a[href$='/editions/1/']")
    visitor.sees("Sign a wage agreement in every bakery.")
    visitor.presses("main a[rel='next']")
    visitor.sees("We grew.")
    assert visitor.page.locator("main ins").all_inner_texts()


@IN_TWO_LANGUAGES
def test_it_is_kept_and_a_second_officer_closes_it(at_a_screen: Any, language: str) -> None:
    person = factories.person(language=language)
    officers = [factories.officer(language=language) for _ in range(2)]
    partner = factories.partner("Union of Example bakers", person=person)
    one = factories.commitment("published", partner=partner, title="Wages")
    union, first, second = map(at_a_screen, (person, *officers))

    # What it still takes is said; then a report says fulfilled, and its figure is proved.
    union.goes_to(f"/workspace/commitments/{one.reference}/")
    assert union.page.locator("main form[action$='/claim-completion/']").count() == 0
    period = factories.period(one.framework, 2025)
    report = factories.report(period, "published", stage="fulfilled")
    figure = factories.fact(one.framework.indicators.get(), 30, period=period, report=report)
    checked = {"checked_by": officers[0], "checked_at": timezone.now(), "holds": True}
    factories.evidence(figure, **checked)
    Framework.objects.update(completed_at=timezone.now())
    union.goes_to(f"/workspace/commitments/{one.reference}/")
    union.sends("/claim-completion/")

    # One officer is not convinced, and says why; another is, after it was claimed again.
    first.goes_to("/desk/commitments/")
    first.presses(f"main a[href$='/desk/commitments/{one.reference}/']")
    first.gives_reason("/refuse-completion/", "Two bakeries have closed.")
    union.goes_to(f"/workspace/commitments/{one.reference}/")
    union.sees("Two bakeries have closed.")
    union.sends("/claim-completion/")
    second.goes_to(f"/desk/commitments/{one.reference}/")
    second.sends("/close/")
    one.refresh_from_db()
    assert (one.state, one.framework.ended_at is None) == ("closed", False)
    visitor = at_a_screen()
    visitor.goes_to("/commitments/?state=closed")
    visitor.presses(f"main a[href$='/commitments/{one.reference}/']")
    visitor.sees("Two bakeries have closed.")


@IN_TWO_LANGUAGES
def test_nothing_is_heard_of_it_until_it_is_taken_up_and_taken_back(
    at_a_screen: Any, language: str
) -> None:
    person = factories.person(language=language)
    partner = factories.partner("Union of Example bakers", person=person)
    one = factories.commitment("published", partner=partner, title="Wages")
    union, visitor = at_a_screen(person), at_a_screen()
    Framework.objects.update(light="silent", light_since=timezone.now() - timedelta(days=400))
    desk = at_a_screen(factories.officer(language=language))

    desk.goes_to("/desk/commitments/")
    desk.presses(f"main a[href$='/desk/commitments/{one.reference}/']")
    desk.gives_reason("/mark-inactive/", "Three letters were not answered.")
    visitor.goes_to(f"/commitments/{one.reference}/")
    visitor.sees("Three letters were not answered.")

    # It is taken up again once something was heard of it.
    union.goes_to(f"/workspace/commitments/{one.reference}/")
    assert union.page.locator("main form[action$='/resume/']").count() == 0
    Framework.objects.update(light="reported")
    union.goes_to(f"/workspace/commitments/{one.reference}/")
    union.gives_reason("/resume/", "A new secretary takes care of it.")
    visitor.goes_to(f"/commitments/{one.reference}/")
    visitor.sees("A new secretary takes care of it.")

    # What was taken back answers with the reason, and with what it had said.
    union.goes_to(f"/commitments/{one.reference}/")
    union.gives_reason("/withdraw/", "The money did not come.")
    answer = visitor.page.goto(f"{visitor.site}/{language}/commitments/{one.reference}/")
    assert answer.status == 410
    visitor.sees("The money did not come.")
    visitor.goes_to("/commitments/")
    visitor.sees_not("Wages")
