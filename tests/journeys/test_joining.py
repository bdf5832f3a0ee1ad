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
    ("language", "width", "scripts"), [("en", 360, True), ("ar", 320, False)], ids=["en", "ar"]
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
    tablet = reader(language, width, java_script_enabled=scripts)
    tablet.goes_to(path_in(last_letter()))
    tablet.sees("For those who bake at night.")
    assert tablet.page.locator("main button[disabled]").count() == 1
    tablet.presses("main a[href$='/identity/']")
    tablet.fills(
        **{
            "legal-status": "registered-union",
            "founded": "1998",
            "working-languages": "English",
            "other-names": "نقابة الخبازين",
        }
    )
    tablet.presses("main form button")
    tablet.fills(
        **{
            "governing-body": "A congress, every four years.",
            "people-in-charge": "A. Chair; chair",
            "membership": "Two thousand bakers.",
        }
    )
    tablet.presses("main form button")
    tablet.fills(funding="Dues of members.")
    tablet.presses("main form button")
    tablet.fills(why="Rest at night.", contribution="Experience with agreements.")
    tablet.presses("main form button")
    tablet.page.set_input_files("main input[name='letter-file']", PDF)
    tablet.presses("#letter form button")
    tablet.sees("letter.pdf")
    for code in ("registration", "statutes"):
        tablet.fills(**{f"{code}-reason": "It is being printed."})
        tablet.presses(f"#{code} form button")
    tablet.presses("main a.button[href$='/statements/']")
    for box in tablet.page.locator("main input[type=checkbox]").all():
        box.check()
    tablet.presses("main form button")
    tablet.sees("Rest at night.")
    assert tablet.page.evaluate("document.documentElement.scrollWidth") <= width
    tablet.sends("/send/")
    case.refresh_from_db()
    assert case.state == "acknowledged"

    # The officer asks; the applicant reads it on the page, answers, and in the end withdraws.
    actions.ask(case, "Who signs for you?", by=officer)
    tablet.goes_to(path_in(last_letter()))
    tablet.sees("Who signs for you?")
    assert tablet.page.evaluate("document.documentElement.scrollWidth") <= width
    tablet.fills(message="The chair signs.")
    tablet.sends("/answer/")
    tablet.sees("The chair signs.")
    case.refresh_from_db()
    assert case.state == "acknowledged"
    tablet.page.locator("details:has(form[action$='/withdraw/']) > summary").click()
    tablet.page.fill("#withdraw-reason", "We merge with another union.")
    tablet.presses("form[action$='/withdraw/'] button")
    case.refresh_from_db()
    assert case.state == "acknowledged"
    tablet.goes_to(path_in(last_letter()))
    tablet.presses("main form button")
    case.refresh_from_db()
    assert case.state == "withdrawn"
