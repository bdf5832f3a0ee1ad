"""Every address of the site, once: what the rails and the browser visit, and what they expect.

A new route must be put into one of the tables below; tests/test_pages.py fails until it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Model
from django.urls import reverse
from django.utils import translation

from coalition.accounts.models import User
from coalition.commitments.exploring import searches
from coalition.commitments.models import Amendment, Claim, Commitment, Edition, Part, SavedSearch
from coalition.consultations.models import (
    Batch,
    Consultation,
    Invitation,
    PaperFile,
    Participant,
    Statement,
    Summary,
)
from coalition.consultations.models import Remark as RemarkOnText
from coalition.instruments.models import (
    Adherence,
    Citation,
    ConsentAction,
    ExternalRecord,
    Instrument,
    Intake,
    Party,
    SupervisoryComment,
)
from coalition.interventions.models import Intervention, Role
from coalition.mailroom import unsubscribing
from coalition.mailroom.models import FailingAddress, Guess, InboundMessage
from coalition.partners.accession import links
from coalition.partners.models import (
    AccessionRequest,
    ActionPoint,
    Body,
    CommonPriority,
    Decision,
    Duplicate,
    Flag,
    Match,
    Meeting,
    Partner,
    SavedView,
    Seat,
    Verification,
)
from coalition.places.models import Place, PlaceKind
from coalition.results.models import (
    Assessment,
    Contribution,
    Dispute,
    Evidence,
    Fact,
    Framework,
    Incoming,
    Overlap,
    Period,
    Remark,
    Report,
)
from coalition.themes.models import Challenge, Theme

Arguments = dict[str, Any]
# What each kind of person is answered, in this order. A stranger is signed in and acts for
# another organisation than the one the page belongs to.
PEOPLE = ("visitor", "stranger", "focal point", "officer")
PUBLIC = (200, 200, 200, 200)
GONE = (410, 410, 410, 410)
SIGNED_IN = (302, 200, 200, 200)
OWN = (302, 404, 200, 404)  # nobody else learns that it exists
OWN_SENT_BACK = (302, 404, 200, 403)  # and the secretariat, to whom it was handed in
OWN_OF_PUBLIC = (302, 403, 200, 403)  # everybody knows that it exists
BOTH_SIDES = (302, 404, 200, 200)  # those concerned, and the secretariat
KNOWN_BOTH_SIDES = (302, 403, 200, 200)  # the same of what everybody knows to exist
DESK = (302, 404, 404, 200)
DESK_UNTOLD = (404, 404, 404, 200)
SIGN_IN = (200, 302, 302, 302)


@dataclass(frozen=True)
class Page:
    """A page: its route, how its address is filled, who sees it, how many queries it costs."""

    route: str
    queries: int
    answers: tuple[int, int, int, int] = PUBLIC
    of: Callable[[User], Arguments] = lambda person: {}
    query: str = ""
    name: str = ""  # tells two pages of one route apart
    no_budget: str = ""  # why the page may weigh more
    script: str = ""  # why the page brings one, where all others bring none

    @property
    def title(self) -> str:
        return self.name or self.route.replace(":", "-")

    @property
    def person(self) -> str:
        """The first who is shown the page itself."""
        shown = [
            who for who, status in zip(PEOPLE, self.answers, strict=True) if status in (200, 410)
        ]
        return shown[0]

    def address(self, language: str, person: User) -> str:
        """The path in this language, filled from what stands in the database."""
        with translation.override(language):
            return reverse(self.route, kwargs=self.of(person)) + self.query


# --- How addresses are filled


def partner(person: User) -> Arguments:
    """The organisation the person acts for."""
    return {"reference": Partner.objects.get(mandates__person=person).reference}


def mandate(person: User) -> Arguments:
    held = Partner.objects.get(mandates__person=person).mandates.get(person=person)
    return {**partner(person), "pk": held.pk}


def successor(person: User) -> Arguments:
    return {**partner(person), "left": Partner.objects.latest("pk").reference}


def no_token(person: User) -> Arguments:
    return {"token": "nonsense"}


def figure(fact: Fact) -> Arguments:
    return {"reference": fact.indicator.framework.reference, "pk": fact.pk}


def proven(person: User) -> Arguments:
    """A public figure with proofs that wait for a check."""
    return figure(Evidence.objects.filter(checked_by=None).earliest("pk").fact)


def proof_file(person: User) -> Arguments:
    return {"pk": Evidence.objects.filter(kind="file").earliest("pk").pk}


def disputed(person: User) -> Arguments:
    return {"reference": Dispute.objects.filter(state="admitted").earliest("pk").reference}


def partner_as_word(person: User) -> Arguments:
    return {"partner": partner(person)["reference"]}


def withdrawn_partner(person: User) -> Arguments:
    return {"reference": Partner.objects.filter(state="withdrawn").first().reference}


def commitment(state: str) -> Callable[[User], Arguments]:
    def fill(person: User) -> Arguments:
        return {"reference": Commitment.objects.filter(state=state).first().reference}

    return fill


def intervention(state: str, **more: Any) -> Callable[[User], Arguments]:
    """One of those in this state, with the rest of its address."""

    def fill(person: User) -> Arguments:
        found = Intervention.objects.filter(state=state).earliest("pk")
        return {"reference": found.reference, **more}

    return fill


def part_of_wider(person: User) -> Arguments:
    """One that is part of a wider one."""
    return {"reference": Intervention.objects.exclude(whole=None).earliest("pk").reference}


def row(state: str, kind: str) -> Callable[[User], Arguments]:
    """The first budget, payment, activity or risk of one in this state."""

    def fill(person: User) -> Arguments:
        one = Intervention.objects.filter(state=state).earliest("pk")
        rows = {"budget": one.budgets, "payment": one.payments}
        rows |= {"activity": one.activities, "risk": one.risks}
        number = rows[kind].earliest("number").number
        return {"reference": one.reference, "number": number}

    return fill


def role(state: str) -> Callable[[User], Arguments]:
    """A role of another partner in a draft that the person's organisation leads."""

    def fill(person: User) -> Arguments:
        found = Role.objects.filter(state=state, kind="implementing", intervention__state="draft")
        one = found.filter(intervention__partner__mandates__person=person).earliest("pk")
        return {"reference": one.intervention.reference, "pk": one.pk}

    return fill


def consultation(state: str, **more: Any) -> Callable[[User], Arguments]:
    """One of those in this state, with the rest of its address."""

    def fill(person: User) -> Arguments:
        return {"reference": Consultation.objects.filter(state=state).first().reference, **more}

    return fill


def summed_up(**more: Any) -> Callable[[User], Arguments]:
    """A consultation whose results are worked out, with the rest of its address."""

    def fill(person: User) -> Arguments:
        found = Consultation.objects.exclude(summary=None).earliest("pk")
        return {"reference": found.reference, **more}

    return fill


def named_answers(*, partner: bool = False) -> Callable[[User], Arguments]:
    """A consultation whose results are worked out and in which organisations answered by name; with
    `partner=True` one of them."""

    def fill(person: User) -> Arguments:
        found = Participant.objects.filter(
            votes__is_draft=False,
            consultation__answers_are_public=True,
            consultation__summary__isnull=False,
        )
        found = found.exclude(partner=None).select_related("consultation", "partner")
        one = found.earliest("consultation_id", "partner_id")
        arguments = {"reference": one.consultation.reference}
        return {**arguments, "partner": one.partner.reference} if partner else arguments

    return fill


def statement(state: str) -> Callable[[User], Arguments]:
    """Of an open consultation one in this state that somebody proposed."""

    def fill(person: User) -> Arguments:
        found = Statement.objects.filter(consultation__state="open", state=state)
        one = found.exclude(author=None).select_related("consultation").first()
        return {"reference": one.consultation.reference, "number": one.number}

    return fill


def prioritising(is_open: bool = True, **more: Any) -> Callable[[User], Arguments]:
    """A consultation in which priorities are set now, or one that is over and has its list."""

    def fill(person: User) -> Arguments:
        with_list = Summary.objects.filter(value__priorities__rule__isnull=False)
        over = Consultation.objects.filter(state="synthesis", summary__in=with_list)
        found = Consultation.objects.granting("prioritise") if is_open else over
        arguments = {"reference": found[0].reference, **more}
        if more.get("partner"):
            arguments["partner"] = person.mandates.get().partner.reference
        return arguments

    return fill


def invitation_of_open(person: User) -> Arguments:
    """An invitation to an open consultation."""
    one = Invitation.objects.filter(consultation__state="open").select_related("consultation")[0]
    return {"reference": one.consultation.reference, "pk": one.pk}


def of_papers(kind: type[Model]) -> Callable[[User], Arguments]:
    """An open consultation and one of its files of answers on paper: taken in, or looked at."""

    def fill(person: User) -> Arguments:
        one = kind.objects.filter(consultation__state="open").select_related("consultation")[0]
        return {"reference": one.consultation.reference, "pk": one.pk}

    return fill


def remark(*names: str, state: str = "accepted") -> Callable[[User], Arguments]:
    """Of an open consultation that discusses a text: a remark in this state, and of its address
    what is named."""

    def fill(person: User) -> Arguments:
        found = RemarkOnText.objects.filter(consultation__state="open", state=state)
        one = found.select_related("consultation", "provision").first()
        known = {"number": one.number, "eid": one.provision.eid}
        return {"reference": one.consultation.reference, **{name: known[name] for name in names}}

    return fill


def own_answer(**more: Any) -> Callable[[User], Arguments]:
    """An open consultation, and the organisation for which the person answers it."""

    def fill(person: User) -> Arguments:
        one = consultation("open", **more)(person)
        return {**one, "partner": person.mandates.get().partner.reference}

    return fill


def goals_of(person: User) -> Arguments:
    """The public framework with most figures."""
    found = Framework.objects.public().annotate(count=Count("indicators__facts"))
    return {"reference": found.latest("count").reference}


def own_goals(person: User) -> Arguments:
    """A public framework, with deadlines, of the organisation the person acts for."""
    own = Framework.objects.public().filter(reporter__mandates__person=person)
    return {"reference": own.exclude(periods__due_on=None).earliest("pk").reference}


def assessed(person: User) -> Arguments:
    """What a reviewer found, in public."""
    return {"reference": Assessment.objects.filter(state="published").earliest("pk").reference}


def measured(person: User) -> Arguments:
    return {**goals_of(person), "number": 1}


def reported_figure(person: User) -> Arguments:
    """The first figure that was reported."""
    found = (
        Fact.objects.public()
        .actual()
        .filter(
            indicator__framework__reference__in=[goals_of(person)["reference"]], indicator__number=1
        )
    )
    return {**goals_of(person), "pk": found.earliest("pk").pk}


def own_figures(person: User) -> Arguments:
    """The public framework of the person's organisation that has most figures."""
    found = Framework.objects.public().filter(reporter__mandates__person=person)
    found = found.annotate(count=Count("indicators__facts", distinct=True))
    return {"reference": found.latest("count").reference}


def counted_figure(person: User) -> Arguments:
    """A public figure of the person's organisation that counts people, and not the only one."""
    found = Fact.objects.public().actual().filter(indicator__unit__code="people", cell=None)
    own = found.filter(indicator__framework__reference=own_figures(person)["reference"])
    return figure(own.earliest("pk"))


def share(person: User) -> Arguments:
    found = Contribution.objects.filter(indicator__framework__reporter__mandates__person=person)
    claimed = found.earliest("pk")
    return {"reference": claimed.indicator.framework.reference, "pk": claimed.pk}


def overlap(person: User) -> Arguments:
    found = Overlap.objects.filter(fact__indicator__framework__reporter__mandates__person=person)
    declared = found.earliest("pk")
    return {"reference": declared.fact.indicator.framework.reference, "pk": declared.pk}


def drafted_goals(person: User) -> Arguments:
    """The framework of the person's draft."""
    promise = Commitment.objects.get(**own_draft(person))
    return {"reference": promise.framework.reference}


def drafted_goal(person: User) -> Arguments:
    framework = Framework.objects.get(**drafted_goals(person))
    return {**drafted_goals(person), "pk": framework.results.first().pk}


def drafted_indicator(name: str = "") -> Callable[[User], Arguments]:
    """An indicator of the person's draft, on this screen."""

    def fill(person: User) -> Arguments:
        framework = Framework.objects.get(**drafted_goals(person))
        step = {"step": name} if name else {}
        return {**drafted_goals(person), "number": framework.indicators.first().number, **step}

    return fill


def own_search(person: User) -> Arguments:
    """A search that the person keeps."""
    return {"pk": SavedSearch.objects.filter(person=person).earliest("pk").pk}


def search_stop(person: User) -> Arguments:
    """The link in a letter on a search."""
    return {"signed": searches.SIGNER.sign(SavedSearch.objects.earliest("pk").pk)}


def amended(person: User) -> Arguments:
    """The second edition of a commitment."""
    found = Edition.objects.filter(number=2).earliest("pk")
    return {"reference": found.commitment.reference, "number": 2}


def amendments(person: User) -> Arguments:
    return {"reference": amendment("partner", "proposed")(person)["reference"]}


def amendment(side: str, state: str, step: str = "") -> Callable[[User], Arguments]:
    """An amendment of this side in this state, on this screen."""

    def fill(person: User) -> Arguments:
        found = Amendment.objects.filter(side=side, state=state).earliest("pk")
        screen = {"step": step} if step else {}
        return {"reference": found.commitment.reference, "pk": found.pk, **screen}

    return fill


def own_draft(person: User) -> Arguments:
    found = Commitment.objects.filter(
        partner__mandates__person=person, state__in=("draft", "change_requested")
    )
    return {"reference": found.first().reference}


def own_published(person: User) -> Arguments:
    found = Commitment.objects.filter(partner__mandates__person=person, state="published")
    return {"reference": found.earliest("pk").reference}


def own_claim(person: User) -> Arguments:
    """A contribution of the person's organisation to a key intervention."""
    found = Claim.objects.filter(commitment__partner__mandates__person=person)
    claim = found.select_related("commitment").earliest("pk")
    return {"reference": claim.commitment.reference, "pk": claim.pk}


def own_part(person: User) -> Arguments:
    """A part that the person's organisation is asked for, in a draft of another."""
    found = Part.objects.filter(partner__mandates__person=person, commitment__state="draft")
    part = found.select_related("commitment").earliest("pk")
    return {"reference": part.commitment.reference, "pk": part.pk}


def step(name: str) -> Callable[[User], Arguments]:
    return lambda person: {**own_draft(person), "step": name}


def declaration(person: User) -> Arguments:
    return {"code": Instrument.objects.filter(provisions__deliveries__gt=0).first().code}


def supervised(person: User) -> Arguments:
    """A party to which a supervisor wrote."""
    return {"party": SupervisoryComment.objects.earliest("pk").party.code}


def comment(person: User) -> Arguments:
    return {"reference": SupervisoryComment.objects.earliest("pk").reference}


def part(person: User) -> Arguments:
    return {**declaration(person), "number": 1}


def provision(person: User) -> Arguments:
    made = Instrument.objects.filter(provisions__deliveries__gt=0).first()
    return {"code": made.code, "eid": made.provisions.filter(deliveries__gt=0).first().eid}


def endorsed(person: User) -> Arguments:
    return {"code": Instrument.objects.filter(adherences__partner__gt=0).first().code}


def open_text(person: User) -> Arguments:
    return {"code": "doha"}


def party_as_word(person: User) -> Arguments:
    return {"party": Party.objects.first().code}


def compared(person: User) -> Arguments:
    """A text of which a draft is held and what was adopted."""
    return {"code": Instrument.objects.filter(versions__stage="draft").first().code}


def citing(person: User) -> Arguments:
    """A text that builds on another one held."""
    found = Citation.objects.exclude(instrument=None).exclude(key="self:").first()
    return {"code": found.wording.version.instrument.code}


def cited(person: User) -> Arguments:
    """A text on which another one builds."""
    found = Citation.objects.exclude(instrument=None).exclude(key="self:").first()
    return {"code": found.instrument.code}


def draft_version(person: User) -> Arguments:
    made = Instrument.objects.filter(versions__stage="draft").first()
    return {"code": made.code, "key": made.versions.get(stage="draft").pk}


def draft_part(person: User) -> Arguments:
    return {**draft_version(person), "number": 1}


def country(person: User) -> Arguments:
    return {"code": _country().code}


def region(person: User) -> Arguments:
    return {"code": _country().parent.code}


def _country() -> Place:
    found = Place.objects.filter(kind=PlaceKind.COUNTRY, commitments__state="published")
    return found.order_by("code").first()


def theme(person: User) -> Arguments:
    return {"code": Theme.objects.filter(commitments__state="published").first().code}


def challenge(person: User) -> Arguments:
    return {"code": Challenge.objects.filter(commitments__state="published").first().code}


def message(person: User) -> Arguments:
    return {"pk": InboundMessage.objects.order_by("pk")[0].pk}


def guess(person: User) -> Arguments:
    made = Guess.objects.first()
    return {"pk": made.message_id, "thread": made.thread_id}


def unsubscribing_link(person: User) -> Arguments:
    return {"signed": unsubscribing.SIGNER.sign(person.pk)}


def case_letter(person: User) -> Arguments:
    return {**case(person), "name": "acknowledgement"}


def duplicate(person: User) -> Arguments:
    return {"pk": Duplicate.objects.order_by("pk")[0].pk}


def saved_view(person: User) -> Arguments:
    return {"pk": SavedView.objects.order_by("pk")[0].pk}


def case(person: User) -> Arguments:
    found = AccessionRequest.objects.filter(state__in=("received", "acknowledged"))
    return {"reference": found.first().reference}


def application(state: str) -> Callable[[User], Arguments]:
    """The secret link of the applicant of a request."""

    def fill(person: User) -> Arguments:
        found = AccessionRequest.objects.filter(state=state, thread__isnull=False)
        return {"token": links.token_for(found.first())}

    return fill


def screen(name: str) -> Callable[[User], Arguments]:
    return lambda person: {**application("draft")(person), "step": name}


def of_document(person: User) -> Arguments:
    return {**application("draft")(person), "pk": 1}


def body(person: User) -> Arguments:
    """A body in which the person's organisation sits."""
    return {"code": Body.objects.get(seats__partner__mandates__person=person).code}


def meeting(state: str) -> Callable[[User], Arguments]:
    return lambda person: {
        "reference": Meeting.objects.filter(state=state, **_of_body(person)).first().reference
    }


def _of_body(person: User) -> Arguments:
    return {"body__code": body(person)["code"]}


def decision_draft(person: User) -> Arguments:
    return {"reference": Decision.objects.filter(published_at=None).first().reference}


def own_action(person: User) -> Arguments:
    return {"reference": ActionPoint.objects.filter(owner=person).first().reference}


def common(state: str) -> Callable[[User], Arguments]:
    return lambda person: {
        "reference": CommonPriority.objects.filter(state=state).first().reference
    }


def part_of(name: str) -> Callable[[User], Arguments]:
    """A meeting with the number of one of its items or papers."""

    def fill(person: User) -> Arguments:
        found = meeting("held")(person)
        part = getattr(Meeting.objects.get(**found), name).first()
        return found | {"pk": part.pk}

    return fill


def vetted_case(person: User) -> Arguments:
    return {"reference": AccessionRequest.objects.filter(state="under_vetting").first().reference}


def treaty(person: User) -> Arguments:
    """A convention with a held table of parties, and acts on record."""
    return {"code": _act().instrument.code}


def sovereign(person: User) -> Arguments:
    """A State that is bound by something and acts for territories that are."""
    found = Party.objects.filter(territories__consents__isnull=False, consents__isnull=False)
    return {"party": found.order_by("pk").first().code}


def passport(person: User) -> Arguments:
    return {**treaty(person), "party": _act().party.code}


def act_of_consent(person: User) -> Arguments:
    return {"pk": _act().pk}


def _act() -> ConsentAction:
    return ConsentAction.objects.filter(instrument__consent_table__isnull=False).order_by("pk")[0]


def register(person: User) -> Arguments:
    return {"code": _external().register.code}


def external_record(person: User) -> Arguments:
    """A submission with an addendum and a translation, which a commitment is in line with."""
    return {"code": _external().register.code, "pk": _external().pk}


def external_number(person: User) -> Arguments:
    return {"number": _external().pk}


def waiting_record(person: User) -> Arguments:
    """An annex of which no rule could say where it belongs."""
    return {"pk": ExternalRecord.objects.filter(belongs_because="several").first().pk}


def _external() -> ExternalRecord:
    found = ExternalRecord.objects.filter(attached__isnull=False, commitments__isnull=False)
    return found.select_related("register").order_by("pk")[0]


def verification(person: User) -> Arguments:
    return {"pk": Verification.objects.filter(partner__isnull=False).first().pk}


def flag(person: User) -> Arguments:
    return {"pk": Flag.objects.first().pk}


def match(person: User) -> Arguments:
    return {"pk": Match.objects.first().pk}


def report(state: str) -> Callable[[User], Arguments]:
    """The first report of the person's organisation in this state."""

    def fill(person: User) -> Arguments:
        own = Report.objects.filter(partner__mandates__person=person, state=state)
        found = own.select_related("framework").earliest("pk")
        return {"reference": found.framework.reference, "pk": found.pk}

    return fill


def came_in(person: User) -> Arguments:
    """What came in for a draft and waits to be confirmed."""
    found = report("draft")(person)
    return found | {"number": Incoming.objects.filter(report=found["pk"]).earliest("pk").pk}


def report_alone(state: str) -> Callable[[User], Arguments]:
    return lambda person: {"pk": report(state)(person)["pk"]}


def unreported(person: User) -> Arguments:
    """A period that has begun and that nobody has reported on."""
    found = Period.objects.filter(framework__reference=own_figures(person)["reference"])
    return own_figures(person) | {"pk": found.filter(reports=None).earliest("starts_on").pk}


def report_remark(state: str) -> Callable[[User], Arguments]:
    def fill(person: User) -> Arguments:
        of = report(state)(person)
        return of | {"remark": Remark.objects.filter(report=of["pk"]).earliest("pk").pk}

    return fill


# --- Pages: HTML for people, visited by every rail

WHOLE_TEXT = "a text printed whole"
SAVES_ITSELF = "the form saves itself as one goes on"
ASKS_FOR_PASSKEY = "a browser can only be asked for a passkey by script"


def intake(person: User) -> Arguments:
    return {"pk": Intake.objects.latest("pk").pk}


PAGES = [
    Page("home", 17),
    Page("about", 7),
    Page("accessibility", 7),
    Page("privacy", 7),
    Page("news", 9),
    Page("data", 0),
    Page("ui:components", 0),
    Page("catalogue:search", 2),
    Page("catalogue:search", 9, query="?q=work", name="catalogue-search-found"),
    Page("partners:directory", 8),
    Page("partners:overview", 10),
    Page("partner", 27, of=partner),
    Page("partner_sheet", 15, of=partner),
    Page("partners:join", 5),
    Page("partners:begin", 1),
    Page("partners:lost_link", 0),
    Page("partners:attachments", 7, DESK_UNTOLD, of=case),
    Page("partners:application", 13, of=application("incomplete")),
    Page("partners:fill_in", 11, of=screen("organisation"), name="partners-fill-in-organisation"),
    Page("partners:fill_in", 9, of=screen("about"), name="partners-fill-in-about"),
    Page("partners:fill_in", 7, of=screen("identity"), name="partners-fill-in-identity"),
    Page("partners:fill_in", 7, of=screen("documents"), name="partners-fill-in-documents"),
    Page("partners:fill_in", 7, of=screen("statements"), name="partners-fill-in-statements"),
    Page("partners:fill_in", 7, of=screen("summary"), name="partners-fill-in-summary"),
    Page("results:begin", 17, (302, 403, 200, 403), of=unreported, script=SAVES_ITSELF),
    Page("results:report_edit", 23, OWN, of=report("draft"), script=SAVES_ITSELF),
    Page("results:report_submit", 24, OWN, of=report("draft")),
    Page("results:report", 27, of=report("published")),
    Page("results:upload", 6, OWN, of=report("draft")),
    Page("results:incoming", 16, OWN, of=came_in),
    Page("results:reports", 4, of=own_figures),
    Page("results:report_desk", 5, DESK),
    Page("results:report_review", 31, DESK, of=report_alone("submitted")),
    Page("results:explorer", 10),
    Page(
        "results:explorer",
        11,
        query="?words=bakers&measure=number&unit=people&disputed=yes&sort=title",
        name="results-explorer-filtered",
    ),
    Page("results:framework", 25, of=goals_of),
    Page("results:indicator", 39, of=measured),
    Page("results:passport", 23, of=reported_figure),
    Page("results:shares", 4, of=goals_of),
    Page("results:overlaps", 10, OWN_OF_PUBLIC, of=own_figures),
    Page("results:declare_overlap", 9, OWN_OF_PUBLIC, of=counted_figure),
    Page("results:setup", 11, OWN_SENT_BACK, of=drafted_goals),
    Page("results:new_result", 7, OWN_SENT_BACK, of=drafted_goals),
    Page("results:edit_result", 7, OWN_SENT_BACK, of=drafted_goal),
    Page("results:new_indicator", 8, OWN_SENT_BACK, of=drafted_goal),
    *(
        Page(
            "results:edit_indicator",
            queries,
            OWN_SENT_BACK,
            of=drafted_indicator(step),
            name=f"results-edit-indicator-{step}",
        )
        for step, queries in {
            "measure": 8,
            "rule": 7,
            "groups": 9,
            "baseline": 8,
            "targets": 9,
        }.items()
    ),
    Page("results:new_dimension", 5, OWN_SENT_BACK, of=drafted_goals),
    Page("commitments:explorer", 13),
    Page(
        "commitments:explorer",
        19,
        query="?theme=employment&level=national&declaration=test-declaration",
        name="commitments-explorer-found",
    ),
    Page("commitments:map", 10),
    Page("commitments:map", 12, query="?theme=employment", name="commitments-map-found"),
    Page("commitments:searches", 4, SIGNED_IN, query="?theme=employment&keep=yes"),
    Page("commitments:search_stop", 1, of=search_stop),
    Page("commitments:commitment", 24, of=commitment("published")),
    Page("commitments:edition", 10, of=amended),
    Page("commitments:sheet", 21, of=commitment("published")),
    Page(
        "commitments:commitment", 11, GONE, of=commitment("withdrawn"), name="commitments-withdrawn"
    ),
    Page("instruments:list", 14),
    Page(
        "instruments:list", 7, query="?words=declaration&sort=name", name="instruments-list-found"
    ),
    Page("instruments:contents", 11, of=declaration),
    Page("instruments:part", 4, of=part),
    Page("instruments:provision", 13, of=provision),
    Page("instruments:citations", 7, of=citing),
    Page("instruments:citations", 6, of=cited, query="?side=by", name="instruments-cited"),
    Page("instruments:versions", 2, of=compared),
    Page("instruments:version", 5, of=draft_version),
    Page("instruments:version_part", 5, of=draft_part),
    Page("instruments:compare", 4, of=compared),
    Page("instruments:print", 3, of=declaration, no_budget=WHOLE_TEXT),
    Page("instruments:reporting", 4),
    Page("instruments:reporting_of", 6, of=supervised),
    Page("instruments:comments", 4),
    Page("instruments:comment", 4, of=comment),
    Page("instruments:comments_desk", 5, DESK),
    Page("instruments:reporting_group", 4, DESK, of=lambda person: {"key": "3-A"}),
    Page("instruments:adherence", 5, of=endorsed),
    Page("instruments:tracker", 11, of=declaration),
    Page("instruments:following", 4, SIGNED_IN),
    Page("instruments:endorse", 4, (302, 200, 200, 403), of=open_text),
    Page("instruments:endorsements", 9, (302, 403, 200, 403), of=partner_as_word),
    Page("instruments:adherence_desk", 7, DESK_UNTOLD),
    Page("instruments:intakes", 5, DESK_UNTOLD),
    Page("instruments:intake", 5, DESK_UNTOLD, of=intake),
    Page("instruments:matrix", 6),
    Page("instruments:parties", 9, of=treaty),
    Page("instruments:not_yet", 5, of=treaty),
    Page("instruments:passport", 8, of=passport),
    Page("instruments:record", 6, of=sovereign),
    Page("instruments:consent_desk", 5, DESK),
    Page("instruments:registers", 1),
    Page("instruments:register", 7, of=register),
    Page("instruments:external_record", 5, of=external_record),
    Page("instruments:registers_desk", 6, DESK),
    Page("instruments:belonging", 5, DESK, of=waiting_record),
    Page("instruments:consent_record", 5, DESK),
    Page("instruments:consent_strike", 4, DESK, of=act_of_consent),
    Page("results:evidence_of", 7, (302, 403, 200, 200), of=proven),
    Page("results:schedule", 6, OWN_OF_PUBLIC, of=own_goals),
    Page("results:assessment", 12, of=assessed),
    Page("results:to_check", 5, SIGNED_IN),
    Page("results:evidence_desk", 5, DESK),
    Page("results:dispute_new", 2, of=proven),
    Page("results:dispute", 7, (302, 404, 200, 200), of=disputed),
    Page("results:dispute_desk", 5, DESK),
    Page("results:rates", 7, DESK),
    Page("themes", 2),
    Page("theme", 22, of=theme),
    Page("challenge", 21, of=challenge),
    Page("places", 3),
    Page("place", 22, of=country),
    Page("place", 22, of=region, name="place-region"),
    Page("place_sheet", 11, of=country),
    Page("theme_sheet", 11, of=theme),
    Page("challenge_sheet", 11, of=challenge),
    Page("account_request_login_code", 0, SIGN_IN),
    Page("account_inactive", 0),
    Page("accounts:profile", 2, SIGNED_IN),
    Page("mfa_index", 5, SIGNED_IN),
    Page("mfa_activate_totp", 11, SIGNED_IN),
    Page("mfa_add_webauthn", 12, SIGNED_IN, script=ASKS_FOR_PASSKEY),
    Page("accounts:colleagues", 6, DESK),
    Page("workspace", 16, SIGNED_IN),
    Page("partners:profile_edit", 14, (302, 403, 200, 200), of=partner),
    Page("partners:profile_history", 7, (302, 403, 200, 200), of=partner),
    Page("partners:people", 12, (302, 403, 200, 200), of=partner),
    Page("partners:leave", 6, OWN_OF_PUBLIC, of=partner),
    Page("partners:priorities", 9, OWN_OF_PUBLIC, of=partner),
    Page("commitments:new", 5, OWN, of=partner_as_word),
    Page("commitments:edit", 22, OWN, of=step("promise"), name="commitments-edit-promise"),
    Page("commitments:edit", 33, OWN, of=step("place"), name="commitments-edit-place"),
    Page("commitments:edit", 22, OWN, of=step("means"), name="commitments-edit-means"),
    Page("commitments:edit", 21, OWN, of=step("help"), name="commitments-edit-help"),
    Page("commitments:goals", 30, OWN, of=own_draft),
    Page("commitments:paragraphs", 23, OWN, of=own_draft),
    Page("commitments:amendments", 11, (302, 404, 200, 200), of=amendments),
    Page("commitments:amendment", 31, (302, 404, 200, 200), of=amendment("partner", "proposed")),
    *(
        Page(
            "commitments:amendment_step",
            queries,
            DESK,
            of=amendment("secretariat", "draft", name),
            name=f"commitments-amendment-{name}",
        )
        for name, queries in (
            *(("promise", 11), ("place", 24), ("paragraphs", 12), ("means", 11), ("help", 10)),
        )
    ),
    Page("commitments:summary", 33, (302, 404, 200, 302), of=own_draft),
    Page("commitments:parts", 24, OWN_SENT_BACK, of=own_draft),
    Page("commitments:part", 27, OWN, of=own_part),
    Page("desk", 10, DESK),
    # Key interventions
    Page("interventions:list", 13),
    Page(
        "interventions:list",
        13,
        query="?words=skills&stage=implementation&sort=overdue",
        name="interventions-list-found",
    ),
    Page("interventions:map", 9),
    Page("interventions:iati", 1),
    Page("interventions:intervention", 26, of=intervention("implementation")),
    Page("interventions:intervention", 26, of=intervention("suspended"), name="int-suspended"),
    Page(
        "interventions:intervention",
        31,
        (404, 404, 200, 200),
        of=intervention("draft"),
        name="interventions-draft",
    ),
    Page("interventions:results", 38, of=intervention("implementation")),
    Page("interventions:results", 15, of=intervention("pipeline"), name="interventions-no-results"),
    Page("interventions:theory", 16, of=intervention("implementation")),
    Page("interventions:brief", 23, of=intervention("implementation")),
    Page("interventions:in_place", 13, of=country),
    Page("interventions:in_place", 9, of=region, name="interventions-in-region"),
    Page("interventions:workspace", 33, BOTH_SIDES, of=intervention("draft")),
    Page(
        "interventions:workspace",
        31,
        (302, 403, 200, 200),
        of=intervention("implementation"),
        name="interventions-workspace-runs",
    ),
    *(
        Page(
            "interventions:edit",
            queries,
            BOTH_SIDES,
            of=intervention("draft", step=step),
            name=f"interventions-edit-{step}",
        )
        for step, queries in (("words", 12), ("answers", 27), ("days", 12), ("paragraphs", 15))
    ),
    Page("interventions:roles", 8, BOTH_SIDES, of=intervention("draft")),
    Page("interventions:role", 22, BOTH_SIDES, of=role("asked")),
    Page("interventions:parts", 16, KNOWN_BOTH_SIDES, of=intervention("implementation")),
    Page(
        "interventions:parts",
        17,
        KNOWN_BOTH_SIDES,
        of=part_of_wider,
        name="interventions-parts-joined",
    ),
    Page("commitments:claims_desk", 7, KNOWN_BOTH_SIDES, of=intervention("implementation")),
    Page("commitments:claims", 7, (302, 403, 200, 403), of=own_published),
    Page("commitments:claim_new", 7, (302, 403, 200, 403), of=own_published),
    Page("commitments:claim", 14, (302, 404, 200, 200), of=own_claim),
    Page("interventions:desk", 13, DESK),
    Page("interventions:desk", 6, DESK, query="?state=draft&lead=asked", name="int-desk-found"),
    Page("interventions:open", 3, DESK),
    Page("interventions:open_decided", 6, DESK, of=consultation("decided")),
    Page("interventions:money", 12, KNOWN_BOTH_SIDES, of=intervention("implementation")),
    Page("interventions:work", 9, KNOWN_BOTH_SIDES, of=intervention("implementation")),
    *(
        Page(f"interventions:add_{kind}", queries, OWN_OF_PUBLIC, of=intervention("implementation"))
        for kind, queries in (("budget", 7), ("payment", 8), ("activity", 7), ("risk", 6))
    ),
    *(
        Page(
            f"interventions:{kind}",
            queries,
            OWN_OF_PUBLIC,
            of=row("implementation", kind),
        )
        for kind, queries in (("budget", 6), ("payment", 6), ("activity", 8), ("risk", 7))
    ),
    *(
        Page(
            f"interventions:{kind}",
            queries,
            OWN_SENT_BACK,
            of=row("draft", kind),
            name=f"interventions-{kind}-draft",
        )
        for kind, queries in (("budget", 8), ("payment", 9))
    ),
    Page("interventions:portfolio", 27, DESK),
    Page(
        "interventions:portfolio",
        27,
        DESK,
        query="?stage=implementation&attention=silent&sort=risk&all=1",
        name="interventions-portfolio-found",
    ),
    Page("consultations:list", 10),
    Page(
        "consultations:list", 9, query="?words=change&state=open", name="consultations-list-found"
    ),
    Page("consultations:consultation", 13, of=consultation("open")),
    Page(
        "consultations:consultation",
        14,
        of=consultation("called_off"),
        name="consultations-consultation-called-off",
    ),
    Page("consultations:sheet", 7, of=consultation("synthesis")),
    Page("consultations:panel", 3, of=consultation("open")),
    Page("consultations:volunteer", 7, SIGNED_IN, of=consultation("open")),
    Page("consultations:prepare_panel", 7, DESK, of=consultation("open")),
    Page("consultations:results", 9, of=summed_up()),
    Page(
        "consultations:results",
        2,
        of=consultation("open"),
        name="consultations-results-not-yet",
    ),
    Page("consultations:results_statements", 3, of=summed_up()),
    Page(
        "consultations:results_statements",
        4,
        of=summed_up(),
        query="?of=people&words=contributed",
        name="consultations-results-statements-found",
    ),
    Page("consultations:results_brief", 12, of=summed_up()),
    Page("consultations:organisations", 4, of=named_answers()),
    Page(
        "consultations:organisations",
        5,
        of=named_answers(),
        query="?words=union&group=WRK",
        name="consultations-organisations-found",
    ),
    Page("consultations:organisation", 5, of=named_answers(partner=True)),
    Page("consultations:react", 10, SIGNED_IN, of=consultation("open")),
    Page("consultations:react_to", 9, SIGNED_IN, of=consultation("open", number=1)),
    Page("consultations:about_you", 9, SIGNED_IN, of=consultation("open")),
    Page(
        "consultations:react",
        13,
        OWN_OF_PUBLIC,
        of=own_answer(),
        name="consultations-react-for-organisation",
    ),
    Page(
        "consultations:react_to",
        10,
        OWN_OF_PUBLIC,
        of=own_answer(number=1),
        name="consultations-react-to-for-organisation",
    ),
    Page("consultations:propose", 9, SIGNED_IN, of=consultation("open")),
    Page("consultations:discuss", 6, of=remark()),
    Page("consultations:discuss_paragraph", 8, of=remark("eid")),
    Page("consultations:remarks", 5, of=remark()),
    Page(
        "consultations:remarks",
        5,
        of=remark(),
        query="?kind=other_words&who=people&paragraph=1",
        name="consultations-remarks-found",
    ),
    Page("consultations:remark", 3, of=remark("number")),
    Page("consultations:own_remarks", 9, SIGNED_IN, of=remark()),
    Page("consultations:prioritise", 11, SIGNED_IN, of=prioritising()),
    Page(
        "consultations:prioritise",
        13,
        OWN_OF_PUBLIC,
        of=prioritising(partner=True),
        name="consultations-prioritise-for-organisation",
    ),
    Page("consultations:prioritised", 4, of=prioritising(is_open=False, name="organisations")),
    Page("consultations:ballot", 10, DESK, of=consultation("planned")),
    Page("consultations:desk", 7, DESK),
    Page("consultations:new", 3, DESK),
    Page("consultations:plan", 14, DESK, of=consultation("draft")),
    Page(
        "consultations:plan", 12, DESK, of=consultation("open"), name="consultations-plan-of-open"
    ),
    Page("consultations:words", 4, DESK, of=consultation("draft")),
    Page("consultations:scope", 11, DESK, of=consultation("draft")),
    Page("consultations:priorities", 6, DESK, of=consultation("draft")),
    Page("consultations:paragraphs", 7, DESK, of=consultation("draft")),
    Page("consultations:people", 4, DESK, of=consultation("draft")),
    Page("consultations:phases", 5, DESK, of=consultation("open")),
    Page("consultations:invitations", 10, DESK, of=consultation("open")),
    Page("consultations:cockpit", 24, DESK, of=consultation("open")),
    Page(
        "consultations:cockpit",
        23,
        DESK,
        of=consultation("synthesis"),
        name="consultations-cockpit-afterwards",
    ),
    Page("consultations:turnout", 7, of=consultation("synthesis")),
    Page("consultations:turnout_desk", 18, DESK, of=consultation("open")),
    Page("consultations:missing", 10, DESK, of=consultation("open")),
    Page(
        "consultations:missing",
        11,
        DESK,
        query="?words=union&group=GOV&region=150&stands=silent&language=fr",
        of=consultation("open"),
        name="consultations-missing-found",
    ),
    Page("consultations:papers", 8, DESK, of=consultation("open")),
    Page("consultations:paper_file", 8, DESK, of=of_papers(PaperFile)),
    Page("consultations:phase", 6, DESK, of=consultation("open", kind="prioritise")),
    Page("consultations:first_proposals", 13, DESK, of=consultation("draft")),
    Page("consultations:proposal", 6, DESK, of=consultation("planned", number=1)),
    Page("consultations:statements", 7, DESK, of=consultation("open")),
    Page(
        "consultations:statements",
        7,
        DESK,
        of=consultation("open"),
        query="?words=same&state=waiting",
        name="consultations-statements-found",
    ),
    Page("consultations:remarks_desk", 7, DESK, of=remark()),
    Page(
        "consultations:remarks_desk",
        7,
        DESK,
        of=remark(),
        query="?words=remark&state=waiting",
        name="consultations-remarks-desk-found",
    ),
    Page("consultations:remark_on_desk", 8, DESK, of=remark("number", state="waiting")),
    Page("consultations:near_statements", 5, DESK, of=consultation("open")),
    Page("consultations:responses", 8, of=consultation("feedback")),
    Page(
        "consultations:responses",
        8,
        of=consultation("decided"),
        query="?words=contributed&outcome=taken_up&who=organisation",
        name="consultations-responses-found",
    ),
    Page("consultations:response", 9, of=consultation("feedback", number=1)),
    Page("consultations:conclusion", 9, of=consultation("feedback")),
    Page("consultations:answers", 14, DESK, of=consultation("synthesis")),
    Page(
        "consultations:answers",
        14,
        DESK,
        of=consultation("synthesis"),
        query="?outcome=missing&who=organisation&words=contributed",
        name="consultations-answers-missing",
    ),
    Page("consultations:answer", 9, DESK, of=consultation("synthesis", number=1)),
    Page("consultations:conclude", 13, DESK, of=consultation("responded")),
    Page(
        "consultations:conclude",
        10,
        DESK,
        of=consultation("decided"),
        name="consultations-conclude-decided",
    ),
    Page("consultations:dissent", 8, DESK, of=consultation("responded", group="EMP")),
    Page("consultations:statement", 8, DESK, of=statement("waiting")),
    Page(
        "consultations:statement",
        7,
        DESK,
        of=statement("merged"),
        name="consultations-statement-merged",
    ),
    Page("commitments:review_list", 10, DESK),
    Page("commitments:lists", 4, DESK),
    Page("commitments:own_lists", 5, OWN, of=partner_as_word),
    Page("commitments:review", 34, DESK, of=commitment("submitted")),
    Page(
        "commitments:review",
        32,
        DESK,
        of=commitment("completed_claimed"),
        name="commitments-review-claimed",
    ),
    Page("partners:register_entry", 2, of=partner),
    Page("partners:screening", 7, DESK_UNTOLD),
    Page("partners:request_screening", 11, DESK_UNTOLD, of=vetted_case),
    Page("partners:partner_screening", 14, DESK_UNTOLD, of=partner),
    Page("partners:verifications", 6, DESK_UNTOLD),
    Page("partners:request_vetting", 18, DESK_UNTOLD, of=vetted_case),
    Page("partners:partner_vetting", 19, DESK_UNTOLD, of=partner),
    Page("partners:board", 15, DESK_UNTOLD, query="?stage=received"),
    Page("partners:request", 30, DESK_UNTOLD, of=case),
    Page("partners:letter", 8, DESK_UNTOLD, of=case_letter),
    Page("partners:rosters", 4, DESK_UNTOLD),
    Page("mailroom:queue", 7, DESK_UNTOLD),
    Page("mailroom:message", 6, DESK_UNTOLD, of=message),
    Page("mailroom:outbox", 5, DESK_UNTOLD),
    Page("mailroom:failing", 5, DESK_UNTOLD),
    Page("mailroom:unsubscribe", 1, of=unsubscribing_link),
    Page("partners:opportunities", 9, OWN_OF_PUBLIC, of=partner),
    Page("partners:common_priorities", 5),
    Page("partners:common_priority", 10, of=common("named")),
    Page("partners:common_desk", 8, DESK_UNTOLD),
    Page("partners:common_work", 7, DESK_UNTOLD, of=common("named")),
    Page("partners:bodies", 1),
    Page("partners:body", 7, of=body),
    Page("partners:meeting", 12, of=meeting("held")),
    Page("partners:body_actions", 8, (302, 404, 200, 200), of=body),
    Page("partners:body_action_new", 4, DESK, of=body),
    Page("partners:meeting_new", 4, DESK, of=body),
    Page("partners:meeting_keep", 18, DESK, of=meeting("held")),
    Page("partners:meeting_edit", 4, DESK, of=meeting("planned")),
    Page("partners:decision_edit", 6, DESK, of=decision_draft),
    Page("partners:body_new", 3, DESK),
    Page("partners:body_edit", 4, DESK, of=body),
    Page("partners:seats", 5, DESK, of=body),
    Page("partners:my_actions", 5, SIGNED_IN),
    Page("partners:action_new", 3, DESK),
    Page("partners:action_point", 9, (302, 404, 200, 200), of=own_action),
    Page("partners:action_edit", 5, DESK, of=own_action),
]

# --- Files: downloads, feeds and the API, which no browser lays out

FILES = [
    Page("catalogue:feed", 1),
    Page("catalogue:feed_of", 1, of=lambda person: {"kind": "commitments"}),
    Page("commitments:download", 10),
    Page("consultations:list_csv", 5),
    Page("interventions:download", 19),
    Page("interventions:download_xlsx", 19),
    Page("interventions:download_json", 19),
    Page("interventions:desk_csv", 10, DESK),
    Page("iati:activities", 2),
    Page("iati:organisations", 7),
    Page("iati:partner_activities", 3, of=partner),
    Page("iati:partner", 8, of=partner),
    Page("interventions:money_csv", 3, of=intervention("implementation")),
    Page("interventions:portfolio_csv", 14, DESK),
    Page("interventions:portfolio_xlsx", 14, DESK),
    Page("consultations:results_csv", 3, of=summed_up()),
    Page("consultations:results_json", 2, of=summed_up()),
    Page("consultations:organisations_csv", 2, of=named_answers()),
    Page("consultations:results_tally", 1, of=summed_up()),
    Page("consultations:results_polis", 2, of=summed_up(section="people")),
    Page("consultations:desk_csv", 5, DESK),
    Page("consultations:prioritised_csv", 4, of=prioritising(is_open=False, name="organisations")),
    Page("consultations:ballots_pb", 6, of=prioritising(is_open=False, name="organisations")),
    Page("consultations:statements_csv", 5, DESK, of=consultation("open")),
    Page("consultations:remarks_csv", 3, of=remark()),
    Page("consultations:remarks_xlsx", 3, of=remark()),
    Page("consultations:remarks_desk_csv", 5, DESK, of=remark()),
    Page("consultations:responses_csv", 6, of=consultation("feedback")),
    Page("consultations:responses_xlsx", 6, of=consultation("feedback")),
    Page("consultations:answers_csv", 9, DESK, of=consultation("synthesis")),
    Page("consultations:answers_xlsx", 9, DESK, of=consultation("synthesis")),
    Page("consultations:turnout_csv", 7, of=consultation("synthesis")),
    Page("consultations:turnout_desk_csv", 18, DESK, of=consultation("open")),
    Page("consultations:missing_csv", 6, DESK, of=consultation("open")),
    Page("consultations:papers_template", 8, DESK, of=consultation("open")),
    Page("consultations:invitations_csv", 5, DESK, of=consultation("open")),
    Page("commitments:review_csv", 7, DESK),
    Page("commitments:download_xlsx", 10),
    Page("commitments:download_json", 10),
    Page("commitments:feed", 2, query="?theme=employment"),
    Page("results:download", 15, of=lambda person: {"kind": "csv"}),
    Page("results:framework_file", 16, of=lambda person: {**goals_of(person), "kind": "json"}),
    Page("results:passport_file", 4, of=reported_figure),
    Page("instruments:as_text", 3, of=declaration),
    Page("instruments:as_json", 3, of=declaration),
    Page("instruments:as_xml", 4, of=compared),
    Page("instruments:list_csv", 6),
    Page("instruments:list_json", 6),
    Page("instruments:citations_csv", 3, of=citing),
    Page("instruments:compare_csv", 4, of=compared),
    Page("instruments:paragraphs_csv", 4, of=declaration),
    Page("instruments:reporting_csv", 2),
    Page("instruments:reporting_ics", 2),
    Page("instruments:reporting_of_ics", 3, of=supervised),
    Page("instruments:comments_csv", 2),
    Page("instruments:adherence_csv", 3, of=endorsed),
    Page("instruments:tracker_csv", 11, of=declaration),
    Page("instruments:tracker_json", 11, of=declaration),
    Page("instruments:feed", 3, of=declaration),
    Page("instruments:provision_feed", 3, of=provision),
    Page("instruments:register_csv", 6, of=register),
    Page("instruments:register_xlsx", 6, of=register),
    Page("instruments:matrix_csv", 4),
    Page("instruments:matrix_xlsx", 4),
    Page("instruments:matrix_json", 4),
    Page("instruments:parties_csv", 3, of=treaty),
    Page("instruments:not_yet_csv", 4, of=treaty),
    Page("instruments:record_csv", 3, of=sovereign),
    Page("results:sheet", 15, OWN, of=report("draft")),
    Page("results:dispute_desk_csv", 4, DESK),
    Page("results:rates_csv", 4, DESK),
    Page("results:report_desk_csv", 4, DESK),
    Page("partners:roster_csv", 8, DESK_UNTOLD),
    Page("partners:roster_xlsx", 8, DESK_UNTOLD),
    Page("partners:roster_template", 4, DESK_UNTOLD),
    Page("partners:common_priorities_csv", 4),
    Page("partners:body_calendar", 2, of=body),
    Page("partners:decisions_csv", 4, of=body),
    Page("partners:body_actions_csv", 6, (302, 404, 200, 200), of=body),
    Page("partners:my_actions_csv", 3, SIGNED_IN),
    Page("partners:directory_csv", 7),
    Page("partners:directory_xlsx", 7),
    Page("partners:own_archive", 30, (302, 403, 200, 200), of=partner),
    Page("partners:board_csv", 15, DESK_UNTOLD),
    Page("partners:board_xlsx", 15, DESK_UNTOLD),
    Page("mailroom:queue_csv", 4, DESK_UNTOLD),
    # The API answers without language, and the same to everybody.
    Page("api:openapi", 0),
    Page("api:partner_groups", 2),
    Page("api:themes", 2),
    Page("api:challenges", 2),
    Page("api:places", 2),
    Page("api:partners", 7),
    Page("api:partner", 7, of=partner),
    Page("api:parts", 3, of=partner),
    Page("api:commitments", 15),
    Page("api:commitment", 15, of=commitment("published")),
    Page("api:interventions", 20),
    Page("api:intervention", 19, of=intervention("implementation")),
    Page("api:consultations", 7),
    Page("api:consultation", 10, of=consultation("open")),
    Page("api:proposals", 6, of=consultation("open")),
    Page("api:consultation_results", 2, of=summed_up()),
    Page("api:declarations", 3),
    Page("api:declaration", 2, of=declaration),
    Page("api:provisions", 8, of=declaration),
    Page("api:provision", 8, of=provision),
    Page("api:registers", 2),
    Page("api:external_records", 2),
    Page("api:external_record", 1, of=external_number),
    Page("api:frameworks", 2),
    Page("api:framework", 6, of=goals_of),
    Page("api:figures", 6, of=goals_of),
    Page("api:totals", 3, of=goals_of),
    Page("api:consent", 5, query="?page_size=200"),
    Page("api:search", 2, query="?q=work"),
    Page(
        "api:thread",
        7,
        of=lambda person: {"kind": "partner", "key": partner(person)["reference"]},
    ),
    Page(
        "api:thread",
        14,
        of=lambda person: {
            "kind": "intervention",
            "key": intervention("implementation")(person)["reference"],
        },
        name="api-thread-intervention",
    ),
]

# --- Verbs: addresses that only take POST, with the arguments that reach them

VERBS: dict[str, Callable[[User], Arguments]] = {
    "instruments:comments_take_in": lambda person: {},
    "instruments:comment_strike": comment,
    "interventions:announce": intervention("draft"),
    "interventions:kick_off": intervention("pipeline"),
    "interventions:carry_out": intervention("kick_off"),
    "interventions:finalise": intervention("implementation"),
    "interventions:close": intervention("finalisation"),
    "interventions:suspend": intervention("implementation"),
    "interventions:resume": intervention("suspended"),
    "interventions:cancel": intervention("implementation"),
    "interventions:discard": intervention("draft"),
    "interventions:role_confirm": role("asked"),
    "interventions:role_decline": role("asked"),
    "interventions:role_leave": role("asked"),
    "interventions:role_remove": role("asked"),
    "interventions:remove_budget": row("draft", "budget"),
    "interventions:remove_payment": row("draft", "payment"),
    "interventions:remove_activity": row("draft", "activity"),
    "interventions:remove_risk": row("draft", "risk"),
    "consultations:vote": consultation("open", number=1),
    "consultations:sign_answer": own_answer(),
    "consultations:sign_ballot": prioritising(partner=True),
    "consultations:discard": consultation("draft"),
    "consultations:follow": consultation("open"),
    "consultations:unfollow": consultation("open"),
    "consultations:invite_people": consultation("open"),
    "consultations:invite_partners": consultation("open"),
    "consultations:take_back_invitation": invitation_of_open,
    "consultations:invite_missing": consultation("open"),
    "consultations:take_papers_in": of_papers(PaperFile),
    "consultations:throw_papers_away": of_papers(PaperFile),
    "consultations:take_papers_back": of_papers(Batch),
    "consultations:announce": consultation("draft"),
    "consultations:open": consultation("planned"),
    "consultations:close_early": consultation("open"),
    "consultations:reopen": consultation("synthesis"),
    "consultations:call_off": consultation("open"),
    "consultations:publish_responses": consultation("synthesis"),
    "consultations:decide": consultation("responded"),
    "consultations:feed_back": consultation("decided"),
    "consultations:phase_remove": consultation("planned", kind="react"),
    "consultations:take_back": consultation("draft", number=1),
    "consultations:sign_remark": remark("number", state="waiting"),
    "consultations:withdraw_remark": remark("number", state="waiting"),
    "consultations:accept_remarks": remark(),
    "consultations:accept_remark": remark("number", state="waiting"),
    "consultations:refuse_remark": remark("number", state="waiting"),
    "consultations:withdraw_statement": statement("waiting"),
    "consultations:sign_statement": statement("waiting"),
    "consultations:set_reading": consultation("open"),
    "consultations:accept_statements": consultation("open"),
    "consultations:accept_statement": statement("waiting"),
    "consultations:refuse_statement": statement("waiting"),
    "consultations:merge_statement": statement("waiting"),
    "consultations:part_statement": statement("merged"),
    "consultations:translate_statement": statement("waiting"),
    "partners:request_begin": case,
    "partners:partner_begin": partner,
    "partners:request_flag": case,
    "partners:partner_flag": partner,
    "partners:verification_declare": verification,
    "partners:verification_propose": verification,
    "partners:verification_review_again": verification,
    "partners:verification_confirm": verification,
    "partners:verification_reject": verification,
    "partners:flag_raise_risk": flag,
    "partners:flag_escalate": flag,
    "partners:flag_confirm_red": flag,
    "partners:flag_lower": flag,
    "partners:flag_resolve": flag,
    "partners:screen_request": case,
    "partners:screen_partner": partner,
    "partners:clear_match": match,
    "partners:confirm_match": match,
    "account_logout": lambda person: {},
    "accounts:end_session": lambda person: {"handle": "0123456789abcdef"},
    "accounts:end_other_sessions": lambda person: {},
    "accounts:reset_second_factor": lambda person: {},
    "commitments:search_keep": lambda person: {},
    "commitments:search_change": own_search,
    "commitments:search_remove": own_search,
    "commitments:claim_confirm": own_claim,
    "commitments:claim_decline": own_claim,
    "commitments:claim_withdraw": own_claim,
    "commitments:claim_reword": own_claim,
    "interventions:part_ask": intervention("implementation"),
    "interventions:part_accept": intervention("finalisation"),
    "interventions:part_refuse": intervention("finalisation"),
    "interventions:part_leave": intervention("kick_off"),
    "interventions:part_count": intervention("kick_off", number=1),
    "commitments:part_change": own_part,
    "commitments:part_ask_again": own_part,
    "commitments:part_remove": own_part,
    "commitments:part_offer_lead": own_part,
    "commitments:part_end_offer": own_part,
    "commitments:part_confirm": own_part,
    "commitments:part_decline": own_part,
    "commitments:part_leave": own_part,
    "commitments:part_take_lead": own_part,
    "commitments:amend": commitment("published"),
    "commitments:amendment_propose": amendment("secretariat", "draft"),
    "commitments:amendment_discard": amendment("secretariat", "draft"),
    "commitments:amendment_send_back": amendment("partner", "proposed"),
    "commitments:amendment_apply": amendment("partner", "proposed"),
    "commitments:submit": own_draft,
    "commitments:withdraw": commitment("published"),
    "commitments:claim_completion": commitment("published"),
    "commitments:resume": commitment("inactive"),
    "commitments:approve": commitment("submitted"),
    "commitments:publish": commitment("approved"),
    "commitments:request_change": commitment("approved"),
    "commitments:close": commitment("completed_claimed"),
    "commitments:refuse_completion": commitment("completed_claimed"),
    "commitments:close_unfulfilled": commitment("published"),
    "commitments:mark_inactive": commitment("published"),
    "instruments:registers_preview": lambda person: {},
    "instruments:registers_take_in": lambda person: {},
    "instruments:attach_record": waiting_record,
    "instruments:release_record": waiting_record,
    "instruments:intake_correct": intake,
    "instruments:intake_publish": intake,
    "instruments:intake_restore": intake,
    "instruments:intake_discard": intake,
    "instruments:follow_instrument": declaration,
    "instruments:unfollow_instrument": declaration,
    "instruments:follow_provision": provision,
    "instruments:unfollow_provision": provision,
    "instruments:follow_party": party_as_word,
    "instruments:unfollow_party": party_as_word,
    "instruments:withdraw_adherence": lambda person: partner_as_word(person) | endorsed(person),
    "instruments:strike_adherence": lambda person: {"pk": Adherence.objects.first().pk},
    "results:report_amend": report("published"),
    "results:report_discard": report("draft"),
    "results:incoming_confirm": came_in,
    "results:incoming_aside": came_in,
    "results:remark_answer": report_remark("change_requested"),
    "results:report_publish": report_alone("submitted"),
    "results:report_request_change": report_alone("submitted"),
    "results:report_remark": report_alone("submitted"),
    "results:remark_settle": lambda person: {
        name: value
        for name, value in report_remark("submitted")(person).items()
        if name != "reference"
    },
    "results:assess": goals_of,
    **{f"results:assessment_{v}": assessed for v in ("reply", "send", "publish", "discard")},
    "results:move_result": drafted_goal,
    "results:remove_result": drafted_goal,
    "results:remove_indicator": drafted_indicator(),
    "results:take_back_share": share,
    "results:take_back_overlap": overlap,
    "results:evidence_add": lambda person: proven(person) | {"kind": "link"},
    "results:evidence_check": proof_file,
    "results:evidence_strike": proof_file,
    **{f"results:dispute_{verb}": disputed for verb in ("admit", "refuse", "reply", "resolve")},
    "mailroom:done": message,
    "mailroom:done_together": lambda person: {},
    "mailroom:file": guess,
    "mailroom:read": message,
    "mailroom:read_held": lambda person: {},
    "mailroom:clear": lambda person: {"pk": FailingAddress.objects.first().pk},
    "partners:open": lambda person: {"message_id": message(person)["pk"]},
    "partners:acknowledge": case,
    "partners:ask": case,
    "partners:vet": case,
    "partners:recommend": case,
    "partners:accept": case,
    "partners:decline": case,
    "partners:withdraw": case,
    "partners:answer": case,
    "partners:send_back": case,
    "partners:merge": case,
    "partners:set_aside": case,
    "partners:reopen": case,
    "partners:write": case,
    "partners:note": case,
    "partners:not_the_same": duplicate,
    "partners:assign": lambda person: {},
    "partners:snooze": lambda person: {},
    "partners:remind": lambda person: {},
    "partners:save_view": lambda person: {},
    "partners:forget_view": saved_view,
    "partners:adopt": case,
    "partners:explain_paper": case,
    "partners:send_application": application("draft"),
    "partners:answer_application": application("draft"),
    "partners:withdraw_application": application("draft"),
    "partners:change_contact": application("draft"),
    "partners:add_document": application("draft"),
    "partners:remove_document": of_document,
    "partners:invite": partner,
    "partners:hand_over": partner,
    "partners:change": mandate,
    "partners:end": mandate,
    "partners:promote": mandate,
    "partners:resend": mandate,
    "partners:cancel": mandate,
    "partners:come_back": partner,
    "partners:carry_on": successor,
    "partners:not_carry_on": successor,
    "partners:invitation_sign_in": no_token,
    "partners:invitation_accept": no_token,
    "partners:invitation_decline": no_token,
    "partners:partner_warn": partner,
    "partners:partner_lapse": partner,
    "partners:partner_return": partner,
    "partners:partner_suspend": partner,
    "partners:partner_reinstate": partner,
    "partners:partner_delist": partner,
    "partners:partner_leave": partner,
    "partners:partner_merge": partner,
    "partners:partner_parent": partner,
    "partners:seat_end": lambda person: (
        body(person) | {"pk": Seat.objects.get(partner__mandates__person=person).pk}
    ),
    "partners:meeting_hold": meeting("planned"),
    "partners:meeting_cancel": meeting("planned"),
    "partners:item_add": meeting("planned"),
    "partners:item_remove": part_of("agenda"),
    "partners:paper_add": meeting("planned"),
    "partners:paper_remove": part_of("papers"),
    "partners:attendance": meeting("held"),
    "partners:minutes_write": meeting("held"),
    "partners:minutes_publish": lambda person: meeting("held")(person) | {"language": "en"},
    "partners:decide": meeting("held"),
    "partners:decision_publish": decision_draft,
    "partners:correct": meeting("held"),
    "partners:point_agree": meeting("held"),
    "partners:action_done": own_action,
    "partners:action_verify": own_action,
    "partners:action_return": own_action,
    "partners:action_drop": own_action,
    **{
        f"partners:common_{verb}": common("named")
        for verb in (
            *("name", "accept", "add", "take_out", "split", "merge", "dissolve"),
            "make_theme",
        )
    },
}

# --- Addresses that need more than a database to stand on, and the tests that visit them

ELSEWHERE = {  # route: file, and the words by which it visits the address
    "consultations:pool": ("tests/consultations/test_drawing.py", "consultations:pool"),
    "consultations:draw_panel": ("tests/consultations/test_drawing.py", 'address("draw_panel")'),
    "consultations:give_up_seat": ("tests/consultations/test_drawing.py", 'address("give_up_seat"'),
    "consultations:give_up_own_seat": (
        "tests/consultations/test_drawing.py",
        'address("give_up_own_seat"',
    ),
    "consultations:take_name_out": (
        "tests/consultations/test_drawing.py",
        'address("take_name_out"',
    ),
    "consultations:react_next": ("tests/consultations/test_voting.py", "consultations:react_next"),
    "consultations:choose_group": ("tests/consultations/test_concluding.py", '"choose_group"'),
    "instruments:moved": ("tests/instruments/test_texts_views.py", '"/en/declarations/"'),
    "instruments:moved_inside": ("tests/instruments/test_texts_views.py", "/en/declarations/doha"),
    "instruments:intake_file": ("tests/instruments/test_intake.py", 'at(open_one, "file/")'),
    "instruments:intake_new": ("tests/instruments/test_intake.py", "/desk/texts/new/"),
    "instruments:version_provision": (
        "tests/instruments/test_comparison.py",
        "para_4__point_a/",
    ),
    "partners:paper": ("tests/partners/test_bodies.py", 'papers["public"].get_absolute_url()'),
    "accounts:demo": ("tests/accounts/test_demo.py", "demo_link("),
    "mfa_authenticate": ("tests/accounts/test_second_factor.py", "/sign-in/second/"),
    "mfa_reauthenticate": ("tests/accounts/test_second_factor.py", "/sign-in/again/"),
    "mfa_reauthenticate_webauthn": ("tests/accounts/test_second_factor.py", "/again/passkey/"),
    "mfa_deactivate_totp": ("tests/accounts/test_second_factor.py", "/account/app/remove/"),
    "mfa_view_recovery_codes": ("tests/accounts/test_second_factor.py", "/account/codes/"),
    "mfa_generate_recovery_codes": ("tests/accounts/test_second_factor.py", "/account/codes/new/"),
    "mfa_edit_webauthn": ("tests/accounts/test_second_factor.py", "mfa_edit_webauthn"),
    "mfa_remove_webauthn": ("tests/accounts/test_second_factor.py", "mfa_remove_webauthn"),
    "commitments:list": ("tests/commitments/test_lists.py", "listed.get_absolute_url()"),
    "commitments:list_columns": ("tests/commitments/test_lists.py", "}columns/"),
    "commitments:list_report_csv": ("tests/commitments/test_lists.py", "}report.csv"),
    "commitments:list_take_in": ("tests/commitments/test_lists.py", "}take-in/"),
    "commitments:list_cancel": ("tests/commitments/test_lists.py", "}cancel/"),
    "commitments:list_template": ("tests/commitments/test_lists.py", "commitments:list_template"),
    "commitments:own_list_template": (
        "tests/commitments/test_lists.py",
        "}commitments-to-fill-in.xlsx",
    ),
    "partners:roster_columns": ("tests/partners/test_roster.py", "}columns/"),
    "partners:roster_report": ("tests/partners/test_roster.py", "/en/desk/lists/{roster.pk}/"),
    "partners:roster_report_csv": ("tests/partners/test_roster.py", "}report.csv"),
    "partners:roster_take_in": ("tests/partners/test_roster.py", "}take-in/"),
    "partners:roster_cancel": ("tests/partners/test_roster.py", "}cancel/"),
    "account_confirm_login_code": ("tests/accounts/test_sign_in.py", "/sign-in/code/"),
    "partners:confirm": ("tests/partners/test_joining.py", "confirm_link("),
    "partners:application_document": ("tests/partners/test_joining.py", "application_document"),
    "partners:case_document": ("tests/partners/test_joining.py", "case_document"),
    "partners:invitation": ("tests/partners/test_people.py", 'at("invitation"'),
    "partners:signed_archive": ("tests/partners/test_lifecycle.py", "archive_link("),
    "api:unknown": ("tests/api/test_views.py", "nonsense"),
    "results:incoming_file": ("tests/results/test_offline.py", 'reverse("results:incoming_file"'),
    "results:evidence": ("tests/results/test_proof.py", 'reverse("results:evidence"'),
    "results:assess_desk": ("tests/results/test_assessments.py", '"/en/assess/"'),
    "results:assess_desk_csv": ("tests/results/test_assessments.py", "/en/assess/download.csv"),
    "results:assessment_edit": ("tests/results/test_assessments.py", "/en/assess/{made.ref"),
    "results:dispute_confirm": ("tests/results/test_disputes.py", "link_in("),
    "partners:logo": ("tests/partners/test_profile.py", 'at("logo"'),
    "mailroom:raw": ("tests/mailroom/test_views.py", "raw"),
    "mailroom:attachment": ("tests/mailroom/test_views.py", "mailroom:attachment"),
}
# Signing in to the editors' pages leads to our own sign-in: tests/test_pages.py follows it.
NAMELESS = {"editing/login/"}
