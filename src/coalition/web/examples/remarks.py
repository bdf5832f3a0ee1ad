"""What Example organisations and Example neighbours say of the Example declaration, paragraph by
paragraph, in the consultation that is open: read, shown and refused by the actions that real ones
use."""

from __future__ import annotations

from coalition.accounts.models import User
from coalition.consultations import actions
from coalition.consultations.models import Consultation, Remark
from coalition.consultations.voices import Voice
from coalition.instruments.models import Provision, Wording
from coalition.instruments.texts.queries import current_version
from coalition.web.examples.voices import neighbour, speakers

# Of each in turn: the paragraph, what is thought of it, in which language; and of its English
# words what should stand there, and what instead.
OF_ORGANISATIONS = (
    (
        "4",
        "Once a year is enough for a small bakery (Example).",
        "en",
        "twice a year",
        "once a year",
    ),
    ("6", "Say who looks after the apprentices (Example).", "en", "", ""),
    ("3", "هذا وصف صحيح، ولكن أين ما نعد به؟ (مثال)", "ar", "", ""),
)
OF_NEIGHBOURS = (
    ("5", "Five years are too long for those who bake tonight (Example).", "en", "three", "two"),
    (
        "4",
        "Put it where everybody walks past (Example).",
        "en",
        "by bakery",
        "by bakery, on its door",
    ),
    ("2", "Buy our Example flour at half its price.", "en", "", ""),
    ("2", "And nobody who delivers it (Example).", "en", "to bake it", "to bake or deliver it"),
)
ADVERTISING = "Example: this offers something for sale. Say what you think of the paragraph."
WAITS = OF_NEIGHBOURS[-1][1]


def build(one: Consultation, officer: User) -> None:
    """Let them speak of the text of this consultation, which is discussed now."""
    people = [Voice(one, neighbour(number)) for number in range(1, len(OF_NEIGHBOURS) + 1)]
    said = [
        *zip(speakers(one), OF_ORGANISATIONS, strict=False),
        *zip(people, OF_NEIGHBOURS, strict=False),
    ]
    for made in [say(voice, *words) for voice, words in said]:
        if made.text.startswith("Buy"):
            actions.refuse_remark(made, "advertising", reason=ADVERTISING, by=officer)
        elif made.text != WAITS:
            actions.accept_remark(made, by=officer)


def say(voice: Voice, number: str, text: str, language: str, old: str, new: str) -> Remark:
    """Remark on the paragraph of the Example declaration with this number, with its old words
    replaced by new ones."""
    about, wording = _paragraph(voice.consultation, number)
    instead = wording.words.replace(old, new) if old else ""
    return actions.remark(voice, about, text, language, instead=instead, wording=wording)


def _paragraph(one: Consultation, number: str) -> tuple[Provision, Wording]:
    assert one.text is not None
    version = current_version(one.text.versions.all(), "en")
    assert version is not None
    wording = version.wordings.select_related("provision__instrument").get(number=number)
    return wording.provision, wording


def remove() -> int:
    """Remove from real consultations what Example organisations said, and what was said of Example
    texts. Returns how many rows went."""
    theirs = Remark.objects.filter(author__partner__is_example=True)
    return int((theirs | Remark.objects.filter(provision__instrument__is_example=True)).delete()[0])
