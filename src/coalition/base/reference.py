"""Reference entries: coded, named, sourced; loaded from the coalition file, edited in the browser.

The file never overwrites a person's edit. Every entry remembers, field by field, what the file
last said (`loaded`); a field is taken from the file only while it still reads as it was loaded.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coalition.base.errors import Refused
from coalition.base.fields import NamesField
from coalition.base.names import Name, in_language
from coalition.base.text import clean_line


class Source(models.Model):
    """Where a fact of the coalition file was read."""

    code = models.SlugField(primary_key=True)
    title = models.CharField(max_length=300)
    url = models.URLField(max_length=500, blank=True)
    seen_on = models.DateField()

    class Meta:
        app_label = "base"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.title


def source_of(title: str, url: str = "") -> Source:
    """The source of this title and address; one that is held already is taken, else it is made,
    as seen today. Safe for two at once."""
    title, url = clean_line(title, limit=300), clean_line(url, limit=500)
    found = Source.objects.filter(title=title, url=url).first()
    if found:
        return found
    digest = hashlib.sha256(f"{title}\n{url}".encode()).hexdigest()[:24]
    made = {"title": title, "url": url, "seen_on": timezone.localdate()}
    return Source.objects.get_or_create(code=f"stated-{digest}", defaults=made)[0]


class Label(models.Model):
    """How an entry was called from a day on. Codes never change; labels do, and keep their day."""

    kind = models.CharField(max_length=60)  # the entry's model, e.g. partners.partnergroup
    code = models.CharField(max_length=60)
    since = models.DateField()
    names = NamesField()
    source = models.ForeignKey(Source, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        app_label = "base"
        ordering = ["kind", "code", "since"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "code", "since"], name="one_label_a_day")
        ]

    @property
    def name(self) -> Name:
        return in_language(self.names)


class Entry(models.Model):
    """What every entry of a vocabulary has. Subclasses add their own fields."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    names = NamesField(_("names"))
    # Languages in which the wording is our own translation, since no source was found.
    ours = models.JSONField(default=list, blank=True)
    source = models.ForeignKey(
        Source, verbose_name=_("source"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    retired_on = models.DateField(_("no longer used from"), null=True, blank=True)
    loaded = models.JSONField(default=dict, editable=False)

    class Meta:
        abstract = True
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> Name:
        return in_language(self.names)

    @property
    def name_made_here(self) -> bool:
        """Is the name shown our own translation rather than the source's wording?"""
        return self.name.language in self.ours

    @property
    def labels(self) -> models.QuerySet[Label]:
        """All names this entry has had, oldest first."""
        return Label.objects.filter(kind=self._meta.label_lower, code=self.code)


def plain(value: Any) -> Any:
    """A field's value as JSON can hold and compare it."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, models.Model):
        return value.pk if isinstance(value, Source) else getattr(value, "code", value.pk)
    return value


@dataclass
class Report:
    """What loading a file did, in sentences."""

    made: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)  # edited or made here, so left as they are
    unchanged: int = 0


def keep_label(entry: Entry, *, since: date | None, source: Source | None) -> None:
    """Remember the entry's present names from `since` (default: today), once.

    A label of the past is never rewritten: where `since` does not come after the latest label,
    the new names hold from today.
    """
    last = entry.labels.order_by("since").last()
    if last and last.names == entry.names:
        return
    since = since or timezone.now().date()
    if last and since <= last.since:
        since = max(last.since, timezone.now().date())
    Label.objects.update_or_create(
        kind=entry._meta.label_lower,
        code=entry.code,
        since=since,
        defaults={"names": entry.names, "source": source},
    )


def load(
    model: type[Any], entries: Iterable[Mapping[str, Any]], report: Report, *, key: str = "code"
) -> dict[str, Any]:
    """Make or update the rows of `model` from the file's entries; returns all rows by key.

    Three ways meet in each field: what the file says now, what it said when last loaded, and what
    the row says. Unedited fields follow the file; edited ones stay and are listed in the report.
    Rows that the file does not name are listed and left alone, and so are rows made here under a
    code that the file names too. Raises Refused for a code that the file names twice.
    """
    rows = {str(getattr(row, key)): row for row in model._default_manager.all()}
    kind = str(model._meta.verbose_name)
    seen = set()
    for values in entries:
        code = str(values[key])
        if code in seen:
            raise Refused(f"The file names the {kind} {code} twice. Remove one of the two.")
        seen.add(code)
        said = {name: plain(value) for name, value in values.items()}
        row = rows.get(code)
        if row is None:
            row = rows[code] = model._default_manager.create(**values, loaded=said)
            report.made.append(f"{kind} {code}")
            continue
        touched = []
        made_here = not row.loaded
        for name, value in values.items():
            here, before, now = plain(getattr(row, name)), said_before(row, name), said[name]
            if here == now:
                continue
            if here == before and not made_here:
                setattr(row, name, value)
                touched.append(name)
            else:
                report.kept.append(
                    f"{kind} {code}, {name}: here {shown(here)}; the file says {shown(now)}"
                )
        if not made_here and row.loaded != said:
            row.loaded = said
            row.save(update_fields=[*touched, "loaded"])
        if touched:
            report.changed.append(f"{kind} {code}: {', '.join(touched)}")
        else:
            report.unchanged += 1
    for code in sorted(rows.keys() - seen):
        origin = "no longer in the file" if rows[code].loaded else "made here"
        report.kept.append(f"{kind} {code}: {origin}; left as it is")
    return rows


def said_before(row: Any, name: str) -> Any:
    """What the file said of this field when last loaded. A field it did not name then was left
    at the model's default, which is nobody's edit."""
    if name in row.loaded:
        return row.loaded[name]
    return plain(row._meta.get_field(name).get_default())


def shown(value: Any) -> str:
    text = str(value)
    return f"“{text if len(text) <= 80 else text[:77] + '…'}”"
