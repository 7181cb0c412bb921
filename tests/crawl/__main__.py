"""`python -m tests.crawl --html5lib`: every page parsed strictly, on a small street in a database
made for it. Part of `make check`."""

import argparse
import os
import sys

import django
from django.test.utils import setup_test_environment, teardown_test_environment


def main() -> int:
    """Print what is wrong, one line each; 1 if anything is."""
    parser = argparse.ArgumentParser(prog="python -m tests.crawl", description=__doc__)
    parser.add_argument("--html5lib", action="store_true", required=True, help="the only part")
    parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
    django.setup()
    # Models can be imported from here on.
    from tests import database, stage_seed
    from tests.crawl import visits, walk

    setup_test_environment()
    database.create(f"crawl_{os.getpid()}")
    try:
        stage_seed.set_up()
        everything = visits.build()
        problems = walk.problems_of_html(everything)
        forgotten = visits.routes() - walk.visited(everything) - set(visits.EXCEPTIONS)
        problems += [f"no visit to {route}" for route in sorted(forgotten)]
    finally:
        database.destroy()
        teardown_test_environment()
    print("\n".join(problems) or f"{len(everything)} pages parsed")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
