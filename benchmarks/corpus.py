"""Read in every text of the data folder, then undo it: `python -m benchmarks.corpus`.

Started by benchmarks/measure.py in a process of its own, so that its peak of memory is its own.
Prints how many documents were made, the seconds, and the megabytes at the peak, as JSON.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "coalition.settings")
django.setup()

from django.db import transaction

from coalition.instruments.texts.importing import import_paths
from tools.site import DATA

FOLDERS = [DATA / name for name in ("un_ga_texts", "treaty_texts", "udhr", "akn/examples")]


def main() -> None:
    with transaction.atomic():
        start = time.perf_counter()
        run = import_paths(FOLDERS, say=lambda words: None)
        took = time.perf_counter() - start
        transaction.set_rollback(True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    json.dump({"documents": run.made, "seconds": took, "megabytes": peak}, sys.stdout)


if __name__ == "__main__":
    main()
