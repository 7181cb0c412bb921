"""What happened and what counts."""

from django.apps import AppConfig


class ServiceConfig(AppConfig):
    """Attendance and service records."""

    name = "events.service"
    label = "service"
    verbose_name = "服务记录"

    def ready(self) -> None:
        from . import notices, permissions

        permissions.register()
        notices.register()
