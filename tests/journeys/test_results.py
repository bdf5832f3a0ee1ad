"""From a figure somebody reports to a figure that anyone can look behind, and say no to."""

import re
from typing import Any

import pytest
from openpyxl import load_workbook

from coalition.mailroom.models import Letter
from coalition.results.models import Assessment, Dispute, Fact, Report
from coalition.results.offline.workbook import COLUMNS
from coalition.results.reporting import actions as reporting
from coalition.results.reporting import plain
from coalition.results.totals.actions import derive
from tests import factories

pytestmark = pytest.mark.browser

IN_TWO_LANGUAGES = pytest.mark.parametrize(
    ("language", "width", "scripts"), [("en", 1280, True), ("ar", 320, False)], ids=["en", "ar"]
)


def promise(person: Any) -> Any:
    """A public promise of the person's organisation: 30 bakers by 2027, asked about for 2025."""
    union = factories.partner("Union of Example bakers", person=person)
    one = factories.commitment("published", title="Wages", partner=union)
    factories.period(one.framework, 2025)
    return one.framework


def published(framework: Any) -> Fact:
    """Eighteen bakers in 2025, published."""
    period = framework.periods.get()
    measured = framework.indicators.get()
    made = factories.fact(
        measured, 18, period=period, report=factories.report(period, "published"), source="List"
    )
    derive([measured.pk])
    return made


@IN_TWO_LANGUAGES
def test_partner_reports_officer_publishes_and_a_reader_finds_the_figure(
    reader, language, width, scripts
):
    person = factories.person("focal@union.test", language=language)
    officer = factories.officer(email="officer@secretariat.test", language=language)
    framework = promise(person)
    place = f"/results/{framework.reference}/"

    # The figure first; with a script the form saves itself, without one by its button.
    union = reader(language, width, java_script_enabled=scripts)
    union.is_signed_in(person)
    union.goes_to(f"{place}period/{framework.periods.get().pk}/report/")
    union.fills(**{"report.stage": "in_progress", "report.achieved": "Three bakeries signed."})
    union.fills(**{"1.value": "٩٧١" if language == "ar" else "971"})
    union.page.locator("#card-1 details > summary").last.click()
    union.fills(**{"1.source": "The union's list", "1.as_of": "2025-12-31"})
    union.page.locator("#f-1\\.source").blur()
    if scripts:
        union.page.wait_for_selector("#saved p")
        assert Fact.objects.get(report__isnull=False).value == 971
    union.presses("main button[name='check']")
    report = Report.objects.get()
    union.sees("971")
    union.presses("#send ~ form button:not(.grave)")
    report.refresh_from_db()
    assert report.state == "submitted"

    # Nobody else reads it yet. The officer asks, is answered, and publishes.
    visitor = reader(language, width, java_script_enabled=scripts)
    visitor.goes_to(place)
    visitor.sees_not("971")
    desk = reader(language, width, java_script_enabled=scripts)
    desk.is_signed_in(officer)
    desk.goes_to("/desk/reports/")
    desk.presses(f"main a[href$='/desk/reports/{report.pk}/']")
    fold = desk.page.locator("main details:has(form[action$='/remark/'])")
    fold.locator("summary").click()
    desk.fills(field="1.value", words="Are they all bakers?")
    desk.sends("/remark/")
    desk.fills(reason="One question is open.")
    desk.sends("/request-change/")
    union.goes_to(f"{place}reports/{report.pk}/submit/")
    union.sees("Are they all bakers?")
    union.fills(reply="All of them.")
    union.sends("/answer/")
    union.presses("#send ~ form button:not(.grave)")
    desk.goes_to(f"/desk/reports/{report.pk}/")
    desk.sees("All of them.")
    desk.sends("/settle/")
    desk.sends("/publish/")
    report.refresh_from_db()
    assert report.state == "published"

    # Anyone goes from the promise to the figure, and from the figure to where it comes from.
    fact = Fact.objects.get(report=report)
    visitor.goes_to(f"/commitments/{framework.owner.reference}/")
    visitor.page.locator("main .results details > summary").click()  # the picture as a table
    visitor.presses(f"main a[href$='{place}indicators/1/']")
    visitor.presses(f"main .table a[href$='/figures/{fact.pk}/']")
    visitor.sees("971")
    visitor.sees("The union's list")
    visitor.goes_to("/results/?q=agreement")
    visitor.sees("Bakers with an agreement")


@IN_TWO_LANGUAGES
def test_anyone_disputes_a_figure_and_reads_what_became_of_it(reader, language, width, scripts):
    person = factories.person("focal@union.test", language=language)
    officer = factories.officer(email="officer@secretariat.test", language=language)
    fact = published(promise(person))
    passport = f"/results/{fact.indicator.framework.reference}/figures/{fact.pk}/"

    # Only who follows the link of the letter has said it.
    visitor = reader(language, width, java_script_enabled=scripts)
    visitor.goes_to(passport)
    visitor.presses("main a[href$='/dispute/']")
    visitor.fills(reason="Four of them bake no more.", email="rosewater@readers.test")
    visitor.presses("main form button")
    assert Dispute.objects.get().state == "unconfirmed"
    letter = Letter.objects.get(to_address="rosewater@readers.test")
    link = re.search(r"(/disputes/confirm/\S+)", letter.text)
    assert link, letter.text
    visitor.goes_to(link[1])
    visitor.presses("main form button")
    dispute = Dispute.objects.get()
    assert dispute.state == "received"

    # The officer takes it up; the organisation replies; both stand beside the figure.
    desk = reader(language, width, java_script_enabled=scripts)
    desk.is_signed_in(officer)
    desk.goes_to("/desk/disputes/")
    desk.presses(f"main a[href$='/disputes/{dispute.reference}/']")
    desk.page.fill("form[action$='/admit/'] [name='reason']", "It names how it is known.")
    desk.presses("form[action$='/admit/'] button")
    union = reader(language, width, java_script_enabled=scripts)
    union.is_signed_in(person)
    union.goes_to(f"/disputes/{dispute.reference}/")
    reply = union.page.locator("form[action$='/reply/'] textarea")
    reply.fill("They baked until December.")
    union.presses("form[action$='/reply/'] button")
    visitor.goes_to(passport)
    visitor.sees("Four of them bake no more.")
    visitor.sees("They baked until December.")

    # It is resolved, and the mark goes while the words stay.
    desk.goes_to(f"/disputes/{dispute.reference}/")
    desk.page.check("form[action$='/resolve/'] input[type='radio'][value='upheld']")
    desk.page.fill("form[action$='/resolve/'] textarea", "The list of December was seen.")
    desk.presses("form[action$='/resolve/'] button")
    fact.refresh_from_db()
    assert not fact.is_disputed
    visitor.goes_to(passport)
    visitor.sees("The list of December was seen.")


@IN_TWO_LANGUAGES
def test_an_assessment_is_published_with_the_reply_of_who_is_assessed(
    reader, language, width, scripts
):
    person = factories.person("focal@union.test", language=language)
    expert = factories.person("expert@university.test", roles=("reviewer",), language=language)
    framework = promise(person)

    reviewer = reader(language, width, java_script_enabled=scripts)
    reviewer.is_signed_in(expert)
    reviewer.goes_to("/assess/")
    reviewer.sends(f"{framework.reference}/assess/")
    reviewer.ticks("verifiable", "yes")
    reviewer.presses("main form button")
    reviewer.fills(potential="substantial", completion="limited")
    reviewer.fills(words="Of thirty agreements twelve were signed.")
    reviewer.presses("main form button")
    reviewer.sends("/send/")
    one = Assessment.objects.get()
    assert one.state == "with_partner"

    union = reader(language, width, java_script_enabled=scripts)
    union.is_signed_in(person)
    union.goes_to(f"/assessments/{one.reference}/")
    union.sees("Of thirty agreements twelve were signed.")
    union.page.fill("form[action$='/reply/'] textarea", "Three more are being written.")
    union.presses("form[action$='/reply/'] button")

    reviewer.goes_to(f"/assessments/{one.reference}/")
    reviewer.sends("/publish/")
    visitor = reader(language, width, java_script_enabled=scripts)
    visitor.goes_to(f"/results/{framework.reference}/")
    visitor.presses(f"main a[href$='/assessments/{one.reference}/']")
    visitor.sees("Of thirty agreements twelve were signed.")
    visitor.sees("Three more are being written.")


@IN_TWO_LANGUAGES
def test_a_report_goes_away_as_a_workbook_and_comes_back(
    reader, tmp_path, language, width, scripts
):
    person = factories.person("focal@union.test", language=language)
    framework = promise(person)
    report = factories.report(framework.periods.get())
    union = reader(language, width, java_script_enabled=scripts)
    union.is_signed_in(person)

    union.goes_to(f"/results/{framework.reference}/reports/{report.pk}/edit/")
    union.presses("main a[href$='/upload/']")
    with union.page.expect_download() as download:
        union.page.click("main a[href$='/sheet.xlsx']")
    download.value.save_as(tmp_path / "report.xlsx")
    book = load_workbook(tmp_path / "report.xlsx")
    sheet = book.worksheets[0]
    mine = f"{framework.reference}/1"
    row = next(one for one in range(1, sheet.max_row + 1) if sheet.cell(one, 1).value == mine)
    sheet.cell(row, list(COLUMNS).index("value") + 1).value = "١٩" if language == "ar" else 19
    sheet.cell(row, list(COLUMNS).index("source") + 1).value = "The union's list"
    book.save(tmp_path / "report.xlsx")

    # Meanwhile somebody else writes another figure: the one choice that is left.
    values = plain.values_of(report)
    reporting.save(report, values | {"1": {"value": "17"}}, values, by=person)
    union.page.set_input_files("main input[type='file']", tmp_path / "report.xlsx")
    union.presses("main form button")
    union.sees("17")
    union.sees("19")
    assert plain.values_of(report)["1"]["value"] == "17"
    union.page.check("main tr:has-text('17') input[value='comes']")
    union.presses("main #confirm button")

    values = plain.values_of(report)["1"]
    assert (values["value"], values["source"]) == ("19", "The union's list")
