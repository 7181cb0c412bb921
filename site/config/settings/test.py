"""Settings of the test suite: as `dev`, with immediate tasks and a folder of its own."""

import os
import tempfile
from pathlib import Path

from .dev import *  # noqa: F403

VAR = Path(os.environ.get("LZ_VAR") or tempfile.mkdtemp(prefix="lianzhi-test-"))
SMS_FILE = VAR / "sms.jsonl"
MEDIA_ROOT = VAR / "media"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
