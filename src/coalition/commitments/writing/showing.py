"""How plain values read to people: names for codes, and what differs between two of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coalition.analysis.figures import NotAFigure, parse
from coalition.analysis.word_diff import Change as Fate
from coalition.analysis.word_diff import Span, word_diff
from coalition.base.fields import LANGUAGE_NAMES
from coalition.base.names import Name
from coalition.commitments.means import amount_of
from coalition.commitments.models import ResourceKind
from coalition.commitments.writing.ground import (
    LISTS,
    TEXTS,
    WORDS,
    WORDS_ROW,
    Ground,
    Table,
    ground,
    key_of,
    kind_of,
)
from coalition.commitments.writing.queries import name_of_comment
from coalition.results.reporting.plain import day_of

LABELS: Mapping[str, str | Promise] = {
    "title": gettext_lazy("Title"),
    "language": gettext_lazy("Language"),
    "promise": gettext_lazy("The promise in one sentence"),
    "for_whom": gettext_lazy("For whom"),
    "in_line_with": gettext_lazy("National plan or priority it is in line with"),
    "level": gettext_lazy("Level"),
    "starts_on": gettext_lazy("Starts on"),
    "ends_on": gettext_lazy("Ends on"),
    "needs_help": gettext_lazy("It needs the help of others"),
    "help_wanted": gettext_lazy("Which help is wanted"),
    "place": gettext_lazy("Place"),
    "theme": gettext_lazy("Theme"),
    "challenge": gettext_lazy("Challenge"),
    "priority": gettext_lazy("Priority"),
    "comment": gettext_lazy("Comment of supervisors that it answers"),
    "record": gettext_lazy("In line with"),
    "paragraph": gettext_lazy("Paragraph"),
    "how": gettext_lazy("How"),
    "resource": gettext_lazy("Resource"),
    "kind": gettext_lazy("Kind"),
    "words": gettext_lazy("In words"),
    "amount": gettext_lazy("Amount"),
    "unit": gettext_lazy("Currency"),
    "year": gettext_lazy("Year"),
}


@dataclass(frozen=True)
class Change:
    """One difference as people read it; an empty text is what was not there, or is no more. A
    text that is a `Name` says which language it is in."""

    label: str
    before: str
    after: str

    @cached_property
    def spans(self) -> list[Span]:
        """What was kept, taken out and put in, word by word; whole where the languages differ."""
        if language_of(self.before) == language_of(self.after):
            return word_diff(self.before, self.after)
        return [Span(Fate.TAKEN_OUT, self.before), Span(Fate.PUT_IN, self.after)]

    @property
    def language(self) -> str:
        """Of the texts, where both have one; empty for the reader's own."""
        return language_of(self.after) or language_of(self.before)


def language_of(text: str) -> str:
    return getattr(text, "language", "")


def changes(before: Table, after: Table, grounds: Ground | None = None) -> list[Change]:
    """What differs, in the reader's language and in the order of the form. Both are canonical;
    texts of the commitment are in the language that each of them names."""
    grounds = grounds or ground(before, after)
    old, new = before.get(WORDS_ROW, {}), after.get(WORDS_ROW, {})
    found = [
        Change(
            label_of(WORDS_ROW, name, grounds),
            before=shown(WORDS_ROW, name, before, grounds),
            after=shown(WORDS_ROW, name, after, grounds),
        )
        for name in WORDS
        if old.get(name, "") != new.get(name, "")
    ]
    order = [*LISTS, "paragraph", "resource"]
    rows = [row for row in {**before, **after} if kind_of(row) in order]
    found += [
        Change(
            label_of_row(row, grounds),
            before=_whole(row, before, grounds),
            after=_whole(row, after, grounds),
        )
        for row in sorted(rows, key=lambda row: order.index(kind_of(row)))
        if before.get(row) != after.get(row)
    ]
    return found


def label_of_row(row: str, grounds: Ground) -> str:
    """What a row is about: "Place", "Doha, paragraph 30", "Resource 2"."""
    kind = kind_of(row)
    if kind == "paragraph":
        record = grounds.records.get(row)
        return record.citation if record else key_of(row)
    if kind == "resource":
        return f"{LABELS[kind]} {key_of(row)}"
    return str(LABELS[kind]) if kind in LABELS else row


def label_of(row: str, field: str, grounds: Ground) -> str:
    """What a field is about: "Title", "Doha, paragraph 30: How"."""
    if row == WORDS_ROW:
        return str(LABELS.get(field, field))
    if field in ("", "named"):
        return label_of_row(row, grounds)
    return f"{label_of_row(row, grounds)}: {LABELS.get(field, field)}"


def shown(row: str, field: str, values: Table, grounds: Ground) -> str:
    """A field's text as people read it: the name of what a code stands for, a day as days are
    written; empty where nothing is said."""
    text = values.get(row, {}).get(field, "")
    if not text:
        return ""
    language = values.get(WORDS_ROW, {}).get("language", "")
    if field in TEXTS or field in ("how", "words"):
        return Name(text, language) if language else text
    if field == "named":
        return name_of(row, grounds)
    if field == "language":
        return LANGUAGE_NAMES.get(text, text)
    if field == "level":
        return grounds.levels[text].name if text in grounds.levels else text
    if field in ("starts_on", "ends_on"):
        day = day_of(text)
        return date_format(day) if day else text
    if field == "needs_help":
        return _("Yes")
    if field == "kind":
        return str(dict(ResourceKind.choices).get(text, text))
    return text


def name_of(row: str, grounds: Ground) -> str:
    """The name of what a row stands for; its key where it is not there any more."""
    record = grounds.records.get(row)
    if record is None:
        return key_of(row)
    kind = kind_of(row)
    if kind == "priority":
        return Name(record.words, record.language) if record.words else record.theme.name
    if kind == "comment":
        return name_of_comment(record)
    if kind == "record":
        return Name(record.title, record.title_language)
    return record.citation if kind == "paragraph" else record.name


def _money(texts: Mapping[str, str], grounds: Ground) -> str:
    """The amount with its currency, as amounts are written; as typed where it cannot be read."""
    amount, code = texts.get("amount", ""), texts.get("unit", "")
    unit = grounds.currency(code)
    if unit is None:
        return f"{amount} {code}".strip()
    try:
        figure = amount_of(parse(amount, unit.decimals), unit)
    except NotAFigure:
        figure = amount
    return _("%(figure)s %(unit)s") % {"figure": figure, "unit": unit.short_name} if figure else ""


def _whole(row: str, values: Table, grounds: Ground) -> str:
    """All that a row says in one text."""
    if row not in values:
        return ""
    if kind_of(row) == "resource":
        said = [_money(values[row], grounds) or shown(row, "kind", values, grounds)]
        said += [shown(row, name, values, grounds) for name in ("year", "words")]
        return " · ".join(filter(None, said))
    if kind_of(row) == "paragraph":
        return shown(row, "how", values, grounds) or _("chosen, without a sentence how")
    return name_of(row, grounds)
