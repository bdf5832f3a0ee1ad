"""Independent assessment, the partner's reply, and both published together."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from coalition.base.errors import NotAllowed, Refused
from coalition.mailroom.models import Letter
from coalition.results.assessments import actions, queries
from coalition.results.models import Assessment
from tests import factories

pytestmark = pytest.mark.django_db
FOUND = {
    "verifiable": True,
    "potential": "substantial",
    "completion": "limited",
    "words": "Of thirty agreements twelve were signed.",
}


def promise(**fields: Any) -> Any:
    partner = fields.pop("partner", None) or factories.partner(person=factories.person())
    return factories.framework(
        commitment=factories.commitment("published", partner=partner), **fields
    )


def reviewer(**fields: Any) -> Any:
    return factories.person(roles=("reviewer",), **{"name": "Reviewer", **fields})


def sent(**fields: Any) -> Assessment:
    by = reviewer()
    made = actions.begin(promise(**fields), language="en", by=by)
    actions.edit(made, fields=FOUND, by=by)
    return actions.send(made, by=by)


def letters() -> list[tuple[str, str]]:
    rows = Letter.objects.order_by("pk").values_list("to_address", "subject")
    return [(address, subject.partition(":")[0]) for address, subject in rows]


def test_an_assessment_and_its_reply_are_published_together():
    by = reviewer()
    framework = promise()
    signs = framework.reporter.mandates.get().person
    factories.mandate(framework.reporter, "editor")

    made = actions.begin(framework, language="fr", by=by)
    assert actions.begin(framework, language="en", by=by) == made
    with pytest.raises(NotAllowed, match="please add: whether it can be verified"):
        actions.send(made, by=by)
    actions.edit(made, fields={"verifiable": True}, by=by)
    with pytest.raises(NotAllowed) as refusal:
        actions.send(made, by=by)
    assert str(refusal.value) == (
        "Before it can be sent, please add: its potential for results, how much of it was done, "
        "what you found, in words."
    )
    actions.edit(made, fields=FOUND, by=by)
    made = actions.send(made, by=by)
    assert made.reply_due_on == timezone.localdate() + timedelta(days=30)
    with pytest.raises(NotAllowed, match="no longer changed"):
        actions.edit(made, fields={"words": "Else."}, by=by)
    with pytest.raises(NotAllowed, match="The partner has until"):
        actions.publish(made, by=by)
    with pytest.raises(Refused, match="write your reply"):
        actions.reply(made, words=" \n", language="es", by=signs)

    actions.reply(made, words="Fueron quince.", language="es", by=signs)
    made = actions.reply(made, words="Fueron dieciséis.", language="es", by=signs)
    made = actions.publish(made, by=by)

    assert (made.state, made.language, made.reply, made.reply_language, made.replied_by) == (
        *("published", "fr", "Fueron dieciséis.", "es", signs),
    )
    with pytest.raises(NotAllowed, match="until it is published"):
        actions.reply(made, words="Too late.", language="es", by=signs)
    assert letters() == [
        (signs.email, "Assessment to reply to"),
        (by.email, "The partner replied to your assessment"),
        (by.email, "The partner replied to your assessment"),
        (signs.email, "Assessment published"),
    ]
    assert list(queries.published_of(framework)) == [made]


def test_without_a_reply_it_is_published_once_the_day_for_it_has_passed(client):
    made = sent()
    today = timezone.localdate()
    for due, may in ((today, False), (today - timedelta(days=1), True)):
        Assessment.objects.update(reply_due_on=due)
        made.refresh_from_db()
        assert (actions.why_not_yet(made) == "") is may
    made = actions.publish(made, by=made.reviewer)

    page = client.get(f"/en/assessments/{made.reference}/").content.decode()
    assert "No reply came by" in page
    assert made.reviewer.email not in page
    assert "Assessed by an independent reviewer." in page


def test_what_cannot_be_verified_is_not_assessed_further(client):
    by = reviewer()
    made = actions.begin(promise(), language="en", by=by)
    client.force_login(by)
    address = f"/en/assess/{made.reference}/"

    assert "id_potential" not in client.get(address).content.decode()
    given = {"language": "en", "verifiable": "yes"}
    assert client.post(address, given).url == address
    assert "id_potential" in client.get(address).content.decode()
    client.post(address, {**given, **FOUND, "verifiable": "yes"})
    made.refresh_from_db()
    assert (made.potential, made.completion) == ("substantial", "limited")

    client.post(address, {"language": "en", "verifiable": "no", "words": "Too vague."})
    made.refresh_from_db()
    assert (made.verifiable, made.potential, made.completion) == (False, "", "")
    assert queries.missing(made) == []


def test_a_coalition_sets_the_days_to_reply():
    from coalition.partners.models import Term

    Term.objects.update_or_create(
        code="assessment-reply", defaults={"days": 7, "names": {"en": "Reply"}}
    )

    assert sent().reply_due_on == timezone.localdate() + timedelta(days=7)


def test_who_may_do_what_at_every_stage(client):
    """People × states × verbs: what each is answered; nothing else is tried by hand."""
    partner = factories.partner(person=factories.person())
    framework = promise(partner=partner)
    writes = reviewer()
    speaks = reviewer()
    factories.mandate(partner, "viewer", person=speaks)
    people = {
        "visitor": AnonymousUser(),
        "reviewer": writes,
        "other reviewer": reviewer(),
        "reviewer who speaks for it": speaks,
        "signatory": partner.mandates.first().person,
        "editor": factories.mandate(partner, "editor").person,
        "officer": factories.officer(),
    }
    answers = {}
    for state in ("draft", "with_partner", "published"):
        for name, person in people.items():
            client.logout()
            if name != "visitor":
                client.force_login(person)
            told = []
            for verb in ("", "send/", "reply/", "publish/"):
                made = Assessment.objects.create(
                    reference=f"ASM-2020-{Assessment.objects.count() + 1:04d}",
                    framework=framework,
                    reviewer=writes,
                    state=state,
                    published_at=timezone.now() if state == "published" else None,
                    reply_due_on=date(2020, 1, 1),
                    **FOUND,
                )
                address = f"/en/assessments/{made.reference}/{verb}"
                given = {"words": "No.", "language": "en"}
                answer = client.post(address, given) if verb else client.get(address)
                made.refresh_from_db()
                done = made.state != state or bool(made.reply)
                told.append("done" if done else str(answer.status_code))
            answers[state, name] = " ".join(told)
    assert answers == {
        ("draft", "visitor"): "404 302 302 302",
        ("draft", "reviewer"): "200 done 403 302",
        ("draft", "other reviewer"): "404 404 404 404",
        ("draft", "reviewer who speaks for it"): "404 404 404 404",
        ("draft", "signatory"): "404 404 404 404",
        ("draft", "editor"): "404 404 404 404",
        ("draft", "officer"): "404 404 404 404",
        ("with_partner", "visitor"): "404 302 302 302",
        ("with_partner", "reviewer"): "200 302 403 done",
        ("with_partner", "other reviewer"): "404 404 404 404",
        ("with_partner", "reviewer who speaks for it"): "200 403 403 403",
        ("with_partner", "signatory"): "200 403 done 403",
        ("with_partner", "editor"): "200 403 403 403",
        ("with_partner", "officer"): "200 403 403 403",
        ("published", "visitor"): "200 302 302 302",
        ("published", "reviewer"): "200 302 403 302",
        ("published", "other reviewer"): "200 403 403 403",
        ("published", "reviewer who speaks for it"): "200 403 403 403",
        ("published", "signatory"): "200 403 403 403",
        ("published", "editor"): "200 403 403 403",
        ("published", "officer"): "200 403 403 403",
    }


def test_the_desk_leads_to_what_was_longest_without_an_assessment(client):
    by = reviewer()
    own = factories.partner()
    factories.mandate(own, "viewer", person=by)
    promise(partner=own)
    promise(is_public=False)
    never, old, new = promise(), promise(), promise(completed_at=timezone.now())
    for framework, days in ((old, 900), (new, 30)):
        at = timezone.now() - timedelta(days=days)
        Assessment.objects.create(
            reference=f"ASM-2021-{days:04d}",
            framework=framework,
            reviewer=by,
            state="published",
            published_at=at,
        )

    assert list(queries.assessable(by, {})) == [never, old, new]
    assert list(queries.assessable(by, {"which": "claimed"})) == [new]
    assert list(queries.assessable(by, {"which": "never"})) == [never]
    assert list(queries.assessable(by, {"words": never.commitment.title})) == [never]

    client.force_login(by)
    answer = client.post(f"/en/results/{never.reference}/assess/")
    made = Assessment.objects.get(framework=never)
    assert answer.url == f"/en/assess/{made.reference}/"
    rows = b"".join(client.get("/en/assess/download.csv")).decode().splitlines()
    assert [row.split(",")[0] for row in rows[1:]] == [one.reference for one in (never, old, new)]
    outside = promise(partner=own)
    assert client.post(f"/en/results/{outside.reference}/assess/").status_code == 403
    client.force_login(factories.officer())
    assert client.get("/en/assess/").status_code == 404


def test_the_desk_costs_the_same_for_one_row_and_for_three(client, django_assert_num_queries):
    by = reviewer()
    client.force_login(by)
    for rows in (1, 3):
        while queries.assessable(by, {}).count() < rows:
            actions.begin(promise(), language="en", by=by)
        with django_assert_num_queries(7):
            page = client.get("/en/assess/").content.decode()
        assert page.count("Assess it") == rows
