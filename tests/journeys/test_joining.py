"""An applicant joins by the form: half on one device, half on another, without an account."""

import re

import pytest

from coalition.mailroom.models import Letter
from coalition.partners.accession import actions
from coalition.partners.models import AccessionRequest
from tests import factories

pytestmark = pytest.mark.browser
ADDRESS = "focal-point@bakers.test"
PDF = {"name": "letter.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n%%EOF\n"}


def path_in(letter: Letter) -> str:
    """The path of the link in a letter, without its language."""
    return re.search(r"https?://[^/\s]+/\w\w(/join/\S+)", letter.text)[1]


def last_letter() -> Letter:
    return Letter.objects.filter(to_address=ADDRESS).latest("pk")


@pytest.mark.parametrize(
    ("language", "width", "scripts"), [("en", 1280, True), ("ar", 320, False)], ids=["en", "ar"]
)
def test_applicant_fills_in_leaves_comes_back_and_sends(reader, language, width, scripts):
    officer = factories.officer(email="officer@secretariat.test", language=language)
    phone = reader(language, width, java_script_enabled=scripts)

    # From the front page to the first screens; half of it is left open.
    phone.goes_to("/")
    phone.presses("main a[href$='/join/']")
    phone.presses("main a[href$='/join/begin/']")
    phone.fills(
        organisation="Bakers’ Union",
        group="WRK",
        contact_name="Focal point",
        contact_email=ADDRESS,
        language=language,
    )
    phone.presses("main form button")
    case = AccessionRequest.objects.get()
    phone.fills(scope="national", country="KEN", website="bakers.test")
    phone.presses("main form button")
    phone.fills(about="Organises people who bake at night.")
    phone.presses("main form button")
    phone.fills(mandate="For those who bake at night.")
    phone.presses("main form button")

    # Another day, another device: the link in the letter goes on where it was left.
    desktop = reader(language, width, java_script_enabled=scripts)
    desktop.goes_to(path_in(last_letter()))
    desktop.sees("For those who bake at night.")
    assert desktop.page.locator("main button[disabled]").count() == 1
    desktop.presses("main a[href$='/identity/']")
    desktop.fills(
        **{
            "legal-status": "registered-union",
            "founded": "1998",
            "working-languages": "English",
            "other-names": "نقابة الخبازين",
        }
    )
    desktop.presses("main form button")
    desktop.fills(
        **{
            "governing-body": "A congress, every four years.",
            "people-in-charge": "A. Chair; chair",
            "membership": "Two thousand bakers.",
        }
    )
    desktop.presses("main form button")
    desktop.fills(funding="Dues of members.")
    desktop.presses("main form button")
    desktop.fills(why="Rest at night.", contribution="Experience with agreements.")
    desktop.presses("main form button")
    desktop.page.set_input_files("main input[name='letter-file']", PDF)
    desktop.presses("#letter form button")
    desktop.sees("letter.pdf")
    for code in ("registration", "statutes"):
        desktop.fills(**{f"{code}-reason": "It is being printed."})
        desktop.presses(f"#{code} form button")
    desktop.presses("main a.button[href$='/statements/']")
    for box in desktop.page.locator("main input[type=checkbox]").all():
        box.check()
    desktop.presses("main form button")
    desktop.sees("Rest at night.")
    desktop.sends("/send/")
    case.refresh_from_db()
    assert case.state == "acknowledged"

    # The officer asks; the applicant reads it on the page, answers, and in the end withdraws.
    actions.ask(case, "Who signs for you?", by=officer)
    desktop.goes_to(path_in(last_letter()))
    desktop.sees("Who signs for you?")
    desktop.fills(message="The chair signs.")
    desktop.sends("/answer/")
    desktop.sees("The chair signs.")
    case.refresh_from_db()
    assert case.state == "acknowledged"
    desktop.page.locator("details:has(form[action$='/withdraw/']) > summary").click()
    desktop.page.fill("#withdraw-reason", "We merge with another union.")
    desktop.presses("form[action$='/withdraw/'] button")
    case.refresh_from_db()
    assert case.state == "acknowledged"
    desktop.goes_to(path_in(last_letter()))
    desktop.presses("main form button")
    case.refresh_from_db()
    assert case.state == "withdrawn"
