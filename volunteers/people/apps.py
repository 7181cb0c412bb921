"""The person who serves."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Volunteers."""

    name = "volunteers.people"
    label = "people"
    verbose_name = "志愿者"
