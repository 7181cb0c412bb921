"""Accounts in the back office: by phone number, with one field for the whole name.

Named in INSTALLED_APPS in place of `wagtail.users`, whose own forms ask for a username, an e-mail
address and a family name, none of which our accounts have.
"""

from wagtail.users.apps import WagtailUsersAppConfig


class UsersConfig(WagtailUsersAppConfig):
    """Wagtail's users app with our viewset."""

    user_viewset = "cms.viewsets.AccountViewSet"
