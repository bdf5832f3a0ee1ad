"""A report is typed, saved by two at once, checked, judged and published: nothing is lost."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from coalition.base.errors import NotAllowed, Refused
from coalition.mailroom.models import Letter
from coalition.partners.people import lifecycle
from coalition.results.models import Fact, Report, Total
from coalition.results.reading.queries import history_of
from coalition.results.reporting import actions, plain, queries, questions, writing
from tests import factories
from tests.instruments.test_at_once import at_once

pytestmark = pytest.mark.django_db

SAVE_QUERIES = 26
WORDS = {"stage": "in_progress", "achieved": "Twelve bakeries signed."}


def promised(**fields: Any) -> Any:
    """The framework of a published promise, whose first indicator counts people by sex."""
    factories.cell("sex-female")
    sex = factories.cell("sex-male").categories.get().dimension
    framework = factories.framework(commitment=factories.commitment("published"), **fields)
    factories.indicator(framework, "Bakers trained", dimensions=[sex])
    return framework


def begun(framework: Any, year: int = 2026, *, by: Any = None) -> tuple[Report, Any]:
    """An open report, and somebody who writes it."""
    by = by or factories.mandate(framework.reporter, "signatory").person
    period = framework.periods.filter(starts_on__year=year).first()
    period = period or factories.period(framework, year)
    return actions.begin(period, partner=framework.reporter, by=by), by


def filled(framework: Any, value: str = "120", year: int = 2026) -> tuple[Report, Any]:
    """A report that can be sent."""
    report, by = begun(framework, year)
    values = {"report": WORDS, "1": {"value": value}}
    return actions.save(report, values, plain.values_of(report), by=by).report, by


def published(framework: Any, value: str = "120", year: int = 2026) -> Report:
    report, by = filled(framework, value, year)
    actions.submit(report, by=by, confirmed=[p.key for p in queries.problems_of(report)])
    return actions.publish(report, by=factories.officer())


def total_of(framework: Any) -> int:
    whole = {"period": None, "partner": None, "place": None, "cell": None}
    return int(Total.objects.get(indicator__framework=framework, role="actual", **whole).value)


# --- Plain texts ------------------------------------------------------------------------------


def test_figures_typed_in_any_digits_are_read_and_given_back_plain() -> None:
    framework = promised()
    factories.indicator(framework, "Spent", unit=factories.unit("usd"))
    factories.indicator(framework, "Signed", measure="yes_no", rule="ratio")
    factories.indicator(framework, "Share", measure="percentage", rule="ratio")
    factories.indicator(framework, "In words", measure="text", rule="none")
    factories.unit("eur")
    report, by = begun(framework)

    writing.put(
        report,
        {
            "report": WORDS,
            "1": {"value": "١٬٢٠٠", "source": "Register", "basis": "estimated"},
            "1||sex-female": {"value": "700"},
            "1||sex-male": {"value": "500", "basis": "reported"},
            "2": {"value": "1.234,50", "unit": "EUR"},
            "3": {"value": "نعم"},
            "4": {"value": "30", "denominator": "40"},
            "5": {"text": "A law was passed."},
            "6": {"value": "1"},
        },
        by=by,
    )

    day = {"as_of": report.facts.first().as_of.isoformat()}
    assert plain.values_of(report) == {
        "report": WORDS,
        "1": {"value": "1200", "source": "Register", "basis": "estimated", **day},
        "1||sex-female": {"value": "700"},
        "1||sex-male": {"value": "500", "basis": "reported"},
        "2": {"value": "1234.5", "unit": "eur", "basis": "reported", **day},
        "3": {"value": "1", "basis": "reported", **day},
        "4": {"value": "30", "denominator": "40", "basis": "reported", **day},
        "5": {"text": "A law was passed.", "basis": "reported", **day},
    }
    female = Fact.objects.get(report=report, cell__key="sex-female")
    assert (female.value, female.source, female.basis) == (700, "Register", "estimated")
    assert Fact.objects.get(report=report, indicator__number=2).value == 123450


def test_what_is_put_is_what_is_read_and_putting_it_again_changes_nothing() -> None:
    report, by = filled(promised(), "1 200")
    values = plain.values_of(report)
    before = list(Fact.objects.values_list("pk", "changed_at"))

    assert writing.put(report, values, by=by) == []

    assert plain.values_of(report) == values
    assert plain.canonical(values, plain.ground(report)) == values
    assert list(Fact.objects.values_list("pk", "changed_at")) == before


def test_what_cannot_be_read_is_kept_as_typed_and_named_and_the_rest_is_saved() -> None:
    framework = promised()
    factories.indicator(framework, "Spent", unit=factories.unit("usd"))
    report, by = begun(framework)
    typed = {
        "1": {"value": "about 100", "note": "By telephone", "as_of": "last May"},
        "2": {"value": "5", "unit": "bushels", "source_url": "javascript:alert(1)"},
        "report": {"stage": "nearly", "achieved": "A law."},
        "9": {"value": "1"},
        "1|XYZ": {"value": "1"},
        "1||sex-other": {"value": "1"},
    }

    saved = actions.save(report, typed, {}, by=by)

    told = {(one.row, one.field) for one in saved.problems}
    unread = {("1", "value"), ("1", "as_of"), ("2", "unit"), ("2", "source_url")}
    unread |= {("report", "stage")}
    assert told == unread | {("9", ""), ("1|XYZ", ""), ("1||sex-other", "")}
    report = saved.report
    held = plain.values_of(report)
    assert held["1"]["value"] == "about 100"
    assert held["1"]["note"] == "By telephone"
    assert held["2"]["unit"] == "bushels"
    assert held["report"] == {"stage": "nearly", "achieved": "A law."}
    assert {(p.row, p.field) for p in queries.problems_of(report)} >= unread
    with pytest.raises(NotAllowed, match="is no number"):
        actions.submit(report, by=by)

    mended = {**held, "1": {"value": "100"}, "2": {"value": "5"}, "report": WORDS}
    assert actions.save(report, mended, held, by=by).problems == []
    report.refresh_from_db()
    assert report.unread == {}


@pytest.mark.parametrize(
    ("measure", "texts", "sentence"),
    [
        ("number", {"value": "-3"}, "below zero"),
        ("percentage", {"value": "101", "denominator": "100"}, "more than 100%"),
        ("percentage", {"value": "5"}, "out of how many"),
        ("percentage", {"value": "5", "denominator": "0"}, "more than 0"),
        ("scale", {"value": "6"}, "no step of the scale"),
        ("yes_no", {"value": "2"}, "yes or no"),
        ("number", {"value": "9" * 30}, "too large"),
        ("number", {"value": "5", "as_of": "2999-01-01"}, "lies ahead"),
        ("number", {"value": "5", "not_known": "Nobody counted"}, "not both"),
        ("number", {"note": "Wait for it"}, "why it is not known"),
    ],
)
def test_bad_figure_is_saved_but_not_sent(measure: str, texts: Any, sentence: str) -> None:
    framework = factories.framework(commitment=factories.commitment("published"))
    rule = {"percentage": "ratio", "scale": "average", "yes_no": "ratio"}.get(measure, "sum")
    ends = {"lowest": 1, "highest": 5} if measure == "scale" else {}
    factories.indicator(framework, measure=measure, rule=rule, **ends)
    report, by = begun(framework)

    report = actions.save(report, {"report": WORDS, "1": texts}, {}, by=by).report

    assert plain.values_of(report)["1"].items() >= texts.items()
    with pytest.raises(NotAllowed, match=sentence):
        actions.submit(report, by=by)


# --- Two people at once ------------------------------------------------------------------------


def test_two_save_from_the_same_page_and_nothing_is_lost() -> None:
    report, by = begun(promised())
    shown = plain.values_of(report)

    actions.save(report, {"report": WORDS, "1": {"value": "100"}}, shown, by=by)
    second = {"1": {"value": "120", "note": "By telephone"}, "1||sex-female": {"value": "60"}}
    saved = actions.save(report, second, shown, by=by)

    assert [(c.row, c.field, c.mine, c.theirs) for c in saved.conflicts] == [
        ("1", "value", "120", "100")
    ]
    held = plain.values_of(saved.report)
    assert (held["1"]["value"], held["1"]["note"]) == ("100", "By telephone")
    assert held["1||sex-female"] == {"value": "60"}
    assert held["report"] == WORDS
    chosen = {**held, "1": {**held["1"], "value": "120"}}
    saved = actions.save(report, chosen, held, by=by)
    assert saved.conflicts == ()
    assert plain.values_of(saved.report)["1"]["value"] == "120"


def test_the_same_figure_typed_differently_by_two_is_no_conflict() -> None:
    report, by = begun(promised())

    actions.save(report, {"1": {"value": "1200"}}, {}, by=by)

    assert actions.save(report, {"1": {"value": "1 200"}}, {}, by=by).conflicts == ()


def test_figure_taken_away_leaves_its_evidence() -> None:
    report, by = filled(promised())
    fact = report.facts.get()
    fact.evidence.create(kind="link", title="Register", url="https://bakers.test", by=by)

    held = plain.values_of(report)
    actions.save(report, {"report": WORDS}, held, by=by)

    fact.refresh_from_db()
    assert (fact.value, fact.evidence.count()) == (None, 1)
    with pytest.raises(NotAllowed, match="evidence is still here"):
        actions.submit(report, by=by)


# --- From a draft to the public -----------------------------------------------------------------


def test_report_is_begun_once_and_only_where_it_can_be() -> None:
    framework = promised()
    first, by = begun(framework)
    again, _by = begun(framework, by=by)
    assert again == first

    def why_not(period: Any, partner: Any = None) -> str:
        with pytest.raises(NotAllowed) as refusal:
            actions.begin(period, partner=partner or period.framework.reporter, by=by)
        return str(refusal.value)

    later = factories.period(framework, 2999)
    assert "has not begun" in why_not(later)
    assert "reports for all" in why_not(first.period, factories.partner())
    draft = factories.framework(commitment=factories.commitment())
    assert "not public yet" in why_not(factories.period(draft))
    actions.save(first, {"report": WORDS, "1": {"value": "5"}}, {}, by=by)
    actions.submit(first, by=by)
    actions.publish(first, by=factories.officer())
    assert first.get_absolute_url() in why_not(first.period)


def test_published_report_counts_and_tells_those_concerned_once() -> None:
    framework = promised()
    report, by = filled(framework, "120")
    officer = factories.officer()

    actions.submit(report, by=by)
    published = actions.publish(report, by=officer)

    assert published.state == "published"
    assert Fact.objects.get(report=report).state == "published"
    assert total_of(framework) == 120
    assert sorted(Letter.objects.values_list("to_address", flat=True)) == sorted(
        [officer.email, by.email]
    )
    with pytest.raises(NotAllowed):
        actions.publish(report, by=officer)
    assert Letter.objects.count() == 2


def test_amended_report_replaces_the_one_before_and_shows_what_is_different() -> None:
    framework = promised()
    first = published(framework, "120")
    old = first.facts.get()
    by = factories.mandate(framework.reporter, "signatory").person
    old.evidence.create(kind="link", title="Register", url="https://bakers.test", by=by)
    with pytest.raises(NotAllowed, match="why"):
        actions.amend(first, reason=" ", by=by)

    made = actions.amend(first, reason="Two bakeries were counted twice.", by=by)
    held = plain.values_of(made)
    assert held == plain.values_of(first)
    actions.save(made, {**held, "1": {**held["1"], "value": "118"}}, held, by=by)
    old.refresh_from_db()
    assert old.state == "published"
    actions.submit(made, by=by)
    made = actions.publish(made, by=factories.officer())

    first.refresh_from_db()
    old.refresh_from_db()
    assert (first.state, old.state) == ("superseded", "superseded")
    assert total_of(framework) == 118
    lines, _words, _remarks = queries.lines_of(made)
    assert queries.changes_of(made, lines) == [
        queries.Change("Bakers trained", "120 people", "118 people")
    ]


def test_who_carries_on_amends_what_the_former_organisation_reported() -> None:
    framework = promised()
    first = published(framework, "120", 2025)
    former, heir, officer = framework.reporter, factories.partner(), factories.officer()
    lifecycle.merge(former, heir, "They are one now.", by=officer, people_move=False)
    framework.refresh_from_db()
    by = factories.mandate(heir, "signatory").person
    second, _by = begun(framework, 2026, by=by)
    assert [one.last.value for one in questions.questions(second) if one.is_whole] == [120]
    with pytest.raises(NotAllowed, match="already"):
        actions.begin(first.period, partner=heir, by=by)

    made = actions.amend(first, reason="Two bakeries were counted twice.", by=by)
    held = plain.values_of(made)
    actions.save(made, {**held, "1": {**held["1"], "value": "118"}}, held, by=by)
    actions.submit(made, by=by)
    made = actions.publish(made, by=officer)

    first.refresh_from_db()
    assert (first.state, made.partner) == ("superseded", heir)
    figures = Fact.objects.filter(period=first.period).order_by("pk")
    assert list(figures.values_list("value", "partner", "state")) == [
        (120, former.pk, "superseded"),
        (118, heir.pk, "published"),
    ]
    assert total_of(framework) == 118
    assert [one.value for one in history_of(made.facts.get())] == [118, 120]


def test_amending_a_group_away_does_not_tell_how_few_it_had() -> None:
    framework = promised()
    officer = factories.officer()

    def tell(made: Report, by: Any, **figures: str) -> list[int | None]:
        rows = {"1": {"value": figures["all"]}}
        rows |= {f"1||sex-{sex}": {"value": figures[sex]} for sex in figures if sex != "all"}
        actions.save(made, {"report": WORDS, **rows}, plain.values_of(made), by=by)
        doubts = [one.key for one in queries.problems_of(made)]
        actions.publish(actions.submit(made, by=by, confirmed=doubts), by=officer)
        shown = Fact.objects.actual().filter(report__state="published", hidden="")
        return sorted(shown.values_list("value", flat=True))

    report, by = begun(framework)
    assert tell(report, by, all="120", female="20", male="100") == [20, 100, 120]
    again = actions.amend(report, reason="Counted again.", by=by)
    assert tell(again, by, all="103", female="3") == [103]
    # Of the report before, too, the men would tell how many of the 103 are women.
    assert set(report.facts.exclude(cell=None).values_list("hidden", flat=True)) == {
        "small",
        "protects",
    }
    third = actions.amend(again, reason="Without the women.", by=by)
    assert tell(third, by, all="103", male="100") == [103]


def test_unusual_figures_are_confirmed_before_the_report_is_sent() -> None:
    framework = promised()
    published(framework, "100", 2025)
    report, by = begun(framework)
    values = {"1": {"value": "1001"}, "1||sex-female": {"value": "700"}}
    values |= {"1||sex-male": {"value": "400"}, "report": WORDS}

    report = actions.save(report, values, {}, by=by).report

    doubts = queries.problems_of(report)
    assert [(one.key, one.is_doubt) for one in doubts] == [("1.value", True)] * 2
    assert "far from last time (100 people)" not in doubts[0].sentence
    assert "far from last time (100)" in doubts[0].sentence
    assert "more than the 1,001" in doubts[1].sentence
    with pytest.raises(NotAllowed, match="confirm"):
        actions.submit(report, by=by)
    assert actions.submit(report, confirmed=["1.value"], by=by).state == "submitted"


def test_lower_running_total_is_asked_about() -> None:
    framework = factories.framework(commitment=factories.commitment("published"))
    factories.indicator(framework, rule="latest")
    published(framework, "100", 2025)
    report, _by = filled(framework, "90")

    assert ["running total" in one.sentence for one in queries.problems_of(report)] == [True]


def test_last_time_is_beside_each_question_and_never_this_periods_figure() -> None:
    framework = promised()
    published(framework, "100", 2025)

    report, _by = begun(framework)

    question = questions.questions(report)[0]
    assert (question.last.value, question.last_texts["value"]) == (100, "100")
    assert plain.values_of(report) == {}


def test_claim_of_completion_takes_evidence_that_a_second_person_checked() -> None:
    framework = promised()
    report, by = begun(framework)
    values = {"report": {"stage": "fulfilled"}, "1": {"value": "120"}}
    report = actions.save(report, values, {}, by=by).report
    actions.submit(report, by=by)
    officer = factories.officer()

    with pytest.raises(NotAllowed, match="takes checked evidence"):
        actions.publish(report, by=officer)
    report.refresh_from_db()
    assert report.state == "submitted"
    proof = report.facts.get().evidence.create(
        kind="link", title="Register", url="https://bakers.test", by=by
    )
    from coalition.results.proof.actions import check

    check(proof, holds=True, by=officer)
    actions.publish(report, by=officer)
    framework.refresh_from_db()
    assert framework.completed_at is not None


# --- Remarks -----------------------------------------------------------------------------------


def test_remark_is_pinned_answered_and_settled_before_the_report_is_published() -> None:
    report, by = filled(promised())
    officer = factories.officer()
    actions.submit(report, by=by)

    for row, name in [("9", "value"), ("1", "password"), ("report", "value"), ("1|XYZ", "value")]:
        with pytest.raises(Refused, match="no such field"):
            actions.remark(report, row=row, field=name, words="Why?", by=officer)
    one = actions.remark(report, row="1", field="value", words="Trained by whom?", by=officer)
    with pytest.raises(NotAllowed, match="1 remark is open"):
        actions.publish(report, by=officer)
    with pytest.raises(NotAllowed, match="reason"):
        actions.request_change(report, reason="", by=officer)
    actions.request_change(report, reason="See the remark.", by=officer)

    letter = Letter.objects.get(to_person=by)
    assert "Bakers trained: Trained by whom?" in letter.text
    one = actions.answer_remark(one, reply="By the union.", by=by)
    actions.submit(report, by=by)
    actions.settle_remark(one, by=officer)
    with pytest.raises(NotAllowed, match="settled"):
        actions.answer_remark(one, reply="No, by us.", by=by)
    assert actions.publish(report, by=officer).state == "published"


# --- People, states and verbs -------------------------------------------------------------------


def test_who_may_do_what_with_a_report_in_which_state() -> None:
    framework = promised()
    partner = framework.reporter
    people = {
        "nobody": None,
        "stranger": factories.person(),
        "viewer": factories.mandate(partner, "viewer").person,
        "editor": factories.mandate(partner, "editor").person,
        "signatory": factories.mandate(partner, "signatory").person,
        "officer": factories.officer(),
        "concerned officer": factories.mandate(
            partner, "viewer", person=factories.officer()
        ).person,
    }
    period = factories.period(framework)
    one = factories.report(period)
    factories.fact(framework.indicators.get(), 5, report=one, period=period, state="draft")
    own = f"/en/results/{framework.reference}/reports/{one.pk}/"
    desk = f"/en/desk/reports/{one.pk}/"
    verbs = {
        "read": ("get", own),
        "edit": ("get", own + "edit/"),
        "submit": ("post", own + "submit/"),
        "discard": ("post", own + "discard/"),
        "amend": ("post", own + "amend/"),
        "review": ("get", desk),
        "remark": ("post", desk + "remark/"),
        "publish": ("post", desk + "publish/"),
        "send back": ("post", desk + "request-change/"),
    }
    inside = {"viewer", "editor", "signatory", "concerned officer"}
    officers = {"officer", "concerned officer"}
    wrong = []
    for state in ("draft", "submitted", "change_requested", "published"):
        Report.objects.filter(pk=one.pk).update(
            state=state, published_at=one.changed_at if state == "published" else None
        )
        for name, person in people.items():
            client = Client()
            if person:
                client.force_login(person)
            sees = name in inside or state == "published"
            sees = sees or (name == "officer" and state != "draft")
            for verb, (method, address) in verbs.items():
                needs_login = verb != "read"
                if name == "nobody" and needs_login:
                    wanted = 302
                elif not sees or (address.startswith(desk) and name not in officers):
                    wanted = 404
                elif verb in ("remark", "publish", "send back"):
                    wanted = 302 if name == "officer" else 403
                elif verb in ("edit", "discard", "amend"):
                    can = name in ("editor", "signatory")
                    wanted = 403 if not can else 302 if method == "post" else 200
                    if can and verb == "edit" and state in ("submitted", "published"):
                        wanted = 302
                elif verb == "submit":
                    wanted = 302 if name in inside and state == "published" else 403
                    wanted = 302 if name == "signatory" else wanted
                elif verb == "read":
                    wanted = 200 if state == "published" else 302
                else:
                    wanted = 200
                # Whatever is posted is refused or stays without effect: no field is filled in.
                got = getattr(client, method)(address, {"confirmed": "no"}).status_code
                if got != wanted:
                    wrong.append((state, name, verb, got, wanted))
                Report.objects.filter(pk=one.pk).update(
                    state=state, published_at=one.changed_at if state == "published" else None
                )
    assert wrong == []


# --- Pages -------------------------------------------------------------------------------------


def page_of(report: Report) -> str:
    return f"/en/results/{report.framework.reference}/reports/{report.pk}/"


def base_of(html: str) -> str:
    return html.split('name="base" value="')[1].split('"')[0]


def test_form_is_shown_before_anything_is_kept_and_saved_from_there(client: Client) -> None:
    framework = promised()
    published(framework, "100", 2025)
    by = factories.mandate(framework.reporter, "editor").person
    client.force_login(by)
    address = f"/en/results/{framework.reference}/period/{factories.period(framework).pk}/report/"

    answer = client.get(address)

    html = answer.content.decode()
    assert not Report.objects.open().exists()
    assert "Last time: 100 people." in html
    assert 'name="1.value" value=""' in html
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    typed = {"1.value": "١٢٠", "report.stage": "in_progress", "base": base_of(html)}
    answer = client.post(address, typed, headers={"HX-Request": "true"})
    assert b"Saved at" in answer.content
    report = Report.objects.open().get()
    assert plain.values_of(report)["1"]["value"] == "120"
    # The same page, not loaded again, goes on from what it says.
    typed |= {"1.value": "121", "base": base_of(answer.content.decode())}
    answer = client.post(address, typed)
    assert answer.headers["Location"] == page_of(report) + "edit/"
    assert plain.values_of(report)["1"]["value"] == "121"


def test_conflict_is_two_values_and_one_choice_on_the_page(client: Client) -> None:
    report, by = begun(promised())
    client.force_login(by)
    address = page_of(report) + "edit/"
    base = base_of(client.get(address).content.decode())
    actions.save(report, {"1": {"value": "100", "note": "A"}}, {}, by=by)

    answer = client.post(address, {"1.value": "120", "base": base})

    html = answer.content.decode()
    assert '<input type="radio" name="1.value" value="120" required>' in html
    assert '<input type="radio" name="1.value" value="100">' in html
    client.post(address, {"1.value": "120", "base": base_of(html)})
    held = plain.values_of(report)["1"]
    assert (held["value"], held["note"]) == ("120", "A")
    # A base that nobody signed: what differs is asked, not overwritten.
    answer = client.post(address, {"1.value": "7", "base": "made up"})
    assert 'name="1.value" value="7" required' in answer.content.decode()
    assert plain.values_of(report)["1"]["value"] == "120"


def test_as_last_time_fills_a_row_and_its_parts_and_nothing_else(client: Client) -> None:
    framework = promised()
    factories.indicator(framework, "Spent", unit=factories.unit("usd"))
    last, by = begun(framework, 2025)
    values = {"1": {"value": "100", "source": "Register"}, "1||sex-female": {"value": "60"}}
    values |= {"2": {"value": "5"}, "report": WORDS}
    actions.save(last, values, {}, by=by)
    actions.submit(last, by=by)
    actions.publish(last, by=factories.officer())
    report, by = begun(framework, by=by)
    client.force_login(by)
    base = base_of(client.get(page_of(report) + "edit/").content.decode())

    client.post(page_of(report) + "edit/", {"again": "1", "base": base})

    held = plain.values_of(report)
    assert held["1"]["value"] == "100"
    assert held["1"]["source"] == "Register"
    assert held["1"]["as_of"] != plain.values_of(last)["1"]["as_of"]
    assert held["1||sex-female"] == {"value": "60"}
    assert set(held) == {"1", "1||sex-female"}


def test_public_report_says_its_figures_but_not_what_is_withheld(client: Client) -> None:
    framework = promised()
    report, by = begun(framework)
    values = {"1": {"value": "100"}, "1||sex-female": {"value": "97"}}
    values |= {"1||sex-male": {"value": "3"}, "report": WORDS}
    actions.save(report, values, {}, by=by)
    actions.submit(report, by=by)
    report = actions.publish(report, by=factories.officer())

    html = client.get(page_of(report)).content.decode()

    assert "<bdi>100 people</bdi>" in html
    assert "97 people" not in html
    assert "<bdi>3 people</bdi>" not in html
    assert "withheld" in html
    assert "Twelve bakeries signed." in html


def test_form_of_sixty_indicators_is_one_page_and_longer_ones_are_several(client: Client) -> None:
    framework = promised()
    dimension = framework.indicators.get().dimensions.get()
    for number in range(60):
        factories.indicator(framework, f"Trade {number}", dimensions=[dimension])
    report, by = begun(framework)
    client.force_login(by)

    html = client.get(page_of(report) + "edit/").content.decode()

    names = re.findall(r'name="([^"]+\.[^"]+)"', html)
    assert len(names) == len(set(names)) > 500
    typed = {name: str(place) for place, name in enumerate(names) if name.endswith(".value")}
    client.post(page_of(report) + "edit/", {**typed, "base": base_of(html)})
    assert report.facts.count() == len(typed)

    for number in range(140):
        factories.indicator(framework, f"Place {number}", dimensions=[dimension])
    first = client.get(page_of(report) + "edit/").content.decode()
    second = client.get(page_of(report) + "edit/?screen=2").content.decode()
    assert "Screen 1 of 2" in first
    assert max(html.count(" name=") for html in (first, second)) < 2000
    client.post(page_of(report) + "edit/?screen=2", {"201.value": "5", "base": base_of(second)})
    assert report.facts.count() == len(typed) + 1


@pytest.mark.any_database
@pytest.mark.parametrize("number", [1, 3])
def test_queries_of_a_save_do_not_grow_with_the_report(
    number: int, django_assert_num_queries: Any
) -> None:
    framework = promised()
    for _ in range(number - 1):
        dimensions = framework.indicators.first().dimensions.all()
        factories.indicator(framework, dimensions=dimensions)
    report, by = begun(framework)
    values = {str(one): {"value": "5"} for one in range(1, number + 1)}
    values |= {f"{one}||sex-female": {"value": "3"} for one in range(1, number + 1)}
    actions.save(report, values, {}, by=by)
    held = plain.values_of(report)
    changed = {row: {**texts, "value": "2"} for row, texts in held.items()}

    with django_assert_num_queries(SAVE_QUERIES):
        actions.save(report, changed, held, by=by)


# --- At the same moment --------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_done_at_the_same_moment_it_is_done_once_and_nothing_is_lost() -> None:
    framework = promised()
    period = factories.period(framework)
    by = factories.mandate(framework.reporter, "signatory").person
    officer = factories.officer()

    begin = lambda: actions.begin(period, partner=framework.reporter, by=by)  # noqa: E731
    assert at_once(begin) == ["done"] * 3
    report = Report.objects.get()

    places = iter([("report", "achieved"), ("report", "barriers"), ("1", "value")])

    def save() -> None:
        row, name = next(places)
        actions.save(report, {row: {name: "7"}}, {}, by=by)

    assert at_once(save) == ["done"] * 3
    held = plain.values_of(Report.objects.get())
    assert held["report"] == {"achieved": "7", "barriers": "7"}
    assert held["1"]["value"] == "7"

    actions.save(report, {"report": {"stage": "planning"}}, {}, by=by)
    assert at_once(lambda: actions.submit(report, by=by)) == ["done", "refused", "refused"]
    assert at_once(lambda: actions.publish(report, by=officer)) == ["done", "refused", "refused"]
    assert Fact.objects.published().actual().get().value == 7
    amend = lambda: actions.amend(report, reason="Counted twice.", by=by)  # noqa: E731
    assert at_once(amend) == ["done"] * 3
    assert Report.objects.open().count() == 1


def test_typing_into_a_report_that_was_sent_meanwhile_is_told(client: Client) -> None:
    report, by = filled(promised())
    client.force_login(by)
    address = page_of(report) + "edit/"
    base = base_of(client.get(address).content.decode())
    actions.submit(report, by=by)

    answer = client.post(address, {"1.value": "7", "base": base}, headers={"HX-Request": "true"})

    assert "was sent meanwhile" in answer.content.decode()
    assert base_of(answer.content.decode()) == base
    assert (
        "was sent meanwhile" in client.post(address, {"1.value": "7"}, follow=True).content.decode()
    )
    assert plain.values_of(report)["1"]["value"] == "120"


def test_desk_lists_filters_and_downloads_what_waits(client: Client) -> None:
    framework = promised()
    for year, stage in ((2023, "in_progress"), (2024, "fulfilled"), (2025, "planning")):
        period = factories.period(framework, year)
        made = factories.report(period, "draft" if year == 2025 else "submitted", stage=stage)
        made.moves.create(verb="submit", from_state="draft", to_state="submitted")
    client.force_login(factories.officer())

    def listed(query: str) -> list[str]:
        html = client.get(f"/en/desk/reports/{query}").content.decode()
        return re.findall(r'data-label="Period">(\d{4})', html)

    assert listed("") == ["2023", "2024"]
    assert listed("?sort=newest") == ["2024", "2023"]
    assert listed("?claims=on") == ["2024"]
    assert listed("?since=2020-01-01") == []
    assert listed(f"?words={framework.reporter.name.split()[0]}") == ["2023", "2024"]
    file = client.get("/en/desk/reports/download.csv?claims=on")
    rows = b"".join(file.streaming_content).decode().splitlines()
    assert [row.split(",")[3] for row in rows] == ["period", "2024"]
