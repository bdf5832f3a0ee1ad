"""What the editing pages offer beyond pages: the vocabularies, kept by the secretariat.

Partners' records are never edited here: Wagtail asks rights per model, not per record.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from wagtail import hooks
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, ObjectList, Panel
from wagtail.models import Page
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from coalition.base import audit
from coalition.base.changes import record_changed
from coalition.base.reference import Entry, keep_label
from coalition.instruments.models import Anchor, Instrument, Subject
from coalition.partners.models import Eligibility, PartnerGroup, Question, Term, WantedDocument
from coalition.places.models import Level
from coalition.results.models import Category, Dimension, Unit
from coalition.themes.models import Challenge, Theme
from coalition.web.models import Coalition


class EntryForm(WagtailAdminModelForm):
    """Codes never change once given: links and files hang on them."""

    fixed: tuple[str, ...] = ("code",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.fixed:
            if self.instance.pk and name in self.fields:
                self.fields[name].disabled = True


class UnitForm(EntryForm):
    """Figures that stand in a unit are kept in its smallest part: that never changes either."""

    fixed = ("code", "kind", "decimals")


class CategoryForm(EntryForm):
    fixed = ("code", "dimension")


def panels(*fields: str) -> list[Panel]:
    return [FieldPanel(name) for name in fields]


class Vocabulary(SnippetViewSet):
    """Entries are added and changed, never deleted; they are retired by a date."""

    list_display = ["__str__", "code"]
    copy_view_enabled = False
    inspect_view_enabled = False
    form: type[EntryForm] = EntryForm

    def get_edit_handler(self) -> Panel:
        # With `panels` alone Wagtail makes a form of its own, and codes could be changed.
        return ObjectList(self.panels, base_form_class=self.form).bind_to_model(self.model)


class Themes(Vocabulary):
    model = Theme
    panels = panels("code", "number", "position", "names", "short", "about", "source", "retired_on")


class Challenges(Vocabulary):
    model = Challenge
    panels = panels("code", "position", "names", "short", "about", "source", "retired_on")


class Groups(Vocabulary):
    model = PartnerGroup
    panels = panels(
        *("code", "position", "names", "short", "is_constituent", "iati_type", "source"),
        "retired_on",
    )


class Levels(Vocabulary):
    model = Level
    panels = panels("code", "position", "names", "source")


class Subjects(Vocabulary):
    model = Subject
    panels = panels("code", "position", "names", "source", "retired_on")


class Instruments(Vocabulary):
    """An instrument's own facts; its wording comes from files, and never changes here."""

    model = Instrument
    list_display = ["__str__", "code", "symbol", "kind"]
    list_filter = ["kind", "category", "standing"]
    search_fields = ["code", "symbol", "names"]
    panels = panels(
        *("code", "position", "names", "short", "leaflet_name", "kind", "level", "adopting_body"),
        *("adoption_mode", "place", "agreed_on", "adopted_on", "begins_on", "ends_on", "symbol"),
        *("url", "category", "standing", "subjects", "themes", "revises", "known", "source"),
        "retired_on",
    )


class Anchors(SnippetViewSet):
    model = Anchor
    list_display = ["__str__", "kind", "since"]
    panels = panels("kind", "since", "instrument", "why", "source")
    copy_view_enabled = False


class Coalitions(Vocabulary):
    model = Coalition
    panels = panels("code", "names", "purpose", "source")


class Questions(Vocabulary):
    """Whom a question is for, and what may be chosen, stands in the coalition file."""

    model = Question
    list_display = ["__str__", "code", "section", "kind", "needed"]
    panels = panels(
        *("code", "position", "section", "kind", "name_kind", "names", "help", "needed"),
        *("source", "retired_on"),
    )


class WantedDocuments(Vocabulary):
    model = WantedDocument
    panels = panels("code", "position", "names", "help", "needed", "source", "retired_on")


class Statements(Vocabulary):
    model = Eligibility
    panels = panels("code", "position", "names", "needed", "source", "retired_on")


class Terms(Vocabulary):
    model = Term
    list_display = ["__str__", "code", "days"]
    panels = panels("code", "names", "days", "source")


class Units(Vocabulary):
    model = Unit
    form = UnitForm
    list_display = ["__str__", "code", "kind", "decimals", "threshold"]
    panels = panels(
        *("code", "kind", "decimals", "position", "names", "short", "threshold", "source"),
        "retired_on",
    )


class Dimensions(Vocabulary):
    model = Dimension
    panels = panels("code", "position", "names", "source", "retired_on")


class Categories(Vocabulary):
    model = Category
    form = CategoryForm
    list_display = ["__str__", "code", "dimension"]
    panels = panels("code", "dimension", "position", "names", "source", "retired_on")


class Vocabularies(SnippetViewSetGroup):
    menu_label = "Vocabularies"
    menu_icon = "list-ul"
    items = (
        *(Themes, Challenges, Groups, Levels, Subjects, Instruments, Anchors, Coalitions),
        *(Questions, WantedDocuments, Statements, Terms),
        *(Units, Dimensions, Categories),
    )


register_snippet(Vocabularies)


@hooks.register("after_create_snippet")
@hooks.register("after_edit_snippet")
def keep_trace(request: HttpRequest, entry: Any) -> None:
    """An entry edited in the browser keeps its label's date, leaves a trace and is found anew."""
    if isinstance(entry, Entry):
        keep_label(entry, since=timezone.now().date(), source=entry.source)
    audit.record("web.edit_entry", entry, by=request.user)
    if isinstance(entry, Theme | Challenge | Instrument):
        record_changed(entry)


@hooks.register("after_publish_page")
@hooks.register("after_unpublish_page")
@hooks.register("after_delete_page")
def keep_page_trace(request: HttpRequest, page: Page) -> None:
    audit.record("web.edit_page", f"wagtailcore.page:{page.pk or 0}", by=request.user)
