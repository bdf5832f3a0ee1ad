"""An Example text on its way in: a Word file as an editor sends it, split and not yet corrected."""

from __future__ import annotations

import io
import zipfile
from functools import partial
from typing import Any

from django.db import transaction

from coalition.instruments.intake.actions import upload
from coalition.instruments.models import Intake

NAME = "example-charter.docx"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
KIND = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
WORDS = (
    "Example Charter of Night Bakers",
    "Recalling that bread is made by people,",
    "1. We, the Example bakers, promise to those who bake at night:",
    "(a) a wage on which a family can live;",
    "(b) sleep by day;",
    "2. We look at this Example charter again after five years.",
)


def build(editor: Any) -> None:
    """Upload the file as the editor, through the same door as a real one."""
    with io.BytesIO(file()) as content:
        upload(content, name=NAME, by=editor)


def remove() -> int:
    """Remove what Example people read in; returns how many rows went. Versions made of it stay."""
    intakes = Intake.objects.filter(by__is_example=True)
    for one in intakes.exclude(file=""):
        transaction.on_commit(partial(one.file.storage.delete, one.file.name))
    return intakes.delete()[0]


def file() -> bytes:
    """A Word file of these words; the first is its title."""
    paragraphs = "".join(f"<w:p><w:r><w:t>{words}</w:t></w:r></w:p>" for words in WORDS)
    with io.BytesIO() as content:
        with zipfile.ZipFile(content, "w") as archive:
            archive.writestr(
                "[Content_Types].xml",
                '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
                f'<Override PartName="/word/document.xml" ContentType="{KIND}"/></Types>',
            )
            archive.writestr(
                "word/document.xml",
                f'<w:document xmlns:w="{W}"><w:body>{paragraphs}</w:body></w:document>',
            )
        return content.getvalue()
