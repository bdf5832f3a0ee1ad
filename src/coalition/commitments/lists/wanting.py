"""What a commitment shall say: what it says, with what a row of a list says instead."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from django.utils.translation import gettext as _

from coalition.base.errors import Refused
from coalition.base.text import clean_line
from coalition.commitments.lists.columns import FIELDS
from coalition.commitments.lists.lines import NAMED, Layout, Line
from coalition.commitments.models import ResourceKind
from coalition.commitments.writing import plain
from coalition.commitments.writing.ground import (
    LISTS,
    WORDS_ROW,
    Ground,
    Table,
    Values,
    key_of,
    kind_of,
    number_of,
    row_name,
)
from coalition.partners.roster.values import script_language

# In which column a problem of a row and field is mended.
COLUMN_OF = {
    **{kind: code for code, kind in NAMED.items()},
    "unit": "currency",
    "amount": "amount",
    "year": "year",
    "kind": "resources",
    "words": "resources",
    "how": "how",
    "paragraph": "paragraphs",
    "needs_help": "help_wanted",
}


def wanted(line: Line, held: Table, *, grounds: Ground, language: str, layout: Layout) -> Values:
    """The values with what the row says instead. `language` is that of new ones, where the row
    names none; without it the script decides. What cannot be is told with the row."""
    table: Values = {row: dict(texts) for row, texts in held.items()}
    words = table.setdefault(WORDS_ROW, {})
    words |= line.said
    if "help_wanted" in line.said:
        words["needs_help"] = plain.YES
    if not words.get("language"):
        text = f"{words.get('title', '')} {words.get('promise', '')}"
        words["language"] = language or script_language(text)
    replaced = {kind for code, kind in NAMED.items() if code in line.cells}
    replaced |= {"paragraph"} if "paragraphs" in line.cells else set()
    hows = {row: texts.get("how", "") for row, texts in table.items()}
    table = {row: texts for row, texts in table.items() if kind_of(row) not in replaced}
    for row in line.rows:
        table[row] = {"named": plain.YES}
        if hows.get(row):
            table[row]["how"] = hows[row]
    if "how" in line.cells and "paragraphs" not in line.faulty:
        try:
            _say_how(table, str(line.cells["how"]))
        except Refused as refusal:
            layout.refuse(line, "how", str(refusal))
    _give_means(line, table, grounds)
    return table


def _say_how(table: Values, cell: str) -> None:
    """One sentence for all paragraphs, or a line for each."""
    rows = [row for row in table if kind_of(row) == "paragraph"]
    lines = [text for one in cell.split("\n") if (text := clean_line(one, limit=plain.LONGEST))]
    if not rows:
        raise Refused(_("It says how, but the row names no paragraph."))
    if len(lines) not in (1, len(rows)):
        raise Refused(
            _("There are %(rows)s paragraphs, but %(lines)s lines. Write one, or one each.")
            % {"rows": len(rows), "lines": len(lines)}
        )
    for at, row in enumerate(rows):
        table[row]["how"] = lines[at if len(lines) > 1 else 0]


def _give_means(line: Line, table: Values, grounds: Ground) -> None:
    """The means that the row names stand for all of their kind: money, and what is in words.
    One that is there already keeps its number."""
    given = [*(line.money or ()), *(line.means or ())]
    if not given:
        return
    has_money, has_words = line.money is not None, line.means is not None
    numbers = [number_of(row) or 0 for row in table if kind_of(row) == "resource"]
    free = max(numbers, default=0) + 1
    old: dict[str, dict[str, str]] = {}
    for row in [row for row in table if kind_of(row) == "resource"]:
        is_money = table[row].get("kind") == ResourceKind.FINANCIAL
        if has_money if is_money else has_words:
            old[row] = table.pop(row)
    for texts in given:
        meant = plain.canonical({row_name("resource", 1): texts}, grounds)
        said = meant.get(row_name("resource", 1), texts)
        same = next((row for row, texts in old.items() if _same_means(texts, said)), None)
        if same is not None:
            table[same] = old.pop(same)
            continue
        table[row_name("resource", free)] = said
        free += 1


def _same_means(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    return {name: text for name, text in one.items() if text} == {
        name: text for name, text in other.items() if text
    }


def differences(
    before: Values, after: Values, names: Mapping[str, str]
) -> dict[str, tuple[str, str]]:
    """By column: what the cell would have to hold to say what is there, and what it says. `names`
    are those of paragraphs, by their rows."""
    told = (_as_cells(before, names), _as_cells(after, names))
    codes = [code for code in FIELDS if code in told[0] or code in told[1]]
    pairs = {code: (told[0].get(code, ""), told[1].get(code, "")) for code in codes}
    return {code: pair for code, pair in pairs.items() if pair[0] != pair[1]}


def _as_cells(values: Values, names: Mapping[str, str]) -> dict[str, str]:
    cells: dict[str, list[str]] = defaultdict(list)
    for row, texts in sorted(values.items()):
        kind = kind_of(row)
        if row == WORDS_ROW:
            continue
        if kind == "resource":
            is_money = texts.get("kind") == ResourceKind.FINANCIAL
            fields = ("amount", "unit", "year") if is_money else ("kind", "words")
            said = " ".join(filter(None, (texts.get(name) for name in fields)))
            cells["amount" if is_money else "resources"].append(said)
        elif kind == "paragraph":
            cells["paragraphs"].append(names.get(row, key_of(row)))
            cells["how"] += [texts["how"]] if "how" in texts else []
        elif kind in LISTS:
            cells[COLUMN_OF.get(kind, kind)].append(key_of(row))
    words = {name: text for name, text in values.get(WORDS_ROW, {}).items() if name in FIELDS}
    return words | {code: "; ".join(said) for code, said in cells.items()}
