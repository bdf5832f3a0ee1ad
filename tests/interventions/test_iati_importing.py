"""IATI files of others come in: all or nothing, and go out again as they came."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.core.management import CommandError, call_command
from lxml import etree

from coalition.base.errors import Refused
from coalition.base.models import Event
from coalition.interventions import actions
from coalition.interventions.iati.actions import refresh
from coalition.interventions.iati.importing import import_file
from coalition.interventions.iati.queries import organisations_file, organisations_told
from coalition.interventions.iati.reports import Options
from coalition.interventions.models import Intervention, OrganisationCode, Published
from coalition.partners import lookup
from coalition.results.models import Fact
from tests import factories
from tests.interventions.iati_files import (
    activity,
    budget,
    file,
    organisation,
    part_of,
    payment,
    result,
    taken,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def annotated(data_dir):
    return data_dir / "iati" / "annotated" / "activity-standard-example-annotated.xml"


def canonical(xml) -> bytes:
    """Without comments and blanks between elements."""
    tree = etree.fromstring(xml) if isinstance(xml, bytes) else xml
    etree.strip_tags(tree, etree.Comment)
    for one in tree.iter():
        one.text = (one.text or "").strip() or None
        one.tail = None
    return etree.tostring(tree, method="c14n")


@pytest.mark.realdata
def test_the_annotated_example_comes_in_and_goes_out_as_it_came(annotated):
    factories.unit("number"), factories.unit("usd"), factories.unit("eur")
    factories.level("national")
    lead = factories.partner("Name of Agency C")

    report = import_file(annotated, annotated.name, Options(lead=lead), by=factories.officer())

    assert [line.sentences for line in report.lines] == [[]]
    assert report.is_kept
    one = Intervention.objects.get()
    assert one.title == "Activity title"
    published = etree.fromstring(Published.objects.get().xml)
    came = etree.parse(annotated).getroot().find("iati-activity")
    assert canonical(published).decode().split("><") == canonical(came).decode().split("><")


@pytest.fixture
def lead():
    factories.unit("number"), factories.unit("usd"), factories.level("national")
    made = factories.partner("Example ministry")
    lookup.remember([made])
    return made


@pytest.mark.realdata
def test_the_annotated_organisation_comes_in_and_goes_out_as_it_came(data_dir, lead):
    annotated = data_dir / "iati" / "annotated" / "organisation-standard-example-annotated.xml"
    for code in ("usd", "eur"):
        factories.unit(code)
    options = Options(chosen={"AA-AAA-123456789": lead})

    report = import_file(annotated, annotated.name, options, by=None)

    assert [line.sentences for line in report.lines] == [[]]
    content = organisations_file(organisations_told(lead), datetime(2026, 1, 1, tzinfo=UTC))
    official = data_dir / "iati" / "schemas" / "iati-organisations-schema.xsd"
    told = etree.fromstring(content)
    etree.XMLSchema(etree.parse(official)).assertValid(told)
    came = etree.parse(annotated).getroot().find("iati-organisation")
    published = canonical(told.find("iati-organisation")).decode().split("><")
    assert published == canonical(came).decode().split("><")
    assert import_file(annotated, annotated.name, Options(), by=None).counts["unchanged"] == 1


def test_an_organisation_keeps_what_came_and_tells_what_it_brings_now(client, lead, tmp_path):
    content = file(organisation(lead.name), root="organisations")

    assert taken(tmp_path, content).counts["new"] == 1

    code = OrganisationCode.objects.get()
    assert (code.partner, code.identifier, code.is_main) == (lead, "XX-ORG-1", True)
    answer = client.get(f"/iati/{lead.reference}/organisation.xml")
    told = etree.fromstring(answer.content)
    assert [each.findtext("value") for each in told.iter("total-budget")] == ["5"]
    one = factories.intervention("implementation", partner=lead)
    usd = factories.unit("usd")
    days = {"starts_on": date(2025, 1, 1), "ends_on": date(2025, 12, 31)}
    one.budgets.create(
        number=1, amount=700, unit=usd, partner=lead, value_on=date(2025, 1, 1), **days
    )
    told = etree.fromstring(client.get(f"/iati/{lead.reference}/organisation.xml").content)
    assert [each.findtext("value") for each in told.iter("total-budget")] == ["5", "7.00"]
    assert told.findtext(".//organisation-identifier") == "XX-ORG-1"


def test_organisations_that_are_no_partners_are_told_with_who_they_may_be(lead, tmp_path):
    content = file(organisation("The Example ministry"), root="organisations")

    report = taken(tmp_path, content)

    assert report.counts["no partner"] == 1
    assert [match.likely for match in report.organisations.values()] == [(lead,)]
    assert not OrganisationCode.objects.exists()


def test_a_main_identifier_stays(lead, tmp_path):
    lead.iati_codes.create(identifier="XX-MAIN", is_main=True)

    report = taken(tmp_path, file(organisation(), root="organisations"), matched(lead, "XX-ORG-1"))

    assert "is published as XX-MAIN" in report.lines[0].sentences[0]
    assert not OrganisationCode.objects.get(identifier="XX-ORG-1").is_main


def matched(partner, identifier: str = "XX-LEAD") -> Options:
    return Options(chosen={identifier: partner})


def test_a_match_is_kept_and_need_not_be_said_again(lead, tmp_path):
    assert taken(tmp_path, file(activity()), matched(lead)).is_kept

    again = taken(tmp_path, file(activity(), activity(identifier="XX-EXAMPLE-2")))

    assert again.counts == {"new": 1, "changed": 0, "unchanged": 1, "wrong": 0}
    assert [one.partner for one in Intervention.objects.all()] == [lead, lead]


def test_a_match_of_nobody_in_the_file_is_refused(lead, tmp_path):
    with pytest.raises(Refused, match="names no organisation “XX-LAED”"):
        taken(tmp_path, file(activity()), Options(lead=lead, chosen={"XX-LAED": lead}))
    assert not Intervention.objects.exists()


def test_a_trial_changes_nothing(lead, tmp_path):
    options = Options(chosen={"XX-LEAD": lead}, is_dry=True)
    events = Event.objects.count()

    report = taken(tmp_path, file(activity(budget(), after=result())), options)

    assert report.counts["new"] == 1
    assert not report.is_kept
    assert Event.objects.count() == events
    for model in (Intervention, Published, OrganisationCode, Fact):
        assert not model.objects.exists()


def test_a_second_run_changes_nothing_and_writes_nothing(
    lead, tmp_path, django_assert_max_num_queries
):
    content = file(*(activity(budget(), identifier=f"XX-{number}") for number in range(30)))
    assert taken(tmp_path, content, matched(lead)).counts["new"] == 30
    before = list(Published.objects.order_by("pk").values_list("pk", "changed_at"))
    events = Event.objects.count()

    with django_assert_max_num_queries(20) as asked:
        report = taken(tmp_path, content)

    assert report.counts == {"new": 0, "changed": 0, "unchanged": 30, "wrong": 0}
    assert list(Published.objects.order_by("pk").values_list("pk", "changed_at")) == before
    assert Event.objects.count() == events
    writes = [
        each["sql"] for each in asked.captured_queries if each["sql"][:6] in ("INSERT", "UPDATE")
    ]
    assert all("counter" in each for each in writes)


def test_what_changed_is_attached_in_queries_that_do_not_grow(
    lead, tmp_path, django_assert_max_num_queries
):
    def told(count: int, actual: str, *amounts: str) -> str:
        money = "".join(map(payment, amounts))
        return file(
            *(
                activity(budget() + money, identifier=f"XX-{number}", after=result(actual))
                for number in range(count)
            )
        )

    taken(tmp_path, told(30, "7", "50"), matched(lead))

    # Two of each activity hold its event of the trail.
    with django_assert_max_num_queries(220):
        report = taken(tmp_path, told(30, "8", "50", "60"))

    assert report.counts["changed"] == 30
    assert report.lines[0].sentences == ["2 figures and amounts are new."]
    one = Intervention.objects.first()
    assert [each.amount for each in one.payments.order_by("number")] == [5_000, 6_000]
    actuals = Fact.objects.filter(indicator__framework=one.framework, role="actual")
    assert sorted(actuals.values_list("value", "state")) == [(7, "superseded"), (8, "published")]
    assert 'actual value="8"' in one.iati_record.xml


def test_what_fits_no_indicator_is_told(lead, tmp_path):
    taken(tmp_path, file(activity(after=result())), matched(lead))

    other = result().replace("Wells dug", "Pumps built")
    report = taken(tmp_path, file(activity(after=result("8") + other)))

    assert report.lines[0].sentences == [
        "1 figures and amounts are new.",
        "<indicator> “Pumps built” is no indicator here, so it is left out.",
    ]


def test_words_that_were_changed_here_stay_when_a_newer_file_comes(lead, tmp_path):
    ends = '<activity-date type="3" iso-date="2026-01-01"/>'
    taken(tmp_path, file(activity(ends, after=result())), matched(lead))
    one = Intervention.objects.get()
    actions.edit(one, fields={"title": "Wells of the people"}, why="Asked.", by=factories.officer())

    taken(tmp_path, file(activity(ends, title="Example wells 2", after=result("8"))))

    told = etree.fromstring(Published.objects.get().xml)
    assert told.findtext("title/narrative") == "Wells of the people"
    assert told.find(".//actual").get("value") == "8"


def test_parts_are_tied_whichever_side_tells_it(lead, tmp_path):
    sibling = part_of("XX-ELSEWHERE", kind="3")
    taken(tmp_path, file(activity(identifier="XX-A", after=sibling)), matched(lead))

    above = activity(identifier="XX-B", after=part_of("XX-A", kind="2"))
    below = activity(identifier="XX-C", after=part_of("XX-B"))
    taken(tmp_path, file(above, below))

    wide = Intervention.objects.get(iati_origin__identifier="XX-B")
    assert {one.iati_origin.identifier for one in wide.national_parts.all()} == {"XX-A", "XX-C"}
    told = etree.fromstring(Published.objects.get(intervention__iati_origin__identifier="XX-A").xml)
    related = {(each.get("ref"), each.get("type")) for each in told.iter("related-activity")}
    assert related == {("XX-ELSEWHERE", "3"), ("XX-B", "1")}


def test_our_own_file_is_not_read_back(client, lead, tmp_path):
    one = factories.intervention("implementation", partner=lead)
    refresh([one])
    content = b"".join(client.get("/iati/activities.xml").streaming_content)

    report = taken(tmp_path, content)

    assert report.counts["unchanged"] == 1
    assert not hasattr(Intervention.objects.get(), "iati_origin")


def test_the_command_tells_what_became_of_each(lead, tmp_path, capsys):
    path = tmp_path / "example.xml"
    path.write_text(file(activity(), activity(identifier="XX-2", title=" ")))
    call = ("import", "iati", str(path), "--match", f"XX-LEAD={lead.reference}")

    with pytest.raises(CommandError, match="Nothing was taken in: 1 cannot be taken"):
        call_command(*call)
    assert "XX-2: wrong. <title> is empty" in capsys.readouterr().out
    call_command(*call, "--leave-out", "--dry-run")
    assert "this was a trial" in capsys.readouterr().out
    assert not Intervention.objects.exists()
    call_command(*call, "--leave-out")
    assert "2 activities: 1 new, 0 changed, 0 unchanged, 1 wrong." in capsys.readouterr().out
    assert Intervention.objects.count() == 1


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (("--lead", "PAR-1999-0001"), "There is no partner"),
        (("--match", "XX-LEAD"), "is no match"),
        (("--match", "=PAR-1999-0001"), "is no match"),
    ],
)
def test_options_that_cannot_be_are_told(more, sentence, tmp_path):
    path = tmp_path / "example.xml"
    path.write_text(file(activity()))
    with pytest.raises((Refused, CommandError), match=sentence):
        call_command("import", "iati", str(path), *more)


def test_a_partner_that_left_is_refused_as_lead(lead, tmp_path):
    gone = factories.partner("Example union", state="withdrawn")
    path = tmp_path / "example.xml"
    path.write_text(file(activity()))
    with pytest.raises((Refused, CommandError), match="it is no partner any more"):
        call_command("import", "iati", str(path), "--lead", gone.reference)


def test_publishing_anew_tells_how_many(lead, capsys):
    factories.intervention("implementation", partner=lead)
    call_command("iati", "publish")
    assert "1 interventions are published as IATI; 1 of them changed." in capsys.readouterr().out
    call_command("iati", "publish")
    assert "0 of them changed." in capsys.readouterr().out


def test_a_large_file_is_read_in_several_processes(lead, tmp_path):
    """They know the form of the standard alone, and nothing of the platform."""
    words = "wells " * 1_000
    activities = (activity(identifier=f"XX-{number}", title=words) for number in range(1_500))

    report = taken(tmp_path, file(*activities), Options(lead=lead, is_dry=True, chosen={}))

    assert report.counts["new"] == 1_500
