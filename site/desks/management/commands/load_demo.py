"""`manage.py load_demo`: a whole street to walk through."""

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from desks.demo import load

OURS = "volunteers.foundation.gateways."  # gateways that reach nobody's phone


class Command(BaseCommand):
    """Makes the demo through the services; does nothing where one is there already."""

    help = "Load the demo street: synthetic people on the real 新盛街道, marked as demo."

    def add_arguments(self, parser: CommandParser) -> None:
        """Options."""
        parser.add_argument("--if-empty", action="store_true", help="only into an empty database")
        parser.add_argument("--seed", type=int, default=1, help="another number, other people")
        parser.add_argument("--small", action="store_true", help="a tenth of it (tests)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, saying how far it is."""
        if load.is_loaded():
            self.stdout.write("演示街道已经在了，没有改动。")
            return
        if options["if_empty"] and not load.is_empty():
            self.stdout.write("数据库里已有数据，没有装载演示街道。")
            return
        if not settings.SMS_GATEWAY.startswith(OURS):
            raise CommandError("演示人员的号码不属于任何人，不能装载到会真的发短信的环境里。")
        begin = time.monotonic()
        try:
            load.load(seed=options["seed"], small=options["small"], say=self._say)
        except load.DemoDrifts as drift:
            raise CommandError(f"演示数据对不上，没有装载：\n{drift}") from drift
        self._say(f"演示街道已装好，用时 {time.monotonic() - begin:.0f} 秒")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
