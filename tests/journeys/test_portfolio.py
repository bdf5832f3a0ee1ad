"""A member of the coordinating group reads how all interventions stand, and what nobody serves."""

from datetime import date

import pytest

from tests import factories

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("ar", 320)], ids=["en", "ar"])
def test_coordinating_group_reads_the_portfolio(reader, language, width):
    person = factories.person("member@group.test", language=language)
    group = factories.body(kind="coordinating_group")
    factories.seat(group, partner=factories.partner("Seated Union", person=person))
    one = factories.intervention("implementation", title="Ovens for all")
    factories.intervention("pipeline", title="Night schools")
    factories.intervention("draft", title="Nobody knows it yet")
    one.risks.create(number=1, words="The ovens come late", likelihood=3, harm=3)
    days = {"starts_on": date(2025, 1, 1), "ends_on": date(2025, 12, 31)}
    common = {"number": 1, "unit": factories.unit("usd"), "value_on": date(2025, 1, 1)}
    one.budgets.create(amount=100_000, **days, **common)
    one.payments.create(kind="4", amount=25_000, paid_on=date(2025, 5, 1), **common)

    # From the workspace she comes to the portfolio: money, risk, and no draft.
    member = reader(language, width, java_script_enabled=False)
    member.is_signed_in(person)
    member.goes_to("/workspace/")
    member.presses("main a[href$='/portfolio/interventions/']")
    member.sees("Ovens for all")
    member.sees("The ovens come late")
    member.sees("Night schools")
    member.sees_not("Nobody knows it yet")
    width_of_page = member.page.evaluate("document.documentElement.scrollWidth")
    assert width_of_page <= width

    # Only what runs, the weightiest risk first.
    member.fills(stage="implementation", sort="risk")
    member.presses("main form.filters button")
    member.sees("Ovens for all")
    member.sees_not("Night schools")

    # From a line she comes to the intervention's own page, where the risk is not public.
    member.presses(f"main a[href$='/interventions/{one.reference}/']")
    assert one.reference in member.page.url

    # Somebody without a seat does not learn that there is such a page.
    stranger = reader(language, width)
    stranger.is_signed_in(factories.person("other@union.test", language=language))
    stranger.page.goto(f"{stranger.site}/{language}/portfolio/interventions/")
    stranger.sees_not("Ovens for all")
