from django.apps import AppConfig


class ResultsConfig(AppConfig):
    name = "coalition.results"
