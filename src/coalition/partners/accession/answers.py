"""What an applicant told, read as a whole: answers, documents, statements, and what is missing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from coalition.base.names import Name
from coalition.base.text import mixed_words
from coalition.partners.accession.queries import NEEDED
from coalition.partners.models import (
    AccessionRequest,
    CaseAnswer,
    CaseDocument,
    Eligibility,
    KnownName,
    Question,
    QuestionKind,
    Section,
    WantedDocument,
)

# The screens of the form that hold no questions.
FACTS, DOCUMENTS, STATEMENTS = "organisation", "documents", "statements"
SHOWN_WORDS = 5


@dataclass(frozen=True)
class Missing:
    """Something needed that is not there yet, and on which screen of the form it is asked."""

    label: str
    screen: str


@dataclass(frozen=True)
class Said:
    """A question with what was answered: names for questions of that kind, a text for all others.

    `text` is what people read (of a choice its name); `typed` what the applicant typed or chose.
    """

    question: Question
    label: Name
    text: str = ""
    typed: str = ""
    names: tuple[KnownName, ...] = ()
    is_understood: bool = True

    @property
    def is_missing(self) -> bool:
        unanswered = not self.text and not self.names
        return (self.question.needed and unanswered) or not self.is_understood


@dataclass(frozen=True)
class Papers:
    """A wanted document with the files that were given, or the reason why there are none."""

    wanted: WantedDocument
    label: Name
    files: tuple[CaseDocument, ...] = ()
    reason: str = ""

    @property
    def is_missing(self) -> bool:
        return self.wanted.needed and not self.files and not self.reason


@dataclass(frozen=True)
class Confirmed:
    """A statement of eligibility, and the answer by which it was confirmed, if it was."""

    statement: Eligibility
    label: Name
    answer: CaseAnswer | None = None


@dataclass(frozen=True)
class Told:
    """Everything that an applicant of its group is asked, with what it told so far."""

    sections: tuple[tuple[Section, tuple[Said, ...]], ...]
    documents: tuple[Papers, ...]
    other_documents: tuple[CaseDocument, ...]
    statements: tuple[Confirmed, ...]
    missing: tuple[Missing, ...]
    # Sentences for officers: names that may imitate others.
    doubts: tuple[str, ...] = field(default=())

    @property
    def answered(self) -> list[tuple[Section, list[Said]]]:
        """The sections with what was answered, without gaps."""
        held = [
            (section, [one for one in said if one.text or one.names])
            for section, said in self.sections
        ]
        return [(section, said) for section, said in held if said]

    @property
    def papers(self) -> list[Papers]:
        """The wanted documents that are there, or explained."""
        return [one for one in self.documents if one.files or one.reason]

    @property
    def confirmed(self) -> list[Confirmed]:
        return [one for one in self.statements if one.answer]

    def said(self, section: str) -> tuple[Said, ...]:
        """The questions of one section; none where this group is asked none of it."""
        return next((said for one, said in self.sections if one == section), ())


def told(case: AccessionRequest, language: str | None = None) -> Told:
    """What the applicant told, in the order of the coalition file: six queries, if `case.group`
    was read with the case. `language` is that of questions and choices, else the reader's.

    Answers to questions that the case's group is not asked, or that were retired, are kept in the
    database and not shown.
    """
    group = case.group.code if case.group else ""
    answers = {(one.question_id, one.statement_id): one for one in case.answers.all()}
    names: dict[str, list[KnownName]] = defaultdict(list)
    known_names = list(case.known_names.all())
    for known in known_names:
        names[known.kind].append(known)
    said: dict[str, list[Said]] = defaultdict(list)
    for question in _asked(Question, group):
        answer = answers.get((question.pk, None))
        said[question.section].append(
            _said(question, answer, names[question.name_kind], case, language)
        )
    documents: dict[int | None, list[CaseDocument]] = defaultdict(list)
    for document in case.documents.all():
        documents[document.wanted_id].append(document)
    papers = tuple(
        _papers(one, documents.pop(one.pk, []), language) for one in _asked(WantedDocument, group)
    )
    others = tuple(one for held in documents.values() for one in held if one.file)
    statements = tuple(
        Confirmed(one, one.called(language), answers.get((None, one.pk)))
        for one in _asked(Eligibility, group)
    )
    sections = tuple(
        (section, tuple(said[section])) for section in Section if said.get(section.value)
    )
    return Told(
        sections,
        papers,
        others,
        statements,
        tuple(_missing(case, sections, papers, statements)),
        tuple(doubts(case, known_names)),
    )


def told_elsewhere(case: AccessionRequest) -> list[CaseAnswer]:
    """What the requests merged into this one answered otherwise: kept there, shown beside."""
    found = CaseAnswer.objects.filter(request__merged_into=case).exclude(question=None)
    return list(found.select_related("question", "request"))


def missing_for_decision(case: AccessionRequest) -> list[str]:
    """What a decision needs and the applicant has not told yet, in plain words."""
    return [one.label for one in told(case).missing]


def doubts(case: AccessionRequest, known_names: Iterable[KnownName]) -> Iterator[str]:
    """A sentence where a word of a name mixes letters of several scripts, as imitations do."""
    names = [case.organisation, case.contact_name, *(one.name for one in known_names)]
    mixed = list(dict.fromkeys(word for name in names for word in mixed_words(name)))
    if mixed:
        shown = ", ".join(f"“{word}”" for word in mixed[:SHOWN_WORDS])
        yield _(
            "Letters of different scripts stand in one word, as in a name that imitates "
            "another: %(words)s."
        ) % {"words": shown}


def _asked(model: type[Any], group: str) -> list[Any]:
    return [one for one in model.objects.filter(retired_on=None) if one.is_for(group)]


def _said(
    question: Question,
    answer: CaseAnswer | None,
    names: list[KnownName],
    case: AccessionRequest,
    language: str | None,
) -> Said:
    label = question.called(language)
    if question.kind == QuestionKind.NAMES:
        return Said(question, label, names=tuple(names))
    typed = answer.text if answer else ""
    text = typed
    if question.kind == QuestionKind.CHOICE:
        text = question.choice_names(language).get(typed, typed)
    elif question.kind == QuestionKind.YES_NO:
        text = {"yes": _("Yes"), "no": _("No")}.get(typed, typed)
    elif typed:
        text = Name(typed, case.language)
    is_number = question.kind == QuestionKind.NUMBER
    return Said(
        question,
        label,
        text=text,
        typed=typed,
        is_understood=not (is_number and answer and typed and answer.number is None),
    )


def _papers(wanted: WantedDocument, held: list[CaseDocument], language: str | None) -> Papers:
    reason = next((one.reason for one in held if one.reason), "")
    files = tuple(one for one in held if one.file)
    return Papers(wanted, wanted.called(language), files, reason)


def _missing(
    case: AccessionRequest,
    sections: Iterable[tuple[Section, tuple[Said, ...]]],
    papers: Iterable[Papers],
    statements: Iterable[Confirmed],
) -> Iterator[Missing]:
    for name in NEEDED:
        if not getattr(case, name):
            yield Missing(capfirst(str(case._meta.get_field(name).verbose_name)), FACTS)
    for section, questions in sections:
        for said in questions:
            if said.is_missing:
                yield Missing(said.label, section.value)
    for one in papers:
        if one.is_missing:
            yield Missing(one.label, DOCUMENTS)
    if any(one.statement.needed and one.answer is None for one in statements):
        yield Missing(_("Statements to confirm"), STATEMENTS)
