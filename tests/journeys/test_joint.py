"""A co-partner's journey: it is asked, reads, confirms, is asked anew, and takes over the lead."""

import re

import pytest

from coalition.mailroom.models import Letter
from tests import factories

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("language", "width", "scripts"), [("en", 1280, True), ("ar", 320, False)], ids=["en", "ar"]
)
def test_two_partners_make_a_promise_together(reader, language, width, scripts):
    bank, union = factories.partner("Example Bank"), factories.partner("Example Union")
    people = [
        factories.mandate(one, "signatory", person=factories.person(language=language)).person
        for one in (union, bank)
    ]
    one = factories.commitment("published", partner=union, title="Safe nights")
    leads, joins = (reader(language, width, java_script_enabled=scripts) for _ in range(2))
    public = reader(language, width, java_script_enabled=scripts)

    # The one that leads asks by name, and the other follows its letter.
    leads.is_signed_in(people[0])
    leads.goes_to(f"/workspace/commitments/{one.reference}/parts/")
    leads.fills(partner="Example Bank", what="Pays for the lamps.")
    leads.ticks("role", "funding")
    leads.presses("main form:has([name=partner]) button")
    joins.is_signed_in(people[1])
    joins.goes_to("/workspace/")
    joins.sees("Safe nights")
    asked = Letter.objects.get(to_person=people[1], key__contains="part_asked")
    joins.goes_to(joins.site + re.search(r"https?://[^/]+(/\S+)", asked.text)[1])
    joins.sees("Pays for the lamps.")
    joins.sees("Sign a wage agreement in every bakery.")
    public.goes_to(f"/commitments/{one.reference}/")
    public.sees_not("Pays for the lamps.")
    joins.sends("/confirm/")
    public.goes_to(f"/commitments/{one.reference}/")
    public.sees("Pays for the lamps.")

    # The words are changed: nobody is held to what they did not say, so it is asked anew.
    part = one.parts.get()
    leads.goes_to(f"/workspace/commitments/{one.reference}/parts/")
    leads.presses(f"main a[href$='/parts/{part.pk}/']")
    leads.fills(what="Pays for the lamps and the guards.")
    leads.sends("/change/")
    public.goes_to(f"/commitments/{one.reference}/")
    public.sees_not("Pays for the lamps")
    joins.goes_to(f"/workspace/commitments/{one.reference}/parts/{part.pk}/")
    joins.sees("Pays for the lamps and the guards.")
    joins.sends("/confirm/")
    public.goes_to(f"/commitments/{one.reference}/")
    public.sees("Pays for the lamps and the guards.")

    # The lead is offered, and taken over.
    leads.goes_to(f"/workspace/commitments/{one.reference}/parts/{part.pk}/")
    leads.page.locator("main details:has(form[action$='/offer-lead/']) > summary").click()
    leads.page.check("#offer_lead-role_0")
    leads.page.fill("#offer_lead-what", "Goes on advising.")
    leads.presses("form[action$='/offer-lead/'] button")
    joins.goes_to(f"/workspace/commitments/{one.reference}/parts/{part.pk}/")
    joins.sees("Goes on advising.")
    joins.sends("/take-lead/")
    one.refresh_from_db()
    assert one.partner == bank
    public.goes_to(f"/commitments/{one.reference}/")
    public.sees("Goes on advising.")
