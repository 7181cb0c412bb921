"""`manage.py load_divisions`: official division codes into the area tree."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from volunteers.areas import divisions, services


class Command(BaseCommand):
    """Reads all files first: a single bad row and nothing is loaded."""

    help = (
        "Load districts, streets and communities from CSV files (recognised by their headings) "
        "into the area tree; safe to repeat. Without files: the packaged divisions."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Files and the city."""
        parser.add_argument("files", nargs="*", metavar="FILE", type=Path)
        parser.add_argument("--city", default="3210=扬州市", metavar="CODE=NAME")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load; one line per problem on stderr and exit code 1."""
        reading = divisions.read(options["files"] or divisions.DEFAULT_FILES, options["city"])
        try:
            done = services.load_divisions(reading, actor=None)
        except services.BadDivisions as refusal:
            for problem in refusal.problems:
                self.stderr.write(problem)
            raise CommandError(refusal.sentence) from None
        self.stdout.write(
            f"{reading.city_name}：新增 {done['added']} 个区域，改名 {done['renamed']} 个，"
            f"未变 {done['known']} 个。"
        )
