"""Settings that hold everywhere; `dev`, `test` and `production` say what differs."""

import os
from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF

ROOT = Path(__file__).resolve().parents[3]
VAR = Path(os.environ.get("LZ_VAR", ROOT / "var"))

DEBUG = False
ALLOWED_HOSTS: list[str] = []
SECRET_KEY = ""  # each environment sets its own

INSTALLED_APPS = [
    # rooms, lowest first; ours stand first so that our templates and commands win
    "volunteers.foundation",
    "volunteers.accounts",
    "volunteers.areas",
    "volunteers.organisations",
    "volunteers.grants",
    "volunteers.people",
    "volunteers.teams",
    "volunteers.notices",
    "volunteers.points",
    "events.activities",
    "events.service",
    "events.rota",
    "events.partnership",
    "cms",
    "search",
    "portal",
    "desks",
    "config",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.embeds",
    "wagtail.sites",
    "cms.users.UsersConfig",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "treebeard",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "django_celery_beat",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.sitemaps",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.pagecache.PageCacheMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "config.refusals.RefusalMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
FORM_RENDERER = "volunteers.foundation.rendering.FormRenderer"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "volunteers.foundation.look.look",
            ],
        },
    },
]

# --- data -----------------------------------------------------------------------------------

SQLITE_OPTIONS = {
    # Immediate: a writer waits at BEGIN (busy timeout) instead of failing at its first write.
    "transaction_mode": "IMMEDIATE",
    "timeout": 30,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
}


def database(url: str) -> Any:
    """One DATABASES entry for `url`, with what each vendor needs to behave under load."""
    entry: dict[str, Any] = dict(dj_database_url.parse(url, conn_max_age=600))
    if entry["ENGINE"].endswith("sqlite3"):
        entry["OPTIONS"] = dict(SQLITE_OPTIONS)
    else:
        entry["CONN_HEALTH_CHECKS"] = True
    return entry


DATABASE_URL = os.environ.get("DATABASE_URL") or f"sqlite:///{VAR / 'db.sqlite3'}"
# The role that owns the tables: migrates, grants, and runs retention. Empty: one role does all.
DATABASE_OWNER_URL = os.environ.get("DATABASE_OWNER_URL", "")
DATABASES = {"default": database(DATABASE_URL)}
if DATABASE_OWNER_URL:
    _owner = dj_database_url.parse(DATABASE_OWNER_URL)
    DATABASES["default"]["LZ_OWNER"] = {"USER": _owner["USER"], "PASSWORD": _owner["PASSWORD"]}
    DATABASES["default"]["LZ_RUNTIME_ROLE"] = DATABASES["default"]["USER"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = os.environ.get("REDIS_URL", "")
CACHES: dict[str, Any] = {
    "default": (
        {"BACKEND": "config.rediscache.RedisCache", "LOCATION": REDIS_URL}
        if REDIS_URL
        else {
            # Without Redis the cache is still shared by all processes: page versions live in it.
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": VAR / "cache",
        }
    )
}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# --- tasks ----------------------------------------------------------------------------------

CELERY_BROKER_URL = REDIS_URL or "memory://"
CELERY_TASK_ALWAYS_EAGER = not REDIS_URL or os.environ.get("CELERY_TASK_ALWAYS_EAGER") == "1"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 600}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
TASKS = {"default": {"BACKEND": "config.tasks.CeleryBackend", "QUEUES": []}}

# --- people ---------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "volunteers.accounts.backend.Backend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "accounts:entry"
LOGIN_REDIRECT_URL = "/me/"
ACCOUNT_ADAPTER = "volunteers.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"phone"}
ACCOUNT_SIGNUP_FIELDS = ["phone*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 300  # seconds a sign-in code lives
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("LZ_PROXIES", "0"))
# A street hall shares one IP address: limits per number are tight, limits per address wide.
ACCOUNT_RATE_LIMITS = {
    "request_login_code": "1/30s/key,5/h/key,300/h/ip",
    "login": "300/m/ip",
    "login_failed": "30/m/ip,10/5m/key",
    "verify_phone": "1/30s/key,300/h/ip",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
SMS_GATEWAY = "volunteers.foundation.gateways.ConsoleGateway"
SMS_FILE = VAR / "sms.jsonl"

# --- the platform's own ---------------------------------------------------------------------

LZ_SITE_NAME = "盛平安"
# Says on every page that people and figures are invented: for a site with `load_demo`.
LZ_DEMO = os.environ.get("LZ_DEMO", "") not in ("", "0")
LZ_STREET_CODE = os.environ.get("LZ_STREET_CODE", "321003009")  # 新盛街道
LZ_FIELD_KEYS: list[str] = []
LZ_HASH_KEY = ""
LZ_SEAL_KEY = ""
LZ_REST_MINUTES = 0  # least rest between two shifts; back-to-back is allowed at 0
LZ_OFFER_MINUTES = 120  # a freed place is kept this long for the person it is offered to
LZ_CHECKIN_EARLY_MINUTES = 60  # check-in opens this long before the shift
LZ_CHECKIN_LATE_MINUTES = 240  # check-out is taken this long after the shift's end
LZ_STAR_HOURS = [100, 300, 600, 1000, 1500]

# --- languages, time ------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = USE_TZ = True
LOCALE_PATHS = [ROOT / "locale"]

# --- files ----------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [ROOT / "site" / "config" / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

WAGTAILIMAGES_IMAGE_MODEL = "cms.PlatformImage"

# --- CMS ------------------------------------------------------------------------------------

WAGTAIL_SITE_NAME = "盛平安 · 联治"
WAGTAILADMIN_BASE_URL = os.environ.get("LZ_BASE_URL", "http://127.0.0.1:8000")
WAGTAILADMIN_LOGIN_URL = "accounts:entry"
WAGTAIL_ALLOW_UNICODE_SLUGS = True
WAGTAIL_CONTENT_LANGUAGES = WAGTAILADMIN_PERMITTED_LANGUAGES = [("zh-hans", "简体中文")]
WAGTAIL_USER_TIME_ZONES = ["Asia/Shanghai"]
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
# Accounts sign in by phone code through the one entry; the back office hands out no passwords.
WAGTAILUSERS_PASSWORD_ENABLED = False
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_FRONTEND_LOGIN_URL = "/accounts/"
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "search.backend", "SEARCH_CONFIG": "simple"}}

# --- browser policy: strict for the site; `config.urls` relaxes it for /cms/ alone ----------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
