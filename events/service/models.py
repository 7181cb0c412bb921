"""SignUp is the promise, Attendance the event, ServiceRecord the fact."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from events.activities.models import Shift, SignUp
from volunteers.foundation import states
from volunteers.people.models import Volunteer


class Attendance(models.Model):
    """Who came, when, and how we know."""

    class State(models.TextChoices):
        """What happened."""

        EXPECTED = "expected", "未到"
        IN = "in", "已签到"
        OUT = "out", "已签退"
        ABSENT = "absent", "缺席"
        EXCUSED = "excused", "请假"

    class Method(models.TextChoices):
        """How a time came to be: evidence of different weight."""

        SCAN = "scan", "扫码"
        CODE = "code", "报数字码"
        LEADER = "leader", "队长代签"
        IMPORT = "import", "补录"

    MOVES = states.table(
        {
            State.EXPECTED: [State.IN, State.ABSENT, State.EXCUSED],
            # Back again: a leader takes a mistaken tick back.
            State.IN: [State.OUT, State.EXPECTED],
            State.OUT: [State.IN],
            State.ABSENT: [State.IN, State.EXCUSED],
            State.EXCUSED: [State.IN, State.ABSENT],
        }
    )

    signup = models.OneToOneField(SignUp, models.PROTECT, related_name="attendance")
    shift = models.ForeignKey(Shift, models.PROTECT, related_name="attendances")
    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="attendances")
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.EXPECTED)
    in_at = models.DateTimeField("签到时间", null=True, blank=True)
    out_at = models.DateTimeField("签退时间", null=True, blank=True)
    in_method = models.CharField(max_length=8, choices=Method.choices, blank=True)
    out_method = models.CharField(max_length=8, choices=Method.choices, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "考勤"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(out_at__isnull=True) | models.Q(out_at__gte=models.F("in_at")),
                name="attendance_out_after_in",
            )
        ]
        indexes = [models.Index(fields=["shift", "state"], name="attendance_shift")]

    def __str__(self) -> str:
        return f"{self.volunteer_id}@{self.shift_id} {self.state}"


class ServiceRecord(models.Model):
    """Minutes that count, in versions: a correction supersedes, nothing is overwritten. Hours are
    a right: never spent, never expired (DOMAIN §6)."""

    class State(models.TextChoices):
        """Life of a record."""

        AWAITING = "awaiting", "待确认"
        CONFIRMED = "confirmed", "已确认"
        SUPERSEDED = "superseded", "已更正"
        REVOKED = "revoked", "已撤销"

    MOVES = states.table(
        {
            State.AWAITING: [State.CONFIRMED, State.REVOKED, State.SUPERSEDED],
            State.CONFIRMED: [State.SUPERSEDED, State.REVOKED],
        }
    )

    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="records")
    attendance = models.ForeignKey(
        Attendance, models.PROTECT, null=True, related_name="records"
    )  # None: entered by hand, with its evidence in `note`
    shift = models.ForeignKey(Shift, models.PROTECT, null=True, related_name="records")
    title = models.CharField("服务内容", max_length=60)  # as it was called that day
    starts_at = models.DateTimeField("开始")
    ends_at = models.DateTimeField("结束")
    minutes = models.PositiveIntegerField("分钟")
    rule_code = models.SlugField("积分规则", max_length=40)
    version = models.PositiveSmallIntegerField("版本", default=1)
    supersedes = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="superseded_by"
    )
    state = models.CharField("状态", max_length=12, choices=State.choices)
    note = models.CharField("说明", max_length=200, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    confirmed_at = models.DateTimeField("确认时间", null=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "服务记录"
        constraints = [
            models.UniqueConstraint(
                fields=["attendance"],
                condition=models.Q(state__in=["awaiting", "confirmed"]),
                name="record_one_in_force",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at__gte=models.F("starts_at")), name="record_times"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="confirmed") | models.Q(confirmed_at__isnull=False),
                name="record_confirmed_when",
            ),
        ]
        indexes = [models.Index(fields=["volunteer", "state", "-starts_at"], name="record_person")]

    def __str__(self) -> str:
        return f"{self.title} {self.minutes} 分钟"


# Was there: checked in, perhaps out again
CAME = (Attendance.State.IN, Attendance.State.OUT)
# Counts, or will when somebody else agrees; superseded and revoked ones do not
IN_FORCE = (ServiceRecord.State.AWAITING, ServiceRecord.State.CONFIRMED)
