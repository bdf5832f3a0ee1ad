"""A request from the board to a decision: letters, due diligence, and two officers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from coalition.mailroom.actions import take
from coalition.mailroom.models import Letter
from coalition.partners.models import AccessionRequest, Match, Partner
from coalition.partners.vetting.dossier import Dossier
from coalition.web import coalition_file
from tests import factories

pytestmark = pytest.mark.browser

MAIL = coalition_file.BUILT_IN / "example_mails" / "01-english-union.eml"
# Written like the applicant, in another order: an officer has to say that they are two.
ENTRY = {"id": 1, "name": "Union of Bakers Example", "kind": "entity"}


@pytest.mark.parametrize(
    ("language", "width", "scripts"), [("en", 1280, True), ("ar", 320, False)], ids=["en", "ar"]
)
def test_two_officers_take_a_request_from_the_board_to_a_decision(
    reader: Any, tmp_path: Path, language: str, width: int, scripts: bool
) -> None:
    first_officer = factories.officer(email="officer@secretariat.test", language=language)
    second_officer = factories.officer(email="second@secretariat.test", language=language)
    factories.sanctions_list(tmp_path, ENTRY)
    take(MAIL.read_bytes())
    case = AccessionRequest.objects.get()
    page = f"/desk/requests/{case.reference}/"

    # From the board to the case; what the message said is looked through and completed.
    desk = reader(language, width, java_script_enabled=scripts)
    desk.is_signed_in(first_officer)
    desk.goes_to("/desk/requests/")
    desk.presses(f"main a[href$='{case.reference}/']")
    desk.fills(scope="national", about="Organises people who bake at night.")
    desk.sends(page)

    # A letter asks, and the answer by e-mail moves the case on by itself.
    desk.page.locator("#write summary").click()
    desk.page.fill("#write [name='subject']", "Your statutes")
    desk.page.fill("#write [name='text']", "Please send us your statutes.")
    desk.presses("#write button[name='ask']")
    case.refresh_from_db()
    sender = f"Focal point <{case.contact_email}>"
    take(factories.raw_mail("Re", text="Here they are.", sender=sender, to=case.thread.address))
    desk.goes_to(page)
    desk.sees("Please send us your statutes.")
    desk.sees("Here they are.")
    desk.presses("main a[href$='/attachments/']")
    while desk.page.locator("main form[action$='/explain/']").count():
        desk.fills(reason="It came by post.")
        desk.sends("/explain/")
    assert {one.reason for one in case.documents.all()} == {"It came by post."}
    desk.presses("main a")

    # Due diligence: a declaration, the answers, the screening, and a match that is none.
    desk.sends("/vet/")
    desk.goes_to(f"{page}vetting/")
    desk.page.check("main input[name='has_conflict'][value='no']")
    desk.sends("/declare/")
    case.refresh_from_db()
    desk.fills(**{one.code: one.expected for one in Dossier(case).questions})
    desk.sends("/vetting/")
    desk.goes_to(f"{page}screening/")
    desk.sends("/screen/")
    desk.goes_to(page)
    assert desk.page.locator("#blocks li").count() == 1
    desk.goes_to(f"{page}screening/")
    desk.gives_reason("/clear/", "That one trades in flour, in another country.")
    assert Match.objects.get().state == "cleared"
    desk.goes_to(page)
    assert desk.page.locator("#blocks").count() == 0
    desk.page.locator("#recommend summary").click()
    desk.page.check("#recommend input[value='accept']")
    desk.page.fill("#recommend [name='reason']", "All that was asked for is there.")
    desk.presses("#recommend button")

    # Who recommended cannot decide; another officer declares, reads, and accepts.
    assert desk.page.locator("form[action$='/accept/']").count() == 0
    other = reader(language, width, java_script_enabled=scripts)
    other.is_signed_in(second_officer)
    other.goes_to(f"{page}vetting/")
    other.page.check("main input[name='has_conflict'][value='no']")
    other.sends("/declare/")
    other.goes_to(page)
    assert other.page.evaluate("document.documentElement.scrollWidth") <= width
    other.gives_reason("/accept/", "The recommendation is sound.")

    partner = Partner.objects.get()
    assert (partner.name, partner.scope, partner.country.code) == (
        "Example Bakers’ Union",
        "national",
        "KEN",
    )
    welcome = Letter.objects.filter(to_person=partner.mandates.get().person).latest("pk")
    assert "/sign-in/" in welcome.text
