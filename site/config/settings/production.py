"""Production: every secret comes from the environment and a missing one stops the start."""

import os

from django.core.exceptions import ImproperlyConfigured

from .base import *  # noqa: F403
from .base import DATABASE_URL, REDIS_URL


def required(name: str) -> str:
    """The environment's value of `name`; raises ImproperlyConfigured where it is missing."""
    value = os.environ.get(name, "")
    if not value:
        raise ImproperlyConfigured(f"production needs the environment variable {name}")
    return value


SECRET_KEY = required("SECRET_KEY")
ALLOWED_HOSTS = required("ALLOWED_HOSTS").split(",")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]
LZ_FIELD_KEYS = required("LZ_FIELD_KEYS").split(",")
LZ_HASH_KEY = required("LZ_HASH_KEY")
LZ_SEAL_KEY = required("LZ_SEAL_KEY")
SMS_GATEWAY = required("SMS_GATEWAY")
if DATABASE_URL.startswith("sqlite"):
    raise ImproperlyConfigured("production needs DATABASE_URL of a PostgreSQL database")
if not REDIS_URL:
    raise ImproperlyConfigured("production needs REDIS_URL")

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
# Wagtail's preview frames our own pages; CSP's frame-ancestors and SAMEORIGIN keep others out.
SILENCED_SYSTEM_CHECKS = ["security.W019"]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
