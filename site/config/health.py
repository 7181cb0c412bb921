"""Is the process alive; can it do its work."""

from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, JsonResponse


def alive(request: HttpRequest) -> JsonResponse:
    """200 as long as the process answers."""
    return JsonResponse({"alive": True})


def ready(request: HttpRequest) -> JsonResponse:
    """200 when database and cache answer, else 503 naming what does not."""
    down = []
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception:  # noqa: BLE001 - any failure means "not ready"
        down.append("database")
    try:
        cache.set("lz:ready", 1, 5)
        if cache.get("lz:ready") != 1:
            down.append("cache")
    except Exception:  # noqa: BLE001
        down.append("cache")
    return JsonResponse({"ready": not down, "down": down}, status=503 if down else 200)
