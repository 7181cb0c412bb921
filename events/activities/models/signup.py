"""The promise to come."""

from django.db import models
from django.utils import timezone

from volunteers.foundation import states
from volunteers.people.models import Volunteer

from .shift import Shift, ShiftPlace


class SignUp(models.Model):
    """One volunteer's promise for one place. Applied waits for approval, waiting waits for a
    place: two words, two states."""

    class State(models.TextChoices):
        """Life of a sign-up."""

        APPLIED = "applied", "待审核"
        WAITING = "waiting", "候补中"
        OFFERED = "offered", "有空位待确认"
        CONFIRMED = "confirmed", "已报名"
        WITHDRAWN = "withdrawn", "已取消"
        REMOVED = "removed", "已移出"
        LAPSED = "lapsed", "已失效"

    class Source(models.TextChoices):
        """Who put the person there."""

        SELF = "self", "本人报名"
        STAFF = "staff", "协调员安排"

    MOVES = states.table(
        {
            State.APPLIED: [State.CONFIRMED, State.WAITING, State.WITHDRAWN, State.REMOVED],
            State.WAITING: [State.OFFERED, State.WITHDRAWN, State.REMOVED, State.LAPSED],
            State.OFFERED: [State.CONFIRMED, State.WITHDRAWN, State.REMOVED, State.LAPSED],
            State.CONFIRMED: [State.WITHDRAWN, State.REMOVED],
        }
    )

    place = models.ForeignKey(ShiftPlace, models.PROTECT, related_name="signups")
    # Kept here too: the database's own rules (one live sign-up per shift, no overlap) need them.
    shift = models.ForeignKey(Shift, models.PROTECT, related_name="signups")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="signups")
    state = models.CharField("状态", max_length=12, choices=State.choices)
    source = models.CharField("来源", max_length=8, choices=Source.choices, default=Source.SELF)
    clash_accepted = models.BooleanField("允许时间冲突", default=False)
    reason = models.CharField(
        "原因", max_length=200, blank=True
    )  # of staff's act; the person reads it
    created_at = models.DateTimeField("报名时间", default=timezone.now)
    offered_until = models.DateTimeField("保留至", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "报名"
        constraints = [
            models.UniqueConstraint(
                fields=["volunteer", "shift"],
                condition=models.Q(state__in=["applied", "waiting", "offered", "confirmed"]),
                name="signup_live_once",
            ),
            models.CheckConstraint(
                condition=models.Q(clash_accepted=False) | ~models.Q(reason=""),
                name="signup_clash_has_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["volunteer", "state", "starts_at"], name="signup_person"),
            models.Index(
                fields=["place", "id"],
                condition=models.Q(state="waiting"),
                name="signup_queue",
            ),
            models.Index(fields=["shift", "state"], name="signup_shift"),
        ]

    def __str__(self) -> str:
        return f"{self.volunteer_id}@{self.shift_id} {self.state}"


LIVE_STATES = (
    SignUp.State.APPLIED,
    SignUp.State.WAITING,
    SignUp.State.OFFERED,
    SignUp.State.CONFIRMED,
)
# Active ones hold a place and are counted in `taken`
ACTIVE_STATES = (SignUp.State.OFFERED, SignUp.State.CONFIRMED)
