"""The main job, end to end: from an e-mail to a public promise on a paragraph of a declaration."""

from pathlib import Path

import pytest

from coalition.commitments.models import Commitment
from coalition.mailroom.actions import take
from coalition.mailroom.models import Letter
from coalition.partners import actions as partners
from coalition.partners.models import AccessionRequest
from coalition.web import coalition_file
from tests import factories

pytestmark = pytest.mark.browser

MAILS: Path = coalition_file.BUILT_IN / "example_mails"


def send_mail(name: str) -> None:
    take((MAILS / name).read_bytes())


@pytest.mark.parametrize(
    ("language", "width", "scripts"), [("en", 1280, True), ("ar", 320, False)], ids=["en", "ar"]
)
def test_organisation_joins_by_mail_and_promises_on_a_paragraph(
    reader, tmp_path, language, width, scripts
):
    officer = factories.officer(email="officer@secretariat.test", language=language)
    second = factories.officer(email="second@secretariat.test", language=language)
    send_mail("01-english-union.eml")
    case = AccessionRequest.objects.get()

    # Two officers admit the organisation; tests/journeys/test_officers.py shows them at it.
    case.refresh_from_db()
    partners.complete(case, {"scope": "national"}, by=officer)
    partners.vet(case, by=officer)
    factories.sanctions_list(tmp_path, {"id": 1, "name": "Velmora Shipping", "kind": "entity"})
    partners.screen(case, by=officer)
    factories.look_into(case, officer, second)
    partners.recommend(case, "All that was asked for is there.", by=officer)
    partner = partners.accept(case, "The recommendation is sound.", by=second)

    # The focal point follows the letter, signs in by code, and says what matters.
    person = partner.mandates.get().person
    letter = Letter.objects.filter(to_person=person).latest("pk")
    assert "/sign-in/" in letter.text
    union = reader(language, width, java_script_enabled=scripts)
    union.signs_in(person.email)
    union.goes_to(f"/workspace/{partner.reference}/priorities/")
    theme = factories.theme("employment")
    union.fills(
        **{
            "form-0-theme": theme.code,
            "form-0-level": "national",
            "form-0-place": "KEN",
            "form-0-words": "Safe nights in every bakery",
        }
    )
    union.presses("main form button")
    assert partner.priorities.get().words == "Safe nights in every bakery"

    # It drafts a commitment screen by screen and sends it.
    union.goes_to(f"/workspace/{partner.reference}/commitments/new/")
    union.fills(title="Rest at night", language="en")
    union.presses("main form button")
    one = Commitment.objects.get()
    union.fills(
        promise="Agree on rest breaks in 40 bakeries.",
        for_whom="Night bakers",
        level="national",
    )
    union.presses("main form button")
    union.fills(
        places="Kenya" if language == "en" else "كينيا",
        in_line_with="The national plan for decent work",
    )
    union.ticks("themes", theme.code)
    union.ticks("challenges", factories.challenge().code)
    union.ticks("priorities", str(partner.priorities.get().pk))
    union.presses("main form button")
    union.ticks("provision", "para_23")
    union.presses("main form button[name='stay']")
    union.fills(**{"how-para_23": "By agreements on rest"})
    union.presses("main form button:not([name])")
    amounts = ("٢٥٠٠٠", "٩٠٠") if language == "ar" else ("25,000.00", "900")
    money = {"amount": amounts[0], "unit": "usd", "year": "2028"}
    other = {"amount": amounts[1], "unit": "eur", "year": "2027"}
    union.fills(
        ends_on="2028-06-30",
        **{f"resource-1-{name}": text for name, text in money.items()},
        **{f"resource-2-{name}": text for name, text in other.items()},
        **{"resource-3-kind": "people", "resource-3-words": "Two organisers"},
    )
    union.presses("main form button")
    union.page.check("main [name='needs_help']")
    union.fills(help_wanted="Advice on shift plans")
    union.presses("main form button")
    # The guide names what is missing still, on each screen, and nothing can be sent until then.
    union.page.locator("main details:has(.facts) > summary").click()
    assert union.page.locator("main details dd p:has-text(':') a[href$='/goals/']").count() == 1
    union.fills(
        goal="Night bakers have breaks",
        measured="Bakeries with an agreement on breaks",
        unit="workplaces",
        target="٤٠" if language == "ar" else "40",
        baseline="5",
        source="The union's list of agreements",
    )
    union.presses("main form button:not([name])")
    union.presses(f"main a[href$='/workspace/commitments/{one.reference}/']")
    union.sees("Bakeries with an agreement on breaks")
    union.sends("/submit/")
    one.refresh_from_db()
    assert one.state == "submitted"

    # Before it is published, nobody else finds it.
    visitor = reader(language, width, java_script_enabled=scripts)
    visitor.goes_to("/instruments/doha/para_23/")
    visitor.sees_not("Rest at night")

    # The officer publishes it.
    desk = reader(language, width, java_script_enabled=scripts)
    desk.is_signed_in(officer)
    desk.goes_to("/desk/commitments/")
    desk.presses(f"main a[href$='{one.reference}/']")
    desk.sends("/approve/")

    # Anyone walks the thread both ways: paragraph, promise, partner, place, theme and back.
    visitor.goes_to("/instruments/doha/para_23/")
    visitor.sees("Rest at night")
    visitor.presses(f"main a[href$='/commitments/{one.reference}/']")
    visitor.sees("Agree on rest breaks in 40 bakeries.")
    visitor.sees("By agreements on rest")
    visitor.sees("Bakeries with an agreement on breaks")
    visitor.sees("Advice on shift plans")
    visitor.presses(f"main a[href$='/partners/{partner.reference}/']")
    visitor.sees("Safe nights in every bakery")
    visitor.presses(f"main a[href$='/commitments/{one.reference}/']")
    visitor.presses("main a[href$='/places/KEN/']")
    visitor.sees("Rest at night")
    visitor.presses(f"main a[href$='/commitments/{one.reference}/']")
    visitor.presses("main a[href$='/instruments/doha/para_23/']")
    visitor.sees("Rest at night")
    visitor.goes_to("/search/?q=bakeries")
    visitor.sees("Rest at night")

    # Each of those concerned heard of each step once.
    subjects = Letter.objects.exclude(to_address="").values_list("key", flat=True)
    assert len(set(subjects)) == len(subjects)
    heard = Letter.objects.filter(to_person=officer, key__startswith="commitments.submit")
    assert heard.count() == 1
