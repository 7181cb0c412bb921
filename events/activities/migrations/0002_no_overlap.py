"""PostgreSQL: nobody holds two places at once unless staff accepted the clash. SQLite has the
same rule as a trigger (events/activities/triggers.py), installed after each migrate."""

from typing import Any

from django.db import migrations

CONSTRAINT = """
ALTER TABLE activities_signup ADD CONSTRAINT signup_no_overlap EXCLUDE USING gist (
    volunteer_id WITH =, tstzrange(starts_at, ends_at) WITH &&
) WHERE (state IN ('offered', 'confirmed') AND NOT clash_accepted)
"""


def add(apps: Any, schema_editor: Any) -> None:
    """Needs btree_gist: trusted since PostgreSQL 13, so the database's owner may create it."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
        schema_editor.execute(CONSTRAINT)


def drop(apps: Any, schema_editor: Any) -> None:
    """Without it the service's lock still holds the rule."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE activities_signup DROP CONSTRAINT signup_no_overlap")


class Migration(migrations.Migration):
    """See the module's docstring."""

    dependencies = [("activities", "0001_initial")]
    operations = [migrations.RunPython(add, drop)]
