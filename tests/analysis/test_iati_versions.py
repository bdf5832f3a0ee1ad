"""What was valid in 2.01 and 2.02 is read as 2.03, to the same values."""

from __future__ import annotations

import io
from typing import Any

import pytest

from coalition.analysis.iati.activities import activity_of
from coalition.analysis.iati.checking import Checked, checked
from coalition.analysis.iati.organisations import organisation_of
from coalition.analysis.iati.versions import IMPLIED, NEWEST, READ, refused

# An activity with all that 2.01 has and that later versions changed, and nothing newer.
OF_2_01 = """<iati-activities version="{version}"><iati-activity xml:lang="en" hierarchy="1">
<iati-identifier>XM-EX-1</iati-identifier>
<reporting-org ref="XM-EX" type="40"><narrative>An Example body</narrative></reporting-org>
<title><narrative>Example</narrative></title>
<description><narrative>Words</narrative></description>
<participating-org role="1" ref="XM-EX" type="40"/>
<activity-status code="2"/><activity-date type="1" iso-date="2015-01-01"/>
<recipient-region code="298" vocabulary="1" percentage="100"/>
<sector vocabulary="2" code="151" percentage="100"/>
<policy-marker vocabulary="1" code="2" significance="3"/>
<default-aid-type code="C01"/>
<budget type="1"><period-start iso-date="2015-01-01"/><period-end iso-date="2015-12-31"/>
<value value-date="2015-01-01">100</value></budget>
<planned-disbursement><period-start iso-date="2015-01-01"/>
<value value-date="2015-01-01">100</value></planned-disbursement>
<transaction><transaction-type code="1"/><transaction-date iso-date="2015-01-01"/>
<value value-date="2015-01-01">100</value><provider-org ref="XM-EX"/><sector code="15110"/>
<recipient-region code="298"/><aid-type code="C01"/></transaction>
<document-link url="https://example.org/" format="text/html"><title><narrative>Page</narrative>
</title><category code="A01"/><language code="en"/></document-link>
<result type="1"><title><narrative>Result</narrative></title><indicator measure="1"
ascending="1"><title><narrative>Indicator</narrative></title>{references}
<baseline year="2014" value="10"><comment><narrative>Comment</narrative></comment></baseline>
<period><period-start iso-date="2015-01-01"/><period-end iso-date="2015-12-31"/>
<target value="20">{dimensions}</target><actual value="15">{dimensions}</actual></period>
</indicator></result><crs-add><other-flags code="1" significance="1"/></crs-add>
</iati-activity></iati-activities>"""

ORGANISATION = """<iati-organisations version="{version}"><iati-organisation>
<organisation-identifier>XM-EX</organisation-identifier><name><narrative>Example</narrative></name>
<reporting-org ref="XM-EX" type="40"><narrative>An Example body</narrative></reporting-org>
<total-budget><period-start iso-date="2015-01-01"/><period-end iso-date="2015-12-31"/>
<value value-date="2015-01-01">100</value></total-budget>
<recipient-country-budget><recipient-country code="KE"/><period-start iso-date="2015-01-01"/>
<period-end iso-date="2015-12-31"/><value value-date="2015-01-01">100</value>
</recipient-country-budget></iati-organisation></iati-organisations>"""


def read(text: str, of: Any, **parts: str) -> tuple[Checked, Any]:
    values: list[Any] = []
    content = text.format(**{"references": "", "dimensions": "", **parts}).encode()
    told = checked(io.BytesIO(content), lambda record: values.append(of(record)))
    return told, values[0]


@pytest.mark.parametrize("version", READ)
@pytest.mark.parametrize(("text", "of"), [(OF_2_01, activity_of), (ORGANISATION, organisation_of)])
def test_older_files_are_valid_and_say_the_same(text: str, of: Any, version: str) -> None:
    told, value = read(text, of, version=version)

    assert (told.version, told.findings) == (version, ())
    assert value == read(text, of, version=NEWEST)[1]


def test_what_2_02_added_is_read() -> None:
    told, value = read(
        OF_2_01,
        activity_of,
        version="2.02",
        references='<reference vocabulary="1" code="A1" indicator-uri="https://example.org/"/>',
        dimensions='<location ref="L1"/><dimension name="sex" value="female"/>',
    )
    indicator = value.results[0].indicators[0]

    assert told.findings == ()
    assert indicator.references[0].code == "A1"
    assert indicator.periods[0].actuals[0].locations == ("L1",)
    assert indicator.periods[0].targets[0].dimensions[0].value == "female"
    assert [(one.year, one.value) for one in indicator.baselines] == [(2014, "10")]


def test_codes_without_a_vocabulary_mean_the_same_list_in_all_versions() -> None:
    _told, value = read(OF_2_01, activity_of, version="2.01")

    assert [(one.code, one.vocabulary) for one in value.aid_types] == [("C01", "")]
    assert IMPLIED["default-aid-type"] == IMPLIED["aid-type"] == "1"


@pytest.mark.parametrize(
    ("version", "is_refused"),
    [
        *(("2.01", False), ("2.02", False), ("2.03", False), (" 2.03 ", False)),
        *(("1.05", True), ("1.01", True), ("2.04", True), ("2.3", True), ("2.00", True)),
        *(("3.0", True), ("", True), ("two", True), ("2.03\x00", True), ("٢.٠٣", True)),
    ],
)
def test_only_versions_that_are_known_are_read(version: str, is_refused: bool) -> None:
    assert refused(version) is is_refused
