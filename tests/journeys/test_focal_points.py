"""Those who act for an organisation: invited by a letter, acting for two, handing over the lead."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest

from coalition.mailroom.models import Letter
from coalition.partners.models import Mandate
from tests import factories

pytestmark = pytest.mark.browser


def link_to(address: str) -> str:
    """The path of the newest invitation written to the address, without its language."""
    letter = Letter.objects.filter(to_address=address, text__contains="/invitations/").latest("pk")
    found = re.search(r"https?://\S+/invitations/\S+", letter.text)
    assert found, letter.text
    return "/" + urlsplit(found[0]).path.split("/", 2)[2]


@pytest.mark.parametrize(
    ("language", "width", "scripts"), [("en", 1280, True), ("ar", 320, False)], ids=["en", "ar"]
)
def test_focal_points_invite_act_for_two_and_hand_over(reader, language, width, scripts):
    lead = factories.person("lead@bakers.test", name="Lead of the bakers", language=language)
    bakers = factories.partner("Bakers", person=lead)
    millers = factories.partner("Millers")
    factories.mandate(millers, "viewer", person=lead)
    people = f"/workspace/{bakers.reference}/people/"

    # The lead sees for whom it acts, and invites a colleague.
    first = reader(language, width, java_script_enabled=scripts)
    first.is_signed_in(lead)
    first.goes_to(people)
    first.sees("Bakers")
    first.fills(email="new@bakers.test", name="A colleague")
    first.presses("main form[action$='/invite/'] button")
    first.sees("new@bakers.test")

    # The colleague follows the letter, signs in at that very address, and accepts.
    second = reader(language, width, java_script_enabled=scripts)
    second.goes_to(link_to("new@bakers.test"))
    second.presses("main form[action$='/sign-in/'] button")
    second.gives_code("new@bakers.test")
    second.presses("main form[action$='/accept/'] button")
    second.sees("Bakers")
    mandate = Mandate.objects.get(person__email="new@bakers.test")
    assert (mandate.partner, mandate.role) == (bakers, "editor")

    # For the other organisation the lead only looks; the switch leads there and back.
    first.goes_to(people)
    first.page.locator("main aside.acting summary").click()
    first.presses(f"main aside.acting a[href$='{millers.reference}/people/']")
    first.sees("Millers")
    assert first.page.locator("main form[action$='/invite/']").count() == 0

    # The lead asks the colleague to take over, who does; the two have exchanged roles.
    first.goes_to(people)
    first.fills(successor=str(mandate.pk))
    first.presses("main form[action$='/hand-over/'] button")
    second.goes_to(link_to("new@bakers.test"))
    second.presses("main form[action$='/accept/'] button")
    roles = {one.person.email: one.role for one in bakers.mandates.current()}
    assert roles == {"new@bakers.test": "focal_point", lead.email: "editor"}

    # From now on the colleague says who acts, and the former lead does not.
    first.goes_to(people)
    assert first.page.locator("main form[action$='/invite/']").count() == 0
    second.goes_to(people)
    assert second.page.locator("main form[action$='/invite/']").count() == 1

    # Everything fits on the screen, and nobody else can use the link.
    width_of_page = second.page.evaluate("document.documentElement.scrollWidth")
    assert width_of_page <= width
    answer = first.page.goto(f"{first.site}/{language}{link_to('new@bakers.test')}")
    assert answer.status == 410
