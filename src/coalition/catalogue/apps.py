from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "coalition.catalogue"
