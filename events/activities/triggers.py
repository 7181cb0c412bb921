"""SQLite's stand-in for PostgreSQL's exclusion constraint: nobody stands in two places at once."""

from volunteers.foundation import triggers

_CLASH = (
    "SELECT RAISE(ABORT, 'signup_no_overlap') WHERE EXISTS (SELECT 1 FROM activities_signup s "
    "WHERE s.volunteer_id = NEW.volunteer_id AND s.id IS NOT NEW.id "
    "AND s.state IN ('offered', 'confirmed') AND NOT s.clash_accepted "
    "AND s.starts_at < NEW.ends_at AND NEW.starts_at < s.ends_at)"
)
_WHEN = "WHEN NEW.state IN ('offered', 'confirmed') AND NOT NEW.clash_accepted"


def register() -> None:
    """One trigger for inserts, one for updates of the columns that matter."""
    for name, event in (
        ("activities_signup_overlap_insert", "INSERT"),
        (
            "activities_signup_overlap_update",
            "UPDATE OF state, starts_at, ends_at, volunteer_id, clash_accepted",
        ),
    ):
        triggers.add(
            triggers.Trigger(
                name=name,
                vendor="sqlite",
                table="activities_signup",
                create=(
                    f"CREATE TRIGGER {name} BEFORE {event} ON activities_signup FOR EACH ROW "
                    f"{_WHEN} BEGIN {_CLASH}; END",
                ),
            )
        )
