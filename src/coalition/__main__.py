"""The one command: `coalition VERB …`. Every Django command passes through it.

Exit codes: 0 done, 1 refused with a sentence, 2 wrong usage.
"""

import os
import sys

from django.core.management import ManagementUtility


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "coalition.settings")
    try:
        ManagementUtility([os.path.basename(sys.argv[0]), *sys.argv[1:]]).execute()
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
