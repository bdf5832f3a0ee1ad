"""What holds for the whole house: the order of the rooms, and that nothing is left untold."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.core.management.base import CommandError

from coalition.base.states import Verb
from coalition.web import reference

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONTRACTS = {each["name"]: each for each in PROJECT["tool"]["importlinter"]["contracts"]}


def floors() -> dict[str, int]:
    """Each room and how high it lies, the ground floor last in the contract: `base` is 0."""
    layers = reversed(CONTRACTS["Rooms stack one way"]["layers"])
    return {
        room.strip().removeprefix("coalition."): floor
        for floor, layer in enumerate(layers)
        for room in layer.split("|")
    }


def test_every_room_is_in_the_order_of_imports():
    folders = {path.parent.name for path in (ROOT / "src" / "coalition").glob("*/__init__.py")}

    assert folders - {"analysis", "formats"} == set(floors()) - {"urls"}


def test_every_room_that_is_an_app_is_installed():
    with_app = {path.parent.name for path in (ROOT / "src" / "coalition").glob("*/apps.py")}
    installed = {
        config.name.removeprefix("coalition.")
        for config in apps.get_app_configs()
        if config.name.startswith("coalition.")
    }

    assert installed == with_app


def test_foreign_keys_point_to_the_same_room_or_one_below():
    floor = floors()
    upward = [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for model in apps.get_models()
        if model.__module__.startswith("coalition.")
        for field in model._meta.get_fields()
        if field.concrete and field.is_relation and field.related_model
        if field.related_model.__module__.startswith("coalition.")
        if floor[field.related_model._meta.app_label] > floor[model._meta.app_label]
    ]

    assert upward == []


def test_every_folder_of_tests_names_a_room():
    folders = {path.parent.name for path in (ROOT / "tests").glob("*/__init__.py")}

    assert folders - {"analysis", "journeys"} <= set(floors())


def test_every_room_with_records_keeps_its_inner_order():
    contract = CONTRACTS["Inside a room"]
    rooms = {room for room in floors() if list((ROOT / f"src/coalition/{room}").glob("models*"))}

    assert rooms - {"base"} == {name.removeprefix("coalition.") for name in contract["containers"]}


@pytest.mark.django_db
def test_no_migration_is_missing(capsys):
    call_command("makemigrations", "--check", "--dry-run")

    assert capsys.readouterr().out == "No changes detected\n"


def test_every_machine_of_states_is_drawn():
    machines = [model.VERBS for model in apps.get_models() if hasattr(model, "VERBS")]

    assert machines
    assert [
        verbs for verbs in machines if verbs not in [each[1] for each in reference.MACHINES]
    ] == []


@pytest.mark.parametrize("machine", reference.MACHINES, ids=lambda machine: machine[0])
def test_states_are_all_reached_and_all_known(machine):
    _, verbs, states = machine
    known = {state.value for state in states}
    named = {str(state) for verb in verbs.values() for state in (*verb.sources, verb.target)}
    first = next(iter(states)).value

    assert all(isinstance(verb, Verb) for verb in verbs.values())
    assert named <= known
    assert {str(verb.target) for verb in verbs.values()} | {first} == known


def test_every_command_verb_and_option_has_help():
    # Refused names the first command without.
    assert reference.commands().startswith("# Commands\n")


def test_reference_pages_are_as_the_code_says():
    call_command("docs", "--check")


def test_stale_reference_page_is_refused(monkeypatch):
    monkeypatch.setattr(reference, "pages", lambda: {"states.md": "another text\n"})

    with pytest.raises(CommandError, match=r"^Stale: states\.md\. “make docs” draws them anew\.$"):
        call_command("docs", "--check")


def test_every_variable_of_the_settings_is_in_the_example_file():
    code = (ROOT / "src/coalition/settings.py").read_text(encoding="utf-8")
    read = set(re.findall(r"""env(?:_bool|_int|_list)?\(\s*"([A-Z_]+)\"""", code))
    written = re.findall(r"^([A-Z_]+)=", reference.example_file().read_text("utf-8"), re.M)
    of_tests = {"COALITION_DATA", "COALITION_DATA_REQUIRED", "COALITION_CHROMIUM"}

    assert len(written) == len(set(written))
    assert set(written) - of_tests == read


def test_requirements_name_no_host_and_every_package_has_hashes():
    for file in (ROOT / "requirements").glob("*.txt"):
        text = file.read_text(encoding="utf-8")

        assert "://" not in text
        assert not re.search(r"^\s*-", text.replace("    --hash=", ""), re.M)
        assert all("--hash=sha256:" in entry for entry in re.split(r"\n(?=\S)", text.strip()))


# --- The shape of a room -----------------------------------------------------------------------

ROOMS = sorted(set(floors()) - {"urls", "base", "ui", "api"})
# Decorators and doors that several views go through: they answer for a view that was refused.
DOORS = {"access.py", "doors.py"}


def modules_of(room: str) -> list[Path]:
    """Where a room's own code stands: not its records, migrations, commands and template tags."""
    apart = {"migrations", "management", "templatetags", "models", "examples"}
    found = (ROOT / "src" / "coalition" / room).rglob("*.py")
    return [path for path in sorted(found) if not apart & set(path.parts) and path.stem != "models"]


def is_view(node: ast.FunctionDef) -> bool:
    first = node.args.args[0].annotation if node.args.args else None
    return (
        isinstance(first, ast.Name)
        and first.id == "HttpRequest"
        and isinstance(node.returns, ast.Name)
        and node.returns.id == "HttpResponse"
    )


@pytest.mark.parametrize("room", ROOMS)
def test_views_forms_and_verbs_stand_where_the_shape_says(room):
    misplaced = []
    for path in modules_of(room):
        name, reads = path.name, path.name.endswith(("views.py", "queries.py", "forms.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                if is_view(node) and not name.endswith("views.py") and name not in DOORS:
                    misplaced.append(f"{path.name}: {node.name} is a view")
                words = ast.unparse(node)
                if reads and re.search(r"audit\.record\(|states\.move\(", words):
                    misplaced.append(f"{path.name}: {node.name} is a verb")
            if isinstance(node, ast.ClassDef):
                bases = " ".join(map(ast.unparse, node.bases))
                if re.search(r"\bforms\.(Model)?Form\b", bases) and not name.endswith("forms.py"):
                    misplaced.append(f"{path.name}: {node.name} is a form")
                if re.search(r"\bmodels\.Model\b|\bMove\b", bases):
                    misplaced.append(f"{path.name}: {node.name} is a record")

    assert misplaced == []


def bound_at_import(node: ast.AST, lazy: set[str]) -> list[int]:
    """The lines on which a lazy text is filled in (`_("… %d") % n`) outside a function: there it
    turns into a text of one language, for everybody and for good."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
        return []
    is_filled = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod)
    filled = [node.lineno] if is_filled and called(node.left) in lazy else []
    return filled + [
        line for child in ast.iter_child_nodes(node) for line in bound_at_import(child, lazy)
    ]


def called(node: ast.AST) -> str:
    return ast.unparse(node.func) if isinstance(node, ast.Call) else ""


def test_no_text_is_bound_to_a_language_at_import():
    bound = []
    for path in (ROOT / "src").rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        lazy = {
            name.asname or name.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
            for name in node.names
            if name.name.endswith("_lazy")
        }
        bound += [f"{path.relative_to(ROOT)}:{line}" for line in bound_at_import(tree, lazy)]

    assert bound == []
