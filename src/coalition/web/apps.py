from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "coalition.web"

    def ready(self) -> None:
        from coalition.web import news  # noqa: F401  # follows Wagtail's publication signals
