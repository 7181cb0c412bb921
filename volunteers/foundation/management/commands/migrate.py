"""`migrate` as the owner of the tables where DATABASE_OWNER_URL names one."""

from typing import Any

from django.core.management.commands.migrate import Command as DjangoMigrate

from volunteers.foundation.dbroles import as_owner


class Command(DjangoMigrate):
    """Django's command, run as the owner; rights and triggers follow in post_migrate."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate."""
        with as_owner(options["database"]):
            super().handle(*args, **options)
