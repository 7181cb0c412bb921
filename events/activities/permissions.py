"""Who may do what with activities, shifts and sign-ups."""

from typing import Any

from volunteers.foundation import access
from volunteers.grants import queries
from volunteers.grants.models import Role
from volunteers.people.queries import of_user
from volunteers.teams.queries import led_by

POSTERS = (Role.ORG_MANAGER, Role.ORG_POSTER)


def _posts(user: Any, organisation: Any) -> bool:
    return queries.in_organisation(user, POSTERS, organisation.pk)


def _reviews(user: Any, activity: Any) -> bool:
    """Area staff of the activity's area; nobody reviews what they posted themselves."""
    return activity.created_by_id != user.pk and queries.covers_area(
        user, [Role.AREA_STAFF], activity.area
    )


def _cancels(user: Any, activity: Any) -> bool:
    """Who posted it, or area staff: a storm does not wait for the organisation."""
    return _posts(user, activity.host) or queries.covers_area(
        user, [Role.AREA_STAFF], activity.area
    )


def _coordinates(user: Any, shift: Any) -> bool:
    return queries.covers_area(user, [Role.COORDINATOR, Role.AREA_STAFF], shift.activity.area)


def _leads(user: Any, shift: Any) -> bool:
    """Takes attendance: the team's leader, or a coordinator of the area."""
    team_id = shift.activity.team_id
    return (team_id is not None and team_id in led_by(user)) or _coordinates(user, shift)


def _owns(user: Any, signup: Any) -> bool:
    """The person's own, those of merged doubles included."""
    person = of_user(user)
    return person is not None and person.pk in (
        signup.volunteer_id,
        signup.volunteer.merged_into_id,
    )


def register() -> None:
    """Fill the registry."""
    access.register("activities.post", _posts)
    access.register("activities.edit", lambda user, activity: _posts(user, activity.host))
    # The page of reviews as such; `activities.review` then asks about the one activity
    access.register(
        "activities.review_any",
        lambda user, obj: any(g.role == Role.AREA_STAFF for g in queries.live(user)),
    )
    access.register("activities.review", _reviews)
    access.register("activities.cancel", _cancels)
    # Anybody who is signed in may ask; who has no Volunteer yet is led to become one
    access.register("activities.take", lambda user, obj: True)
    access.register("activities.coordinate", _coordinates)
    access.register("activities.lead", _leads)
    access.register("activities.own_signup", _owns)
