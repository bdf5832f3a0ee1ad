"""The scripts behind `make`: what they refuse, on texts that a tired person could write."""

from __future__ import annotations

from pathlib import Path

import polib
import pytest

from tools import check_templates, check_words, compile_messages, steps


@pytest.mark.parametrize(
    ("template", "complaints"),
    [
        ('<p>{% translate "Partners" %}</p>', []),
        ("<p>{{ partner.name }} · {{ partner.year }}</p>", []),
        ("<p>Partners</p>", [(1, "unmarked words: 'Partners'")]),
        ("<p>\n{{ count }} partners\n</p>", [(1, "unmarked words: 'partners'")]),
        ("{% blocktranslate trimmed %}All partners{% endblocktranslate %}", []),
        ("{% blocktranslate %}All{% endblocktranslate %}", [(1, "blocktranslate without trimmed")]),
        ('<img alt="A map">', [(1, "unmarked words in alt: 'A map'")]),
        ('<img alt="{% translate "A map" %}">', []),
        ('<a class="more {% if x %}here{% endif %}" href="/en/about/"></a>', []),
        ('<p style="color: red"></p>', [(1, "the inline attribute style")]),
        ('<p onclick="go()"></p>', [(1, "the inline attribute onclick")]),
        (
            "<script>let a = 1</script>",
            [(1, "an inline <script>"), (1, "unmarked words: 'let a = 1'")],
        ),
        ('<script src="/a.js"></script>', [(1, "a <script>")]),
        ('<script type="application/json">{"some": "data"}</script>', []),
        ('<a href="javascript:go()"></a>', [(1, "a script in the attribute href")]),
        ('{% figure "Partners" %}', [(1, "unmarked words for figure: 'Partners'")]),
        ('{% figure _("Partners") %}', []),
        ('{% group_badge "WRK" %}{% icon "arrow" %}', []),
        ('{% figure title="by group" %}', [(1, "unmarked words for figure: 'by group'")]),
        ("{% comment %}Not shown{% endcomment %}{# nor this #}", []),
        ("<p>JSON</p><p>CC BY 4.0</p>", []),
        ('<{{ heading }} id="{{ id }}" lang="ar"></{{ heading }}>', []),
    ],
)
def test_check_templates_finds(template, complaints):
    assert list(check_templates.findings(template)) == complaints


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("see /ro" + "ot/project", "f:1: a path of one machine: /ro" + "ot/p"),
        ("see /ho" + "me/ana/project", "f:1: a path of one machine: /ho" + "me/ana/p"),
        ("from py" + "pi.org", "f:1: the host of a package registry: py" + "pi.org"),
        ("# TO" + "DO later", "f:1: a note to oneself: TO" + "DO"),
    ],
)
def test_check_words_finds(line, complaint):
    assert list(check_words.findings(Path("f"), line, check_words.patterns())) == [complaint]


@pytest.mark.parametrize("line", ["/en/workspace/commitments/", "at home/here", "mastodon", "todo"])
def test_check_words_lets_pass(line):
    assert list(check_words.findings(Path("f"), line, check_words.patterns())) == []


def test_compile_messages_keeps_all_six_arabic_plurals(tmp_path):
    source = polib.POFile()
    source.metadata = {"Content-Type": "text/plain; charset=utf-8"}
    plurals = {number: f"ترجمة {number}" for number in range(6)}
    source.append(polib.POEntry(msgid="one", msgid_plural="many", msgstr_plural=plurals))
    source.save(str(tmp_path / "django.po"))

    compile_messages.main(str(tmp_path / "django.po"), str(tmp_path / "django.mo"))

    compiled = polib.mofile(str(tmp_path / "django.mo"))
    assert [entry.msgstr_plural for entry in compiled] == [plurals]
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["django.mo", "django.po"]


def test_steps_all_run_and_the_failed_one_is_named(capsys):
    status = steps.run_all({"first": lambda: 3, "second": lambda: 0})

    lines = capsys.readouterr().out.splitlines()
    assert status == 1
    assert [line.split()[0] for line in lines[-2:]] == ["FAILED", "passed"]
    assert lines[-2].endswith("first")


def test_clean_environment_drops_the_developers_own_settings(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "sqlite:////nowhere")
    monkeypatch.setenv("COALITION_URL", "https://coalition.example")
    monkeypatch.setenv("COALITION_DATA", "/data")
    monkeypatch.delenv("COALITION_DATA_REQUIRED", raising=False)

    environment = steps.clean_environment(COALITION_DEMO="1")

    kept = {name: value for name, value in environment.items() if "COALITION" in name}
    assert kept == {"COALITION_DATA": "/data", "COALITION_DEMO": "1"}
    assert "DATABASE_URL" not in environment
