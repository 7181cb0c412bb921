"""The statements of a sign-up, written out.

Fifty people press the same button at seven in the evening, and building a query by the ORM costs
several times its execution (docs/capacity.md has the figures). So the reads and the guarded UPDATE
of that one path stand here as SQL that both databases take; rows come back as models whose other
fields are fetched if anybody asks. Everything else uses the ORM.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import connection

from volunteers.foundation.written import Writes, instance, moment
from volunteers.people.models import Volunteer

from ..models import Activity, Shift, ShiftPlace, SignUp

if TYPE_CHECKING:
    from volunteers.accounts.models import User

_PLACE = """
SELECT p.id, p.shift_id, p.role, p.capacity, p.taken, p.over,
       s.id, s.activity_id, s.starts_at, s.ends_at, s.state,
       a.id, a.title, a.place, a.meeting_point, a.state
  FROM people_volunteer v
  JOIN activities_shiftplace p ON p.shift_id = %s AND p.role = %s
  JOIN activities_shift s ON s.id = p.shift_id
  JOIN activities_activity a ON a.id = s.activity_id
 WHERE v.id = %s
"""
_OTHER_FIELDS = ("id", "shift_id", "volunteer_id", "state", "starts_at", "ends_at")
_OTHERS = """
SELECT id, shift_id, volunteer_id, state, starts_at, ends_at FROM activities_signup
 WHERE volunteer_id = %s
   AND ((shift_id = %s AND state IN ('applied', 'waiting', 'offered', 'confirmed'))
     OR (state IN ('offered', 'confirmed') AND starts_at < %s AND ends_at > %s))
"""
_TAKE = """\
UPDATE "activities_shiftplace" SET taken = taken + 1
 WHERE id = %s AND taken < capacity
   AND NOT EXISTS (SELECT 1 FROM activities_signup w
                    WHERE w.place_id = activities_shiftplace.id AND w.state = 'waiting')
"""
_ASKING = """
SELECT v.id, v.merged_into_id,
       (SELECT COUNT(*) FROM activities_shift s WHERE s.activity_id = %s AND s.id IN ({}))
  FROM people_volunteer v WHERE v.user_id = %s
"""


class Locked(NamedTuple):
    """The person, locked until the end of the transaction, and the place they ask for."""

    person: Volunteer
    place: ShiftPlace


def lock(volunteer_id: int, shift_id: int, role: str) -> Locked | None:
    """One statement for the first two steps of the lock order: the person's row is locked (on
    SQLite the transaction itself is), the place and its shift are read. None: no such place."""
    suffix = " FOR UPDATE OF v" if connection.features.has_select_for_update_of else ""
    row = _row(_PLACE + suffix, (shift_id, role, volunteer_id))
    if row is None:
        return None
    activity = instance(Activity, ("id", "title", "place", "meeting_point", "state"), row[11:])
    times = (moment(row[8]), moment(row[9]))
    shift = instance(
        Shift, ("id", "activity_id", "starts_at", "ends_at", "state"), (*row[6:8], *times, row[10])
    )
    shift.activity = activity
    names = ("id", "shift_id", "role", "capacity", "taken", "over")
    place = instance(ShiftPlace, names, row[:6])
    place.shift = shift
    return Locked(instance(Volunteer, ("id",), (volunteer_id,)), place)


def others(person: Volunteer, shift_id: int, start: datetime, end: datetime) -> list[SignUp]:
    """The person's live sign-ups of this shift, and active ones that touch [start, end)."""
    to_database = connection.ops.adapt_datetimefield_value
    with connection.cursor() as cursor:
        cursor.execute(_OTHERS, (person.pk, shift_id, to_database(end), to_database(start)))
        return [
            instance(SignUp, _OTHER_FIELDS, (*row[:4], moment(row[4]), moment(row[5])))
            for row in cursor.fetchall()
        ]


def take(place_id: int, before: Writes) -> bool:
    """The guarded UPDATE, sent with what is to be written `before` it. False: full, or the free
    place belongs to the queue; the caller then rolls all of it back."""
    before.update(_TAKE, (place_id,))
    return before.send()[-1] == 1


def person_asking(
    user: "User", activity_id: int, shift_ids: list[int]
) -> tuple[Volunteer | None, int]:
    """Who takes places for this account (a merged double gives the person it was merged into),
    and how many of these shifts belong to the activity. One query."""
    marks = ", ".join(["%s"] * len(shift_ids))
    row = _row(_ASKING.format(marks), (activity_id, *shift_ids, user.pk))
    if row is None:
        return None, 0
    return instance(Volunteer, ("id",), (row[1] or row[0],)), row[2]


def _row(sql: str, params: tuple[Any, ...]) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchone()
