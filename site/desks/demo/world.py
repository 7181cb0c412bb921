"""What the parts of the demo share: its size, its clock, and what has been made so far."""

import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from events.activities.models import Campaign
from volunteers.accounts.models import User
from volunteers.areas.models import Area
from volunteers.organisations.models import Organisation
from volunteers.people.models import Volunteer
from volunteers.teams.models import Team


@dataclass(frozen=True)
class Size:
    """How much of everything. `weeks` of the past, always two weeks ahead."""

    exclusive_grids: int
    grids: int  # all, exclusive ones included
    units: int
    patrols: int
    mediations: int
    services: int
    volunteers: int
    weeks: int
    days_ahead: int = 14


FULL = Size(5, 32, 40, 8, 2, 2, 300, 12)
# A tenth, for tests; one team of each kind serves fewer weeks
SMALL = Size(1, 10, 4, 1, 1, 1, 30, 5)


@dataclass
class Squad:
    """A team with the people who serve in it."""

    team: Team
    area: Area  # where it serves mostly: a community
    grids: list[Area]
    leaders: list[Volunteer]
    members: list[Volunteer]


@dataclass
class World:
    """Filled from top to bottom, in the order of `load.load`."""

    size: Size
    rng: random.Random
    now: datetime
    say: Callable[[str], None]
    street: Area
    communities: list[Area]
    staff: dict[str, User] = field(default_factory=dict)  # key of roles.PEOPLE → account
    people: dict[str, Volunteer] = field(default_factory=dict)  # the same → volunteer
    grids: list[Area] = field(default_factory=list)
    committees: dict[int, Organisation] = field(default_factory=dict)  # community pk → committee
    societies: list[Organisation] = field(default_factory=list)
    mediation: Organisation | None = None
    units: list[Organisation] = field(default_factory=list)
    volunteers: list[Volunteer] = field(default_factory=list)
    squads: list[Squad] = field(default_factory=list)
    campaigns: dict[str, Campaign] = field(default_factory=dict)
    busy: dict[int, list[tuple[datetime, datetime]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    served: dict[int, int] = field(default_factory=lambda: defaultdict(int))  # sign-ups a person

    @property
    def today(self) -> date:
        """The day in Shanghai."""
        return timezone.localdate(self.now)

    @property
    def first_day(self) -> date:
        """The first day of service."""
        return self.today - timedelta(weeks=self.size.weeks)

    def moment(self, day: date, hour: int, minute: int = 0) -> datetime:
        """A time of day in Shanghai."""
        return timezone.make_aware(datetime.combine(day, time(hour, minute)))

    def before_all(self, days: int = 10) -> datetime:
        """A moment so many days before the first service."""
        return self.moment(self.first_day - timedelta(days=days), 9, 30)

    def is_free(self, person: Volunteer, starts_at: datetime, ends_at: datetime) -> bool:
        """Has the person no place at that time?"""
        return all(end <= starts_at or ends_at <= start for start, end in self.busy[person.pk])

    def take(self, person: Volunteer, starts_at: datetime, ends_at: datetime) -> None:
        """Note a place."""
        self.busy[person.pk].append((starts_at, ends_at))
        self.served[person.pk] += 1
