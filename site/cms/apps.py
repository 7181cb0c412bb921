"""See the package's docstring."""

from django.apps import AppConfig


class CmsConfig(AppConfig):
    """Cms."""

    name = "cms"
    label = "cms"
