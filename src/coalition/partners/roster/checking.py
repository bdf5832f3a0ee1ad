"""What taking in a list would do, row by row; nothing is written here.

A row is an organisation: one that we know by its reference, or by its very name in the same
country, or a new one. What a cell leaves empty stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, URLValidator
from django.utils import timezone
from django.utils.translation import gettext as _

from coalition.accounts.models import User
from coalition.base.errors import Refused
from coalition.base.lists import plan
from coalition.base.lists.days import day_of
from coalition.base.lists.plan import ALIKE, CHANGED, NEW, REFUSED, UNCHANGED, Plan, batches
from coalition.base.lists.words import LANGUAGES, bare, found_in
from coalition.base.sheets import Sheet
from coalition.base.text import clean_line, clean_text, fold
from coalition.partners.models import (
    KnownName,
    Mandate,
    MandateRole,
    NameKind,
    Partner,
    PartnerGroup,
    Scope,
)
from coalition.partners.roster import likeness, values
from coalition.partners.roster.columns import FIELDS
from coalition.partners.states import JOINED
from coalition.partners.values import LONGEST_TEXT
from coalition.places.models import Place

# Fields of which a list says the same in many rows.
REPEATED = {"group", "scope", "country", "language", "joined_on"}
a_url = URLValidator(schemes=["http", "https"])
an_email = EmailValidator()


@dataclass(frozen=True)
class Options:
    """What stands in for empty cells of new organisations, as an officer chose it."""

    group: str = ""
    scope: str = ""
    joined_on: str = ""  # ISO
    writes: bool = False  # to the focal points of new organisations

    @classmethod
    def of(cls, *, group: str, scope: str, joined_on: str, writes: bool) -> Options:
        """The options as a person types them. Raises Refused for what they cannot be."""
        groups = values.lookup_of_groups(PartnerGroup.objects.all())
        sentence = _("“%(text)s” is no partner group that we know.")
        scopes = _("“%(text)s” is none of: national, regional, international.")
        return cls(
            found_in(groups, group, sentence).code if group else "",
            found_in(values.SCOPES, scope, scopes) if scope else "",
            day_of(joined_on).isoformat() if joined_on else "",
            writes,
        )

    def kept(self) -> dict[str, Any]:
        return asdict(self)


@dataclass
class Line(plan.Line):
    """One row of the list: an organisation."""

    partner: Known | None = None
    # Of another row of the list, which is made first.
    parent_row: int | None = None

    PRIVATE = ("contact_email", "contact_name")

    @property
    def reference(self) -> str:
        return self.partner.reference if self.partner else ""

    def facts(self) -> str:
        """What a new organisation would be: group, country, scope and day, in codes."""
        if self.outcome not in (NEW, ALIKE):
            return ""
        given = self.values
        codes = [getattr(given.get(code), "code", "") for code in ("group", "country")]
        return " · ".join(filter(None, [*codes, given["scope"], given["joined_on"].isoformat()]))


@dataclass(slots=True)
class Known:
    """A partner as the check compares it."""

    pk: int
    reference: str
    state: str
    name: str
    country: int | None
    parent: int | None


def check(sheet: Sheet, columns: Sequence[str], options: Options) -> Plan[Line]:
    """What each row would do. Raises Refused where the columns cannot make a list of partners."""
    FIELDS.check(sheet.headings, columns)
    if "name" not in columns and "reference" not in columns:
        raise Refused(_("One column must hold the name, or the reference, of the organisations."))
    return _Check(columns, options).plan(sheet)


class _Check:
    def __init__(self, columns: Sequence[str], options: Options) -> None:
        self.columns = columns
        self.options = options
        self.countries = values.lookup_of_places(Place.objects.countries())
        self.groups = values.lookup_of_groups(PartnerGroup.objects.all())
        self.codes = {country.pk: country.code for country in set(self.countries.values())}
        self.group_codes = {group.pk: group.code for group in set(self.groups.values())}
        rows = Partner.objects.order_by("pk").values_list(
            "pk", "reference", "state", "name", "country", "parent"
        )
        self.known = {row[0]: Known(*row) for row in rows.iterator(chunk_size=2000)}
        self.by_reference = {one.reference: one for one in self.known.values()}
        self.met: dict[tuple[str, Any], Any] = {}
        self.by_name: dict[str, list[Known]] = {}
        for one in self.known.values():
            self.by_name.setdefault(fold(one.name), []).append(one)

    def plan(self, sheet: Sheet) -> Plan[Line]:
        lines = [self.line(number, cells) for number, cells in sheet.rows]
        self.refuse_twice(lines)
        self.find_parents(lines)
        self.compare(lines)
        self.look_for_likenesses(lines)
        for line in lines:
            if line.outcome == REFUSED:
                line.changes = {}
        return Plan(lines)

    # --- One row

    def line(self, number: int, cells: Sequence[Any]) -> Line:
        given = {code: cell for code, cell in zip(self.columns, cells, strict=True) if code}
        given = {code: cell for code, cell in given.items() if cell != ""}
        line = Line(number, clean_line(str(given.get("name", "")), limit=300))
        for code, cell in given.items():
            try:
                line.values[code] = self.read(code, cell)
            except Refused as refusal:
                line.refuse(str(refusal))
        line.partner = self.whose(line)
        if line.partner is None:
            self.fill_in(line)
        elif not line.name:
            line.name = line.partner.name
        return line

    def whose(self, line: Line) -> Known | None:
        """The partner that the row is about, where we know it for certain."""
        if reference := line.values.get("reference"):
            found = self.by_reference.get(reference)
            if found is None:
                line.refuse(
                    _("There is no partner %(reference)s. Leave the reference of new ones empty.")
                    % {"reference": reference},
                )
            return found
        country = line.values.get("country")
        alike = self.by_name.get(fold(line.name), [])
        same = [one for one in alike if one.country == (country.pk if country else None)]
        if not country and not same:
            # The list does not say where; one partner of this very name is meant.
            same = alike if len(alike) == 1 else []
            if len(alike) > 1:
                line.refuse(
                    _("%(count)s partners bear this name. Please add the country or reference.")
                    % {"count": len(alike)},
                )
        gone_last = sorted(same, key=lambda one: one.state not in JOINED)
        return gone_last[0] if gone_last else None

    def fill_in(self, line: Line) -> None:
        """What a new organisation needs: from its row, else from the officer's choice."""
        given = line.values
        if not line.name and line.outcome != REFUSED:
            line.refuse(_("The row has no name."))
        if "group" not in given and self.options.group:
            given["group"] = self.groups.get(bare(self.options.group))
        if "scope" not in given and self.options.scope:
            given["scope"] = self.options.scope
        if "joined_on" not in given and self.options.joined_on:
            given["joined_on"] = date.fromisoformat(self.options.joined_on)
        for code in ("group", "scope", "joined_on"):
            if given.get(code) is None and not line.sentences:
                line.refuse(_("It is new and lacks: %(field)s.") % {"field": FIELDS[code].label})
        if given.get("scope") == Scope.NATIONAL and not given.get("country") and not line.sentences:
            line.refuse(_("A national organisation needs its country."))

    # --- Cells

    def read(self, code: str, cell: Any) -> Any:
        """What the cell means. Words that come again and again are looked up once."""
        if code not in REPEATED:
            return getattr(self, f"read_{code}")(cell)
        if (code, cell) not in self.met:
            self.met[code, cell] = getattr(self, f"read_{code}")(cell)
        return self.met[code, cell]

    def read_reference(self, cell: Any) -> str:
        return clean_line(str(cell), limit=20).upper()

    def read_name(self, cell: Any) -> str:
        return self._name(cell, 300)

    def read_acronym(self, cell: Any) -> str:
        return self._name(cell, 60)

    def _name(self, cell: Any, limit: int) -> str:
        text = clean_line(str(cell), limit=limit + 1)
        if len(text) > limit:
            raise Refused(_("The name is longer than %(limit)s letters.") % {"limit": limit})
        if not any(c.isalpha() for c in text):
            raise Refused(_("“%(text)s” is no name.") % {"text": text})
        if word := values.mixed_word(text):
            raise Refused(
                _(
                    "“%(word)s” mixes letters of two scripts that look alike, so it may pretend "
                    "to be another name. Please type it anew."
                )
                % {"word": word[:60]}
            )
        return text

    def read_group(self, cell: Any) -> PartnerGroup:
        sentence = _("“%(text)s” is no partner group that we know.")
        return found_in(self.groups, str(cell), sentence)

    def read_scope(self, cell: Any) -> str:
        sentence = _("“%(text)s” is none of: national, regional, international.")
        return str(found_in(values.SCOPES, str(cell), sentence))

    def read_country(self, cell: Any) -> Place:
        sentence = _("“%(text)s” is no country or area that we know.")
        return found_in(self.countries, str(cell), sentence)

    def read_language(self, cell: Any) -> str:
        sentence = _("“%(text)s” is none of the six languages.")
        return str(found_in(LANGUAGES, str(cell), sentence))

    def read_joined_on(self, cell: Any) -> date:
        day = day_of(cell)
        if day > timezone.now().date():
            raise Refused(_("“%(text)s” lies ahead.") % {"text": day.isoformat()})
        return day

    def read_website(self, cell: Any) -> str:
        text = clean_line(str(cell), limit=301)
        text = text if "://" in text else f"https://{text}"
        try:
            if len(text) > 300:
                raise ValidationError("")
            a_url(text)
        except ValidationError:
            raise Refused(_("“%(text)s” is no web address.") % {"text": text[:80]}) from None
        return text

    def read_about(self, cell: Any) -> str:
        text = clean_text(str(cell), limit=LONGEST_TEXT + 1)
        if len(text) > LONGEST_TEXT:
            raise Refused(
                _("The text is longer than %(limit)s letters.") % {"limit": f"{LONGEST_TEXT:,}"}
            )
        return text

    def read_parent(self, cell: Any) -> str:
        return clean_line(str(cell), limit=300)

    def read_contact_name(self, cell: Any) -> str:
        return clean_line(str(cell), limit=200)

    def read_contact_email(self, cell: Any) -> str:
        text = clean_line(str(cell), limit=255).lower()
        try:
            an_email(text)
        except ValidationError:
            raise Refused(_("“%(text)s” is no e-mail address.") % {"text": text[:80]}) from None
        return text

    # --- All rows together

    def refuse_twice(self, lines: Iterable[Line]) -> None:
        """Two rows about one organisation: the first counts."""
        seen: dict[Any, int] = {}
        for line in lines:
            country = line.values.get("country")
            key: Any = (fold(line.name), country.pk if country else None)
            if line.partner:
                key = line.partner.pk
            first = seen.setdefault(key, line.number)
            if first != line.number and line.outcome != REFUSED:
                line.refuse(_("Row %(row)s is about the same organisation.") % {"row": first})

    def find_parents(self, lines: Sequence[Line]) -> None:
        in_list: dict[str, list[Line]] = {}
        for line in lines:
            in_list.setdefault(fold(line.name), []).append(line)
        for line in lines:
            if "parent" not in line.values or line.outcome == REFUSED:
                continue
            text = line.values.pop("parent")
            found = self.by_reference.get(text.upper())
            named = [found] if found else self.by_name.get(fold(text), [])
            rows = [one for one in in_list.get(fold(text), []) if one is not line]
            rows = [one for one in rows if one.partner is None and one.outcome != REFUSED]
            if len(named) + len(rows) != 1:
                line.refuse(
                    _("“%(text)s”, of which it is a part, is no one partner that we know.")
                    % {"text": text[:80]},
                )
            elif rows:
                line.parent_row = rows[0].number
            else:
                line.values["parent"] = named[0]
        self.refuse_circles(lines)

    def refuse_circles(self, lines: Sequence[Line]) -> None:
        """Nobody is a part of itself, however long the way round."""
        above: dict[Any, Any] = {one.pk: one.parent for one in self.known.values()}
        rows = {line.number: line for line in lines}

        def key(line: Line) -> Any:
            return line.partner.pk if line.partner else ("row", line.number)

        for line in lines:
            if line.outcome != REFUSED and "parent" in line.values:
                above[key(line)] = line.values["parent"].pk
            elif line.outcome != REFUSED and line.parent_row is not None:
                above[key(line)] = key(rows[line.parent_row])
        for line in lines:
            if "parent" not in line.values and line.parent_row is None:
                continue
            start = here = key(line)
            passed = set()
            while here is not None and here not in passed:
                passed.add(here)
                here = above.get(here)
                if here == start:
                    line.refuse(_("It would be a part of itself."))
                    above[start] = None
                    break

    def compare(self, lines: Sequence[Line]) -> None:
        """Old and new values of the partners that we know; what new ones bring."""
        matched = {line.partner.pk: line for line in lines if line.partner}
        held = dict(self._held(matched))
        people = self._people(lines)
        for line in lines:
            if line.outcome == REFUSED:
                continue
            if line.partner is None:
                line.outcome = NEW
                self._new_focal_point(line, people)
                continue
            old = held[line.partner.pk]
            new = self._as_texts(line)
            line.changes = {
                code: (old.get(code, ""), text)
                for code, text in new.items()
                if text != old.get(code, "") and not code.startswith("contact_")
            }
            self._focal_point(line, old, people)
            line.outcome = CHANGED if line.changes else UNCHANGED
            if line.changes and line.partner.state not in JOINED:
                state = Partner(state=line.partner.state).get_state_display()
                line.refuse(
                    _("%(reference)s is “%(state)s”, so nothing can be changed.")
                    % {"reference": line.partner.reference, "state": state},
                )

    def _as_texts(self, line: Line) -> dict[str, str]:
        """The values of the row as texts that can be compared with those we hold."""
        told = {}
        for code, value in line.values.items():
            match code:
                case "reference" | "contact_name" | "contact_email":
                    continue
                case "language":
                    told["name_language"] = value
                case "group" | "country":
                    told[code] = value.code
                case "parent":
                    told[code] = value.reference
                case "joined_on":
                    told[code] = value.isoformat()
                case _:
                    told[code] = value
        return told

    def _held(self, wanted: Iterable[int]) -> Iterator[tuple[int, dict[str, str]]]:
        """What we hold of some partners, as texts."""
        for batch in batches(wanted):
            leads = {
                one.partner_id: one
                for one in Mandate.objects.filter(
                    partner__in=batch, ended_at=None, role=MandateRole.FOCAL_POINT
                ).select_related("person")
            }
            acronyms: dict[int, list[str]] = {}
            for one in KnownName.objects.filter(partner__in=batch, kind=NameKind.ACRONYM):
                acronyms.setdefault(one.partner_id, []).append(one.name)
            acting: dict[int, set[str]] = {}
            open_ones = Mandate.objects.filter(partner__in=batch, ended_at=None)
            for partner, email in open_ones.values_list("partner", "person__email"):
                acting.setdefault(partner, set()).add(email.lower())
            for row in Partner.objects.filter(pk__in=batch).values():
                pk, parent = row["id"], self.known.get(row["parent_id"])
                lead = leads.get(pk)
                yield (
                    pk,
                    {
                        "name": row["name"],
                        "name_language": row["name_language"],
                        "group": self.group_codes[row["group_id"]],
                        "scope": row["scope"],
                        "country": self.codes.get(row["country_id"], ""),
                        "joined_on": row["joined_on"].isoformat(),
                        "website": row["website"],
                        "about": row["about"],
                        "parent": parent.reference if parent else "",
                        "acronym": acronyms.get(pk, [""])[0],
                        "acronyms": acronyms.get(pk, []),
                        "lead": lead.person.email.lower() if lead else "",
                        "acting": acting.get(pk, set()),
                    },
                )

    def _people(self, lines: Sequence[Line]) -> dict[str, bool]:
        """Who of the focal points is known to us: their address, and whether they may sign in."""
        wanted = {line.values["contact_email"] for line in lines if "contact_email" in line.values}
        found: dict[str, bool] = {}
        for batch in batches(wanted):
            rows = User.objects.filter(email__in=batch).values_list("email", "is_active")
            found |= {email.lower(): is_active for email, is_active in rows}
        return found

    def _new_focal_point(self, line: Line, people: dict[str, bool]) -> None:
        email = line.values.get("contact_email")
        if email and not people.get(email, True):
            line.refuse(_("The account of its focal point is closed."))
        elif "contact_name" in line.values and not email:
            line.sentences.append(_("Its focal point has no address and is left out."))

    def _focal_point(self, line: Line, old: dict[str, Any], people: dict[str, bool]) -> None:
        email = line.values.pop("contact_email", None)
        name = line.values.pop("contact_name", "")
        if "acronym" in line.changes and line.values["acronym"] in old["acronyms"]:
            del line.changes["acronym"]
        if not email or email == old["lead"]:
            return
        if old["lead"]:
            line.sentences.append(
                _("Somebody else is its lead focal point; a hand-over is theirs to begin.")
            )
        elif email in old["acting"]:
            line.sentences.append(
                _("This person acts for it already, in another role; the role stays.")
            )
        elif not people.get(email, True):
            line.refuse(_("The account of its focal point is closed."))
        else:
            line.values |= {"contact_email": email, "contact_name": name}
            line.changes["contact_email"] = ("", email)

    def look_for_likenesses(self, lines: Sequence[Line]) -> None:
        """New ones that may be partners already, under another spelling."""
        new = [line for line in lines if line.outcome == NEW]
        if not new or not self.known:
            return
        index = likeness.Index({one.pk: one.country for one in self.known.values()})
        for line in new:
            country = line.values.get("country")
            found = index.nearest(
                line.name,
                country=country.pk if country else None,
                website=line.values.get("website", ""),
                known=self.known,
            )
            if found:
                partner, why = found
                line.outcome = ALIKE
                line.partner = None
                line.sentences.append(
                    _("It looks like %(name)s (%(reference)s): %(why)s")
                    % {"name": partner.name, "reference": partner.reference, "why": why}
                )
