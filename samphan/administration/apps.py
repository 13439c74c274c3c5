"""Administration: workspaces, members, roles and settings."""

from django.apps import AppConfig


class AdministrationConfig(AppConfig):
    name = "samphan.administration"
    label = "administration"
