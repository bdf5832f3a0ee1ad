from django.apps import AppConfig


class InterventionsConfig(AppConfig):
    name = "coalition.interventions"

    def ready(self) -> None:
        from coalition.interventions.iati import checks  # noqa: F401  # registers its system check
