"""`manage.py demo_people`: whom to sign in as."""

import unicodedata
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from desks.demo.roles import PEOPLE
from volunteers.accounts.models import User
from volunteers.foundation import phones


class Command(BaseCommand):
    """One line each: role, name, phone, what to try."""

    help = "List the demo people: role, name, phone, and where their codes appear."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print those who are loaded."""
        loaded = set(User.objects.filter(is_demo=True).values_list("phone", flat=True))
        if not loaded.issuperset(person.phone for person in PEOPLE):
            self.stdout.write("还没有演示街道，请先运行 manage.py load_demo。")
            return
        self.stdout.write("演示人员（都是虚构的），用手机号登录：")
        for person in PEOPLE:
            cells = (pad(person.role, 12), pad(person.name, 12), phones.display(person.phone))
            self.stdout.write(f"  {'  '.join(cells)}  {person.task}")
        self.stdout.write(f"验证码写在 {_shown(settings.SMS_FILE)}，一行一条。")


def pad(text: str, width: int) -> str:
    """`text` filled up to `width` columns; a Chinese character takes two."""
    taken = sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
    return text + " " * max(0, width - taken)


def _shown(path: Path) -> str:
    """Relative to where the command runs, if it lies there."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)
