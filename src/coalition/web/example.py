"""The Example coalition: sixty partners with priorities and commitments, made by the actions.

Every record went through the same doors as a real one and is marked `is_example`; one call
removes them all. The seed is fixed, so that two installations show the same.
"""

from __future__ import annotations

import csv
import random
import tomllib
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Count, ProtectedError, Q, QuerySet
from django.utils import timezone, translation
from django.utils.text import slugify
from django.utils.translation import gettext

from coalition.accounts.actions import grant_role, invite_or_get
from coalition.accounts.models import User
from coalition.base import audit, planner
from coalition.base.errors import Refused
from coalition.catalogue.models import Record
from coalition.commitments import actions as commitments
from coalition.commitments.models import Commitment, Part
from coalition.instruments.models import Provision, ProvisionRole
from coalition.mailroom.actions import take
from coalition.mailroom.models import InboundMessage, Letter, Thread
from coalition.partners import actions as partners
from coalition.partners.accession.answers import told
from coalition.partners.joining.actions import begin
from coalition.partners.models import (
    AccessionRequest,
    ActionPoint,
    Body,
    CaseDocument,
    CommonPriority,
    Correction,
    Decision,
    Meeting,
    Paper,
    Partner,
    PartnerGroup,
    Priority,
    Seat,
)
from coalition.partners.vetting.dossier import Dossier
from coalition.places.models import Level, Place, PlaceKind
from coalition.results.models import Evidence, Incoming
from coalition.themes.models import Challenge, Theme
from coalition.web.examples import (
    amendments,
    citations,
    commitment_lists,
    consent,
    consultations,
    external,
    intake,
    interventions,
    lifecycle,
    obligations,
    offline,
    parts,
    results,
    searches,
    tracker,
    versions,
)
from coalition.web.examples.means import help_of, means_of

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
        promise_in_full(officer)
        meet(made, officer)
        tracker.build(made)
        progress(f"{count} Example commitments made")
        reports = results.build(officer)
        offline.build()
        lifecycle.build(officer, second)
        amendments.build(officer)
        parts.build()
        progress(f"{reports} Example reports made")
    for file in sorted((DATA / "example_mails").glob("*.eml")):
        take(file.read_bytes(), is_example=True)
    progress("12 Example applications put into the mail room")
    with transaction.atomic():
        apply(officer)
        intake.build(editor)
        commitment_lists.build(officer)
        consent.build(officer)
        external.build(officer)
        versions.build()
        citations.build()
        searches.build()
        obligations.build(officer)
        consultations.build(officer)
        interventions.build(officer, second)
    planner.refresh()


def apply(officer: User) -> None:
    """One request that waits for its applicant, one that is looked into, and one that somebody
    began by the form."""
    found = AccessionRequest.objects.filter(is_example=True).exclude(contact_email="").open()
    asked, vetted = found.order_by("-pk")[:2]
    partners.ask(asked, "Who may sign for your organisation?", by=officer)
    partners.vet(vetted, by=officer)
    begin(
        organisation="Example Potters’ Cooperative",
        group=PartnerGroup.objects.get(code="CSO"),
        contact_name="Focal point, Example Potters’ Cooperative",
        contact_email="focal-point@potters.example.org",
        language="en",
        is_example=True,
    )


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
    look_into(case, officer, second)
    case = partners.recommend(case, "All that was asked for is there.", by=officer)
    return partners.accept(case, "The recommendation is sound.", by=second)


def look_into(case: AccessionRequest, officer: User, second: User) -> None:
    """What an acceptance rests on: every question answered, papers or why there are none, and the
    word of both officers that they have no conflict of interest."""
    verification = case.verifications.get()
    expected = {one.code: (one.expected, "") for one in Dossier(case).questions}
    partners.answer_vetting(verification, expected, by=officer)
    for papers in told(case).documents:
        if papers.is_missing:
            partners.explain_missing(case, papers.wanted, "Made up: there is no such document.")
    for one in (officer, second):
        partners.declare_conflict(verification, False, by=one)


def focal_point(partner: Partner) -> User:
    return User.objects.get(mandates__partner=partner)


def rank_priorities(partner: Partner, chance: random.Random) -> None:
    """Two or three priorities, at the level of the partner's scope, most of them with words."""
    themes = chance.sample(list(Theme.objects.all()), chance.choice([2, 3]))
    level = Level.objects.get(code=partner.scope)
    # A die of its own, so that what else chance decides stays as it was.
    die = random.Random(f"{SEED} {partner.reference[-4:]}")  # noqa: S311
    rows = [
        {"theme": theme, "level": level, "place": area(partner), **words_on(theme, partner, die)}
        for theme in themes
    ]
    partners.set_priorities(partner, rows, by=focal_point(partner))


def words_on(theme: Theme, partner: Partner, die: random.Random) -> dict[str, str]:
    """What the partner says of a theme in its language; some say nothing."""
    texts = tomllib.loads((DATA / "example" / "priorities.toml").read_text("utf-8"))
    spoken = texts.get(theme.code, {}).get(partner.name_language, [])
    words = die.choice([*spoken, ""]) if spoken else ""
    return {"words": words, "language": partner.name_language}


def meet(made: list[Partner], officer: User) -> None:
    """An Example working group with seats and a quorum, its meeting, a decision and what follows;
    and the priorities that most Example partners share, under a name."""
    group = partners.add_group(
        {
            "names": {
                "en": "Example working group on wages",
                "ar": "مثال – الفريق العامل المعني بالأجور",
            },
            "remit": {
                "en": "Compares how wages are set, and proposes what partners can do together.",
                "ar": "يقارن بين طرق تحديد الأجور ويقترح ما يمكن للشركاء فعله معاً.",
            },
            "quorum_percent": 50,
        },
        by=officer,
        is_example=True,
    )
    began = timezone.now().replace(hour=13, minute=0, second=0, microsecond=0) - timedelta(days=1)
    # One who sits there is writing a promise, so that one focal point can show every kind of page.
    unsent = Commitment.objects.filter(partner__in=made, state__in=["draft", "change_requested"])
    writing = next((one for one in made if unsent.filter(partner=one).exists()), made[0])
    sitting = [writing, *(one for one in made[:: len(made) // 5] if one != writing)][:5]
    seats = [
        partners.give_seat(
            group,
            {
                "partner": partner,
                "role": "chair" if number == 0 else "member",
                "since": began.date(),
            },
            by=officer,
        )
        for number, partner in enumerate(sitting)
    ]
    meeting = partners.plan(
        group,
        {
            "title": "Example: how wages are set",
            "starts_at": began,
            "ends_at": began + timedelta(hours=2),
            "time_zone": "Europe/Zurich",
            "place": "Online",
        },
        by=officer,
    )
    item = partners.add_item(meeting, title="A common way to compare wages", by=officer)
    meeting = partners.hold(meeting, by=officer)
    there = dict.fromkeys(seats, "present") | {seats[-1]: "absent"}
    partners.note_attendance(meeting, there, by=officer)
    decision = partners.decide(
        meeting,
        {
            "item": item,
            "text": "The group collects from its members how wages are set in their countries.",
            "dissent": "One member would rather have begun with prices.",
        },
        by=officer,
    )
    partners.publish_decision(decision, by=officer)
    minutes = partners.write_minutes(
        meeting,
        language="en",
        text="The chair opened the meeting. The item was discussed.",
        by=officer,
    )
    partners.publish_minutes(minutes, by=officer)
    partners.agree_action(
        {
            "words": "Send round the questions on how wages are set",
            "owner_partner": sitting[0],
            "verifier": officer,
            "due_on": timezone.now().date() + timedelta(days=30),
            "decision": decision,
        },
        by=officer,
    )
    for partner in sitting:
        partners.agree_action(
            {
                "words": "Say how wages are set in your country",
                "owner": focal_point(partner),
                "owner_partner": partner,
                "verifier": officer,
                "due_on": timezone.now().date() + timedelta(days=60),
                "decision": decision,
            },
            by=officer,
        )
    partners.plan(
        group,
        {
            "title": "Example: what the answers say",
            "starts_at": began + timedelta(days=90),
            "ends_at": began + timedelta(days=90, hours=2),
            "time_zone": "Europe/Zurich",
            "place": "Online",
        },
        by=officer,
    )
    partners.decide(
        meeting,
        {"item": item, "text": "The group meets again when the answers are in."},
        by=officer,
    )
    partners.suggest_common()
    found = CommonPriority.objects.filter(is_example=True).annotate(size=Count("members"))
    if largest := found.exclude(members__words_then="").order_by("-size", "pk").first():
        # Words in English, where one of them wrote in it: a consultation in English takes it up.
        members = list(largest.members.order_by("pk").select_related("priority"))
        spoken = min(members, key=lambda member: member.priority.language != "en")
        names = {spoken.priority.language: f"Example: {spoken.words_then}"}
        partners.name_common(largest, names, by=officer)


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
    texts = texts_of_promises()["promise"]
    priority = chance.choice(list(partner.priorities.select_related("theme")))
    spoken = [one for one in texts if one["theme"] == priority.theme.code]
    own = [one for one in spoken if one["language"] == partner.name_language]
    english = [one for one in spoken if one["language"] == "en"]
    text = chance.choice(own or english or spoken)
    number = str(chance.choice([12, 20, 30, 45, 60, 80, 120, 200, 350, 500]))
    on_theme = Provision.objects.filter(
        themes=priority.theme, role=ProvisionRole.OPERATIVE
    ).select_related("instrument")
    chosen = chance.sample(list(on_theme), min(len(on_theme), chance.choice([1, 1, 2, 3])))
    challenge = chance.choice(list(Challenge.objects.all()))
    zone, is_elsewhere = chance.choice(results.ZONES), chance.choice([True, False, False])
    one = write_promise(
        partner, text, number, priority, chosen, challenge, zone if is_elsewhere else "UTC"
    )
    fate = FATES[int(one.reference[-4:]) % len(FATES)] if chosen else "draft"
    if fate != "draft":
        commitments.submit(one, by=focal_point(partner))
    if fate == "published":
        commitments.approve(one, by=officer)
    if fate == "change_requested":
        commitments.request_change(
            one, reason="Please say how the number will be counted, and by whom.", by=officer
        )
    yield one


def texts_of_promises() -> dict[str, Any]:
    return tomllib.loads((DATA / "example" / "promises.toml").read_text("utf-8"))


def write_promise(
    partner: Partner,
    text: dict[str, Any],
    number: str,
    priority: Priority,
    provisions: Sequence[Provision],
    challenge: Challenge,
    zone: str,
) -> Commitment:
    """A draft that lacks nothing but, where there are none, the provisions it delivers on."""
    person = focal_point(partner)
    one = commitments.draft(partner, title=text["title"], language=text["language"], by=person)
    fields: dict[str, Any] = {
        **{
            name: text[name].replace("{n}", number)
            for name in ("promise", "for_whom", "in_line_with")
        },
        "level": Level.objects.get(code=partner.scope),
        **results.days_of(one),
        **help_of(one),
        "places": [area(partner)],
        "themes": [priority.theme],
        "challenges": [challenge],
        "priorities": [priority],
    }
    one = commitments.edit(one, fields=fields, by=person)
    words = text["resources"].replace("{n}", number)
    commitments.set_resources(one, means_of(one, words, int(number)), by=person)
    results.set_goals(one, text, number, zone)
    for instrument in {provision.instrument for provision in provisions}:
        how = {each.pk: text["how"] for each in provisions if each.instrument == instrument}
        commitments.deliver_on(one, instrument, how=how, by=person)
    return one


def promise_in_full(officer: User) -> None:
    """One more public promise, with figures of every kind, of the first focal point who is still
    writing another one: so that one person can show every kind of page."""
    unsent = Commitment.objects.filter(is_example=True, state__in=["draft", "change_requested"])
    writing = User.objects.filter(is_example=True, mandates__partner__commitments__in=unsent)
    provision = Provision.objects.filter(role=ProvisionRole.OPERATIVE).first()
    if provision is None or (person := writing.order_by("pk").first()) is None:
        return
    partner = Partner.objects.get(mandates__person=person)
    priority = partner.priorities.select_related("theme").first()
    challenge, text = Challenge.objects.first(), texts_of_promises()["shown"]
    one = write_promise(partner, text, "120", priority, [provision], challenge, "Africa/Nairobi")
    commitments.submit(one, by=person)
    commitments.approve(one, by=officer)


def withdraw_one() -> None:
    """The newest public promise is taken back, so that readers can see what that looks like."""
    one = Commitment.objects.published().filter(is_example=True).latest("pk")
    commitments.withdraw(one, reason="The money for it did not come.", by=focal_point(one.partner))


@transaction.atomic
def remove(*, by: Any = None) -> int:
    """Remove every Example record; returns how many rows went. The audit trail keeps its ids."""
    gone = interventions.remove()
    gone += consultations.remove()
    gone += remove_bodies() + intake.remove() + commitment_lists.remove()
    examples = Commitment.objects.filter(is_example=True)
    proofs = Evidence.objects.filter(fact__indicator__framework__is_example=True)
    remove_files(proofs, "file")
    remove_files(Incoming.objects.filter(report__is_example=True), "file")
    gone += examples.delete()[0]
    # Also what an Example partner was asked for in a promise that is real.
    gone += Part.objects.filter(partner__is_example=True).delete()[0]
    commitments.file_all()
    gone += results.remove()
    gone += tracker.remove()
    gone += obligations.remove()
    gone += external.remove()
    gone += consent.remove()
    gone += versions.remove()
    gone += citations.remove()
    cases = AccessionRequest.objects.filter(is_example=True)
    leaving = Partner.objects.filter(is_example=True)
    messages = InboundMessage.objects.filter(is_example=True)
    remove_files(CaseDocument.objects.filter(request__in=cases), "file")
    remove_files(leaving, "logo")
    remove_files(messages, "raw")
    correspondences = list(cases.exclude(thread=None).values_list("thread", flat=True))
    # One that was merged into another holds on to it.
    Partner.objects.filter(successor__in=leaving).update(successor=None)
    gone += cases.delete()[0] + leaving.delete()[0]
    gone += Record.objects.filter(is_example=True).delete()[0]
    gone += Letter.objects.filter(is_example=True).delete()[0]
    gone += messages.delete()[0]
    # Correspondences in which nothing stands any more, those merged into another first.
    empty = Thread.objects.filter(pk__in=correspondences, letters=None, messages=None)
    while found := empty.filter(merged=None).delete()[0]:
        gone += found
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


def remove_files(rows: QuerySet[Any], name: str) -> None:
    """The files of rows that are about to go: after the commit, so that none is lost before."""
    for row in rows.exclude(**{name: ""}).only(name).iterator():
        file = getattr(row, name)
        if file:
            transaction.on_commit(partial(file.storage.delete, file.name))


def remove_bodies() -> int:
    """The bodies, meetings, action points and common priorities of Example partners and people."""
    points = ActionPoint.objects.filter(
        Q(is_example=True)
        | Q(owner_partner__is_example=True)
        | Q(owner__is_example=True)
        | Q(verifier__is_example=True)
    )
    gone = points.delete()[0]
    meetings = Meeting.objects.filter(is_example=True)
    remove_files(Paper.objects.filter(meeting__in=meetings), "file")
    corrections = Correction.objects.filter(
        Q(minutes__meeting__in=meetings) | Q(decision__meeting__in=meetings)
    )
    for found in (
        corrections,
        Decision.objects.filter(meeting__in=meetings),
        meetings,
        Seat.objects.filter(Q(body__is_example=True) | Q(person__is_example=True)),
        Body.objects.filter(is_example=True),
        CommonPriority.objects.filter(is_example=True),
    ):
        gone += found.delete()[0]
    return gone
