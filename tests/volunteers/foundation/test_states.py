"""Moves happen along the table, once, or raise and change nothing."""

import pytest

from events.activities.models import Activity
from tests import factories
from volunteers.foundation import states
from volunteers.foundation.errors import WrongState

pytestmark = pytest.mark.django_db


def test_a_move_in_the_table_changes_the_row_and_the_object():
    activity = factories.activity(state=Activity.State.DRAFT)
    states.move(activity, Activity.State.SUBMITTED, Activity.MOVES)
    assert activity.state == Activity.objects.get(pk=activity.pk).state == "submitted"


def test_any_other_move_raises_in_chinese_and_changes_nothing():
    activity = factories.activity(state=Activity.State.DRAFT)
    with pytest.raises(WrongState, match="草稿"):
        states.move(activity, Activity.State.ENDED, Activity.MOVES)
    assert Activity.objects.get(pk=activity.pk).state == "draft"


def test_the_second_of_two_movers_is_told_and_changes_nothing():
    first = factories.activity(state=Activity.State.SUBMITTED)
    second = Activity.objects.get(pk=first.pk)
    states.move(first, Activity.State.PUBLISHED, Activity.MOVES)
    with pytest.raises(WrongState, match="刚刚"):
        states.move(second, Activity.State.DECLINED, Activity.MOVES)
    assert Activity.objects.get(pk=first.pk).state == "published"
