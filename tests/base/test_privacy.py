"""Export, erasure and retention run from one registry, and nothing personal is missing in it."""

from __future__ import annotations

import base64
import json
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core import serializers
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import models, transaction
from django.utils import timezone
from wagtail.log_actions import log

from coalition.accounts.models import User
from coalition.base import audit, privacy
from coalition.base.errors import Refused
from coalition.base.models import Event, Head, Retention
from coalition.base.privacy import BLANK, FILE, Clock, Personal, Purged
from coalition.base.states import Move
from coalition.commitments.models import Commitment
from coalition.commitments.states import State
from coalition.mailroom.models import InboundMessage, Letter
from coalition.partners.models import AccessionRequest, Mandate, Suggestion
from coalition.partners.states import AccessionState
from tests import factories

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
ADDRESS = "Rosewater.Quill@union.test"
NAME = "Focal Point Rosewater"


# --- Rows to be found ------------------------------------------------------------------------


def message(address: str = ADDRESS, *, at: datetime = NOW, text: str = NAME) -> InboundMessage:
    made = InboundMessage(
        digest=f"{next(factories.number):064x}",
        size=9,
        received_at=at,
        from_address=address,
        from_name=NAME,
        envelope_from=address.lower(),
        subject=f"From {NAME}",
        text=text,
        why=f"It asks to join.\n“{text}”",
        attachments=[{"name": f"{NAME}.pdf"}],
    )
    made.raw.save("mail.eml", ContentFile(f"From: {address}\n\n{text}".encode()))
    return made


def letter(address: str = ADDRESS, *, at: datetime = NOW, **fields: Any) -> Letter:
    return Letter.objects.create(
        key=f"letter:{next(factories.number)}",
        to_address=address,
        subject=f"Dear {NAME}",
        text=f"Dear {NAME}, …",
        written_at=at,
        **fields,
    )


def case(address: str = ADDRESS, *, closed_at: datetime | None = None, **fields: Any) -> Any:
    made = AccessionRequest.objects.create(
        reference=f"ACC-2026-{next(factories.number):04d}",
        state=AccessionState.DECLINED if closed_at else AccessionState.RECEIVED,
        closed_at=closed_at,
        organisation="Union of Weavers",
        contact_name=NAME,
        contact_email=address,
        **fields,
    )
    made.suggestions.create(field="contact_email", value=address, why=f"{NAME} signed it.")
    return made


def session_of(user: User | None = None, **content: Any) -> Session:
    store = SessionStore()
    store.update(content | ({"_auth_user_id": str(user.pk)} if user else {}))
    store.create()
    return Session.objects.get(pk=store.session_key)


def focal_point() -> User:
    """A person with something in every corner of the house."""
    user = factories.person(ADDRESS, name=NAME, shows_name=True, shows_email=True)
    user.roles.create(role="officer")
    partner = factories.partner("Union of Weavers", person=user)
    case(message=message(), partner=partner)
    letter(to_person=user)
    letter("old.address@union.test", to_person=user)
    session_of(user)
    session_of(account_login={"state": {"email": ADDRESS.lower()}})
    audit.record("accounts.profile", user, by=user)
    return user


def everything() -> str:
    """All rows of all tables, as text."""
    tables = [
        serializers.serialize("json", model._base_manager.order_by("pk"), ensure_ascii=False)
        for model in apps.get_models(include_auto_created=True)
        if model is not Session
    ]
    sessions = [json.dumps(one.get_decoded(), default=str) for one in Session.objects.all()]
    return "\n".join(tables + sessions)


def rows_by_key() -> dict[tuple[str, Any], str]:
    """Every row but those of the trail, by model and number."""
    return {
        (model._meta.label, row.pk): serializers.serialize("json", [row])
        for model in apps.get_models(include_auto_created=True)
        if model not in (Event, Head)
        for row in model._base_manager.all()
    }


def files(folder: Any) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


# --- The registry is whole -------------------------------------------------------------------

OUR_MODELS = [
    model
    for model in apps.get_models(include_auto_created=True)
    if model.__module__.startswith("coalition.")
]
SUSPICIOUS = re.compile(r"name|address|email|phone|person|contact|raw|from|to_")
# Fields that sound personal and are not.
NOT_PERSONAL = {
    "base.Label.names": "names of an entry of the vocabularies",
    "places.Level.names": "names of an entry of the vocabularies",
    "places.Place.names": "names of an entry of the vocabularies",
    "themes.Theme.names": "names of an entry of the vocabularies",
    "themes.Challenge.names": "names of an entry of the vocabularies",
    "partners.PartnerGroup.names": "names of an entry of the vocabularies",
    "accounts.Session.person": "a link to the person, by which the row is theirs",
    "partners.Sector.names": "names of an entry of the vocabularies",
    "instruments.Instrument.names": "titles of a text",
    "instruments.Subject.names": "names of a subject",
    "instruments.Party.names": "names of a State",
    "instruments.Register.names": "names of a register that others keep",
    "instruments.ExternalRecord.party_name": "name of a State, as a register writes it",
    "instruments.ExternalRecord.language_name": "a language, as a register writes it",
    "instruments.ExternalRecord.file_name": "a file that a register offers to everybody",
    "instruments.BindingRule.from_next_month": "how periods are counted",
    "instruments.Following.person": "whose row it is: it is exported and goes with the person",
    "commitments.SavedSearch.person": "whose row it is: it is exported and goes with the person",
    "instruments.Instrument.leaflet_name": "title of a text",
    "instruments.Adherence.name": "an organisation's name, public",
    "instruments.Adherence.name_language": "the language of an organisation's name",
    "web.Coalition.names": "names of the coalition",
    "catalogue.Facet.name": "which facet",
    "partners.Partner.name": "an organisation's name, public",
    "partners.Partner.name_language": "the language of an organisation's name",
    "partners.Question.names": "names of an entry of the vocabularies",
    "partners.Question.name_kind": "what kind of names is asked for",
    "partners.WantedDocument.names": "names of an entry of the vocabularies",
    "partners.Eligibility.names": "names of an entry of the vocabularies",
    "partners.VettingPlan.names": "names of an entry of the vocabularies",
    "partners.VettingQuestion.names": "names of an entry of the vocabularies",
    "partners.FlagCategory.names": "names of an entry of the vocabularies",
    "partners.Screening.names_digest": "a digest of many names together",
    "partners.ListName.name": "a public list; it goes with its entry",
    "partners.Term.names": "names of an entry of the vocabularies",
    "partners.RosterImport.file_name": "what an officer’s file was called",
    "commitments.CommitmentList.file_name": "what somebody’s file was called",
    "interventions.Outsider.name": "an organisation's name, public",
    "interventions.Payment.giver_name": "an organisation's name, public",
    "interventions.Payment.receiver_name": "an organisation's name, public",
    "interventions.Origin.publisher_name": "an organisation's name, as its file writes it",
    "interventions.Origin.address": "where a file of others was read",
    "partners.Mandate.person": "a link to the person, who stays as a row without data",
    "partners.Seat.person": "a link to the person, who stays as a row without data",
    "partners.Body.names": "names of a body of the coalition",
    "partners.Paper.file_name": "what a paper is called when it is saved",
    "partners.CommonPriority.names": "what several partners want",
    "results.Unit.names": "names of an entry of the vocabularies",
    "results.Dimension.names": "names of an entry of the vocabularies",
    "results.Category.names": "names of an entry of the vocabularies",
    "results.Framework.days_to_report": "a number of days",
    "consultations.Batch.file_name": "what an officer’s file was called",
    "consultations.Panel.seed_from": "where the seed of a public draw comes from",
    "consultations.Panel.drawn_at": "when a public draw was made",
    "consultations.Volunteer.person": "a link to the person, who stays as a row without data",
    "consultations.Volunteer.is_drawn": "of a row without a name, once its person is erased",
    "results.Reminder.person": "whose row it is: it is exported and goes with the person",
}
# Rows that only say which person did something; the person stays as a row without data.
ONLY_LINKS = {
    "partners.RosterImport.by",
    "commitments.CommitmentList.by",
    "mailroom.InboundMessage.handled_by",
    "mailroom.Letter.written_by",
    "partners.ProfileChange.by",
    "partners.Invitation.by",
    "partners.CaseDocument.added_by",
    "partners.AccessionRequest.assigned_to",
    "partners.BoardMark.assigned_to",
    "partners.CaseNote.by",
    "partners.VettingAnswer.by",
    "partners.Screening.by",
    "partners.SanctionsList.imported_by",
    "partners.Duplicate.dismissed_by",
    "results.Contribution.by",
    "results.Fact.by",
    "results.Incoming.settled_by",
    "results.Assessment.replied_by",
    "results.Dispute.replied_by",
    "wagtailcore.Page.locked_by",
    "wagtailcore.Page.owner",
    "wagtailcore.Revision.user",
    "wagtailcore.UploadedFile.uploaded_by_user",
    "wagtailcore.ModelLogEntry.user",
    "wagtailcore.PageLogEntry.user",
    "wagtailcore.WorkflowState.requested_by",
    "wagtailcore.TaskState.finished_by",
    "wagtailcore.Comment.user",
    "wagtailcore.Comment.resolved_by",
    "wagtailcore.CommentReply.user",
    "wagtaildocs.Document.uploaded_by_user",
    "wagtailimages.Image.uploaded_by_user",
}


def is_of_history(model: type[models.Model], name: str) -> bool:
    """Every history has the same columns: two states, and who did it, who stays as a row."""
    return issubclass(model, Move) and name in ("from_state", "to_state", "by")


def registered() -> set[str]:
    return {
        f"{entry.model}.{name}".lower() for entry in privacy.registry() for name in entry.fields
    }


def test_every_field_that_sounds_personal_is_registered_or_explained() -> None:
    suspicious = {
        f"{model._meta.label}.{field.name}"
        for model in OUR_MODELS
        for field in model._meta.local_concrete_fields
        if isinstance(field, models.EmailField) or SUSPICIOUS.search(field.name)
        if not is_of_history(model, field.name)
    }

    missing = {name for name in suspicious if name.lower() not in registered()}

    assert missing == set(NOT_PERSONAL)


def test_every_link_to_a_person_is_registered_or_explained() -> None:
    entries = {
        f"{entry.model}.{lookup}".lower() for entry in privacy.registry() for lookup in entry.person
    }
    links = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.local_concrete_fields
        if field.related_model is User and not is_of_history(model, field.name)
    }

    assert {link for link in links if link.lower() not in entries} == ONLY_LINKS


@pytest.mark.parametrize("entry", privacy.registry(), ids=lambda entry: entry.model)
def test_every_entry_names_what_exists(entry: Personal) -> None:
    model = apps.get_model(entry.model)

    for name, what in entry.fields.items():
        field = model._meta.get_field(name)
        assert isinstance(field, models.FileField) == (what is FILE), name
    for clock in entry.clocks:
        assert clock.kind in privacy.DEFAULT_DAYS
        assert list(entry.rows_due(clock, datetime(1970, 1, 1, tzinfo=UTC))) == []
    assert list(entry.rows_of(privacy.Subject("nobody@nowhere.test"))) == []


def test_no_address_is_nobodys() -> None:
    """Rows whose address we do not know belong to nobody, least of all to everybody."""
    case("", message=message(""))

    for entry in privacy.registry():
        assert list(entry.rows_of(privacy.Subject(""))) == []


# --- Whom a word means -----------------------------------------------------------------------


def test_find_knows_people_by_address_and_number() -> None:
    user = factories.person("weaver@union.test")

    assert privacy.find(" Weaver@Union.TEST ").user == user
    assert privacy.find(str(user.pk)).user == user


@pytest.mark.parametrize("make", [message, letter, case])
def test_find_knows_an_address_that_is_no_user(make: Any) -> None:
    make()

    assert privacy.find(ADDRESS.upper()) == privacy.Subject(ADDRESS.upper())


@pytest.mark.parametrize(
    "person", ["", "   ", "0", "99999999", "9" * 400, "nobody", "nobody@nowhere.test", "-1", "²@"]
)
def test_find_refuses_whom_it_does_not_know(person: str) -> None:
    case("")  # a case without an address is not everybody's

    with pytest.raises(Refused):
        privacy.find(person)


# --- Export ----------------------------------------------------------------------------------


def test_export_of_a_person_holds_every_row_of_theirs() -> None:
    user = focal_point()
    factories.person("somebody.else@union.test", name="Somebody Else")

    exported = privacy.export(user)

    assert json.loads(json.dumps(exported)) == exported
    assert (exported["person"], exported["address"]) == (user.pk, user.email)
    rows = {record["model"]: len(record["rows"]) for record in exported["records"]}
    assert rows == {
        "accounts.User": 1,
        "accounts.RoleGrant": 1,
        "mailroom.InboundMessage": 1,
        "mailroom.Letter": 2,
        "partners.AccessionRequest": 1,
        "partners.Suggestion": 1,
        "partners.Mandate": 1,
    }
    assert len(exported["sessions"]) == 2
    assert [event["verb"] for event in exported["events"]] == ["accounts.profile"]
    assert "Somebody Else" not in json.dumps(exported)


def test_export_gives_fields_and_files_whole() -> None:
    made = message("sender@union.test", text="Hello")

    exported = privacy.export("SENDER@union.test")

    assert exported["person"] is None
    assert exported["records"] == [
        {
            "model": "mailroom.InboundMessage",
            "called": "message",
            "rows": [
                {
                    "id": made.pk,
                    "received_at": "2026-11-01T12:00:00Z",
                    "sent_at": None,
                    "from_name": NAME,
                    "from_address": "sender@union.test",
                    "envelope_from": "sender@union.test",
                    "envelope_to": "",
                    "message_id": "",
                    "subject": f"From {NAME}",
                    "text": "Hello",
                    "why": "It asks to join.\n“Hello”",
                    "attachments": [{"name": f"{NAME}.pdf"}],
                    "raw": {
                        "name": made.raw.name,
                        "base64": base64.b64encode(b"From: sender@union.test\n\nHello").decode(),
                    },
                }
            ],
        }
    ]


def test_export_of_a_missing_file_says_so() -> None:
    made = message()
    made.raw.storage.delete(made.raw.name)

    assert privacy.export(ADDRESS)["records"][0]["rows"][0]["raw"] is None


# --- Erasure ---------------------------------------------------------------------------------


def test_erase_leaves_no_trace(tmp_path: Any, django_capture_on_commit_callbacks: Any) -> None:
    user, officer = focal_point(), factories.officer()
    assert "rosewater.quill@" in everything().lower()
    assert len(files(tmp_path)) == 1

    with django_capture_on_commit_callbacks(execute=True):
        privacy.erase(user, by=officer)

    left = everything().lower()
    assert [word for word in ("rosewater", "quill", "old.address") if word in left] == []
    assert files(tmp_path) == []
    assert list(audit.verify()) == []


def test_erase_reaches_what_others_forwarded_or_logged(
    tmp_path: Any, django_capture_on_commit_callbacks: Any
) -> None:
    user = factories.person(ADDRESS, name=NAME)
    case(message=message("colleague@union.test"))  # who forwarded an application of theirs
    corrected = case(message=message("clerk@union.test"))
    corrected.contact_email = "office@union.test"
    corrected.contact_name = "Office"
    corrected.save()
    log(user, action="wagtail.edit", title=NAME)
    other = message("colleague@union.test", text="Nothing of anybody else.")
    other.from_name = other.subject = "Colleague"
    other.attachments = []
    other.save()

    with django_capture_on_commit_callbacks(execute=True):
        privacy.erase(user, by=None)

    left = everything().lower()
    assert [word for word in ("rosewater", "quill") if word in left] == []
    assert len(files(tmp_path)) == 1
    other.refresh_from_db()
    assert other.text == "Nothing of anybody else."


def test_erase_leaves_a_row_without_a_person() -> None:
    user = focal_point()
    before = datetime.now(UTC)

    privacy.erase(user, by=None)

    user = User.objects.get(pk=user.pk)
    assert str(user) == "former focal point"
    assert (user.email, user.name) == (f"erased-{user.pk}@erased.invalid", "")
    assert (user.is_active, user.is_superuser, user.shows_name, user.shows_email) == (False,) * 4
    assert not user.has_usable_password()
    assert user.last_login is None
    assert before <= user.erased_at <= datetime.now(UTC)
    assert (user.roles.count(), user.groups.count()) == (0, 0)
    assert Session.objects.count() == 0


def test_erase_ends_mandates_and_keeps_the_organisation() -> None:
    user = focal_point()
    later = factories.partner("Union of Spinners")
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    Mandate.objects.create(person=user, partner=later, since=tomorrow)
    past = Mandate.objects.create(
        person=user,
        partner=later,
        since=date(2026, 1, 1),
        until=date(2026, 2, 1),
        ended_at=timezone.now(),
    )

    privacy.erase(user, by=None)

    assert list(Mandate.objects.current().filter(person=user)) == []
    assert list(user.mandates.order_by("since").values_list("partner__name", "until")) == [
        ("Union of Spinners", past.until),
        ("Union of Weavers", datetime.now(UTC).date()),
        ("Union of Spinners", tomorrow),
    ]
    assert AccessionRequest.objects.get().organisation == "Union of Weavers"


def test_erase_touches_nobody_else(tmp_path: Any, django_capture_on_commit_callbacks: Any) -> None:
    other = "somebody.else@union.test"
    neighbour = factories.person(other, name="Somebody Else")
    kept = [neighbour, message(other), letter(other), case(other), case("")]
    session_of(neighbour)
    session_of(email=f"x{ADDRESS}")
    before = [serializers.serialize("json", [row]) for row in kept]
    focal_point()

    with django_capture_on_commit_callbacks(execute=True):
        privacy.erase(ADDRESS, by=None)

    for row in kept:
        row.refresh_from_db()
    assert [serializers.serialize("json", [row]) for row in kept] == before
    assert Suggestion.objects.count() == 2
    assert Session.objects.count() == 2
    assert len(files(tmp_path)) == 1


def test_erase_writes_one_event_of_ids() -> None:
    user, officer = factories.person(ADDRESS), factories.officer()
    one = letter()

    refs = privacy.erase(user, by=officer)

    event = Event.objects.last()
    assert refs == [f"accounts.user:{user.pk}", f"mailroom.letter:{one.pk}"]
    assert (event.verb, event.subject, event.actor, event.refs) == (
        "privacy.erase",
        f"accounts.user:{user.pk}",
        f"accounts.user:{officer.pk}",
        refs,
    )


def test_erase_by_an_address_that_is_no_user(
    tmp_path: Any, django_capture_on_commit_callbacks: Any
) -> None:
    request = case(message=message())
    letter()

    with django_capture_on_commit_callbacks(execute=True):
        privacy.erase(ADDRESS.upper(), by=None)

    request.refresh_from_db()
    assert (request.contact_name, request.contact_email) == ("", "")
    assert (request.message.from_address, request.message.text, request.message.raw) == ("", "", "")
    assert (Letter.objects.count(), Suggestion.objects.count()) == (0, 0)
    assert files(tmp_path) == []
    assert Event.objects.last().subject == "base.address:0"


def test_erase_removes_a_request_that_was_never_sent_and_blanks_the_others() -> None:
    draft = factories.everything_told(factories.draft(contact_email=ADDRESS))
    sent = factories.accession_request(contact_email=ADDRESS)
    draft.suggestions.create(field="about", value="We bake.", why="The signature names it.")

    touched = privacy.erase(ADDRESS, by=None)

    assert [ref for ref in touched if ref.startswith("partners.accessionrequest")] == [
        audit.ref(draft),
        audit.ref(sent),
    ]
    (left,) = type(sent).objects.all()
    assert (left, left.contact_email) == (sent, "")
    assert list(audit.verify()) == []


def test_erase_is_all_or_nothing(tmp_path: Any, django_capture_on_commit_callbacks: Any) -> None:
    user = focal_point()
    before = everything()

    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        privacy.erase(user, by=None)
        transaction.set_rollback(True)

    assert everything() == before
    assert len(files(tmp_path)) == 1


def test_erase_again_finds_nothing_more() -> None:
    user = focal_point()
    privacy.erase(user, by=None)
    at = User.objects.get(pk=user.pk).erased_at

    assert privacy.erase(User.objects.get(pk=user.pk), by=None) == []
    assert User.objects.get(pk=user.pk).erased_at == at


# --- Retention -------------------------------------------------------------------------------


def days_ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def purged(kind: str, *, dry_run: bool = False) -> int:
    return sum(line.rows for line in privacy.purge(dry_run=dry_run, now=NOW) if line.kind == kind)


OLD, YOUNG = days_ago(730.01), days_ago(729.99)


def cases_message(*closed: datetime | None) -> InboundMessage:
    """A message that opened as many cases, closed then or not yet; they hold no contact."""
    made = message(at=days_ago(2000))
    for moment in closed:
        opened = case("", closed_at=moment, message=made)
        opened.suggestions.all().delete()
        AccessionRequest.objects.filter(pk=opened.pk).update(contact_name="")
    return made


def draft(at: datetime, state: str = State.DRAFT) -> Commitment:
    partner = factories.partner()
    return Commitment.objects.create(
        reference=f"COM-2026-{next(factories.number):04d}",
        state=state,
        partner=partner,
        framework=factories.framework(reporter=partner),
        title="Looms",
        changed_at=at,
        published_at=at,
    )


def seen(at: datetime) -> User:
    return factories.person(last_login=at)


RETENTION = {
    "a message without a case": ("raw_mail", lambda: message(at=OLD), lambda: message(at=YOUNG)),
    "a message of a closed case": (
        "raw_mail",
        lambda: cases_message(OLD),
        lambda: cases_message(YOUNG),
    ),
    "a message of an open case": (
        "raw_mail",
        lambda: cases_message(OLD),
        lambda: cases_message(None),
    ),
    "a message of two cases": (
        "raw_mail",
        lambda: cases_message(OLD, OLD),
        lambda: (cases_message(OLD, None), cases_message(OLD, YOUNG)),
    ),
    "a letter": ("letters", lambda: letter(at=OLD), lambda: letter(at=YOUNG)),
    "a draft": (
        "drafts",
        lambda: draft(OLD),
        lambda: (draft(YOUNG), draft(OLD, State.SUBMITTED), draft(OLD, State.PUBLISHED)),
    ),
    "a sign-in": ("sign_in", lambda: seen(days_ago(90.01)), lambda: seen(days_ago(89.99))),
}


@pytest.mark.any_database
@pytest.mark.parametrize("name", RETENTION)
def test_purge_treats_what_is_due_and_nothing_else(
    name: str, tmp_path: Any, django_capture_on_commit_callbacks: Any
) -> None:
    kind, make_due, make_other = RETENTION[name]
    make_other()
    before, stored = rows_by_key(), files(tmp_path)
    make_due()

    assert purged(kind, dry_run=True) == 1
    with django_capture_on_commit_callbacks(execute=True):
        assert purged(kind) == 1
    assert purged(kind) == 0

    after = rows_by_key()
    assert {key: after.get(key) for key in before} == before
    assert files(tmp_path) == stored
    assert list(audit.verify()) == []


def test_purge_of_a_case_blanks_the_contact_and_drops_the_suggestions() -> None:
    old, young, still_open = case(closed_at=OLD), case(closed_at=YOUNG), case()

    assert purged("cases", dry_run=True) == 2
    assert purged("cases") == 2
    assert purged("cases") == 0

    contacts = {one.pk: one.contact_email for one in AccessionRequest.objects.all()}
    assert contacts == {old.pk: "", young.pk: ADDRESS, still_open.pk: ADDRESS}
    assert set(Suggestion.objects.values_list("request", flat=True)) == {young.pk, still_open.pk}
    old.refresh_from_db()
    assert (old.organisation, old.state) == ("Union of Weavers", AccessionState.DECLINED)


def test_purge_dry_run_changes_nothing(tmp_path: Any) -> None:
    cases_message(OLD), letter(at=OLD), draft(OLD), seen(OLD)
    before = everything(), files(tmp_path)

    privacy.purge(dry_run=True, now=NOW)

    assert (everything(), files(tmp_path)) == before


def test_purge_counts_the_same_dry_or_not() -> None:
    cases_message(OLD), case(closed_at=OLD), letter(at=OLD), draft(OLD), seen(OLD)
    Session.objects.create(session_key="old", session_data="", expire_date=days_ago(1))

    expected = privacy.purge(dry_run=True, now=NOW)

    assert privacy.purge(dry_run=False, now=NOW) == expected
    assert sum(line.rows for line in expected) == 7


def test_purge_follows_the_periods_of_the_installation() -> None:
    letter(at=days_ago(31))
    Retention.objects.update_or_create(pk="letters", defaults={"days": 30})

    report = privacy.purge(dry_run=False, now=NOW)

    assert [line for line in report if line.called == "letters"] == [
        Purged("letters", 30, days_ago(30), "letters", 1)
    ]


def test_purge_works_in_batches_each_with_its_event() -> None:
    for _each in range(7):
        letter(at=OLD)
    head = audit.head()[0]
    monkey = pytest.MonkeyPatch()
    monkey.setattr(privacy, "BATCH", 3)

    try:
        assert purged("letters") == 7
    finally:
        monkey.undo()

    events = list(Event.objects.filter(sequence__gt=head).values_list("verb", "subject"))
    assert events == [("privacy.purge", "base.retention:letters")] * 3
    sizes = [len(event.refs) for event in Event.objects.filter(sequence__gt=head)]
    assert sizes == [3, 3, 1]


def test_purge_removes_ended_sessions() -> None:
    running = session_of(factories.person())
    Session.objects.create(session_key="old", session_data="", expire_date=days_ago(0.001))

    privacy.purge(dry_run=False, now=NOW)

    assert list(Session.objects.all()) == [running]


def test_a_clock_that_never_ran_out_treats_nothing() -> None:
    entry = Personal(
        "accounts.User", {"last_login": BLANK}, clocks=(Clock("sign_in", "last_login"),)
    )
    factories.person(last_login=None)

    assert list(entry.rows_due(entry.clocks[0], NOW)) == []


# --- The commands ----------------------------------------------------------------------------


def test_privacy_export_prints_json(capsys: pytest.CaptureFixture) -> None:
    user = factories.person(ADDRESS, name=NAME)

    call_command("privacy", "export", str(user.pk))

    printed = json.loads(capsys.readouterr().out)
    assert (printed["person"], printed["address"]) == (user.pk, ADDRESS.lower())
    assert Event.objects.last().verb == "privacy.export"


def test_privacy_erase_without_yes_only_counts() -> None:
    user = focal_point()
    before = everything()

    with pytest.raises(CommandError, match=r"^8 rows hold data of this person.*add --yes"):
        call_command("privacy", "erase", user.email)

    assert everything() == before


def test_privacy_erase_with_yes(capsys: pytest.CaptureFixture) -> None:
    user = factories.person(ADDRESS)

    call_command("privacy", "erase", ADDRESS, "--yes")

    assert capsys.readouterr().out == (
        f"Erased. 1 rows were changed or removed:\n  accounts.user:{user.pk}\n"
    )
    user.refresh_from_db()
    assert user.erased_at is not None


@pytest.mark.parametrize("verb", ["export", "erase"])
def test_privacy_refuses_an_unknown_person(verb: str) -> None:
    with pytest.raises(CommandError, match="is in no account, no message and no case"):
        call_command("privacy", verb, "nobody@nowhere.test")


def test_privacy_purge_dry_run_says_that_nothing_changed(capsys: pytest.CaptureFixture) -> None:
    letter(at=datetime.now(UTC) - timedelta(days=731))

    call_command("privacy", "purge", "--dry-run")

    lines = capsys.readouterr().out.splitlines()
    counted = [line for line in lines if line.startswith("letters") and not line.endswith(": 0")]
    assert [line.endswith("letters: 1") for line in counted] == [True]
    assert lines[-1] == "Nothing was changed."
    assert Letter.objects.count() == 1
