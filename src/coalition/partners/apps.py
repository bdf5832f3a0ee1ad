from django.apps import AppConfig


class PartnersConfig(AppConfig):
    name = "coalition.partners"
