"""Reading lists of sanctions: the consolidated XML of the UN Security Council, as it is published.

The file is read element by element and never trusted: no entities, no network, no endless files.
It is read whole before anything is written, so that a broken file leaves nothing half-done.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

from django.utils import timezone
from django.utils.translation import gettext as _
from lxml import etree

from coalition.analysis.naming import Index
from coalition.base.errors import Refused
from coalition.base.text import clean_line, clean_text
from coalition.partners.models import EntryKind, ListCode, ListedAs

LARGEST_FILE = 100_000_000  # bytes; the list of 2020 takes 1.6 million
MOST_ENTRIES = 100_000
MOST_NAMES = 500  # of one entry
LONGEST_NAME, LONGEST_FACTS, LONGEST_COMMENT = 500, 500, 10_000
PARTS = ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME", "FIFTH_NAME", "SIXTH_NAME")
QUALITIES = {
    "good": ListedAs.GOOD,
    "low": ListedAs.LOW,
    "a.k.a.": ListedAs.ALIAS,
    "f.k.a.": ListedAs.FORMER,
}


@dataclass(frozen=True)
class Listed:
    """A person or an organisation as a list writes it; `names` are pairs of kind and name."""

    dataid: str
    kind: str
    reference: str
    list_type: str
    listed_on: date | None
    nationalities: str
    birth_dates: str
    designations: str
    comments: str
    names: tuple[tuple[str, str], ...]

    @property
    def digest(self) -> str:
        """SHA-256 of all that is said of the entry."""
        said = json.dumps(asdict(self), default=str, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(said.encode()).hexdigest()


@dataclass(frozen=True)
class ListFile:
    """A list as one file gives it."""

    code: str
    generated_at: datetime
    date_generated: date
    digest: str
    entries: list[Listed] = field(repr=False)

    def index(self) -> Index[str]:
        """All names, to be searched; an entry is called by its reference."""
        return Index((entry.reference, name) for entry in self.entries for _, name in entry.names)


def read(path: Path) -> ListFile:
    """The list in a file. Raises Refused, naming the file, for anything that is no such list."""
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise Refused(
                _("%(file)s is larger than %(most)s MB: that is no list of sanctions.")
                % {"file": path.name, "most": LARGEST_FILE // 1_000_000}
            )
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            file.seek(0)
            return _read(file, path.name, digest)
    except FileNotFoundError:
        raise Refused(_("There is no file %(file)s.") % {"file": path}) from None
    except OSError as error:
        why = error.strerror or error
        raise Refused(_("%(file)s cannot be read: %(why)s.") % {"file": path, "why": why}) from None


def _read(file: BinaryIO, name: str, digest: str) -> ListFile:
    try:
        elements = etree.iterparse(
            file,
            events=("start", "end"),
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        return _read_elements(elements, name, digest)
    except etree.XMLSyntaxError as error:
        raise Refused(
            _("%(file)s is no whole XML file: %(why)s. Fetch it again.")
            % {"file": name, "why": clean_line(str(error.msg), limit=200)}
        ) from None


def _read_elements(elements: Any, name: str, digest: str) -> ListFile:
    generated: datetime | None = None
    entries: list[Listed] = []
    for event, element in elements:
        if event == "start":
            if element.getparent() is None:
                generated = _date_of(element, name)
            continue
        if element.tag in ("INDIVIDUAL", "ENTITY"):
            entries.append(_entry(element, name))
            element.clear()
            if len(entries) > MOST_ENTRIES:
                raise Refused(
                    _("%(file)s holds more than %(most)s entries: that is no list of sanctions.")
                    % {"file": name, "most": MOST_ENTRIES}
                )
    if generated is None or not entries:
        raise Refused(_("%(file)s holds no entry. Fetch it again.") % {"file": name})
    _refuse_doubles(entries, name)
    return ListFile(
        code=ListCode.UN_SECURITY_COUNCIL,
        generated_at=generated,
        date_generated=generated.date(),
        digest=digest,
        entries=entries,
    )


def _date_of(root: Any, name: str) -> datetime:
    """When the list was made, with the clock of its publisher."""
    info = root.getroottree().docinfo
    if info.internalDTD is not None or info.doctype:
        raise Refused(
            _("%(file)s declares a document type, which this list never does. Fetch it again.")
            % {"file": name}
        )
    if root.tag != "CONSOLIDATED_LIST":
        raise Refused(
            _(
                "%(file)s is not the consolidated list of the UN Security Council in XML: "
                "it begins with <%(tag)s>."
            )
            % {"file": name, "tag": clean_line(str(root.tag), limit=60)}
        )
    written = root.get("dateGenerated", "")
    try:
        made = datetime.fromisoformat(written)
    except ValueError:
        raise Refused(
            _("%(file)s does not say in dateGenerated when it was made. Fetch it again.")
            % {"file": name}
        ) from None
    made = made if made.tzinfo else made.replace(tzinfo=UTC)
    if made > timezone.now() + timedelta(days=1):
        raise Refused(
            _("%(file)s says that it was made on %(day)s, which is still to come.")
            % {"file": name, "day": made.date()}
        )
    return made


def _entry(element: Any, name: str) -> Listed:
    is_person = element.tag == "INDIVIDUAL"
    dataid = _text(element, "DATAID", 40)
    names = tuple(_names(element, is_person=is_person))
    if not dataid or not any(kind == ListedAs.PRIMARY for kind, _name in names):
        raise Refused(
            _("%(file)s, line %(line)s: an entry without number or without name. Fetch it again.")
            % {"file": name, "line": element.sourceline}
        )
    return Listed(
        dataid=dataid,
        kind=EntryKind.INDIVIDUAL if is_person else EntryKind.ENTITY,
        reference=_text(element, "REFERENCE_NUMBER", 40) or dataid,
        list_type=_text(element, "UN_LIST_TYPE", 60),
        listed_on=_day(_text(element, "LISTED_ON", 40)),
        nationalities=_joined(element, "NATIONALITY/VALUE"),
        birth_dates="; ".join(_births(element))[:LONGEST_FACTS],
        designations=_joined(element, "DESIGNATION/VALUE", LONGEST_COMMENT),
        comments=clean_text(element.findtext("COMMENTS1") or "", limit=LONGEST_COMMENT),
        names=names,
    )


def _names(element: Any, *, is_person: bool) -> Iterator[tuple[str, str]]:
    """All names, the main one first, none twice."""
    told = [(ListedAs.PRIMARY, " ".join(_text(element, part) for part in PARTS))]
    original = element.iterfind("NAME_ORIGINAL_SCRIPT")
    told += [(ListedAs.ORIGINAL, each.text or "") for each in original]
    for alias in element.iterfind("INDIVIDUAL_ALIAS" if is_person else "ENTITY_ALIAS"):
        quality = _text(alias, "QUALITY").casefold()
        told.append((QUALITIES.get(quality, ListedAs.ALIAS), alias.findtext("ALIAS_NAME") or ""))
    seen = set()
    for kind, raw in told[:MOST_NAMES]:
        name = clean_line(raw, limit=LONGEST_NAME)
        if name and name not in seen:
            seen.add(name)
            yield kind, name


def _births(element: Any) -> Iterator[str]:
    for birth in element.iterfind("INDIVIDUAL_DATE_OF_BIRTH"):
        years = [_text(birth, tag, 20) for tag in ("FROM_YEAR", "TO_YEAR")]
        day = _text(birth, "DATE", 40) or _text(birth, "YEAR", 20) or "–".join(filter(None, years))
        if day:
            note = _text(birth, "NOTE", 100)
            is_about = "APPROXIMATELY" in _text(birth, "TYPE_OF_DATE", 40).upper()
            yield f"{'c. ' if is_about else ''}{day}{f' ({note})' if note else ''}"


def _joined(element: Any, path: str, limit: int = LONGEST_FACTS) -> str:
    found = (clean_line(each.text or "", limit=limit) for each in element.iterfind(path))
    return "; ".join(filter(None, found))[:limit]


def _text(element: Any, tag: str, limit: int = LONGEST_NAME) -> str:
    return clean_line(element.findtext(tag) or "", limit=limit)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _refuse_doubles(entries: list[Listed], name: str) -> None:
    seen: set[str] = set()
    for entry in entries:
        if entry.dataid in seen:
            raise Refused(
                _("%(file)s holds the number %(number)s twice. Fetch it again.")
                % {"file": name, "number": entry.dataid}
            )
        seen.add(entry.dataid)
