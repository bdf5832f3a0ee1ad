from django.apps import AppConfig


class BaseConfig(AppConfig):
    name = "coalition.base"

    def ready(self) -> None:
        from coalition.base import checks, converters  # noqa: F401  # registers the system checks

        converters.register()
