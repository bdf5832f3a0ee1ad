"""The one command: `coalition VERB …`. Every Django command passes through it.

Exit codes: 0 done, 1 refused with a sentence, 2 wrong usage.
"""

import os
import sys

from django.core.management import BaseCommand, ManagementUtility


class Coalition(ManagementUtility):
    def fetch_command(self, subcommand: str) -> BaseCommand:
        """An unknown command is wrong usage (2); Django's own exit code would be 1."""
        try:
            return super().fetch_command(subcommand)
        except SystemExit:
            sys.exit(2)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "coalition.settings")
    try:
        Coalition([os.path.basename(sys.argv[0]), *sys.argv[1:]]).execute()
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
