"""`make run`: one machine, nothing secret, codes go to a file and the terminal."""

from .base import *  # noqa: F403
from .base import STORAGES, VAR

DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", "testserver"]
# Fixed keys: a development database must stay readable across restarts. Never for production.
SECRET_KEY = "dev-only-" + "0123456789abcdef" * 4
LZ_FIELD_KEYS = ["ZGV2LW9ubHktZGV2LW9ubHktZGV2LW9ubHktZGV2LW8="]
LZ_HASH_KEY = "dev-only-hash-key"
LZ_SEAL_KEY = "ZGV2LW9ubHktZGV2LW9ubHktZGV2LW9ubHktZGV2LXM="
SMS_GATEWAY = "volunteers.foundation.gateways.FileGateway"
STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
(VAR / "static").mkdir(parents=True, exist_ok=True)
