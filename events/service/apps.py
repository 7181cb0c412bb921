"""What happened and what counts."""

from django.apps import AppConfig


class ServiceConfig(AppConfig):
    """Attendance and service records."""

    name = "events.service"
    label = "service"
    verbose_name = "服务记录"

    def ready(self) -> None:
        from volunteers.foundation.registry import desk_queue, measures
        from volunteers.foundation.sealing import Stream, streams

        from . import notices, permissions, queries, sealed
        from .models import ServiceRecord

        permissions.register()
        notices.register()
        measures.add("service_minutes", queries.service_minutes)
        measures.add("served_count", queries.served_count)
        streams.add("records", Stream(ServiceRecord, sealed.leaf))
        desk_queue.add("service.records", queries.desk_items)
