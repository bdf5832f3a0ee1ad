"""Plain functions that make real rows: the fewest fields that make each valid, no surprises."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

from coalition.accounts.models import RoleGrant, User

number = count(1)


# --- accounts


def person(email: str = "", *, roles: tuple[str, ...] = (), **fields: Any) -> User:
    """A person of the name of their role, at a domain that can get mail."""
    email = email or f"person{next(number)}@partner.test"
    user = User.objects.create_user(email, name=fields.pop("name", "Focal point"), **fields)
    RoleGrant.objects.bulk_create(RoleGrant(user=user, role=role) for role in roles)
    return user


def officer(**fields: Any) -> User:
    return person(roles=("officer",), **{"name": "Officer", **fields})


# --- reference entries (the test database holds those of the coalition file)


def group(code: str = "WRK") -> Any:
    from coalition.partners.models import PartnerGroup

    return PartnerGroup.objects.get_or_create(code=code, defaults={"names": {"en": code}})[0]


def theme(code: str = "employment") -> Any:
    from coalition.themes.models import Theme

    return Theme.objects.get_or_create(code=code, defaults={"names": {"en": code}, "number": 9})[0]


def challenge(code: str = "climate-change") -> Any:
    from coalition.themes.models import Challenge

    return Challenge.objects.get_or_create(code=code, defaults={"names": {"en": code}})[0]


def level(code: str = "national") -> Any:
    from coalition.places.models import Level

    return Level.objects.get_or_create(code=code, defaults={"names": {"en": code}})[0]


def country(code: str = "FRA") -> Any:
    from coalition.places.models import Place

    defaults = {"kind": "country", "m49": str(900 + len(code)), "names": {"en": code}, "path": code}
    return Place.objects.get_or_create(code=code, defaults=defaults)[0]


# --- partners


def partner(name: str = "", **fields: Any) -> Any:
    """An active partner; `person` gives it a focal point with a current mandate."""
    from coalition.partners.models import Mandate, Partner

    focal_point = fields.pop("person", None)
    made = Partner.objects.create(
        reference=fields.pop("reference", f"PAR-2025-{next(number):04d}"),
        name=name or f"Union {next(number)}",
        group=fields.pop("group", None) or group(),
        scope=fields.pop("scope", "national"),
        joined_on=fields.pop("joined_on", date(2026, 1, 15)),
        **fields,
    )
    if focal_point:
        Mandate.objects.create(person=focal_point, partner=made, since=date(2026, 1, 15))
    return made


def accession_request(state: str = "received", **fields: Any) -> Any:
    """A request to join that lacks nothing and was looked through, put there by hand; one that is
    vetted has its verification, every question answered.

    `is_confirmed=False` leaves out the officer's look; `suggestions` maps fields to values.
    """
    from coalition.partners.models import AccessionRequest

    is_confirmed = fields.pop("is_confirmed", True)
    suggestions = fields.pop("suggestions", {})
    defaults: dict[str, Any] = {
        "reference": f"ACC-2026-{next(number):04d}",
        "organisation": f"Applicant {next(number)}",
        # A group that is vetted lightly, without lists to screen against.
        "group": group("GOV"),
        "scope": "national",
        "country": country(),
        "language": "en",
        "contact_name": "Focal point",
        "contact_email": f"applicant{next(number)}@applicant.test",
    }
    made = AccessionRequest.objects.create(state=state, **{**defaults, **fields})
    if is_confirmed:
        made.moves.create(verb="complete", from_state=state, to_state=state)
    if made.group and state in ("under_vetting", "recommended"):
        reached = "in_review" if state == "under_vetting" else "proposed"
        advice = {"accept": "verify", "decline": "refuse"}.get(made.advice, "")
        verification(made, reached, advice=advice)
        explain_missing_papers(made)
    for field, value in suggestions.items():
        made.suggestions.create(field=field, value=value, why="The signature names it.")
    return made


def explain_missing_papers(case: Any) -> None:
    """Every document that the applicant's group is asked for is missing, with a reason."""
    from coalition.partners.models import WantedDocument

    for wanted in WantedDocument.objects.filter(needed=True):
        if wanted.is_for(case.group.code):
            case.documents.create(wanted=wanted, reason="It follows by post.")


def message(text: str = "", **fields: Any) -> Any:
    """A message that waits in the mail room's queue, without a file behind it."""
    from coalition.mailroom.models import InboundMessage

    defaults: dict[str, Any] = {
        "digest": f"{next(number):064d}",
        "size": len(text),
        "verdict": "waiting",
        "from_name": "Sender",
        "from_address": f"sender{next(number)}@applicant.test",
        "subject": "A message",
    }
    return InboundMessage.objects.create(text=text, **{**defaults, **fields})


def priority(of: Any, **fields: Any) -> Any:
    """A priority of a partner, ranked after those it has."""
    from coalition.partners.models import Priority

    defaults = {"rank": of.priorities.count() + 1, "words": f"Wish {next(number)}"}
    chosen = {"theme": theme(), "level": level(), "place": country()}
    return Priority.objects.create(partner=of, **{**defaults, **chosen, **fields})


# --- joining by the form


def draft(group_code: str = "WRK", **fields: Any) -> Any:
    """A request that its applicant is still filling in, begun by the form."""
    from coalition.mailroom.models import Thread

    defaults = {"door": "form", "is_confirmed": False, "group": group(group_code)}
    defaults = {"state": "draft", "thread": Thread.objects.create(), **defaults}
    return accession_request(**{**defaults, **fields})


def everything_told(case: Any) -> Any:
    """Answers to all that is needed of the case's group, put there by hand."""
    from coalition.partners.accession import answers
    from coalition.partners.models import CaseAnswer, KnownName

    told = answers.told(case)
    for _section, said in told.sections:
        for one in said:
            question = one.question
            if question.kind == "names":
                KnownName.objects.create(request=case, kind=question.name_kind, name="A. Person")
                continue
            text = {"yes_no": "yes", "number": "1998"}.get(question.kind, "Said")
            text = question.choices[0]["code"] if question.choices else text
            number = 1998 if question.kind == "number" else None
            CaseAnswer.objects.create(request=case, question=question, text=text, number=number)
    for papers in told.documents:
        case.documents.create(wanted=papers.wanted, reason="It is being printed.")
    for one in told.statements:
        CaseAnswer.objects.create(request=case, statement=one.statement, text=one.label)
    return case


# --- due diligence


def verification(
    owner: Any = None,
    state: str = "in_review",
    *,
    is_answered: bool = True,
    declared: tuple[Any, ...] = (),
    **fields: Any,
) -> Any:
    """A verification of a request or of a partner, put there by hand: every question of the plan
    answered as expected, and the officers in `declared` without a conflict of interest."""
    from coalition.partners.models import Partner
    from coalition.partners.vetting import dossier

    owner = owner or partner()
    name = "partner" if isinstance(owner, Partner) else "request"
    of_state: dict[str, dict[str, Any]] = {
        "proposed": {"advice": "verify"},
        "verified": {"advice": "verify", "expires_on": date(2027, 11, 1)},
    }
    fields = {**of_state.get(state, {}), **fields}
    made = owner.verifications.create(
        **{name: owner, "state": state, "depth": dossier.plan_of(owner.group).depth, **fields}
    )
    by = declared[0] if declared else person()
    if is_answered:
        answer_as_expected(made, by)
    for each in declared:
        made.declarations.create(officer=each, has_conflict=False)
    return made


def answer_as_expected(verification: Any, by: Any) -> None:
    """Every question of the plan is answered so that nothing speaks against the organisation."""
    from coalition.partners.models import VettingAnswer
    from coalition.partners.vetting import dossier

    VettingAnswer.objects.bulk_create(
        VettingAnswer(verification=verification, question=one, value=one.expected, by=by)
        for one in dossier.Dossier(verification.owner).questions
    )


def look_into(case: Any, *officers: Any) -> None:
    """All that the acceptance of a request rests on: answers, papers, the officers' declarations.
    Vetting of it has begun."""
    case.refresh_from_db()
    answer_as_expected(case.verifications.get(), officers[0])
    explain_missing_papers(case)
    declare(case, *officers)


def declare(owner: Any, *officers: Any) -> None:
    """The officers declare to have no conflict of interest in what is under review."""
    for one in owner.verifications.in_review():
        for each in officers:
            one.declarations.get_or_create(officer=each, has_conflict=False)


def impartial(owner: Any, **fields: Any) -> Any:
    """An officer who declared to have no conflict of interest in what is under review."""
    made = officer(**fields)
    declare(owner, made)
    return made


def flag(owner: Any, state: str = "observation", **fields: Any) -> Any:
    """A flag on a request or on a partner, raised by another officer than those of the test."""
    from coalition.partners.models import Flag, FlagCategory, Partner

    name = "partner" if isinstance(owner, Partner) else "request"
    category = FlagCategory.objects.get_or_create(
        code=fields.pop("category", "other"), defaults={"names": {"en": "Other"}}
    )[0]
    if "raised_by" not in fields:
        fields["raised_by"] = officer()
    defaults = {"category": category, "words": "A newspaper wrote of it.", "state": state}
    return Flag.objects.create(**{name: owner, **defaults, **fields})


# --- people of partners


def mandate(of: Any, role: str = "editor", **fields: Any) -> Any:
    """Somebody who acts for the partner since the middle of January."""
    from coalition.partners.models import Mandate

    chosen = {"person": fields.pop("person", None) or person(), "since": date(2026, 1, 15)}
    return Mandate.objects.create(partner=of, role=role, **{**chosen, **fields})


def invitation(of: Any, role: str = "editor", **fields: Any) -> Any:
    """An invitation that waits, put there by hand; `secret` is what stands in its link."""
    import hashlib

    from coalition.partners.models import Invitation

    secret = fields.pop("secret", f"secret{next(number)}")
    defaults = {"email": f"invited{next(number)}@partner.test", "by": fields.pop("by", None)}
    return Invitation.objects.create(
        partner=of,
        role=role,
        token_digest=hashlib.sha256(secret.encode()).hexdigest(),
        **{**defaults, "by": defaults["by"] or officer(), **fields},
    )


# --- instruments and commitments


def instrument(code: str = "test-declaration", *, paragraphs: int = 0) -> Any:
    """A declaration with so many numbered paragraphs, their gists in English."""
    from coalition.instruments.models import Instrument, Provision

    made, is_new = Instrument.objects.get_or_create(
        code=code,
        defaults={
            "names": {"en": f"Declaration {code}"},
            "kind": "summit_outcome",
            "symbol": f"T/{code}",
        },
    )
    if is_new:
        Provision.objects.bulk_create(
            Provision(
                instrument=made,
                eid=f"para_{n}",
                number=str(n),
                role="operative",
                position=n,
                gist={"en": f"What paragraph {n} is about"},
            )
            for n in range(1, paragraphs + 1)
        )
    return made


def worded(text: Any) -> Any:
    """The text with a version in which every paragraph says the same."""
    version = text.versions.create(symbol=text.symbol, title=text.symbol, digest="0" * 64)
    for each in text.provisions.all():
        fields = {"eid": each.eid, "position": each.position, "words": "We bake."}
        version.wordings.create(provision=each, **fields)
    return text


# The states of a commitment that has been published.
HAVE_BEEN_PUBLIC = ("published", "completed_claimed", "closed", "inactive", "withdrawn")


def commitment(state: str = "draft", **fields: Any) -> Any:
    """A commitment that lacks nothing, in the given state, put there by hand: 30 people are to be
    reached, from 12. `goals=False` leaves its framework empty."""
    from django.utils import timezone

    from coalition.commitments.models import Commitment

    goals = fields.pop("goals", True)
    maker = fields.pop("partner", None) or partner()
    provisions = fields.pop("provisions", None)
    if provisions is None:
        provisions = [instrument(paragraphs=3).provisions.first()]
    places = fields.pop("places", None) or [country()]
    themes = fields.pop("themes", None) or [theme()]
    challenges = fields.pop("challenges", [])
    resources = fields.pop("resources", ["Two organisers"])
    defaults: dict[str, Any] = {
        "reference": f"COM-2025-{next(number):04d}",
        "title": f"Wages {next(number)}",
        "promise": "Sign a wage agreement in every bakery.",
        "for_whom": "Bakers",
        "level": level(),
        "ends_on": date(2027, 12, 31),
        "published_at": timezone.now() if state in HAVE_BEEN_PUBLIC else None,
        "closed_at": timezone.now() if state == "closed" else None,
    }
    defaults["framework"] = framework(
        reporter=maker,
        is_public=state in HAVE_BEEN_PUBLIC,
        is_handed_in=state != "draft",
        ended_at=timezone.now() if state in ("withdrawn", "closed") else None,
        language=fields.get("language", "en"),
        is_example=fields.get("is_example", False),
    )
    made = Commitment.objects.create(partner=maker, state=state, **{**defaults, **fields})
    if goals:
        measured = indicator(made.framework, "Bakers with an agreement")
        fact(measured, 12, role="baseline", source="The union's list", as_of=date(2025, 1, 1))
        fact(measured, 30, role="target")
    made.places.set(places)
    made.themes.set(themes)
    made.challenges.set(challenges)
    for provision in provisions:
        made.deliveries.create(provision=provision)
    for place, words in enumerate(resources, start=1):
        made.resources.create(number=place, kind="people", words=words)
    if state == "withdrawn":
        made.moves.create(
            verb="withdraw", from_state="published", to_state="withdrawn", reason="It ended early."
        )
    return made


def part(of: Any = None, state: str = "asked", **fields: Any) -> Any:
    """A partner's part in a commitment, put there by hand in the given state."""
    given = {"partner": fields.pop("partner", None) or partner(), "role": "implementing"}
    given |= {"what": f"Trains {next(number)} bakers.", "state": state, **fields}
    return (of or commitment("published")).parts.create(**given)


def claim(of: Any = None, to: Any = None, state: str = "claimed", **fields: Any) -> Any:
    """What a commitment contributes to an indicator (its first) of an intervention, put there by
    hand in the given state. Of a confirmed one its share is named and its own figures count."""
    from django.utils import timezone

    of, to = of or commitment("published"), to or intervention("implementation")
    given = {"indicator": fields.pop("indicator", None) or to.framework.indicators.first()}
    given |= {"share": 2_500, "how": f"Trains {next(number)} bakers.", **fields}
    made = of.claims.create(intervention=to, state=state, **given)
    if state == "confirmed":
        named = {"share": made.share, "how": made.how, "by": person(), "at": timezone.now()}
        made.indicator.contributions.get_or_create(partner=of.partner, defaults=named)
        if made.own:
            made.own.parent = made.indicator
            made.own.save()
    return made


def amendment(of: Any, side: str = "partner", state: str = "draft", **words: Any) -> Any:
    """An amendment of the commitment in the given state, put there by hand, that makes it say
    these `words`; `by` is who began it, `edition` what it became."""
    from coalition.commitments.models import Amendment
    from coalition.commitments.writing.plain import values_of

    by, edition = words.pop("by", None) or person(), words.pop("edition", None)
    base = values_of(of)
    values = base | {"words": base["words"] | words}
    made = Amendment.objects.create(
        commitment=of,
        side=side,
        state=state,
        base=base,
        values=values,
        by=by,
        why="It grew.",
        edition=edition,
    )
    if state not in ("draft", "discarded"):
        made.moves.create(verb="propose", from_state="draft", to_state="proposed", by=by)
    return made


def saved_search(person: Any, query: str = "", **fields: Any) -> Any:
    from coalition.commitments.models import SavedSearch

    return SavedSearch.objects.create(person=person, query=query, **{"name": "Mine", **fields})


def external_record(kind: str = "submission", **fields: Any) -> Any:
    """A document in a register of others, by default a submission of version 1."""
    from django.utils import timezone

    from coalition.instruments.models import ExternalRecord, Register

    code = fields.pop("register", "plans")
    kept = {"names": {"en": code}, "source": source(), "taken_in_at": timezone.now()}
    register = Register.objects.get_or_create(code=code, defaults=kept)[0]
    key = f"{next(number)}"
    defaults = {
        "key": key,
        "party_name": "France",
        "title": f"Plan {key}",
        "version": "1",
        "submitted_on": date(2024, 3, 4) if kind == "submission" else None,
        "url": f"https://plans.example.org/{key}.pdf",
    }
    return ExternalRecord.objects.create(register=register, kind=kind, **{**defaults, **fields})


# --- consultations


# When its phase of reacting runs by default, in days from now.
PHASE_DAYS = {
    "open": (-1, 14),
    **dict.fromkeys(("synthesis", "responded", "decided", "feedback"), (-15, -1)),
}


def consultation(state: str = "open", **fields: Any) -> Any:
    """A consultation of partners in the given state, put there by hand, that lacks nothing: its one
    phase, of reacting, fits its state. `phases=False` leaves it without."""
    from datetime import timedelta

    from django.utils import timezone

    from coalition.consultations.models import Consultation

    has_phases = fields.pop("phases", True)
    answers = ("challenges", "themes", "priorities", "provisions")
    answered = {name: fields.pop(name) for name in answers if name in fields}
    now = timezone.now()
    defaults = {
        "reference": f"CON-2025-{next(number):04d}",
        "question": {"en": f"What should change first {next(number)}?"},
        "about": {"en": "Wages and hours in bakeries."},
        "promise": {"en": "The coordinating group decides, and answers every proposal."},
        "announced_at": now - timedelta(days=20) if state != "draft" else None,
    }
    made = Consultation.objects.create(state=state, **{**defaults, **fields})
    for name, rows in answered.items():
        getattr(made, name).set(rows)
    if has_phases:
        phase(made, days=PHASE_DAYS.get(state, (1, 14)))
    return made


def phase(of: Any, kind: str = "react", *, days: tuple[int, int] = (-1, 14), **fields: Any) -> Any:
    """A phase that opens and closes so many days from now."""
    from datetime import timedelta

    from django.utils import timezone

    now = timezone.now()
    given = {
        name: now + timedelta(days=n)
        for name, n in zip(("opens_at", "closes_at"), days, strict=True)
    }
    if kind == "prioritise":
        given["by"] = "approval"
    return of.phases.create(kind=kind, **{**given, **fields})


def statement(of: Any, text: str = "", **fields: Any) -> Any:
    """A first proposal of a consultation, from a common priority unless a paragraph is named."""
    made = next(number)
    if "provision" in fields:
        fields.setdefault("origin", "provision")
    else:
        fields.setdefault("priority", None)
        fields["priority"] = fields["priority"] or common_priority()
        fields.setdefault("origin", "priority")
    defaults = {"number": of.statements.count() + 1, "text": text or f"Pay night work {made}."}
    return of.statements.create(**{**defaults, **fields})


def contribution(of: Any, text: str = "", *, partner: Any = None, **fields: Any) -> Any:
    """A statement that somebody proposed: an organisation, or else a person nobody knows."""
    made = next(number)
    author = fields.pop("author", None)
    if author is None and partner is not None:
        author = of.participants.get_or_create(partner=partner)[0]
    author = author or of.participants.create(pseudonym=f"{made:064x}")
    fields.setdefault("origin", "partner" if author.partner else "person")
    defaults = {"number": of.statements.count() + 1, "text": text or f"Contributed words {made}."}
    return of.statements.create(author=author, **{**defaults, **fields})


def remark(of: Any, provision: Any, text: str = "", *, partner: Any = None, **fields: Any) -> Any:
    """What an organisation, or else a person nobody knows, said of a paragraph: everybody reads it
    unless another state is named."""
    made = next(number)
    author = fields.pop("author", None)
    if author is None and partner is not None:
        author = of.participants.get_or_create(partner=partner)[0]
    author = author or of.participants.create(pseudonym=f"{made:064x}")
    defaults = {
        "number": of.remarks.count() + 1,
        "text": text or f"Remark {made}.",
        "state": "accepted",
        "wording": provision.wordings.last(),
    }
    return of.remarks.create(provision=provision, author=author, **{**defaults, **fields})


def response(of: Any, outcome: str = "taken_up", **fields: Any) -> Any:
    """The answer to a statement, whole, put there by hand."""
    from coalition.consultations.models import Response

    given = {"reason": {code: f"Because {code}." for code in of.consultation.languages}}
    return Response.objects.create(statement=of, outcome=outcome, **{**given, **fields})


def conclusion(of: Any, **fields: Any) -> Any:
    """What a body decided at the end of a consultation; published where that is decided."""
    from django.utils import timezone

    from coalition.consultations.models import Conclusion

    published = timezone.now() if of.state in ("decided", "feedback") else None
    given = {
        "body": fields.pop("body", None) or body(),
        "decided_on": date(2026, 1, 15),
        "words": dict.fromkeys(of.languages, "So be it."),
        "published_at": published,
    }
    return Conclusion.objects.create(consultation=of, **{**given, **fields})


# --- interventions


RUNS = ("kick_off", "implementation", "finalisation", "closed", "suspended")


def intervention(state: str = "draft", **fields: Any) -> Any:
    """A key intervention that lacks nothing for its next stage, in the given state, put there by
    hand: led by a partner that confirmed it, 500 people are to be reached, from 100. `goals=False`
    leaves its framework empty; `lead="asked"` leaves the lead unanswered."""
    from django.utils import timezone

    from coalition.interventions.models import Intervention

    goals, lead = fields.pop("goals", True), fields.pop("lead", "confirmed")
    leader = fields.pop("partner", None) or partner()
    themes = fields.pop("themes", None) or [theme()]
    lists = {name: fields.pop(name, []) for name in ("challenges", "priorities", "proposals")}
    places = fields.pop("places", None) or [country()]
    provisions = fields.pop("provisions", [])
    ended = state in ("closed", "cancelled")
    given: dict[str, Any] = {
        "reference": f"INT-2025-{next(number):04d}",
        "title": f"Skills {next(number)}",
        "about": "Bakers learn what new ovens can do.",
        "level": level(),
        "starts_on": date(2025, 1, 1),
        "ends_on": date(2027, 12, 31),
        "began_on": date(2025, 1, 15) if state in RUNS else None,
        "source": "" if fields.get("conclusion") else "Minutes of a meeting, 3 December 2024",
        "published_at": timezone.now() if state != "draft" else None,
        "closed_at": timezone.now() if ended else None,
    }
    given["framework"] = framework(
        owner_kind="intervention",
        reporter=leader,
        is_public=state in RUNS,
        is_handed_in=state != "draft",
        ended_at=timezone.now() if ended or state == "suspended" else None,
        language=fields.get("language", "en"),
        is_example=fields.get("is_example", False),
    )
    made = Intervention.objects.create(partner=leader, state=state, **{**given, **fields})
    role(made, "lead", lead, partner=leader)
    if goals:
        measured = indicator(made.framework, "Bakers who learned")
        fact(measured, 100, role="baseline", source="The union's list", as_of=date(2025, 1, 1))
        fact(measured, 500, role="target")
    made.places.set(places)
    made.themes.set(themes)
    for name, rows in lists.items():
        getattr(made, name).set(rows)
    for provision in provisions:
        made.uptakes.create(provision=provision)
    # Its generated columns are known once the row is read again.
    return Intervention.objects.select_related("partner", "framework").get(pk=made.pk)


def role(of: Any, kind: str = "implementing", state: str = "asked", **fields: Any) -> Any:
    """A partner's role in an intervention, put there by hand in the given state."""
    given = {"partner": fields.pop("partner", None) or partner(), "kind": kind, "state": state}
    return of.roles.create(**{**given, **fields})


# --- results


def unit(code: str = "people") -> Any:
    """A unit of the coalition file; people are counted whole, money in hundredths."""
    from coalition.results.models import Unit

    defaults = {
        "people": {"kind": "count", "threshold": 5},
        "usd": {"kind": "money", "decimals": 2},
        "eur": {"kind": "money", "decimals": 2},
        "hectares": {"kind": "measure", "decimals": 1},
    }.get(code, {"kind": "count"})
    return Unit.objects.get_or_create(code=code, defaults={"names": {"en": code}, **defaults})[0]


def cell(*codes: str) -> Any:
    """The cell of these categories, each named as `dimension-category`: `sex-female`."""
    from coalition.results.models import Category, Cell, Dimension

    made = []
    for position, code in enumerate(codes):
        of = Dimension.objects.get_or_create(
            code=code.rpartition("-")[0], defaults={"names": {"en": code}}
        )[0]
        given = {"names": {"en": code}, "dimension": of, "position": position}
        made.append(Category.objects.get_or_create(code=code, defaults=given)[0])
    key = "|".join(sorted(codes))
    breakdown = "|".join(sorted(one.dimension.code for one in made))
    found, is_new = Cell.objects.get_or_create(key=key, defaults={"breakdown": breakdown})
    if is_new:
        found.categories.set(made)
    return found


def framework(**fields: Any) -> Any:
    """An empty framework that belongs to nothing yet; `commitment` gives it its owner (whose
    former one goes), whose partner reports and whose publication makes it public."""
    from coalition.results.models import Framework

    owner = fields.pop("commitment", None)
    if owner is not None:
        fields.setdefault("reporter", owner.partner)
        fields.setdefault("is_public", owner.state in HAVE_BEEN_PUBLIC)
    made = Framework.objects.create(
        reference=fields.pop("reference", f"RES-2025-{next(number):04d}"),
        owner_kind=fields.pop("owner_kind", "commitment"),
        reporter=fields.pop("reporter", None) or partner(),
        **fields,
    )
    if owner is not None:
        former, owner.framework = owner.framework, made
        owner.save(update_fields=["framework"])
        former.delete()
    return made


def indicator(framework: Any, title: str = "", **fields: Any) -> Any:
    """A number of people to be added up, of a goal of its own unless `result` is given."""
    from coalition.results.models import Indicator, Result

    aim = fields.pop("result", None) or Result.objects.create(
        framework=framework, title=f"Goal {next(number)}"
    )
    if fields.get("measure", "number") in ("number", "percentage", "scale"):
        fields.setdefault("unit", unit())
    of = fields.pop("dimensions", [])
    last = framework.indicators.order_by("number").values_list("number", flat=True).last()
    made = Indicator.objects.create(
        framework=framework,
        result=aim,
        number=fields.pop("number", (last or 0) + 1),
        title=title or f"Indicator {next(number)}",
        **fields,
    )
    made.dimensions.set(of)
    return made


def period(framework: Any, year: int = 2026, **fields: Any) -> Any:
    """A calendar year of the framework, with no deadline unless one is given."""
    from coalition.results.models import Period

    given = {"starts_on": date(year, 1, 1), "ends_on": date(year, 12, 31), **fields}
    return Period.objects.create(framework=framework, **given)


def report(period: Any, state: str = "draft", **fields: Any) -> Any:
    """A report on the period by who reports, in the given state, put there by hand."""
    from django.utils import timezone

    from coalition.results.models import Report

    now = timezone.now()
    given = {
        "framework": period.framework,
        "partner": period.framework.reporter,
        "submitted_at": None if state == "draft" else now,
        "published_at": now if state in ("published", "superseded") else None,
    }
    return Report.objects.create(period=period, state=state, **{**given, **fields})


def fact(indicator: Any, value: int | None = None, **fields: Any) -> Any:
    """A published actual figure; `value` in the unit's smallest part. Totals are not derived."""
    from django.utils import timezone

    from coalition.results.models import Fact

    state = fields.setdefault("state", "published")
    fields.setdefault("published_at", timezone.now() if state != "draft" else None)
    return Fact.objects.create(
        indicator=indicator,
        value=value,
        role=fields.pop("role", "actual"),
        partner=fields.pop("partner", None) or indicator.framework.reporter,
        unit=fields.pop("unit", indicator.unit),
        **fields,
    )


def evidence(of: Any, by: Any = None, **fields: Any) -> Any:
    """A link that proves the figure `of`, not checked, put there by hand."""
    from coalition.results.models import Evidence

    given = {"kind": "link", "title": f"Proof {next(number)}", "url": "https://proofs.test/1"}
    return Evidence.objects.create(fact=of, by=by or person(), **{**given, **fields})


def dispute(of: Any, state: str = "received", **fields: Any) -> Any:
    """A dispute of the figure `of` in the given state, put there by hand; an admitted one marks
    its figure."""
    from django.utils import timezone

    from coalition.results.models import Dispute

    given = {
        "reference": f"DIS-2025-{next(number):04d}",
        "reason": "The register counts fewer people.",
        "email": f"reader-{next(number)}@readers.test",
        "received_at": None if state == "unconfirmed" else timezone.now(),
        "due_on": None if state == "unconfirmed" else date(2099, 1, 1),
    }
    made = Dispute.objects.create(fact=of, state=state, **{**given, **fields})
    if state == "admitted":
        type(of).objects.filter(pk=of.pk).update(is_disputed=True)
    return made


# --- mailroom


def raw_mail(
    subject: str = "Good day",
    *,
    text: str = "We would like to know more.",
    sender: str = "Ana <ana@bakers.test>",
    to: str = "secretariat@coalition.example",
    **headers: str,
) -> bytes:
    """A message as bytes, each time another one; `headers` such as List_Id="<news.test>"."""
    lines = [f"From: {sender}", f"To: {to}", f"Subject: {subject}"]
    lines += [f"Message-ID: <{next(number)}@bakers.test>"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ("\r\n".join([*lines, "", text]) + "\r\n").encode()


def letter(**fields: Any) -> Any:
    """A letter that waits, to an address that could get mail."""
    from coalition.mailroom.models import Letter

    made = next(number)
    defaults = {"key": f"letter:{made}", "to_address": f"person{made}@partner.test"}
    return Letter.objects.create(**{**defaults, "subject": "News", "text": "Read on.\n", **fields})


def guess(message: Any, thread: Any) -> Any:
    """That a message may belong to a correspondence."""
    return message.guesses.create(thread=thread, why="It answers a letter of this correspondence.")


def failing_address(letter: Any) -> Any:
    """The address of a letter that came back."""
    from coalition.mailroom.models import FailingAddress

    why = "5.1.1 No such person"
    return FailingAddress.objects.create(address=letter.to_address, letter=letter, why=why)


# --- catalogue


def record(
    kind: str,
    key: str,
    *,
    path: str,
    title: str,
    language: str = "en",
    facets: Any = (),
    more: Any = (),
    changed_at: Any = None,
    **fields: Any,
) -> None:
    """The catalogue's row of a record that stands nowhere else."""
    from coalition.catalogue import actions
    from coalition.catalogue.models import Kind
    from coalition.catalogue.rows import Row

    found_by = {"facets": frozenset(facets), "more": tuple(more), "since": changed_at}
    actions.put(Row(Kind(kind), key, path, title, language, **found_by, **fields))


# --- bodies and what several partners share


def body(code: str = "", **fields: Any) -> Any:
    """A working group without seats and without a quorum."""
    from coalition.partners.models import Body

    code = code or f"group-{next(number)}"
    defaults = {"names": {"en": f"Group {code}"}, "kind": "working_group"}
    return Body.objects.create(code=code, **{**defaults, **fields})


def seat(of: Any, **fields: Any) -> Any:
    """A seat of a new partner, held since the start of the year."""
    from coalition.partners.models import Seat

    if not {"partner", "person", "office"} & fields.keys():
        fields["partner"] = partner()
    return Seat.objects.create(body=of, **{"since": date(2026, 1, 1), **fields})


def meeting(of: Any, state: str = "held", **fields: Any) -> Any:
    """A meeting of yesterday, or, where it is planned, of next week."""
    from datetime import timedelta

    from django.utils import timezone

    from coalition.partners.models import Meeting

    days = 7 if state == "planned" else -1
    defaults = {
        "reference": f"MTG-2025-{next(number):04d}",
        "title": f"Meeting {next(number)}",
        "starts_at": timezone.now() + timedelta(days=days),
    }
    return Meeting.objects.create(body=of, state=state, **{**defaults, **fields})


def decision(of: Any, **fields: Any) -> Any:
    """A published decision of a meeting."""
    from django.utils import timezone

    from coalition.partners.models import Decision

    defaults = {
        "reference": f"DEC-2025-{next(number):04d}",
        "text": f"It was decided {next(number)}.",
        "published_at": timezone.now(),
    }
    return Decision.objects.create(meeting=of, **{**defaults, **fields})


def action_point(state: str = "open", **fields: Any) -> Any:
    """An action point of one person, verified by another, due in a month."""
    from datetime import timedelta

    from django.utils import timezone

    from coalition.partners.models import ActionPoint

    if not {"owner", "owner_partner"} & fields.keys():
        fields["owner"] = person()
    defaults = {
        "reference": f"ACT-2025-{next(number):04d}",
        "words": f"Do {next(number)}",
        "due_on": timezone.now().date() + timedelta(days=30),
    }
    fields.setdefault("verifier", None)
    fields["verifier"] = fields["verifier"] or person()
    return ActionPoint.objects.create(state=state, **{**defaults, **fields})


def common_priority(state: str = "named", *, members: Any = (), **fields: Any) -> Any:
    """A common priority of these priorities, or of two partners' with the same theme."""
    from coalition.partners.models import CommonPriority

    members = list(members) or [priority(partner()), priority(partner())]
    standing = {"suggested": "suggested", "dissolved": "out"}.get(state, "in")
    defaults = {
        "reference": f"CPR-2025-{next(number):04d}",
        "names": {"en": f"What they share {next(number)}"} if state != "suggested" else {},
        "theme": members[0].theme,
        "level": members[0].level,
        "place": members[0].place,
        "made_by_platform": True,
    }
    made = CommonPriority.objects.create(state=state, **{**defaults, **fields})
    for one in members:
        made.members.create(priority=one, standing=standing, words_then=one.words)
    return made


# --- lists of sanctions


def sanctions_xml(*entries: dict[str, Any], made: str = "2026-11-20T20:31:19.923-05:00") -> str:
    """A list as the UN Security Council publishes it. An entry is a dict of `id` and `name`, and
    maybe `kind` (individual or entity), `aliases` (pairs of quality and name), `original`, `note`.
    """
    from xml.sax.saxutils import escape

    def element(entry: dict[str, Any]) -> str:
        tag = entry.get("kind", "individual").upper()
        aliases = "".join(
            f"<{tag}_ALIAS><QUALITY>{quality}</QUALITY><ALIAS_NAME>{escape(name)}</ALIAS_NAME>"
            f"</{tag}_ALIAS>"
            for quality, name in entry.get("aliases", ())
        )
        return (
            f"<{tag}><DATAID>{entry['id']}</DATAID><FIRST_NAME>{escape(entry['name'])}</FIRST_NAME>"
            f"<UN_LIST_TYPE>Example</UN_LIST_TYPE><REFERENCE_NUMBER>EXi.{entry['id']}"
            f"</REFERENCE_NUMBER><LISTED_ON>2020-01-02</LISTED_ON>"
            f"<NAME_ORIGINAL_SCRIPT>{escape(entry.get('original', ''))}</NAME_ORIGINAL_SCRIPT>"
            f"<COMMENTS1>{escape(entry.get('note', ''))}</COMMENTS1>"
            f"<NATIONALITY><VALUE>Atlantis</VALUE></NATIONALITY>"
            f"{aliases}<{tag}_DATE_OF_BIRTH><TYPE_OF_DATE>EXACT</TYPE_OF_DATE>"
            f"<DATE>1970-01-02</DATE></{tag}_DATE_OF_BIRTH></{tag}>"
        )

    kinds: dict[str, list[str]] = {"INDIVIDUAL": [], "ENTITY": []}
    for entry in entries:
        kinds[entry.get("kind", "individual").upper()].append(element(entry))
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><CONSOLIDATED_LIST dateGenerated="{made}">'
        f"<INDIVIDUALS>{''.join(kinds['INDIVIDUAL'])}</INDIVIDUALS>"
        f"<ENTITIES>{''.join(kinds['ENTITY'])}</ENTITIES></CONSOLIDATED_LIST>"
    )


def match(owner: Any, **fields: Any) -> Any:
    """An undecided match of an organisation's name with an entry, put there by hand."""
    from coalition.partners.models import ListEntry, Match, Partner, SanctionsList

    day = date(2026, 11, 1)
    at = {"generated_at": "2026-11-01T00:00:00Z", "date_generated": day}
    held = SanctionsList.objects.create(code="un-sc", digest=f"{next(number)}", **at)
    entry = ListEntry.objects.create(
        code="un-sc", dataid=f"{next(number)}", kind="entity", reference="EXe.1", digest="one"
    )
    entry.names.create(kind="primary", name="A listed name")
    is_partner = isinstance(owner, Partner)
    side = "partner" if is_partner else "request"
    name = owner.name if is_partner else owner.organisation
    owner.screenings.create(**{side: owner}, list=held, names_digest="", count=1)
    chosen = {
        "kind": "name",
        "name": name,
        "key": name.casefold(),
        "entry": entry,
        "entry_digest": entry.digest,
        "listed_name": "A listed name",
        "score": "0.910",
        "reasons": [["The same words in another order.", {}]],
        "list_date": day,
    }
    made = Match.objects.create(**{side: owner}, **{**chosen, **fields})
    made.moves.create(verb="find_match", from_state="lapsed", to_state="open")
    return made


def sanctions_list(folder: Any, *entries: dict[str, Any], made: str = "") -> Any:
    """An imported list of these entries, made an hour ago unless told otherwise."""
    from datetime import timedelta

    from django.utils import timezone

    from coalition.partners import actions

    path = folder / f"list{next(number)}.xml"
    made = made or (timezone.now() - timedelta(hours=1)).isoformat()
    path.write_text(sanctions_xml(*entries, made=made), encoding="utf-8")
    return actions.import_sanctions(path).held


# --- consent to be bound


def state(code: str = "", **fields: Any) -> Any:
    """A State; that of the country with this code, or a State without a place."""
    from coalition.instruments.models import Party
    from coalition.places.models import Place

    place = Place.objects.filter(code=code).first()
    code = code or f"X{next(number)}"
    names = place.names if place else {"en": f"State {code}"}
    defaults = {"names": names, "place": place, **fields}
    return Party.objects.get_or_create(code=code, defaults=defaults)[0]


def fact_source() -> Any:
    """Where a fact was read."""
    from coalition.base.reference import Source

    given = {"title": "A register of treaties", "seen_on": date(2026, 1, 15)}
    return Source.objects.get_or_create(code="register", defaults=given)[0]


def treaty(code: str = "", *, as_of: date | None = date(2023, 5, 11), **fields: Any) -> Any:
    """A convention that binds twelve months after registration, and has since 1950; with a held
    table of parties, unless `as_of` is None. `rule=False` holds no rule."""
    from coalition.instruments.models import BindingRule, ConsentTable, Instrument

    code = code or f"T{next(number)}"
    has_rule = fields.pop("rule", True)
    given = {"names": {"en": f"Convention {code}"}, "kind": "convention", "symbol": code}
    made = Instrument.objects.create(code=code, **{**given, **fields})
    if has_rule:
        BindingRule.objects.create(
            instrument=made,
            in_force_on=date(1950, 7, 4),
            later_months=12,
            denounced_months=12,
            articles="art. 15 and 16",
            source=fact_source(),
        )
    if as_of:
        ConsentTable.objects.create(
            instrument=made,
            as_of=as_of,
            source=fact_source(),
            rows=0,
            digest="0" * 64,
            is_example=made.is_example,
        )
    return made


def consent(
    of: Any, to: Any, kind: str = "ratification", on: Any = date(1951, 6, 28), **fields: Any
) -> Any:
    """An act of a party, from which the periods are derived anew."""
    from coalition.instruments.consent.actions import derive
    from coalition.instruments.models import ConsentAction

    given = {"source": fact_source(), "as_of": date(2023, 5, 11), "is_example": to.is_example}
    made = ConsentAction.objects.create(
        instrument=to, party=of, kind=kind, on=on, **{**given, **fields}
    )
    derive(to)
    return made


# --- adherence and following


def party(code: str = "FRA", **fields: Any) -> Any:
    """The State of a country, or what `kind` says."""
    return state(code, **fields)


def source(code: str = "leaflet") -> Any:
    from coalition.base.reference import Source

    defaults = {"title": f"Source {code}", "seen_on": date(2026, 1, 1)}
    return Source.objects.get_or_create(code=code, defaults=defaults)[0]


def adherence(of: Any, **fields: Any) -> Any:
    """An act on the text `of`, by a party unless another is named, put there by hand."""
    from coalition.instruments.models import Adherence

    who = {"partner", "party", "name"} & fields.keys()
    fields = fields if who else {"party": state("FRA"), **fields}
    defaults = {"kind": "endorsed", "on": date(2026, 2, 1)}
    return Adherence.objects.create(instrument=of, **{**defaults, **fields})


def following(person: Any, thing: Any) -> Any:
    """The person follows a text, a paragraph or a party."""
    from coalition.instruments.models import Following

    return Following.objects.create(person=person, **{thing._meta.model_name: thing})


# --- texts read in by hand


def intake(by: User, text: str = "| Recalling bread,\n1. We bake.\n  (a) At night.\n") -> Any:
    """A text on its way in, as a machine suggests its split, with its file."""
    from django.core.files.base import ContentFile

    from coalition.instruments.models import Intake

    one = Intake(
        by=by,
        file_name=f"text-{next(number)}.pdf",
        file_digest=f"{next(number):064d}",
        marked=text,
        suggested=text,
        symbol=f"EX/2026/{next(number)}",
        title="Example text",
    )
    one.file.save("text.pdf", ContentFile(b"%PDF-1.7"))
    one.save()
    return one
