"""What was written before an upgrade is there after it: sentences about goals, about resources."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from coalition.commitments.models import Commitment
from coalition.commitments.writing import plain
from coalition.results.frameworks.queries import missing
from tests import factories

BEFORE, AFTER = [("commitments", "0003_answers")], [("commitments", "0005_in_full")]


@pytest.mark.django_db(transaction=True)
def test_upgrading_keeps_every_sentence_about_a_goal(monkeypatch):
    monkeypatch.setattr("coalition.commitments.migrations._goals.BATCH", 2)
    partner = factories.partner()
    executor = MigrationExecutor(connection)
    before = executor.migrate(BEFORE).apps.get_model("commitments", "Commitment").objects
    long_ago = datetime(2020, 5, 1, 8, tzinfo=UTC)
    given = {
        "both": ("published", "30 agreements by the end", "12 agreements"),
        "goal": ("submitted", "30 agreements", ""),
        "start": ("draft", "", "Not known: nobody counted"),
        "nothing": ("draft", "", ""),
        "withdrawn": ("withdrawn", "صفر", "١٢"),
    }
    for title, (state, goal, baseline) in given.items():
        before.create(
            reference=f"COM-2020-{len(title):04d}-{title[:3]}",
            state=state,
            partner_id=partner.pk,
            title=title,
            language="ar" if title == "withdrawn" else "en",
            goal=goal,
            baseline=baseline,
            starts_on=date(2020, 1, 1),
            ends_on=date(2091, 6, 30),
            changed_at=long_ago,
            published_at=None if state in ("draft", "submitted") else long_ago,
        )
    withdrawn = before.get(title="withdrawn")
    withdrawn.moves.create(verb="withdraw", from_state="published", to_state="withdrawn")

    MigrationExecutor(connection).migrate(AFTER)

    kept = {}
    for one in Commitment.objects.select_related("framework__reporter"):
        of = one.framework
        assert (of.owner, of.reporter, of.language) == (one, partner, one.language)
        kept[one.title] = (
            (of.is_public, of.is_handed_in, bool(of.ended_at)),
            [
                (goal.level, goal.title, indicator.measure, indicator.rule, fact.role, fact.text)
                for goal in of.results.all()
                for indicator in goal.indicators.all()
                for fact in indicator.facts.published()
            ],
        )

    def in_words(title, role, text):
        return ("goal", title, "text", "none", role, text)

    thirty = "30 agreements by the end"
    assert kept == {
        "both": (
            (True, True, False),
            [in_words(thirty, "baseline", "12 agreements"), in_words(thirty, "target", thirty)],
        ),
        "goal": ((False, True, False), [in_words("30 agreements", "target", "30 agreements")]),
        "start": (
            (False, False, False),
            [in_words("start", "baseline", "Not known: nobody counted")],
        ),
        "nothing": ((False, False, False), []),
        "withdrawn": (
            (True, True, True),
            [in_words("صفر", "baseline", "١٢"), in_words("صفر", "target", "صفر")],
        ),
    }
    references = [one.framework.reference for one in Commitment.objects.order_by("pk")]
    first = references[0]
    assert references == [
        f"{first[:9]}{int(first[9:]) + number:04d}" for number in range(len(given))
    ]
    # Reports are asked for from the running year on, and only on what is public.
    running = Commitment.objects.get(title="both").framework
    periods = list(running.periods.all())
    assert periods[0].starts_on <= datetime.now(UTC).date() <= periods[0].ends_on
    assert (periods[-1].ends_on, periods[0].due_at) == (date(2091, 6, 30), running.next_due_at)
    others = Commitment.objects.exclude(title="both")
    assert others.filter(framework__periods__isnull=False).count() == 0
    # The next commitment goes on with the numbers; one that lacked nothing still does.
    assert factories.commitment().framework.pk > running.pk
    assert missing(running) == []


@pytest.mark.django_db(transaction=True)
def test_upgrading_keeps_every_word_about_resources():
    partner = factories.partner()
    executor = MigrationExecutor(connection)
    before = executor.migrate([("commitments", "0004_goals")]).apps
    given = {
        "draft": "Two organisers,\n and a hall.",
        "submitted": "٢٥٠٬٠٠٠ ريال في ٢٠٢٧",
        "published": "x" * 400,
        "withdrawn": "",
    }
    for number, (state, words) in enumerate(given.items()):
        framework = before.get_model("results", "Framework").objects.create(
            reference=f"RES-2020-{number:04d}", owner_kind="commitment", reporter_id=partner.pk
        )
        before.get_model("commitments", "Commitment").objects.create(
            reference=f"COM-2020-{number:04d}",
            state=state,
            partner_id=partner.pk,
            framework_id=framework.pk,
            title=state,
            resources=words,
            published_at=None if number < 2 else datetime(2020, 5, 1, 8, tzinfo=UTC),
        )

    MigrationExecutor(connection).migrate(AFTER)

    kept = {
        one.state: [(each.number, each.kind, each.words) for each in one.resources.all()]
        for one in Commitment.objects.all()
    }
    assert kept == {
        "draft": [(1, "other", given["draft"])],
        "submitted": [(1, "other", given["submitted"])],
        "published": [(1, "other", given["published"])],
        "withdrawn": [],
    }
    # It reads, and can be written on, like what is written now.
    one = Commitment.objects.get(state="draft")
    values = plain.values_of(one)
    assert values["resource|1"] == {"kind": "other", "words": given["draft"]}
    assert not plain.put(one, values)
