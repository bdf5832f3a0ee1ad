"""The pages of docs/reference, drawn from the code: commands, states, settings."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.conf import settings
from django.core.management import get_commands, load_command_class
from django.core.management.base import DjangoHelpFormatter
from django.db.models import TextChoices
from django.utils import translation

from coalition.base.errors import Refused
from coalition.base.states import Verb, diagram
from coalition.commitments.states import (
    AMENDMENT_VERBS,
    CLAIM_VERBS,
    PART_VERBS,
    AmendmentState,
    ClaimState,
    PartState,
)
from coalition.commitments.states import VERBS as COMMITMENT_VERBS
from coalition.commitments.states import State as CommitmentState
from coalition.consultations.states import (
    REMARK_STATES,
    REMARK_VERBS,
    STATEMENT_VERBS,
    StatementState,
)
from coalition.consultations.states import VERBS as CONSULTATION_VERBS
from coalition.consultations.states import State as ConsultationState
from coalition.instruments.states import INTAKE_VERBS, IntakeState
from coalition.interventions.states import ROLE_VERBS
from coalition.interventions.states import VERBS as INTERVENTION_VERBS
from coalition.interventions.states import State as InterventionState
from coalition.mailroom.models import LetterState, Verdict
from coalition.partners.states import (
    ACCESSION_VERBS,
    ACTION_VERBS,
    COMMON_PRIORITY_VERBS,
    FLAG_VERBS,
    MATCH_VERBS,
    MEETING_VERBS,
    PARTNER_VERBS,
    VERIFICATION_VERBS,
    AccessionState,
    ActionState,
    CommonPriorityState,
    FlagState,
    MatchState,
    MeetingState,
    PartnerState,
    VerificationState,
)
from coalition.results.states import (
    ASSESSMENT_VERBS,
    DISPUTE_VERBS,
    REPORT_VERBS,
    AssessmentState,
    DisputeState,
    ReportState,
)

MACHINES: list[tuple[str, dict[str, Verb], Iterable[TextChoices]]] = [
    ("Request to join", ACCESSION_VERBS, AccessionState),
    ("Partner", PARTNER_VERBS, PartnerState),
    ("Verification", VERIFICATION_VERBS, VerificationState),
    ("Flag", FLAG_VERBS, FlagState),
    ("Match on a list", MATCH_VERBS, MatchState),
    ("Meeting of a body", MEETING_VERBS, MeetingState),
    ("Action point", ACTION_VERBS, ActionState),
    ("Common priority", COMMON_PRIORITY_VERBS, CommonPriorityState),
    ("Text read in by hand", INTAKE_VERBS, IntakeState),
    ("Consultation", CONSULTATION_VERBS, ConsultationState),
    ("Statement in a consultation", STATEMENT_VERBS, StatementState),
    ("Remark on a text", REMARK_VERBS, REMARK_STATES),
    ("Key intervention", INTERVENTION_VERBS, InterventionState),
    ("Role in a key intervention", ROLE_VERBS, PartState),
    ("Commitment", COMMITMENT_VERBS, CommitmentState),
    ("Part in a joint commitment", PART_VERBS, PartState),
    ("Amendment of a commitment", AMENDMENT_VERBS, AmendmentState),
    ("Contribution to a key intervention", CLAIM_VERBS, ClaimState),
    ("Report on a period", REPORT_VERBS, ReportState),
    ("Independent assessment", ASSESSMENT_VERBS, AssessmentState),
    ("Dispute of a figure", DISPUTE_VERBS, DisputeState),
]
# Words without a table of moves: reading or sending decides, not a person.
OUTCOMES: list[tuple[str, type[TextChoices]]] = [
    ("Message in", Verdict),
    ("Letter out", LetterState),
]
NOTE = "<!-- Drawn from the code by `make docs`; what is written here by hand is lost. -->"


def pages() -> dict[str, str]:
    """Name and text of every page of reference. Raises Refused where something is not told."""
    with translation.override("en"):
        return {"commands.md": commands(), "states.md": states(), "settings.md": variables()}


# --- Commands


def commands() -> str:
    """Every command and verb of ours, with its options."""
    lines = [
        "# Commands",
        NOTE,
        "`.venv/bin/coalition` is the one command. Every command of Django passes through it too "
        "(`coalition migrate`). Exit code 0 means done, 1 refused with a sentence, 2 wrong usage.",
    ]
    for name in our_commands():
        parser = load_command_class(get_commands()[name], name).create_parser("coalition", name)
        if untold := list(without_help(parser)):
            raise Refused(f"There is no help for {', '.join(untold)}. Please write it.")
        lines += [f"## coalition {name}", parser.description or "", *told(parser)]
        for verb, sub in verbs_of(parser):
            lines += [f"### coalition {name} {verb}", help_of_verb(parser, verb), *told(sub)]
    return "\n\n".join(lines) + "\n"


def our_commands() -> list[str]:
    return sorted(name for name, app in get_commands().items() if str(app).startswith("coalition."))


def without_help(parser: argparse.ArgumentParser) -> Iterator[str]:
    """The commands, verbs and options that have no help, by name."""
    if not parser.description and " " not in parser.prog.removeprefix("coalition "):
        yield parser.prog
    for action in arguments_of(parser):
        if not action.help:
            yield f"{parser.prog} {usage(action)}"
    for verb, sub in verbs_of(parser):
        if not help_of_verb(parser, verb):
            yield f"{parser.prog} {verb}"
        yield from without_help(sub)


def verbs_of(parser: argparse.ArgumentParser) -> list[tuple[str, argparse.ArgumentParser]]:
    return [pair for action in subparsers_of(parser) for pair in action.choices.items()]


def help_of_verb(parser: argparse.ArgumentParser, verb: str) -> str:
    told = [each for action in subparsers_of(parser) for each in action._choices_actions]
    return next((each.help or "" for each in told if each.dest == verb), "")


def subparsers_of(
    parser: argparse.ArgumentParser,
) -> list[argparse._SubParsersAction[argparse.ArgumentParser]]:
    return [each for each in parser._actions if isinstance(each, argparse._SubParsersAction)]


def arguments_of(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    """Its own arguments, without verbs and without the options every Django command has."""
    everywhere = {*DjangoHelpFormatter.show_last, "--force-color", "--skip-checks", "--help"}
    return [
        each
        for each in parser._actions
        if not isinstance(each, argparse._SubParsersAction)
        and not everywhere & set(each.option_strings)
    ]


def told(parser: argparse.ArgumentParser) -> list[str]:
    """The arguments of a command or verb as one list, nothing where it takes none."""
    expand = parser._get_formatter()._expand_help  # writes defaults out
    lines = [f"- `{usage(each)}`: {expand(each)}" for each in arguments_of(parser)]
    return ["\n".join(lines)] if lines else []


def usage(action: argparse.Action) -> str:
    """How an argument is written: `FILE`, `--head N:HASH`, `--json`."""
    takes = action.metavar or action.dest.upper()
    if isinstance(takes, tuple):
        takes = " ".join(takes)
    if action.choices is not None and not action.metavar:
        takes = "|".join(map(str, action.choices))
    if not action.option_strings:
        return takes
    name = action.option_strings[-1]
    return name if action.nargs == 0 else f"{name} {takes}"


# --- States


def states() -> str:
    """Each state machine as a drawing and a table, then the words for mail."""
    lines = ["# States", NOTE, "Who may do what is told by each room's `rules.py`."]
    for title, verbs, names in MACHINES:
        lines += [f"## {title}", f"```mermaid\n{diagram(verbs, names)}\n```"]
        labels = {state.value: str(state.label) for state in names}
        rows = [
            (
                f"`{name}`",
                ", ".join(labels[source] for source in verb.sources),
                labels[verb.target],
                "yes" if verb.needs_reason else "",
            )
            for name, verb in verbs.items()
        ]
        lines.append(table(("Verb", "From", "To", "Needs a reason"), rows))
    for title, words in OUTCOMES:
        rows = [(f"`{word.value}`", str(word.label)) for word in words]
        lines += [f"## {title}", table(("Word", "Meaning"), rows)]
    return "\n\n".join(lines) + "\n"


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


# --- Settings


def variables() -> str:
    """The variables of .env.example, each with its comment and default."""
    blocks = ["# Settings", NOTE]
    comment: list[str] = []
    entries: list[str] = []
    for line in [*example_file().read_text(encoding="utf-8").splitlines(), ""]:
        if line.startswith("#"):
            comment.append(line.removeprefix("#").strip())
        elif "=" in line:
            name, value = line.split("=", 1)
            shown = f" (`{value}`)" if value else ""
            if not comment:
                raise Refused(
                    f"There is no comment before {name} in .env.example. Please write it."
                )
            entries.append(f"- `{name}`{shown}: {' '.join(comment)}")
            comment = []
        elif comment:
            blocks.append(" ".join(comment))
            comment = []
    return "\n\n".join([*blocks, "\n".join(entries)]) + "\n"


def project() -> Path:
    """The folder of the project; Refused where the package was installed without it."""
    folder = Path(settings.PACKAGE).parents[1]
    if not (folder / "docs").is_dir():
        raise Refused(f"There is no folder docs in {folder}. Please run this in a clone.")
    return folder


def example_file() -> Path:
    return project() / ".env.example"
