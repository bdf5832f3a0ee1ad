"""Every form: labels, help and errors tied to their fields, for eyes and for screen readers."""

import re

import pytest
from django import forms

from coalition.ui.forms import DateInput, Select
from tests.ui.test_tags import HOSTILE, Reader, read, words


class EveryForm(forms.Form):
    title = forms.CharField(label="Title", help_text="One sentence.", max_length=10)
    story = forms.CharField(label="Story", widget=forms.Textarea, required=False)
    level = forms.ChoiceField(label="Level", choices=[("n", "National"), ("r", "Regional")])
    until = forms.DateField(label="Until", widget=DateInput)
    people = forms.IntegerField(label="People", required=False)
    email = forms.EmailField(label="E-mail")
    plan = forms.FileField(label="Plan", required=False)
    kind = forms.ChoiceField(
        label="Kind", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect, help_text="One."
    )
    themes = forms.MultipleChoiceField(
        label="Themes", choices=[("1", "One"), ("2", "Two")], widget=forms.CheckboxSelectMultiple
    )
    agreed = forms.BooleanField(label="I agree", required=False)
    secret = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean(self) -> None:
        if self.data.get("people") == "13":
            raise forms.ValidationError("Thirteen at a table is one too many.")


def elements(seen: Reader, tag: str) -> list[dict[str, str | None]]:
    return [attributes for name, attributes in seen.elements if name == tag]


def test_every_field_has_its_label():
    seen = read(str(EveryForm()))

    ids = {each["id"] for _tag, each in seen.elements if "id" in each}
    for label in elements(seen, "label"):
        assert label["for"] in ids
    assert len(elements(seen, "label")) == 8 + 2 + 2  # plain fields, and one per choice
    assert len(elements(seen, "legend")) == len(elements(seen, "fieldset")) == 2


def test_optional_fields_say_so_in_words():
    form = EveryForm()

    marked = [
        field.name
        for field in form.visible_fields()
        if "(optional)" in words(field.as_field_group())
    ]

    assert marked == ["story", "people", "plan"]  # a single tick is always free


def test_help_is_a_sentence_tied_to_its_field():
    seen = read(str(EveryForm()))

    field = next(each for each in elements(seen, "input") if each["name"] == "title")
    assert field["aria-describedby"] == "id_title_helptext"
    assert {"class": "help", "id": "id_title_helptext"} in elements(seen, "p")
    assert [each.get("aria-describedby") for each in elements(seen, "fieldset")] == [
        "id_kind_helptext",
        None,
    ]


def test_errors_are_listed_on_top_with_links_to_their_fields():
    html = str(
        EveryForm({"title": "much too long", "level": "n", "until": "x", "email": "e@x.org"})
    )

    top = html[: html.index("</div>")]
    links = re.findall(r'<a href="#(\w+)">(\w+)</a>', top)
    assert links == [
        ("id_title", "Title"),
        ("id_until", "Until"),
        ("id_kind", "Kind"),
        ("id_themes", "Themes"),
    ]
    ids = [each["id"] for _tag, each in read(html).elements if "id" in each]
    assert [ids.count(target) for target, _label in links] == [1, 1, 1, 1]
    assert ("div", "alert") in [(tag, each.get("role")) for tag, each in read(html).elements]


def test_wrong_field_is_announced_with_its_error():
    seen = read(str(EveryForm({"title": "much too long"})))

    field = next(each for each in elements(seen, "input") if each["name"] == "title")
    assert field["aria-invalid"] == "true"
    assert field["aria-describedby"] == "id_title_helptext id_title_error"
    assert {"class": "errorlist", "id": "id_title_error"} in elements(seen, "ul")
    assert elements(seen, "fieldset")[0]["aria-describedby"] == "id_kind_helptext id_kind_error"


def test_error_of_the_whole_form_is_listed_once():
    html = str(EveryForm({"people": "13"}))

    assert html.count("Thirteen at a table is one too many.") == 1


def test_form_without_errors_has_no_list_of_them():
    assert "error-summary" not in str(EveryForm())


def test_hidden_field_has_no_label():
    html = str(EveryForm(initial={"secret": "s"}))

    assert '<input type="hidden" name="secret" value="s" id="id_secret">' in html
    assert 'for="id_secret"' not in html


def test_date_input_speaks_iso_in_every_language():
    form = EveryForm(initial={"until": "2026-12-31"})

    html = str(form["until"])

    assert 'type="date"' in html
    assert 'value="2026-12-31"' in html


@pytest.mark.parametrize("name", ["title", "story", "email", "people"])
def test_field_keeps_a_hostile_value_in_its_place(name):
    form = EveryForm({name: HOSTILE})
    form.fields[name].label = form.fields[name].help_text = HOSTILE

    seen = read(str(form))

    assert {"script", "b"} & {tag for tag, _attributes in seen.elements} == set()
    assert seen.text.count(HOSTILE) >= 2


def test_select_reads_as_djangos_own():
    choices = [("", "Choose"), ("Africa", [("KEN", "Kenya"), (7, HOSTILE)]), ("FRA", "France")]
    given = {"class": "wide", "required": True, "disabled": False}

    ours, djangos = (
        widget(attrs=given, choices=choices).render("place", "7", renderer=EveryForm().renderer)
        for widget in (Select, forms.Select)
    )

    assert ours.split() == djangos.split()
