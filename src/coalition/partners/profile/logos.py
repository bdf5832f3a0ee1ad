"""A partner's logo: whatever picture was uploaded is drawn anew, small, and only that is kept."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from PIL import Image

from coalition.base.errors import Refused

MOST_BYTES = 2_000_000
MOST_PIXELS = 25_000_000
SIZE = (360, 180)
KINDS = ("PNG", "JPEG", "WEBP")


def redraw(file: Any) -> ContentFile:
    """The picture as a PNG of at most 360 by 180 pixels, without anything else the file held.

    Raises Refused with a sentence for what is no PNG, JPEG or WebP picture, or is too large.
    """
    if file.size > MOST_BYTES:
        raise Refused(_("The logo is larger than 2 MB. Please choose a smaller picture."))
    try:
        with Image.open(file, formats=KINDS) as picture:
            width, height = picture.size
            if width * height > MOST_PIXELS:
                raise Refused(_("The logo has too many pixels. Please choose a smaller picture."))
            drawn = picture.convert("RGBA")
    except Refused:
        raise
    except Exception:  # Pillow raises many kinds of errors on hostile files
        raise Refused(
            _("This file is not a picture we can read. Please choose a PNG, JPEG or WebP file.")
        ) from None
    drawn.thumbnail(SIZE)
    content = BytesIO()
    drawn.save(content, "PNG", optimize=True)
    return ContentFile(content.getvalue())
