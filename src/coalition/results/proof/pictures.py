"""Pictures without what cameras write into them: the place, the hour, the owner's name."""

from __future__ import annotations

import io
from typing import Any

from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from coalition.base.errors import Refused
from coalition.base.uploads import IMAGES

ORIENTATION = 0x0112  # the tag that says which way the camera was held (EXIF 2.32, 4.6.4)


def without_metadata(content: bytes, kind: str) -> bytes:
    """The same picture, turned as its camera meant it and with its colours, and nothing else: no
    EXIF (place, hour, camera), no XMP, no IPTC, no comment, nothing behind its end.

    `kind` is a key of `uploads.IMAGES`; `content` was checked by `uploads.check`. Raises Refused
    for a picture that moves, of which only the first view would be left, and for a damaged one.
    """
    form = IMAGES[kind]
    try:
        with Image.open(io.BytesIO(content), formats=[form]) as image:
            # Some telephones put a second, smaller view behind the first: that may go.
            if form != "JPEG" and getattr(image, "is_animated", False):
                raise Refused(_("This picture moves. Please send a still one."))
            return _saved(image, form)
    except Refused:
        raise
    except Exception:  # Pillow raises many kinds of errors on hostile bytes
        raise Refused(
            _("This picture is damaged and cannot be opened. Please save it again and resend it.")
        ) from None


def _saved(image: Image.Image, form: str) -> bytes:
    image.load()
    is_turned = image.getexif().get(ORIENTATION, 1) != 1
    options: dict[str, Any] = {}
    if colours := image.info.get("icc_profile"):
        options["icc_profile"] = colours
    if "transparency" in image.info and form == "PNG":
        options["transparency"] = image.info["transparency"]
    if is_turned:
        image = ImageOps.exif_transpose(image)
    if form == "JPEG":
        # As fine as it came, where its points stay as they are.
        as_it_was = image.format == "JPEG" and not is_turned
        options["quality"] = "keep" if as_it_was else 92
    if form == "WEBP":
        options["quality"] = 92
    # Pillow writes some of what stands here, such as comments, without being asked.
    image.info = {}
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()
