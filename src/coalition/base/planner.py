"""Statistics by which the database chooses its plans."""

from django.db import connection


def refresh() -> None:
    """Let the database look at its tables anew, after much was written at once.

    SQLite never does so by itself, and without it takes ten times as long for some pages. A
    hundred thousand rows an index are read in under a second, and enough for it to see past what
    stands first: of commitments, half may deliver on one text. PostgreSQL does so in time; this
    is sooner.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA analysis_limit = 100000")
        cursor.execute("ANALYZE")
