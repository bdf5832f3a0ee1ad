"""Files from outside: what their bytes are, whatever their names say, and which may be kept."""

from __future__ import annotations

import hashlib
import io
import logging
import re
import warnings
import zipfile
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO, Any

import filetype
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as marked
from PIL import Image

from coalition.base.errors import Refused
from coalition.base.text import clean_line

log = logging.getLogger(__name__)

MAX_BYTES = 10 * 1024 * 1024
MAX_MEMBERS = 2_000  # files inside an office document
MAX_UNPACKED = 200 * 1024 * 1024
MAX_RATIO = 200  # unpacked to packed; a million equal rows of a real sheet stay below
MAX_SMALL = 5 * 1024 * 1024  # unpacked so far, nobody asks how well it was packed
MAX_DIRECTORY = 2 * 1024 * 1024  # of the list of contents that an office document begins with
MAX_PIXELS = 50_000_000

OOXML = "application/vnd.openxmlformats-officedocument"
ODF = "application/vnd.oasis.opendocument"
# What may be kept: kind (also its usual suffix), and the media type of its bytes.
KINDS = {
    "pdf": "application/pdf",
    "docx": f"{OOXML}.wordprocessingml.document",
    "xlsx": f"{OOXML}.spreadsheetml.sheet",
    "odt": f"{ODF}.text",
    "ods": f"{ODF}.spreadsheet",
    "png": "image/png",
    "jpg": "image/jpeg",
    "webp": "image/webp",
    "txt": "text/plain",
    "csv": "text/csv",
}
OFFICE = ("docx", "xlsx", "odt", "ods")
IMAGES = {"png": "PNG", "jpg": "JPEG", "webp": "WEBP"}
TEXTS = ("txt", "csv")
OTHER_NAMES = {"jpeg": "jpg", "jpe": "jpg", "text": "txt"}

PROGRAM = "application/x-executable"
SCRIPT = "text/x-script"
ARCHIVE = "application/zip"
OLD_OFFICE = "application/x-ole-storage"
UNKNOWN = "application/octet-stream"
# The first bytes of programs, and of links that start one.
PROGRAM_STARTS = (
    *(b"MZ", b"\x7fELF", b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe"),
    *(b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"dex\n", b"\x00asm", b"L\x00\x00\x00\x01\x14\x02"),
)
PROGRAM_SUFFIXES = re.compile(
    "ade|adp|apk|app|appx|bat|bin|chm|cmd|com|command|cpl|deb|desktop|dll|dmg|exe|gadget|hta|img"
    "|inf|ins|iso|isp|jar|jse?|lib|lnk|mde|ms[cipt]|msix|one|pif|pkg|ps1(xml)?|psc1|psm1|pyc|reg"
    "|rpm|run|scf|scr|sct|shb?|sys|url|vb[es]?|vhdx?|vxd|ws[cfh]|xll"
)
MACRO_SUFFIXES = re.compile("do[ct]m|xl[ast]m|xlsb|p[op]tm|pp[as]m|sldm")
# A member that only this kind of office document has.
MEMBERS = {
    b"word/document.xml": KINDS["docx"],
    b"xl/workbook.xml": KINDS["xlsx"],
    b"ppt/presentation.xml": f"{OOXML}.presentationml.presentation",
}
MACROS = re.compile(rb"vbaProject\.bin|xl/macrosheets/", re.IGNORECASE)
MARKUP = re.compile(rb"<(!doctype html|html|head|body|script|svg|iframe|\?xml|!--)", re.IGNORECASE)
CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
ENCRYPTED_PDF = re.compile(rb"/Encrypt\s*(?:\d+\s+\d+\s+R|<<)")


@dataclass(frozen=True)
class Sniffed:
    """A file that may be kept: its kind (a key of KINDS), suffix (".pdf"), size in bytes, and
    SHA-256 in hexadecimal."""

    kind: str
    suffix: str
    size: int
    sha256: str

    @property
    def media_type(self) -> str:
        return KINDS[self.kind]


def check(
    file: IO[bytes] | Any,
    *,
    name: str,
    kinds: Collection[str] = tuple(KINDS),
    limit: int = MAX_BYTES,
) -> Sniffed:
    """What an uploaded file is, from its bytes; it is left at its beginning.

    `name` is the one it was sent under, `kinds` which of KINDS are welcome here, `limit` how many
    bytes. Raises Refused with a sentence for everything else: too large, another kind than its
    name says, encrypted, with macros, a picture or archive that would unpack to something huge.
    What is refused leaves a line in the log, by its bytes alone: its name may be a person's.
    """
    file.seek(0)
    content = file.read(limit + 1)
    file.seek(0)
    try:
        return _checked(content, name, kinds, limit)
    except Refused:
        digest = hashlib.sha256(content).hexdigest()
        log.warning(
            "A file was refused: %s, %d bytes, SHA-256 %s.", sniff(content), len(content), digest
        )
        raise


def _checked(content: bytes, name: str, kinds: Collection[str], limit: int) -> Sniffed:
    shown = clean_line(name, limit=100) or _("the file")
    if not content:
        raise Refused(_("“%(name)s” is empty. Please choose the file again.") % {"name": shown})
    if len(content) > limit:
        raise Refused(
            _("“%(name)s” is larger than %(limit)s MB. Please send a smaller file.")
            % {"name": shown, "limit": limit // (1024 * 1024)}
        )
    kind = kind_of_name(name)
    if kind not in kinds:
        raise Refused(
            _("“%(name)s” cannot be taken. Please send one of these kinds of file: %(kinds)s.")
            % {"name": shown, "kinds": ", ".join(kinds)}
        )
    if sentence := _fault(content, kind):
        raise Refused(sentence % {"name": shown, "kind": kind.upper()})
    return Sniffed(kind, f".{kind}", len(content), hashlib.sha256(content).hexdigest())


def sniff(content: bytes) -> str:
    """The media type that the bytes look like, whatever name and type they were sent under."""
    if content.startswith(b"%PDF-"):
        return KINDS["pdf"]
    # Before programs: a list that begins with "MZ" is no program, and a picture is no text.
    if is_text(content):
        return _sniff_text(content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n"))
    if content.startswith(PROGRAM_STARTS):
        return PROGRAM
    if _is_zip(content):
        return _sniff_archive(content)
    if content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return OLD_OFFICE
    try:
        return filetype.guess_mime(content) or UNKNOWN
    except Exception:  # a sniffer that stumbles over hostile bytes says nothing
        return UNKNOWN


def is_text(content: bytes) -> bool:
    """No control characters but those of texts: in UTF-16 with its mark, or any 8-bit writing."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return not CONTROLS.search(content.decode("utf-16").encode("utf-8"))
        except UnicodeDecodeError:
            return False
    return not CONTROLS.search(content)


def _sniff_text(start: bytes) -> str:
    if start.startswith(b"#!"):
        return SCRIPT
    if start.startswith(b"{\\rtf"):
        return "application/rtf"
    if start.startswith(b"%!PS"):
        return "application/postscript"
    if b"<svg" in start.lower():
        return "image/svg+xml"
    if found := MARKUP.match(start):
        return "text/xml" if found[1] == b"?xml" else "text/html"
    return "text/plain"


def danger(content: bytes, *, name: str) -> str:
    """Why a file is one to be wary of, or "": a program, one hidden in an archive, with macros,
    or not what its name says. A sentence marked for translation, without placeholders."""
    suffix = suffix_of(name)
    looks = sniff(content)
    if looks in (PROGRAM, SCRIPT) or PROGRAM_SUFFIXES.fullmatch(suffix):
        return marked("This is a program: it may harm the computer on which it is opened.")
    if MACRO_SUFFIXES.fullmatch(suffix) or (_is_zip(content) and MACROS.search(content)):
        return marked("It holds macros, small programs that run when it is opened.")
    if looks == ARCHIVE:
        return _danger_of_archive(content)
    kind = OTHER_NAMES.get(suffix, suffix)
    if kind in KINDS and looks not in _looks_of(kind):
        return marked("It is not what its name says. Do not open it before asking the sender.")
    if looks in ("text/html", "image/svg+xml"):
        return marked("This is a web page. It may pretend to be a page to sign in on.")
    return ""


def _danger_of_archive(content: bytes) -> str:
    archive = _open_zip(content)
    if archive is None:
        return marked("Nobody could look into this archive: it is damaged, or holds too much.")
    if any(PROGRAM_SUFFIXES.fullmatch(suffix_of(member)) for member in archive.namelist()):
        return marked("This archive holds a program: it may harm the computer.")
    return ""


def suffix_of(name: str) -> str:
    """The last suffix of a file's name in lower case, without its dot; marks that turn the
    direction of writing, which make a name look like another, do not count."""
    return PurePosixPath(clean_line(name, limit=1000).replace("\\", "/")).suffix[1:].lower()


def kind_of_name(name: str) -> str:
    """The kind that the name promises: a key of KINDS, or some other suffix."""
    suffix = suffix_of(name)
    return OTHER_NAMES.get(suffix, suffix)


def _looks_of(kind: str) -> tuple[str, ...]:
    return ("text/plain",) if kind in TEXTS else (KINDS[kind],)


def _fault(content: bytes, kind: str) -> str:
    """What speaks against a file that says it is of this kind: a sentence with a place for its
    `name` and perhaps its `kind`, or ""."""
    looks = sniff(content)
    if kind in OFFICE and looks == OLD_OFFICE:
        return _(
            "“%(name)s” is protected by a password, or in an older format of office programs. "
            "Please save it as %(kind)s without a password."
        )
    if kind in OFFICE and _is_zip(content):
        return _fault_of_office(content, kind)
    if looks not in _looks_of(kind):
        return _not_what_it_says()
    if kind == "pdf" and ENCRYPTED_PDF.search(content):
        return _("“%(name)s” is protected by a password. Please save it without one.")
    if kind in IMAGES:
        return _fault_of_image(content, IMAGES[kind])
    return ""


def _not_what_it_says() -> str:
    return _(
        "“%(name)s” is no %(kind)s file, although its name says so. "
        "Please save it as %(kind)s and send it again."
    )


def _damaged() -> str:
    return _("“%(name)s” is damaged and cannot be opened. Please save it again and resend it.")


# --- Archives: office documents are zip files --------------------------------------------------


def _is_zip(content: bytes) -> bool:
    return content.startswith(b"PK\x03\x04")


def _sniff_archive(content: bytes) -> str:
    # A document of the OpenDocument kind begins with its type, stored as it is.
    found = re.match(
        rb"PK\x03\x04.{26}mimetype(application/vnd\.oasis[a-z.-]+)", content, re.DOTALL
    )
    if found:
        return found[1].decode()
    return next((kind for mark, kind in MEMBERS.items() if mark in content), ARCHIVE)


def _open_zip(content: bytes) -> zipfile.ZipFile | None:
    """The archive, unless it is damaged or lists more members than anybody should read."""
    if content.count(b"PK\x01\x02") > MAX_MEMBERS:  # before the list is read into memory
        return None
    try:
        return zipfile.ZipFile(io.BytesIO(content))
    except Exception:  # hostile bytes make it raise many kinds of errors
        return None


def _fault_of_office(content: bytes, kind: str) -> str:
    if content.count(b"PK\x01\x02") > MAX_MEMBERS:
        return _("“%(name)s” holds too many files in itself. Please send a simpler one.")
    archive = _open_zip(content)
    if archive is None:
        return _damaged()
    members = archive.infolist()
    if any(member.flag_bits & 1 for member in members):
        return _("“%(name)s” is protected by a password. Please save it without one.")
    # What a member declares is the most that Python's readers ever unpack of it.
    unpacked = sum(member.file_size for member in members)
    is_dense = unpacked > MAX_SMALL and unpacked > MAX_RATIO * len(content)
    if unpacked > MAX_UNPACKED or is_dense:
        return _("“%(name)s” would unpack to something huge. Please send a simpler one.")
    names = {member.filename for member in members}
    if any(".." in PurePosixPath(one).parts or one.startswith("/") for one in names):
        return _damaged()
    declared, has_macros = _declared(archive, names)
    if has_macros:
        return _("“%(name)s” holds macros. Please save it as %(kind)s, without them.")
    if declared is None:
        return _damaged()
    return "" if declared == kind else _not_what_it_says()


def _declared(archive: zipfile.ZipFile, names: set[str]) -> tuple[str | None, bool]:
    """The kind of office document that the archive says it is ("" for others, None where that
    cannot be read), and whether it holds macros."""
    lower = {name.lower() for name in names}
    has_macros = any(
        name.endswith("vbaproject.bin")
        or name.startswith(("xl/macrosheets/", "basic/", "scripts/"))
        for name in lower
    )
    types = _member(archive, "[Content_Types].xml", names)
    if types is not None:
        has_macros = has_macros or b"macroenabled" in types.lower()
        mains = {
            kind: f"{KINDS[kind]}.main+xml".encode() for kind in OFFICE if kind in ("docx", "xlsx")
        }
        return next((kind for kind, main in mains.items() if main in types), ""), has_macros
    declared = _member(archive, "mimetype", names)
    if declared is None:
        return None, has_macros
    text = declared.decode("ascii", "replace").strip()
    return next((kind for kind in OFFICE if KINDS[kind] == text), ""), has_macros


def _member(archive: zipfile.ZipFile, name: str, names: set[str]) -> bytes | None:
    if name not in names:
        return None
    try:
        with archive.open(name) as file:
            return file.read(MAX_DIRECTORY)
    except Exception:  # damaged, or packed in a way nobody uses
        return None


# --- Pictures ----------------------------------------------------------------------------------


def _fault_of_image(content: bytes, form: str) -> str:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=[form]) as image:
                if image.width * image.height > MAX_PIXELS:
                    return _("“%(name)s” has too many pixels. Please send a smaller picture.")
                image.verify()
    except Image.DecompressionBombError:
        return _("“%(name)s” has too many pixels. Please send a smaller picture.")
    except Exception:  # Pillow raises many kinds of errors on hostile bytes
        return _damaged()
    return ""
