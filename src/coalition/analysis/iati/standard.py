"""The form of IATI 2.03: which elements there are, what stands in each, in which order, and with
which attributes.

Written down from the official schemas of version 2.03 (iati-activities, iati-organisations and
iati-common; github.com/IATI/IATI-Schemas), which tests hold it against. `FORM` has a line for each
form an element can have:

    form = child child? child+ child*:form @attribute @attribute!:kind

Children stand in this order: one, at most one, at least one, any number. A child has the form of
its own name unless another is named. Attributes are optional, or required (!), and texts unless
their kind is named. `=kind` in place of children: the element holds a value. Elements of other
namespaces may stand behind all children, or where `...` is; attributes of other namespaces may
stand everywhere but in forms with `@-`. `=any`: whatever is well-formed.
"""

from __future__ import annotations

from dataclasses import dataclass

from coalition.analysis.iati.kinds import FREE

# How names of the language XML itself are written: the namespace, a blank, the name.
XML = "http://www.w3.org/XML/1998/namespace "

FORM = """
activities = iati-activity+ @version! @generated-datetime:moment @linked-data-default:uri
iati-activity = iati-identifier:text reporting-org title:words description+ participating-org+
    other-identifier* activity-status:code activity-date+ contact-info* activity-scope?:code
    recipient-country* recipient-region* location* sector* tag* country-budget-items?
    humanitarian-scope* policy-marker* collaboration-type?:code default-flow-type?:code
    default-finance-type?:code default-aid-type*:aid-type default-tied-status?:code budget*
    planned-disbursement* capital-spend? transaction* document-link* related-activity*
    legacy-data* conditions? result* crs-add? fss?
    @last-updated-datetime:moment @xml:lang:language @default-currency @humanitarian:boolean
    @hierarchy:int @linked-data-uri:uri @budget-not-provided

organisations = iati-organisation+ @version! @generated-datetime:moment
iati-organisation = organisation-identifier:any name:words reporting-org total-budget*
    recipient-org-budget* recipient-region-budget* recipient-country-budget* total-expenditure*
    document-link*:organisation-document
    @last-updated-datetime:moment @xml:lang:language @default-currency

any = =any
text = =text
address = =uri
amount = =decimal @-
plain = =text @-
narrative = =text @xml:lang:language
words = narrative+
code = @code!
day = @iso-date!:date
money = =decimal @currency @value-date!:date

reporting-org = narrative+ @ref! @type! @secondary-reporter:boolean
description = narrative+ @type
participating-org = narrative* @ref @type @role! @activity-id @crs-channel-code
owner-org = narrative* @ref
other-identifier = owner-org? @ref! @type!
activity-date = narrative* @type! @iso-date!:date
contact-info = organisation?:words department?:words person-name?:words job-title?:words
    telephone*:text email*:text website*:address mailing-address*:words @type

recipient-country = narrative* @code! @percentage:decimal
recipient-region = narrative* @code! @vocabulary @vocabulary-uri:uri @percentage:decimal
location = location-reach?:code location-id* name?:words description?:words
    activity-description?:words administrative* point? exactness?:code location-class?:code
    feature-designation?:code @ref
location-id = @code! @vocabulary!
administrative = @code! @vocabulary! @level:whole
point = pos:plain @srsName!
sector = narrative* @vocabulary @vocabulary-uri:uri @code! @percentage:decimal
tag = narrative* @code! @vocabulary! @vocabulary-uri:uri
country-budget-items = budget-item+ @vocabulary!
budget-item = description?:words @code! @percentage:decimal
humanitarian-scope = narrative* @type! @vocabulary! @vocabulary-uri:uri @code!
policy-marker = narrative* @vocabulary @vocabulary-uri:uri @code! @significance
aid-type = @code! @vocabulary

budget = period-start:day period-end:day value:money @type @status
planned-disbursement = period-start:day period-end?:day value:money provider-org? receiver-org?
    @type
provider-org = narrative* @ref @provider-activity-id @type
receiver-org = narrative* @ref @receiver-activity-id @type
capital-spend = @percentage!:decimal
transaction = transaction-type:code transaction-date:day value:money description?:words
    provider-org? receiver-org? disbursement-channel?:code sector*:sector-of-transaction
    recipient-country?:country-of-transaction recipient-region?:region-of-transaction
    flow-type?:code finance-type?:code aid-type* tied-status?:code @ref @humanitarian:boolean
sector-of-transaction = narrative* @vocabulary @vocabulary-uri:uri @code!
country-of-transaction = narrative* @code!
region-of-transaction = narrative* @code! @vocabulary @vocabulary-uri:uri

document-link = title:words description?:words category+:code language*:code document-date?:day
    @url!:uri @format!
organisation-document = title:words description?:words category+:code language*:code
    document-date?:day ... recipient-country*:country-of-transaction @url!:uri @format!
related-activity = @ref! @type! @-
legacy-data = @name! @value! @iati-equivalent:name @-
conditions = condition* @attached!:boolean
condition = narrative+ @type! @-

result = title:words description?:words document-link* reference* indicator+
    @type! @aggregation-status:boolean
reference = @code! @vocabulary! @vocabulary-uri:uri
indicator = title:words description?:words document-link* reference*:indicator-reference baseline*
    period* @measure! @ascending:boolean @aggregation-status:boolean
indicator-reference = @vocabulary! @code! @indicator-uri:uri
baseline = location*:place dimension* document-link* comment?:words
    @iso-date:date @year!:positive @value
place = @ref
dimension = @name @value
period = period-start:day period-end:day target* actual*:target
target = location*:place dimension* comment?:words document-link* @value @-

crs-add = other-flags* loan-terms? loan-status? channel-code?:plain
other-flags = @code! @significance!:boolean
loan-terms = repayment-type?:code repayment-plan?:code commitment-date?:day
    repayment-first-date?:day repayment-final-date?:day @rate-1:decimal @rate-2:decimal
loan-status = interest-received?:amount principal-outstanding?:amount principal-arrears?:amount
    interest-arrears?:amount @year!:decimal @currency @value-date!:date
fss = forecast* @extraction-date!:date @priority:boolean @phaseout-year:decimal
forecast = =decimal @year!:decimal @currency @value-date:date

total-budget = period-start:day period-end:day value:money budget-line* @status
recipient-org-budget = recipient-org period-start:day period-end:day value:money budget-line*
    @status
recipient-org = narrative+ @ref @-
recipient-region-budget = recipient-region:region-of-budget period-start:day period-end:day
    value:money budget-line* @status
region-of-budget = narrative* @vocabulary @vocabulary-uri:uri @code
recipient-country-budget = recipient-country:country-of-transaction period-start:day
    period-end:day value:money budget-line* @status
budget-line = value:money narrative+ @ref
total-expenditure = period-start:day period-end:day value:money expense-line*:budget-line
"""

# The two elements with which a file begins.
ROOTS = {"iati-activities": "activities", "iati-organisations": "organisations"}

# Elements that the schema of a root declares by themselves. Inside elements of other namespaces,
# of which it knows nothing, they are judged all the same; all other elements there are not.
_COMMON = "narrative title:words description:words comment:words reporting-org"
DECLARED = {
    "iati-activities": f"""{_COMMON} iati-activities:activities iati-activity iati-identifier:text
        participating-org activity-scope:code recipient-country recipient-region
        collaboration-type:code default-flow-type:code default-aid-type:aid-type
        default-finance-type:code other-identifier sector activity-date activity-status:code
        contact-info default-tied-status:code humanitarian-scope policy-marker capital-spend
        transaction location tag country-budget-items related-activity legacy-data result
        conditions budget planned-disbursement crs-add fss dimension""",
    "iati-organisations": f"""{_COMMON} iati-organisations:organisations iati-organisation
        name:words total-budget recipient-org-budget recipient-region-budget
        recipient-country-budget total-expenditure""",
}


@dataclass(frozen=True)
class Child:
    """An element that may stand in another: where in the order, and how often."""

    name: str
    form: str
    place: int
    is_required: bool
    is_repeated: bool


@dataclass(frozen=True)
class Form:
    """What an element holds: a value of a kind, or children; and its attributes, by their kind.
    `needed` are the children, `typed` the attributes, at which there is something to check."""

    name: str
    kind: str
    children: tuple[Child, ...]
    by_name: dict[str, Child]
    needed: tuple[Child, ...]
    attributes: dict[str, str]
    typed: tuple[tuple[str, str], ...]
    required: tuple[str, ...]
    takes_other_attributes: bool
    # The place in the order of elements of other namespaces; -1: they have none.
    others_at: int


def _read(line: str) -> Form:
    name, _equals, rest = line.partition(" = ")
    kind, others_at, takes_other = "", -1, True
    children: list[Child] = []
    attributes: dict[str, str] = {}
    required: list[str] = []
    for word in rest.split():
        if word == "...":
            others_at = len(children)
        elif word == "@-":
            takes_other = False
        elif word.startswith("@"):
            key, of = word[1:].rsplit(":", 1) if ":" in word else (word[1:], "text")
            key = key.replace("xml:", XML)
            if key.endswith("!"):
                key = key[:-1]
                required.append(key)
            attributes[key] = of
        elif word.startswith("="):
            kind = word[1:]
        else:
            key, _colon, of = word.partition(":")
            bare = key.rstrip("?+*")
            mark, place = key[len(bare) :], len(children) + (others_at >= 0)
            children.append(Child(bare, of or bare, place, mark in ("", "+"), mark in ("+", "*")))
    if not kind and others_at < 0:
        others_at = len(children)
    return Form(
        *(name, kind, tuple(children), {one.name: one for one in children}),
        tuple(one for one in children if one.is_required),
        attributes,
        tuple((key, of) for key, of in attributes.items() if of not in FREE),
        *(tuple(required), takes_other, others_at),
    )


FORMS = {
    one.name: one
    for one in map(_read, FORM.strip().replace("\n    ", " ").splitlines())
    if one.name
}
ANYWHERE: dict[str, dict[str, Form]] = {
    root: {
        name: FORMS[form or name]
        for name, _colon, form in (word.partition(":") for word in words.split())
    }
    for root, words in DECLARED.items()
}
