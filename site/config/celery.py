"""The Celery application: `PYTHONPATH=site celery -A config worker`."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")

app = Celery("lianzhi")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# Due times stand in the database; beat only knocks. Every task is safe to run twice.
app.conf.beat_schedule = {
    "deliver-outbox": {"task": "foundation.deliver_outbox", "schedule": 15.0},
    "expire-offers": {"task": "activities.expire_offers", "schedule": 60.0},
    "end-shifts": {"task": "activities.end_shifts", "schedule": 300.0},
    "publish-scheduled": {"task": "cms.publish_scheduled", "schedule": 60.0},
    "seal-rows": {"task": "foundation.seal_rows", "schedule": 30.0},
    "seal-all": {"task": "foundation.seal_rows", "schedule": 24 * 3600.0, "args": (True,)},
    "audit-counters": {"task": "service.audit_counters", "schedule": 24 * 3600.0},
}
