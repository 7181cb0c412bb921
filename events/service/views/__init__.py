"""Pages: `checkin` (a volunteer scans or types), `lead` (the leader's phone)."""

from .checkin import scanned, typed
from .lead import lead

__all__ = ["lead", "scanned", "typed"]
