from django.apps import AppConfig


class InterventionsConfig(AppConfig):
    name = "coalition.interventions"
