"""A text and those who stand behind it: endorsed with a reservation, tracked, followed by mail."""

import pytest

from coalition.mailroom.models import Letter
from tests import factories

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("ar", 320)], ids=["en", "ar"])
def test_text_is_endorsed_tracked_and_followed(reader, language, width):
    person = factories.person("focal@union.test", language=language)
    partner = factories.partner("Union of Bakers", person=person)
    doha = factories.instrument("doha")
    paragraph = doha.provisions.get(eid="para_23")
    waiting = factories.commitment(
        "submitted",
        title="Rest at night",
        partner=factories.partner(group=factories.group("EMP")),
        provisions=[paragraph],
    )

    # The focal point endorses the text for its organisation, with a reservation.
    union = reader(language, width)
    union.is_signed_in(person)
    union.goes_to(f"/workspace/{partner.reference}/declarations/")
    union.presses("main a[href*='/doha/endorse/']")
    union.fills(words="Not paragraph 7.", on="2026-03-01")
    union.page.check("main input[name='confirmed']")
    union.presses("main form button")
    union.sees("Not paragraph 7.")
    assert partner.adherences.get().words == "Not paragraph 7."

    # It follows a paragraph by mail.
    union.goes_to("/instruments/doha/para_23/")
    union.sends("/para_23/follow/")
    assert person.followings.get().provision == paragraph

    # Anyone reads who stands behind the text, and which paragraph nobody has taken up.
    visitor = reader(language, width, java_script_enabled=False)
    visitor.goes_to("/instruments/doha/adherence/?who=partner&reservation=on")
    visitor.sees("Union of Bakers")
    visitor.sees("Not paragraph 7.")
    visitor.goes_to("/instruments/doha/tracker/")
    visitor.fills(taken="yes")
    visitor.presses("main form.filters button")
    assert not visitor.page.locator("main ol.rows a[href$='/para_23/']").count()

    # The officer publishes a promise on the paragraph: the follower gets one letter.
    desk = reader(language, width)
    desk.is_signed_in(factories.officer(email="officer@secretariat.test", language=language))
    desk.goes_to(f"/desk/commitments/{waiting.reference}/")
    desk.sends("/approve/")
    letter = Letter.objects.get(to_person=person, key__startswith="instruments.commitment")
    assert (letter.language, "Rest at night" in letter.subject) == (language, True)

    visitor.goes_to("/instruments/doha/tracker/?taken=yes&group=EMP")
    assert visitor.page.locator("main ol.rows a[href$='/para_23/']").count() == 1

    # It no longer follows it, and steps back from the text with a reason.
    union.goes_to("/profile/following/")
    union.sends("/para_23/unfollow/")
    assert not person.followings.exists()
    union.goes_to(f"/workspace/{partner.reference}/declarations/")
    union.page.locator("main details:has(form) > summary").click()
    union.fills(reason="The board said no.")
    union.sends("/doha/withdraw/")
    visitor.goes_to("/instruments/doha/adherence/?acts=all")
    visitor.sees("The board said no.")
    visitor.sees("Not paragraph 7.")
