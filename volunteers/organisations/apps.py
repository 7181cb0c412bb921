"""Who hosts and who co-governs."""

from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    """Organisations and their review."""

    name = "volunteers.organisations"
    label = "organisations"
    verbose_name = "组织单位"
