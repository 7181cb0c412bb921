"""The changing code that a leader's phone shows, and who may try how often to type it.

The QR code is a link to `/activities/checkin/<token>/`, so that WeChat's own scanner opens it. The
six digits beside it are for those who cannot scan. Both change every minute and are taken for one
more; a scan is remembered by the browser's session for SCAN_LIFE, so that somebody who has to sign
in first does not have to run after the leader again.
"""

from datetime import datetime, timedelta

from django.core.cache import cache

from events.activities.models import Shift
from volunteers.foundation import codes
from volunteers.foundation.errors import Refusal

PURPOSE = "checkin"
SCAN_LIFE = timedelta(minutes=5)
TRIES = 10  # six digits, two of a million right at a time: guessing has no chance
TRY_SECONDS = 600


class TooManyTries(Refusal):
    """The person has typed too many numbers; the sentence says how else to check in."""

    code = "too_many_tries"


def show(shift: Shift, now: datetime) -> codes.Code:
    """What the leader's phone shows now."""
    return codes.issue(PURPOSE, shift.pk, "", now)


def shift_of(token: str, now: datetime) -> int:
    """The shift of a scanned token. Raises codes.ExpiredCode, codes.CodeError."""
    return codes.verify(token, PURPOSE, now)


def fits(number: str, shift_id: int, now: datetime) -> bool:
    """Are these the six digits of the shift now?"""
    return codes.check_number(number, PURPOSE, shift_id, now)


def count_try(user_id: int) -> None:
    """One more number typed by this account. Raises TooManyTries beyond TRIES in ten minutes."""
    key = f"lz:checkin-tries:{user_id}"
    cache.add(key, 0, TRY_SECONDS)
    try:
        tries = cache.incr(key)
    except ValueError:  # ran out between the two lines
        tries = 1
    if tries > TRIES:
        raise TooManyTries("输入次数太多，请十分钟后再试，或请队长直接为您代签。", field="number")
