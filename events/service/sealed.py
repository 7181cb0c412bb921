"""What of a service record is sealed: the columns that never change. Its state and who confirmed
it lie outside; their moves are acts, and the audit checks that each state equals its acts."""

import json

from .models import ServiceRecord


def leaf(row: ServiceRecord) -> bytes:
    """Canonical bytes of a record: JSON with sorted keys; times as UTC seconds with fraction."""
    values = {
        "id": row.pk,
        "volunteer": row.volunteer_id,
        "attendance": row.attendance_id,
        "shift": row.shift_id,
        "title": row.title,
        "starts_at": row.starts_at.timestamp(),
        "ends_at": row.ends_at.timestamp(),
        "minutes": row.minutes,
        "rule_code": row.rule_code,
        "version": row.version,
        "supersedes": row.supersedes_id,
        "note": row.note,
        "created_at": row.created_at.timestamp(),
    }
    return json.dumps(values, sort_keys=True, ensure_ascii=False).encode()
