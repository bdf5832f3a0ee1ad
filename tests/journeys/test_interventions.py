"""From a decision to a kick-off: an officer opens an intervention, a partner leads and writes it,
another carries it out, and one says no."""

import re
from typing import Any

import pytest

from coalition.accounts.models import User
from coalition.interventions.models import Intervention
from coalition.interventions.roles import actions as roles
from coalition.mailroom.models import Letter
from coalition.results.totals.actions import derive
from tests import factories

pytestmark = pytest.mark.browser


def signatory(name: str, language: str) -> Any:
    """Somebody who signs for a partner of this name."""
    person = factories.person(language=language)
    return factories.mandate(factories.partner(name), "signatory", person=person).person


def follows_the_letter(reader: Any, person: Any) -> None:
    """Open the address in the last letter that asks the person for a role."""
    letter = Letter.objects.filter(to_person=person, key__contains="role_asked").latest("pk")
    address = re.search(r"https?://[^/]+(/\S+/roles/\d+/)", letter.text)
    assert address, letter.text
    reader.goes_to(reader.site + address[1])


def sets_a_goal(lead: Any, one: Intervention) -> None:
    """One goal, told in words."""
    lead.goes_to(f"/results/{one.framework.reference}/setup/goals/new/")
    lead.fills(title="Bakers know what new ovens can do")
    lead.presses("main form:has([name=title]) button")
    lead.fills(title="What bakers say of their ovens")
    lead.ticks("measure", "text")
    lead.presses("main form:has([name=measure]) button")
    lead.presses("main form:has([name=csrfmiddlewaretoken]) button")  # no groups
    lead.fills(because="Nobody has asked them so far.")
    lead.presses("main form:has([name=because]) button")
    lead.page.locator("main form textarea").last.fill("All say that they know them well.")
    lead.presses("main form:has(textarea) button")


@pytest.mark.parametrize(
    ("language", "width", "scripts"), [("en", 1280, True), ("ar", 320, False)], ids=["en", "ar"]
)
def test_a_decision_becomes_an_intervention_that_is_kicked_off(reader, language, width, scripts):
    asked = factories.consultation("decided", question={"en": "What shall we do for bakers?"})
    decided = factories.conclusion(asked)
    decided.takes_up.add(factories.contribution(asked, "Teach bakers what new ovens can do."))
    union, bank, school = (
        signatory(f"Example {name}", language) for name in ("Union", "Bank", "School")
    )
    desk, lead, other, public = (
        reader(language, width, java_script_enabled=scripts) for _ in range(4)
    )

    # The officer opens it from the decision; the proposal is its title.
    desk.is_signed_in(factories.officer(language=language))
    desk.goes_to("/desk/interventions/")
    desk.sees("What shall we do for bakers?")
    desk.presses(f"main a[href$='/open/{asked.reference}/']")
    desk.fills(lead="Example Union")
    desk.presses("main form:has([name=lead]) button")
    one = Intervention.objects.get()
    assert one.title == "Teach bakers what new ovens can do."

    # The partner confirms to lead it, and writes it.
    lead.is_signed_in(union)
    lead.goes_to("/workspace/")
    lead.sees("Teach bakers")
    follows_the_letter(lead, union)
    lead.sends("/confirm/")
    place = f"/workspace/interventions/{one.reference}/"
    lead.goes_to(f"{place}edit/words/")
    lead.fills(title="Ovens for all", about="Bakers learn what new ovens can do.")
    lead.presses("main form:has([name=about]) button")
    lead.fills(level="national", sdgs="8.5")
    lead.page.check("main input[name='themes'] >> nth=0")
    lead.presses("main form:has([name=sdgs]) button")
    lead.fills(starts_on="2026-01-01", ends_on="2027-12-31")
    lead.presses("main form:has([name=ends_on]) button")
    sets_a_goal(lead, one)
    public.page.goto(f"{public.site}/{language}/interventions/{one.reference}/")
    assert "Ovens for all" not in public.page.content()  # nobody else sees it yet

    # It is announced, and others are asked.
    desk.goes_to(place)
    desk.sends("/announce/")
    public.goes_to(f"/interventions/{one.reference}/")
    public.sees("Ovens for all")
    for name in ("Example Bank", "Example School"):
        lead.goes_to(f"{place}roles/")
        lead.fills(partner=name, what="Lends its ovens.")
        lead.ticks("kind", "implementing")
        lead.presses("main form:has([name=partner]) button")
    other.is_signed_in(bank)
    follows_the_letter(other, bank)
    other.sees("Lends its ovens.")
    other.sends("/confirm/")
    other.signs_out()
    other.is_signed_in(school)
    follows_the_letter(other, school)
    other.gives_reason("/decline/", "Our ovens are too old.")
    lead.goes_to(f"{place}roles/")
    declined = one.roles.get(partner__name="Example School")
    lead.presses(f"main a[href$='/roles/{declined.pk}/']")
    lead.sees("Our ovens are too old.")

    # The lead kicks it off.
    lead.goes_to(place)
    lead.sends("/kick-off/")
    one.refresh_from_db()
    assert one.state == "kick_off"
    assert one.framework.is_public
    public.goes_to(f"/interventions/{one.reference}/")
    public.sees("What bakers say of their ovens")
    public.sees("Example Bank")
    public.sees_not("Example School")


def is_running() -> Intervention:
    """One that is carried out and has reached 120 bakers."""
    lead = factories.partner("Example Union", person=factories.person("lead@union.test"))
    one = factories.intervention("implementation", partner=lead, title="Ovens for all")
    year = factories.period(one.framework, 2025)
    report = factories.report(year, "published")
    (measured,) = one.framework.indicators.all()
    factories.fact(measured, 120, period=year, report=report)
    derive([measured.pk])
    return one


@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("ar", 320)], ids=["en", "ar"])
def test_partners_confirm_from_a_letter_read_along_and_leave_with_a_reason(reader, language, width):
    one = is_running()
    lead = User.objects.get(email="lead@union.test")
    bank, champion = (signatory(f"Example {name}", language) for name in ("Bank", "Voice"))
    for person, kind, what in (
        (bank, "implementing", "Lends its ovens."),
        (champion, "champion", "Speaks for it."),
    ):
        partner = person.mandates.get().partner
        roles.ask(one, partner=partner, kind=kind, what=what, by=lead)
    group = factories.body(kind="coordinating_group")
    factories.seat(group, partner=champion.mandates.get().partner)
    public, baker, voice = (reader(language, width, java_script_enabled=False) for _ in range(3))
    page = f"/interventions/{one.reference}/"
    public.goes_to(page)
    public.sees_not("Example Bank")

    # The letter leads to the question; once confirmed, it stands in the workspace and in public.
    for screen, person, what in (
        (baker, bank, "Lends its ovens."),
        (voice, champion, "Speaks for it."),
    ):
        screen.is_signed_in(person)
        follows_the_letter(screen, person)
        screen.sees(what)
        fits(screen, width)
        screen.sends("/confirm/")
        screen.goes_to("/workspace/")
        screen.presses(f"main a[href$='/workspace{page}']")
        screen.sees("120")
        fits(screen, width)
        public.goes_to(page)
        public.sees(what)

    # Who carries it out has no seat in the coordinating group; the champion's organisation has.
    baker.page.goto(f"{baker.site}/{language}/portfolio/interventions/")
    baker.sees_not("Ovens for all")
    voice.goes_to("/workspace/")
    voice.presses("main a[href$='/portfolio/interventions/']")
    fits(voice, width)
    voice.presses(f"main a[href$='{page}']")
    voice.presses(f"main a[href$='{page}results/']")
    voice.sees("120")

    # It leaves, with a reason that those who lead read; the page for all names it no more.
    voice.goes_to(f"/workspace{page}")
    voice.presses("main a[href$='/roles/']")
    role = one.roles.get(kind="champion")
    voice.presses(f"main a[href$='/roles/{role.pk}/']")
    voice.gives_reason("/leave/", "Others speak for it now.")
    role.refresh_from_db()
    assert role.state == "left"
    letter = Letter.objects.filter(to_person=lead, key__contains="role_left").get()
    assert "Others speak for it now." in letter.text
    public.goes_to(page)
    public.sees_not("Speaks for it.")
    public.sees("Lends its ovens.")


def fits(one: Any, width: int) -> None:
    assert one.page.evaluate("document.documentElement.scrollWidth") <= width
