"""Who signs in."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Users by phone."""

    name = "volunteers.accounts"
    label = "accounts"
    verbose_name = "账号"
