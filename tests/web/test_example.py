"""The Example coalition: made by the actions, marked everywhere, gone with one command."""

from datetime import date

import pytest
from django.core.files.base import ContentFile

from coalition.accounts.models import User
from coalition.base import audit
from coalition.base.errors import Refused
from coalition.catalogue.models import Record
from coalition.commitments import actions as commitments
from coalition.commitments.models import Claim, Commitment, Tally
from coalition.commitments.states import State
from coalition.consultations.drawing.queries import shown
from coalition.consultations.history import history
from coalition.consultations.models import Consultation, Panel, Statement, Vote
from coalition.consultations.states import Origin
from coalition.consultations.states import State as ConsultationState
from coalition.interventions.iati.actions import judged
from coalition.interventions.models import (
    Activity,
    Budget,
    Intervention,
    Payment,
    Published,
    Risk,
    Role,
    Uptake,
)
from coalition.mailroom.models import InboundMessage, Letter, LetterState, Thread
from coalition.partners.models import (
    AccessionRequest,
    ActionPoint,
    Body,
    CommonPriority,
    Decision,
    Meeting,
    Partner,
    PartnerGroup,
    Priority,
    Seat,
)
from coalition.results.models import (
    Assessment,
    Contribution,
    Dispute,
    Evidence,
    Fact,
    Framework,
    Incoming,
    Indicator,
    Light,
    Measure,
    Overlap,
    Period,
    Report,
    Total,
)
from coalition.web import example
from coalition.web.examples import consultations
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.any_database
@pytest.mark.long
def test_example_coalition_is_whole_and_can_be_removed_without_a_rest():
    real = factories.commitment("published")
    before = {
        model: set(model.objects.values_list("pk", flat=True))
        for model in (
            *(Partner, Commitment, AccessionRequest, User, InboundMessage, Letter, Record),
            *(Body, Seat, Meeting, Decision, ActionPoint, CommonPriority, Priority, Thread),
            *(Framework, Period, Indicator, Fact, Total, Report, Incoming, Evidence, Dispute),
            *(Assessment, Contribution, Overlap),
            *(Consultation, Statement),
            *(Intervention, Role, Budget, Payment, Activity, Risk, Uptake, Published),
            Claim,
        )
    }

    example.build()

    groups = set(Partner.objects.filter(is_example=True).values_list("group__code", flat=True))
    assert groups == set(PartnerGroup.objects.values_list("code", flat=True))
    assert Partner.objects.filter(is_example=True).count() == 60
    states = set(Commitment.objects.filter(is_example=True).values_list("state", flat=True))
    assert states == set(State.values)
    assert set(Letter.objects.values_list("state", flat=True)) == {LetterState.HELD}
    assert not User.objects.filter(is_example=True).exclude(email__endswith=".example.org").exists()
    assert AccessionRequest.objects.open().filter(is_example=True).count() >= 12
    assert Meeting.objects.get(state="held").decisions.published().count() == 1
    assert CommonPriority.objects.public().get().members.count() > 2
    assert set(Framework.objects.public().values_list("light", flat=True)) == set(Light)
    assert set(Indicator.objects.values_list("measure", flat=True)) == set(Measure)
    assert set(Report.objects.values_list("state", flat=True)) == {
        *("draft", "submitted", "change_requested", "published"),
    }
    assert set(Dispute.objects.values_list("state", flat=True)) == {"received", "admitted"}
    assert set(Assessment.objects.values_list("state", flat=True)) == {
        *("draft", "with_partner", "published"),
    }
    assert set(Evidence.objects.values_list("kind", "holds")) == {
        *(("file", True), ("quote", False), ("link", None), ("link", True)),
    }
    assert Framework.objects.exclude(completed_at=None).exists()
    assert Fact.objects.exclude(hidden="").exists()
    # Two shares of a joint result, and two of a key intervention's.
    assert Contribution.objects.count() == 4
    assert Overlap.objects.count() == 1
    asked = Consultation.objects.filter(is_example=True)
    assert set(asked.values_list("state", flat=True)) == set(ConsultationState.values)
    standing = asked.granting("react").get().statements
    assert set(standing.values_list("origin", flat=True)) == set(Origin.values), list(
        standing.values_list("origin", "text")
    )
    assert set(standing.values_list("state", flat=True)) == {
        *("accepted", "waiting", "refused", "merged"),
    }
    assert Vote.objects.filter(is_draft=True).exists()
    assert Vote.objects.counting().count() > 50
    assert standing.first().credits.exists()
    drawn = Panel.objects.get(consultation__state=ConsultationState.FEEDBACK)
    assert drawn.volunteers.filter(is_drawn=True).count() == drawn.seats
    assert drawn.published_at < drawn.seed_at == drawn.drawn_at
    assert not any(line.is_missed for line in shown(drawn).lines)
    told = [step.sentence for step in history(drawn.consultation)]
    assert any(sentence.startswith("The seed is known on") for sentence in told)
    assert_interventions_went_their_way()
    assert list(audit.verify()) == []

    example.remove()

    after = {model: set(model.objects.values_list("pk", flat=True)) for model in before}
    assert after == before
    real.refresh_from_db()
    assert real.state == "published"
    assert list(audit.verify()) == []


def assert_interventions_went_their_way():
    found = {one.title[:5]: one for one in Intervention.objects.filter(is_example=True)}
    assert {title: (one.state, one.level.code) for title, one in found.items()} == {
        "Nepal": ("implementation", "national"),
        "Asia:": ("implementation", "regional"),
        "Les m": ("closed", "international"),
        "تونس:": ("pipeline", "national"),
        "Samoa": ("suspended", "national"),
        "Teach": ("draft", "international"),
    }
    nepal, asia, tunisia = found["Nepal"], found["Asia:"], found["تونس:"]
    assert (nepal.whole, nepal.language, tunisia.language) == (asia, "en", "ar")
    assert nepal.conclusion.decided_on < nepal.published_at.date() < nepal.began_on
    assert set(tunisia.roles.values_list("kind", "state")) == {
        *(("lead", "confirmed"), ("champion", "confirmed"), ("funding", "confirmed")),
        *(("implementing", "asked"), ("implementing", "declined")),
    }
    assert figures_of(nepal) == [(180, ""), (460, "")]
    assert figures_of(nepal, "sex-unknown") == [(3, "small"), (4, "small")]
    # What the region reaches: the part of Nepal and those of two promises, 460 + 38 + 20.
    whole = Total.objects.filter(
        indicator__framework=asia.framework, indicator__number=1, role="actual", cell=None
    )
    by_year = whole.exclude(period=None).order_by("period__starts_on")
    assert list(by_year.values_list("value", flat=True)) == [215, 518]
    assert set(Claim.objects.values_list("state", "share")) == {
        *(("confirmed", 1_500), ("confirmed", 2_000), ("claimed", 1_000)),
    }
    assert Fact.objects.get(is_disputed=True, indicator__framework=nepal.framework).value == 180
    assert nepal.activities.exclude(dropped_because="").count() == 1
    assert set(nepal.budgets.values_list("unit__code", flat=True)) == {"usd", "eur"}
    proofs = Evidence.objects.filter(fact__indicator__framework=found["Les m"].framework)
    assert proofs.count() == proofs.exclude(checked_by=None).filter(holds=True).count() == 4
    written = Published.objects.filter(intervention__is_example=True)
    assert written.count() == 5
    assert judged(*written.values_list("xml", flat=True)).is_valid


def figures_of(one, cell=""):
    facts = Fact.objects.published().filter(
        indicator__framework=one.framework, indicator__number=1, role="actual"
    )
    facts = facts.filter(cell__key=cell) if cell else facts.filter(cell=None)
    return list(facts.order_by("period__starts_on").values_list("value", "hidden"))


def test_example_coalition_is_built_once():
    factories.partner(is_example=True)

    with pytest.raises(Refused, match="there already"):
        example.build()


def test_files_of_examples_go_with_them(django_capture_on_commit_callbacks):
    """What visitors of a demonstration uploaded, and what was merged into one another."""
    survivor = factories.draft(is_example=True)
    gone = factories.draft(is_example=True, state="received")
    gone.thread.into = survivor.thread
    gone.thread.save()
    document = gone.documents.create(
        name="a.txt", file=ContentFile(b"Statutes", "a.txt"), sha256="0" * 64
    )
    partner = factories.partner(is_example=True, logo=ContentFile(b"png", "a.png"))
    factories.partner(is_example=True, state="merged", successor=partner)
    files = [document.file, partner.logo]
    assert [file.storage.exists(file.name) for file in files] == [True, True]

    with django_capture_on_commit_callbacks(execute=True):
        example.remove()

    assert [file.storage.exists(file.name) for file in files] == [False, False]
    assert not Thread.objects.exists()
    assert not Partner.objects.exists()


def test_promises_that_are_real_are_counted_without_those_of_examples():
    real = factories.commitment("published")
    for of in (real, factories.commitment("published", is_example=True)):
        factories.part(of, "confirmed", partner=factories.partner(is_example=True))
    commitments.file_all()

    example.remove()

    assert [one.pk for one in Commitment.objects.all()] == [real.pk]
    assert not real.parts.exists()
    assert set(Tally.objects.values_list("number", flat=True)) == {1}
    assert commitments.file_all() == 0


def test_real_consultations_stay_without_what_rests_on_examples():
    made_up = factories.instrument("made-up", paragraphs=1)
    type(made_up).objects.update(is_example=True)
    partner = factories.partner(is_example=True)
    member = factories.priority(partner)
    one = factories.consultation("open", text=made_up, provisions=made_up.provisions.all())
    factories.statement(one, provision=made_up.provisions.get())
    shared = factories.common_priority(members=[member], is_example=True)
    factories.statement(one, priority=shared)
    real = factories.statement(one)
    real.credits.create(partner=partner)

    consultations.remove()
    example.remove_bodies()
    Partner.objects.filter(is_example=True).delete()

    one.refresh_from_db()
    assert (one.text, list(one.statements.all())) == (None, [real])
    assert not real.credits.exists()


def test_real_interventions_stay_without_what_rests_on_examples():
    partner = factories.partner(is_example=True)
    whole = factories.intervention("implementation", partner=partner, is_example=True)
    asked = factories.consultation("decided", is_example=True)
    made_up = factories.instrument("made-up", paragraphs=1)
    type(made_up).objects.update(is_example=True)
    one = factories.intervention("implementation", conclusion=factories.conclusion(asked))
    one.whole = whole
    one.save()
    one.uptakes.create(provision=made_up.provisions.get())
    factories.role(one, "funding", "confirmed", partner=partner)
    day = date(2025, 1, 1)
    money = {"number": 1, "amount": 5, "unit": factories.unit("eur"), "value_on": day}
    one.budgets.create(starts_on=day, ends_on=day, partner=partner, **money)
    one.payments.create(paid_on=day, partner=partner, **money)
    one.activities.create(number=1, title="Teach", starts_on=day, ends_on=day, partner=partner)
    one.risks.create(number=1, words="Floods", partner=partner)

    example.remove()

    one.refresh_from_db()
    assert (one.whole, one.conclusion) == (None, None)
    assert [kept.partner for kept in (*one.budgets.all(), *one.activities.all())] == [None, None]
    assert one.risks.get().partner is None
    assert not one.payments.exists()
    assert not one.uptakes.exists()
    assert set(one.roles.values_list("kind", flat=True)) == {"lead"}
    assert not Partner.objects.filter(is_example=True).exists()


def test_example_person_who_acted_on_a_real_record_can_no_longer_sign_in():
    person = factories.person("officer@secretariat.example.org", is_example=True)
    real = factories.partner()
    real.moves.create(verb="leave", from_state="active", to_state="withdrawn", by=person)

    example.remove()

    person.refresh_from_db()
    assert not person.is_active
