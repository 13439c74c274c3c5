"""The Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UiConfig(AppConfig):
    """Layouts and components; no models."""

    name = "samphan.ui"
    label = "ui"
    verbose_name = _("Interface")
