"""The Example coalition: sixty partners with priorities and commitments, made by the actions.

Every record went through the same doors as a real one and is marked `is_example`; one call
removes them all. The seed is fixed, so that two installations show the same.
"""

from __future__ import annotations

import csv
import random
import tomllib
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError
from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import gettext

from coalition.accounts.actions import grant_role, invite_or_get
from coalition.accounts.models import User
from coalition.base import audit, planner
from coalition.base.errors import Refused
from coalition.catalogue.models import Record
from coalition.commitments import actions as commitments
from coalition.commitments.models import Commitment
from coalition.instruments.models import Provision, ProvisionRole
from coalition.mailroom.actions import take
from coalition.mailroom.models import InboundMessage, Letter
from coalition.partners import actions as partners
from coalition.partners.models import AccessionRequest, Partner, PartnerGroup
from coalition.places.models import Level, Place, PlaceKind
from coalition.themes.models import Challenge, Theme

DATA = Path(__file__).parent / "data"
SEED = 2026
OFFICER = "officer@secretariat.example.org"
SECOND_OFFICER = "second-officer@secretariat.example.org"
EDITOR = "editor@secretariat.example.org"
# How the commitments end up, in turn: most are public, some wait, one was withdrawn.
FATES = ["published"] * 8 + ["submitted", "draft", "published", "change_requested"]

Progress = Callable[[str], None]


def exists() -> bool:
    return Partner.objects.filter(is_example=True).exists()


def build(progress: Progress = lambda sentence: None) -> None:
    """Make the Example coalition. Raises Refused where it stands already or setup was not run."""
    if exists():
        raise Refused(
            "The Example coalition is there already. `coalition example remove` removes it."
        )
    if not PartnerGroup.objects.exists():
        raise Refused("There is no coalition yet. Run `coalition setup social-justice` first.")
    chance = random.Random(SEED)  # noqa: S311  # a fixed seed, not a secret
    with transaction.atomic():
        officer = invite_or_get(
            OFFICER, name="Officer, Example secretariat", language="en", by=None, is_example=True
        )
        grant_role(officer, "officer", by=None)
        second = invite_or_get(
            SECOND_OFFICER,
            name="Second officer, Example secretariat",
            language="en",
            by=None,
            is_example=True,
        )
        grant_role(second, "officer", by=None)
        editor = invite_or_get(
            EDITOR, name="Editor, Example secretariat", language="en", by=None, is_example=True
        )
        grant_role(editor, "editor", by=None)
    with (DATA / "example" / "partners.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    made = []
    with transaction.atomic():
        for number, row in enumerate(rows, 1):
            made.append(admit(row, officer, second))
            if number % 20 == 0:
                progress(f"{number} of {len(rows)} Example partners admitted")
    with transaction.atomic():
        for partner in made:
            rank_priorities(partner, chance)
        count = sum(1 for partner in made for _one in promise(partner, chance, officer))
        withdraw_one()
        progress(f"{count} Example commitments made")
    for file in sorted((DATA / "example_mails").glob("*.eml")):
        take(file.read_bytes(), is_example=True)
    progress("12 Example applications put into the mail room")
    planner.refresh()


def admit(row: dict[str, str], officer: User, second: User) -> Partner:
    """One organisation through the hands of two officers: request, vetting, acceptance."""
    host = slugify(row["name"])[:40].strip("-") or f"partner-{row['country'].lower()}"
    address = f"focal-point@{host}.example.org"
    with translation.override(row["language"]):
        contact = gettext("Focal point, %(organisation)s") % {"organisation": row["name"]}
    case = partners.open_by_hand(
        {
            "organisation": row["name"],
            "group": PartnerGroup.objects.get(code=row["group"]),
            "scope": row["scope"],
            "country": Place.objects.filter(code=row["country"]).first(),
            "language": row["language"],
            "about": row["about"],
            "contact_name": contact,
            "contact_email": address,
        },
        by=officer,
        is_example=True,
    )
    case = partners.vet(case, by=officer)
    case = partners.recommend(case, "All that was asked for is there.", by=officer)
    return partners.accept(case, "The recommendation is sound.", by=second)


def focal_point(partner: Partner) -> User:
    return User.objects.get(mandates__partner=partner)


def rank_priorities(partner: Partner, chance: random.Random) -> None:
    """Two or three priorities, at the level of the partner's scope."""
    themes = chance.sample(list(Theme.objects.all()), chance.choice([2, 3]))
    level = Level.objects.get(code=partner.scope)
    rows = [{"theme": theme, "level": level, "place": area(partner)} for theme in themes]
    partners.set_priorities(partner, rows, by=focal_point(partner))


def area(partner: Partner) -> Place:
    """Its country, the region around it, or the world, by its scope."""
    world = Place.objects.get(kind=PlaceKind.WORLD)
    if partner.scope == "international" or partner.country is None:
        return world
    if partner.scope == "national":
        return partner.country
    return partner.country.parent or world


def promise(partner: Partner, chance: random.Random, officer: User) -> Iterator[Commitment]:
    """A commitment for three partners in four, on a theme that is one of its priorities."""
    if chance.random() > 0.75:
        return
    texts = tomllib.loads((DATA / "example" / "promises.toml").read_text("utf-8"))["promise"]
    priority = chance.choice(list(partner.priorities.select_related("theme")))
    spoken = [one for one in texts if one["theme"] == priority.theme.code]
    own = [one for one in spoken if one["language"] == partner.name_language]
    english = [one for one in spoken if one["language"] == "en"]
    text = chance.choice(own or english or spoken)
    person = focal_point(partner)
    number = str(chance.choice([12, 20, 30, 45, 60, 80, 120, 200, 350, 500]))
    one = commitments.draft(partner, title=text["title"], language=text["language"], by=person)
    on_theme = Provision.objects.filter(
        themes=priority.theme, role=ProvisionRole.OPERATIVE
    ).select_related("instrument")
    chosen = chance.sample(list(on_theme), min(len(on_theme), chance.choice([1, 1, 2, 3])))
    challenge = chance.choice(list(Challenge.objects.all()))
    fields: dict[str, Any] = {
        **{
            name: text[name].replace("{n}", number)
            for name in ("promise", "for_whom", "goal", "baseline", "resources", "in_line_with")
        },
        "level": Level.objects.get(code=partner.scope),
        "starts_on": date(2026, chance.choice([9, 10, 11]), 1),
        "ends_on": date(chance.choice([2027, 2028, 2029]), 12, 31),
        "places": [area(partner)],
        "themes": [priority.theme],
        "challenges": [challenge],
        "priorities": [priority],
    }
    one = commitments.edit(one, fields=fields, by=person)
    for instrument in {provision.instrument for provision in chosen}:
        how = {each.pk: text["how"] for each in chosen if each.instrument == instrument}
        commitments.deliver_on(one, instrument, how=how, by=person)
    fate = FATES[int(one.reference[-4:]) % len(FATES)] if chosen else "draft"
    if fate != "draft":
        commitments.submit(one, by=person)
    if fate == "published":
        commitments.approve(one, by=officer)
    if fate == "change_requested":
        commitments.request_change(
            one, reason="Please say how the number will be counted, and by whom.", by=officer
        )
    yield one


def withdraw_one() -> None:
    """The newest public promise is taken back, so that readers can see what that looks like."""
    one = Commitment.objects.published().filter(is_example=True).latest("pk")
    commitments.withdraw(one, reason="The money for it did not come.", by=focal_point(one.partner))


@transaction.atomic
def remove(*, by: Any = None) -> int:
    """Remove every Example record; returns how many rows went. The audit trail keeps its ids."""
    gone = 0
    examples = Commitment.objects.filter(is_example=True)
    gone += examples.delete()[0]
    gone += AccessionRequest.objects.filter(is_example=True).delete()[0]
    gone += Partner.objects.filter(is_example=True).delete()[0]
    gone += Record.objects.filter(is_example=True).delete()[0]
    gone += Letter.objects.filter(is_example=True).delete()[0]
    for message in InboundMessage.objects.filter(is_example=True):
        transaction.on_commit(lambda raw=message.raw: raw.storage.delete(raw.name))
    gone += InboundMessage.objects.filter(is_example=True).delete()[0]
    for person in User.objects.filter(is_example=True):
        try:
            with transaction.atomic():
                person.delete()
                gone += 1
        except ProtectedError:
            # Tried out on a real record: the step stays, the person can no longer sign in.
            person.is_active = False
            person.save(update_fields=["is_active"])
    audit.record("web.remove_example", "example:all", by=by)
    return gone
