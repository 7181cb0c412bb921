"""The person who serves."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Volunteers."""

    name = "volunteers.people"
    label = "people"
    verbose_name = "志愿者"

    def ready(self) -> None:
        from volunteers.foundation.registry import measures

        from . import queries

        measures.add("volunteers", queries.count_live)
