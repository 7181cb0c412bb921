"""`make bench`: speed as ratios to ceilings measured in the same run. One JSON object a line.

`ok` is the floor, which must hold; `goal_met` is noted. Runs on PostgreSQL with its own
durability: the one that DATABASE_URL names, else a scratch cluster. `--short` measures no times,
only what must be right and how many queries it takes.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from tests.bench import hot_signup, pages
from tests.stage import Stage, opened
from tools import services

Bench = Callable[..., dict[str, Any]]
BENCHES: dict[str, Bench] = {
    "hot_signup": hot_signup.bench,
    "page_home": pages.home,
    "page_campaign": pages.campaign,
    "page_activities": pages.activities,
}


@contextmanager
def bench_stage(*, short: bool = False) -> Iterator[Stage]:
    """The product with its demo street (in short a tenth of it) on PostgreSQL, the bare views
    beside it. No worker: the ratios compare what the web server does, and a worker's share of two
    cores would be noise in both."""
    with ExitStack() as stack:
        urls: dict[str, str] = {}
        if not os.environ.get("DATABASE_URL", "").startswith("postgres"):
            cluster = stack.enter_context(services.postgres_cluster(durable=True))
            urls = {"DATABASE_URL": cluster.app_url, "DATABASE_OWNER_URL": cluster.owner_url}
        stage = stack.enter_context(
            opened(
                settings="tests.bench.settings",
                wsgi="tests.bench.wsgi",
                worker=False,
                environment=urls,
            )
        )
        stage.manage("load_demo", *(["--small"] if short else []))
        yield stage


def main() -> int:
    """Run the chosen benches; 1 where a floor did not hold or a part could not start."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--only", choices=sorted(BENCHES), help="one bench alone")
    parser.add_argument("--short", action="store_true", help="no times, under two minutes")
    options = parser.parse_args()
    services.end_on_signals()
    chosen = [options.only] if options.only else list(BENCHES)
    good = True
    try:
        with bench_stage(short=options.short) as stage:
            for name in chosen:
                line = BENCHES[name](stage, short=options.short)
                print(json.dumps(line, ensure_ascii=False), flush=True)
                good = good and bool(line["ok"])
    except services.ServiceError as error:
        print(error, file=sys.stderr)
        return 1
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
