"""Writes on accounts."""

from django.db import transaction

from volunteers.foundation import acts

from .models import User


def open_account(phone: str) -> tuple[User, bool]:
    """The account of a number that has just proven itself; opened if there is none. Two browsers
    at once get the same account (unique number). Returns (user, opened)."""
    with transaction.atomic():
        user, opened = User.objects.get_or_create(phone=phone, defaults={"phone_verified": True})
        if opened:
            user.set_unusable_password()
            user.save(update_fields=["password"])
            acts.record("accounts.open", user, actor=user)
        elif not user.phone_verified:
            user.phone_verified = True
            user.save(update_fields=["phone_verified"])
    return user, opened
