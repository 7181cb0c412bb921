"""Every write on volunteers."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from volunteers.areas.models import Area, Kind
from volunteers.foundation import acts, han, versions
from volunteers.foundation.errors import Refusal

from .models import Volunteer

if TYPE_CHECKING:
    from volunteers.accounts.models import User

NUMBER_TRIES = 5  # a number drawn twice is one in 10**8 for each volunteer there is


def register_volunteer(
    user: "User",
    name: str,
    community: Area,
    *,
    actor: "User | None",
    at: datetime | None = None,
    is_demo: bool = False,
) -> Volunteer:
    """The person behind an account becomes a volunteer; who is one already stays as they are (a
    second tab, a repeated request). Raises Refusal on a bad name, or an area that is no community.
    """
    name = _clean(name)
    _check_community(community)
    with transaction.atomic():
        volunteer, made = _create(name, community, user=user, at=at, is_demo=is_demo)
        if made:
            if not user.name:
                user.first_name = name
                user.save(update_fields=["first_name"])
            acts.record("people.register", volunteer, actor=actor, at=at)
            versions.bump("figures")
    return volunteer


def add_volunteer(
    name: str,
    community: Area,
    *,
    actor: "User | None",
    at: datetime | None = None,
    is_demo: bool = False,
) -> Volunteer:
    """A person without an account (entered at the counter, by a leader, by the demo). Two people
    may share a name, so nothing is looked up here."""
    name = _clean(name)
    _check_community(community)
    with transaction.atomic():
        volunteer, _ = _create(name, community, user=None, at=at, is_demo=is_demo)
        acts.record("people.add", volunteer, actor=actor, at=at)
        versions.bump("figures")
    return volunteer


def update_volunteer(
    volunteer: Volunteer,
    *,
    name: str,
    community: Area,
    show_name: bool,
    actor: "User",
    at: datetime | None = None,
) -> None:
    """The person changes their own data. The act says that the name changed and not which names:
    personal values do not go into rows that nobody can erase."""
    name = _clean(name)
    if community.pk != volunteer.community_id:
        _check_community(community)
    old, new = _facts(volunteer), {"community": community.pk, "show_name": show_name}
    renamed = name != volunteer.name
    if old == new and not renamed:
        return
    with transaction.atomic():
        volunteer.name, volunteer.name_folded = name, _folded(name)
        volunteer.community, volunteer.show_name = community, show_name
        volunteer.save(update_fields=["name", "name_folded", "community", "show_name"])
        if renamed:
            new["renamed"] = True
        acts.record("people.update", volunteer, actor=actor, old=old, new=new, at=at)
        versions.bump("honours")


def _facts(volunteer: Volunteer) -> dict[str, Any]:
    return {"community": volunteer.community_id, "show_name": volunteer.show_name}


def _clean(name: str) -> str:
    try:
        return han.clean_name(name)
    except ValueError as error:
        raise Refusal(str(error), field="name") from error


def _folded(name: str) -> str:
    """Folding may lengthen (ﷺ becomes 18 letters); the column has the name's own length."""
    return han.fold(name)[: han.MAX_NAME_LENGTH]


def _check_community(community: Area) -> None:
    if community.kind != Kind.COMMUNITY or community.closed_at is not None:
        raise Refusal("请在列表里选一个社区。", field="community")


def _create(
    name: str, community: Area, *, user: "User | None", at: datetime | None, is_demo: bool
) -> tuple[Volunteer, bool]:
    """(volunteer, made). Two requests of one account at once get the same volunteer."""
    for _ in range(NUMBER_TRIES):
        if user is not None:
            found = Volunteer.objects.filter(user=user).first()
            if found is not None:
                return found, False
        try:
            with transaction.atomic():
                made = Volunteer.objects.create(
                    user=user,
                    name=name,
                    name_folded=_folded(name),
                    community=community,
                    is_demo=is_demo,
                    created_at=at or timezone.now(),
                )
        except IntegrityError:
            continue  # this account's other request was first, or the number is taken
        return made, True
    raise Refusal("现在注册的人太多，请稍后再试一次。")
