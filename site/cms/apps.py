"""Starts the CMS room."""

from django.apps import AppConfig


class CmsConfig(AppConfig):
    """Page types, blocks, publishing."""

    name = "cms"
    label = "cms"
    verbose_name = "网站内容"

    def ready(self) -> None:
        from . import permissions, publishing

        permissions.register()
        publishing.connect()
