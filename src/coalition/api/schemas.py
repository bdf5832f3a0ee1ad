"""The shapes of what the API gives, as its OpenAPI description shows them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any

from django.conf import settings
from ninja import Field, Schema
from pydantic import StringConstraints

from coalition.catalogue.models import Kind
from coalition.commitments.states import PUBLIC
from coalition.consultations.states import PUBLIC as PUBLIC_CONSULTATIONS
from coalition.consultations.summing.figures import KEYS as RESULT_KEYS
from coalition.instruments.models import ExternalKind
from coalition.interventions.models import Kind as InterventionRole
from coalition.interventions.states import State as InterventionState
from coalition.partners.models import Scope
from coalition.results.models import Light, Role

Names = dict[str, str]
MOST_PAGES = 10_000
LARGEST_PAGE = 200
# Codes and references as filters: nothing else can name a record.
Code = Annotated[str, StringConstraints(max_length=120, pattern=r"^[A-Za-z0-9_.\-]*$")]
Key = Annotated[str, StringConstraints(max_length=190, pattern=r"^[A-Za-z0-9_.:/\-]*$")]


RecordId = Annotated[int, Field(ge=1, le=2**31 - 1)]


class Paging(Schema):
    page: int = Field(1, ge=1, le=MOST_PAGES, description="Which page, from 1.")
    page_size: int = Field(50, ge=1, le=LARGEST_PAGE, description="Records a page.")


PublicState = StrEnum("PublicState", {one.name: one.value for one in PUBLIC})
ConsultationState = StrEnum(
    "ConsultationState", {one.name: one.value for one in PUBLIC_CONSULTATIONS}
)


class PartnerFilters(Schema):
    group: Code = ""
    scope: Scope | None = None
    country: Code = ""
    theme: Code = Field("", description="One of their priorities.")


class CommitmentFilters(Schema):
    partner: Code = Field("", description="That leads it, or has a part in it.")
    group: Code = Field("", description="Of one of these partners.")
    state: PublicState | None = None
    needs_help: bool | None = Field(None, description="Whether help of others is wanted.")
    theme: Code = ""
    challenge: Code = ""
    place: Code = Field("", description="With everything inside it.")
    level: Code = ""
    declaration: Code = ""
    provision: Code = Field("", description="An eid, with everything inside it.")


PublicStage = StrEnum(
    "PublicStage",
    {one.name: one.value for one in InterventionState if one != InterventionState.DRAFT},
)
RoleInIntervention = StrEnum(
    "RoleInIntervention", {one.name: one.value for one in InterventionRole}
)


class InterventionFilters(Schema):
    stage: PublicStage | None = None
    partner: Code = Field("", description="That confirmed a role in it.")
    group: Code = Field("", description="Of a partner that confirmed a role in it.")
    role: RoleInIntervention | None = Field(None, description="With group: of such a partner.")
    theme: Code = ""
    challenge: Code = ""
    priority: Code = Field("", description="A common priority.")
    place: Code = Field("", description="With everything inside it.")
    level: Code = ""
    declaration: Code = ""
    provision: Code = Field("", description="An eid of that declaration, with all inside it.")


class ConsultationFilters(Schema):
    state: ConsultationState | None = None
    open_to: Code = Field("", description="Those that grant this ability now: react, propose, …")
    theme: Code = Field("", description="Its scope, or one that it answers.")
    challenge: Code = ""
    place: Code = Field("", description="With everything inside it.")
    level: Code = ""


class ConsentFilters(Schema):
    instrument: Code = Field("", description="Its symbol or code, such as C087.")
    country: Code = Field("", description="ISO 3166 alpha-3, or EU.")
    on: date | None = Field(None, description="The day asked about; today where it is not told.")


class ExternalFilters(Schema):
    register_code: Code = Field("", description="Of which register, such as ndc.")
    party: Code = Field("", description="ISO 3166 alpha-3, or EU.")
    kind: ExternalKind | None = None
    language: Code = Field("", description="A BCP 47 tag.")
    gone: bool = Field(False, description="Those that the register does not have any more.")


class FrameworkFilters(Schema):
    partner: Code = Field("", description="Who reports.")
    group: Code = ""
    light: Light | None = None


class FigureFilters(Schema):
    indicator: int | None = Field(None, ge=1, le=32_767, description="Its number.")
    role: Role | None = None


class Wanted(Schema):
    q: str = Field(min_length=1, max_length=200, description="Words; a record holds all of them.")
    kind: Kind | None = None
    theme: Code = ""
    place: Code = ""
    group: Code = ""

    @property
    def wishes(self) -> dict[str, str]:
        return {name: value for name, value in self.dict(exclude={"q"}).items() if value}


class Problem(Schema):
    detail: str = Field(description="One sentence in the language asked for (Accept-Language).")


class Gone(Problem):
    """A record that was public and is no more: when it ended, and why."""

    reference: str
    withdrawn_on: date
    reason: str


class Licence(Schema):
    name: str = "CC BY 4.0"
    url: str = "https://creativecommons.org/licenses/by/4.0/"
    attribution: str = Field(
        default_factory=lambda: f"{settings.COALITION_NAME}, {settings.SITE_URL}"
    )
    note: str = (
        "Names and facts are the sources' own where one is named; wordings of official texts "
        "belong to their publishers. Records with is_example are made up."
    )


class Listed(Schema):
    licence: Licence = Field(default_factory=Licence)
    count: int = Field(description="Records on all pages.")
    page: int
    page_size: int
    pages: int
    next: str | None = Field(description="The next page's address.")
    previous: str | None
    results: list[Any]


class Source(Schema):
    """Where a fact was read."""

    code: str
    title: str
    url: str
    seen_on: date


class Named(Schema):
    """What every entry of a vocabulary has."""

    code: str
    names: Names = Field(description="By language: ar, en, es, fr, ru, zh.")
    our_translations: list[str] = Field(
        description="Languages in which the name is our translation, since no source was found."
    )
    source: Source | None
    url: str | None = Field(description="The page for people.")
    is_example: bool = False
    retired_on: date | None


class PartnerGroup(Named):
    short_names: Names
    is_constituent: bool
    iati_type: str


class Theme(Named):
    number: int
    short_names: Names
    about: Names


class Challenge(Named):
    short_names: Names
    about: Names


class Place(Schema):
    code: str = Field(description="ISO 3166 alpha-3, or the UN M49 number of a region.")
    kind: str
    m49: str
    iso2: str
    names: Names
    parent: str | None
    is_un_member: bool
    url: str
    is_example: bool = False


class Version(Schema):
    symbol: str
    language: str
    title: str
    adopted_on: date | None
    source_url: str
    sha256: str
    imported_at: datetime


class Declaration(Named):
    short_names: Names
    leaflet_name: str
    kind: str
    level: str | None
    adopting_body: Names
    adoption_mode: str
    place: Names
    agreed_on: date | None
    adopted_on: date | None
    begins_on: date | None
    ends_on: date | None
    symbol: str
    official_document: str
    known: Names
    versions: list[Version]


class Consent(Schema):
    """Where a party stands under an instrument on a day, and what that rests on."""

    instrument: str
    country: str = Field(description="ISO 3166 alpha-3 of a State or territory, or EU.")
    names: Names = Field(description="Of the party, by language.")
    on: date
    status: str = Field(
        description="not_bound, signed, pending, in_force, denounced; unknown is none of these."
    )
    since: date | None
    why: str = Field(description="What the status lacks, or what to know of it, as a code.")
    source_says: str = Field(description="The status in the source's own word, where it has one.")
    source: Source
    as_of: date = Field(description="The day on which the source said so; later days are not told.")
    url: str = Field(description="The page for people, with every act and the rule.")
    is_example: bool


class Register(Schema):
    """A register that others keep. Nothing in it is a commitment of ours."""

    code: str
    names: Names
    about: Names
    kept_at: str = Field(description="Where it is kept.")
    source: Source = Field(description="Where its list was taken from.")
    as_of: date | None = Field(description="The day it was taken; none where that was not told.")
    documents: int
    url: str
    is_example: bool


class External(Schema):
    """A document in a register of others; its text is not held."""

    id: int
    register_code: str
    key: str = Field(description="What names it in its register from one list to the next.")
    kind: str = Field(description="submission, addendum or translation.")
    party: str | None = Field(description="ISO 3166 alpha-3 or EU; none where it is not held.")
    party_name: str = Field(description="As the register writes it.")
    title: str
    title_language: str
    language: str = Field(description="Of the document, a BCP 47 tag; empty: not known.")
    version: str
    status: str = Field(description="The register's own word.")
    submitted_on: date | None
    kept_at: str = Field(description="Where the document is.")
    file_name: str
    belongs_to: int | None = Field(description="The submission's id.")
    belongs_because: str = Field(description="The rule that says so, or why none does.")
    gone_at: datetime | None = Field(description="Since when the register does not have it.")
    source: Source
    as_of: date | None
    url: str
    is_example: bool


class Footnote(Schema):
    mark: str
    words: str


class Wording(Schema):
    symbol: str
    language: str
    source_url: str
    heading: str
    words: str
    footnotes: list[Footnote]


class Provision(Schema):
    declaration: str
    eid: str = Field(description="Akoma Ntoso id, lasting.")
    number: str
    role: str
    position: int
    parent: str | None
    gist: Names = Field(description="What it is about, in our words.")
    themes: list[str]
    challenges: list[str]
    wording: Wording | None = Field(description="None where the wording is not held.")
    commitments: int = Field(description="Public commitments that deliver on it or its points.")
    official_document: str
    url: str
    is_example: bool = False


class Deliverer(Schema):
    reference: str
    title: str
    language: str
    partner: str
    partner_name: str
    is_example: bool
    url: str


class ProvisionWithCommitments(Provision):
    delivered_by: list[Deliverer] = Field(description="The newest, at most 200.")


class Priority(Schema):
    rank: int
    theme: str
    level: str
    place: str
    words: str
    language: str


class Partner(Schema):
    reference: str
    state: str = Field(description="active, non_communicating, or suspended (then not listed).")
    names: Names = Field(description="As the organisation writes it, by language.")
    our_translations: list[str] = []
    group: str
    scope: str
    country: str | None
    website: str
    about: Names
    joined_on: date
    priorities: list[Priority]
    focal_points: list[str] = Field(description="Names of those who chose to be named.")
    source: Source | None = None
    url: str
    is_example: bool


class Delivery(Schema):
    declaration: str
    eid: str
    number: str
    how: str


class Figure(Schema):
    value: str = Field(description="Plain decimals of whole units, or words; empty: not given.")
    unit: str | None


class Measured(Schema):
    number: int = Field(description="Within its framework; it never changes.")
    title: str
    measure: str = Field(description="number, percentage, scale, yes_no or text.")
    rule: str = Field(description="How figures become a total: sum, latest, maximum, …")
    baseline: Figure | None
    no_baseline: str = Field(description="Why there is none.")
    target: Figure | None = Field(description="By the end.")
    reached: list[Figure] = Field(description="The total so far; one a unit, never added.")


class Goal(Schema):
    level: str
    title: str
    indicators: list[Measured]


class Means(Schema):
    """With what a commitment is carried out; of money the amount in whole units."""

    kind: str
    words: str
    amount: str | None
    currency: str | None
    year: int | None


class Part(Schema):
    """What a partner does in a joint commitment that another one leads; it confirmed that."""

    partner: str
    partner_name: str
    group: str
    role: str = Field(description="implementing, funding, extending or supporting, as in IATI.")
    what: str


class PartOfPartner(Part):
    commitment: str
    title: str
    language: str = Field(description="Of title and what.")
    state: str
    led_by: str
    led_by_name: str
    url: str
    is_example: bool


class InLineWith(Schema):
    """A record of a register that others keep; it is no commitment of ours."""

    register_code: str
    key: str
    kind: str = Field(description="submission, addendum or translation.")
    title: str
    language: str
    url: str


class ContributesTo(Schema):
    """A result of a key intervention to which a commitment contributes, as the lead confirmed."""

    intervention: str
    indicator: int = Field(description="Its number within the intervention's framework.")
    share: str = Field(description="Per cent of the result, as a plain decimal.")
    how: str


class Commitment(Schema):
    reference: str
    state: str = Field(description="published, completed_claimed, closed or inactive.")
    partner: str = Field(description="That leads it and reports.")
    partner_name: str
    parts: list[Part]
    promised_by: str | None = Field(description="Who made it, where partner carries it on.")
    group: str
    language: str = Field(description="The language of its texts.")
    title: str
    promise: str
    for_whom: str
    framework: str = Field(description="Of its results: RES-2026-0001.")
    reports: str = Field(description="reported, due, overdue or silent.")
    goals: list[Goal]
    resources: list[Means]
    needs_help: bool
    help_wanted: str
    in_line_with: str
    external_records: list[InLineWith]
    level: str | None
    starts_on: date | None
    ends_on: date | None
    places: list[str]
    themes: list[str]
    challenges: list[str]
    priorities: list[str] = Field(description="Keys such as PAR-2026-0001:1.")
    delivers_on: list[Delivery]
    contributes_to: list[ContributesTo]
    published_at: datetime
    closed_at: datetime | None
    editions: int = Field(description="How often its words were set: the first, and amendments.")
    source: Source | None = None
    url: str
    is_example: bool


class RoleOfPartner(Schema):
    """What a partner does in a key intervention; its own people confirmed it."""

    partner: str
    partner_name: str
    group: str
    role: str = Field(
        description="champion, lead, co_lead, implementing, funding, extending or beneficiary."
    )
    what: str


class Outsider(Schema):
    """An organisation that takes part and is no partner."""

    name: str
    language: str
    role: str


class Contributing(Schema):
    """A commitment that contributes to a result: claimed by those who made it, confirmed by those
    who lead the intervention. A contribution is claimed, not a cause."""

    commitment: str
    title: str
    language: str
    partner: str
    indicator: int = Field(description="Its number within the intervention's framework.")
    share: str = Field(description="Per cent of the result, as a plain decimal.")
    how: str


class MoneyOfYear(Schema):
    """Plain decimals in whole units of the currency; currencies are never added."""

    currency: str
    year: int
    budget: str
    paid: str


class Intervention(Schema):
    reference: str
    state: str = Field(
        description="pipeline, kick_off, implementation, finalisation, closed, suspended or "
        "cancelled."
    )
    partner: str = Field(description="That leads it and reports.")
    partner_name: str
    roles: list[RoleOfPartner] = Field(description="Confirmed ones alone.")
    outsiders: list[Outsider]
    language: str = Field(description="The language of its texts.")
    title: str
    titles: Names = Field(description="The same in other languages.")
    about: str
    abouts: Names
    for_whom: str
    level: str | None
    starts_on: date | None = Field(description="As planned.")
    ends_on: date | None
    began_on: date | None = Field(description="As it happened.")
    ended_on: date | None
    places: list[str]
    themes: list[str]
    challenges: list[str]
    common_priorities: list[str]
    sdgs: list[str] = Field(description="Goals and targets of the 2030 Agenda: 8, 8.5.")
    decision: str | None = Field(description="Consultation at whose end it was decided.")
    proposals: list[str] = Field(description="Consultation and number: CON-2026-0001/3.")
    source: str = Field(description="Where it was decided, if not in a consultation here.")
    source_url: str
    takes_up: list[Delivery]
    in_line_with: str
    in_line_with_url: str
    external_records: list[InLineWith]
    part_of: str | None = Field(description="The wider intervention.")
    parts: list[str]
    framework: str | None = Field(description="Of its results, once it was kicked off.")
    reports: str | None = Field(description="reported, due, overdue or silent; none before.")
    goals: list[Goal]
    contributions: list[Contributing]
    money: list[MoneyOfYear]
    published_at: datetime
    closed_at: datetime | None
    url: str
    is_example: bool


class Phase(Schema):
    """A stretch of time in which certain things may be done; both moments are exact."""

    kind: str = Field(description="propose, react, discuss, prioritise, panel or respond.")
    grants: list[str] = Field(description="Abilities: propose, react, comment, amend, …")
    opens_at: datetime
    closes_at: datetime = Field(description="From this moment on nothing is taken any more.")
    is_open: bool
    sentence: str = Field(description="Whether it is open; if not, since or until when.")


class Proposal(Schema):
    """A statement that everybody sees: one with which the consultation began, or one that somebody
    who takes part contributed. Nobody is told who a person is."""

    number: int
    text: str
    language: str
    origin: str = Field(description="priority, provision, partner or person.")
    common_priority: str | None
    provision: str | None = Field(description="Declaration and eid: doha/para_23.")
    proposed_by: str | None = Field(
        description="Reference of the organisation, where organisations answer in public."
    )
    credited: list[str] = Field(description="References of partners whose priority it was.")


class Consultation(Schema):
    reference: str
    state: str = Field(description="planned, open, synthesis or called_off, as its phases say.")
    languages: list[str]
    question: Names
    about: Names
    promise: Names = Field(description="What becomes of the answers.")
    place: str | None
    level: str | None
    theme: str | None
    text: str | None = Field(description="The declaration that is discussed.")
    challenges: list[str]
    themes: list[str]
    common_priorities: list[str]
    provisions: list[str] = Field(description="Declaration and eid: doha/para_23.")
    for_partners: bool
    for_invited: bool
    for_everyone: bool
    answers_are_public: bool = Field(description="Those of organisations.")
    zone: str = Field(description="IANA name: by whose clocks its deadlines are told.")
    phases: list[Phase]
    first_proposals: int = Field(description="Those with which it began.")
    proposal_count: int = Field(description="All that are shown, contributed ones among them.")
    announced_at: datetime
    called_off_because: str
    source: Source | None = None
    url: str
    is_example: bool


class ConsultationWithProposals(Consultation):
    proposals: list[Proposal] = Field(
        description="At most 400, by their numbers; all are in pages under /proposals."
    )


# What stands in each of the two sections of results.
SECTION = " ".join(f"`{key}`: {words}" for key, words in RESULT_KEYS.items())


class StatementWords(Schema):
    number: int
    text: str = Field(description="Empty where it is not shown any more.")
    language: str


class ConsultationResults(Schema):
    reference: str
    question: Names
    digest: str = Field(description="SHA-256 of the tally; the audit trail has it too.")
    made_on: date
    statements: list[StatementWords] = Field(
        description="In the order of all lists of figures: a figure a statement."
    )
    organisations: dict[str, Any] = Field(description=SECTION)
    people: dict[str, Any] = Field(description="The same keys. The two are never added together.")
    priorities: dict[str, Any] | None = Field(description="What comes first, where it was asked.")
    is_example: bool


class Framework(Schema):
    reference: str
    owner_kind: str = Field(description="commitment or intervention.")
    owner: str = Field(description="Its reference.")
    title: str
    language: str = Field(description="The language of its texts.")
    reporter: str
    reporter_name: str
    group: str
    light: str | None = Field(
        description="reported, due, overdue or silent; none where no report is due."
    )
    every: int | None = Field(description="Months between two reports.")
    days_to_report: int
    next_due_at: datetime | None
    completed_at: datetime | None = Field(description="When completion was reported, with proof.")
    ended_at: datetime | None
    url: str
    is_example: bool


class Amount(Schema):
    """A figure over all periods, places and partners, of one unit."""

    value: str = Field(description="Plain decimals; empty where it is withheld.")
    unit: str
    figures: int = Field(description="How many it is made from.")
    as_of: date | None
    withheld: str = Field(description="small or protects: why it is not given.")


class StandingIndicator(Schema):
    number: int
    result: str
    level: str
    title: str
    measure: str
    unit: str
    rule: str = Field(description="How figures become a total.")
    direction: str
    no_baseline: str
    baseline: list[Amount]
    target: list[Amount]
    reached: list[Amount] = Field(description="One a unit: currencies are never added.")
    figures: int
    evidence: int
    checked: int = Field(description="Evidence that a second person found to hold.")
    disputed: int = Field(description="Figures that are disputed now.")
    url: str


class FrameworkWithIndicators(Framework):
    indicators: list[StandingIndicator]


class Passport(Schema):
    """One figure and what it rests on. A withheld one has no value, and says why."""

    framework: str
    owner: str
    result: str
    indicator: int
    title: str
    language: str
    measure: str
    unit: str
    currency: str
    rule: str
    role: str = Field(description="baseline, target or actual.")
    period_from: date | None
    period_until: date | None
    place: str
    cell: dict[str, str] = Field(description="The category in each dimension it is broken down by.")
    value: str = Field(description="Plain decimals of whole units.")
    numerator: str
    denominator: str
    text: str
    not_known: str
    basis: str = Field(description="reported, estimated or projected.")
    source: str
    source_url: str
    as_of: date | None
    reporter: str
    reporter_name: str
    report: int | None
    state: str
    published_at: datetime
    checked: bool
    evidence: int
    disputed: bool
    dispute: str
    reply: str
    withheld: str = Field(description="small or protects: why it is not given.")
    is_example: bool
    url: str


class Total(Schema):
    """What figures come to by the rule of their indicator: derived, never entered."""

    indicator: int
    role: str
    rule: str
    period_from: date | None = Field(description="None: over all periods.")
    period_until: date | None
    place: str = Field(description="Empty: over all places.")
    partner: str = Field(description="Empty: of all who report.")
    cell: str = Field(description="Its categories; empty: all that is counted.")
    unit: str
    value: str
    figures: int
    as_of: date | None
    withheld: str


class Found(Schema):
    kind: Kind
    key: str
    titles: Names
    summaries: Names
    url: str
    changed_at: datetime
    is_example: bool


class Knot(Schema):
    position: str = Field(description="above: what it answers; here; below: what came of it.")
    kind: str
    key: str
    title: str
    language: str
    url: str = Field(description="The page for people.")
    thread: str = Field(description="The records that this one hangs with, as JSON.")


def one(shape: type[Schema]) -> type[Schema]:
    """The envelope of a single record."""
    fields = {
        "__annotations__": {"licence": Licence, "record": shape},
        "licence": Field(default_factory=Licence),
    }
    return type(f"One{shape.__name__}", (Schema,), fields)


def many(shape: type[Schema]) -> type[Schema]:
    """The envelope of a page of records."""
    return type(f"Many{shape.__name__}", (Listed,), {"__annotations__": {"results": list[shape]}})  # type: ignore[valid-type]


class ManyFound(Listed):
    results: list[Found]
    is_cut: bool = Field(description="There is more; only the best 1,000 are listed.")


class Thread(Schema):
    licence: Licence = Field(default_factory=Licence)
    knots: list[Knot] = Field(description="At most 100 of each relation.")
