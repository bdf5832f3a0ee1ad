from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "coalition.web"
