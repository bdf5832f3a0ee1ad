from django.apps import AppConfig


class MailroomConfig(AppConfig):
    name = "coalition.mailroom"

    def ready(self) -> None:
        from coalition.mailroom import signatures  # noqa: F401  # registers its system check
