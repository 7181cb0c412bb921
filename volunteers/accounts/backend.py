"""Who a session belongs to."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from .models import User

_BY_ID = "SELECT * FROM accounts_user WHERE id = %s"


class Backend(AuthenticationBackend):
    """allauth's, but the account of a session is read by a statement written out: every request
    of a signed-in person begins with it, and building it by the ORM costs more than it takes."""

    def get_user(self, user_id: Any) -> User | None:
        """The account, if it may sign in."""
        for user in User.objects.raw(_BY_ID, [int(user_id)]):
            return user if self.user_can_authenticate(user) else None
        return None
