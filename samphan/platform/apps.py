"""The platform: what every domain stands on."""

from django.apps import AppConfig


class PlatformConfig(AppConfig):
    name = "samphan.platform"
    label = "platform"
