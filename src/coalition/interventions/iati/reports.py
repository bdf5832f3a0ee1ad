"""How a file of others is taken in, and what became of each of its records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from coalition.interventions.iati.matching import Match, Organisation
from coalition.interventions.models import Intervention
from coalition.partners.models import Partner

NEW, CHANGED, UNCHANGED, WRONG = "new", "changed", "unchanged", "wrong"
NO_PARTNER = "no partner"  # of organisations: nothing is kept of it, and nothing is wrong
OUTCOMES = (NEW, CHANGED, UNCHANGED, WRONG)


@dataclass(frozen=True)
class Options:
    """How a file is taken in. `lead` leads activities in which no partner is named; `chosen` are
    partners by identifiers or names of the file; `leave_out` takes the good records alone."""

    lead: Partner | None = None
    chosen: Mapping[str, Partner] = field(default_factory=dict)
    is_dry: bool = False
    leave_out: bool = False


@dataclass
class Line:
    """What becomes of a record."""

    line: int
    identifier: str
    title: str
    outcome: str = NEW
    sentences: list[str] = field(default_factory=list)
    lead: Partner | None = None  # who leads an activity, or who an organisation is
    held: Intervention | None = None


@dataclass
class Report:
    """What taking in a file did, or would do."""

    version: str
    of: str  # what its records are: "activities" or "organisations"
    lines: list[Line]
    organisations: Mapping[Organisation, Match]
    is_kept: bool = False

    @property
    def counts(self) -> dict[str, int]:
        found = Counter(each.outcome for each in self.lines)
        wanted = OUTCOMES if self.of == "activities" else (*OUTCOMES, NO_PARTNER)
        return {each: found[each] for each in wanted}
