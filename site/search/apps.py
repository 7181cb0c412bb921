"""Registers the pages of the CMS as the first source of hits."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """Search across rooms."""

    name = "search"
    verbose_name = "站内搜索"

    def ready(self) -> None:
        """Other rooms' sources are registered by the app of `site` that joins them."""
        from . import pages, sources

        sources.register("pages", "文章和页面", pages.find, order=50)
