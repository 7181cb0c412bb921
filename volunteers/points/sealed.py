"""What of a transfer is sealed: every column, since none ever changes."""

import json

from .models import Transfer


def leaf(row: Transfer) -> bytes:
    """Canonical bytes of a transfer: JSON with sorted keys; times as UTC seconds with fraction."""
    values = {
        "id": row.pk,
        "key": row.key,
        "debit": row.debit_id,
        "credit": row.credit_id,
        "points": row.points,
        "rule": row.rule_id,
        "minutes": row.minutes,
        "source": row.source,
        "label": row.label,
        "reverses": row.reverses_id,
        "actor": row.actor_id,
        "at": row.at.timestamp(),
    }
    return json.dumps(values, sort_keys=True, ensure_ascii=False).encode()
