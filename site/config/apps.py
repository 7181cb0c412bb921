"""The project as an app: its static files and template tags."""

from django.apps import AppConfig


class ProjectConfig(AppConfig):
    """The project."""

    name = "config"
    label = "config"
