"""Compile a file of translations: `python -m tools.compile_messages FROM.po TO.mo`.

In Python, so that a machine without GNU gettext can run the platform in every language.
"""

import sys
from pathlib import Path

import polib


def main(source: str, target: str) -> None:
    unfinished = Path(target).with_suffix(".unfinished")
    polib.pofile(source).save_as_mofile(str(unfinished))
    unfinished.replace(target)


if __name__ == "__main__":
    main(*sys.argv[1:])
