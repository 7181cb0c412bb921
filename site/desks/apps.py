"""See the package's docstring."""

from django.apps import AppConfig


class DesksConfig(AppConfig):
    """Desks."""

    name = "desks"
    label = "desks"
