"""Do the balances agree with the rows of the ledger?"""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from volunteers.points import queries


class Command(BaseCommand):
    """Prints one JSON object; exit code 1 if a balance differs from the sum of its rows."""

    help = "Compare every balance of the ledger with its transfers."

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError (exit code 1) on drift, after the report."""
        report = queries.audit()
        self.stdout.write(json.dumps(asdict(report), ensure_ascii=False))
        if report.accounts_drifting:
            raise CommandError(f"{len(report.accounts_drifting)} account(s) drift", returncode=1)
