"""Who a session belongs to."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.db import connection

from volunteers.foundation.written import instance

from .models import User

_TEXTS = ("id", "password", "phone", "email", "first_name", "last_name")
_FLAGS = ("is_active", "is_staff", "is_superuser", "phone_verified", "is_demo")
_BY_ID = f"SELECT {', '.join(_TEXTS + _FLAGS)} FROM accounts_user WHERE id = %s"


class Backend(AuthenticationBackend):
    """allauth's, but the account of a session is read by a statement written out: every request
    of a signed-in person begins with it, and building it by the ORM costs more than it takes."""

    def get_user(self, user_id: Any) -> User | None:
        """The account, if it may sign in; its other fields are fetched if anybody asks."""
        with connection.cursor() as cursor:
            cursor.execute(_BY_ID, (int(user_id),))
            row = cursor.fetchone()
        if row is None:
            return None
        # SQLite hands flags out as numbers
        values = (*row[: len(_TEXTS)], *map(bool, row[len(_TEXTS) :]))
        user = instance(User, _TEXTS + _FLAGS, values)
        return user if self.user_can_authenticate(user) else None
