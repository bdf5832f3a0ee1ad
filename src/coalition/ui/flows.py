"""What leads to what, drawn on the server as SVG: boxes in columns with arrows between them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language_bidi

from coalition.analysis.theory import LINE, WIDTH, Box, Drawing
from coalition.ui.charts import NARROW_SCREEN, frame

# Above the boxes stand the names of the columns.
HEAD = 28
# Within a line of words: from its top to the ground on which its letters stand.
GROUND = 13


def flow(
    drawing: Drawing,
    *,
    title: str,
    subtitle: str,
    source: str,
    told: str,
    columns: Sequence[str],
    language: str,
) -> SafeString:
    """Boxes in columns, named above them; mirrored in languages written from right to left.

    `told` says the same in words, for those who do not see the drawing; `language` is that of the
    words in the boxes. The drawing keeps its size and scrolls where a screen is narrower.
    """
    mirrored = get_language_bidi()
    width = drawing.width

    def across(x: int) -> int:
        return width - x if mirrored else x

    heads = {box.column: box.x + WIDTH // 2 for box in drawing.boxes}
    return render_to_string(
        "ui/charts/flow.html",
        frame(title, subtitle, "", source)
        | {
            "told": told,
            "language": language,
            "width": width,
            "height": drawing.height + HEAD,
            "columns": [(across(heads[at]), name) for at, name in enumerate(columns)],
            "boxes": [_placed(box, across) for box in drawing.boxes],
            "arrows": [
                " ".join(f"{across(x)},{y + HEAD}" for x, y in arrow.points)
                for arrow in drawing.arrows
            ],
            "is_wide": width > NARROW_SCREEN,
        },
    )


def _placed(box: Box, across: Callable[[int], int]) -> dict[str, object]:
    """Where a box and its lines stand."""
    middle = across(box.x + box.width // 2)
    top = box.y + HEAD
    first = top + (box.height - LINE * len(box.lines)) // 2 + GROUND
    return {
        "x": middle - box.width // 2,
        "y": top,
        "width": box.width,
        "height": box.height,
        "is_done": not box.piece.level and box.piece.level is not None,
        "words": box.piece.words,
        "middle": middle,
        "lines": [(first + LINE * at, line) for at, line in enumerate(box.lines)],
    }
