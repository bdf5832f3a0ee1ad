"""System checks that teach: settings that must not meet."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

LOOPBACK = {"127.0.0.1", "localhost", "::1", "[::1]"}


@register(Tags.security)
def demo_stays_on_loopback(app_configs: object, **kwargs: object) -> list[CheckMessage]:
    """COALITION_DEMO prints one-time sign-in links; that is only safe on one's own machine."""
    if not settings.DEMO:
        return []
    host = urlsplit(settings.SITE_URL).hostname or ""
    foreign = sorted({host, *settings.ALLOWED_HOSTS} - LOOPBACK - {"testserver"})
    if not foreign:
        return []
    return [
        Error(
            f"COALITION_DEMO is on, but this site answers to {', '.join(foreign)}.",
            hint="Unset COALITION_DEMO, or let COALITION_URL and COALITION_HOSTS name "
            "127.0.0.1 only.",
            id="coalition.E001",
        )
    ]
