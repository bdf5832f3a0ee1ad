from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "coalition.ui"
