"""The shape of a coalition file, and sentences for whoever wrote one wrong."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any, ClassVar

from django.conf import settings
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from coalition.base.errors import Refused
from coalition.base.text import clean_text
from coalition.instruments.models import (
    AdherenceKind,
    AdoptionMode,
    AnchorKind,
    InstrumentKind,
    PartyKind,
)
from coalition.partners.models import (
    BodyKind,
    Depth,
    NameKind,
    QuestionKind,
    SeatRole,
    Section,
    VettingKind,
    VettingSubject,
)
from coalition.partners.states import OPEN
from coalition.results.models import MOST_DECIMALS, UnitKind

# What else than requests stands on the officers' board.
BOARD_KINDS = ("verification", "focal_point", "address", "message")
BUILT_IN = Path(__file__).parent / "data"


def check_names(names: dict[str, str]) -> dict[str, str]:
    for code, text in names.items():
        if code not in settings.UN_LANGUAGES:
            raise ValueError(
                f"“{code}” is not one of the six UN languages; write ar, en, es, fr, ru or zh"
            )
        if not text.strip() or clean_text(text) != text.strip():
            raise ValueError(f"the text in “{code}” is empty or holds control characters; mend it")
    return names


def check_languages(codes: list[str]) -> list[str]:
    if unknown := set(codes) - set(settings.UN_LANGUAGES):
        raise ValueError(f"“{sorted(unknown)[0]}” is not one of ar, en, es, fr, ru, zh")
    return codes


def one_of(choices: list[str], *, empty: bool = False) -> AfterValidator:
    def check(value: str) -> str:
        if value in choices or (empty and not value):
            return value
        raise ValueError(f"“{value}” is not known; write one of {', '.join(choices)}")

    return AfterValidator(check)


Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,59}$")]
Names = Annotated[dict[str, str], AfterValidator(check_names)]
AllNames = Annotated[
    dict[str, str],
    AfterValidator(check_names),
    AfterValidator(
        lambda names: names if set(names) >= set(settings.UN_LANGUAGES) else missing(names)
    ),
]
Languages = Annotated[list[str], AfterValidator(check_languages)]
Link = Annotated[str, StringConstraints(pattern=r"^(https?://\S+)?$")]


def missing(names: dict[str, str]) -> Any:
    without = ", ".join(code for code in settings.UN_LANGUAGES if code not in names)
    raise ValueError(f"there is no text in {without}; write one, and list it under ours")


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SourceEntry(Shape):
    code: Code
    title: str
    url: Link = ""
    seen_on: date


class Former(Shape):
    names: Names
    since: date
    source: Code


class Named(Shape):
    code: Code
    names: AllNames
    ours: Languages = []
    source: Code
    since: date | None = None
    former: list[Former] = []


class CoalitionEntry(Named):
    purpose: Names
    purpose_ours: Languages = []


class GroupEntry(Named):
    short: AllNames
    is_constituent: bool
    iati_type: str = ""


class SectorEntry(Named):
    """A section of ISIC Rev.4."""


class ThemeEntry(Named):
    number: int
    short: AllNames
    about: Names = {}


class ChallengeEntry(Named):
    number: int | None = None
    short: AllNames
    about: Names = {}


class LevelEntry(Named):
    code: Annotated[str, one_of(["national", "regional", "international"])]
    number: int | None = None
    short: Names = {}
    about: Names = {}


class DeclarationEntry(Named):
    source: Code = ""
    sources: list[Code] = Field(min_length=1)
    short: AllNames
    leaflet_name: str = ""
    kind: Annotated[str, one_of(InstrumentKind.values)]
    level: Annotated[str, one_of(["national", "regional", "international"])]
    adopting_body: Names = {}
    adoption_mode: Annotated[str, one_of(AdoptionMode.values, empty=True)] = ""
    place: Names = {}
    agreed_on: date | None = None
    adopted_on: date | None = None
    begins_on: date | None = None
    ends_on: date | None = None
    symbol: str = ""
    url: Link = ""
    known: Names = {}
    skeleton: str = ""

    @model_validator(mode="after")
    def dates_in_order(self) -> DeclarationEntry:
        if self.begins_on and self.ends_on and self.ends_on < self.begins_on:
            raise ValueError("the meeting ends before it begins; mend begins_on or ends_on")
        return self


class AnchorEntry(Shape):
    kind: Annotated[str, one_of(AnchorKind.values)]
    declaration: Code
    since: date
    why: Names
    source: Code


class PartyEntry(Shape):
    """Who acts beside States: a regional organisation, a territory."""

    code: Code
    kind: Annotated[str, one_of(PartyKind.values)]
    names: AllNames


class AdherenceEntry(Shape):
    """What a source says that somebody did on a declaration: a party by its code (a country's is
    its ISO alpha-3 one), or another organisation by its name."""

    declaration: Code
    party: Annotated[str, StringConstraints(pattern=r"^([A-Z]{2,12})?$")] = ""
    name: Annotated[str, StringConstraints(max_length=300)] = ""
    name_language: str = "en"
    kind: Annotated[str, one_of(AdherenceKind.values)]
    on: date | None = None
    source: Code

    @model_validator(mode="after")
    def of_one(self) -> AdherenceEntry:
        if bool(self.party) == bool(self.name):
            raise ValueError("an adherence is of a party or of an organisation by name; name one")
        return self

    @property
    def key(self) -> str:
        return f"{self.declaration}, {self.party or self.name}, {self.kind}"


class RetentionEntry(Shape):
    kind: Code
    days: Annotated[int, Field(ge=1, le=36500)]
    why: str = ""


class VettingPlanEntry(Named):
    """Its code is a partner group's."""

    depth: Annotated[str, one_of(Depth.values)]
    months: Annotated[int, Field(ge=1, le=120)]


class VettingQuestionEntry(Named):
    kind: ClassVar[str] = VettingKind.QUESTION
    subject: Annotated[str, one_of(VettingSubject.values)]
    help: AllNames = {}
    expected: Annotated[str, one_of(["yes", "no"])]
    depth: Annotated[str, one_of(Depth.values)] = "light"
    groups: list[Code] = []
    retired_on: date | None = None


class ExclusionCriterionEntry(VettingQuestionEntry):
    """A sentence that must not apply."""

    kind: ClassVar[str] = VettingKind.EXCLUSION
    subject: Annotated[str, one_of(VettingSubject.values)] = "conduct"
    expected: Annotated[str, one_of(["no"])] = "no"


class FlagCategoryEntry(Named):
    """What a flag on an organisation may be about."""


class TermEntry(Named):
    """A number of days after which something may be done."""

    code: Annotated[str, one_of(["silence", "warning", "dispute-decision", "assessment-reply"])]
    days: Annotated[int, Field(ge=1, le=3650)]


class UnitEntry(Named):
    """What figures are counted in; `threshold` is for units that count people."""

    short: AllNames
    kind: Annotated[str, one_of(UnitKind.values)]
    decimals: Annotated[int, Field(ge=0, le=MOST_DECIMALS)] = 0
    threshold: Annotated[int, Field(ge=0, le=1000)] = 0


class CategoryEntry(Named):
    """One of the groups by which figures are broken down."""


class DimensionEntry(Named):
    """By what figures are broken down. A category's code begins with its dimension's."""

    category: list[CategoryEntry]

    @model_validator(mode="after")
    def codes_say_whose_they_are(self) -> DimensionEntry:
        for one in self.category:
            if not one.code.startswith(f"{self.code}-"):
                raise ValueError(f"the category “{one.code}” has to begin with “{self.code}-”")
        return self


class ServiceTargetEntry(Shape):
    """In how many days what waits at a stage of the officers' board shall move on."""

    stage: Annotated[str, one_of([*OPEN, *BOARD_KINDS])]
    days: Annotated[int, Field(ge=1, le=3650)]
    source: Code


class AskedEntry(Named):
    """What applicants of some partner groups are asked for; without groups, all."""

    help: Names = {}
    groups: list[Code] = []
    needed: bool = True


class ChoiceEntry(Shape):
    code: Code
    names: AllNames


class QuestionEntry(AskedEntry):
    section: Annotated[str, one_of(Section.values)]
    kind: Annotated[str, one_of(QuestionKind.values)]
    choices: list[ChoiceEntry] = []
    name_kind: Annotated[str, one_of(NameKind.values, empty=True)] = ""

    @model_validator(mode="after")
    def fits_its_kind(self) -> QuestionEntry:
        if (self.kind == QuestionKind.CHOICE) != bool(self.choices):
            raise ValueError("a question of the kind choice, and no other, needs choices")
        if (self.kind == QuestionKind.NAMES) != bool(self.name_kind):
            raise ValueError("a question of the kind names, and no other, needs name_kind")
        return self


class SeatEntry(Shape):
    """A seat that a source names by its office, never by a person's name."""

    code: Code
    role: Annotated[str, one_of(SeatRole.values)]
    office: AllNames
    since: date | None = None
    until: date | None = None
    source: Code


class BodyEntry(Named):
    kind: Annotated[str, one_of(BodyKind.values)]
    remit: AllNames = {}
    meets: Names = {}
    composition: Names = {}
    known: Names = {}
    quorum_seats: Annotated[int, Field(ge=1, le=10_000)] | None = None
    quorum_percent: Annotated[int, Field(ge=1, le=100)] | None = None
    seat: list[SeatEntry] = []

    @model_validator(mode="after")
    def one_quorum(self) -> BodyEntry:
        if self.quorum_seats is not None and self.quorum_percent is not None:
            raise ValueError("a quorum is a number of seats or a share of them; keep one of both")
        return self


class CoalitionFile(Shape):
    coalition: CoalitionEntry
    source: list[SourceEntry]
    partner_group: list[GroupEntry]
    sector: list[SectorEntry] = []
    theme: list[ThemeEntry]
    challenge: list[ChallengeEntry]
    level: list[LevelEntry]
    declaration: list[DeclarationEntry]
    anchor: list[AnchorEntry] = []
    party: list[PartyEntry] = []
    adherence: list[AdherenceEntry] = []
    retention: list[RetentionEntry] = []
    body: list[BodyEntry] = []
    question: list[QuestionEntry] = []
    wanted_document: list[AskedEntry] = []
    eligibility: list[AskedEntry] = []
    vetting_plan: list[VettingPlanEntry] = []
    vetting_question: list[VettingQuestionEntry] = []
    exclusion_criterion: list[ExclusionCriterionEntry] = []
    flag_category: list[FlagCategoryEntry] = []
    term: list[TermEntry] = []
    unit: list[UnitEntry] = []
    dimension: list[DimensionEntry] = []
    service_target: list[ServiceTargetEntry] = []

    @property
    def vetting(self) -> list[VettingQuestionEntry]:
        """Everything that officers answer about an organisation, in the order of the file."""
        return [*self.vetting_question, *self.exclusion_criterion]


class PointEntry(Shape):
    number: Annotated[str, StringConstraints(pattern=r"^[a-z]{1,5}$")]
    gist: Names


class ParagraphEntry(Shape):
    number: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,4}$")]
    eid: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,100}$")]
    gist: Names
    points: list[PointEntry] = []
    themes: list[Code] = []
    challenges: list[Code] = []


class PartEntry(Shape):
    code: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,60}$")]
    number: str = ""
    names: Names
    first: int
    last: int


class Skeleton(Shape):
    declaration: Code
    symbol: str
    source: Code
    part: list[PartEntry]
    paragraph: list[ParagraphEntry]


def find(name: str) -> Path:
    """The file itself, or the coalition of that name that comes with the project."""
    if name.endswith(".toml"):
        return Path(name)
    file = BUILT_IN / f"{name}.toml"
    if file.is_file():
        return file
    known = ", ".join(
        sorted(one.stem for one in BUILT_IN.glob("*.toml") if "skeleton" not in one.stem)
    )
    raise Refused(
        f"There is no coalition “{name}”. Known: {known}. Or give the path of a .toml file."
    )


def parse(path: Path, shape: type[Any]) -> Any:
    try:
        content = tomllib.loads(path.read_bytes().decode("utf-8"))
    except OSError as error:
        raise Refused(f"{path.name} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError as error:
        raise Refused(
            f"{path.name} is not UTF-8 text (byte {error.start}). Save it as UTF-8."
        ) from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise Refused(f"{path.name} is not valid TOML: {error}.") from None
    try:
        return shape.model_validate(content)
    except ValidationError as error:
        raise Refused(sentences(path.name, content, error)) from None


def sentences(file: str, content: Any, error: ValidationError) -> str:
    """Every mistake with its entry named as a person would: “theme 3 (employment), names: …”."""
    lines = []
    for one in error.errors()[:20]:
        place, entry = [], content
        for step in one["loc"]:
            if isinstance(step, int):
                code = ""
                if isinstance(entry, list) and step < len(entry) and isinstance(entry[step], dict):
                    code = entry[step].get("code") or entry[step].get("number") or ""
                place[-1:] = [
                    f"{place[-1] if place else 'entry'} {step + 1}" + (f" ({code})" if code else "")
                ]
            else:
                place.append(str(step))
            try:
                entry = entry[step]
            except (KeyError, IndexError, TypeError):
                entry = None
        mend = {
            "missing": "this is missing; add it",
            "extra_forbidden": "this is not known here; take it out or mend its spelling",
            "string_pattern_mismatch": "this is not of the right form; use letters, digits, - "
            "and _ for codes, and https://… for links",
        }.get(one["type"], re.sub(r"^Value error, ", "", one["msg"]))
        lines.append(f"{', '.join(place) or 'the file'}: {mend}.")
    return f"{file} was not loaded. " + " ".join(lines)


def read(path: Path) -> tuple[CoalitionFile, dict[str, Skeleton]]:
    """The whole file checked, with the skeletons it names by declaration code.

    Raises Refused with a sentence per mistake; nothing is returned half-read.
    """
    file: CoalitionFile = parse(path, CoalitionFile)
    skeletons: dict[str, Skeleton] = {}
    mistakes = list(_mistakes(file))
    for entry in file.declaration:
        if not entry.skeleton:
            continue
        if not re.fullmatch(r"[A-Za-z0-9_-]+\.toml", entry.skeleton):
            mistakes.append(
                f"declaration {entry.code}, skeleton: name a .toml file beside this one"
            )
            continue
        skeleton: Skeleton = parse(path.parent / entry.skeleton, Skeleton)
        mistakes += _skeleton_mistakes(entry, skeleton, file)
        skeletons[entry.code] = skeleton
    if mistakes:
        raise Refused(
            f"{path.name} was not loaded. " + " ".join(f"{one}." for one in mistakes[:20])
        )
    return file, skeletons


def _twice(kind: str, codes: list[str]) -> list[str]:
    seen: set[str] = set()
    return [
        f"{kind} {code} stands twice; take one out or give it a code of its own"
        for code in codes
        if code in seen or seen.add(code)  # type: ignore[func-returns-value]
    ]


def _mistakes(file: CoalitionFile) -> list[str]:
    """What only shows when entries are held against each other."""
    sources = {one.code for one in file.source}
    declarations = {one.code for one in file.declaration}
    mistakes = []
    for kind in (
        "source",
        "partner_group",
        "sector",
        "term",
        "theme",
        "challenge",
        "level",
        "declaration",
    ):
        mistakes += _twice(kind, [one.code for one in getattr(file, kind)])
    mistakes += _twice("service_target", [one.stage for one in file.service_target])
    mistakes += [
        f"service_target {one.stage}: the source “{one.source}” is not in the file"
        for one in file.service_target
        if one.source not in sources
    ]
    mistakes += _twice("anchor", [f"{one.kind} of {one.since}" for one in file.anchor])
    named = [
        ("coalition", file.coalition),
        *[
            (kind, one)
            for kind in (
                "partner_group",
                "sector",
                "term",
                "theme",
                "challenge",
                "level",
                "declaration",
            )
            for one in getattr(file, kind)
        ],
    ]
    for kind, entry in named:
        cited = [
            entry.source,
            *getattr(entry, "sources", []),
            *[one.source for one in entry.former],
        ]
        for code in cited:
            if code and code not in sources:
                mistakes.append(
                    f"{kind} {entry.code}: the source “{code}” is not in the file; add a [[source]]"
                )
    asked = {
        "question": file.question,
        "wanted_document": file.wanted_document,
        "eligibility": file.eligibility,
    }
    mistakes += _asked_mistakes(asked, file, sources)
    mistakes += _vetting_mistakes(file, sources)
    mistakes += _body_mistakes(file, sources)
    for anchor in file.anchor:
        if anchor.source not in sources:
            mistakes.append(
                f"anchor {anchor.kind}: the source “{anchor.source}” is not in the file"
            )
        if anchor.declaration not in declarations:
            mistakes.append(
                f"anchor {anchor.kind}: the declaration “{anchor.declaration}” is not in the file"
            )
    mistakes += _twice("party", [one.code for one in file.party])
    mistakes += _twice("adherence", [one.key for one in file.adherence])
    for act in file.adherence:
        if act.source not in sources:
            mistakes.append(f"adherence {act.key}: the source “{act.source}” is not in the file")
        if act.declaration not in declarations:
            mistakes.append(f"adherence {act.key}: its declaration is not in the file")
    return mistakes


def _asked_mistakes(
    asked: Mapping[str, Sequence[AskedEntry]], file: CoalitionFile, sources: set[str]
) -> list[str]:
    groups = {one.code for one in file.partner_group}
    mistakes = []
    for kind, entries in asked.items():
        mistakes += _twice(kind, [one.code for one in entries])
        for one in entries:
            mistakes += [
                f"{kind} {one.code}: the source “{code}” is not in the file; add a [[source]]"
                for code in (one.source, *(former.source for former in one.former))
                if code not in sources
            ]
            mistakes += [
                f"{kind} {one.code}: the partner group “{code}” is not in the file"
                for code in one.groups
                if code not in groups
            ]
            choices = [each.code for each in getattr(one, "choices", [])]
            mistakes += _twice(f"{kind} {one.code}: the choice", choices)
    return mistakes


def _vetting_mistakes(file: CoalitionFile, sources: set[str]) -> list[str]:
    groups = {one.code for one in file.partner_group}
    kinds = {
        "vetting_plan": file.vetting_plan,
        "vetting_question": file.vetting,
        "flag_category": file.flag_category,
    }
    mistakes = []
    for kind, entries in kinds.items():
        mistakes += _twice(kind, [one.code for one in entries])
        for one in entries:
            mistakes += [
                f"{kind} {one.code}: the source “{code}” is not in the file; add a [[source]]"
                for code in (one.source, *(former.source for former in one.former))
                if code not in sources
            ]
            named = [one.code] if kind == "vetting_plan" else getattr(one, "groups", [])
            mistakes += [
                f"{kind} {one.code}: the partner group “{code}” is not in the file"
                for code in named
                if code not in groups
            ]
    return mistakes


def _body_mistakes(file: CoalitionFile, sources: set[str]) -> list[str]:
    mistakes = _twice("body", [one.code for one in file.body])
    for body in file.body:
        mistakes += _twice(f"body {body.code}: seat", [seat.code for seat in body.seat])
        cited = [body.source, *(one.source for one in [*body.former, *body.seat])]
        mistakes += [
            f"body {body.code}: the source “{code}” is not in the file; add a [[source]]"
            for code in cited
            if code not in sources
        ]
    return mistakes


def _skeleton_mistakes(
    entry: DeclarationEntry, skeleton: Skeleton, file: CoalitionFile
) -> list[str]:
    where = entry.skeleton
    mistakes = _twice(f"{where}: paragraph", [one.number for one in skeleton.paragraph])
    mistakes += _twice(f"{where}: eid", [one.eid for one in skeleton.paragraph])
    mistakes += _twice(f"{where}: part", [one.code for one in skeleton.part])
    if skeleton.declaration != entry.code:
        mistakes.append(f"{where}: it is of “{skeleton.declaration}”, not of “{entry.code}”")
    themes = {one.code for one in file.theme}
    challenges = {one.code for one in file.challenge}
    for one in skeleton.paragraph:
        mistakes += _twice(f"{where}: point {one.number}", [point.number for point in one.points])
        for kind, codes, known in (
            ("theme", one.themes, themes),
            ("challenge", one.challenges, challenges),
        ):
            mistakes += [
                f"{where}: paragraph {one.number}: the {kind} “{code}” is not in the coalition file"
                for code in codes
                if code not in known
            ]
    return mistakes
