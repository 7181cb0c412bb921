"""The least that a sign-up needs: who asks, for what, and that it was asked."""

from typing import ClassVar

from django.db import models
from django.utils import timezone


class Person(models.Model):
    """Who signs up."""

    objects: ClassVar[models.Manager["Person"]]
    name = models.CharField(max_length=50)


class Session(models.Model):
    """Stand-in for a session store: one small read by key."""

    objects: ClassVar[models.Manager["Session"]]
    key = models.CharField(max_length=40, unique=True)
    person_id = models.BigIntegerField()


class Shift(models.Model):
    """Places and how many are taken."""

    objects: ClassVar[models.Manager["Shift"]]
    capacity = models.PositiveIntegerField()
    taken = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(taken__lte=models.F("capacity")), name="bare_not_oversold"
            )
        ]


class SignUp(models.Model):
    """One person in one shift."""

    objects: ClassVar[models.Manager["SignUp"]]
    shift = models.ForeignKey(Shift, models.CASCADE)
    person = models.ForeignKey(Person, models.CASCADE)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shift", "person"], name="bare_once")]


class Audit(models.Model):
    """Who did what."""

    objects: ClassVar[models.Manager["Audit"]]
    at = models.DateTimeField(default=timezone.now)
    person_id = models.BigIntegerField()
    verb = models.CharField(max_length=60)
    subject = models.CharField(max_length=80)
