"""Where the migrated databases are that tests copy: migrating Wagtail takes longer than most tests.

Without Django, since the running product of tests/stage.py copies them, too.
"""

import hashlib
import os
import tempfile
from pathlib import Path

# One run of pytest, its workers included
RUN = os.environ.get("PYTEST_XDIST_TESTRUNUID") or f"p{os.getpid()}"
# On the PostgreSQL of this run
POSTGRESQL = f"template_{RUN}"


def sqlite_file() -> Path:
    """The migrated SQLite file, kept from run to run; its name says what it was made from."""
    digest = hashlib.blake2b(digest_size=8)
    root = Path(__file__).resolve().parents[1]
    files = [root / "requirements.txt"]
    for room in ("volunteers", "events", "site"):
        files += sorted((root / room).glob("*/migrations/*.py"))
    for path in files:
        digest.update(path.name.encode() + path.read_bytes())
    return Path(tempfile.gettempdir()) / f"lianzhi-{digest.hexdigest()}.sqlite3"
